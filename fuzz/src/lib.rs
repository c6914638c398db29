//! One function for each parser that reads what comes from outside: bytes in, and a panic when
//! a claim does not hold. The claims are that nothing panics, overflows or grows without bound,
//! and that what is read is what would be written again.
//!
//! Each function is a target of its own in `targets/`; see README.md.

pub mod known;

use std::path::Path;
use std::sync::OnceLock;

use known::Seeded;
use serde::Serialize;
use serde::de::DeserializeOwned;
use vaekstspejl_engine::Date;
use vaekstspejl_engine::authoring::overlay::{Built, Folder, Spot, build};
use vaekstspejl_engine::authoring::{load, parse_rule};
use vaekstspejl_engine::content::Content;
use vaekstspejl_engine::overlay;
use vaekstspejl_engine::profile_code;
use vaekstspejl_engine::profile_file::ProfileFile;
use vaekstspejl_engine::submission::{Submission, TextField, shown_line, shown_text};
use vaekstspejl_envelope::letter::HEADER_BYTES;
use vaekstspejl_envelope::passphrase::normalise;
use vaekstspejl_envelope::receipt::{code, hex, parse_code, sha256, unhex};
use vaekstspejl_envelope::{
    Bearer, CapabilityHash, Delete, Header, Key, KeyFile, KeyFileError, Kid, LetterKind, Mid,
    OpenError, PersonKey, Post, PublicKey, RoomLink, Sid, Tag, key_file as key_files, open,
    place as pieces,
};
use vaekstspejl_mailbox::call::Reply;
use vaekstspejl_mailbox::inbox::{self, Ledger};
use vaekstspejl_mailbox::outbox::{Asked, Item};
use vaekstspejl_mailbox::room;
use vaekstspejl_mailbox::wire;
use vaekstspejl_workshop::letter::Letter;
use vaekstspejl_workshop::place::Place;
use vaekstspejl_workshop::register::{Register, Took};

/// The key that letters are sealed to here.
pub fn key() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| Key::random(&mut Seeded::new(1), 0))
}

/// The real content: layouts of codes.
pub fn content() -> &'static Content {
    static CONTENT: OnceLock<Content> = OnceLock::new();
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../content"));
    CONTENT.get_or_init(|| load(folder, "da").0)
}

/// A header that is read is the first bytes of the letter again.
pub fn letter_header(data: &[u8]) {
    if let Ok(header) = Header::parse(data) {
        assert_eq!(header.to_bytes(), data[..HEADER_BYTES]);
        assert_eq!(data.len(), header.kind.total());
    }
}

/// No bytes are a letter, for who does not know the key.
pub fn letter_open(data: &[u8]) {
    let key = key();
    assert!(open(data, &key.public.mid(), std::slice::from_ref(key)).is_err());
}

/// A frame opens exactly when its length fits and all behind the payload is zeros. The first byte
/// chooses the kind, the rest is the frame, filled with zeros.
pub fn letter_frame(data: &[u8]) {
    let Some((first, frame)) = data.split_first() else {
        return;
    };
    let kind = match first % 2 {
        0 => LetterKind::Submission,
        _ => LetterKind::RoomAnswer,
    };
    let mut whole = frame.to_vec();
    whole.resize(kind.room() + 4, 0);
    let letter = known::sealed_frame(kind, &key().public, &whole);
    let (length, rest) = whole
        .split_first_chunk::<4>()
        .expect("it has 928 bytes or more");
    let length = u32::from_be_bytes(*length) as usize;
    let expected = rest
        .split_at_checked(length)
        .filter(|(_, padding)| padding.iter().all(|byte| *byte == 0))
        .map(|(payload, _)| payload.to_vec());
    let opened = open(&letter, &key().public.mid(), std::slice::from_ref(key()));
    match expected {
        Some(payload) => assert_eq!(opened.map(|opened| opened.payload), Ok(payload)),
        None => assert_eq!(opened, Err(OpenError::BadPadding)),
    }
}

