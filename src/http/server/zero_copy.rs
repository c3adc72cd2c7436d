//! Plain sockets over which files go without being copied.

use std::sync::Arc;

use http::Extensions;
use tokio::net::TcpStream;

use super::Transport;
use crate::streaming::{Direct, Tally};

/// Sends the bytes of stored files from the page cache to the socket by sendfile(2), where a
/// handler's body asks for it: see [`Lane`](crate::streaming::Lane). HTTP/2 copies.
#[derive(Clone, Debug, Default)]
pub struct ZeroCopy {
    tally: Arc<Tally>,
}

impl ZeroCopy {
    /// How bytes have left until now.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl Transport for ZeroCopy {
    type Io = Direct;

    fn open(&self, socket: TcpStream, extensions: &mut Extensions) -> Direct {
        let direct = Direct::new(socket, Arc::clone(&self.tally));
        extensions.insert(direct.lane());
        direct
    }

    fn is_held_up(io: &Direct) -> bool {
        io.is_held_up()
    }
}
