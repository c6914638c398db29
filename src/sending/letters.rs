//! The letters of this device: where each is, its receipt, and what can still be done.
//!
//! Nothing here tells what was written: that left the device sealed.

use super::outbox::{self, Heard, kept};
use crate::{
    browser::file,
    components::{El, button, el},
    figures::date,
    own,
    session::Session,
    words::{Word, filled, key, text},
};
use leptos::prelude::*;
use vaekstspejl_engine::Date;
use vaekstspejl_envelope::{
    Sid,
    receipt::{code, unhex},
};
use vaekstspejl_mailbox::outbox::{Item, State, Why};

/// The list; nothing when there are no letters.
pub fn letters(session: Session) -> AnyView {
    // The letter whose withdrawal is being asked about.
    let asked = RwSignal::new(None::<Sid>);
    let list = move || {
        kept().with(|letters| {
            let rows = letters.items.iter();
            let rows = rows.map(|item| row(session, item, letters.heard(item.sid), asked));
            el("ul", "letters__list")
                .attr("role", "list")
                .kids(rows.collect())
        })
    };
    let hidden = move || kept().with(|it| it.items.is_empty() && !it.sealing && it.unread == 0);
    let about = move || {
        text(match session.shared_device.get() {
            true => key::OUTBOX_TEXT_SHARED,
            false => key::OUTBOX_TEXT,
        })
    };
    view! {
        <section class="letters" id="letters" tabindex="-1" aria-labelledby="letters-title" hidden=hidden>
            <h2 id="letters-title">{text(key::OUTBOX_TITLE)}</h2>
            <p class="small quiet">{about}</p>
            <p role="status">{move || kept().with(|it| it.sealing).then(|| text(key::SEALED_SEALING))}</p>
            {move || kept().with(|it| it.memory_only).then(|| view! {
                <p class="sealed__demo" data-memory-only="">{text(key::OUTBOX_MEMORY)}</p>
            })}
            {list}
            {move || match kept().with(|it| it.unread) {
                0 => None,
                unread => Some(view! {
                    <p class="sealed__demo" data-unread="">
                        {filled(key::OUTBOX_NEWER, &[("n", &unread.to_string())])}
                    </p>
                }),
            }}
        </section>
    }
    .into_any()
}

fn row(session: Session, item: &Item, heard: Option<Heard>, asked: RwSignal<Option<Sid>>) -> El {
    let (name, state, words) = described(item, heard);
    let sid = item.sid;
    let title = el("h3", "letter__title")
        .kid(el("span", "").kid(filled(key::OUTBOX_TO, &[("office", &item.office)])))
        .kid(el("span", "letter__state").kid(text(state)));
    let receipt = matches!(item.state, State::Accepted { .. })
        .then(|| unhex(&item.sha256))
        .flatten()
        .map(|hash| receipt(&code(&hash)));
    el("li", "letter")
        .attr("data-letter", sid.to_string())
        .attr("data-state", name)
        .kid(title)
        .kid(el("p", "").attr("role", "status").kid(words))
        .maybe(receipt)
        .live(move || match asked.get() == Some(sid) {
            true => question(session, sid, asked).into_any(),
            false => ().into_any(),
        })
        .kid(el("div", "letter__actions").kids(actions(session, item, asked)))
}

fn receipt(code: &str) -> El {
    el("p", "")
        .kid([text(key::OUTBOX_RECEIPT), ": "].concat())
        .kid(
            el("span", "letter__receipt")
                .attr("translate", "no")
                .attr("data-receipt", code.to_owned())
                .kid(code.to_owned()),
        )
        .kid(el("br", ""))
        .kid(el("span", "small quiet").kid(text(key::OUTBOX_RECEIPT_TEXT)))
}

