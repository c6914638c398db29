//! `#/plan`: what, who, by when; the first steps at hand; and taking it all home.

use crate::{
    browser::file,
    components::{PlanList, TakeHome, add_to_plan, button, copy_button, too_long},
    own,
    session::Session,
    words::{filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    Answers,
    plan::{Action, LONGEST_TEXT, MOST_ENTRIES, calendar},
};

/// The screen.
#[component]
pub fn Plan() -> impl IntoView {
    let session = Session::get();
    let empty = Memo::new(move |_| session.plan.with(Vec::is_empty));
    let full = Memo::new(move |_| session.plan.with(|plan| plan.len() >= MOST_ENTRIES));
    let answered = move || session.answers.with(|answers| !answers.is_empty());
    view! {
        <div class="plan">
            <h1 tabindex="-1">{text(key::PLAN_TITLE)}</h1>
            <p class="plan__lead">{text(key::PLAN_LEAD)}</p>
            {move || empty.get().then(|| empty_state(answered()))}
            <PlanList/>
            {move || if full.get() {
                view! {
                    <p class="plan__full" role="status">
                        {filled(key::PLAN_FULL, &[("n", &MOST_ENTRIES.to_string())])}
                    </p>
                }.into_any()
            } else {
                view! { {suggested(session)} {own_step(session)} }.into_any()
            }}
            {move || (!empty.get()).then(|| take(session))}
            {move || answered().then(|| view! { <TakeHome/> })}
        </div>
    }
}

fn empty_state(answered: bool) -> impl IntoView {
    let (words, way, label) = if answered {
        (key::PLAN_EMPTY_TEXT, "#/profile", key::PLAN_TO_PROFILE)
    } else {
        (key::PLAN_EMPTY_UNANSWERED, "#/", key::PLAN_TO_START)
    };
    view! {
        <section class="plan__empty">
            <h2>{text(key::PLAN_EMPTY_TITLE)}</h2>
            <p>{text(words)}</p>
            <a class="button button--primary" href=way>{text(label)}</a>
        </section>
    }
}

/// The first steps of the strongest needs, one tap away.
fn suggested(session: Session) -> impl IntoView {
    let answered = session
        .answers
        .with_untracked(|answers| !Answers::is_empty(answers));
    let open = Memo::new(move |_| own::suggestions(session));
    let one = move |action: Action| {
        let own::Line { what, about, .. } = own::line(session, &action);
        let name = [text(key::PLAN_TAKE), ": ", &what].concat();
        view! {
            <li class="plan__suggestion">
                <div><p class="plan__step">{what}</p><p class="small quiet">{about}</p></div>
                <button type="button" class="button button--small" data-action="take" aria-label=name
                    on:click=move |_| add_to_plan(session, action.clone())>
                    {text(key::PLAN_TAKE)}
                </button>
            </li>
        }
    };
    move || {
        let open = open.get();
        (answered && !open.is_empty()).then(|| {
            view! {
                <section class="plan__suggestions" aria-labelledby="plan-suggest">
                    <h2 id="plan-suggest">{text(key::PLAN_SUGGEST_TITLE)}</h2>
                    <p class="quiet">{text(key::PLAN_SUGGEST_TEXT)}</p>
                    <ul role="list">{open.into_iter().map(one).collect_view()}</ul>
                </section>
            }
        })
    }
}

/// A step in the person's own words.
fn own_step(session: Session) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let said = RwSignal::new(None::<String>);
    let written = move |event: ev::Event| {
        let (kept, full) = own::cut(&event_target_value(&event));
        words.set(kept);
        said.set(too_long(full));
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let step = words.get_untracked().trim().to_owned();
        if step.is_empty() {
            return said.set(Some(text(key::PLAN_OWN_EMPTY).to_owned()));
        }
        add_to_plan(session, Action::Own(step));
        words.set(String::new());
        said.set(None);
    };
    view! {
        <form class="plan__own" on:submit=submit novalidate=true>
            <h2>{text(key::PLAN_OWN_TITLE)}</h2>
            <div class="field">
                <label for="plan-own">{text(key::PLAN_WHAT)}</label>
                <div class="plan__own-line">
                    <input type="text" class="field__input" id="plan-own" name="own" autocomplete="off"
                        maxlength=LONGEST_TEXT.to_string() aria-describedby="plan-own-note"
                        prop:value=words on:input=written/>
                    <button type="submit" class="button" data-action="add">{text(key::PLAN_OWN_ADD)}</button>
                </div>
                <p class="field__note" id="plan-own-note" role="status">{said}</p>
            </div>
        </form>
    }
}

/// Calendar and text.
fn take(session: Session) -> impl IntoView {
    let to_calendar = move || {
        let file = calendar(&own::events(session), crate::browser::clock::today());
        file::save(
            &own::file_name(key::PLAN_FILE, ".ics"),
            "text/calendar",
            &file,
        );
    };
    let to_text = move || {
        file::save(
            &own::file_name(key::PLAN_FILE, ".txt"),
            "text/plain;charset=utf-8",
            &own::plan_text(session),
        );
    };
    view! {
        <section class="plan__take no-print" aria-labelledby="plan-take">
            <h2 id="plan-take">{text(key::PLAN_TAKE_TITLE)}</h2>
            <div class="row">
                {button("calendar", key::PLAN_CALENDAR, to_calendar)}
                {button("text", key::PLAN_TEXT, to_text)}
                {copy_button(key::PLAN_COPY, key::PLAN_COPIED, key::PLAN_COPY_FAILED, move || own::plan_text(session))}
                {button("print", key::PLAN_PRINT, crate::browser::document::print)}
            </div>
            <p class="small quiet">{text(key::PLAN_CALENDAR_NOTE)}</p>
        </section>
    }
}
