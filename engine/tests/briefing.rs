//! The adviser's page says what the respondent saw, asks what is worth asking, and there is one
//! for every letter that can be read.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use proptest::prelude::*;
use std::{path::Path, sync::LazyLock};
use vaekstspejl_engine::{
    Answers, Assessment, Content, Date, assess,
    authoring::{Persona, Random, load, load_office, personas, respondent},
    briefing::{About, Dossier, Guide, MOST_QUESTIONS, opened},
    catalogue::Availability,
    export::{self, Entry, ExportWords},
    inbox_statistics::{Counts, Period, statistics},
    profile_code::CodeError,
    submission::{Catalogue, Frame, Parts, Submission},
};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../content")
}

static CONTENT: LazyLock<Content> = LazyLock::new(|| load(&folder(), "da").0);
static GUIDE: LazyLock<Guide> = LazyLock::new(|| load_office(&folder(), "da").0.guide);
static PERSONAS: LazyLock<Vec<Persona>> =
    LazyLock::new(|| personas(&folder().join("../tests/personas")).0);

fn result_of(persona: &Persona) -> Assessment<'static> {
    let questionnaire = CONTENT.first.questionnaire(&persona.questionnaire).unwrap();
    let answers = persona.all_answers(&CONTENT, questionnaire);
    let office = persona.office.as_ref();
    assess(
        &CONTENT.later,
        questionnaire,
        &answers,
        office,
        persona.today,
    )
}

fn letter(result: &Assessment<'_>, parts: &Parts) -> Submission {
    let frame = Frame {
        catalogue: Catalogue {
            id: "da".into(),
            hash: "00".into(),
        },
        lang: "da".into(),
        consent_text_id: "send-1".into(),
        consent_text_hash: "00".into(),
    };
    Submission::new(&CONTENT.later, result, parts, &frame).unwrap()
}

fn all() -> Parts {
    Parts {
        profile: true,
        answers: true,
        ..Parts::default()
    }
}

fn only_profile() -> Parts {
    Parts {
        profile: true,
        ..Parts::default()
    }
}

fn open(letter: Submission) -> Dossier<'static> {
    opened(&CONTENT, &GUIDE, letter)
}

fn persona(id: &str) -> &'static Persona {
    PERSONAS.iter().find(|it| it.id == id).unwrap()
}

#[test]
fn the_office_sees_the_profile_as_the_respondent_saw_it() {
    assert!(PERSONAS.len() > 50);
    for persona in PERSONAS.iter() {
        let result = result_of(persona);
        let dossier = open(letter(&result, &all()));
        assert!(!dossier.differs, "{}", persona.id);
        assert_eq!(dossier.unreadable, None);
        let again = dossier.assessment.unwrap();
        assert_eq!(
            serde_json::to_string(&again).unwrap(),
            serde_json::to_string(&result).unwrap(),
            "{}",
            persona.id
        );
    }
}

#[test]
fn everything_on_the_page_is_of_this_person() {
    for persona in PERSONAS.iter() {
        let result = result_of(persona);
        let page = open(letter(&result, &all())).briefing;
        assert_eq!(
            page.segment,
            result.segment.as_ref().map(|it| it.segment.clone())
        );
        assert_eq!(page.left_open, result.profile.left_open);
        for (shown, found) in page.needs.iter().zip(&result.needs) {
            assert_eq!((&shown.need, shown.strength), (&found.need, found.strength));
            assert_eq!(shown.grounds, found.grounds);
            assert!(
                shown
                    .referral
                    .as_ref()
                    .is_some_and(|it| it.need == found.need)
            );
        }
        for (scale, points) in page.strongest.iter().chain(&page.weakest) {
            assert_eq!(result.scores.points(scale).unwrap().rounded(), *points);
        }
        for offer in &page.offers {
            let offer = CONTENT.later.offer(offer).unwrap();
            assert_eq!(offer.availability(persona.today), Availability::Open);
        }
        assert!(!page.questions.is_empty() && page.questions.len() <= MOST_QUESTIONS);
        for question in &page.questions {
            let is_grounded = match &question.about {
                // A faint need is worth a question only when there is no other.
                About::Need(need) => {
                    let found = page.needs.iter().find(|it| it.need == *need);
                    let is_first = page.needs[0].need == *need;
                    found.is_some_and(|it| is_first || it.strength >= 30)
                }
                About::Contradiction(id) => page.contradictions.iter().any(|it| it.id == *id),
                About::Weak(scale) => page.weakest.iter().any(|(it, _)| it == scale),
                About::LeftOpen(item) => page.left_open.contains(item),
            };
            assert!(is_grounded, "{}: {}", persona.id, question.text);
        }
    }
}

#[test]
fn in_a_crisis_the_first_question_is_about_it_and_growth_is_not_pushed() {
    // Jonas owes VAT and dreams of export and investors.
    let page = open(letter(
        &result_of(persona("jonas-webshop-med-momsgaeld")),
        &all(),
    ))
    .briefing;
    assert_eq!(page.questions[0].about, About::Need("crisis".into()));
    let names: Vec<&str> = page
        .contradictions
        .iter()
        .map(|it| it.id.as_str())
        .collect();
    // Wanting to grow while the VAT cannot be paid is worth a word; which country is not.
    assert_eq!(names, ["growth_under_pressure"]);
    let growth = CONTENT.later.needs.iter().filter(|it| it.growth);
    let growth: Vec<_> = growth.map(|it| About::Need(it.id.clone())).collect();
    assert!(page.questions.iter().all(|it| !growth.contains(&it.about)));
}

