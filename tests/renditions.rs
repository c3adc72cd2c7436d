//! What a lesson's addresses give once jobs have made qualities, sound and pictures of its recording.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use teledars::catalogue::{Catalogue, Change, Found, NewFile, NewRecording, Role};
use teledars::media::{key_of, media_name, sha256_of};
use teledars::units::{Bytes, Code, Millis};

use crate::fragments::made::{Recording, picture, sound};
use crate::support::archive::Archive;
use crate::support::samples;
use crate::support::server::Server;

/// Long enough for several segments.
const SECONDS: f64 = 20.0;

/// A keyframe every two seconds and nowhere else, as in every quality that jobs make.
const KEYFRAMES: &str =
    "-c:v libx264 -preset ultrafast -g 50 -keyint_min 50 -sc_threshold 0 -movflags +faststart";

/// What was made of one film: its qualities and its sound.
struct Made {
    high: Recording,
    low: Recording,
    narrow: Recording,
}

impl Made {
    /// Once for all tests.
    fn shared() -> &'static Self {
        static MADE: OnceLock<Made> = OnceLock::new();
        MADE.get_or_init(|| {
            let inputs = format!("{} {}", picture(SECONDS), sound(SECONDS));
            let quality = |size: &str, rate: &str| {
                let coding = format!("{KEYFRAMES} -s {size} -b:v {rate} -c:a aac -b:a 48k");
                Recording::made(&format!("{inputs} {coding}"))
            };
            Self {
                high: quality("640x360", "700k"),
                low: quality("426x240", "150k"),
                narrow: Recording::made(&format!(
                    "{} -c:a aac -ar 22050 -ac 1 -b:a 24k -movflags +faststart",
                    sound(SECONDS)
                )),
            }
        })
    }
}

/// A lesson in an archive of its own, and a server of that.
struct Lesson {
    archive: Archive,
    server: Server,
    code: Code,
    /// Addresses of its files below `/media`, by what they are: `rendition 240`.
    media: BTreeMap<String, String>,
}

/// What comes in as the recording.
enum Source {
    Playable,
    /// A Matroska file, as far as anybody can tell by its type.
    Unplayable,
}

impl Lesson {
    fn made(source: Source) -> Self {
        let archive = Archive::empty();
        let folder = tempfile::tempdir().unwrap();
        let sheet = folder.path().join("s.csv");
        let row = "file,title,grades,subject,section,visibility\na.mp4,A,7,physics,az,public\n";
        fs::write(&sheet, row).unwrap();
        samples::make_recording(&folder.path().join("a.mp4"), 0, "footage");
        archive.import(&sheet).expect_code(0);
        let code: Code = archive.export()[0]["code"].parse().unwrap();
        let made = Made::shared();
        let catalogue = Catalogue::open(archive.data(), 1).unwrap();
        let data = archive.data();
        let mut media = BTreeMap::new();
        let mut files = vec![
            rendition(data, 360, (640, 360), &made.high.bytes),
            rendition(data, 240, (426, 240), &made.low.bytes),
            NewFile {
                quality: Some(24),
                duration: Some(Millis(20_000)),
                ..stored(data, Role::Audio, "m4a", "audio/mp4", &made.narrow.bytes)
            },
            stored(data, Role::Poster, "jpg", "image/jpeg", b"a poster"),
            stored(
                data,
                Role::Storyboard,
                "vtt",
                "text/vtt; charset=utf-8",
                CUES.as_bytes(),
            ),
        ];
        for (position, sheet) in (0..).zip([b"sheet 0", b"sheet 1"]) {
            files.push(NewFile {
                position,
                ..stored(data, Role::Storyboard, "jpg", "image/jpeg", sheet)
            });
        }
        for (position, start) in (0..).zip([0, 9_500]) {
            for (extension, mime) in [("webp", "image/webp"), ("jpg", "image/jpeg")] {
                let picture = format!("slide {position} as {mime}");
                files.push(NewFile {
                    position,
                    start: Some(Millis(start)),
                    size: Some((640, 360)),
                    ..stored(data, Role::Slide, extension, mime, picture.as_bytes())
                });
            }
        }
        for file in &files {
            let quality = file.quality.unwrap_or(file.position);
            let name = format!("{} {quality}", file.role.as_str());
            media.insert(name, format!("/media/{}", file.name));
        }
        let unplayable = matches!(source, Source::Unplayable);
        let original = NewFile {
            duration: Some(Millis(20_000)),
            ..stored(data, Role::Source, "mkv", "video/x-matroska", ORIGINAL)
        };
        let film = NewRecording {
            duration: Millis(20_000),
            size: Some((640, 360)),
            has_sound: true,
            playable: false,
            origin: None,
        };
        let add = move |c: &Change<'_>| {
            let Found::Lesson(lesson) = c.snapshot().find(code)? else {
                panic!("{code} is not there")
            };
            let recording = match unplayable {
                true => c.add_recording(lesson.id, &film, &original)?,
                false => lesson.recording.unwrap().id,
            };
            for file in &files {
                c.add_file(recording, file)?;
            }
            Ok(())
        };
        catalogue.write_blocking(add).unwrap();
        drop(catalogue);
        Self {
            server: archive.serve(),
            archive,
            code,
            media,
        }
    }

    /// The address of one of its files.
    fn at(&self, file: &str) -> String {
        format!("/l/{}/{file}", self.code)
    }

    #[track_caller]
    fn bytes(&self, file: &str) -> Vec<u8> {
        let answer = self.server.get(&self.at(file));
        assert_eq!(answer.status, 200, "{file}: {}", answer.text());
        answer.body
    }
}

