//! Capabilities as text and as hashes, and what a person reads of a receipt.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use common::Seeded;
use proptest::prelude::*;
use vaekstspejl_envelope::receipt::{chain, code, hex, parse_code, sha256, unhex};
use vaekstspejl_envelope::{Admin, Bearer, CapabilityHash, Delete, Grant, Mid, Owner, Post, Sid};

#[test]
fn a_capability_reads_what_it_writes_and_no_other_kinds() {
    let mut rng = Seeded::new(1);
    let post = Post::random(&mut rng);
    let owner = Owner::random(&mut rng);
    let delete = Delete::random(&mut rng);
    assert_eq!(Post::parse(&post.to_text()), Ok(post.clone()));
    assert_eq!(Owner::parse(&owner.to_text()), Ok(owner.clone()));
    assert_eq!(Delete::parse(&delete.to_text()), Ok(delete.clone()));
    assert!(Owner::parse(&delete.to_text()).is_err());
    assert!(Post::parse(&owner.to_text()).is_err());
}

#[test]
fn the_header_says_which_capability_it_is() {
    let mut rng = Seeded::new(2);
    let (post, owner) = (Post::random(&mut rng), Owner::random(&mut rng));
    let (delete, admin) = (Delete::random(&mut rng), Admin::random(&mut rng));
    let grant = Grant::random(&mut rng);
    for (value, expected) in [
        (post.authorization(), Bearer::Post(post)),
        (owner.authorization(), Bearer::Owner(owner)),
        (delete.authorization(), Bearer::Delete(delete)),
        (admin.authorization(), Bearer::Admin(admin)),
        (grant.authorization(), Bearer::Grant(grant)),
    ] {
        assert_eq!(Bearer::parse(&value).as_ref(), Ok(&expected));
        let other_case = value.replacen("Bearer", "bEARER", 1);
        assert_eq!(Bearer::parse(&other_case).as_ref(), Ok(&expected));
        assert_eq!(Bearer::parse(&value).unwrap().hash(), expected.hash());
    }
}

#[test]
fn what_is_not_exactly_a_capability_is_refused() {
    let text = Post([255; 16]).to_text();
    for wrong in [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer vmb1_x_AAAA",
        "Bearer vmb2_p_AAAAAAAAAAAAAAAAAAAAAA",
        "Bearer vmb1_p_",
        "Bearer vmb1_p_AAAAAAAAAAAAAAAAAAAAA",
        "Bearer vmb1_p_AAAAAAAAAAAAAAAAAAAAAAA",
        "Bearer vmb1_p_AAAAAAAAAAAAAAAAAAAAAA==",
        // the last character has four bits that must be zero: there is one way to write it
        "Bearer vmb1_p_AAAAAAAAAAAAAAAAAAAAAB",
        "Bearer vmb1_p_AAAAAAAAAAAAAAAAAAAAAæ",
        "Bearer ærø",
        &text,
        &format!("Bearer {text} {text}"),
    ] {
        assert!(Bearer::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn no_secret_is_printed_by_mistake() {
    let delete = Delete([0xab; 32]);
    assert_eq!(format!("{delete:?}"), "Delete(…)");
    let bearer = Bearer::Delete(delete);
    assert_eq!(format!("{bearer:?}"), "Delete(Delete(…))");
}

#[test]
fn the_relay_knows_a_capability_by_the_hash_of_its_bytes() {
    let delete = Delete([7; 32]);
    assert_eq!(delete.hash(), CapabilityHash(sha256(&[7; 32])));
    let text = delete.hash().to_string();
    assert_eq!(text.len(), 64);
    assert_eq!(CapabilityHash::parse(&text), Ok(delete.hash()));
    assert_ne!(delete.hash(), Delete([8; 32]).hash());
    assert!(CapabilityHash::parse(&text[1..]).is_err());
}

/// RFC 5869 with SHA-256 written out by hand: PRK = HMAC(zeros, seed), OKM = HMAC(PRK, info ‖ 1).
#[test]
fn the_owner_is_derived_from_seed_and_mailbox() {
    let hmac = |key: &[u8; 32], data: &[u8]| {
        let pad = |byte: u8| {
            let mut block = [byte; 64];
            for (block, key) in block.iter_mut().zip(key) {
                *block ^= key;
            }
            block
        };
        let inner = sha256(&[pad(0x36).as_slice(), data].concat());
        sha256(&[pad(0x5c).as_slice(), &inner].concat())
    };
    let (seed, mid) = ([3; 32], Mid([4; 16]));
    let prk = hmac(&[0; 32], &seed);
    let okm = hmac(&prk, &[b"vmb1/owner".as_slice(), &mid.0, &[1]].concat());
    assert_eq!(Owner::derive(&seed, &mid), Owner(okm));
    assert_ne!(Owner::derive(&seed, &Mid([5; 16])), Owner(okm));
}

/// FIPS 180-4: SHA-256("abc").
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn sha256_is_the_standards() {
    assert_eq!(hex(&sha256(b"abc")), ABC);
    assert_eq!(unhex(ABC), Some(sha256(b"abc")));
}

/// ba7816bf8f01c… in groups of five bits: 10111 01001 11100 00001 01101 01111 11100 01111 00000
/// 00111: 23, 9, 28, 1, 13, 15, 28, 15, 0, 7 of 0–9 and A–Z without I, L, O and U.
#[test]
fn a_receipt_code_is_ten_letters_of_the_hash() {
    assert_eq!(code(&sha256(b"abc")), "Q9W1D-FWF07");
}

#[test]
fn a_receipt_code_is_understood_however_it_is_typed() {
    for typed in [
        "Q9W1D-FWF07",
        "q9w1dfwf07",
        " q9w1d fwf07 ",
        "Q9WID-FWFO7",
        "q9wld–fwfo7",
    ] {
        assert_eq!(parse_code(typed).as_deref(), Ok("Q9W1D-FWF07"), "{typed}");
    }
    for wrong in [
        "",
        "Q9W1D-FWF0",
        "Q9W1D-FWF077",
        "Q9W1D-FWFU7",
        "Q9W1D-FWFÆ7",
    ] {
        assert!(parse_code(wrong).is_err(), "{wrong}");
    }
    assert!(parse_code(&"Q".repeat(100_000)).is_err());
}

#[test]
fn a_row_taken_out_of_the_chain_changes_its_head() {
    let row = |previous: &[u8; 32], seq: u64| chain(previous, seq, &Sid([seq as u8; 16]), &[9; 32]);
    let first = row(&[0; 32], 1);
    let second = row(&first, 2);
    assert_eq!(
        first,
        sha256(&[[0; 32].as_slice(), &1_u64.to_be_bytes(), &[1; 16], &[9; 32]].concat())
    );
    assert_ne!(row(&second, 3), row(&first, 3));
    assert_ne!(row(&first, 3), row(&first, 2));
}

proptest! {
    #[test]
    fn the_code_of_any_hash_is_read_back(hash: [u8; 32]) {
        let written = code(&hash);
        prop_assert_eq!(written.len(), 11);
        prop_assert_eq!(parse_code(&written.to_lowercase()), Ok(written));
    }

    #[test]
    fn any_hash_is_read_back_from_hexadecimal(hash: [u8; 32]) {
        prop_assert_eq!(unhex(&hex(&hash)), Some(hash));
    }

    #[test]
    fn no_header_makes_reading_panic(value in "\\PC{0,100}") {
        let _ = Bearer::parse(&value);
        let _ = parse_code(&value);
        let _ = unhex(&value);
    }
}
