//! The conversation of a room with its mailbox: what comes is opened, done, kept and acknowledged;
//! each phone is told its own.
//!
//! One window does it. Nothing that comes can stop it: a letter that cannot be read is counted.

use super::{
    keys::randomness,
    room,
    room_store::{self, Here, is_here},
};
use crate::{
    desk::Desk,
    room::{
        names,
        now::{Line, Trouble, change},
        place::{numbered, places},
        record,
    },
};
use js_sys::{Array, Function, Promise};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use vaekstspejl::browser::{clock, line};
use vaekstspejl_envelope::{Sid, letter};
use vaekstspejl_mailbox::{
    inbox::{self, Event, Ledger},
    room as client,
    wire::{LONGEST_WAIT, MOST_PIECES, MailboxState, Page},
};
use vaekstspejl_workshop::{
    hall::{Deed, Refused},
    place::Place,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

/// The state of the mailbox is asked for at least this often (milliseconds).
const STATE_EVERY_MS: f64 = 30_000.0;
/// The first wait after trouble, and the longest (milliseconds). Each wait is drawn from 0 to twice
/// the one before.
const WAIT_MS: f64 = 1_000.0;
const LONGEST_WAIT_MS: f64 = 30_000.0;
/// How long a plan rests before phones are told of it (milliseconds).
const PLAN_RESTS_MS: i32 = 2_000;

thread_local! {
    /// Ends what is waited for.
    static WOKEN: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// What the phones were told last.
    static TOLD: RefCell<Vec<(String, Place)>> = const { RefCell::new(Vec::new()) };
    static TIMER: Cell<i32> = const { Cell::new(0) };
    /// The mailbox is to be asked for its state at once.
    static ASK: Cell<bool> = const { Cell::new(false) };
}

/// Asks the mailbox how it is, now.
pub fn ask_now() {
    ASK.set(true);
    wake();
}

/// Collects as long as the room is open on this page, when no other window does.
pub fn begin(desk: Desk, room: Rc<Here>) {
    TOLD.set(Vec::new());
    spawn_local(async move {
        let name = ["vaekst-room-", &room.secrets.mid.to_string()].concat();
        if line::alone(&name, work(desk, Rc::clone(&room))).await {
            return;
        }
        if is_here(&room) {
            change(desk.room.line, Line::Elsewhere);
        }
        line::in_turn(&name, work(desk, room)).await;
    });
}

/// Ends what is waited for: there may be a line again, or something to do.
pub fn wake() {
    if let Some(woken) = WOKEN.take() {
        let _ = woken.call0(&JsValue::NULL);
    }
}

fn waking() -> Promise {
    Promise::new(&mut |resolve, _| WOKEN.set(Some(resolve)))
}

/// Waits, at most so long.
pub async fn sleep(ms: f64) {
    let time = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32);
        }
    });
    let _ = JsFuture::from(Promise::race(&Array::of2(&time, &waking()))).await;
}

/// What comes, or nothing when it is woken before that.
async fn or_woken<T: 'static>(work: impl Future<Output = T> + 'static) -> Option<T> {
    let place = Rc::new(RefCell::new(None));
    let result = Rc::clone(&place);
    let work = future_to_promise(async move {
        let done = work.await;
        result.replace(Some(done));
        Ok(JsValue::UNDEFINED)
    });
    let _ = JsFuture::from(Promise::race(&Array::of2(work.unchecked_ref(), &waking()))).await;
    place.take()
}

async fn work(desk: Desk, room: Rc<Here>) {
    if !is_here(&room) {
        return;
    }
    room.collects.set(true);
    if room.record.borrow().is_rehearsal() {
        return super::room_rehearsal::run(desk, room).await;
    }
    // What another window did before this one had its turn.
    room_store::write(desk, &room, Vec::new()).await;
    change(desk.room.line, Line::Beginning);
    let stored = room.get(record::LEDGER).await;
    let stored = stored.and_then(|it| Ledger::from_record(&it, &room.secrets.mid).ok());
    let mut collector = Collector {
        desk,
        ledger: stored.unwrap_or_else(|| Ledger::new(&room.secrets.mid)),
        room,
        asked_ms: f64::NEG_INFINITY,
    };
    let mut wait = WAIT_MS;
    while is_here(&collector.room) {
        match collector.turn().await {
            Ok(()) => wait = WAIT_MS,
            Err(trouble) => {
                let line = trouble.map_or(Line::Gone, Line::Away);
                if is_here(&collector.room) {
                    change(desk.room.line, line);
                }
                collector.asked_ms = f64::NEG_INFINITY;
                sleep(js_sys::Math::random().mul_add(wait, wait / 4.0)).await;
                wait = (wait * 2.0).min(LONGEST_WAIT_MS);
            }
        }
    }
}

