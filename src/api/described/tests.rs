//! What whoever writes a program against the API relies on.

use std::collections::BTreeSet;

use super::*;

/// Every operation: its method, path and description.
fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = value()["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, operations)| {
        let operations = operations.as_object().unwrap();
        operations
            .iter()
            .map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
    })
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_examples() {
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        let about = format!("{method} {path}");
        let name = operation["operationId"].as_str().unwrap();
        assert!(
            names.insert(name),
            "{about}: {name} is another's name as well"
        );
        assert!(operation["summary"].is_string(), "{about}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let about = format!("{about} {}", parameter["name"]);
            assert!(!parameter["example"].is_null(), "{about}");
            assert!(parameter["description"].is_string(), "{about}");
        }
        let content = |place: &Value| -> Vec<Value> {
            let types = place["content"].as_object();
            types
                .into_iter()
                .flatten()
                .map(|(_, m)| m.clone())
                .collect()
        };
        for media in content(&operation["requestBody"]) {
            assert!(!media["example"].is_null(), "{about}");
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            for media in content(response) {
                assert!(!media["example"].is_null(), "{about} {status}");
            }
        }
    }
    assert!(names.len() > 50, "{names:?}");
}

#[test]
fn every_error_is_a_problem_and_those_that_anybody_may_meet_are_told() {
    let description = value();
    for (method, path, operation) in operations() {
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            let about = format!("{method} {path} {status}");
            let response = resolved(description, response);
            assert!(response["description"].is_string(), "{about}");
            if status.as_str() >= "400" {
                let problem = &response["content"]["application/problem+json"];
                assert!(problem["schema"].is_object(), "{about}");
                assert_eq!(problem["example"]["status"].to_string(), *status, "{about}");
            }
        }
        for status in ["429", "500", "503"] {
            assert!(responses.contains_key(status), "{method} {path} {status}");
        }
        let has = |status: &str| responses.contains_key(status);
        assert!(has("404") || !path.contains('{'), "{method} {path}");
        assert!(has("412") || method != "get", "{method} {path}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn look(description: &Value, value: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(name) = members.get("$ref") {
                    let found = resolved(description, value);
                    assert!(found["$ref"].is_null(), "{name}");
                }
                members.values().for_each(|v| look(description, v));
            }
            Value::Array(all) => all.iter().for_each(|v| look(description, v)),
            _ => {}
        }
    }
    look(value(), value());
}

#[test]
fn a_sample_is_made_of_the_examples_that_stand_there() {
    let description = json!({"components": {"schemas": {
        "A": {"type": "object", "properties": {
            "code": {"type": "string", "example": "K7M2QX"},
            "more": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/B"}},
        }},
        "B": {"allOf": [
            {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}},
            {"type": "object", "properties": {"on": {"type": "boolean"}}},
        ]},
    }}});
    let a = json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/A"}]});
    let expected = json!({"code": "K7M2QX", "more": [{"n": 3, "on": false}]});
    assert_eq!(sample(&description, &a, 0), expected);
}
