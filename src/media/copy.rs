//! Stored files copied whole, to another folder or back: what is there under its name is durable and complete.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Component, Path};

use crate::units::Bytes;

/// Bytes that the kernel copies in one step; a progress bar moves as often.
const STEP: u64 = 8 << 20;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// It is at its place.
    Whole,
    /// There is nothing at `from`.
    Gone,
    /// At `from` are so many bytes, and not as many as there should be; nothing is at `to`.
    OtherLength(Bytes),
}

/// Copies the file `from`, which has `expected` bytes, to `to` by way of `temporary` on the same disk. Its bytes are
/// synced before it gets its name; the name itself is durable once its folder is synced, which is the caller's, who
/// has many of them. Called with the bytes of every step.
pub fn copy_durably(
    from: &Path,
    to: &Path,
    temporary: &Path,
    expected: Bytes,
    mut step: impl FnMut(u64),
) -> io::Result<Copied> {
    let mut source = match File::open(from) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Copied::Gone),
        Err(e) => return Err(e),
    };
    let length = source.metadata()?.len();
    if length != expected.0 {
        return Ok(Copied::OtherLength(Bytes(length)));
    }
    let mut copy = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(temporary)?;
    let mut copied = 0;
    let result = loop {
        // One byte more than there should be: what grows meanwhile is not what was stored.
        let most = STEP.min(expected.0 + 1 - copied);
        match io::copy(&mut (&mut source).take(most), &mut copy) {
            Ok(0) => break Ok(()),
            Ok(n) => {
                copied += n;
                step(n);
                if copied > expected.0 {
                    break Ok(());
                }
            }
            Err(e) => break Err(e),
        }
    };
    let result = match result {
        Ok(()) if copied != expected.0 => Ok(Copied::OtherLength(Bytes(copied))),
        Ok(()) => copy
            .sync_all()
            .and_then(|()| fs::rename(temporary, to))
            .map(|()| Copied::Whole),
        Err(e) => Err(e),
    };
    if !matches!(result, Ok(Copied::Whole)) {
        let _ = fs::remove_file(temporary); // what failed is reported
    }
    result
}

/// Whether `key` is one of ours, `files/ab/abcd….mp4`, and leads nowhere else.
pub fn is_key(key: &str) -> bool {
    let mut parts = Path::new(key).components();
    let plain = |part: Option<Component<'_>>| matches!(part, Some(Component::Normal(_)));
    parts.next() == Some(Component::Normal("files".as_ref()))
        && plain(parts.next())
        && plain(parts.next())
        && parts.next().is_none()
}

/// Bytes that are free to us on the disk of `folder`.
pub fn room_at(folder: &Path) -> io::Result<Bytes> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(Bytes(disk.f_bavail.saturating_mul(disk.f_frsize)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("from"), "twelve bytes").unwrap();
        fs::write(
            at("part"),
            "what a killed copy left, and longer than the file",
        )
        .unwrap();
        let mut steps = 0;
        let mut copy = |from: &str, to: &str, bytes| {
            copy_durably(&at(from), &at(to), &at("part"), Bytes(bytes), |n| {
                steps += n
            })
            .unwrap()
        };
        assert_eq!(copy("from", "to", 12), Copied::Whole);
        assert_eq!(copy("from", "shorter", 13), Copied::OtherLength(Bytes(12)));
        assert_eq!(copy("from", "longer", 11), Copied::OtherLength(Bytes(12)));
        assert_eq!(copy("none", "none too", 12), Copied::Gone);
        assert_eq!(steps, 12);
        assert_eq!(fs::read(at("to")).unwrap(), b"twelve bytes");
        for name in ["part", "shorter", "longer", "none too"] {
            assert!(!at(name).exists(), "{name}");
        }
        fs::write(at("empty"), "").unwrap();
        let empty = copy_durably(&at("empty"), &at("to"), &at("part"), Bytes(0), |_| ());
        assert_eq!(empty.unwrap(), Copied::Whole);
    }

    #[test]
    fn only_names_of_the_store_are_keys() {
        assert!(is_key("files/ab/abcd.mp4"));
        for other in [
            "",
            "files",
            "files/ab",
            "files/ab/c/d",
            "/files/ab/c",
            "files/../c",
            "files/ab/..",
            "../files/ab/c",
            "tmp/ab/c",
            "/etc/passwd",
        ] {
            assert!(!is_key(other), "{other}");
        }
    }
}
