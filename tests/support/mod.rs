//! What the tests are given: a running program, an archive, a server, a client.

pub mod archive;
pub mod client;
pub mod line;
pub mod process;
pub mod queue;
pub mod samples;
pub mod server;
pub mod shared_cache;
pub mod teacher;
