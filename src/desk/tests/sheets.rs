//! Many lessons by a sheet.

use serde_json::json;

use super::super::{ConflictError, LARGEST_SHEET, MOST_ROWS, RowFate, SheetDifference};
use super::*;
use crate::catalogue::{DeskFilter, Visibility, Whose};
use crate::sheet::{Column, Separator};

fn exported(archive: &Archive, author: &Author, separator: Separator) -> String {
    let mut sheet = Vec::new();
    let filter = DeskFilter::of(author.edits());
    archive
        .desk
        .write_sheet(&filter, separator, &mut sheet)
        .unwrap();
    String::from_utf8(sheet).unwrap()
}

/// What was shown, applied as it was shown.
fn applied(archive: &Archive, author: &Author, sheet: &str) -> SheetDifference {
    let sheet = sheet.as_bytes().to_vec();
    let shown = archive.desk.foresee_sheet(author, sheet.clone()).unwrap();
    let mut done = archive
        .desk
        .apply_sheet(author, sheet, Some(shown.digest.clone()))
        .unwrap();
    // The codes of new lessons are known only now.
    for (row, shown) in done.rows.iter_mut().zip(&shown.rows) {
        if row.fate == RowFate::New {
            assert!(row.code.is_some() && shown.code.is_none());
            row.code = None;
        }
    }
    assert_eq!(done, shown);
    done
}

/// The only reason why a sheet's only row is refused.
fn refusal(archive: &Archive, author: &Author, sheet: &str) -> String {
    let before = archive.state();
    let difference = archive
        .desk
        .foresee_sheet(author, sheet.as_bytes().to_vec())
        .unwrap();
    let RowFate::Refused(errors) = &difference.rows[0].fate else {
        panic!("{difference:?}");
    };
    assert_eq!(
        (difference.rows.len(), errors.len()),
        (1, 1),
        "{difference:?}"
    );
    applied(archive, author, sheet);
    assert_eq!(archive.state(), before);
    errors[0].to_string()
}

#[test]
fn a_sheet_that_was_exported_and_not_touched_changes_nothing() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let sibling = archive
        .lesson(&aynur, json!({"title": "Sadə", "visibility": "public"}))
        .lesson
        .code;
    archive.lesson(
        &aynur,
        json!({"title": "Tam; \"hər şey\"", "description": "Bir\niki", "grades": ["7", "8"], "language": "en",
               "programme": "Teledərs", "lesson_number": 4, "unit": "Kəsrlər", "topic": "=1+1", "curriculum": ["az:2.1; b"],
               "school_year": "2019/20", "term": 3, "week": "2020-W14", "textbook": "9789952000009:34–36",
               "broadcasts": ["medeniyyet@2020-04-02T10:00", "arb_gunes@2020-04-03T10:00:30"], "teachers": ["A; B", "C"],
               "interpreter": "D", "kind": "revision", "variant_of": sibling.to_string(),
               "chapters": ["0:00 Giriş; qısa", "1:02:03.250 Misal"], "license": "CC BY 4.0", "rights_holder": "E",
               "source_url": "https://example.org/a", "visibility": "unlisted"}),
    );
    let before = archive.state();
    for separator in [Separator::Comma, Separator::Semicolon] {
        let sheet = exported(&archive, &aynur, separator);
        assert!(sheet.starts_with("\u{feff}code"), "{sheet}");
        // No spreadsheet runs somebody else's topic.
        assert!(sheet.contains("'=1+1"), "{sheet}");
        let done = applied(&archive, &aynur, &sheet);
        let fates: Vec<_> = done.rows.iter().map(|r| (r.code, r.fate.clone())).collect();
        assert_eq!(fates[0], (Some(sibling), RowFate::Unchanged));
        assert_eq!((fates.len(), &fates[1].1), (2, &RowFate::Unchanged));
        // As a spreadsheet writes it: other line ends.
        applied(
            &archive,
            &aynur,
            &sheet
                .replace('\n', "\r\n")
                .replace("Bir\r\niki", "Bir\niki"),
        );
    }
    assert_eq!(archive.state(), before);
}

