//! The system calls that a node may make. Everything that does not stand here is refused.
//!
//! The list is that of ordinary servers, shells, interpreters and debuggers. It leaves out what reaches the kernel's
//! less-trodden parts or other namespaces: mounts, new namespaces, modules, kexec, bpf, perf, keyrings, userfaultfd,
//! `io_uring`, and sockets of families that labs do not use, vsock above all. Programs for other architectures (32-bit
//! on a 64-bit kernel) do not run: their calls could not be filtered by argument.

use serde_json::{Value, json};

/// Error number "function not implemented": C libraries then fall back to an older call, which can be filtered.
const ENOSYS: i32 = 38;
/// Flags of `clone` that make namespaces.
const NAMESPACE_FLAGS: u64 = 0x7E02_0000;
/// Socket families: unix, inet, inet6, netlink, packet (which needs a capability besides).
const SOCKET_FAMILIES: [u64; 5] = [1, 2, 10, 16, 17];
/// Execution domains: Linux, without address randomisation for debuggers, with short inodes, and the question.
const PERSONALITIES: [u64; 6] = [0x0, 0x8, 0x2_0000, 0x2_0008, 0x4_0000, 0xffff_ffff];

const FILES: &str = "access chdir chmod chown chown32 chroot close close_range copy_file_range creat dup dup2 dup3 \
    faccessat faccessat2 fadvise64 fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat \
    fcntl fcntl64 fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs \
    fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64 getxattr inotify_add_watch \
    inotify_init inotify_init1 inotify_rm_watch ioctl lchown lchown32 lgetxattr link linkat listxattr llistxattr \
    _llseek lremovexattr lseek lsetxattr lstat lstat64 memfd_create mkdir mkdirat mknod mknodat newfstatat open \
    openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat \
    readv removexattr rename renameat renameat2 rmdir sendfile sendfile64 setxattr splice stat stat64 statfs \
    statfs64 statx symlink symlinkat sync sync_file_range syncfs tee truncate truncate64 umask unlink unlinkat \
    utime utimensat utimensat_time64 utimes vmsplice write writev io_cancel io_destroy io_getevents io_setup \
    io_submit io_pgetevents";

const MEMORY: &str = "brk madvise membarrier mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap mseal msync \
    munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_madvise remap_file_pages \
    map_shadow_stack arch_prctl cachestat memfd_secret";

const PROCESSES: &str = "capget capset execve execveat exit exit_group fork getcpu getegid getegid32 geteuid \
    geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getpriority getresgid \
    getresgid32 getresuid getresuid32 getrlimit get_robust_list getrusage getsid gettid getuid getuid32 ioprio_get \
    ioprio_set kcmp kill landlock_add_rule landlock_create_ruleset landlock_restrict_self pause pidfd_getfd \
    pidfd_open pidfd_send_signal prctl prlimit64 process_mrelease process_vm_readv process_vm_writev ptrace \
    restart_syscall rseq sched_getaffinity sched_getattr sched_getparam sched_get_priority_max \
    sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam \
    sched_setscheduler sched_yield seccomp setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups \
    setgroups32 setitimer setpgid setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32 \
    setreuid setreuid32 setrlimit set_robust_list setsid set_thread_area set_tid_address setuid setuid32 sysinfo \
    tgkill tkill uname vfork wait4 waitid waitpid getrandom get_thread_area";

const WAITING: &str = "alarm clock_getres clock_gettime clock_gettime64 clock_nanosleep epoll_create epoll_create1 \
    epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 futex futex_requeue futex_wait futex_waitv \
    futex_wake getitimer gettimeofday nanosleep poll ppoll pselect6 rt_sigaction rt_sigpending rt_sigprocmask \
    rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo select sigaltstack signalfd \
    signalfd4 sigreturn time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create \
    timerfd_gettime timerfd_settime times adjtimex clock_adjtime";

const MESSAGES: &str = "accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg \
    recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketpair mq_getsetattr mq_notify mq_open \
    mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop shmat shmctl \
    shmdt shmget";

/// Calls that a C library tries first and can do without.
const FALL_BACK: [&str; 4] = [
    "clone3",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
];

/// The profile, in the form that Docker takes, and the runtimes of Kubernetes' nodes as well: without a list of
/// architectures it holds for the machine's own alone.
#[must_use]
pub fn profile() -> Value {
    let always: Vec<&str> = [FILES, MEMORY, PROCESSES, WAITING, MESSAGES]
        .into_iter()
        .flat_map(str::split_whitespace)
        .collect();
    let mut rules = vec![
        json!({ "names": always, "action": "SCMP_ACT_ALLOW" }),
        json!({ "names": FALL_BACK, "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS }),
        json!({ "names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [
            { "index": 0, "value": NAMESPACE_FLAGS, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ" }
        ] }),
    ];
    rules.extend(SOCKET_FAMILIES.map(|family| only("socket", family)));
    rules.extend(PERSONALITIES.map(|persona| only("personality", persona)));
    json!({
        "defaultAction": "SCMP_ACT_ERRNO",
        "syscalls": rules,
    })
}

fn only(name: &str, value: u64) -> Value {
    json!({ "names": [name], "action": "SCMP_ACT_ALLOW", "args": [
        { "index": 0, "value": value, "op": "SCMP_CMP_EQ" }
    ] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_dangerous_is_allowed_without_condition() {
        let profile = profile();
        assert_eq!(profile["defaultAction"], "SCMP_ACT_ERRNO");
        let always: Vec<&str> = profile["syscalls"][0]["names"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        for name in "mount umount2 unshare setns bpf perf_event_open keyctl add_key request_key userfaultfd kexec_load \
                     init_module finit_module delete_module io_uring_setup socket clone clone3 personality \
                     open_by_handle_at pivot_root move_mount fsopen reboot swapon settimeofday clock_settime quotactl \
                     syslog acct iopl ioperm"
            .split_whitespace()
        {
            assert!(!always.contains(&name), "{name}");
        }
        let mut sorted = always.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), always.len(), "a call is named twice");
    }
}
