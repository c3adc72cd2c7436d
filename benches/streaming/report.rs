//! The one table: a row for each figure, a column for each server, medians, and how many times nginx's they are.

use std::fmt::Write as _;

use super::servers::Kind;

/// What every other server's figure is divided by.
const BASE: Kind = Kind::Nginx;

/// A row.
struct Row {
    label: String,
    digits: usize,
    /// Every measurement.
    values: Vec<(Kind, f64)>,
    /// Measurements of what the row is compared with instead of nginx's figure.
    against: Vec<f64>,
    /// Instead of a figure.
    notes: Vec<(Kind, String)>,
}

/// All figures so far.
pub struct Report {
    columns: Vec<Kind>,
    rows: Vec<Row>,
    remarks: Vec<String>,
}

impl Report {
    /// An empty one for these servers.
    pub fn new(columns: Vec<Kind>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// A measurement, shown with so many digits behind the point.
    pub fn add(&mut self, label: &str, digits: usize, kind: Kind, value: f64) {
        self.row(label, digits).values.push((kind, value));
    }

    /// A measurement of what `label` is compared with.
    pub fn add_against(&mut self, label: &str, digits: usize, value: f64) {
        self.row(label, digits).against.push(value);
    }

    /// Why there is no figure.
    pub fn note(&mut self, label: &str, digits: usize, kind: Kind, why: &str) {
        let notes = &mut self.row(label, digits).notes;
        if !notes.iter().any(|(k, w)| *k == kind && w == why) {
            notes.push((kind, why.to_owned()));
        }
    }

    /// A line below the table.
    pub fn remark(&mut self, text: String) {
        eprintln!("{text}");
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    /// Markdown.
    pub fn table(&self) -> String {
        let mut text = String::from("| |");
        for kind in &self.columns {
            let _ = write!(text, " {} |", kind.name());
        }
        text.push_str("\n|---|");
        text.push_str(&"--:|".repeat(self.columns.len()));
        text.push('\n');
        for row in &self.rows {
            let _ = write!(text, "| {} |", row.label);
            for kind in &self.columns {
                let _ = write!(text, " {} |", row.cell(*kind));
            }
            text.push('\n');
        }
        for remark in &self.remarks {
            let _ = write!(text, "\n- {remark}");
        }
        text
    }

    fn row(&mut self, label: &str, digits: usize) -> &mut Row {
        let at = self.rows.iter().position(|row| row.label == label);
        let at = at.unwrap_or_else(|| {
            self.rows.push(Row {
                label: label.to_owned(),
                digits,
                values: Vec::new(),
                against: Vec::new(),
                notes: Vec::new(),
            });
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }
}

impl Row {
    fn cell(&self, kind: Kind) -> String {
        let Some(value) = self.median(kind) else {
            let note = self.notes.iter().find(|(k, _)| *k == kind);
            return note.map_or("–".to_owned(), |(_, why)| why.clone());
        };
        let digits = self.digits;
        let base = match self.against.is_empty() {
            true if kind == BASE => None,
            true => self.median(BASE),
            false => median(self.against.clone()),
        };
        match base {
            Some(base) if base > 0.0 => format!("{value:.digits$} ({:.2}×)", value / base),
            _ => format!("{value:.digits$}"),
        }
    }

    fn median(&self, kind: Kind) -> Option<f64> {
        let own = self.values.iter().filter(|(k, _)| *k == kind);
        median(own.map(|(_, value)| *value).collect())
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}
