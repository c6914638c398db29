//! The statements: rows of tables to records and back. Every function runs inside a transaction
//! that somebody else opened. It refuses to decide anything; [`crate::mailbox`] does.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row as SqlRow, named_params, params};

use vaekstspejl_envelope::{CapabilityHash, Mid, Sid};
use vaekstspejl_mailbox::wire::{Kind, RowState};

use crate::mailbox::{Earlier, Letter, Mailbox, NewRow, Now, ROOM_GRACE_S, TOMBSTONE_DAYS};
use crate::store::{Listed, Row};

type Done<T = ()> = rusqlite::Result<T>;

/// A mailbox with its key in the table.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) mailbox: Mailbox,
}

/// A letter's row without its bytes.
#[derive(Clone, Debug)]
pub(super) struct LetterRow {
    pub(super) id: i64,
    pub(super) state: RowState,
    pub(super) sid: Sid,
    pub(super) earlier: Earlier,
    pub(super) delete: CapabilityHash,
}

pub(super) fn find(db: &Connection, mid: &Mid) -> Done<Option<Found>> {
    db.prepare_cached("SELECT * FROM mailboxes WHERE mid = ?1")?
        .query_row([&mid.0], |row| {
            Ok(Found {
                id: row.get("id")?,
                mailbox: mailbox(row)?,
            })
        })
        .optional()
}

fn mailbox(row: &SqlRow<'_>) -> Done<Mailbox> {
    let earlier_hash: Option<Hash> = row.get("earlier_post_hash")?;
    let earlier_until: Option<Count> = row.get("earlier_until_s")?;
    Ok(Mailbox {
        kind: row.get::<_, KindColumn>("kind")?.0,
        post: row.get::<_, Hash>("post_hash")?.capability(),
        earlier_post: earlier_hash
            .zip(earlier_until)
            .map(|(hash, until)| (hash.capability(), until.0)),
        owner: row.get::<_, Hash>("owner_hash")?.capability(),
        grant: row
            .get::<_, Option<Hash>>("grant_hash")?
            .map(|hash| hash.capability()),
        ttl_s: row.get::<_, Count>("ttl_s")?.0,
        closes_s: row.get::<_, Option<Count>>("closes_s")?.map(|it| it.0),
        last_seq: row.get::<_, Count>("last_seq")?.0,
        chain: row.get::<_, Hash>("chain")?.0,
        waiting: row.get::<_, Count>("waiting")?.0,
        waiting_bytes: row.get::<_, Count>("waiting_bytes")?.0,
    })
}

pub(super) fn insert_mailbox(db: &Connection, mid: &Mid, new: &Mailbox) -> Done {
    db.prepare_cached(
        "INSERT INTO mailboxes (mid, kind, post_hash, owner_hash, grant_hash, ttl_s, closes_s, \
         last_seq, chain, waiting, waiting_bytes) \
         VALUES (:mid, :kind, :post, :owner, :grant, :ttl, :closes, :last, :chain, 0, 0)",
    )?
    .execute(named_params! {
        ":mid": mid.0,
        ":kind": kind_number(new.kind),
        ":post": new.post.0,
        ":owner": new.owner.0,
        ":grant": new.grant.map(|grant| grant.0),
        ":ttl": number(new.ttl_s),
        ":closes": new.closes_s.map(number),
        ":last": number(new.last_seq),
        ":chain": new.chain,
    })?;
    Ok(())
}

/// Writes back what changes in the life of a mailbox.
pub(super) fn update_mailbox(db: &Connection, found: &Found) -> Done {
    let it = &found.mailbox;
    db.prepare_cached(
        "UPDATE mailboxes SET post_hash = :post, earlier_post_hash = :earlier, \
         earlier_until_s = :until, closes_s = :closes, last_seq = :last, chain = :chain, \
         waiting = :waiting, waiting_bytes = :bytes WHERE id = :id",
    )?
    .execute(named_params! {
        ":post": it.post.0,
        ":earlier": it.earlier_post.map(|(hash, _)| hash.0),
        ":until": it.earlier_post.map(|(_, until)| number(until)),
        ":closes": it.closes_s.map(number),
        ":last": number(it.last_seq),
        ":chain": it.chain,
        ":waiting": number(it.waiting),
        ":bytes": number(it.waiting_bytes),
        ":id": found.id,
    })?;
    Ok(())
}

