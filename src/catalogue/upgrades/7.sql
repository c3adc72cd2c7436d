-- Format 7: what was ever public is remembered, so that harvesters can be told that it is not any more. Its history says so.
ALTER TABLE lessons ADD COLUMN listed_at INTEGER;
UPDATE lessons SET listed_at = coalesce(published_at, created_at)
WHERE visibility = 'public' OR EXISTS (
    SELECT 1 FROM changes c WHERE c.lesson = lessons.id
    AND 'public' IN (json_extract(c.detail, '$.visibility[0]'), json_extract(c.detail, '$.visibility[1]'))
);
ALTER TABLE lessons ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
UPDATE lessons SET changed_at = max(updated_at, coalesce(processed_at, 0));
CREATE INDEX lessons_newest ON lessons (section, listed_at, id) WHERE listed;
CREATE INDEX lessons_changed ON lessons (updated_at, id) WHERE listed;
CREATE INDEX lessons_taken_back ON lessons (updated_at, id) WHERE listed_at IS NOT NULL AND NOT listed;
CREATE INDEX lessons_in_turn ON lessons (changed_at, id);
CREATE TRIGGER lesson_is_new AFTER INSERT ON lessons BEGIN
    UPDATE lessons SET changed_at = max(new.updated_at, 1 + (SELECT max(changed_at) FROM lessons)) WHERE id = new.id;
END;
CREATE TRIGGER lesson_changes AFTER UPDATE OF updated_at, processed_at ON lessons BEGIN
    UPDATE lessons
    SET changed_at = max(new.updated_at, coalesce(new.processed_at, 0), 1 + (SELECT max(changed_at) FROM lessons))
    WHERE id = new.id;
END;
