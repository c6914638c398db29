//! The wheel: every dimension as a bar from the middle outwards, person, idea and company under
//! an arc of their own, with an equal table.

use super::{
    El,
    dimension_list::{PARTS, how_sure, of_part},
    el, shape,
};
use crate::{
    session::Session,
    words::{key, text},
};
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

/// A part with its class, its name and its dimensions.
type Group = (&'static str, &'static str, Vec<Spoke>);

/// The wheel and its table.
pub fn wheel() -> El {
    let session = Session::get();
    let groups: Vec<Group> = PARTS
        .iter()
        .map(|(part, class, word)| {
            (
                *class,
                text(*word),
                spokes(session, &of_part(session, *part)),
            )
        })
        .filter(|(_, _, spokes)| !spokes.is_empty())
        .collect();
    let unknown = groups
        .iter()
        .any(|(_, _, spokes)| spokes.iter().any(|it| it.dimension.points.is_none()));
    let mut lead = el("p", "quiet").kid(text(key::WHEEL_LEAD));
    if unknown {
        lead = lead.kid(" ").kid(text(key::WHEEL_UNKNOWN));
    }
    let numbers = el("details", "fold wheel__numbers")
        .kid(el("summary", "").kid(text(key::WHEEL_TABLE)))
        .kid(table(&groups));
    el("section", "wheel")
        .attr("aria-labelledby", "wheel-heading")
        .kid(
            el("h2", "")
                .attr("id", "wheel-heading")
                .kid(text(key::WHEEL_TITLE)),
        )
        .kid(lead)
        .kid(drawing(&groups))
        .kid(numbers)
}

fn spokes(session: Session, scales: &[ScaleId]) -> Vec<Spoke> {
    let spoke = |id: &ScaleId| {
        let scale = session.later.get()?.scale(id)?;
        let found = session.assessment.with(|it| {
            let all = &it.as_ref()?.profile.dimensions;
            all.iter().find(|it| it.scale == *id).cloned()
        });
        Some(Spoke {
            scale,
            dimension: found?,
        })
    };
    scales.iter().filter_map(spoke).collect()
}

fn drawing(groups: &[Group]) -> El {
    let count: i64 = groups.iter().map(|(_, _, spokes)| length(spokes)).sum();
    let gap = if groups.len() > 1 { GAP } else { 0 };
    let step = (3600 - gap * length(groups))
        .checked_div(count)
        .unwrap_or(3600);
    let mut drawing = shape("svg", "wheel__drawing")
        .attr("viewBox", "-2080 -2080 4160 4160")
        .attr("role", "img")
        .attr("aria-labelledby", "wheel-title wheel-desc")
        .kid(
            shape("title", "")
                .attr("id", "wheel-title")
                .kid(text(key::WHEEL_LABEL)),
        )
        .kid(
            shape("desc", "")
                .attr("id", "wheel-desc")
                .kid(text(key::WHEEL_DESCRIBE)),
        );
    for points in [35, 60, 80] {
        drawing = drawing.kid(shape("circle", "wheel__ring").numbers([("r", reach(points))]));
    }
    let mut angle = gap / 2;
    for (class, name, spokes) in groups {
        let from = angle;
        let mut part = shape("g", class);
        for spoke in spokes {
            part = part.kids(bar(spoke, angle + step / 2));
            angle += step;
        }
        drawing = drawing.kid(part.kids(named_arc(class, name, from, angle)));
        angle += gap;
    }
    drawing
}

/// The arc of a part with its name along it.
fn named_arc(id: &'static str, name: &'static str, from: i64, to: i64) -> Vec<El> {
    let below = (900..2700).contains(&((from + to) / 2));
    // Names stand upright: below the middle they run the other way, a little further out.
    let (start, end, radius, sweep) = if below {
        (to - 10, from + 10, NAMES + 95, "0")
    } else {
        (from + 10, to - 10, NAMES, "1")
    };
    let along = shape("textPath", "")
        .attr("href", ["#wheel-", id].concat())
        .attr("startOffset", "50%")
        .kid(name);
    vec![
        shape("path", "wheel__arc").attr("d", arc(from + 30, to - 30, ARC, "1")),
        shape("path", "")
            .attr("id", ["wheel-", id].concat())
            .attr("fill", "none")
            .attr("d", arc(start, end, radius, sweep)),
        shape("text", "wheel__part").kid(along),
    ]
}

