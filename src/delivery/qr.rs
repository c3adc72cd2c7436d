//! `/l/CODE/qr.svg` and `qr.png`: a lesson's permanent address, to print and to be read by a telephone.

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue};

use super::lesson::{Asker, lesson};
use crate::app::Shared;
use crate::http::decoded::Decoded;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::qr;
use crate::http::tagged;

/// What is asked of it, beside the code.
type Asked = (Origin, HeaderMap, Asker);

/// The address of `CODE` as the reader knows the archive, as SVG. A copy that was made of an alias leads to the lesson's own.
pub async fn drawn(
    State(app): State<Shared>,
    Decoded(code): Decoded<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    picture(&app, &code, "qr.svg", asked, "image/svg+xml", qr::svg).await
}

/// The same as PNG.
pub async fn pixels(
    State(app): State<Shared>,
    Decoded(code): Decoded<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    picture(&app, &code, "qr.png", asked, "image/png", qr::png).await
}

async fn picture<P: Into<Bytes>>(
    app: &Shared,
    code: &str,
    name: &str,
    (origin, headers, asker): Asked,
    kind: &'static str,
    draw: fn(&str) -> Option<P>,
) -> Result<Response, Problem> {
    let (lesson, policy) = match lesson(app, code, name, &asker).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let address = origin.url(format_args!("/l/{}", lesson.code));
    let picture = draw(&address).ok_or_else(|| too_long(&address))?;
    let mut response = tagged::text(&headers, policy, &app.settings, kind, picture);
    let nothing = HeaderValue::from_static("default-src 'none'; sandbox");
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, nothing);
    Ok(response)
}

fn too_long(address: &str) -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR).detail(format!(
        "the lesson's address has {} characters, more than a QR code holds; set a shorter base-url",
        address.len()
    ))
}
