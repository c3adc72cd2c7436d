//! `/{lang}/lti/pick/{ticket}`: a teacher finds a lesson, by words or by grade and subject.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::frame::{Top, laid_out};
use super::picker::{Picker, Place, Trouble};
use crate::catalogue::{Facets, Part, Search, ShelfCount, ShelfName, Snapshot, Term, Vocabulary};
use crate::pages::card::CardView;
use crate::pages::error::{Instead, Missing};
use crate::pages::page::{Crumb, Page, hue};
use crate::pages::search::{Asked, Filter, FoundView, LAST, Link, Notice, PAGE, filters};
use crate::pages::section::{Section, SectionLink, foreign};
use crate::pages::subject;
use crate::units::Code;

#[derive(Template)]
#[template(path = "lti/list.html")]
struct List {
    page: Page,
    top: Top,
    heading: String,
    lead: Option<String>,
    /// Where the search form leads.
    here: String,
    typed: String,
    filters: Vec<Filter>,
    /// A switch, where one goes from grade to subject; the search has a filter instead.
    sections: Vec<SectionLink>,
    /// Stays chosen by the search's form.
    section: Option<String>,
    shown: Shown,
    /// Where ticked lessons go; `None`: the platform takes one.
    chosen: Option<String>,
    /// What the form with the ticks keeps.
    kept: Vec<(&'static str, String)>,
}

/// What there is to choose from.
enum Shown {
    Grades(Vec<Door>),
    Subjects(Vec<Door>),
    Shelf {
        units: Vec<Unit>,
        first: Option<String>,
        next: Option<String>,
    },
    Found {
        notice: Option<Notice>,
        rows: Vec<FoundRow>,
        earlier: Option<String>,
        more: Option<String>,
        cut: bool,
    },
}

impl List {
    /// Whether several may be ticked here.
    fn ticks(&self) -> bool {
        self.chosen.is_some() && self.shown.has_lessons()
    }

    /// Where they go.
    fn ticked(&self) -> &str {
        self.chosen.as_deref().unwrap_or_default()
    }
}

impl Shown {
    /// Whether there is something to tick.
    fn has_lessons(&self) -> bool {
        match self {
            Self::Grades(_) | Self::Subjects(_) => false,
            Self::Shelf { units, .. } => !units.is_empty(),
            Self::Found { rows, .. } => !rows.is_empty(),
        }
    }
}

/// A grade or a subject to go into.
struct Door {
    href: String,
    sign: String,
    hue: u16,
    name: String,
    lessons: String,
}

/// Neighbours of one chapter.
struct Unit {
    name: Option<String>,
    lang: Option<String>,
    /// Leads to all of its lessons that stand here.
    all: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    code: Code,
    card: CardView,
    /// What is heard of its box.
    tick: String,
}

struct FoundRow {
    code: Code,
    found: FoundView,
    tick: String,
}

/// The list.
pub async fn show(picker: Picker) -> Response {
    let page = list(&picker).await;
    picker.answer(page.map(|page| (StatusCode::OK, page)))
}

async fn list(picker: &Picker) -> Result<List, Trouble> {
    let visit = &picker.visit;
    let vocabulary = visit.app.vocabulary().await.map_err(Instead::from)?;
    let place = Place::of(visit);
    if let Some((name, ..)) = place.asked.facets.unknown(&vocabulary) {
        return Err(Trouble::Instead(Instead::Missing(match name {
            "grade" => Missing::Grade,
            "subject" => Missing::Subject,
            _ => Missing::Section,
        })));
    }
    let mut list = List::new(picker, &vocabulary, &place, picker.top().await?);
    let f = &place.asked.facets;
    let (grade, subject) = (f.grade.as_deref(), f.subject.as_deref());
    match (place.asked.text.is_empty(), grade, subject) {
        (true, None, None) => list.choose_grade(picker, &vocabulary).await?,
        (true, Some(grade), None) => list.choose_subject(picker, &vocabulary, grade).await?,
        (true, Some(grade), Some(subject)) => {
            list.go_through(picker, &vocabulary, &place, (grade, subject))
                .await?;
        }
        _ => list.find(picker, &vocabulary, &place).await?,
    }
    if !list.sections.is_empty() {
        list.filters.retain(|filter| filter.name != "section");
        list.section.clone_from(&place.asked.facets.section);
    }
    Ok(list)
}

impl List {
    fn new(picker: &Picker, vocabulary: &Vocabulary, place: &Place, top: Top) -> Self {
        let visit = &picker.visit;
        let language = visit.language;
        let heading = language.text("lti-pick");
        let page = laid_out(visit, &heading);
        let several = picker.picking.multiple;
        let nowhere = Place {
            asked: place.asked.but(clear),
            after: None,
        };
        let mut filters = filters(&place.asked, vocabulary, language, Vec::new());
        filters.retain(|f| ["grade", "subject", "section"].contains(&f.name));
        Self {
            page,
            top,
            heading,
            lead: None,
            here: picker.path("", &nowhere),
            typed: place.asked.text.clone(),
            filters,
            sections: Vec::new(),
            section: None,
            shown: Shown::Grades(Vec::new()),
            chosen: several.then(|| picker.path("/chosen", &nowhere)),
            kept: place.fields(),
        }
    }

