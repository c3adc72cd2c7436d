//! How much of what a class asks for the archive itself has to give, behind nginx with README's settings; what a pupil opens is in
//! tests/support/shared_cache.rs.

use std::fmt::Write as _;

use super::shared::support::archive::Archive;
use super::shared::support::server::Server;
use super::shared::support::shared_cache::{Ledger, SharedCache, Way};

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
        let flags = [
            "--log",
            "info",
            "--jobs",
            "0",
            "--trusted-proxy",
            "127.0.0.1",
        ];
        let server = Server::with(archive.data(), flags);
        let way = Way::of(&server);
        let cache = SharedCache::start(&nginx, server.address());
        let mut ledger = Ledger::open(&server);
        for class in ["", ", replayed"] {
            eprintln!("{pupils} pupils{class}");
            let all = way.attended(cache.address(), pupils);
            let own = ledger.given();
            let (requests, bytes) = all.kept_from(own);
            writeln!(
                table,
                "| {pupils}{class} | {} | {} | {requests:.2} % | {} | {} | {bytes:.2} % |",
                all.requests, own.requests, all.bytes, own.bytes,
            )
            .unwrap();
        }
    }
    Some(table)
}
