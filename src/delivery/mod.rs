//! Surface: bytes of lessons under `/l/CODE/…` and `/media/…`, as they are stored and in computed forms.

mod answer;
mod files;
pub mod hls;
mod lesson;
mod media;
mod qr;
mod query;
mod remembered;
#[cfg(test)]
mod tests;
pub mod uploads;
pub mod worker;

pub use lesson::{audio, captions, clip, poster, sheet, storyboard, video};
pub use media::media;
pub use qr::{drawn as qr_drawn, pixels as qr_pixels};
pub use remembered::{Remembered, remember};

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ALLOW,
};
use http::{HeaderValue, StatusCode};

use crate::clock::UnixMillis;
use crate::http::problem::Problem;

/// There is no such thing, or none for you: nobody can tell which. Players of other sites may read it.
fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND)
        .detail("there is no such file; check the address")
        .header(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))
}

/// It was taken back.
fn gone(reason: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(StatusCode::GONE)
        .detail(reason)
        .header(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))
}

/// The link by which they come has ended. What it showed is not told.
fn over(ended: UnixMillis) -> Problem {
    let at = ended.timestamp().map(|at| at.to_string());
    let at = at.unwrap_or_default();
    Problem::new(StatusCode::GONE).detail(format!(
        "this link has ended at {at}; ask whoever gave it to you for a new one"
    ))
}

/// OPTIONS: scripts of any site may ask for parts of our media, and on conditions (Fetch §3.2).
pub async fn preflight() -> Response {
    let headers = [
        (ALLOW, "GET, HEAD, OPTIONS"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since",
        ),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
