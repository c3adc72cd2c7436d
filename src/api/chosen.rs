//! `?fields=code,title,files.url`: an answer with what its reader wants of it, and nothing else.
//!
//! Names are separated by commas; a dot leads into an object, or into each object of a list. What there is to choose from is
//! what the description says of the answer, so that both cannot differ.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::described;
use super::lessons::bad_request;
use crate::http::problem::Problem;

/// What is wanted of each object of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen(Option<Tree>);

/// Names, and what is wanted below each; nothing below: all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tree(BTreeMap<String, Tree>);

impl Chosen {
    /// What `text` chooses of the schema `of`; nothing: everything.
    ///
    /// # Errors
    /// 400 for a name that the schema has not, with those that it has.
    pub(super) fn read(text: Option<&str>, of: &str) -> Result<Self, Problem> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(Self(None));
        };
        let description = described::value();
        let whole = &description["components"]["schemas"][of];
        let mut tree = Tree::default();
        for path in text.split(',') {
            let (mut schema, mut at) = (whole, &mut tree);
            let mut new = false;
            for (depth, name) in path.split('.').enumerate() {
                let there = properties(description, schema);
                let Some(found) = there.and_then(|all| all.get(name)) else {
                    return Err(unknown(path, depth, there));
                };
                // What is wanted whole stays whole.
                if depth > 0 && at.0.is_empty() && !new {
                    break;
                }
                schema = found;
                new = !at.0.contains_key(name);
                at = at.0.entry(name.to_owned()).or_default();
            }
            at.0.clear();
        }
        Ok(Self(Some(tree)))
    }

    /// `value` with what is wanted of it.
    pub(super) fn of<T>(&self, value: T) -> Part<'_, T> {
        Part {
            value,
            wanted: self.0.as_ref(),
        }
    }
}

/// A value of which perhaps not everything is wanted.
pub(super) struct Part<'c, T> {
    value: T,
    wanted: Option<&'c Tree>,
}

impl<T: Serialize> Serialize for Part<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(wanted) = self.wanted else {
            return self.value.serialize(serializer);
        };
        let mut value = serde_json::to_value(&self.value).map_err(serde::ser::Error::custom)?;
        wanted.keep(&mut value);
        value.serialize(serializer)
    }
}

impl Tree {
    fn keep(&self, value: &mut Value) {
        match value {
            Value::Array(all) => all.iter_mut().for_each(|one| self.keep(one)),
            Value::Object(members) => {
                members.retain(|name, _| self.0.contains_key(name));
                for (name, member) in members {
                    if let Some(below) = self.0.get(name).filter(|below| !below.0.is_empty()) {
                        below.keep(member);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The members of an object that `schema` describes, of each of its list, or of one that may be null.
fn properties<'d>(
    description: &'d Value,
    schema: &'d Value,
) -> Option<&'d serde_json::Map<String, Value>> {
    let schema = described::resolved(description, schema);
    let choices = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|of| schema[of].as_array());
    if let Some(found) = schema["properties"].as_object() {
        return Some(found);
    }
    if schema["items"].is_object() {
        return properties(description, &schema["items"]);
    }
    let mut below = choices
        .flatten()
        .filter_map(|one| properties(description, one));
    below.next()
}

fn unknown(path: &str, depth: usize, there: Option<&serde_json::Map<String, Value>>) -> Problem {
    let before: Vec<&str> = path.split('.').take(depth).collect();
    bad_request(match there {
        Some(there) => {
            let names: Vec<String> = there
                .keys()
                .map(|name| [&before[..], &[name.as_str()]].concat().join("."))
                .collect();
            format!(
                "fields: there is no {path:?}; write any of {}, separated by commas",
                names.join(", ")
            )
        }
        None => format!(
            "fields: there is no {path:?}; {:?} has no fields of its own",
            before.join(".")
        ),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chosen(fields: &str) -> Chosen {
        Chosen::read(Some(fields), "LessonBody").unwrap()
    }

    fn part(fields: &str) -> Value {
        let lesson = json!({
            "code": "K7M2QX", "title": "Kəsr", "grades": ["7"], "topic": null,
            "files": [{"role": "source", "url": "a"}, {"role": "audio", "url": "b"}],
        });
        serde_json::to_value(chosen(fields).of(&lesson)).unwrap()
    }

    #[test]
    fn an_answer_has_what_is_asked_for() {
        assert_eq!(
            part("code,grades"),
            json!({"code": "K7M2QX", "grades": ["7"]})
        );
        assert_eq!(part("topic"), json!({"topic": null}));
        assert_eq!(
            part("files.url,code"),
            json!({"code": "K7M2QX", "files": [{"url": "a"}, {"url": "b"}]})
        );
    }

    #[test]
    fn who_wants_a_whole_and_a_part_of_it_gets_the_whole() {
        let whole =
            json!({"files": [{"role": "source", "url": "a"}, {"role": "audio", "url": "b"}]});
        for fields in [
            "files",
            "files.url,files",
            "files,files.url",
            "files.role,files.url",
        ] {
            assert_eq!(part(fields), whole, "{fields}");
        }
    }

    #[test]
    fn nothing_chosen_is_everything() {
        for none in [None, Some("")] {
            assert_eq!(Chosen::read(none, "LessonBody").unwrap(), Chosen::default());
        }
    }

    #[test]
    fn what_there_is_not_is_refused_with_what_there_is() {
        for (fields, says) in [
            ("titel", "\"titel\"; write any of"),
            ("code,,title", "there is no \"\""),
            ("code,", "there is no \"\""),
            ("files.size", "files.url"),
            ("title.az", "\"title\" has no fields"),
            ("Code", "write any of"),
        ] {
            let refused = Chosen::read(Some(fields), "LessonBody").unwrap_err();
            let told = format!("{refused:?}");
            let told = told.replace("\\\"", "\"").replace("\\\"", "\"");
            assert!(told.contains(says), "{fields}: {told}");
        }
    }
}
