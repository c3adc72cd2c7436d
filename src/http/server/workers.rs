//! Threads that each serve their own connections: a connection, its streams and its timers stay where they are,
//! so that a request wakes no second thread and shares no queue.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio::task::JoinHandle as Task;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// How long a worker that ends waits for reads of files that hang, on a dead network disk say.
const PATIENCE: Duration = Duration::from_secs(1);

/// Blocking calls that one worker may have under way; the rest wait.
const BLOCKING: usize = 128;

/// A worker for each core, or as many as are wanted. They end when this is dropped.
pub struct Workers {
    workers: Vec<Worker>,
    /// Dropped first: tells them to end.
    end: Option<DropGuard>,
}

struct Worker {
    runtime: Handle,
    /// Connections that it has now.
    connections: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

/// A place at a worker, given back when dropped.
pub(super) struct Place {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
}

impl Workers {
    /// Starts `count` of them, at least one.
    ///
    /// # Errors
    /// When the system has no threads or descriptors for them.
    pub fn start(count: usize) -> io::Result<Self> {
        let end = CancellationToken::new();
        let mut workers = Vec::new();
        for n in 0..count.max(1) {
            workers.push(Worker::start(n, end.clone())?);
        }
        Ok(Self {
            workers,
            end: Some(end.drop_guard()),
        })
    }

    /// A place at the worker with the fewest connections.
    pub(super) fn place(&self) -> Option<Place> {
        let load = |worker: &&Worker| worker.connections.load(Relaxed);
        let worker = self.workers.iter().min_by_key(load)?;
        worker.connections.fetch_add(1, Relaxed);
        Some(Place {
            runtime: worker.runtime.clone(),
            connections: Arc::clone(&worker.connections),
        })
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.end = None;
        for thread in self.workers.iter_mut().filter_map(|w| w.thread.take()) {
            let _ = thread.join();
        }
    }
}

impl Worker {
    fn start(n: usize, end: CancellationToken) -> io::Result<Self> {
        let (ready, made) = channel();
        let thread = thread::Builder::new().name(format!("worker-{n}"));
        let thread = thread.spawn(move || work(&ready, end))?;
        // The thread says something before it ends.
        let runtime = made.recv().map_err(io::Error::other)??;
        Ok(Self {
            runtime,
            connections: Arc::default(),
            thread: Some(thread),
        })
    }
}

fn work(ready: &Sender<io::Result<Handle>>, end: CancellationToken) {
    let made = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING)
        .build();
    match made {
        Ok(runtime) => {
            let _ = ready.send(Ok(runtime.handle().clone()));
            runtime.block_on(end.cancelled());
            runtime.shutdown_timeout(PATIENCE);
        }
        Err(error) => {
            let _ = ready.send(Err(error));
        }
    }
}

impl Place {
    /// Takes the socket over from the thread that accepted it.
    pub(super) fn adopt(&self, socket: TcpStream) -> io::Result<TcpStream> {
        let socket = socket.into_std()?;
        let _at_work = self.runtime.enter();
        TcpStream::from_std(socket)
    }

    /// Runs `connection` there, and keeps the place until it ends.
    pub(super) fn run(
        self,
        tasks: &TaskTracker,
        connection: impl Future<Output = ()> + Send + 'static,
    ) -> Task<()> {
        let runtime = self.runtime.clone();
        let connection = tasks.track_future(async move {
            connection.await;
            drop(self);
        });
        runtime.spawn(connection)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.fetch_sub(1, Relaxed);
    }
}
