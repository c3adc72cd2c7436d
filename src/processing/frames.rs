//! Single frames of a recording: small gray ones to judge by, large ones to show.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::facts::VideoFacts;
use super::ffmpeg::{self, Line};
use super::gray::{self, Gray};
use super::light;
use super::task::{Task, TaskError, Watch, output};
use crate::units::{Bytes, Millis};

/// A file that frames are read from.
#[derive(Clone, Debug)]
pub(super) struct Footage {
    path: PathBuf,
    /// ffmpeg's name of the picture in it.
    stream: String,
    /// What must be done before a frame can be shown.
    repair: &'static str,
    /// What makes its light ordinary, where it is not.
    light: Option<String>,
    /// What lets most frames be left out where each counts little.
    sparse: &'static str,
}

impl Footage {
    /// As it was uploaded. `None`: there is no picture in it.
    pub(super) fn source(task: &Task) -> Result<Option<Self>, TaskError> {
        let video = task.known()?.video.as_ref();
        Ok(video.map(|video| Self {
            path: task.source.clone(),
            stream: format!("0:{}", video.stream),
            repair: match video.interlaced {
                true => "yadif=deint=interlaced,",
                false => "",
            },
            light: light::made_ordinary(video),
            sparse: "-skip_frame noref",
        }))
    }

    /// In 240p, where a keyframe stands every two seconds, once that is made; decoded at a thirtieth of the cost.
    pub(super) fn narrow(task: &Task) -> Option<Self> {
        Some(Self {
            path: task.narrow.clone()?,
            stream: "0:v:0".into(),
            repair: "",
            // It was made ordinary there.
            light: None,
            sparse: "-skip_frame nokey",
        })
    }

    /// Whether it is what was uploaded.
    pub(super) fn is_source(&self) -> bool {
        self.sparse.ends_with("noref")
    }

    /// The filters that make a [`Frame`] of this size of it.
    fn shown(&self, (width, height): (u32, u32)) -> String {
        const COLOURS: &str = "out_color_matrix=bt601:out_range=tv,format=yuv420p";
        let repair = self.repair;
        match &self.light {
            None => format!("{repair}scale={width}:{height}:{COLOURS}"),
            Some(light) => format!("{repair}scale={width}:{height},{light},scale={COLOURS}"),
        }
    }

    /// Opens it for a command line; `sparse`: not every frame is needed.
    pub(super) fn open(&self, line: &mut Line, sparse: bool) {
        if sparse {
            line.words(self.sparse);
        }
        line.input(&self.path).word("-map").word(&self.stream);
    }
}

/// What is known about the picture, and how long the recording is.
pub(super) fn picture(task: &Task) -> Result<Option<(&VideoFacts, Millis)>, TaskError> {
    let facts = task.known()?;
    // As long as it really plays, once that is known: a header may say hours.
    let duration = facts.plays.unwrap_or(facts.duration);
    Ok(facts.video.as_ref().map(|video| (video, duration)))
}

/// How ffmpeg is told a time.
pub(super) fn seconds(at: Millis) -> String {
    format!("{}.{:03}", at.0 / 1000, at.0 % 1000)
}

/// The size of a picture of `size` that fits into `most`, never above itself; even, as 4:2:0 needs.
pub(super) fn fitted(size: (u32, u32), most: (u32, u32)) -> (u32, u32) {
    let (width, height) = (size.0.max(2), size.1.max(2));
    let shrink = (f64::from(most.0) / f64::from(width))
        .min(f64::from(most.1) / f64::from(height))
        .min(1.0);
    let even = |pixels: u32| ((f64::from(pixels) * shrink / 2.0).round() as u32 * 2).max(2);
    let down = |pixels: u32, fits: u32| pixels.min(fits - fits % 2);
    (down(even(width), width), down(even(height), height))
}

