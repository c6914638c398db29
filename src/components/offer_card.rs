//! One offer: what it is, why it is here, the way in. Calm outside; everything else inside.

use crate::{
    components::{item_link, reasons},
    figures::date,
    offer_words::{Case, WayIn, address, figures, source, with_case},
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

/// An offer with its reasons. Stands under a heading of the third rank.
#[component]
pub fn OfferCard(
    /// The offer, and why it is here.
    recommendation: Recommendation,
) -> impl IntoView {
    let session = Session::get();
    with_case(session, |case| card(session, case, &recommendation))
}

/// The name of a level in hooks and styles.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Local => "local",
        Level::Regional => "regional",
        Level::National => "national",
    }
}

/// Wider circles, wider reach: a shape for each level, next to its word.
pub fn level_mark(level: Level) -> AnyView {
    let rings = match level {
        Level::Local => &[][..],
        Level::Regional => &["5"],
        Level::National => &["5", "8.5"],
    };
    view! {
        <svg class="level__mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <circle cx="10" cy="10" r="2.2" fill="currentColor"/>
            {rings.iter().map(|radius| view! {
                <circle cx="10" cy="10" r=*radius fill="none" stroke="currentColor" stroke-width="1.6"/>
            }).collect_view()}
        </svg>
    }
    .into_any()
}

/// A link out of the app, by the person's own click. Tells the other site nothing of this one.
pub fn link_out(class: &'static str, way: WayIn, about: &'static str) -> AnyView {
    view! {
        <a class=class href=way.url target="_blank" rel="noreferrer noopener">
            {way.label}
            <span class="visually-hidden">{[": ", about, " ", text(key::OFFER_NEW_TAB)].concat()}</span>
        </a>
    }
    .into_any()
}

fn card(session: Session, case: Case<'_>, recommendation: &Recommendation) -> Option<AnyView> {
    let offer = case.later.offer(&recommendation.offer)?;
    let level = level_name(offer.level);
    let cautions = case.cautions(recommendation, offer);
    let need = need_of(case, recommendation);
    let title = need.and_then(|found| case.later.need(&found.need)).map(|need| need.title.as_str());
    let line_words = |words: String| view! { <p class="offer__caution">{words}</p> };
    let missing = recommendation.criteria.iter().find(|it| it.standing == Standing::NotMet);
    let missing = missing.and_then(|it| offer.criteria.get(it.criterion)).map(|it| it.sentence.as_str());
    Some(view! {
        <article class=["offer offer--", level].concat() data-offer=offer.id.as_str() data-level=level>
            <div class="offer__main">
                <p class="offer__head">
                    <span class=["level level--", level].concat()>
                        {level_mark(offer.level)}
                        {case.level_word(offer)}
                    </span>
                    <span class="offer__provider">{case.provider(offer)}</span>
                </p>
                <h4 class="offer__title">{offer.title.as_str()}</h4>
                <p class="offer__summary">{offer.summary.as_str()}</p>
                <p class="offer__why">{match title {
                    Some(title) => view! {
                        <span class="offer__for">{text(key::OFFER_FOR)}</span>
                        " "
                        <strong>{title}</strong>
                    }.into_any(),
                    None => text(key::OFFER_OPEN_DOOR).into_any(),
                }}</p>
                {missing.map(|sentence| view! {
                    <p class="offer__missing">
                        <strong>{text(key::OFFER_MISSING)}</strong>
                        " "
                        {sentence}
                    </p>
                })}
                {cautions.into_iter().map(line_words).collect_view()}
            </div>
            <div class="offer__side">
                {facts(figures(offer))}
                <div class="offer__actions no-print">
                    {case.way_in(offer).map(|way| link_out("button button--small", way, &offer.title))}
                    {plan_button(session, case.plan_entry(offer))}
                </div>
            </div>
            <details class="offer__more">
                <summary>{more(recommendation)}</summary>
                {inside(session, case, recommendation, offer, need)}
            </details>
        </article>
    }.into_any())
}

/// The need the offer is here for.
fn need_of<'a>(case: Case<'a>, recommendation: &Recommendation) -> Option<&'a NeedFinding> {
    let Reason::Need(need) = &recommendation.reason else { return None };
    case.assessment.needs.iter().find(|found| found.need == *need)
}

fn more(recommendation: &Recommendation) -> String {
    let all = recommendation.criteria.len();
    if all == 0 {
        return text(key::OFFER_MORE).to_owned();
    }
    let met = recommendation.criteria.iter().filter(|it| it.standing == Standing::Met).count();
    filled(key::OFFER_MORE_MET, &[("n", &met.to_string()), ("all", &all.to_string())])
}

fn facts(figures: Vec<(Word, String)>) -> AnyView {
    let fact = |(name, words): (Word, String)| view! {
        <div class="offer__fact"><dt>{text(name)}</dt><dd>{words}</dd></div>
    };
    view! { <dl class="offer__facts">{figures.into_iter().map(fact).collect_view()}</dl> }.into_any()
}

