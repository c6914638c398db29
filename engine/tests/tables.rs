//! The model by example: truth tables, scores by hand, dates, referral, near misses, comparison.
//! The expected values are argued here, not copied from a run.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use common::*;
use vaekstspejl_engine::{
    Answers, Content, First, Later, assess,
    catalogue::{
        Availability, Confidence, Field, Level, Office, OfficeKind, Place, Provider, Reach, Status,
    },
    comparison::differences,
    eligibility::Eligibility,
    profile_code::Layout,
    questionnaire::{Item, Kind, Questionnaire, Tier},
    recommendation::Reason,
    referral::ReferralRule,
    relevance::Counted,
    rule::{Facts, Ground, Truth},
    score::{Points, scores},
    segment::{Stage, Tone},
};

// ------------------------------------------------------------------ rules

/// A bakery: three facts and one dimension.
fn bakery() -> Questionnaire {
    let mut bread = many_of("bread", &["rye", "wheat", "none"]);
    bread.relevant_if = rule("oven is not broken");
    questionnaire(
        "bakery",
        vec![
            one_of("oven", &["broken", "warm", "hot"]),
            bread,
            step_item("crust_core", Tier::Core, "crust", 2),
            step_item("crust_crunch", Tier::Deep, "crust", 1),
        ],
    )
}

/// What a rule gives for these answers.
fn truth(text: &str, given: &[(&str, &str)]) -> Truth {
    let bakery = bakery();
    let counted = Counted::new(&bakery, &answers(given), &["crust".into()]);
    let scores = scores(&[scale("crust", 1)], &counted);
    rule(text).evaluate(Facts {
        counted: &counted,
        scores: &scores,
    })
}

#[test]
fn conditions_are_true_false_or_unknown() {
    use Truth::{False, True, Unknown};
    let warm: &[(&str, &str)] = &[("oven", "warm"), ("bread", "rye"), ("crust_core", "3")];
    let table = [
        ("always", warm, True),
        ("questionnaire is bakery", warm, True),
        ("questionnaire is butchery", warm, False),
        ("oven is warm", warm, True),
        ("oven is hot", warm, False),
        ("oven is one of hot, warm", warm, True),
        ("oven is not hot", warm, True),
        ("oven at least warm", warm, True),
        ("oven at least hot", warm, False),
        ("oven at most warm", warm, True),
        ("oven at most broken", warm, False),
        ("oven at least lukewarm", warm, Unknown), // no such choice
        ("bread includes rye", warm, True),
        ("bread includes wheat", warm, False),
        ("bread includes any of wheat, rye", warm, True),
        ("bread is answered", warm, True),
        ("score crust at least 50", warm, True), // step 3 is 50 points
        ("score crust below 50", warm, False),
        ("score crust at least 51", warm, False),
        ("score dough below 50", warm, Unknown), // no such scale
        // open and "don't know" are unknown, and so is their opposite
        ("oven is warm", &[], Unknown),
        ("oven is not warm", &[], Unknown),
        ("oven is warm", &[("oven", "dont_know")], Unknown),
        ("oven is not warm", &[("oven", "dont_know")], Unknown),
        ("oven at least warm", &[("oven", "dont_know")], Unknown),
        ("score crust below 50", &[], Unknown),
        (
            "score crust below 50",
            &[("crust_core", "dont_know")],
            Unknown,
        ),
        // "is answered" is never unknown; "don't know" is no answer in this sense
        ("oven is answered", &[], False),
        ("oven is answered", &[("oven", "dont_know")], False),
        ("not oven is answered", &[], True),
        // an item that is not asked does not count, whatever was answered earlier
        (
            "bread includes rye",
            &[("oven", "broken"), ("bread", "rye")],
            Unknown,
        ),
        (
            "bread is answered",
            &[("oven", "broken"), ("bread", "rye")],
            False,
        ),
        ("bread includes rye", &[("bread", "rye")], Unknown), // its own rule is unknown
    ];
    for (text, given, expected) in table {
        assert_eq!(truth(text, given), expected, "{text} with {given:?}");
    }
}

#[test]
fn and_or_not_follow_kleene() {
    use Truth::{False, True, Unknown};
    // oven is warm: T; oven is hot: F; score crust below 50: U, for crust is open
    let (t, f, u) = ("oven is warm", "oven is hot", "score crust below 50");
    let given = &[("oven", "warm")];
    for (one, other, and, or) in [
        (t, t, True, True),
        (t, f, False, True),
        (t, u, Unknown, True),
        (f, f, False, False),
        (f, u, False, Unknown),
        (u, u, Unknown, Unknown),
    ] {
        for (one, other) in [(one, other), (other, one)] {
            assert_eq!(truth(&format!("{one} and {other}"), given), and);
            assert_eq!(truth(&format!("{one} or {other}"), given), or);
        }
    }
    assert_eq!(truth(&format!("not ({t})"), given), False);
    assert_eq!(truth(&format!("not ({f})"), given), True);
    assert_eq!(truth(&format!("not ({u})"), given), Unknown);
}

