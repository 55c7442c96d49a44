//! Nothing gets out of a lab while the firewall's table stands; without it the same probe gets out, and says so.

use std::{sync::Arc, time::Duration};

use thaotruong::{
    clock::{TestClock, Timestamp},
    environments::{Isolation as _, Kept, Prober},
    ids::InstallationId,
};

use crate::lab::{Kind, Lab, docker_config, plan};

#[tokio::test(flavor = "multi_thread")]
async fn the_table_keeps_labs_in_and_its_absence_is_noticed() {
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
    probe.up(&plan(&["canary"])).await;
    assert_ne!(probe.left_over(), "");
    let clock = Arc::new(TestClock::new(Timestamp(0)));
    let prober = Prober::new(&docker_config(), owner, Vec::new(), 1, clock);
    prober.tidy().await.unwrap();
    assert_eq!(probe.left_over(), "");
}

fn beside(owner: InstallationId) -> InstallationId {
    format!("{:032x}", owner.0.as_u128() ^ 1).parse().unwrap()
}
