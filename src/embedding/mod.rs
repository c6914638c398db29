//! In a frame on somebody else's page: how the two find each other, what that page is told, and
//! what a person may give it. ADR 19.
//!
//! - [`message`] is what can be said, and how it is read.
//! - [`coarse`] makes what is told say next to nothing of the answers.
//! - [`given`] is the summary, which is given only by the person's own click.
//!
//! Nothing here is needed for the test: a frame that nobody answers works, and scrolls in itself.

pub mod coarse;
pub mod given;
pub mod message;

use crate::{
    browser::{
        clock,
        frame::{self, Arrival, Port},
    },
    pages::shown_item,
    route::Route,
    session::Session,
    state::State,
};
use coarse::{Height, Progress};
use core::cell::{Cell, RefCell};
use leptos::prelude::*;
use message::{Gate, Heard, Said};
use std::{rc::Rc, sync::OnceLock};
use vaekstspejl_engine::{OfficeId, overlay::Overlay};

/// After this time a height that was not given is taken to be refused (milliseconds).
const PATIENCE_MS: i32 = 1_000;

/// Refused messages are counted for so long before the number is written (milliseconds).
const NOTE_AFTER_MS: i32 = 100;

/// How much of the part that can be seen, from its top, counts as in sight.
const IN_SIGHT: f64 = 0.8;

/// The origin of the page around, once it has proved that it may frame; never in a window of its
/// own.
pub fn around() -> State<Option<String>> {
    static AROUND: OnceLock<State<Option<String>>> = OnceLock::new();
    *AROUND.get_or_init(|| State::new(None))
}

/// What the page around was told last.
#[derive(Default)]
struct Told {
    progress: Progress,
    route: Option<Route>,
}

/// The origins of pages that may show the app in a frame: those in the header of the page for
/// frames.
fn may_frame(publishers: &[Overlay]) -> impl Iterator<Item = &str> {
    publishers
        .iter()
        .flat_map(|it| &it.frames)
        .map(String::as_str)
}

/// Whether that origin may be given a summary, when the person agrees: the publisher whose page
/// this is has said so. Where no publisher is named, each speaks for its own origins.
pub fn may_be_given(publishers: &[Overlay], office: Option<&OfficeId>, origin: &str) -> bool {
    let is_here = |it: &&Overlay| office.is_none_or(|office| it.publisher.id() == office.as_str());
    let mut here = publishers.iter().filter(is_here);
    here.any(|it| {
        let names = |list: &[String]| list.iter().any(|it| it == origin);
        names(&it.frames) && names(&it.summaries)
    })
}

/// Looks for the page around, as soon as it is known who may frame; and tells it of every screen
/// once it is found.
pub fn start(session: Session) {
    if !frame::is_framed() {
        return;
    }
    let owner = Owner::new();
    owner.with(|| {
        let greeted = Cell::new(false);
        let told = Rc::new(RefCell::new(Told::default()));
        Effect::new(move || {
            session.route.follow();
            let found = around().with(Option::is_some);
            if session.later.get().is_some() && !greeted.replace(true) {
                greet(session);
            }
            if found {
                let told = told.clone();
                // A moment later: then the screen stands there, and the test it asks for has begun.
                frame::after(0, move || untrack(|| tell(session, &mut told.borrow_mut())));
            }
        });
    });
    core::mem::forget(owner); // lives as long as the page
}

/// Says "hello" to those who may frame. Whoever of them stands around answers with the number and
/// a port; the first right answer counts, and no other.
fn greet(session: Session) {
    let Some(later) = session.later.get_untracked() else {
        return;
    };
    let mut chance = [0; 16];
    if getrandom::fill(&mut chance).is_err() {
        return;
    }
    let nonce = message::nonce(chance);
    let hello = Said::Hello(&nonce).to_json();
    // A browser that tells who is around saves asking the others in vain.
    let known = frame::origin_around();
    let origins = may_frame(&later.publishers)
        .filter(move |it| known.as_ref().is_none_or(|known| known == it));
    let gate = Rc::new(RefCell::new(Gate::default()));
    frame::greet(origins, &hello, move |arrival| {
        match answer(session, &gate, &nonce, &arrival) {
            None => refuse(&gate),
            Some((origin, port)) => {
                around().set(Some(origin));
                let gate = gate.clone();
                frame::open(port, move |arrival| hear(session, &gate, &arrival));
                say(Said::Ready);
                follow(session);
            }
        }
    });
}

/// The right answer to "hello", the first time: from the page around, which may frame, with the
/// number and a port. What costs least is looked at first.
fn answer(
    session: Session,
    gate: &RefCell<Gate>,
    nonce: &str,
    arrival: &Arrival,
) -> Option<(String, Port)> {
    let is_heard = around().with_untracked(Option::is_none)
        && arrival.is_from_around()
        && gate.borrow_mut().admits(clock::now_ms());
    let origin = is_heard.then(|| arrival.origin())?;
    let publishers = &session.later.get_untracked()?.publishers;
    let port = may_frame(publishers)
        .any(|it| it == origin)
        .then(|| arrival.port())??;
    let Heard::Init(answered) = Heard::parse(&arrival.text()?)? else {
        return None;
    };
    (answered == nonce).then_some((origin, port))
}