/// Shows `on_frame` a small gray picture of what is seen at each multiple of `every` in the first `long` of the footage,
/// with its time. Memory: one picture.
pub(super) fn each_gray(
    task: &Task,
    footage: &Footage,
    (every, long): (Millis, Millis),
    sparse: bool,
    watch: &dyn Watch,
    on_frame: &mut (dyn FnMut(Millis, Gray) + Send),
) -> Result<(), TaskError> {
    // A recording may say that it is shorter than it is, but not that it has a frame for every microsecond.
    let most = long.0 / every.0.max(1) + 1;
    let mut line = Line::to_read();
    footage.open(&mut line, sparse);
    line.word("-vf").word(format!(
        "fps=1000/{}:start_time=0:round=up,scale={}:{}:flags=area,format=gray",
        every.0,
        gray::WIDE,
        gray::HIGH
    ));
    line.word("-frames:v").word(most.to_string());
    line.words("-f rawvideo pipe:1");
    let partial = Mutex::new((Vec::with_capacity(gray::BYTES), 0, on_frame));
    let take = |mut piece: &[u8]| {
        let mut partial = partial.lock().unwrap_or_else(PoisonError::into_inner);
        let (frame, count, on_frame) = &mut *partial;
        while !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(gray::BYTES - frame.len()));
            frame.extend_from_slice(now);
            piece = later;
            if let Some(gray) = Gray::new(frame) {
                on_frame(Millis(*count * every.0), gray);
                *count += 1;
                frame.clear();
            }
        }
    };
    ffmpeg::read(
        task,
        &line,
        Bytes((most + 1) * gray::BYTES as u64),
        watch,
        &take,
    )
}

/// A frame in full: 4:2:0 in the colours of JPEG and WebP, at the lesser range of brightness.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Planes of brightness and of two colours.
    pub planes: Vec<u8>,
    /// Pixels.
    pub size: (u32, u32),
}

impl Frame {
    /// How many bytes one of this size has.
    fn bytes((width, height): (u32, u32)) -> usize {
        width as usize * height as usize * 3 / 2
    }

    /// As a small gray one.
    pub(super) fn gray(&self) -> Option<Gray> {
        Gray::shrunk(&self.planes, (self.size.0 as usize, self.size.1 as usize))
    }
}

/// The frame that is seen at `at`, in this size. `None`: the footage has none there.
///
/// A place is found by the first frame that begins there. Where pictures come seldom that is the next one already, so
/// `back` says from how long before on frames are decoded, of which the last is taken.
pub(super) fn frame_at(
    task: &Task,
    footage: &Footage,
    (at, back): (Millis, Millis),
    size: (u32, u32),
    watch: &dyn Watch,
) -> Result<Option<Frame>, TaskError> {
    let from = Millis(at.0.saturating_sub(back.0));
    let long = Millis(at.0 - from.0);
    let mut line = Line::to_read();
    line.word("-ss").word(seconds(from));
    footage.open(&mut line, false);
    // ffmpeg's -t would count from the first frame that comes. The moment itself belongs to it.
    let end = match long.0 {
        0 => String::new(),
        _ => format!("trim=end={},", seconds(Millis(long.0 + 1))),
    };
    line.word("-vf")
        .word(format!("{end}{}", footage.shown(size)));
    match long.0 {
        0 => line.words("-frames:v 1"),
        _ => line.words("-vsync passthrough"),
    };
    line.words("-f rawvideo pipe:1");
    let bytes = Frame::bytes(size);
    // What comes, and the last that came whole.
    let frames = Mutex::new((Vec::with_capacity(bytes), Vec::new()));
    let take = |mut piece: &[u8]| {
        let mut frames = frames.lock().unwrap_or_else(PoisonError::into_inner);
        let (coming, whole) = &mut *frames;
        while !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(bytes - coming.len()));
            coming.extend_from_slice(now);
            piece = later;
            if coming.len() == bytes {
                std::mem::swap(coming, whole);
                coming.clear();
            }
        }
    };
    // At most 240 frames a second.
    let most = Bytes(bytes as u64 * (2 + long.0 * 240 / 1000));
    match ffmpeg::read(task, &line, most, watch, &take) {
        // Damage at this place is no reason to go without the others.
        Err(TaskError::Failed(why) | TaskError::Hopeless(why)) => {
            watch.log(&format!("no frame at {}: {why}", seconds(at)));
        }
        other => other?,
    }
    let (_, planes) = frames.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((planes.len() == bytes).then_some(Frame { planes, size }))
}

/// How a frame is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Its quality: 100 is best.
    Webp(u8),
    /// Its quantiser: 1 is best, 31 worst.
    Jpeg(u8),
}

