//! The command line of one pass.

use std::fmt::Write;
use std::thread;

use super::Output;
use super::loudness::{Loudness, layout};
use super::plan::pictures_in_two_seconds;
use crate::processing::facts::{SoundFacts, VideoFacts};
use crate::processing::ffmpeg::Line;
use crate::processing::task::{Task, output};

/// Threads of each decoder and encoder. A thread costs address space, which a job has a limit of, and beyond a few they
/// add nothing at these sizes.
const MOST_THREADS: usize = 8;

/// ffmpeg's words for making `outputs`; `light` are the filters that make the picture's light ordinary.
pub(super) fn of(
    task: &Task,
    video: Option<&VideoFacts>,
    sound: Option<(&SoundFacts, Loudness)>,
    outputs: &[Output],
    light: Option<&str>,
) -> Line {
    let threads = thread::available_parallelism().map_or(1, |n| n.get().min(MOST_THREADS));
    let threads = threads.to_string();
    let mut line = Line::new();
    line.words("-filter_complex_threads 2 -fflags +genpts -threads")
        .word(&threads)
        .input(&task.source);
    // Two graphs: in one, pictures would pile up until the first sound comes.
    if let Some(video) = video.filter(|_| outputs.iter().any(|made| made.size.is_some())) {
        line.words("-filter_complex")
            .word(pictures(video, outputs, light));
    }
    if let Some((sound, loudness)) = sound {
        line.words("-filter_complex")
            .word(tones(sound, loudness, outputs));
    }
    let step = video.map_or(0, pictures_in_two_seconds);
    for (n, made) in outputs.iter().enumerate() {
        if let Some((picture, _)) = made.quality.picture().zip(made.size) {
            line.words("-map").word(format!("[v{n}]"));
            line.words("-c:v libx264 -profile:v")
                .word(picture.profile)
                .words("-preset")
                .word(picture.preset)
                .words("-crf")
                .word(picture.crf.to_string())
                .words("-maxrate")
                .word(format!("{}k", picture.max_rate))
                .words("-bufsize")
                .word(format!("{}k", picture.buffer))
                .words("-threads")
                .word(&threads);
            // A key frame every two seconds and nowhere else, none needed from before it.
            line.words("-flags +cgop -sc_threshold 0 -g")
                .word(step.to_string())
                .words("-keyint_min")
                .word(step.to_string())
                .words("-forced-idr 1 -force_key_frames")
                .word("expr:gte(t,n_forced*2)");
        }
        if let Some((sound, loudness)) = sound {
            let tone = made.quality.tone();
            let rate = tone.rate * u32::from(tone.channels.min(loudness.channels));
            line.words("-map").word(format!("[a{n}]"));
            line.words("-c:a aac -b:a").word(rate.to_string());
            if let Some(language) = sound.language.as_deref().filter(|code| is_code(code)) {
                line.words("-metadata:s:a:0")
                    .word(format!("language={language}"));
            }
        }
        // Others' titles and chapters are the catalogue's business. Packets wait for a sound that begins late.
        line.words("-map_metadata -1 -map_chapters -1 -max_muxing_queue_size 100000");
        line.words("-movflags +faststart -chunk_duration 1000000 -f");
        line.word(if made.size.is_some() { "mp4" } else { "ipod" });
        line.file(&output(task, &made.name()));
    }
    line
}

/// The picture, decoded once: whole pictures at even intervals from 0 on, and of each quality its size.
fn pictures(video: &VideoFacts, outputs: &[Output], light: Option<&str>) -> String {
    // Where only some parts are interlaced, the pictures themselves say which.
    let which = if video.interlaced {
        "all"
    } else {
        "interlaced"
    };
    let step = pictures_in_two_seconds(video);
    let mut graph = format!(
        "[0:{}]bwdif=mode=send_frame:deint={which},fps=fps={step}/2:start_time=0",
        video.stream
    );
    let wanted = outputs.iter().enumerate();
    let wanted: Vec<_> = wanted.filter_map(|(n, o)| Some((n, o.size?))).collect();
    if let Some((light, (_, (width, height)))) = light.zip(wanted.iter().max_by_key(|w| w.1)) {
        // Once for all, at the largest size: it costs more than decoding does.
        let _ = write!(graph, ",scale={width}:{height},{light}");
    }
    split(&mut graph, "split", 's', wanted.iter().map(|(n, _)| *n));
    for (n, (width, height)) in wanted {
        // Rotation is applied before the graph; pixels become square here.
        let _ = write!(
            graph,
            ";[s{n}]scale={width}:{height},setsar=1,format=yuv420p[v{n}]"
        );
    }
    graph
}

/// The sound, decoded once: gaps filled with silence so that it stays with the picture, at the loudness of all lessons
/// and with its peaks below −1.5 dB, where a decoder's rounding does not clip them.
fn tones(sound: &SoundFacts, loudness: Loudness, outputs: &[Output]) -> String {
    let mut graph = format!(
        "[0:{}]aresample=async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts={},\
         volume={:.2}dB,alimiter=limit=0.841:level=disabled",
        sound.stream,
        layout(loudness.channels),
        loudness.gain
    );
    split(&mut graph, "asplit", 't', 0..outputs.len());
    for (n, made) in outputs.iter().enumerate() {
        let tone = made.quality.tone();
        let _ = write!(
            graph,
            ";[t{n}]aformat=sample_rates={}:channel_layouts={}[a{n}]",
            tone.samples,
            layout(tone.channels.min(loudness.channels))
        );
    }
    graph
}

fn split(
    graph: &mut String,
    filter: &str,
    label: char,
    outputs: impl ExactSizeIterator<Item = usize>,
) {
    let _ = write!(graph, ",{filter}={}", outputs.len());
    for n in outputs {
        let _ = write!(graph, "[{label}{n}]");
    }
}

/// Whether an MP4 can hold it: ISO 639-2.
fn is_code(language: &str) -> bool {
    language.len() == 3 && language.bytes().all(|b| b.is_ascii_lowercase())
}
