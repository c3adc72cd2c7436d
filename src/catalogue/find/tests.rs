//! What is found, by whom, and when it stops being found.

use proptest::prelude::*;

use super::meant::ALTERNATIVES;
use super::*;
use crate::catalogue::tests::{Archive, archive, footage, lesson};
use crate::catalogue::{
    Broadcast, Description, NewFile, Placement, Role, Saved, Target, Visibility,
};
use crate::clock::UnixMillis;
use crate::units::{Bytes, FileId, RecordingId};

impl Archive {
    /// A file of captions in the store: from which second, what is said.
    fn captions(&self, language: &str, lines: &[(u64, &str)]) -> NewFile {
        let cues: String = lines
            .iter()
            .map(|(at, line)| {
                let clock =
                    |s: u64| format!("{:02}:{:02}:{:02}.000", s / 3600, s / 60 % 60, s % 60);
                format!("\n{} --> {}\n{line}\n", clock(*at), clock(*at + 2))
            })
            .collect();
        self.captions_file(language, format!("WEBVTT\n{cues}").as_bytes())
    }

    fn captions_file(&self, language: &str, content: &[u8]) -> NewFile {
        let name = format!("{}.vtt", uuid::Uuid::new_v4().simple());
        let location = format!("files/{name}");
        std::fs::create_dir_all(self.data.path().join("files")).unwrap();
        std::fs::write(self.data.path().join(&location), content).unwrap();
        NewFile {
            role: Role::Captions,
            name,
            location,
            placement: Placement::Store,
            bytes: Bytes(content.len() as u64),
            mime: "text/vtt".into(),
            language: Some(language.into()),
            ..footage(1).1
        }
    }

    fn record(&self, lesson: LessonId) -> RecordingId {
        let (recording, source) = footage(1_000);
        self.catalogue
            .write_blocking(move |c| c.add_recording(lesson, &recording, &source))
            .unwrap()
    }

    fn add(&self, recording: RecordingId, file: NewFile) -> FileId {
        self.catalogue
            .write_blocking(move |c| c.add_file(recording, &file))
            .unwrap()
    }

    /// A lesson in which this is said.
    fn says(&self, description: &Description, lines: &[(u64, &str)]) -> Saved {
        let saved = self.save(description);
        let recording = self.record(saved.id);
        self.add(recording, self.captions("az", lines));
        saved
    }

    fn find(&self, search: Search) -> Results {
        self.catalogue.search_blocking(search).unwrap()
    }

    fn titles(&self, text: &str) -> Vec<String> {
        self.titles_of(text, Facets::default())
    }

    fn titles_of(&self, text: &str, facets: Facets) -> Vec<String> {
        let search = Search {
            facets,
            ..looking_for(text)
        };
        let found = self.find(search).lessons.into_iter();
        found.map(|found| found.card.title).collect()
    }
}

fn looking_for(text: &str) -> Search {
    Search {
        text: text.into(),
        limit: 50,
        moments: true,
        ..Search::default()
    }
}

fn maths(title: &str) -> Description {
    lesson(title, &["7"], "mathematics")
}

