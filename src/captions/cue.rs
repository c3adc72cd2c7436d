//! Cues as values. They are only made here, so that whatever a [`Cue`] holds is safe to write.

use std::fmt::Write;

use super::text::Text;
use super::timing::{Settings, timestamp};
use crate::units::Millis;

/// Cues in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captions {
    cues: Vec<Cue>,
}

impl Captions {
    /// Sorts by start; cues that start together stay in their order.
    pub fn new(mut cues: Vec<Cue>) -> Self {
        cues.sort_by_key(|cue| cue.start);
        Self { cues }
    }

    /// In the order in which they are shown.
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// What a preview lists: from when, until when, and what is said, as plain text with lines apart by `\n`.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = (Millis, Millis, &str)> {
        let cues = self.cues.iter();
        cues.map(|cue| (cue.start, cue.end, cue.text()))
    }

    /// What stands above a preview.
    pub fn summary(&self) -> Summary {
        Summary {
            cues: self.cues.len(),
            first: self.cues.first().map_or(Millis(0), Cue::start),
            last: self.cues.iter().map(Cue::end).max().unwrap_or_default(),
        }
    }
}

/// Captions in three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many.
    pub cues: usize,
    /// When the first one begins.
    pub first: Millis,
    /// When the last one has ended.
    pub last: Millis,
}

/// A text and when it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    id: Option<String>,
    start: Millis,
    end: Millis,
    settings: Settings,
    text: Text,
}

impl Cue {
    /// A cue from WebVTT cue text, of which only what is harmless is kept. None: nothing is left to show, or
    /// it would end before it starts.
    pub fn new(start: Millis, end: Millis, markup: &str) -> Option<Self> {
        let text = Text::read(markup);
        (start < end && !text.plain().is_empty()).then_some(Self {
            id: None,
            start,
            end,
            settings: Settings::default(),
            text,
        })
    }

    /// The same cue with a name and a place. A name that a player could take for something else is dropped.
    pub(super) fn with(mut self, id: &str, settings: Settings) -> Self {
        const MOST: usize = 200;
        let id: String = id.chars().filter(|c| !c.is_control()).take(MOST).collect();
        let id = id.trim();
        // A player of its own making may look for these words before it looks at the next line.
        let words = ["NOTE", "STYLE", "REGION", "WEBVTT"];
        let misleading = id.contains("-->") || words.iter().any(|word| id.starts_with(word));
        self.id = (!id.is_empty() && !misleading).then(|| id.to_owned());
        self.settings = settings;
        self
    }

    /// The cue's name, one line.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// From the recording's beginning.
    pub fn start(&self) -> Millis {
        self.start
    }

    /// After [`Cue::start`].
    pub fn end(&self) -> Millis {
        self.end
    }

    /// Where on the picture.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The words without markup: to search, to list, to read. Never empty. Lines apart by `\n`.
    pub fn text(&self) -> &str {
        self.text.plain()
    }

    /// WebVTT cue text: the tags of WebVTT only, all closed; never a blank line or `-->`.
    pub fn markup(&self) -> &str {
        self.text.markup()
    }

    pub(super) fn write(&self, out: &mut String) {
        if let Some(id) = &self.id {
            out.push_str(id);
            out.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{} --> {}{}\n{}",
            timestamp(self.start),
            timestamp(self.end),
            self.settings,
            self.markup()
        );
    }
}
