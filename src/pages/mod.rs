//! Surface: server-rendered HTML.
//!
//! One file per page: its handler, and the plain struct that its template beside it shows. `page` has what all
//! share (language, layout, headers, cache), `error` what is answered instead of a page.

mod assets;
mod card;
mod error;
mod facts;
mod grade;
mod home;
mod language;
mod lesson;
mod lesson_stage;
mod lesson_ways;
mod page;
mod player_words;
mod section;
mod slides;
mod subject;
pub mod teach;
#[cfg(test)]
mod tests;

pub use assets::asset;
pub use error::lost;
pub use language::{choose, home_of_language};

/// `/{lang}/`: choose a grade.
pub use home::show as home;

/// `/{lang}/grades/{grade}`: its subjects.
pub use grade::show as grade;

/// `/{lang}/grades/{grade}/{subject}`: the lessons of a shelf.
pub use subject::show as subject;

/// `/{lang}/l/{code}`: a lesson.
pub use lesson::show as lesson;

/// `/{lang}/l/{code}/slides`: a lesson as slides in step with its sound.
pub use slides::show as slides;
