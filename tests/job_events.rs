//! The queue as a page or a program with a token sees and steers it: by JSON, and by a stream of events.

use serde_json::{Value, json};
use teledars::catalogue::JobKind;

use crate::support::archive::Archive;
use crate::support::client::Client;
use crate::support::queue::Elsewhere;
use crate::support::samples;
use crate::support::server::Server;
use crate::support::teacher::Teacher;

/// A lesson of Aynur's with a recording, on a server that does no jobs itself.
struct Archived {
    archive: Archive,
    server: Server,
    aynur: Teacher,
    code: String,
}

impl Archived {
    fn new() -> Self {
        Self::with([])
    }

    fn with<const N: usize>(flags: [&str; N]) -> Self {
        let archive = Archive::empty();
        let server = Server::with(archive.data(), flags);
        let aynur = Teacher::of(&archive, "Aynur", "teacher");
        let code = recorded(&server, &aynur, "Kəsr");
        Self {
            archive,
            server,
            aynur,
            code,
        }
    }

    fn ask(&self, who: &Teacher, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let json = [("Content-Type", "application/json")];
        let (headers, body) = match body {
            Value::Null => (&json[..0], String::new()),
            body => (&json[..], body.to_string()),
        };
        let target = format!("/api/v1{path}");
        let answer = who.ask(
            &mut self.server.connect(),
            method,
            &target,
            headers,
            body.as_bytes(),
        );
        let answer = answer.unwrap();
        (answer.status, answer.json())
    }

    /// Opens a stream of events.
    #[track_caller]
    fn listen(&self, who: &Teacher, path: &str, headers: &[(&str, &str)]) -> Events {
        let mut client = self.server.connect();
        client.begin(
            "GET",
            &format!("/api/v1{path}"),
            &who.headers(headers),
            None,
        );
        Events::of(client)
    }
}

/// A draft with a recording: its code.
fn recorded(server: &Server, who: &Teacher, title: &str) -> String {
    let fields =
        json!({"title": title, "grades": ["7"], "subject": "mathematics", "section": "az"});
    let json = [("Content-Type", "application/json")];
    let body = fields.to_string();
    let made = who.ask(
        &mut server.connect(),
        "POST",
        "/api/v1/lessons",
        &json,
        body.as_bytes(),
    );
    let code = made.unwrap().json()["code"].as_str().unwrap().to_owned();
    let bytes = std::fs::read(samples::small_recording()).unwrap();
    let lesson = [("lesson", code.as_str()), ("filename", "a.mp4")];
    let upload = who.begin(server, bytes.len(), &lesson);
    assert_eq!(who.add(server, &upload, 0, &bytes).status, 204);
    assert_eq!(who.settled(server, &upload)["state"], "done");
    code
}

/// A stream of events (WHATWG HTML §9.2.6).
struct Events {
    client: Client,
    text: String,
}

#[derive(Debug)]
struct Event {
    id: String,
    name: String,
    data: Value,
}

impl Events {
    #[track_caller]
    fn of(mut client: Client) -> Self {
        let head = client.head().unwrap();
        assert_eq!(head.status, 200, "{head:?}");
        assert_eq!(head.header("content-type"), Some("text/event-stream"));
        assert_eq!(head.header("cache-control"), Some("no-store"));
        assert_eq!(head.header("content-encoding"), None);
        assert_eq!(head.header("x-accel-buffering"), Some("no"));
        let mut events = Self {
            client,
            text: String::new(),
        };
        assert_eq!(events.block().as_deref(), Some("retry: 5000"));
        events
    }

    /// The next block; `None`: the stream has ended in good order.
    fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let chunk = self.client.chunk().unwrap()?;
            self.text += std::str::from_utf8(&chunk).unwrap();
        }
    }

    /// The next event.
    fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.block()?;
            if block.starts_with(':') {
                continue;
            }
            let field = |name: &str| {
                let mut lines = block.lines();
                lines
                    .find_map(|l| l.strip_prefix(name)?.strip_prefix(": "))
                    .unwrap()
                    .to_owned()
            };
            return Some(Event {
                id: field("id"),
                name: field("event"),
                data: serde_json::from_str(&field("data")).unwrap(),
            });
        }
    }

    /// Events up to the first one as hoped.
    #[track_caller]
    fn until(&mut self, as_hoped: impl Fn(&Value) -> bool) -> Event {
        loop {
            let event = self.next().expect("the stream ends");
            if event.name == "job" && as_hoped(&event.data) {
                return event;
            }
        }
    }
}

