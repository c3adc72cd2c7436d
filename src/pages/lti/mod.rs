//! Pages of people who come from a learning platform (LTI 1.3): a pupil watches a lesson in the course, a teacher chooses one
//! for it, an administrator connects the platform. They stand in the platform's frame, where browsers send no cookies: what a
//! launch led to is sealed into their addresses, and none of them asks for a cookie or needs a script.

mod chosen;
mod frame;
mod item;
mod keys;
mod list;
mod moment;
mod picker;
mod preview;
mod register;
mod start;
mod told;
mod watch;

/// `/{lang}/lti/pick/{ticket}/chosen`: several lessons that a teacher ticked.
pub use chosen::show as chosen;
/// `/lti/jwks.json`: by which platforms know what this archive signs.
pub use keys::show as keys;
/// `/{lang}/lti/pick/{ticket}`: a teacher looks for a lesson.
pub use list::show as list;
/// `/{lang}/lti/pick/{ticket}/l/{code}`: a lesson before it is chosen.
pub use preview::show as preview;
/// `/lti/register/{invite}`: a platform's administrator connects it.
pub use register::{register, show as offer};
/// `/lti/login` and `/lti/launch`: somebody comes from a platform.
pub use start::{by_hand, launch, login, login_posted};
/// `/{lang}/lti/watch/{ticket}`: a lesson in a course.
pub use watch::show as watch;

/// Bytes that a platform may post at most: a launch with many roles and custom values has a few thousand.
pub const MOST_POSTED: usize = 64 * 1024;
