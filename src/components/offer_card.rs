//! One offer: what it is, why it is here, the way in. Calm outside; everything else inside.

use super::{El, el, item_el, reading, reason_list, shape};
use crate::{
    figures::date,
    offer_words::{Case, WayIn, address, figures, sentence, source},
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    NeedId,
    catalogue::{Level, Offer},
    eligibility::{CriterionFinding, Standing},
    need::NeedFinding,
    plan::{Action, MOST_ENTRIES, PlanEntry},
    recommendation::{Reason, Recommendation},
    referral::Referral,
    rule::Ground,
};

/// The name of a level in hooks and styles.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Local => "local",
        Level::Regional => "regional",
        Level::National => "national",
    }
}

/// Wider circles, wider reach: a shape for each level, next to its word.
pub fn level_mark(level: Level) -> El {
    let rings = match level {
        Level::Local => &[][..],
        Level::Regional => &["6"],
        Level::National => &["6", "9"],
    };
    let circle = |radius: &'static str| {
        shape("circle", "")
            .attr("cx", "10")
            .attr("cy", "10")
            .attr("r", radius)
    };
    let ring = |radius: &&'static str| {
        circle(radius)
            .attr("fill", "none")
            .attr("stroke", "currentColor")
            .attr("stroke-width", "1.6")
    };
    shape("svg", "level__mark")
        .attr("viewBox", "0 0 20 20")
        .attr("width", "20")
        .attr("height", "20")
        .attr("aria-hidden", "true")
        .kid(circle("3").attr("fill", "currentColor"))
        .kids(rings.iter().map(ring).collect())
}

/// A link out of the app, by the person's own click. Tells the other site nothing of this one.
pub fn link_out(class: &'static str, way: WayIn, about: &'static str) -> El {
    let hint = [": ", about, " ", text(key::OFFER_NEW_TAB)].concat();
    el("a", class)
        .attr("href", way.url)
        .attr("target", "_blank")
        .attr("rel", "noreferrer noopener")
        .kid(way.label)
        .kid(el("span", "visually-hidden").kid(hint))
}

/// An offer with its reasons. Stands under a heading of the third rank.
pub fn offer_card(session: Session, case: Case<'_>, recommendation: &Recommendation) -> Option<El> {
    let offer = case.later.offer(&recommendation.offer)?;
    let level = level_name(offer.level);
    let need = need_of(case, recommendation);
    let badge = el("span", level_class(offer.level))
        .kid(level_mark(offer.level))
        .kid(case.level_word(offer));
    let head = el("p", "offer__head")
        .kid(badge)
        .kid(el("span", "offer__provider").kid(sentence(&case.provider(offer))));
    let cautions = case.cautions(recommendation, offer).join(" ");
    let main = el("div", "offer__main")
        .kid(head)
        .kid(worded(offer, "h4", "offer__title").kid(offer.title.as_str()))
        .kid(worded(offer, "p", "offer__summary").kid(offer.summary.as_str()))
        .kid(for_need(case, need))
        .maybe(missing(offer, &recommendation.criteria))
        .maybe((!cautions.is_empty()).then(|| el("p", "offer__caution").kid(cautions)));
    let actions = el("div", "offer__actions no-print")
        .maybe(
            case.way_in(offer)
                .map(|way| link_out("button button--small", way, &offer.title)),
        )
        .kid(plan_button(session, case.plan_entry(offer)));
    let inside = el("details", "offer__more")
        .kid(el("summary", "").kid(more(recommendation)))
        .kids(inside(session, case, recommendation, offer, need));
    let card = el("article", "offer")
        .attr("data-offer", offer.id.as_str())
        .attr("data-level", level)
        .kid(main)
        .kid(
            el("div", "offer__side")
                .kid(facts(figures(offer)))
                .kid(actions),
        )
        .kid(inside);
    Some(card)
}

/// An element for words of an offer; says their language where it is another than the page's.
fn worded(offer: &'static Offer, tag: &'static str, class: &'static str) -> El {
    match offer.written_in.as_str() {
        "" => el(tag, class),
        written_in => el(tag, class).attr("lang", written_in),
    }
}

/// The class of a level's word and shape.
pub fn level_class(level: Level) -> &'static str {
    match level {
        Level::Local => "level level--local",
        Level::Regional => "level level--regional",
        Level::National => "level level--national",
    }
}

