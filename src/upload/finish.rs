//! A whole upload becomes a recording: looked into, moved into the store, named by the catalogue. Each step may be
//! done again by whoever finds it half done; what is due is told by the row. Blocks.

use std::fs::File;
use std::io;
use std::path::Path;

use super::draft::draft_of;
use super::join::copy_parts;
use super::protocol::Metadata;
use super::refusal::Refusal;
use super::upkeep::Work;
use crate::catalogue::{
    Catalogue, Change, Deed, Error as CatalogueError, NewFile, NewRecording, Placement, Role,
    Target, Upload, UploadId, UploadKind, UploadState,
};
use crate::clock;
use crate::media::{self, Format, Store};
use crate::mp4::{self, OpenFile};
use crate::processing::{self, Container, ProbeReport};
use crate::units::{LessonId, Millis};

/// Why a hand-over did not come to its end; it can be begun again.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandOver {
    #[error("the archive's disk: {0}")]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("the program ends")]
    Ending,
}

/// What is in a file.
enum Content {
    Recording(Box<ProbeReport>),
    /// It takes another program to tell.
    Unclear,
    /// No recording, for this reason.
    Nothing(Refusal),
}

/// Does what can be done while the client waits: an MP4 is ready when this returns. Else what is left to do.
pub(super) fn quickly(
    catalogue: &Catalogue,
    store: &Store,
    id: UploadId,
    ends: &dyn Fn() -> bool,
) -> Result<Option<Work>, HandOver> {
    hand_over(catalogue, store, id, natively, ends)
}

/// Does all there is to do.
pub(super) fn wholly(
    catalogue: &Catalogue,
    store: &Store,
    id: UploadId,
    ends: &dyn Fn() -> bool,
) -> Result<Option<Work>, HandOver> {
    hand_over(catalogue, store, id, with_every_means, ends)
}

/// Whether an upload waits to become a recording.
fn due(upload: &Upload) -> bool {
    matches!(upload.state, UploadState::Queued | UploadState::Processing)
        && upload.kind != UploadKind::Partial
}

fn hand_over(
    catalogue: &Catalogue,
    store: &Store,
    id: UploadId,
    look: fn(&Path) -> Result<Content, HandOver>,
    ends: &dyn Fn() -> bool,
) -> Result<Option<Work>, HandOver> {
    match hand_over_bytes(catalogue, store, id, look, ends) {
        Err(HandOver::Disk(error)) if error.kind() == io::ErrorKind::NotFound => {
            // Its client may have deleted it meanwhile.
            match catalogue.read_blocking(move |c| c.upload_is_gone(id))? {
                true => Ok(None),
                false => Err(error.into()),
            }
        }
        done => done,
    }
}

fn hand_over_bytes(
    catalogue: &Catalogue,
    store: &Store,
    id: UploadId,
    look: fn(&Path) -> Result<Content, HandOver>,
    ends: &dyn Fn() -> bool,
) -> Result<Option<Work>, HandOver> {
    let upload = || catalogue.read_blocking(move |c| c.upload(id));
    // Nobody clears out meanwhile what the catalogue does not name yet.
    let _taking = store.taking_in()?;
    let joined = upload()?.filter(|u| due(u) && u.kind == UploadKind::Final && !u.is_whole());
    if let Some(upload) = joined {
        copy_parts(catalogue, store, &upload, ends)?;
    }
    if upload()?.filter(due).is_none() {
        return Ok(None);
    }
    let report = match look(&store.incoming_or_adopted(&id.to_string())?)? {
        Content::Recording(report) => report,
        Content::Unclear => {
            catalogue.progress_blocking(move |c| c.upload_in_work(id))?;
            return Ok(Some(Work::Finish(id)));
        }
        Content::Nothing(why) => {
            tracing::info!(%id, why = why.english(), "an upload is no recording");
            catalogue.progress_blocking(move |c| c.upload_failed(id, &why.stored()))?;
            return Ok(None);
        }
    };
    let (extension, mime) = form_of(&report);
    let key = store.adopt(&id.to_string(), extension)?;
    let (recording, source) = described(&report, key.clone(), extension, mime);
    let file = catalogue.write_blocking(move |c| {
        let Some(upload) = c.snapshot().upload(id)?.filter(due) else {
            return Ok(None);
        };
        let lesson = match upload.lesson {
            Some(lesson) => lesson,
            None => draft(c, &upload)?,
        };
        let before = c.snapshot().lesson(lesson)?.and_then(|l| l.recording);
        if c.finish_upload(id, lesson, &recording, &source)?.is_none() {
            return Ok(None);
        }
        let Some(made) = c.snapshot().lesson(lesson)? else {
            return Ok(None);
        };
        c.record_change(&Deed {
            by: upload.person,
            lesson: Some((lesson, made.code)),
            action: "recording",
            detail: Some(serde_json::json!({
                "edition": [before.map(|r| r.edition), made.recording.as_ref().map(|r| r.edition)],
            })),
        })?;
        Ok(made.source().map(|f| f.id))
    })?;
    if file.is_none() && catalogue.read_blocking(move |c| c.upload_is_gone(id))? {
        // Deleted by its client after the bytes had their place in the store: nobody else can name them.
        store.delete(&key)?;
    }
    Ok(file.map(|file| Work::Hash(file, key)))
}