#[test]
fn every_keyboard_finds_what_is_written_and_what_is_said() {
    let pairs = [
        (
            "Kəsrlərin toplanması",
            &[
                "kesr",
                "KƏSR",
                "kəsrlərin",
                "Kesrlerin toplanmasi",
                "kesrlər top",
                "KESRLERIN TOPLANMASI",
            ][..],
        ),
        (
            "İşıq hadisələri",
            &[
                "isiq",
                "ISIQ",
                "işıq",
                "İŞIQ",
                "ışıq",
                "isıq hadiseleri",
                "hadisə",
            ],
        ),
        (
            "Üçbucağın sahəsi",
            &[
                "ucbucaq",
                "ucbucagin",
                "ÜÇBUCAĞIN",
                "üçbucağin sahesi",
                "ucbucağın",
            ],
        ),
        (
            "Çoxhədlilər",
            &["coxhedli", "ÇOXHƏDLİ", "çoxhedlilər", "coxhədliler"],
        ),
        ("Gövdə və yarpaq", &["govde", "GÖVDƏ", "gövde ve yarpaq"]),
        (
            "Ёлка и ёжик",
            &["елка", "ЁЛКА", "ёлка", "Елка и ежик", "ежик"],
        ),
        (
            "Сложение дробей",
            &["сложение", "ДРОБЕЙ", "дробе", "сложение дро"],
        ),
        ("Кофейный йод", &["кофейный", "йод", "и\u{306}од", "ЙОД"]),
    ];
    let archive = archive();
    for (text, _) in pairs {
        archive.save(&maths(text));
        archive.says(&maths("Dərs"), &[(7, text)]);
    }
    let mut variants = 0;
    for (text, typed) in pairs {
        for typed in typed {
            // üçbucaq is no beginning of üçbucağın: a letter is forgiven.
            let results = archive.find(looking_for(typed));
            let titles: Vec<&str> = results
                .lessons
                .iter()
                .map(|f| f.card.title.as_str())
                .collect();
            assert_eq!(titles, [text, "Dərs"], "{typed}");
            let moments: Vec<_> = results.lessons[1]
                .moments
                .iter()
                .map(|m| (m.start.0, m.line.as_str()))
                .collect();
            assert_eq!(moments, [(7000, text)], "{typed}");
            variants += 1;
        }
    }
    assert!(variants >= 28, "{variants}");
}

#[test]
fn slips_are_forgiven_and_the_correction_is_told() {
    let archive = archive();
    archive.save(&maths("Fotosintez"));
    archive.says(&maths("Bitkilər"), &[(61, "Fotosintez yarpaqda gedir")]);
    archive.says(&maths("Qüvvə"), &[(5, "Sürtünmə qüvvəsi")]);
    for typed in [
        "fotosintes",
        "fotsintez",
        "ftosintez",
        "fotosinntez",
        "fotosnitez",
        "fatosintes",
    ] {
        let results = archive.find(looking_for(typed));
        let titles: Vec<&str> = results
            .lessons
            .iter()
            .map(|f| f.card.title.as_str())
            .collect();
        assert_eq!(titles, ["Fotosintez", "Bitkilər"], "{typed}");
        let corrected = results.corrected.unwrap();
        assert_eq!(
            (corrected.text.as_str(), &corrected.words[..]),
            ("fotosintez", &["fotosintez".to_owned()][..])
        );
        assert_eq!(results.lessons[1].moments[0].start, Millis(61_000));
    }
    for typed in ["surtunma", "sürtünmə quvvesi", "srtünmə qüvv"] {
        assert_eq!(archive.titles(typed), ["Qüvvə"], "{typed}");
    }
    // Two letters of a short word, or something else, are no slip.
    for typed in ["qwwe", "xyz", "kimya"] {
        assert_eq!(archive.titles(typed), [""; 0], "{typed}");
    }
    let right = archive.find(looking_for("fotosintez"));
    assert_eq!((right.corrected, right.suggested), (None, None));
    // A page further on, the same words are meant.
    let second = archive.find(Search {
        skip: 1,
        ..looking_for("fotosintes")
    });
    assert_eq!(second.lessons[0].card.title, "Bitkilər");
}

#[test]
fn of_many_near_words_those_that_most_lessons_have_are_meant() {
    let archive = archive();
    // All begin with what one letter less makes of it, and stand before what is meant in the alphabet.
    let rare: Vec<String> = ('a'..='z')
        .flat_map(|a| ["ta", "ti", "tu", "te"].map(|ending| format!("kar{a}{ending}")))
        .collect();
    archive.says(&maths("Başqa"), &[(1, &rare.join(" "))]);
    for title in ["Kəsrlər", "Kəsrlər, davamı", "Kəsrin surəti"] {
        archive.save(&maths(title));
    }
    let results = archive.find(looking_for("kasr"));
    let corrected = results.corrected.unwrap();
    assert_eq!(corrected.text, "kəsrlər");
    assert_eq!(corrected.words.len(), ALTERNATIVES);
    let titles: Vec<&str> = (results.lessons.iter())
        .map(|found| found.card.title.as_str())
        .collect();
    assert_eq!(titles[..2], ["Kəsrlər", "Kəsrlər, davamı"]);
}