/// Something came through the port.
fn hear(session: Session, gate: &Rc<RefCell<Gate>>, arrival: &Arrival) {
    let admitted = gate.borrow_mut().admits(clock::now_ms());
    let text = admitted.then(|| arrival.text()).flatten();
    let first = session.first.get_untracked();
    match (text.and_then(|text| Heard::parse(&text)), first) {
        (Some(Heard::Theme(theme)), _) => frame::note("theme", Some(theme.name())),
        (Some(Heard::Lang(code)), Some(first))
            if first.languages.iter().any(|(known, _)| *known == code) =>
        {
            if first.lang != code {
                session.speak(&code);
            }
        }
        _ => refuse(gate),
    }
}

/// What is no message is counted; the number stands on the page, for whoever looks for a mistake.
fn refuse(gate: &Rc<RefCell<Gate>>) {
    let is_first = gate.borrow_mut().refuse();
    if is_first {
        let gate = gate.clone();
        // Once for many: writing it each time would cost more than refusing.
        frame::after(NOTE_AFTER_MS, move || {
            let refused = gate.borrow_mut().refused();
            frame::note("refused", Some(&refused.to_string()));
        });
    }
}

fn say(said: Said<'_>) {
    frame::say(&said.to_json());
}

/// From now on the page around is told how high the frame wants to be, and where something new is.
fn follow(session: Session) {
    frame::on_reveal(show);
    let sizes = Rc::new(Cell::new((0, 0)));
    let height = RefCell::new(Height::default());
    frame::on_size(move |content, window, width| {
        sizes.set((content, window));
        if window >= content {
            frame::note("sized", Some(""));
        }
        let is_question = session
            .route
            .with_untracked(|route| matches!(route, Route::Test(..)));
        if let Some(px) = height.borrow_mut().of(content, width, is_question) {
            say(Said::Height(px));
            let sizes = sizes.clone();
            frame::after(PATIENCE_MS, move || {
                let (content, window) = sizes.get();
                if window < content {
                    frame::note("sized", None); // it scrolls in itself
                }
            });
        }
    });
}

/// What the page around is told of the screen that stands there.
fn tell(session: Session, told: &mut Told) {
    let route = session.route.get_untracked();
    match &route {
        Route::Test(_, wanted) => {
            let item = shown_item(session, wanted.as_ref()).map(|it| &it.id);
            let (place, all) = session.path.with_untracked(|path| {
                let place = path.iter().position(|it| Some(&it.id) == item);
                (place.unwrap_or(0), path.len())
            });
            told.progress
                .at(place, all)
                .for_each(|n| say(Said::Step(n)));
        }
        Route::Profile if session.has_something() && told.progress.done() => say(Said::Done),
        // All was forgotten: whoever comes next begins at the beginning.
        Route::Start if !session.has_something() => {
            told.progress = Progress::default();
            given::last().set(None);
        }
        _ => {}
    }
    // Whoever has just come to the page around is left where they are.
    let before = told.route.replace(route.clone());
    if before.is_some_and(|before| before != route) {
        show(0);
    }
}

/// Has the page around bring a place into view, if it is not.
fn show(px: u32) {
    frame::seen(move |top, height| {
        let place = f64::from(px);
        if height > 0.0 && (place < top || place > top + height * IN_SIGHT) {
            say(Said::Show(coarse::place(px)));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use vaekstspejl_engine::{Date, overlay::Publisher};

    fn overlay(publisher: Publisher, frames: &[&str], summaries: &[&str]) -> Overlay {
        let list = |names: &[&str]| names.iter().map(|&it| it.to_owned()).collect();
        Overlay {
            publisher,
            name: String::new(),
            made: Date::first_of_year(2026),
            words: Vec::new(),
            offers: Vec::new(),
            withdrawn: Vec::new(),
            office: None,
            url: String::new(),
            frames: list(frames),
            summaries: list(summaries),
        }
    }

    #[test]
    fn only_the_pages_own_publisher_lets_an_origin_be_given_something() {
        let (a, b) = ("https://a.example", "https://b.example");
        let publishers = [
            overlay(Publisher::Office("a".into()), &[a, b], &[a]),
            overlay(
                Publisher::Office("b".into()),
                &[b],
                &[b, "https://c.example"],
            ),
        ];
        let (of_a, of_b) = (OfficeId::from("a"), OfficeId::from("b"));
        let may =
            |office: Option<&OfficeId>, origin: &str| may_be_given(&publishers, office, origin);
        assert!(may(Some(&of_a), a));
        assert!(!may(Some(&of_a), b), "may frame, and no more");
        assert!(may(Some(&of_b), b));
        assert!(!may(Some(&of_b), a), "another office's page");
        assert!(!may(Some(&of_b), "https://c.example"), "may not even frame");
        assert!(may(None, a) && may(None, b));
        assert!(!may(Some(&"unknown".into()), a));
    }

    #[test]
    fn an_origin_is_exactly_one_that_was_named() {
        let named = "https://www.a.example";
        let publishers = [overlay(Publisher::Nation, &[named], &[named])];
        let nation = OfficeId::from("nation");
        for origin in [
            "https://www.a.example.evil",
            "https://www.a.example:444",
            "https://www.a.example/",
            "https://evil-www.a.example",
            "https://a.example",
            "http://www.a.example",
            "HTTPS://WWW.A.EXAMPLE",
            "null",
            "*",
            "",
        ] {
            assert!(may_frame(&publishers).all(|it| it != origin), "{origin}");
            assert!(
                !may_be_given(&publishers, Some(&nation), origin),
                "{origin}"
            );
        }
        assert!(may_be_given(&publishers, Some(&nation), named));
    }
}
