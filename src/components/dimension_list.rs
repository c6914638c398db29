//! Every dimension, with the score taken apart: which answers, which weights, what is open.

use super::{answer_words, dimension_id, item_link};
use crate::{
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    Answer, ScaleId,
    questionnaire::Tier,
    score::{Part, Scale, Score, ScorePart},
};

/// The three parts that are shown apart, with their names.
pub const PARTS: [(Part, &str, Word); 3] = [
    (Part::Person, "person", key::WHEEL_PERSON),
    (Part::Idea, "idea", key::WHEEL_IDEA),
    (Part::Company, "company", key::WHEEL_COMPANY),
];

/// Person, idea and company, each with its dimensions.
#[component]
pub fn DimensionList() -> impl IntoView {
    let session = Session::get();
    let groups: Vec<AnyView> = PARTS.iter().filter_map(|(part, id, word)| group(session, *part, id, *word)).collect();
    view! {
        <section class="dimensions" aria-labelledby="dimensions-title">
            <h2 id="dimensions-title">{text(key::DIMENSION_TITLE)}</h2>
            <p class="quiet no-print">{text(key::DIMENSION_LEAD)}</p>
            {groups}
        </section>
    }
    .into_any()
}

fn group(session: Session, part: Part, id: &'static str, word: Word) -> Option<AnyView> {
    let rows: Vec<AnyView> = of_part(session, part).iter().filter_map(|id| dimension_row(session, id)).collect();
    if rows.is_empty() {
        return None;
    }
    let view = view! {
        <h3 class=["dimensions__part part-", id].concat()>{text(word)}</h3>
        <ul class=["dimensions__list part-", id].concat() role="list">{rows}</ul>
    };
    Some(view.into_any())
}

/// The dimensions of a part, in the order of the content.
pub fn of_part(session: Session, part: Part) -> Vec<ScaleId> {
    session.assessment.with(|it| {
        let all = it.as_ref().map_or(&[][..], |it| &it.profile.dimensions);
        all.iter().filter(|it| it.part == part).map(|it| it.scale.clone()).collect()
    })
}

/// One dimension: its name, band and points; unfolded, what is behind them.
pub fn dimension_row(session: Session, id: &ScaleId) -> Option<AnyView> {
    let scale = session.later.get()?.scale(id)?;
    let score = session.assessment.with(|it| it.as_ref()?.scores.get(id).cloned())?;
    let n = score.points.map_or(String::new(), |points| points.rounded().to_string());
    let band = score.points.and_then(|points| scale.band(points));
    let label = band.map_or_else(|| text(key::REASON_UNKNOWN), |band| band.label.as_str());
    let about = band.map(|band| view! { <p>{band.text.as_str()}</p> });
    let parts: Vec<AnyView> = score.parts.iter().filter_map(|part| part_view(session, part)).collect();
    let view = view! {
        <li>
            <details class="dimension" id=dimension_id(id) data-scale=id.as_str() data-score=n.clone()>
                <summary class="dimension__line">
                    <span class="dimension__title">{scale.title.as_str()}</span>
                    <span class="dimension__band">{label}</span>
                    {score.points.is_some().then(|| bar(&n))}
                </summary>
                <div class="dimension__body">
                    <p class="quiet">{scale.what.as_str()}</p>
                    {about}
                    <ul class="parts" role="list">{parts}</ul>
                    <p class="dimension__sum">{sum(scale, &score)}" "{sureness(&score)}</p>
                </div>
            </details>
        </li>
    };
    Some(view.into_any())
}

/// The points, as a figure and drawn.
fn bar(n: &str) -> AnyView {
    view! {
        <span class="dimension__points">{filled(key::DIMENSION_OF, &[("n", n)])}</span>
        <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar__track" width="100" height="1"/>
            <rect class="bar__value" width=n.to_owned() height="1"/>
        </svg>
    }
    .into_any()
}

/// One question of a score: the own answer, what it counts, and the way back when it is open.
fn part_view(session: Session, part: &ScorePart) -> Option<AnyView> {
    let item = session.test()?.item(&part.item)?;
    let answer = session.assessment.with(|it| it.as_ref()?.counted.answer(&part.item).cloned());
    let not_asked = item.tier == Tier::Deep && !session.deepen.get();
    let said = match &answer {
        None if not_asked => item_link(&part.item, text(key::REASON_NOT_ASKED).to_owned()),
        None => item_link(&part.item, text(key::REASON_OPEN).to_owned()),
        Some(answer) => answer_words(session, item, Some(answer)).into_any(),
    };
    let counts = match (part.points, &answer) {
        (Some(points), _) => {
            let word = [key::DIMENSION_ONE, key::DIMENSION_TWO, key::DIMENSION_THREE]
                .get(usize::from(part.weight).saturating_sub(1))
                .copied()
                .unwrap_or(key::DIMENSION_THREE);
            filled(word, &[("n", &points.to_string())])
        }
        (None, Some(Answer::DontKnow)) => text(key::DIMENSION_NEUTRAL).to_owned(),
        (None, _) => String::new(),
    };
    let view = view! {
        <li class="reasons__line">
            <span class="reasons__question">{item.text.as_str()}</span>
            " "
            <span class="reasons__answer">{said}</span>
            " "
            <span class="parts__counts">{counts}</span>
        </li>
    };
    Some(view.into_any())
}

/// How the points come about, in words.
fn sum(scale: &Scale, score: &Score) -> String {
    let Some(points) = score.points else {
        return filled(key::DIMENSION_SUM_NONE, &[("n", &scale.minimum.to_string())]);
    };
    let n = points.rounded().to_string();
    let (terms, sum) = terms(&score.parts);
    if terms.len() == 1 {
        return filled(key::DIMENSION_SUM_ONE, &[("n", &n)]);
    }
    let weight = score.weight_answered.to_string();
    let values = [("terms", terms.join(" + ")), ("sum", sum.to_string()), ("weight", weight), ("n", n)];
    filled(key::DIMENSION_SUM, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

/// The products of weight and points, and their sum.
fn terms(parts: &[ScorePart]) -> (Vec<String>, u32) {
    let known = parts.iter().filter_map(|part| Some((u32::from(part.weight), u32::from(part.points?))));
    let sum = known.clone().map(|(weight, points)| weight * points).sum();
    let terms = known.map(|(weight, points)| [weight.to_string(), points.to_string()].join(" × "));
    (terms.collect(), sum)
}

fn sureness(score: &Score) -> Option<String> {
    score.points?;
    Some(filled(key::DIMENSION_SURE, &[("n", &score.sureness().to_string())]))
}

/// How sure a score is, in a word.
pub fn how_sure(known: bool, percent: u8) -> Word {
    match percent {
        _ if !known => key::REASON_UNKNOWN,
        80.. => key::DIMENSION_SURE_GOOD,
        60.. => key::DIMENSION_SURE_FAIR,
        _ => key::DIMENSION_SURE_LOW,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_speaks_only_of_what_is_answered() {
        let part = |points, weight| ScorePart { item: "x".into(), choice: None, points, weight };
        let (terms, sum) = terms(&[part(Some(75), 2), part(None, 1), part(Some(50), 1)]);
        assert_eq!(terms, ["2 × 75", "1 × 50"]);
        assert_eq!(sum, 200);
    }

    #[test]
    fn what_is_unknown_is_never_called_provisional() {
        assert_eq!(how_sure(false, 100), key::REASON_UNKNOWN);
        assert_eq!(how_sure(true, 50), key::DIMENSION_SURE_LOW);
        assert_eq!(how_sure(true, 100), key::DIMENSION_SURE_GOOD);
    }
}
