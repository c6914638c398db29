//! "Forget everything", with its question on the page itself: nothing is lost by one wrong tap.
//! On a shared device it is the way to finish, and asks nothing.

use super::save_profile;
use crate::{
    browser::{address, document},
    session::Session,
    words::{key, text},
};
use leptos::prelude::*;

/// Forgets everything and shows the start screen.
pub fn finish(session: Session) {
    session.forget();
    address::go("#/");
}

/// The button and, once pressed, its question.
#[component]
pub fn Forget(
    /// Tells the two places where it stands apart.
    id: &'static str,
    /// The class of the button.
    class: &'static str,
) -> impl IntoView {
    let session = Session::get();
    let asked = RwSignal::new(false);
    let question = [id, "-question"].concat();
    let button = [id, "-button"].concat();
    let (to_question, to_button) = (question.clone(), button.clone());
    let ask = move |_| {
        asked.set(true);
        document::focus_on(&to_question);
    };
    let cancel = Callback::new(move |()| {
        asked.set(false);
        document::focus_on(&to_button);
    });
    let yes = move |_| {
        asked.set(false);
        finish(session);
    };
    // Without the later words there is no question to read, but forgetting must always work.
    let or = move |word, first| {
        if session.later.get().is_some() {
            text(word)
        } else {
            text(first)
        }
    };
    view! {
        <button type="button" class=class id=button data-action="forget" hidden=move || asked.get() on:click=ask>
            {move || text(key::FRAME_FORGET)}
        </button>
        <div class="forget" role="group" id=question.clone() tabindex="-1" aria-label=move || text(key::FORGET_TITLE)
            hidden=move || !asked.get()>
            <p class="forget__title">{move || text(key::FORGET_TITLE)}</p>
            <p>{move || text(key::FORGET_TEXT)}</p>
            <div class="row">
                <button type="button" class="button button--small button--primary" data-action="forget-yes" on:click=yes>
                    {move || or(key::FORGET_YES, key::FRAME_FORGET)}
                </button>
                <button type="button" class="button button--small" data-action="forget-no"
                    on:click=move |_| cancel.run(())>
                    {move || or(key::FORGET_NO, key::TEST_BACK)}
                </button>
                <button type="button" class="link-button" data-action="save"
                    on:click=move |_| save_profile(session)>
                    {move || text(key::FORGET_SAVE_FIRST)}
                </button>
            </div>
        </div>
    }
}
