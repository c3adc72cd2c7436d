//! Why something is not done at the desk.

use crate::auth::permission::Act;
use crate::captions;
use crate::catalogue::{self, JobState};
use crate::media::NoRoom;
use crate::sheet::{CellError, SheetError};
use crate::units::{Code, JobId};

/// Why something was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such lesson, or it is a draft of others'.
    #[error("there is no lesson {0} that you may see")]
    Unknown(Code),
    /// There is no such job, or it is of a draft of others'.
    #[error("there is no job {0} that you may see; the list of jobs has those there are")]
    NoJob(JobId),
    /// There is no such part of the lesson: a file, an edition, an entry of its history.
    #[error("this lesson has no {what} {name:?}")]
    NoPart {
        /// What was asked for: "file", "edition", "change".
        what: &'static str,
        /// As it was named.
        name: String,
    },
    /// The lesson is others' to change.
    #[error("you may not {} this lesson; ask an editor or an administrator", verb(*.0))]
    NotYours(Act),
    /// Whose a lesson is, administrators say.
    #[error("only administrators say whose a lesson is; ask one")]
    OwnersAreGiven,
    /// There is no such person.
    #[error("there is nobody called {0:?}; write the name that they sign in with")]
    Nobody(String),
    /// After the change an editor could not edit it any more.
    #[error(
        "with this grade and subject the lesson would be outside of what you edit; ask an administrator"
    )]
    OutOfScope,
    /// Values that are wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Fields(Vec<CellError>),
    /// A sheet of which nothing can be read.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A sheet with too many rows for a desk.
    #[error("the sheet has more than {most} rows; split it into several")]
    TooManyRows {
        /// How many are allowed.
        most: usize,
    },
    /// Captions that are none.
    #[error("these captions cannot be used: {0}")]
    Captions(#[from] captions::Error),
    /// The language of captions is none.
    #[error("{0:?} is not a language tag (BCP 47); write az, ru, en or another")]
    Language(String),
    /// A reason that readers could not be told.
    #[error("a reason of 1 to {most} characters is needed; this one has {has}")]
    Reason {
        /// Characters of the one that was given.
        has: usize,
        /// How many are allowed.
        most: usize,
    },
    /// A link that would end at once, or hardly ever.
    #[error("a link counts for 1 to {most} days, not for {days}; write such a number")]
    Days {
        /// What was said.
        days: u32,
        /// How many are allowed.
        most: u32,
    },
    /// A note that is no line.
    #[error("a note is one line of at most {most} characters; this one has {has}")]
    Note {
        /// Characters of the one that was given.
        has: usize,
        /// How many are allowed.
        most: usize,
    },
    /// A file that is too large.
    #[error("the file has {has} bytes; {most} are allowed")]
    TooLarge {
        /// Its bytes, as far as they were read.
        has: u64,
        /// How many are allowed.
        most: u64,
    },
    /// A file without bytes.
    #[error("the file is empty; choose another one")]
    Empty,
    /// There is no room for it in what its sender may have.
    #[error(
        "this file has {bytes} bytes; your lessons and uploads have {used} of {quota} bytes ({set_by}): \
         delete drafts, or ask an administrator for more"
    )]
    OverQuota {
        /// Of the file.
        bytes: u64,
        /// What there is.
        used: u64,
        /// What may be.
        quota: u64,
        /// Who said so.
        set_by: &'static str,
    },
    /// It contradicts what is so.
    #[error(transparent)]
    Conflict(#[from] ConflictError),
    /// The archive's disk has no room.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The archive's disk failed, or it is full.
    #[error("the archive's disk: {0}")]
    Disk(#[from] std::io::Error),
    /// The catalogue failed.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

/// What is so that a wish contradicts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConflictError {
    /// Somebody changed the lesson meanwhile.
    #[error("{} changed this lesson meanwhile; look at it again", .by.as_deref().unwrap_or("the command line"))]
    Changed {
        /// Who; `None`: the command line.
        by: Option<String>,
    },
    /// What the sheet would do is not what was shown.
    #[error("the lessons changed since the differences were shown; look at them again")]
    Differs,
    /// It was published.
    #[error("this lesson was published, and its address must not break; withdraw it instead")]
    Published,
    /// Captions and attachments belong to a recording.
    #[error("this lesson has no recording yet; upload it first")]
    NoRecording,
    /// There are as many attachments as there may be.
    #[error("this lesson has {0} attachments, and may have no more; take one away first")]
    Full(usize),
    /// The edition that is shown is not given up.
    #[error("edition {0} is the one that is shown; show another one first")]
    Shown(u32),
    /// The bytes of an edition are gone: pruned, or overwritten where the operator keeps them.
    #[error("the bytes of edition {0} are gone; upload it again")]
    Pruned(u32),
    /// Later changes stand in the way of undoing one.
    #[error("{} changed again since; undo the later change first", .0.join(", "))]
    ChangedSince(Vec<String>),
    /// This sort of change is not undone.
    #[error("this change cannot be undone: {0}")]
    NotUndone(Lasting),
    /// Nobody was ever shown it.
    #[error(
        "this lesson was never published: there is nothing to withdraw; delete the draft instead"
    )]
    NeverPublished,
    /// A job that is over cannot be cancelled.
    #[error("this job {}, so there is nothing to cancel; it can be made anew", is_over(*.0))]
    JobIsOver(JobState),
    /// A job that is not over cannot be begun anew.
    #[error("this job {} already; to begin it anew, cancel it first", is_under_way(*.0))]
    JobIsUnderWay(JobState),
    /// Nothing is made of an edition that nobody is shown.
    #[error("edition {0} is not the one that is shown, so nothing is made of it; show it first")]
    NotShown(u32),
    /// What can be made is known once the recording was looked into.
    #[error(
        "the recording has not been looked into, so it is not known what can be made of it; \
         make probe first, the rest follows by itself"
    )]
    NotProbed,
    /// The operator has no program for speech.
    #[error(
        "no program that makes captions of speech is set: name one as speech_program in teledars.toml \
         (or TELEDARS_SPEECH_PROGRAM)"
    )]
    NoSpeech,
    /// Links that end are for drafts.
    #[error("this lesson is no draft: whoever has its own address sees it; pass that on")]
    NotDraft,
    /// There are as many links as there may be.
    #[error("this lesson has {0} links that count, and may have no more; take one back first")]
    ManyLinks(usize),
    /// It is so already.
    #[error("this lesson is withdrawn already")]
    Withdrawn,
    /// It is so already.
    #[error("this lesson is not withdrawn")]
    NotWithdrawn,
}

/// Why a change lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lasting {
    /// A lesson began.
    #[error("delete the draft instead")]
    Began,
    /// Bytes were given up.
    #[error("the bytes are gone")]
    BytesGone,
    /// There was no recording before.
    #[error("it is the first recording")]
    FirstRecording,
    /// It changed nothing of the lesson, or it was not written down what.
    #[error("it was not written down what changed")]
    NothingKnown,
}

fn verb(act: Act) -> &'static str {
    match act {
        Act::View => "see the drafts and the history of",
        Act::Edit => "change",
        Act::Publish => "publish",
        Act::Share => "share",
        Act::Withdraw => "withdraw",
        Act::DeleteDraft => "delete",
        Act::Prune => "prune editions of",
    }
}

fn is_over(state: JobState) -> &'static str {
    match state {
        JobState::Failed => "has failed",
        JobState::Cancelled => "was cancelled",
        _ => "is done",
    }
}

fn is_under_way(state: JobState) -> &'static str {
    match state {
        JobState::Running => "runs",
        _ => "waits for its turn",
    }
}
