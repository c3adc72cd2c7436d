//! Attachments, editions, and what was done to a lesson.

use super::*;

#[tokio::test]
async fn an_attachment_comes_in_under_any_name_and_goes_again() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let code = site.own(&teacher, "Kəsrlər").await.code;
    let own = format!("/en/teach/lessons/{code}");
    let attach = format!("{own}/attachments");
    let content = vec![7_u8; 300_000];
    let name = "../\"><script>alert(1)<.pdf";
    let parts: [Part<'_>; 1] = [("file", Some(name), &content)];
    let added = site.send_form(&teacher, &attach, &parts).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let files = site.see(&teacher, &format!("{own}/files")).await;
    files.shows(&["script&#62;alert(1)&#60;.pdf", "0.3"]);
    files.lacks(&["<script>alert"]);
    let (_, at) = files.text().split_once("name=\"name\" value=\"").unwrap();
    let (media, _) = at.split_once('"').unwrap();
    let got = site.see(&teacher, &format!("/media/{media}")).await;
    assert_eq!(got.body, content);
    let removed = site
        .post(
            &teacher,
            &format!("{attach}/remove"),
            &format!("name={media}"),
        )
        .await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    let again = site
        .post(
            &teacher,
            &format!("{attach}/remove"),
            &format!("name={media}"),
        )
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.shows(&["does not have this attachment any more"]);

    // No file, an empty one, more than there may be.
    let none: [Part<'_>; 1] = [("file", Some(""), b"")];
    let answer = site.send_form(&teacher, &attach, &none).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    answer.shows(&["No file was chosen."]);
    let empty: [Part<'_>; 1] = [("file", Some("a.pdf"), b"")];
    let answer = site.send_form(&teacher, &attach, &empty).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    answer.shows(&["The file is empty."]);
    let id = teacher.id;
    let quota = site
        .app
        .catalogue
        .write(move |c| c.set_quota(None, id, Some(Bytes(310_000))));
    quota.await.unwrap();
    let answer = site.send_form(&teacher, &attach, &parts).await;
    assert_eq!(
        answer.status,
        StatusCode::PAYLOAD_TOO_LARGE,
        "{}",
        answer.text()
    );
    let told = answer.text().replace('\u{a0}', " ");
    assert!(told.contains("of the 0.3 MB that you may have"), "{told}");
    let (kind, mut body) = multipart(&parts);
    body.truncate(200_000);
    let answer = site.send(&teacher, &attach, &kind, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    answer.shows(&["did not come whole", "There are no attachments yet."]);
}

#[tokio::test]
async fn an_earlier_edition_is_shown_again_and_an_administrator_gives_up_what_is_not_shown() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let admin = site.signed_in("Admin", PersonRole::Admin).await;
    let lesson = site.own(&teacher, "Kəsr <b>").await;
    site.record(lesson, footage(), 2_000_000).await;
    let own = format!("/en/teach/lessons/{}", lesson.code);
    let files = site.see(&teacher, &format!("{own}/files")).await;
    files.shows(&["edition 1", "edition 2", "is shown"]);
    files.lacks(&["Give up"]);
    let shown = site
        .post(&teacher, &format!("{own}/editions/show"), "edition=1")
        .await;
    assert_eq!(shown.status, StatusCode::SEE_OTHER);
    let missing = site
        .post(&teacher, &format!("{own}/editions/show"), "edition=7")
        .await;
    missing.shows(&["This lesson has no edition 7."]);
    let refused = site
        .see(&teacher, &format!("{own}/editions/prune?edition=2"))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let prune = format!("{own}/editions/prune");
    let current = site.see(&admin, &format!("{prune}?edition=1")).await;
    assert_eq!(current.status, StatusCode::CONFLICT);
    current.shows(&["Edition 1 is the one that is shown."]);
    let asked = site.see(&admin, &format!("{prune}?edition=2")).await;
    let told = asked.text().replace('\u{a0}', " ");
    assert!(told.contains("“Kəsr &#60;b&#62;”: 2.0 MB of"), "{told}");
    let disk = site.see(&admin, "/en/teach/disk").await;
    let told = disk.text().replace('\u{a0}', " ");
    for part in [
        ">2.0 MB<",
        "Leyla",
        "Give up the bytes of all that is not shown (2.0 MB)",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    let freed = site.post(&admin, &prune, "edition=2").await;
    assert_eq!(
        freed.header("location"),
        format!("{own}/files?freed=2000000")
    );
    let files = site.see(&admin, freed.header("location")).await;
    let told = files.text().replace('\u{a0}', " ");
    assert!(told.contains("2.0 MB were given back"), "{told}");
    let gone = site
        .post(&teacher, &format!("{own}/editions/show"), "edition=2")
        .await;
    gone.shows(&["The bytes of edition 2 were given up"]);
    let log = site.see(&admin, "/en/teach/log").await;
    log.shows(&[
        "gave up bytes",
        "showed another recording",
        &format!("href=\"{own}\""),
    ]);
}

#[tokio::test]
async fn everything_that_can_be_pruned_is_pruned_at_once() {
    let site = site();
    let admin = site.signed_in("Admin", PersonRole::Admin).await;
    for title in ["Bir", "İki", "Üç"] {
        let lesson = site.own(&admin, title).await;
        site.record(lesson, footage(), 2_000_000).await;
    }
    let asked = site.see(&admin, "/ru/teach/disk/prune").await;
    asked.shows(&["В 3 уроках будет удалено"]);
    let freed = site.post(&admin, "/ru/teach/disk/prune", "").await;
    assert_eq!(freed.header("location"), "/ru/teach/disk?freed=3000");
    let nothing = site.see(&admin, "/ru/teach/disk/prune").await;
    nothing.shows(&["Здесь удалять нечего."]);
    nothing.lacks(&["Удалить файлы</button>"]);
}

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
