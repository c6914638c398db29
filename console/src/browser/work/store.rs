//! The letters on this device: sealed in the browser's database, opened in memory.

use super::{Turn, is_open, pause};
use crate::{
    day,
    desk::{Busy, Desk},
    letters::{self, Letter},
    record::{self, Of, Stored},
};
use std::{cell::RefCell, collections::BTreeSet, sync::Arc};
use vaekstspejl::browser::{
    database::{self, Database, Refused},
    file,
};
use vaekstspejl_envelope::{Sid, key_file::KeyFile};
use wasm_bindgen_futures::spawn_local;

/// After so many opened letters the list is shown as far as it is.
const SHOWN_EVERY: usize = 1_000;

/// Records read in one go.
const READ_AT_ONCE: usize = 500;

thread_local! {
    static STORE: RefCell<Option<Database>> = const { RefCell::new(None) };
}

/// The store of the open mailbox; none when the device refused.
pub fn store() -> Option<Database> {
    STORE.with_borrow(Clone::clone)
}

pub fn close() {
    STORE.take();
}

/// Opens the store and every letter in it, in short turns.
pub async fn open(desk: Desk, keys: Arc<KeyFile>) {
    desk.stop.set(false);
    desk.busy.set(Busy::Opening(0, 0));
    desk.go(&crate::route::Route::Inbox);
    match Database::open(&record::database(&keys.mid)).await {
        Ok(store) => STORE.set(Some(store)),
        Err(Refused) => {
            STORE.take();
        }
    }
    if let Some(store) = store() {
        let minutes = store.get(record::IDLE).await.ok().flatten();
        let minutes = minutes.and_then(|it| it.parse().ok());
        if let Some(minutes) = minutes.filter(|it| crate::desk::IDLE_MINUTES.contains(it)) {
            desk.idle_minutes.set(minutes);
        }
    }
    if catch_up(desk, &keys).await.is_err() {
        STORE.take();
        desk.tell(|news| news.refused = true);
    }
    desk.busy.set(Busy::No);
    watch_clock(desk);
}

/// Takes over from the store what is not on the list yet, and takes off the list what another
/// window has removed. The newest letters come first.
pub async fn catch_up(desk: Desk, keys: &Arc<KeyFile>) -> Result<(), Refused> {
    let store = store().ok_or(Refused)?;
    let (mut stored, mut handled) = (BTreeSet::new(), BTreeSet::new());
    for key in store.keys().await? {
        match record::sid(&key) {
            Some(Of::Letter(sid)) => stored.insert(sid),
            Some(Of::Handled(sid)) => handled.insert(sid),
            None => false,
        };
    }
    let mut missing = stored.clone();
    // What the device would not store is on the list all the same.
    let all_stored = desk.news.with_untracked(|news| !news.refused);
    desk.letters.update(|letters| {
        letters.retain(|it| !all_stored || stored.contains(&it.sid));
        for letter in letters {
            missing.remove(&letter.sid);
            letter.handled = handled.contains(&letter.sid);
        }
    });
    let keys_of: Vec<String> = missing.iter().map(|sid| record::letter_key(*sid)).collect();
    let mut letters = Vec::with_capacity(keys_of.len());
    for some in keys_of.chunks(READ_AT_ONCE) {
        for (key, record) in some.iter().zip(store.get_all(some).await?) {
            letters.extend(record.and_then(|record| record::read(key, &record)));
        }
        pause().await;
        if !is_open(desk, keys) {
            return Ok(());
        }
    }
    letters.sort_by_key(|it| std::cmp::Reverse((it.day, it.seq)));
    show(desk, keys, letters, &handled).await;
    Ok(())
}

