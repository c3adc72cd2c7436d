//! An open file that many answers share.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::num::NonZeroU64;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use bytes::Bytes;
use rustix::fs::Advice;
use rustix::io::{Errno, ReadWriteFlags, preadv2};

use super::mapping::Mapping;
use crate::{mp4, units};

/// Bytes between two places that are asked whether they are in memory, and between two that are
/// touched to bring them there: less than the kernel reads ahead at once, more than a page.
const ASK_EVERY: u64 = 256 * 1024;
const TOUCH_EVERY: u64 = 64 * 1024;

/// An open file with the length that it had when it was opened.
///
/// It is read at offsets, so that any number of answers may share it, and stays what it is when the
/// name is given to another file or removed. One that is cut short is told as
/// [`io::ErrorKind::UnexpectedEof`].
#[derive(Debug)]
pub struct FileHandle {
    file: File,
    len: u64,
    mapping: OnceLock<Option<Bytes>>,
    /// The file system cannot say what is in memory, so everything may have to wait for a disk.
    blind: AtomicBool,
    /// The kernel does not send this file by itself.
    copied: AtomicBool,
}

impl FileHandle {
    /// Takes the length from the file's metadata.
    ///
    /// # Errors
    /// When the metadata cannot be read.
    pub fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self::with_len(file, len))
    }

    /// A file that was found to have `len` bytes.
    pub fn with_len(file: File, len: u64) -> Self {
        Self {
            file,
            len,
            mapping: OnceLock::new(),
            blind: AtomicBool::new(false),
            copied: AtomicBool::new(false),
        }
    }

    /// The length in bytes when the file was opened.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it had no bytes then.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The open file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Fills `into` with the bytes from `offset` on; waits for the disk.
    ///
    /// # Errors
    /// `UnexpectedEof` when there are fewer bytes than that.
    pub fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, offset)
    }

    /// Reads what of `into` is in memory, from `offset` on, without waiting for a disk; at least
    /// one byte (preadv2(2), RWF_NOWAIT).
    ///
    /// # Errors
    /// `WouldBlock` when the first byte is not in memory or nobody can tell; `UnexpectedEof` when
    /// there is none.
    pub fn read_resident(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.blind.load(Relaxed) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut into = [IoSliceMut::new(into)];
        loop {
            return match preadv2(&self.file, &mut into, offset, ReadWriteFlags::NOWAIT) {
                Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => Ok(read),
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) => Err(io::ErrorKind::WouldBlock.into()),
                Err(Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS) => {
                    self.blind.store(true, Relaxed);
                    Err(io::ErrorKind::WouldBlock.into())
                }
                Err(error) => Err(error.into()),
            };
        }
    }

    /// Whether `range` is in memory, as far as one byte in 256 KiB and the last one tell. What does
    /// not exist counts as in memory: whoever reads it need not wait to learn so.
    pub fn is_resident(&self, range: Range<u64>) -> bool {
        let Some(last) = range.end.checked_sub(1) else {
            return true;
        };
        let mut byte = [0];
        let places = (range.start..last).step_by(ASK_EVERY as usize);
        places.chain([last]).all(|at| {
            let read = self.read_resident(at, &mut byte);
            !matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
        })
    }

    /// Brings `range` into memory; waits for the disk.
    ///
    /// # Errors
    /// What the disk says; an end of the file that comes too early is none.
    pub fn make_resident(&self, range: Range<u64>) -> io::Result<()> {
        let len = NonZeroU64::new(range.end.saturating_sub(range.start));
        let Some(last) = range.end.checked_sub(1).filter(|_| len.is_some()) else {
            return Ok(());
        };
        // Advice: where it is not taken, touching does the same with smaller steps.
        let _ = rustix::fs::fadvise(&self.file, range.start, len, Advice::WillNeed);
        for at in (range.start..last)
            .step_by(TOUCH_EVERY as usize)
            .chain([last])
        {
            match self.file.read_at(&mut [0], at) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The whole file as addresses, mapped when first asked for; `None` where that cannot be. See
    /// [`Mapping`] for who may have them.
    pub(super) fn mapping(&self) -> Option<&Bytes> {
        let mapping = || Mapping::of(&self.file, self.len).ok();
        self.mapping.get_or_init(mapping).as_ref()
    }

    /// Where in the file `slice` lies, by its address, if it is all of its mapping.
    pub(super) fn offset_of(&self, slice: &[u8]) -> Option<u64> {
        let mapping = self.mapping.get()?.as_ref()?;
        let offset = slice.as_ptr().addr().checked_sub(mapping.as_ptr().addr())?;
        let end = offset.checked_add(slice.len())?;
        (end <= mapping.len()).then_some(offset as u64)
    }

    /// Nobody can tell any more what of it is in memory.
    #[cfg(test)]
    pub(super) fn make_blind(&self) {
        self.blind.store(true, Relaxed);
    }

    /// Whether sendfile is known to refuse this file.
    pub(super) fn must_be_copied(&self) -> bool {
        self.copied.load(Relaxed)
    }

    /// Sendfile has refused this file.
    pub(super) fn copy_from_now_on(&self) {
        self.copied.store(true, Relaxed);
    }
}

impl AsFd for FileHandle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl mp4::Source for FileHandle {
    fn length(&self) -> units::Bytes {
        units::Bytes(self.len)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.read_at(offset, into)
    }
}

/// The file as far as it is in memory: every other read is `WouldBlock`.
#[derive(Clone, Copy, Debug)]
pub struct Resident<'a>(pub &'a FileHandle);

impl mp4::Source for Resident<'_> {
    fn length(&self) -> units::Bytes {
        units::Bytes(self.0.len)
    }

    fn read_at(&self, mut offset: u64, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            let read = self.0.read_resident(offset, into)?;
            into = &mut into[read..];
            offset += read as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::mp4::Source;

    fn holding(bytes: &[u8]) -> FileHandle {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(bytes, 0).unwrap();
        FileHandle::new(file).unwrap()
    }

    #[test]
    fn what_was_just_written_is_read_without_waiting_and_what_was_cut_off_is_not_made_up() {
        let file = holding(b"0123456789");
        let mut four = [0; 4];
        Source::read_at(&Resident(&file), 3, &mut four).unwrap();
        assert_eq!(&four, b"3456");
        assert!(file.is_resident(0..10));
        file.file().set_len(5).unwrap();
        assert_eq!(file.len(), 10);
        for read in [
            Source::read_at(&file, 3, &mut four),
            Source::read_at(&Resident(&file), 3, &mut four),
        ] {
            assert_eq!(read.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
        assert!(file.is_resident(0..10), "there is nothing to wait for");
        file.make_resident(0..10).unwrap();
        file.make_resident(7..7).unwrap();
    }

    #[test]
    fn a_mapping_outlives_the_file_that_it_was_made_of() {
        let file = Arc::new(holding(b"0123456789"));
        let bytes = file.mapping().unwrap().slice(4..7);
        assert_eq!(file.mapping().unwrap().len(), 10);
        drop(file);
        assert_eq!(&bytes[..], b"456");
    }

    #[test]
    fn an_empty_file_has_no_mapping_and_nothing_to_wait_for() {
        let file = holding(b"");
        assert!(file.mapping().is_none());
        assert!(file.is_empty() && file.is_resident(0..0));
        file.make_resident(0..0).unwrap();
    }
}
