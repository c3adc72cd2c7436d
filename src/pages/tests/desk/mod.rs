//! The desk: what those who make lessons see, what is saved, and what is refused.

mod form;
mod links;
mod list;
mod standing;

use super::*;
use crate::auth::secret::Secret;
use crate::catalogue::{
    Change, NewUpload, PersonRole, Scope, UploadId, UploadKind, UploadState, Vocabulary,
};
use crate::clock;
use crate::units::{Code, PersonId};

const ORIGIN: &str = "http://lessons.example";
const SCRIPT: &str = "<script>alert(1)</script>\"'&";
const ESCAPED: &str = "&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;";

/// Somebody with a browser.
struct Visitor<'s> {
    site: &'s Site,
    person: PersonId,
    cookie: String,
}

impl Site {
    async fn visitor(&self, name: &str, role: PersonRole) -> Visitor<'_> {
        let secret = Secret::new().unwrap();
        let (hash, until, name) = (secret.hash(), clock::now().after_days(1), name.to_owned());
        let begin = move |c: &Change<'_>| {
            let person = c.add_person(None, &name, role, None)?;
            c.add_session(&hash, person, until)?;
            Ok(person)
        };
        let person = self.app.catalogue.write(begin).await.unwrap();
        Visitor {
            site: self,
            person,
            cookie: format!("session={}", secret.told()),
        }
    }

    /// A lesson of somebody's that can be watched.
    async fn lesson_of(&self, visitor: &Visitor<'_>, description: Description) -> Code {
        let saved = self.lesson(description, 148_000_000).await;
        let person = visitor.person;
        let own = move |c: &Change<'_>| c.add_owner(saved.id, person);
        self.app.catalogue.write(own).await.unwrap();
        saved.code
    }

    async fn description(&self, code: Code) -> Description {
        let found = self.app.catalogue.read(move |c| c.find(code)).await;
        match found.unwrap() {
            crate::catalogue::Found::Lesson(lesson) => lesson.description,
            other => panic!("{other:?}"),
        }
    }
}

impl Visitor<'_> {
    async fn post_one(&self, path: String, field: (&str, &str)) -> Answer {
        self.post(&path, &[field]).await
    }

    async fn get(&self, path: &str) -> Answer {
        let headers = [("accept", "text/html"), ("cookie", &*self.cookie)];
        self.site.ask(Method::GET, path, &headers).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let value = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let form: Vec<String> = fields
            .iter()
            .map(|(name, text)| format!("{name}={}", value(text)))
            .collect();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .extension(RequestHost("lessons.example".into()))
            .header("accept", "text/html")
            .header("cookie", &self.cookie)
            .header("origin", ORIGIN)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.join("&")))
            .unwrap();
        self.site.answer(request).await
    }

    /// The version that the lesson's page has in its form.
    async fn version(&self, code: Code) -> String {
        let page = self.get(&format!("/en/teach/lessons/{code}")).await;
        let (_, rest) = page.text().split_once("name=\"version\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    async fn save(&self, code: Code, version: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("version", version), ("grades", "7")];
        all.extend(fields);
        self.post(&format!("/en/teach/lessons/{code}"), &all).await
    }
}

/// A draft in grade 7, mathematics.
fn draft(title: &str) -> Description {
    Description {
        visibility: Visibility::Draft,
        ..about(title)
    }
}

#[track_caller]
fn leads_to(answer: &Answer, place: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(answer.header("location"), place);
}
