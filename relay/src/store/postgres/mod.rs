//! The store for operators who outgrow one machine: any number of relays over one PostgreSQL.
//!
//! Every change locks its mailbox's row until the commit (`FOR UPDATE`), so numbers follow the
//! order of committing, without gaps, whichever relay commits; a sequence would let a reader page
//! past a lower number that is not committed yet. Letters go in many at a time ([`posts`]). What
//! PostgreSQL asks to do again (serialisation, deadlock, a connection that broke) is done again:
//! everything here may be repeated.
//!
//! It refuses a server that does not wait for its disk, a standby, and a schema of a newer relay.
//! It cannot promise what SQLite's store does of deleted bytes: see
//! [`Store::expire`] here and `docs/operating-the-relay.md`.

mod posts;
mod sql;

use std::fmt;
use std::pin::Pin;
use std::str::FromStr as _;
use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
    Transaction,
};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config as Address, NoTls};
use vaekstspejl_envelope::{CapabilityHash, Mid, Sid};
use vaekstspejl_mailbox::wire::RowState;

use self::posts::Posts;
use super::{
    Created, Deleter, Found, Listed, Posted, Reader, State, Store, StoreError, Swept, Usage,
};
use crate::mailbox::{
    self, Letter, Mailbox, NewMailbox, Now, Quotas, acknowledged, withdrawing_is_news,
};

/// What turned an empty database into that of version 1, 2, …, in order. Only ever appended to.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];
/// "VMBX": relays that start at the same moment make the schema one after the other.
const MIGRATION_LOCK: i64 = 0x564d_4258;
/// The oldest server this is tried with: PostgreSQL 13.
const OLDEST_SERVER: i32 = 130_000;
/// Connections of one relay at the most.
const CONNECTIONS: usize = 12;
/// How long a new connection, and a free one, are waited for.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long one attempt at something may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often something is attempted.
const ATTEMPTS: u32 = 5;
/// The most rows a sweep changes in one transaction, so that senders wait for milliseconds only.
const SWEPT_TOGETHER: u32 = 500;
/// What holds for every connection: a relay that froze gives up its locks.
const SESSION: &str = "SET statement_timeout = '20s'; \
     SET idle_in_transaction_session_timeout = '20s'";
/// What holds while the bytes are written anew: no hurry, but senders do not wait for the start.
const SESSION_FOR_REWRITING: &str = "SET statement_timeout = 0; SET lock_timeout = '5s'";

/// Why a database was not opened.
#[derive(Debug)]
pub enum OpenError {
    /// The address cannot be read. The text does not repeat it: it may have a password.
    Address(String),
    /// No connection, or no permission.
    Unreachable(String),
    /// A setting with which the server does not wait for its disk: name and value.
    NotDurable(&'static str, String),
    /// A server that only follows another.
    Standby,
    /// An older server than this relay is tried with; its version as a number.
    OldServer(i32),
    /// Somebody else's schema `vmb`.
    Foreign,
    /// Written by a newer relay; its version.
    Newer(i32),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => write!(
                f,
                "store.database cannot be read: {error}. \
                 Give postgres://user@host/database; the password may stand in the variable \
                 VAEKST_RELAY_STORE_DATABASE instead of the file"
            ),
            Self::Unreachable(error) => write!(f, "PostgreSQL: {error}"),
            Self::NotDurable(setting, value) => write!(
                f,
                "PostgreSQL has {setting} = {value}: what is answered could be lost when the power \
                 fails. Set {setting} = on and reload"
            ),
            Self::Standby => {
                f.write_str("PostgreSQL there is a standby. Give the address of the primary")
            }
            Self::OldServer(version) => write!(
                f,
                "PostgreSQL there is version {version}; at least {OLDEST_SERVER} (13) is needed"
            ),
            Self::Foreign => f.write_str(
                "the database has a schema `vmb` of another program. Give another database",
            ),
            Self::Newer(version) => write!(
                f,
                "the database was written by a newer relay (schema {version}, this one knows {}). \
                 Start the newer relay",
                MIGRATIONS.len()
            ),
        }
    }
}

impl std::error::Error for OpenError {}

