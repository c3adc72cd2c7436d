-- The catalogue of a Teledars archive. This file is the truth about its tables: a new archive is made
-- from it, and an upgraded one must equal it (a test in src/catalogue/upgrade.rs compares them).
--
-- Conventions. Times are INTEGER milliseconds since 1970-01-01T00:00:00Z (suffix _at); durations are
-- milliseconds (_ms); sizes are bytes. Vocabulary ids are short English words or numbers, for URLs.
-- Lists keep their order in `position`, from 0. NULL means "not said", never "no" or zero.
-- Only src/catalogue speaks to these tables, and always inside a transaction.

-- Durability: set at every opening, in src/catalogue/connection.rs, since only the first is stored.
--   journal_mode = WAL       readers never wait for the writer, nor it for them
--   synchronous = FULL       a commit is on disk when it returns: an import or upload that was
--                            acknowledged survives a power cut. NORMAL would be faster and may lose the
--                            last commits; tens of rows a minute do not need the speed.
--   foreign_keys = ON        a row never points at nothing
--   trusted_schema = OFF     a tampered file cannot run functions through its schema
--   busy_timeout = 5000 ms   a command line may write while the server runs
--   journal_size_limit       a burst does not leave a large WAL behind

-- ── Vocabularies: data that an operator edits (teledars vocabulary), not code ───────────────────────

CREATE TABLE grades (
    id       TEXT    NOT NULL PRIMARY KEY               -- in URLs and sheets: 0 (preparatory), 1 … 11
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,                          -- order on the first page
    sign     TEXT    NOT NULL CHECK (length(sign) BETWEEN 1 AND 8),  -- printed large on the key
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))    -- 1: only old lessons use it; not offered any more
) STRICT;

