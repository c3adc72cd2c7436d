//! Captions as a text to read: what is said, in paragraphs.

use super::{Captions, Cue};
use crate::units::Millis;

/// A silence that begins a paragraph.
const PAUSE: Millis = Millis(2_000);
/// Characters after which the next end of a sentence ends the paragraph.
const ENOUGH: usize = 450;
/// Characters after which it ends in any case: captions of speech may have no full stops.
const TOO_LONG: usize = 1_000;
/// Captions that roll show a line again with the next one, without a pause between.
const ROLLS: Millis = Millis(100);

/// Sentences that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// The middle of its first cue: of the moments at which parts of the lesson begin, the last before it counts. Chapters
    /// begin at whole seconds, and speech does not.
    pub middle: Millis,
    /// At least one.
    pub lines: Vec<Line>,
}

/// What was shown at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it begins.
    pub start: Millis,
    /// Plain text, never empty.
    pub text: String,
}

/// The words of `captions`. A paragraph begins after a pause, with another speaker, at each of `breaks` (in order of
/// time), and where the one before is long enough. Lines that are shown again because captions roll stand there once.
pub fn paragraphs(captions: &Captions, breaks: &[Millis]) -> Vec<Paragraph> {
    let mut all: Vec<Paragraph> = Vec::new();
    let mut before: Option<&Cue> = None;
    let mut length = 0;
    // Until a paragraph has begun: a cue that only shows again what was said has no words to begin it with.
    let mut fresh = false;
    for cue in captions.cues() {
        let paused = before.is_none_or(|b| cue.start().0.saturating_sub(b.end().0) >= PAUSE.0);
        let part = |cue: &Cue| breaks.partition_point(|at| *at <= middle(cue));
        let parted = before.is_some_and(|b| part(b) != part(cue));
        fresh |= paused || parted;
        for said in said(cue, before) {
            let ended = all.last().is_some_and(|p| p.ends_a_sentence());
            let full = length >= TOO_LONG || length >= ENOUGH && ended;
            if fresh || full || said.starts_with(['-', '–', '—']) {
                all.push(Paragraph {
                    middle: middle(cue),
                    lines: Vec::new(),
                });
                length = 0;
            }
            fresh = false;
            length += said.chars().count();
            if let Some(paragraph) = all.last_mut() {
                let start = cue.start();
                paragraph.lines.push(Line { start, text: said });
            }
        }
        before = Some(cue);
    }
    all
}

impl Paragraph {
    fn ends_a_sentence(&self) -> bool {
        let last = self.lines.last().map_or("", |line| line.text.as_str());
        last.trim_end_matches(['"', '»', '”', ')'])
            .ends_with(['.', '!', '?', '…'])
    }
}

fn middle(cue: &Cue) -> Millis {
    Millis(u64::midpoint(cue.start().0, cue.end().0))
}

