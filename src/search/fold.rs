//! Folding: one spelling for what different keyboards write.
//!
//! `kesr` finds kəsr, `isiq` finds İŞIQ, `елка` finds Ёлка. FTS5 cannot do it (its unicode61 leaves ı, ə and
//! ё alone), so the same fold is applied before a text is indexed and before it is looked for. What a word is, is
//! decided here alone as well: the index gets words with spaces between them.

use std::char::ToLowercase;
use std::ops::Range;

use unicode_normalization::char::decompose_canonical;

/// Tokens of a query that are looked for; each costs a pass over the index.
pub const MAX_QUERY_TOKENS: usize = 8;
/// Characters of a word that are indexed and looked for.
const MAX_TOKEN_CHARS: usize = 64;

/// `text` in lower case, Azerbaijani letters as the nearest of the basic Latin ones, ё as е, the marks of other Latin
/// letters and combining ones dropped. й is a letter of its own and stays, also where it is written as и and U+0306.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    each_letter(text, |_, letter| folded.extend(letter));
    folded
}

/// A word of a text: letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes, the marks on its letters included.
    pub range: Range<usize>,
    /// As it is indexed and looked for; of a long one the beginning.
    pub folded: String,
}

/// The words of `text`, in its order.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    each_letter(text, |range, letter| {
        let mut dropped = true;
        for c in letter {
            dropped = false;
            if !c.is_alphanumeric() {
                open = false;
                continue;
            }
            if !open {
                words.push(Word {
                    range: range.clone(),
                    folded: String::new(),
                });
                open = true;
            }
            if let Some(word) = words.last_mut() {
                word.folded.push(c);
                word.range.end = range.end;
            }
        }
        // A mark belongs to the letter before it.
        if let Some(word) = words.last_mut().filter(|_| dropped && open) {
            word.range.end = range.end;
        }
    });
    for word in &mut words {
        if let Some((end, _)) = word.folded.char_indices().nth(MAX_TOKEN_CHARS) {
            word.folded.truncate(end);
        }
    }
    words
}

/// The words of `text`, folded: runs of letters and digits.
pub fn tokens(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.folded).collect()
}

/// The letters of `text`, each with its place and what is left of it when it is folded: nothing of a combining mark.
fn each_letter(text: &str, mut see: impl FnMut(Range<usize>, Folded)) {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        let letter = match c {
            'и' | 'И' if chars.next_if(|(_, next)| *next == '\u{306}').is_some() => {
                end += '\u{306}'.len_utf8();
                Folded::One(Some('й'))
            }
            'ı' => Folded::One(Some('i')),
            // U+01DD stands for it in texts made with old fonts.
            'Ə' | 'ə' | 'Ǝ' | 'ǝ' => Folded::One(Some('e')),
            // And so does the Cyrillic letter that looks the same.
            'Ә' | 'ә' if is_in_latin_word(text, at) => Folded::One(Some('e')),
            'Ё' | 'ё' => Folded::One(Some('е')),
            '\u{300}'..='\u{36F}' => Folded::One(None),
            c => match latin_base(c) {
                Some(base) => Folded::One(Some(base)),
                None => Folded::Lower(c.to_lowercase()),
            },
        };
        see(at..end, letter);
    }
}

/// The basic letter that is left of a Latin one without its marks, in lower case.
fn latin_base(c: char) -> Option<char> {
    let mut base = None;
    decompose_canonical(c, |part| {
        base.get_or_insert(part);
    });
    let base = base.filter(char::is_ascii_alphabetic)?;
    Some(base.to_ascii_lowercase())
}

/// Whether a letter of the word at the byte `at` is Latin, of those near it: a word may be as long as a text.
fn is_in_latin_word(text: &str, at: usize) -> bool {
    const NEAR: usize = 32;
    let in_word = |c: &char| c.is_alphabetic() || ('\u{300}'..='\u{36F}').contains(c);
    // Of what folding leaves of it.
    let is_latin = |c: char| {
        c.is_alphabetic() && (latin_base(c).is_some() || c.to_lowercase().any(|c| c < '\u{2B0}'))
    };
    let (before, from) = text.split_at(at);
    let mut before = before.chars().rev().take(NEAR).take_while(in_word);
    let mut from = from.chars().take(NEAR).take_while(in_word);
    before.any(is_latin) || from.any(is_latin)
}

