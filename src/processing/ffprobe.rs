//! ffprobe: its command line, and its answer in our words.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use super::child::{self, Limits, Watched};
use super::probe::{Container, ProbeError, ProbeReport};
use super::task::{Task, TaskError, Watch};
use crate::mp4::{AudioCodec, AudioTrack, MAX_DURATION, Rotation, VideoCodec, VideoTrack};
use crate::units::{Bytes, Millis};

/// Demuxers that may read a file; ffmpeg matches any of the names that a demuxer has, so `mov` is
/// all of `mov,mp4,m4a,3gp,3g2,mj2`.
///
/// Those that open what a file names are absent on purpose: hls, concat, dash, sdp, rtsp, image2,
/// imf. ffprobe decides by content, so a playlist called `lesson.mkv` is refused all the same.
pub(super) const FORMATS: &str = "mov,matroska,mpegts,mpeg,avi,asf,flv,ogg";

/// Decoders that may be run: what cameras, phones, receivers, studios and screen recorders have written in the last
/// thirty years. Those of games and curiosities, which nobody looks after, are absent on purpose.
pub(super) const CODECS: &str = "\
    h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx,libvpx-vp9,theora,\
    mpeg4,mpeg2video,mpeg1video,msmpeg4v1,msmpeg4v2,msmpeg4,h261,h263,flv,\
    wmv1,wmv2,wmv3,vc1,wmv3image,vc1image,mss1,mss2,vp6,vp6f,vp6a,svq1,svq3,cinepak,indeo3,indeo4,indeo5,\
    mjpeg,mjpegb,png,dvvideo,prores,dnxhd,huffyuv,ffvhuff,ffv1,utvideo,rawvideo,qtrle,\
    msvideo1,msrle,camtasia,tscc2,zmbv,cscd,flashsv,flashsv2,g2m,\
    aac,aac_fixed,aac_latm,mp3float,mp3,mp2float,mp2,mp1float,mp1,ac3,ac3_fixed,eac3,dca,vorbis,libvorbis,opus,libopus,\
    flac,alac,wmav1,wmav2,wmapro,wmavoice,wmalossless,amrnb,amrwb,speex,libspeex,nellymoser,gsm,gsm_ms,libgsm,libgsm_ms,\
    qdm2,truespeech,adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,adpcm_swf,adpcm_g722,adpcm_g726,\
    pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,\
    pcm_f64le,pcm_bluray,pcm_dvd,s302m,\
    srt,subrip,ass,ssa,mov_text,webvtt,text,libzvbi_teletextdec,dvbsub,dvdsub,pgssub,xsub,cc_dec";

/// Pixels of a picture: twice what 8K has, and a hundred megabytes decoded.
pub(super) const MAX_PIXELS: &str = "67108864";

/// Streams in a file, and bytes in one block of memory.
pub(super) const MAX_STREAMS: &str = "64";
pub(super) const MAX_ALLOC: &str = "536870912";

/// What is asked for. No titles and no file name: nothing that others wrote as free text.
const ENTRIES: &str = "format=format_name,duration:\
    stream=index,codec_type,codec_name,pix_fmt,bits_per_raw_sample,color_transfer,width,height,sample_aspect_ratio,\
    field_order,avg_frame_rate,r_frame_rate,sample_rate,channels,duration:\
    stream_disposition=default,attached_pic:\
    stream_tags=language:\
    stream_side_data=rotation";

/// Seconds from the beginning in which it is seen whether pictures come evenly.
const LOOKED_AT: &str = "%+20";

/// The command line for a file's streams, by its absolute path.
pub(super) fn arguments(path: &Path) -> Vec<OsString> {
    about(path, &["-show_entries", ENTRIES])
}

/// The command line for the times of a stream's first packets.
pub(super) fn times_of(path: &Path, stream: u32) -> Vec<OsString> {
    let stream = stream.to_string();
    let entries = "packet=pts_time,dts_time";
    let what = ["-select_streams", &stream, "-read_intervals", LOOKED_AT];
    about(path, &[&what[..], &["-show_entries", entries]].concat())
}

/// The command line for the times of a file's first packets, of whatever stream.
pub(super) fn times_of_all(path: &Path) -> Vec<OsString> {
    let entries = "packet=pts_time,dts_time";
    about(
        path,
        &["-read_intervals", LOOKED_AT, "-show_entries", entries],
    )
}

