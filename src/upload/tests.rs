//! Uploads against a model that is a vector of bytes: whatever is asked in whatever order, both say the same.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes as Chunk;
use http::HeaderMap;
use http_body::Frame;
use http_body_util::StreamBody;
use proptest::collection::vec;
use proptest::prelude::*;
use sha1::{Digest, Sha1};
use tokio::runtime::Runtime;

use super::protocol::{Append, Checksum, Concat, Creation, Length, Metadata};
use super::{Error, Limits, Uploader, Uploads};
use crate::catalogue::{Catalogue, PersonRole, UploadId, UploadKind};
use crate::media::Store;
use crate::units::{Bytes, LessonId, PersonId};

/// The longest upload.
const MOST: u64 = 5000;

/// What is done, to which upload. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
enum Step {
    Create {
        length: Option<u64>,
        partial: bool,
        first: Option<Piece>,
    },
    Append {
        upload: usize,
        at: At,
        length: Option<u64>,
        piece: Piece,
    },
    Terminate(usize),
    Join(Vec<usize>),
    /// The server dies with so many bytes on the disk that nobody heard of, and is started again.
    Restart {
        unheard: usize,
    },
}

/// Where a request believes an upload to be.
#[derive(Clone, Debug)]
enum At {
    Right,
    Before(u64),
    Beyond(u64),
}

/// The bytes that a request brings.
#[derive(Clone, Debug)]
struct Piece {
    chunks: Vec<Vec<u8>>,
    sum: Sum,
    /// The line breaks after them.
    cut: bool,
    /// Whether Content-Length says how many there are; a request that breaks off had announced one more.
    announced: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Sum {
    None,
    Right,
    Wrong,
}

impl Piece {
    fn bytes(&self) -> Vec<u8> {
        self.chunks.concat()
    }

    fn announcement(&self) -> Option<u64> {
        let length = self.bytes().len() as u64 + u64::from(self.cut);
        self.announced.then_some(length)
    }

    fn checksum(&self) -> Option<Checksum> {
        let mut hashed = self.bytes();
        match self.sum {
            Sum::None => return None,
            Sum::Right => {}
            Sum::Wrong => hashed.push(b'!'),
        }
        let hash = data_encoding::BASE64.encode(&Sha1::digest(hashed));
        let mut headers = HeaderMap::new();
        headers.insert("upload-checksum", format!("sha1 {hash}").parse().unwrap());
        Checksum::of(&headers).unwrap()
    }

    fn body(
        &self,
    ) -> impl http_body::Body<Data = Chunk, Error = std::io::Error> + Send + Unpin + use<> {
        let chunks = self.chunks.iter().cloned();
        let mut frames: Vec<_> = chunks.map(|c| Ok(Frame::data(c.into()))).collect();
        if self.cut {
            frames.push(Err(std::io::ErrorKind::ConnectionReset.into()));
        }
        StreamBody::new(futures_util::stream::iter(frames))
    }
}

/// What should be there.
#[derive(Debug, Default)]
struct Expected {
    bytes: Vec<u8>,
    length: Option<u64>,
    kind: Option<UploadKind>,
    gone: bool,
    parts: Vec<UploadId>,
}

impl Expected {
    fn is_whole(&self) -> bool {
        self.length == Some(self.bytes.len() as u64)
    }

    /// What a request at the right place does: the bytes afterwards, or why not.
    fn take(&mut self, length: Option<u64>, piece: &Piece) -> Result<(), &'static str> {
        let offset = self.bytes.len() as u64;
        let length = match (self.length, length) {
            (Some(known), Some(said)) if known != said => return Err("LengthIsSet"),
            (None, Some(said)) if said < offset => return Err("LengthBelow"),
            (None, Some(said)) if said > MOST => return Err("TooLong"),
            (known, said) => known.or(said),
        };
        let beyond = match length {
            Some(_) => "BeyondEnd",
            None => "TooLong",
        };
        let end = length.unwrap_or(MOST);
        let announced = piece.announcement().unwrap_or(0);
        let brought = piece.bytes();
        if offset + announced.max(brought.len() as u64) > end {
            return Err(beyond);
        }
        if self.is_whole() {
            return Ok(());
        }
        if piece.cut && piece.sum != Sum::None {
            return Err("BrokenOff");
        }
        if piece.sum == Sum::Wrong {
            return Err("Checksum");
        }
        self.length = length;
        self.bytes.extend(brought);
        if piece.cut && !self.is_whole() {
            return Err("BrokenOff");
        }
        Ok(())
    }
}

