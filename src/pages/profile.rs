//! `#/profile`: what the answers say, why, and what can be done about it.

use crate::{
    components::{
        Comparison, DimensionList, GrowthMap, Keep, LeftOpen, NeedList, OfficeCard, Recommendations, SegmentCard,
        Sides, TakeHome, Wheel, Which,
    },
    route::Route,
    session::Session,
    words::{filled, key, text},
};
use leptos::{ev, prelude::*};
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
    let waiting = move || !nothing() && session.later.with(Option::is_none) && !session.offline.get();
    view! {
        <div class="profile">
            <h1 class="profile__title" tabindex="-1">{text(key::FRAME_PROFILE)}</h1>
            <p class="profile__waiting" role="status" aria-live="polite">
                {move || if waiting() { text(key::FRAME_PRIVACY) } else { "" }}
            </p>
            {move || if nothing() { empty(session) } else { whole(session) }}
        </div>
    }
}

/// Nothing answered yet: choose a test.
fn empty(session: Session) -> AnyView {
    let tests = session.first.get().map_or(&[][..], |first| &first.questionnaires);
    let test = |test: &'static Questionnaire| {
        view! {
            <li class="test-card">
                <h2 class="test-card__title">{test.title.as_str()}</h2>
                <p class="test-card__summary">{test.summary.as_str()}</p>
                <a class="button button--primary" href=Route::Test(test.id.clone(), None).href()>
                    {text(key::START_BEGIN)}
                </a>
            </li>
        }
    };
    view! {
        <p class="profile__lead">{text(key::PROFILE_EMPTY)}</p>
        <ul class="start__tests" role="list">{tests.iter().map(test).collect_view()}</ul>
        <p><a href="#/open">{text(key::START_OPEN)}</a></p>
    }
    .into_any()
}

/// Everything there is to say; under pressure, help first and nothing about growth.
fn whole(session: Session) -> AnyView {
    let Some((crisis, ahead)) = session.assessment.with(|it| {
        let it = it.as_ref()?;
        let crisis = it.segment.as_ref().is_some_and(|segment| segment.tone == Tone::Crisis);
        Some((crisis, ahead(it)))
    }) else {
        return ().into_any();
    };
    let offers = || view! { <div id="recommendations" tabindex="-1"><Recommendations/></div> }.into_any();
    let mirror = || view! { <div class="profile__mirror"><Wheel/><DimensionList/></div> }.into_any();
    let sections: Vec<AnyView> = if crisis {
        vec![
            view! { <SegmentCard/> }.into_any(),
            view! { <NeedList which=Which::Urgent/> }.into_any(),
            offers(),
            view! { <OfficeCard/> }.into_any(),
            banner(session, ahead),
            view! { <Sides/> }.into_any(),
            view! { <NeedList which=Which::Others/> }.into_any(),
            mirror(),
        ]
    } else {
        vec![
            banner(session, ahead),
            view! { <SegmentCard/> }.into_any(),
            view! { <Sides/> }.into_any(),
            mirror(),
            view! { <GrowthMap/> }.into_any(),
            view! { <NeedList which=Which::All/> }.into_any(),
            offers(),
            view! { <OfficeCard/> }.into_any(),
        ]
    };
    view! {
        {sections}
        <LeftOpen/>
        <Keep/>
        <TakeHome/>
        <Comparison/>
    }
    .into_any()
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
fn banner(session: Session, ahead: Ahead) -> AnyView {
    let to = |item: Option<ItemId>| Route::Test(session.questionnaire.get_untracked(), item);
    let go_on = ahead.first.map(|first| {
        let left = match ahead.core {
            1 => text(key::PROFILE_GO_ON_ONE).to_owned(),
            n => filled(key::PROFILE_GO_ON_LEFT, &[("n", &n.to_string())]),
        };
        let class = if ahead.little { "button button--primary" } else { "" };
        view! {
            <p class="banner__go-on">
                {left} " " <a class=class href=to(Some(first)).href()>{text(key::PROFILE_GO_ON)}</a>
            </p>
        }
        .into_any()
    });
    if ahead.little {
        return view! {
            <section class="banner" aria-labelledby="banner-title">
                <h2 class="banner__title" id="banner-title">{text(key::PROFILE_LITTLE_TITLE)}</h2>
                <p>{text(key::PROFILE_LITTLE)}</p>
                {go_on}
            </section>
        }
        .into_any();
    }
    let Some(first_deep) = ahead.first_deep else {
        return go_on.map(|go_on| view! { <div class="banner no-print">{go_on}</div> }).into_any();
    };
    let offer = if ahead.seconds < 90 {
        text(key::PROFILE_DEEPEN_SHORT).to_owned()
    } else {
        let minutes = ((ahead.seconds + 30) / 60).to_string();
        filled(key::PROFILE_DEEPEN, &[("n", &ahead.deep.to_string()), ("m", &minutes)])
    };
    let begun = session.deepen.get_untracked();
    let route = to(Some(first_deep));
    let deepen = move |_: ev::MouseEvent| {
        session.deepen.set(true);
        session.go(&route);
    };
    view! {
        <section class="banner no-print" aria-labelledby="banner-title">
            <div class="banner__words">
                <h2 class="banner__title" id="banner-title">{text(key::PROFILE_DEEPEN_TITLE)}</h2>
                <p>{offer}</p>
            </div>
            <button class="button button--primary" type="button" data-action="deepen" on:click=deepen>
                {text(if begun { key::PROFILE_DEEPEN_AGAIN } else { key::PROFILE_DEEPEN_BUTTON })}
            </button>
            {go_on}
        </section>
    }
    .into_any()
}
