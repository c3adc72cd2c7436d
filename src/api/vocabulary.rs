//! `/api/v1/vocabulary`: what lessons are filed under, with its names in every language and how many there are.

use std::collections::BTreeMap;

use ::http::HeaderMap;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::chosen::Chosen;
use super::lessons::bad_request;
use crate::app::Shared;
use crate::catalogue::{ShelfCount, Term};
use crate::http::cache::CachePolicy;
use crate::http::problem::Problem;
use crate::http::tagged;

/// What is wanted of the vocabularies.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct VocabularyQuery {
    /// Names of what is wanted, separated by commas; a dot leads further: `grades.id,grades.names`. Without them, everything.
    #[param(example = "grades.id,grades.names")]
    fields: Option<String>,
}

/// All vocabularies, each in its order, and the shelves that they make.
#[derive(Serialize, ToSchema)]
pub(super) struct VocabularyBody {
    grades: Vec<TermBody>,
    subjects: Vec<TermBody>,
    /// Languages of instruction.
    sections: Vec<TermBody>,
    /// Television channels.
    channels: Vec<TermBody>,
    /// Those that have lessons.
    shelves: Vec<ShelfBody>,
}

/// An entry of a vocabulary.
#[derive(Serialize, ToSchema)]
struct TermBody {
    /// What filters and lessons call it.
    #[schema(example = "mathematics")]
    id: String,
    /// By language of the interface.
    #[schema(example = json!({"az": "Riyaziyyat", "ru": "Математика", "en": "Mathematics"}))]
    names: BTreeMap<String, String>,
    /// Of a grade or subject: what is printed large.
    #[schema(example = "∑")]
    sign: Option<String>,
    /// Of a subject: degrees on the colour wheel.
    #[schema(example = 210, maximum = 359)]
    hue: Option<u16>,
    /// Of a section: BCP 47.
    language: Option<String>,
    /// Only old lessons use it.
    retired: bool,
    /// Public lessons that have it; one of two grades counts for each.
    #[schema(example = 412)]
    lessons: u64,
}

impl TermBody {
    fn new(term: &Term, lessons: u64) -> Self {
        Self {
            id: term.id.clone(),
            names: term.names.clone(),
            sign: Some(term.sign.clone()).filter(|sign| !sign.is_empty()),
            hue: term.hue,
            language: term.language.clone(),
            retired: term.retired,
            lessons,
        }
    }
}

/// The lessons of a grade, subject and section.
#[derive(Serialize, ToSchema)]
struct ShelfBody {
    #[schema(example = "7")]
    grade: String,
    #[schema(example = "mathematics")]
    subject: String,
    #[schema(example = "az")]
    section: String,
    /// Public ones.
    #[schema(example = 68)]
    lessons: u64,
    /// Those of them that have a recording.
    #[schema(example = 66)]
    recorded: u64,
    /// Bytes that the cheapest forms of those take together.
    #[schema(example = 1_234_567_890)]
    cost: u64,
}

impl From<ShelfCount> for ShelfBody {
    fn from(count: ShelfCount) -> Self {
        Self {
            grade: count.grade,
            subject: count.subject,
            section: count.section,
            lessons: count.lessons,
            recorded: count.priced,
            cost: count.cost.0,
        }
    }
}

/// Get what lessons are filed under: grades, subjects, sections and channels.
///
/// With names in Azerbaijani, Russian and English, and the numbers of public lessons.
#[utoipa::path(
    get, path = "/api/v1/vocabulary", tag = "lessons", params(VocabularyQuery),
    responses((status = 200, description = "The vocabularies", body = VocabularyBody))
)]
pub(super) async fn show(
    State(app): State<Shared>,
    headers: HeaderMap,
    query: Result<Query<VocabularyQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| bad_request(e.body_text()))?;
    let chosen = Chosen::read(query.fields.as_deref(), "VocabularyBody")?;
    let vocabulary = app.vocabulary().await?;
    let counted = app
        .catalogue
        .read(|c| Ok((c.shelf_counts()?, c.term_counts()?)));
    let (mut shelves, [of_subject, of_section, of_channel]) = counted.await?;
    let mut of_grade: BTreeMap<String, u64> = BTreeMap::new();
    for shelf in &shelves {
        *of_grade.entry(shelf.grade.clone()).or_default() += shelf.lessons;
    }
    let told = |terms: &[Term], counts: &BTreeMap<String, u64>| {
        let of = |term: &Term| counts.get(&term.id).copied().unwrap_or_default();
        terms.iter().map(|t| TermBody::new(t, of(t))).collect()
    };
    let place = |terms: &[Term], id: &str| terms.iter().position(|term| term.id == id);
    shelves.sort_by_key(|shelf| {
        (
            place(&vocabulary.grades, &shelf.grade),
            place(&vocabulary.subjects, &shelf.subject),
            place(&vocabulary.sections, &shelf.section),
        )
    });
    let body = VocabularyBody {
        grades: told(&vocabulary.grades, &of_grade),
        subjects: told(&vocabulary.subjects, &of_subject),
        sections: told(&vocabulary.sections, &of_section),
        channels: told(&vocabulary.channels, &of_channel),
        shelves: shelves.into_iter().map(Into::into).collect(),
    };
    let body = chosen.of(body);
    Ok(tagged::json(
        &headers,
        CachePolicy::Page,
        &app.settings,
        &body,
    ))
}
