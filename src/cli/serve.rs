//! `teledars serve`: start, say where, serve until told to stop, let answers under way end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::Signal;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Outcome, print};
use crate::app::App;
use crate::auth::secret::Secret;
use crate::catalogue::LinkFor;
use crate::config::{self, General};
use crate::http::access_log::{self, AccessLog, Format};
use crate::http::host::{Authority, HostPolicy};
use crate::http::server::{Limits, Server, Tls, Workers, ZeroCopy};
use crate::processing::Processor;
use crate::routes;

pub(super) fn run(general: &General, settings: config::Serve) -> anyhow::Result<Outcome> {
    settings.check()?;
    let log = access_log(general)?;
    let server = Server::new(limits(&settings)?)
        .log(log.clone())
        .hosts(hosts(&settings)?)
        .log_addresses(settings.log_addresses);
    let tls = settings.tls()?.map(|(chain, key)| Tls::new(chain, key));
    let tls = tls.transpose()?;
    let listen = settings.listen;
    let at_signal = log.clone();
    let workers = match settings.workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        wanted => wanted,
    };
    let app = App::open(general, settings)?;
    let jobs = app.jobs.settings().clone();
    let processor = Processor::start(&app.catalogue, &app.store, jobs)
        .context("the folder of work below the data folder, or a thread for it")?;
    let processor = Arc::new(processor);
    let stopped_jobs = Arc::clone(&processor);
    // This thread only accepts connections and hears signals.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let server = server.workers(Workers::start(workers)?);
    runtime.block_on(async move {
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}; choose another address with --listen")
        })?;
        let stop = CancellationToken::new();
        stop_at_signals(&stop, &at_signal)?;
        // A file that reaches the limit of its size (ulimit -f) is an error like a full disk, and not the end.
        let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?;
        let (stopped, uploads) = (stop.clone(), Arc::clone(&app.uploads));
        let job_feed = app.job_feed.clone();
        tokio::spawn(async move {
            stopped.cancelled().await;
            uploads.stop();
            job_feed.stop();
            stopped_jobs.begin_stop();
        });
        let first_link = welcome_key(&app).await?;
        let base = app.settings.base_url.clone();
        let site = routes::site(app);
        let server = server.shortcut(site.shortcut);
        let scheme = tls.as_ref().map_or("http", |_| "https");
        print(&format!(
            "listening on {scheme}://{}",
            listener.local_addr()?
        ))?;
        if let Some(key) = first_link {
            let own = format!("{scheme}://{}", listener.local_addr()?);
            let base = if base.is_empty() { own } else { base };
            let base = base.trim_end_matches('/');
            print(&format!(
                "no administrator yet; make one within a day at {base}/teach/welcome?key={}",
                key.told()
            ))?;
        }
        let report = match tls {
            None => {
                let server = server.transport(ZeroCopy::default());
                server.serve(listener, site.router, stop).await?
            }
            Some(tls) => {
                tokio::spawn(tls.clone().keep_fresh());
                let server = server.transport(tls);
                server.serve(listener, site.router, stop).await?
            }
        };
        tracing::info!(
            served = report.served,
            refused = report.refused,
            cut = report.cut,
            "stopped"
        );
        anyhow::Ok(())
    })?;
    processor.stop();
    // A read that hangs (a dead network disk) must not keep the program from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    log.flush();
    Ok(Outcome::Done)
}

/// The key of the link that makes the first administrator; a new one at each start, until there is one.
async fn welcome_key(app: &App) -> anyhow::Result<Option<Secret>> {
    if app.catalogue.read(|c| c.has_administrator()).await? {
        return Ok(None);
    }
    Ok(Some(app.sign_in.link(LinkFor::Welcome).await?))
}

/// The access log, if the filter lets it through: on standard error, as the other log.
fn access_log(general: &General) -> std::io::Result<AccessLog> {
    if !access_log::admitted() {
        return Ok(AccessLog::none());
    }
    let format = match general.log_format.as_str() {
        "json" => Format::Json,
        _ => Format::Text,
    };
    AccessLog::to(std::io::stderr(), format)
}

/// SIGTERM and ctrl-C stop gracefully; the second one of either ends at once.
fn stop_at_signals(stop: &CancellationToken, log: &AccessLog) -> std::io::Result<()> {
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = signal(kind)?;
        let (stop, log) = (stop.clone(), log.clone());
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                if stop.is_cancelled() {
                    log.flush();
                    std::process::exit(128 + kind.as_raw_value());
                }
                tracing::info!("stopping; answers under way may end");
                stop.cancel();
            }
        });
    }
    Ok(())
}

fn limits(s: &config::Serve) -> Result<Limits, config::Error> {
    Ok(Limits {
        header_timeout: Duration::from_secs(s.header_timeout_seconds),
        idle_timeout: Duration::from_secs(s.idle_timeout_seconds),
        body_stall: Duration::from_secs(s.body_stall_seconds),
        write_stall: Duration::from_secs(s.write_stall_seconds),
        shutdown_grace: Duration::from_secs(s.shutdown_grace_seconds),
        max_connections: s.max_connections,
        max_connections_per_address: s.max_connections_per_address,
        max_header_bytes: s.max_header_bytes,
        max_body_bytes: s.max_body_bytes as u64,
        // All readers come through a trusted proxy's one address.
        uncounted: s
            .proxies()?
            .iter()
            .map(|network| network.network()..=network.broadcast())
            .collect(),
        ..Limits::default()
    })
}

/// With a base URL only its host is served (and the listen address, by which an operator looks in).
fn hosts(settings: &config::Serve) -> Result<HostPolicy, config::Error> {
    let Some(base) = settings.base()? else {
        return Ok(HostPolicy::Any);
    };
    let host = base
        .authority
        .parse::<Authority>()
        .map_err(|e| config::Error::Value {
            name: "base_url",
            value: settings.base_url.clone(),
            remedy: format!("{e}; write a host name or an address"),
        })?;
    Ok(HostPolicy::Only { hosts: vec![host] })
}
