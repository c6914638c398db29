//! From an offer as it was written to the offer of the catalogue, in every language it has.
//!
//! What a publisher need not say follows from who it is: level, provider, where it holds, where one
//! goes. What nobody said stays unknown.

use super::{
    Base,
    entry::{Entry, WORDS},
    finding::{Code, Findings, Place, Wrong},
    names,
    settings::{Settings, slug},
    value::{self, Shape, bare, line, shortened},
};
use crate::{
    Date, OfferId,
    authoring::{readability::lix, rules, source},
    catalogue::{
        Availability, Confidence, Criterion, Level, Offer, Place as Where, Provider, ProviderKind,
        Status,
    },
    overlay::{OWN_LANGUAGE, Publisher, Worded},
    rule::Rule,
    segment::Stage,
};
use serde::de::DeserializeOwned;

const TITLE: Shape = line(120);
const SUMMARY: Shape = line(400);
const SHORT: Shape = line(160);
const NOTE: Shape = line(400);
const PROVIDER: Shape = line(120);
const SOURCE: Shape = line(300);
/// A sentence of an entry rule.
pub(super) const SENTENCE: Shape = line(240);

/// Letters of an id made of a title.
const LONGEST_ID: usize = 60;

/// Harder to read than this, an author should look again (LIX).
const HARDEST: f64 = 55.0;

/// An offer that ends within so many days is told.
const SOON: u16 = 30;

/// An offer that was made, and what it stands in for as it was written.
#[derive(Debug)]
pub(super) struct Made {
    pub place: Place,
    pub offer: Vec<Worded<Offer>>,
    pub replaces: Option<(Place, String)>,
}

/// The words of an offer in one language.
struct Words {
    title: String,
    summary: String,
    length: String,
    price: String,
    note: String,
    criteria: Vec<String>,
}

/// Makes the offer; none when it has errors, which are told.
pub(super) fn made(
    entry: &Entry,
    settings: &Settings,
    base: &Base<'_>,
    today: Date,
    found: &mut Findings,
) -> Option<Made> {
    let errors = found.errors();
    let maker = &mut Maker {
        entry,
        settings,
        base,
        found,
    };
    let words = maker.words("");
    let criteria = maker.criteria();
    let (price_min, price_max) = maker.prices();
    let (from, until) = maker.dates();
    let last_checked = maker.last_checked(today);
    let level = maker.level();
    let url = maker.value("url", value::address).unwrap_or_default();
    let url = if url.is_empty() {
        settings.url.clone()
    } else {
        url
    };
    let source = maker.text("source", SOURCE);
    let source = match (source.is_empty(), url.is_empty()) {
        (false, _) => source,
        (true, false) => url.clone(),
        (true, true) => settings.name.clone(),
    };
    let as_of = maker.value("as_of", value::written_date);
    let offer = Offer {
        id: maker.id(&words.title),
        level,
        provider: maker.provider(),
        provider_kind: maker
            .named(
                "provider_kind",
                names::PROVIDER_KINDS,
                Code::UnknownProviderKind,
            )
            .unwrap_or(ProviderKind::Public),
        needs: maker.needs(),
        stages: maker.stages(),
        places: maker.places(),
        formats: maker.formats(),
        service_type: maker.service_type(),
        status: maker
            .named("status", names::STATUSES, Code::UnknownStatus)
            .unwrap_or(Status::Operating),
        from,
        until,
        known_in: None,
        confidence: maker
            .named("confidence", names::CONFIDENCES, Code::UnknownConfidence)
            .unwrap_or(Confidence::Seen),
        as_of: as_of.unwrap_or_else(|| last_checked.to_string()),
        last_checked,
        source,
        url,
        hours_max: maker.value("hours_max", value::hours).flatten(),
        price_min,
        price_max,
        support_max: maker.value("support_max", value::amount).flatten(),
        subsidy: maker.value("subsidy", value::yes_or_no).unwrap_or(false),
        fallback: maker.value("fallback", value::yes_or_no).unwrap_or(false),
        title: words.title,
        summary: words.summary,
        length: words.length,
        price: words.price,
        note: words.note,
        criteria,
        written_in: String::new(),
        own_people_of: None,
    };
    let replaces = maker.entry.given.get("replaces");
    let replaces = replaces.map(|it| (it.place.clone(), it.text.clone()));
    let mut all = vec![(OWN_LANGUAGE.to_owned(), offer.clone())];
    for lang in base.other_languages() {
        all.extend(maker.translated(&offer, lang));
    }
    maker.remarks(&offer, today);
    (found.errors() == errors).then(|| Made {
        place: entry.place.clone(),
        offer: all,
        replaces,
    })
}

