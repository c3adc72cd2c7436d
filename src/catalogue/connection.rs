//! Opening the database: the file, its pragmas, the threads that own its connections.
//!
//! One writer and a few readers, each a thread with its own connection, because SQLite blocks and
//! an async worker must not. Callers send a closure and await (or block on) its answer.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, limits::Limit};
use tokio::sync::oneshot;

use super::generation::{Generation, Watch};
use super::{Change, Error, Progress, Snapshot, index, upgrade};
use crate::search::lexicon::Lexicon;

/// `PRAGMA application_id`: "TDRS" in ASCII, so that `file` and we can tell whose database it is.
pub(super) const APPLICATION_ID: i32 = 0x5444_5253;
/// The first SQLite whose WAL-reset bug is mended (3.51.3).
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;
/// Closures that may wait for a reader or the writer before callers are told to come back.
const QUEUE: usize = 4096;

pub(super) type Task = Box<dyn FnOnce(&mut Connection) + Send>;

/// An open catalogue. Cheap to clone; the threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Catalogue(Arc<Threads>);

/// The queues and the threads behind them. Readers end before the writer, so that the writer's
/// connection is the last to close: SQLite then moves the WAL into the catalogue's one file.
struct Threads {
    readers: Option<SyncSender<Task>>,
    reading: Vec<JoinHandle<()>>,
    generation: Generation,
    lexicon: Arc<RwLock<Lexicon>>,
    watch: Option<Watch>,
    writer: Option<SyncSender<Task>>,
    writing: Option<JoinHandle<()>>,
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.readers = None;
        for thread in self.reading.drain(..) {
            let _ = thread.join(); // its panic was caught and told already
        }
        self.watch = None;
        self.writer = None;
        if let Some(thread) = self.writing.take() {
            let _ = thread.join();
        }
    }
}

/// Where the catalogue of a data folder lies.
pub fn path_in(data: &Path) -> PathBuf {
    data.join("catalogue.sqlite")
}

impl Catalogue {
    /// Opens the catalogue of `data`, making or upgrading it first, with `readers` reader threads.
    pub fn open(data: &Path, readers: usize) -> Result<Self, Error> {
        if rusqlite::version_number() < OLDEST_SAFE_SQLITE {
            return Err(Error::UnsafeSqlite(rusqlite::version()));
        }
        std::fs::create_dir_all(data).map_err(|source| Error::Folder {
            path: data.to_owned(),
            source,
        })?;
        let path = path_in(data);
        // One at a time: SQLite's change to WAL and our upgrades do not bear company at their very beginning.
        let opening = lock(&data.join("catalogue.lock"))?;
        let mut writing = connect(&path, OpenFlags::SQLITE_OPEN_CREATE)?;
        upgrade::bring_up_to_date(&mut writing, data)?;
        drop(opening);
        let (readers_queue, tasks) = sync_channel(QUEUE);
        let tasks = Arc::new(Mutex::new(tasks));
        let mut reading = Vec::new();
        for n in 0..readers.max(1) {
            let connection = connect(&path, OpenFlags::empty())?;
            connection.pragma_update(None, "query_only", true)?;
            let name = format!("catalogue-read-{n}");
            reading.push(spawn(name, connection, Arc::clone(&tasks))?);
        }
        let generation = Generation::default();
        generation.look(&writing);
        let (writer, tasks) = sync_channel(QUEUE);
        let watch = Watch::start(&path, generation.clone(), writer.clone())?;
        let writing = spawn(
            "catalogue-write".into(),
            writing,
            Arc::new(Mutex::new(tasks)),
        )?;
        Ok(Self(Arc::new(Threads {
            readers: Some(readers_queue),
            reading,
            generation,
            lexicon: Arc::default(),
            watch: Some(watch),
            writer: Some(writer),
            writing: Some(writing),
        })))
    }

    /// A number that moves whenever something was committed that readers see: by this process before its `write`
    /// returns, by another within half a second (on an idle machine). Costs no SQL.
    ///
    /// Who keeps an answer reads it before asking, not after: what is committed in between then makes the
    /// answer old, and not the other way round.
    pub fn generation(&self) -> u64 {
        self.0.generation.now()
    }

    /// The words of this archive that searches have learnt so far.
    pub(super) fn lexicon(&self) -> Arc<RwLock<Lexicon>> {
        Arc::clone(&self.0.lexicon)
    }

