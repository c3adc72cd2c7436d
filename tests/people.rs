//! People from outside: the command line and a running server on the same archive.

use std::time::{Duration, Instant};

use crate::support::archive::{Archive, files_below};
use crate::support::client::Response;
use crate::support::server::Server;

const PASSWORD: &str = "a long password";

fn add(archive: &Archive, name: &str, role: &str) {
    let input = format!("{PASSWORD}\nsomething else\n");
    archive
        .run_reading(["user", "add", name, "--role", role], &input)
        .expect_code(0);
}

fn token(archive: &Archive, name: &str, role: &str) -> String {
    let made = archive.run(["token", "create", name, "--role", role]);
    let said = made.expect_code(0).stdout;
    assert_eq!(said.lines().count(), 1, "{said}");
    said.trim_end().to_owned()
}

fn sign_in(server: &Server, headers: &[(&str, &str)], user: &str, password: &str) -> Response {
    let form = format!("user={user}&password={}", password.replace(' ', "+"));
    let mut client = server.connect();
    client.post("/teach/sign-in", headers, &form).unwrap()
}

/// The cookie as a browser sends it back.
#[track_caller]
fn cookie(answer: &Response) -> String {
    let set = answer.header("set-cookie").expect("a cookie");
    set.split(';').next().unwrap().to_owned()
}

fn me(server: &Server, headers: &[(&str, &str)]) -> Response {
    server
        .connect()
        .request("GET", "/api/v1/me", headers)
        .unwrap()
}

/// Asks until `as_hoped`. What is promised is a second on an idle machine; a busy one is given more, but no hang.
#[track_caller]
fn within_a_second(what: &str, as_hoped: impl Fn() -> bool) {
    let began = Instant::now();
    while !as_hoped() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
    }
}

#[test]
fn the_first_start_gives_a_link_that_makes_the_administrator_once() {
    let archive = Archive::empty();
    let server = archive.serve();
    let line = server.next_line();
    let (_, link) = line.split_once(" at http://").unwrap();
    let (_, target) = link.split_once('/').unwrap();
    let (_, key) = target.split_once("?key=").unwrap();
    let page = server.get(&format!("/en/{target}"));
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let form = |password: &str| {
        let form = format!("key={key}&user=Leyla&password={password}&again={password}");
        let mut client = server.connect();
        client.post("/en/teach/welcome", &[], &form).unwrap()
    };
    assert_eq!(form("short").status, 400);
    let made = form("a+long+password");
    assert_eq!(made.status, 303, "{}", made.text());
    let session = cookie(&made);
    let who = me(&server, &[("Cookie", &session)]).json();
    assert_eq!(
        (&who["name"], &who["role"]),
        (&"Leyla".into(), &"admin".into())
    );
    // The log says who it was: themselves.
    let by_cookie = [("Cookie", session.as_str())];
    let log = server.connect().request("GET", "/en/teach/log", &by_cookie);
    let log = log.unwrap().text();
    assert!(log.contains("· Leyla</small><br>added a person"), "{log}");
    assert!(!log.contains("command line"), "{log}");
    // It worked once.
    assert_eq!(form("a+long+password").status, 410);
    assert_eq!(server.get(&format!("/en/{target}")).status, 410);
    server.ask_to_stop();
    let (_, more) = server.ended();
    assert_eq!(more, [""; 0]);
    // There is an administrator: no link any more.
    let again = archive.serve();
    again.ask_to_stop();
    let (_, more) = again.ended();
    assert_eq!(more, [""; 0]);
}

#[test]
fn a_sessions_cookie_is_for_http_alone_and_under_https_for_this_host_alone() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "teacher");
    let plain = archive.serve();
    let answer = sign_in(&plain, &[], "leyla", PASSWORD);
    assert_eq!(answer.status, 303);
    let set = answer.header("set-cookie").unwrap();
    let (pair, rest) = set.split_once(';').unwrap();
    assert!(pair.starts_with("session=") && pair.len() == "session=".len() + 64);
    assert_eq!(rest, " Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax");

    let secure = Server::with(archive.data(), ["--base-url", "https://lessons.example"]);
    let host = ("Host", "lessons.example");
    let answer = sign_in(&secure, &[host], "leyla", PASSWORD);
    let set = answer.header("set-cookie").unwrap();
    let (pair, rest) = set.split_once(';').unwrap();
    assert!(pair.starts_with("__Host-session="), "{pair}");
    assert_eq!(
        rest,
        " Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure"
    );
    assert_eq!(me(&secure, &[host, ("Cookie", pair)]).status, 200);
    // A cookie that another program of the host may have set does not count there.
    let planted = pair.replace("__Host-session", "session");
    assert_eq!(me(&secure, &[host, ("Cookie", &planted)]).status, 401);
}

