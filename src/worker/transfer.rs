//! Bytes over lines that break: what has come need not come again, neither way.

use std::fs::{File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use http::header::{CONTENT_RANGE, ETAG, HeaderMap};
use http::{Method, StatusCode};

use super::client::{Client, Ends, Trouble};
use crate::media::sha256_of;

/// How long to rest after the first break of a line, and after many.
const SHORTEST_REST: Duration = Duration::from_millis(500);
const LONGEST_REST: Duration = Duration::from_secs(30);
/// How often whoever rests looks whether to go on.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// Rests after each break of a line, longer each time; what came in between makes it short again.
pub(super) struct Rests {
    next: Duration,
}

impl Rests {
    pub(super) fn new() -> Self {
        Self {
            next: SHORTEST_REST,
        }
    }

    /// The line works.
    pub(super) fn worked(&mut self) {
        self.next = SHORTEST_REST;
    }

    /// Rests.
    ///
    /// # Errors
    /// [`Trouble::Ended`].
    pub(super) fn rest(&mut self, ends: Ends<'_>) -> Result<(), Trouble> {
        let until = Instant::now() + self.next;
        self.next = (self.next * 2).min(LONGEST_REST);
        while Instant::now() < until {
            if ends() {
                return Err(Trouble::Ended);
            }
            thread::sleep(ASK_EVERY);
        }
        Ok(())
    }

    /// Does something until the line lets it be done. What the server refuses, and what the disk does, is an error.
    pub(super) fn until_done<T>(
        &mut self,
        what: &str,
        ends: Ends<'_>,
        mut attempt: impl FnMut() -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        loop {
            match attempt() {
                Err(Trouble::Line(why)) => {
                    tracing::info!(why, "{what}: tried again");
                    self.rest(ends)?;
                }
                other => return other,
            }
        }
    }
}

/// A file of the server's.
#[derive(Clone, Debug, serde::Deserialize)]
pub(super) struct Remote {
    pub(super) url: String,
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: Option<String>,
}

/// Fetches a file to `path`, going on with what is there, and makes sure that it is what was promised: bytes that are
/// not are fetched once more.
pub(super) fn fetch(
    client: &Client,
    file: &Remote,
    lease: &str,
    path: &Path,
    ends: Ends<'_>,
) -> Result<(), Trouble> {
    let mut how = OpenOptions::new();
    let mut local = how.read(true).append(true).create(true).open(path)?;
    for _ in 0..2 {
        fetch_all(client, file, lease, &mut local, ends)?;
        let Some(promised) = &file.sha256 else {
            return Ok(());
        };
        local.seek(SeekFrom::Start(0))?;
        if HEXLOWER.encode(&sha256_of(&mut local, |_| ())?) == *promised {
            return Ok(());
        }
        tracing::warn!("the recording came with other bytes than were promised");
        local.set_len(0)?;
    }
    Err(Trouble::Wrong(
        "the recording came twice with other bytes than were promised",
    ))
}

fn fetch_all(
    client: &Client,
    file: &Remote,
    lease: &str,
    local: &mut File,
    ends: Ends<'_>,
) -> Result<(), Trouble> {
    let (mut rests, mut tag) = (Rests::new(), None);
    loop {
        let before = local.metadata()?.len();
        if before == file.bytes {
            return Ok(());
        }
        let got = fetch_more(client, file, lease, local, &mut tag, ends);
        let here = local.metadata()?.len();
        if here > before {
            rests.worked();
        }
        match got {
            Ok(()) => {}
            Err(Trouble::Line(why)) => {
                tracing::info!(why, here, of = file.bytes, "the recording: gone on with");
                rests.rest(ends)?;
            }
            Err(other) => return Err(other),
        }
    }
}

/// One request's worth of a file. `tag` is the version of what is here.
fn fetch_more(
    client: &Client,
    file: &Remote,
    lease: &str,
    local: &mut File,
    tag: &mut Option<String>,
    ends: Ends<'_>,
) -> Result<(), Trouble> {
    let here = local.metadata()?.len();
    let mut headers = vec![("job-lease", lease.to_owned())];
    match tag.as_ref() {
        Some(tag) if here > 0 => {
            headers.push(("range", format!("bytes={here}-")));
            headers.push(("if-range", tag.clone()));
        }
        // Of bytes whose version nobody knows none can be added to.
        _ => local.set_len(0)?,
    }
    let mut answer = client.ask(Method::GET, &file.url, &headers, ends)?;
    if answer.status() == StatusCode::PARTIAL_CONTENT {
        let begins = text(answer.headers(), CONTENT_RANGE.as_str());
        if !begins.is_some_and(|range| range.starts_with(&format!("bytes {here}-"))) {
            return Err(Trouble::Line(
                "the server sent another part than was asked for".into(),
            ));
        }
    } else {
        local.set_len(0)?;
    }
    *tag = text(answer.headers(), ETAG.as_str());
    while let Some(data) = client.next(&mut answer, ends)? {
        local.write_all(&data)?;
        if local.metadata()?.len() > file.bytes {
            local.set_len(0)?;
            return Err(Trouble::Wrong(
                "the server sent more of the recording than it promised",
            ));
        }
    }
    match local.metadata()?.len() == file.bytes {
        true => Ok(()),
        false => Err(Trouble::Line("the answer ended early".into())),
    }
}

/// Sends the file at `path` to `target`, going on where the server has it.
pub(super) fn deliver(
    client: &Client,
    target: &str,
    lease: &str,
    path: &Path,
    ends: Ends<'_>,
) -> Result<(), Trouble> {
    let mut local = File::open(path)?;
    let length = local.metadata()?.len();
    let mut rests = Rests::new();
    let mut offset = 0;
    loop {
        match deliver_rest(client, target, lease, &mut local, offset, length, ends) {
            Ok(reached) if reached >= length => return Ok(()),
            Ok(reached) => offset = reached,
            Err(Trouble::Line(why)) => {
                tracing::info!(why, offset, of = length, "what was made: gone on with");
                rests.rest(ends)?;
                let asked = || standing(client, target, lease, ends);
                let standing = rests.until_done("how much has come", ends, asked)?;
                if standing > offset {
                    rests = Rests::new();
                }
                offset = standing.min(length);
                if offset == length {
                    return Ok(());
                }
            }
            Err(other) => return Err(other),
        }
    }
}

/// How many bytes the server has.
fn standing(client: &Client, target: &str, lease: &str, ends: Ends<'_>) -> Result<u64, Trouble> {
    let headers = [("job-lease", lease.to_owned())];
    let answer = client.ask(Method::HEAD, target, &headers, ends)?;
    offset(answer.headers())
}

fn deliver_rest(
    client: &Client,
    target: &str,
    lease: &str,
    local: &mut File,
    from: u64,
    length: u64,
    ends: Ends<'_>,
) -> Result<u64, Trouble> {
    local.seek(SeekFrom::Start(from))?;
    let headers = [
        ("job-lease", lease.to_owned()),
        ("upload-offset", from.to_string()),
        ("content-type", "application/offset+octet-stream".to_owned()),
    ];
    let answer = client.send(target, &headers, local, length - from, ends)?;
    offset(answer.headers())
}

fn offset(headers: &HeaderMap) -> Result<u64, Trouble> {
    text(headers, "upload-offset")
        .and_then(|t| t.parse().ok())
        .ok_or_else(|| Trouble::Line("the server does not say how much has come".into()))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
