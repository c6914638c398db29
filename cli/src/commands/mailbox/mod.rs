//! `vaekst mailbox`: what the office's page does, without a browser. The way out when the page is
//! not at hand, and the way in for scripts.
//!
//! Letters are kept as they came, sealed, in a folder beside the key file; what is opened is only
//! printed. A letter is deleted at the relay only by `empty` and `delete`. Refused: a passphrase
//! as an argument, because other users of the machine can read arguments.

mod collect;
mod folder;
mod key;
mod line;
mod read;
mod show;

pub use key::{KeyArgs, published};

use crate::{Output, args, fault::Fault, input, today, words::Words};
use clap::{Args, Subcommand, ValueEnum};
use folder::Folder;
use read::Letter;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};
use vaekstspejl_engine::{
    Date, OfficeId,
    authoring::load_office,
    content::{Content, Office as ForOffice},
    export::{self, Entry},
    inbox_statistics::{Counts, Period, statistics},
};
use vaekstspejl_envelope::{KeyFile, Sid};

/// What to do with a mailbox.
#[derive(Subcommand)]
pub enum Mailbox {
    /// Make a key file with a new passphrase, and a mailbox at a relay
    Create(Create),
    /// Fetch new letters into the folder; they stay at the relay as well
    Collect(Place),
    /// List the letters in the folder
    List(Place),
    /// Show one letter: contact, message, briefing, profile
    Open(Open),
    /// Write all letters of the folder into a file for a spreadsheet or a program
    Export(Export),
    /// Count the letters of the folder, so that no group under five can be told
    Statistics(Statistics),
    /// Add a new key to the key file; the one until now still opens its letters
    Rotate(Rotate),
    /// Delete at the relay what is safe in the folder
    Empty(Place),
    /// Delete letters here and at the relay, or the whole mailbox
    Delete(Delete),
}

/// Language and form of the answer.
#[derive(Args)]
pub struct Form {
    /// Language of the words
    #[arg(long, default_value = "da")]
    pub lang: String,
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// `vaekst mailbox create`
#[derive(Args)]
pub struct Create {
    #[command(flatten)]
    key: KeyArgs,
    /// The office, by the name of its file in content/offices
    #[arg(long, value_name = "ID")]
    office: String,
    /// The office's name; without it, the one in its file
    #[arg(long)]
    name: Option<String>,
    /// The relay's address, such as https://post.example.dk
    #[arg(long, value_name = "URL")]
    relay: String,
    /// The file with the token of the relay's operator
    #[arg(long, value_name = "FILE")]
    admin_token_file: PathBuf,
    #[command(flatten)]
    form: Form,
}

/// Which mailbox, and where its letters are.
#[derive(Args)]
pub struct Place {
    #[command(flatten)]
    key: KeyArgs,
    /// The folder of the letters; without it, one named after the mailbox, beside the key file
    #[arg(long, value_name = "DIR")]
    letters: Option<PathBuf>,
    #[command(flatten)]
    form: Form,
}

/// `vaekst mailbox open`
#[derive(Args)]
pub struct Open {
    #[command(flatten)]
    place: Place,
    /// Mark it as handled
    #[arg(long)]
    handled: bool,
    /// The letter, as `list` names it; its first characters are enough
    #[arg(allow_hyphen_values = true)]
    letter: String,
}

/// `vaekst mailbox export`
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    /// Form of the file
    #[arg(long, value_enum, default_value_t = FileForm::Csv)]
    format: FileForm,
    /// The file to write; without it, standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Form of an export.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileForm {
    /// For a Danish spreadsheet
    Csv,
    /// For programs; docs/schema/inbox-export-1.json
    Json,
}

/// `vaekst mailbox statistics`
#[derive(Args)]
pub struct Statistics {
    #[command(flatten)]
    place: Place,
    /// Only letters made on this day or later
    #[arg(long, value_parser = args::date)]
    from: Option<Date>,
    /// Only letters made on this day or earlier
    #[arg(long, value_parser = args::date)]
    until: Option<Date>,
}

/// `vaekst mailbox rotate`
#[derive(Args)]
pub struct Rotate {
    #[command(flatten)]
    key: KeyArgs,
    /// Put the file under a new passphrase as well
    #[arg(long)]
    new_passphrase: bool,
    /// Also renew what allows posting, after a flood of junk; the old works for 30 days more
    #[arg(long)]
    new_post: bool,
    /// Destroy retired keys that no letter can need any more
    #[arg(long)]
    destroy_expired: bool,
    #[command(flatten)]
    form: Form,
}

