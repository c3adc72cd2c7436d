//! What machines read of a lesson and of a shelf.

use serde_json::{Value, json};

use super::*;
use crate::catalogue::{Broadcast, Chapter};

/// The only block of data of a page, as a program reads it, by `@type`.
#[track_caller]
fn data(page: &Answer) -> Vec<Value> {
    let mut blocks = page.text().split("<script type=\"application/ld+json\">");
    let block = blocks.nth(1).expect("no data").split("</script>").next();
    assert_eq!(blocks.next(), None);
    let all: Value = serde_json::from_str(block.unwrap()).unwrap();
    assert_eq!(all["@context"], "https://schema.org");
    all["@graph"].as_array().unwrap().clone()
}

fn full() -> Description {
    let chapter = |seconds: u64, title: &str| Chapter {
        start: Millis(seconds * 1000 + 400),
        title: title.into(),
    };
    Description {
        description: Some("Məxrəcləri müxtəlif olan kəsrlər.\n\nİkinci sətir".into()),
        grades: vec!["7".into(), "8".into()],
        lesson_number: Some(3),
        topic: Some("Toplama".into()),
        curriculum: vec![("az-2020".into(), "1.2.3".into())],
        broadcasts: vec![Broadcast {
            at: UnixMillis(1_583_991_000_000),
            channel: "medeniyyet".into(),
        }],
        teachers: vec!["Müəllim A".into()],
        interpreter: Some("Tərcüməçi C".into()),
        kind: Kind::Exam,
        chapters: vec![
            chapter(0, "Xatırlayaq"),
            chapter(220, "Eyni məxrəc"),
            // Half a second long, and behind the end: no parts of their own.
            chapter(555, "Ortaq məxrəc"),
            Chapter {
                start: Millis(555_900),
                title: "Qısa".into(),
            },
            chapter(9_000, "Sonra"),
        ],
        license: Some("CC-BY-SA-4.0".into()),
        rights_holder: Some("Nazirlik".into()),
        ..about("Kəsrlərin toplanması")
    }
}

