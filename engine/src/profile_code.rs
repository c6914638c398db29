//! The profile code: the answers as letters, to be written down, typed, or read from a QR.
//!
//! Bech32m (BIP 350) with the prefix `vs`, at most 90 characters, so that any four wrong
//! characters are surely noticed. Payload: format version (1 byte) ‖ test (1 byte) ‖ version of
//! the test (2 bytes) ‖ packed answers in the order of that version's [`Layout`] ‖ zero bits.
//! Only answers that count are in it; no free text, no date, no name. A code of any released
//! version stays readable, because its layout is kept.

use crate::{
    Answer, Answers, ChoiceId, ItemId, QuestionnaireId, ScaleId,
    questionnaire::{Kind, Questionnaire},
};
use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use serde::{Deserialize, Serialize};

const PREFIX: &str = "vs";
const FORMAT: u8 = 1;

/// Longer codes could hide four wrong characters (BIP 173).
pub const LONGEST: usize = 90;

/// Longer input is not looked at: it is not a code.
const LONGEST_INPUT: usize = 4_000;

const OPEN: u32 = 0;
const DONT_KNOW: u32 = 1;
const FIRST_CHOICE: u32 = 2;
/// Municipality codes stand behind the choices of the item itself.
const FIRST_MUNICIPALITY: u32 = 16;
const MUNICIPALITY_BITS: u32 = 14;

/// How the answers of one version of a test are packed. Frozen when the version is released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The test.
    pub questionnaire: QuestionnaireId,
    /// The number of the test in codes, never reused.
    pub number: u8,
    /// The version of the test.
    pub version: u16,
    /// All items, in the order packed.
    pub items: Vec<LayoutItem>,
}

/// One item of a layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutItem {
    /// The item.
    pub id: ItemId,
    /// How it is answered.
    pub kind: Kind,
    /// Its choices, in the order numbered.
    pub choices: Vec<ChoiceId>,
    /// The scales it counted in: tells whether scores of two versions can be compared.
    pub scales: Vec<ScaleId>,
}

/// What a code holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The test.
    pub questionnaire: QuestionnaireId,
    /// The version of the test that was answered.
    pub version: u16,
    /// The answers that counted.
    pub answers: Answers,
}

/// Why a code cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeError {
    /// Nothing that looks like a code.
    NotACode,
    /// More characters than a code can have.
    TooLong,
    /// A character that no code has.
    Character(char),
    /// A character is missing, wrong or too many.
    Mistyped,
    /// Made by a newer version of the program.
    Newer,
    /// Of a test or version this program does not know.
    UnknownTest,
    /// The checksum is right but the content is not an answer: not made by this program.
    Damaged,
}

impl Layout {
    /// The layout of a questionnaire as it is now.
    pub fn of(questionnaire: &Questionnaire, number: u8) -> Self {
        let items = questionnaire
            .items
            .iter()
            .map(|item| LayoutItem {
                id: item.id.clone(),
                kind: item.kind,
                choices: item
                    .choices
                    .iter()
                    .map(|choice| choice.id.clone())
                    .collect(),
                scales: item.scores.iter().map(|(scale, _)| scale.clone()).collect(),
            })
            .collect();
        Self {
            questionnaire: questionnaire.id.clone(),
            number,
            version: questionnaire.version,
            items,
        }
    }

    /// The item of that id.
    pub fn item(&self, id: &ItemId) -> Option<&LayoutItem> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// Characters of a code of this layout, prefix and checksum included.
    pub fn code_length(&self) -> usize {
        let bits: usize = self.items.iter().map(|item| item.bits() as usize).sum();
        let bytes = 4 + bits.div_ceil(8);
        PREFIX.len() + 1 + (bytes * 8).div_ceil(5) + 6
    }
}

impl LayoutItem {
    fn bits(&self) -> u32 {
        let choices = u32::try_from(self.choices.len()).unwrap_or(u32::MAX);
        match self.kind {
            Kind::Municipality => MUNICIPALITY_BITS,
            Kind::ManyOf => choices.saturating_add(1),
            _ => u32::BITS - choices.saturating_add(FIRST_CHOICE - 1).leading_zeros(),
        }
    }

    fn number(&self, choice: &ChoiceId) -> Option<u32> {
        let place = self.choices.iter().position(|it| it == choice);
        u32::try_from(place?).ok()
    }
}

/// The code of these answers, in lower case. `None` when the layout is too long for a code,
/// which the content check refuses.
pub fn encode(layout: &Layout, answers: &Answers) -> Option<String> {
    let mut bits = BitWriter::default();
    for item in &layout.items {
        write(&mut bits, item, answers.get(&item.id));
    }
    let [high, low] = layout.version.to_be_bytes();
    let mut payload = vec![FORMAT, layout.number, high, low];
    payload.extend(bits.bytes);
    let code = bech32::encode::<Bech32m>(Hrp::parse(PREFIX).ok()?, &payload).ok()?;
    (code.len() <= LONGEST).then_some(code)
}

