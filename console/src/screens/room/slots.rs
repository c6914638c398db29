//! `#/room/slots`: who the advisers are, who speaks with whom, and the smallest change when an
//! adviser is ill or the room has changed.

use super::groups::parts::{self, head, is_open, name, no_room, number, told, undo};
use crate::{
    desk::Desk,
    plan::{
        mend::{self, MendedSlots},
        slots::{Cell, new_id, plan, read, table, times, with_adviser},
        words::{need, numbered, reason, slot},
    },
    room,
    route::{RoomScreen, Route},
    screens::pieces::{button, link, section, warning},
    words::{Word, counted, filled, key, text},
};
use leptos::prelude::*;
use std::collections::BTreeSet;
use vaekstspejl::{
    browser::{document, form},
    components::{El, el},
};
use vaekstspejl_engine::NeedId;
use vaekstspejl_workshop::{
    answer::Person,
    hall::{AdviserRow, Deed, Hall, Programme, Reason},
    repair,
    slots::{Error, MOST_TIMES, Most, Seat},
};

/// How well an adviser can help, in words.
const LEVELS: [Word; 4] = [
    key::SLOTS_LEVEL_0,
    key::SLOTS_LEVEL_1,
    key::SLOTS_LEVEL_2,
    key::SLOTS_LEVEL_3,
];

/// What the screen is about to do or has to tell.
#[derive(Clone, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Still,
    Working,
    Refused,
    Error(Error),
    Nobody,
    Preview(MendedSlots),
    Cannot,
}

/// The state of the screen; copies are the same.
#[derive(Clone, Copy)]
struct Screen {
    desk: Desk,
    /// The advisers as they are being edited.
    rows: RwSignal<Vec<AdviserRow>>,
    /// How many slots, and their minutes.
    slots: RwSignal<(u16, u16)>,
    two: RwSignal<bool>,
    stage: RwSignal<Stage>,
    told: RwSignal<&'static str>,
}

/// The screen.
pub fn screen(desk: Desk) -> El {
    let begun = desk.hall.with_untracked(|it| {
        let hall = it.as_ref()?;
        let programme = hall.programme();
        let slots = (programme.slots, programme.slot_minutes);
        Some((hall.advisers().to_vec(), slots))
    });
    let page = el("div", "room-plan").kid(head(key::ROOM_SLOTS, key::SLOTS_LEAD));
    let Some((rows, slots)) = begun else {
        return el("div", "room-plan").live(move || match is_open(desk) {
            true => screen(desk).into_any(),
            false => el("div", "")
                .kid(head(key::ROOM_SLOTS, key::SLOTS_LEAD))
                .kid(no_room())
                .into_any(),
        });
    };
    let it = Screen {
        desk,
        rows: RwSignal::new(rows),
        slots: RwSignal::new(slots),
        two: RwSignal::new(false),
        stage: RwSignal::new(Stage::Still),
        told: RwSignal::new(""),
    };
    page.live(move || news(it).into_any())
        .live(move || advisers(it).into_any())
        .kid(settings(it))
        .kid(undo(desk, it.told))
        .kid(told(it.told))
        .kid(
            el("div", "console__said")
                .attr("role", "status")
                .live(move || stage(it).into_any()),
        )
        .live(move || room::look(desk, |hall| result(it, hall)).into_any())
}

/// What has changed since, and the way to repair it.
fn news(it: Screen) -> Option<El> {
    let (slots, groups) = room::look(it.desk, |hall| {
        (mend::of_slots(hall), mend::of_groups(hall))
    })?;
    if slots.is_none() {
        return None;
    }
    let line = parts::news_line(key::MEND_CHANGED_SLOTS, &slots, key::MEND_ADVISERS);
    let groups = (!groups.is_none()).then(|| {
        el("p", "").kid(link(
            "",
            Route::Room(RoomScreen::Groups).href(),
            text(key::MEND_GROUPS_TOO),
        ))
    });
    let offer = button(
        "button button--primary",
        "repair",
        key::MEND_OFFER,
        move || {
            it.told.set("");
            it.stage.set(Stage::Working);
            document::when_painted(move || {
                let stage = match room::look(it.desk, mend::slots).flatten() {
                    Some(mended) => Stage::Preview(mended),
                    None => Stage::Cannot,
                };
                let _ = it.stage.try_set(stage);
            });
        },
    );
    let notice = el("div", "console__notice no-print")
        .attr("data-news", "")
        .kid(el("p", "console__what").kid(line))
        .maybe(groups)
        .kid(el("p", "row").kid(offer));
    Some(notice)
}

