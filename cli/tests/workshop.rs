//! `vaekst workshop` from outside: what a facilitator types and what they get.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn rehearse(args: &[&str]) -> Output {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_vaekst"));
    let usual = ["workshop", "rehearse", "--today", "2026-11-28"];
    let command = command.current_dir(root).args(usual).args(args);
    command.output().unwrap()
}

/// Standard output of a rehearsal that succeeds.
fn good(args: &[&str]) -> String {
    let output = rehearse(args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {errors}");
    assert!(errors.is_empty(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Standard error of a rehearsal that cannot be.
fn bad(args: &[&str]) -> String {
    let output = rehearse(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn json(args: &[&str]) -> Value {
    let args = [args, &["--format", "json"]].concat();
    serde_json::from_str(&good(&args)).unwrap()
}

fn array(it: &Value) -> &Vec<Value> {
    it.as_array().unwrap()
}

fn names(it: &Value) -> Vec<String> {
    let all = array(it).iter();
    all.map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// Everybody in the room, from the first round.
fn everybody(room: &Value) -> BTreeSet<String> {
    let first = array(&room["rounds"]["rounds"][0]);
    first.iter().flat_map(names).collect()
}

/// An advisers' file for one test.
fn advisers(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// A folder that is not there.
fn no_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

#[test]
fn forty_people_are_all_in_one_group_of_ten_to_fifteen_in_each_round() {
    for seed in ["1", "2", "3"] {
        let room = json(&["--seed", seed]);
        let everybody = everybody(&room);
        assert_eq!(everybody.len(), 40, "no two have the same pseudonym");
        let rounds = array(&room["rounds"]["rounds"]);
        assert_eq!(rounds.len(), 2);
        for round in rounds {
            let groups: Vec<Vec<String>> = array(round).iter().map(names).collect();
            assert!(groups.iter().all(|it| (10..=15).contains(&it.len())));
            let people: Vec<&String> = groups.iter().flatten().collect();
            assert_eq!(people.len(), 40);
            assert_eq!(people.into_iter().collect::<BTreeSet<_>>().len(), 40);
        }
        // the first round is that of the groups
        let groups = array(&room["groups"]["groups"]).iter();
        let groups: BTreeSet<Vec<String>> = groups.map(|it| names(&it["people"])).collect();
        let first: BTreeSet<Vec<String>> = array(&rounds[0]).iter().map(names).collect();
        assert_eq!(groups, first);
    }
}

#[test]
fn nobody_is_at_two_places_at_once() {
    let room = json(&[]);
    let rounds = array(&room["programme"]);
    let rounds = rounds.iter().find(|it| it["part"] == "rounds").unwrap();
    let rounds = array(&rounds["pieces"]);
    let mut places: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (piece, groups) in rounds.iter().zip(array(&room["rounds"]["rounds"])) {
        for person in array(groups).iter().flat_map(names) {
            places.entry(person).or_default().push(span(piece));
        }
    }
    let slots = array(&room["slots"]);
    assert_eq!(slots.len(), 12, "six advisers have two slots each");
    let mut seats = BTreeSet::new();
    for slot in slots {
        let person = slot["person"].as_str().unwrap().to_owned();
        places.entry(person).or_default().push(span(slot));
        assert!(seats.insert((slot["adviser"].to_string(), slot["from"].to_string())));
    }
    assert_eq!(places.len(), 40);
    for (person, mut times) in places {
        times.sort();
        let apart = times.windows(2).all(|pair| pair[0].1 <= pair[1].0);
        assert!(apart, "{person}: {times:?}");
    }
    // everybody has a slot or waits, and says why
    let with = slots.iter().map(|it| it["person"].as_str().unwrap());
    let waiting = array(&room["waiting"]).iter();
    let waiting = waiting.inspect(|it| assert!(it["reason"].is_string()));
    let waiting = waiting.map(|it| it["person"].as_str().unwrap());
    let all: Vec<String> = with.chain(waiting).map(str::to_owned).collect();
    assert_eq!(all.len(), 40);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), everybody(&room));
}

fn span(it: &Value) -> (String, String) {
    let text = |key: &str| it[key].as_str().unwrap().to_owned();
    (text("from"), text("to"))
}

#[test]
fn the_same_seed_gives_the_same_room_and_another_seed_another() {
    assert_eq!(good(&["--seed", "7"]), good(&["--seed", "7"]));
    let (one, other) = (json(&["--seed", "7"]), json(&["--seed", "8"]));
    assert_ne!(one["rounds"]["rounds"], other["rounds"]["rounds"]);
    assert_ne!(one["picture"], other["picture"]);
}

#[test]
fn no_count_of_one_or_two_is_printed_and_none_that_leaves_one_or_two_over() {
    let mut counts = 0;
    for people in ["11", "20", "40"] {
        for seed in ["1", "2", "3"] {
            let args = ["--people", people, "--seed", seed, "--lang", "en"];
            // from the text, as it is read
            for line in good(&args).lines() {
                let mut words = line.split_whitespace();
                let (first, of, all) = (words.next(), words.next(), words.next());
                if of == Some("of") {
                    let first: u32 = first.unwrap().parse().unwrap();
                    let all: u32 = all.unwrap().parse().unwrap();
                    assert!(first >= 3 && all - first >= 3, "{line}");
                    counts += 1;
                }
                for (_, bar) in line.split("step ").filter_map(|it| it.split_once(": ")) {
                    let number: String = bar.chars().take_while(char::is_ascii_digit).collect();
                    if let Ok(number) = number.parse::<u32>() {
                        assert!(number == 0 || number >= 3, "{line}");
                        counts += 1;
                    }
                }
            }
        }
    }
    assert!(counts > 100, "the test looks at the wrong place: {counts}");
}

#[test]
fn four_people_have_no_picture_and_five_have_one() {
    let few = ["--group-min", "1", "--people"];
    let four = json(&[&few[..], &["4"]].concat());
    assert!(four["picture"].is_null());
    let five = json(&[&few[..], &["5"]].concat());
    assert_eq!(five["picture"]["people"], 5);
    assert!(good(&["--group-min", "1", "--people", "4"]).contains("for få til et billede"));
}

#[test]
fn a_repair_moves_only_whom_it_must() {
    let room = json(&["--lang", "en"]);
    let repairs = array(&room["repairs"]);
    let kinds: Vec<&str> = repairs
        .iter()
        .map(|it| it["happening"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["late", "left", "ill"]);
    let changes = |it: &Value| names(&it["changes"]);
    // there is space in every group of ten: the late one joins a group in each round
    let late = changes(&repairs[0]);
    let who = repairs[0]["who"].as_str().unwrap();
    assert!(!everybody(&room).contains(who));
    assert_eq!(late.len(), 2, "{late:?}");
    assert!(
        late.iter()
            .all(|it| it.contains(&format!("{who} joins group")))
    );
    // one who leaves is missed by their group, which needs at most one other, and by an adviser
    let left = changes(&repairs[1]);
    let who = repairs[1]["who"].as_str().unwrap();
    for round in ["Round 1", "Round 2"] {
        let of_round = left.iter().filter(|it| it.starts_with(round));
        assert!((1..=2).contains(&of_round.count()), "{left:?}");
    }
    assert!(
        left.iter()
            .any(|it| it.contains(&format!("{who} no longer has")))
    );
    assert!(
        left.iter().any(|it| it.contains("gets the slot")),
        "{left:?}"
    );
    // an ill adviser changes no group
    let ill = changes(&repairs[2]);
    assert!(!ill.is_empty() && ill.iter().all(|it| it.starts_with("Advisers:")));
}

#[test]
fn a_late_one_for_whom_no_group_has_space_is_told_of_and_moves_nobody() {
    let room = json(&["--people", "15", "--lang", "en"]);
    let late = names(&room["repairs"][0]["changes"]);
    assert_eq!(late.len(), 2, "one for each round: {late:?}");
    let told = "16 cannot be divided into groups of 10 to 15. Nobody moves";
    assert!(late.iter().all(|it| it.contains(told)), "{late:?}");
}

#[test]
fn forty_people_and_two_rounds_take_two_hours() {
    let danish = good(&[]);
    assert!(danish.contains("workshop 28. november 2026 kl. 16.00–18.00"));
    let english = good(&["--lang", "en", "--start", "9:30"]);
    assert!(english.contains("workshop 28 November 2026, 09:30–11:30"));
    for (lang, text) in [("da", danish), ("en", english)] {
        assert!(!text.contains(['{', '}', '_']), "{lang}: a word is missing");
    }
    assert!(bad(&["--start", "23:00"]).contains("after midnight"));
    assert!(bad(&["--start", "25:00"]).contains("write a time of the day as 16:00"));
}

#[test]
fn people_who_do_not_go_into_groups_are_told_who_would() {
    let told = bad(&["--people", "16"]);
    assert!(told.contains("16 people do not go into groups of 10 to 15"));
    assert!(told.contains("15 or 20 would"));
    assert!(bad(&["--group-min", "9", "--group-max", "8"]).contains("are no groups"));
}

#[test]
fn an_unknown_need_in_the_advisers_file_is_told_with_its_line() {
    let file = "# mine\n[[advisers]]\nname = \"Skat\"\nhelps = { legal_taxes = 3 }\n";
    let path = advisers("unknown-need.toml", file);
    let told = bad(&["--advisers", &path]);
    assert!(told.contains("unknown-need.toml:4: there is no need `legal_taxes`"));
    assert!(told.contains("is it `legal_tax`?"));
}

#[test]
fn what_is_wrong_in_an_advisers_file_is_told_with_its_line_and_what_to_write() {
    let begin = "[[advisers]]\nname = \"A\"\n";
    for (name, rest, line, hint) in [
        (
            "competence",
            "helps = { finance = 4 }\n",
            3,
            "write 1 (knows of it)",
        ),
        ("key", "\nhelp = { finance = 3 }\n", 4, "write it as in"),
        ("slot", "helps = {}\nslots = [1, 3]\n", 4, "from 1 to 2"),
        (
            "twice",
            "helps = {}\n[[advisers]]\nname = \"A\"\nhelps = {}\n",
            5,
            "a name of their own",
        ),
        ("syntax", "helps = {\n", 3, "write it as in"),
    ] {
        let name = format!("wrong-{name}.toml");
        let told = bad(&["--advisers", &advisers(&name, &format!("{begin}{rest}"))]);
        assert!(told.contains(&format!("{name}:{line}: ")), "{told}");
        assert!(told.contains(hint), "{told}");
    }
    assert!(bad(&["--advisers", "no-such-file.toml"]).contains("cannot be read"));
    let file = |name: &str, bytes: &[u8]| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let wrong = file("latin.toml", b"# r\xe5dgivere\n");
    assert!(bad(&["--advisers", &wrong]).contains("UTF-8"));
    let huge = file("huge.toml", &vec![b'#'; 1_000_001]);
    assert!(bad(&["--advisers", &huge]).contains("longer"));
}

#[test]
fn own_advisers_are_there_only_when_they_say_so() {
    let file = "[[advisers]]\nname = \"Bo\"\nslots = [2]\nhelps = { personal_competence = 3 }\n";
    let room = json(&["--advisers", &advisers("bo.toml", file)]);
    let slots = array(&room["slots"]);
    assert_eq!(slots.len(), 1);
    assert_eq!(slots[0]["adviser"], "Bo");
    assert_eq!(slots[0]["need"], "personal_competence");
    assert_eq!(slots[0]["from"], "17:40");
    let reasons = array(&room["waiting"]).iter();
    let reasons: BTreeSet<&str> = reasons.map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, BTreeSet::from(["no_slot_left", "nobody_helps"]));
}

#[test]
fn files_are_written_and_a_foreign_one_is_never_changed() {
    let folder = no_folder("workshop-out");
    let out = ["--out", folder.to_str().unwrap()];
    let room = json(&out);
    assert_eq!(array(&room["files"]).len(), 4);
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let groups = read("groups.csv");
    assert_eq!(groups.lines().count(), 1 + 2 * 40);
    for person in everybody(&room) {
        assert_eq!(
            groups.matches(&format!("\"{person}\"")).count(),
            2,
            "{person}"
        );
    }
    assert_eq!(read("advisers.csv").lines().count(), 1 + 12 + 28);
    assert!(read("programme.csv").contains("16:35;16:55"));
    let calendar = read("workshop.ics");
    assert!(calendar.contains("DTSTART;TZID=Europe/Copenhagen:20261128T160000"));
    // the same again is fine; another room is not written over this one
    json(&out);
    let told = bad(&[&out[..], &["--seed", "2"]].concat());
    assert!(told.contains("is there already") && told.contains("nothing was written"));
    assert_eq!(read("groups.csv"), groups);
    // and nothing is written beside a foreign file
    let folder = no_folder("workshop-foreign");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("workshop.ics"), "mine").unwrap();
    bad(&["--out", folder.to_str().unwrap()]);
    assert_eq!(
        fs::read_to_string(folder.join("workshop.ics")).unwrap(),
        "mine"
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}
