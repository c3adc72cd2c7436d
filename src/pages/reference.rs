//! `/{lang}/api` and `/{lang}/api/{part}`: the API's description to read, a page for each of its parts.
//!
//! What stands there is the description itself, which is in English; only what is around it is in the reader's language.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use serde_json::{Map, Value};

use super::assets;
use super::error::{Instead, Missing};
use super::page::{Crumb, Page, Visit, path};
use crate::http::cache::CachePolicy;

#[derive(Template)]
#[template(path = "reference.html")]
struct Reference {
    page: Page,
    name: String,
    /// Paragraphs, of which each is HTML.
    text: Vec<String>,
    /// The other pages, on the first one.
    parts: Vec<Part>,
    operations: Vec<Operation>,
    schemas: Vec<Schema>,
    /// Errors that many operations have, on the first page.
    common: Vec<Answer>,
    /// Where those are told.
    first: String,
}

/// A page of its own.
struct Part {
    name: String,
    href: String,
    text: String,
    operations: Vec<Short>,
}

/// An operation in a list.
struct Short {
    href: String,
    method: String,
    path: String,
    summary: String,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    text: Vec<String>,
    token: bool,
    parameters: Vec<Named>,
    /// What it takes.
    body: Option<String>,
    answers: Vec<Answer>,
    /// Statuses of answers that many operations have: `401, 403`.
    common: String,
    example: Option<String>,
}

/// A parameter or a member.
struct Named {
    name: String,
    /// Where it stands, of a parameter.
    place: String,
    required: bool,
    /// HTML.
    kind: String,
    /// HTML.
    text: String,
}

struct Answer {
    status: String,
    /// HTML.
    text: String,
    /// HTML: what is in it.
    kind: Option<String>,
}

struct Schema {
    name: String,
    text: String,
    members: Vec<Named>,
}

/// The page of `part`; without one, the first.
pub async fn show(visit: Visit, description: &'static Value) -> Response {
    let page = reference(&visit, description).ok_or(Instead::Missing(Missing::Page));
    visit.answer(CachePolicy::Page, page)
}

fn reference(visit: &Visit, description: &'static Value) -> Option<Reference> {
    let book = Book::new(description, path(visit.language, "/api"));
    let language = visit.language;
    let title = language.text("api");
    let part = visit.part("part");
    let first = book.base.clone();
    let page = |name: &str, about: String, rest: &str| {
        let mut page = visit.page(name, about, rest);
        page.second_look = Some(assets::Sheet::Reference.url());
        page
    };
    if part.is_empty() {
        let page = page(&title, language.text("api-lead"), "/api");
        return Some(Reference {
            name: title.clone(),
            page: page.under([Crumb::here(title)]),
            text: paragraphs(text_of(&description["info"]["description"])),
            parts: book.parts(),
            operations: Vec::new(),
            schemas: Vec::new(),
            common: book.common(),
            first,
        });
    }
    let tag = book.tags().find(|tag| tag["name"] == part)?;
    let name = format!("{title}: {part}");
    let about = text_of(&tag["description"]).to_owned();
    let page = page(&name, about, &format!("/api/{part}"));
    Some(Reference {
        page: page.under([Crumb::link(title, first.clone()), Crumb::here(part)]),
        name,
        text: paragraphs(text_of(&tag["description"])),
        parts: Vec::new(),
        operations: book.operations(part),
        schemas: book.schemas(part),
        common: Vec::new(),
        first,
    })
}

/// The description, and where its pages are.
struct Book {
    description: &'static Value,
    /// `/az/api`
    base: String,
    /// The part to which each schema belongs: the first one that names it.
    homes: BTreeMap<&'static str, &'static str>,
}

impl Book {
    fn new(description: &'static Value, base: String) -> Self {
        let mut book = Self {
            description,
            base,
            homes: BTreeMap::new(),
        };
        for tag in book.tags() {
            let part = text_of(&tag["name"]);
            for (_, _, operation) in book.of_part(part) {
                book.settle(operation, part);
            }
        }
        book
    }

    /// Gives every schema that `value` names, or that those name, a home.
    fn settle(&mut self, value: &'static Value, part: &'static str) {
        if let Some(name) = reference_of(value) {
            if !self.homes.contains_key(name) {
                self.homes.insert(name, part);
                self.settle(&self.description["components"]["schemas"][name], part);
            }
            return;
        }
        match value {
            Value::Object(members) => members.values().for_each(|v| self.settle(v, part)),
            Value::Array(all) => all.iter().for_each(|v| self.settle(v, part)),
            _ => {}
        }
    }

