//! Which version of the app this device keeps, as the worker tells (scripts/worker.js), and the
//! change to another one: only by the person's own click, with everything they have.

use crate::{
    browser::{address, clock, storage, worker},
    carried, joining,
    session::Session,
};
use leptos::prelude::untrack;

/// What this device keeps of the app, as far as this page knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDevice {
    /// Nothing, or it is not known yet: the rest comes from the net.
    #[default]
    Nothing,
    /// This version, whole: it works without net.
    This,
    /// Another version, whole: who loads the page again gets that one.
    Another,
    /// As before, and the person has said "not now".
    AnotherLater,
}

impl OnDevice {
    /// What is known once a worker of that version has spoken; `None`: another worker has taken
    /// over and has not spoken yet.
    #[must_use]
    pub fn told(self, page: &str, kept: Option<&str>) -> Self {
        match (kept, self) {
            (Some(kept), _) if kept == page => Self::This,
            // Another worker for another version is no reason to ask again.
            (_, Self::AnotherLater) => Self::AnotherLater,
            (Some(_), _) => Self::Another,
            (None, _) => Self::Nothing,
        }
    }
}

/// Has this version kept on the device, and listens. Once for each page; true the first time.
pub fn begin(session: Session) -> bool {
    worker::begin(move |page, kept| {
        let before = session.on_device.get_untracked();
        let now = before.told(page, kept);
        if now != before {
            session.on_device.set(now);
        }
    })
}

/// Whether a reload would lose what cannot be carried over: contact details are never stored, and
/// a letter or a place in a room that is in memory only is not either.
pub fn must_stay(session: Session) -> bool {
    let sending = session.sending.get();
    sending.is_some_and(|sending| (sending.holds)()) || joining::holds()
}

/// Loads the page again, as the version that this device keeps. What the person has goes along;
/// where the browser refuses to carry it, nothing is done but to say so.
pub fn change(session: Session) {
    let something = untrack(|| session.has_something());
    if storage::carry(&carried::pack(session, clock::now_ms())) || !something {
        address::reload();
    } else {
        session.keep_refused.set(true);
    }
}

#[cfg(test)]
mod tests {
    use super::OnDevice::{Another, AnotherLater, Nothing, This};

    #[test]
    fn the_page_works_without_net_only_when_its_own_version_is_kept() {
        assert_eq!(Nothing.told("a", Some("a")), This);
        assert_eq!(Nothing.told("a", Some("b")), Another);
        assert_eq!(This.told("a", Some("b")), Another);
        assert_eq!(This.told("a", None), Nothing);
    }

    #[test]
    fn who_has_said_not_now_is_not_asked_again_but_a_rollback_is_seen() {
        assert_eq!(AnotherLater.told("a", Some("b")), AnotherLater);
        assert_eq!(AnotherLater.told("a", None), AnotherLater);
        assert_eq!(AnotherLater.told("a", Some("a")), This);
    }
}
