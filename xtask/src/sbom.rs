//! What a release is made of: every crate in the app and the programs, with version, licence and
//! sum, in the form of CycloneDX 1.5. What only builds or tests is not in it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::project::Project;
use crate::shell::{self, cargo};
use crate::tools::WASM_TARGET;

/// One crate.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    licence: String,
}

/// The bill of materials of a release for one kind of machine.
pub fn sbom(project: &Project, release: &str, host: &str, commit: &str) -> Result<Value> {
    let mut parts: BTreeMap<Part, Vec<&str>> = BTreeMap::new();
    for (package, target) in [
        ("vaekstspejl", WASM_TARGET),
        ("vaekstspejl-console", WASM_TARGET),
        ("vaekst", host),
        ("vaekstspejl-relay", host),
    ] {
        for part in tree(project, package, target)? {
            let users = parts.entry(part).or_default();
            if !users.contains(&package) {
                users.push(package);
            }
        }
    }
    let lock = project.path("Cargo.lock");
    let lock = fs::read_to_string(&lock).with_context(|| format!("reading {}", lock.display()))?;
    let sums = sums(&lock);
    let components: Vec<Value> = parts
        .iter()
        .map(|(part, users)| component(part, users, &sums))
        .collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": release,
                "name": "vaekstspejl",
                "version": env!("CARGO_PKG_VERSION"),
                "licenses": [{ "expression": "MPL-2.0" }],
                "properties": [
                    { "name": "commit", "value": commit },
                    { "name": "machine", "value": host },
                ],
            },
        },
        "components": components,
    }))
}

fn component(part: &Part, users: &[&str], sums: &BTreeMap<(String, String), String>) -> Value {
    let purl = format!("pkg:cargo/{}@{}", part.name, part.version);
    let mut component = json!({
        "type": "library",
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        "purl": purl,
        "properties": [{ "name": "in", "value": users.join(" ") }],
    });
    if !part.licence.is_empty() {
        // old crates write `MIT/Apache-2.0`
        let expression = part.licence.replace('/', " OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    if let Some(sum) = sums.get(&(part.name.clone(), part.version.clone())) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    component
}

/// The crates compiled into a package for a target.
fn tree(project: &Project, package: &str, target: &str) -> Result<Vec<Part>> {
    let text = shell::output(cargo(project).args([
        "tree",
        "--locked",
        "-p",
        package,
        "--target",
        target,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--no-dedupe",
        "--format",
        "{p}|{l}",
    ]))
    .with_context(|| format!("cargo tree does not know {package}"))?;
    let parts: Vec<Part> = text.lines().filter_map(part).collect();
    ensure!(
        parts.len() > 5,
        "cargo tree of {package} is too short to be true"
    );
    Ok(parts)
}

/// `serde v1.0.1 (proc-macro)|MIT OR Apache-2.0`; macros run while building and are not shipped.
fn part(line: &str) -> Option<Part> {
    let (package, licence) = line.split_once('|')?;
    if package.contains("(proc-macro)") {
        return None;
    }
    let mut words = package.split_whitespace();
    Some(Part {
        name: words.next()?.to_owned(),
        version: words.next()?.strip_prefix('v')?.to_owned(),
        licence: licence.to_owned(),
    })
}

/// The sums of the lock file, by name and version.
fn sums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim_start_matches(" = ").trim_matches('"').to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|block| {
            let id = (value(block, "name")?, value(block, "version")?);
            Some((id, value(block, "checksum")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_tree_is_a_crate_unless_it_only_builds() {
        let read = part("sha2 v0.10.9|MIT OR Apache-2.0").unwrap();
        assert_eq!(
            (read.name.as_str(), read.version.as_str()),
            ("sha2", "0.10.9")
        );
        assert_eq!(part("serde_derive v1.0.1 (proc-macro)|MIT"), None);
        let own = part("vaekstspejl-engine v0.1.0 (/somewhere)|MPL-2.0").unwrap();
        assert_eq!(own.licence, "MPL-2.0");
    }

    #[test]
    fn sums_come_from_the_lock_file() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"ab\"\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        let sums = sums(lock);
        assert_eq!(sums.len(), 1);
        assert_eq!(sums[&("a".to_owned(), "1.0.0".to_owned())], "ab");
    }
}
