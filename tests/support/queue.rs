//! The queue of jobs of an archive as another worker has it: one that takes jobs and makes nothing of them, so that
//! their states stand still.

use teledars::catalogue::{Catalogue, Claim, JobKind};
use teledars::clock;

use super::archive::Archive;

/// How long what it takes stays with it, in seconds.
const LEASE: u64 = 3600;

/// Another worker.
pub struct Elsewhere(Catalogue);

impl Elsewhere {
    /// Of an archive.
    pub fn of(archive: &Archive) -> Self {
        Self(Catalogue::open(archive.data(), 1).unwrap())
    }

    /// Takes the next job.
    #[track_caller]
    pub fn claims(&self) -> Claim {
        let until = clock::now().after_seconds(LEASE);
        let claim = move |c: &teledars::catalogue::Progress<'_>| {
            c.claim_job(JobKind::ALL, "elsewhere", until)
        };
        self.0.progress_blocking(claim).unwrap().unwrap()
    }

    /// Says how far a job is. Whether it is still with this worker.
    pub fn reaches(&self, claim: &Claim, thousandths: u32) -> bool {
        let (id, lease) = (claim.id, claim.lease.clone());
        let until = clock::now().after_seconds(LEASE);
        self.0
            .progress_blocking(move |c| c.job_reached(id, &lease, thousandths, until))
            .unwrap()
    }

    /// Gives a job up.
    pub fn fails(&self, claim: &Claim, why: &str) {
        let (id, lease, why) = (claim.id, claim.lease.clone(), why.to_owned());
        self.0
            .progress_blocking(move |c| c.job_failed(id, &lease, &why, None))
            .unwrap();
    }

    /// Ends a job that made no file; these are made next.
    pub fn finishes(&self, claim: &Claim, facts: Option<&str>, then: &[JobKind]) {
        let (id, lease, then) = (claim.id, claim.lease.clone(), then.to_vec());
        let facts = facts.map(str::to_owned);
        self.0
            .write_blocking(move |c| c.finish_job(id, &lease, &[], facts.as_deref(), None, &then))
            .unwrap()
            .unwrap();
    }
}
