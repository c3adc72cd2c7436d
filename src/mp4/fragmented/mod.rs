//! Views made of fragments (ISO/IEC 14496-12 §8.8): what a player can begin with before it has the
//! whole index.

mod composed;
mod cuts;
mod error;
mod hls;
mod init;
mod moof;
mod playlist;
mod progressive;
mod timeline;
mod written;

pub use composed::Composed;
pub use error::{NoFragments, NoHls};
pub use hls::{Hls, HlsFacts, HlsFile, StillFacts};
pub use playlist::{Captions, Variant, captions_playlist, main_playlist};
pub use progressive::Fragmented;
pub(in crate::mp4) use timeline::{Placed, Tracks};
