use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::*;

const SHELF: &str = "/az/grades/7/mathematics/cartridge.imscc";

/// Names and texts of a cartridge's entries, in their order.
type Entries = Vec<(String, String)>;

async fn entries(archive: &Archive, path: &str) -> Entries {
    let answer = archive.get_bytes(path).await;
    assert_eq!(answer.0, 200, "{path}");
    let mut zip = ZipArchive::new(Cursor::new(answer.2)).unwrap();
    let all = (0..zip.len()).map(|n| {
        let mut entry = zip.by_index(n).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (entry.name().unwrap().into_owned(), text)
    });
    all.collect()
}

/// Where each of `parts` is, one behind the other.
#[track_caller]
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("{part:?} does not follow in\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

fn nth(number: u32, unit: Option<&str>, title: &str) -> Description {
    Description {
        lesson_number: Some(number),
        unit: unit.map(str::to_owned),
        ..lesson(title)
    }
}

#[tokio::test]
async fn a_cartridge_has_a_link_for_each_listed_lesson_by_its_units_in_the_programmes_order() {
    let archive = archive();
    let last = archive.save(nth(9, None, "Təkrar")).await.code;
    let second = archive
        .film(nth(2, Some("Ədədlər"), "Kəsr \"½\" <&>\u{8}"))
        .await;
    let first = archive
        .save(nth(1, Some("Ədədlər"), "Natural ədədlər"))
        .await
        .code;
    let figures = archive.save(nth(3, Some("Fiqurlar"), "Bucaq")).await.code;
    for visibility in [Visibility::Draft, Visibility::Unlisted] {
        archive.save(as_is(visibility, "Gizli")).await;
    }
    let withdrawn = archive.film(nth(4, Some("Fiqurlar"), "Geri")).await;
    archive.withdraw(withdrawn).await;

    let found = entries(&archive, SHELF).await;
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let link = |code: Code| format!("lessons/{code}.xml");
    let expected = [
        "imsmanifest.xml".to_owned(),
        link(first),
        link(second),
        link(figures),
        link(last),
    ];
    assert_eq!(names, expected);
    assert_eq!(
        found[2].1,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <webLink xmlns=\"http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1\">\
             <title>2. Kəsr &quot;½&quot; &lt;&amp;&gt;\u{fffd}</title>\
             <url href=\"http://lessons.example/l/{second}\" target=\"_blank\"/></webLink>"
        )
    );
    let manifest = &found[0].1;
    in_order(
        manifest,
        &[
            "<manifest xmlns=\"http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1\"",
            "identifier=\"teledars-7-mathematics-az\"",
            "<schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion>",
            "<lomimscc:entry>http://lessons.example/grades/7/mathematics</lomimscc:entry>",
            "<lomimscc:title><lomimscc:string language=\"az\">Riyaziyyat, 7-ci sinif</lomimscc:string>",
            "<lomimscc:language>az</lomimscc:language>",
            "<lomimscc:cost><lomimscc:value>no</lomimscc:value>",
            "<lomimscc:string language=\"az\">CC-BY-4.0</lomimscc:string>",
            "<organization identifier=\"course\" structure=\"rooted-hierarchy\"><item identifier=\"root\"><item identifier=\"unit-",
            "<title>Ədədlər</title>",
            &format!(
                "<item identifier=\"item-{first}\" identifierref=\"lesson-{first}\"><title>1. Natural ədədlər</title></item>"
            ),
            &format!("<item identifier=\"item-{second}\" "),
            "<title>Fiqurlar</title>",
            &format!("<item identifier=\"item-{figures}\" "),
            "<title>Digər dərslər</title>",
            &format!("<item identifier=\"item-{last}\" "),
            "<resources>",
            &format!(
                "<resource identifier=\"lesson-{first}\" type=\"imswl_xmlv1p1\"><file href=\"lessons/{first}.xml\"/></resource>"
            ),
        ],
    );
    assert!(!manifest.contains("Gizli") && !manifest.contains(withdrawn.as_str()));
    // What Moodle reads to see what it is.
    assert!(
        manifest[..500].contains("xmlns=\"http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1\"")
    );
}

