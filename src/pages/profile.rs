//! `#/profile`: what the answers say, why, and what can be done about it.

use crate::{
    browser::document,
    components::{
        Comparison, El, Keep, OfficeCard, Recommendations, TakeHome, Turns, Which, dimension_list,
        el, give, growth_map, left_open, need_list, publisher_end, segment_card, sides, wheel,
    },
    joining,
    offer_words::with_case,
    route::Route,
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    Answers, Assessment, ItemId,
    questionnaire::{Questionnaire, Tier},
    segment::Tone,
};

/// The screen. The heading stays while the rest changes, so that the focus does.
#[component]
pub fn Profile() -> impl IntoView {
    let session = Session::get();
    let nothing = move || session.answers.with(Answers::is_empty);
    let title = el("h1", "profile__title")
        .attr("tabindex", "-1")
        .kid(text(key::FRAME_PROFILE));
    let turns = Turns::begin(PARTS);
    el("div", "profile").kid(title).live(move || {
        if nothing() {
            empty(session).into_any()
        } else {
            whole(session, turns).into_any()
        }
    })
}

/// Nothing answered yet: choose a test.
fn empty(session: Session) -> El {
    let tests = session
        .first
        .get()
        .map_or(&[][..], |first| &first.questionnaires);
    let test = |test: &'static Questionnaire| {
        let begin = el("a", "button button--primary")
            .attr("href", Route::Test(test.id.clone(), None).href());
        el("li", "test-card")
            .kid(el("h2", "test-card__title").kid(test.title.as_str()))
            .kid(el("p", "test-card__summary").kid(test.summary.as_str()))
            .kid(begin.kid(text(key::START_BEGIN)))
    };
    el("div", "")
        .kid(el("p", "profile__lead").kid(text(key::PROFILE_EMPTY)))
        .kid(
            el("ul", "start__tests")
                .attr("role", "list")
                .kids(tests.iter().map(test).collect()),
        )
        .kid(
            el("p", "").kid(
                el("a", "")
                    .attr("href", "#/open")
                    .kid(text(key::START_OPEN)),
            ),
        )
}

/// How many parts the screen has at most; they are drawn one after the other.
const PARTS: usize = 16;

/// Everything there is to say; under pressure, help first and nothing about growth.
fn whole(session: Session, turns: Turns) -> Option<El> {
    let (crisis, ahead) = session.assessment.with(|it| {
        let it = it.as_ref()?;
        let crisis = it
            .segment
            .as_ref()
            .is_some_and(|segment| segment.tone == Tone::Crisis);
        Some((crisis, ahead(it)))
    })?;
    let ahead = move || banner(session, ahead.clone()).into_any();
    let busy = move || turns.are_left().then_some("true");
    let mut page = Page {
        el: el("div", "profile__sections").live_attr("aria-busy", busy),
        turns,
        parts: 0,
    };
    if crisis {
        page.part(|| segment_card().into_any());
        page.part(|| need_list(Which::Urgent).into_any());
        offers(session, &mut page);
        page.part(ahead);
        page.part(|| sides().into_any());
        page.part(|| need_list(Which::Others).into_any());
        page.part(move || room(session));
        mirror(&mut page);
    } else {
        page.part(ahead);
        page.part(|| segment_card().into_any());
        page.part(|| jump().into_any());
        page.part(|| sides().into_any());
        page.part(move || room(session));
        mirror(&mut page);
        page.part(|| growth_map().into_any());
        page.part(|| need_list(Which::All).into_any());
        offers(session, &mut page);
    }
    page.part(|| left_open().into_any());
    let own = page.place("own", "profile__own");
    let own = own.live(page.turn(|| Keep().into_any()));
    let own = own.live(page.turn(|| TakeHome().into_any()));
    let own = own.live(page.turn(|| Comparison().into_any()));
    let own = own.live(page.turn(move || give(session).into_any()));
    debug_assert!(page.parts <= PARTS);
    Some(page.el.kid(own))
}

/// The screen while it is put together.
struct Page {
    el: El,
    turns: Turns,
    parts: usize,
}

impl Page {
    /// What draws the next part when it is its turn.
    fn turn(
        &mut self,
        draw: impl Fn() -> AnyView + Send + 'static,
    ) -> impl Fn() -> AnyView + Send + 'static {
        self.parts += 1;
        self.turns.part(self.parts - 1, draw)
    }

    /// With a part after what is there.
    fn part(&mut self, draw: impl Fn() -> AnyView + Send + 'static) {
        let turn = self.turn(draw);
        let el = core::mem::replace(&mut self.el, el("div", ""));
        self.el = el.live(turn);
    }

    /// A place that a way down the page leads to.
    fn place(&self, id: &'static str, class: &'static str) -> El {
        el("div", class).attr("id", id).attr("tabindex", "-1")
    }
}

/// What may be given to a workshop's room, for who is in one.
fn room(session: Session) -> AnyView {
    match joining::door().get() {
        Some(joining) => untrack(|| (joining.card)(session)),
        None => ().into_any(),
    }
}

