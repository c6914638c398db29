//! The shell around the sender's queue: it carries bytes between the queue's states
//! (`vaekstspejl_mailbox::outbox`), this device's database and the line. It decides nothing.
//!
//! On a shared device, and where the device does not store, the letters are in memory only and
//! the person is told to leave the page open.

#[cfg(target_arch = "wasm32")]
pub use browser::{forget, hurry, remove, seal, start, unpark, withdraw};
#[cfg(not(target_arch = "wasm32"))]
pub use native::{forget, hurry, remove, seal, start, unpark, withdraw};

use crate::{sending::Unsent, session::Session, state::State};
use std::sync::OnceLock;
use vaekstspejl_envelope::Sid;
#[cfg(target_arch = "wasm32")]
use vaekstspejl_mailbox::call::Reply;
use vaekstspejl_mailbox::outbox::{self, Item};

/// The letters of this device as they were last read, and how they are kept.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    /// In the order they were written, newest first.
    pub items: Vec<Item>,
    /// In memory only: closing the page loses what is not sent.
    pub memory_only: bool,
    /// A letter is being sealed.
    pub sealing: bool,
    /// A letter was sealed in this visit, and no other is being written.
    pub sent: bool,
    /// Records that this program cannot read: of a newer one, or damaged. They are left alone.
    pub unread: usize,
    /// What was heard at the last try of a letter.
    heard: Vec<(Sid, Heard)>,
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
    /// An answer, but not a mailbox's: the log-in page of a network, perhaps.
    Stranger,
    /// The mailbox: not now.
    NotNow,
}

impl Letters {
    /// What was heard at the last try of this letter; nothing: not tried in this visit.
    pub fn heard(&self, sid: Sid) -> Option<Heard> {
        let found = self.heard.iter().find(|(id, _)| *id == sid);
        found.map(|(_, heard)| *heard)
    }

    #[cfg(target_arch = "wasm32")]
    fn hear(&mut self, sid: Sid, reply: Option<&Reply>) {
        let heard = match reply {
            None => Heard::Nothing,
            Some(reply) if reply.problem().is_some() => Heard::NotNow,
            Some(_) => Heard::Stranger,
        };
        self.heard.retain(|(id, _)| *id != sid);
        self.heard.push((sid, heard));
    }
}

/// The letters of this visit.
pub fn kept() -> State<Letters> {
    static LETTERS: OnceLock<State<Letters>> = OnceLock::new();
    *LETTERS.get_or_init(|| State::new(Letters::default()))
}

/// Shows these letters, here and in the notice above every screen.
fn show(session: Session, mut items: Vec<Item>) {
    items.sort_by_key(|item| (core::cmp::Reverse(item.sealed_day), item.sid));
    let count = |wanted: fn(&outbox::State) -> bool| {
        items.iter().filter(|item| wanted(&item.state)).count()
    };
    let unsent = Unsent {
        waiting: count(|it| {
            use outbox::State::{Sealed, Sending, Withdrawing};
            matches!(it, Sealed { .. } | Sending { .. } | Withdrawing { .. })
        }),
        parked: count(|it| matches!(it, outbox::State::Parked { .. })),
    };
    if session.unsent.get_untracked() != unsent {
        session.unsent.set(unsent);
    }
    if kept().with_untracked(|it| it.items != items) {
        kept().update(|it| it.items = items);
    }
}

/// Outside the browser nothing is sent.
#[cfg(not(target_arch = "wasm32"))]
mod native {
    use crate::session::Session;
    use leptos::prelude::*;
    use vaekstspejl_engine::{catalogue::Mailbox, catalogue::Office, submission::Submission};
    use vaekstspejl_envelope::Sid;

    pub fn start(session: Session) {
        super::show(session, Vec::new());
    }
    pub fn forget(session: Session) {
        super::show(session, Vec::new());
    }
    pub fn seal(
        _: Session,
        _: &'static Office,
        _: &'static Mailbox,
        _: &Submission,
        _: RwSignal<Option<String>>,
    ) {
    }
    pub fn hurry(_: Session) {}
    pub fn withdraw(_: Session, _: Sid) {}
    pub fn unpark(_: Session, _: Sid) {}
    pub fn remove(_: Session, _: Sid) {}
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{kept, show};
    use crate::{
        browser::{
            clock, content,
            database::{self, Database},
            document, line, storage,
        },
        sending::draft,
        session::Session,
        words::{Word, key, text},
    };
    use core::cell::{Cell, RefCell};
    use getrandom::{SysRng, rand_core::UnwrapErr};
    use leptos::{prelude::*, task::spawn_local};
    use std::rc::Rc;
    use vaekstspejl_engine::{
        catalogue::{Mailbox, Office},
        submission::Submission,
    };
    use vaekstspejl_envelope::{Delete, LetterKind, Mid, Post, PublicKey, Sid, seal as sealed};
    use vaekstspejl_mailbox::outbox::{Item, Office as Settings, State, due, rest_ms};

