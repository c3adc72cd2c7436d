//! The bytes of one request on their way to the disk. While more come, what came before is made durable and noted.

use std::io;
use std::time::Duration;

use bytes::Bytes as Chunk;
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, sleep_until};

use super::append::{Reached, may_expire};
use super::bound::Bound;
use super::locks::Turn;
use super::protocol::Checksum;
use super::tail::{Fault, Pipe};
use super::{Error, Uploads};
use crate::catalogue::{UploadId, UploadKind};
use crate::clock::UnixMillis;
use crate::units::Bytes;

/// A long request's bytes are made durable and noted after so many, or after so long: what a killed server loses, at
/// most twice. More are not taken in before the disk has the last ones.
const NOTE_BYTES: u64 = 32 << 20;
const NOTE_AFTER: Duration = Duration::from_secs(4);

/// Why no more bytes of a request are read.
enum End {
    /// They were all.
    Whole,
    /// The connection broke or stalled.
    Broken,
    /// A later request wants the upload.
    Taken,
    /// The server stops.
    Stopping,
    /// There were more than the upload has.
    Beyond,
    /// The disk did not take them.
    Failed(Fault),
    /// Those before did not become durable, or were not noted.
    Unsettled(Unsettled),
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
    /// Bytes that are being made durable while more come.
    advance: Option<JoinHandle<Result<u64, Unsettled>>>,
}

/// Why bytes did not become durable, or were not noted.
enum Unsettled {
    Disk(io::Error),
    Note(Error),
}

impl Place {
    pub(super) fn new(
        id: UploadId,
        pipe: Pipe,
        offset: u64,
        length: Option<Bytes>,
        kind: UploadKind,
        bound: Bound,
    ) -> Self {
        Self {
            id,
            pipe,
            offset,
            length,
            kind,
            bound,
            advance: None,
        }
    }

    fn reached(&self, offset: u64, expires: UnixMillis) -> Reached {
        let whole = self.length == Some(Bytes(offset));
        Reached {
            offset,
            expires: may_expire(self.kind, whole).then_some(expires),
        }
    }

    fn of_disk(&self, error: io::Error) -> Error {
        Error::of_disk(error, self.offset)
    }

    /// Waits until what is being made durable is noted.
    async fn advanced(&mut self) -> Result<(), Unsettled> {
        let Some(advance) = self.advance.as_mut() else {
            return Ok(());
        };
        let done = advance.await;
        self.advance = None;
        let done = done.map_err(|e| Unsettled::Disk(io::Error::other(e)));
        self.offset = done.flatten()?;
        Ok(())
    }
}

