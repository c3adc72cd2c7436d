//! Why something was not done at the desk, in the reader's language: the value, the limit and the remedy.

use ::http::StatusCode;

use super::deeds::field_name;
use super::lesson_form::refused;
use super::lesson_nav::Refused;
use super::{Complaint, Desk};
use crate::auth::permission::Act;
use crate::captions::{self, Flaw, Warning};
use crate::desk::{ConflictError, Error, Lasting};
use crate::http::multipart::FormError;
use crate::http::problem::Problem;
use crate::sheet::{CellError, HeaderProblem, MAX_ROW_BYTES, MAX_SHEET_BYTES, SheetError};
use crate::units::Bytes;
use crate::words::{self, Language};

impl Desk {
    /// What a page says above its form when this was refused.
    ///
    /// # Errors
    /// The page to answer with instead, where no form can mend it.
    pub(super) fn complaint(&self, refusal: Error) -> Result<Complaint, Refused> {
        match refusal {
            Error::Unknown(_) | Error::NotYours(_) | Error::Catalogue(_) => {
                Err(self.refused(refusal).into())
            }
            told => {
                let text = told_in(self.visit.language, &told);
                let status = match told {
                    // The page is there; what it is asked for is not any more.
                    Error::NoPart { .. } => StatusCode::CONFLICT,
                    told => Problem::from(told).status(),
                };
                Ok(Complaint::new(status, text))
            }
        }
    }

    /// The same for a form that could not be read.
    pub(super) fn form_complaint(&self, error: FormError) -> Complaint {
        let language = self.visit.language;
        let text = match &error {
            FormError::Compressed(how) => language.with("form-compressed", &said(how)),
            FormError::NotAForm => language.text("form-other"),
            FormError::TooLong { most } => {
                language.with("form-too-long", &[("most", size(language, *most))])
            }
            FormError::Broken => language.text("form-broken"),
        };
        Complaint::new(Problem::from(error).status(), text)
    }
}

fn said(value: &str) -> [(&'static str, Value<'_>); 1] {
    [("value", value.into())]
}

type Value<'a> = fluent_templates::fluent_bundle::FluentValue<'a>;

fn size(language: Language, bytes: u64) -> Value<'static> {
    words::size(language, Bytes(bytes)).into()
}

/// The sentence for a refusal.
pub(super) fn told_in(language: Language, refusal: &Error) -> String {
    match refusal {
        Error::Unknown(code) => language.with("refused-unknown", &said(code.as_str())),
        Error::NoJob(id) => language.with("jobs-no-job", &said(&id.to_string())),
        Error::NoPart { what, name } => {
            let what = what.to_owned().into();
            language.with(
                "refused-part",
                &[("what", what), ("value", name.as_str().into())],
            )
        }
        Error::NotYours(act) => {
            language.with("refused-not-yours", &[("act", act_word(*act).into())])
        }
        Error::OwnersAreGiven => language.text("refused-owners"),
        Error::Nobody(name) => language.with("refused-nobody", &said(name)),
        Error::OutOfScope => language.text("refused-scope"),
        Error::Fields(errors) => {
            let told = |error: &CellError| match error.column {
                Some(column) => {
                    let name = field_name(language, column.name());
                    format!("{name}: {}", refused(language, error))
                }
                None => refused(language, error),
            };
            errors.iter().map(told).collect::<Vec<_>>().join("\n")
        }
        Error::Sheet(error) => told_of_sheet(language, error),
        Error::TooManyRows { most } => language.count("refused-rows", *most as u64),
        Error::Captions(error) => told_of_captions(language, error),
        Error::Language(tag) => language.with("refused-language", &said(tag)),
        Error::Reason { has, most } => language.with(
            "refused-reason",
            &[("has", (*has).into()), ("most", (*most).into())],
        ),
        Error::Days { days, most } => language.with(
            "refused-days",
            &[("has", (*days).into()), ("most", (*most).into())],
        ),
        Error::Note { has, most } => language.with(
            "refused-note",
            &[("has", (*has).into()), ("most", (*most).into())],
        ),
        // What came without its length was not read to its end.
        Error::TooLarge { has, most } if *has == most + 1 => {
            language.with("form-too-long", &[("most", size(language, *most))])
        }
        Error::TooLarge { has, most } => {
            let sizes = [
                ("has", size(language, *has)),
                ("most", size(language, *most)),
            ];
            language.with("refused-large", &sizes)
        }
        Error::Empty => language.text("refused-empty"),
        Error::OverQuota {
            bytes, used, quota, ..
        } => {
            let sizes = [
                ("bytes", size(language, *bytes)),
                ("used", size(language, *used)),
                ("quota", size(language, *quota)),
            ];
            language.with("refused-quota", &sizes)
        }
        Error::Conflict(conflict) => told_of_conflict(language, conflict),
        Error::NoRoom(no_room) => {
            let sizes = [
                ("needed", size(language, no_room.needed)),
                ("free", size(language, no_room.free)),
                ("reserve", size(language, no_room.reserve)),
            ];
            language.with("refused-room", &sizes)
        }
        Error::Disk(error) => {
            use std::io::ErrorKind as K;
            match error.kind() {
                K::StorageFull | K::QuotaExceeded => language.text("refused-disk-full"),
                K::UnexpectedEof | K::ConnectionReset | K::BrokenPipe => {
                    language.text("form-broken")
                }
                _ => language.text("refused-disk"),
            }
        }
        Error::Catalogue(_) => language.text("busy-text"),
    }
}

