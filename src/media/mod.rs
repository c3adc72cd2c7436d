//! Where bytes live: keys, durable writes, and the media type that is decided once and stored.

mod mime;
mod store;

pub use mime::{extension_of, mime_of};
pub use store::{Store, Stored};
