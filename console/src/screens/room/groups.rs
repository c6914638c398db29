//! `#/room/groups`: what the groups should be like, the groups with their reasons, the smallest
//! change when the room has changed, and the same without reasons for the wall.

pub mod parts;

use crate::{
    browser::wall,
    desk::Desk,
    plan::{
        self,
        groups::{Making, Not, Step, Wanted, judged},
        mend::{self, MendedGroups},
        words::{likeness, listed, need, numbered, scale},
    },
    room,
    route::{RoomScreen, Route},
    screens::pieces::{button, link, section, warning},
    words::{Word, counted, filled, key, text},
};
use leptos::prelude::*;
use parts::{head, is_open, name, no_room, number, sized, told, undo};
use vaekstspejl::{
    browser::{document, form},
    components::{El, el},
};
use vaekstspejl_engine::{Content, ScaleId};
use vaekstspejl_workshop::{
    answer::Person,
    groups::{Group, Impossible, MOST, Pair},
    hall::{Deed, Hall, Refused, Seated, round_minutes},
    register::Standing,
    repair,
};

/// Up to so many strengths of a group are named; of more it is said how many.
const STRENGTHS_NAMED: usize = 8;

/// What the screen is about to do or has to tell.
#[derive(Clone, Debug, Default, PartialEq)]
enum Stage {
    /// Nothing.
    #[default]
    Still,
    /// Groups or a repair are being computed.
    Working,
    /// There are no groups.
    Not(Not),
    /// The hall refused.
    Refused,
    /// A repair, to be looked at.
    Preview(MendedGroups),
    /// There is no repair.
    Cannot(mend::Not),
}

/// The state of the screen; copies are the same.
#[derive(Clone, Copy)]
struct Screen {
    desk: Desk,
    wanted: RwSignal<Wanted>,
    stage: RwSignal<Stage>,
    told: RwSignal<&'static str>,
    /// The round on the wall, from 0.
    wall: RwSignal<Option<usize>>,
}

/// The screen.
pub fn screen(desk: Desk) -> El {
    let wanted = desk.hall.with_untracked(|it| it.as_ref().map(Wanted::of));
    let Some(wanted) = wanted else {
        return el("div", "room-plan")
            .kid(head(key::ROOM_GROUPS, key::GROUPS_LEAD))
            .live(move || match is_open(desk) {
                true => screen(desk).into_any(),
                false => no_room().into_any(),
            });
    };
    let it = Screen {
        desk,
        wanted: RwSignal::new(wanted),
        stage: RwSignal::new(Stage::Still),
        told: RwSignal::new(""),
        wall: RwSignal::new(None),
    };
    wall::on_keys(move |key| {
        if key == wall::Key::Escape {
            it.wall.set(None);
        }
    });
    el("div", "room-plan").live(move || match it.wall.get() {
        Some(round) => on_the_wall(it, round).into_any(),
        None => at_the_desk(it).into_any(),
    })
}

fn at_the_desk(it: Screen) -> El {
    let desk = it.desk;
    el("div", "")
        .kid(head(key::ROOM_GROUPS, key::GROUPS_LEAD))
        .live(move || room::look(desk, here).into_any())
        .live(move || news(it).into_any())
        .kid(settings(it))
        .kid(ways(it))
        .kid(undo(desk, it.told))
        .kid(told(it.told))
        .kid(
            el("div", "console__said")
                .attr("role", "status")
                .live(move || stage(it).into_any()),
        )
        .live(move || room::look(desk, |hall| result(it, hall)).into_any())
}

/// How many there are.
fn here(hall: &Hall) -> El {
    let here = hall.register().present();
    let entries = hall.register().entries().iter();
    let silent = entries.filter(|it| it.standing == Standing::Here).count();
    let mut line = match here {
        0 => text(key::PLAN_NOBODY).to_owned(),
        _ => counted(key::GROUPS_PRESENT_ONE, key::GROUPS_PRESENT, here),
    };
    if silent > 0 {
        line.push(' ');
        line.push_str(&counted(key::GROUPS_SILENT_ONE, key::GROUPS_SILENT, silent));
    }
    el("p", "room-plan__here").kid(line)
}

