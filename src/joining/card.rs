//! What may be given to the room: all of it, in words, before the person's own yes; and what was
//! given, until they take it back.

use super::{
    code,
    screen::{called, status, to},
    shell::{self, kept},
};
use crate::{
    browser::{document, form},
    components::{El, button, el},
    session::Session,
    state::State,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use std::sync::OnceLock;
use vaekstspejl_engine::{Answers, Later, NeedId, segment::Tone};
use vaekstspejl_workshop::{
    answer::answer_of,
    letter::{Given, What},
    slots::{Urgency, urgency_of},
};

/// What the person would like best to talk about, as far as they have chosen.
fn wish() -> State<Option<NeedId>> {
    static WISH: OnceLock<State<Option<NeedId>>> = OnceLock::new();
    *WISH.get_or_init(|| State::new(None))
}

/// What the person would give now; nothing before anything is answered.
fn given(session: Session, wished: Option<NeedId>) -> Option<Given> {
    if session.answers.with(Answers::is_empty) {
        return None;
    }
    let later = session.later.get()?;
    session.assessment.with(|found| {
        let found = found.as_ref()?;
        let answer = answer_of(found, later);
        let mut urgency = urgency_of(found);
        urgency.retain(|need, _| answer.needs.contains(need));
        let wish = wished.filter(|it| answer.needs.contains(it));
        Some(Given {
            answer,
            urgency,
            wish,
        })
    })
}

/// The card; nothing for who is in no room, or has nothing to give and has given nothing.
pub fn card(session: Session) -> AnyView {
    // What the room has; a try to send it draws nothing anew.
    let said = Memo::new(|_| kept().with(|it| it.here().map(|it| it.letter.clone())));
    let before = said.get_untracked().map(|it| it.what);
    if let Some(What::Gives(given)) = before {
        wish().set(given.wish);
    }
    let part = move || {
        let letter = said.get()?;
        let name = called(letter.name);
        let now = given(session, wish().get());
        Some(match (letter.what, now) {
            (What::Gives(before), now) => after(session, &before, now),
            (_, Some(now)) => ask(session, &name, now),
            (_, None) => return None,
        })
    };
    // Stays while what is in it changes, so that the focus does.
    el("div", "room__whole no-print")
        .attr("id", "room")
        .attr("tabindex", "-1")
        .live(move || part().into_any())
        .into_any()
}

/// Whoever comes next on this device has not chosen anything.
pub fn forget() {
    wish().set(None);
}

fn frame(title: Word) -> El {
    el("section", "card room__card")
        .attr("aria-labelledby", "room-card")
        .kid(el("h3", "").attr("id", "room-card").kid(text(title)))
}

/// Before the yes.
fn ask(session: Session, name: &str, now: Given) -> El {
    let Some(later) = session.later.get_untracked() else {
        return el("div", "");
    };
    let crisis = session.assessment.with_untracked(|it| {
        let segment = it.as_ref().and_then(|it| it.segment.as_ref());
        segment.is_some_and(|it| it.tone == Tone::Crisis)
    });
    let crisis = crisis.then(|| el("p", "").kid(text(key::ROOM_GIVE_CRISIS)));
    let yes = el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "give-room")
        .kid(text(key::ROOM_YES));
    let what = now.clone();
    let yes = yes.on("click", move || {
        shell::say(What::Gives(what.clone()));
        to("room");
    });
    frame(key::ROOM_GIVE_TITLE)
        .kid(el("p", "").kid(filled(key::ROOM_GIVE_LEAD, &[("name", name)])))
        .kid(list(later, &now, false))
        .kid(el("p", "").kid(text(key::ROOM_GIVE_WITHOUT)))
        .maybe(crisis)
        .maybe(wishes(later, &now))
        .kid(failed())
        .kid(el("p", "").kid(yes))
}

/// After it.
fn after(session: Session, before: &Given, now: Option<Given>) -> El {
    let Some(later) = session.later.get_untracked() else {
        return el("div", "");
    };
    let changed = now.filter(|now| now != before);
    let choice = changed.as_ref().or(Some(before));
    let choice = choice.and_then(|it| wishes(later, it));
    let again = changed.map(|now| {
        let again = button("give-again", key::ROOM_AGAIN, move || {
            shell::say(What::Gives(now.clone()));
            to("room");
        });
        el("div", "sealed__demo")
            .attr("data-changed", "")
            .kid(
                el("p", "")
                    .attr("role", "status")
                    .kid(text(key::ROOM_CHANGED)),
            )
            .kid(again)
    });
    let back = button("take-back", key::ROOM_BACK, || {
        shell::say(What::Here);
        to("room");
    });
    let open = RwSignal::new(false);
    let toggle = move || {
        open.update(|it| *it = !*it);
        to("room-code-button");
    };
    let slow = Memo::new(|_| kept().with(|it| it.slow));
    let waits = Memo::new(|_| kept().with(|it| it.here().is_some_and(|it| !it.is_received())));
    let without_net = move || {
        if !waits.get() {
            return ().into_any();
        }
        let shown = open.get() != slow.get();
        let label = match shown {
            true => key::ROOM_CODE_CLOSE,
            false => key::ROOM_CODE_OPEN,
        };
        let code = shown.then(|| kept().with_untracked(|it| code::code(it.here()?, later)));
        el("div", "room__net")
            .kid(
                button("room-code", label, toggle)
                    .attr("id", "room-code-button")
                    .attr("aria-expanded", if shown { "true" } else { "false" }),
            )
            .maybe(code.flatten().map(|it| code::shown(&it)))
            .into_any()
    };
    frame(key::ROOM_GIVEN_TITLE)
        .attr("data-given", "")
        .kid(status())
        .kid(list(later, before, true))
        .maybe(again)
        .maybe(choice)
        .kid(failed())
        .live(without_net)
        .kid(el("p", "row").kid(back))
}

