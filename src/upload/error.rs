//! What can go wrong with an upload. No HTTP here: `http` has the table of statuses.

use std::io;

use super::protocol::Malformed;
use crate::catalogue::{self, UploadId};
use crate::media::NoRoom;

/// Why an upload was not begun, continued or asked about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request's headers.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// No upload of that name, or none of this person's.
    #[error("there is no such upload; begin a new one")]
    Unknown,
    /// It was terminated, or expired.
    #[error("this upload was terminated or has expired; begin a new one")]
    Gone,
    /// The lesson that it is for went while it began.
    #[error("the lesson was deleted meanwhile; begin the upload for another one, or for none")]
    LessonGone,
    /// The client is somewhere else.
    #[error("the upload stands at byte {offset}, not {asked}; ask with HEAD and go on from there")]
    WrongOffset {
        /// Where the client believed it to be.
        asked: u64,
        /// Where it is.
        offset: u64,
    },
    /// Longer than an upload may be.
    #[error("the upload has {length} bytes, {most} are allowed ({set_by}); send a smaller file")]
    TooLong {
        /// What it has, as far as is known.
        length: u64,
        /// The limit.
        most: u64,
        /// The setting.
        set_by: &'static str,
    },
    /// More than its person has left.
    #[error(
        "the upload has {length} bytes, but of your {quota} bytes ({set_by}) {used} are used; delete drafts or ask for more"
    )]
    OverQuota {
        /// What it has.
        length: u64,
        /// What its person's lessons and uploads may have together.
        quota: u64,
        /// What they have.
        used: u64,
        /// Who set it.
        set_by: String,
    },
    /// More bytes than were announced. None of the request's are kept.
    #[error("the request goes beyond the upload's {length} bytes; nothing of it was kept")]
    BeyondEnd {
        /// The upload's length.
        length: u64,
    },
    /// The length is known and another one is said.
    #[error("the upload's length is {0} already and does not change")]
    LengthIsSet(u64),
    /// Shorter than what is here.
    #[error("{length} bytes cannot be the upload's length: {offset} are here already")]
    LengthBelow {
        /// As was said.
        length: u64,
        /// What is here.
        offset: u64,
    },
    /// Too many are unfinished.
    #[error(
        "{open} uploads are unfinished, {most} are allowed ({set_by}); finish or terminate some"
    )]
    TooMany {
        /// How many there are.
        open: u64,
        /// The limit.
        most: u64,
        /// The setting.
        set_by: &'static str,
    },
    /// The disk has no room for it.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// A request was refused before anything of it was taken, and the upload stands where it stood.
    #[error("{why}")]
    Refused {
        /// Why.
        why: Box<Error>,
        /// Bytes that are durable.
        offset: u64,
    },
    /// The disk filled up on the way.
    #[error(
        "the archive's disk is full; {offset} bytes of the upload are kept, go on when there is room"
    )]
    DiskFull {
        /// Bytes that are durable.
        offset: u64,
    },
    /// The bytes are not what their checksum says.
    #[error(
        "the bytes do not have the checksum that was announced; they were discarded, send them again"
    )]
    Checksum {
        /// Bytes that are durable.
        offset: u64,
    },
    /// What was made of parts gets no bytes of its own.
    #[error("this upload was made of parts; nothing can be added to it")]
    MadeOfParts,
    /// A part that is none.
    #[error("{0} is no part of an upload of yours")]
    NoPart(UploadId),
    /// A part that is not whole.
    #[error("the part {0} is not finished")]
    PartUnfinished(UploadId),
    /// A part whose bytes are being copied into the whole.
    #[error("this part is being joined with others; delete it in a moment")]
    Joining,
    /// A later request took the upload over.
    #[error("a later request took this upload over at byte {offset}")]
    TakenOver {
        /// Bytes that are durable.
        offset: u64,
    },
    /// The server stops.
    #[error("the server stops; {offset} bytes are kept, go on in a moment")]
    Stopping {
        /// Bytes that are durable.
        offset: u64,
    },
    /// The request's body ended before its time.
    #[error("the request broke off; {offset} bytes of the upload are kept")]
    BrokenOff {
        /// Bytes that are durable.
        offset: u64,
    },
    /// Another request has it and does not let go.
    #[error("another request is working on this upload; try again in a few seconds")]
    Locked,
    /// The system has no descriptors or threads left.
    #[error("the server is too busy to open the upload; try again in a few seconds")]
    Busy,
    /// The disk failed. Nothing that was not durable before is believed.
    #[error("the archive's disk failed: {0}")]
    Disk(io::Error),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

impl Error {
    /// The same refusal, telling where the upload stands.
    pub(super) fn standing_at(self, offset: u64) -> Self {
        let why = Box::new(self);
        Self::Refused { why, offset }
    }

    /// What a failed call on the upload's file means, of whose bytes `offset` are durable.
    pub(super) fn of_disk(error: io::Error, offset: u64) -> Self {
        const ENFILE: i32 = 23;
        const EMFILE: i32 = 24;
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::DiskFull { offset },
            io::ErrorKind::OutOfMemory | io::ErrorKind::WouldBlock => Self::Busy,
            _ if matches!(error.raw_os_error(), Some(ENFILE | EMFILE)) => Self::Busy,
            _ => Self::Disk(error),
        }
    }
}
