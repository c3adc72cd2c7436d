//! The list of lessons, and what holds for every page of the desk.

use super::*;

#[tokio::test]
async fn the_desk_lists_ones_lessons_with_where_they_stand_and_an_editor_sees_others_too() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let empty = leyla.get("/en/teach/").await;
    empty.shows(&[
        "You have no lessons yet",
        "/en/teach/lessons/new",
        "of space for recordings",
    ]);
    empty.lacks(&["class=\"filters\""]);

    let code = site
        .lesson_of(&leyla, draft(&format!("Kəsr {SCRIPT}")))
        .await;
    site.lesson(about("Başqasının"), 1_000_000).await;
    let own = leyla.get("/en/teach/?whose=all").await;
    own.shows(&[
        &format!("Kəsr {ESCAPED}"),
        &format!("href=\"/en/teach/lessons/{code}\""),
        "class=\"stands draft\">draft<",
        "Grade 7 · Mathematics · 21 minutes",
        "148\u{a0}MB of 215\u{a0}GB used",
    ]);
    own.lacks(&["Başqasının", "name=\"whose\"", "<script>alert"]);

    let murad = site.visitor("Murad", PersonRole::Editor).await;
    let none = murad.get("/en/teach/").await;
    none.lacks(&["Başqasının"]);
    none.shows(&["name=\"whose\""]);
    let all = murad.get("/en/teach/?whose=all").await;
    all.shows(&["Başqasının", "class=\"stands public\">published<"]);
}

#[tokio::test]
async fn the_list_is_narrowed_by_state_grade_subject_and_words_and_goes_on_in_pages() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    site.lesson_of(&leyla, draft("Üçbucaq")).await;
    let physics = Description {
        subject: "physics".into(),
        grades: vec!["8".into()],
        ..about("Qüvvə")
    };
    site.lesson_of(&leyla, physics).await;
    for (query, titles) in [
        ("", ["Üçbucaq", "Qüvvə"].as_slice()),
        ("?state=draft", &["Üçbucaq"]),
        ("?state=public", &["Qüvvə"]),
        ("?state=withdrawn", &[]),
        ("?grade=8", &["Qüvvə"]),
        ("?subject=mathematics", &["Üçbucaq"]),
        ("?q=ucbucaq", &["Üçbucaq"]),
        ("?q=%22%27*&grade=7", &["Üçbucaq"]),
        ("?state=&grade=&subject=&q=", &["Üçbucaq", "Qüvvə"]),
        ("?state=nonsense&before=x", &["Üçbucaq", "Qüvvə"]),
    ] {
        let page = leyla.get(&format!("/en/teach/{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        for title in ["Üçbucaq", "Qüvvə"] {
            let there = page.text().contains(&format!(">{title}</a>"));
            assert_eq!(there, titles.contains(&title), "{title} in {query}");
        }
    }
    leyla
        .get("/en/teach/?state=withdrawn")
        .await
        .shows(&["No lesson fits", "Show all"]);

    for number in 0..50 {
        site.lesson_of(&leyla, draft(&format!("Çoxlu {number}")))
            .await;
    }
    let first = leyla.get("/en/teach/?q=%C3%A7oxlu&state=draft").await;
    let (_, rest) = first
        .text()
        .split_once("class=\"pages\"><a href=\"")
        .unwrap();
    let next = rest.split('"').next().unwrap().replace("&#38;", "&");
    assert!(
        next.contains("&state=draft&q=%C3%87oxlu") || next.contains("&state=draft&q=%C3%A7oxlu"),
        "{next}"
    );
    leyla.get(&next).await.lacks(&[">Üçbucaq<"]);
    let all = leyla.get("/en/teach/").await;
    let (_, rest) = all.text().split_once("class=\"pages\"><a href=\"").unwrap();
    let older = leyla.get(rest.split('"').next().unwrap()).await;
    older.shows(&[">Üçbucaq</a>", ">Qüvvə</a>"]);
}

#[tokio::test]
async fn pages_of_the_desk_are_well_formed_and_every_field_is_labelled_and_described() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft("Kəsr")).await;
    let public = site.lesson_of(&leyla, about("Bölmə")).await;
    for language in ["az", "ru", "en"] {
        for rest in [
            "",
            "lessons/new",
            &format!("lessons/{code}"),
            &format!("lessons/{public}/withdraw"),
            &format!("lessons/{code}/delete"),
        ] {
            let page = leyla.get(&format!("/{language}/teach/{rest}")).await;
            assert_eq!(page.status, StatusCode::OK, "{rest}");
            assert_eq!(page.header("cache-control"), "no-store", "{rest}");
            let text = page.text();
            assert_eq!(text.matches("<h1").count(), 1, "{rest}");
            for tag in [
                "fieldset", "details", "form", "section", "div", "p", "label", "select",
            ] {
                let opened = text.matches(&format!("<{tag}>")).count()
                    + text.matches(&format!("<{tag} ")).count();
                assert_eq!(
                    opened,
                    text.matches(&format!("</{tag}>")).count(),
                    "{tag} in {rest}"
                );
            }
            let ids: Vec<&str> = text
                .split(" id=\"")
                .skip(1)
                .map(|t| t.split('"').next().unwrap())
                .collect();
            for (at, id) in ids.iter().enumerate() {
                assert!(!ids[..at].contains(id), "{id} twice in {rest}");
            }
            for attribute in [" for=\"", " aria-describedby=\"", " aria-labelledby=\""] {
                for named in text.split(attribute).skip(1) {
                    for id in named.split('"').next().unwrap().split(' ') {
                        assert!(ids.contains(&id), "{attribute}{id} in {rest}");
                    }
                }
            }
        }
    }
}
