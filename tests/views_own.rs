//! What the person owns, rendered from the real content: plan, code, file, comparison, and the
//! words of everything that can go wrong.

use leptos::prelude::*;
use std::{collections::BTreeSet, path::Path, sync::OnceLock};
use vaekstspejl::{
    components::{Comparison, PlanList, Sheet, TakeHome},
    own::{self, Trouble},
    result::Parts,
    route::Route,
    session::{Earlier, Session},
};
use vaekstspejl_engine::{
    Answer, Answers, Content, Date, assess, authoring,
    deepening::deepening,
    plan::{Action, LONGEST_TEXT, MOST_ENTRIES, PlanEntry},
    profile_code::{self, CodeError},
    profile_file::{FileError, LONGEST, ProfileFile},
    questionnaire::Tier,
    relevance::Counted,
    score::scores,
};

const LANGUAGES: [&str; 2] = ["da", "en"];

fn today() -> Date {
    Date::new(2026, 11, 20).expect("a day of the calendar")
}

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

/// The second piece of the program, as far as these views ask for it.
fn parts() -> Parts {
    Parts {
        screen: |_| ().into_any(),
        head: || ().into_any(),
        foot: || ().into_any(),
        read: |_, _, _| None,
        offices: |_, _, _| Vec::new(),
        assess: |later, test, answers, office| assess(later, test, answers, office, today()),
        deepened: |later, test, answers| {
            let core = Counted::new(test, answers, &[]);
            deepening(&later.scales, &core, &scores(&later.scales, &core))
        },
        to_json: |_| String::new(),
        resume: |_, _| {},
        other_tab: |_, _| {},
    }
}

/// Everything Anne answered to the short self-test; three of her answers are hidden by her stage.
fn answers() -> Answers {
    let mut answers = Answers::default()
        .with("stage", Answer::one("idea"))
        .with("municipality", Answer::one("0751"))
        .with("company_age", Answer::one("y10_up"))
        .with("size", Answer::one("s50_249"))
        .with("signs", Answer::many(["tax_debt"]).expect("one choice"));
    let test = content("da")
        .first
        .questionnaire(&"selvtest".into())
        .expect("the self-test");
    for (place, item) in test
        .items
        .iter()
        .filter(|item| item.is_scored() && item.tier != Tier::Deep)
        .enumerate()
    {
        if let Some(choice) = item.choices.get(place % item.choices.len().max(1)) {
            answers.set(item.id.clone(), Some(Answer::One(choice.id.clone())));
        }
    }
    answers
}

/// Runs within a session that has this content and these answers.
fn within<T>(lang: &str, answers: Answers, act: impl FnOnce(Session) -> T) -> T {
    let content = content(lang);
    Owner::new().with(|| {
        let session = Session::provide(Route::Profile, None);
        session.first.set(Some(&content.first));
        session.later.set(Some(&content.later));
        session.parts.set(Some(parts()));
        session.answers.set(answers);
        act(session)
    })
}

fn text(html: &str) -> String {
    let mut text = String::new();
    let mut tag = false;
    for letter in html.chars() {
        match letter {
            '<' => tag = true,
            '>' => tag = false,
            letter if !tag => text.push(letter),
            _ => {}
        }
    }
    text
}

fn troubles() -> Vec<Trouble> {
    let files = [
        FileError::TooLong,
        FileError::NotJson { line: 7 },
        FileError::NotAProfile,
        FileError::Newer { version: 9 },
        FileError::Damaged { line: 7 },
    ];
    let codes = [
        CodeError::NotACode,
        CodeError::TooLong,
        CodeError::Character('b'),
        CodeError::Mistyped,
        CodeError::Newer,
        CodeError::UnknownTest,
        CodeError::Damaged,
    ];
    let others = [Trouble::Nothing, Trouble::Unreadable, Trouble::UnknownTest];
    let files = files.into_iter().map(Trouble::File);
    others
        .into_iter()
        .chain(files)
        .chain(codes.into_iter().map(Trouble::Code))
        .collect()
}

#[test]
fn every_trouble_says_what_happened_and_what_to_do_in_its_own_words() {
    for lang in LANGUAGES {
        within(lang, Answers::default(), |_| {
            let mut said = BTreeSet::new();
            for trouble in troubles() {
                let (what, todo) = trouble.words();
                assert!(!what.is_empty() && todo.len() > 20, "{lang} {trouble:?}");
                assert!(
                    !what.contains('{') && !todo.contains('{'),
                    "{lang} {trouble:?}: {what} {todo}"
                );
                assert!(
                    said.insert(what),
                    "{lang} {trouble:?} has the words of another"
                );
                assert!(
                    said.insert(todo),
                    "{lang} {trouble:?} has the words of another"
                );
            }
        });
    }
}

