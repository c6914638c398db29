//! A civil date, without time of day, zone or clock. `today` is always an argument.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, years 1–9999. Written `2026-11-20` (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is not a date of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADate;

impl Date {
    /// The given day, if the calendar has it.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if year == 0 || year > 9999 || month == 0 || month > 12 || day == 0 {
            return None;
        }
        if day > days_in_month(year, month) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// The year, 1–9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1–12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1–31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// First day of that year. Years out of range give the nearest possible year.
    pub const fn first_of_year(year: u16) -> Self {
        let year = if year == 0 {
            1
        } else if year > 9999 {
            9999
        } else {
            year
        };
        Self {
            year,
            month: 1,
            day: 1,
        }
    }

    /// Last day of that year.
    pub const fn last_of_year(year: u16) -> Self {
        let first = Self::first_of_year(year);
        Self {
            year: first.year,
            month: 12,
            day: 31,
        }
    }

    /// Last day of that month, if the month exists.
    pub const fn last_of_month(year: u16, month: u8) -> Option<Self> {
        if month == 0 || month > 12 {
            return None;
        }
        Self::new(year, month, days_in_month(year, month))
    }

    /// That many days later; stops at the last day of year 9999.
    pub fn plus_days(self, days: u16) -> Self {
        let mut date = self;
        for _ in 0..days {
            date = date.next();
        }
        date
    }

    /// Whole months from `earlier` to this day; 0 when `earlier` is not earlier.
    pub fn months_since(self, earlier: Self) -> u32 {
        let months = |date: Self| u32::from(date.year) * 12 + u32::from(date.month);
        let whole = months(self).saturating_sub(months(earlier));
        if self.day < earlier.day {
            whole.saturating_sub(1)
        } else {
            whole
        }
    }

    const fn next(self) -> Self {
        if self.day < days_in_month(self.year, self.month) {
            Self {
                day: self.day + 1,
                ..self
            }
        } else if self.month < 12 {
            Self {
                month: self.month + 1,
                day: 1,
                ..self
            }
        } else if self.year < 9999 {
            Self {
                year: self.year + 1,
                month: 1,
                day: 1,
            }
        } else {
            self
        }
    }
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| -> Result<u16, NotADate> {
            let part = parts.next().ok_or(NotADate)?;
            if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(NotADate);
            }
            part.parse().map_err(|_| NotADate)
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if parts.next().is_some() {
            return Err(NotADate);
        }
        let small = |number: u16| u8::try_from(number).map_err(|_| NotADate);
        Self::new(year, small(month)?, small(day)?).ok_or(NotADate)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
            .map_err(|NotADate| "not a date of the form 2026-11-20")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        for good in [
            "2024-02-29",
            "2000-02-29",
            "2026-11-20",
            "0001-01-01",
            "9999-12-31",
        ] {
            assert_eq!(good.parse::<Date>().unwrap().to_string(), good);
        }
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "26-1-1",
            "2026-11-20T00",
            "",
            "2026-11",
            "２０２６-11-20",
            "+026-11-20",
        ] {
            assert_eq!(bad.parse::<Date>(), Err(NotADate), "{bad}");
        }
    }

    #[test]
    fn days_are_counted_over_the_end_of_months_and_years() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2024-02-28").plus_days(2), day("2024-03-01"));
        assert_eq!(day("2026-12-31").plus_days(1), day("2027-01-01"));
        assert_eq!(day("9999-12-31").plus_days(9), day("9999-12-31"));
        assert_eq!(day("2026-11-20").months_since(day("2025-05-20")), 18);
        assert_eq!(day("2026-11-19").months_since(day("2025-05-20")), 17);
        assert_eq!(day("2024-01-01").months_since(day("2025-05-20")), 0);
    }
}
