//! What can only be seen of all publishers together, and of their overlays laid over the content:
//! whose ids and municipalities collide, what a withdrawal means, who would be left without help.

use super::{
    Base, Published, Source,
    finding::{Code, Findings, Place, Wrong},
    names,
    offer::Made,
};
use crate::{
    Content, Date, NeedId, OfferId,
    authoring::check::{is_shown_to_somebody, open_day},
    catalogue::{Availability, Level, Municipality, Offer},
    content::Later,
    overlay::{Look, OWN_LANGUAGE, Overlay, Publisher, lay_over},
};

/// Makes the overlays, the nation's first.
pub(super) fn together(
    mut sources: Vec<Source>,
    base: &Base<'_>,
    today: Date,
    found: &mut Findings,
) -> Vec<Published> {
    sources.sort_by_cached_key(|it| {
        let publisher = &it.settings.publisher;
        (core::cmp::Reverse(publisher.level()), publisher.id())
    });
    claims(&sources, base, found);
    ids(&sources, base, found);
    let mut published: Vec<Published> = Vec::new();
    for source in &sources {
        let made = one(source, &published, base, today, found);
        published.push(made);
    }
    let mut content = base.content.clone();
    let overlays = published.iter().map(|it| it.overlay.clone()).collect();
    lay_over(&mut content.later, overlays, OWN_LANGUAGE);
    for (source, published) in sources.iter().zip(&published) {
        help_is_left(source, published, base.content, &content, today, found);
        capability(source, base, found);
        for made in &source.offers {
            shown(source, made, &content, today, found);
        }
    }
    published
}

/// One publisher, one voice: no office, municipality or site twice.
fn claims(sources: &[Source], base: &Base<'_>, found: &mut Findings) {
    for (index, source) in sources.iter().enumerate() {
        let (own, before) = (&source.settings, sources.get(..index).unwrap_or_default());
        for other in before {
            let of_other = |wrong: Wrong| wrong.with("other", other.folder.clone());
            let theirs = &other.settings;
            if own.publisher == theirs.publisher {
                found.error(&own.at, of_other(Wrong::new(Code::PublisherTwice)));
                continue;
            }
            if own.front && theirs.front {
                found.error(&own.at, of_other(Wrong::new(Code::FrontTwice)));
            }
            let (Some(office), Some(neighbour)) = (&own.office, &theirs.office) else {
                continue;
            };
            let mut shared = office.municipalities.clone();
            shared.retain(|it| neighbour.municipalities.contains(it));
            if !shared.is_empty() {
                let wrong = Wrong::value(Code::MunicipalityTwice, base.places(&shared));
                found.error(&own.at, of_other(wrong));
            }
        }
    }
}

/// An id is one offer's, for everybody.
fn ids(sources: &[Source], base: &Base<'_>, found: &mut Findings) {
    let mut taken: Vec<(&OfferId, &Place)> = Vec::new();
    for made in sources.iter().flat_map(|it| &it.offers) {
        let Some(offer) = danish(made) else { continue };
        let wrong = |code| Wrong::value(code, offer.id.as_str());
        if base.content.later.offer(&offer.id).is_some() {
            found.error(&made.place, wrong(Code::IdTaken));
        } else if let Some((_, place)) = taken.iter().find(|(id, _)| **id == offer.id) {
            let (file, row) = (place.file.clone(), row(place));
            let wrong = wrong(Code::IdTwice).with("other", file + &row);
            found.error(&made.place, wrong);
        } else {
            taken.push((&offer.id, &made.place));
        }
    }
}

/// The row of a place, as it stands after a file's name.
fn row(place: &Place) -> String {
    match place.at {
        super::Spot::Row(row) => format!(":{row}"),
        _ => String::new(),
    }
}

fn danish(made: &Made) -> Option<&Offer> {
    made.offer.first().map(|(_, offer)| offer)
}

