//! Taking the profile home: as a file, as a code with its QR, on paper.

use super::{El, Qr, Sheet, el, link};
use crate::{
    browser::{document, file, frame},
    own,
    route::Route,
    session::Session,
    words::{Word, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::profile_code;

/// Offers the profile file of this moment.
pub fn save_profile(session: Session) {
    if let Some(profile) = untrack(|| session.to_file()) {
        let name = untrack(|| own::file_name(key::HOME_FILE_NAME, ".json"));
        file::save(&name, "application/json", &profile.to_json());
    }
}

/// A button that copies a text and says whether that worked.
pub fn copy_button(
    label: Word,
    copied: Word,
    failed: Word,
    what: impl Fn() -> String + 'static,
) -> AnyView {
    let said = RwSignal::new(None::<Word>);
    let copy = move |_: ev::MouseEvent| {
        said.set(None); // so that a second time is said again
        file::copy(&what(), move |worked| {
            said.set(Some(if worked { copied } else { failed }))
        });
    };
    view! {
        <button type="button" class="button button--small" data-action="copy" on:click=copy>{text(label)}</button>
        <span class="take-home__said" role="status">{move || said.get().map(text)}</span>
    }
    .into_any()
}

/// In a frame: a link that goes on in a window of its own, with the profile.
pub fn window_link(class: &'static str, session: Session, then: Route, words: String) -> El {
    el("span", "window-link").live(move || {
        el("a", class)
            .attr("href", own::own_window(session, &then))
            .attr("target", "_blank")
            .attr("rel", "noopener")
            .kid(words.clone())
            .into_any()
    })
}

/// File, paper, code. Also holds the sheet that is printed.
#[component]
pub fn TakeHome() -> impl IntoView {
    let session = Session::get();
    let code = Memo::new(move |_| own::code(session));
    // The sheet is for paper; on the screen the profile comes first.
    let painted = RwSignal::new(cfg!(not(target_arch = "wasm32")));
    document::when_painted(move || {
        painted.try_set(true);
    });
    let way = |title: Word, words: Word, label: Word, action: &'static str, act: Callback<()>| {
        view! {
            <div class="take-home__way">
                <h3>{text(title)}</h3>
                <p>{text(words)}</p>
                <button type="button" class="button button--small" data-action=action on:click=move |_| act.run(())>
                    {text(label)}
                </button>
            </div>
        }
    };
    view! {
        <section class="take-home card no-print" aria-labelledby="take-home-title">
            <h2 id="take-home-title">{text(key::HOME_TITLE)}</h2>
            <p class="quiet">{text(key::HOME_LEAD)}</p>
            <div class="take-home__ways">
                {way(key::HOME_FILE_TITLE, key::HOME_FILE_TEXT, key::HOME_FILE_SAVE, "save",
                    Callback::new(move |()| save_profile(session)))}
                {way(key::HOME_PRINT_TITLE, key::HOME_PRINT_TEXT, key::HOME_PRINT, "print",
                    Callback::new(|()| document::print()))}
            </div>
            {move || code.get().map(code_part)}
            <p class="take-home__more">
                {if frame::is_framed() {
                    let words = [text(key::HOME_TO_SEND), " ", text(key::WINDOW_HINT)].concat();
                    window_link("", session, Route::Send, words)
                } else {
                    link("", "#/send", key::HOME_TO_SEND)
                }}
                <a href="#/open">{text(key::HOME_TO_OPEN)}</a>
            </p>
        </section>
        {move || painted.get().then(|| view! { <Sheet code=code/> })}
    }
}

fn code_part(code: String) -> impl IntoView {
    let grouped = profile_code::grouped(&code);
    let copied = grouped.clone();
    let groups: Vec<_> = grouped
        .split(' ')
        .map(|group| view! { <span>{group.to_owned()}</span>" " })
        .collect();
    view! {
        <div class="take-home__code">
            <div>
                <h3 id="take-home-code">{text(key::HOME_CODE_TITLE)}</h3>
                <p>{text(key::HOME_CODE_TEXT)}</p>
                <p class="code" translate="no" role="group" aria-label=text(key::HOME_CODE_LABEL) data-code=code.clone()>
                    {groups}
                </p>
                <p class="row">
                    {copy_button(key::HOME_CODE_COPY, key::HOME_CODE_COPIED, key::HOME_CODE_COPY_FAILED,
                        move || copied.clone())}
                </p>
                <p class="small quiet">{text(key::HOME_CODE_LIMITS)}</p>
            </div>
            <figure class="take-home__qr">
                <Qr code=code/>
                <figcaption class="small quiet">{text(key::HOME_QR_TEXT)}</figcaption>
            </figure>
        </div>
    }
}