/// The bar beside its name. On the left the name is turned, so that no word stands on its head.
fn bar(spoke: &Spoke, angle: i64) -> Vec<El> {
    let line = |class: &'static str, to: i64| {
        let ((x1, y1), (x2, y2)) = (point(angle, INNER, -68), point(angle, to, -68));
        shape("line", class).numbers([("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)])
    };
    let points = spoke.dimension.points;
    let left = angle > 1800;
    let (x, y) = point(angle, OUTER + 20, 60);
    // The angle has one decimal; a drawing does not need it.
    let turn = (angle - if left { 2700 } else { 900 }) / 10;
    let place = [
        "translate(",
        &x.to_string(),
        " ",
        &y.to_string(),
        ") rotate(",
        &turn.to_string(),
        ")",
    ]
    .concat();
    let name = shape("text", "wheel__name")
        .attr("transform", place)
        .attr("dy", "0.35em")
        .attr("text-anchor", if left { "start" } else { "end" })
        .kid(spoke.scale.short.as_str());
    let track = if points.is_some() {
        "wheel__track"
    } else {
        "wheel__track wheel__track--unknown"
    };
    let mut drawn = vec![line(track, OUTER), name];
    drawn.extend(points.map(|points| line("wheel__bar", reach(points.rounded()))));
    drawn
}

fn table(groups: &[Group]) -> El {
    let head = [
        key::WHEEL_DIMENSION,
        key::WHEEL_POINTS,
        key::WHEEL_BAND,
        key::WHEEL_SURE,
    ];
    let head = head
        .map(|word| el("th", "").attr("scope", "col").kid(text(word)))
        .into();
    let bodies = groups.iter().map(|(_, name, spokes)| {
        let name = el("th", "wheel__group")
            .attr("colspan", "4")
            .attr("scope", "rowgroup")
            .kid(*name);
        el("tbody", "")
            .kid(el("tr", "").kid(name))
            .kids(spokes.iter().map(row).collect())
    });
    el("table", "wheel__table")
        .kid(el("caption", "visually-hidden").kid(text(key::WHEEL_CAPTION)))
        .kid(el("thead", "").kid(el("tr", "").kids(head)))
        .kids(bodies.collect())
}

fn row(spoke: &Spoke) -> El {
    let points = spoke.dimension.points;
    let band = points
        .and_then(|points| spoke.scale.band(points))
        .map_or("–", |band| band.label.as_str());
    let sure = how_sure(points.is_some(), spoke.dimension.sureness);
    el("tr", "")
        .kid(
            el("th", "")
                .attr("scope", "row")
                .kid(spoke.scale.title.as_str()),
        )
        .kid(el("td", "").kid(points.map_or("–".to_owned(), |points| points.rounded().to_string())))
        .kid(el("td", "").kid(band))
        .kid(el("td", "").kid(text(sure)))
}

/// How far out a bar of these points reaches.
fn reach(points: u8) -> i64 {
    INNER + (OUTER - INNER) * i64::from(points) / 100
}

/// An arc around the middle, as a path.
fn arc(from: i64, to: i64, radius: i64, sweep: &str) -> String {
    let ((x1, y1), (x2, y2)) = (point(from, radius, 0), point(to, radius, 0));
    let r = radius.to_string();
    let large = if (to - from).abs() > 1800 {
        " 0 1 "
    } else {
        " 0 0 "
    };
    let end = [x2, y2].map(|it| it.to_string()).join(" ");
    let start = [x1, y1].map(|it| it.to_string()).join(" ");
    ["M", &start, "A", &r, " ", &r, large, sweep, " ", &end].concat()
}

/// The point at this angle and distance from the middle, moved sideways (clockwise).
/// Angles are tenths of a degree, clockwise from the top.
fn point(angle: i64, radius: i64, aside: i64) -> (i64, i64) {
    let (sin, cos) = (sine(angle), sine(angle + 900));
    (
        (radius * sin + aside * cos) / 10_000,
        (aside * sin - radius * cos) / 10_000,
    )
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
            assert!(
                (exact - f64::from(ours) / 10_000.0).abs() < 0.002,
                "{angle}"
            );
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
