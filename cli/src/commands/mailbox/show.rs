//! Letters and statistics as text. What a stranger wrote goes through `shown_line` and
//! `shown_text`, so that it cannot steer the terminal or hide behind turned text.

use super::read::Letter;
use crate::{commands::profile, words::Words};
use std::fmt::Write;
use vaekstspejl_engine::{
    Content, Date, ScaleId,
    briefing::{Briefing, Dossier},
    export::ExportWords,
    inbox_statistics::{self, Cell, Statistics},
    profile_code,
    submission::{Contact, shown_line, shown_text},
};

/// One line for each letter.
pub fn list(content: &Content, export: &ExportWords, lang: &str, letters: &[Letter<'_>]) -> String {
    let words = Words::of(lang);
    let mut text = String::new();
    for letter in letters {
        let what = match &letter.content {
            Ok(dossier) => {
                let who = dossier
                    .submission
                    .contact
                    .as_ref()
                    .map_or(String::new(), who);
                let segment = segment(content, &dossier.briefing);
                [
                    who,
                    segment.unwrap_or_else(|| words.get("mailbox_no_profile")),
                ]
                .into_iter()
                .filter(|it| !it.is_empty())
                .collect::<Vec<_>>()
                .join(" · ")
            }
            Err(unread) => export.get(unread.id()).to_owned(),
        };
        let state = export.get(letter.state());
        let received = day(letter.received);
        let _ = writeln!(text, "{}  {received}  {state:<10}  {what}", letter.sid);
    }
    let readable = letters.iter().filter(|it| it.content.is_ok()).count();
    let pieces = [
        ("n", letters.len().to_string()),
        ("unread", (letters.len() - readable).to_string()),
    ];
    let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
    let _ = writeln!(text, "{}", words.fill("mailbox_listed", &pieces));
    text
}

/// A whole letter.
pub fn letter(content: &Content, export: &ExportWords, letter: &Letter<'_>) -> String {
    let mut page = Page {
        content,
        export,
        words: Words::of(&content.first.lang),
        text: String::new(),
    };
    page.field("letter", &letter.sid.to_string());
    page.field("received", &day(letter.received));
    page.field("receipt", &letter.receipt);
    page.field("state", export.get(letter.state()));
    match &letter.content {
        Ok(dossier) => page.dossier(dossier),
        Err(unread) => page.field("problem", export.get(unread.id())),
    }
    page.text
}

/// What may be published of the letters.
pub fn statistics(
    content: &Content,
    export: &ExportWords,
    lang: &str,
    result: &Statistics,
) -> String {
    let mut page = Page {
        content,
        export,
        words: Words::of(lang),
        text: String::new(),
    };
    let later = &content.later;
    let all = result
        .letters
        .map_or_else(|| page.words.get("mailbox_few"), |it| it.to_string());
    page.line(0, &format!("{}: {all}", page.words.get("mailbox_letters")));
    page.cells("segment", &result.segments, |id| {
        later.segment(&id.into()).map(|it| it.title.clone())
    });
    page.cells("mailbox_stage", &result.stages, |id| {
        Some(export.get(&format!("stage_{id}")).to_owned())
    });
    page.cells("mailbox_municipality", &result.municipalities, |id| {
        later.municipality(id).map(|it| it.name.clone())
    });
    page.cells("needs", &result.needs, |id| {
        later.need(&id.into()).map(|it| it.title.clone())
    });
    for of_scale in &result.scales {
        let Some(scale) = later.scale(&of_scale.scale) else {
            continue;
        };
        let title = scale.title.clone();
        page.cells_under(&title, &of_scale.bands, |id| {
            let band = scale.bands.iter().find(|it| it.id == id);
            band.map(|it| it.label.clone())
        });
    }
    let note = page.words.get("mailbox_statistics_note");
    page.line(0, "");
    page.line(0, &note);
    page.text
}

struct Page<'a> {
    content: &'a Content,
    export: &'a ExportWords,
    words: Words,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, indent: usize, words: &str) {
        let _ = writeln!(self.text, "{:width$}{words}", "", width = indent * 2);
    }

    fn heading(&mut self, key: &str) {
        let heading = self.words.get(key);
        let _ = writeln!(self.text, "\n# {heading}");
    }

    fn list(&mut self, key: &str, entries: Vec<String>) {
        if entries.is_empty() {
            return;
        }
        self.heading(key);
        for entry in entries {
            self.line(1, &format!("- {entry}"));
        }
    }

    /// A line under the heading a spreadsheet has for it.
    fn field(&mut self, id: &str, value: &str) {
        if !value.is_empty() {
            let heading = self.export.get(id).to_owned();
            self.line(0, &format!("{heading}: {value}"));
        }
    }

    fn dossier(&mut self, dossier: &Dossier<'_>) {
        let sent = &dossier.submission;
        self.field("created", &day(sent.created));
        self.field("lang", &shown_line(&sent.lang));
        let contact = sent.contact.clone().unwrap_or_default();
        for (id, value) in [
            ("name", &contact.name),
            ("company", &contact.company),
            ("mail", &contact.mail),
            ("phone", &contact.phone),
        ] {
            self.field(id, &shown_line(value));
        }
        if let Some(note) = &sent.note {
            self.heading("mailbox_note");
            for piece in shown_text(note).lines() {
                self.line(1, piece);
            }
        }
        self.briefing(&dossier.briefing);
        for (is_so, key) in [
            (dossier.differs, "mailbox_differs"),
            (dossier.unreadable.is_some(), "mailbox_unreadable"),
        ] {
            if is_so {
                self.line(0, "");
                let words = self.words.get(key);
                self.line(0, &words);
            }
        }
        if let (Some(questionnaire), Some(assessment)) =
            (dossier.questionnaire, &dossier.assessment)
        {
            self.line(0, "");
            let profile = profile::text(self.content, questionnaire, assessment);
            self.text.push_str(&profile);
        } else if let Some(code) = &sent.code {
            self.heading("code");
            self.line(1, &profile_code::grouped(code));
        }
    }

    /// The page for the adviser; the reasons stand in the profile below it.
    fn briefing(&mut self, page: &Briefing) {
        if *page == Briefing::default() {
            return;
        }
        self.heading("mailbox_briefing");
        let stage = page.stage.map(inbox_statistics::stage);
        let stage = stage.map(|it| format!("stage_{it}"));
        let stage = stage.map_or(String::new(), |it| self.export.get(&it).to_owned());
        self.field("stage", &stage);
        let segment = segment(self.content, page).unwrap_or_default();
        self.field("segment", &segment);
        let later = &self.content.later;
        let needs = page.needs.iter().map(|it| {
            let title = later.need(&it.need).map(|need| need.title.clone());
            let title = title.unwrap_or_else(|| it.need.to_string());
            let strength = it.strength.to_string();
            let strength = self.words.fill("strength", &[("points", &strength)]);
            format!("{title} ({strength})")
        });
        let needs = needs.collect();
        let dimension = |(scale, points): &(ScaleId, u8)| {
            let found = later.scale(scale);
            let title = found.map_or_else(|| scale.to_string(), |it| it.title.clone());
            format!("{title}: {points}")
        };
        let strongest = page.strongest.iter().map(dimension).collect();
        let weakest = page.weakest.iter().map(dimension).collect();
        let contradictions = page.contradictions.iter().map(|it| it.text.clone());
        let questions = page.questions.iter().map(|it| it.text.clone());
        let offers = page.offers.iter().map(|id| {
            let offer = later.offer(id);
            offer.map_or_else(|| id.to_string(), |it| it.title.clone())
        });
        let (contradictions, questions) = (contradictions.collect(), questions.collect());
        let offers = offers.collect();
        self.list("needs", needs);
        self.list("strengths", strongest);
        self.list("weak_spots", weakest);
        self.list("mailbox_contradictions", contradictions);
        self.list("mailbox_questions", questions);
        self.list("mailbox_offers", offers);
    }

    fn cells(&mut self, key: &str, cells: &[Cell], title: impl Fn(&str) -> Option<String>) {
        let heading = self.words.get(key);
        self.cells_under(&heading, cells, title);
    }

    /// Only what is told; the rest is none or withheld, which look the same.
    fn cells_under(
        &mut self,
        heading: &str,
        cells: &[Cell],
        title: impl Fn(&str) -> Option<String>,
    ) {
        let told: Vec<(String, u32)> = cells
            .iter()
            .filter_map(|cell| {
                let named = cell.id.as_deref().and_then(&title);
                let name = named.unwrap_or_else(|| self.words.get("unknown"));
                Some((name, cell.count?))
            })
            .collect();
        if told.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "\n# {heading}");
        for (name, count) in told {
            self.line(1, &format!("{count:>5}  {name}"));
        }
    }
}

/// Who it is, on one line.
fn who(contact: &Contact) -> String {
    let names = [&contact.name, &contact.company].map(|it| shown_line(it));
    let names: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|it| !it.is_empty())
        .collect();
    names.join(", ")
}

fn segment(content: &Content, page: &Briefing) -> Option<String> {
    let id = page.segment.as_ref()?;
    let found = content.later.segment(id);
    Some(found.map_or_else(|| id.to_string(), |it| it.title.clone()))
}

fn day(date: Date) -> String {
    format!("{:02}-{:02}-{:04}", date.day(), date.month(), date.year())
}
