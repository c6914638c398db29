//! `#/room/guide`: two hours minute by minute, at the hours of the programme; also without a room.

use super::groups::parts::head;
use crate::{
    desk::Desk,
    plan::{
        self,
        guide::{Step, script},
        words::{WRONG, clock, cue, lines},
    },
    room,
    screens::pieces::{button, section},
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::document,
    components::{El, el},
};
use vaekstspejl_workshop::{
    hall::{Programme, script as usual},
    run_sheet::programme,
};

/// The screen.
pub fn screen(desk: Desk) -> El {
    el("div", "room-plan")
        .kid(head(key::ROOM_GUIDE, key::GUIDE_LEAD))
        .kid(el("p", "row no-print").kid(button(
            "button",
            "print",
            key::PLAN_PRINT,
            document::print,
        )))
        .kid(section("room-plan__guide", "before", text(key::GUIDE_BEFORE_TITLE)).kid(checklist()))
        .kid(
            section("room-plan__guide", "script", text(key::GUIDE_SCRIPT_TITLE))
                .live(move || steps(desk).into_any()),
        )
        .kid(section("room-plan__guide", "wrong", text(key::GUIDE_WRONG_TITLE)).kid(wrong()))
}

/// Points to be ticked off on paper.
fn checklist() -> El {
    let points = lines(key::GUIDE_BEFORE).map(|it| {
        let words = it.trim_start_matches("- ");
        el("li", "").kid(words)
    });
    el("ul", "room-plan__check")
        .attr("role", "list")
        .kids(points.collect())
}

fn steps(desk: Desk) -> El {
    let own = room::look(desk, |hall| plan::programme(hall).ok()).flatten();
    let usual = || programme(&usual(&Programme::default(), 10)).unwrap_or_default();
    let steps = script(&own.unwrap_or_else(usual));
    let column = |word: Word| el("th", "").attr("scope", "col").kid(text(word));
    let top = el("tr", "")
        .kid(column(key::GUIDE_WHEN))
        .kid(column(key::GUIDE_WHAT))
        .kid(column(key::GUIDE_SAY));
    let row = |step: &Step| {
        let (what, say) = cue(step.cue);
        let (n, until) = (step.number.to_string(), clock(step.until));
        let fill = |word| filled(word, &[("n", &n), ("until", &until)]);
        el("tr", "")
            .kid(el("th", "").attr("scope", "row").kid(clock(step.at)))
            .kid(el("td", "").kid(fill(what)))
            .kid(el("td", "room-plan__say").kid(fill(say)))
    };
    el("table", "room-plan__script")
        .kid(el("thead", "").kid(top))
        .kid(el("tbody", "").kids(steps.iter().map(row).collect()))
}

fn wrong() -> El {
    let all = WRONG.iter().map(|(what, todo)| {
        el("div", "")
            .kid(el("dt", "").kid(text(*what)))
            .kid(el("dd", "").kid(text(*todo)))
    });
    el("dl", "console__facts room-plan__wrong").kids(all.collect())
}