/// What has changed since, and the way to repair it.
fn news(it: Screen) -> Option<El> {
    let (groups, slots) = room::look(it.desk, |hall| {
        (mend::of_groups(hall), mend::of_slots(hall))
    })?;
    if groups.is_none() {
        return None;
    }
    let line = parts::news_line(key::MEND_CHANGED_GROUPS, &groups, key::MEND_SIZES);
    let offer = button(
        "button button--primary",
        "repair",
        key::MEND_OFFER,
        move || {
            it.told.set("");
            it.stage.set(Stage::Working);
            document::when_painted(move || {
                let mended = room::look(it.desk, mend::groups);
                let stage = match mended {
                    Some(Ok(mended)) => Stage::Preview(mended),
                    Some(Err(why)) => Stage::Cannot(why),
                    None => Stage::Still,
                };
                let _ = it.stage.try_set(stage);
            });
        },
    );
    let slots = (!slots.is_none()).then(|| {
        el("p", "").kid(link(
            "",
            Route::Room(RoomScreen::Slots).href(),
            text(key::MEND_SLOTS_TOO),
        ))
    });
    let box_of = el("div", "console__notice no-print")
        .attr("data-news", "")
        .kid(el("p", "console__what").kid(line))
        .maybe(slots)
        .kid(el("p", "row").kid(offer));
    Some(box_of)
}

fn set(it: Screen, change: impl FnOnce(&mut Wanted)) {
    it.wanted.update(change);
}

/// What the groups should be like.
fn settings(it: Screen) -> El {
    let wanted = it.wanted.get_untracked();
    let programme = &wanted.programme;
    let narrow = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    let most = u32::try_from(MOST).unwrap_or(500);
    let sizes = el("div", "room-plan__numbers")
        .kid(number(
            "smallest",
            key::GROUPS_SMALLEST,
            (2, most),
            programme.smallest.into(),
            move |value| set(it, |it| it.programme.smallest = narrow(value)),
        ))
        .kid(number(
            "largest",
            key::GROUPS_LARGEST,
            (2, most),
            programme.largest.into(),
            move |value| set(it, |it| it.programme.largest = narrow(value)),
        ))
        .kid(number(
            "rounds",
            key::GROUPS_ROUNDS,
            (1, 8),
            programme.rounds.into(),
            move |value| set(it, |it| it.programme.rounds = narrow(value)),
        ))
        .kid(number(
            "seconds",
            key::GROUPS_SECONDS,
            (15, 600),
            programme.seconds,
            move |value| set(it, |it| it.programme.seconds = value),
        ));
    section(
        "room-plan__settings no-print",
        "settings",
        text(key::GROUPS_SETTINGS),
    )
    .kid(sizes)
    .kid(slider(it, wanted.likeness))
    .kid(
        el("details", "fold room-plan__wishes")
            .kid(el("summary", "").kid(text(key::GROUPS_WISHES)))
            .kid(el("p", "small quiet").kid(text(key::GROUPS_WISHES_HELP)))
            .kid(wish(it))
            .live(move || wishes(it).into_any()),
    )
}

fn slider(it: Screen, weight: u8) -> El {
    let input = el("input", "room-plan__slider")
        .attr("id", "likeness")
        .attr("type", "range")
        .numbers([("min", 0), ("max", 100), ("step", 5)])
        .attr("value", weight.to_string())
        .attr("aria-describedby", "likeness-said")
        .on_event("input", move |event| {
            if let Ok(value) = form::value(event).parse::<u8>() {
                set(it, |it| it.likeness = value.min(100));
            }
        });
    el("div", "console__field")
        .kid(
            el("label", "")
                .attr("for", "likeness")
                .kid(text(key::GROUPS_LIKENESS)),
        )
        .kid(input)
        .kid(
            el("p", "room-plan__ends small quiet")
                .attr("aria-hidden", "true")
                .kid(el("span", "").kid(text(key::GROUPS_LIKENESS_MIX)))
                .kid(el("span", "").kid(text(key::GROUPS_LIKENESS_NEEDS))),
        )
        .kid(
            el("p", "")
                .attr("id", "likeness-said")
                .live_text(move || text(likeness(it.wanted.with(|it| it.likeness)))),
        )
}

