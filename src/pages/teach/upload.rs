//! `/teach/upload`: recordings come in. A plain form, of which a script makes a page that takes many files, goes on
//! where a line broke, and shows how fast it is.

mod words;

use std::sync::Arc;

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use self::words::script_settings;
use super::{Complaint, Desk, Frame, see};
use crate::catalogue::{self, Description, Term};
use crate::desk::{self, Author};
use crate::http::multipart::{Form, FormError, FormFile};
use crate::http::problem::Problem;
use crate::pages::assets;
use crate::pages::error::{self, Instead, Missing};
use crate::pages::page::path;
use crate::units::{Bytes, Code};
use crate::upload::protocol::Metadata;
use crate::upload::{Error, Taken};
use crate::words::{Language, size};

/// Where it is, behind the language.
const HERE: &str = "/teach/upload";
/// What file choosers show first. Some systems know no type for some of these.
const RECORDINGS: &str =
    "video/*,audio/*,.mp4,.m4v,.mov,.m4a,.mkv,.webm,.avi,.wmv,.flv,.mpg,.mpeg,.ts,.mts,.m2ts,.3gp";

#[derive(Template)]
#[template(path = "teach/upload.html")]
struct UploadPage {
    page: Frame,
    heading: String,
    lead: String,
    action: String,
    /// The lesson that gets a new recording; else drafts are made.
    replaced: Option<Code>,
    grades: Vec<Offer>,
    subjects: Offers,
    sections: Offers,
    accept: &'static str,
    file_hint: String,
    /// What the script is told, as JSON.
    settings: String,
}

/// A term of the vocabulary that can be chosen.
struct Offer {
    id: String,
    sign: String,
    name: String,
    chosen: bool,
}

/// Terms of which one is chosen.
struct Offers {
    offers: Vec<Offer>,
}

impl Offers {
    /// Whether none is chosen yet.
    fn is_open(&self) -> bool {
        !self.offers.iter().any(|offer| offer.chosen)
    }
}

fn offers(language: Language, terms: &[Term], chosen: impl Fn(&Term) -> bool) -> Vec<Offer> {
    let offered = terms.iter().filter(|term| !term.retired);
    let offer = |term: &Term| Offer {
        id: term.id.clone(),
        sign: match term.sign.as_str() {
            "" => term.id.clone(),
            sign => sign.to_owned(),
        },
        name: term.name(language.code()).to_owned(),
        chosen: chosen(term),
    };
    offered.map(offer).collect()
}

/// The form; `?lesson=CODE` for a new recording of a lesson that is there.
pub async fn show(desk: Desk) -> Response {
    let code = desk.visit.asked("lesson").map(str::to_owned);
    match replaced(&desk, code.as_deref().unwrap_or_default()).await {
        Ok(replaced) => respond(&desk, replaced, None).await,
        Err(instead) => error::respond(&desk.visit, instead),
    }
}

/// A lesson that gets a new recording.
struct Replaced {
    id: crate::units::LessonId,
    code: Code,
    title: String,
}

/// The lesson that `code` names; empty: none.
async fn replaced(desk: &Desk, code: &str) -> Result<Option<Replaced>, Instead> {
    if code.is_empty() {
        return Ok(None);
    }
    let missing = || Instead::Missing(Missing::Lesson);
    let code: Code = code.parse().map_err(|_| missing())?;
    let found = desk.visit.app.lesson_to_edit(&desk.actor, code).await?;
    let lesson = found.ok_or_else(missing)?;
    Ok(Some(Replaced {
        id: lesson.id,
        code: lesson.code,
        title: lesson.description.title,
    }))
}

/// What the teacher's next lesson probably says of itself: it is often like the last one.
async fn next_lesson(desk: &Desk) -> Result<Description, Instead> {
    let author = Author::Person(Arc::clone(&desk.actor));
    let app = &desk.visit.app;
    let foreseen = app.at_desk(move |desk| desk.defaults(&author)).await;
    match foreseen {
        Some(Ok(description)) => Ok(description),
        Some(Err(desk::Error::Catalogue(error))) => Err(error.into()),
        _ => Err(catalogue::Error::Closed.into()),
    }
}

async fn respond(
    desk: &Desk,
    replaced: Option<Replaced>,
    complaint: Option<Complaint>,
) -> Response {
    let visit = &desk.visit;
    let language = visit.language;
    let (vocabulary, next) = match (visit.app.vocabulary().await, next_lesson(desk).await) {
        (Ok(vocabulary), Ok(next)) => (vocabulary, next),
        (Err(error), _) => return error::respond(visit, error.into()),
        (_, Err(instead)) => return error::respond(visit, instead),
    };
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let rest = match &replaced {
        Some(replaced) => format!("{HERE}?lesson={}", replaced.code),
        None => HERE.to_owned(),
    };
    let (heading, lead) = match &replaced {
        Some(replaced) => {
            let title = [("title", replaced.title.as_str().into())];
            (
                language.with("upload-replace", &title),
                language.text("upload-replace-lead"),
            )
        }
        None => (language.text("upload"), language.text("upload-lead")),
    };
    let most = visit.app.uploads.limits().most_bytes;
    let limit = size(language, Bytes(most));
    let mut frame = desk.frame(&language.text("upload-nav"), &rest);
    frame.base.script = assets::upload_script();
    let page = UploadPage {
        page: frame.complaining(complaint.as_ref().map(|c| c.text.clone())),
        heading,
        lead,
        action: path(language, HERE),
        grades: offers(language, &vocabulary.grades, |term| {
            next.grades.contains(&term.id)
        }),
        subjects: Offers {
            offers: offers(language, &vocabulary.subjects, |term| {
                next.subject == term.id
            }),
        },
        sections: Offers {
            offers: offers(language, &vocabulary.sections, |term| {
                match next.section.as_str() {
                    "" => term.language.as_deref() == Some(language.code()),
                    section => section == term.id,
                }
            }),
        },
        accept: RECORDINGS,
        file_hint: language.with("upload-file-hint", &[("limit", limit.into())]),
        settings: script_settings(language, most, replaced.as_ref().map(|r| r.code)),
        replaced: replaced.map(|r| r.code),
    };
    let mut response = desk.send(status, &page);
    if let Some(complaint) = complaint {
        complaint.dress(&mut response);
    }
    response
}

