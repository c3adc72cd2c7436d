//! The desk's pages of captions, attachments, editions and the disk.

use super::signed_in::{ORIGIN, Part, multipart, textarea};
use super::*;
use crate::catalogue::PersonRole;

/// A second cue with a mistake, a third that would do harm as markup.
const MISTAKEN: &str = "WEBVTT\n\n00:01.000 --> 00:02.000\nSalam\n\n00:03.000 --> 00:0x.000\nitmiş\n\n\
                        00:05.000 --> 00:06.500\n</textarea><script>alert(1)</script>\n";

#[tokio::test]
async fn captions_with_a_mistake_are_looked_at_mended_and_saved() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let code = site.own(&teacher, "Kəsrlər").await.code;
    let own = format!("/en/teach/lessons/{code}");
    let parts: [Part<'_>; 3] = [
        ("language", None, b"az"),
        ("other", None, b""),
        ("file", Some("captions.vtt"), MISTAKEN.as_bytes()),
    ];
    for (language, warning) in [
        (
            "en",
            "Line 6: the times “00:03.000 --&#62; 00:0x.000” cannot be read",
        ),
        (
            "ru",
            "Строка 6: время «00:03.000 --&#62; 00:0x.000» не читается",
        ),
        (
            "az",
            "6 nömrəli sətir: «00:03.000 --&#62; 00:0x.000» vaxtı oxunmur",
        ),
    ] {
        let look = format!("/{language}/teach/lessons/{code}/captions/look");
        let looked = site.send_form(&teacher, &look, &parts).await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.text());
        looked.shows(&[warning, "0:01.000", "0:06.500", "alert(1)"]);
        // Once in the preview, once to be mended, never as markup.
        looked.lacks(&["<script>alert"]);
    }
    let looked = site
        .send_form(&teacher, &format!("{own}/captions/look"), &parts)
        .await;
    // Nothing of what was left out is lost.
    let text = textarea(looked.text());
    assert_eq!(text.replace("\r\n", "\n"), MISTAKEN);
    let files = site.see(&teacher, &format!("{own}/files")).await;
    files.shows(&["There are no captions yet."]);

    let mended = text.replace("00:0x.000", "00:04.000");
    let parts: [Part<'_>; 2] = [("language", None, b"az"), ("text", None, mended.as_bytes())];
    let saved = site
        .send_form(&teacher, &format!("{own}/captions"), &parts)
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(saved.header("location"), format!("{own}/files?done=1"));
    let files = site.see(&teacher, saved.header("location")).await;
    files.shows(&["Azerbaijani", "3 captions", "Saved."]);
    let watched = site.get(&format!("/az/l/{code}")).await;
    watched.shows(&[&format!("/l/{code}/captions/az.vtt"), "srclang=\"az\""]);

    // What is there can be mended again, and is replaced.
    let page = site
        .see(&teacher, &format!("{own}/captions?language=az"))
        .await;
    page.shows(&[
        "00:00:03.000 --&#62; 00:00:04.000",
        "They take the place of the present",
    ]);
    let parts: [Part<'_>; 2] = [
        ("language", None, b"az"),
        (
            "text",
            None,
            b"1\r\n00:00:01,000 --> 00:00:02,000\r\nSalam\r\n",
        ),
    ];
    site.send_form(&teacher, &format!("{own}/captions"), &parts)
        .await;
    let history = site.see(&teacher, &format!("{own}/history")).await;
    history.shows(&["Azerbaijani (added)", "Azerbaijani (replaced)"]);
    let files = site.see(&teacher, &format!("{own}/files")).await;
    files.shows(&["1 caption "]);
    let removed = site
        .post(&teacher, &format!("{own}/captions/remove"), "language=az")
        .await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    let again = site
        .post(&teacher, &format!("{own}/captions/remove"), "language=az")
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.shows(&[
        "has no captions in “az” any more",
        "There are no captions yet.",
    ]);
}

