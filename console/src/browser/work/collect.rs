//! The conversation with the relay about letters: list, check, store, show; delete on wish.

use super::{is_open, store};
use crate::{
    desk::{Busy, Desk},
    record::{self, Stored},
    talk,
    trouble::Trouble,
};
use std::{cell::RefCell, collections::BTreeSet, sync::Arc};
use vaekstspejl::browser::{database::Refused, line};
use vaekstspejl_envelope::{Sid, key_file::KeyFile};
use vaekstspejl_mailbox::{
    call::Request,
    inbox::{self, Event, Ledger},
    wire::{Page, RowState},
};
use wasm_bindgen_futures::spawn_local;

/// The ledger is written with the last page, and after so many: losing it only asks again.
const LEDGER_EVERY: usize = 5;

thread_local! {
    /// Where the device refuses to store: what is known until the page is locked.
    static UNSTORED: RefCell<Option<Ledger>> = const { RefCell::new(None) };
}

/// Forgets what is known of letters that the device did not store.
pub fn forget_unstored() {
    UNSTORED.set(None);
}

/// Does the work if no other tab is collecting; tells otherwise.
async fn alone(desk: Desk, keys: &KeyFile, work: impl Future<Output = ()> + 'static) {
    let lock = record::database(&keys.mid);
    let ran = line::alone(&lock, work).await;
    desk.tell(|news| news.other_tab = !ran);
}

pub fn fetch(desk: Desk) {
    let Some(keys) = desk.keys.get_untracked() else {
        return;
    };
    if desk.busy.get_untracked() != Busy::No {
        return;
    }
    desk.stop.set(false);
    desk.tell(|news| {
        (news.trouble, news.fetched, news.stopped) = (None, None, false);
        (news.emptied, news.not_emptied) = (None, false);
    });
    desk.busy.set(Busy::Fetching(0));
    spawn_local(async move {
        let mine = Arc::clone(&keys);
        alone(desk, &keys, async move {
            let mut collector = Collector::begin(desk, mine).await;
            let trouble = collector.collect().await.err();
            collector.end(trouble).await;
        })
        .await;
        if is_open(desk, &keys) {
            // What another window has fetched or removed.
            let _ = store::catch_up(desk, &keys).await;
        }
        if is_open(desk, &keys) {
            desk.busy.set(Busy::No);
            store::watch_clock(desk);
        }
    });
}

/// One round of collecting.
struct Collector {
    desk: Desk,
    keys: Arc<KeyFile>,
    ledger: Ledger,
    pages: usize,
    fetched: usize,
}

impl Collector {
    async fn begin(desk: Desk, keys: Arc<KeyFile>) -> Self {
        let record = match store::store() {
            Some(store) => store.get(record::LEDGER).await.ok().flatten(),
            None => None,
        };
        let stored = record.and_then(|record| Ledger::from_record(&record, &keys.mid).ok());
        let ledger = stored
            .or_else(|| UNSTORED.with_borrow(Clone::clone))
            // Of another mailbox: as good as none.
            .filter(|it| Ledger::from_record(&it.to_record(), &keys.mid).is_ok())
            .unwrap_or_else(|| Ledger::new(&keys.mid));
        Self {
            desk,
            keys,
            ledger,
            pages: 0,
            fetched: 0,
        }
    }

    async fn collect(&mut self) -> Result<(), Trouble> {
        let (relay, owner) = (self.keys.office.relay().to_owned(), self.keys.owner());
        let reply = line::send(&self.ledger.state_request(&relay, &owner)).await;
        let state = talk::told(reply.as_ref())?;
        if let Some(history) = state.owner.and_then(|it| self.ledger.compare(&it)) {
            self.tell_history(history);
        }
        let mut above = 0;
        while let Some(request) = self.ledger.owed_request(above, &relay, &owner) {
            // Without a store everything stays owed: it is shown already.
            if store::store().is_none() {
                break;
            }
            let page = self.page(&request).await?;
            let Some(last) = page.rows.last() else { break };
            above = last.seq.max(above.saturating_add(1));
            self.take(&page).await;
        }
        loop {
            let page = self.page(&self.ledger.list_request(&relay, &owner)).await?;
            let again = self.take(&page).await;
            let stop = self.desk.stop.get_untracked() || !is_open(self.desk, &self.keys);
            if stop || !(again || page.more && !page.rows.is_empty()) {
                return Ok(());
            }
        }
    }

    async fn page(&self, request: &Request) -> Result<Page, Trouble> {
        let reply = line::send(request).await;
        inbox::page(reply.as_ref()).map_err(|_| talk::trouble(reply.as_ref()))
    }

    /// Takes a page: stores, and only then shows. True: the list is to be read anew.
    async fn take(&mut self, page: &Page) -> bool {
        let (mut new, mut gone, mut again) = (Vec::new(), Vec::new(), false);
        for event in self.ledger.take(page) {
            match event {
                Event::New { sid, day, letter } => {
                    let row = page.rows.iter().find(|row| row.sid == sid.to_string());
                    let seq = row.map_or(0, |row| row.seq);
                    new.push(Stored {
                        sid,
                        seq,
                        day,
                        bytes: letter,
                    });
                }
                Event::Withdrawn { sid } => gone.push(sid),
                Event::Missed { state, .. } if state != RowState::Collected => {
                    self.desk.tell(|news| news.gone += 1);
                }
                Event::History(history) => {
                    again = true;
                    self.tell_history(history);
                }
                // Counted as damaged once its bytes can be shown; the relay still has it.
                Event::Bad { .. } | Event::Duplicate { .. } | Event::Missed { .. } => {}
            }
        }
        self.remove(&gone).await;
        self.keep(new).await;
        self.pages += 1;
        if self.pages.is_multiple_of(LEDGER_EVERY) {
            self.write_ledger().await;
        }
        again
    }

