//! `#/create`: a key for a new office, and the same steps for a new key or new words.

use super::pieces::{
    Typed, button, field, file_field, form_of, heading, lines_box, link, said, secret, submit,
};
use crate::{
    browser,
    desk::Desk,
    making::{self, Making, Step, Why},
    route::Route,
    trouble::Trouble,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::{
        address, document,
        file::{self, Read},
        form,
    },
    components::{El, el},
};
use vaekstspejl_engine::OfficeId;
use vaekstspejl_envelope::{key_file::KeyFileError, passphrase};

/// The screen.
pub fn screen(desk: Desk) -> El {
    let new = desk.making.with(Option::is_none);
    if new && desk.keys.with(Option::is_none) {
        desk.making.set(Some(Making::new(own_relay())));
    }
    let step = Memo::new(move |_| desk.making.with(|it| it.as_ref().map(|it| it.step)));
    let moved = StoredValue::new(false);
    Effect::new(move || {
        // A new step is a new page to those who do not see it.
        if step.get().is_some() && moved.get_value() {
            document::focus("main h1");
        }
        moved.set_value(true);
    });
    el("div", "narrow console__create").live(move || {
        step.track();
        untrack(|| desk.making.get().map(|making| of_step(desk, &making)))
            .unwrap_or_else(nothing)
            .into_any()
    })
}

/// The app's own origin: a small office's relay also hosts the page.
fn own_relay() -> String {
    let base = address::base();
    let scheme = base.find("://").map_or(0, |at| at + 3);
    let end = base[scheme..]
        .find('/')
        .map_or(base.len(), |at| scheme + at);
    making::origin(&base[..end]).unwrap_or_default()
}

fn nothing() -> El {
    el("div", "").kid(heading(text(key::KEY_TITLE))).kid(link(
        "button",
        "#/key",
        text(key::DESK_KEY),
    ))
}

fn of_step(desk: Desk, making: &Making) -> El {
    let page = match making.step {
        Step::Who => who(desk, making),
        Step::Words => words(desk, making),
        Step::Rehearse => rehearse(desk, making),
        Step::Save => save(desk, making),
        Step::Mailbox => mailbox(desk, making),
        Step::Done => done(desk, making),
    };
    let steps = making.steps();
    let place = steps.iter().position(|it| *it == making.step).unwrap_or(0) + 1;
    let count = steps.len() - 1;
    let told = (place <= count).then(|| {
        let values = [("n", place.to_string()), ("all", count.to_string())];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        el("p", "console__step quiet").kid(filled(key::CREATE_STEP, &values))
    });
    el("div", "").maybe(told).kid(page)
}

fn go_to(desk: Desk, step: Step) {
    desk.trouble.set(None);
    change(desk, |making| making.step = step);
}

fn change(desk: Desk, change: impl FnOnce(&mut Making)) {
    desk.making.update(|making| {
        if let Some(making) = making {
            change(making);
        }
    });
}

fn who(desk: Desk, making: &Making) -> El {
    let (name, relay) = (
        Typed::new(making.name.clone()),
        Typed::new(making.relay.clone()),
    );
    let next = move || {
        let (name, relay) = (name.get_value(), relay.get_value());
        change(desk, |making| {
            making.name.clone_from(&name);
            making.relay.clone_from(&relay);
        });
        match making::office(&name, &relay, |name| known(desk, name)) {
            Ok(office) => browser::draw(desk, office),
            Err(trouble) => desk.trouble.set(Some(trouble)),
        }
    };
    let form = form_of(next)
        .kid(field(
            "office",
            "text",
            key::CREATE_OFFICE,
            key::CREATE_OFFICE_HELP,
            name,
        ))
        .kid(field(
            "relay",
            "url",
            key::CREATE_RELAY,
            key::CREATE_RELAY_HELP,
            relay,
        ))
        .kid(said(desk, key::DESK_LOADING))
        .kid(el("p", "row").kid(submit("next", key::CREATE_NEXT)));
    el("div", "")
        .kid(heading(text(key::CREATE_TITLE)))
        .kid(el("p", "console__lead").kid(text(key::CREATE_LEAD)))
        .kid(el("h2", "").kid(text(key::CREATE_WHO_TITLE)))
        .kid(form)
}