/// The lines of a cue, joined unless another speaker begins with one.
fn said(cue: &Cue, before: Option<&Cue>) -> Vec<String> {
    let lines: Vec<&str> = cue.text().lines().collect();
    let shown: Vec<&str> = before
        .filter(|b| cue.start().0 <= b.end().0.saturating_add(ROLLS.0))
        .map_or_else(Vec::new, |b| b.text().lines().collect());
    let most = shown.len().min(lines.len());
    let again = (1..=most).rev().find(|n| shown.ends_with(&lines[..*n]));
    let mut all: Vec<String> = Vec::new();
    for line in &lines[again.unwrap_or(0)..] {
        let speaks = line.starts_with(['-', '–', '—']);
        match all.last_mut().filter(|_| !speaks) {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None => all.push((*line).to_owned()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From when to when, in seconds, and what is said.
    fn captions(cues: &[(u64, u64, &str)]) -> Captions {
        let cue = |(from, to, text): &(u64, u64, &str)| {
            Cue::new(Millis(from * 1000), Millis(to * 1000), text).unwrap()
        };
        Captions::new(cues.iter().map(cue).collect())
    }

    /// Paragraphs, with bars between lines.
    fn read(cues: &[(u64, u64, &str)], breaks: &[u64]) -> Vec<String> {
        let breaks: Vec<Millis> = breaks.iter().map(|s| Millis(s * 1000)).collect();
        let joined = |p: Paragraph| {
            let lines: Vec<String> = p.lines.into_iter().map(|line| line.text).collect();
            lines.join("|")
        };
        paragraphs(&captions(cues), &breaks)
            .into_iter()
            .map(joined)
            .collect()
    }

    #[test]
    fn cues_are_joined_until_somebody_pauses() {
        let cues = [
            (0, 2, "Say neçə dəfə artırsa,\nməbləğ də"),
            (2, 4, "o qədər artır."),
            (6, 8, "İndi <i>qrafikə</i> baxaq."),
        ];
        assert_eq!(
            read(&cues, &[]),
            [
                "Say neçə dəfə artırsa, məbləğ də|o qədər artır.",
                "İndi qrafikə baxaq."
            ]
        );
    }

    #[test]
    fn a_chapter_begins_a_paragraph_even_in_the_middle_of_speech() {
        // The chapter is said to begin at 3 s; most of the second cue is behind that.
        let cues = [(0, 2, "a"), (2, 6, "b"), (6, 7, "c")];
        assert_eq!(read(&cues, &[0, 3]), ["a", "b|c"]);
        assert_eq!(read(&cues, &[0, 5]), ["a|b", "c"]);
    }

    #[test]
    fn whoever_answers_begins_a_line_of_their_own() {
        let cues = [(0, 2, "- Neçədir?\n- Beş."), (2, 4, "Düzdür.")];
        assert_eq!(read(&cues, &[]), ["- Neçədir?", "- Beş.|Düzdür."]);
    }

    #[test]
    fn what_rolls_stands_there_once_and_what_is_said_again_twice() {
        let rolling = [(0, 2, "bir"), (2, 4, "bir\niki"), (4, 6, "iki\nüç")];
        assert_eq!(read(&rolling, &[]), ["bir|iki|üç"]);
        let again = [(0, 2, "bəli"), (3, 4, "bəli")];
        assert_eq!(read(&again, &[]), ["bəli|bəli"]);
    }

    #[test]
    fn a_chapter_that_begins_where_nothing_new_is_shown_begins_with_the_next_words() {
        let rolling = [
            (0, 2, "bir"),
            (2, 4, "bir\niki"),
            (4, 6, "iki"),
            (6, 8, "iki\nüç"),
        ];
        assert_eq!(read(&rolling, &[]), ["bir|iki|üç"]);
        assert_eq!(read(&rolling, &[0, 5]), ["bir|iki", "üç"]);
        let breaks = [Millis(0), Millis(5_000)];
        assert_eq!(
            paragraphs(&captions(&rolling), &breaks)[1].middle,
            Millis(7_000)
        );
    }

    #[test]
    fn long_speech_is_divided_at_the_end_of_a_sentence_or_at_last_anywhere() {
        let sentence = format!("{}.", "söz ".repeat(30).trim_end());
        let endless = "söz ".repeat(30);
        for (text, most, least) in [
            (sentence.as_str(), ENOUGH + 120, ENOUGH),
            (endless.trim_end(), TOO_LONG + 120, TOO_LONG),
        ] {
            let cues: Vec<_> = (0..40).map(|n| (n, n + 1, text)).collect();
            let found = read(&cues, &[]);
            let (_, whole) = found.split_last().unwrap();
            for paragraph in whole {
                let length = paragraph.replace('|', "").chars().count();
                assert!((least..=most).contains(&length), "{length}");
            }
        }
    }

    #[test]
    fn moments_are_those_of_the_cues() {
        let found = paragraphs(&captions(&[(5, 7, "a"), (7, 8, "b")]), &[]);
        let starts: Vec<u64> = found[0].lines.iter().map(|l| l.start.0).collect();
        assert_eq!(starts, [5000, 7000]);
        assert_eq!(found[0].middle, Millis(6000));
    }
}
