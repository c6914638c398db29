//! Threads that only read, each with its own connection, so that listing never waits for the
//! writer's disk and the writer never for a list.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::store_error;
use crate::store::StoreError;

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// The handle of the threads. Dropping it answers what waits, then closes the connections.
#[derive(Debug)]
pub(super) struct Readers {
    questions: Option<Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn start(connections: Vec<Connection>) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let threads = connections
            .into_iter()
            .map(|connection| {
                let receiver = Arc::clone(&receiver);
                thread::Builder::new()
                    .name("store-reader".to_owned())
                    .spawn(move || run(&connection, &receiver))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            questions: Some(sender),
            threads,
        })
    }

    /// Asks something in one consistent look at the database.
    pub(super) async fn ask<T, F>(&self, question: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        let question: Question = Box::new(move |connection| {
            let found = connection
                .unchecked_transaction()
                .and_then(|transaction| question(&transaction))
                .map_err(|error| store_error(&error));
            let _ = answer.send(found);
        });
        let sender = self.questions.as_ref().ok_or_else(stopped)?;
        sender.send(question).map_err(|_| stopped())?;
        outcome.await.unwrap_or_else(|_| Err(stopped()))
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        drop(self.questions.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store's readers have stopped".to_owned())
}

fn run(connection: &Connection, questions: &Mutex<Receiver<Question>>) {
    loop {
        // the lock is held while waiting, and given up before answering
        let next = questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match next {
            Ok(question) => question(connection),
            Err(_) => return,
        }
    }
}
