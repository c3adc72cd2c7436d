//! `/{lang}/search`: lessons by their words, those that are said in them too.

use askama::Template;
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::assets;
use super::card::CardView;
use super::error::{Instead, Missing};
use super::page::{Crumb, Page, Visit, path};
use super::section::foreign;
use crate::catalogue::{
    Corrected, Facets, FoundLesson, LONGEST_QUERY, MOST_FOUND, Results, Search, Term, Vocabulary,
};
use crate::http::cache::CachePolicy;
use crate::search::marks::{Part, excerpt, marked};
use crate::search::query::Query;
use crate::words::Language;

/// Lessons on one page.
pub(super) const PAGE: usize = 20;
/// The last page that there can be.
pub(super) const LAST: usize = MOST_FOUND / PAGE;
/// Characters of a description that are shown around a word.
const EXCERPT: usize = 160;
/// What stands for itself in a query.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    page: Page,
    heading: String,
    typed: String,
    /// Whether something was asked for.
    asked: bool,
    /// Something was typed that has neither letters nor digits.
    wordless: bool,
    filters: Vec<Filter>,
    switches: Vec<Switch>,
    /// Filters that are set, each with the same search without it.
    chosen: Vec<Link>,
    notice: Option<Notice>,
    found: Vec<FoundView>,
    earlier: Option<String>,
    more: Option<String>,
    /// There are more lessons than are ever shown.
    cut: bool,
    grades: Vec<Link>,
}

/// One choice among several.
pub(super) struct Filter {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) options: Vec<Choice>,
}

pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// A choice of its own.
struct Switch {
    name: &'static str,
    label: String,
    on: bool,
}

pub(super) struct Link {
    pub(super) name: String,
    pub(super) href: String,
    /// What is heard instead of the name alone.
    pub(super) label: String,
}

/// What else was looked for, or could be.
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) words: Vec<Link>,
}

/// A lesson that was found.
pub(super) struct FoundView {
    pub(super) card: CardView,
    pub(super) title: Vec<Part>,
    /// Grade and subject.
    pub(super) place: String,
    /// Topic, teachers or description, where they have what is looked for.
    pub(super) why: Vec<Vec<Part>>,
    pub(super) moments: Vec<MomentView>,
}

pub(super) struct MomentView {
    pub(super) href: String,
    pub(super) clock: String,
    /// The moment as a machine reads it.
    pub(super) duration: String,
    pub(super) lang: Option<String>,
    pub(super) line: Vec<Part>,
}

/// What the address asks for.
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) facets: Facets,
    pub(super) page: usize,
}

/// The search page.
pub async fn show(visit: Visit) -> Response {
    visit.answer(CachePolicy::Page, search(&visit).await)
}

async fn search(visit: &Visit) -> Result<SearchPage, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let asked = Asked::of(visit);
    if let Some((name, ..)) = asked.facets.unknown(&vocabulary) {
        return Err(Instead::Missing(match name {
            "grade" => Missing::Grade,
            "subject" => Missing::Subject,
            "section" => Missing::Section,
            _ => Missing::Page,
        }));
    }
    let question = Search {
        text: asked.text.clone(),
        facets: asked.facets.clone(),
        skip: (asked.page - 1) * PAGE,
        limit: PAGE,
        moments: true,
    };
    let results = visit.app.catalogue.search(question).await?;
    let years = visit.app.catalogue.read(|c| c.school_years()).await?;
    Ok(SearchPage::new(visit, &vocabulary, &asked, results, years))
}

impl Asked {
    pub(super) fn of(visit: &Visit) -> Self {
        let said = |name: &str| visit.asked(name).map(str::to_owned);
        let page = visit.asked("page").and_then(|page| page.parse().ok());
        let typed = visit.asked("q").unwrap_or_default().trim();
        Self {
            text: typed.chars().take(LONGEST_QUERY).collect(),
            facets: Facets {
                grade: said("grade"),
                subject: said("subject"),
                section: said("section"),
                // It is shown again, and no longer one is a year.
                school_year: said("year").filter(|year| year.len() <= 10),
                channel: said("channel"),
                signed: visit.asked("signed").is_some(),
                captioned: visit.asked("captioned").is_some(),
            },
            page: page.unwrap_or(1).clamp(1, LAST),
        }
    }