#[tokio::test]
async fn the_same_lessons_are_the_same_bytes_and_have_a_tag() {
    let archive = archive();
    archive.save(nth(1, Some("Ədədlər"), "A")).await;
    let (status, headers, first) = archive.get_bytes(SHELF).await;
    assert_eq!(status, 200);
    for (name, value) in [
        ("content-type", "application/vnd.ims.imsccv1p1"),
        ("cache-control", "public, max-age=60"),
        ("access-control-allow-origin", "*"),
        (
            "content-disposition",
            "attachment; filename=\"Riyaziyyat, 7-ci sinif.imscc\"; \
             filename*=UTF-8''Riyaziyyat%2C%207-ci%20sinif.imscc",
        ),
    ] {
        assert_eq!(headers[name], value);
    }
    assert_eq!(archive.get_bytes(SHELF).await.2, first);
    let tag = [("if-none-match", headers["etag"].to_str().unwrap())];
    let unchanged = archive.get_with(SHELF, &tag).await;
    assert_eq!(unchanged.status, 304);
    assert_eq!(unchanged.header("content-disposition"), "");
    archive.save(nth(2, None, "B")).await;
    let mut changed = Request::get(SHELF).body(Body::empty()).unwrap();
    let had = headers["etag"].clone();
    changed.headers_mut().insert("if-none-match", had);
    let changed = archive.sent(changed).await;
    assert_eq!(changed.0, 200);
    assert_ne!(changed.2, first);
    let head = Request::head(SHELF).body(Body::empty()).unwrap();
    let head = archive.answer(head).await;
    assert_eq!(head.header("content-length"), changed.2.len().to_string());
    assert_eq!(head.text, "");
}

#[tokio::test]
async fn a_units_own_cartridge_names_it_as_the_whole_shelfs_does() {
    let archive = archive();
    let one = archive.save(nth(1, Some("Ədəd & say"), "A")).await.code;
    let other = archive.save(nth(2, Some("Fiqurlar"), "B")).await.code;
    let again = archive.save(nth(3, Some("Ədəd & say"), "C")).await.code;
    let whole = entries(&archive, SHELF).await;
    let path = format!("{SHELF}?unit=%C6%8Fd%C9%99d%20%26%20say");
    let part = entries(&archive, &path).await;
    assert_eq!(part.len(), 3);
    let manifest = &part[0].1;
    in_order(
        manifest,
        &[
            "<title>Ədəd &amp; say</title>",
            one.as_str(),
            again.as_str(),
        ],
    );
    assert!(!manifest.contains(other.as_str()));
    manifest
        .find("Riyaziyyat, 7-ci sinif · Ədəd &amp; say")
        .unwrap();
    let ids = |manifest: &str| -> Vec<String> {
        let ids = manifest.match_indices("\"unit-");
        ids.map(|(at, _)| manifest[at + 1..at + 22].to_owned())
            .collect()
    };
    // The unit comes twice in the shelf, and then has two names.
    let all = ids(&whole[0].1);
    assert_eq!(all.len(), 3);
    assert!(all[0] != all[1] && all[0] != all[2]);
    assert_eq!(ids(manifest), all[..1]);
    let own = |manifest: &str| manifest.split(" identifier=\"").nth(1).unwrap().to_owned();
    assert!(own(manifest).starts_with("teledars-7-mathematics-az-"));
    let named = archive.get_bytes(&path).await.1["content-disposition"].clone();
    assert!(
        named
            .to_str()
            .unwrap()
            .contains("filename=\"Riyaziyyat, 7-ci sinif _ _d_d & say.imscc\"")
    );
}

