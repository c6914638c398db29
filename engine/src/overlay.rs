//! Overlays: what an office, an Erhvervshus or the national operator lays over the shared content,
//! without a fork and without a new build.
//!
//! One file, `overlays.bin`, stands beside the app and holds the overlays of everybody who publishes
//! there. It is asked for at every visit, whoever comes and whatever is answered, so the request
//! tells nothing. It is made by `vaekst office build` and read by programs older and newer than the
//! one that wrote it; so its form has a version, and a file of another version is refused, never
//! guessed at. ADR 18.
//!
//! The file comes in three parts, because three readers want three things: a line of text with the
//! pages that may show the app in a frame (the host), the looks (the first screens), and the
//! overlays themselves (the result).

use crate::{
    Date, OfferId, OfficeId,
    catalogue::{Level, Municipality, Offer, Office},
    content::{Later, NotContent},
};
use serde::{Deserialize, Serialize};

/// What the file begins with: its kind and the version of its form.
const MARK: &str = "VSO1";
/// Bytes of a part's length.
const LENGTH: usize = 4;
/// The language publishers always write in.
pub const OWN_LANGUAGE: &str = "da";

/// Who publishes, and so for whom the overlay holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Publisher {
    /// The national operator: for everybody.
    Nation,
    /// An Erhvervshus, by slug: for those whose municipality belongs to it.
    House(String),
    /// A local office: for those whose office it is.
    Office(OfficeId),
}

/// A text in one language.
pub type Worded<T> = (String, T);

/// How the publisher's pages look and greet, ready for the first screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The id by which a link names the publisher, as in `?office=`.
    pub id: String,
    /// A link that names nobody gets this look: the site is this publisher's own.
    pub front: bool,
    /// The name in the head of every screen.
    pub name: String,
    /// The logo as a `data:` address; empty: the name alone.
    pub logo: String,
    /// Rules of style, one rule in each text, that set the colours, corners and fonts.
    pub rules: Vec<String>,
    /// Title and lead of the start screen, by language; none: those of the program.
    pub start: Vec<Worded<(String, String)>>,
}

/// The publisher's own words on the later screens, in one language. Empty: none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWords {
    /// Under the result: what the publisher wants to say before the person goes on.
    pub end: String,
    /// On `#/about`: what happens at the publisher with what is sent there.
    pub privacy: String,
    /// On `#/about`: who hears of a barrier.
    pub accessibility: String,
}

/// What one publisher lays over the shared content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlay {
    /// Whose it is.
    pub publisher: Publisher,
    /// The name people know the publisher by.
    pub name: String,
    /// The day it was made.
    pub made: Date,
    /// The publisher's own words, by language.
    pub words: Vec<Worded<OwnWords>>,
    /// Offers, each in one or more languages; Danish always.
    pub offers: Vec<Vec<Worded<Offer>>>,
    /// Offers of the shared content, or of a publisher above, that do not hold here.
    pub withdrawn: Vec<OfferId>,
    /// The office with its capability, in place of the shared one of that id.
    pub office: Option<Office>,
    /// The site of the house; empty: as it is.
    pub url: String,
    /// Origins of pages that may show the app in a frame.
    pub frames: Vec<String>,
    /// Those of them that may be given a summary, when the person agrees.
    pub summaries: Vec<String>,
}

/// The file's three parts, as far as somebody wants to read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File<'a> {
    line: &'a str,
    looks: &'a [u8],
    overlays: &'a [u8],
}

/// An offer that does not hold for some people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The offer.
    pub offer: OfferId,
    /// For whom it does not hold.
    pub by: Publisher,
}

impl Publisher {
    /// Whether the person is among those for whom the publisher speaks.
    pub fn speaks_for(
        &self,
        office: Option<&OfficeId>,
        municipality: Option<&Municipality>,
    ) -> bool {
        match self {
            Self::Nation => true,
            Self::House(slug) => municipality.is_some_and(|it| it.house == *slug),
            Self::Office(id) => office == Some(id),
        }
    }

    /// The id by which a link and a look name the publisher.
    pub fn id(&self) -> String {
        match self {
            Self::Nation => "nation".to_owned(),
            Self::House(slug) => ["house-", slug].concat(),
            Self::Office(id) => id.to_string(),
        }
    }

    /// The level the publisher acts on.
    pub fn level(&self) -> Level {
        match self {
            Self::Nation => Level::National,
            Self::House(_) => Level::Regional,
            Self::Office(_) => Level::Local,
        }
    }
}

