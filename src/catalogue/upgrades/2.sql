-- Format 2: lessons are found by their words, and by what tells them apart at an import.
DROP INDEX lessons_by_title;
CREATE INDEX lessons_alike ON lessons (title, subject, section, lesson_number);
DROP INDEX files_by_hash;
CREATE VIRTUAL TABLE lesson_words USING fts5 (
    title, topic, people, description,
    content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='2 3'
);
CREATE TRIGGER lesson_words_go AFTER DELETE ON lessons BEGIN
    DELETE FROM lesson_words WHERE rowid = old.id;
END;
INSERT INTO lesson_words (rowid, title, topic, people, description)
SELECT id, fold(title), fold(concat_ws(' ', topic, unit, programme)),
       fold((SELECT group_concat(name, ' ') FROM lesson_teachers WHERE lesson = lessons.id)), fold(description)
FROM lessons;
