//! The desk as a program with a token uses it: the whole life of a lesson, and everything that is refused.

use serde_json::{Value, json};

use crate::support::archive::{Archive, files_below};
use crate::support::client::Response;
use crate::support::samples;
use crate::support::server::Server;
use crate::support::teacher::Teacher;

struct Desk {
    archive: Archive,
    server: Server,
    teacher: Teacher,
}

impl Desk {
    fn new() -> Self {
        let archive = Archive::empty();
        let server = archive.serve();
        Self {
            teacher: Teacher::of(&archive, "Aynur", "teacher"),
            server,
            archive,
        }
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        self.ask_as(&self.teacher, method, path, headers, body)
    }

    fn ask_as(
        &self,
        who: &Teacher,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let target = format!("/api/v1{path}");
        let client = &mut self.server.connect();
        who.ask(client, method, &target, headers, body).unwrap()
    }

    fn say(&self, method: &str, path: &str, fields: &Value) -> Response {
        let json = [("Content-Type", "application/json")];
        self.ask(method, path, &json, fields.to_string().as_bytes())
    }

    /// A draft with a recording.
    fn recorded(&self, fields: &Value) -> String {
        let made = self.say("POST", "/lessons", fields);
        assert_eq!(made.status, 201, "{}", made.text());
        let code = made.json()["code"].as_str().unwrap().to_owned();
        self.upload(&code, &std::fs::read(samples::small_recording()).unwrap());
        code
    }

    fn upload(&self, code: &str, bytes: &[u8]) {
        let lesson = [("lesson", code), ("filename", "a.mp4")];
        let upload = self.teacher.begin(&self.server, bytes.len(), &lesson);
        let added = self.teacher.add(&self.server, &upload, 0, bytes);
        assert_eq!(added.status, 204, "{}", added.text());
        let told = self.teacher.settled(&self.server, &upload);
        assert_eq!(told["state"], "done", "{told}");
    }

    fn lesson(&self, code: &str) -> Value {
        let told = self.ask("GET", &format!("/desk/lessons/{code}"), &[], &[]);
        assert_eq!(told.status, 200, "{}", told.text());
        assert_eq!(told.header("cache-control"), Some("private, no-store"));
        told.json()
    }
}

fn first() -> Value {
    json!({
        "title": "Kəsrlərin toplanması", "grades": ["5"], "subject": "mathematics", "section": "az",
        "programme": "Teledərs", "lesson_number": 7, "teachers": ["Müəllim; birinci"],
    })
}

#[test]
fn a_lesson_from_its_beginning_to_its_withdrawal() {
    let desk = Desk::new();
    let code = desk.recorded(&first());
    let page = format!("/az/l/{code}");
    assert_eq!(desk.server.get(&page).status, 404, "a draft");

    let edited = desk.say(
        "PATCH",
        &format!("/lessons/{code}"),
        &json!({"topic": "<script>alert(1)</script>", "chapters": ["00:00 Giriş", "00:01 Misal"], "visibility": "public"}),
    );
    assert_eq!(edited.status, 200, "{}", edited.text());
    let edited = edited.json();
    assert_eq!(edited["stands"], "public");
    assert_eq!(edited["teachers"], json!(["Müəllim; birinci"]), "stays");
    assert_eq!(edited["published"], true);
    let seen = desk.server.get(&page);
    assert_eq!(seen.status, 200);
    assert!(!seen.text().contains("<script>alert"), "{}", seen.text());
    assert!(seen.text().contains("Giriş"));

    // It was published: never a draft again, and never deleted.
    let hidden = desk.say(
        "PATCH",
        &format!("/lessons/{code}"),
        &json!({"visibility": "draft"}),
    );
    assert_eq!(hidden.status, 409, "{}", hidden.text());
    let deleted = desk.ask("DELETE", &format!("/lessons/{code}"), &[], &[]);
    assert_eq!(deleted.status, 409, "{}", deleted.text());

    let withdrawal = format!("/lessons/{code}/withdrawal");
    let mute = desk.say("PUT", &withdrawal, &json!({"reason": "  "}));
    assert_eq!(mute.status, 422, "{}", mute.text());
    let reason = "Bu dərs köhnəlib: <b>yenisi</b> var.";
    let taken = desk.say("PUT", &withdrawal, &json!({"reason": reason}));
    assert_eq!(
        (taken.status, &taken.json()["stands"]),
        (200, &json!("withdrawn"))
    );
    let gone = desk.server.get(&page);
    assert_eq!(gone.status, 410);
    assert!(gone.text().contains("Bu dərs köhnəlib"), "{}", gone.text());
    assert!(!gone.text().contains("<b>yenisi"));
    assert_eq!(desk.server.get(&format!("/l/{code}/video.mp4")).status, 410);
    assert_eq!(
        desk.say("PUT", &withdrawal, &json!({"reason": "x"})).status,
        409
    );
    // Its teacher sees it all the same, and puts it back.
    assert_eq!(desk.lesson(&code)["withdrawn"], reason);
    assert_eq!(desk.ask("DELETE", &withdrawal, &[], &[]).status, 200);
    assert_eq!(desk.server.get(&page).status, 200);

    let history = desk
        .ask("GET", &format!("/lessons/{code}/history"), &[], &[])
        .json();
    let actions: Vec<&str> = history["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "reinstated",
            "withdrawn",
            "published",
            "recording",
            "created"
        ]
    );
    assert_eq!(history["changes"][0]["by"], "Aynur");

    // The next lesson begins as the last one ended.
    let next = desk
        .say("POST", "/lessons", &json!({"title": "Kəsrlərin çıxılması"}))
        .json();
    assert_eq!(
        (&next["grades"], &next["lesson_number"]),
        (&json!(["5"]), &json!(8))
    );
    assert_eq!(
        (&next["programme"], &next["topic"]),
        (&json!("Teledərs"), &Value::Null)
    );
    desk.archive.expect_sound();
}