struct Collector {
    desk: Desk,
    room: Rc<Here>,
    ledger: Ledger,
    /// When the mailbox was asked for its state last.
    asked_ms: f64,
}

impl Collector {
    /// `Err(None)`: there is no such room.
    async fn turn(&mut self) -> Result<(), Option<Trouble>> {
        if ASK.take() || room_store::steady_ms() - self.asked_ms > STATE_EVERY_MS {
            self.ask().await?;
        }
        let shut = self.room.record.borrow().shut;
        let closing = room::is_closing() || self.is_closed();
        if closing && !shut {
            return self.shut().await;
        }
        if shut {
            change(self.desk.room.line, Line::Shut);
            sleep(STATE_EVERY_MS).await;
            return Ok(());
        }
        change(self.desk.room.line, Line::Listening);
        let (relay, owner) = (self.relay(), self.room.secrets.owner.clone());
        let request = self.ledger.wait_request(&relay, &owner, LONGEST_WAIT);
        let Some(reply) = or_woken(async move { line::send(&request).await }).await else {
            return Ok(());
        };
        let page = inbox::page(reply.as_ref()).map_err(|_| Trouble::of(reply.as_ref()))?;
        self.take(&page).await
    }

    fn relay(&self) -> String {
        self.room.record.borrow().relay.clone()
    }

    fn is_closed(&self) -> bool {
        let hall = self.desk.hall;
        hall.with_untracked(|hall| hall.as_ref().is_some_and(|it| it.is_closed()))
    }

    /// How the mailbox is: what is owed, how long it lives, what phones were told.
    async fn ask(&mut self) -> Result<(), Option<Trouble>> {
        let (relay, owner) = (self.relay(), self.room.secrets.owner.clone());
        let reply = line::send(&self.ledger.state_request(&relay, &owner)).await;
        let state = client::told(reply.as_ref()).map_err(|_| Trouble::of(reply.as_ref()))?;
        self.asked_ms = room_store::steady_ms();
        self.keep_time(&state).await;
        if let Some(owner) = &state.owner {
            // another past of the relay: its letters are asked for once more, and known ones are known
            let _ = self.ledger.compare(owner);
            let told = u64::from(self.room.record.borrow().places);
            if owner.places_number < told {
                TOLD.set(Vec::new());
            }
        }
        tell_phones(self.desk).await;
        let mut above = 0;
        while let Some(request) = self.ledger.owed_request(above, &relay, &owner) {
            let reply = line::send(&request).await;
            let page = inbox::page(reply.as_ref()).map_err(|_| Trouble::of(reply.as_ref()))?;
            let Some(last) = page.rows.last() else { break };
            above = last.seq.max(above.saturating_add(1));
            self.take(&page).await?;
        }
        Ok(())
    }

    /// The relay's clock counts: this device's may be wrong.
    async fn keep_time(&self, state: &MailboxState) {
        let now = clock::now_ms();
        let closes = state
            .closes_in_s
            .map(|it| now.saturating_add(it.saturating_mul(1_000)));
        let (sure, before, shut) = {
            let record = self.room.record.borrow();
            (record.sure, record.closes_ms, record.shut)
        };
        let differs = closes.is_some_and(|it| it.abs_diff(before) > 5_000);
        let shuts = !state.open && !shut;
        if !sure || differs || shuts {
            let _ = self
                .room
                .change(|record| {
                    record.sure = true;
                    record.closes_ms = closes.unwrap_or(record.closes_ms);
                    record.shut |= shuts;
                })
                .await;
        }
        if shuts {
            // it closed by itself: the hours are over
            room::closed(self.desk);
        }
    }

    /// Takes no more, takes what is still there, and says so to everybody.
    async fn shut(&mut self) -> Result<(), Option<Trouble>> {
        let (relay, owner) = (self.relay(), self.room.secrets.owner.clone());
        let request = client::close_request(&relay, &self.room.secrets.mid, &owner);
        let reply = line::send(&request).await;
        client::ended(reply.as_ref()).map_err(|_| Trouble::of(reply.as_ref()))?;
        loop {
            let reply = line::send(&self.ledger.list_request(&relay, &owner)).await;
            let page = inbox::page(reply.as_ref()).map_err(|_| Trouble::of(reply.as_ref()))?;
            let last = page.rows.is_empty();
            self.take(&page).await?;
            if last {
                break;
            }
        }
        let _ = self.room.change(|record| record.shut = true).await;
        room::closed(self.desk);
        tell_phones(self.desk).await;
        Ok(())
    }

