//! `/l/CODE/…`: the files of a lesson's current recording, at addresses that stay.

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use http::request::Parts;
use http::{StatusCode, Uri};
use serde::Deserialize;

use super::files::{Disposition, is_mp4, send};
use super::query::Asked;
use super::{gone, not_found, over};
use crate::app::Shared;
use crate::auth::access::{self, Access, Viewer};
use crate::catalogue::{Lesson, Role, Snapshot, StoredFile};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::place::Place;
use crate::http::problem::Problem;
use crate::http::wanted::Wanted;
use crate::streaming::Form;
use crate::units::Code;

/// `/l/CODE/video.mp4`: the current recording with its index in front. `?q=360` chooses a quality (the nearest
/// not above it), `?form=fragmented` is for slow lines, `?form=original` is the recording as it came, whether or not
/// browsers play that; `?download` names the file and asks to save it.
pub async fn video(
    State(app): State<Shared>,
    Decoded(OfLesson { code }): Decoded<OfLesson>,
    request: Asking,
) -> Result<Response, Problem> {
    let asked = Asked::of(&request.asker.uri)?;
    let form = match asked.value("form") {
        None | Some("") => Form::FastStart,
        Some("fragmented") => Form::Fragmented,
        Some("original") => Form::Stored,
        Some(other) => return Err(no_form(other)),
    };
    let quality = asked.number("q", "360")?;
    request
        .answer(&app, &code, "video.mp4", |lesson| {
            let found = match form {
                Form::Stored => lesson.source(),
                _ => lesson.quality(quality),
            };
            let file = found.ok_or_else(not_found)?;
            let form = if is_mp4(&file.file.mime) {
                form
            } else {
                Form::Stored
            };
            Ok((file, form))
        })
        .await
}

/// `/l/CODE/audio.m4a`: the sound alone. `?q=24` chooses among those that were made for narrow lines, in kbit/s;
/// without them it is the recording's own.
pub async fn audio(
    State(app): State<Shared>,
    Decoded(OfLesson { code }): Decoded<OfLesson>,
    request: Asking,
) -> Result<Response, Problem> {
    let quality = Asked::of(&request.asker.uri)?.number("q", "24")?;
    request
        .answer(&app, &code, "audio.m4a", |lesson| {
            if let Some(made) = quality.and_then(|q| lesson.sound(q)) {
                return Ok((made, Form::FastStart));
            }
            let file = lesson.video().ok_or_else(not_found)?;
            // Where the recording is no MP4, what was made of it has the same sound.
            let made = lesson.qualities().into_iter().rev().map(|(_, file)| file);
            let video = std::iter::once(file)
                .chain(made)
                .find(|f| is_mp4(&f.file.mime));
            match (video, lesson.sound(u32::MAX)) {
                (Some(video), _) => Ok((video, Form::Audio)),
                (None, Some(sound)) => Ok((sound, Form::FastStart)),
                (None, None) => of_mp4(file).map(|()| (file, Form::Audio)),
            }
        })
        .await
}

/// `/l/CODE/clip.mp4?from=725&to=870`: a part of the recording, in seconds of its presentation.
pub async fn clip(
    State(app): State<Shared>,
    Decoded(OfLesson { code }): Decoded<OfLesson>,
    request: Asking,
) -> Result<Response, Problem> {
    let asked = Asked::of(&request.asker.uri)?;
    let form = Form::Clip(asked.seconds("from", "725")?, asked.seconds("to", "870")?);
    let quality = asked.number("q", "360")?;
    request
        .answer(&app, &code, "clip.mp4", |lesson| {
            let file = lesson.quality(quality).ok_or_else(not_found)?;
            of_mp4(file)?;
            Ok((file, form))
        })
        .await
}

/// `/l/CODE/captions/az.vtt`.
pub async fn captions(
    State(app): State<Shared>,
    Decoded(Named { code, name }): Decoded<Named>,
    request: Asking,
) -> Result<Response, Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    if !name.chars().all(plain) {
        return Err(not_found());
    }
    let path = format!("captions/{name}");
    request
        .answer(&app, &code, &path, |lesson| {
            let language = name.strip_suffix(".vtt").ok_or_else(not_found)?;
            let mut all = lesson.files_of(Role::Captions);
            let file = all.find(|f| f.file.language.as_deref() == Some(language));
            Ok((file.ok_or_else(not_found)?, Form::Stored))
        })
        .await
}

