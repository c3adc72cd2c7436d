//! `teledars platform`, from outside: what it prints, and what it says to each mistake.

use crate::support::archive::Archive;

const GOOD: [&str; 8] = [
    "--issuer",
    "https://school.example",
    "--client-id",
    "the client",
    "--authorization-url",
    "https://school.example/auth",
    "--jwks-url",
    "https://school.example/jwks",
];

fn add<'a>(name: &'a str, change: &[(&str, &'a str)]) -> Vec<&'a str> {
    let mut said = vec!["platform", "add", name];
    said.extend(GOOD);
    for (flag, value) in change {
        let at = said.iter().position(|s| s == flag).unwrap();
        said[at + 1] = value;
    }
    said
}

fn an_archive() -> Archive {
    let archive = Archive::empty();
    archive
        .run_reading(
            ["user", "add", "Leyla", "--role", "admin"],
            "a long password\n",
        )
        .expect_code(0);
    archive
}

#[test]
fn a_platform_is_added_listed_and_removed() {
    let archive = an_archive();
    assert_eq!(archive.run(["platform", "list"]).expect_code(0).stdout, "");
    archive.run(add("Məktəb 6", &[])).expect_code(0);
    let mut second = add("Other", &[("--client-id", "second")]);
    second.extend(["--deployment", "1", "--deployment", "b 2"]);
    archive.run(second).expect_code(0);
    let list = archive.run(["platform", "list"]).expect_code(0).stdout;
    assert_eq!(
        list,
        "1\tMəktəb 6\thttps://school.example\tthe client\tany deployment\n\
         2\tOther\thttps://school.example\tsecond\t1, b 2\n"
    );
    archive
        .run(["platform", "remove", "mekteb 6"])
        .expect_code(0);
    archive.run(["platform", "remove", "2"]).expect_code(0);
    assert_eq!(archive.run(["platform", "list"]).expect_code(0).stdout, "");
}

#[test]
fn each_mistake_is_named_with_its_remedy() {
    let archive = an_archive();
    archive.run(add("School", &[])).expect_code(0);
    let long = "x".repeat(256);
    let cases = [
        (
            add("school", &[("--client-id", "x")]),
            "there is a platform called \"School\" already",
        ),
        (
            add("Other", &[]),
            "is registered already, as \"School\"; remove that one first",
        ),
        (
            add(" ", &[("--client-id", "x")]),
            "the name \"\" is not 1 to 100 characters long",
        ),
        (
            add("a\u{7}", &[("--client-id", "x")]),
            "characters that cannot be seen",
        ),
        (
            add("Other", &[("--issuer", "school.example")]),
            "issuer = \"school.example\": it is no address; write https://",
        ),
        (
            add("Other", &[("--issuer", "http://school.example")]),
            "must begin with https://",
        ),
        (
            add("Other", &[("--jwks-url", "http://school.example/")]),
            "jwks-url = \"http://school.example/\": it must begin with https://",
        ),
        (
            add(
                "Other",
                &[("--authorization-url", "https://məktəb.example/")],
            ),
            "a host in Latin letters (xn--… for others)",
        ),
        (
            add("Other", &[("--client-id", "")]),
            "--client-id \"\" is not 1 to 255 characters long",
        ),
        (
            add("Other", &[("--client-id", " x")]),
            "--client-id \" x\" is not",
        ),
        (
            add("Other", &[("--client-id", &long)]),
            "is not 1 to 255 characters long",
        ),
        (
            add("Other", &[("--client-id", "a\tb")]),
            "the id \"a\\tb\" has characters that cannot be seen",
        ),
        (
            vec!["platform", "remove", "Shcool"],
            "there is no platform \"Shcool\"; did you mean School?",
        ),
        (
            vec!["platform", "remove", "77"],
            "there is no platform \"77\"; teledars platform list shows them",
        ),
    ];
    for (arguments, expected) in cases {
        let said = archive.run(&arguments).expect_code(1).stderr;
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let list = archive.run(["platform", "list"]).expect_code(0).stdout;
    assert_eq!(list.lines().count(), 1);
    let missing = archive.run(["platform", "add", "Other", "--issuer", "https://a.example"]);
    assert!(missing.expect_code(2).stderr.contains("--client-id <ID>"));
}

#[test]
fn an_invite_needs_the_public_address_and_tells_what_to_do_with_it() {
    let archive = an_archive();
    let said = archive.run(["platform", "invite"]).expect_code(2).stderr;
    assert!(
        said.contains("give --base-url https://lessons.example, or write base_url"),
        "{said}"
    );
    let said = archive
        .run(["platform", "invite", "--base-url", "lessons.example"])
        .expect_code(2);
    assert!(said.stderr.contains("base_url"), "{}", said.stderr);
    let said = archive.run([
        "platform",
        "invite",
        "--base-url",
        "https://Lessons.example/",
    ]);
    let said = said.expect_code(0).stdout;
    let key = said
        .lines()
        .next()
        .unwrap()
        .strip_prefix("https://lessons.example/lti/register/");
    assert_eq!(key.map(str::len), Some(64), "{said}");
    for expected in [
        "Moodle:",
        "Canvas:",
        "https://lessons.example/lti/jwks.json",
        "UTC",
    ] {
        assert!(said.contains(expected), "{said}");
    }
    std::fs::write(
        archive.data().join("teledars.toml"),
        "base_url = \"https://own.example\"\n",
    )
    .unwrap();
    let said = archive.run(["platform", "invite"]).expect_code(0).stdout;
    assert!(
        said.starts_with("https://own.example/lti/register/"),
        "{said}"
    );
}

#[test]
fn nothing_is_done_where_there_is_no_archive_and_a_renewed_key_is_told_by_its_name() {
    let nowhere = Archive::empty();
    let base = ["platform", "invite", "--base-url", "https://a.example"];
    for arguments in [
        &["platform", "list"][..],
        &["platform", "renew-key"],
        &base,
        &add("School", &[]),
    ] {
        let said = nowhere.run(arguments).expect_code(1).stderr;
        assert!(
            said.contains("there is no archive in"),
            "{arguments:?}: {said}"
        );
    }
    let archive = an_archive();
    let renew = || archive.run(["platform", "renew-key"]).expect_code(0).stdout;
    let (first, second) = (renew(), renew());
    assert!(
        first.contains(" is published, and signs in an hour") && first != second,
        "{first}{second}"
    );
    let leaked = archive.run(["platform", "renew-key", "--leaked"]);
    let said = leaked.expect_code(0).stdout;
    assert!(said.contains("no other key is published"), "{said}");
}
