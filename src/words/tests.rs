//! What readers get in each language.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;
use crate::clock::UnixMillis;
use crate::units::Bytes;

/// The texts of a language, file after file.
macro_rules! texts {
    ($language:literal) => {
        concat!(
            include_str!(concat!($language, "/pages.ftl")),
            include_str!(concat!($language, "/teach.ftl")),
            include_str!(concat!($language, "/desk.ftl")),
            include_str!(concat!($language, "/upload.ftl")),
            include_str!(concat!($language, "/files.ftl")),
            include_str!(concat!($language, "/verdict.ftl")),
            include_str!(concat!($language, "/jobs.ftl")),
            include_str!(concat!($language, "/slides.ftl")),
            include_str!(concat!($language, "/player.ftl")),
        )
    };
}

const FILES: [(Language, &str); 3] = [
    (Language::Az, texts!("az")),
    (Language::Ru, texts!("ru")),
    (Language::En, texts!("en")),
];

/// Every key of a file with the variables that its text names.
fn keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            key = line.split_once(" =").unwrap().0.to_owned();
            assert!(
                found.insert(key.clone(), BTreeSet::new()).is_none(),
                "{key} stands there twice"
            );
        }
        for part in line.split('$').skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric())
                .collect();
            found.get_mut(&key).unwrap().insert(name);
        }
    }
    found
}

