//! Real files, made here by ffmpeg once for all tests and read by both readers.

mod corpus;
mod ends;
mod facts;
mod speech;
mod verdict;
mod words;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use super::child::{self, Finished, Limits};
use super::sandbox::Fence;
use super::*;
use crate::mp4::{self, AudioCodec, Layout, LooksLike, Rotation, VideoCodec};
use crate::units::{Bytes, Millis};

const ROOMY: Limits = Limits {
    wall: Duration::from_secs(120),
    cpu: Duration::from_secs(120),
    memory: Bytes(16 << 30),
    output: Bytes(1 << 20),
    file: Bytes(64 << 20),
};

fn run(program: &str, arguments: &[&OsStr], limits: Limits) -> Result<Finished, ChildError> {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    child::run(
        Path::new(program),
        &arguments,
        limits,
        Isolation::LimitsOnly,
        &Fence::default(),
    )
}

fn sh(script: &str, limits: Limits) -> Result<Finished, ChildError> {
    run("sh", &["-c".as_ref(), script.as_ref()], limits)
}

pub(super) fn ffmpeg(folder: &Path, line: &str) {
    let mut arguments: Vec<OsString> = ["-nostdin", "-v", "error", "-y"]
        .iter()
        .map(OsString::from)
        .collect();
    for word in line.split_whitespace() {
        // Words with a dot are files of the folder.
        let is_file = word.contains('.') && !word.contains(['=', ':', '/']);
        arguments.push(if is_file {
            folder.join(word).into()
        } else {
            word.into()
        });
    }
    let made = child::run(
        Path::new("ffmpeg"),
        &arguments,
        ROOMY,
        Isolation::LimitsOnly,
        &Fence::default(),
    )
    .expect("these tests need ffmpeg: apt-get install ffmpeg");
    assert!(
        made.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// Two seconds of moving picture, 160 × 120 at 25 frames a second, and a tone, in many forms.
fn clips() -> &'static Path {
    static CLIPS: OnceLock<TempDir> = OnceLock::new();
    CLIPS
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let make = |line: &str| ffmpeg(folder.path(), line);
            make(
                "-f lavfi -i testsrc2=size=160x120:rate=25:duration=2 \
                 -f lavfi -i sine=sample_rate=44100:duration=2 \
                 -c:v libx264 -preset superfast -profile:v high -pix_fmt yuv420p -g 25 \
                 -c:a aac -ac 2 -metadata:s:a:0 language=aze end.mp4",
            );
            let copy = "-i end.mp4 -map 0 -c copy";
            make(&format!("{copy} -movflags faststart front.mp4"));
            make(&format!("{copy} -movflags frag_keyframe+empty_moov fragments.mp4"));
            make(&format!("{copy} -movflags frag_keyframe+empty_moov+default_base_moof base.mp4"));
            make(&format!("{copy} -movflags frag_every_frame+empty_moov frames.mp4"));
            make(&format!(
                "{copy} -movflags dash+frag_keyframe+global_sidx+delay_moov listed.mp4"
            ));
            make(&format!("{copy} -an silent.mp4"));
            make(&format!("{copy} -vn sound.m4a"));
            make(&format!("{copy} -metadata:s:v:0 rotate=270 turned.mp4"));
            make(&format!("{copy} camera.mov"));
            make(&format!("{copy} receiver.ts"));
            make(&format!("{copy} recorder.mkv"));
            make("-i end.mp4 -c:v mpeg4 -c:a libmp3lame old.avi");
            make(&format!("{copy} flash.flv"));
            make("-i end.mp4 -vf setsar=4/3 -preset ultrafast -an wide.mp4");
            make("-i end.mp4 -c:v mpeg2video -c:a mp2 -f dvd disc.vob");
            make("-i end.mp4 -c:v libx265 -x265-params log-level=none -preset ultrafast -an hevc.mp4");
            make("-i end.mp4 -pix_fmt yuv422p10le -preset ultrafast -an deep.mp4");
            make("-i end.mp4 -c:v copy -c:a libmp3lame mp3.mp4");
            make("-i end.mp4 -c:v mpeg4 -c:a pcm_s16le -f mov raw.mov");
            make("-i end.mp4 -i sound.m4a -map 0 -map 1 -c copy two.mp4");
            folder
        })
        .path()
}

