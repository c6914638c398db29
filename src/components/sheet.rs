//! The sheet for paper: two A4 pages made from the same result as the screen, and nothing else.
//! The first says where the person stands; the second where to go, the plan, and the code.

use super::{Qr, shown};
use crate::{
    figures::date,
    offer_words::{Case, level_word, price},
    own,
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    ScaleId, need,
    plan::PlanEntry,
    profile::Dimension,
    profile_code,
    recommendation::{MOST, Recommendation},
    score::Points,
};

/// Lines of the plan that fit on the page.
const PLAN_LINES: usize = 8;

/// Offers and lines of the plan that fit on the page together.
const LINES: usize = 13;

/// The two printed pages. Hidden on the screen.
#[component]
pub fn Sheet(
    /// The profile code.
    code: Memo<Option<String>>,
) -> impl IntoView {
    let session = Session::get();
    move || {
        let later = session.later.get()?;
        let test = session.test()?;
        let plan = session.plan.get();
        let parts = session.assessment.with(|it| {
            let assessment = it.as_ref()?;
            let case = Case { later, assessment };
            Some((first_page(case), offers(case, plan.len()), assessment.today))
        });
        let (first, offers, today) = parts?;
        let head = || {
            view! {
                <header class="sheet__head">
                    <p class="sheet__name">{filled(key::SHEET_HEADING, &[("test", &test.title)])}</p>
                    <p>{filled(key::SHEET_DAY, &[("day", &date(today))])}</p>
                </header>
            }
        };
        Some(view! {
            <div class="sheet print-only">
                <div class="sheet__page">{head()} {first}</div>
                <div class="sheet__page">
                    {head()}
                    {offers}
                    {plan_table(session, &plan)}
                    {code.get().map(code_box)}
                    <p class="sheet__foot">{text(key::SHEET_FOOT)}</p>
                </div>
            </div>
        })
    }
}

fn first_page(case: Case<'_>) -> AnyView {
    let Case { later, assessment } = case;
    let segment = assessment
        .segment
        .as_ref()
        .and_then(|found| later.segment(&found.segment));
    let side = |title: Word, scales: &[ScaleId], steps: bool| {
        let rows: Vec<_> = scales
            .iter()
            .filter_map(|id| {
                let scale = later.scale(id)?;
                let band = scale.band(assessment.scores.points(id)?)?;
                let words = if steps {
                    [text(key::SHEET_FIRST_STEP), " ", &band.first_step].concat()
                } else {
                    band.text.clone()
                };
                Some(view! {
                    <li><strong>{scale.title.as_str()}</strong>" · "{band.label.as_str()}<br/>{words}</li>
                })
            })
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <div class="sheet__side"><h2>{text(title)}</h2><ul role="list">{rows}</ul></div>
            }
        })
    };
    let dimensions: Vec<_> = assessment
        .profile
        .dimensions
        .iter()
        .map(|it| dimension(case, it))
        .collect();
    let needs: Vec<_> = assessment
        .needs
        .iter()
        .take(need::SHOWN)
        .enumerate()
        .filter_map(|(place, found)| {
            let need = later.need(&found.need)?;
            let words = (place < need::FIRST).then_some(need.text.as_str());
            Some(view! { <li><strong>{need.title.as_str()}</strong>" "{words}</li> })
        })
        .collect();
    view! {
        {segment.map(|segment| view! {
            <div class="sheet__segment">
                <p class="sheet__title">{segment.title.as_str()}</p>
                <p>{segment.text.as_str()}</p>
                <p>{segment.what.as_str()}</p>
            </div>
        })}
        <div class="sheet__sides">
            {side(key::SHEET_STRENGTHS, &assessment.profile.strengths, false)}
            {side(key::SHEET_WEAK, &assessment.profile.weak_spots, true)}
        </div>
        <h2>{text(key::SHEET_DIMENSIONS)}</h2>
        <div class="sheet__dimensions">{dimensions}</div>
        <h2>{text(key::SHEET_NEEDS)}</h2>
        <ol class="sheet__needs">{needs}</ol>
    }
    .into_any()
}

