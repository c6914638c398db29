//! What holds in every world, and that a program with a mistake does not get through.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use core::ops::RangeInclusive;
use std::thread;
use vaekstspejl_simulation::fault::{Counts, Fault, all};
use vaekstspejl_simulation::mistake::Mistake;
use vaekstspejl_simulation::{Outcome, Plan, run};

/// Operations of one world before nothing goes wrong any more.
const OPERATIONS: u64 = 3_000;
/// In how many worlds a mistake must show at the latest.
const WORLDS: u64 = 40;

fn plan(seed: u64) -> Plan {
    Plan {
        seed,
        operations: OPERATIONS,
        faults: all(),
        mistake: None,
    }
}

fn holds(plan: &Plan) -> Outcome {
    let outcome = run(plan);
    if let Some(what) = &outcome.failure {
        let seed = plan.seed;
        panic!(
            "seed {seed}: {what}\nreplay: cargo run --release -p vaekstspejl-simulation -- \
             --seed {seed} --world {OPERATIONS} --operations 1"
        );
    }
    outcome
}

/// Two worlds at a time; each is a world of its own.
fn all_hold(seeds: RangeInclusive<u64>) -> Vec<Outcome> {
    let part = |odd: u64| {
        let seeds = seeds.clone().filter(move |seed| seed % 2 == odd);
        move || seeds.map(|seed| holds(&plan(seed))).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let parts = [scope.spawn(part(0)), scope.spawn(part(1))];
        parts.map(|it| it.join().unwrap()).concat()
    })
}

/// What shows a mistake, in the first world where it shows.
fn caught(mistake: Mistake) -> String {
    let mut worlds = 1..=WORLDS;
    let shown = worlds.find_map(|seed| {
        run(&Plan {
            mistake: Some(mistake),
            ..plan(seed)
        })
        .failure
    });
    shown.unwrap_or_else(|| panic!("{mistake:?} goes through {WORLDS} worlds unnoticed"))
}

/// The mistake is caught for the reason it is one.
fn caught_as(mistake: Mistake, because: &[&str]) {
    let what = caught(mistake);
    let right = because.iter().any(|it| what.contains(it));
    assert!(right, "{mistake:?} shows as: {what}");
}

#[test]
fn in_every_world_each_letter_is_exactly_once_at_the_office_and_every_fault_happened() {
    let mut faults = Counts::new();
    let (mut letters, mut withdrawn) = (0, 0);
    for outcome in all_hold(1..=WORLDS) {
        letters += outcome.letters;
        withdrawn += outcome.withdrawn;
        for (fault, times) in outcome.faults {
            *faults.entry(fault).or_insert(0) += times;
        }
    }
    for fault in Fault::ALL {
        let times = faults.get(fault).copied().unwrap_or(0);
        assert!(times > 0, "{} never happened", fault.name());
    }
    // a world without letters proves nothing
    assert!(letters > 10 * WORLDS && withdrawn > WORLDS);
}

#[test]
fn a_world_where_nothing_goes_wrong_holds_too() {
    let outcome = holds(&Plan {
        faults: [].into(),
        ..plan(7)
    });
    assert!(outcome.letters > 0 && outcome.faults.is_empty());
}

#[test]
fn each_fault_alone_is_borne() {
    for fault in Fault::ALL {
        holds(&Plan {
            faults: [*fault].into(),
            operations: 600,
            ..plan(11)
        });
    }
}

#[test]
fn the_same_seed_is_the_same_world() {
    let (one, again, other) = (holds(&plan(3)), holds(&plan(3)), holds(&plan(4)));
    assert_eq!(one, again);
    assert_ne!(one.fingerprint, other.fingerprint);
}

#[test]
fn a_failure_is_the_same_again_from_its_seed() {
    let mistake = Some(Mistake::OutboxBelievesStatus);
    let mut plans = (1..=WORLDS).map(|seed| Plan {
        mistake,
        ..plan(seed)
    });
    let plan = plans.find(|it| run(it).failure.is_some()).unwrap();
    assert_eq!(run(&plan), run(&plan));
}

#[test]
fn an_outbox_that_believes_a_captive_portal_is_caught() {
    caught_as(Mistake::OutboxBelievesStatus, &["0 times at the office"]);
}

#[test]
fn an_outbox_that_believes_the_receipt_of_another_letter_is_caught() {
    caught_as(
        Mistake::OutboxBelievesAnyReceipt,
        &["0 times at the office"],
    );
}

#[test]
fn an_outbox_that_gives_up_is_caught() {
    caught_as(
        Mistake::OutboxGivesUp,
        &["0 times at the office", "withdrawn is false"],
    );
}

#[test]
fn an_outbox_that_seals_a_letter_again_is_caught() {
    caught_as(Mistake::OutboxSealsAgain, &["2 times at the office"]);
}

#[test]
fn an_outbox_that_trusts_its_clock_is_caught() {
    caught_as(Mistake::OutboxTrustsItsClock, &["no rest"]);
}

#[test]
fn a_tab_that_sends_before_its_device_knows_is_caught() {
    caught_as(
        Mistake::TabSendsBeforeWriting,
        &["was withdrawn and is at", "no rest"],
    );
}

#[test]
fn a_tab_that_writes_over_another_is_caught() {
    caught_as(
        Mistake::TabWritesOverOthers,
        &["was withdrawn and is at", "withdrawn is true"],
    );
}

#[test]
fn a_withdrawal_on_the_device_alone_is_caught() {
    caught_as(
        Mistake::WithdrawalOnDeviceOnly,
        &["was withdrawn and is at"],
    );
}

#[test]
fn a_withdrawal_that_believes_the_first_absence_is_caught() {
    caught_as(
        Mistake::WithdrawalBelievesFirstAbsence,
        &["was withdrawn and is at"],
    );
}

#[test]
fn an_office_that_acknowledges_before_storing_is_caught() {
    caught_as(
        Mistake::OfficeAcknowledgesBeforeStoring,
        &["is acknowledged and not stored"],
    );
}

#[test]
fn an_office_that_forgets_what_it_owes_is_caught() {
    caught_as(Mistake::OfficeForgetsWhatItOwes, &["0 times at the office"]);
}

#[test]
fn an_office_that_keeps_what_was_withdrawn_is_caught() {
    caught_as(Mistake::OfficeKeepsWithdrawn, &["was withdrawn and is at"]);
}

#[test]
fn a_relay_that_answers_before_it_has_committed_is_caught() {
    caught_as(
        Mistake::RelayAnswersBeforeCommit,
        &["0 times at the office"],
    );
}
