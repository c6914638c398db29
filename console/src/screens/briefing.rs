//! The adviser's page: what to know and what to ask, before somebody is called. One page on paper.

use super::pieces::{dated, section};
use crate::{
    desk::Desk,
    words::{Word, filled, key, text},
};
use vaekstspejl::components::{El, el, lines};
use vaekstspejl_engine::{
    Content, ScaleId,
    briefing::{Briefing, Dossier},
    segment::Stage,
};

/// Open items named; more are counted.
const OPEN_SHOWN: usize = 5;
/// Reasons named for a need.
const REASONS: usize = 2;

/// The page.
pub fn briefing(desk: Desk, content: &'static Content, dossier: &Dossier<'_>) -> El {
    let page = &dossier.briefing;
    section("briefing card", "briefing-title", text(key::BRIEFING_TITLE))
        .kid(stand(desk, content, dossier))
        .kid(
            el("div", "briefing__columns")
                .kid(el("div", "").maybe(questions(page)).maybe(tensions(page)))
                .kid(el("div", "").maybe(needs(desk, content, page))),
        )
        .kid(
            el("div", "briefing__columns")
                .maybe(scales(content, key::BRIEFING_STRONG, &page.strongest))
                .maybe(scales(content, key::BRIEFING_WEAK, &page.weakest))
                .maybe(open(desk, page))
                .maybe(offers(content, dossier)),
        )
        .kid(el("p", "print-only small").kid(text(key::BRIEFING_FOOT)))
}

/// The stage in a word.
pub fn stage_word(stage: Stage) -> Option<Word> {
    Some(match stage {
        Stage::PreIdea => key::BRIEFING_STAGE_PRE_IDEA,
        Stage::Idea => key::BRIEFING_STAGE_IDEA,
        Stage::Startup => key::BRIEFING_STAGE_STARTUP,
        Stage::Established => key::BRIEFING_STAGE_ESTABLISHED,
        Stage::Growth => key::BRIEFING_STAGE_GROWTH,
        Stage::Crisis => key::BRIEFING_STAGE_CRISIS,
        Stage::Succession => key::BRIEFING_STAGE_SUCCESSION,
        // Offers may be for whoever; nobody is.
        Stage::Any => return None,
    })
}

fn part(title: Word) -> El {
    el("div", "briefing__part").kid(el("h3", "").kid(text(title)))
}

/// Where they stand: stage, segment, and the answers that decided it.
fn stand(desk: Desk, content: &'static Content, dossier: &Dossier<'_>) -> El {
    let page = &dossier.briefing;
    let segment = page
        .segment
        .as_ref()
        .and_then(|id| content.later.segment(id));
    let stage = page.stage.and_then(stage_word);
    let stage = stage.map(|words| el("p", "briefing__stage quiet").kid(text(words)));
    let why = reasons(desk, &page.segment_grounds, usize::MAX);
    el("div", "briefing__stand")
        .maybe(stage)
        .maybe(segment.map(|it| el("p", "briefing__segment").kid(it.title.as_str())))
        .maybe(why)
}

/// The answers behind something, in a list.
fn reasons(desk: Desk, grounds: &[vaekstspejl_engine::rule::Ground], most: usize) -> Option<El> {
    let lines = lines(desk.session, grounds).into_iter().take(most);
    let lines: Vec<El> = lines
        .map(|line| {
            el("li", "")
                .kid(el("span", "quiet").kid(line.question))
                .kid(" ")
                .kid(el("strong", "").kid(line.answer))
        })
        .collect();
    (!lines.is_empty()).then(|| el("ul", "briefing__reasons").kids(lines))
}

fn questions(page: &Briefing) -> Option<El> {
    let questions: Vec<El> = page
        .questions
        .iter()
        .map(|it| el("li", "").kid(it.text.clone()))
        .collect();
    (!questions.is_empty())
        .then(|| part(key::BRIEFING_QUESTIONS).kid(el("ul", "briefing__questions").kids(questions)))
}

fn tensions(page: &Briefing) -> Option<El> {
    let found: Vec<El> = page
        .contradictions
        .iter()
        .map(|it| el("li", "").kid(it.text.clone()))
        .collect();
    (!found.is_empty()).then(|| part(key::BRIEFING_TENSION).kid(el("ul", "").kids(found)))
}

fn needs(desk: Desk, content: &'static Content, page: &Briefing) -> Option<El> {
    let needs: Vec<El> = page
        .needs
        .iter()
        .take(vaekstspejl_engine::need::SHOWN)
        .filter_map(|found| {
            let need = content.later.need(&found.need)?;
            let need = el("li", "").kid(el("strong", "").kid(need.title.as_str()));
            Some(need.maybe(reasons(desk, &found.grounds, REASONS)))
        })
        .collect();
    (!needs.is_empty()).then(|| part(key::BRIEFING_NEEDS).kid(el("ol", "").kids(needs)))
}

fn scales(content: &'static Content, title: Word, scales: &[(ScaleId, u8)]) -> Option<El> {
    let rows: Vec<El> = scales
        .iter()
        .filter_map(|(id, points)| {
            let scale = content.later.scale(id)?;
            let points = filled(key::BRIEFING_POINTS, &[("n", &points.to_string())]);
            let points = el("span", "quiet").kid(points);
            Some(el("li", "").kid(scale.title.as_str()).kid(" ").kid(points))
        })
        .collect();
    (!rows.is_empty()).then(|| part(title).kid(el("ul", "").kids(rows)))
}

fn open(desk: Desk, page: &Briefing) -> Option<El> {
    let test = desk.session.test()?;
    let all: Vec<&str> = page
        .left_open
        .iter()
        .filter_map(|id| test.item(id))
        .map(|it| it.text.as_str())
        .collect();
    if all.is_empty() {
        return None;
    }
    let rows = all
        .iter()
        .take(OPEN_SHOWN)
        .map(|words| el("li", "").kid(*words));
    let more = all.len().saturating_sub(OPEN_SHOWN);
    let more = (more > 0).then(|| {
        el("li", "quiet").kid(filled(key::BRIEFING_OPEN_MORE, &[("n", &more.to_string())]))
    });
    Some(part(key::BRIEFING_OPEN).kid(el("ul", "").kids(rows.collect()).maybe(more)))
}

fn offers(content: &'static Content, dossier: &Dossier<'_>) -> Option<El> {
    let rows: Vec<El> = dossier
        .briefing
        .offers
        .iter()
        .map(|id| match content.later.offer(id) {
            Some(offer) => el("li", "").kid(offer.title.as_str()),
            // An id of another version: as it was sent, which may hold no more than letters.
            None => {
                el("li", "quiet").kid([id.as_str(), " (", text(key::BRIEFING_CLOSED), ")"].concat())
            }
        })
        .collect();
    let day = dated(key::BRIEFING_OFFERS_DAY, dossier.submission.created);
    (!rows.is_empty()).then(|| {
        part(key::BRIEFING_OFFERS)
            .kid(el("p", "small quiet").kid(day))
            .kid(el("ul", "").kids(rows))
    })
}
