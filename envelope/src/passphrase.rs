//! The passphrase of a key file: six words drawn by the machine, read by people.
//!
//! Nobody chooses one: [`generate`] draws it, and with 2,048 words six of them are 66 bits. What
//! a person types is made alike before it is used, because keyboards differ: see [`normalise`].

use crate::text::is_invisible;
use rand_core::CryptoRng;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The Danish list: `content/passphrase/da.txt`, 2,048 ordinary words of which no two differ by
/// one slip of a finger. Room links show words of it too, so its order must not change.
pub const DANISH: &str = include_str!("../../content/passphrase/da.txt");

/// How many words a passphrase has.
pub const WORDS: usize = 6;

/// The words of a list: one on each line, blank lines left out.
pub fn words(list: &str) -> Vec<&str> {
    list.lines()
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Draws six words, each as likely as any other. Nothing when the list has fewer than two words
/// or more than 65,536.
pub fn generate(words: &[&str], rng: &mut impl CryptoRng) -> Option<Zeroizing<String>> {
    if words.len() < 2 {
        return None;
    }
    // reserved at once: a growing text would leave copies behind that nobody wipes
    let mut text = Zeroizing::new(String::with_capacity(1024));
    for _ in 0..WORDS {
        let word = words.get(below(u32::try_from(words.len()).ok()?, rng)?)?;
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    Some(text)
}

/// A number below `count`, each as likely: what lies beyond the last whole multiple of `count`
/// is drawn again.
fn below(count: u32, rng: &mut impl CryptoRng) -> Option<usize> {
    if count > 1 << 16 {
        return None;
    }
    let beyond = u32::MAX
        .wrapping_sub(count)
        .wrapping_add(1)
        .checked_rem(count)?;
    loop {
        let drawn = rng.next_u32();
        if drawn >= beyond {
            return usize::try_from(drawn.checked_rem(count)?).ok();
        }
    }
}

/// What a person typed, made alike on every keyboard: NFKC (so that an å of two pieces is the å
/// of one), lower case, invisible characters gone, one space between words and none around.
pub fn normalise(typed: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(2)));
    // first what nobody sees: a soft hyphen would keep a letter from its accent
    let seen = typed.chars().filter(|character| !is_invisible(*character));
    let alike = seen.nfkc().flat_map(char::to_lowercase).nfkc();
    let mut between = false;
    for character in alike {
        if character.is_whitespace() {
            between = true;
            continue;
        }
        if between && !text.is_empty() {
            text.push(' ');
        }
        between = false;
        text.push(character);
    }
    text
}
