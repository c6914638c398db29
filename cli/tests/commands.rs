//! `vaekst` from outside: what a person types and what they get.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use serde_json::Value;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file for one test, written anew each time.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

fn vaekst(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vaekst"));
    command.current_dir(root()).args(args).output().unwrap()
}

/// Standard output of a command that succeeds.
fn good(args: &[&str]) -> String {
    let output = vaekst(args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {errors}");
    assert!(errors.is_empty(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Standard error of a command that cannot be carried out.
fn bad(args: &[&str]) -> String {
    let output = vaekst(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&good(args)).unwrap()
}

const SANNE: &str = r#"{"questionnaire": "vaekstscreening", "answers": {
  "stage": "established", "company_age": "y5_7", "size": "s5_9", "municipality": "0615",
  "trade": "retail", "plans": ["borrow"], "signs": ["none"], "situation": ["none"],
  "economy_core": 4, "capital_core": "dont_know", "growth_ambition_core": "larger"}}"#;

fn sanne(name: &str) -> String {
    file(name, SANNE).display().to_string()
}

#[test]
fn every_question_is_listed_in_both_languages_with_its_rule() {
    let danish = json(&["questions", "--format", "json"]);
    let english = json(&["questions", "--lang", "en", "--format", "json"]);
    let tests = danish.as_array().unwrap();
    assert_eq!(tests.len(), 2);
    for (test, translated) in tests.iter().zip(english.as_array().unwrap()) {
        let (items, others) = (test["items"].as_array().unwrap(), &translated["items"]);
        for (item, other) in items.iter().zip(others.as_array().unwrap()) {
            assert_eq!(item["id"], other["id"]);
            assert_ne!(
                item["text"], other["text"],
                "{} is not translated",
                item["id"]
            );
            assert!(item["relevant_if"]["rule"].is_string());
            let words = other["relevant_if"]["words"].as_str().unwrap();
            assert!(!words.contains('{') && !words.contains("rule."), "{words}");
        }
    }
}

#[test]
fn a_rule_is_explained_in_words() {
    let text = good(&[
        "questions",
        "--lang",
        "en",
        "--questionnaire",
        "vaekstscreening",
    ]);
    let rule = "  ? stage is one of startup, established\n    = the answer to “";
    assert!(text.contains(rule), "{text}");
    // A choice only the other test has keeps its words.
    assert!(!text.contains("“pupil”"), "{text}");
    let text = good(&["questions"]);
    assert!(text.contains("= svaret på »"), "{text}");
}

#[test]
fn one_questionnaire_can_be_asked_for() {
    let one = json(&[
        "questions",
        "--questionnaire",
        "selvtest",
        "--format",
        "json",
    ]);
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0]["id"], "selvtest");
}

#[test]
fn a_result_comes_with_all_its_reasons() {
    let answers = sanne("reasons.json");
    let args = [
        "profile",
        "--answers",
        &answers,
        "--office",
        "demo-lille",
        "--today",
        "2026-11-20",
        "--format",
        "json",
    ];
    let result = json(&args);
    assert_eq!(result["segment"]["segment"], "established");
    assert_eq!(result["today"], "2026-11-20");
    assert_eq!(result["office"], "demo-lille");
    // One item of weight 2 answered with step 4: 75 points.
    let scores = result["scores"].as_array().unwrap();
    let economy = scores.iter().find(|it| it["scale"] == "economy").unwrap();
    assert_eq!(economy["points"], 7_500);
    let capital = scores.iter().find(|it| it["scale"] == "capital").unwrap();
    assert_eq!(
        capital["points"],
        Value::Null,
        "don't know is unknown, not 0"
    );
    let need = &result["needs"][0];
    assert_eq!(need["need"], "finance");
    assert_eq!(need["grounds"][0]["answer"]["item"], "plans");
    let referrals = result["referrals"].as_array().unwrap();
    let finance = referrals.iter().find(|it| it["need"] == "finance").unwrap();
    assert_eq!(finance["rules"][0], "competence");
    for offer in result["recommendations"]["list"].as_array().unwrap() {
        assert!(offer["reason"].is_object() || offer["reason"].is_string());
    }
    assert!(result["code"].as_str().unwrap().starts_with("vs1"));
    // The same answers give the same bytes.
    assert_eq!(good(&args), good(&args));
}

