//! A grade's weeks: what was broadcast in one, and what its lessons themselves say of their week.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::named_params;

use super::shelf::{CARD, read_card};
use super::timetable::{OnAir, Side};
use super::{Card, Error, Snapshot, Week, day_at};

/// Lessons that say the same week, at most, those of the newest school year first: a grade has some forty a week.
const MOST: u32 = 200;
/// Programmes and school years that number the lessons broadcast in a week, at most: a grade has some twenty subjects.
const SERIES: u32 = 100;
/// Lessons that say a week, and are looked at for the nearest one, at most.
const LOOK: u32 = 5_000;

/// A grade in a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Vocabulary id.
    pub grade: String,
    /// Vocabulary id.
    pub section: String,
}

impl Class {
    /// Its airings.
    pub fn on_air(&self) -> OnAir {
        OnAir {
            grade: Some(self.grade.clone()),
            section: Some(self.section.clone()),
            channel: None,
        }
    }
}

/// A lesson of a week that says so itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekLesson {
    /// `2019/20`, where it is said.
    pub school_year: Option<String>,
    /// The lesson.
    pub lesson: Card,
}

/// Lessons that say a week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekLessons {
    /// The newest school year first; of a calendar week first those that say it, then those of each programme.
    pub lessons: Vec<WeekLesson>,
    /// There are more than these.
    pub more: bool,
}

/// Which of the lessons that say a week.
#[derive(Clone, Copy)]
enum Which<'a> {
    All,
    /// Those that were never broadcast.
    Unaired,
    /// Of those the ones of a programme in a school year, or of a programme that says no year.
    UnairedOf(&'a str, Option<&'a str>),
}

