//! The local office and the regional house: who they are, what is known of them, how to reach them.

use crate::{
    components::{item_link, offer_card::link_out},
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
    view! {
        <section class="office card" aria-labelledby="office-title">
            <h2 class="office__heading" id="office-title">{move || text(key::OFFICE_TITLE)}</h2>
            {move || with_case(session, |case| view! { {local(case)} {regional(case)} })}
        </section>
    }
}

/// The way to the question after the municipality; nothing when it is answered with a place
/// outside Denmark.
pub fn municipality_link(case: Case<'_>) -> Option<AnyView> {
    let item = "municipality".into();
    let open = case.assessment.counted.choices(&item).is_empty();
    open.then(|| item_link(&item, text(key::OFFERS_CHOOSE_MUNICIPALITY).to_owned()))
}

fn local(case: Case<'_>) -> AnyView {
    if let Some(office) = case.office() {
        return known(case, office);
    }
    if case.assessment.municipality(case.later).is_some() {
        return view! { <p>{text(key::OFFICE_UNKNOWN)}</p> }.into_any();
    }
    match municipality_link(case) {
        Some(link) => view! { <p>{text(key::OFFICE_NO_MUNICIPALITY)}</p> <p>{link}</p> }.into_any(),
        None => view! { <p>{text(key::OFFICE_ABROAD)}</p> }.into_any(),
    }
}

fn known(case: Case<'_>, office: &'static Office) -> AnyView {
    let municipality = case.assessment.municipality(case.later);
    let of = municipality.map(|it| filled(key::OFFICE_OF, &[("municipality", &it.name)]));
    let of = of.filter(|_| office.kind != OfficeKind::Demo);
    let verify = office
        .verify
        .then(|| dated(key::OFFICE_VERIFY, key::OFFICE_VERIFY_UNDATED, &office.as_of, &[]));
    let year = office.known_in.map(|year| filled(key::OFFICE_KNOWN_IN, &[("year", &year.to_string())]));
    let demo = (office.kind == OfficeKind::Demo).then(|| text(key::OFFICE_DEMO).to_owned());
    let note = Some(office.note.clone()).filter(|note| !note.is_empty() && demo.is_none());
    let site = (!office.url.is_empty()).then(|| WayIn {
        url: office.url.clone(),
        label: filled(key::OFFER_GO, &[("place", place(&office.url))]),
    });
    let call = ["tel:", &office.phone.replace(' ', "")].concat();
    let phone = (!office.phone.is_empty()).then(|| view! {
        <a class="button button--small" href=call>
            {filled(key::OFFICE_PHONE, &[("phone", &office.phone)])}
        </a>
    });
    let hint = |class: &'static str| move |words: String| view! { <p class=class>{words}</p> };
    view! {
        <p class="office__name">{office.name.as_str()}</p>
        {of.map(hint("office__of"))}
        {demo.map(hint("office__demo"))}
        {year.map(hint("office__hint"))}
        {verify.map(hint("office__hint"))}
        {note.map(hint("office__note"))}
        <p class="office__ways no-print">
            {site.map(|way| link_out("button button--small", way, &office.name))}
            {phone}
        </p>
        {services(office)}
    }
    .into_any()
}

fn services(office: &'static Office) -> AnyView {
    let name = |code: &String| SERVICES.iter().find(|(it, _)| it == code).map(|(_, word)| text(*word));
    let names: Vec<&str> = office.services.iter().filter_map(name).collect();
    if names.is_empty() {
        return view! { <p class="office__note">{text(key::OFFICE_SERVICES_UNKNOWN)}</p> }.into_any();
    }
    view! {
        <details class="office__services">
            <summary>{text(key::OFFICE_SERVICES)}</summary>
            <ul>{names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn regional(case: Case<'_>) -> Option<AnyView> {
    let name = case.house_name()?;
    let (title, house) = if case.has_houses() {
        (key::OFFICE_HOUSE, case.house())
    } else {
        (key::OFFICE_GROWTH_HOUSE, None)
    };
    let site = house.filter(|house| !house.url.is_empty()).map(|house| WayIn {
        url: house.url.clone(),
        label: filled(key::OFFER_GO, &[("place", place(&house.url))]),
    });
    Some(
        view! {
            <div class="office__house">
                <h3 class="office__label">{text(title)}</h3>
                <p class="office__name">{name}</p>
                <p class="office__note">{text(key::OFFICE_HOUSE_TEXT)}</p>
                {site.map(|way| view! {
                    <p class="office__ways no-print">{link_out("button button--small", way, name)}</p>
                })}
            </div>
        }
        .into_any(),
    )
}