    /// Another tab is at it: look again after so long (milliseconds).
    const LOOK_AGAIN_MS: u64 = 2_000;
    /// The office's settings could not be read: again after so long (milliseconds).
    const ASK_AGAIN_MS: u64 = 60_000;
    /// Held while one letter is read, changed and written.
    const TURN: &str = "vaekstspejl-letters-turn";

    thread_local! {
        /// The open database.
        static DATABASE: RefCell<Option<Database>> = const { RefCell::new(None) };
        /// The letters, where the device does not store.
        static MEMORY: RefCell<Vec<Item>> = const { RefCell::new(Vec::new()) };
        /// The visit, for those who call back.
        static SESSION: Cell<Option<Session>> = const { Cell::new(None) };
        /// This tab has already taken up what a tab that is no more had left.
        static RECOVERED: Cell<bool> = const { Cell::new(false) };
        /// Letters of a person who has left this shared device. When they are where they should
        /// be, nothing of them is shown to whoever is here now.
        static LEFT: RefCell<Vec<Sid>> = const { RefCell::new(Vec::new()) };
        /// This tab is at it.
        static BUSY: Cell<bool> = const { Cell::new(false) };
    }

    /// Takes up the letters of earlier visits and goes on with them.
    pub fn start(session: Session) {
        SESSION.set(Some(session));
        line::on_chance(look);
        go_on(session);
    }

    /// Looks whether something can be done now. The network may be back: no more rest.
    fn look() {
        if let Some(session) = SESSION.get() {
            hurry(session);
        }
    }

    fn woken() {
        if let Some(session) = SESSION.get() {
            go_on(session);
        }
    }

    /// No more waiting between tries.
    pub fn hurry(session: Session) {
        spawn_local(async move {
            for item in all().await {
                modify(item.sid, |item| Some(item.hurried())).await;
            }
            go_on(session);
        });
    }

    /// Takes a letter back.
    pub fn withdraw(session: Session, sid: Sid) {
        change(session, sid, |item| Some(item.withdrawn()));
    }

    /// Tries a parked letter again.
    pub fn unpark(session: Session, sid: Sid) {
        change(session, sid, |item| Some(item.unparked(clock::now_ms())));
    }

    /// Takes a letter off the list.
    pub fn remove(session: Session, sid: Sid) {
        change(session, sid, |_| None);
    }

    /// Changes a letter by the person's wish, then goes on.
    fn change(session: Session, sid: Sid, act: impl FnOnce(Item) -> Option<Item> + 'static) {
        spawn_local(async move {
            modify(sid, act).await;
            show(session, all().await);
            go_on(session);
        });
    }

    /// Forgets the letters. On a shared device those not sent yet go on in memory: they are
    /// sealed, and only the office can read them. So do withdrawals: who has taken a letter back
    /// and left has taken it back.
    pub fn forget(session: Session) {
        DATABASE.with_borrow_mut(|database| *database = None);
        let is_shared = session.shared_device.get_untracked();
        MEMORY.with_borrow_mut(|items| items.retain(|item| is_shared && is_on_its_way(item)));
        let left = MEMORY.with_borrow(|items| items.iter().map(|item| item.sid).collect());
        LEFT.set(left);
        kept().update(|it| {
            it.memory_only = MEMORY.with_borrow(|items| !items.is_empty());
            it.sent = false;
        });
        show(session, MEMORY.with_borrow(Clone::clone));
    }

    fn is_on_its_way(item: &Item) -> bool {
        use State::{Sealed, Sending, Withdrawing};
        matches!(
            item.state,
            Sealed { .. } | Sending { .. } | Withdrawing { .. }
        )
    }

    /// Takes away what somebody left behind and is done.
    fn tidy() {
        MEMORY.with_borrow_mut(|items| {
            let left = |sid: &Sid| LEFT.with_borrow(|left| left.contains(sid));
            items.retain(|item| {
                let is_done = matches!(item.state, State::Accepted { .. } | State::Withdrawn);
                !(is_done && left(&item.sid))
            });
        });
    }

