//! What was left out of a file, was changed or is doubtful, though captions came of it.

use std::fmt;

use super::MAX_WARNINGS;
use crate::units::Millis;

/// A value that is shown has at most so many characters.
const MAX_VALUE_CHARS: usize = 60;

/// Something in a file that was left out, changed or is doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Line of the file, from 1.
    pub line: usize,
    /// What stands there, shortened; one line without control characters. Plain text, not markup.
    pub value: String,
    /// What is the matter with it.
    pub flaw: Flaw,
}

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Times of no known form; the cue was left out.
    UnreadableTimes,
    /// Times that WebVTT writes otherwise, such as with a comma; they were understood.
    MendedTimes,
    /// The cue would end before it begins; it was left out.
    EndsTooEarly,
    /// Nothing to show; the cue was left out.
    NoText,
    /// Text that belongs to no cue; it was left out.
    NoTimes,
    /// No empty line before the next cue; both were understood.
    NoEmptyLine,
    /// Style sheets and regions; they were left out.
    Style,
    /// Some cues begin before one that stands above them; they were put in order.
    Unsorted {
        /// How many do.
        count: usize,
    },
    /// Some cues begin before an earlier one has ended; they stay so.
    Overlapping {
        /// How many do.
        count: usize,
    },
    /// Some cues begin after the recording has ended.
    AfterTheEnd {
        /// How many do.
        count: usize,
        /// The recording's.
        duration: Millis,
    },
    /// More warnings than are kept.
    More {
        /// How many were not kept.
        count: usize,
    },
}

impl Warning {
    pub(super) fn new(line: usize, value: &str, flaw: Flaw) -> Self {
        Self {
            line,
            value: shortened(value),
            flaw,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = &self.value;
        write!(f, "line {}: ", self.line)?;
        match self.flaw {
            Flaw::UnreadableTimes => write!(
                f,
                "the times {value:?} cannot be read, so the cue is left out; \
                 write them like 00:00:01.000 --> 00:00:04.000"
            ),
            Flaw::MendedTimes => write!(
                f,
                "the times {value:?} are not written as WebVTT asks, but were understood; \
                 see in the preview that they are right"
            ),
            Flaw::EndsTooEarly => write!(
                f,
                "the cue {value:?} does not end after it begins, so it is left out; correct its times"
            ),
            Flaw::NoText => write!(
                f,
                "the cue {value:?} has no text, so it is left out; write the text in the line below its times"
            ),
            Flaw::NoTimes => write!(
                f,
                "the text {value:?} has no times, so it is left out; \
                 put it directly below its times, without an empty line between"
            ),
            Flaw::NoEmptyLine => write!(
                f,
                "there is no empty line above the cue {value:?}; it was understood, but put one there"
            ),
            Flaw::Style => write!(
                f,
                "{value:?} is left out; players show captions in their own style"
            ),
            Flaw::Unsorted { count } => write!(
                f,
                "{}, the first being {value:?}; they were put in order, nothing need be done",
                many(
                    count,
                    "cue begins before one above it",
                    "cues begin before one above them"
                )
            ),
            Flaw::Overlapping { count } => write!(
                f,
                "{}, the first being {value:?}; \
                 players show both at once, so correct the times if that is not meant",
                many(
                    count,
                    "cue begins before an earlier one has ended",
                    "cues begin before an earlier one has ended"
                )
            ),
            Flaw::AfterTheEnd { count, duration } => write!(
                f,
                "{} ({}), the first being {value:?}; is this the right recording?",
                many(
                    count,
                    "cue begins after the recording has ended",
                    "cues begin after the recording has ended"
                ),
                duration.clock_face()
            ),
            Flaw::More { count } => write!(
                f,
                "{} from here on; mend those above and try again",
                many(count, "warning more", "warnings more")
            ),
        }
    }
}

fn many(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Text that may stand in a message.
pub(super) fn shortened(text: &str) -> String {
    // No more is looked at than is needed: a line may be megabytes.
    let mut kept = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = kept.by_ref().take(MAX_VALUE_CHARS).collect();
    if kept.next().is_some() {
        short.push('…');
    }
    short
}

/// Collects warnings, of a hopeless file not without end.
#[derive(Default)]
pub(super) struct Warnings {
    kept: Vec<Warning>,
    /// The line of the first that was not kept, and how many were not.
    beyond: Option<(usize, usize)>,
    whole: Vec<Warning>,
}

impl Warnings {
    /// A warning about one place.
    pub(super) fn add(&mut self, line: usize, value: &str, flaw: Flaw) {
        if self.kept.len() < MAX_WARNINGS {
            self.kept.push(Warning::new(line, value, flaw));
        } else {
            self.beyond.get_or_insert((line, 0)).1 += 1;
        }
    }

    /// A warning about the file as a whole.
    pub(super) fn add_about_all(&mut self, line: usize, value: &str, flaw: Flaw) {
        self.whole.push(Warning::new(line, value, flaw));
    }

    pub(super) fn all(self) -> Vec<Warning> {
        let mut all = self.kept;
        let more = self
            .beyond
            .map(|(line, count)| Warning::new(line, "", Flaw::More { count }));
        all.extend(more);
        all.extend(self.whole);
        all
    }
}
