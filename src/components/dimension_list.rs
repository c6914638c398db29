//! Every dimension, with the score taken apart: which answers, which weights, what is open.

use super::{El, Kid, answer_words, dimension_id, el, item_el, shape};
use crate::{
    session::Session,
    words::{Word, filled, key, text},
};
use vaekstspejl_engine::{
    Answer, ScaleId,
    questionnaire::Tier,
    score::{Part, Scale, Score, ScorePart},
};

/// The three parts that are shown apart: class and name.
pub const PARTS: [(Part, &str, Word); 3] = [
    (Part::Person, "part-person", key::WHEEL_PERSON),
    (Part::Idea, "part-idea", key::WHEEL_IDEA),
    (Part::Company, "part-company", key::WHEEL_COMPANY),
];

/// Person, idea and company, each with its dimensions.
pub fn dimension_list() -> El {
    let session = Session::get();
    let mut list = el("section", "dimensions")
        .attr("aria-labelledby", "dimensions-title")
        .kid(
            el("h2", "")
                .attr("id", "dimensions-title")
                .kid(text(key::DIMENSION_TITLE)),
        )
        .kid(el("p", "quiet no-print").kid(text(key::DIMENSION_LEAD)));
    for (part, class, word) in PARTS {
        let rows: Vec<El> = of_part(session, part)
            .iter()
            .filter_map(|id| dimension_row(session, id))
            .collect();
        if !rows.is_empty() {
            let rows = el("ul", "dimensions__list").attr("role", "list").kids(rows);
            let title = el("h3", "dimensions__part").kid(text(word));
            list = list.kid(el("div", class).kid(title).kid(rows));
        }
    }
    list
}

/// The dimensions of a part, in the order of the content.
pub fn of_part(session: Session, part: Part) -> Vec<ScaleId> {
    session.assessment.with(|it| {
        let all = it.as_ref().map_or(&[][..], |it| &it.profile.dimensions);
        all.iter()
            .filter(|it| it.part == part)
            .map(|it| it.scale.clone())
            .collect()
    })
}

/// One dimension: its name, band and points; unfolded, what is behind them.
pub fn dimension_row(session: Session, id: &ScaleId) -> Option<El> {
    let scale = session.later.get()?.scale(id)?;
    let score = session
        .assessment
        .with(|it| it.as_ref()?.scores.get(id).cloned())?;
    let n = score
        .points
        .map_or(String::new(), |points| points.rounded().to_string());
    let band = score.points.and_then(|points| scale.band(points));
    let label = band.map_or_else(|| text(key::REASON_UNKNOWN), |band| band.label.as_str());
    let mut line = el("summary", "dimension__line")
        .kid(el("span", "dimension__title").kid(scale.title.as_str()))
        .kid(" ")
        .kid(el("span", "dimension__band").kid(label));
    if score.points.is_some() {
        let points = filled(key::DIMENSION_OF, &[("n", &n)]);
        line = line
            .kid(" ")
            .kid(el("span", "dimension__points").kid(points))
            .kid(bar(n.clone()));
    }
    let parts = score
        .parts
        .iter()
        .filter_map(|part| part_view(session, part))
        .collect();
    let body = el("div", "dimension__body")
        .kid(el("p", "quiet").kid(scale.what.as_str()))
        .maybe(band.map(|band| el("p", "").kid(band.text.as_str())))
        .kid(el("ul", "parts").attr("role", "list").kids(parts))
        .kid(
            el("p", "dimension__sum")
                .kid(sum(scale, &score))
                .kid(" ")
                .kid(sureness(&score)),
        );
    let row = el("details", "dimension")
        .attr("id", dimension_id(id))
        .attr("data-scale", scale.id.as_str())
        .attr("data-score", n)
        .kid(line)
        .kid(body);
    Some(el("li", "").kid(row))
}

/// The points, drawn.
fn bar(n: String) -> El {
    let part = |class: &'static str, width: String| {
        shape("rect", class)
            .attr("width", width)
            .attr("height", "1")
    };
    shape("svg", "bar")
        .attr("viewBox", "0 0 100 1")
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .kid(part("bar__track", "100".to_owned()))
        .kid(part("bar__value", n))
}

/// One question of a score: the own answer, what it counts, and the way back when it is open.
fn part_view(session: Session, part: &ScorePart) -> Option<El> {
    let item = session.test()?.item(&part.item)?;
    let answer = session
        .assessment
        .with(|it| it.as_ref()?.counted.answer(&part.item).cloned());
    let not_asked = item.tier == Tier::Deep && !session.deepen.get();
    let said = match &answer {
        None if not_asked => Kid::from(item_el(&part.item, text(key::REASON_NOT_ASKED).to_owned())),
        None => item_el(&part.item, text(key::REASON_OPEN).to_owned()).into(),
        Some(answer) => answer_words(session, item, Some(answer)).into(),
    };
    let counts = match (part.points, &answer) {
        (Some(points), _) => {
            let word = match part.weight {
                1 => key::DIMENSION_ONE,
                2 => key::DIMENSION_TWO,
                _ => key::DIMENSION_THREE,
            };
            filled(word, &[("n", &points.to_string())])
        }
        (None, Some(Answer::DontKnow)) => text(key::DIMENSION_NEUTRAL).to_owned(),
        (None, _) => String::new(),
    };
    let view = el("li", "reasons__line")
        .kid(el("span", "reasons__question").kid(item.text.as_str()))
        .kid(" ")
        .kid(el("span", "reasons__answer").kid(said))
        .kid(" ")
        .kid(el("span", "parts__counts").kid(counts));
    Some(view)
}

/// How the points come about, in words.
fn sum(scale: &Scale, score: &Score) -> String {
    let Some(points) = score.points else {
        return filled(
            key::DIMENSION_SUM_NONE,
            &[("n", &scale.minimum.to_string())],
        );
    };
    let n = points.rounded().to_string();
    let (terms, sum) = terms(&score.parts);
    if terms.len() == 1 {
        return filled(key::DIMENSION_SUM_ONE, &[("n", &n)]);
    }
    let weight = score.weight_answered.to_string();
    let values = [
        ("terms", terms.join(" + ")),
        ("sum", sum.to_string()),
        ("weight", weight),
        ("n", n),
    ];
    filled(
        key::DIMENSION_SUM,
        &values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str())),
    )
}

/// The products of weight and points, and their sum.
fn terms(parts: &[ScorePart]) -> (Vec<String>, u32) {
    let known = parts
        .iter()
        .filter_map(|part| Some((u32::from(part.weight), u32::from(part.points?))));
    let sum = known.clone().map(|(weight, points)| weight * points).sum();
    let terms = known.map(|(weight, points)| [weight.to_string(), points.to_string()].join(" × "));
    (terms.collect(), sum)
}

fn sureness(score: &Score) -> String {
    match score.points {
        Some(_) => filled(key::DIMENSION_SURE, &[("n", &score.sureness().to_string())]),
        None => String::new(),
    }
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
        let part = |points, weight| ScorePart {
            item: "x".into(),
            choice: None,
            points,
            weight,
        };
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
