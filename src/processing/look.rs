//! The job "probe": what a recording is made of.

use std::fs::File;

use super::facts::{Facts, SoundFacts, SubtitleFacts, SubtitleKind, VideoFacts, bcp47};
use super::ffprobe::{self, Answer, Packet, Stream};
use super::task::{Outcome, Task, TaskError, Watch};
use crate::mp4::{self, OpenFile, SampleIndex};
use crate::units::Millis;

/// Pictures that are looked at to see whether they come evenly: an hour and more.
const MOST_PICTURES: u32 = 100_000;

/// Looks into it: what ffprobe says, and what the index of an MP4 knows better.
pub(super) fn run(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    let answer = ffprobe::ask(task, &ffprobe::arguments(&task.source), watch)?;
    let mut facts = facts(&answer, task.language.as_deref());
    let index = OpenFile::new(File::open(&task.source)?)?;
    if let Ok(summary) = mp4::summarise(&index) {
        facts.said = (facts.duration > summary.duration).then_some(facts.duration);
        facts.duration = summary.duration;
    }
    let known = times_in_index(&index);
    let indexed = known.is_some() || mp4::summarise(&index).is_ok();
    let mut seen = indexed;
    if let Some(video) = &mut facts.video {
        let times = match known {
            Some(times) => times,
            None => times_in_packets(task, video.stream, watch)?,
        };
        seen |= !times.is_empty();
        video.variable = is_uneven(times);
    }
    // A header alone promises hours; whoever copied no more need not wait for three attempts at nothing.
    let long = facts.duration > Millis(2000);
    if !seen && long && is_a_header_alone(task, watch)? {
        watch.log("it breaks off before its first picture and its first second of sound");
        facts.plays = Some(Millis(0));
    }
    Ok(Outcome {
        facts: Some(facts),
        ..Outcome::default()
    })
}

/// What ffprobe says. Of several sounds, the one in the lesson's language is used, else the one that players choose.
fn facts(answer: &Answer, language: Option<&str>) -> Facts {
    let of = |kind: &'static str| {
        let mut found: Vec<&Stream> = answer.of(kind).collect();
        found.sort_by_key(|stream| stream.disposition.default == 0);
        found
    };
    let pictures = of("video");
    let mut sounds: Vec<SoundFacts> = of("audio").into_iter().map(sound).collect();
    sounds.sort_by_key(|sound| {
        let spoken = sound.language.as_deref().and_then(bcp47);
        spoken.is_none() || spoken != language
    });
    let format = answer.format.as_ref();
    Facts {
        format: format.map_or_else(String::new, |format| format.format_name.clone()),
        duration: answer.duration().unwrap_or_default(),
        said: None,
        plays: None,
        video: pictures.first().map(|stream| video(stream)),
        pictures: u32::try_from(pictures.len()).unwrap_or(u32::MAX),
        sounds,
        subtitles: of("subtitle").into_iter().map(subtitles).collect(),
        loudness: None,
    }
}

fn video(stream: &Stream) -> VideoFacts {
    let (width, height) = stream.shown();
    let rate = |text: &Option<String>| {
        let (a, b) = ffprobe::ratio(text.as_deref()?, '/')?;
        Some(f64::from(a) / f64::from(b))
    };
    let average = rate(&stream.avg_frame_rate).or(rate(&stream.r_frame_rate));
    let pixels = stream.pix_fmt.clone().unwrap_or_default();
    VideoFacts {
        stream: stream.index,
        codec: stream.codec().to_owned(),
        bits: bits(stream.bits_per_raw_sample.as_deref(), &pixels),
        pixels,
        transfer: stream.color_transfer.clone(),
        width,
        height,
        turns: u8::try_from(stream.rotation().degrees() / 90).unwrap_or(0),
        rate: average.unwrap_or(0.0),
        variable: false,
        interlaced: matches!(
            stream.field_order.as_deref(),
            Some("tt" | "bb" | "tb" | "bt")
        ),
    }
}

/// Bits of a sample: as the codec says, else as the pixel format is called (`yuv420p10le`).
fn bits(said: Option<&str>, pixels: &str) -> u8 {
    let said = said.and_then(|bits| bits.parse().ok());
    said.filter(|bits| *bits > 0).unwrap_or_else(|| {
        let name = pixels.trim_end_matches("le").trim_end_matches("be");
        let digits = name.rsplit_once('p').map_or("", |(_, digits)| digits);
        digits.parse().unwrap_or(8)
    })
}

fn sound(stream: &Stream) -> SoundFacts {
    SoundFacts {
        stream: stream.index,
        codec: stream.codec().to_owned(),
        channels: stream.channels,
        rate: stream.samples_a_second(),
        language: stream.language(),
    }
}