/// `vaekst mailbox delete`
#[derive(Args)]
pub struct Delete {
    #[command(flatten)]
    place: Place,
    /// The whole mailbox at the relay with all letters waiting; the folder stays
    #[arg(long, conflicts_with = "letter")]
    mailbox: bool,
    /// The letters, as `list` names them; `--` before one that begins with a hyphen
    #[arg(required_unless_present = "mailbox")]
    letter: Vec<String>,
}

/// Carries one out.
pub fn run(content: &Path, command: &Mailbox) -> Result<Output, Fault> {
    match command {
        Mailbox::Create(args) => create(content, args),
        Mailbox::Collect(place) => {
            let (file, mut folder) = place.open()?;
            let collected = collect::collect(&file, &mut folder)?;
            Ok(collected.output(&Words::of(&place.form.lang), place.form.json))
        }
        Mailbox::List(place) => list(content, place),
        Mailbox::Open(args) => open(content, args),
        Mailbox::Export(args) => export(content, args),
        Mailbox::Statistics(args) => count(content, args),
        Mailbox::Rotate(args) => rotate(args),
        Mailbox::Empty(place) => {
            let (file, mut folder) = place.open()?;
            let emptied = collect::empty(&file, &mut folder)?;
            Ok(place.said("mailbox_emptied", emptied))
        }
        Mailbox::Delete(args) => delete(args),
    }
}

impl Place {
    fn open(&self) -> Result<(KeyFile, Folder), Fault> {
        let file = self.key.open()?;
        let folder = match &self.letters {
            Some(folder) => folder.clone(),
            None => self.key.beside(&format!("{}.letters", file.mid)),
        };
        let folder = Folder::open(&folder, &file.mid)?;
        Ok((file, folder))
    }

    /// A sentence with a number, or the number.
    fn said(&self, key: &str, number: usize) -> Output {
        if self.form.json {
            return format!("{}\n", json!({ "letters": number })).into();
        }
        let pieces = [("n", number.to_string())];
        let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
        format!("{}\n", Words::of(&self.form.lang).fill(key, &pieces)).into()
    }
}

/// The content and what only offices need of it.
fn content_of(folder: &Path, lang: &str) -> Result<(Content, ForOffice), Fault> {
    let content = input::content(folder, lang)?;
    Ok((content, load_office(folder, lang).0))
}

fn create(folder: &Path, args: &Create) -> Result<Output, Fault> {
    let words = Words::of(&args.form.lang);
    let content = input::content(folder, &args.form.lang)?;
    let id = OfficeId::from(args.office.as_str());
    let known = content.later.office(&id).map(|it| it.name.clone());
    let name = args.name.clone().or(known).ok_or_else(|| {
        let what = format!("there is no office `{id}` in the content");
        Fault::new(what, "correct the id, or give its name with --name")
    })?;
    let admin = key::admin_token(&args.admin_token_file)?;
    let made = args.key.create((&args.office, &name, &args.relay))?;
    if let Err(fault) = collect::register(&made.file, &admin) {
        // Nothing uses the file: without a mailbox it only invites mistakes.
        let _ = fs::remove_file(args.key.path());
        return Err(fault);
    }
    let path = args.key.path().display().to_string();
    if args.form.json {
        let mut all = key::as_json(&made.file);
        all["key_file"] = json!(path);
        all["passphrase"] = json!(made.passphrase.as_deref());
        return Ok(format!("{all:#}\n").into());
    }
    let mut text = words.fill("mailbox_created", &[("office", &name), ("file", &path)]);
    text.push_str("\n\n");
    if let Some(passphrase) = &made.passphrase {
        text.push_str(&words.fill("mailbox_passphrase", &[("passphrase", passphrase)]));
        text.push_str("\n\n");
    }
    text.push_str(&words.fill("mailbox_publish", &[("office", &args.office)]));
    text.push_str(&format!("\n\n{}", published(&made.file, &args.relay)));
    Ok(text.into())
}