#[test]
fn jobs_are_listed_steered_and_refused_by_the_api() {
    let a = Archived::new();
    let stranger = Teacher::of(&a.archive, "Rauf", "teacher");
    let (status, list) = a.ask(&a.aynur, "GET", "/jobs", &Value::Null);
    assert_eq!(status, 200);
    assert_eq!(list["jobs"].as_array().unwrap().len(), 1);
    let job = &list["jobs"][0];
    assert_eq!(
        (&job["kind"], &job["state"], &job["before"]),
        (&json!("probe"), &json!("queued"), &json!(0))
    );
    assert_eq!(job["lesson"], a.code.as_str());
    let path = format!("/jobs/{}", job["id"]);
    assert_eq!(
        a.ask(&a.aynur, "GET", &path, &Value::Null),
        (200, job.clone())
    );
    let of_lesson = format!("/lessons/{}/jobs", a.code);
    assert_eq!(
        a.ask(&a.aynur, "GET", &of_lesson, &Value::Null),
        (200, list.clone())
    );
    assert_eq!(
        a.ask(&stranger, "GET", "/jobs", &Value::Null).1["jobs"],
        json!([])
    );
    for (method, path) in [
        ("GET", path.clone()),
        ("POST", format!("{path}/cancel")),
        ("GET", format!("{path}/log")),
        ("GET", of_lesson.clone()),
        ("GET", "/jobs/first".into()),
        ("POST", "/jobs/99/retry".into()),
    ] {
        assert_eq!(
            a.ask(&stranger, method, &path, &Value::Null).0,
            404,
            "{path}"
        );
    }
    let (status, cancelled) = a.ask(&a.aynur, "POST", &format!("{path}/cancel"), &Value::Null);
    assert_eq!((status, &cancelled["state"]), (200, &json!("cancelled")));
    let (status, told) = a.ask(&a.aynur, "POST", &format!("{path}/cancel"), &Value::Null);
    assert_eq!(status, 409);
    assert_eq!(
        told["detail"],
        "this job was cancelled, so there is nothing to cancel; it can be made anew"
    );
    assert_eq!(
        a.ask(&a.aynur, "POST", &format!("{path}/retry"), &Value::Null)
            .0,
        200
    );
    let (status, told) = a.ask(&a.aynur, "POST", &of_lesson, &json!({"kinds": ["narow"]}));
    assert_eq!(status, 422);
    assert!(
        told["detail"]
            .as_str()
            .unwrap()
            .contains("\"narow\" is no kind of job"),
        "{told}"
    );
    assert_eq!(
        a.ask(&a.aynur, "POST", &of_lesson, &json!({"kind": []})).0,
        422
    );
    assert_eq!(
        a.ask(&a.aynur, "POST", &of_lesson, &json!({"kinds": ["narrow"]}))
            .0,
        409
    );
    assert_eq!(a.ask(&a.aynur, "POST", &of_lesson, &json!({})).0, 200);
    for (query, hint) in [
        ("state=runing", "running"),
        ("limit=0", "1 to 200"),
        ("limit=201", "1 to 200"),
        ("cursor=nowhere", "what next said"),
        ("sort=x", "sort"),
    ] {
        let (status, told) = a.ask(&a.aynur, "GET", &format!("/jobs?{query}"), &Value::Null);
        assert_eq!(status, 400, "{query}");
        assert!(
            told["detail"].as_str().unwrap().contains(hint),
            "{query}: {told}"
        );
    }
    recorded(&a.server, &a.aynur, "Kəsr 2");
    let (_, page) = a.ask(&a.aynur, "GET", "/jobs?limit=1&state=queued", &Value::Null);
    let next = page["next"].as_str().unwrap();
    let (_, last) = a.ask(
        &a.aynur,
        "GET",
        &format!("/jobs?limit=1&state=queued&cursor={next}"),
        &Value::Null,
    );
    assert_eq!(
        (last["jobs"].as_array().unwrap().len(), &last["next"]),
        (1, &Value::Null)
    );
    assert_ne!(last["jobs"][0]["id"], page["jobs"][0]["id"]);
}

