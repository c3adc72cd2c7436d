-- Format 3: people, who could not be there before: no earlier version wrote to these tables.
DROP TABLE people;
CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded   TEXT    NOT NULL UNIQUE CHECK (length(name_folded) >= 1),
    password_hash TEXT             CHECK (password_hash GLOB '$argon2id$*'),
    role          TEXT    NOT NULL CHECK (role IN ('teacher', 'editor', 'admin')),
    quota         INTEGER          CHECK (quota >= 0),
    disabled_at   INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;
DROP TABLE tokens;
CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY,
    token_sha256 BLOB    NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    person       INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role         TEXT    NOT NULL CHECK (role IN ('teacher', 'editor', 'admin')),
    label        TEXT             CHECK (length(label) BETWEEN 1 AND 100),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX tokens_of_person ON tokens (person);
CREATE TABLE password_links (
    key_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(key_sha256) = 32),
    person     INTEGER REFERENCES people (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
DROP TABLE uploads;
CREATE TABLE uploads (
    id          TEXT    NOT NULL PRIMARY KEY
                CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
    person      INTEGER REFERENCES people (id) ON DELETE CASCADE,
    lesson      INTEGER REFERENCES lessons (id) ON DELETE SET NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('whole', 'partial', 'final')),
    parts       TEXT,
    length      INTEGER CHECK (length >= 0),
    offset      INTEGER NOT NULL DEFAULT 0 CHECK (offset >= 0 AND offset <= coalesce(length, offset)),
    metadata    TEXT    NOT NULL DEFAULT '',
    state       TEXT    NOT NULL CHECK (state IN ('uploading', 'queued', 'processing', 'done', 'failed', 'gone')),
    error       TEXT,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    CHECK ((kind = 'final') = (parts IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_to_expire ON uploads (expires_at) WHERE state IN ('uploading', 'queued');
CREATE INDEX uploads_to_finish ON uploads (state) WHERE state IN ('queued', 'processing');
CREATE INDEX uploads_of_person ON uploads (person, state);
CREATE INDEX files_to_hash ON files (id) WHERE sha256 IS NULL;
