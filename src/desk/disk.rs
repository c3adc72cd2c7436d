//! The archive's disk: what is on it, and giving up what is not needed any more.

use super::{Author, Desk, Error};
use crate::catalogue::{Stored, Usage};
use crate::media;
use crate::units::{Bytes, Code};

/// What is on the archive's disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holdings {
    /// How much room there is.
    pub disk: media::Disk,
    /// What the archive has stored.
    pub stored: Stored,
    /// Whose it is, who has most first.
    pub usage: Vec<Usage>,
}

/// What pruning gave back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freed {
    /// Of how many lessons.
    pub lessons: u64,
    /// How many bytes.
    pub bytes: Bytes,
    /// Whether some of them go later, since bytes are being taken in just now.
    pub later: bool,
}

impl Desk {
    /// What is on the archive's disk. It is for administrators to know; who asks is not looked at.
    ///
    /// # Errors
    /// The catalogue's and the disk's.
    pub fn holdings(&self) -> Result<Holdings, Error> {
        let (stored, usage) = self.ask(|c| Ok((c.stored()?, c.usage()?)))?;
        Ok(Holdings {
            disk: self.store.disk()?,
            stored,
            usage,
        })
    }

    /// How many bytes [`Desk::prune`] would free.
    ///
    /// # Errors
    /// As [`Desk::prune`].
    pub fn prunable(
        &self,
        author: &Author,
        code: Code,
        number: Option<u32>,
    ) -> Result<Bytes, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| {
            let (lesson, edition) = rules.lesson_to_prune(c, &author, code, number)?;
            Ok(c.prunable(lesson.id, edition)?)
        })
    }

    /// Prunes everything that can be pruned, lesson by lesson, so that others get their turn in between.
    ///
    /// # Errors
    /// As [`Desk::prune`]; what was pruned until then stays so.
    pub fn prune_all(&self, author: &Author) -> Result<Freed, Error> {
        let lessons = self.ask(|c| Ok(c.stored()?.lessons_to_prune))?;
        let mut freed = Freed::default();
        for (code, _) in lessons {
            let (bytes, now) = match self.prune(author, code, None) {
                // Deleted meanwhile.
                Err(Error::Unknown(_)) => continue,
                pruned => pruned?,
            };
            freed.lessons += 1;
            freed.bytes.0 += bytes.0;
            freed.later |= !now;
        }
        Ok(freed)
    }
}
