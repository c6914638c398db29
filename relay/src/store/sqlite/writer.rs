//! One thread writes. It collects what waits into one transaction and answers after the commit,
//! so that many senders share one wait for the disk, and a sender that hung up cannot stop a
//! commit halfway. It refuses to answer before.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::store_error;
use crate::store::StoreError;

/// The most changes in one transaction.
const MOST_TOGETHER: usize = 64;
/// How long a busy writer waits for more: this part of what its last commit took, at the most …
const GATHERING_PART: u32 = 2;
/// … this. An idle one does not wait.
const GATHERING: Duration = Duration::from_millis(10);

/// A change: may be tried more than once, takes effect once.
trait Change: Send {
    /// Does it inside a transaction.
    fn attempt(&mut self, connection: &Connection) -> rusqlite::Result<()>;
    /// It is on disk.
    fn committed(self: Box<Self>);
    /// It is not, and nothing of it ever will be.
    fn failed(self: Box<Self>, error: StoreError);
}

struct Asked<T, F> {
    work: F,
    outcome: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Change for Asked<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> rusqlite::Result<T> + Send,
{
    fn attempt(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.outcome = Some((self.work)(connection)?);
        Ok(())
    }

    fn committed(self: Box<Self>) {
        let outcome = self.outcome.ok_or_else(stopped);
        // whoever asked may have gone; the change stands
        let _ = self.answer.send(outcome);
    }

    fn failed(self: Box<Self>, error: StoreError) {
        let _ = self.answer.send(Err(error));
    }
}

type Alone = Box<dyn FnOnce(&Connection) + Send>;

enum Work {
    /// Together with others, in one transaction.
    Change(Box<dyn Change>),
    /// Outside of any transaction.
    Alone(Alone),
}

/// The handle of the thread. Dropping it finishes what waits, then closes the database.
#[derive(Debug)]
pub(super) struct Writer {
    work: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(connection, &receiver))?;
        Ok(Self {
            work: Some(sender),
            thread: Some(thread),
        })
    }

    /// Does a change in a transaction and waits until it is on disk. The closure may run twice,
    /// when a transaction of many failed and each is tried alone.
    pub(super) async fn change<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        self.send(Work::Change(Box::new(Asked {
            work,
            outcome: None,
            answer,
        })))?;
        outcome.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Does something outside of any transaction.
    pub(super) async fn alone<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        self.send(Work::Alone(Box::new(move |connection| {
            let done = work(connection).map_err(|error| store_error(&error));
            let _ = answer.send(done);
        })))?;
        outcome.await.unwrap_or_else(|_| Err(stopped()))
    }

    fn send(&self, work: Work) -> Result<(), StoreError> {
        let sender = self.work.as_ref().ok_or_else(stopped)?;
        sender.send(work).map_err(|_| stopped())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.work.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store's writer has stopped".to_owned())
}

fn run(mut connection: Connection, work: &Receiver<Work>) {
    let mut last = Last::default();
    while let Ok(first) = work.recv() {
        let mut batch = Vec::new();
        let mut then_alone = None;
        match first {
            Work::Change(change) => batch.push(change),
            Work::Alone(alone) => then_alone = Some(alone),
        }
        if then_alone.is_none() {
            then_alone = gather(work, &mut batch, &last);
        }
        let begun = Instant::now();
        last.together = batch.len();
        commit(&mut connection, batch);
        last.took = begun.elapsed();
        if let Some(alone) = then_alone {
            alone(&connection);
        }
    }
}

/// The transaction before this one.
#[derive(Default)]
struct Last {
    together: usize,
    took: Duration,
}

/// Takes what is there already, and when the last transaction was a shared one, waits a moment
/// for as many again: those who were just answered are about to send their next letter. Without
/// that, senders fall into two halves that wait for each other's disk. The slower the disk, the
/// more a moment is worth.
fn gather(work: &Receiver<Work>, batch: &mut Vec<Box<dyn Change>>, last: &Last) -> Option<Alone> {
    let mut until = None;
    while batch.len() < MOST_TOGETHER {
        let next = match work.try_recv() {
            Ok(next) => Ok(next),
            Err(_) if last.together < 2 => break,
            Err(_) => {
                // as many as are here, and as many as were just answered
                let (expected, until) = *until.get_or_insert_with(|| {
                    let wait = (last.took / GATHERING_PART).min(GATHERING);
                    (
                        batch.len().saturating_add(last.together),
                        Instant::now() + wait,
                    )
                });
                if batch.len() >= expected {
                    break;
                }
                work.recv_timeout(until.saturating_duration_since(Instant::now()))
            }
        };
        match next {
            Ok(Work::Change(change)) => batch.push(change),
            Ok(Work::Alone(alone)) => return Some(alone),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    None
}

/// All in one transaction; when that fails, each in its own, so that one that cannot be done
/// does not take others with it.
fn commit(connection: &mut Connection, mut batch: Vec<Box<dyn Change>>) {
    let together = transact(connection, &mut batch);
    if together.is_ok() {
        batch.into_iter().for_each(|change| change.committed());
    } else if batch.len() > 1 {
        for change in batch {
            commit(connection, vec![change]);
        }
    } else if let Err(error) = together {
        let error = store_error(&error);
        for change in batch {
            change.failed(error.clone());
        }
    }
}

fn transact(connection: &mut Connection, batch: &mut [Box<dyn Change>]) -> rusqlite::Result<()> {
    // IMMEDIATE: a transaction that only later turns to writing would fail when it does
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for change in batch {
        change.attempt(&transaction)?;
    }
    transaction.commit()
}
