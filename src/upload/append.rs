//! PATCH: bytes are added.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes as Chunk;
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use tokio::time::{Instant, sleep_until};

use super::bound::Bound;
use super::locks::Turn;
use super::protocol::{Append, Checksum};
use super::tail::Pipe;
use super::{Error, Uploader, Uploads};
use crate::catalogue::{Upload, UploadId, UploadKind, UploadState};
use crate::clock::UnixMillis;
use crate::units::Bytes;

/// A long request's bytes are made durable and noted after so many, or after so long: what a killed server loses.
const NOTE_BYTES: u64 = 32 << 20;
const NOTE_AFTER: Duration = Duration::from_secs(4);

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Bytes that are durable.
    pub offset: u64,
    /// When they are deleted if nothing follows; `None`: all is here, and nobody is waited for.
    pub expires: Option<UnixMillis>,
}

/// Why no more bytes of a request are read.
enum End {
    /// They were all, and are durable up to here.
    Whole(u64),
    /// The connection broke or stalled.
    Broken,
    /// A later request wants the upload.
    Taken,
    /// The server stops.
    Stopping,
    /// There were more than the upload has.
    Beyond,
    /// The disk.
    Failed(io::Error),
}

/// What a request's body does next.
enum Next<E> {
    /// A frame, an error, or its end.
    Came(Option<Result<Frame<Chunk>, E>>),
    /// Nothing, but what came before should be made durable.
    Due,
}

/// Where the bytes of a request go.
pub(super) struct Place {
    pub(super) id: UploadId,
    pub(super) pipe: Pipe,
    /// Bytes that are durable and noted.
    pub(super) offset: u64,
    /// The upload's length, as far as it is known.
    pub(super) length: Option<Bytes>,
    /// What the upload is to others.
    pub(super) kind: UploadKind,
    /// Where it ends at the latest.
    pub(super) bound: Bound,
}

impl Place {
    fn reached(&self, offset: u64, expires: UnixMillis) -> Reached {
        let whole = self.length == Some(Bytes(offset));
        Reached {
            offset,
            expires: may_expire(self.kind, whole).then_some(expires),
        }
    }
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
        let place = Place {
            id,
            pipe: Pipe::new(tail),
            offset,
            length,
            kind: upload.kind,
            bound,
        };
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

    /// Reads `body` into its place until something ends it, and makes durable what is to be kept.
    pub(super) async fn receive<B>(
        &self,
        mut place: Place,
        checksum: Option<Checksum>,
        mut body: B,
        turn: &Turn,
    ) -> Result<Reached, Error>
    where
        B: Body<Data = Chunk> + Unpin,
    {
        let began = place.offset;
        if let Some(checksum) = &checksum {
            place.pipe.hash(checksum.hasher());
        }
        let end = self
            .read_all(&mut place, &mut body, checksum.is_some(), turn)
            .await?;
        match end {
            End::Beyond => {
                self.cut_back(&mut place, began).await?;
                let error = place.bound.beyond(place.bound.at.saturating_add(1));
                Err(error.standing_at(began))
            }
            End::Whole(written) => {
                if let Some(checksum) = &checksum
                    && !place.pipe.hashed().is_some_and(|h| checksum.holds(h))
                {
                    self.cut_back(&mut place, began).await?;
                    return Err(Error::Checksum { offset: began });
                }
                let expires = self.note(place.id, written, place.length).await?;
                Ok(place.reached(written, expires))
            }
            End::Failed(error) => {
                let error = Error::of_disk(error, place.offset);
                // A full disk keeps what fitted; after any other failure nothing is believed that was not synced.
                if !matches!(error, Error::DiskFull { .. }) || checksum.is_some() {
                    return Err(error);
                }
                let synced = place.pipe.sync_what_fitted().await;
                let Some(offset) = synced.map_err(|e| Error::of_disk(e, place.offset))? else {
                    return Err(error);
                };
                self.note(place.id, offset, place.length).await?;
                Err(Error::DiskFull { offset })
            }
            End::Broken | End::Taken | End::Stopping => {
                // Bytes whose checksum cannot be told are not kept.
                let mut offset = began;
                if checksum.is_none() {
                    let synced = place.pipe.sync().await;
                    offset = synced.map_err(|e| Error::of_disk(e, place.offset))?;
                    let expires = self.note(place.id, offset, place.length).await?;
                    if place.length == Some(Bytes(offset)) {
                        return Ok(place.reached(offset, expires));
                    }
                }
                Err(match end {
                    End::Taken => Error::TakenOver { offset },
                    End::Stopping => Error::Stopping { offset },
                    _ => Error::BrokenOff { offset },
                })
            }
        }
    }

    async fn read_all<B>(
        &self,
        place: &mut Place,
        body: &mut B,
        checked: bool,
        turn: &Turn,
    ) -> Result<End, Error>
    where
        B: Body<Data = Chunk> + Unpin,
    {
        let mut came = place.offset;
        let mut note_at = Instant::now() + NOTE_AFTER;
        loop {
            let next = tokio::select! {
                biased;
                () = turn.leave.cancelled() => return Ok(End::Taken),
                () = self.stopping.cancelled() => return Ok(End::Stopping),
                frame = body.frame() => Next::Came(frame),
                () = sleep_until(note_at), if !checked && came > place.offset => Next::Due,
            };
            let due = Instant::now() >= note_at || came - place.offset >= NOTE_BYTES;
            match next {
                Next::Due => {}
                Next::Came(None) => {
                    let synced = place.pipe.sync().await;
                    return Ok(synced.map_or_else(End::Failed, End::Whole));
                }
                Next::Came(Some(Err(_))) => return Ok(End::Broken),
                Next::Came(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else {
                        continue;
                    };
                    came = came.saturating_add(data.len() as u64);
                    if came > place.bound.at {
                        return Ok(End::Beyond);
                    }
                    if let Err(error) = place.pipe.push(&data).await {
                        return Ok(End::Failed(error));
                    }
                }
            }
            if due && !checked && came > place.offset && Some(Bytes(came)) != place.length {
                match place.pipe.sync().await {
                    Ok(written) => {
                        self.note(place.id, written, place.length).await?;
                        place.offset = written;
                    }
                    Err(error) => return Ok(End::Failed(error)),
                }
                note_at = Instant::now() + NOTE_AFTER;
            }
        }
    }

    /// Forgets what a request brought: the upload is where it was before, also if some of it was noted.
    async fn cut_back(&self, place: &mut Place, began: u64) -> Result<(), Error> {
        if place.offset != began {
            self.note(place.id, began, place.length).await?;
        }
        Ok(())
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