fn act_word(act: Act) -> &'static str {
    match act {
        Act::View => "view",
        Act::Edit => "edit",
        Act::Publish => "publish",
        Act::Share => "share",
        Act::Withdraw => "withdraw",
        Act::DeleteDraft => "delete",
        Act::Prune => "prune",
    }
}

fn told_of_conflict(language: Language, conflict: &ConflictError) -> String {
    use ConflictError as E;
    let numbered = |n: u32| [("number", Value::from(n))];
    match conflict {
        E::Changed { by: Some(by) } => language.with("conflict-changed", &[("who", by.into())]),
        E::Changed { by: None } => language.text("conflict-changed-command"),
        E::Differs => language.text("conflict-differs"),
        E::Published => language.text("conflict-published"),
        E::NoRecording => language.text("conflict-no-recording"),
        E::Full(most) => language.count("conflict-full", *most as u64),
        E::Shown(edition) => language.with("conflict-shown", &numbered(*edition)),
        E::Pruned(edition) => language.with("conflict-pruned", &numbered(*edition)),
        E::ChangedSince(fields) => {
            let names: Vec<String> = fields.iter().map(|f| field_name(language, f)).collect();
            language.with("conflict-since", &[("fields", names.join(", ").into())])
        }
        E::NotUndone(why) => {
            let why = match why {
                Lasting::Began => "created",
                Lasting::BytesGone => "pruned",
                Lasting::FirstRecording => "first",
                Lasting::NothingKnown => "other",
            };
            language.with("conflict-not-undone", &[("why", why.into())])
        }
        E::NeverPublished => language.text("conflict-never-published"),
        E::JobIsOver(state) => language.with("jobs-is-over", &[("state", state.as_str().into())]),
        E::JobIsUnderWay(state) => {
            language.with("jobs-is-under-way", &[("state", state.as_str().into())])
        }
        E::NotShown(edition) => language.with("jobs-not-shown", &numbered(*edition)),
        E::NotProbed => language.text("jobs-not-probed"),
        E::NoSpeech => language.text("jobs-no-speech"),
        E::NotDraft => language.text("conflict-not-draft"),
        E::ManyLinks(most) => language.with("conflict-many-links", &[("most", (*most).into())]),
        E::Withdrawn => language.text("conflict-withdrawn"),
        E::NotWithdrawn => language.text("conflict-not-withdrawn"),
    }
}

