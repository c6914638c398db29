//! Makes a constant for every key of the office's words in `content/strings/`, in the order of the bundle,
//! so that a word that does not exist does not compile.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let content = Path::new("../content");
    println!("cargo::rerun-if-changed=../content/strings");
    let mut code = String::new();
    let keys = vaekstspejl_engine::authoring::office_word_keys(content);
    for (index, key) in keys.iter().enumerate() {
        let name = key.to_uppercase().replace('.', "_");
        writeln!(code, "/// `{key}`\npub const {name}: Word = Word({index});")?;
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), code)?;
    Ok(())
}
