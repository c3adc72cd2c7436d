//! Recordings of every kind, a few seconds each, made here by ffmpeg; what becomes of them is read by our own reader.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tempfile::TempDir;

use super::*;
use crate::catalogue::JobKind;
use crate::mp4::{SampleIndex, VideoCodec};
use crate::processing::Tools;
use crate::processing::facts::VideoFacts;

#[allow(
    clippy::disallowed_methods,
    reason = "what makes and measures recordings is not what is tested"
)]
fn ffmpeg() -> Command {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.arg("-nostdin");
    ffmpeg
}

/// Keeps what it is told.
#[derive(Default)]
struct Told {
    progress: Mutex<Vec<u32>>,
    lines: Mutex<Vec<String>>,
    /// Ends the job as soon as ffmpeg has got so far.
    ends_at: Option<u32>,
    ended: AtomicBool,
}

impl Watch for Told {
    fn progress(&self, thousandths: u32) {
        self.progress.lock().unwrap().push(thousandths);
        if self.ends_at.is_some_and(|at| thousandths > at) {
            self.ended.store(true, Relaxed);
        }
    }

    fn ends(&self) -> bool {
        self.ended.load(Relaxed)
    }

    fn log(&self, line: &str) {
        self.lines.lock().unwrap().push(line.to_owned());
    }
}

impl Told {
    fn has(&self, words: &str) -> bool {
        self.lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(words))
    }
}

/// A recording, and what the jobs made of it.
struct Recording {
    folder: TempDir,
    task: Task,
    told: Told,
}

impl Recording {
    /// Made by ffmpeg, `{picture}` standing for a moving picture of this size and rate, and `{sound}` for a voice-like sound.
    fn made(name: &str, seconds: f64, picture: &str, line: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let inputs = line
            .replace(
                "{picture}",
                &format!("-f lavfi -i testsrc2={picture}:duration={seconds}"),
            )
            .replace(
                "{sound}",
                &format!(
                    "-f lavfi -i aevalsrc=0.05*sin(300*2*PI*t)*(1+sin(6*t)):d={seconds}:s=44100"
                ),
            );
        let status = ffmpeg()
            .args("-v error -y".split(' '))
            .args(inputs.split_whitespace())
            .arg(&path)
            .status()
            .expect("these tests need ffmpeg: apt-get install ffmpeg");
        assert!(status.success(), "{inputs}");
        Self::at(folder, path)
    }

    fn at(folder: TempDir, source: PathBuf) -> Self {
        let task = Task {
            kind: JobKind::Probe,
            source,
            narrow: None,
            facts: None,
            language: Some("az".into()),
            captioned: Vec::new(),
            folder: folder.path().to_owned(),
            tools: Tools::default(),
        };
        let told = Told::default();
        Self { folder, task, told }
    }

    fn run(&mut self, kind: JobKind) -> Result<Vec<Product>, TaskError> {
        self.task.kind = kind;
        let outcome = self.task.run(&self.told)?;
        if outcome.facts.is_some() {
            self.task.facts = outcome.facts;
        }
        Ok(outcome.products)
    }

    /// Everything, checked for what is true of every recording.
    fn all(&mut self) -> Vec<Product> {
        let mut all = Vec::new();
        for kind in [JobKind::Probe, JobKind::Narrow, JobKind::Ladder] {
            all.extend(self.run(kind).unwrap_or_else(|error| {
                panic!("{kind:?}: {error}: {:?}", self.told.lines.lock().unwrap())
            }));
            let told = std::mem::take(&mut *self.told.progress.lock().unwrap());
            if kind != JobKind::Probe {
                assert_eq!(told.last(), Some(&1000), "{kind:?}");
                assert!(told.is_sorted(), "{kind:?}: {told:?}");
            }
        }
        let video = self.facts().video.clone();
        let times: Vec<_> = all.iter().filter_map(|p| key_frames(&p.path)).collect();
        for product in &all {
            let summary = read(&product.path);
            assert!(summary.plays_in_browsers() && summary.layout == Layout::FastStart);
            assert_eq!(product.duration, Some(summary.duration));
            let Some((width, height)) = product.size else {
                assert_eq!((product.role, product.quality), (Role::Audio, Some(24)));
                let sound = summary.audio.unwrap();
                assert_eq!((sound.sample_rate, sound.channels), (22_050, 1));
                continue;
            };
            let picture = summary.video.unwrap();
            assert_eq!(picture.codec, VideoCodec::H264);
            assert_eq!((picture.width, picture.height), (width, height));
            assert_eq!((picture.coded_width, picture.coded_height), (width, height));
            assert_eq!(picture.rotation, crate::mp4::Rotation::None);
            assert!(width % 2 == 0 && height % 2 == 0);
            let source = video.clone().unwrap();
            assert!(width <= source.width && height <= source.height);
            assert_eq!(product.quality, Some(width.min(height)));
            // A second of picture, a second of sound: a few reads for each segment that a player asks for.
            let seconds = summary.duration.0 as usize / 1000;
            assert!(interruptions(&product.path) <= seconds + 1);
        }
        for (n, times) in times.iter().enumerate() {
            let every_two: Vec<f64> = (0..times.len()).map(|n| n as f64 * 2.0).collect();
            assert_eq!(times, &every_two, "of picture {n}");
        }
        all
    }