#[test]
fn near_words_are_sought_for_three_words_of_a_query_the_rarest_first() {
    let archive = archive();
    let words = "birinci ikinci üçüncü dördüncü beşinci";
    archive.save(&maths(words));
    let mended = |typed: &str| archive.find(looking_for(typed)).corrected.unwrap().text;
    assert_eq!(
        mended("birinxi ikinxi üçünxü dördüncü beşinci"),
        "birinci ikinci üçüncü dördüncü beşinci"
    );
    // Of five, three; what no lesson has is left out.
    assert_eq!(
        mended("birinxi ikinxi üçünxü dördünxü beşinxi"),
        "birinci ikinci üçüncü"
    );
    let doubtful = |text: &'static str| {
        let doubtful = archive
            .catalogue
            .read_blocking(|c| c.doubtful(&Query::read(text)));
        doubtful.unwrap()
    };
    assert_eq!(doubtful("birinci qqqq ikinci 7 wwww"), (vec![1, 4], true));
    assert_eq!(doubtful("birinci 7"), (vec![], true));
    for _ in 0..2 {
        archive.save(&maths("birinci ikinci"));
    }
    archive.save(&maths("birinci beşinci"));
    assert_eq!(doubtful(words), (vec![2, 3, 4], false));
}

#[test]
fn what_few_lessons_have_is_shown_and_what_more_have_is_offered() {
    let archive = archive();
    for _ in 0..3 {
        archive.save(&maths("Kəsrlər"));
    }
    archive.save(&maths("Kəsllər"));
    let results = archive.find(looking_for("kesller"));
    assert_eq!(results.lessons.len(), 1);
    assert_eq!(results.suggested.unwrap().text, "kəsrlər");
}

#[test]
fn other_alphabets_and_keyboards_are_read_as_they_were_meant() {
    let archive = archive();
    archive.save(&maths("Kəsrlər"));
    archive.save(&maths("Дроби"));
    assert_eq!(archive.titles("кәср"), ["Kəsrlər"]);
    assert_eq!(archive.titles("лэык"), ["Kəsrlər"]);
    assert_eq!(archive.titles("lhj,b"), ["Дроби"]);
}

#[test]
fn titles_come_before_topics_before_what_is_said_and_whole_words_before_beginnings() {
    let archive = archive();
    let numbered = |title: &str, number: u32| Description {
        lesson_number: Some(number),
        ..maths(title)
    };
    archive.says(&numbered("Beşinci", 1), &[(0, "burada kəsr bir dəfə")]);
    archive.says(
        &numbered("Dördüncü", 2),
        &[(0, "kəsr"), (3, "kəsr"), (6, "kəsr")],
    );
    archive.save(&Description {
        topic: Some("Adi kəsr".into()),
        ..numbered("Üçüncü", 3)
    });
    archive.save(&numbered("Kəsrlər, davamı", 9));
    archive.save(&numbered("Kəsrlər", 8));
    archive.save(&numbered("Kəsr", 7));
    assert_eq!(
        archive.titles("kesr"),
        [
            "Kəsr",
            "Kəsrlər",
            "Kəsrlər, davamı",
            "Üçüncü",
            "Dördüncü",
            "Beşinci"
        ]
    );
}

#[test]
fn words_may_be_in_different_fields_and_a_code_finds_its_lesson() {
    let archive = archive();
    let saved = archive.says(
        &Description {
            teachers: vec!["Leyla Əliyeva".into()],
            unit: Some("Həndəsə".into()),
            ..maths("Kəsr")
        },
        &[(1, "pizza")],
    );
    archive.save(&maths("Başqa"));
    assert_eq!(archive.titles("pizza eliyeva kesr hendese"), ["Kəsr"]);
    // Not all in one lesson: what more lessons have is left out.
    archive.save(&maths("Başqa"));
    assert_eq!(archive.titles("pizza basqa"), ["Kəsr"]);
    assert_eq!(archive.titles("kesr wwwwwww zzzzzzzz"), ["Kəsr"]);
    assert_eq!(
        archive.titles(&saved.code.to_string().to_lowercase()),
        ["Kəsr"]
    );
}