    /// Seals what was read and agreed to, and queues it.
    pub fn seal(
        session: Session,
        office: &'static Office,
        mailbox: &'static Mailbox,
        letter: &Submission,
        said: RwSignal<Option<String>>,
    ) {
        if kept().with_untracked(|it| it.sealing) {
            return; // a second click
        }
        kept().update(|it| it.sealing = true);
        let payload = letter.to_json();
        let owner = Owner::current();
        spawn_local(async move {
            document::after_paint().await;
            match made(office, mailbox, payload.as_bytes()) {
                Ok(item) => {
                    queue(session, item).await;
                    draft::forget(); // contact details do not stay
                    kept().update(|it| it.sent = true);
                    document::focus_on("letters");
                }
                Err(why) => {
                    let words = owner.map(|owner| owner.with(|| text(why).to_owned()));
                    said.try_set(words);
                }
            }
            kept().update(|it| it.sealing = false);
            go_on(session);
        });
    }

    fn made(office: &Office, mailbox: &Mailbox, payload: &[u8]) -> Result<Item, Word> {
        if !has_chance() {
            return Err(key::SEALED_NO_SECRETS);
        }
        let to = PublicKey::parse(&mailbox.key).map_err(|_| key::SEALED_BAD_KEY)?;
        let mid = Mid::parse(&mailbox.id).map_err(|_| key::SEALED_BAD_KEY)?;
        let post = Post::parse(&mailbox.post).map_err(|_| key::SEALED_BAD_KEY)?;
        let chance = &mut UnwrapErr(SysRng);
        let sid = Sid::random(chance);
        let delete = Delete::random(chance);
        let letter = sealed(LetterKind::Submission, &to, &mid, &sid, payload, chance)
            .map_err(|_| key::SEALED_FAILED)?;
        Item::new(
            letter,
            &mailbox.relay,
            &post,
            &delete,
            &office.name,
            clock::now_ms(),
        )
        .ok_or(key::SEALED_FAILED)
    }

    /// Whether the browser's randomness is any: without it nothing is sealed.
    fn has_chance() -> bool {
        let (mut one, mut other) = ([0_u8; 32], [0_u8; 32]);
        let drawn = getrandom::fill(&mut one).is_ok() && getrandom::fill(&mut other).is_ok();
        drawn && one != other && one != [0; 32] && other != [0; 32]
    }

    async fn queue(session: Session, item: Item) {
        if session.shared_device.get_untracked() || !keep(&item).await {
            MEMORY.with_borrow_mut(|items| items.push(item));
            kept().update(|it| it.memory_only = true);
        }
        show(session, all().await);
    }

    /// Puts a new letter on the disk; false: the device refuses.
    async fn keep(item: &Item) -> bool {
        if !storage::note_letters() {
            return false;
        }
        write(item).await
    }

    /// Writes a record; true: it is on the disk. A connection that another tab or the browser has
    /// closed is opened once more.
    async fn write(item: &Item) -> bool {
        let (key, record) = (item.sid.to_string(), item.to_record());
        for _ in 0..2 {
            let Some(database) = opened().await else {
                return false;
            };
            if database.put(&key, &record).await.is_ok() {
                return true;
            }
            DATABASE.with_borrow_mut(|place| *place = None);
        }
        false
    }

    /// The database, where there may be letters in it.
    async fn opened() -> Option<Database> {
        let is_shared = SESSION
            .get()
            .is_some_and(|it| it.shared_device.get_untracked());
        if is_shared || !storage::has_letters() {
            return None;
        }
        if let Some(database) = DATABASE.with_borrow(Clone::clone) {
            return Some(database);
        }
        let database = Database::open(storage::LETTERS).await.ok()?;
        DATABASE.with_borrow_mut(|place| *place = Some(database.clone()));
        Some(database)
    }

    /// Every letter there is. What a newer program wrote is left alone.
    async fn all() -> Vec<Item> {
        let mut items = MEMORY.with_borrow(Clone::clone);
        let records = records().await;
        let read = records.iter();
        let before = items.len();
        items.extend(read.filter_map(|(_, record)| Item::from_record(record).ok()));
        let unread = records.len() - (items.len() - before);
        if kept().with_untracked(|it| it.unread != unread) {
            kept().update(|it| it.unread = unread);
        }
        items
    }

    /// What is on the disk. A connection that another tab or the browser has closed is opened
    /// once more.
    async fn records() -> Vec<(String, String)> {
        for _ in 0..2 {
            let Some(database) = opened().await else {
                break;
            };
            match database.all().await {
                Ok(records) => return records,
                Err(database::Refused) => DATABASE.with_borrow_mut(|place| *place = None),
            }
        }
        Vec::new()
    }

