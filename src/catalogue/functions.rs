//! The functions that our SQL may call.

use rusqlite::Connection;

/// Registers nothing yet: the search index brings the first one.
pub(super) fn register(_connection: &Connection) -> Result<(), rusqlite::Error> {
    Ok(())
}
