//! Witnesses: answers that make a rule true, or proof by trying that there are none to be found.
//!
//! A rule is first widened by what must be so for its items to be asked at all, then split into
//! alternatives ("this answer and that answer"), and each alternative is tried on the real model.
//! So a witness is never a guess: the rule has been evaluated and was true.

use crate::{
    Answer, Answers, ChoiceId, ItemId, ScaleId,
    questionnaire::{Item, Kind, Questionnaire, Tier},
    relevance::Counted,
    rule::{Facts, Rule},
    score::{Scale, Scores, scores},
};
use std::collections::BTreeMap;

/// Alternatives tried for one rule; readable rules have far fewer.
const MOST_ATTEMPTS: usize = 600;

/// Items can only depend on earlier items; deeper chains than this are not followed.
const DEEPEST: usize = 12;

/// What each item is to be answered; several choices only where several may be chosen.
type Attempt = BTreeMap<ItemId, Vec<ChoiceId>>;

/// Answers with which the rule is true for somebody asked this questionnaire, all other items
/// left open. `None`: no alternative of the rule can be true.
pub(super) fn witness(
    questionnaire: &Questionnaire,
    scales: &[Scale],
    rule: &Rule,
) -> Option<Answers> {
    witnesses(questionnaire, scales, rule).into_iter().next()
}

/// All witnesses that were found.
pub(super) fn witnesses(
    questionnaire: &Questionnaire,
    scales: &[Scale],
    rule: &Rule,
) -> Vec<Answers> {
    let search = Search { questionnaire };
    search
        .attempts(rule, true, 0)
        .into_iter()
        .map(|attempt| search.answers(attempt))
        .filter(|answers| holds(questionnaire, scales, rule, answers))
        .collect()
}

/// Whether the rule is true for these answers, judged as a segment or a need is: with scores.
fn holds(questionnaire: &Questionnaire, scales: &[Scale], rule: &Rule, answers: &Answers) -> bool {
    let all: Vec<ScaleId> = scales.iter().map(|scale| scale.id.clone()).collect();
    let of = |counted: &Counted<'_>, scores: &Scores| rule.holds(Facts { counted, scores });
    let core = Counted::new(questionnaire, answers, &[]);
    let deep = Counted::new(questionnaire, answers, &all);
    of(&core, &scores(scales, &core)) || of(&deep, &scores(scales, &deep))
}

struct Search<'a> {
    questionnaire: &'a Questionnaire,
}

