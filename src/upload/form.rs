//! The file of a form: the same durable way in, for browsers without a script. A form cannot go on where its line
//! broke, so its file comes whole or not at all.

use std::io;
use std::sync::Arc;

use bytes::Bytes as Chunk;
use http_body::Body;
use http_body_util::Empty;

use super::protocol::{Append, Creation, Length, Metadata};
use super::refusal::Refusal;
use super::{Error, Uploader, Uploads, finish};
use crate::catalogue::{Change, Error as CatalogueError, UploadId, UploadState};
use crate::units::{Code, LessonId};

/// What has become of a form's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// This lesson has it, or will have it when it has been looked into.
    Lesson(Code),
    /// It is no recording, for this reason. The bytes are kept.
    Nothing(Refusal),
}

impl Uploads {
    /// Whether a file of about `length` bytes would be taken now: limits, quota, room.
    ///
    /// # Errors
    /// What would be refused.
    pub async fn would_take(&self, uploader: &Uploader, length: u64) -> Result<(), Error> {
        if length > self.limits.most_bytes {
            return Err(self.too_long(length));
        }
        self.check(uploader, length).await
    }

    /// Takes a file whose length nobody knows before its end, for `lesson` or for a draft to be made of it. It goes
    /// on when the caller is dropped; what does not come whole is deleted.
    ///
    /// # Errors
    /// As [`Uploads::append`]; [`Error::BrokenOff`] when the line broke.
    pub async fn take_whole<B>(
        self: &Arc<Self>,
        uploader: Uploader,
        lesson: Option<LessonId>,
        metadata: Metadata,
        file: B,
    ) -> Result<Taken, Error>
    where
        B: Body<Data = Chunk, Error: Send> + Send + Unpin + 'static,
    {
        let uploads = Arc::clone(self);
        let work = tokio::spawn(async move {
            let creation = Creation {
                length: Length::Deferred,
                metadata,
                concat: None,
                with_bytes: false,
                checksum: None,
            };
            let nothing = Empty::<Chunk>::new();
            let begun = uploads.begin(uploader.clone(), lesson, creation, None, nothing);
            let id = begun.await?.id;
            match uploads.fill(&uploader, id, file).await {
                Ok(()) => uploads.taken(id).await,
                Err(error) => {
                    tracing::info!(%id, %error, "the file of a form did not come whole");
                    uploads.terminate(uploader.person, id).await?;
                    Err(error)
                }
            }
        });
        work.await.map_err(io::Error::other).map_err(Error::Disk)?
    }

    /// Adds the file, then says that this was all of it.
    async fn fill<B>(
        self: &Arc<Self>,
        uploader: &Uploader,
        id: UploadId,
        file: B,
    ) -> Result<(), Error>
    where
        B: Body<Data = Chunk, Error: Send> + Send + Unpin + 'static,
    {
        let bytes = Append {
            offset: 0,
            length: None,
            checksum: None,
            announced: None,
        };
        let reached = self.append(uploader.clone(), id, bytes, file).await?;
        let end = Append {
            offset: reached.offset,
            length: Some(reached.offset),
            checksum: None,
            announced: Some(0),
        };
        let nothing = Empty::<Chunk>::new();
        self.append(uploader.clone(), id, end, nothing).await?;
        Ok(())
    }

    /// What a whole upload has become. Where it is still looked into, its draft is made now, so that there is
    /// something to lead to.
    async fn taken(&self, id: UploadId) -> Result<Taken, Error> {
        let taken = self.catalogue.write(move |c: &Change<'_>| {
            let Some(upload) = c.snapshot().upload(id)? else {
                return Ok(None);
            };
            if upload.state == UploadState::Failed {
                let why = upload.error.as_deref().map(Refusal::read);
                return Ok(why.map(Taken::Nothing));
            }
            if upload.lesson.is_none() {
                let lesson = finish::draft(c, &upload)?;
                c.upload_is_for(id, lesson)?;
            }
            let code = c.snapshot().upload(id)?.and_then(|u| u.code);
            Ok::<_, CatalogueError>(code.map(Taken::Lesson))
        });
        taken.await?.ok_or(Error::Gone)
    }
}
