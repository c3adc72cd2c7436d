//! Surface: server-rendered HTML.
//!
//! One file per page: its handler, and the plain struct that its template beside it shows. `page` has what all
//! share (language, layout, headers, cache), `error` what is answered instead of a page.

mod airing;
mod assets;
mod card;
mod codes;
mod embed;
mod embed_list;
mod error;
mod facts;
mod filters;
mod framed;
mod grade;
mod home;
mod installed;
mod language;
mod lesson;
mod lesson_keep;
mod lesson_reach;
mod lesson_stage;
mod lesson_ways;
mod linked_data;
pub mod lti;
mod packing;
mod page;
mod player_words;
mod preview;
mod reference;
mod saved;
mod script_words;
mod search;
mod section;
mod slides;
mod subject;
pub mod teach;
#[cfg(test)]
mod tests;
mod timetable;
mod transcript;
mod week;

pub use assets::{asset, cover};
pub use error::lost;
pub use installed::{manifest, worker};
pub use language::{choose, home_of_language};
pub use page::Visit;

/// `/{lang}/`: choose a grade.
pub use home::show as home;

/// `/{lang}/grades/{grade}`: its subjects.
pub use grade::show as grade;

/// `/{lang}/grades/{grade}/{subject}`: the lessons of a shelf.
pub use subject::show as subject;

/// `/{lang}/grades/{grade}/{subject}/codes`: the same lessons' codes, to print.
pub use codes::show as codes;

/// `/embed/{code}`, `/{lang}/embed/{code}`: a lesson in another site's page.
pub use embed::show as embed;
/// `/{lang}/api`: the API's description, to read.
pub use reference::show as reference;

/// `/embed/grades/{grade}/{subject}`, `/{lang}/embed/…`: the lessons of a shelf in another site's page.
pub use embed_list::show as embed_list;

/// `/{lang}/timetable`: what is broadcast when.
pub use timetable::show as timetable;

/// `/{lang}/l/{code}`: a lesson.
pub use lesson::show as lesson;

/// `/{lang}/l/{code}/slides`: a lesson as slides in step with its sound.
pub use slides::show as slides;

/// `/{lang}/saved`: what is saved on the reader's device.
pub use saved::show as saved;
/// `/{lang}/search`: lessons by their words.
pub use search::show as search;
/// `/{lang}/l/{code}/transcript`: what is said in a lesson.
pub use transcript::show as transcript;
