//! `#/inbox`: the letters, what is new of them, and what there is to know about the mailbox.

use super::pieces::{button, dated, heading, link, section, select, trouble_box, warning};
use crate::{
    browser, day,
    desk::{Busy, Desk},
    letters::{Count, Filter, Inside, Letter, Opened, PAGE, Which},
    route::Route,
    words::{Word, counted, filled, grouped, key, text},
};
use leptos::prelude::*;
use std::collections::BTreeSet;
use vaekstspejl::{
    browser::{document, form},
    components::{El, el},
    figures,
};
use vaekstspejl_engine::{Content, submission::shown_line};

/// Needs named in a row.
const NEEDS: usize = 2;
/// Letters per damaged one are listed up to here.
const DAMAGED_SHOWN: usize = 20;

/// The screen.
pub fn screen(desk: Desk) -> El {
    let fetch = el("div", "console__fetch row").live(move || fetch(desk).into_any());
    el("div", "inbox")
        .kid(
            el("div", "console__top")
                .kid(heading(text(key::INBOX_TITLE)))
                .kid(fetch),
        )
        .kid(progress(desk))
        .live(move || news(desk).into_any())
        .kid(el("div", "").live(move || body(desk).into_any()))
        .live(move || tidy(desk).into_any())
}

/// The button to fetch; while something is under way, the one to stop it.
fn fetch(desk: Desk) -> El {
    match desk.busy.get() {
        Busy::Opening(..) | Busy::Fetching(_) => {
            button("button", "stop", key::INBOX_STOP, move || {
                desk.stop.set(true)
            })
        }
        _ => button(
            "button button--primary",
            "fetch",
            key::INBOX_FETCH,
            move || {
                browser::fetch(desk);
            },
        ),
    }
}

fn progress(desk: Desk) -> El {
    el("div", "console__progress")
        .attr("role", "status")
        .live(move || {
            let words = match desk.busy.get() {
                Busy::Opening(_, 0) => text(key::DESK_LOADING).to_owned(),
                Busy::Opening(n, all) => filled(
                    key::INBOX_OPENING,
                    &[("n", &grouped(n)), ("all", &grouped(all))],
                ),
                Busy::Fetching(n) => filled(key::INBOX_FETCHING, &[("n", &grouped(n))]),
                _ => done(desk),
            };
            (!words.is_empty())
                .then(|| el("p", "").kid(words))
                .into_any()
        })
}

/// What came of the last fetching, in a line.
fn done(desk: Desk) -> String {
    let news = desk.news.get();
    if let Some(n) = news.emptied {
        return filled(key::TIDY_EMPTY_DONE, &[("n", &grouped(n))]);
    }
    if news.stopped {
        let n = desk.letters.with(Vec::len);
        return filled(key::INBOX_STOPPED, &[("n", &grouped(n))]);
    }
    match news.fetched {
        Some(0) => text(key::INBOX_FETCHED_NONE).to_owned(),
        Some(n) => counted(key::INBOX_FETCHED_ONE, key::INBOX_FETCHED, n),
        None => String::new(),
    }
}

/// Everything else there is to know, each in its own words.
fn news(desk: Desk) -> El {
    let news = desk.news.get();
    let today = day::today();
    let (count, expiring) = desk.letters.with(|letters| {
        let expiring = letters.iter().filter(|it| it.expires_soon(today)).count();
        (Count::of(letters), expiring)
    });
    let mut told = Vec::new();
    if let Some(trouble) = news.trouble {
        told.push(trouble_box(trouble));
    }
    if news.other_tab {
        told.push(line(text(key::INBOX_OTHER_TAB).to_owned()));
    }
    if news.history {
        told.push(warning(
            text(key::INBOX_HISTORY),
            text(key::INBOX_HISTORY_TODO),
        ));
    }
    if news.future_day.is_some() {
        let words = dated(key::INBOX_CLOCK, day::date(today));
        told.push(warning(words, text(key::INBOX_CLOCK_TODO)));
    }
    if news.refused {
        told.push(warning(
            text(key::INBOX_STORAGE),
            text(key::INBOX_STORAGE_TODO),
        ));
    }
    if news.not_emptied {
        told.push(line(text(key::TIDY_EMPTY_FAILED).to_owned()));
    }
    if count.locked > 0 {
        let words = counted(key::INBOX_LOCKED_ONE, key::INBOX_LOCKED, count.locked);
        told.push(warning(words, text(key::INBOX_LOCKED_TODO)));
    }
    if count.newer > 0 {
        told.push(line(counted(
            key::INBOX_NEWER_ONE,
            key::INBOX_NEWER,
            count.newer,
        )));
    }
    if count.damaged > 0 {
        let words = counted(key::INBOX_DAMAGED_ONE, key::INBOX_DAMAGED, count.damaged);
        told.push(warning(words, text(key::INBOX_DAMAGED_TODO)).kid(damaged(desk)));
    }
    if expiring > 0 {
        told.push(line(counted(
            key::INBOX_EXPIRING_ONE,
            key::INBOX_EXPIRING,
            expiring,
        )));
    }
    let removed = [
        (
            news.withdrawn,
            key::INBOX_WITHDRAWN_ONE,
            key::INBOX_WITHDRAWN,
        ),
        (news.gone, key::INBOX_GONE_ONE, key::INBOX_GONE),
    ];
    let removed: Vec<El> = removed
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| el("p", "").kid(counted(one, many, n)))
        .collect();
    if !removed.is_empty() {
        let seen = button(
            "button button--small",
            "seen",
            key::INBOX_UNDERSTOOD,
            move || {
                desk.tell(|news| (news.withdrawn, news.gone) = (0, 0));
            },
        );
        told.push(el("div", "console__note").kids(removed).kid(seen));
    }
    el("div", "console__news").attr("role", "status").kids(told)
}

