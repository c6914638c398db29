//! The state of one visit: the open key file, the letters, and what the page has to tell.
//!
//! Everything secret is in [`Desk::keys`] and [`Desk::letters`], in memory only; [`Desk::lock`]
//! drops both.

use crate::{
    browser,
    letters::{Filter, Letter},
    making::Making,
    room::now::Now,
    route::Route,
    trouble::Trouble,
};
use std::{cell::Cell, sync::Arc};
use vaekstspejl::{browser::address, session::Session, state::State};
use vaekstspejl_engine::{Answers, Content, content::Office};
use vaekstspejl_envelope::{Sid, key_file::KeyFile};
use vaekstspejl_mailbox::wire::MailboxState;
use vaekstspejl_workshop::hall::Hall;

/// Minutes without use after which the mailbox is locked, to choose from.
pub const IDLE_MINUTES: [u32; 4] = [5, 15, 30, 60];

/// What is being done that takes a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Busy {
    /// Nothing.
    #[default]
    No,
    /// The passphrase is being made into a key.
    Unlocking,
    /// So many letters of so many are open.
    Opening(usize, usize),
    /// So many letters have come.
    Fetching(usize),
    /// Something short is asked of the relay.
    Asking,
}

/// Why the mailbox is closed, when it was open before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closed {
    /// It was never open, or the person closed it.
    #[default]
    Plainly,
    /// Nobody was there.
    Idle,
    /// The link led to something inside.
    LinkInside,
    /// Everything on this device has been forgotten.
    Forgotten,
}

/// What the list of letters has to tell besides letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// So many new letters came with the last fetching.
    pub fetched: Option<usize>,
    /// It was stopped by the person.
    pub stopped: bool,
    /// Fetching did not work.
    pub trouble: Option<Trouble>,
    /// The mailbox's history is not what it was.
    pub history: bool,
    /// The last day of a letter that is later than today by this device's clock.
    pub future_day: Option<u32>,
    /// The device does not store letters.
    pub refused: bool,
    /// Another tab is fetching.
    pub other_tab: bool,
    /// So many letters were withdrawn and removed here.
    pub withdrawn: usize,
    /// So many letters were deleted in the mailbox before they were fetched.
    pub gone: usize,
    /// So many letters were taken out of the mailbox.
    pub emptied: Option<usize>,
    /// Taking them out did not work.
    pub not_emptied: bool,
}

/// The state of one visit. Copied freely; all copies are the same state.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What the respondent's components draw from: content, and the answers of one letter.
    pub session: Session,
    /// Words and guide, in the person's language.
    pub office: State<Option<&'static Office>>,
    /// The content in one piece, for the engine.
    pub content: State<Option<&'static Content>>,
    /// The screen.
    pub route: State<Route>,
    /// The open key file.
    pub keys: State<Option<Arc<KeyFile>>>,
    /// All letters on this device, the newest first.
    pub letters: State<Vec<Letter>>,
    /// What is looked for in the list.
    pub filter: State<Filter>,
    /// The page of the list, from 0.
    pub page: State<usize>,
    /// What is being done.
    pub busy: State<Busy>,
    /// The person wants it to stop.
    pub stop: State<bool>,
    /// What the list has to tell.
    pub news: State<News>,
    /// Why the mailbox is closed.
    pub closed: State<Closed>,
    /// A key file in the making.
    pub making: State<Option<Making>>,
    /// Minutes without use after which the mailbox is locked.
    pub idle_minutes: State<u32>,
    /// The text of the open key file, sealed as it is.
    pub file: State<String>,
    /// What did not work on a screen that asks for something.
    pub trouble: State<Option<Trouble>>,
    /// How the mailbox is, as the relay told last.
    pub mailbox: State<Option<Result<MailboxState, Trouble>>>,
    /// The name of the file saved last.
    pub saved: State<Option<String>>,
    /// How deleting a letter went, if it was tried.
    pub deleted: State<Option<bool>>,
    /// The workshop room that is open on this page.
    pub hall: State<Option<Hall>>,
    /// How that room is at this moment.
    pub room: Now,
}

thread_local! {
    static HERE: Cell<Option<Desk>> = const { Cell::new(None) };
}

impl Desk {
    /// The state at the start of a visit.
    pub fn provide(route: Route) -> Self {
        let desk = Self {
            session: Session::provide(vaekstspejl::route::Route::Start, None),
            office: State::new(None),
            content: State::new(None),
            route: State::new(route),
            keys: State::new(None),
            letters: State::new(Vec::new()),
            filter: State::new(Filter::default()),
            page: State::new(0),
            busy: State::new(Busy::No),
            stop: State::new(false),
            news: State::new(News::default()),
            closed: State::new(Closed::Plainly),
            making: State::new(None),
            idle_minutes: State::new(15),
            file: State::new(String::new()),
            trouble: State::new(None),
            mailbox: State::new(None),
            saved: State::new(None),
            deleted: State::new(None),
            hall: State::new(None),
            room: Now::new(),
        };
        desk.close_before_inside();
        HERE.with(|here| here.set(Some(desk)));
        desk
    }

    /// The desk of this page. There is one; events and tasks need it outside of any component.
    pub fn here() -> Self {
        HERE.with(Cell::get)
            .expect("the page provides it before anything is drawn")
    }

    /// Goes to a screen, as a link would.
    pub fn go(&self, route: &Route) {
        self.route.set(route.clone());
        address::go(&route.href());
    }

    /// The address has changed.
    pub fn arrive(&self, route: Route) {
        if self.route.with_untracked(|shown| *shown != route) {
            self.route.set(route);
            self.close_before_inside();
        }
    }

    /// What is inside the mailbox is shown only when it is open.
    fn close_before_inside(&self) {
        let inside = self.route.with_untracked(Route::is_locked);
        if inside && self.keys.with_untracked(Option::is_none) {
            self.closed.set(Closed::LinkInside);
            self.route.set(Route::Open);
            address::replace(&Route::Open.href());
        }
    }

    /// Closes the mailbox: everything opened is dropped.
    pub fn lock(&self, why: Closed) {
        self.stop.set(true);
        self.keys.set(None);
        self.letters.set(Vec::new());
        self.session.answers.set(Answers::default());
        self.filter.set(Filter::default());
        self.page.set(0);
        self.news.set(News::default());
        self.making.set(None);
        self.file.set(String::new());
        self.trouble.set(None);
        self.mailbox.set(None);
        self.saved.set(None);
        self.deleted.set(None);
        self.busy.set(Busy::No);
        self.closed.set(why);
        browser::close();
        self.go(&Route::Open);
    }

    /// The letters shown, by their place in [`Desk::letters`].
    pub fn shown(&self) -> Vec<usize> {
        self.filter.with(|filter| {
            self.letters.with(|letters| {
                let shown = letters.iter().enumerate();
                let shown = shown.filter(|(_, letter)| filter.shows(letter));
                shown.map(|(place, _)| place).collect()
            })
        })
    }

    /// The letter of that id.
    pub fn letter(&self, sid: &str) -> Option<Letter> {
        self.letters
            .with(|all| all.iter().find(|it| it.sid.to_string() == sid).cloned())
    }

    /// Marks a letter, here and in the local store.
    pub fn mark(&self, sid: Sid, handled: bool) {
        self.letters.update(|letters| {
            for letter in letters.iter_mut().filter(|it| it.sid == sid) {
                letter.handled = handled;
            }
        });
        browser::mark(*self, sid, handled);
    }

    /// Changes what the list has to tell.
    pub fn tell(&self, change: impl FnOnce(&mut News)) {
        self.news.update(change);
    }
}