/// Reads an MP4's index; leaves everything else for later.
fn natively(path: &Path) -> Result<Content, HandOver> {
    let file = OpenFile::new(File::open(path)?)?;
    Ok(match mp4::summarise(&file) {
        Ok(summary) if summary.duration == Millis(0) => {
            Content::Nothing(Refusal::from(&processing::ProbeError::NoDuration))
        }
        Ok(summary) => Content::Recording(Box::new(summary.into())),
        Err(mp4::Error::NotMp4(looks)) if looks.may_hold_video() => Content::Unclear,
        Err(mp4::Error::Read(error)) => return Err(error.into()),
        Err(other) => Content::Nothing(Refusal::from(&processing::ProbeError::from(other))),
    })
}

/// Asks ffprobe about what is no MP4.
fn with_every_means(path: &Path) -> Result<Content, HandOver> {
    Ok(match processing::probe(path) {
        Ok(report) => Content::Recording(Box::new(report)),
        Err(processing::ProbeError::Open(error)) => return Err(error.into()),
        Err(other) => Content::Nothing(Refusal::from(&other)),
    })
}

/// By the content, not by the name: a Matroska file called lesson.mp4 is served as what it is.
fn form_of(report: &ProbeReport) -> (&'static str, &'static str) {
    match &report.container {
        Container::Mp4(_) if report.video.is_none() => ("m4a", "audio/mp4"),
        Container::Mp4(_) => ("mp4", "video/mp4"),
        Container::Other(format) => Format::of_demuxer(format)
            .map_or(("bin", "application/octet-stream"), |f| {
                (f.extension, f.mime)
            }),
    }
}

fn described(
    report: &ProbeReport,
    key: String,
    extension: &str,
    mime: &str,
) -> (NewRecording, NewFile) {
    let size = report.video.as_ref().map(|v| (v.width, v.height));
    let recording = NewRecording {
        duration: report.duration,
        size,
        has_sound: report.audio.is_some(),
        playable: report.plays_in_browsers(),
        origin: None,
    };
    let source = NewFile {
        role: Role::Source,
        name: media::media_name(extension),
        placement: Placement::Store,
        location: key,
        bytes: report.bytes,
        // Reading it all would keep the teacher waiting.
        sha256: None,
        etag: uuid::Uuid::new_v4().simple().to_string(),
        mime: mime.to_owned(),
        modified: clock::now(),
        label: None,
        language: None,
        quality: None,
        size,
        duration: Some(report.duration),
        start: None,
        position: 0,
    };
    (recording, source)
}

/// Makes the draft of an upload that is for no lesson.
pub(super) fn draft(c: &Change<'_>, upload: &Upload) -> Result<LessonId, CatalogueError> {
    let last = match upload.person {
        Some(person) => c.snapshot().last_lesson_of(person)?,
        None => None,
    };
    let last = match last {
        Some(id) => c.snapshot().lesson(id)?.map(|l| l.description),
        None => None,
    };
    let metadata = Metadata::parse(&upload.metadata).unwrap_or_default();
    let vocabulary = c.snapshot().vocabulary()?;
    let draft = draft_of(&metadata, last.as_ref(), &vocabulary).ok_or_else(|| {
        CatalogueError::Invalid("the vocabulary has no grade, subject or section to offer".into())
    })?;
    let saved = c.save_lesson(Target::New, &draft.description)?;
    if let Some(person) = upload.person {
        c.add_owner(saved.id, person)?;
    }
    c.record_change(&Deed {
        by: upload.person,
        lesson: Some((saved.id, saved.code)),
        action: "created",
        detail: Some(serde_json::json!({"assumed": draft.assumed})),
    })?;
    Ok(saved.id)
}