    fn facts(&self) -> &Facts {
        self.task.facts.as_ref().unwrap()
    }
}

fn read(path: &Path) -> Summary {
    summarise(&OpenFile::new(File::open(path).unwrap()).unwrap()).unwrap()
}

/// Seconds at which key frames are shown; none of a sound.
fn key_frames(path: &Path) -> Option<Vec<f64>> {
    let index = SampleIndex::read(&OpenFile::new(File::open(path).unwrap()).unwrap()).unwrap();
    let track = index.video()?;
    let start = match track.edits() {
        [] => 0,
        [edit] => edit.media_time,
        more => panic!("{more:?}"),
    };
    let shown = |n| {
        let sample = track.sample(n);
        let at = sample.dts as i64 + i64::from(sample.composition) - start;
        at as f64 / f64::from(track.timescale())
    };
    Some(track.keyframes().map(shown).collect())
}

/// How often the picture's samples are interrupted by others, in the order of the file.
fn interruptions(path: &Path) -> usize {
    let index = SampleIndex::read(&OpenFile::new(File::open(path).unwrap()).unwrap()).unwrap();
    let track = index.video().unwrap();
    let mut end = None;
    let mut interruptions = 0;
    for n in 0..track.samples_count() {
        let sample = track.sample(n);
        if end.is_some_and(|end| end != sample.offset) {
            interruptions += 1;
        }
        end = Some(sample.offset + u64::from(sample.size));
    }
    interruptions
}

/// Pixels of every product that has some; `(0, 0)` is a sound.
fn sizes(products: &[Product]) -> Vec<(u32, u32)> {
    products
        .iter()
        .map(|p| p.size.unwrap_or_default())
        .collect()
}

/// Seconds, near enough.
#[track_caller]
fn plays(product: &Product, seconds: f64) {
    let duration = product.duration.unwrap();
    let off = (duration.0 as f64 / 1000.0 - seconds).abs();
    assert!(off < 0.25, "{product:?} instead of {seconds} s");
}

#[test]
fn an_interlaced_broadcast_gets_whole_pictures_of_the_shape_that_was_sent() {
    let mut off_air = Recording::made(
        "lesson.ts",
        4.5,
        "size=720x576:rate=50",
        "{picture} {sound} -vf tinterlace=interleave_top,setsar=16/11 -c:v mpeg2video -flags +ildct+ilme \
         -b:v 3M -c:a mp2 -ac 2 -metadata:s:a:0 language=aze",
    );
    let all = off_air.all();
    let video = off_air.facts().video.clone().unwrap();
    assert!(video.interlaced, "{video:?}");
    assert_eq!(sizes(&all), [(0, 0), (426, 240), (640, 360), (854, 480)]);
    for product in &all[1..] {
        let summary = read(&product.path);
        assert_eq!(summary.video.unwrap().frame_rate_milli, Some(25_000));
        assert_eq!(summary.audio.unwrap().language.as_deref(), Some("aze"));
        plays(product, 4.5);
    }
    let channels = |n: usize| read(&all[n].path).audio.unwrap().channels;
    assert_eq!((channels(1), channels(2), channels(3)), (1, 2, 2));
    assert!(all[1].path.metadata().unwrap().len() < 150_000 / 8 * 5);
    // Of what was filmed in whole pictures: combed ones come to 0.963.
    let likeness = ffmpeg_says(
        &[
            OsStr::new("-i"),
            all[3].path.as_os_str(),
            OsStr::new("-f"),
            OsStr::new("lavfi"),
            OsStr::new("-i"),
            OsStr::new("testsrc2=size=720x576:rate=50:duration=4.5"),
            OsStr::new("-filter_complex"),
            OsStr::new("[1]fps=25,scale=854:480,format=yuv420p[filmed];[0][filmed]ssim"),
        ],
        "All:",
    );
    assert!(likeness > 0.972, "{likeness}");
}

