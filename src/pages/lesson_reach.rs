//! Which lesson an address names, and what is answered where it names none that this reader may see.

use super::error::{Gone, Instead, Missing};
use super::page::{Visit, path};
use super::section::query_of;
use crate::auth::access::{self, Access, Viewer};
use crate::catalogue::{
    self, Found, Lesson, Replacements, ShelfName, Snapshot, Visibility, Vocabulary,
};
use crate::http::cache::CachePolicy;
use crate::http::place::Place;
use crate::units::{Code, CodeError};
use crate::words::{self, Language};

/// The lesson that the address names, and what `gather` finds out about it, for whoever may see it; and how long a page
/// about it may be kept. `below` is where the page lies below the lesson's own.
pub(super) async fn reach<T: Send + 'static>(
    visit: &Visit,
    viewer: Viewer,
    below: &str,
    gather: impl FnOnce(&Snapshot<'_>, &Lesson) -> Result<T, catalogue::Error> + Send + 'static,
) -> Result<(Box<Lesson>, T, CachePolicy), Instead> {
    let there = |place: &Place, code: Code| {
        let rest = format!("{}{below}{}", place.lesson(code), visit.query());
        path(visit.language, &rest)
    };
    reach_at(visit, viewer, there, gather).await
}

/// The same for a page that is at the path `there` says of a place and a lesson's own code.
pub(super) async fn reach_at<T: Send + 'static>(
    visit: &Visit,
    viewer: Viewer,
    there: impl Fn(&Place, Code) -> String,
    gather: impl FnOnce(&Snapshot<'_>, &Lesson) -> Result<T, catalogue::Error> + Send + 'static,
) -> Result<(Box<Lesson>, T, CachePolicy), Instead> {
    let asked = visit.part("code");
    let code: Code = match asked.parse() {
        Ok(code) => code,
        Err(why) => return Err(miscopied(visit, asked, why).await?),
    };
    let asking = move |c: &Snapshot<'_>| match access::to_lesson(c, c.find(code)?, &viewer)? {
        Access::Granted(lesson) | Access::Draft(lesson) => {
            let gathered = gather(c, &lesson)?;
            Ok(Ok((lesson, gathered)))
        }
        other => {
            let instead = match other {
                Access::Withdrawn(_) => c.instead_of(code)?,
                _ => None,
            };
            Ok(Err((other, instead)))
        }
    };
    match visit.app.catalogue.read(asking).await? {
        // Under any of its codes: no redirection to it may stay in a cache.
        Ok((lesson, found)) if lesson.description.visibility == Visibility::Draft => {
            Ok((lesson, found, CachePolicy::Personal))
        }
        // Not longer in caches than the lesson's files: a withdrawal must be seen.
        Ok((lesson, found)) if lesson.code.as_str() == asked => {
            Ok((lesson, found, CachePolicy::Lesson))
        }
        Ok(_) => Err(Instead::Moved(there(visit.place(), code))),
        Err((Access::Moved(own), _)) => Err(Instead::Moved(there(visit.place(), own))),
        Err((Access::Ended(ended), _)) => {
            let date = words::date_time(visit.language, ended, &visit.app.zone);
            Err(Instead::Ended(date))
        }
        Err((Access::Opened(own), _)) => Err(Instead::Opened(there(&Place::default(), own))),
        Err((Access::Withdrawn(reason), instead)) => Err(withdrawn(visit, reason, instead).await?),
        Err((Access::Granted(_) | Access::Draft(_) | Access::Unknown, _)) => {
            Err(Instead::Missing(Missing::Lesson))
        }
    }
}

/// The lesson that `code` leads to by now, and what `gather` finds out about it, for anybody who comes with it from elsewhere.
pub(super) async fn reach_by_code<T: Send + 'static>(
    visit: &Visit,
    code: Code,
    gather: impl FnOnce(&Snapshot<'_>, &Lesson) -> Result<T, catalogue::Error> + Send + 'static,
) -> Result<(Box<Lesson>, T), Instead> {
    let asking = move |c: &Snapshot<'_>| {
        let (code, found) = match c.find(code)? {
            Found::Moved(own) => (own, c.find(own)?),
            found => (code, found),
        };
        Ok(match access::to_lesson(c, found, &Viewer::anybody())? {
            Access::Granted(lesson) | Access::Draft(lesson) => {
                let gathered = gather(c, &lesson)?;
                Ok((lesson, gathered))
            }
            Access::Withdrawn(reason) => Err(Some((reason, c.instead_of(code)?))),
            // Nobody comes here by a link.
            Access::Moved(_) | Access::Ended(_) | Access::Opened(_) | Access::Unknown => Err(None),
        })
    };
    match visit.app.catalogue.read(asking).await? {
        Ok(found) => Ok(found),
        Err(Some((reason, instead))) => Err(withdrawn(visit, reason, instead).await?),
        Err(None) => Err(Instead::Missing(Missing::Lesson)),
    }
}

async fn withdrawn(
    visit: &Visit,
    reason: String,
    instead: Option<Replacements>,
) -> Result<Instead, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let gone = Gone::new(visit.language, &vocabulary, reason, instead);
    Ok(Instead::Gone(Box::new(gone)))
}

/// What is told of what is no code: the lessons that may have been meant, where it is one character away from theirs.
async fn miscopied(visit: &Visit, asked: &str, why: CodeError) -> Result<Instead, Instead> {
    let near = Code::near(asked);
    let meant = visit
        .app
        .catalogue
        .read(move |c| c.listed_among(&near))
        .await?;
    Ok(match why {
        CodeError::Shape if meant.is_empty() => Instead::Missing(Missing::Lesson),
        _ => Instead::Miscopied(meant),
    })
}

impl Gone {
    fn new(
        language: Language,
        vocabulary: &Vocabulary,
        reason: String,
        instead: Option<Replacements>,
    ) -> Self {
        let (shelf, lessons) = match instead {
            Some(Replacements { shelf, lessons }) => {
                (shelf_link(language, vocabulary, &shelf), lessons)
            }
            None => (None, Vec::new()),
        };
        Self {
            reason,
            shelf,
            lessons,
        }
    }
}

/// Name and path of a shelf.
fn shelf_link(
    language: Language,
    vocabulary: &Vocabulary,
    shelf: &ShelfName,
) -> Option<(String, String)> {
    let code = language.code();
    let grade = vocabulary.grade(&shelf.grade)?;
    let subject = vocabulary.subject(&shelf.subject)?;
    let section = vocabulary.section(&shelf.section)?;
    let query = query_of(vocabulary, section);
    let name = format!("{}, {}", subject.name(code), grade.name(code));
    let rest = format!("/grades/{}/{}{query}", grade.id, subject.id);
    Some((name, path(language, &rest)))
}
