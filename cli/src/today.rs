//! The only clock of the program.

use std::time::{SystemTime, UNIX_EPOCH};
use vaekstspejl_engine::Date;

const SECONDS_OF_A_DAY: u64 = 86_400;

/// Today by the system's clock, in UTC. A clock before 1970 gives its first day.
pub fn today() -> Date {
    day(days().into())
}

/// Today as days since 1 January 1970, as key files and relays count.
pub fn days() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = since.map_or(0, |it| it.as_secs()) / SECONDS_OF_A_DAY;
    u32::try_from(days).unwrap_or(u32::MAX)
}

/// The day so many days after 1 January 1970.
pub fn day(mut days: u64) -> Date {
    let mut year = 1970;
    loop {
        let first = Date::first_of_year(year);
        let is_leap = Date::new(year, 2, 29).is_some();
        let length = if is_leap { 366 } else { 365 };
        if days < length || year == 9999 {
            return first.plus_days(u16::try_from(days).unwrap_or(364));
        }
        days -= length;
        year += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_1970_are_days_of_the_calendar() {
        assert_eq!(day(0).to_string(), "1970-01-01");
        assert_eq!(day(59).to_string(), "1970-03-01");
        assert_eq!(day(11_016).to_string(), "2000-02-29");
        assert_eq!(day(20_777).to_string(), "2026-11-20");
        assert_eq!(day(u64::MAX).to_string(), "9999-12-31");
    }
}
