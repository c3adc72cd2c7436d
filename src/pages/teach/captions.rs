//! `/teach/lessons/CODE/captions`: captions are looked at, mended and saved.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::lesson_nav::{LessonNav, Refused, Tab};
use super::{Choice, Complaint, Desk, Frame, refusal, see};
use crate::auth::permission::Act;
use crate::captions::{self, Format};
use crate::catalogue::Role;
use crate::desk::{self, CaptionsSeen, Error, Mine};
use crate::http::multipart::{Form, FormError, Parts};
use crate::pages::facts::name_of;
use crate::pages::page::path;
use crate::units::Millis;
use crate::words::Language;

/// Bytes of a form with captions: the largest file, and what stands around it.
const LARGEST_FORM: u64 = 6 << 20;
/// Cues that are shown from the beginning, and from the end.
const FIRST: usize = 200;
const LAST: usize = 20;
/// Languages that are offered; any other is written as its tag.
const OFFERED: [&str; 6] = ["az", "ru", "en", "tr", "de", "fr"];

/// The choice of a language: a few by name, and any by its tag.
pub(super) struct LanguageField {
    pub(super) choices: Vec<Choice>,
    pub(super) other: String,
}

impl LanguageField {
    /// With `chosen` chosen.
    pub(super) fn new(language: Language, chosen: &str) -> Self {
        let offered = OFFERED.contains(&chosen);
        let choices = OFFERED.map(|tag| Choice {
            value: tag,
            name: name_of(language, tag),
            chosen: tag == chosen,
        });
        Self {
            choices: choices.into(),
            other: if offered { "" } else { chosen }.to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "teach/captions.html")]
struct CaptionsPage {
    page: Frame,
    tabs: LessonNav,
    language: LanguageField,
    text: String,
    look: String,
    save: String,
    back: String,
    seen: Option<Preview>,
}

/// What would be stored.
struct Preview {
    summary: String,
    /// What it would take the place of.
    replaces: Option<String>,
    warnings: Vec<String>,
    first: Vec<CueRow>,
    /// Cues that are not shown.
    between: Option<String>,
    last: Vec<CueRow>,
    /// The student's page.
    lesson: String,
}

struct CueRow {
    from: String,
    to: String,
    text: String,
}

/// What was sent, as it came.
struct Sent {
    language: String,
    bytes: Vec<u8>,
}

impl Sent {
    fn of(parts: &Parts) -> Self {
        let other = parts.value("other");
        let language = match other.trim() {
            "" => parts.value("language"),
            other => other.to_owned(),
        };
        let bytes = match parts.file("file") {
            Some(file) => file.to_vec(),
            None => parts.value("text").into_bytes(),
        };
        Self { language, bytes }
    }
}

/// The captions that there are in `?language=`, or none, to be written.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    let asked = desk.visit.asked("language").map(str::to_owned);
    let Some(tag) = asked else {
        let section = mine.lesson.description.section.clone();
        return send(&desk, &mine, &section, String::new(), None, None).await;
    };
    let (author, code, language) = (desk.author(), mine.lesson.code, tag.clone());
    let length = mine.lesson.recording.as_ref().map(|r| r.duration);
    let found = desk.visit.app.at_desk(move |d| {
        let text = d.captions_text(&author, code, &language)?;
        let seen = desk::Desk::look_at_captions(&language, text.as_bytes(), length).ok();
        Ok::<_, Error>((text, seen))
    });
    match found.await {
        Some(Err(Error::NoPart { .. })) => {
            send(&desk, &mine, &tag, String::new(), None, None).await
        }
        found => {
            let (text, seen) = desk.done(found)?;
            send(&desk, &mine, &tag, text, seen.as_ref(), None).await
        }
    }
}

/// Shows what would be stored, without storing it.
pub async fn look(desk: Desk, form: Result<Form, FormError>) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    let sent = match read(form).await {
        Ok(sent) => sent,
        Err(error) => return unread(&desk, &mine, error).await,
    };
    looked_at(&desk, mine, sent, None).await
}

/// Stores what was sent.
pub async fn save(desk: Desk, form: Result<Form, FormError>) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    let sent = match read(form).await {
        Ok(sent) => sent,
        Err(error) => return unread(&desk, &mine, error).await,
    };
    let (author, code) = (desk.author(), mine.lesson.code);
    let (language, bytes) = (sent.language.clone(), sent.bytes.clone());
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.put_captions(&author, code, &language, &bytes))
        .await;
    match done {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            looked_at(&desk, mine, sent, Some(complaint)).await
        }
        done => {
            desk.done(done)?;
            let rest = Tab::Files.rest(code);
            Ok(see(&desk.visit, &format!("{rest}?done=1")))
        }
    }
}

