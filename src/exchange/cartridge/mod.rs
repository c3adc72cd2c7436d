//! `/{lang}/grades/{grade}/{subject}/cartridge.imscc`: a shelf, or a part of it, for learning platforms, as links only.
//!
//! An IMS Common Cartridge 1.1. Moodle reads 1.0 and 1.1 and no later one; Canvas, Sakai, Blackboard and Open edX read
//! 1.1 as well as later ones; and a link cannot say more in those. What platforms do beyond the specification is kept to:
//!
//! - Moodle looks for the manifest's namespace in its first 500 bytes, and then validates.
//! - Moodle makes a section, and Canvas a module, of every item below the root: so lessons without a unit share one.
//! - Canvas remembers identifiers: whoever imports again gets the same links anew, and not a second time.
//! - A platform that shows links in frames of its own is asked for a window (`target`): pages here stand in no frame.
//!
//! Entries are stored and have no time, so the same lessons are the same bytes, and are compressed together on their way.

mod manifest;

use std::io::{Cursor, Write as _};

use ::http::header::{CONTENT_DISPOSITION, HeaderMap, HeaderValue};
use ::http::{StatusCode, Uri};
use axum::extract::State;
use axum::response::Response;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::manifest::{Contents, weblink};
use super::asked::Asked;
use super::{no_such, refused, section};
use crate::app::Shared;
use crate::catalogue::{Part, ShelfName};
use crate::http::attachment;
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::words::Language;

/// Lessons in one cartridge: three megabytes, and more than any course has.
const MOST: usize = 5_000;
/// Different licences and holders that are told.
const MOST_RIGHTS: u32 = 8;
/// Registered by IMS.
const TYPE: &str = "application/vnd.ims.imsccv1p1";

/// The lessons that the subject's page shows by the same query.
pub async fn cartridge(
    State(app): State<Shared>,
    Decoded((lang, grade, subject)): Decoded<(String, String, String)>,
    origin: Origin,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let language = Language::from_code(&lang).ok_or_else(|| no_such("language"))?;
    let asked = Asked::of(&uri)?;
    let vocabulary = app.vocabulary().await?;
    let grade = vocabulary.grade(&grade).ok_or_else(|| no_such("grade"))?;
    let subject = vocabulary.subject(&subject);
    let subject = subject.ok_or_else(|| no_such("subject"))?;
    let chosen = section(&vocabulary, asked.value("section"));
    let (section, query) = chosen.ok_or_else(|| no_such("section"))?;
    let part = Part::asked(|name| asked.value(name));
    let shelf = ShelfName {
        grade: grade.id.clone(),
        subject: subject.id.clone(),
        section: section.id.clone(),
    };
    let (name, wanted) = (shelf.clone(), part.clone());
    let found = app.catalogue.read(move |c| {
        let Some(lessons) = c.whole_part(&name, &wanted, MOST)? else {
            return Ok(None);
        };
        let rights = c.rights(&lessons, MOST_RIGHTS)?;
        Ok(Some((lessons, rights)))
    });
    let (lessons, rights) = found.await?.ok_or_else(too_many)?;
    if lessons.is_empty() {
        return Err(nothing());
    }
    let (subject, grade) = (subject.name(language.code()), grade.name(language.code()));
    let contents = Contents {
        language,
        name: format!("{subject}, {grade}"),
        about: language.with(
            "subject-description",
            &[("subject", subject.into()), ("grade", grade.into())],
        ),
        address: origin.url(format_args!(
            "/grades/{}/{}{query}",
            shelf.grade, shelf.subject
        )),
        spoken: section.language.clone(),
        shelf,
        part,
        lessons,
        rights,
        origin,
    };
    let file = attachment::named(&format!("{}.imscc", contents.title()));
    // A long shelf takes tens of milliseconds.
    let made = tokio::task::spawn_blocking(move || packed(&contents)).await;
    let bytes = made.map_err(unmade)?.map_err(unmade)?;
    let mut response = tagged::text(&headers, CachePolicy::Page, &app.settings, TYPE, bytes);
    if response.status() == StatusCode::OK
        && let Ok(file) = HeaderValue::try_from(file)
    {
        response.headers_mut().insert(CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

fn too_many() -> Problem {
    let why = format!(
        "this is more than the {MOST} lessons that one cartridge holds; take a part, as the subject's page has them: \
         ?unit= or ?year="
    );
    refused(StatusCode::BAD_REQUEST, why)
}

fn nothing() -> Problem {
    let why = "there are no such lessons yet; the subject's page shows what there is";
    refused(StatusCode::NOT_FOUND, why)
}

fn unmade(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "a cartridge could not be made");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The file: the manifest first, then a link for each lesson.
fn packed(contents: &Contents) -> ZipResult<Vec<u8>> {
    let entry = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("imsmanifest.xml", entry)?;
    zip.write_all(contents.manifest().as_bytes())?;
    for lesson in &contents.lessons {
        zip.start_file(manifest::file(lesson.code), entry)?;
        zip.write_all(weblink(&contents.origin, lesson).as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
