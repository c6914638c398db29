//! The catalogue: sources, dates, names, and somebody to turn to for every need, everywhere.

use super::{
    Found, Lint,
    places::{FILE, Place},
};
use crate::{
    Date,
    catalogue::Place as Reach,
    catalogue::{Availability, Municipality, Offer, OfficeKind, Status},
    need::Need,
};

/// Older than this, somebody should look again.
const DAYS_UNTIL_OLD: u16 = 400;

/// Regions of Denmark by code.
const REGIONS: [&str; 5] = ["1081", "1082", "1083", "1084", "1085"];

/// Offers without source, or not looked at for long.
pub(super) fn sources(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for offer in &lint.content.later.offers {
        let file = file(lint, offer);
        if offer.source.trim().is_empty() {
            found.push(Found::error(
                &file,
                format!("offer `{}` has no source", offer.id),
                "write in `source` where it is from; nothing is invented",
            ));
        }
        let at_date = lint.places.after(&file, "last_checked", 0);
        if offer.last_checked > lint.today {
            found.push(Found::error(
                &at_date,
                format!("offer `{}` was last checked in the future", offer.id),
                "write the day somebody looked",
            ));
        }
        let is_history = offer.known_in.is_some();
        if !is_history && offer.last_checked.plus_days(DAYS_UNTIL_OLD) < lint.today {
            found.push(Found::warning(
                &at_date,
                format!(
                    "offer `{}` was last checked on {}, more than {DAYS_UNTIL_OLD} days ago",
                    offer.id, offer.last_checked
                ),
                "look whether it still runs, then write today's date",
            ));
        }
    }
    found
}

/// Dates that contradict the status. History keeps the status its source gave.
pub(super) fn dates(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for offer in &lint.content.later.offers {
        if offer.known_in.is_some() {
            continue;
        }
        let at_status = lint.places.after(&file(lint, offer), "status", 0);
        let is_over = offer.until.is_some_and(|until| until < lint.today);
        if is_over && offer.status == Status::Operating {
            found.push(Found::warning(
                &at_status,
                format!("offer `{}` is over but still stands as operating", offer.id),
                "write status = \"ended\", or the new years",
            ));
        }
        let undated = offer.from.is_none() || offer.until.is_none();
        if undated && offer.status == Status::Planned {
            found.push(Found::warning(
                &at_status,
                format!(
                    "offer `{}` is planned but has no dates, so it never opens",
                    offer.id
                ),
                "write `years` when they are known",
            ));
        }
    }
    found
}

/// Needs and places that there are not.
pub(super) fn names(lint: Lint<'_>) -> Vec<Found> {
    let later = &lint.content.later;
    let mut found = Vec::new();
    for offer in &later.offers {
        let file = file(lint, offer);
        for need in offer.needs.iter().filter(|need| later.need(need).is_none()) {
            found.push(Found::error(
                &lint.places.after(&file, "needs", 0),
                format!(
                    "offer `{}` answers the need `{need}`, which there is not",
                    offer.id
                ),
                "the needs stand in needs.toml",
            ));
        }
        for place in &offer.places {
            let (name, known) = match place {
                Reach::Denmark => continue,
                Reach::Municipality(code) => (code, later.municipality(code).is_some()),
                Reach::House(slug) => (slug, later.houses.iter().any(|it| it.slug == *slug)),
                Reach::Region(code) => (code, REGIONS.contains(&code.as_str())),
            };
            if !known {
                found.push(Found::error(
                    &lint.places.after(&file, "geography", 0),
                    format!("offer `{}` holds in `{name}`, which there is not", offer.id),
                    "houses and municipalities stand in municipalities.toml; regions are 1081 to 1085",
                ));
            }
        }
    }
    for municipality in &later.municipalities {
        let house = later.house(municipality).is_some();
        if !house || !REGIONS.contains(&municipality.region.as_str()) {
            let code = municipality.code.as_str();
            let place = lint
                .places
                .id("municipalities", code, "municipalities.toml");
            found.push(Found::error(
                &place,
                format!(
                    "{} belongs to a house or region that there is not",
                    municipality.name
                ),
                "correct `house` or `region`",
            ));
        }
    }
    found
}

