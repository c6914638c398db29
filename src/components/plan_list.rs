//! The plan as a list: what, who, by when, done; its order; removing, with a way back.

use crate::{
    browser::document,
    figures::date,
    own::{self, Line},
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::plan::{Action, LONGEST_TEXT, MOST_ENTRIES, PlanEntry};

/// An entry taken out, and where it stood.
type Removed = RwSignal<Option<(usize, PlanEntry)>>;

/// The person's plan.
#[component]
pub fn PlanList() -> impl IntoView {
    let session = Session::get();
    let removed: Removed = RwSignal::new(None);
    // Drawn anew only when lines come, go or move: writing in a field keeps the focus.
    let lines = Memo::new(move |_| {
        session.plan.with(|plan| {
            plan.iter()
                .map(|entry| entry.what.clone())
                .collect::<Vec<_>>()
        })
    });
    let undo = move |_| {
        if let Some((place, entry)) = removed.get_untracked() {
            session
                .plan
                .update(|plan| plan.insert(place.min(plan.len()), entry));
            removed.set(None);
            document::focus_on(&id("plan-done-", place));
        }
    };
    let done_count = move || {
        session.plan.with(|plan| {
            let done = plan.iter().filter(|entry| entry.done).count().to_string();
            let all = plan.len().to_string();
            (!plan.is_empty()).then(|| filled(key::PLAN_DONE_COUNT, &[("n", &done), ("all", &all)]))
        })
    };
    view! {
        <p class="plan__count quiet" role="status">{done_count}</p>
        {move || lines.with(|lines| {
            let last = lines.len().saturating_sub(1);
            let rows: Vec<_> = lines
                .iter()
                .enumerate()
                .map(|(place, action)| row(session, removed, place, last, action))
                .collect();
            (!rows.is_empty()).then(|| view! {
                <h2 class="visually-hidden">{text(key::PLAN_LIST)}</h2>
                <ol class="plan__list" role="list">{rows}</ol>
            })
        })}
        <div role="status">
            {move || removed.get().map(|(_, entry)| view! {
                <p class="plan__removed">
                    <span>{filled(key::PLAN_REMOVED, &[("what", &own::line(session, &entry.what).what)])}</span>
                    <button type="button" class="button button--small" id="plan-undo" data-action="undo" on:click=undo>
                        {text(key::PLAN_UNDO)}
                    </button>
                </p>
            })}
        </div>
    }
}

/// Adds a line, unless the plan is full.
pub fn add(session: Session, what: Action) {
    session.plan.update(|plan| {
        if plan.len() < MOST_ENTRIES {
            plan.push(PlanEntry {
                what,
                who: String::new(),
                by: None,
                done: false,
            });
        }
    });
}

/// "There is room for so many characters", once they are used.
pub fn too_long(full: bool) -> Option<String> {
    full.then(|| filled(key::PLAN_TOO_LONG, &[("n", &LONGEST_TEXT.to_string())]))
}

fn row(
    session: Session,
    removed: Removed,
    place: usize,
    last: usize,
    action: &Action,
) -> impl IntoView + use<> {
    let Line { what, about, url } = own::line(session, action);
    let entry = move |read: fn(&PlanEntry) -> String| {
        session
            .plan
            .with(|plan| plan.get(place).map_or_else(String::new, read))
    };
    let is_done = move || {
        session
            .plan
            .with(|plan| plan.get(place).is_some_and(|entry| entry.done))
    };
    let change = move |act: &dyn Fn(&mut PlanEntry)| {
        session.plan.update(|plan| {
            if let Some(entry) = plan.get_mut(place) {
                act(entry);
            }
        });
    };
    let full = RwSignal::new(false);
    let written = move |event: ev::Event| {
        let (who, cut) = own::cut(&event_target_value(&event));
        full.set(cut);
        change(&move |entry| entry.who.clone_from(&who));
    };
    let dated = move |event: ev::Event| {
        let by = event_target_value(&event).parse().ok();
        change(&move |entry| entry.by = by);
    };
    let ticked = move |event: ev::Event| {
        let done = event_target_checked(&event);
        change(&move |entry| entry.done = done);
    };
    let day = move || match session
        .plan
        .with(|plan| plan.get(place).and_then(|entry| entry.by))
    {
        Some(by) => filled(key::PLAN_BY_DAY, &[("day", &date(by))]),
        None => text(key::PLAN_NO_DAY).to_owned(),
    };
    let swap = move |other: usize, back: &'static str| {
        session.plan.update(|plan| {
            if place < plan.len() && other < plan.len() {
                plan.swap(place, other);
            }
        });
        document::focus_on(&id(back, other));
    };
    let remove = move |_: ev::MouseEvent| {
        let entry = session
            .plan
            .update(|plan| (place < plan.len()).then(|| plan.remove(place)));
        removed.set(entry.map(|entry| (place, entry)));
        document::focus_on("plan-undo");
    };
    let named = |word: Word| filled(word, &[("what", &what)]);
    let button = |prefix: &'static str,
                  action: &'static str,
                  label: Word,
                  name: Word,
                  act: Callback<ev::MouseEvent>,
                  off: bool| {
        view! {
            <button type="button" class="button button--small plan-row__button" id=id(prefix, place) data-action=action
                aria-label=named(name) disabled=off on:click=move |event| act.run(event)>
                {text(label)}
            </button>
        }
    };
    let up = Callback::new(move |_| {
        swap(
            place.saturating_sub(1),
            if place <= 1 { "plan-down-" } else { "plan-up-" },
        )
    });
    let down = Callback::new(move |_| {
        swap(
            place + 1,
            if place + 1 >= last {
                "plan-up-"
            } else {
                "plan-down-"
            },
        )
    });
    view! {
        <li class="plan-row" class:plan-row--done=is_done data-plan=place.to_string()>
            <div class="plan-row__head">
                <input type="checkbox" class="choice__control plan-row__tick" id=id("plan-done-", place) data-action="done"
                    aria-label=named(key::PLAN_DONE_THIS) prop:checked=is_done on:change=ticked/>
                <div>
                    <h3 class="plan-row__what">{what.clone()}</h3>
                    {(!about.is_empty()).then(|| view! { <p class="plan-row__about">{about}</p> })}
                    {(!url.is_empty()).then(|| view! {
                        <p class="plan-row__about"><a href=url.clone() rel="noreferrer" target="_blank">{shown(&url)}</a></p>
                    })}
                </div>
            </div>
            <div class="plan-row__fields">
                <div class="field">
                    <label for=id("plan-who-", place)>{text(key::PLAN_WHO)}</label>
                    <input type="text" class="field__input" id=id("plan-who-", place) name="who" maxlength=LONGEST_TEXT.to_string()
                        autocomplete="off" prop:value=move || entry(|entry| entry.who.clone()) on:change=written/>
                    <p class="field__note" role="status">{move || too_long(full.get())}</p>
                </div>
                <div class="field">
                    <label for=id("plan-by-", place)>{text(key::PLAN_BY)}</label>
                    <input type="date" class="field__input" id=id("plan-by-", place) name="by"
                        prop:value=move || entry(|entry| entry.by.map_or_else(String::new, |by| by.to_string())) on:change=dated/>
                    <p class="field__note">{day}</p>
                </div>
            </div>
            <p class="plan-row__actions">
                {button("plan-up-", "up", key::PLAN_UP, key::PLAN_MOVE_UP, up, place == 0)}
                {button("plan-down-", "down", key::PLAN_DOWN, key::PLAN_MOVE_DOWN, down, place == last)}
                {button("plan-remove-", "remove", key::PLAN_REMOVE, key::PLAN_REMOVE_THIS, Callback::new(remove), false)}
            </p>
        </li>
    }
}

/// An address as people say it: without `https://`, `www.` and the last slash.
pub fn shown(url: &str) -> String {
    let short = url
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_start_matches("www.");
    short.trim_end_matches('/').to_owned()
}

fn id(prefix: &str, place: usize) -> String {
    [prefix, &place.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn an_address_is_shown_as_people_say_it() {
        assert_eq!(shown("https://www.ehhs.dk/"), "ehhs.dk");
        assert_eq!(
            shown("https://virksomhedsguiden.dk/a/b"),
            "virksomhedsguiden.dk/a/b"
        );
    }
}
