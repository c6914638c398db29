//! `#/room/people`: everybody by the names they have here; codes; paper. No one's answers are shown.

use super::{no_room, paper};
use crate::{
    browser,
    desk::Desk,
    room::{self, act, wording},
    screens::pieces::{button, form_of, heading, section, submit},
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::components::{El, el};
use vaekstspejl_workshop::{
    answer::Person,
    code,
    hall::{Deed, Hall},
    register::Standing,
};

/// The screen.
pub fn screen(desk: Desk) -> El {
    let open = Memo::new(move |_| desk.room.opened.with(Option::is_some));
    let body = move || match open.get() {
        false => no_room(desk).into_any(),
        true => untrack(|| {
            el("div", "")
                .kid(list(desk))
                .kid(codes(desk))
                .kid(paper::section_of(desk))
                .into_any()
        }),
    };
    el("div", "room__people")
        .kid(heading(text(key::ROOM_PEOPLE)))
        .live(body)
}

fn list(desk: Desk) -> El {
    let count = Memo::new(move |_| {
        room::look(desk, |hall| {
            let register = hall.register();
            let all = register.entries().len();
            (all, register.present(), register.given().count())
        })
        .unwrap_or_default()
    });
    let told = move || {
        let (all, here, given) = count.get();
        let words = match all {
            0 => text(key::ROOM_PEOPLE_NOBODY).to_owned(),
            _ => filled(
                key::ROOM_PEOPLE_COUNT,
                &[("here", &here.to_string()), ("given", &given.to_string())],
            ),
        };
        el("p", "")
            .attr("data-count", all.to_string())
            .kid(words)
            .into_any()
    };
    // Rows stay when somebody comes: whoever is at a button by keyboard stays there.
    let rows = view! {
        <tbody>
            <For each=move || 0..count.get().0 key=|it| *it children=move |it| row(desk, it)/>
        </tbody>
    };
    let head = [
        key::ROOM_PEOPLE_NAME,
        key::ROOM_PEOPLE_CAME,
        key::ROOM_PEOPLE_STANDS,
        key::ROOM_PEOPLE_DO,
    ];
    let head = head.map(|it| el("th", "").attr("scope", "col").kid(text(it)));
    let nobody = move || (count.get().0 == 0).then_some("");
    let table = el("table", "room__table")
        .live_attr("hidden", nobody)
        .kid(el("thead", "").kid(el("tr", "").kids(head.into_iter().collect())))
        .kid(rows.into_any());
    el("div", "room__list")
        .kid(el("p", "console__lead").kid(text(key::ROOM_PEOPLE_LEAD)))
        .kid(el("div", "").live(told))
        .kid(table)
}

/// What a row says.
#[derive(Clone, PartialEq)]
struct Row {
    name: String,
    source: &'static str,
    standing: &'static str,
    left: bool,
}

fn row(desk: Desk, place: usize) -> El {
    let person = Person(u32::try_from(place).unwrap_or(u32::MAX));
    let row = Memo::new(move |_| {
        room::look(desk, |hall| {
            let entry = hall.register().entry(person)?;
            Some(Row {
                name: room::title(entry),
                source: text(wording::source(entry.source)),
                standing: text(wording::standing(&entry.standing)),
                left: entry.standing == Standing::Left,
            })
        })
        .flatten()
    });
    let of = move |look: fn(Row) -> &'static str| move || row.get().map_or("", look);
    let refused = RwSignal::new("");
    let mark = move || {
        let left = row.get_untracked().is_some_and(|it| it.left);
        let done = act(
            desk,
            Deed::Marked {
                person: person.0,
                left: !left,
            },
        );
        refused.set(match done {
            Some(Err(why)) => text(wording::refused(why)),
            _ => "",
        });
    };
    let label = move || {
        row.get().map(|it| {
            let word = match it.left {
                true => key::ROOM_PEOPLE_MARK_HERE_OF,
                false => key::ROOM_PEOPLE_MARK_LEFT_OF,
            };
            filled(word, &[("name", &it.name)])
        })
    };
    let way = el("button", "link-button")
        .attr("type", "button")
        .attr("data-action", "mark")
        .live_attr("aria-label", label)
        .live_text(of(|it| {
            text(match it.left {
                true => key::ROOM_PEOPLE_MARK_HERE,
                false => key::ROOM_PEOPLE_MARK_LEFT,
            })
        }))
        .on("click", mark);
    let name = move || row.get().map(|it| it.name).unwrap_or_default().into_any();
    el("tr", "")
        .live_attr("class", move || {
            row.get().filter(|it| it.left).map(|_| "room__gone")
        })
        .kid(
            el("th", "")
                .attr("scope", "row")
                .attr("translate", "no")
                .live(name),
        )
        .kid(el("td", "").live_text(of(|it| it.source)))
        .kid(el("td", "").live_text(of(|it| it.standing)))
        .kid(
            el("td", "").kid(way).kid(
                el("span", "small room__refused")
                    .attr("role", "status")
                    .live_text(move || refused.get()),
            ),
        )
}

/// What came of a line, or the question whether it is somebody who is there already.
#[derive(Clone, PartialEq)]
enum Outcome {
    Told(String),
    Same { name: String, deed: Deed },
}

fn codes(desk: Desk) -> El {
    let typed = RwSignal::new(String::new());
    let outcomes = RwSignal::new(Vec::<Outcome>::new());
    let read = move |texts: String| {
        let lines = texts.lines().map(str::trim).filter(|it| !it.is_empty());
        outcomes.set(lines.map(|line| read_code(desk, line)).collect());
    };
    let go = move || {
        read(typed.get_untracked());
        typed.set(String::new());
    };
    let area = view! {
        <textarea id="codes" class="field__input room__codes" rows="3" autocomplete="off" autocapitalize="none"
            spellcheck="false" aria-describedby="codes-help" prop:value=move || typed.get()
            on:input=move |event| typed.set(event_target_value(&event))></textarea>
    };
    let field = el("div", "console__field")
        .kid(
            el("label", "")
                .attr("for", "codes")
                .kid(text(key::ROOM_PEOPLE_CODES)),
        )
        .kid(area.into_any())
        .kid(
            el("p", "small quiet")
                .attr("id", "codes-help")
                .kid(text(key::ROOM_PEOPLE_CODES_HELP)),
        );
    let form = form_of(go)
        .kid(field)
        .kid(el("p", "row").kid(submit("read-codes", key::ROOM_PEOPLE_CODES_GO)));
    let told = move || told(desk, outcomes).into_any();
    let closed = Memo::new(move |_| room::look(desk, Hall::is_closed).unwrap_or_default());
    section(
        "room__part",
        "codes-title",
        text(key::ROOM_PEOPLE_CODES_TITLE),
    )
    .kid(el("p", "").kid(text(key::ROOM_PEOPLE_CODES_TEXT)))
    .live(move || {
        let closed = closed.get();
        closed
            .then(|| el("p", "console__note").kid(text(key::ROOM_REFUSED_CLOSED)))
            .into_any()
    })
    .kid(form)
    .kid(seeing(read))
    .kid(
        el("div", "room__outcomes")
            .attr("role", "status")
            .live(told),
    )
}

/// Codes by a picture of them, or by the camera.
fn seeing(read: impl Fn(String) + Copy + Send + Sync + 'static) -> El {
    let said = RwSignal::new(None::<browser::Seen>);
    let on = RwSignal::new(false);
    let seen = move |seen: browser::Seen| {
        if let browser::Seen::Texts(texts) = &seen {
            read(texts.join("\n"));
        }
        if seen == browser::Seen::NoCamera {
            on.set(false);
        }
        said.set(Some(seen));
    };
    let image = el("input", "console__file")
        .attr("type", "file")
        .attr("id", "code-image")
        .attr("accept", "image/*")
        .attr("aria-describedby", "code-image-help")
        .on_event("change", move |event| browser::read_image(event, seen));
    let image = el("div", "console__field")
        .kid(
            el("label", "")
                .attr("for", "code-image")
                .kid(text(key::ROOM_PEOPLE_IMAGE)),
        )
        .kid(image)
        .kid(
            el("p", "small quiet")
                .attr("id", "code-image-help")
                .kid(text(key::ROOM_PEOPLE_IMAGE_HELP)),
        );
    let toggle = el("button", "button")
        .attr("type", "button")
        .attr("data-action", "camera")
        .live_text(move || {
            text(match on.get() {
                true => key::ROOM_PEOPLE_CAMERA_STOP,
                false => key::ROOM_PEOPLE_CAMERA,
            })
        })
        .on("click", move || {
            on.update(|on| *on = !*on);
            said.set(None);
            match on.get_untracked() {
                true => browser::camera_on(seen),
                false => browser::camera_off(),
            }
        });
    on_cleanup(browser::camera_off);
    let view = el("div", "room__camera")
        .live_attr("hidden", move || (!on.get()).then_some(""))
        .kid(el("p", "").kid(text(key::ROOM_PEOPLE_CAMERA_TITLE)))
        .kid(
            el("video", "room__video")
                .attr("id", "camera")
                .attr("muted", "")
                .attr("playsinline", "")
                .attr("aria-label", text(key::ROOM_PEOPLE_CAMERA_TITLE)),
        )
        .kid(el("p", "small quiet").kid(text(key::ROOM_PEOPLE_CAMERA_NOTE)));
    let told = move || {
        said.get().map_or("", |seen| match seen {
            browser::Seen::Texts(_) => "",
            browser::Seen::Nothing => text(key::ROOM_PEOPLE_IMAGE_NONE),
            browser::Seen::NoImage => text(key::ROOM_PEOPLE_IMAGE_BAD),
            browser::Seen::NoCamera => text(key::ROOM_PEOPLE_CAMERA_NO),
        })
    };
    el("div", "room__seeing")
        .kid(image)
        .kid(el("p", "row").kid(toggle))
        .kid(view)
        .kid(el("p", "room__said").attr("role", "status").live_text(told))
}

fn read_code(desk: Desk, line: &str) -> Outcome {
    let deed = Deed::Coded(line.to_owned());
    let same = room::look(desk, |hall| {
        let coded = code::decode(hall.lists(), line).ok()?;
        if hall.register().known(coded.person).is_some() {
            return None;
        }
        hall.register().same(&coded.given).map(room::title)
    });
    match same.flatten() {
        Some(name) => Outcome::Same { name, deed },
        None => Outcome::Told(done(desk, deed)),
    }
}

/// Does a deed about a person and tells what it came to.
pub fn done(desk: Desk, deed: Deed) -> String {
    let done = act(desk, deed);
    let told = done.and_then(|done| room::look(desk, |hall| wording::told(hall, done)));
    told.unwrap_or_default()
}

fn told(desk: Desk, outcomes: RwSignal<Vec<Outcome>>) -> El {
    let lines = outcomes.get().into_iter().enumerate();
    let lines = lines.map(|(place, outcome)| {
        let answer = move |words: String| {
            outcomes.update(|all| {
                if let Some(it) = all.get_mut(place) {
                    *it = Outcome::Told(words);
                }
            });
        };
        match outcome {
            Outcome::Told(words) => el("li", "").kid(words),
            Outcome::Same { name, deed } => {
                el("li", "").kid(same_question(desk, name, deed, answer))
            }
        }
    });
    el("ul", "").attr("role", "list").kids(lines.collect())
}

/// Whether it is the same person come twice. `answer` takes what it came to, in words.
pub fn same_question(
    desk: Desk,
    name: String,
    deed: Deed,
    answer: impl Fn(String) + Copy + Send + 'static,
) -> El {
    let asked = filled(key::ROOM_PEOPLE_SAME, &[("name", &name)]);
    let small = "button button--small";
    let yes = button(small, "same-yes", key::ROOM_PEOPLE_SAME_YES, move || {
        answer(filled(key::ROOM_PEOPLE_SAME_SKIPPED, &[("name", &name)]));
    });
    let no = button(small, "same-no", key::ROOM_PEOPLE_SAME_NO, move || {
        answer(done(desk, deed.clone()));
    });
    el("div", "console__notice")
        .kid(el("p", "console__what").kid(asked))
        .kid(el("p", "row").kid(yes).kid(no))
}
