//! The views of a recording (fast start, fragmented, sound alone, clips, HLS) against plain ranges of the same
//! size: teledars alone has them. A view that is not there yet is said to be absent.

use std::io;
use std::time::{Duration, Instant};

use super::archive::{Archive, CLOSE, LARGE, LESSON};
use super::cases::Large;
use super::client::{Ask, Connection};
use super::load::{Done, Pressure, Random, press};
use super::servers::{Started, request};

/// Segments of a playlist that are asked for.
const SEGMENTS: usize = 100;
const CONNECTIONS: u64 = 8;

/// A view: its name in the table, and what is asked for: targets and their lengths.
pub struct View {
    /// As the table calls it.
    pub name: &'static str,
    pieces: Vec<(String, u64)>,
}

/// The views that the server has, and the names of those that it lacks.
pub fn find(server: &Started, archive: &Archive) -> io::Result<(Vec<View>, Vec<&'static str>)> {
    let code_of = |name: &str| archive.code(name).map_or(String::new(), |c| c.to_string());
    let (code, close) = (code_of(LESSON), code_of(CLOSE));
    let quarter = u64::from(archive.size().minutes) * 15;
    let clip_end = quarter + quarter.min(145);
    let single = [
        ("fast start, whole", format!("/l/{code}/video.mp4")),
        (
            "fragmented, whole",
            format!("/l/{code}/video.mp4?form=fragmented"),
        ),
        (
            "clip of up to 145 s",
            format!("/l/{code}/clip.mp4?from={quarter}&to={clip_end}"),
        ),
        (
            "sound alone, frame by frame among pictures",
            format!("/l/{code}/audio.m4a"),
        ),
        (
            "sound alone, a second at a time among pictures",
            format!("/l/{close}/audio.m4a"),
        ),
    ];
    let lesson = server.target(LESSON);
    let (mut views, mut absent) = (Vec::new(), Vec::new());
    let mut connection = Connection::open(server.address())?;
    for (name, target) in single {
        let (head, _) = connection.get(&request("HEAD", &target, ""))?;
        match (head.status, head.length) {
            // The recording itself is no view.
            (200, Some(length)) if !as_it_is(&mut connection, &target, &lesson)? => {
                views.push(View {
                    name,
                    pieces: vec![(target, length)],
                })
            }
            _ => absent.push(name),
        }
    }
    let name = "HLS segments";
    let pieces = segments(&mut connection, &format!("/l/{code}/hls/main.m3u8"))?;
    match pieces.is_empty() {
        true => absent.push(name),
        false => views.push(View { name, pieces }),
    }
    Ok((views, absent))
}

/// Whether `target` gives the bytes that `plain` gives, as far as a player looks first: what stands where.
fn as_it_is(connection: &mut Connection, target: &str, plain: &str) -> io::Result<bool> {
    let mut first = |target: &str| {
        let asked = request("GET", target, "Range: bytes=0-127\r\n");
        connection.get(&asked).map(|(_, content)| content)
    };
    Ok(first(target)? == first(plain)?)
}

/// Media segments of the first media playlist that `main` names.
fn segments(connection: &mut Connection, main: &str) -> io::Result<Vec<(String, u64)>> {
    let Some(text) = playlist(connection, main)? else {
        return Ok(Vec::new());
    };
    let Some(media) = uris(&text, main).into_iter().next() else {
        return Ok(Vec::new());
    };
    let text = playlist(connection, &media)?.unwrap_or_default();
    let mut pieces = Vec::new();
    for target in uris(&text, &media).into_iter().take(SEGMENTS) {
        let (head, _) = connection.get(&request("HEAD", &target, ""))?;
        if let (200, Some(length)) = (head.status, head.length) {
            pieces.push((target, length));
        }
    }
    Ok(pieces)
}

fn playlist(connection: &mut Connection, target: &str) -> io::Result<Option<String>> {
    let (head, content) = connection.get(&request("GET", target, ""))?;
    let text = String::from_utf8_lossy(&content).into_owned();
    Ok((head.status == 200 && text.starts_with("#EXTM3U")).then_some(text))
}

/// The lines that are URIs (RFC 8216 §4.1), as targets.
fn uris(playlist: &str, of: &str) -> Vec<String> {
    let folder = of.rsplit_once('/').map_or("", |(folder, _)| folder);
    let lines = playlist.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(
            |line| match (line.split_once("://"), line.starts_with('/')) {
                (Some((_, rest)), _) => format!("/{}", rest.split_once('/').map_or("", |(_, p)| p)),
                (None, true) => line.to_owned(),
                (None, false) => format!("{folder}/{line}"),
            },
        )
        .collect()
}

impl View {
    /// Asks for it, and for plain ranges of the recording of the same sizes.
    pub fn run(
        &self,
        server: &Started,
        lesson: &Large,
        time: Duration,
    ) -> io::Result<(Done, Done)> {
        let pressure = Pressure {
            connections: CONNECTIONS,
            time,
            most: 1_000_000,
        };
        let pick = |random: &mut Random| {
            let at = random.below(self.pieces.len() as u64) as usize;
            &self.pieces[at]
        };
        let view = |random: &mut Random| {
            let (target, length) = pick(random);
            Ask {
                request: request("GET", target, ""),
                status: 200,
                length: Some(*length),
                body: true,
                truth: None,
            }
        };
        let plain_target = server.target(LESSON);
        let plain = |random: &mut Random| {
            let (_, length) = pick(random);
            lesson.range(&plain_target, *length, random)
        };
        let view = press(server, &view, pressure)?;
        Ok((view, press(server, &plain, pressure)?))
    }
}

/// How much longer the first answer of a server that has just started takes than the second, when it has to
/// read the recording's index. `None`: there is no view.
pub fn first_index(server: &Started, archive: &Archive) -> io::Result<Option<Duration>> {
    let target = |name: &str, file: &str| {
        let code = archive.code(name).map_or(String::new(), |c| c.to_string());
        format!("/l/{code}/{file}")
    };
    let mut connection = Connection::open(server.address())?;
    // Another recording first: statements are prepared, threads are there.
    for file in ["video.mp4", "audio.m4a"] {
        connection.get(&request("HEAD", &target(LARGE, file), ""))?;
    }
    let asked = request("HEAD", &target(LESSON, "audio.m4a"), "");
    let mut took = [Duration::ZERO; 2];
    for took in &mut took {
        let began = Instant::now();
        let (head, _) = connection.get(&asked)?;
        *took = began.elapsed();
        if head.status != 200 {
            return Ok(None);
        }
    }
    Ok(Some(took[0].saturating_sub(took[1])))
}
