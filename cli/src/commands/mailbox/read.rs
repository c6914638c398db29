//! From sealed bytes to what an office looks at. A letter that cannot be read never stops others.

use super::folder::{Folder, Kept};
use crate::{fault::Fault, today};
use serde_json::{Value, json};
use vaekstspejl_engine::{
    Content, Date,
    briefing::{Dossier, Guide, opened},
    export::{Entry, Unread},
    submission::{Submission, SubmissionError},
};
use vaekstspejl_envelope::{BadLetter, KeyFile, OpenError, Sid, open, receipt};

/// A letter of the folder.
pub struct Letter<'a> {
    /// Its id.
    pub sid: Sid,
    /// The day it came to the relay.
    pub received: Date,
    /// Somebody has dealt with it.
    pub handled: bool,
    /// The code the sender has.
    pub receipt: String,
    /// What is in it.
    pub content: Result<Dossier<'a>, Unread>,
}

/// All letters of the folder, oldest first.
pub fn all<'a>(
    content: &'a Content,
    guide: &Guide,
    file: &KeyFile,
    folder: &Folder,
) -> Vec<Letter<'a>> {
    let letters = folder.letters().into_iter();
    letters
        .map(|(sid, kept)| {
            // A file that is lost is a damaged letter: it stops no other.
            let bytes = folder.bytes(&sid).unwrap_or_default();
            letter(content, guide, file, sid, &kept, &bytes)
        })
        .collect()
}

/// One letter of the folder.
pub fn one<'a>(
    content: &'a Content,
    guide: &Guide,
    file: &KeyFile,
    folder: &Folder,
    sid: &Sid,
) -> Result<Letter<'a>, Fault> {
    let kept = folder.kept(sid).cloned();
    let kept = kept.unwrap_or(Kept {
        day: 0,
        handled: false,
    });
    let bytes = folder.bytes(sid)?;
    Ok(letter(content, guide, file, *sid, &kept, &bytes))
}

fn letter<'a>(
    content: &'a Content,
    guide: &Guide,
    file: &KeyFile,
    sid: Sid,
    kept: &Kept,
    bytes: &[u8],
) -> Letter<'a> {
    let submission = submission(file, sid, bytes);
    Letter {
        sid,
        received: today::day(kept.day.into()),
        handled: kept.handled,
        receipt: receipt::code(&receipt::sha256(bytes)),
        content: submission.map(|it| opened(content, guide, it)),
    }
}

/// What was sealed, if it was sealed to us under this id.
fn submission(file: &KeyFile, sid: Sid, bytes: &[u8]) -> Result<Submission, Unread> {
    let opened = open(bytes, &file.mid, file.keys()).map_err(|error| match error {
        OpenError::UnknownKey(_) => Unread::Locked,
        OpenError::Bad(BadLetter::Version | BadLetter::Suite) => Unread::Newer,
        _ => Unread::Damaged,
    })?;
    if opened.header.sid != sid {
        return Err(Unread::Damaged);
    }
    Submission::from_json(&opened.payload).map_err(|error| match error {
        SubmissionError::Newer { .. } => Unread::Newer,
        _ => Unread::Damaged,
    })
}

impl<'a> Letter<'a> {
    /// What a list for programs has of it.
    pub fn summary(&self) -> Value {
        let dossier = self.content.as_ref().ok();
        let sent = dossier.map(|it| &it.submission);
        let contact = sent.and_then(|it| it.contact.as_ref());
        json!({
            "letter": self.sid.to_string(),
            "received": self.received,
            "state": self.state(),
            "receipt": self.receipt,
            "problem": self.content.as_ref().err(),
            "created": sent.map(|it| it.created),
            "segment": dossier.and_then(|it| it.briefing.segment.as_ref()),
            "name": contact.map(|it| &it.name),
            "company": contact.map(|it| &it.company),
        })
    }

    /// Everything, for programs.
    pub fn whole(&self) -> Value {
        let mut whole = self.summary();
        whole["dossier"] = json!(self.content.as_ref().ok());
        whole
    }

    /// `new` or `handled`.
    pub fn state(&self) -> &'static str {
        if self.handled { "handled" } else { "new" }
    }

    /// As a row of an export.
    pub fn into_entry(self) -> Entry<'a> {
        Entry {
            letter: self.sid.to_string(),
            received: self.received,
            receipt: self.receipt,
            handled: self.handled,
            content: self.content,
        }
    }
}
