//! `vaekst mailbox` and `vaekst office` from outside, against a real relay: a process of its own,
//! with its database on the disk. Letters are sealed here as a sender seals them.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use getrandom::{SysRng, rand_core::UnwrapErr};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::LazyLock,
};
use vaekstspejl_engine::{
    Answers, Content, Date, assess,
    authoring::load,
    submission::{Catalogue, Contact, Frame, Parts, Submission},
};
use vaekstspejl_envelope::{
    Admin, Delete, KeyFile, LetterKind, Mid, Post, PublicKey, Sid, receipt, seal,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

static CONTENT: LazyLock<Content> = LazyLock::new(|| load(&root().join("content"), "da").0);

/// The relay's program; built when it is not there, which is quick when it is.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let vaekst = PathBuf::from(env!("CARGO_BIN_EXE_vaekst"));
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", "vaekstspejl-relay"]);
    if vaekst.parent().is_some_and(|it| it.ends_with("release")) {
        build.arg("--release");
    }
    assert!(build.current_dir(root()).status().unwrap().success());
    vaekst.with_file_name("vaekst-relay")
});

const PASSPHRASE: &str = "seks ord som ingen har trukket";

fn admin() -> Admin {
    Admin([7; 32])
}

/// A relay, and an office's folder with its key file.
struct World {
    folder: PathBuf,
    relay: Option<Child>,
    url: String,
}

