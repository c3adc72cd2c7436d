//! The form in which a lesson says something of itself: what stands in its fields, what is wrong there, and what
//! somebody else has written meanwhile.

use jiff::tz::TimeZone;

use crate::catalogue::{Description, Kind, Term, Vocabulary};
use crate::http::fields::Fields as Sent;
use crate::sheet::fields::{Fields, Said, items};
use crate::sheet::{CellError, Column};
use crate::words::Language;

/// The fields in groups; the first one stands open.
const GROUPS: [(Group, &[Column]); 6] = [
    (
        Group::Lesson,
        &[
            Column::Title,
            Column::Grades,
            Column::Subject,
            Column::Section,
            Column::LessonNumber,
            Column::Description,
        ],
    ),
    (
        Group::Programme,
        &[
            Column::Programme,
            Column::Unit,
            Column::Topic,
            Column::Kind,
            Column::SchoolYear,
            Column::Term,
            Column::Week,
            Column::Textbook,
            Column::Curriculum,
        ],
    ),
    (Group::Chapters, &[Column::Chapters]),
    (
        Group::People,
        &[
            Column::Teachers,
            Column::Interpreter,
            Column::Language,
            Column::VariantOf,
        ],
    ),
    (Group::Broadcasts, &[Column::Broadcasts]),
    (
        Group::Rights,
        &[Column::License, Column::RightsHolder, Column::SourceUrl],
    ),
];

/// What belongs together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Lesson,
    Programme,
    Chapters,
    People,
    Broadcasts,
    Rights,
}

impl Group {
    fn name(self, language: Language) -> String {
        match self {
            Self::Lesson => language.text("desk-group-lesson"),
            Self::Programme => language.text("desk-group-programme"),
            Self::Chapters => language.text("chapters"),
            Self::People => language.text("desk-group-people"),
            Self::Broadcasts => language.text("desk-group-broadcasts"),
            Self::Rights => language.text("desk-group-rights"),
        }
    }
}

fn columns() -> impl Iterator<Item = Column> {
    GROUPS
        .iter()
        .flat_map(|(_, columns)| columns.iter().copied())
}

/// What stands in the fields: item by item, and in a field that is no list one item or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filled(Vec<(Column, Vec<String>)>);

impl Filled {
    /// What a lesson says already.
    pub(super) fn of(description: &Description, zone: &TimeZone) -> Self {
        Self(
            columns()
                .map(|column| (column, items(description, column, zone)))
                .collect(),
        )
    }

    /// What was sent. A field that is not in the form stays as in `before`; boxes that nobody ticked are never sent.
    pub(super) fn sent(sent: &Sent, before: &Self) -> Self {
        let value = |column: Column| {
            let name = column.name();
            if column == Column::Grades {
                return sent.values(name).into_iter().map(str::to_owned).collect();
            }
            if !sent.has(name) {
                return before.items(column).to_vec();
            }
            let text = sent.value(name).replace("\r\n", "\n");
            let text = text.trim();
            match (text.is_empty(), column.is_list()) {
                (true, _) => Vec::new(),
                (_, false) => vec![text.to_owned()],
                (_, true) => {
                    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                    lines.map(str::to_owned).collect()
                }
            }
        };
        Self(columns().map(|column| (column, value(column))).collect())
    }

    fn items(&self, column: Column) -> &[String] {
        let found = self.0.iter().find(|(other, _)| *other == column);
        found.map_or(&[], |(_, items)| items)
    }

    /// Everything, to be said.
    pub(super) fn said(&self) -> Fields {
        self.saying(|_| true)
    }

    /// What is not as in `before`, to be said anew.
    pub(super) fn said_anew(&self, before: &Self) -> Fields {
        self.saying(|column| self.items(column) != before.items(column))
    }

    fn saying(&self, which: impl Fn(Column) -> bool) -> Fields {
        let mut fields = Fields::default();
        for (column, items) in self.0.iter().filter(|(column, _)| which(*column)) {
            let said = match column.is_list() {
                true => Said::Items(items.clone()),
                false => Said::Cell(items.first().cloned().unwrap_or_default()),
            };
            fields.say(*column, said);
        }
        fields
    }
}

