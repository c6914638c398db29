//! `office.toml`: who publishes, what an office can, how its pages look, and its own texts.

use super::{
    Base,
    finding::{Code, Findings, Place, Wrong},
    look,
    names::{self, folded},
    tree::{Item, Reading, Table, Value, tree},
    value::{self, bare, line, lines},
};
use crate::{
    Date, OfficeId,
    authoring::source::wrong_lines,
    catalogue::{Field, Mailbox, Office, OfficeKind},
    overlay::{OWN_LANGUAGE, OwnWords, Publisher, Worded},
};

/// What may stand at the top of the file.
const KEYS: [&str; 17] = [
    "office",
    "house",
    "nation",
    "front",
    "last_checked",
    "as_of",
    "name",
    "url",
    "phone",
    "municipalities",
    "services",
    "hide",
    "fields",
    "mailbox",
    "look",
    "start",
    "end",
];
const TABLES: [&str; 3] = ["privacy", "accessibility", "embed"];

/// Keys that only an office has.
const OF_OFFICES: [&str; 5] = ["phone", "municipalities", "services", "fields", "mailbox"];

const NAME: value::Shape = line(80);
const PHONE: value::Shape = line(40);
const TITLE: value::Shape = line(90);
const LEAD: value::Shape = line(400);
const TEXT: value::Shape = lines(1_500);
const LONG_TEXT: value::Shape = lines(4_000);
const CONTACT: value::Shape = lines(600);

/// Most pages that may show the app in a frame.
const MOST_FRAMES: usize = 50;

/// The file, read.
#[derive(Debug)]
pub(super) struct Settings {
    pub publisher: Publisher,
    pub name: String,
    pub url: String,
    pub front: bool,
    pub last_checked: Date,
    pub office: Option<Office>,
    /// The shared offices whose place a new office takes.
    pub takes_place_of: Vec<OfficeId>,
    pub hide: Vec<(usize, String)>,
    pub rules: Vec<String>,
    pub start: Vec<Worded<(String, String)>>,
    pub words: Vec<Worded<OwnWords>>,
    pub frames: Vec<String>,
    pub summaries: Vec<String>,
    /// Where the file names the publisher.
    pub at: Place,
}

/// Reads the file; none when nobody could tell who publishes.
pub(super) fn settings(
    text: &str,
    file: &str,
    base: &Base<'_>,
    today: Date,
    found: &mut Findings,
) -> Option<Settings> {
    let mut table = tree(text, file, found)?;
    let names = &base.names;
    let mut reading = Reading { file, names, found };
    let last_checked = checked(&mut table, &mut reading, today);
    let who = publisher(&mut table, base, &mut reading);
    let at = reading.at(who.as_ref().map_or(1, |(line, _)| *line));
    let name = reading.text(&mut table, "name", NAME);
    let url = reading.raw(&mut table, "url").and_then(|(line, text)| {
        let url = value::address(&text, names);
        reading.found.take(&reading.at(line), url)
    });
    let front = reading.flag(&mut table, "front");
    let hide = reading.list(&mut table, "hide").unwrap_or_default();
    let as_of = reading.raw(&mut table, "as_of").and_then(|(line, text)| {
        let date = value::written_date(&text, names);
        reading.found.take(&reading.at(line), date)
    });
    let as_of = as_of.or(last_checked.map(|it| it.to_string()));
    let told = match &who {
        Some((_, Publisher::Office(_))) | None => Some(told(&mut table, &mut reading)),
        Some(_) => {
            for key in OF_OFFICES {
                if let Some(item) = table.take(key) {
                    let wrong = Wrong::new(Code::OnlyForOffice).with("key", key);
                    reading.found.error(&reading.at(item.line), wrong);
                }
            }
            None
        }
    };
    let rules = match reading.table(&mut table, "look") {
        Some(look) => look::rules(look, &mut reading),
        None => Vec::new(),
    };
    let start = start(&mut table, base, &mut reading);
    let words = words(&mut table, base, &mut reading);
    let (frames, summaries) = embed(&mut table, &mut reading);
    let known: Vec<&str> = KEYS.iter().chain(&TABLES).copied().collect();
    reading.nothing_left(table, &known);

    let (_, publisher) = who?;
    let mut takes_place_of = Vec::new();
    let office = match &publisher {
        Publisher::Office(id) => {
            let own = Own {
                id,
                name: name.as_deref(),
                url: url.as_deref(),
                as_of: as_of.as_deref(),
            };
            Some(office(
                own,
                told?,
                &at,
                base,
                &mut reading,
                &mut takes_place_of,
            )?)
        }
        _ => None,
    };
    let shared_name = match &publisher {
        Publisher::Office(_) => office.as_ref().map(|it| it.name.clone()),
        Publisher::House(slug) => base.house(slug).map(|it| it.name.clone()),
        Publisher::Nation => None,
    };
    let name = name.or(shared_name);
    if name.is_none() {
        let wrong = Wrong::new(Code::Missing).with("key", "name");
        reading.found.error(&at, wrong);
    }
    let shared_url = match &publisher {
        Publisher::Office(_) => office.as_ref().map(|it| it.url.clone()),
        Publisher::House(slug) => base.house(slug).map(|it| it.url.clone()),
        Publisher::Nation => None,
    };
    Some(Settings {
        publisher,
        name: name?,
        url: url.or(shared_url).unwrap_or_default(),
        front,
        last_checked: last_checked?,
        office,
        takes_place_of,
        hide,
        rules,
        start,
        words,
        frames,
        summaries,
        at,
    })
}

