//! What a machine elsewhere says that it made is looked at before it counts: nothing is believed but what the bytes
//! show, so the worst that a worker can do is a bad picture or a bad sound of the recording whose job it has.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use unic_langid::LanguageIdentifier;

use super::facts::{Facts, SubtitleFacts};
use super::ladder::Quality;
use super::task::Product;
use crate::captions;
use crate::catalogue::{self, JobKind, Role};
use crate::media::sha256_of;
use crate::mp4::{self, OpenFile};
use crate::units::{Bytes, Millis};

/// Pixels of one side of a picture.
const MOST_PIXELS: u32 = 16_384;
/// Bytes of a picture.
const MOST_PICTURE: u64 = 16 << 20;
/// Bytes of sound and picture per second: twelve Mbit/s, of which 720p takes a quarter.
const MOST_RATE: u64 = 1_500_000;
/// Streams of one sort in the probe's facts.
const MOST_STREAMS: usize = 64;
/// Bytes of a name in the probe's facts.
const LONGEST_NAME: usize = 100;

/// A file as its maker declares it. Its type, size and length are read from the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The number under which it was sent.
    pub number: u32,
    /// What it is to the recording.
    pub role: Role,
    /// Of all its bytes.
    pub sha256: [u8; 32],
    /// Height class of a rendition, kbit/s of audio.
    pub quality: Option<u32>,
    /// Of a slide: when the lesson comes to it.
    pub start: Option<Millis>,
    /// BCP 47, of captions.
    pub language: Option<String>,
    /// Order among its siblings.
    pub position: u32,
}

/// What was made is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

/// A look that may fail for a reason in the file, or for one in the disk.
type Looked<T> = io::Result<Result<T, Unfit>>;

/// Bytes that a file made by a job of `kind` may have, of a recording that plays for `duration`.
pub(super) fn most_bytes(kind: JobKind, duration: Millis) -> Bytes {
    Bytes(match kind {
        JobKind::Probe => 0,
        JobKind::Narrow | JobKind::Ladder => {
            (64 << 20) + (duration.0 / 1000 + 1).saturating_mul(MOST_RATE)
        }
        JobKind::Pictures | JobKind::Slides => MOST_PICTURE,
        JobKind::Words | JobKind::Speech => captions::MAX_BYTES as u64,
    })
}

/// How many files a job of `kind` may make.
pub(super) fn most_files(kind: JobKind) -> u32 {
    match kind {
        JobKind::Probe => 0,
        JobKind::Narrow | JobKind::Ladder => 8,
        JobKind::Pictures => 16,
        JobKind::Slides => 2000,
        JobKind::Words | JobKind::Speech => 64,
    }
}

fn roles(kind: JobKind) -> &'static [Role] {
    match kind {
        JobKind::Probe => &[],
        JobKind::Narrow => &[Role::Rendition, Role::Audio],
        JobKind::Ladder => &[Role::Rendition],
        JobKind::Pictures => &[Role::Poster, Role::Storyboard],
        JobKind::Slides => &[Role::Slide],
        JobKind::Words | JobKind::Speech => &[Role::Captions],
    }
}

/// What the archive knows of a recording without its worker.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// The job's kind.
    pub kind: JobKind,
    /// How long it plays, as it was found when it came in.
    pub duration: Millis,
    /// What the probe found.
    pub facts: Option<Facts>,
}

impl Known {
    /// The products of a job, whose files lie at `at`. Blocks: each file is read.
    pub(super) fn verify(
        &self,
        declared: &[Declared],
        at: impl Fn(u32) -> PathBuf,
    ) -> Looked<Vec<Product>> {
        let most = most_files(self.kind) as usize;
        if declared.len() > most {
            return Ok(Err(Unfit(format!(
                "{} files are declared; a job of the kind {} makes at most {most}",
                declared.len(),
                self.kind.as_str()
            ))));
        }
        if declared.is_empty() && self.kind == JobKind::Narrow {
            return Ok(Err(Unfit(
                "no file is declared; what is narrow has a picture, a sound or both".into(),
            )));
        }
        let mut products: Vec<Product> = Vec::new();
        for one in declared {
            let told = |why: &str| {
                Unfit(format!(
                    "file {} ({}): {why}",
                    one.number,
                    one.role.as_str()
                ))
            };
            match self.look(one, &at(one.number))? {
                Err(why) => return Ok(Err(told(&why.0))),
                Ok(product) if products.iter().any(|p| same_place(p, &product)) => {
                    return Ok(Err(told("there is another one for the same place")));
                }
                Ok(product) if products.iter().any(|p| p.path == product.path) => {
                    return Ok(Err(told("its number is another one's as well")));
                }
                Ok(product) => products.push(product),
            }
        }
        Ok(Ok(products))
    }

