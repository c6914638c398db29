//! The statements: rows of tables to records and back. Every function runs on a connection or
//! inside a transaction that somebody else opened. It refuses to decide anything;
//! [`crate::mailbox`] does.

use std::collections::BTreeMap;

use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::types::{FromSql, ToSql};
use vaekstspejl_envelope::{CapabilityHash, Mid, Sid};
use vaekstspejl_mailbox::wire::{Kind, RowState};

use super::Failure;
use crate::mailbox::{Earlier, Letter, Mailbox, NewRow, Now, ROOM_GRACE_S, Swept, TOMBSTONE_DAYS};
use crate::store::{Listed, Row, State};

type Done<T = ()> = Result<T, Failure>;
type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A mailbox with its key in the table.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) mailbox: Mailbox,
}

/// A letter's row without its bytes.
#[derive(Clone, Debug)]
pub(super) struct LetterRow {
    pub(super) seq: u64,
    pub(super) state: RowState,
    pub(super) sid: Sid,
    pub(super) earlier: Earlier,
    pub(super) delete: CapabilityHash,
}

/// A letter that is to be written.
pub(super) struct NewLetter<'a> {
    pub(super) mailbox: i64,
    pub(super) row: NewRow,
    pub(super) letter: &'a Letter,
}

const MAILBOX: &str = "SELECT id, mid, kind, post_hash, earlier_post_hash, earlier_until_s, \
     owner_hash, grant_hash, ttl_s, closes_s, last_seq, chain, waiting, waiting_bytes, \
     (SELECT min(day) FROM vmb.rows WHERE mailbox = id AND state = 0 AND $2) AS oldest_day \
     FROM vmb.mailboxes WHERE mid = ANY($1)";
const LETTER: &str = "SELECT seq, sid, state, day, expires_day, sha256, delete_hash FROM vmb.rows \
     WHERE state <> 4 AND mailbox = $1";

async fn query(
    db: &impl GenericClient,
    sql: &str,
    with: Parameters<'_>,
) -> Done<Vec<tokio_postgres::Row>> {
    let statement = db.prepare_cached(sql).await?;
    Ok(db.query(&statement, with).await?)
}

async fn execute(db: &impl GenericClient, sql: &str, with: Parameters<'_>) -> Done<u64> {
    let statement = db.prepare_cached(sql).await?;
    Ok(db.execute(&statement, with).await?)
}

