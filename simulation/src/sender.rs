//! The senders: people with devices, storage that survives a crash, two tabs, a lock. Each tab is
//! a shell over the real queue: `vaekstspejl_mailbox::outbox`.

use crate::fault::Fault;
use crate::mistake::Mistake;
use crate::network::Caller;
use crate::relay::ADDRESS;
use crate::world::{DAY_MS, Event, MINUTE_MS, Published, SECOND_MS, World};
use std::collections::BTreeMap;
use vaekstspejl_envelope::{LetterKind, Sid, seal};
use vaekstspejl_mailbox::call::Reply;
use vaekstspejl_mailbox::outbox::{Asked, Item, Office, State, due, rest_ms};
use vaekstspejl_mailbox::wire::Receipt;

/// How many letters one device queues in its life.
const MOST_LETTERS: u64 = 40;

/// A person's device.
#[derive(Debug, Default)]
pub(crate) struct Device {
    /// Letters by their ids, as read from their records: what survives.
    disk: BTreeMap<Sid, Item>,
    /// A record was written that cannot be read.
    pub(crate) unreadable: bool,
    /// Which tab holds the lock.
    lock: Option<usize>,
    no_locks: bool,
    tabs: [Tab; 2],
    pub(crate) clock_ahead: i64,
    pub(crate) offline_until: u64,
    pub(crate) portal_until: u64,
    pub(crate) newest_call: u64,
    queued: u64,
    /// The settings this device read last.
    settings: Option<Published>,
}

#[derive(Debug, Default)]
struct Tab {
    open: bool,
    life: u64,
    doing: Doing,
    /// Nothing was looked at since it was opened.
    fresh: bool,
    /// The office's settings could not be read in this round.
    no_settings: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Doing {
    #[default]
    Nothing,
    /// Waits for its own write, or for the settings.
    Busy,
    Calling {
        call: u64,
        asked: Asked,
        item: Box<Item>,
    },
}

/// A change of the device's storage, carried out when it is committed: on what stands there then.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    Queue(Box<Item>, u64),
    Recover,
    Begin(Sid),
    Answered(Box<Answered>),
    Configure(Sid, Box<Published>),
    Hurry,
    Unpark,
    Withdraw(Sid),
}

#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// The letter as the tab remembers it.
    item: Item,
    asked: Asked,
    reply: Option<Reply>,
    jitter: u32,
}

impl Device {
    pub(crate) fn new(no_locks: bool) -> Self {
        Self {
            no_locks,
            ..Self::default()
        }
    }

    /// Every letter on it.
    pub(crate) fn items(&self) -> Vec<Item> {
        self.disk.values().cloned().collect()
    }

    fn item(&self, sid: &Sid) -> Option<Item> {
        self.disk.get(sid).cloned()
    }

    /// Writes a record, and reads it as the next start would.
    fn put(&mut self, item: &Item) {
        match Item::from_record(&item.to_record()) {
            Ok(read) => drop(self.disk.insert(item.sid, read)),
            Err(_) => self.unreadable = true,
        }
    }

    fn change(&mut self, sid: &Sid, change: impl FnOnce(Item) -> Item) {
        if let Some(item) = self.item(sid) {
            self.put(&change(item));
        }
    }

    fn change_all(&mut self, change: impl Fn(Item) -> Item) {
        for sid in self.disk.keys().copied().collect::<Vec<_>>() {
            self.change(&sid, &change);
        }
    }
}

impl World {
    fn caller(&self, device: usize, tab: usize) -> Caller {
        let life = self.devices[device].tabs[tab].life;
        Caller::Tab { device, tab, life }
    }

    /// The tab, if it still lives.
    fn living(&mut self, caller: Caller) -> Option<(usize, usize)> {
        let Caller::Tab { device, tab, life } = caller else {
            return None;
        };
        let found = &self.devices[device].tabs[tab];
        (found.open && found.life == life).then_some((device, tab))
    }

    fn device_time(&self, device: usize) -> u64 {
        self.now_ms
            .saturating_add_signed(self.devices[device].clock_ahead)
    }

    pub(crate) fn open_tab(&mut self, device: usize, tab: usize) {
        let found = &mut self.devices[device].tabs[tab];
        if found.open {
            return;
        }
        found.open = true;
        found.fresh = true;
        found.life += 1;
        found.doing = Doing::Nothing;
        let caller = self.caller(device, tab);
        self.after(SECOND_MS, Event::TabWakes(caller));
    }