/// Reads a code as people give it: in a link, with spaces, line breaks, hyphens or capitals.
pub fn decode(layouts: &[Layout], input: &str) -> Result<Decoded, CodeError> {
    let code = cleaned(input)?;
    let checked = CheckedHrpstring::new::<Bech32m>(&code).map_err(|_| CodeError::Mistyped)?;
    let payload: Vec<u8> = checked.byte_iter().collect();
    let [format, number, high, low, packed @ ..] = payload.as_slice() else {
        return Err(CodeError::Damaged);
    };
    if *format != FORMAT {
        return Err(CodeError::Newer);
    }
    let version = u16::from_be_bytes([*high, *low]);
    let of_test = || layouts.iter().filter(|layout| layout.number == *number);
    let Some(layout) = of_test().find(|layout| layout.version == version) else {
        let newer = of_test().all(|layout| layout.version < version) && of_test().next().is_some();
        return Err(if newer {
            CodeError::Newer
        } else {
            CodeError::UnknownTest
        });
    };
    let mut bits = BitReader {
        bytes: packed,
        position: 0,
    };
    let mut answers = Answers::default();
    for item in &layout.items {
        answers.set(item.id.clone(), read(&mut bits, item)?);
    }
    // One set of answers has one code: no padding games, no unused numbers.
    if encode(layout, &answers).as_deref() != Some(code.as_str()) {
        return Err(CodeError::Damaged);
    }
    Ok(Decoded {
        questionnaire: layout.questionnaire.clone(),
        version,
        answers,
    })
}

/// The code in groups of four, in capitals, for print.
pub fn grouped(code: &str) -> String {
    let mut text = String::with_capacity(code.len() * 2);
    for (index, letter) in code.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push(' ');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

fn cleaned(input: &str) -> Result<String, CodeError> {
    if input.len() > LONGEST_INPUT {
        return Err(CodeError::TooLong);
    }
    let tail = input.trim().rsplit(['#', '/', '=', '?', '&']).find(|part| {
        let start: String = part
            .trim()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(3)
            .collect();
        start.eq_ignore_ascii_case("vs1")
    });
    let mut code = String::new();
    for letter in tail.ok_or(CodeError::NotACode)?.chars() {
        let invisible = letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '-' | '\u{2010}'..='\u{2015}');
        if invisible {
            continue;
        }
        if !letter.is_ascii_alphanumeric() {
            return Err(CodeError::Character(letter));
        }
        code.push(letter.to_ascii_lowercase());
    }
    // The letters Bech32 leaves out because they look like others.
    let data = code.get(PREFIX.len() + 1..).unwrap_or_default();
    if let Some(wrong) = data
        .chars()
        .find(|letter| matches!(letter, '1' | 'b' | 'i' | 'o'))
    {
        return Err(CodeError::Character(wrong));
    }
    if code.len() > LONGEST {
        Err(CodeError::TooLong)
    } else {
        Ok(code)
    }
}

fn write(bits: &mut BitWriter, item: &LayoutItem, answer: Option<&Answer>) {
    let choice = |choice: &ChoiceId| {
        item.number(choice)
            .map_or(OPEN, |number| FIRST_CHOICE + number)
    };
    match (item.kind, answer) {
        (Kind::ManyOf, answer) => {
            bits.push(u32::from(answer == Some(&Answer::DontKnow)), 1);
            let chosen = answer.map_or(&[][..], Answer::choices);
            for choice in &item.choices {
                bits.push(u32::from(chosen.contains(choice)), 1);
            }
        }
        (_, Some(Answer::DontKnow)) => bits.push(DONT_KNOW, item.bits()),
        (Kind::Municipality, Some(Answer::One(id))) => {
            let code = id
                .as_str()
                .parse::<u16>()
                .ok()
                .filter(|_| item.number(id).is_none());
            let number =
                code.map_or_else(|| choice(id), |code| FIRST_MUNICIPALITY + u32::from(code));
            bits.push(number, MUNICIPALITY_BITS);
        }
        (_, Some(Answer::One(id))) => bits.push(choice(id), item.bits()),
        (_, _) => bits.push(OPEN, item.bits()),
    }
}

fn read(bits: &mut BitReader<'_>, item: &LayoutItem) -> Result<Option<Answer>, CodeError> {
    if item.kind == Kind::ManyOf {
        let dont_know = bits.take(1)? == 1;
        let mut chosen = Vec::new();
        for choice in &item.choices {
            if bits.take(1)? == 1 {
                chosen.push(choice.as_str());
            }
        }
        return match (dont_know, Answer::many(chosen)) {
            (true, None) => Ok(Some(Answer::DontKnow)),
            (true, Some(_)) => Err(CodeError::Damaged),
            (false, answer) => Ok(answer),
        };
    }
    match bits.take(item.bits())? {
        OPEN => Ok(None),
        DONT_KNOW => Ok(Some(Answer::DontKnow)),
        number if item.kind == Kind::Municipality && number >= FIRST_MUNICIPALITY => {
            let code = format!("{:04}", number - FIRST_MUNICIPALITY);
            if code.len() == 4 {
                Ok(Some(Answer::one(&code)))
            } else {
                Err(CodeError::Damaged)
            }
        }
        number => {
            let choice = item.choices.get((number - FIRST_CHOICE) as usize);
            choice
                .map(|id| Some(Answer::One(id.clone())))
                .ok_or(CodeError::Damaged)
        }
    }
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl BitWriter {
    fn push(&mut self, number: u32, bits: u32) {
        for place in (0..bits).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(byte) = self.bytes.last_mut() {
                *byte |= u8::from(number >> place & 1 == 1) << (7 - self.used % 8);
            }
            self.used += 1;
        }
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl BitReader<'_> {
    fn take(&mut self, bits: u32) -> Result<u32, CodeError> {
        let mut number = 0;
        for _ in 0..bits {
            let byte = self
                .bytes
                .get(self.position / 8)
                .ok_or(CodeError::Damaged)?;
            number = number << 1 | u32::from(byte >> (7 - self.position % 8) & 1);
            self.position += 1;
        }
        Ok(number)
    }
}
