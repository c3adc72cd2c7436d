//! The rules of the house, executed: see "Who may name whom" and the invariants in ARCHITECTURE.md.
//!
//! Each check is a function of a tree of files, so that it can be seen to fail on a small one.

mod documents;
mod rules;
mod rust_text;
mod tree;

use rules::Rules;
use rust_text::parts;
use tree::Tree;

use crate::support::process;
use crate::support::samples::repository;

/// A file of the program has at most so many lines without its tests; more are asking to be two rooms.
const MOST_LINES: usize = 600;

#[track_caller]
fn expect_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn own_tree() -> Tree {
    Tree::read(repository())
}

#[test]
fn modules_name_only_whom_the_table_in_the_architecture_allows() {
    let tree = own_tree();
    let architecture = tree.text("ARCHITECTURE.md").unwrap_or_else(|| {
        panic!("ARCHITECTURE.md does not exist; this test reads its table | module | may name |")
    });
    let rules = Rules::parse(architecture).unwrap_or_else(|why| panic!("{why}"));
    expect_none(rules.broken_by(&tree));
}

#[test]
fn what_belongs_to_one_place_is_only_there() {
    expect_none(misplaced(&own_tree()));
}

#[test]
fn every_path_that_a_document_names_exists() {
    let exists = documents::exists_below(repository());
    expect_none(documents::missing_paths(&own_tree(), exists));
}

#[test]
fn every_route_is_described() {
    let openapi = process::run(["openapi"]).expect_code(0).stdout;
    expect_none(documents::undescribed_routes(&own_tree(), &openapi));
}

#[test]
fn no_room_is_too_long() {
    expect_none(too_long(&own_tree()));
}

#[test]
fn rooms_are_named_after_what_is_in_them() {
    expect_none(badly_named(&own_tree()));
}

#[test]
fn nothing_is_left_open() {
    expect_none(left_open(&own_tree()));
}

/// Something that may stand only in one place.
struct Belonging {
    what: &'static str,
    /// Begins the path of the files that may.
    only_in: &'static str,
    is_there: fn(code: &str, string: &str) -> bool,
}

const BELONGINGS: &[Belonging] = &[
    Belonging {
        what: "SQL",
        only_in: "src/catalogue/",
        is_there: |code, string| code.contains("rusqlite") || is_sql(string),
    },
    Belonging {
        what: "the start of a process",
        only_in: "src/processing/",
        is_there: |code, _| code.contains("Command::new"),
    },
    Belonging {
        what: "the time of day",
        only_in: "src/clock.rs",
        is_there: |code, _| {
            ["SystemTime::now", "Timestamp::now", "Zoned::now"]
                .iter()
                .any(|call| code.contains(call))
        },
    },
];

/// Whether `string` begins like a statement. Statements are written in capitals here.
fn is_sql(string: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "DELETE FROM ",
        "REPLACE INTO ",
        "WITH ",
        "PRAGMA ",
        "CREATE ",
        "DROP ",
        "ALTER ",
        "BEGIN IMMEDIATE",
        "ATTACH ",
        "VACUUM",
    ];
    let text = string.trim_start();
    BEGINNINGS
        .iter()
        .any(|beginning| text.starts_with(beginning))
}

/// What stands where it does not belong.
fn misplaced(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in tree.files("src/", ".rs") {
        let parts = parts(text);
        let lines = parts
            .code
            .lines()
            .enumerate()
            .map(|(n, code)| (n + 1, code, ""));
        let strings = parts
            .strings
            .iter()
            .map(|(line, string)| (*line, "", string.as_str()));
        let pieces: Vec<_> = lines.chain(strings).collect();
        // Tests may compare with what other programs say.
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
        let may = |b: &&Belonging| {
            path.starts_with(b.only_in) || (is_test && b.what == "the start of a process")
        };
        for belonging in BELONGINGS.iter().filter(|b| !may(b)) {
            let there = pieces
                .iter()
                .filter(|(_, code, string)| (belonging.is_there)(code, string));
            complaints.extend(there.map(|(line, ..)| {
                format!(
                    "{path}:{line}: {} belongs to {}",
                    belonging.what, belonging.only_in
                )
            }));
        }
    }
    complaints
}

