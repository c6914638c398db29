//! Choosing, reading and agreeing: the person sees word for word what goes to whom.

use super::{
    draft::{Draft, draft},
    outbox::{self, kept},
};
use crate::{
    browser::{document, form as control},
    components::{El, answer_words, button, el},
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::{ev, prelude::*};
use vaekstspejl_engine::{
    catalogue::{Mailbox, Office, OfficeKind},
    submission::{CannotSend, Submission, TextField},
};

/// The whole way from choosing to the button that sends.
pub fn form(session: Session, office: &'static Office) -> AnyView {
    let Some(mailbox) = &office.mailbox else {
        return ().into_any();
    };
    let said = RwSignal::new(None::<String>);
    // Another office, other answers or another language since: the yes is asked for again.
    if draft().with_untracked(|it| it.agreed) {
        draft().update(|it| it.agreed = false);
    }
    // Whoever has just sent a letter is done; another one is a wish of its own.
    let is_done = move || kept().with(|it| it.sent);
    view! {
        <p class="row" hidden=move || !is_done()>
            {button("again", key::SEALED_AGAIN, || kept().update(|it| it.sent = false))}
        </p>
        <form class="sealed" novalidate=true hidden=is_done on:submit=move |event: ev::SubmitEvent| {
            event.prevent_default();
            submit(session, office, mailbox, said);
        }>
            <p>{text(key::SEALED_LEAD)}</p>
            {(office.kind == OfficeKind::Demo).then(|| view! { <p class="sealed__demo">{text(key::SEALED_DEMO)}</p> })}
            {parts(session)}
            <section class="card sealed__step" aria-labelledby="sealed-read">
                <h2 id="sealed-read">{text(key::SEALED_STEP_READ)}</h2>
                {move || draft().with(|draft| preview(session, office, mailbox, draft))}
            </section>
            <section class="card sealed__step" aria-labelledby="sealed-consent">
                <h2 id="sealed-consent">{text(key::SEALED_STEP_CONSENT)}</h2>
                <label class="keep__choice">
                    <input type="checkbox" class="choice__control" id="sealed-agreed" data-action="agree"
                        aria-describedby="sealed-more"
                        prop:checked=move || draft().with(|it| it.agreed)
                        on:change=move |event| draft().update(|it| it.agreed = control::checked(&event))/>
                    <span>{filled(key::SEALED_CONSENT, &[("office", &office.name)])}</span>
                </label>
                <p class="small quiet" id="sealed-more">{text(key::SEALED_CONSENT_MORE)}</p>
                <button type="submit" class="button button--primary" data-action="send-now">{text(key::SEALED_SEND)}</button>
                <p class="sealed__said" id="sealed-said" role="alert" tabindex="-1">{move || said.get()}</p>
            </section>
        </form>
    }
    .into_any()
}

/// A choice that was agreed to is another one when it changes: the yes is asked for again.
fn change(act: impl FnOnce(&mut Draft)) {
    draft().update(|draft| {
        act(draft);
        draft.agreed = false;
    });
}

fn parts(session: Session) -> AnyView {
    let hidden = |shown: fn(&Draft) -> bool| move || !draft().with(shown);
    view! {
        <fieldset class="card sealed__step">
            <legend>{text(key::SEALED_STEP_PARTS)}</legend>
            {part("profile", key::SEALED_PART_PROFILE, key::SEALED_PART_PROFILE_TEXT, |it| &mut it.profile)}
            {part("answers", key::SEALED_PART_ANSWERS, key::SEALED_PART_ANSWERS_TEXT, |it| &mut it.answers)}
            <div hidden=hidden(|it| it.profile && !it.answers)>
                {part("municipality", key::SEALED_PART_MUNICIPALITY, key::SEALED_PART_MUNICIPALITY_TEXT, |it| &mut it.municipality)}
            </div>
            {part("contact", key::SEALED_PART_CONTACT, key::SEALED_PART_CONTACT_TEXT, |it| &mut it.with_contact)}
            <div class="sealed__fields" hidden=hidden(|it| it.with_contact)>
                {field(session, TextField::Name, key::SEALED_NAME, "text", "name")}
                {field(session, TextField::Mail, key::SEALED_MAIL, "email", "email")}
                {field(session, TextField::Phone, key::SEALED_PHONE, "tel", "tel")}
                {field(session, TextField::Company, key::SEALED_COMPANY, "text", "organization")}
            </div>
            {part("note", key::SEALED_PART_NOTE, key::SEALED_PART_NOTE_TEXT, |it| &mut it.with_note)}
            <div class="sealed__fields" hidden=hidden(|it| it.with_note)>{note()}</div>
        </fieldset>
    }
    .into_any()
}

fn part(
    name: &'static str,
    title: Word,
    words: Word,
    place: fn(&mut Draft) -> &mut bool,
) -> AnyView {
    let id = ["sealed-", name].concat();
    let about = [&id, "-text"].concat();
    let ticked = move || draft().with(|it| *place(&mut it.clone()));
    view! {
        <div class="sealed__part">
            <label class="keep__choice">
                <input type="checkbox" class="choice__control" id=id data-part=name aria-describedby=about.clone()
                    prop:checked=ticked
                    on:change=move |event| change(|it| *place(it) = control::checked(&event))/>
                <span>{text(title)}</span>
            </label>
            <p class="small quiet" id=about>{text(words)}</p>
        </div>
    }
    .into_any()
}

fn name_of(field: TextField) -> &'static str {
    match field {
        TextField::Name => "name",
        TextField::Mail => "mail",
        TextField::Phone => "phone",
        TextField::Company => "company",
        TextField::Note => "note",
    }
}

