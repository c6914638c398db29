//! The rehearsal: people come, and everything a facilitator would have is made of what they give.

use super::{
    Rehearse,
    advisers::{Advisers, advisers},
    room::{Guest, Moment, arrivals, guests},
    text,
};
use crate::{Output, args::Format, fault::Fault, input, words::Words};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::Path,
};
use vaekstspejl_engine::{Content, export::ExportWords};
use vaekstspejl_workshop::{
    answer::{Answer, Person},
    groups::{self, Impossible, judge},
    picture::Picture,
    repair,
    rounds::{self, Schedule, Timer},
    run_sheet::{
        self, Block, Clock, Entry, Event, Part, RunSheet, Script, Titles, Zone, advisers_csv,
        calendar, groups_csv, programme, programme_csv, run_sheet, slot_times, taken,
    },
    slots::{self, AdviserId, Most, Seeker},
};

/// How much likeness weighs against mix: the usual half.
const LIKENESS: u8 = 50;
/// Slots of twenty minutes, one after the other.
const SLOTS: u16 = 2;

/// Everything that comes out.
pub struct Rehearsal<'a> {
    pub args: &'a Rehearse,
    pub content: &'a Content,
    pub words: Words,
    pub guests: Vec<Guest>,
    pub moments: Vec<Moment>,
    pub picture: Option<Picture>,
    pub programme: Vec<Entry>,
    /// The groups of the first round.
    pub groups: groups::Plan,
    pub schedule: Schedule,
    pub slots: slots::Plan,
    pub titles: Titles,
    pub sheet: RunSheet,
    pub repairs: Vec<Repair>,
}

/// What happens unexpectedly.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    Late,
    Left,
    Ill,
}

/// The smallest change when something happens.
pub struct Repair {
    pub happening: Happening,
    /// The pseudonym, or the adviser.
    pub who: String,
    /// For each round.
    pub rounds: Vec<Result<repair::groups::Change, repair::groups::Error>>,
    pub slots: repair::slots::Change,
}

/// As text or JSON; with a folder, also as files.
pub fn run(folder: &Path, args: &Rehearse) -> Result<Output, Fault> {
    let content = input::content(folder, &args.lang)?;
    // The words of pseudonyms are those that phones and wall have.
    let names = input::word(folder, &content, "room.names");
    let rehearsal = rehearse(&content, names, args)?;
    let files = match &args.out {
        Some(out) => write_all(out, &rehearsal.files()?)?,
        None => Vec::new(),
    };
    Ok(match args.format {
        Format::Json => format!("{:#}\n", text::json(&rehearsal, &files)).into(),
        Format::Text => text::text(&rehearsal, &files).into(),
    })
}

fn rehearse<'a>(
    content: &'a Content,
    names: &str,
    args: &'a Rehearse,
) -> Result<Rehearsal<'a>, Fault> {
    let questionnaire = input::questionnaire(content, &args.questionnaire.as_str().into())?;
    let words = Words::of_workshop(&args.lang);
    // the last one comes late, when everything is made
    let mut guests = guests(content, questionnaire, names, args, args.people + 1);
    let late = guests.pop();
    let (moments, picture) = arrivals(&guests);

    let everybody: Vec<Person> = guests.iter().map(|it| it.person).collect();
    let answers = answers(&guests);
    let wishes = rounds::Wishes {
        smallest: args.group_min,
        largest: args.group_max,
        rounds: args.rounds.into(),
        apart: Vec::new(),
    };
    let schedule = rounds::rounds(&everybody, &wishes, args.seed).map_err(impossible)?;
    // the first round is made by what people need and can, in groups of the schedule's sizes
    let sizes = || schedule.rounds.iter().flatten().map(Vec::len);
    let largest = sizes().max().unwrap_or(1);
    let wishes = groups::Wishes {
        smallest: sizes().min().unwrap_or(1),
        largest,
        likeness: LIKENESS,
        ..groups::Wishes::default()
    };
    let groups = groups::groups(&answers, &wishes, args.seed).map_err(impossible)?;
    let first: Vec<Vec<Person>> = groups.groups.iter().map(|it| it.people.clone()).collect();
    let schedule = schedule.beginning_with(&first).unwrap_or(schedule);

    let programme = programme(&script(args, largest)).map_err(not_by_the_clock)?;
    let slots = u8::try_from(slot_times(&programme).len()).unwrap_or(u8::MAX);
    let advisers = advisers(args.advisers.as_deref(), content, &args.lang, slots)?;
    let mut seekers = seekers(&guests, &programme);
    let plan = slots::plan(&seekers, &advisers.advisers, Most::One).map_err(|error| {
        let what = format!("the slots cannot be planned: {error:?}");
        Fault::new(what, "take fewer people or advisers")
    })?;
    let titles = titles(
        content,
        &words,
        &guests,
        late.as_ref(),
        &schedule,
        &advisers,
    );
    let all_groups: Vec<Vec<Person>> = schedule.rounds.concat();
    let sheet = run_sheet(programme.clone(), &all_groups, &plan, &titles);
    let sheet = sheet.map_err(not_by_the_clock)?;

    let mut repairs = Vec::new();
    if let Some(late) = late {
        let mut all = answers;
        all.push((late.person, late.answer.clone()));
        seekers.extend(self::seekers(&[late], &programme));
        let seats = |round: &Vec<Vec<Person>>| {
            let groups = round.iter();
            groups.map(|it| it.iter().copied().collect()).collect()
        };
        let room = Troubled {
            titles: &titles,
            rules: repair::groups::Rules {
                smallest: args.group_min,
                largest: args.group_max,
                together: Vec::new(),
                apart: Vec::new(),
            },
            answers: all,
            seekers,
            advisers: advisers.advisers.clone(),
            rounds: schedule.rounds.iter().map(seats).collect(),
            plan: plan.clone(),
        };
        repairs = room.repairs()?;
    }
    Ok(Rehearsal {
        args,
        content,
        words,
        guests,
        moments,
        picture,
        programme,
        groups,
        schedule,
        slots: plan,
        titles,
        sheet,
        repairs,
    })
}

