//! The shell around the rooms of this device: it carries bytes between their states
//! ([`super::membership`], `vaekstspejl_mailbox`), this device's record and the line. It decides
//! nothing.
//!
//! On a shared device, and where the device does not store, the room is in memory only and the
//! person is told to leave the page open.

#[cfg(target_arch = "wasm32")]
pub use browser::{enter, forget, hurry, leave, look_at, say, start};
#[cfg(not(target_arch = "wasm32"))]
pub use native::{enter, forget, hurry, leave, look_at, say, start};

use super::membership::{Membership, Rooms};
use crate::state::State;
use std::sync::OnceLock;
use vaekstspejl_envelope::Sid;

/// The rooms of this device as they were last read, and what is known of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The room, and the letters to rooms that were left.
    pub rooms: Rooms,
    /// In memory only: closing the page loses it.
    pub memory_only: bool,
    /// The record is of a newer program, or damaged. It is left alone.
    pub unread: bool,
    /// The room the person was in is over.
    pub over: bool,
    /// The last word has been waiting for so long that another way should be offered.
    pub slow: bool,
    /// It could not be sealed.
    pub failed: bool,
    /// What was heard at the last try of a letter.
    pub heard: Option<(Sid, Heard)>,
    /// What is known of a room that is looked at before going in.
    pub before: Before,
}

/// What came back at the last try.
#[cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "outside the browser nothing is sent")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing: no line.
    Nothing,
    /// An answer, but not a room's: the log-in page of a network, perhaps.
    Stranger,
    /// The room: not now.
    NotNow,
}

/// A room before going in.
#[cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "outside the browser nobody is asked")
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Before {
    /// Not known, or not yet.
    #[default]
    Unknown,
    /// It takes people.
    Open,
    /// It does not, or not any more.
    Closed,
    /// Nobody answers.
    NoNet,
}

impl Kept {
    /// The room the person is in.
    pub fn here(&self) -> Option<&Membership> {
        self.rooms.here.as_ref()
    }
}

/// The rooms of this visit.
pub fn kept() -> State<Kept> {
    static KEPT: OnceLock<State<Kept>> = OnceLock::new();
    *KEPT.get_or_init(|| State::new(Kept::default()))
}

/// Changes what is shown; nothing is drawn anew when nothing has changed.
#[cfg(target_arch = "wasm32")]
fn note(act: impl FnOnce(&mut Kept)) {
    let mut next = kept().get_untracked();
    act(&mut next);
    if kept().with_untracked(|it| *it != next) {
        kept().set(next);
    }
}

/// Outside the browser nothing is sent.
#[cfg(not(target_arch = "wasm32"))]
mod native {
    use crate::session::Session;
    use vaekstspejl_envelope::RoomLink;
    use vaekstspejl_workshop::letter::{Pseudonym, What};

    pub fn start(_: Session) {}
    pub fn forget() {}
    pub fn enter(_: Session, _: RoomLink, _: String, _: Pseudonym) {}
    pub fn look_at(_: &RoomLink, _: &str) {}
    pub fn say(_: What) {}
    pub fn leave() {}
    pub fn hurry() {}
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::super::membership::{Membership, Rooms, Sealer, Unread};
    use super::{Before, Heard, note};
    use crate::{
        browser::{address, clock, document, line, storage},
        route::Route,
        session::Session,
    };
    use core::cell::{Cell, RefCell};
    use getrandom::{SysRng, rand_core::UnwrapErr};
    use leptos::task::spawn_local;
    use std::rc::Rc;
    use vaekstspejl_envelope::{PersonKey, RoomLink, Sid};
    use vaekstspejl_mailbox::{
        call::{Reply, Request, Trouble},
        outbox::{Item, due, rest_ms},
        room,
        wire::MailboxState,
    };
    use vaekstspejl_workshop::letter::{Pseudonym, What};

    /// Another tab is at it: look again after so long (milliseconds).
    const LOOK_AGAIN_MS: u64 = 2_000;
    /// A word that waits for longer is offered another way (milliseconds).
    const SLOW_MS: u64 = 10_000;
    /// The room is asked for the person's place after so long at the earliest (milliseconds) …
    const ASK_MS: u64 = 10_000;
    /// … and up to so much later: not everybody at once.
    const ASK_JITTER_MS: u64 = 10_000;
    /// Held while the record is read, changed and written.
    const TURN: &str = "vaekstspejl-room-turn";
    /// The timer of the question for the person's place.
    const ASK: &str = "vaekstspejl-room-ask";
    /// The timer of a word that waits.
    const SLOW: &str = "vaekstspejl-room-slow";

