//! The sheet as its users meet it: a file goes in, rows or errors come out.

use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

use super::*;
use crate::units::{Code, Millis};

struct School;

impl Known for School {
    fn knows(&self, of: Vocabulary, id: &str) -> bool {
        self.ids(of).iter().any(|known| known == id)
    }

    fn ids(&self, of: Vocabulary) -> Vec<String> {
        let ids: &[&str] = match of {
            Vocabulary::Grade => &["prep", "7", "8", "11"],
            Vocabulary::Subject => &["mathematics", "physics", "azerbaijani"],
            Vocabulary::Section => &["az", "ru"],
            Vocabulary::Channel => &["aztv", "medeniyyet"],
        };
        ids.iter().map(|id| (*id).to_owned()).collect()
    }
}

/// As Baku's clocks were until 2015: an hour ahead in summer.
fn zone() -> TimeZone {
    TimeZone::posix("<+04>-4<+05>,M3.5.0/4,M10.5.0/5").unwrap()
}

fn read(sheet: &[u8]) -> Vec<Result<(u64, Row), String>> {
    let options = ReadOptions {
        time_zone: zone(),
        from_spreadsheet: false,
    };
    match read_rows(sheet, options, &School) {
        Ok(rows) => rows
            .map(|row| row.map_err(|refused| refused.to_string()))
            .collect(),
        Err(error) => vec![Err(error.to_string())],
    }
}

/// The row of a sheet that has `column` with `cell` besides the required columns.
fn row_with(column: Column, cell: &str) -> Result<Row, String> {
    let cells = [
        ("title", "Kəsrlər"),
        ("grades", "7"),
        ("subject", "physics"),
        ("section", "az"),
    ];
    let mut cells: Vec<(&str, &str)> = cells
        .into_iter()
        .filter(|(name, _)| *name != column.name())
        .collect();
    cells.push((column.name(), cell));
    let mut csv = csv::Writer::from_writer(vec![]);
    csv.write_record(cells.iter().map(|(name, _)| name))
        .unwrap();
    csv.write_record(cells.iter().map(|(_, cell)| cell))
        .unwrap();
    let mut rows = read(&csv.into_inner().unwrap());
    assert_eq!(rows.len(), 1);
    rows.remove(0).map(|(line, row)| {
        assert_eq!(line, 2);
        row
    })
}

