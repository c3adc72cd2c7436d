//! Playlists of HTTP Live Streaming (RFC 8216), written.

use std::fmt::{Display, Write};

use super::hls::{HlsFacts, HlsFile};
use super::timeline::Micros;

/// A quality in a main playlist.
#[derive(Clone, Debug)]
pub struct Variant<'a> {
    /// Where its media playlist is.
    pub uri: &'a str,
    /// Where its I-frame playlist is; only for those that have one.
    pub still_uri: &'a str,
    /// What is in it.
    pub facts: &'a HlsFacts,
}

/// Captions in a main playlist.
#[derive(Clone, Debug)]
pub struct Captions<'a> {
    /// Where their playlist is.
    pub uri: &'a str,
    /// What a viewer calls them: the language in its own words.
    pub name: &'a str,
    /// BCP 47.
    pub language: &'a str,
    /// Whether they are shown unless a viewer says otherwise. At most one may be.
    pub default: bool,
}

const CAPTIONS: &str = "captions";

/// The main playlist (RFC 8216 §4.3.4): all qualities, in the order given, of which players take
/// the first to begin with.
pub fn main_playlist(variants: &[Variant<'_>], captions: &[Captions<'_>]) -> String {
    let mut out = String::from("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    for captions in captions {
        let answer = |yes| if yes { "YES" } else { "NO" };
        out.push_str("#EXT-X-MEDIA:TYPE=SUBTITLES");
        attribute(&mut out, "GROUP-ID", quoted(CAPTIONS));
        attribute(&mut out, "NAME", quoted(captions.name));
        attribute(&mut out, "LANGUAGE", quoted(captions.language));
        attribute(&mut out, "DEFAULT", answer(captions.default));
        attribute(&mut out, "AUTOSELECT", "YES");
        attribute(&mut out, "URI", quoted(captions.uri));
        out.push('\n');
    }
    let seen = variants
        .iter()
        .any(|variant| variant.facts.stills.is_some());
    for variant in variants {
        let facts = variant.facts;
        out.push_str("#EXT-X-STREAM-INF:");
        bare(&mut out, "BANDWIDTH", facts.peak);
        attribute(&mut out, "AVERAGE-BANDWIDTH", facts.average);
        attribute(&mut out, "CODECS", quoted(&facts.codecs));
        resolution(&mut out, facts);
        if let Some(rate) = facts.frame_rate_milli {
            let rate = format!("{}.{:03}", rate / 1000, rate % 1000);
            attribute(&mut out, "FRAME-RATE", rate);
        }
        if !captions.is_empty() {
            attribute(&mut out, "SUBTITLES", quoted(CAPTIONS));
        }
        if seen {
            // Or players offer captions that might lie among the pictures. If one says so, all must.
            attribute(&mut out, "CLOSED-CAPTIONS", "NONE");
        }
        out.push('\n');
        out.push_str(&address(variant.uri));
        out.push('\n');
    }
    for variant in variants {
        if let Some(stills) = &variant.facts.stills {
            out.push_str("#EXT-X-I-FRAME-STREAM-INF:");
            bare(&mut out, "BANDWIDTH", stills.peak);
            attribute(&mut out, "CODECS", quoted(&stills.codecs));
            resolution(&mut out, variant.facts);
            attribute(&mut out, "URI", quoted(variant.still_uri));
            out.push('\n');
        }
    }
    out
}

/// A playlist of captions that are one WebVTT file at `uri`, for `micros` millionths of a second.
pub fn captions_playlist(uri: &str, micros: u64) -> String {
    let lasts = micros.min(Micros::MAX.cast_unsigned()).cast_signed();
    let mut out = opening(lasts);
    out.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n");
    part(&mut out, lasts, &address(uri));
    out.push_str("#EXT-X-ENDLIST\n");
    out
}

/// A media playlist: how long each part lasts, and where it is.
pub(super) fn media(
    init: &HlsFile,
    parts: impl Iterator<Item = (Micros, HlsFile)> + Clone,
    stills_only: bool,
) -> String {
    let longest = parts.clone().map(|(lasts, _)| lasts).max().unwrap_or(0);
    let mut out = opening(longest);
    out.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    if stills_only {
        out.push_str("#EXT-X-I-FRAMES-ONLY\n");
    }
    out.push_str(&format!("#EXT-X-MAP:URI=\"{init}\"\n"));
    for (lasts, file) in parts {
        part(&mut out, lasts, &file);
    }
    out.push_str("#EXT-X-ENDLIST\n");
    out
}

/// The target duration for parts of which the longest lasts so long: no part, rounded to whole
/// seconds, is longer (RFC 8216 §4.3.3.1).
pub(super) fn target(longest: Micros) -> u64 {
    let seconds = longest.saturating_add(500_000) / 1_000_000;
    u64::try_from(seconds).unwrap_or(0).max(1)
}

fn opening(longest: Micros) -> String {
    let target = target(longest);
    format!("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{target}\n")
}

fn part(out: &mut String, lasts: Micros, uri: &impl Display) {
    let micros = lasts.max(0);
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    out.push_str(&format!("#EXTINF:{seconds}.{rest:06},\n{uri}\n"));
}

fn resolution(out: &mut String, facts: &HlsFacts) {
    if let Some((width, height)) = facts.resolution {
        attribute(out, "RESOLUTION", format_args!("{width}x{height}"));
    }
}

fn attribute(out: &mut String, name: &str, value: impl Display) {
    out.push(',');
    bare(out, name, value);
}

fn bare(out: &mut String, name: &str, value: impl Display) {
    // Writing to a String does not fail.
    let _ = write!(out, "{name}={value}");
}

/// A quoted string has no way to write quotes and ends of lines (RFC 8216 §4.2).
fn quoted(text: &str) -> String {
    let clean = text
        .replace('"', "'")
        .replace(|c: char| c.is_control(), " ");
    format!("\"{clean}\"")
}

/// An address on a line of its own.
fn address(uri: &str) -> String {
    uri.replace(|c: char| c.is_control(), "")
}
