//! A number that says whether anything was committed since: what an answer kept in memory is true for.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Error;
use super::connection::connect;

/// How late the commit of another process may be noticed. A look costs some 10 µs.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Moves when something was committed.
#[derive(Clone, Default)]
pub(super) struct Generation(Arc<AtomicU64>);

impl Generation {
    pub(super) fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    pub(super) fn moved(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// The thread that looks whether another process has committed. It ends when this is dropped.
pub(super) struct Watch {
    alive: Option<Sender<Infallible>>,
    looking: Option<JoinHandle<()>>,
}

impl Watch {
    /// Everything committed from now on is noticed. A connection and a thread of its own: a reader may be
    /// busy for long, and the writer may wait for another process's lock just while that one commits.
    pub(super) fn start(path: &Path, generation: Generation) -> Result<Self, Error> {
        let connection = connect(path, OpenFlags::empty())?;
        connection.pragma_update(None, "query_only", true)?;
        let mut known = version(&connection)?;
        let (alive, ended) = channel::<Infallible>();
        let look = move || {
            while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                // Who cannot look cannot know that nothing happened.
                let seen = version(&connection).unwrap_or(known.wrapping_add(1));
                if seen != known {
                    known = seen;
                    generation.moved();
                }
            }
        };
        let thread = thread::Builder::new().name("catalogue-watch".into());
        let looking = thread.spawn(look).map_err(|source| Error::Folder {
            path: "a thread for the catalogue".into(),
            source,
        })?;
        Ok(Self {
            alive: Some(alive),
            looking: Some(looking),
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(looking) = self.looking.take() {
            let _ = looking.join();
        }
    }
}

/// Another number than before, if another connection has committed meanwhile.
fn version(connection: &Connection) -> Result<i64, Error> {
    let mut asked = connection.prepare_cached("PRAGMA data_version")?;
    Ok(asked.query_row([], |row| row.get(0))?)
}