    fn look(&self, one: &Declared, path: &Path) -> Looked<Product> {
        if !roles(self.kind).contains(&one.role) {
            return unfit(format!(
                "a job of the kind {} makes none such",
                self.kind.as_str()
            ));
        }
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return unfit("it was declared and never sent");
            }
            Err(error) => return Err(error),
        };
        let bytes = file.metadata()?.len();
        let most = most_bytes(self.kind, self.duration).0;
        if bytes > most {
            return unfit(format!("it has {bytes} bytes; {most} are allowed"));
        }
        if sha256_of(&mut file, |_| ())? != one.sha256 {
            return unfit("its SHA-256 is not the declared one; send it again");
        }
        if (one.role == Role::Slide) != one.start.is_some() {
            return unfit("slides, and only slides, have start_ms");
        }
        if (one.role == Role::Captions) != one.language.is_some() {
            return unfit("captions, and only captions, have a language");
        }
        let blank = Product {
            path: path.to_owned(),
            role: one.role,
            extension: "bin",
            mime: "application/octet-stream",
            quality: None,
            size: None,
            duration: None,
            start: one.start,
            language: None,
            position: one.position,
        };
        match one.role {
            Role::Rendition | Role::Audio => self.mp4(one, file, blank),
            Role::Captions => written_anew(one, blank),
            Role::Storyboard if begins_as_captions(path)? => written_anew(one, blank),
            _ => picture(path, blank),
        }
    }

    fn mp4(&self, one: &Declared, file: File, blank: Product) -> Looked<Product> {
        let summary = match mp4::summarise(&OpenFile::new(file)?) {
            Ok(summary) => summary,
            Err(error) => return unfit(error.to_string()),
        };
        if !summary.plays_in_browsers() {
            return unfit("not every browser plays it");
        }
        if !self.is_aligned(summary.duration) {
            return unfit(format!(
                "it plays for {} ms, the recording for {} ms",
                summary.duration.0, self.duration.0
            ));
        }
        let Some(quality) = one.quality else {
            return unfit("its quality is missing");
        };
        let product = Product {
            quality: Some(quality),
            duration: Some(summary.duration),
            ..blank
        };
        match (one.role, &summary.video, &summary.audio) {
            (Role::Audio, None, Some(_)) if (8..=512).contains(&quality) => Ok(Ok(Product {
                extension: "m4a",
                mime: "audio/mp4",
                ..product
            })),
            (Role::Audio, None, Some(_)) => {
                unfit(format!("quality {quality}: write 8 to 512 kbit/s"))
            }
            (Role::Audio, ..) => unfit("it is not sound alone"),
            (_, None, _) => unfit("it has no picture"),
            (_, Some(video), _) => {
                let (size, short) = ((video.width, video.height), video.width.min(video.height));
                let lines = catalogue::lines(size);
                // What is very wide is of the quality that it was made for.
                let wide =
                    lines > short && Quality::ALL.iter().any(|q| q.number(Some(size)) == quality);
                if quality != lines && !wide {
                    return unfit(format!("quality {quality}: it has {lines} lines"));
                }
                let own = self.facts.as_ref().and_then(|f| f.video.as_ref());
                if own.is_some_and(|own| lines > catalogue::lines((own.width, own.height))) {
                    return unfit(format!("its {lines} lines are more than the recording has"));
                }
                Ok(Ok(Product {
                    extension: "mp4",
                    mime: "video/mp4",
                    size: Some((video.width, video.height)),
                    ..product
                }))
            }
        }
    }

    /// Whether something plays as long as the recording, give or take what encoders add. The first job that reads all
    /// of it may find that it ends earlier than it says.
    fn is_aligned(&self, duration: Millis) -> bool {
        let facts = self.facts.as_ref();
        let told = [Some(self.duration), facts.map(|f| f.duration)];
        let real = facts.and_then(|f| f.plays);
        let near = |own: Millis| (own.0 / 50).max(3000);
        let mut own = told.into_iter().chain([real]).flatten();
        match (self.kind, real) {
            (JobKind::Narrow, None) => own.any(|own| duration.0 <= own.0 + near(own)),
            _ => own.any(|own| duration.0.abs_diff(own.0) <= near(own)),
        }
    }

    /// What of the facts that a job tells is kept.
    pub(super) fn believed(&self, facts: Option<Facts>) -> Result<Option<Facts>, Unfit> {
        match (self.kind, facts, &self.facts) {
            (JobKind::Probe, Some(facts), _) => plausible(&facts).map(|()| Some(facts)),
            (JobKind::Probe, None, _) => Err(Unfit("the probe has to tell its facts".into())),
            (JobKind::Narrow, Some(told), Some(known)) => {
                let known = Facts {
                    plays: told.plays,
                    loudness: told
                        .loudness
                        .filter(|level| (-200.0..=50.0).contains(level)),
                    ..known.clone()
                };
                plausible(&known).map(|()| Some(known))
            }
            (_, Some(_), _) => Err(Unfit("this kind of job tells no facts".into())),
            (_, None, _) => Ok(None),
        }
    }
}

