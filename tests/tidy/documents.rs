//! What the documents promise: that paths exist, and that every route is described.

use std::path::Path;

use super::rust_text::parts;
use super::tree::Tree;

/// The documents that people read first.
pub const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/// What a path in a document begins with, so that `text/html` is not taken for one.
const FOLDERS: &[&str] = &[
    "src/",
    "tests/",
    "benches/",
    "fuzz/",
    "web/",
    "scripts/",
    "docs/",
    "media/samples",
    ".ci/",
];
/// Files at the top that are named without a folder.
const FILES: &[&str] = &[
    "Makefile",
    "LICENSE",
    "Cargo.toml",
    "Cargo.lock",
    "clippy.toml",
    "schema.sql",
];

/// Paths that a document names, in backticks or as a link, and that do not exist.
pub fn missing_paths(tree: &Tree, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let ignored: Vec<&str> = tree
        .text(".gitignore")
        .unwrap_or_default()
        .lines()
        .collect();
    // Made by a build, so it need not be there.
    let made = |path: &str| {
        let mut patterns = ignored.iter().filter(|line| !line.starts_with(['#', '!']));
        patterns.any(|line| {
            let pattern = line.trim_matches('/');
            !pattern.is_empty()
                && !pattern.contains('*')
                && (path.starts_with(pattern) || path.contains(&format!("/{pattern}")))
        })
    };
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let text = tree.text(document).unwrap_or_default();
        let named = in_backticks(text)
            .filter(|path| looks_like_a_path(path))
            .chain(links(text));
        for path in named {
            let plain = path
                .split(['#', ':'])
                .next()
                .unwrap_or_default()
                .trim_end_matches('/');
            if !plain.is_empty() && !made(plain) && !exists(plain) {
                missing.push(format!("{document} names {path}, which does not exist"));
            }
        }
    }
    missing
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("```"));
    lines.flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn looks_like_a_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    let begins = FOLDERS.iter().any(|folder| text.starts_with(folder));
    let top = !text.contains('/') && (FILES.contains(&text) || text.ends_with(".md"));
    text.chars().all(plain) && (begins || top)
}

/// The targets of links and pictures that lie in the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    targets.filter(|target| {
        !target.contains("://") && !target.starts_with(['#', '/']) && !target.starts_with("mailto:")
    })
}

/// Whether `path` lies below `top`.
pub fn exists_below(top: &Path) -> impl Fn(&str) -> bool {
    move |path| top.join(path).exists()
}

/// Routes of `src/routes.rs` that no document mentions. `also` is further text that describes routes, such as the
/// OpenAPI description; whoever adds another description adds it where this is called.
pub fn undescribed_routes(tree: &Tree, also: &str) -> Vec<String> {
    let Some(routes) = tree.text("src/routes.rs") else {
        return vec!["src/routes.rs does not exist".into()];
    };
    let mut texts: Vec<&str> = DOCUMENTS.iter().filter_map(|d| tree.text(d)).collect();
    texts.push(also);
    let described: Vec<&str> = texts.into_iter().flat_map(urls).collect();
    let routes = parts(routes)
        .strings
        .into_iter()
        .filter(|(_, s)| s.starts_with('/'));
    routes
        .filter(|(_, route)| !described.iter().any(|url| is_of_route(url, route)))
        .map(|(line, route)| format!("src/routes.rs:{line}: {route} is described in no document"))
        .collect()
}

/// What looks like the path of a URL: `/l/CODE/video.mp4`.
fn urls(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c.is_whitespace() || "`\"()|,;".contains(c));
    let paths = words.filter(|word| word.starts_with('/'));
    paths.map(|word| {
        word.split(['?', '#'])
            .next()
            .unwrap_or_default()
            .trim_end_matches(['.', ':'])
    })
}

/// Whether `url`, as a document writes it, is one of `route`'s: `{name}` is any segment, `{*name}` any rest.
fn is_of_route(url: &str, route: &str) -> bool {
    let (mut url, mut route) = (url.split('/'), route.split('/'));
    loop {
        match (url.next(), route.next()) {
            (None, None) => return true,
            (Some(_), Some(rest)) if rest.starts_with("{*") => return true,
            (Some(there), Some(wanted)) if segment_fits(there, wanted) => {}
            _ => return false,
        }
    }
}

/// A segment of a route has at most one `{name}`, perhaps with text around it: `{name}.vtt`.
fn segment_fits(there: &str, wanted: &str) -> bool {
    match wanted
        .split_once('{')
        .and_then(|(start, rest)| Some((start, rest.split_once('}')?.1)))
    {
        Some((start, end)) => {
            there.len() > start.len() + end.len()
                && there.starts_with(start)
                && there.ends_with(end)
        }
        None => there == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_a_document_names_must_exist() {
        let tree = Tree::of(&[
            (".gitignore", "/web/dist/\nnode_modules/\n/media/*\n"),
            (
                "README.md",
                "See `src/gone.rs`, `src/here.rs`, `text/html`, `/az/grades/7`, `cargo test`, `GONE.md`, `web/dist/`,\n\
                 `media/files` and [a picture](docs/gone.png), [a site](https://example.org/docs/x), [below](#below).\n",
            ),
        ]);
        assert_eq!(
            missing_paths(&tree, |path| path == "src/here.rs"),
            [
                "README.md names src/gone.rs, which does not exist",
                "README.md names GONE.md, which does not exist",
                "README.md names docs/gone.png, which does not exist",
            ]
        );
    }

    #[test]
    fn a_route_that_no_document_mentions_is_named() {
        let routes = "r.route(\"/\", a).route(\"/l/{code}/video.mp4\", b).route(\"/media/{*name}\", c)\n\
                      .route(\"/l/{code}/captions/{language}.vtt\", d).route(\"/{language}/grades/{grade}\", e)\n\
                      .route(\"/api/v1/lessons\", f).route(\"/secret\", g); // .route(\"/old\")";
        let tree = Tree::of(&[
            ("src/routes.rs", routes),
            (
                "README.md",
                "Open `/`, then `/az/grades/7`, then `/l/CODE/video.mp4?q=360`. /media/…: bytes.",
            ),
            (
                "ARCHITECTURE.md",
                "| `/l/CODE/captions/az.vtt` | captions |",
            ),
        ]);
        assert_eq!(
            undescribed_routes(&tree, "{\"paths\": {\"/api/v1/lessons\": {}}}"),
            ["src/routes.rs:3: /secret is described in no document"]
        );
    }
}
