//! What somebody looks for: words, each of which a text must have.

use super::fold::{MAX_QUERY_TOKENS, Word, words};

/// Letters from which on a word finds those that begin with it; the last one may still be being typed.
const BEGINNING: usize = 3;
const LAST_BEGINNING: usize = 2;

/// The words that are looked for. A text fits when it has all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As it was typed, or as what it was corrected to is written.
    written: String,
    /// Folded. Any one of them will do; the first is what was typed, or what it was corrected to.
    words: Vec<String>,
    /// Whether a longer word that begins with the first one will do as well.
    begins: bool,
}

/// How well a word fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It begins with what is looked for.
    Beginning,
    /// It is what is looked for.
    Exact,
}

impl Query {
    /// The words of `text`; beyond eight they are left out.
    pub fn read(text: &str) -> Self {
        let mut typed: Vec<Word> = Vec::new();
        for word in words(text) {
            if typed.len() < MAX_QUERY_TOKENS && !typed.iter().any(|w| w.folded == word.folded) {
                typed.push(word);
            }
        }
        let last = typed.len().saturating_sub(1);
        let term = |(at, typed): (usize, Word)| {
            let needed = match at == last {
                true => LAST_BEGINNING,
                false => BEGINNING,
            };
            let word = typed.folded;
            // 7 is no beginning of 72.
            let number = word.chars().all(char::is_numeric);
            Term {
                written: text[typed.range].to_owned(),
                begins: !number && word.chars().count() >= needed,
                words: vec![word],
            }
        };
        Self {
            terms: typed.into_iter().enumerate().map(term).collect(),
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The words that are looked for.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The query that looks for the word number `at` alone.
    pub fn only(&self, at: usize) -> Self {
        Self {
            terms: self.terms.get(at).cloned().into_iter().collect(),
        }
    }

    /// The query without its word number `at`.
    pub fn without(&self, at: usize) -> Self {
        let mut query = self.clone();
        if at < query.terms.len() {
            query.terms.remove(at);
        }
        query
    }

    /// The same query with other words in place of its word number `at`: folded, and as they are written.
    pub fn corrected(&self, at: usize, words: &[(String, String)]) -> Self {
        let mut query = self.clone();
        if let (Some(term), Some((_, written))) = (query.terms.get_mut(at), words.first()) {
            term.written.clone_from(written);
            term.words = words.iter().map(|(word, _)| word.clone()).collect();
        }
        query
    }

    /// The words, as they are written.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.terms.iter().map(|t| t.written.as_str()).collect();
        words.join(" ")
    }

    /// An FTS5 query for what has every word, at least so well. Only letters and digits pass, each word in quotation
    /// marks, so that nothing anybody types is taken for the syntax of FTS5.
    pub fn expression(&self, fit: Fit) -> String {
        let term = |term: &Term| {
            let mut any: Vec<String> = Vec::new();
            for (at, word) in term.words.iter().enumerate() {
                let begins = at == 0 && term.begins && fit == Fit::Beginning;
                any.push(format!("\"{word}\"{}", if begins { "*" } else { "" }));
            }
            match any.len() {
                1 => any.remove(0),
                _ => format!("({})", any.join(" OR ")),
            }
        };
        let all: Vec<String> = self.terms.iter().map(term).collect();
        all.join(" AND ")
    }

    /// Whether any word finds longer ones too.
    pub fn has_beginnings(&self) -> bool {
        self.terms.iter().any(|term| term.begins)
    }

    /// Which of the words `text` has, as bits, and how many of them exactly.
    pub fn found_in(&self, text: &str) -> (u32, u32) {
        let (mut found, mut exact) = (0, 0_u32);
        for word in words(text) {
            for (at, term) in self.terms.iter().enumerate() {
                if let Some(fit) = term.fit(&word.folded) {
                    found |= 1 << at;
                    exact |= u32::from(fit == Fit::Exact) << at;
                }
            }
        }
        (found, exact.count_ones())
    }

    /// Whether `word`, folded, is one of those that are looked for.
    pub fn finds(&self, word: &str) -> bool {
        self.terms.iter().any(|term| term.fit(word).is_some())
    }
}

impl Term {
    /// What was typed, or what it was corrected to, folded.
    pub fn word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// All that will do in its place, folded.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether longer words that begin with [`Term::word`] will do as well.
    pub fn begins(&self) -> bool {
        self.begins
    }

    fn fit(&self, word: &str) -> Option<Fit> {
        if self.words.iter().any(|w| w == word) {
            return Some(Fit::Exact);
        }
        (self.begins && word.starts_with(self.word())).then_some(Fit::Beginning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_must_be_there_and_the_last_may_still_be_being_typed() {
        let query = Query::read("Kəsr 7 to");
        assert_eq!(
            query.expression(Fit::Beginning),
            r#""kesr"* AND "7" AND "to"*"#
        );
        assert_eq!(query.expression(Fit::Exact), r#""kesr" AND "7" AND "to""#);
        assert_eq!(query.found_in("Kəsrlərin toplanması"), (0b101, 0));
        assert_eq!(query.found_in("KƏSR, 7; 72"), (0b011, 2));
        let corrected = query.corrected(
            0,
            &[
                ("kesb".into(), "kəsb".into()),
                ("kesrler".into(), "kəsrlər".into()),
            ],
        );
        assert_eq!(corrected.text(), "kəsb 7 to");
        assert_eq!(corrected.without(1).text(), "kəsb to");
        assert_eq!(
            corrected.expression(Fit::Beginning),
            r#"("kesb"* OR "kesrler") AND "7" AND "to"*"#
        );
        assert!(Query::read(" ?! ").is_empty());
        assert_eq!(Query::read("a").expression(Fit::Beginning), r#""a""#);
    }

    #[test]
    fn the_syntax_of_fts5_never_passes_through_and_long_queries_are_cut() {
        let query = Query::read(r#"title:a" OR NEAR(b) ^c -d {e}* f g"#);
        assert_eq!(
            query.expression(Fit::Exact),
            r#""title" AND "a" AND "or" AND "near" AND "b" AND "c" AND "d" AND "e""#
        );
        assert_eq!(Query::read(&"a ".repeat(10_000)).terms().len(), 1);
        assert!(
            Query::read(&"a".repeat(10_000))
                .expression(Fit::Exact)
                .len()
                < 100
        );
    }
}
