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