#[test]
fn a_verdict_names_the_facts_that_decided_and_no_others() {
    let bakery = bakery();
    let given = answers(&[
        ("oven", "warm"),
        ("bread", "rye+wheat"),
        ("crust_core", "2"),
    ]);
    let counted = Counted::new(&bakery, &given, &[]);
    let scores = scores(&[scale("crust", 1)], &counted);
    let facts = Facts {
        counted: &counted,
        scores: &scores,
    };
    let grounds = |text: &str| rule(text).grounds(facts);
    let answer = |item: &str, choices: &[&str]| Ground::Answer {
        item: item.into(),
        choices: choices.iter().map(|it| (*it).into()).collect(),
    };
    let crust = Ground::Score {
        scale: "crust".into(),
        points: Points::whole_points(25),
    };
    // Of the two kinds of bread only the one asked for matters.
    assert_eq!(grounds("bread includes rye"), [answer("bread", &["rye"])]);
    // What is not there is shown by what is.
    assert_eq!(grounds("oven is hot"), [answer("oven", &["warm"])]);
    // Of an `or`, only the side that holds.
    assert_eq!(
        grounds("oven is hot or score crust below 40"),
        vec![crust.clone()]
    );
    // Of an `and`, both; each fact once.
    assert_eq!(
        grounds("oven is warm and score crust below 40 and oven at least warm"),
        [answer("oven", &["warm"]), crust]
    );
    // What is unknown says what is missing.
    assert_eq!(
        grounds("oven is warm and trade is answered and score dough below 3"),
        [Ground::Unanswered {
            item: "trade".into()
        }]
    );
    assert_eq!(
        grounds("oven is warm and score dough below 3"),
        [Ground::UnknownScore {
            scale: "dough".into()
        }]
    );
}

// ------------------------------------------------------------------ scores

/// Points of `crust` in hundredths, with a minimum of answers.
fn crust(minimum: u8, given: &[(&str, &str)]) -> Option<u16> {
    let bakery = bakery();
    let counted = Counted::new(&bakery, &answers(given), &["crust".into()]);
    let scores = scores(&[scale("crust", minimum)], &counted);
    scores.points(&"crust".into()).map(Points::hundredths)
}

#[test]
fn a_score_is_the_weighted_mean_of_what_is_answered() {
    let core = |step| ("crust_core", step); // weight 2
    let deep = |step| ("crust_crunch", step); // weight 1
    type Row<'a> = (u8, &'a [(&'a str, &'a str)], Option<u16>);
    let table: [Row<'_>; 11] = [
        (1, &[core("1")], Some(0)),
        (1, &[core("4")], Some(7_500)),
        (1, &[core("5"), deep("1")], Some(6_667)), // (2·100 + 0) / 3 = 66.666…
        (1, &[core("1"), deep("5")], Some(3_333)), // 100 / 3 = 33.333…
        (1, &[core("2"), deep("3")], Some(3_333)), // (50 + 50) / 3
        (1, &[core("3"), deep("4")], Some(5_833)), // (100 + 75) / 3 = 58.333…
        (1, &[core("5"), deep("dont_know")], Some(10_000)), // leaves numerator and denominator
        (1, &[], None),
        (1, &[core("dont_know"), deep("dont_know")], None),
        (2, &[core("5")], None), // fewer than the minimum is unknown, not 0
        (2, &[core("5"), deep("5")], Some(10_000)),
    ];
    for (minimum, given, expected) in table {
        assert_eq!(crust(minimum, given), expected, "{minimum} {given:?}");
    }
}

#[test]
fn a_mean_is_rounded_half_up_to_a_hundredth_and_shown_half_up_to_a_point() {
    for (sum, weight, hundredths, shown) in [
        (0, 3, 0, 0),
        (100, 3, 3_333, 33),
        (200, 3, 6_667, 67),
        (99, 2, 4_950, 50), // 49.5 is shown as 50
        (149, 3, 4_967, 50),
        (1, 8, 13, 0), // 0.125 → 0.13
        (300, 3, 10_000, 100),
    ] {
        let points = Points::mean(sum, weight).unwrap();
        assert_eq!((points.hundredths(), points.rounded()), (hundredths, shown));
    }
    assert_eq!(Points::mean(5, 0), None);
    assert_eq!(Points::mean(u32::MAX, 1), None);
}

