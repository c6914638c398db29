//! From what stands in a cell to a value: dates, amounts, addresses and texts as Danes write them.
//!
//! Nothing is guessed. An empty amount is unknown, which is not free; `1,500` may be one and a half
//! or fifteen hundred, so it is neither; a date with two digits for the year is no date.

use super::{
    finding::{Code, Wrong},
    names::Names,
};
use crate::Date;

/// More than this (kroner) is a slip of the keyboard.
const MOST_KRONER: u32 = 1_000_000_000;

/// More than this (hours) is no help that one person gets.
const MOST_HOURS: u16 = 2_000;

/// Longest address (bytes).
const LONGEST_ADDRESS: usize = 300;

/// No name of anything is longer (bytes).
const LONGEST_NAME: usize = 150;

/// Quotation marks that a word processor puts around a value.
const QUOTES: [char; 8] = ['"', '\'', '”', '“', '„', '’', '»', '«'];

/// What can be done with a text.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// The most letters.
    pub longest: usize,
    /// Whether it may have several lines.
    pub lines: bool,
}

/// One line of so many letters.
pub(super) const fn line(longest: usize) -> Shape {
    Shape {
        longest,
        lines: false,
    }
}

/// Several lines, so many letters in all.
pub(super) const fn lines(longest: usize) -> Shape {
    Shape {
        longest,
        lines: true,
    }
}

/// A value without the spaces and quotation marks around it.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|it: char| it.is_whitespace() || is_invisible(it) || QUOTES.contains(&it))
}

/// A text that people read: what must not be in it is refused, spaces are put in order.
pub(super) fn text(text: &str, shape: Shape, names: &Names) -> Result<String, Wrong> {
    let trimmed = text.trim_matches(|it: char| it.is_whitespace() || is_invisible(it));
    clean(trimmed, names)?;
    let lines = trimmed.split('\n').map(|line| {
        let words = line.split([' ', '\t']).filter(|it| !it.is_empty());
        words.collect::<Vec<_>>().join(" ")
    });
    let text = if shape.lines {
        lines.collect::<Vec<_>>().join("\n")
    } else {
        lines
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let length = text.chars().count();
    if length > shape.longest {
        let wrong = Wrong::new(Code::TooLong).with("length", length.to_string());
        return Err(wrong.with("most", shape.longest.to_string()));
    }
    Ok(text)
}

/// Refuses what no cell may hold: formulas, errors of the spreadsheet, lost letters, and characters
/// that cannot be seen but change what is read.
pub(super) fn clean(text: &str, names: &Names) -> Result<(), Wrong> {
    let own_way = text.starts_with("@office") || text.starts_with("@house");
    if text.starts_with('=') || (text.starts_with('@') && !own_way) {
        return Err(Wrong::value(Code::Formula, shortened(text)));
    }
    if names.sheet_error(text) {
        return Err(Wrong::value(Code::SheetError, text));
    }
    if text.contains('\u{fffd}') {
        return Err(Wrong::new(Code::LettersLost));
    }
    if text.chars().any(turns) {
        return Err(Wrong::new(Code::HiddenDirection));
    }
    if text
        .chars()
        .any(|it| it.is_control() && it != '\n' && it != '\t')
    {
        return Err(Wrong::new(Code::ControlCharacter));
    }
    Ok(())
}

/// Turns the direction of reading, so that a text says something else than it seems to.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Takes no room: left behind by copying from a page.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
    )
}

