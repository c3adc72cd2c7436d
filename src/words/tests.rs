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
            include_str!(concat!($language, "/links.ftl")),
            include_str!(concat!($language, "/slides.ftl")),
            include_str!(concat!($language, "/timetable.ftl")),
            include_str!(concat!($language, "/offline.ftl")),
            include_str!(concat!($language, "/cells.ftl")),
            include_str!(concat!($language, "/transcript.ftl")),
            include_str!(concat!($language, "/search.ftl")),
            include_str!(concat!($language, "/player.ftl")),
            include_str!(concat!($language, "/exchange.ftl")),
            include_str!(concat!($language, "/embed.ftl")),
            include_str!(concat!($language, "/lti.ftl")),
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
        assert_eq!(files.len(), 18, "a new file of texts: compare it here too");
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
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for extension in ["html", "rs"] {
        for surface in ["src/pages", "src/exchange"] {
            files_in(&own.join(surface), extension, &mut sources);
        }
    }
    for (file, text) in [
        ("format.rs", include_str!("format.rs")),
        ("dates.rs", include_str!("dates.rs")),
    ] {
        sources.push((file.into(), text.into()));
    }
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
    for (source, group) in [
        (include_str!("../processing/verdict.rs"), "verdict-"),
        (include_str!("../sheet/fault.rs"), "cell-"),
        (include_str!("../upload/refusal.rs"), "refusal-"),
        (include_str!("../lti/refusal.rs"), "lti-refused-"),
    ] {
        for part in source.split(&format!("\"{group}")).skip(1) {
            let key = format!("{group}{}", part.split('"').next().unwrap());
            if key == group {
                continue; // what is taken off to make a code
            }
            assert!(known.contains_key(&key), "no file of texts has {key:?}");
            used.insert(key);
        }
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
fn days_and_weeks_are_written_as_each_language_does() {
    let on = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let thursday = on("2020-03-12");
    for (language, full, heading) in [
        (
            Language::Az,
            "12 mart 2020, cümə axşamı",
            "Cümə axşamı, 12 mart",
        ),
        (Language::Ru, "12 марта 2020, четверг", "Четверг, 12 марта"),
        (
            Language::En,
            "Thursday, 12 March 2020",
            "Thursday, 12 March",
        ),
    ] {
        assert_eq!(full_date(language, thursday), full);
        assert_eq!(day_of_week(language, thursday), heading);
    }
    for (first, last, az, ru, en) in [
        (
            "2020-03-30",
            "2020-04-05",
            "30 mart – 5 aprel 2020",
            "30 марта – 5 апреля 2020",
            "30 March – 5 April 2020",
        ),
        (
            "2020-04-06",
            "2020-04-12",
            "6–12 aprel 2020",
            "6–12 апреля 2020",
            "6–12 April 2020",
        ),
        (
            "2020-12-28",
            "2021-01-03",
            "28 dekabr 2020 – 3 yanvar 2021",
            "28 декабря 2020 – 3 января 2021",
            "28 December 2020 – 3 January 2021",
        ),
    ] {
        let told = Language::ALL.map(|language| days(language, on(first), on(last)));
        assert_eq!(told, [az, ru, en]);
    }
    // A week from Monday on, and a year from January on.
    let week = |language| {
        let all = (6..=12).map(|day| day_of_week(language, jiff::civil::date(2020, 1, day)));
        let names = all.map(|text| text.split(',').next().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        week(Language::Az),
        "Bazar ertəsi Çərşənbə axşamı Çərşənbə Cümə axşamı Cümə Şənbə Bazar"
    );
    assert_eq!(
        week(Language::Ru),
        "Понедельник Вторник Среда Четверг Пятница Суббота Воскресенье"
    );
    let year = |language| {
        let all = (1..=12).map(|month| date(language, jiff::civil::date(2020, month, 1)));
        let names = all.map(|text| text.split(' ').nth(1).unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        year(Language::Az),
        "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr"
    );
    assert_eq!(
        year(Language::Ru),
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    );
}

#[test]
fn an_airing_is_told_with_its_weekday_in_the_schools_time() {
    let zone = jiff::tz::TimeZone::get("Asia/Baku").unwrap();
    // 23:30 at Greenwich is another day in Baku.
    let at = UnixMillis(1_583_969_400_000); // 2020-03-11T23:30:00Z
    let told = |language| full_date_time(language, at, &zone);
    assert_eq!(told(Language::Az), "12 mart 2020, cümə axşamı, 03:30");
    assert_eq!(told(Language::Ru), "12 марта 2020, четверг, 03:30");
    assert_eq!(time(at, &zone), "03:30");
    assert_eq!(time(UnixMillis(i64::MAX), &zone), "");
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
