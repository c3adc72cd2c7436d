//! Links that end: what whoever has one gets at every route, and whoever has none that counts.

use serde_json::json;

use super::*;
use crate::desk::Author;
use crate::sheet::fields::Fields;

impl Archive {
    /// The paths of all routes that are for holders, by this grant.
    fn held(&self, grant: &str) -> Vec<String> {
        let routes = listed().into_iter().filter(|r| r.whom == For::Holders);
        let path = |r: Listed| self.filled(&r.path).replace(&self.grant, grant);
        let paths: Vec<String> = routes.map(path).collect();
        assert!(paths.len() > 12, "{paths:?}");
        paths
    }

    /// The lesson's page by this grant.
    fn page(&self, grant: &str) -> String {
        format!("/en/s/{grant}/l/{}", self.code)
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(&Method::GET, path, &[]).await
    }

    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Change<'_>) -> Result<T, crate::catalogue::Error> + Send + 'static,
    ) -> T {
        self.app.catalogue.write(change).await.unwrap()
    }

    /// A link to a lesson that counts for a day, made by the draft's owner unless somebody else is named.
    async fn link_to(&self, code: Code, by: Option<PersonId>) -> String {
        let owner = self.people[0].1;
        let key = grant::new_key().unwrap();
        let made = self.write(move |c| {
            let crate::catalogue::Found::Lesson(lesson) = c.snapshot().find(code)? else {
                panic!("no lesson {code}");
            };
            c.add_lesson_link(&NewLessonLink {
                key,
                lesson: lesson.id,
                by: Some(by.unwrap_or(owner)),
                note: None,
                made: clock::now(),
                ends: clock::now().after_days(1),
            })
        });
        made.await;
        grant::told(&self.app.sealer, &key)
    }

    /// Does with the draft at the desk what its operator may.
    async fn say(&self, fields: serde_json::Value) {
        let code = self.code;
        let fields = Fields::of_json(fields.as_object().unwrap()).unwrap();
        let done = self
            .app
            .at_desk(move |d| d.edit(&Author::CommandLine, code, fields, None));
        done.await.unwrap().unwrap();
    }

    async fn take_back(&self) {
        let (code, id) = (self.code, self.files.link.to_string());
        let done = self
            .app
            .at_desk(move |d| d.remove_link(&Author::CommandLine, code, &id));
        done.await.unwrap().unwrap();
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// A link that the archive never made.
fn made_up(grant: &str) -> String {
    let last = if grant.ends_with('A') { 'E' } else { 'A' };
    format!("{}{last}", &grant[..grant.len() - 1])
}

#[tokio::test]
async fn whoever_has_a_link_sees_the_draft_and_no_cache_or_other_site_learns_of_it() {
    let archive = Archive::new().await;
    for path in archive.held(&archive.grant) {
        for method in [Method::GET, Method::HEAD] {
            let answer = archive.ask(&method, &path, &[]).await;
            let about = format!("{method} {path}: {}", text(&answer));
            assert_eq!(answer.status, StatusCode::OK, "{about}");
            let header = |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap());
            assert_eq!(
                header("cache-control"),
                Some("private, no-store"),
                "{about}"
            );
            assert_eq!(header("referrer-policy"), Some("no-referrer"), "{about}");
            assert_eq!(header("x-robots-tag"), Some("noindex, nofollow"), "{about}");
            assert_eq!(header("access-control-allow-origin"), None, "{about}");
            assert_eq!(header("set-cookie"), None, "{about}");
        }
    }
    let ranged = [("range", "bytes=1000-1999".to_owned())];
    let path = format!("/s/{}/l/{}/video.mp4", archive.grant, archive.code);
    let part = archive.ask(&Method::GET, &path, &ranged).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body.len(), 1000);
    // What was broken off is gone on with: it is not packed on the way.
    let path = format!("/s/{}/media/{}", archive.grant, archive.files.attachment);
    let packed = [("accept-encoding", "gzip, br".to_owned())];
    let sheet = archive.ask(&Method::GET, &path, &packed).await;
    assert_eq!(sheet.headers.get("content-encoding"), None);
    assert_eq!(sheet.headers["content-length"], "800");
    assert_eq!(sheet.headers["accept-ranges"], "bytes");
    // And nobody else, now or later.
    let outside = format!("/l/{}/video.mp4", archive.code);
    assert_eq!(archive.get(&outside).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_by_a_link_names_nothing_of_the_lesson_but_by_the_link() {
    let archive = Archive::new().await;
    let code = archive.code;
    let prefix = format!("/s/{}/", archive.grant);
    let mut seen = 0;
    for below in ["", "?q=240&t=2", "/slides", "/transcript"] {
        let page = archive.page(&archive.grant) + below;
        let html = text(&archive.get(&page).await);
        for attribute in [
            "href=\"",
            "src=\"",
            "poster=\"",
            "data-stream=\"",
            "data-storyboard=\"",
        ] {
            for rest in html.split(attribute).skip(1) {
                let address = rest.split('"').next().unwrap();
                if !address.contains("/l/") && !address.contains("/media/") {
                    continue;
                }
                seen += 1;
                let path = ["/az", "/ru", "/en"]
                    .iter()
                    .find_map(|language| address.strip_prefix(language))
                    .unwrap_or(address);
                assert!(path.starts_with(&prefix), "{page}: {address}");
                let path = address.split('#').next().unwrap().replace("&#38;", "&");
                let led = archive.get(&path).await;
                assert_eq!(led.status, StatusCode::OK, "{page}: {address}");
            }
        }
        for absent in [
            "canonical",
            "rel=\"alternate\"",
            "ld+json",
            "og:",
            "oembed",
            "webmanifest",
            "data-offer",
            "<iframe",
        ] {
            assert!(!html.contains(absent), "{page} has {absent}");
        }
        assert!(
            html.contains("<meta name=\"robots\" content=\"noindex\">"),
            "{page}"
        );
    }
    assert!(seen > 25, "{seen}");
    for playlist in [
        format!("/s/{}/l/{code}/hls/main.m3u8", archive.grant),
        format!(
            "/s/{}/media/hls/v{VIEW_FORMAT}/{}/captions.m3u8?seconds=9",
            archive.grant, archive.files.captions
        ),
    ] {
        let lines = text(&archive.get(&playlist).await);
        assert!(lines.contains(&prefix), "{lines}");
        assert_eq!(
            lines.matches("/media/").count(),
            lines.matches(&prefix).count()
        );
    }
}

#[tokio::test]
async fn what_is_no_link_any_more_or_never_was_answers_like_what_never_was() {
    let archive = Archive::new().await;
    let description = Description {
        visibility: Visibility::Draft,
        ..plain("Another", &["7"], "mathematics")
    };
    let owner = archive.people[0].1;
    let other = archive.write(move |c| {
        let other = c.save_lesson(Target::New, &description)?;
        c.add_owner(other.id, owner)?;
        Ok(other.code)
    });
    let others = archive.link_to(other.await, None).await;
    let revoked = archive.grant.clone();
    archive.take_back().await;
    let wrong: Vec<String> = vec![
        revoked.clone(),
        others,
        made_up(&revoked),
        revoked.to_uppercase(),
        revoked.to_lowercase(),
        format!("{revoked}="),
        "x".into(),
        archive.app.sealer.seal("something else", &KEY),
    ];
    let never = grant::told(&archive.app.sealer, &grant::new_key().unwrap());
    for (at, grant) in wrong.iter().enumerate() {
        let paths = archive.held(grant).into_iter().zip(archive.held(&never));
        for (path, absent) in paths {
            let absent = archive.never_was(&absent);
            for who in [Whoever::Nobody, Whoever::Owner] {
                // Not even to those whose it is: a link shows everybody the same.
                let headers = archive.shows(who, Shown::Cookie).await;
                let mut answer = archive.ask(&Method::GET, &path, &headers).await;
                let mut nothing = archive.ask(&Method::GET, &absent, &headers).await;
                // A page names its own address, which may be longer.
                for answer in [&mut answer, &mut nothing] {
                    answer.headers.remove("content-length");
                }
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{at} {path}");
                assert_eq!(answer.headers, nothing.headers, "{at} {path}");
                let (own, other) = (format!("/s/{grant}/"), format!("/s/{never}/"));
                let said = archive.never_was(&text(&answer)).replace(&own, &other);
                assert_eq!(said, text(&nothing), "{at} {path}");
            }
        }
    }
}

#[tokio::test]
async fn no_character_of_a_link_can_be_another() {
    let archive = Archive::new().await;
    let code = archive.code;
    for at in 0..archive.grant.len() {
        for other in ["A", "b", "9", "-", "_", ".", "%41", "%2F", "é"] {
            let mut forged = archive.grant.clone();
            forged.replace_range(at..=at, other);
            if forged == archive.grant || (other == "%41" && archive.grant[at..].starts_with('A')) {
                continue;
            }
            let path = format!("/s/{forged}/l/{code}/poster.jpg").replace('é', "%C3%A9");
            assert_eq!(
                archive.get(&path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }
    // Written with percent signs it is the same address (RFC 3986 §2.3).
    let encoded: String = archive.grant.bytes().map(|b| format!("%{b:02X}")).collect();
    for (path, status) in [
        (format!("/s/{encoded}/l/{code}/poster.jpg"), StatusCode::OK),
        (archive.page(&encoded), StatusCode::OK),
        (
            format!("/s/{0}/s/{0}/l/{code}/poster.jpg", archive.grant),
            StatusCode::NOT_FOUND,
        ),
        (
            format!("/en/s/{0}/en/s/{0}/l/{code}", archive.grant),
            StatusCode::NOT_FOUND,
        ),
        (
            format!("/S/{}/l/{code}/poster.jpg", archive.grant),
            StatusCode::NOT_FOUND,
        ),
    ] {
        assert_eq!(archive.get(&path).await.status, status, "{path}");
    }
    let page = text(&archive.get(&archive.page(&encoded)).await);
    assert!(page.contains(&format!("/s/{}/l/{code}/", archive.grant)));
    assert!(!page.contains(&format!("/s/{encoded}/l/{code}/video")));
}

#[tokio::test]
async fn a_link_opens_nothing_but_the_lesson_as_it_is_shown_now() {
    let archive = Archive::new().await;
    let (grant, code) = (&archive.grant, archive.code);
    let replaced = {
        let data = archive.data.path().to_owned();
        let replaced = archive.write(move |c| {
            let crate::catalogue::Found::Lesson(lesson) = c.snapshot().find(code)? else {
                panic!("no lesson");
            };
            let before = lesson.source().unwrap().file.name.clone();
            let source = stored(&data, Role::Source, "mp4", "video/mp4", b"another edition");
            let footage = NewRecording {
                duration: Millis(10_000),
                size: Some((854, 480)),
                has_sound: true,
                playable: true,
                origin: None,
            };
            c.add_recording(lesson.id, &footage, &source)?;
            Ok(before)
        });
        replaced.await
    };
    let owner = archive.shows(Whoever::Owner, Shown::Cookie).await;
    let own = archive
        .ask(&Method::GET, &format!("/media/{replaced}"), &owner)
        .await;
    assert_eq!(own.status, StatusCode::OK);
    for path in [
        format!("/s/{grant}/media/{replaced}"),
        format!("/s/{grant}/media/hls/v{VIEW_FORMAT}/{replaced}/video.m3u8"),
        format!("/s/{grant}/l/{code}/qr.svg"),
        format!("/s/{grant}/l/{code}/history"),
        format!("/s/{grant}/embed/{code}"),
        format!("/en/s/{grant}/embed/{code}"),
        format!("/en/s/{grant}/teach/lessons/{code}"),
        format!("/s/{grant}/api/v1/lessons/{code}"),
        format!("/api/v1/lessons/{code}"),
        format!("/oembed?url=http://lessons.example/s/{grant}/l/{code}"),
        format!("/en/s/{grant}"),
        format!("/s/{grant}"),
    ] {
        let answer = archive.get(&path).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{path} {}",
            text(&answer)
        );
        assert!(!text(&answer).contains("Hidden"), "{path}");
    }
    for path in [
        archive.page(grant),
        format!("/s/{grant}/l/{code}/video.mp4"),
    ] {
        for method in [
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
            Method::OPTIONS,
        ] {
            let answer = archive
                .ask(&method, &path, &[("origin", ORIGIN.to_owned())])
                .await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn a_link_ends_at_its_second_and_says_so_without_a_title() {
    let archive = Archive::new().await;
    let key = KEY;
    let link = archive.app.catalogue.read(move |c| c.lesson_link(&key));
    let ends = link.await.unwrap().unwrap().ends;
    let before = UnixMillis(ends.0 - 1);
    for path in archive.held(&archive.grant) {
        let at = async |moment| archive.ask_at(moment, &Method::GET, &path, &[]).await;
        assert_eq!(at(before).await.status, StatusCode::OK, "{path}");
        for after in [ends, ends.after_seconds(1), ends.after_days(1000)] {
            let answer = at(after).await;
            assert_eq!(answer.status, StatusCode::GONE, "{path}");
            assert_eq!(
                answer.headers["cache-control"], "private, no-store",
                "{path}"
            );
            let said = text(&answer);
            // Nor with the name by which somebody signs in.
            for told in ["Owner", "Hidden"] {
                assert!(!said.contains(told), "{path}: {said}");
            }
        }
    }
    let said = text(
        &archive
            .ask_at(ends, &Method::GET, &archive.page(&archive.grant), &[])
            .await,
    );
    let day = crate::words::date_time(crate::words::Language::En, ends, &archive.app.zone);
    assert!(said.contains(&day), "{day}: {said}");
    archive.take_back().await;
    let gone = archive
        .ask_at(ends, &Method::GET, &archive.page(&archive.grant), &[])
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_follows_what_becomes_of_the_lesson() {
    let mut archive = Archive::new().await;
    let code = archive.code;
    let owner = archive.people[0].1;
    for visibility in ["unlisted", "public"] {
        archive.say(json!({"visibility": visibility})).await;
        // Whatever became of who made the link.
        archive.write(move |c| c.disable(None, owner)).await;
        for path in archive.held(&archive.grant) {
            let path = path.replace("?from", "?t=1&from");
            let answer = archive.get(&path).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{visibility} {path}");
            let there = path.replace(&format!("/s/{}", archive.grant), "");
            assert_eq!(answer.headers["location"], there.as_str());
            assert_eq!(answer.headers["cache-control"], "private, no-store");
            assert_eq!(archive.get(&there).await.status, StatusCode::OK, "{there}");
            let forged = path.replace(&archive.grant, &made_up(&archive.grant));
            assert_eq!(
                archive.get(&forged).await.status,
                StatusCode::NOT_FOUND,
                "{forged}"
            );
        }
    }
    archive.write(move |c| c.enable(None, owner)).await;
    let withdrawn = archive
        .app
        .at_desk(move |d| d.withdraw(&Author::CommandLine, code, "not so"));
    withdrawn.await.unwrap().unwrap();
    let gone = archive.get(&archive.page(&archive.grant)).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(text(&gone).contains("not so"));

    archive = Archive::new().await;
    let code = archive.code;
    let deleted = archive
        .app
        .at_desk(move |d| d.delete(&Author::CommandLine, code));
    deleted.await.unwrap().unwrap();
    for path in archive.held(&archive.grant) {
        assert_eq!(
            archive.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_link_leads_to_the_lesson_under_each_of_its_codes() {
    let archive = Archive::new().await;
    let alias = Code::from_number(77);
    let (code, grant) = (archive.code, &archive.grant);
    archive.write(move |c| c.add_alias(alias, code)).await;
    for written in [alias.to_string(), code.as_str().to_lowercase()] {
        let page = archive.get(&format!("/en/s/{grant}/l/{written}")).await;
        assert_eq!(page.status, StatusCode::OK, "{written}");
        assert!(text(&page).contains(&format!("/s/{grant}/l/{code}/")));
        let file = archive
            .get(&format!("/s/{grant}/l/{written}/video.mp4?q=240"))
            .await;
        assert_eq!(file.status, StatusCode::MOVED_PERMANENTLY, "{written}");
        let there = format!("/s/{grant}/l/{code}/video.mp4?q=240");
        assert_eq!(file.headers["location"], there.as_str());
        assert_eq!(file.headers["cache-control"], "private, no-store");
    }
}

#[tokio::test]
async fn a_link_counts_as_long_as_who_made_it_may_show_the_lesson() {
    let archive = Archive::new().await;
    let person = |who| archive.people.iter().find(|p| p.0 == who).unwrap().1;
    let (owner, editor) = (person(Whoever::Owner), person(Whoever::EditorOfIt));
    let edited = archive.link_to(archive.code, Some(editor)).await;
    let counts = async |grant: &str| archive.get(&archive.page(grant)).await.status;
    let (own, ok, nothing) = (
        archive.grant.as_str(),
        StatusCode::OK,
        StatusCode::NOT_FOUND,
    );
    assert_eq!((counts(own).await, counts(&edited).await), (ok, ok));
    archive.write(move |c| c.disable(None, owner)).await;
    assert_eq!((counts(own).await, counts(&edited).await), (nothing, ok));
    archive.write(move |c| c.enable(None, owner)).await;
    assert_eq!(counts(own).await, ok);
    let scope = |grade: &str| Scope {
        grade: Some(grade.into()),
        subject: None,
    };
    let narrow = scope("8");
    archive
        .write(move |c| c.set_scopes(None, editor, &[narrow]))
        .await;
    assert_eq!((counts(own).await, counts(&edited).await), (ok, nothing));
    let wide = scope("7");
    archive
        .write(move |c| c.set_scopes(None, editor, &[wide]))
        .await;
    assert_eq!(counts(&edited).await, ok);
    let code = archive.code;
    let given = archive
        .app
        .at_desk(move |d| d.remove_owner(&Author::CommandLine, code, "Owner"));
    given.await.unwrap().unwrap();
    assert_eq!((counts(own).await, counts(&edited).await), (nothing, ok));
}

#[tokio::test]
async fn without_a_language_a_link_leads_to_the_readers_own() {
    let archive = Archive::new().await;
    let path = format!("/s/{}/l/{}?t=2", archive.grant, archive.code);
    for (asks, language) in [("ru", "ru"), ("az", "az"), ("en-GB,en", "en")] {
        let headers = [("accept-language", asks.to_owned())];
        let led = archive.ask(&Method::GET, &path, &headers).await;
        assert_eq!(led.status, StatusCode::FOUND);
        assert_eq!(
            led.headers["location"],
            format!("/{language}{path}").as_str()
        );
        assert_eq!(led.headers["cache-control"], "private, no-store");
        assert_eq!(led.headers["referrer-policy"], "no-referrer");
    }
    let slash = archive
        .get(&format!("/en/s/{}/l/{}/", archive.grant, archive.code))
        .await;
    assert_eq!(
        slash.headers["location"],
        archive.page(&archive.grant).as_str()
    );
    assert_eq!(slash.headers["cache-control"], "private, no-store");
}
