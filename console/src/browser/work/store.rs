//! The letters on this device: sealed in the browser's database, opened in memory.

use super::{Turn, is_open};
use crate::{
    day,
    desk::{Busy, Desk},
    letters::{self, Letter},
    record::{self, Record, Stored},
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
    let records = match records(&keys).await {
        Ok(records) => records,
        Err(Refused) => {
            STORE.take();
            desk.tell(|news| news.refused = true);
            Vec::new()
        }
    };
    let (mut stored, mut handled) = (Vec::new(), BTreeSet::new());
    for (key, record) in records {
        match record::read(&key, record) {
            Record::Letter(letter) => stored.push(letter),
            Record::Handled(sid) => {
                handled.insert(sid);
            }
            Record::Idle(minutes) if crate::desk::IDLE_MINUTES.contains(&minutes) => {
                desk.idle_minutes.set(minutes);
            }
            Record::Ledger(_) | Record::Idle(_) | Record::Unknown => {}
        }
    }
    stored.sort_by_key(|it| std::cmp::Reverse((it.day, it.seq)));
    show(desk, &keys, stored, &handled).await;
    desk.busy.set(Busy::No);
    watch_clock(desk);
}

async fn records(keys: &KeyFile) -> Result<Vec<(String, String)>, Refused> {
    let store = Database::open(&record::database(&keys.mid)).await?;
    let records = store.all().await?;
    STORE.set(Some(store));
    Ok(records)
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
