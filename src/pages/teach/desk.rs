//! `/teach/`: the lessons of those who make them, and where each stands.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::lesson_nav::{Refused, Tab};
use super::{Desk, Frame, role_name};
use crate::catalogue::{DeskFilter, OnDesk, PersonRole, Stands, Term, Vocabulary, Whose};
use crate::pages::card::CardView;
use crate::pages::page::path;
use crate::search::fold::match_expression;
use crate::units::{Bytes, LessonId};
use crate::words::{self, Language};

#[derive(Template)]
#[template(path = "teach/desk.html")]
struct DeskPage {
    page: Frame,
    heading: String,
    role: String,
    /// What an editor is limited to.
    scopes: Option<String>,
    /// What is used of what one may have.
    space: String,
    new: String,
    upload: String,
    sheet: String,
    filters: Filters,
    lessons: Vec<Own>,
    /// Where the older ones are.
    more: Option<String>,
}

/// What the list is narrowed to.
struct Filters {
    action: String,
    /// One's own or all that one edits, for who edits others' as well.
    whose: Vec<Pick>,
    stands: Vec<Pick>,
    grades: Vec<Pick>,
    subjects: Vec<Pick>,
    words: String,
    /// Whether anything is left out.
    narrow: bool,
}

struct Pick {
    value: String,
    name: String,
    chosen: bool,
}

/// A lesson, and where it stands: a draft, published, withdrawn.
struct Own {
    card: CardView,
    href: String,
    word: &'static str,
    stands: String,
    details: String,
}

/// Lessons of a page.
const ROWS: u32 = 50;
/// Characters that are looked at when words are searched.
const MOST_WORDS: usize = 200;

/// What the address asks for.
struct Asked {
    all: bool,
    stands: Option<Stands>,
    grade: Option<String>,
    subject: Option<String>,
    words: Option<String>,
    before: Option<LessonId>,
}

impl Asked {
    fn of(desk: &Desk) -> Self {
        let asked = |name| desk.visit.asked(name).map(str::to_owned);
        Self {
            all: desk.actor.role != PersonRole::Teacher
                && asked("whose").is_some_and(|w| w == "all"),
            stands: asked("state").and_then(|s| Stands::from_word(&s)),
            grade: asked("grade"),
            subject: asked("subject"),
            words: asked("q").map(|q| q.trim().chars().take(MOST_WORDS).collect()),
            before: asked("before").and_then(|id| id.parse().ok().map(LessonId)),
        }
    }

    fn filter(&self, desk: &Desk) -> DeskFilter {
        let whose = match self.all {
            true => desk.author().edits(),
            false => Whose::Own(desk.actor.person),
        };
        let words = self.words.as_deref();
        DeskFilter {
            whose,
            stands: self.stands,
            grade: self.grade.clone(),
            subject: self.subject.clone(),
            // What has no letter and no digit in it looks for nothing.
            words: words.and_then(match_expression),
        }
    }

    fn is_narrow(&self) -> bool {
        let Self {
            stands,
            grade,
            subject,
            words,
            ..
        } = self;
        stands.is_some() || grade.is_some() || subject.is_some() || words.is_some()
    }

    /// The address of the lessons before one of the same list.
    fn rest(&self, before: LessonId) -> String {
        let whose = self.all.then(|| "all".to_owned());
        let stands = self.stands.map(|s| s.as_str().to_owned());
        let asked = [
            ("whose", &whose),
            ("state", &stands),
            ("grade", &self.grade),
            ("subject", &self.subject),
            ("q", &self.words),
        ];
        let mut query = format!("before={}", before.0);
        for (name, value) in asked {
            if let Some(value) = value {
                let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
                query.push_str(&format!("&{name}={value}"));
            }
        }
        format!("/teach/?{query}")
    }
}

