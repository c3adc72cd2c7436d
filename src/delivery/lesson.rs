//! `/l/CODE/…`: the files of a lesson's current recording, at addresses that stay.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use http::{StatusCode, Uri};

use super::files::{Disposition, send};
use super::{gone, not_found};
use crate::app::Shared;
use crate::auth::access::{self, Access};
use crate::catalogue::{Lesson, Role};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::problem::Problem;
use crate::http::wanted::Wanted;
use crate::units::Code;

/// `/l/CODE/video.mp4`: the current recording. `?download` names the file and asks to save it.
pub async fn video(
    State(app): State<Shared>,
    Decoded(code): Decoded<String>,
    wanted: Wanted,
    uri: Uri,
) -> Result<Response, Problem> {
    let lesson = match lesson(&app, &code, "video.mp4", &uri).await? {
        Ok(lesson) => lesson,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let file = lesson.video().cloned().ok_or_else(not_found)?;
    let extension = file.file.name.rsplit('.').next().unwrap_or("mp4");
    let disposition = match wants_download(&uri) {
        true => Disposition::Attachment(format!(
            "{} ({}).{extension}",
            lesson.description.title, lesson.code
        )),
        false => Disposition::Inline,
    };
    Ok(send(&app, &wanted, file, CachePolicy::Lesson, disposition).await)
}

/// `/l/CODE/captions/az.vtt`.
pub async fn captions(
    State(app): State<Shared>,
    Decoded((code, name)): Decoded<(String, String)>,
    wanted: Wanted,
    uri: Uri,
) -> Result<Response, Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    if !name.chars().all(plain) {
        return Err(not_found());
    }
    let file_name = format!("captions/{name}");
    let lesson = match lesson(&app, &code, &file_name, &uri).await? {
        Ok(lesson) => lesson,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let language = name.strip_suffix(".vtt").ok_or_else(not_found)?;
    let mut of_lesson = lesson.files_of(Role::Captions);
    let file = of_lesson
        .find(|f| f.file.language.as_deref() == Some(language))
        .cloned()
        .ok_or_else(not_found)?;
    Ok(send(
        &app,
        &wanted,
        file,
        CachePolicy::Lesson,
        Disposition::Inline,
    )
    .await)
}

/// `/l/CODE/poster.jpg`: a still picture, where one has been made.
pub async fn poster(
    State(app): State<Shared>,
    Decoded(code): Decoded<String>,
    wanted: Wanted,
    uri: Uri,
) -> Result<Response, Problem> {
    let lesson = match lesson(&app, &code, "poster.jpg", &uri).await? {
        Ok(lesson) => lesson,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let file = lesson
        .files_of(Role::Poster)
        .next()
        .cloned()
        .ok_or_else(not_found)?;
    Ok(send(
        &app,
        &wanted,
        file,
        CachePolicy::Lesson,
        Disposition::Inline,
    )
    .await)
}

/// The lesson of `code`, or a redirection to the address that it has now.
async fn lesson(
    app: &Shared,
    code: &str,
    file: &str,
    uri: &Uri,
) -> Result<Result<Box<Lesson>, Response>, Problem> {
    let parsed: Code = code.parse().map_err(|_| not_found())?;
    let found = app.catalogue.read(move |c| c.find(parsed)).await?;
    match access::to_lesson(found) {
        // Written in another case: one address for every cache.
        Access::Granted(lesson) if lesson.code.as_str() != code => {
            Ok(Err(moved(app, lesson.code, file, uri)))
        }
        Access::Granted(lesson) => Ok(Ok(lesson)),
        Access::Moved(own) => Ok(Err(moved(app, own, file, uri))),
        Access::Withdrawn(reason) => Err(gone(reason)),
        Access::Deleted => Err(gone("the lesson was deleted")),
        Access::Unknown => Err(not_found()),
    }
}

/// The same file at the code that counts, query kept. Made anew and not by replacing the code in what was
/// asked, which may be written with percent signs.
fn moved(app: &Shared, to: Code, file: &str, uri: &Uri) -> Response {
    let query = uri.query().map_or(String::new(), |q| format!("?{q}"));
    match HeaderValue::try_from(format!("/l/{to}/{file}{query}")) {
        Ok(there) => {
            let policy = CachePolicy::Lesson.value(&app.settings);
            let headers = [(LOCATION, there), (CACHE_CONTROL, policy)];
            (StatusCode::MOVED_PERMANENTLY, headers).into_response()
        }
        Err(_) => not_found().into_response(),
    }
}

fn wants_download(uri: &Uri) -> bool {
    uri.query().is_some_and(|q| {
        q.split('&')
            .any(|p| p == "download" || p.starts_with("download="))
    })
}
