//! A mailbox, its letters, and its owner, who checks everything.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail, ensure};
use base64ct::{Base64, Encoding as _};
use serde::Serialize;
use vaekstspejl_envelope::receipt::{chain, hex, sha256, unhex};
use vaekstspejl_envelope::{Admin, CapabilityHash, Header, Kid, LetterKind, Mid, Owner, Post, Sid};
use vaekstspejl_mailbox::wire::{
    Ack, DELETE_HASH, Kind, LETTER_TYPE, MOST_ACKNOWLEDGED, MailboxState, NewMailbox, Page,
    Receipt, Row, RowState, mailbox, message,
};

use crate::http::{Answer, Client};
use crate::seeded::Seeded;

/// How long letters are kept (seconds): 90 days.
const TTL_S: u64 = 90 * 86_400;

/// A mailbox with everything that opens it. Its letters are numbered, and each is the same
/// whenever it is made.
#[derive(Clone, Debug)]
pub struct Office {
    seed: u64,
    mid: Mid,
    post: Post,
    owner: Owner,
}

/// A letter: real in size and header, random where a real one is sealed.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its id.
    pub sid: Sid,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their hash.
    pub sha256: [u8; 32],
    delete: CapabilityHash,
}

/// What a relay answered to a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// A receipt for exactly this letter; whether the relay knew it already.
    Acknowledged {
        /// 200 and not 201.
        before: bool,
    },
    /// Anything else: to be tried again.
    Refused(u16),
}

impl Office {
    /// The office of a seed.
    pub fn new(seed: u64) -> Self {
        let mut seeded = Seeded::new(seed, u64::MAX);
        Self {
            seed,
            mid: Mid(seeded.bytes()),
            post: Post(seeded.bytes()),
            owner: Owner(seeded.bytes()),
        }
    }

    /// Creates its mailbox.
    pub async fn create(&self, client: &mut Client, admin: &Admin) -> Result<()> {
        let head = format!(
            "Authorization: {}\r\nContent-Type: application/json\r\n",
            admin.authorization()
        );
        let body = serde_json::to_vec(&NewMailbox {
            kind: Kind::Office,
            post_hash: self.post.hash().to_string(),
            owner_hash: self.owner.hash().to_string(),
            ttl_s: TTL_S,
        })?;
        let line = format!("PUT {}", mailbox(&self.mid.to_string()));
        let answer = client.send(&line, &head, &body).await?;
        ensure!(
            matches!(answer.status, 200 | 201),
            "the mailbox was not created: {}",
            String::from_utf8_lossy(&answer.body)
        );
        Ok(())
    }

    /// Its letter of that number.
    pub fn letter(&self, number: u64) -> Letter {
        let mut seeded = Seeded::new(self.seed, number);
        let sid = Sid(seeded.bytes());
        let kind = LetterKind::Submission;
        let header = Header {
            suite: 1,
            kind,
            kid: Kid([1; 8]),
            mid: self.mid,
            sid,
        };
        let mut bytes = header.to_bytes().to_vec();
        let begin = bytes.len();
        bytes.resize(kind.total(), 0);
        if let Some(sealed) = bytes.get_mut(begin..) {
            seeded.fill(sealed);
        }
        Letter {
            sid,
            sha256: sha256(&bytes),
            bytes,
            delete: CapabilityHash(seeded.bytes()),
        }
    }

    /// Line and head of the request that sends a letter.
    pub fn request(&self, letter: &Letter) -> (String, String) {
        let line = format!(
            "PUT {}",
            message(&self.mid.to_string(), &letter.sid.to_string())
        );
        let head = format!(
            "Authorization: {}\r\nContent-Type: {LETTER_TYPE}\r\n{DELETE_HASH}: {}\r\n",
            self.post.authorization(),
            letter.delete
        );
        (line, head)
    }

    /// Sends a letter once.
    pub async fn send(&self, client: &mut Client, letter: &Letter) -> Result<Posted> {
        let (line, head) = self.request(letter);
        let answer = client.send(&line, &head, &letter.bytes).await?;
        Ok(judge(letter, &answer))
    }

    fn as_owner(&self) -> String {
        format!("Authorization: {}\r\n", self.owner.authorization())
    }