#[test]
fn a_score_can_be_taken_apart_and_says_how_sure_it_is() {
    let bakery = bakery();
    let given = answers(&[("crust_core", "4")]);
    let core = Counted::new(&bakery, &given, &[]);
    let found = scores(&[scale("crust", 1)], &core);
    let score = found.get(&"crust".into()).unwrap();
    let part = &score.parts[0];
    assert_eq!(score.parts.len(), 1, "the deep item is not asked yet");
    assert_eq!(part.choice.as_ref().unwrap(), &"4");
    assert_eq!((part.points, part.weight), (Some(75), 2));
    // Weight 2 of 3 that fit this person: 66 %, although only the core is asked.
    assert_eq!((score.weight_answered, score.weight_possible), (2, 3));
    assert_eq!(score.sureness(), 66);
}

#[test]
fn every_point_has_one_band() {
    let scale = scale("crust", 1);
    for (hundredths, band) in [
        (0, "weak"),
        (3_499, "weak"),
        (3_500, "fair"),
        (5_999, "fair"),
        (6_000, "good"),
        (7_999, "good"),
        (8_000, "strong"),
        (10_000, "strong"),
    ] {
        let points = Points::mean(hundredths, 100).unwrap();
        assert_eq!(scale.band(points).unwrap().id, band, "{hundredths}");
    }
}

// ------------------------------------------------------------------ relevance

#[test]
fn going_back_loses_nothing_and_counts_nothing() {
    let bakery = bakery();
    let given = answers(&[("oven", "warm"), ("bread", "rye")]);
    let broken = given
        .clone()
        .with("oven", vaekstspejl_engine::Answer::one("broken"));
    let counted = Counted::new(&bakery, &broken, &[]);
    assert_eq!(counted.answer(&id("bread")), None);
    assert_eq!(counted.to_answers(), answers(&[("oven", "broken")]));
    // The answer is still there and counts again when the oven is mended.
    let mended = broken.with("oven", vaekstspejl_engine::Answer::one("hot"));
    let counted = Counted::new(&bakery, &mended, &[]);
    assert_eq!(counted.choices(&id("bread")), ["rye"]);
}

#[test]
fn a_choice_that_is_not_shown_does_not_count() {
    let mut bakery = bakery();
    bakery.items[1].choices[1].relevant_if = rule("oven is hot");
    let of = |oven: &str| {
        let given = answers(&[("oven", oven), ("bread", "rye+wheat")]);
        Counted::new(&bakery, &given, &[])
            .choices(&id("bread"))
            .to_vec()
    };
    assert_eq!(of("hot"), ["rye", "wheat"]);
    assert_eq!(of("warm"), ["rye"]);
}

// ------------------------------------------------------------------ dates

#[test]
fn an_offer_is_open_on_the_days_its_source_tells() {
    use Availability::{Ended, NotYet, OnlyProposed, Open};
    let plain = || offer("loan", Level::National, &["money"]);
    let between = |from: Option<&str>, until: Option<&str>| vaekstspejl_engine::catalogue::Offer {
        from: from.map(day),
        until: until.map(day),
        ..plain()
    };
    let of_2010 = |from: Option<&str>, until: Option<&str>| vaekstspejl_engine::catalogue::Offer {
        known_in: Some(2010),
        ..between(from, until)
    };
    let with = |status: Status, it: vaekstspejl_engine::catalogue::Offer| {
        vaekstspejl_engine::catalogue::Offer { status, ..it }
    };
    let both = || between(Some("2023-01-01"), Some("2026-12-31"));
    let table = [
        // from the first day to the last, both included
        (both(), "2022-12-31", NotYet),
        (both(), "2023-01-01", Open),
        (both(), "2026-12-31", Open),
        (both(), "2027-01-01", Ended),
        // no dates: from the year of its source on
        (plain(), "2025-12-31", NotYet),
        (plain(), "2026-01-01", Open),
        (plain(), "2030-01-01", Open),
        // history with unknown end: only the year it is described in
        (of_2010(None, None), "2009-12-31", NotYet),
        (of_2010(None, None), "2010-06-01", Open),
        (of_2010(None, None), "2011-01-01", Ended),
        (of_2010(Some("2008-01-01"), None), "2009-06-01", NotYet),
        (of_2010(Some("2008-01-01"), None), "2010-06-01", Open),
        (of_2010(Some("2008-01-01"), None), "2011-06-01", Ended),
        // history with both dates: as dated
        (
            of_2010(Some("2008-01-01"), Some("2013-12-31")),
            "2013-12-31",
            Open,
        ),
        (
            of_2010(Some("2008-01-01"), Some("2013-12-31")),
            "2014-01-01",
            Ended,
        ),
        // plans: never before both dates are known
        (with(Status::Planned, plain()), "2026-06-01", OnlyProposed),
        (
            with(Status::Planned, between(Some("2026-01-01"), None)),
            "2026-06-01",
            OnlyProposed,
        ),
        (with(Status::Planned, both()), "2024-06-01", Open),
        (with(Status::Planned, both()), "2022-06-01", NotYet),
        (with(Status::Proposed, both()), "2024-06-01", OnlyProposed),
        (with(Status::Considered, both()), "2024-06-01", OnlyProposed),
        // ended: closed at once unless its last day is told and past
        (with(Status::Ended, plain()), "2026-11-20", Ended),
        (
            with(Status::Ended, between(None, Some("2026-06-30"))),
            "2026-06-01",
            Open,
        ),
        (
            with(Status::Ended, between(None, Some("2026-06-30"))),
            "2026-07-01",
            Ended,
        ),
        (
            with(Status::Ended, between(None, Some("2027-06-30"))),
            "2026-12-01",
            Ended,
        ),
    ];
    for (offer, today, expected) in table {
        let found = offer.availability(day(today));
        let (status, known) = (offer.status, offer.known_in);
        let dates = (offer.from, offer.until);
        // `Ended` from its first day: an offer closed before today is closed on every day.
        assert_eq!(found, expected, "{status:?} {known:?} {dates:?} on {today}");
    }
}

