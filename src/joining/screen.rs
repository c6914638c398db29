//! `#/join`: the way into a room, with everything that can be wrong with it, and the room itself.

use super::{
    card,
    place::place,
    shell::{self, Before, Heard, kept},
};
use crate::{
    browser::{address, document, storage},
    components::{El, button, el, link},
    route::Route,
    session::Session,
    state::State,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use std::sync::OnceLock;
use vaekstspejl_engine::Answers;
use vaekstspejl_envelope::{RoomLink, room::BadRoomLink};
use vaekstspejl_mailbox::outbox::State as Sent;
use vaekstspejl_workshop::{
    letter::{HIGHEST_NUMBER, Pseudonym, What},
    register::names,
};

/// What the screen is about.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    /// Nobody is in a room, and the address names none.
    Nothing,
    /// What is kept cannot be read.
    Unread,
    /// The room the person was in is over.
    Over,
    /// The address names no room.
    Broken(Word),
    /// The room in the address takes nobody.
    Closed,
    /// The way into a room.
    Enter(RoomLink, String),
    /// The same, for somebody who is in another.
    Other(Pseudonym),
    /// In the room.
    In(Pseudonym),
}

/// The way in, or the room.
pub fn screen(session: Session) -> AnyView {
    let asked = session.route.with_untracked(|it| match it {
        Route::Join(rest) => rest.clone(),
        _ => String::new(),
    });
    let wanted = match asked.as_str() {
        "" => None,
        rest => Some(wanted(rest)),
    };
    if let Some(Ok((link, relay))) = &wanted {
        let is_in = |it: &shell::Kept| it.here().is_some_and(|it| it.link.public == link.public);
        if kept().with_untracked(is_in) {
            address::replace(&Route::Join(String::new()).href());
        } else {
            shell::look_at(link, relay);
            fetch_words();
        }
    }
    let shown = Memo::new(move |_| kept().with(|it| shown(it, wanted.as_ref())));
    el("div", "room")
        .live(move || match shown.get() {
            Shown::Nothing => {
                let way = message("none", key::ROOM_NONE_TITLE, key::ROOM_NONE);
                way.into_any()
            }
            Shown::Unread => unread().into_any(),
            Shown::Over => message("over", key::ROOM_OVER_TITLE, key::ROOM_OVER).into_any(),
            Shown::Broken(why) => broken(why).into_any(),
            Shown::Closed => message("closed", key::ROOM_CLOSED_TITLE, key::ROOM_CLOSED).into_any(),
            Shown::Enter(link, relay) => enter(session, link, relay).into_any(),
            Shown::Other(name) => other(session, name).into_any(),
            Shown::In(name) => inside(session, name).into_any(),
        })
        .into_any()
}

fn shown(kept: &shell::Kept, wanted: Option<&Result<(RoomLink, String), Word>>) -> Shown {
    let here = kept.here();
    match (wanted, here) {
        _ if kept.unread => Shown::Unread,
        (Some(Ok((link, _))), Some(here)) if here.link.public != link.public => {
            Shown::Other(here.letter.name)
        }
        (_, Some(here)) => Shown::In(here.letter.name),
        (Some(Err(why)), None) => Shown::Broken(*why),
        (Some(Ok(_)), None) if kept.before == Before::Closed => Shown::Closed,
        (Some(Ok((link, relay))), None) => Shown::Enter(link.clone(), relay.clone()),
        (None, None) if kept.over => Shown::Over,
        (None, None) => Shown::Nothing,
    }
}

/// The room that an address names, and where its relay is; or what is wrong with it.
fn wanted(rest: &str) -> Result<(RoomLink, String), Word> {
    let (fragment, host) = rest.split_once('/').unwrap_or((rest, ""));
    let link = RoomLink::parse(fragment).map_err(|why| match why {
        BadRoomLink::Length => key::ROOM_BROKEN_LENGTH,
        BadRoomLink::Character => key::ROOM_BROKEN_CHARACTER,
        BadRoomLink::Checksum => key::ROOM_BROKEN_CHECKSUM,
        BadRoomLink::Version | BadRoomLink::Suite => key::ROOM_BROKEN_NEWER,
        BadRoomLink::Key => key::ROOM_BROKEN_KEY,
    })?;
    let relay = relay(host).ok_or(key::ROOM_BROKEN_PLACE)?;
    Ok((link, relay))
}

