//! "Who may name whom", as the table of ARCHITECTURE.md says.

use std::collections::{BTreeMap, BTreeSet};

use super::rust_text::{Named, parts, paths};
use super::tree::Tree;

/// What anybody may name.
const FOR_ALL: &str = "(all may name them)";
/// Modules that are neither domains nor surfaces.
const SHELL: &[&str] = &[
    "units", "clock", "words", "config", "http", "app", "routes", "cli",
];
/// What readers and machines see; "the surfaces" of the table.
const SURFACES: &[&str] = &["delivery", "pages", "api", "exchange"];

/// The table: for each module what it may name.
#[derive(Debug, Default)]
pub struct Rules {
    allowed: BTreeMap<String, BTreeSet<String>>,
    /// Modules whose names may be used of which only error types.
    errors_of: BTreeMap<String, BTreeSet<String>>,
}

impl Rules {
    /// Reads the table whose header is `| module | may name |`.
    pub fn parse(architecture: &str) -> Result<Self, String> {
        let rows = rows(architecture)?;
        let modules: BTreeSet<&str> = rows
            .iter()
            .flat_map(|(names, _)| names.iter().copied())
            .collect();
        let domains = || {
            modules
                .iter()
                .filter(|m| !SHELL.contains(m) && !SURFACES.contains(m))
        };
        let mut free: Vec<&str> = Vec::new();
        let mut rules = Self::default();
        for (names, may) in &rows {
            if may.contains(FOR_ALL) {
                free.extend(names);
            }
            let (mut allowed, mut errors) = (BTreeSet::new(), BTreeSet::new());
            for word in words(may) {
                match word.as_str() {
                    "–" | "-" => {}
                    "the domains" | "any domain" => {
                        allowed.extend(domains().map(|d| (*d).to_owned()))
                    }
                    "the surfaces" => allowed.extend(
                        SURFACES
                            .iter()
                            .filter(|s| modules.contains(*s))
                            .map(|s| (*s).to_owned()),
                    ),
                    "the domains' error types" => errors.extend(domains().map(|d| (*d).to_owned())),
                    module if modules.contains(module) => {
                        allowed.insert(module.to_owned());
                    }
                    unknown => {
                        return Err(format!(
                            "the table allows {unknown:?}, which is no module of it"
                        ));
                    }
                }
            }
            for name in names {
                rules.allowed.insert((*name).to_owned(), allowed.clone());
                rules.errors_of.insert((*name).to_owned(), errors.clone());
            }
        }
        for allowed in rules.allowed.values_mut() {
            allowed.extend(free.iter().map(|f| (*f).to_owned()));
        }
        Ok(rules)
    }

    /// What names a module that it may not, and modules that the table forgot or invented.
    pub fn broken_by(&self, tree: &Tree) -> Vec<String> {
        let mut broken = Vec::new();
        let mut seen = BTreeSet::new();
        for (path, text) in tree.files("src/", ".rs") {
            let Some(own) = module_of(path) else { continue };
            seen.insert(own.to_owned());
            let Some(allowed) = self.allowed.get(own) else {
                broken.push(format!(
                    "{path}: the table of ARCHITECTURE.md has no module {own}"
                ));
                continue;
            };
            // A module's tests may set up whatever it works with.
            if path.contains("/tests/") || path.ends_with("/tests.rs") {
                continue;
            }
            let code = parts(text).code;
            for named in self.named_modules(path, &code) {
                let other = &named.path[0];
                let place = format!("{path}:{}", named.line);
                if other == own || allowed.contains(other) {
                    continue;
                }
                if self.errors_of[own].contains(other) {
                    if !only_errors(&named.path, &code) {
                        broken.push(format!(
                            "{place}: {own} may name only error types of {other}"
                        ));
                    }
                    continue;
                }
                broken.push(format!("{place}: {own} may not name {other}"));
            }
        }
        for module in self.allowed.keys().filter(|m| !seen.contains(*m)) {
            broken.push(format!("ARCHITECTURE.md: there is no module {module}"));
        }
        broken
    }

    /// The paths of `code` that begin with a module of the table.
    fn named_modules(&self, path: &str, code: &str) -> Vec<Named> {
        let mut named = paths(code, "crate::");
        // A file that is a module of the crate itself reaches the others by `super::`, too.
        if path.matches('/').count() == 1
            || path.ends_with("/mod.rs") && path.matches('/').count() == 2
        {
            named.extend(paths(code, "super::"));
        }
        named.retain(|n| n.path.first().is_some_and(|m| self.allowed.contains_key(m)));
        named
    }
}

/// The table's rows: the modules of each, and what stands beside them.
fn rows(architecture: &str) -> Result<Vec<(Vec<&str>, &str)>, String> {
    let mut lines = architecture
        .lines()
        .skip_while(|line| cells(line) != Some(("module", "may name")));
    if lines.next().is_none() {
        return Err("ARCHITECTURE.md has no table with the header | module | may name |".into());
    }
    // The line of dashes.
    lines.next();
    let mut rows = Vec::new();
    for line in lines.map_while(|line| line.starts_with('|').then_some(line)) {
        let (modules, may) =
            cells(line).ok_or_else(|| format!("not a row of two cells: {line}"))?;
        rows.push((
            modules
                .split(',')
                .map(|m| m.trim().trim_matches('`'))
                .collect(),
            may,
        ));
    }
    Ok(rows)
}

