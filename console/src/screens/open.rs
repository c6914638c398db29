//! `#/`: open the mailbox with key file and passphrase.

use super::pieces::{Typed, file_field, form_of, heading, link, said, secret, submit};
use crate::{
    browser,
    desk::{Busy, Closed, Desk},
    trouble::Trouble,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::file::Read,
    components::{El, el},
    figures,
};
use vaekstspejl_engine::submission::shown_line;
use vaekstspejl_envelope::key_file::{self, KeyFileError, Label};

/// What was chosen.
#[derive(Clone, Default)]
struct Chosen {
    text: String,
    label: Option<Label>,
    /// It is no file to be tried.
    trouble: Option<Trouble>,
}

/// The screen.
pub fn screen(desk: Desk) -> El {
    if desk.keys.with(Option::is_some) {
        return el("div", "narrow")
            .kid(heading(text(key::INBOX_TITLE)))
            .kid(link("button", "#/inbox", text(key::DESK_TO_INBOX)));
    }
    let chosen = RwSignal::new(Chosen::default());
    let phrase = Typed::new(String::new());
    let read = move |read: Read| {
        let read = match read {
            Read::Text(text) => key_file::peek(&text)
                .map(|label| (text, label))
                .map_err(Trouble::KeyFile),
            Read::TooLong => Err(Trouble::KeyFile(KeyFileError::TooLong)),
            Read::Unreadable => Err(Trouble::Unreadable),
        };
        desk.trouble.set(read.as_ref().err().copied());
        chosen.set(match read {
            Ok((text, label)) => Chosen {
                text,
                label: Some(label),
                trouble: None,
            },
            Err(trouble) => Chosen {
                trouble: Some(trouble),
                ..Chosen::default()
            },
        });
    };
    let go = move || {
        if desk.busy.get_untracked() == Busy::Unlocking {
            return;
        }
        let Chosen { text, trouble, .. } = chosen.get_untracked();
        let phrase = phrase.get_value();
        if text.is_empty() {
            desk.trouble.set(trouble.or(Some(Trouble::NoFile)));
        } else if phrase.trim().is_empty() {
            desk.trouble.set(Some(Trouble::NoPhrase));
        } else {
            browser::unlock(desk, text, phrase);
        }
    };
    let whose = el("p", "console__chosen")
        .attr("role", "status")
        .live(move || chosen.with(|it| it.label.as_ref().map(whose)).into_any());
    let form = form_of(go)
        .kid(file_field(
            "key-file",
            key::OPEN_FILE,
            key::OPEN_FILE_HELP,
            read,
        ))
        .kid(whose)
        .kid(secret(
            "phrase",
            key::OPEN_PHRASE,
            key::OPEN_PHRASE_HELP,
            phrase,
        ))
        .kid(said(desk, key::OPEN_WORKING))
        .kid(el("p", "row").kid(submit("unlock", key::OPEN_GO)));
    el("div", "narrow console__open")
        .kid(heading(text(key::OPEN_TITLE)))
        .maybe(why_closed(desk))
        .kid(el("p", "console__lead").kid(text(key::OPEN_LEAD)))
        .kid(form)
        .kid(el("p", "small quiet").kid(text(key::OPEN_WHAT_STAYS)))
        .kid(
            el("p", "console__other")
                .kid(text(key::OPEN_NO_KEY))
                .kid(" ")
                .kid(link("", "#/create", text(key::OPEN_CREATE)))
                .kid(el("br", ""))
                .kid(text(key::ROOM_START))
                .kid(" ")
                .kid(link("", "#/room", text(key::ROOM_START_LINK))),
        )
}

/// What a key file says of itself: anybody may have written it.
fn whose(label: &Label) -> String {
    let day = label
        .created
        .parse()
        .map_or_else(|_| shown_line(&label.created), figures::date);
    filled(
        key::OPEN_CHOSEN,
        &[("office", &shown_line(&label.office)), ("day", &day)],
    )
}

fn why_closed(desk: Desk) -> Option<El> {
    let words = match desk.closed.get() {
        Closed::Plainly => return None,
        Closed::Idle => {
            let minutes = desk.idle_minutes.get().to_string();
            filled(key::DESK_LOCKED_IDLE, &[("n", &minutes)])
        }
        Closed::LinkInside => text(key::DESK_LOCKED_LINK).to_owned(),
        Closed::Forgotten => text(key::TIDY_FORGET_DONE).to_owned(),
    };
    Some(el("p", "console__closed").attr("role", "status").kid(words))
}
