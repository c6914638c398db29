//! Overlays from what a publisher writes: a folder with its settings, its offers as a spreadsheet or
//! as TOML, and its logo.
//!
//! [`build`] reads all folders, tells everything that is wrong in any of them at once, and makes of
//! them the one file that is published ([`Built::bytes`]). [`changes`] tells who is then shown
//! something else. Nothing here touches a disk: files come as bytes.
//!
//! In the order of the way: `text` (bytes to text), `sheet` and `tree` (text to cells or keys),
//! `value` and `names` (what a cell means), `entry` and `offer` (an offer), `settings`, `look` with
//! `colour` and `logo` (a house's own), `together` (what can only be seen of all of them).

mod change;
pub mod colour;
mod entry;
mod finding;
pub mod logo;
mod look;
mod names;
mod offer;
mod settings;
mod sheet;
mod text;
mod together;
mod tree;
mod value;

pub use change::{Change, ChangedFor, changes};
pub use entry::{LONGEST_FILE, MOST_OFFERS, SheetRead};
pub use finding::{Code, Finding, Place, Spot};
pub use text::WrittenIn;

use crate::{
    Content, Date, OfferId, OfficeId,
    authoring::{Severity, check},
    catalogue::{House, Level, Place as Where},
    overlay::{self, Look, OWN_LANGUAGE, Overlay},
    rule::Rule,
};
use entry::Entry;
use finding::{Findings, Wrong};
use names::Names;
use offer::Made;
use settings::Settings;
use std::collections::BTreeMap;

/// The files of a publisher's folder.
const SETTINGS: &str = "office.toml";
const SHEET: &str = "tilbud.csv";
const OFFERS: &str = "tilbud/";
const LOGOS: [&str; 2] = ["logo.svg", "logo.png"];

/// Longest file of settings (bytes).
const LONGEST_SETTINGS: usize = 200_000;

/// What was looked at longer ago than this, somebody should look at again (days).
const DAYS_UNTIL_OLD: u16 = 400;

/// Regions of Denmark by code.
const REGIONS: [&str; 5] = ["1081", "1082", "1083", "1084", "1085"];

/// A publisher's folder as it lies on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Its name, for messages.
    pub name: String,
    /// Its files by their path in it, with `/` between.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Paths of files that were not read.
    pub unread: Vec<String>,
}

impl Folder {
    fn whole(&self) -> Place {
        Place::file(if self.name.is_empty() {
            "."
        } else {
            &self.name
        })
    }

    /// A file of it, as messages name it.
    fn path(&self, name: &str) -> String {
        if self.name.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", self.name)
        }
    }
}

/// What comes of one folder.
#[derive(Clone, Debug)]
pub struct Published {
    /// The folder.
    pub folder: String,
    /// How its pages look.
    pub look: Look,
    /// What it lays over the content.
    pub overlay: Overlay,
    /// Its new offers that stand in for one that is withdrawn, with that one.
    pub replaced: Vec<(OfferId, OfferId)>,
    /// Offers that are withdrawn without another in their place.
    pub hidden: Vec<OfferId>,
    /// Shared offices whose place a new office takes.
    pub takes_place_of: Vec<OfficeId>,
    /// How its spreadsheet was read.
    pub sheet: Option<SheetRead>,
}

/// What comes of all folders.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// The nation first, then the houses, then the offices.
    pub published: Vec<Published>,
    /// What is wrong, worst first, then by file and place.
    pub findings: Vec<Finding>,
}

impl Built {
    /// Whether it may be published.
    pub fn is_whole(&self) -> bool {
        let is_error = |it: &Finding| it.severity == Severity::Error;
        !self.findings.iter().any(is_error)
    }

    /// The file that is published.
    pub fn bytes(&self) -> Vec<u8> {
        let looks: Vec<Look> = self.published.iter().map(|it| it.look.clone()).collect();
        overlay::file(&looks, &self.overlays())
    }

    /// What is laid over the content.
    pub fn overlays(&self) -> Vec<Overlay> {
        self.published.iter().map(|it| it.overlay.clone()).collect()
    }
}

/// Reads the folders and makes of them what is published. `content` is the shared content in Danish;
/// `today` decides what is over and is the day of the overlays.
pub fn build(content: &Content, folders: &[Folder], today: Date) -> Built {
    let base = Base::of(content);
    let mut found = Findings::default();
    let mut read = Vec::new();
    for folder in folders {
        read.extend(Source::of(folder, &base, today, &mut found));
    }
    let published = together::together(read, &base, today, &mut found);
    let mut findings = found.0;
    findings.sort_by_cached_key(|it| {
        let (row, column) = match &it.place.at {
            Spot::Whole => (0, String::new()),
            Spot::Line(line) | Spot::Row(line) => (*line, String::new()),
            Spot::Cell { row, column, .. } => (*row, format!("{column:>9}")),
        };
        (it.severity, it.place.file.clone(), row, column)
    });
    findings.dedup();
    Built {
        published,
        findings,
    }
}

/// The shared content, as what is laid over it sees it.
struct Base<'a> {
    content: &'a Content,
    names: Names,
}

impl<'a> Base<'a> {
    fn of(content: &'a Content) -> Self {
        Self {
            content,
            names: Names::of(content),
        }
    }

