//! Makes a constant for every key of `content/strings/*.toml`, in the order of the bundles,
//! so that a word that does not exist does not compile.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=content/strings");
    let (first, later) = vaekstspejl_engine::authoring::word_keys(Path::new("content"));
    let mut code = String::new();
    for (part, keys) in [("First", first), ("Later", later)] {
        for (index, key) in keys.iter().enumerate() {
            let name = key.to_uppercase().replace('.', "_");
            writeln!(
                code,
                "/// `{key}`\npub const {name}: Word = Word::{part}({index});"
            )?;
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), code)?;
    Ok(())
}
