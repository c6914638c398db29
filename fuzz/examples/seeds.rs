//! Writes the seeds of `corpus/` anew: a few true inputs for each target, from which the fuzzer
//! makes false ones. Run it when a format changes: `cargo run --release --example seeds` in fuzz/,
//! with the ordinary flags.

use std::fs;
use std::path::Path;

use vaekstspejl_engine::answers::Answers;
use vaekstspejl_engine::profile_code::encode;
use vaekstspejl_envelope::{Cost, Key, KeyFile, LetterKind, Office, RoomLink, Sid, seal};
use vaekstspejl_fuzz::known::{Seeded, armoured, item};
use vaekstspejl_fuzz::{content, key, post_and_delete};

fn write(target: &str, name: &str, bytes: impl AsRef<[u8]>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    fs::create_dir_all(&folder).expect("the folder can be made");
    fs::write(folder.join(name), bytes).expect("the seed can be written");
}

fn main() {
    let mut rng = Seeded::new(9);
    let (post, delete) = post_and_delete();
    let to = key().public;
    for (name, kind) in [
        ("submission", LetterKind::Submission),
        ("room", LetterKind::RoomAnswer),
    ] {
        let sid = Sid::random(&mut rng);
        let letter = seal(kind, &to, &to.mid(), &sid, b"{}", &mut rng).expect("two bytes fit");
        write("letter_header", name, &letter);
        // sealed to another key than it names: no change of a few bits makes it open
        let other = Key::random(&mut rng, 0).public;
        let mut letter = seal(kind, &other, &to.mid(), &sid, b"{}", &mut rng).expect("they fit");
        letter[8..16].copy_from_slice(&to.kid().0);
        write("letter_open", name, &letter);
    }
    write("letter_frame", "submission", [0, 0, 0, 0, 2, b'{', b'}']);
    write("letter_frame", "room", [1, 0, 0, 3, 0x9c]);

    let office = Office::new("hav", "Havneby", "https://relay.example").expect("a good office");
    let mut file = KeyFile::create(office, &mut rng, 20_000);
    write("key_file_content", "one", file.to_secret_part().as_slice());
    file.rotate(&mut rng, 20_090);
    write("key_file_content", "two", file.to_secret_part().as_slice());
    write(
        "key_file",
        "text",
        file.to_text("abrikos", &mut rng, Cost::LEAST),
    );
    write("key_file", "newer", armoured(b"VSK2\x01"));
    let head = b"\x01VSK1\x01\xff\x00\x4c\x00\x00\x00\x00\x01\x01salt";
    write("key_file", "costly", head);

    write(
        "passphrase",
        "words",
        "  Abrikos bjerg\u{a0}ma\u{30a}ned o\u{ad}ase ",
    );
    let link = RoomLink {
        public: to,
        post: post.clone(),
    };
    write("room_link", "fragment", link.to_fragment());
    write(
        "room_link",
        "mail",
        format!("https://spejl.example/r%23{}&data=05", link.to_fragment()),
    );
    write("bearer", "post", post.authorization());
    write("bearer", "delete", delete.authorization());
    write("bearer", "hash", delete.hash().to_string());
    write("bearer", "mid", to.mid().to_string());
    write("bearer", "key", to.to_string());
    write("receipt_code", "code", "4k7qd-xo3mr");
    bodies(&to.mid().to_string());

    let layouts = &content().later.layouts;
    for layout in layouts {
        if let Some(code) = encode(layout, &Answers::default()) {
            write(
                "profile_code",
                &format!("{}-{}", layout.questionnaire, layout.version),
                code,
            );
        }
    }
    let profile = r#"{"format":"vaekstspejl-profile","version":1,"questionnaire":"selvtest"}"#;
    write("profile_file", "small", profile);
    write(
        "submission",
        "small",
        r#"{"v":"1.0","lang":"da","created_day":20000}"#,
    );
    workshop();
    write(
        "rule",
        "long",
        "score drive at least 40 and not (stage is one of idea, startup or company_age at most y3_5)",
    );
    write("rule", "short", "always");
    publishing();
}

/// What a phone says to a room, and what it is told.
fn workshop() {
    write(
        "room_letter",
        "gives",
        r#"{"v":1,"person":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc","turn":2,"name":{"word":3,"number":12},"what":"gives","levels":{"economy":4,"plan":2},"needs":{"sales":3,"law":5},"stage":"idea","wish":"law"}"#,
    );
    write(
        "room_letter",
        "here",
        r#"{"v":1,"person":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc","turn":1,"name":{"word":3,"number":12},"what":"here"}"#,
    );
    write(
        "place",
        "full",
        r#"{"v":1,"number":7,"name":"Odder 12 B","rounds":[4,0,2],"slots":[{"from":600,"to":620,"adviser":"Anna, lokale 2"}]}"#,
    );
    write(
        "place",
        "last",
        r#"{"v":1,"number":8,"waits":true,"closed":true}"#,
    );
}

