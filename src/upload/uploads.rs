//! What all uploads share, and what is asked of one: how far it is, and to be forgotten.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::locks::{Locks, Turn};
use super::tail::{Opened, Tail};
use super::upkeep::{Upkeep, Work};
use super::{Error, finish};
use crate::catalogue::{Catalogue, Upload, UploadId, UploadKind, UploadState};
use crate::clock::{self, UnixMillis};
use crate::media::Store;
use crate::units::{Bytes, PersonId};

/// How long a client waits for the hand-over of what it sent. Only the copying of large parts takes longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What uploads may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one upload: the setting `upload_max_bytes`.
    pub most_bytes: u64,
    /// Unfinished uploads of one person: `open_uploads_per_person`.
    pub open_per_person: u64,
    /// Unfinished uploads in all: `open_uploads`.
    pub open: u64,
    /// How long an unfinished upload is kept after its last byte: `upload_expires_hours`.
    pub kept_for: Duration,
}

/// The uploads of an archive.
pub struct Uploads {
    pub(super) catalogue: Catalogue,
    pub(super) store: Store,
    pub(super) limits: Limits,
    pub(super) locks: Arc<Locks>,
    pub(super) stopping: CancellationToken,
    upkeep: Upkeep,
}

impl Uploads {
    /// Goes on with what a crash interrupted, in the background.
    ///
    /// # Errors
    /// When the system has no thread for that.
    pub fn open(
        catalogue: &Catalogue,
        store: &Store,
        limits: Limits,
    ) -> std::io::Result<Arc<Self>> {
        let locks = Arc::new(Locks::default());
        let upkeep = Upkeep::start(catalogue, store, &limits, &locks)?;
        Ok(Arc::new(Self {
            catalogue: catalogue.clone(),
            store: store.clone(),
            limits,
            locks,
            stopping: CancellationToken::new(),
            upkeep,
        }))
    }

    /// What uploads may cost.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Lets requests that bring bytes end: what came is made durable, and they are answered.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// How far an upload of `person` is. Whoever writes to it is asked to leave first, so that what they
    /// brought counts.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Gone`], [`Error::Locked`], the disk's and the catalogue's.
    pub async fn ask(&self, person: PersonId, id: UploadId) -> Result<Upload, Error> {
        let upload = self.of(person, id).await?;
        if upload.state != UploadState::Uploading {
            return Ok(upload);
        }
        let turn = self.turn(id).await?;
        let upload = self.of(person, id).await?;
        if upload.state != UploadState::Uploading {
            return Ok(upload);
        }
        let (opened, offset) = self.open_tail(&upload).await?;
        drop(opened);
        drop(turn);
        Ok(Upload {
            offset: Bytes(offset),
            ..upload
        })
    }

    /// Deletes an upload and its bytes. What has become a recording stays one.
    ///
    /// # Errors
    /// As [`Uploads::ask`].
    pub async fn terminate(&self, person: PersonId, id: UploadId) -> Result<(), Error> {
        self.of(person, id).await?;
        let turn = self.turn(id).await?;
        let upload = self.of(person, id).await?;
        if upload.kind == UploadKind::Partial {
            let waiting = self
                .catalogue
                .read(move |c| c.whole_is_waiting_for(person, id));
            if waiting.await? {
                return Err(Error::Joining);
            }
        }
        // The row first: bytes without a row are a left-over, a row without bytes would be a lie.
        self.catalogue.progress(move |c| c.upload_gone(id)).await?;
        let store = self.store.clone();
        self.blocking(move || store.drop_incoming(&id.to_string()), 0)
            .await?;
        drop(turn);
        Ok(())
    }

    /// The row of an upload, if it is this person's. Of others' nobody learns that they are there.
    pub(super) async fn of(&self, person: PersonId, id: UploadId) -> Result<Upload, Error> {
        let upload = self.catalogue.read(move |c| c.upload(id)).await?;
        let upload = upload
            .filter(|u| u.person == Some(person))
            .ok_or(Error::Unknown)?;
        match upload.state {
            UploadState::Gone => Err(Error::Gone),
            _ => Ok(upload),
        }
    }

    pub(super) async fn turn(&self, id: UploadId) -> Result<Turn, Error> {
        self.locks.take(id).await.ok_or(Error::Locked)
    }

    /// Opens the file of an upload at its offset. Where bytes are missing that the row promises (a damaged
    /// disk, a restored backup), the row is put right and the client told the truth.
    pub(super) async fn open_tail(&self, upload: &Upload) -> Result<(Tail, u64), Error> {
        let mut offset = upload.offset.0;
        loop {
            let (store, path) = (self.store.clone(), self.path(upload.id));
            let opened = self.blocking(move || Tail::open(&store, &path, offset), offset);
            match opened.await {
                Ok(Opened::Ready(tail)) => return Ok((tail, offset)),
                Ok(Opened::Short(length)) => {
                    tracing::error!(id = %upload.id, offset, length, "bytes of an upload are missing");
                    self.note(upload.id, length, upload.length).await?;
                    offset = length;
                }
                Err(Error::Disk(e)) if e.kind() == std::io::ErrorKind::NotFound => {
                    tracing::error!(id = %upload.id, "the file of an upload is missing");
                    let id = upload.id;
                    self.catalogue.progress(move |c| c.upload_gone(id)).await?;
                    return Err(Error::Gone);
                }
                Err(other) => return Err(other),
            }
        }
    }

    /// Notes how many bytes are durable.
    pub(super) async fn note(
        &self,
        id: UploadId,
        offset: u64,
        length: Option<Bytes>,
    ) -> Result<UnixMillis, Error> {
        let expires = self.expires();
        let noted = move |c: &crate::catalogue::Progress<'_>| {
            c.upload_reached(id, Bytes(offset), length, expires)
        };
        self.catalogue.progress(noted).await?;
        Ok(expires)
    }

    /// When what is used now may be deleted.
    pub(super) fn expires(&self) -> UnixMillis {
        let kept = i64::try_from(self.limits.kept_for.as_millis()).unwrap_or(i64::MAX);
        UnixMillis(clock::now().0.saturating_add(kept))
    }

    pub(super) fn path(&self, id: UploadId) -> PathBuf {
        self.store.incoming(&id.to_string())
    }

    /// Turns a whole upload into a recording as far as that is quick; the rest is done in the background.
    pub(super) async fn finish(&self, id: UploadId, kind: UploadKind) {
        if kind == UploadKind::Partial {
            return;
        }
        let (catalogue, store) = (self.catalogue.clone(), self.store.clone());
        let (stopping, queue) = (self.stopping.clone(), self.upkeep.queue());
        let finish = move || {
            let ends = || stopping.is_cancelled();
            match finish::quickly(&catalogue, &store, id, &ends) {
                Ok(done) => done,
                Err(finish::HandOver::Ending) => None,
                Err(error) => {
                    tracing::error!(%id, %error, "an upload could not be handed over; it is tried again");
                    Some(Work::Finish(id))
                }
            }
        };
        let done = tokio::spawn(async move {
            let left = spawn_blocking(finish).await;
            if let Some(work) = left.unwrap_or(Some(Work::Finish(id))) {
                queue.add(work);
            }
        });
        // It goes on when nobody waits any more: the row says what is due.
        let _ = timeout(PATIENCE, done).await;
    }

    /// Runs what blocks; `offset` bytes of the upload are durable.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
        offset: u64,
    ) -> Result<T, Error> {
        let done = spawn_blocking(work).await;
        done.map_err(std::io::Error::other)
            .flatten()
            .map_err(|e| Error::of_disk(e, offset))
    }
}
