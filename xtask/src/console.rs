//! The office's page: `dist/console/`, made like the app's, with the same content files.

use std::fs;

use anyhow::{Context, Result};

use crate::build::OVERLAYS;
use crate::compress::{Files, hashed_name};
use crate::content::FIRST_LANGUAGE;
use crate::html::{self, Page};
use crate::project::Project;
use crate::{style, wasm};

/// Where the office's page stands in `dist/`.
pub const FOLDER: &str = "console";
/// The package that is its program.
const PACKAGE: &str = "vaekstspejl-console";

/// What the office's page has in common with the app.
pub struct Shared<'a> {
    /// The icon of the tab, as SVG.
    pub icon: &'a str,
    /// The app's whole style.
    pub style: &'a str,
    /// The names of the app's content files: language, first, later.
    pub content: &'a [(String, String, String)],
    /// The origins of the mailboxes.
    pub relays: &'a [String],
}

/// Builds the page; `office` is the content for offices, by language.
pub fn build(
    project: &Project,
    shared: &Shared<'_>,
    office: Vec<(String, Vec<u8>)>,
) -> Result<Files> {
    let program = wasm::compile_whole(project, PACKAGE)?;
    let mut files = Files::new();
    let mut add = |stem: &str, extension: &str, bytes: Vec<u8>| {
        let name = hashed_name(stem, extension, &bytes);
        files.insert(format!("{FOLDER}/{name}"), bytes);
        name
    };
    let wasm_name = add("console", "wasm", program.wasm);
    let glue = wasm::self_starting(&program.glue, &wasm_name)?;
    let script = wasm::bundle(project, &glue, &program.link)?;
    let script_name = add("console", "js", script.into_bytes());
    let own = style::folder(&project.path("style/console"))?;
    let style = [shared.style, &own].concat();
    let style_name = add("console", "css", style.into_bytes());
    let office: Vec<(String, String)> = office
        .into_iter()
        .map(|(language, bytes)| {
            let file = add(&format!("office-{language}"), "bin", bytes);
            (format!("content-{language}-office"), file)
        })
        .collect();
    // The app's files lie one folder up.
    let above = |name: &String| format!("../{name}");
    let content: Vec<_> = shared
        .content
        .iter()
        .map(|(language, first, later)| (language.clone(), above(first), above(later)))
        .collect();
    let template = project.path("console/index.html");
    let template =
        fs::read_to_string(&template).with_context(|| format!("reading {}", template.display()))?;
    let page = html::fill(
        &template,
        &Page {
            icon: shared.icon,
            style: "",
            later_style: &style_name,
            script: &script_name,
            wasm: &wasm_name,
            content: &content,
            language: FIRST_LANGUAGE,
            overlays: &above(&OVERLAYS.to_owned()),
            result: "",
            version: "",
            further: &office,
            first_screens: &[],
            first_script: "",
            framed: false,
            relays: shared.relays,
        },
    )?;
    files.insert(format!("{FOLDER}/index.html"), page.into_bytes());
    Ok(files)
}
