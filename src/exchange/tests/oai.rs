use super::*;

async fn ask(archive: &Archive, query: &str) -> Answer {
    let answer = archive.get(&format!("/oai?{query}")).await;
    assert_eq!(answer.status, 200, "{query}");
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    answer
}

#[tokio::test]
async fn the_archive_says_who_it_is_and_what_it_has() {
    let archive = archive();
    let none = ask(&archive, "verb=ListSets").await;
    none.shows(&["<error code=\"noSetHierarchy\">"]);
    archive.film(lesson("A")).await;
    ask(&archive, "verb=Identify").await.shows(&[
        "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"",
        "<request verb=\"Identify\">http://lessons.example/oai</request><Identify>\
         <repositoryName>Teledərs</repositoryName><baseURL>http://lessons.example/oai</baseURL>\
         <protocolVersion>2.0</protocolVersion><adminEmail>postmaster@lessons.example</adminEmail><earliestDatestamp>20",
        "<deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>",
    ]);
    ask(&archive, "verb=ListMetadataFormats").await.shows(&[
        "<metadataPrefix>oai_dc</metadataPrefix>",
        "<metadataNamespace>http://ltsc.ieee.org/xsd/LOM</metadataNamespace>",
    ]);
    ask(&archive, "verb=ListSets").await.shows(&[
        "<ListSets><set><setSpec>7</setSpec><setName>7-ci sinif</setName></set>\
         <set><setSpec>7:mathematics</setSpec><setName>7-ci sinif, Riyaziyyat</setName></set>\
         <set><setSpec>7:mathematics:az</setSpec>",
    ]);
}

#[tokio::test]
async fn whoever_looks_after_the_archive_can_be_set() {
    let archive = archive_with(ServeGiven {
        contact_email: Some("library@ders.example".into()),
        ..ServeGiven::default()
    });
    let identify = ask(&archive, "verb=Identify").await;
    identify.shows(&["<adminEmail>library@ders.example</adminEmail>"]);
    let podcast = archive.get("/feeds/video.rss").await;
    podcast.shows(&["<itunes:email>library@ders.example</itunes:email>"]);
}

#[tokio::test]
async fn a_record_says_what_a_lesson_is_in_both_formats() {
    let archive = archive();
    let code = archive.film(lesson("A & B\u{0}")).await;
    let id = format!("http://lessons.example/l/{code}");
    let record = ask(
        &archive,
        &format!("verb=GetRecord&identifier={id}&metadataPrefix=oai_dc"),
    )
    .await;
    record.shows(&[
        &format!("<header><identifier>{id}</identifier><datestamp>20"),
        "<setSpec>7</setSpec><setSpec>7:mathematics</setSpec><setSpec>7:mathematics:az</setSpec></header>",
        "<dc:title xml:lang=\"az\">A &amp; B\u{fffd}</dc:title><dc:creator>Aygün Əliyeva</dc:creator>",
        "<dc:type>MovingImage</dc:type><dc:format>video/mp4</dc:format><dc:format>PT20M</dc:format>",
        &format!("<dc:identifier>{id}</dc:identifier><dc:language>az</dc:language>"),
        "<dc:rights>CC-BY-4.0</dc:rights>",
    ]);
    let record = ask(
        &archive,
        &format!("verb=GetRecord&identifier={id}&metadataPrefix=oai_lom"),
    )
    .await;
    record.shows(&[
        "<lom xmlns=\"http://ltsc.ieee.org/xsd/LOM\"",
        "<title><string language=\"az\">A &amp; B\u{fffd}</string></title>",
        "<entity>BEGIN:VCARD\nVERSION:3.0\nN:Aygün Əliyeva\nFN:Aygün Əliyeva\nEND:VCARD</entity>",
        "<size>90000000</size>",
        "<duration><duration>PT20M</duration></duration>",
        "<source><string language=\"x-none\">az-2020</string></source><taxon><id>1.2.3</id></taxon>",
    ]);
}

