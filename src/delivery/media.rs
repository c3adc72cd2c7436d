//! `/media/NAME`: immutable bytes, kept for ever by whoever got them.

use axum::extract::State;
use axum::response::Response;

use super::files::{Disposition, send};
use super::{gone, not_found};
use crate::app::Shared;
use crate::auth::access::{self, FileAccess, Viewer};
use crate::catalogue::{Role, Snapshot, StoredFile};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::problem::Problem;
use crate::http::wanted::Wanted;
use crate::streaming::Form;

/// The file called `name`.
pub async fn media(
    State(app): State<Shared>,
    Decoded(name): Decoded<String>,
    viewer: Viewer,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let (file, policy) = allowed(&app, name, viewer).await?;
    // What people attached is saved, not shown: it is none of our pages.
    let disposition = match (file.file.role, &file.file.label) {
        (Role::Attachment, label) => {
            Disposition::Attachment(label.clone().unwrap_or_else(|| file.file.name.clone()))
        }
        _ => Disposition::Inline,
    };
    let form = Form::Stored;
    Ok(send(&app, &wanted, file, form, policy, disposition).await)
}

/// The file called `name`, for whoever asks, and how long it may be kept.
pub(super) async fn allowed(
    app: &Shared,
    name: String,
    viewer: Viewer,
) -> Result<(StoredFile, CachePolicy), Problem> {
    let asked = move |c: &Snapshot<'_>| access::to_file(c, c.file_named(&name)?, &viewer);
    match app.catalogue.read(asked).await? {
        FileAccess::Public(file) => Ok((file, CachePolicy::Forever)),
        FileAccess::Linked(file) => Ok((file, CachePolicy::Lesson)),
        FileAccess::Draft(file) => Ok((file, CachePolicy::Personal)),
        FileAccess::Withdrawn => Err(gone("the lesson was withdrawn")),
        FileAccess::Gone => Err(gone(
            "a later edition took the place of this one; the lesson's page has it",
        )),
        FileAccess::Unknown => Err(not_found()),
    }
}
