//! The job "probe": what a recording is made of.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use serde::Deserialize;

use super::child::{self, Limits, Watched};
use super::facts::{Facts, SoundFacts, SubtitleFacts, SubtitleKind, VideoFacts};
use super::ffprobe;
use super::task::{Outcome, Task, TaskError, Watch};
use crate::units::{Bytes, Millis};

const ENTRIES: &str = "format=format_name,duration:\
    stream=index,codec_type,codec_name,pix_fmt,width,height,sample_aspect_ratio,field_order,avg_frame_rate,r_frame_rate,\
    sample_rate,channels,duration:stream_disposition=default,attached_pic:stream_tags=language:\
    stream_side_data=rotation";

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Format {
    format_name: String,
    duration: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stream {
    index: u32,
    codec_type: String,
    codec_name: String,
    pix_fmt: String,
    width: u32,
    height: u32,
    sample_aspect_ratio: Option<String>,
    field_order: Option<String>,
    avg_frame_rate: Option<String>,
    r_frame_rate: Option<String>,
    sample_rate: Option<String>,
    channels: u16,
    duration: Option<String>,
    disposition: Disposition,
    tags: Tags,
    side_data_list: Vec<SideData>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Disposition {
    default: u8,
    attached_pic: u8,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tags {
    language: Option<String>,
}

#[derive(Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

/// Asks ffprobe.
pub(super) fn run(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    let mut arguments: Vec<OsString> = [
        ["-v", "error"],
        ["-print_format", "json"],
        ["-show_entries", ENTRIES],
        ["-protocol_whitelist", "file"],
        ["-format_whitelist", ffprobe::FORMATS],
        ["-max_streams", ffprobe::MAX_STREAMS],
        ["-max_alloc", ffprobe::MAX_ALLOC],
    ]
    .iter()
    .flatten()
    .map(OsString::from)
    .collect();
    let mut input = OsString::from("file:");
    input.push(&task.source);
    arguments.extend([OsStr::new("-i").to_os_string(), input]);
    let limits = Limits {
        wall: Duration::from_secs(120),
        cpu: Duration::from_secs(120),
        memory: task.tools.memory,
        output: Bytes(1 << 20),
        file: Bytes(0),
    };
    let answer = std::sync::Mutex::new(String::new());
    let keep = |line: &str| {
        let mut answer = answer
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        answer.push_str(line);
    };
    let watched = Watched {
        on_line: &keep,
        ends: &|| watch.ends(),
        nice: task.tools.nice,
    };
    let tools = &task.tools;
    let finished = child::run_watched(
        &tools.ffprobe,
        &arguments,
        limits,
        tools.isolation,
        &task.fence(),
        &watched,
    )?;
    if !finished.status.success() {
        return Err(TaskError::Hopeless(ffprobe::complaint(&finished.stderr)));
    }
    let answer = answer.into_inner().unwrap_or_default();
    Ok(Outcome {
        facts: Some(facts(&answer)?),
        ..Outcome::default()
    })
}

fn facts(answer: &str) -> Result<Facts, TaskError> {
    let answer: Answer = serde_json::from_str(answer).map_err(|error| {
        TaskError::Failed(format!("ffprobe's answer was not understood: {error}"))
    })?;
    let of = |kind: &'static str| {
        let mut found: Vec<&Stream> = answer
            .streams
            .iter()
            .filter(|s| s.codec_type == kind && s.disposition.attached_pic == 0)
            .collect();
        found.sort_by_key(|stream| stream.disposition.default == 0);
        found
    };
    let longest = answer
        .streams
        .iter()
        .filter_map(|s| ffprobe::millis(s.duration.as_deref()?))
        .max();
    let duration = answer
        .format
        .duration
        .as_deref()
        .and_then(ffprobe::millis)
        .or(longest);
    Ok(Facts {
        format: answer.format.format_name.clone(),
        duration: duration.unwrap_or(Millis(0)),
        plays: None,
        video: of("video").first().map(|stream| video(stream)),
        sounds: of("audio").into_iter().map(sound).collect(),
        subtitles: of("subtitle").into_iter().map(subtitles).collect(),
    })
}

fn video(stream: &Stream) -> VideoFacts {
    let turned = stream.side_data_list.iter().find_map(|side| side.rotation);
    // ffprobe counts degrees against the clock.
    let turns = turned.map_or(0, |degrees| {
        ((-(degrees as i64)).rem_euclid(360) / 90) as u8
    });
    let pixel = stream
        .sample_aspect_ratio
        .as_deref()
        .and_then(|text| ffprobe::ratio(text, ':'));
    let coded = (stream.width, stream.height);
    let (width, height) = pixel.map_or(coded, |pixel| crate::mp4::square_pixels(coded, pixel));
    let (width, height) = if turns % 2 == 1 {
        (height, width)
    } else {
        (width, height)
    };
    let rate = |text: &Option<String>| {
        let (a, b) = ffprobe::ratio(text.as_deref()?, '/')?;
        Some(f64::from(a) / f64::from(b))
    };
    let (average, base) = (rate(&stream.avg_frame_rate), rate(&stream.r_frame_rate));
    let average = average.or(base).unwrap_or(0.0);
    VideoFacts {
        stream: stream.index,
        codec: stream.codec_name.clone(),
        pixels: stream.pix_fmt.clone(),
        width,
        height,
        turns,
        rate: average,
        variable: base.is_some_and(|base| (base - average).abs() > average * 0.02),
        interlaced: matches!(
            stream.field_order.as_deref(),
            Some("tt" | "bb" | "tb" | "bt")
        ),
    }
}

fn sound(stream: &Stream) -> SoundFacts {
    SoundFacts {
        stream: stream.index,
        codec: stream.codec_name.clone(),
        channels: stream.channels,
        rate: stream
            .sample_rate
            .as_deref()
            .and_then(|r| r.parse().ok())
            .unwrap_or(0),
        language: stream.tags.language.clone().filter(|code| code != "und"),
    }
}

fn subtitles(stream: &Stream) -> SubtitleFacts {
    SubtitleFacts {
        stream: stream.index,
        codec: stream.codec_name.clone(),
        kind: match stream.codec_name.as_str() {
            "dvb_teletext" => SubtitleKind::Teletext,
            "dvb_subtitle" | "hdmv_pgs_subtitle" | "dvd_subtitle" | "xsub" => SubtitleKind::Bitmap,
            _ => SubtitleKind::Text,
        },
        language: stream.tags.language.clone().filter(|code| code != "und"),
    }
}
