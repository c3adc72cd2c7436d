//! Surface: JSON under `/api/v1` and its OpenAPI description.

mod answers;
mod broadcasts;
mod chosen;
mod described;
mod desk;
mod lesson;
mod lessons;
mod parts;
mod people;
mod search;
mod uploads;
mod vocabulary;
mod worker;

pub use answers::{Remembered, open, preflight, remember, tag};

use ::http::{HeaderValue, Method};
use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Shared;
use crate::http::problem::{FieldFault, Members};

/// Everything that the API says of itself besides its paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Teledars",
        description = include_str!("description.md"),
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "lessons", description = "Lessons that anybody may see, and with a token one's own drafts; what they are filed under, and when they were on television."),
        (name = "desk", description = "Making lessons: what a teacher does at the desk. Values that cannot be are told one by one in `errors`."),
        (name = "jobs", description = "What is made of recordings: qualities, pictures, slides, captions; how far it is, and what became of it."),
        (name = "people", description = "Who may do what. With a token: Authorization: Bearer."),
        (name = "uploads", description = "Recordings on their way in, by tus 1.0.0 at /uploads."),
        (name = "worker", description = "Jobs for machines elsewhere, as teledars worker does them: claim one, read its recording, \
                                       send what was made of it, say that it is done. Whoever has a job shows its lease: here in the \
                                       body, with bytes in the header Job-Lease. 409 of type /problems/lease-lost means that the job is \
                                       another's now. The recording lies at /worker/ID/source (as it came) and /worker/ID/narrow (in 240p, \
                                       once there is that), with ranges and If-Range. Files go to /worker/ID/products/NUMBER, numbered from 0: \
                                       HEAD tells in Upload-Offset how many bytes are here, PATCH adds more there, with the same header and \
                                       Content-Type: application/offset+octet-stream, as in tus 1.0.0."),
    ),
    components(schemas(Members, FieldFault)),
    modifiers(&Tokens),
)]
struct Description;

/// What `security` of a path means.
struct Tokens;

impl utoipa::Modify for Tokens {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

/// The API's paths.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(lessons::list, desk::lessons::create))
        .routes(routes!(broadcasts::list))
        .routes(routes!(vocabulary::show))
        .routes(routes!(
            lessons::one,
            desk::lessons::edit,
            desk::lessons::delete
        ))
        .routes(routes!(desk::lessons::withdraw, desk::lessons::reinstate))
        .routes(routes!(parts::chapters))
        .routes(routes!(parts::siblings))
        .routes(routes!(parts::storyboard))
        .routes(routes!(
            parts::captions,
            desk::files::put_captions,
            desk::files::remove_captions
        ))
        .routes(routes!(desk::files::add_attachment))
        .routes(routes!(desk::files::remove_attachment))
        .routes(routes!(desk::files::editions))
        .routes(routes!(desk::files::prune))
        .routes(routes!(desk::files::show_edition))
        .routes(routes!(desk::history::list))
        .routes(routes!(desk::history::undo))
        .routes(routes!(desk::jobs::list))
        .routes(routes!(desk::jobs::one))
        .routes(routes!(desk::jobs::log))
        .routes(routes!(desk::jobs::cancel))
        .routes(routes!(desk::jobs::retry))
        .routes(routes!(desk::jobs::of_lesson, desk::jobs::make))
        .routes(routes!(desk::job_events::all))
        .routes(routes!(desk::job_events::of_lesson))
        .routes(routes!(desk::lessons::list))
        .routes(routes!(desk::lessons::one))
        .routes(routes!(desk::sheet::export, desk::sheet::apply))
        .routes(routes!(desk::links::list, desk::links::make))
        .routes(routes!(desk::links::remove))
        .routes(routes!(desk::owners::add, desk::owners::remove))
        .routes(routes!(desk::disk::disk))
        .routes(routes!(desk::disk::prune_all))
        .routes(routes!(desk::history::log))
        .routes(routes!(search::search))
        .routes(routes!(lessons::description))
        .routes(routes!(uploads::list))
        .routes(routes!(uploads::one))
        .routes(routes!(worker::claim))
        .routes(routes!(worker::progress))
        .routes(routes!(worker::done))
        .routes(routes!(worker::failed))
        .routes(routes!(worker::give_back))
        .routes(routes!(people::me))
        .routes(routes!(people::tokens, people::make_token))
        .routes(routes!(people::revoke_token))
        .routes(routes!(people::list, people::add))
        .routes(routes!(people::one, people::edit))
        .routes(routes!(people::password_link))
}

/// The OpenAPI 3.1 description.
pub fn description() -> &'static Value {
    described::value()
}

/// Paths that anybody may read, also from pages of other sites, and the methods that there are (for Allow).
pub fn open_paths() -> Vec<(String, HeaderValue)> {
    let paths = description()["paths"].as_object();
    let mut open = Vec::new();
    for (path, operations) in paths.into_iter().flatten() {
        let reads = &operations["get"];
        let anybody = matches!(
            security(&reads["security"]),
            Security::None | Security::Optional
        );
        if !reads.is_object() || !anybody {
            continue;
        }
        let methods = operations.as_object().into_iter().flatten();
        let methods: Vec<String> = methods.map(|(method, _)| method.to_uppercase()).collect();
        let allow = format!("{}, HEAD, OPTIONS", methods.join(", "));
        if let Ok(allow) = HeaderValue::try_from(allow) {
            open.push((path.clone(), allow));
        }
    }
    open
}

/// What a path of the API asks of who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Nothing.
    None,
    /// A token shows more.
    Optional,
    /// A token, or a session.
    Token,
    /// The same, of somebody who may see the lesson as its people do.
    Author,
    /// An administrator's.
    Administrator,
    /// A worker's, or an administrator's.
    Worker,
}

/// Every method and path, as the description says.
pub fn listed() -> Vec<(Method, String, Security)> {
    let mut all = Vec::new();
    for (path, operations) in description()["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let Ok(method) = method.to_uppercase().parse() else {
                continue;
            };
            all.push((method, path.clone(), security(&operation["security"])));
        }
    }
    all
}

/// OpenAPI 3.1 §4.8.30: any one of the requirements will do, and an empty one is none.
fn security(requirements: &Value) -> Security {
    let all = requirements.as_array().map_or(&[][..], Vec::as_slice);
    let token = all.iter().find_map(|r| r["token"].as_array());
    match token {
        None => Security::None,
        Some(_) if all.len() > 1 => Security::Optional,
        Some(roles) if roles.is_empty() => Security::Token,
        Some(roles) if roles.iter().any(|r| r == "author") => Security::Author,
        Some(roles) if roles.iter().any(|r| r == "worker") => Security::Worker,
        Some(_) => Security::Administrator,
    }
}
