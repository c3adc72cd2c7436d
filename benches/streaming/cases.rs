//! Whole files, ranges, heads: what one answer costs the server when many are asked for at once.

use std::fs::File;
use std::io;
use std::time::Duration;

use super::archive::LARGE;
use super::client::Ask;
use super::load::{Done, Maker, Pressure, Random, press};
use super::servers::{Started, request};

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Whole,
    Mebibyte,
    Kibibytes,
    Byte,
    Head,
    NotModified,
}

impl Case {
    /// In the order of the table.
    pub const ALL: [Self; 6] = [
        Self::Whole,
        Self::Mebibyte,
        Self::Kibibytes,
        Self::Byte,
        Self::Head,
        Self::NotModified,
    ];

    /// As the command line spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Mebibyte => "1mib",
            Self::Kibibytes => "64kib",
            Self::Byte => "1byte",
            Self::Head => "head",
            Self::NotModified => "304",
        }
    }

    /// Whether it is the bytes that cost, or the request.
    pub fn counts_bytes(self) -> bool {
        matches!(self, Self::Whole | Self::Mebibyte)
    }

    fn connections(self) -> u64 {
        match self {
            // One for each thread of the client: a file takes most of a second.
            Self::Whole => 2,
            Self::Mebibyte => 8,
            _ => 16,
        }
    }

    /// Asks `server` for it for as long as `time`; `None`: the server does not know this kind of request.
    pub fn run<'a>(
        self,
        server: &Started,
        large: &'a Large,
        time: Duration,
    ) -> io::Result<Option<Done>> {
        let pressure = Pressure {
            connections: self.connections(),
            time,
            most: 1_000_000,
        };
        let target = server.target(LARGE);
        let make: Box<Maker<'a>> = match self {
            Self::Whole => Box::new(move |_| large.whole(&target)),
            Self::Mebibyte => Box::new(move |random| large.range(&target, 1 << 20, random)),
            Self::Kibibytes => Box::new(move |random| large.range(&target, 1 << 16, random)),
            Self::Byte => Box::new(move |random| large.range(&target, 1, random)),
            Self::Head => Box::new(move |_| Ask {
                request: request("HEAD", &target, ""),
                body: false,
                ..large.whole(&target)
            }),
            Self::NotModified => {
                let Some(validator) = server.validator(LARGE)? else {
                    return Ok(None);
                };
                Box::new(move |_| Ask {
                    request: request("GET", &target, &validator),
                    status: 304,
                    length: None,
                    body: false,
                    truth: None,
                })
            }
        };
        press(server, &*make, pressure).map(Some)
    }
}

/// The large file, opened.
pub struct Large {
    /// Its bytes, to compare with.
    pub file: File,
    /// How many.
    pub length: u64,
}

impl Large {
    fn whole(&self, target: &str) -> Ask<'_> {
        Ask {
            request: request("GET", target, ""),
            status: 200,
            length: Some(self.length),
            body: true,
            truth: Some((&self.file, 0)),
        }
    }

    /// `bytes` of it from anywhere.
    pub fn range(&self, target: &str, bytes: u64, random: &mut Random) -> Ask<'_> {
        let bytes = bytes.min(self.length);
        self.part(target, random.below(self.length - bytes + 1), bytes)
    }

    /// `bytes` of it from `at` on.
    pub fn part(&self, target: &str, at: u64, bytes: u64) -> Ask<'_> {
        let field = format!("Range: bytes={at}-{}\r\n", at + bytes - 1);
        Ask {
            request: request("GET", target, &field),
            status: 206,
            length: Some(bytes),
            body: true,
            truth: Some((&self.file, at)),
        }
    }
}
