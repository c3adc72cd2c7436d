//! Where the bytes of a file come from: memory, an open file, later an object store.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::units::Bytes;

/// Bytes of known length that can be read at any offset.
pub trait Source {
    /// The whole length.
    fn length(&self) -> Bytes;

    /// Fills `into` with the bytes from `offset` on.
    ///
    /// # Errors
    /// What the store says; `UnexpectedEof` when there are fewer bytes than that.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;
}

impl Source for [u8] {
    fn length(&self) -> Bytes {
        Bytes(self.len() as u64)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).ok();
        let found = start.and_then(|start| self.get(start..start.checked_add(into.len())?));
        into.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// An open file, with the length that it had when it was opened.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    length: Bytes,
}

impl OpenFile {
    /// Takes the length from the file's metadata.
    ///
    /// # Errors
    /// When the metadata cannot be read.
    pub fn new(file: File) -> io::Result<Self> {
        let length = Bytes(file.metadata()?.len());
        Ok(Self { file, length })
    }
}

impl Source for OpenFile {
    fn length(&self) -> Bytes {
        self.length
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, offset)
    }
}