impl World {
    /// A relay that runs, and no office yet.
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("admin"), admin().to_text()).unwrap();
        fs::write(folder.join("passphrase"), PASSPHRASE).unwrap();
        let mut world = Self {
            folder,
            relay: None,
            url: "http://127.0.0.1:0".into(),
        };
        world.start();
        world
    }

    /// With a mailbox.
    fn office(name: &str) -> Self {
        let world = Self::new(name);
        world.good(&world.create());
        world
    }

    fn start(&mut self) {
        let port = self.url.rsplit(':').next().unwrap();
        let mut child = Command::new(&*PROGRAM)
            .arg("serve")
            .current_dir(&self.folder)
            .env("VAEKST_RELAY_LISTEN_ADDRESS", format!("127.0.0.1:{port}"))
            .env(
                "VAEKST_RELAY_ACCESS_ADMIN_TOKEN_HASH",
                admin().hash().to_string(),
            )
            .stdout(Stdio::piped())
            .stderr(fs::File::create(self.folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.split_whitespace().next_back().unwrap_or_default();
        self.relay = Some(child);
        assert!(address.starts_with("http://"), "{line} {}", self.log());
        self.url = address.to_owned();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.relay.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn create(&self) -> Vec<&str> {
        vec![
            "create",
            "--office",
            "demo-lille",
            "--relay",
            &self.url,
            "--admin-token-file",
            "admin",
        ]
    }

    fn key_file(&self) -> KeyFile {
        let text = fs::read_to_string(self.folder.join("office.vsk")).unwrap();
        KeyFile::from_text(&text, PASSPHRASE).unwrap()
    }

    fn run(&self, args: &[&str]) -> Output {
        let content = root().join("content");
        Command::new(env!("CARGO_BIN_EXE_vaekst"))
            .current_dir(&self.folder)
            .env_remove("VAEKST_PASSPHRASE")
            .args(["--content", content.to_str().unwrap()])
            .args(args)
            .output()
            .unwrap()
    }

    /// `vaekst mailbox` with the office's key file.
    fn mailbox(&self, args: &[&str]) -> Output {
        let (command, rest) = args.split_first().unwrap();
        let mut all = vec!["mailbox", command, "--key-file", "office.vsk"];
        all.extend(["--passphrase-file", "passphrase"]);
        all.extend(rest);
        self.run(&all)
    }

    fn with_code(&self, args: &[&str], code: i32) -> Output {
        let output = self.mailbox(args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}: {errors} {}",
            self.log()
        );
        output
    }

    fn good(&self, args: &[&str]) -> String {
        let output = self.with_code(args, 0);
        String::from_utf8(output.stdout).unwrap()
    }

    fn bad(&self, args: &[&str]) -> String {
        let output = self.with_code(args, 2);
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let mut all = args.to_vec();
        all.insert(1, "--json");
        serde_json::from_str(&self.good(&all)).unwrap()
    }

    /// Posts bytes as a sender does; what it may later delete them with.
    fn post(&self, mid: &Mid, post: &Post, sid: &Sid, letter: &[u8]) -> Delete {
        let delete = Delete::random(&mut UnwrapErr(SysRng));
        let url = format!("{}/v1/mailboxes/{mid}/messages/{sid}", self.url);
        let answer = ureq::put(&url)
            .header("authorization", post.authorization())
            .header("content-type", "application/octet-stream")
            .header("vmb-delete-hash", delete.hash().to_string())
            .send(letter)
            .unwrap();
        assert_eq!(answer.status(), 201);
        delete
    }

    fn send(&self, payload: &str) -> (Sid, Delete) {
        let file = self.key_file();
        self.send_to(&file.active().public, payload)
    }

    fn send_to(&self, key: &PublicKey, payload: &str) -> (Sid, Delete) {
        let file = self.key_file();
        let (sid, letter) = sealed(key, &file.mid, payload);
        (sid, self.post(&file.mid, &file.post, &sid, &letter))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
    }
}

fn sealed(key: &PublicKey, mid: &Mid, payload: &str) -> (Sid, Vec<u8>) {
    let rng = &mut UnwrapErr(SysRng);
    let sid = Sid::random(rng);
    let letter = seal(
        LetterKind::Submission,
        key,
        mid,
        &sid,
        payload.as_bytes(),
        rng,
    );
    (sid, letter.unwrap())
}

/// A profile of somebody in Horsens, with answers, name and message.
fn profile(name: &str, note: &str) -> String {
    let answers: Answers = serde_json::from_value(json!({
        "stage": "established", "company_age": "y5_7", "size": "s5_9", "municipality": "0615",
        "trade": "retail", "plans": ["borrow"], "signs": ["none"], "situation": ["none"],
        "economy_core": 1, "capital_core": "dont_know", "growth_ambition_core": "larger"
    }))
    .unwrap();
    let questionnaire = CONTENT
        .first
        .questionnaire(&"vaekstscreening".into())
        .unwrap();
    let day = Date::new(2026, 11, 20).unwrap();
    let result = assess(&CONTENT.later, questionnaire, &answers, None, day);
    let frame = Frame {
        catalogue: Catalogue {
            id: "da".into(),
            hash: "0".into(),
        },
        lang: "da".into(),
        consent_text_id: "send-1".into(),
        consent_text_hash: "0".into(),
    };
    let contact = Contact {
        name: name.into(),
        ..Contact::default()
    };
    let parts = Parts {
        profile: true,
        answers: true,
        contact: Some(contact),
        note: Some(note.into()),
        ..Parts::default()
    };
    Submission::new(&CONTENT.later, &result, &parts, &frame)
        .unwrap()
        .to_json()
}

#[test]
fn a_letter_goes_from_sender_to_adviser() {
    let world = World::office("to-adviser");
    let (sid, _) = world.send(&profile("Sanne Østergaard", "Ring helst\nom formiddagen."));
    assert_eq!(world.json(&["collect"])["new"], 1);
    let list = world.json(&["list"]);
    assert_eq!(list[0]["letter"], sid.to_string());
    assert_eq!(list[0]["name"], "Sanne Østergaard");
    assert_eq!(list[0]["state"], "new");
    let beginning = &sid.to_string()[..8];
    let text = world.good(&["open", beginning]);
    for piece in [
        "Navn: Sanne Østergaard",
        "om formiddagen.",
        "# Værd at spørge om",
        // The content's words for somebody who will borrow without a hold on the figures.
        "Hvilke tal har du klar, hvis banken ringer i morgen?",
        // The whole profile with its reasons.
        "# Profilkode",
        "Hvor ofte tjekker du i tallene, om I tjener penge?",
    ] {
        assert!(text.contains(piece), "{piece} is not in\n{text}");
    }
    let english = world.good(&["open", beginning, "--lang", "en", "--handled"]);
    assert!(
        english.contains("Worth asking") && english.contains("Status: Handled"),
        "{english}"
    );
    let whole = world.json(&["open", beginning]);
    assert_eq!(whole["state"], "handled");
    assert_eq!(
        whole["dossier"]["submission"]["contact"]["name"],
        "Sanne Østergaard"
    );
    assert_eq!(whole["dossier"]["differs"], false);
}

#[test]
fn collecting_again_brings_nothing_twice_and_works_on_without_the_relay() {
    let mut world = World::office("again");
    let sent: Vec<Sid> = (0..3)
        .map(|n| world.send(&profile(&format!("N{n}"), "")).0)
        .collect();
    assert_eq!(world.json(&["collect"])["new"], 3);
    assert_eq!(world.json(&["collect"])["new"], 0);
    // A folder that has lost its memory is filled with the same letters, not with more.
    let folder = world
        .folder
        .join(format!("{}.letters", world.key_file().mid));
    fs::write(folder.join("ledger.json"), "{").unwrap();
    assert_eq!(world.json(&["collect"])["new"], 3);
    world.stop();
    let list = world.json(&["list"]);
    assert_eq!(list.as_array().unwrap().len(), sent.len());
    let told = world.bad(&["collect"]);
    assert!(told.contains("no answer that can be believed"), "{told}");
    world.start();
    assert_eq!(world.json(&["collect"])["new"], 0);
}

#[test]
fn what_the_sender_takes_back_is_gone_from_the_folder() {
    let world = World::office("withdrawn");
    let (kept, _) = world.send(&profile("Bliver", ""));
    let (sid, delete) = world.send(&profile("Fortryder", ""));
    world.json(&["collect"]);
    let mid = world.key_file().mid;
    let url = format!("{}/v1/mailboxes/{mid}/messages/{sid}", world.url);
    let answer = ureq::delete(&url)
        .header("authorization", delete.authorization())
        .call()
        .unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(world.json(&["collect"])["withdrawn"], 1);
    let list = world.json(&["list"]);
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["letter"], kept.to_string());
    assert!(!folder_has(&world.folder, &sid.to_string()));
}