/// The name of an error, as the model has it.
fn named(error: &Error) -> &'static str {
    match error {
        Error::Refused { why, .. } => named(why),
        Error::Gone => "Gone",
        Error::WrongOffset { .. } => "WrongOffset",
        Error::TooLong { .. } => "TooLong",
        Error::BeyondEnd { .. } => "BeyondEnd",
        Error::LengthIsSet(_) => "LengthIsSet",
        Error::LengthBelow { .. } => "LengthBelow",
        Error::Checksum { .. } => "Checksum",
        Error::MadeOfParts => "MadeOfParts",
        Error::NoPart(_) => "NoPart",
        Error::PartUnfinished(_) => "PartUnfinished",
        Error::BrokenOff { .. } => "BrokenOff",
        other => panic!("{other:?} was not to be expected"),
    }
}

/// The offset that an error tells of, if it does.
fn told(error: &Error) -> Option<u64> {
    match error {
        Error::Refused { offset, .. }
        | Error::WrongOffset { offset, .. }
        | Error::Checksum { offset }
        | Error::BrokenOff { offset } => Some(*offset),
        _ => None,
    }
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().build().unwrap()
}

/// Uploads in a folder, and what should be in them.
struct Bench {
    data: tempfile::TempDir,
    runtime: Runtime,
    running: Option<(Catalogue, Arc<Uploads>)>,
    person: PersonId,
    expected: Vec<(UploadId, Expected)>,
    /// The longest upload.
    most: u64,
}

impl Bench {
    fn new() -> Self {
        Self::with(MOST)
    }

    fn with(most: u64) -> Self {
        let data = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(data.path(), 1).unwrap();
        let person = catalogue
            .write_blocking(|c| c.add_person(None, "Leyla", PersonRole::Teacher, None))
            .unwrap();
        drop(catalogue);
        let mut bench = Self {
            data,
            runtime: runtime(),
            running: None,
            person,
            expected: Vec::new(),
            most,
        };
        bench.start();
        bench
    }

    fn start(&mut self) {
        let catalogue = Catalogue::open(self.data.path(), 1).unwrap();
        let store = Store::open(self.data.path(), Bytes(0)).unwrap();
        let limits = Limits {
            most_bytes: self.most,
            open_per_person: 1000,
            open: 1000,
            kept_for: Duration::from_secs(3600),
        };
        let uploads = Uploads::open(&catalogue, &store, limits).unwrap();
        self.running = Some((catalogue, uploads));
    }

    fn uploads(&self) -> Arc<Uploads> {
        Arc::clone(&self.running.as_ref().unwrap().1)
    }

    fn uploader(&self) -> Uploader {
        Uploader {
            person: self.person,
            quota: None,
        }
    }

    fn do_one(&mut self, step: &Step) {
        let count = self.expected.len();
        match step {
            Step::Create {
                length,
                partial,
                first,
            } => self.create(*length, *partial, first.as_ref()),
            Step::Restart { unheard } => {
                self.running = None;
                for (id, expected) in &self.expected {
                    let open = !expected.gone && !expected.is_whole();
                    if open && expected.kind != Some(UploadKind::Final) {
                        let path = self.data.path().join("uploads").join(id.to_string());
                        let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
                        std::io::Write::write_all(&mut file, &vec![b'?'; *unheard]).unwrap();
                    }
                }
                self.start();
            }
            _ if count == 0 => {}
            Step::Append {
                upload,
                at,
                length,
                piece,
            } => self.append(upload % count, at, *length, piece),
            Step::Terminate(upload) => {
                let (id, expected) = &mut self.expected[upload % count];
                let was_gone = std::mem::replace(&mut expected.gone, true);
                let id = *id;
                let done = self
                    .runtime
                    .block_on(self.uploads().terminate(self.person, id));
                assert_eq!(done.is_err(), was_gone, "{done:?}");
            }
            Step::Join(parts) => self.join(parts),
        }
        self.compare();
    }

    fn create(&mut self, length: Option<u64>, partial: bool, first: Option<&Piece>) {
        let request = Creation {
            length: length.map_or(Length::Deferred, Length::Known),
            metadata: Metadata::default(),
            concat: partial.then_some(Concat::Partial),
            with_bytes: first.is_some(),
            checksum: first.and_then(Piece::checksum),
        };
        let nothing = Piece {
            chunks: Vec::new(),
            sum: Sum::None,
            cut: false,
            announced: true,
        };
        let piece = first.unwrap_or(&nothing);
        let mut expected = Expected {
            length,
            kind: Some(match partial {
                true => UploadKind::Partial,
                false => UploadKind::Whole,
            }),
            ..Expected::default()
        };
        let taken = match length {
            Some(length) if length > MOST => Err("TooLong"),
            _ => expected.take(length, piece),
        };
        let (announced, body) = (piece.announcement(), piece.body());
        let begun = self.runtime.block_on(self.uploads().begin(
            self.uploader(),
            None,
            request,
            announced,
            body,
        ));
        match (taken, begun) {
            // What broke off has begun.
            (Ok(()) | Err("BrokenOff"), Ok(begun)) => {
                assert_eq!(begun.reached.offset, expected.bytes.len() as u64);
                self.expected.push((begun.id, expected));
            }
            (Err(why), Err(error)) => assert_eq!(named(&error), why),
            (taken, begun) => panic!("{taken:?} was expected, not {begun:?}"),
        }
    }