    /// Rows after that number.
    pub async fn page(&self, client: &mut Client, after: u64) -> Result<Page> {
        let line = format!(
            "GET {}/messages?after={after}&limit=100",
            mailbox(&self.mid.to_string())
        );
        let answer = client.send(&line, &self.as_owner(), b"").await?;
        ensure!(
            answer.status == 200,
            "a list was answered {}",
            answer.status
        );
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// What the relay says of the mailbox.
    pub async fn state(&self, client: &mut Client) -> Result<MailboxState> {
        let line = format!("GET {}", mailbox(&self.mid.to_string()));
        let answer = client.send(&line, &self.as_owner(), b"").await?;
        ensure!(
            answer.status == 200,
            "a state was answered {}",
            answer.status
        );
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Acknowledges rows; all or, when the answer is lost, perhaps.
    pub async fn acknowledge(&self, client: &mut Client, seqs: &[u64]) -> Result<()> {
        let line = format!("POST {}/ack", mailbox(&self.mid.to_string()));
        let head = format!("{}Content-Type: application/json\r\n", self.as_owner());
        for seqs in seqs.chunks(MOST_ACKNOWLEDGED) {
            let body = serde_json::to_vec(&Ack {
                seqs: seqs.to_vec(),
            })?;
            let answer = client.send(&line, &head, &body).await?;
            ensure!(
                answer.status == 204,
                "an ack was answered {}",
                answer.status
            );
        }
        Ok(())
    }
}

/// Only a receipt with the letter's own hash is one.
fn judge(letter: &Letter, answer: &Answer) -> Posted {
    let is_receipt = serde_json::from_slice::<Receipt>(&answer.body).is_ok_and(|receipt| {
        receipt.sid == letter.sid.to_string() && receipt.sha256 == hex(&letter.sha256)
    });
    match answer.status {
        200 if is_receipt => Posted::Acknowledged { before: true },
        201 if is_receipt => Posted::Acknowledged { before: false },
        other => Posted::Refused(other),
    }
}

/// The bytes of a stored row, once they are seen to be those of its hash.
fn bytes_are_right(row: &Row) -> Result<()> {
    let text = row
        .body_b64
        .as_deref()
        .context("a stored row without bytes")?;
    let bytes = Base64::decode_vec(text).map_err(|_| anyhow::anyhow!("bytes are no base64"))?;
    ensure!(hex(&sha256(&bytes)) == row.sha256, "bytes of another hash");
    Ok(())
}

/// The owner's client: takes letters out while others put them in, through every kill.
#[derive(Debug, Default)]
pub struct Collector {
    /// The last row seen.
    after: u64,
    /// Rows whose bytes were seen to be right, and which were told to be acknowledged.
    collected: BTreeSet<u64>,
    /// Of those, the ones whose acknowledgement is not answered yet.
    unanswered: Vec<u64>,
}

/// What a look into the mailbox gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// New rows.
    Some,
    /// No new rows.
    Nothing,
    /// No answer, which is no fault while relays are killed.
    NoAnswer,
}

impl Collector {
    /// One page: look, check, acknowledge all but every `keep`th. What the relay says must be
    /// right at every moment; if not, it is an error.
    pub async fn step(
        &mut self,
        office: &Office,
        client: &mut Client,
        keep: u64,
    ) -> Result<Looked> {
        if !self.unanswered.is_empty() {
            if office.acknowledge(client, &self.unanswered).await.is_err() {
                return Ok(Looked::NoAnswer);
            }
            self.unanswered.clear();
        }
        let Ok(page) = office.page(client, self.after).await else {
            return Ok(Looked::NoAnswer);
        };
        for row in &page.rows {
            ensure!(
                row.seq == self.after.saturating_add(1),
                "after row {} came row {}",
                self.after,
                row.seq
            );
            ensure!(row.state == RowState::Stored, "row {} was gone", row.seq);
            bytes_are_right(row).with_context(|| format!("row {}", row.seq))?;
            self.after = row.seq;
            if !row.seq.is_multiple_of(keep) {
                self.collected.insert(row.seq);
                self.unanswered.push(row.seq);
            }
        }
        Ok(match page.rows.is_empty() {
            true => Looked::Nothing,
            false => Looked::Some,
        })
    }
}

/// What was found in a mailbox at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Letters that somebody had a receipt for.
    pub acknowledged: u64,
    /// Of those, missing.
    pub lost: u64,
    /// Letters that were there more than once.
    pub doubled: u64,
    /// Rows with bytes still there, all of the right hash.
    pub stored: u64,
    /// Rows that the owner had collected, with the right bytes.
    pub collected: u64,
    /// Rows of letters that nobody had a receipt for: sent, but the answer was lost for good.
    pub unacknowledged: u64,
}