fn folder_has(folder: &Path, name: &str) -> bool {
    let mut entries = fs::read_dir(folder).unwrap().flatten();
    entries.any(|entry| {
        let path = entry.path();
        path.to_string_lossy().contains(name) || (path.is_dir() && folder_has(&path, name))
    })
}

#[test]
fn a_damaged_or_hostile_letter_never_blocks_the_others() {
    let world = World::office("hostile");
    let file = world.key_file();
    let (good, _) = world.send(&profile(
        "=HYPERLINK(\"http://x.example\")\u{202e}",
        "\u{1b}[2J\n=1+1",
    ));
    world.send("not JSON");
    world.send(r#"{"v":"2.0"}"#);
    world.send(r#"{"v":"1.0"}"#);
    // Sealed to a key this office does not have.
    let stranger = KeyFile::create(file.office.clone(), &mut UnwrapErr(SysRng), 1);
    world.send_to(&stranger.active().public, &profile("Låst", ""));
    // A letter with one bit flipped, but posted as it is.
    let (sid, mut letter) = sealed(&file.active().public, &file.mid, &profile("Flip", ""));
    let last = letter.len() - 1;
    letter[last] ^= 1;
    world.post(&file.mid, &file.post, &sid, &letter);
    assert_eq!(world.json(&["collect"])["new"], 6);

    let list = world.with_code(&["list", "--json"], 1);
    let list: Value = serde_json::from_slice(&list.stdout).unwrap();
    let mut problems: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["problem"].as_str())
        .collect();
    problems.sort_unstable();
    assert_eq!(
        problems,
        ["damaged", "damaged", "damaged", "locked", "newer"]
    );

    // The terminal is not steered, and the spreadsheet not either.
    let text = world.good(&["open", &good.to_string()]);
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text:?}"
    );
    world.with_code(&["export", "--output", "inbox.csv"], 1);
    let csv = fs::read_to_string(world.folder.join("inbox.csv")).unwrap();
    assert!(csv.starts_with("\u{feff}\"Brev\";\"Modtaget\""), "{csv}");
    assert!(
        csv.contains("\"'=HYPERLINK(\"\"http://x.example\"\")\""),
        "{csv}"
    );
    assert!(csv.contains("\"[2J / =1+1\""), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), 7);
    let json = world.with_code(&["export", "--format", "json"], 1);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["format"], "vaekstspejl-inbox");
    assert_eq!(json["office"], "demo-lille");
    assert_eq!(json["letters"].as_array().unwrap().len(), 6);
}

