//! `teledars import`: a sheet of recordings and their catalogue rows.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use indicatif::ProgressBar;

use super::{Outcome, print, progress_bar};
use crate::catalogue::{Catalogue, Placement};
use crate::config::General;
use crate::media::Store;
use crate::sheet::{self, Answer, Fate, Importer, KnownTerms, Mode, ReadOptions, Refused};
use crate::units::Bytes;

/// What `import` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    /// The sheet: CSV, UTF-8, with a header row.
    #[arg(value_name = "SHEET.csv")]
    sheet: PathBuf,
    /// Say what would happen; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Leave recordings and attachments where they are, and serve them from there. They must not change.
    #[arg(long)]
    in_place: bool,
}

#[derive(Default)]
struct Tally {
    added: u64,
    changed: u64,
    unchanged: u64,
    refused: u64,
}

pub(super) fn run(general: &General, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let name = arguments.sheet.display();
    let file = File::open(&arguments.sheet)
        .with_context(|| format!("the sheet {name} cannot be opened"))?;
    anyhow::ensure!(
        !file.metadata()?.is_dir(),
        "the sheet {name} is a folder; name a CSV file in it"
    );
    let length = file.metadata()?.len();
    let path = std::path::absolute(&arguments.sheet)?;
    let folder = path.parent().unwrap_or(&path);
    // A dry run writes nothing, no new archive either: it then looks at an empty one elsewhere.
    let absent = arguments.dry_run && !crate::catalogue::path_in(&general.data).exists();
    let elsewhere = absent.then(Elsewhere::new);
    let data = elsewhere.as_ref().map_or(&general.data, |e| &e.0);
    let catalogue = Catalogue::open(data, 1)?;
    let store = Store::open(data, Bytes(general.reserve_bytes))?;
    // So that no check --repair takes what is copied for left-overs before it is named.
    let _taking_in = store.taking_in()?;
    let vocabulary = catalogue.read_blocking(|c| c.vocabulary())?;
    let known = KnownTerms(&vocabulary);
    let options = ReadOptions {
        time_zone: general.zone()?,
        from_spreadsheet: false,
    };
    let mut rows = sheet::read_rows(file, options, &known)
        .with_context(|| format!("the sheet {name} cannot be read"))?;

    let bar = progress_bar(length, "{bar:30} {percent}% of the sheet, {msg}, {elapsed}");
    let copied = std::cell::Cell::new(0_u64);
    let copying = |bytes| {
        copied.set(copied.get() + bytes);
        bar.set_message(format!("{} copied", indicatif::DecimalBytes(copied.get())));
    };
    let placement = if arguments.in_place {
        Placement::InPlace
    } else {
        Placement::Store
    };
    let mode = if arguments.dry_run {
        Mode::DryRun
    } else {
        Mode::Write
    };
    let mut importer = sheet::importer(
        &catalogue,
        &store,
        folder,
        placement,
        &copying,
        rows.columns(),
        mode,
    );
    let interrupted = interruption()?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next() {
        match row {
            Ok((line, row)) => importer.add(line, row)?,
            Err(Refused::Row(faults)) => refuse(&bar, &mut tally, faults)?,
            Err(Refused::Sheet(e)) => {
                report(&mut importer, &bar, &mut tally, Finish::Yes)?;
                return Err(anyhow::Error::new(e)
                    .context(format!("the sheet {name} cannot be read to its end")));
            }
        }
        bar.set_position(rows.bytes_read());
        report(&mut importer, &bar, &mut tally, Finish::No)?;
        if interrupted.load(Ordering::Relaxed) {
            report(&mut importer, &bar, &mut tally, Finish::Yes)?;
            bar.finish_and_clear();
            let told = "teledars: interrupted; what is listed above is in. Run the same command again for the rest";
            writeln!(std::io::stderr(), "{told}")?;
            return Ok(Outcome::Interrupted);
        }
    }
    report(&mut importer, &bar, &mut tally, Finish::Yes)?;
    bar.finish_and_clear();
    let would = if arguments.dry_run {
        "dry run, nothing was written: "
    } else {
        ""
    };
    let Tally {
        added,
        changed,
        unchanged,
        refused,
    } = tally;
    print(&format!(
        "{would}{added} added, {changed} changed, {unchanged} unchanged, {refused} refused"
    ))?;
    Ok(if refused == 0 {
        Outcome::Done
    } else {
        Outcome::Faults
    })
}

/// A folder for as long as the command runs.
struct Elsewhere(PathBuf);

impl Elsewhere {
    fn new() -> Self {
        let name = format!("teledars-dry-run-{}", uuid::Uuid::new_v4().simple());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // a left-over in the system's own temporary folder
    }
}

#[derive(PartialEq)]
enum Finish {
    Yes,
    No,
}

/// Says what became of the rows so far: successes on standard output, faults on standard error.
fn report(
    importer: &mut Importer<'_>,
    bar: &ProgressBar,
    tally: &mut Tally,
    finish: Finish,
) -> anyhow::Result<()> {
    if finish == Finish::Yes {
        importer.finish()?;
    }
    for Answer {
        line,
        title,
        result,
    } in importer.answers()
    {
        let (verb, code) = match result {
            Err(faults) => {
                refuse(bar, tally, faults)?;
                continue;
            }
            Ok(Fate::WouldAdd) => ("would add", None),
            Ok(Fate::Added(code)) => ("added", Some(code)),
            Ok(Fate::Changed(code)) => ("changed", Some(code)),
            Ok(Fate::Unchanged(code)) => ("unchanged", Some(code)),
        };
        match verb {
            "changed" => tally.changed += 1,
            "unchanged" => tally.unchanged += 1,
            _ => tally.added += 1,
        }
        let code = code.map_or(String::new(), |c| format!(" {c}"));
        bar.suspend(|| print(&format!("line {line}: {verb}{code} {title}")))?;
    }
    Ok(())
}

fn refuse(
    bar: &ProgressBar,
    tally: &mut Tally,
    faults: Vec<sheet::CellError>,
) -> anyhow::Result<()> {
    tally.refused += 1;
    bar.suspend(|| {
        let mut out = std::io::stderr().lock();
        faults.iter().try_for_each(|fault| writeln!(out, "{fault}"))
    })?;
    Ok(())
}

/// Becomes true at the first ctrl-C, so that the rows at hand are written; the second ends at once.
fn interruption() -> anyhow::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if flag.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            }
        });
    });
    Ok(interrupted)
}
