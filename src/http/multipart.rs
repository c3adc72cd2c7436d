//! Forms with files (multipart/form-data, RFC 7578), read piece by piece.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use ::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use multer::Multipart;

use super::pipe::Pourer;
use super::problem::Problem;
use super::sent_file::as_it_is;
use super::server::MaxBody;

/// Parts that a form may have.
const MOST_PARTS: usize = 32;
/// Bytes that may come before the content of a part, read ahead included: its headers, and what a browser puts
/// between parts.
const MOST_BETWEEN: u64 = 1 << 20;

/// Bytes that one field before a file may have.
const FIELD: u64 = 16 << 10;
/// What fields and boundaries may take of a form besides its file: a form that is longer has a file.
const AROUND: u64 = 64 << 10;

/// Why a form cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// It has a Content-Encoding: a small body could become a huge one.
    #[error("the form is compressed ({0}); send it as it is")]
    Compressed(String),
    /// It is no multipart/form-data.
    #[error("this is no form with files; send multipart/form-data")]
    NotAForm,
    /// More bytes than it may have.
    #[error("the form has more than {most} bytes")]
    TooLong {
        /// How many it may have.
        most: u64,
    },
    /// It ends before its end, or its parts are not as RFC 7578 has them.
    #[error("the form did not come whole; send it again")]
    Broken,
}

/// A form with files that is coming in. Its reader says how much it may have.
pub struct Form {
    parts: Multipart<'static>,
    announced: Option<u64>,
    /// Characters of its boundary.
    boundary: u64,
    between: Between,
}

/// One part of a form, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    name: String,
    file: Option<String>,
    content: Vec<u8>,
}

/// All parts of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Vec<Part>);

impl Parts {
    /// What is written in the field `name`; empty when there is none. What is no UTF-8 is replaced.
    pub fn value(&self, name: &str) -> String {
        let found = self.0.iter().find(|p| p.name == name && p.file.is_none());
        found.map_or_else(String::new, |p| {
            String::from_utf8_lossy(&p.content).into_owned()
        })
    }

    /// What is written in each field `name`: of boxes that were ticked.
    pub fn values(&self, name: &str) -> Vec<String> {
        let all = self.0.iter();
        let all = all.filter(|p| p.name == name && p.file.is_none());
        all.map(|p| String::from_utf8_lossy(&p.content).into_owned())
            .collect()
    }

    /// The file that was chosen in the field `name`: a browser sends an empty one without a name for none.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        let chosen = |p: &&Part| {
            let named = p.file.as_ref().is_some_and(|f| !f.is_empty());
            p.name == name && (named || p.file.is_some() && !p.content.is_empty())
        };
        self.0.iter().find(chosen).map(|p| p.content.as_slice())
    }
}

/// The head of a file that comes in as a part of a form.
pub struct FileHead {
    /// What its sender calls it. Data: it names nothing here.
    pub name: String,
    /// Its bytes, at least and as far as the form's length tells; `None`: the form has none.
    pub announced: Option<u64>,
}

/// A form that was read up to its file.
pub struct FormFile {
    /// What stood before the file.
    pub fields: Parts,
    /// The file's name and length; an empty name: none was chosen.
    pub head: FileHead,
    /// Its type, as the browser says it.
    pub mime: Option<String>,
    /// Its bytes. It ends in an error where the form ends before the file does.
    pub bytes: Body,
}

impl IntoResponse for FormError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = FormError;

    async fn from_request(request: Request, _: &S) -> Result<Self, FormError> {
        let headers = request.headers();
        if as_it_is(headers).is_err() {
            let coding = headers.get(CONTENT_ENCODING);
            let coding = coding.map_or_else(String::new, |v| {
                String::from_utf8_lossy(v.as_bytes()).into_owned()
            });
            return Err(FormError::Compressed(coding.chars().take(40).collect()));
        }
        let length = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok());
        let announced = length.and_then(|v| v.parse().ok());
        if let Some(max) = request.extensions().get::<MaxBody>() {
            // Counted by whoever reads it, who tells it in words.
            max.allow(u64::MAX);
        }
        let between = Between::default();
        let counted = between.clone();
        let media_type = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let boundary = media_type.and_then(|v| multer::parse_boundary(v).ok());
        let boundary = boundary.ok_or(FormError::NotAForm)?;
        let body = Body::new(Counted::new(request.into_body(), counted));
        Ok(Self {
            announced,
            boundary: boundary.len() as u64,
            parts: Multipart::new(body.into_data_stream(), boundary),
            between,
        })
    }
}

