//! Between a thread that may wait and a task that may not: bytes on their way, a few pieces at a time.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::{Buf, Bytes, BytesMut};
use http_body::Frame;
use tokio::sync::mpsc;

/// Pieces that may wait in between.
const PIECES: usize = 4;
/// Bytes of a piece that is written.
const PIECE: usize = 64 << 10;

/// What comes in, for a thread that reads.
pub fn to_reader() -> (Pourer, PieceReader) {
    let (sender, receiver) = mpsc::channel(PIECES);
    let whole = Arc::new(AtomicBool::new(false));
    let reader = PieceReader {
        pieces: receiver,
        piece: Bytes::new(),
        whole: Arc::clone(&whole),
    };
    let pieces = sender;
    (Pourer { pieces, whole }, reader)
}

/// What a thread writes, as an answer's content.
pub fn from_writer() -> (PieceWriter, Body) {
    let (sender, receiver) = mpsc::channel(PIECES);
    let writer = PieceWriter {
        pieces: sender,
        piece: BytesMut::new(),
    };
    (writer, Body::new(Pieces(receiver)))
}

/// The end into which a task pours. Dropped before [`Pourer::finish`], as when the task is given up because its client
/// left, what was poured is not all: the reader gets an error instead of an end.
pub struct Pourer {
    pieces: mpsc::Sender<Bytes>,
    whole: Arc<AtomicBool>,
}

impl Pourer {
    /// Waits until there is room for a piece. False: nobody reads any more.
    pub async fn pour(&self, piece: Bytes) -> bool {
        self.pieces.send(piece).await.is_ok()
    }

    /// What was poured is all.
    pub fn finish(self) {
        self.whole.store(true, Release);
    }
}

/// The end from which a thread reads. Blocks.
pub struct PieceReader {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
    whole: Arc<AtomicBool>,
}

impl Read for PieceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                None if self.whole.load(Acquire) => return Ok(0),
                None => {
                    let why = "the sender went away";
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
                }
                Some(piece) => self.piece = piece,
            }
        }
        let n = buffer.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut buffer[..n]);
        Ok(n)
    }
}

/// The end into which a thread writes. Blocks while the client takes nothing.
pub struct PieceWriter {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    piece: BytesMut,
}

impl PieceWriter {
    fn send(&mut self, piece: io::Result<Bytes>) -> io::Result<()> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.pieces.blocking_send(piece).map_err(gone)
    }

    /// Ends the answer as one that is not whole, so that nobody takes it for all.
    pub fn break_off(mut self) {
        // Who does not read any more needs no telling.
        let _ = self.send(Err(io::ErrorKind::UnexpectedEof.into()));
    }
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = self.piece.split().freeze();
        self.send(Ok(piece))
    }
}

struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let polled = self.0.poll_recv(cx);
        polled.map(|next| next.map(|piece| piece.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn what_is_poured_is_read_and_what_breaks_off_is_no_end() {
        let (pourer, mut reader) = to_reader();
        let read = tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            let outcome = reader.read_to_end(&mut all).map_err(|e| e.kind());
            (all, outcome)
        });
        for _ in 0..10 {
            assert!(pourer.pour(Bytes::from_static(b"piece")).await);
        }
        drop(pourer);
        let (all, outcome) = read.await.unwrap();
        assert_eq!(all.len(), 50);
        assert_eq!(outcome, Err(io::ErrorKind::UnexpectedEof));
        let (pourer, reader) = to_reader();
        drop(reader);
        assert!(!pourer.pour(Bytes::from_static(b"piece")).await);
    }

    #[tokio::test]
    async fn what_is_written_is_the_answer_and_a_client_who_is_gone_ends_the_writing() {
        let (mut writer, body) = from_writer();
        let written = tokio::task::spawn_blocking(move || {
            writer.write_all(&[7; 3 * PIECE + 1]).unwrap();
            writer.flush().unwrap();
        });
        let all = body.collect().await.unwrap().to_bytes();
        assert_eq!(all.len(), 3 * PIECE + 1);
        written.await.unwrap();
        let (mut writer, body) = from_writer();
        drop(body);
        let written = tokio::task::spawn_blocking(move || writer.write_all(&[7; PIECE]));
        let error = written.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        let (writer, body) = from_writer();
        tokio::task::spawn_blocking(move || writer.break_off());
        assert!(body.collect().await.is_err());
    }
}