fn written(rows: &[Row]) -> String {
    let mut writer = RowWriter::new(Vec::new(), zone()).unwrap();
    rows.iter().for_each(|row| writer.write(row).unwrap());
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

const FULL: &str = "\
file,code,title,description,grades,subject,section,language,programme,lesson_number,unit,topic,curriculum,school_year,term,week,textbook,broadcasts,teachers,interpreter,kind,variant_of,captions,chapters,attachments,license,rights_holder,source_url,visibility
v/kesr.mp4,,Kəsrlər,\"Birinci sətir
ikinci\",7;8,mathematics,az,AZ,Dərs vaxtı,12,Ədədlər,Adi kəsr,AZ2013:7.1.2;X:1:2,2019/20,2,2020-W14,978-0-306-40615-7:34–36,aztv@2020-04-02T11:00;aztv@2020-03-30 10:00+04:00,Müəllim Ə; Учитель Я,Müəllim İ,Live,,az:a.vtt;ru:b:c.vtt,00:00 Giriş;1:02:03.500 Son\\; tapşırıq,a.pdf,CC BY 4.0,Arxiv,https://example.org/dərs?id=7,public
";

#[test]
fn a_full_row_is_read_as_values() {
    let mut rows = read(FULL.as_bytes());
    let (line, row) = rows.remove(0).unwrap();
    assert_eq!(line, 2);
    let mut expected = Row::new("Kəsrlər", &["7", "8"], "mathematics", "az");
    let some = |text: &str| Some(text.to_owned());
    expected.file = some("v/kesr.mp4");
    expected.description = some("Birinci sətir\nikinci");
    expected.language = some("az");
    expected.programme = some("Dərs vaxtı");
    expected.lesson_number = Some(12);
    expected.unit = some("Ədədlər");
    expected.topic = some("Adi kəsr");
    let standard = |framework: &str, code: &str| Standard {
        framework: framework.to_owned(),
        code: code.to_owned(),
    };
    expected.curriculum = vec![standard("AZ2013", "7.1.2"), standard("X", "1:2")];
    expected.school_year = Some(SchoolYear { first: 2019 });
    expected.term = Some(2);
    expected.week = Some(Week::Calendar {
        year: 2020,
        week: 14,
    });
    expected.textbook = Some(Textbook {
        isbn: "9780306406157".to_owned(),
        page: "34–36".to_owned(),
    });
    let broadcast = |at: &str| Broadcast {
        channel: "aztv".to_owned(),
        at: at.parse().unwrap(),
    };
    expected.broadcasts = vec![
        broadcast("2020-03-30T06:00:00Z"),
        broadcast("2020-04-02T06:00:00Z"),
    ];
    expected.teachers = vec!["Müəllim Ə".to_owned(), "Учитель Я".to_owned()];
    expected.interpreter = some("Müəllim İ");
    expected.kind = Kind::Live;
    let captions = |language: &str, path: &str| CaptionFile {
        language: language.to_owned(),
        path: path.to_owned(),
    };
    expected.captions = vec![captions("az", "a.vtt"), captions("ru", "b:c.vtt")];
    let chapter = |at, title: &str| Chapter {
        at: Millis(at),
        title: title.to_owned(),
    };
    expected.chapters = vec![chapter(0, "Giriş"), chapter(3_723_500, "Son; tapşırıq")];
    expected.attachments = vec!["a.pdf".to_owned()];
    expected.license = some("CC BY 4.0");
    expected.rights_holder = some("Arxiv");
    expected.source_url = some("https://example.org/dərs?id=7");
    expected.visibility = Visibility::Public;
    assert_eq!(row, expected);
    assert_eq!(read(written(&[row]).as_bytes())[0], Ok((2, expected)));
}

#[test]
fn what_is_empty_or_absent_is_nothing_and_a_draft() {
    let sheet = "grades,title,subject,section,file,visibility\n7,A,physics,ru, ,\n";
    assert_eq!(
        read(sheet.as_bytes()),
        [Ok((2, Row::new("A", &["7"], "physics", "ru")))]
    );
}

#[test]
fn a_sheet_from_any_spreadsheet_gives_the_same_rows() {
    let plain = "title;grades;subject;section\nKəsr;\"7;8\";physics;az\n";
    let expected = read(plain.replace(';', ",").replace("7,8", "7;8").as_bytes());
    assert_eq!(
        expected,
        [Ok((2, Row::new("Kəsr", &["7", "8"], "physics", "az")))]
    );
    let crlf = plain.replace('\n', "\r\n");
    let marked = format!("\u{feff}{plain}");
    let tabs = plain.replace(';', "\t").replace("7\t8", "7;8");
    let utf16: Vec<u8> = format!("\u{feff}{tabs}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for sheet in [
        plain.as_bytes(),
        crlf.as_bytes(),
        marked.as_bytes(),
        tabs.as_bytes(),
        &utf16,
    ] {
        assert_eq!(read(sheet), expected);
    }
    let rows = read_rows(
        tabs.as_bytes(),
        ReadOptions {
            time_zone: zone(),
            from_spreadsheet: false,
        },
        &School,
    )
    .unwrap();
    assert_eq!(rows.separator(), '\t');
    assert_eq!(rows.columns()[1], Column::Grades);
}

#[test]
fn a_bad_row_tells_all_that_is_wrong_and_the_good_rows_still_go_in() {
    let sheet = "title,grades,subject,section,term\n\
        A,7,physics,az,1\n\
        ,7;9;;7,physic,az,x\n\
        B,7,physics,az\n\
        ,,,,\n\
        C,8,physics,ru,\n\
        D,7,\"physics\"\"\" x,ru,\n";
    let rows = read(sheet.as_bytes());
    assert_eq!(rows.len(), 5);
    assert!(rows[0].is_ok());
    insta::assert_snapshot!(rows[1].as_ref().unwrap_err(), @r#"
    line 3, column "title" is empty; every lesson needs a title
    line 3, column "grades": "9" is not a grade of this archive; `teledars vocabulary show` lists all
    line 3, column "grades": "7;9;;7" has an empty item; remove the extra ;
    line 3, column "grades": "7" is listed twice; remove one
    line 3, column "subject": "physic" is not a subject of this archive; did you mean physics? (`teledars vocabulary show` lists all)
    line 3, column "term": "x" is not a number from 1 to 6; write it with digits, or leave it empty
    "#);
    insta::assert_snapshot!(rows[2].as_ref().unwrap_err(), @r#"
    line 4 has 4 cells where the header row has 5; put quotation marks around cells that contain the separator, and close each quotation mark
    "#);
    assert_eq!(rows[3], Ok((6, Row::new("C", &["8"], "physics", "ru"))));
    insta::assert_snapshot!(rows[4].as_ref().unwrap_err(), @r#"
    line 7, column "subject": "physics\" x" has text after its closing quotation mark; write a quotation mark inside a cell twice
    "#);
}

#[test]
fn each_refusal_says_what_would_be_right() {
    let long = "x".repeat(301);
    let many = "a;".repeat(200) + "a";
    let deep = "d/".repeat(2049);
    let cases = [
        (Column::File, "../x.mp4"),
        (Column::File, "a/../../x.mp4"),
        (Column::File, &deep),
        (Column::Code, "K7M2Q"),
        (Column::Code, "222223"),
        (Column::Title, &long),
        (Column::Title, "two\nlines"),
        (Column::Title, "be\u{7}ll"),
        (Column::Title, "lesson \u{202e}4pm.exe"),
        (Column::Title, "\u{200b}\u{200b}"),
        (Column::Description, "ta\tb"),
        (Column::Grades, "7;9"),
        (Column::Grades, "7;8;7"),
        (Column::Subject, "Riyaziyyat"),
        (Column::Subject, "Matematics"),
        (Column::Section, "en"),
        (Column::Language, "azerbaijani"),
        (Column::Language, "russian"),
        (Column::LessonNumber, "0"),
        (Column::LessonNumber, "+7"),
        (Column::LessonNumber, "10000"),
        (Column::Curriculum, "7.1.2"),
        (Column::SchoolYear, "2019/21"),
        (Column::SchoolYear, "2019-2020"),
        (Column::SchoolYear, "1066/67"),
        (Column::SchoolYear, "bu il"),
        (Column::Term, "7"),
        (Column::Week, "54"),
        (Column::Week, "2019-W53"),
        (Column::Week, "2020-W1"),
        (Column::Textbook, "9780306406157"),
        (Column::Textbook, "9780306406158:3"),
        (Column::Textbook, "9780306406157:pages 34 to 36 and 38"),
        (Column::Broadcasts, "aztv"),
        (Column::Broadcasts, "aztw@2020-03-30T11:00"),
        (Column::Broadcasts, "aztv@2020-03-30"),
        (Column::Broadcasts, "aztv@30.03.2020 11:00"),
        (Column::Broadcasts, "aztv@2020-02-30T11:00"),
        (Column::Broadcasts, "aztv@2020-03-29T04:30"),
        (Column::Broadcasts, "aztv@2020-10-25T04:30"),
        (Column::Broadcasts, "aztv@1020-03-30T11:00Z"),
        (Column::Broadcasts, "aztv@2020-03-30T11:00:00.5Z"),
        (Column::Broadcasts, "aztv@2020-03-30T11:00+4"),
        (
            Column::Broadcasts,
            "aztv@2020-03-30T11:00;aztv@2020-03-30T06:00Z",
        ),
        (Column::Teachers, &many),
        (Column::Kind, "movie"),
        (Column::VariantOf, "xyz"),
        (Column::Captions, "a.vtt"),
        (Column::Captions, "az: a.vtt"),
        (Column::Captions, "az:../a.vtt"),
        (Column::Captions, "az:a.vtt;AZ:b.vtt"),
        (Column::Chapters, "Giriş"),
        (Column::Chapters, "00:60 Giriş"),
        (Column::Chapters, "03:40"),
        (Column::Chapters, "03:40 A;03:40 B"),
        (Column::Attachments, "a.pdf;;b.pdf"),
        (Column::Attachments, "a.pdf;a.pdf"),
        (Column::SourceUrl, "javascript:alert(1)"),
        (Column::SourceUrl, "example.org"),
        (Column::SourceUrl, "https://"),
        (Column::SourceUrl, "https://user:pass@host/"),
        (Column::SourceUrl, r"https://host\@evil/"),
        (Column::SourceUrl, "https://host:port/"),
        (Column::SourceUrl, "http://[::g]/"),
        (Column::SourceUrl, "https://a\"onclick=b"),
        (Column::Visibility, "yes"),
    ];
    let all: Vec<String> = cases
        .iter()
        .map(|(column, cell)| row_with(*column, cell).expect_err(cell))
        .collect();
    let place = |column: &Column| format!("line 2, column \"{column}\"");
    assert!(
        cases
            .iter()
            .zip(&all)
            .all(|((column, _), error)| error.starts_with(&place(column)))
    );
    insta::assert_snapshot!(all.join("\n"), @r#"
    line 2, column "file": "../x.mp4" leads out of the folder of the sheet; give an absolute path, or move the file into the folder
    line 2, column "file": "a/../../x.mp4" leads out of the folder of the sheet; give an absolute path, or move the file into the folder
    line 2, column "file": "d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/…" has 4098 bytes; a path has at most 4096; move the file to a shorter path
    line 2, column "code": "K7M2Q" is not a lesson's code: a code is six of the characters 23456789ABCDEFGHJKMNPQRSTUVWXYZ; copy the code of the lesson, or leave it empty
    line 2, column "code": "222223" is not a lesson's code: one character of the code is wrong: its check character does not fit; compare it with the code of the lesson, letter by letter
    line 2, column "title": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" has 301 characters; at most 300 are allowed; shorten it
    line 2, column "title": "two\nlines" has a line break; write it in one line
    line 2, column "title": "be\u{7}ll" contains the control character U+0007; remove it
    line 2, column "title": "lesson \u{202e}4pm.exe" contains the invisible character U+202E, which turns the direction of writing; remove it
    line 2, column "title": "\u{200b}\u{200b}" has nothing that can be seen; write something, or leave it empty
    line 2, column "description": "ta\tb" contains the control character U+0009; remove it
    line 2, column "grades": "9" is not a grade of this archive; `teledars vocabulary show` lists all
    line 2, column "grades": "7" is listed twice; remove one
    line 2, column "subject": "Riyaziyyat" is not a subject of this archive; `teledars vocabulary show` lists all
    line 2, column "subject": "Matematics" is not a subject of this archive; did you mean mathematics? (`teledars vocabulary show` lists all)
    line 2, column "section": "en" is not a section of this archive; `teledars vocabulary show` lists all
    line 2, column "language": "azerbaijani" is not a language tag (BCP 47); write az, ru, en or another
    line 2, column "language": "russian" is not a language tag (BCP 47); write az, ru, en or another
    line 2, column "lesson_number": "0" is not a number from 1 to 9999; write it with digits, or leave it empty
    line 2, column "lesson_number": "+7" is not a number from 1 to 9999; write it with digits, or leave it empty
    line 2, column "lesson_number": "10000" is not a number from 1 to 9999; write it with digits, or leave it empty
    line 2, column "curriculum": "7.1.2" names no framework and code; write framework:code
    line 2, column "school_year": "2019/21" is not a school year (two consecutive years, the second with two digits); write 2019/20
    line 2, column "school_year": "2019-2020" is not a school year (two consecutive years, the second with two digits); write 2019/20
    line 2, column "school_year": "1066/67" is not a school year; write it like 2019/20
    line 2, column "school_year": "bu il" is not a school year; write it like 2019/20
    line 2, column "term": "7" is not a number from 1 to 6; write it with digits, or leave it empty
    line 2, column "week": "54" is not a week; write 1 to 53, or a calendar week like 2020-W14
    line 2, column "week": "2019-W53" does not exist: 2019 has 52 calendar weeks; write 2019-W52 or 2020-W01
    line 2, column "week": "2020-W1" is not a week; write 1 to 53, or a calendar week like 2020-W14
    line 2, column "textbook": "9780306406157" names no page; write isbn:page
    line 2, column "textbook": "9780306406158:3" has no valid ISBN (its check digit does not fit); copy the ISBN of 10 or 13 digits from the textbook, then :page
    line 2, column "textbook": "9780306406157:pages 34 to 36 and 38" has 21 characters after the colon; at most 20 are allowed; write the page alone, like 34 or 34–36
    line 2, column "broadcasts": "aztv" names no channel and time; write channel@2020-03-30T11:00
    line 2, column "broadcasts": "aztw@2020-03-30T11:00" does not begin with a channel of this archive; did you mean aztv? (`teledars vocabulary show` lists all)
    line 2, column "broadcasts": "aztv@2020-03-30" is not a date and time; write it like 2020-03-30T11:00, or with an offset 2020-03-30T11:00:00+04:00
    line 2, column "broadcasts": "aztv@30.03.2020 11:00" is not a date and time; write it like 2020-03-30T11:00, or with an offset 2020-03-30T11:00:00+04:00
    line 2, column "broadcasts": "aztv@2020-02-30T11:00" is not a date and time; write it like 2020-03-30T11:00, or with an offset 2020-03-30T11:00:00+04:00
    line 2, column "broadcasts": "aztv@2020-03-29T04:30" happened twice or not at all: the clocks were changed then; add the offset, like +04:00
    line 2, column "broadcasts": "aztv@2020-10-25T04:30" happened twice or not at all: the clocks were changed then; add the offset, like +04:00
    line 2, column "broadcasts": "aztv@1020-03-30T11:00Z" lies in the year 1020; write a year from 1950 on
    line 2, column "broadcasts": "aztv@2020-03-30T11:00:00.5Z" has fractions of a second; write whole seconds
    line 2, column "broadcasts": "aztv@2020-03-30T11:00+4" is not a date and time; write it like 2020-03-30T11:00, or with an offset 2020-03-30T11:00:00+04:00
    line 2, column "broadcasts": "aztv@2020-03-30T06:00:00Z" is listed twice; remove one
    line 2, column "teachers": "a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;…" has 201 items; at most 200 are allowed; leave some out
    line 2, column "kind": "movie" is none of the words this column knows; write lesson or live or revision or exam
    line 2, column "variant_of": "xyz" is not a lesson's code: a code is six of the characters 23456789ABCDEFGHJKMNPQRSTUVWXYZ; copy the code of the lesson, or leave it empty
    line 2, column "captions": "a.vtt" names no language and file; write az:file.vtt
    line 2, column "captions": "az: a.vtt" has a blank after the colon; write az:file.vtt
    line 2, column "captions": "az:../a.vtt" leads out of the folder of the sheet; give an absolute path, or move the file into the folder
    line 2, column "captions": "az" is listed twice; remove one
    line 2, column "chapters": "Giriş" does not begin with a time; write 03:40 Title or 1:02:03 Title
    line 2, column "chapters": "00:60 Giriş" does not begin with a time; write 03:40 Title or 1:02:03 Title
    line 2, column "chapters": "03:40" has no title; write 03:40 Title
    line 2, column "chapters": "03:40 B" does not begin after the chapter before it; list the chapters in the order of their times
    line 2, column "attachments": "a.pdf;;b.pdf" has an empty item; remove the extra ;
    line 2, column "attachments": "a.pdf" is listed twice; remove one
    line 2, column "source_url": "javascript:alert(1)" is not an http or https address; write an address like https://example.org/lesson
    line 2, column "source_url": "example.org" is not an http or https address; write an address like https://example.org/lesson
    line 2, column "source_url": "https://" names no host; write an address like https://example.org/lesson
    line 2, column "source_url": "https://user:pass@host/" contains a user name or password; write an address like https://example.org/lesson
    line 2, column "source_url": "https://host\\@evil/" contains a character that an address cannot have; write an address like https://example.org/lesson
    line 2, column "source_url": "https://host:port/" has no valid port; write an address like https://example.org/lesson
    line 2, column "source_url": "http://[::g]/" names no host; write an address like https://example.org/lesson
    line 2, column "source_url": "https://a\"onclick=b" contains a character that an address cannot have; write an address like https://example.org/lesson
    line 2, column "visibility": "yes" is none of the words this column knows; write public or unlisted or draft
    "#);
}

#[test]
fn hostile_names_are_names() {
    let long = format!("{}.mp4", "ə".repeat(125));
    for name in [
        "a\nb.mp4",
        "🎄.mp4",
        " a .mp4 ",
        "..mp4",
        "-i",
        "/srv/../x.mp4",
        "C:\\x",
        &long,
    ] {
        assert_eq!(
            row_with(Column::File, name).map(|row| row.file),
            Ok(Some(name.to_owned()))
        );
    }
    let row = row_with(Column::Attachments, "a\\;b.pdf; c d.pdf;\\ e\n.pdf").unwrap();
    assert_eq!(row.attachments, ["a;b.pdf", "c d.pdf", " e\n.pdf"]);
}

#[test]
fn other_right_spellings_are_understood() {
    let isbn = |cell| {
        row_with(Column::Textbook, cell)
            .unwrap()
            .textbook
            .unwrap()
            .isbn
    };
    assert_eq!(isbn("0-8044-2957-x:xii"), "080442957X");
    let tag = |cell| row_with(Column::Language, cell).unwrap().language.unwrap();
    assert_eq!(tag("AZ-cyrl-az"), "az-Cyrl-AZ");
    let code = Code::from_number(7);
    let lower = code.as_str().to_lowercase();
    assert_eq!(row_with(Column::Code, &lower).unwrap().code, Some(code));
    let year = |cell| {
        row_with(Column::SchoolYear, cell)
            .unwrap()
            .school_year
            .unwrap()
    };
    assert_eq!(year("1999/00").first, 1999);
    assert_eq!(
        row_with(Column::Week, "07").unwrap().week,
        Some(Week::Number(7))
    );
    assert_eq!(
        row_with(Column::Visibility, "PUBLIC").unwrap().visibility,
        Visibility::Public
    );
    for cell in [
        "https://host",
        "http://host:8080/a?b#c",
        "https://[::1]:80/",
        "HTTPS://тест.рф/д",
    ] {
        assert_eq!(
            row_with(Column::SourceUrl, cell)
                .unwrap()
                .source_url
                .as_deref(),
            Some(cell)
        );
    }
}

#[test]
fn a_time_without_an_offset_is_that_of_the_archives_zone() {
    let at = |cell: &str| {
        let row = row_with(Column::Broadcasts, &format!("aztv@{cell}")).unwrap();
        row.broadcasts[0].at.to_string()
    };
    assert_eq!(at("2020-02-03 11:00"), "2020-02-03T07:00:00Z");
    assert_eq!(at("2020-07-03T11:00:07"), "2020-07-03T06:00:07Z");
    assert_eq!(at("2020-07-03t11:00z"), "2020-07-03T11:00:00Z");
    assert_eq!(at("2020-10-25T04:30+05:00"), "2020-10-24T23:30:00Z");
    let row = row_with(Column::Broadcasts, "aztv@2020-07-03T11:00").unwrap();
    assert!(written(&[row]).contains("aztv@2020-07-03T11:00:00+05:00"));
}

#[test]
fn an_offset_with_seconds_is_written_as_utc() {
    let mut row = Row::new("A", &["7"], "physics", "az");
    let (channel, at) = ("aztv".to_owned(), "1960-01-01T00:00:07Z".parse().unwrap());
    row.broadcasts = vec![Broadcast { at, channel }];
    let monrovia = TimeZone::fixed(Offset::from_seconds(-2670).unwrap());
    let mut writer = RowWriter::new(Vec::new(), monrovia).unwrap();
    writer.write(&row).unwrap();
    let sheet = writer.finish().unwrap();
    assert_eq!(read(&sheet), [Ok((2, row))]);
}

#[test]
fn a_sheet_without_a_header_is_refused() {
    for (sheet, expected) in [
        ("", "the sheet is empty"),
        ("\n\n", "the sheet is empty"),
        ("title\n", "\"grades\" is missing"),
        ("a,b\n1,2\n", "there is no column \"a\""),
    ] {
        let rows = read(sheet.as_bytes());
        assert!(rows[0].as_ref().unwrap_err().contains(expected), "{rows:?}");
    }
}

#[test]
fn a_sheet_that_breaks_off_gives_the_rows_before_and_then_ends() {
    let rows = read(b"title,grades,subject,section\nA,7,physics,az\nB,7,\"physics,az\n");
    assert_eq!(rows.len(), 2);
    assert!(rows[0].is_ok());
    assert!(
        rows[1]
            .as_ref()
            .unwrap_err()
            .contains("line 3 is never closed"),
        "{rows:?}"
    );
}

/// Any text that a cell may hold once it is read: no blanks around it, no control characters.
fn text() -> impl Strategy<Value = String> {
    let hostile = "[=+@\"',;\\\\:-][=+@\"',;\\\\: a-]{0,6}";
    prop_oneof![hostile, "\\PC{1,20}", "[А-яəıİşƏ ]{1,10}"]
        .prop_map(|text| text.chars().filter(|c| !c.is_control()).collect::<String>())
        .prop_map(|text| text.trim().to_owned())
        .prop_filter("not empty", |text| !text.is_empty())
}

fn path() -> impl Strategy<Value = String> {
    "(?s)(/|\\./)[a;\\\\ \n\r\t\"',:ə🎄.]{0,8}[^\0/]?".prop_filter("inside", |path| {
        path.starts_with('/') || !path.split('/').any(|p| p == "..")
    })
}

fn rows() -> impl Strategy<Value = Row> {
    let some = || prop::option::of(text());
    let texts = (
        text(),
        some(),
        some(),
        some(),
        some(),
        some(),
        some(),
        some(),
    );
    let files = (
        prop::option::of(path()),
        prop::collection::vec(path(), 0..3),
        prop::collection::vec(path(), 0..3),
    );
    let lists = (
        prop::collection::vec(text(), 0..3),
        prop::collection::vec(text(), 0..3),
        prop::collection::vec((0..90_000_000_u64, 0..2_u32), 0..3),
    );
    let words = (
        prop::option::of(0..Code::SPACE),
        prop::option::of(1..=9999_u16),
        prop::option::of(1950..2199_u16),
        prop::option::of(1..=53_u8),
        0..Kind::ALL.len(),
        0..Visibility::ALL.len(),
    );
    (texts, files, lists, words).prop_map(|(texts, files, lists, words)| {
        let mut row = Row::new(&texts.0, &["7", "prep"], "physics", "ru");
        row.description = texts.1.map(|text| format!("{text}\n\n{text}"));
        (row.programme, row.unit, row.topic) = (texts.2, texts.3, texts.4);
        (row.license, row.rights_holder, row.interpreter) = (texts.5, texts.6, texts.7);
        row.file = files.0;
        let captions = files.1.into_iter().zip(["az", "ru", "en"]);
        row.captions = captions
            .map(|(path, language)| CaptionFile {
                language: language.to_owned(),
                path,
            })
            .collect();
        row.attachments = files.2;
        row.attachments.sort();
        row.attachments.dedup();
        row.teachers = lists.0;
        let mut at = 0;
        for title in lists.1 {
            at += 1000 + row.chapters.len() as u64 * 3_599_999;
            row.chapters.push(Chapter {
                at: Millis(at),
                title: title.clone(),
            });
            let (framework, code) = ("AZ".to_owned(), title);
            row.curriculum.push(Standard { framework, code });
        }
        row.broadcasts = lists
            .2
            .into_iter()
            .map(|(second, channel)| Broadcast {
                at: jiff::Timestamp::from_second(1_500_000_000 + second as i64).unwrap(),
                channel: ["aztv", "medeniyyet"][channel as usize].to_owned(),
            })
            .collect();
        row.broadcasts.sort();
        row.broadcasts.dedup();
        row.code = words.0.map(Code::from_number);
        row.lesson_number = words.1;
        row.school_year = words.2.map(|first| SchoolYear { first });
        row.week = words.3.map(Week::Number);
        row.kind = Kind::ALL[words.4];
        row.visibility = Visibility::ALL[words.5];
        row
    })
}

proptest! {
    #[test]
    fn what_is_exported_is_imported_as_it_was(rows in prop::collection::vec(rows(), 1..4)) {
        let sheet = written(&rows);
        let read: Result<Vec<Row>, String> =
            read(sheet.as_bytes()).into_iter().map(|row| row.map(|(_, row)| row)).collect();
        prop_assert_eq!(read.as_ref(), Ok(&rows));
        prop_assert_eq!(written(&read.unwrap()), sheet);
    }

    #[test]
    fn no_cell_of_any_column_makes_the_reader_panic(cell in "(?s).{0,20}", column in 0..29_usize) {
        let _ = row_with(Column::ALL[column], &format!("x{cell}").replace('\0', ""));
    }

    #[test]
    fn cells_that_are_nearly_right_are_read_as_they_are_written_again(
        cell in "[0-9]{1,4}[-/:@W]{1,2}[0-9]{1,2}[ :T.]{0,2}[0-9]{0,2}( a)?|aztv@20[0-9]{2}-0[1-9]-1[0-9][T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-]0[0-9]:30)?",
        column in 0..29_usize,
    ) {
        if let Ok(row) = row_with(Column::ALL[column], &cell) {
            let sheet = written(std::slice::from_ref(&row));
            prop_assert_eq!(read(sheet.as_bytes()), [Ok((2, row))]);
        }
    }
}
