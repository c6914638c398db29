-- Version 1. Times are days, but for rooms, which live for hours. No addresses, no secrets: of
-- every capability only SHA-256.

-- swept_day: the day up to which was deleted by age; swept_at_s: when it was reached, so that no
-- number of starts makes it go faster; canary: counts the pings
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mailboxes (
    id INTEGER PRIMARY KEY,
    mid BLOB NOT NULL UNIQUE,
    kind INTEGER NOT NULL, -- 1 office, 2 room
    post_hash BLOB NOT NULL,
    earlier_post_hash BLOB,
    earlier_until_s INTEGER,
    owner_hash BLOB NOT NULL,
    grant_hash BLOB,
    ttl_s INTEGER NOT NULL,
    closes_s INTEGER, -- 0: an office that was closed
    last_seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    waiting INTEGER NOT NULL,
    waiting_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE rows (
    id INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL REFERENCES mailboxes ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    sid BLOB NOT NULL,
    state INTEGER NOT NULL, -- 0 stored, 1 collected, 2 deleted, 3 expired, 4 news of a withdrawal
    day INTEGER NOT NULL,
    expires_day INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    chain BLOB NOT NULL,
    delete_hash BLOB NOT NULL,
    UNIQUE (mailbox, seq)
) STRICT;

-- a letter is there once; the news of its withdrawal has the same id
CREATE UNIQUE INDEX letters ON rows (mailbox, sid) WHERE state <> 4;
CREATE INDEX waiting ON rows (mailbox, day) WHERE state = 0;
CREATE INDEX by_expiry ON rows (expires_day) WHERE state = 0;
CREATE INDEX by_age ON rows (day) WHERE state <> 0;

CREATE TABLE bodies (
    row INTEGER PRIMARY KEY REFERENCES rows ON DELETE CASCADE,
    bytes BLOB NOT NULL
) STRICT;
