//! On a shared device: when nobody has touched the page for a while, asks whether somebody is
//! still there, and forgets everything when nobody answers.

use super::{Dialog, finish};
use crate::{
    browser::{
        address,
        idle::{self, Presence, TIME_TO_ANSWER, presence},
    },
    joining,
    route::Route,
    session::Session,
    words::{filled, key, text},
};
use leptos::prelude::*;

/// Watches while the device is shared; draws nothing until it has to ask.
#[component]
pub fn Idle() -> impl IntoView {
    let session = Session::get();
    let left = RwSignal::new(None::<u32>);
    let asking = Memo::new(move |_| left.with(Option::is_some));
    Effect::new(move || {
        if session.shared_device.get() {
            idle::watch(move |seconds| tick(session, left, seconds));
        }
    });
    on_cleanup(idle::stop);
    Effect::new(move || idle::only_answers_count(asking.get()));
    let stay = move || {
        left.set(None);
        idle::here();
    };
    let leave = move |_| {
        stay();
        finish(session);
    };
    let seconds = move || left.get().unwrap_or(TIME_TO_ANSWER).to_string();
    view! {
        <Dialog id="idle" title=key::IDLE_TITLE open=asking on_close=stay>
            <p>{move || text(key::IDLE_TEXT)}</p>
            // Seen, not read out: a screen reader that counts cannot be listened to.
            <p class="dialog__count" aria-hidden="true">
                {move || filled(key::IDLE_LEFT, &[("n", &seconds())])}
            </p>
            <div class="row">
                <button type="button" class="button button--primary" data-action="stay" on:click=move |_| stay()>
                    {move || text(key::IDLE_STAY)}
                </button>
                <button type="button" class="button" data-action="leave" on:click=leave>
                    {move || text(key::IDLE_LEAVE)}
                </button>
            </div>
        </Dialog>
    }
}

fn tick(session: Session, left: RwSignal<Option<u32>>, seconds: u32) {
    let private = session.shared_device.get_untracked()
        && (untrack(|| session.has_something() || joining::is_in())
            || session.earlier.with_untracked(Option::is_some));
    let away = session.route.with_untracked(|route| *route != Route::Start);
    match presence(seconds) {
        Presence::Doubtful(remaining) if private => left.set(Some(remaining)),
        Presence::Gone if private => {
            left.set(None);
            finish(session);
        }
        // Nothing to forget, but the next person begins at the beginning.
        Presence::Gone if away && session.shared_device.get_untracked() => address::go("#/"),
        _ => {
            if left.with_untracked(Option::is_some) {
                left.set(None);
            }
        }
    }
}