/// Why in full, where the way leads and why, every entry rule, a caution, the source.
fn inside(
    session: Session,
    case: Case<'_>,
    recommendation: &Recommendation,
    offer: &'static Offer,
    need: Option<&NeedFinding>,
) -> AnyView {
    let why = need.filter(|found| !found.grounds.is_empty()).map(|found| reasons(&found.grounds));
    let also = also(case, &recommendation.also);
    let referral = need.and_then(|found| case.assessment.referrals.iter().find(|it| it.need == found.need));
    let referral: Vec<String> = referral.map(|it| passed_on(case, it, offer.level)).unwrap_or_default();
    let note = (!offer.note.is_empty()).then(|| paragraph(&offer.note));
    let source = view! {
        <p>
            {source(offer)}
            {address(&offer.source).map(|url| {
                let label = text(key::OFFER_SOURCE).to_owned();
                view! { " " {link_out("offer__source", WayIn { url: url.to_owned(), label }, &offer.title)} }
            })}
        </p>
    };
    view! {
        {(why.is_some() || also.is_some()).then(|| part(key::OFFER_WHY, view! { {why} {also} }.into_any()))}
        {(!referral.is_empty()).then(|| part(
            key::OFFER_WHY_LEVEL,
            referral.iter().map(|words| paragraph(words)).collect_view().into_any(),
        ))}
        {part(key::OFFER_CRITERIA, criteria(session, offer, &recommendation.criteria))}
        {note.map(|note| part(key::OFFER_NOTE, note))}
        {part(key::OFFER_SOURCE, source.into_any())}
    }
    .into_any()
}

/// The referral belongs on the cards it explains: a passed-on need on the cards beyond the
/// local office, a need that begins locally on the local ones.
fn passed_on(case: Case<'_>, referral: &Referral, level: Level) -> Vec<String> {
    if referral.rules.is_empty() == (level == Level::Local) { case.referral(referral) } else { Vec::new() }
}

fn also(case: Case<'_>, needs: &[NeedId]) -> Option<AnyView> {
    let titles: Vec<&str> = needs.iter().filter_map(|id| case.later.need(id)).map(|it| it.title.as_str()).collect();
    (!titles.is_empty()).then(|| paragraph(&filled(key::OFFER_ALSO, &[("needs", &titles.join(", "))])))
}

fn paragraph(words: &str) -> AnyView {
    view! { <p>{words.to_owned()}</p> }.into_any()
}

fn part(title: Word, inside: AnyView) -> AnyView {
    view! { <div class="offer__part"><h5 class="offer__label">{text(title)}</h5>{inside}</div> }.into_any()
}

fn criteria(session: Session, offer: &'static Offer, findings: &[CriterionFinding]) -> AnyView {
    if findings.is_empty() {
        return paragraph(text(key::OFFER_NO_CRITERIA));
    }
    let line = |finding: &CriterionFinding| {
        let criterion = offer.criteria.get(finding.criterion)?;
        let open = open_item(session, &finding.grounds);
        let (name, mark, word) = match (finding.standing, &open) {
            (Standing::Met, _) => ("met", "✓", key::OFFER_MET),
            (Standing::NotMet, _) => ("not-met", "✗", key::OFFER_NOT_MET),
            (Standing::NotAnswered, Some(_)) => ("open", "?", key::OFFER_NOT_ANSWERED),
            (Standing::NotAnswered, None) => ("open", "?", key::OFFER_JUDGE),
        };
        Some(view! {
            <li class=["criterion criterion--", name].concat()>
                <span class="criterion__mark" aria-hidden="true">{mark}</span>
                <span>
                    {criterion.sentence.as_str()}
                    " "
                    <span class="criterion__standing">{text(word)}</span>
                    {open.map(|link| view! { " " {link} })}
                </span>
            </li>
        })
    };
    view! { <ul class="criteria" role="list">{findings.iter().filter_map(line).collect_view()}</ul> }.into_any()
}

/// A link to the first question that is missing.
fn open_item(session: Session, grounds: &[Ground]) -> Option<AnyView> {
    let words = || text(key::OFFER_ANSWER).to_owned();
    grounds.iter().find_map(|ground| match ground {
        Ground::Unanswered { item } if session.path.with(|path| path.iter().any(|it| it.id == *item)) => {
            Some(item_link(item, words()))
        }
        Ground::UnknownScore { scale } => session.path.with(|path| {
            let open = |id| session.answers.with(|answers| answers.get(id).is_none());
            let item = path.iter().find(|it| it.scores.iter().any(|(id, _)| id == scale) && open(&it.id))?;
            Some(item_link(&item.id, words()))
        }),
        _ => None,
    })
}

/// Puts the offer into the plan, and takes it out again.
fn plan_button(session: Session, entry: PlanEntry) -> AnyView {
    let what = entry.what.clone();
    let due = entry.by.map(date).unwrap_or_default();
    let planned = Memo::new(move |_| session.plan.with(|plan| plan.iter().any(|it| it.what == what)));
    let full = move || session.plan.with(|plan| plan.len() >= MOST_ENTRIES);
    let remove = move |what: &Action| session.plan.update(|plan| plan.retain(|it| it.what != *what));
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
