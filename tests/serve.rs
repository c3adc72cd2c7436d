//! Starting and stopping a server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::archive::Archive;
use crate::support::samples;
use crate::support::server::Server;

#[test]
fn a_server_on_an_empty_folder_is_healthy_and_says_where_it_listens_first() {
    let archive = Archive::empty();
    // `Server::start` reads the address from the first line of standard output.
    let server = archive.serve();
    assert_ne!(server.address().port(), 0);
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_server_that_is_asked_to_stop_ends_with_success() {
    let server = Archive::empty().serve();
    assert_eq!(server.get("/healthz").status, 200);
    server.ask_to_stop();
    let (status, _) = server.ended();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_response_under_way_ends_before_the_server_stops() {
    let archive = Archive::empty();
    let recording = import_a_long_recording(&archive);
    let server = archive.serve();
    let media = media_of(&server);

    // A reader that has taken one byte and then takes no more for a while: the rest is more than the
    // kernel keeps for a connection, so the server is in the middle of the answer when it is asked to stop.
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let request = format!(
        "GET {media} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = vec![0];
    stream.read_exact(&mut answer).unwrap();
    server.ask_to_stop();
    // It has heard: nobody new is let in.
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(server.address()).is_ok() {
        assert!(Instant::now() < deadline, "it still lets readers in");
    }

    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    let head = answer
        .windows(4)
        .position(|end| end == b"\r\n\r\n")
        .unwrap()
        + 4;
    let whole = std::fs::read(recording.path().join("long.mp4")).unwrap();
    assert_eq!(answer.len() - head, whole.len());
    assert!(answer[head..] == whole, "the bytes differ");
    let (status, _) = server.ended();
    assert_eq!(status.code(), Some(0));
}

/// Imports, in place, a recording of some 48 MiB; gives the folder where it lies as `long.mp4`.
fn import_a_long_recording(archive: &Archive) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    samples::make_recording(&folder.path().join("long.mp4"), 48 << 20, "");
    let sheet = folder.path().join("sheet.csv");
    let row = "long.mp4,Long,7,mathematics,az,public";
    let text = format!("file,title,grades,subject,section,visibility\n{row}\n");
    std::fs::write(&sheet, text).unwrap();
    let import = ["import".as_ref(), "--in-place".as_ref(), sheet.as_os_str()];
    archive.run(import).expect_code(0);
    folder
}

/// The path of the only recording's bytes.
fn media_of(server: &Server) -> String {
    let lessons = server.get("/api/v1/lessons").json();
    let files = lessons["lessons"][0]["files"].as_array().unwrap();
    let source = files.iter().find(|file| file["role"] == "source").unwrap();
    let url = source["url"].as_str().unwrap();
    url[url.find("/media/").unwrap()..].to_owned()
}

#[test]
fn one_connection_answers_request_after_request() {
    let server = Archive::empty().serve();
    let mut client = server.connect();
    for _ in 0..3 {
        assert_eq!(client.request("GET", "/healthz", &[]).unwrap().status, 200);
    }
    // A client that has said all it wants still gets the last answer.
    let host = server.address();
    client
        .send(format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"))
        .unwrap();
    client.finish_sending().unwrap();
    assert_eq!(client.response_to("GET").unwrap().status, 200);
    assert!(client.is_closed());
}

#[test]
fn an_address_in_use_is_named_in_the_error() {
    let server = Archive::empty().serve();
    let taken = server.address().to_string();
    let second = Archive::empty().run(["serve", "--listen", &taken]);
    assert_eq!(second.code(), 1);
    assert!(second.stderr.contains(&taken), "{}", second.stderr);
}

#[test]
fn what_is_imported_while_the_server_runs_can_be_read_at_once() {
    let archive = Archive::empty();
    let server = archive.serve();
    archive.import(&samples::sheet()).expect_code(0);
    let lessons = server.get("/api/v1/lessons?limit=200").json();
    let listed = lessons["lessons"].as_array().unwrap().len();
    let public = samples::lessons()
        .iter()
        .filter(|row| row.get("visibility").is_some_and(|v| v == "public"))
        .count();
    assert_eq!(listed, public);
}

#[test]
fn the_access_log_is_on_standard_error_in_the_format_of_the_other_log_and_can_be_switched_off() {
    let archive = Archive::empty();
    let text = Server::start(archive.data());
    text.get("/healthz?q=secret");
    let logged = text.log_until(" path=\"/healthz\" ");
    assert!(!logged.contains("secret"), "{logged}");
    drop(text);
    let json = Server::with(archive.data(), ["--log-format", "json"]);
    json.get("/healthz");
    let logged = json.log_until("/healthz");
    let line = logged
        .lines()
        .find(|line| line.contains("/healthz"))
        .unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["target"], "access");
    assert_eq!(line["fields"]["status"], 200);
    drop(json);
    let silent = Server::with(archive.data(), ["--log", "info,access=off"]);
    silent.get("/healthz");
    silent.ask_to_stop();
    // The end of the program writes what waits.
    let logged = silent.log_until(" stopped ");
    assert!(!logged.contains("/healthz"), "{logged}");
}
