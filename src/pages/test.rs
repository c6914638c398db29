//! `#/test/<questionnaire>`: one question at a time, with progress, time left, back and skip.

use crate::{
    components::{Progress, Question},
    pages::to_start,
    route::Route,
    session::Session,
    words::{key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    ItemId,
    questionnaire::{Item, Tier},
};

/// The test, at the item of the route; without one, at the first that is open.
#[component]
pub fn Test() -> impl IntoView {
    let session = Session::get();
    let Route::Test(test, wanted) = session.route.get_untracked() else {
        return ().into_any();
    };
    let known = session
        .first
        .get_untracked()
        .is_some_and(|first| first.questionnaire(&test).is_some());
    if !known {
        return to_start(key::TEST_UNKNOWN_TITLE, key::TEST_UNKNOWN_TEXT);
    }
    session.begin(&test);
    here(session, wanted.as_ref())
        .and_then(|item| asked(session, item))
        .into_any()
}

/// The item of the route if it is asked; else the first open one; else the first.
fn here(session: Session, wanted: Option<&ItemId>) -> Option<&'static Item> {
    session.path.with_untracked(|path| {
        let of_route = wanted.and_then(|id| path.iter().find(|item| item.id == *id));
        let answered = |item: &Item| {
            session
                .answers
                .with_untracked(|answers| answers.get(&item.id).is_some())
        };
        let open = || path.iter().find(|item| !answered(item));
        of_route.or_else(open).or(path.first()).copied()
    })
}

fn asked(session: Session, item: &'static Item) -> Option<impl IntoView + use<>> {
    let test = session.test()?;
    let section = test.section(&item.section)?;
    let first_of_section = session.path.with_untracked(|path| {
        path.iter()
            .find(|it| it.section == item.section && it.tier == item.tier)
            .is_some_and(|it| it.id == item.id)
    });
    let back = move |_: ev::MouseEvent| session.go(&before(session, item));
    let next = move |event: ev::SubmitEvent| {
        event.prevent_default();
        session.go(&after(session, item));
    };
    let answered = move || {
        session
            .answers
            .with(|answers| answers.get(&item.id).is_some())
    };
    Some(view! {
        <div class="test">
            <Progress item=item/>
            <form class="test__form" on:submit=next novalidate=true>
                <p class="test__section">{section.title.as_str()}</p>
                {(first_of_section && !section.intro.is_empty()).then(|| view! {
                    <p class="test__intro">{section.intro.as_str()}</p>
                })}
                <Question item=item/>
                <div class="test__actions">
                    <button class="button" type="button" data-action="back" on:click=back>
                        {text(key::TEST_BACK)}
                    </button>
                    <button class="button button--primary" type="submit" data-action="next">
                        {move || text(if answered() { key::TEST_NEXT } else { key::TEST_SKIP })}
                    </button>
                </div>
            </form>
            <p class="test__foot">
                <a href="#/profile">{text(key::TEST_STOP)}</a>
                {" · "}
                {text(key::TEST_PRIVATE)}
            </p>
        </div>
    })
}

/// Where "back" leads: the item before, or the start.
fn before(session: Session, item: &Item) -> Route {
    session.path.with_untracked(|path| {
        let place = path.iter().position(|it| it.id == item.id).unwrap_or(0);
        match place.checked_sub(1).and_then(|place| path.get(place)) {
            Some(previous) => route_to(session, previous),
            None => Route::Start,
        }
    })
}

/// Where "next" leads: the item after; after the last of its stage, the profile.
fn after(session: Session, item: &Item) -> Route {
    session.path.with_untracked(|path| {
        let place = path
            .iter()
            .position(|it| it.id == item.id)
            .unwrap_or(path.len());
        match path.get(place + 1) {
            // After the core stands the first profile, and the choice to go deeper.
            Some(next) if next.tier != Tier::Deep || item.tier == Tier::Deep => {
                route_to(session, next)
            }
            _ => Route::Profile,
        }
    })
}

fn route_to(session: Session, item: &Item) -> Route {
    Route::Test(session.questionnaire.get_untracked(), Some(item.id.clone()))
}
