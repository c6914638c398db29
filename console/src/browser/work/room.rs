//! Opening, finding again, closing and deleting a room.

use super::{
    keys::randomness,
    room_collect,
    room_store::{self, Here, is_here},
};
use crate::{
    desk::Desk,
    room::{
        now::{Farewell, Kept, Line, News, Opened, Trouble, change},
        record::{self, Record, Unread},
    },
    route::{RoomScreen, Route},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use vaekstspejl::browser::{
    address, clock,
    database::{self, Database},
    document, line,
};
use vaekstspejl_envelope::{Grant, Post, key::SecretKey, passphrase};
use vaekstspejl_mailbox::room as client;
use vaekstspejl_workshop::{code, hall::Deed};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;

/// Where relay and grant are kept, if the facilitator wishes.
const KEPT: &str = "vaekstspejl-room-grant";

thread_local! {
    /// The facilitator, or the clock, wants it closed.
    static CLOSING: Cell<bool> = const { Cell::new(false) };
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    /// The clock has woken the collector once about the end.
    static ENDED: RefCell<bool> = const { RefCell::new(false) };
}

/// Whether the room is to be closed.
pub fn is_closing() -> bool {
    CLOSING.get()
}

/// Looks for a room on this device, and watches from now on.
pub fn look_for_room(desk: Desk) {
    if WATCHED.replace(true) {
        return;
    }
    let kept = room_store::remembered(KEPT);
    desk.room
        .kept
        .set(kept.and_then(|it| serde_json::from_str(&it).ok()));
    room_store::listen(desk, changed);
    line::on_chance(chance);
    every_second(desk);
    spawn_local(async move {
        find(desk).await;
        desk.room.looked.set(true);
    });
}

/// There may be a line again, or the lid was opened.
fn chance() {
    room_store::catch_up(Desk::here());
    room_collect::wake();
}

/// Another window has opened or deleted a room.
fn changed(desk: Desk) {
    spawn_local(async move {
        if room_store::here().is_some() {
            forget_here(desk);
        }
        find(desk).await;
    });
}

async fn find(desk: Desk) {
    if room_store::here().is_some() || !room_store::may_be_there().await {
        return;
    }
    let Ok(store) = Database::open(record::DATABASE).await else {
        return;
    };
    let Some(text) = store.get(record::ROOM).await.ok().flatten() else {
        // nothing was ever written, or a window is just deleting it
        return;
    };
    match read(&store, &text).await {
        Err(why) => desk.room.news.update(|news| news.left_alone = Some(why)),
        Ok((record, deeds)) => resume(desk, store, record, deeds).await,
    }
}

async fn read(store: &Database, text: &str) -> Result<(Record, Vec<Deed>), Unread> {
    let record = Record::read(text)?;
    let all = store.all().await.map_err(|_| Unread::Damaged)?;
    let deeds = all.iter().filter(|(key, _)| record::is_deed(key));
    // One that cannot be read is of a newer program: what follows would rest on nothing.
    let deeds: Option<Vec<Deed>> = deeds.map(|(_, text)| record::read_deed(text)).collect();
    Ok((record, deeds.ok_or(Unread::Newer)?))
}

async fn resume(desk: Desk, store: Database, record: Record, deeds: Vec<Deed>) {
    let now = clock::now_ms();
    let over = match record.is_rehearsal() {
        true => record.is_over(now),
        // This clock may be wrong: as long as that is possible, the relay is asked first.
        false => record.is_long_over(now) || record.is_over(now) && is_gone(&record).await,
    };
    if over {
        let _ = database::destroy(record::DATABASE).await;
        room_store::mark(false);
        tell_farewell(desk, Farewell::ByItself);
        return;
    }
    show(desk, Some(store), record, deeds).await;
}

/// Whether the relay says that there is no such room.
async fn is_gone(record: &Record) -> bool {
    let Some(secrets) = record.secrets() else {
        return false;
    };
    let request = client::state_request_for_post(&record.relay, &secrets.mid, &secrets.link.post);
    let reply = line::send(&request).await;
    client::told(reply.as_ref()).is_err() && Trouble::of(reply.as_ref()).is_none()
}

/// Makes it the room of this page.
async fn show(desk: Desk, store: Option<Database>, record: Record, deeds: Vec<Deed>) {
    let (Some(secrets), Some(content)) = (record.secrets(), desk.content.get_untracked()) else {
        return;
    };
    let page = address::base();
    let words = passphrase::words(passphrase::DANISH);
    let origin = web_sys::window().and_then(|it| it.location().origin().ok());
    let origin = origin.unwrap_or_default();
    let opened = Opened {
        rehearsal: record.is_rehearsal(),
        relay: record.relay.clone(),
        address: record::join_address(&page, &origin, &record.relay, &secrets.link),
        words: secrets.link.check_words(&words).unwrap_or_default(),
    };
    let refused = store.is_none();
    let left = record.left_s(clock::now_ms()).div_ceil(60);
    let lists = code::lists(&content.later);
    let hall = room_store::replayed(lists, deeds.iter());
    CLOSING.set(false);
    ENDED.set(false);
    let room = room_store::enter(record, secrets, store, deeds);
    let unread = room.unread().await;
    desk.room.news.set(News {
        unread,
        refused,
        ..News::default()
    });
    desk.room.trouble.set(None);
    desk.room.line.set(Line::Beginning);
    desk.room.left.set(Some(left));
    // As before the page was reloaded; the last picture of a closed room only on wish.
    desk.room
        .revealed
        .set(hall.room().picture().is_some() && !hall.is_closed());
    desk.hall.set(Some(hall));
    desk.room.opened.set(Some(opened));
    room_collect::begin(desk, room);
}

pub fn open_room(desk: Desk, relay: String, grant: String, hours: u64, keep: bool) {
    let typed = crate::making::origin(&relay).ok_or(Trouble::Address);
    let grant = grant.trim().to_owned();
    let checked = typed.and_then(|relay| {
        let token = Grant::parse(&grant).map_err(|_| Trouble::NotAGrant)?;
        Ok((relay, token))
    });
    match checked {
        Err(trouble) => desk.room.trouble.set(Some(trouble)),
        Ok((relay, token)) => {
            let kept = keep.then(|| Kept {
                relay: relay.clone(),
                grant,
                hours,
            });
            start(desk, relay, Some(token), hours, kept);
        }
    }
}

pub fn open_rehearsal(desk: Desk) {
    start(desk, String::new(), None, record::USUAL_HOURS, None);
}

fn start(desk: Desk, relay: String, grant: Option<Grant>, hours: u64, kept: Option<Kept>) {
    if desk.room.asking.get_untracked() || room_store::here().is_some() {
        return;
    }
    desk.room.trouble.set(None);
    desk.room.news.set(News::default());
    desk.room.asking.set(true);
    spawn_local(async move {
        let done = try_start(desk, &relay, grant, hours).await;
        desk.room.asking.set(false);
        match done {
            Err(trouble) => desk.room.trouble.set(Some(trouble)),
            Ok(()) => {
                if let Some(kept) = kept {
                    keep_grant(desk, Some(kept));
                }
            }
        }
    });
}

async fn try_start(
    desk: Desk,
    relay: &str,
    grant: Option<Grant>,
    hours: u64,
) -> Result<(), Trouble> {
    find(desk).await;
    let there = desk.room.news.with_untracked(|it| it.left_alone.is_some());
    if there || room_store::here().is_some() {
        return Err(Trouble::Another);
    }
    let mut rng = randomness().map_err(|_| Trouble::Random)?;
    let (secret, post) = (SecretKey::random(&mut rng), Post::random(&mut rng));
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| Trouble::Random)?;
    let hours = hours.clamp(*record::HOURS.start(), *record::HOURS.end());
    let mut record = Record::new(relay, &secret, &post, &seed, clock::now_ms(), hours);
    let secrets = record.secrets().ok_or(Trouble::Random)?;
    // On the disk before the relay knows of it: there is no room that nobody can close.
    let store = Database::open(record::DATABASE).await.ok();
    let store = match store {
        Some(store) => {
            let put = store.put(record::ROOM, &record.to_text()).await;
            put.is_ok().then_some(store)
        }
        None => None,
    };
    if store.is_some() {
        room_store::mark(true);
    }
    if let Some(grant) = grant {
        let ttl_s = hours.saturating_mul(3_600);
        let (mid, owner) = (&secrets.mid, &secrets.owner);
        let request = client::create_request(relay, mid, &post, owner, ttl_s, &grant);
        let reply = line::send(&request).await;
        if client::created(reply.as_ref()).is_err() {
            let _ = database::destroy(record::DATABASE).await;
            room_store::mark(false);
            return Err(Trouble::of_opening(reply.as_ref()));
        }
        record.sure = true;
        if let Some(store) = &store {
            let _ = store.put(record::ROOM, &record.to_text()).await;
        }
    }
    show(desk, store, record, Vec::new()).await;
    room_store::tell_changed_to_others();
    desk.go(&Route::Room(RoomScreen::Door));
    Ok(())
}

