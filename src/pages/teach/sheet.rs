//! `/teach/sheet`: many lessons at once, out into a spreadsheet and back in.

use ::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use ::http::{HeaderMap, StatusCode};
use askama::Template;
use axum::response::{IntoResponse, Response};

use super::lesson_nav::Refused;
use super::sheet_rows::Rows;
use super::{Complaint, Desk, Frame};
use crate::catalogue::{DeskFilter, PersonRole, Term, Vocabulary, Whose};
use crate::clock;
use crate::desk::{ConflictError, Error, LARGEST_SHEET, MOST_ROWS, SheetDifference};
use crate::http::multipart::{Form, FormError, Parts};
use crate::http::pipe;
use crate::pages::page::path;
use crate::sheet::{Column, Separator};
use crate::units::Bytes;
use crate::words::{self, Language};

/// What stands around a sheet in a form.
const AROUND: u64 = 64 << 10;

#[derive(Template)]
#[template(path = "teach/sheet.html")]
struct SheetPage {
    page: Frame,
    export: String,
    grades: Vec<NamedChoice>,
    subjects: Vec<NamedChoice>,
    /// Whether there are lessons of others that they may edit.
    others: bool,
    import: String,
    hint: String,
    /// Name in the sheet, and in the reader's language.
    columns: Vec<(&'static str, String)>,
}

struct NamedChoice {
    value: String,
    name: String,
}

#[derive(Template)]
#[template(path = "teach/differences.html")]
struct Differences {
    page: Frame,
    rows: Rows,
    apply: String,
    /// What is applied, and the name of the differences that are shown.
    sheet: String,
    digest: String,
    back: String,
}

#[derive(Template)]
#[template(path = "teach/applied.html")]
struct Applied {
    page: Frame,
    rows: Rows,
    back: String,
}

/// What can be done.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    respond(&desk, None).await
}

async fn respond(desk: &Desk, complaint: Option<Complaint>) -> Result<Response, Refused> {
    let vocabulary = match desk.visit.app.vocabulary().await {
        Ok(vocabulary) => vocabulary,
        Err(error) => return Err(desk.refused(error.into()).into()),
    };
    let language = desk.visit.language;
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let frame = desk.frame(&language.text("teach-sheet"), "/teach/sheet");
    let limits = [
        ("rows", MOST_ROWS.into()),
        ("most", words::size(language, Bytes(LARGEST_SHEET)).into()),
    ];
    let said = Column::ALL.iter().filter(|c| !c.is_of_files());
    let page = SheetPage {
        page: frame.complaining(complaint.map(|c| c.text)),
        export: path(language, "/teach/sheet.csv"),
        grades: choices(language, &vocabulary.grades),
        subjects: choices(language, &vocabulary.subjects),
        others: desk.actor.role != PersonRole::Teacher,
        import: path(language, "/teach/sheet"),
        hint: language.with("sheet-limits", &limits),
        columns: said
            .map(|c| (c.name(), super::deeds::field_name(language, c.name())))
            .collect(),
    };
    Ok(desk.send(status, &page))
}

fn choices(language: Language, terms: &[Term]) -> Vec<NamedChoice> {
    let choice = |term: &Term| NamedChoice {
        value: term.id.clone(),
        name: term.name(language.code()).to_owned(),
    };
    terms.iter().map(choice).collect()
}

/// The sheet of one's lessons, or of all that one may edit: `?grade=`, `?subject=`, `?whose=all`.
pub async fn export(desk: Desk) -> Result<Response, Refused> {
    let Some(seat) = desk.visit.app.seat() else {
        let text = desk.visit.language.text("files-busy");
        let complaint = Complaint::new(StatusCode::SERVICE_UNAVAILABLE, text);
        return respond(&desk, Some(complaint)).await;
    };
    let (visit, author) = (&desk.visit, desk.author());
    let filter = DeskFilter {
        grade: visit.asked("grade").map(str::to_owned),
        subject: visit.asked("subject").map(str::to_owned),
        ..DeskFilter::of(match visit.asked("whose") {
            Some("all") => author.edits(),
            _ => Whose::Own(desk.actor.person),
        })
    };
    let separator = match visit.language {
        Language::Az | Language::Ru => Separator::Semicolon,
        Language::En => Separator::Comma,
    };
    let (mut writer, body) = pipe::from_writer();
    let work = visit.app.desk.clone();
    tokio::task::spawn_blocking(move || {
        let _seat = seat;
        let written = work.write_sheet(&filter, separator, &mut writer);
        if let Err(error) = written {
            if !is_gone(&error) {
                tracing::error!(%error, "a sheet was not written to its end");
            }
            writer.break_off();
        }
    });
    let at = clock::now();
    let day = words::iso_time(at, &visit.app.zone);
    let day = day.get(..10).unwrap_or("lessons");
    let name = format!("attachment; filename=\"teledars-{day}.csv\"");
    let mut headers = HeaderMap::new();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok((headers, body).into_response())
}

fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Disk(e) if e.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Shows what a sheet would do.
pub async fn import(desk: Desk, form: Result<Form, FormError>) -> Result<Response, Refused> {
    let sheet = match read(form).await {
        Ok(parts) => parts.file("sheet").map(<[u8]>::to_vec),
        Err(error) => return respond(&desk, Some(too_long_or_other(&desk, error))).await,
    };
    let Some(sheet) = sheet else {
        let text = desk.visit.language.text("refused-no-file");
        let complaint = Complaint::new(StatusCode::BAD_REQUEST, text);
        return respond(&desk, Some(complaint)).await;
    };
    foresee(&desk, sheet, None).await
}

async fn read(form: Result<Form, FormError>) -> Result<Parts, FormError> {
    form?.read(LARGEST_SHEET + AROUND).await
}

fn too_long_or_other(desk: &Desk, error: FormError) -> Complaint {
    desk.form_complaint(match error {
        FormError::TooLong { .. } => FormError::TooLong {
            most: LARGEST_SHEET,
        },
        other => other,
    })
}

async fn foresee(
    desk: &Desk,
    sheet: Vec<u8>,
    complaint: Option<Complaint>,
) -> Result<Response, Refused> {
    let (author, asked) = (desk.author(), sheet.clone());
    let found = desk
        .visit
        .app
        .at_desk(move |d| d.foresee_sheet(&author, asked))
        .await;
    let difference = match found {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            return respond(desk, Some(complaint)).await;
        }
        found => desk.done(found)?,
    };
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let language = desk.visit.language;
    let frame = desk.frame(&language.text("differences-title"), "/teach/sheet");
    let page = Differences {
        page: frame.complaining(complaint.map(|c| c.text)),
        rows: rows(desk, &difference).await?,
        apply: path(language, "/teach/sheet/apply"),
        sheet: text_of(&sheet),
        digest: difference.digest,
        back: path(language, "/teach/sheet"),
    };
    Ok(desk.send(status, &page))
}

async fn rows(desk: &Desk, difference: &SheetDifference) -> Result<Rows, Refused> {
    match desk.visit.app.vocabulary().await {
        Ok(vocabulary) => {
            let vocabulary: &Vocabulary = &vocabulary;
            Ok(Rows::new(desk.visit.language, vocabulary, difference))
        }
        Err(error) => Err(desk.refused(error.into()).into()),
    }
}

/// A sheet as text, for a field of a form. Whoever sends it back may write its lines otherwise: that makes no other
/// sheet.
fn text_of(sheet: &[u8]) -> String {
    let units = |pair: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = sheet[2..]
            .chunks_exact(2)
            .map(|two| pair([two[0], two[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match sheet {
        [0xFF, 0xFE, ..] => units(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => units(u16::from_be_bytes),
        _ => String::from_utf8_lossy(sheet).into_owned(),
    }
}

/// Does what was shown.
pub async fn apply(desk: Desk, form: Result<Form, FormError>) -> Result<Response, Refused> {
    let parts = match read(form).await {
        Ok(parts) => parts,
        Err(error) => return respond(&desk, Some(too_long_or_other(&desk, error))).await,
    };
    let (sheet, digest) = (parts.value("sheet").into_bytes(), parts.value("digest"));
    let (author, applied) = (desk.author(), sheet.clone());
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.apply_sheet(&author, applied, Some(digest)))
        .await;
    match done {
        Some(Err(refusal @ Error::Conflict(ConflictError::Differs))) => {
            let complaint = desk.complaint(refusal)?;
            foresee(&desk, sheet, Some(complaint)).await
        }
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            respond(&desk, Some(complaint)).await
        }
        done => {
            let difference = desk.done(done)?;
            let language = desk.visit.language;
            let page = Applied {
                page: desk.frame(&language.text("applied-title"), "/teach/sheet"),
                rows: rows(&desk, &difference).await?,
                back: path(language, "/teach/sheet"),
            };
            Ok(desk.send(StatusCode::OK, &page))
        }
    }
}
