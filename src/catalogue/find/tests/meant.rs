//! What is found where what was typed is found nowhere.

use super::*;
use crate::catalogue::find::meant::ALTERNATIVES;

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