/// The overlay of one publisher. `above` are those made before: the nation, the houses.
fn one(
    source: &Source,
    above: &[Published],
    base: &Base<'_>,
    today: Date,
    found: &mut Findings,
) -> Published {
    let settings = &source.settings;
    let known = Known::of(source, above, base);
    let mut hidden = Vec::new();
    for (line, id) in &settings.hide {
        let place = Place {
            at: super::Spot::Line(*line),
            ..settings.at.clone()
        };
        let id = known.find(id, &place, source, base, found);
        hidden.extend(id.filter(|id| !hidden.contains(id)));
    }
    let mut replaced = Vec::new();
    for made in &source.offers {
        if let (Some((place, called)), Some(offer)) = (&made.replaces, danish(made)) {
            let id = known.find(called, place, source, base, found);
            replaced.extend(id.map(|id| (offer.id.clone(), id)));
        }
    }
    let mut withdrawn: Vec<OfferId> = hidden.clone();
    for (_, id) in &replaced {
        if !withdrawn.contains(id) {
            withdrawn.push(id.clone());
        }
    }
    hidden.retain(|id| !replaced.iter().any(|(_, it)| it == id));
    let is_house = matches!(settings.publisher, Publisher::House(_));
    Published {
        folder: source.folder.clone(),
        look: Look {
            id: settings.publisher.id(),
            front: settings.front,
            name: settings.name.clone(),
            logo: source.logo.clone(),
            rules: settings.rules.clone(),
            start: settings.start.clone(),
        },
        overlay: Overlay {
            publisher: settings.publisher.clone(),
            name: settings.name.clone(),
            made: today,
            words: settings.words.clone(),
            offers: source.offers.iter().map(|it| it.offer.clone()).collect(),
            withdrawn,
            office: settings.office.clone(),
            url: if is_house {
                settings.url.clone()
            } else {
                String::new()
            },
            frames: settings.frames.clone(),
            summaries: settings.summaries.clone(),
        },
        replaced,
        hidden,
        takes_place_of: settings.takes_place_of.clone(),
        sheet: source.sheet,
    }
}

/// The offers that a publisher may withdraw: those of the content, and of publishers above it.
struct Known<'a> {
    offers: Vec<&'a Offer>,
}

impl<'a> Known<'a> {
    fn of(source: &Source, above: &'a [Published], base: &Base<'a>) -> Self {
        let mut offers: Vec<&Offer> = base.content.later.offers.iter().collect();
        let own = &source.settings;
        let is_above = |it: &&Published| {
            let is_higher = it.overlay.publisher.level() > own.publisher.level();
            let of_house = |slug: &String| {
                people(source, &base.content.later)
                    .iter()
                    .flatten()
                    .any(|it| it.house == *slug)
            };
            is_higher
                && match &it.overlay.publisher {
                    Publisher::House(slug) => of_house(slug),
                    _ => true,
                }
        };
        for it in above.iter().filter(is_above) {
            let all = it.overlay.offers.iter();
            offers.extend(all.filter_map(|it| it.first().map(|(_, offer)| offer)));
        }
        Self { offers }
    }

    /// The offer that is called so, by its id or its title. Whether withdrawing it means anything is
    /// told.
    fn find(
        &self,
        called: &str,
        place: &Place,
        source: &Source,
        base: &Base<'_>,
        found: &mut Findings,
    ) -> Option<OfferId> {
        let called = super::value::bare(called);
        let all = || self.offers.iter();
        let title = names::folded(called);
        let offer = all()
            .find(|it| it.id == *called)
            .or_else(|| all().find(|it| names::folded(&it.title) == title));
        let Some(offer) = offer else {
            let near = names::nearest_of(all().map(|it| it.id.as_str()), called);
            let wrong = Wrong::value(Code::UnknownOffer, super::value::shortened(called));
            found.error(place, wrong.with("nearest", near));
            return None;
        };
        let people = people(source, &base.content.later);
        let is_here = people.iter().any(|it| offer.reach(*it).is_some());
        if !is_here || offer.known_in.is_some() {
            let wrong = Wrong::value(Code::HiddenElsewhere, offer.id.as_str());
            found.warning(place, wrong);
        }
        Some(offer.id.clone())
    }
}

