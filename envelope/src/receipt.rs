//! What proves that a letter is kept: its hash, the code a person reads out, the mailbox's chain.
//!
//! None of this is secret. The relay computes hashes and chain without reading a letter.

use crate::id::Sid;
use sha2::{Digest, Sha256};

/// The letters of a receipt code: Crockford's base32, without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The characters of a receipt code, without the hyphen: 50 bits.
const CODE_CHARACTERS: usize = 10;

/// SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The code of a letter for people, as `4K7QD-X03MR`: the first 50 bits of its hash.
pub fn code(sha256: &[u8; 32]) -> String {
    let mut text = String::new();
    let mut bits = 0_u16;
    let mut count = 0_u32;
    for byte in sha256 {
        bits = (bits << 8) | u16::from(*byte);
        count = count.saturating_add(8);
        while count >= 5 && text.len() <= CODE_CHARACTERS {
            count = count.saturating_sub(5);
            if text.len() == CODE_CHARACTERS / 2 {
                text.push('-');
            }
            let digit = usize::from(bits.checked_shr(count).unwrap_or(0) & 31);
            text.extend(ALPHABET.get(digit).map(|letter| char::from(*letter)));
        }
    }
    text
}

/// Text that is not a receipt code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACode;

/// A receipt code as [`code`] writes it, from what a person typed: lower case, spaces, hyphens,
/// and O for 0, I or L for 1 are understood.
pub fn parse_code(typed: &str) -> Result<String, NotACode> {
    let mut text = String::new();
    for character in typed.chars() {
        let letter = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            '-' | '\u{2010}'..='\u{2015}' => continue,
            space if space.is_whitespace() => continue,
            letter => letter,
        };
        let known = u8::try_from(letter).is_ok_and(|letter| ALPHABET.contains(&letter));
        if !known || text.len() > CODE_CHARACTERS {
            return Err(NotACode);
        }
        if text.len() == CODE_CHARACTERS / 2 {
            text.push('-');
        }
        text.push(letter);
    }
    match text.len() {
        11 => Ok(text),
        _ => Err(NotACode),
    }
}

/// The next value of a mailbox's chain: SHA-256(previous ‖ seq ‖ sid ‖ SHA-256 of the letter).
/// The first previous is 32 zero bytes. A row taken out or put in later changes all that follow.
pub fn chain(previous: &[u8; 32], seq: u64, sid: &Sid, sha256: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update(previous)
        .chain_update(seq.to_be_bytes())
        .chain_update(sid.0)
        .chain_update(sha256)
        .finalize()
        .into()
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .flatten()
        .collect()
}

/// 32 bytes from exactly 64 lower-case hexadecimal digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (digit(*high)? << 4) | digit(*low)?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(character.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}
