-- Format 6: everything that is said in a lesson can be found. The index is built when the archive is opened.
DROP TRIGGER lesson_words_go;
DROP TABLE lesson_words;
CREATE VIRTUAL TABLE lesson_words USING fts5 (
    title, topic, people, description, facets,
    content='', contentless_delete=1, tokenize='ascii', prefix='2 3', detail=column
);
CREATE VIRTUAL TABLE main_words USING fts5 (
    words, content='', contentless_delete=1, tokenize='ascii', prefix='2 3', detail=none
);
CREATE VIRTUAL TABLE all_words USING fts5 (
    words, content='', contentless_delete=1, tokenize='ascii', prefix='2 3', detail=none
);
CREATE VIRTUAL TABLE lesson_words_terms USING fts5vocab (lesson_words, instance);
CREATE VIRTUAL TABLE main_words_terms USING fts5vocab (main_words, instance);
CREATE VIRTUAL TABLE all_words_terms USING fts5vocab (all_words, instance);
CREATE TRIGGER words_go AFTER DELETE ON lessons BEGIN
    DELETE FROM lesson_words WHERE rowid = old.id;
    DELETE FROM main_words WHERE rowid = old.id;
    DELETE FROM all_words WHERE rowid = old.id;
END;
CREATE TABLE words (
    id      INTEGER PRIMARY KEY,
    word    TEXT    NOT NULL UNIQUE,
    written TEXT    NOT NULL
) STRICT;
CREATE TABLE index_due (
    lesson INTEGER PRIMARY KEY REFERENCES lessons (id) ON DELETE CASCADE
) STRICT;
INSERT INTO index_due (lesson) SELECT id FROM lessons;

-- A week that a lesson says itself.
CREATE INDEX lessons_of_week ON lessons (section, week, id) WHERE listed AND week IS NOT NULL;
