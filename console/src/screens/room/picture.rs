//! `#/room/picture`: for the wall. Who has come; and when the facilitator shows it, what all of them
//! say together. What may be shown is decided by the workshop (`vaekstspejl_workshop::picture`).

use super::{no_room, wall};
use crate::{
    desk::Desk,
    room::{self, act, wording},
    screens::pieces::{button, heading, section},
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::document,
    components::{El, el, shape},
};
use vaekstspejl_engine::{Later, NeedId, ScaleId, SegmentId};
use vaekstspejl_workshop::{
    hall::{Deed, Done},
    picture::{Bar, Dimension, Levels, Picture, Waiting},
};

/// The screen.
pub fn screen(desk: Desk) -> El {
    let open = Memo::new(move |_| desk.room.opened.with(Option::is_some));
    let body = move || match open.get() {
        false => el("div", "")
            .kid(heading(text(key::ROOM_PICTURE)))
            .kid(no_room(desk))
            .into_any(),
        true => untrack(|| shown(desk)).into_any(),
    };
    el("div", "room__picture").live(body)
}

/// What stands on the wall.
fn shown(desk: Desk) -> El {
    let picture = Memo::new(move |_| {
        let picture = room::look(desk, |hall| hall.room().picture().cloned()).flatten();
        picture.filter(|_| desk.room.revealed.get())
    });
    let table = RwSignal::new(false);
    let waiting = RwSignal::new(None::<Waiting>);
    let body = move || match picture.get() {
        None => untrack(|| arrivals(desk)).into_any(),
        Some(picture) => {
            let table = table.get();
            untrack(|| drawn(desk, &picture, table)).into_any()
        }
    };
    let why = move || {
        waiting
            .get()
            .map(|it| {
                el("p", "console__note")
                    .attr("data-waiting", "")
                    .kid(text(wording::waiting(it)))
            })
            .into_any()
    };
    el("div", "wall")
        .live(body)
        .kid(el("div", "").attr("role", "status").live(why))
        .kid(tools(desk, picture, table, waiting))
}

/// How many have come, and nothing of what they gave.
fn arrivals(desk: Desk) -> El {
    let come = Memo::new(move |_| {
        room::look(desk, |hall| (hall.room().arrivals(), hall.is_closed())).unwrap_or_default()
    });
    let words = move || {
        let (come, closed) = come.get();
        let there = room::look(desk, |hall| hall.room().picture().is_some()).unwrap_or_default();
        let words = match (closed, there, come) {
            (true, false, _) => key::ROOM_PICTURE_CLOSED_NONE,
            _ => key::ROOM_PICTURE_HIDDEN,
        };
        text(words)
    };
    el("div", "wall__wait")
        .kid(heading(text(key::ROOM_PICTURE_WAIT_TITLE)))
        .kid(
            el("p", "wall__number")
                .live_attr("data-come", move || Some(come.get().0.to_string()))
                .live(move || {
                    el("span", "wall__big")
                        .kid(come.get().0.to_string())
                        .into_any()
                })
                .kid(" ")
                .kid(text(key::ROOM_PICTURE_ARRIVED)),
        )
        .kid(el("p", "quiet").live_text(words))
}

fn tools(
    desk: Desk,
    picture: Memo<Option<Picture>>,
    table: RwSignal<bool>,
    waiting: RwSignal<Option<Waiting>>,
) -> El {
    let show = move || {
        waiting.set(None);
        // A picture that was hidden, or the last one of a closed room, is only taken out again.
        let there = room::look(desk, |hall| hall.room().picture().is_some()).unwrap_or_default();
        if there && !desk.room.revealed.get_untracked() {
            return desk.room.revealed.set(true);
        }
        match act(desk, Deed::Shown) {
            Some(Ok(Done::Shown(_))) => desk.room.revealed.set(true),
            Some(Ok(Done::NotShown(why))) => waiting.set(Some(why)),
            _ => {}
        }
    };
    let has = move || picture.with(Option::is_some);
    let label = move || {
        text(match has() {
            true => key::ROOM_PICTURE_AGAIN,
            false => key::ROOM_PICTURE_SHOW,
        })
    };
    let small = "button button--small";
    let show = el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "show-picture")
        .live_text(label)
        .on("click", show);
    let only_with = move || (!has()).then_some("");
    let hide = button(small, "hide-picture", key::ROOM_PICTURE_HIDE, move || {
        desk.room.revealed.set(false);
    })
    .live_attr("hidden", only_with);
    let as_table = el("button", small)
        .attr("type", "button")
        .attr("data-action", "as-table")
        .live_attr("hidden", only_with)
        .live_text(move || {
            text(match table.get() {
                true => key::ROOM_PICTURE_TABLE_HIDE,
                false => key::ROOM_PICTURE_TABLE,
            })
        })
        .on("click", move || table.update(|it| *it = !*it));
    let print = button(
        small,
        "print-picture",
        key::ROOM_PICTURE_PRINT,
        document::print,
    )
    .live_attr("hidden", only_with);
    el("div", "row wall__tools no-print")
        .kid(show)
        .kid(hide)
        .kid(as_table)
        .kids(wall::tools(desk))
        .kid(print)
}