fn line(words: String) -> El {
    el("p", "console__note").kid(words)
}

/// The unreadable ones, to be looked at and deleted.
fn damaged(desk: Desk) -> El {
    let rows = desk.letters.with(|letters| {
        let damaged = letters.iter().filter(|it| it.inside == Inside::Damaged);
        let row = |letter: &Letter| {
            let href = Route::Letter(letter.sid.to_string()).href();
            el("li", "").kid(link(
                "",
                href,
                [
                    &dated(key::INBOX_CAME, day::date(letter.day)),
                    " · ",
                    &letter.code,
                ]
                .concat(),
            ))
        };
        damaged.take(DAMAGED_SHOWN).map(row).collect()
    });
    el("details", "fold")
        .kid(el("summary", "").kid(text(key::INBOX_DAMAGED_SHOW)))
        .kid(el("ul", "").kids(rows))
}

/// Filter and list, or that there is nothing yet.
fn body(desk: Desk) -> El {
    // Only whether there are any: each further one must not draw the filter anew.
    let some = Memo::new(move |_| desk.letters.with(|all| Count::of(all).open > 0));
    el("div", "").live(move || {
        if some.get() {
            let list = el("div", "").live(move || list(desk).into_any());
            el("div", "")
                .kid(untrack(|| filter(desk)))
                .kid(list)
                .into_any()
        } else if desk.busy.get() == Busy::No {
            el("div", "console__empty")
                .kid(el("h2", "").kid(text(key::INBOX_NONE_TITLE)))
                .kid(el("p", "quiet").kid(text(key::INBOX_NONE_TEXT)))
                .into_any()
        } else {
            ().into_any()
        }
    })
}

fn look_for(desk: Desk, change: impl FnOnce(&mut Filter)) {
    desk.page.set(0);
    desk.filter.update(change);
}

/// What can be looked for. Lists offer what there is.
fn filter(desk: Desk) -> El {
    let shown = desk.filter.get();
    let search = el("input", "field__input")
        .attr("id", "search")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "search-help")
        .attr("value", shown.text.clone())
        .on_event("input", move |event| {
            let words = form::value(event);
            look_for(desk, |filter| filter.text = words);
        });
    let search = el("div", "console__field console__search")
        .kid(
            el("label", "")
                .attr("for", "search")
                .kid(text(key::INBOX_SEARCH)),
        )
        .kid(search)
        .kid(
            el("p", "small quiet")
                .attr("id", "search-help")
                .kid(text(key::INBOX_SEARCH_HELP)),
        );
    let states = [
        ("", key::INBOX_STATE_ALL),
        ("new", key::INBOX_STATE_NEW),
        ("handled", key::INBOX_STATE_HANDLED),
    ];
    let states = states.map(|(value, words)| (value.to_owned(), text(words).to_owned()));
    let which = match shown.which {
        Which::All => "",
        Which::New => "new",
        Which::Handled => "handled",
    };
    let state = select(
        "state",
        key::INBOX_STATE,
        states.into(),
        which,
        move |value| {
            look_for(desk, |filter| {
                filter.which = match value.as_str() {
                    "new" => Which::New,
                    "handled" => Which::Handled,
                    _ => Which::All,
                };
            });
        },
    );
    let lists = el("div", "console__lists").live(move || lists(desk).into_any());
    let form = el("div", "console__filter")
        .kid(search)
        .kid(state)
        .kid(lists);
    el("form", "console__search-form")
        .attr("role", "search")
        .attr("aria-label", text(key::INBOX_FILTER))
        .kid(form)
        .on_event("submit", form::stay)
}

