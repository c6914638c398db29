//! Everything that can go wrong, each with its own words: what happened, and what to do.

use crate::words::{Word, key};
use vaekstspejl_envelope::key_file::KeyFileError;

/// Something that did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No key file was chosen.
    NoFile,
    /// No passphrase was written.
    NoPhrase,
    /// The browser could not read the file.
    Unreadable,
    /// The key file cannot be opened.
    KeyFile(KeyFileError),
    /// It is a key file, but not the one just made.
    OtherFile,
    /// The browser's random numbers are not.
    Random,
    /// The office has no name.
    OfficeMissing,
    /// That is not the address of a relay.
    RelayWrong,
    /// What was retyped is not the passphrase.
    Rehearsal,
    /// That is not an admin token.
    TokenWrong,
    /// The relay did not take the admin token.
    Refused,
    /// Another mailbox of that number exists.
    Exists,
    /// No answer came.
    Unreachable,
    /// The relay does not know mailbox or key.
    NotFound,
    /// The relay asks to wait.
    Busy,
    /// The answer is not one of a relay.
    Strange,
}

impl Trouble {
    /// What happened, and what to do about it.
    pub fn words(self) -> (Word, Word) {
        match self {
            Self::NoFile => (key::TROUBLE_NO_FILE, key::TROUBLE_NO_FILE_TODO),
            Self::NoPhrase => (key::TROUBLE_NO_PHRASE, key::TROUBLE_NO_PHRASE_TODO),
            Self::Unreadable => (key::TROUBLE_UNREADABLE, key::TROUBLE_UNREADABLE_TODO),
            Self::KeyFile(error) => of_key_file(error),
            Self::OtherFile => (key::CREATE_REOPEN_OTHER, key::CREATE_REOPEN_OTHER_TODO),
            Self::Random => (key::TROUBLE_RANDOM, key::TROUBLE_RANDOM_TODO),
            Self::OfficeMissing => (key::CREATE_OFFICE_MISSING, key::CREATE_OFFICE_HELP),
            Self::RelayWrong => (key::CREATE_RELAY_WRONG, key::CREATE_RELAY_HELP),
            Self::Rehearsal => (key::CREATE_REHEARSE_WRONG, key::CREATE_REHEARSE_WRONG_TODO),
            Self::TokenWrong => (key::CREATE_TOKEN_WRONG, key::CREATE_TOKEN_WRONG_TODO),
            Self::Refused => (key::CREATE_REFUSED, key::CREATE_REFUSED_TODO),
            Self::Exists => (key::CREATE_EXISTS, key::CREATE_EXISTS_TODO),
            Self::Unreachable => (key::INBOX_UNREACHABLE, key::INBOX_UNREACHABLE_TODO),
            Self::NotFound => (key::INBOX_NOT_FOUND, key::INBOX_NOT_FOUND_TODO),
            Self::Busy => (key::INBOX_BUSY, key::INBOX_BUSY_TODO),
            Self::Strange => (key::INBOX_STRANGE, key::INBOX_STRANGE_TODO),
        }
    }
}

fn of_key_file(error: KeyFileError) -> (Word, Word) {
    match error {
        KeyFileError::NotAKeyFile => (key::TROUBLE_NOT_A_KEY, key::TROUBLE_NOT_A_KEY_TODO),
        KeyFileError::TooLong => (key::TROUBLE_TOO_LONG, key::TROUBLE_TOO_LONG_TODO),
        // A cost that none of our programs writes: changed by accident or by somebody.
        KeyFileError::Damaged | KeyFileError::Cost => {
            (key::TROUBLE_DAMAGED, key::TROUBLE_DAMAGED_TODO)
        }
        KeyFileError::WrongPassphrase => {
            (key::TROUBLE_PHRASE_WRONG, key::TROUBLE_PHRASE_WRONG_TODO)
        }
        KeyFileError::Newer { .. } => (key::TROUBLE_NEWER, key::TROUBLE_NEWER_TODO),
    }
}