/// Two people to choose, and what to wish of them.
fn wish(it: Screen) -> El {
    let first = RwSignal::new(None::<Person>);
    let second = RwSignal::new(None::<Person>);
    let pair = move || first.get_untracked().zip(second.get_untracked());
    let list = move |id: &'static str, label: Word, chosen: RwSignal<Option<Person>>| {
        let options = move || {
            let all = room::look(it.desk, |hall| {
                let people = plan::people(hall).into_iter();
                let people = people.map(|person| (person, name(hall, person)));
                people.collect::<Vec<_>>()
            });
            let mut all = all.unwrap_or_default();
            all.sort_by(|a, b| a.1.cmp(&b.1));
            let here = chosen.get_untracked();
            let all = all.into_iter().map(|(person, words)| {
                el("option", "")
                    .attr("value", person.0.to_string())
                    .flag("selected", here == Some(person))
                    .kid(words)
            });
            let none = el("option", "")
                .attr("value", "")
                .kid(text(key::GROUPS_CHOOSE));
            el("select", "select")
                .attr("id", id)
                .kid(none)
                .kids(all.collect())
                .on_event("change", move |event| {
                    chosen.set(form::value(event).parse().ok().map(Person));
                })
        };
        el("div", "console__field")
            .kid(el("label", "").attr("for", id).kid(text(label)))
            .live(move || options().into_any())
    };
    let add = move |wishes: fn(&mut Wanted) -> &mut Vec<Pair>| {
        let Some((a, b)) = pair().filter(|(a, b)| a != b) else {
            return;
        };
        let pair = (a.min(b), a.max(b));
        set(it, |wanted| {
            wanted.together.retain(|it| *it != pair);
            wanted.apart.retain(|it| *it != pair);
            wishes(wanted).push(pair);
        });
    };
    el("div", "room-plan__wish")
        .kid(list("first", key::GROUPS_FIRST, first))
        .kid(list("second", key::GROUPS_SECOND, second))
        .kid(
            el("p", "row")
                .kid(button(
                    "button button--small",
                    "together",
                    key::GROUPS_TOGETHER,
                    move || {
                        add(|it| &mut it.together);
                    },
                ))
                .kid(button(
                    "button button--small",
                    "apart",
                    key::GROUPS_APART,
                    move || {
                        add(|it| &mut it.apart);
                    },
                )),
        )
}

/// The wishes, each with the way to remove it.
fn wishes(it: Screen) -> Option<El> {
    let wanted = it.wanted.get();
    let lines = room::look(it.desk, |hall| {
        let together = wanted
            .together
            .iter()
            .map(|it| (key::GROUPS_IS_TOGETHER, *it));
        let apart = wanted.apart.iter().map(|it| (key::GROUPS_IS_APART, *it));
        let all = together.chain(apart);
        all.map(|(word, pair)| (pair_words(hall, word, pair), pair))
            .collect::<Vec<_>>()
    })?;
    let line = |(words, pair): (String, Pair)| {
        let remove = el("button", "link-button")
            .attr("type", "button")
            .attr(
                "aria-label",
                filled(key::GROUPS_REMOVE, &[("what", &words)]),
            )
            .kid(text(key::GROUPS_REMOVE_SHORT))
            .on("click", move || {
                set(it, |it| {
                    it.together.retain(|it| *it != pair);
                    it.apart.retain(|it| *it != pair);
                });
            });
        el("li", "")
            .kid(el("span", "").kid(words))
            .kid(" ")
            .kid(remove)
    };
    (!lines.is_empty())
        .then(|| el("ul", "room-plan__wished").kids(lines.into_iter().map(line).collect()))
}

