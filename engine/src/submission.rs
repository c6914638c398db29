//! The submission: what a person sends to an office, as the JSON inside a sealed letter.
//!
//! The person chooses its parts one by one: the profile as seen on the screen ([`Summary`]), the
//! answers (as a profile code), the municipality, how to be reached, a note. What was not chosen
//! is not in it. It fits into [`LONGEST`] bytes whatever is typed, because the limits of the
//! texts are counted as they stand in the letter.
//!
//! Reading is total: a letter can be sent by anybody, so every number, id and text is checked,
//! and hostile text is kept as it came but shown through [`shown_text`].

use crate::{
    Assessment, Date, NeedId, OfferId, OfficeId, QuestionnaireId, ScaleId, SegmentId,
    content::Later, need, profile_code, segment::Stage,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most bytes of a submission's JSON: what a letter of 4,096 bytes has room for.
pub const LONGEST: usize = 3_996;

/// The version of the format that is written: major and minor.
pub const VERSION: FormatVersion = FormatVersion { major: 1, minor: 0 };

/// Most offers in a summary, in the order they were shown.
pub const MOST_OFFERS: usize = 12;

/// Most scores in a summary: more than any test has dimensions.
pub const MOST_SCORES: usize = 32;

/// Most bytes of an id.
pub const LONGEST_ID: usize = 64;

/// Marks that may stand on one letter; more is not writing.
pub const MOST_MARKS: usize = 3;

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The version of this format.
    pub v: FormatVersion,
    /// The content the person saw.
    pub catalogue: Catalogue,
    /// The language the person read, such as `da`.
    pub lang: String,
    /// The day it was made; the profile is the profile of that day.
    pub created: Date,
    /// The test that was taken.
    pub test: QuestionnaireId,
    /// The version of that test, from 1.
    pub version: u16,
    /// The office whose capability the profile was made with, if any. Only with the answers, from
    /// which the profile is made again; alone it could tell the municipality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeId>,
    /// What the person saw; there when the profile was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Summary>,
    /// The answers that count, as a profile code; there when the answers were chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How the person can be reached; there when chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// The person's own words; there when chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What the person agreed to.
    pub consent: Consent,
}

/// A version of the format, written `1.0`. A higher minor version may have fields this program
/// does not know; a higher major version cannot be read by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FormatVersion {
    /// Raised when older programs cannot read it.
    pub major: u16,
    /// Raised when fields are added.
    pub minor: u16,
}

/// Which content the person saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Its name, such as `da`.
    pub id: String,
    /// A hash of it from the build, up to 64 lower-case hexadecimal digits.
    pub hash: String,
}

/// The profile as the person saw it, short. Ids are those of the content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentId>,
    /// The stage answered; without an answer, the first the segment counts as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The known scores, 0–100, in the order shown.
    pub scores: Vec<(ScaleId, u8)>,
    /// The needs shown, strongest first, with their strength 0–100.
    pub needs: Vec<(NeedId, u8)>,
    /// The offers of the short list, in its order, at most [`MOST_OFFERS`].
    pub offers: Vec<OfferId>,
    /// Code of the municipality, four digits. Only when the answers are sent as well, of which it
    /// is one, or when the person chose to tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
}

/// How a person can be reached. Empty: not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Mail address, as typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mail: String,
    /// Phone number, as typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Name of the company.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub company: String,
}

/// What the person agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Which text was read.
    pub text_id: String,
    /// A hash of its words, up to 64 lower-case hexadecimal digits.
    pub text_hash: String,
    /// The parts chosen, in the order of [`Part`].
    pub parts: Vec<Part>,
}

/// A part that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The profile as shown.
    Profile,
    /// The answers.
    Answers,
    /// The municipality, without the other answers.
    Municipality,
    /// How to be reached.
    Contact,
    /// The note.
    Note,
}

/// What a person has chosen to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The profile as shown.
    pub profile: bool,
    /// The answers.
    pub answers: bool,
    /// The municipality together with the profile; the answers hold it anyway.
    pub municipality: bool,
    /// How to be reached.
    pub contact: Option<Contact>,
    /// The person's own words.
    pub note: Option<String>,
}

