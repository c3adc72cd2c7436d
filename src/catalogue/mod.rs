//! ALL the SQL: the archive's catalogue in SQLite.
