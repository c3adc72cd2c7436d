//! ffprobe: its command line, and its answer in our words.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use serde::Deserialize;

use super::probe::{Container, ProbeError, ProbeReport};
use crate::mp4::{AudioCodec, AudioTrack, MAX_DURATION, Rotation, VideoCodec, VideoTrack};
use crate::units::{Bytes, Millis};

/// Demuxers that may read a file; ffmpeg matches any of the names that a demuxer has, so `mov` is
/// all of `mov,mp4,m4a,3gp,3g2,mj2`.
///
/// Those that open what a file names are absent on purpose: hls, concat, dash, sdp, rtsp, image2,
/// imf. ffprobe decides by content, so a playlist called `lesson.mkv` is refused all the same.
pub(super) const FORMATS: &str = "mov,matroska,mpegts,mpeg,avi,asf,flv,ogg";

/// Streams in a file, and bytes in one block of memory.
pub(super) const MAX_STREAMS: &str = "64";
pub(super) const MAX_ALLOC: &str = "536870912";

/// What is asked for. No titles and no file name: nothing that others wrote as free text.
const ENTRIES: &str = "format=format_name,duration:\
    stream=codec_type,codec_name,width,height,sample_aspect_ratio,avg_frame_rate,sample_rate,\
    channels,duration:\
    stream_disposition=default,attached_pic:\
    stream_tags=language:\
    stream_side_data=rotation";

/// The command line for a file, by its absolute path.
pub(super) fn arguments(path: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [
        ["-v", "error"],
        ["-print_format", "json"],
        ["-show_entries", ENTRIES],
        ["-protocol_whitelist", "file"],
        ["-format_whitelist", FORMATS],
        ["-max_streams", MAX_STREAMS],
        ["-max_alloc", MAX_ALLOC],
    ]
    .iter()
    .flatten()
    .map(OsString::from)
    .collect();
    // A protocol before the path: no name can be taken for an option or for another protocol.
    let mut input = OsString::from("file:");
    input.push(path);
    arguments.extend([OsStr::new("-i").to_os_string(), input]);
    arguments
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    streams: Vec<Stream>,
    format: Option<Format>,
}

