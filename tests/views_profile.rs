//! What the profile says, rendered from the real content for real personas.

use leptos::prelude::*;
use std::{
    future::Future,
    path::Path,
    pin::pin,
    sync::{Mutex, OnceLock, PoisonError},
    task::{Context, Poll, Waker},
};
use vaekstspejl::{
    components::{dimension_list, reasons, wheel},
    pages::Page,
    result::{self, Parts},
    route::Route,
    session::Session,
};
use vaekstspejl_engine::{
    Answer, Answers, Content, QuestionnaireId,
    authoring::{self, Persona},
    questionnaire::Tier,
    rule::Ground,
    score::Part,
    segment::Tone,
};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The content of a language, read once.
fn content(lang: &str) -> &'static Content {
    static DANISH: OnceLock<Content> = OnceLock::new();
    static ENGLISH: OnceLock<Content> = OnceLock::new();
    let load = || authoring::load(&folder().join("content"), lang).0;
    if lang == "da" {
        DANISH.get_or_init(load)
    } else {
        ENGLISH.get_or_init(load)
    }
}

fn personas() -> Vec<Persona> {
    authoring::personas(&folder().join("tests/personas")).0
}

fn persona(id: &str) -> Persona {
    personas()
        .into_iter()
        .find(|it| it.id == id)
        .expect("a persona of tests/personas")
}

/// The program's second piece; outside the browser it is there at once.
fn parts() -> Parts {
    let mut future = pin!(result::parts());
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(parts)) => parts,
        _ => panic!("outside the browser nothing is fetched"),
    }
}

/// Renders a view in a session with these answers.
fn render<V: IntoView>(
    lang: &str,
    test: &QuestionnaireId,
    answers: &Answers,
    view: impl FnOnce(Session) -> V,
) -> String {
    let content = content(lang);
    // What is derived from state counts the changes of all sessions of the process, and a visit
    // has only one: so here too there is one at a time.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    Owner::new().with(|| {
        let session = Session::provide(Route::Profile, None);
        session.first.set(Some(&content.first));
        session.later.set(Some(&content.later));
        session.parts.set(Some(parts()));
        session.questionnaire.set(test.clone());
        session.answers.set(answers.clone());
        // Empty marks stand between texts; they are no part of what is said.
        view(session).into_view().to_html().replace("<!>", "")
    })
}

fn page(lang: &str, test: &str, answers: &Answers) -> String {
    render(lang, &test.into(), answers, |_| view! { <Page/> })
}

fn page_of(lang: &str, persona: &Persona) -> String {
    render(
        lang,
        &persona.questionnaire,
        &answers_of(persona),
        |_| view! { <Page/> },
    )
}

fn answers_of(persona: &Persona) -> Answers {
    let content = content("da");
    let test = content
        .first
        .questionnaire(&persona.questionnaire)
        .expect("a test of the content");
    persona.all_answers(content, test)
}

/// The values of an attribute, in the order of the page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .collect()
}

fn place(html: &str, mark: &str) -> usize {
    html.find(mark)
        .unwrap_or_else(|| panic!("the page has no {mark}"))
}

/// Text that stands for a reader: without tags.
fn words(html: &str) -> String {
    let parts = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts
        .collect::<Vec<_>>()
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn with_no_answers_a_test_is_offered_and_nothing_is_claimed() {
    for lang in ["da", "en"] {
        let html = page(lang, "selvtest", &Answers::default());
        assert!(
            html.contains("href=\"#/test/selvtest\"")
                && html.contains("href=\"#/test/vaekstscreening\"")
        );
        for hook in [
            "data-segment",
            "data-scale",
            "data-need",
            "data-offer",
            "data-action=\"deepen\"",
        ] {
            assert!(!html.contains(hook), "{hook}");
        }
    }
}

#[test]
fn every_screen_of_every_persona_has_one_h1_and_one_segment() {
    for persona in personas() {
        if answers_of(&persona).is_empty() {
            continue;
        }
        for lang in ["da", "en"] {
            let html = page_of(lang, &persona);
            assert_eq!(html.matches("<h1").count(), 1, "{}", persona.id);
            assert_eq!(values(&html, "data-segment").len(), 1, "{}", persona.id);
            assert!(
                !html.contains(" style=\""),
                "{}: the policy of the page refuses style attributes",
                persona.id
            );
            let mut ids = values(&html, "id");
            ids.sort_unstable();
            let all = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), all, "{}: an id stands twice", persona.id);
        }
    }
}