/// Why it is here, in one line.
fn for_need(case: Case<'_>, need: Option<&NeedFinding>) -> El {
    let why = el("p", "offer__why");
    match need.and_then(|found| case.later.need(&found.need)) {
        Some(need) => why
            .kid(el("span", "offer__for").kid(text(key::OFFER_FOR)))
            .kid(" ")
            .kid(el("strong", "").kid(need.title.as_str())),
        None => why.kid(text(key::OFFER_OPEN_DOOR)),
    }
}

/// What a near miss lacks.
fn missing(offer: &'static Offer, criteria: &[CriterionFinding]) -> Option<El> {
    let unmet = criteria.iter().find(|it| it.standing == Standing::NotMet)?;
    let sentence = offer.criteria.get(unmet.criterion)?.sentence.as_str();
    let label = el("strong", "").kid(text(key::OFFER_MISSING));
    Some(el("p", "offer__missing").kid(label).kid(" ").kid(sentence))
}

/// The need the offer is here for.
fn need_of<'a>(case: Case<'a>, recommendation: &Recommendation) -> Option<&'a NeedFinding> {
    let Reason::Need(need) = &recommendation.reason else {
        return None;
    };
    case.assessment
        .needs
        .iter()
        .find(|found| found.need == *need)
}

fn more(recommendation: &Recommendation) -> String {
    let all = recommendation.criteria.len();
    if all == 0 {
        return text(key::OFFER_MORE).to_owned();
    }
    let met = recommendation
        .criteria
        .iter()
        .filter(|it| it.standing == Standing::Met)
        .count();
    filled(
        key::OFFER_MORE_MET,
        &[("n", &met.to_string()), ("all", &all.to_string())],
    )
}

fn facts(figures: Vec<(Word, String)>) -> El {
    let fact = |(name, words): (Word, String)| {
        el("div", "offer__fact")
            .kid(el("dt", "").kid(text(name)))
            .kid(el("dd", "").kid(words))
    };
    el("dl", "offer__facts").kids(figures.into_iter().map(fact).collect())
}

/// Why in full, where the way leads and why, every entry rule, a caution, the source.
fn inside(
    session: Session,
    case: Case<'_>,
    recommendation: &Recommendation,
    offer: &'static Offer,
    need: Option<&NeedFinding>,
) -> Vec<El> {
    let grounds = need
        .filter(|found| !found.grounds.is_empty())
        .map(|found| reason_list(&found.grounds));
    let why: Vec<El> = grounds
        .into_iter()
        .chain(also(case, &recommendation.also))
        .collect();
    let referral = need.and_then(|found| {
        case.assessment
            .referrals
            .iter()
            .find(|it| it.need == found.need)
    });
    let referral = referral
        .map(|it| passed_on(case, it, offer.level))
        .unwrap_or_default();
    let note = (!offer.note.is_empty()).then(|| el("p", "").kid(offer.note.as_str()));
    let link = address(&offer.source).map(|url| {
        let way = WayIn {
            url: url.to_owned(),
            label: text(key::OFFER_OPEN_SOURCE).to_owned(),
        };
        link_out("offer__source", way, &offer.title)
    });
    let source = el("p", "").kid(source(offer)).kid(" ").maybe(link);
    [
        (key::OFFER_WHY, why),
        (
            if offer.level == Level::Local {
                key::OFFER_WHY_HERE
            } else {
                key::OFFER_WHY_LEVEL
            },
            referral
                .into_iter()
                .map(|words| el("p", "").kid(words))
                .collect(),
        ),
        (
            key::OFFER_CRITERIA,
            vec![criteria(session, offer, &recommendation.criteria)],
        ),
        (key::OFFER_NOTE, note.into_iter().collect()),
        (key::OFFER_SOURCE, vec![source]),
    ]
    .into_iter()
    .filter(|(_, inside)| !inside.is_empty())
    .map(|(title, inside)| {
        el("div", "offer__part")
            .kid(el("h5", "offer__label").kid(text(title)))
            .kids(inside)
    })
    .collect()
}

/// The referral belongs on the cards it explains: a passed-on need on the cards beyond the
/// local office, a need that begins locally on the local ones.
fn passed_on(case: Case<'_>, referral: &Referral, level: Level) -> Vec<String> {
    if referral.rules.is_empty() == (level == Level::Local) {
        case.referral(referral)
    } else {
        Vec::new()
    }
}

