//! `vaekst office preview`: what would be published, before it is. Who is then shown what, and the
//! app itself with it, on this machine only.

use super::{
    build::{Sources, told},
    serve::{Server, open},
};
use crate::{Output, args::Format, fault::Fault, findings::FindingWords, input, words::Words};
use clap::Args;
use serde_json::{Value, json};
use std::{
    fmt::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, mpsc},
};
use vaekstspejl_engine::{
    Content, OfferId,
    authoring::{
        Persona,
        overlay::{Built, Change, ChangedFor, Folder, changes},
        personas,
    },
    catalogue::Level,
    overlay::{Look, OWN_LANGUAGE, lay_over},
};

/// `vaekst office preview`
#[derive(Args)]
pub struct Preview {
    #[command(flatten)]
    sources: Sources,
    /// The built app; without it, `dist` beside the content, or in a release `app`
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    /// The port, 0 for any that is free
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The folder of the personas; without it, `tests/personas` beside the content, or in a release
    /// `personas`
    #[arg(long, value_name = "DIR")]
    personas: Option<PathBuf>,
    /// Only tell who is shown what
    #[arg(long)]
    no_serve: bool,
    /// Do not open the browser
    #[arg(long)]
    no_open: bool,
    /// Form of the answer; JSON does not serve
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Carries it out.
pub fn run(folder: &Path, args: &Preview) -> Result<Output, Fault> {
    let lang = &args.sources.lang;
    let words = Words::of(lang);
    let content = input::content(folder, "da")?;
    let folders = args.sources.folders(&words)?;
    let built = args.sources.build(&content, &folders);
    let is_whole = built.is_whole();
    let beside = folder.parent().unwrap_or(Path::new("."));
    let people = people(args.personas.as_deref(), beside)?;
    let changed = if is_whole {
        changes(&content, &built.published, &people, args.sources.today)
    } else {
        Vec::new()
    };
    if args.format == Format::Json {
        let text = format!("{:#}\n", as_json(&built, &changed, lang));
        return Ok(Output::new(text, is_whole));
    }
    let mut text = told(&built, lang);
    if !is_whole {
        let _ = writeln!(text, "{}", words.get("office_not_shown"));
        return Ok(Output::new(text, false));
    }
    let mut shown = content.clone();
    lay_over(&mut shown.later, built.overlays(), OWN_LANGUAGE);
    for it in &changed {
        publisher(it, &shown, &words, &mut text);
    }
    if people.is_empty() {
        let _ = writeln!(text, "{}", words.get("office_no_people"));
    }
    if args.no_serve {
        return Ok(text.into());
    }
    let app = args
        .app
        .clone()
        .unwrap_or_else(|| of_two(beside, "dist", "app"));
    serve(args, &app, content, (folders, built), text)
}

/// The text, and then the app.
fn serve(
    args: &Preview,
    app: &Path,
    content: Content,
    (folders, built): (Vec<Folder>, Built),
    mut text: String,
) -> Result<Output, Fault> {
    let words = Words::of(&args.sources.lang);
    let looks: Vec<Look> = built.published.iter().map(|it| it.look.clone()).collect();
    let (tell, told) = mpsc::channel();
    let kept = Mutex::new((folders, built.bytes()));
    let sources = args.sources.clone();
    let overlays = move || again(&sources, &content, &kept, &tell);
    let server = Server::new(app, args.port, overlays, &words)?;
    let at = |look: &Look| format!("http://{}/?office={}", server.address, look.id);
    for look in &looks {
        let _ = writeln!(text, "{}\n  {}", look.name, at(look));
    }
    let _ = writeln!(text, "{}", words.get("office_previewed"));
    let first = looks.first().filter(|_| !args.no_open).map(at);
    Ok(Output {
        text,
        is_well: true,
        then: Some(Box::new(move |print| {
            if let Some(address) = first {
                open(&address);
            }
            server.run(&words, &told, print)
        })),
    })
}

/// The overlays of the folders as they are now. While something is wrong in them, what was right last
/// is shown, and what is wrong is told.
fn again(
    sources: &Sources,
    content: &Content,
    kept: &Mutex<(Vec<Folder>, Vec<u8>)>,
    tell: &mpsc::Sender<String>,
) -> Vec<u8> {
    let words = Words::of(&sources.lang);
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let (folders, bytes) = &mut *kept;
    match sources.folders(&words) {
        Ok(now) if now != *folders => {
            let built = sources.build(content, &now);
            if built.is_whole() {
                *bytes = built.bytes();
            }
            *folders = now;
            let _ = tell.send(told(&built, &sources.lang));
        }
        Ok(_) => {}
        Err(fault) => {
            let _ = tell.send(format!("{fault}\n"));
        }
    }
    bytes.clone()
}

/// A folder as a checkout has it, or where there is none as a release has it.
fn of_two(beside: &Path, checkout: &str, release: &str) -> PathBuf {
    let (usual, other) = (beside.join(checkout), beside.join(release));
    if usual.is_dir() || !other.is_dir() {
        usual
    } else {
        other
    }
}

/// The personas; of a folder that was not named, those that are there.
fn people(named: Option<&Path>, beside: &Path) -> Result<Vec<Persona>, Fault> {
    let usual = of_two(beside, "tests/personas", "personas");
    let (people, found) = personas(named.unwrap_or(&usual));
    if let Some(first) = found.first() {
        return Err(Fault::new(first.to_string(), "mend the persona's file"));
    }
    match named {
        Some(folder) if people.is_empty() => Err(Fault::new(
            format!("there are no personas in {}", folder.display()),
            "name their folder",
        )),
        _ => Ok(people),
    }
}

fn publisher(it: &ChangedFor, content: &Content, words: &Words, text: &mut String) {
    let others: Vec<&Change> = it.people.iter().filter(|it| it.is_any()).collect();
    let pieces = [
        ("name", it.name.clone()),
        ("id", it.publisher.clone()),
        ("n", it.people.len().to_string()),
        ("changed", others.len().to_string()),
    ];
    let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
    let _ = writeln!(text, "\n{}", words.fill("office_people", &pieces));
    for change in others {
        let _ = writeln!(text, "\n  {}", change.name);
        one(change, content, words, text);
    }
    if !it.not_shown.is_empty() && !it.people.is_empty() {
        let _ = writeln!(text, "\n  {}", words.get("office_none_shown"));
        for id in &it.not_shown {
            let _ = writeln!(text, "    {}", named(id, content));
        }
    }
    text.push('\n');
}

/// What comes in, goes out and moves for one person.
fn one(change: &Change, content: &Content, words: &Words, text: &mut String) {
    let place = |list: &[OfferId], id: &OfferId| list.iter().position(|it| it == id);
    for (at, id) in change.after.iter().enumerate() {
        let name = named(id, content);
        match place(&change.before, id) {
            None => {
                let _ = writeln!(text, "    + {}. {name}", at + 1);
            }
            Some(before) if before != at => {
                let _ = writeln!(text, "      {} → {}. {name}", before + 1, at + 1);
            }
            Some(_) => {}
        }
    }
    for (at, id) in change.before.iter().enumerate() {
        if place(&change.after, id).is_none() {
            let _ = writeln!(text, "    − {}. {}", at + 1, named(id, content));
        }
    }
    for (need, before, after) in &change.referrals {
        let title = content.later.need(need).map_or("", |it| it.title.as_str());
        let pieces = [
            ("need", title.to_owned()),
            ("before", words.get(level(*before))),
            ("after", words.get(level(*after))),
        ];
        let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
        let _ = writeln!(text, "      {}", words.fill("office_begins", &pieces));
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Local => "local",
        Level::Regional => "regional",
        Level::National => "national",
    }
}

fn named(id: &OfferId, content: &Content) -> String {
    let title = content.later.offer(id).map_or("", |it| it.title.as_str());
    format!("{title} ({id})")
}

fn as_json(built: &Built, changed: &[ChangedFor], lang: &str) -> Value {
    let words = FindingWords::of(lang);
    let findings: Vec<Value> = built.findings.iter().map(|it| words.as_json(it)).collect();
    json!({ "findings": findings, "publishers": changed })
}
