//! What the API's description says besides what the handlers say: what holds for all of them, once.
//!
//! The handlers name their own errors. Those that follow from what an operation is (it takes a token, a body, a part of
//! the path) are added here, from one list, and so are a name and an example for everything.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// The description; made once.
pub(super) fn value() -> &'static Value {
    static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
        let made = serde_json::to_value(super::router().into_openapi());
        // Values of our own always serialise; a test reads what comes out.
        let mut description = made.unwrap_or_default();
        complete(&mut description);
        description
    });
    &DESCRIPTION
}

/// An answer that many operations have: its name, status, what it means, and a detail as an example.
struct Common {
    name: &'static str,
    status: u16,
    means: &'static str,
    detail: &'static str,
}

const NOT_MODIFIED: &str = "NotModified";

const COMMON: &[Common] = &[
    Common {
        name: "BadRequest",
        status: 400,
        means: "Something of the query, the headers or the body cannot be read; `detail` names it and what would be right",
        detail: "limit = \"all\": write 1 to 200",
    },
    Common {
        name: "Nobody",
        status: 401,
        means: "Nobody: no token or session was sent, or one that does not count any more; see WWW-Authenticate",
        detail: "the token is wrong, expired or revoked; make another one",
    },
    Common {
        name: "NotYours",
        status: 403,
        means: "Whoever asks may not do this; or a session's request does not come from a page of this archive",
        detail: "only an administrator may do this",
    },
    Common {
        name: "NotThere",
        status: 404,
        means: "There is no such thing, or none that whoever asks may know of",
        detail: "no lesson has the code K7M2QX",
    },
    Common {
        name: "Differs",
        status: 412,
        means: "What is here is not what If-Match or If-Unmodified-Since names",
        detail: "this is not what If-Match names; ask again without it",
    },
    Common {
        name: "TooLarge",
        status: 413,
        means: "The body is longer than is taken here",
        detail: "The request's body is longer than is accepted here.",
    },
    Common {
        name: "LongAddress",
        status: 414,
        means: "The address is longer than is taken here",
        detail: "write a shorter query",
    },
    Common {
        name: "NotJson",
        status: 415,
        means: "The body is of another type than the one that is taken here; send Content-Type",
        detail: "Expected request with `Content-Type: application/json`",
    },
    Common {
        name: "TooMany",
        status: 429,
        means: "More requests came from one address, or by one person, than the limit allows; Retry-After says when to go on",
        detail: "6000 requests a minute is the limit for an address; try again in 1 s",
    },
    Common {
        name: "Fault",
        status: 500,
        means: "A fault of the archive, which its operator finds in the log",
        detail: "the archive has a fault; its operator finds it in the log",
    },
    Common {
        name: "Busy",
        status: 503,
        means: "The archive is busy or stopping; see Retry-After",
        detail: "the archive is busy; try again in a few seconds",
    },
];

/// Schemas of which `fields` may choose: their members are left out then.
const CHOSEN_FROM: &[&str] = &[
    "LessonBody",
    "FileBody",
    "FoundBody",
    "MomentBody",
    "BroadcastBody",
    "AiredBody",
    "VocabularyBody",
    "TermBody",
    "ShelfBody",
];

fn complete(description: &mut Value) {
    description["servers"] = json!([{"url": "/"}]);
    description["components"]["headers"] = headers();
    description["components"]["responses"] = responses();
    for name in CHOSEN_FROM {
        if let Some(schema) = description["components"]["schemas"][*name].as_object_mut() {
            schema.remove("required");
        }
    }
    // Of a lesson everything may be left out: it looks like more than one of these.
    if let Some(listed) = description["components"]["schemas"]["ListedBody"].as_object_mut()
        && let Some(either) = listed.remove("oneOf")
    {
        listed.insert("anyOf".to_owned(), either);
    }
    let components = description["components"].clone();
    let paths = description["paths"].as_object_mut();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            operation["operationId"] = json!(name_of(method, path));
            add_errors(method, path, operation);
            finish_answers(method, operation, &components);
            finish_questions(operation, &components);
        }
    }
}

