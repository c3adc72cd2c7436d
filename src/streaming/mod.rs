//! Entity → response: ranges, conditional requests and bodies, after RFC 9110 sections 8 and
//! 12–15. Knows no lesson, no path policy and no SQL.
//!
//! A handler decides on access first (an outsider must not learn from a 304, 412 or 416 that
//! something exists), builds an [`Entity`] and calls [`respond()`]. One RFC concept per file:
//!
//! | file | RFC 9110 |
//! |---|---|
//! | `date` | HTTP-date, §5.6.7 |
//! | `etag` | entity-tags and their comparison, §8.8.3 |
//! | `conditional` | preconditions and their order, §13 |
//! | `range` | Range to byte offsets, §14.1–14.2 |
//! | `multipart` | multipart/byteranges, §14.6 |
//! | `respond` | which status with which fields, §15.3.7, §15.4.5, §15.5.13, §15.5.17 |
//!
//! A body is always a list of [`Slice`]s, never a buffer: bytes in memory, ranges of files
//! ([`FileHandle`]) and of their computed forms ([`crate::mp4::View`]).

pub mod body;
pub mod conditional;
pub mod date;
pub mod direct;
mod disk;
pub mod entity;
pub mod etag;
mod field;
pub mod handle;
pub mod lane;
mod mapping;
mod multipart;
pub mod range;
pub mod respond;
pub mod slices;
mod step;
pub mod views;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod toy;
#[cfg(test)]
mod wire;

pub use body::Body;
pub use date::HttpDate;
pub use direct::{Direct, Tally};
pub use entity::Entity;
pub use etag::ETag;
pub use handle::FileHandle;
pub use lane::Lane;
pub use respond::{ALLOWED_METHODS, respond, respond_at};
pub use slices::{Slice, Slices};
pub use views::{Form, NoView, Views};