    /// Counts of the shelves of the section that the address names.
    async fn counts(picker: &Picker, section: &Section<'_>) -> Result<Vec<ShelfCount>, Trouble> {
        let id = section.term.id.clone();
        let counting = move |c: &Snapshot<'_>| {
            let mut counts = c.shelf_counts()?;
            counts.retain(|c| c.section == id);
            Ok(counts)
        };
        let counts = picker.visit.app.catalogue.read(counting).await;
        Ok(counts.map_err(Instead::from)?)
    }

    async fn choose_grade(
        &mut self,
        picker: &Picker,
        vocabulary: &Vocabulary,
    ) -> Result<(), Trouble> {
        let language = picker.visit.language;
        let section = Section::of(&picker.visit, vocabulary)?;
        let counts = Self::counts(picker, &section).await?;
        let doors = vocabulary.grades.iter().filter_map(|grade| {
            let own = counts.iter().filter(|c| c.grade == grade.id);
            let lessons = own.map(|c| c.lessons).sum::<u64>();
            (lessons > 0).then(|| Door {
                href: self.within(picker, &section, Some(&grade.id), None),
                sign: grade.sign.clone(),
                hue: 0,
                name: grade.name(language.code()).to_owned(),
                lessons: language.count("lessons", lessons),
            })
        });
        self.shown = Shown::Grades(doors.collect());
        self.sections = section.switch(language, vocabulary, picker.root());
        self.lead = Some(match self.chosen {
            Some(_) => language.text("lti-pick-lead-many"),
            None => language.text("lti-pick-lead"),
        });
        Ok(())
    }

    async fn choose_subject(
        &mut self,
        picker: &Picker,
        vocabulary: &Vocabulary,
        grade: &str,
    ) -> Result<(), Trouble> {
        let language = picker.visit.language;
        let section = Section::of(&picker.visit, vocabulary)?;
        let grade = known(vocabulary.grade(grade), Missing::Grade)?;
        let counts = Self::counts(picker, &section).await?;
        let doors = vocabulary.subjects.iter().filter_map(|subject| {
            let mut own = counts.iter().filter(|c| c.grade == grade.id);
            let count = own.find(|c| c.subject == subject.id)?;
            Some(Door {
                href: self.within(picker, &section, Some(&grade.id), Some(&subject.id)),
                sign: subject.sign.clone(),
                hue: hue(subject.hue),
                name: subject.name(language.code()).to_owned(),
                lessons: language.count("lessons", count.lessons),
            })
        });
        self.shown = Shown::Subjects(doors.collect());
        let more = format!("grade={}", grade.id);
        self.sections = section.switch_with(language, vocabulary, picker.root(), &more);
        self.page.crumbs = vec![
            Crumb::link(
                language.text("lti-all-grades"),
                self.within(picker, &section, None, None),
            ),
            Crumb::here(grade.name(language.code())),
        ];
        Ok(())
    }

    /// The lessons of a shelf in programme order.
    async fn go_through(
        &mut self,
        picker: &Picker,
        vocabulary: &Vocabulary,
        place: &Place,
        (grade, subject): (&str, &str),
    ) -> Result<(), Trouble> {
        let language = picker.visit.language;
        let code = language.code();
        let section = Section::of(&picker.visit, vocabulary)?;
        let grade = known(vocabulary.grade(grade), Missing::Grade)?;
        let subject = known(vocabulary.subject(subject), Missing::Subject)?;
        let name = ShelfName {
            grade: grade.id.clone(),
            subject: subject.id.clone(),
            section: section.term.id.clone(),
        };
        let after = place.after;
        let asking =
            move |c: &Snapshot<'_>| c.shelf_part(&name, &Part::default(), after, subject::PAGE);
        let (cards, next) = picker
            .visit
            .app
            .catalogue
            .read(asking)
            .await
            .map_err(Instead::from)?;
        let lang = foreign(language, section.term.language.as_deref());
        let mut units: Vec<Unit> = Vec::new();
        for mut card in cards {
            let name = card.unit.take();
            let own = card.code;
            let mut view = CardView::new(language, vocabulary, card);
            view.href = picker.path(&format!("/l/{own}"), place);
            let row = Row {
                tick: language.with("lti-tick", &[("title", view.title.as_str().into())]),
                code: own,
                card: view,
            };
            match units.last_mut() {
                Some(unit) if unit.name == name => unit.rows.push(row),
                _ => units.push(Unit {
                    name,
                    lang: lang.clone(),
                    all: None,
                    rows: vec![row],
                }),
            }
        }
        for unit in &mut units {
            let whole = self.chosen.is_some() && unit.rows.len() > 1;
            unit.all = whole.then(|| all_of(picker, place, &unit.rows));
        }
        let at = |after| {
            let there = Place {
                asked: place.asked.but(|_| ()),
                after,
            };
            picker.path("", &there)
        };
        self.shown = Shown::Shelf {
            units,
            first: after.map(|_| at(None)),
            next: next.map(|code| at(Some(code))),
        };
        let more = format!("grade={}&subject={}", grade.id, subject.id);
        self.sections = section.switch_with(language, vocabulary, picker.root(), &more);
        self.heading = format!("{}, {}", subject.name(code), grade.name(code));
        self.page.crumbs = vec![
            Crumb::link(
                language.text("lti-all-grades"),
                self.within(picker, &section, None, None),
            ),
            Crumb::link(
                grade.name(code),
                self.within(picker, &section, Some(&grade.id), None),
            ),
            Crumb::here(subject.name(code)),
        ];
        Ok(())
    }

