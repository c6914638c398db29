//! What comes from outside: the content folder and answers files.

use crate::fault::Fault;
use serde::Deserialize;
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};
use vaekstspejl_engine::{
    Answers, Content, OfficeId, QuestionnaireId,
    authoring::{Severity, languages, load, word_keys},
    questionnaire::Questionnaire,
};

/// Longer input is not looked at: no answers are that long (bytes).
const LONGEST: u64 = 1_000_000;

/// An answers file; a profile file is one too.
#[derive(Debug, Deserialize)]
pub struct AnswersFile {
    /// The test taken.
    pub questionnaire: QuestionnaireId,
    /// The office, in a profile file.
    #[serde(default)]
    pub office: Option<OfficeId>,
    /// The answers.
    pub answers: Answers,
}

/// The content folder that was named, or the nearest one.
pub fn folder(named: Option<PathBuf>) -> Result<PathBuf, Fault> {
    let is_content = |folder: &Path| folder.join("questionnaires").is_dir();
    if let Some(folder) = named {
        return if is_content(&folder) {
            Ok(folder)
        } else {
            Err(Fault::new(
                format!("{} is no content folder", folder.display()),
                "name the folder that holds `questionnaires/`, `needs.toml` and the rest",
            ))
        };
    }
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().map(|folder| folder.join("content"));
    found.into_iter().find(|it| is_content(it)).ok_or_else(|| {
        Fault::new(
            "there is no content folder here or in a folder above",
            "name it with --content",
        )
    })
}

/// The words of a key of the screens after the first; empty when the content has none.
pub fn word<'c>(folder: &Path, content: &'c Content, key: &str) -> &'c str {
    let (_, keys) = word_keys(folder);
    let place = keys.iter().position(|it| it == key);
    let word = place.and_then(|place| content.later.words.get(place));
    word.map_or("", String::as_str)
}

/// The content in one language, which must be usable.
pub fn content(folder: &Path, lang: &str) -> Result<Content, Fault> {
    let known = languages(folder);
    if !known.iter().any(|it| it == lang) {
        return Err(Fault::new(
            format!("there is no language `{lang}`"),
            format!("choose one of {}", known.join(", ")),
        ));
    }
    let (content, found) = load(folder, lang);
    match found.iter().find(|it| it.severity == Severity::Error) {
        Some(first) => Err(Fault::new(
            format!("the content has errors; the first is\n{first}"),
            "run `vaekst check` to see all of them",
        )),
        None => Ok(content),
    }
}

/// The questionnaires that are wanted: one, or all.
pub fn questionnaires<'a>(
    content: &'a Content,
    wanted: Option<&str>,
) -> Result<Vec<&'a Questionnaire>, Fault> {
    match wanted {
        None => Ok(content.first.questionnaires.iter().collect()),
        Some(id) => Ok(vec![questionnaire(content, &id.into())?]),
    }
}

/// The questionnaire of that id.
pub fn questionnaire<'a>(
    content: &'a Content,
    id: &QuestionnaireId,
) -> Result<&'a Questionnaire, Fault> {
    content.first.questionnaire(id).ok_or_else(|| {
        let known = content.first.questionnaires.iter();
        let known: Vec<&str> = known.map(|it| it.id.as_str()).collect();
        Fault::new(
            format!("there is no questionnaire `{id}`"),
            format!("choose one of {}", known.join(", ")),
        )
    })
}

/// Reads an answers file and checks every name in it.
pub fn answers<'a>(
    path: &Path,
    content: &'a Content,
) -> Result<(AnswersFile, &'a Questionnaire), Fault> {
    let text = text(path)?;
    let name = path.display();
    let file: AnswersFile = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = if error.is_data() {
            format!("{name}:{line}:{column}: this is JSON, but no answers file: {error}")
        } else {
            format!("{name}:{line}:{column}: this is not JSON: {error}")
        };
        Fault::new(
            what,
            r#"write {"questionnaire": "selvtest", "answers": {"stage": "idea", "drive_core": 4}}"#,
        )
    })?;
    let questionnaire = questionnaire(content, &file.questionnaire)?;
    let mistakes = mistakes(content, questionnaire, &file.answers);
    if mistakes.is_empty() {
        Ok((file, questionnaire))
    } else {
        Err(Fault::new(
            format!("{name}: {}", mistakes.join("\n        ")),
            format!(
                "`vaekst questions --questionnaire {}` lists every item and choice",
                questionnaire.id
            ),
        ))
    }
}

/// The text of a file that people write, or of standard input for `-`; a mark of byte order before
/// it is left out. What is no text in UTF-8, or longer than 1 MB, is refused.
pub fn text(path: &Path) -> Result<String, Fault> {
    let name = path.display();
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(LONGEST + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        Fault::new(
            format!("{name} cannot be read: {error}"),
            "check the name of the file",
        )
    })?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LONGEST) {
        return Err(Fault::new(
            format!("{name} is far longer than what is asked for"),
            "is it another file?",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Fault::new(
            format!("{name} is not text in UTF-8"),
            "is it another file?",
        )
    })?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Items and choices that there are not, each named.
fn mistakes(content: &Content, questionnaire: &Questionnaire, answers: &Answers) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (id, answer) in answers.iter() {
        let Some(item) = questionnaire.item(id) else {
            mistakes.push(format!("`{}` has no item `{id}`", questionnaire.id));
            continue;
        };
        for choice in answer.choices() {
            let is_place = content.later.municipality(choice.as_str()).is_some();
            if item.choice(choice).is_none() && !(item.allows(choice) && is_place) {
                mistakes.push(format!("item `{id}` has no choice `{choice}`"));
            }
        }
    }
    mistakes
}