/// The day somebody last looked at all of this.
fn checked(table: &mut Table, reading: &mut Reading<'_>, today: Date) -> Option<Date> {
    let key = "last_checked";
    let Some((line, text)) = reading.raw(table, key) else {
        let wrong = Wrong::new(Code::Missing).with("key", key);
        reading.found.error(&Place::file(reading.file), wrong);
        return None;
    };
    let day = value::day(&text, reading.names);
    let day = reading.found.take(&reading.at(line), day)?;
    super::check_day(day, &reading.at(line), today, reading.found);
    Some(day)
}

/// Who publishes, and the line that says so.
fn publisher(
    table: &mut Table,
    base: &Base<'_>,
    reading: &mut Reading<'_>,
) -> Option<(usize, Publisher)> {
    let office = reading.raw(table, "office");
    let house = reading.raw(table, "house");
    let nation = table
        .take("nation")
        .filter(|it| !matches!(it.value, Value::Flag(false)));
    match (office, house, nation) {
        (Some((line, id)), None, None) => {
            let id = bare(&id);
            let publisher = Publisher::Office(id.into());
            Some((line, publisher))
        }
        (None, Some((line, called)), None) => {
            let slug = base
                .names
                .known(names::HOUSES, bare(&called), Code::UnknownHouse);
            let slug = reading.found.take(&reading.at(line), slug)?;
            Some((line, Publisher::House(slug.to_owned())))
        }
        (
            None,
            None,
            Some(Item {
                line,
                value: Value::Flag(true),
            }),
        ) => Some((line, Publisher::Nation)),
        (None, None, Some(item)) => {
            reading.wrong_kind("nation", item.line, "true");
            None
        }
        _ => {
            let place = Place::file(reading.file);
            reading.found.error(&place, Wrong::new(Code::WhoPublishes));
            None
        }
    }
}

/// What an office tells of itself, as it stands.
struct Told {
    phone: Option<String>,
    municipalities: Option<(usize, Vec<String>)>,
    services: Option<Vec<String>>,
    fields: Option<Vec<Field>>,
    mailbox: Option<Mailbox>,
}