fn unfit<T>(why: impl Into<String>) -> Looked<T> {
    Ok(Err(Unfit(why.into())))
}

/// Whether two products of a job would take each other's place.
fn same_place(a: &Product, b: &Product) -> bool {
    a.role == b.role
        && (a.quality, a.position, &a.language, a.extension)
            == (b.quality, b.position, &b.language, b.extension)
}

fn begins_as_captions(path: &Path) -> io::Result<bool> {
    let mut first = Vec::new();
    File::open(path)?.take(6).read_to_end(&mut first)?;
    Ok(first == b"WEBVTT")
}

/// Captions, as those of people: what is kept is written from the cues.
fn written_anew(one: &Declared, blank: Product) -> Looked<Product> {
    let language = match &one.language {
        None => None,
        Some(tag) => match tag.parse::<LanguageIdentifier>() {
            Ok(tag) if (2..=3).contains(&tag.language.as_str().len()) => Some(tag.to_string()),
            _ => return unfit(format!("{tag:?} is not a language tag (BCP 47)")),
        },
    };
    if fs::metadata(&blank.path)?.len() > captions::MAX_BYTES as u64 {
        return unfit(format!(
            "captions have at most {} bytes",
            captions::MAX_BYTES
        ));
    }
    let bytes = fs::read(&blank.path)?;
    let parsed = match captions::read(&bytes) {
        Ok(parsed) => parsed,
        Err(error) => return unfit(error.to_string()),
    };
    // Beside what was sent, which may be looked at once more.
    let path = blank.path.with_extension("vtt");
    fs::write(&path, captions::write(&parsed.captions))?;
    Ok(Ok(Product {
        path,
        extension: "vtt",
        mime: "text/vtt; charset=utf-8",
        language,
        ..blank
    }))
}

fn picture(path: &Path, blank: Product) -> Looked<Product> {
    if fs::metadata(path)?.len() > MOST_PICTURE {
        return unfit(format!("a picture has at most {MOST_PICTURE} bytes"));
    }
    let bytes = fs::read(path)?;
    let (extension, mime, size) = match (jpeg_size(&bytes), webp_size(&bytes)) {
        (Some(size), _) => ("jpg", "image/jpeg", size),
        (None, Some(size)) => ("webp", "image/webp", size),
        (None, None) => return unfit("it is neither a JPEG nor a WebP picture"),
    };
    let (width, height) = size;
    if !(1..=MOST_PIXELS).contains(&width) || !(1..=MOST_PIXELS).contains(&height) {
        return unfit(format!(
            "it has {width} × {height} pixels; a side has 1 to {MOST_PIXELS}"
        ));
    }
    Ok(Ok(Product {
        extension,
        mime,
        size: Some(size),
        ..blank
    }))
}

