//! A number that says whether anything was committed that readers see: what an answer kept in memory is true for.
//!
//! This process knows what it commits itself, and does not count the progress of uploads. What other processes
//! commit is found out: SQLite tells each connection whether *another* one has committed. To the watch the writer
//! is another one; so when the writer was at work, it is asked whether somebody else was as well.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, SyncSender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Error;
use super::connection::{Task, connect};

/// How late the commit of another process may be noticed; twice that while this one commits too. A look costs
/// some 10 µs.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Moves when something was committed that readers see.
#[derive(Clone, Default)]
pub(super) struct Generation(Arc<Inner>);

#[derive(Default)]
struct Inner {
    number: AtomicU64,
    /// Beginnings and ends of this process's commits: odd while one is under way.
    own: AtomicU64,
    /// `PRAGMA data_version` as the writer's connection saw it last.
    seen_by_writer: AtomicI64,
}

impl Generation {
    pub(super) fn now(&self) -> u64 {
        self.0.number.load(Ordering::Acquire)
    }

    pub(super) fn moved(&self) {
        self.0.number.fetch_add(1, Ordering::AcqRel);
    }

    /// What `commit`, a commit of this process, gives. Only the writer calls it.
    pub(super) fn own<T>(&self, commit: impl FnOnce() -> T) -> T {
        self.0.own.fetch_add(1, Ordering::AcqRel);
        let done = commit();
        self.0.own.fetch_add(1, Ordering::AcqRel);
        done
    }

    /// Looks on the writer's connection, which its own commits do not move, whether somebody else committed.
    pub(super) fn look(&self, writer: &Connection) {
        // Who cannot look cannot know that nothing happened.
        let Ok(seen) = version(writer) else {
            return self.moved();
        };
        if self.0.seen_by_writer.swap(seen, Ordering::AcqRel) != seen {
            self.moved();
        }
    }

    fn commits(&self) -> u64 {
        self.0.own.load(Ordering::Acquire)
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
    pub(super) fn start(
        path: &Path,
        generation: Generation,
        writer: SyncSender<Task>,
    ) -> Result<Self, Error> {
        let mut look = Look::new(path, generation, writer)?;
        let (alive, ended) = channel::<Infallible>();
        let look = move || {
            while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                look.once();
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

struct Look {
    connection: Connection,
    generation: Generation,
    writer: SyncSender<Task>,
    /// This process's commits at the look before, counted before its version was read.
    commits: u64,
    known: i64,
    /// Whether the writer, when it was asked, has looked.
    asked: Option<Arc<AtomicBool>>,
}

impl Look {
    fn new(path: &Path, generation: Generation, writer: SyncSender<Task>) -> Result<Self, Error> {
        let connection = connect(path, OpenFlags::empty())?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(Self {
            commits: generation.commits(),
            known: version(&connection)?,
            connection,
            generation,
            writer,
            asked: None,
        })
    }

    fn once(&mut self) {
        let asked = self.asked.take();
        if asked.is_some_and(|done| !done.load(Ordering::Acquire)) {
            // The writer waits, perhaps just for the one who committed.
            self.generation.moved();
        }
        let before = self.generation.commits();
        let seen = version(&self.connection).unwrap_or(self.known.wrapping_add(1));
        let after = self.generation.commits();
        let ours = after != self.commits || !self.commits.is_multiple_of(2);
        self.commits = before;
        if seen == self.known {
            return;
        }
        self.known = seen;
        if ours {
            self.asked = self.ask();
        }
        if self.asked.is_none() {
            self.generation.moved();
        }
    }

    /// Has the writer look; what it returns becomes true when that is done. `None`: it has too much to do.
    fn ask(&self) -> Option<Arc<AtomicBool>> {
        let done = Arc::new(AtomicBool::new(false));
        let (told, generation) = (Arc::clone(&done), self.generation.clone());
        let task: Task = Box::new(move |connection| {
            generation.look(connection);
            told.store(true, Ordering::Release);
        });
        self.writer.try_send(task).ok().map(|()| done)
    }
}

/// Another number than before, if another connection has committed meanwhile.
fn version(connection: &Connection) -> Result<i64, Error> {
    let mut asked = connection.prepare_cached("PRAGMA data_version")?;
    Ok(asked.query_row([], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, sync_channel};

    /// The writer and the look of one process, and another process's connection.
    struct Processes {
        _data: tempfile::TempDir,
        generation: Generation,
        own: Connection,
        tasks: Receiver<Task>,
        look: Look,
        other: Connection,
    }

    impl Processes {
        fn new() -> Self {
            let data = tempfile::tempdir().unwrap();
            let path = data.path().join("catalogue.sqlite");
            let own = connect(&path, OpenFlags::SQLITE_OPEN_CREATE).unwrap();
            own.execute_batch("CREATE TABLE t (n INTEGER)").unwrap();
            let generation = Generation::default();
            generation.look(&own);
            let (writer, tasks) = sync_channel(1);
            Self {
                look: Look::new(&path, generation.clone(), writer).unwrap(),
                other: connect(&path, OpenFlags::empty()).unwrap(),
                _data: data,
                generation,
                own,
                tasks,
            }
        }

        fn own_commit(&self) {
            let insert = || self.own.execute_batch("INSERT INTO t VALUES (1)");
            self.generation.own(insert).unwrap();
        }

        fn other_commit(&self) {
            let insert = self.other.execute_batch("INSERT INTO t VALUES (2)");
            insert.unwrap();
        }

        /// By how much the generation moves while somebody looks, with the writer at leisure.
        fn moves(&mut self) -> u64 {
            let before = self.generation.now();
            self.look.once();
            while let Ok(task) = self.tasks.try_recv() {
                task(&mut self.own);
            }
            self.look.once();
            self.generation.now() - before
        }
    }

    #[test]
    fn own_commits_do_not_move_it_and_others_do() {
        let mut processes = Processes::new();
        assert_eq!(processes.moves(), 0);
        processes.own_commit();
        processes.own_commit();
        assert_eq!(processes.moves(), 0);
        processes.other_commit();
        assert_eq!(processes.moves(), 1);
        assert_eq!(processes.moves(), 0);
    }

    #[test]
    fn anothers_commit_is_seen_between_own_ones_whichever_comes_first() {
        let mut processes = Processes::new();
        processes.own_commit();
        processes.other_commit();
        assert!(processes.moves() >= 1);
        processes.other_commit();
        processes.own_commit();
        assert!(processes.moves() >= 1);
        processes.own_commit();
        assert_eq!(processes.moves(), 0);
    }

    #[test]
    fn a_writer_that_does_not_get_to_look_is_not_waited_for() {
        let mut processes = Processes::new();
        processes.own_commit();
        processes.other_commit();
        let before = processes.generation.now();
        processes.look.once();
        assert_eq!(processes.generation.now(), before);
        processes.look.once();
        assert!(processes.generation.now() > before);
        // Nor when it cannot even be asked: the queue is full.
        processes.own_commit();
        let before = processes.generation.now();
        processes.look.once();
        assert!(processes.generation.now() > before);
    }
}
