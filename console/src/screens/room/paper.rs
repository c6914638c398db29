//! Paper, for those without a phone: the form to print, and keying it in.

use super::people::{done, same_question};
use crate::{
    desk::Desk,
    room::{self, free_name, names},
    screens::pieces::{button, form_of, section, select, submit, warning},
    words::{filled, key, text},
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use vaekstspejl::{
    browser::{document, form},
    components::{El, el},
};
use vaekstspejl_engine::{Later, NeedId, ScaleId, SegmentId, segment::Tone};
use vaekstspejl_workshop::{
    answer::{Answer, Level},
    hall::{Deed, Hall, Paper},
    letter::{Given, Pseudonym},
    register::title,
    slots::Urgency,
};

/// What has been keyed in of one form.
#[derive(Clone, Default, PartialEq)]
struct Keyed {
    levels: BTreeMap<ScaleId, String>,
    needs: BTreeSet<NeedId>,
    stage: Option<SegmentId>,
}

/// Why a form cannot be put on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    /// A level is no number from 1 to 5.
    Level(ScaleId),
    /// There is nothing on it.
    Empty,
}

impl Keyed {
    fn given(&self) -> Result<Given, Wrong> {
        let typed = self.levels.iter().map(|(scale, it)| (scale, it.trim()));
        let typed = typed.filter(|(_, it)| !it.is_empty());
        let level = |(scale, it): (&ScaleId, &str)| {
            let level = it.parse().ok().and_then(Level::new);
            Ok((
                scale.clone(),
                level.ok_or_else(|| Wrong::Level(scale.clone()))?,
            ))
        };
        let answer = Answer {
            levels: typed.map(level).collect::<Result<_, _>>()?,
            needs: self.needs.clone(),
            stage: self.stage.clone(),
        };
        if answer == Answer::default() {
            return Err(Wrong::Empty);
        }
        let urgency = self.needs.iter().map(|it| (it.clone(), Urgency::USUAL));
        Ok(Given {
            urgency: urgency.collect(),
            answer,
            wish: None,
        })
    }
}

/// The part of the people's screen.
pub fn section_of(desk: Desk) -> El {
    let shown = RwSignal::new(false);
    // A new form is another one: what was keyed in is gone from every control.
    let round = RwSignal::new(0_u32);
    let told = RwSignal::new(String::new());
    let form = move || {
        round.track();
        untrack(|| keying(desk, round, told)).into_any()
    };
    let paper = move || match shown.get() {
        false => ().into_any(),
        true => form_to_print(desk).into_any(),
    };
    let show = el("button", "button")
        .attr("type", "button")
        .attr("data-action", "show-paper")
        .live_text(move || {
            text(match shown.get() {
                true => key::ROOM_PEOPLE_PAPER_HIDE,
                false => key::ROOM_PEOPLE_PAPER_PRINT,
            })
        })
        .on("click", move || shown.update(|it| *it = !*it));
    section(
        "room__part",
        "paper-title",
        text(key::ROOM_PEOPLE_PAPER_TITLE),
    )
    .kid(el("p", "").kid(text(key::ROOM_PEOPLE_PAPER_TEXT)))
    .kid(el("p", "row").kid(show))
    .kid(el("div", "").live(paper))
    .kid(el("div", "").live(form))
    .kid(
        el("p", "room__said")
            .attr("role", "status")
            .attr("data-paper-told", "")
            .live(move || told.get().into_any()),
    )
}

fn later(desk: Desk) -> Option<&'static Later> {
    desk.content.get_untracked().map(|it| &it.later)
}

fn called(name: Pseudonym) -> String {
    title(name, 0, &names())
}

/// The scales that are given to a room, in the content's order.
fn scales(desk: Desk, later: &Later) -> Vec<(ScaleId, String)> {
    let given = room::look(desk, |hall| hall.lists().scales.clone()).unwrap_or_default();
    let all = later.scales.iter().filter(|it| given.contains(&it.id));
    all.map(|it| (it.id.clone(), it.title.clone())).collect()
}

/// A room is told neither of a crisis nor of a need that is one.
fn needs(later: &Later) -> Vec<(NeedId, String)> {
    let all = later.needs.iter().filter(|it| !it.urgent);
    all.map(|it| (it.id.clone(), it.title.clone())).collect()
}