CREATE TABLE subjects (
    id       TEXT    NOT NULL PRIMARY KEY
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,                          -- order on a grade's page
    sign     TEXT    NOT NULL CHECK (length(sign) BETWEEN 1 AND 8),  -- one or two letters or a symbol, never colour alone
    hue      INTEGER NOT NULL CHECK (hue BETWEEN 0 AND 359),         -- degrees on the colour wheel; rounded to 15 by the pages
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;

CREATE TABLE sections (
    id       TEXT    NOT NULL PRIMARY KEY               -- the language of instruction: az, ru
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,                          -- the first one is shown when none is chosen
    language TEXT    NOT NULL CHECK (length(language) BETWEEN 2 AND 35),  -- BCP 47; what its lessons speak unless they say otherwise
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;

CREATE TABLE channels (
    id       TEXT    NOT NULL PRIMARY KEY
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;

-- Names of all four, per interface language. One table each keeps real foreign keys.
CREATE TABLE grade_names (
    id       TEXT NOT NULL REFERENCES grades (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),   -- BCP 47
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject_names (
    id       TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE section_names (
    id       TEXT NOT NULL REFERENCES sections (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE channel_names (
    id       TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;

-- ── Lessons: the works ──────────────────────────────────────────────────────────────────────────────

-- Every code ever given, so that none is given twice. A lesson's own code and its aliases (codes of
-- lessons that were merged into it) all lead to it; a code whose lesson was deleted stays, leading nowhere.
CREATE TABLE codes (
    code   TEXT    NOT NULL PRIMARY KEY
           CHECK (length(code) = 6 AND code NOT GLOB '*[^23456789ABCDEFGHJKMNPQRSTUVWXYZ]*'),
    lesson INTEGER REFERENCES lessons (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_of_lesson ON codes (lesson);

CREATE TABLE lessons (
    id               INTEGER PRIMARY KEY,
    code             TEXT    NOT NULL UNIQUE            -- canonical; aliases are the other rows of codes
                     REFERENCES codes (code) DEFERRABLE INITIALLY DEFERRED,
    title            TEXT    NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    description      TEXT             CHECK (length(description) BETWEEN 1 AND 10000),
    subject          TEXT    NOT NULL REFERENCES subjects (id),
    section          TEXT    NOT NULL REFERENCES sections (id),
    language         TEXT             CHECK (length(language) BETWEEN 2 AND 35),   -- BCP 47, where it is not the section's
    programme        TEXT             CHECK (length(programme) BETWEEN 1 AND 300), -- the series that numbers the lesson
    lesson_number    INTEGER          CHECK (lesson_number BETWEEN 1 AND 9999),    -- place in the programme, per grade and subject
    unit             TEXT             CHECK (length(unit) BETWEEN 1 AND 300),      -- chapter of the curriculum; groups lessons on a page
    topic            TEXT             CHECK (length(topic) BETWEEN 1 AND 300),
    school_year      TEXT             CHECK (school_year GLOB '[12][0-9][0-9][0-9]/[0-9][0-9]'),
    term             INTEGER          CHECK (term BETWEEN 1 AND 6),
    week             TEXT             CHECK (length(week) BETWEEN 1 AND 8),        -- of the programme (3) or ISO 8601 (2020-W14)
    textbook_isbn    TEXT             CHECK (length(textbook_isbn) IN (10, 13)),
    textbook_page    TEXT             CHECK (length(textbook_page) BETWEEN 1 AND 20),
    interpreter      TEXT             CHECK (length(interpreter) BETWEEN 1 AND 300), -- sign-language interpreter; not null: the lesson is signed
    kind             TEXT    NOT NULL DEFAULT 'lesson' CHECK (kind IN ('lesson', 'live', 'revision', 'exam')),
    variant_of       INTEGER          REFERENCES lessons (id) ON DELETE SET NULL CHECK (variant_of <> id),
    license          TEXT             CHECK (length(license) BETWEEN 1 AND 300),   -- SPDX identifier where there is one
    rights_holder    TEXT             CHECK (length(rights_holder) BETWEEN 1 AND 300),
    source_url       TEXT             CHECK (length(source_url) BETWEEN 8 AND 2000), -- where the recording was first published
    visibility       TEXT    NOT NULL DEFAULT 'draft' CHECK (visibility IN ('public', 'unlisted', 'draft')),
    withdrawn_at     INTEGER,                           -- not null: its URLs answer 410 with the reason
    withdrawn_reason TEXT             CHECK (length(withdrawn_reason) BETWEEN 1 AND 2000),
    current_recording INTEGER         REFERENCES recordings (id) DEFERRABLE INITIALLY DEFERRED, -- null: announced only
    shelf_order      TEXT    NOT NULL,                  -- programme order as one comparable text; made in src/catalogue/shelf.rs
    listed           INTEGER NOT NULL GENERATED ALWAYS AS   -- what lists and counts show
                     (visibility = 'public' AND withdrawn_at IS NULL) STORED,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,                  -- last change that a reader could notice; every change moves it
    published_at     INTEGER,                           -- first time it was public or unlisted: from then on its addresses must not break
    processed_at     INTEGER,                           -- last time that a job added files to it: no change of a person's
    listed_at        INTEGER,                           -- first time it was public: from then on harvesters know it, and are told when it goes
    changed_at       INTEGER NOT NULL DEFAULT 0,        -- last change of either sort; later than all before it: kept by the triggers below
    CHECK ((textbook_page IS NULL) OR (textbook_isbn IS NOT NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
) STRICT;
CREATE INDEX lessons_in_order ON lessons (shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_section ON lessons (section, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_subject ON lessons (subject, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_subject_and_section ON lessons (subject, section, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_unit ON lessons (subject, section, unit, shelf_order, id) WHERE listed AND unit IS NOT NULL;
CREATE INDEX lessons_of_week ON lessons (section, week, id) WHERE listed AND week IS NOT NULL;          -- a week that a lesson says itself
CREATE INDEX lessons_newest ON lessons (section, listed_at, id) WHERE listed;                       -- feeds
CREATE INDEX lessons_changed ON lessons (updated_at, id) WHERE listed;                                -- what has changed since then?
CREATE INDEX lessons_taken_back ON lessons (updated_at, id) WHERE listed_at IS NOT NULL AND NOT listed; -- and what is there no more?
CREATE INDEX lessons_alike ON lessons (title, subject, section, lesson_number);  -- the import's "is it here already?"
CREATE INDEX lessons_of_recording ON lessons (current_recording);     -- foreign keys are looked up from the parent
CREATE INDEX variants ON lessons (variant_of) WHERE variant_of IS NOT NULL;
CREATE INDEX lessons_in_turn ON lessons (changed_at, id);             -- what a copy has not seen yet

-- Each change gets a later place than every one before, whatever the clock says: who follows them in order misses none.
CREATE TRIGGER lesson_is_new AFTER INSERT ON lessons BEGIN
    UPDATE lessons SET changed_at = max(new.updated_at, 1 + (SELECT max(changed_at) FROM lessons)) WHERE id = new.id;
END;
CREATE TRIGGER lesson_changes AFTER UPDATE OF updated_at, processed_at ON lessons BEGIN
    UPDATE lessons
    SET changed_at = max(new.updated_at, coalesce(new.processed_at, 0), 1 + (SELECT max(changed_at) FROM lessons))
    WHERE id = new.id;
END;

-- The grades of a lesson, and with them the shelf: what a grade's pages read. The last five columns repeat
-- the lesson's, so that one index answers a page; src/catalogue/shelf.rs writes both in one transaction
-- and `teledars check` compares them.
CREATE TABLE lesson_grades (
    lesson      INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    grade       TEXT    NOT NULL REFERENCES grades (id),
    position    INTEGER NOT NULL CHECK (position >= 0),
    subject     TEXT    NOT NULL,
    section     TEXT    NOT NULL,
    listed      INTEGER NOT NULL CHECK (listed IN (0, 1)),
    shelf_order TEXT    NOT NULL,
    cost        INTEGER CHECK (cost >= 0),              -- bytes of the cheapest form to watch, else to save; null: no recording yet
    PRIMARY KEY (lesson, grade)
) STRICT, WITHOUT ROWID;
-- One index for each combination that pages and the API ask for: none may pass over another section's lessons.
CREATE INDEX shelf ON lesson_grades (grade, subject, section, shelf_order, lesson) WHERE listed;
CREATE INDEX shelf_of_subject ON lesson_grades (grade, subject, shelf_order, lesson) WHERE listed;
CREATE INDEX shelf_of_section ON lesson_grades (grade, section, shelf_order, lesson) WHERE listed;
CREATE INDEX shelf_of_grade ON lesson_grades (grade, shelf_order, lesson) WHERE listed;

-- How many listed lessons stand on each shelf and what they cost together: the numbers on the keys, without
-- counting 100,000 rows. Kept by the triggers below.
CREATE TABLE shelf_counts (
    grade   TEXT    NOT NULL REFERENCES grades (id) ON DELETE CASCADE,
    section TEXT    NOT NULL REFERENCES sections (id) ON DELETE CASCADE,
    subject TEXT    NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    lessons INTEGER NOT NULL CHECK (lessons >= 0),
    priced  INTEGER NOT NULL CHECK (priced BETWEEN 0 AND lessons),  -- those that have a recording
    cost    INTEGER NOT NULL CHECK (cost >= 0),                     -- bytes, over the priced ones
    PRIMARY KEY (grade, section, subject)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER shelf_counts_add AFTER INSERT ON lesson_grades WHEN new.listed BEGIN
    INSERT INTO shelf_counts (grade, section, subject, lessons, priced, cost)
    VALUES (new.grade, new.section, new.subject, 1, new.cost IS NOT NULL, coalesce(new.cost, 0))
    ON CONFLICT DO UPDATE SET lessons = lessons + 1, priced = priced + excluded.priced, cost = cost + excluded.cost;
END;
CREATE TRIGGER shelf_counts_remove AFTER DELETE ON lesson_grades WHEN old.listed BEGIN
    UPDATE shelf_counts
    SET lessons = lessons - 1, priced = priced - (old.cost IS NOT NULL), cost = cost - coalesce(old.cost, 0)
    WHERE grade = old.grade AND section = old.section AND subject = old.subject;
END;
-- Rows of lesson_grades are removed and added, never changed: two triggers are the whole bookkeeping.
CREATE TRIGGER lesson_grades_are_replaced BEFORE UPDATE ON lesson_grades BEGIN
    SELECT raise(ABORT, 'lesson_grades rows are replaced, not updated: the counts depend on it');
END;

CREATE TABLE lesson_curriculum (
    lesson    INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL CHECK (position >= 0),
    framework TEXT    NOT NULL CHECK (length(framework) BETWEEN 1 AND 100),
    code      TEXT    NOT NULL CHECK (length(code) BETWEEN 1 AND 100),
    PRIMARY KEY (lesson, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE lesson_teachers (
    lesson   INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    name     TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 300),  -- as on the screen; not an account
    PRIMARY KEY (lesson, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE chapters (
    lesson   INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    start_ms INTEGER NOT NULL CHECK (start_ms >= 0),
    title    TEXT    NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    PRIMARY KEY (lesson, start_ms)
) STRICT, WITHOUT ROWID;

-- One airing of a lesson. A timetable is a range of air_at.
CREATE TABLE broadcasts (
    lesson  INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    air_at  INTEGER NOT NULL,
    channel TEXT    NOT NULL REFERENCES channels (id),
    airing  TEXT    NOT NULL CHECK (airing IN ('first', 'repeat')),
    PRIMARY KEY (lesson, air_at, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX timetable ON broadcasts (air_at, channel);

-- The words of lessons, folded in Rust (search/fold.rs) before they are written and before they are sought, since
-- SQLite's tokenizers leave ı, ə and ё alone; what comes here are words with spaces between them. rowid = lessons.id.
-- Only the index is kept, not the words: they are in the lesson and its captions. Words that begin with U+E000, which
-- nobody can type, are what can be filtered by: src/catalogue/facets.rs. src/catalogue/index.rs writes all of this.

-- What every lesson says of itself, drafts too.
CREATE VIRTUAL TABLE lesson_words USING fts5 (
    title, topic, people, description, facets,
    content='', contentless_delete=1, tokenize='ascii', prefix='2 3', detail=column
);
-- Of listed lessons: what they say of themselves and what is said in them more than once or twice.
CREATE VIRTUAL TABLE main_words USING fts5 (
    words, content='', contentless_delete=1, tokenize='ascii', prefix='2 3', detail=none
);
-- Of listed lessons: all of it.
CREATE VIRTUAL TABLE all_words USING fts5 (
    words, content='', contentless_delete=1, tokenize='ascii', prefix='2 3', detail=none
);
-- What these three have, word by word: for `teledars check`. Nothing is stored for them.
CREATE VIRTUAL TABLE lesson_words_terms USING fts5vocab (lesson_words, instance);
CREATE VIRTUAL TABLE main_words_terms USING fts5vocab (main_words, instance);
CREATE VIRTUAL TABLE all_words_terms USING fts5vocab (all_words, instance);
CREATE TRIGGER words_go AFTER DELETE ON lessons BEGIN
    DELETE FROM lesson_words WHERE rowid = old.id;
    DELETE FROM main_words WHERE rowid = old.id;
    DELETE FROM all_words WHERE rowid = old.id;
END;

-- Every word that a listed lesson ever had, to find what a mistyped one may have meant. Rows are only added.
CREATE TABLE words (
    id      INTEGER PRIMARY KEY,
    word    TEXT    NOT NULL UNIQUE,                     -- folded
    written TEXT    NOT NULL                             -- as it was written where it was first met
) STRICT;

-- Lessons whose words are to be indexed anew: within the transaction that changed them, or, after an upgrade, when
-- the archive is opened. Otherwise empty.
CREATE TABLE index_due (
    lesson INTEGER PRIMARY KEY REFERENCES lessons (id) ON DELETE CASCADE
) STRICT;

-- ── Recordings and files ────────────────────────────────────────────────────────────────────────────

-- One edition of a lesson's footage. Editions are kept: the lesson names its current one.
CREATE TABLE recordings (
    id              INTEGER PRIMARY KEY,
    lesson          INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    edition         INTEGER NOT NULL CHECK (edition >= 1),
    duration_ms     INTEGER NOT NULL CHECK (duration_ms >= 0),
    width           INTEGER          CHECK (width > 0),   -- pixels as shown, after rotation; null: sound only
    height          INTEGER          CHECK (height > 0),
    has_sound       INTEGER NOT NULL CHECK (has_sound IN (0, 1)),
    playable        INTEGER NOT NULL CHECK (playable IN (0, 1)),  -- the source plays in browsers as it is
    origin_path     TEXT,                                 -- where an import found it, absolute; with the next two: "the same file as last time"
    origin_bytes    INTEGER,
    origin_modified_at INTEGER,
    created_at      INTEGER NOT NULL,
    facts           TEXT             CHECK (json_valid(facts)),   -- what the job "probe" found in it: src/processing/facts.rs
    UNIQUE (lesson, edition)
) STRICT;
CREATE INDEX recordings_by_origin ON recordings (origin_path) WHERE origin_path IS NOT NULL;

-- One stored file of a recording. Its bytes never change, and the row is written after they are durable.
CREATE TABLE files (
    id          INTEGER PRIMARY KEY,
    recording   INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    role        TEXT    NOT NULL
                CHECK (role IN ('source', 'rendition', 'audio', 'poster', 'storyboard', 'slide', 'captions', 'attachment')),
    name        TEXT    NOT NULL UNIQUE                  -- last segment of /media/…: unguessable id and extension
                CHECK (length(name) BETWEEN 33 AND 48 AND name NOT GLOB '*[^a-z0-9.]*'),
    placement   TEXT    NOT NULL CHECK (placement IN ('store', 'in_place')),
    location    TEXT    NOT NULL                         -- store: key below the data folder; in_place: absolute path
                CHECK (length(location) > 0),
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),
    sha256      BLOB             CHECK (length(sha256) = 32),   -- null until hashed
    etag        TEXT    NOT NULL CHECK (length(etag) BETWEEN 8 AND 64 AND etag NOT GLOB '*[^a-z0-9-]*'), -- opaque part, decided once
    mime        TEXT    NOT NULL CHECK (length(mime) BETWEEN 3 AND 100),  -- decided once, from the content
    modified_at INTEGER NOT NULL,                        -- in_place: the file's own time, a change of it is damage; else the time of storing
    label       TEXT             CHECK (length(label) BETWEEN 1 AND 1000), -- what a download is called: data, never a path
    language    TEXT             CHECK (length(language) BETWEEN 2 AND 35), -- BCP 47; of captions, or of the sound
    quality     INTEGER          CHECK (quality > 0),    -- height class of a rendition (360), kbit/s of an audio file
    width       INTEGER          CHECK (width > 0),
    height      INTEGER          CHECK (height > 0),
    duration_ms INTEGER          CHECK (duration_ms >= 0),
    start_ms    INTEGER          CHECK (start_ms >= 0),  -- of a slide: when the lesson comes to it
    position    INTEGER NOT NULL DEFAULT 0,              -- order among its siblings (slides, captions, attachments)
    replaced_at INTEGER,                                 -- not null: a later file took its place, or it was taken away
    created_at  INTEGER NOT NULL,
    pruned_at   INTEGER          CHECK (pruned_at IS NULL OR replaced_at IS NOT NULL), -- its bytes were deleted; its address answers 410
    CHECK ((role = 'captions') <= (language IS NOT NULL)),
    CHECK ((role = 'slide') = (start_ms IS NOT NULL))
) STRICT;
CREATE INDEX files_of_recording ON files (recording, role) WHERE replaced_at IS NULL;
CREATE INDEX files_to_hash ON files (id) WHERE sha256 IS NULL;
CREATE INDEX files_at ON files (location);                            -- may these bytes be deleted?
CREATE UNIQUE INDEX one_source ON files (recording) WHERE role = 'source' AND replaced_at IS NULL;
CREATE UNIQUE INDEX one_captions_per_language ON files (recording, language) WHERE role = 'captions' AND replaced_at IS NULL;

-- ── People, and what they did ───────────────────────────────────────────────────────────────────────

CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),  -- signs in with it; as it was first written
    name_folded   TEXT    NOT NULL UNIQUE CHECK (length(name_folded) >= 1), -- search/fold.rs: Əli, əli and eli are one person
    password_hash TEXT             CHECK (password_hash GLOB '$argon2id$*'),  -- PHC string; null: acts by token only
    role          TEXT    NOT NULL CHECK (role IN ('worker', 'teacher', 'editor', 'admin')),
    quota         INTEGER          CHECK (quota >= 0),   -- bytes of recordings; null: the setting's default
    disabled_at   INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;

-- What an editor may edit; an editor without rows here may edit everything.
CREATE TABLE editor_scopes (
    person  INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    grade   TEXT    REFERENCES grades (id) ON DELETE CASCADE,   -- null: every grade
    subject TEXT    REFERENCES subjects (id) ON DELETE CASCADE, -- null: every subject
    UNIQUE (person, grade, subject),
    CHECK (grade IS NOT NULL OR subject IS NOT NULL)
) STRICT;

-- Who owns a draft: a teacher edits their own lessons. A lesson may have several owners.
CREATE TABLE lesson_owners (
    lesson INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (lesson, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX lessons_of_owner ON lesson_owners (person);

CREATE TABLE sessions (
    token_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(token_sha256) = 32), -- the cookie itself is never stored
    person       INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_person ON sessions (person);

CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY,                   -- by which a token is revoked; says nothing about it
    token_sha256 BLOB    NOT NULL UNIQUE CHECK (length(token_sha256) = 32), -- shown once, never stored
    person       INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role         TEXT    NOT NULL CHECK (role IN ('worker', 'teacher', 'editor', 'admin')), -- acts with the lesser of this and the person's own
    label        TEXT             CHECK (length(label) BETWEEN 1 AND 100),  -- what it is for
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX tokens_of_person ON tokens (person);

-- Links that let whoever holds one choose a password, once.
CREATE TABLE password_links (
    key_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(key_sha256) = 32), -- the link itself is never stored
    person     INTEGER REFERENCES people (id) ON DELETE CASCADE,  -- null: makes the first administrator
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What seals statements of this archive, such as links that end. Never shown; kept in backups, so that links outlive a disk.
CREATE TABLE secrets (
    name    TEXT    NOT NULL PRIMARY KEY,
    secret  BLOB    NOT NULL CHECK (length(secret) = 32),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Links that end, by which whoever has one watches a draft without an account. The link itself is `key` under the archive's seal, so
-- that it can be shown again; without the seal a key opens nothing.
CREATE TABLE lesson_links (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,          -- never used again: by it a link is taken back
    key     BLOB    NOT NULL UNIQUE CHECK (length(key) = 12),  -- random: no link of an older backup means another lesson
    lesson  INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    person  INTEGER REFERENCES people (id) ON DELETE CASCADE,  -- who made it: it counts while they may share the lesson; null: the command line
    note    TEXT    CHECK (length(note) BETWEEN 1 AND 200),    -- whom or what it is for
    made_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at > made_at)
) STRICT;
CREATE INDEX links_of_lesson ON lesson_links (lesson, id);
CREATE INDEX links_of_person ON lesson_links (person) WHERE person IS NOT NULL;  -- foreign keys are looked up from the parent

-- Who did what to which lesson. Rows are only added.
CREATE TABLE changes (
    id      INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    person  INTEGER REFERENCES people (id) ON DELETE SET NULL,  -- null: the command line
    lesson  INTEGER REFERENCES lessons (id) ON DELETE SET NULL,
    code    TEXT,                                       -- the lesson's code then, for when the lesson is gone
    action  TEXT    NOT NULL CHECK (length(action) BETWEEN 1 AND 40),  -- created, edited, recording, published, withdrawn …
    detail  TEXT    CHECK (json_valid(detail))          -- what changed, as JSON {field: [before, after]}
) STRICT;
CREATE INDEX changes_of_lesson ON changes (lesson, id);

-- ── Learning platforms (LTI 1.3) ────────────────────────────────────────────────────────────────────

-- A learning platform (Moodle, Canvas) whose people may come to lessons from it.
CREATE TABLE platforms (
    id                INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: what was sealed for one is nothing to a later one
    name              TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),  -- for the operator; as it was first written
    name_folded       TEXT    NOT NULL UNIQUE CHECK (length(name_folded) >= 1), -- search/fold.rs
    issuer            TEXT    NOT NULL CHECK (length(issuer) BETWEEN 1 AND 2000),    -- claim iss of what it signs, compared byte by byte
    client_id         TEXT    NOT NULL CHECK (length(client_id) BETWEEN 1 AND 255),  -- what it calls this archive; claim aud
    authorization_url TEXT    NOT NULL CHECK (length(authorization_url) BETWEEN 1 AND 2000), -- where browsers are sent to sign in
    jwks_url          TEXT    NOT NULL CHECK (length(jwks_url) BETWEEN 1 AND 2000),  -- where its public keys are
    created_at        INTEGER NOT NULL,
    UNIQUE (issuer, client_id)
) STRICT;

-- Which of a platform's deployments count; a platform without rows here may come from any.
CREATE TABLE platform_deployments (
    platform   INTEGER NOT NULL REFERENCES platforms (id) ON DELETE CASCADE,
    deployment TEXT    NOT NULL CHECK (length(deployment) BETWEEN 1 AND 255),  -- claim deployment_id
    PRIMARY KEY (platform, deployment)
) STRICT, WITHOUT ROWID;

-- Links by which an administrator of a platform registers it here, once.
CREATE TABLE platform_invites (
    key_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(key_sha256) = 32), -- the link itself is never stored
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- With what this archive signs what it says to platforms.
CREATE TABLE platform_keys (
    kid        TEXT    NOT NULL PRIMARY KEY CHECK (length(kid) BETWEEN 1 AND 64),  -- by which platforms tell keys apart
    private    BLOB    NOT NULL CHECK (length(private) > 0), -- PKCS #8 (RFC 5958), RSA; never shown, kept in backups
    created_at INTEGER NOT NULL,
    retired_at INTEGER CHECK (retired_at >= created_at)      -- signs nothing since; published until what it signed is over
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_platform_key ON platform_keys ((1)) WHERE retired_at IS NULL; -- one is the newest

-- ── Work in progress ────────────────────────────────────────────────────────────────────────────────

-- Bytes on their way to becoming a recording (tus 1.0). The bytes lie in uploads/ID below the data folder
-- until the upload is done; then they are in the store.
CREATE TABLE uploads (
    id          TEXT    NOT NULL PRIMARY KEY            -- last segment of the upload's URL; unguessable
                CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
    person      INTEGER REFERENCES people (id) ON DELETE CASCADE,
    lesson      INTEGER REFERENCES lessons (id) ON DELETE SET NULL, -- the one it is for, else the draft that was made of it
    kind        TEXT    NOT NULL CHECK (kind IN ('whole', 'partial', 'final')),  -- Upload-Concat
    parts       TEXT,                                   -- of a final one: the ids of its parts, separated by spaces
    length      INTEGER CHECK (length >= 0),            -- bytes announced; null: deferred
    offset      INTEGER NOT NULL DEFAULT 0 CHECK (offset >= 0 AND offset <= coalesce(length, offset)), -- bytes durable
    metadata    TEXT    NOT NULL DEFAULT '',            -- Upload-Metadata as it came: HEAD gives it back
    state       TEXT    NOT NULL CHECK (state IN ('uploading', 'queued', 'processing', 'done', 'failed', 'gone')),
    error       TEXT,                                   -- why it failed, for the teacher
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,                       -- put off whenever bytes come
    CHECK ((kind = 'final') = (parts IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_to_expire ON uploads (expires_at) WHERE state IN ('uploading', 'queued');
CREATE INDEX uploads_to_finish ON uploads (state) WHERE state IN ('queued', 'processing');
CREATE INDEX uploads_of_person ON uploads (person, state);

-- The queue of everything slower than a request: what ffmpeg makes of a recording. One row for each thing to make.
CREATE TABLE jobs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,        -- never used again: a log is called after it
    recording     INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL CHECK (kind IN ('probe', 'narrow', 'ladder', 'pictures', 'slides', 'words', 'speech')),
    priority      INTEGER NOT NULL,                     -- higher first, then the older
    state         TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),  -- times that it was begun
    progress      INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1000), -- thousandths
    worker        TEXT    CHECK (length(worker) BETWEEN 1 AND 100),  -- who has it, or had it last; 'server': this archive's own
    lease         TEXT    CHECK (length(lease) = 32),   -- what whoever has it shows; another one for each attempt
    leased_until_at INTEGER,                            -- after this it may be given to another
    begun_at      INTEGER,                              -- when the present attempt began, or the last one did
    not_before_at INTEGER NOT NULL DEFAULT 0,           -- it rests until then, after a failure
    planned       TEXT    CHECK (length(planned) > 0),  -- keys of the store, separated by spaces: bytes that are on their way there
    error         TEXT    CHECK (length(error) BETWEEN 1 AND 2000),  -- what went wrong last, for the teacher
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    UNIQUE (recording, kind),
    CHECK ((state = 'running') <= (lease IS NOT NULL AND leased_until_at IS NOT NULL))
) STRICT;
CREATE INDEX jobs_waiting ON jobs (priority DESC, id) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (leased_until_at) WHERE state = 'running';
CREATE INDEX jobs_of_state ON jobs (state, updated_at);                -- lists; what changed lately
CREATE INDEX jobs_planned ON jobs (id) WHERE planned IS NOT NULL;
