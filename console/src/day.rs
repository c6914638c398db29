//! Days as mailboxes count them (since 1970-01-01, UTC) and as people write them.

use vaekstspejl_engine::Date;

/// Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar.
const TO_1970: i64 = 719_468;
/// Days of 400 years.
const ERA: i64 = 146_097;

/// The date of a day; days beyond the year 9999 give its last.
pub fn date(day: u32) -> Date {
    let days = i64::from(day).saturating_add(TO_1970);
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let narrow = |it: i64| u8::try_from(it).unwrap_or(0);
    u16::try_from(year)
        .ok()
        .and_then(|year| Date::new(year, narrow(month), narrow(day)))
        .unwrap_or(Date::last_of_year(9999))
}

/// The day of a date; dates before 1970 give 0.
pub fn number(date: Date) -> u32 {
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    u32::try_from(era * ERA + of_era - TO_1970).unwrap_or(0)
}

/// Today, by this device's clock.
pub fn today() -> u32 {
    number(vaekstspejl::browser::clock::today())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

    use super::*;

    #[test]
    fn days_and_dates_are_those_of_the_calendar() {
        // 1970-01-01 is day 0 by definition; 2000-02-29 is 30 × 365 + 7 leap days + 31 + 28 later.
        for (day, written) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
        ] {
            assert_eq!(date(day).to_string(), written);
        }
        for day in 0..60_000 {
            assert_eq!(number(date(day)), day);
        }
    }

    #[test]
    fn what_no_calendar_has_is_its_nearest_day() {
        assert_eq!(date(u32::MAX), Date::last_of_year(9999));
        assert_eq!(number(Date::first_of_year(1900)), 0);
    }
}
