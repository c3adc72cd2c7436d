//! The one table from errors to statuses.

use ::http::{HeaderValue, StatusCode, header};

use super::problem::Problem;
use crate::auth::password;
use crate::catalogue;

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
