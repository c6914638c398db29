//! The result's part of the program: everything after the questions.
//!
//! The first question must come quickly, so the program comes in two pieces. This module is the
//! door to the second: [`parts`] fetches it (always, right after the first screen, whatever is
//! answered) and hands over what the first piece may call. What only the result needs must be
//! reached through [`Parts`], or it moves into the first piece.

use crate::{
    browser::{clock, storage},
    carried::{self, Carried, Taken},
    components::{FooterOwn, Messages, finish},
    embedding, joining,
    own::{self, Opened},
    pages::{Screen, result_screen},
    sending,
    session::Session,
};
use leptos::{prelude::*, wasm_split::SplitLoaderError};
use vaekstspejl_engine::{
    Answers, Assessment, Later, OfficeId, ScaleId, assess, catalogue::Office, deepening::deepening,
    overlay, profile_file::ProfileFile, questionnaire::Questionnaire, relevance::Counted,
    score::scores,
};

/// What the first piece of the program may call of the second.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// A screen of the result.
    pub screen: fn(Screen) -> AnyView,
    /// What stands above every screen: messages about the link and about what was kept.
    pub head: fn() -> AnyView,
    /// What stands in the foot of every screen: forgetting, and the watch on a shared device.
    pub foot: fn() -> AnyView,
    /// Reads the result's content in a language and lays over it what the publishers of this site
    /// have to say, to live as long as the page.
    pub read: fn(&[u8], &[u8], &str) -> Option<&'static Later>,
    /// The offices in that content.
    pub offices: fn(&[u8], &[u8], &str) -> Vec<Office>,
    /// The whole result.
    pub assess:
        fn(&Later, &'static Questionnaire, &Answers, Option<&OfficeId>) -> Assessment<'static>,
    /// The dimensions to deepen for these answers.
    pub deepened: fn(&Later, &'static Questionnaire, &Answers) -> Vec<ScaleId>,
    /// Everything as a profile file, to be kept.
    pub to_json: fn(Session) -> String,
    /// Takes up what was kept, and the letters that lie here, at the start of a visit.
    pub resume: fn(Session, Option<&str>),
    /// Takes up what another tab has kept, or forgets with it.
    pub other_tab: fn(Session, Option<String>),
}

/// Fetches the second piece of the program, once.
#[cfg(feature = "app")]
#[leptos::wasm_split::wasm_split(result, wasm_split_path = leptos::wasm_split, fallible)]
pub fn parts() -> Result<Parts, SplitLoaderError> {
    Ok(all())
}

/// In a program of one piece everything is there.
#[cfg(not(feature = "app"))]
pub async fn parts() -> Result<Parts, SplitLoaderError> {
    Ok(all())
}

fn all() -> Parts {
    Parts {
        screen: result_screen,
        head: || Messages().into_any(),
        foot: || FooterOwn().into_any(),
        read: |later, overlays, lang| Some(Box::leak(Box::new(read(later, overlays, lang)?))),
        offices: |later, overlays, lang| {
            read(later, overlays, lang).map_or_else(Vec::new, |later| later.offices)
        },
        assess: |later, test, answers, office| assess(later, test, answers, office, clock::today()),
        deepened: |later, test, answers| {
            let core = Counted::new(test, answers, &[]);
            deepening(&later.scales, &core, &scores(&later.scales, &core))
        },
        to_json,
        resume,
        other_tab,
    }
}

/// The result's content with what the publishers lay over it. A file of theirs that cannot be
/// read is as none: the shared offers still help.
fn read(later: &[u8], overlays: &[u8], lang: &str) -> Option<Later> {
    let mut later = Later::from_bytes(later).ok()?;
    let published = overlay::File::parse(overlays).and_then(|file| file.overlays());
    overlay::lay_over(&mut later, published.unwrap_or_default(), lang);
    Some(later)
}

fn to_json(session: Session) -> String {
    let file = ProfileFile {
        questionnaire: session.questionnaire.get(),
        questionnaire_version: session.test().map_or(1, |test| test.version),
        saved: Some(clock::today()),
        office: session.office.get(),
        answers: session.answers.get(),
        plan: session.plan.get(),
    };
    if session.has_something() {
        file.to_json()
    } else {
        String::new()
    }
}

/// What the tab has carried over from another version is newer than what the device has kept.
/// Kept state that cannot be read is left alone, so that a newer version can still open it.
fn resume(session: Session, kept: Option<&str>) {
    embedding::start(session);
    let carried = storage::carried().map(|it| carried::unpack(session, &it, clock::now_ms()));
    let shared = match &carried {
        Some(Carried::Whole(taken)) => taken.shared,
        Some(Carried::Gone) => true,
        Some(Carried::Unreadable(_)) | None => false,
    };
    if shared {
        session.shared_device.set(true);
    }
    // A shared device keeps nothing, and what is there is not this person's.
    let shared = session.shared_device.get_untracked();
    if !shared {
        sending::resume(session);
        joining::resume(session);
    }
    let kept = kept.filter(|_| !shared);
    let kept = kept.and_then(|text| own::open_file(session, text).ok());
    session.keep.set(kept.is_some());
    let kept = kept.map(|Opened { file, .. }| file);
    match carried {
        Some(Carried::Whole(taken)) => {
            let Taken { now, shelf, .. } = *taken;
            session.shelf.update(|kept| {
                kept.retain(|(_, answers)| !answers.is_empty());
                kept.extend(shelf);
            });
            session.earlier.set(taken.earlier);
            session.deepen.set(taken.deepen);
            take_up(session, now);
        }
        Some(Carried::Unreadable(text)) => {
            carried::unread().set(Some(text));
            kept.into_iter().for_each(|it| take_up(session, it));
        }
        Some(Carried::Gone) => {}
        None => kept.into_iter().for_each(|it| take_up(session, it)),
    }
}

/// Takes up what the person had. What they have answered since the page opened stays: it is newer.
fn take_up(session: Session, file: ProfileFile) {
    let since = session.answers.get_untracked();
    let test = session.questionnaire.get_untracked();
    if test == file.questionnaire || since.is_empty() {
        let mut answers = file.answers;
        for (item, answer) in since.iter() {
            answers.set(item.clone(), Some(answer.clone()));
        }
        session.questionnaire.set(file.questionnaire);
        session.answers.set(answers);
    } else {
        session
            .shelf
            .update(|shelf| shelf.push((file.questionnaire, file.answers)));
    }
    session.plan.set(file.plan);
    if session.office.get_untracked().is_none() {
        session.office.set(file.office);
    }
    session.route.update(|_| ()); // draw anew, at the first open question
}

/// Two tabs that keep show the same: the last change of either. So none writes over what the
/// other has kept, and what is forgotten in one is forgotten in both.
fn other_tab(session: Session, kept: Option<String>) {
    if !session.keep.get_untracked() {
        return;
    }
    match kept {
        None => finish(session),
        Some(text) => {
            if let Ok(Opened { file, .. }) = own::open_file(session, &text) {
                session.questionnaire.set(file.questionnaire);
                session.answers.set(file.answers);
                session.plan.set(file.plan);
                session.office.set(file.office);
                session.route.update(|_| ());
            }
        }
    }
}