/// The number that ffmpeg says last after `word`.
fn ffmpeg_says(arguments: &[&OsStr], word: &str) -> f64 {
    let output = ffmpeg()
        .arg("-hide_banner")
        .args(arguments)
        .args(["-f", "null", "-"])
        .output();
    let said = String::from_utf8_lossy(&output.unwrap().stderr).into_owned();
    let after = said.rsplit(word).next().unwrap();
    let number = after.split_whitespace().next().unwrap();
    number.parse().unwrap_or_else(|_| panic!("{said}"))
}

#[test]
fn a_phone_held_upright_gives_an_upright_picture_as_wide_as_its_quality_says() {
    let folder = tempfile::tempdir().unwrap();
    let flat = Recording::made(
        "flat.mp4",
        2.5,
        "size=1280x720:rate=30",
        "{picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ac 1",
    );
    let path = folder.path().join("phone.mp4");
    let status = ffmpeg()
        .args("-v error -i".split(' '))
        .arg(&flat.task.source)
        .args("-c copy -metadata:s:v:0 rotate=90".split(' '))
        .arg(&path)
        .status();
    assert!(status.unwrap().success());
    let mut phone = Recording::at(folder, path);
    let all = phone.all();
    assert_eq!(
        sizes(&all),
        [(0, 0), (240, 426), (360, 640), (480, 854), (720, 1280)]
    );
    for product in &all[1..] {
        let summary = read(&product.path);
        assert_eq!(summary.video.unwrap().frame_rate_milli, Some(30_000));
        assert_eq!(summary.audio.unwrap().channels, 1);
    }
}

/// How bright and how colourful a file's first picture is, on the scale of eight bits.
fn brightness(path: &Path) -> (f64, f64) {
    let output = ffmpeg()
        .args("-v error -i".split(' '))
        .arg(path)
        .args(
            "-frames:v 1 -vf format=yuv420p,signalstats,metadata=print:file=- -f null -".split(' '),
        )
        .output();
    let said = String::from_utf8_lossy(&output.unwrap().stdout).into_owned();
    let number = |name: &str| {
        let (_, after) = said.split_once(name).unwrap_or_else(|| panic!("{said}"));
        after.lines().next().unwrap().parse().unwrap()
    };
    (number("YAVG="), number("SATAVG="))
}

/// What a film says of its own colours.
fn colours(path: &Path) -> String {
    let output = Command::new("ffprobe")
        .args("-v error -select_streams v -of csv=p=0 -show_entries".split(' '))
        .arg("stream=pix_fmt,color_range,color_space,color_transfer,color_primaries")
        .arg(path)
        .output();
    String::from_utf8_lossy(&output.unwrap().stdout)
        .trim()
        .to_owned()
}

