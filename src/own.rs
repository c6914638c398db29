//! What the person owns, in words: the plan's lines, its calendar and text, the profile code,
//! an opened file, and everything that can be wrong with one.
//!
//! Nothing here draws or stores; the components show it and `browser` carries it.

use crate::{
    browser::{address, clock, storage},
    figures::date,
    offer_words::with_case,
    route::Route,
    session::Session,
    words::{Word, filled, key, text},
};
use vaekstspejl_engine::{
    Answers, QuestionnaireId,
    plan::{Action, DAYS_TO_FIRST_STEP, Event, LONGEST_TEXT, MOST_ENTRIES},
    profile_code::{self, CodeError, Layout},
    profile_file::{self, FileError, ProfileFile},
};

/// The person's own words, no longer than a plan keeps; and whether they were.
pub fn cut(words: &str) -> (String, bool) {
    let kept: String = words.chars().take(LONGEST_TEXT).collect();
    let full = kept.chars().count() >= LONGEST_TEXT;
    (kept, full)
}

/// What a line of the plan is about, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What is to be done.
    pub what: String,
    /// What it belongs to: a provider, a need, a dimension; may be empty.
    pub about: String,
    /// Where to go; may be empty.
    pub url: String,
}

/// A line of the plan in words.
pub fn line(session: Session, action: &Action) -> Line {
    let Some(later) = session.later.get() else {
        return Line::default();
    };
    let (what, about, url) = match action {
        Action::Own(words) => (words.clone(), String::new(), String::new()),
        Action::Offer(id) => match later.offer(id) {
            Some(offer) => {
                let found = with_case(session, |case| (case.provider(offer), case.way_in(offer)));
                let (provider, way_in) = found.unwrap_or_default();
                let url = way_in.map_or_else(|| offer.url.clone(), |way| way.url);
                (offer.title.clone(), provider, url)
            }
            None => (
                text(key::PLAN_GONE).to_owned(),
                id.to_string(),
                String::new(),
            ),
        },
        Action::Need(id) => match later.need(id) {
            Some(need) => (need.first_step.clone(), need.title.clone(), String::new()),
            None => (id.to_string(), String::new(), String::new()),
        },
        Action::Scale(id) => match later.scale(id) {
            Some(scale) => {
                let points = session.assessment.with(|it| it.as_ref()?.scores.points(id));
                let band = points
                    .and_then(|points| scale.band(points))
                    .or(scale.bands.first());
                let step = band.map_or_else(String::new, |band| band.first_step.clone());
                (step, scale.title.clone(), String::new())
            }
            None => (id.to_string(), String::new(), String::new()),
        },
    };
    Line { what, about, url }
}

/// The first steps of the strongest needs that are not in the plan yet.
pub fn suggestions(session: Session) -> Vec<Action> {
    let needs = session.assessment.with(|it| {
        let needs = it
            .iter()
            .flat_map(|it| &it.needs)
            .take(vaekstspejl_engine::need::FIRST);
        needs
            .map(|found| Action::Need(found.need.clone()))
            .collect::<Vec<_>>()
    });
    session.plan.with(|plan| {
        let open = |action: &Action| !plan.iter().any(|entry| entry.what == *action);
        needs.into_iter().filter(open).collect()
    })
}

/// The plan as calendar entries: what is not done yet; without a day, in a fortnight.
pub fn events(session: Session) -> Vec<Event> {
    let plan = session.plan.get_untracked();
    plan.iter()
        .filter(|entry| !entry.done)
        .map(|entry| {
            let Line { what, about, url } = line(session, &entry.what);
            let details = [about, entry.who.clone(), url]
                .into_iter()
                .filter(|it| !it.is_empty());
            Event {
                day: entry
                    .by
                    .unwrap_or_else(|| clock::today().plus_days(DAYS_TO_FIRST_STEP)),
                title: what,
                details: details.collect::<Vec<_>>().join("\n"),
            }
        })
        .collect()
}

