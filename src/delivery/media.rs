//! `/media/NAME`: immutable bytes, kept for ever by whoever got them.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::files::{Disposition, send};
use super::lesson::{Asker, opened};
use super::{gone, not_found, over};
use crate::app::Shared;
use crate::auth::access::{self, FileAccess};
use crate::catalogue::{Role, Snapshot, StoredFile};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::problem::Problem;
use crate::http::wanted::Wanted;
use crate::streaming::Form;

/// The file called `name`.
pub async fn media(
    State(app): State<Shared>,
    Decoded(Name { name }): Decoded<Name>,
    asker: Asker,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let (file, policy) = match allowed(&app, &name, &asker, &format!("/media/{name}")).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
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

/// The name of a file, which below a link is not all of its address that varies.
#[derive(Deserialize)]
pub struct Name {
    name: String,
}

/// The file called `name`, for whoever asks, and how long it may be kept; or a redirection to where it lies for
/// everybody, if they need no link any more.
pub(super) async fn allowed(
    app: &Shared,
    name: &str,
    asker: &Asker,
    opened_at: &str,
) -> Result<Result<(StoredFile, CachePolicy), Response>, Problem> {
    let (viewer, asked_for) = (asker.viewer.clone(), name.to_owned());
    let asked = move |c: &Snapshot<'_>| access::to_file(c, c.file_named(&asked_for)?, &viewer);
    Ok(Ok(match app.catalogue.read(asked).await? {
        FileAccess::Public(file) => (file, CachePolicy::Forever),
        FileAccess::Linked(file) => (file, CachePolicy::Lesson),
        FileAccess::Draft(file) => (file, CachePolicy::Personal),
        FileAccess::Opened => return Ok(Err(opened(opened_at, &asker.uri))),
        FileAccess::Ended(ended) => return Err(over(ended)),
        FileAccess::Withdrawn => return Err(gone("the lesson was withdrawn")),
        FileAccess::Gone => {
            return Err(gone(
                "a later edition took the place of this one; the lesson's page has it",
            ));
        }
        FileAccess::Unknown => return Err(not_found()),
    }))
}