struct Maker<'a, 'f> {
    entry: &'a Entry,
    settings: &'a Settings,
    base: &'a Base<'a>,
    found: &'f mut Findings,
}

impl Maker<'_, '_> {
    /// A field by a way of reading it.
    fn value<T>(
        &mut self,
        field: &str,
        read: impl Fn(&str, &names::Names) -> Result<T, Wrong>,
    ) -> Option<T> {
        let given = self.entry.given.get(field)?;
        let value = read(&given.text, &self.base.names);
        self.found.take(&given.place, value)
    }

    fn text(&mut self, field: &str, shape: Shape) -> String {
        self.value(field, |text, names| value::text(text, shape, names))
            .unwrap_or_default()
    }

    /// A text that must be there.
    fn needed(&mut self, field: &str, name: &str, shape: Shape) -> String {
        let text = self.text(field, shape);
        if text.is_empty() && self.entry.text(field).is_empty() {
            self.missing(field, name);
        }
        text
    }

    fn missing(&mut self, field: &str, name: &str) {
        if self.entry.refused.iter().any(|it| it == field) {
            return;
        }
        let name = self.base.names.name(names::COLUMNS, name).to_owned();
        let wrong = Wrong::new(Code::Missing).with("key", name);
        self.found.error(self.entry.at(field), wrong);
    }

    /// The words in one language; `lang` is empty for Danish, else a space and the code.
    fn words(&mut self, lang: &str) -> Words {
        let key = |field: &str| [field, lang].concat();
        Words {
            title: self.needed(&key("title"), "title", TITLE),
            summary: self.needed(&key("summary"), "summary", SUMMARY),
            length: self.text(&key("length"), SHORT),
            price: self.text(&key("price"), SHORT),
            note: self.text(&key("note"), NOTE),
            criteria: self.sentences(&key("criteria")),
        }
    }

    /// The sentences of a cell, one on each line or with `|` between them.
    fn sentences(&mut self, field: &str) -> Vec<String> {
        let Some(given) = self.entry.given.get(field) else {
            return Vec::new();
        };
        let pieces: Vec<&str> = match &given.list {
            Some(list) => list.iter().map(String::as_str).collect(),
            None => given.text.split(['\n', '|']).collect(),
        };
        let mut sentences = Vec::new();
        for piece in pieces.into_iter().filter(|it| !it.trim().is_empty()) {
            let sentence = value::text(piece, SENTENCE, &self.base.names);
            sentences.extend(self.found.take(&given.place, sentence));
        }
        sentences
    }

    fn criteria(&mut self) -> Vec<Criterion> {
        let mut criteria = Vec::new();
        for given in &self.entry.rules {
            let mut rule = |it: &Option<(Place, String)>| {
                let (place, text) = it.as_ref()?;
                self.rule(place, text)
            };
            criteria.push(Criterion {
                rule: rule(&given.rule),
                unsure_if: rule(&given.unsure_if),
                sentence: given.sentence.clone(),
            });
        }
        let sentences = self.sentences("criteria");
        criteria.extend(sentences.into_iter().map(|sentence| Criterion {
            rule: None,
            unsure_if: None,
            sentence,
        }));
        criteria
    }

    /// A rule whose every name exists.
    fn rule(&mut self, place: &Place, text: &str) -> Option<Rule> {
        let rule = match rules::parse(text) {
            Ok(rule) => rule,
            Err(error) => {
                let wrong = Wrong::value(Code::UnreadableRule, shortened(text))
                    .with("column", error.column.to_string())
                    .with("detail", error.what)
                    .with("hint", error.hint);
                self.found.error(place, wrong);
                return None;
            }
        };
        let mut unknown = Vec::new();
        rule.walk(&mut |rule| unknown.extend(self.base.unknown_in(rule)));
        for name in unknown {
            self.found
                .error(place, Wrong::value(Code::UnknownInRule, name));
        }
        Some(rule)
    }

    /// An offer that is free from one end is free to the other.
    fn prices(&mut self) -> (Option<u32>, Option<u32>) {
        let min = self.value("price_min", value::amount).flatten();
        let max = self.value("price_max", value::amount).flatten();
        let is_given = |field| !self.entry.text(field).is_empty();
        let (min, max) = match (min, max) {
            (Some(0), None) if !is_given("price_max") => (Some(0), Some(0)),
            (None, Some(0)) if !is_given("price_min") => (Some(0), Some(0)),
            both => both,
        };
        if let (Some(from), Some(to)) = (min, max)
            && from > to
        {
            self.found
                .error(self.entry.at("price_max"), Wrong::new(Code::AmountsTurned));
        }
        (min, max)
    }

