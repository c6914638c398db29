//! How long it takes to read and answer an item, estimated.
//!
//! Two and a half seconds to decide and tap; a quarter of a second per word of the question
//! (240 words a minute, silent reading); half of that per word of the item's own choices, which
//! are skimmed. The words of a shared step set are known after its first use and count nothing;
//! help is opened by few and counts nothing.

use crate::questionnaire::{Item, Kind, Questionnaire, Tier};

/// Estimated whole seconds for a question with these words of its own choices.
pub fn seconds(question: &str, own_choices: usize) -> u8 {
    let question = question.split_whitespace().count();
    let tenths = 25 + question * 5 / 2 + own_choices * 5 / 4;
    u8::try_from(tenths.div_ceil(10)).unwrap_or(u8::MAX)
}

/// Seconds of the longest core path: every context and core item, of alternatives (items that
/// count in the same scale with a condition) the longest.
pub fn core_seconds<'a>(items: impl Iterator<Item = &'a Item>) -> u32 {
    items
        .filter(|item| item.tier != Tier::Deep)
        .map(|item| u32::from(item.seconds))
        .sum()
}

pub(super) fn set_seconds(questionnaire: &mut Questionnaire, shared: impl Fn(&str) -> bool) {
    for item in &mut questionnaire.items {
        let own = match item.kind {
            _ if shared(item.id.as_str()) => 0,
            Kind::Municipality => 4, // typing a name
            _ => item
                .choices
                .iter()
                .map(|choice| choice.label.split_whitespace().count())
                .sum(),
        };
        item.seconds = seconds(&item.text, own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_question_takes_longer() {
        // 2.5 s + 8 words × 0.25 s = 4.5 s, rounded up.
        assert_eq!(seconds("Hvor ofte følger du op på din økonomi?", 0), 5);
        // + 10 words of choices × 0.125 s.
        assert_eq!(seconds("Hvor ofte følger du op på din økonomi?", 10), 6);
    }
}
