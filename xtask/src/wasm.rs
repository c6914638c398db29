//! The app's crate → optimised WebAssembly in two pieces, and the script that starts it.
//!
//! The first piece asks the questions; the second, cut off at `#[wasm_split]` in src/result.rs,
//! holds everything after them and is fetched once the first screen is up (ADR 3).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::project::Project;
use crate::shell::{self, program};
use crate::tools::WASM_TARGET;

/// The features every browser with WebAssembly of 2022 has. Never `--all-features`: that
/// writes encodings browsers refuse.
///
/// Nothing is inlined: it makes the module smaller before but larger after Brotli
/// (first piece: 92.8 kB with, 88.2 kB without).
const WASM_OPT: [&str; 13] = [
    "-Oz",
    "--flexible-inline-max-function-size=0",
    "--one-caller-inline-max-function-size=0",
    "--always-inline-max-function-size=0",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--strip-debug",
    "--strip-producers",
];

/// The name of the script in scratch; what the second piece's script imports.
const SCRIPT: &str = "app.js";
/// The script that loads the second piece.
const LINK: &str = "./link.js";

/// esbuild by its API: what lies at `bin/esbuild` is a script on one machine, a binary on another.
const BUNDLE: &str = "const [entry, outfile] = process.argv.slice(1); \
    require('esbuild').buildSync({ entryPoints: [entry], outfile, bundle: true, minify: true, \
    format: 'esm', target: 'es2022', logLevel: 'error' })";

/// What a browser runs.
pub struct Program {
    /// The first piece, optimised.
    pub wasm: Vec<u8>,
    /// The other pieces by the names that `link` calls them, optimised.
    pub pieces: Vec<(String, Vec<u8>)>,
    /// wasm-bindgen's script, not yet starting anything.
    pub glue: String,
    /// The script that loads the pieces.
    pub link: String,
}

/// Compiles, splits, binds and optimises the app.
pub fn compile(project: &Project) -> Result<Program> {
    let compiled = cargo_build(project, &["-p", "vaekstspejl", "--lib"], "vaekstspejl")?;
    let scratch = project.scratch();
    let (folder, main) = (scratch.join("split"), scratch.join("main.wasm"));
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let split = split(&compiled, &folder, &main)?;
    let (glue, bound) = bind(&main)?;
    let before = scratch.join("bound.wasm");
    fs::write(&before, bound).with_context(|| format!("writing {}", before.display()))?;
    let mut pieces = Vec::new();
    for piece in split {
        let name = piece
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        pieces.push((name, optimised(project, &piece)?));
    }
    let link = folder.join(LINK);
    Ok(Program {
        wasm: optimised(project, &before)?,
        pieces,
        glue,
        link: fs::read_to_string(&link).with_context(|| format!("reading {}", link.display()))?,
    })
}

/// Compiles, binds and optimises a program of one piece.
pub fn compile_whole(project: &Project, package: &str) -> Result<Program> {
    let module = package.replace('-', "_");
    let (glue, bound) = bind(&cargo_build(project, &["-p", package, "--lib"], &module)?)?;
    let before = project.scratch().join(format!("{package}.wasm"));
    fs::write(&before, bound).with_context(|| format!("writing {}", before.display()))?;
    Ok(Program {
        wasm: optimised(project, &before)?,
        pieces: Vec::new(),
        glue,
        link: String::new(),
    })
}

/// The test vectors of the envelope as a program for a page: compiled as the app is, so that
/// what holds there holds in what is shipped; not shipped itself, and so not optimised.
///
/// Gives the folder in which `vectors.js` and `vectors.wasm` are.
pub fn vectors(project: &Project) -> Result<PathBuf> {
    let what = [
        "-p",
        "vaekstspejl-envelope",
        "--features",
        "testing",
        "--example",
        "browser_vectors",
    ];
    let (glue, bound) = bind(&cargo_build(project, &what, "examples/browser_vectors")?)?;
    let folder = project.scratch().join("vectors");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, bytes) in [
        ("vectors.js", glue.as_bytes()),
        ("vectors.wasm", bound.as_slice()),
    ] {
        let file = folder.join(name);
        fs::write(&file, bytes).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(folder)
}

/// Cuts the module at its split points; gives the files of the pieces after the first.
fn split(compiled: &Path, folder: &Path, main: &Path) -> Result<Vec<PathBuf>> {
    let input = fs::read(compiled).with_context(|| format!("reading {}", compiled.display()))?;
    let mut options = wasm_split_cli_support::Options::new(&input);
    let main_module = format!("./{SCRIPT}");
    options.output_dir = folder;
    options.main_out_path = main;
    options.link_name = LINK;
    options.main_module = &main_module;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("splitting {}: {error:?}", compiled.display()))?;
    Ok(split.split_modules)
}

fn optimised(project: &Project, module: &Path) -> Result<Vec<u8>> {
    let after = module.with_extension("optimised.wasm");
    shell::run(
        program(project, "node")
            .arg("node_modules/binaryen/bin/wasm-opt")
            .args(WASM_OPT)
            .arg(relative(project, module))
            .arg("-o")
            .arg(relative(project, &after)),
    )?;
    fs::read(&after).with_context(|| format!("reading {}", after.display()))
}

/// Both scripts as one, without white space and comments: one request instead of two.
pub fn bundle(project: &Project, glue: &str, link: &str) -> Result<String> {
    let folder = project.scratch().join("script");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let (script, after) = (folder.join(SCRIPT), folder.join("bundle.js"));
    for (file, text) in [(&script, glue), (&folder.join(LINK), link)] {
        fs::write(file, text).with_context(|| format!("writing {}", file.display()))?;
    }
    shell::run(
        program(project, "node")
            .arg("-e")
            .arg(BUNDLE)
            .arg(relative(project, &script))
            .arg(relative(project, &after)),
    )?;
    fs::read_to_string(&after).with_context(|| format!("reading {}", after.display()))
}

