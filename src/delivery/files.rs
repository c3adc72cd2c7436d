//! A stored file as a response.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderValue};
use rustix::fs::OFlags;
use tokio::task::JoinError;

use super::answer::{Answer, ForAnybody, Witness};
use crate::app::Shared;
use crate::catalogue::{Placement, StoredFile};
use crate::http::attachment;
use crate::http::cache::CachePolicy;
use crate::http::problem::Problem;
use crate::http::wanted::Wanted;
use crate::media::modified_at;
use crate::streaming::{ETag, Entity, FileHandle, Form, HttpDate, NoView};

/// How a file is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    /// In the page.
    Inline,
    /// Saved, under this name.
    Attachment(String),
}

/// Why a file is not sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The archive's fault: its operator must look.
    #[error("{0}")]
    Disk(#[from] io::Error),
    /// The recording cannot be had in this form.
    #[error(transparent)]
    Form(#[from] NoView),
    /// A thread that ended in the middle.
    #[error("{0}")]
    Thread(#[from] JoinError),
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let status = match &trouble {
            Trouble::Form(NoView::Clip(_)) => StatusCode::BAD_REQUEST,
            Trouble::Form(why) if !why.is_disk() => StatusCode::NOT_FOUND,
            _ => {
                tracing::error!(error = %trouble, "a stored file cannot be served");
                return Self::new(StatusCode::INTERNAL_SERVER_ERROR).detail(
                    "the file is damaged or missing in the archive; its operator finds it in the log",
                );
            }
        };
        Self::new(status).detail(format!(
            "the recording cannot be had in this form: {trouble}"
        ))
    }
}

/// Runs what reads from disk.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work).await?
}

/// Whether views can be made of a file of this type.
pub(super) fn is_mp4(mime: &str) -> bool {
    ["video/mp4", "audio/mp4", "video/quicktime", "video/x-m4v"].contains(&mime)
}

/// Answers `method` for `stored` in `form`. Access has been decided.
pub(super) async fn send(
    app: &Shared,
    wanted: &Wanted,
    stored: StoredFile,
    form: Form,
    policy: CachePolicy,
    disposition: Disposition,
) -> Response {
    let headers = headers(app, policy, &disposition);
    let shared = Arc::clone(app);
    match blocking(move || entity(&shared, stored, form)).await {
        Ok((entity, witness)) => {
            let answer = Arc::new(Answer {
                entity,
                headers,
                witness,
            });
            let response = wanted.respond(&answer.entity, answer.headers.clone());
            let mut response = response.map(axum::body::Body::new);
            // What every cache of the world may keep, so may we.
            if matches!(policy, CachePolicy::Forever | CachePolicy::Lesson) {
                response.extensions_mut().insert(ForAnybody(answer));
            }
            response
        }
        Err(trouble) => Problem::from(trouble).into_response(),
    }
}

fn entity(app: &Shared, stored: StoredFile, form: Form) -> Result<(Entity, Witness), Trouble> {
    let (opened, witness) = open(app, &stored)?;
    let file = stored.file;
    let formed = app.views.formed(&opened, &file.etag, form)?;
    let malformed = |what| io::Error::other(format!("{}: its {what} is malformed", file.name));
    // A date could join two versions of a computed form: only the tag tells them apart.
    let (etag, modified) = match &formed.name {
        None => (file.etag.clone(), Some(file.modified.0.div_euclid(1000))),
        Some(form) => (format!("{}-{form}", file.etag), None),
    };
    let mime = match form {
        Form::Audio => "audio/mp4",
        _ => &file.mime,
    };
    let entity = Entity {
        content: formed.content,
        etag: ETag::strong(&etag).map_err(|_| malformed("entity tag"))?,
        last_modified: modified.map(HttpDate::from_unix_seconds),
        content_type: HeaderValue::try_from(mime).map_err(|_| malformed("media type"))?,
    };
    Ok((entity, witness))
}

/// Opens the file and makes sure that it is what the catalogue says: its validators would lie otherwise.
pub(super) fn open(app: &Shared, stored: &StoredFile) -> io::Result<(Arc<FileHandle>, Witness)> {
    let file = &stored.file;
    let path = match file.placement {
        Placement::Store => app.store.path(&file.location),
        Placement::InPlace => PathBuf::from(&file.location),
    };
    let damaged = |what: String| io::Error::other(format!("{}: {what}", path.display()));
    // Without waiting: what lies there now may be a pipe, and opening one could last for ever.
    let mut how = File::options();
    let how = how
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    let opened = how.open(&path).map_err(|e| damaged(e.to_string()))?;
    let found = opened.metadata()?;
    if !found.is_file() {
        return Err(damaged("it is not a file any more".into()));
    }
    if found.len() != file.bytes.0 {
        return Err(damaged(format!(
            "it has {} bytes, {} were stored",
            found.len(),
            file.bytes.0
        )));
    }
    if file.placement == Placement::InPlace && modified_at(&found) != file.modified {
        return Err(damaged(
            "it was changed since it was registered; import it again".into(),
        ));
    }
    let witness = Witness::new(&path, &found);
    Ok((
        Arc::new(FileHandle::with_len(opened, file.bytes.0)),
        witness,
    ))
}

fn headers(app: &Shared, policy: CachePolicy, disposition: &Disposition) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, policy.value(&app.settings));
    let resource_policy = header::HeaderName::from_static("cross-origin-resource-policy");
    if policy == CachePolicy::Personal {
        headers.insert(resource_policy, HeaderValue::from_static("same-origin"));
    } else {
        // Any site may play our media and read what a player must know of it.
        let any = HeaderValue::from_static("*");
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
        let exposed =
            HeaderValue::from_static("Content-Length, Content-Range, ETag, Last-Modified");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        headers.insert(resource_policy, HeaderValue::from_static("cross-origin"));
    }
    // Opened by itself, a file may show and play itself (browsers style their viewers inline) and nothing else.
    let itself =
        "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(itself),
    );
    if let Disposition::Attachment(name) = disposition
        && let Ok(value) = HeaderValue::try_from(attachment::named(name))
    {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers
}