/// What `teach/lesson_form.html` shows of a template's `form`.
pub(super) struct Form {
    /// The first one is open, the others may be closed.
    pub(super) groups: Vec<GroupView>,
    /// Fields with something wrong in them: where each is, its name, and what.
    pub(super) wrong: Vec<Told>,
    /// How many that are.
    pub(super) summary: String,
    /// Fields that say something else in the lesson by now.
    pub(super) differing: Vec<Told>,
}

/// A line of a summary that leads to a field.
pub(super) struct Told {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) text: String,
}

pub(super) struct GroupView {
    pub(super) name: String,
    /// What is said in it, for when it is closed.
    pub(super) said: String,
    pub(super) open: bool,
    pub(super) fields: Vec<FieldView>,
}

pub(super) struct FieldView {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) value: String,
    pub(super) widget: Widget,
    /// What is wrong there, sentence by sentence.
    pub(super) wrong: Vec<String>,
    /// What the lesson says there by now.
    pub(super) theirs: Option<String>,
}

impl FieldView {
    /// The ids of all that is said about it.
    pub(super) fn described_by(&self) -> String {
        let name = self.name;
        let mut ids = vec![format!("{name}-hint")];
        ids.extend((!self.wrong.is_empty()).then(|| format!("{name}-wrong")));
        ids.extend(self.theirs.is_some().then(|| format!("{name}-theirs")));
        ids.join(" ")
    }
}

/// How a field is filled.
pub(super) enum Widget {
    /// One line; digits only.
    Line(bool),
    /// So many lines.
    Lines(u8),
    /// One of several.
    Select(Vec<Pick>),
    /// Some of several.
    Boxes(Vec<Pick>),
}

/// What can be chosen.
pub(super) struct Pick {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// What is to be mended.
#[derive(Default)]
pub(super) struct Trouble<'a> {
    /// Values that were refused.
    pub(super) wrong: &'a [CellError],
    /// What the lesson says by now, where somebody else has changed it.
    pub(super) now: Option<&'a Filled>,
}

impl Form {
    pub(super) fn new(
        language: Language,
        vocabulary: &Vocabulary,
        filled: &Filled,
        trouble: &Trouble<'_>,
    ) -> Self {
        let maker = Maker {
            language,
            vocabulary,
            filled,
            trouble,
        };
        let groups: Vec<GroupView> = GROUPS
            .iter()
            .map(|(group, columns)| maker.group(*group, columns))
            .collect();
        let fields = || groups.iter().flat_map(|g| &g.fields);
        let told = |field: &FieldView, text: &str| Told {
            href: format!("#{}", field.name),
            name: field.label.clone(),
            text: text.to_owned(),
        };
        let wrong: Vec<Told> = fields()
            .flat_map(|f| f.wrong.iter().map(move |w| told(f, w)))
            .collect();
        Self {
            summary: language.count("desk-wrong", wrong.len() as u64),
            wrong,
            differing: fields()
                .filter_map(|f| Some(told(f, f.theirs.as_deref()?)))
                .collect(),
            groups,
        }
    }
}

/// What the fields are made of.
struct Maker<'a> {
    language: Language,
    vocabulary: &'a Vocabulary,
    filled: &'a Filled,
    trouble: &'a Trouble<'a>,
}