#[test]
fn a_sheet_changes_fields_and_begins_lessons_and_does_nothing_the_second_time() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"unit": "Köhnə", "topic": "Qalır"}))
        .lesson
        .code;
    let sheet = format!(
        "code,title,grades,subject,section,unit,visibility\n\
         {code},Onluq kəsr,7;8,mathematics,az,,public\n\
         ,Yeni dərs,7,physics,ru,Qüvvə,\n"
    );
    let done = applied(&archive, &aynur, &sheet);
    let pair = |column, before: &str, after: &str| (column, before.to_owned(), after.to_owned());
    assert_eq!(
        done.rows[0].fate,
        RowFate::Changed(vec![
            pair(Column::Title, "Kəsr", "Onluq kəsr"),
            pair(Column::Grades, "7", "7;8"),
            pair(Column::Unit, "Köhnə", ""),
            pair(Column::Visibility, "draft", "public"),
        ])
    );
    assert_eq!((done.rows[1].line, &done.rows[1].fate), (3, &RowFate::New));
    let now = archive.now(code).description;
    assert_eq!((now.unit, now.topic.as_deref()), (None, Some("Qalır")));
    assert_eq!(archive.actions(code), ["published", "created"]);
    let filter = DeskFilter::of(Whose::Own(aynur.person().unwrap()));
    let new = archive
        .catalogue
        .read_blocking(move |c| c.on_desk(&filter, None, 10))
        .unwrap()
        .remove(0);
    assert_eq!(
        (new.card.title.as_str(), new.visibility),
        ("Yeni dərs", Visibility::Draft)
    );
    assert_eq!(archive.actions(new.card.code), ["created"]);

    let before = archive.state();
    let again = applied(&archive, &aynur, &sheet);
    assert!(
        again.rows.iter().all(|r| r.fate == RowFate::Unchanged),
        "{again:?}"
    );
    assert_eq!(archive.state(), before);
    archive.expect_sound();
}

