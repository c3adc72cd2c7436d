//! `/oai`: the catalogue for libraries, by OAI-PMH 2.0 (openarchives.org/OAI/2.0/openarchivesprotocol.htm).
//!
//! A lesson's identifier is its permanent address. What was listed and is not any more is told as deleted, for ever.
//! Nothing is kept between requests: a resumption token says where its list goes on.

mod arguments;
mod dublin_core;
mod lom;
mod token;

use std::collections::BTreeSet;

use ::http::header::CACHE_CONTROL;
use ::http::{HeaderValue, StatusCode, Uri, header};
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Response};

use self::arguments::{Format, List, Refusal, Request, What};
use super::asked::Asked;
use super::dates::utc;
use super::place::Site;
use super::xml::{Attributes, Xml};
use super::{name, told_in};
use crate::app::Shared;
use crate::catalogue::{self, Description, Harvested, ShelfCount, Vocabulary};
use crate::clock::{self, UnixMillis};
use crate::http::cache::CachePolicy;
use crate::http::problem::Problem;
use crate::words::Language;

/// Records, or headers, in one answer.
const PAGE: u32 = 100;
const OAI: &str = "http://www.openarchives.org/OAI/2.0/";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Milliseconds that lie between a change's own time and its commit, at most: an import writes for two seconds at once.
const LONGEST_CHANGE: i64 = 10_000;

/// What every answer is made from.
struct Archive<'a> {
    app: &'a Shared,
    site: &'a Site,
    vocabulary: &'a Vocabulary,
}

/// The arguments of a request, in their order.
type Pairs = Vec<(String, String)>;

/// Arguments in the query.
pub async fn get(State(app): State<Shared>, site: Site, uri: Uri) -> Result<Response, Problem> {
    // What cannot be decoded has no verb either.
    let pairs = Asked::of(&uri).map(Asked::into_pairs).unwrap_or_default();
    answer(&app, &site, pairs).await
}

/// Arguments in the content (§3.1.1.2); the server bounds its length.
pub async fn post(
    State(app): State<Shared>,
    site: Site,
    sent: Result<Form<Pairs>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(pairs) = sent.map_err(|e| {
        let status = match e.status() {
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            status => status,
        };
        Problem::new(status).detail(e.body_text())
    })?;
    answer(&app, &site, pairs).await
}

async fn answer(app: &Shared, site: &Site, pairs: Pairs) -> Result<Response, Problem> {
    let vocabulary = app.vocabulary().await?;
    let archive = Archive {
        app,
        site,
        vocabulary: &vocabulary,
    };
    // Harvesters ask later for what changed since then: nothing that they have not seen may lie before it.
    let responded = UnixMillis(clock::now().0 - LONGEST_CHANGE);
    let asked = Request::of(&pairs);
    let content = match asked {
        Ok(request) => archive.content(request).await?,
        Err(refusal) => Err(refusal),
    };
    let mut xml = Xml::document();
    let root = [
        ("xmlns", OAI),
        ("xmlns:xsi", INSTANCE),
        (
            "xsi:schemaLocation",
            "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
        ),
    ];
    xml.within("OAI-PMH", &root, |xml| {
        xml.element("responseDate", &utc(responded));
        // What was not understood is not repeated (§3.2).
        let repeated: Vec<(&str, &str)> = match &content {
            Err(refusal) if !refusal.is_understood() => Vec::new(),
            _ => pairs
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect(),
        };
        xml.element_with("request", &repeated, &archive.base());
        match &content {
            Err(refusal) => {
                xml.element_with("error", &[("code", refusal.code())], &refusal.to_string())
            }
            Ok(content) => content.write(xml, &archive),
        }
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/xml; charset=utf-8"),
        ),
        // It says when it was made.
        (CACHE_CONTROL, CachePolicy::NoStore.value(&app.settings)),
        (
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        ),
    ];
    Ok((headers, xml.finish()).into_response())
}

/// What an answer has in it.
enum Content {
    Identify {
        since: String,
    },
    Formats,
    /// Spec and name.
    Sets(Vec<(String, String)>),
    List(What, Format, Vec<Harvested>, Resumption),
    Record(Format, Box<Harvested>),
}

/// What is said of the rest of a list (§3.5).
enum Resumption {
    /// The list was short.
    None,
    /// There is more; how many came before this answer.
    More(String, u64),
    /// This is the last answer of several.
    Last(u64),
}

