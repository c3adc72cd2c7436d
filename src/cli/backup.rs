//! `teledars backup`: the archive a second time, while it is in use.

use std::path::PathBuf;

use super::{Outcome, existing_archive, print, progress_bar};
use crate::backup::{self, Damage, Progress, Verify};
use crate::catalogue::Catalogue;
use crate::config::General;

/// What `backup` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder for the backup: a new or empty one, or an earlier backup of the same archive, to which only what is
    /// new is copied.
    #[arg(value_name = "DEST")]
    to: PathBuf,
    /// Read every file in the backup and compare its SHA-256; what is damaged there is copied anew.
    #[arg(long)]
    hash: bool,
}

pub(super) fn run(general: &General, arguments: &Arguments) -> anyhow::Result<Outcome> {
    existing_archive(general)?;
    let catalogue = Catalogue::open(&general.data, 1)?;
    let verify = if arguments.hash {
        Verify::Hash
    } else {
        Verify::Length
    };
    let made =
        with_bar(|told| backup::make(&general.data, &catalogue, &arguments.to, verify, told))?;
    complain_of(&made.damaged)?;
    let held = &made.manifest;
    print(&format!(
        "{} lessons, {} files, {} bytes are in {} as of {}; {} files were copied",
        held.lessons,
        held.files,
        held.bytes,
        arguments.to.display(),
        held.made_at,
        made.copied
    ))?;
    if held.in_place > 0 {
        print(&format!(
            "not included: {} files that were imported with --in-place; keep them yourself",
            held.in_place
        ))?;
    }
    if made.left_out.uploads > 0 {
        print(&format!(
            "not included: {} uploads that are not finished, or no recordings",
            made.left_out.uploads
        ))?;
    }
    Ok(match made.damaged.len() {
        0 => Outcome::Done,
        n => {
            print(&format!(
                "{n} files could not be had: run teledars check, mend the archive, and back it up again"
            ))?;
            Outcome::Faults
        }
    })
}

/// Runs what copies files, with a bar on a terminal.
pub(super) fn with_bar<T>(
    work: impl FnOnce(&dyn Fn(Progress)) -> Result<T, backup::Error>,
) -> anyhow::Result<T> {
    let bar = progress_bar(0, "{bar:30} {bytes} of {total_bytes}, {eta} left");
    let done = work(&|progress| match progress {
        Progress::Begins { bytes } => {
            bar.set_length(bytes.0);
            bar.set_position(0);
        }
        Progress::Bytes(n) => bar.inc(n),
    });
    bar.finish_and_clear();
    Ok(done?)
}

/// One line for each file that cannot be had.
fn complain_of(damaged: &[Damage]) -> anyhow::Result<()> {
    damaged.iter().try_for_each(|damage| {
        let Damage { code, key, what } = damage;
        print(&format!("damaged: lesson {code}: {key}: {what}"))
    })
}