    /// What a form or an address says to ask for the same, in one order; nothing where nothing is asked for.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let f = &self.facets;
        let on = |set: bool| set.then(|| "1".to_owned());
        let page = (self.page > 1).then(|| self.page.to_string());
        let text = Some(self.text.clone()).filter(|text| !text.is_empty());
        let all = [
            ("q", text),
            ("grade", f.grade.clone()),
            ("subject", f.subject.clone()),
            ("section", f.section.clone()),
            ("year", f.school_year.clone()),
            ("channel", f.channel.clone()),
            ("signed", on(f.signed)),
            ("captioned", on(f.captioned)),
            ("page", page),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// The address behind the language.
    fn rest(&self) -> String {
        format!("/search{}", query_of(&self.fields()))
    }

    /// The same with something else, from its first page on.
    pub(super) fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self {
            text: self.text.clone(),
            facets: self.facets.clone(),
            page: 1,
        };
        change(&mut other);
        other
    }
}

/// Fields as a query with its question mark; nothing where there are none.
pub(super) fn query_of(fields: &[(&'static str, String)]) -> String {
    let parts: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, PLAIN)))
        .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!("?{}", parts.join("&")),
    }
}

impl SearchPage {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        asked: &Asked,
        results: Results,
        years: Vec<String>,
    ) -> Self {
        let language = visit.language;
        let code = language.code();
        let wanted = !asked.text.is_empty() || !asked.facets.is_empty();
        let heading = match asked.text.is_empty() {
            true => language.text("search"),
            false => language.with("search-title", &[("words", asked.text.as_str().into())]),
        };
        let mut page = visit.page(&heading, language.text("search-description"), &asked.rest());
        page.second_look = Some(assets::Sheet::Search.url());
        // The form on the page is a better one.
        page.search = None;
        // What somebody searched is no page for other search engines.
        page.noindex = wanted;
        page.crumbs = vec![
            Crumb::link(language.text("grades"), path(language, "/")),
            Crumb::here(language.text("search")),
        ];
        let link = |name: String, rest: String| Link {
            label: name.clone(),
            name,
            href: path(language, &rest),
        };
        let notice = results.corrected.as_ref().map(|c| (c, true));
        let notice = notice.or_else(|| results.suggested.as_ref().map(|c| (c, false)));
        let linked = |word: String, other: &Asked| link(word, other.rest());
        let notice =
            notice.map(|(corrected, done)| Notice::new(asked, corrected, done, language, &linked));
        let grades = vocabulary.grades.iter().filter(|grade| !grade.retired);
        let grades = grades.map(|g| link(g.name(code).to_owned(), format!("/grades/{}", g.id)));
        let last = asked.page == LAST;
        let found = results.lessons.into_iter();
        Self {
            heading,
            typed: asked.text.clone(),
            asked: wanted,
            wordless: !asked.text.is_empty() && results.query.is_empty(),
            filters: filters(asked, vocabulary, language, years),
            switches: vec![
                Switch {
                    name: "signed",
                    label: language.text("search-signed"),
                    on: asked.facets.signed,
                },
                Switch {
                    name: "captioned",
                    label: language.text("search-captioned"),
                    on: asked.facets.captioned,
                },
            ],
            chosen: chosen(asked, vocabulary, language),
            notice,
            grades: grades.collect(),
            earlier: (asked.page > 1)
                .then(|| path(language, &asked.but(|a| a.page = asked.page - 1).rest())),
            more: (results.more && !last)
                .then(|| path(language, &asked.but(|a| a.page = asked.page + 1).rest())),
            cut: results.more && last,
            found: found
                .map(|found| FoundView::new(language, vocabulary, &results.query, found))
                .collect(),
            page,
        }
    }

    /// Whether the filters are shown at once.
    fn narrowed(&self) -> bool {
        !self.chosen.is_empty()
    }
}

impl Notice {
    pub(super) fn new(
        asked: &Asked,
        corrected: &Corrected,
        done: bool,
        language: Language,
        link: &impl Fn(String, &Asked) -> Link,
    ) -> Self {
        let text = match done {
            true => language.with("search-corrected", &[("typed", asked.text.as_str().into())]),
            false => language.text("search-suggested"),
        };
        // Of several words, the others stay as they were typed: the whole is offered. Of one, each that is near.
        let several = corrected.text.contains(' ');
        let mut words: Vec<String> = match several {
            true => vec![corrected.text.clone()],
            false => corrected.words.clone(),
        };
        words.dedup();
        let to = |word: String| {
            let other = asked.but(|a| a.text.clone_from(&word));
            link(word, &other)
        };
        Self {
            text,
            words: words.into_iter().map(to).collect(),
        }
    }
}

