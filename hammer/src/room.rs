//! A workshop's room at a real relay, with its usual limits: many phones join in the same moment,
//! some over lines that are cut, some load the page again, some leave; the room takes their letters
//! out as they come and tells everybody a place. Nobody may be lost, nobody may be there twice, and
//! nobody may hear what is told to another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use serde::Serialize;
use tokio::sync::{Barrier, watch};
use tokio::task::JoinSet;
use vaekstspejl_envelope::{Grant, Key, Mid, Owner, PersonKey, Post, RoomLink, Sid, Tag, open};
use vaekstspejl_mailbox::call::{Reply, Request};
use vaekstspejl_mailbox::inbox::{Event, Ledger, page};
use vaekstspejl_mailbox::room;
use vaekstspejl_workshop::letter::{Given, Letter};
use vaekstspejl_workshop::place::Place as Told;
use vaekstspejl_workshop::register::{Register, Standing, Took};

use crate::http::Client;
use crate::load::{Place, at_percent, milliseconds};
use crate::phone::{self, Book, Door, Habits, Phone, exchange};
use crate::seeded::Seeded;

/// How long the room lives (seconds).
const TTL_S: u64 = 3_600;
/// How long the room lets the relay wait for a letter (seconds). Short, so that the end is soon seen.
const WAIT_S: u32 = 2;
/// How often the room tries a request.
const TRIES: u32 = 10;

/// How a run goes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Phones.
    pub phones: u64,
    /// Of a hundred phones, so many load the page again in the middle of a request.
    pub reload_percent: u64,
    /// Of a hundred requests, so many are cut.
    pub cut_percent: u64,
    /// Of a hundred people, so many leave.
    pub leave_percent: u64,
    /// How long somebody takes from joining to giving, at most.
    pub gives_within: Duration,
    /// How often a phone asks what it is told.
    pub asks_every: Duration,
    /// Decides who does what.
    pub seed: u64,
}

impl Plan {
    /// A full hall.
    pub fn of_a_hall(seed: u64) -> Self {
        Self {
            phones: 300,
            reload_percent: 20,
            cut_percent: 10,
            leave_percent: 5,
            gives_within: Duration::from_secs(5),
            asks_every: Duration::from_secs(5),
            seed,
        }
    }

    /// A smaller one, for the tests.
    pub fn of_tests(seed: u64) -> Self {
        Self {
            phones: 60,
            gives_within: Duration::from_secs(1),
            asks_every: Duration::from_secs(1),
            ..Self::of_a_hall(seed)
        }
    }
}

/// How long something took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span {
    /// 95 of 100 took at most so long (milliseconds).
    pub p95_ms: f64,
    /// All took at most so long (milliseconds).
    pub most_ms: f64,
}

impl Span {
    fn of(mut took: Vec<Duration>) -> Self {
        took.sort_unstable();
        Self {
            p95_ms: milliseconds(at_percent(&took, 95)),
            most_ms: milliseconds(at_percent(&took, 100)),
        }
    }
}

/// What became of everybody.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Phones.
    pub phones: u64,
    /// Of those, in the room's list.
    pub joined: u64,
    /// From the tap to the list.
    pub joined_within: Span,
    /// From sealing a letter to the list, also of letters that were cut, slowed down or sent again.
    pub said_within: Span,
    /// From a letter on the relay's disk, as far as anybody outside can know it, to the list.
    pub lag: Span,
    /// Phones that are not in the list as what they said last, although the relay has a receipt for
    /// all of it.
    pub lost: u64,
    /// Entries of the list beyond one for each phone.
    pub doubled: u64,
    /// Letters that the room took out.
    pub letters: u64,
    /// Requests of phones.
    pub requests: u64,
    /// Of those, cut before or after the answer.
    pub cut: u64,
    /// Answered with "slower".
    pub slowed_down: u64,
    /// Pages loaded again in the middle of a request.
    pub reloaded: u64,
    /// People who left.
    pub left: u64,
    /// Places put.
    pub places: u64,
    /// Of those, opened by the phone they are for.
    pub places_received: u64,
    /// Phones that heard something else.
    pub wrong_places: u64,
    /// From putting the places to the phone that heard its own, of which the most is its pause.
    pub told_within: Span,
    /// The most memory of the relay (bytes).
    pub peak_memory: u64,
}

impl Report {
    /// Nobody lost, nobody twice, everybody told their own.
    pub fn is_clean(&self) -> bool {
        self.lost == 0
            && self.doubled == 0
            && self.joined == self.phones
            && self.wrong_places == 0
            && self.places_received == self.places
    }
}

