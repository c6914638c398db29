//! What people call things: from a Danish name, an id or a near miss to the id.

use super::finding::{Code, Wrong};
use crate::{
    Content,
    catalogue::{Municipality, OfficeKind, Place},
};
use std::collections::BTreeMap;

/// The names that do not stand in the content.
const NAMES: &str = include_str!("names.toml");

/// Most names that a message lists.
const MOST_LISTED: usize = 12;

/// Letters of what was written that are compared with the names.
const MOST_COMPARED: usize = 60;

/// An id with what people call it.
#[derive(Debug)]
struct Named {
    id: String,
    /// The first is the one that messages use.
    names: Vec<String>,
    /// Id and names as they are compared.
    folded: Vec<String>,
}

/// All names, those of the content included.
#[derive(Debug)]
pub(super) struct Names {
    lists: BTreeMap<String, Vec<Named>>,
}

/// The lists by the headings of `names.toml`, and those of the content.
pub(super) const COLUMNS: &str = "columns";
pub(super) const STAGES: &str = "stages";
pub(super) const FORMATS: &str = "formats";
pub(super) const PROVIDER_KINDS: &str = "provider_kinds";
pub(super) const SERVICES: &str = "services";
pub(super) const STATUSES: &str = "statuses";
pub(super) const CONFIDENCES: &str = "confidences";
pub(super) const CORNERS: &str = "corners";
pub(super) const FONTS: &str = "fonts";
pub(super) const NEEDS: &str = "needs";
pub(super) const MUNICIPALITIES: &str = "municipalities";
pub(super) const HOUSES: &str = "houses";
pub(super) const OFFICES: &str = "offices";
const ANSWERS: &str = "answers";
const AMOUNTS: &str = "amounts";
const MONTHS: &str = "months";
const ERRORS: &str = "errors";
const PLACES: &str = "places";
const OWN: &str = "own";

impl Names {
    pub fn of(content: &Content) -> Self {
        let lists: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            toml::from_str(NAMES).expect("a test reads the names");
        let mut lists: BTreeMap<String, Vec<Named>> = lists
            .into_iter()
            .map(|(list, names)| {
                let names = names.into_iter();
                (
                    list,
                    names.map(|(id, names)| Named::new(id, names)).collect(),
                )
            })
            .collect();
        let needs = content.later.needs.iter();
        let needs = needs.map(|it| Named::new(it.id.to_string(), vec![it.title.clone()]));
        lists.insert(NEEDS.to_owned(), needs.collect());
        let municipalities = content.later.municipalities.iter().map(called);
        lists.insert(MUNICIPALITIES.to_owned(), municipalities.collect());
        let houses = content.later.houses.iter();
        let houses = houses.map(|it| Named::new(it.slug.clone(), vec![it.name.clone()]));
        lists.insert(HOUSES.to_owned(), houses.collect());
        let offices = content.later.offices.iter();
        let offices = offices
            .filter(|it| it.kind != OfficeKind::History)
            .map(|it| {
                let place = |code: &String| content.later.municipality(code).map(|it| &it.name);
                let places = it.municipalities.iter().filter_map(place);
                let names = [&it.name].into_iter().chain(places).cloned().collect();
                Named::new(it.id.to_string(), names)
            });
        lists.insert(OFFICES.to_owned(), offices.collect());
        Self { lists }
    }

    fn list(&self, list: &str) -> &[Named] {
        self.lists.get(list).map_or(&[], Vec::as_slice)
    }

    /// The id of a list that is called so.
    pub fn id(&self, list: &str, called: &str) -> Option<&str> {
        let called = folded(called);
        let all = self.list(list).iter();
        all.filter(|_| !called.is_empty())
            .find(|it| it.folded.contains(&called))
            .map(|it| it.id.as_str())
    }

    /// The ids of a list.
    pub fn ids(&self, list: &str) -> impl Iterator<Item = &str> {
        self.list(list).iter().map(|it| it.id.as_str())
    }

    /// The name by which messages call the thing of that id.
    pub fn name<'a>(&'a self, list: &str, id: &'a str) -> &'a str {
        let mut all = self.list(list).iter();
        let found = all.find(|it| it.id == id);
        found
            .and_then(|it| it.names.first())
            .map_or(id, String::as_str)
    }

    /// The id, or what is wrong, with the nearest name.
    pub fn known(&self, list: &str, called: &str, code: Code) -> Result<&str, Wrong> {
        self.id(list, called).ok_or_else(|| {
            Wrong::value(code, called.trim()).with("nearest", self.nearest(list, called))
        })
    }

