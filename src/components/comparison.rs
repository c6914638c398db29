//! Then and now: what has changed since an earlier profile, dimension by dimension, in words.

use crate::{
    figures::date,
    own,
    route::Route,
    session::{Earlier, Session},
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    Answers, QuestionnaireId,
    comparison::{Difference, differences},
    score::Points,
};

/// The comparison with an earlier profile, if there is one.
#[component]
pub fn Comparison() -> impl IntoView {
    let session = Session::get();
    move || {
        session
            .earlier
            .get()
            .map(|earlier| compared(session, &earlier))
    }
}

/// The words of a difference: `op 12`, `ned 5`, `uændret`, or why there is none.
pub fn change_words(difference: &Difference) -> String {
    let known = difference.before.is_some() && difference.now.is_some();
    match difference.change {
        Some(0) => text(key::COMPARE_SAME).to_owned(),
        Some(change) => {
            let word = if change > 0 {
                key::COMPARE_UP
            } else {
                key::COMPARE_DOWN
            };
            filled(word, &[("n", &change.unsigned_abs().to_string())])
        }
        None if known => text(key::COMPARE_NOT_COMPARABLE).to_owned(),
        None => text(key::COMPARE_UNKNOWN).to_owned(),
    }
}

fn compared(session: Session, earlier: &Earlier) -> AnyView {
    let stop = move |_| session.earlier.set(None);
    let title = title_of(session, &earlier.questionnaire);
    let current = session.questionnaire.get();
    let body = if earlier.questionnaire != current {
        view! { <p>{filled(key::COMPARE_OTHER_TEST, &[("then", title)])}</p> }.into_any()
    } else if session.answers.with(Answers::is_empty) {
        let test = Route::Test(current, None).href();
        view! { <p><a href=test>{text(key::COMPARE_UNANSWERED)}</a></p> }.into_any()
    } else {
        table(session, earlier, title)
    };
    view! {
        <section class="comparison card no-print" aria-labelledby="comparison-title">
            <h2 id="comparison-title">{text(key::COMPARE_TITLE)}</h2>
            {body}
            <button type="button" class="button button--small" data-action="stop-comparing" on:click=stop>
                {text(key::COMPARE_STOP)}
            </button>
        </section>
    }
    .into_any()
}

fn table(session: Session, earlier: &Earlier, title: &'static str) -> AnyView {
    let Some(test) = session.test() else {
        return ().into_any();
    };
    let layout = own::layout(session, &earlier.questionnaire, earlier.version);
    let Some(before) = own::scores_of(session, &earlier.questionnaire, &earlier.answers) else {
        return ().into_any();
    };
    let found = session.assessment.with(|it| {
        let assessment = it.as_ref()?;
        Some((
            differences(test, layout, &before, &assessment.scores),
            assessment.today,
        ))
    });
    let Some((differences, today)) = found else {
        return ().into_any();
    };
    let known = |it: &&Difference| it.before.is_some() || it.now.is_some();
    let shown: Vec<&Difference> = differences.iter().filter(known).collect();
    let changed = shown.iter().any(|it| !it.comparable);
    let unknown = shown
        .iter()
        .any(|it| it.before.is_none() || it.now.is_none());
    let rows: Vec<_> = shown.into_iter().map(|it| row(session, it)).collect();
    let (then_word, saved) = match earlier.saved {
        Some(saved) => (key::COMPARE_THEN_SAVED, date(saved)),
        None => (key::COMPARE_THEN_VERSION, String::new()),
    };
    let version = |word: Word, version: u16, day: &str| {
        let values = [
            ("test", title),
            ("version", &version.to_string()),
            ("day", day),
        ];
        view! { <li>{filled(word, &values)}</li> }
    };
    view! {
        <p>{text(key::COMPARE_LEAD)}</p>
        <ul class="comparison__versions" role="list">
            {version(then_word, earlier.version, &saved)}
            {version(key::COMPARE_NOW_VERSION, test.version, &date(today))}
        </ul>
        <table class="comparison__table">
            <thead>
                <tr>
                    {[key::COMPARE_DIMENSION, key::COMPARE_THEN, key::COMPARE_NOW, key::COMPARE_CHANGE]
                        .map(|word| view! { <th scope="col">{text(word)}</th> })
                        .collect_view()}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {changed.then(|| view! { <p class="small quiet">{text(key::COMPARE_WHY_NOT)}</p> })}
        {unknown.then(|| view! { <p class="small quiet">{text(key::COMPARE_WHY_UNKNOWN)}</p> })}
        <p class="small quiet">{text(key::COMPARE_SCALE_NOTE)}</p>
    }
    .into_any()
}

fn row(session: Session, difference: &Difference) -> impl IntoView + use<> {
    let title = session
        .later
        .get()
        .and_then(|later| later.scale(&difference.scale));
    let title = title.map_or("", |scale| scale.title.as_str());
    let points = |points: Option<Points>| {
        points.map_or_else(|| "–".to_owned(), |it| it.rounded().to_string())
    };
    let way = match difference.change {
        Some(change) if change > 0 => "comparison__change comparison__change--up",
        Some(change) if change < 0 => "comparison__change comparison__change--down",
        _ => "comparison__change",
    };
    view! {
        <tr data-compared=difference.scale.as_str().to_owned()>
            <th scope="row">{title}</th>
            <td>{points(difference.before)}</td>
            <td>{points(difference.now)}</td>
            <td class=way>{change_words(difference)}</td>
        </tr>
    }
}

fn title_of(session: Session, test: &QuestionnaireId) -> &'static str {
    session
        .first
        .get()
        .and_then(|first| first.questionnaire(test))
        .map_or("", |test| test.title.as_str())
}
