//! Prints how long it takes to give slots, and to repair them when an adviser is ill, in rooms of
//! different sizes. Run with `--release`; the figures are in docs/performance.md.

use std::{
    collections::BTreeSet,
    hint::black_box,
    time::{Duration, Instant},
};
use vaekstspejl_engine::NeedId;
use vaekstspejl_workshop::{
    answer::Person,
    repair::slots::repair,
    slots::{Adviser, AdviserId, Competence, Most, Seeker, Time, Urgency, Wish, plan},
};

/// People, advisers, times.
const ROOMS: [(u32, u16, u8); 5] = [
    (60, 6, 6),
    (300, 30, 12),
    (300, 10, 12),
    (1000, 60, 12),
    (1000, 60, 24),
];

/// Kinds of need: as many as the content has, and one, so that everybody seeks the same.
const KINDS: [u32; 2] = [32, 1];

/// The odd number of which the median is told.
const RUNS: usize = 7;

fn main() {
    println!(
        "people | advisers | times | plan, median | largest | waiting | repair, median | moved"
    );
    for kinds in KINDS {
        for room in ROOMS {
            print(kinds, room);
        }
    }
}

fn print(kinds: u32, (people, advisers, times): (u32, u16, u8)) {
    let seekers = (0..people).map(|it| seeker(it, times, kinds));
    let seekers: Vec<Seeker> = seekers.collect();
    let advisers = (0..advisers).map(|it| adviser(it, times, kinds));
    let advisers: Vec<Adviser> = advisers.collect();
    let made = || plan(black_box(&seekers), black_box(&advisers), Most::Two);
    let Ok(before) = made() else { return };
    let (median, largest) = measured(|| _ = black_box(made()));
    let well = advisers.get(1..).unwrap_or_default();
    let Ok(change) = repair(&before, &seekers, well) else {
        return;
    };
    let (repaired, _) = measured(|| _ = black_box(repair(&before, &seekers, well)));
    let moved = change.moves.iter().filter(|it| it.is_disturbance()).count();
    println!(
        "{kinds} | {people} | {} | {times} | {median:.1?} | {largest:.1?} | {} | {repaired:.1?} | {moved}",
        advisers.len(),
        before.waiting.len(),
    );
}

fn measured(run: impl Fn()) -> (Duration, Duration) {
    let mut times = [(); RUNS].map(|()| {
        let begin = Instant::now();
        run();
        begin.elapsed()
    });
    times.sort();
    (times[RUNS / 2], times[RUNS - 1])
}

/// Numbers that look arbitrary and are the same every time (the finaliser of MurmurHash3).
fn number(kind: u32, of: u32, below: u32) -> u32 {
    let mut it = kind.wrapping_mul(0x9e37_79b9) ^ of;
    it = (it ^ (it >> 16)).wrapping_mul(0x85eb_ca6b);
    it = (it ^ (it >> 13)).wrapping_mul(0xc2b2_ae35);
    (it ^ (it >> 16)) % below
}

fn need(kind: u32, of: u32, kinds: u32) -> NeedId {
    NeedId::from(format!("need_{:02}", number(kind, of, kinds)).as_str())
}

/// One to four needs, a wish or two, and one time of three taken.
fn seeker(person: u32, times: u8, kinds: u32) -> Seeker {
    let needs = (0..=number(1, person, 4)).map(|it| need(2, person * 8 + it, kinds));
    let urgency = |index| Urgency::new(1 + (number(3, index, 5) as u8)).unwrap_or(Urgency::USUAL);
    let needs = needs
        .zip(person..)
        .map(|(need, index)| (need, urgency(index)));
    let taken = (0..times).filter(|it| number(4, person * 32 + u32::from(*it), 3) == 0);
    Seeker {
        person: Person(person),
        needs: needs.collect(),
        wishes: vec![
            Wish::Adviser(AdviserId(number(5, person, 30) as u16)),
            Wish::Need(need(6, person, kinds)),
        ],
        taken: taken.map(Time).collect(),
    }
}

/// Three to six competences, and there all the time.
fn adviser(id: u16, times: u8, kinds: u32) -> Adviser {
    let of = u32::from(id);
    let competences = (0..3 + number(7, of, 4)).filter_map(|it| {
        let how = Competence::new(1 + (number(8, of * 8 + it, 3) as u8))?;
        Some((need(9, of * 8 + it, kinds), how))
    });
    Adviser {
        id: AdviserId(id),
        competences: competences.collect(),
        times: (0..times).map(Time).collect::<BTreeSet<Time>>(),
    }
}
