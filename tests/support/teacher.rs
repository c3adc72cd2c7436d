//! Somebody who uploads: a token, and tus 1.0.0 spoken byte by byte.

use data_encoding::BASE64;

use super::archive::Archive;
use super::client::{Client, Response, Trouble};
use super::server::Server;

/// What the bytes of an upload are called.
pub const BYTES: (&str, &str) = ("Content-Type", "application/offset+octet-stream");

/// A person with a token.
pub struct Teacher {
    bearer: String,
}

impl Teacher {
    /// A new token of the person `name`.
    pub fn of(archive: &Archive, name: &str, role: &str) -> Self {
        let made = archive.run(["token", "create", name, "--role", role]);
        let token = made.expect_code(0).stdout.trim().to_owned();
        Self {
            bearer: format!("Bearer {token}"),
        }
    }

    /// A request of theirs with the version that the server speaks.
    pub fn ask(
        &self,
        client: &mut Client,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response, Trouble> {
        let all = self.headers(headers);
        if body.is_empty() && method != "PATCH" {
            client.request(method, target, &all)
        } else {
            client.send_body(method, target, &all, body)
        }
    }

    /// `headers`, and those that each request has.
    pub fn headers<'a>(&'a self, headers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut all = vec![
            ("Authorization", self.bearer.as_str()),
            ("Tus-Resumable", "1.0.0"),
        ];
        all.extend(headers);
        all
    }

    /// Begins an upload of `length` bytes: its path.
    #[track_caller]
    pub fn begin(&self, server: &Server, length: usize, metadata: &[(&str, &str)]) -> String {
        let length = length.to_string();
        let metadata = encoded(metadata);
        let mut headers = vec![("Upload-Length", length.as_str())];
        if !metadata.is_empty() {
            headers.push(("Upload-Metadata", &metadata));
        }
        let made = self.ask(&mut server.connect(), "POST", "/uploads", &headers, &[]);
        let made = made.unwrap();
        assert_eq!(made.status, 201, "{}", made.text());
        path_of(&made)
    }

    /// Adds `bytes` at `offset`.
    #[track_caller]
    pub fn add(&self, server: &Server, upload: &str, offset: usize, bytes: &[u8]) -> Response {
        let offset = offset.to_string();
        let headers = [BYTES, ("Upload-Offset", offset.as_str())];
        let answer = self.ask(&mut server.connect(), "PATCH", upload, &headers, bytes);
        answer.unwrap()
    }

    /// Where the upload stands.
    #[track_caller]
    pub fn offset(&self, server: &Server, upload: &str) -> usize {
        let told = self.head(server, upload);
        assert_eq!(told.status, 200, "{told:?}");
        told.header("upload-offset").unwrap().parse().unwrap()
    }

    /// HEAD.
    pub fn head(&self, server: &Server, upload: &str) -> Response {
        let asked = self.ask(&mut server.connect(), "HEAD", upload, &[], &[]);
        asked.unwrap()
    }

    /// What the API says of the upload, as soon as it is no longer under way.
    #[track_caller]
    pub fn settled(&self, server: &Server, upload: &str) -> serde_json::Value {
        let target = format!("/api/v1{upload}");
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        loop {
            let told = self.ask(&mut server.connect(), "GET", &target, &[], &[]);
            let told = told.unwrap();
            assert_eq!(told.status, 200, "{}", told.text());
            let told = told.json();
            if !["queued", "processing"].contains(&told["state"].as_str().unwrap()) {
                return told;
            }
            assert!(std::time::Instant::now() < deadline, "{told}");
        }
    }

    /// The bytes of a lesson's recording, as they came.
    #[track_caller]
    pub fn recording(&self, server: &Server, code: &str) -> Vec<u8> {
        let target = format!("/api/v1/lessons/{code}");
        let lesson = self.ask(&mut server.connect(), "GET", &target, &[], &[]);
        let lesson = lesson.unwrap();
        assert_eq!(lesson.status, 200, "{}", lesson.text());
        let lesson = lesson.json();
        let source = lesson["files"].as_array().unwrap().iter();
        let source = source.clone().find(|f| f["role"] == "source").unwrap();
        let url = source["url"].as_str().unwrap();
        let path = &url[url.find("/media/").unwrap()..];
        let bytes = self
            .ask(&mut server.connect(), "GET", path, &[], &[])
            .unwrap();
        assert_eq!(bytes.status, 200);
        bytes.body
    }
}

/// The path in the answer's Location.
#[track_caller]
pub fn path_of(created: &Response) -> String {
    let url = created.header("location").unwrap();
    url[url.find("/uploads/").unwrap()..].to_owned()
}

/// Upload-Metadata.
pub fn encoded(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(key, value)| format!("{key} {}", BASE64.encode(value.as_bytes())));
    pairs.collect::<Vec<_>>().join(",")
}
