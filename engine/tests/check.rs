//! The content check finds every mistake an author can make: each is made once in a small bakery,
//! and must be found with its file and line.
#![cfg(feature = "authoring")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::{
    fs,
    path::{Path, PathBuf},
};
use vaekstspejl_engine::{
    Date,
    authoring::{Diagnostic, Severity, check},
};

const TODAY: Date = Date::new(2026, 11, 20).expect("a day of the calendar");

fn bakery() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bakery")
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

/// What the check finds after these pieces of the bakery have been replaced.
fn found(name: &str, changes: &[(&str, &str, &str)]) -> Vec<Diagnostic> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    copy(&bakery(), &folder);
    for (file, from, to) in changes {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
    check(&folder, TODAY)
}

#[test]
fn a_bakery_without_mistakes_is_found_to_have_none() {
    assert_eq!(found("none", &[]), []);
}

const TEST: &str = "questionnaires/selvtest.toml";
const CRUST: &str = "scales/crust.toml";
const NEEDS: &str = "needs.toml";
const SEGMENTS: &str = "segments.toml";
const MILL: &str = "offers/national/mill.toml";
const BRIEFING: &str = "briefing.toml";
const OFFICE: &str = "offices/0101-byen.toml";

/// File, what stands there, what the author writes; then where it is found, and what.
type Mistake = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const MISTAKES: [Mistake; 58] = [
    // rules: names, order, dead rules
    (
        NEEDS,
        "bread includes rye",
        "bread includes barley",
        "needs.toml:10",
        "names the choice `barley`",
    ),
    (
        NEEDS,
        "bread includes rye",
        "cake includes rye",
        "needs.toml:10",
        "names the item `cake`",
    ),
    (
        NEEDS,
        "score crust below",
        "score crumb below",
        "needs.toml:13",
        "names the scale `crumb`",
    ),
    (
        NEEDS,
        "strength_from = \"crust\"",
        "strength_from = \"crumb\"",
        "needs.toml:2",
        "takes its strength from scale `crumb`",
    ),
    (
        NEEDS,
        "bread includes rye",
        "questionnaire is iq",
        "needs.toml:10",
        "names the questionnaire `iq`",
    ),
    (
        NEEDS,
        "bread includes rye",
        "bread includes",
        "needs.toml:10",
        "cannot be read",
    ),
    (
        TEST,
        "relevant_if = \"stage is startup\"",
        "relevant_if = \"crust_core at least 3\"",
        "questionnaires/selvtest.toml:27",
        "which is asked later",
    ),
    (
        TEST,
        "relevant_if = \"stage is startup\"",
        "relevant_if = \"score crust below 3\"",
        "questionnaires/selvtest.toml:27",
        "speaks of a score",
    ),
    (
        TEST,
        "steps = \"frequency\"\nscores = { crust = 2 }",
        "steps = \"frequency\"\nscores = { crust = 2 }\nrelevant_if = \"crust_smell at least 2\"",
        "questionnaires/selvtest.toml:42",
        "the deep item `crust_smell`",
    ),
    (
        NEEDS,
        "bread includes rye",
        "bread includes rye and stage is idea",
        "needs.toml:10",
        "can never be true",
    ),
    (
        NEEDS,
        "bread includes rye",
        "bread includes rye and bread includes none",
        "needs.toml:10",
        "can never be true",
    ),
    (
        NEEDS,
        "or stage is idea",
        "or stage is idea and stage is startup",
        "needs.toml:13",
        "has a part that can never be true: number 2",
    ),
    (
        MILL,
        "stage is startup",
        "stage is startup and stage is idea",
        "offers/national/mill.toml:18",
        "can never be true",
    ),
    (
        MILL,
        "unsure_if = \"bread includes wheat\"",
        "unsure_if = \"not stage is one of idea, startup\"",
        "offers/national/mill.toml:19",
        "can never be true",
    ),
    (
        TEST,
        "bread includes any of rye, wheat",
        "bread includes rye and stage is idea",
        "questionnaires/selvtest.toml:45",
        "nobody who takes `selvtest` is asked `crust_smell`",
    ),
    // scales
    (
        CRUST,
        "from = 0",
        "from = 5",
        "scales/crust.toml:2",
        "does not begin at 0",
    ),
    (
        CRUST,
        "from = 60",
        "from = 35",
        "scales/crust.toml:2",
        "not above band `fair`",
    ),
    (
        CRUST,
        "from = 80",
        "from = 101",
        "scales/crust.toml:2",
        "begins above 100",
    ),
    (
        CRUST,
        "id = \"strong\"",
        "id = \"great\"",
        "scales/crust.toml:2",
        "has the bands weak, fair, good, great",
    ),
    (
        CRUST,
        "short = \"Skorpe\"",
        "short = \"Skorpens sprødhed\"",
        "scales/crust.toml:2",
        "too long for the wheel",
    ),
    (
        CRUST,
        "minimum = 1",
        "minimum = 0",
        "scales/crust.toml:2",
        "minimum of 0",
    ),
    (
        TEST,
        "tier = \"core\"",
        "tier = \"deep\"",
        "scales/crust.toml:2",
        "has no core item in selvtest",
    ),
    (
        TEST,
        "scores = { crust = 2 }",
        "scores = { crumb = 2 }",
        "questionnaires/selvtest.toml:36",
        "counts in scale `crumb`, which there is not",
    ),
    (
        TEST,
        "scores = { crust = 2 }",
        "scores = { crust = 7 }",
        "questionnaires/selvtest.toml:36",
        "has the weight 7",
    ),
    (
        TEST,
        "tier = \"core\"\nsteps",
        "tier = \"context\"\nsteps",
        "questionnaires/selvtest.toml:36",
        "is context and has `scores`",
    ),
    // reach
    (
        SEGMENTS,
        "if = \"always\"",
        "if = \"stage is idea\"",
        "segments.toml:10",
        "does not hold for everybody",
    ),
    (
        SEGMENTS,
        "score crust at least 80 and stage is startup",
        "always",
        "segments.toml:10",
        "nobody comes to segment `baker`",
    ),
    (
        NEEDS,
        "if = \"always\"",
        "if = \"stage is idea and stage is startup\"",
        "needs.toml:17",
        "nobody has the need `needs_clarification`",
    ),
    (
        MILL,
        "stages = [\"any\"]",
        "stages = [\"succession\"]",
        "offers/national/mill.toml:1",
        "nobody can be shown offer `mill`",
    ),
    (
        "offers/history/watermill-2010.toml",
        "stages = [\"startup\"]",
        "stages = [\"crisis\"]",
        "offers/history/watermill-2010.toml:1",
        "nobody can be shown offer `watermill-2010`",
    ),
    // catalogue
    (
        MILL,
        "source = \"the miller\"",
        "source = \" \"",
        "offers/national/mill.toml:1",
        "has no source",
    ),
    (
        MILL,
        "last_checked = \"2026-11-01\"",
        "last_checked = \"2026-11-21\"",
        "offers/national/mill.toml:12",
        "last checked in the future",
    ),
    (
        MILL,
        "last_checked = \"2026-11-01\"",
        "last_checked = \"2025-10-01\"",
        "offers/national/mill.toml:12",
        "more than 400 days ago",
    ),
    (
        MILL,
        "2020/2030",
        "2020/2025",
        "offers/national/mill.toml:9",
        "is over but still stands as operating",
    ),
    (
        MILL,
        "status = \"operating\"\nyears = \"2020/2030\"",
        "status = \"planned\"",
        "offers/national/mill.toml:9",
        "is planned but has no dates",
    ),
    (
        MILL,
        "needs = [\"flour\"",
        "needs = [\"flower\"",
        "offers/national/mill.toml:5",
        "answers the need `flower`",
    ),
    (
        MILL,
        "geography = [\"DK\"]",
        "geography = [\"house:west\"]",
        "offers/national/mill.toml:7",
        "holds in `west`",
    ),
    (
        MILL,
        "geography = [\"DK\"]",
        "geography = [\"region:9\"]",
        "offers/national/mill.toml:7",
        "holds in `9`",
    ),
    (
        MILL,
        "geography = [\"DK\"]",
        "geography = [\"0999\"]",
        "offers/national/mill.toml:7",
        "holds in `0999`",
    ),
    (
        MILL,
        "sentence = \"Ovnen er lun.\"",
        "sentence = \"\"",
        "offers/national/mill.toml:17",
        "has no sentence",
    ),
    (
        MILL,
        "level = \"national\"",
        "level = \"regional\"",
        "needs.toml:5",
        "nobody to turn to at level National in 1 municipalities, such as Byen",
    ),
    (
        "municipalities.toml",
        "house = \"east\"",
        "house = \"north\"",
        "municipalities.toml:6",
        "belongs to a house or region that there is not",
    ),
    (
        OFFICE,
        "need = \"flour\"",
        "need = \"flower\"",
        "offices/0101-byen.toml:1",
        "has the field `flower`",
    ),
    (
        OFFICE,
        "municipalities = [\"0101\"]",
        "municipalities = [\"0102\"]",
        "offices/0101-byen.toml:1",
        "names the municipality `0102`",
    ),
    (
        OFFICE,
        "kind = \"default\"",
        "kind = \"demo\"",
        "municipalities.toml:6",
        "Byen has 0 offices of kind default",
    ),
    (
        OFFICE,
        "https://post.byen.example",
        "http://post.byen.example",
        "offices/0101-byen.toml:14",
        "is no relay of a mailbox",
    ),
    (
        OFFICE,
        "vmb1_p_",
        "vmb1_o_",
        "offices/0101-byen.toml:17",
        "is no post of a mailbox",
    ),
    // the briefing
    (
        BRIEFING,
        "bread includes rye",
        "bread includes cake",
        "briefing.toml:2",
        "names the choice `cake`",
    ),
    (
        BRIEFING,
        "id = \"flour\"",
        "id = \"flower\"",
        "briefing.toml:8",
        "questions about what there is not: need `flower`",
    ),
    (
        BRIEFING,
        "Hvor varm er ovnen?",
        "",
        "briefing.toml:16",
        "a question without words: scale `crust`",
    ),
    (
        "translations/en/briefing.toml",
        "questions = [\"Who eats it?\"]",
        "",
        "translations/en/briefing.toml:2",
        "`questions` of `rye_without_crust` is not translated",
    ),
    (
        "offices/capability.toml",
        "needs_clarification",
        "talk",
        "offices/capability.toml:0",
        "the field `talk` is no need",
    ),
    // words
    (
        TEST,
        "Hvor ofte dufter brødet?",
        "Hvor ofte er det for dig sådan at dit brød, når du har taget det ud af din ovn, dufter godt for dig og dine?",
        "questionnaires/selvtest.toml:45",
        "words",
    ),
    (
        TEST,
        "Hvor ofte dufter brødet?",
        "Dokumenterer virksomhedens medarbejdere regelmæssigt produktionens kvalitetsudvikling gennem skriftlige arbejdsbeskrivelser, forretningsgange, risikovurderinger?",
        "questionnaires/selvtest.toml:45",
        "is hard to read",
    ),
    (
        TEST,
        "label = \"Kold\"",
        "label = \"\"",
        "questionnaires/selvtest.toml:12",
        "lacks its question or a label",
    ),
    // ids, translation, codes
    (
        TEST,
        "id = \"crust_smell\"",
        "id = \"crust_core\"",
        "questionnaires/selvtest.toml:45",
        "is used for two items",
    ),
    (
        "translations/en/needs.toml",
        "text = \"A talk helps.\"\n",
        "",
        "translations/en/needs.toml:8",
        "is not translated",
    ),
    (
        TEST,
        "{ id = \"wheat\", label = \"Hvede\" },",
        "",
        "questionnaires/selvtest.toml:3",
        "is no longer what version 1 was",
    ),
];