    /// The names nearest to what was written; when nothing is near, the first of the list.
    pub fn nearest(&self, list: &str, called: &str) -> String {
        let called: String = folded(called).chars().take(MOST_COMPARED).collect();
        let all = self.list(list);
        let distance = |it: &Named| {
            let near = it.folded.iter().map(|it| distance(it, &called)).min();
            near.filter(|it| *it <= called.chars().count().div_ceil(3))
        };
        let near = all.iter().filter_map(|it| Some((distance(it)?, it)));
        let near = near.min_by_key(|(distance, _)| *distance);
        let chosen: Vec<String> = match near {
            Some((_, it)) => vec![it.said()],
            None => all.iter().take(MOST_LISTED).map(Named::said).collect(),
        };
        let more = if chosen.len() < all.len() && chosen.len() == MOST_LISTED {
            ", …"
        } else {
            ""
        };
        chosen.join(", ") + more
    }

    /// The municipality that is called so; a spreadsheet takes the zero away from a code.
    pub fn municipality(&self, called: &str) -> Option<&str> {
        let short = called.trim();
        let is_short = short.len() == 3 && short.bytes().all(|it| it.is_ascii_digit());
        let code = if is_short {
            format!("0{short}")
        } else {
            short.to_owned()
        };
        self.id(MUNICIPALITIES, &code)
    }

    /// A place of an offer: the country, a house, a region, or a municipality.
    pub fn place(&self, called: &str) -> Result<Place, Wrong> {
        let called = called.trim();
        if self.id(PLACES, called).is_some() {
            return Ok(Place::Denmark);
        }
        if let Some(house) = called.strip_prefix("house:") {
            return Ok(Place::House(house.to_owned()));
        }
        if let Some(region) = called.strip_prefix("region:") {
            return Ok(Place::Region(region.to_owned()));
        }
        match self.municipality(called) {
            Some(code) => Ok(Place::Municipality(code.to_owned())),
            None => {
                let nearest = self.nearest(MUNICIPALITIES, called);
                Err(Wrong::value(Code::UnknownPlace, called).with("nearest", nearest))
            }
        }
    }

    /// Yes or no.
    pub fn yes(&self, text: &str) -> Option<bool> {
        let is = |id| self.is(ANSWERS, id, text);
        is("yes").then_some(true).or(is("no").then_some(false))
    }

    /// Whether the text says that it costs nothing.
    pub fn free(&self, text: &str) -> bool {
        self.is(AMOUNTS, "free", text)
    }

    /// Whether the text says that nobody knows.
    pub fn unknown(&self, text: &str) -> bool {
        self.is(AMOUNTS, "unknown", text)
    }

    /// The number of a month by its name.
    pub fn month(&self, text: &str) -> Option<u8> {
        self.id(MONTHS, text)?.trim_start_matches('m').parse().ok()
    }

    /// Whether a spreadsheet wrote this because it could not work out a cell.
    pub fn sheet_error(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        let mut errors = self.list(ERRORS).iter().flat_map(|it| &it.names);
        // A column that is too narrow is saved as it is shown.
        let too_narrow = text.len() > 2 && text.bytes().all(|it| it == b'#');
        too_narrow || errors.any(|it| *it == text)
    }

    /// Whether a column is the office's own and not looked at: its first word says so.
    pub fn own_column(&self, heading: &str) -> bool {
        let mut words = heading.split(|it: char| !it.is_alphanumeric());
        let first = words.find(|it| !it.is_empty()).map(folded);
        let mut own = self.list(OWN).iter().flat_map(|it| &it.names);
        own.any(|it| first.as_deref() == Some(it))
    }

    fn is(&self, list: &str, id: &str, text: &str) -> bool {
        let text = folded(text);
        let mut all = self.list(list).iter();
        all.any(|it| it.id == id && it.folded.contains(&text))
    }
}

impl Named {
    fn new(id: String, names: Vec<String>) -> Self {
        let folded = names.iter().chain([&id]).map(|it| folded(it)).collect();
        Self { id, names, folded }
    }

    fn said(&self) -> String {
        match self.names.first() {
            Some(name) if *name != self.id => format!("{name} ({})", self.id),
            _ => self.id.clone(),
        }
    }
}