impl Snapshot<'_> {
    /// Listed lessons of a class that were never broadcast and belong to a calendar week: because they say so, or
    /// because they say the same week of the same programme and school year as lessons that were broadcast in it.
    pub fn unaired_in(
        &self,
        class: &Class,
        week: Week,
        zone: &TimeZone,
    ) -> Result<WeekLessons, Error> {
        let span = week.span(zone);
        // Two questions, each with an index of its own.
        let mut found = self.saying_week(class, &week.to_string(), Which::Unaired)?;
        let mut numbered = self.sql().prepare_cached(
            "SELECT DISTINCT l.week, l.programme, l.school_year
             FROM broadcasts b INDEXED BY timetable CROSS JOIN lessons l ON l.id = b.lesson AND l.listed AND l.section = :section
             CROSS JOIN lesson_grades g ON g.lesson = l.id AND g.grade = :grade
             WHERE b.air_at >= :from AND b.air_at < :until AND b.airing = 'first'
               AND l.week IS NOT NULL AND length(l.week) <= 2 AND l.programme IS NOT NULL
             ORDER BY l.school_year DESC, l.programme, l.week LIMIT :most",
        )?;
        let mut weeks: Vec<(String, String, Option<String>)> = numbered
            .query_map(
                named_params! {
                    ":grade": class.grade, ":section": class.section, ":from": span.from.0, ":until": span.until.0,
                    ":most": SERIES + 1,
                },
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
            )?
            .collect::<Result<_, _>>()?;
        found.more |= weeks.len() > SERIES as usize;
        weeks.truncate(SERIES as usize);
        for (number, programme, year) in weeks {
            let which = Which::UnairedOf(&programme, year.as_deref());
            let mut numbered = self.saying_week(class, &number, which)?;
            found.lessons.append(&mut numbered.lessons);
            found.more |= numbered.more;
        }
        Ok(found)
    }

    /// Listed lessons of a class that say this week of the programme, broadcast or not.
    pub fn in_programme_week(&self, class: &Class, number: u8) -> Result<WeekLessons, Error> {
        self.saying_week(class, &number.to_string(), Which::All)
    }

    /// The numbers of the programme's weeks before and after `number` in which a class has lessons.
    pub fn programme_weeks_around(
        &self,
        class: &Class,
        number: u8,
    ) -> Result<(Option<u8>, Option<u8>), Error> {
        let mut there = self.sql().prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM lessons l CROSS JOIN lesson_grades g ON g.lesson = l.id AND g.grade = :grade
             WHERE l.listed AND l.section = :section AND l.week = :week)",
        )?;
        let mut first = |numbers: &mut dyn Iterator<Item = u8>| -> Result<Option<u8>, Error> {
            for number in numbers {
                let values = named_params! {
                    ":grade": class.grade, ":section": class.section, ":week": number.to_string(),
                };
                if there.query_row(values, |r| r.get(0))? {
                    return Ok(Some(number));
                }
            }
            Ok(None)
        };
        Ok((
            first(&mut (1..number).rev())?,
            first(&mut (number.saturating_add(1)..=53))?,
        ))
    }

    fn saying_week(
        &self,
        class: &Class,
        week: &str,
        which: Which<'_>,
    ) -> Result<WeekLessons, Error> {
        let (unaired, programme, year) = match which {
            Which::All => (false, None, None),
            Which::Unaired => (true, None, None),
            Which::UnairedOf(programme, year) => (true, Some(programme), year),
        };
        let mut lessons: Vec<WeekLesson> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {CARD}, l.school_year FROM lessons l CROSS JOIN lesson_grades g ON g.lesson = l.id AND g.grade = :grade
                 LEFT JOIN recordings r ON r.id = l.current_recording
                 WHERE l.listed AND l.section = :section AND l.week = :week
                   AND (NOT :unaired OR NOT EXISTS (SELECT 1 FROM broadcasts b WHERE b.lesson = l.id))
                   AND (:programme IS NULL OR l.programme = :programme AND l.school_year IS :year)
                 ORDER BY l.school_year DESC, l.subject, l.shelf_order, l.id LIMIT :most"
            ))?
            .query_map(
                named_params! {
                    ":grade": class.grade, ":section": class.section, ":week": week, ":unaired": unaired,
                    ":programme": programme, ":year": year, ":most": MOST + 1,
                },
                |r| {
                    Ok(WeekLesson {
                        school_year: r.get("school_year")?,
                        lesson: read_card(r)?,
                    })
                },
            )?
            .collect::<Result<_, _>>()?;
        let more = lessons.len() > MOST as usize;
        lessons.truncate(MOST as usize);
        Ok(WeekLessons { lessons, more })
    }

    /// The nearest week before or after `week` in which a class has lessons: broadcast, or by what they say.
    pub fn week_beside(
        &self,
        class: &Class,
        side: Side,
        week: Week,
        zone: &TimeZone,
    ) -> Result<Option<Week>, Error> {
        let span = week.span(zone);
        let edge = match side {
            Side::Before => span.from,
            Side::From => span.until,
        };
        let aired = self
            .nearest_airing(&class.on_air(), side, edge)?
            .and_then(|at| day_at(at, zone))
            .map(Week::of);
        self.nearer(&class.section, Some(&class.grade), side, week, aired)
    }

    /// The nearest week before or after `week` that lessons say themselves which were never broadcast: of a section, or of
    /// a grade in it. `aired` where none is nearer than that.
    fn nearer(
        &self,
        section: &str,
        grade: Option<&str>,
        side: Side,
        week: Week,
        aired: Option<Week>,
    ) -> Result<Option<Week>, Error> {
        let (low, high, order) = match side {
            Side::Before => (aired.map(|w| w.to_string()), Some(week.to_string()), "DESC"),
            Side::From => (Some(week.to_string()), aired.map(|w| w.to_string()), "ASC"),
        };
        // Rows come in the index's order, and the first that fits ends it.
        let mut labelled = self.sql().prepare_cached(&format!(
            "SELECT l.week, NOT EXISTS (SELECT 1 FROM broadcasts b WHERE b.lesson = l.id)
                    AND (:grade IS NULL OR EXISTS (SELECT 1 FROM lesson_grades g WHERE g.lesson = l.id AND g.grade = :grade))
             FROM lessons l
             WHERE l.listed AND l.section = :section AND l.week IS NOT NULL AND length(l.week) = 8
               AND l.week > coalesce(:low, '1') AND l.week < coalesce(:high, '3')
             ORDER BY l.week {order} LIMIT :look"
        ))?;
        let mut rows = labelled.query(named_params! {
            ":grade": grade, ":section": section, ":low": low, ":high": high, ":look": LOOK,
        })?;
        while let Some(row) = rows.next()? {
            if row.get(1)? {
                let text: String = row.get(0)?;
                return Ok(Week::parse(&text).ok().or(aired));
            }
        }
        Ok(aired)
    }

    /// Whether a class has lessons in a week.
    pub fn has_week(&self, class: &Class, week: Week, zone: &TimeZone) -> Result<bool, Error> {
        let aired = self.airings(&class.on_air(), week.span(zone), None, 1)?;
        Ok(!aired.airings.is_empty()
            || !self
                .saying_week(class, &week.to_string(), Which::Unaired)?
                .lessons
                .is_empty())
    }

    /// The week that a class catches up on: the last one, or where that has no lessons the newest before it that has
    /// some, else the first after it.
    pub fn week_to_catch_up(
        &self,
        class: &Class,
        today: Date,
        zone: &TimeZone,
    ) -> Result<Option<Week>, Error> {
        let last = Week::of(today).before();
        if self.has_week(class, last, zone)? {
            return Ok(Some(last));
        }
        match self.week_beside(class, Side::Before, last, zone)? {
            Some(week) => Ok(Some(week)),
            None => self.week_beside(class, Side::From, last, zone),
        }
    }

    /// The last week, or where a section has no lessons in it the newest before it in which there are some: broadcast, or
    /// by what they say.
    pub fn newest_week(
        &self,
        section: &str,
        today: Date,
        zone: &TimeZone,
    ) -> Result<Option<Week>, Error> {
        let this = Week::of(today);
        let which = OnAir {
            section: Some(section.to_owned()),
            ..OnAir::default()
        };
        let aired = self
            .nearest_airing(&which, Side::Before, this.span(zone).from)?
            .and_then(|at| day_at(at, zone))
            .map(Week::of);
        self.nearer(section, None, Side::Before, this, aired)
    }

    /// How many lessons of a section each grade has in a week, (grade, lessons): those that were broadcast in it, and
    /// those of [`Snapshot::unaired_in`].
    pub fn week_counts(
        &self,
        section: &str,
        week: Week,
        zone: &TimeZone,
    ) -> Result<Vec<(String, u64)>, Error> {
        let span = week.span(zone);
        Ok(self
            .sql()
            .prepare_cached(
                "WITH numbered AS MATERIALIZED (
                     SELECT DISTINCT g.grade, l.week, l.programme, l.school_year
                     FROM broadcasts b INDEXED BY timetable
                     CROSS JOIN lessons l ON l.id = b.lesson AND l.listed AND l.section = :section
                     CROSS JOIN lesson_grades g ON g.lesson = l.id
                     WHERE b.air_at >= :from AND b.air_at < :until AND b.airing = 'first'
                       AND l.week IS NOT NULL AND length(l.week) <= 2 AND l.programme IS NOT NULL
                 )
                 SELECT grade, count(*) FROM (
                     SELECT g.grade, g.lesson FROM broadcasts b INDEXED BY timetable
                     CROSS JOIN lessons l ON l.id = b.lesson AND l.listed AND l.section = :section
                     CROSS JOIN lesson_grades g ON g.lesson = l.id
                     WHERE b.air_at >= :from AND b.air_at < :until
                     UNION
                     SELECT g.grade, g.lesson FROM lessons l CROSS JOIN lesson_grades g ON g.lesson = l.id
                     WHERE l.listed AND l.section = :section AND l.week = :week
                       AND NOT EXISTS (SELECT 1 FROM broadcasts b WHERE b.lesson = l.id)
                     UNION
                     SELECT g.grade, g.lesson FROM (SELECT DISTINCT week FROM numbered) w
                     CROSS JOIN lessons l ON l.listed AND l.section = :section AND l.week = w.week
                       AND NOT EXISTS (SELECT 1 FROM broadcasts b WHERE b.lesson = l.id)
                     CROSS JOIN lesson_grades g ON g.lesson = l.id
                     CROSS JOIN numbered n ON n.grade = g.grade AND n.week = l.week AND n.programme = l.programme
                       AND n.school_year IS l.school_year
                 ) GROUP BY grade ORDER BY grade",
            )?
            .query_map(
                named_params! {
                    ":section": section, ":week": week.to_string(), ":from": span.from.0, ":until": span.until.0,
                },
                |r| Ok((r.get(0)?, super::lessons::unsigned(r, 1)?)),
            )?
            .collect::<Result<_, _>>()?)
    }
}
