//! What must hold for everybody (design §3), tried on random contents and on the real one.
//!
//! A case is a seed; a failing one is printed and is the same on every machine.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use common::{random_answer, random_answers, random_content};
use proptest::prelude::*;
use std::{path::Path, sync::LazyLock};
use vaekstspejl_engine::{
    Answer, Answers, Assessment, Content, Date, ItemId, OfficeId, assess,
    authoring::{Random, deepened, load, respondent, test_number},
    catalogue::{Availability, OfficeKind},
    deepening::MOST_SCORED_ITEMS,
    eligibility::{Eligibility, Standing},
    need,
    profile_code::{self, Layout},
    profile_file::ProfileFile,
    questionnaire::{Questionnaire, Tier},
    recommendation::Reason,
    relevance::Counted,
    score::scores,
};

static REAL: LazyLock<Content> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    load(&folder, "da").0
});

/// Two of three cases on the real content, one on a random one.
fn content_of(random: &mut Random) -> Content {
    if random.percent(33) {
        random_content(random)
    } else {
        REAL.clone()
    }
}

struct Case {
    content: Content,
    answers: Answers,
    today: Date,
    office: Option<OfficeId>,
    random: Random,
}

impl Case {
    fn of(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut content = content_of(&mut random);
        let keep = random.below(content.first.questionnaires.len());
        content.first.questionnaires = vec![content.first.questionnaires.swap_remove(keep)];
        let questionnaire = &content.first.questionnaires[0];
        let answers = if random.percent(50) {
            respondent(&content, questionnaire, &mut random)
        } else {
            random_answers(questionnaire, &mut random)
        };
        let year = 2006 + u16::try_from(random.below(25)).unwrap();
        let today = Date::first_of_year(year).plus_days(u16::try_from(random.below(365)).unwrap());
        let offices = content.later.offices.iter();
        let offices: Vec<OfficeId> = offices.map(|it| it.id.clone()).collect();
        let office = random
            .one_of(&offices)
            .cloned()
            .filter(|_| random.percent(30));
        Self {
            content,
            answers,
            today,
            office,
            random,
        }
    }

    fn questionnaire(&self) -> &Questionnaire {
        &self.content.first.questionnaires[0]
    }

    fn assess(&self, answers: &Answers) -> Assessment<'_> {
        let office = self.office.as_ref();
        assess(
            &self.content.later,
            self.questionnaire(),
            answers,
            office,
            self.today,
        )
    }

    fn layout(&self) -> Layout {
        let questionnaire = self.questionnaire();
        Layout::of(questionnaire, test_number(&questionnaire.id).unwrap_or(9))
    }

    fn code(&self, counted: &Counted<'_>) -> Option<String> {
        profile_code::encode(&self.layout(), &counted.to_answers())
    }
}