    fn dates(&mut self) -> (Option<Date>, Option<Date>) {
        let (mut from, mut until) = (None, None);
        if let Some(given) = self.entry.given.get("years") {
            match source::period(&given.text) {
                Some(period) => (from, until) = period,
                None => {
                    let wrong = Wrong::value(Code::NotADate, shortened(&given.text));
                    self.found.error(&given.place, wrong);
                }
            }
        }
        from = self.value("from", value::day).or(from);
        until = self.value("until", value::day).or(until);
        if let (Some(first), Some(last)) = (from, until)
            && first > last
        {
            self.found
                .error(self.entry.at("until"), Wrong::new(Code::DatesTurned));
        }
        (from, until)
    }

    fn last_checked(&mut self, today: Date) -> Date {
        let Some(day) = self.value("last_checked", value::day) else {
            return self.settings.last_checked;
        };
        super::check_day(day, self.entry.at("last_checked"), today, self.found);
        day
    }

    /// A publisher's offers are of its own level.
    fn level(&mut self) -> Level {
        let level = self.settings.publisher.level();
        if let Some(given) = self.entry.given.get("level")
            && parsed(bare(&given.text)) != Some(level)
        {
            self.found.error(&given.place, Wrong::new(Code::WrongLevel));
        }
        level
    }

    fn id(&mut self, title: &str) -> OfferId {
        let given = bare(self.entry.text("id"));
        if given.is_empty() {
            let whole = [&self.settings.publisher.id(), "-", &slug(title)].concat();
            let mut id: String = whole.chars().take(LONGEST_ID).collect();
            while id.ends_with('-') {
                id.pop();
            }
            return id.as_str().into();
        }
        if !super::is_id(given) {
            self.found.error(
                self.entry.at("id"),
                Wrong::value(Code::BadId, shortened(given)),
            );
        }
        given.into()
    }

    fn provider(&mut self) -> Provider {
        let named = self.text("provider", PROVIDER);
        match named.as_str() {
            "" => Provider::Named(self.settings.name.clone()),
            "@office" => Provider::OwnOffice,
            "@house" => Provider::OwnHouse,
            _ => Provider::Named(named),
        }
    }

    /// One of the model's own words, by its Danish name or its id.
    fn named<T: DeserializeOwned>(&mut self, field: &str, list: &str, code: Code) -> Option<T> {
        let id = self.id_of(field, list, code)?;
        parsed(&id)
    }

    fn id_of(&mut self, field: &str, list: &str, code: Code) -> Option<String> {
        self.value(field, |text, names| {
            names.known(list, bare(text), code).map(str::to_owned)
        })
    }

    /// The ids of a field with several values.
    fn ids(&mut self, field: &str, list: &str, code: Code) -> Vec<String> {
        let names = &self.base.names;
        let called = self.entry.several(field, |it| names.id(list, it).is_some());
        let mut ids: Vec<String> = Vec::new();
        for it in called {
            let id = names.known(list, &it, code).map(str::to_owned);
            let id = self.found.take(self.entry.at(field), id);
            ids.extend(id.filter(|id| !ids.contains(id)));
        }
        ids
    }

    fn needs(&mut self) -> Vec<crate::NeedId> {
        if self.entry.text("needs").is_empty() {
            self.missing("needs", "needs");
        }
        let ids = self.ids("needs", names::NEEDS, Code::UnknownNeed);
        ids.iter().map(|it| it.as_str().into()).collect()
    }

    fn stages(&mut self) -> Vec<Stage> {
        let ids = self.ids("stages", names::STAGES, Code::UnknownStage);
        let stages: Vec<Stage> = ids.iter().filter_map(|it| parsed(it)).collect();
        if stages.is_empty() {
            vec![Stage::Any]
        } else {
            stages
        }
    }

    fn formats(&mut self) -> Vec<String> {
        self.ids("format", names::FORMATS, Code::UnknownFormat)
    }

    fn service_type(&mut self) -> Option<String> {
        self.id_of("service_type", names::SERVICES, Code::UnknownService)
    }

    /// Where it holds. An office's own people need no place; a house's are those of its places.
    fn places(&mut self) -> Vec<Where> {
        let names = &self.base.names;
        let called = self
            .entry
            .several("geography", |it| names.place(it).is_ok());
        let mut places = Vec::new();
        for it in called {
            let place = names
                .place(&it)
                .and_then(|place| self.base.known_place(place, &it));
            let place = self.found.take(self.entry.at("geography"), place);
            let place = place.filter(|place| !places.contains(place));
            if let Some(place) = place {
                self.inside(&place, &it);
                places.push(place);
            }
        }
        if !places.is_empty() {
            return places;
        }
        match &self.settings.publisher {
            Publisher::Office(_) => Vec::new(),
            Publisher::House(slug) => vec![Where::House(slug.clone())],
            Publisher::Nation => vec![Where::Denmark],
        }
    }