#[derive(Deserialize)]
struct Format {
    format_name: Option<String>,
    duration: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stream {
    codec_type: Option<String>,
    codec_name: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    sample_aspect_ratio: Option<String>,
    avg_frame_rate: Option<String>,
    sample_rate: Option<String>,
    channels: Option<u16>,
    duration: Option<String>,
    disposition: Disposition,
    tags: Tags,
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Disposition {
    default: u8,
    attached_pic: u8,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tags {
    language: Option<String>,
}

#[derive(Deserialize)]
struct SideData {
    /// Degrees, counted against the clock.
    rotation: Option<f64>,
}

/// Reads what ffprobe printed about a file of this length.
///
/// # Errors
/// [`ProbeError::Answer`] for what is not its JSON, and the same refusals as for an MP4: no
/// picture and no sound, no duration.
pub(super) fn report(answer: &[u8], bytes: Bytes) -> Result<ProbeReport, ProbeError> {
    let answer = String::from_utf8_lossy(answer);
    let answer: Answer = serde_json::from_str(&answer).map_err(|error| ProbeError::Answer {
        why: error.to_string(),
    })?;
    let format = answer.format.ok_or_else(|| ProbeError::Answer {
        why: "no format".into(),
    })?;
    // A cover picture is a stream of one frame, not a track.
    let tracks = answer
        .streams
        .iter()
        .filter(|stream| stream.disposition.attached_pic == 0);
    let of = |kind: &'static str| {
        tracks
            .clone()
            .filter(move |s| s.codec_type.as_deref() == Some(kind))
    };
    let chosen = |kind: &'static str| {
        of(kind)
            .find(|stream| stream.disposition.default == 1)
            .or_else(|| of(kind).next())
    };
    let video = chosen("video").map(video_track);
    let audio = chosen("audio").map(audio_track);
    let count = usize::from(video.is_some()) + usize::from(audio.is_some());
    if count == 0 {
        return Err(ProbeError::NoTracks);
    }
    let longest = tracks
        .clone()
        .filter_map(|stream| millis(stream.duration.as_deref()?))
        .max();
    let duration = format.duration.as_deref().and_then(millis).or(longest);
    let duration = duration.filter(|duration| *duration > Millis(0) && *duration <= MAX_DURATION);
    Ok(ProbeReport {
        container: Container::Other(format.format_name.unwrap_or_default()),
        bytes,
        duration: duration.ok_or(ProbeError::NoDuration)?,
        video,
        audio,
        more_tracks: tracks.count() - count,
    })
}

fn video_track(stream: &Stream) -> VideoTrack {
    let coded = (stream.width.unwrap_or(0), stream.height.unwrap_or(0));
    let turned = stream.side_data_list.iter().find_map(|side| side.rotation);
    let rotation = match turned.map(|degrees| (degrees as i64).rem_euclid(360)) {
        Some(270) => Rotation::Quarter,
        Some(180) => Rotation::Half,
        Some(90) => Rotation::ThreeQuarters,
        _ => Rotation::None,
    };
    let pixel = stream
        .sample_aspect_ratio
        .as_deref()
        .and_then(|text| ratio(text, ':'));
    let (width, height) =
        rotation.turn(pixel.map_or(coded, |pixel| crate::mp4::square_pixels(coded, pixel)));
    let rate = stream
        .avg_frame_rate
        .as_deref()
        .and_then(|text| ratio(text, '/'));
    VideoTrack {
        codec: VideoCodec::from_name(stream.codec_name.as_deref().unwrap_or("unknown")),
        codecs: None,
        coded_width: coded.0,
        coded_height: coded.1,
        width,
        height,
        rotation,
        frame_rate_milli: rate.and_then(|(frames, seconds)| {
            u32::try_from(u64::from(frames) * 1000 / u64::from(seconds)).ok()
        }),
        default: stream.disposition.default == 1,
        language: language(stream),
        in_browsers: false, // what is not in an MP4 is converted before it is shown
    }
}

fn audio_track(stream: &Stream) -> AudioTrack {
    let name = stream.codec_name.as_deref().unwrap_or("unknown");
    let codec = match name.starts_with("pcm_") {
        true => AudioCodec::Pcm,
        false => AudioCodec::from_name(name),
    };
    AudioTrack {
        codec,
        codecs: None,
        sample_rate: stream
            .sample_rate
            .as_deref()
            .and_then(|r| r.parse().ok())
            .unwrap_or(0),
        channels: stream.channels.unwrap_or(0),
        default: stream.disposition.default == 1,
        language: language(stream),
        in_browsers: false,
    }
}

fn language(stream: &Stream) -> Option<String> {
    let code = stream.tags.language.as_deref()?;
    let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
    (is_code && code != "und").then(|| code.to_string())
}

/// `16:15` or `25/1`; nothing with a zero in it.
pub(super) fn ratio(text: &str, between: char) -> Option<(u32, u32)> {
    let (a, b) = text.split_once(between)?;
    let (a, b) = (a.parse().ok()?, b.parse().ok()?);
    (a != 0 && b != 0).then_some((a, b))
}

/// Seconds with a decimal point, as ffprobe writes them.
pub(super) fn millis(seconds: &str) -> Option<Millis> {
    let seconds: f64 = seconds.parse().ok()?;
    // A cast saturates, and makes nothing of NaN and of what is negative.
    Some(Millis((seconds * 1000.0).round() as u64))
}

/// What ffprobe complained about last, without control characters and without the path.
pub(super) fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or_default();
    // `file:/path: Invalid data found when processing input`
    let reason = match line.rsplit_once(": ") {
        Some((_, reason)) if line.starts_with("file:") => reason,
        _ => line,
    };
    let reason: String = reason
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    match reason.trim() {
        "" => "it gave no reason".to_string(),
        reason => reason.to_string(),
    }
}