fn also(case: Case<'_>, needs: &[NeedId]) -> Option<El> {
    let titles: Vec<&str> = needs
        .iter()
        .filter_map(|id| case.later.need(id))
        .map(|it| it.title.as_str())
        .collect();
    let words = || filled(key::OFFER_ALSO, &[("needs", &titles.join(", "))]);
    (!titles.is_empty()).then(|| el("p", "").kid(words()))
}

fn criteria(session: Session, offer: &'static Offer, findings: &[CriterionFinding]) -> El {
    if findings.is_empty() {
        return el("p", "").kid(text(key::OFFER_NO_CRITERIA));
    }
    let line = |finding: &CriterionFinding| {
        let criterion = offer.criteria.get(finding.criterion)?;
        let open = open_item(session, &finding.grounds);
        let (class, mark, word) = match (finding.standing, &open) {
            (Standing::Met, _) => ("criterion criterion--met", "✓", key::OFFER_MET),
            (Standing::NotMet, _) => ("criterion criterion--not-met", "✗", key::OFFER_NOT_MET),
            (Standing::NotAnswered, Some(_)) => ("criterion", "?", key::OFFER_NOT_ANSWERED),
            (Standing::NotAnswered, None) => ("criterion", "?", key::OFFER_JUDGE),
        };
        let words = el("span", "")
            .kid(criterion.sentence.as_str())
            .kid(" ")
            .kid(el("span", "criterion__standing").kid(text(word)))
            .kid(" ")
            .maybe(open);
        Some(
            el("li", class)
                .kid(
                    el("span", "criterion__mark")
                        .attr("aria-hidden", "true")
                        .kid(mark),
                )
                .kid(words),
        )
    };
    el("ul", "criteria")
        .attr("role", "list")
        .kids(findings.iter().filter_map(line).collect())
}

/// A link to the first question that is missing.
fn open_item(session: Session, grounds: &[Ground]) -> Option<El> {
    let words = || text(key::OFFER_ANSWER).to_owned();
    grounds.iter().find_map(|ground| match ground {
        Ground::Unanswered { item }
            if session
                .path
                .with(|path| path.iter().any(|it| it.id == *item)) =>
        {
            Some(item_el(item, words()))
        }
        Ground::UnknownScore { scale } => session.path.with(|path| {
            let open = |id| session.answers.with(|answers| answers.get(id).is_none());
            let item = path
                .iter()
                .find(|it| it.scores.iter().any(|(id, _)| id == scale) && open(&it.id))?;
            Some(item_el(&item.id, words()))
        }),
        _ => None,
    })
}

/// Puts the offer into the plan, and takes it out again.
fn plan_button(session: Session, entry: PlanEntry) -> AnyView {
    if reading() {
        return ().into_any();
    }
    let what = entry.what.clone();
    let due = entry.by.map(date).unwrap_or_default();
    let planned = Memo::new(move |_| {
        session
            .plan
            .with(|plan| plan.iter().any(|it| it.what == what))
    });
    let full = move || session.plan.with(|plan| plan.len() >= MOST_ENTRIES);
    let remove = move |what: &Action| {
        session
            .plan
            .update(|plan| plan.retain(|it| it.what != *what))
    };
    let undo = entry.what.clone();
    let toggle = move |_: ev::MouseEvent| {
        if planned.get_untracked() {
            remove(&entry.what);
        } else if !full() {
            session.plan.update(|plan| plan.push(entry.clone()));
        }
    };
    view! {
        <button class="button button--small button--plan" type="button" data-action="plan-offer"
            aria-pressed=move || if planned.get() { "true" } else { "false" } on:click=toggle>
            {move || text(if planned.get() { key::OFFER_PLANNED } else { key::OFFER_PLAN })}
        </button>
        <p class="offer__planned" role="status">
            {move || if planned.get() {
                let undo = undo.clone();
                Some(view! {
                    {filled(key::OFFER_PLANNED_BY, &[("date", &due)])}
                    " "
                    <button class="link-button" type="button" data-action="unplan-offer"
                        on:click=move |_: ev::MouseEvent| remove(&undo)>{text(key::OFFER_UNDO)}</button>
                    " · "
                    <a href="#/plan">{text(key::OFFER_SEE_PLAN)}</a>
                }.into_any())
            } else {
                full().then(|| text(key::OFFER_PLAN_FULL).into_any())
            }}
        </p>
    }
    .into_any()
}
