//! What teachers may rely on at the desk: a real catalogue and a real store, and the naive way to say what is right.

mod captions;
mod editions;
mod history;
mod jobs;
mod lessons;
mod links;
mod model;
mod owners;
mod permissions;
mod sheets;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Author, Desk, Error, Mine, Rules};
use crate::auth::access::{self, Access, FileAccess, Viewer};
use crate::auth::permission::{Actor, By, TeachersPublish};
use crate::catalogue::{
    Catalogue, Deed, Lesson, NewFile, NewRecording, NewUpload, PersonRole, Role, Scope, UploadId,
    UploadKind, UploadState,
};
use crate::clock::UnixMillis;
use crate::media::{self, Store};
use crate::sheet::fields::Fields;
use crate::units::{Bytes, Code, FileId, Millis, PersonId};

/// Bytes that a teacher of these tests may have.
const QUOTA: u64 = 1000;

struct Archive {
    desk: Desk,
    catalogue: Catalogue,
    store: Store,
    data: tempfile::TempDir,
}

fn archive() -> Archive {
    Archive::with(TeachersPublish::Yes)
}

impl Archive {
    fn with(teachers_publish: TeachersPublish) -> Self {
        let data = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(data.path(), 1).unwrap();
        let store = Store::open(data.path(), Bytes(0)).unwrap();
        let rules = Rules {
            teachers_publish,
            teacher_quota: Bytes(QUOTA),
            speech: false,
        };
        let zone = TimeZone::get("Asia/Baku").unwrap();
        Self {
            desk: Desk::new(catalogue.clone(), store.clone(), zone, rules),
            catalogue,
            store,
            data,
        }
    }

    fn person(
        &self,
        name: &str,
        role: PersonRole,
        scopes: &[(Option<&str>, Option<&str>)],
    ) -> Author {
        let own = name.to_owned();
        let person = self
            .catalogue
            .write_blocking(move |c| c.add_person(None, &own, role, None))
            .unwrap();
        let scopes = scopes.iter().map(|(grade, subject)| Scope {
            grade: grade.map(str::to_owned),
            subject: subject.map(str::to_owned),
        });
        Author::Person(Arc::new(Actor {
            person,
            name: name.to_owned(),
            role,
            scopes: scopes.collect(),
            quota: None,
            by: By::Session,
            expires: UnixMillis(i64::MAX),
        }))
    }

    fn teacher(&self, name: &str) -> Author {
        self.person(name, PersonRole::Teacher, &[])
    }

    /// A lesson of `author`'s that says this and what must be said besides.
    fn lesson(&self, author: &Author, said: Value) -> Mine {
        let mut all =
            json!({"title": "Kəsr", "grades": ["7"], "subject": "mathematics", "section": "az"});
        for (name, value) in said.as_object().unwrap() {
            all[name] = value.clone();
        }
        self.desk.create(author, fields(all)).unwrap()
    }

    fn edit(&self, author: &Author, code: Code, said: Value) -> Result<Mine, Error> {
        self.desk.edit(author, code, fields(said), None)
    }

    fn now(&self, code: Code) -> Lesson {
        let mine = self.desk.lesson(&Author::CommandLine, code).unwrap();
        mine.lesson
    }

    /// New footage, as the end of an upload of `author`'s brings it; a minute long.
    fn record(&self, author: &Author, code: Code, bytes: &[u8]) -> NewFile {
        let id = self.upload(author, Some(code), bytes.len() as u64);
        let stored = self.store.put(&mut &*bytes, "mp4", |_| ()).unwrap();
        self.store.drop_incoming(&id.to_string()).unwrap();
        let mut source = NewFile::stored(
            Role::Source,
            media::media_name("mp4"),
            stored.key,
            stored.bytes,
            stored.sha256,
        );
        source.mime = "video/mp4".into();
        let recording = NewRecording {
            duration: Millis(60_000),
            size: Some((640, 360)),
            has_sound: true,
            playable: true,
            origin: None,
        };
        let (lesson, by, file) = (self.now(code), author.person(), source.clone());
        self.catalogue
            .write_blocking(move |c| {
                let before = lesson.recording.as_ref().map(|r| r.edition);
                c.upload_reached(id, source.bytes, Some(source.bytes), UnixMillis(0))?;
                c.finish_upload(id, lesson.id, &recording, &source)?;
                let now = c.snapshot().lesson(lesson.id)?.unwrap().recording.unwrap();
                c.record_change(&Deed {
                    by,
                    lesson: Some((lesson.id, lesson.code)),
                    action: "recording",
                    detail: Some(json!({"edition": [before, now.edition]})),
                })
            })
            .unwrap();
        file
    }

