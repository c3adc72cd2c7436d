//! The archive's words in memory, to find those that a mistyped one is near.

use super::nearest::{MOST_APART, apart};

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
    /// Which letters it has, and how often.
    signature: u128,
}

/// A word that another one is near.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// Letters to change, at least one.
    pub changes: usize,
    /// Whether what was typed is near its beginning only.
    pub longer: bool,
    /// Folded.
    pub word: String,
    /// As somebody wrote it.
    pub written: String,
}

/// What comparing a word with all others gave, and what it cost.
#[derive(Debug, Default)]
struct Compared {
    near: Vec<Near>,
    /// Words of which the letters were compared.
    entries: usize,
    /// Cells of their tables.
    cells: usize,
}

/// How many letters of a word of so many may be wrong.
pub fn forgiven(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => MOST_APART,
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

    /// Words that differ from `word`, folded, in a letter or in no more letters than are forgiven, or of which the
    /// beginning does; the nearest first, and of those the ones that were added earlier: what is said often is met early.
    /// At most `most` of each of both.
    pub fn near(&self, word: &str, most: usize) -> Vec<Near> {
        self.compare(word, most).near
    }

    fn compare(&self, word: &str, most: usize) -> Compared {
        let letters: Vec<char> = word.chars().collect();
        let allowed = forgiven(letters.len());
        let mut compared = Compared::default();
        if allowed == 0 {
            return compared;
        }
        let signature = signature(word);
        // A beginning that is longer than this is not near.
        let longest = letters.len() + allowed;
        let (mut same, mut longer) = (Vec::new(), Vec::new());
        let mut known: Vec<char> = Vec::with_capacity(longest);
        for (at, entry) in self.entries.iter().enumerate() {
            // Each wrong letter takes at most one of the letters away and brings another.
            let missing = (signature & !entry.signature).count_ones() as usize;
            if missing > allowed || usize::from(entry.letters) + allowed < letters.len() {
                continue;
            }
            known.clear();
            known.extend(self.folded(entry).chars().take(longest));
            let apart = apart(&letters, &known, allowed);
            compared.entries += 1;
            compared.cells += apart.cells;
            let whole = usize::from(entry.letters) <= longest;
            let list = match (apart.whole.filter(|_| whole), apart.beginning) {
                (Some(changes), _) => Some((&mut same, changes)),
                (None, Some(changes)) if usize::from(entry.letters) > letters.len() => {
                    Some((&mut longer, changes))
                }
                _ => None,
            };
            if let Some((list, changes)) = list.filter(|(_, changes)| *changes > 0) {
                list.push((changes, at));
            }
        }
        for list in [&mut same, &mut longer] {
            list.sort_unstable();
            list.truncate(most);
        }
        let same = same.into_iter().map(|near| (near, false));
        let longer = longer.into_iter().map(|near| (near, true));
        let mut near: Vec<((usize, usize), bool)> = same.chain(longer).collect();
        near.sort_by_key(|((changes, _), longer)| (*changes, *longer));
        compared.near = (near.into_iter())
            .map(|((changes, at), longer)| Near {
                changes,
                longer,
                word: self.folded(&self.entries[at]).to_owned(),
                written: self.written(&self.entries[at]).to_owned(),
            })
            .collect();
        compared
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

/// A bag of letters: of each a bit for the first, second, third and fourth time. Two letters may share their bits, of one
/// alphabet no two do. What one bag has and another has not is at most as much as of the letters themselves.
fn signature(word: &str) -> u128 {
    word.chars().fold(0, |bag, c| {
        let place = c as u32 % 32 * 4;
        let times = bag >> place & 0xF;
        let once_more = (times << 1 | 1) & 0xF;
        bag | once_more << place
    })
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

    #[test]
    fn of_words_that_are_equally_near_those_that_were_met_first_are_taken() {
        let mut words = vec!["kəsrlər".to_owned()];
        words.extend(('a'..='z').flat_map(|a| ('a'..='d').map(move |b| format!("kar{a}{b}"))));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let near = lexicon(&words).near("kasr", 20);
        assert_eq!(near.len(), 20);
        assert_eq!(near[0].written, "kəsrlər");
        // What it is, or begins, is no correction.
        assert_eq!(lexicon(&["kəsr", "kəsrlər"]).near("kesr", 20), []);
    }

    /// Many words, made of syllables.
    fn many() -> Lexicon {
        let syllables = [
            "ba", "la", "ka", "ra", "na", "ma", "sa", "da", "ta", "ya", "qa", "ki", "ri", "ni",
            "mu",
        ];
        let mut lexicon = Lexicon::default();
        let mut row = 0;
        for a in syllables {
            for b in syllables {
                for c in syllables {
                    for d in syllables {
                        row += 1;
                        let word = format!("{a}{b}{c}{d}");
                        lexicon.add(row, &word, &word);
                    }
                }
            }
        }
        lexicon
    }

    #[test]
    fn a_word_of_one_letter_is_not_compared_with_all_others_nor_wholly_with_any() {
        let lexicon = many();
        let all = lexicon.entries.len();
        assert_eq!(all, 50_625);
        // Few words have so many of it.
        let once = lexicon.compare("mmmmmmmm", 9);
        assert!(once.entries < all / 10, "{}", once.entries);
        // Many do; after some letters it is plain that they are not near.
        let once = lexicon.compare("aaaaaaaa", 9);
        assert!((all / 4..all).contains(&once.entries), "{}", once.entries);
        assert!(once.cells < 30 * once.entries, "{}", once.cells);
        // What is meant is found all the same, and costs no more.
        let once = lexicon.compare("balakaar", 9);
        assert_eq!(once.near[0].word, "balakara");
        assert!(once.entries < all / 5, "{}", once.entries);
    }
}
