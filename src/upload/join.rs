//! An upload made of parts. Its row comes first and says that no byte of it is here; then the parts are copied, for
//! as long as it takes, while the client has its answer. A crash in between leaves the parts and the row, and the copy
//! is begun anew. The first part cannot simply grow: who did not hear of the whole asks for it again, of all parts.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};

use super::append::Reached;
use super::begin::Begun;
use super::bound::Uploader;
use super::finish::HandOver;
use super::protocol::Creation;
use super::refusal::Refusal;
use super::{Error, Uploads};
use crate::catalogue::{Catalogue, NewUpload, Snapshot, Upload, UploadId, UploadKind, UploadState};
use crate::clock;
use crate::media::Store;
use crate::units::{Bytes, LessonId};

/// How long parts are kept after their whole was made: whoever did not hear of it may ask for it again.
const PARTS_KEPT_SECONDS: u64 = 3600;
/// Bytes copied between two looks whether the program ends.
const STEP: u64 = 8 << 20;

impl Uploads {
    /// Begins an upload made of parts, which are whole and this person's.
    pub(super) async fn join(
        &self,
        uploader: &Uploader,
        lesson: Option<LessonId>,
        request: Creation,
        parts: Vec<UploadId>,
    ) -> Result<Begun, Error> {
        let metadata = request.metadata.raw().to_owned();
        let (person, asked, said) = (uploader.person, parts.clone(), metadata.clone());
        let made = move |c: &Snapshot<'_>| c.whole_of(person, &asked, &said);
        if let Some(id) = self.catalogue.read(made.clone()).await? {
            // Who did not hear of it asks again, and does not want it twice.
            return Ok(joined(id));
        }
        let mut length = 0_u64;
        for id in &parts {
            let part = match self.of(uploader.person, *id).await {
                Err(Error::Unknown | Error::Gone) => return Err(Error::NoPart(*id)),
                found => found?,
            };
            if part.kind != UploadKind::Partial {
                return Err(Error::NoPart(*id));
            }
            if !part.is_whole() {
                return Err(Error::PartUnfinished(*id));
            }
            length = length.saturating_add(part.offset.0);
        }
        if length > self.limits.most_bytes {
            return Err(self.too_long(length));
        }
        let (store, needed) = (self.store.clone(), Bytes(length));
        self.blocking(move || store.room_for(needed), 0).await??;
        let id = UploadId::random();
        let store = self.store.clone();
        self.blocking(move || store.begin_incoming(&id.to_string()).map(drop), 0)
            .await?;
        let new = NewUpload {
            id,
            person: uploader.person,
            lesson,
            kind: UploadKind::Final,
            parts,
            length: Some(Bytes(length)),
            offset: Bytes(0),
            metadata,
            state: UploadState::Queued,
            expires: self.expires(),
        };
        // The quota counts the parts, whose place the whole takes; but only once.
        let (asking, person, parts) = (
            self.asking(uploader, length),
            uploader.person,
            new.parts.clone(),
        );
        let instead = move |c: &Snapshot<'_>| {
            if let Some(id) = made(c)? {
                return Ok(Some(Ok(id)));
            }
            match c.joined_before(person, &parts)? {
                true => Ok(asking.refused_by(c)?.map(Err)),
                false => Ok(None),
            }
        };
        if let Some(instead) = self.add(new, instead).await? {
            return Ok(joined(instead?));
        }
        self.finish(id, UploadKind::Final).await;
        Ok(joined(id))
    }
}

/// The answer tells of no offset: the bytes may be on their way.
fn joined(id: UploadId) -> Begun {
    let reached = Reached {
        offset: 0,
        expires: None,
    };
    Begun { id, reached }
}

/// Copies the parts of `upload` one after the other into its file, and notes that it is whole. The kernel does the
/// copying, and where the file system can share blocks there is none. Blocks; may be done again.
pub(super) fn copy_parts(
    catalogue: &Catalogue,
    store: &Store,
    upload: &Upload,
    ends: &dyn Fn() -> bool,
) -> Result<(), HandOver> {
    let (id, length) = (upload.id, upload.length);
    let path = store.incoming(&id.to_string());
    let whole = OpenOptions::new().write(true).truncate(true).open(path)?;
    if let Err(error) = copy_all(store, &upload.parts, &whole, ends) {
        // What is of no use takes no room. What failed is reported.
        let _ = whole.set_len(0);
        return match error {
            HandOver::Disk(e) if e.kind() == io::ErrorKind::NotFound => {
                let why = Refusal::part_gone().stored();
                Ok(catalogue.progress_blocking(move |c| c.upload_failed(id, &why))?)
            }
            other => Err(other),
        };
    }
    let parts = upload.parts.clone();
    let used = clock::now().after_seconds(PARTS_KEPT_SECONDS);
    catalogue.progress_blocking(move |c| {
        c.upload_joined(id, length)?;
        c.parts_were_used(&parts, used)
    })?;
    Ok(())
}

fn copy_all(
    store: &Store,
    parts: &[UploadId],
    mut whole: &File,
    ends: &dyn Fn() -> bool,
) -> Result<(), HandOver> {
    for part in parts {
        let mut part = File::open(store.incoming(&part.to_string()))?;
        loop {
            if ends() {
                return Err(HandOver::Ending);
            }
            if let Err(no) = store.room_for(Bytes(STEP))? {
                return Err(io::Error::new(io::ErrorKind::StorageFull, no).into());
            }
            if io::copy(&mut part.by_ref().take(STEP), &mut whole)? == 0 {
                break;
            }
        }
    }
    Ok(whole.sync_all()?)
}