impl Form {
    /// Reads the whole form, which has at most `most` bytes.
    pub async fn read(mut self, most: u64) -> Result<Parts, FormError> {
        let too_long = FormError::TooLong { most };
        if self.announced.is_some_and(|length| length > most) {
            return Err(too_long);
        }
        let mut parts = Parts::default();
        let mut came = 0_u64;
        loop {
            self.between.begin();
            let Some(mut part) = self.parts.next_field().await.map_err(broken)? else {
                return Ok(parts);
            };
            self.between.end();
            if parts.0.len() == MOST_PARTS {
                return Err(FormError::Broken);
            }
            let mut content = Vec::new();
            while let Some(piece) = part.chunk().await.map_err(broken)? {
                came += piece.len() as u64;
                if came > most {
                    return Err(too_long);
                }
                content.extend_from_slice(&piece);
            }
            parts.0.push(Part {
                name: part.name().unwrap_or_default().to_owned(),
                file: part.file_name().map(str::to_owned),
                content,
            });
        }
    }

    /// Reads the form up to the file in the field `name`, which stands behind all fields that count.
    ///
    /// # Errors
    /// [`FormError::Broken`] as well where there is no such file.
    pub async fn up_to_file(mut self, name: &str) -> Result<FormFile, FormError> {
        let mut fields = Parts::default();
        for _ in 0..MOST_PARTS {
            self.between.begin();
            let part = self.parts.next_field().await.map_err(broken)?;
            self.between.end();
            let mut part = part.ok_or(FormError::Broken)?;
            if part.name() == Some(name) {
                let head = FileHead {
                    name: part.file_name().unwrap_or_default().to_owned(),
                    announced: self.announced.map(|length| length.saturating_sub(AROUND)),
                };
                return Ok(FormFile {
                    fields,
                    head,
                    mime: part.content_type().map(ToString::to_string),
                    bytes: Body::from_stream(part),
                });
            }
            let mut content = Vec::new();
            while let Some(piece) = part.chunk().await.map_err(broken)? {
                content.extend_from_slice(&piece);
                if content.len() as u64 > FIELD {
                    return Err(FormError::TooLong { most: FIELD });
                }
            }
            fields.0.push(Part {
                name: part.name().unwrap_or_default().to_owned(),
                file: part.file_name().map(str::to_owned),
                content,
            });
        }
        Err(FormError::Broken)
    }

    /// Pours the file in the field `name`, which is the form's first part, into what `open` gives once its head has
    /// come. False: no file was chosen. Where the reader has had enough, the rest is not waited for; where the
    /// sender goes away, the reader learns it.
    pub async fn pour(
        mut self,
        name: &str,
        open: impl FnOnce(FileHead) -> Pourer,
    ) -> Result<bool, FormError> {
        self.between.begin();
        let part = self.parts.next_field().await.map_err(broken)?;
        self.between.end();
        let Some(mut part) = part.filter(|p| p.name() == Some(name)) else {
            return Ok(false);
        };
        let Some(file) = part.file_name().map(str::to_owned) else {
            return Ok(false);
        };
        let first = part.chunk().await.map_err(broken)?;
        if file.is_empty() && first.as_ref().is_none_or(Bytes::is_empty) {
            return Ok(false);
        }
        let headers = part.headers().iter();
        let head: usize = headers.map(|(n, v)| n.as_str().len() + v.len() + 4).sum();
        // "--B CRLF", the headers, CRLF, the content, "CRLF --B-- CRLF".
        let around = head as u64 + 2 * self.boundary + 14;
        let pourer = open(FileHead {
            name: file,
            announced: self.announced.map(|length| length.saturating_sub(around)),
        });
        let mut next = first;
        while let Some(piece) = next {
            if !pourer.pour(piece).await {
                return Ok(true);
            }
            next = match part.chunk().await {
                Ok(next) => next,
                // The reader is told by the pourer's end.
                Err(_) => return Ok(true),
            };
        }
        pourer.finish();
        Ok(true)
    }
}

fn broken(_: multer::Error) -> FormError {
    FormError::Broken
}

/// How much may still come before the content of the next part; `u64::MAX`: this is content.
#[derive(Clone)]
struct Between(Arc<AtomicU64>);

impl Default for Between {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }
}

impl Between {
    fn begin(&self) {
        self.0.store(MOST_BETWEEN, Relaxed);
    }

    fn end(&self) {
        self.0.store(u64::MAX, Relaxed);
    }

    /// False: too much came already.
    fn take(&self, bytes: u64) -> bool {
        match self.0.load(Relaxed) {
            u64::MAX => true,
            0 => false,
            left => {
                self.0.store(left.saturating_sub(bytes), Relaxed);
                true
            }
        }
    }
}

