//! Resumable uploads: tus 1.0.0, from the first byte to a recording that can be watched.
//!
//! The one rule: what was acknowledged is durable. Bytes are synced, then the catalogue's row says so, then the
//! client hears it; what is on disk beyond the row was never acknowledged and is cut off. A failed sync is not
//! tried again: what it should have made durable counts as lost, and the client sends it again.

mod append;
mod begin;
mod bound;
mod draft;
mod error;
mod expiry;
mod finish;
mod form;
mod join;
mod locks;
pub mod protocol;
mod receive;
mod refusal;
mod tail;
#[cfg(test)]
mod tests;
mod upkeep;
mod uploads;

pub use append::Reached;
pub use begin::Begun;
pub use bound::Uploader;
pub use error::Error;
pub use form::Taken;
pub use protocol::Malformed as MalformedError;
pub use refusal::Refusal;
pub use uploads::{Limits, Uploads};
