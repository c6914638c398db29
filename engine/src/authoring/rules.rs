//! The rule language: from an author's words to a [`Rule`].
//!
//! ```text
//! rule    = and { "or" and }
//! and     = part { "and" part }
//! part    = "not" part | "(" rule ")" | "always" | "questionnaire" "is" id
//!         | "score" scale ( "below" | "at least" ) number
//!         | item "is" [ "not" ] [ "one of" ] choices | item "is answered"
//!         | item "includes" [ "any of" ] choices | item ( "at least" | "at most" ) choice
//! choices = id { "," id }
//! ```
//! Errors say what was expected and at which character.

use crate::rule::Rule;

/// Why a text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The character at which it went wrong, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What could stand there.
    pub hint: String,
}

/// More nesting than any readable rule needs; keeps hostile text from exhausting the stack.
const DEEPEST: usize = 32;

/// Parses a rule.
pub fn parse(text: &str) -> Result<Rule, RuleError> {
    let mut parser = Parser {
        words: words(text),
        next: 0,
        end: text.chars().count() + 1,
        depth: 0,
    };
    let rule = parser.either()?;
    match parser.peek() {
        None => Ok(rule),
        Some(word) => Err(parser.error(
            format!("`{word}` is not expected here"),
            "join conditions with `and` or `or`",
        )),
    }
}

struct Parser {
    words: Vec<(usize, String)>,
    next: usize,
    end: usize,
    depth: usize,
}

/// Words, commas and brackets, each with its column.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (index, letter) in text.chars().enumerate() {
        if letter.is_whitespace() {
            open = false;
        } else if matches!(letter, ',' | '(' | ')') {
            words.push((index + 1, letter.to_string()));
            open = false;
        } else if let (true, Some((_, word))) = (open, words.last_mut()) {
            word.push(letter);
        } else {
            words.push((index + 1, letter.to_string()));
            open = true;
        }
    }
    words
}

impl Parser {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.next).map(|(_, word)| word.as_str())
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.next += usize::from(found);
        found
    }

    fn error(&self, what: impl Into<String>, hint: impl Into<String>) -> RuleError {
        let column = self
            .words
            .get(self.next)
            .map_or(self.end, |(column, _)| *column);
        RuleError {
            column,
            what: what.into(),
            hint: hint.into(),
        }
    }

    fn either(&mut self) -> Result<Rule, RuleError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("too many brackets inside each other", "split the rule"));
        }
        let mut parts = vec![self.both()?];
        while self.take("or") {
            parts.push(self.both()?);
        }
        self.depth -= 1;
        Ok(one_or(parts, Rule::Any))
    }

    fn both(&mut self) -> Result<Rule, RuleError> {
        let mut parts = vec![self.part()?];
        while self.take("and") {
            parts.push(self.part()?);
        }
        Ok(one_or(parts, Rule::All))
    }

    fn part(&mut self) -> Result<Rule, RuleError> {
        let mut negations = 0_usize;
        while self.take("not") {
            negations += 1;
        }
        let rule = self.positive()?;
        Ok(if negations % 2 == 1 {
            Rule::Not(Box::new(rule))
        } else {
            rule
        })
    }

    fn positive(&mut self) -> Result<Rule, RuleError> {
        if self.take("(") {
            let rule = self.either()?;
            if !self.take(")") {
                return Err(self.error("a bracket is not closed", "add `)`"));
            }
            return Ok(rule);
        }
        if self.take("always") {
            return Ok(Rule::Always);
        }
        if self.take("questionnaire") {
            self.expect("is")?;
            return Ok(Rule::Questionnaire(
                self.id("the id of a questionnaire")?.as_str().into(),
            ));
        }
        if self.take("score") {
            let scale = self.id("the id of a scale")?.as_str().into();
            if self.take("below") {
                return Ok(Rule::ScoreBelow(scale, self.points()?));
            }
            if self.take("at") {
                self.expect("least")?;
                return Ok(Rule::ScoreAtLeast(scale, self.points()?));
            }
            return Err(self.error(
                "a comparison is missing after the scale",
                "write `below 40` or `at least 60`",
            ));
        }
        self.about_item()
    }

    fn about_item(&mut self) -> Result<Rule, RuleError> {
        let item = self.id("the id of an item")?.as_str().into();
        if self.take("is") {
            if self.take("answered") {
                return Ok(Rule::Answered(item));
            }
            let negated = self.take("not");
            if self.take("one") {
                self.expect("of")?;
            }
            let rule = Rule::Is(item, self.choices()?);
            return Ok(if negated {
                Rule::Not(Box::new(rule))
            } else {
                rule
            });
        }
        if self.take("includes") {
            if self.take("any") {
                self.expect("of")?;
            }
            return Ok(Rule::Includes(item, self.choices()?));
        }
        if self.take("at") {
            let least = self.take("least");
            if !least && !self.take("most") {
                return Err(self.error(
                    "`at` needs `least` or `most`",
                    "write `at least` or `at most`",
                ));
            }
            let bound = self.id("a choice")?.as_str().into();
            return Ok(if least {
                Rule::AtLeast(item, bound)
            } else {
                Rule::AtMost(item, bound)
            });
        }
        Err(self.error(
            format!("a comparison is missing after `{item}`"),
            "write `is …`, `is one of …, …`, `includes …`, `at least …`, `at most …` or `is answered`",
        ))
    }

    fn choices(&mut self) -> Result<Vec<crate::ChoiceId>, RuleError> {
        let mut choices = vec![self.id("a choice")?.as_str().into()];
        while self.take(",") {
            choices.push(self.id("a choice")?.as_str().into());
        }
        Ok(choices)
    }

    fn expect(&mut self, word: &str) -> Result<(), RuleError> {
        if self.take(word) {
            Ok(())
        } else {
            Err(self.error(format!("`{word}` is missing"), format!("add `{word}`")))
        }
    }

    fn points(&mut self) -> Result<u8, RuleError> {
        let points = self
            .peek()
            .and_then(|word| word.parse().ok())
            .filter(|points| *points <= 100);
        match points {
            Some(points) => {
                self.next += 1;
                Ok(points)
            }
            None => Err(self.error(
                "a number from 0 to 100 is missing",
                "write for example `40`",
            )),
        }
    }

    fn id(&mut self, what: &str) -> Result<String, RuleError> {
        const KEYWORDS: [&str; 8] = ["and", "or", "not", "is", "includes", "at", ",", ")"];
        let word = self.peek().filter(|word| {
            !KEYWORDS.contains(word)
                && word.chars().all(|letter| {
                    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
                })
        });
        match word.map(str::to_owned) {
            Some(word) => {
                self.next += 1;
                Ok(word)
            }
            None => Err(self.error(
                format!("{what} is missing"),
                "ids are lower case letters, digits and `_`",
            )),
        }
    }
}

