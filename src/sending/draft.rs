//! What the person is about to send, while it is being chosen and typed.
//!
//! In memory only: contact details are never stored unsealed. Gone when sent or forgotten.

use crate::{session::Session, state::State, words::key, words::text};
use std::sync::OnceLock;
use vaekstspejl_engine::submission::{
    CannotSend, Catalogue, Contact, Frame, Parts, Submission, TextField,
};
use vaekstspejl_envelope::receipt::{hex, sha256};

/// The name of the words agreed to; a new one when their meaning changes.
const CONSENT: &str = "send-1";

/// What is chosen and typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The profile goes along.
    pub profile: bool,
    /// The answers go along.
    pub answers: bool,
    /// The municipality goes along without the answers.
    pub municipality: bool,
    /// The contact details go along.
    pub with_contact: bool,
    /// The note goes along.
    pub with_note: bool,
    /// Contact details as typed.
    pub contact: Contact,
    /// The note as typed.
    pub note: String,
    /// The person said yes to these choices.
    pub agreed: bool,
}

impl Default for Draft {
    /// Profile and answers are what an adviser needs; who it is stays with the person until told.
    fn default() -> Self {
        Self {
            profile: true,
            answers: true,
            municipality: false,
            with_contact: false,
            with_note: false,
            contact: Contact::default(),
            note: String::new(),
            agreed: false,
        }
    }
}

/// The draft of this visit.
pub fn draft() -> State<Draft> {
    static DRAFT: OnceLock<State<Draft>> = OnceLock::new();
    *DRAFT.get_or_init(|| State::new(Draft::default()))
}

/// Forgets the draft.
pub fn forget() {
    draft().set(Draft::default());
}

impl Draft {
    /// The text of a field as typed.
    pub fn typed(&self, field: TextField) -> &str {
        match field {
            TextField::Name => &self.contact.name,
            TextField::Mail => &self.contact.mail,
            TextField::Phone => &self.contact.phone,
            TextField::Company => &self.contact.company,
            TextField::Note => &self.note,
        }
    }

    /// Takes what is typed into a field.
    pub fn write(&mut self, field: TextField, typed: String) {
        let place = match field {
            TextField::Name => &mut self.contact.name,
            TextField::Mail => &mut self.contact.mail,
            TextField::Phone => &mut self.contact.phone,
            TextField::Company => &mut self.contact.company,
            TextField::Note => &mut self.note,
        };
        *place = typed;
    }

    /// Something is typed that is nowhere else.
    pub fn has_something(&self) -> bool {
        self.contact != Contact::default() || !self.note.is_empty()
    }

    /// Contact details are chosen, but there is nothing to reach anybody by.
    pub fn has_empty_contact(&self) -> bool {
        let reach = [TextField::Mail, TextField::Phone];
        self.with_contact
            && reach
                .iter()
                .all(|field| self.typed(*field).trim().is_empty())
    }

    /// What is typed as a mail address cannot be one. Only what certainly is none is refused.
    pub fn has_odd_mail(&self) -> bool {
        let mail = self.contact.mail.trim();
        let parts = mail.split_once('@');
        let is_mail = parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@')
        });
        self.with_contact && !mail.is_empty() && (!is_mail || mail.contains(char::is_whitespace))
    }

    /// The letter's content, as it would be sent now.
    pub fn submission(&self, session: Session) -> Option<Result<Submission, CannotSend>> {
        let later = session.later.get()?;
        let first = session.first.get()?;
        let parts = Parts {
            profile: self.profile,
            answers: self.answers,
            municipality: self.municipality && !self.answers,
            contact: self.with_contact.then(|| self.contact.clone()),
            note: self.with_note.then(|| self.note.clone()),
        };
        let frame = Frame {
            catalogue: Catalogue {
                id: first.lang.clone(),
                hash: crate::browser::document::content_hash(&first.lang),
            },
            lang: first.lang.clone(),
            consent_text_id: CONSENT.to_owned(),
            consent_text_hash: consent_hash(),
        };
        session.assessment.with(|found| {
            let assessment = found.as_ref()?;
            Some(Submission::new(later, assessment, &parts, &frame))
        })
    }
}

/// A hash of the words agreed to, in the language they were read in.
fn consent_hash() -> String {
    let words = [text(key::SEALED_CONSENT), text(key::SEALED_CONSENT_MORE)];
    hex(&sha256(words.join("\n").as_bytes()))
}