/// What comes from the program that sends, not from the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The content the person saw.
    pub catalogue: Catalogue,
    /// The language the person read.
    pub lang: String,
    /// Which text of consent was read.
    pub consent_text_id: String,
    /// A hash of its words.
    pub consent_text_hash: String,
}

/// A field a person types into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// [`Contact::name`]
    Name,
    /// [`Contact::mail`]
    Mail,
    /// [`Contact::phone`]
    Phone,
    /// [`Contact::company`]
    Company,
    /// [`Submission::note`]
    Note,
}

/// Why something cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotSend {
    /// No part is chosen, or the chosen ones are empty.
    Nothing,
    /// A text is longer than [`TextField::limit`].
    Text(TextField),
    /// The answers have no code: this version of the test has no layout.
    NoCode,
    /// All together is longer than [`LONGEST`]. With ids as short as [`LONGEST_ID`] permits, only
    /// content with very long ids comes here.
    TooLong,
    /// The frame is not what it must be: a fault of the program that sends.
    Frame {
        /// The field.
        what: &'static str,
    },
}

/// Why a letter's content is not a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionError {
    /// Longer than a letter has room for.
    TooLong,
    /// Not JSON.
    NotJson,
    /// JSON, but not a submission.
    NotASubmission,
    /// Made by a newer version of the program.
    Newer {
        /// The major version of its format.
        version: u16,
    },
    /// A submission, but something in it is not what it must be.
    Damaged {
        /// The field.
        what: &'static str,
    },
}

impl TextField {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Name,
        Self::Mail,
        Self::Phone,
        Self::Company,
        Self::Note,
    ];

    /// The most bytes of this text, counted by [`TextField::bytes`].
    pub const fn limit(self) -> usize {
        match self {
            Self::Name => 100,
            Self::Mail | Self::Company => 120,
            Self::Phone => 40,
            Self::Note => 1_000,
        }
    }

    /// How many bytes a text takes in the letter: UTF-8, where a quotation mark, a backslash and
    /// a line break take two (JSON escapes them), and what is cleaned away takes none.
    pub fn bytes(self, text: &str) -> usize {
        escaped_bytes(&self.cleaned(text))
    }

    /// How many bytes of the limit are left; negative: so many too many.
    pub fn bytes_left(self, text: &str) -> isize {
        let signed = |bytes: usize| isize::try_from(bytes).unwrap_or(isize::MAX);
        signed(self.limit()).saturating_sub(signed(self.bytes(text)))
    }

    /// The text as it is sent: without control characters, without blanks around it, and on one
    /// line except the note.
    pub fn cleaned(self, text: &str) -> String {
        let text = text.replace("\r\n", "\n");
        let letters = text.chars().filter_map(|letter| match letter {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' if self == Self::Note => Some('\n'),
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
            letter if letter.is_control() => None,
            letter => Some(letter),
        });
        letters.collect::<String>().trim().to_owned()
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Name => "contact.name",
            Self::Mail => "contact.mail",
            Self::Phone => "contact.phone",
            Self::Company => "contact.company",
            Self::Note => "note",
        }
    }
}