    /// Reads a letter, changes it (`None`: takes it away) and writes it, with nobody in between.
    /// Gives the letter when it is safe as changed.
    async fn modify(sid: Sid, act: impl FnOnce(Item) -> Option<Item> + 'static) -> Option<Item> {
        let given = Rc::new(Cell::new(None));
        let place = given.clone();
        line::in_turn(TURN, async move {
            let found = all().await.into_iter().find(|item| item.sid == sid);
            let Some(before) = found else { return };
            match act(before.clone()) {
                None => take_away(sid).await,
                Some(after) if after == before => place.set(Some(after)),
                Some(after) if put(&after).await => place.set(Some(after)),
                Some(_) => {}
            }
        })
        .await;
        given.take()
    }

    /// Writes a letter where it lies; true: it is safe there.
    async fn put(item: &Item) -> bool {
        let in_memory = MEMORY.with_borrow_mut(|items| {
            let place = items.iter_mut().find(|it| it.sid == item.sid);
            place.map(|place| *place = item.clone()).is_some()
        });
        if in_memory {
            return true;
        }
        write(item).await
    }

    async fn take_away(sid: Sid) {
        MEMORY.with_borrow_mut(|items| items.retain(|item| item.sid != sid));
        if let Some(database) = opened().await {
            let _ = database.delete(&sid.to_string()).await;
        }
    }

    /// Does what can be done now, if no other tab is at it, and comes back when there is more.
    fn go_on(session: Session) {
        if BUSY.replace(true) {
            return line::wake(storage::LETTERS, LOOK_AGAIN_MS, woken);
        }
        spawn_local(async move {
            let done = line::alone(storage::LETTERS, work(session)).await;
            BUSY.set(false);
            let items = all().await;
            let asks = items.iter().any(Item::needs_settings);
            let asks = asks.then_some(ASK_AGAIN_MS);
            let rest = rest_ms(&items, clock::now_ms()).into_iter().chain(asks);
            let rest = rest.min();
            show(session, items);
            if let Some(rest) = rest {
                // What is due already and was not done: the device does not store at the moment.
                let rest = if done && rest > 0 {
                    rest
                } else {
                    LOOK_AGAIN_MS
                };
                line::wake(storage::LETTERS, rest, woken);
            }
        });
    }

    async fn work(session: Session) {
        if !RECOVERED.replace(true) {
            for item in all().await {
                modify(item.sid, |item| Some(item.recovered())).await;
            }
        }
        // Settings that cannot be read hold nobody up: the letter is tried again as it is.
        let mut can_settle = true;
        loop {
            tidy();
            let items = all().await;
            let unsettled = items.iter().find(|item| item.needs_settings());
            let unsettled = unsettled.map(|item| item.sid).filter(|_| can_settle);
            let next = due(&items, clock::now_ms()).and_then(|place| items.get(place));
            let next = next.map(|item| item.sid);
            show(session, items);
            match (unsettled, next) {
                (Some(sid), _) => can_settle = settle(session, sid).await,
                (None, Some(sid)) if step(session, sid).await => {}
                (None, _) => return,
            }
        }
    }

    /// One try for one letter; false: the device does not store any more, so nothing is sent.
    async fn step(session: Session, sid: Sid) -> bool {
        let Some(begun) = modify(sid, |item| Some(item.begin(clock::now_ms()))).await else {
            return false;
        };
        show(session, all().await);
        let Some((asked, request)) = begun.request() else {
            return true;
        };
        let reply = line::send(&request).await;
        kept().update(|it| it.hear(sid, reply.as_ref()));
        let jitter = getrandom::u32().unwrap_or(u32::MAX / 2);
        let answered =
            move |item: Item| Some(item.answered(asked, reply.as_ref(), clock::now_ms(), jitter));
        modify(sid, answered).await.is_some()
    }

    /// Reads the office's settings again for a letter whose mailbox the relay does not know.
    async fn settle(session: Session, sid: Sid) -> bool {
        let Some(offices) = content::fresh_offices(session).await else {
            return false;
        };
        modify(sid, move |item| Some(configured(item, &offices)))
            .await
            .is_some()
    }

    fn configured(item: Item, offices: &[Office]) -> Item {
        let mid = item.mid.to_string();
        let mailbox = offices
            .iter()
            .filter_map(|office| office.mailbox.as_ref())
            .find(|mailbox| mailbox.id == mid);
        let post = mailbox.and_then(|it| Post::parse(&it.post).ok());
        let settings = mailbox.zip(post.as_ref()).map(|(mailbox, post)| Settings {
            relay: &mailbox.relay,
            mid: item.mid,
            post,
        });
        item.configured(settings.as_ref())
    }
}
