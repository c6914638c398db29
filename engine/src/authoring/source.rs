//! The content files as authors write them, and the way from there to the model.
//!
//! Unknown keys are refused, so that a misspelt key is never silently without effect.

use super::rules;
use crate::{
    Date,
    briefing::{Contradiction, Guide},
    catalogue::{
        Confidence, Criterion, Field, House, Level, Mailbox, Municipality, Offer, Office,
        OfficeKind, Place, Provider, ProviderKind, Status,
    },
    export::{self, ExportWords},
    need::{Need, NeedRule, Strength},
    questionnaire::{Choice, Item, Kind, Section, Tier},
    rule::Rule,
    score::{Band, Part, Scale},
    segment::{Segment, Stage, Tone},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is wrong with one value: the piece of text to look for, what, and how to mend it.
pub(super) struct Fault {
    pub piece: String,
    pub what: String,
    pub hint: String,
}

/// Collects faults while values are made, so that an author sees all at once.
#[derive(Default)]
pub(super) struct Faults(pub Vec<Fault>);

impl Faults {
    pub fn add(&mut self, piece: &str, what: impl Into<String>, hint: impl Into<String>) {
        self.0.push(Fault {
            piece: piece.into(),
            what: what.into(),
            hint: hint.into(),
        });
    }

    fn rule(&mut self, text: &str) -> Rule {
        rules::parse(text).unwrap_or_else(|error| {
            let what = format!(
                "the rule `{text}` cannot be read: {} (at character {})",
                error.what, error.column
            );
            self.add(text.lines().next().unwrap_or(text), what, error.hint);
            Rule::Always
        })
    }

    fn rule_or_always(&mut self, text: Option<&str>) -> Rule {
        text.map_or(Rule::Always, |text| self.rule(text))
    }

    fn date(&mut self, text: &str) -> Date {
        text.parse().unwrap_or_else(|_| {
            self.add(
                text,
                format!("`{text}` is not a date"),
                "write it as 2026-11-20",
            );
            Date::first_of_year(2000)
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionnaireFile {
    pub id: Option<String>,
    pub version: Option<u16>,
    pub title: Option<String>,
    pub summary: Option<String>,
    #[serde(default)]
    pub include: Vec<String>,
    pub sections: Vec<SectionSource>,
    pub items: Vec<ItemSource>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionSource {
    id: String,
    title: String,
    #[serde(default)]
    intro: String,
    relevant_if: Option<String>,
    #[serde(default)]
    pub first: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemSource {
    pub id: String,
    section: String,
    kind: Kind,
    tier: Tier,
    pub steps: Option<String>,
    pub labels: Option<Vec<String>>,
    #[serde(default)]
    scores: BTreeMap<String, u8>,
    #[serde(default)]
    reverse: bool,
    relevant_if: Option<String>,
    text: String,
    #[serde(default)]
    help: String,
    #[serde(default)]
    choices: Vec<ChoiceSource>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceSource {
    id: String,
    label: String,
    points: Option<u8>,
    relevant_if: Option<String>,
    #[serde(default)]
    exclusive: bool,
    /// Section of DB25/NACE Rev. 2.1, for statistics; not used by the model.
    #[serde(default, rename = "code")]
    _code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepsFile {
    pub steps: Vec<StepsSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepsSource {
    pub id: String,
    pub labels: Vec<String>,
}

impl SectionSource {
    pub fn build(self, faults: &mut Faults) -> Section {
        Section {
            id: self.id.as_str().into(),
            title: self.title,
            intro: self.intro,
            relevant_if: faults.rule_or_always(self.relevant_if.as_deref()),
        }
    }
}

impl ItemSource {
    pub fn build(self, steps: &BTreeMap<String, Vec<String>>, faults: &mut Faults) -> Item {
        let place = format!("id = \"{}\"", self.id);
        let choices = self.choices_of(steps, &place, faults);
        Item {
            id: self.id.as_str().into(),
            section: self.section.as_str().into(),
            kind: self.kind,
            tier: self.tier,
            relevant_if: faults.rule_or_always(self.relevant_if.as_deref()),
            scores: self
                .scores
                .iter()
                .map(|(scale, weight)| (scale.as_str().into(), *weight))
                .collect(),
            text: self.text,
            help: self.help,
            choices,
            seconds: 0,
        }
    }

    fn choices_of(
        &self,
        steps: &BTreeMap<String, Vec<String>>,
        place: &str,
        faults: &mut Faults,
    ) -> Vec<Choice> {
        let (labels, ids): (Vec<String>, &[&str]) = match self.kind {
            Kind::Scale => {
                let labels = match (&self.steps, &self.labels) {
                    (Some(set), None) => steps.get(set).cloned(),
                    (None, Some(labels)) => Some(labels.clone()),
                    _ => None,
                };
                (labels.unwrap_or_default(), &["1", "2", "3", "4", "5"])
            }
            Kind::YesNo => (
                steps.get("yes_no").cloned().unwrap_or_default(),
                &["no", "yes"],
            ),
            _ => {
                return self
                    .choices
                    .iter()
                    .map(|choice| choice.build(faults))
                    .collect();
            }
        };
        if labels.len() != ids.len() {
            faults.add(
                place,
                format!("item `{}` needs {} labels", self.id, ids.len()),
                "name a step set of steps.toml in `steps`, or give `labels`, not both",
            );
            return Vec::new();
        }
        let last = u8::try_from(ids.len() - 1).unwrap_or(1);
        let points = |rank: u8| {
            if self.reverse {
                (last - rank) * (100 / last)
            } else {
                rank * (100 / last)
            }
        };
        labels
            .into_iter()
            .zip(ids)
            .zip(0_u8..)
            .map(|((label, id), rank)| Choice {
                id: (*id).into(),
                label,
                points: (!self.scores.is_empty()).then(|| points(rank)),
                relevant_if: Rule::Always,
                exclusive: false,
            })
            .collect()
    }
}

impl ChoiceSource {
    fn build(&self, faults: &mut Faults) -> Choice {
        Choice {
            id: self.id.as_str().into(),
            label: self.label.clone(),
            points: self.points,
            relevant_if: faults.rule_or_always(self.relevant_if.as_deref()),
            exclusive: self.exclusive,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScalesFile {
    pub scales: Vec<ScaleSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScaleSource {
    id: String,
    part: Part,
    minimum: u8,
    importance: u8,
    title: String,
    short: String,
    what: String,
    bands: Vec<BandSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BandSource {
    id: String,
    from: u8,
    label: String,
    text: String,
    first_step: String,
}

impl ScaleSource {
    pub fn build(self) -> Scale {
        let bands = self.bands.into_iter().map(|it| Band {
            id: it.id,
            from: it.from,
            label: it.label,
            text: it.text,
            first_step: it.first_step,
        });
        Scale {
            id: self.id.as_str().into(),
            part: self.part,
            minimum: self.minimum,
            importance: self.importance,
            title: self.title,
            short: self.short,
            what: self.what,
            bands: bands.collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentsFile {
    pub segments: Vec<SegmentSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentSource {
    id: String,
    tone: Tone,
    #[serde(rename = "if")]
    rule: String,
    #[serde(default)]
    counts_as: Vec<Stage>,
    title: String,
    text: String,
    what: String,
}

impl SegmentSource {
    pub fn build(self, faults: &mut Faults) -> Segment {
        Segment {
            id: self.id.as_str().into(),
            tone: self.tone,
            rule: faults.rule(&self.rule),
            counts_as: self.counts_as,
            title: self.title,
            text: self.text,
            what: self.what,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeedsFile {
    pub needs: Vec<NeedSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeedSource {
    id: String,
    hours: u8,
    hours_strong: u8,
    #[serde(default)]
    urgent: bool,
    #[serde(default)]
    growth: bool,
    levels: Vec<Level>,
    title: String,
    text: String,
    first_step: String,
    rules: Vec<NeedRuleSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedRuleSource {
    #[serde(rename = "if")]
    rule: String,
    strength: Option<u8>,
    strength_from: Option<String>,
}

impl NeedSource {
    pub fn build(self, faults: &mut Faults) -> Need {
        let mut rules = Vec::new();
        for it in &self.rules {
            let strength = match (it.strength, &it.strength_from) {
                (Some(points), None) if points <= 100 => Strength::Fixed(points),
                (None, Some(scale)) => Strength::Missing(scale.as_str().into()),
                _ => {
                    faults.add(
                        &it.rule,
                        format!("a rule of need `{}` has no clear strength", self.id),
                        "give `strength` (0 to 100) or `strength_from` (a scale), not both",
                    );
                    Strength::Fixed(0)
                }
            };
            rules.push(NeedRule {
                rule: faults.rule(&it.rule),
                strength,
            });
        }
        Need {
            id: self.id.as_str().into(),
            hours: self.hours,
            hours_strong: self.hours_strong,
            urgent: self.urgent,
            growth: self.growth,
            levels: self.levels,
            rules,
            title: self.title,
            text: self.text,
            first_step: self.first_step,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BriefingFile {
    #[serde(default)]
    contradictions: Vec<ContradictionSource>,
    #[serde(default)]
    needs: Vec<QuestionsSource>,
    #[serde(default)]
    scales: Vec<QuestionsSource>,
    #[serde(default)]
    items: Vec<QuestionsSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContradictionSource {
    id: String,
    #[serde(rename = "if")]
    rule: String,
    #[serde(default)]
    growth: bool,
    text: String,
    questions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionsSource {
    id: String,
    questions: Vec<String>,
}

impl BriefingFile {
    pub fn build(self, faults: &mut Faults) -> Guide {
        let contradictions = self.contradictions.into_iter().map(|it| Contradiction {
            rule: faults.rule(&it.rule),
            growth: it.growth,
            id: it.id,
            text: it.text,
            questions: it.questions,
        });
        Guide {
            contradictions: contradictions.collect(),
            needs: questions(self.needs),
            scales: questions(self.scales),
            items: questions(self.items),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportFile {
    columns: Vec<LabelSource>,
    values: Vec<LabelSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelSource {
    id: String,
    label: String,
}

impl ExportFile {
    /// The columns are the program's; a file with others would have headings over the wrong cells.
    pub fn build(self, faults: &mut Faults) -> ExportWords {
        let mut check = |sources: &[LabelSource], ids: &[&str]| {
            for source in sources.iter().filter(|it| !ids.contains(&it.id.as_str())) {
                let what = format!("the export has no `{}`", source.id);
                faults.add(&format!("id = \"{}\"", source.id), what, "remove it");
            }
            for id in ids {
                if !sources.iter().any(|it| it.id == *id) {
                    faults.add(id, format!("`{id}` has no label"), "add it");
                }
            }
        };
        check(&self.columns, &export::COLUMNS);
        check(&self.values, &export::VALUES);
        let all = self.columns.into_iter().chain(self.values);
        ExportWords::new(all.map(|it| (it.id, it.label)))
    }
}

fn questions<I: for<'a> From<&'a str>>(sources: Vec<QuestionsSource>) -> Vec<(I, Vec<String>)> {
    let pairs = sources.into_iter();
    pairs
        .map(|it| (I::from(it.id.as_str()), it.questions))
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferSource {
    pub id: String,
    level: Level,
    provider: String,
    provider_kind: ProviderKind,
    needs: Vec<String>,
    stages: Vec<Stage>,
    /// The source's own classification of readers; kept for authors, not used by the model.
    #[serde(default, rename = "audience")]
    _audience: Vec<String>,
    geography: Vec<String>,
    format: Vec<String>,
    service_type: Option<String>,
    status: Status,
    years: Option<String>,
    known_in: Option<u16>,
    confidence: Option<Confidence>,
    #[serde(default)]
    as_of: String,
    last_checked: String,
    source: String,
    #[serde(default)]
    url: String,
    hours_max: Option<u16>,
    price_min: Option<u32>,
    price_max: Option<u32>,
    support_max: Option<u32>,
    #[serde(default)]
    subsidy: bool,
    #[serde(default)]
    fallback: bool,
    title: String,
    summary: String,
    #[serde(default)]
    length: String,
    #[serde(default)]
    price: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    criteria: Vec<CriterionSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionSource {
    #[serde(rename = "if")]
    rule: Option<String>,
    unsure_if: Option<String>,
    sentence: String,
}

impl OfferSource {
    pub fn build(self, faults: &mut Faults) -> Offer {
        let (from, until) = self
            .years
            .as_deref()
            .map_or((None, None), |years| interval(years, faults));
        let places = self
            .geography
            .iter()
            .map(|place| self::place(place, faults))
            .collect();
        let criteria = self
            .criteria
            .into_iter()
            .map(|it| Criterion {
                rule: it.rule.map(|rule| faults.rule(&rule)),
                unsure_if: it.unsure_if.map(|rule| faults.rule(&rule)),
                sentence: it.sentence,
            })
            .collect();
        Offer {
            id: self.id.as_str().into(),
            level: self.level,
            provider: match self.provider.as_str() {
                "@office" => Provider::OwnOffice,
                "@house" => Provider::OwnHouse,
                _ => Provider::Named(self.provider),
            },
            provider_kind: self.provider_kind,
            needs: self.needs.iter().map(|need| need.as_str().into()).collect(),
            stages: self.stages,
            places,
            formats: self.format,
            service_type: self.service_type,
            status: self.status,
            from,
            until,
            known_in: self.known_in,
            confidence: self.confidence.unwrap_or(Confidence::Seen),
            as_of: self.as_of,
            last_checked: faults.date(&self.last_checked),
            source: self.source,
            url: self.url,
            hours_max: self.hours_max,
            price_min: self.price_min,
            price_max: self.price_max,
            support_max: self.support_max,
            subsidy: self.subsidy,
            fallback: self.fallback,
            title: self.title,
            summary: self.summary,
            length: self.length,
            price: self.price,
            note: self.note,
            criteria,
            written_in: String::new(),
            own_people_of: None,
        }
    }
}

fn place(text: &str, faults: &mut Faults) -> Place {
    if let Some(house) = text.strip_prefix("house:") {
        return Place::House(house.into());
    }
    if let Some(region) = text.strip_prefix("region:") {
        return Place::Region(region.into());
    }
    if text == "DK" {
        return Place::Denmark;
    }
    if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        faults.add(
            text,
            format!("`{text}` is not a place"),
            "write `DK`, a four-digit code, `house:midtjylland` or `region:1082`",
        );
    }
    Place::Municipality(text.into())
}

fn interval(text: &str, faults: &mut Faults) -> (Option<Date>, Option<Date>) {
    period(text).unwrap_or_else(|| {
        faults.add(
            text,
            format!("`{text}` is not a period"),
            "write `2023/2026`, `2024-01/..`, `../2026-12-31` or `2010`",
        );
        (None, None)
    })
}

/// ISO 8601-2 interval of years, months or days; `..` is an open or unknown end.
pub(super) fn period(text: &str) -> Option<(Option<Date>, Option<Date>)> {
    let (from, until) = text.split_once('/').unwrap_or((text, text));
    let side = |text: &str, last: bool| match text {
        ".." | "" => Some(None),
        text => boundary(text, last).map(Some),
    };
    let (from, until) = (side(from, false)?, side(until, true)?);
    let turned = from.zip(until).is_some_and(|(first, last)| first > last);
    (!turned).then_some((from, until))
}

/// The first or last day of a year, month or day.
fn boundary(text: &str, last: bool) -> Option<Date> {
    let mut parts = text.split('-');
    let year: u16 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    match (parts.next(), parts.next()) {
        (None, _) => Some(if last {
            Date::last_of_year(year)
        } else {
            Date::first_of_year(year)
        }),
        (Some(month), None) => {
            let month = month.parse().ok()?;
            if last {
                Date::last_of_month(year, month)
            } else {
                Date::new(year, month, 1)
            }
        }
        (Some(_), Some(_)) => text.parse().ok(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfficeSource {
    pub id: String,
    kind: OfficeKind,
    municipalities: Vec<String>,
    name: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    phone: String,
    known_in: Option<u16>,
    #[serde(default)]
    as_of: String,
    source: String,
    last_checked: String,
    #[serde(default)]
    verify: bool,
    services: Vec<String>,
    fields: Vec<FieldSource>,
    #[serde(default)]
    note: String,
    mailbox: Option<MailboxSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailboxSource {
    #[serde(default)]
    relay: String,
    id: String,
    key: String,
    post: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldSource {
    need: String,
    hours: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapabilityFile {
    pub fields: Vec<FieldSource>,
}

impl FieldSource {
    pub fn build(self) -> Field {
        Field {
            need: self.need.as_str().into(),
            hours: self.hours,
        }
    }
}

impl OfficeSource {
    pub fn build(self, faults: &mut Faults) -> Office {
        faults.date(&self.last_checked);
        Office {
            id: self.id.as_str().into(),
            kind: self.kind,
            municipalities: self.municipalities,
            name: self.name,
            url: self.url,
            phone: self.phone,
            known_in: self.known_in,
            as_of: self.as_of,
            source: self.source,
            verify: self.verify,
            services: self.services,
            fields: self.fields.into_iter().map(FieldSource::build).collect(),
            note: self.note,
            mailbox: self.mailbox.map(|mailbox| mailbox.build(faults)),
        }
    }
}

impl MailboxSource {
    fn build(self, faults: &mut Faults) -> Mailbox {
        const HINT: &str = "take all four lines as `vaekst office init` wrote them";
        let mailbox = Mailbox {
            relay: self.relay,
            id: self.id,
            key: self.key,
            post: self.post,
        };
        for (line, value) in wrong_lines(&mailbox) {
            let what = format!("`{value}` is no {line} of a mailbox");
            faults.add(value, what, HINT);
        }
        mailbox
    }
}

/// The lines of a mailbox that have not the form they must have, with what stands there. Whether the
/// key is the office's, no check can tell.
pub(super) fn wrong_lines(mailbox: &Mailbox) -> Vec<(&'static str, &str)> {
    let letters = |text: &str, length: usize| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        text.len() == length && text.bytes().all(plain)
    };
    let post = mailbox.post.strip_prefix("vmb1_p_");
    let lines = [
        ("relay", &mailbox.relay, is_relay(&mailbox.relay)),
        ("id", &mailbox.id, letters(&mailbox.id, 22)),
        ("key", &mailbox.key, letters(&mailbox.key, 43)),
        (
            "post",
            &mailbox.post,
            post.is_some_and(|it| letters(it, 22)),
        ),
    ];
    let wrong = lines.into_iter().filter(|(_, _, right)| !right);
    wrong
        .map(|(line, value, _)| (line, value.as_str()))
        .collect()
}

/// An origin with TLS, or on this machine; or nothing, for the app's own origin.
fn is_relay(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| {
        let host = origin.strip_prefix("http://")?;
        let name = host.split(':').next()?;
        ["localhost", "127.0.0.1"].contains(&name).then_some(host)
    });
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    origin.is_empty() || host.is_some_and(|it| !it.is_empty() && it.bytes().all(plain))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MunicipalitiesFile {
    pub houses: Vec<HouseSource>,
    pub municipalities: Vec<MunicipalitySource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HouseSource {
    slug: String,
    name: String,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MunicipalitySource {
    code: String,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    region: String,
    #[serde(default, rename = "region_name")]
    _region_name: String,
    house: String,
    vaeksthus: String,
}

impl HouseSource {
    pub fn build(self) -> House {
        House {
            slug: self.slug,
            name: self.name,
            url: self.url,
        }
    }
}

impl MunicipalitySource {
    pub fn build(self) -> Municipality {
        Municipality {
            code: self.code,
            name: self.name,
            aliases: self.aliases,
            region: self.region,
            house: self.house,
            growth_house: self.vaeksthus,
        }
    }
}