/// What becomes of a letter.
enum Folded {
    One(Option<char>),
    Lower(ToLowercase),
}

impl Iterator for Folded {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(c) => c.take(),
            Self::Lower(all) => all.next(),
        }
    }
}

/// An FTS5 query for the lessons that have, for each word of `text`, a word that begins with it. None: `text` has no word.
///
/// Only letters and digits pass, each word in quotation marks, so that nothing a student types is
/// taken for the syntax of FTS5.
pub fn match_expression(text: &str) -> Option<String> {
    let words: Vec<String> = tokens(text)
        .iter()
        .take(MAX_QUERY_TOKENS)
        .map(|token| format!("\"{token}\"*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_any_keyboard_writes_finds_the_azerbaijani_word() {
        for (written, typed) in [
            ("Kəsr", "kesr"),
            ("KƏSR", "kəsr"),
            ("İŞIQ", "isiq"),
            ("işıq", "ISIQ"),
            ("Çoxbucaqlı", "coxbucaqli"),
            ("ağac", "agac"),
            ("Üçbucağın sahəsi", "ucbucagin sahesi"),
            ("Ölçmə", "olcme"),
            ("Kâğız, qeyrî, sükût", "kagiz, qeyri, sukut"),
            // Decomposed, as some systems store what they were given.
            ("I\u{307}s\u{327}\u{131}q", "işıq"),
            ("u\u{308}c\u{327}bucag\u{306}", "üçbucağ"),
            ("Café, Mädchen, NAÏVE", "cafe\u{301}, madchen, naive"),
            // Texts made with old fonts have other letters that look like ə.
            ("Kǝsr, KƎSR", "kəsr, kəsr"),
            ("Kәsr, mәsәlәn", "kəsr, məsələn"),
        ] {
            assert_eq!(fold(written), fold(typed), "{written} {typed}");
        }
        assert_eq!(fold("İŞIQ"), "isiq");
        // In a Cyrillic word it is itself.
        assert_eq!(fold("Кәср"), "кәср");
    }

    #[test]
    fn russian_words_are_found_with_and_without_the_dots_of_yo() {
        assert_eq!(fold("Ёлка"), "елка");
        assert_eq!(fold("Е\u{308}лка"), "елка");
        assert_eq!(fold("ДРОБИ"), "дроби");
        assert_eq!(fold("за\u{301}мок"), "замок");
    }

    #[test]
    fn short_i_is_a_letter_of_its_own_however_it_is_stored() {
        for written in ["йод", "Йод", "и\u{306}од", "И\u{306}ОД"] {
            assert_eq!(fold(written), "йод");
        }
        assert_ne!(fold("мой"), fold("мои"));
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            tokens("Kəsrlər: 1/2 və 3,5 (II hissə)"),
            ["kesrler", "1", "2", "ve", "3", "5", "ii", "hisse"]
        );
        assert!(tokens(" -- \"*\" ").is_empty());
    }

    #[test]
    fn a_query_asks_for_every_word_as_a_beginning() {
        assert_eq!(
            match_expression("Kəsr topla").as_deref(),
            Some(r#""kesr"* "topla"*"#)
        );
        assert_eq!(match_expression("  ?! "), None);
        assert_eq!(
            match_expression("1 2 3 4 5 6 7 8 9").map(|q| q.matches('*').count()),
            Some(8)
        );
        let endless = match_expression(&"a".repeat(10_000)).unwrap();
        assert_eq!(endless.len(), MAX_TOKEN_CHARS + 3);
    }

    #[test]
    fn the_syntax_of_fts5_never_passes_through() {
        assert_eq!(
            match_expression(r#"title:a" OR NEAR(b) ^c -d {e}*"#).as_deref(),
            Some(r#""title"* "a"* "or"* "near"* "b"* "c"* "d"* "e"*"#)
        );
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "(?s)[a-zəәǝéıİIŞёЁйи\u{300}-\u{310}ßΣ ]{0,12}|.{0,12}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_query_is_words_in_quotation_marks_whatever_is_typed(text in "(?s).{0,40}") {
            for word in match_expression(&text).iter().flat_map(|query| query.split(' ')) {
                let word = word.strip_prefix('"').and_then(|word| word.strip_suffix("\"*"));
                prop_assert!(word.is_some_and(|word| word.chars().all(char::is_alphanumeric)));
            }
        }
    }
}