#[test]
fn who_listens_hears_of_progress_and_turns_and_strangers_hear_nothing() {
    let a = Archived::new();
    let rauf = Teacher::of(&a.archive, "Rauf", "teacher");
    let second = recorded(&a.server, &rauf, "Tənlik");
    let elsewhere = Elsewhere::of(&a.archive);
    let compressed = [("Accept-Encoding", "gzip, br")];
    let mut of_lesson = a.listen(&rauf, &format!("/lessons/{second}/events"), &compressed);
    let first = of_lesson.next().unwrap();
    assert_eq!(
        (&first.data["state"], &first.data["before"]),
        (&json!("queued"), &json!(1))
    );
    let mut all = a.listen(&a.aynur, "/jobs/events", &[]);
    // What was queued lately is told at once, and nothing of others' drafts.
    assert_eq!(all.next().unwrap().data["lesson"], a.code.as_str());

    let probe = elsewhere.claims();
    elsewhere.reaches(&probe, 430);
    let running = all.until(|job| job["progress"] == 430);
    assert_eq!(
        (&running.data["state"], &running.data["worker"]),
        (&json!("running"), &json!("elsewhere"))
    );
    // Whoever waits moves up.
    let moved = of_lesson.until(|job| job["before"] == 0);
    assert_eq!(moved.data["lesson"], second.as_str());
    elsewhere.finishes(&probe, Some("{}"), &[JobKind::Narrow]);
    let done = all.until(|job| job["state"] == "done");
    // The other's job has begun, and is not told here.
    let other = elsewhere.claims();
    elsewhere.reaches(&other, 100);
    of_lesson.until(|job| job["progress"] == 100);
    let narrow = elsewhere.claims();
    elsewhere.reaches(&narrow, 10);
    let heard = all.until(|job| {
        assert_eq!(job["lesson"], a.code.as_str());
        job["progress"] == 10
    });
    assert!(heard.id.parse::<i64>().unwrap() >= done.id.parse::<i64>().unwrap());

    // Who comes back hears what they missed, from there on.
    drop(all);
    let mut again = a.listen(&a.aynur, "/jobs/events", &[("Last-Event-ID", &heard.id)]);
    let first = again.next().unwrap();
    assert_eq!(
        (&first.data["kind"], &first.data["progress"]),
        (&json!("narrow"), &json!(10))
    );
}

#[test]
fn a_stream_ends_with_the_right_to_it_and_with_the_server() {
    let a = Archived::new();
    let by_token = Teacher::of(&a.archive, "Murad", "editor");
    let mut editors = a.listen(&by_token, "/jobs/events", &[]);
    assert_eq!(editors.next().unwrap().name, "job");
    let mut owners = a.listen(&a.aynur, &format!("/lessons/{}/events", a.code), &[]);
    assert_eq!(owners.next().unwrap().name, "job");
    let tokens = a.archive.run(["token", "list"]).expect_code(0).stdout;
    let line = tokens.lines().find(|line| line.contains("Murad")).unwrap();
    let id = line.split_whitespace().next().unwrap();
    a.archive.run(["token", "revoke", id]).expect_code(0);
    // What was under way may still be told; then it is over, while the server runs on.
    while editors.next().is_some() {}
    // The lesson becomes somebody else's.
    a.archive
        .run(["lesson", "owner", &a.code, "remove", "Aynur"])
        .expect_code(0);
    while owners.next().is_some() {}
    let mut last = a.listen(&a.aynur, "/jobs/events", &[]);
    a.server.ask_to_stop();
    while last.next().is_some() {}
    let (status, _) = a.server.ended();
    assert!(status.success());
}

#[test]
fn streams_are_bounded_for_each_person_and_together() {
    let a = Archived::with([
        "--event-streams-per-person",
        "2",
        "--event-streams",
        "3",
        // The last loop asks as often as it can.
        "--api-requests-per-minute",
        "1000000",
    ]);
    let rauf = Teacher::of(&a.archive, "Rauf", "teacher");
    let _first = a.listen(&a.aynur, "/jobs/events", &[]);
    let second = a.listen(&a.aynur, &format!("/lessons/{}/events", a.code), &[]);
    let crowded = |who: &Teacher, setting: &str| {
        let answer = who.ask(
            &mut a.server.connect(),
            "GET",
            "/api/v1/jobs/events",
            &[],
            &[],
        );
        let answer = answer.unwrap();
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert_eq!(answer.header("retry-after"), Some("30"));
        assert!(answer.text().contains(setting), "{}", answer.text());
    };
    crowded(&a.aynur, "event_streams_per_person");
    let _third = a.listen(&rauf, "/jobs/events", &[]);
    crowded(&rauf, "(event_streams)");
    // Who leaves makes room, as soon as that is noticed.
    drop(second);
    loop {
        let mut client = a.server.connect();
        client.begin("GET", "/api/v1/jobs/events", &a.aynur.headers(&[]), None);
        let head = client.head().unwrap();
        if head.status == 200 {
            break;
        }
        assert_eq!(head.status, 503);
    }
}
