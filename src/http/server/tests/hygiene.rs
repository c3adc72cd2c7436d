//! Which requests are refused before any route, by whom, and whether the connection survives.

use super::*;

/// What comes back for one request that does not ask to close: the status, and whether a second
/// request on the connection is answered.
async fn answered(server: &Running, request: &str) -> (u16, bool) {
    let both = format!("{request}{}", closing_get("/second"));
    let answers = server.say(&both).await;
    let statuses: Vec<u16> = answers
        .split("HTTP/1.")
        .skip(1)
        .map(|answer| answer[2..5].parse().unwrap())
        .collect();
    assert!(
        statuses.len() <= 2,
        "{request:?} was read as more than one request: {answers}"
    );
    (
        statuses.first().copied().unwrap_or(0),
        statuses.get(1) == Some(&404),
    )
}

const OPEN: bool = true;
const CLOSED: bool = false;

#[tokio::test]
async fn requests_that_two_readers_may_read_differently_are_refused() {
    let server = running(Limits::default()).await;
    for (request, expected) in [
        // Host (RFC 9112 §3.2): by us.
        ("GET / HTTP/1.1\r\n\r\n", (400, CLOSED)),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            (400, CLOSED),
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            (400, CLOSED),
        ),
        ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", (400, CLOSED)),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", (400, CLOSED)),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", (400, CLOSED)),
        ("GET http://a/ HTTP/1.1\r\n\r\n", (400, CLOSED)),
        ("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", (400, CLOSED)),
        ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", (200, OPEN)),
        (
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            (200, OPEN),
        ),
        ("GET / HTTP/1.0\r\n\r\n", (200, CLOSED)),
        // Methods that nothing here implements: by us. Unknown ones are the app's business.
        ("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", (501, CLOSED)),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", (405, OPEN)),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", (405, OPEN)),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", (405, OPEN)),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", (204, OPEN)),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", (400, CLOSED)),
        // Syntax: by hyper.
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", (400, CLOSED)),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
            (400, CLOSED),
        ),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", (400, CLOSED)),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
            (400, CLOSED),
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
            (400, CLOSED),
        ),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
            (400, CLOSED),
        ),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", (400, CLOSED)),
        ("GET / x HTTP/1.1\r\nHost: a\r\n\r\n", (400, CLOSED)),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", (400, CLOSED)),
        ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", (400, CLOSED)),
        ("GET /\r\n\r\n", (400, CLOSED)),
        ("GET nothing HTTP/1.1\r\nHost: a\r\n\r\n", (400, CLOSED)),
        // A bare LF may end a line (RFC 9112 §2.2), and empty lines before a request are skipped.
        ("GET / HTTP/1.1\nHost: a\n\n", (200, OPEN)),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", (200, OPEN)),
    ] {
        assert_eq!(answered(&server, request).await, expected, "{request:?}");
    }
}

#[tokio::test]
async fn where_a_body_ends_is_never_a_matter_of_opinion() {
    let server = running(Limits::default()).await;
    for (fields, body, expected) in [
        ("Content-Length: 2", "hi", (200, OPEN)),
        ("Content-Length: 2\r\nContent-Length: 2", "hi", (200, OPEN)),
        (
            "Content-Length: 2\r\nContent-Length: 3",
            "hi",
            (400, CLOSED),
        ),
        ("Content-Length: 2, 2", "hi", (400, CLOSED)),
        ("Content-Length: +2", "hi", (400, CLOSED)),
        ("Content-Length: -2", "hi", (400, CLOSED)),
        ("Content-Length: 0x2", "hi", (400, CLOSED)),
        ("Content-Length: 18446744073709551616", "hi", (400, CLOSED)),
        ("Content-Length:", "hi", (400, CLOSED)),
        (
            "Transfer-Encoding: chunked",
            "2\r\nhi\r\n0\r\n\r\n",
            (200, OPEN),
        ),
        ("Transfer-Encoding: gzip", "hi", (400, CLOSED)),
        (
            "Transfer-Encoding: chunked, identity",
            "0\r\n\r\n",
            (400, CLOSED),
        ),
        ("Transfer-Encoding: xchunked", "0\r\n\r\n", (400, CLOSED)),
        ("Transfer-Encoding : chunked", "0\r\n\r\n", (400, CLOSED)),
        // With both, Transfer-Encoding counts and the connection ends (RFC 9112 §6.1), so that
        // nothing hidden behind the body is taken for a request.
        (
            "Content-Length: 99\r\nTransfer-Encoding: chunked",
            "2\r\nhi\r\n0\r\n\r\n",
            (200, CLOSED),
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 3",
            "2\r\nhi\r\n0\r\n\r\n",
            (200, CLOSED),
        ),
        // Broken chunks.
        (
            "Transfer-Encoding: chunked",
            "zz\r\nhi\r\n0\r\n\r\n",
            (400, CLOSED),
        ),
        (
            "Transfer-Encoding: chunked",
            "-2\r\nhi\r\n0\r\n\r\n",
            (400, CLOSED),
        ),
        (
            "Transfer-Encoding: chunked",
            "2\r\nhixx\r\n0\r\n\r\n",
            (400, CLOSED),
        ),
        (
            "Transfer-Encoding: chunked",
            "11111111111111111\r\nhi\r\n0\r\n\r\n",
            (400, CLOSED),
        ),
    ] {
        let request = format!("POST /echo HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}");
        assert_eq!(answered(&server, &request).await, expected, "{request:?}");
    }
    let old = "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(answered(&server, old).await, (400, CLOSED));
}

#[tokio::test]
async fn an_upgrade_that_nobody_offers_is_ignored() {
    let server = running(Limits::default()).await;
    let upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n\
                   Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
    assert_eq!(answered(&server, upgrade).await, (200, OPEN));
}
