//! Key files: opening, making, changing. What takes a second is begun after the page has said so.

use super::{collect, store};
use crate::{
    desk::{Busy, Desk},
    making::{Making, Step, Why},
    talk,
    trouble::Trouble,
};
use getrandom::{SysRng, rand_core::UnwrapErr};
use std::sync::Arc;
use vaekstspejl::browser::{document, line};
use vaekstspejl_envelope::{
    Admin,
    key_file::{Cost, KeyFile, Office},
    passphrase,
};
use wasm_bindgen_futures::spawn_local;

/// The words that passphrases are drawn from.
const WORDS: &str = include_str!("../../../../content/passphrase/da.txt");

/// The browser's randomness; nothing when it fails or repeats itself.
pub fn randomness() -> Result<UnwrapErr<SysRng>, Trouble> {
    let (mut one, mut other) = ([0; 32], [0; 32]);
    let drawn = getrandom::fill(&mut one).and_then(|()| getrandom::fill(&mut other));
    if drawn.is_err() || one == other || one == [0; 32] {
        return Err(Trouble::Random);
    }
    Ok(UnwrapErr(SysRng))
}

/// Does what takes a second once the page says that it does.
fn painted(desk: Desk, work: impl FnOnce() -> Result<(), Trouble> + 'static) {
    desk.trouble.set(None);
    desk.busy.set(Busy::Unlocking);
    document::when_painted(move || {
        let done = work();
        desk.busy.set(Busy::No);
        desk.trouble.set(done.err());
    });
}

pub fn unlock(desk: Desk, text: String, phrase: String) {
    painted(desk, move || {
        let keys = KeyFile::from_text(&text, &phrase).map_err(Trouble::KeyFile)?;
        desk.file.set(text);
        enter(desk, keys);
        Ok(())
    });
}

fn enter(desk: Desk, keys: KeyFile) {
    let keys = Arc::new(keys);
    desk.keys.set(Some(Arc::clone(&keys)));
    spawn_local(async move {
        store::open(desk, keys).await;
        collect::fetch(desk);
    });
}

pub fn draw(desk: Desk, office: Office) {
    let drawn = randomness().map(|mut rng| {
        let keys = KeyFile::create(office, &mut rng, crate::day::today());
        (keys, words(&mut rng))
    });
    match drawn {
        Err(trouble) => desk.trouble.set(Some(trouble)),
        Ok((keys, phrase)) => desk.making.update(|making| {
            if let Some(making) = making {
                making.keys = Some(keys);
                making.phrase = phrase;
                making.step = Step::Words;
            }
        }),
    }
}

pub fn draw_words(desk: Desk) {
    let Some(keys) = desk.keys.get_untracked() else {
        return;
    };
    match randomness() {
        Err(trouble) => desk.trouble.set(Some(trouble)),
        Ok(mut rng) => {
            let mut making = Making::again(Why::Words, KeyFile::clone(&keys));
            making.phrase = words(&mut rng);
            desk.making.set(Some(making));
        }
    }
}

fn words(rng: &mut UnwrapErr<SysRng>) -> String {
    passphrase::generate(&passphrase::words(WORDS), rng)
        .map(|phrase| phrase.to_string())
        .unwrap_or_default()
}

pub fn rotate(desk: Desk, phrase: String) {
    painted(desk, move || {
        let text = desk.file.get_untracked();
        let mut keys = KeyFile::from_text(&text, &phrase).map_err(Trouble::KeyFile)?;
        let mut rng = randomness()?;
        keys.rotate(&mut rng, crate::day::today());
        let mut making = Making::again(Why::Rotation, keys.clone());
        making.text = keys.to_text(&phrase, &mut rng, Cost::default());
        making.phrase = phrase;
        desk.making.set(Some(making));
        Ok(())
    });
}

pub fn write_file(desk: Desk) {
    painted(desk, move || {
        let mut rng = randomness()?;
        desk.making.update(|making| {
            if let Some(making) = making
                && let Some(keys) = &making.keys
            {
                making.text = keys.to_text(&making.phrase, &mut rng, Cost::default());
                making.step = Step::Save;
            }
        });
        Ok(())
    });
}

pub fn reopen(desk: Desk, text: String) {
    painted(desk, move || {
        let Some((phrase, made)) = desk.making.with_untracked(|making| {
            let making = making.as_ref()?;
            Some((making.phrase.clone(), making.keys.clone()?))
        }) else {
            return Ok(());
        };
        let opened = KeyFile::from_text(&text, &phrase).map_err(Trouble::KeyFile)?;
        if opened != made {
            return Err(Trouble::OtherFile);
        }
        desk.making.update(|making| {
            if let Some(making) = making {
                making.reopened = true;
            }
        });
        Ok(())
    });
}

pub fn create_mailbox(desk: Desk, token: String) {
    let Ok(admin) = Admin::parse(token.trim()) else {
        return desk.trouble.set(Some(Trouble::TokenWrong));
    };
    let made = desk
        .making
        .with_untracked(|making| making.as_ref()?.keys.clone());
    let open = desk.keys.get_untracked();
    let Some(keys) = made.or_else(|| open.as_deref().cloned()) else {
        return;
    };
    desk.trouble.set(None);
    desk.busy.set(Busy::Asking);
    spawn_local(async move {
        let reply = line::send(&talk::create(&keys, &admin)).await;
        desk.busy.set(Busy::No);
        match talk::created(reply.as_ref()) {
            Err(trouble) => desk.trouble.set(Some(trouble)),
            Ok(()) if desk.making.with_untracked(Option::is_none) => ask_state(desk),
            Ok(()) => desk.making.update(|making| {
                if let Some(making) = making {
                    making.step = Step::Done;
                }
            }),
        }
    });
}

pub fn ask_state(desk: Desk) {
    let Some(keys) = desk.keys.get_untracked() else {
        return;
    };
    desk.busy.set(Busy::Asking);
    spawn_local(async move {
        let reply = line::send(&talk::state(&keys)).await;
        desk.busy.set(Busy::No);
        if super::is_open(desk, &keys) {
            desk.mailbox.set(Some(talk::told(reply.as_ref())));
        }
    });
}

pub fn use_made(desk: Desk) {
    let Some(making) = desk.making.update(Option::take) else {
        return;
    };
    let Some(keys) = making.keys.filter(|_| making.reopened && making.second) else {
        return;
    };
    desk.file.set(making.text);
    desk.letters.set(Vec::new());
    enter(desk, keys);
    desk.go(&crate::route::Route::Inbox);
}
