//! `#/room/timer`: the clock of the rounds, for the wall: which round, whose turn, how long.

use super::groups::parts::{head, is_open, no_room};
use crate::{
    browser::wall,
    desk::Desk,
    plan::{
        clock::{RoundClock, slept},
        largest_group,
        words::numbered,
    },
    room,
    screens::pieces::button,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::form,
    components::{El, el, shape},
    state::State,
};
use vaekstspejl_workshop::{hall::Hall, rounds::Now};

/// How often the clock is looked at (milliseconds).
const LOOK: u64 = 250;
/// The tones of a change, of the end, and of a try (hertz): up, and down.
const CHANGE: [f32; 2] = [523.25, 659.25];
const END: [f32; 3] = [659.25, 523.25, 392.0];

thread_local! {
    /// The clock goes on while another screen is looked at.
    static CLOCK: State<Option<RoundClock>> = State::new(None);
    static SOUND: State<bool> = State::new(true);
}

/// The state of the screen; copies are the same.
#[derive(Clone, Copy)]
struct Screen {
    clock: State<Option<RoundClock>>,
    sound: State<bool>,
    /// The moment shown, in whole seconds of the round.
    shown: RwSignal<u64>,
    slept: RwSignal<bool>,
    said: RwSignal<String>,
    wall: RwSignal<bool>,
    /// The last look, by both clocks.
    looked: StoredValue<(u64, u64)>,
    /// The round and turn last called out; no turn when it is over.
    called: StoredValue<Option<(u16, Option<usize>)>>,
}

/// The screen.
pub fn screen(desk: Desk) -> El {
    if desk.hall.with_untracked(Option::is_none) {
        return el("div", "room-plan").live(move || match is_open(desk) {
            true => screen(desk).into_any(),
            false => el("div", "")
                .kid(head(key::ROOM_TIMER, key::TIMER_LEAD))
                .kid(no_room())
                .into_any(),
        });
    }
    let it = Screen {
        clock: CLOCK.with(|it| *it),
        sound: SOUND.with(|it| *it),
        shown: RwSignal::new(0),
        slept: RwSignal::new(false),
        said: RwSignal::new(String::new()),
        wall: RwSignal::new(false),
        looked: StoredValue::new(wall::now()),
        called: StoredValue::new(None),
    };
    begin(it, desk);
    look(it);
    wall::every(LOOK, move || look(it));
    wall::on_keys(move |pressed| match pressed {
        wall::Key::Space => toggle(it),
        wall::Key::On => step(it, RoundClock::next),
        wall::Key::Back => step(it, RoundClock::back),
        wall::Key::Escape => it.wall.set(false),
    });
    on_cleanup(|| wall::awake(false));
    el("div", "room-plan").live(move || {
        let on_wall = it.wall.get();
        let page = el("div", if on_wall { "room-wall" } else { "" });
        let head = match on_wall {
            true => el("h1", "visually-hidden").kid(text(key::ROOM_TIMER)),
            false => head(key::ROOM_TIMER, key::TIMER_LEAD),
        };
        let said = el("p", "visually-hidden")
            .attr("aria-live", "polite")
            .live(move || el("span", "").kid(it.said.get()).into_any());
        page.kid(head)
            .kid(face(it))
            .kid(said)
            .kid(ways(it, on_wall))
            .maybe((!on_wall).then(|| foot(it, desk)))
            .into_any()
    })
}

/// The clock of the groups as they are; one that was kept over a reload goes on.
fn begin(it: Screen, desk: Desk) {
    let (now, time) = wall::now();
    let fresh = it
        .clock
        .with_untracked(|it| it.is_none_or(|it| it.is_fresh()));
    if !fresh {
        return;
    }
    let kept = wall::kept().and_then(|text| RoundClock::from_text(&text, now, time));
    let own = of_hall(desk);
    // One of another room, or of other groups, is not this one.
    let same = |it: &RoundClock| it.timer == own.timer && it.rounds == own.rounds;
    let clock = kept.filter(|it| !it.is_fresh() && same(it));
    it.clock.set(Some(clock.unwrap_or(own)));
}

fn of_hall(desk: Desk) -> RoundClock {
    let of = |hall: &Hall| {
        let programme = hall.programme();
        RoundClock::new(programme.rounds, largest_group(hall), programme.seconds)
    };
    let clock = desk.hall.with_untracked(|it| it.as_ref().map(of));
    clock.unwrap_or_else(|| RoundClock::new(1, 10, 120))
}

