//! What was broadcast when, on which channel. Only listed lessons.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{OptionalExtension, ToSql, named_params};

use super::shelf::{CARD, read_card};
use super::{Card, Error, Snapshot, Span, day_at};
use crate::clock::UnixMillis;
use crate::units::Code;

/// Airings that one question looks at, at most, when not all of them are wanted: some years of a school's television.
const LOOK: u32 = 10_000;
/// The same where there is another way to the answer: a grade's own lessons.
const SHORT_LOOK: u32 = 2_000;

/// Which airings; everything that is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnAir {
    /// Vocabulary id.
    pub grade: Option<String>,
    /// Vocabulary id.
    pub section: Option<String>,
    /// Vocabulary id.
    pub channel: Option<String>,
}

/// One airing of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Airing {
    /// When it begins.
    pub at: UnixMillis,
    /// Vocabulary id.
    pub channel: String,
    /// The lesson was broadcast before.
    pub repeat: bool,
    /// Vocabulary ids, in the lesson's order.
    pub grades: Vec<String>,
    /// The lesson.
    pub lesson: Card,
}

impl Airing {
    /// Where it stands in the timetable.
    pub fn place(&self) -> AirPlace {
        AirPlace {
            at: self.at,
            channel: self.channel.clone(),
            lesson: self.lesson.code,
        }
    }
}

/// A place in the timetable to go on after: moment, channel, lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AirPlace {
    /// When.
    pub at: UnixMillis,
    /// Vocabulary id.
    pub channel: String,
    /// Of those at that moment on that channel.
    pub lesson: Code,
}

impl AirPlace {
    /// Reads what it is written as.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (at, channel, code) = (parts.next()?, parts.next()?, parts.next()?);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        let at = at.parse().ok().filter(|_| parts.next().is_none());
        Some(Self {
            at: UnixMillis(at?),
            channel: channel.to_owned(),
            lesson: code.parse().ok()?,
        })
        .filter(|place| place.channel.chars().all(plain))
    }
}

/// In an address or a cursor: `1586152800000.medeniyyet.K7M2QX`.
impl fmt::Display for AirPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at.0, self.channel, self.lesson)
    }
}

/// One page of a timetable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Airings {
    /// In order of time, then by channel.
    pub airings: Vec<Airing>,
    /// Ask again with this; `None`: there is no more. A page before it may hold few airings or none.
    pub next: Option<AirPlace>,
}

/// Whether the airing before or after a moment is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The last one before it.
    Before,
    /// The first one at or after it.
    From,
}

/// A row of `broadcasts`, in the order of its index.
type Row = (i64, String, i64);

