//! Templates as files: no words of their own, no direction of writing, whatever people wrote isolated.

use std::path::{Path, PathBuf};

/// Words that are the same in every language.
const SAME: [&str; 1] = ["CSV"];
/// Attributes that somebody reads or hears.
const READ: [&str; 6] = [
    "aria-label",
    "title",
    "alt",
    "placeholder",
    "label",
    "content",
];
/// What a `<meta>` says to machines.
const MACHINES: [&str; 4] = [
    "width=device-width, initial-scale=1",
    "light dark",
    "noindex",
    "utf-8",
];

fn templates() -> Vec<(PathBuf, String)> {
    fn gather(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|e| e == "html") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    gather(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages"),
        &mut found,
    );
    assert!(found.len() > 30);
    found
}

/// A template without what is put in when it is shown.
fn without_inserts(template: &str) -> String {
    let mut left = template.to_owned();
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}")] {
        while let Some(start) = left.find(open) {
            let end = left[start..].find(close).unwrap() + start + close.len();
            left.replace_range(start..end, "\u{1}");
        }
    }
    left
}

fn words_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    let words = words.filter(|w| w.chars().count() > 1 && !SAME.contains(w));
    words.map(str::to_owned).collect()
}

#[test]
fn every_word_that_is_read_comes_from_the_files_of_words() {
    let mut faults = Vec::new();
    for (path, template) in templates() {
        let bare = without_inserts(&template);
        for piece in bare.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
            // An entity is no word.
            let text: String = text
                .split('&')
                .enumerate()
                .map(|(n, t)| match n {
                    0 => t,
                    _ => t.split_once(';').map_or(t, |(_, rest)| rest),
                })
                .collect();
            for word in words_in(&text) {
                faults.push(format!("{}: {word:?} in a text", path.display()));
            }
            for attribute in READ {
                for value in tag.split(&format!(" {attribute}=\"")).skip(1) {
                    let value = value.split('"').next().unwrap();
                    if !MACHINES.contains(&value) && !words_in(value).is_empty() {
                        faults.push(format!("{}: {attribute}={value:?}", path.display()));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_template_says_which_way_is_written() {
    for (path, template) in templates() {
        for said in ["dir=\"ltr\"", "dir=\"rtl\""] {
            assert!(!template.contains(said), "{}: {said}", path.display());
        }
    }
}

/// Who writes from right to left has titles of lessons that are written from left to right, and the other way round.
#[test]
fn titles_of_lessons_are_isolated_from_what_stands_around_them() {
    // Where a title stands as text: not in an attribute, and not in a page's own heading, which the words make.
    const TITLES: [&str; 9] = [
        "{{ card.title }}",
        "{{ chapter.title }}",
        "{{ variant.title }}",
        "{{ row.title }}",
        "{{ tabs.title }}",
        "{{ title }}",
        "{{ description }}",
        "{{ job.title }}",
        "{{ lesson.title }}",
    ];
    let mut faults = Vec::new();
    for (path, template) in templates() {
        for title in TITLES {
            for (at, _) in template.match_indices(title) {
                let before = &template[..at];
                let in_tag = before.rfind('<') > before.rfind('>');
                // The element that it stands in, or the one around that.
                let mut tags = before.rsplit('<').map(|tag| tag.split('>').next().unwrap());
                let mut near = tags.by_ref().take(2);
                let isolated = near.any(|t| t.starts_with("bdi") || t.contains("dir=\"auto\""));
                if !in_tag && !isolated {
                    faults.push(format!("{}: {title}", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
