//! The one table from errors to statuses.

use ::http::{HeaderName, HeaderValue, StatusCode, header};

use super::multipart::FormError;
use super::problem::{FieldFault, Problem};
use crate::auth::{password, sign_in};
use crate::catalogue;
use crate::desk;
use crate::lti;
use crate::processing::RemoteError;
use crate::sheet::CellError;
use crate::upload;

impl From<catalogue::Error> for Problem {
    /// What the reader cannot mend is logged whole and told in general terms.
    fn from(error: catalogue::Error) -> Self {
        use catalogue::Error as E;
        let status = match &error {
            E::Invalid(_) => StatusCode::BAD_REQUEST,
            E::NameTaken(_) | E::LastAdministrator => StatusCode::CONFLICT,
            E::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            E::Busy | E::Closed => StatusCode::SERVICE_UNAVAILABLE,
            E::Sqlite(_)
            | E::Folder { .. }
            | E::NotOurs(_)
            | E::ReadOnly
            | E::Lost(_)
            | E::Newer { .. }
            | E::Damaged(_)
            | E::UnsafeSqlite(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match status {
            StatusCode::BAD_REQUEST | StatusCode::CONFLICT => {
                Self::new(status).detail(error.to_string())
            }
            StatusCode::SERVICE_UNAVAILABLE => Self::new(status)
                .detail("the archive is busy; try again in a few seconds")
                .header(header::RETRY_AFTER, HeaderValue::from_static("2")),
            StatusCode::INSUFFICIENT_STORAGE => Self::new(status).detail(error.to_string()),
            _ => {
                tracing::error!(%error, "the catalogue failed");
                Self::new(status)
                    .detail("the archive has a fault; its operator finds it in the log")
            }
        }
    }
}

impl From<lti::Refusal> for Problem {
    /// For people who come from a learning platform, and platforms themselves.
    fn from(refusal: lti::Refusal) -> Self {
        use lti::Refusal as R;
        let status = match &refusal {
            R::Missing(_)
            | R::TooLong { .. }
            | R::UnknownPlatform { .. }
            | R::SeveralPlatforms { .. }
            | R::Elsewhere { .. }
            | R::StateUnknown
            | R::StateOver { .. }
            | R::Replayed
            | R::Malformed(_)
            | R::Algorithm { .. }
            | R::NoKey { .. }
            | R::Signature { .. }
            | R::Claim { .. }
            | R::Over { .. }
            | R::Old { .. }
            | R::Future { .. }
            | R::NoCode { .. }
            | R::AcceptsNothing(_)
            | R::TooMany { .. }
            | R::Address { .. } => StatusCode::BAD_REQUEST,
            R::ByPlatform { .. } | R::NotATeacher(_) => StatusCode::FORBIDDEN,
            R::TicketUnknown | R::InviteUnknown => StatusCode::NOT_FOUND,
            R::TicketOver { .. } | R::PlatformGone => StatusCode::GONE,
            // What was asked of the platform itself.
            R::Keys(_)
            | R::Unreachable { .. }
            | R::Configuration { .. }
            | R::NotRegistered { .. } => StatusCode::BAD_GATEWAY,
            R::Busy(_) | R::Registering => StatusCode::SERVICE_UNAVAILABLE,
            R::OwnKey(_) | R::Catalogue(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match refusal {
            R::Catalogue(error) => error.into(),
            R::OwnKey(_) => {
                tracing::error!(error = %refusal, "the archive's own key");
                Self::new(status)
                    .detail("the archive has a fault; its operator finds it in the log")
            }
            refusal => Self::new(status).detail(refusal.to_string()),
        }
    }
}

impl From<password::Error> for Problem {
    fn from(error: password::Error) -> Self {
        use password::Error as E;
        match error {
            E::Short(_) | E::Long(_) => {
                Self::new(StatusCode::BAD_REQUEST).detail(error.to_string())
            }
            E::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE)
                .detail(error.to_string())
                .header(header::RETRY_AFTER, HeaderValue::from_static("5")),
            E::Failed(_) => {
                tracing::error!(%error, "a password");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

/// The bytes do not have the checksum that was announced (tus 1.0.0, checksum extension).
const CHECKSUM_MISMATCH: u16 = 460;

impl From<upload::Error> for Problem {
    /// Where an offset is told, it is the one that holds now, and stands in Upload-Offset as well.
    fn from(error: upload::Error) -> Self {
        use upload::Error as E;
        let (error, standing) = match error {
            E::Refused { why, offset } => (*why, Some(offset)),
            other => (other, None),
        };
        let status = match &error {
            E::Malformed(upload::MalformedError::ContentType(_)) => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            E::Malformed(_)
            | E::LengthIsSet(_)
            | E::LengthBelow { .. }
            | E::NoPart(_)
            | E::BrokenOff { .. } => StatusCode::BAD_REQUEST,
            // As a moment later, when there is no such lesson that its sender may change.
            E::MadeOfParts | E::LessonGone => StatusCode::FORBIDDEN,
            E::Unknown => StatusCode::NOT_FOUND,
            E::Gone => StatusCode::GONE,
            E::WrongOffset { .. } | E::PartUnfinished(_) => StatusCode::CONFLICT,
            E::TooLong { .. } | E::OverQuota { .. } | E::BeyondEnd { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            E::TakenOver { .. } | E::Locked | E::Joining => StatusCode::LOCKED,
            E::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            E::NoRoom(_) | E::DiskFull { .. } => StatusCode::INSUFFICIENT_STORAGE,
            E::Checksum { .. } => {
                StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST)
            }
            E::Stopping { .. } | E::Busy => StatusCode::SERVICE_UNAVAILABLE,
            // A refusal has one reason.
            E::Disk(_) | E::Catalogue(_) | E::Refused { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let offset = match &error {
            E::WrongOffset { offset, .. }
            | E::DiskFull { offset }
            | E::Checksum { offset }
            | E::TakenOver { offset }
            | E::Stopping { offset }
            | E::BrokenOff { offset } => Some(*offset),
            _ => standing,
        };
        let problem = match error {
            E::Catalogue(error) => return error.into(),
            E::TooLong { .. }
            | E::OverQuota { .. }
            | E::TooMany { .. }
            | E::NoRoom(_)
            | E::DiskFull { .. } => limit(Self::new(status), &error).detail(error.to_string()),
            E::Disk(error) => {
                tracing::error!(%error, "the disk of an upload failed");
                Self::new(status).detail(
                    "the archive's disk failed; what it had acknowledged before is kept, its operator finds the fault in the log",
                )
            }
            E::Checksum { .. } => Self::new(status)
                .title("Checksum Mismatch")
                .detail(error.to_string()),
            other => Self::new(status).detail(other.to_string()),
        };
        let problem = match status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::LOCKED => {
                problem.header(header::RETRY_AFTER, HeaderValue::from_static("2"))
            }
            _ => problem,
        };
        match offset {
            Some(offset) => problem.header(HeaderName::from_static("upload-offset"), offset.into()),
            None => problem,
        }
    }
}

/// Which limit an upload met, with its numbers in bytes or uploads: pages say it in their own words.
fn limit(problem: Problem, error: &upload::Error) -> Problem {
    use upload::Error as E;
    match error {
        E::TooLong {
            length,
            most,
            set_by,
        } => problem
            .kind("/problems/upload-too-long")
            .member("length", *length)
            .member("limit", *most)
            .member("set_by", *set_by),
        E::OverQuota {
            length,
            quota,
            used,
            set_by,
        } => problem
            .kind("/problems/over-quota")
            .member("length", *length)
            .member("limit", *quota)
            .member("used", *used)
            .member("set_by", set_by.clone()),
        E::TooMany { open, most, set_by } => problem
            .kind("/problems/too-many-uploads")
            .member("used", *open)
            .member("limit", *most)
            .member("set_by", *set_by),
        E::NoRoom(no) => problem
            .kind("/problems/no-room")
            .member("length", no.needed)
            .member("limit", no.free.saturating_sub(no.reserve)),
        E::DiskFull { offset } => problem
            .kind("/problems/disk-full")
            .member("offset", *offset),
        _ => problem,
    }
}

impl From<RemoteError> for Problem {
    fn from(error: RemoteError) -> Self {
        use RemoteError as E;
        let status = match &error {
            E::NotTheirs | E::WrongOffset { .. } => StatusCode::CONFLICT,
            E::Malformed(_) => StatusCode::BAD_REQUEST,
            E::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            E::NoFile => StatusCode::NOT_FOUND,
            E::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            E::Busy => StatusCode::LOCKED,
            E::Hoards { .. } => StatusCode::TOO_MANY_REQUESTS,
            E::NoRoom(_) => StatusCode::INSUFFICIENT_STORAGE,
            E::Stopping => return Self::stopping(),
            E::Disk(_) | E::Catalogue(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let problem = Self::new(status);
        match error {
            E::Catalogue(error) => error.into(),
            E::Disk(error) => disk(&error),
            E::WrongOffset { offset, .. } => problem
                .detail(error.to_string())
                .header(HeaderName::from_static("upload-offset"), offset.into()),
            E::NotTheirs => problem
                .kind("/problems/lease-lost")
                .detail(error.to_string()),
            E::Busy => problem
                .detail(error.to_string())
                .header(header::RETRY_AFTER, HeaderValue::from_static("2")),
            E::Hoards { .. } => problem
                .detail(error.to_string())
                .header(header::RETRY_AFTER, HeaderValue::from_static("30")),
            other => problem.detail(other.to_string()),
        }
    }
}

impl From<FormError> for Problem {
    fn from(error: FormError) -> Self {
        let status = match &error {
            FormError::Compressed(_) | FormError::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            FormError::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            FormError::Broken => StatusCode::BAD_REQUEST,
        };
        Self::new(status).detail(error.to_string())
    }
}

impl From<desk::Error> for Problem {
    fn from(refusal: desk::Error) -> Self {
        use desk::{ConflictError, Error as R};
        let status = match &refusal {
            R::Unknown(_) | R::NoJob(_) | R::NoPart { .. } => StatusCode::NOT_FOUND,
            R::NotYours(_) | R::OutOfScope | R::OwnersAreGiven => StatusCode::FORBIDDEN,
            R::Nobody(_)
            | R::Fields(_)
            | R::Sheet(_)
            | R::Captions(_)
            | R::Language(_)
            | R::Days { .. }
            | R::Note { .. }
            | R::Reason { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            R::Empty => StatusCode::BAD_REQUEST,
            R::TooLarge { .. } | R::OverQuota { .. } | R::TooManyRows { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            R::Conflict(ConflictError::Changed { .. } | ConflictError::Differs) => {
                StatusCode::PRECONDITION_FAILED
            }
            R::Conflict(_) => StatusCode::CONFLICT,
            R::NoRoom(_) => StatusCode::INSUFFICIENT_STORAGE,
            R::Disk(error) => return disk(error),
            R::Catalogue(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match refusal {
            R::Catalogue(error) => error.into(),
            R::Fields(ref errors) => Self::new(status)
                .detail(refusal.to_string())
                .errors(errors.iter().map(fault).collect()),
            told => Self::new(status).detail(told.to_string()),
        }
    }
}

impl From<desk::CrowdedError> for Problem {
    fn from(refusal: desk::CrowdedError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE)
            .detail(refusal.to_string())
            .header(header::RETRY_AFTER, HeaderValue::from_static("30"))
    }
}

/// A wrong value of a lesson or a sheet, for a program.
pub fn fault(error: &CellError) -> FieldFault {
    FieldFault {
        field: error.column.map(|c| c.name()),
        line: Some(error.line).filter(|line| *line > 0),
        value: error.value.clone(),
        problem: error.problem(),
        remedy: error.remedy(),
    }
}

/// A disk that is full is told; what else it has is for the log.
fn disk(error: &std::io::Error) -> Problem {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Problem::new(
            StatusCode::INSUFFICIENT_STORAGE,
        )
        .detail("the archive's disk is full: nothing was changed; ask its operator to make room"),
        // The bytes came from somebody who went away.
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            Problem::new(StatusCode::BAD_REQUEST)
                .detail("the file did not come whole; send it again")
        }
        _ => {
            tracing::error!(%error, "the disk failed");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
                .detail("the archive's disk failed; its operator finds the fault in the log")
        }
    }
}

impl From<sign_in::Refusal> for Problem {
    fn from(refusal: sign_in::Refusal) -> Self {
        use sign_in::Refusal as R;
        match refusal {
            R::Wrong => Self::new(StatusCode::UNAUTHORIZED).detail(refusal.to_string()),
            R::Link => Self::new(StatusCode::GONE).detail(refusal.to_string()),
            R::Often(wait) => Self::new(StatusCode::TOO_MANY_REQUESTS)
                .detail(refusal.to_string())
                .header(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1)),
            R::Password(error) => error.into(),
            R::Catalogue(error) => error.into(),
            R::Random(error) => {
                tracing::error!(%error, "the operating system has no randomness");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}
