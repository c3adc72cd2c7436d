//! A form with a file (multipart/form-data, RFC 7578): its fields, and the file as a stream, so that memory stays flat.

use ::http::StatusCode;
use ::http::header::CONTENT_TYPE;
use ::http::request::Parts;
use axum::body::Body;
use multer::{Constraints, Multipart, SizeLimit};

use super::fields::Fields;
use super::problem::Problem;
use super::server::MaxBody;

/// Bytes that one field besides the file may have.
const FIELD: u64 = 16 << 10;
/// Fields that a form may have.
const MOST_FIELDS: usize = 100;
/// What fields and boundaries may take of a request besides its file: what is longer has a file that long.
pub const AROUND: u64 = 64 << 10;

/// A form whose fields were read up to its file.
pub struct FormFile {
    /// What stood in front of the file.
    pub fields: Fields,
    /// The file's name, as the browser says it; empty: none was chosen.
    pub name: String,
    /// Its type, as the browser says it.
    pub mime: Option<String>,
    /// Its bytes. It ends in an error when the request ends before the file does.
    pub bytes: Body,
}

impl FormFile {
    /// Reads the form up to the file called `file`, which has to stand behind all fields that count. The request may
    /// have any length: whoever takes the bytes counts them.
    ///
    /// # Errors
    /// 415 for what is no such form; 400 for one that cannot be read or has no file.
    pub async fn of(parts: &Parts, body: Body, file: &str) -> Result<Self, Problem> {
        let media_type = parts.headers.get(CONTENT_TYPE);
        let boundary = media_type
            .and_then(|v| v.to_str().ok())
            .and_then(|v| multer::parse_boundary(v).ok())
            .ok_or_else(|| {
                Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                    .detail("send a form as multipart/form-data with its boundary")
            })?;
        if let Some(max) = parts.extensions.get::<MaxBody>() {
            max.allow(u64::MAX);
        }
        let limits = SizeLimit::new().per_field(FIELD).for_field(file, u64::MAX);
        let limits = Constraints::new().size_limit(limits);
        let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
        let mut fields = Fields::default();
        for _ in 0..MOST_FIELDS {
            let Some(field) = form.next_field().await.map_err(unreadable)? else {
                break;
            };
            let name = field.name().unwrap_or_default().to_owned();
            if name == file {
                return Ok(Self {
                    fields,
                    name: field.file_name().unwrap_or_default().to_owned(),
                    mime: field.content_type().map(ToString::to_string),
                    bytes: Body::from_stream(field),
                });
            }
            fields.push(name, field.text().await.map_err(unreadable)?);
        }
        Err(Problem::new(StatusCode::BAD_REQUEST).detail(format!(
            "the form has no file: send one called {file:?}, behind at most {MOST_FIELDS} fields"
        )))
    }
}

fn unreadable(error: multer::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST).detail(format!("the form cannot be read: {error}"))
}
