//! The house rules of ARCHITECTURE.md, read from the manifests and sources themselves.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::{
    fs,
    path::{Path, PathBuf},
};
use toml::Table;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(folder: &str) -> Table {
    let path = root().join(folder).join("Cargo.toml");
    fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Every file below a folder with that ending, by its path from the root.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has no {ending} files");
    found
}

/// Rust without comments and without the tests at the end of the file.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or("");
    let lines = code.lines().map(|line| {
        let trimmed = line.trim_start();
        if trimmed.starts_with("//") {
            ""
        } else {
            line.split(" // ").next().unwrap_or(line)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn dependencies(table: &Table, key: &str) -> Vec<String> {
    let found = table.get(key).and_then(|it| it.as_table());
    found.map_or(Vec::new(), |it| it.keys().cloned().collect())
}

#[test]
fn the_engine_depends_on_data_formats_only() {
    let engine = manifest("engine");
    assert_eq!(
        dependencies(&engine, "dependencies"),
        [
            "bech32",
            "encoding_rs",
            "postcard",
            "roxmltree",
            "serde",
            "serde_json",
            "toml"
        ]
    );
    // What authors write never reaches the wasm.
    for name in ["encoding_rs", "roxmltree", "toml"] {
        let it = &engine["dependencies"][name];
        assert_eq!(it["optional"].as_bool(), Some(true), "{name}");
    }
    assert!(engine.get("target").is_none() && engine.get("build-dependencies").is_none());
}

#[test]
fn dependencies_between_our_own_packages_point_one_way() {
    let own = |folder: &str, key: &str| -> Vec<String> {
        let all = dependencies(&manifest(folder), key);
        all.into_iter()
            .filter(|it| it.starts_with("vaekst"))
            .collect()
    };
    assert_eq!(own("engine", "dependencies"), Vec::<String>::new());
    assert_eq!(
        own("cli", "dependencies"),
        [
            "vaekstspejl-engine",
            "vaekstspejl-envelope",
            "vaekstspejl-mailbox",
            "vaekstspejl-relay",
            "vaekstspejl-workshop"
        ]
    );
    assert_eq!(
        own("workshop", "dependencies"),
        ["vaekstspejl-engine", "vaekstspejl-envelope"]
    );
    assert_eq!(own("cli", "dev-dependencies"), Vec::<String>::new());
    assert_eq!(
        own("console", "dependencies"),
        [
            "vaekstspejl",
            "vaekstspejl-engine",
            "vaekstspejl-envelope",
            "vaekstspejl-mailbox",
            "vaekstspejl-workshop"
        ]
    );
    assert_eq!(
        own(".", "dependencies"),
        [
            "vaekstspejl-engine",
            "vaekstspejl-envelope",
            "vaekstspejl-mailbox",
            "vaekstspejl-workshop"
        ]
    );
}

#[test]
fn the_app_does_not_take_the_authoring_part_along() {
    let app = manifest(".");
    for dependencies in [
        &app["dependencies"],
        &app["target"]["cfg(target_arch = \"wasm32\")"]["dependencies"],
    ] {
        for (name, it) in dependencies.as_table().unwrap() {
            let features = it.get("features").and_then(|it| it.as_array());
            let features = features.into_iter().flatten().filter_map(|it| it.as_str());
            let mut features = features.map(str::to_owned);
            assert!(features.all(|it| it != "authoring"), "{name}");
            assert!(!name.starts_with("toml"), "{name}");
        }
    }
}

#[test]
fn the_engine_has_no_input_no_clock_no_chance_and_no_page() {
    const FORBIDDEN: [&str; 14] = [
        "std::fs",
        "std::io",
        "std::env",
        "std::net",
        "std::thread",
        "std::time",
        "SystemTime",
        "Instant::now",
        "println!",
        "HashMap", // its order is random
        "web_sys",
        "js_sys",
        "leptos",
        "toml::",
    ];
    for (name, text) in files("engine/src", ".rs") {
        if name.contains("/authoring/") {
            continue;
        }
        let code = code(&text);
        for word in FORBIDDEN {
            assert!(!code.contains(word), "{name} speaks of {word}");
        }
        // Decimal results are the same everywhere because there are no decimals.
        for word in [" f64", " f32", ".0;", "as f"] {
            assert!(!code.contains(word), "{name} calculates with{word}");
        }
    }
}

#[test]
fn only_the_authoring_part_reads_toml_and_files() {
    let mut reads = 0;
    for (name, text) in files("engine/src/authoring", ".rs") {
        reads += usize::from(code(&text).contains("fs::"));
        assert!(
            !code(&text).contains("SystemTime"),
            "{name} looks at a clock"
        );
    }
    assert!(reads > 0, "the test looks at the wrong place");
}

#[test]
fn only_the_edges_of_the_app_speak_to_the_browser() {
    let mut edges = 0;
    for (name, text) in files("src", ".rs") {
        let code = code(&text);
        let speaks = ["web_sys", "js_sys", "gloo", "wasm_bindgen"]
            .iter()
            // The door through which the browser enters carries its name.
            .filter(|word| !(name == "src/mount.rs" && **word == "wasm_bindgen"))
            .any(|word| code.contains(word));
        if name.starts_with("src/browser/") {
            edges += usize::from(speaks);
        } else {
            assert!(!speaks, "{name} is not under src/browser/");
        }
    }
    assert!(edges > 0, "the test looks at the wrong place");
}

#[test]
fn only_the_edge_of_the_command_line_looks_at_the_clock() {
    for (name, text) in files("cli/src", ".rs") {
        let looks = code(&text).contains("SystemTime");
        assert_eq!(looks, name == "cli/src/today.rs", "{name}");
    }
}

/// String literals of a piece of Rust, without those that no user reads.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find('"') {
        let before = rest[..start].trim_end();
        let mut end = start + 1;
        let bytes = rest.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        if end >= bytes.len() {
            break;
        }
        let for_developers = [
            "expect(",
            "reason =",
            "panic!(",
            "unreachable!(",
            "assert!(",
            "cfg(",
        ];
        if before.ends_with('\'') {
            // A quote as a character: not a string.
            rest = &rest[start + 1..];
            continue;
        }
        if !for_developers.iter().any(|it| before.ends_with(it)) {
            found.push(rest[start + 1..end].to_owned());
        }
        rest = &rest[end + 1..];
    }
    found
}

/// Letters only Danish has, or what reads like a sentence.
fn is_prose(literal: &str) -> bool {
    let words: Vec<&str> = literal
        .split_whitespace()
        .filter(|word| word.chars().filter(|it| it.is_alphabetic()).count() >= 2)
        .filter(|word| {
            word.chars()
                .all(|it| it.is_alphabetic() || ".,?!:'’".contains(it))
        })
        .collect();
    let begins = literal.trim_start().chars().next();
    let sentence = begins.is_some_and(char::is_uppercase)
        || literal.trim_end().ends_with(['.', '?', '!'])
        || literal.contains(". ");
    literal.contains(['æ', 'ø', 'å', 'Æ', 'Ø', 'Å']) || (words.len() >= 2 && sentence)
}

#[test]
fn prose_is_told_from_names_and_classes() {
    for prose in ["Næste", "Go on", "Hvor er du?", "this is it."] {
        assert!(is_prose(prose), "{prose}");
    }
    for name in [
        "plan__row plan__row--done",
        "data-action",
        "M 3 4 L 5 6",
        "next",
        "{} {}",
        "en-GB",
    ] {
        assert!(!is_prose(name), "{name}");
    }
    assert_eq!(
        literals("a(\"x\", '\"', \"y \\\" z\").expect(\"why not\")"),
        ["x", "y \\\" z"]
    );
}

#[test]
fn all_words_of_the_app_live_in_content() {
    let mut found = Vec::new();
    for (name, text) in files("src", ".rs") {
        // The name of the product is the same in every language.
        let literals = literals(&code(&text)).into_iter();
        let prose = literals.filter(|it| it != "Vækstspejl" && is_prose(it));
        found.extend(prose.map(|it| format!("{name}: \"{it}\"")));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Paths between backticks and in links of a page.
fn paths(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let linked = text
        .split("](")
        .skip(1)
        .filter_map(|it| it.split(')').next());
    let all = quoted.chain(linked.map(str::to_owned));
    all.filter(|it| !it.contains([' ', '<', '*', '…', '{', '$', ':', '#', '(']))
        .collect()
}

#[test]
fn paths_named_in_the_pages_for_developers_exist() {
    let tops: Vec<String> = [
        "src", "engine", "cli", "xtask", "content", "style", "assets", "tests", "docs",
    ]
    .iter()
    .map(|it| format!("{it}/"))
    .collect();
    let mut looked = 0;
    let mut pages: Vec<(String, String)> = files("docs", ".md");
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "content/README.md",
    ] {
        if let Ok(text) = fs::read_to_string(root().join(name)) {
            pages.push((name.into(), text));
        }
    }
    for (name, text) in pages {
        let folder = Path::new(&name).parent().unwrap_or(Path::new(""));
        for path in paths(&text) {
            let from_root = tops.iter().any(|top| path.starts_with(top.as_str()));
            let is_link = path.ends_with(".md");
            if from_root || is_link {
                looked += 1;
                let there = root().join(&path).exists() || root().join(folder).join(&path).exists();
                assert!(there, "{name} names {path}, which is not there");
            }
        }
    }
    assert!(looked > 0, "the test looks at the wrong place");
}
