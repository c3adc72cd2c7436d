//! What a lesson says of itself: beginning, saving, what is refused, what two write at once.

use super::*;

#[tokio::test]
async fn a_new_lesson_begins_as_the_last_one_and_leads_to_its_upload() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let made = leyla
        .post(
            "/en/teach/lessons/new",
            &[
                ("title", "  Kəsrlər  "),
                ("grades", "7"),
                ("grades", "8"),
                ("subject", "mathematics"),
                ("section", "az"),
                ("lesson_number", "41"),
                ("teachers", "Leyla\r\n\r\nMurad; Əli\r\n"),
            ],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let there = made.header("location").to_owned();
    let code: Code = there[18..24].parse().unwrap();
    assert_eq!(there, format!("/en/teach/lessons/{code}?done=begun"));
    let said = site.description(code).await;
    assert_eq!(said.title, "Kəsrlər");
    assert_eq!(said.grades, ["7", "8"]);
    assert_eq!(said.teachers, ["Leyla", "Murad; Əli"]);
    assert_eq!(said.visibility, Visibility::Draft);
    let page = leyla.get(&there).await;
    page.shows(&[
        "Next: upload its recording",
        &format!("class=\"button\" href=\"/en/teach/upload?lesson={code}\""),
        "Leyla\nMurad; Əli</textarea>",
    ]);
    let next = leyla.get("/en/teach/lessons/new").await;
    next.shows(&[
        "name=\"lesson_number\" value=\"42\"",
        "name=\"grades\" value=\"7\" checked",
        "name=\"grades\" value=\"8\" checked",
        "value=\"mathematics\" selected",
        "name=\"title\" value=\"\"",
    ]);
    let nothing = leyla.post("/en/teach/lessons/new", &[("title", "")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    nothing.shows(&[
        "2 values do not fit",
        "<a href=\"#title\">Title</a>: This is needed.",
    ]);
}

#[tokio::test]
async fn every_value_that_is_refused_comes_back_in_its_field_with_what_would_be_right() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft("Kəsr")).await;
    let long = "ə".repeat(301);
    let other = Code::from_number(77).to_string();
    for (name, value, right) in [
        (
            "title",
            long.as_str(),
            "characters; at most 300 are allowed",
        ),
        ("subject", "alchemy", "This archive has no such subject"),
        ("section", "xx", "This archive has no such section"),
        ("lesson_number", "41a", "Write a number from 1 to 9999"),
        ("description", "a\u{7}b", "the invisible character U+0007"),
        ("programme", &long, "301 characters; at most"),
        ("unit", &long, "characters; at most 300 are allowed"),
        ("topic", &long, "characters; at most 300 are allowed"),
        ("kind", "party", "Write one of these words: lesson"),
        ("school_year", "2019/21", "Write two years that follow"),
        ("term", "7", "Write a number from 1 to 6"),
        ("week", "54", "Write 1 to 53"),
        ("textbook", "9789952345675:3", "Copy the ISBN"),
        (
            "curriculum",
            "no colon",
            "the code of the standard: framework:code",
        ),
        (
            "chapters",
            "soon Title",
            "Write minutes, seconds and a title",
        ),
        ("teachers", &long, "301 characters; at most"),
        ("interpreter", &long, "301 characters; at most"),
        ("language", "russian!", "This is no language tag"),
        (
            "variant_of",
            &other,
            "This archive has no lesson of this code",
        ),
        ("variant_of", "K7M2", "a code has six letters and digits"),
        (
            "broadcasts",
            "tv@2020-03-30T11:00",
            "This archive has no such channel",
        ),
        ("license", &long, "301 characters; at most"),
        (
            "rights_holder",
            &long,
            "characters; at most 300 are allowed",
        ),
        ("source_url", "javascript:alert(1)", "Write a whole address"),
    ] {
        let version = leyla.version(code).await;
        let told = leyla.save(code, &version, &[(name, value)]).await;
        assert_eq!(
            told.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{name}={value}"
        );
        let page = told.text();
        told.shows(&[
            "One value does not fit",
            &format!("<a href=\"#{name}\">"),
            right,
        ]);
        // It stands in its field, which is marked, and is open to see.
        let (_, field) = page.split_once(&format!(" id=\"{name}\"")).unwrap();
        let (field, _) = field.split_once("class=\"hint\"").unwrap();
        assert!(field.contains("aria-invalid=\"true\""), "{name}: {field}");
        assert!(field.contains(value), "{name}: {field}");
        assert!(
            field.contains(&format!("id=\"{name}-wrong\"")),
            "{name}: {field}"
        );
        let (before, _) = page.split_once(&format!("id=\"{name}\"")).unwrap();
        let group = before.rsplit("class=\"group\"").next().unwrap();
        assert!(
            group.starts_with(" open>") || group.starts_with("><legend>"),
            "{name}: {group:.40}"
        );
        // Nothing was saved.
        assert_eq!(leyla.version(code).await, version, "{name}");
    }
    let none = leyla
        .post(
            &format!("/ru/teach/lessons/{code}"),
            &[("version", &leyla.version(code).await)],
        )
        .await;
    none.shows(&[
        "Классы</a>: Это нужно заполнить.",
        "value=\"7\" aria-invalid=\"true\"",
    ]);
}

