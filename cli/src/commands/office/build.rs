//! `vaekst office build`: from the folders of publishers to the one file that is published. All that
//! is wrong is told at once, and then nothing is written.

use super::{
    folders::folders,
    publish::{OVERLAYS, put},
};
use crate::{Output, args::date, fault::Fault, findings::FindingWords, input, today, words::Words};
use clap::Args;
use serde_json::{Value, json};
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};
use vaekstspejl_engine::{
    Content, Date, OfferId,
    authoring::overlay::{Built, Folder, Published, WrittenIn, build},
    overlay::{File, Overlay},
};

/// Everybody who comes fetches it: more than this (bytes) is told.
const HEAVY: usize = 60_000;

/// What the files for servers begin with, those of hosting/ too.
const INCLUDE: &str = "# The pages that may show the test in a frame";

/// `vaekst office build`
#[derive(Args)]
pub struct Build {
    #[command(flatten)]
    sources: Sources,
    /// The file to write; it stands beside the app's index.html
    #[arg(long, value_name = "FILE", default_value = "overlays.bin")]
    out: PathBuf,
    /// The built app: is it allowed to send to the mailboxes?
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    /// A publisher that is in the old file and is meant to vanish
    #[arg(long, value_name = "ID")]
    remove: Vec<String>,
    /// Also write which pages may show the test in a frame, as frames.conf of nginx
    #[arg(long, value_name = "FILE")]
    nginx: Option<PathBuf>,
    /// The same as a line that a Caddyfile imports
    #[arg(long, value_name = "FILE")]
    caddy: Option<PathBuf>,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

/// The folders, and how they are judged.
#[derive(Args, Clone)]
pub struct Sources {
    /// A publisher's folder with its office.toml, or a folder of such folders
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// The day it is judged for
    #[arg(long, default_value_t = today::today(), value_parser = date)]
    pub today: Date,
    /// Language of the words
    #[arg(long, default_value = "da")]
    pub lang: String,
}

impl Sources {
    /// Reads them.
    pub fn folders(&self, words: &Words) -> Result<Vec<Folder>, Fault> {
        folders(&self.folders, words)
    }

