//! A rehearsal as text for a facilitator, and as JSON for programs.

use super::rehearsal::{Happening, Rehearsal, Repair, round_minutes};
use serde_json::{Value, json};
use std::fmt::Write;
use vaekstspejl_engine::{Date, NeedId, ScaleId, SegmentId};
use vaekstspejl_workshop::{
    answer::Person,
    picture::{Dimension, Levels, Picture, Waiting},
    repair,
    run_sheet::{Clock, slot_times},
    slots::{AdviserId, Reason, Seat},
};

/// As text.
pub fn text(it: &Rehearsal<'_>, files: &[String]) -> String {
    let mut text = String::new();
    it.head(&mut text);
    it.arrivals(&mut text);
    it.groups(&mut text);
    it.later_rounds(&mut text);
    it.advisers(&mut text);
    it.repairs(&mut text);
    if !files.is_empty() {
        it.heading(&mut text, "files");
        files.iter().for_each(|it| line(&mut text, it));
    }
    text
}

fn line(text: &mut String, words: &str) {
    let _ = writeln!(text, "  {words}");
}

impl Rehearsal<'_> {
    fn heading(&self, text: &mut String, key: &str) {
        let _ = writeln!(text, "\n{}", self.words.get(key));
    }

    fn say(&self, text: &mut String, key: &str, pieces: &[(&str, &str)]) {
        line(text, &self.words.fill(key, pieces));
    }

    fn clock(&self, clock: Clock) -> String {
        clock.to_string().replace(':', &self.words.get("clock"))
    }

    fn date(&self, date: Date) -> String {
        let months = self.words.get("months");
        let month = months.split(", ").nth(usize::from(date.month()) - 1);
        let pieces = [
            ("day", &*date.day().to_string()),
            ("month", month.unwrap_or_default()),
            ("year", &*date.year().to_string()),
        ];
        self.words.fill("date", &pieces)
    }

    fn person(&self, person: Person) -> &str {
        self.titles.people.get(&person).map_or("", String::as_str)
    }

    fn adviser(&self, adviser: AdviserId) -> &str {
        let title = self.titles.advisers.get(&adviser);
        title.map_or("", String::as_str)
    }

    fn need(&self, need: &NeedId) -> &str {
        self.titles.needs.get(need).map_or("", String::as_str)
    }

    fn scale(&self, scale: &ScaleId) -> &str {
        let scale = self.content.later.scale(scale);
        scale.map_or("", |it| it.title.as_str())
    }

    fn stage(&self, stage: &SegmentId) -> &str {
        let mut segments = self.content.later.segments.iter();
        let segment = segments.find(|it| it.id == *stage);
        segment.map_or("", |it| it.title.as_str())
    }

    fn people(&self, people: &[Person]) -> String {
        let names = people.iter().map(|it| self.person(*it));
        names.collect::<Vec<_>>().join(", ")
    }

    fn head(&self, text: &mut String) {
        let from = self.programme.first().map(|it| self.clock(it.from));
        let to = self.programme.last().map(|it| self.clock(it.to));
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        let date = self.date(self.args.today);
        let pieces = [("date", &*date), ("from", &from), ("to", &to)];
        let _ = writeln!(text, "{}", self.words.fill("title", &pieces));
        let people = self.guests.len().to_string();
        let seed = self.args.seed.to_string();
        let pieces = [("people", &*people), ("seed", &seed)];
        let _ = writeln!(text, "{}", self.words.fill("invented", &pieces));
        self.heading(text, "programme");
        for entry in &self.programme {
            let (from, to) = (self.clock(entry.from), self.clock(entry.to));
            let part = self.words.get(entry.part.id());
            line(text, &format!("{from}–{to}  {part}"));
            for ((from, to), piece) in entry.each().zip(1..).filter(|_| entry.pieces > 1) {
                let (from, to, piece) = (self.clock(from), self.clock(to), format!("{piece}"));
                let pieces = [("piece", &*piece), ("from", &from), ("to", &to)];
                let words = self.words.fill("each", &pieces);
                line(text, &format!("             {words}"));
            }
        }
    }

    fn arrivals(&self, text: &mut String) {
        self.heading(text, "arrivals");
        for moment in &self.moments {
            let number = moment.picture.map(|it| it.to_string()).unwrap_or_default();
            let arrived = moment.arrived.to_string();
            let pieces = [("arrived", &*arrived), ("number", &number)];
            self.say(text, arrival(moment.picture), &pieces);
        }
        let Some(picture) = &self.picture else {
            let _ = writeln!(text);
            self.say(text, "no_picture", &[]);
            return;
        };
        let people = picture.people.to_string();
        let title = self.words.fill("the_picture", &[("people", &people)]);
        let _ = writeln!(text, "\n{title}");
        let count = |text: &mut String, people: usize, of: usize, what: &str| {
            let (people, of) = (people.to_string(), of.to_string());
            let pieces = [("people", &*people), ("of", &of)];
            let count = self.words.fill("picture_count", &pieces);
            line(text, &format!("  {count:>9}  {what}"));
        };
        self.say(text, "picture_needs", &[]);
        for it in &picture.needs {
            count(text, it.people, it.of, self.need(&it.need));
        }
        self.say(text, "picture_stages", &[]);
        for it in &picture.stages {
            count(text, it.people, it.of, self.stage(&it.stage));
        }
        self.say(text, "picture_scales", &[]);
        for it in &picture.dimensions {
            line(text, &format!("  {}", self.dimension(it)));
        }
        self.say(text, "picture_few", &[]);
        if picture.number > 1 {
            self.say(text, "picture_older", &[]);
        }
    }

    fn dimension(&self, it: &Dimension) -> String {
        let (scale, median) = (self.scale(&it.scale), levels(it.median));
        let pieces = [("scale", scale), ("median", &median)];
        let mut text = self.words.fill("picture_median", &pieces);
        if let Some((from, to)) = it.band {
            let (from, to) = (levels(from), levels(to));
            let pieces = [("from", &*from), ("to", &to)];
            text += &self.words.fill("picture_band", &pieces);
        }
        let bars = it.bars.iter().map(|it| {
            let (levels, people) = (levels(it.levels), it.people.to_string());
            let pieces = [("levels", &*levels), ("people", &people)];
            self.words.fill("picture_bar", &pieces)
        });
        let bars = bars.collect::<Vec<_>>().join(", ");
        if !bars.is_empty() {
            text += &self.words.fill("picture_bars", &[("bars", &bars)]);
        }
        text
    }

    fn groups(&self, text: &mut String) {
        self.heading(text, "groups");
        let quality = self.groups.quality;
        let (worst, bound) = (quality.worst.points(), quality.bound.points());
        let (worst, bound) = (worst.to_string(), bound.to_string());
        let pieces = [("worst", &*worst), ("bound", &bound)];
        self.say(text, "groups_quality", &pieces);
        let largest = self.groups.groups.iter().map(|it| it.people.len()).max();
        let largest = largest.unwrap_or(0);
        let (people, minutes) = (largest.to_string(), round_minutes(largest).to_string());
        self.say(text, "turns", &[("people", &people), ("minutes", &minutes)]);
        for (it, number) in self.groups.groups.iter().zip(1..) {
            let points = |it: vaekstspejl_workshop::groups::Hundredths| it.points().to_string();
            let pieces = [
                ("group", &*format!("{number}")),
                ("people", &*it.people.len().to_string()),
                ("quality", &*points(it.quality)),
                ("likeness", &*points(it.likeness)),
                ("mix", &*points(it.mix)),
            ];
            let _ = writeln!(text);
            self.say(text, "group_title", &pieces);
            line(text, &format!("  {}", self.people(&it.people)));
            // without counts: nine of ten would tell of one
            let needs = it.reasons.shared.iter().map(|(need, _)| self.need(need));
            let needs = needs.collect::<Vec<_>>().join("; ");
            let shared = match &*needs {
                "" => self.words.get("group_no_shared"),
                _ => self.words.fill("group_shared", &[("needs", &needs)]),
            };
            line(text, &format!("  {shared}"));
            for (key, scales) in [
                ("group_strengths", &it.reasons.strengths),
                ("group_lacking", &it.reasons.lacking),
            ] {
                let scales = scales.iter().map(|it| self.scale(it));
                let scales = scales.collect::<Vec<_>>().join("; ");
                if !scales.is_empty() {
                    let words = self.words.fill(key, &[("scales", &scales)]);
                    line(text, &format!("  {words}"));
                }
            }
        }
    }

    fn later_rounds(&self, text: &mut String) {
        self.heading(text, "later_rounds");
        if self.schedule.rounds.len() < 2 {
            self.say(text, "rounds_one", &[]);
            return;
        }
        let pieces = [
            ("repeated", &*self.schedule.repeated.to_string()),
            ("bound", &*self.schedule.bound.to_string()),
            ("most", &*self.schedule.most_often.to_string()),
        ];
        self.say(text, "rounds_repeated", &pieces);
        for (round, number) in self.schedule.rounds.iter().zip(1..).skip(1) {
            for (people, group) in round.iter().zip(1..) {
                let (round, group) = (format!("{number}"), format!("{group}"));
                let pieces = [("round", &*round), ("group", &group)];
                let title = self.words.fill("round_group", &pieces);
                line(text, &format!("{title}: {}", self.people(people)));
            }
        }
    }

    fn advisers(&self, text: &mut String) {
        self.heading(text, "advisers");
        for adviser in &self.sheet.advisers {
            line(text, &adviser.title);
            for row in &adviser.rows {
                let who = match &row.given {
                    None => self.words.get("free"),
                    Some((person, need)) => {
                        let pieces = [("person", &**person), ("need", need)];
                        self.words.fill("seat_given", &pieces)
                    }
                };
                let (from, to) = (self.clock(row.from), self.clock(row.to));
                let pieces = [("from", &*from), ("to", &to), ("who", &who)];
                line(text, &format!("  {}", self.words.fill("seat", &pieces)));
            }
        }
        let _ = writeln!(text);
        if self.slots.waiting.is_empty() {
            self.say(text, "waiting_none", &[]);
            return;
        }
        self.say(text, "waiting_title", &[]);
        let mut before = None;
        for it in &self.slots.waiting {
            if before != Some(it.reason) {
                let reason = self.words.get(&format!("reason_{}", reason(it.reason)));
                line(text, &format!("  ({reason})"));
                before = Some(it.reason);
            }
            line(text, &format!("  {}", self.person(it.person)));
        }
    }

    fn repairs(&self, text: &mut String) {
        self.heading(text, "repairs");
        for repair in &self.repairs {
            self.say(text, repair.happening.key(), &[("who", &repair.who)]);
            let changes = self.changes(repair);
            for change in &changes {
                line(text, &format!("  {change}"));
            }
            let key = match changes.is_empty() {
                true => "repair_nothing",
                false => "repair_others",
            };
            line(text, &format!("  {}", self.words.get(key)));
        }
    }

    /// Each change in words.
    fn changes(&self, repair: &Repair) -> Vec<String> {
        let mut changes = Vec::new();
        for (round, number) in repair.rounds.iter().zip(1..) {
            let number = format!("{number}");
            let round_title = self.words.fill("repair_round", &[("round", &number)]);
            let change = match round {
                Ok(change) => change,
                Err(error) => {
                    changes.push(self.no_change(&round_title, error));
                    continue;
                }
            };
            for it in &change.moves {
                let group = |it: Option<usize>| it.map_or(String::new(), |it| (it + 1).to_string());
                let (from, to) = (group(it.from), group(it.to));
                let pieces = [
                    ("round", &*round_title),
                    ("person", self.person(it.person)),
                    ("from", &from),
                    ("to", &to),
                ];
                let key = format!("repair_group_{}", kind(it, "joins", "leaves"));
                changes.push(self.words.fill(&key, &pieces));
            }
        }
        for it in &repair.slots.moves {
            let seat = |seat: &Option<repair::slots::Booking>| {
                let seat = seat.as_ref().map(|it| it.seat);
                seat.map_or(Default::default(), |it| {
                    (self.adviser(it.adviser), self.at(it))
                })
            };
            let (from, to) = (seat(&it.from), seat(&it.to));
            let adviser = if it.to.is_some() { to.0 } else { from.0 };
            let pieces = [
                ("person", self.person(it.person)),
                ("adviser", adviser),
                ("from", &from.1),
                ("to", &to.1),
            ];
            let key = format!("repair_slot_{}", kind(it, "gets", "loses"));
            changes.push(self.words.fill(&key, &pieces));
        }
        changes
    }

    fn no_change(&self, round: &str, error: &repair::groups::Error) -> String {
        match error {
            repair::groups::Error::NoSuchGroups(people) => {
                let pieces = [
                    ("round", round),
                    ("people", &*people.to_string()),
                    ("smallest", &*self.args.group_min.to_string()),
                    ("largest", &*self.args.group_max.to_string()),
                ];
                self.words.fill("repair_impossible", &pieces)
            }
            _ => self.words.fill("repair_stuck", &[("round", round)]),
        }
    }

    /// When a seat begins, by the clock.
    fn at(&self, seat: Seat) -> String {
        let times = slot_times(&self.programme);
        let time = times.get(usize::from(seat.time.0));
        time.map_or(String::new(), |(from, _)| self.clock(*from))
    }
}