impl Archive<'_> {
    fn base(&self) -> String {
        self.site.origin.url("/oai")
    }

    fn identifier(&self, lesson: &Harvested) -> String {
        self.site
            .origin
            .url(format_args!("/l/{}", lesson.lesson.code))
    }

    /// Who answers letters. The schema wants a domain with a dot in it.
    fn email(&self) -> String {
        let set = &self.app.settings.contact_email;
        if !set.is_empty() {
            return set.clone();
        }
        let authority = self.site.origin.0.split("://").nth(1).unwrap_or_default();
        let host = authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host);
        match host.contains('.') && !host.contains(['[', ']']) {
            true => format!("postmaster@{host}"),
            false => "postmaster@archive.invalid".to_owned(),
        }
    }

    async fn content(&self, request: Request) -> Result<Result<Content, Refusal>, Problem> {
        Ok(match request {
            Request::Identify => {
                let since = self.app.catalogue.read(|c| c.first_change()).await?;
                Ok(Content::Identify {
                    since: utc(since.unwrap_or_else(clock::now)),
                })
            }
            Request::ListMetadataFormats { identifier: None } => Ok(Content::Formats),
            Request::ListMetadataFormats {
                identifier: Some(identifier),
            } => self.one(&identifier).await?.map(|_| Content::Formats),
            Request::ListSets => {
                let counts = self.app.catalogue.read(|c| c.shelf_counts()).await?;
                let sets = sets(self.vocabulary, &counts);
                // An empty list of them is none by the protocol's schema.
                match sets.is_empty() {
                    true => Err(Refusal::NoSetHierarchy),
                    false => Ok(Content::Sets(sets)),
                }
            }
            Request::GetRecord { identifier, format } => {
                let found = self.one(&identifier).await?;
                found.map(|found| Content::Record(format, Box::new(found)))
            }
            Request::List(list) => self.list(list).await?,
        })
    }

    async fn one(&self, identifier: &str) -> Result<Result<Harvested, Refusal>, Problem> {
        let Some(code) = self.site.code(identifier) else {
            return Ok(Err(Refusal::IdDoesNotExist));
        };
        let found = self.app.catalogue.read(move |c| c.harvested(code)).await?;
        Ok(found.ok_or(Refusal::IdDoesNotExist))
    }

    async fn list(&self, list: List) -> Result<Result<Content, Refusal>, Problem> {
        let asked = list.harvest();
        let found = self.app.catalogue.read(move |c| c.harvest(&asked, PAGE));
        let (lessons, more) = match found.await {
            Ok(found) => found,
            // The lesson after which it goes on is none.
            Err(catalogue::Error::Invalid(_)) => return Ok(Err(Refusal::BadResumptionToken)),
            Err(other) => return Err(other.into()),
        };
        let Some(last) = lessons.last() else {
            return Ok(Err(Refusal::NoRecordsMatch));
        };
        let told = list.told;
        let resumption = match (more, told) {
            (true, _) => {
                let after = (last.lesson.updated, last.lesson.code);
                let told_then = told + lessons.len() as u64;
                Resumption::More(list.go_on(after, told_then).written(), told)
            }
            (false, 0) => Resumption::None,
            (false, _) => Resumption::Last(told),
        };
        Ok(Ok(Content::List(
            list.what,
            list.format,
            lessons,
            resumption,
        )))
    }
}

impl Content {
    fn write(&self, xml: &mut Xml, archive: &Archive<'_>) {
        match self {
            Self::Identify { since } => xml.within("Identify", &[], |xml| {
                xml.element("repositoryName", &Language::Az.text("site"));
                xml.element("baseURL", &archive.base());
                xml.element("protocolVersion", "2.0");
                xml.element("adminEmail", &archive.email());
                xml.element("earliestDatestamp", since);
                xml.element("deletedRecord", "persistent");
                xml.element("granularity", "YYYY-MM-DDThh:mm:ssZ");
                xml.element("compression", "gzip");
            }),
            Self::Formats => xml.within("ListMetadataFormats", &[], |xml| {
                for format in Format::ALL {
                    xml.within("metadataFormat", &[], |xml| {
                        xml.element("metadataPrefix", format.prefix());
                        xml.element("schema", format.schema());
                        xml.element("metadataNamespace", format.namespace());
                    });
                }
            }),
            Self::Sets(sets) => xml.within("ListSets", &[], |xml| {
                for (spec, called) in sets {
                    xml.within("set", &[], |xml| {
                        xml.element("setSpec", spec);
                        xml.element("setName", called);
                    });
                }
            }),
            Self::List(what, format, lessons, resumption) => {
                xml.within(what.verb(), &[], |xml| {
                    for lesson in lessons {
                        match what {
                            What::Headers => head(xml, archive, lesson),
                            What::Records => record(xml, archive, *format, lesson),
                        }
                    }
                    resumption.write(xml);
                });
            }
            Self::Record(format, lesson) => xml.within("GetRecord", &[], |xml| {
                record(xml, archive, *format, lesson);
            }),
        }
    }
}