/// The beginning of a text, for a message.
pub(super) fn shortened(text: &str) -> String {
    let mut letters = text.chars().map(|it| if it == '\n' { ' ' } else { it });
    let mut short: String = letters.by_ref().take(40).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// An amount in kroner; none: unknown.
pub(super) fn amount(text: &str, names: &Names) -> Result<Option<u32>, Wrong> {
    let text = bare(text);
    if text.is_empty() || names.unknown(text) {
        return Ok(None);
    }
    if names.free(text) {
        return Ok(Some(0));
    }
    let wrong = |code| Wrong::value(code, shortened(text));
    let small = text.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
    let figure = ["kroner", "kr.", "kr", "dkk"]
        .iter()
        .fold(small.trim(), |it, unit| {
            let it = it.strip_prefix(unit).unwrap_or(it);
            it.strip_suffix(unit).unwrap_or(it).trim()
        });
    let dash = figure.strip_suffix(",-").or(figure.strip_suffix(".-"));
    let figure = dash.unwrap_or(figure);
    let (whole, part) = figure.split_once(',').unwrap_or((figure, "00"));
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if !digits(part) || part.len() > 2 {
        return Err(wrong(Code::NotAnAmount));
    }
    if part.bytes().any(|it| it != b'0') {
        return Err(wrong(Code::NotWholeKroner));
    }
    let mut groups = whole.split(['.', ' ']);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.iter().all(|it| it.len() == 3 && digits(it));
    if !digits(first) || !grouped || (!rest.is_empty() && first.len() > 3) {
        return Err(wrong(Code::NotAnAmount));
    }
    let kroner = [first, &rest.concat()].concat().parse();
    match kroner {
        Ok(kroner) if kroner <= MOST_KRONER => Ok(Some(kroner)),
        _ => Err(wrong(Code::NotAnAmount)),
    }
}

/// Hours, whole ones; none: unknown.
pub(super) fn hours(text: &str, names: &Names) -> Result<Option<u16>, Wrong> {
    let text = bare(text);
    if text.is_empty() || names.unknown(text) {
        return Ok(None);
    }
    let figure: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = text.get(figure.len()..).unwrap_or_default().trim();
    let is_unit = ["", "timer", "time", "t", "t."].contains(&unit.to_lowercase().as_str());
    match figure.parse() {
        Ok(hours) if is_unit && (1..=MOST_HOURS).contains(&hours) => Ok(Some(hours)),
        _ => Err(Wrong::value(Code::NotHours, shortened(text))),
    }
}

/// Yes or no; empty: no.
pub(super) fn yes_or_no(text: &str, names: &Names) -> Result<bool, Wrong> {
    let text = bare(text);
    if text.is_empty() {
        return Ok(false);
    }
    names
        .yes(text)
        .ok_or_else(|| Wrong::value(Code::NotYesNo, shortened(text)))
}

/// A day of the calendar: `31-12-2026`, `31.12.2026`, `31/12/2026`, `31. december 2026`,
/// `2026-12-31`.
pub(super) fn day(text: &str, names: &Names) -> Result<Date, Wrong> {
    let text = bare(text);
    let wrong = || Wrong::value(Code::NotADate, shortened(text));
    if let Ok(day) = text.parse() {
        return Ok(day);
    }
    let parts = parts(text);
    let [day, month, year] = parts.as_slice() else {
        return Err(wrong());
    };
    let day: Option<u8> = figure(day, 2);
    let month: Option<u8> = figure(month, 2).or_else(|| names.month(month));
    let year: Option<u16> = Some(year)
        .filter(|it| it.len() == 4)
        .and_then(|it| figure(it, 4));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => Date::new(year, month, day).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// The date of a source, which may be a day, a month or a year; as the catalogue writes it.
pub(super) fn written_date(text: &str, names: &Names) -> Result<String, Wrong> {
    let text = bare(text);
    if let Ok(day) = day(text, names) {
        return Ok(day.to_string());
    }
    let parts = parts(text);
    let year = |it: &str| (it.len() == 4).then(|| figure::<u16>(it, 4)).flatten();
    let month = |it: &str| {
        let month: Option<u8> = figure(it, 2).or_else(|| names.month(it));
        month.filter(|it| (1..=12).contains(it))
    };
    let found = match parts.as_slice() {
        [only] => year(only).map(|year| format!("{year:04}")),
        // `2026-11`, `11-2026`, `november 2026`
        [one, other] => year(one)
            .zip(month(other))
            .or_else(|| year(other).zip(month(one)))
            .map(|(year, month)| format!("{year:04}-{month:02}")),
        _ => None,
    };
    found.ok_or_else(|| Wrong::value(Code::NotADate, shortened(text)))
}

fn parts(text: &str) -> Vec<&str> {
    let parts = text.split(|it: char| "-./".contains(it) || it.is_whitespace());
    parts.filter(|it| !it.is_empty()).collect()
}

fn figure<T: core::str::FromStr>(text: &str, longest: usize) -> Option<T> {
    let digits = text.len() <= longest && text.bytes().all(|it| it.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The address of a page; empty: none.
pub(super) fn address(text: &str, names: &Names) -> Result<String, Wrong> {
    let address = bare(text);
    if address.is_empty() {
        return Ok(String::new());
    }
    clean(address, names)?;
    let wrong = || Wrong::value(Code::NotAnAddress, shortened(address));
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|it| address.strip_prefix(it));
    let host = rest
        .and_then(|it| it.split(['/', '?', '#']).next())
        .ok_or_else(wrong)?;
    let has_host = host.contains('.') && host.split('.').all(|it| !it.is_empty());
    let plain = address
        .chars()
        .all(|it| !it.is_whitespace() && !it.is_control() && !"<>\"{}|\\^`".contains(it));
    if has_host && plain && !host.contains('@') && address.len() <= LONGEST_ADDRESS {
        Ok(address.to_owned())
    } else {
        Err(wrong())
    }
}

/// The origin of a page: `https://` and a host, nothing after it.
pub(super) fn origin(text: &str) -> Result<String, Wrong> {
    let origin = bare(text);
    let origin = origin.strip_suffix('/').unwrap_or(origin);
    let host = origin.strip_prefix("https://").or_else(|| {
        let host = origin.strip_prefix("http://")?;
        let name = host.split(':').next()?;
        ["localhost", "127.0.0.1"].contains(&name).then_some(host)
    });
    let is_host = |host: &str| {
        let (name, port) = host.split_once(':').unwrap_or((host, "1"));
        let label = |it: &str| {
            let plain = it
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
            !it.is_empty() && plain && !it.starts_with('-') && !it.ends_with('-')
        };
        name.split('.').all(label) && port.parse::<u16>().is_ok() && host.len() <= 253
    };
    match host {
        Some(host) if is_host(host) => Ok(origin.to_owned()),
        _ => Err(Wrong::value(Code::NotAnOrigin, shortened(text.trim()))),
    }
}

/// Several values of one cell. Names may have commas in them ("Moms, skat og aftaler"), so the
/// longest run of pieces that is a known name is taken; what is no name is left for the message.
pub(super) fn several(text: &str, is_known: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split(['|', '\n', ';']) {
        let mut rest = part;
        while !bare(rest).is_empty() {
            if is_known(bare(rest)) {
                found.push(bare(rest));
                break;
            }
            let ends: Vec<usize> = rest.match_indices(',').map(|(at, _)| at).collect();
            let short = ends.iter().filter(|end| **end <= LONGEST_NAME);
            let known = short
                .rev()
                .find(|end| rest.get(..**end).is_some_and(|it| is_known(bare(it))));
            let end = known.or(ends.first()).copied().unwrap_or(rest.len());
            let piece = rest.get(..end).map_or("", bare);
            if !piece.is_empty() {
                found.push(piece);
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    fn names() -> Names {
        Names::of(&Content::default())
    }

    #[test]
    fn amounts_are_read_as_danes_write_them() {
        let names = names();
        for (written, kroner) in [
            ("1500", Some(1_500)),
            ("1.500", Some(1_500)),
            ("1 500", Some(1_500)),
            ("1\u{a0}500", Some(1_500)),
            ("1.500,00", Some(1_500)),
            ("1.500,00 kr.", Some(1_500)),
            ("1500 kr", Some(1_500)),
            ("kr. 1.500,-", Some(1_500)),
            ("DKK 1.500", Some(1_500)),
            ("1500 kroner", Some(1_500)),
            ("1.250.000", Some(1_250_000)),
            ("”350”", Some(350)),
            ("0", Some(0)),
            ("0,00 kr.", Some(0)),
            ("Gratis", Some(0)),
            ("gratis.", Some(0)),
            ("", None),
            (" \u{a0} ", None),
            ("ukendt", None),
            ("ikke oplyst", None),
        ] {
            assert_eq!(amount(written, &names), Ok(kroner), "{written}");
        }
        // Neither one and a half nor fifteen hundred; a group of two; half a number.
        for written in [
            "1,500",
            "1.50",
            "1.5000",
            "15.00.000",
            "1..500",
            ".500",
            "500,",
            "12 kr 50",
        ] {
            let code = amount(written, &names).map_err(|it| it.code);
            assert_eq!(code, Err(Code::NotAnAmount), "{written}");
        }
    }

    #[test]
    fn days_are_read_as_danes_write_them_and_sources_may_have_less() {
        let names = names();
        for written in [
            "31-12-2026",
            "31.12.2026",
            "31/12/2026",
            "31. december 2026",
            "31. dec. 2026",
            "31 DEC 2026",
            "2026-12-31",
            " ’31-12-2026’ ",
        ] {
            let day = day(written, &names).map(|it| it.to_string());
            assert_eq!(day, Ok("2026-12-31".to_owned()), "{written}");
        }
        for (written, date) in [
            ("2026", "2026"),
            ("2026-11", "2026-11"),
            ("11-2026", "2026-11"),
            ("11.2026", "2026-11"),
            ("november 2026", "2026-11"),
            ("1-11-2026", "2026-11-01"),
        ] {
            assert_eq!(
                written_date(written, &names),
                Ok(date.to_owned()),
                "{written}"
            );
        }
        for written in ["", "26", "13-2026", "2026-2026", "snart", "1-2-3-2026"] {
            assert!(written_date(written, &names).is_err(), "{written}");
        }
    }

    #[test]
    fn an_address_leads_to_a_page_and_an_origin_to_a_site() {
        let names = names();
        for good in ["https://a.dk", "http://a.dk/æ?b=c#d", " https://a.dk/x "] {
            assert!(address(good, &names).is_ok(), "{good}");
        }
        for good in [
            "https://a.dk",
            "https://a.dk/",
            "https://a-b.xn--c.dk:8443",
            "http://localhost:8080",
        ] {
            assert!(origin(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a.dk",
            "https://",
            "https://a.dk//",
            "https://A.dk",
            "https://-a.dk",
            "https://a.dk:",
            "null",
            "*",
            "https://a..dk",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_text_keeps_its_paragraphs_and_loses_stray_spaces() {
        let names = names();
        let of = |text: &str, shape| super::text(text, shape, &names);
        assert_eq!(of(" a  b\n\nc\td ", lines(20)), Ok("a b\n\nc d".into()));
        assert_eq!(of("a\n\n b ", line(20)), Ok("a b".into()));
        // Left behind by copying from a page.
        assert_eq!(
            of("\u{feff}\u{200b}a\u{ad}b\u{200b}", line(20)),
            Ok("a\u{ad}b".into())
        );
        assert_eq!(of("æøå", line(3)), Ok("æøå".into()));
        assert!(of("æøåa", line(3)).is_err());
    }

    #[test]
    fn the_longest_known_name_is_taken() {
        let known = ["a, b", "a", "c, d, e", "x"];
        let of = |text| several(text, |it| known.contains(&it));
        assert_eq!(of("a, b, a"), ["a, b", "a"]);
        assert_eq!(of("c, d, e | x"), ["c, d, e", "x"]);
        assert_eq!(
            of("c, d"),
            ["c", "d"],
            "what is no name is left for the message"
        );
        assert_eq!(of(",,; |\n"), Vec::<&str>::new());
    }
}