#[test]
fn the_wrong_character_the_line_and_the_version_are_named() {
    within("da", Answers::default(), |_| {
        let words = |trouble: Trouble| {
            let (what, todo) = trouble.words();
            [what, todo].concat()
        };
        assert!(words(Trouble::Code(CodeError::Character('b'))).contains("»B«"));
        assert!(words(Trouble::File(FileError::Damaged { line: 7 })).contains("linje 7"));
        assert!(words(Trouble::File(FileError::Newer { version: 9 })).contains('9'));
    });
}

#[test]
fn what_is_given_is_told_apart_and_its_length_is_looked_at_first() {
    within("da", answers(), |session| {
        let code = own::code(session).expect("a code");
        let file = session.to_file().expect("a file").to_json();
        let open = |given: &str| own::open_text(session, given);
        assert!(open(&code).expect("a code opens").from_code);
        assert!(open(&profile_code::grouped(&code)).is_ok());
        assert!(open(&["https://example.dk/#/open/", &code.to_uppercase()].concat()).is_ok());
        assert!(
            !open(&["\u{feff}  ", &file].concat())
                .expect("a file opens")
                .from_code
        );
        assert_eq!(open(" \n"), Err(Trouble::Nothing));
        assert_eq!(open("hej"), Err(Trouble::Code(CodeError::NotACode)));
        assert_eq!(
            open(&"x".repeat(10_000_000)),
            Err(Trouble::File(FileError::TooLong))
        );
        assert_eq!(open("{}"), Err(Trouble::File(FileError::NotAProfile)));
        assert_eq!(
            open("{\"format\": "),
            Err(Trouble::File(FileError::NotJson { line: 1 }))
        );
        let other = file.replace("\"selvtest\"", "\"another\"");
        assert_eq!(open(&other), Err(Trouble::UnknownTest));
    });
}

#[test]
fn an_opened_file_keeps_the_limits_of_a_plan() {
    within("da", answers(), |session| {
        let entry = |words: &str| PlanEntry {
            what: Action::Own(words.to_owned()),
            who: words.to_owned(),
            by: None,
            done: false,
        };
        let mut file = session.to_file().expect("a file");
        file.plan = vec![entry(&"æ".repeat(LONGEST_TEXT + 50)); MOST_ENTRIES + 5];
        let json = file.to_json();
        assert!(json.len() < LONGEST);
        let opened = own::open_text(session, &json).expect("it opens").file;
        assert_eq!(opened.plan.len(), MOST_ENTRIES);
        assert_eq!(opened.plan[0].who.chars().count(), LONGEST_TEXT);
        assert_eq!(opened.plan[0].what, Action::Own("æ".repeat(LONGEST_TEXT)));
    });
}

#[test]
fn the_code_shown_is_the_engines_and_carries_only_answers_that_count() {
    within("da", answers(), |session| {
        let shown = own::code(session).expect("a code");
        let html = view! { <TakeHome/> }.to_html();
        assert!(html.contains(&format!("data-code=\"{shown}\"")));
        for group in profile_code::grouped(&shown).split(' ') {
            assert!(html.contains(group), "{group}");
        }
        let test = session.test().expect("a test");
        let counted = assess(&content("da").later, test, &answers(), None, today())
            .counted
            .to_answers();
        let layout = own::layout(session, &test.id, test.version).expect("a layout");
        assert_eq!(
            Some(&shown),
            profile_code::encode(layout, &counted).as_ref()
        );
        let read = profile_code::decode(own::layouts(session), &shown).expect("it is read back");
        assert_eq!(read.answers, counted);
        for hidden in ["company_age", "size", "signs"] {
            assert!(answers().get(&hidden.into()).is_some());
            assert!(
                read.answers.get(&hidden.into()).is_none(),
                "{hidden} does not count"
            );
        }
    });
}

#[test]
fn without_answers_there_is_no_code() {
    within("da", Answers::default(), |session| {
        assert_eq!(own::code(session), None)
    });
}

