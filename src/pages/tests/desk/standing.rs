//! Who may see a lesson, and who may do what with it.

use super::*;
use crate::catalogue::JobKind;

#[tokio::test]
async fn what_one_may_not_see_is_not_there_and_what_one_may_not_change_is_said_to_be_so() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let other = site.visitor("Murad", PersonRole::Teacher).await;
    let hidden = site.lesson_of(&leyla, draft("Gizli")).await;
    let public = site.lesson_of(&leyla, about("Açıq")).await;
    let never = Code::from_number(999);
    for rest in ["", "/withdraw", "/delete"] {
        let there = other
            .get(&format!("/en/teach/lessons/{hidden}{rest}"))
            .await;
        let nothing = other.get(&format!("/en/teach/lessons/{never}{rest}")).await;
        assert_eq!(there.status, StatusCode::NOT_FOUND);
        let same = there.text().replace(hidden.as_str(), never.as_str());
        assert_eq!(same, nothing.text());
        let refused = other
            .get(&format!("/en/teach/lessons/{public}{rest}"))
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.shows(&[
            "You may not change this lesson",
            &format!("href=\"/en/l/{public}\""),
        ]);
    }
    for (rest, field) in [
        ("", ("title", "x")),
        ("/visibility", ("visibility", "public")),
        ("/withdraw", ("reason", "x")),
        ("/reinstate", ("", "")),
        ("/delete", ("code", public.as_str())),
    ] {
        let post = |code: Code| other.post_one(format!("/en/teach/lessons/{code}{rest}"), field);
        assert_eq!(post(hidden).await.status, StatusCode::NOT_FOUND, "{rest}");
        assert_eq!(post(public).await.status, StatusCode::FORBIDDEN, "{rest}");
    }
    let miscopied = other.get("/en/teach/lessons/222223").await;
    assert_eq!(miscopied.status, StatusCode::NOT_FOUND);
    miscopied.shows(&["There is a mistake in the code"]);
    let lost = other.get("/en/teach/lessons/nothing").await;
    lost.shows(&["There is no such lesson"]);
}

#[tokio::test]
async fn publishing_is_told_apart_from_a_link_alone_and_never_goes_back_to_a_draft() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft("Kəsr")).await;
    let there = format!("/en/teach/lessons/{code}");
    let page = leyla.get(&there).await;
    page.shows(&[
        "Only you and the editors see this draft",
        "value=\"public\"",
        "value=\"unlisted\"",
        &format!("href=\"{there}/delete\""),
        &format!("http://lessons.example/l/{code}"),
        "edition 1 · 21 minutes · 148\u{a0}MB · 854\u{a0}×\u{a0}480",
        "Can be watched now.",
    ]);
    page.lacks(&["/withdraw\""]);
    let set = format!("{there}/visibility");
    let linked = leyla.post(&set, &[("visibility", "unlisted")]).await;
    leads_to(&linked, &format!("{there}?done=unlisted"));
    assert_eq!(
        site.get(&format!("/en/l/{code}")).await.status,
        StatusCode::OK
    );
    let published = leyla.post(&set, &[("visibility", "public")]).await;
    leads_to(&published, &format!("{there}?done=public"));
    let page = leyla.get(&format!("{there}?done=public")).await;
    page.shows(&[
        "everybody can find the lesson now",
        "value=\"unlisted\"",
        "/withdraw\"",
    ]);
    page.lacks(&["value=\"public\"", "/delete\""]);
    // No form says so.
    leads_to(&leyla.post(&set, &[("visibility", "draft")]).await, &there);
    assert_eq!(site.description(code).await.visibility, Visibility::Public);
    let delete = leyla
        .post(&format!("{there}/delete"), &[("code", code.as_str())])
        .await;
    assert_eq!(delete.status, StatusCode::CONFLICT);
    delete.shows(&["This lesson was published, and its address must not break"]);
}

