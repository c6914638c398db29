//! `#/send`: to the local office. Sealed to its mailbox where it has one; else, or if the person
//! prefers, taken there oneself as paper, file, code or mail. Nothing is sent from here without
//! the person's own click.

use crate::{
    browser::{address, document},
    components::{El, Sheet, button, el, notice, save_profile, shown, window_link},
    offer_words::with_case,
    own,
    route::Route,
    sending,
    session::Session,
    words::{filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::{Answers, catalogue::Office, profile_code};

/// The screen.
#[component]
pub fn Send() -> impl IntoView {
    let session = Session::get();
    let answered = move || session.answers.with(|answers| !Answers::is_empty(answers));
    view! {
        <div class="send narrow">
            <h1 tabindex="-1">{text(key::SEND_TITLE)}</h1>
            {letters(session)}
            {move || if answered() {
                let office = with_case(session, |case| case.office()).flatten();
                let sealed = office.filter(|office| office.mailbox.is_some());
                view! {
                    {sealed.is_none().then(|| view! { <p class="send__lead">{text(key::SEND_LEAD)}</p> })}
                    {addressee(office)}
                    {sealed.map(|office| letter(session, office))}
                    {ways(session, sealed.is_some())}
                }.into_any()
            } else {
                view! {
                    <p>{text(key::SEND_UNANSWERED)}</p>
                    <a class="button button--primary" href="#/">{text(key::PLAN_TO_START)}</a>
                }.into_any()
            }}
        </div>
    }
}

/// In a frame nothing is sent: the page around could lay something over it, and the browser keeps
/// letters apart for each page around.
pub fn elsewhere() -> El {
    let session = Session::get();
    let open = window_link(
        "button button--primary",
        session,
        Route::Send,
        text(key::WINDOW_OPEN).to_owned(),
    );
    let title = el("h1", "")
        .attr("tabindex", "-1")
        .kid(text(key::SEND_TITLE));
    el("div", "send narrow")
        .kid(title)
        .kid(el("p", "").kid(text(key::WINDOW_SEND)))
        .kid(el("p", "").kid(open))
}

/// The letters of this device, once the piece that knows them is here.
fn letters(session: Session) -> impl IntoView {
    // Whatever the office and the answers are: what is fetched must not tell.
    sending::load(session);
    move || {
        session
            .sending
            .get()
            .map(|sending| untrack(|| (sending.letters)(session)))
    }
}

/// Writing a letter to an office that has a mailbox.
fn letter(session: Session, office: &'static Office) -> impl IntoView {
    move || match (session.sending.get(), session.sending_failed.get()) {
        (Some(sending), _) => untrack(|| (sending.form)(session, office)),
        (None, false) => el("p", "quiet")
            .attr("role", "status")
            .kid(text(key::SEALED_LOADING))
            .into_any(),
        (None, true) => {
            let again = button("load-again", key::OFFLINE_AGAIN, move || {
                sending::load(session)
            });
            notice(key::OFFLINE_TITLE, key::SEALED_NOT_LOADED, vec![again]).into_any()
        }
    }
}

fn addressee(found: Option<&'static Office>) -> impl IntoView {
    view! {
        <section class="card send__office" aria-labelledby="send-office">
            <h2 id="send-office">{text(key::SEND_OFFICE_TITLE)}</h2>
            {match found {
                Some(office) => named(office),
                None => view! { <p>{text(key::SEND_OFFICE_NONE)}</p> }.into_any(),
            }}
        </section>
    }
}

fn named(office: &'static Office) -> AnyView {
    let url = office.url.as_str();
    let phone = office.phone.as_str();
    view! {
        <p class="send__name">{office.name.as_str()}</p>
        {(!url.is_empty() || !phone.is_empty()).then(|| view! {
            <p class="row">
                {(!url.is_empty()).then(|| view! {
                    <a class="button button--small" href=url target="_blank" rel="noreferrer" aria-describedby="send-url">
                        {text(key::SEND_OFFICE_SITE)}
                    </a>
                    <span class="quiet" id="send-url">{shown(url)}</span>
                })}
                {(!phone.is_empty()).then(|| view! {
                    <a class="button button--small" href=["tel:", phone].concat()>
                        {filled(key::SEND_OFFICE_PHONE, &[("phone", phone)])}
                    </a>
                })}
            </p>
        })}
        {office.verify.then(|| view! { <p class="small quiet">{text(key::SEND_OFFICE_VERIFY)}</p> })}
    }
    .into_any()
}

fn ways(session: Session, is_second: bool) -> impl IntoView {
    let code = Memo::new(move |_| own::code(session));
    let with_code = RwSignal::new(false);
    let mail = move || mail(session, code.get().filter(|_| with_code.get()));
    view! {
        <h2>{text(if is_second { key::SEND_WAYS_TITLE_TOO } else { key::SEND_WAYS_TITLE })}</h2>
        <ol class="send__ways" role="list">
            <li class="send__way">
                <h3>{text(key::SEND_PAPER_TITLE)}</h3>
                <p>{text(key::SEND_PAPER_TEXT)}</p>
                {button("print", key::HOME_PRINT, document::print)}
            </li>
            <li class="send__way">
                <h3>{text(key::SEND_FILE_TITLE)}</h3>
                <p>{text(key::SEND_FILE_TEXT)}</p>
                {move || code.get().map(|code| view! {
                    <p class="code" translate="no" data-code=code.clone()>{profile_code::grouped(&code)}</p>
                })}
                {button("save", key::HOME_FILE_SAVE, move || save_profile(session))}
            </li>
            <li class="send__way">
                <h3>{text(key::SEND_MAIL_TITLE)}</h3>
                <p>{text(key::SEND_MAIL_TEXT)}</p>
                <label class="keep__choice">
                    <input type="checkbox" class="choice__control" data-action="mail-code" aria-describedby="send-mail-note"
                        prop:checked=with_code on:change=move |event| with_code.set(event_target_checked(&event))/>
                    <span>{text(key::SEND_MAIL_CODE)}</span>
                </label>
                <p class="small quiet" id="send-mail-note">{text(key::SEND_MAIL_CODE_NOTE)}</p>
                <a class="button button--small" href=mail data-action="mail">{text(key::SEND_MAIL_OPEN)}</a>
            </li>
        </ol>
        <Sheet code=code/>
    }
}

/// A link that opens the person's own mail program with a draft, without answers unless the
/// person put the code in.
fn mail(session: Session, code: Option<String>) -> String {
    let test = session.test().map_or("", |test| test.title.as_str());
    let mut body = filled(key::SEND_MAIL_BODY, &[("test", test)]);
    if let Some(code) = code {
        let values = [
            ("address", own::address_of_codes()),
            ("code", profile_code::grouped(&code)),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        body.push_str(&filled(key::SEND_MAIL_BODY_CODE, &values));
    }
    let subject = address::encoded(text(key::SEND_MAIL_SUBJECT));
    // Mail wants line ends of two characters (RFC 6068).
    let body = address::encoded(&body.trim().replace('\n', "\r\n"));
    ["mailto:?subject=", &subject, "&body=", &body].concat()
}