fn one_or(mut parts: Vec<Rule>, many: fn(Vec<Rule>) -> Rule) -> Rule {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            parts.push(last);
            many(parts)
        }
        (_, None) => Rule::Always,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(item: &str, choices: &[&str]) -> Rule {
        Rule::Is(
            item.into(),
            choices.iter().map(|choice| (*choice).into()).collect(),
        )
    }

    #[test]
    fn and_binds_closer_than_or() {
        let rule = parse("stage is idea or stage is startup and size is solo").unwrap();
        let both = Rule::All(vec![is("stage", &["startup"]), is("size", &["solo"])]);
        assert_eq!(rule, Rule::Any(vec![is("stage", &["idea"]), both]));
    }

    #[test]
    fn a_list_ends_where_the_commas_end() {
        let rule =
            parse("stage is one of idea, startup and plans includes any of export, hire").unwrap();
        let plans = Rule::Includes("plans".into(), vec!["export".into(), "hire".into()]);
        assert_eq!(
            rule,
            Rule::All(vec![is("stage", &["idea", "startup"]), plans])
        );
    }

    #[test]
    fn not_may_stand_before_or_inside_a_condition() {
        assert_eq!(
            parse("not stage is idea").unwrap(),
            parse("stage is not idea").unwrap()
        );
        assert_eq!(
            parse("not not stage is idea").unwrap(),
            is("stage", &["idea"])
        );
    }

    #[test]
    fn every_form_of_the_language_is_read() {
        for text in [
            "always",
            "questionnaire is selvtest",
            "size at least s5_9",
            "economy_core at most 2",
            "trade is answered",
            "score economy below 40",
            "score economy at least 60",
            "(stage is idea)",
            "plans includes export",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_with_its_column() {
        for (text, column, what) in [
            ("", 1, "the id of an item is missing"),
            ("stage", 6, "a comparison is missing after `stage`"),
            ("stage is", 9, "a choice is missing"),
            (
                "stage is idea startup",
                15,
                "`startup` is not expected here",
            ),
            ("(stage is idea", 15, "a bracket is not closed"),
            (
                "score economy below 140",
                21,
                "a number from 0 to 100 is missing",
            ),
            (
                "score economy above 40",
                15,
                "a comparison is missing after the scale",
            ),
            ("Stage is idea", 1, "the id of an item is missing"),
            ("stage is idea and", 18, "the id of an item is missing"),
            ("size at s5_9", 9, "`at` needs `least` or `most`"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(
                (error.column, error.what.as_str()),
                (column, what),
                "{text}"
            );
        }
    }

    #[test]
    fn hostile_nesting_is_refused_and_does_not_overflow() {
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&format!("{} stage is idea", "not ".repeat(100_001))).is_ok());
    }
}
