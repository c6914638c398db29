//! People with a story, run natively; `vaekst personas` shows the same.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::{collections::BTreeSet, path::PathBuf};
use vaekstspejl_engine::{
    Content, Date,
    authoring::{Persona, load, personas},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn all() -> (Content, Vec<Persona>) {
    let (content, _) = load(&root().join("content"), "da");
    let (personas, found) = personas(&root().join("tests/personas"));
    assert!(found.is_empty(), "{}", found[0]);
    (content, personas)
}

#[test]
fn everybody_is_met_as_expected() {
    let (content, personas) = all();
    let failures: Vec<String> = personas
        .iter()
        .flat_map(|it| {
            let failures = it.failures(&content);
            failures
                .into_iter()
                .map(|what| format!("{}: {what}", it.id))
        })
        .collect();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn every_persona_says_why_it_exists_and_expects_something() {
    let (_, personas) = all();
    assert!(personas.len() >= 30);
    for it in personas {
        assert!(it.why.split_whitespace().count() >= 5, "{}: say why", it.id);
        let expects = &it.expect;
        let something = expects.segment.is_some()
            || expects.first_need.is_some()
            || !expects.needs.is_empty()
            || !expects.offers.is_empty();
        assert!(something, "{}: expects nothing", it.id);
    }
}

/// An expectation that cannot fail is no expectation: turned round, each persona must fail.
#[test]
fn a_wrong_expectation_is_noticed() {
    let (content, personas) = all();
    for mut it in personas {
        it.expect.not_needs.append(&mut it.expect.needs);
        it.expect.segment = Some("no_such_segment".into());
        assert!(!it.failures(&content).is_empty(), "{}", it.id);
    }
}

fn missing<'a>(all: impl IntoIterator<Item = &'a str>, covered: &BTreeSet<String>) -> Vec<&'a str> {
    all.into_iter()
        .filter(|it| !covered.contains(*it))
        .collect()
}

/// The ids of every choice of an item, in any questionnaire.
fn choices<'a>(content: &'a Content, item: &str) -> BTreeSet<&'a str> {
    let questionnaires = content.first.questionnaires.iter();
    let items = questionnaires.filter_map(|it| it.item(&item.into()));
    items
        .flat_map(|it| &it.choices)
        .map(|it| it.id.as_str())
        .collect()
}

#[test]
fn every_segment_and_need_is_expected_by_somebody() {
    let (content, personas) = all();
    let segments = personas.iter().filter_map(|it| it.expect.segment.as_ref());
    let segments: BTreeSet<String> = segments.map(ToString::to_string).collect();
    let all = content.later.segments.iter().map(|it| it.id.as_str());
    assert_eq!(missing(all, &segments), Vec::<&str>::new());
    let needs = personas
        .iter()
        .flat_map(|it| it.expect.needs.iter().chain(&it.expect.first_need));
    let needs: BTreeSet<String> = needs.map(ToString::to_string).collect();
    let all = content.later.needs.iter().map(|it| it.id.as_str());
    assert_eq!(missing(all, &needs), Vec::<&str>::new());
}

#[test]
fn every_stage_plan_sign_and_situation_is_answered_by_somebody() {
    let (content, personas) = all();
    for item in ["stage", "plans", "signs", "situation"] {
        let answered: BTreeSet<String> = personas
            .iter()
            .filter_map(|it| it.answers.get(&item.into()))
            .flat_map(|answer| answer.choices())
            .map(ToString::to_string)
            .collect();
        let all = choices(&content, item);
        assert_eq!(missing(all, &answered), Vec::<&str>::new(), "{item}");
    }
}

#[test]
fn both_tests_offices_and_eras_and_the_wrong_doors_are_covered() {
    let (_, personas) = all();
    let any = |fits: &dyn Fn(&Persona) -> bool| personas.iter().any(fits);
    for questionnaire in ["selvtest", "vaekstscreening"] {
        assert!(any(&|it| it.questionnaire == questionnaire));
        let nothing = |it: &Persona| it.questionnaire == questionnaire && it.answers.is_empty();
        assert!(any(&nothing), "nobody answers nothing in {questionnaire}");
    }
    for office in ["demo-lille", "demo-stor"] {
        assert!(any(&|it| it
            .office
            .as_ref()
            .is_some_and(|id| *id == office)));
    }
    for year in [2010, 2014, 2026] {
        let in_year = |it: &Persona| it.today.year() == year;
        assert!(
            personas.iter().filter(|it| in_year(it)).count() >= 5,
            "{year}"
        );
    }
    for rule in ["R1", "R2", "R3"] {
        let expects = |it: &Persona| {
            let referral = it.expect.referral.as_ref();
            referral.is_some_and(|it| it.rule.as_deref() == Some(rule))
        };
        assert!(any(&expects), "{rule}");
    }
    let abroad = |it: &Persona| {
        let answer = it.answers.get(&"municipality".into());
        answer.is_some_and(|it| it.choices().iter().any(|it| *it == "abroad"))
    };
    assert!(any(&abroad));
    assert!(any(&|it| it.expect.near_miss.is_some()));
    assert!(any(
        &|it| it.today < Date::first_of_year(2019) && !it.expect.not_offers.is_empty()
    ));
}