    /// Nobody publishes for other people than its own.
    fn inside(&mut self, place: &Where, called: &str) {
        let code = match (&self.settings.publisher, place) {
            (Publisher::Office(_), place) => {
                let own = self.settings.office.as_ref().map(|it| &it.municipalities);
                let is_own = |code| own.is_some_and(|it| it.contains(code));
                let is_inside = matches!(place, Where::Municipality(code) if is_own(code));
                (!is_inside).then_some(Code::OutsideMunicipalities)
            }
            (Publisher::House(slug), place) => {
                let belongs = |code: &String| {
                    let municipality = self.base.content.later.municipality(code);
                    municipality.is_some_and(|it| it.house == *slug)
                };
                let is_inside = match place {
                    Where::Municipality(code) => belongs(code),
                    Where::House(other) => other == slug,
                    _ => false,
                };
                (!is_inside).then_some(Code::OutsideHouse)
            }
            (Publisher::Nation, _) => None,
        };
        if let Some(code) = code {
            let wrong = Wrong::value(code, called);
            self.found.error(self.entry.at("geography"), wrong);
        }
    }

    /// The offer with its words in another language; none: it has none in that language.
    fn translated(&mut self, offer: &Offer, lang: &str) -> Option<Worded<Offer>> {
        let suffix = [" ", lang].concat();
        let key = |field: &str| [field, &suffix].concat();
        let is_given = |field: &str| !self.entry.text(&key(field)).is_empty();
        if !WORDS.iter().any(|it| is_given(it)) {
            return None;
        }
        let danish = [
            ("title", true),
            ("summary", true),
            ("length", !offer.length.is_empty()),
            ("price", !offer.price.is_empty()),
            ("note", !offer.note.is_empty()),
            ("criteria", !offer.criteria.is_empty()),
        ];
        let uneven: Vec<&str> = danish
            .iter()
            .filter(|(field, has)| is_given(field) != *has)
            .map(|(field, _)| *field)
            .collect();
        if !uneven.is_empty() {
            for field in uneven {
                self.half(field, lang, &key(field));
            }
            return None;
        }
        let words = self.words(&suffix);
        if words.criteria.len() != offer.criteria.len() {
            self.half("criteria", lang, &key("criteria"));
            return None;
        }
        let sentences = offer.criteria.iter().zip(words.criteria);
        let criteria = sentences.map(|(it, sentence)| Criterion {
            sentence,
            ..it.clone()
        });
        let offer = Offer {
            title: words.title,
            summary: words.summary,
            length: words.length,
            price: words.price,
            note: words.note,
            criteria: criteria.collect(),
            ..offer.clone()
        };
        Some((lang.to_owned(), offer))
    }

    fn half(&mut self, field: &str, lang: &str, key: &str) {
        let name = self.base.names.name(names::COLUMNS, field).to_owned();
        let wrong = Wrong::new(Code::HalfTranslated).with("lang", lang);
        let wrong = wrong.with("key", format!("{name}_{lang}"));
        self.found.error(self.entry.at(key), wrong);
    }

    /// What is allowed, but worth a look.
    fn remarks(&mut self, offer: &Offer, today: Date) {
        let ends = offer.until.filter(|_| offer.status != Status::Ended);
        let until = ends.map(|it| it.to_string()).unwrap_or_default();
        let at_end = [self.entry.at("until"), self.entry.at("years")]
            .into_iter()
            .find(|it| **it != self.entry.place)
            .unwrap_or(&self.entry.place);
        if offer.availability(today) == Availability::Ended {
            self.found.warning(at_end, Wrong::value(Code::Ended, until));
        } else if ends.is_some_and(|it| it < today.plus_days(SOON)) {
            self.found
                .warning(at_end, Wrong::value(Code::EndsSoon, until));
        }
        let hardness = lix(&offer.summary);
        if hardness > HARDEST {
            let wrong = Wrong::value(Code::HardToRead, format!("{hardness:.0}"));
            self.found.warning(self.entry.at("summary"), wrong);
        }
    }
}

/// One of the model's own words, as it stands in files.
fn parsed<T: DeserializeOwned>(id: &str) -> Option<T> {
    use serde::de::{
        IntoDeserializer,
        value::{Error, StrDeserializer},
    };
    let deserializer: StrDeserializer<'_, Error> = id.into_deserializer();
    T::deserialize(deserializer).ok()
}
