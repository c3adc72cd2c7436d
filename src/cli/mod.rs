//! The command line: what can be said, and one file per subcommand.

mod backup;
mod check;
mod export;
mod import;
mod jobs;
mod lesson;
mod openapi;
mod people;
mod platform;
mod restore;
mod serve;
mod token;
mod user;
mod vocabulary;
mod worker;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::config::{self, File, General, GeneralGiven, ServeGiven};

/// Teledars: an archive and streaming server for recorded video lessons.
#[derive(Parser)]
#[command(
    name = "teledars",
    version,
    about,
    max_term_width = 100,
    propagate_version = true
)]
#[command(
    after_help = "Settings are flags, TELEDARS_… variables or lines of teledars.toml in the data folder;\n\
                        the first that is given counts, in this order."
)]
struct Cli {
    #[command(flatten)]
    general: GeneralGiven,
    /// Settings file, instead of teledars.toml in the data folder.
    #[arg(long, env = "TELEDARS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the archive over HTTP until SIGTERM or ctrl-C.
    Serve(Box<ServeGiven>),
    /// Do an archive's jobs on this machine, which is another one, until SIGTERM or ctrl-C. Its folder is DATA/worker.
    Worker(worker::Arguments),
    /// Take the recordings and lessons of a CSV sheet into the archive.
    Import(import::Arguments),
    /// Write the sheet of everything in the archive to standard output.
    Export,
    /// Do with lessons what their teachers do: describe, publish, withdraw, captions, editions, history.
    Lesson(lesson::Arguments),
    /// Watch what is made of recordings (qualities, pictures, slides), cancel it, make it anew.
    Jobs(jobs::Arguments),
    /// Add people, and say what they may do.
    User(user::Arguments),
    /// Make, show and revoke tokens for programs.
    Token(token::Arguments),
    /// Let people come to lessons from learning platforms (Moodle, Canvas), by LTI 1.3.
    Platform(platform::Arguments),
    /// Compare the catalogue with itself and with the stored bytes; exit 1 when something is damaged.
    Check(check::Arguments),
    /// Copy the archive to another folder, while it is in use; the next time only what is new.
    Backup(backup::Arguments),
    /// Put a backup back into an empty data folder, and check it.
    Restore(restore::Arguments),
    /// Show or replace the vocabulary: grades, subjects, sections, channels.
    Vocabulary(vocabulary::Arguments),
    /// Print the OpenAPI description of the JSON API.
    Openapi,
}

/// Something that the command line should have said.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unsaid(String);

/// How a command ended.
enum Outcome {
    /// As wished.
    Done,
    /// It ran, and something was refused or damaged: exit 1.
    Faults,
    /// Ctrl-C stopped it in good order: exit 130, as shells expect.
    Interrupted,
}

/// Runs the program with its own arguments and environment.
pub fn run() -> ExitCode {
    if let Some(ended) = crate::processing::confined(std::env::args_os()) {
        return ended;
    }
    let known_everywhere = |argument: clap::Arg| {
        let id = argument.get_id().as_str();
        let everywhere = GeneralGiven::NAMES.contains(&id) || id == "config";
        if everywhere {
            argument.global(true)
        } else {
            argument
        }
    };
    let cli = match Cli::from_arg_matches(&Cli::command().mut_args(known_everywhere).get_matches())
    {
        Ok(cli) => cli,
        Err(e) => e.exit(),
    };
    match settings(&cli) {
        Ok((general, file)) => match dispatch(cli.command, &general, file) {
            Ok(Outcome::Done) => ExitCode::SUCCESS,
            Ok(Outcome::Faults) => ExitCode::from(1),
            Ok(Outcome::Interrupted) => ExitCode::from(130),
            Err(e) if e.is::<config::Error>() || e.is::<Unsaid>() => complain(&e, 2),
            Err(e) => complain(&e, 1),
        },
        Err(e) => complain(&e.into(), 2),
    }
}

/// One sentence on standard error, with its causes.
fn complain(error: &anyhow::Error, status: u8) -> ExitCode {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Many errors say their cause themselves.
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    let _ = writeln!(std::io::stderr(), "teledars: {text}");
    ExitCode::from(status)
}

fn settings(cli: &Cli) -> Result<(General, File), config::Error> {
    config::check_environment(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
    let file = match &cli.config {
        Some(path) => File::read(path, true)?,
        None => {
            let data = cli.general.clone().or(GeneralGiven::default())?.data;
            let wrong = |remedy: &str| config::Error::Value {
                name: "data",
                value: data.display().to_string(),
                remedy: remedy.into(),
            };
            if data.exists() && !data.is_dir() {
                return Err(wrong("this is no folder; name the archive's folder"));
            }
            let own = File::read(&data.join("teledars.toml"), false)?;
            if own.general.data.is_some() {
                let remedy = "its own teledars.toml cannot say where it lies; take data out of it";
                return Err(wrong(remedy));
            }
            own
        }
    };
    let general = cli.general.clone().or(file.general.clone())?;
    general.zone()?;
    Ok((general, file))
}

fn dispatch(command: Command, general: &General, file: File) -> anyhow::Result<Outcome> {
    start_log(general)?;
    match command {
        Command::Serve(given) => serve::run(general, given.or(file.serve)?),
        Command::Worker(arguments) => worker::run(general, arguments),
        Command::Import(arguments) => import::run(general, &arguments),
        Command::Export => export::run(general),
        Command::Lesson(arguments) => lesson::run(general, arguments),
        Command::Jobs(arguments) => jobs::run(general, file.serve, arguments),
        Command::User(arguments) => user::run(general, arguments),
        Command::Token(arguments) => token::run(general, arguments),
        Command::Platform(arguments) => platform::run(general, file.serve, arguments),
        Command::Check(arguments) => check::run(general, &arguments),
        Command::Backup(arguments) => backup::run(general, &arguments),
        Command::Restore(arguments) => restore::run(general, &arguments),
        Command::Vocabulary(arguments) => vocabulary::run(general, &arguments),
        Command::Openapi => openapi::run(),
    }
}

fn start_log(general: &General) -> Result<(), config::Error> {
    let wrong = |name, value: &str, remedy: &str| config::Error::Value {
        name,
        value: value.into(),
        remedy: remedy.into(),
    };
    let filter = tracing_subscriber::EnvFilter::try_new(&general.log).map_err(|e| {
        wrong(
            "log",
            &general.log,
            &format!("{e}; write a level or target=level, such as info,access=off"),
        )
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match general.log_format.as_str() {
        "text" => log.init(),
        "json" => log.json().init(),
        other => return Err(wrong("log_format", other, "write text or json")),
    }
    Ok(())
}

/// A bar of `length` steps on a terminal, nothing elsewhere.
fn progress_bar(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Writes to standard output. A reader that went away (`| head`) is no reason to stop half way.
fn print(line: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// The data folder of a command that only makes sense on an archive that is there.
fn existing_archive(general: &General) -> anyhow::Result<()> {
    if crate::catalogue::path_in(&general.data).is_file() {
        return Ok(());
    }
    anyhow::bail!(
        "there is no archive in {}; name its folder with --data, or make one with teledars import",
        general.data.display()
    )
}
