//! What was done to a lesson, and its editions.

use serde_json::{Map, Value};

use super::describe::LATER;
use super::{Archive, OPERATOR};
use crate::cli::{print, progress_bar};
use crate::clock::UnixMillis;
use crate::desk::{Error, Past, Undo};
use crate::sheet::shortened;
use crate::units::{Bytes, Code};

/// Rows fetched in one question.
const STEP: u32 = 200;

impl Archive<'_> {
    pub(super) fn history(&self, code: Code) -> anyhow::Result<()> {
        let mut before = None;
        loop {
            let step = self.desk.history(OPERATOR, code, before, STEP)?;
            let Some(last) = step.last() else {
                return Ok(());
            };
            before = Some(last.id);
            for past in &step {
                print(&self.line(past)?)?;
            }
        }
    }

    fn line(&self, past: &Past) -> anyhow::Result<String> {
        let mut parts = vec![
            past.id.to_string(),
            self.time(past.at)?,
            past.by.clone().unwrap_or_else(|| "command line".into()),
            past.action.clone(),
            told(&past.detail),
        ];
        if past.undo == Undo::No {
            parts.push("cannot be undone".into());
        }
        Ok(parts.join("\t"))
    }

    /// In the archive's time zone.
    pub(in crate::cli) fn time(&self, at: UnixMillis) -> anyhow::Result<String> {
        let zone = self.general.zone()?;
        let time = at.timestamp().map(|t| t.to_zoned_datetime(zone));
        Ok(time.map_or(String::new(), |t| {
            t.strftime("%Y-%m-%d %H:%M:%S").to_string()
        }))
    }

    pub(super) fn undo(&self, code: Code, change: i64) -> anyhow::Result<()> {
        self.desk.undo(OPERATOR, code, change)?;
        let mut done = self.desk.history(OPERATOR, code, None, 1)?;
        let mut detail = done.pop().map(|past| past.detail).unwrap_or_default();
        detail.remove("undoes");
        print(&format!(
            "{code}: change {change} is undone: {}",
            told(&detail)
        ))
    }

    pub(super) fn editions(&self, code: Code) -> anyhow::Result<()> {
        for edition in self.desk.editions(OPERATOR, code)? {
            let state = match (edition.current, edition.kept) {
                (true, _) => "shown",
                (false, true) => "kept",
                (false, false) => "gone",
            };
            let parts = [
                edition.number.to_string(),
                self.time(edition.created)?,
                edition.duration.clock_face(),
                edition.bytes.0.to_string(),
                state.to_owned(),
            ];
            print(&parts.join("\t"))?;
        }
        Ok(())
    }

    pub(super) fn show_edition(&self, code: Code, number: u32) -> anyhow::Result<()> {
        self.desk.show_edition(OPERATOR, code, number)?;
        print(&format!("{code}: edition {number} is shown"))
    }

    pub(super) fn prune(&self, code: Code, edition: Option<u32>) -> anyhow::Result<()> {
        let (bytes, gone) = self.desk.prune(OPERATOR, code, edition)?;
        tell_freed(code.as_str(), bytes, gone)
    }

    pub(super) fn prune_all(&self) -> anyhow::Result<()> {
        let lessons = self.desk.holdings()?.stored.lessons_to_prune;
        let bar = progress_bar(lessons.len() as u64, "{bar} {pos}/{len} lessons");
        let (mut freed, mut all_gone) = (0, true);
        for (code, _) in lessons {
            let (bytes, gone) = match self.desk.prune(OPERATOR, code, None) {
                // Deleted meanwhile.
                Err(Error::Unknown(_)) => continue,
                pruned => pruned?,
            };
            freed += bytes.0;
            all_gone &= gone;
            bar.inc(1);
        }
        bar.finish_and_clear();
        tell_freed("all lessons", Bytes(freed), all_gone)
    }
}

fn tell_freed(what: &str, bytes: Bytes, gone: bool) -> anyhow::Result<()> {
    print(&match (bytes.0, gone) {
        (0, _) => format!("{what}: there was nothing to free"),
        (bytes, true) => format!("{what}: {bytes} bytes are free"),
        (bytes, false) => format!("{what}: {bytes} bytes are given up; {LATER}"),
    })
}

/// What changed, on one line: `title "before" → "after"`.
fn told(detail: &Map<String, Value>) -> String {
    let parts = detail.iter().filter_map(|(name, value)| match value {
        Value::Array(pair) if pair.len() == 2 => Some(format!(
            "{name} {} → {}",
            value_told(&pair[0]),
            value_told(&pair[1])
        )),
        Value::Null => None,
        other => Some(format!("{name} {}", value_told(other))),
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn value_told(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::String(text) => format!("\"{}\"", shortened(text)),
        Value::Array(items) if items.is_empty() => "nothing".into(),
        Value::Array(items) => items.iter().map(value_told).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_is_told_on_one_line_whatever_is_in_it() {
        let detail = json!({
            "description": ["a\nb\u{1b}[2J", null], "grades": [[], ["7", "8"]], "lesson_number": [1, 2],
            "undoes": 4, "label": null,
        });
        let Value::Object(detail) = detail else {
            unreachable!()
        };
        assert_eq!(
            told(&detail),
            r#"description "a\nb\u{1b}[2J" → nothing, grades nothing → "7"; "8", lesson_number 1 → 2, undoes 4"#
        );
    }
}
