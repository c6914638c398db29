//! `vaekst profile`: the whole result of one person's answers, with all reasons.

use super::code;
use crate::{
    Output,
    args::{Format, Profile},
    fault::Fault,
    input,
    words::Words,
};
use serde_json::{Value, json};
use std::{fmt::Write, path::Path};
use vaekstspejl_engine::{
    Assessment, ChoiceId, Content, ItemId, NeedId, OfferId, OfficeId, ScaleId, assess,
    catalogue::{Level, Offer, Provider},
    eligibility::Standing,
    need::NeedFinding,
    profile_code,
    questionnaire::Questionnaire,
    recommendation::{Reason, Recommendation},
    referral::{Referral, ReferralRule},
    rule::Ground,
    segment::SegmentChange,
};

/// As JSON for programs, or as text an adviser can read.
pub fn run(folder: &Path, args: &Profile) -> Result<Output, Fault> {
    let content = input::content(folder, &args.lang)?;
    let (file, questionnaire) = input::answers(&args.answers, &content)?;
    let office = match &args.office {
        Some(id) => Some(known_office(&content, id)?),
        None => file.office.filter(|id| content.later.office(id).is_some()),
    };
    let answers = &file.answers;
    let assessment = assess(
        &content.later,
        questionnaire,
        answers,
        office.as_ref(),
        args.today,
    );
    let result = Shown {
        content: &content,
        questionnaire,
        change: assessment.smallest_change(&content.later),
        code: code::layout(&content, questionnaire)
            .and_then(|layout| profile_code::encode(&layout, &assessment.counted.to_answers())),
        words: Words::of(&args.lang),
        assessment,
    };
    Ok(match args.format {
        Format::Json => format!("{:#}\n", result.json()).into(),
        Format::Text => result.text().into(),
    })
}

/// A result as text an adviser can read.
pub fn text<'a>(
    content: &'a Content,
    questionnaire: &'a Questionnaire,
    assessment: &Assessment<'a>,
) -> String {
    let shown = Shown {
        content,
        questionnaire,
        change: assessment.smallest_change(&content.later),
        code: code::layout(content, questionnaire)
            .and_then(|layout| profile_code::encode(&layout, &assessment.counted.to_answers())),
        words: Words::of(&content.first.lang),
        assessment: assessment.clone(),
    };
    shown.text()
}

fn known_office(content: &Content, id: &str) -> Result<OfficeId, Fault> {
    let id = OfficeId::from(id);
    if content.later.office(&id).is_some() {
        return Ok(id);
    }
    let alike = content.later.offices.iter().map(|it| it.id.as_str());
    let alike: Vec<&str> = alike
        .filter(|it| it.contains(id.as_str()) || it.starts_with("demo"))
        .take(5)
        .collect();
    Err(Fault::new(
        format!("there is no office `{id}`"),
        format!(
            "the files of content/offices are named by their ids, such as {}",
            alike.join(", ")
        ),
    ))
}

/// A result with everything needed to put it into words.
struct Shown<'a> {
    content: &'a Content,
    questionnaire: &'a Questionnaire,
    assessment: Assessment<'a>,
    change: Option<SegmentChange>,
    code: Option<String>,
    words: Words,
}