#[test]
fn what_a_phone_films_with_a_high_dynamic_range_is_as_bright_and_colourful_as_what_it_films_without()
 {
    let ordinary = Recording::made(
        "ordinary.mp4",
        1.0,
        "size=640x360:rate=25",
        "{picture} -c:v libx264 -preset ultrafast -pix_fmt yuv420p",
    );
    let (bright, colourful) = brightness(&ordinary.task.source);
    for (transfer, said) in [
        ("arib-std-b67", true),
        ("smpte2084", true),
        // Nothing is said of its primaries and matrix.
        ("smpte2084", false),
    ] {
        // White at 203 cd/m², as BT.2408 has it.
        let rest = if said {
            "bt2020:colormatrix=bt2020nc"
        } else {
            "unknown:colormatrix=unknown"
        };
        let mut filmed = Recording::made(
            "filmed.mp4",
            1.0,
            "size=640x360:rate=25",
            &format!(
                "{{picture}} {{sound}} -c:a aac -vf format=yuv420p,\
                 setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709,zscale=t=linear:npl=203,\
                 format=gbrpf32le,zscale=p=2020:t={transfer}:m=2020_ncl:r=tv:npl=203,format=yuv420p10le \
                 -c:v libx265 -preset ultrafast -x265-params log-level=none:transfer={transfer}:colorprim={rest}"
            ),
        );
        let all = filmed.all();
        let video = filmed.facts().video.clone().unwrap();
        assert!(video.is_high_dynamic_range(), "{video:?}");
        assert_eq!(sizes(&all), [(0, 0), (426, 240), (640, 360)]);
        for product in &all[1..] {
            assert_eq!(colours(&product.path), "yuv420p,tv,bt709,bt709,bt709");
            let (now, colour) = brightness(&product.path);
            assert!(
                (bright - 12.0..bright + 12.0).contains(&now),
                "{transfer}: {now} of {bright}"
            );
            assert!(
                colour > 0.75 * colourful,
                "{transfer}: {colour} of {colourful}"
            );
        }
        assert!(!filmed.told.has("could not be made ordinary"));
    }
}

#[test]
fn pictures_at_uneven_intervals_come_evenly() {
    let mut screen = Recording::made(
        "screen.mp4",
        5.0,
        "size=640x400:rate=30",
        "{picture} {sound} -vf select=lt(n\\,30)+not(mod(n\\,9)) -vsync vfr -c:v libx264 -preset ultrafast \
         -pix_fmt yuv444p -c:a aac",
    );
    let all = screen.all();
    assert!(screen.facts().video.as_ref().unwrap().variable);
    // 400 lines are not enough for 480.
    assert_eq!(sizes(&all), [(0, 0), (384, 240), (576, 360)]);
    for product in &all[1..] {
        assert_eq!(
            read(&product.path).video.unwrap().frame_rate_milli,
            Some(25_000)
        );
        plays(product, 5.0);
    }
}

#[test]
fn ten_bits_of_hevc_at_a_broadcasters_rate_play_in_browsers() {
    let mut hevc = Recording::made(
        "lesson.mkv",
        4.5,
        "size=320x240:rate=60000/1001",
        "{picture} {sound} -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -c:a ac3",
    );
    let all = hevc.all();
    assert_eq!(sizes(&all), [(0, 0), (320, 240)]);
    assert_eq!(
        read(&all[1].path).video.unwrap().frame_rate_milli,
        Some(30_000)
    );
    assert!(hevc.told.has("too few lines"));
}

#[test]
fn an_old_recording_smaller_than_every_quality_has_its_own_size() {
    let mut old = Recording::made(
        "lesson.avi",
        2.0,
        "size=176x131:rate=15",
        "{picture} {sound} -c:v mpeg4 -c:a libmp3lame",
    );
    let all = old.all();
    assert_eq!(sizes(&all), [(0, 0), (176, 130)]);
    assert_eq!(all[1].quality, Some(130));
}

#[test]
fn a_lesson_of_four_to_three_keeps_its_shape() {
    let mut old = Recording::made(
        "lesson.avi",
        2.0,
        "size=640x480:rate=25",
        "{picture} {sound} -c:v mpeg4 -b:v 2M -c:a libmp3lame",
    );
    assert_eq!(
        sizes(&old.all()),
        [(0, 0), (320, 240), (480, 360), (640, 480)]
    );
}

#[test]
fn a_silent_lesson_is_pictures_and_a_sound_alone_is_sound() {
    let mut silent = Recording::made(
        "silent.mp4",
        2.0,
        "size=640x360:rate=25",
        "{picture} -c:v libx264 -preset ultrafast -pix_fmt yuv420p",
    );
    assert_eq!(sizes(&silent.all()), [(426, 240), (640, 360)]);
    let mut radio = Recording::made("radio.m4a", 3.0, "", "{sound} -c:a aac");
    let all = radio.all();
    assert_eq!(sizes(&all), [(0, 0)]);
    plays(&all[0], 3.0);
}