async fn read(form: Result<Form, FormError>) -> Result<Sent, FormError> {
    let parts = form?.read(LARGEST_FORM).await?;
    Ok(Sent::of(&parts))
}

async fn unread(desk: &Desk, mine: &Mine, error: FormError) -> Result<Response, Refused> {
    let complaint = desk.form_complaint(error);
    let section = &mine.lesson.description.section;
    send(desk, mine, section, String::new(), None, Some(complaint)).await
}

async fn looked_at(
    desk: &Desk,
    mine: Mine,
    sent: Sent,
    complaint: Option<Complaint>,
) -> Result<Response, Refused> {
    let length = mine.lesson.recording.as_ref().map(|r| r.duration);
    let (language, bytes) = (sent.language.clone(), sent.bytes);
    let seen = desk.visit.app.at_desk(move |_| {
        let seen = desk::Desk::look_at_captions(&language, &bytes, length);
        let text = to_be_mended(&bytes, seen.as_ref().ok());
        Ok::<_, Error>((text, seen))
    });
    let (text, seen) = desk.done(seen.await)?;
    let (seen, refused) = match seen {
        Ok(seen) => (Some(seen), None),
        Err(refusal) => (None, Some(desk.complaint(refusal)?)),
    };
    let complaint = complaint.or(refused);
    let language = seen.as_ref().map_or(&sent.language, |s| &s.language);
    send(desk, &mine, language, text, seen.as_ref(), complaint).await
}

/// The text as it came, so that nothing that was left out is lost and lines have their numbers; WebVTT where
/// nothing is the matter with what came as SubRip. Empty: it is no text.
fn to_be_mended(bytes: &[u8], seen: Option<&CaptionsSeen>) -> String {
    match seen {
        Some(seen) if seen.format == Format::SubRip && seen.warnings.is_empty() => {
            seen.text().to_owned()
        }
        _ => match captions::decode(bytes) {
            Ok(text) if !text.contains('\0') => text.into_owned(),
            _ => String::new(),
        },
    }
}

async fn send(
    desk: &Desk,
    mine: &Mine,
    tag: &str,
    text: String,
    seen: Option<&CaptionsSeen>,
    complaint: Option<Complaint>,
) -> Result<Response, Refused> {
    let language = desk.visit.language;
    let lesson = &mine.lesson;
    if !mine.may(Act::Edit) {
        return Ok(desk.refused(Error::NotYours(Act::Edit)));
    }
    let vocabulary = desk.vocabulary().await?;
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let own = format!("/teach/lessons/{}", lesson.code);
    let to = |end: &str| path(language, &format!("{own}{end}"));
    let heading = format!(
        "{} · {}",
        lesson.description.title,
        language.text("captions-heading")
    );
    let frame = desk
        .frame(&heading, &format!("{own}/captions?language={tag}"))
        .complaining(complaint.map(|c| c.text));
    let page = CaptionsPage {
        page: frame,
        tabs: LessonNav::new(language, &vocabulary, lesson, Tab::Files),
        language: LanguageField::new(language, tag),
        text,
        look: to("/captions/look"),
        save: to("/captions"),
        back: to("/files"),
        seen: seen.map(|seen| preview(language, mine, seen)),
    };
    Ok(desk.send(status, &page))
}

fn preview(language: Language, mine: &Mine, seen: &CaptionsSeen) -> Preview {
    let lesson = &mine.lesson;
    let summary = language.with(
        "captions-summary",
        &[
            ("count", seen.summary.cues.into()),
            ("first", precise(seen.summary.first).into()),
            ("last", precise(seen.summary.last).into()),
        ],
    );
    let replaces = lesson
        .files_of(Role::Captions)
        .any(|f| f.file.language.as_deref() == Some(&seen.language));
    let all = &seen.cues;
    let shown = if all.len() <= FIRST + LAST {
        all.len()
    } else {
        FIRST
    };
    let rest = &all[shown..];
    let last = &rest[rest.len().saturating_sub(LAST)..];
    let between = rest.len() - last.len();
    Preview {
        summary,
        replaces: replaces.then(|| {
            let name = name_of(language, &seen.language);
            language.with("captions-replaces", &[("language", name.into())])
        }),
        warnings: seen
            .warnings
            .iter()
            .map(|w| refusal::warning(language, w))
            .collect(),
        first: all[..shown].iter().map(row).collect(),
        between: (between > 0).then(|| language.count("captions-between", between as u64)),
        last: last.iter().map(row).collect(),
        lesson: path(language, &format!("/l/{}", lesson.code)),
    }
}

fn row((from, to, text): &(Millis, Millis, String)) -> CueRow {
    CueRow {
        from: precise(*from),
        to: precise(*to),
        text: text.clone(),
    }
}

/// A clock face with milliseconds.
fn precise(at: Millis) -> String {
    format!("{}.{:03}", at.clock_face(), at.0 % 1000)
}
