//! Cue text (W3C WebVTT §6.4): what of it is harmless, written anew.
//!
//! Differs from browsers where they lose what the author meant: a `<` that begins no tag ("a < b") stays a
//! character. Named character references are those of WebVTT's authors' section and a few of XML's; others
//! stay as written.

use super::Format;
use super::timing::{is_space, read_timestamp, timestamp};
use unic_langid::LanguageIdentifier;

/// Deeper nesting is not a teacher's.
const MAX_DEPTH: usize = 32;
const MAX_ANNOTATION_CHARS: usize = 200;

/// Cue text in two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    markup: String,
    plain: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Class,
    Italic,
    Bold,
    Underline,
    Ruby,
    RubyText,
    Voice,
    Language,
}

impl Tag {
    const ALL: [(Tag, &'static str); 8] = [
        (Tag::Class, "c"),
        (Tag::Italic, "i"),
        (Tag::Bold, "b"),
        (Tag::Underline, "u"),
        (Tag::Ruby, "ruby"),
        (Tag::RubyText, "rt"),
        (Tag::Voice, "v"),
        (Tag::Language, "lang"),
    ];

    fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        // Any case: SubRip's tags are often in capitals.
        all.find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(tag, _)| tag)
    }

    fn name(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(tag, _)| *tag == self)
            .map_or("", |(_, name)| name)
    }
}

impl Text {
    pub(super) fn markup(&self) -> &str {
        &self.markup
    }

    pub(super) fn plain(&self) -> &str {
        &self.plain
    }

    /// Keeps text, the tags of WebVTT and timestamps; closes what is open.
    pub(super) fn read(raw: &str) -> Self {
        let mut writer = Writer::default();
        let mut rest = raw;
        while let Some(c) = rest.chars().next() {
            let taken = match c {
                '&' => reference(rest).map(|(c, length)| {
                    writer.text(c);
                    length
                }),
                '<' => tag(rest).map(|(content, length)| {
                    writer.tag(content);
                    length
                }),
                _ => None,
            };
            let length = taken.unwrap_or_else(|| {
                writer.text(c);
                c.len_utf8()
            });
            rest = &rest[length..];
        }
        writer.finish()
    }
}

/// The character that a reference at the beginning of `text` stands for, and its length in bytes.
fn reference(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = text.strip_prefix('&')?.get(..end.checked_sub(1)?)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "lrm" => '\u{200E}',
        "rlm" => '\u{200F}',
        _ => {
            let number = name.strip_prefix('#')?;
            let (number, radix) = match number.strip_prefix(['x', 'X']) {
                Some(number) => (number, 16),
                None => (number, 10),
            };
            if !number.chars().all(|c| c.is_digit(radix)) {
                return None;
            }
            char::from_u32(u32::from_str_radix(number, radix).ok()?)
                .filter(|c| *c != '\0')
                .unwrap_or(char::REPLACEMENT_CHARACTER)
        }
    };
    Some((c, end + 1))
}

/// What stands between `<` and `>` at the beginning of `text`, and the length with both. None: a `<`
/// that is only a character.
fn tag(text: &str) -> Option<(&str, usize)> {
    // In "a < b and <i>c</i>" the first `<` has no `>` of its own. Looking no further than the next `<` also
    // keeps the time linear, whatever is written.
    let end = 1 + text[1..].find(['<', '>'])?;
    if text.as_bytes()[end] == b'<' {
        return None;
    }
    let content = &text[1..end];
    let begins = content.chars().next();
    let comparison = begins.is_some_and(|c| c.is_whitespace() || c == '=');
    let number = begins.is_some_and(|c| c.is_ascii_digit())
        && read_timestamp(content, Format::WebVtt).is_none();
    (!comparison && !number).then_some((content, end + 1))
}

#[derive(Default)]
struct Writer {
    markup: String,
    plain: String,
    open: Vec<Tag>,
}

impl Writer {
    fn text(&mut self, c: char) {
        match c {
            // A blank line would end the cue.
            '\n' | '\r' if self.markup.is_empty() || self.markup.ends_with('\n') => return,
            '\n' | '\r' => self.markup.push('\n'),
            '\t' => self.markup.push(' '),
            c if c.is_control() => return,
            c => escape(c, &mut self.markup),
        }
        self.plain.push(match c {
            '\r' => '\n',
            '\t' => ' ',
            c => c,
        });
    }

    fn tag(&mut self, content: &str) {
        if let Some(name) = content.strip_prefix('/') {
            self.end(name.trim_matches(is_space));
        } else if let Some(at) = read_timestamp(content, Format::WebVtt) {
            self.markup.push_str(&format!("<{}>", timestamp(at)));
        } else {
            self.start(content);
        }
    }

    fn start(&mut self, content: &str) {
        let (head, annotation) = content.split_once(is_space).unwrap_or((content, ""));
        let mut parts = head.split('.');
        let Some(tag) = parts.next().and_then(Tag::named) else {
            return;
        };
        let misplaced = tag == Tag::RubyText && self.open.last() != Some(&Tag::Ruby);
        if misplaced || self.open.len() == MAX_DEPTH {
            return;
        }
        let annotation = match tag {
            Tag::Voice => clean(annotation),
            Tag::Language => match clean(annotation).parse::<LanguageIdentifier>() {
                Ok(language) => language.to_string(),
                Err(_) => return,
            },
            _ => String::new(),
        };
        self.markup.push('<');
        self.markup.push_str(tag.name());
        for class in parts.filter(|class| is_class(class)) {
            self.markup.push('.');
            self.markup.push_str(class);
        }
        if !annotation.is_empty() {
            self.markup.push(' ');
            annotation.chars().for_each(|c| escape(c, &mut self.markup));
        }
        self.markup.push('>');
        self.open.push(tag);
    }

    fn end(&mut self, name: &str) {
        let tag = Tag::named(name);
        if tag == Some(Tag::Ruby) && self.open.last() == Some(&Tag::RubyText) {
            self.close();
        }
        if tag.is_some() && tag == self.open.last().copied() {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some(tag) = self.open.pop() {
            self.markup.push_str(&format!("</{}>", tag.name()));
        }
    }

    fn finish(mut self) -> Text {
        while !self.open.is_empty() {
            self.close();
        }
        let markup = self.markup.trim_end_matches('\n').to_owned();
        let plain = self.plain.trim().to_owned();
        Text { markup, plain }
    }
}

/// Escaping every `>` is also what keeps `-->` out.
fn escape(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push(c),
    }
}

/// Narrower than WebVTT: the words a style sheet would use. A class that ends in `--` would make `-->`.
fn is_class(class: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !class.is_empty() && class.chars().all(inner) && !class.ends_with('-')
}

/// An annotation: references read, blanks collapsed, no `-` at the end (it would make `-->`).
fn clean(annotation: &str) -> String {
    let mut text = String::new();
    let mut rest = annotation;
    while let Some(c) = rest.chars().next() {
        let (c, length) = reference(rest)
            .filter(|_| c == '&')
            .unwrap_or((c, c.len_utf8()));
        text.push(c);
        rest = &rest[length..];
    }
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let short: String = words.join(" ").chars().take(MAX_ANNOTATION_CHARS).collect();
    short.trim_end_matches(['-', ' ']).to_owned()
}
