-- Format 2: lessons are found by their words.
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
