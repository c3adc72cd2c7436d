//! What the addresses of lessons and files give, and to whom.

use crate::support::archive::Archive;
use crate::support::samples;
use crate::support::server::Server;

/// The code of the sample lesson whose recording is called `file`.
fn code_of(archive: &Archive, title: &str) -> String {
    let rows = archive.export();
    rows.iter()
        .find(|r| r["title"] == title)
        .unwrap_or_else(|| panic!("no lesson {title}"))["code"]
        .clone()
}

/// The title that the samples' sheet gives `file`.
fn title_of(file: &str) -> String {
    let rows = samples::lessons();
    rows.iter()
        .find(|r| r["file"] == file)
        .unwrap_or_else(|| panic!("no sample {file}"))["title"]
        .clone()
}

/// The code of the sample `file`, its bytes, and the address of its recording below `/media`.
fn recording(archive: &Archive, server: &Server, file: &str) -> (String, Vec<u8>, String) {
    let path = samples::repository().join("media/samples").join(file);
    let code = code_of(archive, &title_of(file));
    let lesson = api(server, &format!("/api/v1/lessons/{code}"));
    let url = lesson["files"][0]["url"].as_str().unwrap();
    let media = url[url.find("/media/").unwrap()..].to_owned();
    (code, std::fs::read(path).unwrap(), media)
}

fn api(server: &Server, target: &str) -> serde_json::Value {
    let answer = server.get(target);
    assert_eq!(answer.status, 200, "{target}: {}", answer.text());
    answer.json()
}

#[test]
fn a_recording_with_its_index_in_front_arrives_as_it_was_imported_under_both_of_its_addresses() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let (code, original, media) = recording(&archive, &server, "7-mathematics-az-2.mp4");
    let media = media.as_str();

    let by_code = server.get(&format!("/l/{code}/video.mp4"));
    let by_media = server.get(media);
    assert!(by_code.body == original && by_media.body == original);
    assert_eq!(by_code.header("content-type"), Some("video/mp4"));
    assert_eq!(by_code.header("etag"), by_media.header("etag"));
    assert_eq!(by_code.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(
        by_media.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(by_code.header("access-control-allow-origin"), Some("*"));

    let etag = by_code.header("etag").unwrap();
    let mut client = server.connect();
    let part = client
        .request("GET", media, &[("Range", "bytes=-5"), ("If-Range", etag)])
        .unwrap();
    assert_eq!(
        (part.status, &part.body[..]),
        (206, &original[original.len() - 5..])
    );
    let other = client
        .request(
            "GET",
            media,
            &[("Range", "bytes=0-4"), ("If-Range", "\"another\"")],
        )
        .unwrap();
    assert_eq!((other.status, other.body.len()), (200, original.len()));
    let known = client
        .request("GET", media, &[("If-None-Match", etag)])
        .unwrap();
    assert_eq!((known.status, known.body.len()), (304, 0));
    let beyond = client
        .request("GET", media, &[("Range", "bytes=99999999-")])
        .unwrap();
    assert_eq!(beyond.status, 416);
    assert_eq!(
        beyond.header("content-range"),
        Some(format!("bytes */{}", original.len()).as_str())
    );
    let head = client
        .request("HEAD", media, &[("Range", "bytes=0-4")])
        .unwrap();
    assert_eq!(head.status, 200);
    assert_eq!(
        head.header("content-length"),
        Some(original.len().to_string().as_str())
    );
}

#[test]
fn a_recording_with_its_index_behind_has_it_in_front_under_the_lessons_address() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let (code, original, media) = recording(&archive, &server, "7-mathematics-az-1.mp4");
    let boxes = |bytes: &[u8]| {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let size = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
            let kind = String::from_utf8(bytes[at + 4..at + 8].to_vec()).unwrap();
            found.push((kind, bytes[at..at + size].to_vec()));
            at += size;
        }
        found
    };
    let kinds = |of: &[(String, Vec<u8>)]| of.iter().map(|(k, _)| k.clone()).collect::<Vec<_>>();
    let stored = boxes(&original);
    assert_eq!(kinds(&stored), ["ftyp", "free", "mdat", "moov"]);

    let by_media = server.get(&media);
    assert!(by_media.body == original);
    let by_code = server.get(&format!("/l/{code}/video.mp4"));
    let shown = boxes(&by_code.body);
    assert_eq!(kinds(&shown), ["ftyp", "moov", "free", "mdat"]);
    assert_eq!(by_code.body.len(), original.len());
    assert!(shown[3].1 == stored[2].1, "the footage is untouched");
    // They are other bytes, and every cache must know it.
    assert_ne!(by_code.header("etag"), by_media.header("etag"));
}

#[test]
fn a_code_is_read_in_any_case_and_sent_on_to_the_canonical_address() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let code = code_of(&archive, &title_of("7-mathematics-az-1.mp4"));
    let typed = code.to_lowercase();
    let answer = server.get(&format!("/l/{typed}/video.mp4?download"));
    // A code of digits only is the same in both cases; such a sample would be served at once.
    if typed != code {
        assert_eq!(answer.status, 301);
        assert_eq!(
            answer.header("location"),
            Some(format!("/l/{code}/video.mp4?download").as_str())
        );
    }
    let saved = server.get(&format!("/l/{code}/video.mp4?download"));
    let disposition = saved.header("content-disposition").unwrap();
    assert!(
        disposition.starts_with("attachment; ") && disposition.contains(&code),
        "{disposition}"
    );
}