/// Files of the program that are longer than a room should be.
fn too_long(tree: &Tree) -> Vec<String> {
    let rooms = tree
        .files("src/", ".rs")
        .filter(|(path, _)| !path.ends_with("/tests.rs"));
    let long = rooms.filter_map(|(path, text)| {
        let count = lines_without_tests(text);
        (count > MOST_LINES)
            .then(|| format!("{path}: {count} lines without its tests; at most {MOST_LINES}"))
    });
    long.collect()
}

/// Tests stand at the end of a file, in one module.
fn lines_without_tests(text: &str) -> usize {
    let tests = text.find("\n#[cfg(test)]\nmod ").filter(|at| {
        let module = text[at + 1..].lines().nth(1).unwrap_or_default();
        module.ends_with('{')
    });
    text[..tests.unwrap_or(text.len())].lines().count()
}

/// Files whose name says nothing.
fn badly_named(tree: &Tree) -> Vec<String> {
    let saying_nothing = ["util", "utils", "helper", "helpers", "common", "misc"];
    let paths = tree.0.iter().map(|(path, _)| path.as_str());
    let bad = paths.filter(|path| {
        let mut names = path
            .split('/')
            .map(|part| part.split('.').next().unwrap_or_default());
        names.any(|name| saying_nothing.contains(&name))
    });
    bad.map(|path| format!("{path}: name it after what is in it"))
        .collect()
}

/// Marks of work that was not finished.
fn left_open(tree: &Tree) -> Vec<String> {
    // In two pieces, so that this file has none.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
    ];
    let mut complaints = Vec::new();
    for (path, text) in &tree.0 {
        for (n, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                complaints.push(format!("{path}:{}: {}", n + 1, line.trim()));
            }
        }
    }
    complaints
}

#[test]
fn sql_processes_and_the_time_outside_their_places_are_complained_about() {
    let tree = Tree::of(&[
        (
            "src/catalogue/list.rs",
            "fn f() { sql(\"SELECT 1\"); rusqlite::x(); }",
        ),
        ("src/clock.rs", "fn now() { Timestamp::now() }"),
        (
            "src/processing/spawn.rs",
            "fn f() { Command::new(\"ffmpeg\") }",
        ),
        (
            "src/pages/grade.rs",
            "// SELECT, rusqlite\nfn f() {\n    g(\"SELECT title FROM lessons\");\n    Command::new(\"ls\");\n    SystemTime::now()\n}",
        ),
        (
            "src/pages/words.rs",
            "const A: &str = \"SELECTED; DELETE\"; const B: &str = \"the SELECT statement\";",
        ),
    ]);
    assert_eq!(
        misplaced(&tree),
        [
            "src/pages/grade.rs:3: SQL belongs to src/catalogue/",
            "src/pages/grade.rs:4: the start of a process belongs to src/processing/",
            "src/pages/grade.rs:5: the time of day belongs to src/clock.rs",
        ]
    );
}

#[test]
fn a_long_file_is_complained_about_unless_its_tests_make_it_long() {
    let long = "// a line\n".repeat(MOST_LINES + 1);
    let tested = format!(
        "{}\n#[cfg(test)]\nmod tests {{\n{long}}}\n",
        "// a line\n".repeat(9)
    );
    let tree = Tree::of(&[
        ("src/a.rs", &long),
        ("src/b.rs", &tested),
        ("src/c/tests.rs", &long),
    ]);
    assert_eq!(
        too_long(&tree),
        ["src/a.rs: 601 lines without its tests; at most 600"]
    );
}

#[test]
fn names_that_say_nothing_and_marks_of_open_work_are_complained_about() {
    let mark = format!("// {}: later\n", concat!("TO", "DO"));
    let tree = Tree::of(&[
        ("src/media/utils.rs", ""),
        ("web/common/x.ts", ""),
        ("src/a.rs", &mark),
        ("src/commonly.rs", ""),
    ]);
    assert_eq!(badly_named(&tree).len(), 2);
    assert_eq!(left_open(&tree).len(), 1);
}
