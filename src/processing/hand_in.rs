//! What a job made comes into the archive: bytes first, then one transaction that names them all.

use std::io;

use super::nothing::Nothing;
use super::task::{Outcome, Tools, then};
use super::upkeep::drop_moved;
use crate::catalogue::{self, Catalogue, Claim, NewFile};
use crate::clock;
use crate::media::{self, Store};

/// Why what a job made was not taken; nothing of it is in the archive.
#[derive(Debug, thiserror::Error)]
pub enum NotHandedIn {
    /// The job is somebody else's meanwhile, was cancelled, or its recording is gone.
    #[error("the job is not theirs any more")]
    NotTheirs,
    /// The archive's disk.
    #[error("the archive's disk: {0}")]
    Disk(#[from] io::Error),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

/// Moves what a job made into the store and ends it. Blocks.
///
/// # Errors
/// See [`NotHandedIn`]. Bytes that were moved before the error are named by the job's plan, and deleted when all is
/// looked over the next time.
pub fn hand_in(
    catalogue: &Catalogue,
    store: &Store,
    claim: &Claim,
    outcome: &Outcome,
    tools: &Tools,
) -> Result<(), NotHandedIn> {
    // Nobody clears out meanwhile what the catalogue does not name yet.
    let taking = store.taking_in()?;
    let mut files = Vec::new();
    for product in &outcome.products {
        let stored = store.weigh(&product.path, product.extension)?;
        let name = media::media_name(product.extension);
        files.push(NewFile {
            mime: product.mime.to_owned(),
            quality: product.quality,
            size: product.size,
            duration: product.duration,
            start: product.start,
            language: product.language.clone(),
            position: product.position,
            modified: clock::now(),
            ..NewFile::stored(product.role, name, stored.key, stored.bytes, stored.sha256)
        });
    }
    let keys: Vec<String> = files.iter().map(|file| file.location.clone()).collect();
    let (id, lease) = (claim.id, claim.lease.clone());
    if !catalogue.progress_blocking(move |c| c.job_plans(id, &lease, &keys))? {
        return Err(NotHandedIn::NotTheirs);
    }
    for (product, file) in outcome.products.iter().zip(&files) {
        store.move_in(&product.path, &file.location)?;
    }
    store.sync_moved(files.iter().map(|file| file.location.as_str()))?;
    let facts = outcome
        .facts
        .as_ref()
        .map(serde_json::to_string)
        .transpose();
    let facts = facts.map_err(io::Error::other)?;
    let next = match &outcome.facts {
        Some(facts) => then(claim.kind, facts, tools),
        None => claim
            .facts
            .as_deref()
            .and_then(|facts| serde_json::from_str(facts).ok())
            .map_or_else(Vec::new, |facts| then(claim.kind, &facts, tools)),
    };
    let lease = claim.lease.clone();
    let nothing = outcome.made_nothing().map(Nothing::as_str);
    let moved = files.iter().map(|file| file.location.clone()).collect();
    let ended = catalogue.write_blocking(move |c| {
        c.finish_job(id, &lease, &files, facts.as_deref(), nothing, &next)
    })?;
    drop(taking);
    if ended.is_none() {
        drop_moved(catalogue, store, moved)?;
        return Err(NotHandedIn::NotTheirs);
    }
    Ok(())
}