/// Two hours for forty people: talk 15 minutes, test 10, picture 10, two rounds of two minutes for
/// each of ten, break 5, two slots of twenty. Larger groups take longer.
fn script(args: &Rehearse, largest: usize) -> Script {
    let block = |part, minutes, pieces| Block {
        part,
        minutes,
        pieces,
        beside: false,
    };
    let round = round_minutes(largest).next_multiple_of(5);
    let rounds = u16::from(args.rounds);
    Script {
        start: args.start,
        blocks: vec![
            block(Part::Talk, 15, 1),
            block(Part::Test, 10, 1),
            block(Part::Picture, 10, 1),
            block(Part::Rounds, round.saturating_mul(rounds), rounds),
            block(Part::Break, 5, 1),
            block(Part::Slots, 20 * SLOTS, SLOTS),
        ],
    }
}

/// How long a round of such a group takes.
pub fn round_minutes(people: usize) -> u16 {
    let timer = Timer {
        people,
        seconds: Timer::USUAL,
    };
    u16::try_from(timer.length().div_ceil(60)).unwrap_or(1440)
}

fn answers(guests: &[Guest]) -> Vec<(Person, Answer)> {
    let guests = guests.iter();
    guests.map(|it| (it.person, it.answer.clone())).collect()
}

/// Everybody seeks a slot, and is taken during the rounds.
fn seekers(guests: &[Guest], programme: &[Entry]) -> Vec<Seeker> {
    let rounds = programme.iter().filter(|it| it.part == Part::Rounds);
    let taken = rounds.flat_map(|it| taken(programme, it.from, it.to));
    let taken: BTreeSet<slots::Time> = taken.collect();
    let seekers = guests.iter().map(|it| Seeker {
        taken: taken.clone(),
        ..Seeker::of(it.person, &it.answer, &it.urgency)
    });
    seekers.collect()
}

fn titles(
    content: &Content,
    words: &Words,
    guests: &[Guest],
    late: Option<&Guest>,
    schedule: &Schedule,
    advisers: &Advisers,
) -> Titles {
    let people = guests.iter().chain(late);
    let groups = schedule.rounds.iter().zip(1..).flat_map(|(round, number)| {
        (1..=round.len()).map(move |group| {
            let (round, group) = (format!("{number}"), group.to_string());
            words.fill("round_group", &[("round", &round), ("group", &group)])
        })
    });
    let needs = content.later.needs.iter();
    Titles {
        people: people.map(|it| (it.person, it.pseudonym.clone())).collect(),
        groups: groups.collect(),
        advisers: advisers.names.clone(),
        needs: needs.map(|it| (it.id.clone(), it.title.clone())).collect(),
    }
}

/// The room as it stands while things go wrong in it, one after the other.
struct Troubled<'a> {
    titles: &'a Titles,
    rules: repair::groups::Rules,
    /// Of everybody, the late one last.
    answers: Vec<(Person, Answer)>,
    seekers: Vec<Seeker>,
    advisers: Vec<slots::Adviser>,
    rounds: Vec<repair::groups::Groups>,
    plan: slots::Plan,
}