    fn close_tab(&mut self, device: usize, tab: usize) {
        let found = &mut self.devices[device];
        if found.tabs[tab].doing != Doing::Nothing {
            self.happened(Fault::TabCrash);
        }
        let found = &mut self.devices[device];
        found.tabs[tab].open = false;
        found.tabs[tab].life += 1;
        if found.lock == Some(tab) {
            found.lock = None;
        }
    }

    /// From now on nothing goes wrong on this device, and the person has one tab open.
    pub(crate) fn calm_device(&mut self, device: usize) {
        for tab in 0..2 {
            self.devices[device].tabs[tab].open = false;
            self.devices[device].tabs[tab].life += 1;
        }
        let found = &mut self.devices[device];
        found.lock = None;
        found.clock_ahead = 0;
        found.offline_until = 0;
        found.portal_until = 0;
        self.open_tab(device, 0);
    }

    /// A person does something, or nothing.
    pub(crate) fn person_acts(&mut self, device: usize) {
        let wait = match self.calm {
            true => MINUTE_MS,
            false => self.random.between(5 * SECOND_MS, 4 * MINUTE_MS),
        };
        self.after(wait, Event::PersonActs(device));
        let tab = match self.devices[device].tabs[1].open {
            true => self.random.index(2),
            false => 0,
        };
        if self.calm {
            return self.write(device, tab, Write::Unpark);
        }
        if !self.devices[device].tabs[tab].open {
            return self.open_tab(device, tab);
        }
        match self.random.below(10) {
            0..=3 => self.queues(device, tab),
            4 => self.withdraws(device, tab),
            5 => self.write(device, tab, Write::Unpark),
            6 => self.write(device, tab, Write::Hurry),
            7 if self.plan.faults.contains(&Fault::TwoTabs) => self.open_tab(device, 1),
            8 if self.plan.faults.contains(&Fault::TabCrash) => self.close_tab(device, tab),
            _ => {}
        }
    }

    /// Writes something of the person's; the tab's own work goes on beside it.
    fn write(&mut self, device: usize, tab: usize, write: Write) {
        let wait = self.random.between(1, 200);
        let caller = self.caller(device, tab);
        self.after(wait, Event::Written(caller, Box::new(write)));
    }

    fn queues(&mut self, device: usize, tab: usize) {
        if self.devices[device].queued >= MOST_LETTERS {
            return;
        }
        self.devices[device].queued += 1;
        // a page that was opened before has the settings of then
        if self.devices[device].settings.is_none() || self.random.per_mille(500) {
            self.devices[device].settings = Some(self.settings().clone());
        }
        let payload = self.oracle.new_payload(&mut self.random);
        let number = payload.0;
        if let Some(item) = self.seal(device, &payload.1) {
            self.write(device, tab, Write::Queue(Box::new(item), number));
        }
    }

    fn seal(&mut self, device: usize, payload: &[u8]) -> Option<Item> {
        let settings = self.devices[device].settings.clone()?;
        let sid = Sid::random(&mut self.random);
        let (mid, kind) = (self.mid, LetterKind::Submission);
        let letter = seal(kind, &settings.key, &mid, &sid, payload, &mut self.random).ok()?;
        let delete = self.new_delete();
        let now = self.device_time(device);
        Item::new(letter, ADDRESS, &settings.post, &delete, "Byen", now)
    }

    fn withdraws(&mut self, device: usize, tab: usize) {
        let items = self.devices[device].items();
        let racing: Vec<&Item> = items.iter().filter(|it| is_uncertain(&it.state)).collect();
        let item = match self.random.per_mille(500) {
            true => racing.first().copied(),
            false => items.get(self.random.index(items.len())),
        };
        let Some(item) = item else {
            return;
        };
        if is_uncertain(&item.state) && !self.plan.faults.contains(&Fault::WithdrawalRace) {
            return;
        }
        self.write(device, tab, Write::Withdraw(item.sid));
    }

    /// A person withdraws a certain letter.
    pub(crate) fn person_regrets(&mut self, caller: Caller, sid: Sid) {
        if let Some((device, tab)) = self.living(caller)
            && !self.calm
        {
            self.write(device, tab, Write::Withdraw(sid));
        }
    }

    /// A tab looks whether there is anything to do.
    pub(crate) fn tab_wakes(&mut self, caller: Caller) {
        let Some((device, tab)) = self.living(caller) else {
            return;
        };
        if self.devices[device].tabs[tab].doing != Doing::Nothing {
            return;
        }
        let other = self.devices[device].lock.is_some_and(|it| it != tab);
        if other {
            self.happened(Fault::TwoTabs);
        }
        if other && !self.devices[device].no_locks {
            return self.after(5 * SECOND_MS, Event::TabWakes(caller));
        }
        if other {
            self.happened(Fault::NoLocks);
        }
        let found = &mut self.devices[device];
        found.lock = Some(tab);
        found.tabs[tab].no_settings = false;
        found.tabs[tab].doing = Doing::Busy;
        if core::mem::take(&mut found.tabs[tab].fresh) && !found.no_locks {
            return self.write(device, tab, Write::Recover);
        }
        self.next(device, tab);
    }