/// The plan as plain text.
pub fn plan_text(session: Session) -> String {
    let mut lines = vec![
        filled(key::PLAN_TEXT_TITLE, &[("day", &date(clock::today()))]),
        String::new(),
    ];
    for entry in session.plan.get_untracked() {
        let Line { what, about, url } = line(session, &entry.what);
        lines.push([if entry.done { "[x] " } else { "[ ] " }, &what].concat());
        let who = filled(key::PLAN_TEXT_WHO, &[("who", &entry.who)]);
        let by = entry.by.map_or_else(String::new, |by| {
            filled(key::PLAN_TEXT_BY, &[("day", &date(by))])
        });
        let who = if entry.who.is_empty() {
            String::new()
        } else {
            who
        };
        for detail in [about, who, by, url] {
            if !detail.is_empty() {
                lines.push(["    ", &detail].concat());
            }
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The layouts codes may have. The content check sees to it that every version has one.
pub fn layouts(session: Session) -> &'static [Layout] {
    session.later.get().map_or(&[][..], |later| &later.layouts)
}

/// The layout of one version of a test; `None`: not known any more.
pub fn layout(session: Session, test: &QuestionnaireId, version: u16) -> Option<&'static Layout> {
    layouts(session)
        .iter()
        .find(|it| it.questionnaire == *test && it.version == version)
}

/// The profile code of this moment: only answers that count. `None`: nothing is answered.
pub fn code(session: Session) -> Option<String> {
    let test = session.test()?;
    let answers = session
        .assessment
        .with(|it| Some(it.as_ref()?.counted.to_answers()))?;
    if answers.is_empty() {
        return None;
    }
    profile_code::encode(layout(session, &test.id, test.version)?, &answers)
}

/// The part of the link before the code; with the code in capitals behind it, it opens the code.
/// From a frame it leads to the page of its own, and is as short as can be.
pub fn address_of_codes() -> String {
    [folder(&address::base()), "#/open/"].concat()
}

/// An address of a page of the app without the page's name.
fn folder(address: &str) -> &str {
    let pages = ["embed.html", "index.html"];
    let without = pages.iter().find_map(|page| address.strip_suffix(page));
    without.unwrap_or(address)
}

/// The address of a window of its own that goes on where a frame cannot: with the profile in the
/// part that is never sent, on the way to `then`. Without answers, to that screen.
pub fn own_window(session: Session, then: &Route) -> String {
    let mut query = Vec::new();
    let mut ask =
        |name: &str, value: &str| query.push([name, address::encoded(value).as_str()].concat());
    if let Some(office) = session.office.get() {
        ask("office=", office.as_str());
    }
    if let Some(first) = session.first.get() {
        ask("lang=", &first.lang);
    }
    if session.shared_device.get() {
        ask("shared", "");
    }
    let then = then.href();
    let fragment = match session.to_file().filter(|_| session.has_something()) {
        None => then,
        Some(file) => {
            let then = then.trim_start_matches("#/");
            ["#/open/", &address::encoded(&file.to_json()), "/", then].concat()
        }
    };
    ["index.html?", &query.join("&"), &fragment].concat()
}

/// What a link to `#/open` brings along: a code or a file; and the screen it is on the way to.
pub fn brought(session: Session, rest: &str) -> (Result<Opened, Trouble>, Option<Route>) {
    let (given, then) = rest.split_once('/').unwrap_or((rest, ""));
    let then = Some(Route::parse(then))
        .filter(|it| matches!(it, Route::Send | Route::Profile | Route::Join(_)));
    let given = address::decoded(given).unwrap_or_else(|| given.to_owned());
    (open_text(session, &given), then)
}

/// The name of a saved file: what it is and the day.
pub fn file_name(what: Word, ending: &str) -> String {
    [text(what), "-", &clock::today().to_string(), ending].concat()
}

/// A profile that has been opened but not yet taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its content; of a code without day, office and plan.
    pub file: ProfileFile,
    /// From a code: then the plan of this moment stays.
    pub from_code: bool,
}

/// Why nothing could be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing was given.
    Nothing,
    /// The browser could not read the file.
    Unreadable,
    /// The file is not a profile this program can read.
    File(FileError),
    /// The code is not one this program can read.
    Code(CodeError),
    /// A file of a test this program does not have.
    UnknownTest,
}

