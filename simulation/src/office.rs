//! The office: a shell over the real collector, `vaekstspejl_mailbox::inbox`, with a disk that
//! survives a crash.

use crate::fault::Fault;
use crate::mistake::Mistake;
use crate::network::Caller;
use crate::relay::ADDRESS;
use crate::world::{Event, MINUTE_MS, SECOND_MS, World};
use std::collections::BTreeMap;
use vaekstspejl_envelope::{Mid, Sid};
use vaekstspejl_mailbox::call::{Reply, Request};
use vaekstspejl_mailbox::inbox::{Acknowledgement, Event as Told, Ledger, page, state};

/// The office's program and its disk.
#[derive(Debug)]
pub(crate) struct Office {
    life: u64,
    pub(crate) ledger: Ledger,
    /// Letters by their ids: what survives.
    pub(crate) letters: BTreeMap<Sid, Vec<u8>>,
    /// The ledger's record: what survives.
    record: Option<String>,
    doing: Doing,
    /// Rows above this number may be owed since the last start.
    owed_above: Option<u64>,
    /// Handed over by the collector, on its way to the disk.
    hands: Vec<Told>,
    /// The last page had rows, so there may be more.
    more: bool,
    /// So many rounds in a row brought nothing new.
    pub(crate) quiet_rounds: u64,
    round_was_quiet: bool,
}

#[derive(Debug)]
enum Doing {
    Nothing,
    Asking(u64, Asking),
    Writing,
}

#[derive(Debug)]
enum Asking {
    State,
    Owed,
    List,
    Acknowledge(Acknowledgement),
}

impl Office {
    pub(crate) fn new(mid: &Mid) -> Self {
        Self {
            life: 0,
            ledger: Ledger::new(mid),
            letters: BTreeMap::new(),
            record: None,
            doing: Doing::Nothing,
            owed_above: Some(0),
            hands: Vec::new(),
            more: false,
            quiet_rounds: 0,
            round_was_quiet: true,
        }
    }
}

impl World {
    /// A round begins: how is the mailbox?
    pub(crate) fn office_wakes(&mut self, life: u64) {
        if life != self.office.life || !matches!(self.office.doing, Doing::Nothing) {
            return;
        }
        self.office.round_was_quiet = true;
        let request = self.office.ledger.state_request(ADDRESS, &self.owner);
        self.office_asks(Asking::State, request);
    }

    fn office_asks(&mut self, what: Asking, request: Request) {
        let life = self.office.life;
        let call = self.call(Caller::Office { life }, request, None);
        self.office.doing = Doing::Asking(call, what);
    }

    fn office_rests(&mut self) {
        self.office.doing = Doing::Nothing;
        self.office.quiet_rounds = match self.office.round_was_quiet {
            true => self.office.quiet_rounds + 1,
            false => 0,
        };
        let life = self.office.life;
        let wait = self.random.between(20 * SECOND_MS, 3 * MINUTE_MS);
        self.after(wait, Event::OfficeWakes(life));
    }

    pub(crate) fn office_answered(&mut self, life: u64, number: u64, reply: Option<Reply>) {
        if life != self.office.life
            || !matches!(&self.office.doing, Doing::Asking(call, _) if *call == number)
        {
            return;
        }
        if self.office_crashes() {
            return;
        }
        let Doing::Asking(_, what) = core::mem::replace(&mut self.office.doing, Doing::Nothing)
        else {
            return;
        };
        let reply = reply.as_ref();
        match what {
            Asking::State => self.office_compares(reply),
            Asking::Owed => self.office_takes(reply, true),
            Asking::List => self.office_takes(reply, false),
            Asking::Acknowledge(of) => {
                if self.office.ledger.acknowledged(&of, reply).is_err() {
                    self.office.round_was_quiet = false;
                }
                self.office_writes_record();
                self.office_rests();
            }
        }
    }

    fn office_compares(&mut self, reply: Option<&Reply>) {
        let Ok(told) = state(reply) else {
            self.office.round_was_quiet = false;
            return self.office_rests();
        };
        if let Some(history) = self.office.ledger.compare(&told) {
            return self.fail(&format!(
                "the relay is honest and is said not to be: {history:?}"
            ));
        }
        self.office_goes_on();
    }

    /// First what is owed, then what is new, then what may be acknowledged.
    fn office_goes_on(&mut self) {
        if let Some(above) = self.office.owed_above {
            if !self.makes(Mistake::OfficeForgetsWhatItOwes)
                && let Some(request) = self.office.ledger.owed_request(above, ADDRESS, &self.owner)
            {
                return self.office_asks(Asking::Owed, request);
            }
            self.office.owed_above = None;
        }
        let request = self.office.ledger.list_request(ADDRESS, &self.owner);
        self.office_asks(Asking::List, request);
    }