#[test]
fn a_letter_whose_file_is_lost_blocks_no_other_and_can_be_deleted() {
    let world = World::office("lost-file");
    let (lost, _) = world.send(&profile("Tabt", ""));
    world.send(&profile("Her endnu", ""));
    world.json(&["collect"]);
    let letters = format!("{}.letters", world.key_file().mid);
    let letters = world.folder.join(letters);
    fs::remove_file(letters.join(format!("{lost}.letter"))).unwrap();
    let list: Value =
        serde_json::from_slice(&world.with_code(&["list", "--json"], 1).stdout).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert!(list.to_string().contains("Her endnu"));
    world.good(&["delete", "--", &lost.to_string()]);
    assert_eq!(world.json(&["list"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_list_that_is_lost_is_made_anew_from_the_letters_that_lie_there() {
    let world = World::office("lost-list");
    world.send(&profile("Første", ""));
    world.send(&profile("Anden", ""));
    world.json(&["collect"]);
    world.json(&["empty"]);
    let letters = format!("{}.letters", world.key_file().mid);
    let list = world.folder.join(letters).join("letters.json");
    fs::write(&list, "{").unwrap();
    assert!(world.bad(&["list"]).contains("is damaged"));
    // as the hint says
    fs::remove_file(&list).unwrap();
    world.json(&["collect"]);
    assert_eq!(world.json(&["list"]).as_array().unwrap().len(), 2);
}

/// The relay comes back from a backup and has taken more letters since than it lost: the numbers
/// of old letters are those of new ones, which are nowhere else.
#[test]
fn emptying_a_mailbox_that_was_set_back_deletes_no_letter_that_is_not_here() {
    let mut world = World::office("set-back");
    let folder = world.folder.clone();
    let backup = folder.join("backup");
    fs::create_dir(&backup).unwrap();
    let files = |from: &Path| -> Vec<PathBuf> {
        let files = fs::read_dir(from).unwrap().flatten();
        let files = files.filter(|it| it.file_name().to_string_lossy().starts_with("relay.sqlite"));
        files.map(|it| it.path()).collect()
    };
    let take_over = |from: &Path, to: &Path| {
        files(to).iter().for_each(|it| fs::remove_file(it).unwrap());
        for file in files(from) {
            fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
        }
    };
    world.send(&profile("Før", ""));
    world.stop();
    take_over(&folder, &backup);
    world.start();
    world.send(&profile("Efter sikkerhedskopien", ""));
    world.json(&["collect"]);
    world.stop();
    take_over(&backup, &folder);
    world.start();
    // under the number of the letter that the relay has lost, and one more
    world.send(&profile("Ny A", ""));
    world.send(&profile("Ny B", ""));
    let told = world.bad(&["empty"]);
    assert!(told.contains("another past"), "{told}");
    let _ = world.mailbox(&["collect"]);
    let list = world.good(&["list"]);
    for name in ["Før", "Efter sikkerhedskopien", "Ny A", "Ny B"] {
        assert!(list.contains(name), "{name}: {list}");
    }
    world.good(&["empty"]);
}

#[test]
fn a_letter_the_relay_does_not_know_any_more_can_be_deleted_here() {
    let world = World::office("unknown-there");
    let (sid, _) = world.send(&profile("Glemt", ""));
    world.json(&["collect"]);
    world.good(&["delete", "--mailbox"]);
    world.good(&["delete", "--", &sid.to_string()]);
    assert_eq!(world.json(&["list"]).as_array().unwrap().len(), 0);
}

#[test]
fn the_passphrase_may_come_over_standard_input_for_all_that_is_done() {
    let world = World::office("standard-input");
    let old = world.key_file().post;
    let mut rotate = Command::new(env!("CARGO_BIN_EXE_vaekst"));
    rotate.current_dir(&world.folder).args([
        "mailbox",
        "rotate",
        "--new-post",
        "--key-file",
        "office.vsk",
        "--passphrase-file",
        "-",
    ]);
    rotate.stdin(fs::File::open(world.folder.join("passphrase")).unwrap());
    let output = rotate.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert_ne!(world.key_file().post, old);
    world.send(&profile("Efter", ""));
}

#[test]
fn a_new_capability_is_the_relays_only_when_the_key_file_could_be_written() {
    let world = World::office("no-place");
    let before = world.key_file();
    // the place where the new file is written first is taken
    fs::create_dir(world.folder.join("office.vsk.new")).unwrap();
    world.bad(&["rotate", "--new-post"]);
    world.bad(&["rotate", "--new-post"]);
    assert_eq!(world.key_file(), before);
    // after two tries the published capability still works
    world.send(&profile("Stadig", ""));
}

#[test]
fn letters_to_the_old_key_open_after_rotation() {
    let world = World::office("rotated");
    let old = world.key_file().active().public;
    world.send(&profile("Før", ""));
    let rotated = world.json(&["rotate"]);
    let file = world.key_file();
    assert_eq!(file.keys().len(), 2);
    assert_eq!(rotated["key"], file.active().public.to_string());
    assert_ne!(file.active().public, old);
    assert_eq!(rotated["id"], file.mid.to_string(), "the mailbox stays");
    // From a browser that still has the old settings, and from one with the new.
    world.send_to(&old, &profile("Gammel", ""));
    world.send(&profile("Ny", ""));
    world.json(&["collect"]);
    let list = world.json(&["list"]);
    let mut names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Før", "Gammel", "Ny"]);
    // A new capability for posting: senders with the old settings are not turned away at once.
    let old = world.key_file().post;
    world.json(&["rotate", "--new-post"]);
    let file = world.key_file();
    assert_ne!(file.post, old);
    world.send(&profile("Ny adgang", ""));
    let (sid, letter) = sealed(
        &file.active().public,
        &file.mid,
        &profile("Gammel adgang", ""),
    );
    world.post(&file.mid, &old, &sid, &letter);
    assert_eq!(world.json(&["collect"])["new"], 2);
    // A new passphrase is told once and opens the file.
    let renewed = world.json(&["rotate", "--new-passphrase"]);
    assert!(world.bad(&["list"]).contains("not the passphrase"));
    fs::write(
        world.folder.join("passphrase"),
        renewed["passphrase"].as_str().unwrap(),
    )
    .unwrap();
    assert_eq!(world.json(&["list"]).as_array().unwrap().len(), 5);
}

#[test]
fn only_what_is_in_the_folder_is_deleted_at_the_relay() {
    let world = World::office("emptied");
    let (sid, _) = world.send(&profile("A", ""));
    assert_eq!(
        world.json(&["empty"])["letters"],
        0,
        "nothing was collected yet"
    );
    world.json(&["collect"]);
    world.send(&profile("B", ""));
    assert_eq!(world.json(&["empty"])["letters"], 1);
    assert_eq!(world.json(&["empty"])["letters"], 0);
    // A colleague with another folder gets only what is still there.
    let other = world.json(&["collect", "--letters", "colleague"]);
    assert_eq!((&other["new"], &other["missed"]), (&json!(1), &json!(1)));
    world.json(&["collect"]);
    // Deleting takes a letter away here and there.
    assert_eq!(
        world.json(&["delete", "--", &sid.to_string()])["letters"],
        1
    );
    assert_eq!(world.json(&["list"]).as_array().unwrap().len(), 1);
    world.json(&["collect"]);
    assert_eq!(world.json(&["list"]).as_array().unwrap().len(), 1);
    world.json(&["delete", "--mailbox"]);
    assert!(
        world
            .bad(&["collect"])
            .contains("does not know this mailbox")
    );
}

#[test]
fn statistics_tell_of_five_or_more() {
    let world = World::office("statistics");
    for n in 0..4 {
        world.send(&profile(&format!("N{n}"), ""));
    }
    world.json(&["collect"]);
    assert_eq!(world.json(&["statistics"])["letters"], Value::Null);
    world.send(&profile("N4", ""));
    world.json(&["collect"]);
    let result = world.json(&["statistics", "--from", "2026-01-01"]);
    assert_eq!(result["letters"], 5);
    let horsens = result["municipalities"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == "0615");
    assert_eq!(horsens.unwrap()["count"], 5);
    let text = world.good(&["statistics"]);
    assert!(text.contains("    5  Horsens"), "{text}");
    assert_eq!(
        world.json(&["statistics", "--until", "2025-12-31"])["letters"],
        Value::Null
    );
}

#[test]
fn a_mailbox_comes_with_a_passphrase_of_six_words_told_once() {
    let world = World::new("created");
    let args = [
        "mailbox",
        "create",
        "--office",
        "demo-lille",
        "--relay",
        &world.url,
    ];
    let args = [
        &args[..],
        &[
            "--admin-token-file",
            "admin",
            "--key-file",
            "a.vsk",
            "--json",
        ],
    ]
    .concat();
    let output = world.run(&args);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let passphrase = made["passphrase"].as_str().unwrap();
    assert_eq!(passphrase.split(' ').count(), 6);
    let text = fs::read_to_string(world.folder.join("a.vsk")).unwrap();
    let file = KeyFile::from_text(&text, passphrase).unwrap();
    assert_eq!(made["key"], file.active().public.to_string());
    assert_eq!(file.office.name(), "Demo: Erhvervskontoret i Lilleby");
    assert!(!text.contains(passphrase));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(world.folder.join("a.vsk"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "only its owner may read it");
    }
    // Never over a file that is there.
    let again = world.run(&args);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(world.folder.join("a.vsk")).unwrap(),
        text
    );
}

#[test]
fn a_mailbox_the_relay_does_not_make_leaves_no_key_file() {
    let mut world = World::new("refused");
    fs::write(world.folder.join("admin"), Admin([8; 32]).to_text()).unwrap();
    let told = world.bad(&world.create());
    assert!(told.contains("token"), "{told}");
    assert!(!world.folder.join("office.vsk").exists());
    fs::write(world.folder.join("admin"), "no token").unwrap();
    assert!(
        world
            .bad(&world.create())
            .contains("no token of a relay's operator")
    );
    fs::write(world.folder.join("admin"), admin().to_text()).unwrap();
    world.stop();
    assert!(world.bad(&world.create()).contains("no answer"));
    assert!(!world.folder.join("office.vsk").exists());
}

#[test]
fn every_trouble_with_the_key_file_has_its_own_words() {
    let world = World::office("troubles");
    let path = world.folder.join("office.vsk");
    let text = fs::read_to_string(&path).unwrap();
    let list = ["list"];
    fs::write(world.folder.join("passphrase"), "et andet sæt ord her nu").unwrap();
    assert!(world.bad(&list).contains("not the passphrase"));
    fs::write(world.folder.join("passphrase"), "").unwrap();
    assert!(world.bad(&list).contains("is empty"));
    fs::write(world.folder.join("passphrase"), PASSPHRASE.to_uppercase()).unwrap();
    world.good(&list);
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    assert!(world.bad(&list).contains("is damaged"));
    fs::write(&path, "Kære kontor").unwrap();
    assert!(world.bad(&list).contains("is no key file"));
    fs::remove_file(&path).unwrap();
    assert!(world.bad(&list).contains("cannot be read"));
    fs::write(&path, &text).unwrap();
    let args = ["mailbox", "list", "--key-file", "office.vsk"];
    let told = String::from_utf8(world.run(&args).stderr).unwrap();
    assert!(told.contains("VAEKST_PASSPHRASE"), "{told}");
    assert!(
        world
            .bad(&["open", "nosuchletter"])
            .contains("no letter `nosuchletter`")
    );
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_office_publishes_what_its_key_file_says() {
    let world = World::office("published");
    let content = world.folder.join("content");
    copy(&root().join("content"), &content);
    let path = content.join("offices/demo-lille.toml");
    let before = fs::read_to_string(&path).unwrap();
    let init = || {
        let args = [
            "office",
            "init",
            "--key-file",
            "office.vsk",
            "--passphrase-file",
            "passphrase",
        ];
        Command::new(env!("CARGO_BIN_EXE_vaekst"))
            .current_dir(&world.folder)
            .args(args)
            .output()
            .unwrap()
    };
    let output = init();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (written, found) = load(&content, "da");
    assert!(found.is_empty(), "{found:?}");
    let office = written.later.office(&"demo-lille".into()).unwrap();
    let mailbox = office.mailbox.as_ref().unwrap();
    let file = world.key_file();
    assert_eq!(mailbox.relay, world.url);
    assert_eq!(mailbox.id, file.mid.to_string());
    assert_eq!(
        PublicKey::parse(&mailbox.key).unwrap(),
        file.active().public
    );
    assert_eq!(mailbox.post, file.post.to_text());
    // Again after rotation: the one table is written anew.
    world.json(&["rotate"]);
    assert_eq!(init().status.code(), Some(0));
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("[mailbox]").count(), 1);
    assert!(text.contains(&world.key_file().active().public.to_string()));
    let without = text.split("\n[mailbox]").next().unwrap().trim_end();
    let origin = before.split("\n[mailbox]").next().unwrap().trim_end();
    assert_eq!(without, origin, "the rest of the file is as it was");
}

#[test]
fn the_lines_can_go_into_the_offices_own_folder_instead() {
    let world = World::office("own-folder");
    let folder = world.folder.join("lilleby");
    let sample = root().join("docs/samples/erhverv-lilleby");
    copy(&sample, &folder);
    let settings = folder.join("office.toml");
    let before = fs::read_to_string(&settings).unwrap();
    let init = |office: &str| {
        let content = root().join("content").canonicalize().unwrap();
        Command::new(env!("CARGO_BIN_EXE_vaekst"))
            .current_dir(&world.folder)
            .arg("--content")
            .arg(content)
            .args(["office", "init", "--into", "lilleby", "--office", office])
            .args([
                "--key-file",
                "office.vsk",
                "--passphrase-file",
                "passphrase",
            ])
            .output()
            .unwrap()
    };
    // Not the file of that office: it stays as it is.
    let output = init("demo-stor");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("not the file of the office `demo-stor`")
    );
    assert_eq!(fs::read_to_string(&settings).unwrap(), before);
    let output = init("demo-lille");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        said.contains("lilleby/office.toml. Kør »vaekst office build«"),
        "{said}"
    );
    let after = fs::read_to_string(&settings).unwrap();
    assert!(after.starts_with(before.trim_end()));
    let mailbox: toml::Table = after.parse().unwrap();
    assert_eq!(
        mailbox["mailbox"]["relay"].as_str(),
        Some(world.url.as_str())
    );
    assert_eq!(
        mailbox["mailbox"]["id"].as_str(),
        Some(world.key_file().mid.to_string().as_str())
    );
}

#[test]
fn the_receipt_of_sender_and_office_is_the_same() {
    let world = World::office("receipt");
    let file = world.key_file();
    let (sid, letter) = sealed(&file.active().public, &file.mid, &profile("R", ""));
    world.post(&file.mid, &file.post, &sid, &letter);
    world.json(&["collect"]);
    let code = receipt::code(&receipt::sha256(&letter));
    assert_eq!(world.json(&["list"])[0]["receipt"], code);
}