/// A mailbox and, when asked for, the day of its oldest letter, in one look.
pub(super) async fn look(
    db: &impl GenericClient,
    mid: &Mid,
    oldest: bool,
) -> Done<Option<(Found, State)>> {
    let rows = query(db, MAILBOX, &[&vec![mid.0.as_slice()], &oldest]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let (_, found) = mailbox(row)?;
    let day: Option<i32> = get(row, "oldest_day")?;
    let state = State {
        mailbox: found.mailbox.clone(),
        oldest_day: day.map(day_number).transpose()?,
    };
    Ok(Some((found, state)))
}

/// Mailboxes that nobody else changes until the transaction ends. They are taken in the order of
/// their ids by everybody, so that no two transactions wait for each other.
pub(super) async fn lock(tx: &Transaction<'_>, mids: &[Mid]) -> Done<BTreeMap<Mid, Found>> {
    let mids: Vec<&[u8]> = mids.iter().map(|mid| mid.0.as_slice()).collect();
    let sql = format!("{MAILBOX} ORDER BY mid FOR UPDATE OF mailboxes");
    let rows = query(tx, &sql, &[&mids, &false]).await?;
    rows.iter().map(mailbox).collect()
}

fn mailbox(row: &tokio_postgres::Row) -> Done<(Mid, Found)> {
    let hash = |name| get::<Option<&[u8]>>(row, name)?.map(array).transpose();
    let must = |name| array(get::<&[u8]>(row, name)?);
    let count = |name| get::<Option<i64>>(row, name)?.map(unsigned).transpose();
    let number = |name| unsigned(get(row, name)?);
    let mailbox = Mailbox {
        kind: kind(get(row, "kind")?)?,
        post: CapabilityHash(must("post_hash")?),
        earlier_post: hash("earlier_post_hash")?
            .map(CapabilityHash)
            .zip(count("earlier_until_s")?),
        owner: CapabilityHash(must("owner_hash")?),
        grant: hash("grant_hash")?.map(CapabilityHash),
        ttl_s: number("ttl_s")?,
        closes_s: count("closes_s")?,
        last_seq: number("last_seq")?,
        chain: must("chain")?,
        waiting: number("waiting")?,
        waiting_bytes: number("waiting_bytes")?,
    };
    let id = get(row, "id")?;
    Ok((Mid(array(get(row, "mid")?)?), Found { id, mailbox }))
}

/// Adds a mailbox; false: at the same moment somebody else added one under this id.
pub(super) async fn insert_mailbox(tx: &Transaction<'_>, mid: &Mid, new: &Mailbox) -> Done<bool> {
    let added = execute(
        tx,
        "INSERT INTO vmb.mailboxes (mid, kind, post_hash, owner_hash, grant_hash, ttl_s, \
         closes_s, last_seq, chain, waiting, waiting_bytes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0) ON CONFLICT (mid) DO NOTHING",
        &[
            &mid.0.as_slice(),
            &kind_number(new.kind),
            &new.post.0.as_slice(),
            &new.owner.0.as_slice(),
            &new.grant.as_ref().map(|grant| grant.0.as_slice()),
            &signed(new.ttl_s),
            &new.closes_s.map(signed),
            &signed(new.last_seq),
            &new.chain.as_slice(),
        ],
    )
    .await?;
    Ok(added == 1)
}

/// Writes back what changes in the life of a mailbox.
pub(super) async fn update_mailbox(tx: &Transaction<'_>, found: &Found) -> Done {
    let it = &found.mailbox;
    let earlier = it.earlier_post.as_ref();
    execute(
        tx,
        "UPDATE vmb.mailboxes SET post_hash = $2, earlier_post_hash = $3, earlier_until_s = $4, \
         closes_s = $5, last_seq = $6, chain = $7, waiting = $8, waiting_bytes = $9 WHERE id = $1",
        &[
            &found.id,
            &it.post.0.as_slice(),
            &earlier.map(|(hash, _)| hash.0.as_slice()),
            &earlier.map(|(_, until)| signed(*until)),
            &it.closes_s.map(signed),
            &signed(it.last_seq),
            &it.chain.as_slice(),
            &signed(it.waiting),
            &signed(it.waiting_bytes),
        ],
    )
    .await?;
    Ok(())
}

/// Its rows and bytes go with it.
pub(super) async fn delete_mailbox(tx: &Transaction<'_>, id: i64) -> Done {
    execute(tx, "DELETE FROM vmb.mailboxes WHERE id = $1", &[&id]).await?;
    to_be_rewritten(tx).await
}

/// Makes transactions that open rooms under the same grant follow each other.
pub(super) async fn lock_grant(tx: &Transaction<'_>, grant: &CapabilityHash) -> Done {
    // eight bytes of a hash: two grants that share them wait for each other, and no more
    let key = grant.0.first_chunk().copied().map_or(0, i64::from_be_bytes);
    execute(tx, "SELECT pg_advisory_xact_lock($1)", &[&key]).await?;
    Ok(())
}

pub(super) async fn open_rooms(
    tx: &Transaction<'_>,
    grant: &CapabilityHash,
    now: Now,
) -> Done<u64> {
    let sql = "SELECT count(*) FROM vmb.mailboxes \
         WHERE kind = 2 AND grant_hash = $1 AND closes_s > $2";
    one(query(tx, sql, &[&grant.0.as_slice(), &signed(now.0)]).await?)
}

/// Deletes some rooms whose time to be read is over; how many.
pub(super) async fn delete_gone_rooms(tx: &Transaction<'_>, now: Now, most: u32) -> Done<u64> {
    let gone = execute(
        tx,
        "DELETE FROM vmb.mailboxes WHERE id IN (SELECT id FROM vmb.mailboxes \
         WHERE kind = 2 AND closes_s <= $1 ORDER BY mid LIMIT $2 FOR UPDATE)",
        &[
            &signed(now.0.saturating_sub(ROOM_GRACE_S)),
            &i64::from(most),
        ],
    )
    .await?;
    if gone > 0 {
        to_be_rewritten(tx).await?;
    }
    Ok(gone)
}

fn letter_row(row: &tokio_postgres::Row) -> Done<LetterRow> {
    Ok(LetterRow {
        seq: unsigned(get(row, "seq")?)?,
        state: state(get(row, "state")?)?,
        sid: Sid(array(get(row, "sid")?)?),
        earlier: Earlier {
            sha256: array(get(row, "sha256")?)?,
            day: day_number(get(row, "day")?)?,
            expires_day: day_number(get(row, "expires_day")?)?,
        },
        delete: CapabilityHash(array(get(row, "delete_hash")?)?),
    })
}

/// Those of the letters that came before.
pub(super) async fn letters(
    tx: &Transaction<'_>,
    mailbox: i64,
    sids: &[Sid],
) -> Done<Vec<LetterRow>> {
    let sids: Vec<&[u8]> = sids.iter().map(|sid| sid.0.as_slice()).collect();
    let sql = format!("{LETTER} AND sid = ANY($2)");
    let rows = query(tx, &sql, &[&mailbox, &sids]).await?;
    rows.iter().map(letter_row).collect()
}

pub(super) async fn letters_at(
    tx: &Transaction<'_>,
    mailbox: i64,
    seqs: &[u64],
) -> Done<Vec<LetterRow>> {
    let seqs: Vec<i64> = seqs.iter().map(|seq| signed(*seq)).collect();
    let sql = format!("{LETTER} AND seq = ANY($2)");
    let rows = query(tx, &sql, &[&mailbox, &seqs]).await?;
    rows.iter().map(letter_row).collect()
}

/// Writes letters: all their rows in one statement, all their bytes in another.
pub(super) async fn insert_letters(tx: &Transaction<'_>, new: &[NewLetter<'_>]) -> Done {
    let each = |new: &[NewLetter<'_>], of: fn(&NewLetter<'_>) -> i64| {
        new.iter().map(of).collect::<Vec<i64>>()
    };
    let days = |of: fn(&NewRow) -> u32| {
        new.iter()
            .map(|it| day_column(of(&it.row)))
            .collect::<Vec<i32>>()
    };
    let mailboxes = each(new, |it| it.mailbox);
    let seqs = each(new, |it| signed(it.row.seq));
    let sids: Vec<&[u8]> = new.iter().map(|it| it.letter.sid.0.as_slice()).collect();
    let hashes: Vec<&[u8]> = new.iter().map(|it| it.letter.sha256.as_slice()).collect();
    let chains: Vec<&[u8]> = new.iter().map(|it| it.row.chain.as_slice()).collect();
    let deletes: Vec<&[u8]> = new.iter().map(|it| it.letter.delete.0.as_slice()).collect();
    let bytes: Vec<&[u8]> = new.iter().map(|it| it.letter.bytes.as_slice()).collect();
    execute(
        tx,
        "INSERT INTO vmb.rows (mailbox, seq, sid, state, day, expires_day, sha256, chain, \
         delete_hash) SELECT mailbox, seq, sid, 0, day, expires, sha256, chain, del \
         FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::integer[], $5::integer[], \
         $6::bytea[], $7::bytea[], $8::bytea[]) \
         AS new (mailbox, seq, sid, day, expires, sha256, chain, del)",
        &[
            &mailboxes,
            &seqs,
            &sids,
            &days(|row| row.day),
            &days(|row| row.expires_day),
            &hashes,
            &chains,
            &deletes,
        ],
    )
    .await?;
    execute(
        tx,
        "INSERT INTO vmb.bodies (mailbox, seq, bytes) \
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])",
        &[&mailboxes, &seqs, &bytes],
    )
    .await?;
    Ok(())
}