    /// Answers from one consistent snapshot of the catalogue.
    pub async fn read<T, F>(&self, question: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
    {
        ask(self.0.readers.as_ref(), move |c| snapshot(c, question))?
            .await
            .map_err(|_| Error::Closed)?
    }

    /// [`Catalogue::read`] for code that is not async.
    pub fn read_blocking<T, F>(&self, question: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
    {
        ask(self.0.readers.as_ref(), move |c| snapshot(c, question))?
            .blocking_recv()
            .map_err(|_| Error::Closed)?
    }

    /// Makes a change, wholly or not at all; when it returns, the change survives a power cut.
    pub async fn write<T, F>(&self, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Change<'_>) -> Result<T, Error> + Send + 'static,
    {
        let generation = self.0.generation.clone();
        ask(self.0.writer.as_ref(), move |c| {
            transact(c, &generation, Seen::ByReaders, |t| change(&Change::new(t)))
        })?
        .await
        .map_err(|_| Error::Closed)?
    }

    /// [`Catalogue::write`] for code that is not async.
    pub fn write_blocking<T, F>(&self, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Change<'_>) -> Result<T, Error> + Send + 'static,
    {
        let generation = self.0.generation.clone();
        ask(self.0.writer.as_ref(), move |c| {
            transact(c, &generation, Seen::ByReaders, |t| change(&Change::new(t)))
        })?
        .blocking_recv()
        .map_err(|_| Error::Closed)?
    }

    /// [`Catalogue::write`] for what becomes of uploads on their way. The generation stays: a teacher who uploads
    /// for an hour must not have every student's answer looked up anew every few seconds.
    pub async fn progress<T, F>(&self, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Progress<'_>) -> Result<T, Error> + Send + 'static,
    {
        let generation = self.0.generation.clone();
        ask(self.0.writer.as_ref(), move |c| {
            transact(c, &generation, Seen::ByNobody, |t| {
                change(&Progress::new(t))
            })
        })?
        .await
        .map_err(|_| Error::Closed)?
    }

    /// [`Catalogue::progress`] for code that is not async.
    pub fn progress_blocking<T, F>(&self, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Progress<'_>) -> Result<T, Error> + Send + 'static,
    {
        let generation = self.0.generation.clone();
        ask(self.0.writer.as_ref(), move |c| {
            transact(c, &generation, Seen::ByNobody, |t| {
                change(&Progress::new(t))
            })
        })?
        .blocking_recv()
        .map_err(|_| Error::Closed)?
    }
}

impl Catalogue {
    /// A change that its author may find reasons against, told in an error of their own: it is undone then, like
    /// one that failed. Blocks.
    pub fn attempt_blocking<T, E, F>(&self, change: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&Change<'_>) -> Result<T, E> + Send + 'static,
    {
        let generation = self.0.generation.clone();
        ask(self.0.writer.as_ref(), move |c| {
            transact(c, &generation, Seen::ByReaders, |t| change(&Change::new(t)))
        })?
        .blocking_recv()
        .map_err(|_| Error::Closed)?
    }
}

/// Waits until no other program is opening this archive; dropping the file lets the next one in.
fn lock(path: &Path) -> Result<File, Error> {
    let at = |source| Error::Folder {
        path: path.to_owned(),
        source,
    };
    let file = File::create(path).map_err(at)?;
    file.lock().map_err(at)?;
    Ok(file)
}

/// Opens `path` with the pragmas that schema.sql argues for.
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that opens the catalogue"
)]
pub(super) fn connect(path: &Path, more: OpenFlags) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = Connection::open_with_flags(path, flags).map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen) => Error::Folder {
            path: path.to_owned(),
            source: std::io::Error::other(
                "the catalogue cannot be opened; the folder must be writable and on a local disk",
            ),
        },
        _ => e.into(),
    })?;
    connection.busy_timeout(std::time::Duration::from_millis(5000))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    // 512 KiB of page cache for each connection: the kernel caches the file as well.
    connection.pragma_update(None, "cache_size", -512)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, 16 << 20)?;
    connection.set_prepared_statement_cache_capacity(64);
    // A plan is made once for a statement, and not anew whenever a value is another: no index here depends on one.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    super::functions::register(&connection)?;
    Ok(connection)
}

fn spawn(
    name: String,
    mut connection: Connection,
    tasks: Arc<Mutex<Receiver<Task>>>,
) -> Result<JoinHandle<()>, Error> {
    let run = move || {
        loop {
            let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match task {
                Ok(task) => task(&mut connection),
                Err(_) => return,
            }
        }
    };
    thread::Builder::new()
        .name(name)
        .spawn(run)
        .map_err(|source| Error::Folder {
            path: "a thread for the catalogue".into(),
            source,
        })
}

fn ask<T, E, F>(
    queue: Option<&SyncSender<Task>>,
    work: F,
) -> Result<oneshot::Receiver<Result<T, E>>, Error>
where
    T: Send + 'static,
    E: Send + 'static,
    F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    let task: Task = Box::new(move |connection| {
        // A panic in one question must not end the thread that answers all the others. Its
        // transaction has been rolled back while unwinding, so the connection is in order.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(connection)));
        if let Ok(result) = result {
            let _ = answer.send(result); // the asker may have gone
        }
    });
    queue
        .ok_or(Error::Closed)?
        .try_send(task)
        .map_err(|e| match e {
            TrySendError::Full(_) => Error::Busy,
            TrySendError::Disconnected(_) => Error::Closed,
        })?;
    Ok(answered)
}

fn snapshot<T>(
    connection: &mut Connection,
    question: impl FnOnce(&Snapshot<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    question(&Snapshot::new(&transaction))
}

/// Whether what a change changes stands in what readers are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    ByReaders,
    ByNobody,
}

fn transact<T, E: From<Error>>(
    connection: &mut Connection,
    generation: &Generation,
    seen: Seen,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    // IMMEDIATE: waits for another process's write lock here, where busy_timeout applies, and not
    // in the middle, where SQLite would have to refuse.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(Error::from)?;
    // What others committed before, also while we waited for them.
    generation.look(&transaction);
    let result = change(&transaction)?;
    // In the same transaction: what was changed is found as it is now, or was not changed.
    index::catch_up(&transaction, u32::MAX).map_err(E::from)?;
    let committed = generation.own(|| transaction.commit());
    // Also after an error, which does not prove that nothing was committed.
    if seen == Seen::ByReaders || committed.is_err() {
        generation.moved();
    }
    committed.map_err(Error::from)?;
    Ok(result)
}