#[test]
fn moments_are_those_that_say_most_of_it_from_the_captions_that_do() {
    let archive = archive();
    let saved = archive.save(&maths("A"));
    let recording = archive.record(saved.id);
    archive.add(
        recording,
        archive.captions(
            "az",
            &[
                (1, "sadə"),
                (725, "adi kəsr"),
                (800, "kəsr"),
                (900, "kəsr"),
                (3700, "sadə kəsrlər\nbudur"),
            ],
        ),
    );
    archive.add(
        recording,
        archive.captions("ru", &[(3, "дробь <b>простая</b>")]),
    );
    let moments = |text: &str| -> Vec<(u64, String, String)> {
        let found = archive.find(looking_for(text)).lessons.remove(0);
        let moments = found.moments.into_iter();
        moments
            .map(|m| (m.start.whole_seconds(), m.line, m.language))
            .collect()
    };
    let seconds = |text: &str| moments(text).into_iter().map(|m| m.0).collect::<Vec<_>>();
    assert_eq!(seconds("kesr"), [725, 800, 900]);
    assert_eq!(seconds("sade kesr"), [1, 725, 3700]);
    assert_eq!(moments("дробь"), [(3, "дробь простая".into(), "ru".into())]);
    assert_eq!(moments("kesrler")[0].1, "sadə kəsrlər budur");
}

#[test]
fn what_captions_show_again_because_they_roll_is_said_once() {
    let archive = archive();
    let numbered = |title: &str, number: u32| Description {
        lesson_number: Some(number),
        ..maths(title)
    };
    let rolling = [
        (1, "adi kəsr"),
        (3, "adi kəsr\nbir"),
        (5, "adi kəsr\nbir\niki"),
        (7, "iki"),
    ];
    archive.says(&numbered("Bir dəfə", 1), &rolling);
    let often = [(1, "kəsr"), (4, "kəsr"), (7, "kəsr")];
    archive.says(&numbered("Üç dəfə", 2), &often);
    let found = archive.find(looking_for("kesr")).lessons;
    let moments: Vec<(&str, Vec<u64>)> = found
        .iter()
        .map(|f| {
            let starts = f.moments.iter().map(|m| m.start.whole_seconds());
            (f.card.title.as_str(), starts.collect())
        })
        .collect();
    // A word that is said three times is what a lesson is about.
    assert_eq!(moments, [("Üç dəfə", vec![1, 4, 7]), ("Bir dəfə", vec![1])]);
}

#[test]
fn filters_combine_and_without_words_they_list() {
    let archive = archive();
    let d = |title: &str| Description {
        grades: vec!["7".into(), "8".into()],
        school_year: Some("2019/20".into()),
        ..maths(title)
    };
    archive.says(
        &Description {
            interpreter: Some("Nigar".into()),
            broadcasts: vec![Broadcast {
                at: UnixMillis(0),
                channel: "medeniyyet".into(),
            }],
            ..d("Kəsr bir")
        },
        &[(1, "kəsr")],
    );
    archive.save(&Description {
        section: "ru".into(),
        subject: "physics".into(),
        school_year: Some("2020/21".into()),
        ..d("Kəsr iki")
    });
    let some = |value: &str| Some(value.to_owned());
    let none = Facets::default;
    for (facets, found) in [
        (none(), &["Kəsr bir", "Kəsr iki"][..]),
        (
            Facets {
                grade: some("8"),
                ..none()
            },
            &["Kəsr bir", "Kəsr iki"],
        ),
        (
            Facets {
                grade: some("9"),
                ..none()
            },
            &[],
        ),
        (
            Facets {
                subject: some("physics"),
                grade: some("7"),
                ..none()
            },
            &["Kəsr iki"],
        ),
        (
            Facets {
                section: some("az"),
                ..none()
            },
            &["Kəsr bir"],
        ),
        (
            Facets {
                school_year: some("2020/21"),
                ..none()
            },
            &["Kəsr iki"],
        ),
        (
            Facets {
                school_year: some("2020/21"),
                section: some("az"),
                ..none()
            },
            &[],
        ),
        (
            Facets {
                channel: some("medeniyyet"),
                ..none()
            },
            &["Kəsr bir"],
        ),
        (
            Facets {
                signed: true,
                captioned: true,
                ..none()
            },
            &["Kəsr bir"],
        ),
        (
            Facets {
                school_year: some("\" OR x"),
                ..none()
            },
            &[],
        ),
    ] {
        assert_eq!(
            archive.titles_of("kesr", facets.clone()),
            found,
            "{facets:?}"
        );
        if facets != none() {
            assert_eq!(archive.titles_of("", facets.clone()), found, "{facets:?}");
        }
    }
    // Of what was typed right, nothing else is looked for.
    archive.save(&Description {
        grades: vec!["9".into()],
        ..maths("Kəsb")
    });
    let ninth = Search {
        facets: Facets {
            grade: some("9"),
            ..none()
        },
        ..looking_for("kesr")
    };
    assert!(archive.find(ninth).corrected.is_none());
    assert_eq!(archive.titles(""), [""; 0]);
    let years = archive.catalogue.read_blocking(|c| c.school_years());
    assert_eq!(years.unwrap(), ["2020/21", "2019/20"]);
}

