//! Plans of machines that only sleep. Not a part of the library, which knows nothing of the program: tests and the
//! benchmark take this file as a module of their own.

use std::{net::Ipv4Addr, time::Duration};

use thaotruong::{
    ids::EnvironmentId,
    scenarios::{
        Attachment, EnvironmentPlan, Healthcheck, NodeId, PlannedNetwork, PlannedNode, Subnet,
    },
};

/// One network and machines that sleep in it.
pub fn sleeping(subnet: Subnet, image: &str, machines: &[&str]) -> EnvironmentPlan {
    EnvironmentPlan {
        environment: EnvironmentId::new(),
        networks: vec![PlannedNetwork {
            name: "lan".to_owned(),
            subnet,
        }],
        nodes: machines
            .iter()
            .zip(2..)
            .map(|(name, host)| machine(name, image, subnet.host(host).expect("an address")))
            .collect(),
    }
}

/// A machine that sleeps, with small limits and without a health check.
pub fn machine(name: &str, image: &str, address: Ipv4Addr) -> PlannedNode {
    PlannedNode {
        id: NodeId::from(name),
        image: image.to_owned(),
        entrypoint: Some(vec!["sleep".to_owned(), "infinity".to_owned()]),
        command: Some(Vec::new()),
        environment: Vec::new(),
        working_dir: None,
        user: None,
        hostname: name.to_owned(),
        healthcheck: Some(Healthcheck {
            test: vec!["NONE".to_owned()],
            interval: Duration::ZERO,
            timeout: Duration::ZERO,
            retries: 0,
            start_period: Duration::ZERO,
        }),
        depends_on: Vec::new(),
        attachments: vec![Attachment {
            network: 0,
            address,
            aliases: Vec::new(),
        }],
        capabilities: Vec::new(),
        privilege_escalation: false,
        memory: 64 << 20,
        nano_cpus: 500_000_000,
        pids: 64,
        tmpfs: Vec::new(),
        init: false,
        tty: false,
        stop_grace: Duration::from_secs(1),
        files: Vec::new(),
    }
}