    thread_local! {
        /// The rooms, where the device does not store; letters of somebody who has left.
        static MEMORY: RefCell<Option<Rooms>> = const { RefCell::new(None) };
        /// The visit, for those who call back.
        static SESSION: Cell<Option<Session>> = const { Cell::new(None) };
        /// This tab has already taken up what a tab that is no more had left.
        static RECOVERED: Cell<bool> = const { Cell::new(false) };
        /// This tab is at it.
        static BUSY: Cell<bool> = const { Cell::new(false) };
        /// This tab is asking for the person's place.
        static ASKING: Cell<bool> = const { Cell::new(false) };
    }

    fn is_shared() -> bool {
        SESSION
            .get()
            .is_some_and(|it| it.shared_device.get_untracked())
    }

    fn sealer() -> Sealer<UnwrapErr<SysRng>> {
        Sealer {
            chance: UnwrapErr(SysRng),
            now_ms: clock::now_ms(),
        }
    }

    /// Whether the browser's randomness is any: without it nothing is sealed.
    fn has_chance() -> bool {
        let (mut one, mut other) = ([0_u8; 32], [0_u8; 32]);
        let drawn = getrandom::fill(&mut one).is_ok() && getrandom::fill(&mut other).is_ok();
        drawn && one != other && one != [0; 32] && other != [0; 32]
    }

    /// Takes up the room of an earlier visit and goes on with it.
    pub fn start(session: Session) {
        SESSION.set(Some(session));
        line::on_chance(look);
        storage::on_room(show);
        show();
        begun();
    }

    /// The network may be back, or the page is looked at: no more rest.
    fn look() {
        hurry();
        ask();
    }

    /// No more waiting between tries.
    pub fn hurry() {
        spawn_local(async {
            for item in read().unwrap_or_default().items() {
                modify(move |rooms| drop(rooms.change(item.sid, Item::hurried))).await;
            }
            go_on();
        });
    }

    /// What this tab has in memory, else the record.
    fn read() -> Result<Rooms, Unread> {
        if let Some(rooms) = MEMORY.with_borrow(Clone::clone) {
            return Ok(rooms);
        }
        match storage::room().filter(|_| !is_shared()) {
            Some(record) => Rooms::from_record(&record),
            None => Ok(Rooms::default()),
        }
    }

    /// Writes it where it lies; a device that refuses has it in memory.
    fn write(rooms: Rooms) {
        let in_memory = MEMORY.with_borrow(Option::is_some);
        if rooms.is_empty() {
            MEMORY.set(None);
            if !in_memory {
                storage::forget_room();
            }
        } else if in_memory || is_shared() || !storage::keep_room(&rooms.to_record()) {
            MEMORY.set(Some(rooms));
        }
    }

    /// Reads, changes and writes, with nobody in between. False: what is there cannot be read, and
    /// is left alone.
    async fn modify(act: impl FnOnce(&mut Rooms) + 'static) -> bool {
        let done = Rc::new(Cell::new(false));
        let place = done.clone();
        line::in_turn(TURN, async move {
            let Ok(before) = read() else { return };
            let mut rooms = before.clone();
            act(&mut rooms);
            if rooms != before {
                write(rooms);
            }
            place.set(true);
        })
        .await;
        show();
        done.get()
    }

    /// Shows what there is now.
    fn show() {
        let read = read();
        let memory_only = MEMORY.with_borrow(Option::is_some);
        note(|it| {
            it.unread = read.is_err();
            it.memory_only = memory_only;
            it.rooms = read.unwrap_or_default();
            let waits = it.here().is_some_and(|it| !it.is_received());
            it.slow &= waits;
            it.over &= it.here().is_none();
        });
    }

