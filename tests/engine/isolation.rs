//! Nothing gets out of a lab while the firewall's table stands; without it the same probe gets out, and says so. And what
//! a machine may take is measured.

use std::{sync::Arc, time::Duration};

use thaotruong::{
    clock::{TestClock, Timestamp},
    environments::{
        ClusterProber, Isolation as _, Kept, Prober,
        isolation::{Bound, Limited},
    },
    ids::{EnvironmentId, InstallationId},
};
use uuid::Uuid;

use crate::{
    both_engines,
    lab::{Kind, Lab, cluster_config, docker_config, plan},
};

/// The table is this machine's, one for all: whoever sets it or takes it away does so alone.
static TABLE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn the_table_keeps_labs_in_and_its_absence_is_noticed() {
    let _alone = TABLE.lock().await;
    let owner = InstallationId::new();
    let clock = Arc::new(TestClock::new(Timestamp(0)));
    // The platform's own port: something listens there on every address.
    let platform = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = platform.local_addr().unwrap().port();
    let ranges = vec!["10.80.0.0/16".parse().unwrap()];
    let prober = Prober::new(&docker_config(), owner, ranges, port, clock.clone());

    prober.secure().await.unwrap();
    assert!(prober.firewall().stands().await.unwrap());
    let report = prober.probe().await.unwrap();
    println!("tried: {:#?}", report.tried);
    assert_eq!(report.reached, Vec::<String>::new());
    for kind in [
        "host tcp",
        "host udp",
        "host icmp",
        "host raw4",
        "host raw6",
        "platform tcp",
        "other environment tcp",
    ] {
        assert!(
            report.tried.iter().any(|target| target.starts_with(kind)),
            "{kind} was not tried"
        );
    }
    prober.prove().await.unwrap();

    prober.firewall().remove().await.unwrap();
    assert!(!prober.firewall().stands().await.unwrap());
    let report = prober.probe().await.unwrap();
    println!("reached without the table: {:#?}", report.reached);
    for kind in [
        "host tcp",
        "host udp",
        "host icmp",
        "host raw4",
        "host raw6",
        "platform tcp",
    ] {
        assert!(
            report.reached.iter().any(|target| target.starts_with(kind)),
            "{kind} was not reached"
        );
    }
    // Proven a moment ago, and yet refused.
    let reached = prober.prove().await.unwrap_err();
    assert!(
        reached
            .iter()
            .any(|target| target.starts_with("platform tcp")),
        "{reached:?}"
    );

    // Whoever keeps labs closed puts it back, and finds it standing the next time.
    assert_eq!(prober.keep().await, Kept::PutBack);
    assert_eq!(prober.keep().await, Kept::Stands);
    clock.advance(Duration::from_mins(2));
    prober.prove().await.unwrap();
    assert_eq!(Lab::of(Kind::Docker, beside(owner)).left_over(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_probe_left_is_taken_away_at_the_next_start() {
    let owner = InstallationId::new();
    let probe = Lab::of(Kind::Docker, beside(owner));
    let mut old = plan(&["canary"]);
    // An identifier begins with its time: this one is of the year 2024.
    let random = old.environment.0.as_u128() & ((1 << 80) - 1);
    old.environment = EnvironmentId(Uuid::from_u128(0x018d_0000_0000 << 80 | random));
    probe.up(&old).await;
    let fresh = plan(&["canary"]);
    probe.up(&fresh).await;
    let clock = Arc::new(TestClock::new(Timestamp(0)));
    let prober = Prober::new(&docker_config(), owner, Vec::new(), 1, clock);
    prober.tidy().await.unwrap();
    let left = probe.engine.observe().await.unwrap();
    let left: Vec<EnvironmentId> = left.iter().map(|found| found.environment).collect();
    assert_eq!(left, [fresh.environment], "one that may be at work stays");
    probe.down(&fresh).await;
}

both_engines! {
async fn two_probes_at_one_moment_do_not_disturb_each_other(kind: Kind) {
    let owner = InstallationId::new();
    let clock = || Arc::new(TestClock::new(Timestamp(0)));
    let (one, two) = match kind {
        Kind::Docker => {
            let ranges = || vec!["10.80.0.0/16".parse().unwrap()];
            let prober = || Prober::new(&docker_config(), owner, ranges(), 1, clock());
            let (one, two) = (prober(), prober());
            let _alone = TABLE.lock().await;
            one.secure().await.unwrap();
            tokio::join!(one.probe(), two.probe())
        }
        Kind::Kubernetes => {
            let prober = || ClusterProber::new(&cluster_config(), owner, 1, clock());
            let (one, two) = (prober(), prober());
            tokio::join!(one.probe(), two.probe())
        }
    };
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(!one.tried.is_empty());
    assert_eq!(one.reached.is_empty(), two.reached.is_empty());
    assert_eq!(Lab::of(kind, beside(owner)).left_over(), "");
}
}

both_engines! {
async fn limits_are_measured(kind: Kind) {
    let owner = InstallationId::new();
    let clock = Arc::new(TestClock::new(Timestamp(0)));
    let report = match kind {
        Kind::Docker => {
            let ranges = vec!["10.80.0.0/16".parse().unwrap()];
            Prober::new(&docker_config(), owner, ranges, 1, clock).measure().await
        }
        Kind::Kubernetes => {
            ClusterProber::new(&cluster_config(), owner, 1, clock).measure().await
        }
    };
    let limits = report.unwrap().limits;
    println!("{limits:#?}");
    let of = |what| limits.iter().find(|it| it.what == what).unwrap();
    for what in [Limited::Memory, Limited::Processor] {
        assert_eq!(of(what).verdict, Bound::Held, "{what:?}");
    }
    assert_ne!(of(Limited::Disk).verdict, Bound::Open);
    // A cluster's limit of processes is its kubelet's, and how much of a log it keeps is its own affair: the measurement tells.
    if kind == Kind::Docker {
        for what in [Limited::Processes, Limited::Log] {
            assert_eq!(of(what).verdict, Bound::Held, "{what:?}");
        }
    }
}
}

fn beside(owner: InstallationId) -> InstallationId {
    format!("{:032x}", owner.0.as_u128() ^ 1).parse().unwrap()
}
