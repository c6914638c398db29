//! The head of every screen: name, ways around, language.

use super::{El, el, link, shape};
use crate::{
    browser::{form, storage},
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;

/// A figure and its mirror image under an arch.
const MARK: [&str; 2] = [
    "M3 21V11a9 9 0 0 1 18 0v10",
    "M7 21c0-5 4-5 5-11 1 6 5 6 5 11",
];

/// Name, navigation and language.
pub fn header(session: Session) -> El {
    el("header", "header").kid(name(session)).kid(
        el("nav", "header__nav")
            .attr("aria-label", text(key::FRAME_NAVIGATION))
            .live(move || {
                session.route.follow(); // often enough: with every screen
                session.parts.follow();
                untrack(|| ways(session))
            })
            .kid(languages(session)),
    )
}

/// Whose page it is: the publisher's name and logo, else those of the program.
fn name(session: Session) -> El {
    let home = el("a", "header__name").attr("href", "#/");
    match session.look.get_untracked() {
        None => home.kid(mark()).kid("Vækstspejl"),
        Some(look) if look.logo.is_empty() => home.kid(look.name.as_str()),
        Some(look) => home.kid(
            el("img", "header__logo")
                .attr("src", look.logo.as_str())
                .attr("alt", look.name.as_str()),
        ),
    }
}

/// The ways to what there is. What the device keeps is read by the second piece of the program;
/// until then the ways stand there if it keeps something, so that nothing moves when it has been
/// read. scripts/first-screen.js does the same before the program is there.
fn ways(session: Session) -> AnyView {
    let is_known = session.parts.get_untracked().is_some();
    let there_is = session.has_something()
        || !is_known && !session.shared_device.get_untracked() && storage::kept().is_some();
    if is_known && !there_is {
        return ().into_any();
    }
    el("span", "header__ways")
        .flag("hidden", !there_is)
        .kid(link("", "#/profile", key::FRAME_PROFILE))
        .kid(link("", "#/plan", key::FRAME_PLAN))
        .into_any()
}

/// The mark before the name.
pub fn mark() -> El {
    let mark = MARK.map(|path| {
        let path = shape("path", "").attr("d", path).attr("fill", "none");
        path.attr("stroke", "currentColor")
            .attr("stroke-width", "2")
    });
    shape("svg", "header__mark")
        .attr("viewBox", "0 0 24 24")
        .attr("width", "24")
        .attr("height", "24")
        .attr("aria-hidden", "true")
        .kids(mark.into())
}

/// A link for every language there is: before the program has come it is asked for with the page,
/// afterwards without.
pub fn languages(session: Session) -> El {
    let first = session.first.get_untracked();
    let current = first.map_or("", |first| first.lang.as_str());
    let all = first.map_or(&[][..], |first| &first.languages);
    let languages = all.iter().map(|(code, name)| {
        let link = el("a", "header__language");
        let link = match current == *code {
            true => link.attr("aria-current", "true"),
            false => link,
        };
        link.attr("href", ["?lang=", code].concat())
            .attr("lang", code.as_str())
            .attr("hreflang", code.as_str())
            .attr("data-lang", code.as_str())
            .kid(name.as_str())
            .on_event("click", move |event| {
                form::stay(event);
                session.speak(code);
            })
    });
    el("span", "header__languages")
        .attr("role", "group")
        .attr("aria-label", text(key::FRAME_LANGUAGE))
        .kids(languages.collect())
}
