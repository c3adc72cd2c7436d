//! The only place that starts a process: ffprobe for what the native reader cannot read.

mod child;
mod ffprobe;
mod probe;
#[cfg(test)]
mod tests;

pub use child::{ChildError, Isolation};
pub use probe::{Container, ProbeError, ProbeReport, Prober, probe};
