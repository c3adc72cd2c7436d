//! The files that a row names: looked at, refused or taken into the store, before any row is written.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::LARGEST_ATTACHMENT;
use super::columns::Column;
use super::error::{CellError, shortened};
use super::fault::Fault;
use super::row::CaptionFile;
use crate::captions;
use crate::catalogue::{Lesson, NewFile, NewRecording, Origin, Placement, Role};
use crate::media::{self, Store};
use crate::processing::{self, Container};
use crate::units::Bytes;

/// Footage that is ready to be named by the catalogue.
pub(super) struct Footage {
    pub(super) recording: NewRecording,
    pub(super) source: NewFile,
}

/// A file that a cell names, seen but not read.
pub(super) struct Seen {
    pub(super) path: PathBuf,
    pub(super) origin: Origin,
}

/// Takes files in for one import.
pub(super) struct Intake<'a> {
    pub(super) store: &'a Store,
    /// The folder that relative paths start from.
    pub(super) folder: &'a Path,
    /// Where recordings and attachments stay.
    pub(super) placement: Placement,
    /// Called with the bytes of every step of a copy.
    pub(super) copied: &'a dyn Fn(u64),
}

/// A fault of one cell.
pub(super) fn fault(
    line: u64,
    column: Column,
    value: &str,
    problem: impl Into<String>,
    remedy: &str,
) -> CellError {
    CellError {
        line,
        column: Some(column),
        value: shortened(value),
        fault: Fault::OfImport {
            problem: problem.into(),
            remedy: remedy.into(),
        },
    }
}

