//! Bodies of requests: how long, how slow, and whether the answer arrives all the same.

use super::*;

const PROBLEM: Option<&str> = Some("application/problem+json");

#[tokio::test]
async fn a_body_over_the_limit_is_413_and_the_client_that_sends_it_all_reads_so() {
    let server = running(Limits::default()).await;
    let length = 8 * 1024 * 1024;
    let request = format!(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{}",
        "x".repeat(length)
    );
    let answer = server.say(&request).await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert_eq!(header(&answer, "content-type"), PROBLEM);
    assert_eq!(header(&answer, "connection"), Some("close"));

    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000)).repeat(20);
    let request = format!(
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n"
    );
    let answer = server.say(&request).await;
    assert_eq!(status(&answer), 413, "{answer}");
}

#[tokio::test]
async fn a_body_that_is_announced_too_long_is_not_invited() {
    let server = running(Limits::default()).await;
    let head = |path: &str, length: u32| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    let mut socket = server.connect().await;
    socket
        .write_all(head("/echo", 2_000_000).as_bytes())
        .await
        .unwrap();
    assert_eq!(status(&one_answer(&mut socket).await), 413);

    let mut socket = server.connect().await;
    socket.write_all(head("/echo", 2).as_bytes()).await.unwrap();
    assert_eq!(status(&one_answer(&mut socket).await), 100);
    socket.write_all(b"hi").await.unwrap();
    assert!(one_answer(&mut socket).await.ends_with("hi"));
}

#[tokio::test]
async fn a_route_may_accept_more() {
    let server = running(Limits::default()).await;
    let length = 3 * 1024 * 1024;
    let request = format!(
        "POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{}",
        "x".repeat(length)
    );
    let answer = server.say(&request).await;
    assert!(answer.ends_with("\r\n\r\n3145728"), "{answer}");
}

#[tokio::test]
async fn a_body_on_get_is_allowed_and_bounded_as_any_other() {
    let server = running(Limits::default()).await;
    let with_body = |length: usize| {
        format!(
            "GET /length HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{}",
            "x".repeat(length)
        )
    };
    assert!(server.say(&with_body(3)).await.ends_with("\r\n\r\n3"));
    assert_eq!(status(&server.say(&with_body(2_000_000)).await), 413);
}

#[tokio::test]
async fn a_body_that_stops_coming_is_408_on_every_route() {
    let limits = Limits {
        body_stall: SHORT,
        ..Limits::default()
    };
    let server = running(limits).await;
    for path in ["/echo", "/upload"] {
        let request = format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
        let mut socket = server.connect().await;
        socket.write_all(request.as_bytes()).await.unwrap();
        let answer = one_answer(&mut socket).await;
        assert_eq!(status(&answer), 408, "{answer}");
        assert_eq!(header(&answer, "content-type"), PROBLEM);
        assert_eq!(header(&answer, "connection"), Some("close"));
        assert_eq!(to_end(&mut socket).await, "");
    }
}

#[tokio::test]
async fn an_answer_that_did_not_wait_for_the_body_arrives_whole() {
    let server = running(Limits::default()).await;
    let length = 8 * 1024 * 1024;
    let request = format!(
        "POST /deaf HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{}",
        "x".repeat(length)
    );
    let answer = server.say(&request).await;
    assert!(answer.ends_with("not read"), "{answer}");
}

#[tokio::test]
async fn a_client_that_sends_for_ever_after_its_answer_is_not_heard_for_ever() {
    let limits = Limits {
        linger: SHORT,
        ..Limits::default()
    };
    let server = running(limits).await;
    let mut socket = server.connect().await;
    let head = "POST /deaf HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let flood = async {
        let some = [0; 65_536];
        while socket.write_all(&some).await.is_ok() {}
    };
    timeout(BOUND, flood)
        .await
        .expect("the server listens still");
}
