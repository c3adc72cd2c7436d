//! `/teach/lessons/CODE/files`: captions, attachments, and the editions of the recording.

use std::sync::Arc;

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::captions::LanguageField;
use super::lesson_nav::{LessonNav, Refused, Tab};
use super::{Complaint, Desk, Frame, Office, see};
use crate::auth::permission::Act;
use crate::catalogue::{Edition, Role};
use crate::desk::{CaptionsPresent, Error, LARGEST_ATTACHMENT, Mine};
use crate::http::fields::Fields;
use crate::http::multipart::{Form, FormError};
use crate::http::pipe;
use crate::pages::facts::name_of;
use crate::pages::page::path;
use crate::units::Bytes;
use crate::words::{self, Language};

#[derive(Template)]
#[template(path = "teach/files.html")]
struct Files {
    page: Frame,
    tabs: LessonNav,
    may_edit: bool,
    /// Whether there is a recording that captions and attachments could belong to.
    recorded: bool,
    captions: Vec<CaptionsRow>,
    look: String,
    write: String,
    remove_captions: String,
    language: LanguageField,
    attachments: Vec<AttachmentRow>,
    attachments_hint: String,
    attach: String,
    remove_attachment: String,
    editions: Vec<EditionRow>,
    show_edition: String,
    /// Where everything that is not shown can be pruned, for who may.
    prune: Option<String>,
    replace: String,
}

struct CaptionsRow {
    language: String,
    name: String,
    details: String,
    download: String,
    mend: String,
}

struct AttachmentRow {
    /// Last segment of its address.
    id: String,
    name: String,
    size: String,
    download: String,
}

struct EditionRow {
    number: u32,
    name: String,
    when: String,
    iso: String,
    details: String,
    shown: bool,
    /// Whether it could be shown.
    kept: bool,
    prune: Option<String>,
}

/// What there is.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    respond(&desk, None).await
}

/// The page, with what was not done.
pub(super) async fn respond(
    desk: &Desk,
    complaint: Option<Complaint>,
) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let found = desk.visit.app.at_desk(move |d| {
        let mine = d.lesson(&author, code)?;
        let captions = d.captions_of(&mine.lesson);
        let editions = d.editions(&author, mine.lesson.code)?;
        Ok::<_, Error>((mine, captions, editions))
    });
    let (mine, captions, editions) = desk.done(found.await)?;
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let vocabulary = desk.vocabulary().await?;
    let tabs = LessonNav::new(desk.visit.language, &vocabulary, &mine.lesson, Tab::Files);
    let page = files(desk, tabs, &mine, &captions, &editions, complaint);
    Ok(desk.send(status, &page))
}

fn files(
    desk: &Desk,
    tabs: LessonNav,
    mine: &Mine,
    captions: &[CaptionsPresent],
    editions: &[Edition],
    complaint: Option<Complaint>,
) -> Files {
    let language = desk.visit.language;
    let lesson = &mine.lesson;
    let rest = Tab::Files.rest(lesson.code);
    let own = format!("/teach/lessons/{}", lesson.code);
    let to = |end: &str| path(language, &format!("{own}{end}"));
    let title = &lesson.description.title;
    let heading = format!("{title} · {}", language.text("teach-tab-files"));
    let mut frame = desk
        .frame(&heading, &rest)
        .complaining(complaint.map(|c| c.text));
    if let Some(freed) = desk.visit.asked("freed").and_then(|b| b.parse().ok()) {
        frame.notice = Some(freed_in(
            language,
            freed,
            desk.visit.asked("later").is_some(),
        ));
    }
    let attachments = lesson.files_of(Role::Attachment).map(|f| AttachmentRow {
        id: f.file.name.clone(),
        name: f.file.label.clone().unwrap_or_else(|| f.file.name.clone()),
        size: words::size(language, f.file.bytes),
        download: format!("/media/{}", f.file.name),
    });
    let largest = [(
        "most",
        words::size(language, Bytes(LARGEST_ATTACHMENT)).into(),
    )];
    let may_prune = mine.may(Act::Prune);
    Files {
        page: frame,
        tabs,
        may_edit: mine.may(Act::Edit),
        recorded: lesson.recording.is_some(),
        captions: captions
            .iter()
            .map(|c| captions_row(language, &own, lesson.code.as_str(), c))
            .collect(),
        look: to("/captions/look"),
        write: to("/captions"),
        remove_captions: to("/captions/remove"),
        language: LanguageField::new(language, &lesson.description.section),
        attachments: attachments.collect(),
        attachments_hint: language.with("attachments-hint", &largest),
        attach: to("/attachments"),
        remove_attachment: to("/attachments/remove"),
        editions: editions
            .iter()
            .map(|e| edition_row(desk, &own, e, may_prune))
            .collect(),
        show_edition: to("/editions/show"),
        prune: (may_prune && editions.iter().any(|e| !e.current && e.bytes.0 > 0))
            .then(|| to("/editions/prune")),
        replace: path(language, &format!("/teach/upload?lesson={}", lesson.code)),
    }
}

