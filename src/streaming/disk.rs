//! Reads that may wait for a disk, so many at a time and no more.

use std::io;

use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn, spawn_blocking};

/// How many reads wait at once. More would not make a disk faster, and would take all of the
/// runtime's blocking threads from who else needs one.
pub(super) static TURNS: Semaphore = Semaphore::const_new(32);

/// Does `work` on a blocking thread when its turn comes. Aborted before that, it is not done.
pub(super) fn later<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> JoinHandle<io::Result<T>> {
    spawn(async move {
        let turn = TURNS.acquire().await.map_err(io::Error::other)?;
        // The turn lasts as long as the work, though nobody may be waiting for it any more.
        let work = spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        work.await.map_err(io::Error::other)?
    })
}
