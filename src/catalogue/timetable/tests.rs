//! What a timetable's readers may rely on: days, weeks, and that rare things cost no walk through all.

use jiff::Timestamp;

use super::*;
use crate::catalogue::tests::{Archive, archive, lesson};
use crate::catalogue::{
    Broadcast, Change, Class, Description, Found, Saved, Target, Visibility, Week,
};

fn baku() -> TimeZone {
    TimeZone::get("Asia/Baku").unwrap()
}

fn moment(text: &str) -> UnixMillis {
    UnixMillis(text.parse::<Timestamp>().unwrap().as_millisecond())
}

fn week(text: &str) -> Week {
    Week::parse(text).unwrap()
}

/// A lesson of `grade` that is broadcast at these moments.
fn aired(title: &str, grade: &str, times: &[&str]) -> Description {
    Description {
        broadcasts: times
            .iter()
            .map(|at| Broadcast {
                at: moment(at),
                channel: "medeniyyet".into(),
            })
            .collect(),
        ..lesson(title, &[grade], "mathematics")
    }
}

fn seventh() -> Class {
    Class {
        grade: "7".into(),
        section: "az".into(),
    }
}

impl Archive {
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.catalogue.read_blocking(question).unwrap()
    }

    /// Titles of what is on air in `span`, in pages of `limit`; R: again.
    fn titles_on_air(&self, which: &OnAir, span: Span, limit: u32) -> Vec<String> {
        let (mut titles, mut after) = (Vec::new(), None);
        loop {
            let (which, from) = (which.clone(), after.take());
            let page = self.ask(move |c| c.airings(&which, span, from.as_ref(), limit));
            assert!(page.airings.len() <= limit as usize);
            titles.extend(page.airings.iter().map(|a| {
                let again = if a.repeat { " R" } else { "" };
                format!("{}{again}", a.lesson.title)
            }));
            after = page.next;
            if after.is_none() {
                return titles;
            }
        }
    }

    fn weeks_beside(&self, class: Class, at: &str) -> (Option<String>, Option<String>) {
        let at = week(at);
        self.ask(move |c| {
            let beside = |side| c.week_beside(&class, side, at, &baku());
            let text = |week: Option<Week>| week.map(|w| w.to_string());
            Ok((text(beside(Side::Before)?), text(beside(Side::From)?)))
        })
    }
}

#[test]
fn a_day_holds_what_begins_in_it_and_repeats_are_told_apart() {
    let archive = archive();
    for (title, times) in [
        ("before", &["2020-04-05T19:59:59Z"][..]),
        ("midnight", &["2020-04-05T20:00:00Z"]),
        ("twice", &["2020-04-06T06:00:00Z", "2020-04-06T12:00:00Z"]),
        ("again", &["2020-03-30T06:00:00Z", "2020-04-06T07:00:00Z"]),
        ("last", &["2020-04-06T19:59:59Z"]),
        ("after", &["2020-04-06T20:00:00Z"]),
    ] {
        archive.save(&aired(title, "7", times));
    }
    let day = Span::of_day(super::super::parse_day("2020-04-06").unwrap(), &baku());
    for limit in [1, 2, 100] {
        assert_eq!(
            archive.titles_on_air(&OnAir::default(), day, limit),
            ["midnight", "twice", "again R", "twice R", "last"],
            "{limit}"
        );
    }
}

