//! `#/letter/<sid>`: one letter. What to say, how to reach the sender, and what was sent.

use super::{
    answers, briefing,
    inbox::who,
    pieces::{button, dated, facts, heading, link, section, warning},
    profile,
};
use crate::{
    browser, day,
    desk::{Busy, Desk},
    letters::{Inside, Letter, Opened},
    route::Route,
    words::{Word, filled, grouped, key, text},
};
use leptos::prelude::*;
use vaekstspejl::{
    browser::{address, document},
    components::{El, el},
    figures,
};
use vaekstspejl_engine::{
    briefing as engine,
    submission::{Contact, Part, Submission, shown_line, shown_text},
};

/// The screen.
pub fn screen(desk: Desk, sid: &str) -> El {
    desk.deleted.set(None);
    let Some(letter) = desk.letter(sid) else {
        return missing();
    };
    let page = el("div", "dossier").kid(ways(desk, &letter));
    let page = match &letter.inside {
        Inside::Open(opened) => of_opened(desk, page, &letter, opened),
        Inside::Locked(kid) => {
            let words = filled(key::LETTER_LOCKED_TEXT, &[("key", &kid.to_string())]);
            page.kid(heading(text(key::LETTER_LOCKED_TITLE)))
                .kid(el("p", "").kid(words))
        }
        Inside::Newer => page
            .kid(heading(text(key::LETTER_NEWER_TITLE)))
            .kid(el("p", "").kid(text(key::LETTER_NEWER_TEXT))),
        Inside::Damaged => page
            .kid(heading(text(key::LETTER_DAMAGED_TITLE)))
            .kid(el("p", "").kid(text(key::LETTER_DAMAGED_TEXT))),
    };
    page.kid(about(&letter)).kid(delete(desk, &letter))
}

fn missing() -> El {
    el("div", "narrow")
        .kid(heading(text(key::LETTER_MISSING_TITLE)))
        .kid(el("p", "").kid(text(key::LETTER_MISSING_TEXT)))
        .kid(link("button", "#/inbox", text(key::LETTER_BACK)))
}

/// Back to the list, and to the letters before and after in it.
fn ways(desk: Desk, letter: &Letter) -> El {
    let shown = desk.shown();
    let (place, before, after) = desk.letters.with(|letters| {
        let sid = |place: usize| letters.get(*shown.get(place)?).map(|it| it.sid.to_string());
        let place = shown
            .iter()
            .position(|it| letters.get(*it).is_some_and(|it| it.sid == letter.sid));
        let before = place.and_then(|it| sid(it.checked_sub(1)?));
        (place, before, place.and_then(|it| sid(it + 1)))
    });
    let to = |sid: Option<String>, words: Word, rel: &'static str| {
        let href = sid.map(|sid| Route::Letter(sid).href())?;
        Some(link("", href, text(words)).attr("data-way", rel))
    };
    let told = place.map(|place| {
        let values = [("n", grouped(place + 1)), ("all", grouped(shown.len()))];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        el("span", "quiet").kid(filled(key::LETTER_PLACE, &values))
    });
    el("nav", "dossier__ways row no-print")
        .attr("aria-label", text(key::INBOX_LIST))
        .kid(link("", "#/inbox", text(key::LETTER_BACK)))
        .maybe(told)
        .maybe(to(before, key::LETTER_PREVIOUS, "previous"))
        .maybe(to(after, key::LETTER_NEXT, "next"))
}

