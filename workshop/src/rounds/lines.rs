//! Rounds from the lines of a plane.
//!
//! People stand in rows of as many as there are groups, at *(row, place)*. In round *a*, those are in
//! group *b* whose place is *a · row + b*. Two of different rows meet when *a* times the difference of
//! their rows is the difference of their places: over a field, once. Over a product of fields the same
//! holds if no row's difference is a divisor of zero, or no difference of two rounds is.
//!
//! With more rows than places, rows that are the same but for whole turns of the field stand behind
//! each other and go together; more cannot be avoided (Turán). Rounds of people of one row come after,
//! if the groups divide the rows.

use super::field::Ring;

/// Larger planes are not made.
const LARGEST: usize = 130;

/// Up to so many rounds, each telling the group of each person, nobody meeting again who need not.
pub(super) fn lines(people: usize, number: usize, rounds: usize) -> Vec<Vec<usize>> {
    if number == 0 || number > LARGEST {
        return Vec::new();
    }
    let ring = Ring::of(number);
    let rows = people.div_ceil(number);
    let least = ring.fields.iter().copied().min().unwrap_or(1);
    let elements: Vec<usize> = diagonal(&ring, least, number);
    let slopes = if rows <= least || least == number {
        number
    } else {
        least
    };
    // the people of the last row may be fewer: there they are missing, at one end
    let line = |slope: usize| {
        let group = |person: usize| {
            let (row, place) = (person / number, person % number);
            let row = elements[row % number];
            let back = ring.multiply(slope, row);
            // b = place - a · row
            (0..number)
                .find(|b| ring.add(*b, back) == place)
                .unwrap_or(0)
        };
        (0..people).map(group).collect::<Vec<usize>>()
    };
    let mut ways: Vec<Vec<usize>> = elements
        .iter()
        .take(slopes.min(rounds))
        .map(|it| line(*it))
        .collect();
    // a row is seated by itself
    if ways.len() < rounds && people == rows * number && number.is_multiple_of(rows) && rows > 1 {
        let groups = number / rows;
        for way in lines(number, groups, rounds - ways.len()) {
            let group = |person: usize| person / number * groups + way[person % number];
            ways.push((0..people).map(group).collect());
        }
    }
    ways
}

/// All elements; first as many as the smallest field has, of which no two differ by a divisor of zero.
fn diagonal(ring: &Ring, least: usize, number: usize) -> Vec<usize> {
    let mut elements: Vec<usize> = Vec::new();
    for it in 0..least {
        // the same number in every field
        let element = ring.fields.iter().fold(0, |all, size| all * size + it);
        elements.push(element);
    }
    let rest = (0..number).filter(|it| !elements.contains(it));
    let rest: Vec<usize> = rest.collect();
    elements.extend(rest);
    elements.truncate(number);
    elements
}
