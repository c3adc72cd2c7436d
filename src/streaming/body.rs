//! Slices as the body of a response, read as the client takes them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::JoinHandle;

use super::disk;
use super::lane::Lane;
use super::slices::Slices;
use super::step::{Step, Terms, next};

/// A response body over [`Slices`], of exactly known length.
///
/// Memory is passed on as it is. Files and views are read in chunks of at most 128 KiB: at once
/// what is in the page cache, on the runtime's blocking threads what is not, so that a cold disk
/// stalls nobody else; it must therefore be polled inside a tokio runtime. The next chunk is read
/// when the connection asks for it, and dropping the body ends the reading.
///
/// With a [`Lane`], a range of a file that is worth it is not read at all: see [`Body::over`].
///
/// A file that is shorter than its slice says, because something cut it on disk, ends the body
/// with [`io::ErrorKind::UnexpectedEof`]: the connection is then closed before Content-Length is
/// reached, and the client knows that it has not got everything.
#[derive(Debug)]
pub struct Body {
    rest: Slices,
    reading: Option<JoinHandle<io::Result<Step>>>,
    lane: Option<Lane>,
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

    /// The same body for a connection that sends ranges of files without reading them: its frames
    /// may then be addresses in a file's mapping, up to 1 MiB each, which nobody may look into but
    /// the kernel. So no layer that reads bodies (compression, say) may stand in between.
    pub fn over(mut self, lane: Option<Lane>) -> Self {
        self.lane = lane;
        self
    }

    /// What is still to be sent.
    pub fn slices(&self) -> &Slices {
        &self.rest
    }
}

impl From<Slices> for Body {
    fn from(slices: Slices) -> Self {
        Self {
            rest: slices,
            reading: None,
            lane: None,
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
        let step = if let Some(reading) = &mut this.reading {
            let joined = ready!(Pin::new(reading).poll(cx));
            this.reading = None;
            joined.map_err(io::Error::other).flatten()
        } else if this.rest.is_empty() {
            return Poll::Ready(None);
        } else {
            match next(&this.rest, this.terms(false)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let (rest, terms) = (this.rest.clone(), this.terms(true));
                    let reading = this.reading.insert(disk::later(move || next(&rest, terms)));
                    let joined = ready!(Pin::new(reading).poll(cx));
                    this.reading = None;
                    joined.map_err(io::Error::other).flatten()
                }
                step => step,
            }
        };
        Poll::Ready(Some(match step {
            Ok(step) => Ok(this.pass_on(step)),
            Err(error) => {
                this.rest = Slices::default();
                Err(error)
            }
        }))
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
    fn terms(&self, wait: bool) -> Terms {
        Terms {
            ranges: self.lane.is_some(),
            wait,
        }
    }

    /// `step` is the front of what is left.
    fn pass_on(&mut self, step: Step) -> Frame<Bytes> {
        self.rest = self.rest.slice(step.len()..u64::MAX);
        Frame::data(match step {
            Step::Bytes(bytes) => bytes,
            // `next` gives ranges only of files that are mapped, and inside of their mappings.
            Step::Range(file, range) => {
                if let Some(lane) = &self.lane {
                    lane.announce(&file);
                }
                file.mapping().map_or_else(Bytes::new, |mapping| {
                    mapping.slice(range.start as usize..range.end as usize)
                })
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;
    use std::sync::Arc;

    use http_body_util::BodyExt;

    use super::*;
    use crate::mp4::View;
    use crate::streaming::step::CHUNK;
    use crate::streaming::toy::{Part, Toy};
    use crate::streaming::{FileHandle, Slice};

    /// A file of `len` bytes, no 251 of which repeat at a power of two.
    fn stored(len: usize) -> (Arc<FileHandle>, Vec<u8>) {
        let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(&bytes, 0).unwrap();
        (Arc::new(FileHandle::new(file).unwrap()), bytes)
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
        let mut body = Body::from(Slices::file(file));
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
        file.file().set_len(200_000).unwrap();
        let mut body = Body::from(Slices::file(Arc::clone(&file)));
        let mut all = Vec::new();
        let error = loop {
            match body.frame().await.unwrap() {
                Ok(frame) => all.extend_from_slice(&frame.into_data().unwrap()),
                Err(error) => break error,
            }
        };
        assert!(all.len() >= CHUNK && all == bytes[..all.len()]);
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn nothing_is_read_before_it_is_asked_for() {
        let (file, _) = stored(300_000);
        let mut body = Body::from(Slices::file(Arc::clone(&file)));
        body.frame().await.unwrap().unwrap();
        assert!(body.reading.is_none());
        drop(body);
        assert_eq!(Arc::strong_count(&file), 1);
    }

    #[tokio::test]
    async fn a_view_arrives_as_its_bytes_with_its_small_pieces_together() {
        let (file, bytes) = stored(400_000);
        let small = (0..500).map(|n| Part::Stored(n * 700..n * 700 + 300));
        let mut parts = vec![Part::Made(vec![7; 100_000].into())];
        parts.extend(small);
        parts.push(Part::Turned(1_000..150_000));
        parts.push(Part::Stored(100_000..400_000));
        let view = Arc::new(Toy(parts));
        let expected = view.bytes(&bytes);
        let len = view.length();
        let (frames, all) = drain(Body::from(Slices::view(view, file))).await;
        assert!(all.unwrap() == expected);
        assert_eq!(frames.iter().sum::<usize>() as u64, len);
        assert!(frames.len() <= 9, "{frames:?}");
        assert!(frames.iter().all(|&n| n <= CHUNK), "{frames:?}");
    }

    #[tokio::test]
    async fn small_pieces_of_a_file_that_was_cut_end_where_it_ends() {
        let (file, bytes) = stored(100_000);
        let view = Arc::new(Toy((0..100)
            .map(|n| Part::Stored(n * 1000..n * 1000 + 300))
            .collect()));
        let expected = view.bytes(&bytes);
        // In the middle of a piece, of what lies between two, and where one begins.
        for cut in [70_100, 50_500, 30_000] {
            file.file().set_len(cut).unwrap();
            let slices = Slices::view(Arc::clone(&view) as Arc<dyn View>, Arc::clone(&file));
            let mut body = Body::from(slices);
            let mut all = Vec::new();
            let error = loop {
                match body.frame().await.unwrap() {
                    Ok(frame) => all.extend_from_slice(&frame.into_data().unwrap()),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{cut}");
            let whole = cut / 1000 * 300 + (cut % 1000).min(300);
            assert_eq!(all.len() as u64, whole, "{cut}");
            assert!(all == expected[..all.len()], "{cut}");
        }
    }

    #[tokio::test]
    async fn a_view_that_ends_before_its_length_is_an_error() {
        #[derive(Debug)]
        struct Liar;
        impl View for Liar {
            fn length(&self) -> u64 {
                2
            }
            fn resident_bytes(&self) -> usize {
                0
            }
            fn piece(&self, at: u64, _: &dyn crate::mp4::Source) -> io::Result<crate::mp4::Piece> {
                Ok(crate::mp4::Piece::Stored(at..1))
            }
        }
        let (file, _) = stored(10);
        let (frames, all) = drain(Body::from(Slices::view(Arc::new(Liar), file))).await;
        assert_eq!(frames, [1]);
        assert_eq!(all.unwrap_err().kind(), io::ErrorKind::Other);
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