const ORIGINAL: &[u8] = b"\x1a\x45\xdf\xa3 footage that no browser plays";
const CUES: &str = "WEBVTT\n\n00:00.000 --> 00:10.000\nstoryboard-0.jpg#xywh=0,0,160,90\n";

fn rendition(data: &Path, class: u32, size: (u32, u32), bytes: &[u8]) -> NewFile {
    NewFile {
        quality: Some(class),
        size: Some(size),
        duration: Some(Millis(20_000)),
        ..stored(data, Role::Rendition, "mp4", "video/mp4", bytes)
    }
}

/// A file whose bytes lie in the store.
fn stored(data: &Path, role: Role, extension: &str, mime: &str, bytes: &[u8]) -> NewFile {
    let sha256 = sha256_of(&mut &bytes[..], |_| ()).unwrap();
    let key = key_of(&sha256, extension);
    let path = data.join(&key);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
    let bytes = Bytes(bytes.len() as u64);
    NewFile {
        mime: mime.to_owned(),
        ..NewFile::stored(role, media_name(extension), key, bytes, sha256)
    }
}

#[test]
fn each_quality_comes_in_every_form() {
    let lesson = Lesson::made(Source::Unplayable);
    let made = Made::shared();
    for (asked, of) in [(240, &made.low), (300, &made.low), (360, &made.high)] {
        // Its index is in front already, so it goes out as it is stored.
        assert!(lesson.bytes(&format!("video.mp4?q={asked}")) == of.bytes);
        let fragmented = lesson.bytes(&format!("video.mp4?q={asked}&form=fragmented"));
        assert!(fragmented.windows(4).any(|w| w == b"moof"), "{asked}");
        let clip = lesson.bytes(&format!("clip.mp4?q={asked}&from=4&to=6"));
        assert!(clip.len() < of.bytes.len() / 2, "{asked}: {}", clip.len());
    }
    let low = lesson.bytes("clip.mp4?q=240&from=4&to=6").len();
    let high = lesson.bytes("clip.mp4?q=360&from=4&to=6").len();
    assert!(low * 2 < high, "{low} and {high}");

    let sound = lesson.server.get(&lesson.at("audio.m4a?q=24"));
    assert!(sound.body == made.narrow.bytes);
    assert_eq!(sound.header("content-type"), Some("audio/mp4"));
    let saved = lesson.server.get(&lesson.at("video.mp4?q=240&download"));
    let disposition = saved.header("content-disposition").unwrap();
    assert!(disposition.contains(".mp4"), "{disposition}");
    lesson.archive.expect_sound();
}

