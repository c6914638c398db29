//! The official vectors of RFC 9180, and letters made by an independent program.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding};
use common::Seeded;
use serde_json::{Value, json};
use vaekstspejl_envelope::{Key, LetterKind, Sid, open, seal, vectors};

const VECTORS: &str = include_str!("vectors/envelope.json");

/// HPKE: 2 × 2 keys, enc, 6 × 2 messages, 3 × 2 exports; then one check for each letter and for
/// each key that must be refused.
#[test]
fn every_vector_holds() {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    let count = |name: &str| all[name].as_array().unwrap().len();
    let expected = (4 + 1 + 12 + 6) + count("letters") + count("refused_keys");
    assert_eq!(vectors::run(VECTORS), Ok(expected));
}

#[test]
fn a_vector_that_does_not_hold_is_told() {
    for (true_value, false_value) in [
        ("1c5250d8034e", "1c5250d8034f"),
        ("4bbd6243b8bb", "4bbd6243b8bc"),
        ("\"bad-padding\"", "\"opened\""),
        ("\"aad\": \"436f756e742d34\"", "\"aad\": \"436f756e742d35\""),
    ] {
        let changed = VECTORS.replacen(true_value, false_value, 1);
        assert_ne!(changed, VECTORS);
        assert!(vectors::run(&changed).is_err(), "{true_value}");
    }
}

fn node(arguments: &[&str], input: &str) -> String {
    let mut node = Command::new("node")
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node 20 or newer is a prerequisite of the tests");
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn ask(requests: &[Value]) -> Vec<Value> {
    let answers = node(
        &["interop/hpke.mjs"],
        &Value::from(requests.to_vec()).to_string(),
    );
    serde_json::from_str(&answers).unwrap()
}

/// Also what the library does not show: shared secret, key, nonce, exporter. 11 values, 6 × 2
/// messages, 3 exports.
#[test]
fn the_independent_program_agrees_with_the_official_vectors() {
    let checks = node(&["interop/hpke.mjs", "vectors/envelope.json"], "");
    assert_eq!(checks.trim(), "26");
}

fn payloads() -> Vec<(LetterKind, Vec<u8>)> {
    let mut payloads = Vec::new();
    for kind in [LetterKind::Submission, LetterKind::RoomAnswer] {
        for length in [0, 1, 2, 100, kind.room() - 1, kind.room()] {
            payloads.push((kind, (0..length).map(|i| (i * 7 + 3) as u8).collect()));
        }
    }
    payloads
}

#[test]
fn the_independent_program_opens_what_this_one_seals() {
    let mut rng = Seeded::new(11);
    let mut requests = Vec::new();
    for (kind, payload) in payloads() {
        let key = Key::random(&mut rng, 0);
        let sid = Sid::random(&mut rng);
        let letter = seal(
            kind,
            &key.public,
            &key.public.mid(),
            &sid,
            &payload,
            &mut rng,
        )
        .unwrap();
        requests.push(json!({
            "do": "open",
            "secret": Base64::encode_string(key.secret.as_bytes()),
            "letter": Base64::encode_string(&letter),
        }));
    }
    for (answer, (kind, payload)) in ask(&requests).iter().zip(payloads()) {
        let expected = Base64::encode_string(&payload);
        assert_eq!(
            answer["payload"],
            expected,
            "{kind:?}, {}: {answer}",
            payload.len()
        );
    }
}

#[test]
fn this_program_opens_what_the_independent_one_seals() {
    let mut rng = Seeded::new(12);
    let keys: Vec<Key> = payloads()
        .iter()
        .map(|_| Key::random(&mut rng, 0))
        .collect();
    let sids: Vec<Sid> = keys.iter().map(|_| Sid::random(&mut rng)).collect();
    let requests: Vec<Value> = payloads()
        .iter()
        .zip(&keys)
        .zip(&sids)
        .map(|(((kind, payload), key), sid)| {
            json!({
                "do": "seal",
                "kind": if *kind == LetterKind::Submission { 1 } else { 2 },
                "public": Base64::encode_string(key.public.as_bytes()),
                "mid": Base64::encode_string(&key.public.mid().0),
                "sid": Base64::encode_string(&sid.0),
                "payload": Base64::encode_string(payload),
            })
        })
        .collect();
    let answers = ask(&requests);
    assert_eq!(answers.len(), keys.len());
    for (number, (kind, payload)) in payloads().into_iter().enumerate() {
        let letter = answers[number]["letter"].as_str().unwrap();
        let letter = Base64::decode_vec(letter).unwrap();
        let opened = open(&letter, &keys[number].public.mid(), &keys).unwrap();
        assert_eq!(opened.payload, payload, "{kind:?}");
        assert_eq!(opened.header.sid, sids[number]);
        assert_eq!(opened.header.kind, kind);
    }
}