fn list(folder: &Path, place: &Place) -> Result<Output, Fault> {
    let (content, office) = content_of(folder, &place.form.lang)?;
    let (file, letters) = place.open()?;
    let letters = read::all(&content, &office.guide, &file, &letters);
    let is_well = letters.iter().all(|it| it.content.is_ok());
    let text = if place.form.json {
        let list: Vec<_> = letters.iter().map(Letter::summary).collect();
        format!("{:#}\n", json!(list))
    } else {
        show::list(&content, &office.export, &place.form.lang, &letters)
    };
    Ok(Output::new(text, is_well))
}

fn open(folder: &Path, args: &Open) -> Result<Output, Fault> {
    let form = &args.place.form;
    let (content, office) = content_of(folder, &form.lang)?;
    let (file, mut letters) = args.place.open()?;
    let sid = letters.find(&args.letter)?;
    if args.handled {
        letters.set_handled(&sid)?;
    }
    let letter = read::one(&content, &office.guide, &file, &letters, &sid)?;
    let text = if form.json {
        format!("{:#}\n", letter.whole())
    } else {
        show::letter(&content, &office.export, &letter)
    };
    let is_well = letter.content.is_ok();
    Ok(Output::new(text, is_well))
}

fn export(folder: &Path, args: &Export) -> Result<Output, Fault> {
    let form = &args.place.form;
    let (content, office) = content_of(folder, &form.lang)?;
    let (file, letters) = args.place.open()?;
    let letters = read::all(&content, &office.guide, &file, &letters);
    let is_well = letters.iter().all(|it| it.content.is_ok());
    let number = letters.len();
    let entries: Vec<Entry<'_>> = letters.into_iter().map(Letter::into_entry).collect();
    let text = match args.format {
        FileForm::Csv => export::csv(&content, &office.export, &entries),
        FileForm::Json => {
            let id = OfficeId::from(file.office.id());
            export::json(Some(&id), today::today(), &entries)
        }
    };
    let Some(output) = &args.output else {
        return Ok(Output::new(text, is_well));
    };
    folder::write_privately(output, text.as_bytes())?;
    let said = args.place.said("mailbox_exported", number);
    Ok(Output { is_well, ..said })
}

fn count(folder: &Path, args: &Statistics) -> Result<Output, Fault> {
    let form = &args.place.form;
    let (content, office) = content_of(folder, &form.lang)?;
    let (file, letters) = args.place.open()?;
    let letters = read::all(&content, &office.guide, &file, &letters);
    let readable = letters.iter().filter_map(|it| it.content.as_ref().ok());
    let counts: Vec<Counts> = readable.map(Counts::of).collect();
    let (from, until) = (args.from, args.until);
    let result = statistics(&content.later, &counts, Period { from, until });
    Ok(if form.json {
        format!("{:#}\n", json!(result)).into()
    } else {
        show::statistics(&content, &office.export, &form.lang, &result).into()
    })
}

fn rotate(args: &Rotate) -> Result<Output, Fault> {
    let words = Words::of(&args.form.lang);
    let rotated = args.key.rotate(
        args.new_passphrase,
        args.destroy_expired,
        args.new_post,
        collect::renew_post,
    )?;
    let file = &rotated.file;
    if args.form.json {
        let mut all = key::as_json(file);
        all["passphrase"] = json!(rotated.passphrase.as_deref());
        all["destroyed"] = json!(rotated.destroyed);
        return Ok(format!("{all:#}\n").into());
    }
    let kid = file.active().kid.to_string();
    let mut text = words.fill("mailbox_rotated", &[("kid", &kid)]);
    text.push_str("\n\n");
    if let Some(passphrase) = &rotated.passphrase {
        text.push_str(&words.fill("mailbox_passphrase", &[("passphrase", passphrase)]));
        text.push_str("\n\n");
    }
    let office = file.office.id();
    text.push_str(&words.fill("mailbox_publish", &[("office", office)]));
    text.push_str(&format!("\n\n{}", published(file, file.office.relay())));
    Ok(text.into())
}

fn delete(args: &Delete) -> Result<Output, Fault> {
    let (file, mut folder) = args.place.open()?;
    if args.mailbox {
        collect::delete_mailbox(&file)?;
        return Ok(args.place.said("mailbox_deleted", 0));
    }
    let found = args.letter.iter().map(|it| folder.find(it));
    let sids: Vec<Sid> = found.collect::<Result<_, _>>()?;
    for sid in &sids {
        collect::delete(&file, &mut folder, sid)?;
    }
    Ok(args.place.said("mailbox_letters_deleted", sids.len()))
}
