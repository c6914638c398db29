//! What the recommendations say, rendered from the real content for real personas.

use leptos::prelude::*;
use std::{path::Path, sync::OnceLock};
use vaekstspejl::{
    components::{OfficeCard, Recommendations},
    figures, offer_words,
    route::Route,
    session::Session,
    state::Derived,
};
use vaekstspejl_engine::{
    Answer, Answers, Assessment, Content, Date, First, Later, OfficeId, assess,
    authoring::{self, Persona},
    catalogue::Offer,
    eligibility::{Eligibility, Standing},
};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load(lang: &str) -> Content {
    let (content, found) = authoring::load(&folder().join("content"), lang);
    let errors: Vec<_> = found
        .iter()
        .filter(|it| it.severity == authoring::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    content
}

/// The content of a language, read once.
fn content(lang: &str) -> &'static Content {
    static DANISH: OnceLock<Content> = OnceLock::new();
    static ENGLISH: OnceLock<Content> = OnceLock::new();
    if lang == "da" {
        DANISH.get_or_init(|| load("da"))
    } else {
        ENGLISH.get_or_init(|| load("en"))
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

fn result(persona: &Persona, lang: &str) -> Assessment<'static> {
    let content = content(lang);
    let test = content
        .first
        .questionnaire(&persona.questionnaire)
        .expect("a test of the content");
    let answers = persona.all_answers(content, test);
    assess(
        &content.later,
        test,
        &answers,
        persona.office.as_ref(),
        persona.today,
    )
}

/// Renders within a session that shows this result.
fn render<V: IntoView>(lang: &str, persona: &Persona, view: impl FnOnce() -> V) -> String {
    let content = content(lang);
    let (first, later): (&'static First, &'static Later) = (&content.first, &content.later);
    let found = result(persona, lang);
    let owner = Owner::new();
    owner.with(|| {
        let session = Session::provide(Route::Profile, persona.office.clone());
        session.first.set(Some(first));
        session.later.set(Some(later));
        session.questionnaire.set(persona.questionnaire.clone());
        session.answers.set(found.counted.to_answers());
        let assessment = Derived::new(|| (), move || Some(found.clone()));
        provide_context(Session {
            assessment,
            ..session
        });
        view().into_view().to_html()
    })
}

fn recommendations(lang: &str, persona: &Persona) -> String {
    plain(&render(lang, persona, || view! { <Recommendations/> }))
}

/// Without the marks that separate texts in rendered pages.
fn plain(html: &str) -> String {
    html.replace("<!>", "")
        .replace("<!---->", "")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

/// The cards of a page, each with the id of its offer.
fn cards(html: &str) -> Vec<(&str, &str)> {
    let card = |part: &'_ str| -> Option<(usize, usize)> {
        let id = part.find("data-offer=\"")? + "data-offer=\"".len();
        Some((id, part[id..].find('"')? + id))
    };
    html.split("<article ")
        .skip(1)
        .filter_map(|part| {
            let part = part.split("</article>").next()?;
            let (from, to) = card(part)?;
            Some((&part[from..to], part))
        })
        .collect()
}

fn offer(lang: &str, id: &str) -> &'static Offer {
    content(lang)
        .later
        .offer(&id.into())
        .expect("an offer of the content")
}

/// Everybody who is told something about offers, in both languages.
fn everybody() -> Vec<(&'static str, Persona)> {
    personas()
        .into_iter()
        .flat_map(|it| [("da", it.clone()), ("en", it)])
        .collect()
}

