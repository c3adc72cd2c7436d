//! Ids and units: the small types that keep a byte count from being taken for a duration.
//!
//! Every module may name these. They hold no policy beyond their own well-formedness.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

row_id! {
    /// A row of `lessons`. Never leaves the process: the public name of a lesson is its [`Code`].
    LessonId
}
row_id! {
    /// A row of `recordings`: one edition of a lesson's footage.
    RecordingId
}
row_id! {
    /// A row of `files`. The public name of a file is its media name (`files.name`).
    FileId
}

row_id! {
    /// A row of `people`: who signs in.
    PersonId
}
row_id! {
    /// A row of `jobs`.
    JobId
}
row_id! {
    /// A row of `lesson_links`, by which a link is told apart and taken back. Not the link.
    LinkId
}
row_id! {
    /// A row of `tokens`, by which a token is told apart and revoked. Not the token.
    TokenId
}

row_id! {
    /// A row of `platforms`: a learning platform whose people come to lessons from it.
    PlatformId
}

/// A length or offset in bytes (not kibibytes, not bits).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Bytes(pub u64);

/// A duration or a point on a recording's timeline, in milliseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Whole seconds, rounded down: what a `#t=` fragment or a clock face shows.
    pub fn whole_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// Minutes, rounded to the nearest and at least one: "21 minutes" beside a title.
    pub fn about_minutes(self) -> u64 {
        ((self.0 + 30_000) / 60_000).max(1)
    }

    /// A duration as ISO 8601 (§5.5.2.2) writes it, in whole seconds and in the largest units: `PT20M`, `PT1H5S`.
    pub fn iso(self) -> String {
        let seconds = self.whole_seconds();
        let parts = [
            (seconds / 3600, 'H'),
            (seconds / 60 % 60, 'M'),
            (seconds % 60, 'S'),
        ];
        let said = parts.iter().filter(|(number, _)| *number > 0);
        let said: String = said
            .map(|(number, unit)| format!("{number}{unit}"))
            .collect();
        match said.as_str() {
            "" => "PT0S".into(),
            said => format!("PT{said}"),
        }
    }

    /// `m:ss`, or `h:mm:ss` from one hour on.
    pub fn clock_face(self) -> String {
        let seconds = self.whole_seconds();
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if h > 0 {
            format!("{h}:{m:02}:{s:02}")
        } else {
            format!("{m}:{s:02}")
        }
    }
}

/// A lesson's permanent short name: five characters of a 31-letter alphabet and a check character.
///
/// The alphabet has no `0 O 1 I L`, so that a code can be printed in a textbook and copied by
/// hand. The sixth character is a weighted sum modulo 31 with distinct non-zero weights: it
/// detects any one wrong character and any two exchanged neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code([u8; Code::LEN]);

/// Why a text is not a [`Code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not six characters of the alphabet.
    #[error("a code is six of the characters {}", Code::ALPHABET)]
    Shape,
    /// Six good characters whose check does not fit: one of them was miscopied.
    #[error("one character of the code is wrong: its check character does not fit")]
    Check,
}

impl Code {
    /// The 31 characters, in the order of their values.
    pub const ALPHABET: &'static str = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    /// Characters in a code.
    pub const LEN: usize = 6;
    /// How many different codes there are: 31⁵.
    pub const SPACE: u32 = 31_u32.pow(5);
    const WEIGHTS: [u32; 5] = [2, 3, 4, 5, 6];

    /// The code whose five free characters spell `number` modulo [`Code::SPACE`] in base 31.
    pub fn from_number(number: u32) -> Self {
        let mut rest = number % Self::SPACE;
        let mut values = [0_u32; 5];
        for value in values.iter_mut().rev() {
            *value = rest % 31;
            rest /= 31;
        }
        let mut letters = [0_u8; Self::LEN];
        for (letter, value) in letters.iter_mut().zip(values) {
            *letter = Self::letter(value);
        }
        letters[5] = Self::letter(Self::check(&values));
        Self(letters)
    }

    fn letter(value: u32) -> u8 {
        Self::ALPHABET.as_bytes()[value as usize % 31]
    }

    fn check(values: &[u32; 5]) -> u32 {
        let sum: u32 = values.iter().zip(Self::WEIGHTS).map(|(v, w)| v * w).sum();
        sum % 31
    }

    /// Whether its first character is a letter, so that nothing takes it for a number.
    pub fn begins_with_letter(&self) -> bool {
        self.0[0].is_ascii_alphabetic()
    }