/// Width and height in the frame header of a JPEG file (ITU-T T.81 §B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let [0xFF, marker, after @ ..] = rest else {
            return None;
        };
        // A marker may have any number of fill bytes before it.
        if *marker == 0xFF {
            rest = &rest[1..];
            continue;
        }
        let length = usize::from(u16::from_be_bytes(after.first_chunk().copied()?));
        let segment = after.get(2..length)?;
        match marker {
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => {
                let [_, h1, h0, w1, w0, ..] = segment else {
                    return None;
                };
                let pair = |a: &u8, b: &u8| u32::from(u16::from_be_bytes([*a, *b]));
                return Some((pair(w1, w0), pair(h1, h0)));
            }
            // The scan, or the end, before any frame header.
            0xD0..=0xDA => return None,
            _ => {}
        }
        rest = after.get(length..)?;
    }
}

/// Width and height of a WebP file (RFC 9649 §2), which ends where it says.
fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let riff = bytes.strip_prefix(b"RIFF")?;
    let said = u64::from(u32::from_le_bytes(riff.first_chunk().copied()?));
    if said + 8 != bytes.len() as u64 {
        return None;
    }
    let chunk = riff.get(4..)?.strip_prefix(b"WEBP")?;
    let (kind, data) = (chunk.get(..4)?, chunk.get(8..)?);
    let two = |at: usize| -> Option<u32> {
        let pair = data.get(at..at + 2)?.first_chunk().copied()?;
        Some(u32::from(u16::from_le_bytes(pair)))
    };
    match kind {
        b"VP8 " if data.get(3..6)? == [0x9D, 0x01, 0x2A] => {
            Some((two(6)? & 0x3FFF, two(8)? & 0x3FFF))
        }
        b"VP8L" if *data.first()? == 0x2F => {
            let bits = u32::from_le_bytes(data.get(1..5)?.first_chunk().copied()?);
            Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
        }
        b"VP8X" => {
            let three =
                |at: usize| -> Option<u32> { Some(two(at)? | u32::from(*data.get(at + 2)?) << 16) };
            Some((three(4)? + 1, three(7)? + 1))
        }
        _ => None,
    }
}

/// The probe's facts as a machine elsewhere tells them: no more of anything, and no other names, than ffprobe has.
fn plausible(facts: &Facts) -> Result<(), Unfit> {
    let names = [Some(&facts.format)]
        .into_iter()
        .chain(
            facts
                .video
                .iter()
                .flat_map(|v| [Some(&v.codec), Some(&v.pixels), v.transfer.as_ref()]),
        )
        .chain(
            facts
                .sounds
                .iter()
                .flat_map(|s| [Some(&s.codec), s.language.as_ref()]),
        )
        .chain(facts.subtitles.iter().flat_map(subtitle_names))
        .flatten();
    for name in names {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-,. ".contains(&b);
        if name.len() > LONGEST_NAME || !name.bytes().all(plain) {
            return Err(Unfit(format!(
                "the facts have {name:?}, which ffprobe would not say"
            )));
        }
    }
    if facts.sounds.len() > MOST_STREAMS || facts.subtitles.len() > MOST_STREAMS {
        return Err(Unfit(format!(
            "the facts have more than {MOST_STREAMS} streams"
        )));
    }
    let plays = facts.duration.max(facts.plays.unwrap_or_default());
    if plays > mp4::MAX_DURATION {
        return Err(Unfit(format!(
            "the facts say that it plays for {} ms",
            plays.0
        )));
    }
    let sides = facts.video.iter().flat_map(|v| [v.width, v.height]);
    if sides.into_iter().any(|side| side > 1 << 16) {
        return Err(Unfit("the facts have a picture of impossible size".into()));
    }
    Ok(())
}

