//! What is known about a file that may be served: enough to answer any GET or HEAD for it.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::header::HeaderMap;
use http::{Method, Response};

use crate::streaming::{Body, Entity, respond};

/// Fields that an answer may well have, those of the server included.
const FIELDS: usize = 24;

/// A file, open and looked over, with all that is said about it whoever asks. Access has been decided.
#[derive(Debug)]
pub(super) struct Answer {
    /// Its bytes and validators.
    pub(super) entity: Entity,
    /// Cache policy, CORS and the like.
    pub(super) headers: HeaderMap,
    /// What lay on the disk when it was opened.
    pub(super) witness: Witness,
}

/// In a response's extensions: whoever asks for the same target may be given this, too.
#[derive(Clone, Debug)]
pub(super) struct ForAnybody(pub(super) Arc<Answer>);

impl Answer {
    /// Bytes of memory that it keeps in use.
    pub(super) fn resident_bytes(&self) -> u64 {
        let fields = self.headers.len() * 128;
        (size_of::<Self>() + fields + self.entity.content.resident_bytes()) as u64
    }

    /// Answers `method`, with the conditions and ranges in `request`.
    pub(super) fn respond(&self, method: &Method, request: &HeaderMap) -> Response<Body> {
        // Not a clone, which would have to grow, and twice, for what an answer says besides.
        let mut headers = HeaderMap::with_capacity(FIELDS);
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
        respond(method, request, &self.entity, headers)
    }
}

/// What a path led to. The change time tells of every other change, also of one that put the time of
/// modification back.
#[derive(Debug)]
pub(super) struct Witness {
    path: PathBuf,
    found: Found,
}

#[derive(Debug, PartialEq, Eq)]
struct Found {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl From<&Metadata> for Found {
    fn from(file: &Metadata) -> Self {
        Self {
            device: file.dev(),
            inode: file.ino(),
            bytes: file.len(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}

impl Witness {
    /// `opened` is what was found when `path` was opened.
    pub(super) fn new(path: &Path, opened: &Metadata) -> Self {
        Self {
            path: path.to_owned(),
            found: opened.into(),
        }
    }

    /// Whether the path still leads to the same unchanged file. Blocks.
    pub(super) fn holds(&self) -> io::Result<bool> {
        Ok(Found::from(&fs::metadata(&self.path)?) == self.found)
    }
}