#[tokio::test]
async fn a_list_goes_on_until_everything_was_told_once() {
    let archive = archive();
    let mut codes = Vec::new();
    for n in 0..203 {
        codes.push(archive.save(lesson(&format!("Lesson {n}"))).await.code);
    }
    let mut told = Vec::new();
    let mut query = "verb=ListIdentifiers&metadataPrefix=oai_dc&set=7%3Amathematics".to_owned();
    for (cursor, count) in [(0, 100), (100, 100), (200, 3)] {
        let page = ask(&archive, &query).await;
        let ids = page
            .text
            .split("<identifier>http://lessons.example/l/")
            .skip(1);
        let ids: Vec<Code> = ids.map(|id| id[..6].parse().unwrap()).collect();
        assert_eq!(ids.len(), count);
        told.extend(ids);
        page.shows(&[&format!("<resumptionToken cursor=\"{cursor}\"")]);
        page.lacks(&["<dc:title"]);
        let token = page.text.split("<resumptionToken cursor=").nth(1).unwrap();
        let token = token.split_once('>').unwrap().1.split('<').next().unwrap();
        assert!(token.len() < 100, "{token}");
        query = format!("verb=ListIdentifiers&resumptionToken={token}");
        if count < 100 {
            page.shows(&["<resumptionToken cursor=\"200\"/></ListIdentifiers>"]);
        } else {
            // It is of this verb alone, and stands alone.
            let other = query.replace("ListIdentifiers", "ListRecords");
            ask(&archive, &other)
                .await
                .shows(&["<error code=\"badResumptionToken\">"]);
            let more = format!("{query}&metadataPrefix=oai_dc");
            ask(&archive, &more)
                .await
                .shows(&["<error code=\"badArgument\">"]);
        }
    }
    codes.sort();
    told.sort();
    assert_eq!(told, codes);
}

