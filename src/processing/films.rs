//! Lessons drawn for tests: slides, writing, a moving head.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::task::{Outcome, Task, Tools, Watch};
use super::tests::ffmpeg;
use super::{Isolation, Product};
use crate::catalogue::JobKind;

/// Somebody who only waits.
pub(super) struct Patient;

impl Watch for Patient {
    fn progress(&self, thousandths: u32) {
        assert!(thousandths <= 1000);
    }

    fn ends(&self) -> bool {
        false
    }

    fn log(&self, _line: &str) {}
}

/// A gray drawing.
#[derive(Clone, PartialEq)]
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

/// The same numbers each time.
pub(super) struct Dice(pub u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

impl Canvas {
    pub(super) fn new((width, height): (usize, usize), gray: u8) -> Self {
        Self {
            width,
            height,
            pixels: vec![gray; width * height],
        }
    }

    /// A box of one brightness; coordinates in hundredths of the canvas.
    pub(super) fn fill(&mut self, [x, y, w, h]: [usize; 4], gray: u8) {
        let column = |percent: usize| (percent * self.width / 100).min(self.width);
        let row = |percent: usize| (percent * self.height / 100).min(self.height);
        let (left, right, top, bottom) = (column(x), column(x + w), row(y), row(y + h));
        for line in top..bottom {
            self.pixels[line * self.width..][left..right].fill(gray);
        }
    }

    /// A line of writing, another one for each `seed`.
    pub(super) fn write(&mut self, [x, y]: [usize; 2], letters: usize, seed: u64) {
        let mut dice = Dice(seed.wrapping_mul(77_777) + 1);
        dice.next();
        for letter in 0..letters {
            let kind = dice.next();
            if kind.is_multiple_of(6) {
                continue; // between words
            }
            let tall = 2 + (kind / 6 % 3) as usize;
            self.fill([x + letter * 2, y + 4 - tall, 1, tall], 40);
        }
    }

    /// A slide: a title, lines of writing, a figure; another one for each `seed`.
    pub(super) fn slide(size: (usize, usize), seed: u64) -> Self {
        let mut canvas = Self::new(size, 235);
        canvas.fill([0, 0, 100, 3], 90);
        canvas.write([5, 8], 20, seed);
        for line in 0..5 {
            canvas.write([8, 25 + line * 10], 18, seed * 10 + line as u64);
        }
        let mut dice = Dice(seed + 5);
        for _ in 0..4 {
            let (x, y) = (dice.next() as usize % 30, dice.next() as usize % 30);
            canvas.fill([50 + x, 20 + y, 12, 14], 60 + (dice.next() % 150) as u8);
        }
        canvas
    }

    /// Whoever speaks, in a corner, never still.
    pub(super) fn head(&mut self, moment: u64) {
        let mut dice = Dice(moment);
        dice.next();
        let sway = (dice.next() % 5) as usize;
        self.fill([78, 70, 20, 28], 150);
        self.fill([82 + sway, 74, 9, 12], 70 + (dice.next() % 60) as u8);
        self.fill([80 + sway, 87, 13, 11], 40);
        self.fill([84 + sway, 82, 4, 1 + (dice.next() % 3) as usize], 200);
    }

    /// Grain, as cameras have.
    pub(super) fn grain(&mut self, seed: u64, strength: u64) {
        let mut dice = Dice(seed);
        for pixel in &mut self.pixels {
            let noise = (dice.next() % (2 * strength + 1)) as i16 - strength as i16;
            *pixel = (i16::from(*pixel) + noise).clamp(0, 255) as u8;
        }
    }
}

/// A recording of drawings, in a folder of its own.
pub(super) struct Film {
    pub folder: TempDir,
    pub source: PathBuf,
}

impl Film {
    /// `rate` drawings a second, encoded as the words of `how` say.
    pub(super) fn new(rate: &str, how: &str, drawings: impl Iterator<Item = Canvas>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut raw = File::create(folder.path().join("drawn.gray")).unwrap();
        let mut size = (0, 0);
        for drawing in drawings {
            size = (drawing.width, drawing.height);
            raw.write_all(&drawing.pixels).unwrap();
        }
        let (width, height) = size;
        ffmpeg(
            folder.path(),
            &format!(
                "-f rawvideo -pixel_format gray -video_size {width}x{height} -framerate {rate} \
                 -i drawn.gray -pix_fmt yuv420p -c:v libx264 -preset ultrafast {how} source.mp4"
            ),
        );
        std::fs::remove_file(folder.path().join("drawn.gray")).unwrap();
        Self {
            source: folder.path().join("source.mp4"),
            folder,
        }
    }

    /// In 240p, as the job "narrow" makes it.
    pub(super) fn narrow(&self) -> PathBuf {
        ffmpeg(
            self.folder.path(),
            "-i source.mp4 -vf scale=-2:240,fps=10 -c:v libx264 -preset ultrafast -g 20 -sc_threshold 0 -an narrow.mp4",
        );
        self.folder.path().join("narrow.mp4")
    }

    /// What a job makes of it.
    pub(super) fn make(&self, kind: JobKind, narrow: Option<&Path>) -> Outcome {
        make(self.folder.path(), &self.source, kind, narrow)
    }
}

/// What a job makes of a recording, in a folder with an awkward name.
pub(super) fn make(below: &Path, source: &Path, kind: JobKind, narrow: Option<&Path>) -> Outcome {
    let mut task = Task {
        language: None,
        captioned: Vec::new(),
        kind: JobKind::Probe,
        source: source.to_path_buf(),
        narrow: narrow.map(Path::to_path_buf),
        facts: None,
        folder: below.join(format!("100 %d {} {}", kind.as_str(), narrow.is_some())),
        tools: Tools {
            isolation: Isolation::LimitsOnly,
            ..Tools::default()
        },
    };
    std::fs::create_dir(&task.folder).unwrap();
    task.facts = task.run(&Patient).unwrap().facts;
    task.kind = kind;
    task.run(&Patient).unwrap()
}

/// The brightness of a stored picture, by ffmpeg.
pub(super) fn seen(product: &Product) -> Canvas {
    let (width, height) = product.size.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let stored = folder.path().join(format!("stored.{}", product.extension));
    std::fs::copy(&product.path, stored).unwrap();
    ffmpeg(
        folder.path(),
        &format!(
            "-i stored.{} -frames:v 1 -pix_fmt gray -f rawvideo seen.gray",
            product.extension
        ),
    );
    let pixels = std::fs::read(folder.path().join("seen.gray")).unwrap();
    assert_eq!(
        pixels.len(),
        (width * height) as usize,
        "its size is another"
    );
    Canvas {
        width: width as usize,
        height: height as usize,
        pixels,
    }
}

/// What an image's first bytes say.
pub(super) fn magic(product: &Product) -> &'static str {
    let bytes = std::fs::read(&product.path).unwrap();
    match &bytes[..12] {
        [0xff, 0xd8, 0xff, ..] if bytes.ends_with(&[0xff, 0xd9]) => "image/jpeg",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => "image/webp",
        other => panic!("{other:?}"),
    }
}