/// The relay at a host; without one, that of this page.
fn relay(host: &str) -> Option<String> {
    if host.is_empty() {
        return Some(String::new());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    host.bytes().all(plain).then_some(())?;
    // Only a machine's talk with itself is not overheard without encryption.
    let name = host.split(':').next().unwrap_or_default();
    let scheme = match name {
        "127.0.0.1" | "localhost" => "http://",
        _ => "https://",
    };
    Some([scheme, host].concat())
}

/// A pseudonym as it is called out.
pub(super) fn called(name: Pseudonym) -> String {
    let words = names(text(key::ROOM_NAMES));
    let place = usize::from(name.word).checked_rem(words.len());
    let word = place.and_then(|it| words.get(it));
    let (word, meaning) = word.copied().unwrap_or(("", None));
    let number = name.number.to_string();
    match meaning {
        None => [word, " ", &number].concat(),
        Some(meaning) => [word, " ", &number, " (", meaning, ")"].concat(),
    }
}

fn message(name: &'static str, title: Word, words: Word) -> El {
    el("section", "notice")
        .attr("data-room", name)
        .kid(el("h2", "notice__title").kid(text(title)))
        .kid(el("p", "").attr("role", "status").kid(text(words)))
}

fn reload() -> El {
    button("reload", key::ROOM_RELOAD, address::reload)
}

fn broken(why: Word) -> El {
    let newer = why == key::ROOM_BROKEN_NEWER;
    message("broken", key::ROOM_BROKEN_TITLE, why).maybe(newer.then(reload))
}

fn unread() -> El {
    let remove = button("remove-room", key::ROOM_UNREAD_REMOVE, || {
        storage::forget_room();
        shell::hurry();
    });
    message("unread", key::ROOM_UNREAD_TITLE, key::ROOM_UNREAD)
        .kid(el("div", "notice__actions").kid(reload()).kid(remove))
}

fn other(session: Session, name: Pseudonym) -> El {
    let name = called(name);
    let leave = button("other-leave", key::ROOM_OTHER_LEAVE, || {
        shell::leave();
        document::focus("main h1");
    });
    let stay = button("other-stay", key::ROOM_OTHER_STAY, move || {
        session.go(&Route::Join(String::new()));
    });
    el("section", "notice")
        .attr("data-room", "other")
        .kid(el("h2", "notice__title").kid(text(key::ROOM_OTHER_TITLE)))
        .kid(el("p", "").kid(filled(key::ROOM_OTHER, &[("name", &name)])))
        .kid(el("div", "notice__actions").kid(leave).kid(stay))
}

/// The list of the three words: not here yet, here, or not to be had.
type List = Option<Option<String>>;

fn list() -> State<List> {
    static LIST: OnceLock<State<List>> = OnceLock::new();
    *LIST.get_or_init(|| State::new(None))
}

fn fetch_words() {
    #[cfg(target_arch = "wasm32")]
    if !list().with_untracked(|it| matches!(it, Some(Some(_)))) {
        leptos::task::spawn_local(async {
            let found = crate::browser::content::check_words().await;
            list().set(Some(found));
        });
    }
}

/// The name that is suggested to somebody who is not in yet.
fn suggested() -> State<Pseudonym> {
    static NAME: OnceLock<State<Pseudonym>> = OnceLock::new();
    *NAME.get_or_init(|| State::new(Pseudonym { word: 0, number: 2 }))
}

/// Suggests a name by chance.
fn suggest() {
    let chance = getrandom::u32().unwrap_or(7);
    let words = untrack(|| names(text(key::ROOM_NAMES)).len()).clamp(1, 256);
    let words = u32::try_from(words).unwrap_or(1);
    let numbers = u32::from(HIGHEST_NUMBER) - 1;
    suggested().set(Pseudonym {
        word: u8::try_from(chance % words).unwrap_or(0),
        number: u8::try_from(2 + chance / words % numbers).unwrap_or(2),
    });
}

fn enter(session: Session, link: RoomLink, relay: String) -> El {
    suggest();
    let lines = [
        key::ROOM_ENTER_WHO,
        key::ROOM_ENTER_WHAT,
        key::ROOM_ENTER_END,
    ];
    let lines = lines.map(|line| el("li", "").kid(text(line)));
    let shared = move || warning(session);
    let check = link.clone();
    let words = move || check_words(&check).into_any();
    let name = el("p", "room__name")
        .attr("role", "status")
        .attr("translate", "no")
        .attr("data-pseudonym", "")
        .live(move || called(suggested().get()).into_any());
    let another = button("another-name", key::ROOM_NAME_ANOTHER, suggest);
    let go = el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "enter")
        .kid(text(key::ROOM_ENTER))
        .on("click", move || {
            let name = suggested().get_untracked();
            shell::enter(session, link.clone(), relay.clone(), name);
        });
    let said = move || {
        kept().with(|it| match (it.failed, it.before) {
            (true, _) => text(key::ROOM_FAILED),
            (false, Before::NoNet) => text(key::ROOM_NO_NET),
            _ => "",
        })
    };
    el("section", "room__enter")
        .attr("data-room", "enter")
        .kid(el("h2", "").kid(text(key::ROOM_ENTER_TITLE)))
        .kid(el("ul", "").kids(lines.into()))
        .live(move || shared().into_any())
        .kid(
            el("div", "card room__check")
                .kid(el("h3", "").kid(text(key::ROOM_CHECK_TITLE)))
                .live(words)
                .kid(el("p", "").kid(text(key::ROOM_CHECK_TEXT))),
        )
        .kid(
            el("div", "card")
                .kid(el("h3", "").kid(text(key::ROOM_NAME_TITLE)))
                .kid(name)
                .kid(another),
        )
        .kid(el("p", "").attr("role", "status").live_text(said))
        .kid(el("p", "").kid(go))
}