/// The id of an office of the content by its name.
fn known(desk: Desk, name: &str) -> Option<OfficeId> {
    let content = desk.content.get_untracked()?;
    let wanted = name.to_lowercase();
    let found = content.later.offices.iter();
    found
        .filter(|it| it.known_in.is_none())
        .find(|it| it.name.to_lowercase() == wanted)
        .map(|it| it.id.clone())
}

fn words(desk: Desk, making: &Making) -> El {
    let words = making.phrase.split(' ');
    let words = words
        .map(|word| el("li", "").kid(word.to_owned()))
        .collect();
    el("div", "")
        .kid(heading(text(key::CREATE_WORDS_TITLE)))
        .kid(el("p", "").kid(text(key::CREATE_WORDS_TEXT)))
        .kid(
            el("ol", "console__words")
                .attr("translate", "no")
                .attr("lang", "da")
                .attr("data-words", "")
                .kids(words),
        )
        .kid(el("p", "console__notice").kid(text(key::CREATE_WORDS_WARNING)))
        .kid(el("p", "row").kid(button(
            "button button--primary",
            "written",
            key::CREATE_WORDS_DONE,
            move || go_to(desk, Step::Rehearse),
        )))
}

fn rehearse(desk: Desk, making: &Making) -> El {
    let typed = Typed::new(String::new());
    let right = making.phrase.clone();
    let check = move || {
        let typed = typed.with_value(|it| passphrase::normalise(it));
        if *typed == *passphrase::normalise(&right) {
            browser::write_file(desk);
        } else {
            desk.trouble.set(Some(Trouble::Rehearsal));
        }
    };
    let form = form_of(check)
        .kid(field(
            "rehearse",
            "text",
            key::OPEN_PHRASE,
            key::CREATE_REHEARSE_TEXT,
            typed,
        ))
        .kid(said(desk, key::CREATE_MAKING))
        .kid(
            el("p", "row")
                .kid(submit("check", key::CREATE_REHEARSE_GO))
                .kid(button(
                    "link-button",
                    "back",
                    key::CREATE_REHEARSE_BACK,
                    move || {
                        go_to(desk, Step::Words);
                    },
                )),
        );
    el("div", "")
        .kid(heading(text(key::CREATE_REHEARSE_TITLE)))
        .kid(form)
}