#[test]
fn what_is_not_listed_is_not_found_nor_suggested_and_comes_back_when_it_is() {
    let archive = archive();
    let secret = maths("Gizlincə");
    let saved = archive.says(&secret, &[(1, "sirrimiz")]);
    let found = || archive.titles("sirrimiz").len() + archive.titles("gizlincə").len();
    assert_eq!(found(), 2);
    let id = saved.id;
    let set = |visibility| {
        let d = Description {
            visibility,
            ..secret.clone()
        };
        archive
            .catalogue
            .write_blocking(move |c| c.save_lesson(Target::Existing(id), &d))
            .unwrap();
    };
    let withdraw = |reason: Option<&'static str>| {
        archive
            .catalogue
            .write_blocking(move |c| c.set_withdrawn(id, reason))
            .unwrap();
    };
    let nothing = || {
        for typed in ["sirrimiz", "gizlincə", "sirimiz", "gizlnce", "sirr", "giz"] {
            let results = archive.find(looking_for(typed));
            assert!(results.lessons.is_empty(), "{typed}");
            assert_eq!(
                (results.corrected, results.suggested),
                (None, None),
                "{typed}"
            );
        }
    };
    for visibility in [Visibility::Unlisted, Visibility::Draft] {
        set(visibility);
        nothing();
        set(Visibility::Public);
        assert_eq!(found(), 2);
    }
    withdraw(Some("Səhv"));
    nothing();
    withdraw(None);
    assert_eq!(found(), 2);
    // A draft's words are not even known.
    archive.says(
        &Description {
            visibility: Visibility::Draft,
            ..maths("Qaralama")
        },
        &[(1, "heçkəs")],
    );
    let known = archive.catalogue.read_blocking(|c| {
        Ok(c.sql().query_row(
            "SELECT count(*) FROM words WHERE word IN ('qaralama', 'heckes')",
            [],
            |r| r.get::<_, u32>(0),
        )?)
    });
    assert_eq!(known.unwrap(), 0);
}

#[test]
fn odd_and_endless_queries_are_answered() {
    let archive = archive();
    archive.save(&maths("Kəsr"));
    for text in [
        "",
        " ",
        "?!",
        "\"",
        "kesr\"* OR",
        "NEAR(a b)",
        "\u{E000}l",
        "\u{0}",
        "''",
        "🦀",
        "ⅷ",
        "नमस्ते",
        "-",
        "*",
        "{title}:",
    ] {
        archive.find(looking_for(text));
    }
    assert_eq!(archive.titles(&"kesr ".repeat(10_000)), ["Kəsr"]);
    assert_eq!(archive.titles(&"q".repeat(100_000)), [""; 0]);
    let past = archive.find(Search {
        skip: usize::MAX,
        ..looking_for("kesr")
    });
    assert!(past.lessons.is_empty() && !past.more);
}

