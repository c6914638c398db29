//! What is asked of the relay besides letters, and what its answers mean.
//!
//! A status alone is never believed: an error is only one with the relay's own problem body, and
//! a page that a network puts in between is [`Trouble::Strange`].

use crate::trouble::Trouble;
use vaekstspejl_envelope::{Admin, key_file::KeyFile};
use vaekstspejl_mailbox::{
    call::{Reply, Request},
    wire::{self, Kind, MailboxState, NewMailbox, PROBLEM_PREFIX},
};

/// How long a mailbox made here keeps letters (seconds): 90 days.
const TTL_S: u64 = crate::letters::KEPT_DAYS as u64 * 86_400;

/// Asks for the mailbox to be made. The same again is no harm.
pub fn create(keys: &KeyFile, admin: &Admin) -> Request {
    let body = NewMailbox {
        kind: Kind::Office,
        post_hash: keys.post.hash().to_string(),
        owner_hash: keys.owner().hash().to_string(),
        ttl_s: TTL_S,
    };
    Request {
        method: "PUT",
        url: address(keys),
        headers: vec![
            ("authorization", admin.authorization()),
            ("content-type", "application/json".into()),
        ],
        // Plain data without maps always serialises.
        body: serde_json::to_vec(&body).unwrap_or_default(),
    }
}

/// Asks how the mailbox is.
pub fn state(keys: &KeyFile) -> Request {
    Request {
        method: "GET",
        url: address(keys),
        headers: vec![("authorization", keys.owner().authorization())],
        body: Vec::new(),
    }
}

fn address(keys: &KeyFile) -> String {
    [keys.office.relay(), &wire::mailbox(&keys.mid.to_string())].concat()
}

/// Whether the mailbox was made, or was there already as asked.
pub fn created(reply: Option<&Reply>) -> Result<(), Trouble> {
    match reply {
        // A page with a log-in is no JSON, and a status alone is not believed.
        Some(reply) if reply.json::<serde_json::Value>(&[200, 201]).is_some() => Ok(()),
        reply => Err(match trouble(reply) {
            // The relay does not tell a wrong token from a wrong place.
            Trouble::NotFound => Trouble::Refused,
            other => other,
        }),
    }
}

/// How the mailbox is.
pub fn told(reply: Option<&Reply>) -> Result<MailboxState, Trouble> {
    let state = reply.and_then(|it| it.json(&[200]));
    state.ok_or_else(|| trouble(reply))
}

/// Whether the letter is gone from the mailbox: deleted now, or not there any more.
pub fn deleted(reply: Option<&Reply>) -> Result<(), Trouble> {
    match reply {
        Some(reply) if reply.status == 204 => Ok(()),
        // The relay's own word that it has no such letter: its tombstone is too old, or the relay
        // was set back. The copy here can be deleted all the same.
        reply => match trouble(reply) {
            Trouble::NotFound => Ok(()),
            other => Err(other),
        },
    }
}

/// What an answer that is not the one hoped for means.
pub fn trouble(reply: Option<&Reply>) -> Trouble {
    let Some(reply) = reply else {
        return Trouble::Unreachable;
    };
    let Some(problem) = reply.problem() else {
        return Trouble::Strange;
    };
    match problem.kind.strip_prefix(PROBLEM_PREFIX) {
        Some("no-such-mailbox") => Trouble::NotFound,
        Some("slow-down" | "overloaded" | "internal" | "full" | "work-required") => Trouble::Busy,
        Some(_) if problem.status == 409 => Trouble::Exists,
        _ => Trouble::Strange,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vaekstspejl_mailbox::wire::PROBLEM_TYPE;

    fn reply(status: u16, content_type: &str, body: &str) -> Reply {
        Reply {
            status,
            content_type: content_type.to_owned(),
            retry_after: None,
            body: body.into(),
        }
    }

    fn problem(status: u16, slug: &str) -> Reply {
        let body = format!(
            r#"{{"type":"{PROBLEM_PREFIX}{slug}","title":"x","status":{status},"retry":"never"}}"#
        );
        reply(status, PROBLEM_TYPE, &body)
    }

    #[test]
    fn every_problem_of_the_relay_has_its_own_words() {
        for (status, slug, meant) in [
            (404, "no-such-mailbox", Trouble::NotFound),
            (409, "mailbox-conflict", Trouble::Exists),
            (429, "slow-down", Trouble::Busy),
            (503, "overloaded", Trouble::Busy),
            (500, "internal", Trouble::Busy),
            (507, "full", Trouble::Busy),
            (400, "malformed", Trouble::Strange),
        ] {
            assert_eq!(trouble(Some(&problem(status, slug))), meant, "{slug}");
        }
        assert_eq!(trouble(None), Trouble::Unreachable);
    }

    #[test]
    fn a_page_that_a_network_puts_in_between_is_never_believed() {
        let portal = reply(200, "text/html", "<h1>Log in</h1>");
        assert_eq!(created(Some(&portal)), Err(Trouble::Strange));
        assert_eq!(told(Some(&portal)), Err(Trouble::Strange));
        assert_eq!(deleted(Some(&portal)), Err(Trouble::Strange));
        assert_eq!(
            trouble(Some(&reply(404, "text/html", "nothing here"))),
            Trouble::Strange
        );
        assert_eq!(
            trouble(Some(&reply(404, PROBLEM_TYPE, "{"))),
            Trouble::Strange
        );
    }

    #[test]
    fn a_letter_the_relay_has_forgotten_can_still_be_deleted_here() {
        let forgotten = problem(404, "no-such-mailbox");
        assert_eq!(deleted(Some(&forgotten)), Ok(()));
        assert_eq!(
            deleted(Some(&problem(503, "overloaded"))),
            Err(Trouble::Busy)
        );
        assert_eq!(deleted(None), Err(Trouble::Unreachable));
    }

    #[test]
    fn a_token_that_is_not_known_is_refused() {
        let refused = problem(404, "no-such-mailbox");
        assert_eq!(created(Some(&refused)), Err(Trouble::Refused));
    }
}