    fn append(&mut self, upload: usize, at: &At, length: Option<u64>, piece: &Piece) {
        let (id, expected) = &mut self.expected[upload];
        let (id, here) = (*id, expected.bytes.len() as u64);
        let offset = match at {
            At::Right => here,
            At::Before(by) => here.saturating_sub(*by),
            At::Beyond(by) => here.saturating_add(*by),
        };
        let taken = if expected.gone {
            Err("Gone")
        } else if expected.kind == Some(UploadKind::Final) {
            Err("MadeOfParts")
        } else if offset != here {
            Err("WrongOffset")
        } else {
            expected.take(length, piece)
        };
        let now = expected.bytes.len() as u64;
        let request = Append {
            offset,
            length,
            checksum: piece.checksum(),
            announced: piece.announcement(),
        };
        let uploads = self.uploads();
        let appended = uploads.append(self.uploader(), id, request, piece.body());
        match (taken, self.runtime.block_on(appended)) {
            (Ok(()), Ok(reached)) => assert_eq!(reached.offset, now),
            (Err(why), Err(error)) => {
                assert_eq!(named(&error), why);
                let silent = ["Gone", "MadeOfParts"].contains(&why);
                assert_eq!(told(&error), (!silent).then_some(now), "{error:?}");
            }
            (taken, appended) => panic!("{taken:?} was expected, not {appended:?}"),
        }
    }

    fn join(&mut self, parts: &[usize]) {
        let count = self.expected.len();
        let parts: Vec<_> = parts.iter().map(|p| &self.expected[p % count]).collect();
        let ids: Vec<UploadId> = parts.iter().map(|(id, _)| *id).collect();
        let wrong = parts.iter().find_map(|(_, part)| match part {
            p if p.gone || p.kind != Some(UploadKind::Partial) => Some("NoPart"),
            p if !p.is_whole() => Some("PartUnfinished"),
            _ => None,
        });
        let bytes: Vec<u8> = parts.iter().flat_map(|(_, p)| p.bytes.clone()).collect();
        let length = bytes.len() as u64;
        let before = self
            .expected
            .iter()
            .find(|(_, e)| !e.gone && e.parts == ids);
        let taken = match wrong {
            _ if before.is_some() => Ok(()),
            Some(why) => Err(why),
            None if length > MOST => Err("TooLong"),
            None => Ok(()),
        };
        let before = before.map(|(id, _)| *id);
        let request = Creation {
            length: Length::OfParts,
            metadata: Metadata::default(),
            concat: Some(Concat::Final(ids.clone())),
            with_bytes: false,
            checksum: None,
        };
        let body = http_body_util::Empty::<Chunk>::new();
        let uploads = self.uploads();
        let joined = uploads.begin(self.uploader(), None, request, Some(0), body);
        match (taken, self.runtime.block_on(joined)) {
            (Ok(()), Ok(begun)) if before.is_some() => assert_eq!(Some(begun.id), before),
            (Ok(()), Ok(begun)) => self.expected.push((
                begun.id,
                Expected {
                    bytes,
                    length: Some(length),
                    kind: Some(UploadKind::Final),
                    gone: false,
                    parts: ids,
                },
            )),
            (Err(why), Err(error)) => assert_eq!(named(&error), why),
            (taken, joined) => panic!("{taken:?} was expected, not {joined:?}"),
        }
    }

    /// Asks all of them, and reads their files.
    fn compare(&self) {
        for (id, expected) in &self.expected {
            let path = self.data.path().join("uploads").join(id.to_string());
            let asked = self.runtime.block_on(self.uploads().ask(self.person, *id));
            if expected.gone {
                assert_eq!(asked.map_err(|e| named(&e)).err(), Some("Gone"));
                assert!(!path.exists());
                continue;
            }
            let asked = asked.unwrap();
            assert_eq!(asked.offset, Bytes(expected.bytes.len() as u64));
            assert_eq!(asked.length, expected.length.map(Bytes));
            assert_eq!(std::fs::read(path).unwrap(), expected.bytes);
        }
    }
}

#[test]
fn an_upload_for_a_lesson_that_was_deleted_meanwhile_does_not_begin() {
    let bench = Bench::new();
    let creation = Creation {
        length: Length::Known(3),
        metadata: Metadata::default(),
        concat: None,
        with_bytes: false,
        checksum: None,
    };
    let nothing = http_body_util::Empty::<Chunk>::new();
    let gone = Some(LessonId(7));
    let uploads = bench.uploads();
    let begun = uploads.begin(bench.uploader(), gone, creation, None, nothing);
    let refused = bench.runtime.block_on(begun).unwrap_err();
    assert!(matches!(refused, Error::LessonGone), "{refused:?}");
    let left = std::fs::read_dir(bench.data.path().join("uploads"));
    assert_eq!(left.unwrap().count(), 0);
}