fn subtitles(stream: &Stream) -> SubtitleFacts {
    SubtitleFacts {
        stream: stream.index,
        codec: stream.codec().to_owned(),
        kind: match stream.codec() {
            "dvb_teletext" => SubtitleKind::Teletext,
            "dvb_subtitle" | "hdmv_pgs_subtitle" | "dvd_subtitle" | "xsub" => SubtitleKind::Bitmap,
            _ => SubtitleKind::Text,
        },
        language: stream.language(),
    }
}

/// When the pictures of an MP4 are shown, in microseconds. `None`: it is no MP4, or its index is beyond our reader.
fn times_in_index(file: &OpenFile) -> Option<Vec<i64>> {
    let index = SampleIndex::read(file).ok()?;
    let track = index.video()?;
    let scale = i128::from(track.timescale().max(1));
    let samples = track.samples(0..track.samples_count().min(MOST_PICTURES));
    let times = samples.map(|sample| {
        let shown = i128::from(sample.dts) + i128::from(sample.composition);
        i64::try_from(shown * 1_000_000 / scale).unwrap_or(i64::MAX)
    });
    Some(times.collect())
}

/// The same of the first seconds of another file, which has no index that could be trusted.
fn times_in_packets(task: &Task, stream: u32, watch: &dyn Watch) -> Result<Vec<i64>, TaskError> {
    let line = ffprobe::times_of(&task.source, stream);
    let packets = match ffprobe::ask(task, &line, watch) {
        Ok(answer) => answer.packets,
        // What cannot be read here is converted all the same, as far as it goes.
        Err(TaskError::Hopeless(why) | TaskError::Failed(why)) => {
            watch.log(&format!("the times of pictures are not known: {why}"));
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let times = packets.iter().filter_map(seconds);
    Ok(times.map(|s| (s * 1_000_000.0) as i64).collect())
}

/// Whether hardly anything lies behind a file's header: no picture, and no second of sound.
fn is_a_header_alone(task: &Task, watch: &dyn Watch) -> Result<bool, TaskError> {
    match ffprobe::ask(task, &ffprobe::times_of_all(&task.source), watch) {
        Ok(answer) => Ok(answer.packets.iter().filter_map(seconds).all(|at| at < 1.0)),
        Err(TaskError::Hopeless(_) | TaskError::Failed(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn seconds(packet: &Packet) -> Option<f64> {
    let text = packet.pts_time.as_deref().or(packet.dts_time.as_deref());
    text?.parse().ok()
}

/// Whether pictures that are shown at these microseconds come unevenly: more than one interval in fifty is no other
/// than the middle one only by rounding to milliseconds.
fn is_uneven(mut times: Vec<i64>) -> bool {
    times.sort_unstable();
    let mut gaps: Vec<i64> = times
        .windows(2)
        .map(|pair| pair[1].saturating_sub(pair[0]))
        .collect();
    gaps.sort_unstable();
    let Some(&middle) = gaps.get(gaps.len() / 2) else {
        return false;
    };
    let by_rounding = (middle / 7).max(2000);
    let odd = gaps
        .iter()
        .filter(|gap| gap.abs_diff(middle) > by_rounding.unsigned_abs());
    odd.count() * 50 > gaps.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_uneven_when_more_than_a_few_are_and_not_by_rounding() {
        let evenly = |gap: i64| (0..1000).map(|n| n * gap).collect::<Vec<i64>>();
        assert!(!is_uneven(evenly(40_000)));
        // 60 a second in a file that knows milliseconds.
        let rounded = evenly(16_667).into_iter().map(|t| t / 1000 * 1000);
        assert!(!is_uneven(rounded.collect()));
        // Shown in another order than decoded.
        let mut swapped = evenly(40_000);
        swapped.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
        assert!(!is_uneven(swapped));
        // The camera paused twice.
        let paused = evenly(40_000)
            .into_iter()
            .map(|t| t + t / 15_000_000 * 90_000_000);
        assert!(!is_uneven(paused.collect()));
        let screen = (0..1000).map(|n| n * 40_000 + if n % 10 == 0 { 300_000 } else { 0 });
        assert!(is_uneven(screen.collect()));
        assert!(!is_uneven(vec![]) && !is_uneven(vec![5]) && !is_uneven(vec![0, 5]));
        assert!(!is_uneven(vec![i64::MIN, i64::MAX]));
    }

    #[test]
    fn bits_are_those_of_the_codec_or_of_the_pixels() {
        assert_eq!(bits(Some("8"), "yuv420p"), 8);
        assert_eq!(bits(None, "yuv420p10le"), 10);
        assert_eq!(bits(Some("0"), "yuv422p12be"), 12);
        assert_eq!(
            (bits(None, "yuv420p"), bits(None, ""), bits(None, "gray")),
            (8, 8, 8)
        );
    }
}