/// Why something was not done.
#[derive(Debug)]
enum Failure {
    /// PostgreSQL said so, or the connection broke.
    Postgres(tokio_postgres::Error),
    /// No connection.
    Pool(PoolError),
    /// A row that does not fit the schema.
    Unfitting,
    /// Somebody did the same at the same moment; to be attempted again.
    Again,
    /// Not done in time.
    TooSlow,
    /// The server does not wait for its disk any more.
    NotDurable(&'static str),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        Self::Pool(error)
    }
}

impl Failure {
    /// Whether the same may well succeed at once. Whether a transaction whose connection broke
    /// was committed is not known; that is harmless, as everything here may be repeated.
    fn may_pass(&self) -> bool {
        const PASSING: [SqlState; 4] = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::UNIQUE_VIOLATION,
            SqlState::ADMIN_SHUTDOWN,
        ];
        match self {
            Self::Again => true,
            Self::Postgres(error) => {
                error.is_closed() || error.code().is_some_and(|code| PASSING.contains(code))
            }
            Self::Pool(_) | Self::Unfitting | Self::TooSlow | Self::NotDurable(_) => false,
        }
    }
}

/// What a failure means for whoever asked. Only codes go on: a message could have a value.
impl From<&Failure> for StoreError {
    fn from(failure: &Failure) -> Self {
        let why = match failure {
            Failure::Postgres(error) => match error.code() {
                Some(code) if *code == SqlState::DISK_FULL => return Self::Full,
                Some(code) => format!("PostgreSQL: SQLSTATE {}", code.code()),
                None => "the connection to PostgreSQL broke".to_owned(),
            },
            Failure::Pool(_) => "no connection to PostgreSQL".to_owned(),
            Failure::Unfitting => "PostgreSQL: a row that does not fit the schema".to_owned(),
            Failure::Again => "PostgreSQL: others were faster too often".to_owned(),
            Failure::TooSlow => "PostgreSQL did not answer in time".to_owned(),
            Failure::NotDurable(setting) => format!("PostgreSQL has {setting} = off"),
        };
        Self::Unavailable(why)
    }
}

/// A mailbox database on a server.
#[derive(Debug)]
pub struct PostgresStore {
    pool: Pool,
    posts: Posts,
    quotas: Quotas,
}

impl PostgresStore {
    /// Connects, and makes the schema when there is none. `address` is
    /// `postgres://user:password@host/database` or `host=… user=… dbname=…`. To be called on a
    /// tokio runtime, which then carries the store's tasks.
    pub async fn open(address: &str, quotas: Quotas) -> Result<Self, OpenError> {
        let pool = pool(address)?;
        let mut client = pool.get().await.map_err(|error| unreachable(&error))?;
        check(&client).await?;
        migrate(&mut client).await?;
        drop(client);
        Ok(Self {
            posts: Posts::start(&pool, quotas),
            pool,
            quotas,
        })
    }

    /// Does a change in a transaction, again when it is worth it, and waits until it is on disk.
    async fn change<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: for<'a> Fn(&'a Transaction<'a>) -> Work<'a, T> + Send + Sync,
        T: Send,
    {
        attempts(|| transact(&self.pool, &work))
            .await
            .map_err(|failure| StoreError::from(&failure))
    }