    /// The languages besides Danish.
    fn other_languages(&self) -> impl Iterator<Item = &'a str> {
        let all = self.content.first.languages.iter();
        all.map(|(code, _)| code.as_str())
            .filter(|it| *it != OWN_LANGUAGE)
    }

    fn house(&self, slug: &str) -> Option<&'a House> {
        self.content.later.houses.iter().find(|it| it.slug == slug)
    }

    /// The names of municipalities, for a message.
    fn places(&self, codes: &[String]) -> String {
        let name = |code: &String| {
            let municipality = self.content.later.municipality(code);
            municipality.map_or_else(|| code.clone(), |it| it.name.clone())
        };
        codes.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// The place, when there is such a one.
    fn known_place(&self, place: Where, called: &str) -> Result<Where, Wrong> {
        let is_known = match &place {
            Where::Denmark => true,
            Where::Municipality(code) => self.content.later.municipality(code).is_some(),
            Where::House(slug) => self.house(slug).is_some(),
            Where::Region(code) => REGIONS.contains(&code.as_str()),
        };
        if is_known {
            return Ok(place);
        }
        let nearest = self
            .names
            .nearest(names::HOUSES, called.trim_start_matches("house:"));
        Err(Wrong::value(Code::UnknownPlace, called).with("nearest", nearest))
    }

    /// Names of a rule, its parts apart, that nothing has.
    fn unknown_in(&self, rule: &Rule) -> Vec<String> {
        let unknown = check::unknown_in(self.content, rule);
        unknown.iter().map(|it| it.name()).collect()
    }
}

/// A folder, read.
struct Source {
    folder: String,
    settings: Settings,
    offers: Vec<Made>,
    logo: String,
    sheet: Option<SheetRead>,
}

impl Source {
    fn of(folder: &Folder, base: &Base<'_>, today: Date, found: &mut Findings) -> Option<Self> {
        let named = |name: &str| {
            let mut files = folder.files.iter();
            files.find(|(it, _)| it.eq_ignore_ascii_case(name))
        };
        not_read(folder, found);
        let logo = logo(folder, found);
        let (entries, sheet) = entries(folder, base, found);
        let Some((name, bytes)) = named(SETTINGS) else {
            let place = folder.whole();
            found.error(&place, Wrong::new(Code::NoSettings));
            return None;
        };
        let file = folder.path(name);
        let whole = Place::file(&file);
        if bytes.len() > LONGEST_SETTINGS {
            let most = LONGEST_SETTINGS.to_string();
            found.error(&whole, Wrong::new(Code::TooLarge).with("most", most));
            return None;
        }
        let (text, _) = found.take(&whole, text::text(bytes))?;
        let settings = settings::settings(&text, &file, base, today, found)?;
        let made = entries.iter();
        let offers = made.filter_map(|it| offer::made(it, &settings, base, today, found));
        Some(Self {
            folder: folder.name.clone(),
            offers: offers.collect(),
            settings,
            logo,
            sheet,
        })
    }
}

/// Files that look as if their author meant them to be read.
fn not_read(folder: &Folder, found: &mut Findings) {
    let names = folder.files.keys().chain(&folder.unread);
    for name in names {
        let lower = name.to_lowercase();
        let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_table = ["csv", "xlsx", "xls", "ods", "numbers"].contains(&ending);
        let is_ours = lower == SHEET || lower.starts_with('.');
        if is_table && !is_ours {
            let place = Place::file(&folder.path(name));
            found.warning(&place, Wrong::new(Code::FileUnread));
        }
    }
}

fn logo(folder: &Folder, found: &mut Findings) -> String {
    let is_logo = |name: &str| LOGOS.iter().any(|it| name.eq_ignore_ascii_case(it));
    let mut files = folder.files.iter().filter(|(name, _)| is_logo(name));
    let Some((name, bytes)) = files.next() else {
        return String::new();
    };
    let place = Place::file(&folder.path(name));
    if files.next().is_some() {
        found.error(&place, Wrong::new(Code::TwoLogos));
    }
    found.take(&place, logo::address(bytes)).unwrap_or_default()
}

fn entries(
    folder: &Folder,
    base: &Base<'_>,
    found: &mut Findings,
) -> (Vec<Entry>, Option<SheetRead>) {
    let languages: Vec<&str> = base.other_languages().collect();
    let (mut entries, mut sheet) = (Vec::new(), None);
    for (name, bytes) in &folder.files {
        let file = folder.path(name);
        let lower = name.to_lowercase();
        if lower == SHEET {
            let (more, read) = entry::of_sheet(bytes, &file, &languages, &base.names, found);
            entries.extend(more);
            sheet = read;
        } else if lower.starts_with(OFFERS) && lower.ends_with(".toml") {
            entries.extend(entry::of_toml(bytes, &file, &languages, &base.names, found));
        }
    }
    if entries.len() > MOST_OFFERS {
        let place = folder.whole();
        let wrong = Wrong::new(Code::TooManyOffers).with("most", MOST_OFFERS.to_string());
        found.error(&place, wrong);
    }
    (entries, sheet)
}

/// A day on which somebody looked: not in the future, and better not long ago.
fn check_day(day: Date, place: &Place, today: Date, found: &mut Findings) {
    if day > today {
        found.error(place, Wrong::value(Code::FutureDate, day.to_string()));
    } else if day.plus_days(DAYS_UNTIL_OLD) < today {
        found.warning(place, Wrong::value(Code::OldDate, day.to_string()));
    }
}

/// A level as the words of the command line name it.
fn level_key(level: Level) -> &'static str {
    match level {
        Level::Local => "local",
        Level::Regional => "regional",
        Level::National => "national",
    }
}

/// An id: small letters, digits and hyphens.
fn is_id(id: &str) -> bool {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    (3..=80).contains(&id.len())
        && id.bytes().all(plain)
        && !id.starts_with('-')
        && !id.ends_with('-')
}
