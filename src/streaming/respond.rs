//! Which status, with which fields and which bytes.

use std::ops::Range;

use ::http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, CONTENT_TYPE, DATE, ETAG,
    EXPIRES, IF_RANGE, LAST_MODIFIED, TRANSFER_ENCODING,
};
use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use super::body::Body;
use super::conditional::{Verdict, evaluate, range_applies};
use super::date::HttpDate;
use super::entity::Entity;
use super::multipart;
use super::range::{Selection, select};
use super::slices::Slices;
use crate::clock::{self, UnixMillis};

/// What [`respond`] serves: the value of Allow, for callers that refuse other methods themselves.
pub const ALLOWED_METHODS: &str = "GET, HEAD";

/// Answers a request for `entity` at the present moment. See [`respond_at`].
pub fn respond(
    method: &Method,
    headers: &HeaderMap,
    entity: &Entity,
    extra: HeaderMap,
) -> Response<Body> {
    respond_at(clock::now(), method, headers, entity, extra)
}

/// Answers a request for `entity`, as of `now`: 200, 206, 304, 405, 412 or 416.
///
/// Access must have been granted before: 304, 412 and 416 all tell that something is there.
///
/// `extra` is what the caller has to say besides: Cache-Control, Vary, CORS, Content-Disposition.
/// All of it goes on 200 and 206. A 304 gets what is no description of the content (§15.4.5), an
/// error neither that nor the freshness of the content, but `no-store`. Fields that are decided
/// here (Content-Length, ETag and so on) are not taken from `extra`.
///
/// Any method but GET and HEAD is a 405 with [`ALLOWED_METHODS`]; who serves more, OPTIONS say,
/// does so before.
pub fn respond_at(
    now: UnixMillis,
    method: &Method,
    headers: &HeaderMap,
    entity: &Entity,
    extra: HeaderMap,
) -> Response<Body> {
    let now = HttpDate::from(now);
    let mut answer = Answer { now, extra };
    // Set here and not left to the connection, whose clock may lag by a second: Last-Modified must
    // not be later than Date (§8.8.2.1).
    answer.extra.insert(DATE, now.header_value());
    if method != Method::GET && method != Method::HEAD {
        return answer.error(
            StatusCode::METHOD_NOT_ALLOWED,
            ALLOW,
            HeaderValue::from_static(ALLOWED_METHODS),
        );
    }
    let validators = entity.validators(now);
    match evaluate(method, headers, validators, now) {
        Verdict::Proceed => {}
        Verdict::NotModified => return answer.not_modified(entity),
        Verdict::Failed => return answer.precondition_failed(),
    }
    let selection = if range_applies(method, headers, validators, now) {
        select(headers, entity.content.len())
    } else {
        Selection::Whole
    };
    match selection {
        Selection::Whole => answer.whole(method, entity),
        Selection::Parts(parts) => answer.partial(entity, &parts, headers.contains_key(IF_RANGE)),
        // Also where If-Range holds. Step 5 of §13.2.2 could be read as a 200 there, but §13.1.5
        // has a true condition process Range as requested, and a client that resumes what it has
        // whole is better told so than sent everything again.
        Selection::Unsatisfiable => answer.error(
            StatusCode::RANGE_NOT_SATISFIABLE,
            CONTENT_RANGE,
            value(format!("bytes */{}", entity.content.len())),
        ),
    }
}

struct Answer {
    now: HttpDate,
    extra: HeaderMap,
}

impl Answer {
    fn whole(mut self, method: &Method, entity: &Entity) -> Response<Body> {
        self.describe(entity);
        self.extra.insert(CONTENT_TYPE, entity.content_type.clone());
        if method == Method::HEAD {
            self.finish(StatusCode::OK, Slices::default(), entity.content.len())
        } else {
            self.finish_with(StatusCode::OK, entity.content.clone())
        }
    }