#[test]
fn only_listed_lessons_of_the_grade_section_and_channel_are_shown() {
    let archive = archive();
    let at = &["2020-04-06T06:00:00Z"][..];
    archive.save(&aired("az 7", "7", at));
    archive.save(&aired("az 8", "8", at));
    archive.save(&Description {
        section: "ru".into(),
        ..aired("ru 7", "7", at)
    });
    let mut elsewhere = aired("sun", "7", at);
    elsewhere.broadcasts[0].channel = "arb_gunes".into();
    elsewhere.grades = vec!["7".into(), "8".into()];
    archive.save(&elsewhere);
    for visibility in [Visibility::Draft, Visibility::Unlisted] {
        archive.save(&Description {
            visibility,
            ..aired("hidden", "7", at)
        });
    }
    let gone = archive.save(&aired("gone", "7", at)).id;
    archive
        .catalogue
        .write_blocking(move |c| c.set_withdrawn(gone, Some("because")))
        .unwrap();
    let some = |id: &str| Some(id.to_owned());
    for (which, titles) in [
        (OnAir::default(), &["sun", "az 7", "az 8", "ru 7"][..]),
        (
            OnAir {
                grade: some("8"),
                ..OnAir::default()
            },
            &["sun", "az 8"],
        ),
        (
            OnAir {
                section: some("ru"),
                ..OnAir::default()
            },
            &["ru 7"],
        ),
        (
            OnAir {
                channel: some("arb_gunes"),
                ..OnAir::default()
            },
            &["sun"],
        ),
        (
            OnAir {
                grade: some("8"),
                channel: some("medeniyyet"),
                section: some("az"),
            },
            &["az 8"],
        ),
        (
            OnAir {
                grade: some("3"),
                ..OnAir::default()
            },
            &[],
        ),
    ] {
        assert_eq!(
            archive.titles_on_air(&which, Span::ALWAYS, 2),
            titles,
            "{which:?}"
        );
    }
    // Each lesson once, whatever the number of its grades, and all of them are told.
    let all = archive.ask(|c| c.airings(&OnAir::default(), Span::ALWAYS, None, 9));
    assert_eq!(all.airings[0].grades, ["7", "8"]);
}

#[test]
fn a_code_that_is_not_public_is_no_place_to_go_on_from() {
    let archive = archive();
    let at = &["2020-04-06T06:00:00Z"][..];
    archive.save(&aired("before", "7", at));
    let hidden = [Visibility::Draft, Visibility::Unlisted].map(|visibility| {
        let d = Description {
            visibility,
            ..aired("hidden", "7", at)
        };
        archive.save(&d).code
    });
    let gone = archive.save(&aired("gone", "7", at));
    archive
        .catalogue
        .write_blocking(move |c| c.set_withdrawn(gone.id, Some("because")))
        .unwrap();
    archive.save(&aired("after", "7", at));
    let titles_after = |lesson: Code| -> Vec<String> {
        let place = AirPlace {
            at: moment(at[0]),
            channel: "medeniyyet".into(),
            lesson,
        };
        let page =
            archive.ask(move |c| c.airings(&OnAir::default(), Span::ALWAYS, Some(&place), 9));
        page.airings.into_iter().map(|a| a.lesson.title).collect()
    };
    let never = (0..).map(Code::from_number);
    let mut never = never.filter(|code| {
        let code = *code;
        archive.ask(move |c| c.find(code)) == Found::Unknown
    });
    let never = titles_after(never.next().unwrap());
    assert_eq!(never, ["before", "after"]);
    for code in [hidden[0], hidden[1], gone.code] {
        assert_eq!(titles_after(code), never);
    }
}

#[test]
fn an_empty_archive_has_no_days_and_no_weeks() {
    let archive = archive();
    let today = super::super::parse_day("2026-11-26").unwrap();
    assert_eq!(
        archive.titles_on_air(&OnAir::default(), Span::ALWAYS, 5),
        [""; 0]
    );
    assert_eq!(
        archive.ask(move |c| c.day_nearest(&OnAir::default(), today, &baku())),
        None
    );
    assert_eq!(
        archive.ask(move |c| c.week_to_catch_up(&seventh(), today, &baku())),
        None
    );
    assert_eq!(archive.weeks_beside(seventh(), "2020-W14"), (None, None));
}