fn cells(line: &str) -> Option<(&str, &str)> {
    let (left, right) = line
        .strip_prefix('|')?
        .trim_end()
        .strip_suffix('|')?
        .split_once('|')?;
    Some((left.trim(), right.trim()))
}

/// The words of a cell; what is in parentheses or after a semicolon explains and does not allow.
fn words(cell: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut depth = 0;
    for c in cell.split(';').next().unwrap_or_default().chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let words = plain.replace(" and ", ",");
    let words = words
        .split(',')
        .map(|w| w.trim().trim_matches('`').to_owned());
    words.filter(|w| !w.is_empty()).collect()
}

/// The module of the crate that `src/…` belongs to; `None` for the crate's two roots.
fn module_of(path: &str) -> Option<&str> {
    let path = path.strip_prefix("src/")?;
    match path.split_once('/') {
        Some((folder, _)) => Some(folder),
        None => path
            .strip_suffix(".rs")
            .filter(|name| !["lib", "main"].contains(name)),
    }
}

/// Whether `path` is an error type, or a module of which `code` uses nothing but error types.
fn only_errors(path: &[String], code: &str) -> bool {
    let error = |name: &String| name.ends_with("Error");
    if let [module] = path {
        let mut used = paths(code, &format!("{module}::"));
        used.retain(|n| !n.path.is_empty());
        return !used.is_empty() && used.iter().all(|n| n.path.iter().any(error));
    }
    path.iter().any(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "Words before.\n\n| module | may name |\n|---|---|\n\
        | units | – (all may name them) |\n| mp4 | – |\n| media | mp4 (its index) |\n\
        | http | the domains' error types |\n| pages, api | the domains, http; never each other |\n\
        | routes | the surfaces and http |\n\nWords after.\n";

    fn broken(files: &[(&str, &str)]) -> Vec<String> {
        let rules = Rules::parse(TABLE).unwrap();
        let mut all = vec![
            ("src/units.rs", ""),
            ("src/mp4.rs", ""),
            ("src/media.rs", ""),
            ("src/http.rs", ""),
            ("src/pages.rs", ""),
            ("src/api.rs", ""),
            ("src/routes.rs", ""),
            ("src/lib.rs", "use crate::api;"),
        ];
        all.extend(files);
        rules.broken_by(&Tree::of(&all))
    }

    #[test]
    fn what_the_table_allows_is_not_complained_about() {
        let none: [String; 0] = [];
        assert_eq!(
            broken(&[
                ("src/mp4/index.rs", "use crate::units::Bytes;"),
                (
                    "src/media/store.rs",
                    "use crate::{units, mp4::Index}; use crate::media::Key;"
                ),
                (
                    "src/http/problem.rs",
                    "use crate::media; fn f(e: media::Error, x: crate::mp4::ReadError) {}"
                ),
                ("src/pages/grade.rs", "use crate::{http::cache, mp4};"),
                ("src/routes.rs", "use super::{api, pages, http};"),
            ]),
            none
        );
    }

    #[test]
    fn what_it_does_not_allow_is_named_with_its_line() {
        assert_eq!(
            broken(&[
                ("src/mp4/index.rs", "\nuse crate::media;"),
                ("src/pages/grade.rs", "fn f() { crate::api::lessons() }"),
                ("src/units.rs", "use super::mp4;"),
            ]),
            [
                "src/mp4/index.rs:2: mp4 may not name media",
                "src/pages/grade.rs:1: pages may not name api",
                "src/units.rs:1: units may not name mp4",
            ]
        );
    }

    #[test]
    fn who_may_name_error_types_may_name_nothing_else() {
        let only = "src/http/problem.rs:1: http may name only error types of media";
        for wrong in [
            "use crate::media::Store;",
            "use crate::media; fn f(s: media::Store, e: media::Error) {}",
        ] {
            assert_eq!(broken(&[("src/http/problem.rs", wrong)]), [only]);
        }
    }

    #[test]
    fn the_table_has_every_module_and_no_other() {
        let rules = Rules::parse(TABLE).unwrap();
        let broken = rules.broken_by(&Tree::of(&[("src/sheet/mod.rs", "")]));
        assert_eq!(
            broken[0],
            "src/sheet/mod.rs: the table of ARCHITECTURE.md has no module sheet"
        );
        assert!(broken.contains(&"ARCHITECTURE.md: there is no module mp4".to_owned()));
    }

    #[test]
    fn a_table_that_is_not_there_or_allows_what_it_does_not_know_is_an_error() {
        assert!(
            Rules::parse("# Architecture")
                .unwrap_err()
                .contains("no table")
        );
        let wrong = TABLE.replace("mp4 (its index)", "mp5");
        assert!(Rules::parse(&wrong).unwrap_err().contains("mp5"));
    }
}
