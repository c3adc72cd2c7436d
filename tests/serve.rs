//! Starting and stopping a server.

use std::io::Read;
use std::net::TcpStream;

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
    let archive = Archive::with_samples();
    let server = archive.serve();
    let lesson = a_watchable_lesson(&server);
    let video = server.get(&format!("/l/{lesson}/video.mp4"));
    assert_eq!(video.status, 200);

    // Ask for it again, with the connection's end announced, and take only the first byte of the answer:
    // the response is under way when the server is asked to stop.
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let request = format!(
        "GET /l/{lesson}/video.mp4 HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address()
    );
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut answer = vec![0];
    stream.read_exact(&mut answer).unwrap();
    server.ask_to_stop();
    stream.read_to_end(&mut answer).unwrap();
    assert!(
        answer.ends_with(&video.body),
        "{} bytes arrived of a body of {}",
        answer.len(),
        video.body.len()
    );
    let (status, _) = server.ended();
    assert_eq!(status.code(), Some(0));
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

/// The code of a lesson that has a recording.
pub fn a_watchable_lesson(server: &Server) -> String {
    let lessons = server.get("/api/v1/lessons?limit=200").json();
    let mut lessons = lessons["lessons"].as_array().unwrap().iter();
    let watchable = lessons.find(|lesson| !lesson["files"].as_array().unwrap().is_empty());
    watchable.unwrap()["code"].as_str().unwrap().to_owned()
}
