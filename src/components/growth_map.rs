//! Ambition and potential: what the owner wants and what there is room for, never one number.

use super::{
    El,
    dimension_list::{dimension_row, of_part},
    el, item_el, shape,
};
use crate::{
    session::Session,
    words::{Word, key, text},
};
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
pub fn growth_map() -> Option<El> {
    let session = Session::get();
    let scales = [
        of_part(session, Part::Ambition),
        of_part(session, Part::Potential),
    ]
    .concat();
    if scales.is_empty() {
        return None;
    }
    let known = session.assessment.with(|it| {
        let profile = &it.as_ref()?.profile;
        Some((profile.ambition?, profile.potential?))
    });
    let picture = match known {
        Some((ambition, potential)) => map(ambition, potential),
        None => vec![missing(session)],
    };
    let rows = scales
        .iter()
        .filter_map(|id| dimension_row(session, id))
        .collect();
    let rows = el("ul", "growth__list dimensions__list")
        .attr("role", "list")
        .kids(rows);
    let section = el("section", "growth")
        .attr("aria-labelledby", "growth-title")
        .kid(
            el("h2", "")
                .attr("id", "growth-title")
                .kid(text(key::GROWTH_TITLE)),
        )
        .kid(el("p", "quiet").kid(text(key::GROWTH_LEAD)))
        .kid(el("div", "growth__both").kids(picture).kid(rows));
    Some(section)
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

fn map(ambition: Points, potential: Points) -> Vec<El> {
    let here = field(ambition, potential);
    let mut square = el("div", "map__square");
    for (place, (title, _)) in FIELDS.iter().enumerate() {
        let class = if place == here {
            "map__field map__field--here"
        } else {
            "map__field"
        };
        square = square.kid(el("span", class).kid(text(*title)));
    }
    let at = [
        ("cx", i64::from(potential.rounded())),
        ("cy", i64::from(100 - ambition.rounded())),
    ];
    let dots = shape("svg", "map__dots")
        .attr("viewBox", "0 0 100 100")
        .kid(shape("circle", "map__halo").numbers(at).attr("r", "6"))
        .kid(shape("circle", "map__dot").numbers(at).attr("r", "2.6"));
    // The words beside it say the same.
    let map = el("div", "map")
        .attr("aria-hidden", "true")
        .kid(
            el("span", "map__up")
                .kid(text(key::GROWTH_AMBITION))
                .kid(" ↑"),
        )
        .kid(square.kid(dots))
        .kid(
            el("span", "map__along")
                .kid(text(key::GROWTH_POTENTIAL))
                .kid(" →"),
        );
    let mut words = el("div", "growth__words");
    if let Some((title, text_of)) = FIELDS.get(here) {
        words = words
            .kid(el("h3", "growth__here").kid(text(*title)))
            .kid(el("p", "").kid(text(*text_of)));
    }
    vec![map, words]
}

/// What is missing for the map, with the way to it.
fn missing(session: Session) -> El {
    let items: Vec<El> = session.assessment.with(|it| {
        let Some(it) = it else { return Vec::new() };
        let unknown = it.scores.iter().filter(|score| score.points.is_none());
        let growth = unknown.filter(|score| {
            let scale = session
                .later
                .get()
                .and_then(|later| later.scale(&score.scale));
            scale.is_some_and(|scale| matches!(scale.part, Part::Ambition | Part::Potential))
        });
        let open = growth.flat_map(|score| &score.parts).filter_map(|part| {
            let words = session.test()?.item(&part.item)?.text.clone();
            Some(el("li", "").kid(item_el(&part.item, words)))
        });
        open.collect()
    });
    el("div", "growth__words")
        .kid(el("p", "").kid(text(key::GROWTH_MISSING)))
        .kid(el("ul", "").kids(items))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_belongs_to_the_higher_field() {
        let of = |ambition, potential| {
            field(
                Points::whole_points(ambition),
                Points::whole_points(potential),
            )
        };
        assert_eq!(of(60, 60), 1);
        assert_eq!(of(59, 60), 3);
        assert_eq!(of(60, 59), 0);
        assert_eq!(of(0, 0), 2);
    }
}