#[test]
fn every_mistake_is_found_where_it_was_made() {
    let mut missed = Vec::new();
    for (index, (file, from, to, place, what)) in MISTAKES.iter().enumerate() {
        let found = found(&format!("mistake-{index}"), &[(file, from, to)]);
        let is_it = |it: &Diagnostic| {
            format!("{}:{}", it.file, it.line) == *place && it.what.contains(what)
        };
        if !found.iter().any(is_it) {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            missed.push(format!(
                "{to} in {file}: expected {place} {what}; found\n{}",
                found.join("\n")
            ));
        }
        assert!(found.iter().all(|it| !it.hint.is_empty()), "{file}");
    }
    assert!(missed.is_empty(), "\n{}\n", missed.join("\n\n"));
}

#[test]
fn what_only_needs_a_look_is_a_warning() {
    let old = (
        "last_checked = \"2026-11-01\"",
        "last_checked = \"2025-10-01\"",
    );
    let over = ("2020/2030", "2020/2025");
    for (from, to) in [old, over] {
        let found = found("warning", &[(MILL, from, to)]);
        let about_it = found.iter().find(|it| it.file == MILL).unwrap();
        assert_eq!(about_it.severity, Severity::Warning, "{about_it}");
    }
}

#[test]
fn a_missing_layout_says_which_command_writes_it() {
    let found = found("raised", &[(TEST, "version = 1", "version = 2")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].file, "layouts/selvtest-2.txt");
    assert!(found[0].hint.contains("vaekst -- layout"), "{}", found[0]);
}