    /// Goes into a room as somebody new. It is kept before anything is sent.
    pub fn enter(session: Session, link: RoomLink, relay: String, name: Pseudonym) {
        SESSION.set(Some(session));
        if !has_chance() {
            return note(|it| it.failed = true);
        }
        // Letters of somebody who has left go on; who comes now is kept if the device keeps.
        let left = MEMORY.take().map_or_else(Vec::new, |it| it.leaving);
        spawn_local(async move {
            let person = PersonKey::random(&mut UnwrapErr(SysRng));
            let member = Membership::new(link, relay, person, name, &mut sealer());
            note(|it| it.failed = member.is_none());
            let Some(member) = member else { return };
            let entered = modify(move |rooms| {
                rooms.leaving.extend(left);
                // Another tab may have been quicker: one phone is one person.
                rooms.here.get_or_insert(member);
            });
            if entered.await {
                // The link has done its work: whoever looks at this phone's history finds none.
                let there = Route::Join(String::new());
                address::replace(&there.href());
                session.route.set(there);
            }
            begun();
        });
    }

    /// Says something else to the room.
    pub fn say(what: What) {
        if !has_chance() {
            return note(|it| it.failed = true);
        }
        spawn_local(async move {
            modify(move |rooms| {
                let sealed = rooms.say(what, &mut sealer());
                note(|it| it.failed = !sealed);
            })
            .await;
            begun();
        });
    }

    /// A word has been queued: it is sent, and if that takes long another way is offered.
    fn begun() {
        line::wake(SLOW, SLOW_MS, || {
            note(|it| it.slow = it.here().is_some_and(|it| !it.is_received()));
        });
        go_on();
        ask();
    }

    /// Leaves the room.
    pub fn leave() {
        spawn_local(async {
            modify(|rooms| rooms.leave(&mut sealer())).await;
            go_on();
        });
    }

    /// Leaves the room and forgets it. The room is told as long as this page is there; the letter
    /// is sealed, and nothing of it is on the device.
    pub fn forget() {
        let mut rooms = read().unwrap_or_default();
        rooms.leave(&mut sealer());
        MEMORY.set((!rooms.is_empty()).then_some(rooms));
        storage::forget_room();
        note(|it| it.over = false);
        show();
        go_on();
    }

    /// Does what can be done now, if no other tab is at it, and comes back when there is more.
    fn go_on() {
        if BUSY.replace(true) {
            return line::wake(storage::ROOM, LOOK_AGAIN_MS, go_on);
        }
        spawn_local(async {
            let done = line::alone(storage::ROOM, work()).await;
            BUSY.set(false);
            show();
            let rooms = read().unwrap_or_default();
            let new = |it: &Membership| it.is_received() && it.closes_ms.is_none();
            if rooms.here.as_ref().is_some_and(new) {
                ask();
            }
            if let Some(rest) = rest_ms(&rooms.items(), clock::now_ms()) {
                // What is due already and was not done: another tab is at it.
                let rest = if done && rest > 0 {
                    rest
                } else {
                    LOOK_AGAIN_MS
                };
                line::wake(storage::ROOM, rest, go_on);
            }
        });
    }

    async fn work() {
        let again = !RECOVERED.replace(true);
        for item in read().unwrap_or_default().items() {
            // There are no settings to read anew: a room's link is all there is.
            let act = move |item: Item| match again {
                true => item.recovered().configured(None),
                false => item.configured(None),
            };
            modify(move |rooms| drop(rooms.change(item.sid, act))).await;
        }
        loop {
            tidy().await;
            let items = read().unwrap_or_default().items();
            let next = due(&items, clock::now_ms()).and_then(|place| items.get(place));
            let Some(sid) = next.map(|item| item.sid) else {
                return;
            };
            if !step(sid).await {
                return;
            }
        }
    }

    /// Takes away what is done with, and the room when it is over.
    async fn tidy() {
        modify(|rooms| {
            if rooms.tidy(clock::now_ms()) {
                note(|it| it.over = true);
            }
        })
        .await;
    }