impl Maker<'_> {
    fn group(&self, group: Group, columns: &[Column]) -> GroupView {
        let fields: Vec<FieldView> = columns.iter().map(|column| self.field(*column)).collect();
        let troubled = |f: &FieldView| !f.wrong.is_empty() || f.theirs.is_some();
        let said = columns
            .iter()
            // An ordinary lesson is not worth a word.
            .filter(|c| **c != Column::Kind)
            .filter_map(|column| self.filled.items(*column).first())
            .map(String::as_str);
        GroupView {
            name: group.name(self.language),
            said: said.collect::<Vec<_>>().join(" · "),
            open: fields.iter().any(troubled),
            fields,
        }
    }

    fn field(&self, column: Column) -> FieldView {
        let about = [("column", column.name().into())];
        let mine = self.filled.items(column);
        let theirs = self.trouble.now.map(|now| now.items(column));
        FieldView {
            name: column.name(),
            label: self.language.with("desk-field", &about),
            hint: self.hint(column),
            value: mine.join("\n"),
            widget: self.widget(column, mine),
            wrong: self.wrong(column),
            theirs: theirs
                .filter(|theirs| *theirs != mine)
                .map(|theirs| self.told(column, theirs)),
        }
    }

    fn hint(&self, column: Column) -> String {
        let about = [("column", column.name().into())];
        let hint = self.language.with("desk-hint", &about);
        if column != Column::Broadcasts {
            return hint;
        }
        let offered = self.vocabulary.channels.iter().filter(|t| !t.retired);
        let name = |t: &Term| format!("{} ({})", t.id, t.name(self.language.code()));
        let channels: Vec<String> = offered.map(name).collect();
        format!("{hint} {}", channels.join(", "))
    }

    fn widget(&self, column: Column, chosen: &[String]) -> Widget {
        let terms = |terms: &[Term]| self.picks(terms, chosen);
        match column {
            Column::Grades => Widget::Boxes(terms(&self.vocabulary.grades)),
            Column::Subject => Widget::Select(or_none(terms(&self.vocabulary.subjects))),
            Column::Section => Widget::Select(or_none(terms(&self.vocabulary.sections))),
            Column::Kind => Widget::Select(kinds(self.language, chosen)),
            Column::LessonNumber | Column::Term => Widget::Line(true),
            Column::Description => Widget::Lines(5),
            Column::Chapters => Widget::Lines(6),
            column if column.is_list() => Widget::Lines(3),
            _ => Widget::Line(false),
        }
    }

    /// Terms that are offered, and those that are chosen although they are not offered any more.
    fn picks(&self, terms: &[Term], chosen: &[String]) -> Vec<Pick> {
        let is_chosen = |id: &str| chosen.iter().any(|c| c == id);
        let offered = terms.iter().filter(|t| !t.retired || is_chosen(&t.id));
        let offered = offered.map(|t| Pick {
            value: t.id.clone(),
            name: t.name(self.language.code()).to_owned(),
            chosen: is_chosen(&t.id),
        });
        let unknown = chosen.iter().filter(|c| !terms.iter().any(|t| t.id == **c));
        let unknown = unknown.map(|id| Pick {
            value: id.clone(),
            name: id.clone(),
            chosen: true,
        });
        offered.chain(unknown).collect()
    }

    /// Values as a reader knows them.
    fn told(&self, column: Column, items: &[String]) -> String {
        if items.is_empty() {
            return self.language.text("desk-nothing");
        }
        let terms = match column {
            Column::Grades => &self.vocabulary.grades[..],
            Column::Subject => &self.vocabulary.subjects,
            Column::Section => &self.vocabulary.sections,
            Column::Kind => return kind_name(self.language, &items[0]),
            _ => return items.join("\n"),
        };
        let name = |id: &String| match terms.iter().find(|t| t.id == *id) {
            Some(term) => term.name(self.language.code()).to_owned(),
            None => id.clone(),
        };
        items.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    fn wrong(&self, column: Column) -> Vec<String> {
        let errors = self.trouble.wrong.iter();
        let errors = errors.filter(|e| e.column == Some(column));
        errors.map(|error| refused(self.language, error)).collect()
    }
}

/// The value, what is wrong with it and what would be right.
pub(super) fn refused(language: Language, error: &CellError) -> String {
    let told = error.fault.text(language);
    if error.value.is_empty() {
        return told;
    }
    let value = [("value", error.value.as_str().into())];
    format!("{} {told}", language.with("desk-refused", &value))
}

fn or_none(picks: Vec<Pick>) -> Vec<Pick> {
    let chosen = picks.iter().any(|p| p.chosen);
    let none = (!chosen).then(|| Pick {
        value: String::new(),
        name: String::new(),
        chosen: true,
    });
    none.into_iter().chain(picks).collect()
}

fn kind_name(language: Language, kind: &str) -> String {
    language.with("kind", &[("kind", kind.to_owned().into())])
}

fn kinds(language: Language, chosen: &[String]) -> Vec<Pick> {
    let all = Kind::ALL.iter().map(|kind| kind.as_str());
    let pick = |kind: &str| Pick {
        value: kind.to_owned(),
        name: kind_name(language, kind),
        chosen: chosen.iter().any(|c| c == kind),
    };
    all.map(pick).collect()
}