    /// The next step of a tab that has the lock.
    fn next(&mut self, device: usize, tab: usize) {
        let now = self.device_time(device);
        let mut items = self.devices[device].items();
        items.retain(|it| !self.waits_for_its_clock(it, now));
        let wanting = items.iter().find(|it| it.needs_settings());
        if let Some(item) = wanting
            && !self.devices[device].tabs[tab].no_settings
        {
            let caller = self.caller(device, tab);
            return self.after(300, Event::SettingsRead(caller, item.sid));
        }
        if let Some(number) = due(&items, now)
            && let Some(item) = items.get(number)
        {
            if self.makes(Mistake::TabSendsBeforeWriting) {
                return self.send(device, tab, item.clone().begin(now));
            }
            return self.write(device, tab, Write::Begin(item.sid));
        }
        let rest = rest_ms(&items, now).unwrap_or(5 * MINUTE_MS);
        self.rests(device, tab, rest);
    }

    fn rests(&mut self, device: usize, tab: usize, rest_ms: u64) {
        let found = &mut self.devices[device];
        found.tabs[tab].doing = Doing::Nothing;
        if found.lock == Some(tab) {
            found.lock = None;
        }
        // timers of browsers do not follow a clock that jumps, so a shell looks again now and then
        let wait = rest_ms.clamp(SECOND_MS, MINUTE_MS);
        let caller = self.caller(device, tab);
        self.after(wait, Event::TabWakes(caller));
    }

    fn send(&mut self, device: usize, tab: usize, item: Item) {
        let caller = self.caller(device, tab);
        let Some((asked, request)) = item.request() else {
            return self.next(device, tab);
        };
        let call = self.call(caller, request, Some(asked));
        self.devices[device].tabs[tab].doing = Doing::Calling {
            call,
            asked,
            item: Box::new(item),
        };
    }

    pub(crate) fn tab_answered(&mut self, caller: Caller, number: u64, reply: Option<Reply>) {
        let Some((device, tab)) = self.living(caller) else {
            return;
        };
        let Doing::Calling { call, asked, item } = &self.devices[device].tabs[tab].doing else {
            return;
        };
        if *call != number {
            return;
        }
        let answered = Answered {
            item: Item::clone(item),
            asked: *asked,
            reply,
            jitter: self.random.bits(),
        };
        self.devices[device].tabs[tab].doing = Doing::Busy;
        self.write(device, tab, Write::Answered(Box::new(answered)));
    }

    pub(crate) fn settings_read(&mut self, caller: Caller, sid: Sid) {
        let Some((device, tab)) = self.living(caller) else {
            return;
        };
        if !self.calm && self.random.per_mille(300) {
            self.devices[device].tabs[tab].no_settings = true;
            return self.next(device, tab);
        }
        let settings = self.settings().clone();
        self.devices[device].settings = Some(settings.clone());
        self.write(device, tab, Write::Configure(sid, Box::new(settings)));
    }

    /// A transaction ended: it is on the disk, or refused. One whose tab is no more may be either.
    pub(crate) fn written(&mut self, caller: Caller, write: Write) {
        let Caller::Tab { device, tab, life } = caller else {
            return;
        };
        let own = matches!(
            write,
            Write::Recover | Write::Begin(_) | Write::Answered(_) | Write::Configure(..)
        );
        let lives = self.living(caller).is_some();
        if !lives && life > 0 && self.random.per_mille(500) {
            return;
        }
        if lives && self.strikes(Fault::StorageRefused) {
            if own {
                self.rests(device, tab, 5 * SECOND_MS);
            }
            return;
        }
        let begun = match &write {
            Write::Begin(sid) => Some(*sid),
            _ => None,
        };
        self.commit(device, write);
        if lives && self.strikes(Fault::TabCrash) {
            return self.close_tab(device, tab);
        }
        if !lives {
            return;
        }
        match begun.and_then(|sid| self.devices[device].item(&sid)) {
            Some(item) => self.send(device, tab, item),
            None if own => self.next(device, tab),
            // something new: look at it at once
            None => self.after(1, Event::TabWakes(caller)),
        }
    }

