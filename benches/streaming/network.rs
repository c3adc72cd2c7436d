//! A network of our own, when the kernel lets us: its congestion control is reno, so that loopback is not paced.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// Tells the program that it is inside, or why it is not.
const VARIABLE: &str = "STREAMING_BENCH_NETWORK";
const CONTROL: &str = "/proc/sys/net/ipv4/tcp_congestion_control";

/// Starts this program again inside a network namespace; returns when it is inside or there is none to be had.
pub fn enter() {
    if std::env::var_os(VARIABLE).is_some() || !allowed() {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let script = format!("ip link set lo up && echo reno > {CONTROL}; exec \"$0\" \"$@\"");
    let error = unshare()
        .args(["sh", "-c", &script])
        .arg(program)
        .args(std::env::args_os().skip(1))
        .env(VARIABLE, "private")
        .exec();
    eprintln!("no network of our own: {error}");
}

fn allowed() -> bool {
    let probe = unshare()
        .args(["ip", "link", "set", "lo", "up"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    probe.is_ok_and(|status| status.success())
}

/// For the table.
pub fn describe() -> String {
    let control = fs::read_to_string(CONTROL).unwrap_or_default();
    let place = match std::env::var_os(VARIABLE) {
        Some(_) => "a network namespace of its own",
        None => "the machine's own loopback (no namespace to be had)",
    };
    format!("{}, {place}", control.trim())
}

#[allow(
    clippy::disallowed_methods,
    reason = "a namespace is entered by a program"
)]
fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--net", "--"]);
    command
}
