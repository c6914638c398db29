//! What goes along when the page is loaded again as another version.

use leptos::prelude::*;
use std::{path::Path, sync::OnceLock};
use vaekstspejl::{
    browser::idle::{ASK_AFTER, TIME_TO_ANSWER},
    carried::{Carried, Taken, pack, unpack},
    route::Route,
    session::{Earlier, Session},
};
use vaekstspejl_engine::{
    Answer, Answers, Content, Date, authoring,
    plan::{Action, PlanEntry},
};

const NOW_MS: u64 = 1_795_000_000_000;

fn content() -> &'static Content {
    static CONTENT: OnceLock<Content> = OnceLock::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    CONTENT.get_or_init(|| authoring::load(&folder, "da").0)
}

/// Runs within a session of somebody who has everything there is to have.
fn within<T>(act: impl FnOnce(Session) -> T) -> T {
    Owner::new().with(|| {
        let session = Session::provide(Route::Profile, Some("demo-lille".into()));
        session.first.set(Some(&content().first));
        session.answers.set(answers("idea"));
        session
            .shelf
            .set(vec![("vaekstscreening".into(), answers("growing"))]);
        session.earlier.set(Some(Earlier {
            questionnaire: "selvtest".into(),
            version: 1,
            saved: Date::new(2026, 11, 1),
            answers: answers("pre_idea"),
        }));
        session.deepen.set(true);
        session.plan.set(vec![PlanEntry {
            what: Action::Own("Ring til banken".to_owned()),
            who: "mig".to_owned(),
            by: Date::new(2026, 12, 24),
            done: false,
        }]);
        act(session)
    })
}

fn answers(stage: &str) -> Answers {
    Answers::default().with("stage", Answer::one(stage))
}

fn taken(session: Session, text: &str, now_ms: u64) -> Option<Taken> {
    match unpack(session, text, now_ms) {
        Carried::Whole(taken) => Some(*taken),
        Carried::Unreadable(_) | Carried::Gone => None,
    }
}

#[test]
fn everything_the_person_has_comes_over() {
    within(|session| {
        let found = taken(session, &pack(session, NOW_MS), NOW_MS).expect("it is whole");
        assert_eq!(found.now.answers, answers("idea"));
        assert_eq!(found.now.questionnaire, "selvtest");
        assert_eq!(found.now.office, Some("demo-lille".into()));
        assert_eq!(found.now.plan, session.plan.get());
        assert_eq!(found.shelf, session.shelf.get());
        assert_eq!(found.earlier, session.earlier.get());
        assert!(found.deepen && !found.shared);
    });
}

#[test]
fn on_a_shared_device_it_holds_as_long_as_the_page_would_have_waited() {
    within(|session| {
        session.shared_device.set(true);
        let text = pack(session, NOW_MS);
        let waited = u64::from(ASK_AFTER + TIME_TO_ANSWER) * 1000;
        let found = taken(session, &text, NOW_MS + waited - 1).expect("somebody may be there");
        assert!(found.shared);
        assert_eq!(unpack(session, &text, NOW_MS + waited), Carried::Gone);
        // A clock that was set back says nothing of how long it was.
        assert!(taken(session, &text, NOW_MS - 1).is_some());
        // On a device of one's own it does not end.
        session.shared_device.set(false);
        let text = pack(session, NOW_MS);
        assert!(taken(session, &text, NOW_MS + 100 * waited).is_some());
    });
}

#[test]
fn what_this_version_cannot_read_is_given_back_as_it_is() {
    within(|session| {
        let whole = pack(session, NOW_MS);
        let newer = whole.replacen("\"version\": 1", "\"version\": 2", 1);
        let Carried::Unreadable(text) = unpack(session, &newer, NOW_MS) else {
            panic!("a file of a newer version was read");
        };
        assert!(text.contains("Ring til banken"));
        let other = "something else of this origin";
        assert_eq!(
            unpack(session, other, NOW_MS),
            Carried::Unreadable(other.to_owned())
        );
        // A test that this version does not have is left out; what is being answered is not.
        let unknown = whole.replace("vaekstscreening", "another");
        let found = taken(session, &unknown, NOW_MS).expect("the rest is whole");
        assert!(found.shelf.is_empty());
    });
}

#[test]
fn cut_off_anywhere_it_is_no_panic() {
    within(|session| {
        let whole = pack(session, NOW_MS);
        for (end, _) in whole.char_indices() {
            let _ = unpack(session, &whole[..end], NOW_MS);
        }
    });
}