impl Intake<'_> {
    /// Looks at the file that a cell names: it must be a readable file.
    pub(super) fn see(&self, line: u64, column: Column, name: &str) -> Result<Seen, CellError> {
        let wrong = |problem: &str, remedy: &str| fault(line, column, name, problem, remedy);
        let path = std::path::absolute(self.folder.join(name))
            .map_err(|e| wrong(&format!("is no path: {e}"), "name a file"))?;
        let found = match fs::metadata(&path) {
            Ok(found) => found,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let folder = self.folder.display();
                return Err(wrong(
                    "does not exist",
                    &format!("paths are relative to the sheet's folder, {folder}, or absolute"),
                ));
            }
            Err(e) => {
                return Err(wrong(
                    &format!("cannot be looked at: {e}"),
                    "check its name and the permissions of its folders",
                ));
            }
        };
        if found.is_dir() {
            return Err(wrong("is a folder", "name a file in it"));
        }
        if !found.is_file() {
            return Err(wrong(
                "is not an ordinary file",
                "name a recording, not a device or a pipe",
            ));
        }
        File::open(&path)
            .map_err(|e| wrong(&format!("cannot be read: {e}"), "check its permissions"))?;
        let text = path.to_str().ok_or_else(|| {
            wrong(
                "lies in a folder whose name is not UTF-8",
                "rename that folder",
            )
        })?;
        let origin = origin_of(text, &found);
        Ok(Seen { path, origin })
    }

    /// Reads what the recording is; refuses what is none.
    pub(super) fn probe(
        &self,
        line: u64,
        name: &str,
        seen: &Seen,
    ) -> Result<processing::ProbeReport, CellError> {
        processing::probe(&seen.path).map_err(|e| CellError {
            line,
            column: Some(Column::File),
            value: shortened(name),
            fault: Fault::OfImport {
                problem: format!("cannot be taken: {e}"),
                remedy: "mend it or leave the cell empty".into(),
            },
        })
    }

    /// Whether `file`, whose bytes are those of `seen`, is where it should be and as it was.
    pub(super) fn is_well(&self, file: &NewFile, seen: &Seen) -> bool {
        match file.placement {
            Placement::Store => self.store.has(&file.location, file.bytes),
            Placement::InPlace => {
                self.placement == Placement::InPlace
                    && (file.location == seen.origin.path
                        || file.location == seen.path.to_string_lossy())
                    && file.modified == seen.origin.modified
            }
        }
    }

    /// The hash of a file that may be what `lesson` shows already, without taking it. Files of other
    /// lengths are not worth reading.
    pub(super) fn hash(&self, seen: &Seen, lesson: Option<&Lesson>) -> Option<[u8; 32]> {
        lesson?
            .files_of(Role::Source)
            .find(|f| f.file.bytes == seen.origin.bytes)?;
        media::sha256_of(&mut File::open(&seen.path).ok()?, self.copied).ok()
    }

    /// Makes the recording durable (or registers it where it is). `known`: its hash, if it was taken before.
    pub(super) fn take(
        &self,
        line: u64,
        name: &str,
        seen: &Seen,
        report: &processing::ProbeReport,
        known: Option<[u8; 32]>,
    ) -> Result<Footage, CellError> {
        // By the content, not by the name: a Matroska file called lesson.mp4 is served as what it is.
        let (extension, mime) = match &report.container {
            Container::Mp4(_) if report.video.is_none() => ("m4a".into(), "audio/mp4".into()),
            Container::Mp4(_) => ("mp4".into(), "video/mp4".into()),
            Container::Other(format) => {
                let format = media::Format::of_demuxer(format);
                let extension =
                    format.map_or_else(|| media::extension_of(&seen.path), |f| f.extension.into());
                (
                    extension,
                    format.map_or_else(|| "application/octet-stream".into(), |f| f.mime.to_owned()),
                )
            }
        };
        let mut source = self.settle(line, Column::File, name, seen, &extension, known)?;
        source.size = report.video.as_ref().map(|v| (v.width, v.height));
        source.duration = Some(report.duration);
        source.mime = mime;
        let recording = NewRecording {
            duration: report.duration,
            size: source.size,
            has_sound: report.audio.is_some(),
            playable: report.plays_in_browsers(),
            origin: Some(seen.origin.clone()),
        };
        Ok(Footage { recording, source })
    }

    /// Takes an attachment as it is.
    pub(super) fn attachment(
        &self,
        line: u64,
        name: &str,
        position: u32,
    ) -> Result<NewFile, CellError> {
        let seen = self.see(line, Column::Attachments, name)?;
        if seen.origin.bytes.0 > LARGEST_ATTACHMENT {
            let problem = format!(
                "has {} bytes, an attachment may have {LARGEST_ATTACHMENT}",
                seen.origin.bytes.0
            );
            return Err(fault(
                line,
                Column::Attachments,
                name,
                problem,
                "shorten it, or give its address in the description",
            ));
        }
        let extension = media::extension_of(&seen.path);
        let mut file = self.settle(line, Column::Attachments, name, &seen, &extension, None)?;
        file.role = Role::Attachment;
        file.label = seen
            .path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned());
        file.position = position;
        Ok(file)
    }

    /// Reads captions, WebVTT or SubRip, without taking them.
    pub(super) fn read_captions(
        &self,
        line: u64,
        cell: &CaptionFile,
    ) -> Result<captions::Parsed, CellError> {
        let wrong = |problem: String, remedy: &str| {
            fault(line, Column::Captions, &cell.path, problem, remedy)
        };
        let seen = self.see(line, Column::Captions, &cell.path)?;
        if seen.origin.bytes.0 > captions::MAX_BYTES as u64 {
            let problem = format!(
                "has {} bytes, captions may have {}",
                seen.origin.bytes.0,
                captions::MAX_BYTES
            );
            return Err(wrong(problem, "name a WebVTT or SubRip file"));
        }
        let bytes = fs::read(&seen.path)
            .map_err(|e| wrong(format!("cannot be read: {e}"), "check its permissions"))?;
        captions::read(&bytes).map_err(|e| {
            wrong(
                format!("is not usable: {e}"),
                "mend the file and import again",
            )
        })
    }

    /// Takes captions: parsed and re-written, so that what is served is WebVTT and nothing else.
    pub(super) fn captions(
        &self,
        line: u64,
        cell: &CaptionFile,
        position: u32,
        parsed: &captions::Parsed,
    ) -> Result<NewFile, CellError> {
        let text = captions::write(&parsed.captions);
        let stored = self
            .store
            .put(&mut text.as_bytes(), "vtt", |_| ())
            .map_err(|e| {
                let problem = format!("cannot be stored: {e}");
                fault(
                    line,
                    Column::Captions,
                    &cell.path,
                    problem,
                    "see to the archive's disk and import again",
                )
            })?;
        Ok(NewFile {
            language: Some(cell.language.clone()),
            mime: media::mime_of(Path::new("captions.vtt")),
            position,
            ..NewFile::stored(
                Role::Captions,
                media::media_name("vtt"),
                stored.key,
                stored.bytes,
                stored.sha256,
            )
        })
    }

    fn settle(
        &self,
        line: u64,
        column: Column,
        name: &str,
        seen: &Seen,
        extension: &str,
        known: Option<[u8; 32]>,
    ) -> Result<NewFile, CellError> {
        let wrong = |problem: String, remedy: &str| fault(line, column, name, problem, remedy);
        let unreadable = |e: io::Error| match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => wrong(
                format!("does not fit: {e}"),
                "make room on the archive's disk and import again",
            ),
            _ => wrong(
                format!("cannot be copied: {e}"),
                "see to the disks and import again",
            ),
        };
        let mut file = File::open(&seen.path).map_err(unreadable)?;
        let (location, sha256) = match (self.placement, known) {
            (Placement::InPlace, known) => {
                let sha256 = match known {
                    Some(sha256) => sha256,
                    None => media::sha256_of(&mut file, self.copied).map_err(unreadable)?,
                };
                (seen.origin.path.clone(), sha256)
            }
            (Placement::Store, Some(sha256))
                if self
                    .store
                    .has(&media::key_of(&sha256, extension), seen.origin.bytes) =>
            {
                (media::key_of(&sha256, extension), sha256)
            }
            (Placement::Store, _) => {
                self.store
                    .room_for(seen.origin.bytes)
                    .map_err(unreadable)?
                    .map_err(|no| wrong(no.to_string(), "make room on it and import again"))?;
                let stored = self
                    .store
                    .put(&mut file, extension, self.copied)
                    .map_err(unreadable)?;
                (stored.key, stored.sha256)
            }
        };
        // What was probed and what was copied must be the same file.
        let now = file.metadata().map_err(unreadable)?;
        if origin_of(&seen.origin.path, &now) != seen.origin {
            return Err(wrong(
                "changed while it was read".into(),
                "import again when it is complete",
            ));
        }
        let mut new = NewFile::stored(
            Role::Source,
            media::media_name(extension),
            location,
            seen.origin.bytes,
            sha256,
        );
        new.mime = media::mime_of(&seen.path);
        new.placement = self.placement;
        if self.placement == Placement::InPlace {
            new.modified = seen.origin.modified;
        }
        Ok(new)
    }
}

fn origin_of(path: &str, found: &Metadata) -> Origin {
    Origin {
        path: path.to_owned(),
        bytes: Bytes(found.len()),
        modified: media::modified_at(found),
    }
}
