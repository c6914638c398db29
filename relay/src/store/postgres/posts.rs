//! Letters go in many at a time: what waits for the same mailboxes shares one transaction, its
//! statements and its wait for the disk. A few such lanes run side by side; a mailbox always goes
//! by the same one, so within a relay nobody waits for a lock. It refuses to answer before the
//! commit, and a sender that hung up cannot stop one halfway.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use deadpool_postgres::{Pool, Transaction};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use vaekstspejl_envelope::{CapabilityHash, Mid, Sid};

use super::{Failure, attempts, sql};
use crate::mailbox::{Admission, Earlier, Letter, Now, Quotas, receipt};
use crate::store::{Posted, StoreError};

/// Transactions of one relay at a time.
const LANES: usize = 4;
/// Letters that may wait in a lane; whoever comes then waits at the door.
const MOST_WAITING: usize = 1024;
/// The most letters in one transaction.
const MOST_TOGETHER: usize = 64;
/// How long a busy lane waits for more: this part of what its last commit took, at the most …
const GATHERING_PART: u32 = 2;
/// … this. An idle one does not wait.
const GATHERING: Duration = Duration::from_millis(10);

/// A letter on its way in.
#[derive(Debug)]
struct Job {
    mid: Mid,
    post: CapabilityHash,
    letter: Letter,
    now: Now,
    answer: oneshot::Sender<Result<Posted, StoreError>>,
}

/// The lanes. When this is dropped, what waits is still committed.
#[derive(Debug)]
pub(super) struct Posts {
    lanes: Vec<mpsc::Sender<Job>>,
}

impl Posts {
    pub(super) fn start(pool: &Pool, quotas: Quotas) -> Self {
        let lane = |_| {
            let (sender, jobs) = mpsc::channel(MOST_WAITING);
            tokio::spawn(run(pool.clone(), quotas, jobs));
            sender
        };
        Self {
            lanes: (0..LANES).map(lane).collect(),
        }
    }

