//! POST: an upload begins, empty, with its first bytes, or made of parts.

use std::io;
use std::sync::Arc;

use bytes::Bytes as Chunk;
use http_body::Body;

use super::append::{Reached, may_expire};
use super::bound::Uploader;
use super::protocol::{Concat, Creation, Length};
use super::receive::Place;
use super::tail::Pipe;
use super::{Error, Uploads};
use crate::catalogue::{
    Error as CatalogueError, NewUpload, Snapshot, UploadId, UploadKind, UploadState,
};
use crate::units::{Bytes, LessonId};

/// An upload that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Its name.
    pub id: UploadId,
    /// How far it is.
    pub reached: Reached,
}

impl Uploads {
    /// Begins an upload for `lesson`, or for a draft to be made of it. It goes on when the caller is dropped.
    ///
    /// When first bytes come along and not all of them can be kept, the upload has begun all the same, and the
    /// answer says how far it is. Only a wrong checksum undoes it.
    ///
    /// # Errors
    /// What is refused up front: limits, room, parts that are none; the disk's and the catalogue's.
    pub async fn begin<B>(
        self: &Arc<Self>,
        uploader: Uploader,
        lesson: Option<LessonId>,
        request: Creation,
        announced: Option<u64>,
        body: B,
    ) -> Result<Begun, Error>
    where
        B: Body<Data = Chunk, Error: Send> + Send + Unpin + 'static,
    {
        let uploads = Arc::clone(self);
        let work = tokio::spawn(async move {
            match request.concat.clone() {
                Some(Concat::Final(parts)) => uploads.join(&uploader, lesson, request, parts).await,
                _ => {
                    uploads
                        .begin_now(&uploader, lesson, request, announced, body)
                        .await
                }
            }
        });
        work.await.map_err(io::Error::other).map_err(Error::Disk)?
    }

    async fn begin_now<B>(
        &self,
        uploader: &Uploader,
        lesson: Option<LessonId>,
        request: Creation,
        announced: Option<u64>,
        mut body: B,
    ) -> Result<Begun, Error>
    where
        B: Body<Data = Chunk> + Unpin,
    {
        let length = match request.length {
            Length::Known(length) => Some(length),
            Length::Deferred | Length::OfParts => None,
        };
        let most = length.unwrap_or(self.limits.most_bytes);
        let first = announced.filter(|_| request.with_bytes).unwrap_or(0);
        if length.is_some_and(|l| l > self.limits.most_bytes) {
            return Err(self.too_long(most));
        }
        if first > most {
            return Err(match length {
                Some(length) => Error::BeyondEnd { length },
                None => self.too_long(first),
            });
        }
        self.check(uploader, length.unwrap_or(first)).await?;
        let bound = self.bound(uploader, length.map(Bytes), 0).await?;
        if length == Some(0) && request.with_bytes && self.brings_bytes(&mut body).await? {
            return Err(Error::BeyondEnd { length: 0 });
        }
        let kind = match request.concat {
            Some(Concat::Partial) => UploadKind::Partial,
            _ => UploadKind::Whole,
        };
        let state = match length {
            Some(0) => UploadState::Queued,
            _ => UploadState::Uploading,
        };
        let new = NewUpload {
            id: UploadId::random(),
            person: uploader.person,
            lesson,
            kind,
            parts: Vec::new(),
            length: length.map(Bytes),
            offset: Bytes(0),
            metadata: request.metadata.raw().to_owned(),
            state,
            expires: self.expires(),
        };
        let (id, expires) = (new.id, new.expires);
        let turn = self.turn(id).await?;
        let store = self.store.clone();
        self.blocking(move || store.begin_incoming(&id.to_string()).map(drop), 0)
            .await?;
        let asking = self.asking(uploader, length.unwrap_or(first));
        if let Some(refused) = self.add(new, move |c| asking.refused_by(c)).await? {
            return Err(refused);
        }
        let mut reached = Reached {
            offset: 0,
            expires: may_expire(kind, state == UploadState::Queued).then_some(expires),
        };
        if request.with_bytes && state == UploadState::Uploading {
            let upload = self.of(uploader.person, id).await?;
            let (tail, offset) = self.open_tail(&upload).await?;
            let place = Place::new(id, Pipe::new(tail), offset, upload.length, kind, bound);
            match self.receive(place, request.checksum, body, &turn).await {
                Ok(all) => reached = all,
                Err(Error::Refused { why, .. }) => {
                    self.take_back(id).await?;
                    return Err(*why);
                }
                Err(error @ Error::Checksum { .. }) => {
                    self.take_back(id).await?;
                    return Err(error);
                }
                Err(error) => {
                    tracing::info!(%id, %error, "the first bytes of an upload did not all come");
                    reached.offset = self.of(uploader.person, id).await?.offset.0;
                }
            }
        }
        if length == Some(reached.offset) {
            self.finish(id, kind).await;
        }
        Ok(Begun { id, reached })
    }

    /// Forgets an upload of which nobody has heard yet.
    async fn take_back(&self, id: UploadId) -> Result<(), Error> {
        self.catalogue.progress(move |c| c.upload_gone(id)).await?;
        let store = self.store.clone();
        self.blocking(move || store.drop_incoming(&id.to_string()), 0)
            .await
    }

    /// Adds the row, unless `instead` finds in the same moment why not: others may have come since it was asked
    /// before, and the lesson may have been deleted. Without a row the file is deleted again.
    pub(super) async fn add<T: Send + 'static>(
        &self,
        new: NewUpload,
        instead: impl FnOnce(&Snapshot<'_>) -> Result<Option<T>, CatalogueError> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let id = new.id;
        let added = self.catalogue.progress(move |c| {
            if let Some(lesson) = new.lesson
                && c.snapshot().lesson(lesson)?.is_none()
            {
                return Ok(Err(Error::LessonGone));
            }
            let found = instead(&c.snapshot())?;
            if found.is_none() {
                c.add_upload(&new)?;
            }
            Ok(Ok(found))
        });
        let added = added.await;
        if !matches!(added, Ok(Ok(None))) {
            let store = self.store.clone();
            // What failed is reported; a left-over is found by check.
            let _ = self
                .blocking(move || store.drop_incoming(&id.to_string()), 0)
                .await;
        }
        added?
    }
}