fn failed() -> El {
    let said = || match kept().with(|it| it.failed) {
        true => text(key::ROOM_FAILED),
        false => "",
    };
    el("p", "sealed__said")
        .attr("role", "alert")
        .live_text(said)
}

/// All that is given, in words.
fn list(later: &Later, given: &Given, with_wish: bool) -> El {
    let levels = later.scales.iter().filter_map(|scale| {
        let level = given.answer.levels.get(&scale.id)?.get().to_string();
        let values = [("title", scale.title.as_str()), ("n", &level)];
        Some(filled(key::ROOM_LEVEL, &values))
    });
    let needs = later.needs.iter().filter_map(|need| {
        given.answer.needs.contains(&need.id).then_some(())?;
        let urgent = given.urgency.get(&need.id).copied();
        let urgent = urgent.unwrap_or(Urgency::USUAL).get().to_string();
        let values = [("title", need.title.as_str()), ("n", &urgent)];
        Some(filled(key::ROOM_NEED, &values))
    });
    let stage = given.answer.stage.as_ref().and_then(|it| later.segment(it));
    let stage = stage.map(|it| it.title.clone());
    let wish = given.wish.as_ref().and_then(|it| later.need(it));
    let wish = wish.map(|it| it.title.clone());
    let mut rows = Vec::from(lines(key::ROOM_LEVELS, levels.collect()));
    rows.extend(lines(key::ROOM_NEEDS, needs.collect()));
    rows.extend(lines(key::ROOM_STAGE, stage.into_iter().collect()));
    if with_wish && wish.is_some() {
        rows.extend(lines(key::ROOM_WISH, wish.into_iter().collect()));
    }
    el("dl", "sealed__list").attr("data-gives", "").kids(rows)
}

fn lines(term: Word, lines: Vec<String>) -> [El; 2] {
    let mut items: Vec<El> = lines.into_iter().map(|it| el("li", "").kid(it)).collect();
    if items.is_empty() {
        items.push(el("li", "").kid(text(key::ROOM_NOTHING)));
    }
    let items = el("ul", "sealed__lines").kids(items);
    [el("dt", "").kid(text(term)), el("dd", "").kid(items)]
}

/// The choice of one of the needs; nothing where there is none.
fn wishes(later: &Later, given: &Given) -> Option<El> {
    if given.answer.needs.is_empty() {
        return None;
    }
    let chosen = given.wish.clone();
    let option = |id: &str, words: String, is: bool| {
        el("option", "")
            .attr("value", id.to_owned())
            .flag("selected", is)
            .kid(words)
    };
    let needs = later.needs.iter();
    let needs = needs.filter(|it| given.answer.needs.contains(&it.id));
    let mut options = vec![option(
        "",
        text(key::ROOM_WISH_NONE).to_owned(),
        chosen.is_none(),
    )];
    options.extend(needs.map(|it| {
        let is = chosen.as_ref() == Some(&it.id);
        option(it.id.as_str(), it.title.clone(), is)
    }));
    let field = el("select", "field__input select")
        .attr("id", "room-wish")
        .attr("aria-describedby", "room-wish-help")
        .kids(options)
        .on_event("change", |event| {
            let value = form::value(event);
            wish().set((!value.is_empty()).then(|| value.as_str().into()));
            to("room-wish");
        });
    let label = el("label", "").attr("for", "room-wish");
    Some(
        el("div", "field room__wish")
            .kid(label.kid(text(key::ROOM_WISH)))
            .kid(field)
            .kid(
                el("p", "small quiet")
                    .attr("id", "room-wish-help")
                    .kid(text(key::ROOM_WISH_HELP)),
            ),
    )
}

/// The way out, asked about here on the page.
pub(super) fn leave() -> El {
    let asked = RwSignal::new(false);
    let part = move || {
        if !asked.get() {
            let ask = button("leave-room", key::ROOM_LEAVE, move || {
                asked.set(true);
                to("leave-question");
            })
            .attr("id", "leave-button");
            return ask.into_any();
        }
        let yes = button("leave-room-yes", key::ROOM_LEAVE_YES, || {
            shell::leave();
            document::focus("main h1");
        });
        let no = button("leave-room-no", key::ROOM_LEAVE_NO, move || {
            asked.set(false);
            to("leave-button");
        });
        el("div", "forget")
            .attr("role", "group")
            .attr("id", "leave-question")
            .attr("tabindex", "-1")
            .attr("aria-label", text(key::ROOM_LEAVE_TITLE))
            .kid(el("p", "forget__title").kid(text(key::ROOM_LEAVE_TITLE)))
            .kid(el("p", "").kid(text(key::ROOM_LEAVE_TEXT)))
            .kid(el("div", "row").kid(yes).kid(no))
            .into_any()
    };
    el("div", "room__leave").live(part)
}