fn about(path: &Path, what: &[&str]) -> Vec<OsString> {
    let always = [
        ["-v", "error"],
        ["-print_format", "json"],
        ["-protocol_whitelist", "file"],
        ["-format_whitelist", FORMATS],
        ["-codec_whitelist", CODECS],
        ["-max_pixels", MAX_PIXELS],
        ["-max_streams", MAX_STREAMS],
        ["-max_alloc", MAX_ALLOC],
    ];
    let words = always.iter().flatten().chain(what);
    let mut arguments: Vec<OsString> = words.map(OsString::from).collect();
    // A protocol before the path: no name can be taken for an option or for another protocol.
    let mut input = OsString::from("file:");
    input.push(path);
    arguments.extend([OsStr::new("-i").to_os_string(), input]);
    arguments
}

/// Asks for a job, which may be stopped meanwhile.
///
/// # Errors
/// [`TaskError::Hopeless`] with ffprobe's reason, if it does not accept the file.
pub(super) fn ask(
    task: &Task,
    arguments: &[OsString],
    watch: &dyn Watch,
) -> Result<Answer, TaskError> {
    let tools = &task.tools;
    let limits = Limits {
        wall: LONGEST,
        cpu: LONGEST,
        memory: tools.memory,
        output: Bytes(4 << 20),
        file: Bytes(0),
    };
    let answer = Mutex::new(String::new());
    let keep = |line: &str| {
        let mut answer = answer.lock().unwrap_or_else(PoisonError::into_inner);
        answer.push_str(line);
    };
    let watched = Watched {
        on_line: &keep,
        ends: &|| watch.ends(),
        nice: tools.nice,
    };
    let finished = child::run_watched(
        &tools.ffprobe,
        arguments,
        limits,
        tools.isolation,
        &task.fence(),
        &watched,
    )?;
    if !finished.status.success() {
        return Err(TaskError::Hopeless(complaint(&finished.stderr)));
    }
    let answer = answer.into_inner().unwrap_or_else(PoisonError::into_inner);
    serde_json::from_str(&answer)
        .map_err(|error| TaskError::Failed(format!("ffprobe's answer was not understood: {error}")))
}

/// How long one question of a job's may take: on a cold disk, beside others.
const LONGEST: Duration = Duration::from_secs(120);

/// What ffprobe says of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    pub streams: Vec<Stream>,
    pub format: Option<Format>,
    pub packets: Vec<Packet>,
}

/// The file as a whole.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Format {
    pub format_name: String,
    pub duration: Option<String>,
}

/// A picture, a sound, subtitles or something else.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Stream {
    pub index: u32,
    pub codec_type: String,
    pub codec_name: Option<String>,
    pub pix_fmt: Option<String>,
    pub bits_per_raw_sample: Option<String>,
    pub color_transfer: Option<String>,
    pub width: u32,
    pub height: u32,
    pub sample_aspect_ratio: Option<String>,
    pub field_order: Option<String>,
    pub avg_frame_rate: Option<String>,
    pub r_frame_rate: Option<String>,
    pub sample_rate: Option<String>,
    pub channels: u16,
    pub duration: Option<String>,
    pub disposition: Disposition,
    pub tags: Tags,
    pub side_data_list: Vec<SideData>,
}

/// What a stream is for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Disposition {
    pub default: u8,
    pub attached_pic: u8,
}

/// What a stream says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tags {
    pub language: Option<String>,
}

/// What stands beside a picture.
#[derive(Debug, Deserialize)]
pub(super) struct SideData {
    /// Degrees, counted against the clock.
    pub rotation: Option<f64>,
}

/// A picture's time, in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Packet {
    pub pts_time: Option<String>,
    pub dts_time: Option<String>,
}

impl Answer {
    /// Pictures, sounds or subtitles; a cover picture is a stream of one frame, and none of these.
    pub(super) fn of(&self, kind: &'static str) -> impl Iterator<Item = &Stream> {
        self.tracks()
            .filter(move |stream| stream.codec_type == kind)
    }

    fn tracks(&self) -> impl Iterator<Item = &Stream> {
        self.streams
            .iter()
            .filter(|stream| stream.disposition.attached_pic == 0)
    }