    /// Lessons by their words.
    async fn find(
        &mut self,
        picker: &Picker,
        vocabulary: &Vocabulary,
        place: &Place,
    ) -> Result<(), Trouble> {
        let language = picker.visit.language;
        let asked = &place.asked;
        let question = Search {
            text: asked.text.clone(),
            facets: asked.facets.clone(),
            skip: (asked.page - 1) * PAGE,
            limit: PAGE,
            moments: true,
        };
        let results = picker.visit.app.catalogue.search(question).await;
        let results = results.map_err(Instead::from)?;
        let to = |other: Asked| {
            let there = Place {
                asked: other,
                after: None,
            };
            picker.path("", &there)
        };
        let corrected = results.corrected.as_ref().map(|c| (c, true));
        let notice = corrected.or_else(|| results.suggested.as_ref().map(|c| (c, false)));
        let link = |word: String, other: &Asked| Link {
            label: word.clone(),
            name: word,
            href: to(other.but(|_| ())),
        };
        let notice = notice.map(|(c, done)| Notice::new(asked, c, done, language, &link));
        let rows = results.lessons.into_iter().map(|found| {
            let code = found.card.code;
            let tick = language.with("lti-tick", &[("title", found.card.title.as_str().into())]);
            let starts: Vec<u64> = found
                .moments
                .iter()
                .map(|m| m.start.whole_seconds())
                .collect();
            let mut view = FoundView::new(language, vocabulary, &results.query, found);
            view.card.href = picker.path(&format!("/l/{code}"), place);
            for (moment, start) in view.moments.iter_mut().zip(starts) {
                let joined = if view.card.href.contains('?') {
                    '&'
                } else {
                    '?'
                };
                moment.href = format!("{}{joined}t={start}", view.card.href);
            }
            FoundRow {
                code,
                found: view,
                tick,
            }
        });
        let last = asked.page == LAST;
        self.shown = Shown::Found {
            notice,
            rows: rows.collect(),
            earlier: (asked.page > 1).then(|| to(asked.but(|a| a.page = asked.page - 1))),
            more: (results.more && !last).then(|| to(asked.but(|a| a.page = asked.page + 1))),
            cut: results.more && last,
        };
        self.page.crumbs = vec![
            Crumb::link(language.text("lti-all-grades"), self.here.clone()),
            Crumb::here(language.text("search")),
        ];
        Ok(())
    }

    /// The list of a grade, or of one of its subjects.
    fn within(
        &self,
        picker: &Picker,
        section: &Section<'_>,
        grade: Option<&str>,
        subject: Option<&str>,
    ) -> String {
        let place = Place {
            asked: Asked {
                text: String::new(),
                facets: Facets {
                    grade: grade.map(str::to_owned),
                    subject: subject.map(str::to_owned),
                    section: (!section.query.is_empty()).then(|| section.term.id.clone()),
                    ..Facets::default()
                },
                page: 1,
            },
            after: None,
        };
        picker.path("", &place)
    }
}

pub(super) fn clear(asked: &mut Asked) {
    asked.text.clear();
    asked.facets = Facets::default();
}

fn known(term: Option<&Term>, missing: Missing) -> Result<&Term, Trouble> {
    term.ok_or(Trouble::Instead(Instead::Missing(missing)))
}

/// Where all of a unit's lessons are chosen together.
fn all_of(picker: &Picker, place: &Place, rows: &[Row]) -> String {
    let mut there = picker.path("/chosen", place);
    for row in rows {
        there.push(if there.contains('?') { '&' } else { '?' });
        there.push_str(&format!("code={}", row.code));
    }
    there
}