fn of_opened(desk: Desk, page: El, letter: &Letter, opened: &Opened) -> El {
    let (Some(content), Some(office)) = (desk.content.get(), desk.office.get()) else {
        return page;
    };
    let submission = &opened.submission;
    let dossier = engine::opened(content, &office.guide, submission.clone());
    let drawn = profile::take_up(desk, &dossier);
    if !drawn {
        desk.session.questionnaire.set(submission.test.clone());
    }
    let days = [
        dated(key::LETTER_CAME, day::date(letter.day)),
        dated(key::LETTER_MADE, submission.created),
    ];
    let (title, profile_note) = (
        who(opened),
        dossier
            .differs
            .then(|| el("p", "console__note").kid(text(key::LETTER_CHANGED))),
    );
    let profile = if drawn {
        let crisis = profile::is_crisis(&dossier);
        let asked = RwSignal::new(false);
        // Drawn when somebody looks: it is a whole screen of its own.
        let whole = el("details", "fold letter__profile")
            .kid(
                el("summary", "")
                    .attr("data-action", "show-profile")
                    .kid(text(key::LETTER_PROFILE)),
            )
            .kid(el("p", "quiet").kid(dated(key::LETTER_PROFILE_LEAD, submission.created)))
            .maybe(profile_note)
            .live(move || {
                asked
                    .get()
                    .then(|| untrack(|| profile::profile(crisis)))
                    .into_any()
            })
            .on("toggle", move || asked.set(true));
        let answers = dossier.assessment.as_ref().map(|assessment| {
            el("details", "fold letter__answers")
                .kid(
                    el("summary", "")
                        .attr("data-action", "show-answers")
                        .kid(text(key::LETTER_ANSWERS)),
                )
                .kid(el("p", "quiet").kid(text(key::LETTER_ANSWERS_LEAD)))
                .kid(answers::answers(desk.session, assessment))
        });
        el("div", "dossier__folds no-print")
            .kid(whole)
            .maybe(answers)
    } else {
        el("p", "quiet no-print").kid(text(key::LETTER_PROFILE_NONE))
    };
    page.kid(
        el("div", "dossier__head")
            .kid(heading(title))
            .kid(el("p", "quiet").kid(days.join(" · ")))
            .kid(
                el("p", "row no-print")
                    .kid(handled(desk, letter))
                    .kid(button(
                        "button",
                        "print",
                        key::LETTER_PRINT,
                        document::print,
                    )),
            ),
    )
    .kid(
        el("div", "dossier__top")
            .kid(contact(submission))
            .maybe(note(submission)),
    )
    .kid(briefing::briefing(desk, content, &dossier))
    .kid(profile)
}

/// One button whose words change, so that the focus stays where it is.
fn handled(desk: Desk, letter: &Letter) -> El {
    let sid = letter.sid;
    let is = RwSignal::new(letter.handled);
    el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "handled")
        .live_text(move || {
            text(if is.get() {
                key::LETTER_MARK_NEW
            } else {
                key::LETTER_MARK_HANDLED
            })
        })
        .on("click", move || {
            is.update(|it| *it = !*it);
            desk.mark(sid, is.get_untracked());
        })
}

/// How to reach the sender; every text is theirs.
fn contact(submission: &Submission) -> El {
    let section = section(
        "dossier__contact card",
        "contact-title",
        text(key::LETTER_CONTACT),
    );
    let Some(contact) = &submission.contact else {
        return section.kid(el("p", "quiet").kid(text(key::LETTER_NO_CONTACT)));
    };
    let plain = |word: Word, told: &str| {
        let told = shown_line(told);
        (!told.is_empty()).then(|| (word, el("span", "").kid(told)))
    };
    let rows = [
        plain(key::LETTER_NAME, &contact.name),
        plain(key::LETTER_COMPANY, &contact.company),
        way(key::LETTER_MAIL, &contact.mail, mail_address(contact)),
        way(
            key::LETTER_PHONE,
            &contact.phone,
            phone_address(&contact.phone),
        ),
    ];
    section.kid(facts(rows.into_iter().flatten().collect()))
}

fn way(word: Word, told: &str, address: Option<String>) -> Option<(Word, El)> {
    let words = shown_line(told);
    let shown = match address {
        Some(address) => link("", address, words.clone()),
        None => el("span", "").kid(words.clone()),
    };
    (!words.is_empty()).then_some((word, shown))
}

/// A link that writes to the address; nothing when it does not look like one. Everything that
/// could mean something in the link is written as figures.
fn mail_address(contact: &Contact) -> Option<String> {
    let (name, host) = plain_mail(&contact.mail)?;
    let subject = address::encoded(text(key::LETTER_MAIL_SUBJECT));
    let mail = [&address::encoded(name), "@", &address::encoded(host)].concat();
    Some(["mailto:", &mail, "?subject=", &subject].concat())
}

/// Name and host of a mail address that is one and only one.
fn plain_mail(typed: &str) -> Option<(&str, &str)> {
    let (name, host) = typed.trim().split_once('@')?;
    let plain = |it: &str| {
        !it.is_empty()
            && !it
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>\"(),:;@[]\\".contains(c))
    };
    (plain(name) && plain(host)).then_some((name, host))
}