    fn partial(mut self, entity: &Entity, parts: &[Range<u64>], if_range: bool) -> Response<Body> {
        self.describe(entity);
        if if_range {
            // §15.3.7: who sent If-Range has the description already, and it should not be sent
            // again. Content-Type stays: under nosniff, players refuse a part without one.
            self.extra.remove(LAST_MODIFIED);
        }
        // What is left as one part is sent as one, though several were asked for (§15.3.7.2 lets us
        // choose): whoever asked for one must not get a multipart, and nobody needs it.
        let slices = if let [part] = parts {
            let range = multipart::content_range(part, entity.content.len());
            self.extra.insert(CONTENT_RANGE, value(range));
            self.extra.insert(CONTENT_TYPE, entity.content_type.clone());
            entity.content.slice(part.clone())
        } else {
            // Content-Range stands in the parts and must not stand in the head.
            let boundary = multipart::boundary();
            self.extra
                .insert(CONTENT_TYPE, multipart::content_type(&boundary));
            multipart::body(&entity.content, parts, &entity.content_type, &boundary)
        };
        self.finish_with(StatusCode::PARTIAL_CONTENT, slices)
    }

    /// The fields of 200 and 206.
    fn describe(&mut self, entity: &Entity) {
        for name in [CONTENT_RANGE, TRANSFER_ENCODING, LAST_MODIFIED] {
            self.extra.remove(name);
        }
        self.extra
            .insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        self.extra.insert(ETAG, entity.etag.header_value());
        if let Some(modified) = entity.validators(self.now).last_modified {
            self.extra.insert(LAST_MODIFIED, modified.header_value());
        }
    }

    fn not_modified(mut self, entity: &Entity) -> Response<Body> {
        // With an ETag, Last-Modified should not be there (§15.4.5).
        self.keep(|name| !describes_content(name) || name == CONTENT_LOCATION);
        self.extra.insert(ETAG, entity.etag.header_value());
        response(StatusCode::NOT_MODIFIED, self.extra, Body::without_length())
    }

    fn precondition_failed(mut self) -> Response<Body> {
        self.strip_for_error();
        self.finish_with(StatusCode::PRECONDITION_FAILED, Slices::default())
    }

    fn error(mut self, status: StatusCode, name: HeaderName, why: HeaderValue) -> Response<Body> {
        self.strip_for_error();
        self.extra.insert(name, why);
        self.finish_with(status, Slices::default())
    }

    /// The body of an error is empty, and nothing in the head may describe the entity's instead.
    fn strip_for_error(&mut self) {
        self.keep(|name| !describes_content(name) && name != EXPIRES);
        self.extra
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }

    fn keep(&mut self, wanted: impl Fn(&HeaderName) -> bool) {
        let unwanted: Vec<HeaderName> = self
            .extra
            .keys()
            .filter(|name| !wanted(name))
            .cloned()
            .collect();
        for name in unwanted {
            self.extra.remove(name);
        }
    }

    fn finish_with(self, status: StatusCode, slices: Slices) -> Response<Body> {
        let length = slices.len();
        self.finish(status, slices, length)
    }

    fn finish(mut self, status: StatusCode, slices: Slices, length: u64) -> Response<Body> {
        self.extra.insert(CONTENT_LENGTH, HeaderValue::from(length));
        response(status, self.extra, Body::from(slices))
    }
}

fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Whether a field speaks of the content itself: representation metadata (§8) and framing.
fn describes_content(name: &HeaderName) -> bool {
    let policy = *name == CONTENT_SECURITY_POLICY || *name == CONTENT_SECURITY_POLICY_REPORT_ONLY;
    let text = name.as_str();
    (text.starts_with("content-") && !policy)
        || matches!(text, "digest" | "repr-digest" | "accept-ranges")
        || [ETAG, LAST_MODIFIED, TRANSFER_ENCODING].contains(name)
}