/// `/l/CODE/poster.jpg`: a still picture, where one has been made.
pub async fn poster(
    State(app): State<Shared>,
    Decoded(OfLesson { code }): Decoded<OfLesson>,
    request: Asking,
) -> Result<Response, Problem> {
    request
        .answer(&app, &code, "poster.jpg", |lesson| {
            let file = lesson.files_of(Role::Poster).next();
            Ok((file.ok_or_else(not_found)?, Form::Stored))
        })
        .await
}

/// `/l/CODE/storyboard.vtt`: which part of which `storyboard-N.jpg` beside it shows what the recording shows when;
/// where it has been made.
pub async fn storyboard(
    State(app): State<Shared>,
    Decoded(OfLesson { code }): Decoded<OfLesson>,
    request: Asking,
) -> Result<Response, Problem> {
    request
        .answer(&app, &code, "storyboard.vtt", |lesson| {
            let mut all = lesson.files_of(Role::Storyboard);
            let file = all.find(|f| f.file.mime.starts_with("text/vtt"));
            Ok((file.ok_or_else(not_found)?, Form::Stored))
        })
        .await
}

/// `/l/CODE/storyboard-N.jpg`: a sheet of small pictures that `storyboard.vtt` names.
pub async fn sheet(
    State(app): State<Shared>,
    Decoded(Sheet { code, sheet: name }): Decoded<Sheet>,
    request: Asking,
) -> Result<Response, Problem> {
    let number = sheet_number(&name).ok_or_else(not_found)?;
    request
        .answer(&app, &code, &name, |lesson| {
            let mut all = lesson.files_of(Role::Storyboard);
            let file = all.find(|f| f.file.mime == "image/jpeg" && f.file.position == number);
            Ok((file.ok_or_else(not_found)?, Form::Stored))
        })
        .await
}

/// The number in `storyboard-7.jpg`, which is written in one way only.
fn sheet_number(name: &str) -> Option<u32> {
    let number = name.strip_prefix("storyboard-")?.strip_suffix(".jpg")?;
    let read = number.parse::<u32>().ok()?;
    (read.to_string() == number).then_some(read)
}

/// The parts of an address, by their names: below a link there are more of them.
#[derive(Deserialize)]
pub struct OfLesson {
    pub(super) code: String,
}

/// The same of a file that has a name.
#[derive(Deserialize)]
pub struct Named {
    code: String,
    name: String,
}

/// The same of a sheet of small pictures.
#[derive(Deserialize)]
pub struct Sheet {
    code: String,
    sheet: String,
}

/// What is asked of a lesson's address, beside the address itself.
pub struct Asking {
    wanted: Wanted,
    asker: Asker,
}

/// Who asks, for what address, and where that lies.
pub struct Asker {
    pub(super) uri: Uri,
    pub(super) viewer: Viewer,
    pub(super) place: Place,
}

impl FromRequestParts<Shared> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let Ok(place) = Place::from_request_parts(parts, app).await;
        Ok(Self {
            uri: parts.uri.clone(),
            viewer: Viewer::from_request_parts(parts, app).await?,
            place,
        })
    }
}

impl FromRequestParts<Shared> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let Ok(wanted) = Wanted::from_request_parts(parts, app).await;
        Ok(Self {
            wanted,
            asker: Asker::from_request_parts(parts, app).await?,
        })
    }
}

