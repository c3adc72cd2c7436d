-- Format 9: the archive can seal what it says, and drafts can be shown by links that end.
CREATE TABLE secrets (
    name    TEXT    NOT NULL PRIMARY KEY,
    secret  BLOB    NOT NULL CHECK (length(secret) = 32),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- And it is a tool of learning platforms (LTI 1.3).
CREATE TABLE platforms (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    name              TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded       TEXT    NOT NULL UNIQUE CHECK (length(name_folded) >= 1),
    issuer            TEXT    NOT NULL CHECK (length(issuer) BETWEEN 1 AND 2000),
    client_id         TEXT    NOT NULL CHECK (length(client_id) BETWEEN 1 AND 255),
    authorization_url TEXT    NOT NULL CHECK (length(authorization_url) BETWEEN 1 AND 2000),
    jwks_url          TEXT    NOT NULL CHECK (length(jwks_url) BETWEEN 1 AND 2000),
    created_at        INTEGER NOT NULL,
    UNIQUE (issuer, client_id)
) STRICT;
CREATE TABLE platform_deployments (
    platform   INTEGER NOT NULL REFERENCES platforms (id) ON DELETE CASCADE,
    deployment TEXT    NOT NULL CHECK (length(deployment) BETWEEN 1 AND 255),
    PRIMARY KEY (platform, deployment)
) STRICT, WITHOUT ROWID;
CREATE TABLE platform_invites (
    key_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(key_sha256) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE platform_keys (
    kid        TEXT    NOT NULL PRIMARY KEY CHECK (length(kid) BETWEEN 1 AND 64),
    private    BLOB    NOT NULL CHECK (length(private) > 0),
    created_at INTEGER NOT NULL,
    retired_at INTEGER CHECK (retired_at >= created_at)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_platform_key ON platform_keys ((1)) WHERE retired_at IS NULL;
-- And a draft can be shown by a link that ends.
CREATE TABLE lesson_links (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    key     BLOB    NOT NULL UNIQUE CHECK (length(key) = 12),
    lesson  INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    person  INTEGER REFERENCES people (id) ON DELETE CASCADE,
    note    TEXT    CHECK (length(note) BETWEEN 1 AND 200),
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > made_at)
) STRICT;
CREATE INDEX links_of_lesson ON lesson_links (lesson, id);
CREATE INDEX links_of_person ON lesson_links (person) WHERE person IS NOT NULL;
