//! PATCH: bytes are added.

use std::io;
use std::sync::Arc;

use bytes::Bytes as Chunk;
use http_body::Body;
use http_body_util::BodyExt as _;

use super::bound::{Bound, Uploader};
use super::protocol::Append;
use super::receive::Place;
use super::tail::Pipe;
use super::{Error, Uploads};
use crate::catalogue::{Upload, UploadId, UploadKind, UploadState};
use crate::clock::UnixMillis;
use crate::units::Bytes;

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Bytes that are durable.
    pub offset: u64,
    /// When they are deleted if nothing follows; `None`: all is here, and nobody is waited for.
    pub expires: Option<UnixMillis>,
}

impl Uploads {
    /// Adds the bytes of `body` to an upload of this person's.
    ///
    /// It goes on when the caller is dropped: what came is made durable, so that it need not come again.
    ///
    /// # Errors
    /// Those of [`Error`] with the offset that holds afterwards.
    pub async fn append<B>(
        self: &Arc<Self>,
        uploader: Uploader,
        id: UploadId,
        request: Append,
        body: B,
    ) -> Result<Reached, Error>
    where
        B: Body<Data = Chunk, Error: Send> + Send + Unpin + 'static,
    {
        let uploads = Arc::clone(self);
        let work =
            tokio::spawn(async move { uploads.append_now(&uploader, id, request, body).await });
        work.await.map_err(io::Error::other).map_err(Error::Disk)?
    }

    async fn append_now<B>(
        &self,
        uploader: &Uploader,
        id: UploadId,
        request: Append,
        mut body: B,
    ) -> Result<Reached, Error>
    where
        B: Body<Data = Chunk> + Unpin,
    {
        let person = uploader.person;
        let upload = self.of(person, id).await?;
        if !upload.parts.is_empty() {
            return Err(Error::MadeOfParts);
        }
        let turn = self.turn(id).await?;
        let upload = self.of(person, id).await?;
        let mut offset = upload.offset.0;
        let mut tail = None;
        if upload.state == UploadState::Uploading {
            let (opened, standing) = self.open_tail(&upload).await?;
            (tail, offset) = (Some(opened), standing);
        }
        if request.offset != offset {
            return Err(Error::WrongOffset {
                asked: request.offset,
                offset,
            });
        }
        let refused = |error: Error| error.standing_at(offset);
        let (length, bound) = self
            .bounds(uploader, &upload, &request, offset)
            .await
            .map_err(refused)?;
        let Some(tail) = tail else {
            // All is here: only nothing can be added. Whoever takes long to say so keeps nobody waiting.
            let more = tokio::select! {
                biased;
                () = turn.leave.cancelled() => return Err(Error::TakenOver { offset }),
                more = self.brings_bytes(&mut body) => more.map_err(|_| Error::Stopping { offset })?,
            };
            return match more {
                false => Ok(Reached {
                    offset,
                    expires: may_expire(upload.kind, true).then_some(upload.expires),
                }),
                true => Err(refused(bound.beyond(bound.at.saturating_add(1)))),
            };
        };
        let (store, needed) = (self.store.clone(), Bytes(request.announced.unwrap_or(0)));
        let room = self
            .blocking(move || store.room_for(needed), offset)
            .await?;
        room.map_err(Error::from).map_err(refused)?;
        let place = Place::new(id, Pipe::new(tail), offset, length, upload.kind, bound);
        let reached = self.receive(place, request.checksum, body, &turn).await?;
        if length == Some(Bytes(reached.offset)) {
            self.finish(id, upload.kind).await;
        }
        drop(turn);
        Ok(reached)
    }

    /// Whether a body has a byte at all, which only its end tells where it came chunked or over HTTP/2.
    ///
    /// # Errors
    /// [`Error::Stopping`] when the server stops before that is known.
    pub async fn brings_bytes<B>(&self, body: &mut B) -> Result<bool, Error>
    where
        B: Body<Data = Chunk> + Unpin,
    {
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => Err(Error::Stopping { offset: 0 }),
            more = has_more(body) => Ok(more),
        }
    }

    /// The length that an upload has with this request, and where it ends at the latest.
    async fn bounds(
        &self,
        uploader: &Uploader,
        upload: &Upload,
        request: &Append,
        offset: u64,
    ) -> Result<(Option<Bytes>, Bound), Error> {
        let length = match (upload.length, request.length) {
            (Some(known), Some(said)) if known.0 != said => {
                return Err(Error::LengthIsSet(known.0));
            }
            (None, Some(length)) if length < offset => {
                return Err(Error::LengthBelow { length, offset });
            }
            (None, Some(length)) if length > self.limits.most_bytes => {
                return Err(self.too_long(length));
            }
            (None, Some(length)) => {
                let more = length - offset;
                self.check_quota(uploader, more, length).await?;
                let (store, rest) = (self.store.clone(), Bytes(more));
                self.blocking(move || store.room_for(rest), offset)
                    .await??;
                Some(Bytes(length))
            }
            (known, _) => known,
        };
        let bound = self.bound(uploader, length, offset).await?;
        let reached = offset.saturating_add(request.announced.unwrap_or(0));
        if reached > bound.at {
            return Err(bound.beyond(reached));
        }
        Ok((length, bound))
    }
}

/// Whether an upload ends when nobody uses it: what is whole waits for no client, a part does.
pub(super) fn may_expire(kind: UploadKind, whole: bool) -> bool {
    kind == UploadKind::Partial || !whole
}

/// Whether a body that should be over has another byte.
async fn has_more<B: Body<Data = Chunk> + Unpin>(body: &mut B) -> bool {
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) if frame.data_ref().is_some_and(|d| !d.is_empty()) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    false
}
