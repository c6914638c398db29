//! Codes: short enough for a QR and four wrong letters, and the same in ten years.

use super::{Found, Lint, places::Place};
use crate::{
    authoring::layouts::{layout_file, test_number},
    profile_code::{LONGEST, Layout},
};

/// A questionnaire that no longer fits the frozen layout of its version, or has none.
pub(super) fn layouts(lint: Lint<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for questionnaire in &lint.content.first.questionnaires {
        let (id, version) = (&questionnaire.id, questionnaire.version);
        let own = Place {
            file: format!("questionnaires/{id}.toml"),
            line: 0,
        };
        let at_version = lint.places.after(&own, "version =", 0);
        let Some(number) = test_number(id) else {
            found.push(Found::error(
                &own,
                format!("the questionnaire `{id}` has no number for codes"),
                "give it the next number in engine/src/authoring/layouts.rs",
            ));
            continue;
        };
        let layout = Layout::of(questionnaire, number);
        if layout.code_length() > LONGEST {
            found.push(Found::error(
                &own,
                format!(
                    "a code of `{id}` would be {} characters long",
                    layout.code_length()
                ),
                "codes have at most 90: remove items or choices",
            ));
        }
        let frozen = &lint.content.later.layouts;
        let frozen = frozen
            .iter()
            .find(|it| it.questionnaire == *id && it.version == version);
        match frozen {
            None => found.push(Found::error(
                &Place {
                    file: format!("layouts/{id}-{version}.txt"),
                    line: 0,
                },
                format!("version {version} of `{id}` has no layout, so its codes could not be read later"),
                "write it with `cargo run -p vaekst -- layout`",
            )),
            Some(frozen) if *frozen != layout => found.push(Found::error(
                &at_version,
                format!(
                    "`{id}` is no longer what version {version} was: {}",
                    difference(&layout_file(frozen), &layout_file(&layout))
                ),
                "raise the version by one, then run `cargo run -p vaekst -- layout`",
            )),
            Some(_) => {}
        }
    }
    found
}

/// The first line that differs.
fn difference(then: &str, now: &str) -> String {
    let (mut then, mut now) = (then.lines(), now.lines());
    loop {
        match (then.next(), now.next()) {
            (Some(then), Some(now)) if then == now => {}
            (Some(then), Some(now)) => return format!("`{then}` has become `{now}`"),
            (Some(then), None) => return format!("`{then}` is gone"),
            (None, Some(now)) => return format!("`{now}` is new"),
            (None, None) => return "the order has changed".into(),
        }
    }
}