#[test]
fn a_source_is_old_after_18_months() {
    let of = |as_of: &str, today: &str| {
        let mut made = offer("loan", Level::National, &[]);
        made.as_of = as_of.into();
        made.is_old(day(today))
    };
    assert!(!of("2025-05", "2026-11-20")); // 18 months and 19 days are 18 whole months
    assert!(of("2025-04", "2026-11-20"));
    assert!(!of("2026", "2026-11-20"));
    assert!(of("2024", "2026-11-20"));
    assert!(of("", "2026-11-20"), "nobody knows how old it is");
}

#[test]
fn an_offer_reaches_the_places_it_names() {
    let east = municipality("0101", "1084", "east");
    let reach = |places: Vec<Place>, provider: Provider, from: bool| {
        let mut made = offer("bus", Level::Local, &[]);
        made.places = places;
        made.provider = provider;
        made.reach(from.then_some(&east))
    };
    let named = || Provider::Named("a bus".into());
    let here = || vec![Place::Municipality("0101".into())];
    let there = || {
        vec![
            Place::Municipality("0751".into()),
            Place::House("west".into()),
        ]
    };
    assert_eq!(reach(here(), named(), true), Some(Reach::Here));
    assert_eq!(reach(there(), named(), true), None);
    assert_eq!(
        reach(vec![Place::House("east".into())], named(), true),
        Some(Reach::Region)
    );
    assert_eq!(
        reach(vec![Place::Region("1084".into())], named(), true),
        Some(Reach::Region)
    );
    assert_eq!(
        reach(vec![Place::Denmark], named(), true),
        Some(Reach::Country)
    );
    assert_eq!(
        reach(vec![Place::Denmark], Provider::OwnOffice, true),
        Some(Reach::Here)
    );
    assert_eq!(reach(Vec::new(), named(), true), Some(Reach::Unknown));
    // Somebody whose municipality is not known gets what holds everywhere.
    assert_eq!(reach(here(), named(), false), None);
    assert_eq!(
        reach(vec![Place::Denmark], named(), false),
        Some(Reach::Country)
    );
}

// ------------------------------------------------------------------ referral and recommendations

/// A village: who lives there, what they may need, and who helps.
struct Village(Content);

impl Village {
    fn new() -> Self {
        let mut place = item("municipality", Kind::Municipality, Tier::Context, "always");
        place.choices = vec![choice("abroad", None)];
        let village = questionnaire(
            "village",
            vec![
                one_of("stage", &["idea", "startup", "established"]),
                one_of("size", &["solo", "s2_4", "s5_9"]),
                place,
                many_of("plans", &["bake", "sail", "none"]),
                step_item("crust_core", Tier::Core, "crust", 1),
                step_item("crust_crunch", Tier::Core, "crust", 1),
            ],
        );
        Self(Content {
            first: First {
                questionnaires: vec![village],
                ..First::default()
            },
            later: Later {
                scales: vec![scale("crust", 1)],
                segments: vec![
                    segment("soggy", Tone::Crisis, "score crust below 35"),
                    segment("golden", Tone::Calm, "score crust at least 60"),
                    segment("villager", Tone::Calm, "always"),
                ],
                needs: vec![
                    need("baking", &[("plans includes bake", 60)]),
                    need("sailing", &[("plans includes sail", 50)]),
                    need("needs_clarification", &[("always", 10)]),
                ],
                offers: vec![offer(
                    "lighthouse",
                    Level::National,
                    &["needs_clarification"],
                )],
                municipalities: vec![
                    municipality("0101", "1084", "east"),
                    municipality("0751", "1082", "west"),
                ],
                ..Later::default()
            },
        })
    }

    fn with(mut self, offers: Vec<vaekstspejl_engine::catalogue::Offer>) -> Self {
        self.0.later.offers.extend(offers);
        self
    }

