//! Captions and attachments of a lesson.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::{Archive, Captions, OPERATOR};
use crate::captions;
use crate::catalogue::Role;
use crate::cli::print;
use crate::desk::{CaptionsSeen, Desk};
use crate::search::nearest::nearest;
use crate::units::Code;

impl Archive<'_> {
    pub(super) fn captions(&self, code: Code, what: Captions) -> anyhow::Result<()> {
        match what {
            Captions::Put { language, file } => {
                let bytes = read(&file)?;
                let (_, seen) = self.desk.put_captions(OPERATOR, code, &language, &bytes)?;
                tell(&seen)?;
                print(&format!(
                    "{code}: captions in {}, {} cues",
                    seen.language,
                    seen.cues.len()
                ))
            }
            Captions::Remove { language } => {
                let mine = self.desk.remove_captions(OPERATOR, code, &language)?;
                let left = mine.lesson.files_of(Role::Captions);
                let left: Vec<String> = left.filter_map(|f| f.file.language.clone()).collect();
                print(&match left.is_empty() {
                    true => format!("{code}: no captions"),
                    false => format!("{code}: captions in {}", left.join(", ")),
                })
            }
            Captions::Check { file } => {
                let bytes = read(&file)?;
                let lesson = self.desk.lesson(OPERATOR, code)?.lesson;
                let length = lesson.recording.map(|r| r.duration);
                // Which language it is makes no difference to what is in the file.
                let seen = Desk::look_at_captions("az", &bytes, length)?;
                tell(&seen)?;
                let (first, last) = (
                    seen.summary.first.clock_face(),
                    seen.summary.last.clock_face(),
                );
                print(&format!("{} cues, from {first} to {last}", seen.cues.len()))
            }
        }
    }

    pub(super) fn attach(
        &self,
        code: Code,
        path: &Path,
        name: Option<String>,
    ) -> anyhow::Result<()> {
        let mut file = open(path)?;
        let bytes = file.metadata()?.len();
        let name = name.unwrap_or_else(|| {
            let own = path.file_name().unwrap_or_default();
            own.to_string_lossy().into_owned()
        });
        let mine = self
            .desk
            .add_attachment(OPERATOR, code, &name, Some(bytes), &mut file)?;
        let attached = mine.lesson.files_of(Role::Attachment).last();
        let label = attached.and_then(|f| f.file.label.clone()).unwrap_or(name);
        print(&format!("{code}: attached {label}, {bytes} bytes"))
    }

    pub(super) fn detach(&self, code: Code, name: &str) -> anyhow::Result<()> {
        let lesson = self.desk.lesson(OPERATOR, code)?.lesson;
        let all: Vec<_> = lesson.files_of(Role::Attachment).map(|f| &f.file).collect();
        let called = all
            .iter()
            .filter(|f| f.name == name || f.label.as_deref() == Some(name));
        let called: Vec<_> = called.collect();
        let file = match called.as_slice() {
            [one] => *one,
            [] => {
                let labels: BTreeSet<&str> =
                    all.iter().filter_map(|f| f.label.as_deref()).collect();
                let near = nearest(name, labels.iter().copied(), 3);
                let remedy = match (all.is_empty(), near.is_empty()) {
                    (true, _) => "it has none".to_owned(),
                    (_, false) => format!("did you mean {}?", near.join(" or ")),
                    _ => format!(
                        "it has {}",
                        labels.into_iter().collect::<Vec<_>>().join(", ")
                    ),
                };
                bail!("the lesson {code} has no attachment {name:?}; {remedy}");
            }
            several => {
                let names: Vec<&str> = several.iter().map(|f| f.name.as_str()).collect();
                bail!(
                    "{} attachments of the lesson {code} are called {name:?}; name one of {}",
                    several.len(),
                    names.join(", ")
                );
            }
        };
        self.desk.remove_attachment(OPERATOR, code, &file.name)?;
        let label = file.label.as_deref().unwrap_or(name);
        print(&format!("{code}: detached {label}"))
    }
}

/// The bytes of a file of captions.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    // What is too large to be captions is not read.
    let bytes = usize::try_from(open(path)?.metadata()?.len()).unwrap_or(usize::MAX);
    if bytes > captions::MAX_BYTES {
        return Err(captions::Error::TooLarge { bytes })
            .with_context(|| path.display().to_string());
    }
    fs::read(path).with_context(|| path.display().to_string())
}

fn open(path: &Path) -> anyhow::Result<File> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    if !file.metadata()?.is_file() {
        bail!("{} is no file", path.display());
    }
    Ok(file)
}

fn tell(seen: &CaptionsSeen) -> anyhow::Result<()> {
    seen.warnings
        .iter()
        .try_for_each(|warning| print(&format!("note: {warning}")))
}