/// A body that is given piece by piece: the reader of parts keeps all that is ready, and would keep headers without
/// an end.
struct Counted {
    body: Body,
    between: Between,
    gave: bool,
}

impl Counted {
    fn new(body: Body, between: Between) -> Self {
        Self {
            body,
            between,
            gave: false,
        }
    }
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if std::mem::take(&mut self.gave) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.gave = true;
        let bytes = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
            _ => 0,
        };
        if bytes > 0 && !self.between.take(bytes) {
            let error = axum::Error::new(FormError::Broken);
            return Poll::Ready(Some(Err(error)));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::pipe;

    fn form(parts: &str) -> Request {
        let body = parts.replace('\n', "\r\n");
        Request::builder()
            .header(CONTENT_TYPE, "multipart/form-data; boundary=B")
            .header(CONTENT_LENGTH, body.len())
            .body(Body::from(body))
            .unwrap()
    }

    async fn read(parts: &str, most: u64) -> Result<Parts, FormError> {
        let form = Form::from_request(form(parts), &()).await?;
        form.read(most).await
    }

    const TWO: &str = "--B\nContent-Disposition: form-data; name=\"a\"\n\nbir\n\
                       --B\nContent-Disposition: form-data; name=\"f\"; filename=\"x.vtt\"\n\niki\n--B--\n";

    #[tokio::test]
    async fn fields_and_files_are_told_apart() {
        let parts = read(TWO, 1000).await.unwrap();
        assert_eq!(parts.value("a"), "bir");
        assert_eq!(parts.value("f"), "");
        assert_eq!(parts.file("f"), Some(&b"iki"[..]));
        assert_eq!(parts.file("a"), None);
        let none = TWO.replace("x.vtt", "").replace("iki", "");
        assert_eq!(read(&none, 1000).await.unwrap().file("f"), None);
    }

    #[tokio::test]
    async fn a_form_of_megabytes_is_read_whole() {
        let long = "a".repeat(5 << 20);
        let parts = read(&TWO.replace("iki", &long), 6 << 20).await.unwrap();
        assert_eq!(parts.file("f").map(<[u8]>::len), Some(5 << 20));
    }

    #[tokio::test]
    async fn what_is_too_long_or_not_whole_is_refused() {
        assert_eq!(read(TWO, 20).await, Err(FormError::TooLong { most: 20 }));
        for end in [20, 60, 100, TWO.len() - 8] {
            assert_eq!(
                read(&TWO[..end], 1000).await,
                Err(FormError::Broken),
                "{end}"
            );
        }
        let many = TWO.replace(
            "--B--",
            &"--B\nContent-Disposition: form-data; name=\"b\"\n\n\n".repeat(MOST_PARTS),
        );
        assert_eq!(read(&many, 1 << 20).await, Err(FormError::Broken));
        let other = Request::new(Body::from("a=b"));
        let other = Form::from_request(other, &()).await.err();
        assert_eq!(other, Some(FormError::NotAForm));
    }

    /// A body that never ends.
    struct Endless(&'static [u8]);

    impl http_body::Body for Endless {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            let begin = std::mem::replace(&mut self.0, &[b'x'; 1000]);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(begin)))))
        }
    }

    #[tokio::test]
    async fn a_head_without_an_end_is_not_kept() {
        let endless = Endless(b"--B\r\nContent-Disposition: form-data; name=\"");
        let request = Request::builder()
            .header(CONTENT_TYPE, "multipart/form-data; boundary=B")
            .body(Body::new(endless))
            .unwrap();
        let form = Form::from_request(request, &()).await.unwrap();
        assert_eq!(form.read(1 << 40).await, Err(FormError::Broken));
    }

    #[tokio::test]
    async fn a_file_is_poured_with_its_name_and_length() {
        let one = "--B\nContent-Disposition: form-data; name=\"f\"; filename=\"x.vtt\"\n\
                   Content-Type: text/vtt\n\niki\n--B--\n";
        let form = Form::from_request(form(one), &()).await.unwrap();
        let mut read = None;
        let poured = form.pour("f", |head| {
            assert_eq!((head.name.as_str(), head.announced), ("x.vtt", Some(3)));
            let (pourer, reader) = pipe::to_reader();
            read = Some(tokio::task::spawn_blocking(|| {
                std::io::read_to_string(reader)
            }));
            pourer
        });
        assert_eq!(poured.await, Ok(true));
        assert_eq!(read.unwrap().await.unwrap().unwrap(), "iki");
    }
}