    fn with_office(mut self, id: &str, fields: &[(&str, u8)]) -> Self {
        self.0.later.offices.push(Office {
            id: id.into(),
            kind: OfficeKind::Demo,
            municipalities: Vec::new(),
            name: id.into(),
            url: String::new(),
            phone: String::new(),
            known_in: None,
            as_of: String::new(),
            source: String::new(),
            verify: false,
            services: Vec::new(),
            fields: fields
                .iter()
                .map(|(need, hours)| Field {
                    need: (*need).into(),
                    hours: *hours,
                })
                .collect(),
            note: String::new(),
            mailbox: None,
        });
        self
    }

    fn assess(
        &self,
        given: &[(&str, &str)],
        office: Option<&str>,
    ) -> vaekstspejl_engine::Assessment<'_> {
        let office = office.map(Into::into);
        assess(
            &self.0.later,
            &self.0.first.questionnaires[0],
            &answers(given),
            office.as_ref(),
            day("2026-11-20"),
        )
    }

    /// Ids of the short list.
    fn list(&self, given: &[(&str, &str)]) -> Vec<String> {
        let result = self.assess(given, None);
        let list = result.recommendations.list.iter();
        list.map(|it| it.offer.to_string()).collect()
    }
}

/// Level and rules for the need `baking`.
fn baking(village: &Village, office: &str, given: &[(&str, &str)]) -> (Level, Vec<ReferralRule>) {
    let result = village.assess(given, Some(office));
    let found = result
        .referrals
        .iter()
        .find(|it| it.need == "baking")
        .unwrap();
    (found.level, found.rules.clone())
}

#[test]
fn referral_follows_competence_length_and_programme() {
    let village = || {
        Village::new()
            .with_office("large", &[("baking", 10)])
            .with_office("small", &[("sailing", 1)])
            .with_office("middling", &[("baking", 2)])
    };
    let bakes: &[(&str, &str)] = &[("plans", "bake"), ("municipality", "0101")];
    // The need takes 3 hours. The large office gives 10: begin locally.
    assert_eq!(baking(&village(), "large", bakes), (Level::Local, vec![]));
    // R1: the small office has no such field.
    assert_eq!(
        baking(&village(), "small", bakes),
        (Level::Regional, vec![ReferralRule::Competence])
    );
    // R2: the middling office gives 2 hours.
    let length = ReferralRule::Length {
        needed: 3,
        given: 2,
    };
    assert_eq!(
        baking(&village(), "middling", bakes),
        (Level::Regional, vec![length.clone()])
    );
    // R3: a regional programme with subsidy, open and here.
    let programme = |places: Vec<Place>| {
        let mut made = offer("oven-fund", Level::Regional, &["baking"]);
        made.subsidy = true;
        made.places = places;
        made
    };
    let r3 = ReferralRule::Programme {
        offer: "oven-fund".into(),
    };
    let here = village().with(vec![programme(vec![Place::House("east".into())])]);
    assert_eq!(
        baking(&here, "large", bakes),
        (Level::Regional, vec![r3.clone()])
    );
    // Rules add up.
    assert_eq!(baking(&here, "middling", bakes).1, [length, r3]);
    // Elsewhere, closed, without subsidy or national, it is no reason.
    let elsewhere = village().with(vec![programme(vec![Place::House("west".into())])]);
    assert_eq!(baking(&elsewhere, "large", bakes), (Level::Local, vec![]));
    let mut closed = programme(vec![Place::Denmark]);
    closed.until = Some(day("2026-11-19"));
    let mut unpaid = programme(vec![Place::Denmark]);
    unpaid.subsidy = false;
    let mut national = programme(vec![Place::Denmark]);
    national.level = Level::National;
    for other in [closed, unpaid, national] {
        let village = village().with(vec![other]);
        assert_eq!(baking(&village, "large", bakes), (Level::Local, vec![]));
    }
}

#[test]
fn a_strong_need_takes_the_longer_course() {
    let mut village = Village::new().with_office("office", &[("baking", 5)]);
    // 3 hours at strength 69, 10 hours from 70 on; the office gives 5.
    let bakes: &[(&str, &str)] = &[("plans", "bake")];
    village.0.later.needs[0] = need("baking", &[("plans includes bake", 69)]);
    assert_eq!(baking(&village, "office", bakes), (Level::Local, vec![]));
    village.0.later.needs[0] = need("baking", &[("plans includes bake", 70)]);
    let length = ReferralRule::Length {
        needed: 10,
        given: 5,
    };
    assert_eq!(
        baking(&village, "office", bakes),
        (Level::Regional, vec![length])
    );
}

#[test]
fn a_growth_company_is_no_reason_to_be_passed_on() {
    let village = Village::new().with_office("large", &[("baking", 10)]);
    let golden = &[
        ("plans", "bake"),
        ("crust_core", "5"),
        ("crust_crunch", "5"),
    ];
    assert_eq!(baking(&village, "large", golden), (Level::Local, vec![]));
}

