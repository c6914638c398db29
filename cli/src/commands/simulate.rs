//! `vaekst simulate`: how segments, needs and offers distribute over many random people.

use crate::{
    Output,
    args::{Format, Simulate},
    fault::Fault,
    input,
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write, path::Path};
use vaekstspejl_engine::{
    Content,
    assessment::assess,
    authoring::{Random, respondent},
    catalogue::Availability,
    need,
    questionnaire::Questionnaire,
};

/// More would only take long.
const MOST_PEOPLE: u32 = 1_000_000;

type Counts = BTreeMap<String, u32>;

/// What was counted for one questionnaire. All numbers are people.
#[derive(Serialize)]
struct Distribution {
    questionnaire: String,
    people: u32,
    segments: Counts,
    /// Needs among the first three.
    first_needs: Counts,
    /// Needs among the first six, which are shown.
    needs: Counts,
    offers: Counts,
    near_misses: Counts,
    levels: Counts,
}

/// One distribution for each questionnaire, and what nobody was recommended.
#[derive(Serialize)]
struct Simulation {
    today: String,
    seed: u64,
    distributions: Vec<Distribution>,
    never_recommended: Vec<String>,
}

/// Counts as text or JSON. The same arguments give the same counts on every machine.
pub fn run(folder: &Path, args: &Simulate) -> Result<Output, Fault> {
    if args.n == 0 || args.n > MOST_PEOPLE {
        return Err(Fault::new(
            format!("{} people cannot be simulated", args.n),
            "give --n from 1 to 1000000",
        ));
    }
    let content = input::content(folder, "da")?;
    let wanted = input::questionnaires(&content, args.questionnaire.as_deref())?;
    let distributions: Vec<Distribution> = wanted
        .into_iter()
        .map(|it| distribution(&content, it, args))
        .collect();
    let is_recommended = |id: &str| distributions.iter().any(|it| it.offers.contains_key(id));
    let open = content.later.offers.iter();
    let open = open.filter(|it| it.availability(args.today) == Availability::Open);
    let never_recommended = open
        .map(|it| it.id.to_string())
        .filter(|id| !is_recommended(id))
        .collect();
    let simulation = Simulation {
        today: args.today.to_string(),
        seed: args.seed,
        distributions,
        never_recommended,
    };
    Ok(match args.format {
        Format::Json => {
            let json = serde_json::to_value(&simulation).unwrap_or_default();
            format!("{json:#}\n").into()
        }
        Format::Text => as_text(&simulation).into(),
    })
}

fn distribution(content: &Content, questionnaire: &Questionnaire, args: &Simulate) -> Distribution {
    let mut random = Random::new(args.seed);
    let mut found = Distribution {
        questionnaire: questionnaire.id.to_string(),
        people: args.n,
        segments: Counts::new(),
        first_needs: Counts::new(),
        needs: Counts::new(),
        offers: Counts::new(),
        near_misses: Counts::new(),
        levels: Counts::new(),
    };
    for _ in 0..args.n {
        let answers = respondent(content, questionnaire, &mut random);
        let result = assess(&content.later, questionnaire, &answers, None, args.today);
        let segment = result.segment.map(|it| it.segment.to_string());
        count(&mut found.segments, segment);
        let needs = || result.needs.iter().map(|it| it.need.to_string());
        count(&mut found.first_needs, needs().take(need::FIRST));
        count(&mut found.needs, needs().take(need::SHOWN));
        let lists = &result.recommendations;
        count(
            &mut found.offers,
            lists.list.iter().map(|it| it.offer.to_string()),
        );
        let near = lists.near_misses.iter().map(|it| it.offer.to_string());
        count(&mut found.near_misses, near);
        let mut levels: Vec<String> = lists
            .list
            .iter()
            .map(|it| format!("{:?}", it.level).to_lowercase())
            .collect();
        levels.sort();
        levels.dedup();
        count(&mut found.levels, levels);
    }
    found
}

fn count(counts: &mut Counts, names: impl IntoIterator<Item = String>) {
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
}

fn as_text(simulation: &Simulation) -> String {
    let mut text = format!("as of {}, seed {}\n", simulation.today, simulation.seed);
    for found in &simulation.distributions {
        let _ = writeln!(text, "\n{}: {} people", found.questionnaire, found.people);
        for (title, counts) in [
            ("segments", &found.segments),
            ("needs among the first three", &found.first_needs),
            ("needs shown", &found.needs),
            ("levels in the list", &found.levels),
            ("offers recommended", &found.offers),
            ("near misses", &found.near_misses),
        ] {
            let _ = writeln!(text, "\n  {title}");
            let mut sorted: Vec<(&String, &u32)> = counts.iter().collect();
            sorted.sort_by_key(|(_, count)| core::cmp::Reverse(**count)); // stable: ties by name
            for (name, count) in sorted {
                let percent = f64::from(*count) * 100.0 / f64::from(found.people);
                let _ = writeln!(text, "  {count:>7} {percent:>5.1} %  {name}");
            }
        }
    }
    let never = &simulation.never_recommended;
    let _ = writeln!(
        text,
        "\n{} offers open that day were recommended to nobody",
        never.len()
    );
    for offer in never {
        let _ = writeln!(text, "  {offer}");
    }
    text
}
