//! From the bytes of a file to its text, whichever way a Danish spreadsheet wrote them.
//!
//! UTF-8 with or without mark, UTF-16 with mark, and Windows-1252 are read. What only looks like
//! one of them is refused: an æ that came out as ¾ must never be published.

use super::finding::{Code, Wrong};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How the bytes were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenIn {
    /// With or without a mark at the start.
    Utf8,
    /// As Excel's "Unicode text".
    Utf16,
    /// As Excel's plain "CSV" on a Danish Windows.
    Windows1252,
}

/// What comes out where UTF-8 was read as Windows-1252 and saved again: æ, ø, å, Æ, Ø, Å.
const TWICE: [&str; 6] = ["Ã¦", "Ã¸", "Ã¥", "Ã†", "Ã˜", "Ã…"];

/// æ, ø and å as Windows-1252, as an old Mac and as MS-DOS write them.
const WINDOWS_LETTERS: [u8; 6] = [0xe6, 0xf8, 0xe5, 0xc6, 0xd8, 0xc5];
const MAC_LETTERS: [u8; 3] = [0xbe, 0xbf, 0x8c];
const DOS_LETTERS: [u8; 3] = [0x91, 0x9b, 0x86];

/// The text, its lines ended by `\n`, and how it was written.
pub(super) fn text(bytes: &[u8]) -> Result<(String, WrittenIn), Wrong> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Wrong::new(Code::Workbook));
    }
    let (text, written_in) = decoded(bytes)?;
    if text.contains('\0') {
        return Err(Wrong::new(Code::NotText));
    }
    if TWICE.iter().any(|it| text.contains(it)) {
        return Err(Wrong::new(Code::TwiceEncoded));
    }
    Ok((text.replace("\r\n", "\n").replace('\r', "\n"), written_in))
}

fn decoded(bytes: &[u8]) -> Result<(String, WrittenIn), Wrong> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        let written_in = if [UTF_16LE, UTF_16BE].contains(&encoding) {
            WrittenIn::Utf16
        } else {
            WrittenIn::Utf8
        };
        let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
        return match text {
            Some(text) => Ok((text.into_owned(), written_in)),
            None => Err(Wrong::new(Code::NotText)),
        };
    }
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok((text.into_owned(), WrittenIn::Utf8));
    }
    let count = |letters: &[u8]| in_words(bytes, letters);
    if count(&WINDOWS_LETTERS) == 0 {
        let (mac, dos) = (count(&MAC_LETTERS), count(&DOS_LETTERS));
        if mac > 0 && mac >= dos {
            return Err(Wrong::new(Code::MacText));
        }
        if dos > 0 {
            return Err(Wrong::new(Code::DosText));
        }
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok((text.into_owned(), WrittenIn::Windows1252))
}

/// How often one of these bytes follows an ASCII letter. A quotation mark seldom does.
fn in_words(bytes: &[u8], letters: &[u8]) -> usize {
    let pairs = bytes.windows(2);
    pairs
        .filter(|pair| matches!(pair, [before, it] if before.is_ascii_alphabetic() && letters.contains(it)))
        .count()
}
