//! The code that says the same as a letter to a room: JSON of a letter on each line in, a code on
//! each line out. For the browser tests.

use std::error::Error;
use std::io::{BufRead as _, stdin};
use std::path::Path;
use vaekstspejl_engine::authoring;
use vaekstspejl_workshop::{
    code::{self, Coded, ShortTag},
    letter::{Letter, What},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let (content, _) = authoring::load(&folder, "da");
    let lists = code::lists(&content.later);
    for line in stdin().lock().lines() {
        let letter = Letter::from_json(line?.as_bytes()).map_err(|it| format!("{it:?}"))?;
        let What::Gives(given) = letter.what else {
            return Err("a letter that gives nothing has no code".into());
        };
        let coded = Coded {
            person: ShortTag::of(&letter.person.tag()),
            turn: u16::try_from(letter.turn)?,
            name: letter.name,
            given,
        };
        println!("{}", code::encode(&lists, &coded).ok_or("too long")?);
    }
    Ok(())
}
