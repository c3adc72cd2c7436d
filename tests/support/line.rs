//! A line between a program and the server: it can break, fall silent, and knows what went over it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// What a line does to every connection from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It breaks after so many bytes from the server.
    BreaksAfter(u64),
    /// It breaks after so many bytes to the server.
    BreaksAfterSending(u64),
    /// It falls silent after so many bytes from the server, until it is mended.
    SilentAfter(u64),
}

struct Shared {
    server: SocketAddr,
    fault: Mutex<Fault>,
    changed: Condvar,
    from_server: AtomicU64,
    to_server: AtomicU64,
    faults: AtomicU64,
}

/// The line. Connections that are silent break when it is dropped.
pub struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Line {
    /// To `server`.
    pub fn to(server: SocketAddr, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            server,
            fault: Mutex::new(fault),
            changed: Condvar::new(),
            from_server: AtomicU64::new(0),
            to_server: AtomicU64::new(0),
            faults: AtomicU64::new(0),
        });
        let line = Arc::clone(&shared);
        // Ends with the test's process.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let line = Arc::clone(&line);
                thread::spawn(move || line.carry(client));
            }
        });
        Self { address, shared }
    }

    /// Where a program reaches the server through it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes that came from the server and went on.
    pub fn bytes_down(&self) -> u64 {
        self.shared.from_server.load(SeqCst)
    }

    /// Bytes that went on to the server.
    pub fn bytes_up(&self) -> u64 {
        self.shared.to_server.load(SeqCst)
    }

    /// Connections that it broke, or that fell silent.
    pub fn faults(&self) -> u64 {
        self.shared.faults.load(SeqCst)
    }

    /// Waits until a connection has broken or fallen silent.
    pub fn until_fault(&self) {
        let mut fault = self.shared.fault.lock().unwrap();
        while self.faults() == 0 {
            fault = self.shared.changed.wait(fault).unwrap();
        }
    }

    /// From now on it does this.
    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
        self.shared.changed.notify_all();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.set(Fault::None);
    }
}

impl Shared {
    fn carry(self: &Arc<Self>, client: TcpStream) {
        let Ok(server) = TcpStream::connect(self.server) else {
            return;
        };
        let (up_from, up_to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let line = Arc::clone(self);
        let up = thread::spawn(move || line.up(&up_from, &up_to));
        self.down(&server, &client);
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
        let _ = up.join();
    }

    fn up(&self, mut client: &TcpStream, mut server: &TcpStream) {
        let (mut buffer, mut carried) = ([0; 16 << 10], 0);
        while let Ok(read @ 1..) = client.read(&mut buffer) {
            let most = match *self.fault.lock().unwrap() {
                Fault::BreaksAfterSending(most) => most,
                _ => u64::MAX,
            };
            let going = read.min(usize::try_from(most - carried).unwrap_or(read));
            if server.write_all(&buffer[..going]).is_err() {
                return;
            }
            carried += going as u64;
            self.to_server.fetch_add(going as u64, SeqCst);
            if carried == most {
                self.note();
                let _ = client.shutdown(Shutdown::Both);
                break;
            }
        }
        let _ = server.shutdown(Shutdown::Write);
    }

    fn note(&self) {
        let _fault = self.fault.lock().unwrap();
        self.faults.fetch_add(1, SeqCst);
        self.changed.notify_all();
    }

    fn down(&self, mut server: &TcpStream, mut client: &TcpStream) {
        let (mut buffer, mut carried) = ([0; 16 << 10], 0);
        loop {
            let read = match server.read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            let fault = *self.fault.lock().unwrap();
            let most = match fault {
                Fault::None | Fault::BreaksAfterSending(_) => u64::MAX,
                Fault::BreaksAfter(most) | Fault::SilentAfter(most) => most,
            };
            let going = read.min(usize::try_from(most - carried).unwrap_or(read));
            if client.write_all(&buffer[..going]).is_err() {
                return;
            }
            carried += going as u64;
            self.from_server.fetch_add(going as u64, SeqCst);
            if carried < most {
                continue;
            }
            self.note();
            let mut now = self.fault.lock().unwrap();
            while matches!(fault, Fault::SilentAfter(_)) && *now == fault {
                now = self.changed.wait(now).unwrap();
            }
            return;
        }
    }
}