#[tokio::test]
async fn a_lesson_is_a_video_and_a_learning_resource_with_everything_that_is_known() {
    let site = site();
    let saved = site.save(full()).await;
    let recording = site.record(saved, footage(), 24_000_000).await;
    site.add(recording, captions("az")).await;
    site.add(recording, file(Role::Poster, 30_000, "image/jpeg"))
        .await;
    let code = saved.code;
    let page = site.get(&format!("/en/l/{code}?t=90")).await;
    let graph = data(&page);
    let own = format!("http://lessons.example/en/l/{code}");
    let below = format!("http://lessons.example/l/{code}");
    let work = &graph[0];
    for (name, value) in [
        ("@type", json!(["VideoObject", "LearningResource"])),
        ("@id", json!(below)),
        ("url", json!(own)),
        ("identifier", json!(code.as_str())),
        ("name", json!("Kəsrlərin toplanması")),
        (
            "description",
            json!("Məxrəcləri müxtəlif olan kəsrlər.\n\nİkinci sətir"),
        ),
        ("thumbnailUrl", json!(format!("{below}/poster.jpg"))),
        ("duration", json!("PT21M2S")),
        ("contentUrl", json!(format!("{below}/video.mp4"))),
        ("encodingFormat", json!("video/mp4")),
        (
            "embedUrl",
            json!(format!("http://lessons.example/en/embed/{code}")),
        ),
        ("inLanguage", json!("az")),
        ("educationalLevel", json!(["Grade 7", "Grade 8"])),
        ("learningResourceType", json!("exam preparation")),
        ("about", json!({"@type": "Thing", "name": "Mathematics"})),
        ("teaches", json!("Toplama")),
        (
            "isPartOf",
            json!({"@type": "CreativeWorkSeries", "name": "Teledərs 2020"}),
        ),
        ("position", json!(3)),
        ("isAccessibleForFree", json!(true)),
        (
            "license",
            json!("https://creativecommons.org/licenses/by-sa/4.0/"),
        ),
        ("copyrightNotice", json!("Nazirlik")),
        ("creator", json!([{"@type": "Person", "name": "Müəllim A"}])),
        (
            "accessibilityFeature",
            json!(["captions", "transcript", "signLanguage"]),
        ),
        (
            "caption",
            json!([{
                "@type": "MediaObject", "encodingFormat": "text/vtt", "inLanguage": "az",
                "contentUrl": format!("{below}/captions/az.vtt"),
            }]),
        ),
        (
            "educationalAlignment",
            json!([{
                "@type": "AlignmentObject", "alignmentType": "teaches", "educationalFramework": "az-2020",
                "targetName": "1.2.3",
            }]),
        ),
        (
            "publication",
            json!([{
                "@type": "BroadcastEvent", "isLiveBroadcast": false,
                "startDate": "2020-03-12T09:30:00+04:00", "endDate": "2020-03-12T09:51:02+04:00",
                "publishedOn": {"@type": "BroadcastService", "name": "Medeniyyet"},
            }]),
        ),
        (
            "hasPart",
            json!([
                {"@type": "Clip", "name": "Xatırlayaq", "startOffset": 0, "endOffset": 220, "url": format!("{own}?t=0")},
                {"@type": "Clip", "name": "Eyni məxrəc", "startOffset": 220, "endOffset": 555, "url": format!("{own}?t=220")},
                {"@type": "Clip", "name": "Qısa", "startOffset": 555, "endOffset": 1262, "url": format!("{own}?t=555")},
            ]),
        ),
        (
            "potentialAction",
            json!({
                "@type": "SeekToAction", "target": format!("{own}?t={{seek_to_second_number}}"),
                "startOffset-input": "required name=seek_to_second_number",
            }),
        ),
    ] {
        assert_eq!(work[name], value, "{name}");
    }
    // RFC 3339 with the school's offset.
    for name in ["uploadDate", "datePublished", "dateModified"] {
        let moment = work[name].as_str().unwrap();
        assert!(
            moment.len() == 25 && moment.ends_with("+04:00"),
            "{name}: {moment}"
        );
    }
    assert_eq!(
        graph[1],
        json!({
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "Grades", "item": "http://lessons.example/en/"},
                {"@type": "ListItem", "position": 2, "name": "Grade 7", "item": "http://lessons.example/en/grades/7"},
                {"@type": "ListItem", "position": 3, "name": "Mathematics", "item": "http://lessons.example/en/grades/7/mathematics"},
                {"@type": "ListItem", "position": 4, "name": "Kəsrlərin toplanması"},
            ],
        })
    );
}

#[tokio::test]
async fn durations_are_written_in_the_largest_units() {
    for (milliseconds, written) in [
        (1_200_000, "PT20M"),
        (45_000, "PT45S"),
        (3_600_000, "PT1H"),
        (5_432_999, "PT1H30M32S"),
    ] {
        let site = site();
        let saved = site.save(about("A")).await;
        let recording = NewRecording {
            duration: Millis(milliseconds),
            ..footage()
        };
        site.record(saved, recording, 1_000_000).await;
        let page = site.get(&format!("/az/l/{}", saved.code)).await;
        assert_eq!(data(&page)[0]["duration"], written);
    }
}

