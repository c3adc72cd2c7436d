-- Format 9: the archive can seal what it says, and drafts can be shown by links that end.
CREATE TABLE secrets (
    name    TEXT    NOT NULL PRIMARY KEY,
    secret  BLOB    NOT NULL CHECK (length(secret) = 32),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
