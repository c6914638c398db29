//! Needs: where help may be of use, the strongest first, each with the answers behind it.

use super::{El, el, plan_step, reason_list};
use crate::{
    browser::document,
    session::Session,
    words::{Word, filled, key, text},
};
use vaekstspejl_engine::{
    need::{FIRST, Need, NeedFinding, SHOWN, STRONG},
    plan::Action,
    rule::Ground,
};

/// Grounds shown at once; more are folded.
const GROUNDS: usize = 3;

/// Which needs a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Only what cannot wait.
    Urgent,
    /// Everything that can.
    Others,
}

/// A list of needs: three large, up to six shown, the rest on demand.
pub fn need_list(which: Which) -> Option<El> {
    let session = Session::get();
    let later = session.later.get()?;
    let needs: Vec<(&'static Need, NeedFinding)> = session.assessment.with(|it| {
        let found = it.as_ref().map_or(&[][..], |it| &it.needs);
        let known = found
            .iter()
            .filter_map(|found| Some((later.need(&found.need)?, found.clone())));
        known
            .filter(|(need, _)| which == Which::All || need.urgent == (which == Which::Urgent))
            .collect()
    });
    if needs.is_empty() {
        return None;
    }
    let (class, id, title) = match which {
        Which::All => ("needs", "needs", key::NEEDS_TITLE),
        Which::Urgent => ("needs needs--urgent", "needs", key::NEEDS_CRISIS),
        Which::Others => ("needs", "needs-others", key::NEEDS_ALSO),
    };
    let lead = which == Which::All && needs.len() > 1;
    let mut cards: Vec<El> = needs
        .iter()
        .enumerate()
        .map(|(place, (need, found))| card(need, found, place < FIRST))
        .collect();
    let rest = cards.split_off(cards.len().min(SHOWN));
    let list = |cards: Vec<El>| el("ul", "needs__list").attr("role", "list").kids(cards);
    let folded = (!rest.is_empty()).then(|| {
        el("details", "fold needs__rest")
            .kid(el("summary", "").kid(text(key::NEEDS_REST)))
            .kid(list(rest))
    });
    let section = el("section", class)
        .attr("aria-labelledby", id)
        .kid(el("h2", "").attr("id", id).kid(text(title)))
        .maybe(lead.then(|| el("p", "quiet").kid(text(key::NEEDS_LEAD))))
        .kid(list(cards))
        .maybe(folded);
    Some(section)
}

fn card(need: &'static Need, found: &NeedFinding, large: bool) -> El {
    let (class, why) = if large {
        ("need need--first", because(&found.grounds))
    } else {
        (
            "need",
            folded(key::NEEDS_WHY, &found.grounds).into_iter().collect(),
        )
    };
    let target = ["offers-", need.id.as_str()].concat();
    let whose = filled(key::NEEDS_OFFERS_FOR, &[("title", &need.title)]);
    let offers = el("button", "link-button")
        .attr("type", "button")
        .attr("data-action", "show-offers")
        .kid(text(key::NEEDS_OFFERS))
        .kid(" ")
        .kid(el("span", "visually-hidden").kid(whose))
        .on("click", move || {
            document::reveal(&[&target, "recommendations"])
        });
    el("li", class)
        .attr("data-need", need.id.as_str())
        .kid(el("h3", "need__title").kid(need.title.as_str()))
        .kid(el("p", "need__strength").kid(text(strength(found.strength))))
        .kid(el("p", "").kid(need.text.as_str()))
        .kids(why)
        .kid(plan_step(Action::Need(need.id.clone()), &need.first_step))
        .kid(el("p", "need__offers no-print").kid(offers))
}

/// The first grounds at once, further ones folded.
fn because(grounds: &[Ground]) -> Vec<El> {
    if grounds.is_empty() {
        return Vec::new();
    }
    let (first, more) = grounds.split_at(grounds.len().min(GROUNDS));
    let mut why = vec![
        el("p", "need__because").kid(text(key::NEEDS_BECAUSE)),
        reason_list(first),
    ];
    why.extend(folded(key::NEEDS_MORE, more));
    why
}

fn folded(title: Word, grounds: &[Ground]) -> Option<El> {
    let fold = || {
        el("details", "fold")
            .kid(el("summary", "").kid(text(title)))
            .kid(reason_list(grounds))
    };
    (!grounds.is_empty()).then(fold)
}

/// How strong a need is, in a word.
fn strength(strength: u8) -> Word {
    match strength {
        STRONG.. => key::NEEDS_STRONG,
        50.. => key::NEEDS_FAIR,
        _ => key::NEEDS_LIGHT,
    }
}
