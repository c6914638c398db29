//! The program from outside: what it can be asked on the command line, what its files, its log
//! and its memory know, a full and a read-only disk, backup and restore, the end.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod server;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use serde_json::{Value, json};
use server::{Request, admin, delete, letter, mailbox, mid, office, owner, post, post_capability};
use tempfile::TempDir;
use vaekstspejl_envelope::receipt::sha256;
use vaekstspejl_envelope::{LetterKind, PublicKey, SecretKey, Sid, seal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vaekst-relay");

/// The program as a process of its own.
struct Relay {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Relay {
    fn start(folder: &Path) -> Self {
        Self::start_by(Command::new(PROGRAM), folder)
    }

    /// Starts it by a command that ends in the program.
    fn start_by(mut command: Command, folder: &Path) -> Self {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))
            .unwrap();
        let mut child = command
            .arg("serve")
            .current_dir(folder)
            .env("VAEKST_RELAY_LISTEN_ADDRESS", "127.0.0.1:0")
            .env(
                "VAEKST_RELAY_ACCESS_ADMIN_TOKEN_HASH",
                admin().hash().to_string(),
            )
            .env("VAEKST_RELAY_LOG_REQUESTS", "each")
            .env(
                "VAEKST_RELAY_LIMITS_OFFICE_LETTERS_RATE",
                "{ burst = 100000, per_second = 1 }",
            )
            .env(
                "VAEKST_RELAY_LIMITS_ADDRESS_RATE",
                "{ burst = 100000, per_second = 1 }",
            )
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .rsplit('/')
            .next()
            .and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            panic!("{line:?} {}", log_of(folder));
        };
        Self {
            child,
            address,
            folder: folder.to_owned(),
        }
    }

    fn with_office(self) -> Self {
        let answer = Request::new(self.address, "PUT", &mailbox())
            .header("authorization", &admin().authorization())
            .json(&office())
            .send();
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
        self
    }

    fn post(&self, number: u32) -> u16 {
        post(self.address, number).send().status
    }

    fn rows(&self) -> Vec<Value> {
        let mut rows: Vec<Value> = Vec::new();
        loop {
            let after = rows.last().map_or(json!(0), |row| row["seq"].clone());
            let page = Request::new(
                self.address,
                "GET",
                &format!("{}/messages?after={after}", mailbox()),
            )
            .header("authorization", &owner().authorization())
            .send()
            .json();
            rows.extend(page["rows"].as_array().unwrap().iter().cloned());
            if page["more"] == false {
                return rows;
            }
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends it as an operator does; whether it ended well.
    fn terminate(&mut self) -> bool {
        self.signal("-TERM");
        self.child.wait().unwrap().success()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

fn ask(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let (first, rest) = needle.split_first().unwrap();
    let mut at = 0;
    while let Some(found) = haystack[at..].iter().position(|byte| byte == first) {
        at += found + 1;
        if haystack[at..].starts_with(rest) {
            return true;
        }
    }
    false
}

#[test]
fn the_relay_cannot_open_letters_even_if_it_wanted_to() {
    let manifest: toml::Table = include_str!("../Cargo.toml").parse().unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    let envelope = dependencies["vaekstspejl-envelope"].as_table().unwrap();
    assert_eq!(envelope.get("features"), None);
    for crypto in ["hpke", "chacha20poly1305", "argon2", "x25519-dalek"] {
        assert!(!dependencies.contains_key(crypto));
    }
}

#[test]
fn a_thousand_sealed_letters_tell_nothing_to_disk_log_or_memory() {
    let folder = TempDir::new().unwrap();
    let relay = Relay::start(folder.path()).with_office();
    let secret = SecretKey::random(&mut UnwrapErr(SysRng));
    let public: PublicKey = secret.public();
    let mut bodies = Vec::new();
    for number in 0..1000_u32 {
        let payload = json!({
            "name": format!("Kanariefugl Nummer {number}"),
            "mail": format!("kanarie.{number}@fugl.example"),
            "note": format!("Min hemmelige plan nr. {number} er at vokse"),
        });
        let sid = server::sid(number);
        let sealed = seal_for(&public, &sid, payload.to_string().as_bytes());
        let status = post(relay.address, number)
            .from("127.88.77.66")
            .body(sealed.clone())
            .send()
            .status;
        assert_eq!(status, 201);
        bodies.push(sealed);
    }
    assert_eq!(relay.rows().len(), 1000);

    let memory = memory_of(relay.child.id());
    let mut disk = Vec::new();
    let mut log = Vec::new();
    for entry in fs::read_dir(&relay.folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        match path.file_name().unwrap() == "log" {
            true => log = bytes,
            false => disk.extend(bytes),
        }
    }
    // the way of looking finds what is there
    let piece = |number: usize| &bodies[number][1000..1400];
    assert!(contains(&disk, piece(500)), "a piece of a letter");
    assert!(contains(&log, b"/v1/mailboxes/{mid}/messages/{sid}"));
    // every name, mail and text has one of these in it
    for canary in ["Kanariefugl", "kanarie.", "@fugl.example", "hemmelige plan"] {
        for (place, bytes) in [("disk", &disk), ("log", &log)] {
            assert!(!contains(bytes, canary.as_bytes()), "{canary} on {place}");
        }
        if let Some(memory) = &memory {
            assert!(!contains(memory, canary.as_bytes()), "{canary} in memory");
        }
    }
    match &memory {
        Some(memory) => assert!(
            (990..1000).any(|number| contains(memory, piece(number))),
            "pieces of the last letters"
        ),
        None => println!("memory not looked at: /proc/<pid>/mem cannot be read here"),
    }
    // neither addresses nor secrets, as text or as bytes
    for (place, bytes) in [("disk", &disk), ("log", &log)] {
        for secret in [
            b"127.88.77".as_slice(),
            &[127, 88, 77, 66],
            &post_capability().0,
            &owner().0,
            &delete(1).0,
            &admin().0,
            post_capability().to_text().as_bytes(),
            owner().to_text().as_bytes(),
        ] {
            assert!(!contains(bytes, secret), "{secret:?} on {place}");
        }
    }
    for id in [mid().to_string(), server::sid(1).to_string()] {
        assert!(!contains(&log, id.as_bytes()), "{id} in the log");
    }
}

fn seal_for(to: &PublicKey, sid: &Sid, payload: &[u8]) -> Vec<u8> {
    let rng = &mut UnwrapErr(SysRng);
    seal(LetterKind::Submission, to, &mid(), sid, payload, rng).unwrap()
}

/// What a process has in its memory; `None`: this system does not show it.
fn memory_of(process: u32) -> Option<Vec<u8>> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let mut memory = fs::File::open(format!("/proc/{process}/mem")).ok()?;
    let mut all = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next()?.split_once('-')?;
        let from = u64::from_str_radix(from, 16).ok()?;
        let to = u64::from_str_radix(to, 16).ok()?;
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        memory.seek(SeekFrom::Start(from)).ok()?;
        // pages that were never used cannot be read, and have nothing
        if memory.read_exact(&mut bytes).is_ok() {
            all.extend(bytes);
        }
    }
    (!all.is_empty()).then_some(all)
}

#[test]
fn a_backup_taken_while_letters_come_in_is_a_whole_mailbox_when_restored() {
    let folder = TempDir::new().unwrap();
    let relay = Relay::start(folder.path()).with_office();
    for number in 0..30 {
        assert_eq!(relay.post(number), 201);
    }
    let address = relay.address;
    let writer = std::thread::spawn(move || {
        (30..60).all(|number| post(address, number).send().status == 201)
    });
    let taken = ask(folder.path(), &["backup", "copy.sqlite"]);
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    assert!(writer.join().unwrap());
    // again over the old one
    assert!(
        ask(folder.path(), &["backup", "copy.sqlite"])
            .status
            .success()
    );
    assert!(!folder.path().join("copy.sqlite.part").exists());

    let other = TempDir::new().unwrap();
    fs::rename(
        folder.path().join("copy.sqlite"),
        other.path().join("relay.sqlite"),
    )
    .unwrap();
    drop(relay);
    let restored = Relay::start(other.path());
    let rows = restored.rows();
    assert_eq!(rows.len(), 60);
    for row in rows {
        let hash = row["sha256"].as_str().unwrap();
        let number = (0..60).find(|number| row["sid"] == server::sid(*number).to_string());
        let bytes = letter(number.unwrap());
        assert_eq!(hash, vaekstspejl_envelope::receipt::hex(&sha256(&bytes)));
    }
    // a repeat of what is in the backup is known, and new letters come in
    assert_eq!(restored.post(7), 200);
    assert_eq!(restored.post(60), 201);
}

#[test]
fn a_backup_of_nothing_or_to_nowhere_says_so() {
    let folder = TempDir::new().unwrap();
    let nothing = ask(folder.path(), &["backup", "copy.sqlite"]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(text(&nothing.stderr).contains("relay.sqlite"));
    assert!(!folder.path().join("copy.sqlite").exists());
    assert!(!folder.path().join("relay.sqlite").exists());
}

#[test]
fn a_second_relay_on_the_same_file_does_not_start() {
    let folder = TempDir::new().unwrap();
    let mut first = Relay::start(folder.path());
    let second = ask(folder.path(), &["serve"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("in use by another relay"));
    assert!(first.terminate());
    assert!(log_of(folder.path()).contains("\"message\":\"stopped\""));
}

#[test]
fn letters_acknowledged_before_a_kill_are_there_after_it() {
    let folder = TempDir::new().unwrap();
    let mut relay = Relay::start(folder.path()).with_office();
    for round in 0..5_u32 {
        for number in round * 20..(round + 1) * 20 {
            assert_eq!(relay.post(number), 201);
        }
        relay.signal("-KILL");
        relay.child.wait().unwrap();
        relay = Relay::start(folder.path());
        assert_eq!(relay.rows().len(), ((round + 1) * 20) as usize);
        assert_eq!(relay.post(round * 20), 200);
    }
}

#[test]
fn a_disk_that_takes_no_more_gives_no_receipt_and_recovers_by_itself() {
    let folder = TempDir::new().unwrap();
    // a soft limit of 512 kB for every file; a write beyond it fails as on a full disk, once the
    // signal that comes with it is ignored
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "trap '' XFSZ; ulimit -S -f 1024; exec \"$0\" \"$@\"",
        PROGRAM,
    ]);
    let relay = Relay::start_by(command, folder.path()).with_office();
    let mut stored = Vec::new();
    let mut refused = Vec::new();
    for number in 0..400 {
        match relay.post(number) {
            201 => stored.push(number),
            503 | 507 => refused.push(number),
            other => panic!("{other}"),
        }
    }
    assert!(
        !stored.is_empty() && !refused.is_empty(),
        "{}",
        stored.len()
    );
    let healthy = Request::new(relay.address, "GET", "/healthz").send();
    assert_eq!(healthy.status, 200);
    // what has a receipt is there, and nothing else
    let listed = |relay: &Relay| relay.rows().len();
    assert_eq!(listed(&relay), stored.len());

    // there is space again; nobody touches the relay
    let id = relay.child.id().to_string();
    let lifted = Command::new("prlimit")
        .args(["--pid", &id, "--fsize=unlimited"])
        .status();
    if !lifted.is_ok_and(|status| status.success()) {
        println!("recovery not looked at: prlimit cannot lift the limit here");
        return;
    }
    for number in &refused {
        assert_eq!(relay.post(*number), 201);
    }
    for number in &stored {
        assert_eq!(relay.post(*number), 200);
    }
    assert_eq!(listed(&relay), 400);
    let log = log_of(folder.path());
    assert!(log.contains("the store failed; letters are refused for now"));
}

#[test]
fn a_really_full_disk_gives_no_receipt_and_recovers_by_itself() {
    let folder = TempDir::new().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    // a disk of its own, seen by the relay only
    let mount = "mount -t tmpfs -o size=1m none \"$1\" && cd \"$1\" && shift && exec \"$@\"";
    let possible = Command::new("unshare")
        .args(["--mount", "sh", "-c", mount, "sh"])
        .arg(&disk)
        .arg("true")
        .stderr(Stdio::null())
        .status();
    if !possible.is_ok_and(|status| status.success()) {
        println!("not looked at: making a disk needs more rights than this test has");
        return;
    }
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-c", mount, "sh"])
        .arg(&disk)
        .arg(PROGRAM);
    let relay = Relay::start_by(command, folder.path()).with_office();
    let mut stored = Vec::new();
    let mut refused = Vec::new();
    for number in 0..300 {
        match relay.post(number) {
            201 => stored.push(number),
            503 | 507 => refused.push(number),
            other => panic!("{other}"),
        }
    }
    assert!(!stored.is_empty() && refused.len() > 50);
    assert_eq!(relay.rows().len(), stored.len());
    let id = relay.child.id().to_string();
    let larger = Command::new("nsenter")
        .args(["--target", &id, "--mount"])
        .args(["mount", "-o", "remount,size=16m"])
        .arg(&disk)
        .status()
        .unwrap();
    assert!(larger.success());
    for number in &refused {
        assert_eq!(relay.post(*number), 201);
    }
    assert_eq!(relay.rows().len(), 300);
}

#[test]
fn a_read_only_disk_is_named_at_the_start() {
    let folder = TempDir::new().unwrap();
    drop(Relay::start(folder.path()).with_office());
    // for those whom permissions bind and those whom they do not
    let mount = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && cd \"$1\" && \
                 shift && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", mount, "sh"]);
    command.arg(folder.path());
    let possible = Command::new("unshare")
        .args(["--mount", "true"])
        .stderr(Stdio::null())
        .status();
    let refused = if possible.is_ok_and(|status| status.success()) {
        command.arg(PROGRAM).arg("serve").output().unwrap()
    } else {
        let mut rights = fs::metadata(folder.path()).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(folder.path(), rights).unwrap();
        ask(folder.path(), &["serve"])
    };
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("relay.sqlite"), "{said}");
    assert!(said.contains("allowed to write"), "{said}");
}