/// The six to begin with, or the editor.
fn advisers(it: Screen) -> El {
    let part = section(
        "room-plan__settings no-print",
        "advisers",
        text(key::SLOTS_ADVISERS),
    );
    if it.rows.with(Vec::is_empty) {
        return part.kid(el("p", "").kid(text(key::SLOTS_NONE))).kid(
            el("p", "row")
                .kid(button(
                    "button button--primary",
                    "six",
                    key::SLOTS_TAKE_SIX,
                    move || {
                        let slots = it.slots.get_untracked().0;
                        save(it, read(text(key::SLOTS_SIX), slots));
                    },
                ))
                .kid(button("button", "add", key::SLOTS_ADD, move || add(it))),
        );
    }
    let names = it.rows.with(|rows| {
        let names = rows.iter().map(|it| it.name.clone());
        names.collect::<Vec<_>>().join(", ")
    });
    part.kid(el("p", "").kid(names)).kid(
        el("details", "fold")
            .kid(el("summary", "").kid(text(key::SLOTS_EDIT)))
            .kid(el("div", "room-plan__advisers").kids(editors(it)))
            .kid(
                el("p", "row")
                    .kid(button(
                        "button button--primary",
                        "save",
                        key::SLOTS_SAVE,
                        move || {
                            save(it, it.rows.get_untracked());
                        },
                    ))
                    .kid(button("button", "add", key::SLOTS_ADD, move || add(it))),
            ),
    )
}

fn save(it: Screen, rows: Vec<AdviserRow>) {
    it.told.set("");
    match room::act(it.desk, Deed::Advisers(rows.clone())) {
        Some(Ok(_)) => {
            it.rows.set(rows);
            it.told.set(text(key::SLOTS_SAVED));
            it.stage.set(Stage::Still);
        }
        _ => it.stage.set(Stage::Refused),
    }
}

fn add(it: Screen) {
    let id = room::look(it.desk, |hall| new_id(hall, &it.rows.get_untracked()));
    let Some(id) = id else { return };
    it.rows.update(|rows| {
        rows.push(AdviserRow {
            id,
            name: numbered(key::SLOTS_NEW_NAME, rows.len() + 1),
            helps: Default::default(),
            times: times(it.slots.get_untracked().0),
        });
    });
}

/// Changes an adviser that is being edited, without drawing the editor anew.
fn edit(it: Screen, id: u16, change: impl FnOnce(&mut AdviserRow)) {
    it.rows.update_untracked(|rows| {
        if let Some(row) = rows.iter_mut().find(|it| it.id == id) {
            change(row);
        }
    });
}

fn editors(it: Screen) -> Vec<El> {
    let rows = it.rows.get_untracked();
    rows.iter().map(|row| editor(it, row)).collect()
}

fn editor(it: Screen, row: &AdviserRow) -> El {
    let id = row.id;
    let field = |what: &str| [what, "-", &id.to_string()].concat();
    let input = el("input", "field__input")
        .attr("id", field("name"))
        .attr("maxlength", "80")
        .attr("autocomplete", "off")
        .attr("value", row.name.clone())
        .on_event("input", move |event| {
            let name = form::value(event);
            edit(it, id, |row| row.name = name);
        });
    let name = el("div", "console__field")
        .kid(
            el("label", "")
                .attr("for", field("name"))
                .kid(text(key::SLOTS_NAME)),
        )
        .kid(input)
        .kid(el("p", "small quiet").kid(text(key::SLOTS_NAME_HELP)));
    let there = times(it.slots.get_untracked().0).into_iter().map(|time| {
        let label = room::look(it.desk, |hall| slot(hall, time)).unwrap_or_default();
        let input = el("input", "")
            .attr("type", "checkbox")
            .flag("checked", row.times.contains(&time))
            .on_event("change", move |event| {
                let here = form::checked(event);
                edit(it, id, |row| {
                    match here {
                        true => row.times.insert(time),
                        false => row.times.remove(&time),
                    };
                });
            });
        el("label", "console__tick")
            .kid(input)
            .kid(el("span", "").kid(label))
    });
    let there = el("fieldset", "room-plan__there")
        .kid(el("legend", "").kid(text(key::SLOTS_THERE)))
        .kids(there.collect());
    let needs = it.desk.content.get().map_or(&[][..], |it| &it.later.needs);
    let needs = needs.iter().map(|need| {
        let well = row.helps.get(&need.id).copied().unwrap_or(0);
        help(it, id, &need.id, &need.title, well)
    });
    let helps = el("fieldset", "room-plan__helps")
        .kid(el("legend", "").kid(text(key::SLOTS_HELPS)))
        .kids(needs.collect());
    let remove = el("button", "button button--small")
        .attr("type", "button")
        .kid(filled(key::SLOTS_REMOVE, &[("name", &row.name)]))
        .on("click", move || {
            it.rows.update(|rows| rows.retain(|it| it.id != id))
        });
    el("details", "fold room-plan__adviser")
        .kid(el("summary", "").kid(row.name.clone()))
        .kid(name)
        .kid(there)
        .kid(helps)
        .kid(el("p", "").kid(remove))
}

