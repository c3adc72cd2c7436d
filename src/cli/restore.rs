//! `teledars restore`: a backup becomes an archive again.

use std::path::PathBuf;

use super::backup::with_bar;
use super::{Outcome, check, print};
use crate::backup;
use crate::config::General;

/// What `restore` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder that `teledars backup` wrote to. The archive comes into the folder of `--data`, which must be empty.
    #[arg(value_name = "SRC")]
    from: PathBuf,
    /// Read every file that was put back and compare its SHA-256.
    #[arg(long)]
    hash: bool,
}

pub(super) fn run(general: &General, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let restored = with_bar(|told| backup::restore(&arguments.from, &general.data, told))?;
    let held = &restored.manifest;
    print(&format!(
        "{} lessons, {} files, {} bytes are in {} as of {}",
        held.lessons,
        held.files,
        held.bytes,
        general.data.display(),
        held.made_at
    ))?;
    print(
        "everybody signs in again; passwords and tokens are those of then: \
         what was revoked since counts again until you revoke it (teledars token list)",
    )?;
    // What the backup lacks is told here, too.
    let checked = check::run(general, &check::Arguments::looking(arguments.hash))?;
    Ok(if restored.damaged.is_empty() {
        checked
    } else {
        Outcome::Faults
    })
}