fn dimension(case: Case<'_>, dimension: &Dimension) -> impl IntoView + use<> {
    let scale = case.later.scale(&dimension.scale);
    let title = scale.map_or("", |scale| scale.title.as_str());
    let points = dimension.points.map(Points::rounded);
    let label = scale
        .zip(dimension.points)
        .and_then(|(scale, points)| scale.band(points));
    view! {
        <p class="sheet__dimension">
            <span class="sheet__label">{title}</span>
            <svg class="sheet__bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="sheet__track" width="100" height="8"/>
                <rect class="sheet__points" width=points.unwrap_or(0).to_string() height="8"/>
            </svg>
            <span class="sheet__number">
                {points.map_or_else(|| text(key::SHEET_UNKNOWN).to_owned(), |points| points.to_string())}
            </span>
            <span class="sheet__band">{label.map_or("", |band| band.label.as_str())}</span>
        </p>
    }
}

fn offers(case: Case<'_>, planned: usize) -> AnyView {
    let list = &case.assessment.recommendations.list;
    let room = MOST.min(LINES - planned.min(PLAN_LINES));
    let rows: Vec<_> = list
        .iter()
        .take(room)
        .filter_map(|it| offer(case, it))
        .collect();
    let left = list.len().saturating_sub(room);
    let heads = [
        key::SHEET_OFFER,
        key::SHEET_PROVIDER,
        key::SHEET_PRICE,
        key::SHEET_WAY_IN,
    ];
    view! {
        <h2>{text(key::SHEET_OFFERS)}</h2>
        {table(&heads, rows.into_iter().collect_view().into_any())}
        {more(left)}
    }
    .into_any()
}

fn offer(case: Case<'_>, recommendation: &Recommendation) -> Option<impl IntoView + use<>> {
    let offer = case.later.offer(&recommendation.offer)?;
    let way = case
        .way_in(offer)
        .map(|way| shown(&way.url))
        .unwrap_or_default();
    Some(view! {
        <tr>
            <td><strong>{offer.title.as_str()}</strong></td>
            <td>{case.provider(offer)}<br/><span class="sheet__quiet">{text(level_word(recommendation.level))}</span></td>
            <td>{price(offer)}</td>
            <td class="sheet__way">{way}</td>
        </tr>
    })
}

fn plan_table(session: Session, plan: &[PlanEntry]) -> Option<AnyView> {
    if plan.is_empty() {
        return None;
    }
    let rows: Vec<_> = plan
        .iter()
        .take(PLAN_LINES)
        .map(|entry| {
            let what = own::line(session, &entry.what).what;
            let by = entry.by.map_or_else(String::new, date);
            let done = entry
                .done
                .then(|| [" (", text(key::SHEET_PLAN_DONE), ")"].concat());
            let tick = if entry.done { "☑ " } else { "☐ " };
            view! { <tr><td>{tick}{what}{done}</td><td>{entry.who.clone()}</td><td>{by}</td></tr> }
        })
        .collect();
    let heads = [
        key::SHEET_PLAN_WHAT,
        key::SHEET_PLAN_WHO,
        key::SHEET_PLAN_BY,
    ];
    Some(
        view! {
            <h2>{text(key::SHEET_PLAN)}</h2>
            {table(&heads, rows.into_iter().collect_view().into_any())}
            {more(plan.len().saturating_sub(PLAN_LINES))}
        }
        .into_any(),
    )
}

fn table(heads: &[Word], rows: AnyView) -> impl IntoView + use<> {
    let heads: Vec<_> = heads
        .iter()
        .map(|word| view! { <th scope="col">{text(*word)}</th> })
        .collect();
    view! { <table class="sheet__table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table> }
}

fn more(left: usize) -> Option<impl IntoView> {
    (left > 0).then(|| view! { <p class="sheet__quiet">{filled(key::SHEET_MORE, &[("n", &left.to_string())])}</p> })
}

fn code_box(code: String) -> impl IntoView {
    let address = own::address_of_codes();
    let place = shown(&address);
    view! {
        <div class="sheet__code">
            <div>
                <h2>{text(key::SHEET_CODE)}</h2>
                <p class="sheet__letters">{profile_code::grouped(&code)}</p>
                <p>{filled(key::SHEET_CODE_TEXT, &[("address", &place)])}</p>
            </div>
            <Qr code=code/>
        </div>
    }
}
