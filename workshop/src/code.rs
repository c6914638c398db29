//! What a person gives to a room as letters: to be scanned from the phone, read aloud or typed,
//! where there is no net.
//!
//! Bech32m (BIP 350) with the prefix `vr`, at most 90 characters, so that any four wrong characters
//! are surely noticed. Payload: format (1 byte) ‖ edition (2 bytes) ‖ first 5 bytes of the person's
//! tag ‖ turn (2 bytes) ‖ pseudonym (2 bytes) ‖ bits: for each scale 3 (0 unknown, 1–5), for each
//! need 3 (0 none, 1–5 how urgent), 6 for the stage (0 none), 6 for the wish (0 none), zero bits.
//!
//! The order of scales, needs and stages is that of the content, so phone and room must have the
//! same lists; the edition is their fingerprint, and another one is told and never guessed at. The
//! code is not sealed: whoever sees the screen can read it, as they can read the screen itself.

use crate::answer::Level;
use crate::letter::{Given, Pseudonym};
use crate::slots::Urgency;
use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use std::collections::BTreeMap;
use vaekstspejl_engine::{Later, NeedId, ScaleId, SegmentId};
use vaekstspejl_envelope::{Tag, receipt::sha256};

const PREFIX: &str = "vr";
const FORMAT: u8 = 1;
/// Longer codes could hide four wrong characters (BIP 173).
pub const LONGEST: usize = 90;
/// Longer input is not looked at: it is not a code.
const LONGEST_INPUT: usize = 4_000;
const CHOICE_BITS: u32 = 6;
const STEP_BITS: u32 = 3;

/// The first bytes of a person's [`Tag`]: enough to know somebody again in a room of hundreds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortTag(pub [u8; 5]);

impl ShortTag {
    /// Of a tag.
    pub fn of(tag: &Tag) -> Self {
        Self(tag.0.first_chunk().copied().unwrap_or_default())
    }
}

/// The lists that a code counts through, in the content's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lists {
    /// All scales.
    pub scales: Vec<ScaleId>,
    /// All needs; at most 63.
    pub needs: Vec<NeedId>,
    /// All segments; at most 63.
    pub stages: Vec<SegmentId>,
}

impl Lists {
    /// The fingerprint of these lists.
    pub fn edition(&self) -> [u8; 2] {
        let ids = self.scales.iter().map(|it| it.as_str()).chain([""]);
        let ids = ids
            .chain(self.needs.iter().map(|it| it.as_str()))
            .chain([""]);
        let ids = ids.chain(self.stages.iter().map(|it| it.as_str()));
        let all = ids.collect::<Vec<_>>().join("\n");
        sha256(all.as_bytes())
            .first_chunk()
            .copied()
            .unwrap_or_default()
    }
}

/// The lists of a content: phone and room have the same when they have the same content, whatever
/// their languages and whatever publishers lay over it.
pub fn lists(later: &Later) -> Lists {
    Lists {
        scales: later.scales.iter().map(|it| it.id.clone()).collect(),
        needs: later.needs.iter().map(|it| it.id.clone()).collect(),
        stages: later.segments.iter().map(|it| it.id.clone()).collect(),
    }
}

/// What a code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded {
    /// Who.
    pub person: ShortTag,
    /// As in a letter; codes count to 65,535 and stay there.
    pub turn: u16,
    /// What they are called.
    pub name: Pseudonym,
    /// What they give.
    pub given: Given,
}

/// Why text is no code of a room answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCode {
    /// Nothing that looks like one.
    NotACode,
    /// More characters than a code can have.
    TooLong,
    /// A character that no code has.
    Character(char),
    /// A character is missing, wrong or too many.
    Mistyped,
    /// Made by a newer program.
    Newer,
    /// Made with other lists: another version of the content.
    OtherEdition,
    /// The checksum is right but the content is no answer: not made by this program.
    Damaged,
}

/// The code, in lower case. `None`: the lists are too long for one.
pub fn encode(lists: &Lists, coded: &Coded) -> Option<String> {
    let Given {
        answer,
        urgency,
        wish,
    } = &coded.given;
    let mut bits = Vec::new();
    for scale in &lists.scales {
        push(
            &mut bits,
            answer.levels.get(scale).map_or(0, |it| it.get()),
            STEP_BITS,
        );
    }
    for need in &lists.needs {
        let urgent = || urgency.get(need).copied().unwrap_or(Urgency::USUAL).get();
        let value = if answer.needs.contains(need) {
            urgent()
        } else {
            0
        };
        push(&mut bits, value, STEP_BITS);
    }
    push(
        &mut bits,
        number(&lists.stages, answer.stage.as_ref())?,
        CHOICE_BITS,
    );
    push(&mut bits, number(&lists.needs, wish.as_ref())?, CHOICE_BITS);
    let packed = bits.chunks(8).map(|byte| {
        let value = byte
            .iter()
            .fold(0_u8, |value, bit| value << 1 | u8::from(*bit));
        value << (8 - byte.len())
    });
    let mut payload = vec![FORMAT];
    payload.extend(lists.edition());
    payload.extend(coded.person.0);
    payload.extend(coded.turn.to_be_bytes());
    payload.extend([coded.name.word, coded.name.number]);
    payload.extend(packed);
    let code = bech32::encode::<Bech32m>(Hrp::parse(PREFIX).ok()?, &payload).ok()?;
    (code.len() <= LONGEST).then_some(code)
}