fn told(table: &mut Table, reading: &mut Reading<'_>) -> Told {
    let phone = reading.text(table, "phone", PHONE);
    let municipalities = reading.list(table, "municipalities").map(|all| {
        let line = all.first().map_or(0, |(line, _)| *line);
        let mut codes = Vec::new();
        for (line, called) in all {
            match reading.names.municipality(bare(&called)) {
                Some(code) => codes.push(code.to_owned()),
                None => {
                    let nearest = reading.names.nearest(names::MUNICIPALITIES, &called);
                    let wrong = Wrong::value(Code::UnknownMunicipality, bare(&called));
                    let wrong = wrong.with("nearest", nearest);
                    reading.found.error(&reading.at(line), wrong);
                }
            }
        }
        codes.sort();
        codes.dedup();
        (line, codes)
    });
    let services = reading.list(table, "services").map(|all| {
        let mut ids: Vec<String> = Vec::new();
        for (line, called) in all {
            let id = reading
                .names
                .known(names::SERVICES, bare(&called), Code::UnknownService);
            let id = reading.found.take(&reading.at(line), id);
            ids.extend(id.map(str::to_owned));
        }
        ids.sort();
        ids.dedup();
        ids
    });
    let fields = reading
        .tables(table, "fields")
        .map(|all| fields(all, reading));
    let mailbox = reading
        .table(table, "mailbox")
        .and_then(|it| mailbox(it, reading));
    Told {
        phone,
        municipalities,
        services,
        fields,
        mailbox,
    }
}

/// The fields of competence, each with the most hours.
fn fields(all: Vec<Table>, reading: &mut Reading<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for mut table in all {
        let place = reading.at(table.line);
        let need = reading.raw(&mut table, "need");
        let hours = reading.raw(&mut table, "hours");
        if need.is_none() || hours.is_none() {
            let key = if need.is_none() { "need" } else { "hours" };
            let wrong = Wrong::new(Code::Missing).with("key", key);
            reading.found.error(&place, wrong);
        }
        let need = need.and_then(|(line, called)| {
            let id = reading
                .names
                .known(names::NEEDS, bare(&called), Code::UnknownNeed);
            reading.found.take(&reading.at(line), id)
        });
        let hours = hours.and_then(|(line, text)| {
            let hours = value::hours(&text, reading.names).and_then(|hours| {
                let hours = hours.and_then(|it| u8::try_from(it).ok());
                hours.ok_or_else(|| Wrong::value(Code::NotHours, text.trim()))
            });
            reading.found.take(&reading.at(line), hours)
        });
        if let (Some(need), Some(hours)) = (need, hours) {
            let field = Field {
                need: need.into(),
                hours,
            };
            if fields.iter().any(|it| it.need == field.need) {
                let wrong = Wrong::value(Code::FieldTwice, need);
                reading.found.error(&place, wrong);
            } else {
                fields.push(field);
            }
        }
        reading.nothing_left(table, &["need", "hours"]);
    }
    fields
}

fn mailbox(mut table: Table, reading: &mut Reading<'_>) -> Option<Mailbox> {
    let line = table.line;
    let mut part = |key| {
        let text = reading.raw(&mut table, key);
        text.map(|(_, text)| bare(&text).to_owned())
            .unwrap_or_default()
    };
    let mailbox = Mailbox {
        relay: part("relay"),
        id: part("id"),
        key: part("key"),
        post: part("post"),
    };
    let wrong = wrong_lines(&mailbox);
    for (key, value) in &wrong {
        let wrong = Wrong::value(Code::NotAMailbox, *value).with("key", *key);
        reading.found.error(&reading.at(line), wrong);
    }
    reading.nothing_left(table, &["relay", "id", "key", "post"]);
    wrong.is_empty().then_some(mailbox)
}

/// What the file says of the office besides what it can.
struct Own<'a> {
    id: &'a OfficeId,
    name: Option<&'a str>,
    url: Option<&'a str>,
    as_of: Option<&'a str>,
}

