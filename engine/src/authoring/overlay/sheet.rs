//! A table as a spreadsheet saves it: cells between semicolons, in quotes where they must be.
//!
//! Rows are counted as the spreadsheet counts them, empty ones and lines inside a cell included, so
//! that a message leads to the right row. A quote that is opened and never closed would swallow the
//! rest of the table in silence; it is told with the row where it begins.

use super::finding::{Code, Place, Wrong};

/// What may stand between two cells; a Danish spreadsheet writes the first.
const SEPARATORS: [char; 3] = [';', '\t', ','];

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    pub separator: char,
    pub rows: Vec<Row>,
}

/// A row that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its number in the spreadsheet, from 1.
    pub number: usize,
    pub cells: Vec<String>,
}

/// Reads a table from text whose lines end in `\n`. The place is that of the file.
pub(super) fn sheet(text: &str, file: &str) -> Result<Sheet, (Place, Wrong)> {
    // Excel's own line, which it does not show as a row.
    let told = text.strip_prefix("sep=").and_then(|rest| {
        let (separator, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        let mut letters = separator.chars();
        Some((letters.next().filter(|_| letters.next().is_none())?, rest))
    });
    let (separator, text) = told.unwrap_or_else(|| (separator(text), text));
    let rows = rows(text, separator).map_err(|row| {
        let place = Place::row(file, row);
        (place, Wrong::new(Code::OpenQuote))
    })?;
    Ok(Sheet { separator, rows })
}

/// The separator that stands most often in the first line that is not empty, outside of quotes.
fn separator(text: &str) -> char {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for letter in text.trim_start().chars() {
        match letter {
            '"' => quoted = !quoted,
            '\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (count, _) in counts
                    .iter_mut()
                    .zip(SEPARATORS)
                    .filter(|(_, it)| *it == letter)
                {
                    *count += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let found = counts
        .iter()
        .zip(SEPARATORS)
        .find(|(count, _)| **count == most);
    found.map_or(';', |(_, separator)| separator)
}

/// The rows that are not empty; or the number of the row where a quote is opened for good.
fn rows(text: &str, separator: char) -> Result<Vec<Row>, usize> {
    let mut rows = Vec::new();
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut number = 1;
    let mut letters = text.chars().peekable();
    loop {
        match letters.next() {
            Some('"') if cell.is_empty() => loop {
                match letters.next() {
                    Some('"') if letters.peek() == Some(&'"') => {
                        letters.next();
                        cell.push('"');
                    }
                    Some('"') => break,
                    Some(letter) => cell.push(letter),
                    None => return Err(number),
                }
            },
            Some(letter) if letter == separator => cells.push(core::mem::take(&mut cell)),
            end @ (Some('\n') | None) => {
                cells.push(core::mem::take(&mut cell));
                let row = core::mem::take(&mut cells);
                if row.iter().any(|it| !it.trim().is_empty()) {
                    rows.push(Row { number, cells: row });
                }
                if end.is_none() {
                    return Ok(rows);
                }
                number += 1;
            }
            Some(letter) => cell.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rows that hold something, as an independent reader has them.
    fn by_csv(text: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        let rows = reader.records().map(|row| {
            let row = row.expect("what csv wrote, csv reads");
            row.iter().map(str::to_owned).collect::<Vec<_>>()
        });
        rows.filter(|row| row.iter().any(|it| !it.trim().is_empty()))
            .collect()
    }

    proptest! {
        #[test]
        fn what_another_program_writes_is_read_as_it_reads_it(
            table in proptest::collection::vec(
                proptest::collection::vec("[a;\"\n ,æ]{0,5}", 1..5),
                0..6,
            )
        ) {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(b';')
                .terminator(csv::Terminator::CRLF)
                .flexible(true)
                .from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).expect("it is written to memory");
            }
            let bytes = writer.into_inner().expect("it is written to memory");
            let text = String::from_utf8(bytes.clone()).expect("csv writes what it was given");
            let read = rows(&text.replace("\r\n", "\n"), ';');
            let read: Vec<Vec<String>> =
                read.expect("every quote is closed").into_iter().map(|it| it.cells).collect();
            prop_assert_eq!(read, by_csv(&bytes));
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = "a;b\n\n\"c\nd\";e\n;\n\"f\n\n\";g";
        let numbers: Vec<usize> =
            rows(text, ';').map_or(Vec::new(), |rows| rows.iter().map(|it| it.number).collect());
        assert_eq!(numbers, [1, 3, 5]);
        assert_eq!(rows("a;b\nc;\"d\ne;f\n", ';'), Err(2));
    }
}
