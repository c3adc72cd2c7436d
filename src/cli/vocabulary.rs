//! `teledars vocabulary`: show it as a file, replace it by one.

use std::path::PathBuf;

use anyhow::Context as _;

use super::{Outcome, print};
use crate::catalogue::{Catalogue, Vocabulary, shipped_vocabulary};
use crate::config::General;

/// What `vocabulary` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Print the vocabulary as a file that `load` reads.
    Show,
    /// Put the vocabulary of a file in the place of the present one. Entries that lessons use and the
    /// file lacks are retired, not lost.
    Load {
        /// The vocabulary file (TOML).
        file: PathBuf,
    },
}

pub(super) fn run(general: &General, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let there = crate::catalogue::path_in(&general.data).exists();
    if let (Action::Show, false) = (&arguments.action, there) {
        // What a new archive would start with; showing it makes none.
        print(shipped_vocabulary()?.to_toml()?.trim_end())?;
        return Ok(Outcome::Done);
    }
    let catalogue = Catalogue::open(&general.data, 1)?;
    match &arguments.action {
        Action::Show => print(
            catalogue
                .read_blocking(|c| c.vocabulary())?
                .to_toml()?
                .trim_end(),
        )?,
        Action::Load { file } => {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            let vocabulary =
                Vocabulary::from_toml(&text).with_context(|| file.display().to_string())?;
            catalogue.write_blocking(move |c| c.load_vocabulary(&vocabulary))?;
        }
    }
    Ok(Outcome::Done)
}
