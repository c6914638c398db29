//! `vaekst code`: between answers and profile codes.

use crate::{Output, args::Code, fault::Fault, input};
use serde_json::json;
use std::path::Path;
use vaekstspejl_engine::{
    Content, QuestionnaireId,
    authoring::{deepened, test_number},
    profile_code::{self, CodeError, Layout},
    questionnaire::Questionnaire,
    relevance::Counted,
};

/// A code on one line, or an answers file.
pub fn run(folder: &Path, command: &Code) -> Result<Output, Fault> {
    let content = input::content(folder, "da")?;
    match command {
        Code::Encode { answers } => {
            let (file, questionnaire) = input::answers(answers, &content)?;
            let deepened = deepened(&content.later.scales, questionnaire, &file.answers);
            let counted = Counted::new(questionnaire, &file.answers, &deepened).to_answers();
            let code = layout(&content, questionnaire)
                .and_then(|layout| profile_code::encode(&layout, &counted));
            let code = code.ok_or_else(|| no_code(&questionnaire.id))?;
            Ok(format!("{code}\n").into())
        }
        Code::Decode { code } => {
            let decoded = profile_code::decode(&layouts(&content), &code.join(" "))
                .map_err(|error| Fault::new(what(error), hint(error)))?;
            let file = json!({
                "questionnaire": decoded.questionnaire,
                "questionnaire_version": decoded.version,
                "answers": decoded.answers,
            });
            Ok(format!("{file:#}\n").into())
        }
    }
}

fn no_code(questionnaire: &QuestionnaireId) -> Fault {
    Fault::new(
        format!("`{questionnaire}` is too long for a code, or has no number"),
        "run `vaekst check`",
    )
}

/// The frozen layout of this version; while it is being written, the one it would get.
pub fn layout(content: &Content, questionnaire: &Questionnaire) -> Option<Layout> {
    let frozen = content.later.layouts.iter();
    let mut frozen = frozen.filter(|it| it.questionnaire == questionnaire.id);
    let frozen = frozen.find(|it| it.version == questionnaire.version);
    let number = test_number(&questionnaire.id);
    frozen
        .cloned()
        .or_else(|| number.map(|number| Layout::of(questionnaire, number)))
}

fn layouts(content: &Content) -> Vec<Layout> {
    let now = content.first.questionnaires.iter();
    let mut layouts: Vec<Layout> = now.filter_map(|it| layout(content, it)).collect();
    layouts.extend(content.later.layouts.iter().cloned());
    layouts
}

fn what(error: CodeError) -> String {
    match error {
        CodeError::NotACode => "this is no profile code".into(),
        CodeError::TooLong => "this is longer than any profile code".into(),
        CodeError::Character(letter) => format!("no profile code has the character `{letter}`"),
        CodeError::Mistyped => "a character of the code is wrong, missing or too many".into(),
        CodeError::Newer => "the code was made by a newer version".into(),
        CodeError::UnknownTest => "the code is of a test that is not known here".into(),
        CodeError::Damaged => "the code was not made by this program".into(),
    }
}

fn hint(error: CodeError) -> &'static str {
    match error {
        CodeError::NotACode => "a code begins with `vs1`",
        CodeError::TooLong | CodeError::Character(_) | CodeError::Mistyped => {
            "compare it with what was written down, letter by letter"
        }
        CodeError::Newer | CodeError::UnknownTest => "bring the program up to date",
        CodeError::Damaged => "ask for a new code",
    }
}
