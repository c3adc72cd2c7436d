//! The only place that starts a process: ffprobe for what the native reader cannot read, ffmpeg for what is made of a
//! recording.
//!
//! A job is claimed from the catalogue's queue by a thread of [`Processor`], here or in a remote worker, done by
//! [`Task::run`] in a folder of its own, and ended in one transaction that names what it made: whatever is killed, nothing
//! half-made is ever seen. What each job makes and how is in the file called like it.

mod child;
pub mod facts;
mod ffmpeg;
mod ffprobe;
#[cfg(test)]
mod films;
mod frames;
mod gray;
mod hand_in;
pub mod ladder;
mod light;
mod log;
mod look;
mod nothing;
mod pictures;
mod probe;
mod processor;
mod remote;
mod sandbox;
mod slides;
mod speech;
mod task;
#[cfg(test)]
mod tests;
mod upkeep;
mod verdict;
mod verify;
mod words;

pub use child::{ChildError, Isolation};
pub use hand_in::{NotHandedIn, hand_in};
pub use nothing::Nothing;
pub use probe::{Container, ProbeError, ProbeReport, Prober, probe};
pub use processor::{Processor, SERVER, Settings};
pub use remote::{Arrival, Footage, MOST_PRODUCTS, Remote, RemoteError};
pub use sandbox::confined;
pub use task::{Outcome, Product, Task, TaskError, Tools, Watch, then};
pub use verdict::{Cause, Found, Verdict};
pub use verify::{Declared, Unfit};
