//! Recordings of the corpus that `tests/corpus/make.py` makes, and jobs that are done to them.

use std::sync::Mutex;

use super::*;
use crate::catalogue::JobKind;
use crate::processing::facts::Facts;

/// The recordings of the corpus that are looked into here, made once.
pub(super) fn corpus() -> &'static Path {
    static CORPUS: OnceLock<TempDir> = OnceLock::new();
    CORPUS
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/make.py");
            let names = "off-air.ts cut.ts phone.mp4 screen.mp4 screen.mkv hevc.mkv old.avi no-sound.mp4 \
                         no-picture.mp4 eight-hours.mp4";
            let arguments: Vec<&OsStr> = ["-B".as_ref(), script.as_os_str(), folder.path().as_os_str()]
                .into_iter()
                .chain(names.split_whitespace().map(OsStr::new))
                .collect();
            let made = run("python3", &arguments, ROOMY).unwrap();
            let said = String::from_utf8_lossy(&made.stderr);
            assert!(made.status.success(), "{said}");
            folder
        })
        .path()
}

/// Keeps what it is told; ends a job as soon as it is told a certain thing.
#[derive(Default)]
pub(super) struct Told {
    pub lines: Mutex<Vec<String>>,
    pub ends_at: Option<&'static str>,
}

impl Told {
    pub fn has(&self, words: &str) -> bool {
        let lines = self.lines.lock().unwrap();
        lines.iter().any(|line| line.contains(words))
    }
}

impl Watch for Told {
    fn progress(&self, _thousandths: u32) {}

    fn ends(&self) -> bool {
        self.ends_at.is_some_and(|words| self.has(words))
    }

    fn log(&self, line: &str) {
        self.lines.lock().unwrap().push(line.to_owned());
    }
}

/// A recording in a job's folder of its own.
pub(super) struct Recording {
    pub folder: TempDir,
    pub task: Task,
    pub told: Told,
}

impl Recording {
    /// One of the corpus.
    pub fn of_corpus(name: &str) -> Self {
        Self::at(corpus().join(name))
    }

    /// The file at `source`, of a lesson in Azerbaijani.
    pub fn at(source: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
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

    /// What the probe finds in it.
    pub fn facts(&mut self) -> Facts {
        let outcome = self.done(JobKind::Probe).unwrap();
        self.task.facts = outcome.facts;
        self.task.facts.clone().unwrap()
    }

    pub fn done(&mut self, kind: JobKind) -> Result<Outcome, TaskError> {
        self.task.kind = kind;
        self.task.run(&self.told)
    }
}