#[test]
fn a_test_that_is_too_long_is_told() {
    let item = |index: usize| {
        format!(
            "\n[[items]]\nid = \"crust_{index}\"\nsection = \"oven\"\nkind = \"scale\"\ntier = \"core\"\nsteps = \"frequency\"\nscores = {{ crust = 1 }}\ntext = \"Hvor ofte er der røg i dit bageri om morgenen?\"\n"
        )
    };
    let many: String = (0..140).map(item).collect();
    let with_many = format!("text = \"Hvor ofte dufter brødet?\"\n{many}");
    let found = found(
        "long",
        &[(TEST, "text = \"Hvor ofte dufter brødet?\"", &with_many)],
    );
    for what in [
        "the core of `selvtest` takes up to",
        "asks up to 141 scored items",
        "characters long",
    ] {
        assert!(found.iter().any(|it| it.what.contains(what)), "{what}");
    }
}

#[test]
fn findings_stand_worst_first_then_by_file_and_line() {
    let found = found(
        "order",
        &[
            (MILL, "2020/2030", "2020/2025"),
            (NEEDS, "bread includes rye", "bread includes barley"),
            (CRUST, "from = 60", "from = 35"),
        ],
    );
    let keys: Vec<_> = found
        .iter()
        .map(|it| (it.severity, &it.file, it.line))
        .collect();
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(keys, sorted);
    assert_eq!(found.last().unwrap().severity, Severity::Warning);
}

#[test]
fn a_folder_that_is_not_there_gives_findings_and_no_panic() {
    assert!(!check(Path::new("no/such/folder"), TODAY).is_empty());
}
