//! A workshop's room at the program itself: many phones at once, cut lines, pages loaded again.
//! Nobody is lost, nobody is there twice, and everybody is told their own. A full hall, with
//! figures: `vaekst-hammer load --only room`.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::path::Path;

use vaekstspejl_hammer::load::{Kind, Place};
use vaekstspejl_hammer::room::{Plan, run};

async fn see(kind: Kind, seed: u64) {
    let relay = Path::new(env!("CARGO_BIN_EXE_vaekst-relay"));
    let place = Place::new(relay, kind, false).unwrap();
    let report = run(&place, &Plan::of_tests(seed)).await.unwrap();
    println!("{report:?}");
    // otherwise nothing was tried
    assert!(report.cut > 0 && report.reloaded > 0 && report.left > 0);
    assert_eq!(report.joined, 60);
    assert_eq!((report.lost, report.doubled), (0, 0));
    assert_eq!(report.places, 60 - report.left);
    assert_eq!(report.places_received, report.places);
    assert_eq!(report.wrong_places, 0);
    assert!(report.is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_phones_join_at_once_over_bad_lines_and_nobody_is_lost_or_twice() {
    see(Kind::Sqlite, 1).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_loses_and_doubles_nobody_of_a_room_either() {
    see(Kind::Postgres, 2).await;
}
