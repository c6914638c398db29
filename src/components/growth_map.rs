//! Ambition and potential: what the owner wants and what there is room for, never one number.

use super::{
    dimension_list::{dimension_row, of_part},
    item_link,
};
use crate::{
    session::Session,
    words::{Word, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    profile::STRENGTH_FROM,
    score::{Part, Points},
};

/// The four fields of the map, in reading order: wish without room, both; neither, room without wish.
const FIELDS: [(Word, Word); 4] = [
    (key::GROWTH_WILL, key::GROWTH_WILL_TEXT),
    (key::GROWTH_BOTH, key::GROWTH_BOTH_TEXT),
    (key::GROWTH_SMALL, key::GROWTH_SMALL_TEXT),
    (key::GROWTH_ROOM, key::GROWTH_ROOM_TEXT),
];

/// The map with its words. Nothing where the test does not ask about growth.
#[component]
pub fn GrowthMap() -> impl IntoView {
    let session = Session::get();
    let scales = [of_part(session, Part::Ambition), of_part(session, Part::Potential)].concat();
    if scales.is_empty() {
        return None;
    }
    let known = session.assessment.with(|it| {
        let profile = &it.as_ref()?.profile;
        Some((profile.ambition?, profile.potential?))
    });
    let picture = match known {
        Some((ambition, potential)) => map(ambition, potential),
        None => missing(session),
    };
    let rows: Vec<AnyView> = scales.iter().filter_map(|id| dimension_row(session, id)).collect();
    let view = view! {
        <section class="growth" aria-labelledby="growth-title">
            <h2 id="growth-title">{text(key::GROWTH_TITLE)}</h2>
            <p class="quiet">{text(key::GROWTH_LEAD)}</p>
            <div class="growth__both">
                {picture}
                <ul class="growth__list dimensions__list" role="list">{rows}</ul>
            </div>
        </section>
    };
    Some(view.into_any())
}

/// The field the two values fall in; the borders are those of the bands and of the segments.
fn field(ambition: Points, potential: Points) -> usize {
    let border = Points::whole_points(STRENGTH_FROM);
    match (ambition >= border, potential >= border) {
        (true, false) => 0,
        (true, true) => 1,
        (false, false) => 2,
        (false, true) => 3,
    }
}

fn map(ambition: Points, potential: Points) -> AnyView {
    let here = field(ambition, potential);
    let (x, y) = (potential.rounded(), 100 - ambition.rounded());
    let fields = FIELDS.iter().enumerate().map(|(place, (title, _))| {
        view! { <span class="map__field" class:map__field--here=place == here>{text(*title)}</span> }
    });
    let words = FIELDS.get(here).map(|(title, words)| view! {
        <h3 class="growth__here">{text(*title)}</h3>
        <p>{text(*words)}</p>
    });
    view! {
        // The words beside it say the same.
        <div class="map" aria-hidden="true">
            <span class="map__up">{text(key::GROWTH_AMBITION)}" ↑"</span>
            <div class="map__square">
                {fields.collect_view()}
                <svg class="map__dots" viewBox="0 0 100 100">
                    <circle class="map__halo" cx=x.to_string() cy=y.to_string() r="6"/>
                    <circle class="map__dot" cx=x.to_string() cy=y.to_string() r="2.6"/>
                </svg>
            </div>
            <span class="map__along">{text(key::GROWTH_POTENTIAL)}" →"</span>
        </div>
        <div class="growth__words">{words}</div>
    }
    .into_any()
}

/// What is missing for the map, with the way to it.
fn missing(session: Session) -> AnyView {
    let items: Vec<AnyView> = session.assessment.with(|it| {
        let Some(it) = it else { return Vec::new() };
        let unknown = it.scores.iter().filter(|score| score.points.is_none());
        let growth = unknown.filter(|score| {
            let scale = session.later.get().and_then(|later| later.scale(&score.scale));
            scale.is_some_and(|scale| matches!(scale.part, Part::Ambition | Part::Potential))
        });
        let open = growth.flat_map(|score| &score.parts).filter_map(|part| {
            let words = session.test()?.item(&part.item)?.text.clone();
            Some(view! { <li>{item_link(&part.item, words)}</li> }.into_any())
        });
        open.collect()
    });
    view! {
        <div class="growth__words">
            <p>{text(key::GROWTH_MISSING)}</p>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_belongs_to_the_higher_field() {
        let of = |ambition, potential| field(Points::whole_points(ambition), Points::whole_points(potential));
        assert_eq!(of(60, 60), 1);
        assert_eq!(of(59, 60), 3);
        assert_eq!(of(60, 59), 0);
        assert_eq!(of(0, 0), 2);
    }
}