    /// Asks something outside of any transaction.
    async fn ask<T, F>(&self, question: F) -> Result<T, StoreError>
    where
        F: for<'a> Fn(&'a Object) -> Work<'a, T> + Send + Sync,
        T: Send,
    {
        attempts(|| asked(&self.pool, &question))
            .await
            .map_err(|failure| StoreError::from(&failure))
    }

    /// Some at a time, so that nobody waits for long; how many.
    async fn delete_gone_rooms(&self, now: Now) -> Result<u64, StoreError> {
        let mut rooms = 0_u64;
        loop {
            let gone = self
                .change(move |tx| Box::pin(sql::delete_gone_rooms(tx, now, SWEPT_TOGETHER)))
                .await?;
            rooms = rooms.saturating_add(gone);
            if gone < u64::from(SWEPT_TOGETHER) {
                return Ok(rooms);
            }
        }
    }

    /// Writes the table of bytes anew if any were deleted. Deleting only marks: until then the
    /// bytes stay in the files, and overwriting first would only write another version elsewhere.
    async fn rewrite(&self) -> Result<(), Failure> {
        let pooled = self.pool.get().await?;
        if !sql::take_rewrite(&pooled).await? {
            return Ok(());
        }
        // not given back: the settings are its own
        let client = Object::take(self.pool.get().await?);
        client.batch_execute(SESSION_FOR_REWRITING).await?;
        let rewritten = client.batch_execute("VACUUM FULL vmb.bodies").await;
        if rewritten.is_err() {
            sql::give_rewrite_back(&pooled).await?;
        }
        rewritten?;
        // The log of changes has the bytes too. Only a server that allows this role to close a
        // piece of it, and does not use pieces again, forgets them now; others do in time.
        for step in ["SELECT pg_switch_wal()", "CHECKPOINT"] {
            match client.batch_execute(step).await {
                Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => break,
                done => done?,
            }
        }
        Ok(())
    }
}

type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// Attempts something until it is done, is hopeless, or was attempted often enough.
async fn attempts<T, F>(attempt: impl Fn() -> F + Send) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>> + Send,
{
    let mut left = ATTEMPTS;
    loop {
        left = left.saturating_sub(1);
        let done = tokio::time::timeout(PATIENCE, attempt())
            .await
            .unwrap_or(Err(Failure::TooSlow));
        match done {
            Err(failure) if failure.may_pass() && left > 0 => {}
            done => return done,
        }
    }
}

async fn transact<T>(
    pool: &Pool,
    work: &(impl for<'a> Fn(&'a Transaction<'a>) -> Work<'a, T> + Sync),
) -> Result<T, Failure> {
    let mut client = pool.get().await?;
    let transaction = client.transaction().await?;
    let done = work(&transaction).await?;
    transaction.commit().await?;
    Ok(done)
}

async fn asked<T>(
    pool: &Pool,
    question: &(impl for<'a> Fn(&'a Object) -> Work<'a, T> + Sync),
) -> Result<T, Failure> {
    let client = pool.get().await?;
    question(&client).await
}

fn pool(address: &str) -> Result<Pool, OpenError> {
    let mut address =
        Address::from_str(address).map_err(|error| OpenError::Address(error.to_string()))?;
    if address.get_connect_timeout().is_none() {
        address.connect_timeout(CONNECTING);
    }
    if address.get_tcp_user_timeout().is_none() {
        // a server that went away without a word
        address.tcp_user_timeout(Duration::from_secs(15));
    }
    if address.get_application_name().is_none() {
        address.application_name("vaekst-relay");
    }
    let manager = Manager::from_config(
        address,
        NoTls,
        ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        },
    );
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(CONNECTING))
        .create_timeout(Some(CONNECTING))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                let done = client.batch_execute(SESSION).await;
                done.map_err(HookError::Backend)
            })
        }))
        .build()
        .map_err(|error| OpenError::Address(error.to_string()))
}

fn unreachable(error: &dyn std::error::Error) -> OpenError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    OpenError::Unreachable(text)
}

fn refused(failure: Failure) -> OpenError {
    match failure {
        Failure::Postgres(error) => unreachable(&error),
        Failure::Pool(error) => unreachable(&error),
        other => OpenError::Unreachable(format!("{other:?}")),
    }
}

/// What makes a commit outlive a power cut (PostgreSQL, "Write Ahead Log" settings).
const DURABLE: [&str; 3] = ["fsync", "synchronous_commit", "full_page_writes"];