/// The hook, the word and the sentence of a letter's state.
fn described(item: &Item, heard: Option<Heard>) -> (&'static str, Word, String) {
    let plain = |name, state, words| (name, state, text(words).to_owned());
    match &item.state {
        State::Sealed { attempts, .. } => {
            let words = match heard {
                _ if *attempts == 0 => key::OUTBOX_WAITING_TEXT,
                Some(Heard::Stranger) => key::OUTBOX_WAITING_PORTAL,
                Some(Heard::NotNow) => key::OUTBOX_WAITING_BUSY,
                Some(Heard::Nothing) | None => key::OUTBOX_WAITING_FAILED,
            };
            plain("waiting", key::OUTBOX_WAITING, words)
        }
        State::Sending { .. } => plain("sending", key::OUTBOX_SENDING, key::OUTBOX_SENDING_TEXT),
        State::Accepted { receipt } => {
            let values = [
                ("day", date(day(receipt.stored_day))),
                ("end", date(day(receipt.expires_day))),
            ];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            let words = filled(key::OUTBOX_RECEIVED_TEXT, &values);
            ("received", key::OUTBOX_RECEIVED, words)
        }
        State::Parked { why, .. } => {
            let words = match why {
                Why::Refused { status: 410, .. } => key::OUTBOX_PARKED_CLOSED,
                Why::Refused { .. } => key::OUTBOX_PARKED_REFUSED,
                Why::NoSuchMailbox | Why::OtherMailbox => key::OUTBOX_PARKED_UNKNOWN,
                Why::TooOld => key::OUTBOX_PARKED_OLD,
            };
            plain("parked", key::OUTBOX_PARKED, words)
        }
        State::Withdrawing { .. } => plain(
            "withdrawing",
            key::OUTBOX_WITHDRAWING,
            key::OUTBOX_WITHDRAWING_TEXT,
        ),
        State::Withdrawn => plain(
            "withdrawn",
            key::OUTBOX_WITHDRAWN,
            key::OUTBOX_WITHDRAWN_TEXT,
        ),
    }
}

fn actions(session: Session, item: &Item, asked: RwSignal<Option<Sid>>) -> Vec<El> {
    let sid = item.sid;
    let is_parked = matches!(item.state, State::Parked { .. });
    let is_over = matches!(item.state, State::Withdrawn | State::Accepted { .. });
    let mut actions = Vec::new();
    if matches!(item.state, State::Sealed { .. }) {
        actions.push(button("try-now", key::OUTBOX_NOW, move || {
            outbox::hurry(session)
        }));
    }
    if is_parked {
        actions.push(button("try-now", key::OUTBOX_NOW, move || {
            outbox::unpark(session, sid)
        }));
    }
    if !item.letter.is_empty() {
        let bytes = item.letter.clone();
        actions.push(button("save-letter", key::OUTBOX_FILE, move || {
            let name = untrack(|| own::file_name(key::OUTBOX_FILE_NAME, ".vsl"));
            file::save_bytes(&name, &bytes);
        }));
    }
    if !matches!(item.state, State::Withdrawing { .. } | State::Withdrawn) {
        actions.push(button("withdraw", key::OUTBOX_WITHDRAW, move || {
            asked.set(Some(sid));
            crate::browser::document::focus_on("withdraw-question");
        }));
    }
    if is_parked || is_over {
        actions.push(button("remove-letter", key::OUTBOX_REMOVE, move || {
            outbox::remove(session, sid)
        }));
    }
    actions
}

/// Withdrawing cannot be undone, so it is asked about, here on the page.
fn question(session: Session, sid: Sid, asked: RwSignal<Option<Sid>>) -> El {
    let yes = button("withdraw-yes", key::OUTBOX_WITHDRAW_YES, move || {
        asked.set(None);
        outbox::withdraw(session, sid);
    });
    let no = button("withdraw-no", key::OUTBOX_WITHDRAW_NO, move || {
        asked.set(None)
    });
    el("div", "forget")
        .attr("role", "group")
        .attr("id", "withdraw-question")
        .attr("tabindex", "-1")
        .attr("aria-label", text(key::OUTBOX_WITHDRAW_TITLE))
        .kid(el("p", "forget__title").kid(text(key::OUTBOX_WITHDRAW_TITLE)))
        .kid(el("p", "").kid(text(key::OUTBOX_WITHDRAW_TEXT)))
        .kid(el("div", "row").kid(yes).kid(no))
}

fn day(since_1970: u32) -> Date {
    Date::first_of_year(1970).plus_days(u16::try_from(since_1970).unwrap_or(u16::MAX))
}
