//! The words that were found, marked in the text as it was written.

use super::fold::words;
use super::query::Query;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As it was written.
    pub text: String,
    /// Whether it is a word that was looked for.
    pub marked: bool,
}

/// `text` in pieces: together they are `text`, and the words that `query` looks for are pieces of their own.
pub fn marked(text: &str, query: &Query) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut push = |text: &str, marked| {
        if !text.is_empty() {
            parts.push(Part {
                text: text.to_owned(),
                marked,
            });
        }
    };
    let mut done = 0;
    for word in words(text) {
        if query.finds(&word.folded) {
            push(&text[done..word.range.start], false);
            push(&text[word.range.clone()], true);
            done = word.range.end;
        }
    }
    push(&text[done..], false);
    parts
}

/// About `most` characters of `text` around the first word that is looked for, with an ellipsis where it was cut;
/// `None`: it has no such word.
pub fn excerpt(text: &str, query: &Query, most: usize) -> Option<String> {
    /// Of the characters, what stands before the word.
    const BEFORE: usize = 4;
    let all = words(text);
    let found = all.iter().position(|word| query.finds(&word.folded))?;
    let characters = |from: usize, to: usize| text[from..to].chars().count();
    let place = all[found].range.start;
    let first = all[..found]
        .iter()
        .rev()
        .take_while(|word| characters(word.range.start, place) <= most / BEFORE)
        .last()
        .map_or(place, |word| word.range.start);
    let end = all[found..]
        .iter()
        .take_while(|word| characters(first, word.range.end) <= most)
        .last()
        .map_or(all[found].range.end, |word| word.range.end);
    let start = if first == all[0].range.start {
        0
    } else {
        first
    };
    let whole = all.last().is_some_and(|last| last.range.end == end);
    let end = if whole { text.len() } else { end };
    Some(format!(
        "{}{}{}",
        if start == 0 { "" } else { "…" },
        text[start..end]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        if whole { "" } else { "…" }
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, query: &str) -> String {
        let parts = marked(text, &Query::read(query));
        let parts = parts.iter().map(|part| match part.marked {
            true => format!("[{}]", part.text),
            false => part.text.clone(),
        });
        parts.collect()
    }

    #[test]
    fn marks_stand_around_the_words_as_they_were_written() {
        for (text, query, marks) in [
            ("Adi KƏSRLƏR: kəsr", "kesr", "Adi [KƏSRLƏR]: [kəsr]"),
            ("İŞIQ və işıq", "isiq", "[İŞIQ] və [işıq]"),
            (
                "I\u{307}s\u{327}\u{131}q!",
                "isiq",
                "[I\u{307}s\u{327}\u{131}q]!",
            ),
            ("Ёлка и ЕЛКИ", "ёлк", "[Ёлка] и [ЕЛКИ]"),
            (
                "<script>kəsr</script>",
                "kesr script",
                "<[script]>[kəsr]</[script]>",
            ),
            ("mətn", "kesr", "mətn"),
            ("", "kesr", ""),
        ] {
            assert_eq!(shown(text, query), marks);
        }
    }

    #[test]
    fn an_excerpt_has_the_word_and_a_little_around_it() {
        let query = Query::read("kesr");
        let text =
            "Bu dərsdə ədədləri toplayırıq. Sonra adi kəsrləri müqayisə edir, məsələ həll edirik.";
        assert_eq!(
            excerpt(text, &query, 40).as_deref(),
            Some("…Sonra adi kəsrləri müqayisə edir, məsələ…")
        );
        assert_eq!(excerpt("Kəsr.", &query, 40).as_deref(), Some("Kəsr."));
        assert_eq!(excerpt("başqa", &query, 40), None);
    }

    proptest! {
        #[test]
        fn nothing_of_a_text_is_lost(text in "(?s)[a-zəıİIŞёЁйи\u{300}-\u{310} <&]{0,20}|.{0,20}", query in ".{0,6}") {
            let parts = marked(&text, &Query::read(&query));
            prop_assert_eq!(parts.into_iter().map(|part| part.text).collect::<String>(), text.clone());
            let cut = excerpt(&text, &Query::read(&query), 5);
            prop_assert_eq!(cut.is_some(), super::super::fold::words(&text).iter().any(|w| Query::read(&query).finds(&w.folded)));
        }
    }
}
