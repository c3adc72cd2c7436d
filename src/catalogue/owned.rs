//! The lessons of a person: what their desk lists, drafts and withdrawn ones among them.

use rusqlite::named_params;

use super::shelf::{CARD, read_card};
use super::{Card, Error, Snapshot, Visibility};
use crate::units::{LessonId, PersonId};

/// A lesson on its owner's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// As lists show it.
    pub card: Card,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whether it was taken back.
    pub withdrawn: bool,
}

impl Snapshot<'_> {
    /// At most `limit` lessons of a person's, the newest first, older than `before`.
    pub fn lessons_of_owner(
        &self,
        person: PersonId,
        before: Option<LessonId>,
        limit: u32,
    ) -> Result<Vec<Owned>, Error> {
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "SELECT {CARD}, l.visibility, l.withdrawn_at IS NOT NULL AS withdrawn
                 FROM lesson_owners o JOIN lessons l ON l.id = o.lesson
                 LEFT JOIN recordings r ON r.id = l.current_recording
                 LEFT JOIN lesson_grades g ON g.lesson = l.id AND g.position = 0
                 WHERE o.person = :person AND (:before IS NULL OR o.lesson < :before)
                 ORDER BY o.lesson DESC LIMIT :limit"
            ))?
            .query_map(
                named_params! {
                    ":person": person.0, ":before": before.map(|id| id.0), ":limit": limit,
                },
                |r| {
                    Ok(Owned {
                        card: read_card(r)?,
                        visibility: r.get("visibility")?,
                        withdrawn: r.get("withdrawn")?,
                    })
                },
            )?
            .collect::<Result<_, _>>()?)
    }
}