#[test]
fn a_draft_answers_in_every_form_like_what_never_was() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let draft = samples::lessons()
        .into_iter()
        .find(|r| r["visibility"] == "draft")
        .expect("a draft among the samples");
    let code = code_of(&archive, &draft["title"]);
    // The name of its file is known to nobody outside; a leaked one must lead nowhere either.
    let leaked = media_name(&archive, &code);
    let nobody = "222222";
    for (hidden, absent) in [
        (
            format!("/l/{code}/video.mp4"),
            format!("/l/{nobody}/video.mp4"),
        ),
        (
            format!("/l/{code}/captions/az.vtt"),
            format!("/l/{nobody}/captions/az.vtt"),
        ),
        (
            format!("/media/{leaked}"),
            format!("/media/{}.mp4", "0".repeat(32)),
        ),
        (
            format!("/api/v1/lessons/{code}"),
            format!("/api/v1/lessons/{nobody}"),
        ),
    ] {
        for headers in [
            &[][..],
            &[("Range", "bytes=0-0")],
            &[("If-None-Match", "*")],
            &[("If-Match", "\"x\"")],
        ] {
            for method in ["GET", "HEAD"] {
                let mut client = server.connect();
                let of_hidden = client.request(method, &hidden, headers).unwrap();
                let of_absent = client.request(method, &absent, headers).unwrap();
                assert_eq!(of_hidden.status, 404, "{method} {hidden} {headers:?}");
                let body = |text: String| text.replace(&code, nobody);
                assert_eq!(
                    body(of_hidden.text()),
                    body(of_absent.text()),
                    "{method} {hidden} {headers:?}"
                );
            }
        }
    }
    let list = api(&server, "/api/v1/lessons?limit=200");
    assert!(!list.to_string().contains(&code));
}

