//! Lines wait in a heap of bounded size, which a thread carries away: at once when it is high, else each second.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Entry, Format, line};
use crate::clock;

/// Bytes at which the heap is carried away at once. Some 500 lines.
const HIGH: usize = 64 * 1024;
/// Bytes beyond which lines are dropped, while the thread is busy or waits for a slow reader.
const FULL: usize = 4 * HIGH;
/// How long a line may wait.
const WAIT: Duration = Duration::from_secs(1);
/// How long the end of the program may wait for a slow reader.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Heap {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    format: Format,
    state: Mutex<State>,
    /// Something for the thread to look at.
    work: Condvar,
    /// The thread has written, or ended.
    written: Condvar,
}

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    stamp: line::Stamp,
    dropped: u64,
    /// The thread is writing what it took.
    writing: bool,
    /// Write now, however little there is.
    hurry: bool,
    closing: bool,
    ended: bool,
}

impl Heap {
    pub(super) fn new(out: impl Write + Send + 'static, format: Format) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            format,
            state: Mutex::default(),
            work: Condvar::new(),
            written: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new().name("access-log".into());
        let thread = thread.spawn(move || own.carry(out))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    pub(super) fn add(&self, entry: &Entry<'_>) {
        let now = clock::now();
        let mut guard = self.shared.state();
        let state = &mut *guard;
        let before = state.lines.len();
        if before >= FULL {
            state.dropped += 1;
            return;
        }
        let format = self.shared.format;
        line::write(format, &mut state.stamp, now, entry, &mut state.lines);
        // The thread is woken for the first line, to count the time, and when the heap has become high.
        let wake = before == 0 || before < HIGH && state.lines.len() >= HIGH;
        drop(guard);
        if wake {
            self.shared.work.notify_one();
        }
    }

    /// Waits until what was added before has been written, but not for long.
    pub(super) fn flush(&self) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.state();
        state.hurry = true;
        self.shared.work.notify_one();
        while !state.ended && (state.hurry || state.writing) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.shared.written.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.shared.state().closing = true;
        self.flush();
        // One that still waits for a slow reader is left to the end of the process.
        if self.shared.state().ended
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // At worst a line is torn.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread's work.
    fn carry(&self, mut out: impl Write) {
        let mut taken = Vec::new();
        let mut state = self.state();
        loop {
            while state.lines.is_empty() && !state.hurry && !state.closing {
                state = self
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            let deadline = Instant::now() + WAIT;
            while state.lines.len() < HIGH && !state.hurry && !state.closing {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                let waited = self.work.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            mem::swap(&mut taken, &mut state.lines);
            let dropped = mem::take(&mut state.dropped);
            if dropped > 0 {
                let now = clock::now();
                line::write_dropped(self.format, &mut state.stamp, now, dropped, &mut taken);
            }
            let last = state.closing;
            state.hurry = false;
            state.writing = true;
            drop(state);
            // Where nobody reads the log any more, nobody misses a line.
            let _ = out.write_all(&taken).and_then(|()| out.flush());
            taken.clear();
            state = self.state();
            state.writing = false;
            state.ended = last;
            self.written.notify_all();
            if last {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use http::{Method, Version};

    use super::super::AccessLog;
    use super::*;

    const BOUND: Duration = Duration::from_secs(60);

    fn entry() -> Entry<'static> {
        Entry {
            method: &Method::GET,
            path: "/media/a.mp4",
            version: Version::HTTP_11,
            status: Some(206),
            bytes: 1,
            whole: true,
            took: Duration::ZERO,
            peer: None,
        }
    }

    /// Passes on what it is given, when it may.
    struct Reader {
        allowed: Receiver<()>,
        got: Sender<Vec<u8>>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // The test is over, or another heap is allowed.
            let _ = self.allowed.recv();
            let _ = self.got.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn reader() -> (Reader, Sender<()>, Receiver<Vec<u8>>) {
        let (allow, allowed) = channel();
        let (got, read) = channel();
        (Reader { allowed, got }, allow, read)
    }

    #[test]
    fn a_line_does_not_wait_for_company() {
        let (out, allow, read) = reader();
        let log = AccessLog::to(out, Format::Text).unwrap();
        allow.send(()).unwrap();
        log.write(&entry());
        let text = read.recv_timeout(BOUND).unwrap();
        assert!(text.ends_with(b"took_us=0\n"));
    }

    #[test]
    fn a_slow_reader_costs_lines_and_nobodys_time_and_their_number_is_told() {
        let (out, allow, read) = reader();
        let log = AccessLog::to(out, Format::Json).unwrap();
        // Far more than fits, and nothing is read yet: this returns all the same.
        const LINES: u64 = 10_000;
        for _ in 0..LINES {
            log.write(&entry());
        }
        (0..100).for_each(|_| allow.send(()).unwrap());
        log.flush();
        drop((allow, log));
        let text: Vec<u8> = read.iter().flatten().collect();
        let lines = text.split(|&b| b == b'\n').filter(|line| !line.is_empty());
        let (mut written, mut dropped) = (0, 0);
        for line in lines {
            let line: serde_json::Value = serde_json::from_slice(line).unwrap();
            match line["fields"]["lines"].as_u64() {
                Some(lines) => dropped += lines,
                None => written += 1,
            }
        }
        assert_eq!(written + dropped, LINES);
        assert!(dropped > 0 && written > 1_000, "{written} {dropped}");
    }

    #[test]
    fn the_end_of_the_program_writes_what_waits_but_does_not_wait_for_ever() {
        let (out, allow, read) = reader();
        allow.send(()).unwrap();
        allow.send(()).unwrap();
        let log = AccessLog::to(out, Format::Text).unwrap();
        log.write(&entry());
        log.flush();
        assert!(!read.try_recv().unwrap().is_empty(), "flushed at once");
        log.write(&entry());
        drop(log);
        assert!(!read.try_recv().unwrap().is_empty(), "dropped at once");

        let (out, allow, read) = reader();
        let log = AccessLog::to(out, Format::Text).unwrap();
        log.write(&entry());
        drop(log);
        assert!(read.try_recv().is_err(), "nobody read it");
        drop(allow);
    }
}
