//! Figures and dates as people write them. How is a matter of words, so a new language is data.

use crate::words::{Word, filled, key, text};
use vaekstspejl_engine::Date;

const MONTHS: [Word; 12] = [
    key::MONTH_M01,
    key::MONTH_M02,
    key::MONTH_M03,
    key::MONTH_M04,
    key::MONTH_M05,
    key::MONTH_M06,
    key::MONTH_M07,
    key::MONTH_M08,
    key::MONTH_M09,
    key::MONTH_M10,
    key::MONTH_M11,
    key::MONTH_M12,
];

/// An amount of Danish kroner: `34.000 kr.`, `34,000 DKK`.
pub fn money(kroner: u32) -> String {
    filled(
        key::FIGURE_MONEY,
        &[("n", &grouped(kroner, text(key::FIGURE_THOUSANDS)))],
    )
}

/// A day: `20. november 2026`, `20 November 2026`.
pub fn date(date: Date) -> String {
    let month = month(usize::from(date.month()));
    let (day, year) = (date.day().to_string(), date.year().to_string());
    filled(
        key::FIGURE_DATE,
        &[("day", &day), ("month", month), ("year", &year)],
    )
}

/// A date as a source writes it, which may be a day, a month or a year: `2026-11-20`, `2026-11`,
/// `2026`. Anything else stays as it is.
pub fn written_date(written: &str) -> String {
    if let Ok(day) = written.parse() {
        return date(day);
    }
    match written
        .split_once('-')
        .map(|(year, month)| (year, month.parse()))
    {
        Some((year, Ok(number @ 1..=12))) => [month(number), " ", year].concat(),
        _ => written.to_owned(),
    }
}

fn month(number: usize) -> &'static str {
    MONTHS
        .get(number.wrapping_sub(1))
        .map_or("", |word| text(*word))
}

/// The digits in groups of three.
fn grouped(number: u32, separator: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (number, written) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1.000"),
            (34_000, "34.000"),
            (100_000, "100.000"),
            (4_200_000, "4.200.000"),
        ] {
            assert_eq!(grouped(number, "."), written);
        }
    }
}
