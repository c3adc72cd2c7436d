//! What every surface shares of HTTP: the connection server and its limits, errors, cache policies.

pub mod access_log;
pub mod attachment;
pub mod cache;
pub mod client;
pub mod cross_site;
pub mod decoded;
pub mod event_stream;
pub mod fields;
pub mod frame;
pub mod host;
pub mod identity;
pub mod manners;
pub mod multipart;
pub mod origin;
pub mod pipe;
pub mod place;
pub mod problem;
pub mod qr;
pub mod rate;
pub mod sent_file;
pub mod server;
pub mod status;
pub mod tagged;
pub mod wanted;