impl Submission {
    /// What these parts of this result are as a submission. `content` gives the layout of the
    /// code; the day is the day the result was made for.
    pub fn new(
        content: &Later,
        assessment: &Assessment<'_>,
        parts: &Parts,
        frame: &Frame,
    ) -> Result<Self, CannotSend> {
        let questionnaire = assessment.counted.questionnaire();
        let mut submission = Self {
            v: VERSION,
            catalogue: frame.catalogue.clone(),
            lang: frame.lang.clone(),
            created: assessment.today,
            test: questionnaire.id.clone(),
            version: questionnaire.version,
            office: assessment.office.clone().filter(|_| parts.answers),
            result: parts
                .profile
                .then(|| Summary::of(assessment, parts.answers || parts.municipality)),
            code: None,
            contact: contact(parts.contact.as_ref())?,
            note: text(TextField::Note, parts.note.as_deref().unwrap_or_default())?,
            consent: Consent {
                text_id: frame.consent_text_id.clone(),
                text_hash: frame.consent_text_hash.clone(),
                parts: Vec::new(),
            },
        };
        if parts.answers {
            let code = content
                .layouts
                .iter()
                .find(|it| it.questionnaire == questionnaire.id && it.version == submission.version)
                .and_then(|layout| profile_code::encode(layout, &assessment.counted.to_answers()));
            submission.code = Some(code.ok_or(CannotSend::NoCode)?);
        }
        submission.consent.parts = submission.parts();
        if submission.consent.parts.is_empty() {
            return Err(CannotSend::Nothing);
        }
        submission
            .check()
            .map_err(|what| CannotSend::Frame { what })?;
        if submission.to_json().len() > LONGEST {
            return Err(CannotSend::TooLong);
        }
        Ok(submission)
    }

    /// The parts that are in it.
    pub fn parts(&self) -> Vec<Part> {
        let told = self.result.as_ref().and_then(|it| it.municipality.as_ref());
        let chosen = [
            (Part::Profile, self.result.is_some()),
            (Part::Answers, self.code.is_some()),
            (Part::Municipality, told.is_some() && self.code.is_none()),
            (Part::Contact, self.contact.is_some()),
            (Part::Note, self.note.is_some()),
        ];
        let chosen = chosen.into_iter().filter(|(_, is_in)| *is_in);
        chosen.map(|(part, _)| part).collect()
    }

    /// The letter's payload.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings, numbers and lists always serialise")
    }

    /// How many bytes the letter has left; 0 for one that is full.
    pub fn bytes_left(&self) -> usize {
        LONGEST.saturating_sub(self.to_json().len())
    }

    /// Reads a letter's payload.
    pub fn from_json(bytes: &[u8]) -> Result<Self, SubmissionError> {
        if bytes.len() > LONGEST {
            return Err(SubmissionError::TooLong);
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|_| SubmissionError::NotJson)?;
        let version = value.get("v").and_then(Value::as_str);
        let version: FormatVersion = version
            .and_then(|text| text.to_owned().try_into().ok())
            .ok_or(SubmissionError::NotASubmission)?;
        if version.major != VERSION.major {
            return Err(match version.major {
                0 => SubmissionError::NotASubmission,
                version => SubmissionError::Newer { version },
            });
        }
        let damaged = |what| SubmissionError::Damaged { what };
        // From the bytes, not from the value: so a field that stands there twice is noticed.
        let submission: Self = serde_json::from_slice(bytes).map_err(|_| damaged("form"))?;
        let known = serde_json::to_value(&submission).map_err(|_| damaged("form"))?;
        if version <= VERSION && has_more(&value, &known) {
            return Err(damaged("unknown field"));
        }
        submission.check().map_err(damaged)?;
        Ok(submission)
    }

    /// The first field that is not what it must be.
    fn check(&self) -> Result<(), &'static str> {
        let all = [
            (is_id(&self.catalogue.id), "catalogue.id"),
            (is_hash(&self.catalogue.hash), "catalogue.hash"),
            (is_lang(&self.lang), "lang"),
            (is_id(self.test.as_str()), "test"),
            (self.version >= 1, "version"),
            (
                self.office.as_ref().is_none_or(|id| is_id(id.as_str())),
                "office",
            ),
            (self.office.is_none() || self.code.is_some(), "office"),
            (self.code.as_deref().is_none_or(is_code), "code"),
            (
                self.note
                    .as_deref()
                    .is_none_or(|text| fits(TextField::Note, text)),
                TextField::Note.name(),
            ),
            (is_id(&self.consent.text_id), "consent.text_id"),
            (is_hash(&self.consent.text_hash), "consent.text_hash"),
            (
                !self.consent.parts.is_empty() && self.consent.parts == self.parts(),
                "consent.parts",
            ),
        ];
        if let Some((_, what)) = all.into_iter().find(|(is_right, _)| !is_right) {
            return Err(what);
        }
        self.result.as_ref().map_or(Ok(()), Summary::check)?;
        self.contact.as_ref().map_or(Ok(()), Contact::check)
    }
}

