//! Rules in words: as an author writes them, and as a sentence anybody understands.
//!
//! The sentence is put together from the connectives under `[rule]` of `strings/later.toml` and
//! from the words of the content itself, in the content's language.

use super::compile::word_keys;
use crate::{
    ChoiceId, Content, ItemId, ScaleId,
    questionnaire::{Item, Questionnaire},
    rule::Rule,
};
use std::{collections::BTreeMap, path::Path};

/// The rule in the language of the content files; parses to the same rule again.
pub fn rule_text(rule: &Rule) -> String {
    match rule {
        Rule::Always => "always".into(),
        Rule::Questionnaire(id) => format!("questionnaire is {id}"),
        Rule::Is(item, choices) => chosen(item, "is", "is one of", choices),
        Rule::Includes(item, choices) => chosen(item, "includes", "includes any of", choices),
        Rule::AtLeast(item, choice) => format!("{item} at least {choice}"),
        Rule::AtMost(item, choice) => format!("{item} at most {choice}"),
        Rule::ScoreBelow(scale, points) => format!("score {scale} below {points}"),
        Rule::ScoreAtLeast(scale, points) => format!("score {scale} at least {points}"),
        Rule::Answered(item) => format!("{item} is answered"),
        Rule::Not(rule) => match &**rule {
            Rule::Is(item, choices) => chosen(item, "is not", "is not one of", choices),
            rule => format!("not {}", bracketed(rule, rule_text(rule), "(", ")")),
        },
        Rule::All(rules) => joined(rules, rule_text, " and ", "(", ")"),
        Rule::Any(rules) => joined(rules, rule_text, " or ", "(", ")"),
    }
}

fn chosen(item: &ItemId, one: &str, several: &str, choices: &[ChoiceId]) -> String {
    let verb = if choices.len() == 1 { one } else { several };
    let ids: Vec<&str> = choices.iter().map(ChoiceId::as_str).collect();
    format!("{item} {verb} {}", ids.join(", "))
}

/// Rules joined by one connective; a joined rule inside another stands in brackets.
fn joined(
    rules: &[Rule],
    text: impl Fn(&Rule) -> String,
    connective: &str,
    open: &str,
    close: &str,
) -> String {
    let parts: Vec<String> = rules
        .iter()
        .map(|rule| bracketed(rule, text(rule), open, close))
        .collect();
    parts.join(connective)
}

fn bracketed(rule: &Rule, text: String, open: &str, close: &str) -> String {
    match rule {
        Rule::All(_) | Rule::Any(_) => format!("{open}{text}{close}"),
        _ => text,
    }
}

/// Turns rules into sentences, in the language of its content.
pub struct Explainer<'a> {
    content: &'a Content,
    words: BTreeMap<String, String>,
}

impl<'a> Explainer<'a> {
    /// With the words of that folder, which the content was loaded from.
    pub fn new(folder: &Path, content: &'a Content) -> Self {
        let (_, keys) = word_keys(folder);
        let words = keys.into_iter().zip(content.later.words.iter().cloned());
        Self {
            content,
            words: words.collect(),
        }
    }

    /// The rule as a sentence without a full stop. A word that is missing stands as its key.
    pub fn explain(&self, questionnaire: &Questionnaire, rule: &Rule) -> String {
        let of_item = |key: &str, item: &ItemId, choices: &[ChoiceId]| {
            let found = self.item(questionnaire, item);
            let text = found.map_or(item.as_str(), |item| item.text.as_str());
            let labels: Vec<String> = choices
                .iter()
                .map(|choice| self.label(found, choice))
                .collect();
            self.word(key)
                .replace("{item}", text)
                .replace("{choices}", &labels.join(&self.word("list_or")))
        };
        let of_score = |key: &str, scale: &ScaleId, points: u8| {
            let title = self.content.later.scale(scale);
            self.word(key)
                .replace("{scale}", title.map_or(scale.as_str(), |it| &it.title))
                .replace("{points}", &points.to_string())
        };
        let one = core::slice::from_ref;
        let (open, close) = (self.word("open"), self.word("close"));
        let recurse = |rule: &Rule| self.explain(questionnaire, rule);
        match rule {
            Rule::Always => self.word("always"),
            Rule::Questionnaire(id) => {
                let found = self.content.first.questionnaire(id);
                self.word("questionnaire")
                    .replace("{name}", found.map_or(id.as_str(), |it| &it.title))
            }
            Rule::Is(item, choices) => of_item("is", item, choices),
            Rule::Includes(item, choices) => of_item("includes", item, choices),
            Rule::AtLeast(item, choice) => of_item("at_least", item, one(choice)),
            Rule::AtMost(item, choice) => of_item("at_most", item, one(choice)),
            Rule::Answered(item) => of_item("answered", item, &[]),
            Rule::ScoreBelow(scale, points) => of_score("score_below", scale, *points),
            Rule::ScoreAtLeast(scale, points) => of_score("score_at_least", scale, *points),
            Rule::Not(rule) => match &**rule {
                Rule::Is(item, choices) => of_item("is_not", item, choices),
                Rule::Includes(item, choices) => of_item("includes_not", item, choices),
                Rule::Answered(item) => of_item("answered_not", item, &[]),
                rule => self.word("not").replace("{rule}", &recurse(rule)),
            },
            Rule::All(rules) => joined(rules, recurse, &self.word("and"), &open, &close),
            Rule::Any(rules) => joined(rules, recurse, &self.word("or"), &open, &close),
        }
    }

    fn word(&self, key: &str) -> String {
        let key = format!("rule.{key}");
        self.words.get(&key).cloned().unwrap_or(key)
    }

    fn item(&self, questionnaire: &'a Questionnaire, id: &ItemId) -> Option<&'a Item> {
        let others = self.content.first.questionnaires.iter();
        questionnaire
            .item(id)
            .or_else(|| others.into_iter().find_map(|it| it.item(id)))
    }

    /// The words of a choice; of one that only another questionnaire has, those it has there.
    fn label(&self, item: Option<&Item>, choice: &ChoiceId) -> String {
        let questionnaires = self.content.first.questionnaires.iter();
        let others = questionnaires.filter_map(|it| it.item(&item?.id));
        let mut items = item.into_iter().chain(others);
        let label = items.find_map(|item| Some(item.choice(choice)?.label.as_str()));
        let place = || self.content.later.municipality(choice.as_str());
        let label = label.or_else(|| place().map(|it| it.name.as_str()));
        self.word("choice")
            .replace("{label}", label.unwrap_or(choice.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::parse;
    use super::*;

    #[test]
    fn a_rule_written_out_reads_back_as_itself() {
        for text in [
            "always",
            "questionnaire is selvtest",
            "stage is startup",
            "stage is not one of idea, startup",
            "not (stage is idea and size at most solo)",
            "plans includes any of export, hire and (trade is answered or score economy below 40)",
            "score economy at least 60 or not plans includes export",
        ] {
            let rule = parse(text).unwrap();
            assert_eq!(rule_text(&rule), text);
            assert_eq!(parse(&rule_text(&rule)).unwrap(), rule);
        }
    }
}