#[test]
fn captions_that_cannot_be_read_hide_nothing_else() {
    let archive = archive();
    let saved = archive.save(&maths("Kəsr"));
    let recording = archive.record(saved.id);
    archive.add(
        recording,
        NewFile {
            location: "files/gone.vtt".into(),
            ..archive.captions("az", &[])
        },
    );
    archive.add(
        recording,
        archive.captions_file("en", b"\xff\xfe no captions"),
    );
    archive.add(recording, archive.captions("ru", &[(4, "дробь")]));
    assert_eq!(archive.titles("kesr"), ["Kəsr"]);
    assert_eq!(
        archive.find(looking_for("дробь")).lessons[0].moments[0].start,
        Millis(4000)
    );
}

#[test]
fn while_captions_are_read_the_catalogue_answers_others() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    /// Only who waits for ever waits so long.
    const BOUND: std::time::Duration = std::time::Duration::from_secs(20);
    let archive = archive();
    archive.says(&maths("Kəsr"), &[(1, "kəsr")]);
    // A pipe: whoever opens it waits for the other end, and whoever reads it for what is written.
    let files = archive.data.path().join("files");
    let file = std::fs::read_dir(files).unwrap().next().unwrap();
    let path = file.unwrap().path();
    let content = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let catalogue = archive.catalogue.clone();
    let searching = std::thread::spawn(move || catalogue.search_blocking(looking_for("kesr")));
    let mut pipe = std::fs::File::options().write(true).open(&path).unwrap();
    // There is one reader.
    let catalogue = archive.catalogue.clone();
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || told.send(catalogue.read_blocking(|c| c.school_years())));
    let answered = heard.recv_timeout(BOUND);
    std::io::Write::write_all(&mut pipe, &content).unwrap();
    drop(pipe);
    let results = searching.join().unwrap().unwrap();
    assert_eq!(results.lessons[0].moments[0].start, Millis(1000));
    assert!(answered.is_ok());
}

#[test]
fn pages_go_on_where_the_one_before_ended_and_end_somewhere() {
    let archive = archive();
    let d = |n: u32| Description {
        lesson_number: Some(n),
        ..maths("Kəsr")
    };
    archive
        .catalogue
        .write_blocking(move |c| {
            for n in 0..MOST_FOUND as u32 + 30 {
                c.save_lesson(Target::New, &d(1 + n))?;
            }
            Ok(())
        })
        .unwrap();
    let mut seen = Vec::new();
    loop {
        let page = archive.find(Search {
            skip: seen.len(),
            limit: 70,
            ..looking_for("kesr")
        });
        seen.extend(page.lessons.iter().map(|f| f.card.id));
        if !page.more {
            break;
        }
    }
    assert_eq!(seen.len(), MOST_FOUND);
    let distinct: HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
}

#[test]
fn of_more_lessons_than_are_found_the_newest_are_in_the_order_of_the_programme() {
    const LESSONS: u32 = MOST_FOUND as u32 + 30;
    let archive = archive();
    // Lessons are not published in that order.
    let number = |n: u32| 1 + n * 37 % LESSONS;
    archive
        .catalogue
        .write_blocking(move |c| {
            for n in 0..LESSONS {
                let d = Description {
                    lesson_number: Some(number(n)),
                    ..maths(&format!("Kəsr {n}"))
                };
                c.save_lesson(Target::New, &d)?;
            }
            Ok(())
        })
        .unwrap();
    let found = archive.find(Search {
        limit: MOST_FOUND,
        moments: false,
        ..looking_for("kesr")
    });
    let found: Vec<u32> = (found.lessons.iter())
        .map(|f| f.card.title.trim_start_matches("Kəsr ").parse().unwrap())
        .collect();
    assert_eq!(found.len(), MOST_FOUND);
    assert!(found.iter().all(|n| *n >= LESSONS - MOST_FOUND as u32 - 1));
    assert!(found.is_sorted_by_key(|n| number(*n)), "{found:?}");
}