/// A script of the project, without white space and comments, as it stands inline in a page.
pub fn inline(project: &Project, script: &str) -> Result<String> {
    let text = minified(project, script)?;
    ensure!(
        !text.contains("</"),
        "{script} would end early inside a page"
    );
    Ok(text)
}

/// A script of the project, without white space and comments.
pub fn minified(project: &Project, script: &str) -> Result<String> {
    let after = project.scratch().join("minified.js");
    shell::run(
        program(project, "node")
            .args(["-e", BUNDLE, script])
            .arg(relative(project, &after)),
    )?;
    let text =
        fs::read_to_string(&after).with_context(|| format!("reading {}", after.display()))?;
    Ok(text.trim_end().to_owned())
}

/// The script that other pages take, with its words: for each language, in the order the script
/// wants them.
pub fn tag(project: &Project, words: &BTreeMap<String, Vec<String>>) -> Result<String> {
    const PLACE: &str = "__WORDS__";
    let script = inline(project, "scripts/embed.js")?;
    ensure!(
        script.matches(PLACE).count() == 1,
        "scripts/embed.js must have one place for its words, {PLACE}"
    );
    Ok(script.replace(PLACE, &serde_json::to_string(words)?))
}

/// Compiles `what` for the browser; gives the file of its module.
fn cargo_build(project: &Project, what: &[&str], module: &str) -> Result<PathBuf> {
    shell::run(
        shell::cargo(project)
            .args(["build", "--profile", "wasm", "--target", WASM_TARGET])
            .args(what)
            .args(["--config", &remap(project)]),
    )?;
    let folder = project.target().join(WASM_TARGET).join("wasm");
    Ok(folder.join(format!("{module}.wasm")))
}

/// Folder names of the building machine do not belong in what is shipped, and without them
/// the same source gives the same bytes everywhere: the folders, and what stands for them.
pub fn folders(project: &Project) -> Vec<(String, &'static str)> {
    let mut folders = vec![(project.root().display().to_string(), "")];
    let cargo_home = std::env::var("CARGO_HOME")
        .or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    folders.extend(cargo_home.ok().map(|home| (home, "cargo")));
    folders
}

/// The compiler's flags that put other names in the place of these folders.
pub fn remapped(project: &Project) -> Vec<String> {
    let folders = folders(project).into_iter();
    folders
        .map(|(from, to)| format!("--remap-path-prefix={from}={to}"))
        .collect()
}

fn remap(project: &Project) -> String {
    let mut flags = vec!["-Clink-args=--emit-relocs".to_owned()]; // what splitting reads
    flags.extend(remapped(project));
    let quoted: Vec<String> = flags.iter().map(|flag| format!("{flag:?}")).collect();
    format!("target.{WASM_TARGET}.rustflags=[{}]", quoted.join(","))
}

/// What the `wasm-bindgen` command does, as a library, so that its version follows Cargo.lock.
fn bind(compiled: &Path) -> Result<(String, Vec<u8>)> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .keep_lld_exports(true) // the second piece uses the first one's table and memory
        .generate_output()
        .with_context(|| format!("wasm-bindgen on {}", compiled.display()))?;
    let inline = output.snippets().iter();
    let inline = inline.filter(|(_, snippets)| !snippets.is_empty());
    let foreign: Vec<_> = inline
        .map(|(name, _)| name)
        .chain(output.local_modules().keys())
        .collect();
    if !foreign.is_empty() {
        bail!(
            "a dependency of the app brings its own JavaScript, which the build does not ship: {foreign:?}"
        );
    }
    let glue = output.js().to_owned();
    let module = output.wasm_mut();
    // What only splitting reads; wasm-opt would keep it.
    let relocations: Vec<String> = module
        .customs
        .iter()
        .map(|(_, section)| section.name().to_owned())
        .filter(|name| name == "linking" || name.starts_with("reloc."))
        .collect();
    for name in relocations {
        module.customs.remove_raw(&name);
    }
    Ok((glue, module.emit_wasm()))
}

/// The glue with a last line that starts the app. A page where the app cannot start shows
/// its plain screen (`id="crash"`) instead of a first screen that does nothing; the link to
/// the person's file stays only where the app still could fill it, and the link that loads the
/// page again asks the net before the device (scripts/worker.js).
pub fn self_starting(glue: &str, wasm_name: &str) -> Result<String> {
    ensure!(
        glue.contains("async function __wbg_init("),
        "wasm-bindgen's script has no __wbg_init any more: the start line must be adapted"
    );
    let start = format!(
        r##"__wbg_init({{ module_or_path: new URL("{wasm_name}", import.meta.url) }}).catch((error) => {{
    document.getElementById("app")?.remove();
    document.querySelector("#crash-file:not([href])")?.remove();
    document.getElementById("crash")?.removeAttribute("hidden");
    document.querySelector("#crash a:not(#crash-file)").search += "&fresh";
    throw error;
}});
"##
    );
    Ok(format!("{}\n{start}", glue.trim_end()))
}

fn relative<'a>(project: &Project, path: &'a Path) -> &'a Path {
    path.strip_prefix(project.root()).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_starts_itself_from_its_own_folder() {
        let script = self_starting("async function __wbg_init(x) {}\n\n", "app-1.wasm").unwrap();
        assert!(script.starts_with("async function __wbg_init(x) {}\n__wbg_init({"));
        assert!(script.contains(r#"new URL("app-1.wasm", import.meta.url)"#));
    }

    #[test]
    fn an_unknown_glue_is_refused() {
        assert!(self_starting("export function start() {}", "app-1.wasm").is_err());
    }
}