fn captions_row(
    language: Language,
    own: &str,
    code: &str,
    present: &CaptionsPresent,
) -> CaptionsRow {
    let size = words::size(language, present.bytes);
    let cues = match present.cues {
        Some(cues) => language.count("captions-cues", cues as u64),
        None => language.text("captions-unreadable"),
    };
    let tag = &present.language;
    CaptionsRow {
        name: name_of(language, tag),
        details: format!("{cues} · {size}"),
        download: format!("/l/{code}/captions/{tag}.vtt"),
        mend: path(language, &format!("{own}/captions?language={tag}")),
        language: tag.clone(),
    }
}

fn edition_row(desk: &Desk, own: &str, edition: &Edition, may_prune: bool) -> EditionRow {
    let (language, zone) = (desk.visit.language, &desk.visit.app.zone);
    let number = edition.number;
    let size = match edition.kept {
        true => words::size(language, edition.bytes),
        false => language.text("edition-pruned"),
    };
    let prunable = may_prune && !edition.current && edition.bytes.0 > 0;
    let prune = format!("{own}/editions/prune?edition={number}");
    EditionRow {
        number,
        name: language.count("desk-edition", u64::from(number)),
        when: words::date_time(language, edition.created, zone),
        iso: words::iso_time(edition.created, zone),
        details: format!("{} · {size}", edition.duration.clock_face()),
        shown: edition.current,
        kept: edition.kept,
        prune: prunable.then(|| path(language, &prune)),
    }
}

/// What pruning gave back.
pub(super) fn freed_in(language: Language, bytes: u64, later: bool) -> String {
    let key = if later { "freed-later" } else { "freed" };
    let size = words::size(language, Bytes(bytes));
    match key {
        "freed" => language.with("freed", &[("size", size.into())]),
        _ => language.with("freed-later", &[("size", size.into())]),
    }
}

/// Back to the page when it was done, or the page with what was not.
async fn after<T>(desk: &Desk, done: Option<Result<T, Error>>) -> Result<Response, Refused> {
    match done {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            respond(desk, Some(complaint)).await
        }
        done => {
            desk.done(done)?;
            let rest = Tab::Files.rest(desk.code()?);
            Ok(see(&desk.visit, &format!("{rest}?done=1")))
        }
    }
}

/// Takes captions away.
pub async fn remove_captions(desk: Desk, fields: Fields) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let language = fields.value("language").to_owned();
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.remove_captions(&author, code, &language))
        .await;
    after(&desk, done).await
}

/// Takes an attachment away.
pub async fn remove_attachment(desk: Desk, fields: Fields) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let name = fields.value("name").to_owned();
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.remove_attachment(&author, code, &name))
        .await;
    after(&desk, done).await
}