#[test]
fn a_damaged_index_is_seen_and_mended() {
    let archive = archive();
    let saved = archive.says(&maths("Kəsr"), &[(1, "sadə")]);
    archive.says(&maths("Ədəd"), &[(1, "tam")]);
    let differing = |archive: &Archive| {
        archive
            .catalogue
            .read_blocking(|c| c.index_differs())
            .unwrap()
    };
    assert_eq!(differing(&archive), []);
    for damage in [
        "DELETE FROM all_words WHERE rowid = 1",
        "DELETE FROM main_words WHERE rowid = 1",
        "DELETE FROM lesson_words WHERE rowid = 1",
        "DELETE FROM all_words WHERE rowid = 1; INSERT INTO all_words (rowid, words) VALUES (1, 'basqa')",
        "DELETE FROM lesson_words WHERE rowid = 1; INSERT INTO lesson_words (rowid, topic) VALUES (1, 'kesr')",
    ] {
        archive
            .catalogue
            .write_blocking(move |c| Ok(c.sql().execute_batch(damage)?))
            .unwrap();
        assert_eq!(differing(&archive), [saved.id], "{damage}");
        let faults = archive
            .catalogue
            .read_blocking(|c| c.index_faults())
            .unwrap();
        assert!(faults[0].0.contains(&saved.code.to_string()), "{faults:?}");
        archive
            .catalogue
            .write_blocking(move |c| c.index_anew(&[saved.id]))
            .unwrap();
        assert_eq!(differing(&archive), []);
    }
    // Of a lesson that is gone.
    let stray = "INSERT INTO all_words (rowid, words) VALUES (99, 'kesr')";
    archive
        .catalogue
        .write_blocking(move |c| Ok(c.sql().execute_batch(stray)?))
        .unwrap();
    assert_eq!(differing(&archive), [LessonId(99)]);
    archive
        .catalogue
        .write_blocking(|c| c.index_anew(&[LessonId(99)]))
        .unwrap();
    archive
        .catalogue
        .write_blocking(|c| c.empty_index())
        .unwrap();
    assert_eq!(differing(&archive).len(), 2);
}

/// A change of one of a few lessons.
#[derive(Clone, Debug)]
enum Step {
    Save(usize, usize, Visibility),
    Record(usize),
    Captions(usize, &'static str, Vec<usize>),
    Remove(usize),
    PutBack(usize),
    Show(usize, usize),
    Withdraw(usize, bool),
    Delete(usize),
}

const WORDS: [&str; 6] = ["kəsr", "ədəd", "üçbucaq", "дробь", "işıq", "qüvvə"];

fn step() -> impl Strategy<Value = Step> {
    let at = 0..3_usize;
    let seen = prop_oneof![
        4 => Just(Visibility::Public), 1 => Just(Visibility::Unlisted), 1 => Just(Visibility::Draft)
    ];
    prop_oneof![
        4 => (at.clone(), 0..WORDS.len(), seen).prop_map(|(at, word, seen)| Step::Save(at, word, seen)),
        2 => at.clone().prop_map(Step::Record),
        4 => (at.clone(), prop_oneof![Just("az"), Just("ru")], prop::collection::vec(0..WORDS.len(), 1..4))
            .prop_map(|(at, language, words)| Step::Captions(at, language, words)),
        1 => at.clone().prop_map(Step::Remove),
        1 => at.clone().prop_map(Step::PutBack),
        1 => (at.clone(), 0..3_usize).prop_map(|(at, edition)| Step::Show(at, edition)),
        1 => (at.clone(), any::<bool>()).prop_map(|(at, out)| Step::Withdraw(at, out)),
        1 => at.prop_map(Step::Delete),
    ]
}

impl Archive {
    fn take(&self, lessons: &mut [Option<LessonId>], step: Step) {
        let lesson_at = |at: usize| lessons[at];
        let current = |id: LessonId| {
            let found = self.catalogue.read_blocking(move |c| c.lesson(id)).unwrap();
            found.and_then(|lesson| Some((lesson.recording.clone()?.id, lesson)))
        };
        match step {
            Step::Save(at, word, visibility) => {
                let d = Description {
                    visibility,
                    ..maths(WORDS[word])
                };
                let target = lesson_at(at).map_or(Target::New, Target::Existing);
                let saved = self
                    .catalogue
                    .write_blocking(move |c| c.save_lesson(target, &d))
                    .unwrap();
                lessons[at] = Some(saved.id);
            }
            Step::Record(at) => {
                if let Some(id) = lesson_at(at) {
                    self.record(id);
                }
            }
            Step::Captions(at, language, words) => {
                if let Some((recording, _)) = lesson_at(at).and_then(current) {
                    let lines: Vec<(u64, &str)> =
                        (1..).zip(words.iter().map(|w| WORDS[*w])).collect();
                    self.add(recording, self.captions(language, &lines));
                }
            }
            Step::Remove(at) => {
                if let Some((recording, lesson)) = lesson_at(at).and_then(current)
                    && let Some(file) = lesson.files_of(Role::Captions).next().map(|f| f.id)
                {
                    self.catalogue
                        .write_blocking(move |c| c.replace_file(recording, file))
                        .unwrap();
                }
            }
            Step::PutBack(at) => {
                if let Some((recording, _)) = lesson_at(at).and_then(current) {
                    self.catalogue
                        .write_blocking(move |c| {
                            let file: Option<i64> = c
                                .sql()
                                .query_row(
                                    "SELECT max(id) FROM files f WHERE recording = ?1 AND role = 'captions'
                                     AND replaced_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM files o WHERE o.recording = ?1
                                     AND o.role = 'captions' AND o.language = f.language AND o.replaced_at IS NULL)",
                                    [recording.0],
                                    |r| r.get(0),
                                )?;
                            match file {
                                Some(file) => c.put_file_back(recording, FileId(file)),
                                None => Ok(()),
                            }
                        })
                        .unwrap();
                }
            }
            Step::Show(at, edition) => {
                if let Some(id) = lesson_at(at) {
                    let editions = self
                        .catalogue
                        .read_blocking(move |c| c.editions(id))
                        .unwrap();
                    if let Some(edition) = editions.get(edition).map(|e| e.id) {
                        self.catalogue
                            .write_blocking(move |c| c.show_edition(id, edition))
                            .unwrap();
                    }
                }
            }
            Step::Withdraw(at, out) => {
                if let Some(id) = lesson_at(at) {
                    let reason = out.then_some("Səhv");
                    self.catalogue
                        .write_blocking(move |c| c.set_withdrawn(id, reason))
                        .unwrap();
                }
            }
            Step::Delete(at) => {
                if let Some(id) = lesson_at(at)
                    && self
                        .catalogue
                        .write_blocking(move |c| c.delete_lesson(id))
                        .is_ok()
                {
                    lessons[at] = None;
                }
            }
        }
    }