fn pair_words(hall: &Hall, word: Word, (a, b): Pair) -> String {
    filled(word, &[("a", &name(hall, a)), ("b", &name(hall, b))])
}

/// Making groups, again, and the wall.
fn ways(it: Screen) -> El {
    let made = move || room::look(it.desk, |hall| hall.seated().is_some()).unwrap_or(false);
    let make_words = move || match made() {
        true => text(key::GROUPS_AGAIN),
        false => text(key::GROUPS_MAKE),
    };
    let first = el("button", "button button--primary")
        .attr("type", "button")
        .attr("data-action", "make")
        .live_text(make_words)
        .on("click", move || make(it));
    let other = button("button", "other", key::GROUPS_OTHER, move || {
        set(it, |it| it.seed = it.seed.wrapping_add(1));
        make(it);
    });
    let seed = el("span", "small quiet").live(move || {
        let seed = it.wanted.with(|it| it.seed).to_string();
        el("span", "")
            .kid(filled(key::GROUPS_SEED, &[("n", &seed)]))
            .into_any()
    });
    let to_wall = move || {
        made().then(|| {
            button("button", "wall", key::PLAN_TO_WALL, move || {
                it.wall.set(Some(0))
            })
        })
    };
    el("div", "row room-plan__ways no-print")
        .kid(first)
        .kid(other)
        .live(move || to_wall().into_any())
        .kid(seed)
}

/// Makes groups in a few turns, once it is painted that it is done.
fn make(it: Screen) {
    it.told.set("");
    it.stage.set(Stage::Working);
    document::when_painted(move || {
        let wanted = it.wanted.try_get_untracked();
        let making = wanted.and_then(|wanted| {
            it.desk
                .hall
                .with_untracked(|hall| hall.as_ref().map(|hall| Making::new(hall, wanted)))
        });
        match making {
            Some(making) => go_on(it, making),
            None => drop(it.stage.try_set(Stage::Still)),
        }
    });
}

fn go_on(it: Screen, making: Making) {
    let stage = match making.step() {
        Ok(Step::More(making)) => {
            return document::when_painted(move || go_on(it, *making));
        }
        Ok(Step::Made(seated)) => seat(it, seated),
        Err(why) => Stage::Not(why),
    };
    let _ = it.stage.try_set(stage);
}

fn seat(it: Screen, seated: Seated) -> Stage {
    let Some(wanted) = it.wanted.try_get_untracked() else {
        return Stage::Still;
    };
    let other = room::look(it.desk, |hall| *hall.programme() != wanted.programme);
    if other == Some(true)
        && let Some(Err(_)) = room::act(it.desk, Deed::Programme(wanted.programme))
    {
        return Stage::Refused;
    }
    match room::act(it.desk, Deed::Seated(seated)) {
        Some(Err(Refused::Range)) => Stage::Refused,
        _ => Stage::Still,
    }
}

/// What is being done, or why it cannot be.
fn stage(it: Screen) -> Option<El> {
    match it.stage.get() {
        Stage::Still => None,
        Stage::Working => Some(el("p", "console__working").kid(text(key::PLAN_WORKING))),
        Stage::Refused => Some(el("p", "console__notice").kid(text(key::PLAN_REFUSED))),
        Stage::Not(why) => room::look(it.desk, |hall| not_made(hall, why)),
        Stage::Preview(mended) => room::look(it.desk, |hall| preview(it, hall, mended)),
        Stage::Cannot(why) => room::look(it.desk, |hall| {
            let again = button("button", "make-again", key::GROUPS_AGAIN, move || make(it));
            parts::cannot(not_mended(hall, &why), again)
        }),
    }
}