impl Format {
    /// Of its files' names.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Webp(_) => "webp",
            Self::Jpeg(_) => "jpg",
        }
    }

    /// Its media type.
    pub(super) fn mime(self) -> &'static str {
        match self {
            Self::Webp(_) => "image/webp",
            Self::Jpeg(_) => "image/jpeg",
        }
    }

    /// Has a command line write pictures of this format, from what stands before it in the filters.
    pub(super) fn write(self, line: &mut Line, filters: &str) {
        // No word of the encoder's in each file.
        match self {
            Self::Webp(quality) => line
                .word("-vf")
                .word(format!("{filters},format=yuv420p"))
                .words("-c:v libwebp -compression_level 6 -quality")
                .word(quality.to_string()),
            Self::Jpeg(quantiser) => line
                .word("-vf")
                .word(format!(
                    "{filters}:in_range=tv:out_range=pc,format=yuvj420p"
                ))
                .words("-c:v mjpeg -flags:v +bitexact -q:v")
                .word(quantiser.to_string()),
        };
        line.words("-fflags +bitexact -f image2");
    }
}

/// Frames of one size, one after another in a file of the job's folder: memory holds one at a time.
pub(super) struct Strip {
    path: PathBuf,
    file: fs::File,
    size: (u32, u32),
    count: usize,
}

impl Strip {
    /// An empty one.
    pub(super) fn new(task: &Task, size: (u32, u32)) -> io::Result<Self> {
        let path = output(task, "frames.yuv");
        Ok(Self {
            file: fs::File::create(&path)?,
            path,
            size,
            count: 0,
        })
    }

    /// Adds a frame of its size.
    pub(super) fn add(&mut self, frame: &Frame) -> io::Result<()> {
        self.count += 1;
        io::Write::write_all(&mut self.file, &frame.planes)
    }

    /// Frames that ffmpeg wrote one after another.
    pub(super) fn written(path: PathBuf, size: (u32, u32)) -> io::Result<Self> {
        let file = fs::OpenOptions::new().append(true).open(&path)?;
        let count = file.metadata()?.len() as usize / Frame::bytes(size);
        Ok(Self {
            path,
            file,
            size,
            count,
        })
    }

    /// Pixels of each.
    pub(super) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// How many frames there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Stores all frames in a format, through `filters` that make `count` pictures of them and end with a `scale`.
    pub(super) fn store(
        &self,
        task: &Task,
        (name, count): (&str, usize),
        (format, filters): (Format, &str),
        watch: &dyn Watch,
    ) -> Result<Vec<PathBuf>, TaskError> {
        let mut line = Line::to_read();
        line.words("-f rawvideo -pixel_format yuv420p -framerate 1 -video_size")
            .word(format!("{}x{}", self.size.0, self.size.1))
            .words("-protocol_whitelist file -i")
            .file(&self.path);
        format.write(&mut line, filters);
        line.file(&pattern(&task.folder, name, format.extension()));
        ffmpeg::read(task, &line, Bytes(0), watch, &|_| {})?;
        // ffmpeg begins with 1.
        let files =
            (1..=count).map(|n| output(task, &format!("{name}-{n}.{}", format.extension())));
        let files: Vec<PathBuf> = files.collect();
        match files.iter().filter(|file| !file.is_file()).count() {
            0 => Ok(files),
            missing => Err(TaskError::Failed(format!(
                "ffmpeg did not make {missing} of {count} pictures ({name})"
            ))),
        }
    }
}

/// The name that ffmpeg numbers: no percent sign of the folder's is taken for a number's place.
fn pattern(folder: &Path, name: &str, extension: &str) -> PathBuf {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let mut text: Vec<u8> = Vec::new();
    for &byte in folder.as_os_str().as_bytes() {
        text.push(byte);
        if byte == b'%' {
            text.push(byte);
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(text)).join(format!("{name}-%d.{extension}"))
}

/// Bytes of all these files.
pub(super) fn weight<'p>(files: impl IntoIterator<Item = &'p PathBuf>) -> io::Result<u64> {
    files
        .into_iter()
        .map(|file| Ok(fs::metadata(file)?.len()))
        .sum()
}