/// The three words; they are Danish on every phone, as on the wall.
fn check_words(link: &RoomLink) -> El {
    let found = list().get();
    let all = found.as_ref().and_then(|it| it.as_deref());
    let all: Vec<&str> = all.map_or_else(Vec::new, |it| it.lines().collect());
    match link.check_words(&all) {
        Some(words) => el("p", "room__words")
            .attr("lang", "da")
            .attr("translate", "no")
            .attr("data-check-words", "")
            .kid(words.join(" ")),
        None => {
            let why = match found {
                None => key::ROOM_CHECK_LOADING,
                Some(_) => key::ROOM_CHECK_FAILED,
            };
            el("p", "quiet").attr("role", "status").kid(text(why))
        }
    }
}

/// That the page must stay open, where nothing is kept.
fn warning(session: Session) -> Option<El> {
    let why = match (
        session.shared_device.get(),
        kept().with(|it| it.memory_only),
    ) {
        (true, _) => key::ROOM_SHARED,
        (false, true) => key::ROOM_MEMORY,
        (false, false) => return None,
    };
    Some(
        el("p", "sealed__demo")
            .attr("data-memory-only", "")
            .kid(text(why)),
    )
}

/// In the room.
fn inside(session: Session, name: Pseudonym) -> El {
    let title = filled(key::ROOM_IN_TITLE, &[("name", &called(name))]);
    let has_answers = Memo::new(move |_| session.answers.with(|it| !Answers::is_empty(it)));
    let gives = Memo::new(|_| kept().with(|it| it.here().is_some_and(gives)));
    el("div", "room__in")
        .attr("data-room", "in")
        .kid(el("h2", "").kid(title))
        .live(move || match gives.get() {
            true => ().into_any(), // it stands with what was given
            false => status().into_any(),
        })
        .live(move || warning(session).into_any())
        .live(|| place().into_any())
        .live(move || match has_answers.get() || gives.get() {
            true => card::card(session),
            false => order(session).into_any(),
        })
        .kid(card::leave())
}