/// Why there are no groups, with the numbers that would do.
fn not_made(hall: &Hall, why: Not) -> El {
    let why = match why {
        Not::Nobody => return el("p", "console__notice").kid(text(key::PLAN_NOBODY)),
        Not::Impossible(why) => why,
    };
    match why {
        Impossible::Sizes { smallest, largest } => warning(
            sized(key::GROUPS_SIZES_WRONG, 0, smallest, largest),
            text(key::GROUPS_SIZES_WRONG_TODO),
        ),
        Impossible::People {
            people,
            smallest,
            largest,
            fewer,
            more,
        } => {
            let todo = match fewer {
                0 => key::GROUPS_PEOPLE_MORE,
                _ => key::GROUPS_PEOPLE_BOTH,
            };
            let (fewer, more) = (fewer.to_string(), more.to_string());
            warning(
                sized(key::GROUPS_PEOPLE_WRONG, people, smallest, largest),
                filled(todo, &[("fewer", &fewer), ("more", &more)]),
            )
        }
        Impossible::Twice(_) => warning(text(key::GROUPS_TWICE), text(key::GROUPS_TWICE_TODO)),
        Impossible::Absent(_) => warning(text(key::GROUPS_ABSENT), text(key::GROUPS_ABSENT_TODO)),
        Impossible::Wishes {
            together,
            apart,
            proven,
        } => {
            let (what, todo) = match proven {
                true => (key::GROUPS_WISHES_WRONG, key::GROUPS_WISHES_WRONG_TODO),
                false => (key::GROUPS_WISHES_MAYBE, key::GROUPS_WISHES_MAYBE_TODO),
            };
            let together = together.into_iter().map(|it| (key::GROUPS_IS_TOGETHER, it));
            let apart = apart.into_iter().map(|it| (key::GROUPS_IS_APART, it));
            let lines = together.chain(apart);
            let lines = lines.map(|(word, pair)| el("li", "").kid(pair_words(hall, word, pair)));
            warning(text(what), text(todo)).kid(el("ul", "").kids(lines.collect()))
        }
    }
}

/// Why there is no repair.
fn not_mended(hall: &Hall, why: &mend::Not) -> String {
    use repair::groups::Error;
    let mend::Not::Round(_, error) = why else {
        return text(key::MEND_NOT_FOUND).to_owned();
    };
    let programme = hall.programme();
    match error {
        Error::Sizes => text(key::MEND_NOT_SIZES).to_owned(),
        Error::TooManyPeople(_) => text(key::MEND_NOT_MANY).to_owned(),
        Error::Twice(_) => text(key::MEND_NOT_TWICE).to_owned(),
        Error::TogetherAndApart(a, b) => pair_words(hall, key::MEND_NOT_BOTH, (*a, *b)),
        Error::TooManyTogether(_) => text(key::MEND_NOT_TOGETHER).to_owned(),
        Error::NoSuchGroups(people) => sized(
            key::MEND_NOT_PEOPLE,
            *people,
            programme.smallest.into(),
            programme.largest.into(),
        ),
        Error::Contradictory => text(key::MEND_NOT_WISHES).to_owned(),
        _ => text(key::MEND_NOT_FOUND).to_owned(),
    }
}

/// The repair, in words, before it is taken.
fn preview(it: Screen, hall: &Hall, mended: MendedGroups) -> El {
    let moved: usize = mended.rounds.iter().map(|it| it.moved()).sum();
    let mut said = match moved {
        0 => text(key::MEND_MOVED_NONE).to_owned(),
        _ => counted(key::MEND_MOVED_ONE, key::MEND_MOVED, moved),
    };
    if mended.rounds.iter().any(|it| !it.is_least) {
        said.push(' ');
        said.push_str(text(key::MEND_NOT_LEAST));
    }
    let lines = |change: &repair::groups::Change| {
        let line = |it: &repair::Move<usize>| {
            let word = match (it.from, it.to) {
                (None, _) => key::MEND_JOINS,
                (_, None) => key::MEND_LEAVES,
                _ => key::MEND_MOVES,
            };
            let group = |it: Option<usize>| it.map_or_else(String::new, |it| (it + 1).to_string());
            let (from, to) = (group(it.from), group(it.to));
            let who = name(hall, it.person);
            filled(word, &[("person", &who), ("from", &from), ("to", &to)])
        };
        change.moves.iter().map(line).collect::<Vec<_>>()
    };
    let rounds = mended.rounds.iter().zip(1..);
    let changes = rounds.map(|(change, n)| (Some(numbered(key::GROUPS_ROUND, n)), lines(change)));
    let changes = changes.collect();
    let seated = mended.seated;
    parts::preview(
        "mended",
        Some(said),
        changes,
        move || {
            let _ = room::act(it.desk, Deed::Seated(seated.clone()));
            it.stage.set(Stage::Still);
        },
        move || it.stage.set(Stage::Still),
    )
}

