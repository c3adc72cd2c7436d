//! The forms of stored recordings that are being asked for: computed once, kept while there is room.

use std::io;
use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{OptionsBuilder, Weighter};

use super::handle::FileHandle;
use super::slices::Slices;
use crate::mp4::{
    self, Audio, Clip, ClipError, FastStart, Fragmented, Hls, HlsFile, NoFragments, NoHls,
    SampleIndex, VIEW_FORMAT, View,
};
use crate::units::{Bytes, Millis};

/// A form in which a stored MP4 can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is stored.
    Stored,
    /// With its index in front. A file that has it there already goes as it is stored.
    FastStart,
    /// With a small index in front and a part of the rest before each second or two. What cannot be given
    /// so is given with its whole index in front.
    Fragmented,
    /// Its sound alone.
    Audio,
    /// A part of it, between these moments of its presentation.
    Clip(Millis, Millis),
    /// A file of its HTTP Live Streaming.
    Hls(HlsFile),
}

/// Bytes in a form, and what tells them from those in other forms.
#[derive(Clone, Debug)]
pub struct Formed {
    /// The bytes.
    pub content: Slices,
    /// The form with its parameters in one spelling and [`VIEW_FORMAT`], for a validator; `None`: the bytes are
    /// those of the file.
    pub name: Option<String>,
}

