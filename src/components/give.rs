//! In a frame: a summary for the page around, if it is one that may ask. Everything that would be
//! given stands there, word for word; nothing is given before the click, and after every change of
//! the profile it has to be asked for anew.

use super::{El, el};
use crate::{
    browser::{document, frame},
    embedding::{
        around,
        given::{Given, last},
        may_be_given,
    },
    figures::date,
    offer_words::{Case, with_case},
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::ScaleId;

/// The id of the place that says what became of it.
const SAID: &str = "give-said";

/// What is given, and the way to give it.
pub fn give(session: Session) -> El {
    el("div", "").live(move || section(session).into_any())
}

/// The name of a page's site, as people know it.
fn site(origin: &str) -> String {
    let site = origin.split_once("://").map_or(origin, |(_, site)| site);
    site.to_owned()
}

fn section(session: Session) -> Option<El> {
    let origin = around().get()?;
    let later = session.later.get()?;
    let office = session.office.get();
    if !may_be_given(&later.publishers, office.as_ref(), &origin) {
        return None;
    }
    let test = session.test()?;
    let found = with_case(session, |case| {
        let given = Given::of(test, case.assessment)?;
        let list = list(&test.title, &origin, case, &given);
        Some((given, list))
    });
    let (given, list) = found.flatten()?;
    let site = site(&origin);
    let fill = move |word: Word| filled(word, &[("site", &site)]);
    let line = |words: String| el("p", "").kid(words);
    let (again, words) = (given.clone(), fill.clone());
    let raw = el("details", "sealed__raw")
        .kid(el("summary", "").kid(text(key::SEALED_RAW)))
        .kid(el("p", "small quiet").kid(fill(key::GIVE_RAW_TEXT)))
        .kid(
            el("pre", "sealed__bytes")
                .attr("tabindex", "0")
                .attr("translate", "no")
                .attr("data-raw", "")
                .kid(given.to_json()),
        );
    let title = el("h2", "").attr("id", "give-title");
    Some(
        el("section", "give card no-print")
            .attr("aria-labelledby", "give-title")
            .attr("data-give", "")
            .kid(title.kid(fill(key::GIVE_TITLE)))
            .kid(line(fill(key::GIVE_LEAD)))
            .kid(list)
            .kid(line(text(key::GIVE_WITHOUT).to_owned()))
            .kid(line(fill(key::GIVE_AFTER)))
            .kid(raw)
            .kid(
                el("p", "give__said")
                    .attr("id", SAID)
                    .attr("tabindex", "-1")
                    .attr("role", "status")
                    .live(move || said(&given, &fill).into_any()),
            )
            .live(move || yes(&again, &words).into_any()),
    )
}

/// What became of it, in words.
fn said(given: &Given, fill: &dyn Fn(Word) -> String) -> Option<String> {
    let before = last().get()?;
    Some(fill(if before == *given {
        key::GIVE_GIVEN
    } else {
        key::GIVE_CHANGED
    }))
}

/// The way to give it, as long as it is not given.
fn yes(given: &Given, fill: &dyn Fn(Word) -> String) -> Option<El> {
    if last().with(|last| last.as_ref() == Some(given)) {
        return None;
    }
    let given = given.clone();
    let yes = el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "give")
        .kid(fill(key::GIVE_YES))
        .on("click", move || {
            frame::say(&given.to_json());
            last().set(Some(given.clone()));
            // The button is gone: keyboard and screen reader go on where the answer stands.
            document::focus_on(SAID);
        });
    Some(yes)
}

/// In words what the summary says in ids.
fn list(test: &str, origin: &str, case: Case<'_>, given: &Given) -> El {
    let row = |term: Word, words: String| [el("dt", "").kid(text(term)), el("dd", "").kid(words)];
    let lines = |term: Word, lines: Vec<String>| {
        let items = lines.into_iter().map(|line| el("li", "").kid(line));
        let items = el("ul", "sealed__lines").kids(items.collect());
        [el("dt", "").kid(text(term)), el("dd", "").kid(items)]
    };
    let mut rows: Vec<El> = row(key::SEALED_TO, origin.to_owned()).into();
    rows.extend(row(key::GIVE_TEST, test.to_owned()));
    rows.extend(row(key::GIVE_DAY, date(given.day)));
    if let Some(segment) = given.segment.as_ref().and_then(|id| case.later.segment(id)) {
        rows.extend(row(key::SEALED_SEGMENT, segment.title.clone()));
    }
    let bands: Vec<_> = given.bands.iter().filter_map(|it| band(case, it)).collect();
    if !bands.is_empty() {
        rows.extend(lines(key::GIVE_BANDS, bands));
    }
    let needs = given.needs.iter().filter_map(|id| case.later.need(id));
    let needs: Vec<_> = needs.map(|need| need.title.clone()).collect();
    if !needs.is_empty() {
        rows.extend(lines(key::SEALED_NEEDS, needs));
    }
    el("dl", "sealed__list").kids(rows)
}

fn band(case: Case<'_>, (scale, band): &(ScaleId, String)) -> Option<String> {
    let scale = case.later.scale(scale)?;
    let band = scale.bands.iter().find(|it| it.id == *band)?;
    Some([scale.title.as_str(), ": ", &band.label].concat())
}
