//! Where bytes live: keys, durable writes, and the media type that is decided once and stored.

mod incoming;
mod mime;
mod store;

pub use incoming::incoming_name;
pub use mime::{Format, extension_of, mime_of};
pub use store::{Disk, NoRoom, Store, Stored, key_of, media_name, modified_at, sha256_of};