impl Summary {
    /// What the result shows at first sight; with the municipality, if it was answered and wanted.
    pub fn of(assessment: &Assessment<'_>, with_municipality: bool) -> Self {
        let municipality = match assessment.counted.choices(&"municipality".into()) {
            [code] if is_municipality(code.as_str()) => Some(code.as_str().to_owned()),
            _ => None,
        };
        Self {
            segment: assessment.segment.as_ref().map(|it| it.segment.clone()),
            stage: assessment.stages.first().copied(),
            scores: assessment
                .scores
                .iter()
                .filter_map(|score| Some((score.scale.clone(), score.points?.rounded())))
                .take(MOST_SCORES)
                .collect(),
            needs: assessment
                .needs
                .iter()
                .take(need::SHOWN)
                .map(|found| (found.need.clone(), found.strength.min(100)))
                .collect(),
            offers: assessment
                .recommendations
                .list
                .iter()
                .take(MOST_OFFERS)
                .map(|it| it.offer.clone())
                .collect(),
            municipality: municipality.filter(|_| with_municipality),
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        let all = [
            (
                self.segment.as_ref().is_none_or(|id| is_id(id.as_str())),
                "result.segment",
            ),
            (
                self.scores.len() <= MOST_SCORES
                    && self
                        .scores
                        .iter()
                        .all(|(id, points)| is_id(id.as_str()) && *points <= 100)
                    && is_distinct(&self.scores, |(id, _)| id.as_str()),
                "result.scores",
            ),
            (
                self.needs.len() <= need::SHOWN
                    && self
                        .needs
                        .iter()
                        .all(|(id, strength)| is_id(id.as_str()) && *strength <= 100)
                    && is_distinct(&self.needs, |(id, _)| id.as_str()),
                "result.needs",
            ),
            (
                self.offers.len() <= MOST_OFFERS
                    && self.offers.iter().all(|id| is_id(id.as_str()))
                    && is_distinct(&self.offers, |id| id.as_str()),
                "result.offers",
            ),
            (
                self.municipality.as_deref().is_none_or(is_municipality),
                "result.municipality",
            ),
        ];
        let wrong = all.into_iter().find(|(is_right, _)| !is_right);
        wrong.map_or(Ok(()), |(_, what)| Err(what))
    }
}

impl Contact {
    fn fields(&self) -> [(TextField, &str); 4] {
        [
            (TextField::Name, &self.name),
            (TextField::Mail, &self.mail),
            (TextField::Phone, &self.phone),
            (TextField::Company, &self.company),
        ]
    }

    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        self.fields().iter().all(|(_, text)| text.is_empty())
    }

    fn check(&self) -> Result<(), &'static str> {
        let fields = self.fields();
        let wrong = fields.iter().find(|(field, text)| !fits(*field, text));
        wrong.map_or(Ok(()), |(field, _)| Err(field.name()))
    }
}

impl From<FormatVersion> for String {
    fn from(version: FormatVersion) -> Self {
        format!("{}.{}", version.major, version.minor)
    }
}

impl TryFrom<String> for FormatVersion {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = |text: &str| -> Option<u16> {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        text.split_once('.')
            .and_then(|(major, minor)| {
                Some(Self {
                    major: number(major)?,
                    minor: number(minor)?,
                })
            })
            .ok_or("a version is written 1.0")
    }
}

/// The text as it may be shown: control characters, characters that turn the direction of what
/// stands around them and invisible ones are left out, and no letter carries more than
/// [`MOST_MARKS`] marks. Line breaks stay; letters of every script stay.
pub fn shown_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut marks = 0;
    for letter in text.chars() {
        let letter = match letter {
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\r' => '\n',
            '\t' => ' ',
            letter => letter,
        };
        if (letter.is_control() && letter != '\n') || is_turning(letter) || is_invisible(letter) {
            continue;
        }
        marks = if is_mark(letter) { marks + 1 } else { 0 };
        if marks <= MOST_MARKS {
            shown.push(letter);
        }
    }
    shown
}