/// Reads a code as people give it: with spaces, line breaks, hyphens or capitals, or in a link.
pub fn decode(lists: &Lists, input: &str) -> Result<Coded, BadCode> {
    let code = cleaned(input)?;
    let checked = CheckedHrpstring::new::<Bech32m>(&code).map_err(|_| BadCode::Mistyped)?;
    let payload: Vec<u8> = checked.byte_iter().collect();
    let [
        format,
        e1,
        e2,
        p1,
        p2,
        p3,
        p4,
        p5,
        t1,
        t2,
        word,
        number,
        packed @ ..,
    ] = payload.as_slice()
    else {
        return Err(BadCode::Damaged);
    };
    if *format != FORMAT {
        return Err(BadCode::Newer);
    }
    if [*e1, *e2] != lists.edition() {
        return Err(BadCode::OtherEdition);
    }
    let name = Pseudonym {
        word: *word,
        number: *number,
    };
    let coded = Coded {
        person: ShortTag([*p1, *p2, *p3, *p4, *p5]),
        turn: u16::from_be_bytes([*t1, *t2]),
        name: name.checked().ok_or(BadCode::Damaged)?,
        given: unpacked(lists, packed).ok_or(BadCode::Damaged)?,
    };
    // One answer has one code: no padding games, no unused numbers.
    match coded.turn > 0 && encode(lists, &coded).as_deref() == Some(code.as_str()) {
        true => Ok(coded),
        false => Err(BadCode::Damaged),
    }
}

/// Whether text may be meant as a code of a room answer.
pub fn looks_like_one(input: &str) -> bool {
    tail(input).is_some()
}

fn unpacked(lists: &Lists, packed: &[u8]) -> Option<Given> {
    let mut bits = packed
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1));
    let mut next =
        |count: u32| (0..count).try_fold(0_u8, |value, _| Some(value << 1 | bits.next()?));
    let mut given = Given::default();
    for scale in &lists.scales {
        match next(STEP_BITS)? {
            0 => {}
            level => {
                given
                    .answer
                    .levels
                    .insert(scale.clone(), Level::new(level)?);
            }
        }
    }
    let mut urgency = BTreeMap::new();
    for need in &lists.needs {
        match next(STEP_BITS)? {
            0 => {}
            urgent => {
                urgency.insert(need.clone(), Urgency::new(urgent)?);
            }
        }
    }
    given.answer.needs = urgency.keys().cloned().collect();
    given.urgency = urgency;
    given.answer.stage = chosen(&lists.stages, next(CHOICE_BITS)?)?;
    given.wish = chosen(&lists.needs, next(CHOICE_BITS)?)?;
    let wished = given.wish.as_ref();
    wished
        .is_none_or(|it| given.answer.needs.contains(it))
        .then_some(given)
}

/// 0 for none, else the place from 1. Nothing: it is not in the list, or too far down.
fn number<T: PartialEq>(list: &[T], wanted: Option<&T>) -> Option<u8> {
    let Some(wanted) = wanted else { return Some(0) };
    let place = list.iter().position(|it| it == wanted)?;
    u8::try_from(place + 1)
        .ok()
        .filter(|it| *it < 1 << CHOICE_BITS)
}

fn chosen<T: Clone>(list: &[T], number: u8) -> Option<Option<T>> {
    match usize::from(number).checked_sub(1) {
        None => Some(None),
        Some(place) => list.get(place).cloned().map(Some),
    }
}

fn push(bits: &mut Vec<bool>, value: u8, count: u32) {
    bits.extend((0..count).rev().map(|at| value >> at & 1 == 1));
}

fn tail(input: &str) -> Option<&str> {
    input.rsplit(['#', '/', '=', '?', '&']).find(|part| {
        let letters = part.chars().filter(char::is_ascii_alphanumeric);
        letters
            .take(3)
            .collect::<String>()
            .eq_ignore_ascii_case("vr1")
    })
}

fn cleaned(input: &str) -> Result<String, BadCode> {
    if input.len() > LONGEST_INPUT {
        return Err(BadCode::TooLong);
    }
    let mut code = String::new();
    for letter in tail(input).ok_or(BadCode::NotACode)?.chars() {
        let invisible = letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '-' | '\u{2010}'..='\u{2015}');
        if invisible {
            continue;
        }
        if !letter.is_ascii_alphanumeric() {
            return Err(BadCode::Character(letter));
        }
        code.push(letter.to_ascii_lowercase());
    }
    // The letters Bech32 leaves out because they look like others.
    let mut data = code.chars().skip(PREFIX.len() + 1);
    if let Some(wrong) = data.find(|letter| matches!(letter, '1' | 'b' | 'i' | 'o')) {
        return Err(BadCode::Character(wrong));
    }
    match code.len() > LONGEST {
        true => Err(BadCode::TooLong),
        false => Ok(code),
    }
}
