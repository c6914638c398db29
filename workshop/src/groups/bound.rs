//! What no plan's worst group can exceed. ADR 23 has the proof; each step only ever overestimates.

use super::{seats::Seats, table::Table};

/// The sizes for which every person is looked at are as many as keeps this many steps.
const STEPS: usize = 12_000_000;

/// The bound, over all numbers of groups.
pub(super) fn bound(table: &Table, seats: &[Seats]) -> u32 {
    let best = best_company(table);
    let means = seats.iter().map(|it| mean(table, &best, *it));
    let all = means.max().unwrap_or(0);
    all.min(loneliest(table, &best, seats, all))
}

/// For each person, what they have in common with the others, summed from the most downwards.
fn best_company(table: &Table) -> Vec<Vec<u32>> {
    let sums = |person: usize| {
        let mut row = table.alike_row(person).to_vec();
        // the person themselves has 0 in their own row, which may be taken last
        row.sort_unstable_by(|a, b| b.cmp(a));
        let mut sum = 0;
        let mut sums = vec![0];
        sums.extend(row.iter().take(super::MOST).map(|it| {
            sum += it;
            sum
        }));
        sums
    };
    (0..table.people).map(sums).collect()
}

/// The worst group is no better than the mean, and the mean no better than if everybody had the best
/// company there is for them, and every strength sat where it counts.
fn mean(table: &Table, best: &[Vec<u32>], seats: Seats) -> u32 {
    let (smallest, largest) = seats.sizes(table.people);
    let company = (smallest.max(2) - 1)
        .min(table.people.saturating_sub(1))
        .max(1);
    let sums = best.iter().filter_map(|it| it.get(company));
    let sum: u64 = sums.map(|it| u64::from(*it)).sum();
    let (people, number) = (table.people as u64, seats.number as u64);
    // weighted by size: the mean over all people; rounded up
    let by_people = sum.div_ceil(company as u64 * people) as u32;
    // every group alike: each person counts one part of its group, at most one of the smallest
    let by_group = sum.div_ceil(company as u64 * smallest as u64 * number) as u32;
    let counted = table.holders.iter().map(|it| (*it as u64).min(2 * number));
    let counted_by_group: u64 = counted.clone().sum();
    let counted_by_people: u64 = counted
        .map(|it| (it * largest as u64).min(2 * people))
        .sum();
    let mix = |counted: u64, parts: u64| {
        (counted * 10_000).div_ceil(parts * u64::from(table.reach).max(1)) as u32
    };
    let weighed = |likeness: u32, mix: u32| table.weigh(likeness.min(10_000), mix.min(10_000));
    let by_people = weighed(by_people, mix(counted_by_people, people));
    let by_group = weighed(by_group, mix(counted_by_group, number));
    if table.likens() {
        return by_people.min(by_group);
    }
    // strengths alone are counted in whole numbers: the worst group counts no more than the mean does
    let whole = counted_by_group.checked_div(number).unwrap_or(0) as u32;
    by_people.min(by_group).min(weighed(0, table.mix(whole)))
}

/// Somebody sits in every group: it is no better than the best that the person who fits least can
/// sit in.
fn loneliest(table: &Table, best: &[Vec<u32>], seats: &[Seats], most: u32) -> u32 {
    let sizes = seats.iter().map(|it| it.sizes(table.people));
    let Some(smallest) = sizes.clone().map(|it| it.0).min() else {
        return most;
    };
    let largest = sizes.map(|it| it.1).max().unwrap_or(smallest);
    let steps = table.people * table.people * (largest + 1 - smallest);
    if steps > STEPS || !table.likens() {
        return most;
    }
    let mut mixes: Vec<u32> = table
        .strong_person
        .iter()
        .map(|it| it.count_ones())
        .collect();
    mixes.sort_unstable_by(|a, b| b.cmp(a));
    let mut values = Vec::with_capacity(table.people);
    let mut bound = most;
    for person in 0..table.people {
        let mut best_here = 0;
        for size in smallest..=largest {
            // each other person brings what the two have in common, and half of its best company
            let others = size.saturating_sub(1);
            values.clear();
            let row = table.alike_row(person).iter().zip(best).enumerate();
            values.extend(
                row.filter(|(other, _)| *other != person)
                    .map(|(_, (alike, best))| {
                        let company = others.saturating_sub(1).min(best.len().saturating_sub(1));
                        2 * alike + best.get(company).copied().unwrap_or(0)
                    }),
            );
            if others > 0 && others < values.len() {
                values.select_nth_unstable_by(others - 1, |a, b| b.cmp(a));
            }
            let twice: u64 = values.iter().take(others).map(|it| u64::from(*it)).sum();
            let likeness = Table::likeness((twice / 2).min(u64::from(u32::MAX)) as u32, size);
            let counted: u32 = mixes.iter().take(size).sum();
            let mix = table.mix(counted.min(table.reach));
            best_here = best_here.max(table.weigh(likeness.min(10_000), mix));
            if best_here >= bound {
                break;
            }
        }
        bound = bound.min(best_here);
    }
    bound
}