#[test]
fn under_pressure_help_stands_first_and_nobody_speaks_of_growth() {
    let under_pressure: Vec<Persona> = personas()
        .into_iter()
        .filter(|it| {
            it.expect
                .segment
                .as_ref()
                .is_some_and(|it| *it == "under_pressure")
        })
        .collect();
    assert!(!under_pressure.is_empty());
    for persona in under_pressure {
        for lang in ["da", "en"] {
            let html = page_of(lang, &persona);
            assert!(html.contains("segment--crisis"));
            assert_eq!(values(&html, "data-need").first(), Some(&"crisis"));
            let (help, offers) = (
                place(&html, "data-need=\"crisis\""),
                place(&html, "id=\"recommendations\""),
            );
            assert!(
                place(&html, "data-segment") < help && help < offers,
                "{}",
                persona.id
            );
            for later in ["class=\"banner", "id=\"sides-strong\"", "class=\"wheel\""] {
                assert!(
                    !html.contains(later) || offers < place(&html, later),
                    "{}: {later}",
                    persona.id
                );
            }
            assert!(
                !html.contains("class=\"growth\"") && !html.contains("map__dot"),
                "{}",
                persona.id
            );
            for scale in ["growth_ambition", "growth_potential"] {
                assert!(
                    !html.contains(&format!("data-scale=\"{scale}\"")),
                    "{}",
                    persona.id
                );
            }
        }
    }
}

#[test]
fn outside_a_crisis_every_known_dimension_has_its_row_with_its_points() {
    let content = content("da");
    for persona in personas() {
        let answers = answers_of(&persona);
        if answers.is_empty() {
            continue;
        }
        let mut expected = Vec::new();
        let html = render("da", &persona.questionnaire, &answers, |session| {
            let found = session.assessment.get().expect("the content is there");
            let crisis = found
                .segment
                .as_ref()
                .is_some_and(|it| it.tone == Tone::Crisis);
            for dimension in &found.profile.dimensions {
                if !(crisis && matches!(dimension.part, Part::Ambition | Part::Potential)) {
                    let points = dimension
                        .points
                        .map_or(String::new(), |points| points.rounded().to_string());
                    expected.push((dimension.scale.to_string(), points));
                }
            }
            view! { <Page/> }
        });
        let rows = values(&html, "data-scale").into_iter().map(str::to_owned);
        let mut rows: Vec<(String, String)> = rows
            .zip(values(&html, "data-score").into_iter().map(str::to_owned))
            .collect();
        rows.sort();
        expected.sort();
        assert_eq!(rows, expected, "{}", persona.id);
        assert!(
            rows.iter()
                .all(|(id, _)| content.later.scale(&id.as_str().into()).is_some())
        );
    }
}

#[test]
fn an_unknown_score_is_said_in_words_and_is_never_nought() {
    // Everything answered "don't know": nothing is known of any dimension.
    let persona = persona("kun-ved-ikke-vaekstscreening");
    for (lang, unknown) in [("da", "Ved vi ikke endnu"), ("en", "We don't know yet")] {
        let html = render(lang, &persona.questionnaire, &answers_of(&persona), |_| {
            dimension_list()
        });
        let scores = values(&html, "data-score");
        assert!(
            !scores.is_empty() && scores.iter().all(|it| it.is_empty()),
            "{scores:?}"
        );
        assert_eq!(
            html.replace("&#x27;", "'").matches(unknown).count(),
            scores.len()
        );
        assert!(
            !html.contains("bar__value"),
            "nothing is drawn for what is not known"
        );
        let html = render(lang, &persona.questionnaire, &answers_of(&persona), |_| {
            wheel()
        });
        assert!(!html.contains("wheel__bar") && !html.contains("<td>0</td>"));
        assert_eq!(html.matches("wheel__track--unknown").count(), scores.len());
    }
}

