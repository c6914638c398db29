//! `vaekst layout`: freezes how the codes of a version are laid out.

use crate::{Output, fault::Fault, input};
use std::{fmt::Write, fs, path::Path};
use vaekstspejl_engine::{
    authoring::{layout_file, test_number},
    profile_code::Layout,
};

/// Writes what is missing; a layout that is there is never changed.
pub fn run(folder: &Path) -> Result<Output, Fault> {
    let content = input::content(folder, "da")?;
    let mut text = String::new();
    let mut is_well = true;
    for questionnaire in &content.first.questionnaires {
        let (id, version) = (&questionnaire.id, questionnaire.version);
        let number = test_number(id).ok_or_else(|| {
            Fault::new(
                format!("the questionnaire `{id}` has no number for codes"),
                "give it the next number in engine/src/authoring/layouts.rs",
            )
        })?;
        let now = layout_file(&Layout::of(questionnaire, number));
        let path = folder.join(format!("layouts/{id}-{version}.txt"));
        let name = path.display();
        match fs::read_to_string(&path) {
            Ok(frozen) if frozen == now => {
                let _ = writeln!(text, "{name}: as it is");
            }
            Ok(_) => {
                is_well = false;
                let _ = writeln!(
                    text,
                    "{name}: not changed, for codes of this version may be in use\n  → raise `version` in questionnaires/{id}.toml by one and run this again"
                );
            }
            Err(_) => {
                let written = fs::create_dir_all(folder.join("layouts"))
                    .and_then(|()| fs::write(&path, &now));
                written.map_err(|error| {
                    Fault::new(
                        format!("{name} cannot be written: {error}"),
                        "check the folder",
                    )
                })?;
                let _ = writeln!(text, "{name}: written");
            }
        }
    }
    Ok(Output::new(text, is_well))
}
