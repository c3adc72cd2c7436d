//! Somebody who is signed in, and the forms that their browser sends.

use super::*;
use crate::auth::secret::Secret;
use crate::catalogue::PersonRole;
use crate::clock;
use crate::desk::Author;
use crate::sheet::Column;
use crate::sheet::fields::{Fields, Said};
use crate::units::{Code, PersonId};

pub(super) const ORIGIN: &str = "http://lessons.example";
const FORM: &str = "application/x-www-form-urlencoded";
/// Somebody who is signed in.
pub(super) struct Signed {
    pub(super) id: PersonId,
    pub(super) cookie: String,
}

/// A field of a form: its name, the file's if it is one, its content.
pub(super) type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

impl Site {
    pub(super) async fn signed_in(&self, name: &str, role: PersonRole) -> Signed {
        let secret = Secret::new().unwrap();
        let (hash, name) = (secret.hash(), name.to_owned());
        let made = self.app.catalogue.write(move |c| {
            let id = c.add_person(None, &name, role, None)?;
            c.add_session(&hash, id, clock::now().after_days(1))?;
            Ok(id)
        });
        Signed {
            id: made.await.unwrap(),
            cookie: format!("session={}", secret.told()),
        }
    }

    pub(super) async fn see(&self, who: &Signed, path: &str) -> Answer {
        let headers = [("accept", "text/html"), ("cookie", who.cookie.as_str())];
        self.ask(Method::GET, path, &headers).await
    }

    pub(super) async fn send(&self, who: &Signed, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .extension(RequestHost("lessons.example".into()))
            .header("cookie", &who.cookie)
            .header("origin", ORIGIN)
            .header("accept", "text/html")
            .header("content-type", kind)
            .header("content-length", body.len());
        self.answer(request.body(Body::from(body)).unwrap()).await
    }

    pub(super) async fn post(&self, who: &Signed, path: &str, form: &str) -> Answer {
        self.send(who, path, FORM, form.as_bytes().to_vec()).await
    }

    pub(super) async fn send_form(&self, who: &Signed, path: &str, parts: &[Part<'_>]) -> Answer {
        let (kind, body) = multipart(parts);
        self.send(who, path, &kind, body).await
    }

    /// A lesson of somebody's that can be watched.
    pub(super) async fn own(&self, who: &Signed, title: &str) -> Saved {
        let saved = self.lesson(about(title), 1000).await;
        let owner = who.id;
        let owned = self
            .app
            .catalogue
            .write(move |c| c.add_owner(saved.id, owner));
        owned.await.unwrap();
        saved
    }

    pub(super) async fn edit(&self, code: Code, column: Column, value: &str) {
        let mut fields = Fields::default();
        fields.say(column, Said::Cell(value.to_owned()));
        let edited = self
            .app
            .at_desk(move |d| d.edit(&Author::CommandLine, code, fields, None));
        edited.await.unwrap().unwrap();
    }
}

/// What a browser sends for a form with files: its Content-Type and content.
pub(super) fn multipart(parts: &[Part<'_>]) -> (String, Vec<u8>) {
    let boundary = "----a-boundary-of-a-browser";
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = match file {
            Some(file) => {
                let file = file.replace('"', "%22");
                format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream")
            }
            None => String::new(),
        };
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// What a browser sends back of a `<textarea>`: its content, unescaped, with lines as forms have them.
#[track_caller]
pub(super) fn textarea(page: &str) -> String {
    let (_, rest) = page.split_once("<textarea").expect("a textarea");
    let (_, rest) = rest.split_once('>').unwrap();
    let (content, _) = rest.split_once("</textarea>").unwrap();
    let content = content.strip_prefix('\n').unwrap_or(content);
    let mut text = content.to_owned();
    for (entity, character) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}