#[tokio::test]
async fn lessons_without_units_have_one_section_and_other_languages_their_words() {
    let archive = archive();
    let russian = Description {
        section: "ru".into(),
        ..lesson("Дроби")
    };
    let anothers = Description {
        lesson_number: Some(4),
        license: None,
        rights_holder: Some("Школа & дом".into()),
        title: "Проценты".into(),
        ..russian.clone()
    };
    archive.save(russian).await;
    archive.save(anothers).await;
    let found = entries(
        &archive,
        "/ru/grades/7/mathematics/cartridge.imscc?section=ru",
    )
    .await;
    in_order(
        &found[0].1,
        &[
            "identifier=\"teledars-7-mathematics-ru\"",
            "<lomimscc:entry>http://lessons.example/grades/7/mathematics?section=ru</lomimscc:entry>",
            "<lomimscc:string language=\"ru\">Математика, 7-й класс</lomimscc:string>",
            "<lomimscc:language>ru</lomimscc:language>",
            "<lomimscc:string language=\"ru\">Школа &amp; дом; CC-BY-4.0</lomimscc:string>",
            "<title>Математика, 7-й класс</title>",
            "<title>3. Дроби</title>",
        ],
    );
}

#[tokio::test]
async fn a_shelf_without_lessons_and_wrong_addresses_are_told_so() {
    let archive = archive();
    archive.save(lesson("A")).await;
    archive.save(as_is(Visibility::Draft, "B")).await;
    for (path, status, why) in [
        (
            "/az/grades/8/mathematics/cartridge.imscc",
            404,
            "no such lessons yet",
        ),
        (
            "/az/grades/7/mathematics/cartridge.imscc?unit=Yox",
            404,
            "no such lessons yet",
        ),
        (
            "/az/grades/7/mathematics/cartridge.imscc?section=ru",
            404,
            "no such lessons yet",
        ),
        (
            "/az/grades/7/mathematics/cartridge.imscc?section=tr",
            404,
            "no such section",
        ),
        (
            "/az/grades/77/mathematics/cartridge.imscc",
            404,
            "no such grade",
        ),
        ("/az/grades/7/magic/cartridge.imscc", 404, "no such subject"),
        (
            "/fr/grades/7/mathematics/cartridge.imscc",
            404,
            "no such language",
        ),
    ] {
        let answer = archive.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        answer.shows(&[why]);
    }
}

#[tokio::test]
async fn more_lessons_than_a_course_has_are_taken_by_parts() {
    let archive = archive();
    let all = archive.app.catalogue.write(|c| {
        for n in 0..5_001 {
            let unit = if n == 0 { "Bir" } else { "Çox" };
            c.save_lesson(Target::New, &nth(1 + n % 9_999, Some(unit), "A"))?;
        }
        Ok(())
    });
    all.await.unwrap();
    let answer = archive.get(SHELF).await;
    assert_eq!(answer.status, 400);
    answer.shows(&["more than the 5000 lessons", "?unit="]);
    assert_eq!(
        entries(&archive, &format!("{SHELF}?unit=Bir")).await.len(),
        2
    );
    let most = archive.get_bytes(&format!("{SHELF}?unit=%C3%87ox")).await;
    assert_eq!(most.0, 200);
    assert!(most.2.len() < 3 << 20, "{} bytes", most.2.len());
}

#[tokio::test]
async fn the_subjects_page_leads_to_what_it_shows() {
    let archive = archive();
    let empty = archive.get("/en/grades/7/mathematics").await;
    empty.lacks(&["cartridge.imscc"]);
    archive.save(nth(1, Some("Ədəd & say"), "A")).await;
    archive.save(nth(2, Some("Fiqurlar"), "B")).await;
    let page = archive.get("/en/grades/7/mathematics?unit=Fiqurlar").await;
    let path = "/en/grades/7/mathematics/cartridge.imscc?unit=Fiqurlar";
    page.shows(&[&format!(
        "href=\"{path}\" rel=\"nofollow\">For learning platforms (Common Cartridge)</a>"
    )]);
    assert_eq!(entries(&archive, path).await.len(), 2);
    let chosen = archive.get_with(
        "/grades/7/mathematics/cartridge.imscc?unit=Fiqurlar",
        &[("accept-language", "en")],
    );
    let chosen = chosen.await;
    assert_eq!(chosen.status, 302);
    assert_eq!(chosen.header("location"), path);
}
