//! `#/room`: opening a room; then the way in, large, for the wall; then its end.

use super::wall;
use crate::{
    browser,
    desk::Desk,
    room::{
        self,
        now::{Farewell, Kept, Line, Opened, Trouble},
        record::{HOURS, USUAL_HOURS, Unread},
    },
    screens::pieces::{Typed, button, field, form_of, heading, section, select, submit, warning},
    words::{counted, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::{address, document, file, form},
    components::{El, drawing, el, shape},
};

/// The screen.
pub fn screen(desk: Desk) -> El {
    let body = move || match desk.room.opened.get() {
        Some(opened) => untrack(|| open(desk, &opened)).into_any(),
        None if desk.room.looked.get() => untrack(|| closed(desk)).into_any(),
        None => el("div", "narrow")
            .kid(heading(text(key::ROOM_DOOR_OPEN_TITLE)))
            .kid(el("p", "").kid(text(key::ROOM_LOOKING)))
            .into_any(),
    };
    el("div", "room__door").live(body)
}

/// No room is open.
fn closed(desk: Desk) -> El {
    let told = move || {
        let news = desk.room.news.get();
        let farewell = news.farewell.map(|it| {
            el("p", "console__closed")
                .attr("data-farewell", "")
                .kid(farewell(it))
        });
        el("div", "")
            .maybe(farewell)
            .maybe(news.left_alone.map(left_alone_box(desk)))
            .into_any()
    };
    // With a kept grant there is one button, and the form only on wish.
    let other = RwSignal::new(false);
    let way = move || match desk.room.kept.get() {
        Some(kept) if !other.get() => one_click(desk, &kept, other).into_any(),
        kept => first_time(desk, kept).into_any(),
    };
    let rehearse = section(
        "card room__rehearse",
        "rehearse-title",
        text(key::ROOM_DOOR_REHEARSE_TITLE),
    )
    .kid(el("p", "").kid(text(key::ROOM_DOOR_REHEARSE_TEXT)))
    .kid(
        el("p", "row").kid(button("", "rehearse", key::ROOM_DOOR_REHEARSE, move || {
            browser::open_rehearsal(desk);
        })),
    );
    el("div", "narrow room__open")
        .kid(heading(text(key::ROOM_DOOR_OPEN_TITLE)))
        .kid(el("div", "").attr("role", "status").live(told))
        .kid(el("p", "console__lead").kid(text(key::ROOM_DOOR_LEAD)))
        .live(way)
        .kid(rehearse)
}

fn farewell(how: Farewell) -> String {
    match how {
        Farewell::Both => text(key::ROOM_DOOR_GONE_BOTH).to_owned(),
        Farewell::Here(at) => {
            let time = format!("{:02}.{:02}", at / 60, at % 60);
            filled(key::ROOM_DOOR_GONE_HERE, &[("time", &time)])
        }
        Farewell::Rehearsal => text(key::ROOM_DOOR_GONE_REHEARSAL).to_owned(),
        Farewell::ByItself => text(key::ROOM_DOOR_GONE_ITSELF).to_owned(),
    }
}

fn left_alone_box(desk: Desk) -> impl FnOnce(Unread) -> El {
    move |why| {
        let (what, todo) = match why {
            Unread::Newer => (key::ROOM_DOOR_NEWER, key::ROOM_DOOR_NEWER_TODO),
            Unread::Damaged => (key::ROOM_DOOR_DAMAGED, key::ROOM_DOOR_DAMAGED_TODO),
        };
        warning(text(what), text(todo)).kid(el("p", "row").kid(button(
            "button button--small",
            "remove-room",
            key::ROOM_DOOR_REMOVE,
            move || browser::delete_unread_room(desk),
        )))
    }
}

/// What is being done, and what did not work.
fn said(desk: Desk) -> El {
    el("div", "console__said")
        .attr("role", "status")
        .live(move || {
            if desk.room.asking.get() {
                return el("p", "console__working")
                    .kid(text(key::ROOM_DOOR_OPENING))
                    .into_any();
            }
            let trouble = desk.room.trouble.get().map(Trouble::words);
            let told = trouble.map(|(what, todo)| warning(text(what), text(todo)));
            told.into_any()
        })
}

fn one_click(desk: Desk, kept: &Kept, other: RwSignal<bool>) -> El {
    let hours = kept.hours.to_string();
    let told = filled(
        key::ROOM_DOOR_KEPT,
        &[("relay", host(&kept.relay)), ("n", &hours)],
    );
    let (relay, grant, hours) = (kept.relay.clone(), kept.grant.clone(), kept.hours);
    let go = el("button", "button button--primary room__go")
        .attr("type", "button")
        .attr("data-action", "open-room")
        .kid(text(key::ROOM_DOOR_OPEN))
        .on("click", move || {
            browser::open_room(desk, relay.clone(), grant.clone(), hours, true);
        });
    let small = "link-button";
    el("div", "console__form room__once")
        .kid(el("p", "row").kid(go))
        .kid(el("p", "small quiet").kid(told))
        .kid(said(desk))
        .kid(
            el("p", "row small")
                .kid(button(
                    small,
                    "other-grant",
                    key::ROOM_DOOR_OTHER,
                    move || {
                        other.set(true);
                    },
                ))
                .kid(button(
                    small,
                    "forget-grant",
                    key::ROOM_DOOR_FORGET,
                    move || {
                        browser::keep_grant(desk, None);
                    },
                )),
        )
}

fn first_time(desk: Desk, kept: Option<Kept>) -> El {
    let there = kept.is_some();
    let kept = kept.unwrap_or(Kept {
        relay: own_origin(),
        grant: String::new(),
        hours: USUAL_HOURS,
    });
    let (relay, grant) = (Typed::new(kept.relay), Typed::new(String::new()));
    let hours = StoredValue::new(kept.hours);
    let keep = StoredValue::new(there);
    let go = move || {
        let (relay, grant) = (relay.get_value(), grant.get_value());
        browser::open_room(desk, relay, grant, hours.get_value(), keep.get_value());
    };
    let options = HOURS.map(|it| {
        let n = it.to_string();
        (n.clone(), filled(key::ROOM_DOOR_HOURS_N, &[("n", &n)]))
    });
    let list = select(
        "room-hours",
        key::ROOM_DOOR_HOURS,
        options.collect(),
        &kept.hours.to_string(),
        move |chosen| hours.set_value(chosen.parse().unwrap_or(USUAL_HOURS)),
    );
    let tick = el("input", "")
        .attr("type", "checkbox")
        .attr("id", "room-keep")
        .attr("aria-describedby", "room-keep-help")
        .flag("checked", there)
        .on_event("change", move |event| keep.set_value(form::checked(event)));
    let tick = el("div", "console__field")
        .kid(
            el("p", "console__tick").kid(tick).kid(
                el("label", "")
                    .attr("for", "room-keep")
                    .kid(text(key::ROOM_DOOR_KEEP)),
            ),
        )
        .kid(
            el("p", "small quiet")
                .attr("id", "room-keep-help")
                .kid(text(key::ROOM_DOOR_KEEP_HELP)),
        );
    form_of(go)
        .kid(field(
            "room-grant",
            "password",
            key::ROOM_DOOR_GRANT,
            key::ROOM_DOOR_GRANT_HELP,
            grant,
        ))
        .kid(field(
            "room-relay",
            "text",
            key::ROOM_DOOR_RELAY,
            key::ROOM_DOOR_RELAY_HELP,
            relay,
        ))
        .kid(list)
        .kid(tick)
        .kid(said(desk))
        .kid(el("p", "row").kid(submit("open-room", key::ROOM_DOOR_OPEN)))
}

fn own_origin() -> String {
    let page = address::base();
    let mut parts = page.splitn(4, '/');
    let origin: Vec<&str> = parts.by_ref().take(3).collect();
    origin.join("/")
}

fn host(address: &str) -> &str {
    address.split_once("://").map_or(address, |it| it.1)
}

/// A room is open, or closed and not deleted yet.
fn open(desk: Desk, opened: &Opened) -> El {
    let shut = Memo::new(move |_| room::look(desk, |hall| hall.is_closed()).unwrap_or_default());
    let shown = opened.clone();
    let way = move || match shut.get() {
        true => ended(desk).into_any(),
        false => way_in(desk, &shown).into_any(),
    };
    el("div", "room__opened").live(way)
}

fn way_in(desk: Desk, opened: &Opened) -> El {
    let qr = match opened.rehearsal {
        true => None,
        false => qr(&opened.address),
    };
    let how = match opened.rehearsal {
        true => key::ROOM_DOOR_REHEARSAL_JOIN,
        false => key::ROOM_DOOR_JOIN_TEXT,
    };
    let words = opened.words.iter().map(|it| el("li", "").kid(*it));
    let words = el("ul", "wall__words")
        .attr("role", "list")
        .attr("translate", "no")
        .attr("data-check", "")
        .kids(words.collect());
    let text_side = el("div", "wall__side")
        .kid(heading(text(key::ROOM_DOOR_JOIN_TITLE)))
        .kid(el("p", "wall__how").kid(text(how)))
        .kid(el("h2", "wall__label").kid(text(key::ROOM_DOOR_WORDS_TITLE)))
        .kid(words)
        .kid(arrivals(desk))
        .kid(status(desk, opened.rehearsal));
    let wall = el("div", "wall wall--door").maybe(qr).kid(text_side);
    el("div", "")
        .kid(wall)
        .kid(tools(desk, opened))
        .kid(unread(desk))
        .kid(close(desk))
}

fn qr(address: &str) -> Option<El> {
    let (side, path) = drawing(address, "")?;
    let frame = ["0 0 ", &side.to_string(), " ", &side.to_string()].concat();
    let white = shape("rect", "")
        .attr("width", "100%")
        .attr("height", "100%")
        .attr("fill", "#fff");
    // Black on white also in the dark: many readers know nothing else.
    let code = shape("svg", "qr")
        .attr("viewBox", frame)
        .attr("role", "img")
        .attr("aria-label", text(key::ROOM_DOOR_QR))
        .attr("shape-rendering", "crispEdges")
        .kid(white)
        .kid(shape("path", "").attr("d", path).attr("fill", "#000"));
    Some(el("div", "wall__qr").kid(code))
}

/// How many have come; those who look at the wall see that it works.
fn arrivals(desk: Desk) -> El {
    let come = Memo::new(move |_| {
        room::look(desk, |hall| {
            let register = hall.register();
            (register.present(), register.given().count())
        })
        .unwrap_or_default()
    });
    el("div", "wall__arrivals").live(move || {
        let (here, given) = come.get();
        let came = match here {
            0 => text(key::ROOM_DOOR_ARRIVED_NONE).to_owned(),
            n => counted(key::ROOM_DOOR_ARRIVED_ONE, key::ROOM_DOOR_ARRIVED, n),
        };
        let gave = (given > 0).then(|| {
            el("p", "wall__given")
                .attr("data-given", given.to_string())
                .kid(counted(
                    key::ROOM_DOOR_GIVEN_ONE,
                    key::ROOM_DOOR_GIVEN,
                    given,
                ))
        });
        el("div", "")
            .kid(
                el("p", "wall__came")
                    .attr("data-here", here.to_string())
                    .kid(came),
            )
            .maybe(gave)
            .into_any()
    })
}

/// Time left, and how the line is.
fn status(desk: Desk, rehearsal: bool) -> El {
    let line = move || {
        let words = match desk.room.line.get() {
            Line::Listening if rehearsal => key::ROOM_DOOR_LINE_REHEARSAL,
            Line::Shut if rehearsal => key::ROOM_DOOR_LINE_EVERYBODY,
            Line::Beginning => key::ROOM_DOOR_LINE_BEGINNING,
            Line::Listening => key::ROOM_DOOR_LINE_LISTENING,
            Line::Away(Trouble::Busy) => key::ROOM_DOOR_LINE_BUSY,
            Line::Away(Trouble::Strange) => key::ROOM_DOOR_LINE_STRANGE,
            Line::Away(_) => key::ROOM_DOOR_LINE_AWAY,
            Line::Elsewhere => key::ROOM_DOOR_LINE_ELSEWHERE,
            Line::Shut => key::ROOM_DOOR_LINE_SHUT,
            Line::Gone => key::ROOM_DOOR_LINE_GONE,
        };
        text(words)
    };
    let well = move || match desk.room.line.get() {
        Line::Listening | Line::Elsewhere | Line::Shut => Some("good"),
        Line::Beginning => Some("wait"),
        Line::Away(_) | Line::Gone => Some("bad"),
    };
    let line = el("span", "wall__line")
        .attr("role", "status")
        .live_attr("data-line", well)
        .live_text(line);
    el("p", "wall__status")
        .kid(line)
        .kid(el("span", "wall__left").live(move || left(desk.room.left.get()).into_any()))
}

fn left(minutes: Option<u64>) -> String {
    let Some(minutes) = minutes else {
        return String::new();
    };
    let (h, m) = ((minutes / 60).to_string(), (minutes % 60).to_string());
    let time = match minutes {
        0 => return text(key::ROOM_DOOR_LEFT_OVER).to_owned(),
        1..60 => filled(key::ROOM_DOOR_LEFT_MINUTES, &[("m", &m)]),
        _ => filled(key::ROOM_DOOR_LEFT_HOURS, &[("h", &h), ("m", &m)]),
    };
    filled(key::ROOM_DOOR_LEFT, &[("time", &time)])
}

fn tools(desk: Desk, opened: &Opened) -> El {
    let copied = RwSignal::new(None::<bool>);
    let small = "button button--small";
    let mut row = el("div", "row wall__tools no-print");
    if opened.rehearsal {
        let all = move || browser::all_come(desk);
        row = row.kid(button(small, "all-come", key::ROOM_DOOR_ALL_COME, all));
    } else {
        let address = opened.address.clone();
        row = row.kid(button(small, "copy", key::ROOM_DOOR_COPY, move || {
            file::copy(&address, move |done| copied.set(Some(done)));
        }));
    }
    let told = el("span", "small")
        .attr("role", "status")
        .live_text(move || {
            copied.get().map_or("", |done| {
                text(if done {
                    key::DESK_COPIED
                } else {
                    key::DESK_COPY_FAILED
                })
            })
        });
    let address = (!opened.rehearsal).then(|| {
        el("p", "small quiet wall__address no-print")
            .kid(text(key::ROOM_DOOR_OR_LINK))
            .kid(": ")
            .kid(
                el("span", "console__code")
                    .attr("translate", "no")
                    .attr("data-address", "")
                    .kid(opened.address.clone()),
            )
    });
    el("div", "")
        .kid(row.kids(wall::tools(desk)).kid(told))
        .maybe(address)
}

fn unread(desk: Desk) -> El {
    let told = move || {
        let unread = desk.room.news.with(|it| it.unread);
        (unread > 0)
            .then(|| {
                el("p", "console__note")
                    .attr("data-unread", unread.to_string())
                    .kid(counted(
                        key::ROOM_DOOR_UNREAD_ONE,
                        key::ROOM_DOOR_UNREAD,
                        unread,
                    ))
            })
            .into_any()
    };
    el("div", "room__unread").attr("role", "status").live(told)
}

fn close(desk: Desk) -> El {
    section(
        "room__end no-print",
        "close-title",
        text(key::ROOM_DOOR_CLOSE_TITLE),
    )
    .kid(el("p", "").kid(text(key::ROOM_DOOR_CLOSE_TEXT)))
    .kid(
        el("p", "row").kid(button("", "close-room", key::ROOM_DOOR_CLOSE, move || {
            browser::close_room(desk);
        })),
    )
}

fn ended(desk: Desk) -> El {
    let asked = RwSignal::new(false);
    let way = move || match asked.get() {
        false => el("p", "row")
            .kid(button(
                "button button--primary",
                "delete-room",
                key::ROOM_DOOR_DELETE,
                move || {
                    asked.set(true);
                    document::focus_on("delete-sure");
                },
            ))
            .into_any(),
        true => sure(desk, asked).into_any(),
    };
    el("div", "narrow room__ended")
        .kid(heading(text(key::ROOM_DOOR_CLOSED_TITLE)))
        .kid(el("p", "console__lead").kid(text(key::ROOM_DOOR_CLOSED_TEXT)))
        .kid(arrivals(desk))
        .kid(unread(desk))
        .live(way)
}

fn sure(desk: Desk, asked: RwSignal<bool>) -> El {
    let working = el("div", "console__said")
        .attr("role", "status")
        .live(move || {
            let working = desk.room.asking.get();
            working
                .then(|| el("p", "console__working").kid(text(key::ROOM_DOOR_DELETING)))
                .into_any()
        });
    warning(
        text(key::ROOM_DOOR_DELETE_SURE),
        text(key::ROOM_DOOR_DELETE_WHAT),
    )
    .attr("id", "delete-sure")
    .attr("tabindex", "-1")
    .kid(
        el("p", "row")
            .kid(button(
                "button button--primary",
                "delete-yes",
                key::ROOM_DOOR_DELETE_YES,
                move || {
                    browser::delete_room(desk);
                },
            ))
            .kid(button("", "delete-no", key::DESK_CANCEL, move || {
                asked.set(false)
            })),
    )
    .kid(working)
}