#[test]
fn a_large_office_keeps_what_a_small_one_passes_on() {
    let answers = sanne("offices.json");
    let level = |office: &str| {
        let args = [
            "profile",
            "--answers",
            &answers,
            "--office",
            office,
            "--today",
            "2026-11-20",
            "--format",
            "json",
        ];
        json(&args)["referrals"][0]["level"].clone()
    };
    assert_eq!(level("demo-lille"), "regional");
    assert_eq!(level("demo-stor"), "local");
}

#[test]
fn an_adviser_can_read_the_result() {
    let answers = sanne("adviser.json");
    let text = good(&[
        "profile",
        "--answers",
        &answers,
        "--today",
        "2026-11-20",
        "--office",
        "demo-lille",
    ]);
    for piece in [
        "Vækstscreening (version 1), set pr. 2026-11-20",
        "# Segment",
        "(established)",
        "# Dimensioner",
        "Hvad vil du gerne nå de næste to år?: Låne penge",
        "R1: kontoret har ikke kompetence på feltet",
        "# Tilbud",
        "# Profilkode",
    ] {
        assert!(text.contains(piece), "{piece} is missing in\n{text}");
    }
    let english = good(&["profile", "--answers", &answers, "--lang", "en"]);
    assert!(
        english.contains("# Left open") && !english.contains("Hvad"),
        "{english}"
    );
}

#[test]
fn a_profile_file_is_an_answers_file() {
    let path = root().join("engine/tests/fixtures/profile-file-v1.json");
    let result = json(&[
        "profile",
        "--answers",
        &path.display().to_string(),
        "--format",
        "json",
        "--today",
        "2026-11-20",
    ]);
    assert_eq!(result["office"], "demo-lille");
    assert_eq!(result["answers_that_count"]["drive_core"], "4");
}