/// A link that calls; nothing when there are other signs than those of a number.
fn phone_address(typed: &str) -> Option<String> {
    let legal = |c: char| c.is_ascii_digit() || " +-().".contains(c);
    let number: String = typed
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    let digits = number.trim_start_matches('+');
    let fits =
        typed.chars().all(legal) && (4..=15).contains(&digits.len()) && !digits.contains('+');
    fits.then(|| ["tel:", &number].concat())
}

fn note(submission: &Submission) -> Option<El> {
    let note = shown_text(submission.note.as_deref()?);
    let section = section("dossier__note card", "note-title", text(key::LETTER_NOTE));
    Some(section.kid(el("p", "dossier__words").attr("dir", "auto").kid(note)))
}

fn about(letter: &Letter) -> El {
    let plain = |words: String| el("span", "").kid(words);
    let mut rows = vec![
        (
            key::LETTER_RECEIPT,
            el("span", "console__code")
                .attr("translate", "no")
                .kid(letter.code.clone()),
        ),
        (key::LETTER_DAY, plain(figures::date(day::date(letter.day)))),
        (
            key::LETTER_UNTIL,
            plain(figures::date(day::date(letter.until()))),
        ),
    ];
    if let Some(opened) = letter.opened() {
        let parts = opened.submission.parts().into_iter().map(|part| {
            text(match part {
                Part::Profile => key::LETTER_PART_PROFILE,
                Part::Answers => key::LETTER_PART_ANSWERS,
                Part::Municipality => key::INBOX_PLACE,
                Part::Contact => key::LETTER_PART_CONTACT,
                Part::Note => key::LETTER_PART_NOTE,
            })
        });
        let parts: Vec<&str> = parts.collect();
        rows.push((key::LETTER_SENT, plain(parts.join(", "))));
    }
    section(
        "dossier__about no-print",
        "about-title",
        text(key::LETTER_ABOUT),
    )
    .kid(facts(rows))
}

/// Deleting, here and in the mailbox, once it has been asked again.
fn delete(desk: Desk, letter: &Letter) -> El {
    let sid = letter.sid;
    let asking = RwSignal::new(false);
    let told = el("div", "")
        .attr("role", "status")
        .live(move || match desk.deleted.get() {
            _ if desk.busy.get() == Busy::Asking => {
                el("p", "").kid(text(key::LETTER_DELETING)).into_any()
            }
            Some(false) => warning(text(key::LETTER_DELETE_FAILED), "").into_any(),
            _ => ().into_any(),
        });
    let ways = el("div", "").live(move || {
        if !asking.get() {
            return button("button", "delete", key::LETTER_DELETE, move || {
                asking.set(true)
            })
            .into_any();
        }
        let yes = button("button", "delete-yes", key::LETTER_DELETE_YES, move || {
            asking.set(false);
            browser::delete(desk, sid);
        });
        el("div", "console__notice")
            .kid(el("p", "").kid(text(key::LETTER_DELETE_TEXT)))
            .kid(el("p", "row").kid(yes).kid(button(
                "button",
                "cancel",
                key::DESK_CANCEL,
                move || asking.set(false),
            )))
            .into_any()
    });
    el("div", "dossier__delete no-print").kid(told).kid(ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_plain_mail_address_becomes_a_link() {
        assert_eq!(
            plain_mail(" mette@frisoer.dk "),
            Some(("mette", "frisoer.dk"))
        );
        for wrong in [
            "",
            "mette",
            "@x.dk",
            "a@",
            "a@b@c.dk",
            "a@b.dk,c@d.dk",
            "a@b.dk;c@d.dk",
            "a b@c.dk",
            "Mette <m@f.dk>",
            "a@b.dk\r\nBcc:c@d.dk",
            "javascript:alert(1)//a@b",
        ] {
            assert_eq!(plain_mail(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_number_becomes_a_link() {
        assert_eq!(
            phone_address("+45 12 34 56 78").as_deref(),
            Some("tel:+4512345678")
        );
        assert_eq!(
            phone_address("(9012) 3456").as_deref(),
            Some("tel:90123456")
        );
        for wrong in [
            "",
            "123",
            "12345678 lok. 4",
            "*21*12345678#",
            "1+2345678",
            "12;ext=3",
        ] {
            assert_eq!(phone_address(wrong), None, "{wrong}");
        }
    }
}