#[test]
fn every_kind_of_plan_entry_is_shown_in_words() {
    for lang in LANGUAGES {
        within(lang, answers(), |session| {
            let later = &content(lang).later;
            let need = &later.needs[0];
            let scale = &later.scales[0];
            let offer = later
                .offers
                .iter()
                .find(|offer| !offer.url.is_empty())
                .expect("an offer with a site");
            let entry = |what: Action| PlanEntry {
                what,
                who: "Anne".into(),
                by: Some(today()),
                done: false,
            };
            session.plan.set(vec![
                entry(Action::Need(need.id.clone())),
                entry(Action::Scale(scale.id.clone())),
                entry(Action::Offer(offer.id.clone())),
                entry(Action::Own("Ring <til> banken".into())),
                entry(Action::Offer("gone".into())),
            ]);
            let html = view! { <PlanList/> }.to_html();
            assert_eq!(html.matches("data-plan=").count(), 5);
            assert!(
                html.contains("Ring &lt;til&gt; banken"),
                "hostile text stays text"
            );
            let all = own::plan_text(session);
            for words in [&need.first_step, &offer.title, &offer.url] {
                assert!(all.contains(words.as_str()), "{lang}: {words}");
            }
            let day = if lang == "da" {
                "20. november 2026"
            } else {
                "20 November 2026"
            };
            assert!(text(&html).contains(day), "{lang}: the day in words");
            assert!(session.plan.with(|plan| {
                plan.iter()
                    .all(|it| !own::line(session, &it.what).what.is_empty())
            }));
        });
    }
}

#[test]
fn the_calendar_has_what_is_not_done_and_a_day_for_everything() {
    within("da", answers(), |session| {
        let entry = |by: Option<Date>, done: bool| PlanEntry {
            what: Action::Own("Ring".into()),
            who: String::new(),
            by,
            done,
        };
        session.plan.set(vec![
            entry(Some(today()), false),
            entry(None, false),
            entry(None, true),
        ]);
        let days: Vec<Date> = own::events(session).iter().map(|event| event.day).collect();
        assert_eq!(days.len(), 2);
        assert_eq!(days[0], today());
    });
}

#[test]
fn the_first_steps_suggested_are_those_not_in_the_plan() {
    within("da", answers(), |session| {
        let before = own::suggestions(session);
        assert_eq!(before.len(), 3);
        session.plan.set(vec![PlanEntry {
            what: before[0].clone(),
            who: String::new(),
            by: None,
            done: false,
        }]);
        assert_eq!(own::suggestions(session), before[1..]);
    });
}

fn compared(lang: &str, then: Answers, version: u16, now: Answers) -> String {
    within(lang, now, |session| {
        session.earlier.set(Some(Earlier {
            questionnaire: "selvtest".into(),
            version,
            saved: Some(today()),
            answers: then,
        }));
        text(&view! { <Comparison/> }.to_html())
    })
}

#[test]
fn a_comparison_says_up_down_and_unchanged_in_words() {
    let raised = answers().with("drive_core", Answer::one("5"));
    let lowered = answers().with("drive_core", Answer::one("1"));
    let up = compared("da", lowered.clone(), 1, raised.clone());
    assert!(
        up.contains("op ") && up.contains("uændret") && !up.contains("ned "),
        "{up}"
    );
    let down = compared("en", raised, 1, lowered);
    assert!(
        down.contains("down ") && down.contains("unchanged"),
        "{down}"
    );
    assert!(down.contains("20 November 2026"), "{down}");
}

#[test]
fn what_cannot_be_compared_says_why() {
    let unknown_version = compared("da", answers(), 999, answers());
    assert!(unknown_version.contains("kan ikke sammenlignes"));
    assert!(unknown_version.contains("lavet om siden dengang"));
    let half_answered = compared(
        "da",
        Answers::default().with("stage", Answer::one("idea")),
        1,
        answers(),
    );
    assert!(half_answered.contains("ved vi ikke"));
}

#[test]
fn the_sheet_for_paper_has_the_code_and_no_controls() {
    for lang in LANGUAGES {
        within(lang, answers(), |session| {
            let code = Memo::new(move |_| own::code(session));
            let html = view! { <Sheet code=code/> }.to_html();
            let grouped = profile_code::grouped(&own::code(session).expect("a code"));
            assert!(html.contains(&grouped), "{lang}");
            for hook in [
                "<button",
                "data-offer",
                "data-need",
                "data-segment",
                "style=",
            ] {
                assert!(!html.contains(hook), "{lang}: {hook}");
            }
        });
    }
}

#[test]
fn a_file_saved_here_opens_here_again() {
    within("da", answers(), |session| {
        let file = session.to_file().expect("a file");
        let again = ProfileFile::from_json(&file.to_json()).expect("it opens");
        assert_eq!(again, file);
        assert_eq!(own::layout(session, &file.questionnaire, 0), None);
    });
}