impl Audit {
    /// Nothing lost, nothing twice.
    pub fn is_clean(&self) -> bool {
        self.lost == 0 && self.doubled == 0
    }
}

/// Reads the whole mailbox and compares. `acknowledged` are numbers of letters with a receipt.
/// Wrong bytes, wrong chain, gaps and rows that went backwards are errors.
pub async fn audit(
    office: &Office,
    client: &mut Client,
    acknowledged: &BTreeSet<u64>,
    collector: &Collector,
) -> Result<Audit> {
    let mut expected: BTreeMap<String, [u8; 32]> = BTreeMap::new();
    for number in acknowledged {
        let letter = office.letter(*number);
        expected.insert(letter.sid.to_string(), letter.sha256);
    }
    let mut audit = Audit {
        acknowledged: u64::try_from(expected.len())?,
        ..Audit::default()
    };
    let mut seen = BTreeSet::new();
    let mut head = [0; 32];
    let mut after = 0;
    loop {
        let page = office.page(client, after).await?;
        for row in &page.rows {
            ensure!(
                row.seq == after + 1,
                "after row {after} came row {}",
                row.seq
            );
            after = row.seq;
            let sid = Sid::parse(&row.sid).map_err(|_| anyhow::anyhow!("a row without id"))?;
            let hash = unhex(&row.sha256).context("a row without hash")?;
            head = chain(&head, row.seq, &sid, &hash);
            ensure!(
                hex(&head) == row.chain,
                "the chain breaks at row {}",
                row.seq
            );
            match row.state {
                RowState::Stored => {
                    bytes_are_right(row).with_context(|| format!("row {}", row.seq))?;
                    audit.stored += 1;
                }
                RowState::Collected if collector.collected.contains(&row.seq) => {
                    audit.collected += 1;
                }
                other => bail!("row {} is {other:?}, which nobody asked for", row.seq),
            }
            if !seen.insert(row.sid.clone()) {
                audit.doubled += 1;
            }
            match expected.get(&row.sid) {
                Some(expected) => ensure!(*expected == hash, "row {} has another hash", row.seq),
                None => audit.unacknowledged += 1,
            }
        }
        if !page.more {
            break;
        }
    }
    let state = office
        .state(client)
        .await?
        .owner
        .context("no owner's state")?;
    ensure!(state.chain == hex(&head), "the chain's head is another");
    ensure!(state.last_seq == after, "the last number is another");
    ensure!(
        state.waiting == audit.stored,
        "the count of letters is wrong"
    );
    let lost = expected.keys().filter(|sid| !seen.contains(*sid)).count();
    audit.lost = u64::try_from(lost)?;
    Ok(audit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_receipt_with_the_letters_own_hash_counts() {
        let office = Office::new(1);
        let (one, other) = (office.letter(1), office.letter(2));
        let answer = |status, of: &Letter| Answer {
            status,
            body: serde_json::to_vec(&Receipt {
                v: 1,
                sid: of.sid.to_string(),
                sha256: hex(&of.sha256),
                stored_day: 1,
                expires_day: 2,
            })
            .unwrap(),
            ..Answer::default()
        };
        assert_eq!(
            judge(&one, &answer(201, &one)),
            Posted::Acknowledged { before: false }
        );
        assert_eq!(
            judge(&one, &answer(200, &one)),
            Posted::Acknowledged { before: true }
        );
        assert_eq!(judge(&one, &answer(201, &other)), Posted::Refused(201));
        assert_eq!(judge(&one, &answer(507, &one)), Posted::Refused(507));
        let empty = Answer {
            status: 200,
            body: b"<html>".to_vec(),
            ..Answer::default()
        };
        assert_eq!(judge(&one, &empty), Posted::Refused(200));
    }

    #[test]
    fn letters_are_real_in_size_and_header_and_the_same_again() {
        let office = Office::new(7);
        let letter = office.letter(3);
        let header = Header::parse(&letter.bytes).unwrap();
        assert_eq!((header.mid, header.sid), (office.mid, letter.sid));
        assert_eq!(office.letter(3).bytes, letter.bytes);
        assert_ne!(office.letter(4).sid, letter.sid);
        assert_ne!(Office::new(8).mid, office.mid);
    }
}
