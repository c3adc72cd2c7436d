//! Landlock: which files a program may open.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd,
    Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

use super::Fence;

/// Where systems keep programs and the libraries that they load; read and run.
const SYSTEM: &[&str] = &[
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/opt",
    "/nix/store",
    "/gnu/store",
];

/// What programs ask the system: where libraries are, what processors there are, what they are themselves.
const FACTS: &[&str] = &[
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
];

/// The newest kind of kernel whose rules are asked for; an older one enforces what it knows.
const NEWEST: ABI = ABI::V10;

/// Shuts away all files but those of the fence, for this process and all that it starts, and TCP as well.
pub(super) fn restrict(fence: &Fence) -> Result<(), String> {
    match enforced(fence) {
        Ok(RulesetStatus::NotEnforced) => {
            Err("landlock is not in this kernel: programs can open whatever the server can".into())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("landlock refuses: {error}")),
    }
}

fn enforced(fence: &Fence) -> Result<RulesetStatus, RulesetError> {
    let all = AccessFs::from_all(NEWEST);
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    // No devices and no sockets, and nothing in it is a program.
    let own = all
        & !(AccessFs::Execute
            | AccessFs::MakeChar
            | AccessFs::MakeBlock
            | AccessFs::MakeSock
            | AccessFs::IoctlDev);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(all)?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    let system = SYSTEM
        .iter()
        .map(|path| (path.as_ref(), read | AccessFs::Execute));
    let facts = FACTS.iter().map(|path| (path.as_ref(), read));
    let runnable = fence.runnable.iter();
    let runnable = runnable.map(|path| (path.as_path(), read | AccessFs::Execute));
    let readable = fence.readable.iter().map(|path| (path.as_path(), read));
    let nothing = ["/dev/null".as_ref()].map(|path| (path, read | AccessFs::WriteFile));
    let folder = fence.folder.iter().map(|path| (path.as_path(), own));
    let allowed = system.chain(facts).chain(runnable).chain(readable);
    for (path, access) in allowed.chain(nothing).chain(folder) {
        // What is not there needs no rule: the program will say that it is not.
        let Ok(opened) = PathFd::new(path) else {
            continue;
        };
        rules = rules.add_rule(PathBeneath::new(opened, suited(path, access)))?;
    }
    Ok(rules.restrict_self()?.ruleset)
}

/// A rule for a file knows only what can be done to a file.
fn suited(path: &std::path::Path, access: BitFlags<AccessFs>) -> BitFlags<AccessFs> {
    if path.is_dir() {
        access
    } else {
        access & AccessFs::from_file(NEWEST)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn behind_the_fence_only_the_source_and_the_own_folder_are_to_be_seen() {
        let others = tempfile::tempdir().unwrap();
        let at = |name: &str| others.path().join(name);
        for name in ["source.mp4", "secret.mp4"] {
            fs::write(at(name), name).unwrap();
        }
        let own = tempfile::tempdir_in(others.path()).unwrap();
        let fence = Fence {
            readable: vec![at("source.mp4"), at("was never there")],
            folder: Some(own.path().to_owned()),
            ..Fence::default()
        };
        // Rules hold for a thread and what it starts.
        let seen = std::thread::scope(|scope| {
            let confined = scope.spawn(|| {
                rustix::thread::set_no_new_privs(true).unwrap();
                restrict(&fence)?;
                let denied = |result: std::io::Result<()>| {
                    result.is_err_and(|e| e.kind() == std::io::ErrorKind::PermissionDenied)
                };
                Ok::<_, String>([
                    ("reads the source", fs::read(at("source.mp4")).is_ok()),
                    ("reads a library", fs::read_dir("/usr").is_ok()),
                    ("writes", fs::write(own.path().join("a"), "made").is_ok()),
                    (
                        "renames",
                        fs::rename(own.path().join("a"), own.path().join("b")).is_ok(),
                    ),
                    ("deletes", fs::remove_file(own.path().join("b")).is_ok()),
                    ("no secret", denied(fs::read(at("secret.mp4")).map(|_| ()))),
                    ("no users", denied(fs::read("/etc/passwd").map(|_| ()))),
                    (
                        "no processes",
                        denied(fs::read("/proc/1/environ").map(|_| ())),
                    ),
                    ("no list", denied(fs::read_dir(others.path()).map(|_| ()))),
                    ("no change", denied(fs::write(at("source.mp4"), "changed"))),
                    ("no new file", denied(fs::write(at("new"), "made"))),
                    ("no deletion", denied(fs::remove_file(at("secret.mp4")))),
                    (
                        "no call",
                        std::net::TcpStream::connect("127.0.0.1:1")
                            .is_err_and(|e| e.kind() == std::io::ErrorKind::PermissionDenied),
                    ),
                ])
            });
            confined.join().unwrap()
        });
        match seen {
            Ok(seen) => {
                for (what, held) in seen {
                    assert!(held, "{what}");
                }
            }
            // A kernel without it: said at the start of the server.
            Err(gap) => assert!(gap.contains("landlock"), "{gap}"),
        }
    }
}