/// The groups with their reasons, and the rounds.
fn result(it: Screen, hall: &Hall) -> Option<El> {
    let seated = hall.seated()?;
    let content = it.desk.content.get();
    let plan = judged(hall, seated, 0);
    let worst = plan.quality.worst;
    let (points, bound) = (
        worst.points().to_string(),
        plan.quality.bound.points().to_string(),
    );
    let quality = match points == bound {
        true => key::GROUPS_QUALITY_BEST,
        false => key::GROUPS_QUALITY,
    };
    let quality = filled(quality, &[("worst", &points), ("bound", &bound)]);
    let minutes = round_minutes(hall.programme(), plan::largest_group(hall));
    let first = seated.rounds.first().cloned().unwrap_or_default();
    let numbers = first.iter().zip(1..).filter(|(group, _)| !group.is_empty());
    let numbers: Vec<usize> = numbers.map(|(_, n)| n).collect();
    let best = plan.groups.iter().map(|it| it.quality.points());
    let best = best.max().unwrap_or(0);
    let mut weakest = plan.groups.iter().position(|it| it.quality == worst);
    let groups = plan.groups.iter().zip(numbers).enumerate();
    let cards = groups.map(|(place, (group, n))| {
        let is_weakest = best > worst.points() && weakest.take_if(|it| *it == place).is_some();
        card(hall, content, group, n, is_weakest)
    });
    let cards = cards.collect();
    let later = (seated.rounds.len() > 1).then(|| {
        let rounds = seated.rounds.iter().zip(1..).skip(1);
        let rounds = rounds.map(|(round, n)| {
            el("div", "")
                .kid(el("h3", "").kid(numbered(key::GROUPS_ROUND, n)))
                .kid(plain_groups(hall, round))
        });
        section("room-plan__later", "later", text(key::GROUPS_LATER_ROUNDS))
            .kid(el("p", "").kid(meet_again(seated)))
            .kids(rounds.collect())
    });
    let shown = section("room-plan__result", "result", text(key::GROUPS_RESULT))
        .kid(el("p", "").kid(quality))
        .kid(el("p", "quiet").kid(numbered(key::GROUPS_MINUTES, minutes.into())))
        .kid(el("div", "room-plan__cards").kids(cards))
        .maybe(later);
    Some(shown)
}

/// How many meet again, against what cannot be avoided.
fn meet_again(seated: &Seated) -> String {
    let (again, least) = seated.repeated;
    let word = match again {
        0 => return text(key::GROUPS_MEET_NONE).to_owned(),
        _ if again == least => key::GROUPS_MEET_LEAST,
        _ => key::GROUPS_MEET,
    };
    filled(
        word,
        &[("n", &again.to_string()), ("least", &least.to_string())],
    )
}

fn size(people: usize) -> String {
    counted(key::GROUPS_SIZE_ONE, key::GROUPS_SIZE, people)
}

