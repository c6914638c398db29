//! `vaekst graph`: the flow of a questionnaire as a drawing.
//!
//! Sections are boxes, items stand in them in the order asked; an arrow from one item to another
//! says that the answer to the first decides whether the second, or one of its choices, is shown.

use crate::{
    Output,
    args::{Drawing, Graph},
    fault::Fault,
    input,
};
use std::{fmt::Write, path::Path};
use vaekstspejl_engine::{
    authoring::rule_text,
    questionnaire::{Item, Questionnaire, Section, Tier},
    rule::Rule,
};

/// One drawing for each questionnaire.
pub fn run(folder: &Path, args: &Graph) -> Result<Output, Fault> {
    let content = input::content(folder, &args.lang)?;
    let mut text = String::new();
    for questionnaire in input::questionnaires(&content, args.questionnaire.as_deref())? {
        match args.format {
            Drawing::Mermaid => mermaid(questionnaire, &mut text),
            Drawing::Dot => dot(questionnaire, &mut text),
        }
    }
    Ok(text.into())
}

/// An arrow: from an item, to an item or section, with the rule.
struct Arrow<'a> {
    from: &'a str,
    to: String,
    rule: &'a Rule,
    /// Only a choice depends on it.
    is_choice: bool,
}

fn arrows(questionnaire: &Questionnaire) -> Vec<Arrow<'_>> {
    let mut arrows = Vec::new();
    for section in &questionnaire.sections {
        from_rule(
            &mut arrows,
            &section.relevant_if,
            &section_node(section),
            false,
        );
    }
    for item in &questionnaire.items {
        from_rule(&mut arrows, &item.relevant_if, item.id.as_str(), false);
        for choice in &item.choices {
            from_rule(&mut arrows, &choice.relevant_if, item.id.as_str(), true);
        }
    }
    arrows
}

fn from_rule<'a>(arrows: &mut Vec<Arrow<'a>>, rule: &'a Rule, to: &str, is_choice: bool) {
    for item in rule.items() {
        let arrow = Arrow {
            from: item.as_str(),
            to: to.to_owned(),
            rule,
            is_choice,
        };
        let is_same = |it: &Arrow<'_>| {
            it.from == arrow.from && it.to == arrow.to && (is_choice || it.rule == arrow.rule)
        };
        if !arrows.iter().any(is_same) {
            arrows.push(arrow);
        }
    }
}

fn section_node(section: &Section) -> String {
    format!("section_{}", section.id)
}

fn items<'a>(
    questionnaire: &'a Questionnaire,
    section: &'a Section,
) -> impl Iterator<Item = &'a Item> {
    questionnaire
        .items
        .iter()
        .filter(|item| item.section == section.id)
}

fn mermaid(questionnaire: &Questionnaire, text: &mut String) {
    let quoted = |words: &str| words.replace('"', "#quot;");
    let _ = writeln!(text, "---\ntitle: {}\n---\nflowchart TD", questionnaire.id);
    let mut before: Option<String> = None;
    for section in &questionnaire.sections {
        let node = section_node(section);
        let _ = writeln!(text, "  subgraph {node}[\"{}\"]", quoted(&section.title));
        for item in items(questionnaire, section) {
            let (open, close) = match item.tier {
                Tier::Context => ("([", "])"),
                Tier::Core => ("[", "]"),
                Tier::Deep => ("[/", "/]"),
            };
            let words = quoted(&item.text);
            let _ = writeln!(text, "    {}{open}\"{words}\"{close}", item.id);
        }
        let _ = writeln!(text, "  end");
        if let Some(before) = before {
            let _ = writeln!(text, "  {before} ==> {node}");
        }
        before = Some(node);
    }
    for arrow in arrows(questionnaire) {
        let line = if arrow.is_choice { "-.->" } else { "-->" };
        let rule = if arrow.is_choice {
            String::new()
        } else {
            format!("|\"{}\"|", rule_text(arrow.rule))
        };
        let _ = writeln!(text, "  {} {line}{rule} {}", arrow.from, arrow.to);
    }
}

fn dot(questionnaire: &Questionnaire, text: &mut String) {
    let quoted = |words: &str| words.replace('\\', "\\\\").replace('"', "\\\"");
    let _ = writeln!(
        text,
        "digraph \"{}\" {{\n  compound=true; rankdir=TB; node [fontname=sans];",
        questionnaire.id
    );
    for section in &questionnaire.sections {
        let node = section_node(section);
        let title = quoted(&section.title);
        let _ = writeln!(
            text,
            "  subgraph cluster_{} {{\n    label=\"{title}\";",
            section.id
        );
        let _ = writeln!(text, "    {node} [shape=point];");
        for item in items(questionnaire, section) {
            let shape = match item.tier {
                Tier::Context => "ellipse",
                Tier::Core => "box",
                Tier::Deep => "parallelogram",
            };
            let words = quoted(&item.text);
            let _ = writeln!(text, "    {} [shape={shape}, label=\"{words}\"];", item.id);
        }
        let _ = writeln!(text, "  }}");
    }
    for (one, next) in questionnaire
        .sections
        .iter()
        .zip(questionnaire.sections.iter().skip(1))
    {
        let (one, next) = (section_node(one), section_node(next));
        let _ = writeln!(text, "  {one} -> {next} [style=bold];");
    }
    for arrow in arrows(questionnaire) {
        let style = if arrow.is_choice {
            "style=dotted".to_owned()
        } else {
            format!("label=\"{}\"", quoted(&rule_text(arrow.rule)))
        };
        let _ = writeln!(text, "  {} -> {} [{style}];", arrow.from, arrow.to);
    }
    text.push_str("}\n");
}
