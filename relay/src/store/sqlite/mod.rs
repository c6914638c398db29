//! The store of most relays: SQLite in one file, made at the first start.
//!
//! One thread writes ([`writer`]: many letters, one wait for the disk), others read ([`reader`]).
//! WAL with `synchronous=FULL`: what is answered survives a power cut. `secure_delete` and a WAL
//! emptied every hour: what is deleted is gone from the files. It refuses to open a file that
//! another relay holds, that is damaged, or that a newer relay wrote.

mod reader;
mod sql;
mod writer;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use rusqlite::backup::Progress;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use vaekstspejl_envelope::{CapabilityHash, Mid, Sid};
use vaekstspejl_mailbox::wire::RowState;

use self::reader::Readers;
use self::writer::Writer;
use super::{
    Created, Deleter, Found, Listed, Posted, Reader, State, Store, StoreError, Swept, Usage,
};
use crate::mailbox::{
    self, Admission, Earlier, Letter, Mailbox, NewMailbox, Now, Quotas, acknowledged, receipt,
    withdrawing_is_news,
};

/// "VMBX": tells the file from other SQLite files.
const APPLICATION_ID: i32 = 0x564d_4258;
/// Of the schema.
const VERSION: i32 = 1;
const SCHEMA: &str = include_str!("schema.sql");
/// Connections that only read.
const READERS: usize = 2;
/// How long one process waits for another (a backup) to let go of the file.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most rows a sweep changes in one transaction, so that senders wait for milliseconds only.
const SWEPT_TOGETHER: u32 = 500;

