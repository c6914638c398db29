//! What is wrong in a publisher's files, where, and with which of their own words in it.
//!
//! Those who read it work in an office and speak Danish, so no sentence stands here: a finding is a
//! [`Code`] with its pieces, and the command line says it in words, in two languages.

use crate::authoring::Severity;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($name:ident)+) => {
        /// Everything that a finding can be about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs, reason = "each is said in full, with its remedy, in cli/words/findings-en.toml")]
        pub enum Code {
            $($name,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

codes! {
    // the folder
    NoSettings FileUnread TooLarge
    // the file as a whole
    Workbook NotText MacText DosText TwiceEncoded
    // the table
    NothingInSheet OneColumn OpenQuote UnknownColumn ColumnTwice CellWithoutHeading TooManyOffers
    // any text
    Formula SheetError LettersLost ControlCharacter HiddenDirection TooLong HardToRead
    // the settings
    NotToml UnknownKey WrongKind Missing
    // who publishes
    WhoPublishes UnknownOffice OfficeOfHistory UnknownHouse BadOfficeId OtherMunicipalities
    NoMunicipalities OnlyForOffice
    // values
    NotADate FutureDate OldDate NotAnAmount NotWholeKroner AmountsTurned NotHours NotYesNo NotAnAddress
    UnknownNeed UnknownStage UnknownFormat UnknownProviderKind UnknownStatus UnknownConfidence
    UnknownService UnknownMunicipality UnknownPlace UnknownCorner UnknownFont
    FieldTwice NotAMailbox NotAnOrigin SummaryWithoutFrame
    // offers
    BadId IdTaken IdTwice OutsideMunicipalities OutsideHouse WrongLevel DatesTurned Ended EndsSoon
    HalfTranslated UnreadableRule UnknownInRule UnknownOffer HiddenElsewhere
    NeverShown OutsideFields NoHours
    // the look
    NotAColour TooPale TooDim AccentTooPale AccentTooDim TwoLogos LogoTooLarge NotALogo LogoNotXml
    LogoDoctype LogoScript LogoOutside LogoForeign LogoWithoutSize LogoBroken
    // together
    PublisherTwice MunicipalityTwice FrontTwice NobodyLeft NoOpenDoor
}

/// Where something stands in a publisher's files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, with the publisher's folder before it.
    pub file: String,
    /// Where in it.
    pub at: Spot,
}

/// A spot in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// The file as a whole.
    Whole,
    /// A line, from 1.
    Line(usize),
    /// A row of a table as the spreadsheet counts it, from 1.
    Row(usize),
    /// A cell of a table.
    Cell {
        /// The row, from 1.
        row: usize,
        /// The column as the spreadsheet names it: A, B … AA.
        column: String,
        /// The column's own heading; may be empty.
        heading: String,
    },
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Where it is.
    pub place: Place,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub code: Code,
    /// The pieces its sentence has places for.
    pub pieces: Vec<(&'static str, String)>,
}

/// A value that is not what it should be, wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub code: Code,
    pub pieces: Vec<(&'static str, String)>,
}

/// Collects findings while values are made, so that an author sees all of them at once.
#[derive(Debug, Default)]
pub(super) struct Findings(pub Vec<Finding>);

impl Place {
    /// A file as a whole.
    pub fn file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            at: Spot::Whole,
        }
    }

    /// A line of a file.
    pub fn line(file: &str, line: usize) -> Self {
        Self {
            file: file.to_owned(),
            at: Spot::Line(line),
        }
    }

    /// A row of a table.
    pub fn row(file: &str, row: usize) -> Self {
        Self {
            file: file.to_owned(),
            at: Spot::Row(row),
        }
    }

    /// A cell of a table: its row from 1, its column from 0.
    pub fn cell(file: &str, row: usize, column: usize, heading: &str) -> Self {
        Self {
            file: file.to_owned(),
            at: Spot::Cell {
                row,
                column: letters(column),
                heading: heading.to_owned(),
            },
        }
    }
}

/// A column as spreadsheets name it: A … Z, AA, AB …
fn letters(column: usize) -> String {
    let mut rest = column;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => break,
        }
    }
    letters.iter().rev().collect()
}

impl Wrong {
    pub fn new(code: Code) -> Self {
        Self {
            code,
            pieces: Vec::new(),
        }
    }

    /// With a piece for the sentence.
    pub fn with(mut self, name: &'static str, piece: impl Into<String>) -> Self {
        self.pieces.push((name, piece.into()));
        self
    }

    /// The most common one: the value that is wrong.
    pub fn value(code: Code, value: impl Into<String>) -> Self {
        Self::new(code).with("value", value)
    }
}

impl Findings {
    pub fn error(&mut self, place: &Place, wrong: Wrong) {
        self.add(place, Severity::Error, wrong);
    }

    pub fn warning(&mut self, place: &Place, wrong: Wrong) {
        self.add(place, Severity::Warning, wrong);
    }

    fn add(&mut self, place: &Place, severity: Severity, wrong: Wrong) {
        self.0.push(Finding {
            place: place.clone(),
            severity,
            code: wrong.code,
            pieces: wrong.pieces,
        });
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        let errors = self.0.iter().filter(|it| it.severity == Severity::Error);
        errors.count()
    }

    /// The value, or a finding at its place.
    pub fn take<T>(&mut self, place: &Place, value: Result<T, Wrong>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.error(place, wrong);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        for (column, name) in [
            (0, "A"),
            (3, "D"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
        ] {
            assert_eq!(letters(column), name);
        }
    }
}