    /// How long the file says that it plays, or else its longest stream.
    pub(super) fn duration(&self) -> Option<Millis> {
        let format = self.format.as_ref();
        let whole = format.and_then(|format| millis(format.duration.as_deref()?));
        whole.or_else(|| {
            let streams = self.tracks();
            streams
                .filter_map(|stream| millis(stream.duration.as_deref()?))
                .max()
        })
    }
}

impl Stream {
    /// What the file says, where that is a code.
    pub(super) fn language(&self) -> Option<String> {
        let code = self.tags.language.as_deref()?;
        // Some receivers name two: `aze,rus`.
        let code = code.split(',').next().unwrap_or(code);
        let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
        (is_code && code != "und").then(|| code.to_string())
    }

    /// How a player turns the picture.
    pub(super) fn rotation(&self) -> Rotation {
        let turned = self.side_data_list.iter().find_map(|side| side.rotation);
        match turned.map(|degrees| (degrees as i64).rem_euclid(360)) {
            Some(270) => Rotation::Quarter,
            Some(180) => Rotation::Half,
            Some(90) => Rotation::ThreeQuarters,
            _ => Rotation::None,
        }
    }

    /// Pixels as shown: square, and after rotation.
    pub(super) fn shown(&self) -> (u32, u32) {
        let coded = (self.width, self.height);
        let pixel = self.sample_aspect_ratio.as_deref();
        let pixel = pixel.and_then(|text| ratio(text, ':'));
        self.rotation()
            .turn(pixel.map_or(coded, |pixel| crate::mp4::square_pixels(coded, pixel)))
    }

    /// Samples of sound a second; 0: unknown.
    pub(super) fn samples_a_second(&self) -> u32 {
        let rate = self.sample_rate.as_deref();
        rate.and_then(|rate| rate.parse().ok()).unwrap_or(0)
    }

    /// ffmpeg's name of the codec.
    pub(super) fn codec(&self) -> &str {
        self.codec_name.as_deref().unwrap_or("unknown")
    }
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
    let format = answer.format.as_ref().ok_or_else(|| ProbeError::Answer {
        why: "no format".into(),
    })?;
    let chosen = |kind: &'static str| {
        answer
            .of(kind)
            .find(|stream| stream.disposition.default == 1)
            .or_else(|| answer.of(kind).next())
    };
    let video = chosen("video").map(video_track);
    let audio = chosen("audio").map(audio_track);
    let count = usize::from(video.is_some()) + usize::from(audio.is_some());
    if count == 0 {
        return Err(ProbeError::NoTracks);
    }
    let duration = answer.duration();
    let duration = duration.filter(|duration| *duration > Millis(0) && *duration <= MAX_DURATION);
    Ok(ProbeReport {
        container: Container::Other(format.format_name.clone()),
        bytes,
        duration: duration.ok_or(ProbeError::NoDuration)?,
        video,
        audio,
        more_tracks: answer.tracks().count() - count,
    })
}

fn video_track(stream: &Stream) -> VideoTrack {
    let (width, height) = stream.shown();
    let rate = stream
        .avg_frame_rate
        .as_deref()
        .and_then(|text| ratio(text, '/'));
    VideoTrack {
        codec: VideoCodec::from_name(stream.codec()),
        codecs: None,
        coded_width: stream.width,
        coded_height: stream.height,
        width,
        height,
        rotation: stream.rotation(),
        frame_rate_milli: rate.and_then(|(frames, seconds)| {
            u32::try_from(u64::from(frames) * 1000 / u64::from(seconds)).ok()
        }),
        default: stream.disposition.default == 1,
        language: stream.language(),
        in_browsers: false, // what is not in an MP4 is converted before it is shown
    }
}

fn audio_track(stream: &Stream) -> AudioTrack {
    let name = stream.codec();
    let codec = match name.starts_with("pcm_") {
        true => AudioCodec::Pcm,
        false => AudioCodec::from_name(name),
    };
    AudioTrack {
        codec,
        codecs: None,
        sample_rate: stream.samples_a_second(),
        channels: stream.channels,
        default: stream.disposition.default == 1,
        language: stream.language(),
        in_browsers: false,
    }
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
    // `[vqavideo @ 0x55d747]: Codec (vqavideo) not on whitelist '…'`
    if let Some((said, _)) = text.split_once(") not on whitelist")
        && let Some((_, codec)) = said.rsplit_once("Codec (")
    {
        let codec: String = codec.chars().filter(|c| !c.is_control()).take(40).collect();
        return format!("it has a stream of the kind {codec}, which is not read here");
    }
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