/// The lists of segments, needs and municipalities there are among the letters.
fn lists(desk: Desk) -> El {
    let Some(content) = desk.content.get() else {
        return el("div", "");
    };
    let (mut segments, mut needs, mut places) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    desk.letters.with(|letters| {
        for facts in letters
            .iter()
            .filter_map(Letter::opened)
            .map(|it| &it.facts)
        {
            segments.extend(facts.segment.clone());
            needs.extend(facts.needs.iter().cloned());
            places.extend(facts.municipality.clone());
        }
    });
    // In the order of the content, so that they stand where people know them.
    let segments = content
        .later
        .segments
        .iter()
        .filter(|it| segments.contains(&it.id));
    let segments = segments.map(|it| (it.id.as_str().to_owned(), it.title.clone()));
    let needs = content
        .later
        .needs
        .iter()
        .filter(|it| needs.contains(&it.id));
    let needs = needs.map(|it| (it.id.as_str().to_owned(), it.title.clone()));
    let places = content
        .first
        .municipalities
        .iter()
        .filter(|(code, _)| places.contains(code));
    let places = places.cloned();
    let all = |word: Word, rest: Vec<(String, String)>| {
        let mut options = vec![(String::new(), text(word).to_owned())];
        options.extend(rest);
        options
    };
    let chosen = desk.filter.get_untracked();
    let some = |value: String| (!value.is_empty()).then_some(value);
    let id = |id: Option<&str>| id.unwrap_or_default().to_owned();
    let segment = id(chosen.segment.as_ref().map(|it| it.as_str()));
    let need = id(chosen.need.as_ref().map(|it| it.as_str()));
    let place = chosen.municipality.unwrap_or_default();
    el("div", "console__filter")
        .kid(select(
            "segment",
            key::INBOX_SEGMENT,
            all(key::INBOX_SEGMENT_ALL, segments.collect()),
            &segment,
            move |value| {
                look_for(desk, |filter| {
                    filter.segment = some(value).map(|it| it.as_str().into())
                });
            },
        ))
        .kid(select(
            "need",
            key::INBOX_NEED,
            all(key::INBOX_NEED_ALL, needs.collect()),
            &need,
            move |value| {
                look_for(desk, |filter| {
                    filter.need = some(value).map(|it| it.as_str().into())
                });
            },
        ))
        .kid(select(
            "place",
            key::INBOX_PLACE,
            all(key::INBOX_PLACE_ALL, places.collect()),
            &place,
            move |value| {
                look_for(desk, |filter| filter.municipality = some(value));
            },
        ))
}

/// One page of the letters shown.
fn list(desk: Desk) -> El {
    let Some(content) = desk.content.get() else {
        return el("div", "");
    };
    let shown = desk.shown();
    let all = desk.letters.with(|letters| Count::of(letters).open);
    let pages = shown.len().div_ceil(PAGE).max(1);
    let page = desk.page.get().min(pages - 1);
    let rows = desk.letters.with(|letters| {
        let here = shown.iter().skip(page * PAGE).take(PAGE);
        let rows = here.filter_map(|place| letters.get(*place));
        rows.filter_map(|letter| row(content, letter)).collect()
    });
    let count = if desk.filter.with(Filter::is_empty) {
        counted(key::INBOX_COUNT_ONE, key::INBOX_COUNT, all)
    } else {
        filled(
            key::INBOX_SHOWN,
            &[("n", &grouped(shown.len())), ("all", &grouped(all))],
        )
    };
    let clear = (!desk.filter.with(Filter::is_empty)).then(|| {
        button("link-button", "clear", key::INBOX_CLEAR, move || {
            look_for(desk, |filter| *filter = Filter::default());
            // The fields show what is looked for: all is drawn anew.
            desk.route.update(|_| ());
        })
    });
    let none = shown
        .is_empty()
        .then(|| el("p", "quiet").kid(text(key::INBOX_SHOWN_NONE)));
    section(
        "inbox__letters",
        "letters-title",
        el("span", "visually-hidden").kid(text(key::INBOX_LIST)),
    )
    .kid(
        el("p", "inbox__count row")
            .kid(
                el("span", "")
                    .attr("role", "status")
                    .attr("data-count", shown.len().to_string())
                    .kid(count),
            )
            .maybe(clear),
    )
    .maybe(none)
    .kid(el("ul", "inbox__list").attr("role", "list").kids(rows))
    .maybe((pages > 1).then(|| pager(desk, page, pages)))
}