#[test]
fn the_command_line_explains_itself() {
    let folder = TempDir::new().unwrap();
    let help = text(&ask(folder.path(), &["--help"]).stdout);
    for word in [
        "serve",
        "check-config",
        "print-config",
        "backup",
        "admin-token",
        "--config",
    ] {
        assert!(help.contains(word), "{word}");
    }
    let example = ask(folder.path(), &["print-config"]).stdout;
    fs::write(folder.path().join("relay.toml"), example).unwrap();
    let checked = ask(folder.path(), &["--config", "relay.toml", "check-config"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));

    fs::write(folder.path().join("bad.toml"), "[listen]\nadress = 1\n").unwrap();
    for command in ["check-config", "serve"] {
        let refused = ask(folder.path(), &["--config", "bad.toml", command]);
        assert_eq!(refused.status.code(), Some(1));
        let said = text(&refused.stderr);
        for word in ["bad.toml", "line 2", "adress", "address"] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
    let missing = ask(folder.path(), &["--config", "none.toml", "serve"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("none.toml"));
}

#[test]
fn a_token_is_shown_once_and_its_hash_is_what_the_settings_take() {
    let folder = TempDir::new().unwrap();
    let said = text(&ask(folder.path(), &["admin-token"]).stdout);
    let token = said
        .split_whitespace()
        .find(|word| word.starts_with("vmb1_a_"))
        .unwrap();
    let hash = vaekstspejl_envelope::Admin::parse(token).unwrap().hash();
    let settings: toml::Table = said.parse().unwrap();
    assert_eq!(
        settings["access"]["admin_token_hash"].as_str(),
        Some(hash.to_string().as_str())
    );
    assert_ne!(said, text(&ask(folder.path(), &["admin-token"]).stdout));

    let said = text(&ask(folder.path(), &["grant", "Ribe \"Syd\""]).stdout);
    fs::write(folder.path().join("relay.toml"), &said).unwrap();
    let checked = ask(folder.path(), &["--config", "relay.toml", "check-config"]);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
}

#[test]
fn an_address_that_is_taken_is_named() {
    let folder = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = Command::new(PROGRAM)
        .arg("serve")
        .current_dir(folder.path())
        .env("VAEKST_RELAY_LISTEN_ADDRESS", &address)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains(&address));
}
