//! `teledars export`: the sheet of everything, drafts and withdrawn lessons included.

use std::io::{BufWriter, ErrorKind};

use super::{Outcome, existing_archive};
use crate::catalogue::Catalogue;
use crate::config::General;
use crate::media::Store;
use crate::sheet::{RowWriter, row_of};
use crate::units::{Bytes, LessonId};

/// Lessons fetched in one question, so that memory stays flat.
const STEP: u32 = 200;

pub(super) fn run(general: &General) -> anyhow::Result<Outcome> {
    existing_archive(general)?;
    let catalogue = Catalogue::open(&general.data, 1)?;
    let store = Store::open(&general.data, Bytes(general.reserve_bytes))?;
    match write(&catalogue, &store, general) {
        Err(e)
            if e.downcast_ref::<std::io::Error>()
                .is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) =>
        {
            Ok(Outcome::Done)
        }
        other => other.map(|()| Outcome::Done),
    }
}

fn write(catalogue: &Catalogue, store: &Store, general: &General) -> anyhow::Result<()> {
    let mut sheet = RowWriter::new(BufWriter::new(std::io::stdout().lock()), general.zone()?)?;
    let mut after = LessonId(0);
    loop {
        let lessons = catalogue.read_blocking(move |c| {
            let ids = c.lesson_ids(after, STEP)?;
            ids.into_iter()
                .filter_map(|id| c.lesson(id).transpose())
                .collect::<Result<Vec<_>, _>>()
        })?;
        let Some(last) = lessons.last() else { break };
        after = last.id;
        for lesson in &lessons {
            sheet.write(&row_of(lesson, store))?;
        }
    }
    sheet.finish()?;
    Ok(())
}