#[test]
fn every_card_has_its_hooks_a_reason_and_a_way_in() {
    for (lang, persona) in everybody() {
        let html = recommendations(lang, &persona);
        let found = result(&persona, lang).recommendations;
        let cards = cards(&html);
        assert_eq!(
            cards.len(),
            found.list.len() + found.near_misses.len(),
            "{}",
            persona.id
        );
        for (shown, (id, card)) in found.list.iter().chain(&found.near_misses).zip(cards) {
            let name = format!("{} of {}:\n{card}", id, persona.id);
            assert_eq!(shown.offer, id, "{name}");
            assert!(
                ["local", "regional", "national"]
                    .iter()
                    .any(|it| card.contains(&format!("data-level=\"{it}\""))),
                "{name}"
            );
            assert!(card.contains("href=\"https://"), "no way in: {name}");
            assert!(card.contains("rel=\"noreferrer noopener\""), "{name}");
            assert!(
                card.contains("data-action=\"plan-offer\" aria-pressed=\"false\""),
                "{name}"
            );
            assert!(card.contains("offer__why"), "{name}");
            let why = card.split("offer__why\">").nth(1).expect("a reason");
            assert!(!why.starts_with("</p>"), "no reason: {name}");
            assert!(!card.contains('{'), "a word without its value: {name}");
        }
    }
}

#[test]
fn an_unknown_price_never_reads_as_free() {
    let mut unknown = 0;
    for (lang, persona) in everybody() {
        let html = recommendations(lang, &persona);
        for (id, card) in cards(&html) {
            let offer = offer(lang, id);
            let price = card
                .split("</dt><dd>")
                .nth(1)
                .and_then(|it| it.split("</dd>").next())
                .expect("a price");
            if offer.price.is_empty()
                && offer.price_max.is_none()
                && offer.price_min.unwrap_or(0) == 0
            {
                unknown += 1;
                assert_eq!(
                    price,
                    if lang == "da" {
                        "Ikke oplyst"
                    } else {
                        "Not stated"
                    },
                    "{id}"
                );
            }
        }
    }
    assert!(unknown > 20, "the personas see offers of unknown price");
}

#[test]
fn a_grant_tells_an_amount_not_a_price() {
    for offer in &content("da").later.offers {
        let gives = offer.formats.iter().any(|it| it == "grant" || it == "loan");
        let word = offer_words::price_word(offer);
        assert!(
            !gives || word != vaekstspejl::words::key::OFFER_PRICE,
            "{}",
            offer.id
        );
    }
}

#[test]
fn no_offer_is_called_free_unless_its_highest_price_is_nothing() {
    for offer in &content("da").later.offers {
        let free = offer.price.starts_with("Gratis")
            && !offer.price.contains(" eller ")
            && !offer.price.contains("siger");
        assert!(
            !free || offer.price_max == Some(0),
            "{}: {}",
            offer.id,
            offer.price
        );
    }
}

#[test]
fn what_is_only_inferred_says_ask_and_what_is_old_says_check() {
    let (mut inferred, mut old) = (0, 0);
    for persona in personas() {
        let html = recommendations("da", &persona);
        let found = result(&persona, "da").recommendations;
        for (shown, (id, card)) in found
            .list
            .iter()
            .chain(&found.near_misses)
            .zip(cards(&html))
        {
            assert_eq!(shown.ask_about, card.contains("Spørg om dette"), "{id}");
            assert_eq!(
                shown.check_again,
                card.contains("Tjek, at det stadig findes"),
                "{id}"
            );
            inferred += usize::from(shown.ask_about);
            old += usize::from(shown.check_again);
        }
    }
    assert!(inferred > 0 && old > 0);
}