/// Why a database was not opened.
#[derive(Debug)]
pub enum OpenError {
    /// The folder or file cannot be used.
    Io(PathBuf, io::Error),
    /// Another relay holds it.
    InUse(PathBuf),
    /// SQLite's own check found damage; the first finding.
    Damaged(PathBuf, String),
    /// Not a relay's database.
    Foreign(PathBuf),
    /// Written by a newer relay; its version.
    Newer(PathBuf, i32),
    /// SQLite said something else.
    Sqlite(PathBuf, rusqlite::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(
                f,
                "{}: {error}. The folder must exist, and the relay must be allowed to write there",
                path.display()
            ),
            Self::InUse(path) => write!(
                f,
                "{} is in use by another relay. One file belongs to one relay",
                path.display()
            ),
            Self::Damaged(path, finding) => write!(
                f,
                "{} is damaged: {finding}. Keep the file, and start from the last backup",
                path.display()
            ),
            Self::Foreign(path) => write!(
                f,
                "{} is a database of another program. Name another file",
                path.display()
            ),
            Self::Newer(path, version) => write!(
                f,
                "{} was written by a newer relay (schema {version}, this one knows {VERSION}). \
                 Start the newer relay",
                path.display()
            ),
            Self::Sqlite(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// A mailbox database.
#[derive(Debug)]
pub struct SqliteStore {
    // in the order of closing: the writer's connection is the last and empties the WAL
    readers: Readers,
    writer: Writer,
    quotas: Quotas,
    /// Held while the relay runs.
    _lock: File,
}

impl SqliteStore {
    /// Opens the file, or makes it. Waits for the disk: not from an async task that is in a hurry.
    pub fn open(path: &Path, quotas: Quotas) -> Result<Self, OpenError> {
        let lock = lock(path)?;
        let sqlite = |error| open_error(path, error);
        let connection = Connection::open(path).map_err(sqlite)?;
        recognise(&connection, path)?;
        prepare(&connection, &quotas).map_err(sqlite)?;
        check(&connection, path)?;
        migrate(&connection).map_err(sqlite)?;
        let readers = (0..READERS)
            .map(|_| open_to_read(path))
            .collect::<rusqlite::Result<_>>()
            .map_err(sqlite)?;
        let io = |error| OpenError::Io(path.to_owned(), error);
        Ok(Self {
            readers: Readers::start(readers).map_err(io)?,
            writer: Writer::start(connection).map_err(io)?,
            quotas,
            _lock: lock,
        })
    }

    /// Each in its own transaction, so that nobody waits for long; how many.
    async fn delete_gone_rooms(&self, now: Now) -> Result<u64, StoreError> {
        let gone = self.readers.ask(move |db| sql::gone_rooms(db, now)).await?;
        let mut rooms = 0_u64;
        for room in gone {
            self.writer
                .change(move |db| sql::delete_mailbox(db, room))
                .await?;
            rooms = rooms.saturating_add(1);
        }
        Ok(rooms)
    }

    /// Writes a copy of a database, also while a relay works on it, and checks the copy. The copy
    /// appears under its name only when it is whole.
    pub fn backup(from: &Path, to: &Path) -> Result<(), OpenError> {
        let source = open_to_read(from).map_err(|error| open_error(from, error))?;
        recognise(&source, from)?;
        let part = with_suffix(to, ".part");
        let io = |error| OpenError::Io(to.to_owned(), error);
        if part.exists() {
            std::fs::remove_file(&part).map_err(io)?;
        }
        source
            .backup("main", &part, None::<fn(Progress)>)
            .map_err(|error| open_error(to, error))?;
        let copy = Connection::open(&part).map_err(|error| open_error(to, error))?;
        check(&copy, to)?;
        drop(copy);
        File::open(&part)
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&part, to))
            .map_err(io)
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// One relay for one file. The lock file stays behind; the lock goes with the process.
fn lock(path: &Path) -> Result<File, OpenError> {
    let name = with_suffix(path, ".lock");
    let io = |error| OpenError::Io(name.clone(), error);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// A file of ours, or an empty one.
fn recognise(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let read = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let sqlite = |error| open_error(path, error);
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(sqlite)?;
    let application = read("application_id").map_err(sqlite)?;
    let version = read("user_version").map_err(sqlite)?;
    match (tables, application) {
        (0, _) => Ok(()),
        (_, APPLICATION_ID) if version > VERSION => Err(OpenError::Newer(path.to_owned(), version)),
        (_, APPLICATION_ID) => Ok(()),
        _ => Err(OpenError::Foreign(path.to_owned())),
    }
}

fn prepare(connection: &Connection, quotas: &Quotas) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    for (name, value) in [
        ("journal_mode", "WAL"),
        // NORMAL may lose what was answered when the power fails
        ("synchronous", "FULL"),
        ("secure_delete", "ON"),
        ("trusted_schema", "OFF"),
        ("foreign_keys", "ON"),
        ("cell_size_check", "ON"),
        // pages of 4 kB; emptying the WAL waits for the disk twice more, so not at every turn
        ("wal_autocheckpoint", "4000"),
        // nothing of a letter in temporary files
        ("temp_store", "MEMORY"),
    ] {
        connection
            .pragma_update_and_check(None, name, value, |_| Ok(()))
            .or_else(silent)?;
    }
    if let Some(bytes) = quotas.store_bytes {
        let size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / size.max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

/// Some settings answer with their new value and some with nothing; both are well.
fn silent(error: rusqlite::Error) -> rusqlite::Result<()> {
    match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        other => Err(other),
    }
}

fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let finding: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| open_error(path, error))?;
    match finding.as_str() {
        "ok" => Ok(()),
        _ => Err(OpenError::Damaged(path.to_owned(), finding)),
    }
}

fn migrate(connection: &Connection) -> rusqlite::Result<()> {
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == VERSION {
        return Ok(());
    }
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; \
         PRAGMA user_version = {VERSION}; COMMIT;"
    ))
}

fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "query_only", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(connection)
}

fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => {
            OpenError::Damaged(path.to_owned(), "it cannot be read".to_owned())
        }
        Some(ErrorCode::NotADatabase) => OpenError::Foreign(path.to_owned()),
        _ => OpenError::Sqlite(path.to_owned(), error),
    }
}

/// What SQLite's errors mean for whoever asked. Only codes go on: a message could have a value.
fn store_error(error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::DiskFull => {
            StoreError::Full
        }
        rusqlite::Error::SqliteFailure(failure, _) => StoreError::Unavailable(format!(
            "SQLite: {:?} (code {})",
            failure.code, failure.extended_code
        )),
        _ => StoreError::Unavailable("SQLite: a row that does not fit the schema".to_owned()),
    }
}

/// The mailbox, unless it is gone.
fn find(db: &Connection, mid: &Mid, now: Now) -> rusqlite::Result<Option<sql::Found>> {
    Ok(sql::find(db, mid)?.filter(|found| !found.mailbox.is_gone(now)))
}

