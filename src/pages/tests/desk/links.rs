//! Links that end, on the desk's page.

use super::*;

#[tokio::test]
async fn a_link_is_made_shown_again_and_taken_back_on_its_page() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let draft = Description {
        visibility: Visibility::Draft,
        ..about("Gizli")
    };
    let code = site.lesson_of(&leyla, draft).await;
    let there = format!("/en/teach/lessons/{code}/links");
    let edit = leyla.get(&format!("/en/teach/lessons/{code}")).await;
    edit.shows(&[&format!("href=\"{there}\"")]);
    let page = leyla.get(&there).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows(&["name=\"days\" value=\"14\" min=\"1\" max=\"400\""]);
    page.lacks(&["/s/"]);
    let made = leyla.post(&there, &[("days", "3"), ("note", SCRIPT)]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    assert_eq!(made.header("location"), format!("{there}?done=1"));
    for _ in 0..2 {
        let page = leyla.get(&there).await;
        page.shows(&[ESCAPED, "made by Leyla", "http://lessons.example/s/"]);
        page.lacks(&[SCRIPT]);
        assert_eq!(page.header("cache-control"), "no-store");
    }
    let page = leyla.get(&there).await;
    let url = page.text().split("href=\"http://lessons.example/s/").nth(1);
    let url = format!("/s/{}", url.unwrap().split('"').next().unwrap());
    assert_eq!(site.get(&format!("/en{url}")).await.status, StatusCode::OK);
    for (fields, told) in [
        ([("days", "0"), ("note", "a")], "1 to 400"),
        ([("days", "401"), ("note", "a")], "1 to 400"),
        ([("days", "two"), ("note", "a")], "1 to 400"),
        ([("days", "1"), ("note", "a\nb")], "one line"),
    ] {
        let refused = leyla.post(&there, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        // What was written is there to be mended.
        refused.shows(&[told, &format!("value=\"{}\"", fields[0].1)]);
    }
    let remove = page
        .text()
        .split("action=\"")
        .find(|a| a.contains("/remove"));
    let remove = remove.unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(leyla.post(&remove, &[]).await.status, StatusCode::SEE_OTHER);
    leyla.get(&there).await.lacks(&["/s/"]);
    assert_eq!(
        site.get(&format!("/en{url}")).await.status,
        StatusCode::NOT_FOUND
    );
    let again = leyla.post(&remove, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    again.shows(&["does not have this link"]);
    let history = leyla
        .get(&format!("/en/teach/lessons/{code}/history"))
        .await;
    history.shows(&["made a link to a draft", "took back a link to a draft"]);
    history.lacks(&[url.split('/').nth(2).unwrap()]);
}

#[tokio::test]
async fn a_published_lesson_has_links_to_take_back_and_none_to_make() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, about("Açıq")).await;
    let there = format!("/en/teach/lessons/{code}/links");
    let page = leyla.get(&there).await;
    page.shows(&["This lesson is no draft"]);
    page.lacks(&["name=\"days\""]);
    let refused = leyla.post(&there, &[("days", "1")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.shows(&["Pass that on."]);
}

#[tokio::test]
async fn a_page_by_a_link_that_ended_says_when_and_whom_to_ask_in_each_language() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let draft = Description {
        visibility: Visibility::Draft,
        ..about("Gizli")
    };
    let code = site.lesson_of(&leyla, draft).await;
    let person = leyla.person;
    for (key, by) in [([1; 12], Some(person)), ([2; 12], None)] {
        let add = move |c: &Change<'_>| {
            let crate::catalogue::Found::Lesson(lesson) = c.snapshot().find(code)? else {
                panic!("no lesson");
            };
            c.add_lesson_link(&crate::catalogue::NewLessonLink {
                key,
                lesson: lesson.id,
                by,
                note: None,
                made: UnixMillis(0),
                ends: NOON,
            })
        };
        site.app.catalogue.write(add).await.unwrap();
        let path = crate::auth::grant::path(&site.app.sealer, &key, code);
        for (language, heading) in [
            ("en", "This link has ended"),
            ("ru", "Срок этой ссылки истёк"),
            ("az", "Bu keçidin müddəti bitib"),
        ] {
            let page = site.get(&format!("/{language}{path}")).await;
            assert_eq!(page.status, StatusCode::GONE);
            page.shows(&[heading, "2026", "12:00"]);
            page.lacks(&["Gizli", "Leyla", "{ $"]);
        }
    }
}
