//! `vaekst office init`: writes into an office's file where it takes sealed letters; everything else
//! in the file stays as it is. The file is the office's in the content, or the office.toml of a folder
//! of its own.

use super::folders::folders;
use crate::{
    Output,
    commands::mailbox::{KeyArgs, published},
    fault::Fault,
    findings::FindingWords,
    input,
    today::today,
    words::Words,
};
use clap::Args;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};
use vaekstspejl_engine::{
    OfficeId,
    authoring::{Severity, load, overlay::build},
    overlay::Publisher,
};

/// `vaekst office init`
#[derive(Args)]
pub struct Init {
    #[command(flatten)]
    key: KeyArgs,
    /// The office; without it, the one of the key file
    #[arg(long, value_name = "ID")]
    office: Option<String>,
    /// Write into the office.toml of this folder instead of the content
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// The relay serves the app as well: its address is left out
    #[arg(long)]
    same_origin: bool,
    /// Language of the words
    #[arg(long, default_value = "da")]
    lang: String,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Carries it out.
pub fn run(content: &Path, args: &Init) -> Result<Output, Fault> {
    let file = args.key.open()?;
    let id = args.office.as_deref().unwrap_or(file.office.id());
    let relay = if args.same_origin {
        ""
    } else {
        file.office.relay()
    };
    let lines = published(&file, relay);
    let name = match &args.into {
        Some(folder) => folder.join("office.toml").display().to_string(),
        None => format!("offices/{id}.toml"),
    };
    match &args.into {
        Some(folder) => write_into(folder, content, id, &lines, &args.lang)?,
        None => write(content, &name, id, &lines)?,
    }
    if args.json {
        let mailbox: toml::Table = lines.parse().unwrap_or_default();
        let all = json!({ "office": id, "file": name, "mailbox": mailbox.get("mailbox") });
        return Ok(format!("{all:#}\n").into());
    }
    let words = Words::of(&args.lang);
    let written = match &args.into {
        Some(_) => words.fill("office_written_into", &[("file", &name)]),
        None => words.fill("office_written", &[("file", &format!("content/{name}"))]),
    };
    Ok(format!("{written}\n\n{lines}").into())
}

/// Puts the lines into the file; when the content then has an error in it, everything is as before.
fn write(content: &Path, name: &str, id: &str, lines: &str) -> Result<(), Fault> {
    let path = content.join(name);
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let before = match fs::read_to_string(&path) {
        Ok(text) if id.chars().all(plain) => text,
        _ => {
            let what = format!("there is no office `{id}` in the content");
            let hint = "make its file first; docs/adding-an-offer.md shows how";
            return Err(Fault::new(what, hint));
        }
    };
    let not_written = |error: std::io::Error| {
        let what = format!("{} cannot be written: {error}", path.display());
        Fault::new(what, "may you write there?")
    };
    fs::write(&path, with_mailbox(&before, lines)).map_err(not_written)?;
    let (_, found) = load(content, "da");
    let error = |it: &&_| {
        let it: &vaekstspejl_engine::authoring::Diagnostic = it;
        it.severity == Severity::Error && it.file == name
    };
    if let Some(error) = found.iter().find(error) {
        fs::write(&path, &before).map_err(not_written)?;
        let what = format!("with these lines the file would be wrong:\n{error}");
        return Err(Fault::new(what, "the file is as it was"));
    }
    Ok(())
}

/// The same for the office.toml of a folder.
fn write_into(
    folder: &Path,
    content: &Path,
    id: &str,
    lines: &str,
    lang: &str,
) -> Result<(), Fault> {
    let path = folder.join("office.toml");
    let not_written = |error: std::io::Error| {
        let what = format!("{} cannot be written: {error}", path.display());
        Fault::new(what, "is it there, and may you write there?")
    };
    let before = fs::read_to_string(&path).map_err(not_written)?;
    fs::write(&path, with_mailbox(&before, lines)).map_err(not_written)?;
    let words = Words::of(lang);
    let content = input::content(content, "da")?;
    let built = folders(&[folder.to_owned()], &words).map(|it| build(&content, &it, today()));
    let wrong = match &built {
        Ok(built) => {
            let mut errors = built.findings.iter();
            let error = errors.find(|it| it.severity == Severity::Error);
            let of_office = Publisher::Office(OfficeId::from(id));
            let is_office = built
                .published
                .iter()
                .any(|it| it.overlay.publisher == of_office);
            match error {
                Some(error) => Some(FindingWords::of(lang).told(error)),
                None if is_office => None,
                None => Some(format!("it is not the file of the office `{id}`")),
            }
        }
        Err(fault) => Some(fault.to_string()),
    };
    match wrong {
        Some(wrong) => {
            fs::write(&path, &before).map_err(not_written)?;
            let what = format!("with these lines the file would be wrong:\n{wrong}");
            Err(Fault::new(what, "the file is as it was"))
        }
        None => Ok(()),
    }
}

/// The text with these lines in place of its table `[mailbox]`, or after its end.
fn with_mailbox(text: &str, lines: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with('[') {
            inside = trimmed.starts_with("[mailbox]");
        }
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    format!("{}\n\n{lines}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::with_mailbox;

    #[test]
    fn only_the_mailbox_of_a_file_is_written_anew() {
        let office = "# remark\nid = \"x\"\n\n[[fields]]\nneed = \"network\"\n";
        let once = with_mailbox(office, "[mailbox]\nid = \"1\"\n");
        assert_eq!(once, format!("{office}\n[mailbox]\nid = \"1\"\n"));
        let twice = with_mailbox(&once, "[mailbox]\nid = \"2\"\n");
        assert_eq!(twice, format!("{office}\n[mailbox]\nid = \"2\"\n"));
        let between = "id = \"x\"\n[mailbox]\nid = \"1\"\n[[fields]]\nneed = \"network\"\n";
        assert_eq!(
            with_mailbox(between, "[mailbox]\nid = \"2\"\n"),
            "id = \"x\"\n[[fields]]\nneed = \"network\"\n\n[mailbox]\nid = \"2\"\n"
        );
    }
}
