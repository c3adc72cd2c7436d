//! Resumption tokens: all that a list needs to go on, as one text. Nobody has to believe it: what it says could be asked
//! for without it.

use super::arguments::{Format, List, Moment, What, set};
use crate::catalogue::Shelves;
use crate::clock::UnixMillis;
use crate::units::Code;

/// Bytes of a token: a set's have at most 122, moments 20 each.
const LONGEST: usize = 256;
/// Between the parts; none of them has one.
const MARK: char = '/';

impl List {
    /// The token of a list that goes on after a lesson.
    pub(super) fn written(&self) -> String {
        let moment = |moment: &Option<Moment>| {
            let written = moment.as_ref().map(|moment| moment.written.clone());
            written.unwrap_or_default()
        };
        let (at, code) = match self.after {
            Some((at, code)) => (at.0.to_string(), code.to_string()),
            None => (String::new(), String::new()),
        };
        let what = match self.what {
            What::Headers => "h",
            What::Records => "r",
        };
        [
            what.to_owned(),
            self.format.prefix().to_owned(),
            moment(&self.from),
            moment(&self.until),
            self.set.as_ref().map(spec).unwrap_or_default(),
            at,
            code,
            self.told.to_string(),
        ]
        .join(&MARK.to_string())
    }
}

fn spec(shelves: &Shelves) -> String {
    let below = [&shelves.subject, &shelves.section];
    let below = below.into_iter().flatten();
    below.fold(shelves.grade.clone(), |spec, part| format!("{spec}:{part}"))
}

/// Reads a token; `None`: it is none of ours.
pub(super) fn read(token: &str) -> Option<List> {
    if token.len() > LONGEST {
        return None;
    }
    let parts: Vec<&str> = token.split(MARK).collect();
    let [what, format, from, until, of, at, code, told] = parts[..] else {
        return None;
    };
    let list = List {
        what: match what {
            "h" => What::Headers,
            "r" => What::Records,
            _ => return None,
        },
        format: Format::of(format)?,
        from: perhaps(from, Moment::read)?,
        until: perhaps(until, Moment::read)?,
        set: perhaps(of, set)?,
        after: Some((UnixMillis(at.parse().ok()?), code.parse::<Code>().ok()?)),
        told: told.parse().ok()?,
    };
    // Each list has one token: whatever differs in spelling was not written here.
    (list.written() == token).then_some(list)
}

/// Nothing, or what `read` makes of it.
fn perhaps<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match text {
        "" => Some(None),
        _ => read(text).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_brings_back_the_whole_list() {
        let shelves = |subject: Option<&str>, section: Option<&str>| Shelves {
            grade: "7".into(),
            subject: subject.map(str::to_owned),
            section: section.map(str::to_owned),
        };
        for of in [
            None,
            Some(shelves(None, None)),
            Some(shelves(Some("mathematics"), None)),
            Some(shelves(Some("mathematics"), Some("ru"))),
        ] {
            for (from, until) in [
                (None, None),
                (Some("2020-03-30"), None),
                (Some("2020-03-30T06:00:00Z"), Some("2020-04-30T06:00:00Z")),
            ] {
                let list = List {
                    what: What::Records,
                    format: Format::Lom,
                    from: from.and_then(Moment::read),
                    until: until.and_then(Moment::read),
                    set: of.clone(),
                    after: Some((UnixMillis(1_585_548_000_123), Code::from_number(7))),
                    told: 1200,
                };
                assert_eq!(read(&list.written()), Some(list));
            }
        }
    }

    #[test]
    fn the_longest_list_has_a_token_that_is_read() {
        let long = || "x".repeat(40);
        let list = List {
            what: What::Headers,
            format: Format::Lom,
            from: Moment::read("2020-03-30T06:00:00Z"),
            until: Moment::read("2020-03-30T06:00:00Z"),
            set: set(&format!("{}:{}:{}", long(), long(), long())),
            after: Some((UnixMillis(i64::MIN), Code::from_number(7))),
            told: u64::MAX,
        };
        assert!(list.set.is_some());
        assert_eq!(read(&list.written()), Some(list));
    }

    proptest! {
        #[test]
        fn garbage_is_no_token_and_what_is_one_is_written_in_one_way(
            text in "[hr]?/?(oai_dc|oai_lom)?/.{0,20}/.{0,20}/.{0,20}/[-0-9+]{0,22}/[2-9A-Z]{0,7}/[0-9+ ]{0,22}|.*"
        ) {
            if let Some(list) = read(&text) {
                prop_assert_eq!(list.written(), text);
            }
        }
    }
}
