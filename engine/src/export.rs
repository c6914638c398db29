//! The inbox as a file: CSV for a Danish spreadsheet, JSON for programs.
//!
//! **CSV**: UTF-8 with byte order mark, semicolons, CRLF, dates as dd-mm-yyyy, decimal comma. Text
//! stands in quotation marks, on one line, without characters that turn or hide what stands around
//! them; and no cell is a formula (OWASP, *CSV Injection*): what begins like one gets an apostrophe.
//! **JSON**: ids of the content, dates as in ISO 8601, and what was sent word for word; described
//! in docs/schema/inbox-export-1.json.
//!
//! A letter that cannot be read has its row as well, with the reason.

use crate::{
    Content, Date, OfficeId,
    briefing::Dossier,
    inbox_statistics::stage,
    score::Points,
    submission::{Contact, Submission, shown_text},
};
use serde::{Deserialize, Serialize};

/// The name of the JSON format.
pub const FORMAT: &str = "vaekstspejl-inbox";

/// The version of the JSON format.
pub const VERSION: u16 = 1;

/// How a table begins, so that a spreadsheet knows it is UTF-8.
pub const BOM: &str = "\u{feff}";

/// The columns before the scores, in their order.
pub const COLUMNS: [&str; 23] = [
    "letter",
    "received",
    "created",
    "receipt",
    "state",
    "problem",
    "name",
    "mail",
    "phone",
    "company",
    "note",
    "test",
    "lang",
    "municipality",
    "stage",
    "segment",
    "need_1",
    "need_2",
    "need_3",
    "ambition",
    "potential",
    "offers",
    "code",
];

/// Words that stand in cells.
pub const VALUES: [&str; 12] = [
    "new",
    "handled",
    "locked",
    "damaged",
    "newer",
    "stage_pre_idea",
    "stage_idea",
    "stage_startup",
    "stage_established",
    "stage_growth",
    "stage_crisis",
    "stage_succession",
];

/// Headings and words of cells by id, in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportWords(Vec<(String, String)>);

/// A letter of the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// Its id, as in the mailbox.
    pub letter: String,
    /// The day it came to the relay.
    pub received: Date,
    /// The code the sender has as a receipt.
    pub receipt: String,
    /// Somebody has dealt with it.
    pub handled: bool,
    /// What is in it.
    pub content: Result<Dossier<'a>, Unread>,
}

/// Why a letter cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// Sealed to a key that is not in the key file.
    Locked,
    /// Not a letter of a sender, or changed on the way.
    Damaged,
    /// Written by a newer version of the program.
    Newer,
}

impl Unread {
    /// As it is written in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Damaged => "damaged",
            Self::Newer => "newer",
        }
    }
}

impl ExportWords {
    /// With these words by id.
    pub fn new(words: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(words.into_iter().collect())
    }

    /// The word of an id; the id itself when there is none.
    pub fn get<'w>(&'w self, id: &'w str) -> &'w str {
        let found = self.0.iter().find(|(it, _)| it == id);
        found.map_or(id, |(_, word)| word)
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(id, _)| id.as_str())
    }
}

/// The inbox as CSV.
pub fn csv(content: &Content, words: &ExportWords, entries: &[Entry<'_>]) -> String {
    let mut text = String::from(BOM);
    let headings = COLUMNS.iter().map(|id| quoted(words.get(id)));
    let scales = content.later.scales.iter().map(|it| quoted(&it.title));
    line(&mut text, headings.chain(scales));
    for entry in entries {
        line(&mut text, cells(content, words, entry).into_iter());
    }
    text
}

/// The inbox as JSON.
pub fn json(office: Option<&OfficeId>, exported: Date, entries: &[Entry<'_>]) -> String {
    let file = File {
        format: FORMAT,
        version: VERSION,
        exported,
        office,
        letters: entries.iter().map(Letter::of).collect(),
    };
    let mut text =
        serde_json::to_string_pretty(&file).expect("strings, numbers and lists always serialise");
    text.push('\n');
    text
}

/// Text as a cell: on one line, harmless, in quotation marks.
pub fn quoted(text: &str) -> String {
    let shown = shown_text(&text.replace("\r\n", "\n"));
    let line = shown.trim().replace('\n', " / ");
    let guard = if is_formula(&line) { "'" } else { "" };
    ["\"", guard, &line.replace('"', "\"\""), "\""].concat()
}

/// Whether a spreadsheet could take the text for a formula: by its first character, also when it
/// is as wide as a Chinese one, also after blanks or quotation marks.
fn is_formula(text: &str) -> bool {
    let skipped = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'');
    let first = text.trim_start_matches(skipped).chars().next();
    first.is_some_and(|it| {
        matches!(
            it,
            '=' | '+'
                | '-'
                | '@'
                | '|'
                | '%'
                | '＝'
                | '＋'
                | '－'
                | '＠'
                | '｜'
                | '％'
                | '﹢'
                | '﹣'
                | '﹦'
                | '﹫'
                | '−'
        )
    })
}

/// Adds a row to a table: cells that are [`quoted`] or numbers, between semicolons.
pub fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(';');
        }
        text.push_str(&cell);
    }
    text.push_str("\r\n");
}

fn cells(content: &Content, words: &ExportWords, entry: &Entry<'_>) -> Vec<String> {
    let state = if entry.handled { "handled" } else { "new" };
    let mut cells = vec![
        quoted(&entry.letter),
        date(entry.received),
        String::new(),
        quoted(&entry.receipt),
        quoted(words.get(state)),
    ];
    match &entry.content {
        Ok(dossier) => {
            if let Some(created) = cells.get_mut(2) {
                *created = date(dossier.submission.created);
            }
            cells.push(quoted(""));
            cells.extend(of_person(&dossier.submission));
            cells.extend(of_result(content, words, dossier));
        }
        Err(unread) => {
            cells.push(quoted(words.get(unread.id())));
            let empty = COLUMNS.len() + content.later.scales.len();
            cells.resize(empty, String::new());
        }
    }
    cells
}

