//! Small questionnaires to try the engine on, and random ones.
#![allow(dead_code, reason = "each test file uses a part")]

use vaekstspejl_engine::{
    Answer, Answers, ChoiceId, Content, Date, First, ItemId, Later, ScaleId,
    authoring::{Random, parse_rule},
    catalogue::{
        Confidence, Criterion, Level, Municipality, Offer, Place, Provider, ProviderKind, Status,
    },
    need::{Need, NeedRule, Strength},
    questionnaire::{Choice, Item, Kind, Questionnaire, Section, Tier},
    rule::Rule,
    score::{Band, Part, Scale},
    segment::{Segment, Stage, Tone},
};

pub fn rule(text: &str) -> Rule {
    parse_rule(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn choice(id: &str, points: Option<u8>) -> Choice {
    Choice {
        id: id.into(),
        label: format!("label of {id}"),
        points,
        relevant_if: Rule::Always,
        exclusive: id == "none",
    }
}

pub fn item(id: &str, kind: Kind, tier: Tier, relevant_if: &str) -> Item {
    Item {
        id: id.into(),
        section: "all".into(),
        kind,
        tier,
        relevant_if: rule(relevant_if),
        scores: Vec::new(),
        text: format!("{id}?"),
        help: String::new(),
        choices: Vec::new(),
        seconds: 5,
    }
}

/// A five-step item that counts in one scale; with weight.
pub fn step_item(id: &str, tier: Tier, scale: &str, weight: u8) -> Item {
    let choices = [("1", 0), ("2", 25), ("3", 50), ("4", 75), ("5", 100)];
    Item {
        scores: vec![(scale.into(), weight)],
        choices: choices
            .iter()
            .map(|(id, points)| choice(id, Some(*points)))
            .collect(),
        ..item(id, Kind::Scale, tier, "always")
    }
}

pub fn one_of(id: &str, choices: &[&str]) -> Item {
    Item {
        choices: choices.iter().map(|id| choice(id, None)).collect(),
        ..item(id, Kind::OneOf, Tier::Context, "always")
    }
}

pub fn many_of(id: &str, choices: &[&str]) -> Item {
    Item {
        kind: Kind::ManyOf,
        ..one_of(id, choices)
    }
}

pub fn questionnaire(id: &str, mut items: Vec<Item>) -> Questionnaire {
    items.sort_by_key(|item| item.tier == Tier::Deep);
    Questionnaire {
        id: id.into(),
        version: 1,
        title: id.into(),
        summary: String::new(),
        sections: vec![Section {
            id: "all".into(),
            title: String::new(),
            intro: String::new(),
            relevant_if: Rule::Always,
        }],
        items,
    }
}

pub fn scale(id: &str, minimum: u8) -> Scale {
    let band = |id: &str, from: u8| Band {
        id: id.into(),
        from,
        label: String::new(),
        text: String::new(),
        first_step: String::new(),
    };
    Scale {
        id: id.into(),
        part: Part::Company,
        minimum,
        importance: 2,
        title: id.into(),
        short: id.into(),
        what: String::new(),
        bands: vec![
            band("weak", 0),
            band("fair", 35),
            band("good", 60),
            band("strong", 80),
        ],
    }
}

pub fn segment(id: &str, tone: Tone, text: &str) -> Segment {
    Segment {
        id: id.into(),
        tone,
        rule: rule(text),
        counts_as: Vec::new(),
        title: id.into(),
        text: String::new(),
        what: String::new(),
    }
}

pub fn need(id: &str, rules: &[(&str, u8)]) -> Need {
    Need {
        id: id.into(),
        hours: 3,
        hours_strong: 10,
        urgent: false,
        growth: false,
        levels: vec![Level::Local, Level::Regional, Level::National],
        rules: rules
            .iter()
            .map(|(text, strength)| NeedRule {
                rule: rule(text),
                strength: Strength::Fixed(*strength),
            })
            .collect(),
        title: id.into(),
        text: String::new(),
        first_step: String::new(),
    }
}

/// An offer that is open, for everybody, in the whole country.
pub fn offer(id: &str, level: Level, needs: &[&str]) -> Offer {
    Offer {
        id: id.into(),
        level,
        provider: Provider::Named(id.into()),
        provider_kind: ProviderKind::Public,
        needs: needs.iter().map(|need| (*need).into()).collect(),
        stages: vec![Stage::Any],
        places: vec![Place::Denmark],
        formats: Vec::new(),
        service_type: None,
        status: Status::Operating,
        from: None,
        until: None,
        known_in: None,
        confidence: Confidence::Seen,
        as_of: "2026".into(),
        last_checked: day("2026-11-20"),
        source: "a fixture".into(),
        url: String::new(),
        hours_max: None,
        price_min: None,
        price_max: None,
        support_max: None,
        subsidy: false,
        fallback: false,
        title: id.into(),
        summary: String::new(),
        length: String::new(),
        price: String::new(),
        note: String::new(),
        criteria: Vec::new(),
        written_in: String::new(),
        own_people_of: None,
    }
}

pub fn criterion(text: &str) -> Criterion {
    Criterion {
        rule: Some(rule(text)),
        unsure_if: None,
        sentence: text.into(),
    }
}

pub fn municipality(code: &str, region: &str, house: &str) -> Municipality {
    Municipality {
        code: code.into(),
        name: code.into(),
        aliases: Vec::new(),
        region: region.into(),
        house: house.into(),
        growth_house: String::new(),
    }
}

pub fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs
        .iter()
        .fold(Answers::default(), |answers, (item, text)| {
            let answer = match *text {
                "dont_know" => Answer::DontKnow,
                text if text.contains('+') => Answer::many(text.split('+')).unwrap(),
                text => Answer::one(text),
            };
            answers.with(item, answer)
        })
}

// ------------------------------------------------------------------ at random

/// A random content: context items, scales with core and deep items, rules that look back,
/// segments, needs and offers. Small, but every construct occurs.
pub fn random_content(random: &mut Random) -> Content {
    let scales = 1 + random.below(8);
    let mut items: Vec<Item> = Vec::new();
    for index in 0..1 + random.below(5) {
        let id = format!("context{index}");
        let mut item = if random.percent(50) {
            one_of(&id, &["a", "b", "c"])
        } else {
            many_of(&id, &["a", "b", "c", "none"])
        };
        item.relevant_if = random_rule(&items, 0, random);
        let last = item.choices.len() - 1;
        let shown = random_rule(&items, 0, random);
        item.choices[random.below(last)].relevant_if = shown;
        items.push(item);
    }
    for index in 0..scales {
        let scale = format!("scale{index}");
        for variant in 0..1 + random.below(2) {
            let id = format!("{scale}_core{variant}");
            let mut item = step_item(&id, Tier::Core, &scale, random_weight(random));
            item.relevant_if = random_rule(&items, 0, random);
            items.push(item);
        }
    }
    for index in 0..scales {
        let scale = format!("scale{index}");
        for deep in 0..random.below(5) {
            let id = format!("{scale}_deep{deep}");
            let mut item = step_item(&id, Tier::Deep, &scale, random_weight(random));
            item.relevant_if = random_rule(&items, 0, random);
            if random.percent(20) {
                let other = format!("scale{}", random.below(scales));
                if other != scale {
                    item.scores.push((other.as_str().into(), 1));
                }
            }
            items.push(item);
        }
    }
    let mut segments: Vec<Segment> = (0..random.below(4))
        .map(|index| Segment {
            rule: random_rule(&items, scales, random),
            ..segment(
                &format!("segment{index}"),
                if random.percent(30) {
                    Tone::Crisis
                } else {
                    Tone::Calm
                },
                "always",
            )
        })
        .collect();
    segments.push(segment("everybody", Tone::Calm, "always"));
    let needs: Vec<Need> = (0..1 + random.below(9))
        .map(|index| {
            let rules = 1 + random.below(3);
            Need {
                growth: random.percent(20),
                rules: (0..rules)
                    .map(|_| NeedRule {
                        rule: random_rule(&items, scales, random),
                        strength: if random.percent(70) {
                            Strength::Fixed(u8::try_from(random.below(101)).unwrap())
                        } else {
                            Strength::Missing(
                                format!("scale{}", random.below(scales)).as_str().into(),
                            )
                        },
                    })
                    .collect(),
                ..need(&format!("need{index}"), &[])
            }
        })
        .chain([need("needs_clarification", &[("always", 10)])])
        .collect();
    let municipalities = vec![
        municipality("0101", "1084", "east"),
        municipality("0751", "1082", "west"),
    ];
    let mut offers: Vec<Offer> = (0..random.below(40))
        .map(|index| random_offer(index, &needs, &items, scales, random))
        .collect();
    offers.push(Offer {
        fallback: true,
        from: Some(Date::first_of_year(2000)),
        ..offer("guide", Level::National, &["needs_clarification"])
    });
    items.push(Item {
        choices: vec![choice("abroad", None)],
        ..item("municipality", Kind::Municipality, Tier::Context, "always")
    });
    items.sort_by_key(|item| item.tier); // context, core, deep
    Content {
        first: First {
            questionnaires: vec![questionnaire("random", items)],
            ..First::default()
        },
        later: Later {
            scales: (0..scales)
                .map(|index| scale(&format!("scale{index}"), 1 + u8::from(random.percent(20))))
                .collect(),
            segments,
            needs,
            offers,
            municipalities,
            ..Later::default()
        },
    }
}

fn random_weight(random: &mut Random) -> u8 {
    u8::try_from(1 + random.below(3)).unwrap()
}

fn random_offer(
    index: usize,
    needs: &[Need],
    items: &[Item],
    scales: usize,
    random: &mut Random,
) -> Offer {
    let level = *random
        .one_of(&[Level::Local, Level::Regional, Level::National])
        .unwrap();
    let mut made = offer(&format!("offer{index}"), level, &[]);
    for _ in 0..1 + random.below(3) {
        made.needs.push(random.one_of(needs).unwrap().id.clone());
    }
    made.places = match random.below(5) {
        0 => Vec::new(),
        1 => vec![Place::Municipality("0101".into())],
        2 => vec![Place::House("west".into()), Place::Region("1084".into())],
        _ => vec![Place::Denmark],
    };
    made.status = *random
        .one_of(&[
            Status::Operating,
            Status::Operating,
            Status::Operating,
            Status::Planned,
            Status::Proposed,
            Status::Ended,
        ])
        .unwrap();
    if random.percent(40) {
        made.from = Some(Date::first_of_year(
            2005 + u16::try_from(random.below(20)).unwrap(),
        ));
    }
    if random.percent(40) {
        let year = made.from.map_or(2010, |from| from.year());
        made.until = Some(Date::last_of_year(
            year + u16::try_from(random.below(20)).unwrap(),
        ));
    }
    if random.percent(20) {
        made.known_in = Some(*random.one_of(&[2010, 2014]).unwrap());
    }
    made.subsidy = random.percent(20);
    for _ in 0..random.below(3) {
        let mut made_criterion = criterion("always");
        made_criterion.rule = random
            .percent(90)
            .then(|| random_rule(items, scales, random));
        made.criteria.push(made_criterion);
    }
    made
}

/// A random rule over these items and that many scales; `always` when there is nothing to speak of.
pub fn random_rule(items: &[Item], scales: usize, random: &mut Random) -> Rule {
    if random.percent(40) {
        return Rule::Always;
    }
    tree(items, scales, 3, random)
}

fn tree(items: &[Item], scales: usize, depth: usize, random: &mut Random) -> Rule {
    if depth > 0 && random.percent(40) {
        let parts: Vec<Rule> = (0..2 + random.below(2))
            .map(|_| tree(items, scales, depth - 1, random))
            .collect();
        return match random.below(5) {
            0 => Rule::Not(Box::new(Rule::Any(parts))),
            1 | 2 => Rule::All(parts),
            _ => Rule::Any(parts),
        };
    }
    if scales > 0 && random.percent(30) {
        let scale = ScaleId::from(format!("scale{}", random.below(scales)).as_str());
        let bound = u8::try_from(random.below(101)).unwrap();
        return if random.percent(50) {
            Rule::ScoreBelow(scale, bound)
        } else {
            Rule::ScoreAtLeast(scale, bound)
        };
    }
    let Some(item) = random.one_of(items) else {
        return Rule::Always;
    };
    let choice = random.one_of(&item.choices).unwrap().id.clone();
    match random.below(5) {
        0 => Rule::Answered(item.id.clone()),
        1 => Rule::AtLeast(item.id.clone(), choice),
        2 => Rule::AtMost(item.id.clone(), choice),
        3 => Rule::Not(Box::new(Rule::Is(item.id.clone(), vec![choice]))),
        _ => Rule::Is(item.id.clone(), vec![choice]),
    }
}

/// Random answers to *every* item, asked or not, and to some that there are not.
pub fn random_answers(questionnaire: &Questionnaire, random: &mut Random) -> Answers {
    let mut answers = Answers::default();
    for item in &questionnaire.items {
        answers.set(item.id.clone(), random_answer(item, random));
    }
    if random.percent(20) {
        answers.set("no_such_item".into(), Some(Answer::one("1")));
    }
    answers
}

/// A random answer to an item: open, "don't know", a choice, now and then one that there is not.
pub fn random_answer(item: &Item, random: &mut Random) -> Option<Answer> {
    match random.below(20) {
        0..=2 => None,
        3 | 4 => Some(Answer::DontKnow),
        5 => Some(Answer::one("no_such_choice")),
        _ if item.kind == Kind::ManyOf => {
            let count = 1 + random.below(3);
            let ids: Vec<&ChoiceId> = (0..count)
                .filter_map(|_| random.one_of(&item.choices).map(|it| &it.id))
                .collect();
            Answer::many(ids.into_iter().map(ChoiceId::as_str))
        }
        _ if item.kind == Kind::Municipality => random
            .one_of(&["0101", "0751", "abroad", "9999"])
            .map(|code| Answer::one(code)),
        _ => random
            .one_of(&item.choices)
            .map(|choice| Answer::One(choice.id.clone())),
    }
}

pub fn id(text: &str) -> ItemId {
    text.into()
}
