//! What happens to text on its way through mails, chats and clipboards.

/// Characters that nobody sees and no code has: soft hyphen, zero-width characters, marks of
/// direction, byte order mark.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}')
}