/// By the native reader or not at all.
fn native(name: &str) -> ProbeReport {
    let report = Prober {
        ffprobe: "not-needed".into(),
        ..Prober::default()
    }
    .probe(&clips().join(name))
    .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(matches!(report.container, Container::Mp4(_)));
    report
}

fn asked(path: &Path, isolation: Isolation) -> Result<ProbeReport, ProbeError> {
    let prober = Prober {
        isolation,
        ..Prober::default()
    };
    prober.ask_ffprobe(
        path,
        LooksLike::Unknown,
        Bytes(fs::metadata(path).unwrap().len()),
    )
}

fn near(a: u64, b: u64, by: u64) -> bool {
    a.abs_diff(b) <= by
}

#[test]
fn both_readers_say_the_same_about_every_mp4() {
    for name in [
        "end.mp4",
        "front.mp4",
        "fragments.mp4",
        "base.mp4",
        "frames.mp4",
        "listed.mp4",
        "silent.mp4",
        "sound.m4a",
        "turned.mp4",
        "camera.mov",
        "wide.mp4",
        "hevc.mp4",
        "deep.mp4",
        "mp3.mp4",
        "raw.mov",
        "two.mp4",
    ] {
        let ours = native(name);
        let theirs = asked(&clips().join(name), Isolation::Full)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(
            near(ours.duration.0, theirs.duration.0, 30),
            "{name}: {ours:?} {theirs:?}"
        );
        assert_eq!(ours.bytes, theirs.bytes);
        assert_eq!(ours.more_tracks, theirs.more_tracks, "{name}");
        let video = |report: &ProbeReport| {
            report.video.clone().map(|v| {
                let sizes = (v.coded_width, v.coded_height, v.width, v.height);
                (v.codec, sizes, v.rotation, v.language, v.default)
            })
        };
        let audio = |report: &ProbeReport| {
            report
                .audio
                .clone()
                .map(|a| (a.codec, a.sample_rate, a.channels, a.language, a.default))
        };
        assert_eq!(video(&ours), video(&theirs), "{name}");
        assert_eq!(audio(&ours), audio(&theirs), "{name}");
        let rate = |report: &ProbeReport| {
            report
                .video
                .as_ref()
                .map_or(0, |v| v.frame_rate_milli.unwrap().into())
        };
        assert!(
            near(rate(&ours), rate(&theirs), 50),
            "{name}: {} {}",
            rate(&ours),
            rate(&theirs)
        );
    }
}

#[test]
fn the_index_is_found_where_it_is() {
    for (name, layout) in [
        ("end.mp4", Layout::IndexAtEnd),
        ("camera.mov", Layout::IndexAtEnd),
        ("front.mp4", Layout::FastStart),
        ("fragments.mp4", Layout::Fragmented),
        ("frames.mp4", Layout::Fragmented),
        ("listed.mp4", Layout::Fragmented),
    ] {
        let report = native(name);
        assert_eq!(report.container, Container::Mp4(layout), "{name}");
        assert!(
            near(report.duration.0, 2000, 100),
            "{name}: {:?}",
            report.duration
        );
        assert!(report.plays_in_browsers(), "{name}");
        let expected = report.bytes.0 * 8000 / report.duration.0;
        assert_eq!(report.bits_per_second(), expected);
    }
}

#[test]
fn codecs_have_the_names_that_a_browser_asks_for() {
    let codecs = |name| {
        let report = native(name);
        let of = |codecs: Option<Option<String>>| codecs.flatten().unwrap_or_default();
        let pair = (
            of(report.video.clone().map(|v| v.codecs)),
            of(report.audio.clone().map(|a| a.codecs)),
        );
        (pair.0, pair.1, report.plays_in_browsers())
    };
    let answer = |video: &str, audio: &str, plays| (video.to_string(), audio.to_string(), plays);
    assert_eq!(codecs("end.mp4"), answer("avc1.64000b", "mp4a.40.2", true));
    assert_eq!(codecs("silent.mp4"), answer("avc1.64000b", "", true));
    assert_eq!(codecs("sound.m4a"), answer("", "mp4a.40.2", true));
    assert_eq!(codecs("mp3.mp4"), answer("avc1.64000b", "mp4a.6B", true));
    assert_eq!(codecs("deep.mp4"), answer("avc1.7a000b", "", false));
    assert_eq!(codecs("hevc.mp4"), answer("hev1.1.6.L30.90", "", false));
    assert_eq!(codecs("raw.mov"), answer("mp4v.20", "", false));
}

