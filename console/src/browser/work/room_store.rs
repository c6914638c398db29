//! A room on this device: its deeds in the order they were done, written once and never again, also
//! where two windows have the same room open.

use crate::{
    desk::Desk,
    room::record::{self, Record, Secrets},
};
use js_sys::Reflect;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use vaekstspejl::browser::{
    database::{Database, Refused},
    line,
};
use vaekstspejl_workshop::hall::{Deed, Hall};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// One window writes at a time.
const WRITING: &str = "vaekst-room-writing";
/// What windows tell each other.
const CHANNEL: &str = "vaekst-room";
/// There is more on the disk.
const MORE: &str = "more";
/// The room is there, or is not there any more.
const CHANGED: &str = "changed";
/// Says in this device's memory that there is a room, for browsers that cannot list databases.
const MARK: &str = "vaekstspejl-room-open";

/// The room that is open on this page.
pub struct Here {
    /// Its record.
    pub record: RefCell<Record>,
    /// What opens and owns it.
    pub secrets: Secrets,
    /// None: the device does not keep anything.
    store: Option<Database>,
    /// What is on the disk, in order.
    done: RefCell<Vec<Deed>>,
    /// What is not there yet.
    pending: RefCell<Vec<Deed>>,
    /// This window collects.
    pub collects: Cell<bool>,
}

thread_local! {
    static HERE: RefCell<Option<Rc<Here>>> = const { RefCell::new(None) };
    static TOLD: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
}

/// The room that is open on this page.
pub fn here() -> Option<Rc<Here>> {
    HERE.with_borrow(Clone::clone)
}

/// Whether this is still the room that is open on this page.
pub fn is_here(room: &Rc<Here>) -> bool {
    here().is_some_and(|it| Rc::ptr_eq(&it, room))
}

/// Takes a room as the one of this page.
pub fn enter(
    record: Record,
    secrets: Secrets,
    store: Option<Database>,
    done: Vec<Deed>,
) -> Rc<Here> {
    let room = Rc::new(Here {
        record: RefCell::new(record),
        secrets,
        store,
        done: RefCell::new(done),
        pending: RefCell::new(Vec::new()),
        collects: Cell::new(false),
    });
    HERE.set(Some(Rc::clone(&room)));
    room
}

/// Lets the room go. What is on the disk stays.
pub fn leave() {
    HERE.set(None);
}

impl Here {
    /// A record of its own, if there is one.
    pub async fn get(&self, key: &str) -> Option<String> {
        self.store.as_ref()?.get(key).await.ok().flatten()
    }

    /// How many letters could not be read.
    pub async fn unread(&self) -> usize {
        let keys = match &self.store {
            Some(store) => store.keys().await.unwrap_or_default(),
            None => Vec::new(),
        };
        keys.iter().filter(|it| record::is_unread(it)).count()
    }

    /// Changes the record and writes it.
    pub async fn change(&self, change: impl FnOnce(&mut Record)) -> Result<(), Refused> {
        let text = {
            let mut record = self.record.borrow_mut();
            change(&mut record);
            record.to_text()
        };
        match &self.store {
            Some(store) => store.put(record::ROOM, &text).await,
            None => Ok(()),
        }
    }

    /// Writes what is not there yet behind what is there, and takes over what another window wrote.
    async fn write(&self, also: &[(String, String)]) -> Result<bool, Refused> {
        let store = self.store.as_ref().ok_or(Refused)?;
        let keys = store.keys().await?;
        if !keys.iter().any(|it| it == record::ROOM) {
            return Err(Refused); // deleted by another window
        }
        let known = self.done.borrow().len();
        let deeds = keys.into_iter().filter(|it| record::is_deed(it));
        let others: Vec<String> = deeds.skip(known).collect();
        let others_came = !others.is_empty();
        if others_came {
            let read = store.get_all(&others).await?;
            let read = read.into_iter().map(|it| record::read_deed(&it?));
            let read: Option<Vec<Deed>> = read.collect();
            self.done.borrow_mut().extend(read.ok_or(Refused)?);
        }
        let first = self.done.borrow().len();
        let pending = self.pending.borrow().clone();
        let deeds = pending.iter().zip(first..);
        let deeds = deeds.map(|(deed, number)| (record::deed_key(number), record::deed(deed)));
        let mut records: Vec<(String, String)> = deeds.collect();
        records.extend_from_slice(also);
        if !records.is_empty() {
            store.put_all(&records).await?;
        }
        self.pending.borrow_mut().drain(..pending.len());
        let told = !pending.is_empty();
        self.done.borrow_mut().extend(pending);
        if told {
            tell(MORE);
        }
        Ok(others_came)
    }

