//! Keeping on this device, only on wish; and the opposite: a device that others use too.

use super::{Forget, el, finish, window_link};
use crate::{
    browser::{document, frame, storage},
    own,
    route::Route,
    session::Session,
    words::{Word, key, text},
};
use leptos::{ev, prelude::*};

/// What is kept and where, and how to forget it.
#[component]
pub fn Keep() -> impl IntoView {
    let session = Session::get();
    let refused = RwSignal::new(None::<Word>);
    let shared = move || session.shared_device.get();
    let keep = move |event: ev::Event| {
        let wished = event_target_checked(&event);
        refused.set(None);
        if !wished {
            session.keep.set(false);
            return storage::forget();
        }
        // What lies there and cannot be read is the person's own: never written over.
        let lies_there = own::kept_unreadable(session).is_some();
        let kept = !lies_there
            && session
                .to_file()
                .is_some_and(|file| storage::keep(&file.to_json()));
        session.keep.set(kept);
        if !kept {
            refused.set(Some(if lies_there {
                key::KEPT_TEXT
            } else {
                key::KEEP_FAILED
            }));
            document::untick(&event);
        }
    };
    let share = move |event: ev::Event| {
        let wished = event_target_checked(&event);
        if wished {
            session.keep.set(false);
            storage::forget();
        }
        session.shared_device.set(wished);
    };
    let state = move || match (shared(), refused.get(), session.keep.get()) {
        (true, _, _) => key::KEEP_SHARED_OFF,
        (false, Some(why), _) => why,
        (false, None, true) => key::KEEP_ON,
        (false, None, false) => key::KEEP_OFF,
    };
    view! {
        <section class="keep card no-print" aria-labelledby="keep-title">
            <h2 id="keep-title">{text(key::KEEP_TITLE)}</h2>
            {if frame::is_framed() {
                elsewhere(session)
            } else {
                view! {
                    <label class="keep__choice">
                        <input type="checkbox" class="choice__control" data-action="keep" aria-describedby="keep-text keep-state"
                            prop:checked=move || session.keep.get() disabled=shared on:change=keep/>
                        <span>{text(key::KEEP_LABEL)}</span>
                    </label>
                    <p class="keep__text" id="keep-text">{text(key::KEEP_TEXT)}</p>
                    <p class="keep__state" class:keep__state--refused=move || refused.get().is_some() id="keep-state" role="status">
                        {move || text(state())}
                    </p>
                }.into_any()
            }}
            <label class="keep__choice">
                <input type="checkbox" class="choice__control" data-action="share" aria-describedby="keep-shared-text"
                    prop:checked=shared on:change=share/>
                <span>{text(key::KEEP_SHARED_LABEL)}</span>
            </label>
            <p class="keep__text" id="keep-shared-text">{text(key::KEEP_SHARED_TEXT)}</p>
            {move || if shared() {
                view! {
                    <button type="button" class="button" data-action="finish" on:click=move |_| finish(session)>
                        {text(key::KEEP_FINISH)}
                    </button>
                }.into_any()
            } else {
                view! { <Forget id="forget-keep" class="button button--small"/> }.into_any()
            }}
        </section>
    }
}

/// In a frame browsers keep things apart for each page around, and not for long.
fn elsewhere(session: Session) -> AnyView {
    let open = window_link(
        "button button--small",
        session,
        Route::Profile,
        text(key::WINDOW_KEEP_OPEN).to_owned(),
    );
    el("div", "keep__elsewhere")
        .kid(el("p", "").kid(text(key::WINDOW_KEEP)))
        .kid(el("p", "").kid(open))
        .into_any()
}