    fn tags(&self) -> impl Iterator<Item = &'static Value> + use<> {
        let description: &'static Value = self.description;
        description["tags"].as_array().into_iter().flatten()
    }

    /// Every operation of a part: its path, method and description.
    fn of_part(&self, part: &str) -> Vec<(&'static str, String, &'static Value)> {
        let paths = self.description["paths"].as_object();
        let mut found = Vec::new();
        for (path, operations) in paths.into_iter().flatten() {
            for method in ["get", "post", "put", "patch", "delete"] {
                let operation = &operations[method];
                if operation["tags"][0] == part {
                    found.push((path.as_str(), method.to_uppercase(), operation));
                }
            }
        }
        found
    }

    fn parts(&self) -> Vec<Part> {
        let part = |tag: &'static Value| {
            let name = text_of(&tag["name"]);
            let href = format!("{}/{name}", self.base);
            let operations = self.of_part(name).into_iter();
            let operations = operations.map(|(path, method, operation)| Short {
                href: format!("{href}#{}", text_of(&operation["operationId"])),
                method,
                path: path.to_owned(),
                summary: text_of(&operation["summary"])
                    .trim_end_matches('.')
                    .to_owned(),
            });
            Part {
                operations: operations.collect(),
                text: marked(text_of(&tag["description"])),
                name: name.to_owned(),
                href,
            }
        };
        self.tags().map(part).collect()
    }

    fn common(&self) -> Vec<Answer> {
        let all = self.description["components"]["responses"].as_object();
        let mut all: Vec<Answer> = all
            .into_iter()
            .flatten()
            .map(|(name, response)| Answer {
                status: match self.status_of(response) {
                    Some(status) => format!("{status} {name}"),
                    None => format!("304 {name}"),
                },
                text: marked(text_of(&response["description"])),
                kind: None,
            })
            .collect();
        all.sort_by(|a, b| a.status.cmp(&b.status));
        all
    }

    fn status_of(&self, response: &Value) -> Option<u64> {
        response["content"]["application/problem+json"]["example"]["status"].as_u64()
    }

    fn operations(&self, part: &str) -> Vec<Operation> {
        let one = |(path, method, operation): (&str, String, &'static Value)| {
            let body = operation["requestBody"]["content"].as_object();
            let body = body.and_then(|types| types.iter().next());
            let requirements = operation["security"].as_array();
            let (own, common) = self.answers(operation);
            Operation {
                id: text_of(&operation["operationId"]).to_owned(),
                path: path.to_owned(),
                summary: marked(text_of(&operation["summary"])),
                text: paragraphs(text_of(&operation["description"])),
                token: requirements.is_some_and(|all| all.iter().all(|r| r["token"].is_array()))
                    && requirements.is_some_and(|all| !all.is_empty()),
                parameters: self.parameters(operation),
                body: body.map(|(kind, media)| {
                    format!("<code>{kind}</code>: {}", self.kind(&media["schema"]))
                }),
                example: body
                    .filter(|(kind, _)| *kind == "application/json")
                    .and_then(|(_, media)| serde_json::to_string_pretty(&media["example"]).ok()),
                answers: own,
                common,
                method,
            }
        };
        self.of_part(part).into_iter().map(one).collect()
    }

    fn parameters(&self, operation: &Value) -> Vec<Named> {
        let all = operation["parameters"].as_array().into_iter().flatten();
        all.map(|parameter| Named {
            name: text_of(&parameter["name"]).to_owned(),
            place: text_of(&parameter["in"]).to_owned(),
            required: parameter["required"] == true,
            kind: self.kind(&parameter["schema"]),
            text: marked(text_of(&parameter["description"])),
        })
        .collect()
    }

    /// Answers that an operation tells of itself, and the statuses of the others.
    fn answers(&self, operation: &Value) -> (Vec<Answer>, String) {
        let (mut own, mut common) = (Vec::new(), Vec::new());
        let all = operation["responses"].as_object();
        for (status, response) in all.into_iter().flatten() {
            if response["$ref"].is_string() {
                common.push(status.as_str());
                continue;
            }
            let content = response["content"].as_object();
            let content = content.and_then(|types| types.iter().next());
            let kind = content.filter(|(kind, _)| *kind != "application/problem+json");
            own.push(Answer {
                status: status.clone(),
                text: marked(text_of(&response["description"])),
                kind: kind.map(|(kind, media)| match kind.as_str() {
                    "application/json" => self.kind(&media["schema"]),
                    other => format!("<code>{other}</code>"),
                }),
            });
        }
        (own, common.join(", "))
    }

    /// The schemas that belong to a part.
    fn schemas(&self, part: &str) -> Vec<Schema> {
        let all = &self.description["components"]["schemas"];
        let here = self.homes.iter().filter(|(_, home)| **home == part);
        let one = |name: &str| {
            let schema = &all[name];
            let mut members = Vec::new();
            self.members(schema, &mut members);
            Schema {
                name: name.to_owned(),
                text: marked(text_of(&schema["description"])),
                members,
            }
        };
        here.map(|(name, _)| one(name)).collect()
    }

    fn members(&self, schema: &Value, into: &mut Vec<Named>) {
        let required = schema["required"].as_array();
        let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|r| r == name));
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            into.push(Named {
                name: name.clone(),
                place: String::new(),
                required: is_required(name),
                kind: self.kind(member),
                text: marked(text_of(&member["description"])),
            });
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            match reference_of(part) {
                Some(_) => into.push(Named {
                    name: "…".to_owned(),
                    place: String::new(),
                    required: true,
                    kind: self.kind(part),
                    text: String::new(),
                }),
                None => self.members(part, into),
            }
        }
        for of in ["oneOf", "anyOf"] {
            for part in schema[of].as_array().into_iter().flatten() {
                into.push(Named {
                    name: "…".to_owned(),
                    place: String::new(),
                    required: false,
                    kind: self.kind(part),
                    text: String::new(),
                });
            }
        }
    }

    /// What a value is, in a few words of HTML.
    fn kind(&self, schema: &Value) -> String {
        if let Some(name) = reference_of(schema) {
            let page = self.homes.get(name).copied().unwrap_or_default();
            return format!("<a href=\"{}/{page}#{name}\">{name}</a>", self.base);
        }
        for of in ["oneOf", "anyOf"] {
            if let Some(all) = schema[of].as_array() {
                let kinds: Vec<String> = all.iter().map(|one| self.kind(one)).collect();
                return kinds.join(" or ");
            }
        }
        let kinds = match &schema["type"] {
            Value::Array(all) => all.iter().map(text_of).collect(),
            Value::String(one) => vec![one.as_str()],
            _ => Vec::new(),
        };
        let kinds: Vec<String> = kinds
            .into_iter()
            .map(|kind| match kind {
                "array" => format!("list of {}", self.kind(&schema["items"])),
                other => other.to_owned(),
            })
            .collect();
        let mut told = kinds.join(" or ");
        told.push_str(&limits(schema));
        told
    }
}