/// Looks at the clock: shows what it says, and calls out a change.
fn look(it: Screen) {
    let now = wall::now();
    let Some(clock) = it.clock.get_untracked() else {
        return;
    };
    let before = it.looked.try_get_value();
    it.looked.set_value(now);
    let Some(before) = before else { return };
    if clock.runs() && slept(before, now) {
        it.slept.set(true);
    }
    let second = clock.gone(now.0) / 1_000;
    if it.shown.try_get_untracked() != Some(second) {
        it.shown.set(second);
        let text = clock.to_text(now.0, now.1);
        wall::keep((!clock.is_fresh()).then_some(&*text));
    }
    let turn = match clock.at(now.0) {
        Now::Turn { turn, .. } => Some(turn.index),
        Now::Over => None,
    };
    let here = Some((clock.round, turn));
    let called = it.called.get_value();
    if called != here {
        it.called.set_value(here);
        // What it said when the screen was opened is no change.
        if called.is_some() {
            call_out(it, clock, turn);
        }
    }
    // A lock ends when the page is hidden; it is asked for again when it is seen.
    wall::awake(clock.runs());
}

fn call_out(it: Screen, clock: RoundClock, turn: Option<usize>) {
    let (words, tones) = match turn {
        Some(index) => (numbered(key::TIMER_SAID_TURN, index + 1), &CHANGE[..]),
        None => (over(clock), &END[..]),
    };
    it.said.set(words);
    if clock.runs() && it.sound.get_untracked() {
        wall::tones(tones);
    }
    // A round that is over waits for the next.
    if turn.is_none() && clock.runs() {
        it.clock.set(Some(clock.running(false, wall::now().0)));
    }
}

fn over(clock: RoundClock) -> String {
    let next = match clock.round < clock.rounds {
        true => numbered(key::TIMER_OVER_NEXT, usize::from(clock.round) + 1),
        false => text(key::TIMER_OVER_ALL).to_owned(),
    };
    [text(key::TIMER_SAID_OVER), &next].join(" ")
}

fn toggle(it: Screen) {
    let now = wall::now().0;
    let Some(clock) = it.clock.get_untracked() else {
        return;
    };
    it.slept.set(false);
    if matches!(clock.at(now), Now::Over) {
        return step(it, RoundClock::next);
    }
    let runs = !clock.runs();
    it.clock.set(Some(clock.running(runs, now)));
    if !runs {
        it.said.set(text(key::TIMER_SAID_PAUSED).to_owned());
    }
    look(it);
}

fn step(it: Screen, step: impl FnOnce(RoundClock, u64) -> RoundClock) {
    let now = wall::now().0;
    it.slept.set(false);
    if let Some(clock) = it.clock.get_untracked() {
        it.clock.set(Some(step(clock, now)));
    }
    look(it);
}

/// What the room sees: the round, the number, the time that is left, and a ring that shrinks.
fn face(it: Screen) -> El {
    el("div", "round-clock").live(move || {
        let _ = it.shown.get();
        let Some(clock) = it.clock.get() else {
            return ().into_any();
        };
        let at = clock.at(wall::now().0);
        let numbers = [clock.round, clock.rounds].map(|it| it.to_string());
        let [n, of] = &numbers;
        let round = filled(key::GROUPS_ROUND_OF, &[("n", n), ("of", of)]);
        let left = match at {
            Now::Turn { left, .. } => left,
            Now::Over => 0,
        };
        let all = u64::from(clock.timer.seconds).max(1);
        let share = (left.min(all) * 1_000 / all).to_string();
        let ring = shape("svg", "round-clock__ring")
            .attr("viewBox", "0 0 200 200")
            .attr("aria-hidden", "true")
            .kid(circle("round-clock__track"))
            .kid(
                circle("round-clock__left")
                    .attr("pathLength", "1000")
                    .attr("stroke-dasharray", [&share, " 1000"].concat()),
            );
        let inside = match at {
            Now::Turn { turn, left } => {
                let numbers = [turn.index + 1, clock.timer.people].map(|it| it.to_string());
                let [n, of] = &numbers;
                el("div", "round-clock__inside")
                    .kid(
                        el("p", "round-clock__place")
                            .kid(filled(key::TIMER_PLACE, &[("n", n), ("of", of)])),
                    )
                    .kid(
                        el("p", "round-clock__time")
                            .attr("data-left", left.to_string())
                            .kid(time(left)),
                    )
            }
            Now::Over => el("div", "round-clock__inside")
                .kid(el("p", "round-clock__place").kid(text(key::TIMER_OVER))),
        };
        let below = match at {
            Now::Over if clock.round < clock.rounds => {
                numbered(key::TIMER_OVER_NEXT, usize::from(clock.round) + 1)
            }
            Now::Over => text(key::TIMER_OVER_ALL).to_owned(),
            _ => text(key::TIMER_FEWER).to_owned(),
        };
        el("div", "round-clock__whole")
            .attr("data-runs", if clock.runs() { "yes" } else { "no" })
            .kid(el("p", "round-clock__round").kid(round))
            .kid(el("div", "round-clock__dial").kid(ring).kid(inside))
            .kid(el("p", "round-clock__below").kid(below))
            .into_any()
    })
}

