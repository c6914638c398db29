//! What SECURITY.md and the threat model say is shown by a test is shown by a test that is there.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Between backticks, `file: name` of a test, or a path alone, from the root.
fn named(page: &str) -> Vec<(&str, Option<&str>)> {
    let quoted = page.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|it| match it.split_once(": ") {
            Some((file, name)) => Some((file, Some(name))),
            None => (!it.contains([' ', ':', '*', '<'])).then_some((it, None)),
        })
        .filter(|(file, _)| {
            let folder = file.split('/').next().unwrap_or_default();
            file.contains('/') && !folder.is_empty() && root().join(folder).is_dir()
        })
        .collect()
}

/// A test of that name: a function of Rust, or the title of a browser test.
fn has(text: &str, name: &str) -> bool {
    let function = format!("fn {name}(");
    let generic = format!("fn {name}<");
    [function, generic].iter().any(|it| text.contains(it))
        || (name.contains(' ') && text.contains(name))
}

#[test]
fn every_test_and_path_that_the_security_pages_name_exists() {
    let mut missing = Vec::new();
    for (page, at_least) in [("SECURITY.md", 40), ("docs/threat-model.md", 60)] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let named = named(&text);
        for (file, name) in &named {
            let found = match (fs::read_to_string(root().join(file)), name) {
                (Ok(source), Some(name)) => has(&source, name),
                (_, Some(_)) => false,
                (_, None) => root().join(file).exists(),
            };
            if !found {
                missing.push(format!("{page}: {file} {}", name.unwrap_or_default()));
            }
        }
        let tests = named.iter().filter(|(_, name)| name.is_some()).count();
        assert!(tests >= at_least, "{page} names {tests} tests only");
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}

#[test]
fn a_name_that_is_not_there_is_noticed() {
    let page = "`cli/tests/security.rs: no_such_test`, `cli/tests/none.rs`, `--help`, `a: b`";
    let named = named(page);
    assert_eq!(
        named,
        [
            ("cli/tests/security.rs", Some("no_such_test")),
            ("cli/tests/none.rs", None)
        ]
    );
    assert!(!has("fn no_such_tests() {}", "no_such_test"));
    assert!(has("fn no_such_test() {}", "no_such_test"));
}