impl Trouble {
    /// What happened, and what to do.
    pub fn words(self) -> (String, String) {
        let number = |number: usize| number.to_string();
        let (what, todo, value) = match self {
            Self::Nothing => (key::OPEN_NOTHING, key::OPEN_NOTHING_DO, String::new()),
            Self::Unreadable => (
                key::TROUBLE_UNREADABLE,
                key::TROUBLE_UNREADABLE_DO,
                String::new(),
            ),
            Self::UnknownTest => (
                key::TROUBLE_TEST_UNKNOWN,
                key::TROUBLE_TEST_UNKNOWN_DO,
                String::new(),
            ),
            Self::File(error) => match error {
                FileError::TooLong => (
                    key::TROUBLE_FILE_TOO_LONG,
                    key::TROUBLE_FILE_TOO_LONG_DO,
                    String::new(),
                ),
                FileError::NotJson { line } => (
                    key::TROUBLE_FILE_NOT_JSON,
                    key::TROUBLE_FILE_NOT_JSON_DO,
                    number(line),
                ),
                FileError::NotAProfile => (
                    key::TROUBLE_FILE_NOT_A_PROFILE,
                    key::TROUBLE_FILE_NOT_A_PROFILE_DO,
                    String::new(),
                ),
                FileError::Newer { version } => (
                    key::TROUBLE_FILE_NEWER,
                    key::TROUBLE_FILE_NEWER_DO,
                    version.to_string(),
                ),
                FileError::Damaged { line } => (
                    key::TROUBLE_FILE_DAMAGED,
                    key::TROUBLE_FILE_DAMAGED_DO,
                    number(line),
                ),
            },
            Self::Code(error) => match error {
                CodeError::NotACode => (
                    key::TROUBLE_CODE_NOT_A_CODE,
                    key::TROUBLE_CODE_NOT_A_CODE_DO,
                    String::new(),
                ),
                CodeError::TooLong => {
                    let most = number(profile_code::LONGEST);
                    (
                        key::TROUBLE_CODE_TOO_LONG,
                        key::TROUBLE_CODE_TOO_LONG_DO,
                        most,
                    )
                }
                CodeError::Character(letter) => {
                    let letter = letter.to_uppercase().to_string();
                    (
                        key::TROUBLE_CODE_CHARACTER,
                        key::TROUBLE_CODE_CHARACTER_DO,
                        letter,
                    )
                }
                CodeError::Mistyped => (
                    key::TROUBLE_CODE_MISTYPED,
                    key::TROUBLE_CODE_MISTYPED_DO,
                    String::new(),
                ),
                CodeError::Newer => (
                    key::TROUBLE_CODE_NEWER,
                    key::TROUBLE_CODE_NEWER_DO,
                    String::new(),
                ),
                CodeError::UnknownTest => (
                    key::TROUBLE_CODE_UNKNOWN_TEST,
                    key::TROUBLE_CODE_UNKNOWN_TEST_DO,
                    String::new(),
                ),
                CodeError::Damaged => (
                    key::TROUBLE_CODE_DAMAGED,
                    key::TROUBLE_CODE_DAMAGED_DO,
                    String::new(),
                ),
            },
        };
        let values = [("n", value.as_str()), ("letter", value.as_str())];
        (filled(what, &values), filled(todo, &values))
    }
}

/// Opens what somebody typed or pasted: a code, a link with one, or the text of a file.
pub fn open_text(session: Session, text: &str) -> Result<Opened, Trouble> {
    // The length first: nobody types ten megabytes, and looking at them takes time.
    if text.len() > profile_file::LONGEST {
        return Err(Trouble::File(FileError::TooLong));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.chars().next() {
        None => Err(Trouble::Nothing),
        Some('{' | '[') => open_file(session, text),
        Some(_) => open_code(session, text),
    }
}

/// What this device keeps but this program cannot read: damaged, of a newer version, or of a
/// test it does not have.
pub fn kept_unreadable(session: Session) -> Option<String> {
    storage::kept().filter(|text| open_file(session, text).is_err())
}

/// Opens the text of a file.
pub fn open_file(session: Session, text: &str) -> Result<Opened, Trouble> {
    let mut file = ProfileFile::from_json(text).map_err(Trouble::File)?;
    let known = session
        .first
        .get()
        .is_some_and(|first| first.questionnaire(&file.questionnaire).is_some());
    if !known {
        return Err(Trouble::UnknownTest);
    }
    // A file may be written by anybody: the plan's limits hold for it too.
    file.plan.truncate(MOST_ENTRIES);
    for entry in &mut file.plan {
        entry.who = cut(&entry.who).0;
        if let Action::Own(words) = &mut entry.what {
            *words = cut(words).0;
        }
    }
    Ok(Opened {
        file,
        from_code: false,
    })
}

/// Opens a code.
pub fn open_code(session: Session, text: &str) -> Result<Opened, Trouble> {
    let decoded = profile_code::decode(layouts(session), text).map_err(Trouble::Code)?;
    let file = ProfileFile {
        questionnaire: decoded.questionnaire,
        questionnaire_version: decoded.version,
        saved: None,
        office: None,
        answers: decoded.answers,
        plan: Vec::new(),
    };
    Ok(Opened {
        file,
        from_code: true,
    })
}

/// Answers of an earlier time, scored with today's content.
pub fn scores_of(
    session: Session,
    test: &QuestionnaireId,
    answers: &Answers,
) -> Option<vaekstspejl_engine::score::Scores> {
    let test = session.first.get()?.questionnaire(test)?;
    Some(
        vaekstspejl_engine::assess(session.later.get()?, test, answers, None, clock::today())
            .scores,
    )
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn a_code_leads_to_the_app_whatever_page_it_was_made_on() {
        for page in ["", "index.html", "embed.html"] {
            let address = ["https://vaekst.example/test/", page].concat();
            assert_eq!(folder(&address), "https://vaekst.example/test/");
        }
    }
}
