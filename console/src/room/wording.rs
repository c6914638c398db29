//! The words for what a deed or a code came to.

use crate::{
    room,
    words::{Word, filled, key, text},
};
use vaekstspejl_workshop::{
    code::BadCode,
    hall::{Done, Hall, Refused},
    picture::Waiting,
    register::{Source, Standing, Took},
};

/// Why text is no code, in words; a character is shown.
pub fn bad_code(why: BadCode) -> String {
    let word = match why {
        BadCode::NotACode => key::ROOM_CODE_NONE,
        BadCode::TooLong => key::ROOM_CODE_LONG,
        BadCode::Character(it) => {
            let mut shown = [0; 4];
            return filled(
                key::ROOM_CODE_CHARACTER,
                &[("character", it.encode_utf8(&mut shown))],
            );
        }
        BadCode::Mistyped => key::ROOM_CODE_MISTYPED,
        BadCode::Newer => key::ROOM_CODE_NEWER,
        BadCode::OtherEdition => key::ROOM_CODE_EDITION,
        BadCode::Damaged => key::ROOM_CODE_DAMAGED,
    };
    text(word).to_owned()
}

/// What a deed about a person came to.
pub fn told(hall: &Hall, done: Result<Done, Refused>) -> String {
    let took = match done {
        Ok(Done::Took(took)) => took,
        Ok(_) => return String::new(),
        Err(Refused::Code(why)) => return bad_code(why),
        Err(why) => return text(refused(why)).to_owned(),
    };
    let (word, person) = match took {
        Took::Joined(person) => (key::ROOM_TOOK_JOINED, person),
        Took::Changed(person) => (key::ROOM_TOOK_CHANGED, person),
        Took::Left(person) => (key::ROOM_TOOK_LEFT, person),
        Took::Known(person) => (key::ROOM_TOOK_KNOWN, person),
        Took::Full => return text(key::ROOM_TOOK_FULL).to_owned(),
    };
    let name = hall.register().entry(person).map(room::title);
    filled(word, &[("name", &name.unwrap_or_default())])
}

/// Why a deed could not be done.
pub fn refused(why: Refused) -> Word {
    match why {
        Refused::Letter(_) => key::ROOM_REFUSED_LETTER,
        Refused::Code(_) => key::ROOM_CODE_NONE,
        Refused::Paper => key::ROOM_REFUSED_PAPER,
        Refused::NoSuchPerson => key::ROOM_REFUSED_PERSON,
        Refused::Range => key::ROOM_REFUSED_RANGE,
        Refused::NothingToUndo => key::ROOM_REFUSED_UNDO,
        Refused::Closed => key::ROOM_REFUSED_CLOSED,
    }
}

/// Why no new picture may be shown. It never says who, nor how many exactly are missing.
pub fn waiting(why: Waiting) -> Word {
    match why {
        Waiting::ForPeople => key::ROOM_PICTURE_FEW,
        Waiting::ForChanges => key::ROOM_PICTURE_SAME,
        Waiting::Closed => key::ROOM_PICTURE_CLOSED,
    }
}

/// How somebody came.
pub fn source(source: Source) -> Word {
    match source {
        Source::Letter => key::ROOM_PEOPLE_LETTER,
        Source::Code => key::ROOM_PEOPLE_CODE,
        Source::Paper => key::ROOM_PEOPLE_PAPER,
    }
}

/// Where somebody stands.
pub fn standing(standing: &Standing) -> Word {
    match standing {
        Standing::Here => key::ROOM_PEOPLE_HERE,
        Standing::Given(_) => key::ROOM_PEOPLE_GIVEN,
        Standing::Left => key::ROOM_PEOPLE_LEFT,
    }
}