#[tokio::test]
async fn what_is_not_listed_any_more_is_told_as_deleted_and_what_never_was_not_at_all() {
    let archive = archive();
    let kept = archive.film(lesson("Kept")).await;
    let withdrawn = archive.film(lesson("Withdrawn")).await;
    archive.withdraw(withdrawn).await;
    let unlisted = archive.film(as_is(Visibility::Unlisted, "Unlisted")).await;
    let draft = archive.film(as_is(Visibility::Draft, "Draft")).await;
    for prefix in ["oai_dc", "oai_lom"] {
        let records = ask(
            &archive,
            &format!("verb=ListRecords&metadataPrefix={prefix}"),
        )
        .await;
        records.shows(&[
            kept.as_str(),
            &format!("<record><header status=\"deleted\"><identifier>http://lessons.example/l/{withdrawn}</identifier>"),
        ]);
        records.lacks(&[
            "Withdrawn",
            unlisted.as_str(),
            draft.as_str(),
            "<resumptionToken",
        ]);
        assert_eq!(records.text.matches("<metadata>").count(), 1);
    }
    for (code, found) in [
        (kept, true),
        (withdrawn, true),
        (unlisted, false),
        (draft, false),
    ] {
        let id = format!("identifier=http://lessons.example/l/{code}");
        let record = ask(
            &archive,
            &format!("verb=GetRecord&metadataPrefix=oai_dc&{id}"),
        )
        .await;
        let formats = ask(&archive, &format!("verb=ListMetadataFormats&{id}")).await;
        for answer in [record, formats] {
            let unknown = answer.text.contains("<error code=\"idDoesNotExist\">");
            assert_eq!(unknown, !found, "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn every_mistake_has_its_code() {
    let archive = archive();
    let code = archive.film(lesson("A")).await;
    let draft = archive.save(as_is(Visibility::Draft, "Draft")).await.code;
    let id = format!("identifier=http://lessons.example/l/{code}");
    let dc = "metadataPrefix=oai_dc";
    for (query, expected) in [
        ("".to_owned(), "badVerb"),
        ("verb=".into(), "badVerb"),
        ("verb=identify".into(), "badVerb"),
        ("verb=Identify&verb=Identify".into(), "badVerb"),
        ("verb=%ff%fe&x=%zz".into(), "badVerb"),
        (format!("verb=Identify&{dc}"), "badArgument"),
        ("verb=ListRecords".into(), "badArgument"),
        (format!("verb=ListRecords&{dc}&{dc}"), "badArgument"),
        (format!("verb=ListRecords&{dc}&colour=red"), "badArgument"),
        (format!("verb=ListRecords&{dc}&from=2020"), "badArgument"),
        (
            format!("verb=ListRecords&{dc}&from=2020-02-30"),
            "badArgument",
        ),
        (
            format!("verb=ListRecords&{dc}&from=2020-01-01T00:00Z"),
            "badArgument",
        ),
        (
            format!("verb=ListRecords&{dc}&from=2020-01-01T00:00:00%2B04:00"),
            "badArgument",
        ),
        (
            format!("verb=ListRecords&{dc}&from=2020-01-01&until=2020-01-02T00:00:00Z"),
            "badArgument",
        ),
        (
            format!("verb=ListRecords&{dc}&from=2020-01-02&until=2020-01-01"),
            "badArgument",
        ),
        (format!("verb=ListRecords&{dc}&set="), "badArgument"),
        (format!("verb=ListRecords&{dc}&set=7:"), "badArgument"),
        (format!("verb=ListRecords&{dc}&set=7:a:b:c"), "badArgument"),
        (format!("verb=GetRecord&{id}"), "badArgument"),
        (format!("verb=GetRecord&{dc}"), "badArgument"),
        (format!("verb=GetRecord&{dc}&{id}&{id}"), "badArgument"),
        (
            format!("verb=GetRecord&{dc}&identifier=http://evil.example/l/{code}"),
            "idDoesNotExist",
        ),
        (
            format!("verb=GetRecord&{dc}&identifier={code}"),
            "idDoesNotExist",
        ),
        (
            format!("verb=GetRecord&{id}&metadataPrefix=marc"),
            "cannotDisseminateFormat",
        ),
        (
            "verb=ListRecords&metadataPrefix=marc".into(),
            "cannotDisseminateFormat",
        ),
        (
            format!("verb=ListRecords&{dc}&from=9999-01-01"),
            "noRecordsMatch",
        ),
        (
            format!("verb=ListRecords&{dc}&until=1999-12-31"),
            "noRecordsMatch",
        ),
        (format!("verb=ListRecords&{dc}&set=8"), "noRecordsMatch"),
        (
            format!("verb=ListRecords&{dc}&set=7:magic"),
            "noRecordsMatch",
        ),
        (
            "verb=ListSets&resumptionToken=x".into(),
            "badResumptionToken",
        ),
        (
            "verb=ListRecords&resumptionToken=".into(),
            "badResumptionToken",
        ),
        (
            "verb=ListRecords&resumptionToken=r/oai_dc/////1/222222/0".into(),
            "badResumptionToken",
        ),
        // Whether there is such a draft is told to nobody.
        (
            format!("verb=ListRecords&resumptionToken=r/oai_dc////1/{draft}/0"),
            "badResumptionToken",
        ),
        (
            format!("verb=ListRecords&resumptionToken={}", "r".repeat(10_000)),
            "badResumptionToken",
        ),
    ] {
        let answer = ask(&archive, &query).await;
        answer.shows(&[&format!("<error code=\"{expected}\">")]);
        let repeats = answer.text.contains("<request verb=");
        assert_eq!(
            repeats,
            !["badVerb", "badArgument"].contains(&expected),
            "{query}"
        );
    }
}

#[tokio::test]
async fn times_are_whole_days_or_seconds_and_both_ends_count() {
    let archive = archive();
    let code = archive.film(lesson("A")).await;
    let record = ask(&archive, "verb=ListIdentifiers&metadataPrefix=oai_dc").await;
    let stamp = record.text.split("<datestamp>").nth(1).unwrap()[..20].to_owned();
    let day = stamp[..10].to_owned();
    for (from, until) in [(&stamp, &stamp), (&day, &day)] {
        let query =
            format!("verb=ListIdentifiers&metadataPrefix=oai_lom&from={from}&until={until}");
        ask(&archive, &query).await.shows(&[code.as_str()]);
    }
}

#[tokio::test]
async fn arguments_may_come_in_the_content() {
    let archive = archive();
    archive.film(lesson("A")).await;
    let posted = archive
        .post("/oai", "verb=ListRecords&metadataPrefix=oai_dc")
        .await;
    posted.shows(&[
        "<request verb=\"ListRecords\" metadataPrefix=\"oai_dc\">",
        "<dc:title",
    ]);
    let request = Request::post("/oai")
        .header("content-type", "text/plain")
        .body(Body::from("verb=Identify"));
    assert_eq!(archive.answer(request.unwrap()).await.status, 415);
}