    /// One try for one letter; false: it is not there any more.
    async fn step(sid: Sid) -> bool {
        let begun = Rc::new(Cell::new(None));
        let place = begun.clone();
        modify(move |rooms| {
            place.set(rooms.change(sid, |item| item.begin(clock::now_ms())));
        })
        .await;
        let Some(begun) = begun.take() else {
            return false;
        };
        let Some((asked, request)) = begun.request() else {
            return true;
        };
        let reply = line::send(&request).await;
        note(|it| it.heard = Some((sid, heard(reply.as_ref()))));
        let jitter = getrandom::u32().unwrap_or(u32::MAX / 2);
        modify(move |rooms| {
            let now = clock::now_ms();
            rooms.change(sid, |item| {
                item.answered(asked, reply.as_ref(), now, jitter)
                    .configured(None)
            });
        })
        .await
    }

    fn heard(reply: Option<&Reply>) -> Heard {
        match reply {
            None => Heard::Nothing,
            Some(reply) if reply.problem().is_some() => Heard::NotNow,
            Some(_) => Heard::Stranger,
        }
    }

    /// Looks whether a room takes people, before somebody goes in. The question tells nothing of
    /// them.
    pub fn look_at(link: &RoomLink, relay: &str) {
        note(|it| it.before = Before::Unknown);
        let request = room::state_request_for_post(relay, &link.mid(), &link.post);
        spawn_local(async move {
            let reply = line::send(&request).await;
            let before = match room::told(reply.as_ref()) {
                Ok(MailboxState { open: true, .. }) => Before::Open,
                Ok(_) | Err(Trouble::Config | Trouble::Never { .. }) => Before::Closed,
                Err(Trouble::Later { .. }) if reply.is_none() => Before::NoNet,
                Err(Trouble::Later { .. }) => Before::Unknown,
            };
            note(|it| it.before = before);
        });
    }

    /// Asks for the person's place and how long the room lives, now and again and again while the
    /// page is looked at.
    fn ask() {
        if ASKING.replace(true) {
            return;
        }
        spawn_local(async {
            ask_once().await;
            ASKING.set(false);
            let rooms = read().unwrap_or_default();
            if rooms.here.is_some() && document::is_seen() {
                let jitter = getrandom::u32().map_or(0, u64::from) % ASK_JITTER_MS;
                line::wake(ASK, ASK_MS + jitter, ask);
            }
        });
    }

    async fn ask_once() {
        // Nobody is asked for before the room has heard of them.
        let here = read().unwrap_or_default().here;
        let Some(here) = here.filter(|it| document::is_seen() && it.is_received()) else {
            return tidy().await;
        };
        let (mid, post) = (here.link.mid(), &here.link.post);
        if here.closes_ms.is_none() {
            let request = room::state_request_for_post(&here.relay, &mid, post);
            let state = told(&here, &request).await;
            let left = state.and_then(|it| it.closes_in_s);
            if let Some(left) = left {
                let closes = clock::now_ms().saturating_add(left.saturating_mul(1_000));
                let person = here.letter.person.clone();
                modify(move |rooms| {
                    let same = rooms.here.as_mut().filter(|it| it.letter.person == person);
                    if let Some(here) = same {
                        here.closes_ms = Some(closes);
                    }
                })
                .await;
            }
        }
        let tag = here.letter.person.tag();
        let request = room::place_request(&here.relay, &mid, post, &tag);
        let reply = line::send(&request).await;
        match room::place(reply.as_ref()) {
            Ok(found) => {
                let place = found.piece.and_then(|piece| here.open(&piece).ok());
                if let Some(place) = place {
                    let person = here.letter.person.clone();
                    modify(move |rooms| {
                        rooms.told(&person, place);
                    })
                    .await;
                }
            }
            // The relay's own word that there is no such room any more.
            Err(Trouble::Config | Trouble::Never { .. }) => {
                let request = room::state_request_for_post(&here.relay, &mid, post);
                let _ = told(&here, &request).await;
            }
            Err(Trouble::Later { .. }) => {}
        }
        tidy().await;
    }

    /// What the relay says of the room; a room that is not there any more is over.
    async fn told(here: &Membership, request: &Request) -> Option<MailboxState> {
        let reply = line::send(request).await;
        let found = room::told(reply.as_ref());
        if matches!(found, Err(Trouble::Config | Trouble::Never { .. })) {
            let person = here.letter.person.clone();
            modify(move |rooms| {
                if let Some(here) = rooms.here.as_mut().filter(|it| it.letter.person == person) {
                    here.closes_ms = Some(0);
                }
            })
            .await;
        }
        found.ok()
    }
}
