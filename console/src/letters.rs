//! What a letter says, and which letters are shown: plain data, no browser.
//!
//! A letter that cannot be opened is a letter too: it stands in no list, is counted, and blocks
//! nothing.

use vaekstspejl_engine::{
    Content, NeedId, SegmentId,
    briefing::{self, Guide},
    inbox_statistics::Counts,
    submission::{Submission, SubmissionError},
};
use vaekstspejl_envelope::{
    Kid, Mid, Sid,
    key::Key,
    letter::{self, OpenError},
    receipt,
};

/// How long a mailbox keeps a letter (days).
pub const KEPT_DAYS: u32 = 90;

/// A letter with less time left than this is told of (days).
pub const WARN_DAYS: u32 = 30;

/// Rows on one page of the list.
pub const PAGE: usize = 50;

/// A letter on this device.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// Its id.
    pub sid: Sid,
    /// Its number in the mailbox.
    pub seq: u64,
    /// The day it came: days since 1970-01-01.
    pub day: u32,
    /// The code that the sender has too.
    pub code: String,
    /// Somebody has dealt with it, on this device.
    pub handled: bool,
    /// What is inside.
    pub inside: Inside,
}

/// What is inside a letter.
#[derive(Clone, Debug, PartialEq)]
pub enum Inside {
    /// A submission.
    Open(Box<Opened>),
    /// Sealed to a key that is not in the key file.
    Locked(Kid),
    /// Made by a newer program.
    Newer,
    /// Not what any program of ours makes, or changed on its way.
    Damaged,
}

/// An opened letter.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// What was sent.
    pub submission: Submission,
    /// What lists, filters and statistics look at.
    pub facts: Counts,
}

/// What lists, filters and statistics look at: the summary; without one, the answers.
fn facts(content: &Content, submission: &Submission) -> Counts {
    let Some(result) = &submission.result else {
        let dossier = briefing::opened(content, &Guide::default(), submission.clone());
        return Counts::of(&dossier);
    };
    Counts {
        created: Some(submission.created),
        segment: result.segment.clone(),
        stage: result.stage,
        municipality: result.municipality.clone(),
        needs: result.needs.iter().map(|(need, _)| need.clone()).collect(),
        scores: result.scores.clone(),
    }
}

/// Opens a letter. Total: whatever the bytes are, there is an answer.
pub fn inside(content: &Content, bytes: &[u8], mid: &Mid, keys: &[Key]) -> Inside {
    let opened = match letter::open(bytes, mid, keys) {
        Ok(opened) => opened,
        Err(OpenError::UnknownKey(kid)) => return Inside::Locked(kid),
        Err(OpenError::Bad(letter::BadLetter::Version | letter::BadLetter::Suite)) => {
            return Inside::Newer;
        }
        Err(_) => return Inside::Damaged,
    };
    match Submission::from_json(&opened.payload) {
        Ok(submission) => {
            let facts = facts(content, &submission);
            Inside::Open(Box::new(Opened { submission, facts }))
        }
        Err(SubmissionError::Newer { .. }) => Inside::Newer,
        Err(_) => Inside::Damaged,
    }
}

impl Letter {
    /// A letter from its bytes.
    pub fn new(sid: Sid, seq: u64, day: u32, handled: bool, bytes: &[u8], inside: Inside) -> Self {
        let code = receipt::code(&receipt::sha256(bytes));
        Self {
            sid,
            seq,
            day,
            code,
            handled,
            inside,
        }
    }

    /// What is inside, when it is open.
    pub fn opened(&self) -> Option<&Opened> {
        match &self.inside {
            Inside::Open(opened) => Some(opened),
            _ => None,
        }
    }

    /// The last day the mailbox keeps it.
    pub fn until(&self) -> u32 {
        self.day.saturating_add(KEPT_DAYS)
    }

    /// Whether the mailbox will delete it within [`WARN_DAYS`], seen from a day.
    pub fn expires_soon(&self, today: u32) -> bool {
        let until = self.until();
        today <= until && until <= today.saturating_add(WARN_DAYS)
    }
}

/// The newest first.
pub fn sort(letters: &mut [Letter]) {
    letters.sort_by_key(|it| std::cmp::Reverse((it.day, it.seq)));
}

/// Which of new and handled are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Both.
    #[default]
    All,
    /// New ones.
    New,
    /// Handled ones.
    Handled,
}

/// What is looked for. Empty: everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// New or handled.
    pub which: Which,
    /// Of this segment.
    pub segment: Option<SegmentId>,
    /// With this need.
    pub need: Option<NeedId>,
    /// From this municipality.
    pub municipality: Option<String>,
    /// With all these words somewhere in name, company, mail, phone or note; or the receipt code.
    pub text: String,
}

impl Filter {
    /// Whether anything is looked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a letter is shown. Only opened letters are.
    pub fn shows(&self, letter: &Letter) -> bool {
        let Some(opened) = letter.opened() else {
            return false;
        };
        let facts = &opened.facts;
        let state = match self.which {
            Which::All => true,
            Which::New => !letter.handled,
            Which::Handled => letter.handled,
        };
        state
            && (self.segment.is_none() || self.segment == facts.segment)
            && (self.municipality.is_none() || self.municipality == facts.municipality)
            && self
                .need
                .as_ref()
                .is_none_or(|need| facts.needs.contains(need))
            && self.finds(letter, &opened.submission)
    }

    fn finds(&self, letter: &Letter, submission: &Submission) -> bool {
        if self.text.trim().is_empty() {
            return true;
        }
        // However it is typed; parts of a code would find letters by chance.
        if receipt::parse_code(&self.text).is_ok_and(|code| code == letter.code) {
            return true;
        }
        let wanted = self.text.to_lowercase();
        let contact = submission.contact.iter();
        let contact = contact.flat_map(|it| [&it.name, &it.company, &it.mail, &it.phone]);
        let all = contact.chain(&submission.note);
        let all = all
            .map(|it| it.to_lowercase())
            .collect::<Vec<_>>()
            .join("\n");
        wanted.split_whitespace().all(|word| all.contains(word))
    }
}

/// How many letters there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Opened.
    pub open: usize,
    /// Sealed to a key that is not in the key file.
    pub locked: usize,
    /// Made by a newer program.
    pub newer: usize,
    /// Unreadable.
    pub damaged: usize,
}

impl Count {
    /// Of these letters.
    pub fn of(letters: &[Letter]) -> Self {
        letters.iter().fold(Self::default(), |mut count, letter| {
            match letter.inside {
                Inside::Open(_) => count.open += 1,
                Inside::Locked(_) => count.locked += 1,
                Inside::Newer => count.newer += 1,
                Inside::Damaged => count.damaged += 1,
            }
            count
        })
    }
}