    fn tell_history(&self, _: inbox::History) {
        self.desk.tell(|news| news.history = true);
    }

    async fn keep(&mut self, new: Vec<Stored>) {
        if new.is_empty() {
            return;
        }
        let sids: Vec<Sid> = new.iter().map(|it| it.sid).collect();
        let stored = match store::store() {
            None => Err(Refused),
            Some(store) => {
                let records: Vec<_> = new.iter().map(record::letter).collect();
                store.put_all(&records).await
            }
        };
        match stored {
            Ok(()) => self.ledger.stored(&sids),
            Err(Refused) => self.desk.tell(|news| news.refused = true),
        }
        let known = self.desk.letters.with_untracked(|letters| {
            let known: BTreeSet<Sid> = letters.iter().map(|it| it.sid).collect();
            sids.iter().filter(|it| known.contains(it)).count()
        });
        self.fetched += sids.len() - known;
        if is_open(self.desk, &self.keys) {
            self.desk.busy.set(Busy::Fetching(self.fetched));
            store::show(self.desk, &self.keys, new, &BTreeSet::new()).await;
        }
    }

    /// Removes what was withdrawn; a letter that was never here is not told of.
    async fn remove(&mut self, gone: &[Sid]) {
        if gone.is_empty() {
            return;
        }
        if store::remove(gone).await.is_ok() {
            self.ledger.removed(gone);
        }
        let removed = store::take_away(self.desk, gone);
        self.desk.tell(|news| news.withdrawn += removed);
    }

    async fn write_ledger(&self) {
        match store::store() {
            None => UNSTORED.set(Some(self.ledger.clone())),
            Some(store) => {
                let written = store.put(record::LEDGER, &self.ledger.to_record()).await;
                if written.is_err() {
                    self.desk.tell(|news| news.refused = true);
                }
            }
        }
    }

    async fn end(self, trouble: Option<Trouble>) {
        self.write_ledger().await;
        if !is_open(self.desk, &self.keys) {
            return forget_unstored();
        }
        self.desk.tell(|news| {
            news.trouble = trouble;
            news.fetched = trouble.is_none().then_some(self.fetched);
        });
    }
}

pub fn delete(desk: Desk, sid: Sid) {
    let Some(keys) = desk.keys.get_untracked() else {
        return;
    };
    desk.deleted.set(None);
    desk.busy.set(Busy::Asking);
    spawn_local(async move {
        let ledger = Ledger::new(&keys.mid);
        let request = ledger.delete_request(&sid, keys.office.relay(), &keys.owner());
        let reply = line::send(&request).await;
        desk.busy.set(Busy::No);
        if !is_open(desk, &keys) {
            return;
        }
        let gone = talk::deleted(reply.as_ref()).is_ok();
        desk.deleted.set(Some(gone));
        if gone {
            // The news of it comes with the list and finds nothing left to do.
            let _ = store::remove(&[sid]).await;
            store::take_away(desk, &[sid]);
            desk.go(&crate::route::Route::Inbox);
        }
    });
}

pub fn empty(desk: Desk) {
    let Some(keys) = desk.keys.get_untracked() else {
        return;
    };
    if desk.busy.get_untracked() != Busy::No {
        return;
    }
    desk.busy.set(Busy::Asking);
    spawn_local(async move {
        let mine = Arc::clone(&keys);
        alone(desk, &keys, async move {
            let mut collector = Collector::begin(desk, mine).await;
            let done = collector.empty().await;
            collector.write_ledger().await;
            desk.tell(|news| {
                news.emptied = done.ok().flatten();
                news.not_emptied = news.emptied.is_none();
                news.trouble = done.err();
            });
        })
        .await;
        desk.busy.set(Busy::No);
    });
}

impl Collector {
    /// Acknowledges what is confirmed as stored here and still lies here, and nothing else.
    ///
    /// The relay is told numbers of rows. A relay that was set back and has taken letters since
    /// has other letters under them, which would be lost: so the list must go on where it ended
    /// here, else nothing is acknowledged.
    async fn empty(&mut self) -> Result<Option<usize>, Trouble> {
        let (relay, owner) = (self.keys.office.relay().to_owned(), self.keys.owner());
        let reply = line::send(&self.ledger.state_request(&relay, &owner)).await;
        let state = talk::told(reply.as_ref())?;
        let differs = state
            .owner
            .and_then(|it| self.ledger.compare(&it))
            .is_some();
        let next = self.page(&self.ledger.list_request(&relay, &owner)).await?;
        if differs || !self.ledger.is_followed_by(&next) {
            self.desk.tell(|news| news.history = true);
            return Ok(None);
        }
        let keys = match store::store() {
            None => Vec::new(),
            Some(store) => store.keys().await.unwrap_or_default(),
        };
        let lies_here: BTreeSet<Sid> = keys
            .iter()
            .filter_map(|key| match record::sid(key) {
                Some(record::Of::Letter(sid)) => Some(sid),
                _ => None,
            })
            .collect();
        let mut here = self.ledger.unacknowledged();
        here.retain(|sid| lies_here.contains(sid));
        for of in self.ledger.acknowledge(&here, &relay, &owner) {
            let reply = line::send(&of.request).await;
            self.ledger
                .acknowledged(&of, reply.as_ref())
                .map_err(|_| talk::trouble(reply.as_ref()))?;
        }
        Ok(Some(here.len()))
    }
}