#[test]
fn signing_in_begins_a_new_session_and_signing_out_ends_it_here_or_everywhere() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "teacher");
    let server = archive.serve();
    let origin = format!("http://{}", server.address());
    // A session that somebody else chose is none.
    let chosen = format!("session={}", "a".repeat(64));
    let from_us = ("Origin", origin.as_str());
    let first = cookie(&sign_in(
        &server,
        &[("Cookie", &chosen), from_us],
        "leyla",
        PASSWORD,
    ));
    assert_ne!(first, chosen);
    let second = cookie(&sign_in(&server, &[], "leyla", PASSWORD));
    let third = cookie(&sign_in(&server, &[], "leyla", PASSWORD));
    let status = |cookie: &str| me(&server, &[("Cookie", cookie)]).status;
    let post = |target: &str, cookie: &str| {
        let headers = [("Cookie", cookie), from_us];
        server.connect().post(target, &headers, "").unwrap()
    };
    assert_eq!((status(&first), status(&second)), (200, 200));
    let out = post("/en/teach/sign-out", &first);
    assert_eq!(
        (out.status, out.header("location")),
        (303, Some("/en/teach/sign-in"))
    );
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!((status(&first), status(&second)), (401, 200));
    post("/en/teach/sign-out-everywhere", &second);
    assert_eq!((status(&second), status(&third)), (401, 401));
}

#[test]
fn a_session_survives_a_restart_in_good_order_and_without_warning() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "teacher");
    let server = archive.serve();
    let session = cookie(&sign_in(&server, &[], "leyla", PASSWORD));
    let is_there = |server: &Server| me(server, &[("Cookie", &session)]).status == 200;
    assert!(is_there(&server));
    server.kill();
    let server = archive.serve();
    assert!(is_there(&server));
    server.ask_to_stop();
    server.ended();
    assert!(is_there(&archive.serve()));
}

#[test]
fn names_and_passwords_that_cannot_be_are_refused_in_few_words() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "teacher");
    let server = archive.serve();
    let long = "a".repeat(500_000);
    let refused = sign_in(&server, &[("Accept-Language", "en")], "leyla", &long);
    assert_eq!(refused.status, 400);
    assert!(
        refused.text().contains("at most 1000 bytes"),
        "{}",
        refused.text()
    );
    let refused = sign_in(&server, &[], &long, PASSWORD);
    assert_eq!(refused.status, 401);
    assert!(refused.body.len() < 10_000, "the name comes back whole");
    assert_eq!(
        sign_in(&server, &[], &long, &"b".repeat(600_000)).status,
        413
    );
    assert_eq!(sign_in(&server, &[], "leyla", PASSWORD).status, 303);
}

#[test]
fn desk_pages_do_not_say_that_no_account_is_needed() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "admin");
    let server = archive.serve();
    let session = cookie(&sign_in(&server, &[], "leyla", PASSWORD));
    let says = |target: &str| {
        let mut client = server.connect();
        let headers = [
            ("Cookie", session.as_str()),
            ("Accept", "text/html"),
            ("Accept-Language", "en"),
        ];
        let page = client.request("GET", target, &headers).unwrap().text();
        assert!(page.contains("</html>"), "{target}: {page}");
        page.contains("No account is needed")
    };
    for page in ["/en/", "/en/nothing"] {
        assert!(says(page), "{page}");
    }
    for page in [
        "/en/teach/",
        "/en/teach/account",
        "/en/teach/log",
        "/en/teach/nothing",
        "/teach/nothing",
    ] {
        assert!(!says(page), "{page}");
    }
}

#[test]
fn who_tries_too_often_is_told_when_to_come_back() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "teacher");
    let server = Server::with(archive.data(), ["--sign-in-attempts", "2"]);
    let wrong = sign_in(&server, &[], "leyla", "wrong");
    let unknown = sign_in(&server, &[], "nobody", "wrong");
    assert_eq!((wrong.status, unknown.status), (401, 401));
    assert_eq!(
        wrong.text().replace("leyla", ""),
        unknown.text().replace("nobody", "")
    );
    assert_eq!(wrong.header("set-cookie"), None);
    sign_in(&server, &[], "leyla", "wrong");
    let refused = sign_in(&server, &[], "leyla", PASSWORD);
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
}