/// The office as it will stand in place of the shared one, or as a new one.
fn office(
    own: Own<'_>,
    told: Told,
    at: &Place,
    base: &Base<'_>,
    reading: &mut Reading<'_>,
    takes_place_of: &mut Vec<OfficeId>,
) -> Option<Office> {
    let later = &base.content.later;
    let shared = later.office(own.id);
    if shared.is_some_and(|it| it.kind == OfficeKind::History) {
        let wrong = Wrong::value(Code::OfficeOfHistory, own.id.as_str());
        reading.found.error(at, wrong);
        return None;
    }
    let municipalities = match (shared, &told.municipalities) {
        (Some(shared), None) => shared.municipalities.clone(),
        (Some(shared), Some((line, codes))) => {
            let mut same = shared.municipalities.clone();
            same.sort();
            if same != *codes {
                let wrong = Wrong::value(
                    Code::OtherMunicipalities,
                    base.places(&shared.municipalities),
                );
                reading.found.error(&reading.at(*line), wrong);
            }
            shared.municipalities.clone()
        }
        (None, None) => {
            let nearest = base.names.nearest(names::OFFICES, own.id.as_str());
            let wrong = Wrong::value(Code::UnknownOffice, own.id.as_str());
            reading.found.error(at, wrong.with("nearest", nearest));
            return None;
        }
        (None, Some((_, codes))) => {
            if !is_new_id(own.id.as_str()) {
                let wrong = Wrong::value(Code::BadOfficeId, own.id.as_str());
                reading.found.error(at, wrong);
            }
            if codes.is_empty() {
                reading.found.error(at, Wrong::new(Code::NoMunicipalities));
            }
            let of_today = later.offices.iter().filter(|it| {
                it.kind == OfficeKind::Default
                    && it.municipalities.iter().any(|it| codes.contains(it))
            });
            takes_place_of.extend(of_today.map(|it| it.id.clone()));
            codes.clone()
        }
    };
    let name = own.name.or(shared.map(|it| it.name.as_str()));
    if name.is_none() {
        let wrong = Wrong::new(Code::Missing).with("key", "name");
        reading.found.error(at, wrong);
    }
    let kept = |own: Option<&str>, shared: Option<&String>| {
        own.or(shared.map(String::as_str))
            .unwrap_or_default()
            .to_owned()
    };
    let url = kept(own.url, shared.map(|it| &it.url));
    let name = name?.to_owned();
    Some(Office {
        id: own.id.clone(),
        kind: shared.map_or(OfficeKind::Default, |it| it.kind),
        municipalities,
        source: if url.is_empty() {
            name.clone()
        } else {
            url.clone()
        },
        url,
        name,
        phone: kept(told.phone.as_deref(), shared.map(|it| &it.phone)),
        known_in: None,
        as_of: own.as_of.unwrap_or_default().to_owned(),
        verify: false,
        services: told
            .services
            .or(shared.map(|it| it.services.clone()))
            .unwrap_or_default(),
        fields: told
            .fields
            .or(shared.map(|it| it.fields.clone()))
            .unwrap_or_default(),
        note: kept(None, shared.map(|it| &it.note)),
        mailbox: told.mailbox.or(shared.and_then(|it| it.mailbox.clone())),
    })
}

/// Small letters, digits and hyphens; and not what a house or the nation is called in a link.
fn is_new_id(id: &str) -> bool {
    super::is_id(id) && id != "nation" && !id.starts_with("house-")
}

/// Title and lead of the start screen.
fn start(
    table: &mut Table,
    base: &Base<'_>,
    reading: &mut Reading<'_>,
) -> Vec<Worded<(String, String)>> {
    let Some(start) = reading.table(table, "start") else {
        return Vec::new();
    };
    worded(
        start,
        &["title", "lead"],
        base,
        reading,
        |table, reading| {
            let title = reading.needed(table, "title", TITLE);
            let lead = reading.needed(table, "lead", LEAD);
            title.zip(lead)
        },
    )
}