/// The first setting with which the server does not wait for its disk.
async fn not_durable(client: &Object) -> Result<Option<&'static str>, Failure> {
    for name in DURABLE {
        if sql::setting(client, name).await? == "off" {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

async fn check(client: &Object) -> Result<(), OpenError> {
    let number = sql::setting(client, "server_version_num")
        .await
        .map_err(refused)?;
    match number.parse() {
        Ok(version) if version < OLDEST_SERVER => return Err(OpenError::OldServer(version)),
        _ => {}
    }
    let follows = sql::setting(client, "in_hot_standby").await;
    if follows.is_ok_and(|follows| follows == "on") {
        return Err(OpenError::Standby);
    }
    match not_durable(client).await.map_err(refused)? {
        Some(setting) => Err(OpenError::NotDurable(setting, "off".to_owned())),
        None => Ok(()),
    }
}

async fn migrate(client: &mut Object) -> Result<(), OpenError> {
    let failed = |error| unreachable(&error);
    let tx = client.transaction().await.map_err(failed)?;
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])
        .await
        .map_err(failed)?;
    let known = tx
        .query_one(
            "SELECT to_regnamespace('vmb') IS NOT NULL, to_regclass('vmb.version') IS NOT NULL",
            &[],
        )
        .await
        .map_err(failed)?;
    let version = match (known.get(0), known.get(1)) {
        (false, _) => {
            tx.batch_execute(
                "CREATE SCHEMA vmb; CREATE TABLE vmb.version (version integer NOT NULL); \
                 INSERT INTO vmb.version VALUES (0)",
            )
            .await
            .map_err(failed)?;
            0
        }
        (true, false) => return Err(OpenError::Foreign),
        (true, true) => tx
            .query_one("SELECT version FROM vmb.version", &[])
            .await
            .and_then(|row| row.try_get(0))
            .map_err(failed)?,
    };
    let done = usize::try_from(version).unwrap_or(0);
    let Some(missing) = MIGRATIONS.get(done..) else {
        return Err(OpenError::Newer(version));
    };
    for migration in missing {
        tx.batch_execute(migration).await.map_err(failed)?;
        tx.batch_execute("UPDATE vmb.version SET version = version + 1")
            .await
            .map_err(failed)?;
    }
    tx.commit().await.map_err(failed)
}

/// The mailbox, locked, unless it is gone.
async fn find(tx: &Transaction<'_>, mid: &Mid, now: Now) -> Result<Option<sql::Found>, Failure> {
    let found = sql::lock(tx, &[*mid]).await?.remove(mid);
    Ok(found.filter(|found| !found.mailbox.is_gone(now)))
}

async fn owned(
    tx: &Transaction<'_>,
    mid: &Mid,
    owner: &CapabilityHash,
    now: Now,
) -> Result<Option<sql::Found>, Failure> {
    let found = find(tx, mid, now).await?;
    Ok(found.filter(|found| found.mailbox.is_owner(owner)))
}

/// Today, but never before a day that was swept already.
async fn day(tx: &Transaction<'_>, now: Now) -> Result<u32, Failure> {
    Ok(now.day().max(sql::swept_day(tx).await?.unwrap_or(0)))
}

async fn create(
    tx: &Transaction<'_>,
    mid: &Mid,
    new: &NewMailbox,
    quotas: &Quotas,
    now: Now,
) -> Result<Created, Failure> {
    if let Some(grant) = &new.grant {
        sql::lock_grant(tx, grant).await?;
    }
    if let Some(found) = sql::lock(tx, &[*mid]).await?.remove(mid) {
        if !found.mailbox.is_gone(now) {
            return Ok(match found.mailbox.is_same(new) {
                true => Created::Same,
                false => Created::Different,
            });
        }
        sql::delete_mailbox(tx, found.id).await?;
    }
    if let Some(grant) = &new.grant
        && sql::open_rooms(tx, grant, now).await? >= quotas.rooms_per_grant
    {
        return Ok(Created::TooManyRooms);
    }
    match sql::insert_mailbox(tx, mid, &Mailbox::new(new, now)).await? {
        true => Ok(Created::New),
        false => Err(Failure::Again),
    }
}

/// Takes the bytes of rows away; the mailbox is still to be written.
async fn wipe(
    tx: &Transaction<'_>,
    found: &mut sql::Found,
    seqs: &[u64],
    becomes: RowState,
) -> Result<(), Failure> {
    for bytes in sql::wipe(tx, found.id, seqs, becomes).await? {
        found.mailbox.released(bytes);
    }
    Ok(())
}

