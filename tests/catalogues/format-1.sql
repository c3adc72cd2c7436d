-- A catalogue of format 1 with a little of everything in it, as teledars 0.1 before its first release
-- wrote it. Never edited: upgrades must bring exactly this to the present format.
PRAGMA application_id = 1413763667;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grades (
    id       TEXT    NOT NULL PRIMARY KEY               -- in URLs and sheets: 0 (preparatory), 1 … 11
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,                          -- order on the first page
    sign     TEXT    NOT NULL CHECK (length(sign) BETWEEN 1 AND 8),  -- printed large on the key
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))    -- 1: only old lessons use it; not offered any more
) STRICT;
INSERT INTO grades VALUES('0',0,'0',0);
INSERT INTO grades VALUES('1',1,'1',0);
INSERT INTO grades VALUES('2',2,'2',0);
INSERT INTO grades VALUES('3',3,'3',0);
INSERT INTO grades VALUES('4',4,'4',0);
INSERT INTO grades VALUES('5',5,'5',0);
INSERT INTO grades VALUES('6',6,'6',0);
INSERT INTO grades VALUES('7',7,'7',0);
INSERT INTO grades VALUES('8',8,'8',0);
INSERT INTO grades VALUES('9',9,'9',0);
INSERT INTO grades VALUES('10',10,'10',0);
INSERT INTO grades VALUES('11',11,'11',0);
CREATE TABLE subjects (
    id       TEXT    NOT NULL PRIMARY KEY
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,                          -- order on a grade's page
    sign     TEXT    NOT NULL CHECK (length(sign) BETWEEN 1 AND 8),  -- one or two letters or a symbol, never colour alone
    hue      INTEGER NOT NULL CHECK (hue BETWEEN 0 AND 359),         -- degrees on the colour wheel; rounded to 15 by the pages
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;
INSERT INTO subjects VALUES('azerbaijani',0,'Ə',345,0);
INSERT INTO subjects VALUES('literature',1,'❝',30,0);
INSERT INTO subjects VALUES('russian',2,'Я',210,0);
INSERT INTO subjects VALUES('english',3,'En',0,0);
INSERT INTO subjects VALUES('german',4,'De',45,0);
INSERT INTO subjects VALUES('french',5,'Fr',225,0);
INSERT INTO subjects VALUES('mathematics',6,'∑',215,0);
INSERT INTO subjects VALUES('informatics',7,'⌘',240,0);
INSERT INTO subjects VALUES('life_knowledge',8,'☼',90,0);
INSERT INTO subjects VALUES('physics',9,'λ',270,0);
INSERT INTO subjects VALUES('chemistry',10,'⬡',165,0);
INSERT INTO subjects VALUES('biology',11,'❀',135,0);
INSERT INTO subjects VALUES('geography',12,'◍',180,0);
INSERT INTO subjects VALUES('history_of_azerbaijan',13,'⌛',15,0);
INSERT INTO subjects VALUES('world_history',14,'⌂',60,0);
INSERT INTO subjects VALUES('visual_arts',15,'✎',315,0);
INSERT INTO subjects VALUES('music',16,'♪',285,0);
INSERT INTO subjects VALUES('technology',17,'⚙',195,0);
INSERT INTO subjects VALUES('physical_education',18,'▲',105,0);
CREATE TABLE sections (
    id       TEXT    NOT NULL PRIMARY KEY               -- the language of instruction: az, ru
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,                          -- the first one is shown when none is chosen
    language TEXT    NOT NULL CHECK (length(language) BETWEEN 2 AND 35),  -- BCP 47; what its lessons speak unless they say otherwise
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;
INSERT INTO sections VALUES('az',0,'az',0);
INSERT INTO sections VALUES('ru',1,'ru',0);
CREATE TABLE channels (
    id       TEXT    NOT NULL PRIMARY KEY
             CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9_-]*'),
    position INTEGER NOT NULL,
    retired  INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;
INSERT INTO channels VALUES('medeniyyet',0,0);
INSERT INTO channels VALUES('arb_gunes',1,0);
CREATE TABLE grade_names (
    id       TEXT NOT NULL REFERENCES grades (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),   -- BCP 47
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;
INSERT INTO grade_names VALUES('0','az','Məktəbəhazırlıq');
INSERT INTO grade_names VALUES('0','en','Preparatory');
INSERT INTO grade_names VALUES('0','ru','Подготовительный класс');
INSERT INTO grade_names VALUES('1','az','1-ci sinif');
INSERT INTO grade_names VALUES('1','en','Grade 1');
INSERT INTO grade_names VALUES('1','ru','1-й класс');
INSERT INTO grade_names VALUES('10','az','10-cu sinif');
INSERT INTO grade_names VALUES('10','en','Grade 10');
INSERT INTO grade_names VALUES('10','ru','10-й класс');
INSERT INTO grade_names VALUES('11','az','11-ci sinif');
INSERT INTO grade_names VALUES('11','en','Grade 11');
INSERT INTO grade_names VALUES('11','ru','11-й класс');
INSERT INTO grade_names VALUES('2','az','2-ci sinif');
INSERT INTO grade_names VALUES('2','en','Grade 2');
INSERT INTO grade_names VALUES('2','ru','2-й класс');
INSERT INTO grade_names VALUES('3','az','3-cü sinif');
INSERT INTO grade_names VALUES('3','en','Grade 3');
INSERT INTO grade_names VALUES('3','ru','3-й класс');
INSERT INTO grade_names VALUES('4','az','4-cü sinif');
INSERT INTO grade_names VALUES('4','en','Grade 4');
INSERT INTO grade_names VALUES('4','ru','4-й класс');
INSERT INTO grade_names VALUES('5','az','5-ci sinif');
INSERT INTO grade_names VALUES('5','en','Grade 5');
INSERT INTO grade_names VALUES('5','ru','5-й класс');
INSERT INTO grade_names VALUES('6','az','6-cı sinif');
INSERT INTO grade_names VALUES('6','en','Grade 6');
INSERT INTO grade_names VALUES('6','ru','6-й класс');
INSERT INTO grade_names VALUES('7','az','7-ci sinif');
INSERT INTO grade_names VALUES('7','en','Grade 7');
INSERT INTO grade_names VALUES('7','ru','7-й класс');
INSERT INTO grade_names VALUES('8','az','8-ci sinif');
INSERT INTO grade_names VALUES('8','en','Grade 8');
INSERT INTO grade_names VALUES('8','ru','8-й класс');
INSERT INTO grade_names VALUES('9','az','9-cu sinif');
INSERT INTO grade_names VALUES('9','en','Grade 9');
INSERT INTO grade_names VALUES('9','ru','9-й класс');
CREATE TABLE subject_names (
    id       TEXT NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;
INSERT INTO subject_names VALUES('azerbaijani','az','Azərbaycan dili');
INSERT INTO subject_names VALUES('azerbaijani','en','Azerbaijani');
INSERT INTO subject_names VALUES('azerbaijani','ru','Азербайджанский язык');
INSERT INTO subject_names VALUES('biology','az','Biologiya');
INSERT INTO subject_names VALUES('biology','en','Biology');
INSERT INTO subject_names VALUES('biology','ru','Биология');
INSERT INTO subject_names VALUES('chemistry','az','Kimya');
INSERT INTO subject_names VALUES('chemistry','en','Chemistry');
INSERT INTO subject_names VALUES('chemistry','ru','Химия');
INSERT INTO subject_names VALUES('english','az','İngilis dili');
INSERT INTO subject_names VALUES('english','en','English');
INSERT INTO subject_names VALUES('english','ru','Английский язык');
INSERT INTO subject_names VALUES('french','az','Fransız dili');
INSERT INTO subject_names VALUES('french','en','French');
INSERT INTO subject_names VALUES('french','ru','Французский язык');
INSERT INTO subject_names VALUES('geography','az','Coğrafiya');
INSERT INTO subject_names VALUES('geography','en','Geography');
INSERT INTO subject_names VALUES('geography','ru','География');
INSERT INTO subject_names VALUES('german','az','Alman dili');
INSERT INTO subject_names VALUES('german','en','German');
INSERT INTO subject_names VALUES('german','ru','Немецкий язык');
INSERT INTO subject_names VALUES('history_of_azerbaijan','az','Azərbaycan tarixi');
INSERT INTO subject_names VALUES('history_of_azerbaijan','en','History of Azerbaijan');
INSERT INTO subject_names VALUES('history_of_azerbaijan','ru','История Азербайджана');
INSERT INTO subject_names VALUES('informatics','az','İnformatika');
INSERT INTO subject_names VALUES('informatics','en','Informatics');
INSERT INTO subject_names VALUES('informatics','ru','Информатика');
INSERT INTO subject_names VALUES('life_knowledge','az','Həyat bilgisi');
INSERT INTO subject_names VALUES('life_knowledge','en','Life knowledge');
INSERT INTO subject_names VALUES('life_knowledge','ru','Познание мира');
INSERT INTO subject_names VALUES('literature','az','Ədəbiyyat');
INSERT INTO subject_names VALUES('literature','en','Literature');
INSERT INTO subject_names VALUES('literature','ru','Литература');
INSERT INTO subject_names VALUES('mathematics','az','Riyaziyyat');
INSERT INTO subject_names VALUES('mathematics','en','Mathematics');
INSERT INTO subject_names VALUES('mathematics','ru','Математика');
INSERT INTO subject_names VALUES('music','az','Musiqi');
INSERT INTO subject_names VALUES('music','en','Music');
INSERT INTO subject_names VALUES('music','ru','Музыка');
INSERT INTO subject_names VALUES('physical_education','az','Fiziki tərbiyə');
INSERT INTO subject_names VALUES('physical_education','en','Physical education');
INSERT INTO subject_names VALUES('physical_education','ru','Физическое воспитание');
INSERT INTO subject_names VALUES('physics','az','Fizika');
INSERT INTO subject_names VALUES('physics','en','Physics');
INSERT INTO subject_names VALUES('physics','ru','Физика');
INSERT INTO subject_names VALUES('russian','az','Rus dili');
INSERT INTO subject_names VALUES('russian','en','Russian');
INSERT INTO subject_names VALUES('russian','ru','Русский язык');
INSERT INTO subject_names VALUES('technology','az','Texnologiya');
INSERT INTO subject_names VALUES('technology','en','Technology');
INSERT INTO subject_names VALUES('technology','ru','Технология');
INSERT INTO subject_names VALUES('visual_arts','az','Təsviri incəsənət');
INSERT INTO subject_names VALUES('visual_arts','en','Visual arts');
INSERT INTO subject_names VALUES('visual_arts','ru','Изобразительное искусство');
INSERT INTO subject_names VALUES('world_history','az','Ümumi tarix');
INSERT INTO subject_names VALUES('world_history','en','World history');
INSERT INTO subject_names VALUES('world_history','ru','Всеобщая история');
CREATE TABLE section_names (
    id       TEXT NOT NULL REFERENCES sections (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;
INSERT INTO section_names VALUES('az','az','Azərbaycan bölməsi');
INSERT INTO section_names VALUES('az','en','Azerbaijani section');
INSERT INTO section_names VALUES('az','ru','Азербайджанский сектор');
INSERT INTO section_names VALUES('ru','az','Rus bölməsi');
INSERT INTO section_names VALUES('ru','en','Russian section');
INSERT INTO section_names VALUES('ru','ru','Русский сектор');
CREATE TABLE channel_names (
    id       TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    language TEXT NOT NULL CHECK (length(language) BETWEEN 2 AND 35),
    name     TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    PRIMARY KEY (id, language)
) STRICT, WITHOUT ROWID;
INSERT INTO channel_names VALUES('arb_gunes','az','ARB Günəş');
INSERT INTO channel_names VALUES('arb_gunes','en','ARB Günəş');
INSERT INTO channel_names VALUES('arb_gunes','ru','ARB Günəş');
INSERT INTO channel_names VALUES('medeniyyet','az','Mədəniyyət');
INSERT INTO channel_names VALUES('medeniyyet','en','Medeniyyet');
INSERT INTO channel_names VALUES('medeniyyet','ru','Medeniyyet');
CREATE TABLE codes (
    code   TEXT    NOT NULL PRIMARY KEY
           CHECK (length(code) = 6 AND code NOT GLOB '*[^23456789ABCDEFGHJKMNPQRSTUVWXYZ]*'),
    lesson INTEGER REFERENCES lessons (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
INSERT INTO codes VALUES('2YZDWQ',1);
INSERT INTO codes VALUES('9MQEFD',2);
INSERT INTO codes VALUES('4SC38Z',3);
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
    updated_at       INTEGER NOT NULL,                  -- last change that a reader could notice
    CHECK ((textbook_page IS NULL) OR (textbook_isbn IS NOT NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
) STRICT;
INSERT INTO lessons VALUES(1,'2YZDWQ','Kəsrlər',NULL,'mathematics','az',NULL,NULL,1,'Kəsrlər',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'lesson',NULL,NULL,NULL,NULL,'public',NULL,NULL,1,'􏿿􏿿0001001585548000000Kəsrlər',1795473144474,1795473144476);
INSERT INTO lessons VALUES(2,'9MQEFD','Saymaq',NULL,'mathematics','az',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'lesson',NULL,NULL,NULL,NULL,'public',NULL,NULL,2,'􏿿􏿿􏿿􏿿Saymaq',1795473144477,1795473144477);
INSERT INTO lessons VALUES(3,'4SC38Z','Elan',NULL,'physics','az',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'lesson',NULL,NULL,NULL,NULL,'public',NULL,NULL,NULL,'􏿿􏿿􏿿001585717200000Elan',1795473144481,1795473144481);
CREATE TABLE lesson_grades (
    lesson      INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    grade       TEXT    NOT NULL REFERENCES grades (id),
    position    INTEGER NOT NULL CHECK (position >= 0),
    subject     TEXT    NOT NULL,
    section     TEXT    NOT NULL,
    listed      INTEGER NOT NULL CHECK (listed IN (0, 1)),
    shelf_order TEXT    NOT NULL,
    cost        INTEGER CHECK (cost >= 0),              -- bytes of the cheapest form to watch; null: nothing to watch yet
    PRIMARY KEY (lesson, grade)
) STRICT, WITHOUT ROWID;
INSERT INTO lesson_grades VALUES(1,'7',0,'mathematics','az',1,'􏿿􏿿0001001585548000000Kəsrlər',625718);
INSERT INTO lesson_grades VALUES(2,'1',0,'mathematics','az',1,'􏿿􏿿􏿿􏿿Saymaq',459134);
INSERT INTO lesson_grades VALUES(2,'2',1,'mathematics','az',1,'􏿿􏿿􏿿􏿿Saymaq',459134);
INSERT INTO lesson_grades VALUES(3,'7',0,'physics','az',1,'􏿿􏿿􏿿001585717200000Elan',NULL);
CREATE TABLE shelf_counts (
    grade   TEXT    NOT NULL REFERENCES grades (id) ON DELETE CASCADE,
    section TEXT    NOT NULL REFERENCES sections (id) ON DELETE CASCADE,
    subject TEXT    NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
    lessons INTEGER NOT NULL CHECK (lessons >= 0),
    priced  INTEGER NOT NULL CHECK (priced BETWEEN 0 AND lessons),  -- those that can be watched
    cost    INTEGER NOT NULL CHECK (cost >= 0),                     -- bytes, over the priced ones
    PRIMARY KEY (grade, section, subject)
) STRICT, WITHOUT ROWID;
INSERT INTO shelf_counts VALUES('1','az','mathematics',1,1,459134);
INSERT INTO shelf_counts VALUES('2','az','mathematics',1,1,459134);
INSERT INTO shelf_counts VALUES('7','az','mathematics',1,1,625718);
INSERT INTO shelf_counts VALUES('7','az','physics',1,0,0);
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
INSERT INTO chapters VALUES(1,0,'Bir');
INSERT INTO chapters VALUES(1,10000,'İki');
CREATE TABLE broadcasts (
    lesson  INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    air_at  INTEGER NOT NULL,
    channel TEXT    NOT NULL REFERENCES channels (id),
    airing  TEXT    NOT NULL CHECK (airing IN ('first', 'repeat')),
    PRIMARY KEY (lesson, air_at, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO broadcasts VALUES(1,1585548000000,'medeniyyet','first');
INSERT INTO broadcasts VALUES(3,1585717200000,'arb_gunes','first');
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
INSERT INTO recordings VALUES(1,1,1,62000,640,360,1,1,'/lessons/7-mathematics-az-1.mp4',625718,1795473144390,1795473144475);
INSERT INTO recordings VALUES(2,2,1,50000,640,360,1,1,'/lessons/1-mathematics-az-1.mp4',459134,1795473144387,1795473144477);
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
    replaced_at INTEGER,                                 -- not null: a later file of the same recording took its place
    created_at  INTEGER NOT NULL,
    CHECK ((role = 'captions') <= (language IS NOT NULL))
) STRICT;
INSERT INTO files VALUES(1,1,'source','1f6408f113b641e5add805dd8e483d4e.mp4','store','files/3c/3ca8dd632fc71e9890a6863107837635fc654958e55f3ebebf84c5562ab2bebb.mp4',625718,X'3ca8dd632fc71e9890a6863107837635fc654958e55f3ebebf84c5562ab2bebb','3ca8dd632fc71e9890a6863107837635','video/mp4',1795473144463,NULL,NULL,NULL,640,360,62000,0,NULL,1795473144475);
INSERT INTO files VALUES(2,1,'captions','567625b948fa4269a6280f9da1e1a6f8.vtt','store','files/3e/3ef3441466b04e4c7cfaaf8d7889df9af60372fb656bfd64ef8f119ace8f91f9.vtt',1003,X'3ef3441466b04e4c7cfaaf8d7889df9af60372fb656bfd64ef8f119ace8f91f9','3ef3441466b04e4c7cfaaf8d7889df9a','text/vtt; charset=utf-8',1795473144454,NULL,'az',NULL,NULL,NULL,NULL,0,NULL,1795473144476);
INSERT INTO files VALUES(3,2,'source','e22c516d9e8b49e8aec55202f91bad21.mp4','store','files/3c/3c94ba336e2b810f432a81a186a8a51d5f580d21ccdb21396c83f0e1dcb883c7.mp4',459134,X'3c94ba336e2b810f432a81a186a8a51d5f580d21ccdb21396c83f0e1dcb883c7','3c94ba336e2b810f432a81a186a8a51d','video/mp4',1795473144468,NULL,NULL,NULL,640,360,50000,0,NULL,1795473144477);
CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 100), -- signs in with it
    password_hash TEXT             CHECK (password_hash GLOB '$argon2id$*'),  -- PHC string; null: acts by token only
    role          TEXT    NOT NULL CHECK (role IN ('teacher', 'editor', 'admin')),
    quota         INTEGER          CHECK (quota >= 0),   -- bytes of recordings; null: the setting's default
    disabled_at   INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE editor_scopes (
    person  INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    grade   TEXT    REFERENCES grades (id) ON DELETE CASCADE,   -- null: every grade
    subject TEXT    REFERENCES subjects (id) ON DELETE CASCADE, -- null: every subject
    UNIQUE (person, grade, subject),
    CHECK (grade IS NOT NULL OR subject IS NOT NULL)
) STRICT;
CREATE TABLE lesson_owners (
    lesson INTEGER NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (lesson, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
    token_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(token_sha256) = 32), -- the cookie itself is never stored
    person       INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
    token_sha256 BLOB    NOT NULL PRIMARY KEY CHECK (length(token_sha256) = 32), -- shown once, never stored
    person       INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role         TEXT    NOT NULL CHECK (role IN ('teacher', 'editor', 'admin')), -- at most the person's own
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE changes (
    id      INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    person  INTEGER REFERENCES people (id) ON DELETE SET NULL,  -- null: the command line
    lesson  INTEGER REFERENCES lessons (id) ON DELETE SET NULL,
    code    TEXT,                                       -- the lesson's code then, for when the lesson is gone
    action  TEXT    NOT NULL CHECK (length(action) BETWEEN 1 AND 40),  -- created, edited, recording, published, withdrawn …
    detail  TEXT    CHECK (json_valid(detail))          -- what changed, as JSON {field: [before, after]}
) STRICT;
CREATE TABLE uploads (
    id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 32),  -- last segment of the upload's URL
    person      INTEGER REFERENCES people (id) ON DELETE CASCADE,
    lesson      INTEGER REFERENCES lessons (id) ON DELETE SET NULL,
    length      INTEGER CHECK (length >= 0),            -- bytes announced; null: deferred
    offset      INTEGER NOT NULL DEFAULT 0 CHECK (offset >= 0 AND offset <= coalesce(length, offset)), -- bytes durable
    metadata    TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    state       TEXT    NOT NULL CHECK (state IN ('uploading', 'queued', 'processing', 'done', 'failed')),
    error       TEXT,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE INDEX codes_of_lesson ON codes (lesson);
CREATE INDEX lessons_in_order ON lessons (shelf_order, id, section) WHERE listed;
CREATE INDEX lessons_of_subject ON lessons (subject, shelf_order, id, section) WHERE listed;
CREATE INDEX lessons_of_unit ON lessons (subject, section, unit, shelf_order, id) WHERE listed AND unit IS NOT NULL;
CREATE INDEX lessons_by_title ON lessons (title);
CREATE INDEX lessons_of_recording ON lessons (current_recording);
CREATE INDEX variants ON lessons (variant_of) WHERE variant_of IS NOT NULL;
CREATE INDEX shelf ON lesson_grades (grade, subject, shelf_order, lesson, section) WHERE listed;
CREATE INDEX shelf_of_grade ON lesson_grades (grade, shelf_order, lesson, section) WHERE listed;
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
CREATE TRIGGER lesson_grades_are_replaced BEFORE UPDATE ON lesson_grades BEGIN
    SELECT raise(ABORT, 'lesson_grades rows are replaced, not updated: the counts depend on it');
END;
CREATE INDEX timetable ON broadcasts (air_at, channel);
CREATE INDEX recordings_by_origin ON recordings (origin_path) WHERE origin_path IS NOT NULL;
CREATE INDEX files_of_recording ON files (recording, role) WHERE replaced_at IS NULL;
CREATE INDEX files_at ON files (location);
CREATE INDEX files_by_hash ON files (sha256) WHERE sha256 IS NOT NULL;
CREATE UNIQUE INDEX one_source ON files (recording) WHERE role = 'source' AND replaced_at IS NULL;
CREATE UNIQUE INDEX one_captions_per_language ON files (recording, language) WHERE role = 'captions' AND replaced_at IS NULL;
CREATE INDEX lessons_of_owner ON lesson_owners (person);
CREATE INDEX sessions_of_person ON sessions (person);
CREATE INDEX tokens_of_person ON tokens (person);
CREATE INDEX changes_of_lesson ON changes (lesson, id);
CREATE INDEX uploads_to_expire ON uploads (expires_at) WHERE state = 'uploading';
CREATE INDEX jobs_waiting ON jobs (priority DESC, id) WHERE state = 'queued';
CREATE INDEX jobs_of_recording ON jobs (recording);
COMMIT;
