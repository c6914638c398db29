//! Strengths and weak spots: the few that stand out, each with a first thing to do.

use super::{El, el, plan_step, scale_link};
use crate::{
    session::Session,
    words::{Word, filled, key, text},
};
use vaekstspejl_engine::{ScaleId, plan::Action};

/// Strengths and weak spots, side by side.
pub fn sides() -> Option<El> {
    let session = Session::get();
    let (strengths, weak) = session.assessment.with(|it| {
        let profile = &it.as_ref()?.profile;
        Some((profile.strengths.clone(), profile.weak_spots.clone()))
    })?;
    let strong = group(
        session,
        "sides__group",
        "sides-strong",
        [key::SIDES_STRONG, key::SIDES_STRONG_NONE],
        &strengths,
        true,
    );
    let weak = group(
        session,
        "sides__group sides__group--weak",
        "sides-weak",
        [key::SIDES_WEAK, key::SIDES_WEAK_NONE],
        &weak,
        false,
    );
    Some(el("div", "sides").kid(strong).kid(weak))
}

fn group(
    session: Session,
    class: &'static str,
    id: &'static str,
    [title, none]: [Word; 2],
    scales: &[ScaleId],
    strong: bool,
) -> El {
    let cards: Vec<El> = scales
        .iter()
        .filter_map(|scale| card(session, scale, strong))
        .collect();
    let title = el("h2", "sides__title").attr("id", id).kid(text(title));
    let group = el("section", class).attr("aria-labelledby", id).kid(title);
    if cards.is_empty() {
        group.kid(el("p", "quiet").kid(text(none)))
    } else {
        group.kid(el("ul", "sides__list").attr("role", "list").kids(cards))
    }
}

/// A strength keeps its first step folded: there is less to do about it.
fn card(session: Session, id: &ScaleId, strong: bool) -> Option<El> {
    let scale = session.later.get()?.scale(id)?;
    let points = session
        .assessment
        .with(|it| it.as_ref()?.scores.points(id))?;
    let band = scale.band(points)?;
    let n = points.rounded().to_string();
    let words = filled(key::REASON_POINTS_BAND, &[("n", &n), ("band", &band.label)]);
    let card = el("li", "side")
        .kid(el("h3", "side__title").kid(scale.title.as_str()))
        .kid(el("p", "side__band").kid(scale_link(id, words)))
        .kid(el("p", "").kid(band.text.as_str()));
    let step = plan_step(Action::Scale(id.clone()), &band.first_step);
    let fold =
        || el("details", "fold side__fold").kid(el("summary", "").kid(text(key::STEP_FIRST)));
    Some(card.kid(if strong { fold().kid(step) } else { step }))
}