#[test]
fn a_near_miss_names_the_one_condition_that_is_not_met() {
    let mut seen = 0;
    for (lang, persona) in everybody() {
        let html = recommendations(lang, &persona);
        let missing = if lang == "da" {
            "Det mangler kun:"
        } else {
            "Only this is missing:"
        };
        let found = result(&persona, lang).recommendations;
        for (shown, (id, card)) in found
            .list
            .iter()
            .chain(&found.near_misses)
            .zip(cards(&html))
        {
            let near = shown.eligibility == Eligibility::NearMiss;
            assert_eq!(near, card.contains(missing), "{id}");
            if near {
                let unmet = shown
                    .criteria
                    .iter()
                    .find(|it| it.standing == Standing::NotMet)
                    .expect("one");
                let sentence = &offer(lang, id).criteria[unmet.criterion].sentence;
                assert!(
                    card.split(missing)
                        .nth(1)
                        .expect("after")
                        .contains(sentence.as_str()),
                    "{id}: {sentence}"
                );
                assert!(
                    card.contains(if lang == "da" {
                        "Ikke opfyldt"
                    } else {
                        "Not met"
                    }),
                    "{id}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "some persona has a near miss");
}

#[test]
fn an_open_condition_is_never_shown_as_met_and_leads_to_its_question() {
    let mut persona = persona("birgit-boghandel");
    persona.answers.set("size".into(), None);
    let html = recommendations("da", &persona);
    let found = result(&persona, "da").recommendations;
    let open = found
        .list
        .iter()
        .flat_map(|it| &it.criteria)
        .filter(|it| it.standing == Standing::NotAnswered)
        .count();
    let shown =
        html.matches("Ikke besvaret").count() + html.matches("Det må du selv vurdere").count();
    let near = found
        .near_misses
        .iter()
        .flat_map(|it| &it.criteria)
        .filter(|it| it.standing == Standing::NotAnswered)
        .count();
    assert_eq!(shown, open + near);
    assert!(
        html.matches("Ikke besvaret").count()
            <= html.matches("/size\"").count() + html.matches("Svar på spørgsmålet").count()
    );
}

#[test]
fn the_same_answers_are_referred_in_other_words_in_a_large_and_in_a_small_office() {
    let mut person = persona("sanne-lille-kontor-henviser");
    person.office = Some(OfficeId::from("demo-lille"));
    let small = recommendations("da", &person);
    person.office = Some(OfficeId::from("demo-stor"));
    let large = recommendations("da", &person);
    assert!(
        small.contains("Det kræver viden, som Demo: Erhvervskontoret i Lilleby ikke selv har.")
    );
    assert!(!large.contains("Det kræver viden, som Demo"));
    assert_ne!(small, large);
}

#[test]
fn a_length_beyond_the_office_is_told_in_hours() {
    let told = everybody().into_iter().any(|(lang, mut person)| {
        person.office = Some(OfficeId::from("demo-lille"));
        person.today = day("2026-11-20");
        let html = recommendations(lang, &person);
        html.contains("timer. Demo: Erhvervskontoret i Lilleby kan give op til")
    });
    assert!(
        told,
        "some persona needs more hours than the small office gives"
    );
}

#[test]
fn an_office_that_has_not_told_its_capability_is_said_to_be_assumed() {
    let mut person = persona("birgit-boghandel");
    person.office = None;
    let html = recommendations("da", &person);
    let assumed = result(&person, "da").referrals.iter().any(|it| it.assumed);
    assert!(assumed && html.contains("har ikke fortalt"));
}

#[test]
fn the_regional_house_has_the_name_of_its_time() {
    for persona in personas() {
        let html = recommendations("da", &persona)
            + &plain(&render("da", &persona, || view! { <OfficeCard/> }));
        if persona.today < day("2019-01-01") {
            assert!(!html.contains("Erhvervshus"), "{}", persona.id);
        } else {
            assert!(!html.contains("Dit Væksthus"), "{}", persona.id);
        }
    }
}

#[test]
fn without_a_municipality_there_is_a_way_to_the_question() {
    for id in ["ingen-svar-selvtest", "ingen-svar-vaekstscreening"] {
        let person = persona(id);
        for html in [
            recommendations("da", &person),
            plain(&render("da", &person, || view! { <OfficeCard/> })),
        ] {
            let link = format!("href=\"#/test/{}/municipality\"", person.questionnaire);
            assert!(html.contains(&link), "{id}: {html}");
        }
    }
    let mut abroad = persona("ingen-svar-selvtest");
    abroad.answers = Answers::default().with("municipality", Answer::one("abroad"));
    assert!(
        !recommendations("da", &abroad).contains("/municipality\""),
        "it is answered"
    );
}

#[test]
fn the_office_card_says_what_is_demonstration_and_what_to_check() {
    let mut person = persona("birgit-boghandel");
    for id in ["demo-lille", "demo-stor"] {
        person.office = Some(OfficeId::from(id));
        assert!(plain(&render("da", &person, || view! { <OfficeCard/> })).contains("opdigtet"));
    }
    for office in content("da")
        .later
        .offices
        .iter()
        .filter(|it| it.kind == vaekstspejl_engine::catalogue::OfficeKind::Default)
    {
        person.office = Some(office.id.clone());
        let html = plain(&render("da", &person, || view! { <OfficeCard/> }));
        assert!(html.contains(&office.name), "{}", office.id);
        assert_eq!(office.verify, html.contains("Tjek først"), "{}", office.id);
        assert_eq!(
            office.phone.is_empty(),
            !html.contains("tel:"),
            "{}",
            office.id
        );
        assert!(html.contains("https://"), "no way in: {}", office.id);
    }
}

#[test]
fn every_type_of_service_has_a_name() {
    let mut person = persona("birgit-boghandel");
    person.office = Some(OfficeId::from("demo-stor"));
    let services = content("da")
        .later
        .office(&"demo-stor".into())
        .expect("there")
        .services
        .len();
    for lang in ["da", "en"] {
        let html = plain(&render(lang, &person, || view! { <OfficeCard/> }));
        assert_eq!(html.matches("<li>").count(), services);
        assert!(!html.contains("<li></li>"));
    }
}

#[test]
fn money_and_dates_are_written_as_people_write_them() {
    let table = || {
        [
            figures::money(34_000),
            figures::money(950),
            figures::money(4_200_000),
            figures::date(day("2026-11-20")),
            figures::date(day("2010-01-01")),
            figures::written_date("2026-08-17"),
            figures::written_date("2024-06"),
            figures::written_date("2010"),
            figures::written_date("2024-13"),
        ]
        .join(" | ")
    };
    let person = persona("birgit-boghandel");
    assert_eq!(
        plain(&render("da", &person, table)),
        "34.000 kr. | 950 kr. | 4.200.000 kr. | 20. november 2026 | 1. januar 2010 | 17. august 2026 | juni 2024 | 2010 | 2024-13"
    );
    assert_eq!(
        plain(&render("en", &person, table)),
        "34,000 DKK | 950 DKK | 4,200,000 DKK | 20 November 2026 | 1 January 2010 | 17 August 2026 | June 2024 | 2010 | 2024-13"
    );
}

#[test]
fn prices_are_told_from_what_is_known() {
    let table = [
        (None, None, "Ikke oplyst"),
        (Some(0), None, "Ikke oplyst"),
        (Some(0), Some(0), "Gratis"),
        (None, Some(0), "Gratis"),
        (Some(500), None, "Fra 500 kr."),
        (None, Some(12_000), "Højst 12.000 kr."),
        (Some(0), Some(12_000), "Højst 12.000 kr."),
        (Some(500), Some(500), "500 kr."),
        (Some(20_000), Some(30_000), "20.000 kr. til 30.000 kr."),
    ];
    let person = persona("birgit-boghandel");
    for (from, to, words) in table {
        let mut offer = offer("da", "virksomhedsguiden").clone();
        offer.price.clear();
        (offer.price_min, offer.price_max) = (from, to);
        assert_eq!(
            render("da", &person, move || offer_words::price(&offer)),
            words
        );
    }
}

#[test]
fn every_offer_of_the_catalogue_has_a_way_in_and_a_source() {
    for lang in ["da", "en"] {
        let person = persona("birgit-boghandel");
        let html = render(lang, &person, move || {
            let session = Session::get();
            offer_words::with_case(session, |case| {
                for offer in &case.later.offers {
                    let way = case.way_in(offer).expect("no wrong door");
                    assert!(
                        way.url.starts_with("https://") && !way.label.contains('{'),
                        "{}",
                        offer.id
                    );
                    assert!(!offer_words::source(offer).contains('{'), "{}", offer.id);
                    assert!(
                        !case.provider(offer).is_empty() && !case.provider(offer).starts_with('@'),
                        "{}",
                        offer.id
                    );
                }
            });
            "done"
        });
        assert_eq!(html, "done");
    }
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}