/// Opens letters and puts them into the list, the newest first. Stops when the person wishes.
pub async fn show(desk: Desk, keys: &Arc<KeyFile>, stored: Vec<Stored>, handled: &BTreeSet<Sid>) {
    let Some(content) = desk.content.get_untracked() else {
        return;
    };
    let all = stored.len();
    let (mut turn, mut ready) = (Turn::begin(), Vec::new());
    for (place, letter) in stored.into_iter().enumerate() {
        let inside = letters::inside(content, &letter.bytes, &keys.mid, keys.keys());
        let Stored {
            sid,
            seq,
            day,
            bytes,
        } = letter;
        let known = handled.contains(&sid);
        ready.push(Letter::new(sid, seq, day, known, &bytes, inside));
        if ready.len() == SHOWN_EVERY {
            put(desk, &mut ready);
        }
        if turn.is_over() {
            if all > SHOWN_EVERY / 10 {
                desk.busy.set(Busy::Opening(place, all));
            }
            turn.rest().await;
            if !is_open(desk, keys) {
                return;
            }
            if desk.stop.get_untracked() {
                desk.tell(|news| news.stopped = true);
                break;
            }
        }
    }
    put(desk, &mut ready);
}

fn put(desk: Desk, ready: &mut Vec<Letter>) {
    desk.letters.update(|letters| {
        let new: BTreeSet<Sid> = ready.iter().map(|it| it.sid).collect();
        letters.retain(|it| !new.contains(&it.sid));
        letters.append(ready);
        letters::sort(letters);
    });
}

/// Removes letters from the store, and what was noted of them.
pub async fn remove(sids: &[Sid]) -> Result<(), Refused> {
    let Some(store) = store() else {
        return Err(Refused);
    };
    for sid in sids {
        store.delete(&record::letter_key(*sid)).await?;
        store.delete(&record::handled_key(*sid)).await?;
    }
    Ok(())
}

/// Takes letters off the list; gives how many were on it.
pub fn take_away(desk: Desk, sids: &[Sid]) -> usize {
    desk.letters.update(|letters| {
        let before = letters.len();
        letters.retain(|it| !sids.contains(&it.sid));
        before - letters.len()
    })
}

/// A letter from a day that has not come yet: either clock is wrong. One day apart is midnight.
pub fn watch_clock(desk: Desk) {
    let tomorrow = day::today().saturating_add(1);
    let latest = desk
        .letters
        .with_untracked(|all| all.iter().map(|it| it.day).max());
    desk.tell(|news| news.future_day = latest.filter(|day| *day > tomorrow));
}

pub fn mark(_: Desk, sid: Sid, handled: bool) {
    let Some(store) = store() else { return };
    spawn_local(async move {
        let key = record::handled_key(sid);
        let done = if handled {
            store.put(&key, "").await
        } else {
            store.delete(&key).await
        };
        if done.is_err() {
            Desk::here().tell(|news| news.refused = true);
        }
    });
}

pub fn set_idle(desk: Desk, minutes: u32) {
    desk.idle_minutes.set(minutes);
    let Some(store) = store() else { return };
    spawn_local(async move {
        // Refused: it holds until the page is closed.
        let _ = store.put(record::IDLE, &minutes.to_string()).await;
    });
}

pub fn forget(desk: Desk) {
    let Some(keys) = desk.keys.get_untracked() else {
        return;
    };
    STORE.take();
    spawn_local(async move {
        let _ = database::destroy(&record::database(&keys.mid)).await;
        desk.lock(crate::desk::Closed::Forgotten);
    });
}

/// One JSON file with the sealed letters, as `{"mailbox": …, "letters": {id: base64}}`.
pub fn save_sealed(desk: Desk) {
    let (Some(keys), Some(store)) = (desk.keys.get_untracked(), store()) else {
        return;
    };
    spawn_local(async move {
        let Ok(records) = store.all().await else {
            return desk.tell(|news| news.refused = true);
        };
        let letters: serde_json::Map<_, _> = records
            .into_iter()
            .filter_map(|(key, record)| {
                let sid = key.strip_prefix("letter/")?.to_owned();
                Some((sid, record.rsplit(' ').next()?.into()))
            })
            .collect();
        let mid = keys.mid.to_string();
        let text = serde_json::json!({ "mailbox": mid, "letters": letters }).to_string();
        file::save(
            &["vaekstspejl-", &mid, ".json"].concat(),
            "application/json",
            &text,
        );
    });
}
