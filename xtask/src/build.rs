//! The story of a build: content → program → page → worker → `dist/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use vaekstspejl::FirstScreen;
use vaekstspejl::words::{Word, key};
use vaekstspejl_engine::{Later, overlay};
use vaekstspejl_envelope::passphrase;

use crate::compress::{self, Budget, Files, Sizes, hashed_name};
use crate::content::{self, Content, FIRST_LANGUAGE};
use crate::html::{self, Page};
use crate::project::Project;
use crate::{console, offline, style, tools, wasm};

/// What the publishers of a site lay over the content; `vaekst office build` writes it.
pub const OVERLAYS: &str = "overlays.bin";

/// How the second piece of the program is called, by the name given in src/result.rs.
const RESULT: &str = "split_result";

/// The script that other pages take to show the test in a frame.
const TAG: &str = "embed.js";

/// Compressed bytes of that script.
const TAG_BYTES: usize = 3_000;

/// Compressed bytes until the first question can be answered (design §5).
const FIRST_QUESTION_BYTES: usize = 100_000;

/// An origin as a policy names it: scheme and host, no path. Anything else could say more in the
/// policy than it should.
pub fn origin(text: &str) -> Result<String, String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://127.0.0.1:"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    match host {
        Some(host) if !host.is_empty() && host.bytes().all(plain) => Ok(text.to_owned()),
        _ => Err("write it as https://post.example.dk, without a path".to_owned()),
    }
}

/// A finished build.
pub struct Built {
    sizes: Sizes,
    first: Vec<String>,
}

impl Built {
    /// What every file weighs.
    pub fn sizes(&self) -> &Sizes {
        &self.sizes
    }

    /// The page, the program and the first part of the content.
    pub fn budget(&self) -> Budget<'_> {
        Budget {
            what: "until the first question can be answered",
            files: self.first.iter().map(String::as_str).collect(),
            bytes: FIRST_QUESTION_BYTES,
        }
    }

    /// What a page loads that shows the test in a frame, before the frame itself.
    pub fn tag_budget(&self) -> Budget<'_> {
        Budget {
            what: "the tag for other pages",
            files: vec![TAG],
            bytes: TAG_BYTES,
        }
    }
}

/// Builds, shows the sizes, and fails when they are over budget.
pub fn build_within_budget(project: &Project, relays: &[String]) -> Result<Built> {
    let built = build(project, relays)?;
    println!("\n{}", built.sizes.table(&built.budget()));
    println!("  {}", built.sizes.line(&built.tag_budget()));
    built.sizes.hold(&built.budget())?;
    built.sizes.hold(&built.tag_budget())?;
    Ok(built)
}

/// Builds the release app into `dist/`. `relays` are origins that no office has published yet: a new
/// office makes its mailbox there.
pub fn build(project: &Project, relays: &[String]) -> Result<Built> {
    let begun = Instant::now();
    tools::ensure_for_build(project)?;
    let contents = content::compile_all(project)?;
    let program = wasm::compile(project)?;

    let mut files = assets(&project.path("assets"))?;
    let mut add = |stem: &str, extension: &str, bytes: Vec<u8>| {
        let name = hashed_name(stem, extension, &bytes);
        files.insert(name.clone(), bytes);
        name
    };
    let wasm_name = add("app", "wasm", program.wasm);
    let mut link = program.link;
    let mut pieces = Vec::new();
    for (name, bytes) in program.pieces {
        let hashed = add(name.trim_end_matches(".wasm"), "wasm", bytes);
        link = link.replace(&format!("./{name}"), &format!("./{hashed}"));
        pieces.push(hashed);
    }
    let glue = wasm::self_starting(&program.glue, &wasm_name)?;
    let script = wasm::bundle(project, &glue, &link)?;
    let script_name = add("app", "js", script.into_bytes());
    let style = style::collect(project)?;
    let whole_style = [style.first.as_str(), &style.later].concat();
    let later_style = add("later", "css", style.later.into_bytes());
    let first_screens = first_screens(&contents)?;
    let first_script = wasm::inline(project, "scripts/first-screen.js")?;
    let framed_script = wasm::inline(project, "scripts/framed.js")?;
    let framed_script = [first_script.as_str(), &framed_script].join("\n");
    let tag = wasm::tag(project, &words_of_tag(&contents)?)?;
    let mut origins = content::relays(&contents);
    origins.extend(relays.iter().cloned());
    // One list for every language: phone and wall must show the same three words.
    let check_words = add("check-words", "txt", passphrase::DANISH.into());
    let further = [("check-words".to_owned(), check_words)];
    let mut office = Vec::new();
    let mut names = Vec::new();
    for content in contents {
        let first = add(&format!("first-{}", content.language), "bin", content.first);
        let later = add(&format!("later-{}", content.language), "bin", content.later);
        office.push((content.language.clone(), content.office));
        names.push((content.language, first, later));
    }

    let icon = project.path("assets/icon.svg");
    let icon = fs::read_to_string(&icon).with_context(|| format!("reading {}", icon.display()))?;
    let template = project.path("index.html");
    let template =
        fs::read_to_string(&template).with_context(|| format!("reading {}", template.display()))?;
    let result = pieces.iter().find(|name| name.starts_with(RESULT));
    let result = result.context("the program was not split: see src/result.rs")?;
    for (name, framed, first_script) in [
        ("index.html", false, &first_script),
        ("embed.html", true, &framed_script),
    ] {
        let page = Page {
            icon: &icon,
            style: &style.first,
            later_style: &later_style,
            script: &script_name,
            wasm: &wasm_name,
            content: &names,
            language: FIRST_LANGUAGE,
            overlays: OVERLAYS,
            result,
            version: offline::VERSION_MARK,
            further: &further,
            first_screens: &first_screens,
            first_script,
            framed,
            relays: &origins,
        };
        files.insert(name.to_owned(), html::fill(&template, &page)?.into_bytes());
    }
    files.insert(TAG.to_owned(), tag.into_bytes());
    files.insert(OVERLAYS.to_owned(), overlay::file(&[], &[]));

    let shared = console::Shared {
        icon: &icon,
        style: &whole_style,
        content: &names,
        relays: &origins,
    };
    files.extend(console::build(project, &shared, office)?);
    offline::add(project, &mut files)?;

    let mut first = vec![
        "index.html".to_owned(),
        OVERLAYS.to_owned(),
        script_name,
        wasm_name,
    ];
    first.extend(names.into_iter().take(1).map(|(_, first, _)| first));
    let sizes = replace(project, &files)?;
    println!("built in {:.1} s", begun.elapsed().as_secs_f32());
    Ok(Built { sizes, first })
}