/// As [`shown_text`], on one line.
pub fn shown_line(text: &str) -> String {
    shown_text(text).replace('\n', " ").trim().to_owned()
}

/// Characters of Unicode's bidirectional algorithm that reorder their surroundings (UAX 9, §2).
const fn is_turning(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

/// Characters without a shape. The joiners U+200C and U+200D stay: Persian and emoji need them,
/// and they count as marks.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that stand on, under or in a letter: Unicode's blocks of combining marks, the marks of
/// the scripts in daily use, variation selectors and joiners.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{711}' | '\u{730}'..='\u{74a}'
        | '\u{7a6}'..='\u{7b0}' | '\u{7eb}'..='\u{7f3}' | '\u{816}'..='\u{82d}' | '\u{859}'..='\u{85b}' | '\u{898}'..='\u{903}'
        | '\u{93a}'..='\u{93c}' | '\u{93e}'..='\u{94f}' | '\u{951}'..='\u{957}' | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}'
        | '\u{f71}'..='\u{f84}' | '\u{102b}'..='\u{103e}' | '\u{135d}'..='\u{135f}' | '\u{17b6}'..='\u{17d3}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}'
        | '\u{2de0}'..='\u{2dff}' | '\u{302a}'..='\u{302f}' | '\u{3099}' | '\u{309a}' | '\u{a66f}'..='\u{a67d}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

fn text(field: TextField, typed: &str) -> Result<Option<String>, CannotSend> {
    let cleaned = field.cleaned(typed);
    if !fits(field, &cleaned) {
        return Err(CannotSend::Text(field));
    }
    Ok((!cleaned.is_empty()).then_some(cleaned))
}

fn contact(typed: Option<&Contact>) -> Result<Option<Contact>, CannotSend> {
    let Some(typed) = typed else { return Ok(None) };
    let cleaned = |field, typed: &str| Ok(text(field, typed)?.unwrap_or_default());
    let contact = Contact {
        name: cleaned(TextField::Name, &typed.name)?,
        mail: cleaned(TextField::Mail, &typed.mail)?,
        phone: cleaned(TextField::Phone, &typed.phone)?,
        company: cleaned(TextField::Company, &typed.company)?,
    };
    Ok((!contact.is_empty()).then_some(contact))
}

fn fits(field: TextField, text: &str) -> bool {
    escaped_bytes(text) <= field.limit()
}

/// Bytes of a text between the quotation marks of JSON (RFC 8259 §7), as this program writes it.
fn escaped_bytes(text: &str) -> usize {
    let of = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=31 => 6,
        _ => 1,
    };
    text.bytes().map(of).sum()
}

/// Whether `value` has a field that `known` has not. A field that says nothing (`null`) is none.
fn has_more(value: &Value, known: &Value) -> bool {
    match (value, known) {
        (Value::Object(fields), Value::Object(known)) => fields.iter().any(|(key, value)| {
            known
                .get(key)
                .map_or(!is_nothing(value), |known| has_more(value, known))
        }),
        (Value::Array(list), Value::Array(known)) => {
            list.len() != known.len()
                || list
                    .iter()
                    .zip(known)
                    .any(|(value, known)| has_more(value, known))
        }
        _ => false,
    }
}

/// What this program leaves out when it writes.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn is_id(id: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=LONGEST_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| letter(byte) || matches!(byte, b'_' | b'-'))
}

fn is_hash(hash: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (1..=64).contains(&hash.len()) && hash.bytes().all(digit)
}

fn is_lang(lang: &str) -> bool {
    (2..=12).contains(&lang.len())
        && lang
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

fn is_code(code: &str) -> bool {
    code.len() <= profile_code::LONGEST
        && code.starts_with("vs1")
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn is_municipality(code: &str) -> bool {
    code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_distinct<T>(list: &[T], id: impl Fn(&T) -> &str) -> bool {
    list.iter()
        .enumerate()
        .all(|(place, one)| list.iter().take(place).all(|other| id(other) != id(one)))
}