/// Adds an attachment, as it comes in.
pub async fn attach(desk: Desk, form: Result<Form, FormError>) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    let form = match form {
        Ok(form) => form,
        Err(error) => return respond(&desk, Some(desk.form_complaint(error))).await,
    };
    let Some(_seat) = desk.visit.app.seat() else {
        let text = desk.visit.language.text("files-busy");
        let complaint = Complaint::new(StatusCode::SERVICE_UNAVAILABLE, text);
        return respond(&desk, Some(complaint)).await;
    };
    let (author, code) = (desk.author(), mine.lesson.code);
    let app = Arc::clone(&desk.visit.app);
    let mut work = None;
    let poured = form
        .pour("file", |head| {
            let (pourer, mut reader) = pipe::to_reader();
            work = Some(tokio::spawn(async move {
                app.at_desk(move |d| {
                    d.add_attachment(&author, code, &head.name, head.announced, &mut reader)
                })
                .await
            }));
            pourer
        })
        .await;
    let complaint = match (poured, work) {
        (Err(error), _) => desk.form_complaint(error),
        (Ok(_), Some(work)) => return after(&desk, work.await.ok().flatten()).await,
        (Ok(_), None) => {
            let text = desk.visit.language.text("refused-no-file");
            Complaint::new(StatusCode::BAD_REQUEST, text)
        }
    };
    respond(&desk, Some(complaint)).await
}

/// Shows another edition.
pub async fn show_edition(desk: Desk, fields: Fields) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let number = fields.value("edition").parse().unwrap_or(0);
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.show_edition(&author, code, number))
        .await;
    after(&desk, done).await
}

#[derive(Template)]
#[template(path = "teach/prune.html")]
pub(super) struct Prune {
    pub(super) page: Frame,
    pub(super) heading: String,
    pub(super) lead: String,
    pub(super) action: String,
    /// Of the one edition that it is about; empty: all.
    pub(super) edition: String,
    /// Whether there is anything to give up.
    pub(super) possible: bool,
    pub(super) back: String,
}

/// Asks before bytes are given up.
pub async fn ask_to_prune(Office(desk): Office) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let number: Option<u32> = desk.visit.asked("edition").and_then(|n| n.parse().ok());
    let found = desk.visit.app.at_desk(move |d| {
        let mine = d.lesson(&author, code)?;
        let bytes = d.prunable(&author, code, number)?;
        Ok::<_, Error>((mine, bytes))
    });
    let (mine, bytes) = match found.await {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            return respond(&desk, Some(complaint)).await;
        }
        found => desk.done(found)?,
    };
    let language = desk.visit.language;
    let rest = format!("/teach/lessons/{}/editions/prune", mine.lesson.code);
    let heading = match number {
        Some(number) => language.with("prune-edition", &[("number", number.into())]),
        None => language.text("prune-lesson"),
    };
    let title = mine.lesson.description.title;
    let lead = [
        ("title", title.into()),
        ("size", words::size(language, bytes).into()),
    ];
    let asked = number.map_or(String::new(), |n| format!("?edition={n}"));
    let page = Prune {
        page: desk.frame(&heading, &format!("{rest}{asked}")),
        lead: match bytes.0 {
            0 => language.text("prune-nothing"),
            _ => language.with("prune-lead", &lead),
        },
        heading,
        action: path(language, &rest),
        edition: number.map_or(String::new(), |n| n.to_string()),
        possible: bytes.0 > 0,
        back: path(language, &Tab::Files.rest(mine.lesson.code)),
    };
    Ok(desk.send(StatusCode::OK, &page))
}

/// Gives up bytes.
pub async fn prune(Office(desk): Office, fields: Fields) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let number: Option<u32> = fields.value("edition").parse().ok();
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.prune(&author, code, number))
        .await;
    match done {
        Some(Ok((bytes, now))) => {
            let rest = Tab::Files.rest(code);
            let later = if now { "" } else { "&later=1" };
            Ok(see(
                &desk.visit,
                &format!("{rest}?freed={}{later}", bytes.0),
            ))
        }
        done => after(&desk, done).await,
    }
}
