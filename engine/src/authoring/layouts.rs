//! The frozen layouts of codes: `layouts/<test>-<version>.txt`, one line for each item.
//!
//! A released version's file never changes again, so a code written down today opens in ten
//! years. When a questionnaire no longer fits the layout of its version, its version must be
//! raised; the content check says so.

use crate::{
    QuestionnaireId,
    profile_code::{Layout, LayoutItem},
    questionnaire::Kind,
};

/// The number of a test in codes. Never reused; a new test gets the next.
pub fn test_number(questionnaire: &QuestionnaireId) -> Option<u8> {
    match questionnaire.as_str() {
        "selvtest" => Some(1),
        "vaekstscreening" => Some(2),
        _ => None,
    }
}

/// The text of a layout file.
pub fn layout_file(layout: &Layout) -> String {
    let mut text = format!(
        "{} {} {}\n",
        layout.questionnaire, layout.number, layout.version
    );
    for item in &layout.items {
        let choices: Vec<&str> = item.choices.iter().map(crate::ChoiceId::as_str).collect();
        let scales: Vec<&str> = item.scales.iter().map(crate::ScaleId::as_str).collect();
        let words = [
            item.id.as_str(),
            kind_word(item.kind),
            &list(&choices),
            &list(&scales),
        ];
        text.push_str(&words.join(" "));
        text.push('\n');
    }
    text
}

/// Reads what [`layout_file`] wrote. `None`: not a layout.
pub(super) fn parse(text: &str) -> Option<Layout> {
    let mut lines = text.lines();
    let mut head = lines.next()?.split(' ');
    let questionnaire = head.next()?.into();
    let number = head.next()?.parse().ok()?;
    let version = head.next()?.parse().ok()?;
    let items = lines
        .map(|line| {
            let mut words = line.split(' ');
            Some(LayoutItem {
                id: words.next()?.into(),
                kind: kind(words.next()?)?,
                choices: unlist(words.next()?).map(Into::into).collect(),
                scales: unlist(words.next()?).map(Into::into).collect(),
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Layout {
        questionnaire,
        number,
        version,
        items,
    })
}

fn list(words: &[&str]) -> String {
    if words.is_empty() {
        "-".into()
    } else {
        words.join(",")
    }
}

fn unlist(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|word| *word != "-")
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Scale => "scale",
        Kind::OneOf => "one_of",
        Kind::ManyOf => "many_of",
        Kind::NumberBand => "number_band",
        Kind::YesNo => "yes_no",
        Kind::Municipality => "municipality",
    }
}

fn kind(word: &str) -> Option<Kind> {
    [
        Kind::Scale,
        Kind::OneOf,
        Kind::ManyOf,
        Kind::NumberBand,
        Kind::YesNo,
        Kind::Municipality,
    ]
    .into_iter()
    .find(|kind| kind_word(*kind) == word)
}