fn circle(class: &'static str) -> El {
    shape("circle", class).numbers([("cx", 100), ("cy", 100), ("r", 92)])
}

/// Minutes and seconds.
fn time(left: u64) -> String {
    let (minutes, seconds) = (left / 60, left % 60);
    let zero = if seconds < 10 { "0" } else { "" };
    [&minutes.to_string(), ":", zero, &seconds.to_string()].concat()
}

/// The buttons.
fn ways(it: Screen, on_wall: bool) -> El {
    let runs = move || it.clock.with(|it| it.is_some_and(|it| it.runs()));
    let fresh = move || {
        let _ = it.shown.get();
        it.clock
            .with(|it| it.is_none_or(|it| it.gone(wall::now().0) == 0))
    };
    let words = move || match (runs(), fresh()) {
        (true, _) => text(key::TIMER_PAUSE),
        (false, true) => text(key::TIMER_START),
        (false, false) => text(key::TIMER_GO_ON),
    };
    let start = el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "start")
        .live_text(words)
        .on("click", move || toggle(it));
    let to = match on_wall {
        true => key::PLAN_FROM_WALL,
        false => key::PLAN_TO_WALL,
    };
    let slept = move || {
        it.slept
            .get()
            .then(|| el("p", "console__notice").kid(text(key::TIMER_SLEPT)))
            .into_any()
    };
    el("div", "round-clock__ways no-print")
        .kid(el("div", "").attr("role", "status").live(slept))
        .kid(
            el("div", "row")
                .kid(button("button", "back", key::TIMER_BACK, move || {
                    step(it, RoundClock::back);
                }))
                .kid(start)
                .kid(button("button", "next", key::TIMER_NEXT, move || {
                    step(it, RoundClock::next);
                }))
                .kid(button("button button--small", "wall", to, move || {
                    it.wall.set(!on_wall)
                })),
        )
}

/// Sound, keys, and what the clock rests on.
fn foot(it: Screen, desk: Desk) -> El {
    let sound = el("label", "console__tick")
        .kid(
            el("input", "")
                .attr("type", "checkbox")
                .attr("id", "sound")
                .flag("checked", it.sound.get_untracked())
                .on_event("change", move |event| it.sound.set(form::checked(event))),
        )
        .kid(el("span", "").kid(text(key::TIMER_SOUND)));
    let rests_on = move || {
        room::look(desk, |hall| {
            let word: Word = match hall.seated() {
                Some(_) => key::TIMER_SETTINGS,
                None => key::TIMER_NO_GROUPS,
            };
            let (people, seconds) = (largest_group(hall), hall.programme().seconds);
            let (people, seconds) = (people.to_string(), seconds.to_string());
            el("p", "small quiet").kid(filled(word, &[("people", &people), ("seconds", &seconds)]))
        })
        .into_any()
    };
    el("div", "room-plan__settings no-print")
        .kid(
            el("div", "row")
                .kid(sound)
                .kid(button(
                    "button button--small",
                    "try-sound",
                    key::TIMER_TRY_SOUND,
                    || {
                        wall::tones(&CHANGE);
                    },
                ))
                .kid(button(
                    "button button--small",
                    "restart",
                    key::TIMER_RESTART,
                    move || {
                        it.clock.set(Some(of_hall(desk)));
                        it.slept.set(false);
                        look(it);
                    },
                )),
        )
        .kid(el("p", "small quiet").kid(text(key::TIMER_KEYS)))
        .live(rests_on)
}
