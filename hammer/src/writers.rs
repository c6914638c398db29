//! Senders: each sends one letter after the other, and the same letter again until it has a
//! receipt. They outlive relays.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::http::Client;
use crate::office::{Collector, Looked, Office, Posted};

/// How long a sender waits after a failure. A real one waits longer; here the next kill is near.
const AGAIN_AFTER: Duration = Duration::from_millis(5);

/// What happened so far.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Numbers of letters that have a receipt.
    pub acknowledged: BTreeSet<u64>,
    /// Receipts of letters that the relay knew already: the first answer was lost.
    pub known_before: u64,
    /// Answers that were no receipt, by status.
    pub refused: BTreeMap<u16, u64>,
    /// Requests without an answer.
    pub unanswered: u64,
    /// From sending to the receipt, of every letter acknowledged at the first try.
    pub took: Vec<Duration>,
}

impl Book {
    /// Answers that were no receipt.
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    /// Notes what came of sending a letter; whether it has its receipt now.
    fn note(&mut self, number: u64, sent: &Result<Posted>, took: Option<Duration>) -> bool {
        match sent {
            Ok(Posted::Acknowledged { before }) => {
                self.acknowledged.insert(number);
                self.known_before += u64::from(*before);
                self.took.extend(took);
                return true;
            }
            Ok(Posted::Refused(status)) => *self.refused.entry(*status).or_default() += 1,
            Err(_) => self.unanswered += 1,
        }
        false
    }
}

/// Senders at work.
#[derive(Debug)]
pub struct Writers {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    collecting: Option<tokio::task::JoinHandle<Result<Collector>>>,
}

#[derive(Debug)]
struct Shared {
    office: Office,
    next: AtomicU64,
    stopping: AtomicBool,
    to: watch::Receiver<SocketAddr>,
    pause: Duration,
    book: Mutex<Book>,
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writers {
    /// Sets so many to work; each rests for `pause` after a receipt. `to` is where the relay is.
    pub fn start(
        office: &Office,
        count: usize,
        pause: Duration,
        to: watch::Receiver<SocketAddr>,
    ) -> Self {
        let shared = Arc::new(Shared {
            office: office.clone(),
            next: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            to,
            pause,
            book: Mutex::default(),
        });
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            tasks.spawn(write(Arc::clone(&shared)));
        }
        Self {
            shared,
            tasks,
            collecting: None,
        }
    }

    /// Lets the owner collect at the same time, all but every `keep`th letter.
    #[must_use]
    pub fn with_collector(mut self, keep: u64) -> Self {
        self.collecting = Some(tokio::spawn(collect(Arc::clone(&self.shared), keep)));
        self
    }

    /// What happened so far.
    pub fn book(&self) -> Book {
        self.shared.book().clone()
    }

    /// Letters with a receipt so far.
    pub fn acknowledged(&self) -> usize {
        self.shared.book().acknowledged.len()
    }

    /// Answers that were no receipt so far.
    pub fn refusals(&self) -> u64 {
        self.shared.book().refusals()
    }

    /// Begins no more letters and waits until each that was begun has its receipt.
    pub async fn finish(mut self) -> Result<(Book, Collector)> {
        self.shared.stopping.store(true, Ordering::SeqCst);
        while let Some(ended) = self.tasks.join_next().await {
            ended?;
        }
        let collector = match self.collecting.take() {
            Some(collecting) => collecting.await??,
            None => Collector::default(),
        };
        let book = std::mem::take(&mut *self.shared.book());
        Ok((book, collector))
    }
}

async fn write(shared: Arc<Shared>) {
    let to = shared.to.clone();
    let mut client = Client::new(*to.borrow());
    while !shared.stopping.load(Ordering::SeqCst) {
        let number = shared.next.fetch_add(1, Ordering::SeqCst);
        let letter = shared.office.letter(number);
        let mut first = true;
        loop {
            client.move_to(*to.borrow());
            let begun = Instant::now();
            let sent = shared.office.send(&mut client, &letter).await;
            let took = first.then(|| begun.elapsed());
            if shared.book().note(number, &sent, took) {
                break;
            }
            first = false;
            tokio::time::sleep(AGAIN_AFTER).await;
        }
        if !shared.pause.is_zero() {
            tokio::time::sleep(shared.pause).await;
        }
    }
}

/// Collects until there is nothing more and nobody begins a letter.
async fn collect(shared: Arc<Shared>, keep: u64) -> Result<Collector> {
    let to = shared.to.clone();
    let mut client = Client::new(*to.borrow());
    let mut collector = Collector::default();
    loop {
        client.move_to(*to.borrow());
        let stopping = shared.stopping.load(Ordering::SeqCst);
        match collector.step(&shared.office, &mut client, keep).await? {
            Looked::Some => {}
            Looked::Nothing if stopping => return Ok(collector),
            Looked::Nothing | Looked::NoAnswer => tokio::time::sleep(AGAIN_AFTER).await,
        }
    }
}