#[test]
fn the_list_takes_the_referred_level_first_and_every_need_once_before_any_twice() {
    let village = Village::new()
        .with_office("small", &[("sailing", 10), ("needs_clarification", 10)])
        .with(vec![
            offer("bake-local", Level::Local, &["baking"]),
            offer("bake-regional", Level::Regional, &["baking"]),
            offer("bake-national", Level::National, &["baking"]),
            offer("sail-local", Level::Local, &["sailing"]),
            offer("sail-national", Level::National, &["sailing"]),
        ]);
    let result = village.assess(&[("plans", "bake+sail")], Some("small"));
    let list: Vec<&str> = result
        .recommendations
        .list
        .iter()
        .map(|it| it.offer.as_str())
        .collect();
    // baking is stronger and goes to the region (R1); sailing begins locally; clarification last.
    // Then the levels still missing: baking local and national, sailing national.
    assert_eq!(
        list,
        [
            "bake-regional",
            "sail-local",
            "lighthouse",
            "bake-local",
            "bake-national",
            "sail-national"
        ]
    );
}

#[test]
fn within_a_need_the_documented_order_decides() {
    // Each pair differs in one step of the order; the better one is named so that its id is later.
    let base = |id: &str| offer(id, Level::National, &["baking"]);
    let with = |mut made: vaekstspejl_engine::catalogue::Offer,
                change: &dyn Fn(&mut vaekstspejl_engine::catalogue::Offer)| {
        change(&mut made);
        made
    };
    let open = with(base("a"), &|it| {
        it.criteria = vec![criterion("size is solo")]
    });
    let inferred = with(base("a"), &|it| it.confidence = Confidence::Inferred);
    let farther = base("a");
    let nearer = with(base("z"), &|it| {
        it.places = vec![Place::Municipality("0101".into())]
    });
    let both_needs = with(base("z"), &|it| it.needs.push("sailing".into()));
    let older = with(base("a"), &|it| it.as_of = "2024".into());
    let pairs = [
        (open, base("z")),
        (inferred, base("z")),
        (farther, nearer),
        (base("a"), both_needs),
        (older, base("z")),
        (base("zz"), base("z")),
    ];
    for (worse, better) in pairs {
        let wanted = better.id.to_string();
        let village = Village::new().with(vec![worse.clone(), better.clone()]);
        let list = village.list(&[("plans", "bake+sail"), ("municipality", "0101")]);
        let place = |id: &str| list.iter().position(|it| it == id);
        assert_eq!(
            place(&wanted),
            Some(0),
            "{worse:?} against {better:?}: {list:?}"
        );
    }
}

#[test]
fn one_rule_not_met_is_a_near_miss_and_two_are_nothing() {
    let mut close = offer("close", Level::National, &["baking"]);
    close.criteria = vec![criterion("size is solo"), criterion("stage is established")];
    let village = Village::new().with(vec![close]);
    let of = |given: &[(&str, &str)]| {
        let result = village.assess(given, None);
        let is_in = |list: &[vaekstspejl_engine::recommendation::Recommendation]| {
            list.iter()
                .find(|it| it.offer == "close")
                .map(|it| it.eligibility)
        };
        let lists = &result.recommendations;
        (is_in(&lists.list), is_in(&lists.near_misses))
    };
    let bakes = ("plans", "bake");
    let table: [(&[(&str, &str)], _); 7] = [
        (
            &[bakes, ("size", "solo"), ("stage", "established")],
            (Some(Eligibility::Met), None),
        ),
        (&[bakes, ("size", "solo")], (Some(Eligibility::Open), None)),
        (&[bakes], (Some(Eligibility::Open), None)),
        (
            &[bakes, ("size", "dont_know"), ("stage", "established")],
            (Some(Eligibility::Open), None),
        ),
        (
            &[bakes, ("size", "s2_4"), ("stage", "established")],
            (None, Some(Eligibility::NearMiss)),
        ),
        (
            &[bakes, ("size", "s2_4")],
            (None, Some(Eligibility::NearMiss)),
        ),
        (&[bakes, ("size", "s2_4"), ("stage", "idea")], (None, None)),
    ];
    for (given, expected) in table {
        assert_eq!(of(given), expected, "{given:?}");
    }
}

#[test]
fn too_coarse_a_band_is_not_answered() {
    let mut young = offer("young", Level::National, &["baking"]);
    young.criteria = vec![criterion("size at most s2_4")];
    young.criteria[0].unsure_if = Some(rule("size is s2_4"));
    let village = Village::new().with(vec![young]);
    for (size, expected) in [("solo", Eligibility::Met), ("s2_4", Eligibility::Open)] {
        let result = village.assess(&[("plans", "bake"), ("size", size)], None);
        let found = result
            .recommendations
            .list
            .iter()
            .find(|it| it.offer == "young");
        assert_eq!(found.unwrap().eligibility, expected, "{size}");
    }
}

