-- A catalogue of format 4 as teledars wrote it before jobs were made: people, what they may and did, editions, a pruned
-- file, uploads in every state. Never edited: upgrades must bring exactly this to the present format.
PRAGMA application_id = 1413763667;
PRAGMA user_version = 4;
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
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
    CHECK ((textbook_page IS NULL) OR (textbook_isbn IS NOT NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
) STRICT;
CREATE INDEX lessons_in_order ON lessons (shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_section ON lessons (section, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_subject ON lessons (subject, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_subject_and_section ON lessons (subject, section, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_unit ON lessons (subject, section, unit, shelf_order, id) WHERE listed AND unit IS NOT NULL;
CREATE INDEX lessons_alike ON lessons (title, subject, section, lesson_number);  -- the import's "is it here already?"
CREATE INDEX lessons_of_recording ON lessons (current_recording);     -- foreign keys are looked up from the parent
CREATE INDEX variants ON lessons (variant_of) WHERE variant_of IS NOT NULL;

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

-- The words of a lesson, folded in Rust (search/fold.rs) before they are written and before they are
-- sought, since SQLite's tokenizers leave ı, ə and ё alone. rowid = lessons.id. Only the index is kept,
-- not the words: they are in the lesson.
CREATE VIRTUAL TABLE lesson_words USING fts5 (
    title, topic, people, description,
    content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='2 3'
);
CREATE TRIGGER lesson_words_go AFTER DELETE ON lessons BEGIN
    DELETE FROM lesson_words WHERE rowid = old.id;
END;

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
    UNIQUE (lesson, edition)
) STRICT;
CREATE INDEX recordings_by_origin ON recordings (origin_path) WHERE origin_path IS NOT NULL;

-- One stored file of a recording. Its bytes never change, and the row is written after they are durable.
CREATE TABLE files (
    id          INTEGER PRIMARY KEY,
    recording   INTEGER NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    role        TEXT    NOT NULL
                CHECK (role IN ('source', 'rendition', 'audio', 'poster', 'storyboard', 'captions', 'attachment')),
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
    position    INTEGER NOT NULL DEFAULT 0,              -- order among its siblings (captions, attachments)
    replaced_at INTEGER,                                 -- not null: a later file took its place, or it was taken away
    created_at  INTEGER NOT NULL,
    pruned_at   INTEGER          CHECK (pruned_at IS NULL OR replaced_at IS NOT NULL), -- its bytes were deleted; its address answers 410
    CHECK ((role = 'captions') <= (language IS NOT NULL))
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
    role          TEXT    NOT NULL CHECK (role IN ('teacher', 'editor', 'admin')),
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
    role         TEXT    NOT NULL CHECK (role IN ('teacher', 'editor', 'admin')), -- acts with the lesser of this and the person's own
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

-- The queue of everything slower than a request.
CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY,
    recording   INTEGER REFERENCES recordings (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    priority    INTEGER NOT NULL DEFAULT 0,             -- higher first
    state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    progress    INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1000), -- thousandths
    leased_by   TEXT,                                   -- the worker that has it
    leased_until_at INTEGER,                            -- after this it may be taken again
    error       TEXT,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_waiting ON jobs (priority DESC, id) WHERE state = 'queued';
CREATE INDEX jobs_of_recording ON jobs (recording);

-- ── What is in it ───────────────────────────────────────────────────────────────────────────────────

INSERT INTO grades VALUES ('7', 0, '7', 0), ('8', 1, '8', 1);
INSERT INTO subjects VALUES ('mathematics', 0, '∑', 210, 0), ('physics', 1, 'F', 30, 1);
INSERT INTO sections VALUES ('az', 0, 'az', 0), ('ru', 1, 'ru', 0);
INSERT INTO channels VALUES ('medeniyyet', 0, 0);
INSERT INTO grade_names VALUES ('7', 'az', '7-ci sinif'), ('7', 'ru', '7 класс'), ('8', 'az', '8-ci sinif');
INSERT INTO subject_names VALUES ('mathematics', 'az', 'Riyaziyyat'), ('physics', 'az', 'Fizika');
INSERT INTO section_names VALUES ('az', 'az', 'Azərbaycan bölməsi'), ('ru', 'ru', 'Русский сектор');
INSERT INTO channel_names VALUES ('medeniyyet', 'az', 'Mədəniyyət');

-- Of one lesson another was merged into it; of one the draft was deleted, and its code is never given again.
INSERT INTO codes VALUES ('34ESWS', 1), ('YE7C7A', 2), ('MS53R8', 3), ('SXR5WS', 1), ('9J6HQ2', NULL);
INSERT INTO lessons (id, code, title, description, subject, section, language, programme, lesson_number, unit, topic,
    school_year, term, week, textbook_isbn, textbook_page, interpreter, kind, variant_of, license, rights_holder, source_url,
    visibility, withdrawn_at, withdrawn_reason, current_recording, shelf_order, created_at, updated_at, published_at)
VALUES
    (1, '34ESWS', 'Adi kəsrlər', 'Kəsrlərin toplanması.
İki sətir.', 'mathematics', 'az', 'tr', 'Teledərs', 3, 'Kəsrlər', 'Toplama',
     '2019/20', 2, '2020-W14', '9789952345674', '34', 'Jest tərcüməçisi', 'revision', NULL, 'CC-BY-4.0', 'Məktəb',
     'https://example.org/kesr', 'public', NULL, NULL, 2, 'Teledərs' || char(31) || '2019/20' || char(31) || '0003', 1600000001000, 1600000900000,
     1600000002000),
    (2, 'YE7C7A', 'Обыкновенные дроби', NULL, 'mathematics', 'ru', NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, 'lesson', 1, NULL, NULL,
     NULL, 'unlisted', 1600000500000, 'Səhv var', 3, 'z', 1600000101000, 1600000500000,
     1600000103000),
    (3, 'MS53R8', 'Qaralama', NULL, 'physics', 'az', NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, 'live', NULL, NULL, NULL,
     NULL, 'draft', NULL, NULL, NULL, 'zz', 1600000201000, 1600000202000,
     NULL);
INSERT INTO lesson_grades (lesson, grade, position, subject, section, listed, shelf_order, cost)
SELECT l.id, g.grade, g.position, l.subject, l.section, l.listed, l.shelf_order, g.cost
FROM (SELECT 1 AS lesson, '7' AS grade, 0 AS position, 2000 AS cost UNION ALL SELECT 1, '8', 1, 2000
      UNION ALL SELECT 2, '7', 0, 3000 UNION ALL SELECT 3, '8', 0, NULL) g JOIN lessons l ON l.id = g.lesson;
INSERT INTO lesson_words (rowid, title, topic, people, description)
VALUES (1, 'adi kesrler', 'toplama', 'muellim birinci', 'kesrlerin toplanmasi'), (2, 'обыкновенные дроби', '', '', ''),
    (3, 'qaralama', '', '', '');
INSERT INTO lesson_curriculum VALUES (1, 0, 'milli', '1.2.3');
INSERT INTO lesson_teachers VALUES (1, 0, 'Müəllim Birinci'), (1, 1, 'Müəllim İkinci');
INSERT INTO chapters VALUES (1, 0, 'Giriş'), (1, 61500, 'Misal');
INSERT INTO broadcasts VALUES (1, 1585632600000, 'medeniyyet', 'first'), (1, 1585719000000, 'medeniyyet', 'repeat');

-- The first edition of the first lesson was pruned: its row is there, its bytes are gone. Captions were replaced.
INSERT INTO recordings VALUES
    (1, 1, 1, 44000, 640, 360, 1, 1, '/lessons/kesr.mp4', 1000, 1590000000000, 1600000001000),
    (2, 1, 2, 45000, 1280, 720, 1, 1, NULL, NULL, NULL, 1600000300000),
    (3, 2, 1, 46000, NULL, NULL, 1, 0, NULL, NULL, NULL, 1600000102000);
INSERT INTO files (id, recording, role, name, placement, location, bytes, sha256, etag, mime, modified_at, label, language,
    quality, width, height, duration_ms, position, replaced_at, created_at, pruned_at)
VALUES
    (1, 1, 'source', '11111111111111111111111111111111.mp4', 'in_place', '/lessons/kesr.mp4', 1000, NULL,
     '1111111111111111', 'video/mp4', 1590000000000, NULL, NULL, NULL, 640, 360, 44000, 0, 1600000300000, 1600000001000, 1600000400000),
    (2, 2, 'source', '22222222222222222222222222222222.mp4', 'store', 'files/22/22.mp4', 2000, x'2222222222222222222222222222222222222222222222222222222222222222',
     '2222222222222222', 'video/mp4', 1600000300000, NULL, 'az', NULL, 1280, 720, 45000, 0, NULL, 1600000300000, NULL),
    (3, 2, 'captions', '33333333333333333333333333333333.vtt', 'store', 'files/33/33.vtt', 300, x'3333333333333333333333333333333333333333333333333333333333333333',
     '3333333333333333', 'text/vtt; charset=utf-8', 1600000300000, NULL, 'az', NULL, NULL, NULL, NULL, 0, 1600000600000, 1600000300000, NULL),
    (4, 2, 'captions', '44444444444444444444444444444444.vtt', 'store', 'files/44/44.vtt', 400, x'4444444444444444444444444444444444444444444444444444444444444444',
     '4444444444444444', 'text/vtt; charset=utf-8', 1600000600000, NULL, 'az', NULL, NULL, NULL, NULL, 0, NULL, 1600000600000, NULL),
    (5, 2, 'attachment', '55555555555555555555555555555555.pdf', 'store', 'files/55/55.pdf', 500, x'5555555555555555555555555555555555555555555555555555555555555555',
     '5555555555555555', 'application/pdf', 1600000600000, 'İş vərəqi.pdf', NULL, NULL, NULL, NULL, NULL, 0, NULL, 1600000600000, NULL),
    (6, 3, 'source', '66666666666666666666666666666666.ts', 'store', 'files/66/66.ts', 3000, NULL,
     '6666666666666666', 'video/mp2t', 1600000102000, NULL, NULL, NULL, NULL, NULL, 46000, 0, NULL, 1600000102000, NULL);

INSERT INTO people VALUES
    (1, 'Administrator', 'administrator', '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA', 'admin', NULL, NULL, 1590000001000),
    (2, 'Redaktor', 'redaktor', '$argon2id$v=19$m=19456,t=2,p=1$b3RoZXJzYWx0$aGFzaA', 'editor', NULL, NULL, 1590000002000),
    (3, 'Müəllim', 'muellim', NULL, 'teacher', 5000000, NULL, 1590000003000),
    (4, 'Keçmiş', 'kecmis', NULL, 'teacher', NULL, 1600000700000, 1590000004000);
INSERT INTO editor_scopes VALUES (2, '7', NULL), (2, '8', 'physics');
INSERT INTO lesson_owners VALUES (1, 3), (3, 3), (3, 4);
INSERT INTO sessions VALUES (x'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 1600000000000, 4000000000000), (x'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 2, 1600000000000, 1600000000001);
INSERT INTO tokens VALUES
    (1, x'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 3, 'teacher', 'studio', 1600000000000, 4000000000000, NULL),
    (2, x'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd', 2, 'editor', NULL, 1600000000000, 4000000000000, 1600000800000);
INSERT INTO password_links VALUES (x'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 4, 1600000000000, 1600003600000);
INSERT INTO changes VALUES
    (1, 1600000001000, NULL, 1, '34ESWS', 'created', NULL),
    (2, 1600000300000, 3, 1, '34ESWS', 'recording', '{"edition":[1,2]}'),
    (3, 1600000400000, 1, 1, '34ESWS', 'pruned', '{"edition":[1,null]}'),
    (4, 1600000500000, 2, 2, 'YE7C7A', 'withdrawn', '{"reason":[null,"Səhv var"]}'),
    (5, 1600000550000, 4, NULL, '9J6HQ2', 'deleted', NULL),
    (6, 1600000900000, 3, 1, '34ESWS', 'edited', '{"title":["Kəsrlər","Adi kəsrlər"]}');
INSERT INTO uploads (id, person, lesson, kind, parts, length, offset, metadata, state, error, created_at, expires_at) VALUES
    ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 3, 1, 'whole', NULL, 2000, 2000, 'filename a2Vzci5tcDQ=', 'done', NULL, 1600000200000, 1600600000000),
    ('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 3, 3, 'whole', NULL, 900, 300, 'filename ZGVycy5tcDQ=', 'uploading', NULL, 1600000210000, 4000000000000),
    ('cccccccccccccccccccccccccccccccc', 3, NULL, 'whole', NULL, 40, 40, '', 'failed', 'the file is empty (0 bytes): copy it again', 1600000220000, 4000000000000),
    ('dddddddddddddddddddddddddddddddd', 2, NULL, 'partial', NULL, NULL, 70, '', 'uploading', NULL, 1600000230000, 4000000000000),
    ('eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 2, NULL, 'final', 'dddddddddddddddddddddddddddddddd', 70, 0, '', 'gone', NULL, 1600000240000, 4000000000000);
COMMIT;
