//! The functions that our SQL may call.

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, Error};

use crate::search::fold::fold;

/// `fold(text)`: the spelling that words are indexed in; null stays null.
pub(super) fn register(connection: &Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function(c"fold", 1, flags, |arguments| {
        Ok(arguments.get::<Option<String>>(0)?.map(|text| fold(&text)))
    })
}
