//! What goes along when the page is loaded again as another version: everything the person has,
//! as text that the tab carries for the length of a reload.
//!
//! Another version must be able to read it, an older one too: so it is made of profile files,
//! which every version opens, and a few flags. What cannot be read is shown to the person as text,
//! never dropped.

use crate::{
    browser::idle::{Presence, presence},
    own::{self, Opened},
    session::{Earlier, Session},
    state::State,
};
use std::sync::OnceLock;
use vaekstspejl_engine::{Answers, QuestionnaireId, profile_file::ProfileFile};

/// How it begins: what it is, and in which form.
const MARK: &str = "vaekstspejl-carried-1";
/// Stands between the parts. In JSON it cannot stand.
const BETWEEN: char = '\u{1e}';

/// Everything of the person, as text.
pub fn pack(session: Session, now_ms: u64) -> String {
    let version = |test: &QuestionnaireId| {
        let first = session.first.get_untracked();
        let test = first.and_then(|first| first.questionnaire(test));
        test.map_or(1, |test| test.version)
    };
    let file = |questionnaire: QuestionnaireId, answers: Answers| ProfileFile {
        questionnaire_version: version(&questionnaire),
        questionnaire,
        saved: None,
        office: None,
        answers,
        plan: Vec::new(),
    };
    let now = ProfileFile {
        office: session.office.get_untracked(),
        plan: session.plan.get_untracked(),
        ..file(
            session.questionnaire.get_untracked(),
            session.answers.get_untracked(),
        )
    };
    let earlier = session.earlier.get_untracked().map(|it| ProfileFile {
        questionnaire_version: it.version,
        saved: it.saved,
        ..file(it.questionnaire, it.answers)
    });
    let shelf = session.shelf.get_untracked();
    let shelf = shelf
        .into_iter()
        .map(|(test, answers)| file(test, answers).to_json());
    let deepen = if session.deepen.get_untracked() {
        "deepen"
    } else {
        ""
    };
    let shared = session.shared_device.get_untracked();
    let shared = if shared {
        now_ms.to_string()
    } else {
        String::new()
    };
    let mut parts = vec![
        MARK.to_owned(),
        deepen.to_owned(),
        shared,
        now.to_json(),
        earlier.map_or_else(String::new, |it| it.to_json()),
    ];
    parts.extend(shelf);
    parts.join(&BETWEEN.to_string())
}

/// What a tab has carried over, read.
#[derive(Clone, Debug, PartialEq)]
pub enum Carried {
    /// It can be taken up.
    Whole(Box<Taken>),
    /// This version cannot read it: the person's own text.
    Unreadable(String),
    /// Of somebody who used a shared device and has been away since.
    Gone,
}

/// What is taken up.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Test, answers, plan, office.
    pub now: ProfileFile,
    /// The answers to other tests.
    pub shelf: Vec<(QuestionnaireId, Answers)>,
    /// The profile to compare with.
    pub earlier: Option<Earlier>,
    /// The person chose to go deeper.
    pub deepen: bool,
    /// The device is shared.
    pub shared: bool,
}

/// Reads what a tab has carried over. On a shared device it holds no longer than the page itself
/// would have waited for the person.
pub fn unpack(session: Session, text: &str, now_ms: u64) -> Carried {
    let mut parts = text.split(BETWEEN);
    let is_ours = parts.next() == Some(MARK);
    let (deepen, made, now, earlier) = (parts.next(), parts.next(), parts.next(), parts.next());
    let (Some(deepen), Some(made), Some(now), Some(earlier), true) =
        (deepen, made, now, earlier, is_ours)
    else {
        return Carried::Unreadable(text.to_owned());
    };
    if made.parse().is_ok_and(|made| is_gone(made, now_ms)) {
        return Carried::Gone;
    }
    let open = |text: &str| own::open_file(session, text).map(|Opened { file, .. }| file);
    let Ok(now) = open(now) else {
        return Carried::Unreadable(now.to_owned());
    };
    let shelf = parts.filter_map(|text| open(text).ok());
    Carried::Whole(Box::new(Taken {
        now,
        shelf: shelf.map(|it| (it.questionnaire, it.answers)).collect(),
        earlier: open(earlier).ok().map(|it| Earlier {
            questionnaire: it.questionnaire,
            version: it.questionnaire_version,
            saved: it.saved,
            answers: it.answers,
        }),
        deepen: !deepen.is_empty(),
        shared: !made.is_empty(),
    }))
}

/// What came over and cannot be read, until the person has saved or dropped it.
pub fn unread() -> State<Option<String>> {
    static UNREAD: OnceLock<State<Option<String>>> = OnceLock::new();
    *UNREAD.get_or_init(|| State::new(None))
}

fn is_gone(made_ms: u64, now_ms: u64) -> bool {
    // A clock that was set back says nothing.
    let seconds = now_ms.saturating_sub(made_ms) / 1000;
    presence(u32::try_from(seconds).unwrap_or(u32::MAX)) == Presence::Gone
}
