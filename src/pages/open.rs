//! `#/open` and `#/open/<code>`: a profile of an earlier time, from a file, a code or a QR.
//! `#/open/<file>/send`: the profile of a frame, in a window of its own.

use crate::{
    browser::{
        address, document,
        file::{self, Read},
    },
    components::save_profile,
    figures::date,
    own::{self, Opened, Trouble},
    route::Route,
    session::{Earlier, Session},
    words::{Word, filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    Answers,
    profile_file::{FileError, LONGEST},
};

/// How far the opening has come.
#[derive(Clone, PartialEq)]
enum Stage {
    /// Asking for a file or a code.
    Asking,
    /// It could not be opened.
    Failed(Trouble),
    /// It is open: what to do with it?
    Found(Opened),
    /// There are answers already: replace them?
    Replacing(Opened),
}

/// The screen.
#[component]
pub fn Open() -> impl IntoView {
    let session = Session::get();
    let stage = RwSignal::new(Stage::Asking);
    let given = RwSignal::new(String::new());
    let then = StoredValue::new(Route::Profile);
    // What a link brings is opened at once, and leaves the address line.
    if let Route::Open(rest) = session.route.get_untracked()
        && !rest.is_empty()
    {
        address::replace(&Route::Open(String::new()).href());
        let (opened, on_the_way) = untrack(|| own::brought(session, &rest));
        let is_free = untrack(|| !session.has_something());
        stage.set(match (opened, &on_the_way) {
            // From a frame: the person goes on with what they had there.
            (Ok(opened), Some(on)) if is_free => {
                address::replace(&on.href());
                session.restore(opened.file.clone());
                session.route.set(on.clone());
                Stage::Found(opened)
            }
            (Ok(opened), Some(_)) => Stage::Replacing(opened),
            (opened, _) => stage_of(opened),
        });
        then.set_value(on_the_way.unwrap_or(Route::Profile));
    }
    // What was pressed is gone: the keyboard and the screen reader go on where the answer stands.
    Effect::new(move || {
        if stage.with(|stage| matches!(stage, Stage::Found(_) | Stage::Replacing(_))) {
            document::focus_on("open-stage");
        }
    });
    view! {
        <div class="open narrow">
            <h1 tabindex="-1">{text(key::OPEN_TITLE)}</h1>
            <div role="status">
                {move || stage.with(|stage| match stage {
                    Stage::Failed(trouble) => Some(failed(*trouble)),
                    _ => None,
                })}
            </div>
            {move || match stage.get() {
                Stage::Asking | Stage::Failed(_) => asking(session, stage, given),
                Stage::Found(opened) => found(session, stage, then, opened),
                Stage::Replacing(opened) => replacing(session, stage, then, opened),
            }}
        </div>
    }
}

fn stage_of(result: Result<Opened, Trouble>) -> Stage {
    match result {
        Ok(opened) => Stage::Found(opened),
        Err(trouble) => Stage::Failed(trouble),
    }
}

/// What happened, and what to do.
fn failed(trouble: Trouble) -> AnyView {
    let (what, todo) = trouble.words();
    view! {
        <div class="open__trouble" data-trouble="">
            <p class="open__what">{what}</p>
            <p>{todo}</p>
        </div>
    }
    .into_any()
}

fn asking(session: Session, stage: RwSignal<Stage>, given: RwSignal<String>) -> AnyView {
    let read = move |read: Read| {
        stage.set(match read {
            Read::Text(text) => stage_of(untrack(|| own::open_file(session, &text))),
            Read::TooLong => Stage::Failed(Trouble::File(FileError::TooLong)),
            Read::Unreadable => Stage::Failed(Trouble::Unreadable),
        });
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        file::read_dropped(&event, read);
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        stage.set(
            given.with_untracked(|given| stage_of(untrack(|| own::open_text(session, given)))),
        );
    };
    // One more than may be: so that what was cut off on pasting is known to be too long.
    let most = (LONGEST + 1).to_string();
    view! {
        <p class="open__lead">{text(key::OPEN_LEAD)}</p>
        <div class="open__ways">
            <section class="open__way open__way--file" aria-labelledby="open-file-title"
                on:dragover=move |event| event.prevent_default() on:drop=dropped>
                <h2 id="open-file-title">{text(key::OPEN_FILE_TITLE)}</h2>
                <label for="open-file">{text(key::OPEN_FILE_LABEL)}</label>
                <input type="file" class="open__file" id="open-file" accept=".json,application/json"
                    on:change=move |event| file::read_chosen(&event, read)/>
                <p class="small quiet">{text(key::OPEN_FILE_DROP)}</p>
            </section>
            <form class="open__way" on:submit=submit novalidate=true>
                <h2>{text(key::OPEN_CODE_TITLE)}</h2>
                <label for="open-code">{text(key::OPEN_CODE_LABEL)}</label>
                <textarea class="field__input open__code" id="open-code" rows="4" maxlength=most spellcheck="false"
                    autocomplete="off" autocapitalize="characters" aria-describedby="open-code-help"
                    prop:value=move || given.get_untracked()
                    on:input=move |event| given.set(event_target_value(&event))></textarea>
                <p class="small quiet" id="open-code-help">{text(key::OPEN_CODE_HELP)}</p>
                <button type="submit" class="button button--primary" data-action="open">
                    {text(key::OPEN_CODE_OPEN)}
                </button>
            </form>
        </div>
    }
    .into_any()
}

fn found(
    session: Session,
    stage: RwSignal<Stage>,
    then: StoredValue<Route>,
    opened: Opened,
) -> AnyView {
    let file = &opened.file;
    let test = session
        .first
        .get_untracked()
        .and_then(|first| first.questionnaire(&file.questionnaire));
    let (title, now) = test.map_or(("", 0), |test| (test.title.as_str(), test.version));
    let number = |word: Word, n: usize| filled(word, &[("n", &n.to_string())]);
    let version = file.questionnaire_version.to_string();
    let facts = [
        Some(filled(
            key::OPEN_FOUND_TEST,
            &[("test", title), ("version", &version)],
        )),
        file.saved
            .map(|saved| filled(key::OPEN_FOUND_SAVED, &[("day", &date(saved))])),
        Some(number(key::OPEN_FOUND_ANSWERS, file.answers.len())),
        (!file.plan.is_empty()).then(|| number(key::OPEN_FOUND_PLAN, file.plan.len())),
    ];
    let changed = (file.questionnaire_version != now)
        .then(|| filled(key::OPEN_FOUND_VERSION, &[("version", &now.to_string())]));
    let (to_continue, to_compare) = (opened.clone(), opened);
    let way = |label: Word,
               words: Word,
               action: &'static str,
               class: &'static str,
               act: Callback<()>| {
        view! {
            <div class="open__choice">
                <button type="button" class=class data-action=action on:click=move |_| act.run(())>
                    {text(label)}
                </button>
                <p class="quiet">{text(words)}</p>
            </div>
        }
    };
    let go_on = Callback::new(move |()| {
        if untrack(|| session.has_something()) {
            stage.set(Stage::Replacing(to_continue.clone()));
        } else {
            take_over(session, to_continue.clone(), &then.get_value());
        }
    });
    let compare = Callback::new(move |()| compare_with(session, &to_compare));
    view! {
        <section class="card open__found" data-opened="">
            <h2 id="open-stage" tabindex="-1">{text(key::OPEN_FOUND_TITLE)}</h2>
            <ul role="list">{facts.into_iter().flatten().map(|fact| view! { <li>{fact}</li> }).collect_view()}</ul>
            {changed.map(|words| view! { <p class="small quiet">{words}</p> })}
        </section>
        {way(key::OPEN_CONTINUE, key::OPEN_CONTINUE_TEXT, "continue", "button button--primary", go_on)}
        {way(key::OPEN_COMPARE, key::OPEN_COMPARE_TEXT, "compare", "button", compare)}
        <button type="button" class="link-button" data-action="other" on:click=move |_| stage.set(Stage::Asking)>
            {text(key::OPEN_OTHER)}
        </button>
    }
    .into_any()
}

fn replacing(
    session: Session,
    stage: RwSignal<Stage>,
    then: StoredValue<Route>,
    opened: Opened,
) -> AnyView {
    let words = if opened.from_code {
        key::OPEN_REPLACE_TEXT_CODE
    } else {
        key::OPEN_REPLACE_TEXT
    };
    let back = opened.clone();
    view! {
        <section class="open__trouble" data-replacing="">
            <h2 id="open-stage" tabindex="-1">{text(key::OPEN_REPLACE_TITLE)}</h2>
            <p>{text(words)}</p>
            <div class="row">
                <button type="button" class="button button--primary" data-action="save"
                    on:click=move |_| save_profile(session)>
                    {text(key::OPEN_SAVE_FIRST)}
                </button>
                <button type="button" class="button" data-action="replace"
                    on:click=move |_| take_over(session, opened.clone(), &then.get_value())>
                    {text(key::OPEN_REPLACE_YES)}
                </button>
                <button type="button" class="button" data-action="stay"
                    on:click=move |_| stage.set(Stage::Found(back.clone()))>
                    {text(key::OPEN_REPLACE_NO)}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// Goes on with the opened profile. A code has no plan, so the plan of this moment stays.
fn take_over(session: Session, opened: Opened, then: &Route) {
    let mut file = opened.file;
    if opened.from_code {
        file.plan = session.plan.get_untracked();
    }
    session.restore(file);
    session.go(then);
}

/// Uses the opened profile as the earlier one, and goes to where the comparison is or begins.
fn compare_with(session: Session, opened: &Opened) {
    let file = &opened.file;
    session.earlier.set(Some(Earlier {
        questionnaire: file.questionnaire.clone(),
        version: file.questionnaire_version,
        saved: file.saved,
        answers: file.answers.clone(),
    }));
    session.begin(&file.questionnaire);
    let answered = session
        .answers
        .with_untracked(|answers| !Answers::is_empty(answers));
    let test = Route::Test(file.questionnaire.clone(), None);
    session.go(if answered { &Route::Profile } else { &test });
}
