//! Problem details for HTTP APIs (RFC 9457): what a client that is not a browser gets as an error.
//!
//! Pages render their own HTML errors; the statuses of the domains' errors stand in one table elsewhere.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

/// One error answer: `application/problem+json`, never stored by a cache.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    title: Cow<'static, str>,
    detail: Option<Cow<'static, str>>,
    kind: Option<Cow<'static, str>>,
    /// Few have any.
    more: Option<Box<More>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Extension members.
#[derive(Clone, Debug, Default)]
struct More {
    members: BTreeMap<&'static str, serde_json::Value>,
    errors: Vec<FieldFault>,
}

/// What is wrong with one value of those that were sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldFault {
    /// Its name; null: that of no field, or the whole.
    #[schema(example = "lesson_number")]
    pub field: Option<&'static str>,
    /// Line of a sheet, from 1; null where there is no sheet.
    pub line: Option<u64>,
    /// As it was sent, shortened.
    #[schema(example = "0")]
    pub value: String,
    /// What is wrong with it.
    #[schema(example = "is not a number from 1 to 9999")]
    pub problem: String,
    /// What would be right.
    #[schema(example = "write it with digits, or leave it empty")]
    pub remedy: String,
}

/// The members of RFC 9457 §3.1 in the order in which a person reads them.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct Members<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// What is known of problems of this type besides (§3.2), such as the limit that was exceeded.
    #[serde(flatten)]
    #[schema(ignore)]
    more: Option<&'a BTreeMap<&'static str, serde_json::Value>>,
    /// Every value that is wrong, where several may be.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldFault],
}

impl Problem {
    /// A problem of type `about:blank` (§4.2.1), whose title is the status's own phrase.
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            title: Cow::Borrowed(status.canonical_reason().unwrap_or("Error")),
            detail: None,
            kind: None,
            more: None,
            headers: Vec::new(),
        }
    }

    /// There is nobody left to ask: the server is stopping.
    pub fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE)
            .detail("the server is stopping; try again later")
            .header(http::header::RETRY_AFTER, HeaderValue::from_static("5"))
    }

    /// A short summary that is the same for every problem of this type.
    pub fn title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.title = title.into();
        self
    }

    /// What went wrong this time and how to put it right. It is sent out: no paths, no secrets.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The URI that names this type of problem. Without one it is `about:blank` and not written.
    pub fn kind(mut self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.kind = Some(uri.into());
        self
    }

    /// An extension member (§3.2): what a program would otherwise have to read out of the detail.
    pub fn member(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        let more = self.more.get_or_insert_default();
        more.members.insert(name, value.into());
        self
    }

    /// Every value that is wrong: an extension member (§3.2).
    pub fn errors(mut self, errors: Vec<FieldFault>) -> Self {
        self.more.get_or_insert_default().errors = errors;
        self
    }

    /// A header that belongs to the answer, as `Retry-After` to a 503.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The status that the answer will have.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let members = Members {
            kind: self.kind.as_deref(),
            title: &self.title,
            status: self.status.as_u16(),
            detail: self.detail.as_deref(),
            more: self.more.as_deref().map(|more| &more.members),
            errors: self.more.as_deref().map_or(&[], |more| &more.errors),
        };
        // Strings and a number always serialise; an empty body would still carry the status.
        let json = serde_json::to_vec(&members).unwrap_or_default();
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.extend(self.headers);
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::RETRY_AFTER;
    use http_body_util::BodyExt;

    use super::*;

    async fn sent(problem: Problem) -> (HeaderMap, String) {
        let response = problem.into_response();
        let headers = response.headers().clone();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_problem_says_its_status_in_the_body_and_is_never_stored() {
        let (headers, body) = sent(Problem::new(StatusCode::NOT_FOUND)).await;
        assert_eq!(headers[CONTENT_TYPE], "application/problem+json");
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        assert_eq!(body, r#"{"title":"Not Found","status":404}"#);
    }

    #[tokio::test]
    async fn a_problem_carries_its_type_detail_and_headers() {
        let problem = Problem::new(StatusCode::INSUFFICIENT_STORAGE)
            .kind("/problems/disk-full")
            .title("The disk is full")
            .detail("\"a.mp4\" kept 12 bytes")
            .member("offset", 12)
            .header(RETRY_AFTER, HeaderValue::from_static("60"));
        let (headers, body) = sent(problem).await;
        assert_eq!(headers[RETRY_AFTER], "60");
        let expected = r#"{"type":"/problems/disk-full","title":"The disk is full","status":507,"detail":"\"a.mp4\" kept 12 bytes","offset":12}"#;
        assert_eq!(body, expected);
    }
}
