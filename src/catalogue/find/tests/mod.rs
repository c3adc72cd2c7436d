//! What is found, and in which order.

mod index;
mod meant;

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
    let more = loop {
        let page = archive.find(Search {
            skip: seen.len(),
            limit: 70,
            ..looking_for("kesr")
        });
        seen.extend(page.lessons.iter().map(|f| f.card.id));
        if !page.more || seen.len() >= MOST_FOUND {
            break page.more;
        }
    };
    assert!(more, "thirty are left out, and that is told");
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
