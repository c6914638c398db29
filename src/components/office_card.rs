//! The local office and the regional house: who they are, what is known of them, how to reach them.

use super::{El, el, item_el, offer_card::link_out, reading};
use crate::{
    offer_words::{Case, WayIn, dated, place, with_case},
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::catalogue::{Office, OfficeKind};

const SERVICES: [(&str, Word); 21] = [
    ("BI1", key::SERVICE_BI1),
    ("BI2", key::SERVICE_BI2),
    ("BI3", key::SERVICE_BI3),
    ("BV1", key::SERVICE_BV1),
    ("BV2", key::SERVICE_BV2),
    ("BV3", key::SERVICE_BV3),
    ("BV4", key::SERVICE_BV4),
    ("FI1", key::SERVICE_FI1),
    ("FI2", key::SERVICE_FI2),
    ("FI3", key::SERVICE_FI3),
    ("FI4", key::SERVICE_FI4),
    ("FV1", key::SERVICE_FV1),
    ("FV2", key::SERVICE_FV2),
    ("FV3", key::SERVICE_FV3),
    ("FV4", key::SERVICE_FV4),
    ("UI1", key::SERVICE_UI1),
    ("UI2", key::SERVICE_UI2),
    ("UV1", key::SERVICE_UV1),
    ("UV2", key::SERVICE_UV2),
    ("UV3", key::SERVICE_UV3),
    ("UV4", key::SERVICE_UV4),
];

/// The person's local office and regional house.
#[component]
pub fn OfficeCard() -> impl IntoView {
    let session = Session::get();
    el("section", "office card")
        .attr("aria-labelledby", "office-title")
        .live(move || {
            let title = el("h2", "office__heading")
                .attr("id", "office-title")
                .kid(text(key::OFFICE_TITLE));
            let case = with_case(session, |case| {
                el("div", "").kids(local(case)).maybe(regional(case))
            });
            view! { {title} {case} }.into_any()
        })
}

/// The way to the question after the municipality; nothing when it is answered with a place
/// outside Denmark.
pub fn municipality_link(case: Case<'_>) -> Option<El> {
    let item = "municipality".into();
    let open = case.assessment.counted.choices(&item).is_empty();
    (open && !reading()).then(|| item_el(&item, text(key::OFFERS_CHOOSE_MUNICIPALITY).to_owned()))
}

fn local(case: Case<'_>) -> Vec<El> {
    if let Some(office) = case.office() {
        return known(case, office);
    }
    let line = |word| el("p", "").kid(text(word));
    if case.assessment.municipality(case.later).is_some() {
        return vec![line(key::OFFICE_UNKNOWN)];
    }
    match municipality_link(case) {
        Some(link) => vec![line(key::OFFICE_NO_MUNICIPALITY), el("p", "").kid(link)],
        None => vec![line(key::OFFICE_ABROAD)],
    }
}

fn known(case: Case<'_>, office: &'static Office) -> Vec<El> {
    let is_demo = office.kind == OfficeKind::Demo;
    let municipality = case
        .assessment
        .municipality(case.later)
        .filter(|_| !is_demo);
    let verify = || {
        dated(
            key::OFFICE_VERIFY,
            key::OFFICE_VERIFY_UNDATED,
            &office.as_of,
            &[],
        )
    };
    let lines = [
        ("office__name", Some(office.name.clone())),
        (
            "office__of",
            municipality.map(|it| filled(key::OFFICE_OF, &[("municipality", &it.name)])),
        ),
        (
            "office__demo",
            is_demo.then(|| text(key::OFFICE_DEMO).to_owned()),
        ),
        (
            "office__hint",
            office
                .known_in
                .map(|year| filled(key::OFFICE_KNOWN_IN, &[("year", &year.to_string())])),
        ),
        ("office__hint", office.verify.then(verify)),
        (
            "office__note",
            Some(office.note.clone()).filter(|note| !note.is_empty() && !is_demo),
        ),
    ];
    let lines = lines
        .into_iter()
        .filter_map(|(class, words)| Some(el("p", class).kid(words?)));
    let call = ["tel:", &office.phone.replace(' ', "")].concat();
    let call = (!office.phone.is_empty()).then(|| {
        let words = filled(key::OFFICE_PHONE, &[("phone", &office.phone)]);
        el("a", "button button--small")
            .attr("href", call)
            .kid(words)
    });
    let ways: Vec<El> = go_to(&office.url, &office.name)
        .into_iter()
        .chain(call)
        .collect();
    let ways = (!ways.is_empty()).then(|| el("p", "office__ways no-print").kids(ways));
    lines.chain(ways).chain([services(office)]).collect()
}

/// A link to a site, if there is one.
fn go_to(url: &str, name: &'static str) -> Option<El> {
    let label = || filled(key::OFFER_GO, &[("place", place(url))]);
    (!url.is_empty()).then(|| {
        link_out(
            "button button--small",
            WayIn {
                url: url.to_owned(),
                label: label(),
            },
            name,
        )
    })
}

fn services(office: &'static Office) -> El {
    let name = |code: &String| {
        SERVICES
            .iter()
            .find(|(it, _)| it == code)
            .map(|(_, word)| text(*word))
    };
    let names: Vec<El> = office
        .services
        .iter()
        .filter_map(name)
        .map(|name| el("li", "").kid(name))
        .collect();
    if names.is_empty() {
        return el("p", "office__note").kid(text(key::OFFICE_SERVICES_UNKNOWN));
    }
    el("details", "office__services")
        .kid(el("summary", "").kid(text(key::OFFICE_SERVICES)))
        .kid(el("ul", "").kids(names))
}

fn regional(case: Case<'_>) -> Option<El> {
    let name = case.house_name()?;
    let (title, house) = if case.has_houses() {
        (key::OFFICE_HOUSE, case.house())
    } else {
        (key::OFFICE_GROWTH_HOUSE, None)
    };
    let site = house.and_then(|house| go_to(&house.url, name));
    let card = el("div", "office__house")
        .kid(el("h3", "office__label").kid(text(title)))
        .kid(el("p", "office__name").kid(name))
        .kid(el("p", "office__note").kid(text(key::OFFICE_HOUSE_TEXT)))
        .maybe(site.map(|link| el("p", "office__ways no-print").kid(link)));
    Some(card)
}