    /// An upload that has begun: its file is there, and `length` bytes are announced.
    fn upload(&self, author: &Author, lesson: Option<Code>, length: u64) -> UploadId {
        let new = NewUpload {
            id: UploadId::random(),
            person: author.person().unwrap_or(PersonId(1)),
            lesson: lesson.map(|code| self.now(code).id),
            kind: UploadKind::Whole,
            parts: Vec::new(),
            length: Some(Bytes(length)),
            offset: Bytes(0),
            metadata: String::new(),
            state: UploadState::Uploading,
            expires: UnixMillis(i64::MAX),
        };
        let id = new.id;
        self.store.begin_incoming(&id.to_string()).unwrap();
        self.catalogue
            .write_blocking(move |c| c.add_upload(&new))
            .unwrap();
        id
    }

    /// What anybody gets for a code.
    fn seen_by_anybody(&self, code: Code) -> Access {
        self.catalogue
            .read_blocking(move |c| access::to_lesson(c, c.find(code)?, &Viewer::anybody()))
            .unwrap()
    }

    /// What anybody gets for a file's name.
    fn file_seen_by_anybody(&self, name: &str) -> FileAccess {
        let name = name.to_owned();
        self.catalogue
            .read_blocking(move |c| access::to_file(c, c.file_named(&name)?, &Viewer::anybody()))
            .unwrap()
    }

    fn actions(&self, code: Code) -> Vec<String> {
        let past = self
            .desk
            .history(&Author::CommandLine, code, None, 1000)
            .unwrap();
        past.into_iter().map(|p| p.action).collect()
    }

    /// Which change was the last one.
    fn last_change(&self, code: Code) -> i64 {
        self.desk
            .history(&Author::CommandLine, code, None, 1)
            .unwrap()[0]
            .id
    }

    /// The text of the captions that are shown, by language.
    fn captions(&self, code: Code) -> Vec<(String, String)> {
        let lesson = self.now(code);
        let all = lesson.files_of(Role::Captions).map(|f| {
            let text = std::fs::read_to_string(self.store.path(&f.file.location)).unwrap();
            let line = text.lines().nth(3).unwrap().to_owned();
            (f.file.language.clone().unwrap(), line)
        });
        let mut all: Vec<_> = all.collect();
        all.sort();
        all
    }

    /// All that is stored: every row, every file.
    fn state(&self) -> (Vec<String>, BTreeSet<String>) {
        let rows = self.catalogue.read_blocking(|c| c.dump()).unwrap();
        (rows, self.files())
    }

    fn files(&self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        self.store
            .keys(|key, bytes| {
                files.insert(format!("{key} {bytes}"));
            })
            .unwrap();
        for (name, _) in self.store.incoming_files().unwrap() {
            files.insert(name);
        }
        files
    }

    /// Why something was refused; nothing may have changed.
    #[track_caller]
    fn refused<T>(&self, attempt: impl FnOnce(&Desk) -> Result<T, Error>) -> Error {
        let before = self.state();
        let Err(refused) = attempt(&self.desk) else {
            panic!("it was not refused");
        };
        assert_eq!(self.state(), before, "{refused}");
        refused
    }

    /// The catalogue agrees with itself and with the bytes, and there are none that nobody names.
    #[track_caller]
    fn expect_sound(&self) {
        // With connections of its own, as the command has them.
        let other = Catalogue::open(self.data.path(), 1).unwrap();
        let faults = other.read_blocking(|c| c.faults()).unwrap();
        assert_eq!(faults, []);
        let named = other
            .read_blocking(|c| c.named_bytes(FileId(0), 10_000))
            .unwrap();
        let named: BTreeSet<String> = named
            .iter()
            .map(|n| format!("{} {}", n.file.file.location, n.file.file.bytes.0))
            .collect();
        let mut stored = BTreeSet::new();
        let mut see = |key: &str, bytes| {
            stored.insert(format!("{key} {bytes}"));
        };
        self.store.keys(&mut see).unwrap();
        assert_eq!(stored, named);
    }
}

fn fields(said: Value) -> Fields {
    Fields::of_json(said.as_object().unwrap()).unwrap()
}

/// Captions that say this once, in the first seconds.
fn vtt(text: &str) -> Vec<u8> {
    format!("WEBVTT\n\n00:01.000 --> 00:04.000\n{text}\n").into_bytes()
}