#[test]
fn who_missed_a_week_is_led_to_the_last_one_and_years_later_to_the_newest() {
    let archive = archive();
    archive.save(&aired("old", "7", &["2020-06-09T06:00:00Z"]));
    archive.save(&aired("newest", "7", &["2020-06-12T06:00:00Z"]));
    archive.save(&aired("not theirs", "8", &["2020-09-16T06:00:00Z"]));
    for (today, found) in [
        ("2020-06-15", "2020-W24"),
        ("2020-06-21", "2020-W24"),
        // A week of holidays, six years.
        ("2020-06-22", "2020-W24"),
        ("2026-11-26", "2020-W24"),
        // Before the first one there is only what is to come.
        ("2020-05-04", "2020-W24"),
    ] {
        let today = super::super::parse_day(today).unwrap();
        let week = archive.ask(move |c| c.week_to_catch_up(&seventh(), today, &baku()));
        assert_eq!(
            week,
            Some(super::super::Week::parse(found).unwrap()),
            "{today}"
        );
    }
}

#[test]
fn a_lesson_that_says_its_week_counts_where_it_was_never_broadcast() {
    let archive = archive();
    let says = |title: &str, week: &str, year: Option<&str>| Description {
        week: Some(week.into()),
        school_year: year.map(str::to_owned),
        ..lesson(title, &["7"], "physics")
    };
    archive.save(&says("iso", "2020-W14", None));
    archive.save(&says("earlier", "2020-W10", None));
    archive.save(&says("later", "2020-W53", None));
    // Week 3 of the programme is week 15 of the calendar, as those that were broadcast tell.
    archive.save(&Description {
        broadcasts: aired("", "7", &["2020-04-06T06:00:00Z"]).broadcasts,
        ..says("third, on air", "3", Some("2019/20"))
    });
    archive.save(&says("third", "3", Some("2019/20")));
    archive.save(&says("third a year later", "3", Some("2020/21")));
    archive.save(&Description {
        programme: Some("else".into()),
        ..says("of another programme", "3", Some("2019/20"))
    });
    // Broadcast in another week than it says: there it is.
    archive.save(&Description {
        broadcasts: aired("", "7", &["2020-05-06T06:00:00Z"]).broadcasts,
        ..says("moved", "2020-W14", None)
    });
    let unaired = |text: &str| -> Vec<String> {
        let week = week(text);
        let found = archive.ask(move |c| c.unaired_in(&seventh(), week, &baku()));
        let titles = found.lessons.into_iter().map(|l| l.lesson.title);
        titles.collect()
    };
    assert_eq!(unaired("2020-W14"), ["iso"]);
    assert_eq!(unaired("2020-W15"), ["third"]);
    assert_eq!(unaired("2020-W16"), [""; 0]);
    for (text, lessons) in [("2020-W14", 1), ("2020-W15", 2), ("2020-W19", 1)] {
        let week = week(text);
        let counts = archive.ask(move |c| c.week_counts("az", week, &baku()));
        assert_eq!(counts, [("7".to_owned(), lessons)], "{text}");
    }
    let some = |week: &str| Some(week.to_owned());
    for (at, beside) in [
        ("2020-W14", (some("2020-W10"), some("2020-W15"))),
        ("2020-W15", (some("2020-W14"), some("2020-W19"))),
        ("2020-W19", (some("2020-W15"), some("2020-W53"))),
        ("2021-W01", (some("2020-W53"), None)),
        ("2020-W09", (None, some("2020-W10"))),
    ] {
        assert_eq!(archive.weeks_beside(seventh(), at), beside, "{at}");
    }
    let third = archive.ask(|c| c.in_programme_week(&seventh(), 3));
    assert_eq!((third.lessons.len(), third.more), (4, false));
    let around = archive.ask(|c| c.programme_weeks_around(&seventh(), 20));
    assert_eq!(around, (Some(3), None));
    let eighth = Class {
        grade: "8".into(),
        ..seventh()
    };
    assert_eq!(archive.weeks_beside(eighth, "2020-W14"), (None, None));
}

/// Of one week of the programme in 2018/19 as many lessons as are told at once, and one more; of the year after two, of
/// which one was broadcast in the 15th week of 2020.
fn two_years(c: &Change<'_>) -> Result<(), Error> {
    let says = |title: &str, year: &str, subject: &str| Description {
        week: Some("3".into()),
        school_year: Some(year.into()),
        ..lesson(title, &["7"], subject)
    };
    for n in 0..=200 {
        c.save_lesson(Target::New, &says(&format!("{n}"), "2018/19", "english"))?;
    }
    c.save_lesson(Target::New, &says("newer", "2019/20", "physics"))?;
    let on_air = Description {
        broadcasts: aired("", "7", &["2020-04-06T06:00:00Z"]).broadcasts,
        ..says("on air", "2019/20", "physics")
    };
    c.save_lesson(Target::New, &on_air)?;
    Ok(())
}