#[test]
fn an_offer_for_another_stage_is_not_shown() {
    let mut pupils = offer("for-starters", Level::National, &["baking"]);
    pupils.stages = vec![Stage::Startup];
    let village = Village::new().with(vec![pupils]);
    for (stage, shown) in [
        ("startup", true),
        ("established", false),
        ("dont_know", false),
    ] {
        let list = village.list(&[("plans", "bake"), ("stage", stage)]);
        assert_eq!(list.contains(&"for-starters".to_owned()), shown, "{stage}");
    }
}

#[test]
fn when_nothing_fits_a_door_that_is_always_open_stands_in() {
    let mut village = Village::new();
    village.0.later.offers[0].needs.clear();
    village.0.later.offers[0].fallback = true;
    let result = village.assess(&[("plans", "bake")], None);
    let list = &result.recommendations.list;
    assert_eq!(list.len(), 1);
    assert_eq!(
        (list[0].offer.as_str(), &list[0].reason),
        ("lighthouse", &Reason::NoWrongDoor)
    );
}

#[test]
fn no_need_at_all_becomes_a_talk_about_needs() {
    let mut village = Village::new();
    village.0.later.needs[2].rules.clear();
    let result = village.assess(&[], None);
    let needs: Vec<&str> = result.needs.iter().map(|it| it.need.as_str()).collect();
    assert_eq!(needs, ["needs_clarification"]);
}

#[test]
fn further_rules_make_a_need_stronger_by_five_each() {
    let mut village = Village::new();
    let rules = [
        ("plans includes bake", 60),
        ("stage is idea", 30),
        ("size is solo", 40),
    ];
    village.0.later.needs[0] = need("baking", &rules);
    let strength = |given: &[(&str, &str)]| {
        let result = village.assess(given, None);
        result
            .needs
            .iter()
            .find(|it| it.need == "baking")
            .map(|it| it.strength)
    };
    assert_eq!(strength(&[]), None);
    assert_eq!(strength(&[("stage", "idea")]), Some(30));
    assert_eq!(strength(&[("stage", "idea"), ("size", "solo")]), Some(45));
    assert_eq!(
        strength(&[("plans", "bake"), ("stage", "idea"), ("size", "solo")]),
        Some(70)
    );
}

// ------------------------------------------------------------------ segment and its border

#[test]
fn the_smallest_change_is_one_answer_if_one_is_enough() {
    let village = Village::new();
    let change = |given: &[(&str, &str)]| {
        let result = village.assess(given, None);
        let change = result.smallest_change(&village.0.later)?;
        let answers = change.answers.iter();
        let answers: Vec<String> = answers
            .map(|(item, answer)| format!("{item}={}", answer.choices()[0]))
            .collect();
        Some((answers.join(" "), change.becomes.to_string()))
    };
    let some = |answers: &str, becomes: &str| Some((answers.to_owned(), becomes.to_owned()));
    // 50 and 50: mean 50, villager. One step of one item up gives 62.5: golden.
    assert_eq!(
        change(&[("crust_core", "3"), ("crust_crunch", "3")]),
        some("crust_core=4", "golden")
    );
    // 25 and 50: mean 37.5. One step down gives 25: soggy; up to golden is two steps more.
    assert_eq!(
        change(&[("crust_core", "2"), ("crust_crunch", "3")]),
        some("crust_core=1", "soggy")
    );
    // 0 and 0: one item at 75 gives 37.5, which leaves soggy; cheaper than two items.
    assert_eq!(
        change(&[("crust_core", "1"), ("crust_crunch", "1")]),
        some("crust_core=4", "villager")
    );
}

#[test]
fn two_answers_are_changed_when_one_is_not_enough() {
    let mut village = Village::new();
    village.0.later.segments = vec![
        segment("golden", Tone::Calm, "score crust at least 90"),
        segment("villager", Tone::Calm, "always"),
    ];
    // 50 and 50: no single step reaches 90 (100 and 50 are 75). 100 and 100 do, and so do 75 + … no:
    // (75 + 100) / 2 = 87.5 is below. So both to 5.
    let result = village.assess(&[("crust_core", "3"), ("crust_crunch", "3")], None);
    let change = result.smallest_change(&village.0.later).unwrap();
    let answers: Vec<&str> = change
        .answers
        .iter()
        .map(|(_, it)| it.choices()[0].as_str())
        .collect();
    assert_eq!(
        (answers, change.becomes.as_str()),
        (vec!["5", "5"], "golden")
    );
}

#[test]
fn a_segment_that_nothing_can_move_has_no_change() {
    let mut village = Village::new();
    village.0.later.segments = vec![segment("villager", Tone::Calm, "always")];
    assert_eq!(
        village.assess(&[], None).smallest_change(&village.0.later),
        None
    );
}

