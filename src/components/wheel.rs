//! The wheel: every dimension as a bar from the middle outwards, person, idea and company under
//! an arc of their own, with an equal table.

use super::dimension_list::{PARTS, how_sure, of_part};
use crate::{
    session::Session,
    words::{Word, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{ScaleId, profile::Dimension, score::Scale};

/// Lengths in tenths of a unit; the drawing is 4160 wide, its middle is 0.
const INNER: i64 = 430;
const OUTER: i64 = 1690;
const ARC: i64 = 1810;
const NAMES: i64 = 1905;
/// Between two parts, in tenths of a degree.
const GAP: i64 = 60;

/// One dimension, ready to draw.
struct Spoke {
    scale: &'static Scale,
    dimension: Dimension,
}

/// The wheel and its table.
#[component]
pub fn Wheel() -> impl IntoView {
    let session = Session::get();
    let groups: Vec<(&'static str, Word, Vec<Spoke>)> = PARTS
        .iter()
        .map(|(part, id, word)| (*id, *word, spokes(session, &of_part(session, *part))))
        .filter(|(_, _, spokes)| !spokes.is_empty())
        .collect();
    let unknown = groups.iter().any(|(_, _, spokes)| spokes.iter().any(|it| it.dimension.points.is_none()));
    view! {
        <section class="wheel" aria-labelledby="wheel-heading">
            <h2 id="wheel-heading">{text(key::WHEEL_TITLE)}</h2>
            <p class="quiet">
                {text(key::WHEEL_LEAD)}
                {unknown.then(|| [" ", text(key::WHEEL_UNKNOWN)].concat())}
            </p>
            {drawing(&groups)}
            <details class="fold wheel__numbers">
                <summary>{text(key::WHEEL_TABLE)}</summary>
                {table(&groups)}
            </details>
        </section>
    }
    .into_any()
}

fn spokes(session: Session, scales: &[ScaleId]) -> Vec<Spoke> {
    let spoke = |id: &ScaleId| {
        let scale = session.later.get()?.scale(id)?;
        let found = session.assessment.with(|it| {
            let all = &it.as_ref()?.profile.dimensions;
            all.iter().find(|it| it.scale == *id).cloned()
        });
        Some(Spoke { scale, dimension: found? })
    };
    scales.iter().filter_map(spoke).collect()
}

fn drawing(groups: &[(&'static str, Word, Vec<Spoke>)]) -> AnyView {
    let count: i64 = groups.iter().map(|(_, _, spokes)| length(spokes)).sum();
    let gap = if groups.len() > 1 { GAP } else { 0 };
    let step = (3600 - gap * length(groups)).checked_div(count).unwrap_or(3600);
    let mut angle = gap / 2;
    let mut parts = Vec::new();
    for (id, word, spokes) in groups {
        let from = angle;
        let bars: Vec<AnyView> = spokes
            .iter()
            .map(|spoke| {
                angle += step;
                spoke_view(spoke, angle - step / 2)
            })
            .collect();
        parts.push(part_view(id, text(*word), from, angle, bars));
        angle += gap;
    }
    let rings = [35, 60, 80].map(|points| view! { <circle class="wheel__ring" r=reach(points).to_string()/> });
    view! {
        <svg class="wheel__drawing" viewBox="-2080 -2080 4160 4160" role="img"
            aria-labelledby="wheel-title wheel-desc">
            <title id="wheel-title">{text(key::WHEEL_LABEL)}</title>
            <desc id="wheel-desc">{text(key::WHEEL_DESCRIBE)}</desc>
            {rings.collect_view()}
            {parts}
        </svg>
    }
    .into_any()
}

/// The arc of a part with its name along it, and its bars.
fn part_view(id: &'static str, name: &'static str, from: i64, to: i64, bars: Vec<AnyView>) -> AnyView {
    let below = (900..2700).contains(&((from + to) / 2));
    // Names stand upright: below the middle they run the other way, a little further out.
    let (start, end, radius, sweep) = if below { (to - 10, from + 10, NAMES + 95, "0") } else { (from + 10, to - 10, NAMES, "1") };
    let along = ["wheel-arc-", id].concat();
    let href = ["#", &along].concat();
    view! {
        <g class=["part-", id].concat()>
            <path class="wheel__arc" d=arc(from + 30, to - 30, ARC, "1")/>
            <path id=along fill="none" d=arc(start, end, radius, sweep)/>
            <text class="wheel__part">
                <textPath href=href startOffset="50%">{name}</textPath>
            </text>
            {bars}
        </g>
    }
    .into_any()
}

/// The bar beside its name. On the left the name is turned, so that no word stands on its head.
fn spoke_view(spoke: &Spoke, angle: i64) -> AnyView {
    let line = |class: &'static str, to: i64| {
        let ((x1, y1), (x2, y2)) = (point(angle, INNER, -68), point(angle, to, -68));
        view! {
            <line class=class x1=x1.to_string() y1=y1.to_string() x2=x2.to_string() y2=y2.to_string()/>
        }
    };
    let points = spoke.dimension.points;
    let left = angle > 1800;
    let (x, y) = point(angle, OUTER + 20, 60);
    let turn = (angle - if left { 2700 } else { 900 }).to_string();
    // The angle has one decimal, which is its last digit.
    let (whole, tenth) = turn.split_at(turn.len() - 1);
    let turn = ["translate(", &x.to_string(), " ", &y.to_string(), ") rotate(", whole, ".", tenth, ")"].concat();
    let track = if points.is_some() { "wheel__track" } else { "wheel__track wheel__track--unknown" };
    view! {
        {line(track, OUTER)}
        {points.map(|points| line("wheel__bar", reach(points.rounded())))}
        <text class="wheel__name" transform=turn dy="0.35em" text-anchor=if left { "start" } else { "end" }>
            {spoke.scale.short.as_str()}
        </text>
    }
    .into_any()
}

fn table(groups: &[(&'static str, Word, Vec<Spoke>)]) -> AnyView {
    let head = [key::WHEEL_DIMENSION, key::WHEEL_POINTS, key::WHEEL_BAND, key::WHEEL_SURE];
    let bodies: Vec<AnyView> = groups
        .iter()
        .map(|(_, word, spokes)| {
            view! {
                <tbody>
                    <tr><th class="wheel__group" colspan="4" scope="rowgroup">{text(*word)}</th></tr>
                    {spokes.iter().map(row).collect_view()}
                </tbody>
            }
            .into_any()
        })
        .collect();
    view! {
        <table class="wheel__table">
            <caption class="visually-hidden">{text(key::WHEEL_CAPTION)}</caption>
            <thead>
                <tr>{head.map(|word| view! { <th scope="col">{text(word)}</th> }).collect_view()}</tr>
            </thead>
            {bodies}
        </table>
    }
    .into_any()
}

fn row(spoke: &Spoke) -> AnyView {
    let points = spoke.dimension.points;
    let band = points.and_then(|points| spoke.scale.band(points)).map(|band| band.label.as_str());
    let sure = how_sure(points.is_some(), spoke.dimension.sureness);
    view! {
        <tr>
            <th scope="row">{spoke.scale.title.as_str()}</th>
            <td>{points.map_or("–".to_owned(), |points| points.rounded().to_string())}</td>
            <td>{band.unwrap_or("–")}</td>
            <td>{text(sure)}</td>
        </tr>
    }
    .into_any()
}

/// How far out a bar of these points reaches.
fn reach(points: u8) -> i64 {
    INNER + (OUTER - INNER) * i64::from(points) / 100
}

/// An arc around the middle, as a path.
fn arc(from: i64, to: i64, radius: i64, sweep: &str) -> String {
    let ((x1, y1), (x2, y2)) = (point(from, radius, 0), point(to, radius, 0));
    let r = radius.to_string();
    let large = if (to - from).abs() > 1800 { " 0 1 " } else { " 0 0 " };
    let end = [x2, y2].map(|it| it.to_string()).join(" ");
    let start = [x1, y1].map(|it| it.to_string()).join(" ");
    ["M", &start, "A", &r, " ", &r, large, sweep, " ", &end].concat()
}

/// The point at this angle and distance from the middle, moved sideways (clockwise).
/// Angles are tenths of a degree, clockwise from the top.
fn point(angle: i64, radius: i64, aside: i64) -> (i64, i64) {
    let (sin, cos) = (sine(angle), sine(angle + 900));
    ((radius * sin + aside * cos) / 10_000, (aside * sin - radius * cos) / 10_000)
}

/// The sine of tenths of a degree, times 10 000, after Bhaskara I: right to two thousandths,
/// which nobody sees in a drawing, and a few bytes instead of a library of floats.
fn sine(angle: i64) -> i64 {
    let angle = angle.rem_euclid(3600);
    let half = angle % 1800;
    let product = half * (1800 - half);
    let value = 40_000 * product / (4_050_000 - product);
    if angle < 1800 { value } else { -value }
}

fn length<T>(of: &[T]) -> i64 {
    i64::try_from(of.len()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sine_is_right_to_two_thousandths() {
        for angle in -3600..3600_i32 {
            let exact = (f64::from(angle) / 10.0).to_radians().sin();
            let ours = i32::try_from(sine(i64::from(angle))).unwrap();
            assert!((exact - f64::from(ours) / 10_000.0).abs() < 0.002, "{angle}");
        }
    }

    #[test]
    fn the_top_is_up_and_the_angle_runs_clockwise() {
        assert_eq!(point(0, 100, 0), (0, -100));
        assert_eq!(point(900, 100, 0), (100, 0));
        assert_eq!(point(1800, 100, 0), (0, 100));
        assert_eq!(point(0, 100, 7), (7, -100));
    }
}
