//! Where bytes live: keys, durable writes, and the media type that is decided once and stored.

mod copy;
mod incoming;
mod made;
mod mime;
mod store;

pub use copy::{Copied, copy_durably, is_key, room_at};
pub use incoming::incoming_name;
pub use mime::{Format, extension_of, mime_of};
pub use store::{
    Disk, JOB_LOGS, LONGEST_JOB_LOG, NoRoom, Store, Stored, key_of, media_name, modified_at,
    sha256_of, sync_folder,
};
