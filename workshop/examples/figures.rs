//! The figures of the workshop: how good groups are against chance and a simple rule, how far from the
//! best they can be, how long it takes. `cargo run --release -p vaekstspejl-workshop --example figures`

use std::{fs, time::Instant};
use vaekstspejl_engine::{NeedId, ScaleId};
use vaekstspejl_workshop::{
    answer::{Answer, Level, Person},
    chance::Chance,
    groups::{Effort, Plan, Wishes, groups_with},
    rounds::{self, rounds},
};

/// People as they come to a start-up evening: 32 needs of which some are common, one to six each, and
/// drawn half from what people of their kind need; 20 dimensions, a fifth of them strong.
fn room(people: usize, seed: u64) -> Vec<(Person, Answer)> {
    let mut chance = Chance::new(seed);
    let person = |who: usize| {
        let kind = chance.below(8);
        let mut answer = Answer::default();
        for _ in 0..1 + chance.below(6) {
            let common = chance.below(32).min(chance.below(32));
            let own = (kind * 4 + chance.below(6)) % 32;
            let need = if chance.below(2) == 0 { common } else { own };
            answer
                .needs
                .insert(NeedId::from(format!("need{need:02}").as_str()));
        }
        for scale in 0..20 {
            let level = match chance.below(10) {
                0 => continue,
                1 | 2 => 4 + chance.below(2),
                _ => 1 + chance.below(3),
            };
            let level = u8::try_from(level).ok().and_then(Level::new);
            let scale = ScaleId::from(format!("scale{scale:02}").as_str());
            answer.levels.extend(level.map(|level| (scale, level)));
        }
        (Person(who as u32), answer)
    };
    (0..people).map(person).collect()
}

fn show(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Milliseconds on the processor until now, as Linux counts them, so that other programs do not count;
/// elsewhere those on the clock.
fn milliseconds(began: Instant) -> f64 {
    let counted = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let counted = counted.and_then(|it| it.split(' ').next()?.parse::<f64>().ok());
    counted.map_or_else(|| began.elapsed().as_secs_f64() * 1e3, |it| it / 1e6)
}

fn main() {
    let start = Instant::now();
    println!(
        "| groups | by | lots, best of 100 | greedy | ours | no better than | short by at most | ms |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    let rooms = [
        (12, 3, 4),
        (24, 10, 14),
        (30, 10, 15),
        (60, 10, 15),
        (100, 10, 15),
        (300, 10, 15),
        (1000, 10, 15),
    ];
    for (people, smallest, largest) in rooms {
        for likeness in [100, 0, 50] {
            let all = room(people, 1);
            let wishes = Wishes {
                smallest,
                largest,
                likeness,
                ..Wishes::default()
            };
            let plan = |seed: u64, effort: Effort| -> Plan {
                groups_with(&all, &wishes, seed, effort).unwrap_or_else(|it| panic!("{it:?}"))
            };
            let lots = (0..100).map(|seed| plan(seed, Effort::Lots).quality.worst);
            let lots = lots.take(if people > 300 { 10 } else { 100 }).max();
            let greedy = plan(1, Effort::Greedy).quality.worst;
            let began = milliseconds(start);
            let ours = plan(1, Effort::Full).quality;
            let took = milliseconds(start) - began;
            let by = match likeness {
                100 => "likeness",
                0 => "mix",
                _ => "both",
            };
            println!(
                "| {people} in {smallest}–{largest} | {by} | {} | {} | {} | {} | {} | {:.0} |",
                show(lots.unwrap_or_default().hundredths()),
                show(greedy.hundredths()),
                show(ours.worst.hundredths()),
                show(ours.bound.hundredths()),
                show(ours.gap().hundredths()),
                took,
            );
        }
    }

    println!();
    println!("| rounds | repeated meetings | bound | the same two at most | ms |");
    println!("|---|---:|---:|---:|---:|");
    let cases: [(usize, usize, usize, usize); 22] = [
        (15, 3, 3, 7),
        (21, 3, 3, 10),
        (24, 3, 3, 11),
        (27, 3, 3, 13),
        (30, 3, 3, 14),
        (20, 4, 4, 5),
        (24, 4, 4, 7),
        (28, 4, 4, 9),
        (32, 4, 4, 9),
        (32, 4, 4, 10),
        (36, 4, 4, 11),
        (40, 4, 4, 13),
        (30, 5, 5, 6),
        (36, 6, 6, 3),
        (49, 7, 7, 8),
        (81, 9, 9, 10),
        (100, 10, 10, 3),
        (100, 10, 10, 4),
        (60, 10, 15, 3),
        (60, 10, 10, 3),
        (300, 10, 15, 5),
        (1000, 10, 15, 5),
    ];
    for (people, smallest, largest, count) in cases {
        let all: Vec<Person> = (0..people as u32).map(Person).collect();
        let wishes = rounds::Wishes {
            smallest,
            largest,
            rounds: count,
            apart: Vec::new(),
        };
        let began = milliseconds(start);
        let schedule = rounds(&all, &wishes, 1).unwrap_or_else(|it| panic!("{it:?}"));
        println!(
            "| {count} of {people} in {} × {smallest}–{largest} | {} | {} | {} | {:.0} |",
            schedule.rounds.first().map_or(0, Vec::len),
            schedule.repeated,
            schedule.bound,
            schedule.most_often,
            milliseconds(start) - began,
        );
    }
}