/// Files with `extension` in `folder` and below.
fn files_in(folder: &Path, extension: &str, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_in(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push((
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

#[test]
fn every_text_is_there_in_all_three_languages_with_the_same_variables() {
    let english = keys(FILES[2].1);
    for (language, text) in FILES {
        assert_eq!(keys(text), english, "{language:?} differs from English");
    }
    for folder in Language::ALL {
        let mut files = Vec::new();
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/words")
            .join(folder.code());
        files_in(&path, "ftl", &mut files);
        assert_eq!(files.len(), 9, "a new file of texts: compare it here too");
    }
}

#[test]
fn every_text_can_be_written_in_every_language() {
    for (key, variables) in keys(FILES[2].1) {
        for language in Language::ALL {
            let names: Vec<&'static str> = variables.iter().map(|v| &*v.clone().leak()).collect();
            let arguments: Vec<_> = names.into_iter().map(|n| (n, 5.into())).collect();
            let text = language.with(&key, &arguments);
            assert_ne!(text, key, "{language:?}");
        }
    }
}

#[test]
fn every_key_that_the_pages_use_exists_and_every_key_is_used() {
    let known = keys(FILES[2].1);
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");
    let mut sources = Vec::new();
    for extension in ["html", "rs"] {
        files_in(&pages, extension, &mut sources);
    }
    let format = include_str!("format.rs").to_owned();
    sources.push(("format.rs".into(), format));
    let mut used = BTreeSet::new();
    sources.retain(|(file, _)| !file.contains("/tests/"));
    for (file, text) in &sources {
        for call in [
            ".text(", ".with(", ".count(", " text(", "(text(", " with(", " number(",
        ] {
            for part in text.split(call).skip(1) {
                let Some(literal) = part.trim_start().strip_prefix('"') else {
                    continue;
                };
                let key = literal.split('"').next().unwrap();
                assert!(
                    known.contains_key(key),
                    "{file} uses {key:?}, which no file of texts has"
                );
                used.insert(key.to_owned());
            }
        }
    }
    // These are named by what they say, and written elsewhere.
    let verdicts = include_str!("../processing/verdict.rs");
    for part in verdicts.split("=> \"verdict-").skip(1) {
        let key = format!("verdict-{}", part.split('"').next().unwrap());
        assert!(known.contains_key(&key), "no file of texts has {key:?}");
        used.insert(key);
    }
    let all: BTreeSet<String> = known.into_keys().collect();
    let idle: Vec<_> = all.difference(&used).collect();
    assert!(idle.is_empty(), "nobody uses {idle:?}");
}

#[test]
fn numbers_of_lessons_have_the_right_form_in_each_language() {
    let forms = |language: Language, key| {
        [0, 1, 2, 5, 11, 21, 22, 112, 1001].map(|n| language.count(key, n))
    };
    assert_eq!(
        forms(Language::Ru, "lessons").join(", "),
        "0 уроков, 1 урок, 2 урока, 5 уроков, 11 уроков, 21 урок, 22 урока, 112 уроков, 1001 урок"
    );
    assert_eq!(
        forms(Language::Ru, "minutes").join(", "),
        "0 минут, 1 минута, 2 минуты, 5 минут, 11 минут, 21 минута, 22 минуты, 112 минут, 1001 минута"
    );
    assert_eq!(
        forms(Language::Az, "lessons").join(", "),
        "0 dərs, 1 dərs, 2 dərs, 5 dərs, 11 dərs, 21 dərs, 22 dərs, 112 dərs, 1001 dərs"
    );
    assert_eq!(Language::En.count("lessons", 1), "1 lesson");
    assert_eq!(Language::En.count("lessons", 21), "21 lessons");
}

#[test]
fn azerbaijani_ordinals_follow_vowel_harmony() {
    let nth = |n: u32| Language::Az.with("lesson-nth", &[("number", n.into())]);
    let all = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 103, 116,
    ]
    .map(nth);
    let suffixes: Vec<&str> = all
        .iter()
        .map(|t| t.trim_end_matches(" dərs").split_once('-').unwrap().1)
        .collect();
    assert_eq!(
        suffixes.join(" "),
        "ci ci cü cü ci cı ci ci cu cu ci cu cı ci cı ci ci cı cü cü cı"
    );
    assert_eq!(nth(3), "3-cü dərs");
}

#[test]
fn a_size_reads_like_a_price_in_the_readers_language() {
    let show = |language, bytes| size(language, Bytes(bytes)).replace('\u{a0}', " ");
    assert_eq!(show(Language::Az, 3_800_000), "3,8 MB");
    assert_eq!(show(Language::Ru, 3_800_000), "3,8 МБ");
    assert_eq!(show(Language::En, 3_800_000), "3.8 MB");
    for (bytes, text) in [
        (0, "1 KB"),
        (99_999, "100 KB"),
        (100_000, "0.1 MB"),
        (9_949_999, "9.9 MB"),
        (9_950_000, "10 MB"),
        (148_400_000, "148 MB"),
        (999_499_999, "999 MB"),
        (999_500_000, "1.0 GB"),
        (12_400_000_000, "12 GB"),
    ] {
        assert_eq!(show(Language::En, bytes), text, "{bytes}");
    }
    assert!(!show(Language::En, u64::MAX).is_empty());
}

#[test]
fn a_broadcast_is_told_in_the_schools_time() {
    let zone = jiff::tz::TimeZone::get("Asia/Baku").unwrap();
    let at = UnixMillis(1_583_990_999_000); // 2020-03-12T05:29:59Z
    let show = |language| date_time(language, at, &zone);
    assert_eq!(show(Language::Az), "12 mart 2020, 09:29");
    assert_eq!(show(Language::Ru), "12 марта 2020, 09:29");
    assert_eq!(show(Language::En), "12 March 2020, 09:29");
    assert_eq!(iso_time(at, &zone), "2020-03-12T09:29:59+04:00");
    assert_eq!(date_time(Language::Az, UnixMillis(i64::MAX), &zone), "");
}

#[test]
fn the_browsers_first_language_that_we_speak_is_chosen() {
    for (accepted, language) in [
        ("ru", Language::Ru),
        ("ru-RU,ru;q=0.9,en-US;q=0.8", Language::Ru),
        ("en-GB", Language::En),
        ("az-Latn-AZ", Language::Az),
        ("tr,en;q=0.5", Language::En),
        ("en;q=0.3, ru;q=0.7", Language::Ru),
        ("ru;q=0, en", Language::En),
        ("RU", Language::Ru),
        // None of ours, nothing, or nonsense.
        ("ja", Language::Az),
        ("", Language::Az),
        ("*", Language::Az),
        (";;q=,,=;ru-", Language::Az),
        ("en;q=much", Language::Az),
    ] {
        assert_eq!(Language::negotiate(accepted), language, "{accepted}");
    }
}
