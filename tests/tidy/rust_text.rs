//! Rust source as text: what of it is code, what is written in strings, and which paths it names.
//!
//! A reader of tokens, not of the language: enough to tell a name in code from one in a comment.

/// A source text taken apart. Each part keeps the line breaks of all, so that lines can be counted.
pub struct Parts {
    /// Without comments, and with every literal empty.
    pub code: String,
    /// The contents of string literals, with the line on which each begins, from 1.
    pub strings: Vec<(usize, String)>,
}

/// Takes `source` apart.
pub fn parts(source: &str) -> Parts {
    let mut reader = Reader {
        rest: source,
        line: 1,
        parts: Parts {
            code: String::new(),
            strings: Vec::new(),
        },
    };
    while !reader.rest.is_empty() {
        reader.step();
    }
    reader.parts
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    parts: Parts,
}

impl Reader<'_> {
    fn step(&mut self) {
        let rest = self.rest;
        if rest.starts_with("//") {
            self.skip(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.skip(block_comment(rest));
        } else if let Some(hashes) = raw_string(rest) {
            // r, the hashes and the quotation mark.
            let open = rest.find('"').map_or(0, |at| at + 1);
            let close = format!("\"{}", "#".repeat(hashes));
            let length = rest[open..].find(&close);
            self.string(open, length, close.len());
        } else if let Some(inside) = rest.strip_prefix('"') {
            self.string(1, end_of_string(inside), 1);
        } else if let Some(length) = character(rest) {
            self.skip(length);
        } else {
            // A whole word at once, so that the r of `for"` begins no raw string.
            let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let length = word.max(rest.chars().next().map_or(1, char::len_utf8));
            self.parts.code.push_str(&rest[..length]);
            self.line += rest[..length].matches('\n').count();
            self.rest = &rest[length..];
        }
    }

    /// Leaves `length` bytes out of the code, but for their line breaks.
    fn skip(&mut self, length: usize) {
        let breaks = self.rest[..length].matches('\n').count();
        self.parts.code.push_str(&"\n".repeat(breaks));
        self.line += breaks;
        self.rest = &self.rest[length..];
    }

    fn string(&mut self, open: usize, length: Option<usize>, close: usize) {
        let length = length.unwrap_or(self.rest.len() - open);
        let content = self.rest[open..open + length].to_owned();
        self.parts.strings.push((self.line, content));
        self.parts.code.push_str("\"\"");
        self.skip((open + length + close).min(self.rest.len()));
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the block comment, nested ones included, that `text` begins with.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The number of hashes, if `text` begins with a raw string: `r"`, `br##"`, `cr"`.
fn raw_string(text: &str) -> Option<usize> {
    let text = text.strip_prefix(['b', 'c']).unwrap_or(text);
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// How much of `text`, which begins after a quotation mark, belongs to the string.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// The length of the character literal that `text` begins with; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let mut characters = inside.char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        // The character after the backslash may itself be a quotation mark.
        let (second, _) = characters.next()?;
        return inside[second + 1..].find('\'').map(|at| second + at + 3);
    }
    let (second, c) = characters.next()?;
    (c == '\'').then_some(second + 2)
}

/// A path that the code names, from `crate::` on, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    /// `["catalogue", "Error"]` for `crate::catalogue::Error`.
    pub path: Vec<String>,
}

/// Every path of `code` (see [`Parts::code`]) that begins with `root`, such as `crate::`; a `use` with
/// braces is every path in it.
pub fn paths(code: &str, root: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(root) {
        if code[..at].ends_with(is_word) || code[..at].ends_with("::") {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let mut rest = &code[at + root.len()..];
        let mut leaves = Vec::new();
        tree(&mut rest, &[], &mut leaves);
        found.extend(leaves.into_iter().map(|path| Named { line, path }));
    }
    found
}

/// Reads the tree that `rest` begins with: a name, then perhaps `::` and a tree; or trees in braces.
fn tree(rest: &mut &str, above: &[String], leaves: &mut Vec<Vec<String>>) {
    *rest = rest.trim_start();
    if let Some(inside) = rest.strip_prefix('{') {
        *rest = inside;
        loop {
            *rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if let Some(after) = rest.strip_prefix('}') {
                *rest = after;
                return;
            }
            let before = rest.len();
            tree(rest, above, leaves);
            // `as Name` and what no tree begins with.
            *rest = rest.trim_start_matches(|c: char| c != ',' && c != '}');
            if rest.is_empty() || rest.len() == before {
                return;
            }
        }
    }
    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(length);
    *rest = after;
    let mut path = above.to_vec();
    if !name.is_empty() && name != "self" {
        path.push(name.to_owned());
    }
    match after.strip_prefix("::") {
        Some(after) if !after.starts_with('<') => {
            *rest = after;
            tree(rest, &path, leaves);
        }
        _ => leaves.push(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_comments_and_strings_are_not_code() {
        let parts = parts(
            "/// [`crate::a`]\nuse crate::b; // crate::c\n/* crate::d /* */ crate::e */\n\
             let x = \"crate::f \\\" crate::g\"; let y = r#\"h\" crate::i\"#; let q = '\"'; let l: &'a str = '\\'';\n\
             crate::j",
        );
        let named: Vec<_> = paths(&parts.code, "crate::")
            .into_iter()
            .map(|n| (n.line, n.path))
            .collect();
        assert_eq!(
            named,
            [(2, vec!["b".to_owned()]), (5, vec!["j".to_owned()])]
        );
        let strings: Vec<_> = parts
            .strings
            .iter()
            .map(|(line, s)| (*line, s.as_str()))
            .collect();
        assert_eq!(
            strings,
            [(4, "crate::f \\\" crate::g"), (4, "h\" crate::i")]
        );
    }

    #[test]
    fn a_use_with_braces_names_every_path_in_it() {
        let code = "use crate::{\n    a::{self, B as C, d::*},\n    e,\n};\nfn f(x: crate::g::H<crate::i::J>) {}";
        let named: Vec<_> = paths(code, "crate::")
            .into_iter()
            .map(|n| n.path.join("."))
            .collect();
        assert_eq!(named, ["a", "a.B", "a.d", "e", "g.H", "i.J"]);
    }
}