#[test]
fn a_wide_and_a_turned_picture_have_the_size_that_is_seen() {
    let video = native("wide.mp4").video.unwrap();
    assert_eq!(
        (video.coded_width, video.width, video.height),
        (160, 213, 120)
    );
    let video = native("turned.mp4").video.unwrap();
    assert_eq!((video.width, video.height), (120, 160));
    assert_ne!(video.rotation, Rotation::None);
}

#[test]
fn recordings_of_other_kinds_are_read_by_ffprobe() {
    for (name, container, video, audio) in [
        (
            "recorder.mkv",
            "matroska,webm",
            VideoCodec::H264,
            AudioCodec::Aac,
        ),
        ("receiver.ts", "mpegts", VideoCodec::H264, AudioCodec::Aac),
        ("old.avi", "avi", VideoCodec::Mpeg4, AudioCodec::Mp3),
        ("flash.flv", "flv", VideoCodec::H264, AudioCodec::Aac),
        ("disc.vob", "mpeg", VideoCodec::Mpeg2, AudioCodec::Mp2),
    ] {
        let report = probe(&clips().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(report.container, Container::Other(container.to_string()));
        assert!(
            near(report.duration.0, 2000, 120),
            "{name}: {:?}",
            report.duration
        );
        let (picture, sound) = (report.video.clone().unwrap(), report.audio.clone().unwrap());
        assert_eq!(
            (picture.codec, picture.width, picture.height),
            (video, 160, 120),
            "{name}"
        );
        assert!(
            near(picture.frame_rate_milli.unwrap().into(), 25_000, 600),
            "{name}"
        );
        assert_eq!(
            (sound.codec, sound.sample_rate, sound.channels),
            (audio, 44_100, 2),
            "{name}"
        );
        assert!(
            !report.plays_in_browsers(),
            "{name} has to be converted first"
        );
    }
}

/// A file with this name and these bytes, alone in a folder.
fn file(name: impl AsRef<Path>, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn complaint(path: &Path) -> String {
    probe(path).expect_err("a bad file").to_string()
}

#[test]
fn each_bad_file_has_its_own_clear_message() {
    let (_folder, text) = file("lesson.mp4", b"Dear colleague, the recording follows.\n");
    assert_eq!(
        complaint(&text),
        "this is no recording: it looks like a text file; give an MP4, MKV, WebM, TS, AVI, WMV (ASF), FLV or OGG recording"
    );
    let (folder, empty) = file("lesson.mp4", b"");
    assert_eq!(
        complaint(&empty),
        "the file is empty (0 bytes): copy it again"
    );
    assert_eq!(
        complaint(folder.path()),
        "this is a folder, not a file: name the recording itself"
    );
    let missing = folder.path().join("none.mp4");
    assert!(complaint(&missing).starts_with("there is no such file: check its name"));
    assert!(complaint(&empty.join("below.mp4")).starts_with("there is no such file"));
    assert!(complaint(Path::new("/dev/zero")).starts_with("this is a device, pipe or socket"));
    let pipe = folder.path().join("pipe.mp4");
    assert!(
        run("mkfifo", &[pipe.as_os_str()], ROOMY)
            .unwrap()
            .status
            .success()
    );
    assert!(complaint(&pipe).starts_with("this is a device, pipe or socket"));
    let long = folder.path().join("a".repeat(256));
    assert!(complaint(&long).starts_with("the file cannot be opened: File name too long"));
    let (_folder, noise) = file("lesson.mp4", &[0x81; 5000]);
    let message = complaint(&noise);
    assert!(
        message.contains("looks like nothing that is known here"),
        "{message}"
    );
    assert!(
        message.contains("(Invalid data found when processing input)"),
        "{message}"
    );
    assert!(message.contains("give an MP4, MKV"), "{message}");
}

#[test]
fn a_truncated_mp4_is_noticed_wherever_its_index_is() {
    for (name, word) in [
        ("end.mp4", "mdat"),
        ("front.mp4", "mdat"),
        ("listed.mp4", "ends at byte"),
    ] {
        let whole = fs::read(clips().join(name)).unwrap();
        let (_folder, cut) = file("cut.mp4", &whole[..whole.len() / 2]);
        let message = complaint(&cut);
        assert!(
            message.starts_with("the file is cut short:"),
            "{name}: {message}"
        );
        assert!(
            message.contains(word) && message.contains("copy or download it again"),
            "{message}"
        );
    }
    // Interrupted while recording: everything but the index.
    let whole = fs::read(clips().join("end.mp4")).unwrap();
    let index = whole.windows(4).rposition(|w| w == b"moov").unwrap() - 4;
    let (_folder, cut) = file("cut.mp4", &whole[..index]);
    assert!(complaint(&cut).contains("the recording was interrupted before it was finished"));
    // A Matroska file that is cut is read as far as it goes: ffprobe does not look further.
    let whole = fs::read(clips().join("recorder.mkv")).unwrap();
    let (_folder, cut) = file("cut.mkv", &whole[..whole.len() / 2]);
    assert_eq!(
        probe(&cut).unwrap().duration,
        probe(&clips().join("recorder.mkv")).unwrap().duration
    );
}

#[test]
fn a_hostile_name_is_only_a_name() {
    let mp4 = fs::read(clips().join("front.mp4")).unwrap();
    let mkv = fs::read(clips().join("recorder.mkv")).unwrap();
    let emoji = "📼 dərs №1 ё.mkv".to_string();
    let longest = "x".repeat(255);
    for name in [
        b"line\nbreak.mkv".as_slice(),
        b"-i",
        b"-version",
        b"http:",
        b"concat:a|b",
        b"a%03d.mkv",
        b"not utf-8 \xFF.mkv",
        b"'quoted' \"twice\" $(id) `id`;.mkv",
        emoji.as_bytes(),
        longest.as_bytes(),
    ] {
        let name = OsStr::from_bytes(name);
        for bytes in [&mp4, &mkv] {
            let (_folder, path) = file(name, bytes);
            let report = probe(&path).unwrap_or_else(|error| panic!("{name:?}: {error}"));
            assert_eq!(report.video.unwrap().width, 160, "{name:?}");
        }
    }
}

#[test]
fn another_users_private_file_is_read_as_far_as_we_may() {
    let mkv = fs::read(clips().join("recorder.mkv")).unwrap();
    let (_folder, path) = file("private.mkv", &mkv);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    // Only root can give it away; anybody else reads their own.
    std::os::unix::fs::chown(&path, Some(65_534), None).ok();
    assert!(probe(&path).is_ok());
}

#[test]
fn a_relative_path_means_what_it_means_to_us() {
    // ffprobe runs in another folder. Unit tests run in the crate's.
    let mkv = fs::read(clips().join("recorder.mkv")).unwrap();
    let folder = tempfile::tempdir_in(".").unwrap();
    fs::write(folder.path().join("a.mkv"), mkv).unwrap();
    let path = Path::new(folder.path().file_name().unwrap()).join("a.mkv");
    assert!(path.is_relative());
    assert!(probe(&path).is_ok());
}

/// Files that are no recordings but lists of what to open, each naming the listener and a secret.
fn disguises(port: u16) -> Vec<(&'static str, String)> {
    let url = format!("http://127.0.0.1:{port}/secret.ts");
    vec![
        (
            "hls",
            format!("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{url}\n#EXT-X-ENDLIST\n"),
        ),
        (
            "hls of a file",
            "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
                .to_string(),
        ),
        ("concat", format!("ffconcat version 1.0\nfile '{url}'\n")),
        (
            "concat of a file",
            "ffconcat version 1.0\nfile '/etc/passwd'\n".to_string(),
        ),
        (
            "sdp",
            format!(
                "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n"
            ),
        ),
        (
            "dash",
            format!(
                "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" type=\"static\" mediaPresentationDuration=\"PT5S\"><Period><AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\"><BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>\n"
            ),
        ),
    ]
}

fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn nobody_called(listener: &TcpListener, who: &str) {
    let caller = listener.accept();
    assert!(
        matches!(&caller, Err(error) if error.kind() == ErrorKind::WouldBlock),
        "{who}: {caller:?}"
    );
}

#[test]
fn a_disguised_playlist_is_refused_and_contacts_nobody() {
    let (listener, port) = listener();
    for (kind, content) in disguises(port) {
        for name in ["lesson.mp4", "lesson.mkv", "lesson.m3u8"] {
            let (_folder, path) = file(name, content.as_bytes());
            // By its look, before ffprobe hears of it.
            assert!(
                complaint(&path).contains("it looks like a text file"),
                "{kind}"
            );
            // By ffprobe's lists alone, as if it had looked like something else.
            let refused = asked(&path, Isolation::LimitsOnly).unwrap_err();
            assert!(
                matches!(refused, ProbeError::Refused { .. }),
                "{kind}: {refused}"
            );
            nobody_called(&listener, kind);
        }
        // With a byte that no text has, it goes the whole way.
        let (_folder, path) = file("lesson.mkv", &[content.as_bytes(), b"\n#\x01\n"].concat());
        let message = complaint(&path);
        assert!(
            message.contains("cannot be read as a recording"),
            "{kind}: {message}"
        );
        nobody_called(&listener, kind);
    }
}

#[test]
fn a_list_of_files_beside_it_is_no_recording() {
    for (inner, list) in [
        (
            "recorder.mkv",
            "ffconcat version 1.0\nfile 'recorder.mkv'\n".to_string(),
        ),
        (
            "receiver.ts",
            "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:2,\nreceiver.ts\n#EXT-X-ENDLIST\n"
                .to_string(),
        ),
    ] {
        let (folder, path) = file("lesson.mkv", format!("{list}#\x01\n").as_bytes());
        fs::copy(clips().join(inner), folder.path().join(inner)).unwrap();
        let refused = probe(&path).expect_err("only the list of formats stands against this");
        assert!(
            matches!(refused, ProbeError::Refused { .. }),
            "{inner}: {refused}"
        );
    }
}

/// ffprobe with its lists opened: what the test above would miss if nothing could be seen at all.
fn careless(path: &Path) {
    let arguments: Vec<OsString> = ffprobe::arguments(path)
        .iter()
        .map(|argument| match argument.to_str() {
            Some("file") => "file,http,tcp,crypto".into(),
            Some(list) if list.starts_with("mov,") => format!("{list},hls,concat,mpegts").into(),
            _ => argument.clone(),
        })
        .collect();
    let arguments: Vec<&OsStr> = arguments.iter().map(OsString::as_os_str).collect();
    run("ffprobe", &arguments, ROOMY).ok();
}

#[test]
fn without_the_lists_a_playlist_would_call_out() {
    let (listener, port) = listener();
    let (_, playlist) = disguises(port).swap_remove(0);
    let (_folder, path) = file("lesson.mkv", playlist.as_bytes());
    let heard = thread::scope(|scope| {
        let asking = scope.spawn(|| careless(&path));
        let mut heard = false;
        while !asking.is_finished() {
            heard |= listener.accept().is_ok(); // and hangs up, which ends the asking
            thread::yield_now();
        }
        heard || listener.accept().is_ok()
    });
    assert!(heard, "this listener hears a caller");
}

#[test]
fn without_ffprobe_an_mp4_is_read_and_another_file_says_what_to_install() {
    let prober = Prober {
        ffprobe: "ffprobe-that-is-not-there".into(),
        ..Prober::default()
    };
    assert!(prober.probe(&clips().join("front.mp4")).is_ok());
    let error = prober.probe(&clips().join("recorder.mkv")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the file looks like a Matroska or WebM video, which takes ffprobe to read, and that is not installed: install the package ffmpeg (apt-get install ffmpeg), or give an MP4"
    );
}

#[test]
fn a_probe_that_hangs_floods_or_answers_nonsense_is_ended_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let with = |script: &str, prober: Prober| {
        let (source, program) = (folder.path().join("script"), folder.path().join("ffprobe"));
        fs::write(&source, format!("#!/bin/sh\n{script}\n")).unwrap();
        // Another process writes what is run: a file that this one has open for writing may be
        // open for a moment in the child of another test too, and then it cannot be run.
        let install = [
            "-m".as_ref(),
            "755".as_ref(),
            source.as_os_str(),
            program.as_os_str(),
        ];
        assert!(run("install", &install, ROOMY).unwrap().status.success());
        let prober = Prober {
            ffprobe: program,
            ..prober
        };
        prober
            .probe(&clips().join("recorder.mkv"))
            .unwrap_err()
            .to_string()
    };
    let hasty = Prober {
        wall: Duration::from_millis(200),
        ..Prober::default()
    };
    assert!(with("exec sleep 1000", hasty).contains("did not finish within 0.2 seconds"));
    let message = with("yes", Prober::default());
    assert!(
        message.contains("wrote more than 1048576 bytes and was stopped"),
        "{message}"
    );
    // Also one that does not mind a closed pipe.
    let message = with("trap '' PIPE; yes 2> /dev/null; sleep 1000", hasty_never());
    assert!(
        message.contains("wrote more than 1048576 bytes"),
        "{message}"
    );
    let message = with("echo '{}'", Prober::default());
    assert!(
        message.contains("answer was not understood (no format)"),
        "{message}"
    );
    let message = with("echo '{\"format\":{},\"streams\":[]}'", Prober::default());
    assert!(message.contains("neither picture nor sound"), "{message}");
    let stream = "{\"codec_type\":\"video\",\"width\":4294967295,\"height\":4294967295,\"sample_aspect_ratio\":\"4294967295:1\",\"avg_frame_rate\":\"1/0\"}";
    let message = with(
        &format!("echo '{{\"format\":{{\"duration\":\"N/A\"}},\"streams\":[{stream}]}}'"),
        Prober::default(),
    );
    assert!(
        message.contains("does not say how long it plays"),
        "{message}"
    );
    let message = with(
        "printf 'a\\nfile:/x: bad \\033[31m\\007things\\n' >&2; exit 1",
        Prober::default(),
    );
    assert!(message.contains("(bad [31mthings)"), "{message}");
}

fn hasty_never() -> Prober {
    Prober {
        wall: Duration::from_secs(3600),
        ..Prober::default()
    }
}

#[test]
fn a_child_sees_nothing_of_our_environment_and_input() {
    let seen = sh("env; cat; pwd; ulimit -c; ulimit -n", ROOMY).unwrap();
    let text = String::from_utf8(seen.stdout).unwrap();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| {
            !line.starts_with("PWD=")
                && !line.starts_with("_=")
                && !line.starts_with("SHLVL=")
                && !line.starts_with("OLDPWD=")
        })
        .collect();
    assert!(
        matches!(lines[..], [path, "/", "0", "64"] if path.starts_with("PATH=")),
        "{lines:?}"
    );
}

