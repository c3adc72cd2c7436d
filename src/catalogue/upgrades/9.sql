-- Format 9: the archive can seal what it says.
CREATE TABLE secrets (
    name    TEXT    NOT NULL PRIMARY KEY,
    secret  BLOB    NOT NULL CHECK (length(secret) = 32),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
