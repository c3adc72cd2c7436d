//! What is served: generated recordings, and a catalogue of many lessons that has them too.
//!
//! It is made once and kept: a second run finds it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{Advice, fadvise};
use teledars::units::Code;

use super::client::Connection;
use super::load::Random;
use super::servers::request;
use super::shared::{programme, samples};

/// Changed whenever what lies in the folder is made in another way.
const EDITION: u32 = 2;
/// Files that are read while they are not in memory, one for each of so many readers.
pub const COLD: u64 = 16;
/// An import that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Lessons of the catalogue.
    pub lessons: u32,
    /// Bytes of the large recording, nearly.
    pub large: u64,
    /// Bytes of each cold recording, nearly.
    pub cold: u64,
    /// Minutes of the real recording that views are made of.
    pub minutes: u32,
}

/// The folder with all of it.
pub struct Archive {
    folder: PathBuf,
    size: Size,
}

/// The large recording, below [`Archive::files`].
pub const LARGE: &str = "large.mp4";
/// A recording with real sound and picture; absent where there is no ffmpeg.
pub const LESSON: &str = "lesson.mp4";

/// The same with a second of each track at a time, as this program's own qualities are to be written.
pub const CLOSE: &str = "close.mp4";

/// The cold recording of reader `n`.
pub fn cold(n: u64) -> String {
    format!("cold-{n:02}.mp4")
}

impl Archive {
    /// What lies in `folder`; makes what is missing.
    pub fn prepare(folder: &Path, size: Size, teledars: &Path) -> Result<Self, String> {
        let archive = Self {
            folder: folder.to_owned(),
            size,
        };
        let made = archive.folder.join("made");
        let wanted = format!("{EDITION} {size:?}\n");
        if fs::read_to_string(&made).unwrap_or_default() != wanted {
            let _ = fs::remove_dir_all(folder);
            archive.make(teledars)?;
            fs::write(&made, wanted).map_err(|e| e.to_string())?;
        }
        Ok(archive)
    }

    /// The folder that file servers serve.
    pub fn files(&self) -> PathBuf {
        self.folder.join("files")
    }

    /// The data folder of the archive that teledars serves. Its recordings are registered in place.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// How much there is.
    pub fn size(&self) -> Size {
        self.size
    }

    /// A file, and its length.
    pub fn open(&self, name: &str) -> io::Result<(File, u64)> {
        let file = File::open(self.files().join(name))?;
        let length = file.metadata()?.len();
        Ok((file, length))
    }