/// Letters, so that nothing takes them for a recording.
fn piece() -> impl Strategy<Value = Piece> {
    let chunks = vec(vec(b'a'..=b'z', 0..700), 0..4);
    let sum = prop_oneof![4 => Just(Sum::None), 1 => Just(Sum::Right), 1 => Just(Sum::Wrong)];
    let rarely = prop::bool::weighted(0.2);
    (chunks, sum, rarely, any::<bool>()).prop_map(|(chunks, sum, cut, announced)| Piece {
        chunks,
        sum,
        cut,
        announced,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let length = || prop_oneof![4 => (0..2000_u64).prop_map(Some), 2 => Just(None), 1 => (MOST - 2..MOST + 2).prop_map(Some)];
    let at = prop_oneof![6 => Just(At::Right), 1 => (1..999_u64).prop_map(At::Before), 1 => (1..=u64::MAX).prop_map(At::Beyond)];
    let create = (length(), any::<bool>(), prop::option::of(piece()));
    let append = (
        any::<usize>(),
        at,
        prop::option::weighted(0.2, 0..3000_u64),
        piece(),
    );
    prop_oneof![
        3 => create.prop_map(|(length, partial, first)| Step::Create { length, partial, first }),
        8 => append.prop_map(|(upload, at, length, piece)| Step::Append { upload, at, length, piece }),
        1 => any::<usize>().prop_map(Step::Terminate),
        2 => vec(any::<usize>(), 1..4).prop_map(Step::Join),
        1 => (0..500_usize).prop_map(|unheard| Step::Restart { unheard }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn uploads_are_what_was_sent_whatever_is_asked_in_between(steps in vec(step(), 1..40)) {
        let mut bench = Bench::new();
        for step in &steps {
            bench.do_one(step);
        }
    }
}

#[test]
fn a_long_request_is_noted_on_the_way_and_a_crash_loses_only_what_came_since() {
    const MIB: u64 = 1 << 20;
    let mut bench = Bench::with(100 * MIB);
    let (person, uploads) = (bench.person, bench.uploads());
    let begun = uploads.begin(
        bench.uploader(),
        None,
        Creation {
            length: Length::Known(90 * MIB),
            metadata: Metadata::default(),
            concat: None,
            with_bytes: false,
            checksum: None,
        },
        None,
        http_body_util::Empty::<Chunk>::new(),
    );
    let id = bench.runtime.block_on(begun).unwrap().id;
    let catalogue = bench.running.as_ref().unwrap().0.clone();
    let (sender, mut pieces) = tokio::sync::mpsc::channel::<Result<_, std::io::Error>>(1);
    let stream = futures_util::stream::poll_fn(move |context| pieces.poll_recv(context));
    let request = Append {
        offset: 0,
        length: None,
        checksum: None,
        announced: Some(90 * MIB),
    };
    let uploader = bench.uploader();
    let appended = async move {
        uploads
            .append(uploader, id, request, StreamBody::new(stream))
            .await
    };
    let letters = |n: u64| Chunk::from(vec![b'a' + (n % 26) as u8; MIB as usize]);
    bench.runtime.block_on(async {
        let request = tokio::spawn(appended);
        for n in 0..75 {
            sender.send(Ok(Frame::data(letters(n)))).await.unwrap();
        }
        // The client has heard of nothing yet.
        assert!(!request.is_finished());
        let deadline = std::time::Instant::now() + Duration::from_secs(60);
        loop {
            let row = catalogue
                .read(move |c| c.upload(id))
                .await
                .unwrap()
                .unwrap();
            if row.offset >= Bytes(64 * MIB) {
                break;
            }
            assert!(std::time::Instant::now() < deadline, "{:?}", row.offset);
            tokio::task::yield_now().await;
        }
    });
    // As when the process is killed: nothing goes on.
    bench.runtime = runtime();
    bench.running = None;
    drop((sender, catalogue));
    bench.start();
    let asked = bench
        .runtime
        .block_on(bench.uploads().ask(person, id))
        .unwrap();
    let file = std::fs::read(bench.data.path().join("uploads").join(id.to_string())).unwrap();
    assert!(
        (64 * MIB..=75 * MIB).contains(&asked.offset.0),
        "{:?}",
        asked.offset
    );
    assert_eq!(file.len() as u64, asked.offset.0);
    for (n, piece) in file.chunks(MIB as usize).enumerate() {
        assert!(*piece == letters(n as u64)[..piece.len()], "MiB {n}");
    }
}
