//! tus 1.0.0 (<https://tus.io/protocols/resumable-upload>) as values: what a request's headers ask for. Pure: no
//! file, no catalogue, no socket.

mod checksum;
mod concat;
mod field;
mod metadata;
mod request;

pub use checksum::{Algorithm, Checksum, Hasher};
pub use concat::{Concat, parts_of};
pub use metadata::Metadata;
pub use request::{Append, Creation, Length, Verb, speaks_our_version, verb};

/// The only version that is spoken.
pub const VERSION: &str = "1.0.0";

/// The extensions that are spoken, as Tus-Extension lists them.
pub const EXTENSIONS: &str = "creation,creation-with-upload,creation-defer-length,termination,checksum,\
                              expiration,concatenation";

/// The type that the bytes of an upload have.
pub const CONTENT_TYPE: &str = "application/offset+octet-stream";

/// What is wrong with a request's headers. Nothing has been done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A header that must be there is not.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// A header stands there more than once.
    #[error("the header {0} stands there more than once")]
    Repeated(&'static str),
    /// A value that is not what its header takes.
    #[error("{header}: {value:?} is not {wanted}")]
    Value {
        /// The header.
        header: &'static str,
        /// As it came, shortened.
        value: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// Two headers exclude each other.
    #[error("{0} and {1} exclude each other: send one of them")]
    Both(&'static str, &'static str),
    /// Neither a length nor that it comes later.
    #[error("the upload's length is missing: send Upload-Length, or Upload-Defer-Length: 1")]
    NoLength,
    /// The body is of another type.
    #[error("the body's Content-Type is {0:?}: send application/offset+octet-stream")]
    ContentType(String),
    /// The checksum is made in a way that is not known here.
    #[error("there is no checksum algorithm {0:?} here: use one of sha1, sha256, md5")]
    Algorithm(String),
}