#[test]
fn many_lessons_of_other_years_hide_none_of_the_newest() {
    let archive = archive();
    archive.catalogue.write_blocking(two_years).unwrap();
    let week = week("2020-W15");
    let unaired = archive.ask(move |c| c.unaired_in(&seventh(), week, &baku()));
    let titles: Vec<&str> = unaired.lessons.iter().map(|l| &*l.lesson.title).collect();
    assert_eq!((&titles[..], unaired.more), (&["newer"][..], false));
    let third = archive.ask(|c| c.in_programme_week(&seventh(), 3));
    let titles: Vec<&str> = third.lessons.iter().map(|l| &*l.lesson.title).collect();
    assert_eq!(titles[..3], ["on air", "newer", "0"]);
    assert_eq!((titles.len(), third.more), (200, true));
}

#[test]
fn a_week_that_nothing_was_broadcast_in_has_the_lessons_that_say_so() {
    let archive = archive();
    let says = |title: &str, grades: &[&str], week: &str| Description {
        week: Some(week.into()),
        ..lesson(title, grades, "physics")
    };
    let newest = |today: &str| {
        let today = super::super::parse_day(today).unwrap();
        let week = archive.ask(move |c| c.newest_week("az", today, &baku()));
        week.map(|week| week.to_string())
    };
    archive.save(&aired("on air", "7", &["2020-04-01T06:00:00Z"]));
    assert_eq!(newest("2020-04-20").as_deref(), Some("2020-W14"));
    archive.save(&says("said", &["7"], "2020-W14"));
    archive.save(&says("said by two", &["8", "9"], "2020-W14"));
    archive.save(&says("later", &["8"], "2020-W15"));
    archive.save(&Description {
        section: "ru".into(),
        ..says("of another section", &["8"], "2020-W16")
    });
    archive.save(&Description {
        visibility: Visibility::Unlisted,
        ..says("not listed", &["10"], "2020-W14")
    });
    // Broadcast in another week than it says: there it is.
    archive.save(&Description {
        broadcasts: aired("", "7", &["2020-03-04T06:00:00Z"]).broadcasts,
        ..says("moved", &["11"], "2020-W14")
    });
    let week = week("2020-W14");
    let counts = archive.ask(move |c| c.week_counts("az", week, &baku()));
    let counts: Vec<_> = counts.iter().map(|(g, n)| (g.as_str(), *n)).collect();
    assert_eq!(counts, [("7", 2), ("8", 1), ("9", 1)]);
    for (today, found) in [
        ("2020-03-30", Some("2020-W10")),
        ("2020-04-06", Some("2020-W14")),
        ("2020-04-13", Some("2020-W15")),
        ("2026-11-26", Some("2020-W15")),
        ("2020-03-02", None),
    ] {
        assert_eq!(newest(today).as_deref(), found, "{today}");
    }
}

#[test]
fn a_place_in_the_timetable_is_read_as_it_is_written() {
    let place = AirPlace {
        at: moment("2020-04-06T06:00:00Z"),
        channel: "arb_gunes".into(),
        lesson: Code::from_number(7),
    };
    assert_eq!(AirPlace::parse(&place.to_string()), Some(place.clone()));
    for text in [
        "",
        "1",
        "1.a",
        "x.a.222222",
        "1.a.22222",
        "1.A.222222",
        "1.a.222222.9",
        "1..<b>",
        "99999999999999999999.a.222222",
    ] {
        let wrong = text.replace("222222", place.lesson.as_str());
        assert_eq!(AirPlace::parse(&wrong), None, "{wrong}");
    }
}