/// Everything a result says, as text.
fn all_of(result: &Assessment<'_>, content: &Content) -> String {
    format!(
        "{}{:?}{:?}",
        serde_json::to_string(result).unwrap(),
        result.smallest_change(&content.later),
        result.counted.to_answers()
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hidden_items_never_influence_anything(seed: u64) {
        let mut case = Case::of(seed);
        let before = case.assess(&case.answers);
        let hidden: Vec<ItemId> = case.questionnaire().items.iter()
            .filter(|item| !before.counted.is_relevant(&item.id))
            .map(|item| item.id.clone())
            .collect();
        let expected = all_of(&before, &case.content);
        let code = case.code(&before.counted);
        drop(before);
        let mut changed = case.answers.clone();
        for id in &hidden {
            let mut random = case.random.clone();
            let item = case.questionnaire().item(id).unwrap();
            changed.set(id.clone(), random_answer(item, &mut random));
            case.random = random;
        }
        let after = case.assess(&changed);
        prop_assert_eq!(all_of(&after, &case.content), expected);
        prop_assert_eq!(case.code(&after.counted), code);
    }

    #[test]
    fn dont_know_is_neutral(seed: u64) {
        let case = Case::of(seed);
        let mut open = case.answers.clone();
        for (id, answer) in case.answers.iter() {
            if *answer == Answer::DontKnow {
                open.set(id.clone(), None);
            }
        }
        let (with, without) = (case.assess(&case.answers), case.assess(&open));
        prop_assert_eq!(&with.scores, &without.scores);
        prop_assert_eq!(&with.segment, &without.segment);
        prop_assert_eq!(&with.needs, &without.needs);
        prop_assert_eq!(&with.recommendations, &without.recommendations);
    }

    #[test]
    fn a_better_answer_never_lowers_a_score(seed: u64) {
        let mut case = Case::of(seed);
        let mut random = case.random.clone();
        let all: Vec<_> = case.content.later.scales.iter().map(|it| it.id.clone()).collect();
        let scored: Vec<_> = case.questionnaire().items.iter()
            .filter(|item| item.is_scored())
            .cloned()
            .collect();
        let Some(item) = random.one_of(&scored) else { return Ok(()) };
        let mut choices: Vec<_> = item.choices.iter().filter(|it| it.points.is_some()).collect();
        choices.sort_by_key(|choice| choice.points);
        let mut before = None;
        for choice in choices {
            case.answers.set(item.id.clone(), Some(Answer::One(choice.id.clone())));
            let counted = Counted::new(case.questionnaire(), &case.answers, &all);
            // An answer may decide whether later items are asked; that is not about keying.
            let asked: Vec<_> = counted.items().map(|it| it.id.clone()).collect();
            let scores = scores(&case.content.later.scales, &counted);
            let points: Vec<_> = item.scores.iter().map(|(scale, _)| scores.points(scale)).collect();
            if let Some((points_before, asked_before)) = before.replace((points.clone(), asked.clone()))
                && asked_before == asked
            {
                for (low, high) in points_before.iter().zip(&points) {
                    prop_assert!(low <= high, "{} from {:?} to {:?}", item.id, low, high);
                }
            }
        }
    }

    #[test]
    fn the_best_answers_give_100_and_the_worst_0(seed: u64, best: bool) {
        let case = Case::of(seed);
        let mut answers = case.answers.clone();
        for item in case.questionnaire().items.iter().filter(|item| item.is_scored()) {
            let scored = item.choices.iter().filter(|it| it.points.is_some());
            let choice = if best {
                scored.max_by_key(|it| it.points)
            } else {
                scored.min_by_key(|it| it.points)
            };
            answers.set(item.id.clone(), choice.map(|it| Answer::One(it.id.clone())));
        }
        let result = case.assess(&answers);
        for score in result.scores.iter() {
            let minimum = case.content.later.scale(&score.scale).unwrap().minimum;
            if score.parts.len() >= usize::from(minimum) {
                let points = score.points.map(|it| it.hundredths());
                prop_assert_eq!(points, Some(if best { 10_000 } else { 0 }), "{}", &score.scale);
            }
        }
    }

    #[test]
    fn nobody_is_asked_more_than_45_scored_items(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        let scored = result.counted.items().filter(|item| item.is_scored()).count();
        prop_assert!(scored <= MOST_SCORED_ITEMS, "{}", scored);
        let deepened = deepened(&case.content.later.scales, case.questionnaire(), &case.answers);
        prop_assert_eq!(deepened, result.deepened);
    }

    #[test]
    fn deepening_stands_still_while_deep_items_are_answered(seed: u64) {
        let mut case = Case::of(seed);
        let before = case.assess(&case.answers).deepened;
        let deep: Vec<_> = case.questionnaire().items.iter()
            .filter(|item| item.tier == Tier::Deep).cloned().collect();
        for item in deep {
            let answer = random_answer(&item, &mut case.random);
            case.answers.set(item.id, answer);
        }
        prop_assert_eq!(case.assess(&case.answers).deepened, before);
    }

    #[test]
    fn everybody_has_a_segment_and_somewhere_to_go(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        prop_assert!(result.segment.is_some());
        prop_assert!(!result.needs.is_empty());
        // What was open in other years nobody has described.
        let is_real = case.questionnaire().id != "random";
        let is_described = matches!(case.today.year(), 2010 | 2014 | 2026..);
        if !is_real || is_described {
            let (day, place) = (case.today, result.municipality(&case.content.later).map(|it| &it.name));
            prop_assert!(!result.recommendations.list.is_empty(), "{} {:?} {:?}", day, place, result.stages);
        }
    }

    #[test]
    fn what_is_recommended_is_open_reachable_and_nowhere_failed(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        let municipality = result.municipality(&case.content.later);
        for found in &result.recommendations.list {
            let offer = case.content.later.offer(&found.offer).unwrap();
            prop_assert_eq!(offer.availability(case.today), Availability::Open, "{}", &offer.id);
            prop_assert!(offer.reach(municipality).is_some());
            if found.reason != Reason::NoWrongDoor {
                let failed = found.criteria.iter().filter(|it| it.standing == Standing::NotMet);
                prop_assert_eq!(failed.count(), 0, "{}", &offer.id);
            }
            let unknown = found.criteria.iter().any(|it| it.standing == Standing::NotAnswered);
            prop_assert!(!(unknown && found.eligibility == Eligibility::Met), "{}", &offer.id);
        }
        for found in &result.recommendations.near_misses {
            let failed = found.criteria.iter().filter(|it| it.standing == Standing::NotMet);
            prop_assert_eq!(failed.count(), 1, "{}", &found.offer);
            let offer = case.content.later.offer(&found.offer).unwrap();
            prop_assert_eq!(offer.availability(case.today), Availability::Open);
        }
    }

    #[test]
    fn no_two_of_the_first_five_while_a_strong_need_has_none(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        let list = &result.recommendations.list;
        let first: Vec<_> = list.iter().take(5).collect();
        let answers = |need: &vaekstspejl_engine::NeedId| {
            first.iter().any(|it| {
                case.content.later.offer(&it.offer).unwrap().needs.contains(need)
            })
        };
        let mut seen = Vec::new();
        let mut doubled = false;
        for found in &first {
            if let Reason::Need(need) = &found.reason {
                doubled |= seen.contains(&need);
                seen.push(need);
            }
        }
        if doubled {
            for strong in result.needs.iter().take(need::SHOWN).filter(|it| it.strength >= need::STRONG) {
                let has_candidate = !result.offers_for(&case.content.later, strong).is_empty();
                prop_assert!(answers(&strong.need) || !has_candidate, "{}", &strong.need);
            }
        }
    }

    #[test]
    fn offers_stand_once_and_the_list_is_short(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        let list = &result.recommendations.list;
        let mut ids: Vec<_> = list.iter().map(|it| &it.offer).collect();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), list.len());
        prop_assert!(list.len() <= 9);
    }

    #[test]
    fn the_same_answers_give_the_same_result(seed: u64) {
        let (one, other) = (Case::of(seed), Case::of(seed));
        let (first, second) = (one.assess(&one.answers), other.assess(&other.answers));
        prop_assert_eq!(all_of(&first, &one.content), all_of(&second, &other.content));
    }

    #[test]
    fn assessing_only_what_counts_changes_nothing(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        let again = case.assess(&result.counted.to_answers());
        prop_assert_eq!(all_of(&again, &case.content), all_of(&result, &case.content));
    }

    #[test]
    fn a_crisis_never_comes_with_a_push_for_growth(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        let tone = result.segment.as_ref().unwrap().tone;
        if tone == vaekstspejl_engine::segment::Tone::Crisis {
            for found in &result.needs {
                prop_assert!(!case.content.later.need(&found.need).unwrap().growth, "{}", &found.need);
            }
        }
        let urgent = |found: &need::NeedFinding| case.content.later.need(&found.need).unwrap().urgent;
        let first_calm = result.needs.iter().position(|it| !urgent(it));
        let last_urgent = result.needs.iter().rposition(urgent);
        if let (Some(calm), Some(urgent)) = (first_calm, last_urgent) {
            prop_assert!(urgent < calm, "what is urgent stands first");
        }
    }

    #[test]
    fn the_smallest_change_really_changes(seed: u64) {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        if let Some(change) = result.smallest_change(&case.content.later) {
            prop_assert!(!change.answers.is_empty() && change.answers.len() <= 2);
            prop_assert_ne!(&change.becomes, &result.segment.as_ref().unwrap().segment);
        }
    }

    #[test]
    fn a_code_gives_back_every_answer_that_counts(seed: u64) {
        let case = Case::of(seed);
        if case.questionnaire().id == "random" {
            return Ok(());
        }
        let result = case.assess(&case.answers);
        let counted = result.counted.to_answers();
        let code = case.code(&result.counted).unwrap();
        prop_assert!(code.len() <= profile_code::LONGEST);
        for written in [code.clone(), profile_code::grouped(&code), format!("https://x.dk/#/open?{code}")] {
            let decoded = profile_code::decode(&[case.layout()], &written).unwrap();
            prop_assert_eq!(&decoded.answers, &counted);
        }
    }

    #[test]
    fn every_single_wrong_character_is_noticed(seed: u64, place: prop::sample::Index, letter in "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]") {
        let case = Case::of(seed);
        if case.questionnaire().id == "random" {
            return Ok(());
        }
        let code = case.code(&case.assess(&case.answers).counted).unwrap();
        let place = place.index(code.len());
        let mut wrong = code.clone();
        wrong.replace_range(place..=place, &letter);
        if wrong != code {
            prop_assert!(profile_code::decode(&[case.layout()], &wrong).is_err());
        }
        let mut shorter = code.clone();
        shorter.remove(place);
        prop_assert!(profile_code::decode(&[case.layout()], &shorter).is_err());
    }

    #[test]
    fn a_profile_file_gives_back_what_was_saved(seed: u64, own in ".{0,40}", who in ".{0,40}") {
        let case = Case::of(seed);
        let result = case.assess(&case.answers);
        let file = ProfileFile {
            questionnaire: case.questionnaire().id.clone(),
            questionnaire_version: 1,
            saved: Some(case.today),
            office: case.office.clone(),
            answers: result.counted.to_answers(),
            plan: vec![vaekstspejl_engine::plan::PlanEntry {
                what: vaekstspejl_engine::plan::Action::Own(own),
                who,
                by: Some(case.today),
                done: seed % 2 == 0,
            }],
        };
        prop_assert_eq!(ProfileFile::from_json(&file.to_json()), Ok(file));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_code_or_a_clear_error(text in ".{0,200}") {
        let _ = profile_code::decode(&REAL.later.layouts, &text);
    }

    #[test]
    fn anything_like_a_code_is_a_code_or_a_clear_error(text in "(vs1|VS1)[ a-z0-9-]{0,120}") {
        let _ = profile_code::decode(&REAL.later.layouts, &text);
    }

    #[test]
    fn any_text_is_a_profile_or_a_clear_error(text in ".{0,300}") {
        let _ = ProfileFile::from_json(&text);
    }

    #[test]
    fn a_profile_with_a_hole_is_a_profile_or_a_clear_error(from: prop::sample::Index, length in 0_usize..40, piece in "[\\[\\]{}\",:a-z0-9\\\\ ]{0,5}") {
        let whole = include_str!("fixtures/profile-file-v1.json");
        let from = from.index(whole.len());
        let head: String = whole.chars().take(from).collect();
        let tail: String = whole.chars().skip(from + length).collect();
        let _ = ProfileFile::from_json(&format!("{head}{piece}{tail}"));
    }

    #[test]
    fn any_text_is_a_rule_or_a_clear_error(text in "([a-z_0-9]{1,8}|is|not|or|and|one of|,|\\(|\\)|includes|score|at|least|below|[0-9]{1,3}| ){0,20}") {
        if let Ok(rule) = vaekstspejl_engine::authoring::parse_rule(&text) {
            let written = vaekstspejl_engine::authoring::rule_text(&rule);
            prop_assert_eq!(vaekstspejl_engine::authoring::parse_rule(&written), Ok(rule));
        }
    }

    #[test]
    fn a_rule_written_out_is_the_same_rule(seed: u64) {
        let mut random = Random::new(seed);
        let items = random_content(&mut random).first.questionnaires.remove(0).items;
        let rule = common::random_rule(&items, 3, &mut random);
        let written = vaekstspejl_engine::authoring::rule_text(&rule);
        prop_assert_eq!(vaekstspejl_engine::authoring::parse_rule(&written), Ok(rule));
    }

    #[test]
    fn no_line_of_a_calendar_is_longer_than_75_octets(title in ".{0,200}", details in "(.|\n|\r){0,300}", days in 0_u16..4_000) {
        use vaekstspejl_engine::plan::{Event, calendar};
        let day = Date::first_of_year(2026).plus_days(days);
        let file = calendar(&[Event { day, title, details }], Date::first_of_year(2026));
        prop_assert!(file.ends_with("END:VCALENDAR\r\n"));
        for line in file.split("\r\n") {
            prop_assert!(line.len() <= 75, "{}", line);
            prop_assert!(!line.contains(['\r', '\n']));
        }
    }
}