#[test]
fn answers_can_come_from_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vaekst"))
        .current_dir(root())
        .args(["profile", "--answers", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(SANNE.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && !output.stdout.is_empty());
}

#[test]
fn what_is_wrong_with_an_answers_file_is_said() {
    let at = |name: &str, text: &str| {
        let path = file(name, text).display().to_string();
        bad(&["profile", "--answers", &path])
    };
    let not_json = at("not.json", "{\n  \"questionnaire\": \"selvtest\",\n  oh no");
    assert!(
        not_json.contains("not.json:3:3: this is not JSON"),
        "{not_json}"
    );
    let other = at("other.json", "{\"recipe\": []}");
    assert!(
        other.contains("no answers file") && other.contains("→ write {"),
        "{other}"
    );
    let test = at("test.json", r#"{"questionnaire": "iq", "answers": {}}"#);
    assert!(
        test.contains("no questionnaire `iq`") && test.contains("selvtest"),
        "{test}"
    );
    let items = at(
        "items.json",
        r#"{"questionnaire": "selvtest", "answers": {"stage": "rich", "shoe_size": 43, "drive_core": 9, "municipality": "9999"}}"#,
    );
    for piece in [
        "item `stage` has no choice `rich`",
        "no item `shoe_size`",
        "item `drive_core` has no choice `9`",
        "item `municipality` has no choice `9999`",
    ] {
        assert!(items.contains(piece), "{piece} is missing in {items}");
    }
    let gone = bad(&["profile", "--answers", "nowhere.json"]);
    assert!(gone.contains("nowhere.json cannot be read"), "{gone}");
    let binary = file("binary.json", "").with_file_name("binary.json");
    fs::write(&binary, [0xff, 0xfe, 0x00]).unwrap();
    let binary = bad(&["profile", "--answers", &binary.display().to_string()]);
    assert!(binary.contains("not text in UTF-8"), "{binary}");
    let long = file("long.json", &" ".repeat(1_000_002))
        .display()
        .to_string();
    assert!(bad(&["profile", "--answers", &long]).contains("far longer"));
}

#[test]
fn unknown_offices_dates_languages_and_folders_are_said() {
    let answers = sanne("unknown.json");
    let office = bad(&["profile", "--answers", &answers, "--office", "moon"]);
    assert!(
        office.contains("no office `moon`") && office.contains("demo-"),
        "{office}"
    );
    let today = bad(&["profile", "--answers", &answers, "--today", "2026-02-30"]);
    assert!(
        today.contains("2026-02-30") && today.contains("2026-11-20"),
        "{today}"
    );
    let lang = bad(&["questions", "--lang", "tlh"]);
    assert!(
        lang.contains("no language `tlh`") && lang.contains("da, en"),
        "{lang}"
    );
    let folder = bad(&["check", "--content", "src"]);
    assert!(folder.contains("src is no content folder"), "{folder}");
    let test = bad(&["graph", "--questionnaire", "iq"]);
    assert!(test.contains("no questionnaire `iq`"), "{test}");
}

#[test]
fn a_code_goes_there_and_back() {
    let answers = sanne("code.json");
    let code = good(&["code", "encode", "--answers", &answers]);
    let back: Value = serde_json::from_str(&good(&["code", "decode", code.trim()])).unwrap();
    assert_eq!(back["questionnaire"], "vaekstscreening");
    assert_eq!(back["answers"]["economy_core"], "4");
    assert_eq!(back["answers"]["capital_core"], "dont_know");
    // As written down: in capitals, in groups, as several words.
    let grouped = code.trim().to_uppercase();
    let (one, other) = grouped.split_at(20);
    assert_eq!(json(&["code", "decode", one, other]), back);
    // And what comes out goes in again.
    let again = file("again.json", &back.to_string()).display().to_string();
    assert_eq!(good(&["code", "encode", "--answers", &again]), code);
    let mistyped = code.trim().replace("vs1q", "vs1p");
    assert!(bad(&["code", "decode", &mistyped]).contains("letter by letter"));
    assert!(bad(&["code", "decode", "hello"]).contains("begins with `vs1`"));
}

#[test]
fn the_same_seed_gives_the_same_people() {
    let args = |seed| {
        [
            "simulate",
            "--n",
            "40",
            "--seed",
            seed,
            "--today",
            "2026-11-20",
            "--format",
            "json",
        ]
    };
    let one = json(&args("7"));
    assert_eq!(one, json(&args("7")));
    assert_ne!(one, json(&args("8")));
    for distribution in one["distributions"].as_array().unwrap() {
        let segments = distribution["segments"].as_object().unwrap();
        let people: u64 = segments.values().filter_map(Value::as_u64).sum();
        assert_eq!(people, 40, "everybody has one segment");
        assert_eq!(distribution["people"], 40);
    }
    let text = good(&["simulate", "--n", "5", "--questionnaire", "selvtest"]);
    assert!(text.contains("selvtest: 5 people") && text.contains("recommended to nobody"));
    assert!(bad(&["simulate", "--n", "0"]).contains("--n from 1"));
}

#[test]
fn the_flow_is_drawn_in_two_languages_of_drawing() {
    let mermaid = good(&["graph", "--questionnaire", "selvtest"]);
    assert!(mermaid.contains("flowchart TD"));
    assert!(mermaid.contains("stage -->|\"stage is one of startup, established\"| company_age"));
    let dot = good(&["graph", "--questionnaire", "selvtest", "--format", "dot"]);
    assert!(dot.starts_with("digraph \"selvtest\" {") && dot.trim_end().ends_with('}'));
    let opened = dot.matches('{').count();
    assert_eq!(opened, dot.matches('}').count());
}

#[test]
fn the_personas_are_told_one_by_one() {
    let text = good(&["personas"]);
    assert!(
        text.contains("ok   birgit-boghandel") && text.trim_end().ends_with(" 0 failed"),
        "{text}"
    );
    let all = json(&["personas", "--format", "json"]);
    assert_eq!(all.as_array().unwrap().len(), text.lines().count() - 1);
    assert!(bad(&["personas", "docs"]).contains("no personas in docs"));
}

#[test]
fn nobody_minds_a_reader_that_has_seen_enough() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vaekst"))
        .current_dir(root())
        .args(["questions", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn the_help_names_every_command() {
    let help = good(&["--help"]);
    for command in [
        "check",
        "questions",
        "profile",
        "simulate",
        "graph",
        "personas",
        "layout",
        "code",
    ] {
        assert!(help.contains(command), "{command}");
    }
}

// ------------------------------------------------------------------ check and layout on a copy

/// A copy of the content that a test may change.
fn copy(name: &str) -> PathBuf {
    let to = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if to.exists() {
        fs::remove_dir_all(&to).unwrap();
    }
    copy_folder(&root().join("content"), &to);
    to
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_content_of_the_project_has_no_errors() {
    let text = good(&["check"]);
    assert!(
        text.trim_end()
            .lines()
            .last()
            .unwrap()
            .starts_with("0 errors"),
        "{text}"
    );
}

#[test]
fn a_mistake_is_told_with_file_line_and_remedy_and_fails_the_check() {
    let folder = copy("one-mistake");
    let needs = folder.join("needs.toml");
    let text = fs::read_to_string(&needs).unwrap();
    let line = 1 + text
        .lines()
        .position(|it| it.starts_with("if = \"plans includes start\""))
        .unwrap();
    fs::write(
        &needs,
        text.replacen("plans includes start\"", "plans includes strat\"", 1),
    )
    .unwrap();
    let output = vaekst(&["check", "--content", &folder.display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let expected = format!(
        "needs.toml:{line}: error: rule 1 of need `startup_basics` names the choice `strat`, which item `plans` does not have\n  → correct the id of the choice"
    );
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn a_layout_is_written_once_and_never_changed() {
    let folder = copy("layouts");
    let _ = fs::remove_dir_all(folder.join("layouts"));
    let content = folder.display().to_string();
    let args = ["layout", "--content", &content];
    assert!(good(&args).contains("selvtest-1.txt: written"));
    assert!(good(&args).contains("selvtest-1.txt: as it is"));
    let path = folder.join("layouts/selvtest-1.txt");
    let frozen = fs::read_to_string(&path).unwrap();
    // A question goes: the frozen layout stays, and both commands say what to do.
    let questionnaire = folder.join("questionnaires/selvtest.toml");
    let text = fs::read_to_string(&questionnaire).unwrap();
    let at = text.find("[[items]]\nid = \"drive_self\"").unwrap();
    let end = at + 10 + text[at + 10..].find("[[items]]").unwrap();
    fs::write(&questionnaire, format!("{}{}", &text[..at], &text[end..])).unwrap();
    let output = vaekst(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("raise `version`")
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), frozen);
    let output = vaekst(&["check", "--content", &content]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("`selvtest` is no longer what version 1 was"),
        "{text}"
    );
    // With the version raised, a new layout is written beside the old one.
    let text = fs::read_to_string(&questionnaire).unwrap();
    fs::write(
        &questionnaire,
        text.replacen("version = 1", "version = 2", 1),
    )
    .unwrap();
    assert!(good(&args).contains("selvtest-2.txt: written"));
    assert_eq!(fs::read_to_string(&path).unwrap(), frozen);
}
