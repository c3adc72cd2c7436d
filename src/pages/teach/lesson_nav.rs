//! What all pages of a lesson on the desk share: the lesson itself, for who may see it, and the way between them.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};

use super::{Desk, Message, refusal};
use crate::catalogue::{self, Lesson, Vocabulary};
use crate::desk::{self, Author, Mine};
use crate::http::problem::Problem;
use crate::pages::error::{self, Instead, Missing};
use crate::pages::lesson::spoken;
use crate::pages::page::path;
use crate::pages::section::foreign;
use crate::units::{Code, CodeError};
use crate::words::Language;

/// A page of a lesson on the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    /// What it says of itself.
    Description,
    /// Captions, attachments, editions.
    Files,
    /// Links that end, by which a draft is shown.
    Links,
    /// Who changed what.
    History,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Description, Self::Files, Self::Links, Self::History];

    /// Where it is, behind the language.
    pub(super) fn rest(self, code: Code) -> String {
        let end = match self {
            Self::Description => "",
            Self::Files => "/files",
            Self::Links => "/links",
            Self::History => "/history",
        };
        format!("/teach/lessons/{code}{end}")
    }

    fn name(self, language: Language) -> String {
        match self {
            Self::Description => language.text("teach-tab-description"),
            Self::Files => language.text("teach-tab-files"),
            Self::Links => language.text("teach-tab-links"),
            Self::History => language.text("teach-tab-history"),
        }
    }
}

/// The heading of the pages of a lesson and the way between them: what `teach/lesson_name.html` and
/// `teach/lesson_nav.html` show of a template's `tabs`.
pub(super) struct LessonNav {
    /// The lesson's title.
    pub(super) title: String,
    /// Of the title, where it is not the page's own.
    pub(super) lang: Option<String>,
    /// Address, name, and whether it is this page.
    pub(super) links: Vec<(String, String, bool)>,
}

impl LessonNav {
    /// On the page `here` of a lesson.
    pub(super) fn new(
        language: Language,
        vocabulary: &Vocabulary,
        lesson: &Lesson,
        here: Tab,
    ) -> Self {
        let link = |tab: Tab| {
            let href = path(language, &tab.rest(lesson.code));
            (href, tab.name(language), tab == here)
        };
        Self {
            title: lesson.description.title.clone(),
            lang: foreign(language, Some(spoken(vocabulary, lesson))),
            links: Tab::ALL.map(link).into(),
        }
    }
}

/// A page that is answered instead of the one that was asked for. Handlers return it as their error.
pub struct Refused(Box<Response>);

impl From<Response> for Refused {
    fn from(page: Response) -> Self {
        Self(Box::new(page))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl Desk {
    /// Who works at the desk here.
    pub(super) fn author(&self) -> Author {
        Author::Person(self.actor.clone())
    }

    /// The code in the address.
    ///
    /// # Errors
    /// The page to answer with where it is none.
    pub(super) fn code(&self) -> Result<Code, Refused> {
        let code = self.visit.part("code").parse();
        code.map_err(|e| {
            let instead = match e {
                CodeError::Check => Instead::Miscopied(Vec::new()),
                CodeError::Shape => Instead::Missing(Missing::Lesson),
            };
            error::respond(&self.visit, instead).into()
        })
    }

    /// The lesson in the address, as its people see it.
    ///
    /// # Errors
    /// The page to answer with: 404 as if it never was, 403 where it is others' to change.
    pub(super) async fn lesson(&self) -> Result<Mine, Refused> {
        let (author, code) = (self.author(), self.code()?);
        let found = self.visit.app.at_desk(move |d| d.lesson(&author, code));
        self.done(found.await)
    }

    /// The vocabulary.
    ///
    /// # Errors
    /// The page to answer with where the catalogue does not answer.
    pub(super) async fn vocabulary(&self) -> Result<Arc<Vocabulary>, Refused> {
        self.read(self.visit.app.vocabulary().await)
    }

    /// What was asked of the catalogue.
    ///
    /// # Errors
    /// The page to answer with where it does not answer.
    pub(super) fn read<T>(&self, read: Result<T, catalogue::Error>) -> Result<T, Refused> {
        read.map_err(|e| error::respond(&self.visit, e.into()).into())
    }

    /// What was done at the desk.
    ///
    /// # Errors
    /// The page that tells why it was not, for what no form of this page can mend.
    pub(super) fn done<T>(&self, done: Option<Result<T, desk::Error>>) -> Result<T, Refused> {
        match done {
            Some(Ok(done)) => Ok(done),
            Some(Err(refusal)) => Err(self.refused(refusal).into()),
            None => Err(error::respond(&self.visit, catalogue::Error::Closed.into()).into()),
        }
    }

    /// The page that tells why something was not done, and leads on.
    pub(super) fn refused(&self, refused: desk::Error) -> Response {
        let language = self.visit.language;
        let code: Option<Code> = self.visit.part("code").parse().ok();
        let own = code.map_or("/teach/".to_owned(), |c| Tab::Description.rest(c));
        let missing = |what| error::respond(&self.visit, Instead::Missing(what));
        let (heading, text, next) = match &refused {
            desk::Error::Unknown(_) => return missing(Missing::Lesson),
            desk::Error::NoPart { .. } | desk::Error::NoJob(_) => return missing(Missing::Page),
            desk::Error::NotYours(_) => (
                language.text("teach-not-yours-title"),
                language.text("teach-not-yours-text"),
                // Others' drafts are unknown, so there is something to see.
                code.map(|c| (format!("/l/{c}"), language.text("desk-pupils-page"))),
            ),
            other => (
                language.text("teach-refused-title"),
                refusal::told_in(language, other),
                code.map(|_| (own.clone(), language.text("desk-back"))),
            ),
        };
        if let desk::Error::Catalogue(error) = refused {
            return error::respond(&self.visit, error.into());
        }
        let page = Message {
            page: self.frame(&heading, &own),
            heading,
            text,
            next: next.map(|(rest, name)| (path(language, &rest), name)),
        };
        self.send(Problem::from(refused).status(), &page)
    }
}
