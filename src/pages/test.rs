//! `#/test/<questionnaire>`: one question at a time, with progress, time left, back and skip.

use crate::{
    browser::form,
    components::{El, el, link, progress, question},
    pages::to_start,
    route::Route,
    session::Session,
    words::{key, text},
};
use vaekstspejl_engine::{
    ItemId,
    questionnaire::{Item, Tier},
};

/// The test, at the item of the route; without one, at the first that is open.
pub fn test(session: Session) -> El {
    let Route::Test(test, wanted) = session.route.get_untracked() else {
        return el("div", "");
    };
    let first = session.first.get_untracked();
    if first.is_none_or(|first| first.questionnaire(&test).is_none()) {
        return to_start(key::TEST_UNKNOWN_TITLE, key::TEST_UNKNOWN_TEXT);
    }
    session.begin(&test);
    let asked = here(session, wanted.as_ref()).and_then(|item| asked(session, item));
    el("div", "test").maybe(asked)
}

/// The item of the route if it is asked; else the first open one; else the first.
pub(crate) fn here(session: Session, wanted: Option<&ItemId>) -> Option<&'static Item> {
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

fn asked(session: Session, item: &'static Item) -> Option<El> {
    let section = session.test()?.section(&item.section)?;
    let first_of_section = session.path.with_untracked(|path| {
        let first = path
            .iter()
            .find(|it| it.section == item.section && it.tier == item.tier);
        first.is_some_and(|it| it.id == item.id)
    });
    let intro = (first_of_section && !section.intro.is_empty())
        .then(|| el("p", "test__intro").kid(section.intro.as_str()));
    let answered = move || {
        session
            .answers
            .with(|answers| answers.get(&item.id).is_some())
    };
    let back = el("button", "button")
        .attr("type", "button")
        .attr("data-action", "back")
        .kid(text(key::TEST_BACK))
        .on("click", move || session.go(&before(session, item)));
    let next = el("button", "button button--primary")
        .attr("type", "submit")
        .attr("data-action", "next")
        .live_text(move || {
            text(if answered() {
                key::TEST_NEXT
            } else {
                key::TEST_SKIP
            })
        });
    let form = el("form", "test__form")
        .flag("novalidate", true)
        .kid(el("p", "test__section").kid(section.title.as_str()))
        .maybe(intro)
        .kid(question(session, item))
        .kid(el("div", "test__actions").kid(back).kid(next))
        .on_event("submit", move |event| {
            form::stay(event);
            session.go(&after(session, item));
        });
    let foot = el("p", "test__foot")
        .kid(link("", "#/profile", key::TEST_STOP))
        .kid(" · ")
        .kid(text(key::TEST_PRIVATE));
    Some(
        el("div", "")
            .kid(progress(session, item))
            .kid(form)
            .kid(foot),
    )
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