/// The name under /media/ of a lesson's recording, from the catalogue itself.
fn media_name(archive: &Archive, code: &str) -> String {
    let catalogue = teledars::catalogue::Catalogue::open(archive.data(), 1).unwrap();
    let code = code.parse().unwrap();
    let found = catalogue.read_blocking(move |c| c.find(code)).unwrap();
    match found {
        teledars::catalogue::Found::Lesson(lesson) => lesson.files[0].file.name.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unlisted_lesson_is_for_whoever_has_its_link_and_for_no_list() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let unlisted = samples::lessons()
        .into_iter()
        .find(|r| r["visibility"] == "unlisted")
        .expect("an unlisted sample");
    let code = code_of(&archive, &unlisted["title"]);
    assert_eq!(server.get(&format!("/l/{code}/video.mp4")).status, 200);
    let media = server.get(&format!("/media/{}", media_name(&archive, &code)));
    assert_eq!(
        media.header("cache-control"),
        Some("public, max-age=60"),
        "not for ever: it may become a draft"
    );
    let list = api(&server, "/api/v1/lessons?limit=200");
    assert!(!list.to_string().contains(&code));
}

#[test]
fn a_mended_recording_is_a_new_edition_under_the_old_address() {
    let archive = Archive::empty();
    let folder = tempfile::tempdir().unwrap();
    let (sheet, recording) = (folder.path().join("s.csv"), folder.path().join("a.mp4"));
    std::fs::write(
        &sheet,
        "file,title,grades,subject,section,visibility\na.mp4,A,7,physics,az,public\n",
    )
    .unwrap();
    samples::make_recording(&recording, 0, "first");
    archive.import(&sheet).expect_code(0);
    let server = archive.serve();
    let code = code_of(&archive, "A");
    let address = format!("/l/{code}/video.mp4");
    let old_media = format!("/media/{}", media_name(&archive, &code));
    let old = server.get(&address);

    samples::make_recording(&recording, 5000, "second");
    archive.import(&sheet).expect_code(0);
    let new = server.get_until(&address, |new| new.header("etag") != old.header("etag"));
    assert_eq!(new.body, std::fs::read(&recording).unwrap());
    assert_eq!(
        server.get(&old_media).body,
        old.body,
        "who had begun the old edition can end it"
    );
    assert_eq!(archive.export().len(), 1);
}

#[test]
fn a_file_that_is_not_what_was_stored_is_refused_rather_than_sent() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let code = code_of(&archive, &title_of("7-mathematics-az-1.mp4"));
    let stored = archive
        .export()
        .into_iter()
        .find(|r| r["code"] == code)
        .unwrap()["file"]
        .clone();
    let bytes = std::fs::read(&stored).unwrap();
    std::fs::write(&stored, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(server.get(&format!("/l/{code}/video.mp4")).status, 500);
    archive.run(["check"]).expect_code(1);
    std::fs::write(&stored, &bytes).unwrap();
    assert_eq!(server.get(&format!("/l/{code}/video.mp4")).status, 200);
    archive.expect_sound();
}

#[test]
fn a_list_is_filtered_searched_and_paged() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let expected: Vec<_> = samples::lessons()
        .into_iter()
        .filter(|r| {
            r["visibility"] == "public"
                && r["subject"] == "mathematics"
                && r["section"] == "az"
                && r["grades"] == "7"
        })
        .map(|r| r["title"].clone())
        .collect();
    let mut titles = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = api(
            &server,
            &format!("/api/v1/lessons?grade=7&subject=mathematics&section=az&limit=1{cursor}"),
        );
        titles.extend(
            page["lessons"]
                .as_array()
                .unwrap()
                .iter()
                .map(|l| l["title"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(titles, expected);
    let found = api(&server, "/api/v1/lessons?q=SURET");
    assert!(
        found["lessons"]
            .as_array()
            .unwrap()
            .iter()
            .any(|l| l["subject"] == "physics"),
        "{found}"
    );
    for wrong in [
        "grade=12",
        "subject=x",
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=x",
        "cursor=222222",
        "q=a&nope=1",
    ] {
        let answer = server.get(&format!("/api/v1/lessons?{wrong}"));
        assert_eq!(answer.status, 400, "{wrong}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{wrong}"
        );
    }
}

#[test]
fn an_address_written_with_percent_signs_leads_to_the_file_and_not_to_itself() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let code = code_of(&archive, &title_of("7-mathematics-az-1.mp4"));
    let odd: String = code.bytes().map(|b| format!("%{b:02x}")).collect();
    let lower: String = code
        .to_lowercase()
        .bytes()
        .map(|b| format!("%{b:02X}"))
        .collect();
    assert_eq!(server.get(&format!("/l/{odd}/video.mp4")).status, 200);
    let answer = server.get(&format!("/l/{lower}/video.mp4?download=1"));
    if answer.status != 200 {
        assert_eq!(answer.status, 301);
        assert_eq!(
            answer.header("location"),
            Some(format!("/l/{code}/video.mp4?download=1").as_str())
        );
    }
}

#[test]
fn what_cannot_be_decoded_or_is_not_ours_is_not_found_and_leads_nowhere_else() {
    let server = Archive::with_samples().serve();
    for target in [
        "/%ff",
        "/az/grades/%ff",
        "/xx",
        "/az/nope",
        "//example.org/",
        "/l/%ff/video.mp4",
        "/media/%ff",
        "/api/v1/lessons/%ff",
    ] {
        let answer = server.get(target);
        assert_eq!(
            (answer.status, answer.header("location")),
            (404, None),
            "{target}"
        );
    }
    let slash = server.get("/az/grades/7/");
    assert_eq!(
        (slash.status, slash.header("location")),
        (301, Some("/az/grades/7"))
    );
    let section = server.get("/az?section=ru");
    assert_eq!(
        (section.status, section.header("location")),
        (301, Some("/az/?section=ru"))
    );
}

#[test]
fn preconditions_hold_for_pages_and_lists_and_not_for_what_is_missing() {
    let server = Archive::with_samples().serve();
    let mut client = server.connect();
    for target in ["/az/", "/api/v1/lessons"] {
        assert_eq!(
            client
                .request("GET", target, &[("If-Match", "\"z\"")])
                .unwrap()
                .status,
            412,
            "{target}"
        );
        assert_eq!(
            client
                .request("GET", target, &[("If-None-Match", "*")])
                .unwrap()
                .status,
            304,
            "{target}"
        );
    }
    let headers = [("If-None-Match", "*"), ("Accept", "text/html")];
    let missing = client.request("GET", "/az/nope", &headers).unwrap();
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("<html"));
}

#[test]
fn a_draft_is_no_place_to_go_on_from() {
    let archive = Archive::with_samples();
    let server = archive.serve();
    let draft = samples::lessons()
        .into_iter()
        .find(|r| r["visibility"] == "draft")
        .unwrap();
    let code = code_of(&archive, &draft["title"]);
    let of_draft = server.get(&format!("/api/v1/lessons?cursor={code}"));
    let of_nobody = server.get("/api/v1/lessons?cursor=222222");
    assert_eq!(of_draft.status, 400);
    assert_eq!(of_draft.text().replace(&code, "222222"), of_nobody.text());
}

#[test]
fn an_empty_field_of_a_form_is_not_asked_for() {
    let server = Archive::with_samples().serve();
    let all = server.get("/api/v1/lessons");
    let same = server.get("/api/v1/lessons?grade=&subject=&section=&q=&limit=&cursor=");
    assert_eq!((same.status, same.body), (200, all.body));
    assert_eq!(server.get("/az/?section=").status, 200);
    let long = "a".repeat(201);
    assert_eq!(server.get(&format!("/api/v1/lessons?q={long}")).status, 400);
    let post = server
        .connect()
        .request("POST", "/api/v1/openapi.json", &[("Content-Length", "0")])
        .unwrap();
    assert_eq!(
        (post.status, post.header("content-type")),
        (405, Some("application/problem+json"))
    );
    assert!(post.header("allow").unwrap().contains("GET"));
}