/// The form was sent: its file becomes the recording of a lesson.
pub async fn send(desk: Desk, form: Result<Form, FormError>) -> Response {
    let language = desk.visit.language;
    let form = match form {
        Ok(form) => form.up_to_file("file").await,
        Err(none) => Err(none),
    };
    let form = match form {
        Ok(form) => form,
        Err(why) => return respond(&desk, None, Some(unreadable(language, why))).await,
    };
    let replaced = match replaced(&desk, &form.fields.value("lesson")).await {
        Ok(replaced) => replaced,
        Err(instead) => return error::respond(&desk.visit, instead),
    };
    if form.head.name.is_empty() {
        let complaint = Complaint::new(StatusCode::BAD_REQUEST, language.text("upload-no-file"));
        return respond(&desk, replaced, Some(complaint)).await;
    }
    let app = &desk.visit.app;
    let uploader = app.uploader(&desk.actor);
    let metadata = said(&form);
    let lesson = replaced.as_ref().map(|r| r.id);
    let taken = match app
        .uploads
        .would_take(&uploader, form.head.announced.unwrap_or(0))
        .await
    {
        Ok(()) => {
            app.uploads
                .take_whole(uploader, lesson, metadata, form.bytes)
                .await
        }
        Err(error) => Err(error),
    };
    let complaint = match taken {
        Ok(Taken::Lesson(code)) => return see(&desk.visit, &lesson_page(code.as_str())),
        Ok(Taken::Nothing(why)) => {
            let why = why.text(language);
            let text = language.with("upload-nothing", &[("why", why.into())]);
            Complaint::new(StatusCode::UNPROCESSABLE_ENTITY, text)
        }
        Err(error) => Complaint::of_upload(language, error),
    };
    respond(&desk, replaced, Some(complaint)).await
}

/// The page of a lesson on which its teacher goes on, behind the language.
fn lesson_page(code: &str) -> String {
    format!("/teach/lessons/{code}")
}

/// What the form says of the recording, in the words of an upload's metadata.
fn said(form: &FormFile) -> Metadata {
    let pairs = [
        ("filename", form.head.name.clone()),
        ("filetype", form.mime.clone().unwrap_or_default()),
        ("title", form.fields.value("title")),
        ("grades", form.fields.values("grades").join(";")),
        ("subject", form.fields.value("subject")),
        ("section", form.fields.value("section")),
    ];
    let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
    Metadata::of_texts(pairs.filter(|(_, value)| !value.is_empty()))
}

/// A form that is none comes from no page of ours, or its line broke early.
fn unreadable(language: Language, why: FormError) -> Complaint {
    Complaint::new(Problem::from(why).status(), language.text("upload-broken"))
}

/// Who set a limit, in the reader's language.
fn set_by(language: Language, setter: &str) -> String {
    match setter.strip_prefix("the setting ") {
        Some(name) => language.with("upload-set-by-setting", &[("name", name.into())]),
        None => language.text("upload-set-by-admin"),
    }
}

impl Complaint {
    /// What went wrong with a form's file, with the true numbers.
    fn of_upload(language: Language, error: Error) -> Self {
        // A form begins again in any case: where the upload stood tells nobody anything.
        let error = match error {
            Error::Refused { why, .. } => *why,
            other => other,
        };
        let bytes = |n: u64| size(language, Bytes(n)).into();
        let text = match &error {
            Error::TooLong {
                length,
                most,
                set_by: by,
            } => language.with(
                "upload-too-long",
                &[
                    ("length", bytes(*length)),
                    ("limit", bytes(*most)),
                    ("by", set_by(language, by).into()),
                ],
            ),
            Error::OverQuota {
                length,
                quota,
                used,
                set_by: by,
            } => language.with(
                "upload-over-quota",
                &[
                    ("length", bytes(*length)),
                    ("limit", bytes(*quota)),
                    ("used", bytes(*used)),
                    ("by", set_by(language, by).into()),
                ],
            ),
            Error::TooMany {
                open,
                most,
                set_by: by,
            } => language.with(
                "upload-too-many",
                &[
                    ("used", open.to_string().into()),
                    ("limit", most.to_string().into()),
                    ("by", set_by(language, by).into()),
                ],
            ),
            Error::NoRoom(no) => language.with(
                "upload-no-room",
                &[
                    ("length", bytes(no.needed)),
                    ("limit", bytes(no.free.saturating_sub(no.reserve))),
                ],
            ),
            Error::DiskFull { .. } => language.text("upload-disk-full"),
            Error::BrokenOff { .. } | Error::Malformed(_) => language.text("upload-broken"),
            Error::Stopping { .. } | Error::Busy | Error::Locked | Error::TakenOver { .. } => {
                language.text("upload-busy")
            }
            _ => language.text("failed-text"),
        };
        // The one table knows the status, and logs what nobody at a page can mend.
        Self::new(Problem::from(error).status(), text)
    }
}