fn help(it: Screen, id: u16, need: &NeedId, title: &str, well: u8) -> El {
    let need = need.clone();
    let field = ["help-", &id.to_string(), "-", need.as_str()].concat();
    let options = LEVELS.iter().zip(0_u8..).map(|(word, level)| {
        el("option", "")
            .attr("value", level.to_string())
            .flag("selected", level == well)
            .kid(text(*word))
    });
    let list = el("select", "select")
        .attr("id", field.clone())
        .kids(options.collect())
        .on_event("change", move |event| {
            let level = form::value(event).parse().unwrap_or(0);
            let need = need.clone();
            edit(it, id, |row| {
                match level {
                    0 => row.helps.remove(&need),
                    level => row.helps.insert(need, level),
                };
            });
        });
    el("div", "room-plan__help")
        .kid(el("label", "").attr("for", field).kid(title.to_owned()))
        .kid(list)
}

/// How many slots, how long, and the way to give them.
fn settings(it: Screen) -> El {
    let (slots, minutes) = it.slots.get_untracked();
    let narrow = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    let numbers = el("div", "room-plan__numbers")
        .kid(number(
            "slots",
            key::SLOTS_NUMBER,
            (1, MOST_TIMES.into()),
            slots.into(),
            move |value| it.slots.update(|it| it.0 = narrow(value)),
        ))
        .kid(number(
            "slot-minutes",
            key::SLOTS_LENGTH,
            (5, 120),
            minutes.into(),
            move |value| it.slots.update(|it| it.1 = narrow(value)),
        ));
    let two = el("label", "console__tick")
        .kid(
            el("input", "")
                .attr("type", "checkbox")
                .attr("id", "two")
                .on_event("change", move |event| it.two.set(form::checked(event))),
        )
        .kid(el("span", "").kid(text(key::SLOTS_TWO)));
    let given = move || room::look(it.desk, |hall| hall.slotted().is_some()).unwrap_or(false);
    let make = el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "make")
        .live_text(move || match given() {
            true => text(key::SLOTS_AGAIN),
            false => text(key::SLOTS_MAKE),
        })
        .on("click", move || make(it));
    section(
        "room-plan__settings no-print",
        "slot-settings",
        text(key::SLOTS_SETTINGS),
    )
    .kid(numbers)
    .kid(two)
    .kid(el("p", "row room-plan__ways").kid(make))
}

fn make(it: Screen) {
    it.told.set("");
    it.stage.set(Stage::Working);
    document::when_painted(move || {
        let stage = make_now(it);
        let _ = it.stage.try_set(stage);
    });
}

/// Sets the programme where it is another, and gives the slots.
fn make_now(it: Screen) -> Stage {
    let Some((slots, slot_minutes)) = it.slots.try_get_untracked() else {
        return Stage::Still;
    };
    let Some((before, rows)) = room::look(it.desk, |hall| {
        (hall.programme().clone(), hall.advisers().to_vec())
    }) else {
        return Stage::Still;
    };
    let programme = Programme {
        slots,
        slot_minutes,
        ..before.clone()
    };
    if rows.is_empty() {
        return Stage::Error(Error::TooManyAdvisers(0));
    }
    if programme != before && !matches!(room::act(it.desk, Deed::Programme(programme)), Some(Ok(_)))
    {
        return Stage::Refused;
    }
    // Who was there the whole time is there at the new slots as well.
    let all = times(before.slots);
    let mut longer = rows.clone();
    for row in &mut longer {
        if row.times == all {
            row.times = times(slots);
        }
    }
    if longer != rows
        && matches!(
            room::act(it.desk, Deed::Advisers(longer.clone())),
            Some(Ok(_))
        )
    {
        it.rows.set(longer);
    }
    if room::look(it.desk, |hall| hall.register().given().next().is_none()) == Some(true) {
        return Stage::Nobody;
    }
    let most = match it.two.get_untracked() {
        true => Most::Two,
        false => Most::One,
    };
    match room::look(it.desk, |hall| plan(hall, most)) {
        Some(Ok(slotted)) => match room::act(it.desk, Deed::Slotted(slotted)) {
            Some(Ok(_)) => Stage::Still,
            _ => Stage::Refused,
        },
        Some(Err(why)) => Stage::Error(why),
        None => Stage::Still,
    }
}

