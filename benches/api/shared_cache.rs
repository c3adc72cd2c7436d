//! How much of what a class asks for the archive itself has to give, behind nginx with README's settings; what a pupil opens is in
//! tests/support/shared_cache.rs.

use std::fmt::Write as _;

use super::shared::support::archive::Archive;
use super::shared::support::server::Server;
use super::shared::support::shared_cache::{FLAGS, SharedCache, Traffic, Way};

/// A class, and the classes of a grade in a large school.
const PUPILS: [usize; 2] = [30, 120];

/// The table; `None`: there is no nginx.
pub fn measure() -> Option<String> {
    let nginx = SharedCache::nginx()?;
    let mut table = String::from(
        "| pupils | requests | of them the archive's | served by the cache | bytes | of them the archive's | served by the cache |\n\
         |--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for pupils in PUPILS {
        let archive = Archive::with_samples();
        let way = Way::of(&Server::with(archive.data(), FLAGS));
        let server = Server::with(archive.data(), FLAGS);
        let cache = SharedCache::start(&nginx, server.address());
        eprintln!("{pupils} pupils");
        let all = way.attended(cache.address(), pupils);
        let own = Traffic::logged(&server.log_when_ended());
        let share = |own: u64, all: u64| 100.0 * (1.0 - own as f64 / all as f64);
        let requests = share(own.requests, all.requests);
        let bytes = share(own.bytes, all.bytes);
        writeln!(
            table,
            "| {pupils} | {} | {} | {requests:.2} % | {} | {} | {bytes:.2} % |",
            all.requests, own.requests, all.bytes, own.bytes,
        )
        .unwrap();
        // Nobody is there who could give anything: what is asked for comes from the cache, or the bench ends here.
        let again = way.attended(cache.address(), pupils);
        writeln!(
            table,
            "| {pupils}, replayed | {} | 0 | 100 % | {} | 0 | 100 % |",
            again.requests, again.bytes,
        )
        .unwrap();
    }
    Some(table)
}