#[test]
fn whoever_saw_another_state_does_not_change_it() {
    let desk = Desk::new();
    let code = desk.recorded(&first());
    let path = format!("/lessons/{code}");
    let version = desk.lesson(&code)["version"].as_str().unwrap().to_owned();
    let change = |version: &str, title: &str| {
        let headers = [
            ("Content-Type", "application/merge-patch+json"),
            ("If-Match", version),
        ];
        let body = json!({"title": title}).to_string();
        desk.ask("PATCH", &path, &headers, body.as_bytes())
    };
    let done = change(&version, "Birinci");
    assert_eq!(done.status, 200);
    let told = done.header("etag").unwrap().to_owned();
    assert_ne!(told, version);
    let refused = change(&version, "İkinci");
    assert_eq!(refused.status, 412);
    assert!(
        refused
            .text()
            .contains("Aynur changed this lesson meanwhile"),
        "{}",
        refused.text()
    );
    assert_eq!(desk.lesson(&code)["title"], "Birinci");
    assert_eq!(change(&told, "İkinci").status, 200);
    assert_eq!(change("*", "Üçüncü").status, 200);
    for nonsense in ["1", "\"x\"", "W/\"1\"", "\"1\", \"2\""] {
        assert_eq!(change(nonsense, "Dördüncü").status, 412, "{nonsense}");
    }

    // What was done can be undone, and that as well.
    let undo = |number: usize| {
        let history = desk.ask("GET", &format!("{path}/history"), &[], &[]).json();
        let id = &history["changes"][number]["id"];
        desk.ask("POST", &format!("{path}/history/{id}/undo"), &[], &[])
    };
    assert_eq!(undo(0).json()["title"], "İkinci");
    assert_eq!(undo(0).json()["title"], "Üçüncü");
    let late = undo(3);
    assert_eq!(late.status, 409);
    assert!(
        late.text().contains("title changed again since"),
        "{}",
        late.text()
    );
}