/// Builds the office's page anew, while developing it.
pub fn console_only(project: &Project) -> Result<()> {
    tools::ensure_for_build(project)?;
    let contents = content::compile_all(project)?;
    let style = style::collect(project)?;
    let icon = project.path("assets/icon.svg");
    let icon = fs::read_to_string(&icon).with_context(|| format!("reading {}", icon.display()))?;
    let relays = content::relays(&contents);
    let (mut names, mut office) = (Vec::new(), Vec::new());
    for content in contents {
        let first = hashed_name(
            &format!("first-{}", content.language),
            "bin",
            &content.first,
        );
        let later = hashed_name(
            &format!("later-{}", content.language),
            "bin",
            &content.later,
        );
        ensure!(
            project.dist().join(&first).is_file() && project.dist().join(&later).is_file(),
            "the content has changed since the last build: `cargo xtask build` builds all"
        );
        office.push((content.language.clone(), content.office));
        names.push((content.language, first, later));
    }
    let shared = console::Shared {
        icon: &icon,
        style: &[style.first.as_str(), &style.later].concat(),
        content: &names,
        relays: &relays,
    };
    let files = console::build(project, &shared, office)?;
    remove(&project.dist().join(console::FOLDER))?;
    compress::write(&project.dist(), &files).map(drop)
}

/// The start screen in every language as the app itself would draw it, in Danish first.
fn first_screens(contents: &[Content]) -> Result<Vec<FirstScreen>> {
    let mut screens = contents
        .iter()
        .map(|content| vaekstspejl::prerender(&content.first).context("the first screen"))
        .collect::<Result<Vec<_>>>()?;
    screens.sort_by_key(|screen| screen.lang != FIRST_LANGUAGE);
    Ok(screens)
}

/// What stands on the page around a frame, by language.
fn words_of_tag(contents: &[Content]) -> Result<BTreeMap<String, Vec<String>>> {
    let words = |content: &Content| {
        let later = Later::from_bytes(&content.later).ok()?;
        let word = |word| match word {
            Word::First(_) => None,
            Word::Later(place) => later.words.get(place).cloned(),
        };
        let words = [key::TAG_TITLE, key::TAG_FAILED, key::TAG_OPEN].map(word);
        Some((
            content.language.clone(),
            words.into_iter().collect::<Option<_>>()?,
        ))
    };
    let words = contents
        .iter()
        .map(|content| words(content).context("the words of the tag"));
    words.collect()
}

/// Writes beside `dist/` and then changes places, so that nobody is served half a build.
fn replace(project: &Project, files: &Files) -> Result<Sizes> {
    let (dist, fresh) = (project.dist(), project.scratch().join("dist"));
    remove(&fresh)?;
    let sizes = compress::write(&fresh, files)?;
    remove(&dist)?;
    fs::rename(&fresh, &dist).with_context(|| format!("putting {} in place", dist.display()))?;
    Ok(sizes)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}

/// Everything below `assets/`, as it is.
fn assets(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        for entry in
            fs::read_dir(&current).with_context(|| format!("reading {}", current.display()))?
        {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)?
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            files.insert(name, bytes);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_may_be_added_to_the_policy() {
        assert!(origin("https://post.example.dk").is_ok());
        assert!(origin("https://post.example.dk:8443").is_ok());
        for other in [
            "",
            "*",
            "https://",
            "http://post.example.dk",
            "https://a.dk/x",
            "https://a.dk; script-src *",
        ] {
            assert!(origin(other).is_err(), "{other}");
        }
    }
}