/// The choices of the form.
pub(super) fn filters(
    asked: &Asked,
    vocabulary: &Vocabulary,
    language: Language,
    mut years: Vec<String>,
) -> Vec<Filter> {
    let f = &asked.facets;
    // One that no lesson has stays chosen as well.
    years.extend(f.school_year.clone().filter(|year| !years.contains(year)));
    let of = |name, label, terms: &[Term], chosen: &Option<String>| Filter {
        name,
        label,
        options: terms
            .iter()
            .filter(|term| !term.retired || chosen.as_deref() == Some(term.id.as_str()))
            .map(|term| Choice {
                value: term.id.clone(),
                name: term.name(language.code()).to_owned(),
                chosen: chosen.as_deref() == Some(term.id.as_str()),
            })
            .collect(),
    };
    let year = |year: String| Choice {
        chosen: f.school_year.as_ref() == Some(&year),
        name: year.clone(),
        value: year,
    };
    let mut all = vec![
        of(
            "grade",
            language.text("search-grade"),
            &vocabulary.grades,
            &f.grade,
        ),
        of(
            "subject",
            language.text("search-subject"),
            &vocabulary.subjects,
            &f.subject,
        ),
        of(
            "section",
            language.text("search-section"),
            &vocabulary.sections,
            &f.section,
        ),
        Filter {
            name: "year",
            label: language.text("search-year"),
            options: years.into_iter().map(year).collect(),
        },
        of(
            "channel",
            language.text("search-channel"),
            &vocabulary.channels,
            &f.channel,
        ),
    ];
    // Where there is nothing to choose, there is no choice.
    all.retain(|filter| filter.options.len() > 1 || filter.options.iter().any(|o| o.chosen));
    all
}

/// The filters that are set.
fn chosen(asked: &Asked, vocabulary: &Vocabulary, language: Language) -> Vec<Link> {
    let f = &asked.facets;
    let named = |terms: &[Term], id: &Option<String>| {
        let term = terms.iter().find(|term| Some(&term.id) == id.as_ref())?;
        Some(term.name(language.code()).to_owned())
    };
    let on = |set: bool, name: String| set.then_some(name);
    let all = [
        (
            named(&vocabulary.grades, &f.grade),
            asked.but(|a| a.facets.grade = None),
        ),
        (
            named(&vocabulary.subjects, &f.subject),
            asked.but(|a| a.facets.subject = None),
        ),
        (
            named(&vocabulary.sections, &f.section),
            asked.but(|a| a.facets.section = None),
        ),
        (
            f.school_year.clone(),
            asked.but(|a| a.facets.school_year = None),
        ),
        (
            named(&vocabulary.channels, &f.channel),
            asked.but(|a| a.facets.channel = None),
        ),
        (
            on(f.signed, language.text("search-signed")),
            asked.but(|a| a.facets.signed = false),
        ),
        (
            on(f.captioned, language.text("search-captioned")),
            asked.but(|a| a.facets.captioned = false),
        ),
    ];
    all.into_iter()
        .filter_map(|(name, rest)| {
            let name = name?;
            let rest = rest.rest();
            Some(Link {
                label: language.with("search-remove", &[("name", name.as_str().into())]),
                href: path(language, &rest),
                name,
            })
        })
        .collect()
}

impl FoundView {
    pub(super) fn new(
        language: Language,
        vocabulary: &Vocabulary,
        query: &Query,
        found: FoundLesson,
    ) -> Self {
        let code = language.code();
        let grade = |id: &String| {
            vocabulary
                .grade(id)
                .map_or(id.as_str(), |g| g.name(code))
                .to_owned()
        };
        let mut place: Vec<String> = found.grades.iter().map(grade).collect();
        place.extend(
            vocabulary
                .subject(&found.card.subject)
                .map(|s| s.name(code).to_owned()),
        );
        let says = |text: &str| query.found_in(text).0 > 0;
        let mut why: Vec<Vec<Part>> = Vec::new();
        for text in [&found.card.topic, &found.card.unit].into_iter().flatten() {
            why.extend(says(text).then(|| marked(text, query)));
        }
        let teachers = found.teachers.join(", ");
        why.extend(says(&teachers).then(|| marked(&teachers, query)));
        let description = found.description.as_deref();
        let description = description.and_then(|text| excerpt(text, query, EXCERPT));
        why.extend(description.map(|text| marked(&text, query)));
        let title = marked(&found.card.title, query);
        let page = path(language, &format!("/l/{}", found.card.code));
        let moments = found.moments.into_iter().map(|moment| {
            let seconds = moment.start.whole_seconds();
            MomentView {
                href: format!("{page}?t={seconds}#t={seconds}"),
                clock: moment.start.clock_face(),
                duration: moment.start.iso(),
                lang: foreign(language, Some(&moment.language)),
                line: marked(&moment.line.replace('\n', " "), query),
            }
        });
        Self {
            moments: moments.collect(),
            title,
            place: place.join(", "),
            why,
            card: CardView::new(language, vocabulary, found.card),
        }
    }
}