/// Its rows and bytes go with it.
pub(super) fn delete_mailbox(db: &Connection, id: i64) -> Done {
    db.prepare_cached("DELETE FROM mailboxes WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub(super) fn open_rooms(db: &Connection, grant: &CapabilityHash, now: Now) -> Done<u64> {
    db.prepare_cached(
        "SELECT count(*) FROM mailboxes WHERE kind = 2 AND grant_hash = ?1 AND closes_s > ?2",
    )?
    .query_row(params![grant.0, number(now.0)], |row| {
        Ok(row.get::<_, Count>(0)?.0)
    })
}

/// Rooms whose time to be read is over.
pub(super) fn gone_rooms(db: &Connection, now: Now) -> Done<Vec<i64>> {
    let latest = number(now.0.saturating_sub(ROOM_GRACE_S));
    db.prepare_cached("SELECT id FROM mailboxes WHERE kind = 2 AND closes_s <= ?1")?
        .query_map([latest], |row| row.get(0))?
        .collect()
}

const LETTER: &str = "SELECT id, sid, state, day, expires_day, sha256, delete_hash FROM rows ";

fn letter_row(row: &SqlRow<'_>) -> Done<LetterRow> {
    Ok(LetterRow {
        id: row.get("id")?,
        state: row.get::<_, StateColumn>("state")?.0,
        sid: Sid(row.get("sid")?),
        earlier: Earlier {
            sha256: row.get::<_, Hash>("sha256")?.0,
            day: row.get("day")?,
            expires_day: row.get("expires_day")?,
        },
        delete: row.get::<_, Hash>("delete_hash")?.capability(),
    })
}

pub(super) fn letter(db: &Connection, mailbox: i64, sid: &Sid) -> Done<Option<LetterRow>> {
    db.prepare_cached(&format!(
        "{LETTER} WHERE mailbox = ?1 AND sid = ?2 AND state <> 4"
    ))?
    .query_row(params![mailbox, sid.0], letter_row)
    .optional()
}

pub(super) fn letter_at(db: &Connection, mailbox: i64, seq: u64) -> Done<Option<LetterRow>> {
    db.prepare_cached(&format!(
        "{LETTER} WHERE mailbox = ?1 AND seq = ?2 AND state <> 4"
    ))?
    .query_row(params![mailbox, number(seq)], letter_row)
    .optional()
}

pub(super) fn insert_letter(db: &Connection, mailbox: i64, new: &NewRow, letter: &Letter) -> Done {
    let about = About {
        sid: &letter.sid,
        sha256: &letter.sha256,
        delete: &letter.delete,
    };
    insert_row(db, mailbox, new, &about, RowState::Stored)?;
    db.prepare_cached("INSERT INTO bodies (row, bytes) VALUES (?1, ?2)")?
        .execute(params![db.last_insert_rowid(), letter.bytes])?;
    Ok(())
}

pub(super) fn insert_news(db: &Connection, mailbox: i64, new: &NewRow, of: &LetterRow) -> Done {
    let about = About {
        sid: &of.sid,
        sha256: &of.earlier.sha256,
        delete: &of.delete,
    };
    insert_row(db, mailbox, new, &about, RowState::Withdrawn)
}

/// The letter a row is about.
struct About<'a> {
    sid: &'a Sid,
    sha256: &'a [u8; 32],
    delete: &'a CapabilityHash,
}

fn insert_row(
    db: &Connection,
    mailbox: i64,
    new: &NewRow,
    about: &About<'_>,
    state: RowState,
) -> Done {
    db.prepare_cached(
        "INSERT INTO rows (mailbox, seq, sid, state, day, expires_day, sha256, chain, delete_hash) \
         VALUES (:mailbox, :seq, :sid, :state, :day, :expires, :sha256, :chain, :delete)",
    )?
    .execute(named_params! {
        ":mailbox": mailbox,
        ":seq": number(new.seq),
        ":sid": about.sid.0,
        ":state": state_number(state),
        ":day": new.day,
        ":expires": new.expires_day,
        ":sha256": about.sha256,
        ":chain": new.chain,
        ":delete": about.delete.0,
    })?;
    Ok(())
}

/// Takes a row's bytes away and says what is left of it; how many bytes there were, if any.
pub(super) fn wipe(db: &Connection, row: i64, state: RowState) -> Done<Option<u64>> {
    db.prepare_cached("UPDATE rows SET state = ?2 WHERE id = ?1")?
        .execute(params![row, state_number(state)])?;
    db.prepare_cached("DELETE FROM bodies WHERE row = ?1 RETURNING length(bytes)")?
        .query_row([row], |row| Ok(row.get::<_, Count>(0)?.0))
        .optional()
}

pub(super) fn list(db: &Connection, mailbox: i64, after: u64, limit: u32) -> Done<Listed> {
    let one_more = i64::from(limit).saturating_add(1);
    let mut rows = db
        .prepare_cached(
            "SELECT seq, sid, day, state, sha256, chain, bytes FROM rows \
             LEFT JOIN bodies ON bodies.row = rows.id \
             WHERE mailbox = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        )?
        .query_map(params![mailbox, number(after), one_more], |row| {
            Ok(Row {
                seq: row.get::<_, Count>(0)?.0,
                sid: Sid(row.get(1)?),
                day: row.get(2)?,
                state: row.get::<_, StateColumn>(3)?.0,
                sha256: row.get::<_, Hash>(4)?.0,
                chain: row.get::<_, Hash>(5)?.0,
                body: row.get(6)?,
            })
        })?
        .collect::<Done<Vec<_>>>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Listed { rows, more })
}

