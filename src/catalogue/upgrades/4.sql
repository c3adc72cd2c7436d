-- Format 4: what was ever published is remembered, and bytes can be pruned.
ALTER TABLE lessons ADD COLUMN published_at INTEGER;
UPDATE lessons SET published_at = created_at WHERE visibility <> 'draft';
ALTER TABLE files ADD COLUMN pruned_at INTEGER CHECK (pruned_at IS NULL OR replaced_at IS NOT NULL);