fn pager(desk: Desk, page: usize, pages: usize) -> El {
    let go = move |page: usize| {
        desk.page.set(page);
        document::focus("main h1");
    };
    let before = button(
        "button button--small",
        "before",
        key::INBOX_BEFORE,
        move || go(page.saturating_sub(1)),
    );
    let after = button(
        "button button--small",
        "after",
        key::INBOX_AFTER,
        move || go(page + 1),
    );
    let place = filled(
        key::INBOX_PAGE,
        &[("n", &(page + 1).to_string()), ("all", &pages.to_string())],
    );
    el("nav", "inbox__pager row")
        .attr("aria-label", text(key::INBOX_PAGES))
        .kid(before.flag("disabled", page == 0))
        .kid(el("span", "").kid(place))
        .kid(after.flag("disabled", page + 1 >= pages))
}

/// A letter in a line or two.
fn row(content: &'static Content, letter: &Letter) -> Option<El> {
    let opened = letter.opened()?;
    let facts = &opened.facts;
    let segment = facts
        .segment
        .as_ref()
        .and_then(|id| content.later.segment(id));
    let segment = segment.map_or_else(|| text(key::INBOX_NO_PROFILE), |it| it.title.as_str());
    let needs: Vec<&str> = facts
        .needs
        .iter()
        .filter_map(|id| content.later.need(id))
        .take(NEEDS)
        .map(|it| it.title.as_str())
        .collect();
    let place = facts
        .municipality
        .as_ref()
        .and_then(|code| content.later.municipality(code));
    let state = if letter.handled {
        key::INBOX_HANDLED
    } else {
        key::INBOX_NEW
    };
    let class = if letter.handled {
        "inbox-row inbox-row--handled"
    } else {
        "inbox-row"
    };
    let who = el("h3", "inbox-row__who").kid(link(
        "",
        Route::Letter(letter.sid.to_string()).href(),
        who(opened),
    ));
    let about = [Some(segment), place.map(|it| it.name.as_str())];
    let about: Vec<&str> = about.into_iter().flatten().collect();
    let row = el("li", class)
        .attr("data-letter", letter.sid.to_string())
        .kid(el("p", "inbox-row__state").kid(text(state)))
        .kid(who)
        .kid(el("p", "inbox-row__about").kid(about.join(" · ")))
        .maybe((!needs.is_empty()).then(|| el("p", "inbox-row__needs").kid(needs.join(" · "))))
        .kid(el("p", "inbox-row__day").kid(figures::date(day::date(letter.day))));
    Some(row)
}

/// Who has sent it: company and name as far as told. The text is the sender's.
pub fn who(opened: &Opened) -> String {
    let contact = opened.submission.contact.iter();
    let names = contact.flat_map(|it| [&it.company, &it.name]);
    let names: Vec<String> = names
        .map(|it| shown_line(it))
        .filter(|it| !it.is_empty())
        .collect();
    if names.is_empty() {
        text(key::INBOX_NOBODY).to_owned()
    } else {
        names.join(", ")
    }
}

/// Taking letters out of the mailbox, and forgetting them here.
fn tidy(desk: Desk) -> El {
    let n = desk.letters.with(Vec::len);
    let asking = RwSignal::new(None::<bool>);
    let ways = el("div", "").live(move || {
        let cancel = || {
            button("button", "cancel", key::DESK_CANCEL, move || {
                asking.set(None)
            })
        };
        match asking.get() {
            None => el("p", "row")
                .kid(button("button", "empty", key::TIDY_EMPTY, move || {
                    asking.set(Some(true))
                }))
                .kid(button("button", "forget", key::TIDY_FORGET, move || {
                    asking.set(Some(false))
                }))
                .into_any(),
            Some(true) => el("div", "console__notice")
                .kid(el("p", "").kid(filled(key::TIDY_EMPTY_TEXT, &[("n", &grouped(n))])))
                .kid(
                    el("p", "row")
                        .kid(button(
                            "button",
                            "backup",
                            key::TIDY_EMPTY_BACKUP,
                            move || browser::save_sealed(desk),
                        ))
                        .kid(button(
                            "button",
                            "empty-yes",
                            key::TIDY_EMPTY_YES,
                            move || {
                                asking.set(None);
                                browser::empty(desk);
                            },
                        ))
                        .kid(cancel()),
                )
                .into_any(),
            Some(false) => el("div", "console__notice")
                .kid(el("p", "").kid(text(key::TIDY_FORGET_TEXT)))
                .kid(
                    el("p", "row")
                        .kid(button(
                            "button",
                            "forget-yes",
                            key::TIDY_FORGET_YES,
                            move || browser::forget(desk),
                        ))
                        .kid(cancel()),
                )
                .into_any(),
        }
    });
    el("details", "fold console__tidy")
        .kid(el("summary", "").kid(text(key::TIDY_TITLE)))
        .kid(el("p", "quiet").kid(text(key::TIDY_LEAD)))
        .kid(ways)
}