impl Search<'_> {
    /// Alternatives that may make the rule true, or false when not `wanted`.
    fn attempts(&self, rule: &Rule, wanted: bool, depth: usize) -> Vec<Attempt> {
        if depth > DEEPEST {
            return Vec::new();
        }
        match (rule, wanted) {
            (Rule::Always, true) => vec![Attempt::new()],
            (Rule::Always, false) => Vec::new(),
            (Rule::Questionnaire(id), _) => {
                if (self.questionnaire.id == *id) == wanted {
                    vec![Attempt::new()]
                } else {
                    Vec::new()
                }
            }
            (Rule::Not(rule), _) => self.attempts(rule, !wanted, depth),
            (Rule::All(rules), true) | (Rule::Any(rules), false) => {
                rules.iter().fold(vec![Attempt::new()], |found, rule| {
                    self.both(&found, &self.attempts(rule, wanted, depth))
                })
            }
            (Rule::Any(rules), true) | (Rule::All(rules), false) => rules
                .iter()
                .flat_map(|rule| self.attempts(rule, wanted, depth))
                .collect(),
            (Rule::Answered(item), true) => {
                let mut found = self.choosing(item, depth, |_| true);
                found.extend(self.places(item, &[], false));
                found
            }
            (Rule::Answered(_), false) => vec![Attempt::new()],
            (Rule::Is(item, choices) | Rule::Includes(item, choices), _) => {
                let mut found =
                    self.choosing(item, depth, |choice| choices.contains(choice) == wanted);
                found.extend(self.places(item, choices, wanted));
                found
            }
            (Rule::AtLeast(item, bound), _) => {
                self.ranked(item, bound, depth, |rank, bound| (rank >= bound) == wanted)
            }
            (Rule::AtMost(item, bound), _) => {
                self.ranked(item, bound, depth, |rank, bound| (rank <= bound) == wanted)
            }
            (Rule::ScoreBelow(scale, _), _) => self.scoring(scale, !wanted, depth),
            (Rule::ScoreAtLeast(scale, _), _) => self.scoring(scale, wanted, depth),
        }
    }

    /// Municipality codes are not choices of the item; those named are taken at their word, and
    /// two others stand for everywhere else.
    fn places(&self, item: &ItemId, choices: &[ChoiceId], wanted: bool) -> Vec<Attempt> {
        let item = self.questionnaire.item(item);
        let Some(item) = item.filter(|item| item.kind == Kind::Municipality) else {
            return Vec::new();
        };
        let elsewhere = ["0101".into(), "0751".into()];
        let codes = if wanted { choices } else { &elsewhere[..] };
        codes
            .iter()
            .filter(|code| item.choice(code).is_none() && item.allows(code))
            .filter(|code| choices.contains(code) == wanted)
            .map(|code| Attempt::from([(item.id.clone(), vec![code.clone()])]))
            .collect()
    }

    fn ranked(
        &self,
        item: &ItemId,
        bound: &ChoiceId,
        depth: usize,
        holds: impl Fn(usize, usize) -> bool,
    ) -> Vec<Attempt> {
        let rank = |choice: &ChoiceId| self.questionnaire.item(item)?.rank(choice);
        let Some(bound) = rank(bound) else {
            return Vec::new();
        };
        self.choosing(item, depth, |choice| {
            rank(choice).is_some_and(|rank| holds(rank, bound))
        })
    }

    /// One alternative for every choice that fits, together with what makes item and choice appear.
    fn choosing(
        &self,
        item: &ItemId,
        depth: usize,
        fits: impl Fn(&ChoiceId) -> bool,
    ) -> Vec<Attempt> {
        let Some(item) = self.questionnaire.item(item) else {
            return Vec::new();
        };
        let asked = self.asked(item, depth);
        item.choices
            .iter()
            .filter(|choice| fits(&choice.id))
            .flat_map(|choice| {
                let shown = self.attempts(&choice.relevant_if, true, depth + 1);
                let chosen = [Attempt::from([(item.id.clone(), vec![choice.id.clone()])])];
                self.both(&self.both(&asked, &shown), &chosen)
            })
            .collect()
    }

    /// What must be so for an item to be asked, deepening apart.
    fn asked(&self, item: &Item, depth: usize) -> Vec<Attempt> {
        let section = self.questionnaire.section(&item.section);
        let of_section = section.map_or(vec![Attempt::new()], |section| {
            self.attempts(&section.relevant_if, true, depth + 1)
        });
        self.both(
            &of_section,
            &self.attempts(&item.relevant_if, true, depth + 1),
        )
    }

    /// One alternative for every item of a scale: its best answer, or its worst.
    fn scoring(&self, scale: &ScaleId, best: bool, depth: usize) -> Vec<Attempt> {
        let mut found = Vec::new();
        for tier in [Tier::Core, Tier::Deep] {
            let items = self.questionnaire.items.iter().filter(|item| {
                item.tier == tier && item.scores.iter().any(|(counts, _)| counts == scale)
            });
            for item in items {
                let points = |choice: &&crate::questionnaire::Choice| choice.points;
                let scored = item.choices.iter().filter(|choice| choice.points.is_some());
                let extreme = if best {
                    scored.max_by_key(points)
                } else {
                    scored.min_by_key(points)
                };
                if let Some(extreme) = extreme {
                    found.extend(self.choosing(&item.id, depth, |choice| *choice == extreme.id));
                }
            }
        }
        found
    }

    fn answers(&self, attempt: Attempt) -> Answers {
        let mut answers = Answers::default();
        for (item, choices) in attempt {
            let kind = self.questionnaire.item(&item).map(|item| item.kind);
            let answer = match choices.as_slice() {
                [only] if kind != Some(Kind::ManyOf) => Some(Answer::One(only.clone())),
                several => Answer::many(several.iter().map(ChoiceId::as_str)),
            };
            answers.set(item, answer);
        }
        answers
    }

    /// Every alternative of the one with every alternative of the other, as far as one person can
    /// give both.
    fn both(&self, one: &[Attempt], other: &[Attempt]) -> Vec<Attempt> {
        let mut found = Vec::new();
        for first in one {
            for second in other {
                if found.len() >= MOST_ATTEMPTS {
                    return found;
                }
                let mut merged = first.clone();
                for (item, choices) in second {
                    let place = merged.entry(item.clone()).or_default();
                    place.extend(choices.iter().cloned());
                    place.sort();
                    place.dedup();
                }
                if self.is_possible(&merged) && !found.contains(&merged) {
                    found.push(merged);
                }
            }
        }
        found
    }

    /// One choice where one may be given; "none of these" only alone.
    fn is_possible(&self, attempt: &Attempt) -> bool {
        attempt.iter().all(|(item, choices)| {
            let Some(item) = self.questionnaire.item(item) else {
                return false;
            };
            let exclusive = |id: &ChoiceId| item.choice(id).is_some_and(|it| it.exclusive);
            choices.len() <= 1 || (item.kind == Kind::ManyOf && !choices.iter().any(exclusive))
        })
    }
}