#[tokio::test]
async fn what_is_not_known_or_not_recorded_is_not_said() {
    let site = site();
    let announced = site.save(about("Elan")).await;
    let page = site.get(&format!("/az/l/{}", announced.code)).await;
    let work = &data(&page)[0];
    assert_eq!(work["@type"], "LearningResource");
    assert_eq!(work["educationalLevel"], json!(["7-ci sinif"]));
    for name in [
        "contentUrl",
        "embedUrl",
        "duration",
        "uploadDate",
        "thumbnailUrl",
        "hasPart",
        "potentialAction",
        "teaches",
        "creator",
        "license",
        "publication",
        "educationalAlignment",
        "position",
        "caption",
    ] {
        assert_eq!(work.get(name), None, "{name}");
    }

    let heard = site.save(about("Radio")).await;
    let sound = NewRecording {
        size: None,
        ..footage()
    };
    let recording = site.record(heard, sound, 9_000_000).await;
    let page = site.get(&format!("/az/l/{}", heard.code)).await;
    let work = &data(&page)[0];
    assert_eq!(work["@type"], json!(["AudioObject", "LearningResource"]));
    assert!(work["contentUrl"].as_str().unwrap().ends_with("/video.mp4"));
    let narrow = NewFile {
        quality: Some(24),
        ..file(Role::Audio, 3_000_000, "audio/mp4")
    };
    site.add(recording, narrow).await;
    let page = site.get(&format!("/az/l/{}", heard.code)).await;
    let work = &data(&page)[0];
    assert_eq!(work["encodingFormat"], "audio/mp4");
    assert!(work["contentUrl"].as_str().unwrap().ends_with("/audio.m4a"));
    for name in ["width", "height", "thumbnailUrl", "hasPart"] {
        assert_eq!(work.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn nothing_that_people_write_ends_the_block_of_data() {
    let site = site();
    let evil = "</script><script>alert(1)</script><!--<script>\u{2028}\\u003c\"'";
    let d = Description {
        description: Some(evil.into()),
        topic: Some(evil.into()),
        programme: Some(evil.into()),
        teachers: vec![evil.into()],
        license: Some(evil.into()),
        rights_holder: Some(evil.into()),
        chapters: vec![Chapter {
            start: Millis(0),
            title: evil.into(),
        }],
        ..about(evil)
    };
    let saved = site.lesson(d, 1_000_000).await;
    let page = site.get(&format!("/az/l/{}", saved.code)).await;
    page.lacks(&["<script>", "<!--", "alert(1)</script"]);
    let graph = data(&page);
    let work = &graph[0];
    for value in [
        &work["name"],
        &work["description"],
        &work["teaches"],
        &work["isPartOf"]["name"],
        &work["creator"][0]["name"],
        &work["license"]["name"],
        &work["copyrightNotice"],
        &work["hasPart"][0]["name"],
        &graph[1]["itemListElement"][3]["name"],
    ] {
        assert_eq!(value, evil);
    }
}

#[tokio::test]
async fn a_licence_is_an_address_where_it_has_one() {
    let site = site();
    for (license, written) in [
        (
            "CC0-1.0",
            json!("https://creativecommons.org/publicdomain/zero/1.0/"),
        ),
        (
            "CC-BY-NC-ND-3.0",
            json!("https://creativecommons.org/licenses/by-nc-nd/3.0/"),
        ),
        (
            "https://licences.example/1",
            json!("https://licences.example/1"),
        ),
        (
            "CC-BY-9.0",
            json!({"@type": "CreativeWork", "name": "CC-BY-9.0"}),
        ),
        (
            "javascript:alert(1)",
            json!({"@type": "CreativeWork", "name": "javascript:alert(1)"}),
        ),
        (
            "Öz lisenziyası",
            json!({"@type": "CreativeWork", "name": "Öz lisenziyası"}),
        ),
    ] {
        let d = Description {
            license: Some(license.into()),
            ..about("A")
        };
        let saved = site.lesson(d, 1_000_000).await;
        let page = site.get(&format!("/az/l/{}", saved.code)).await;
        assert_eq!(data(&page)[0]["license"], written, "{license}");
    }
}

#[tokio::test]
async fn a_shelf_is_a_list_of_its_lessons_and_a_part_of_one_is_nothing_to_be_found() {
    let site = site();
    let mut codes = Vec::new();
    for number in 1..=3 {
        let d = Description {
            lesson_number: Some(number),
            ..about("Dərs")
        };
        codes.push(site.lesson(d, 1_000_000).await.code);
    }
    let page = site.get("/ru/grades/7/mathematics").await;
    let graph = data(&page);
    assert_eq!(graph[0]["@type"], "ItemList");
    let items = graph[0]["itemListElement"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(
        items[1],
        json!({"@type": "ListItem", "position": 2, "url": format!("http://lessons.example/ru/l/{}", codes[1])})
    );
    let steps = graph[1]["itemListElement"].as_array().unwrap();
    assert_eq!(
        steps.last().unwrap(),
        &json!({"@type": "ListItem", "position": 3, "name": "Математика"})
    );
    let part = site.get("/ru/grades/7/mathematics?kind=exam").await;
    part.lacks(&["ld+json"]);
}