fn called(it: &Municipality) -> Named {
    let mut names = vec![it.name.clone(), format!("{} Kommune", it.name)];
    names.extend(it.aliases.iter().cloned());
    Named::new(it.code.clone(), names)
}

/// Letters and digits alone, small, with æ, ø, å written out: how names are compared.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'æ' | 'ä' => folded.push_str("ae"),
            'ø' | 'ö' => folded.push_str("oe"),
            'å' => folded.push_str("aa"),
            'é' | 'è' | 'ê' => folded.push('e'),
            'ü' => folded.push('u'),
            _ if letter.is_alphanumeric() => folded.push(letter),
            _ => {}
        }
    }
    folded
}

/// The id nearest to what was written; empty when nothing is near.
pub(super) fn nearest_of<'a>(ids: impl Iterator<Item = &'a str>, called: &str) -> String {
    let called: String = folded(called).chars().take(MOST_COMPARED).collect();
    let near = ids.map(|id| (distance(&folded(id), &called), id));
    let near = near.filter(|(it, _)| *it <= called.chars().count().div_ceil(3));
    near.min().map_or_else(String::new, |(_, id)| id.to_owned())
}

/// How many letters must be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = i;
        let mut last = i + 1;
        for (place, b) in row.iter_mut().skip(1).zip(&other) {
            let changed = before + usize::from(a != *b);
            before = *place;
            last = changed.min(before + 1).min(last + 1);
            *place = last;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        authoring::load,
        catalogue::{Confidence, Offer, ProviderKind, Status},
        segment::Stage,
    };
    use serde::de::{
        DeserializeOwned, IntoDeserializer,
        value::{Error, StrDeserializer},
    };
    use std::path::Path;

    fn content() -> Content {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
        load(&folder, "da").0
    }

    #[test]
    fn no_name_means_two_things() {
        let content = content();
        for (list, all) in &Names::of(&content).lists {
            let mut seen: Vec<(&String, &String)> = Vec::new();
            for named in all {
                for name in &named.folded {
                    assert!(!name.is_empty(), "{list}: {}", named.id);
                    let other = seen.iter().find(|(it, id)| *it == name && **id != named.id);
                    // Offices are named by id; their names are for finding the id.
                    assert!(other.is_none() || list == OFFICES, "{list}: {name}");
                    seen.push((name, &named.id));
                }
            }
        }
    }

    #[test]
    fn everything_the_catalogue_of_today_uses_has_a_name() {
        let content = content();
        let names = Names::of(&content);
        let of_today = |it: &&Offer| it.known_in.is_none();
        for offer in content.later.offers.iter().filter(of_today) {
            for format in &offer.formats {
                assert!(names.id(FORMATS, format).is_some(), "{format}");
            }
            if let Some(service) = &offer.service_type {
                assert!(names.id(SERVICES, service).is_some(), "{service}");
            }
        }
        let services = content.later.offices.iter().flat_map(|it| &it.services);
        for service in services {
            assert!(names.id(SERVICES, service).is_some(), "{service}");
        }
    }

    /// Every id of a list is a word of the model.
    fn all<T: DeserializeOwned>(list: &str) {
        for id in Names::of(&Content::default()).ids(list) {
            let id: StrDeserializer<'_, Error> = id.into_deserializer();
            assert!(T::deserialize(id).is_ok(), "{list}: {id:?}");
        }
    }

    #[test]
    fn every_id_is_a_word_of_the_model() {
        all::<Stage>(STAGES);
        all::<ProviderKind>(PROVIDER_KINDS);
        all::<Status>(STATUSES);
        all::<Confidence>(CONFIDENCES);
    }

    #[test]
    fn letters_are_counted_that_differ() {
        for (one, other, apart) in [
            ("", "", 0),
            ("a", "", 1),
            ("kat", "hat", 1),
            ("eksport", "export", 2),
            ("abc", "cab", 2),
        ] {
            assert_eq!(distance(one, other), apart, "{one} {other}");
            assert_eq!(distance(other, one), apart, "{other} {one}");
        }
    }

    #[test]
    fn a_near_miss_is_named_and_a_far_one_gets_the_list() {
        let names = Names::of(&Content::default());
        assert_eq!(names.nearest(CORNERS, "rundt"), "runde (round)");
        assert_eq!(
            names.nearest(CORNERS, "hjerteformet"),
            "runde (round), bløde (soft), kantet (square)"
        );
        assert!(names.nearest(FORMATS, "?").ends_with(", …"));
    }
}