fn card(
    hall: &Hall,
    content: Option<&'static Content>,
    group: &Group,
    n: usize,
    is_weakest: bool,
) -> El {
    let points = numbered(key::GROUPS_POINTS, group.quality.points() as usize);
    let weakest =
        is_weakest.then(|| el("span", "room-plan__weakest").kid(text(key::GROUPS_WEAKEST)));
    let facts = el("p", "room-plan__facts")
        .kid(el("span", "").kid(size(group.people.len())))
        .kid(el("span", "").kid(points))
        .maybe(weakest);
    // Without counts: nine of ten would tell of one.
    let shared = listed(group.reasons.shared.iter().map(|it| need(content, &it.0)));
    let shared = match shared.is_empty() {
        true => text(key::GROUPS_NO_SHARED).to_owned(),
        false => filled(key::GROUPS_SHARED, &[("needs", &shared)]),
    };
    let scales = |scales: &[ScaleId]| listed(scales.iter().map(|it| scale(content, it)));
    let (strong, lacking) = (&group.reasons.strengths, &group.reasons.lacking);
    let strengths = match (strong.len(), lacking.len()) {
        (0, _) => String::new(),
        (1..=STRENGTHS_NAMED, _) => filled(key::GROUPS_STRENGTHS, &[("scales", &scales(strong))]),
        (_, 0) => text(key::GROUPS_STRENGTHS_ALL).to_owned(),
        (n, without) => {
            let (n, of) = (n.to_string(), (n + without).to_string());
            filled(key::GROUPS_STRENGTHS_MANY, &[("n", &n), ("of", &of)])
        }
    };
    let lacking = match lacking.is_empty() {
        true => String::new(),
        false => filled(key::GROUPS_LACKING, &[("scales", &scales(lacking))]),
    };
    let small = |words: String| (!words.is_empty()).then(|| el("p", "small").kid(words));
    el("article", "card room-plan__card")
        .kid(el("h3", "").kid(numbered(key::GROUPS_GROUP, n)))
        .kid(facts)
        .kid(names(hall, group.people.iter().copied()))
        .kid(el("p", "small").kid(shared))
        .maybe(small(strengths))
        .maybe(small(lacking))
}

/// Pseudonyms, each on its own.
fn names(hall: &Hall, people: impl Iterator<Item = Person>) -> El {
    let names = people.map(|it| el("li", "").kid(name(hall, it)));
    el("ul", "room-plan__names")
        .attr("role", "list")
        .kids(names.collect())
}

/// The groups of a round, without reasons.
fn plain_groups(hall: &Hall, round: &[std::collections::BTreeSet<u32>]) -> El {
    let groups = round.iter().zip(1..).filter(|(group, _)| !group.is_empty());
    let groups = groups.map(|(group, n)| {
        el("section", "room-plan__group")
            .kid(el("h4", "").kid(numbered(key::GROUPS_GROUP, n)))
            .kid(names(hall, group.iter().map(|it| Person(*it))))
    });
    el("div", "room-plan__groups").kids(groups.collect())
}

/// For the wall: a round's groups, large, with nothing but pseudonyms.
fn on_the_wall(it: Screen, round: usize) -> El {
    let rounds = room::look(it.desk, |hall| {
        hall.seated().map_or(0, |it| it.rounds.len())
    });
    let rounds = rounds.unwrap_or(0);
    let choose = (0..rounds).map(|n| {
        el("button", "button")
            .attr("type", "button")
            .attr("data-round", (n + 1).to_string())
            .attr("aria-pressed", if n == round { "true" } else { "false" })
            .kid(numbered(key::GROUPS_ROUND, n + 1))
            .on("click", move || it.wall.set(Some(n)))
    });
    let numbers = [round + 1, rounds].map(|it| it.to_string());
    let [n, of] = &numbers;
    let title = filled(key::GROUPS_ROUND_OF, &[("n", n), ("of", of)]);
    let back = button(
        "button button--small",
        "desk",
        key::PLAN_FROM_WALL,
        move || {
            it.wall.set(None);
        },
    );
    document::focus("main h1");
    el("div", "room-wall")
        .kid(
            el("div", "room-wall__top")
                .kid(crate::screens::pieces::heading(title))
                .kid(el("div", "row no-print").kids(choose.collect()).kid(back)),
        )
        .live(move || {
            room::look(it.desk, |hall| {
                let round = hall.seated().and_then(|it| it.rounds.get(round).cloned());
                plain_groups(hall, &round.unwrap_or_default())
            })
            .into_any()
        })
}