fn of_person(sent: &Submission) -> [String; 7] {
    let nobody = Contact::default();
    let contact = sent.contact.as_ref().unwrap_or(&nobody);
    [
        quoted(&contact.name),
        quoted(&contact.mail),
        quoted(&contact.phone),
        quoted(&contact.company),
        quoted(sent.note.as_deref().unwrap_or_default()),
        quoted(sent.test.as_str()),
        quoted(&sent.lang),
    ]
}

/// In the words of the content; what the content does not know stands as it came.
fn of_result(content: &Content, words: &ExportWords, dossier: &Dossier<'_>) -> Vec<String> {
    let (later, page) = (&content.later, &dossier.briefing);
    let municipality = dossier.municipality().map(|code| {
        let found = later.municipality(&code);
        found.map_or(code, |it| it.name.clone())
    });
    let stage = page.stage.map(|it| ["stage_", stage(it)].concat());
    let segment = page.segment.as_ref();
    let segment = segment.map(|id| later.segment(id).map_or(id.as_str(), |it| &it.title));
    let need = |rank: usize| {
        let id = page.needs.get(rank).map(|it| &it.need);
        quoted(id.map_or("", |id| later.need(id).map_or(id.as_str(), |it| &it.title)))
    };
    let offers = page.offers.iter();
    let offers = offers.map(|id| later.offer(id).map_or(id.as_str(), |it| &it.title));
    let offers: Vec<&str> = offers.collect();
    let whole = |points: Option<u8>| points.map_or(String::new(), |it| it.to_string());
    let mut cells = vec![
        quoted(&municipality.unwrap_or_default()),
        quoted(stage.as_deref().map_or("", |id| words.get(id))),
        quoted(segment.unwrap_or_default()),
        need(0),
        need(1),
        need(2),
        whole(page.ambition),
        whole(page.potential),
        quoted(&offers.join(" / ")),
        quoted(dossier.submission.code.as_deref().unwrap_or_default()),
    ];
    let told = dossier.submission.result.as_ref();
    let exact = dossier.assessment.as_ref();
    for scale in &later.scales {
        let told = told.and_then(|it| it.scores.iter().find(|(id, _)| *id == scale.id));
        cells.push(match exact {
            Some(it) => it.scores.points(&scale.id).map_or(String::new(), decimal),
            None => whole(told.map(|(_, points)| *points)),
        });
    }
    cells
}

fn date(date: Date) -> String {
    format!("{:02}-{:02}-{:04}", date.day(), date.month(), date.year())
}

fn decimal(points: Points) -> String {
    points.to_string().replace('.', ",")
}

#[derive(Serialize)]
struct File<'a> {
    format: &'a str,
    version: u16,
    exported: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a OfficeId>,
    letters: Vec<Letter<'a>>,
}

#[derive(Serialize)]
struct Letter<'a> {
    letter: &'a str,
    received: Date,
    receipt: &'a str,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Unread>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<&'a Submission>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile<'a>>,
}

/// The result, made again from the answers, or as told when there are none.
#[derive(Serialize)]
struct Profile<'a> {
    from_answers: bool,
    differs: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    municipality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<&'a str>,
    needs: Vec<Need<'a>>,
    scores: Vec<Score<'a>>,
    offers: Vec<&'a str>,
}

#[derive(Serialize)]
struct Need<'a> {
    need: &'a str,
    strength: u8,
}

#[derive(Serialize)]
struct Score<'a> {
    scale: &'a str,
    points: u8,
}

impl<'a> Letter<'a> {
    fn of(entry: &'a Entry<'_>) -> Self {
        let dossier = entry.content.as_ref().ok();
        Self {
            letter: &entry.letter,
            received: entry.received,
            receipt: &entry.receipt,
            state: if entry.handled { "handled" } else { "new" },
            problem: entry.content.as_ref().err().copied(),
            sent: dossier.map(|it| &it.submission),
            profile: dossier.and_then(Profile::of),
        }
    }
}

impl<'a> Profile<'a> {
    fn of(dossier: &'a Dossier<'_>) -> Option<Self> {
        let told = dossier.submission.result.as_ref();
        dossier
            .assessment
            .as_ref()
            .map(|_| ())
            .or(told.map(|_| ()))?;
        let page = &dossier.briefing;
        let scores = match (&dossier.assessment, told) {
            (Some(exact), _) => {
                let known = exact.scores.iter();
                known
                    .filter_map(|it| Some((it.scale.as_str(), it.points?.rounded())))
                    .collect()
            }
            (None, Some(told)) => {
                let told = told.scores.iter();
                told.map(|(scale, points)| (scale.as_str(), *points))
                    .collect()
            }
            (None, None) => Vec::new(),
        };
        let needs = page.needs.iter().map(|it| Need {
            need: it.need.as_str(),
            strength: it.strength,
        });
        Some(Self {
            from_answers: dossier.assessment.is_some(),
            differs: dossier.differs,
            municipality: dossier.municipality(),
            stage: page.stage.map(stage),
            segment: page.segment.as_ref().map(|it| it.as_str()),
            needs: needs.collect(),
            scores: scores
                .into_iter()
                .map(|(scale, points)| Score { scale, points })
                .collect(),
            offers: page.offers.iter().map(|it| it.as_str()).collect(),
        })
    }
}