fn headers() -> Value {
    let text = |means: &str, example: &str| json!({"description": means, "schema": {"type": "string"}, "example": example});
    json!({
        "ETag": text("Send it in If-None-Match, and 304 says that nothing is different", "W/\"5d41402abc4b2a76b9719d91\""),
        "RateLimit": text("How many requests are left, and after how many seconds there are more (draft-ietf-httpapi-ratelimit-headers-10)", "\"address\";r=5999;t=1"),
        "RateLimit-Policy": text("How many requests an address, or a person, may send in how many seconds", "\"address\";q=6000;w=60"),
        "Retry-After": json!({"description": "Seconds", "schema": {"type": "integer", "minimum": 0}, "example": 1}),
        "WWW-Authenticate": text("RFC 6750 §3", "Bearer realm=\"teledars\""),
    })
}

/// Those of [`COMMON`], and the one without content.
fn responses() -> Value {
    let mut all = Map::new();
    all.insert(
        NOT_MODIFIED.to_owned(),
        json!({"description": "It is as If-None-Match says", "headers": some_headers(&["ETag"])}),
    );
    for common in COMMON {
        let headers: &[&str] = match common.status {
            401 => &["WWW-Authenticate"],
            429 => &["Retry-After", "RateLimit", "RateLimit-Policy"],
            503 => &["Retry-After"],
            _ => &[],
        };
        let mut response = problem(common.status, common.means, common.detail);
        if !headers.is_empty() {
            response["headers"] = some_headers(headers);
        }
        all.insert(common.name.to_owned(), response);
    }
    Value::Object(all)
}

fn some_headers(names: &[&str]) -> Value {
    let named = names.iter().map(|name| {
        let reference = json!({"$ref": format!("#/components/headers/{name}")});
        ((*name).to_owned(), reference)
    });
    Value::Object(named.collect())
}

/// An error as all of them are (RFC 9457).
fn problem(status: u16, means: &str, detail: &str) -> Value {
    let title = ::http::StatusCode::from_u16(status).ok();
    let title = title.and_then(|s| s.canonical_reason()).unwrap_or("Error");
    json!({
        "description": means,
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {"title": title, "status": status, "detail": detail},
        }},
    })
}

/// `getLessonsByCode`: the method and the path's words.
fn name_of(method: &str, path: &str) -> String {
    let words = path
        .trim_start_matches("/api/v1")
        .split(['/', '-', '.'])
        .filter(|word| !word.is_empty());
    let mut name = method.to_owned();
    for word in words {
        let (before, word) = match word.strip_prefix('{') {
            Some(parameter) => ("By", parameter.trim_end_matches('}')),
            None => ("", word),
        };
        name.push_str(before);
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters);
    }
    name
}

/// Adds the errors that follow from what an operation is, unless it tells of them itself.
fn add_errors(method: &str, path: &str, operation: &mut Value) {
    let reads = method == "get";
    let parameters = operation["parameters"].as_array();
    let asks = |place: &str| parameters.is_some_and(|all| all.iter().any(|p| p["in"] == place));
    let body = operation["requestBody"]["content"].as_object();
    let takes_json = body.is_some_and(|types| types.contains_key("application/json"));
    let takes_body = body.is_some();
    let needs_token = matches!(super::security(&operation["security"]),
        s if !matches!(s, super::Security::None | super::Security::Optional));
    let mut statuses = vec![414, 429, 500, 503];
    for (status, may_be) in [
        (400, asks("query") || takes_json),
        (401, needs_token),
        (403, needs_token),
        (404, path.contains('{')),
        (412, reads),
        (413, takes_body),
        (415, takes_body),
    ] {
        statuses.extend(may_be.then_some(status));
    }
    let mut own = std::mem::take(&mut operation["responses"]);
    if let Some(own) = own.as_object_mut() {
        for common in COMMON.iter().filter(|c| statuses.contains(&c.status)) {
            let reference = json!({"$ref": format!("#/components/responses/{}", common.name)});
            own.entry(common.status.to_string()).or_insert(reference);
        }
        if reads && !is_stream(own) {
            let reference = json!({"$ref": format!("#/components/responses/{NOT_MODIFIED}")});
            own.insert("304".to_owned(), reference);
        }
    }
    operation["responses"] = own;
}