/// What is being done, or why it cannot be.
fn stage(it: Screen) -> Option<El> {
    match it.stage.get() {
        Stage::Still => None,
        Stage::Working => Some(el("p", "console__working").kid(text(key::PLAN_WORKING))),
        Stage::Refused => Some(el("p", "console__notice").kid(text(key::PLAN_REFUSED))),
        Stage::Nobody => Some(el("p", "console__notice").kid(text(key::SLOTS_NOBODY_GAVE))),
        Stage::Error(why) => Some(error(why)),
        Stage::Preview(mended) => room::look(it.desk, |hall| preview(it, hall, mended)),
        Stage::Cannot => {
            let again = button("button", "make-again", key::SLOTS_AGAIN, move || make(it));
            Some(parts::cannot(text(key::MEND_NOT_FOUND).to_owned(), again))
        }
    }
}

/// Why there are no slots.
fn error(why: Error) -> El {
    let what = match why {
        Error::TooManyPeople(n) => numbered(key::SLOTS_TOO_MANY_PEOPLE, n),
        Error::TooManyAdvisers(0) => text(key::SLOTS_NONE).to_owned(),
        Error::TooManyAdvisers(n) => numbered(key::SLOTS_TOO_MANY_ADVISERS, n),
        Error::PersonTwice(_) => text(key::SLOTS_PERSON_TWICE).to_owned(),
        Error::AdviserTwice(_) => text(key::SLOTS_ADVISER_TWICE).to_owned(),
        _ => text(key::SLOTS_NO_SUCH_TIME).to_owned(),
    };
    warning(what, text(key::SLOTS_ERROR_TODO))
}

fn adviser_name(hall: &Hall, id: u16) -> String {
    let row = hall.advisers().iter().find(|it| it.id == id);
    row.map_or_else(
        || numbered(key::SLOTS_NEW_NAME, id.into()),
        |it| it.name.clone(),
    )
}

/// The repair, in words, before it is taken.
fn preview(it: Screen, hall: &Hall, mended: MendedSlots) -> El {
    let moves = &mended.change.moves;
    let moved = moves.iter().filter(|it| it.is_disturbance()).count();
    let said = (moved > 0).then(|| counted(key::MEND_MOVED_ONE, key::MEND_MOVED, moved));
    let seat = |seat: Option<Seat>| {
        seat.map_or_else(Default::default, |it| {
            (adviser_name(hall, it.adviser.0), slot(hall, it.time.0))
        })
    };
    let line = |it: &repair::Move<repair::slots::Booking>| {
        let from = seat(it.from.as_ref().map(|it| it.seat));
        let to = seat(it.to.as_ref().map(|it| it.seat));
        let word = match (&it.from, &it.to) {
            (None, _) => key::MEND_SLOT_GETS,
            (_, None) => key::MEND_SLOT_LOSES,
            _ => key::MEND_SLOT_MOVES,
        };
        let adviser = if it.to.is_some() { &to.0 } else { &from.0 };
        let values = [
            ("person", &*name(hall, it.person)),
            ("from_adviser", &from.0),
            ("adviser", adviser),
            ("from", &from.1),
            ("to", &to.1),
        ];
        filled(word, &values)
    };
    let mut lines: Vec<String> = moves.iter().map(line).collect();
    let waits = |it: &[vaekstspejl_workshop::slots::Waiting]| {
        let people = it.iter().map(|it| it.person);
        people.collect::<BTreeSet<Person>>()
    };
    let (before, after) = (
        waits(&mended.change.waiting.0),
        waits(&mended.change.waiting.1),
    );
    for (word, people) in [
        (key::MEND_WAITS_NOW, after.difference(&before)),
        (key::MEND_WAITS_NO_MORE, before.difference(&after)),
    ] {
        lines.extend(people.map(|it| filled(word, &[("person", &name(hall, *it))])));
    }
    let slotted = mended.slotted;
    parts::preview(
        "mended",
        said,
        vec![(None, lines)],
        move || {
            let _ = room::act(it.desk, Deed::Slotted(slotted.clone()));
            it.stage.set(Stage::Still);
        },
        move || it.stage.set(Stage::Still),
    )
}