/// What fits, who is near, and what they want to say.
fn offers(session: Session, page: &mut Page) {
    let offers = page.place("recommendations", "");
    let offers = offers.live(page.turn(|| Recommendations().into_any()));
    let offers = offers.live(page.turn(move || {
        let publisher = with_case(session, |case| publisher_end(session, case)).flatten();
        el("div", "")
            .kid(OfficeCard().into_any())
            .maybe(publisher)
            .into_any()
    }));
    page.el = core::mem::replace(&mut page.el, el("div", "")).kid(offers);
}

/// The dimensions, drawn and in words.
fn mirror(page: &mut Page) {
    let mirror = page.place("mirror", "profile__mirror");
    let mirror = mirror.live(page.turn(|| wheel().into_any()));
    let mirror = mirror.live(page.turn(|| dimension_list().into_any()));
    page.el = core::mem::replace(&mut page.el, el("div", "")).kid(mirror);
}

/// Ways down a long page.
fn jump() -> El {
    let places: [(&'static [&'static str], Word); 4] = [
        (&["needs"], key::JUMP_NEEDS),
        (&["recommendations"], key::JUMP_OFFERS),
        (&["mirror"], key::JUMP_MIRROR),
        (&["own"], key::JUMP_OWN),
    ];
    let ways = places.map(|(ids, words)| {
        let way = el("button", "button button--small")
            .attr("type", "button")
            .kid(text(words));
        way.on("click", move || document::reveal(ids))
    });
    let title = text(key::JUMP_TITLE);
    el("nav", "profile__jump row no-print")
        .attr("aria-label", title)
        .kids(ways.into())
}

/// What is still ahead of the person on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Ahead {
    /// Fewer than half of the core's questions about dimensions are answered.
    little: bool,
    /// Open questions of the short part.
    core: usize,
    /// The first of them.
    first: Option<ItemId>,
    /// Open questions that go deeper.
    deep: usize,
    /// The first of them.
    first_deep: Option<ItemId>,
    /// Seconds that they take.
    seconds: u32,
}

fn ahead(assessment: &Assessment<'_>) -> Ahead {
    let mut ahead = Ahead::default();
    let (mut asked, mut answered) = (0_usize, 0_usize);
    for (item, answer) in assessment.counted.answered() {
        if item.tier == Tier::Core && item.is_scored() {
            asked += 1;
            answered += usize::from(answer.is_some());
        }
        if answer.is_some() {
            continue;
        }
        if item.tier == Tier::Deep {
            ahead.deep += 1;
            ahead.seconds += u32::from(item.seconds);
            ahead.first_deep.get_or_insert_with(|| item.id.clone());
        } else {
            ahead.core += 1;
            ahead.first.get_or_insert_with(|| item.id.clone());
        }
    }
    ahead.little = answered * 2 < asked;
    ahead
}

/// The way on: back to the short part while little is answered, else the offer to go deeper.
fn banner(session: Session, ahead: Ahead) -> Option<El> {
    let to = |item: Option<ItemId>| Route::Test(session.questionnaire.get_untracked(), item);
    let go_on = ahead.first.map(|first| {
        let left = match ahead.core {
            1 => text(key::PROFILE_GO_ON_ONE).to_owned(),
            n => filled(key::PROFILE_GO_ON_LEFT, &[("n", &n.to_string())]),
        };
        let link = el(
            "a",
            if ahead.little {
                "button button--primary"
            } else {
                ""
            },
        );
        let link = link
            .attr("href", to(Some(first)).href())
            .kid(text(key::PROFILE_GO_ON));
        el("p", "banner__go-on").kid(left).kid(" ").kid(link)
    });
    if !ahead.little && ahead.deep == 0 {
        return go_on.map(|go_on| el("div", "banner no-print").kid(go_on));
    }
    let title = if ahead.little {
        key::PROFILE_LITTLE_TITLE
    } else {
        key::PROFILE_DEEPEN_TITLE
    };
    let words = if ahead.little {
        text(key::PROFILE_LITTLE).to_owned()
    } else if ahead.seconds < 90 {
        text(key::PROFILE_DEEPEN_SHORT).to_owned()
    } else {
        let minutes = ((ahead.seconds + 30) / 60).to_string();
        filled(
            key::PROFILE_DEEPEN,
            &[("n", &ahead.deep.to_string()), ("m", &minutes)],
        )
    };
    let deepen = (!ahead.little).then(|| {
        let route = to(ahead.first_deep);
        let begun = session.deepen.get_untracked();
        el("button", "button button--primary")
            .attr("type", "button")
            .attr("data-action", "deepen")
            .kid(text(if begun {
                key::PROFILE_DEEPEN_AGAIN
            } else {
                key::PROFILE_DEEPEN_BUTTON
            }))
            .on("click", move || {
                session.deepen.set(true);
                session.go(&route);
            })
    });
    let title = el("h2", "banner__title")
        .attr("id", "banner-title")
        .kid(text(title));
    let section = el("section", "banner no-print").attr("aria-labelledby", "banner-title");
    Some(
        section
            .kid(
                el("div", "banner__words")
                    .kid(title)
                    .kid(el("p", "").kid(words)),
            )
            .maybe(deepen)
            .maybe(go_on),
    )
}