#[tokio::test]
async fn what_is_wrong_is_told_in_the_readers_language_and_channels_are_named() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft("Kəsr")).await;
    let version = leyla.version(code).await;
    let wrong = [("school_year", "2019/21"), ("term", "9")];
    let page = leyla.save(code, &version, &wrong).await;
    page.shows(&[
        "two years that follow each other, like 2019/20.",
        "medeniyyet (Medeniyyet), arb_gunes",
    ]);
    let fields = [("version", version.as_str()), wrong[0], wrong[1]];
    let page = leyla
        .post(&format!("/az/teach/lessons/{code}"), &fields)
        .await;
    page.shows(&[
        "«2019/21» uyğun gəlmir. Ardıcıl iki ili yazın, məsələn, 2019/20.",
        "«9» uyğun gəlmir. 1 ilə 6 arasında ədədi rəqəmlə yazın",
    ]);
    page.lacks(&["is not", "lang=\"en\">"]);
}

#[tokio::test]
async fn html_and_script_in_any_field_are_text() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft(SCRIPT)).await;
    let version = leyla.version(code).await;
    let text = [
        "description",
        "programme",
        "unit",
        "topic",
        "interpreter",
        "license",
        "rights_holder",
    ];
    let mut fields: Vec<(&str, String)> = text.map(|name| (name, SCRIPT.to_owned())).into();
    fields.push(("title", SCRIPT.into()));
    fields.push(("teachers", SCRIPT.into()));
    fields.push(("curriculum", format!("{SCRIPT}:{SCRIPT}")));
    fields.push(("chapters", format!("0:00 {SCRIPT}")));
    fields.push(("textbook", "9789952345674:<b>'\"&".into()));
    let sent: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    leads_to(
        &leyla.save(code, &version, &sent).await,
        &format!("/en/teach/lessons/{code}?done=1"),
    );
    let public = site
        .lesson_of(
            &leyla,
            Description {
                title: SCRIPT.into(),
                ..about("")
            },
        )
        .await;
    for (code, rest) in [(code, ""), (code, "/delete"), (public, "/withdraw")] {
        let page = leyla.get(&format!("/en/teach/lessons/{code}{rest}")).await;
        assert_eq!(page.status, StatusCode::OK, "{rest}");
        page.shows(&[ESCAPED]);
        page.lacks(&["<script>", "'&\""]);
    }
    // A refused one as well, and what somebody else wrote.
    let refused = leyla.save(code, &version, &[("week", SCRIPT)]).await;
    refused.lacks(&["<script>"]);
    let version = leyla.version(code).await;
    let refused = leyla
        .save(code, &version, &[("week", SCRIPT), ("subject", SCRIPT)])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.lacks(&["<script>"]);
}

#[tokio::test]
async fn a_field_that_is_not_sent_stays_as_it_was() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let before = Description {
        unit: Some("Kəsrlər".into()),
        teachers: vec!["Leyla".into()],
        ..draft("Kəsr")
    };
    let code = site.lesson_of(&leyla, before.clone()).await;
    let version = leyla.version(code).await;
    leyla
        .save(code, &version, &[("topic", "Toplama"), ("unit", "")])
        .await;
    let after = site.description(code).await;
    let expected = Description {
        topic: Some("Toplama".into()),
        unit: None,
        ..before
    };
    assert_eq!(after, expected);
}

