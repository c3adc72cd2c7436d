//! A file's bytes as addresses: what tells a transport which file, and where in it, a slice is.

use std::fs::File;
use std::io;
use std::ptr::NonNull;

use bytes::Bytes;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// A whole file, mapped read-only for as long as any [`Bytes`] of it lives.
///
/// Nobody in this process reads through it. It gives frames an address that a transport recognises
/// and turns back into offsets for sendfile; where that is not to be had, the kernel copies from it
/// and answers with an error what the file has lost meanwhile. A read of such bytes by ourselves
/// would be a SIGBUS, and the end of the server: bodies hand them only to a connection whose
/// transport has promised not to look inside.
#[derive(Debug)]
pub(super) struct Mapping {
    base: NonNull<u8>,
    len: usize,
}

impl Mapping {
    /// The first `len` bytes of `file`; costs addresses, no memory.
    ///
    /// # Errors
    /// When there is nothing to map (`len` 0) or the file system maps no files.
    #[allow(unsafe_code, reason = "a mapping is made by unsafe calls only")]
    pub(super) fn of(file: &File, len: u64) -> io::Result<Bytes> {
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
        // SAFETY: the kernel chooses an address range that nothing else uses, so no memory that
        // Rust knows of is replaced.
        let base = unsafe {
            mmap(
                std::ptr::null_mut(),
                len,
                ProtFlags::READ,
                MapFlags::SHARED | MapFlags::NORESERVE,
                file,
                0,
            )
        }?;
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Bytes::from_owner(Self { base, len }))
    }
}

impl AsRef<[u8]> for Mapping {
    #[allow(unsafe_code, reason = "the mapping's addresses as a slice")]
    fn as_ref(&self) -> &[u8] {
        // SAFETY: `base` and `len` are what mmap returned, readable and mapped until `drop`, which
        // `Bytes::from_owner` puts off until no slice is left. The bytes may change when somebody
        // changes the file; nobody here reads them, as the type says.
        unsafe { std::slice::from_raw_parts(self.base.as_ptr(), self.len) }
    }
}

// SAFETY: the mapping belongs to nobody but this value, and is never written.
#[allow(unsafe_code, reason = "a raw pointer says nothing of threads")]
unsafe impl Send for Mapping {}

// SAFETY: shared access only reads `base` and `len`.
#[allow(unsafe_code, reason = "a raw pointer says nothing of threads")]
unsafe impl Sync for Mapping {}

impl Drop for Mapping {
    #[allow(unsafe_code, reason = "a mapping is ended by an unsafe call only")]
    fn drop(&mut self) {
        // SAFETY: exactly the range that mmap gave, once; nothing points into it any more, since
        // `Bytes` drops its owner after the last slice.
        let unmapped = unsafe { munmap(self.base.as_ptr().cast(), self.len) };
        debug_assert!(unmapped.is_ok(), "{unmapped:?}");
    }
}