/// The file of these publishers: what [`File::parse`] reads.
pub fn file(looks: &[Look], overlays: &[Overlay]) -> Vec<u8> {
    let mut origins: Vec<&str> = overlays
        .iter()
        .flat_map(|it| &it.frames)
        .map(String::as_str)
        // an origin is one word; anything else would break the line it stands in
        .filter(|it| !it.contains(char::is_whitespace))
        .collect();
    origins.sort_unstable();
    origins.dedup();
    let mut bytes = MARK.as_bytes().to_vec();
    for origin in origins {
        bytes.push(b' ');
        bytes.extend_from_slice(origin.as_bytes());
    }
    bytes.push(b'\n');
    for part in [
        postcard::to_allocvec(looks),
        postcard::to_allocvec(overlays),
    ] {
        let part = part.expect("plain data without maps of unknown length always serialises");
        let length = u32::try_from(part.len()).expect("a publisher's file is far below 4 GiB");
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&part);
    }
    bytes
}

impl<'a> File<'a> {
    /// Takes the file apart. Half a file, another kind of file and a file of another version are
    /// [`NotContent`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NotContent> {
        Self::parts(bytes).ok_or(NotContent)
    }

    fn parts(bytes: &'a [u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = (bytes.get(..end)?, bytes.get(end + 1..)?);
        let line = core::str::from_utf8(line).ok()?.strip_prefix(MARK)?;
        // so that version 10 is not taken for version 1
        let ends = line.is_empty() || line.starts_with(' ');
        ends.then_some(())?;
        let (looks, rest) = part(rest)?;
        let (overlays, rest) = part(rest)?;
        rest.is_empty().then_some(Self {
            line,
            looks,
            overlays,
        })
    }

    /// The origins of pages that may show the app in a frame.
    pub fn frames(&self) -> impl Iterator<Item = &'a str> {
        self.line.split_ascii_whitespace()
    }

    /// How the publishers' pages look.
    pub fn looks(&self) -> Result<Vec<Look>, NotContent> {
        postcard::from_bytes(self.looks).map_err(|_| NotContent)
    }

    /// What they lay over the content.
    pub fn overlays(&self) -> Result<Vec<Overlay>, NotContent> {
        postcard::from_bytes(self.overlays).map_err(|_| NotContent)
    }
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// The look that a link asks for: of the publisher it names, else of the one whose site it is.
pub fn look_for(looks: Vec<Look>, wanted: Option<&str>) -> Option<Look> {
    looks.into_iter().find(|it| match wanted {
        Some(id) => it.id == id,
        None => it.front,
    })
}

/// What there is in that language, else in Danish, with the language it is in.
pub fn in_language<'a, T>(texts: &'a [Worded<T>], lang: &str) -> Option<(&'a str, &'a T)> {
    let of = |wanted: &str| texts.iter().find(|(it, _)| it == wanted);
    let (lang, text) = of(lang).or_else(|| of(OWN_LANGUAGE))?;
    Some((lang, text))
}

/// Lays the overlays over content in that language: the nation's first, then the houses', then the
/// offices', so that the nearest has the last word. An office's offer that names no place is for the
/// office's own people, wherever they are and whether or not they say so.
pub fn lay_over(later: &mut Later, mut overlays: Vec<Overlay>, lang: &str) {
    overlays.sort_by_key(|it| core::cmp::Reverse(it.publisher.level()));
    for overlay in overlays {
        let by = &overlay.publisher;
        later
            .offers
            .extend(overlay.offers.iter().filter_map(|offer| {
                let (written_in, offer) = in_language(offer, lang)?;
                let mut offer = offer.clone();
                if written_in != lang {
                    written_in.clone_into(&mut offer.written_in);
                }
                if let Publisher::Office(id) = by
                    && offer.places.is_empty()
                {
                    offer.own_people_of = Some(id.clone());
                }
                Some(offer)
            }));
        let withdrawn = overlay.withdrawn.iter().map(|offer| Withdrawn {
            offer: offer.clone(),
            by: by.clone(),
        });
        later.withdrawn.extend(withdrawn);
        if let Some(office) = overlay.office.clone() {
            later.offices.retain(|it| it.id != office.id);
            // First, so that it is found before the shared ones of its municipalities.
            later.offices.insert(0, office);
        }
        if let Publisher::House(slug) = by
            && let Some(house) = later.houses.iter_mut().find(|it| it.slug == *slug)
            && !overlay.url.is_empty()
        {
            house.url.clone_from(&overlay.url);
        }
        later.publishers.push(overlay);
    }
}