    /// The codes that differ from `text` in one character, or in two neighbours that were exchanged: what a
    /// miscopied one was meant to be, among at most a dozen. None for what has not six characters.
    pub fn near(text: &str) -> Vec<Self> {
        let letters: Vec<char> = text.chars().map(|c| c.to_ascii_uppercase()).collect();
        let mut near = Vec::new();
        let mut keep = |letters: &[char]| {
            let code = letters.iter().collect::<String>().parse();
            near.extend(code.ok().filter(|code| !near.contains(code)));
        };
        if letters.len() != Self::LEN {
            return Vec::new();
        }
        for at in 0..Self::LEN {
            let mut one = letters.clone();
            for letter in Self::ALPHABET.chars().filter(|l| *l != letters[at]) {
                one[at] = letter;
                keep(&one);
            }
            let mut exchanged = letters.clone();
            exchanged.swap(at, (at + 1).min(Self::LEN - 1));
            if exchanged != letters {
                keep(&exchanged);
            }
        }
        near
    }

    /// The canonical, upper-case spelling.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Code {
    type Err = CodeError;

    /// Accepts either case; what it returns prints in the canonical one.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let upper = text.to_ascii_uppercase();
        let letters: [u8; Self::LEN] = upper.as_bytes().try_into().map_err(|_| CodeError::Shape)?;
        let mut values = [0_u32; Self::LEN];
        for (value, letter) in values.iter_mut().zip(letters) {
            let at = Self::ALPHABET.bytes().position(|l| l == letter);
            *value = at.ok_or(CodeError::Shape)? as u32;
        }
        let [a, b, c, d, e, check] = values;
        if Self::check(&[a, b, c, d, e]) != check {
            return Err(CodeError::Check);
        }
        Ok(Self(letters))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_one_wrong_character_and_any_exchanged_neighbours_are_noticed() {
        for number in (0..Code::SPACE).step_by(104_729) {
            let code = Code::from_number(number);
            assert_eq!(code.as_str().parse(), Ok(code));
            for at in 0..Code::LEN {
                for letter in Code::ALPHABET.bytes() {
                    let mut wrong = code.0;
                    wrong[at] = letter;
                    if wrong != code.0 {
                        let wrong = String::from_utf8(wrong.to_vec()).unwrap();
                        assert_eq!(
                            wrong.parse::<Code>(),
                            Err(CodeError::Check),
                            "{code} {wrong}"
                        );
                    }
                }
                let mut swapped = code.0;
                swapped.swap(at, (at + 1).min(5));
                if swapped != code.0 {
                    let swapped = String::from_utf8(swapped.to_vec()).unwrap();
                    assert_eq!(
                        swapped.parse::<Code>(),
                        Err(CodeError::Check),
                        "{code} {swapped}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_miscopied_code_is_near_the_right_one_and_few_others() {
        for number in (0..Code::SPACE).step_by(1_047_299) {
            let code = Code::from_number(number);
            for at in 0..Code::LEN {
                for wrong in "2z0O".chars() {
                    let mut copied: Vec<char> = code.as_str().chars().collect();
                    if copied[at].eq_ignore_ascii_case(&wrong) {
                        continue;
                    }
                    copied[at] = wrong;
                    let near = Code::near(&copied.iter().collect::<String>());
                    assert!(near.contains(&code) && near.len() <= 12, "{near:?}");
                }
            }
            let mut exchanged = code.0;
            exchanged.swap(2, 3);
            let near = Code::near(&String::from_utf8_lossy(&exchanged));
            assert_eq!(near.contains(&code), exchanged != code.0);
        }
        for other in ["", "K7M2Q", "K7M2QXX", "əəəəəəə"] {
            assert_eq!(Code::near(other), []);
        }
    }

    #[test]
    fn a_code_is_read_in_any_case_and_printed_in_one() {
        let code = Code::from_number(12_345_678);
        assert_eq!(code.as_str().to_lowercase().parse(), Ok(code));
        for bad in [
            "", "K7M2Q", "K7M2QXX", "K7M2Q0", "ə7M2Q", "К7М2QX", "K7M2 X",
        ] {
            assert_eq!(bad.parse::<Code>(), Err(CodeError::Shape), "{bad}");
        }
    }

    #[test]
    fn durations_read_as_a_clock_and_as_minutes() {
        assert_eq!(Millis(59_999).clock_face(), "0:59");
        assert_eq!(Millis(3_723_000).clock_face(), "1:02:03");
        assert_eq!(Millis(5_000).about_minutes(), 1);
        for (milliseconds, written) in [
            (0, "PT0S"),
            (999, "PT0S"),
            (59_999, "PT59S"),
            (60_000, "PT1M"),
            (1_200_000, "PT20M"),
            (1_262_000, "PT21M2S"),
            (3_600_000, "PT1H"),
            (3_605_000, "PT1H5S"),
            (36_000_000, "PT10H"),
            (90_061_000, "PT25H1M1S"),
        ] {
            assert_eq!(Millis(milliseconds).iso(), written);
        }
        assert_eq!(Millis(1_230_000).about_minutes(), 21);
    }
}