/// Whether an answer goes on for as long as somebody listens.
fn is_stream(responses: &Map<String, Value>) -> bool {
    responses
        .get("200")
        .is_some_and(|ok| ok["content"]["text/event-stream"].is_object())
}

/// Gives each answer its content, its headers and an example.
fn finish_answers(method: &str, operation: &mut Value, components: &Value) {
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let streams = is_stream(responses);
    for (status, response) in responses {
        if response["$ref"].is_string() {
            continue;
        }
        let Ok(number) = status.parse::<u16>() else {
            continue;
        };
        if number >= 400 {
            let means = response["description"].as_str().unwrap_or_default();
            *response = problem(number, means, means);
            continue;
        }
        add_examples(response, components);
        let headers: &[&str] = match method == "get" && !streams {
            true => &["ETag", "RateLimit", "RateLimit-Policy"],
            false => &["RateLimit", "RateLimit-Policy"],
        };
        response["headers"] = some_headers(headers);
    }
}

/// Gives each parameter and body an example.
fn finish_questions(operation: &mut Value, components: &Value) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        add_example(parameter, components);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        add_examples(body, components);
    }
}

/// `place` has content of one or several types.
fn add_examples(place: &mut Value, components: &Value) {
    let content = place.get_mut("content").and_then(Value::as_object_mut);
    for (_, media) in content.into_iter().flatten() {
        add_example(media, components);
    }
}

/// `place` has a schema.
fn add_example(place: &mut Value, components: &Value) {
    if place["example"].is_null() && place["schema"].is_object() {
        let whole = json!({ "components": components });
        place["example"] = sample(&whole, &place["schema"], 0);
    }
}

/// What a reference stands for, or `schema` itself.
pub(super) fn resolved<'d>(description: &'d Value, schema: &'d Value) -> &'d Value {
    let Some(name) = schema["$ref"].as_str() else {
        return schema;
    };
    let path = name.trim_start_matches('#');
    description.pointer(path).unwrap_or(schema)
}

/// Schemas lie no deeper in each other.
const DEEPEST: u32 = 8;

/// A value that fits `schema`: the examples that stand there, put together.
fn sample(description: &Value, schema: &Value, depth: u32) -> Value {
    for given in ["example", "default", "const"] {
        if let Some(found) = schema.get(given) {
            return found.clone();
        }
    }
    for given in ["examples", "enum"] {
        if let Some(first) = schema[given].get(0) {
            return first.clone();
        }
    }
    let below = |schema: &Value| sample(description, schema, depth + 1);
    if depth > DEEPEST {
        return Value::Null;
    }
    if schema["$ref"].is_string() {
        return below(resolved(description, schema));
    }
    if let Some(all) = schema["allOf"].as_array() {
        let mut together = Map::new();
        for part in all {
            if let Value::Object(members) = below(part) {
                together.extend(members);
            }
        }
        return Value::Object(together);
    }
    for choice in ["oneOf", "anyOf"] {
        let mut choices = schema[choice].as_array().into_iter().flatten();
        if let Some(first) = choices.find(|one| one["type"] != "null") {
            return below(first);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|kind| *kind != "null"),
        one => Some(one),
    };
    match kind.and_then(Value::as_str) {
        Some("object") => {
            let members = schema["properties"].as_object().into_iter().flatten();
            members
                .map(|(name, schema)| (name.clone(), below(schema)))
                .collect::<Map<_, _>>()
                .into()
        }
        Some("array") => json!([below(&schema["items"])]),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(false),
        Some("string") => json!(text(schema)),
        _ => json!({}),
    }
}

fn text(schema: &Value) -> &'static str {
    match schema["format"].as_str() {
        Some("date-time") => "2026-03-04T09:15:00Z",
        Some("uri") => "https://lessons.example/",
        Some("binary") => "…",
        _ => "…",
    }
}

#[cfg(test)]
mod tests;
