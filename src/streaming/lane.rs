//! What passes between a connection's bodies and its transport: which files the frames lie in.

use std::io::IoSlice;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::{Extensions, Version};

use super::handle::FileHandle;

/// The way past the buffers: a connection whose transport sends ranges of files without reading
/// them has one, and puts it among the extensions of its requests.
///
/// A body that has it hands over frames that are addresses in a file's mapping and says here which
/// file that is; the transport finds the file by the address. A frame that the transport no longer
/// knows is copied by the kernel, which is slower and just as right.
#[derive(Clone, Debug, Default)]
pub struct Lane(Arc<Mutex<Slots>>);

/// The file announced last, and the one before: the end of one answer and the beginning of the
/// next may be written together.
type Slots = [Option<Arc<FileHandle>>; 2];

/// A range of a file, from its address.
pub(super) struct Found {
    pub(super) file: Arc<FileHandle>,
    pub(super) offset: u64,
}

impl Lane {
    /// The lane that a request of this version may use. HTTP/2 looks into its frames.
    pub fn of(version: Version, extensions: &Extensions) -> Option<Self> {
        (version < Version::HTTP_2)
            .then(|| extensions.get::<Self>().cloned())
            .flatten()
    }

    /// Frames that lie in `file` follow.
    pub(super) fn announce(&self, file: &Arc<FileHandle>) {
        let mut slots = self.slots();
        let known = |slot: &Option<Arc<FileHandle>>| {
            slot.as_ref().is_some_and(|known| Arc::ptr_eq(known, file))
        };
        if known(&slots[0]) {
            return;
        }
        if !known(&slots[1]) {
            slots[1] = Some(Arc::clone(file));
        }
        slots.swap(0, 1);
    }

    /// Everything that was announced has been written: the files need not be kept open for it.
    pub(super) fn clear(&self) {
        *self.slots() = Slots::default();
    }

    /// How many of `slices` at the front are ordinary memory, and the file that the next one is a
    /// range of.
    pub(super) fn split(&self, slices: &[IoSlice<'_>]) -> (usize, Option<Found>) {
        let slots = self.slots();
        if slots[0].is_none() {
            return (slices.len(), None);
        }
        for (at, slice) in slices.iter().enumerate() {
            for file in slots.iter().flatten() {
                if let Some(offset) = file.offset_of(slice) {
                    let file = Arc::clone(file);
                    return (at, Some(Found { file, offset }));
                }
            }
        }
        (slices.len(), None)
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        // Each change is a single assignment or swap, so a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;

    fn holding(len: u64) -> Arc<FileHandle> {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(&vec![1; len as usize], 0).unwrap();
        Arc::new(FileHandle::new(file).unwrap())
    }

    #[test]
    fn a_slice_is_known_by_its_address_until_two_other_files_came_or_all_was_written() {
        let lane = Lane::default();
        let files = [holding(9000), holding(9000), holding(9000)];
        let tail = |n: usize| files[n].mapping().unwrap().slice(8995..);
        let found = |n: usize| {
            let (head, tail) = (*b"head", tail(n));
            let slices = [IoSlice::new(&head), IoSlice::new(&tail)];
            let (before, found) = lane.split(&slices);
            found.map(|found| {
                assert!(Arc::ptr_eq(&found.file, &files[n]));
                (before, found.offset)
            })
        };
        assert_eq!(found(0), None);
        lane.announce(&files[0]);
        lane.announce(&files[1]);
        lane.announce(&files[0]);
        assert_eq!((found(0), found(1)), (Some((1, 8995)), Some((1, 8995))));
        lane.announce(&files[2]);
        assert_eq!((found(0), found(1)), (Some((1, 8995)), None));
        lane.clear();
        assert_eq!((found(0), found(2)), (None, None));
        assert_eq!(Arc::strong_count(&files[0]), 1);
    }

    #[test]
    fn only_http_1_has_a_lane() {
        let mut extensions = Extensions::new();
        assert!(Lane::of(Version::HTTP_11, &extensions).is_none());
        extensions.insert(Lane::default());
        assert!(Lane::of(Version::HTTP_11, &extensions).is_some());
        assert!(Lane::of(Version::HTTP_10, &extensions).is_some());
        assert!(Lane::of(Version::HTTP_2, &extensions).is_none());
    }
}