#[test]
fn all_lessons_are_equally_loud() {
    let loudness = |path: &Path| {
        ffmpeg_says(
            &[
                OsStr::new("-i"),
                path.as_os_str(),
                OsStr::new("-af"),
                OsStr::new("ebur128=dualmono=true"),
            ],
            "    I: ",
        )
    };
    // 22 dB apart, and one in the left ear only.
    for (level, layout) in [("0.05", "mono"), ("0.6", "mono"), ("0.1", "FL+FR")] {
        let mut lesson = Recording::made(
            "lesson.mkv",
            4.0,
            "",
            &format!(
                "-f lavfi -i aevalsrc={level}*sin(500*2*PI*t)*(1.2+sin(9*t))/2.2{}:d=4:s=48000:c={} -c:a flac",
                if layout == "mono" { "" } else { "|0" },
                if layout == "mono" { "mono" } else { "stereo" },
            ),
        );
        let all = lesson.all();
        let found = loudness(&all[0].path);
        assert!((found + 16.0).abs() < 1.0, "{level} {layout}: {found} LUFS");
    }
}

#[test]
fn a_clock_that_jumps_back_or_ahead_is_put_right() {
    let line = "{picture} {sound} -c:v mpeg2video -b:v 1M -c:a mp2";
    let part = Recording::made("part.ts", 2.0, "size=320x240:rate=25", line);
    let bytes = fs::read(&part.task.source).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twice.ts");
    fs::write(&path, [bytes.as_slice(), &bytes].concat()).unwrap();
    let all = Recording::at(folder, path).all();
    plays(&all[0], 4.0);
    plays(&all[1], 4.0);
    // A picture for five seconds, while the sound goes on: that is what the file says, and it is kept.
    let mut ahead = Recording::made(
        "ahead.mp4",
        2.0,
        "size=320x240:rate=25",
        "{picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac \
         -bsf:v setts=pts=if(gt(N\\,30)\\,PTS+64000\\,PTS):dts=if(gt(N\\,30)\\,DTS+64000\\,DTS)",
    );
    plays(&ahead.all()[1], 7.0);
}

#[test]
fn what_is_left_of_a_broken_off_copy_is_kept_and_said() {
    let whole = Recording::made(
        "whole.mp4",
        6.0,
        "size=320x240:rate=25",
        "{picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 -c:a aac -movflags +faststart",
    );
    let bytes = fs::read(&whole.task.source).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.mp4");
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let mut part = Recording::at(folder, path);
    let all = part.all();
    assert_eq!(sizes(&all), [(0, 0), (320, 240)]);
    let (said, plays) = part.facts().breaks_off().unwrap();
    let missing = said.0 - plays.0;
    assert!((2300..3700).contains(&missing), "{missing:?}");
    assert!(part.told.has("what there is, is kept"));
}

#[test]
fn a_sound_that_cannot_be_decoded_costs_nobody_the_picture() {
    let mut lesson = Recording::made(
        "lesson.mkv",
        2.0,
        "size=320x240:rate=25",
        "{picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a ac3",
    );
    // The codec of the sound becomes one that nobody knows.
    let mut bytes = fs::read(&lesson.task.source).unwrap();
    let at = bytes.windows(5).position(|word| word == b"A_AC3").unwrap();
    bytes[at..at + 5].copy_from_slice(b"A_XYZ");
    fs::write(&lesson.task.source, bytes).unwrap();
    assert_eq!(sizes(&lesson.all()), [(320, 240)]);
    assert!(lesson.told.has("cannot be decoded and is left out"));
}

#[test]
fn a_recording_of_which_nothing_can_be_decoded_says_so() {
    let mut radio = Recording::made("radio.mkv", 1.0, "", "{sound} -c:a ac3");
    let mut bytes = fs::read(&radio.task.source).unwrap();
    let at = bytes.windows(5).position(|word| word == b"A_AC3").unwrap();
    bytes[at..at + 5].copy_from_slice(b"A_XYZ");
    fs::write(&radio.task.source, bytes).unwrap();
    radio.run(JobKind::Probe).unwrap();
    let error = radio.run(JobKind::Narrow).unwrap_err();
    assert!(matches!(&error, TaskError::Hopeless(_)), "{error:?}");
}