    /// Builds, in memory.
    pub fn build(&self, content: &Content, folders: &[Folder]) -> Built {
        build(content, folders, self.today)
    }
}

/// Carries it out.
pub fn run(folder: &Path, args: &Build) -> Result<Output, Fault> {
    let lang = &args.sources.lang;
    let words = &Words::of(lang);
    let content = input::content(folder, "da")?;
    let built = args.sources.build(&content, &args.sources.folders(words)?);
    let old = fs::read(&args.out).unwrap_or_default();
    let old = File::parse(&old).and_then(|it| it.overlays());
    let old = old.unwrap_or_default();
    let mut refused = Vec::new();
    if let Some(app) = &args.app {
        refused.extend(closed_relays(app, &built, words)?);
    }
    refused.extend(vanished(&old, &built, &args.remove, words));
    let is_well = built.is_whole() && refused.is_empty();
    let written = is_well.then(|| write(args, &built, words)).transpose()?;
    if args.json {
        let bytes = written.map(|it| it.bytes);
        let json = as_json(&built, lang, bytes, &refused);
        return Ok(Output::new(format!("{json:#}\n"), is_well));
    }
    let mut text = told(&built, lang);
    for it in &refused {
        let _ = writeln!(text, "{it}");
    }
    let out = args.out.display().to_string();
    match written {
        Some(written) => summary(&out, written, (&built, &old), &content, words, &mut text),
        None => {
            let not_built = words.fill("office_not_built", &[("file", &out)]);
            let _ = writeln!(text, "{not_built}");
        }
    }
    Ok(Output::new(text, is_well))
}

/// What was written.
#[derive(Clone, Copy)]
struct Written {
    bytes: usize,
    /// The compressed form of the old file was taken away.
    took_compressed: bool,
}

fn write(args: &Build, built: &Built, words: &Words) -> Result<Written, Fault> {
    let bytes = built.bytes();
    let took_compressed = put(&args.out, &bytes, OVERLAYS, words)?;
    let frames = frames(&built.overlays());
    for (path, text) in [(&args.nginx, nginx(&frames)), (&args.caddy, caddy(&frames))] {
        if let Some(path) = path {
            put(path, text.as_bytes(), INCLUDE.as_bytes(), words)?;
        }
    }
    Ok(Written {
        bytes: bytes.len(),
        took_compressed,
    })
}

/// What was published, and what to do with it.
fn summary(
    out: &str,
    written: Written,
    (built, old): (&Built, &[Overlay]),
    content: &Content,
    words: &Words,
    text: &mut String,
) {
    for it in &built.published {
        publisher(it, content, words, text);
    }
    let (n, bytes) = (built.published.len().to_string(), written.bytes.to_string());
    let pieces = [("file", out), ("n", &n), ("bytes", &bytes)];
    let mut say = |key| {
        let _ = writeln!(text, "{}", words.fill(key, &pieces));
    };
    say("office_built");
    if written.bytes > HEAVY {
        say("office_heavy");
    }
    if written.took_compressed {
        say("office_compressed");
    }
    let (was, is) = (frames(old), frames(&built.overlays()));
    if !was.is_empty() || !is.is_empty() {
        say("office_frames");
        let _ = writeln!(text, "  frame-ancestors 'self'{is}");
    }
}

/// Every finding, in words.
pub fn told(built: &Built, lang: &str) -> String {
    let words = FindingWords::of(lang);
    built.findings.iter().map(|it| words.told(it)).collect()
}

/// What one publisher adds, replaces and hides.
fn publisher(it: &Published, content: &Content, words: &Words, text: &mut String) {
    let id = it.overlay.publisher.id();
    let _ = writeln!(text, "{} ({id}), {}", it.overlay.name, it.folder);
    if let Some(sheet) = it.sheet {
        let separator = match sheet.separator {
            ';' => words.get("office_semicolon"),
            '\t' => words.get("office_tab"),
            other => other.to_string(),
        };
        let written_in = match sheet.written_in {
            WrittenIn::Utf8 => "UTF-8",
            WrittenIn::Utf16 => "UTF-16",
            WrittenIn::Windows1252 => "Windows-1252",
        };
        let pieces = [
            ("n", sheet.offers.to_string()),
            ("separator", separator),
            ("written", written_in.to_owned()),
        ];
        let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
        let _ = writeln!(text, "  {}", words.fill("office_sheet", &pieces));
    }
    let shared = |id: &OfferId| {
        let title = content.later.offer(id).map(|it| it.title.as_str());
        title.map_or_else(|| id.to_string(), |title| format!("{title} ({id})"))
    };
    for offer in it.overlay.offers.iter().filter_map(|it| it.first()) {
        let (_, offer) = offer;
        let own = format!("{} ({})", offer.title, offer.id);
        match it.replaced.iter().find(|(new, _)| *new == offer.id) {
            Some((_, old)) => line(
                "office_replaces",
                &[("offer", &own), ("old", &shared(old))],
                words,
                text,
            ),
            None => line("office_adds", &[("offer", &own)], words, text),
        }
    }
    for id in &it.hidden {
        line("office_hides", &[("offer", &shared(id))], words, text);
    }
    if let Some(office) = &it.overlay.office {
        let fields = office.fields.len().to_string();
        line("office_fields", &[("n", &fields)], words, text);
    }
    for id in &it.takes_place_of {
        let name = content.later.office(id).map_or("", |it| it.name.as_str());
        line(
            "office_takes_place",
            &[("office", &format!("{name} ({id})"))],
            words,
            text,
        );
    }
}

fn line(key: &str, pieces: &[(&str, &str)], words: &Words, text: &mut String) {
    let _ = writeln!(text, "  {}", words.fill(key, pieces));
}

/// Mailboxes that the built page may not send to, each with what to do.
fn closed_relays(app: &Path, built: &Built, words: &Words) -> Result<Vec<String>, Fault> {
    let page = app.join("index.html");
    let name = page.display().to_string();
    let html = fs::read_to_string(&page).ok();
    let policy = html.as_deref().and_then(vaekstspejl_relay::site::policy_of);
    let Some(policy) = policy else {
        return Err(Fault::new(
            words.fill("office_no_app", &[("file", &name)]),
            words.get("office_no_app_do"),
        ));
    };
    let connect = policy
        .split(';')
        .find_map(|it| it.trim().strip_prefix("connect-src "));
    let allowed: Vec<&str> = connect.unwrap_or_default().split_whitespace().collect();
    let offices = built
        .published
        .iter()
        .filter_map(|it| it.overlay.office.as_ref());
    let mailboxes = offices.filter_map(|it| Some((it, it.mailbox.as_ref()?)));
    let closed =
        mailboxes.filter(|(_, it)| !it.relay.is_empty() && !allowed.contains(&it.relay.as_str()));
    let told = closed.map(|(office, mailbox)| {
        let pieces = [("office", office.name.as_str()), ("relay", &mailbox.relay)];
        words.fill("office_closed_relay", &pieces)
    });
    Ok(told.collect())
}

/// Publishers of the old file that the new one would be without, unless that is meant.
fn vanished(old: &[Overlay], built: &Built, meant: &[String], words: &Words) -> Vec<String> {
    let is_new = |id: &String| {
        let mut new = built.published.iter();
        new.any(|it| it.overlay.publisher.id() == *id)
    };
    let gone = old.iter().map(|it| (it.publisher.id(), &it.name));
    gone.filter(|(id, _)| !is_new(id) && !meant.contains(id))
        .map(|(id, name)| words.fill("office_vanished", &[("name", name), ("id", &id)]))
        .collect()
}

/// The origins of the pages that may show the test in a frame, each after a blank.
fn frames(overlays: &[Overlay]) -> String {
    let all = overlays.iter().flat_map(|it| &it.frames);
    let mut all: Vec<&str> = all.map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all.iter().map(|it| format!(" {it}")).collect()
}

fn nginx(frames: &str) -> String {
    let head = "made by `vaekst office build`; for http { }.";
    format!("{INCLUDE}, {head}\nmap \"\" $vaekst_frames {{\n    default \"{frames}\";\n}}\n")
}

fn caddy(frames: &str) -> String {
    let head = "made by `vaekst office build`; import it for `vars frames`.";
    format!("{INCLUDE}, {head}\nvars frames \"{frames}\"\n")
}

/// The whole for programs.
fn as_json(built: &Built, lang: &str, written: Option<usize>, refused: &[String]) -> Value {
    let words = FindingWords::of(lang);
    let findings: Vec<Value> = built.findings.iter().map(|it| words.as_json(it)).collect();
    let published = built.published.iter().map(|it| {
        let offers = it.overlay.offers.iter().filter_map(|it| it.first());
        json!({
            "id": it.overlay.publisher.id(),
            "name": it.overlay.name,
            "folder": it.folder,
            "adds": offers.map(|(_, offer)| &offer.id).collect::<Vec<_>>(),
            "replaces": it.replaced,
            "hides": it.hidden,
            "takes_place_of": it.takes_place_of,
        })
    });
    json!({
        "written": written.is_some(),
        "bytes": written,
        "frames": frames(&built.overlays()).split_whitespace().collect::<Vec<_>>(),
        "publishers": published.collect::<Vec<_>>(),
        "findings": findings,
        "refused": refused,
    })
}