fn gives(member: &super::membership::Membership) -> bool {
    matches!(member.letter.what, What::Gives(_))
}

/// Where the last word to the room is.
pub(super) fn status() -> El {
    let state = || {
        kept().with(|it| {
            let here = it.here()?;
            Some(match here.item.state {
                Sent::Accepted { .. } => "received",
                Sent::Parked { .. } => "refused",
                _ => "waiting",
            })
        })
    };
    let said = el("p", "room__status")
        .attr("role", "status")
        .live_attr("data-status", state)
        .live_text(|| kept().with(said).map_or("", text));
    let now = move || {
        let now = state() == Some("waiting");
        now.then(|| button("try-now", key::ROOM_NOW, shell::hurry))
            .into_any()
    };
    el("div", "room__where").kid(said).live(now)
}

fn said(kept: &shell::Kept) -> Option<Word> {
    let here = kept.here()?;
    let heard = kept.heard.filter(|(sid, _)| *sid == here.item.sid);
    let heard = heard.map(|(_, heard)| heard);
    // Something was given before.
    let is_back = here.letter.turn > 1;
    Some(match (&here.item.state, &here.letter.what, heard) {
        (Sent::Accepted { .. }, What::Gives(_), _) => key::ROOM_GIVEN_RECEIVED,
        (Sent::Accepted { .. }, _, _) if is_back => key::ROOM_BACK_RECEIVED,
        (Sent::Accepted { .. }, _, _) => key::ROOM_HERE_RECEIVED,
        (Sent::Parked { .. }, _, _) => key::ROOM_REFUSED,
        (Sent::Sending { .. }, _, _) => key::ROOM_SENDING,
        (_, _, Some(Heard::Stranger)) => key::ROOM_PORTAL,
        (_, _, Some(Heard::NotNow)) => key::ROOM_BUSY,
        (_, What::Gives(_), _) => key::ROOM_GIVEN_WAITING,
        _ if is_back => key::ROOM_BACK_WAITING,
        _ => key::ROOM_HERE_WAITING,
    })
}

/// Nothing is answered yet: what comes first, and the tests.
fn order(session: Session) -> El {
    let steps = [
        key::ROOM_ORDER_TEST,
        key::ROOM_ORDER_PROFILE,
        key::ROOM_ORDER_GIVE,
    ];
    let steps = steps.map(|step| el("li", "").kid(text(step)));
    let tests = session.first.get();
    let tests = tests.map_or(&[][..], |first| &first.questionnaires);
    let tests = tests.iter().map(|test| {
        el("a", "button button--primary")
            .attr("href", Route::Test(test.id.clone(), None).href())
            .kid(test.title.as_str())
    });
    el("section", "card room__order")
        .kid(el("h3", "").kid(text(key::ROOM_ORDER_TITLE)))
        .kid(el("ol", "").kids(steps.into()))
        .kid(el("div", "row").kids(tests.collect()))
}

/// That the person is in a room, above the other screens.
pub fn notice(_: Session) -> AnyView {
    let name = Memo::new(|_| kept().with(|it| it.here().map(|it| it.letter.name)));
    let part = move || {
        let name = name.get().map(called);
        name.map(|name| {
            let see = link("button button--small", "#/join", key::ROOM_NOTICE_SEE);
            el("section", "room__notice no-print")
                .attr("data-notice", "room")
                .kid(el("p", "").kid(filled(key::ROOM_NOTICE_TITLE, &[("name", &name)])))
                .kid(see)
        })
        .into_any()
    };
    el("div", "").live(part).into_any()
}

/// Moves the focus to where something new stands.
pub(super) fn to(id: &'static str) {
    document::focus_on(id);
}