#[test]
fn the_distance_is_to_the_nearest_border_of_any_segment() {
    let village = Village::new();
    let distance = |core: &str, crunch: &str| {
        let result = village.assess(&[("crust_core", core), ("crust_crunch", crunch)], None);
        result.segment.unwrap().distance.map(Points::hundredths)
    };
    assert_eq!(distance("3", "3"), Some(1_000)); // 50: 10 to 60, 15 to 35
    assert_eq!(distance("2", "3"), Some(250)); // 37.5: 2.5 to 35
    assert_eq!(distance("dont_know", "dont_know"), None);
}

// ------------------------------------------------------------------ comparison

#[test]
fn only_the_same_questions_are_compared() {
    let bakery = bakery();
    let scales = [scale("crust", 1)];
    let score = |step: &str| {
        let counted = Counted::new(&bakery, &answers(&[("crust_core", step)]), &[]);
        scores(&scales, &counted)
    };
    let unknown = scores(&scales, &Counted::new(&bakery, &Answers::default(), &[]));
    let same = Layout::of(&bakery, 7);
    let changed = |change: &dyn Fn(&mut Layout)| {
        let mut layout = same.clone();
        change(&mut layout);
        layout
    };
    let of = |layout: Option<&Layout>, before: &_, now: &_| {
        let found = differences(&bakery, layout, before, now);
        (found[0].change, found[0].comparable)
    };
    assert_eq!(of(Some(&same), &score("2"), &score("5")), (Some(75), true));
    assert_eq!(of(Some(&same), &score("5"), &score("2")), (Some(-75), true));
    assert_eq!(of(Some(&same), &unknown, &score("2")), (None, true));
    assert_eq!(of(None, &score("2"), &score("5")), (None, false));
    // Another question, one more, another choice, another item of the dimension: not comparable.
    let renamed = changed(&|it| it.items[2].id = "crust_smell".into());
    let fewer = changed(&|it| {
        it.items.pop();
    });
    let choices = changed(&|it| {
        it.items[2].choices.pop();
    });
    for layout in [renamed, fewer, choices] {
        assert_eq!(of(Some(&layout), &score("2"), &score("5")), (None, false));
    }
    // A change elsewhere does not matter to this dimension.
    let elsewhere = changed(&|it| {
        it.items.remove(0);
    });
    assert_eq!(
        of(Some(&elsewhere), &score("2"), &score("5")),
        (Some(75), true)
    );
}

#[test]
fn a_question_answered_only_once_says_nothing_about_a_change() {
    let bakery = bakery();
    let scales = [scale("crust", 1)];
    let crust = ["crust".into()];
    let score = |given: &[(&str, &str)]| {
        let counted = Counted::new(&bakery, &answers(given), &crust);
        scores(&scales, &counted)
    };
    let layout = Layout::of(&bakery, 7);
    // Before: the core at 50. Now: the core still at 50, and a deep item at 100 besides.
    let before = score(&[("crust_core", "3")]);
    let now = score(&[("crust_core", "3"), ("crust_crunch", "5")]);
    let found = differences(&bakery, Some(&layout), &before, &now);
    assert_eq!((found[0].change, found[0].comparable), (Some(0), true));
    // Nothing in common: two numbers, no difference.
    let other = score(&[("crust_crunch", "5")]);
    let found = differences(&bakery, Some(&layout), &before, &other);
    assert_eq!((found[0].change, found[0].comparable), (None, false));
}

// ------------------------------------------------------------------ deepening

#[test]
fn weak_and_important_dimensions_are_deepened_first_and_never_too_many() {
    let mut items: Vec<Item> = Vec::new();
    let mut scales = Vec::new();
    for index in 0..12 {
        let id = format!("s{index}");
        items.push(step_item(&format!("{id}_core"), Tier::Core, &id, 2));
        for deep in 0..3 {
            items.push(step_item(&format!("{id}_deep{deep}"), Tier::Deep, &id, 1));
        }
        scales.push(scale(&id, 1));
    }
    scales[7].importance = 3;
    let test = questionnaire("many", items);
    // s3 is at 0, s7 important at 50, all others at 100: 12 cores, 18 deep items at most, so six scales.
    let given: Vec<(String, &str)> = (0..12)
        .map(|index| {
            let step = match index {
                3 => "1",
                7 => "3",
                _ => "5",
            };
            (format!("s{index}_core"), step)
        })
        .collect();
    let given: Vec<(&str, &str)> = given
        .iter()
        .map(|(id, step)| (id.as_str(), *step))
        .collect();
    let chosen = vaekstspejl_engine::authoring::deepened(&scales, &test, &answers(&given));
    let ids: Vec<&str> = chosen.iter().map(|it| it.as_str()).collect();
    assert_eq!(ids, ["s3", "s7", "s0", "s1", "s2", "s4"]);
}