fn value(text: String) -> HeaderValue {
    // Only ever called with ASCII made here, so the fallback is never taken.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use ::http::header::{CONTENT_DISPOSITION, VARY};

    use super::*;
    use crate::streaming::ETag;

    /// Sun, 06 Nov 1994 08:49:37 GMT, and a moment two seconds later.
    const MODIFIED: i64 = 784_111_777;
    const NOW: UnixMillis = UnixMillis((MODIFIED + 2) * 1000 + 999);

    fn entity() -> Entity {
        Entity {
            content: Slices::from(bytes::Bytes::from_static(b"0123456789")),
            etag: ETag::strong("v1").unwrap(),
            last_modified: Some(HttpDate::from_unix_seconds(MODIFIED)),
            content_type: HeaderValue::from_static("video/mp4"),
        }
    }

    fn fields(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let lines = lines.iter();
        lines
            .map(|&(name, value)| {
                let value = HeaderValue::from_static(value);
                (HeaderName::from_static(name), value)
            })
            .collect()
    }

    fn extra() -> HeaderMap {
        fields(&[
            ("cache-control", "max-age=60"),
            ("expires", "Sun, 06 Nov 1994 08:50:37 GMT"),
            ("content-location", "/media/1"),
            ("content-disposition", "attachment"),
            ("content-security-policy", "default-src 'none'"),
            ("access-control-allow-origin", "*"),
            ("vary", "origin"),
            ("content-range", "bytes 7-8/9"),
            ("content-length", "1"),
            ("last-modified", "never"),
            ("etag", "W/\"other\""),
        ])
    }

    /// The status and all fields, sorted, one a line.
    fn answer(method: Method, lines: &[(&'static str, &'static str)]) -> String {
        let response = respond_at(NOW, &method, &fields(lines), &entity(), extra());
        show(&response)
    }

    fn show(response: &Response<Body>) -> String {
        let mut lines: Vec<String> = response
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        format!("{}\n{}", response.status().as_u16(), lines.join("\n"))
    }

    #[test]
    fn get_tells_everything_about_the_whole_and_head_the_same() {
        let whole = answer(Method::GET, &[]);
        assert_eq!(
            whole,
            "200\n\
             accept-ranges: bytes\n\
             access-control-allow-origin: *\n\
             cache-control: max-age=60\n\
             content-disposition: attachment\n\
             content-length: 10\n\
             content-location: /media/1\n\
             content-security-policy: default-src 'none'\n\
             content-type: video/mp4\n\
             date: Sun, 06 Nov 1994 08:49:39 GMT\n\
             etag: \"v1\"\n\
             expires: Sun, 06 Nov 1994 08:50:37 GMT\n\
             last-modified: Sun, 06 Nov 1994 08:49:37 GMT\n\
             vary: origin"
        );
        let ranged = [("range", "bytes=0-1"), ("if-range", "\"v0\"")];
        assert_eq!(answer(Method::HEAD, &[]), whole);
        assert_eq!(answer(Method::HEAD, &ranged), whole);
        assert_eq!(answer(Method::HEAD, &[("range", "bytes=99-")]), whole);
        assert_eq!(answer(Method::GET, &ranged), whole);
        assert_eq!(answer(Method::GET, &[("range", "lines=0-1")]), whole);
    }

    #[test]
    fn a_part_tells_what_the_whole_would_have_told() {
        let whole = answer(Method::GET, &[]);
        let part = answer(Method::GET, &[("range", "bytes=2-5")]);
        let expected = whole
            .replace("200\n", "206\n")
            .replace("content-length: 10\n", "content-length: 4\n")
            .replace(
                "content-security",
                "content-range: bytes 2-5/10\ncontent-security",
            );
        assert_eq!(part, expected);

        // Who sent If-Range knows the rest already.
        let resumed = answer(
            Method::GET,
            &[("range", "bytes=2-5"), ("if-range", "\"v1\"")],
        );
        let known = "last-modified: Sun, 06 Nov 1994 08:49:37 GMT\n";
        assert_eq!(resumed, expected.replace(known, ""));
    }

    #[test]
    fn not_modified_describes_no_content_but_says_how_long_it_keeps() {
        let expected = "304\n\
             access-control-allow-origin: *\n\
             cache-control: max-age=60\n\
             content-location: /media/1\n\
             content-security-policy: default-src 'none'\n\
             date: Sun, 06 Nov 1994 08:49:39 GMT\n\
             etag: \"v1\"\n\
             expires: Sun, 06 Nov 1994 08:50:37 GMT\n\
             vary: origin";
        let none_match = ("if-none-match", "\"v1\"");
        assert_eq!(answer(Method::GET, &[none_match]), expected);
        assert_eq!(answer(Method::HEAD, &[none_match]), expected);
        // Range is looked at only where the answer would be a 200.
        for range in ["bytes=0-1", "bytes=99-"] {
            let lines = [none_match, ("range", range)];
            assert_eq!(answer(Method::GET, &lines), expected);
        }
    }

    #[test]
    fn an_error_is_not_kept_and_does_not_pass_for_the_video() {
        let rest = "access-control-allow-origin: *\n\
             cache-control: no-store\n\
             content-length: 0\n\
             content-security-policy: default-src 'none'\n\
             date: Sun, 06 Nov 1994 08:49:39 GMT\n\
             vary: origin";
        let failed = format!("412\n{rest}");
        let other = ("if-match", "\"v0\"");
        assert_eq!(answer(Method::GET, &[other]), failed);
        assert_eq!(answer(Method::HEAD, &[other]), failed);
        for range in ["bytes=0-1", "bytes=99-"] {
            assert_eq!(answer(Method::GET, &[other, ("range", range)]), failed);
        }
        let allow = "access-control-allow-origin: *\nallow: GET, HEAD\n";
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let expected =
                format!("405\n{rest}").replace("access-control-allow-origin: *\n", allow);
            assert_eq!(answer(method.clone(), &[("range", "bytes=0-1")]), expected);
            assert_eq!(answer(method, &[other]), expected);
        }
        let range = "content-range: bytes */10\ncontent-security";
        let unsatisfiable = format!("416\n{rest}").replace("content-security", range);
        for if_range in [None, Some(("if-range", "\"v1\""))] {
            let lines: Vec<_> = [Some(("range", "bytes=10-")), if_range]
                .into_iter()
                .flatten()
                .collect();
            assert_eq!(answer(Method::GET, &lines), unsatisfiable);
        }
    }

    #[test]
    fn several_parts_come_as_one_multipart_with_the_type_in_each() {
        let lines = fields(&[("range", "bytes=0-1,5-5,-2")]);
        let response = respond_at(NOW, &Method::GET, &lines, &entity(), extra());
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
        let kind = response.headers()[CONTENT_TYPE].to_str().unwrap();
        let boundary = kind
            .strip_prefix("multipart/byteranges; boundary=")
            .unwrap();
        assert_eq!(boundary.len(), 32);
        assert!(!response.headers().contains_key(CONTENT_RANGE));
        for name in [CONTENT_DISPOSITION, VARY, ETAG, LAST_MODIFIED] {
            assert!(response.headers().contains_key(name));
        }
        let body: Vec<u8> = response
            .body()
            .slices()
            .iter()
            .flat_map(|slice| match slice {
                crate::streaming::Slice::Memory(bytes) => bytes.to_vec(),
                _ => panic!("there is no file"),
            })
            .collect();
        let expected = "--B\r\n\
             Content-Type: video/mp4\r\n\
             Content-Range: bytes 0-1/10\r\n\
             \r\n\
             01\r\n\
             --B\r\n\
             Content-Type: video/mp4\r\n\
             Content-Range: bytes 5-5/10\r\n\
             \r\n\
             5\r\n\
             --B\r\n\
             Content-Type: video/mp4\r\n\
             Content-Range: bytes 8-9/10\r\n\
             \r\n\
             89\r\n\
             --B--\r\n"
            .replace('B', boundary);
        assert_eq!(String::from_utf8(body).unwrap(), expected);
        assert_eq!(
            response.headers()[CONTENT_LENGTH],
            expected.len().to_string()
        );
        let again = respond_at(NOW, &Method::GET, &lines, &entity(), extra());
        assert_ne!(again.headers()[CONTENT_TYPE], kind, "drawn for each answer");
    }

    #[test]
    fn a_date_in_the_future_is_sent_as_the_present_and_proves_nothing() {
        let mut entity = entity();
        entity.last_modified = Some(HttpDate::from_unix_seconds(MODIFIED + 86_400));
        let ask = |lines| respond_at(NOW, &Method::GET, &fields(lines), &entity, extra());
        let response = ask(&[]);
        assert_eq!(response.headers()[LAST_MODIFIED], response.headers()[DATE]);
        let resumed = ask(&[
            ("range", "bytes=0-1"),
            ("if-range", "Sun, 06 Nov 1994 08:49:39 GMT"),
        ]);
        assert_eq!(resumed.status(), StatusCode::OK);
    }
}