/// As many airings as a question looks at, of grades 1 to 6, one every half hour; then one of grade 7 years before
/// and one years after.
fn crowded(c: &Change<'_>) -> Result<Vec<Saved>, Error> {
    let start = moment("2020-01-01T00:00:00Z");
    let mut saved = Vec::new();
    for n in 0..100_u64 {
        let at = |k: u64| start.after_seconds((n * 100 + k) * 1800);
        let broadcasts = (0..100).map(|k| Broadcast {
            at: at(k),
            channel: "medeniyyet".into(),
        });
        let d = Description {
            broadcasts: broadcasts.collect(),
            ..lesson(
                &format!("{n}"),
                &[["1", "2", "3", "4", "5", "6"][n as usize % 6]],
                "mathematics",
            )
        };
        saved.push(c.save_lesson(Target::New, &d)?);
    }
    for (title, at) in [
        ("first", "2010-03-01T06:00:00Z"),
        ("last", "2030-03-01T06:00:00Z"),
    ] {
        saved.push(c.save_lesson(Target::New, &aired(title, "7", &[at]))?);
    }
    Ok(saved)
}

#[test]
fn among_ten_thousand_airings_what_is_rare_is_found_in_steps() {
    let archive = archive();
    archive.catalogue.write_blocking(crowded).unwrap();
    let sevenths = seventh().on_air();
    let (middle, before) = (
        moment("2020-06-01T00:00:00Z"),
        moment("2029-01-01T00:00:00Z"),
    );
    for (side, at, found) in [
        (Side::Before, before, "2010-03-01T06:00:00Z"),
        (Side::Before, middle, "2010-03-01T06:00:00Z"),
        (
            Side::From,
            moment("2011-01-01T00:00:00Z"),
            "2030-03-01T06:00:00Z",
        ),
    ] {
        let which = sevenths.clone();
        let nearest = archive.ask(move |c| c.nearest_airing(&which, side, at));
        assert_eq!(nearest, Some(moment(found)), "{side:?}");
    }
    // A channel that shows nothing is given up.
    let silent = OnAir {
        channel: Some("arb_gunes".into()),
        ..OnAir::default()
    };
    assert_eq!(
        archive.ask(move |c| c.nearest_airing(&silent, Side::Before, before)),
        None
    );
    // A page may be empty and lead on; nothing is lost and nothing comes twice.
    let which = sevenths.clone();
    let page = archive.ask(move |c| c.airings(&which, Span::ALWAYS, None, 1));
    assert_eq!((page.airings.len(), page.next.is_some()), (1, true));
    assert_eq!(
        archive.titles_on_air(&sevenths, Span::ALWAYS, 1),
        ["first", "last"]
    );
    let all = archive.titles_on_air(&OnAir::default(), Span::ALWAYS, 200);
    assert_eq!(all.len(), 10_002);
}

#[test]
fn the_next_page_never_begins_behind_a_lesson_that_is_not_public() {
    let archive = archive();
    let saved = archive.catalogue.write_blocking(crowded).unwrap();
    let (far, last) = (saved[99], saved[101]);
    let next = |archive: &Archive| {
        let page = archive.ask(|c| c.airings(&seventh().on_air(), Span::ALWAYS, None, 9));
        page.next.map(|place| place.lesson)
    };
    assert_eq!(next(&archive), Some(far.code));
    let hide = |lesson: Saved, visibility: Visibility| {
        let found = archive.ask(move |c| c.lesson(lesson.id)).unwrap();
        let d = Description {
            visibility,
            ..found.description
        };
        archive
            .catalogue
            .write_blocking(move |c| c.save_lesson(Target::Existing(lesson.id), &d))
            .unwrap();
    };
    hide(far, Visibility::Unlisted);
    assert_eq!(next(&archive), Some(last.code));
    assert_eq!(
        archive.titles_on_air(&seventh().on_air(), Span::ALWAYS, 9),
        ["first", "last"]
    );
    archive
        .catalogue
        .write_blocking(move |c| c.set_withdrawn(last.id, Some("because")))
        .unwrap();
    assert_eq!(next(&archive), None);
}
