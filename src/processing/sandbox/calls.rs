//! Seccomp: which system calls a program may make. Those are denied that no reader or writer of recordings makes, and
//! that have been ways out of a sandbox before.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter, sock_filter,
};

/// Never of use here.
const DENIED: &[i64] = &[
    // Into other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    // Into other namespaces and file systems.
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    // The kernel's large and young surfaces.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // The machine.
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_syslog,
    libc::SYS_acct,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_kexec_file_load,
];

/// Denies these calls to this process and all that it starts. It must have given up new privileges before.
pub(super) fn restrict() -> Result<(), String> {
    let filters =
        filters().map_err(|error| format!("no list of system calls can be made: {error}"))?;
    for filter in filters {
        apply_filter(&filter).map_err(|error| {
            format!("seccomp is refused: programs can make any system call: {error}")
        })?;
    }
    Ok(())
}

fn filters() -> Result<[BpfProgram; 2], Error> {
    let mut denied: BTreeMap<i64, Vec<SeccompRule>> =
        DENIED.iter().map(|call| (*call, Vec::new())).collect();
    // Sockets of this machine's own kind are harmless in an empty namespace, and libraries use them.
    denied.insert(
        libc::SYS_socket,
        vec![when(SeccompCmpOp::Ne, 0, libc::AF_UNIX as u64)?],
    );
    let namespaces = libc::CLONE_NEWUSER
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP;
    let mut new_namespaces = Vec::new();
    for bit in (0..32)
        .map(|n| 1_u64 << n)
        .filter(|bit| u64::from(namespaces as u32) & bit != 0)
    {
        new_namespaces.push(when(SeccompCmpOp::MaskedEq(bit), 0, bit)?);
    }
    denied.insert(libc::SYS_clone, new_namespaces);
    // Typing for whoever sits at the terminal.
    denied.insert(
        libc::SYS_ioctl,
        vec![
            when(SeccompCmpOp::Eq, 1, libc::TIOCSTI)?,
            when(SeccompCmpOp::Eq, 1, TIOCLINUX)?,
        ],
    );
    // Its flags lie in memory, where no filter sees them: libraries then take clone.
    let unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    Ok([filter(denied, libc::EPERM)?, filter(unknown, libc::ENOSYS)?])
}

const TIOCLINUX: u64 = 0x541C;

fn when(how: SeccompCmpOp, argument: u8, value: u64) -> Result<SeccompRule, Error> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, value)?;
    Ok(SeccompRule::new(vec![condition])?)
}

fn filter(rules: BTreeMap<i64, Vec<SeccompRule>>, error: i32) -> Result<BpfProgram, Error> {
    let architecture: TargetArch = std::env::consts::ARCH.try_into()?;
    let refused = SeccompAction::Errno(error.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refused, architecture)?;
    let program: BpfProgram = filter.try_into()?;
    Ok(match architecture {
        TargetArch::x86_64 => [NO_X32.to_vec(), program].concat(),
        _ => program,
    })
}

/// On x86-64 every call has a second number, for x32 programs, which the list would not know.
const NO_X32: [sock_filter; 3] = [
    // A = the call's number
    sock_filter {
        code: 0x20,
        jt: 0,
        jf: 0,
        k: 0,
    },
    // below 0x4000_0000: go on behind the next
    sock_filter {
        code: 0x35,
        jt: 0,
        jf: 1,
        k: 0x4000_0000,
    },
    // SECCOMP_RET_ERRNO | ENOSYS
    sock_filter {
        code: 0x06,
        jt: 0,
        jf: 0,
        k: 0x0005_0000 | 38,
    },
];