/// What an office writes, and what is published of it.
fn publishing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read(root.join(path)).expect("it is part of the checkout");
    let sample = "docs/samples/erhverv-lilleby";
    let fixtures = "engine/tests/fixtures";
    write(
        "overlay_file",
        "full",
        read(&format!("{fixtures}/overlays-v1.bin")),
    );
    write(
        "overlay_file",
        "empty",
        vaekstspejl_engine::overlay::file(&[], &[]),
    );
    // the needs of the small town
    let sheet = "titel;beskrivelse;behov;pris_fra;gælder til;krav;titel_en;beskrivelse_en;krav_en\r\n\
                 Mel på øen;\"Vi maler\nhver dag\";flour|needs_clarification;1.500,00 kr.;31-12-2027;Du bager.;Flour;We mill.;You bake.\r\n";
    write("offer_sheet", "utf8", format!("\u{feff}{sheet}"));
    write("offer_sheet", "tabs", sheet.replace(';', "\t"));
    let utf16 = "\u{feff}".encode_utf16().chain(sheet.encode_utf16());
    write(
        "offer_sheet",
        "utf16",
        utf16.flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
    );
    write(
        "offer_sheet",
        "windows",
        read(&format!("{fixtures}/tilbud-cp1252.csv")),
    );
    write(
        "offer_sheet",
        "sample",
        read(&format!("{sample}/tilbud.csv")),
    );
    write("office_settings", "least", vaekstspejl_fuzz::SETTINGS);
    write(
        "office_settings",
        "sample",
        read(&format!("{sample}/office.toml")),
    );
    let offer = "title = \"Mel\"\nsummary = \"Vi maler.\"\nneeds = [\"flour\"]\nyears = \"2026/..\"\nprice_min = 0\n\
                 [[criteria]]\nif = \"stage is idea\"\nsentence = \"Du bager.\"\n[en]\ntitle = \"Flour\"\nsummary = \"We mill.\"\ncriteria = [\"You bake.\"]\n";
    write("office_settings", "offer", offer);
    write("office_logo", "sample", read(&format!("{sample}/logo.svg")));
    let png =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0crc!\0\0\0\0IENDcrc!";
    write("office_logo", "png", png);
}

fn bodies(mid: &str) {
    let hash = "0".repeat(64);
    let receipt =
        format!(r#"{{"v":1,"sid":"{mid}","sha256":"{hash}","stored_day":1,"expires_day":91}}"#);
    let page = format!(
        r#"{{"rows":[{{"seq":1,"sid":"{mid}","day":1,"state":"stored","sha256":"{hash}","chain":"{hash}","body_b64":"AAAA"}}],"more":false}}"#
    );
    let problem = r#"{"type":"urn:vaekstspejl:problem:slow-down","title":"slow down","status":429,"retry":"later"}"#;
    let state = format!(
        r#"{{"kind":"office","open":true,"envelopes":[1],"letter_bytes":4096,"owner":{{"waiting":1,"oldest_day":1,"last_seq":1,"chain":"{hash}"}}}}"#
    );
    let new =
        format!(r#"{{"kind":"room","post_hash":"{hash}","owner_hash":"{hash}","ttl_s":14400}}"#);
    let place = format!(r#"{{"number":4,"piece_b64":"{}=="}}"#, "A".repeat(682));
    for (name, body) in [
        ("place", place.as_str()),
        ("receipt", &receipt),
        ("page", &page),
        ("problem", problem),
        ("state", &state),
        ("new", &new),
        ("ack", r#"{"seqs":[1,2]}"#),
    ] {
        write("wire_json", name, body);
        // 200 or 429, with the type that belongs to it
        let (status, kind) = if name == "problem" {
            (429_u16, 4)
        } else {
            (200, 1)
        };
        let [high, low] = status.to_be_bytes();
        write(
            "relay_answer",
            name,
            [&[high, low, kind, 1], body.as_bytes()].concat(),
        );
    }
    let record = item(&key().public).to_record();
    write(
        "relay_answer",
        "record",
        [&[0, 200, 1, 1], record.as_bytes()].concat(),
    );
}
