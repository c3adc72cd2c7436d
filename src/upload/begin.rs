//! POST: an upload begins, empty, with its first bytes, or made of parts.

use std::io;
use std::sync::Arc;

use bytes::Bytes as Chunk;
use http_body::Body;

use super::append::{Place, Reached, has_more, may_expire};
use super::protocol::{Concat, Creation, Length};
use super::tail::Pipe;
use super::{Error, Uploads};
use crate::catalogue::{NewUpload, UploadId, UploadKind, UploadState};
use crate::units::{Bytes, LessonId, PersonId};

/// Who uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploader {
    /// Their row.
    pub person: PersonId,
    /// What their lessons and uploads may have together, and who set it; `None`: no limit.
    pub quota: Option<(u64, String)>,
}

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
        if length == Some(0) && request.with_bytes && has_more(&mut body).await {
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
        self.add(uploader, new, length.unwrap_or(first)).await?;
        let mut reached = Reached {
            offset: 0,
            expires: may_expire(kind, state == UploadState::Queued).then_some(expires),
        };
        if request.with_bytes && state == UploadState::Uploading {
            let upload = self.of(uploader.person, id).await?;
            let (tail, offset) = self.open_tail(&upload).await?;
            let Some(tail) = tail else {
                return Ok(Begun { id, reached });
            };
            let (end, beyond) = match length {
                Some(length) => (length, None),
                None => self.end_without_length(uploader, offset).await?,
            };
            let place = Place {
                id,
                pipe: Pipe::new(tail),
                offset,
                length: upload.length,
                kind,
                end,
                beyond,
            };
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

    /// Adds the row of an upload that takes `more` bytes. Where that fails, the file is deleted again.
    ///
    /// The quota is looked at once more: others of theirs may have begun since it was.
    pub(super) async fn add(
        &self,
        uploader: &Uploader,
        new: NewUpload,
        more: u64,
    ) -> Result<(), Error> {
        let (id, quota) = (new.id, uploader.quota.as_ref().map(|(quota, _)| *quota));
        let added = self.catalogue.progress(move |c| {
            // What is made of parts takes their place; but only once.
            let fresh = new.kind == UploadKind::Final
                && !c.snapshot().joined_before(new.person, &new.parts)?;
            let more = if fresh { 0 } else { more };
            let used = c.snapshot().bytes_of(new.person)?.0;
            if more > 0 && quota.is_some_and(|quota| used.saturating_add(more) > quota) {
                return Ok(Some(used));
            }
            c.add_upload(&new)?;
            Ok(None)
        });
        let added = added.await;
        if !matches!(added, Ok(None)) {
            let store = self.store.clone();
            // What failed is reported; a left-over is found by check.
            let _ = self
                .blocking(move || store.drop_incoming(&id.to_string()), 0)
                .await;
        }
        match added? {
            None => Ok(()),
            Some(used) => Err(over_quota(uploader, more, used)),
        }
    }

    /// Refuses what would go over a limit, before any byte is taken.
    pub(super) async fn check(&self, uploader: &Uploader, length: u64) -> Result<(), Error> {
        let person = uploader.person;
        let open = self.catalogue.read(move |c| c.open_uploads(person)).await?;
        for (open, most, set_by) in [
            (
                open.own,
                self.limits.open_per_person,
                "the setting open_uploads_per_person",
            ),
            (open.all, self.limits.open, "the setting open_uploads"),
        ] {
            if open >= most {
                return Err(Error::TooMany { open, most, set_by });
            }
        }
        self.check_quota(uploader, length, length).await?;
        let (store, needed) = (self.store.clone(), Bytes(length));
        self.blocking(move || store.room_for(needed), 0).await??;
        Ok(())
    }

    /// Refuses an upload of `length` bytes that adds `more` to what its person has, over their quota.
    pub(super) async fn check_quota(
        &self,
        uploader: &Uploader,
        more: u64,
        length: u64,
    ) -> Result<(), Error> {
        match self.left_of_quota(uploader).await? {
            Some((left, used)) if more > left => Err(over_quota(uploader, length, used)),
            _ => Ok(()),
        }
    }

    /// How many bytes somebody may still send, and how many they have; `None`: no limit.
    pub(super) async fn left_of_quota(
        &self,
        uploader: &Uploader,
    ) -> Result<Option<(u64, u64)>, Error> {
        let Some((quota, _)) = uploader.quota else {
            return Ok(None);
        };
        let person = uploader.person;
        let used = self.catalogue.read(move |c| c.bytes_of(person)).await?.0;
        Ok(Some((quota.saturating_sub(used), used)))
    }
}

/// Says that an upload of `length` bytes is too much for somebody who has `used` already.
pub(super) fn over_quota(uploader: &Uploader, length: u64, used: u64) -> Error {
    let (quota, set_by) = uploader.quota.clone().unwrap_or_default();
    Error::OverQuota {
        length,
        quota,
        used,
        set_by,
    }
}
