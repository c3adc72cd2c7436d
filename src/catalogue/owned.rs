//! The lessons on a desk: those of a person, or those that they may edit, drafts and withdrawn ones among them.

use rusqlite::{ToSql, named_params};

use super::lesson::words;
use super::shelf::{CARD, read_card};
use super::{Card, Error, Scope, Snapshot, Visibility};
use crate::clock::UnixMillis;
use crate::units::{Bytes, Code, LessonId, PersonId};

/// A lesson on somebody's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnDesk {
    /// As lists show it.
    pub card: Card,
    /// Vocabulary ids, in their order.
    pub grades: Vec<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// When it was last changed.
    pub updated: UnixMillis,
}

words! {
    /// Where a lesson stands, as its people see it.
    Stands {
        /// Its people alone see it.
        Draft = "draft",
        /// Who has the link sees it.
        Unlisted = "unlisted",
        /// Everybody sees it.
        Public = "public",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

impl OnDesk {
    /// Where it stands.
    pub fn stands(&self) -> Stands {
        Stands::of(self.visibility, self.withdrawn)
    }
}

impl Stands {
    /// Of a lesson that is seen by these, and perhaps was withdrawn.
    pub fn of(visibility: Visibility, withdrawn: bool) -> Self {
        match (withdrawn, visibility) {
            (true, _) => Self::Withdrawn,
            (_, Visibility::Draft) => Self::Draft,
            (_, Visibility::Unlisted) => Self::Unlisted,
            (_, Visibility::Public) => Self::Public,
        }
    }
}

/// Whose lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A person's own.
    Own(PersonId),
    /// What an editor with these scopes edits, and a person's own; without scopes everything.
    Edited(PersonId, Vec<Scope>),
    /// Everybody's.
    All,
}

impl Whose {
    /// Conditions on the lesson `l` of a question, and what their parameters stand for.
    pub(super) fn narrow<'v>(
        &'v self,
        conditions: &mut Vec<String>,
        values: &mut Vec<(String, &'v dyn ToSql)>,
    ) {
        match self {
            Self::All => {}
            Self::Edited(_, scopes) if scopes.is_empty() => {}
            Self::Own(person) => {
                conditions.push(OWN.to_owned());
                values.push((":person".into(), &person.0));
            }
            Self::Edited(person, scopes) => {
                let mut any = vec![OWN.to_owned()];
                values.push((":person".into(), &person.0));
                for (n, scope) in scopes.iter().enumerate() {
                    let mut both = Vec::new();
                    if let Some(grade) = &scope.grade {
                        both.push(format!("EXISTS (SELECT 1 FROM lesson_grades WHERE lesson = l.id AND grade = :grade{n})"));
                        values.push((format!(":grade{n}"), grade));
                    }
                    if let Some(subject) = &scope.subject {
                        both.push(format!("l.subject = :subject{n}"));
                        values.push((format!(":subject{n}"), subject));
                    }
                    any.push(format!("({})", both.join(" AND ")));
                }
                conditions.push(format!("({})", any.join(" OR ")));
            }
        }
    }
}

/// Which lessons; what is `None` does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskFilter {
    /// Whose.
    pub whose: Whose,
    /// Where they stand.
    pub stands: Option<Stands>,
    /// Vocabulary id.
    pub grade: Option<String>,
    /// Vocabulary id.
    pub subject: Option<String>,
    /// An FTS5 expression over folded words, made by [`crate::search`].
    pub words: Option<String>,
}

impl DeskFilter {
    /// All lessons of these people.
    pub fn of(whose: Whose) -> Self {
        Self {
            whose,
            stands: None,
            grade: None,
            subject: None,
            words: None,
        }
    }
}

/// What somebody's lessons take of the archive's disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Whose; `None`: nobody's, such as an import's.
    pub person: Option<String>,
    /// How many lessons.
    pub lessons: u64,
    /// Stored bytes of all their editions.
    pub bytes: Bytes,
    /// Those of them that pruning would give back.
    pub prunable: Bytes,
}