/// The municipalities of those a publisher speaks for; `None` is somebody who has not said.
fn people<'a>(source: &Source, later: &'a Later) -> Vec<Option<&'a Municipality>> {
    let all = later.municipalities.iter();
    match &source.settings.publisher {
        Publisher::Nation => all.map(Some).chain([None]).collect(),
        Publisher::House(slug) => all.filter(|it| it.house == *slug).map(Some).collect(),
        Publisher::Office(_) => {
            let office = source.settings.office.as_ref();
            let codes = office.map_or(&[][..], |it| it.municipalities.as_slice());
            let own = all.filter(|it| codes.contains(&it.code)).map(Some);
            own.chain([None]).collect()
        }
    }
}

/// No wrong door: whoever a publisher speaks for still finds a door that is open, and for each need
/// somebody at each level where there was somebody. In a field that an office does not have, nobody
/// begins with it, and so nobody misses anything there.
fn help_is_left(
    source: &Source,
    published: &Published,
    before: &Content,
    after: &Content,
    today: Date,
    found: &mut Findings,
) {
    let settings = &source.settings;
    if published.overlay.withdrawn.is_empty() {
        return;
    }
    let office = settings.office.as_ref();
    let begins = |need: &NeedId, level: Level| {
        let fields = office.filter(|it| level == Level::Local && !it.fields.is_empty());
        fields.is_none_or(|it| it.hours(need).is_some())
    };
    let office = office.map(|it| &it.id);
    let mut told: Vec<(&NeedId, Level)> = Vec::new();
    for municipality in people(source, &before.later) {
        let open = |offer: &&Offer| {
            offer.availability(today) == Availability::Open && offer.reach(municipality).is_some()
        };
        let of = |later: &'_ Later| -> Vec<OfferId> {
            let all = later.offers_here(office, municipality).into_iter();
            all.filter(open).map(|it| it.id.clone()).collect()
        };
        let (was, is) = (of(&before.later), of(&after.later));
        let any = |later: &Later, ids: &[OfferId], fits: &dyn Fn(&Offer) -> bool| {
            ids.iter().filter_map(|id| later.offer(id)).any(fits)
        };
        if !any(&after.later, &is, &|it| it.fallback) {
            found.error(&settings.at, Wrong::new(Code::NoOpenDoor));
            return;
        }
        for need in &after.later.needs {
            for level in need.levels.iter().filter(|level| begins(&need.id, **level)) {
                let fits = |it: &Offer| it.level == *level && it.needs.contains(&need.id);
                let is_lost = any(&before.later, &was, &fits) && !any(&after.later, &is, &fits);
                let key = (&need.id, *level);
                if is_lost && !told.contains(&key) {
                    told.push(key);
                    let wrong = Wrong::value(Code::NobodyLeft, need.title.clone());
                    let wrong = wrong.with("level", super::level_key(*level));
                    found.warning(&settings.at, wrong);
                }
            }
        }
    }
}

/// An office that offers something in a field says that it has the field.
fn capability(source: &Source, base: &Base<'_>, found: &mut Findings) {
    let settings = &source.settings;
    let Some(office) = &settings.office else {
        return;
    };
    if office.fields.is_empty() {
        found.warning(&settings.at, Wrong::new(Code::NoHours));
        return;
    }
    let mut told = Vec::new();
    for made in &source.offers {
        let needs = danish(made).map_or(&[][..], |it| it.needs.as_slice());
        for need in needs {
            if office.hours(need).is_none() && !told.contains(&need) {
                told.push(need);
                let name = base.names.name(names::NEEDS, need.as_str());
                let wrong = Wrong::value(Code::OutsideFields, name).with("id", need.as_str());
                found.warning(&made.place, wrong);
            }
        }
    }
}

/// An offer that nobody can ever be shown.
fn shown(source: &Source, made: &Made, content: &Content, today: Date, found: &mut Findings) {
    let office = source.settings.office.as_ref().map(|it| &it.id);
    let offer = danish(made).and_then(|it| content.later.offer(&it.id));
    let Some((offer, day)) = offer.and_then(|it| Some((it, open_day(it, today)?))) else {
        return;
    };
    if !is_shown_to_somebody(content, offer, office, day) {
        found.warning(&made.place, Wrong::new(Code::NeverShown));
    }
}
