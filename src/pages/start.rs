//! `#/`: what it is, how long it takes, what happens with the answers; choose a test.

use crate::{
    components::{El, el, link},
    session::Session,
    words::{filled, key, text},
};
use vaekstspejl_engine::{
    overlay,
    questionnaire::{Questionnaire, Tier},
};

/// What is promised: heading and sentence.
const PROMISES: [(crate::words::Word, crate::words::Word); 3] = [
    (key::START_PRIVATE_TITLE, key::START_PRIVATE_TEXT),
    (key::START_HONEST_TITLE, key::START_HONEST_TEXT),
    (key::START_HELP_TITLE, key::START_HELP_TEXT),
];

/// The start screen.
pub fn start(session: Session) -> El {
    let tests = session
        .first
        .get_untracked()
        .map_or(&[][..], |first| &first.questionnaires);
    let answered = session
        .answers
        .with_untracked(|answers| !answers.is_empty());
    let lang = session.first.get_untracked().map_or("", |it| &it.lang);
    let look = session.look.get_untracked();
    let own = look.and_then(|look| overlay::in_language(&look.start, lang));
    // Words that are only in Danish say so, to a screen reader too.
    let (written_in, title, lead) = match own {
        Some((written_in, (title, lead))) => (written_in, title.as_str(), lead.as_str()),
        None => (lang, text(key::START_TITLE), text(key::START_LEAD)),
    };
    let intro = el("div", "start__intro")
        .attr("lang", written_in)
        .kid(el("h1", "start__title").attr("tabindex", "-1").kid(title))
        .kid(el("p", "start__lead").kid(lead));
    let resume = answered.then(|| {
        let test = ["#/test/", session.questionnaire.get_untracked().as_str()].concat();
        el("p", "start__resume row")
            .kid(link("button", test, key::START_RESUME))
            .kid(link("", "#/profile", key::START_PROFILE))
    });
    let promises = PROMISES.map(|(title, words)| {
        el("li", "promise")
            .kid(el("h2", "promise__title").kid(text(title)))
            .kid(el("p", "").kid(text(words)))
    });
    let list = |class| el("ul", class).attr("role", "list");
    el("div", "start")
        .kid(intro)
        .maybe(resume)
        .kid(list("start__tests").kids(tests.iter().map(test_card).collect()))
        .kid(list("start__promises").kids(promises.into()))
}

fn test_card(test: &'static Questionnaire) -> El {
    let whom = if test.id == "selvtest" {
        key::START_SELVTEST_WHOM
    } else {
        key::START_SCREENING_WHOM
    };
    let minutes = filled(key::START_MINUTES, &[("n", &minutes(test).to_string())]);
    let begin = ["#/test/", test.id.as_str()].concat();
    el("li", "test-card")
        .kid(el("h2", "test-card__title").kid(test.title.as_str()))
        .kid(el("p", "test-card__whom").kid(text(whom)))
        .kid(el("p", "test-card__summary").kid(test.summary.as_str()))
        .kid(link("button button--primary", begin, key::START_BEGIN))
        .kid(el("p", "test-card__minutes").kid(minutes))
}

/// Whole minutes of the core; alternatives of each other are both counted, so at most four,
/// which the content check holds every path to.
fn minutes(test: &Questionnaire) -> u32 {
    let core = test.items.iter().filter(|item| item.tier != Tier::Deep);
    let seconds: u32 = core.map(|item| u32::from(item.seconds)).sum();
    seconds.div_ceil(60).min(4)
}