    /// Lessons that have `word`, as whoever reads all of them finds out.
    fn scanned(&self, word: &str) -> Vec<LessonId> {
        let data = self.data.path().to_owned();
        let lessons = self.catalogue.read_blocking(|c| {
            let ids = c.lesson_ids(LessonId(0), 100)?;
            ids.into_iter()
                .map(|id| c.lesson(id))
                .collect::<Result<Vec<_>, _>>()
        });
        let has = |lesson: &crate::catalogue::Lesson| {
            let listed =
                lesson.withdrawn.is_none() && lesson.description.visibility == Visibility::Public;
            let captions = lesson.files_of(Role::Captions);
            let mut texts: Vec<String> = captions
                .map(|f| std::fs::read_to_string(data.join(&f.file.location)).unwrap())
                .collect();
            texts.push(lesson.description.title.clone());
            listed && texts.iter().any(|text| text.contains(word))
        };
        let lessons = lessons.unwrap().into_iter().flatten();
        lessons.filter(has).map(|lesson| lesson.id).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_changes_search_finds_what_a_reader_of_everything_finds(steps in prop::collection::vec(step(), 1..24)) {
        let archive = archive();
        let mut lessons = [None; 3];
        for step in steps {
            archive.take(&mut lessons, step.clone());
            for word in WORDS {
                let results = archive.find(looking_for(word));
                // What no lesson has is taken for something near it, of which there is none.
                let mut found: Vec<LessonId> = results.lessons.iter().map(|f| f.card.id).collect();
                found.sort_unstable();
                prop_assert_eq!(found, archive.scanned(word), "{} after {:?}", word, step);
            }
        }
        prop_assert_eq!(archive.catalogue.read_blocking(|c| c.index_differs()).unwrap(), []);
    }
}