#[test]
fn what_a_child_started_does_not_outlive_it() {
    // The grandchild holds the pipe: if it lived, this would take its thousand seconds.
    let ended = sh("sleep 1000 &", ROOMY).unwrap();
    assert!(ended.status.success());
}

#[test]
fn a_child_cannot_use_more_memory_or_write_more_than_it_may() {
    let tight = Limits {
        memory: Bytes(64 << 20),
        file: Bytes(0),
        ..ROOMY
    };
    let hungry = sh("head -c 200000000 /dev/zero | tail", tight).unwrap();
    assert!(String::from_utf8_lossy(&hungry.stderr).contains("memory exhausted"));
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("written");
    run("cp", &["/bin/sh".as_ref(), target.as_os_str()], tight).unwrap();
    assert_eq!(fs::metadata(&target).unwrap().len(), 0);
}

#[test]
fn a_mangled_real_recording_gives_an_answer_or_an_error() {
    use proptest::prelude::*;
    let files: Vec<Vec<u8>> = ["front.mp4", "end.mp4", "base.mp4", "raw.mov", "listed.mp4"]
        .iter()
        .map(|name| fs::read(clips().join(name)).unwrap())
        .collect();
    // Where the boxes are: the media fills the rest and is not read.
    let index = |file: &[u8]| {
        let at = file
            .windows(4)
            .rposition(|w| w == b"moov" || w == b"moof")
            .unwrap();
        at.saturating_sub(8)..file.len().min(at + 3000)
    };
    proptest!(ProptestConfig::with_cases(500), |(
        which in 0..files.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    )| {
        let mut file = files[which].clone();
        let range = index(&file);
        for (at, byte) in changes {
            file[range.start + at.index(range.len())] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        if let Ok(summary) = mp4::summarise(&file[..]) {
            prop_assert!(summary.duration <= mp4::MAX_DURATION);
            prop_assert!(summary.duration >= Millis(0));
        }
    });
}