/// The room itself, with everything that opens it.
#[derive(Debug)]
struct Room {
    relay: String,
    mid: Mid,
    post: Post,
    owner: Owner,
    key: Key,
    client: Client,
    ledger: Ledger,
    register: Register,
    /// When somebody came into the list.
    joined: BTreeMap<Tag, Instant>,
    /// When a letter was in the list.
    taken: BTreeMap<String, Instant>,
}

/// Fills a room and looks at everybody.
pub async fn run(place: &Place, plan: &Plan) -> Result<Report> {
    let grant = Grant::random(&mut UnwrapErr(SysRng));
    let grants = format!("[{{ name = \"hammer\", hash = \"{}\" }}]", grant.hash());
    let setup = place.setup().clone().with("ACCESS_GRANTS", &grants);
    let running = setup.start().await?;
    let relay = format!("http://{}", running.address);
    let mut room = Room::new(&relay, Client::new(running.address));
    room.create(&grant).await?;
    let door = Door {
        link: RoomLink {
            public: room.key.public,
            post: room.post.clone(),
        },
        relay,
        address: running.address,
    };
    let book = Arc::new(Book::default());
    let (speaking, mut spoken) = watch::channel(plan.phones);
    let phones = start(plan, &door, &book, speaking);
    while *spoken.borrow_and_update() > 0 {
        room.collect(WAIT_S).await?;
        // a phone that failed has said so; when all are gone, nobody is waited for
        if spoken.has_changed().is_err() {
            break;
        }
    }
    while room.collect(0).await? {}
    let put = Instant::now();
    let places = room.tell().await?;
    let heard = finish(phones).await?;
    let peak_memory = running.peak_memory()?;
    room.end().await?;
    running.stop().await?;
    report(plan, &room, &book, &heard, places, put, peak_memory)
}

/// What one phone says in the end.
#[derive(Debug)]
struct Heard {
    person: PersonKey,
    gave: Option<Given>,
    /// What it was told, and when; nobody who left asks.
    told: Option<(phone::Told, Instant)>,
}

fn start(
    plan: &Plan,
    door: &Door,
    book: &Arc<Book>,
    speaking: watch::Sender<u64>,
) -> JoinSet<Result<Heard>> {
    let barrier = Arc::new(Barrier::new(usize::try_from(plan.phones).unwrap_or(1)));
    let speaking = Arc::new(speaking);
    let mut chance = Seeded::new(plan.seed, u64::MAX);
    let mut phones = JoinSet::new();
    for number in 0..plan.phones {
        let habits = Habits {
            seed: plan.seed,
            cut_percent: plan.cut_percent,
            reloads: chance.below(100) < plan.reload_percent,
            leaves: chance.below(100) < plan.leave_percent,
            gives_within: plan.gives_within,
            asks_every: plan.asks_every,
        };
        let mut phone = Phone::new(number, door.clone(), habits, Arc::clone(book));
        let (barrier, speaking) = (Arc::clone(&barrier), Arc::clone(&speaking));
        phones.spawn(async move {
            barrier.wait().await;
            let gave = phone.says_everything().await;
            // also when it failed: nobody waits for this one any more
            speaking.send_modify(|it| *it = it.saturating_sub(1));
            let gave = gave?;
            let told = match gave {
                Some(_) => Some((phone.hears().await?, Instant::now())),
                None => None,
            };
            Ok(Heard {
                person: phone.person().clone(),
                gave,
                told,
            })
        });
    }
    phones
}

async fn finish(mut phones: JoinSet<Result<Heard>>) -> Result<Vec<Heard>> {
    let mut all = Vec::new();
    while let Some(heard) = phones.join_next().await {
        all.push(heard??);
    }
    Ok(all)
}