    /// Has the kernel forget the cold files' pages.
    pub fn chill(&self) -> io::Result<()> {
        for n in 0..COLD {
            let (file, _) = self.open(&cold(n))?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
        Ok(())
    }

    /// Reads `name`, so that all of it is in memory.
    pub fn warm(&self, name: &str) -> io::Result<()> {
        let (mut file, _) = self.open(name)?;
        io::copy(&mut file, &mut io::sink()).map(drop)
    }

    /// The code of the lesson whose recording is `name`.
    pub fn code(&self, name: &str) -> Option<Code> {
        let place = self.names().iter().position(|n| n == name)?;
        Some(Code::from_number(place as u32 + 1))
    }

    /// Where the server at `address` has the files: their immutable addresses.
    pub fn targets(&self, address: SocketAddr) -> Result<HashMap<String, String>, String> {
        let mut connection = Connection::open(address).map_err(|e| e.to_string())?;
        let mut targets = HashMap::new();
        for (n, name) in self.names().into_iter().enumerate() {
            let code = Code::from_number(n as u32 + 1);
            let target = format!("/api/v1/lessons/{code}");
            let (head, content) = connection
                .get(&request("GET", &target, ""))
                .map_err(|e| format!("{target}: {e}"))?;
            let text = String::from_utf8_lossy(&content);
            let at = text.find("/media/").filter(|_| head.status == 200);
            let Some(at) = at else {
                return Err(format!("{target}: {} and no recording", head.status));
            };
            let rest = &text[at..];
            let end = rest.find('"').unwrap_or(rest.len());
            targets.insert(name, rest[..end].to_owned());
        }
        Ok(targets)
    }

    fn names(&self) -> Vec<String> {
        let mut names = vec![LARGE.to_owned()];
        names.extend((0..COLD).map(cold));
        let made = [LESSON, CLOSE].into_iter();
        names.extend(
            made.filter(|name| self.files().join(name).is_file())
                .map(str::to_owned),
        );
        names
    }

    fn make(&self, teledars: &Path) -> Result<(), String> {
        let say = |what: &str| eprintln!("making {what}");
        let io = |e: io::Error| format!("{}: {e}", self.folder.display());
        fs::create_dir_all(self.files()).map_err(io)?;
        say("the recordings");
        recording(&self.files().join(LARGE), self.size.large, 0).map_err(io)?;
        for n in 0..COLD {
            recording(&self.files().join(cold(n)), self.size.cold, n + 1).map_err(io)?;
        }
        say("a lesson with ffmpeg");
        let (usual, close) = (self.files().join(LESSON), self.files().join(CLOSE));
        if let Err(why) = lesson(&usual, self.size.minutes).and_then(|()| chunked(&usual, &close)) {
            eprintln!("no lesson, so no views: {why}");
        }
        say("the sheet");
        programme::link_recordings(&self.folder, self.size.lessons);
        let sheet = self.folder.join("sheet.csv");
        self.write_sheet(&sheet).map_err(|e| e.to_string())?;
        say(&format!("the catalogue of {} lessons", self.size.lessons));
        let mut import = run(teledars);
        import.args(["import", "--in-place"]).arg(&sheet);
        import.arg("--data").arg(self.data());
        let log = File::create(self.folder.join("import.log")).map_err(io)?;
        let errors = log.try_clone().map_err(io)?;
        let mut import = import.stdout(log).stderr(errors).spawn().map_err(io)?;
        let began = Instant::now();
        loop {
            match import.try_wait().map_err(io)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    return Err(format!("the import ended with {status}; see import.log"));
                }
                None if began.elapsed() > PATIENCE => {
                    let _ = import.kill();
                    let _ = import.wait();
                    return Err(format!("the import takes longer than {PATIENCE:?}"));
                }
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn write_sheet(&self, path: &Path) -> Result<(), csv::Error> {
        let mut sheet = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
        sheet.write_record(programme::COLUMNS.split(','))?;
        for (n, name) in self.names().iter().enumerate() {
            let code = Code::from_number(n as u32 + 1).to_string();
            let (file, number) = (format!("files/{name}"), (n + 1).to_string());
            sheet.write_record([
                &*file, &*code, name, "", "11", "physics", "az", "Ölçmə", &*number, "", "",
                "2019/20", "1", "public",
            ])?;
        }
        programme::write_rows(&mut sheet, self.size.lessons);
        Ok(sheet.flush()?)
    }
}

/// A small recording with a box behind it that players skip (`free`, ISO/IEC 14496-12 §8.1.2), full of noise:
/// the file has about `bytes` bytes, no two pieces of which are alike, all of them on the disk.
fn recording(path: &Path, bytes: u64, seed: u64) -> io::Result<()> {
    fs::copy(samples::small_recording(), path)?;
    let mut file = File::options().append(true).open(path)?;
    file.write_all(&u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes())?;
    file.write_all(b"free")?;
    let mut random = Random::new(seed);
    let mut left = u32::try_from(bytes).unwrap_or(u32::MAX) as usize - 8;
    let mut piece = vec![0; 1 << 20];
    while left > 0 {
        for eight in piece.chunks_exact_mut(8) {
            eight.copy_from_slice(&random.bits().to_ne_bytes());
        }
        let now = left.min(piece.len());
        file.write_all(&piece[..now])?;
        left -= now;
    }
    // What is not on the disk cannot be forgotten.
    file.sync_all()
}

/// A recording of `minutes` at the constant rate of a modest lesson: small picture, filled up to 1 Mbit/s, so
/// that segments have the size that real ones have and making it takes little time.
fn lesson(path: &Path, minutes: u32) -> Result<(), String> {
    let seconds = (minutes * 60).to_string();
    let rate = "nal-hrd=cbr:keyint=50:min-keyint=50:scenecut=0";
    ffmpeg(path, |command| {
        command
            .args(["-f", "lavfi", "-i", "testsrc=size=426x240:rate=25"])
            .args(["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100"])
            .args(["-t", &seconds, "-pix_fmt", "yuv420p", "-c:v", "libx264"])
            .args(["-preset", "ultrafast", "-x264-params", rate])
            .args(["-b:v", "1M", "-maxrate", "1M", "-bufsize", "1M"])
            .args(["-c:a", "aac", "-b:a", "96k"])
    })
}

/// The samples of `from`, a second of each track at a time.
fn chunked(from: &Path, to: &Path) -> Result<(), String> {
    ffmpeg(to, |command| {
        let copied = command.arg("-i").arg(from).args(["-c", "copy"]);
        copied.args(["-chunk_duration", "1000000"])
    })
}

fn ffmpeg(path: &Path, how: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), String> {
    let mut command = run(Path::new("ffmpeg"));
    command.args(["-v", "error", "-nostdin", "-y"]);
    let status = how(&mut command).arg(path).status();
    let status = status.map_err(|e| e.to_string())?;
    match status.success() {
        true => Ok(()),
        false => {
            let _ = fs::remove_file(path);
            Err(format!("ffmpeg ended with {status}"))
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the archive is made by programs")]
fn run(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}
