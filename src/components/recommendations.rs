//! What fits: the short list in its order, near misses apart, and everything on demand.
//!
//! All of it comes from the content that is already there; opening a need fetches nothing.

use crate::{
    components::{
        OfferCard,
        offer_card::{level_mark, level_name},
        office_card::municipality_link,
    },
    offer_words::{Case, level_word, with_case},
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{catalogue::Level, need::NeedFinding, recommendation::Recommendation};

const LEVELS: [Level; 3] = [Level::Local, Level::Regional, Level::National];

/// The recommendations of the result.
#[component]
pub fn Recommendations() -> impl IntoView {
    let session = Session::get();
    view! {
        <section class="recommendations" aria-labelledby="recommendations-title">
            {move || with_case(session, |case| whole(session, case))}
        </section>
    }
}

fn whole(session: Session, case: Case<'_>) -> AnyView {
    let found = &case.assessment.recommendations;
    let only = RwSignal::new(None::<Level>);
    view! {
        <h2 id="recommendations-title">{text(key::OFFERS_TITLE)}</h2>
        <p class="recommendations__how">{text(key::OFFERS_HOW)}</p>
        {no_municipality(case)}
        <h3>{text(key::OFFERS_FIRST)}</h3>
        {filter(&found.list, only)}
        <div class="recommendations__list">{cards(&found.list, only)}</div>
        {(!found.near_misses.is_empty()).then(|| view! {
            <div class="recommendations__near">
                <h3>{text(key::OFFERS_NEAR_TITLE)}</h3>
                <p class="quiet">{text(key::OFFERS_NEAR_TEXT)}</p>
                <div class="recommendations__list">{cards(&found.near_misses, RwSignal::new(None))}</div>
            </div>
        })}
        <div class="recommendations__all no-print">
            <h3>{text(key::OFFERS_ALL_TITLE)}</h3>
            <p class="quiet">{text(key::OFFERS_ALL_TEXT)}</p>
            {case.assessment.needs.iter().map(|found| all_for(session, case, found)).collect_view()}
        </div>
    }
    .into_any()
}

/// Local help needs a municipality: a gentle line, with the way to the question.
fn no_municipality(case: Case<'_>) -> Option<AnyView> {
    if case.assessment.municipality(case.later).is_some() {
        return None;
    }
    let link = municipality_link(case);
    let words = if link.is_some() { key::OFFERS_NO_MUNICIPALITY } else { key::OFFERS_ABROAD };
    Some(view! { <p class="recommendations__hint">{text(words)} " " {link}</p> }.into_any())
}

fn cards(list: &[Recommendation], only: RwSignal<Option<Level>>) -> AnyView {
    let card = |it: &Recommendation| {
        let level = it.level;
        let hidden = move || only.get().is_some_and(|only| only != level);
        view! { <div hidden=hidden><OfferCard recommendation=it.clone()/></div> }
    };
    list.iter().map(card).collect_view().into_any()
}

/// One button for each level that is in the list; none is pressed at first, and all is shown.
fn filter(list: &[Recommendation], only: RwSignal<Option<Level>>) -> Option<AnyView> {
    let of = |level: Level| list.iter().filter(|it| it.level == level).count();
    let counts = LEVELS.map(|level| (level, of(level)));
    if counts.iter().filter(|(_, count)| *count > 0).count() < 2 {
        return None;
    }
    let all = list.len();
    let shown = move || match only.get() {
        Some(level) => counts.iter().find(|(it, _)| *it == level).map_or(0, |(_, count)| *count),
        None => all,
    };
    let button = |(level, count): (Level, usize)| {
        let pressed = move || only.get() == Some(level);
        view! {
            <button class=["button button--small level level--", level_name(level)].concat() type="button"
                data-action="filter-level" aria-pressed=move || if pressed() { "true" } else { "false" }
                on:click=move |_: ev::MouseEvent| only.update(|it| *it = (*it != Some(level)).then_some(level))>
                {level_mark(level)}
                {[text(level_word(level)), " (", &count.to_string(), ")"].concat()}
            </button>
        }
    };
    Some(
        view! {
            <div class="recommendations__filter no-print" role="group" aria-label=text(key::OFFERS_FILTER)>
                <span class="recommendations__only" aria-hidden="true">{text(key::OFFERS_FILTER)}</span>
                {counts.into_iter().filter(|(_, count)| *count > 0).map(button).collect_view()}
                <span class="recommendations__count" role="status">
                    {move || filled(key::OFFERS_COUNT, &[("n", &shown().to_string()), ("all", &all.to_string())])}
                </span>
            </div>
        }
        .into_any(),
    )
}

/// Everything for one need, chosen only when somebody opens it.
fn all_for(session: Session, case: Case<'_>, found: &NeedFinding) -> Option<AnyView> {
    let title = case.later.need(&found.need)?.title.as_str();
    let found = found.clone();
    let opened = RwSignal::new(false);
    let inside = move || {
        opened.get().then(|| {
            with_case(session, |case| {
                let list = case.assessment.offers_for(case.later, &found);
                let count = list.len().to_string();
                view! {
                    <p class="quiet" role="status">{filled(count_word(list.len()), &[("n", &count)])}</p>
                    <div class="recommendations__list">{cards(&list, RwSignal::new(None))}</div>
                }
            })
        })
    };
    Some(
        view! {
            <details class="all-offers" on:toggle=move |_: ev::Event| opened.set(true)>
                <summary data-action="all-offers">{title}</summary>
                {inside}
            </details>
        }
        .into_any(),
    )
}

fn count_word(count: usize) -> Word {
    match count {
        0 => key::OFFERS_ALL_NONE,
        1 => key::OFFERS_ALL_ONE,
        _ => key::OFFERS_ALL_COUNT,
    }
}