fn owned(
    db: &Connection,
    mid: &Mid,
    owner: &CapabilityHash,
    now: Now,
) -> rusqlite::Result<Option<sql::Found>> {
    Ok(find(db, mid, now)?.filter(|found| found.mailbox.is_owner(owner)))
}

/// Today, but never before a day that was swept already.
fn day(db: &Connection, now: Now) -> rusqlite::Result<u32> {
    let swept = sql::meta(db, "swept_day")?.unwrap_or(0);
    Ok(now.day().max(u32::try_from(swept).unwrap_or(0)))
}

fn create(
    db: &Connection,
    mid: &Mid,
    new: &NewMailbox,
    quotas: &Quotas,
    now: Now,
) -> rusqlite::Result<Created> {
    if let Some(found) = sql::find(db, mid)? {
        if !found.mailbox.is_gone(now) {
            return Ok(match found.mailbox.is_same(new) {
                true => Created::Same,
                false => Created::Different,
            });
        }
        sql::delete_mailbox(db, found.id)?;
    }
    if let Some(grant) = &new.grant
        && sql::open_rooms(db, grant, now)? >= quotas.rooms_per_grant
    {
        return Ok(Created::TooManyRooms);
    }
    sql::insert_mailbox(db, mid, &Mailbox::new(new, now))?;
    Ok(Created::New)
}

fn post(
    db: &Connection,
    mid: &Mid,
    post: &CapabilityHash,
    letter: &Letter,
    quotas: &Quotas,
    now: Now,
) -> rusqlite::Result<Posted> {
    let Some(mut found) = find(db, mid, now)?.filter(|found| found.mailbox.may_post(post, now))
    else {
        return Ok(Posted::NoSuchMailbox);
    };
    let earlier = sql::letter(db, found.id, &letter.sid)?.map(|row| row.earlier);
    let store_is_full = quotas.store_bytes.is_some() && quotas.is_full(sql::used_bytes(db)?);
    let today = day(db, now)?;
    let admission = found
        .mailbox
        .admit(letter, earlier, today, now, quotas, store_is_full);
    Ok(match admission {
        Admission::Store(new) => {
            sql::insert_letter(db, found.id, &new, letter)?;
            found.mailbox.wrote(&new);
            let bytes = u64::try_from(letter.bytes.len()).unwrap_or(u64::MAX);
            found.mailbox.received(bytes);
            sql::update_mailbox(db, &found)?;
            let stored = Earlier {
                sha256: letter.sha256,
                day: new.day,
                expires_day: new.expires_day,
            };
            Posted::Stored(receipt(&letter.sid, &stored))
        }
        Admission::Same(earlier) => Posted::Same(receipt(&letter.sid, &earlier)),
        Admission::Conflict => Posted::Conflict,
        Admission::WrongKind => Posted::WrongKind,
        Admission::Closed => Posted::Closed,
        Admission::Full => Posted::Full,
    })
}

fn state(db: &Connection, mid: &Mid, reader: &Reader, now: Now) -> rusqlite::Result<Option<State>> {
    let Some(found) = find(db, mid, now)? else {
        return Ok(None);
    };
    let oldest_day = match reader {
        Reader::Post(hash) if found.mailbox.may_post(hash, now) => None,
        Reader::Owner(hash) if found.mailbox.is_owner(hash) => sql::oldest_day(db, found.id)?,
        Reader::Post(_) | Reader::Owner(_) => return Ok(None),
    };
    Ok(Some(State {
        mailbox: found.mailbox,
        oldest_day,
    }))
}

/// Takes a row's bytes away; the mailbox is still to be written.
fn wipe(
    db: &Connection,
    found: &mut sql::Found,
    row: i64,
    state: RowState,
) -> rusqlite::Result<()> {
    if let Some(bytes) = sql::wipe(db, row, state)? {
        found.mailbox.released(bytes);
    }
    Ok(())
}

fn ack(
    db: &Connection,
    mid: &Mid,
    owner: &CapabilityHash,
    seqs: &[u64],
    now: Now,
) -> rusqlite::Result<Found> {
    let Some(mut found) = owned(db, mid, owner, now)? else {
        return Ok(Found::Nothing);
    };
    for seq in seqs {
        if let Some(row) = sql::letter_at(db, found.id, *seq)?
            && let Some(collected) = acknowledged(row.state)
        {
            wipe(db, &mut found, row.id, collected)?;
        }
    }
    sql::update_mailbox(db, &found)?;
    Ok(Found::Done)
}

