//! The file of a workshop's advisers: who they are, what they can help with, when they are there.

use crate::{fault::Fault, input};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
};
use toml::Spanned;
use vaekstspejl_engine::{Content, NeedId};
use vaekstspejl_workshop::slots::{Adviser, AdviserId, Competence, MOST_ADVISERS, Time};

/// The usual six; the same file is the sample that people copy.
const USUAL: &str = include_str!("../../../../docs/samples/workshop-advisers.toml");
const USUAL_NAME: &str = "docs/samples/workshop-advisers.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    advisers: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    name_en: Option<String>,
    helps: BTreeMap<Spanned<String>, Spanned<i64>>,
    slots: Option<Vec<Spanned<i64>>>,
}

/// Advisers, and what each is called.
pub struct Advisers {
    pub advisers: Vec<Adviser>,
    pub names: BTreeMap<AdviserId, String>,
}

/// The advisers of a file, or the usual six, in a workshop with so many slots.
pub fn advisers(
    file: Option<&Path>,
    content: &Content,
    lang: &str,
    slots: u8,
) -> Result<Advisers, Fault> {
    match file {
        None => read(USUAL_NAME, USUAL, content, lang, slots),
        Some(path) => {
            let name = path.display().to_string();
            read(&name, &input::text(path)?, content, lang, slots)
        }
    }
}

fn read(
    name: &str,
    text: &str,
    content: &Content,
    lang: &str,
    slots: u8,
) -> Result<Advisers, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    let at = |span: Range<usize>, what: String, hint: String| {
        let before = text.get(..span.start).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        Fault::new(format!("{name}:{line}: {what}"), hint)
    };
    let file: File = toml::from_str(text).map_err(|error| {
        at(
            error.span().unwrap_or_default(),
            error.message().to_owned(),
            format!("write it as in {USUAL_NAME}"),
        )
    })?;
    if file.advisers.is_empty() || file.advisers.len() > MOST_ADVISERS {
        return Err(Fault::new(
            format!("{name}: {} advisers", file.advisers.len()),
            format!("write from 1 to {MOST_ADVISERS} of them, each under [[advisers]]"),
        ));
    }
    let mut known = Advisers {
        advisers: Vec::new(),
        names: BTreeMap::new(),
    };
    for (index, written) in file.advisers.iter().enumerate() {
        let id = AdviserId(u16::try_from(index).unwrap_or(u16::MAX));
        let span = written.name.span();
        let danish = written.name.get_ref();
        if danish.trim().is_empty() {
            let what = "an adviser has no name".to_owned();
            return Err(at(span, what, "write what they are called".to_owned()));
        }
        let title = match &written.name_en {
            Some(english) if lang != "da" => english.clone(),
            _ => danish.clone(),
        };
        if known.names.values().any(|it| *it == title) {
            let what = format!("two advisers are called `{title}`");
            let hint = "give each a name of their own, as `Skat 1` and `Skat 2`";
            return Err(at(span, what, hint.to_owned()));
        }
        let mut competences = BTreeMap::new();
        for (need, competence) in &written.helps {
            let id = NeedId::from(need.get_ref().as_str());
            if content.later.need(&id).is_none() {
                let what = format!("there is no need `{id}`");
                return Err(at(need.span(), what, nearest(content, need.get_ref())));
            }
            let number = u8::try_from(*competence.get_ref()).ok();
            let known = number.and_then(Competence::new).ok_or_else(|| {
                at(
                    competence.span(),
                    format!("{} is no competence", competence.get_ref()),
                    "write 1 (knows of it), 2 (well) or 3 (it is their trade)".to_owned(),
                )
            })?;
            competences.insert(id, known);
        }
        let times: BTreeSet<Time> = match &written.slots {
            None => (0..slots).map(Time).collect(),
            Some(written) => {
                let times = written.iter().map(|it| {
                    let number = u8::try_from(*it.get_ref()).ok();
                    let number = number.filter(|it| (1..=slots).contains(it));
                    let number = number.ok_or_else(|| {
                        at(
                            it.span(),
                            format!("there is no slot {}", it.get_ref()),
                            format!("slots are counted from 1 to {slots}"),
                        )
                    })?;
                    Ok(Time(number - 1))
                });
                times.collect::<Result<_, Fault>>()?
            }
        };
        known.names.insert(id, title);
        known.advisers.push(Adviser {
            id,
            competences,
            times,
        });
    }
    Ok(known)
}

/// The need that was probably meant, or all of them.
fn nearest(content: &Content, written: &str) -> String {
    let needs = content.later.needs.iter().map(|it| it.id.as_str());
    let begins = |it: &str| {
        let same = it.chars().zip(written.chars());
        same.take_while(|(a, b)| a == b).count()
    };
    let meant = needs.clone().max_by_key(|it| begins(it));
    match meant.filter(|it| begins(it) >= 3) {
        Some(meant) => format!("is it `{meant}`? content/needs.toml has all of them"),
        None => format!("choose one of {}", needs.collect::<Vec<_>>().join(", ")),
    }
}
