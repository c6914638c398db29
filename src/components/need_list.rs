//! Needs: where help may be of use, the strongest first, each with the answers behind it.

use super::{plan_step, reasons};
use crate::{
    browser::document,
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    need::{FIRST, Need, NeedFinding, SHOWN, STRONG},
    plan::Action,
    rule::Ground,
};

/// Grounds shown at once; more are folded.
const GROUNDS: usize = 3;

/// Which needs a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Only what cannot wait.
    Urgent,
    /// Everything that can.
    Others,
}

/// A list of needs: three large, up to six shown, the rest on demand.
#[component]
pub fn NeedList(
    /// Which of them.
    which: Which,
) -> impl IntoView {
    let session = Session::get();
    let later = session.later.get()?;
    let needs: Vec<(&'static Need, NeedFinding)> = session.assessment.with(|it| {
        let found = it.as_ref().map_or(&[][..], |it| &it.needs);
        let known = found.iter().filter_map(|found| Some((later.need(&found.need)?, found.clone())));
        known.filter(|(need, _)| which == Which::All || need.urgent == (which == Which::Urgent)).collect()
    });
    if needs.is_empty() {
        return None;
    }
    let title = match which {
        Which::All => key::NEEDS_TITLE,
        Which::Urgent => key::NEEDS_CRISIS,
        Which::Others => key::NEEDS_ALSO,
    };
    let lead = (which == Which::All && needs.len() > 1).then(|| view! { <p class="quiet">{text(key::NEEDS_LEAD)}</p> });
    let mut cards: Vec<AnyView> =
        needs.iter().enumerate().map(|(place, (need, found))| card(need, found, place < FIRST)).collect();
    let rest = cards.split_off(cards.len().min(SHOWN));
    let rest = (!rest.is_empty()).then(|| view! {
        <details class="fold needs__rest">
            <summary>{text(key::NEEDS_REST)}</summary>
            <ul class="needs__list" role="list">{rest}</ul>
        </details>
    });
    let id = if which == Which::Others { "needs-others" } else { "needs" };
    let view = view! {
        <section class="needs" class:needs--urgent=which == Which::Urgent aria-labelledby=id>
            <h2 id=id>{text(title)}</h2>
            {lead}
            <ul class="needs__list" role="list">{cards}</ul>
            {rest}
        </section>
    };
    Some(view.into_any())
}

fn card(need: &'static Need, found: &NeedFinding, large: bool) -> AnyView {
    let (class, why) = if large {
        ("need need--first", because(&found.grounds))
    } else {
        ("need", folded(&found.grounds))
    };
    let target = ["offers-", need.id.as_str()].concat();
    view! {
        <li class=class data-need=need.id.as_str()>
            <p class="need__strength">{text(strength(found.strength))}</p>
            <h3 class="need__title">{need.title.as_str()}</h3>
            <p>{need.text.as_str()}</p>
            {why}
            {plan_step(Action::Need(need.id.clone()), &need.first_step)}
            <p class="need__offers no-print">
                <button class="link-button" type="button" data-action="show-offers"
                    on:click=move |_: ev::MouseEvent| document::reveal(&[&target, "recommendations"])>
                    {text(key::NEEDS_OFFERS)}
                    " "
                    <span class="visually-hidden">{filled(key::NEEDS_OFFERS_FOR, &[("title", &need.title)])}</span>
                </button>
            </p>
        </li>
    }
    .into_any()
}

/// The first grounds at once, further ones folded.
fn because(grounds: &[Ground]) -> AnyView {
    if grounds.is_empty() {
        return ().into_any();
    }
    let (first, more) = grounds.split_at(grounds.len().min(GROUNDS));
    let more = (!more.is_empty()).then(|| view! {
        <details class="fold"><summary>{text(key::NEEDS_MORE)}</summary>{reasons(more)}</details>
    });
    view! {
        <p class="need__because">{text(key::NEEDS_BECAUSE)}</p>
        {reasons(first)}
        {more}
    }
    .into_any()
}

fn folded(grounds: &[Ground]) -> AnyView {
    if grounds.is_empty() {
        return ().into_any();
    }
    view! { <details class="fold"><summary>{text(key::NEEDS_WHY)}</summary>{reasons(grounds)}</details> }.into_any()
}

/// How strong a need is, in a word.
fn strength(strength: u8) -> Word {
    match strength {
        STRONG.. => key::NEEDS_STRONG,
        50.. => key::NEEDS_FAIR,
        _ => key::NEEDS_LIGHT,
    }
}