/// The names of things in the person's language.
struct Titles(&'static Later);

impl Titles {
    fn scale(&self, id: &ScaleId) -> &'static str {
        let found = self.0.scales.iter().find(|it| it.id == *id);
        found.map_or("", |it| it.title.as_str())
    }

    fn need(&self, id: &NeedId) -> &'static str {
        self.0.need(id).map_or("", |it| it.title.as_str())
    }

    fn stage(&self, id: &SegmentId) -> &'static str {
        let found = self.0.segments.iter().find(|it| it.id == *id);
        found.map_or("", |it| it.title.as_str())
    }
}

fn drawn(desk: Desk, picture: &Picture, table: bool) -> El {
    let Some(content) = desk.content.get_untracked() else {
        return el("div", "");
    };
    let titles = Titles(&content.later);
    let dimensions = in_order(&content.later, picture);
    let n = picture.people.to_string();
    let body = match table {
        true => tables(&titles, picture, &dimensions),
        false => figures(&titles, picture, &dimensions),
    };
    el("div", "wall__picture")
        .attr("data-picture", picture.number.to_string())
        .kid(heading(text(key::ROOM_PICTURE_TITLE)))
        .kid(el("p", "wall__how").kid(filled(key::ROOM_PICTURE_PEOPLE, &[("n", &n)])))
        .kid(body)
        .kid(
            el("details", "fold wall__why")
                .kid(el("summary", "").kid(text(key::ROOM_PICTURE_WHY_TITLE)))
                .kid(el("p", "").kid(text(key::ROOM_PICTURE_WHY))),
        )
}

/// In the order of the content, as people know it from their own profile.
fn in_order<'p>(later: &Later, picture: &'p Picture) -> Vec<&'p Dimension> {
    let of = |id: &ScaleId| picture.dimensions.iter().find(|it| it.scale == *id);
    later.scales.iter().filter_map(|it| of(&it.id)).collect()
}

fn figures(titles: &Titles, picture: &Picture, dimensions: &[&Dimension]) -> El {
    let rows = dimensions.iter().map(|it| dimension(titles, it));
    let scale = section(
        "wall__part wall__part--wide",
        "dimensions",
        text(key::ROOM_PICTURE_DIMENSIONS),
    )
    .kid(el("p", "wall__help").kid(text(key::ROOM_PICTURE_DIMENSIONS_HELP)))
    .kid(
        el("ul", "wall__dimensions")
            .attr("role", "list")
            .kids(rows.collect()),
    );
    let needs = section("wall__part", "needs", text(key::ROOM_PICTURE_NEEDS));
    let needs = match picture.needs.is_empty() {
        true => needs.kid(el("p", "").kid(text(key::ROOM_PICTURE_NEEDS_NONE))),
        false => needs.kid(counts(
            picture
                .needs
                .iter()
                .map(|it| (titles.need(&it.need), it.people, it.of)),
        )),
    };
    let stages = (!picture.stages.is_empty()).then(|| {
        section("wall__part", "stages", text(key::ROOM_PICTURE_STAGES)).kid(counts(
            picture
                .stages
                .iter()
                .map(|it| (titles.stage(&it.stage), it.people, it.of)),
        ))
    });
    let strong = picture.strengths();
    let strengths = (!strong.is_empty()).then(|| {
        let all = strong.iter().map(|it| el("li", "").kid(titles.scale(it)));
        section("wall__part", "strengths", text(key::ROOM_PICTURE_STRENGTHS))
            .kid(el("p", "wall__help").kid(text(key::ROOM_PICTURE_STRENGTHS_TEXT)))
            .kid(
                el("ul", "wall__strengths")
                    .attr("role", "list")
                    .kids(all.collect()),
            )
    });
    el("div", "wall__parts")
        .kid(scale)
        .kid(needs)
        .maybe(stages)
        .maybe(strengths)
}

