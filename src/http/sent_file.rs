//! A request's content taken as a file: as it is, never unpacked.

use std::io;

use ::http::header::CONTENT_ENCODING;
use ::http::{HeaderMap, StatusCode};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::problem::Problem;
use super::server::MaxBody;

/// The content of a request. Whoever takes it says how much there may be.
pub struct SentFile {
    body: Body,
    max: Option<MaxBody>,
    announced: Option<u64>,
}

impl<S: Sync> FromRequest<S> for SentFile {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        as_it_is(&parts.headers)?;
        Ok(Self {
            announced: body.size_hint().exact(),
            max: parts.extensions.get::<MaxBody>().cloned(),
            body,
        })
    }
}

/// Refuses content that is to be unpacked (RFC 9110 §8.4): a few bytes could become a great many.
pub fn as_it_is(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            let detail = format!(
                "Content-Encoding: {}: send the content as it is, without an encoding",
                String::from_utf8_lossy(coding.as_bytes())
            );
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(detail))
        }
        _ => Ok(()),
    }
}

impl SentFile {
    /// Its length in bytes, if the sender said so.
    pub fn announced(&self) -> Option<u64> {
        self.announced
    }

    /// All of it.
    ///
    /// # Errors
    /// 413 for more than `most` bytes; 400 when the sender went away.
    pub async fn whole(self, most: usize) -> Result<Vec<u8>, Problem> {
        let too_large = |has: Option<u64>| {
            let has = has.map_or("more".to_owned(), |has| has.to_string());
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE)
                .detail(format!("the file has {has} bytes; {most} are allowed"))
        };
        if let Some(has) = self.announced.filter(|has| *has > most as u64) {
            return Err(too_large(Some(has)));
        }
        if let Some(max) = &self.max {
            max.allow(u64::MAX);
        }
        match Limited::new(self.body, most).collect().await {
            Ok(all) => Ok(all.to_bytes().into()),
            Err(error) if error.is::<LengthLimitError>() => Err(too_large(None)),
            Err(_) => Err(Problem::new(StatusCode::BAD_REQUEST)
                .detail("the file did not come whole; send it again")),
        }
    }

    /// For a thread that waits for bytes. How many it takes is counted by whoever reads; what breaks off is
    /// [`io::ErrorKind::UnexpectedEof`].
    pub fn reader(self) -> impl io::Read + Send + 'static {
        if let Some(max) = &self.max {
            max.allow(u64::MAX);
        }
        let broken = |error| io::Error::new(io::ErrorKind::UnexpectedEof, error);
        let bytes = self.body.map_err(broken).into_data_stream();
        SyncIoBridge::new(StreamReader::new(Box::pin(bytes)))
    }
}