/// The desk: the newest lessons, `?before=ID` for older ones.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    let (language, actor, app) = (desk.visit.language, &desk.actor, &desk.visit.app);
    let asked = Asked::of(&desk);
    let (filter, before) = (asked.filter(&desk), asked.before);
    let vocabulary = desk.vocabulary().await?;
    let rows = app
        .catalogue
        .read(move |c| c.on_desk(&filter, before, ROWS));
    let rows = desk.read(rows.await)?;
    let who = actor.clone();
    let space = desk.done(app.at_desk(move |d| d.space(&who)).await)?;
    let oldest = rows.last().map(|o| o.card.id);
    let more = oldest.filter(|_| rows.len() == ROWS as usize);
    let scopes: Vec<String> = actor.scopes.iter().map(ToString::to_string).collect();
    let limited = actor.role == PersonRole::Editor && !scopes.is_empty();
    let mut frame = desk.frame(&language.text("teach-desk"), "/teach/");
    if desk.visit.asked("done") == Some("deleted") {
        frame.notice = Some(language.text("desk-deleted"));
    }
    let page = DeskPage {
        page: frame,
        heading: language.with("teach-hello", &[("name", actor.name.as_str().into())]),
        role: language.with(
            "teach-acts-as",
            &[("role", role_name(language, actor.role).into())],
        ),
        scopes: limited.then(|| {
            let scopes = scopes.join(", ");
            language.with("teach-limited", &[("scopes", scopes.into())])
        }),
        space: told_space(language, space),
        new: path(language, "/teach/lessons/new"),
        upload: path(language, "/teach/upload"),
        sheet: path(language, "/teach/sheet"),
        filters: Filters::new(&desk, &vocabulary, &asked),
        lessons: rows
            .into_iter()
            .map(|row| Own::new(language, &vocabulary, row))
            .collect(),
        more: more.map(|id| path(language, &asked.rest(id))),
    };
    Ok(desk.send(StatusCode::OK, &page))
}

fn told_space(language: Language, (used, most): (Bytes, Option<Bytes>)) -> String {
    let size = |bytes| words::size(language, bytes);
    match most {
        Some(most) if used.0 == 0 => {
            language.with("desk-space-free", &[("most", size(most).into())])
        }
        Some(most) => language.with(
            "desk-space",
            &[("used", size(used).into()), ("most", size(most).into())],
        ),
        None if used.0 == 0 => String::new(),
        None => language.with("desk-space-used", &[("used", size(used).into())]),
    }
}

impl Filters {
    fn new(desk: &Desk, vocabulary: &Vocabulary, asked: &Asked) -> Self {
        let language = desk.visit.language;
        let pick = |value: &str, name: String, chosen| Pick {
            value: value.to_owned(),
            name,
            chosen,
        };
        let any = |key: String| pick("", key, false);
        let terms = |terms: &[Term], chosen: &Option<String>| {
            let offered = terms
                .iter()
                .filter(|t| !t.retired || chosen.as_ref() == Some(&t.id));
            let offered = offered.map(|t| {
                let name = t.name(language.code()).to_owned();
                pick(&t.id, name, chosen.as_ref() == Some(&t.id))
            });
            std::iter::once(any(language.text("desk-any")))
                .chain(offered)
                .collect::<Vec<_>>()
        };
        let stands = Stands::ALL.iter().map(|stands| {
            let word = stands.as_str();
            let name = language.with("teach-stands", &[("stands", word.into())]);
            pick(word, name, asked.stands == Some(*stands))
        });
        Self {
            action: path(language, "/teach/"),
            whose: match desk.actor.role {
                PersonRole::Teacher => Vec::new(),
                _ => vec![
                    pick("own", language.text("desk-own"), !asked.all),
                    pick("all", language.text("desk-all"), asked.all),
                ],
            },
            stands: std::iter::once(any(language.text("desk-any")))
                .chain(stands)
                .collect(),
            grades: terms(&vocabulary.grades, &asked.grade),
            subjects: terms(&vocabulary.subjects, &asked.subject),
            words: asked.words.clone().unwrap_or_default(),
            narrow: asked.is_narrow(),
        }
    }
}

impl Own {
    fn new(language: Language, vocabulary: &Vocabulary, row: OnDesk) -> Self {
        let stands = row.stands().as_str();
        let name = |id: &str, term: Option<&Term>| {
            term.map_or(id.to_owned(), |t| t.name(language.code()).to_owned())
        };
        let subject = name(&row.card.subject, vocabulary.subject(&row.card.subject));
        let grades = row.grades.iter().map(|id| name(id, vocabulary.grade(id)));
        let number = row.card.lesson_number;
        let number = number.map(|n| language.with("lesson-nth", &[("number", n.into())]));
        let mut details: Vec<String> = grades.chain([subject]).chain(number).collect();
        let href = path(language, &Tab::Description.rest(row.card.code));
        let card = CardView::new(language, vocabulary, row.card);
        details.push(match card.announced {
            true => language.text("desk-no-recording"),
            false => card.details.clone(),
        });
        Self {
            href,
            word: stands,
            stands: language.with("teach-stands", &[("stands", stands.into())]),
            details: details.join(" · "),
            card,
        }
    }
}