impl Resumption {
    fn write(&self, xml: &mut Xml) {
        let told = |told: &u64| told.to_string();
        match self {
            Self::None => {}
            Self::More(token, before) => {
                xml.element_with("resumptionToken", &[("cursor", &told(before))], token);
            }
            Self::Last(before) => xml.empty("resumptionToken", &[("cursor", &told(before))]),
        }
    }
}

/// The shelves that have lessons as sets, each behind the one that it is part of: spec and name.
fn sets(vocabulary: &Vocabulary, counts: &[ShelfCount]) -> Vec<(String, String)> {
    let language = Language::Az;
    let mut sets = Vec::new();
    for grade in &vocabulary.grades {
        let of_grade: Vec<&ShelfCount> = counts.iter().filter(|c| c.grade == grade.id).collect();
        if of_grade.is_empty() {
            continue;
        }
        let grade_name = grade.name(language.code());
        sets.push((grade.id.clone(), grade_name.to_owned()));
        for subject in &vocabulary.subjects {
            let shelves = of_grade.iter().filter(|c| c.subject == subject.id);
            let sections: Vec<&str> = shelves.map(|c| c.section.as_str()).collect();
            if sections.is_empty() {
                continue;
            }
            let spec = format!("{}:{}", grade.id, subject.id);
            let called = format!("{grade_name}, {}", subject.name(language.code()));
            sets.push((spec.clone(), called.clone()));
            for section in sections {
                let in_section = name(&vocabulary.sections, section, language);
                sets.push((
                    format!("{spec}:{section}"),
                    format!("{called}, {in_section}"),
                ));
            }
        }
    }
    sets
}

/// The sets that a lesson is in, or was in when it was listed.
fn specs(d: &Description) -> BTreeSet<String> {
    let of_grade = |grade: &String| {
        [
            grade.clone(),
            format!("{grade}:{}", d.subject),
            format!("{grade}:{}:{}", d.subject, d.section),
        ]
    };
    d.grades.iter().flat_map(of_grade).collect()
}

fn head(xml: &mut Xml, archive: &Archive<'_>, harvested: &Harvested) {
    let deleted: &Attributes<'_> = &[("status", "deleted")];
    let status = if harvested.gone { deleted } else { &[] };
    xml.within("header", status, |xml| {
        xml.element("identifier", &archive.identifier(harvested));
        xml.element("datestamp", &utc(harvested.lesson.updated));
        for spec in specs(&harvested.lesson.description) {
            xml.element("setSpec", &spec);
        }
    });
}

fn record(xml: &mut Xml, archive: &Archive<'_>, format: Format, harvested: &Harvested) {
    xml.within("record", &[], |xml| {
        head(xml, archive, harvested);
        if harvested.gone {
            return;
        }
        let about = About::new(archive, harvested);
        xml.within("metadata", &[], |xml| match format {
            Format::DublinCore => dublin_core::write(xml, &about),
            Format::Lom => lom::write(xml, &about),
        });
    });
}

/// A lesson, and what both formats say of it.
struct About<'a> {
    vocabulary: &'a Vocabulary,
    lesson: &'a catalogue::Lesson,
    /// Its permanent address.
    address: String,
    /// What is spoken in it, BCP 47; empty: not said.
    spoken: &'a str,
    /// What it is told in.
    language: Language,
    /// When it was first broadcast, else when it was first listed here.
    first: Option<String>,
}

impl<'a> About<'a> {
    fn new(archive: &'a Archive<'_>, harvested: &'a Harvested) -> Self {
        let lesson = &harvested.lesson;
        let spoken = super::spoken(archive.vocabulary, lesson);
        let aired = lesson.description.broadcasts.first().map(|b| b.at);
        Self {
            vocabulary: archive.vocabulary,
            lesson,
            address: archive.identifier(harvested),
            spoken,
            language: told_in(spoken),
            first: aired.or(lesson.listed).map(utc),
        }
    }

    fn subject(&self) -> &str {
        let id = &self.lesson.description.subject;
        name(&self.vocabulary.subjects, id, self.language)
    }

    fn grades(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.lesson.description.grades.iter();
        all.map(move |id| {
            (
                id.as_str(),
                name(&self.vocabulary.grades, id, self.language),
            )
        })
    }

    fn publisher(&self) -> String {
        let holder = self.lesson.description.rights_holder.clone();
        holder.unwrap_or_else(|| self.language.text("site"))
    }
}