fn save(desk: Desk, making: &Making) -> El {
    let (name, text_of) = (making.file_name(), making.text.clone());
    let saved_as = name.clone();
    let save = button(
        "button button--primary",
        "save-key",
        key::CREATE_SAVE,
        move || {
            file::save(&name, "text/plain;charset=utf-8", &text_of);
            change(desk, |making| making.saved = true);
        },
    );
    let told = el("p", "").attr("role", "status").live(move || {
        let saved = desk
            .making
            .with(|it| it.as_ref().is_some_and(|it| it.saved));
        saved
            .then(|| filled(key::CREATE_SAVED, &[("name", &saved_as)]))
            .into_any()
    });
    let read = move |read: Read| match read {
        Read::Text(text) => browser::reopen(desk, text),
        Read::TooLong => desk
            .trouble
            .set(Some(Trouble::KeyFile(KeyFileError::TooLong))),
        Read::Unreadable => desk.trouble.set(Some(Trouble::Unreadable)),
    };
    let reopened = move || {
        desk.making
            .with(|it| it.as_ref().is_some_and(|it| it.reopened))
    };
    let works = el("p", "console__works")
        .attr("role", "status")
        .live(move || reopened().then(|| text(key::CREATE_REOPENED)).into_any());
    let second = el("p", "console__tick")
        .kid(
            el("input", "")
                .attr("type", "checkbox")
                .attr("id", "second")
                .flag("checked", making.second)
                .on_event("change", move |event| {
                    let second = form::checked(event);
                    change(desk, |making| making.second = second);
                }),
        )
        .kid(
            el("label", "")
                .attr("for", "second")
                .kid(text(key::CREATE_SECOND)),
        );
    let next = match making.why {
        Why::New => Step::Mailbox,
        Why::Rotation | Why::Words => Step::Done,
    };
    let on = el("div", "").live(move || {
        let safe = desk
            .making
            .with(|it| it.as_ref().is_some_and(Making::is_safe));
        let on = button(
            "button button--primary",
            "next",
            key::CREATE_NEXT,
            move || {
                go_to(desk, next);
            },
        );
        if safe { on } else { on.attr("disabled", "") }.into_any()
    });
    let list = el("ol", "console__tasks")
        .kid(el("li", "").kid(save).kid(told))
        .kid(
            el("li", "")
                .kid(file_field(
                    "reopen",
                    key::CREATE_REOPEN,
                    key::OPEN_FILE_HELP,
                    read,
                ))
                .kid(said(desk, key::OPEN_WORKING))
                .kid(works),
        )
        .kid(
            el("li", "")
                .kid(second)
                .kid(el("p", "small quiet").kid(text(key::CREATE_SECOND_HELP))),
        );
    el("div", "")
        .kid(heading(text(key::CREATE_SAVE_TITLE)))
        .kid(el("p", "").kid(text(key::CREATE_SAVE_TEXT)))
        .kid(list)
        .kid(on)
}

fn mailbox(desk: Desk, making: &Making) -> El {
    let relay = making.keys.as_ref().map_or("", |keys| keys.office.relay());
    el("div", "")
        .kid(heading(text(key::CREATE_MAILBOX_TITLE)))
        .kid(el("p", "").kid(filled(key::CREATE_MAILBOX_TEXT, &[("relay", relay)])))
        .kid(mailbox_form(desk))
        .kid(el("p", "small quiet").kid(text(key::CREATE_MAILBOX_LATER)))
        .kid(button(
            "link-button",
            "later",
            key::CREATE_DONE_GO,
            move || browser::use_made(desk),
        ))
}

/// Asks for the token and has the mailbox made.
pub fn mailbox_form(desk: Desk) -> El {
    let token = Typed::new(String::new());
    form_of(move || browser::create_mailbox(desk, token.get_value()))
        .kid(secret(
            "token",
            key::CREATE_TOKEN,
            key::CREATE_TOKEN_HELP,
            token,
        ))
        .kid(said(desk, key::CREATE_MAILBOX_WORKING))
        .kid(el("p", "row").kid(submit("create-mailbox", key::CREATE_MAILBOX_GO)))
}

fn done(desk: Desk, making: &Making) -> El {
    let Some(keys) = &making.keys else {
        return nothing();
    };
    let (title, words) = match making.why {
        Why::New => (key::CREATE_DONE_TITLE, key::CREATE_DONE_TEXT),
        Why::Rotation => (key::KEY_ROTATE_DONE, key::KEY_ROTATED),
        Why::Words => (key::KEY_PHRASE_TITLE, key::KEY_PHRASE_DONE),
    };
    let name = [keys.office.id(), "-mailbox.toml"].concat();
    let lines = (making.why != Why::Words).then(|| lines_box(making::lines(keys), name));
    el("div", "")
        .kid(heading(text(title)))
        .kid(el("p", "").kid(text(words)))
        .maybe(lines)
        .kid(el("p", "console__end").kid(button(
            "button button--primary",
            "use",
            key::CREATE_DONE_GO,
            move || browser::use_made(desk),
        )))
}

/// Whether the steps are for an office that already has a key.
pub fn begin(desk: Desk) {
    desk.trouble.set(None);
    desk.go(&Route::Create);
}
