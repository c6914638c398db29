//! Small parts that several screens are made of.

use crate::{
    desk::{Busy, Desk},
    trouble::Trouble,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use std::borrow::Cow;
use vaekstspejl::{
    browser::{file, form},
    components::{El, Kid, el},
    figures,
};
use vaekstspejl_engine::Date;

/// The heading of a screen; the focus comes here.
pub fn heading(words: impl Into<Kid>) -> El {
    el("h1", "").attr("tabindex", "-1").kid(words)
}

/// A link with words; an empty class is none.
pub fn link(class: &'static str, href: impl Into<Cow<'static, str>>, words: impl Into<Kid>) -> El {
    el("a", class).attr("href", href).kid(words)
}

/// A button; an empty class is the plain one. `action` names it for the tests.
pub fn button(
    class: &'static str,
    action: &'static str,
    words: Word,
    act: impl FnMut() + Send + 'static,
) -> El {
    el("button", if class.is_empty() { "button" } else { class })
        .attr("type", "button")
        .attr("data-action", action)
        .kid(text(words))
        .on("click", act)
}

/// The primary button of a form.
pub fn submit(action: &'static str, words: Word) -> El {
    el("button", "button button--primary")
        .attr("type", "submit")
        .attr("data-action", action)
        .kid(text(words))
}

/// A form that does something else than a browser would.
pub fn form_of(mut act: impl FnMut() + Send + 'static) -> El {
    el("form", "console__form")
        .attr("novalidate", "")
        .on_event("submit", move |event| {
            form::stay(event);
            act();
        })
}

/// What somebody is typing. Nothing is drawn anew by it.
pub type Typed = StoredValue<String>;

/// A line to type into, with its label and what helps.
pub fn field(id: &'static str, kind: &'static str, label: Word, help: Word, typed: Typed) -> El {
    let described = [id, "-help"].concat();
    let input = el("input", "field__input")
        .attr("id", id)
        .attr("type", kind)
        .attr("autocomplete", "off")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("aria-describedby", described.clone())
        .attr("value", typed.get_value())
        .on_event("input", move |event| typed.set_value(form::value(event)));
    el("div", "console__field")
        .kid(el("label", "").attr("for", id).kid(text(label)))
        .kid(input)
        .kid(el("p", "small quiet").attr("id", described).kid(text(help)))
}

/// A secret to type, and the way to see it.
pub fn secret(id: &'static str, label: Word, help: Word, typed: Typed) -> El {
    let show = RwSignal::new(false);
    let kind = move || if show.get() { "text" } else { "password" };
    let described = [id, "-help"].concat();
    let (help_id, show_id) = (described.clone(), [id, "-show"].concat());
    let label_for = show_id.clone();
    let input = view! {
        <input class="field__input" id=id type=kind autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-describedby=described
            on:input=move |event| typed.set_value(event_target_value(&event))/>
        <p class="console__show">
            <input type="checkbox" id=show_id on:change=move |event| show.set(event_target_checked(&event))/>
            <label for=label_for>{text(key::OPEN_SHOW)}</label>
        </p>
    };
    el("div", "console__field")
        .kid(el("label", "").attr("for", id).kid(text(label)))
        .kid(input.into_any())
        .kid(el("p", "small quiet").attr("id", help_id).kid(text(help)))
}

/// The key file to choose, and what it says of itself once it is chosen.
pub fn file_field(
    id: &'static str,
    label: Word,
    help: Word,
    chosen: impl Fn(file::Read) + Copy + Send + 'static,
) -> El {
    let described = [id, "-help"].concat();
    let input = el("input", "console__file")
        .attr("type", "file")
        .attr("id", id)
        .attr("accept", ".vsk,text/plain")
        .attr("aria-describedby", described.clone())
        .on_event("change", move |event| file::read_chosen(event, chosen));
    el("div", "console__field")
        .kid(el("label", "").attr("for", id).kid(text(label)))
        .kid(input)
        .kid(el("p", "small quiet").attr("id", described).kid(text(help)))
}

/// What happened and what to do, in the words of the trouble.
pub fn trouble_box(trouble: Trouble) -> El {
    let (what, todo) = trouble.words();
    warning(text(what), text(todo))
}

/// A message: what happened, and what to do.
pub fn warning(what: impl Into<Kid>, todo: impl Into<Kid>) -> El {
    el("div", "console__notice")
        .attr("data-notice", "")
        .kid(el("p", "console__what").kid(what))
        .kid(el("p", "").kid(todo))
}

/// The place where a screen tells of its trouble and of what is being done.
pub fn said(desk: Desk, working: Word) -> El {
    el("div", "console__said")
        .attr("role", "status")
        .live(move || {
            if matches!(desk.busy.get(), Busy::Unlocking | Busy::Asking) {
                return el("p", "console__working").kid(text(working)).into_any();
            }
            desk.trouble.get().map(trouble_box).into_any()
        })
}

/// Lines to pass on, with the ways to take them.
pub fn lines_box(lines: String, name: String) -> El {
    let copied = RwSignal::new(None::<bool>);
    let (to_copy, to_save) = (lines.clone(), lines.clone());
    let copy = button("button button--small", "copy", key::DESK_COPY, move || {
        file::copy(&to_copy, move |done| copied.set(Some(done)));
    });
    let save = button(
        "button button--small",
        "save-lines",
        key::CREATE_LINES_SAVE,
        move || {
            file::save(&name, "text/plain;charset=utf-8", &to_save);
        },
    );
    let told = el("span", "").attr("role", "status").live_text(move || {
        copied.get().map_or("", |done| {
            text(if done {
                key::DESK_COPIED
            } else {
                key::DESK_COPY_FAILED
            })
        })
    });
    let lines = el("pre", "console__lines")
        .attr("tabindex", "0")
        .attr("translate", "no")
        .kid(lines);
    el("div", "")
        .kid(lines)
        .kid(el("p", "row").kid(copy).kid(save).kid(told))
}

/// A list of choices.
pub fn select(
    id: &'static str,
    label: Word,
    options: Vec<(String, String)>,
    chosen: &str,
    act: impl Fn(String) + Send + 'static,
) -> El {
    let options = options.into_iter().map(|(value, words)| {
        let here = value == chosen;
        el("option", "")
            .attr("value", value)
            .flag("selected", here)
            .kid(words)
    });
    let list = el("select", "select")
        .attr("id", id)
        .kids(options.collect())
        .on_event("change", move |event| act(form::value(event)));
    el("div", "console__field")
        .kid(el("label", "").attr("for", id).kid(text(label)))
        .kid(list)
}

/// A word with a day in it.
pub fn dated(word: Word, day: Date) -> String {
    filled(word, &[("day", &figures::date(day))])
}

/// A section with a heading of its own.
pub fn section(class: &'static str, id: impl Into<Cow<'static, str>>, title: impl Into<Kid>) -> El {
    let id = id.into();
    el("section", class)
        .attr("aria-labelledby", id.clone())
        .kid(el("h2", "").attr("id", id).kid(title))
}

/// A description list of facts: name and value.
pub fn facts(facts: Vec<(Word, El)>) -> El {
    let mut list = el("dl", "console__facts");
    for (name, value) in facts {
        list = list.kid(
            el("div", "")
                .kid(el("dt", "").kid(text(name)))
                .kid(el("dd", "").kid(value)),
        );
    }
    list
}
