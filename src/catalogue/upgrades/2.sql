-- Format 2: lessons are found by their words, and by what tells them apart at an import.
DROP INDEX lessons_by_title;
CREATE INDEX lessons_alike ON lessons (title, subject, section, lesson_number);
DROP INDEX files_by_hash;
DROP INDEX lessons_in_order;
DROP INDEX lessons_of_subject;
DROP INDEX shelf;
DROP INDEX shelf_of_grade;
CREATE INDEX lessons_in_order ON lessons (shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_section ON lessons (section, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_subject ON lessons (subject, shelf_order, id) WHERE listed;
CREATE INDEX lessons_of_subject_and_section ON lessons (subject, section, shelf_order, id) WHERE listed;
CREATE INDEX shelf ON lesson_grades (grade, subject, section, shelf_order, lesson) WHERE listed;
CREATE INDEX shelf_of_subject ON lesson_grades (grade, subject, shelf_order, lesson) WHERE listed;
CREATE INDEX shelf_of_section ON lesson_grades (grade, section, shelf_order, lesson) WHERE listed;
CREATE INDEX shelf_of_grade ON lesson_grades (grade, shelf_order, lesson) WHERE listed;
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
