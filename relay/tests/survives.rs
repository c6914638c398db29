//! The program itself, ended without warning while 64 senders send and the owner collects, and
//! without space or the right to write: every letter that has a receipt is there exactly once.
//! A longer run: `vaekst-hammer kill --help`.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::path::Path;

use tempfile::TempDir;
use vaekstspejl_hammer::disk::{self, Outcome};
use vaekstspejl_hammer::kill::{Plan, Report, run};
use vaekstspejl_hammer::postgres::Server;
use vaekstspejl_hammer::relay::{Setup, Store};

fn relay() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_vaekst-relay"))
}

fn setup(store: Store, folder: &TempDir) -> Setup {
    Setup::new(relay(), store, &folder.path().join("log")).unlimited()
}

fn see(report: &Report) {
    println!("{report:?}");
    assert!(report.kills >= 200 && report.audit.acknowledged >= 2_000);
    assert!(report.kills_while_starting > 0);
    // otherwise the kills met nobody at work
    assert!(report.unanswered > 0 && report.known_before > 0);
    assert!(report.audit.stored > 0 && report.audit.collected > 0);
    assert_eq!((report.audit.lost, report.audit.doubled), (0, 0));
    assert_eq!(report.integrity, "ok");
    // every letter that was begun was finished, so there is none without a receipt
    assert_eq!(report.audit.unacknowledged, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_every_letter_through_two_hundred_kills() {
    let folder = TempDir::new().unwrap();
    let store = Store::Sqlite(folder.path().join("relay.sqlite"));
    let setup = setup(store, &folder);
    see(&run(&setup, None, &Plan::of_tests(1)).await.unwrap());
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_every_letter_through_two_hundred_kills_and_power_cuts() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(&[]).unwrap();
    let store = Store::Postgres(server.database().unwrap());
    let setup = setup(store, &folder);
    let report = run(&setup, Some(&mut server), &Plan::of_tests(2)).await;
    let report = report.unwrap();
    assert!(report.server_cuts >= 8);
    see(&report);
}

/// Letters were refused with that status and no other, then taken again, and no receipt was false.
fn see_refused(outcome: Outcome, status: u16) {
    let report = match outcome {
        Outcome::Done(report) => report,
        Outcome::Skipped(why) => return println!("skipped: {why}"),
    };
    println!("{report:?}");
    assert!(report.refused[&status] >= 100);
    assert_eq!(report.refused.len(), 1);
    assert!(report.audit.acknowledged >= report.before as u64 + 200);
    assert_eq!((report.audit.lost, report.audit.doubled), (0, 0));
    assert_eq!(report.audit.unacknowledged, 0);
    assert_eq!(report.integrity, "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_gives_no_false_receipt_and_space_is_found_again() {
    see_refused(disk::full_sqlite(relay()).await.unwrap(), 507);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_cannot_be_written_give_no_false_receipt_and_are_written_again() {
    see_refused(disk::read_only_sqlite(relay()).await.unwrap(), 503);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_of_postgres_gives_no_false_receipt_and_space_is_found_again() {
    see_refused(disk::full_postgres(relay()).await.unwrap(), 507);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_set_to_read_only_gives_no_false_receipt_and_is_written_again() {
    see_refused(disk::read_only_postgres(relay()).await.unwrap(), 503);
}