impl Uploads {
    /// Reads `body` into its place until something ends it, and makes durable what is to be kept. Nothing is written
    /// to the file any more when this returns.
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
            .await;
        // What is on its way is noted before anything else is: its note must not come later.
        let end = match place.advanced().await {
            Ok(()) => end,
            Err(unsettled) => End::Unsettled(unsettled),
        };
        let settled = self.settle(&mut place, end, began, checksum).await;
        place.pipe.rest().await;
        settled
    }

    async fn settle(
        &self,
        place: &mut Place,
        end: End,
        began: u64,
        checksum: Option<Checksum>,
    ) -> Result<Reached, Error> {
        match end {
            End::Beyond => {
                self.cut_back(place, began).await?;
                let error = place.bound.beyond(place.bound.at.saturating_add(1));
                Err(error.standing_at(began))
            }
            End::Failed(fault) => {
                self.keep_what_fitted(place, fault, checksum.is_some())
                    .await
            }
            // Nothing is believed that was not noted.
            End::Unsettled(Unsettled::Disk(error)) => Err(place.of_disk(error)),
            End::Unsettled(Unsettled::Note(error)) => Err(error),
            // Bytes whose checksum cannot be told are not kept.
            End::Broken | End::Taken | End::Stopping if checksum.is_some() => {
                Err(left_off(&end, began))
            }
            End::Whole | End::Broken | End::Taken | End::Stopping => {
                let written = match place.pipe.sync().await {
                    Ok(written) => written,
                    Err(fault) => {
                        return self
                            .keep_what_fitted(place, fault, checksum.is_some())
                            .await;
                    }
                };
                if let Some(checksum) = &checksum
                    && !place.pipe.hashed().is_some_and(|h| checksum.holds(h))
                {
                    self.cut_back(place, began).await?;
                    return Err(Error::Checksum { offset: began });
                }
                let expires = self.note(place.id, written, place.length).await?;
                if matches!(end, End::Whole) || place.length == Some(Bytes(written)) {
                    return Ok(place.reached(written, expires));
                }
                Err(left_off(&end, written))
            }
        }
    }

    /// A full disk keeps what fitted. After any other failure, and when the disk did not keep what it had taken,
    /// nothing is believed that was not noted before.
    async fn keep_what_fitted(
        &self,
        place: &mut Place,
        fault: Fault,
        checked: bool,
    ) -> Result<Reached, Error> {
        let error = match fault {
            Fault::Sync(error) => return Err(place.of_disk(error)),
            Fault::Write(error) => place.of_disk(error),
        };
        if checked || !matches!(error, Error::DiskFull { .. }) {
            return Err(error);
        }
        let synced = place.pipe.sync_what_fitted().await;
        let offset = match synced {
            Ok(offset) => offset,
            Err(Fault::Sync(error) | Fault::Write(error)) => return Err(place.of_disk(error)),
        };
        self.note(place.id, offset, place.length).await?;
        Err(Error::DiskFull { offset })
    }

    async fn read_all<B>(&self, place: &mut Place, body: &mut B, checked: bool, turn: &Turn) -> End
    where
        B: Body<Data = Chunk> + Unpin,
    {
        let (mut came, mut noting) = (place.offset, place.offset);
        let mut note_at = Instant::now() + NOTE_AFTER;
        loop {
            let next = tokio::select! {
                biased;
                () = turn.leave.cancelled() => return End::Taken,
                () = self.stopping.cancelled() => return End::Stopping,
                frame = body.frame() => Next::Came(frame),
                () = sleep_until(note_at), if !checked && came > noting => Next::Due,
            };
            match next {
                Next::Due => {}
                Next::Came(None) => return End::Whole,
                Next::Came(Some(Err(_))) => return End::Broken,
                Next::Came(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else {
                        continue;
                    };
                    came = came.saturating_add(data.len() as u64);
                    if came > place.bound.at {
                        return End::Beyond;
                    }
                    if let Err(error) = place.pipe.push(&data).await {
                        return End::Failed(Fault::Write(error));
                    }
                }
            }
            let due = Instant::now() >= note_at || came - noting >= NOTE_BYTES;
            if due && !checked && came > noting && Some(Bytes(came)) != place.length {
                if let Err(end) = self.advance(place).await {
                    return end;
                }
                noting = came;
                note_at = Instant::now() + NOTE_AFTER;
            }
        }
    }

    /// Begins to make durable and to note what came so far; waits for what was begun before.
    async fn advance(&self, place: &mut Place) -> Result<(), End> {
        place.advanced().await.map_err(End::Unsettled)?;
        let written = place.pipe.written().await;
        let (file, written) = written.map_err(|e| End::Failed(Fault::Write(e)))?;
        let (catalogue, expires) = (self.catalogue.clone(), self.expires());
        let (id, length) = (place.id, place.length);
        place.advance = Some(tokio::spawn(async move {
            let synced = spawn_blocking(move || file.sync_data()).await;
            synced
                .map_err(io::Error::other)
                .flatten()
                .map_err(Unsettled::Disk)?;
            let noted = catalogue
                .progress(move |c| c.upload_reached(id, Bytes(written), length, expires))
                .await;
            noted.map_err(|e| Unsettled::Note(e.into()))?;
            Ok(written)
        }));
        Ok(())
    }

    /// Forgets what a request brought: the upload is where it was before, also if some of it was noted.
    async fn cut_back(&self, place: &mut Place, began: u64) -> Result<(), Error> {
        if place.offset != began {
            self.note(place.id, began, place.length).await?;
        }
        Ok(())
    }
}

/// Why a request ended early, with so many bytes durable.
fn left_off(end: &End, offset: u64) -> Error {
    match end {
        End::Taken => Error::TakenOver { offset },
        End::Stopping => Error::Stopping { offset },
        _ => Error::BrokenOff { offset },
    }
}