#[test]
fn what_the_command_line_takes_away_a_running_server_refuses_within_a_second() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "editor");
    add(&archive, "Admin", "admin");
    let server = archive.serve();
    let status = |header: (&str, &str)| me(&server, &[header]).status;
    let bearer = format!("Bearer {}", token(&archive, "leyla", "teacher"));
    let by_token = ("Authorization", bearer.as_str());
    within_a_second("a new token", || status(by_token) == 200);
    assert_eq!(me(&server, &[by_token]).json()["role"], "teacher");
    archive.run(["token", "revoke", "1"]).expect_code(0);
    within_a_second("a revoked token", || status(by_token) == 401);
    let refused = me(&server, &[by_token]);
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );

    let session = cookie(&sign_in(&server, &[], "leyla", PASSWORD));
    let by_cookie = ("Cookie", session.as_str());
    assert_eq!(status(by_cookie), 200);
    archive
        .run(["user", "role", "leyla", "teacher"])
        .expect_code(0);
    within_a_second("another role", || {
        me(&server, &[by_cookie]).json()["role"] == "teacher"
    });
    archive
        .run_reading(["user", "password", "leyla"], "another password\n")
        .expect_code(0);
    within_a_second("another password", || status(by_cookie) == 401);
    assert_eq!(sign_in(&server, &[], "leyla", PASSWORD).status, 401);
    let session = cookie(&sign_in(&server, &[], "leyla", "another password"));
    archive.run(["user", "disable", "Leyla"]).expect_code(0);
    within_a_second("somebody shut out", || status(("Cookie", &session)) == 401);
    assert_eq!(
        sign_in(&server, &[], "leyla", "another password").status,
        401
    );
}

#[test]
fn no_secret_is_ever_written_in_clear() {
    let archive = Archive::empty();
    add(&archive, "Leyla", "admin");
    let token = token(&archive, "leyla", "admin");
    let server = archive.serve();
    let session = cookie(&sign_in(&server, &[], "leyla", PASSWORD));
    let origin = format!("http://{}", server.address());
    let headers = [("Cookie", session.as_str()), ("Origin", origin.as_str())];
    let made = server
        .connect()
        .post("/en/teach/people", &headers, "name=Murad&role=teacher")
        .unwrap();
    let page = made.text();
    let (_, link) = page.split_once("?key=").expect("a link");
    let secrets = [PASSWORD, &token, &token[4..], &session[8..], &link[..64]];
    let found =
        |bytes: &[u8], secret: &str| bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
    let mut looked_at = 0;
    for file in files_below(archive.data()) {
        let bytes = std::fs::read(&file).unwrap();
        looked_at += bytes.len();
        for secret in secrets {
            assert!(!found(&bytes, secret), "{secret} is in {}", file.display());
        }
    }
    // The catalogue was among them.
    assert!(looked_at > 10_000, "{looked_at}");
    for secret in secrets {
        assert!(!server.log().contains(secret), "{secret} is in the log");
    }
}

#[test]
fn a_slip_of_the_keyboard_is_told_what_would_be_right() {
    let archive = Archive::empty();
    let refused = archive.run(["user", "list"]).expect_code(1);
    assert!(
        refused.stderr.contains("there is no archive"),
        "{}",
        refused.stderr
    );
    add(&archive, "Leyla", "admin");
    add(&archive, "\u{18f}li", "editor");
    for (command, code, remedy) in [
        (
            &["user", "role", "leila", "teacher"][..],
            1,
            "did you mean Leyla?",
        ),
        (
            &["user", "role", "zzzzzz", "teacher"],
            1,
            "teledars user list",
        ),
        (&["user", "role", "leyla", "teachr"], 2, "teacher"),
        (&["user", "disable", "leyla"], 1, "the only administrator"),
        (
            &["user", "scope", "eli", "7/mathematcs"],
            1,
            "did you mean mathematics?",
        ),
        (&["user", "quota", "eli", "50 giga"], 2, "50GB"),
        (
            &["token", "create", "eli", "--role", "admin"],
            1,
            "teledars user role",
        ),
        (
            &["token", "create", "eli", "--role", "editor", "--days", "0"],
            2,
            "1",
        ),
        (&["token", "revoke", "99"], 1, "teledars token list"),
    ] {
        let refused = archive.run(command).expect_code(code);
        assert!(
            refused.stderr.contains(remedy),
            "{command:?}: {}",
            refused.stderr
        );
        assert_eq!(refused.stdout, "");
    }
    let taken = archive.run_reading(
        ["user", "add", "ELI", "--role", "editor"],
        "a long password\n",
    );
    assert!(taken.expect_code(1).stderr.contains("\u{18f}li"));
    let short = archive.run_reading(["user", "add", "Murad", "--role", "editor"], "short\n");
    assert!(short.expect_code(1).stderr.contains("at least 8"));
    archive
        .run(["user", "scope", "eli", "7/mathematics", "physics"])
        .expect_code(0);
    archive.run(["user", "quota", "eli", "50GB"]).expect_code(0);
    let list = archive.run(["user", "list"]).expect_code(0).stdout;
    assert_eq!(
        list,
        "\u{18f}li\teditor\tonly physics 7/mathematics, quota 50000000000 bytes\nLeyla\tadmin\n"
    );
}