fn told_of_captions(language: Language, error: &captions::Error) -> String {
    use captions::Error as E;
    let line = |line: usize| ("line", Value::from(line));
    match error {
        E::TooLarge { bytes } => {
            let sizes = [
                ("has", size(language, *bytes as u64)),
                ("most", size(language, captions::MAX_BYTES as u64)),
            ];
            language.with("captions-too-large", &sizes)
        }
        E::NotUtf8 { line: l, byte } => {
            let byte = format!("0x{byte:02X}");
            language.with("captions-not-utf8", &[line(*l), ("byte", byte.into())])
        }
        E::BrokenUtf16 { line: l } => language.with("captions-utf16", &[line(*l)]),
        E::UnmarkedUtf16 => language.with("captions-utf16", &[line(1)]),
        E::Packed(what) => {
            // Its kind is a proper name behind an article.
            let name = what.trim_start_matches("a ").trim_start_matches("an ");
            let name = name.trim_end_matches(" archive").to_owned();
            language.with("captions-packed", &[("value", name.into())])
        }
        E::OtherFormat(what) => {
            let name = what.trim_start_matches("a ").trim_start_matches("an ");
            language.with(
                "captions-other-format",
                &[("value", name.to_owned().into())],
            )
        }
        E::NotCaptions { line: l, value } => language.with(
            "captions-none",
            &[line(*l), ("value", value.as_str().into())],
        ),
        E::NoCues => language.text("captions-no-cues"),
        E::TooManyCues { line: l } => language.with(
            "captions-many",
            &[line(*l), ("most", captions::MAX_CUES.into())],
        ),
        E::CueTooLong { line: l } => language.with(
            "captions-long",
            &[line(*l), ("most", captions::MAX_CUE_CHARS.into())],
        ),
        E::TooLate { line: l, value } => {
            let hours = captions::MAX_TIME.0 / 3_600_000;
            let value = value.as_str().into();
            language.with(
                "captions-late",
                &[line(*l), ("value", value), ("hours", hours.into())],
            )
        }
    }
}

/// What is doubtful in captions.
pub(super) fn warning(language: Language, warning: &Warning) -> String {
    let (flaw, count, time) = match warning.flaw {
        Flaw::UnreadableTimes => ("unreadable", 0, String::new()),
        Flaw::MendedTimes => ("mended", 0, String::new()),
        Flaw::EndsTooEarly => ("early", 0, String::new()),
        Flaw::NoText => ("no-text", 0, String::new()),
        Flaw::NoTimes => ("no-times", 0, String::new()),
        Flaw::NoEmptyLine => ("no-line", 0, String::new()),
        Flaw::Style => ("style", 0, String::new()),
        Flaw::Unsorted { count } => ("unsorted", count, String::new()),
        Flaw::Overlapping { count } => ("overlapping", count, String::new()),
        Flaw::AfterTheEnd { count, duration } => ("after", count, duration.clock_face()),
        Flaw::More { count } => ("more", count, String::new()),
    };
    language.with(
        "captions-warning",
        &[
            ("flaw", flaw.into()),
            ("line", warning.line.into()),
            ("value", warning.value.as_str().into()),
            ("count", count.into()),
            ("time", time.into()),
        ],
    )
}

fn told_of_sheet(language: Language, error: &SheetError) -> String {
    let lined = |line: u64| [("line", Value::from(line))];
    match error {
        SheetError::Io(_) => language.text("form-broken"),
        SheetError::TooLarge => {
            let most = size(language, MAX_SHEET_BYTES);
            language.with("form-too-long", &[("most", most)])
        }
        SheetError::Empty => language.text("sheet-empty"),
        SheetError::NotUtf8 { line, byte, .. } => {
            let byte = format!("0x{byte:02X}");
            language.with(
                "sheet-not-utf8",
                &[("line", (*line).into()), ("byte", byte.into())],
            )
        }
        SheetError::Utf16Unmarked => language.with("sheet-utf16", &lined(1)),
        SheetError::Utf16Broken { line: l } => language.with("sheet-utf16", &lined(*l)),
        SheetError::Nul { line: l } => language.with("sheet-nul", &lined(*l)),
        SheetError::Header(problems) => {
            let told: Vec<String> = problems.iter().map(|p| header(language, p)).collect();
            format!("{} {}", language.text("sheet-header"), told.join(" "))
        }
        SheetError::UnclosedQuote { line: l } => language.with("sheet-quote", &lined(*l)),
        SheetError::RowTooLong { line } => {
            let most = size(language, MAX_ROW_BYTES as u64);
            language.with(
                "sheet-row-long",
                &[("line", (*line).into()), ("most", most)],
            )
        }
    }
}

fn header(language: Language, problem: &HeaderProblem) -> String {
    match problem {
        HeaderProblem::Unknown { name, nearest } => match nearest {
            Some(nearest) => language.with(
                "sheet-column-nearest",
                &[
                    ("value", name.as_str().into()),
                    ("nearest", nearest.as_str().into()),
                ],
            ),
            None => language.with("sheet-column-unknown", &said(name)),
        },
        HeaderProblem::Nameless { number } => {
            language.with("sheet-column-nameless", &[("number", (*number).into())])
        }
        HeaderProblem::Twice(column) => language.with("sheet-column-twice", &said(column.name())),
        HeaderProblem::Missing(column) => {
            language.with("sheet-column-missing", &said(column.name()))
        }
    }
}