impl Room {
    fn new(relay: &str, client: Client) -> Self {
        let rng = &mut UnwrapErr(SysRng);
        let key = Key::random(rng, 0);
        let mid = key.public.mid();
        Self {
            relay: relay.to_owned(),
            mid,
            post: Post::random(rng),
            owner: Owner::random(rng),
            ledger: Ledger::new(&mid),
            key,
            client,
            register: Register::default(),
            joined: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    async fn create(&mut self, grant: &Grant) -> Result<()> {
        let (relay, mid) = (&self.relay, &self.mid);
        let request = room::create_request(relay, mid, &self.post, &self.owner, TTL_S, grant);
        let reply = self.call(&request).await?;
        let created = room::created(Some(&reply));
        created.map_err(|why| anyhow::anyhow!("the room was not opened: {why:?}"))
    }

    /// As often as it takes: the relay ends connections that are old, and each of the room's requests
    /// may be repeated.
    async fn call(&mut self, request: &Request) -> Result<Reply> {
        for _ in 1..TRIES {
            if let Ok(reply) = exchange(&mut self.client, request).await {
                return Ok(reply);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        exchange(&mut self.client, request).await
    }

    /// One page: into the list, then acknowledged. Whether there was anything.
    async fn collect(&mut self, wait_s: u32) -> Result<bool> {
        let request = self.ledger.wait_request(&self.relay, &self.owner, wait_s);
        let reply = self.call(&request).await?;
        let page = page(Some(&reply));
        let page = page.map_err(|why| anyhow::anyhow!("a list was answered {why:?}"))?;
        let mut sids = Vec::new();
        for event in self.ledger.take(&page) {
            let Event::New { sid, letter, .. } = event else {
                bail!("the list has what nobody asked for: {event:?}");
            };
            self.take(&sid, &letter)?;
            sids.push(sid);
        }
        self.ledger.stored(&sids);
        for of in self.ledger.acknowledge(&sids, &self.relay, &self.owner) {
            let reply = self.call(&of.request).await?;
            let done = self.ledger.acknowledged(&of, Some(&reply));
            done.map_err(|why| anyhow::anyhow!("an ack was answered {why:?}"))?;
        }
        Ok(!page.rows.is_empty())
    }

    fn take(&mut self, sid: &Sid, letter: &[u8]) -> Result<()> {
        let keys = std::slice::from_ref(&self.key);
        let opened = open(letter, &self.mid, keys);
        let opened = opened.map_err(|why| anyhow::anyhow!("a letter did not open: {why:?}"))?;
        let letter = Letter::from_json(&opened.payload);
        let letter = letter.map_err(|why| anyhow::anyhow!("a letter is none: {why:?}"))?;
        let tag = letter.person.tag();
        let took = self.register.take_letter(letter);
        ensure!(took != Took::Full, "the list is full");
        let now = Instant::now();
        if matches!(took, Took::Joined(_)) {
            self.joined.insert(tag, now);
        }
        self.taken.insert(sid.to_string(), now);
        Ok(())
    }

    /// Tells everybody who is there; how many these are.
    async fn tell(&mut self) -> Result<u64> {
        let present = self.register.given();
        let keys = present.filter_map(|(entry, _)| Some((entry.person.0, entry.key.as_ref()?)));
        let pieces = keys.map(|(number, key)| piece(&self.mid, number, key));
        let pieces = pieces.collect::<Result<Vec<_>>>()?;
        let request = room::put_places_request(&self.relay, &self.mid, &self.owner, 1, &pieces);
        let reply = self.call(&request).await?;
        let placed = room::placed(Some(&reply));
        placed.map_err(|why| anyhow::anyhow!("places were answered {why:?}"))?;
        Ok(u64::try_from(pieces.len())?)
    }

    async fn end(&mut self) -> Result<()> {
        let close = room::close_request(&self.relay, &self.mid, &self.owner);
        let delete = room::delete_request(&self.relay, &self.mid, &self.owner);
        for request in [close, delete] {
            self.ends(&request).await?;
        }
        Ok(())
    }

    async fn ends(&mut self, request: &Request) -> Result<()> {
        let reply = self.call(request).await?;
        let ended = room::ended(Some(&reply));
        ended.map_err(|why| anyhow::anyhow!("ending the room was answered {why:?}"))
    }
}

/// A place with the longest name there is for telling whose it is: the tag.
fn piece(mid: &Mid, number: u32, key: &PersonKey) -> Result<Vec<u8>> {
    let place = Told {
        number: 1,
        name: Some(key.tag().to_string()),
        rounds: vec![u16::try_from(number / 5)?.saturating_add(1); 3],
        ..Told::default()
    };
    let sealed = key.seal(mid, &place.to_json(), &mut UnwrapErr(SysRng));
    sealed.map_err(|_| anyhow::anyhow!("a place does not fit"))
}

fn report(
    plan: &Plan,
    room: &Room,
    book: &Book,
    heard: &[Heard],
    places: u64,
    put: Instant,
    peak_memory: u64,
) -> Result<Report> {
    let book = book.open();
    let lost = heard.iter().filter(|it| !is_there(&room.register, it));
    let entries = room.register.entries();
    let known: BTreeSet<Tag> = entries
        .iter()
        .filter_map(|it| Some(it.key.as_ref()?.tag()))
        .collect();
    let ours = heard.iter().filter(|it| known.contains(&it.person.tag()));
    let joined = ours.count();
    let told = |wanted| {
        let told = heard.iter().filter_map(|it| it.told);
        told.filter(move |it| it.0 == wanted)
    };
    let since = |from: &Instant, to: &Instant| to.saturating_duration_since(*from);
    let joins = room.joined.iter();
    let joins = joins.filter_map(|(tag, at)| Some(since(book.tapped.get(tag)?, at)));
    let says = room.taken.iter();
    let says = says.filter_map(|(sid, at)| Some(since(book.sealed.get(sid)?, at)));
    let lags = room.taken.iter();
    let lags = lags.filter_map(|(sid, at)| Some(since(book.stored.get(sid)?, at)));
    Ok(Report {
        phones: plan.phones,
        joined: u64::try_from(joined)?,
        joined_within: Span::of(joins.collect()),
        said_within: Span::of(says.collect()),
        lag: Span::of(lags.collect()),
        lost: u64::try_from(lost.count())?,
        doubled: u64::try_from(entries.len().saturating_sub(joined))?,
        letters: u64::try_from(room.taken.len())?,
        requests: book.requests,
        cut: book.cut,
        slowed_down: book.slowed_down,
        reloaded: book.reloaded,
        left: u64::try_from(heard.iter().filter(|it| it.gave.is_none()).count())?,
        places,
        places_received: u64::try_from(told(phone::Told::Own).count())?,
        wrong_places: u64::try_from(told(phone::Told::Wrong).count())?,
        told_within: Span::of(
            told(phone::Told::Own)
                .map(|(_, at)| since(&put, &at))
                .collect(),
        ),
        peak_memory,
    })
}

/// Whether the list has somebody as they said last.
fn is_there(register: &Register, heard: &Heard) -> bool {
    let mut entries = register.entries().iter();
    let entry = entries.find(|it| it.key.as_ref() == Some(&heard.person));
    entry.is_some_and(|it| match &heard.gave {
        Some(given) => it.standing == Standing::Given(given.clone()),
        None => it.standing == Standing::Left,
    })
}

#[cfg(test)]
mod tests {
    use vaekstspejl_workshop::letter::{Pseudonym, What};

    use super::*;

    fn person(number: u8) -> PersonKey {
        PersonKey::from_bytes([number; PersonKey::BYTES])
    }

    fn letter(number: u8, what: What) -> Letter {
        Letter {
            person: person(number),
            turn: 1,
            name: Pseudonym { word: 1, number: 2 },
            what,
        }
    }

    /// Somebody who gave nothing in particular, and was told.
    fn heard(number: u8, told: phone::Told) -> Heard {
        Heard {
            person: person(number),
            gave: Some(Given::default()),
            told: Some((told, Instant::now())),
        }
    }

    fn report_of(letters: Vec<Letter>, heard: &[Heard]) -> Report {
        let nowhere = Client::new("127.0.0.1:1".parse().unwrap());
        let mut room = Room::new("http://127.0.0.1:1", nowhere);
        for letter in letters {
            room.register.take_letter(letter);
        }
        let plan = Plan {
            phones: u64::try_from(heard.len()).unwrap(),
            ..Plan::of_tests(1)
        };
        let book = Book::default();
        report(&plan, &room, &book, heard, plan.phones, Instant::now(), 0).unwrap()
    }

    #[test]
    fn who_is_lost_twice_or_told_wrongly_is_seen() {
        let gives = |number| letter(number, What::Gives(Given::default()));
        let own = |number| heard(number, phone::Told::Own);
        let clean = report_of(vec![gives(1), gives(2)], &[own(1), own(2)]);
        assert!(clean.is_clean(), "{clean:?}");

        let missing = report_of(vec![gives(1)], &[own(1), own(2)]);
        assert_eq!((missing.lost, missing.joined), (1, 1));
        // there, but not as they said last
        let behind = report_of(vec![gives(1), letter(2, What::Here)], &[own(1), own(2)]);
        assert_eq!((behind.lost, behind.joined), (1, 2));
        let twice = report_of(vec![gives(1), gives(2), gives(3)], &[own(1), own(2)]);
        assert_eq!((twice.lost, twice.doubled), (0, 1));
        let wrong = [own(1), heard(2, phone::Told::Wrong)];
        let wrong = report_of(vec![gives(1), gives(2)], &wrong);
        assert_eq!((wrong.wrong_places, wrong.places_received), (1, 1));
        for report in [missing, behind, twice, wrong] {
            assert!(!report.is_clean());
        }
    }
}