#[test]
fn what_browsers_cannot_play_is_sent_to_who_asks_for_the_original_and_to_no_player() {
    let lesson = Lesson::made(Source::Unplayable);
    let made = Made::shared();
    assert!(lesson.bytes("video.mp4") == made.high.bytes);
    assert!(lesson.bytes("video.mp4?q=240") == made.low.bytes);
    assert!(lesson.bytes("audio.m4a?q=24") == made.narrow.bytes);
    // The best quality's own sound: a view of it, so with the same samples.
    assert!(lesson.bytes("audio.m4a").len() > made.narrow.bytes.len());
    assert!(lesson.bytes("clip.mp4?from=4&to=6").len() < made.high.bytes.len() / 2);

    let original = lesson.at("video.mp4?form=original&download");
    let original = lesson.server.get(&original);
    assert_eq!(original.body, ORIGINAL);
    assert_eq!(original.header("content-type"), Some("video/x-matroska"));
    let disposition = original.header("content-disposition").unwrap();
    assert!(disposition.contains(".mkv"), "{disposition}");
    let wrong = lesson.server.get(&lesson.at("video.mp4?form=raw"));
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("form=original"), "{}", wrong.text());
}

#[test]
fn pictures_lie_at_addresses_that_stay() {
    let lesson = Lesson::made(Source::Playable);
    for (file, mime, bytes) in [
        ("poster.jpg", "image/jpeg", &b"a poster"[..]),
        ("storyboard.vtt", "text/vtt", CUES.as_bytes()),
        ("storyboard-0.jpg", "image/jpeg", b"sheet 0"),
        ("storyboard-1.jpg", "image/jpeg", b"sheet 1"),
    ] {
        let answer = lesson.server.get(&lesson.at(file));
        assert_eq!((answer.status, &answer.body[..]), (200, bytes), "{file}");
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with(mime), "{file}: {kind}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    }
    for nothing in [
        "storyboard-2.jpg",
        "storyboard-00.jpg",
        "storyboard-+1.jpg",
        "storyboard-.jpg",
        "storyboard-1.png",
        "storyboard-99999999999.jpg",
        "other.jpg",
    ] {
        assert_eq!(
            lesson.server.get(&lesson.at(nothing)).status,
            404,
            "{nothing}"
        );
    }
    let lower = format!(
        "/l/{}/storyboard-1.jpg",
        lesson.code.as_str().to_lowercase()
    );
    let moved = lesson.server.get(&lower);
    assert_eq!(moved.status, 301);
    assert_eq!(
        moved.header("location"),
        Some(&*lesson.at("storyboard-1.jpg"))
    );
}

#[test]
fn a_withdrawn_lesson_takes_all_that_was_made_of_it_back() {
    let lesson = Lesson::made(Source::Playable);
    let code = lesson.code.as_str();
    let withdraw = ["lesson", "withdraw", code, "--reason", "a mistake"];
    let mut all: Vec<String> = lesson.media.values().cloned().collect();
    let files = [
        "video.mp4?q=240",
        "video.mp4?form=original",
        "audio.m4a?q=24",
        "hls/main.m3u8",
        "poster.jpg",
        "storyboard.vtt",
        "storyboard-0.jpg",
    ];
    all.extend(files.map(|file| lesson.at(file)));
    all.push(format!("/az/l/{code}/slides"));
    for address in &all {
        assert_eq!(lesson.server.get(address).status, 200, "{address}");
    }
    lesson.archive.run(withdraw).expect_code(0);
    for address in &all {
        lesson
            .server
            .get_until(address, |answer| answer.status == 410);
    }
}

#[test]
fn machines_are_told_of_every_file() {
    let lesson = Lesson::made(Source::Playable);
    let address = format!("/api/v1/lessons/{}", lesson.code);
    let told = lesson.server.get(&address).json();
    let files = told["files"].as_array().unwrap();
    let of = |role: &str| -> Vec<&serde_json::Value> {
        files.iter().filter(|file| file["role"] == role).collect()
    };
    let qualities: Vec<u64> = of("rendition")
        .iter()
        .map(|file| file["quality"].as_u64().unwrap())
        .collect();
    assert_eq!(qualities, [360, 240]);
    assert_eq!(of("rendition")[1]["height"], 240);
    assert_eq!(of("audio")[0]["quality"], 24);
    let starts: Vec<&serde_json::Value> = of("slide").iter().map(|f| &f["start_ms"]).collect();
    assert_eq!(starts, [0, 0, 9_500, 9_500]);
    assert_eq!(of("slide")[0]["mime"], "image/webp");
    assert!(of("source")[0]["start_ms"].is_null());
    let base = format!("http://{}", lesson.server.address());
    assert_eq!(told["poster"], base.clone() + &lesson.at("poster.jpg"));
    assert_eq!(told["storyboard"], base + &lesson.at("storyboard.vtt"));
    let cheapest = files
        .iter()
        .filter(|file| ["source", "rendition"].contains(&file["role"].as_str().unwrap()))
        .map(|file| file["bytes"].as_u64().unwrap());
    assert_eq!(told["cost"].as_u64(), cheapest.min());
}

/// The lines of a playlist, and for each variant its attributes and its address.
fn variants(main: &str) -> Vec<(&str, &str)> {
    let mut lines = main.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(attributes) = line.strip_prefix("#EXT-X-STREAM-INF:") {
            found.push((attributes, lines.next().unwrap()));
        }
    }
    found
}