    fn commit(&mut self, device: usize, write: Write) {
        let now = self.device_time(device);
        match write {
            Write::Queue(item, payload) => {
                self.oracle.queued_as(item.sid, payload);
                self.devices[device].put(&item);
            }
            Write::Recover => self.devices[device].change_all(Item::recovered),
            Write::Begin(sid) => self.devices[device].change(&sid, |it| it.begin(now)),
            Write::Answered(answered) => self.commit_answer(device, &answered, now),
            Write::Configure(sid, settings) => {
                let office = Office {
                    relay: ADDRESS,
                    mid: self.mid,
                    post: &settings.post,
                };
                self.devices[device].change(&sid, |it| it.configured(Some(&office)));
            }
            Write::Hurry => self.devices[device].change_all(Item::hurried),
            Write::Unpark => self.devices[device].change_all(|it| it.unparked(now)),
            Write::Withdraw(sid) => self.commit_withdrawal(device, sid),
        }
    }

    fn commit_withdrawal(&mut self, device: usize, sid: Sid) {
        let Some(item) = self.devices[device].item(&sid) else {
            return;
        };
        if is_uncertain(&item.state) {
            self.happened(Fault::WithdrawalRace);
        }
        self.oracle.withdrawn_as(&sid);
        let uncertain = is_uncertain(&item.state);
        let mut item = item.withdrawn();
        if uncertain && self.makes(Mistake::WithdrawalOnDeviceOnly) {
            item.state = State::Withdrawn;
        }
        self.devices[device].put(&item);
    }

    fn commit_answer(&mut self, device: usize, answered: &Answered, now: u64) {
        let sid = answered.item.sid;
        let Some(stands) = self.devices[device].item(&sid) else {
            return;
        };
        let stands = match self.makes(Mistake::TabWritesOverOthers) {
            true => answered.item.clone(),
            false => stands,
        };
        if let Some(wrong) = self.mistaken(device, &stands, answered) {
            return self.devices[device].put(&wrong);
        }
        // the office has not looked since
        self.office_is_disturbed();
        let reply = answered.reply.as_ref();
        let after = stands.answered(answered.asked, reply, now, answered.jitter);
        self.devices[device].put(&after);
    }

    /// What a program with a mistake makes of an answer.
    fn mistaken(&mut self, device: usize, item: &Item, answered: &Answered) -> Option<Item> {
        let mistake = self.plan.mistake?;
        let posted = answered.asked == Asked::Post && matches!(item.state, State::Sending { .. });
        let status = answered.reply.as_ref().map_or(0, |it| it.status);
        let mut wrong = item.clone();
        match mistake {
            Mistake::OutboxBelievesStatus if posted && (200..300).contains(&status) => {
                wrong.state = believed(item);
            }
            Mistake::OutboxBelievesAnyReceipt
                if posted
                    && answered
                        .reply
                        .as_ref()
                        .is_some_and(|it| it.json::<Receipt>(&[200, 201]).is_some()) =>
            {
                wrong.state = believed(item);
            }
            Mistake::OutboxGivesUp if posted && status == 0 => wrong.state = State::Withdrawn,
            Mistake::OutboxSealsAgain if posted && status == 0 => {
                let payload = self.oracle.payload_of(&item.sid)?;
                wrong = self.seal(device, &payload.1)?;
                self.devices[device].disk.remove(&item.sid);
                self.oracle.sealed_again(&item.sid, wrong.sid);
            }
            Mistake::WithdrawalBelievesFirstAbsence
                if answered.asked == Asked::Withdraw && status == 404 =>
            {
                wrong.state = State::Withdrawn;
            }
            _ => return None,
        }
        if matches!(wrong.state, State::Accepted { .. } | State::Withdrawn) {
            wrong.letter = Vec::new();
        }
        Some(wrong)
    }

    fn waits_for_its_clock(&self, item: &Item, now: u64) -> bool {
        let from = match &item.state {
            State::Sealed { pause, .. } | State::Withdrawing { pause, .. } => pause.from_ms,
            _ => 0,
        };
        self.makes(Mistake::OutboxTrustsItsClock) && from > now.saturating_add(DAY_MS)
    }
}

/// Nobody knows whether the relay has it.
fn is_uncertain(state: &State) -> bool {
    match state {
        State::Sending { .. } => true,
        State::Sealed { attempts, .. } | State::Parked { attempts, .. } => *attempts > 0,
        State::Accepted { .. } | State::Withdrawing { .. } | State::Withdrawn => false,
    }
}

/// Accepted without a reason.
fn believed(item: &Item) -> State {
    State::Accepted {
        receipt: Receipt {
            v: 1,
            sid: item.sid.to_string(),
            sha256: item.sha256.clone(),
            stored_day: 0,
            expires_day: 0,
        },
    }
}