/// Writes the news that a letter was withdrawn.
pub(super) async fn insert_news(
    tx: &Transaction<'_>,
    mailbox: i64,
    new: &NewRow,
    of: &LetterRow,
) -> Done {
    execute(
        tx,
        "INSERT INTO vmb.rows (mailbox, seq, sid, state, day, expires_day, sha256, chain, \
         delete_hash) VALUES ($1, $2, $3, 4, $4, $5, $6, $7, $8)",
        &[
            &mailbox,
            &signed(new.seq),
            &of.sid.0.as_slice(),
            &day_column(new.day),
            &day_column(new.expires_day),
            &of.earlier.sha256.as_slice(),
            &new.chain.as_slice(),
            &of.delete.0.as_slice(),
        ],
    )
    .await?;
    Ok(())
}

/// Takes the bytes of rows away and says what is left of them; the bytes of each that had some.
pub(super) async fn wipe(
    tx: &Transaction<'_>,
    mailbox: i64,
    seqs: &[u64],
    becomes: RowState,
) -> Done<Vec<u64>> {
    let seqs: Vec<i64> = seqs.iter().map(|seq| signed(*seq)).collect();
    execute(
        tx,
        "UPDATE vmb.rows SET state = $3 WHERE mailbox = $1 AND seq = ANY($2)",
        &[&mailbox, &seqs, &state_number(becomes)],
    )
    .await?;
    let sql = "DELETE FROM vmb.bodies WHERE mailbox = $1 AND seq = ANY($2) \
         RETURNING length(bytes)::bigint";
    let gone = query(tx, sql, &[&mailbox, &seqs]).await?;
    if !gone.is_empty() {
        to_be_rewritten(tx).await?;
    }
    gone.iter().map(|row| unsigned(at(row, 0)?)).collect()
}