/// The words of a table in Danish, and of the tables in it in other languages.
fn worded<T>(
    mut table: Table,
    keys: &[&str],
    base: &Base<'_>,
    reading: &mut Reading<'_>,
    mut read: impl FnMut(&mut Table, &mut Reading<'_>) -> Option<T>,
) -> Vec<Worded<T>> {
    let mut all = Vec::new();
    let danish = read(&mut table, reading);
    all.extend(danish.map(|it| (OWN_LANGUAGE.to_owned(), it)));
    for lang in base.other_languages() {
        if let Some(mut inner) = reading.table(&mut table, lang) {
            let words = read(&mut inner, reading);
            all.extend(words.map(|it| (lang.to_owned(), it)));
            reading.nothing_left(inner, keys);
        }
    }
    let known: Vec<&str> = keys.iter().copied().chain(base.other_languages()).collect();
    reading.nothing_left(table, &known);
    all
}

/// The texts of the later screens. A language that has one of them has all that Danish has.
fn words(table: &mut Table, base: &Base<'_>, reading: &mut Reading<'_>) -> Vec<Worded<OwnWords>> {
    let mut all: Vec<Worded<OwnWords>> = Vec::new();
    let mut lines = Vec::new();
    for (name, key, shape) in [
        ("end", "text", TEXT),
        ("privacy", "text", LONG_TEXT),
        ("accessibility", "contact", CONTACT),
    ] {
        let Some(inner) = reading.table(table, name) else {
            continue;
        };
        let line = inner.line;
        let texts = worded(inner, &[key], base, reading, |table, reading| {
            reading.needed(table, key, shape)
        });
        let langs: Vec<String> = texts.iter().map(|(lang, _)| lang.clone()).collect();
        lines.push((name, line, langs));
        for (lang, text) in texts {
            let at = all
                .iter()
                .position(|(it, _)| *it == lang)
                .unwrap_or_else(|| {
                    all.push((lang, OwnWords::default()));
                    all.len() - 1
                });
            if let Some((_, words)) = all.get_mut(at) {
                match name {
                    "end" => words.end = text,
                    "privacy" => words.privacy = text,
                    _ => words.accessibility = text,
                }
            }
        }
    }
    for (lang, _) in all.iter().filter(|(it, _)| it != OWN_LANGUAGE) {
        for (name, line, langs) in &lines {
            if !langs.contains(lang) {
                let wrong = Wrong::new(Code::HalfTranslated).with("lang", lang);
                let wrong = wrong.with("key", format!("[{name}.{lang}]"));
                reading.found.error(&reading.at(*line), wrong);
            }
        }
    }
    all
}

/// The pages that may show the app in a frame, and those that may be given a summary.
fn embed(table: &mut Table, reading: &mut Reading<'_>) -> (Vec<String>, Vec<String>) {
    let Some(mut embed) = reading.table(table, "embed") else {
        return Default::default();
    };
    let mut origins = |key| {
        let all = reading.list(&mut embed, key).unwrap_or_default();
        let mut origins = Vec::new();
        for (line, text) in all.iter().take(MOST_FRAMES) {
            let origin = reading.found.take(&reading.at(*line), value::origin(text));
            origins.extend(origin.map(|it| (*line, it)));
        }
        origins
    };
    let frames = origins("frames");
    let summaries = origins("summaries");
    for (line, origin) in &summaries {
        if !frames.iter().any(|(_, it)| it == origin) {
            let wrong = Wrong::value(Code::SummaryWithoutFrame, origin);
            reading.found.error(&reading.at(*line), wrong);
        }
    }
    reading.nothing_left(embed, &["frames", "summaries"]);
    let only = |all: Vec<(usize, String)>| {
        let mut all: Vec<String> = all.into_iter().map(|(_, it)| it).collect();
        all.sort();
        all.dedup();
        all
    };
    (only(frames), only(summaries))
}

/// A stable id made of words.
pub(super) fn slug(words: &str) -> String {
    let parts = words.split(|it: char| !it.is_alphanumeric());
    let parts: Vec<String> = parts.map(folded).filter(|it| !it.is_empty()).collect();
    parts.join("-")
}
