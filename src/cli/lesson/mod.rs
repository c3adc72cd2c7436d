//! `teledars lesson`: what is done with lessons, by the operator, who may do everything.

mod describe;
mod files;
mod links;
mod past;
mod show;

use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;

use super::{Outcome, existing_archive};
use crate::auth::permission::TeachersPublish;
use crate::catalogue::{Catalogue, Found, Stands};
use crate::config::General;
use crate::desk::{Author, Desk, MOST_DAYS, Rules, USUAL_DAYS};
use crate::media::Store;
use crate::units::{Bytes, Code};

pub(super) use describe::Said;

/// What `lesson` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show lessons, the newest first: code, state, grades, subject, section, title; tabs between them.
    List(List),
    /// Show a lesson: what is said of it, whose it is, its recording and files.
    Show {
        /// The lesson's code.
        code: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Begin a lesson, as a draft unless visibility says otherwise, and print its code.
    Add {
        /// Fields by the names of the sheet's columns; lists with ; between the items.
        #[arg(required = true, value_name = "FIELD=VALUE", value_parser = describe::said)]
        fields: Vec<Said>,
    },
    /// Say some fields of a lesson anew.
    Set {
        /// The lesson's code.
        code: String,
        /// Fields by the names of the sheet's columns; lists with ; between the items. Nothing behind the = takes away.
        #[arg(required = true, value_name = "FIELD=VALUE", value_parser = describe::said)]
        fields: Vec<Said>,
    },
    /// Let everybody see a lesson. It is never a draft again.
    Publish {
        /// The lesson's code.
        code: String,
        /// For those who have its link; it is not listed.
        #[arg(long)]
        unlisted: bool,
    },
    /// Take a published lesson back: its addresses answer 410 Gone with the reason.
    Withdraw {
        /// The lesson's code.
        code: String,
        /// What readers are told.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Put a withdrawn lesson back as it was.
    Reinstate {
        /// The lesson's code.
        code: String,
    },
    /// Delete a draft that was never published, with its bytes. Asks on a terminal.
    Delete {
        /// The lesson's code.
        code: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Give captions to the recording that is shown, take them away, or look at a file of captions.
    Captions {
        /// The lesson's code.
        code: String,
        #[command(subcommand)]
        what: Captions,
    },
    /// Attach a file to the recording that is shown, for students to save.
    Attach {
        /// The lesson's code.
        code: String,
        /// The file.
        file: PathBuf,
        /// What it is called; without this as the file is.
        #[arg(long)]
        name: Option<String>,
    },
    /// Take an attachment away.
    Detach {
        /// The lesson's code.
        code: String,
        /// What it is called, as show has it; where several are called so, the last part of its /media address.
        name: String,
    },
    /// Show what was done to a lesson, the newest first: number, time, who, what.
    History {
        /// The lesson's code.
        code: String,
    },
    /// Undo a change, if nobody changed the same again since.
    Undo {
        /// The lesson's code.
        code: String,
        /// Its number, as history shows it.
        change: i64,
    },
    /// Show the editions of a lesson's footage, the newest first: number, since when, duration, bytes, state.
    Editions {
        /// The lesson's code.
        code: String,
    },
    /// Show another edition under the lesson's addresses.
    ShowEdition {
        /// The lesson's code.
        code: String,
        /// Its number, as editions shows it.
        number: u32,
    },
    /// Delete the bytes of editions that are not shown, and of captions and attachments that were replaced. Their
    /// /media addresses answer 410 Gone, and they cannot come back.
    #[command(group(clap::ArgGroup::new("which").required(true).args(["code", "all"])))]
    Prune {
        /// The lesson's code.
        code: Option<String>,
        /// Of every lesson.
        #[arg(long, conflicts_with = "edition")]
        all: bool,
        /// Of this edition alone.
        #[arg(long, value_name = "NUMBER")]
        edition: Option<u32>,
    },
    /// Make a link that shows a draft to whoever has it, without an account, until it ends; and print it.
    Link {
        /// The lesson's code.
        code: String,
        /// How long it counts.
        #[arg(long, default_value_t = USUAL_DAYS, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DAYS)))]
        days: u32,
        /// Whom or what it is for.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        #[command(flatten)]
        at: Public,
    },
    /// Show the links of a lesson, the newest first: number, state, who made it, link, what it is for.
    Links {
        /// The lesson's code.
        code: String,
        #[command(flatten)]
        at: Public,
    },
    /// Take a link back at once.
    Unlink {
        /// The lesson's code.
        code: String,
        /// Its number, as links shows it.
        number: i64,
    },
    /// Say whose a lesson is.
    Owner {
        /// The lesson's code.
        code: String,
        #[command(subcommand)]
        what: Owner,
    },
}

/// Where the archive is to be had: the setting of serve.
#[derive(clap::Args)]
struct Public {
    /// The archive's public address, to make whole links. Without this they begin behind it.
    #[arg(
        long,
        env = "TELEDARS_BASE_URL",
        value_name = "URL",
        default_value = ""
    )]
    base_url: String,
}

#[derive(clap::Args)]
struct List {
    /// Only those that stand so.
    #[arg(long, value_parser = stands())]
    state: Option<Stands>,
    /// Only those of a grade.
    #[arg(long)]
    grade: Option<String>,
    /// Only those of a subject.
    #[arg(long)]
    subject: Option<String>,
    /// Only a person's own.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only those that have all these words, or words that begin so.
    #[arg(long, num_args = 1.., value_name = "WORD")]
    words: Vec<String>,
}

