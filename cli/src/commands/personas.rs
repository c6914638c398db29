//! `vaekst personas`: what comes out for the people of the stories.

use crate::{
    Output,
    args::{Format, Personas},
    fault::Fault,
    input,
};
use serde_json::{Value, json};
use std::{fmt::Write, path::Path};
use vaekstspejl_engine::authoring::personas;

/// One line for each persona, with what is otherwise than expected under it.
pub fn run(folder: &Path, args: &Personas) -> Result<Output, Fault> {
    let content = input::content(folder, "da")?;
    let (personas, found) = personas(&args.folder);
    if let Some(first) = found.first() {
        return Err(Fault::new(first.to_string(), "mend the persona's file"));
    }
    if personas.is_empty() {
        return Err(Fault::new(
            format!("there are no personas in {}", args.folder.display()),
            "name their folder",
        ));
    }
    let mut text = String::new();
    let mut all = Vec::new();
    let mut failed = 0;
    for persona in &personas {
        let failures = persona.failures(&content);
        failed += usize::from(!failures.is_empty());
        let mark = if failures.is_empty() { "ok  " } else { "FAIL" };
        let _ = writeln!(text, "{mark} {}: {}", persona.id, persona.name);
        for failure in &failures {
            let _ = writeln!(text, "       {failure}");
        }
        let questionnaire = input::questionnaire(&content, &persona.questionnaire)?;
        all.push(json!({
            "id": persona.id,
            "name": persona.name,
            "questionnaire": persona.questionnaire,
            "today": persona.today,
            "office": persona.office,
            "answers": persona.all_answers(&content, questionnaire),
            "expect": persona.expect,
            "failures": failures,
        }));
    }
    let _ = writeln!(text, "{} personas, {failed} failed", personas.len());
    if args.format == Format::Json {
        text = format!("{:#}\n", Value::Array(all));
    }
    Ok(Output::new(text, failed == 0))
}
