//! The desk's pages of a lesson's history, and of the sheet.

use super::signed_in::{Part, textarea};
use super::*;
use crate::catalogue::{PersonRole, Whose};
use crate::sheet::Column;

#[tokio::test]
async fn a_history_tells_before_and_after_and_undoes_what_can_be_undone() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let code = site.own(&teacher, "Kəsrlər").await.code;
    site.edit(code, Column::Title, "Kəsr <i>onluq</i>").await;
    site.edit(code, Column::Visibility, "unlisted").await;
    let long = format!("Birinci sətir\n{}", "söz ".repeat(100));
    site.edit(code, Column::Description, &long).await;
    site.edit(code, Column::Title, "Yenə başqa").await;
    let history = format!("/en/teach/lessons/{code}/history");
    let page = site.see(&teacher, &history).await;
    page.shows(&[
        "Kəsr &#60;i&#62;onluq&#60;/i&#62;",
        "Yenə başqa",
        "only with the link",
        "Show both texts",
        "command line",
    ]);
    page.lacks(&["<i>"]);
    // The newest comes first: the third from above is the older title.
    let undo: Vec<&str> = page
        .text()
        .split("action=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|action| action.ends_with("/undo"))
        .collect();
    assert_eq!(undo.len(), 4, "{undo:?}");
    let refused = site.post(&teacher, undo[3], "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.shows(&["Title changed again since. Undo the later change first."]);
    let in_russian = undo[3].replacen("/en/", "/ru/", 1);
    let refused = site.post(&teacher, &in_russian, "").await;
    refused.shows(&["Название – изменено ещё раз. Сначала отмените более позднее изменение."]);
    let undone = site.post(&teacher, undo[0], "").await;
    assert_eq!(undone.header("location"), format!("{history}?done=1"));
    let page = site.see(&teacher, &history).await;
    page.shows(&["undoes an earlier change"]);
    let lost = site
        .post(&teacher, &format!("{history}/999999/undo"), "")
        .await;
    assert_eq!(lost.status, StatusCode::CONFLICT);

    // A long history goes on on the next page.
    for n in 0..60 {
        site.edit(code, Column::Topic, &format!("mövzu {n}")).await;
    }
    let page = site.see(&teacher, &history).await;
    let (_, more) = page
        .text()
        .split_once("class=\"pages\"><a href=\"")
        .unwrap();
    let (more, _) = more.split_once('"').unwrap();
    let older = site.see(&teacher, more).await;
    older.shows(&["Kəsr &#60;i&#62;onluq"]);
    older.lacks(&["class=\"pages\""]);
}

#[tokio::test]
async fn a_sheet_goes_out_is_edited_shows_its_differences_and_is_applied() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let other = site.signed_in("Murad", PersonRole::Teacher).await;
    let code = site.own(&teacher, "Kəsrlər").await.code;
    let others = site.own(&other, "Özgə").await.code;
    site.edit(
        code,
        Column::Description,
        "Birinci\nikinci; üçüncü \"dırnaq\"",
    )
    .await;
    let out = site.see(&teacher, "/az/teach/sheet.csv").await;
    assert_eq!(
        out.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    let name = out.header("content-disposition");
    assert!(
        name.starts_with("attachment; filename=\"teledars-20"),
        "{name}"
    );
    let sheet = out.text().to_owned();
    assert!(sheet.starts_with("\u{feff}code;title;"), "{sheet}");
    assert!(sheet.contains(code.as_str()) && !sheet.contains(others.as_str()));
    let english = site
        .see(&teacher, "/en/teach/sheet.csv?grade=7&subject=mathematics")
        .await;
    assert!(english.text().starts_with("\u{feff}code,title,"));
    assert!(english.text().contains(code.as_str()));
    let elsewhere = site.see(&teacher, "/en/teach/sheet.csv?grade=8").await;
    assert!(!elsewhere.text().contains(code.as_str()));

    // One cell is edited, a lesson is new, one is somebody else's, one is wrong.
    let width = sheet.lines().next().unwrap().split(';').count();
    let row = |cells: &str| {
        let cells: Vec<&str> = cells.split(';').collect();
        let missing = width - cells.len();
        format!("{}{}\n", cells.join(";"), ";".repeat(missing))
    };
    let edited = sheet.replace("Kəsrlər", "Kəsr <b>onluq</b>")
        + &row(";Təzə dərs;;8;mathematics;az")
        + &row(&format!("{others};Mənim olsun;;7;mathematics;az"))
        + &row(";Səhv;;7;mathematic;az");
    let import = |sheet: String| {
        let (site, teacher) = (&site, &teacher);
        async move {
            let parts: [Part<'_>; 1] = [("sheet", Some("dərslər.csv"), sheet.as_bytes())];
            site.send_form(teacher, "/en/teach/sheet", &parts).await
        }
    };
    let shown = import(edited.clone()).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    shown.shows(&[
        "Kəsr &#60;b&#62;onluq&#60;/b&#62;",
        "Apply to 2 lessons",
        "1 new lesson",
        "Təzə dərs",
        "2 rows left out",
        "There is no lesson of this code that you may change.",
        "Did you mean mathematics?",
    ]);
    shown.lacks(&["<b>onluq"]);
    for (language, told) in [
        (
            "az",
            [
                "Dəyişə biləcəyiniz belə kodlu dərs yoxdur.",
                "Bu arxivdə belə fənn yoxdur.",
            ],
        ),
        (
            "ru",
            [
                "Урока с таким кодом, который вы можете изменять, нет.",
                "В этом архиве нет такого предмета.",
            ],
        ),
    ] {
        let parts: [Part<'_>; 1] = [("sheet", Some("dərslər.csv"), edited.as_bytes())];
        let path = format!("/{language}/teach/sheet");
        let shown = site.send_form(&teacher, &path, &parts).await;
        shown.shows(&told);
        shown.lacks(&["did you mean", "is not a", "is no lesson"]);
    }
    let digest = |page: &Answer| {
        let (_, rest) = page.text().split_once("name=\"digest\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let apply = |text: String, digest: String| {
        let (site, teacher) = (&site, &teacher);
        async move {
            let parts: [Part<'_>; 2] = [
                ("digest", None, digest.as_bytes()),
                ("sheet", None, text.as_bytes()),
            ];
            site.send_form(teacher, "/en/teach/sheet/apply", &parts)
                .await
        }
    };
    // Somebody else was there in between: the new differences are shown, and why.
    site.edit(code, Column::Topic, "Mövzu").await;
    let differs = apply(textarea(shown.text()), digest(&shown)).await;
    assert_eq!(differs.status, StatusCode::PRECONDITION_FAILED);
    differs.shows(&[
        "Lessons changed since these differences were shown",
        "Mövzu",
        "Apply to 2",
    ]);
    let applied = apply(textarea(differs.text()), digest(&differs)).await;
    assert_eq!(applied.status, StatusCode::OK, "{}", applied.text());
    applied.shows(&[
        "2 lessons were changed or made.",
        &format!("href=\"/en/teach/lessons/{code}\""),
        "Təzə dərs",
    ]);
    let again = import(edited).await;
    again.shows(&[
        "The sheet would change nothing.",
        "2 rows are as in the archive already.",
    ]);
    // What is read by way of a form is what was written: lines, quotation marks, semicolons.
    let out = site.see(&teacher, "/az/teach/sheet.csv").await;
    assert!(
        out.text()
            .contains("\"Birinci\nikinci; üçüncü \"\"dırnaq\"\"\""),
        "{}",
        out.text()
    );
    let mine = Whose::Own(teacher.id);
    let counted = site
        .app
        .catalogue
        .read(move |c| c.on_desk(&crate::catalogue::DeskFilter::of(mine), None, 10));
    assert_eq!(counted.await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_sheet_is_refused_in_the_readers_words() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let large = vec![b'a'; (4 << 20) + (70 << 10)];
    let mut many = String::from("title,grades,subject,section\n");
    many.push_str(&"A,7,mathematics,az\n".repeat(5001));
    let cases: [(&[u8], u16, [&str; 3]); 6] = [
        (
            b"",
            400,
            ["Fayl seçilməyib", "Файл не выбран", "No file was chosen"],
        ),
        (
            b"\n\n",
            422,
            ["Cədvəl boşdur", "Таблица пуста", "The sheet is empty"],
        ),
        (
            b"titel,grades\n",
            422,
            [
                "bəlkə «title»?",
                "может быть, «title»?",
                "did you mean “title”?",
            ],
        ),
        (
            b"title,grades,subject,section\n\xC7",
            422,
            ["0xC7 baytı", "байт 0xC7", "Line 2 has the byte 0xC7"],
        ),
        (&large, 413, ["4,2 MB", "4,2", "4.2 MB"]),
        (
            many.as_bytes(),
            413,
            [
                "5000-dən çox sətir",
                "больше 5000 строк",
                "more than 5000 rows",
            ],
        ),
    ];
    for (content, status, sentences) in cases {
        for (language, sentence) in ["az", "ru", "en"].into_iter().zip(sentences) {
            let file = if content.is_empty() { "" } else { "a.csv" };
            let parts: [Part<'_>; 1] = [("sheet", Some(file), content)];
            let path = format!("/{language}/teach/sheet");
            let answer = site.send_form(&teacher, &path, &parts).await;
            assert_eq!(answer.status.as_u16(), status, "{sentence}");
            let told = answer.text().replace('\u{a0}', " ");
            assert!(told.contains(sentence), "{sentence} is not in {told}");
        }
    }
}

#[tokio::test]
async fn a_sheet_of_very_many_differences_stays_a_page() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let mut sheet = String::from("title,grades,subject,section\n");
    for n in 0..1000 {
        sheet.push_str(&format!("Dərs {n}.,7,mathematics,az\n"));
    }
    let parts: [Part<'_>; 1] = [("sheet", Some("a.csv"), sheet.as_bytes())];
    let answer = site.send_form(&teacher, "/en/teach/sheet", &parts).await;
    answer.shows(&[
        "1000 new lessons",
        "Dərs 199.",
        "… and 800 more",
        "Apply to 1000 lessons",
    ]);
    let (_, list) = answer.text().split_once("</textarea>").unwrap();
    assert!(!list.contains("Dərs 200."));
}