#[tokio::test]
async fn where_editors_publish_a_teacher_is_told_so() {
    let site = site_with(ServeGiven {
        teachers_publish: Some(false),
        ..Default::default()
    });
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let draft = site.lesson_of(&leyla, draft("Kəsr")).await;
    let page = leyla.get(&format!("/en/teach/lessons/{draft}")).await;
    page.shows(&["An editor publishes it"]);
    page.lacks(&["name=\"visibility\""]);
    let path = format!("/en/teach/lessons/{draft}/visibility");
    let refused = leyla.post(&path, &[("visibility", "public")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let public = site.lesson_of(&leyla, about("Açıq")).await;
    let page = leyla.get(&format!("/en/teach/lessons/{public}")).await;
    page.shows(&["an editor changes it", "<fieldset class=\"all\" disabled>"]);
    page.lacks(&[">Save<", "/withdraw\"", "/teach/upload?lesson"]);
    let version = leyla.version(public).await;
    let refused = leyla.save(public, &version, &[("title", "x")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_lesson_is_taken_back_with_a_reason_and_put_back() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, about("Kəsr")).await;
    let there = format!("/en/teach/lessons/{code}");
    let withdraw = format!("{there}/withdraw");
    leyla
        .get(&withdraw)
        .await
        .shows(&["Copies that others have downloaded"]);
    let none = leyla.post(&withdraw, &[("reason", " \r\n ")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    none.shows(&["aria-invalid=\"true\"", "Write a reason"]);
    let long = "ə".repeat(2001);
    let refused = leyla.post(&withdraw, &[("reason", &long)]).await;
    refused.shows(&["The reason has 2001 characters; at most 2000", &long]);
    let back = leyla.post(&format!("{there}/reinstate"), &[]).await;
    assert_eq!(back.status, StatusCode::CONFLICT);
    back.shows(&["This lesson is not taken back"]);
    let draft = site.lesson_of(&leyla, draft("Kəsr")).await;
    let never = leyla
        .get(&format!("/en/teach/lessons/{draft}/withdraw"))
        .await;
    assert_eq!(never.status, StatusCode::CONFLICT);
    never.shows(&["never published"]);

    let reason = format!("Səhv: {SCRIPT}\r\nYenisi gəlir.");
    let done = leyla.post(&withdraw, &[("reason", &reason)]).await;
    leads_to(&done, &format!("{there}?done=withdrawn"));
    let gone = site.get(&format!("/en/l/{code}")).await;
    assert_eq!(gone.status, StatusCode::GONE);
    gone.shows(&[&format!("Səhv: {ESCAPED}\nYenisi gəlir.")]);
    // Its people still see it, and may change it.
    let page = leyla.get(&there).await;
    page.shows(&[
        "class=\"stands withdrawn\"",
        ESCAPED,
        "Put it back",
        "name=\"title\"",
    ]);
    page.lacks(&["name=\"visibility\"", "/withdraw\""]);
    leads_to(&leyla.get(&withdraw).await, &there);
    let version = leyla.version(code).await;
    let saved = leyla.save(code, &version, &[("title", "Düzəldilib")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let back = leyla.post(&format!("{there}/reinstate"), &[]).await;
    leads_to(&back, &format!("{there}?done=reinstated"));
    site.get(&format!("/en/l/{code}"))
        .await
        .shows(&["Düzəldilib"]);
}

#[tokio::test]
async fn a_draft_goes_only_after_a_question_that_names_it() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft("Artıq")).await;
    let delete = format!("/en/teach/lessons/{code}/delete");
    leyla.get(&delete).await.shows(&[
        "The draft “Artıq” goes for good",
        "Its recording and files are deleted as well",
        "Its code stays taken",
    ]);
    leads_to(&leyla.post(&delete, &[]).await, &delete);
    leyla
        .get(&format!("/en/teach/lessons/{code}"))
        .await
        .shows(&["Artıq"]);
    let done = leyla.post(&delete, &[("code", code.as_str())]).await;
    leads_to(&done, "/en/teach/?done=deleted");
    leyla
        .get("/en/teach/?done=deleted")
        .await
        .shows(&["The draft is deleted."]);
    let gone = leyla.get(&format!("/en/teach/lessons/{code}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_lesson_tells_what_comes_for_it_and_what_browsers_cannot_play() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let saved = site.save(draft("Kəsr")).await;
    let person = leyla.person;
    let upload = NewUpload {
        id: UploadId::random(),
        person,
        lesson: Some(saved.id),
        kind: UploadKind::Whole,
        parts: Vec::new(),
        length: Some(Bytes(2_000_000_000)),
        offset: Bytes(700_000_000),
        metadata: String::new(),
        state: UploadState::Uploading,
        expires: clock::now().after_days(1),
    };
    let id = upload.id;
    let add = move |c: &Change<'_>| {
        c.add_owner(saved.id, person)?;
        c.add_upload(&upload)
    };
    site.app.catalogue.write(add).await.unwrap();
    let there = format!("/en/teach/lessons/{}", saved.code);
    let page = leyla.get(&there).await;
    page.shows(&[
        "Being uploaded: 700\u{a0}MB of 2.0\u{a0}GB",
        "no recording yet",
    ]);
    // It turns out to be none: whoever sent it by a plain form learns of that here alone.
    let fails = move |c: &Change<'_>| {
        let whole = Bytes(2_000_000_000);
        c.upload_reached(id, whole, Some(whole), clock::now().after_days(1))?;
        c.upload_failed(id, "it has neither picture nor sound")
    };
    site.app.catalogue.write(fails).await.unwrap();
    leyla.get(&there).await.shows(&[
        "no recording that can be watched. When it was looked into, this was noted: “it has neither picture nor sound”.",
    ]);
    let odd = NewRecording {
        playable: false,
        ..footage()
    };
    site.record(saved, odd, 1_000_000).await;
    let page = leyla.get(&there).await;
    page.shows(&[
        "Browsers cannot play this recording",
        "Upload a new edition",
    ]);
    page.lacks(&["no recording that can be watched"]);
}

#[tokio::test]
async fn what_is_unusual_about_a_recording_stands_on_its_page_in_the_readers_language() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft("Kəsrlər")).await;
    let pages = ["az", "ru", "en"].map(|l| format!("/{l}/teach/lessons/{code}"));
    let before = leyla.get(&pages[2]).await;
    assert!(!before.text().contains("About this recording"));
    // A probe that found a picture alone.
    let facts = r#"{"video":{"codec":"h264","width":1280,"height":720},"pictures":1}"#;
    let until = clock::now().after_days(1);
    let claim = move |c: &Change<'_>| c.claim_job(&[JobKind::Probe], "elsewhere", until);
    let claim = site.app.catalogue.write(claim).await.unwrap().unwrap();
    assert_eq!(claim.code, code);
    let done =
        move |c: &Change<'_>| c.finish_job(claim.id, &claim.lease, &[], Some(facts), None, &[]);
    site.app.catalogue.write(done).await.unwrap();
    let expected = [
        ("Bu yazı haqqında", "<li>Yazının səsi yoxdur."),
        ("Об этой записи", "<li>В записи нет звука."),
        ("About this recording", "<li>The recording has no sound."),
    ];
    for (page, (heading, text)) in pages.iter().zip(expected) {
        leyla.get(page).await.shows(&[heading, text]);
    }
}
