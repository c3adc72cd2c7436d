//! Surface: bytes of lessons under `/l/CODE/…` and `/media/…`.

mod files;
mod lesson;
mod media;

pub use lesson::{captions, video};
pub use media::media;

use http::StatusCode;

use crate::http::problem::Problem;

/// There is no such thing, or none for you: nobody can tell which.
fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND).detail("there is no such file; check the address")
}

/// It was taken back.
fn gone(reason: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(StatusCode::GONE).detail(reason)
}
