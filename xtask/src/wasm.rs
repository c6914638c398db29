//! The app's crate → optimised WebAssembly and the script that starts it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::project::Project;
use crate::shell::{self, program};
use crate::tools::WASM_TARGET;

/// The features every browser with WebAssembly of 2022 has. Never `--all-features`: that
/// writes encodings browsers refuse.
const WASM_OPT: [&str; 10] = [
    "-Oz",
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

/// The two halves of the program a browser runs.
pub struct Program {
    /// The optimised module.
    pub wasm: Vec<u8>,
    /// wasm-bindgen's script, not yet starting anything.
    pub glue: String,
}

/// Compiles, binds and optimises the app.
pub fn compile(project: &Project) -> Result<Program> {
    let compiled = cargo_build(project)?;
    let scratch = project.scratch();
    fs::create_dir_all(&scratch).with_context(|| format!("making {}", scratch.display()))?;
    let (glue, bound) = bind(&compiled)?;
    let (before, after) = (scratch.join("bound.wasm"), scratch.join("optimised.wasm"));
    fs::write(&before, bound).with_context(|| format!("writing {}", before.display()))?;
    shell::run(
        program(project, "node")
            .arg("node_modules/binaryen/bin/wasm-opt")
            .args(WASM_OPT)
            .arg(relative(project, &before))
            .arg("-o")
            .arg(relative(project, &after)),
    )?;
    let wasm = fs::read(&after).with_context(|| format!("reading {}", after.display()))?;
    Ok(Program { wasm, glue })
}

fn cargo_build(project: &Project) -> Result<std::path::PathBuf> {
    shell::run(
        shell::cargo(project)
            .args([
                "build",
                "--profile",
                "wasm",
                "--target",
                WASM_TARGET,
                "-p",
                "vaekstspejl",
                "--lib",
            ])
            .args(["--config", &remap(project)]),
    )?;
    Ok(project
        .target()
        .join(WASM_TARGET)
        .join("wasm/vaekstspejl.wasm"))
}

/// Folder names of the building machine do not belong in what is shipped, and without them
/// the same source gives the same bytes everywhere.
fn remap(project: &Project) -> String {
    let mut flags = vec![format!("--remap-path-prefix={}=", project.root().display())];
    let cargo_home = std::env::var("CARGO_HOME")
        .or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    if let Ok(home) = cargo_home {
        flags.push(format!("--remap-path-prefix={home}=cargo"));
    }
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
    Ok((glue, output.wasm_mut().emit_wasm()))
}

/// The glue with a last line that starts the app. A page where the app cannot start shows
/// its plain screen (`id="crash"`) instead of a first screen that does nothing; the link to
/// the person's file stays only where the app still could fill it.
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
