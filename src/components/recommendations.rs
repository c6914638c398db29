//! What fits: the short list in its order, near misses apart, and everything on demand.
//!
//! All of it comes from the content that is already there; opening a need fetches nothing.

use super::{
    El, el,
    offer_card::{level_class, level_mark, offer_card},
    office_card::municipality_link,
};
use crate::{
    offer_words::{Case, level_word, with_case},
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{catalogue::Level, need::NeedFinding, recommendation::Recommendation};

const LEVELS: [Level; 3] = [Level::Local, Level::Regional, Level::National];

/// The level that alone is shown, if the person chose one.
type Only = RwSignal<Option<Level>>;

/// The recommendations of the result.
#[component]
pub fn Recommendations() -> impl IntoView {
    let session = Session::get();
    el("section", "recommendations")
        .attr("aria-labelledby", "recommendations-title")
        .live(move || with_case(session, |case| whole(session, case)).into_any())
}

fn whole(session: Session, case: Case<'_>) -> El {
    let found = &case.assessment.recommendations;
    let only = RwSignal::new(None);
    let near = (!found.near_misses.is_empty()).then(|| {
        el("div", "recommendations__near")
            .kid(el("h3", "").kid(text(key::OFFERS_NEAR_TITLE)))
            .kid(el("p", "quiet").kid(text(key::OFFERS_NEAR_TEXT)))
            .kid(cards(session, case, &found.near_misses, None))
    });
    let all = el("div", "recommendations__all no-print")
        .kid(el("h3", "").kid(text(key::OFFERS_ALL_TITLE)))
        .kid(el("p", "quiet").kid(text(key::OFFERS_ALL_TEXT)))
        .kids(
            case.assessment
                .needs
                .iter()
                .filter_map(|found| all_for(session, case, found))
                .collect(),
        );
    el("div", "")
        .kid(
            el("h2", "")
                .attr("id", "recommendations-title")
                .kid(text(key::OFFERS_TITLE)),
        )
        .kid(el("p", "recommendations__how").kid(text(key::OFFERS_HOW)))
        .maybe(no_municipality(case))
        .kid(el("h3", "").kid(text(key::OFFERS_FIRST)))
        .maybe(filter(&found.list, only))
        .kid(cards(session, case, &found.list, Some(only)))
        .maybe(near)
        .kid(all)
}

/// Local help needs a municipality: a gentle line, with the way to the question.
fn no_municipality(case: Case<'_>) -> Option<El> {
    if case.assessment.municipality(case.later).is_some() {
        return None;
    }
    let link = municipality_link(case);
    let words = if link.is_some() {
        key::OFFERS_NO_MUNICIPALITY
    } else {
        key::OFFERS_ABROAD
    };
    Some(
        el("p", "recommendations__hint")
            .kid(text(words))
            .kid(" ")
            .maybe(link),
    )
}

fn cards(session: Session, case: Case<'_>, list: &[Recommendation], only: Option<Only>) -> El {
    let card = |it: &Recommendation| {
        let card = offer_card(session, case, it)?;
        let Some(only) = only else { return Some(card) };
        let level = it.level;
        let hidden = move || only.get().is_some_and(|only| only != level);
        Some(el("div", "").kid(view! { <div hidden=hidden>{card}</div> }.into_any()))
    };
    el("div", "recommendations__list").kids(list.iter().filter_map(card).collect())
}

/// One button for each level that is in the list; none is pressed at first, and all is shown.
fn filter(list: &[Recommendation], only: Only) -> Option<El> {
    let of = |level: Level| list.iter().filter(|it| it.level == level).count();
    let counts = LEVELS.map(|level| (level, of(level)));
    if counts.iter().filter(|(_, count)| *count > 0).count() < 2 {
        return None;
    }
    let all = list.len();
    let shown = move || match only.get() {
        Some(level) => counts
            .iter()
            .find(|(it, _)| *it == level)
            .map_or(0, |(_, count)| *count),
        None => all,
    };
    let button = |(level, count): (Level, usize)| {
        let pressed = move || {
            if only.get() == Some(level) {
                "true"
            } else {
                "false"
            }
        };
        let words = [text(level_word(level)), " (", &count.to_string(), ")"].concat();
        let button = view! {
            <button class="button button--small" type="button" data-action="filter-level" aria-pressed=pressed
                on:click=move |_: ev::MouseEvent| only.update(|it| *it = (*it != Some(level)).then_some(level))>
                {level_mark(level)}
                {words}
            </button>
        };
        el("span", level_class(level)).kid(button.into_any())
    };
    let count = move || {
        filled(
            key::OFFERS_COUNT,
            &[("n", &shown().to_string()), ("all", &all.to_string())],
        )
    };
    let group = el("div", "recommendations__filter no-print")
        .attr("role", "group")
        .attr("aria-label", text(key::OFFERS_FILTER))
        .kid(
            el("span", "recommendations__only")
                .attr("aria-hidden", "true")
                .kid(text(key::OFFERS_FILTER)),
        )
        .kids(
            counts
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(button)
                .collect(),
        )
        .kid(
            el("span", "recommendations__count")
                .attr("role", "status")
                .live(move || count().into_any()),
        );
    Some(group)
}

/// Everything for one need, chosen only when somebody opens it.
fn all_for(session: Session, case: Case<'_>, found: &NeedFinding) -> Option<El> {
    let title = case.later.need(&found.need)?.title.as_str();
    let id = ["offers-", found.need.as_str()].concat();
    let found = found.clone();
    let opened = RwSignal::new(false);
    let inside = move || {
        let list = || {
            with_case(session, |case| {
                let list = case.assessment.offers_for(case.later, &found);
                let count = filled(count_word(list.len()), &[("n", &list.len().to_string())]);
                el("div", "")
                    .kid(el("p", "quiet").kid(count))
                    .kid(cards(session, case, &list, None))
            })
        };
        opened.get().then(list).flatten().into_any()
    };
    let fold = el("details", "all-offers")
        .attr("id", id)
        .kid(
            el("summary", "")
                .attr("data-action", "all-offers")
                .kid(title),
        )
        .live(inside)
        .on("toggle", move || opened.set(true));
    Some(fold)
}

fn count_word(count: usize) -> Word {
    match count {
        0 => key::OFFERS_ALL_NONE,
        1 => key::OFFERS_ALL_ONE,
        _ => key::OFFERS_ALL_COUNT,
    }
}
