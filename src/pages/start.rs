//! `#/`: what it is, how long it takes, what happens with the answers; choose a test.

use crate::{
    session::Session,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::questionnaire::{Questionnaire, Tier};

/// The start screen.
#[component]
pub fn Start() -> impl IntoView {
    let session = Session::get();
    let tests = session.first.get_untracked().map_or(&[][..], |first| &first.questionnaires);
    let answered = session.answers.with_untracked(|answers| !answers.is_empty());
    view! {
        <div class="start">
            <div class="start__intro">
                <h1 class="start__title" tabindex="-1">{text(key::START_TITLE)}</h1>
                <p class="start__lead">{text(key::START_LEAD)}</p>
            </div>
            {answered.then(|| view! {
                <p class="start__resume">
                    <a class="button" href=["#/test/", session.questionnaire.get_untracked().as_str()].concat()>
                        {text(key::START_RESUME)}
                    </a>
                    " "
                    <a href="#/profile">{text(key::START_PROFILE)}</a>
                </p>
            })}
            <ul class="start__tests" role="list">
                {tests.iter().map(test_card).collect_view()}
            </ul>
            <ul class="start__promises" role="list">
                {[
                    (key::START_PRIVATE_TITLE, key::START_PRIVATE_TEXT),
                    (key::START_HONEST_TITLE, key::START_HONEST_TEXT),
                    (key::START_HELP_TITLE, key::START_HELP_TEXT),
                ].map(|(title, words)| view! {
                    <li class="promise">
                        <h2 class="promise__title">{text(title)}</h2>
                        <p>{text(words)}</p>
                    </li>
                }).collect_view()}
            </ul>
            <p class="start__more">
                <a href="#/open">{text(key::START_OPEN)}</a>
                " · "
                <a href="#/about">{text(key::START_ABOUT)}</a>
            </p>
        </div>
    }
}

fn test_card(test: &'static Questionnaire) -> impl IntoView {
    let whom = if test.id == "selvtest" { key::START_SELVTEST_WHOM } else { key::START_SCREENING_WHOM };
    let minutes = filled(key::START_MINUTES, &[("n", &minutes(test).to_string())]);
    view! {
        <li class="test-card">
            <h2 class="test-card__title">{test.title.as_str()}</h2>
            <p class="test-card__whom">{text(whom)}</p>
            <p class="test-card__summary">{test.summary.as_str()}</p>
            <a class="button button--primary" href=["#/test/", test.id.as_str()].concat()>
                {text(key::START_BEGIN)}
            </a>
            <p class="test-card__minutes">{minutes}</p>
        </li>
    }
}

/// Whole minutes of the core: about half of its items are alternatives of each other.
fn minutes(test: &Questionnaire) -> u32 {
    let seconds: u32 = test
        .items
        .iter()
        .filter(|item| item.tier != Tier::Deep)
        .map(|item| u32::from(item.seconds))
        .sum();
    seconds.div_ceil(60).min(4)
}