#[derive(Subcommand)]
enum Captions {
    /// Give captions in a language, instead of those there are: WebVTT or SubRip.
    Put {
        /// Language tag (BCP 47): az, ru, en.
        language: String,
        /// The file.
        file: PathBuf,
    },
    /// Take the captions in a language away.
    Remove {
        /// Language tag.
        language: String,
    },
    /// Say what would be taken over from a file of captions, and change nothing.
    Check {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum Owner {
    /// Make it a person's, beside whose it is already.
    Add {
        /// Who.
        name: String,
    },
    /// Make it no longer a person's.
    Remove {
        /// Who.
        name: String,
    },
}

fn stands() -> impl clap::builder::TypedValueParser<Value = Stands> {
    use clap::builder::TypedValueParser as _;
    let words = Stands::ALL.iter().map(|s| s.as_str());
    clap::builder::PossibleValuesParser::new(words).try_map(|word| {
        Stands::from_word(&word).ok_or("a lesson is draft, unlisted, public or withdrawn")
    })
}

/// The archive, as the operator works in it.
pub(super) struct Archive<'a> {
    general: &'a General,
    pub(super) catalogue: Catalogue,
    store: Store,
    pub(super) desk: Desk,
}

/// Who works here.
pub(super) const OPERATOR: &Author = &Author::CommandLine;

pub(super) fn run(general: &General, arguments: Arguments) -> anyhow::Result<Outcome> {
    let archive = Archive::open(general)?;
    let code = |text: &str| archive.code(text);
    match arguments.action {
        Action::List(list) => archive.list(list)?,
        Action::Show { code: text, json } => archive.show(code(&text)?, json)?,
        Action::Add { fields } => archive.add(fields)?,
        Action::Set { code: text, fields } => archive.set(code(&text)?, fields)?,
        Action::Publish {
            code: text,
            unlisted,
        } => archive.publish(code(&text)?, unlisted)?,
        Action::Withdraw { code: text, reason } => archive.withdraw(code(&text)?, &reason)?,
        Action::Reinstate { code: text } => archive.reinstate(code(&text)?)?,
        Action::Delete { code: text, yes } => archive.delete(code(&text)?, yes)?,
        Action::Captions { code: text, what } => archive.captions(code(&text)?, what)?,
        Action::Attach {
            code: text,
            file,
            name,
        } => archive.attach(code(&text)?, &file, name)?,
        Action::Detach { code: text, name } => archive.detach(code(&text)?, &name)?,
        Action::History { code: text } => archive.history(code(&text)?)?,
        Action::Undo { code: text, change } => archive.undo(code(&text)?, change)?,
        Action::Editions { code: text } => archive.editions(code(&text)?)?,
        Action::ShowEdition { code: text, number } => {
            archive.show_edition(code(&text)?, number)?;
        }
        Action::Prune {
            code: Some(text),
            edition,
            ..
        } => archive.prune(code(&text)?, edition)?,
        Action::Prune { code: None, .. } => archive.prune_all()?,
        Action::Link {
            code: text,
            days,
            note,
            at,
        } => archive.make_link(code(&text)?, days, note.as_deref(), &at.base_url)?,
        Action::Links { code: text, at } => archive.links(code(&text)?, &at.base_url)?,
        Action::Unlink { code: text, number } => archive.remove_link(code(&text)?, number)?,
        Action::Owner { code: text, what } => archive.owner(code(&text)?, what)?,
    }
    Ok(Outcome::Done)
}

impl<'a> Archive<'a> {
    /// Opens the archive that is there.
    pub(super) fn open(general: &'a General) -> anyhow::Result<Self> {
        Self::open_with(general, false)
    }

    /// Opens it for whoever may make things of recordings; `speech`: there is a program for that.
    pub(super) fn open_with(general: &'a General, speech: bool) -> anyhow::Result<Self> {
        existing_archive(general)?;
        let catalogue = Catalogue::open(&general.data, 1)?;
        let store = Store::open(&general.data, Bytes(general.reserve_bytes))?;
        // What these limit is teachers; the operator does everything.
        let rules = Rules {
            teachers_publish: TeachersPublish::Yes,
            teacher_quota: Bytes(u64::MAX),
            speech,
        };
        Ok(Self {
            general,
            desk: Desk::new(catalogue.clone(), store.clone(), general.zone()?, rules),
            catalogue,
            store,
        })
    }
}

impl Archive<'_> {
    /// The code of a lesson, as somebody typed it. A wrong one is answered with those that it may be meant for.
    pub(super) fn code(&self, text: &str) -> anyhow::Result<Code> {
        let code: Code = match text.parse() {
            Ok(code) => code,
            Err(why) => {
                let near = Code::near(text);
                let near = self.catalogue.read_blocking(move |c| c.leading(&near))?;
                let near: Vec<&str> = near.iter().map(Code::as_str).collect();
                let remedy = match near.is_empty() {
                    true => "teledars lesson list shows them all".to_owned(),
                    false => format!("did you mean {}?", near.join(" or ")),
                };
                bail!("{text:?} is no lesson's code: {why}; {remedy}");
            }
        };
        match self.catalogue.read_blocking(move |c| c.find(code))? {
            Found::Lesson(_) => Ok(code),
            Found::Moved(own) => Ok(own),
            Found::Deleted => bail!("the lesson {code} was deleted; its code is never given again"),
            Found::Unknown => bail!(
                "there is no lesson {code} in {}; teledars lesson list shows them all",
                self.general.data.display()
            ),
        }
    }
}