impl Troubled<'_> {
    /// Somebody comes late, somebody with a slot leaves, the adviser with most slots is ill.
    fn repairs(mut self) -> Result<Vec<Repair>, Fault> {
        let mut repairs = Vec::new();
        let late = self.seekers.last().map(|it| it.person);
        let name = |titles: &Titles, it| titles.people.get(&it).cloned().unwrap_or_default();
        if let Some(late) = late {
            let who = name(self.titles, late);
            repairs.push(self.repair(Happening::Late, who)?);
        }
        let leaves = self.plan.slots.first().map(|it| it.person);
        if let Some(leaves) = leaves {
            self.seekers.retain(|it| it.person != leaves);
            let who = name(self.titles, leaves);
            repairs.push(self.repair(Happening::Left, who)?);
        }
        let mut given: BTreeMap<AdviserId, usize> = BTreeMap::new();
        for slot in &self.plan.slots {
            *given.entry(slot.seat.adviser).or_default() += 1;
        }
        let most = given.values().max().copied();
        let ill = given.iter().find(|(_, slots)| Some(**slots) == most);
        if let Some((&ill, _)) = ill {
            self.advisers.retain(|it| it.id != ill);
            let who = self.titles.advisers.get(&ill).cloned().unwrap_or_default();
            repairs.push(self.repair(Happening::Ill, who)?);
        }
        Ok(repairs)
    }

    fn repair(&mut self, happening: Happening, who: String) -> Result<Repair, Fault> {
        let present: BTreeSet<Person> = self.seekers.iter().map(|it| it.person).collect();
        let quality = judge(&self.answers, LIKENESS);
        let quality = |group: &BTreeSet<Person>| i64::from(quality(group).hundredths());
        let mut rounds = Vec::new();
        for groups in &mut self.rounds {
            let change = repair::groups::repair(groups, &present, &self.rules, quality);
            if let Ok(change) = &change {
                *groups = change.apply(groups).map_err(other_plan)?;
            }
            rounds.push(change);
        }
        let slots = repair::slots::repair(&self.plan, &self.seekers, &self.advisers);
        let slots = slots.map_err(|error| {
            let what = format!("the slots cannot be repaired: {error:?}");
            Fault::new(what, "take fewer people or advisers")
        })?;
        self.plan = slots.apply(&self.plan).map_err(other_plan)?;
        Ok(Repair {
            happening,
            who,
            rounds,
            slots,
        })
    }
}

fn other_plan(_: repair::OtherPlan) -> Fault {
    Fault::new(
        "a repair does not fit the plan it was made for",
        "this is a mistake in the program; please report it with the arguments",
    )
}

fn impossible(why: Impossible) -> Fault {
    match why {
        Impossible::Sizes { smallest, largest } => Fault::new(
            format!("groups of {smallest} to {largest} are no groups"),
            "give --group-min from 1, and --group-max no smaller",
        ),
        Impossible::People {
            people,
            smallest,
            largest,
            fewer,
            more,
        } => Fault::new(
            format!("{people} people do not go into groups of {smallest} to {largest}"),
            match fewer {
                0 => format!("it takes {more}; or give a smaller --group-min"),
                _ => format!("{fewer} or {more} would; or give another --group-min or --group-max"),
            },
        ),
        other => Fault::new(
            format!("there are no such groups: {other:?}"),
            "give other group sizes",
        ),
    }
}

fn not_by_the_clock(error: run_sheet::Error) -> Fault {
    match error {
        run_sheet::Error::PastMidnight(_) => Fault::new(
            "the workshop would end after midnight",
            "begin earlier (--start), or take fewer --rounds or a smaller --group-max",
        ),
        other => Fault::new(
            format!("there is no run sheet: {other:?}"),
            "give other --rounds or group sizes",
        ),
    }
}

impl Rehearsal<'_> {
    /// The tables and the calendar, by the name of the file.
    fn files(&self) -> Result<Vec<(&'static str, String)>, Fault> {
        let words = self.words.all();
        let words = ExportWords::new(words.map(|(key, text)| (key.clone(), text.clone())));
        let day = self.args.today;
        let pieces = self.programme.iter().zip(1..).flat_map(|(entry, block)| {
            entry.each().zip(1..).map(move |((from, to), piece)| Event {
                uid: format!(
                    "workshop-{day}-{}-{block}-{piece}@vaekstspejl",
                    self.args.seed
                ),
                from,
                to,
                title: self.words.get(entry.part.id()),
                details: String::new(),
                place: String::new(),
            })
        });
        let events: Vec<Event> = pieces.collect();
        let midnight = Clock::new(0, 0).unwrap_or(self.args.start);
        let calendar = calendar(&events, day, Zone::Copenhagen, (day, midnight));
        Ok(vec![
            ("programme.csv", programme_csv(&self.programme, &words)),
            ("groups.csv", groups_csv(&self.sheet.groups, &words)),
            ("advisers.csv", advisers_csv(&self.sheet, &words)),
            ("workshop.ics", calendar.map_err(not_by_the_clock)?),
        ])
    }
}

/// Writes all or none. What is there with the same text is left; what is there otherwise is told.
fn write_all(folder: &Path, files: &[(&str, String)]) -> Result<Vec<String>, Fault> {
    let cannot = |path: &Path, error: std::io::Error| {
        Fault::new(
            format!("{} cannot be written: {error}", path.display()),
            "check the folder's name and whether it may be written to",
        )
    };
    fs::create_dir_all(folder).map_err(|error| cannot(folder, error))?;
    let mut new = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(there) if there == text.as_bytes() => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => new.push((path, text)),
            _ => {
                return Err(Fault::new(
                    format!("{} is there already, with something else", path.display()),
                    "nothing was written; name another folder, or move the file away",
                ));
            }
        }
    }
    for (path, text) in new {
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path);
        file.and_then(|mut it| it.write_all(text.as_bytes()))
            .map_err(|error| cannot(&path, error))?;
    }
    let names = files.iter().map(|(name, _)| folder.join(name));
    Ok(names.map(|it| it.display().to_string()).collect())
}
