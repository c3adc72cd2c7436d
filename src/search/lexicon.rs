//! The archive's words in memory, to find those that a mistyped one is near.

use super::nearest::{distance, distance_to_beginning};

/// Words that are kept; of an archive with more, the later ones are never suggested.
const MOST: usize = 1_000_000;
/// Letters of a word that is kept: shorter ones are near everything, longer ones are no words.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=32;

/// Words, and how they are written.
#[derive(Debug, Default)]
pub struct Lexicon {
    entries: Vec<Entry>,
    /// All words, one after the other.
    text: String,
    /// Row of the last word.
    last: i64,
}

#[derive(Debug)]
struct Entry {
    /// Where the word begins in `text`, folded; as it is written follows at once.
    start: u32,
    folded: u8,
    written: u8,
    letters: u8,
    /// Which letters it has.
    signature: u64,
}

/// A word that another one is near.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// Letters to change.
    pub changes: usize,
    /// Whether what was typed is near its beginning only.
    pub longer: bool,
    /// Folded.
    pub word: String,
    /// As somebody wrote it.
    pub written: String,
}

/// How many letters of a word of so many may be wrong.
pub fn forgiven(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Whether a word is worth keeping: letters only, and neither too short nor too long.
pub fn is_worth_keeping(folded: &str) -> bool {
    LENGTHS.contains(&folded.chars().count()) && folded.chars().all(char::is_alphabetic)
}

impl Lexicon {
    /// The row of the word that was added last.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// Adds a word of a later row.
    pub fn add(&mut self, row: i64, folded: &str, written: &str) {
        self.last = self.last.max(row);
        let start = u32::try_from(self.text.len());
        let lengths = u8::try_from(folded.len())
            .ok()
            .zip(u8::try_from(written.len()).ok());
        let (Ok(start), Some((length, written_length))) = (start, lengths) else {
            return;
        };
        if self.entries.len() >= MOST || !is_worth_keeping(folded) {
            return;
        }
        self.text.push_str(folded);
        self.text.push_str(written);
        self.entries.push(Entry {
            start,
            folded: length,
            written: written_length,
            letters: folded.chars().count() as u8,
            signature: signature(folded),
        });
    }

    /// Words that differ from `word`, folded, in no more letters than are forgiven, or that begin like it; the nearest
    /// first, at most `most` of each of both.
    pub fn near(&self, word: &str, most: usize) -> Vec<Near> {
        let letters: Vec<char> = word.chars().collect();
        let allowed = forgiven(letters.len());
        if allowed == 0 {
            return Vec::new();
        }
        let signature = signature(word);
        let (mut same, mut longer) = (Vec::new(), Vec::new());
        for entry in &self.entries {
            // Each wrong letter takes at most one of the letters away and brings another.
            let missing = (signature & !entry.signature).count_ones() as usize;
            if missing > allowed || usize::from(entry.letters) + allowed < letters.len() {
                continue;
            }
            let known: Vec<char> = self.folded(entry).chars().collect();
            let near = |list: &mut Vec<Near>, changes, longer| {
                list.push(Near {
                    changes,
                    longer,
                    word: self.folded(entry).to_owned(),
                    written: self.written(entry).to_owned(),
                });
            };
            if known.len() <= letters.len() + allowed {
                let changes = distance(&letters, &known);
                if changes <= allowed {
                    near(&mut same, changes, false);
                    continue;
                }
            }
            let changes = distance_to_beginning(&letters, &known);
            if changes <= allowed && known.len() > letters.len() {
                near(&mut longer, changes, true);
            }
        }
        for list in [&mut same, &mut longer] {
            list.sort();
            list.truncate(most);
        }
        same.append(&mut longer);
        same.sort();
        same
    }

    fn folded(&self, entry: &Entry) -> &str {
        let start = entry.start as usize;
        &self.text[start..start + usize::from(entry.folded)]
    }

    fn written(&self, entry: &Entry) -> &str {
        let start = entry.start as usize + usize::from(entry.folded);
        &self.text[start..start + usize::from(entry.written)]
    }
}

/// A set of letters in 64 bits; two letters may share one.
fn signature(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << (c as u32 % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon(words: &[&str]) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for (row, word) in (1..).zip(words) {
            lexicon.add(row, &super::super::fold::fold(word), word);
        }
        lexicon
    }

    #[test]
    fn one_slip_of_a_short_word_and_two_of_a_long_one_are_forgiven() {
        let lexicon = lexicon(&[
            "kəsr",
            "fotosintez",
            "fotosintezin",
            "toplama",
            "дробь",
            "ev",
            "ə7b",
        ]);
        let near = |word: &str| -> Vec<String> {
            lexicon
                .near(word, 9)
                .into_iter()
                .map(|near| near.written)
                .collect()
        };
        assert_eq!(near("kers"), ["kəsr"]);
        assert_eq!(near("kesrr"), ["kəsr"]);
        assert_eq!(near("fotosintis"), ["fotosintez", "fotosintezin"]);
        assert_eq!(near("fotosnitez"), ["fotosintez", "fotosintezin"]);
        assert_eq!(near("topluma"), ["toplama"]);
        assert_eq!(near("tuplume"), Vec::<String>::new());
        assert_eq!(near("дроб"), ["дробь"]);
        assert_eq!(near("дроьб"), ["дробь"]);
        assert_eq!(near("kes"), Vec::<String>::new());
        assert_eq!(lexicon.last(), 7);
    }
}
