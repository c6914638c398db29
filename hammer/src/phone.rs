//! A phone in a workshop's room: what it says is sealed and queued as in a browser, over a line that
//! is cut now and then, by somebody who loads the page again in the middle. It believes only what
//! the queue believes, and opens only what is sealed to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use vaekstspejl_engine::{NeedId, ScaleId, SegmentId};
use vaekstspejl_envelope::{Delete, LetterKind, PersonKey, RoomLink, Sid, Tag, seal};
use vaekstspejl_mailbox::call::{Reply, Request};
use vaekstspejl_mailbox::outbox::{Item, State};
use vaekstspejl_mailbox::room;
use vaekstspejl_workshop::answer::{Answer, Level};
use vaekstspejl_workshop::letter::{Given, Letter, Pseudonym, What};
use vaekstspejl_workshop::place::Place;
use vaekstspejl_workshop::slots::Urgency;

use crate::http::{Client, request};
use crate::seeded::Seeded;

/// How long a phone goes on with one thing before the run counts as failed.
const PATIENCE: Duration = Duration::from_secs(180);

/// The room as its link says it, and where the relay is.
#[derive(Clone, Debug)]
pub struct Door {
    /// The room's link.
    pub link: RoomLink,
    /// As the link's program has it in its settings.
    pub relay: String,
    /// Where that is on this machine.
    pub address: SocketAddr,
}

/// How a phone and its line behave.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Decides everything that is random here.
    pub seed: u64,
    /// Of a hundred requests, so many are cut.
    pub cut_percent: u64,
    /// The page is loaded again in the middle of a request, once.
    pub reloads: bool,
    /// Says at last that they leave.
    pub leaves: bool,
    /// How long they take to give, at most.
    pub gives_within: Duration,
    /// How often they ask what they are told.
    pub asks_every: Duration,
}

/// What all phones wrote down, with the moments.
#[derive(Debug, Default)]
pub struct Book(Mutex<Pages>);

/// The pages of the [`Book`].
#[derive(Debug, Default)]
pub struct Pages {
    /// When somebody tapped "join".
    pub tapped: BTreeMap<Tag, Instant>,
    /// When a letter was sealed.
    pub sealed: BTreeMap<String, Instant>,
    /// When a letter was first known to be on the relay's disk, also where the phone never heard it.
    pub stored: BTreeMap<String, Instant>,
    /// Requests begun.
    pub requests: u64,
    /// Of those, cut.
    pub cut: u64,
    /// Answers that said "slower".
    pub slowed_down: u64,
    /// Pages loaded again.
    pub reloaded: u64,
}

impl Book {
    /// To read and to write.
    pub fn open(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a phone was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Its own place.
    Own,
    /// Something that is not its own.
    Wrong,
}

/// A phone.
#[derive(Debug)]
pub struct Phone {
    door: Door,
    habits: Habits,
    book: Arc<Book>,
    client: Client,
    seeded: Seeded,
    person: PersonKey,
    turn: u32,
    /// Which of its letters, from 1, the page is loaded again in; 0: none any more.
    reloads_in: u32,
}

impl Phone {
    /// Somebody who has opened the link and done nothing yet.
    pub fn new(number: u64, door: Door, habits: Habits, book: Arc<Book>) -> Self {
        let mut seeded = Seeded::new(habits.seed, number);
        let reloads_in = match habits.reloads {
            true => u32::from(seeded.below(2) == 1) + 1,
            false => 0,
        };
        Self {
            client: Client::new(door.address),
            person: PersonKey::random(&mut UnwrapErr(SysRng)),
            door,
            habits,
            book,
            seeded,
            turn: 0,
            reloads_in,
        }
    }

    /// Who this is.
    pub fn person(&self) -> &PersonKey {
        &self.person
    }

    /// Taps "join", gives after a while, and perhaps leaves. What the room must know of them in the
    /// end; `None`: that they left.
    pub async fn says_everything(&mut self) -> Result<Option<Given>> {
        let tag = self.person.tag();
        self.book.open().tapped.insert(tag, Instant::now());
        self.says(What::Here).await?;
        let within = u64::try_from(self.habits.gives_within.as_millis())?;
        let pause = Duration::from_millis(self.seeded.below(within));
        tokio::time::sleep(pause).await;
        let given = self.given();
        self.says(What::Gives(given.clone())).await?;
        if !self.habits.leaves {
            return Ok(Some(given));
        }
        self.says(What::Leaves).await?;
        Ok(None)
    }

    fn given(&mut self) -> Given {
        let scales = ["drive", "customers", "economy", "network", "plan", "team"];
        let mut level = || u8::try_from(self.seeded.below(5)).ok()?.checked_add(1);
        let levels = scales.map(|it| Some((ScaleId::from(it), Level::new(level()?)?)));
        let needs = ["financing", "sales", "sparring"].map(NeedId::from);
        Given {
            answer: Answer {
                levels: levels.into_iter().flatten().collect(),
                needs: needs.iter().cloned().collect(),
                stage: Some(SegmentId::from("startup")),
            },
            urgency: needs
                .iter()
                .map(|it| (it.clone(), Urgency::USUAL))
                .collect(),
            wish: needs.first().cloned(),
        }
    }