impl Snapshot<'_> {
    /// At most `limit` airings of `span` in order, from the one after `after` on.
    pub fn airings(
        &self,
        which: &OnAir,
        span: Span,
        after: Option<&AirPlace>,
        limit: u32,
    ) -> Result<Airings, Error> {
        let after: Row = match after {
            Some(place) => (
                place.at.0,
                place.channel.clone(),
                self.row_of(place.lesson)?,
            ),
            None => (i64::MIN, String::new(), 0),
        };
        // What is rare among many is not sought to the end at once: whoever wants more asks again.
        let last = match which {
            OnAir {
                grade: None,
                section: None,
                channel: None,
            } => None,
            _ => self.row_ahead(span, &after)?,
        };
        let (grade, position) = match &which.grade {
            Some(_) => (" AND g.grade = :grade", ""),
            None => ("", " AND g.position = 0"),
        };
        let section = if which.section.is_some() {
            " AND l.section = :section"
        } else {
            ""
        };
        let channel = if which.channel.is_some() {
            " AND b.channel = :channel"
        } else {
            ""
        };
        let end = if last.is_some() {
            " AND (b.air_at, b.channel, b.lesson) <= (:last_at, :last_channel, :last_lesson)"
        } else {
            ""
        };
        let more = limit + 1;
        let mut values: Vec<(&str, &dyn ToSql)> = vec![
            (":from", &span.from.0),
            (":until", &span.until.0),
            (":limit", &more),
            (":at", &after.0),
            (":after_channel", &after.1),
            (":lesson", &after.2),
        ];
        for (name, value) in [
            (":grade", &which.grade),
            (":section", &which.section),
            (":channel", &which.channel),
        ] {
            if let Some(value) = value {
                values.push((name, value));
            }
        }
        if let Some((place, lesson)) = &last {
            values.extend([
                (":last_at", &place.at.0 as &dyn ToSql),
                (":last_channel", &place.channel),
                (":last_lesson", lesson),
            ]);
        }
        let mut airings: Vec<Airing> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {CARD}, b.air_at, b.channel, b.airing = 'repeat' AS repeat,
                        (SELECT group_concat(grade, ' ' ORDER BY position) FROM lesson_grades WHERE lesson = l.id) AS grades
                 FROM broadcasts b INDEXED BY timetable
                 CROSS JOIN lessons l ON l.id = b.lesson AND l.listed{section}
                 CROSS JOIN lesson_grades g ON g.lesson = l.id{grade}{position}
                 LEFT JOIN recordings r ON r.id = l.current_recording
                 WHERE b.air_at >= :from AND b.air_at < :until{channel}
                   AND (b.air_at, b.channel, b.lesson) > (:at, :after_channel, :lesson){end}
                 ORDER BY b.air_at, b.channel, b.lesson LIMIT :limit"
            ))?
            .query_map(values.as_slice(), |r| {
                Ok(Airing {
                    at: UnixMillis(r.get("air_at")?),
                    channel: r.get("channel")?,
                    repeat: r.get("repeat")?,
                    grades: r.get::<_, String>("grades")?.split(' ').map(str::to_owned).collect(),
                    lesson: read_card(r)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        let next = if airings.len() > limit as usize {
            airings.truncate(limit as usize);
            airings.last().map(Airing::place)
        } else {
            last.map(|(place, _)| place)
        };
        Ok(Airings { airings, next })
    }

    /// When the nearest airing on this side of a moment is. Of a grade it is found wherever it is; of a section or
    /// channel alone no further than ten thousand airings away.
    pub fn nearest_airing(
        &self,
        which: &OnAir,
        side: Side,
        at: UnixMillis,
    ) -> Result<Option<UnixMillis>, Error> {
        let (test, order) = match side {
            Side::Before => ("<", "DESC"),
            Side::From => (">=", "ASC"),
        };
        let look = if which.grade.is_some() {
            SHORT_LOOK
        } else {
            LOOK
        };
        // Rows come in the index's order, and the first that fits ends it.
        let mut near = self.sql().prepare_cached(&format!(
            "SELECT b.air_at, l.listed AND (:section IS NULL OR l.section = :section)
                    AND (:channel IS NULL OR b.channel = :channel)
                    AND (:grade IS NULL OR EXISTS (SELECT 1 FROM lesson_grades g WHERE g.lesson = l.id AND g.grade = :grade))
             FROM broadcasts b INDEXED BY timetable CROSS JOIN lessons l ON l.id = b.lesson
             WHERE b.air_at {test} :at ORDER BY b.air_at {order} LIMIT :look"
        ))?;
        let mut rows = near.query(named_params! {
            ":at": at.0, ":grade": which.grade, ":section": which.section, ":channel": which.channel, ":look": look,
        })?;
        let mut looked = 0;
        while let Some(row) = rows.next()? {
            if row.get(1)? {
                return Ok(Some(UnixMillis(row.get(0)?)));
            }
            looked += 1;
        }
        let Some(grade) = which.grade.as_ref().filter(|_| looked == look) else {
            return Ok(None);
        };
        let best = if side == Side::Before { "max" } else { "min" };
        let shelf = match which.section {
            Some(_) => "shelf_of_section WHERE g.section = :section",
            None => "shelf_of_grade WHERE :section IS NULL",
        };
        let found: Option<i64> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {best}((SELECT {best}(b.air_at) FROM broadcasts b
                                WHERE b.lesson = g.lesson AND b.air_at {test} :at
                                  AND (:channel IS NULL OR b.channel = :channel)))
                 FROM lesson_grades g INDEXED BY {shelf} AND g.listed AND g.grade = :grade"
            ))?
            .query_row(
                named_params! {
                    ":at": at.0, ":grade": grade, ":section": which.section, ":channel": which.channel,
                },
                |r| r.get(0),
            )?;
        Ok(found.map(UnixMillis))
    }

    /// The day with airings that is nearest to `today` and on which side of its midnight it is: today, the next one
    /// to come, else the last one that was.
    pub fn day_nearest(
        &self,
        which: &OnAir,
        today: Date,
        zone: &TimeZone,
    ) -> Result<Option<(Date, Side)>, Error> {
        let midnight = Span::of_day(today, zone).from;
        for side in [Side::From, Side::Before] {
            let found = self.nearest_airing(which, side, midnight)?;
            if let Some(day) = found.and_then(|at| day_at(at, zone)) {
                return Ok(Some((day, side)));
            }
        }
        Ok(None)
    }

    /// The first airing of a listed lesson from [`LOOK`] rows behind `after` on, and its lesson's row; `None` if the span
    /// ends before. A place to go on after is handed out: none names a lesson that is not public.
    fn row_ahead(&self, span: Span, after: &Row) -> Result<Option<(AirPlace, i64)>, Error> {
        let ahead: Option<Row> = self
            .sql()
            .prepare_cached(
                "SELECT air_at, channel, lesson FROM broadcasts INDEXED BY timetable
                 WHERE air_at >= :from AND air_at < :until AND (air_at, channel, lesson) > (:at, :channel, :lesson)
                 ORDER BY air_at, channel, lesson LIMIT 1 OFFSET :look",
            )?
            .query_row(
                named_params! {
                    ":from": span.from.0, ":until": span.until.0,
                    ":at": after.0, ":channel": after.1, ":lesson": after.2, ":look": LOOK - 1,
                },
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
            )
            .optional()?;
        let Some(ahead) = ahead else {
            return Ok(None);
        };
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT b.air_at, b.channel, b.lesson, l.code
                 FROM broadcasts b INDEXED BY timetable CROSS JOIN lessons l ON l.id = b.lesson AND l.listed
                 WHERE b.air_at < :until AND (b.air_at, b.channel, b.lesson) >= (:at, :channel, :lesson)
                 ORDER BY b.air_at, b.channel, b.lesson LIMIT 1",
            )?
            .query_row(
                named_params! {
                    ":until": span.until.0, ":at": ahead.0, ":channel": ahead.1, ":lesson": ahead.2,
                },
                |r| {
                    let place = AirPlace {
                        at: UnixMillis(r.get("air_at")?),
                        channel: r.get("channel")?,
                        lesson: r.get("code")?,
                    };
                    Ok((place, r.get("lesson")?))
                },
            )
            .optional()?)
    }

    /// The row of the listed lesson that a code leads to; 0, before all others, if there is none: what is not public
    /// answers like what never was.
    fn row_of(&self, code: Code) -> Result<i64, Error> {
        let row: Option<i64> = self
            .sql()
            .prepare_cached(
                "SELECT l.id FROM codes c JOIN lessons l ON l.id = c.lesson WHERE c.code = :code AND l.listed",
            )?
            .query_row(named_params! {":code": code.as_str()}, |r| r.get(0))
            .optional()?;
        Ok(row.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