fn subtitle_names(subtitle: &SubtitleFacts) -> [Option<&String>; 2] {
    [Some(&subtitle.codec), subtitle.language.as_ref()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn webp(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((length + 12).to_le_bytes());
        bytes.extend(b"WEBP");
        bytes.extend(kind);
        bytes.extend(length.to_le_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn the_size_of_a_picture_is_where_its_format_has_it() {
        let segment = [0xFF, 0xE0, 0, 4, b'J', b'F'];
        let frame = [
            0xFF, 0xFF, 0xC2, 0, 11, 8, 0x04, 0x38, 0x07, 0x80, 1, 1, 0x11, 0,
        ];
        let jpeg = [&[0xFF, 0xD8][..], &segment, &frame].concat();
        assert_eq!(jpeg_size(&jpeg), Some((1920, 1080)));
        assert_eq!(jpeg_size(&jpeg[..jpeg.len() - 8]), None);
        // The scan comes before any frame header.
        assert_eq!(jpeg_size(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xC0]), None);

        let lossy = webp(
            b"VP8 ",
            &[0, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x42, 0x68, 0x01],
        );
        assert_eq!(webp_size(&lossy), Some((640, 360)));
        let lossless = webp(b"VP8L", &[0x2F, 0x7F, 0xC2, 0x59, 0x00]);
        assert_eq!(webp_size(&lossless), Some((640, 360)));
        let extended = webp(b"VP8X", &[0, 0, 0, 0, 0x7F, 0x02, 0x00, 0x67, 0x01, 0x00]);
        assert_eq!(webp_size(&extended), Some((640, 360)));
        // What follows a picture may be anything: a page, a program.
        assert_eq!(webp_size(&[&extended[..], b"<script>"].concat()), None);
        assert_eq!(webp_size(b"RIFF\x04\0\0\0WAVE"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_size_or_none(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            kind in prop_oneof![Just(b"VP8 "), Just(b"VP8L"), Just(b"VP8X")],
        ) {
            jpeg_size(&bytes);
            jpeg_size(&[&[0xFF, 0xD8, 0xFF][..], &bytes].concat());
            webp_size(&webp(kind, &bytes));
            webp_size(&bytes);
        }
    }

    #[test]
    fn a_rendition_of_another_length_is_told_from_one_that_ends_with_its_recording() {
        let known = |kind, plays: Option<u64>| Known {
            kind,
            duration: Millis(600_000),
            facts: Some(Facts {
                duration: Millis(600_000),
                plays: plays.map(Millis),
                ..Facts::default()
            }),
        };
        let ladder = known(JobKind::Ladder, None);
        assert!(ladder.is_aligned(Millis(600_021)) && ladder.is_aligned(Millis(590_000)));
        assert!(!ladder.is_aligned(Millis(300_000)) && !ladder.is_aligned(Millis(700_000)));
        // The first that reads it all finds that it breaks off; the others then agree with it.
        let narrow = known(JobKind::Narrow, None);
        assert!(narrow.is_aligned(Millis(300_000)) && !narrow.is_aligned(Millis(700_000)));
        let broken = known(JobKind::Ladder, Some(300_000));
        assert!(broken.is_aligned(Millis(300_500)) && !broken.is_aligned(Millis(200_000)));
    }

    #[test]
    fn of_what_the_narrow_job_tells_only_how_long_and_how_loud_it_plays_is_kept() {
        let known = Known {
            kind: JobKind::Narrow,
            duration: Millis(1000),
            facts: Some(Facts {
                format: "matroska".into(),
                ..Facts::default()
            }),
        };
        let told = Facts {
            format: "mpegts".into(),
            plays: Some(Millis(900)),
            loudness: Some(-23.0),
            ..Facts::default()
        };
        let kept = known.believed(Some(told)).unwrap().unwrap();
        assert_eq!(
            (kept.format.as_str(), kept.plays, kept.loudness),
            ("matroska", Some(Millis(900)), Some(-23.0))
        );
        assert_eq!(known.believed(None), Ok(None));
    }
}