/// Text as it is, or, after an odd first byte, any bytes in an armour with the right hash. Never
/// opened: the passphrase is none that was used.
pub fn key_file(data: &[u8]) {
    let text = match data.split_first() {
        Some((first, bytes)) if first % 2 == 1 => known::armoured(bytes),
        _ => String::from_utf8_lossy(data).into_owned(),
    };
    let _ = key_files::peek(&text);
    let error = known::opened_if_cheap(&text).expect_err("nobody knows the passphrase");
    assert!(text.len() <= key_files::LONGEST_TEXT || error == KeyFileError::TooLong);
}

/// The part under encryption: what is read is written the same.
pub fn key_file_content(data: &[u8]) {
    if let Ok(file) = KeyFile::from_secret_part(data) {
        assert_eq!(file.to_secret_part().as_slice(), data);
        let _ = (file.active(), file.owner(), file.expired(u32::MAX));
    }
}

/// What is made alike stays as it is.
pub fn passphrase(data: &[u8]) {
    let typed = String::from_utf8_lossy(data);
    let once = normalise(&typed);
    assert_eq!(once.trim(), once.as_str());
    assert!(!once.contains("  "));
}

/// A link that is read is written in its one form, which is read as the same.
pub fn room_link(data: &[u8]) {
    if let Ok(link) = RoomLink::parse(&String::from_utf8_lossy(data)) {
        let fragment = link.to_fragment();
        assert_eq!(RoomLink::parse(&fragment), Ok(link));
    }
}

/// The header `Authorization`, and every id and hash that comes in addresses and headers.
pub fn bearer(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(bearer) = Bearer::parse(&text) {
        let again = match &bearer {
            Bearer::Post(it) => it.authorization(),
            Bearer::Owner(it) => it.authorization(),
            Bearer::Delete(it) => it.authorization(),
            Bearer::Admin(it) => it.authorization(),
            Bearer::Grant(it) => it.authorization(),
        };
        assert_eq!(Bearer::parse(&again), Ok(bearer));
    }
    let written = [
        Mid::parse(&text).map(|it| it.to_string()).ok(),
        Sid::parse(&text).map(|it| it.to_string()).ok(),
        Kid::parse(&text).map(|it| it.to_string()).ok(),
        Tag::parse(&text).map(|it| it.to_string()).ok(),
        PersonKey::parse(&text).map(|it| it.to_text()).ok(),
        PublicKey::parse(&text).map(|it| it.to_string()).ok(),
        CapabilityHash::parse(&text).map(|it| it.to_string()).ok(),
        unhex(&text).map(|it| hex(&it)),
    ];
    assert!(written.into_iter().flatten().all(|it| it == text));
}

/// A receipt code that is read is read the same again; every hash has one.
pub fn receipt_code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(code) = parse_code(&text) {
        assert_eq!(code.len(), 11);
        assert_eq!(parse_code(&code), Ok(code));
    }
    let code = code(&sha256(data));
    assert_eq!(parse_code(&code), Ok(code));
}

/// Every body of the protocol: what is read is written, and read the same.
pub fn wire_json(data: &[u8]) {
    fn check<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(data: &[u8]) {
        if let Ok(read) = serde_json::from_slice::<T>(data) {
            let written = serde_json::to_vec(&read).expect("what was read is written");
            let again = serde_json::from_slice(&written).expect("what was written is read");
            assert_eq!(read, again);
        }
    }
    check::<wire::NewMailbox>(data);
    check::<wire::Receipt>(data);
    check::<wire::MailboxState>(data);
    check::<wire::Page>(data);
    check::<wire::Place>(data);
    check::<wire::Ack>(data);
    check::<wire::RotatePost>(data);
    check::<wire::Problem>(data);
}

