//! What a person who is root in a node may not do, tried from inside.

use crate::{
    both_engines,
    lab::{Kind, Lab, plan},
};

/// Tries system calls directly; prints each with the error number, or 0 where it was let through.
const CALLS: &str = r#"
import ctypes, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(name, number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *arguments)
    print(name, ctypes.get_errno() if result < 0 else 0)
call("io_uring_setup", 425, 8, 0)
call("keyctl", 250, 0, -3, 0)
call("add_key", 248, 0, 0, 0, 0, 0)
call("bpf", 321, 0, 0, 0)
call("perf_event_open", 298, 0, 0, -1, -1, 0)
call("userfaultfd", 323, 0)
call("unshare", 272, 0x10000000)
call("setns", 308, 0, 0)
call("mount", 165, b"none", b"/tmp", b"tmpfs", 0, 0)
call("init_module", 175, 0, 0, 0)
call("kexec_load", 246, 0, 0, 0, 0)
call("clone_newuser", 56, 0x10000000 | 17, 0, 0, 0, 0)
call("open_by_handle_at", 304, 0, 0, 0)
for name, family in (("vsock", 40), ("alg", 38), ("bluetooth", 31), ("packet", 17)):
    try:
        socket.socket(family, socket.SOCK_RAW if name in ("packet", "bluetooth") else socket.SOCK_STREAM if name == "vsock" else 5, 0).close()
        print(name, 0)
    except OSError as error:
        print(name, error.errno)
"#;

both_engines! {
async fn root_in_a_node_gets_nowhere(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    let (code, found, errors) = lab
        .sh(
            &plan,
            "alpha",
            &format!("python3 - <<'END'\n{CALLS}\nEND\n"),
        )
        .await;
    assert_eq!(code, 0, "{errors}");
    assert_eq!(found.lines().count(), 17, "{found}{errors}");
    for line in found.lines() {
        // A cluster's usual filter knows fewer calls than ours does; `doctor` says which of the two is used.
        let usual = kind == Kind::Kubernetes && line.starts_with("vsock");
        assert!(usual || !line.ends_with(" 0"), "{line} was let through");
    }
    for line in [
        "echo 1 > /proc/sys/kernel/panic",
        "mount -o remount,rw /opt/thaotruong",
        "mknod /tmp/d b 254 0",
        "touch /opt/thaotruong/x",
        "ls /var/run/docker.sock",
        "echo x > /sys/kernel/mm/ksm/run",
        "chroot / unshare -r true",
    ] {
        let (code, _, _) = lab.sh(&plan, "alpha", line).await;
        assert_ne!(code, 0, "{line} was let through");
    }
    let (_, capabilities, _) = lab
        .sh(
            &plan,
            "alpha",
            "grep -E 'Cap(Bnd|Eff)|NoNewPrivs|Seccomp:' /proc/self/status",
        )
        .await;
    assert!(
        capabilities.contains("NoNewPrivs:\t1") && capabilities.contains("Seccomp:\t2"),
        "{capabilities}"
    );
    assert!(
        !capabilities.contains("00000000a80425fb"),
        "the engine's default capabilities are in force"
    );
    lab.down(&plan).await;
}
}

both_engines! {
async fn ordinary_programs_run(kind: Kind) {
    let lab = Lab::new(kind);
    let mut plan = plan(&["alpha"]);
    plan.nodes[0].privilege_escalation = true;
    lab.up(&plan).await;
    for line in [
        "python3 -c 'import threading, subprocess, socket, ssl; t = threading.Thread(target=print); t.start(); t.join(); subprocess.run([\"true\"], check=True)'",
        "perl -e 'fork // die; wait'",
        "su www-data -s /bin/sh -c 'id -u' | grep -q 33",
        "tar cf /tmp/x.tar /etc/hostname /etc/passwd && tar xf /tmp/x.tar -C /tmp",
        "ps ax | grep -q sleep || ls /proc >/dev/null",
        "curl -s file:///etc/hostname | grep -q alpha",
    ] {
        let (code, output, errors) = lab.sh(&plan, "alpha", line).await;
        assert_eq!(code, 0, "{line}: {output}{errors}");
    }
    lab.down(&plan).await;
}
}

both_engines! {
async fn greed_is_bounded(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha", "beta"]);
    lab.up(&plan).await;
    let (code, _, _) = lab
        .sh(&plan, "alpha", "python3 -c 'x = bytearray(1 << 30)'")
        .await;
    assert_eq!(code, 137, "a gigabyte fitted into 128 MiB");
    let bomb = "python3 -c 'import os, time\nn = 0\ntry:\n  while n < 1000:\n    if os.fork() == 0: time.sleep(5); os._exit(0)\n    n += 1\nexcept OSError: print(n)'";
    let (_, forked, _) = lab.sh(&plan, "beta", bomb).await;
    // A cluster's limit is its kubelet's, the same for all machines; the machine's memory mostly ends before.
    let (forked, limit): (u32, u32) = match kind {
        Kind::Docker => (forked.trim().parse().unwrap(), 64),
        Kind::Kubernetes => (forked.trim().parse().unwrap_or(0), 512),
    };
    assert!(forked < limit, "{forked} processes");
    lab.down(&plan).await;
}
}

both_engines! {
async fn an_unknown_name_fails_soon(kind: Kind) {
    let lab = Lab::new(kind);
    let plan = plan(&["alpha"]);
    lab.up(&plan).await;
    let look = "import socket, sys, time\nbegan = time.time()\ntry: socket.getaddrinfo(sys.argv[1], 80)\nexcept OSError: print(time.time() - began)";
    for name in ["unknown.example.vn", "unknown"] {
        let (_, seconds, _) = lab
            .sh(&plan, "alpha", &format!("python3 -c '{look}' {name}"))
            .await;
        let seconds: f64 = seconds.trim().parse().unwrap();
        assert!(seconds < 2.0, "{name}: {seconds} s");
    }
    lab.down(&plan).await;
}
}