fn levels(levels: Levels) -> String {
    let (from, to) = (levels.from.get().to_string(), levels.to.get().to_string());
    match from == to {
        true => filled(key::ROOM_PICTURE_LEVEL, &[("from", &from)]),
        false => filled(key::ROOM_PICTURE_LEVELS, &[("from", &from), ("to", &to)]),
    }
}

fn median(dimension: &Dimension) -> String {
    filled(
        key::ROOM_PICTURE_MEDIAN,
        &[("level", &levels(dimension.median))],
    )
}

fn band(dimension: &Dimension) -> Option<String> {
    let (low, high) = dimension.band?;
    let (from, to) = (low.from.get().to_string(), high.to.get().to_string());
    Some(filled(
        key::ROOM_PICTURE_BAND,
        &[("from", &from), ("to", &to)],
    ))
}

fn bar_words(bar: &Bar) -> String {
    let n = bar.people.to_string();
    filled(
        key::ROOM_PICTURE_BAR,
        &[("levels", &levels(bar.levels)), ("n", &n)],
    )
}

/// Width of a level in the drawing.
const LEVEL: i64 = 40;
/// How high the highest bar may be.
const HIGH: i64 = 30;

fn dimension(titles: &Titles, dimension: &Dimension) -> El {
    let mut words = median(dimension);
    if let Some(band) = band(dimension) {
        words = [&words, ", ", &band].concat();
    }
    el("li", "wall__dimension")
        .kid(el("span", "wall__name").kid(titles.scale(&dimension.scale)))
        .kid(drawing_of(dimension))
        .kid(el("span", "wall__words-of").kid(words))
}

/// Where a level begins and ends in the drawing.
fn span(from: u8, to: u8) -> (i64, i64) {
    let start = i64::from(from.saturating_sub(1)) * LEVEL;
    (start, i64::from(to) * LEVEL - start)
}

fn drawing_of(dimension: &Dimension) -> El {
    let bars = !dimension.bars.is_empty();
    let track = if bars { HIGH + 14 } else { 0 };
    let height = track + 28;
    let frame = ["0 0 ", &(LEVEL * 5).to_string(), " ", &height.to_string()].concat();
    let mut svg = shape("svg", "wall__scale")
        .attr("viewBox", frame)
        .attr("aria-hidden", "true");
    let most = dimension.bars.iter().map(|it| it.people).max().unwrap_or(1);
    for bar in &dimension.bars {
        let (x, width) = span(bar.levels.from.get(), bar.levels.to.get());
        let people = i64::try_from(bar.people).unwrap_or(0);
        let high = people * HIGH / i64::try_from(most.max(1)).unwrap_or(1);
        svg = svg
            .kid(shape("rect", "wall__bar").numbers([
                ("x", x + 2),
                ("y", track - high),
                ("width", width - 4),
                ("height", high),
            ]))
            .kid(
                shape("text", "wall__figure")
                    .numbers([("x", x + width / 2), ("y", track - high - 3)])
                    .attr("text-anchor", "middle")
                    .kid(bar.people.to_string()),
            );
    }
    svg = svg.kid(shape("rect", "wall__track").numbers([
        ("x", 0),
        ("y", track + 4),
        ("width", LEVEL * 5),
        ("height", 8),
        ("rx", 4),
    ]));
    if let Some((low, high)) = dimension.band {
        let (x, width) = span(low.from.get(), high.to.get());
        svg = svg.kid(shape("rect", "wall__band").numbers([
            ("x", x),
            ("y", track + 4),
            ("width", width),
            ("height", 8),
            ("rx", 4),
        ]));
    }
    let (x, width) = span(dimension.median.from.get(), dimension.median.to.get());
    svg = svg.kid(shape("circle", "wall__median").numbers([
        ("cx", x + width / 2),
        ("cy", track + 8),
        ("r", 7),
    ]));
    for level in 1..=5_i64 {
        svg = svg.kid(
            shape("text", "wall__level")
                .numbers([("x", level * LEVEL - LEVEL / 2), ("y", height - 2)])
                .attr("text-anchor", "middle")
                .kid(level.to_string()),
        );
    }
    svg
}

