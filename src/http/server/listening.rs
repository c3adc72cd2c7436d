//! Accepting connections through bad times: shortages are waited out, a client's haste is ignored.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

/// Refused clients that are told so at one time; the rest find a closed socket.
const REFUSALS_AT_ONCE: usize = 64;
/// How long telling may take.
const REFUSAL_TIME: Duration = Duration::from_secs(1);
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Where connections come from; tests put errors in between.
pub(super) trait Accept: Send {
    fn accept(&mut self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send;
}

impl Accept for TcpListener {
    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        TcpListener::accept(self).await
    }
}

/// What came of waiting.
pub(super) enum Next {
    Connection(TcpStream, SocketAddr),
    /// The listener will never accept again.
    Useless(io::Error),
}

/// What an error of accept(2) means for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// Of this one connection: the next may be fine at once.
    Passing,
    /// Of the machine: trying at once would only burn its CPU.
    Shortage,
    /// Of the listener itself.
    Useless,
}

fn judge(error: &io::Error) -> Trouble {
    match Errno::from_io_error(error) {
        // accept(2): the network errors of a connection that died in the queue are passed on.
        Some(
            Errno::CONNABORTED
            | Errno::CONNRESET
            | Errno::INTR
            | Errno::AGAIN
            | Errno::PERM
            | Errno::PROTO
            | Errno::NOPROTOOPT
            | Errno::NETDOWN
            | Errno::HOSTDOWN
            | Errno::HOSTUNREACH
            | Errno::NETUNREACH
            | Errno::OPNOTSUPP
            | Errno::TIMEDOUT,
        ) => Trouble::Passing,
        Some(Errno::BADF | Errno::INVAL | Errno::NOTSOCK) => Trouble::Useless,
        // EMFILE, ENFILE, ENOBUFS, ENOMEM, and what nobody has thought of.
        _ => Trouble::Shortage,
    }
}

/// Accepts, and remembers how bad times are.
pub(super) struct Waiter<A> {
    listener: A,
    /// `None` in good times.
    pause: Option<Duration>,
    refusals: Arc<Semaphore>,
}

impl<A: Accept> Waiter<A> {
    pub(super) fn new(listener: A) -> Self {
        Self {
            listener,
            pause: None,
            refusals: Arc::new(Semaphore::new(REFUSALS_AT_ONCE)),
        }
    }

    /// The next connection. May be dropped at any await without losing one.
    pub(super) async fn next(&mut self) -> Next {
        loop {
            let error = match self.listener.accept().await {
                Ok((socket, peer)) => {
                    if self.pause.take().is_some() {
                        tracing::info!("accepting connections again");
                    }
                    return Next::Connection(socket, peer);
                }
                Err(error) => error,
            };
            match judge(&error) {
                Trouble::Passing => tracing::debug!(%error, "a connection died before accept"),
                Trouble::Useless => return Next::Useless(error),
                Trouble::Shortage => {
                    let pause = match self.pause {
                        None => {
                            // Once per episode: a full log disk would make things worse.
                            tracing::warn!(%error, "cannot accept connections, trying on");
                            SHORTEST_PAUSE
                        }
                        Some(pause) => (pause * 2).min(LONGEST_PAUSE),
                    };
                    self.pause = Some(pause);
                    sleep(pause).await;
                }
            }
        }
    }

    /// Says 503 to a client for whom there is no room. Bounded in time and number, since those
    /// whom a limit keeps out must not become load by another door.
    pub(super) fn refuse(&self, socket: TcpStream, retry_after: Duration, tasks: &TaskTracker) {
        let Ok(permit) = Arc::clone(&self.refusals).try_acquire_owned() else {
            return;
        };
        tasks.spawn(async move {
            let _ = timeout(REFUSAL_TIME, say_busy(socket, retry_after)).await;
            drop(permit);
        });
    }
}

async fn say_busy(mut socket: TcpStream, retry_after: Duration) -> io::Result<()> {
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: {}\r\ncache-control: no-store\r\n\
         connection: close\r\ncontent-length: 0\r\n\r\n",
        retry_after.as_secs().max(1)
    );
    socket.write_all(answer.as_bytes()).await?;
    socket.shutdown().await?;
    // A socket closed over unread bytes is reset, and the answer with it.
    let mut scrap = [0_u8; 4096];
    while socket.read(&mut scrap).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_shortage_is_waited_out_and_only_a_broken_listener_ends_the_server() {
        let judged = |errno: Errno| judge(&errno.into());
        for errno in [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM] {
            assert_eq!(judged(errno), Trouble::Shortage, "{errno:?}");
        }
        assert_eq!(judged(Errno::CONNABORTED), Trouble::Passing);
        assert_eq!(judged(Errno::BADF), Trouble::Useless);
        assert_eq!(judge(&io::Error::other("?")), Trouble::Shortage);
    }

    #[tokio::test]
    async fn who_is_refused_costs_a_bounded_number_of_tasks() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut clients = Vec::new();
        let mut accepted = Vec::new();
        for _ in 0..REFUSALS_AT_ONCE + 6 {
            clients.push(TcpStream::connect(address).await.unwrap());
            accepted.push(listener.accept().await.unwrap().0);
        }
        let waiter = Waiter::new(listener);
        let tasks = TaskTracker::new();
        // No await in between, so none of them can end in between.
        for socket in accepted {
            waiter.refuse(socket, Duration::from_secs(7), &tasks);
        }
        assert_eq!(tasks.len(), REFUSALS_AT_ONCE);
        let mut told = 0;
        for mut client in clients {
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            let busy = answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 7\r\n");
            assert!(busy || answer.is_empty(), "{answer}");
            told += usize::from(busy);
        }
        assert_eq!(told, REFUSALS_AT_ONCE);
        tasks.close();
        tasks.wait().await;
    }
}
