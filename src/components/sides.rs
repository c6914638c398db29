//! Strengths and weak spots: the few that stand out, each with a first thing to do.

use super::{plan_step, scale_link};
use crate::{
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{ScaleId, plan::Action};

/// Strengths and weak spots, side by side.
#[component]
pub fn Sides() -> impl IntoView {
    let session = Session::get();
    let (strengths, weak) = session.assessment.with(|it| {
        let profile = &it.as_ref()?.profile;
        Some((profile.strengths.clone(), profile.weak_spots.clone()))
    })?;
    let view = view! {
        <div class="sides">
            {group(session, "strong", key::SIDES_STRONG, key::SIDES_STRONG_NONE, &strengths)}
            {group(session, "weak", key::SIDES_WEAK, key::SIDES_WEAK_NONE, &weak)}
        </div>
    };
    Some(view.into_any())
}

fn group(session: Session, kind: &'static str, title: Word, none: Word, scales: &[ScaleId]) -> AnyView {
    let cards: Vec<AnyView> = scales.iter().filter_map(|scale| card(session, scale)).collect();
    let none = cards.is_empty().then(|| view! { <p class="quiet">{text(none)}</p> });
    view! {
        <section class=["sides__group sides__group--", kind].concat() aria-labelledby=["sides-", kind].concat()>
            <h2 class="sides__title" id=["sides-", kind].concat()>{text(title)}</h2>
            {none}
            <ul class="sides__list" role="list">{cards}</ul>
        </section>
    }
    .into_any()
}

fn card(session: Session, id: &ScaleId) -> Option<AnyView> {
    let scale = session.later.get()?.scale(id)?;
    let points = session.assessment.with(|it| it.as_ref()?.scores.points(id))?;
    let band = scale.band(points)?;
    let n = points.rounded().to_string();
    let words = filled(key::REASON_POINTS_BAND, &[("n", &n), ("band", &band.label)]);
    let view = view! {
        <li class="side">
            <h3 class="side__title">{scale.title.as_str()}</h3>
            <p class="side__band">{scale_link(id, words)}</p>
            <p>{band.text.as_str()}</p>
            {plan_step(Action::Scale(id.clone()), &band.first_step)}
        </li>
    };
    Some(view.into_any())
}