    /// Everything that was done here, from the beginning.
    fn replay(&self, desk: Desk) {
        let Some(content) = desk.content.get_untracked() else {
            return;
        };
        let lists = vaekstspejl_workshop::code::lists(&content.later);
        let (done, pending) = (self.done.borrow(), self.pending.borrow());
        desk.hall
            .set(Some(replayed(lists, done.iter().chain(pending.iter()))));
    }
}

/// A hall in which these deeds were done. What was refused then is refused now.
pub fn replayed<'a>(
    lists: vaekstspejl_workshop::code::Lists,
    deeds: impl Iterator<Item = &'a Deed>,
) -> Hall {
    let mut hall = Hall::new(lists);
    for deed in deeds {
        let _ = hall.act(deed);
    }
    hall
}

/// Keeps a deed that was done.
pub fn keep(desk: Desk, deed: Deed) {
    let Some(room) = here() else { return };
    room.pending.borrow_mut().push(deed);
    wasm_bindgen_futures::spawn_local(async move {
        write(desk, &room, Vec::new()).await;
    });
}

/// Writes what is not written yet, with more records in the same piece; false: the device refuses,
/// or the room is gone.
pub async fn write(desk: Desk, room: &Rc<Here>, also: Vec<(String, String)>) -> bool {
    let (mine, done) = (Rc::clone(room), Rc::new(Cell::new(false)));
    let told = Rc::clone(&done);
    line::in_turn(WRITING, async move {
        match mine.write(&also).await {
            Err(Refused) => {
                if is_here(&mine) {
                    desk.room.news.update(|news| news.refused = true);
                }
            }
            Ok(others_came) => {
                told.set(true);
                if others_came && is_here(&mine) {
                    mine.replay(desk);
                }
            }
        }
    })
    .await;
    done.get()
}

/// Tells the other windows.
fn tell(what: &str) {
    TOLD.with_borrow(|channel| {
        if let Some(channel) = channel {
            let _ = channel.post_message(&what.into());
        }
    });
}

/// Tells the other windows that there is a room now, or none any more.
pub fn tell_changed_to_others() {
    tell(CHANGED);
}

/// Listens to the other windows as long as the page lives. `changed`: there is another room, or none.
pub fn listen(desk: Desk, changed: fn(Desk)) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
        return;
    };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match event.data().as_string().as_deref() {
            Some(CHANGED) => changed(desk),
            Some(MORE) => catch_up(desk),
            _ => {}
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    TOLD.set(Some(channel));
}

/// Takes over what another window wrote.
pub fn catch_up(desk: Desk) {
    let Some(room) = here() else { return };
    wasm_bindgen_futures::spawn_local(async move {
        write(desk, &room, Vec::new()).await;
    });
}

/// This device's memory for small things that the facilitator has chosen to keep.
fn memory() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Reads a small thing.
pub fn remembered(name: &str) -> Option<String> {
    memory()?.get_item(name).ok()?
}

/// Keeps a small thing, or with `None` forgets it. False: the device refuses.
pub fn remember(name: &str, text: Option<&str>) -> bool {
    let Some(memory) = memory() else { return false };
    match text {
        Some(text) => memory.set_item(name, text).is_ok(),
        None => memory.remove_item(name).is_ok(),
    }
}

/// Marks that there is a room on this device, or none.
pub fn mark(there: bool) {
    remember(MARK, there.then_some("1"));
}

/// Whether there may be a room on this device; looking makes none.
pub async fn may_be_there() -> bool {
    remembered(MARK).is_some() || vaekstspejl::browser::database::exists(record::DATABASE).await
}

/// A clock that no one sets (milliseconds since the page was opened).
pub fn steady_ms() -> f64 {
    let performance = web_sys::window()
        .and_then(|window| Reflect::get(&window, &"performance".into()).ok())
        .and_then(|it| it.dyn_into::<web_sys::Performance>().ok());
    performance.map_or(0.0, |it| it.now())
}
