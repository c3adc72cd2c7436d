//! The end of an upload's file, to which bytes are added; and the pipe that fills it while more come.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use tokio::task::{JoinHandle, spawn_blocking};

use super::protocol::Hasher;
use crate::media::Store;
use crate::units::Bytes;

/// Bytes written at once. An upload has two such buffers at most.
const CHUNK: usize = 256 << 10;

/// A file that is written at its end. Blocks.
pub(super) struct Tail {
    file: Arc<File>,
    store: Store,
    /// Where the next byte goes.
    written: u64,
    /// Hashes what is written.
    hasher: Option<Hasher>,
}

/// A file as it was found.
pub(super) enum Opened {
    /// At least as long as it should be; what is beyond was cut off.
    Ready(Tail),
    /// Bytes that should be here are not: it has so many.
    Short(u64),
}

impl Tail {
    /// Opens `path`, of which `offset` bytes count.
    pub(super) fn open(store: &Store, path: &Path, offset: u64) -> io::Result<Opened> {
        let file = OpenOptions::new().write(true).open(path)?;
        let length = file.metadata()?.len();
        if length < offset {
            return Ok(Opened::Short(length));
        }
        // What was never acknowledged: sent again, or by an upload that will be different.
        if length > offset {
            file.set_len(offset)?;
        }
        Ok(Opened::Ready(Self {
            file: Arc::new(file),
            store: store.clone(),
            written: offset,
            hasher: None,
        }))
    }

    /// Writes as much of `bytes` as fits; `written` says how much that was. What the disk keeps for
    /// the catalogue is left alone.
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        if let Err(no) = self.store.room_for(Bytes(bytes.len() as u64))? {
            return Err(io::Error::new(io::ErrorKind::StorageFull, no));
        }
        while !bytes.is_empty() {
            match self.file.write_at(bytes, self.written) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    if let Some(hasher) = &mut self.hasher {
                        hasher.update(&bytes[..n]);
                    }
                    bytes = &bytes[n..];
                    self.written += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// What failed: the bytes are not in the file, or they are and may not last.
#[derive(Debug)]
pub(super) enum Fault {
    Write(io::Error),
    Sync(io::Error),
}

type Flight = JoinHandle<(Tail, Vec<u8>, io::Result<()>)>;

/// Writes one buffer on a blocking thread while the next one fills.
pub(super) struct Pipe {
    tail: Option<Tail>,
    flight: Option<Flight>,
    filling: Vec<u8>,
    spare: Vec<u8>,
}

impl Pipe {
    pub(super) fn new(tail: Tail) -> Self {
        Self {
            tail: Some(tail),
            flight: None,
            filling: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Hashes all that is written from now on. Before the first byte.
    pub(super) fn hash(&mut self, hasher: Hasher) {
        if let Some(tail) = &mut self.tail {
            tail.hasher = Some(hasher);
        }
    }

    /// The hash of what was written; after [`Pipe::sync`].
    pub(super) fn hashed(&mut self) -> Option<Hasher> {
        self.tail.as_mut()?.hasher.take()
    }

    /// Takes bytes in; writes when a buffer is full.
    pub(super) async fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let n = bytes.len().min(CHUNK - self.filling.len());
            self.filling.extend_from_slice(&bytes[..n]);
            bytes = &bytes[n..];
            if self.filling.len() == CHUNK {
                self.launch().await?;
            }
        }
        Ok(())
    }

    /// Writes everything out; the file, to make it durable, and how far it reaches.
    pub(super) async fn written(&mut self) -> io::Result<(Arc<File>, u64)> {
        self.launch().await?;
        self.land().await?;
        let tail = self.tail.as_ref().ok_or_else(lost)?;
        Ok((Arc::clone(&tail.file), tail.written))
    }

    /// Writes everything out and makes it durable; how far the file reaches then.
    pub(super) async fn sync(&mut self) -> Result<u64, Fault> {
        let (file, written) = self.written().await.map_err(Fault::Write)?;
        let synced = spawn_blocking(move || file.sync_data()).await;
        if let Err(error) = synced.map_err(io::Error::other).flatten() {
            // It is not asked again: the next sync would say yes, and the bytes be lost.
            self.tail = None;
            return Err(Fault::Sync(error));
        }
        Ok(written)
    }

    /// Makes what was written durable after the disk had no room for more.
    pub(super) async fn sync_what_fitted(&mut self) -> Result<u64, Fault> {
        self.filling.clear();
        self.rest().await;
        self.sync().await
    }

    /// Waits until nothing is written any more.
    pub(super) async fn rest(&mut self) {
        // Its error is known, or of what nobody will ask for.
        let _ = self.land().await;
    }

    async fn launch(&mut self) -> io::Result<()> {
        if self.filling.is_empty() {
            return Ok(());
        }
        self.land().await?;
        let mut tail = self.tail.take().ok_or_else(lost)?;
        let chunk = std::mem::replace(&mut self.filling, std::mem::take(&mut self.spare));
        self.flight = Some(spawn_blocking(move || {
            let result = tail.write(&chunk);
            (tail, chunk, result)
        }));
        Ok(())
    }

    async fn land(&mut self) -> io::Result<()> {
        let Some(flight) = self.flight.as_mut() else {
            return Ok(());
        };
        // By reference: a caller that is cancelled here does not lose the file.
        let landed = flight.await;
        self.flight = None;
        let (tail, mut chunk, result) = landed.map_err(io::Error::other)?;
        self.tail = Some(tail);
        chunk.clear();
        self.spare = chunk;
        result
    }
}

/// Cannot happen: the tail is back before it is asked for again, and nobody asks for one whose sync failed.
fn lost() -> io::Error {
    io::Error::other("the upload's file is in use")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_whose_sync_failed_is_not_synced_again() {
        let data = tempfile::tempdir().unwrap();
        // It takes every byte and can never be synced.
        let file = OpenOptions::new().write(true).open("/dev/null").unwrap();
        let mut pipe = Pipe::new(Tail {
            file: Arc::new(file),
            store: Store::open(data.path(), Bytes(0)).unwrap(),
            written: 0,
            hasher: None,
        });
        pipe.push(b"bytes").await.unwrap();
        let failed = pipe.sync().await;
        assert!(
            matches!(&failed, Err(Fault::Sync(e)) if e.kind() == io::ErrorKind::InvalidInput),
            "{failed:?}"
        );
        // Linux tells of a failure once; a second sync would have said that all is well.
        assert!(pipe.sync_what_fitted().await.is_err());
    }
}