#[test]
fn without_the_answers_the_page_says_only_what_the_profile_told() {
    for persona in PERSONAS.iter() {
        let result = result_of(persona);
        let dossier = open(letter(&result, &only_profile()));
        assert!(dossier.assessment.is_none() && !dossier.differs);
        let (page, full) = (dossier.briefing, open(letter(&result, &all())).briefing);
        assert_eq!((page.stage, &page.segment), (full.stage, &full.segment));
        // Whole points are told, so only dimensions that are equal in whole points change places.
        assert_eq!(page.weakest.len(), full.weakest.len(), "{}", persona.id);
        assert_eq!(page.offers, full.offers);
        assert!(page.left_open.is_empty() && page.segment_grounds.is_empty());
        assert!(
            page.needs
                .iter()
                .all(|it| it.grounds.is_empty() && it.referral.is_none())
        );
        let about_open = |it: &About| matches!(it, About::LeftOpen(_));
        assert!(!page.questions.iter().any(|it| about_open(&it.about)));
    }
}

#[test]
fn what_cannot_be_read_leaves_what_was_told() {
    let result = result_of(persona("jonas-webshop-med-momsgaeld"));
    let mut sent = letter(&result, &all());
    sent.code = sent.code.map(|code| code.replace('q', "p"));
    let dossier = open(sent.clone());
    assert_eq!(dossier.unreadable, Some(CodeError::Mistyped));
    assert_eq!(
        dossier.briefing.segment,
        sent.result.as_ref().unwrap().segment
    );
    // A test that this content does not have: told, but nothing concluded from it.
    let mut other = letter(&result, &only_profile());
    other.test = "new-test".into();
    let page = open(other).briefing;
    assert!(page.questions.is_empty() && !page.needs.is_empty());
    // The code of another test than the letter names is no code of this letter.
    let mut mixed = letter(&result, &all());
    mixed.test = "vaekstscreening".into();
    assert_eq!(open(mixed).unreadable, Some(CodeError::Damaged));
}

#[test]
fn a_profile_that_would_be_another_today_is_told_to_be() {
    let result = result_of(persona("jonas-webshop-med-momsgaeld"));
    let mut sent = letter(&result, &all());
    sent.result.as_mut().unwrap().offers.pop();
    let seen = sent.result.clone().unwrap();
    let dossier = open(sent);
    assert!(dossier.differs);
    assert_eq!(
        dossier.briefing.offers, seen.offers,
        "what the person saw is what counts"
    );
}

#[test]
fn only_contact_and_note_give_an_empty_page() {
    let parts = Parts {
        note: Some("Ring til mig".into()),
        ..Parts::default()
    };
    let page = open(letter(&result_of(persona("kun-ved-ikke")), &parts)).briefing;
    assert_eq!(page, Default::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// A stranger may write any day, any id and any code into a letter of the right form.
    #[test]
    fn a_hostile_letter_of_the_right_form_has_a_page_and_its_rows(year in 1u16..=9999, code in "vs1[a-z0-9]{1,80}", id in "[a-z0-9_-]{1,64}", points in 0u8..=100, own_code: bool) {
        let result = result_of(persona("jonas-webshop-med-momsgaeld"));
        let mut sent = letter(&result, &all());
        if !own_code {
            sent.code = Some(code);
        }
        sent.created = Date::last_of_year(year);
        sent.office = Some(id.as_str().into());
        let told = sent.result.as_mut().unwrap();
        told.segment = Some(id.as_str().into());
        told.scores = vec![(id.as_str().into(), points)];
        told.needs = vec![(id.as_str().into(), points)];
        told.offers = vec![id.as_str().into()];
        let sent = Submission::from_json(sent.to_json().as_bytes()).unwrap();
        let dossier = open(sent);
        prop_assert!(dossier.briefing.questions.len() <= MOST_QUESTIONS);
        prop_assert!(dossier.differs || dossier.assessment.is_none());
        let counts = [Counts::of(&dossier)];
        statistics(&CONTENT.later, &counts, Period::default());
        let entry = Entry {
            letter: "a".into(),
            received: Date::first_of_year(year),
            receipt: String::new(),
            handled: false,
            content: Ok(dossier),
        };
        let csv = export::csv(&CONTENT, &ExportWords::default(), &[entry]);
        prop_assert_eq!(csv.matches("\r\n").count(), 2);
    }

    #[test]
    fn there_is_a_page_for_every_letter(seed: u64, answers: bool, day in 1u16..366) {
        let mut random = Random::new(seed);
        let questionnaire = random.one_of(&CONTENT.first.questionnaires).unwrap();
        let given: Answers = respondent(&CONTENT, questionnaire, &mut random);
        let day = Date::first_of_year(2026).plus_days(day);
        let result = assess(&CONTENT.later, questionnaire, &given, None, day);
        let parts = Parts { answers, ..only_profile() };
        let dossier = open(letter(&result, &parts));
        prop_assert!(!dossier.differs);
        prop_assert!(!dossier.briefing.questions.is_empty());
        prop_assert!(serde_json::to_string(&dossier).is_ok());
    }
}