fn stages(later: &Later) -> Vec<(SegmentId, String)> {
    let all = later.segments.iter().filter(|it| it.tone != Tone::Crisis);
    all.map(|it| (it.id.clone(), it.title.clone())).collect()
}

fn keying(desk: Desk, round: RwSignal<u32>, told: RwSignal<String>) -> El {
    let Some(later) = later(desk) else {
        return el("div", "");
    };
    let keyed = StoredValue::new(Keyed::default());
    let name = room::look(desk, |hall: &Hall| free_name(hall, names().len()));
    let name = name.unwrap_or(Pseudonym { word: 0, number: 2 });
    let wrong = RwSignal::new(None::<Wrong>);
    let asked = RwSignal::new(None::<(String, Deed)>);
    let finish = move |words: String| {
        told.set(words);
        round.update(|it| *it = it.wrapping_add(1));
        document::focus_on("paper-0");
    };
    let go = move || match keyed.get_value().given() {
        Err(why) => wrong.set(Some(why)),
        Ok(given) => {
            wrong.set(None);
            let same = room::look(desk, |hall| hall.register().same(&given).map(room::title));
            let deed = Deed::Paper(Paper::new(name, given));
            match same.flatten() {
                Some(other) => asked.set(Some((other, deed))),
                None => finish(done(desk, deed)),
            }
        }
    };
    let level = |(place, (scale, title)): (usize, (ScaleId, String))| {
        let id = ["paper-", &place.to_string()].concat();
        let input = el("input", "field__input room__digit")
            .attr("id", id.clone())
            .attr("type", "text")
            .attr("inputmode", "numeric")
            .attr("maxlength", "1")
            .attr("autocomplete", "off")
            .on_event("input", move |event| {
                let typed = form::value(event);
                keyed.update_value(|it| {
                    it.levels.insert(scale.clone(), typed);
                });
            });
        el("div", "room__level")
            .kid(input)
            .kid(el("label", "").attr("for", id).kid(title))
    };
    let levels = scales(desk, later).into_iter().enumerate().map(level);
    let levels = el("fieldset", "room__levels")
        .kid(el("legend", "").kid(text(key::ROOM_PEOPLE_PAPER_LEVELS)))
        .kid(el("p", "small quiet").kid(text(key::ROOM_PEOPLE_PAPER_LEVELS_HELP)))
        .kids(levels.collect());
    let need = |(place, (need, title)): (usize, (NeedId, String))| {
        let id = ["paper-need-", &place.to_string()].concat();
        let input = el("input", "")
            .attr("id", id.clone())
            .attr("type", "checkbox")
            .on_event("change", move |event| {
                let ticked = form::checked(event);
                keyed.update_value(|it| {
                    match ticked {
                        true => it.needs.insert(need.clone()),
                        false => it.needs.remove(&need),
                    };
                });
            });
        el("p", "console__tick")
            .kid(input)
            .kid(el("label", "").attr("for", id).kid(title))
    };
    let needs = needs(later).into_iter().enumerate().map(need);
    let needs = el("fieldset", "room__needs")
        .kid(el("legend", "").kid(text(key::ROOM_PEOPLE_PAPER_NEEDS)))
        .kids(needs.collect());
    let nothing = (
        String::new(),
        text(key::ROOM_PEOPLE_PAPER_STAGE_NONE).to_owned(),
    );
    let all = stages(later).into_iter();
    let options = all.map(|(id, title)| (id.as_str().to_owned(), title));
    let stage = select(
        "paper-stage",
        key::ROOM_PEOPLE_PAPER_STAGE,
        std::iter::once(nothing).chain(options).collect(),
        "",
        move |chosen| {
            let stage = (!chosen.is_empty()).then(|| SegmentId::from(chosen.as_str()));
            keyed.update_value(|it| it.stage = stage);
        },
    );
    let said = move || match (wrong.get(), asked.get()) {
        (Some(why), _) => wrong_box(later, &why).into_any(),
        (None, Some((other, deed))) => same_question(desk, other, deed, finish).into_any(),
        (None, None) => ().into_any(),
    };
    form_of(go)
        .kid(el("p", "").kid(filled(
            key::ROOM_PEOPLE_PAPER_NAME,
            &[("name", &called(name))],
        )))
        .kid(levels)
        .kid(needs)
        .kid(stage)
        .kid(el("div", "console__said").attr("role", "status").live(said))
        .kid(el("p", "row").kid(submit("add-paper", key::ROOM_PEOPLE_PAPER_ADD)))
}

