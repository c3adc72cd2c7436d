//! The storyboard: sheets of small frames, and a WebVTT file that says which tile belongs to which moment.

use std::fmt::Write as _;
use std::fs;

use crate::catalogue::Role;
use crate::processing::facts::VideoFacts;
use crate::processing::ffmpeg::{self, Line};
use crate::processing::frames::{Footage, Format, Strip, fitted, weight};
use crate::processing::task::{Product, Task, TaskError, Watch, output};
use crate::units::Millis;

/// Tiles of a recording, at most.
const MOST_TILES: u64 = 120;
/// Keyframes of the narrow rendition stand so far apart.
const CLOSEST: Millis = Millis(2000);
/// Pixels of a tile, at most.
const TILE: (u32, u32) = (160, 120);
/// Tiles across and down a sheet: what a slow line loads within two seconds.
const ACROSS: u64 = 5;
const DOWN: u64 = 5;
/// Bytes of all sheets together, if the worst quality allows.
const HEAVIEST: u64 = 230_000;
/// Quantisers that are tried, the best first.
const QUANTISERS: [u8; 4] = [7, 11, 16, 24];

/// Where tiles stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Plan {
    every: Millis,
    tiles: u64,
    across: u64,
    down: u64,
    tile: (u32, u32),
}

impl Plan {
    fn new(duration: Millis, shown: (u32, u32)) -> Self {
        let every = duration.0.div_ceil(MOST_TILES).div_ceil(CLOSEST.0) * CLOSEST.0;
        let every = Millis(every.max(CLOSEST.0));
        let tiles = duration.0.div_ceil(every.0).max(1);
        Self {
            every,
            tiles,
            across: tiles.min(ACROSS),
            down: tiles.div_ceil(ACROSS).min(DOWN),
            tile: fitted(shown, TILE),
        }
    }

    fn a_sheet(&self) -> u64 {
        self.across * self.down
    }

    fn sheets(&self) -> u64 {
        self.tiles.div_ceil(self.a_sheet())
    }

    /// Pixels of a sheet.
    fn size(&self) -> (u32, u32) {
        (
            self.tile.0 * self.across as u32, // at most DOWN and ACROSS
            self.tile.1 * self.down as u32,
        )
    }

    /// A cue for each tile, until the recording's end.
    fn cues(&self, duration: Millis) -> String {
        let mut text = String::from("WEBVTT\n");
        for n in 0..self.tiles {
            let from = n * self.every.0;
            let to = (from + self.every.0).min(duration.0.max(from + 1));
            let (sheet, place) = (n / self.a_sheet(), n % self.a_sheet());
            let x = place % self.across * u64::from(self.tile.0);
            let y = place / self.across * u64::from(self.tile.1);
            let (w, h) = self.tile;
            let _ = write!(
                text,
                "\n{} --> {}\nstoryboard-{sheet}.jpg#xywh={x},{y},{w},{h}\n",
                stamp(from),
                stamp(to)
            ); // into a String: cannot fail
        }
        text
    }
}

/// A time as WebVTT has it.
fn stamp(ms: u64) -> String {
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{h:02}:{m:02}:{s:02}.{:03}", ms % 1000)
}

/// Makes the sheets, and the file that names them `storyboard-N.jpg`, where N is a sheet's position.
pub(super) fn make(
    task: &Task,
    (video, duration): (&VideoFacts, Millis),
    footage: &Footage,
    watch: &dyn Watch,
) -> Result<Vec<Product>, TaskError> {
    let mut plan = Plan::new(duration, (video.width, video.height));
    let tiles = decode(task, footage, &plan, watch)?;
    // A recording may say that it is longer than it is.
    plan.tiles = plan.tiles.min(tiles.len() as u64);
    if plan.tiles == 0 {
        watch.log("no picture can be decoded: there is no storyboard");
        return Ok(Vec::new());
    }
    let filters = format!("tile={}x{},scale=iw:ih", plan.across, plan.down);
    let mut sheets = Vec::new();
    for quantiser in QUANTISERS {
        let format = Format::Jpeg(quantiser);
        let count = plan.sheets() as usize; // of 120 tiles
        sheets = tiles.store(task, ("storyboard", count), (format, &filters), watch)?;
        if weight(&sheets)? <= HEAVIEST {
            break;
        }
    }
    watch.progress(1000);
    let words = output(task, "storyboard.vtt");
    fs::write(&words, plan.cues(duration))?;
    let product = |path, extension, mime, size, position| Product {
        path,
        role: Role::Storyboard,
        extension,
        mime,
        quality: None,
        size,
        duration: None,
        start: None,
        language: None,
        position,
    };
    let mut products = vec![product(words, "vtt", "text/vtt; charset=utf-8", None, 0)];
    for (position, sheet) in (0..).zip(sheets) {
        let size = Some(plan.size());
        products.push(product(sheet, "jpg", "image/jpeg", size, position));
    }
    Ok(products)
}

/// Decodes once, however often the tiles are stored: a raw file of a few megabytes.
fn decode(
    task: &Task,
    footage: &Footage,
    plan: &Plan,
    watch: &dyn Watch,
) -> Result<Strip, TaskError> {
    let tiles = output(task, "tiles.yuv");
    let mut line = Line::new();
    footage.open(&mut line, true);
    // The picture may end before the sound: its last frame stays.
    line.word("-vf").word(format!(
        "fps=1000/{ms}:start_time=0,\
         scale={w}:{h}:flags=area:out_color_matrix=bt601:out_range=tv,format=yuv420p,\
         tpad=stop_mode=clone:stop={tiles}",
        ms = plan.every.0,
        w = plan.tile.0,
        h = plan.tile.1,
        tiles = plan.tiles,
    ));
    line.word("-frames:v").word(plan.tiles.to_string());
    line.words("-f rawvideo").file(&tiles);
    let duration = Millis(plan.every.0 * plan.tiles);
    ffmpeg::run(task, &line, duration, (550, 950), watch)?;
    Ok(Strip::written(tiles, plan.tile)?)
}
