//! `#/key`: the key file that is open, the mailbox, and how to change both.

use super::{
    create,
    pieces::{
        Typed, button, dated, facts, form_of, heading, lines_box, said, secret, section, select,
        submit, trouble_box,
    },
};
use crate::{
    browser, day,
    desk::{Desk, IDLE_MINUTES},
    making,
    trouble::Trouble,
    words::{counted, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::components::{El, el};
use vaekstspejl_envelope::{key::KeyState, key_file::KeyFile};

/// A key in use for longer is changed (days).
const ROTATE_AFTER: u32 = 90;

/// The screen.
pub fn screen(desk: Desk) -> El {
    let Some(keys) = desk.keys.get() else {
        return el("div", "");
    };
    let plain = |words: &str| el("span", "").kid(words.to_owned());
    let rows = vec![
        (key::KEY_OFFICE, plain(keys.office.name())),
        (key::KEY_RELAY, plain(keys.office.relay())),
        (
            key::KEY_NUMBER,
            el("span", "console__code").kid(keys.mid.to_string()),
        ),
        (key::KEY_KEYS, in_file(&keys)),
    ];
    let due = day::today().saturating_sub(keys.active().created) > ROTATE_AFTER;
    let name = [keys.office.id(), "-mailbox.toml"].concat();
    el("div", "narrow console__key")
        .kid(heading(text(key::KEY_TITLE)))
        .kid(facts(rows))
        .kid(mailbox(desk, &keys))
        .kid(
            section("", "lines-title", text(key::KEY_LINES))
                .kid(el("p", "").kid(text(key::KEY_LINES_TEXT)))
                .kid(lines_box(making::lines(&keys), name)),
        )
        .kid(rotate(desk, due))
        .kid(
            section("", "phrase-title", text(key::KEY_PHRASE))
                .kid(el("p", "").kid(text(key::KEY_PHRASE_TEXT)))
                .kid(el("p", "").kid(button(
                    "button",
                    "new-words",
                    key::KEY_PHRASE_GO,
                    move || {
                        browser::draw_words(desk);
                        create::begin(desk);
                    },
                ))),
        )
        .kid(idle(desk))
        .kid(
            section("", "what-title", text(key::KEY_WHAT_TITLE))
                .kid(el("p", "").kid(text(key::KEY_WHAT_TEXT))),
        )
}

fn in_file(keys: &KeyFile) -> El {
    let rows = keys.keys().iter().rev().map(|it| {
        let words = match it.state {
            KeyState::Active => dated(key::KEY_ACTIVE, day::date(it.since)),
            KeyState::Retired => dated(key::KEY_RETIRED, day::date(it.created)),
        };
        el("li", "")
            .kid(el("span", "console__code").kid(it.kid.to_string()))
            .kid(" ")
            .kid(words)
    });
    el("ul", "console__keys")
        .attr("role", "list")
        .kids(rows.collect())
}

/// How the mailbox is; where it does not exist, the way to have it made.
fn mailbox(desk: Desk, keys: &KeyFile) -> El {
    let relay = keys.office.relay().to_owned();
    let told = el("div", "").attr("role", "status").live(move || {
        let state = match desk.mailbox.get() {
            None => return ().into_any(),
            Some(Err(Trouble::NotFound)) => {
                let words = filled(key::KEY_MAILBOX_MISSING, &[("relay", &relay)]);
                return el("p", "console__note").kid(words).into_any();
            }
            Some(Err(trouble)) => return trouble_box(trouble).into_any(),
            Some(Ok(state)) => state,
        };
        let waiting = state
            .owner
            .map_or(0, |it| usize::try_from(it.waiting).unwrap_or(usize::MAX));
        let words = if state.open {
            counted(key::KEY_MAILBOX_OPEN_ONE, key::KEY_MAILBOX_OPEN, waiting)
        } else {
            text(key::KEY_MAILBOX_CLOSED).to_owned()
        };
        el("p", "console__note").kid(words).into_any()
    });
    let create = el("div", "").live(move || {
        let missing = desk
            .mailbox
            .with(|it| matches!(it, Some(Err(Trouble::NotFound))));
        missing.then(|| create::mailbox_form(desk)).into_any()
    });
    section("", "mailbox-title", text(key::KEY_MAILBOX))
        .kid(told)
        .kid(create)
        .kid(el("p", "").kid(button(
            "button",
            "check-mailbox",
            key::KEY_MAILBOX_CHECK,
            move || browser::ask_state(desk),
        )))
}

fn rotate(desk: Desk, due: bool) -> El {
    let asking = RwSignal::new(false);
    let phrase = Typed::new(String::new());
    // The new file is there: its steps are those of the first one.
    Effect::new(move || {
        if desk.making.with(Option::is_some) {
            create::begin(desk);
        }
    });
    let form = el("div", "").live(move || {
        if !asking.get() {
            return button("button", "rotate", key::KEY_ROTATE_GO, move || {
                asking.set(true)
            })
            .into_any();
        }
        form_of(move || browser::rotate(desk, phrase.get_value()))
            .kid(secret(
                "now",
                key::KEY_PHRASE_NOW,
                key::OPEN_PHRASE_HELP,
                phrase,
            ))
            .kid(said(desk, key::CREATE_MAKING))
            .kid(el("p", "row").kid(submit("rotate-yes", key::KEY_ROTATE_GO)))
            .into_any()
    });
    let due = due.then(|| el("p", "console__notice").kid(text(key::KEY_ROTATE_DUE)));
    section("", "rotate-title", text(key::KEY_ROTATE))
        .maybe(due)
        .kid(el("p", "").kid(text(key::KEY_ROTATE_TEXT)))
        .kid(form)
}

fn idle(desk: Desk) -> El {
    let options = IDLE_MINUTES.map(|minutes| {
        let n = minutes.to_string();
        let words = filled(key::KEY_IDLE_MINUTES, &[("n", &n)]);
        (n, words)
    });
    let now = desk.idle_minutes.get().to_string();
    select(
        "idle-minutes",
        key::KEY_IDLE,
        options.into(),
        &now,
        move |value| {
            if let Ok(minutes) = value.parse() {
                browser::set_idle(desk, minutes);
            }
        },
    )
}