fn delete(
    db: &Connection,
    mid: &Mid,
    sid: &Sid,
    by: &Deleter,
    now: Now,
) -> rusqlite::Result<Found> {
    let Some(mut found) = find(db, mid, now)? else {
        return Ok(Found::Nothing);
    };
    let Some(row) = sql::letter(db, found.id, sid)? else {
        return Ok(Found::Nothing);
    };
    let allowed = match by {
        Deleter::Owner(hash) => found.mailbox.is_owner(hash),
        Deleter::Sender(hash) => row.delete == *hash,
    };
    if !allowed {
        return Ok(Found::Nothing);
    }
    if withdrawing_is_news(row.state) {
        let today = day(db, now)?;
        let news = found.mailbox.next_row(&row.sid, &row.earlier.sha256, today);
        wipe(db, &mut found, row.id, RowState::Deleted)?;
        sql::insert_news(db, found.id, &news, &row)?;
        found.mailbox.wrote(&news);
        sql::update_mailbox(db, &found)?;
    }
    Ok(Found::Done)
}

/// Changes a mailbox if it is the owner who asks.
fn change(
    db: &Connection,
    mid: &Mid,
    owner: &CapabilityHash,
    now: Now,
    change: impl Fn(&mut Mailbox),
) -> rusqlite::Result<Found> {
    let Some(mut found) = owned(db, mid, owner, now)? else {
        return Ok(Found::Nothing);
    };
    change(&mut found.mailbox);
    sql::update_mailbox(db, &found)?;
    Ok(Found::Done)
}

/// One day further, or not; see [`mailbox::Swept`].
fn sweep_day(db: &Connection, now: Now) -> rusqlite::Result<u32> {
    let day = sql::meta(db, "swept_day")?.and_then(|day| u32::try_from(day).ok());
    let at_s = sql::meta(db, "swept_at_s")?.and_then(|at_s| u64::try_from(at_s).ok());
    let at_s = at_s.unwrap_or(0);
    let reached = mailbox::Swept::next(day.map(|day| mailbox::Swept { day, at_s }), now);
    let at_s = i64::try_from(reached.at_s).unwrap_or(i64::MAX);
    sql::set_meta(db, "swept_day", i64::from(reached.day))?;
    sql::set_meta(db, "swept_at_s", at_s)?;
    Ok(reached.day)
}

/// Some letters that are too old; how many.
fn expire_letters(db: &Connection, day: u32) -> rusqlite::Result<u64> {
    let old = sql::old_letters(db, day, SWEPT_TOGETHER)?;
    for (row, mailbox) in &old {
        if let Some(bytes) = sql::wipe(db, *row, RowState::Expired)? {
            sql::released(db, *mailbox, bytes)?;
        }
    }
    Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
}