    fn office_takes(&mut self, reply: Option<&Reply>, owed: bool) {
        let Ok(page) = page(reply) else {
            self.office.round_was_quiet = false;
            self.office.owed_above = Some(0);
            return self.office_rests();
        };
        if owed {
            self.office.owed_above = page.rows.last().map(|row| row.seq);
        }
        self.office.more = !page.rows.is_empty() && !owed;
        let told = self.office.ledger.take(&page);
        for event in &told {
            match event {
                Told::History(history) => {
                    let what = format!("the relay is honest and is said not to be: {history:?}");
                    return self.fail(&what);
                }
                Told::Bad { .. } => self.office.owed_above = Some(0),
                _ => {}
            }
        }
        self.office.round_was_quiet &= told.is_empty();
        self.office.hands = told;
        if self.makes(Mistake::OfficeAcknowledgesBeforeStoring) {
            let sids = self.office_news();
            self.office.ledger.stored(&sids);
            self.office.doing = Doing::Writing;
            return self.office_acknowledges();
        }
        // the record may be written before the letters are
        if self.random.per_mille(300) {
            self.office_writes_record();
        }
        self.office.doing = Doing::Writing;
        let wait = self.random.between(5, 500);
        let life = self.office.life;
        self.after(wait, Event::OfficeWritten(life));
    }

    fn office_news(&self) -> Vec<Sid> {
        let news = self.office.hands.iter().filter_map(|told| match told {
            Told::New { sid, .. } => Some(*sid),
            _ => None,
        });
        news.collect()
    }

    /// Everything that was handed over is on the disk.
    pub(crate) fn office_written(&mut self, life: u64) {
        if life != self.office.life || self.office_crashes() {
            return;
        }
        for told in core::mem::take(&mut self.office.hands) {
            self.office_commits(&told);
            match told {
                Told::New { sid, .. } => self.office.ledger.stored(&[sid]),
                Told::Withdrawn { sid } => self.office.ledger.removed(&[sid]),
                _ => {}
            }
        }
        // or after them, or not this time
        if self.random.per_mille(700) {
            self.office_writes_record();
        }
        if self.office.owed_above.is_some_and(|above| above > 0) || self.office.more {
            return self.office_goes_on();
        }
        self.office_acknowledges();
    }

    fn office_commits(&mut self, told: &Told) {
        match told {
            Told::New { sid, letter, .. } => {
                self.office.letters.insert(*sid, letter.clone());
            }
            Told::Withdrawn { sid } if !self.makes(Mistake::OfficeKeepsWithdrawn) => {
                self.office.letters.remove(sid);
            }
            _ => {}
        }
    }

    fn office_acknowledges(&mut self) {
        let here = self.office.ledger.unacknowledged();
        let mut requests = self.office.ledger.acknowledge(&here, ADDRESS, &self.owner);
        let wants = self.calm || self.random.per_mille(600);
        match requests.pop() {
            Some(of) if wants => {
                self.office.round_was_quiet = false;
                let request = of.request.clone();
                self.office_asks(Asking::Acknowledge(of), request);
            }
            _ => self.office_rests(),
        }
    }

    /// What was quiet before does not count: there may be something new now.
    pub(crate) fn office_is_disturbed(&mut self) {
        self.office.quiet_rounds = 0;
        self.office.round_was_quiet = false;
    }

    fn office_writes_record(&mut self) {
        self.office.record = Some(self.office.ledger.to_record());
    }

    /// The program ends; each write on its way may have reached the disk or not.
    fn office_crashes(&mut self) -> bool {
        if !self.strikes(Fault::OfficeCrash) {
            return false;
        }
        for told in core::mem::take(&mut self.office.hands) {
            if self.random.per_mille(500) {
                self.office_commits(&told);
            }
        }
        self.office.life += 1;
        self.office.doing = Doing::Nothing;
        self.after(10 * SECOND_MS, Event::OfficeRestarts);
        true
    }

    pub(crate) fn office_restarts(&mut self) {
        let record = self.office.record.as_deref();
        self.office.ledger = match record.map(|it| Ledger::from_record(it, &self.mid)) {
            Some(Ok(ledger)) => ledger,
            Some(Err(_)) => return self.fail("the office cannot read its own record"),
            None => Ledger::new(&self.mid),
        };
        self.office.owed_above = Some(0);
        self.office.more = false;
        let life = self.office.life;
        self.after(SECOND_MS, Event::OfficeWakes(life));
    }
}