/// What the archive has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Bytes of all files, each counted once.
    pub all: Bytes,
    /// Bytes of uploads that are under way, or that nobody has finished.
    pub uploading: Bytes,
    /// Bytes that pruning everything frees: of files that no lesson shows, each counted once.
    pub prunable: Bytes,
    /// Lessons of which something can be pruned, and how many bytes that alone frees: none of what others name too.
    pub lessons_to_prune: Vec<(Code, Bytes)>,
}

impl Snapshot<'_> {
    /// At most `limit` lessons, the newest first, older than `before`.
    pub fn on_desk(
        &self,
        filter: &DeskFilter,
        before: Option<LessonId>,
        limit: u32,
    ) -> Result<Vec<OnDesk>, Error> {
        let before = before.map(|id| id.0);
        let mut values: Vec<(String, &dyn ToSql)> =
            vec![(":before".into(), &before), (":limit".into(), &limit)];
        let mut conditions = vec!["(:before IS NULL OR l.id < :before)".to_owned()];
        filter.whose.narrow(&mut conditions, &mut values);
        let visibility = filter.stands.map(Stands::as_str);
        match filter.stands {
            Some(Stands::Withdrawn) => conditions.push("l.withdrawn_at IS NOT NULL".into()),
            Some(_) => {
                conditions.push("l.withdrawn_at IS NULL AND l.visibility = :visibility".into());
                values.push((":visibility".into(), &visibility));
            }
            None => {}
        }
        for (value, name, condition) in [
            (
                &filter.grade,
                ":grade",
                "EXISTS (SELECT 1 FROM lesson_grades WHERE lesson = l.id AND grade = :grade)",
            ),
            (&filter.subject, ":subject", "l.subject = :subject"),
            (
                &filter.words,
                ":words",
                "l.id IN (SELECT rowid FROM lesson_words WHERE lesson_words MATCH :words)",
            ),
        ] {
            if value.is_some() {
                conditions.push(condition.into());
                values.push((name.into(), value));
            }
        }
        let values: Vec<(&str, &dyn ToSql)> =
            values.iter().map(|(name, v)| (name.as_str(), *v)).collect();
        Ok(self
            .sql()
            .prepare(&format!(
                "SELECT {CARD}, l.visibility,
                        (SELECT group_concat(grade, ' ' ORDER BY position) FROM lesson_grades WHERE lesson = l.id) AS grades,
                        l.withdrawn_at IS NOT NULL AS withdrawn, l.updated_at
                 FROM lessons l
                 LEFT JOIN recordings r ON r.id = l.current_recording
                 LEFT JOIN lesson_grades g ON g.lesson = l.id AND g.position = 0
                 WHERE {} ORDER BY l.id DESC LIMIT :limit",
                conditions.join(" AND ")
            ))?
            .query_map(values.as_slice(), |r| {
                Ok(OnDesk {
                    card: read_card(r)?,
                    grades: r
                        .get::<_, Option<String>>("grades")?
                        .unwrap_or_default()
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect(),
                    visibility: r.get("visibility")?,
                    withdrawn: r.get("withdrawn")?,
                    updated: UnixMillis(r.get("updated_at")?),
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// What everybody's lessons take, those who have most first. A lesson of several owners counts for each.
    pub fn usage(&self) -> Result<Vec<Usage>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "WITH stored (lesson, bytes, shown) AS (
                     SELECT l.id, f.bytes, max(f.replaced_at IS NULL AND r.id IS l.current_recording)
                     FROM lessons l JOIN recordings r ON r.lesson = l.id JOIN files f ON f.recording = r.id
                     WHERE f.placement = 'store' AND f.pruned_at IS NULL GROUP BY l.id, f.location),
                 weights (lesson, bytes, prunable) AS (
                     SELECT lesson, sum(bytes), coalesce(sum(bytes) FILTER (WHERE NOT shown), 0)
                     FROM stored GROUP BY lesson)
                 SELECT p.name, count(*), coalesce(sum(w.bytes), 0), coalesce(sum(w.prunable), 0)
                 FROM lessons l LEFT JOIN weights w ON w.lesson = l.id
                 LEFT JOIN lesson_owners o ON o.lesson = l.id LEFT JOIN people p ON p.id = o.person
                 GROUP BY p.id ORDER BY 3 DESC",
            )?
            .query_map(named_params! {}, |r| {
                Ok(Usage {
                    person: r.get(0)?,
                    lessons: super::lessons::unsigned(r, 1)?,
                    bytes: Bytes(super::lessons::unsigned(r, 2)?),
                    prunable: Bytes(super::lessons::unsigned(r, 3)?),
                })
            })?
            .collect::<Result<_, _>>()?)
    }
}

impl Snapshot<'_> {
    /// What is stored, and what is not needed any more.
    pub fn stored(&self) -> Result<Stored, Error> {
        let bytes = |sql: &str| -> Result<Bytes, Error> {
            let sum: i64 = self
                .sql()
                .prepare_cached(sql)?
                .query_row([], |r| r.get(0))?;
            Ok(Bytes(sum.unsigned_abs()))
        };
        Ok(Stored {
            // The same bytes are stored once, however many lessons have them.
            all: bytes(
                "SELECT coalesce(sum(bytes), 0) FROM (SELECT DISTINCT location, bytes FROM files
                 WHERE placement = 'store' AND pruned_at IS NULL)",
            )?,
            uploading: bytes(
                "SELECT coalesce(sum(offset), 0) FROM uploads WHERE state NOT IN ('done', 'gone')",
            )?,
            prunable: bytes(
                "SELECT coalesce(sum(bytes), 0) FROM (
                     SELECT max(f.bytes) AS bytes
                     FROM files f JOIN recordings r ON r.id = f.recording JOIN lessons l ON l.id = r.lesson
                     WHERE f.placement = 'store' AND f.pruned_at IS NULL GROUP BY f.location
                     HAVING NOT max(f.replaced_at IS NULL AND r.id IS l.current_recording))",
            )?,
            lessons_to_prune: self.lessons_to_prune()?,
        })
    }

    /// The lessons of which something can be pruned, and how many bytes that frees of each.
    fn lessons_to_prune(&self) -> Result<Vec<(Code, Bytes)>, Error> {
        let rows: Vec<(String, i64)> = self
            .sql()
            .prepare_cached(
                "WITH going (lesson, location, bytes) AS (
                     SELECT l.id, f.location, max(f.bytes)
                     FROM files f JOIN recordings r ON r.id = f.recording JOIN lessons l ON l.id = r.lesson
                     WHERE f.placement = 'store' AND f.pruned_at IS NULL
                       AND (f.replaced_at IS NOT NULL OR r.id IS NOT l.current_recording)
                     GROUP BY l.id, f.location)
                 SELECT l.code, coalesce(sum(g.bytes) FILTER (WHERE NOT EXISTS (
                     SELECT 1 FROM files o JOIN recordings p ON p.id = o.recording
                     WHERE o.location = g.location AND o.pruned_at IS NULL
                       AND (p.lesson <> g.lesson OR o.replaced_at IS NULL AND p.id IS l.current_recording))), 0)
                 FROM going g JOIN lessons l ON l.id = g.lesson GROUP BY l.id ORDER BY l.id",
            )?
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let known = rows.into_iter().filter_map(|(code, bytes)| {
            let code = code.parse().ok()?;
            Some((code, Bytes(bytes.unsigned_abs())))
        });
        Ok(known.collect())
    }
}

const OWN: &str = "EXISTS (SELECT 1 FROM lesson_owners WHERE lesson = l.id AND person = :person)";