    async fn says(&mut self, what: What) -> Result<()> {
        self.turn += 1;
        let letter = Letter {
            person: self.person.clone(),
            turn: self.turn,
            name: Pseudonym {
                word: u8::try_from(self.seeded.below(60))?,
                number: u8::try_from(self.seeded.below(98))?.saturating_add(2),
            },
            what,
        };
        let rng = &mut UnwrapErr(SysRng);
        let (sid, delete) = (Sid::random(rng), Delete::random(rng));
        let begun = Instant::now();
        self.book.open().sealed.insert(sid.to_string(), begun);
        let (public, mid) = (&self.door.link.public, self.door.link.mid());
        let json = letter.to_json();
        let sealed = seal(LetterKind::RoomAnswer, public, &mid, &sid, &json, rng);
        let sealed = sealed.map_err(|why| anyhow::anyhow!("a letter was not sealed: {why:?}"))?;
        let item = Item::new(
            sealed,
            &self.door.relay,
            &self.door.link.post,
            &delete,
            "room",
            now_ms(),
        );
        self.deliver(item.context("a sealed letter is no letter")?)
            .await
    }

    /// As the shell of a browser does it: see the head of the queue's module.
    async fn deliver(&mut self, mut item: Item) -> Result<()> {
        let begun = Instant::now();
        loop {
            ensure!(
                begun.elapsed() < PATIENCE,
                "a letter was not taken: {:?}",
                item.state
            );
            if matches!(item.state, State::Accepted { .. }) {
                return Ok(());
            }
            let Some(rest_ms) = item.rest_ms(now_ms()) else {
                bail!("a letter was parked: {:?}", item.state);
            };
            tokio::time::sleep(Duration::from_millis(rest_ms)).await;
            item = item.begin(now_ms());
            let Some((asked, request)) = item.request() else {
                continue;
            };
            let sid = item.sid.to_string();
            if self.reloads_in == self.turn {
                self.reloads_in = 0;
                item = self.loaded_again(item, &sid, &request).await?;
                continue;
            }
            let reply = self.send(&request, Some(&sid)).await;
            let jitter = u32::try_from(self.seeded.below(1 << 32))?;
            item = item.answered(asked, reply.as_ref(), now_ms(), jitter);
        }
    }

    /// The page goes while a request is on its way, and comes back with what the device kept.
    async fn loaded_again(&mut self, item: Item, sid: &str, request: &Request) -> Result<Item> {
        let (record, person) = (item.to_record(), self.person.to_text());
        let _ = self.send(request, Some(sid)).await;
        self.book.open().reloaded += 1;
        self.client = Client::new(self.door.address);
        let read = PersonKey::parse(&person);
        self.person = read.map_err(|_| anyhow::anyhow!("the key was not kept"))?;
        let item = Item::from_record(&record);
        let item = item.map_err(|_| anyhow::anyhow!("the letter was not kept"))?;
        Ok(item.recovered())
    }

    /// Sends a request over a line that may be cut; `None`: no answer was heard.
    async fn send(&mut self, request: &Request, sid: Option<&str>) -> Option<Reply> {
        let cut = self.seeded.below(100) < self.habits.cut_percent;
        let way = self.seeded.below(3);
        {
            let mut book = self.book.open();
            book.requests += 1;
            book.cut += u64::from(cut);
        }
        if cut && way < 2 {
            let bytes = bytes(request);
            // in the middle of the body, or after all of it
            let sent = match way {
                0 => bytes.len() - request.body.len() / 2 - 1,
                _ => bytes.len(),
            };
            let _ = self.client.hang_up_after(&bytes, sent).await;
            return None;
        }
        let reply = exchange(&mut self.client, request).await.ok()?;
        let mut book = self.book.open();
        if let (Some(sid), 200 | 201) = (sid, reply.status) {
            book.stored
                .entry(sid.to_owned())
                .or_insert_with(Instant::now);
        }
        book.slowed_down += u64::from(reply.status == 429);
        (!cut).then_some(reply)
    }

    /// Asks until the room has told it something, and opens that.
    pub async fn hears(&mut self) -> Result<Told> {
        let begun = Instant::now();
        let mid = self.door.link.mid();
        let tag = self.person.tag();
        let request = room::place_request(&self.door.relay, &mid, &self.door.link.post, &tag);
        // not all in the same moment
        let every = u64::try_from(self.habits.asks_every.as_millis())?;
        tokio::time::sleep(Duration::from_millis(self.seeded.below(every))).await;
        loop {
            ensure!(begun.elapsed() < PATIENCE, "nothing was told to a phone");
            let reply = self.send(&request, None).await;
            let told = room::place(reply.as_ref()).ok();
            if let Some(piece) = told.and_then(|it| it.piece) {
                return Ok(self.opens(&piece));
            }
            tokio::time::sleep(self.habits.asks_every).await;
        }
    }

    /// Only with its own key, and only what was made for it.
    fn opens(&self, piece: &[u8]) -> Told {
        let opened = self.person.open(&self.door.link.mid(), piece);
        let place = opened.ok().and_then(|it| Place::from_json(&it).ok());
        match place.and_then(|it| it.name) {
            Some(name) if name == self.person.tag().to_string() => Told::Own,
            _ => Told::Wrong,
        }
    }
}

/// Sends what the protocol's functions say, and reads what they read.
pub async fn exchange(client: &mut Client, request: &Request) -> Result<Reply> {
    let (line, head) = line_and_head(request);
    let answer = client.send(&line, &head, &request.body).await?;
    Ok(Reply {
        status: answer.status,
        content_type: answer.content_type,
        retry_after: answer.retry_after,
        body: answer.body,
    })
}

fn line_and_head(request: &Request) -> (String, String) {
    let path = request.url.split_once("://").map_or("", |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, rest)| rest);
    let line = format!("{} /{path}", request.method);
    let headers = request.headers.iter();
    let head = headers.map(|(name, value)| format!("{name}: {value}\r\n"));
    (line, head.collect())
}

fn bytes(of: &Request) -> Vec<u8> {
    let (line, head) = line_and_head(of);
    request(&line, &head, &of.body)
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
}