#[test]
fn a_job_that_is_cancelled_leaves_nothing_running() {
    let mut long = Recording::made(
        "long.mkv",
        60.0,
        "size=640x360:rate=25",
        "{picture} {sound} -c:v mpeg4 -c:a ac3",
    );
    long.run(JobKind::Probe).unwrap();
    long.told.ends_at = Some(MEASURED);
    let error = long.run(JobKind::Ladder).unwrap_err();
    assert!(matches!(error, TaskError::Ended), "{error:?}");
    let folder = long.folder.path().as_os_str().as_encoded_bytes().to_owned();
    let names = |entry: &fs::DirEntry| {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.windows(folder.len()).any(|word| word == folder)
    };
    let still: Vec<_> = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(names)
        .collect();
    assert!(still.is_empty(), "{still:?}");
}

#[test]
fn of_a_very_wide_recording_the_lowest_quality_is_240p_and_no_other_number() {
    for (width, height, made) in [
        (1280, 100, (1280, 100)),
        (8000, 100, (1920, 24)),
        (100, 8000, (24, 1920)),
        (1920, 1080, (426, 240)),
    ] {
        let video = VideoFacts {
            width,
            height,
            ..VideoFacts::default()
        };
        assert_eq!(Quality::P240.size(&video), Some(made));
        assert_eq!(Quality::P240.number(Some(made)), 240, "{width} x {height}");
    }
    // Of a small one it is what there is.
    assert_eq!(Quality::P240.number(Some((160, 120))), 120);
}

#[test]
fn sizes_are_even_and_never_larger_than_the_recording() {
    let video = |width, height| VideoFacts {
        width,
        height,
        ..VideoFacts::default()
    };
    let size = |quality: Quality, width, height| quality.size(&video(width, height));
    assert_eq!(size(Quality::P720, 1920, 1080), Some((1280, 720)));
    assert_eq!(size(Quality::P480, 1920, 1080), Some((854, 480)));
    assert_eq!(size(Quality::P240, 1920, 1080), Some((426, 240)));
    assert_eq!(size(Quality::P720, 1080, 1920), Some((720, 1280)));
    assert_eq!(size(Quality::P720, 1280, 719), None);
    assert_eq!(size(Quality::P240, 161, 121), Some((160, 120)));
    assert_eq!(size(Quality::P240, 2, 2), Some((2, 2)));
    assert_eq!(size(Quality::P240, 1, 400), None);
    assert_eq!(size(Quality::P240, 0, 0), None);
    // Two screens side by side, and a ribbon.
    assert_eq!(size(Quality::P720, 3840, 1080), Some((1920, 540)));
    assert_eq!(size(Quality::P240, 16_000, 16), Some((1920, 2)));
    for (width, height) in (1..2000)
        .step_by(37)
        .flat_map(|w| (1..1200).step_by(41).map(move |h| (w, h)))
    {
        for quality in Quality::ALL {
            if let Some((w, h)) = size(quality, width, height) {
                assert!(w % 2 == 0 && h % 2 == 0 && w <= width && h <= height && w * h > 0);
                let shape = f64::from(width) * f64::from(h) / f64::from(height) - f64::from(w);
                assert!(
                    shape.abs()
                        < 0.02 * f64::from(w) + 1.1 * f64::from(width) / f64::from(height) + 1.1
                );
            }
        }
    }
}

#[test]
fn key_frames_fall_on_a_picture_at_every_rate() {
    let of = |rate, variable, interlaced| {
        plan::pictures_in_two_seconds(&VideoFacts {
            rate,
            variable,
            interlaced,
            ..VideoFacts::default()
        })
    };
    assert_eq!(of(25.0, false, false), 50);
    assert_eq!(of(25.0, true, true), 50, "fields counted as pictures");
    assert_eq!(of(50.0, false, false), 50);
    assert_eq!(of(60_000.0 / 1001.0, false, false), 60);
    assert_eq!(of(30_000.0 / 1001.0, false, false), 60);
    assert_eq!(of(24_000.0 / 1001.0, false, false), 48);
    assert_eq!(of(12.5, false, false), 25);
    assert_eq!(of(0.1, false, false), 10);
    assert_eq!(of(29.2, true, false), 60);
    assert_eq!(of(9.7, true, false), 50);
    assert_eq!(of(0.0, false, false), 50);
    assert_eq!(of(f64::NAN, false, false), 50);
}