/// Whatever a relay, or something in its place, answers: the outbox and the inbox take it. The
/// first bytes are the status, the content type and the clock; the rest is the body.
pub fn relay_answer(data: &[u8]) {
    let Some(([high, low, kind, clock], body)) = data.split_first_chunk::<4>() else {
        return;
    };
    let types = [wire::PROBLEM_TYPE, "application/json", "text/html", ""];
    let reply = Reply {
        status: u16::from_be_bytes([*high, *low]) % 600,
        content_type: types[usize::from(kind % 4)].to_owned(),
        retry_after: (kind & 4 != 0).then_some(u32::from(*clock) << 24),
        body: body.to_vec(),
    };
    let now = u64::from(*clock) << 56;
    let mid = key().public.mid();
    let _ = inbox::state(Some(&reply));
    let _ = (room::created(Some(&reply)), room::ended(Some(&reply)));
    let _ = room::told(Some(&reply));
    if let Ok(place) = room::place(Some(&reply)) {
        assert!(place.piece.is_none_or(|it| it.len() == pieces::PIECE_BYTES));
    }
    if let Ok(page) = inbox::page(Some(&reply)) {
        let mut ledger = Ledger::new(&mid);
        let events = ledger.take(&page);
        assert!(events.len() <= 4 * page.rows.len() + 4);
        let record = ledger.to_record();
        assert_eq!(Ledger::from_record(&record, &mid), Ok(ledger));
    }
    let _ = Ledger::from_record(&String::from_utf8_lossy(body), &mid);
    if let Ok(item) = Item::from_record(&String::from_utf8_lossy(body)) {
        let sending = item.begin(now);
        for asked in [Asked::Post, Asked::Withdraw] {
            let item = sending.clone().answered(asked, Some(&reply), now, 1);
            assert_eq!(Item::from_record(&item.to_record()), Ok(item));
        }
    }
    let item = known::item(&key().public).begin(now);
    let _ = item.answered(Asked::Post, Some(&reply), now, u32::from(*clock));
}

/// A profile code that is read is written the same.
pub fn profile_code(data: &[u8]) {
    let layouts = &content().later.layouts;
    let _ = profile_code::decode(layouts, &String::from_utf8_lossy(data));
}

/// A profile file that is read is written, and read the same.
pub fn profile_file(data: &[u8]) {
    if let Ok(file) = ProfileFile::from_json(&String::from_utf8_lossy(data)) {
        assert_eq!(ProfileFile::from_json(&file.to_json()), Ok(file));
    }
}

/// What was in a letter: an office reads it although a stranger wrote it.
pub fn submission(data: &[u8]) {
    let _ = Submission::from_json(data);
    let text = String::from_utf8_lossy(data);
    let _ = (shown_text(&text), shown_line(&text));
    for field in [
        TextField::Name,
        TextField::Mail,
        TextField::Phone,
        TextField::Note,
    ] {
        let cleaned = field.cleaned(&text);
        assert_eq!(field.cleaned(&cleaned), cleaned);
    }
}

/// What was in a letter to a room: read the same again, and however often it comes, somebody is in
/// the list once.
pub fn room_letter(data: &[u8]) {
    let Ok(letter) = Letter::from_json(data) else {
        return;
    };
    let read = Letter::from_json(&letter.to_json());
    assert_eq!(read.as_ref(), Ok(&letter));
    let mut register = Register::default();
    let first = register.take_letter(letter.clone());
    assert!(matches!(first, Took::Joined(_) | Took::Left(_)));
    let again = register.take_letter(letter);
    assert!(matches!(again, Took::Known(_)));
    assert_eq!(register.entries().len(), 1);
}

/// What a room tells a phone: no bytes open for who does not know the key, and what is inside fits
/// into a piece when it is told on.
pub fn place(data: &[u8]) {
    let person = PersonKey::from_bytes([7; PersonKey::BYTES]);
    let mid = Mid([7; 16]);
    assert!(person.open(&mid, data).is_err());
    if let Ok(place) = Place::from_json(data) {
        let json = place.to_json();
        let piece = person.seal(&mid, &json, &mut Seeded::new(5));
        let piece = piece.expect("a place fits whatever it says");
        let opened = person.open(&mid, &piece).expect("it was just sealed");
        let read = Place::from_json(&opened).expect("what was written is read");
        assert_eq!(read.to_json(), json);
    }
}

/// The rule language of authors.
pub fn rule(data: &[u8]) {
    if let Err(error) = parse_rule(&String::from_utf8_lossy(data)) {
        assert!(error.column >= 1);
    }
}