pub(super) fn oldest_day(db: &Connection, mailbox: i64) -> Done<Option<u32>> {
    db.prepare_cached("SELECT min(day) FROM rows WHERE mailbox = ?1 AND state = 0")?
        .query_row([mailbox], |row| row.get(0))
}

/// Letters of offices that are too old: row, mailbox; at most `most`.
pub(super) fn old_letters(db: &Connection, day: u32, most: u32) -> Done<Vec<(i64, i64)>> {
    db.prepare_cached(
        "SELECT rows.id, mailbox FROM rows JOIN mailboxes ON mailboxes.id = mailbox \
         WHERE state = 0 AND expires_day <= ?1 AND kind = 1 LIMIT ?2",
    )?
    .query_map(params![day, most], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

/// A letter of so many bytes waits no more.
pub(super) fn released(db: &Connection, mailbox: i64, bytes: u64) -> Done {
    db.prepare_cached(
        "UPDATE mailboxes SET waiting = max(waiting - 1, 0), \
         waiting_bytes = max(waiting_bytes - ?2, 0) WHERE id = ?1",
    )?
    .execute(params![mailbox, number(bytes)])?;
    Ok(())
}

/// Forgets tombstones that are old enough, at most `most`; how many.
pub(super) fn forget(db: &Connection, day: u32, most: u32) -> Done<u64> {
    let latest = i64::from(day) - i64::from(TOMBSTONE_DAYS);
    let forgotten = db
        .prepare_cached(
            "DELETE FROM rows WHERE id IN (SELECT rows.id FROM rows \
             JOIN mailboxes ON mailboxes.id = mailbox \
             WHERE state <> 0 AND day <= ?1 AND kind = 1 LIMIT ?2)",
        )?
        .execute(params![latest, most])?;
    Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
}

pub(super) fn meta(db: &Connection, name: &str) -> Done<Option<i64>> {
    db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

pub(super) fn set_meta(db: &Connection, name: &str, value: i64) -> Done {
    db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}

/// Mailboxes, and letters waiting in them.
pub(super) fn totals(db: &Connection) -> Done<(u64, u64)> {
    db.prepare_cached("SELECT count(*), coalesce(sum(waiting), 0) FROM mailboxes")?
        .query_row([], |row| {
            Ok((row.get::<_, Count>(0)?.0, row.get::<_, Count>(1)?.0))
        })
}

/// Bytes of the database that are in use; pages that were freed are not.
pub(super) fn used_bytes(db: &Connection) -> Done<u64> {
    let pages = pragma(db, "page_count")?.saturating_sub(pragma(db, "freelist_count")?);
    Ok(pages.saturating_mul(pragma(db, "page_size")?))
}

fn pragma(db: &Connection, name: &str) -> Done<u64> {
    db.pragma_query_value(None, name, |row| Ok(row.get::<_, Count>(0)?.0))
}

/// SQLite's integers are signed; none of ours comes near the end.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn kind_number(kind: Kind) -> i64 {
    match kind {
        Kind::Office => 1,
        Kind::Room => 2,
    }
}

fn state_number(state: RowState) -> i64 {
    match state {
        RowState::Stored => 0,
        RowState::Collected => 1,
        RowState::Deleted => 2,
        RowState::Expired => 3,
        RowState::Withdrawn => 4,
    }
}

struct KindColumn(Kind);
struct StateColumn(RowState);
struct Hash([u8; 32]);
struct Count(u64);

impl Hash {
    fn capability(&self) -> CapabilityHash {
        CapabilityHash(self.0)
    }
}

impl FromSql for KindColumn {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            1 => Ok(Self(Kind::Office)),
            2 => Ok(Self(Kind::Room)),
            other => Err(FromSqlError::OutOfRange(other)),
        }
    }
}

impl FromSql for StateColumn {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self(RowState::Stored)),
            1 => Ok(Self(RowState::Collected)),
            2 => Ok(Self(RowState::Deleted)),
            3 => Ok(Self(RowState::Expired)),
            4 => Ok(Self(RowState::Withdrawn)),
            other => Err(FromSqlError::OutOfRange(other)),
        }
    }
}

impl FromSql for Hash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(Self)
    }
}

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let value = value.as_i64()?;
        u64::try_from(value)
            .map(Self)
            .map_err(|_| FromSqlError::OutOfRange(value))
    }
}
