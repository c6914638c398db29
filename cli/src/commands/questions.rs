//! `vaekst questions`: every item with its words, choices and rule.

use crate::{
    Output,
    args::{Format, Questions},
    fault::Fault,
    input,
};
use serde_json::{Value, json};
use std::{fmt::Write, path::Path};
use vaekstspejl_engine::{
    authoring::{Explainer, rule_text},
    questionnaire::{Choice, Item, Questionnaire},
    rule::Rule,
};

/// As JSON for programs, or as a list for reading through.
pub fn run(folder: &Path, args: &Questions) -> Result<Output, Fault> {
    let content = input::content(folder, &args.lang)?;
    let explainer = Explainer::new(folder, &content);
    let wanted = input::questionnaires(&content, args.questionnaire.as_deref())?;
    Ok(match args.format {
        Format::Json => {
            let all: Vec<Value> = wanted.iter().map(|it| as_json(it, &explainer)).collect();
            format!("{:#}\n", Value::Array(all)).into()
        }
        Format::Text => {
            let mut text = String::new();
            for questionnaire in wanted {
                as_text(questionnaire, &explainer, &mut text);
            }
            text.into()
        }
    })
}

fn as_json(questionnaire: &Questionnaire, explainer: &Explainer<'_>) -> Value {
    let rule = |rule: &Rule| rule_json(questionnaire, rule, explainer);
    let choice = |choice: &Choice| {
        json!({
            "id": choice.id,
            "label": choice.label,
            "points": choice.points,
            "exclusive": choice.exclusive,
            "relevant_if": rule(&choice.relevant_if),
        })
    };
    let item = |item: &Item| {
        let scores = item.scores.iter();
        let scores: Vec<Value> = scores
            .map(|(scale, weight)| json!({"scale": scale, "weight": weight}))
            .collect();
        json!({
            "id": item.id,
            "section": item.section,
            "kind": item.kind,
            "tier": item.tier,
            "text": item.text,
            "help": item.help,
            "choices": item.choices.iter().map(choice).collect::<Vec<_>>(),
            "scores": scores,
            "relevant_if": rule(&item.relevant_if),
            "seconds": item.seconds,
        })
    };
    let sections = questionnaire.sections.iter().map(|section| {
        json!({
            "id": section.id,
            "title": section.title,
            "intro": section.intro,
            "relevant_if": rule(&section.relevant_if),
        })
    });
    json!({
        "id": questionnaire.id,
        "version": questionnaire.version,
        "title": questionnaire.title,
        "summary": questionnaire.summary,
        "sections": sections.collect::<Vec<_>>(),
        "items": questionnaire.items.iter().map(item).collect::<Vec<_>>(),
    })
}

fn rule_json(questionnaire: &Questionnaire, rule: &Rule, explainer: &Explainer<'_>) -> Value {
    json!({"rule": rule_text(rule), "words": explainer.explain(questionnaire, rule)})
}

fn as_text(questionnaire: &Questionnaire, explainer: &Explainer<'_>, text: &mut String) {
    let (id, version, title) = (
        &questionnaire.id,
        questionnaire.version,
        &questionnaire.title,
    );
    let _ = writeln!(text, "{title} ({id} {version})\n{}", questionnaire.summary);
    let mut section = None;
    for item in &questionnaire.items {
        if section != Some(&item.section) {
            section = Some(&item.section);
            let found = questionnaire.section(&item.section);
            let title = found.map_or(item.section.as_str(), |it| it.title.as_str());
            let _ = writeln!(text, "\n== {title} ({})", item.section);
            if let Some(found) = found.filter(|it| it.relevant_if != Rule::Always) {
                explained(text, "", &found.relevant_if, questionnaire, explainer);
            }
        }
        item_text(item, questionnaire, explainer, text);
    }
    text.push('\n');
}

fn item_text(
    item: &Item,
    questionnaire: &Questionnaire,
    explainer: &Explainer<'_>,
    text: &mut String,
) {
    let scores: Vec<String> = item
        .scores
        .iter()
        .map(|(scale, weight)| format!("{scale} ×{weight}"))
        .collect();
    let kind = serde_json::to_value(item.kind).unwrap_or_default();
    let tier = serde_json::to_value(item.tier).unwrap_or_default();
    let _ = writeln!(
        text,
        "\n{} [{}, {}{}{}]\n  {}",
        item.id,
        kind.as_str().unwrap_or_default(),
        tier.as_str().unwrap_or_default(),
        if scores.is_empty() { "" } else { ", " },
        scores.join(", "),
        item.text
    );
    if !item.help.is_empty() {
        let _ = writeln!(text, "  ({})", item.help);
    }
    if item.relevant_if != Rule::Always {
        explained(text, "  ", &item.relevant_if, questionnaire, explainer);
    }
    for choice in &item.choices {
        let points = choice.points.map_or(String::new(), |it| format!(" [{it}]"));
        let _ = writeln!(text, "  - {}: {}{points}", choice.id, choice.label);
        if choice.relevant_if != Rule::Always {
            explained(
                text,
                "      ",
                &choice.relevant_if,
                questionnaire,
                explainer,
            );
        }
    }
}

fn explained(
    text: &mut String,
    indent: &str,
    rule: &Rule,
    questionnaire: &Questionnaire,
    explainer: &Explainer<'_>,
) {
    let words = explainer.explain(questionnaire, rule);
    let _ = writeln!(text, "{indent}? {}\n{indent}  = {words}", rule_text(rule));
}