/// The published file that every visitor fetches: what is read is written, and read the same.
pub fn overlay_file(data: &[u8]) {
    let Ok(file) = overlay::File::parse(data) else {
        return;
    };
    assert!(file.frames().all(|it| !it.contains([' ', '\n'])));
    if let (Ok(looks), Ok(overlays)) = (file.looks(), file.overlays()) {
        let written = overlay::file(&looks, &overlays);
        let again = overlay::File::parse(&written).expect("what was written is read");
        assert_eq!(again.looks(), Ok(looks));
        assert_eq!(again.overlays(), Ok(overlays));
    }
}

/// Settings of an office that are right.
pub const SETTINGS: &str = "office = \"0101-byen\"\nlast_checked = 2026-11-20\n";

/// A small town, so that much can be tried.
fn town() -> &'static Content {
    static TOWN: OnceLock<Content> = OnceLock::new();
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../engine/tests/fixtures/bakery"
    );
    TOWN.get_or_init(|| load(Path::new(folder), "da").0)
}

/// What an office writes: whatever it is, nothing hidden is published, every finding lies within
/// the files, and what is whole is read again.
fn publish(files: &[(&str, &[u8])]) -> Built {
    let all = files
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()));
    let folder = Folder {
        name: "byen".to_owned(),
        files: all.collect(),
        unread: Vec::new(),
    };
    let today = Date::new(2026, 11, 28).expect("it is a day");
    let built = build(town(), &[folder], today);
    for finding in &built.findings {
        let name = finding.place.file.trim_start_matches("byen/");
        let bytes = files
            .iter()
            .find(|(it, _)| *it == name)
            .map_or(0, |(_, it)| it.len());
        match &finding.place.at {
            Spot::Whole => {}
            Spot::Line(line) | Spot::Row(line) | Spot::Cell { row: line, .. } => {
                assert!(*line <= bytes + 1, "{finding:?}");
            }
        }
    }
    let file = built.bytes();
    let read = overlay::File::parse(&file).expect("what was written is read");
    assert_eq!(read.overlays().as_ref(), Ok(&built.overlays()));
    for overlay in built.overlays() {
        let offers = overlay.offers.iter().flatten();
        for (_, offer) in offers {
            for text in [
                &offer.title,
                &offer.summary,
                &offer.note,
                &offer.price,
                &offer.url,
            ] {
                assert!(
                    !text.chars().any(|it| it.is_control() || it == '\u{202e}'),
                    "{text:?}"
                );
            }
        }
    }
    built
}

/// A spreadsheet, however it was saved.
pub fn offer_sheet(data: &[u8]) {
    publish(&[("office.toml", SETTINGS.as_bytes()), ("tilbud.csv", data)]);
}

/// `office.toml`, and an offer as TOML. Nothing but properties of the style, and nothing but
/// origins, comes out of it.
pub fn office_settings(data: &[u8]) {
    publish(&[
        ("office.toml", SETTINGS.as_bytes()),
        ("tilbud/x.toml", data),
    ]);
    let built = publish(&[("office.toml", data)]);
    for it in &built.published {
        for rule in &it.look.rules {
            assert!(
                rule.starts_with(":root{--") || rule.starts_with("@media "),
                "{rule}"
            );
            assert!(
                !rule.contains(['<', '@', '\\']) || rule.matches('@').count() == 1,
                "{rule}"
            );
        }
        for origin in &it.overlay.frames {
            assert!(!origin.contains([' ', ';', ',', '\'', '*']), "{origin}");
        }
    }
}

/// A logo: what is taken is an address with nothing in it that could end an attribute.
pub fn office_logo(data: &[u8]) {
    for name in ["logo.svg", "logo.png"] {
        let built = publish(&[("office.toml", SETTINGS.as_bytes()), (name, data)]);
        for it in &built.published {
            let plain = |it: u8| it.is_ascii_graphic() && !b"\"<>\\".contains(&it);
            assert!(it.look.logo.bytes().all(plain));
            assert!(it.look.logo.is_empty() || it.look.logo.starts_with("data:image/"));
        }
    }
}

/// The capabilities of the one who sends.
pub fn post_and_delete() -> (Post, Delete) {
    let mut rng = Seeded::new(2);
    (Post::random(&mut rng), Delete::random(&mut rng))
}