pub(super) async fn list(
    db: &impl GenericClient,
    mailbox: i64,
    after: u64,
    limit: u32,
) -> Done<Listed> {
    let one_more = i64::from(limit).saturating_add(1);
    let sql = "SELECT seq, sid, day, state, sha256, chain, bytes FROM vmb.rows \
         LEFT JOIN vmb.bodies USING (mailbox, seq) \
         WHERE mailbox = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    let rows = query(db, sql, &[&mailbox, &signed(after), &one_more]).await?;
    let mut rows = rows.iter().map(listed_row).collect::<Done<Vec<_>>>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Listed { rows, more })
}

fn listed_row(row: &tokio_postgres::Row) -> Done<Row> {
    Ok(Row {
        seq: unsigned(get(row, "seq")?)?,
        sid: Sid(array(get(row, "sid")?)?),
        day: day_number(get(row, "day")?)?,
        state: state(get(row, "state")?)?,
        sha256: array(get(row, "sha256")?)?,
        chain: array(get(row, "chain")?)?,
        body: get(row, "bytes")?,
    })
}

/// A mailbox of an office that has letters too old, if there is one.
pub(super) async fn with_old_letters(db: &impl GenericClient, day: u32) -> Done<Option<Mid>> {
    let sql = "SELECT mid FROM vmb.rows JOIN vmb.mailboxes ON id = mailbox \
         WHERE state = 0 AND expires_day <= $1 AND kind = 1 LIMIT 1";
    let rows = query(db, sql, &[&day_column(day)]).await?;
    rows.first()
        .map(|row| array(at(row, 0)?).map(Mid))
        .transpose()
}

/// Numbers of letters in a mailbox that are too old, at most `most`.
pub(super) async fn old_letters(
    tx: &Transaction<'_>,
    mailbox: i64,
    day: u32,
    most: u32,
) -> Done<Vec<u64>> {
    let sql = "SELECT seq FROM vmb.rows \
         WHERE mailbox = $1 AND state = 0 AND expires_day <= $2 ORDER BY seq LIMIT $3";
    let rows = query(tx, sql, &[&mailbox, &day_column(day), &i64::from(most)]).await?;
    rows.iter().map(|row| unsigned(at(row, 0)?)).collect()
}

/// Forgets tombstones that are old enough, at most `most`; how many.
pub(super) async fn forget(tx: &Transaction<'_>, day: u32, most: u32) -> Done<u64> {
    let latest = i64::from(day).saturating_sub(i64::from(TOMBSTONE_DAYS));
    execute(
        tx,
        "DELETE FROM vmb.rows WHERE (mailbox, seq) IN (SELECT mailbox, seq FROM vmb.rows \
         JOIN vmb.mailboxes ON id = mailbox \
         WHERE state <> 0 AND day <= $1 AND kind = 1 LIMIT $2)",
        &[&i32::try_from(latest).unwrap_or(i32::MIN), &i64::from(most)],
    )
    .await
}

pub(super) async fn swept_day(db: &impl GenericClient) -> Done<Option<u32>> {
    let sql = "SELECT value FROM vmb.meta WHERE name = 'swept_day'";
    let rows = query(db, sql, &[]).await?;
    rows.first()
        .map(|row| Ok(u32::try_from(at::<i64>(row, 0)?).unwrap_or(0)))
        .transpose()
}

/// How far was deleted, and when that was reached.
pub(super) async fn swept(db: &impl GenericClient) -> Done<Option<Swept>> {
    let Some(day) = swept_day(db).await? else {
        return Ok(None);
    };
    let sql = "SELECT value FROM vmb.meta WHERE name = 'swept_at_s'";
    let rows = query(db, sql, &[]).await?;
    let at_s = rows.first().map(|row| at::<i64>(row, 0)).transpose()?;
    let at_s = at_s.and_then(|at_s| u64::try_from(at_s).ok()).unwrap_or(0);
    Ok(Some(Swept { day, at_s }))
}

/// Never back: another relay may have swept further at the same moment.
pub(super) async fn set_swept(tx: &Transaction<'_>, swept: Swept) -> Done {
    execute(
        tx,
        "INSERT INTO vmb.meta VALUES ('swept_day', $1) \
         ON CONFLICT (name) DO UPDATE SET value = greatest(meta.value, excluded.value)",
        &[&i64::from(swept.day)],
    )
    .await?;
    execute(
        tx,
        "INSERT INTO vmb.meta VALUES ('swept_at_s', $1) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        &[&i64::try_from(swept.at_s).unwrap_or(i64::MAX)],
    )
    .await?;
    Ok(())
}