async fn ack(
    tx: &Transaction<'_>,
    mid: &Mid,
    owner: &CapabilityHash,
    seqs: &[u64],
    now: Now,
) -> Result<Found, Failure> {
    let Some(mut found) = owned(tx, mid, owner, now).await? else {
        return Ok(Found::Nothing);
    };
    let rows = sql::letters_at(tx, found.id, seqs).await?;
    let collected: Vec<u64> = rows
        .iter()
        .filter(|row| acknowledged(row.state).is_some())
        .map(|row| row.seq)
        .collect();
    wipe(tx, &mut found, &collected, RowState::Collected).await?;
    sql::update_mailbox(tx, &found).await?;
    Ok(Found::Done)
}

async fn delete(
    tx: &Transaction<'_>,
    mid: &Mid,
    sid: &Sid,
    by: &Deleter,
    now: Now,
) -> Result<Found, Failure> {
    let Some(mut found) = find(tx, mid, now).await? else {
        return Ok(Found::Nothing);
    };
    let rows = sql::letters(tx, found.id, &[*sid]).await?;
    let Some(row) = rows.first() else {
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
        let today = day(tx, now).await?;
        let news = found.mailbox.next_row(&row.sid, &row.earlier.sha256, today);
        wipe(tx, &mut found, &[row.seq], RowState::Deleted).await?;
        sql::insert_news(tx, found.id, &news, row).await?;
        found.mailbox.wrote(&news);
        sql::update_mailbox(tx, &found).await?;
    }
    Ok(Found::Done)
}

/// Changes a mailbox if it is the owner who asks.
async fn change(
    tx: &Transaction<'_>,
    mid: &Mid,
    owner: &CapabilityHash,
    now: Now,
    change: impl Fn(&mut Mailbox),
) -> Result<Found, Failure> {
    let Some(mut found) = owned(tx, mid, owner, now).await? else {
        return Ok(Found::Nothing);
    };
    change(&mut found.mailbox);
    sql::update_mailbox(tx, &found).await?;
    Ok(Found::Done)
}

/// One day further, or not; see [`mailbox::Swept`].
async fn sweep_day(tx: &Transaction<'_>, now: Now) -> Result<u32, Failure> {
    let reached = mailbox::Swept::next(sql::swept(tx).await?, now);
    sql::set_swept(tx, reached).await?;
    Ok(reached.day)
}

/// Some letters of a mailbox that are too old; how many.
async fn expire_letters(tx: &Transaction<'_>, mid: &Mid, day: u32) -> Result<u64, Failure> {
    let Some(mut found) = sql::lock(tx, &[*mid]).await?.remove(mid) else {
        return Ok(0);
    };
    let old = sql::old_letters(tx, found.id, day, SWEPT_TOGETHER).await?;
    wipe(tx, &mut found, &old, RowState::Expired).await?;
    sql::update_mailbox(tx, &found).await?;
    Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
}

/// What an owner or sender may see of a mailbox.
fn visible(
    found: Option<(sql::Found, State)>,
    reader: &Reader,
    now: Now,
) -> Option<(sql::Found, State)> {
    found.filter(|(found, _)| {
        let it = &found.mailbox;
        !it.is_gone(now)
            && match reader {
                Reader::Post(hash) => it.may_post(hash, now),
                Reader::Owner(hash) => it.is_owner(hash),
            }
    })
}

impl Store for PostgresStore {
    async fn create_mailbox(
        &self,
        mid: Mid,
        new: NewMailbox,
        now: Now,
    ) -> Result<Created, StoreError> {
        let quotas = self.quotas;
        self.change(move |tx| {
            let new = new.clone();
            Box::pin(async move { create(tx, &mid, &new, &quotas, now).await })
        })
        .await
    }

    async fn post(
        &self,
        mid: Mid,
        capability: CapabilityHash,
        letter: Letter,
        now: Now,
    ) -> Result<Posted, StoreError> {
        self.posts.post(mid, capability, letter, now).await
    }

    async fn state(&self, mid: Mid, reader: Reader, now: Now) -> Result<Option<State>, StoreError> {
        let oldest = matches!(reader, Reader::Owner(_));
        let found = self
            .ask(move |db| Box::pin(async move { sql::look(db, &mid, oldest).await }))
            .await?;
        Ok(visible(found, &reader, now).map(|(_, state)| state))
    }

