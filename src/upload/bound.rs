//! What an upload may not go over: the settings' numbers, and its person's quota. Asked before a byte is taken, once
//! more when the row is written, and while bytes come whose number nobody said.

use super::{Error, Limits, Uploads};
use crate::catalogue::{Error as CatalogueError, Snapshot};
use crate::units::{Bytes, PersonId};

/// Who uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploader {
    /// Their row.
    pub person: PersonId,
    /// What their lessons and uploads may have together, and who set it; `None`: no limit.
    pub quota: Option<(u64, String)>,
}

/// Where an upload ends at the latest.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// At this byte.
    pub(super) at: u64,
    why: Why,
}

/// What sets the bound.
#[derive(Clone, Debug)]
enum Why {
    /// The upload's own length.
    Length,
    /// `upload_max_bytes`.
    MostBytes,
    /// Its person has no more left, of so much, of which so much is used; who set it.
    Quota(u64, u64, String),
}

impl Bound {
    /// What is wrong with an upload that reaches byte `reached`.
    pub(super) fn beyond(&self, reached: u64) -> Error {
        match &self.why {
            Why::Length => Error::BeyondEnd { length: self.at },
            Why::MostBytes => too_long(reached, self.at),
            Why::Quota(quota, used, set_by) => Error::OverQuota {
                length: reached,
                quota: *quota,
                used: *used,
                set_by: set_by.clone(),
            },
        }
    }
}

/// An upload of so many bytes that somebody would like to begin.
pub(super) struct Asking {
    uploader: Uploader,
    length: u64,
    open_per_person: u64,
    open: u64,
}

impl Asking {
    /// Why not; `None`: it may begin.
    pub(super) fn refused_by(&self, c: &Snapshot<'_>) -> Result<Option<Error>, CatalogueError> {
        let open = c.open_uploads(self.uploader.person)?;
        for (open, most, set_by) in [
            (
                open.own,
                self.open_per_person,
                "the setting open_uploads_per_person",
            ),
            (open.all, self.open, "the setting open_uploads"),
        ] {
            if open >= most {
                return Ok(Some(Error::TooMany { open, most, set_by }));
            }
        }
        over_quota(c, &self.uploader, self.length, self.length)
    }
}

impl Uploads {
    /// Refuses what would go over a limit, before any byte is taken.
    pub(super) async fn check(&self, uploader: &Uploader, length: u64) -> Result<(), Error> {
        let asking = self.asking(uploader, length);
        let refused = self.catalogue.read(move |c| asking.refused_by(c));
        if let Some(refused) = refused.await? {
            return Err(refused);
        }
        let (store, needed) = (self.store.clone(), Bytes(length));
        self.blocking(move || store.room_for(needed), 0).await??;
        Ok(())
    }

    pub(super) fn asking(&self, uploader: &Uploader, length: u64) -> Asking {
        let Limits {
            open_per_person,
            open,
            ..
        } = self.limits;
        Asking {
            uploader: uploader.clone(),
            length,
            open_per_person,
            open,
        }
    }

    /// Refuses an upload of `length` bytes that adds `more` to what its person has, over their quota.
    pub(super) async fn check_quota(
        &self,
        uploader: &Uploader,
        more: u64,
        length: u64,
    ) -> Result<(), Error> {
        let uploader = uploader.clone();
        let refused = self
            .catalogue
            .read(move |c| over_quota(c, &uploader, more, length));
        refused.await?.map_or(Ok(()), Err)
    }

    /// Where an upload that stands at `offset` ends at the latest. What has a length was held against the quota with it.
    pub(super) async fn bound(
        &self,
        uploader: &Uploader,
        length: Option<Bytes>,
        offset: u64,
    ) -> Result<Bound, Error> {
        if let Some(length) = length {
            return Ok(Bound {
                at: length.0,
                why: Why::Length,
            });
        }
        let most = self.limits.most_bytes;
        let mut bound = Bound {
            at: most,
            why: Why::MostBytes,
        };
        if let Some((quota, set_by)) = uploader.quota.clone() {
            let person = uploader.person;
            let used = self.catalogue.read(move |c| c.bytes_of(person)).await?.0;
            let at = offset.saturating_add(quota.saturating_sub(used));
            if at < most {
                bound = Bound {
                    at,
                    why: Why::Quota(quota, used, set_by),
                };
            }
        }
        Ok(bound)
    }

    pub(super) fn too_long(&self, length: u64) -> Error {
        too_long(length, self.limits.most_bytes)
    }
}

fn too_long(length: u64, most: u64) -> Error {
    Error::TooLong {
        length,
        most,
        set_by: "the setting upload_max_bytes",
    }
}

fn over_quota(
    c: &Snapshot<'_>,
    uploader: &Uploader,
    more: u64,
    length: u64,
) -> Result<Option<Error>, CatalogueError> {
    let Some((quota, set_by)) = &uploader.quota else {
        return Ok(None);
    };
    let used = c.bytes_of(uploader.person)?.0;
    if used.saturating_add(more) <= *quota {
        return Ok(None);
    }
    Ok(Some(Error::OverQuota {
        length,
        quota: *quota,
        used,
        set_by: set_by.clone(),
    }))
}
