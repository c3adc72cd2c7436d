//! Slices as the body of a response, read as the client takes them.

use std::io;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use super::slices::{Slice, Slices};

/// How much is read at once, in bytes. A slow reader holds one such chunk and no more: nothing is
/// read ahead, because the kernel already does that for a file read in order.
const CHUNK: u64 = 128 * 1024;

/// A response body over [`Slices`], of exactly known length.
///
/// Memory is passed on as it is. Files are read in chunks of at most 128 KiB on the runtime's
/// blocking threads, so that a cold disk stalls nobody else; it must therefore be polled inside a
/// tokio runtime. The next chunk is read when the connection asks for it, and dropping the body
/// ends the reading.
///
/// A file that is shorter than its slice says, because something cut it on disk, ends the body
/// with [`io::ErrorKind::UnexpectedEof`]: the connection is then closed before Content-Length is
/// reached, and the client knows that it has not got everything.
#[derive(Debug)]
pub struct Body {
    rest: Slices,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
    length: Length,
}

/// What [`http_body::Body::size_hint`] says.
#[derive(Clone, Copy, Debug)]
enum Length {
    Exact,
    /// Nothing, though the body is empty. See [`Body::without_length`].
    Unsaid,
}

impl Body {
    /// A body without bytes, of length 0.
    pub fn empty() -> Self {
        Self::from(Slices::default())
    }

    /// A body without bytes for a 304, whose length nobody may state.
    ///
    /// Its size hint says nothing. Were it an exact 0, axum would add `Content-Length: 0`, which
    /// hyper passes on over HTTP/2 and for HEAD; and §8.6 forbids a 304 any length but that of the
    /// 200 that it stands for.
    pub fn without_length() -> Self {
        let mut body = Self::empty();
        body.length = Length::Unsaid;
        body
    }

    /// What is still to be sent: for a transport that can send file slices without reading them.
    pub fn slices(&self) -> &Slices {
        &self.rest
    }
}

impl From<Slices> for Body {
    fn from(slices: Slices) -> Self {
        Self {
            rest: slices,
            reading: None,
            length: Length::Exact,
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        // A read that has not begun need not. One that has ends with its chunk.
        if let Some(reading) = &self.reading {
            reading.abort();
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        loop {
            if let Some(reading) = &mut this.reading {
                let joined = ready!(Pin::new(reading).poll(cx));
                this.reading = None;
                let read = joined.map_err(io::Error::other).flatten();
                return Poll::Ready(Some(match read {
                    Ok(chunk) => Ok(this.pass_on(chunk)),
                    Err(error) => {
                        this.rest = Slices::default();
                        Err(error)
                    }
                }));
            }
            let first = this.rest.iter().next();
            match first {
                None => return Poll::Ready(None),
                Some(Slice::Memory(bytes)) => return Poll::Ready(Some(Ok(this.pass_on(bytes)))),
                Some(Slice::File { .. }) => {
                    let chunk = this.rest.slice(0..CHUNK);
                    this.reading = Some(spawn_blocking(move || read(&chunk)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.length {
            Length::Exact => SizeHint::with_exact(self.rest.len()),
            Length::Unsaid => SizeHint::default(),
        }
    }
}

impl Body {
    /// `chunk` is the front of what is left.
    fn pass_on(&mut self, chunk: Bytes) -> Frame<Bytes> {
        self.rest = self.rest.slice(chunk.len() as u64..u64::MAX);
        Frame::data(chunk)
    }
}

/// All bytes of at most [`CHUNK`], in one buffer: a view of many small pieces then costs one
/// journey to a blocking thread, not one for each.
fn read(slices: &Slices) -> io::Result<Bytes> {
    let mut buffer = vec![0; slices.len() as usize];
    let mut room = buffer.as_mut_slice();
    for slice in slices.iter() {
        let (part, rest) = room.split_at_mut(slice.len() as usize);
        match slice {
            Slice::Memory(bytes) => part.copy_from_slice(&bytes),
            Slice::File { file, range } => file.read_exact_at(part, range.start)?,
        }
        room = rest;
    }
    Ok(Bytes::from(buffer))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::sync::Arc;

    use http_body_util::BodyExt;

    use super::*;

    /// A file of `len` bytes, no 251 of which repeat at a power of two.
    fn stored(len: usize) -> (Arc<File>, Vec<u8>) {
        let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(&bytes, 0).unwrap();
        (Arc::new(file), bytes)
    }

    /// The lengths of the frames, and all bytes or the error that ended them.
    async fn drain(mut body: Body) -> (Vec<usize>, io::Result<Vec<u8>>) {
        let (mut frames, mut all) = (Vec::new(), Vec::new());
        while let Some(frame) = body.frame().await {
            let before = match frame {
                Ok(frame) => frame.into_data().unwrap(),
                Err(error) => return (frames, Err(error)),
            };
            frames.push(before.len());
            all.extend_from_slice(&before);
        }
        (frames, Ok(all))
    }

    #[tokio::test]
    async fn a_file_arrives_whole_in_chunks_with_its_length_known_at_every_step() {
        use http_body::Body as _;
        let (file, bytes) = stored(300_000);
        let mut body = Body::from(Slices::file(file, 300_000));
        let mut all = Vec::new();
        while let Some(frame) = body.frame().await {
            all.extend_from_slice(&frame.unwrap().into_data().unwrap());
            assert_eq!(body.size_hint().exact(), Some((300_000 - all.len()) as u64));
            assert_eq!(body.is_end_stream(), all.len() == 300_000);
        }
        assert!(all == bytes);
    }

    #[tokio::test]
    async fn small_pieces_are_read_together_and_memory_at_the_front_is_not_copied() {
        let (file, bytes) = stored(1000);
        let head = Bytes::from_static(b"head");
        let piece = |range| Slice::File {
            file: Arc::clone(&file),
            range,
        };
        let slices = Slices::from_iter([
            Slice::Memory(head.clone()),
            piece(990..1000),
            Slice::Memory(Bytes::from_static(b"--")),
            piece(0..5),
        ]);
        let (frames, all) = drain(Body::from(slices.clone())).await;
        assert_eq!(frames, [4, 17]);
        let expected = [b"head", &bytes[990..], b"--", &bytes[..5]].concat();
        assert_eq!(all.unwrap(), expected);

        let mut body = Body::from(slices);
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first.as_ptr(), head.as_ptr());
    }

    #[tokio::test]
    async fn a_file_cut_short_on_disk_ends_in_an_error_and_never_in_wrong_bytes() {
        let (file, bytes) = stored(400_000);
        file.set_len(200_000).unwrap();
        let mut body = Body::from(Slices::file(Arc::clone(&file), 400_000));
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(first == bytes[..CHUNK as usize]);
        let error = body.frame().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn nothing_is_read_before_it_is_asked_for() {
        let (file, _) = stored(300_000);
        let mut body = Body::from(Slices::file(Arc::clone(&file), 300_000));
        body.frame().await.unwrap().unwrap();
        assert!(body.reading.is_none());
        drop(body);
        assert_eq!(Arc::strong_count(&file), 1);
    }

    #[tokio::test]
    async fn an_empty_body_is_over_at_once() {
        use http_body::Body as _;
        assert!(Body::empty().is_end_stream());
        assert_eq!(Body::empty().size_hint().exact(), Some(0));
        assert!(Body::without_length().is_end_stream());
        assert_eq!(Body::without_length().size_hint().exact(), None);
        assert!(Body::without_length().frame().await.is_none());
    }
}
