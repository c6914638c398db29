//! `#/about`: what this is, how it reckons, what happens with the answers, accessibility,
//! sources, rights.

use crate::{
    browser::clock,
    components::{El, el, own_words, said, titled},
    figures::date,
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    Later,
    catalogue::Availability,
    overlay::{Overlay, OwnWords},
};

/// The screen.
#[component]
pub fn About() -> impl IntoView {
    let session = Session::get();
    let later = session.later.get_untracked();
    later.map(|later| whole(session, later))
}

fn whole(session: Session, later: &'static Later) -> impl IntoView {
    let publisher = session.publisher();
    let own = publisher.and_then(|it| own_words(session, it));
    let contact = own.map(|(_, words)| words.accessibility.as_str());
    let contact = contact.filter(|contact| !contact.is_empty());
    let parts = [
        (key::ABOUT_WHAT_TITLE, key::ABOUT_WHAT_TEXT, None),
        (key::ABOUT_METHOD_TITLE, key::ABOUT_METHOD_TEXT, None),
        (key::ABOUT_ORDER_TITLE, key::ABOUT_ORDER_TEXT, None),
        (key::ABOUT_DATA_TITLE, key::ABOUT_DATA_TEXT, None),
        (
            key::ABOUT_ACCESS_TITLE,
            key::ABOUT_ACCESS_TEXT,
            Some(
                contact
                    .unwrap_or(text(key::ABOUT_ACCESS_CONTACT))
                    .to_owned(),
            ),
        ),
        (
            key::ABOUT_SOURCES_TITLE,
            key::ABOUT_SOURCES_TEXT,
            Some(counts(later)),
        ),
        (key::ABOUT_LICENCE_TITLE, key::ABOUT_LICENCE_TEXT, None),
    ];
    let part = |(title, words, after): (Word, Word, Option<String>)| {
        view! {
            <section class="about__part">
                <h2>{text(title)}</h2>
                {blocks(text(words))}
                {after.map(|after| view! { <p class="about__note">{after}</p> })}
            </section>
        }
    };
    view! {
        <div class="about narrow">
            <h1 tabindex="-1">{text(key::ABOUT_TITLE)}</h1>
            <p class="about__lead">{text(key::ABOUT_LEAD)}</p>
            {privacy(publisher, own)}
            {parts.into_iter().map(part).collect_view()}
        </div>
    }
}

/// What happens at the publisher with what is sent there, in its own words.
fn privacy(
    publisher: Option<&'static Overlay>,
    own: Option<(&'static str, &'static OwnWords)>,
) -> Option<El> {
    let (written_in, words) = own?;
    let words = said(written_in, &words.privacy)?;
    let part = el("section", "about__part").kid(titled(key::PUBLISHER_PRIVACY, publisher?));
    Some(part.kid(words))
}

/// How many offers there are, how many are open, and when somebody last looked.
fn counts(later: &Later) -> String {
    let today = clock::today();
    let open = later
        .offers
        .iter()
        .filter(|offer| offer.availability(today) == Availability::Open)
        .count();
    let checked = later
        .offers
        .iter()
        .map(|offer| offer.last_checked)
        .max()
        .map_or_else(String::new, date);
    let all = later.offers.len().to_string();
    filled(
        key::ABOUT_SOURCES_COUNT,
        &[("n", &all), ("open", &open.to_string()), ("day", &checked)],
    )
}

/// A text of content: every line a paragraph, lines that begin with `- ` points of a list.
fn blocks(words: &'static str) -> Vec<AnyView> {
    let mut blocks = Vec::new();
    let mut points = Vec::new();
    // The empty line at the end closes a list that stands last.
    for line in words.lines().chain([""]) {
        if let Some(point) = line.strip_prefix("- ") {
            points.push(view! { <li>{point}</li> });
            continue;
        }
        if !points.is_empty() {
            let list = core::mem::take(&mut points);
            blocks.push(view! { <ul>{list}</ul> }.into_any());
        }
        if !line.is_empty() {
            blocks.push(view! { <p>{line}</p> }.into_any());
        }
    }
    blocks
}
