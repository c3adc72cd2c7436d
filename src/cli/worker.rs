//! `teledars worker`: does an archive's jobs on another machine.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, Unsaid};
use crate::catalogue::JobKind;
use crate::config::General;
use crate::processing::{SERVER, Tools};
use crate::worker::{self, Error, Settings};

/// What `worker` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    /// The archive's address, such as https://lessons.example. Proxies of the environment are not used, and
    /// redirects not followed.
    #[arg(long, value_name = "URL")]
    server: String,
    /// A token of the role worker. Others on this machine can read a command line: better give it in the
    /// variable.
    #[arg(
        long,
        env = "TELEDARS_WORKER_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    token: String,
    /// PEM file of the authority that signed the archive's certificate, where the system does not know it.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Jobs at once. Each uses all cores.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Kinds of jobs to do, with commas between them: probe, narrow, ladder, pictures, slides, words, speech.
    /// Without it all, speech only where there is a program for it.
    #[arg(long, value_delimiter = ',', value_parser = kind)]
    kinds: Vec<JobKind>,
    /// What the desk calls this worker. Without it the machine's name.
    #[arg(long)]
    name: Option<String>,
    /// How much lower than others' the priority of jobs is, 0 to 19.
    #[arg(long, default_value_t = 19, value_parser = clap::value_parser!(u8).range(0..=19))]
    nice: u8,
    /// Program that makes captions of speech, as the server's setting speech_program says.
    #[arg(long, value_name = "PROGRAM")]
    speech_program: Option<PathBuf>,
}

fn kind(word: &str) -> Result<JobKind, String> {
    let all: Vec<&str> = JobKind::ALL.iter().map(|kind| kind.as_str()).collect();
    JobKind::from_word(word).ok_or_else(|| format!("write one of {}", all.join(", ")))
}

pub(super) fn run(general: &General, arguments: Arguments) -> anyhow::Result<Outcome> {
    let settings = settings(general, arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let stop = Arc::new(AtomicBool::new(false));
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let _entered = runtime.enter();
        let (mut signals, stop) = (signal(kind)?, Arc::clone(&stop));
        runtime.spawn(async move {
            while signals.recv().await.is_some() {
                if stop.swap(true, Relaxed) {
                    std::process::exit(128 + kind.as_raw_value());
                }
                tracing::info!("stopping; what is under way is given back");
            }
        });
    }
    match worker::run(settings, runtime.handle().clone(), &stop) {
        Ok(()) => Ok(Outcome::Done),
        Err(Error::Client(error)) => Err(Unsaid(error.to_string()).into()),
        Err(error) => Err(error.into()),
    }
}

fn settings(general: &General, arguments: Arguments) -> anyhow::Result<Settings> {
    let name = match arguments.name {
        Some(name) => name,
        None => machine()?,
    };
    if name == SERVER {
        let why = format!("--name {SERVER}: the archive's own worker is called so; choose another");
        return Err(Unsaid(why).into());
    }
    let kinds = match arguments.kinds {
        kinds if !kinds.is_empty() => kinds,
        _ => {
            let speaks = arguments.speech_program.is_some();
            let all = JobKind::ALL.iter().copied();
            all.filter(|kind| *kind != JobKind::Speech || speaks)
                .collect()
        }
    };
    if kinds.contains(&JobKind::Speech) && arguments.speech_program.is_none() {
        let why = "--kinds speech: name the program for it with --speech-program";
        return Err(Unsaid(why.into()).into());
    }
    Ok(Settings {
        server: arguments.server,
        token: arguments.token,
        authorities: arguments.ca,
        name,
        data: general.data.clone(),
        at_once: arguments.jobs.into(),
        kinds,
        tools: Tools {
            nice: arguments.nice,
            speech: arguments.speech_program,
            ..Tools::default()
        },
    })
}

/// What this machine is called.
fn machine() -> anyhow::Result<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    let name = name.context("this machine's name; give one with --name")?;
    Ok(match name.trim() {
        SERVER => format!("{SERVER} elsewhere"),
        name => name.to_owned(),
    })
}