/// Empties the WAL into the database; false: somebody was reading.
fn checkpoint(db: &Connection) -> rusqlite::Result<bool> {
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

impl Store for SqliteStore {
    async fn create_mailbox(
        &self,
        mid: Mid,
        new: NewMailbox,
        now: Now,
    ) -> Result<Created, StoreError> {
        let quotas = self.quotas;
        self.writer
            .change(move |db| create(db, &mid, &new, &quotas, now))
            .await
    }

    async fn post(
        &self,
        mid: Mid,
        capability: CapabilityHash,
        letter: Letter,
        now: Now,
    ) -> Result<Posted, StoreError> {
        let quotas = self.quotas;
        self.writer
            .change(move |db| post(db, &mid, &capability, &letter, &quotas, now))
            .await
    }

    async fn state(&self, mid: Mid, reader: Reader, now: Now) -> Result<Option<State>, StoreError> {
        self.readers
            .ask(move |db| state(db, &mid, &reader, now))
            .await
    }

    async fn list(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        after: u64,
        limit: u32,
        now: Now,
    ) -> Result<Option<Listed>, StoreError> {
        self.readers
            .ask(move |db| match owned(db, &mid, &owner, now)? {
                Some(found) => sql::list(db, found.id, after, limit).map(Some),
                None => Ok(None),
            })
            .await
    }

    async fn ack(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        seqs: Vec<u64>,
        now: Now,
    ) -> Result<Found, StoreError> {
        self.writer
            .change(move |db| ack(db, &mid, &owner, &seqs, now))
            .await
    }

    async fn delete(&self, mid: Mid, sid: Sid, by: Deleter, now: Now) -> Result<Found, StoreError> {
        self.writer
            .change(move |db| delete(db, &mid, &sid, &by, now))
            .await
    }

    async fn rotate_post(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        post: CapabilityHash,
        overlap_s: u64,
        now: Now,
    ) -> Result<Found, StoreError> {
        self.writer
            .change(move |db| {
                change(db, &mid, &owner, now, |mailbox| {
                    mailbox.rotate_post(post, overlap_s, now);
                })
            })
            .await
    }

    async fn close(&self, mid: Mid, owner: CapabilityHash, now: Now) -> Result<Found, StoreError> {
        self.writer
            .change(move |db| change(db, &mid, &owner, now, |mailbox| mailbox.close(now)))
            .await
    }

    async fn delete_mailbox(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        now: Now,
    ) -> Result<Found, StoreError> {
        self.writer
            .change(move |db| match owned(db, &mid, &owner, now)? {
                Some(found) => sql::delete_mailbox(db, found.id).map(|()| Found::Done),
                None => Ok(Found::Nothing),
            })
            .await
    }

    async fn sweep_rooms(&self, now: Now) -> Result<u64, StoreError> {
        let rooms = self.delete_gone_rooms(now).await?;
        if rooms > 0 {
            self.writer.alone(checkpoint).await?;
        }
        Ok(rooms)
    }

    async fn expire(&self, now: Now) -> Result<Swept, StoreError> {
        let day = self.writer.change(move |db| sweep_day(db, now)).await?;
        let mut swept = Swept {
            day,
            rooms: self.delete_gone_rooms(now).await?,
            ..Swept::default()
        };
        loop {
            let letters = self
                .writer
                .change(move |db| expire_letters(db, day))
                .await?;
            let tombstones = self
                .writer
                .change(move |db| sql::forget(db, day, SWEPT_TOGETHER))
                .await?;
            swept.letters = swept.letters.saturating_add(letters);
            swept.tombstones = swept.tombstones.saturating_add(tombstones);
            if letters.max(tombstones) < u64::from(SWEPT_TOGETHER) {
                break;
            }
        }
        // a reader may be in the way for a moment; the next sweep tries again
        self.writer.alone(checkpoint).await?;
        Ok(swept)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.writer
            .change(|db| {
                let count = sql::meta(db, "canary")?.unwrap_or(0);
                sql::set_meta(db, "canary", count.wrapping_add(1))
            })
            .await
    }

    async fn usage(&self) -> Result<Usage, StoreError> {
        let quota = self.quotas.store_bytes;
        self.readers
            .ask(move |db| {
                let (mailboxes, waiting) = sql::totals(db)?;
                Ok(Usage {
                    mailboxes,
                    waiting,
                    bytes: sql::used_bytes(db)?,
                    quota,
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_that_the_promises_rest_on_are_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("relay.sqlite")).unwrap();
        let quotas = Quotas {
            store_bytes: Some(1 << 20),
            ..Quotas::default()
        };
        prepare(&connection, &quotas).unwrap();
        let text = |name| {
            let value = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            format!(
                "{:?}",
                connection.pragma_query_value(None, name, value).unwrap()
            )
        };
        // https://www.sqlite.org/pragma.html: FULL is 2, MEMORY is 2, ON is 1
        assert_eq!(text("journal_mode"), "Text(\"wal\")");
        for (name, value) in [
            ("synchronous", 2),
            ("secure_delete", 1),
            ("trusted_schema", 0),
            ("foreign_keys", 1),
            ("cell_size_check", 1),
            ("temp_store", 2),
            // a page has 4,096 bytes
            ("max_page_count", 256),
        ] {
            assert_eq!(text(name), format!("Integer({value})"), "{name}");
        }
    }

    #[test]
    fn sqlite_is_new_enough_for_the_repair_of_the_wal_reset() {
        assert!(rusqlite::version_number() >= 3_051_003);
    }
}