    async fn list(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        after: u64,
        limit: u32,
        now: Now,
    ) -> Result<Option<Listed>, StoreError> {
        self.ask(move |db| {
            Box::pin(async move {
                let found = sql::look(db, &mid, false).await?;
                // of one that is deleted in between there are no rows, also when it is made anew
                match visible(found, &Reader::Owner(owner), now) {
                    Some((found, _)) => sql::list(db, found.id, after, limit).await.map(Some),
                    None => Ok(None),
                }
            })
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
        self.change(move |tx| {
            let seqs = seqs.clone();
            Box::pin(async move { ack(tx, &mid, &owner, &seqs, now).await })
        })
        .await
    }

    async fn delete(&self, mid: Mid, sid: Sid, by: Deleter, now: Now) -> Result<Found, StoreError> {
        self.change(move |tx| Box::pin(async move { delete(tx, &mid, &sid, &by, now).await }))
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
        self.change(move |tx| {
            Box::pin(async move {
                change(tx, &mid, &owner, now, |mailbox| {
                    mailbox.rotate_post(post, overlap_s, now);
                })
                .await
            })
        })
        .await
    }

    async fn close(&self, mid: Mid, owner: CapabilityHash, now: Now) -> Result<Found, StoreError> {
        self.change(move |tx| {
            Box::pin(
                async move { change(tx, &mid, &owner, now, |mailbox| mailbox.close(now)).await },
            )
        })
        .await
    }

    async fn delete_mailbox(
        &self,
        mid: Mid,
        owner: CapabilityHash,
        now: Now,
    ) -> Result<Found, StoreError> {
        self.change(move |tx| {
            Box::pin(async move {
                match owned(tx, &mid, &owner, now).await? {
                    Some(found) => sql::delete_mailbox(tx, found.id)
                        .await
                        .map(|()| Found::Done),
                    None => Ok(Found::Nothing),
                }
            })
        })
        .await
    }

    async fn sweep_rooms(&self, now: Now) -> Result<u64, StoreError> {
        let rooms = self.delete_gone_rooms(now).await?;
        if rooms > 0 {
            let rewritten = self.rewrite().await;
            rewritten.map_err(|failure| StoreError::from(&failure))?;
        }
        Ok(rooms)
    }

    /// Deleted bytes leave the table's file within this call, or, when somebody else still reads
    /// an older state (a backup), within the next. They leave PostgreSQL's log only when the
    /// server is set up for it.
    async fn expire(&self, now: Now) -> Result<Swept, StoreError> {
        let day = self.change(move |tx| Box::pin(sweep_day(tx, now))).await?;
        let mut swept = Swept {
            day,
            rooms: self.delete_gone_rooms(now).await?,
            ..Swept::default()
        };
        let enough = u64::from(SWEPT_TOGETHER);
        loop {
            let old = self.ask(move |db| Box::pin(sql::with_old_letters(db, day)));
            let Some(mid) = old.await? else {
                break;
            };
            let letters = self
                .change(move |tx| Box::pin(async move { expire_letters(tx, &mid, day).await }))
                .await?;
            swept.letters = swept.letters.saturating_add(letters);
        }
        loop {
            let tombstones = self
                .change(move |tx| Box::pin(sql::forget(tx, day, SWEPT_TOGETHER)))
                .await?;
            swept.tombstones = swept.tombstones.saturating_add(tombstones);
            if tombstones < enough {
                break;
            }
        }
        self.rewrite()
            .await
            .map_err(|failure| StoreError::from(&failure))?;
        Ok(swept)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.ask(|db| {
            Box::pin(async move {
                match not_durable(db).await? {
                    Some(setting) => Err(Failure::NotDurable(setting)),
                    None => sql::canary(db).await,
                }
            })
        })
        .await
    }

    /// Bytes are those of letters that wait; what the server needs around them is not counted.
    async fn usage(&self) -> Result<Usage, StoreError> {
        let (mailboxes, waiting, bytes) = self.ask(|db| Box::pin(sql::totals(db))).await?;
        Ok(Usage {
            mailboxes,
            waiting,
            bytes,
            quota: self.quotas.store_bytes,
        })
    }
}