    /// Puts a letter in and waits until it is on disk.
    pub(super) async fn post(
        &self,
        mid: Mid,
        post: CapabilityHash,
        letter: Letter,
        now: Now,
    ) -> Result<Posted, StoreError> {
        let (answer, outcome) = oneshot::channel();
        let job = Job {
            mid,
            post,
            letter,
            now,
            answer,
        };
        let [first, ..] = mid.0;
        let lane = usize::from(first) % LANES;
        let lane = self.lanes.get(lane).ok_or_else(stopped)?;
        lane.send(job).await.map_err(|_| stopped())?;
        outcome.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store's writers have stopped".to_owned())
}

async fn run(pool: Pool, quotas: Quotas, mut jobs: mpsc::Receiver<Job>) {
    let mut last = Last::default();
    while let Some(first) = jobs.recv().await {
        let batch = gather(first, &mut jobs, &last).await;
        let begun = Instant::now();
        last.together = batch.len();
        let outcomes = attempts(|| commit(&pool, &batch, &quotas)).await;
        last.took = begun.elapsed();
        answer(batch, outcomes);
    }
}

/// The transaction before this one.
#[derive(Default)]
struct Last {
    together: usize,
    took: Duration,
}

/// Takes what is there already, and when the last transaction was a shared one, waits a moment
/// for as many again, as SQLite's writer does.
async fn gather(first: Job, jobs: &mut mpsc::Receiver<Job>, last: &Last) -> Vec<Job> {
    let mut batch = vec![first];
    let mut until = None;
    while batch.len() < MOST_TOGETHER {
        let next = match jobs.try_recv() {
            Ok(next) => Some(next),
            Err(_) if last.together < 2 => None,
            Err(_) => {
                // as many as are here, and as many as were just answered
                let (expected, until) = *until.get_or_insert_with(|| {
                    let wait = (last.took / GATHERING_PART).min(GATHERING);
                    (
                        batch.len().saturating_add(last.together),
                        Instant::now() + wait,
                    )
                });
                match batch.len() < expected {
                    true => tokio::time::timeout_at(until, jobs.recv())
                        .await
                        .unwrap_or(None),
                    false => None,
                }
            }
        };
        match next {
            Some(next) => batch.push(next),
            None => break,
        }
    }
    batch
}

/// Whoever asked may have gone; the letters are in.
fn answer(batch: Vec<Job>, outcomes: Result<Vec<Posted>, Failure>) {
    match outcomes {
        Ok(outcomes) => {
            for (job, outcome) in batch.into_iter().zip(outcomes) {
                let _ = job.answer.send(Ok(outcome));
            }
        }
        Err(failure) => {
            for job in batch {
                let _ = job.answer.send(Err(StoreError::from(&failure)));
            }
        }
    }
}

/// One attempt at a batch; an outcome for each of its letters, in order.
async fn commit(pool: &Pool, batch: &[Job], quotas: &Quotas) -> Result<Vec<Posted>, Failure> {
    let mut client = pool.get().await?;
    let tx = client.transaction().await?;
    let mut state = Before::read(&tx, batch, quotas).await?;
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut new = Vec::new();
    for job in batch {
        outcomes.push(state.admit(job, quotas, &mut new));
    }
    if new.is_empty() {
        // what came before was on disk before it could be seen
        return Ok(outcomes);
    }
    sql::insert_letters(&tx, &new).await?;
    for mid in &state.changed {
        if let Some(found) = state.mailboxes.get(mid) {
            sql::update_mailbox(&tx, found).await?;
        }
    }
    tx.commit().await?;
    Ok(outcomes)
}

/// What the letters of a batch are decided by; changes with each that is admitted.
struct Before {
    /// Locked.
    mailboxes: BTreeMap<Mid, sql::Found>,
    earlier: BTreeMap<(Mid, Sid), Earlier>,
    swept_day: u32,
    /// Bytes of letters waiting in the whole store; only known when there is an end to them.
    used: u64,
    changed: BTreeSet<Mid>,
}

impl Before {
    async fn read(tx: &Transaction<'_>, batch: &[Job], quotas: &Quotas) -> Result<Self, Failure> {
        let mut sids: BTreeMap<Mid, Vec<Sid>> = BTreeMap::new();
        for job in batch {
            sids.entry(job.mid).or_default().push(job.letter.sid);
        }
        let mids: Vec<Mid> = sids.keys().copied().collect();
        let mailboxes = sql::lock(tx, &mids).await?;
        // looked up after locking, so that nobody adds one of them from now on
        let mut earlier = BTreeMap::new();
        for (mid, sids) in &sids {
            if let Some(found) = mailboxes.get(mid) {
                for row in sql::letters(tx, found.id, sids).await? {
                    earlier.insert((*mid, row.sid), row.earlier);
                }
            }
        }
        let used = match quotas.store_bytes {
            Some(_) => sql::totals(tx).await?.2,
            None => 0,
        };
        Ok(Self {
            mailboxes,
            earlier,
            swept_day: sql::swept_day(tx).await?.unwrap_or(0),
            used,
            changed: BTreeSet::new(),
        })
    }

    /// What becomes of a letter; one to be stored is added to `new`.
    fn admit<'a>(
        &mut self,
        job: &'a Job,
        quotas: &Quotas,
        new: &mut Vec<sql::NewLetter<'a>>,
    ) -> Posted {
        let Some(found) = self.mailboxes.get_mut(&job.mid).filter(|found| {
            !found.mailbox.is_gone(job.now) && found.mailbox.may_post(&job.post, job.now)
        }) else {
            return Posted::NoSuchMailbox;
        };
        let sid = job.letter.sid;
        let admission = found.mailbox.admit(
            &job.letter,
            self.earlier.get(&(job.mid, sid)).copied(),
            job.now.day().max(self.swept_day),
            job.now,
            quotas,
            quotas.is_full(self.used),
        );
        match admission {
            Admission::Store(row) => {
                let bytes = u64::try_from(job.letter.bytes.len()).unwrap_or(u64::MAX);
                let stored = Earlier {
                    sha256: job.letter.sha256,
                    day: row.day,
                    expires_day: row.expires_day,
                };
                found.mailbox.wrote(&row);
                found.mailbox.received(bytes);
                new.push(sql::NewLetter {
                    mailbox: found.id,
                    row,
                    letter: &job.letter,
                });
                self.used = self.used.saturating_add(bytes);
                self.earlier.insert((job.mid, sid), stored);
                self.changed.insert(job.mid);
                Posted::Stored(receipt(&sid, &stored))
            }
            Admission::Same(earlier) => Posted::Same(receipt(&sid, &earlier)),
            Admission::Conflict => Posted::Conflict,
            Admission::WrongKind => Posted::WrongKind,
            Admission::Closed => Posted::Closed,
            Admission::Full => Posted::Full,
        }
    }
}