#[tokio::test]
async fn captions_that_are_none_are_refused_in_the_readers_words_and_nothing_typed_is_lost() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let code = site.own(&teacher, "Kəsrlər").await.code;
    let huge = vec![b'a'; (5 << 20) + 1];
    let longer = vec![b'a'; 6 << 20];
    let cases: [(&[u8], StatusCode, [&str; 3]); 7] = [
        (
            b"PK\x03\x04zip",
            StatusCode::UNPROCESSABLE_ENTITY,
            [
                "sıxılmış fayldır (ZIP)",
                "упакованный файл (ZIP)",
                "a packed file (ZIP)",
            ],
        ),
        (
            b"WEBVTT\n\n\xD1\xEB",
            StatusCode::UNPROCESSABLE_ENTITY,
            ["0xD1 baytı", "байт 0xD1", "Line 3 has the byte 0xD1"],
        ),
        (
            b"Salam & <b>",
            StatusCode::UNPROCESSABLE_ENTITY,
            [
                "«Salam &#38; &#60;b&#62;»",
                "«Salam &#38; &#60;b&#62;»",
                "“Salam &#38; &#60;b&#62;”",
            ],
        ),
        (
            b"%PDF-1.7",
            StatusCode::UNPROCESSABLE_ENTITY,
            [
                "başqa növ fayldır (PDF document)",
                "(PDF document)",
                "(PDF document)",
            ],
        ),
        (
            b"WEBVTT\n",
            StatusCode::UNPROCESSABLE_ENTITY,
            [
                "heç bir subtitr yoxdur",
                "нет ни одного субтитра",
                "no caption in it",
            ],
        ),
        (
            &huge,
            StatusCode::UNPROCESSABLE_ENTITY,
            ["5,2 MB", "5,2", "5.2"],
        ),
        (
            &longer,
            StatusCode::PAYLOAD_TOO_LARGE,
            ["-dan çox gəldi", "Пришло больше", "More than 6.3"],
        ),
    ];
    for (content, status, sentences) in cases {
        for (language, sentence) in ["az", "ru", "en"].into_iter().zip(sentences) {
            for end in ["/look", ""] {
                let path = format!("/{language}/teach/lessons/{code}/captions{end}");
                let parts: [Part<'_>; 2] =
                    [("language", None, b"az"), ("file", Some("x.vtt"), content)];
                let answer = site.send_form(&teacher, &path, &parts).await;
                let start = String::from_utf8_lossy(&content[..content.len().min(20)]);
                assert_eq!(answer.status, status, "{language} {start:?}");
                let page = answer.text();
                let (_, complaint) = page.split_once("id=\"complaint\">").unwrap();
                let (complaint, _) = complaint.split_once("</p>").unwrap();
                let complaint = complaint.replace('\u{a0}', " ");
                assert!(complaint.contains(sentence), "{complaint}");
                assert!(!page.contains("<b>\n"), "markup of a file");
            }
        }
    }
    let own = format!("/en/teach/lessons/{code}/captions");
    // What was typed stays: the text, and the language that is none.
    let typed = "WEBVTT\n\n00:01.000 --> 00:02.000\nSalam\n";
    let parts: [Part<'_>; 3] = [
        ("language", None, b"az"),
        ("other", None, b"<azeri>"),
        ("text", None, typed.as_bytes()),
    ];
    let answer = site.send_form(&teacher, &own, &parts).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    answer.shows(&[
        "“&#60;azeri&#62;” is no language tag",
        "value=\"&#60;azeri&#62;\"",
    ]);
    assert_eq!(textarea(answer.text()).replace("\r\n", "\n"), typed);
    // Nothing at all, and no form.
    let none = site
        .send_form(&teacher, &own, &[("file", Some(""), b"")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = site.post(&teacher, &own, "text=WEBVTT").await;
    assert_eq!(other.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    other.shows(&["This is no form with a file."]);
    // A bomb is not unpacked.
    let (kind, body) = multipart(&parts);
    let packed = Request::builder()
        .method(Method::POST)
        .uri(&own)
        .extension(RequestHost("lessons.example".into()))
        .header("cookie", &teacher.cookie)
        .header("origin", ORIGIN)
        .header("content-type", kind)
        .header("content-encoding", "gzip");
    let answer = site.answer(packed.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    answer.shows(&["came compressed (gzip)"]);
    // Nobody got captions of all this.
    let files = site
        .see(&teacher, &format!("/en/teach/lessons/{code}/files"))
        .await;
    files.shows(&["There are no captions yet."]);
}

#[tokio::test]
async fn long_captions_are_shown_from_both_ends() {
    let site = site();
    let teacher = site.signed_in("Leyla", PersonRole::Teacher).await;
    let code = site.own(&teacher, "Kəsrlər").await.code;
    let mut long = String::from("WEBVTT\n");
    for n in 0..1000 {
        long.push_str(&format!(
            "\n{:02}:{:02}.000 --> {:02}:{:02}.900\nsöz {n}.\n",
            n / 60,
            n % 60,
            n / 60,
            n % 60
        ));
    }
    let parts: [Part<'_>; 2] = [("language", None, b"az"), ("text", None, long.as_bytes())];
    let look = format!("/en/teach/lessons/{code}/captions/look");
    let answer = site.send_form(&teacher, &look, &parts).await;
    answer.shows(&[
        "1000 captions, from 0:00.000 until 16:39.900",
        "… 780 more …",
    ]);
    let cell = |n: u32| format!("<td>söz {n}.</td>");
    answer.shows(&[&cell(0), &cell(199), &cell(980), &cell(999)]);
    answer.lacks(&[&cell(200), &cell(979)]);
}

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
async fn what_several_lessons_do_not_show_any_more_is_foretold_and_freed_once() {
    let site = site();
    let admin = site.signed_in("Admin", PersonRole::Admin).await;
    let longest = "söz ".repeat(300);
    let same = format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{longest}\n");
    for title in ["Bir", "İki"] {
        let code = site.own(&admin, title).await.code;
        let captions = format!("/en/teach/lessons/{code}/captions");
        for text in [&same, "WEBVTT\n\n00:01.000 --> 00:02.000\nYeni\n"] {
            let parts: [Part<'_>; 2] = [("language", None, b"az"), ("text", None, text.as_bytes())];
            let saved = site.send_form(&admin, &captions, &parts).await;
            assert_eq!(saved.status, StatusCode::SEE_OTHER);
        }
    }
    let asked = site.see(&admin, "/en/teach/disk/prune").await;
    let told = asked.text().replace('\u{a0}', " ");
    assert!(told.contains("In 2 lessons, 2 KB of recordings"), "{told}");
    let freed = site.post(&admin, "/en/teach/disk/prune", "").await;
    let (_, bytes) = freed.header("location").split_once("freed=").unwrap();
    let bytes: usize = bytes.parse().unwrap();
    assert!((1500..1700).contains(&bytes), "{bytes}");
    let disk = site.see(&admin, "/en/teach/disk").await;
    disk.lacks(&["Give up the bytes"]);
}