impl Happening {
    const fn key(self) -> &'static str {
        match self {
            Self::Late => "repair_late",
            Self::Left => "repair_left",
            Self::Ill => "repair_ill",
        }
    }
}

fn kind<P>(it: &repair::Move<P>, joins: &'static str, leaves: &'static str) -> &'static str {
    match (&it.from, &it.to) {
        (None, _) => joins,
        (_, None) => leaves,
        _ => "moves",
    }
}

const fn arrival(picture: Result<usize, Waiting>) -> &'static str {
    match picture {
        Ok(_) => "arrival_picture",
        Err(Waiting::ForPeople) => "arrival_people",
        Err(Waiting::ForChanges) => "arrival_changes",
        Err(Waiting::Closed) => "arrival_closed",
    }
}

const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NoNeed => "no_need",
        Reason::NobodyHelps => "nobody_helps",
        Reason::OnlyWhenTaken => "only_when_taken",
        Reason::NoSlotLeft => "no_slot_left",
    }
}

fn levels(it: Levels) -> String {
    let (from, to) = (it.from.get(), it.to.get());
    if from == to {
        from.to_string()
    } else {
        format!("{from}–{to}")
    }
}

/// As JSON. Like the text, it has no person's answers; counts are only those of the picture.
pub fn json(it: &Rehearsal<'_>, files: &[String]) -> Value {
    let people =
        |people: &Vec<Person>| -> Vec<&str> { people.iter().map(|who| it.person(*who)).collect() };
    let moments = it.moments.iter().map(|moment| {
        json!({ "arrived": moment.arrived, "picture": moment.picture.ok(), "outcome": arrival(moment.picture) })
    });
    let programme = it.programme.iter().map(|entry| {
        let pieces = entry.each().map(|(from, to)| clocks(from, to));
        json!({
            "part": entry.part.id(),
            "from": entry.from.to_string(),
            "to": entry.to.to_string(),
            "pieces": pieces.collect::<Vec<_>>(),
        })
    });
    let groups = it.groups.groups.iter().map(|group| {
        let shared = group.reasons.shared.iter().map(|(need, _)| need);
        json!({
            "people": people(&group.people),
            "quality": group.quality.points(),
            "likeness": group.likeness.points(),
            "mix": group.mix.points(),
            "shared_needs": shared.collect::<Vec<_>>(),
            "strengths": group.reasons.strengths,
            "lacking": group.reasons.lacking,
        })
    });
    let rounds = it.schedule.rounds.iter();
    let rounds = rounds.map(|round| round.iter().map(people).collect::<Vec<_>>());
    let times = slot_times(&it.programme);
    let slots = it.slots.slots.iter().map(|slot| {
        let time = times.get(usize::from(slot.seat.time.0));
        json!({
            "adviser": it.adviser(slot.seat.adviser),
            "from": time.map(|(from, _)| from.to_string()),
            "to": time.map(|(_, to)| to.to_string()),
            "person": it.person(slot.person),
            "need": slot.need,
        })
    });
    let waiting = it
        .slots
        .waiting
        .iter()
        .map(|wait| json!({ "person": it.person(wait.person), "reason": reason(wait.reason) }));
    let repairs = it.repairs.iter().map(|repair| {
        json!({
            "happening": repair.happening.key().trim_start_matches("repair_"),
            "who": repair.who,
            "changes": it.changes(repair),
        })
    });
    json!({
        "day": it.args.today.to_string(),
        "seed": it.args.seed,
        "people": it.guests.len(),
        "arrivals": moments.collect::<Vec<_>>(),
        "picture": it.picture.as_ref().map(picture_json),
        "programme": programme.collect::<Vec<_>>(),
        "groups": {
            "worst": it.groups.quality.worst.points(),
            "bound": it.groups.quality.bound.points(),
            "groups": groups.collect::<Vec<_>>(),
        },
        "rounds": {
            "repeated": it.schedule.repeated,
            "bound": it.schedule.bound,
            "most_often": it.schedule.most_often,
            "rounds": rounds.collect::<Vec<_>>(),
        },
        "slots": slots.collect::<Vec<_>>(),
        "waiting": waiting.collect::<Vec<_>>(),
        "repairs": repairs.collect::<Vec<_>>(),
        "files": files,
    })
}

fn clocks(from: Clock, to: Clock) -> Value {
    json!({ "from": from.to_string(), "to": to.to_string() })
}

fn picture_json(it: &Picture) -> Value {
    let levels = |it: Levels| json!([it.from.get(), it.to.get()]);
    let needs = it.needs.iter();
    let needs = needs.map(|it| json!({ "need": it.need, "people": it.people, "of": it.of }));
    let stages = it.stages.iter();
    let stages = stages.map(|it| json!({ "stage": it.stage, "people": it.people, "of": it.of }));
    let dimensions = it.dimensions.iter().map(|it| {
        let bars = it.bars.iter();
        let bars = bars.map(|it| json!({ "levels": levels(it.levels), "people": it.people }));
        json!({
            "scale": it.scale,
            "of": it.of,
            "median": levels(it.median),
            "band": it.band.map(|(from, to)| [levels(from), levels(to)]),
            "bars": bars.collect::<Vec<_>>(),
        })
    });
    json!({
        "number": it.number,
        "people": it.people,
        "needs": needs.collect::<Vec<_>>(),
        "stages": stages.collect::<Vec<_>>(),
        "dimensions": dimensions.collect::<Vec<_>>(),
    })
}
