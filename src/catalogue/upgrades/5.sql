-- Format 5: the queue of jobs, to which no earlier version wrote. Every recording that is shown is looked into.
ALTER TABLE lessons ADD COLUMN processed_at INTEGER;
ALTER TABLE recordings ADD COLUMN facts TEXT CHECK (json_valid(facts));
DROP TABLE jobs;
CREATE TABLE jobs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    recording     INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL CHECK (kind IN ('probe', 'narrow', 'ladder', 'pictures', 'slides', 'words', 'speech')),
    priority      INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    progress      INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1000),
    worker        TEXT    CHECK (length(worker) BETWEEN 1 AND 100),
    lease         TEXT    CHECK (length(lease) = 32),
    leased_until_at INTEGER,
    begun_at      INTEGER,
    not_before_at INTEGER NOT NULL DEFAULT 0,
    planned       TEXT    CHECK (length(planned) > 0),
    error         TEXT    CHECK (length(error) BETWEEN 1 AND 2000),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    UNIQUE (recording, kind),
    CHECK ((state = 'running') <= (lease IS NOT NULL AND leased_until_at IS NOT NULL))
) STRICT;
CREATE INDEX jobs_waiting ON jobs (priority DESC, id) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (leased_until_at) WHERE state = 'running';
CREATE INDEX jobs_of_state ON jobs (state, updated_at);
CREATE INDEX jobs_planned ON jobs (id) WHERE planned IS NOT NULL;
-- A table's checks cannot be altered, so the table is made anew.
ALTER TABLE files RENAME TO earlier_files;
DROP INDEX files_of_recording;
DROP INDEX files_to_hash;
DROP INDEX files_at;
DROP INDEX one_source;
DROP INDEX one_captions_per_language;
CREATE TABLE files (
    id          INTEGER PRIMARY KEY,
    recording   INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    role        TEXT    NOT NULL
                CHECK (role IN ('source', 'rendition', 'audio', 'poster', 'storyboard', 'slide', 'captions', 'attachment')),
    name        TEXT    NOT NULL UNIQUE
                CHECK (length(name) BETWEEN 33 AND 48 AND name NOT GLOB '*[^a-z0-9.]*'),
    placement   TEXT    NOT NULL CHECK (placement IN ('store', 'in_place')),
    location    TEXT    NOT NULL
                CHECK (length(location) > 0),
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),
    sha256      BLOB             CHECK (length(sha256) = 32),
    etag        TEXT    NOT NULL CHECK (length(etag) BETWEEN 8 AND 64 AND etag NOT GLOB '*[^a-z0-9-]*'),
    mime        TEXT    NOT NULL CHECK (length(mime) BETWEEN 3 AND 100),
    modified_at INTEGER NOT NULL,
    label       TEXT             CHECK (length(label) BETWEEN 1 AND 1000),
    language    TEXT             CHECK (length(language) BETWEEN 2 AND 35),
    quality     INTEGER          CHECK (quality > 0),
    width       INTEGER          CHECK (width > 0),
    height      INTEGER          CHECK (height > 0),
    duration_ms INTEGER          CHECK (duration_ms >= 0),
    start_ms    INTEGER          CHECK (start_ms >= 0),
    position    INTEGER NOT NULL DEFAULT 0,
    replaced_at INTEGER,
    created_at  INTEGER NOT NULL,
    pruned_at   INTEGER          CHECK (pruned_at IS NULL OR replaced_at IS NOT NULL),
    CHECK ((role = 'captions') <= (language IS NOT NULL)),
    CHECK ((role = 'slide') = (start_ms IS NOT NULL))
) STRICT;
CREATE INDEX files_of_recording ON files (recording, role) WHERE replaced_at IS NULL;
CREATE INDEX files_to_hash ON files (id) WHERE sha256 IS NULL;
CREATE INDEX files_at ON files (location);
CREATE UNIQUE INDEX one_source ON files (recording) WHERE role = 'source' AND replaced_at IS NULL;
CREATE UNIQUE INDEX one_captions_per_language ON files (recording, language) WHERE role = 'captions' AND replaced_at IS NULL;
INSERT INTO files (id, recording, role, name, placement, location, bytes, sha256, etag, mime, modified_at, label, language, quality,
    width, height, duration_ms, position, replaced_at, created_at, pruned_at)
SELECT id, recording, role, name, placement, location, bytes, sha256, etag, mime, modified_at, label, language, quality,
    width, height, duration_ms, position, replaced_at, created_at, pruned_at FROM earlier_files;
DROP TABLE earlier_files;
INSERT INTO jobs (recording, kind, priority, state, created_at, updated_at)
SELECT r.id, 'probe', iif(r.origin_path IS NULL, 700, 550), 'queued', l.updated_at, l.updated_at
FROM lessons l JOIN recordings r ON r.id = l.current_recording ORDER BY l.id;
-- Machines that do jobs have a role. Foreign keys are off during an upgrade, so that who is dropped here drops nobody's rows.
CREATE TEMP TABLE kept AS SELECT * FROM people;
DROP TABLE people;
CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded   TEXT    NOT NULL UNIQUE CHECK (length(name_folded) >= 1),
    password_hash TEXT             CHECK (password_hash GLOB '$argon2id$*'),
    role          TEXT    NOT NULL CHECK (role IN ('worker', 'teacher', 'editor', 'admin')),
    quota         INTEGER          CHECK (quota >= 0),
    disabled_at   INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;
INSERT INTO people SELECT * FROM kept;
DROP TABLE kept;
CREATE TEMP TABLE kept AS SELECT * FROM tokens;
DROP TABLE tokens;
CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY,
    token_sha256 BLOB    NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    person       INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role         TEXT    NOT NULL CHECK (role IN ('worker', 'teacher', 'editor', 'admin')),
    label        TEXT             CHECK (length(label) BETWEEN 1 AND 100),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX tokens_of_person ON tokens (person);
INSERT INTO tokens SELECT * FROM kept;
DROP TABLE kept;
