//! Parts of a shelf.

use super::*;
use crate::catalogue::tests::{Archive, archive, lesson};
use crate::catalogue::{Broadcast, Description};
use crate::clock::UnixMillis;

fn shelf() -> ShelfName {
    ShelfName {
        grade: "7".into(),
        subject: "mathematics".into(),
        section: "az".into(),
    }
}

/// The `n`th lesson of the shelf.
fn nth(n: u32) -> Description {
    Description {
        lesson_number: Some(n),
        ..lesson(&n.to_string(), &["7"], "mathematics")
    }
}

fn on(channel: &str) -> Vec<Broadcast> {
    vec![Broadcast {
        at: UnixMillis(1_586_000_000_000),
        channel: channel.into(),
    }]
}

impl Archive {
    fn part(&self, part: Part, limit: u32) -> Vec<String> {
        let (mut titles, mut after) = (Vec::new(), None);
        loop {
            let asked = part.clone();
            let (cards, next) = self
                .catalogue
                .read_blocking(move |c| c.shelf_part(&shelf(), &asked, after, limit))
                .unwrap();
            assert!(cards.len() <= limit as usize);
            titles.extend(cards.into_iter().map(|card| card.title));
            after = next;
            if after.is_none() {
                return titles;
            }
        }
    }

    fn shelf_facets(&self) -> Divisions {
        self.catalogue
            .read_blocking(|c| c.divisions(&shelf()))
            .unwrap()
    }
}

#[test]
fn only_what_divides_a_shelf_is_a_filter() {
    let archive = archive();
    assert!(archive.shelf_facets().is_empty());
    for n in 1..=3 {
        archive.save(&Description {
            school_year: Some("2019/20".into()),
            interpreter: Some("X".into()),
            unit: Some("A".into()),
            textbook: Some(("9789952000000".into(), n.to_string())),
            broadcasts: on("medeniyyet"),
            ..nth(n)
        });
    }
    // All are alike, and those of another shelf do not matter.
    archive.save(&Description {
        grades: vec!["8".into()],
        ..nth(4)
    });
    assert_eq!(archive.shelf_facets(), Divisions::default());
    archive.save(&Description {
        school_year: Some("2020/21".into()),
        unit: Some("B".into()),
        textbook: Some(("9789952000017".into(), "3".into())),
        kind: Kind::Exam,
        broadcasts: on("arb_gunes"),
        ..nth(5)
    });
    let divisions = archive.shelf_facets();
    assert_eq!(divisions.school_years, ["2020/21", "2019/20"]);
    assert_eq!(divisions.channels, ["arb_gunes", "medeniyyet"]);
    assert_eq!(divisions.kinds, [Kind::Lesson, Kind::Exam]);
    assert_eq!(divisions.units, ["A", "B"]);
    assert_eq!(divisions.textbooks, ["9789952000000", "9789952000017"]);
    let of_book = Part {
        textbook: Some("9789952000017".into()),
        ..Part::default()
    };
    assert_eq!(of_book.query(), "textbook=9789952000017");
    assert_eq!(archive.part(of_book, 50), ["5"]);
    assert!(divisions.signed && !divisions.captioned);
    let year = |year: &str| Part {
        school_year: Some(year.into()),
        ..Part::default()
    };
    assert_eq!(archive.part(year("2020/21"), 50), ["5"]);
    assert_eq!(archive.part(year("2019/20"), 2), ["1", "2", "3"]);
    assert_eq!(archive.part(year("' OR 1"), 50), [""; 0]);
    let both = Part {
        signed: true,
        channel: Some("medeniyyet".into()),
        unit: Some("A".into()),
        ..Part::default()
    };
    assert_eq!(archive.part(both, 1), ["1", "2", "3"]);
    let exam = Part {
        kind: Some("exam".into()),
        ..Part::default()
    };
    assert_eq!(archive.part(exam, 50), ["5"]);
    assert_eq!(
        archive.part(
            Part {
                captioned: true,
                ..Part::default()
            },
            50
        ),
        [""; 0]
    );
    assert_eq!(archive.part(Part::default(), 3), ["1", "2", "3", "5"]);
}

#[test]
fn the_end_of_a_very_long_shelf_is_reached_in_steps() {
    let archive = archive();
    archive
        .catalogue
        .write_blocking(|c| {
            for n in 1..=LOOK + 5 {
                let unit = if n > LOOK { "last" } else { "first" };
                let d = Description {
                    unit: Some(unit.into()),
                    ..nth(n)
                };
                c.save_lesson(super::super::Target::New, &d)?;
            }
            Ok(())
        })
        .unwrap();
    let last = Part {
        unit: Some("last".into()),
        ..Part::default()
    };
    let titles: Vec<String> = (LOOK + 1..=LOOK + 5).map(|n| n.to_string()).collect();
    assert_eq!(archive.part(last, 50), titles);
    assert_eq!(archive.part(Part::default(), 200).len(), LOOK as usize + 5);
}