/// `, 1 to 200, 20 unless said`
fn limits(schema: &Value) -> String {
    let limit = |name: &str| schema.get(name).map(Value::to_string);
    let mut told = String::new();
    match (limit("minimum"), limit("maximum")) {
        (Some(least), Some(most)) => told.push_str(&format!(", {least} to {most}")),
        (None, Some(most)) => told.push_str(&format!(", at most {most}")),
        // What cannot be negative goes without saying.
        _ => {}
    }
    if let Some(length) = limit("maxLength") {
        told.push_str(&format!(", at most {length} characters"));
    }
    if let Some(default) = schema.get("default") {
        told.push_str(&format!(", {default} unless said"));
    }
    told
}

fn reference_of(schema: &Value) -> Option<&str> {
    let members: Option<&Map<String, Value>> = schema.as_object();
    members?
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Paragraphs of HTML, from text that is empty lines apart.
fn paragraphs(text: &str) -> Vec<String> {
    let all = text.split("\n\n").map(str::trim);
    all.filter(|p| !p.is_empty()).map(marked).collect()
}

/// HTML of text in which backticks and double asterisks mean what they do in Markdown.
fn marked(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    for (n, piece) in text.split('`').enumerate() {
        let code = n % 2 == 1;
        html.push_str(if code { "<code>" } else { "" });
        for (n, piece) in piece.split("**").enumerate() {
            match (code, n) {
                (_, 0) => {}
                (true, _) => html.push_str("**"),
                (false, n) if n % 2 == 1 => html.push_str("<strong>"),
                (false, _) => html.push_str("</strong>"),
            }
            for letter in piece.chars() {
                match letter {
                    '<' => html.push_str("&lt;"),
                    '>' => html.push_str("&gt;"),
                    '&' => html.push_str("&amp;"),
                    letter => html.push(letter),
                }
            }
        }
        html.push_str(if code { "</code>" } else { "" });
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_html_in_which_nothing_of_it_is_markup() {
        let text = "**Lists** are `a<b>` & `x**2`.\n\n\n\nSecond";
        let expected = [
            "<strong>Lists</strong> are <code>a&lt;b&gt;</code> &amp; <code>x**2</code>.",
            "Second",
        ];
        assert_eq!(paragraphs(text), expected);
    }
}