fn field(
    session: Session,
    field: TextField,
    label: Word,
    kind: &'static str,
    complete: &'static str,
) -> AnyView {
    // On a shared device the browser is to remember nothing for whoever comes next.
    let complete = move || match session.shared_device.get() {
        true => "off",
        false => complete,
    };
    let id = ["sealed-field-", name_of(field)].concat();
    let about = [&id, "-said"].concat();
    let written = move |event: ev::Event| change(|it| it.write(field, control::value(&event)));
    view! {
        <div class="field">
            <label for=id.clone()>{text(label)}</label>
            <input class="field__input" id=id name=name_of(field) type=kind autocomplete=complete
                aria-describedby=about.clone()
                aria-invalid=move || (over(field) || (field == TextField::Mail && odd_mail())).then_some("true")
                prop:value=move || draft().with(|it| it.typed(field).to_owned()) on:input=written/>
            <p class="field__note" id=about role="status">{move || trouble(field)}</p>
        </div>
    }
    .into_any()
}

fn note() -> AnyView {
    let field = TextField::Note;
    let written = move |event: ev::Event| change(|it| it.write(field, control::value(&event)));
    let left = move || {
        let left = draft().with(|it| field.bytes_left(it.typed(field)));
        if left < 0 {
            trouble(field)
        } else {
            Some(filled(key::SEALED_ROOM_LEFT, &[("n", &left.to_string())]))
        }
    };
    view! {
        <div class="field">
            <label for="sealed-field-note">{text(key::SEALED_NOTE)}</label>
            <textarea class="field__input" id="sealed-field-note" name="note" rows="5" autocomplete="off" aria-describedby="sealed-field-note-said"
                aria-invalid=move || over(field).then_some("true")
                prop:value=move || draft().with(|it| it.typed(field).to_owned()) on:input=written></textarea>
            <p class="field__note" id="sealed-field-note-said">{left}</p>
        </div>
    }
    .into_any()
}

fn over(field: TextField) -> bool {
    draft().with(|it| field.bytes_left(it.typed(field)) < 0)
}

fn odd_mail() -> bool {
    draft().with(Draft::has_odd_mail)
}

/// What is wrong with a field, in words.
fn trouble(field: TextField) -> Option<String> {
    let left = draft().with(|it| field.bytes_left(it.typed(field)));
    if left < 0 {
        let over = left.unsigned_abs().to_string();
        return Some(filled(key::SEALED_ROOM_OVER, &[("n", &over)]));
    }
    // While somebody is typing, no address is whole yet.
    let whole = draft().with(|it| it.typed(field).contains('@'));
    (field == TextField::Mail && whole && odd_mail()).then(|| text(key::SEALED_MAIL_ODD).to_owned())
}

/// Everything in the letter, in words, and its bytes on demand.
fn preview(session: Session, office: &Office, mailbox: &Mailbox, draft: &Draft) -> AnyView {
    let made = draft.submission(session);
    let Some(Ok(letter)) = made else {
        let nothing = matches!(made, Some(Err(CannotSend::Nothing)));
        let words = if nothing {
            key::SEALED_NOTHING
        } else {
            key::SEALED_FAILED
        };
        return el("p", "sealed__nothing").kid(text(words)).into_any();
    };
    let way = if mailbox.relay.is_empty() {
        text(key::SEALED_WAY_HERE).to_owned()
    } else {
        let host = mailbox.relay.split_once("://");
        let host = host.map_or(mailbox.relay.as_str(), |(_, host)| host);
        filled(key::SEALED_WAY_TEXT, &[("relay", host)])
    };
    let list = el("dl", "sealed__list")
        .kids(row(key::SEALED_TO, office.name.clone()))
        .kids(row(key::SEALED_WAY, way))
        .kids(result(session, &letter))
        .kids(answers(session, &letter))
        .kids(personal(&letter))
        .kids(row(
            key::SEALED_ALSO,
            text(key::SEALED_ALSO_TEXT).to_owned(),
        ));
    let raw = el("details", "sealed__raw")
        .kid(el("summary", "").kid(text(key::SEALED_RAW)))
        .kid(el("p", "small quiet").kid(text(key::SEALED_RAW_TEXT)))
        .kid(
            el("pre", "sealed__bytes")
                .attr("tabindex", "0")
                .attr("translate", "no")
                .attr("data-raw", "")
                .kid(letter.to_json()),
        );
    el("div", "").kid(list).kid(raw).into_any()
}

fn row(term: Word, words: String) -> Vec<El> {
    vec![el("dt", "").kid(text(term)), el("dd", "").kid(words)]
}