/// Today, whoever and wherever: at least one concrete next step (no wrong door).
#[test]
fn every_municipality_abroad_and_nowhere_end_in_a_recommendation() {
    let codes: Vec<Option<Answer>> = REAL
        .later
        .municipalities
        .iter()
        .map(|it| Some(Answer::one(&it.code)))
        .chain([Some(Answer::one("abroad")), Some(Answer::DontKnow), None])
        .collect();
    let mut random = Random::new(98);
    for questionnaire in &REAL.first.questionnaires {
        for code in &codes {
            for _ in 0..4 {
                let mut answers = respondent(&REAL, questionnaire, &mut random);
                answers.set("municipality".into(), code.clone());
                let today = Date::new(2026, 11, 20).unwrap();
                let result = assess(&REAL.later, questionnaire, &answers, None, today);
                assert!(
                    !result.recommendations.list.is_empty(),
                    "{code:?} {answers:?}"
                );
            }
        }
    }
}

#[test]
fn every_municipality_has_its_own_office_today() {
    let today = Date::new(2026, 11, 20).unwrap();
    for municipality in &REAL.later.municipalities {
        let answers = Answers::default().with("municipality", Answer::one(&municipality.code));
        let questionnaire = &REAL.first.questionnaires[0];
        let result = assess(&REAL.later, questionnaire, &answers, None, today);
        let office = result.office.and_then(|id| REAL.later.office(&id).cloned());
        let office = office.unwrap_or_else(|| panic!("{} has no office", municipality.name));
        assert_eq!(office.kind, OfficeKind::Default);
    }
}
