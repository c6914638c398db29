-- Version 1. The same columns as in SQLite, but for ids of rows, which are not needed here. Times
-- are days, but for rooms, which live for hours. No addresses, no secrets: of every capability
-- only SHA-256.

-- swept_day: the day up to which was deleted by age; swept_at_s: when it was reached, so that no
-- number of starts or relays makes it go faster; canary: counts the pings; rewrites: how
-- often `bodies` is to be written anew, so that deleted bytes leave its files
CREATE TABLE vmb.meta (
    name text PRIMARY KEY,
    value bigint NOT NULL
);
INSERT INTO vmb.meta VALUES ('canary', 0), ('rewrites', 0);

CREATE TABLE vmb.mailboxes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mid bytea NOT NULL UNIQUE,
    kind smallint NOT NULL, -- 1 office, 2 room
    post_hash bytea NOT NULL,
    earlier_post_hash bytea,
    earlier_until_s bigint,
    owner_hash bytea NOT NULL,
    grant_hash bytea,
    ttl_s bigint NOT NULL,
    closes_s bigint, -- 0: an office that was closed
    last_seq bigint NOT NULL,
    chain bytea NOT NULL,
    waiting bigint NOT NULL,
    waiting_bytes bigint NOT NULL
-- changed with every letter: room for the new version beside the old one
) WITH (fillfactor = 50);

CREATE TABLE vmb.rows (
    mailbox bigint NOT NULL REFERENCES vmb.mailboxes ON DELETE CASCADE,
    seq bigint NOT NULL,
    sid bytea NOT NULL,
    state smallint NOT NULL, -- 0 stored, 1 collected, 2 deleted, 3 expired, 4 news of a withdrawal
    day integer NOT NULL,
    expires_day integer NOT NULL,
    sha256 bytea NOT NULL,
    chain bytea NOT NULL,
    delete_hash bytea NOT NULL,
    PRIMARY KEY (mailbox, seq)
);

-- a letter is there once; the news of its withdrawal has the same id
CREATE UNIQUE INDEX letters ON vmb.rows (mailbox, sid) WHERE state <> 4;
CREATE INDEX waiting ON vmb.rows (mailbox, day) WHERE state = 0;
CREATE INDEX by_expiry ON vmb.rows (expires_day) WHERE state = 0;
CREATE INDEX by_age ON vmb.rows (day) WHERE state <> 0;

-- only letters that wait, so that this table can be written anew in a moment
CREATE TABLE vmb.bodies (
    mailbox bigint NOT NULL,
    seq bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (mailbox, seq),
    FOREIGN KEY (mailbox, seq) REFERENCES vmb.rows ON DELETE CASCADE
);
-- sealed letters cannot be compressed
ALTER TABLE vmb.bodies ALTER COLUMN bytes SET STORAGE EXTERNAL;