impl Shown<'_> {
    fn json(&self) -> Value {
        let mut json = serde_json::to_value(&self.assessment).unwrap_or_default();
        let later = &self.content.later;
        let change = self.change.as_ref().map(|change| {
            let answers = change.answers.iter();
            let answers: Vec<Value> = answers
                .map(|(item, answer)| json!({"item": item, "answer": answer}))
                .collect();
            json!({"answers": answers, "becomes": change.becomes})
        });
        let by_need: serde_json::Map<String, Value> = self
            .assessment
            .needs
            .iter()
            .map(|need| {
                let offers = self.assessment.offers_for(later, need);
                let offers: Vec<_> = offers.into_iter().map(|it| it.offer).collect();
                (need.need.to_string(), json!(offers))
            })
            .collect();
        let titles = |all: Vec<(&str, &str)>| -> Value {
            let titles = all.into_iter();
            Value::Object(
                titles
                    .map(|(id, title)| (id.to_owned(), json!(title)))
                    .collect(),
            )
        };
        let mentioned = self.mentioned_offers();
        let offers = mentioned.iter().filter_map(|id| later.offer(id));
        let more = json!({
            "questionnaire": self.questionnaire.id,
            "questionnaire_version": self.questionnaire.version,
            "lang": self.content.first.lang,
            "answers_that_count": self.assessment.counted.to_answers(),
            "smallest_change": change,
            "offers_by_need": by_need,
            "code": self.code,
            "titles": {
                "scales": titles(self.assessment.scores.iter().filter_map(|it| {
                    let scale = later.scale(&it.scale)?;
                    Some((scale.id.as_str(), scale.title.as_str()))
                }).collect()),
                "segment": self.assessment.segment.as_ref()
                    .and_then(|it| later.segment(&it.segment)).map(|it| &it.title),
                "needs": titles(self.assessment.needs.iter().filter_map(|it| {
                    let need = later.need(&it.need)?;
                    Some((need.id.as_str(), need.title.as_str()))
                }).collect()),
                "offers": titles(offers.map(|it| (it.id.as_str(), it.title.as_str())).collect()),
            },
        });
        if let (Value::Object(json), Value::Object(more)) = (&mut json, more) {
            json.extend(more);
        }
        json
    }

    fn mentioned_offers(&self) -> Vec<OfferId> {
        let lists = &self.assessment.recommendations;
        let all = lists.list.iter().chain(&lists.near_misses);
        all.map(|it| it.offer.clone()).collect()
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let (version, today) = (
            self.questionnaire.version.to_string(),
            self.assessment.today.to_string(),
        );
        let title = [
            ("test", self.questionnaire.title.as_str()),
            ("version", &version),
            ("today", &today),
        ];
        line(&mut text, 0, &self.words.fill("title", &title));
        let office = self.assessment.office.as_ref();
        let office = office.and_then(|id| self.content.later.office(id));
        let name = office.map_or_else(|| self.words.get("none"), |it| it.name.clone());
        line(
            &mut text,
            0,
            &self.words.fill("office", &[("office", &name)]),
        );
        self.segment(&mut text);
        self.dimensions(&mut text);
        self.needs(&mut text);
        let lists = &self.assessment.recommendations;
        self.offers("offers", &lists.list, &mut text);
        self.offers("near_misses", &lists.near_misses, &mut text);
        self.heading("left_open", &mut text);
        let open = self.assessment.profile.left_open.iter();
        self.list(
            open.map(|id| format!("{} ({id})", self.question(id))),
            &mut text,
        );
        self.heading("code", &mut text);
        let code = self.code.as_deref().map(profile_code::grouped);
        line(
            &mut text,
            1,
            &code.unwrap_or_else(|| self.words.get("none")),
        );
        text
    }

    fn heading(&self, key: &str, text: &mut String) {
        let _ = writeln!(text, "\n# {}", self.words.get(key));
    }

    fn list(&self, entries: impl Iterator<Item = String>, text: &mut String) {
        let mut is_empty = true;
        for entry in entries {
            is_empty = false;
            line(text, 1, &format!("- {entry}"));
        }
        if is_empty {
            line(text, 1, &self.words.get("none"));
        }
    }

    fn segment(&self, text: &mut String) {
        self.heading("segment", text);
        let Some(found) = &self.assessment.segment else {
            return;
        };
        let Some(segment) = self.content.later.segment(&found.segment) else {
            return;
        };
        line(text, 1, &format!("{} ({})", segment.title, segment.id));
        line(text, 1, &segment.text);
        line(text, 1, &format!("{}:", self.words.get("why")));
        if found.grounds.is_empty() {
            line(text, 2, &format!("- {}", self.words.get("always")));
        }
        self.grounds(&found.grounds, 2, text);
        if let Some(distance) = found.distance {
            let points = [("points", distance.to_string())];
            let points = points.each_ref().map(|(key, it)| (*key, it.as_str()));
            line(text, 1, &self.words.fill("distance", &points));
        }
        let change = self.change.as_ref().map(|change| {
            let answers = change.answers.iter();
            let answers: Vec<String> = answers
                .map(|(item, answer)| self.answered(item, answer.choices()))
                .collect();
            let becomes = self.content.later.segment(&change.becomes);
            let pieces = [
                ("answers", answers.join(" + ")),
                (
                    "segment",
                    becomes.map_or(String::new(), |it| it.title.clone()),
                ),
            ];
            let pieces = pieces.each_ref().map(|(key, it)| (*key, it.as_str()));
            self.words.fill("change", &pieces)
        });
        line(
            text,
            1,
            &change.unwrap_or_else(|| self.words.get("no_change")),
        );
    }

    fn dimensions(&self, text: &mut String) {
        self.heading("dimensions", text);
        let later = &self.content.later;
        for dimension in &self.assessment.profile.dimensions {
            let Some(scale) = later.scale(&dimension.scale) else {
                continue;
            };
            let points = dimension
                .points
                .map_or_else(|| self.words.get("unknown"), |it| it.rounded().to_string());
            let band = dimension.points.and_then(|points| scale.band(points));
            let percent = dimension.sureness.to_string();
            let sure = self.words.fill("sureness", &[("percent", &percent)]);
            let band = band.map_or(String::new(), |band| format!(" · {}", band.label));
            line(
                text,
                1,
                &format!("{}: {points}{band} · {sure} ({})", scale.title, scale.id),
            );
            let score = self.assessment.scores.get(&scale.id);
            for part in score.iter().flat_map(|score| &score.parts) {
                let answer = match &part.choice {
                    Some(choice) => self.answered(&part.item, core::slice::from_ref(choice)),
                    None => self.answered(&part.item, &[]),
                };
                let points = part.points.map_or("–".to_owned(), |it| it.to_string());
                line(text, 2, &format!("- {points} ×{} {answer}", part.weight));
            }
        }
        let profile = &self.assessment.profile;
        for (key, scales) in [
            ("strengths", &profile.strengths),
            ("weak_spots", &profile.weak_spots),
        ] {
            self.heading(key, text);
            let titles = scales.iter().filter_map(|id| later.scale(id));
            self.list(titles.map(|it| it.title.clone()), text);
        }
        self.heading("growth", text);
        for (key, points) in [
            ("ambition", profile.ambition),
            ("potential", profile.potential),
        ] {
            let points =
                points.map_or_else(|| self.words.get("unknown"), |it| it.rounded().to_string());
            line(text, 1, &self.words.fill(key, &[("points", &points)]));
        }
    }

    fn needs(&self, text: &mut String) {
        self.heading("needs", text);
        for (number, found) in self.assessment.needs.iter().enumerate() {
            self.need(number + 1, found, text);
        }
    }

    fn need(&self, number: usize, found: &NeedFinding, text: &mut String) {
        let points = found.strength.to_string();
        let strength = self.words.fill("strength", &[("points", &points)]);
        let title = self.need_title(&found.need);
        line(
            text,
            1,
            &format!("{number}. {title} · {strength} ({})", found.need),
        );
        self.grounds(&found.grounds, 2, text);
        let referral = self
            .assessment
            .referrals
            .iter()
            .find(|it| it.need == found.need);
        if let Some(referral) = referral {
            self.referral(referral, text);
        }
    }

    fn referral(&self, referral: &Referral, text: &mut String) {
        let level = self.words.get(level_key(referral.level));
        line(text, 2, &self.words.fill("begin", &[("level", &level)]));
        for rule in &referral.rules {
            let words = match rule {
                ReferralRule::Competence => self.words.get("r1"),
                ReferralRule::Length { needed, given } => {
                    let (needed, given) = (needed.to_string(), given.to_string());
                    self.words
                        .fill("r2", &[("needed", &needed), ("given", &given)])
                }
                ReferralRule::Programme { offer } => {
                    let found = self.content.later.offer(offer);
                    let title = found.map_or(offer.as_str(), |it| &it.title);
                    self.words.fill("r3", &[("offer", title)])
                }
            };
            line(text, 3, &format!("- {words}"));
        }
        if referral.assumed {
            line(text, 3, &format!("- {}", self.words.get("assumed")));
        }
    }

    fn offers(&self, heading: &str, list: &[Recommendation], text: &mut String) {
        self.heading(heading, text);
        if list.is_empty() {
            line(text, 1, &self.words.get("none"));
        }
        for (number, found) in list.iter().enumerate() {
            if let Some(offer) = self.content.later.offer(&found.offer) {
                self.offer(number + 1, found, offer, text);
            }
        }
    }

    fn offer(&self, number: usize, found: &Recommendation, offer: &Offer, text: &mut String) {
        let provider = match &offer.provider {
            Provider::Named(name) => name.clone(),
            Provider::OwnOffice => self.words.get("own_office"),
            Provider::OwnHouse => self.words.get("own_house"),
        };
        let level = self.words.get(level_key(offer.level));
        let title = &offer.title;
        line(
            text,
            1,
            &format!("{number}. {title} · {provider} · {level} ({})", offer.id),
        );
        line(text, 2, &offer.summary);
        let reason = match &found.reason {
            Reason::Need(need) => {
                let mut needs = vec![self.need_title(need)];
                needs.extend(found.also.iter().map(|need| self.need_title(need)));
                self.words.fill("for_need", &[("need", &needs.join(", "))])
            }
            Reason::NoWrongDoor => self.words.get("no_wrong_door"),
        };
        line(text, 2, &format!("- {reason}"));
        for criterion in &found.criteria {
            let sentence = offer.criteria.get(criterion.criterion);
            let sentence = sentence.map_or("", |it| it.sentence.as_str());
            let key = match criterion.standing {
                Standing::Met => "met",
                Standing::NotMet => "not_met",
                Standing::NotAnswered => "not_answered",
            };
            line(text, 2, &format!("- {}: {sentence}", self.words.get(key)));
        }
        for (is_so, key) in [(found.ask_about, "ask"), (found.check_again, "check")] {
            if is_so {
                line(text, 2, &format!("- {}", self.words.get(key)));
            }
        }
        let date = offer.last_checked.to_string();
        for (key, piece, words) in [
            ("price", "price", &offer.price),
            ("way_in", "url", &offer.url),
            ("source", "source", &offer.source),
        ] {
            if !words.is_empty() {
                let pieces = [(piece, words.as_str()), ("date", &date)];
                line(text, 2, &format!("- {}", self.words.fill(key, &pieces)));
            }
        }
        if !offer.note.is_empty() {
            line(text, 2, &format!("- {}", offer.note));
        }
    }

    fn grounds(&self, grounds: &[Ground], indent: usize, text: &mut String) {
        for ground in grounds {
            let words = match ground {
                Ground::Answer { item, choices } => self.answered(item, choices),
                Ground::Unanswered { item } => self.answered(item, &[]),
                Ground::Score { scale, points } => {
                    let points = points.rounded().to_string();
                    self.scored(scale, &points)
                }
                Ground::UnknownScore { scale } => self.scored(scale, &self.words.get("unknown")),
            };
            line(text, indent, &format!("- {words}"));
        }
    }

    fn scored(&self, scale: &ScaleId, points: &str) -> String {
        let found = self.content.later.scale(scale);
        let title = found.map_or(scale.as_str(), |it| &it.title);
        self.words
            .fill("scored", &[("scale", title), ("points", points)])
    }

    /// The question with what was chosen.
    fn answered(&self, id: &ItemId, choices: &[ChoiceId]) -> String {
        let item = self.questionnaire.item(id);
        let label = |choice: &ChoiceId| {
            let of_item = item
                .and_then(|item| item.choice(choice))
                .map(|it| it.label.clone());
            let place = || self.content.later.municipality(choice.as_str());
            of_item
                .or_else(|| place().map(|it| it.name.clone()))
                .unwrap_or_else(|| choice.to_string())
        };
        let labels: Vec<String> = choices.iter().map(label).collect();
        let key = if labels.is_empty() {
            "open_answer"
        } else {
            "answered"
        };
        let question = self.question(id);
        let pieces = [("item", question.as_str()), ("choices", &labels.join(", "))];
        self.words.fill(key, &pieces)
    }

    fn question(&self, id: &ItemId) -> String {
        let item = self.questionnaire.item(id);
        item.map_or_else(|| id.to_string(), |item| item.text.clone())
    }

    fn need_title(&self, id: &NeedId) -> String {
        let need = self.content.later.need(id);
        need.map_or_else(|| id.to_string(), |it| it.title.clone())
    }
}

fn level_key(level: Level) -> &'static str {
    match level {
        Level::Local => "local",
        Level::Regional => "regional",
        Level::National => "national",
    }
}

fn line(text: &mut String, indent: usize, words: &str) {
    let _ = writeln!(text, "{:width$}{words}", "", width = indent * 2);
}
