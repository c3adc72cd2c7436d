//! Writing: what a teacher does at the desk, for programs with a token.
//!
//! A lesson that its author gets back has a version as its entity tag: sent along in If-Match, a change is only made
//! while nobody else has changed the lesson (RFC 9110 §13.1.1).

pub(super) mod disk;
pub(super) mod files;
pub(super) mod history;
pub(super) mod job_events;
pub(super) mod jobs;
pub(super) mod lessons;
pub(super) mod links;
pub(super) mod owners;
pub(super) mod sheet;

use std::collections::BTreeMap;

use ::http::header::{ETAG, HeaderValue, IF_MATCH};
use ::http::{HeaderMap, StatusCode};
use axum::Json;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::lesson::LessonBody;
use crate::app::Shared;
use crate::auth::permission::Act;
use crate::catalogue::Stands;
use crate::clock::UnixMillis;
use crate::desk::{self, Author, Desk, Mine};
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::processing::Verdict;
use crate::units::Code;
use crate::words::Language;

/// A lesson as its people see it.
#[derive(Serialize, ToSchema)]
pub(super) struct DeskLessonBody {
    #[serde(flatten)]
    lesson: LessonBody,
    /// `draft`, `unlisted`, `public` or `withdrawn`.
    stands: &'static str,
    /// Its version: for If-Match, which takes its entity tag as well.
    #[schema(example = "\"1585821600000\"")]
    version: String,
    /// Why it was taken back; null: it was not.
    withdrawn: Option<String>,
    /// Whether it was ever public or unlisted: then it is withdrawn, not deleted.
    published: bool,
    /// Names of those whose it is.
    owners: Vec<String>,
    /// What one may do with it: `view`, `edit`, `publish`, `share`, `withdraw`, `delete`, `prune`.
    may: Vec<&'static str>,
    /// Of the recording that is shown; null: there is none.
    edition: Option<u32>,
    /// Whether browsers play the recording as it came; null: there is none.
    playable: Option<bool>,
    /// What is unusual about the recording, the gravest first.
    verdicts: Vec<VerdictBody>,
}

/// Something that is unusual about a recording.
#[derive(Serialize, ToSchema)]
struct VerdictBody {
    #[schema(example = "no-sound")]
    code: &'static str,
    /// What it means and what can be done, by language of the interface: `az`, `ru`, `en`.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    text: BTreeMap<&'static str, String>,
}

impl VerdictBody {
    fn new(verdict: &Verdict) -> Self {
        let texts = Language::ALL.map(|language| (language.code(), verdict.text(language)));
        Self {
            code: verdict.code(),
            text: texts.into(),
        }
    }
}

impl DeskLessonBody {
    fn new(mine: Mine, verdicts: &[Verdict], origin: &Origin, app: &Shared) -> Self {
        let lesson = mine.lesson;
        let recording = lesson.recording.as_ref();
        let (edition, playable) = (recording.map(|r| r.edition), recording.map(|r| r.playable));
        let withdrawn = lesson.withdrawn.as_ref().map(|w| w.reason.clone());
        Self {
            stands: Stands::of(lesson.description.visibility, withdrawn.is_some()).as_str(),
            version: version(lesson.updated),
            withdrawn,
            published: lesson.published.is_some(),
            owners: mine.owners,
            may: mine.may.into_iter().map(word).collect(),
            edition,
            playable,
            verdicts: verdicts.iter().map(VerdictBody::new).collect(),
            lesson: LessonBody::new(lesson, origin, &app.zone),
        }
    }
}

fn word(act: Act) -> &'static str {
    match act {
        Act::View => "view",
        Act::Edit => "edit",
        Act::Publish => "publish",
        Act::Share => "share",
        Act::Withdraw => "withdraw",
        Act::DeleteDraft => "delete",
        Act::Prune => "prune",
    }
}

/// A lesson's state, for If-Match.
fn version(updated: UnixMillis) -> String {
    format!("\"{}\"", updated.0)
}

/// The version that If-Match names; `None`: there is no such header, or it is `*`.
fn seen(headers: &HeaderMap) -> Result<Option<desk::Version>, Problem> {
    let mut lines = headers.get_all(IF_MATCH).iter();
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    let text = line.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let number = number.map(|t| t.split_once('-').map_or(t, |(version, _)| version));
    let number = number.and_then(|t| t.parse().ok());
    match (number, lines.next()) {
        (Some(number), None) => Ok(Some(UnixMillis(number))),
        _ => Err(
            Problem::new(StatusCode::PRECONDITION_FAILED).detail(format!(
                "If-Match: {text:?}: send the lesson's version, as the desk told it"
            )),
        ),
    }
}

/// A lesson for its author: never kept by anybody. Its tag is its version and, since jobs add files without moving that, a
/// part of its content's hash; If-Match looks at the version alone.
async fn told(
    status: StatusCode,
    mine: Mine,
    origin: &Origin,
    app: &Shared,
) -> Result<Response, Problem> {
    let version = mine.lesson.updated.0;
    let asked = app.catalogue.read(move |c| {
        let verdicts = Verdict::about(c, &mine.lesson)?;
        Ok((mine, verdicts))
    });
    let (mine, verdicts) = asked.await?;
    let body = DeskLessonBody::new(mine, &verdicts, origin, app);
    let hash: String = serde_json::to_vec(&body)
        .map(|content| Sha256::digest(&content))
        .map(|hash| HEXLOWER.encode(&hash[..6]))
        .unwrap_or_default();
    let mut response = personal(status, &body);
    if let Ok(tag) = HeaderValue::try_from(format!("\"{version}-{hash}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

/// An answer that is somebody's own.
fn personal(status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        ::http::header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    response
}

/// The code in a path: what is none names no lesson.
fn code(text: &str) -> Result<Code, Problem> {
    text.parse()
        .map_err(|e| Problem::new(StatusCode::NOT_FOUND).detail(format!("{e}")))
}

/// Works at the desk.
async fn at_desk<T: Send + 'static>(
    app: &Shared,
    author: Author,
    work: impl FnOnce(&Desk, &Author) -> Result<T, desk::Error> + Send + 'static,
) -> Result<T, Problem> {
    let done = app.at_desk(move |desk| work(desk, &author)).await;
    let stopping = || {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE)
            .detail("the archive is stopping; try again in a minute")
    };
    Ok(done.ok_or_else(stopping)??)
}

/// A JSON object.
fn object(
    body: Result<Json<serde_json::Value>, axum::extract::rejection::JsonRejection>,
) -> Result<serde_json::Map<String, serde_json::Value>, Problem> {
    let Json(value) = body.map_err(|e| Problem::new(e.status()).detail(e.body_text()))?;
    match value {
        serde_json::Value::Object(object) => Ok(object),
        _ => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
            .detail("write a JSON object of the fields that are said anew")),
    }
}