/// Offices: fields and places that exist, and one office of today for every municipality.
pub(super) fn offices(lint: Lint<'_>) -> Vec<Found> {
    let later = &lint.content.later;
    let mut found = Vec::new();
    let unknown_fields = |fields: &[crate::catalogue::Field]| -> Vec<String> {
        let unknown = fields.iter().filter(|it| later.need(&it.need).is_none());
        unknown.map(|it| it.need.to_string()).collect()
    };
    for office in &later.offices {
        let place = lint.places.id(FILE, office.id.as_str(), "offices");
        for need in unknown_fields(&office.fields) {
            found.push(Found::error(
                &place,
                format!(
                    "office `{}` has the field `{need}`, which is no need",
                    office.id
                ),
                "fields are named by needs; they stand in needs.toml",
            ));
        }
        let is_unknown = |code: &&String| later.municipality(code).is_none();
        for code in office.municipalities.iter().filter(is_unknown) {
            found.push(Found::error(
                &place,
                format!(
                    "office `{}` names the municipality `{code}`, which there is not",
                    office.id
                ),
                "the codes stand in municipalities.toml",
            ));
        }
        if office.kind == OfficeKind::History && office.known_in.is_none() {
            found.push(Found::error(
                &place,
                format!("office `{}` is history without a year", office.id),
                "write known_in: the year it is described in",
            ));
        }
    }
    let capability = Place {
        file: "offices/capability.toml".into(),
        line: 0,
    };
    for need in unknown_fields(&later.assumed_fields) {
        found.push(Found::error(
            &capability,
            format!("the field `{need}` is no need"),
            "fields are named by needs; they stand in needs.toml",
        ));
    }
    for municipality in &later.municipalities {
        let of_today = later.offices.iter().filter(|it| {
            it.kind == OfficeKind::Default && it.municipalities.contains(&municipality.code)
        });
        let count = of_today.count();
        if count != 1 {
            let code = municipality.code.as_str();
            found.push(Found::error(
                &lint
                    .places
                    .id("municipalities", code, "municipalities.toml"),
                format!("{} has {count} offices of kind default", municipality.name),
                "each municipality has exactly one",
            ));
        }
    }
    found
}

/// Needs that name a level at which, somewhere in the country, nobody can be turned to today.
pub(super) fn targets(lint: Lint<'_>) -> Vec<Found> {
    let later = &lint.content.later;
    let open: Vec<&Offer> = later
        .offers
        .iter()
        .filter(|it| it.availability(lint.today) == Availability::Open)
        .collect();
    let mut found = Vec::new();
    for need in &later.needs {
        let place = lint.places.id("needs", need.id.as_str(), "needs.toml");
        for level in &need.levels {
            let without: Vec<&Municipality> = later
                .municipalities
                .iter()
                .filter(|place| {
                    !open.iter().any(|offer| {
                        offer.level == *level
                            && offer.needs.contains(&need.id)
                            && offer.reach(Some(place)).is_some()
                    })
                })
                .collect();
            if let Some(first) = without.first() {
                found.push(Found::error(
                    &lint.places.after(&place, "levels", 0),
                    format!(
                        "need `{}` has nobody to turn to at level {level:?} in {} municipalities, such as {}",
                        need.id,
                        without.len(),
                        first.name
                    ),
                    "add an offer that is open today, or take the level out of `levels`",
                ));
            }
        }
        if has_no_level(need) {
            found.push(Found::error(
                &place,
                format!("need `{}` has no level", need.id),
                "name at least one level at which the field has somebody",
            ));
        }
    }
    found
}

fn has_no_level(need: &Need) -> bool {
    need.levels.is_empty()
}

fn file(lint: Lint<'_>, offer: &Offer) -> Place {
    lint.places.id(FILE, offer.id.as_str(), "offers")
}

/// A day on which the offer is open, as near to today as can be; `None`: it never was.
pub(in crate::authoring) fn open_day(offer: &Offer, today: Date) -> Option<Date> {
    let year = offer.known_in.map(Date::first_of_year);
    let end = offer.known_in.map(Date::last_of_year);
    [Some(today), offer.until, offer.from, year, end]
        .into_iter()
        .flatten()
        .find(|day| offer.availability(*day) == Availability::Open)
}