fn wrong_box(later: &Later, why: &Wrong) -> El {
    match why {
        Wrong::Empty => warning(
            text(key::ROOM_PEOPLE_PAPER_EMPTY),
            text(key::ROOM_PEOPLE_PAPER_EMPTY_TODO),
        ),
        Wrong::Level(scale) => {
            let title = later.scales.iter().find(|it| it.id == *scale);
            let title = title.map_or("", |it| it.title.as_str());
            warning(
                filled(key::ROOM_PEOPLE_PAPER_WRONG, &[("title", title)]),
                text(key::ROOM_PEOPLE_PAPER_LEVELS_HELP),
            )
        }
    }
}

/// One page. While it is shown, it is all that is printed.
fn form_to_print(desk: Desk) -> El {
    let Some(later) = later(desk) else {
        return el("div", "");
    };
    let level = |(_, title): (ScaleId, String)| {
        let digits = (1..=5).map(|it: u8| el("span", "paper__digit").kid(it.to_string()));
        el("li", "")
            .kid(el("span", "").kid(title))
            .kid(el("span", "paper__digits").kids(digits.collect()))
    };
    let tick = |title: String| el("li", "").kid(el("span", "paper__box")).kid(title);
    let list = |class: &'static str, kids: Vec<El>| el("ul", class).attr("role", "list").kids(kids);
    let levels = scales(desk, later).into_iter().map(level).collect();
    let needs = needs(later).into_iter().map(|it| tick(it.1)).collect();
    let stages = stages(later).into_iter().map(|it| tick(it.1)).collect();
    let print = button(
        "button button--small no-print",
        "print-paper",
        key::ROOM_PEOPLE_PAPER_GO_PRINT,
        document::print,
    );
    let paper = el("div", "paper sheet")
        .kid(el("h3", "paper__title").kid(text(key::ROOM_PAPER_TITLE)))
        .kid(el("p", "").kid(text(key::ROOM_PAPER_LEAD)))
        .kid(
            el("p", "paper__name")
                .kid(text(key::ROOM_PAPER_NAME))
                .kid(el("span", "paper__line")),
        )
        .kid(
            el("p", "paper__head")
                .kid(el("strong", "").kid(text(key::ROOM_PAPER_LEVELS)))
                .kid(" · ")
                .kid(text(key::ROOM_PAPER_LEVELS_HELP)),
        )
        .kid(list("paper__levels", levels))
        .kid(el("p", "paper__head").kid(el("strong", "").kid(text(key::ROOM_PAPER_NEEDS))))
        .kid(list("paper__ticks", needs))
        .kid(el("p", "paper__head").kid(el("strong", "").kid(text(key::ROOM_PAPER_STAGE))))
        .kid(list("paper__ticks", stages))
        .kid(el("p", "paper__end").kid(text(key::ROOM_PAPER_END)));
    el("div", "").kid(el("p", "row").kid(print)).kid(paper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_keyed_in_is_what_is_given_and_nothing_else_is_taken() {
        let scale = || ScaleId::from("cash");
        let keyed = |digit: &str| Keyed {
            levels: BTreeMap::from([(scale(), digit.to_owned())]),
            ..Keyed::default()
        };
        for digit in ["0", "6", "x", "½"] {
            assert_eq!(keyed(digit).given(), Err(Wrong::Level(scale())), "{digit}");
        }
        assert_eq!(keyed("").given(), Err(Wrong::Empty));
        assert_eq!(keyed(" ").given(), Err(Wrong::Empty));
        let given = keyed("5").given().map(|it| it.answer.levels);
        assert_eq!(given, Ok(BTreeMap::from([(scale(), Level::HIGHEST)])));
    }
}