    /// Opens, does, keeps, and only then acknowledges.
    async fn take(&mut self, page: &Page) -> Result<(), Option<Trouble>> {
        let (mut safe, mut also, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for event in self.ledger.take(page) {
            match event {
                Event::New { sid, letter, .. } => {
                    if !self.read(&letter) {
                        also.push((record::unread_key(&sid.to_string()), String::new()));
                    }
                    safe.push(sid);
                }
                // What was said stands until the phone says otherwise in a letter.
                Event::Withdrawn { sid } => gone.push(sid),
                Event::Bad { .. } | Event::Duplicate { .. } | Event::Missed { .. } => {}
                Event::History(_) => {}
            }
        }
        let unread = also.len();
        self.ledger.stored(&safe);
        self.ledger.removed(&gone);
        if page.rows.is_empty() {
            return Ok(());
        }
        also.push((record::LEDGER.to_owned(), self.ledger.to_record()));
        let kept = room_store::write(self.desk, &self.room, also).await;
        if !is_here(&self.room) {
            return Ok(());
        }
        if unread > 0 {
            self.desk.room.news.update(|news| news.unread += unread);
        }
        if kept {
            self.acknowledge().await?;
        }
        Ok(())
    }

    /// Does what a letter says; false: it cannot be read.
    fn read(&self, bytes: &[u8]) -> bool {
        let keys = [self.room.secrets.key.clone()];
        let Ok(opened) = letter::open(bytes, &self.room.secrets.mid, &keys) else {
            return false;
        };
        let Ok(said) = String::from_utf8(opened.payload) else {
            return false;
        };
        // after the end a letter is in nothing, and nobody has to be told
        !matches!(
            crate::room::act(self.desk, Deed::Said(said)),
            Some(Err(Refused::Letter(_)))
        )
    }

    async fn acknowledge(&mut self) -> Result<(), Option<Trouble>> {
        let (relay, owner) = (self.relay(), self.room.secrets.owner.clone());
        let waiting: Vec<Sid> = self.ledger.unacknowledged();
        for of in self.ledger.acknowledge(&waiting, &relay, &owner) {
            let reply = line::send(&of.request).await;
            let done = self.ledger.acknowledged(&of, reply.as_ref());
            done.map_err(|_| Trouble::of(reply.as_ref()))?;
        }
        let record = (record::LEDGER.to_owned(), self.ledger.to_record());
        room_store::write(self.desk, &self.room, vec![record]).await;
        Ok(())
    }
}

/// Something of the room has changed: the phones are told once it rests.
pub fn tell_later(desk: Desk) {
    let Some(window) = web_sys::window() else {
        return;
    };
    if room_store::here().is_none() {
        return;
    }
    let told = wasm_bindgen::prelude::Closure::once_into_js(move || {
        spawn_local(tell_phones(desk));
    });
    let timer = window
        .set_timeout_with_callback_and_timeout_and_arguments_0(told.unchecked_ref(), PLAN_RESTS_MS);
    window.clear_timeout_with_handle(TIMER.replace(timer.unwrap_or(0)));
}

/// Tells every phone its own, if it is something else than before.
async fn tell_phones(desk: Desk) {
    let Some(room) = room_store::here() else {
        return;
    };
    let ready = room.collects.get() && !room.record.borrow().is_rehearsal();
    if !ready || !room.record.borrow().sure {
        return;
    }
    let told = desk
        .hall
        .with_untracked(|hall| hall.as_ref().map(|hall| places(hall, &names())));
    let mut told = told.unwrap_or_default();
    told.truncate(MOST_PIECES);
    let now: Vec<(String, Place)> = told
        .iter()
        .map(|(key, place)| (key.tag().to_string(), place.clone()))
        .collect();
    if now.is_empty() || TOLD.with_borrow(|before| *before == now) {
        return;
    }
    let Ok(mut rng) = randomness() else { return };
    // The number is written before it is used: after a reload it is never used again.
    let _ = room
        .change(|record| record.places = record.places.saturating_add(1))
        .await;
    let number = room.record.borrow().places;
    let mid = room.secrets.mid;
    let pieces = told.iter().filter_map(|(key, place)| {
        let text = numbered(place, number).to_json();
        key.seal(&mid, &text, &mut rng).ok()
    });
    let pieces: Vec<Vec<u8>> = pieces.collect();
    let relay = room.record.borrow().relay.clone();
    let owner = &room.secrets.owner;
    let request = client::put_places_request(&relay, &mid, owner, number.into(), &pieces);
    let reply = line::send(&request).await;
    if client::placed(reply.as_ref()).is_ok() && is_here(&room) {
        TOLD.set(now);
    }
}