#[test]
fn the_table_says_the_same_as_the_wheel() {
    for id in [
        "emil-vaekstivaerksaetter",
        "nordvind-vaekst-stort-kontor",
        "alma-elev",
        "kun-ved-ikke",
    ] {
        let persona = persona(id);
        let answers = answers_of(&persona);
        let mut expected = Vec::new();
        let html = render("da", &persona.questionnaire, &answers, |session| {
            let found = session.assessment.get().expect("the content is there");
            for part in [Part::Person, Part::Idea, Part::Company] {
                for dimension in found.profile.dimensions.iter().filter(|it| it.part == part) {
                    let title = content("da")
                        .later
                        .scale(&dimension.scale)
                        .expect("a scale")
                        .title
                        .clone();
                    expected.push((
                        title,
                        dimension
                            .points
                            .map_or("–".to_owned(), |it| it.rounded().to_string()),
                    ));
                }
            }
            wheel()
        });
        let rows: Vec<(String, String)> = html
            .split("<th scope=\"row\">")
            .skip(1)
            .map(|row| {
                let cells: Vec<&str> = row
                    .split("</t")
                    .map(|cell| cell.rsplit('>').next().unwrap_or(""))
                    .collect();
                (cells[0].to_owned(), cells[1].to_owned())
            })
            .collect();
        assert_eq!(rows, expected, "{id}");
        assert_eq!(
            html.matches("wheel__name").count(),
            expected.len(),
            "{id}: one name for each dimension"
        );
        let known = expected.iter().filter(|(_, points)| points != "–").count();
        assert_eq!(
            html.matches("wheel__bar").count(),
            known,
            "{id}: one bar for each known score"
        );
    }
}

#[test]
fn reasons_name_the_municipality_and_lead_back_to_open_questions() {
    let answers = Answers::default().with("municipality", Answer::one("0851"));
    let grounds = [
        Ground::Answer {
            item: "municipality".into(),
            choices: vec!["0851".into()],
        },
        Ground::Unanswered {
            item: "stage".into(),
        },
        Ground::UnknownScore {
            scale: "price".into(),
        },
    ];
    let html = render("da", &"selvtest".into(), &answers, |_| reasons(&grounds));
    assert!(
        words(&html).contains("Aalborg") && !html.contains("0851"),
        "{html}"
    );
    assert!(html.contains("href=\"#/test/selvtest/stage\""));
    assert!(html.contains("Ved vi ikke endnu"));
    assert_eq!(html.matches("<li").count(), grounds.len());
}

#[test]
fn after_the_core_the_person_is_asked_to_go_deeper_and_before_it_to_go_on() {
    let content = content("da");
    let test = content
        .first
        .questionnaire(&"vaekstscreening".into())
        .expect("a test of the content");
    let persona = persona("birgit-boghandel");
    let mut core = Answers::default();
    for (id, answer) in answers_of(&persona).iter() {
        if test.item(id).is_some_and(|item| item.tier != Tier::Deep) {
            core.set(id.clone(), Some(answer.clone()));
        }
    }
    let html = page("da", "vaekstscreening", &core);
    assert!(html.contains("data-action=\"deepen\""));
    let all = page_of("da", &persona);
    assert!(
        !all.contains("data-action=\"deepen\""),
        "nothing is left to deepen"
    );

    let little = Answers::default()
        .with("stage", Answer::one("established"))
        .with("strategy_core", Answer::one("2"));
    let html = page("da", "vaekstscreening", &little);
    assert!(!html.contains("data-action=\"deepen\""));
    assert!(words(&html).contains("Det kan vi sige indtil nu"));
    assert!(html.contains("href=\"#/test/vaekstscreening/"));
}

#[test]
fn a_score_taken_apart_shows_each_question_with_the_own_answer() {
    let persona = persona("emil-vaekstivaerksaetter");
    let answers = answers_of(&persona).with("price_core", Answer::DontKnow);
    let html = render("da", &persona.questionnaire, &answers, |session| {
        let found = session.assessment.get().expect("the content is there");
        let test = session.test().expect("a test of the content");
        let list = dimension_list().to_html();
        for score in found
            .scores
            .iter()
            .filter(|it| list.contains(&format!("data-scale=\"{}\"", it.scale)))
        {
            for part in &score.parts {
                let item = test.item(&part.item).expect("an item of the test");
                assert!(
                    list.replace("&#x27;", "'").contains(&item.text),
                    "{}",
                    part.item
                );
            }
        }
        dimension_list()
    });
    assert!(
        words(&html).contains("Tæller ikke med."),
        "don't know is neutral"
    );
    assert!(words(&html).contains("Sådan regner vi:"));
}

#[test]
fn staying_small_is_said_to_be_a_good_choice() {
    let html = page_of("da", &persona("lis-kan-men-vil-ikke"));
    assert!(words(&html).contains("også et godt valg"));
}