#[test]
fn captions_and_attachments_come_and_go() {
    let desk = Desk::new();
    let made = desk.say("POST", "/lessons", &first()).json();
    let path = format!("/lessons/{}", made["code"].as_str().unwrap());
    let early = desk.ask(
        "PUT",
        &format!("{path}/captions/az"),
        &[],
        b"WEBVTT\n\n00:00.000 --> 00:01.000\nSalam\n",
    );
    assert_eq!(early.status, 409, "{}", early.text());
    assert!(early.text().contains("upload it first"));

    let code = desk.recorded(&first());
    let path = format!("/lessons/{code}");
    let put = |query: &str, text: &str| {
        desk.ask(
            "PUT",
            &format!("{path}/captions/az{query}"),
            &[],
            text.as_bytes(),
        )
    };
    let vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\nSalam <script>x</script>\n\n01:00:00.000 --> 01:00:01.000\nSon\n";
    let looked = put("?dry_run=true", vtt);
    assert_eq!(looked.status, 200, "{}", looked.text());
    assert_eq!(looked.json()["cues"][0]["text"], "Salam x");
    assert!(
        looked
            .text()
            .contains("1 cue begins after the recording has ended"),
        "{}",
        looked.text()
    );
    let served = format!("/l/{code}/captions/az.vtt");
    let own = |target: &str| {
        let client = &mut desk.server.connect();
        desk.teacher.ask(client, "GET", target, &[], &[]).unwrap()
    };
    assert_eq!(own(&served).status, 404, "only looked at");
    assert_eq!(put("", vtt).status, 200);
    assert!(own(&served).text().contains("Salam"));
    assert!(!own(&served).text().contains("script"));
    let srt = "1\n00:00:00,000 --> 00:00:01,000\nİkinci\n";
    assert_eq!(put("", srt).status, 200);
    assert!(own(&served).text().contains("İkinci"));
    for (language, status) in [("english", 422), ("AZ", 200), ("az-Latn", 200)] {
        let answer = desk.ask(
            "PUT",
            &format!("{path}/captions/{language}"),
            &[],
            vtt.as_bytes(),
        );
        assert_eq!(answer.status, status, "{language}: {}", answer.text());
    }
    for (what, body, status) in [
        ("nothing", Vec::new(), 400),
        ("no captions", b"MZ\x90\0\x03".to_vec(), 422),
        ("too large", vec![b'a'; (5 << 20) + 1], 413),
    ] {
        // A body even where there is nothing in it.
        let target = format!("/api/v1{path}/captions/az");
        let headers = desk.teacher.headers(&[]);
        let answer = desk
            .server
            .connect()
            .send_body("PUT", &target, &headers, &body);
        let answer = answer.unwrap();
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
    }
    let bomb = desk.ask(
        "PUT",
        &format!("{path}/captions/az"),
        &[("Content-Encoding", "gzip")],
        b"\x1f\x8b\x08\0",
    );
    assert_eq!(bomb.status, 415, "{}", bomb.text());
    assert!(
        own(&served).text().contains("Salam"),
        "what was there stays"
    );

    let add = |name: &str, body: &[u8]| {
        desk.ask(
            "POST",
            &format!("{path}/attachments?name={name}"),
            &[],
            body,
        )
    };
    let added = add(
        "i%C5%9F%20v%C9%99r%C9%99qi.html",
        b"<script>alert(1)</script>",
    );
    assert_eq!(added.status, 201, "{}", added.text());
    let file = added.json()["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["role"] == "attachment")
        .unwrap()
        .clone();
    assert_eq!(file["mime"], "application/octet-stream");
    let url = file["url"].as_str().unwrap();
    let media = &url[url.find("/media/").unwrap()..];
    let sent = own(media);
    assert_eq!(sent.body, b"<script>alert(1)</script>");
    assert!(
        sent.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    assert_eq!(sent.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(desk.server.get(media).status, 404, "a draft's");
    let name = media.rsplit('/').next().unwrap();
    let attachment = format!("{path}/attachments/{name}");
    assert_eq!(desk.ask("DELETE", &attachment, &[], &[]).status, 200);
    assert_eq!(desk.ask("DELETE", &attachment, &[], &[]).status, 404);
    desk.archive.expect_sound();
}

#[test]
fn attachments_that_stall_keep_no_student_waiting() {
    let desk = Desk::new();
    let code = desk.recorded(&first());
    desk.say(
        "PATCH",
        &format!("/lessons/{code}"),
        &json!({"visibility": "public"}),
    );
    let target = format!("/api/v1/lessons/{code}/attachments?name=a.bin");
    let head = [("Expect", "100-continue")];
    // Far more than the server has threads for.
    let stalled: Vec<_> = (0..300)
        .map(|_| {
            let mut client = desk.server.connect();
            client.begin(
                "POST",
                &target,
                &desk.teacher.headers(&head),
                Some("100000"),
            );
            let awaited = client.is_awaited().unwrap();
            (client, awaited)
        })
        .collect();
    let (waiting, refused): (Vec<_>, Vec<_>) = stalled.into_iter().partition(|(_, a)| *a);
    assert_eq!((waiting.len(), refused.len()), (32, 268));
    for (mut client, _) in refused {
        let told = client.response_to("POST").unwrap();
        assert_eq!(told.status, 503, "{}", told.text());
        assert_eq!(told.header("retry-after"), Some("60"));
    }
    let video = desk.server.get(&format!("/l/{code}/video.mp4"));
    assert_eq!(video.status, 200);
    desk.lesson(&code);
}

#[test]
fn a_recording_is_replaced_shown_again_and_pruned_and_a_draft_goes_with_its_bytes() {
    let desk = Desk::new();
    let code = desk.recorded(&first());
    let path = format!("/lessons/{code}");
    let original = desk.teacher.recording(&desk.server, &code);
    let second = desk.archive.data().join("second.mp4");
    samples::make_recording(&second, 64, "second edition");
    let second = std::fs::read(&second).unwrap();
    desk.upload(&code, &second);
    assert_eq!(desk.teacher.recording(&desk.server, &code), second);
    let editions = desk
        .ask("GET", &format!("{path}/editions"), &[], &[])
        .json();
    assert_eq!(editions["editions"].as_array().unwrap().len(), 2);
    assert_eq!(editions["editions"][0]["current"], true);
    assert_eq!(
        desk.ask("PUT", &format!("{path}/editions/1/current"), &[], &[])
            .status,
        200
    );
    assert_eq!(desk.teacher.recording(&desk.server, &code), original);
    assert_eq!(
        desk.ask("PUT", &format!("{path}/editions/9/current"), &[], &[])
            .status,
        404
    );

    let admin = Teacher::of(&desk.archive, "Nigar", "admin");
    let prune = |who: &Teacher, edition: u32| {
        desk.ask_as(
            who,
            "DELETE",
            &format!("{path}/editions/{edition}"),
            &[],
            &[],
        )
    };
    assert_eq!(prune(&desk.teacher, 2).status, 403);
    assert_eq!(prune(&admin, 1).status, 409, "the one that is shown");
    let pruned = prune(&admin, 2);
    assert_eq!(
        (pruned.status, &pruned.json()["bytes"]),
        (200, &json!(second.len()))
    );
    assert_eq!(
        desk.ask("PUT", &format!("{path}/editions/2/current"), &[], &[])
            .status,
        409
    );
    let me = desk.ask("GET", "/me", &[], &[]).json();
    assert_eq!(
        (&me["used"], me["quota"].is_u64()),
        (&json!(original.len()), true)
    );
    let log = desk.ask_as(&admin, "GET", "/log", &[], &[]).json();
    let latest = &log["entries"][0];
    assert_eq!(
        (&latest["action"], &latest["by"], &latest["lesson"]),
        (&json!("pruned"), &json!("Nigar"), &json!(code))
    );
    assert_eq!(desk.ask("GET", "/log", &[], &[]).status, 403);
    let disk = desk.ask_as(&admin, "GET", "/disk", &[], &[]).json();
    assert_eq!(disk["people"][0]["bytes"], original.len());
    desk.archive.expect_sound();

    assert_eq!(desk.ask("DELETE", &path, &[], &[]).status, 204);
    let left = files_below(&desk.archive.data().join("files"));
    assert_eq!(left, [""; 0].map(std::path::PathBuf::from));
    assert_eq!(desk.server.get(&format!("/l/{code}")).status, 302);
    assert_eq!(
        desk.server.get(&format!("/az/l/{code}")).status,
        404,
        "to others it never was"
    );
    desk.archive.expect_sound();
}

#[test]
fn an_administrator_gives_lessons_away_and_prunes_everything_at_once() {
    let desk = Desk::new();
    let code = desk.recorded(&first());
    let original = desk.teacher.recording(&desk.server, &code);
    let second = desk.archive.data().join("second.mp4");
    samples::make_recording(&second, 64, "second edition");
    desk.upload(&code, &std::fs::read(&second).unwrap());
    let admin = Teacher::of(&desk.archive, "Nigar", "admin");
    let other = Teacher::of(&desk.archive, "Kamran", "teacher");
    let as_admin = |method: &str, path: &str| desk.ask_as(&admin, method, path, &[], &[]);

    let owner = |name: &str| format!("/lessons/{code}/owners/{name}");
    let edited_by_other = || {
        let lesson = desk.ask_as(&other, "GET", &format!("/desk/lessons/{code}"), &[], &[]);
        lesson.json()["may"]
            .as_array()
            .is_some_and(|may| may.contains(&json!("edit")))
    };
    assert!(!edited_by_other());
    assert_eq!(desk.ask("PUT", &owner("Kamran"), &[], &[]).status, 403);
    let given = as_admin("PUT", &owner("kamran"));
    assert_eq!(
        (
            given.status,
            given.json()["owners"].as_array().unwrap().len()
        ),
        (200, 2)
    );
    assert!(edited_by_other());
    assert_eq!(as_admin("PUT", &owner("nobody")).status, 422);
    assert_eq!(as_admin("DELETE", &owner("Kamran")).status, 200);
    assert_eq!(
        as_admin("DELETE", &owner("Kamran")).status,
        404,
        "not theirs"
    );
    assert!(!edited_by_other());

    assert_eq!(desk.ask("POST", "/disk/prune", &[], &[]).status, 403);
    let freed = as_admin("POST", "/disk/prune");
    assert_eq!(
        freed.json(),
        json!({"lessons": 1, "bytes": original.len(), "free": true})
    );
    assert_eq!(as_admin("POST", "/disk/prune").json()["lessons"], 0);
    desk.archive.expect_sound();
}

#[test]
fn many_lessons_at_once_by_a_sheet() {
    let desk = Desk::new();
    for (number, title) in [(1, "Bir"), (2, "İki")] {
        let mut fields = first();
        fields["title"] = title.into();
        fields["lesson_number"] = number.into();
        assert_eq!(desk.say("POST", "/lessons", &fields).status, 201);
    }
    let sheet = desk.ask("GET", "/sheet", &[], &[]);
    assert_eq!(
        sheet.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    let text = sheet.text();
    assert!(
        text.starts_with('\u{feff}') && !text.contains("file"),
        "{text}"
    );
    let apply = |query: &str, text: &str| {
        desk.ask(
            "POST",
            &format!("/sheet{query}"),
            &[("Content-Type", "text/csv")],
            text.as_bytes(),
        )
    };
    let fates = |answer: &Response| -> Vec<String> {
        assert_eq!(answer.status, 200, "{}", answer.text());
        let rows = answer.json()["rows"].as_array().unwrap().clone();
        rows.iter()
            .map(|r| r["fate"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        fates(&apply("?dry_run=true", &text)),
        ["unchanged", "unchanged"]
    );

    let edited = text.replace("İki", "İkinci");
    let others = Teacher::of(&desk.archive, "Rəşad", "teacher");
    let stolen = desk.ask_as(
        &others,
        "POST",
        "/sheet?dry_run=true",
        &[("Content-Type", "text/csv")],
        edited.as_bytes(),
    );
    assert_eq!(fates(&stolen), ["refused", "refused"]);
    assert!(
        stolen.text().contains("is no lesson that you may change"),
        "{}",
        stolen.text()
    );

    let looked = apply("?dry_run=true", &edited);
    assert_eq!(fates(&looked), ["unchanged", "changed"]);
    let change = &looked.json()["rows"][1]["changes"][0];
    assert_eq!(
        change,
        &json!({"field": "title", "before": "İki", "after": "İkinci"})
    );
    let digest = looked.json()["digest"].as_str().unwrap().to_owned();
    let done = apply(&format!("?digest={digest}"), &edited);
    assert_eq!(fates(&done), ["unchanged", "changed"]);
    let again = apply(&format!("?digest={digest}"), &edited);
    assert_eq!(again.status, 412, "{}", again.text());

    let more = "title;grades;subject;section;file\nÜç;5;mathematics;az;\n;5;mathematics;az;\nDörd;5;mathematics;az;/etc/passwd\n";
    let answer = apply("", more);
    assert_eq!(fates(&answer), ["new", "refused", "refused"]);
    assert_eq!(answer.json()["rows"][1]["errors"][0]["field"], "title");
    assert_eq!(answer.json()["rows"][2]["errors"][0]["field"], "file");
    // The same sheet again makes no lesson twice.
    assert_eq!(fates(&apply("", more))[0], "unchanged");
    let list = desk.ask("GET", "/desk/lessons?whose=own", &[], &[]).json();
    assert_eq!(list["lessons"].as_array().unwrap().len(), 3);
    assert_eq!(apply("", "no sheet").status, 422);
    assert_eq!(apply("", &"x".repeat((4 << 20) + 1)).status, 413);
    desk.archive.expect_sound();
}

#[test]
fn what_is_wrong_is_told_value_by_value_and_changes_nothing() {
    let desk = Desk::new();
    let code = desk.recorded(&first());
    let before = desk.lesson(&code);
    let path = format!("/lessons/{code}");
    let wrong = desk.say(
        "PATCH",
        &path,
        &json!({"title": "", "lesson_number": -1, "grades": ["99"], "source_url": "javascript:alert(1)", "topic": "yes"}),
    );
    assert_eq!(wrong.status, 422);
    assert_eq!(
        wrong.header("content-type"),
        Some("application/problem+json")
    );
    let errors = wrong.json()["errors"].as_array().unwrap().clone();
    let fields: Vec<&str> = errors
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["title", "grades", "lesson_number", "source_url"]);
    assert!(
        errors
            .iter()
            .all(|e| !e["remedy"].as_str().unwrap().is_empty())
    );
    for (body, status) in [
        (&b"{"[..], 400),
        (b"[]", 422),
        (b"{\"title\": {\"a\": 1}}", 422),
        (b"{\"code\": \"AAAAAA\"}", 422),
        (b"{\"captions\": [\"az:/etc/passwd\"]}", 422),
        (b"{\"title\": \"a\\u0000b\"}", 422),
    ] {
        let answer = desk.ask(
            "PATCH",
            &path,
            &[("Content-Type", "application/json")],
            body,
        );
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let long = desk.say("PATCH", &path, &json!({"title": "ə".repeat(301)}));
    assert!(
        long.text().contains("has 301 characters; at most 300"),
        "{}",
        long.text()
    );
    let other = Teacher::of(&desk.archive, "Rəşad", "teacher");
    let hidden = desk.ask_as(
        &other,
        "PATCH",
        &path,
        &[("Content-Type", "application/json")],
        b"{}",
    );
    assert_eq!(hidden.status, 404);
    // Its hash may have come meanwhile.
    let now = desk.lesson(&code);
    assert_eq!(
        (&now["version"], &now["title"]),
        (&before["version"], &before["title"])
    );
}

#[test]
fn a_program_makes_links_to_a_draft_and_takes_them_back() {
    let desk = Desk::new();
    let about =
        json!({"title": "Gizli", "grades": ["7"], "subject": "mathematics", "section": "az"});
    let made = desk.say("POST", "/lessons", &about);
    let code = made.json()["code"].as_str().unwrap().to_owned();
    let links = format!("/lessons/{code}/links");
    let may = &desk.lesson(&code)["may"];
    assert!(may.as_array().unwrap().contains(&json!("share")), "{may}");
    let made = desk.say("POST", &links, &json!({"days": 400, "note": "for 7b"}));
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("cache-control"), Some("private, no-store"));
    let link = made.json();
    assert_eq!(link["counts"], "yes");
    assert_eq!(
        (&link["made_by"], &link["note"]),
        (&json!("Aynur"), &json!("for 7b"))
    );
    let usual = desk.say("POST", &links, &json!({})).json();
    let listed = desk.ask("GET", &links, &[], &[]).json();
    assert_eq!(listed["links"], json!([usual, link]));
    let url = link["url"].as_str().unwrap();
    let path = &url[url.find("/s/").unwrap()..];
    assert_eq!(desk.server.get(&format!("/en{path}")).status, 200);
    for wrong in [
        json!({"days": 0}),
        json!({"days": 401}),
        json!({"days": -1}),
        json!({"days": "2"}),
        json!({"note": "a\nb"}),
        json!({"note": "ə".repeat(201)}),
        json!({"for": "7b"}),
    ] {
        let refused = desk.say("POST", &links, &wrong);
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
    }
    let rauf = Teacher::of(&desk.archive, "Rauf", "teacher");
    let id = link["id"].as_i64().unwrap();
    let one = format!("{links}/{id}");
    let json = [("Content-Type", "application/json")];
    for (method, path) in [("GET", &links), ("POST", &links), ("DELETE", &one)] {
        let refused = desk.ask_as(&rauf, method, path, &json, b"{\"days\": 0}");
        assert_eq!(refused.status, 404, "{method} {path}: {}", refused.text());
    }
    assert_eq!(desk.ask("DELETE", &one, &[], &[]).status, 204);
    assert_eq!(desk.ask("DELETE", &one, &[], &[]).status, 404);
    assert_eq!(desk.server.get(&format!("/en{path}")).status, 404);
    let listed = desk.ask("GET", &links, &[], &[]).json();
    assert_eq!(listed["links"], json!([usual]));
    let public = desk.say(
        "PATCH",
        &format!("/lessons/{code}"),
        &json!({"visibility": "public"}),
    );
    assert_eq!(public.status, 200, "{}", public.text());
    let refused = desk.say("POST", &links, &json!({}));
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("no draft"), "{}", refused.text());
}