#[tokio::test]
async fn who_writes_after_somebody_else_sees_both_and_may_save_over_it() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let murad = site.visitor("Murad", PersonRole::Editor).await;
    let code = site.lesson_of(&leyla, draft("Kəsr")).await;
    let seen = leyla.version(code).await;
    murad
        .save(code, &seen, &[("title", "Yeni ad"), ("topic", "Mövzu")])
        .await;

    let mine = [("title", "Mənim adım"), ("topic", "Mövzu")];
    let told = leyla.save(code, &seen, &mine).await;
    assert_eq!(told.status, StatusCode::PRECONDITION_FAILED);
    told.shows(&[
        "Murad changed this lesson meanwhile",
        "<a href=\"#title\">Title</a>: Yeni ad",
        "name=\"title\" value=\"Mənim adım\"",
        "id=\"title-theirs\">In the lesson now: <span dir=\"auto\">Yeni ad</span>",
        "Save over it",
    ]);
    told.lacks(&["topic-theirs"]);
    assert_eq!(site.description(code).await.title, "Yeni ad");
    // In another window of one's own; and a form that says nothing of what it saw has seen nothing.
    let again = murad.save(code, &seen, &mine).await;
    again.shows(&["You changed this lesson meanwhile"]);
    assert_eq!(
        murad.save(code, "", &mine).await.status,
        StatusCode::PRECONDITION_FAILED
    );
    // The same words are no conflict.
    let same = [("title", "Yeni ad"), ("topic", "Mövzu")];
    leads_to(
        &leyla.save(code, &seen, &same).await,
        &format!("/en/teach/lessons/{code}?done=1"),
    );
    let (_, rest) = told.text().split_once("name=\"version\" value=\"").unwrap();
    let now = rest.split('"').next().unwrap();
    let over = leyla.save(code, now, &mine).await;
    assert_eq!(over.status, StatusCode::SEE_OTHER);
    assert_eq!(site.description(code).await.title, "Mənim adım");
}

#[tokio::test]
async fn an_editor_cannot_write_a_lesson_out_of_what_they_edit() {
    let site = site();
    let murad = site.visitor("Murad", PersonRole::Editor).await;
    let scope = Scope {
        grade: Some("7".into()),
        subject: None,
    };
    let person = murad.person;
    let limit = move |c: &Change<'_>| c.set_scopes(None, person, std::slice::from_ref(&scope));
    site.app.catalogue.write(limit).await.unwrap();
    let code = site.lesson(about("Kəsr"), 1_000_000).await.code;
    let version = murad.version(code).await;
    let fields = [
        ("version", version.as_str()),
        ("grades", "8"),
        ("title", "Yeni"),
    ];
    let refused = murad
        .post(&format!("/en/teach/lessons/{code}"), &fields)
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.shows(&[
        "outside of what you edit",
        "name=\"title\" value=\"Yeni\"",
        "value=\"8\" checked",
    ]);
}

#[tokio::test]
async fn a_retired_term_is_offered_only_where_it_is_chosen() {
    let site = site();
    let leyla = site.visitor("Leyla", PersonRole::Teacher).await;
    let code = site.lesson_of(&leyla, draft("Kəsr")).await;
    let other = site
        .lesson_of(
            &leyla,
            Description {
                subject: "physics".into(),
                ..draft("Qüvvə")
            },
        )
        .await;
    let retire = |c: &Change<'_>| {
        let vocabulary = c.snapshot().vocabulary()?;
        let subjects = vocabulary.subjects.into_iter();
        c.load_vocabulary(&Vocabulary {
            subjects: subjects.filter(|t| t.id != "mathematics").collect(),
            ..vocabulary
        })
    };
    site.app.catalogue.write(retire).await.unwrap();
    let page = leyla.get(&format!("/en/teach/lessons/{code}")).await;
    page.shows(&["value=\"mathematics\" selected"]);
    leyla
        .get(&format!("/en/teach/lessons/{other}"))
        .await
        .lacks(&["value=\"mathematics\""]);
    let version = leyla.version(code).await;
    let saved = leyla
        .save(
            code,
            &version,
            &[("subject", "mathematics"), ("topic", "x")],
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
}
