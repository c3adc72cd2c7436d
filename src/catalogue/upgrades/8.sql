-- Format 8: words are folded otherwise (é as e, and what looks like ə), so every lesson is indexed anew.
INSERT OR IGNORE INTO index_due (lesson) SELECT id FROM lessons;