/// Counts as bars, each with its words.
fn counts(rows: impl Iterator<Item = (&'static str, usize, usize)>) -> El {
    let row = |(title, people, of): (&'static str, usize, usize)| {
        let share = people.saturating_mul(200) / of.max(1);
        let bar = shape("svg", "wall__share")
            .attr("viewBox", "0 0 200 6")
            .attr("preserveAspectRatio", "none")
            .attr("aria-hidden", "true")
            .kid(shape("rect", "wall__track").numbers([
                ("x", 0),
                ("y", 0),
                ("width", 200),
                ("height", 6),
            ]))
            .kid(shape("rect", "wall__bar").numbers([
                ("x", 0),
                ("y", 0),
                ("width", i64::try_from(share).unwrap_or(0)),
                ("height", 6),
            ]));
        el("li", "wall__count")
            .kid(el("span", "wall__name").kid(title))
            .kid(el("span", "wall__of").kid(of_words(people, of)))
            .kid(bar)
    };
    el("ul", "wall__counts")
        .attr("role", "list")
        .kids(rows.map(row).collect())
}

fn of_words(people: usize, of: usize) -> String {
    filled(
        key::ROOM_PICTURE_OF,
        &[("n", &people.to_string()), ("of", &of.to_string())],
    )
}

fn tables(titles: &Titles, picture: &Picture, dimensions: &[&Dimension]) -> El {
    let none = || text(key::ROOM_PICTURE_NONE).to_owned();
    let rows = dimensions.iter().map(|it| {
        let band = it.band.map(|(low, high)| {
            levels(Levels {
                from: low.from,
                to: high.to,
            })
        });
        let bars: Vec<String> = it.bars.iter().map(bar_words).collect();
        let bars = if bars.is_empty() {
            none()
        } else {
            bars.join(", ")
        };
        vec![
            titles.scale(&it.scale).to_owned(),
            levels(it.median),
            band.unwrap_or_else(none),
            bars,
        ]
    });
    let dimensions = table(
        [
            key::ROOM_PICTURE_COL_DIMENSION,
            key::ROOM_PICTURE_COL_MEDIAN,
            key::ROOM_PICTURE_COL_BAND,
            key::ROOM_PICTURE_COL_BARS,
        ],
        rows.collect(),
    );
    let needs = picture
        .needs
        .iter()
        .map(|it| vec![titles.need(&it.need).to_owned(), of_words(it.people, it.of)]);
    let stages = picture.stages.iter().map(|it| {
        vec![
            titles.stage(&it.stage).to_owned(),
            of_words(it.people, it.of),
        ]
    });
    let needs = table(
        [key::ROOM_PICTURE_COL_NEED, key::ROOM_PICTURE_COL_PEOPLE],
        needs.collect(),
    );
    let stages = table(
        [key::ROOM_PICTURE_COL_STAGE, key::ROOM_PICTURE_COL_PEOPLE],
        stages.collect(),
    );
    el("div", "wall__tables")
        .kid(dimensions)
        .kid(needs)
        .maybe((!picture.stages.is_empty()).then_some(stages))
}

fn table<const N: usize>(head: [crate::words::Word; N], rows: Vec<Vec<String>>) -> El {
    let head = head.map(|it| el("th", "").attr("scope", "col").kid(text(it)));
    let row = |cells: Vec<String>| {
        let mut cells = cells.into_iter();
        let name = cells.next().unwrap_or_default();
        el("tr", "")
            .kid(el("th", "").attr("scope", "row").kid(name))
            .kids(cells.map(|it| el("td", "").kid(it)).collect())
    };
    el("table", "room__table")
        .kid(el("thead", "").kid(el("tr", "").kids(head.into_iter().collect())))
        .kid(el("tbody", "").kids(rows.into_iter().map(row).collect()))
}