fn result(session: Session, letter: &Submission) -> Vec<El> {
    let (Some(summary), Some(later)) = (&letter.result, session.later.get()) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    if let Some(segment) = summary.segment.as_ref().and_then(|id| later.segment(id)) {
        rows.extend(row(key::SEALED_SEGMENT, segment.title.clone()));
    }
    let mut list = |term, lines: Vec<String>| {
        if !lines.is_empty() {
            let items = lines.into_iter().map(|line| el("li", "").kid(line));
            rows.push(el("dt", "").kid(text(term)));
            rows.push(el("dd", "").kid(el("ul", "sealed__lines").kids(items.collect())));
        }
    };
    let scores = summary.scores.iter().filter_map(|(id, points)| {
        Some([later.scale(id)?.title.as_str(), ": ", &points.to_string()].concat())
    });
    list(key::SEALED_SCORES, scores.collect());
    let needs = summary.needs.iter().filter_map(|(id, _)| later.need(id));
    list(
        key::SEALED_NEEDS,
        needs.map(|need| need.title.clone()).collect(),
    );
    let offers = summary.offers.iter().filter_map(|id| later.offer(id));
    list(
        key::SEALED_OFFERS,
        offers.map(|offer| offer.title.clone()).collect(),
    );
    let place = summary
        .municipality
        .as_ref()
        .and_then(|code| later.municipality(code));
    if let Some(place) = place {
        rows.extend(row(key::SEALED_MUNICIPALITY, place.name.clone()));
    }
    rows
}

/// Every answer that counts, as question and answer; the code holds these and no others.
fn answers(session: Session, letter: &Submission) -> Vec<El> {
    if letter.code.is_none() {
        return Vec::new();
    }
    let lines: Vec<El> = session.assessment.with(|found| {
        let counted = found.iter().flat_map(|found| found.counted.answered());
        counted
            .filter(|(_, answer)| answer.is_some())
            .map(|(item, answer)| {
                let words = answer_words(session, item, answer);
                el("li", "").kid([item.text.as_str(), " – ", &words].concat())
            })
            .collect()
    });
    let count = filled(
        key::SEALED_ANSWERS_COUNT,
        &[("n", &lines.len().to_string())],
    );
    let all = el("details", "")
        .kid(el("summary", "").kid(text(key::SEALED_ANSWERS_OPEN)))
        .kid(el("ul", "sealed__lines").kids(lines));
    vec![
        el("dt", "").kid(text(key::SEALED_ANSWERS)),
        el("dd", "").kid(count).kid(all),
    ]
}

fn personal(letter: &Submission) -> Vec<El> {
    let contact = letter.contact.clone().unwrap_or_default();
    let note = letter.note.clone().unwrap_or_default();
    let fields = [
        (key::SEALED_NAME, contact.name),
        (key::SEALED_MAIL, contact.mail),
        (key::SEALED_PHONE, contact.phone),
        (key::SEALED_COMPANY, contact.company),
        (key::SEALED_NOTE, note),
    ];
    let told = fields.into_iter().filter(|(_, words)| !words.is_empty());
    told.flat_map(|(term, words)| row(term, words)).collect()
}

/// What stops the letter, in words; else it is sealed and queued.
fn submit(
    session: Session,
    office: &'static Office,
    mailbox: &'static Mailbox,
    said: RwSignal<Option<String>>,
) {
    let made = draft().with_untracked(|draft| ready(session, draft));
    said.set(None);
    match made {
        Err((words, at)) => {
            said.set(Some(words));
            document::focus_on(at);
        }
        Ok(letter) => outbox::seal(session, office, mailbox, &letter, said),
    }
}

/// The letter, or what must be done first and where.
fn ready(session: Session, draft: &Draft) -> Result<Submission, (String, &'static str)> {
    let stop = |words: Word, at| Err((text(words).to_owned(), at));
    if draft.has_odd_mail() {
        return stop(key::SEALED_MAIL_ODD, "sealed-field-mail");
    }
    if draft.has_empty_contact() {
        return stop(key::SEALED_CONTACT_EMPTY, "sealed-field-mail");
    }
    match untrack(|| draft.submission(session)) {
        Some(Ok(_)) if !draft.agreed => stop(key::SEALED_CONSENT_MISSING, "sealed-agreed"),
        Some(Ok(letter)) => Ok(letter),
        Some(Err(CannotSend::Nothing)) => stop(key::SEALED_NOTHING, "sealed-profile"),
        Some(Err(CannotSend::Text(field))) => {
            let over = field
                .bytes_left(draft.typed(field))
                .unsigned_abs()
                .to_string();
            let at = match field {
                TextField::Name => "sealed-field-name",
                TextField::Mail => "sealed-field-mail",
                TextField::Phone => "sealed-field-phone",
                TextField::Company => "sealed-field-company",
                TextField::Note => "sealed-field-note",
            };
            Err((filled(key::SEALED_ROOM_OVER, &[("n", &over)]), at))
        }
        Some(Err(_)) | None => stop(key::SEALED_FAILED, "sealed-said"),
    }
}