/// Why a file cannot be had in a form.
#[derive(Debug, thiserror::Error)]
pub enum NoView {
    /// Its index cannot be read.
    #[error(transparent)]
    Index(#[from] mp4::Error),
    /// Not in fragments.
    #[error(transparent)]
    Fragments(#[from] NoFragments),
    /// Not for HTTP Live Streaming.
    #[error(transparent)]
    Hls(#[from] NoHls),
    /// Not this part of it.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// It is silent.
    #[error("the recording has no sound")]
    Silent,
    /// It is streamed, but has no such file.
    #[error("the recording's stream has no {0}")]
    NoSuchFile(HlsFile),
}

impl NoView {
    /// Whether the disk is to blame, and not the recording or what was asked for.
    pub fn is_disk(&self) -> bool {
        matches!(self, Self::Index(mp4::Error::Read(e)) if e.kind() != io::ErrorKind::UnexpectedEof)
    }
}

/// The cache of everything that forms are computed from. Share it.
#[derive(Debug)]
pub struct Views {
    kept: Cache<Key, Kept, Weigh>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    /// The file's entity tag: another file has another.
    etag: Box<str>,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum What {
    Index,
    FastStart,
    Fragmented,
    Audio,
    Clip(Millis, Millis),
    Hls,
}

#[derive(Clone, Debug)]
enum Kept {
    Index(Arc<SampleIndex>),
    /// `None`: the file is so already.
    FastStart(Option<Arc<FastStart>>),
    Fragmented(Result<Arc<Fragmented>, NoFragments>),
    /// `None`: it is silent.
    Audio(Option<Arc<Audio>>),
    Clip(Result<Arc<Clip>, ClipError>),
    Hls(Result<Arc<Hls>, NoHls>),
}

#[derive(Clone, Copy, Debug)]
struct Weigh;

impl Weighter<Key, Kept> for Weigh {
    fn weight(&self, key: &Key, kept: &Kept) -> u64 {
        let value = match kept {
            Kept::Index(index) => index.resident_bytes(),
            Kept::FastStart(Some(view)) => view.resident_bytes(),
            Kept::Fragmented(Ok(view)) => view.resident_bytes(),
            // With the index each time: any of them keeps it in use.
            Kept::Audio(Some(view)) => view.resident_bytes(),
            Kept::Clip(Ok(view)) => view.resident_bytes(),
            Kept::Hls(Ok(hls)) => hls.resident_bytes(),
            Kept::FastStart(None)
            | Kept::Fragmented(Err(_))
            | Kept::Audio(None)
            | Kept::Clip(Err(_))
            | Kept::Hls(Err(_)) => 0,
        };
        (size_of::<(Key, Kept)>() + key.etag.len() + value) as u64
    }
}

/// A guess that only sizes the first table: a lesson's index has about half a megabyte.
const USUAL: Bytes = Bytes(256 << 10);

impl Views {
    /// Keeps about `room` of memory; what does not fit is computed anew each time.
    pub fn new(room: Bytes) -> Self {
        let items = (room.0 / USUAL.0).max(16) as usize;
        // One shard: several would divide the room, and the index of a long day fit into none.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(items)
            .weight_capacity(room.0)
            .build();
        let kept = match options {
            Ok(options) => {
                Cache::with_options(options, Weigh, Default::default(), Default::default())
            }
            // Says only that a number is missing, and none is.
            Err(_) => Cache::with_weighter(items, room.0, Weigh),
        };
        Self { kept }
    }

    /// `file`, which `etag` names, in `form`. Reads from disk: not for an async worker.
    ///
    /// # Errors
    /// Why it cannot be had so.
    pub fn formed(&self, file: &Arc<FileHandle>, etag: &str, form: Form) -> Result<Formed, NoView> {
        let show = |view: Arc<dyn View>, name: String| Formed {
            content: Slices::view(view, Arc::clone(file)),
            name: Some(format!("{name}-v{VIEW_FORMAT}")),
        };
        Ok(match form {
            Form::Stored => Formed {
                content: Slices::file(Arc::clone(file)),
                name: None,
            },
            // What cannot be read by us may yet play: the recording's own address always gives it.
            Form::FastStart => match self.fast_start(file, etag).map_err(NoView::from) {
                Ok(Some(view)) => show(view, "faststart".into()),
                Err(disk) if disk.is_disk() => return Err(disk),
                Ok(None) | Err(_) => return self.formed(file, etag, Form::Stored),
            },
            Form::Fragmented => match self.fragmented(file, etag).map_err(NoView::from) {
                Ok(Ok(view)) => show(view, "fragmented".into()),
                Err(disk) if disk.is_disk() => return Err(disk),
                Ok(Err(_)) | Err(_) => return self.formed(file, etag, Form::FastStart),
            },
            Form::Audio => {
                let view = self.audio(file, etag)?.ok_or(NoView::Silent)?;
                show(view, "audio".into())
            }
            Form::Clip(from, to) => {
                let clip = self.clip(file, etag, from, to)??;
                let (from, to) = clip.canonical();
                show(clip, format!("clip.{}.{}", from.0, to.0))
            }
            Form::Hls(part) => {
                let hls = self.hls(file, etag)??;
                let index = self.index(file, etag)?;
                let made = hls.file(part, &index)?.ok_or(NoView::NoSuchFile(part))?;
                show(Arc::new(made), format!("hls.{part}"))
            }
        })
    }

    /// How `file` is divided for HTTP Live Streaming. Reads from disk.
    ///
    /// # Errors
    /// Outside, when its index cannot be read; inside, why it is not streamed so.
    pub fn hls(
        &self,
        file: &FileHandle,
        etag: &str,
    ) -> Result<Result<Arc<Hls>, NoHls>, mp4::Error> {
        let make = || Ok(Kept::Hls(Hls::of(&*self.index(file, etag)?).map(Arc::new)));
        match self.keep(etag, What::Hls, make)? {
            Kept::Hls(hls) => Ok(hls),
            _ => unreachable!("a key has one kind of value"),
        }
    }

    fn index(&self, file: &FileHandle, etag: &str) -> Result<Arc<SampleIndex>, mp4::Error> {
        let make = || Ok(Kept::Index(Arc::new(SampleIndex::read(file)?)));
        match self.keep(etag, What::Index, make)? {
            Kept::Index(index) => Ok(index),
            _ => unreachable!("a key has one kind of value"),
        }
    }

    fn fast_start(
        &self,
        file: &FileHandle,
        etag: &str,
    ) -> Result<Option<Arc<FastStart>>, mp4::Error> {
        let make = || Ok(Kept::FastStart(FastStart::of(file)?.map(Arc::new)));
        match self.keep(etag, What::FastStart, make)? {
            Kept::FastStart(view) => Ok(view),
            _ => unreachable!("a key has one kind of value"),
        }
    }

    fn fragmented(
        &self,
        file: &FileHandle,
        etag: &str,
    ) -> Result<Result<Arc<Fragmented>, NoFragments>, mp4::Error> {
        let make = || {
            let index = self.index(file, etag)?;
            Ok(Kept::Fragmented(Fragmented::of(index).map(Arc::new)))
        };
        match self.keep(etag, What::Fragmented, make)? {
            Kept::Fragmented(view) => Ok(view),
            _ => unreachable!("a key has one kind of value"),
        }
    }

    fn audio(&self, file: &FileHandle, etag: &str) -> Result<Option<Arc<Audio>>, mp4::Error> {
        let make = || {
            let view = Audio::of(self.index(file, etag)?);
            Ok(Kept::Audio(view.map(Arc::new)))
        };
        match self.keep(etag, What::Audio, make)? {
            Kept::Audio(view) => Ok(view),
            _ => unreachable!("a key has one kind of value"),
        }
    }

    fn clip(
        &self,
        file: &FileHandle,
        etag: &str,
        from: Millis,
        to: Millis,
    ) -> Result<Result<Arc<Clip>, ClipError>, mp4::Error> {
        let make = || {
            let view = Clip::of(self.index(file, etag)?, from, to);
            Ok(Kept::Clip(view.map(Arc::new)))
        };
        match self.keep(etag, What::Clip(from, to), make)? {
            Kept::Clip(view) => Ok(view),
            _ => unreachable!("a key has one kind of value"),
        }
    }

    /// What is kept, or what `make` makes; of several who ask at once one makes it and the others wait.
    fn keep(
        &self,
        etag: &str,
        what: What,
        make: impl FnOnce() -> Result<Kept, mp4::Error>,
    ) -> Result<Kept, mp4::Error> {
        let key = Key {
            etag: etag.into(),
            what,
        };
        self.kept.get_or_insert_with(&key, make)
    }
}