/// A number among the attributes of a variant.
fn number(attributes: &str, name: &str) -> u64 {
    let all = format!(",{attributes}");
    let behind = all.split(&format!(",{name}=")).nth(1).unwrap();
    let digits = behind.split(',').next().unwrap();
    digits.parse().unwrap()
}

#[test]
fn a_stream_begins_narrow_and_every_quality_is_cut_at_the_same_moments() {
    let lesson = Lesson::made(Source::Unplayable);
    let main = lesson.server.get(&lesson.at("hls/main.m3u8")).text();
    let found = variants(&main);
    let sizes: Vec<Option<&str>> = found
        .iter()
        .map(|(attributes, _)| {
            let size = attributes.split("RESOLUTION=").nth(1)?;
            size.split(',').next()
        })
        .collect();
    // Sound alone is for when the line carries no picture: nobody begins with it.
    assert_eq!(sizes, [Some("426x240"), Some("640x360"), None], "{main}");
    let rates = |name| found.iter().map(move |(a, _)| number(a, name));
    for name in ["BANDWIDTH", "AVERAGE-BANDWIDTH"] {
        let rates: Vec<u64> = rates(name).collect();
        assert!(
            rates[0] < rates[1] && rates[2] < rates[0],
            "{name}: {rates:?}"
        );
    }
    assert!(rates("AVERAGE-BANDWIDTH").next_back() < Some(40_000));
    // RFC 8216 §4.3.4.2: if one says NONE, all must.
    assert_eq!(main.matches("CLOSED-CAPTIONS=NONE").count(), 3, "{main}");
    assert!(found[2].0.contains("CODECS=\"mp4a.40.2\""), "{main}");

    let lasts = |address: &str| -> Vec<String> {
        let playlist = lesson.server.get(address);
        assert_eq!(
            playlist.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        let text = playlist.text();
        let lines = text.lines().filter_map(|l| l.strip_prefix("#EXTINF:"));
        lines.map(str::to_owned).collect()
    };
    let low = lasts(found[0].1);
    assert_eq!(low.len(), 4, "{low:?}");
    assert_eq!(low, lasts(found[1].1));
    assert!(lasts(found[2].1).len() >= 3);
    let named: Vec<&str> = found.iter().map(|(_, address)| *address).collect();
    let media = ["rendition 240", "rendition 360", "audio 24"];
    for (address, file) in named.iter().zip(media) {
        let name = lesson.media[file].replace("/media/", "");
        assert!(address.contains(&name), "{address}: {file}");
    }
}

#[test]
fn a_recording_that_browsers_play_is_among_the_qualities_of_its_stream() {
    let lesson = Lesson::made(Source::Playable);
    let address = format!("/api/v1/lessons/{}", lesson.code);
    let told = lesson.server.get(&address).json();
    let source = told["files"][0]["url"].as_str().unwrap();
    let name = source.rsplit('/').next().unwrap();
    let main = lesson.server.get(&lesson.at("hls/main.m3u8")).text();
    let found = variants(&main);
    assert_eq!(found.len(), 4, "{main}");
    assert!(found.iter().any(|(_, at)| at.contains(name)), "{main}");
    let rates: Vec<u64> = found[..3]
        .iter()
        .map(|(a, _)| number(a, "BANDWIDTH"))
        .collect();
    assert!(rates.is_sorted(), "{rates:?}");
}