pub fn keep_grant(desk: Desk, kept: Option<Kept>) {
    let text = kept.as_ref().and_then(|it| serde_json::to_string(it).ok());
    let done = room_store::remember(KEPT, text.as_deref());
    desk.room.kept.set(kept.filter(|_| done));
}

pub fn close_room(desk: Desk) {
    let Some(room) = room_store::here() else {
        return;
    };
    let at_relay = room.collects.get()
        && !room.record.borrow().is_rehearsal()
        && desk.room.line.with_untracked(|it| *it == Line::Listening);
    if at_relay {
        // What has come until now is taken first.
        CLOSING.set(true);
        room_collect::wake();
    } else {
        closed(desk);
        room_collect::wake();
    }
}

/// Nobody comes any more.
pub fn closed(desk: Desk) {
    CLOSING.set(false);
    let open = desk
        .hall
        .with_untracked(|hall| hall.as_ref().is_some_and(|it| !it.is_closed()));
    if open {
        crate::room::act(desk, Deed::Closed);
        if desk
            .route
            .with_untracked(|it| *it == Route::Room(RoomScreen::Door))
        {
            document::focus("main h1");
        }
    }
}

pub fn delete_room(desk: Desk) {
    let Some(room) = room_store::here() else {
        return;
    };
    if desk.room.asking.get_untracked() {
        return;
    }
    desk.room.asking.set(true);
    spawn_local(async move {
        let farewell = end_at_relay(&room).await;
        desk.room.asking.set(false);
        wipe(desk, &room, farewell).await;
    });
}

