//! What was made goes out over a line that breaks: the server's side is scripted, so that every byte can be counted.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use super::client::Client;
use super::transfer::deliver;

/// A request's method and header fields, in lower case.
fn head(reader: &mut BufReader<TcpStream>) -> (String, Vec<String>) {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_ascii_lowercase()),
        }
    }
    let method = lines.remove(0);
    (method.split(' ').next().unwrap().to_owned(), lines)
}

fn field(lines: &[String], name: &str) -> u64 {
    let found = lines
        .iter()
        .find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found.unwrap().parse().unwrap()
}

/// Takes one file in over connections of which the first `breaks` end after `piece` bytes without an answer; what it
/// got, in order.
fn receive(listener: &TcpListener, breaks: usize, piece: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut broken = 0;
    loop {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (method, lines) = head(&mut reader);
        assert!(lines.contains(&"job-lease: lease".to_owned()), "{lines:?}");
        if method == "head" {
            let told = kept.len();
            write!(stream, "HTTP/1.1 200 OK\r\nUpload-Offset: {told}\r\n\r\n").unwrap();
            continue;
        }
        assert_eq!(method, "patch");
        assert_eq!(
            field(&lines, "upload-offset"),
            kept.len() as u64,
            "no byte twice, none left out"
        );
        let length = field(&lines, "content-length");
        if broken < breaks {
            broken += 1;
            reader.take(piece).read_to_end(&mut kept).unwrap();
            continue;
        }
        reader.take(length).read_to_end(&mut kept).unwrap();
        write!(
            stream,
            "HTTP/1.1 204 No Content\r\nUpload-Offset: {}\r\n\r\n",
            kept.len()
        )
        .unwrap();
        return kept;
    }
}

#[test]
fn what_was_made_goes_over_a_line_that_breaks_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let made: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let path = folder.path().join("made");
    std::fs::write(&path, &made).unwrap();
    for breaks in [0, 2] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::new(&server, "token", None, runtime.handle().clone()).unwrap();
        let received = std::thread::spawn(move || receive(&listener, breaks, 300_000));
        deliver(&client, "/there", "lease", &path, &|| false).unwrap();
        assert!(received.join().unwrap() == made, "with {breaks} breaks");
    }
}