/// Who speaks with whom, and who waits.
fn result(it: Screen, hall: &Hall) -> Option<El> {
    let slotted = hall.slotted()?;
    let content = it.desk.content.get();
    let given: BTreeSet<u32> = slotted.slots.iter().map(|it| it.2).collect();
    let mut line = counted(key::SLOTS_GIVEN_ONE, key::SLOTS_GIVEN, given.len());
    if !slotted.unused.is_empty() {
        line.push(' ');
        let free = slotted.unused.len();
        line.push_str(&counted(key::SLOTS_FREE_ONE, key::SLOTS_FREE_N, free));
    }
    let times = times(hall.programme().slots);
    let column = |words: String| el("th", "").attr("scope", "col").kid(words);
    let top = el("tr", "")
        .kid(column(text(key::SLOTS_ADVISER).to_owned()))
        .kids(times.iter().map(|it| column(slot(hall, *it))).collect());
    let cell = |it: &Cell| match it {
        Cell::Away => el("td", "quiet").kid(text(key::SLOTS_AWAY)),
        Cell::Free => el("td", "quiet").kid(text(key::SLOTS_FREE)),
        Cell::Given(person, about) => el("td", "")
            .kid(el("strong", "").kid(name(hall, Person(*person))))
            .kid(el("span", "room-plan__about").kid(need(content, about))),
    };
    let row = |(id, cells): (u16, Vec<Cell>)| {
        let head = el("th", "")
            .attr("scope", "row")
            .kid(el("span", "room-plan__who").kid(adviser_name(hall, id)))
            .maybe(here_or_not(it, hall, id));
        el("tr", "")
            .attr("data-adviser", id.to_string())
            .kid(head)
            .kids(cells.iter().map(cell).collect())
    };
    let rows = table(hall, slotted).into_iter().map(row);
    let table = el("div", "room-plan__scroll")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-labelledby", "slot-table")
        .kid(
            el("table", "room-plan__table")
                .kid(el("thead", "").kid(top))
                .kid(el("tbody", "").kids(rows.collect())),
        );
    let waiting = match slotted.waiting.is_empty() {
        true => el("p", "").kid(text(key::SLOTS_WAITING_NONE)),
        false => {
            let mut part = section("", "waiting", text(key::SLOTS_WAITING));
            for (first, why, people) in waiting_by_reason(&slotted.waiting) {
                let names = people
                    .into_iter()
                    .map(|it| el("li", "").kid(name(hall, Person(it))));
                let list = el("ol", "room-plan__waiting")
                    .attr("start", first.to_string())
                    .kids(names.collect());
                part = part
                    .kid(el("p", "room-plan__why").kid(text(reason(why))))
                    .kid(list);
            }
            part
        }
    };
    let shown = section("room-plan__result", "slot-table", text(key::SLOTS_TABLE))
        .kid(el("p", "").kid(line))
        .kid(table)
        .kid(waiting);
    Some(shown)
}

/// Those who wait, in their order, together as long as the reason is the same: the place of the
/// first of them, from 1, the reason, and who.
fn waiting_by_reason(waiting: &[(u32, Reason)]) -> Vec<(usize, Reason, Vec<u32>)> {
    let mut parts: Vec<(usize, Reason, Vec<u32>)> = Vec::new();
    for ((person, why), place) in waiting.iter().zip(1..) {
        match parts.last_mut() {
            Some((_, same, people)) if same == why => people.push(*person),
            _ => parts.push((place, *why, vec![*person])),
        }
    }
    parts
}

/// The button for an adviser who has not come, or has after all.
fn here_or_not(it: Screen, hall: &Hall, id: u16) -> Option<El> {
    let row = hall.advisers().iter().find(|it| it.id == id)?;
    let away = row.times.is_empty();
    let (short, long, action) = match away {
        true => (key::SLOTS_BACK_SHORT, key::SLOTS_BACK, "back"),
        false => (key::SLOTS_ILL_SHORT, key::SLOTS_ILL, "ill"),
    };
    let way = el("button", "link-button small no-print")
        .attr("type", "button")
        .attr("data-action", action)
        .attr("aria-label", filled(long, &[("name", &row.name)]))
        .kid(text(short))
        .on("click", move || {
            let rows = room::look(it.desk, |hall| with_adviser(hall, id, away));
            if let Some(rows) = rows {
                save(it, rows);
            }
        });
    Some(way)
}