#[test]
fn rows_that_are_not_allowed_are_left_out_and_say_why_while_the_others_go_in() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let (own, hidden) = (
        archive.lesson(&aynur, json!({})).lesson.code,
        archive.lesson(&rauf, json!({})).lesson.code,
    );
    let public = archive
        .lesson(&aynur, json!({"title": "Açıq", "visibility": "public"}))
        .lesson
        .code;
    let others = archive
        .lesson(&rauf, json!({"visibility": "public"}))
        .lesson
        .code;
    let never = Code::from_number(77);
    let row = |code: &str, rest: &str| {
        format!(
            "code,title,grades,subject,section{rest}",
            rest = rest.replace("CODE", code)
        )
    };
    let mut refusals = Vec::new();
    for code in [hidden, never, others] {
        let sheet = row(code.as_str(), "\nCODE,Yeni,7,mathematics,az\n");
        refusals.push(refusal(&archive, &aynur, &sheet).replace(code.as_str(), "CODE"));
    }
    // A code that is not there and one of others' are told alike.
    assert_eq!(refusals[0], refusals[1]);
    assert!(
        refusals[0]
            .starts_with(r#"line 2, column "code": "CODE" is no lesson that you may change"#),
        "{}",
        refusals[0]
    );
    assert_eq!(refusals[0], refusals[2]);
    for (rest, part) in [
        (
            ",file\nCODE,Yeni,7,mathematics,az,/etc/passwd\n",
            r#"column "file": "/etc/passwd" names a file"#,
        ),
        (
            ",captions\nCODE,Yeni,7,mathematics,az,az:a.vtt\n",
            r#"column "captions": "a.vtt" names a file"#,
        ),
        (
            ",attachments\nCODE,Yeni,7,mathematics,az,a.pdf\n",
            r#"column "attachments": "a.pdf" names a file"#,
        ),
        ("\nCODE,Yeni,7,mathematik,az\n", "did you mean mathematics?"),
        (
            ",variant_of\nCODE,Yeni,7,mathematics,az,HIDDEN\n",
            "is no lesson of this archive",
        ),
    ] {
        let told = refusal(
            &archive,
            &aynur,
            &row(own.as_str(), rest).replace("HIDDEN", hidden.as_str()),
        );
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = refusal(
        &archive,
        &aynur,
        &row(
            public.as_str(),
            ",visibility\nCODE,Açıq,7,mathematics,az,\n",
        ),
    );
    assert!(
        told.contains(r#""draft" is not possible any more"#),
        "{told}"
    );

    let mixed = format!(
        "code,title,grades,subject,section\n{hidden},Yeni,7,mathematics,az\n{own},Yeni,7,mathematics,az\n"
    );
    let done = applied(&archive, &aynur, &mixed);
    assert!(matches!(done.rows[0].fate, RowFate::Refused(_)));
    assert!(matches!(done.rows[1].fate, RowFate::Changed(_)));
    assert_eq!(archive.now(hidden).description.title, "Kəsr");
    archive.expect_sound();
}

#[test]
fn a_sheet_publishes_only_for_those_who_may() {
    let archive = Archive::with(TeachersPublish::No);
    let aynur = archive.teacher("Aynur");
    let editor = archive.person("Leyla", PersonRole::Editor, &[(Some("7"), None)]);
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let publish = format!(
        "code,title,grades,subject,section,visibility\n{code},Kəsr,7,mathematics,az,public\n"
    );
    let told = refusal(&archive, &aynur, &publish);
    assert!(
        told.contains(r#"column "visibility": "public" is for others to decide"#),
        "{told}"
    );
    let told = refusal(
        &archive,
        &aynur,
        "title,grades,subject,section,visibility\nYeni,7,mathematics,az,public\n",
    );
    assert!(
        told.contains(r#"column "visibility": "public" is for others to decide"#),
        "{told}"
    );
    let away = format!("code,title,grades,subject,section\n{code},Kəsr,8,mathematics,az\n");
    assert!(refusal(&archive, &editor, &away).contains("out of what you edit"));
    applied(&archive, &editor, &publish);
    // What is out is changed by editors only.
    let change = format!("code,title,grades,subject,section\n{code},Yeni,7,mathematics,az\n");
    assert!(refusal(&archive, &aynur, &change).contains("is a lesson that you may not change"));
    applied(&archive, &editor, &change);
}

#[test]
fn rows_about_the_same_lesson_do_not_undo_one_another() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let head = "code,title,grades,subject,section,unit\n";
    for rows in [
        format!("{code},Kəsr,7,mathematics,az,A\n{code},Kəsr,7,mathematics,az,B\n"),
        format!("{code},Kəsr,7,mathematics,az,A\n,Kəsr,7,mathematics,az,B\n"),
        ",Yeni,7,mathematics,az,A\n,Yeni,7,mathematics,az,B\n".to_owned(),
    ] {
        let sheet = format!("{head}{rows}").into_bytes();
        let difference = archive.desk.foresee_sheet(&aynur, sheet).unwrap();
        let RowFate::Refused(errors) = &difference.rows[1].fate else {
            panic!("{difference:?}");
        };
        let told = errors[0].to_string();
        assert!(
            told.starts_with("line 3") && told.contains("line 2"),
            "{told}"
        );
        assert!(
            !matches!(difference.rows[0].fate, RowFate::Refused(_)),
            "{difference:?}"
        );
    }
}

#[test]
fn a_sheet_brought_twice_makes_no_lesson_twice_though_others_have_one_that_says_the_same() {
    let archive = archive();
    let (aynur, samir) = (archive.teacher("Aynur"), archive.teacher("Samir"));
    let others = archive.lesson(&aynur, json!({})).lesson.code;
    let sheet = "title,grades,subject,section\nKəsr,7,mathematics,az\n";
    // It says nothing of the other's draft.
    assert_eq!(applied(&archive, &samir, sheet).rows[0].fate, RowFate::New);
    let again = applied(&archive, &samir, sheet);
    assert_eq!(again.rows[0].fate, RowFate::Unchanged);
    assert_ne!(again.rows[0].code, Some(others));
    // Who may edit both has the older one.
    let operator = applied(&archive, &Author::CommandLine, sheet);
    assert_eq!(operator.rows[0].code, Some(others));
}

#[test]
fn a_sheet_is_applied_only_if_it_still_does_what_was_shown() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let sheet = |unit: &str| {
        format!("code,title,grades,subject,section,unit\n{code},Yeni,7,mathematics,az,{unit}\n,Yeni 2,7,physics,az,{unit}\n")
            .into_bytes()
    };
    let shown = archive
        .desk
        .foresee_sheet(&aynur, sheet("A"))
        .unwrap()
        .digest;
    // Another sheet.
    let told = archive.refused(|d| d.apply_sheet(&aynur, sheet("B"), Some(shown.clone())));
    assert!(
        matches!(told, Error::Conflict(ConflictError::Differs)),
        "{told}"
    );
    // The same sheet, but of a new lesson something else that is not shown.
    let other = String::from_utf8(sheet("A"))
        .unwrap()
        .replace("physics,az,A", "physics,az,C");
    archive.refused(|d| d.apply_sheet(&aynur, other.into_bytes(), Some(shown.clone())));
    // The same sheet, other lessons.
    archive
        .edit(&Author::CommandLine, code, json!({"topic": "T"}))
        .unwrap();
    archive.refused(|d| d.apply_sheet(&aynur, sheet("A"), Some(shown.clone())));
    // What nobody was shown is done as it is.
    archive.desk.apply_sheet(&aynur, sheet("A"), None).unwrap();
    assert_eq!(archive.now(code).description.unit.as_deref(), Some("A"));
}

#[test]
fn a_sheet_that_is_none_or_too_large_is_refused_whole() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let head = "title,grades,subject,section\n";
    let rows = |n: usize| {
        let rows: String = (0..n)
            .map(|n| format!("Dərs {n},7,mathematics,az\n"))
            .collect();
        format!("{head}{rows}").into_bytes()
    };
    for (sheet, part) in [
        (Vec::new(), "the sheet is empty"),
        (
            b"titel,grades,subject,section\n".to_vec(),
            r#"did you mean "title"?"#,
        ),
        (b"PK\x03\x04\0\0".to_vec(), "NUL"),
        (rows(MOST_ROWS + 1), "more than 5000 rows"),
        (
            vec![b'a'; LARGEST_SHEET as usize + 1],
            "4194304 are allowed",
        ),
    ] {
        let told = archive
            .refused(|d| d.foresee_sheet(&aynur, sheet.clone()))
            .to_string();
        assert!(told.contains(part), "{part}: {told}");
        archive.refused(|d| d.apply_sheet(&aynur, sheet, None));
    }
    let all = archive.desk.foresee_sheet(&aynur, rows(MOST_ROWS)).unwrap();
    assert_eq!(all.rows.len(), MOST_ROWS);
}

#[test]
fn an_export_has_the_lessons_that_somebody_edits_oldest_first() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let editor = archive.person("Leyla", PersonRole::Editor, &[(None, Some("physics"))]);
    for n in 1..=450 {
        let subject = if n % 2 == 0 { "physics" } else { "mathematics" };
        archive.lesson(
            &aynur,
            json!({"title": format!("Dərs {n}"), "subject": subject}),
        );
    }
    archive.lesson(&rauf, json!({"title": "Başqası"}));
    let titles = |author: &Author| -> Vec<String> {
        let sheet = exported(&archive, author, Separator::Comma);
        let mut sheet = csv::Reader::from_reader(sheet.trim_start_matches('\u{feff}').as_bytes());
        sheet.records().map(|r| r.unwrap()[1].to_owned()).collect()
    };
    let every = |step| (1..=450).step_by(step);
    assert_eq!(
        titles(&aynur),
        every(1).map(|n| format!("Dərs {n}")).collect::<Vec<_>>()
    );
    assert_eq!(
        titles(&editor),
        every(2)
            .map(|n| format!("Dərs {}", n + 1))
            .collect::<Vec<_>>()
    );
    assert_eq!(titles(&Author::CommandLine).len(), 451);
    assert_eq!(titles(&rauf), ["Başqası"]);
}