impl Asking {
    /// Answers with what `choose` finds in the lesson of `code`, once its reader may see it; `path` is where it
    /// lies below the lesson.
    async fn answer(
        self,
        app: &Shared,
        code: &str,
        path: &str,
        choose: impl FnOnce(&Lesson) -> Result<(&StoredFile, Form), Problem>,
    ) -> Result<Response, Problem> {
        let (lesson, policy) = match lesson(app, code, path, &self.asker).await? {
            Ok(found) => found,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let (file, form) = choose(&lesson)?;
        let disposition = match Asked::of(&self.asker.uri)?.has("download") {
            true => Disposition::Attachment(saved_as(&lesson, file, path)),
            false => Disposition::Inline,
        };
        let file = file.clone();
        Ok(send(app, &self.wanted, file, form, policy, disposition).await)
    }
}

/// The lesson's title and code, with the ending of the file, or of its address where it is made for that.
fn saved_as(lesson: &Lesson, file: &StoredFile, path: &str) -> String {
    let named = if path.starts_with("audio") {
        path
    } else {
        &file.file.name
    };
    let extension = named.rsplit('.').next().unwrap_or("mp4");
    format!("{} ({}).{extension}", lesson.description.title, lesson.code)
}

fn of_mp4(file: &StoredFile) -> Result<(), Problem> {
    if is_mp4(&file.file.mime) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::NOT_FOUND)
        .detail("this form is made from an MP4, and the recording is none; ask for video.mp4"))
}

fn no_form(name: &str) -> Problem {
    let short: String = name.chars().take(40).collect();
    Problem::new(StatusCode::BAD_REQUEST).detail(format!(
        "form={short:?} is not known; write form=fragmented or form=original, or leave it out"
    ))
}

/// The lesson of `code` and how long what is made of it may be kept, or a redirection to the address that it
/// has now.
pub(super) async fn lesson(
    app: &Shared,
    code: &str,
    file: &str,
    asker: &Asker,
) -> Result<Result<(Box<Lesson>, CachePolicy), Response>, Problem> {
    let parsed: Code = code.parse().map_err(|_| not_found())?;
    let (uri, viewer) = (&asker.uri, asker.viewer.clone());
    let asked = move |c: &Snapshot<'_>| access::to_lesson(c, c.find(parsed)?, &viewer);
    let moved = |to: Code, place: &Place| moved(app, &place.lesson(to), file, uri);
    let (lesson, policy) = match app.catalogue.read(asked).await? {
        Access::Granted(lesson) => (lesson, CachePolicy::Lesson),
        Access::Draft(lesson) => (lesson, CachePolicy::Personal),
        Access::Moved(own) => return Ok(Err(moved(own, &asker.place))),
        Access::Withdrawn(reason) => return Err(gone(reason)),
        Access::Ended(ended) => return Err(over(ended)),
        Access::Opened(code) => {
            return Ok(Err(opened(&format!("/l/{code}/{file}"), uri)));
        }
        Access::Unknown => return Err(not_found()),
    };
    // Written in another case: one address for every cache.
    if lesson.code.as_str() != code {
        let mut there = moved(lesson.code, &asker.place);
        let policy = policy.value(&app.settings);
        there.headers_mut().insert(CACHE_CONTROL, policy);
        return Ok(Err(there));
    }
    Ok(Ok((lesson, policy)))
}

/// The same file of the lesson at the path that counts, query kept. Made anew and not by replacing the code in what was
/// asked, which may be written with percent signs.
fn moved(app: &Shared, lesson: &str, file: &str, uri: &Uri) -> Response {
    let mut there = lead(
        StatusCode::MOVED_PERMANENTLY,
        &format!("{lesson}/{file}"),
        uri,
    );
    let policy = CachePolicy::Lesson.value(&app.settings);
    there.headers_mut().insert(CACHE_CONTROL, policy);
    there
}

/// Whoever came by a link needs none any more. Not for ever: nobody is to remember where a link led.
pub(super) fn opened(to: &str, uri: &Uri) -> Response {
    let mut there = lead(StatusCode::FOUND, to, uri);
    let policy = HeaderValue::from_static("private, no-store");
    there.headers_mut().insert(CACHE_CONTROL, policy);
    there
}

/// To `path`, query kept.
fn lead(status: StatusCode, path: &str, uri: &Uri) -> Response {
    let query = uri.query().map_or(String::new(), |q| format!("?{q}"));
    match HeaderValue::try_from(format!("{path}{query}")) {
        Ok(there) => (status, [(LOCATION, there)]).into_response(),
        Err(_) => not_found().into_response(),
    }
}