async fn end_at_relay(room: &Rc<Here>) -> Farewell {
    let (relay, closes_ms) = {
        let record = room.record.borrow();
        (record.relay.clone(), record.closes_ms)
    };
    if relay.is_empty() {
        return Farewell::Rehearsal;
    }
    let request = client::delete_request(&relay, &room.secrets.mid, &room.secrets.owner);
    let reply = line::send(&request).await;
    if client::ended(reply.as_ref()).is_ok() {
        return Farewell::Both;
    }
    let at = closes_ms.saturating_add(record::AFTER_MS);
    let at = js_sys::Date::new(&(at as f64).into());
    let minutes = at
        .get_hours()
        .saturating_mul(60)
        .saturating_add(at.get_minutes());
    Farewell::Here(u16::try_from(minutes).unwrap_or(0))
}

/// Deletes everything of the room on this device.
async fn wipe(desk: Desk, room: &Rc<Here>, farewell: Farewell) {
    if !is_here(room) {
        return;
    }
    forget_here(desk);
    let door = Route::Room(RoomScreen::Door);
    let at_the_door = desk.route.with_untracked(|it| *it == door);
    if at_the_door {
        document::focus("main h1");
    }
    let _ = database::destroy(record::DATABASE).await;
    room_store::mark(false);
    room_store::tell_changed_to_others();
    tell_farewell(desk, farewell);
    // Who is at the door may have begun to type: nothing is drawn anew under their hands.
    if !at_the_door {
        desk.go(&door);
    }
}

/// What cannot be read is deleted on wish.
pub fn delete_unread_room(desk: Desk) {
    spawn_local(async move {
        let _ = database::destroy(record::DATABASE).await;
        room_store::mark(false);
        desk.room.news.set(News::default());
        desk.room.trouble.set(None);
    });
}

fn tell_farewell(desk: Desk, farewell: Farewell) {
    desk.room.news.set(News {
        farewell: Some(farewell),
        ..News::default()
    });
}

fn forget_here(desk: Desk) {
    room_store::leave();
    CLOSING.set(false);
    desk.room.opened.set(None);
    desk.hall.set(None);
    desk.room.left.set(None);
    desk.room.line.set(Line::default());
    desk.room.news.set(News::default());
    room_collect::wake();
}

/// Looks at the clock as long as the page lives.
fn every_second(desk: Desk) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let tick = Closure::<dyn Fn()>::new(move || second(desk)).into_js_value();
    let _ =
        window.set_interval_with_callback_and_timeout_and_arguments_0(tick.unchecked_ref(), 1_000);
}

fn second(desk: Desk) {
    let Some(room) = room_store::here() else {
        return;
    };
    let now = clock::now_ms();
    let (left, over, rehearsal) = {
        let record = room.record.borrow();
        let long = record.is_long_over(now);
        let over = record.is_over(now) && (record.is_rehearsal() || record.shut) || long;
        (record.left_s(now), over, record.is_rehearsal())
    };
    change(desk.room.left, Some(left.div_ceil(60)));
    if over {
        spawn_local(async move { wipe(desk, &room, Farewell::ByItself).await });
    } else if left == 0 && rehearsal {
        closed(desk);
    } else if left == 0 && !ENDED.replace(true) {
        // Only the relay's clock ends a room: it is asked.
        room_collect::ask_now();
    }
}