/// Counts a ping.
pub(super) async fn canary(db: &impl GenericClient) -> Done {
    let sql = "UPDATE vmb.meta SET value = (value + 1) % 1000000 WHERE name = 'canary'";
    execute(db, sql, &[]).await?;
    Ok(())
}

/// Bytes were deleted: the table is to be written anew. Twice, an hour apart, because the first
/// time a backup that is running may still need to see what was there.
async fn to_be_rewritten(tx: &Transaction<'_>) -> Done {
    // without effect, and so without waiting for anybody, when it says so already
    let sql = "UPDATE vmb.meta SET value = 2 WHERE name = 'rewrites' AND value < 2";
    execute(tx, sql, &[]).await?;
    Ok(())
}

/// Whether the table of bytes is to be written anew; whoever asked does it.
pub(super) async fn take_rewrite(db: &impl GenericClient) -> Done<bool> {
    let sql = "UPDATE vmb.meta SET value = value - 1 WHERE name = 'rewrites' AND value > 0";
    Ok(execute(db, sql, &[]).await? > 0)
}

/// It was not done after all.
pub(super) async fn give_rewrite_back(db: &impl GenericClient) -> Done {
    let sql = "UPDATE vmb.meta SET value = 2 WHERE name = 'rewrites'";
    execute(db, sql, &[]).await?;
    Ok(())
}

/// Mailboxes, letters waiting in them, and their bytes.
pub(super) async fn totals(db: &impl GenericClient) -> Done<(u64, u64, u64)> {
    let sql = "SELECT count(*), coalesce(sum(waiting), 0)::bigint, \
         coalesce(sum(waiting_bytes), 0)::bigint FROM vmb.mailboxes";
    let rows = query(db, sql, &[]).await?;
    let row = rows.first().ok_or(Failure::Unfitting)?;
    Ok((
        unsigned(at(row, 0)?)?,
        unsigned(at(row, 1)?)?,
        unsigned(at(row, 2)?)?,
    ))
}

/// A setting of the server.
pub(super) async fn setting(db: &impl GenericClient, name: &str) -> Done<String> {
    let rows = query(db, "SELECT current_setting($1)", &[&name]).await?;
    at(rows.first().ok_or(Failure::Unfitting)?, 0)
}

fn one(rows: Vec<tokio_postgres::Row>) -> Done<u64> {
    unsigned(at(rows.first().ok_or(Failure::Unfitting)?, 0)?)
}

fn get<'a, T: FromSql<'a>>(row: &'a tokio_postgres::Row, name: &str) -> Done<T> {
    row.try_get(name).map_err(|_| Failure::Unfitting)
}

fn at<'a, T: FromSql<'a>>(row: &'a tokio_postgres::Row, index: usize) -> Done<T> {
    row.try_get(index).map_err(|_| Failure::Unfitting)
}

fn array<const N: usize>(bytes: &[u8]) -> Done<[u8; N]> {
    bytes.try_into().map_err(|_| Failure::Unfitting)
}

/// PostgreSQL's integers are signed; none of ours comes near the end.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(value: i64) -> Done<u64> {
    u64::try_from(value).map_err(|_| Failure::Unfitting)
}

fn day_column(day: u32) -> i32 {
    i32::try_from(day).unwrap_or(i32::MAX)
}

fn day_number(day: i32) -> Done<u32> {
    u32::try_from(day).map_err(|_| Failure::Unfitting)
}

fn kind_number(kind: Kind) -> i16 {
    match kind {
        Kind::Office => 1,
        Kind::Room => 2,
    }
}

fn kind(number: i16) -> Done<Kind> {
    match number {
        1 => Ok(Kind::Office),
        2 => Ok(Kind::Room),
        _ => Err(Failure::Unfitting),
    }
}

fn state_number(state: RowState) -> i16 {
    match state {
        RowState::Stored => 0,
        RowState::Collected => 1,
        RowState::Deleted => 2,
        RowState::Expired => 3,
        RowState::Withdrawn => 4,
    }
}

fn state(number: i16) -> Done<RowState> {
    match number {
        0 => Ok(RowState::Stored),
        1 => Ok(RowState::Collected),
        2 => Ok(RowState::Deleted),
        3 => Ok(RowState::Expired),
        4 => Ok(RowState::Withdrawn),
        _ => Err(Failure::Unfitting),
    }
}
