//! Folding: one spelling for what different keyboards write.
//!
//! `kesr` finds kəsr, `isiq` finds İŞIQ, `елка` finds Ёлка. FTS5 cannot do it (its unicode61 leaves ı, ə and
//! ё alone), so the same fold is applied before a text is indexed and before it is looked for.

/// Tokens of a query that are looked for; each costs a pass over the index.
pub const MAX_QUERY_TOKENS: usize = 8;
/// Characters of a query's token that are looked for. Longer words are found by their beginning.
const MAX_TOKEN_CHARS: usize = 64;

/// `text` in lower case, Azerbaijani letters as the nearest of the basic Latin ones, ё as е, combining marks
/// dropped. й is a letter of its own and stays, also where it is written as и and U+0306.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            'и' | 'И' if chars.next_if_eq(&'\u{306}').is_some() => folded.push('й'),
            'I' | 'İ' | 'ı' | 'Î' | 'î' => folded.push('i'),
            'Ə' | 'ə' => folded.push('e'),
            'Ş' | 'ş' => folded.push('s'),
            'Ç' | 'ç' => folded.push('c'),
            'Ğ' | 'ğ' => folded.push('g'),
            'Ö' | 'ö' => folded.push('o'),
            'Ü' | 'ü' | 'Û' | 'û' => folded.push('u'),
            'Â' | 'â' => folded.push('a'),
            'Ё' | 'ё' => folded.push('е'),
            '\u{300}'..='\u{36F}' => {}
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// The words of `text`, folded: runs of letters and digits.
pub fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text);
    let runs = folded.split(|c: char| !c.is_alphanumeric());
    runs.filter(|run| !run.is_empty())
        .map(str::to_owned)
        .collect()
}

/// An FTS5 query for the lessons that have, for each word of `text`, a word that begins with it. None: `text` has no word.
///
/// Only letters and digits pass, each word in quotation marks, so that nothing a student types is
/// taken for the syntax of FTS5.
pub fn match_expression(text: &str) -> Option<String> {
    let words: Vec<String> = tokens(text)
        .iter()
        .take(MAX_QUERY_TOKENS)
        .map(|token| {
            let token: String = token.chars().take(MAX_TOKEN_CHARS).collect();
            format!("\"{token}\"*")
        })
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
        ] {
            assert_eq!(fold(written), fold(typed), "{written} {typed}");
        }
        assert_eq!(fold("İŞIQ"), "isiq");
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
        fn folding_twice_is_folding_once(text in "(?s)[a-zəıİIŞёЁйи\u{300}-\u{310}ßΣ ]{0,12}|.{0,12}") {
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
