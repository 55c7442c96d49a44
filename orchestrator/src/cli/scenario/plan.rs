//! `thaotruong scenario plan`: what would run, in which order, what it may take and how often it is looked at.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

use clap::Args;
use serde::Serialize;

use super::{FINE, example::Example, faultless, print_json};
use crate::{
    cli::printed::out,
    config::Config,
    locales::{Locale, Value, decimal, length, memory, text},
    scenarios::{
        Answer, CheckPlace, Definition, DependencyCondition, NodeId, NodeRole, PlannedNode,
        Scenario, Subnet,
    },
};

/// What `scenario plan` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 đã in · printed, 1 kịch bản có lỗi · the scenario has errors, 2 không thực hiện được · it could not be done"
)]
pub(in crate::cli) struct Plan {
    /// Thư mục hoặc tên kịch bản · the scenario's folder or name
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Số đội để tính tổng · how many teams the totals are for
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    teams: u32,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// What would run for one team, and what all teams take together.
#[derive(Debug, Serialize)]
struct Planned {
    scenario: String,
    version: u32,
    networks: Vec<Network>,
    /// In the order in which they start.
    machines: Vec<Machine>,
    /// Each image once.
    images: BTreeSet<String>,
    checks: Vec<Check>,
    totals: Totals,
}

/// A network of one team.
#[derive(Debug, Serialize)]
struct Network {
    name: String,
    machines: usize,
    /// Addresses that it takes of `lab_subnets`.
    addresses: u64,
}

/// A machine of one team.
#[derive(Debug, Serialize)]
struct Machine {
    name: NodeId,
    role: Option<NodeRole>,
    image: String,
    networks: Vec<String>,
    memory_bytes: u64,
    processors: f64,
    processes: i64,
    capabilities: Vec<String>,
    privilege_escalation: bool,
    waits_for: Vec<Wait>,
    files: Vec<File>,
}

/// What must have come up before a machine starts.
#[derive(Debug, Serialize)]
struct Wait {
    machine: NodeId,
    until: DependencyCondition,
}

/// A file placed in a machine.
#[derive(Debug, Serialize)]
struct File {
    path: String,
    /// Permission bits in octal.
    mode: String,
    bytes: usize,
}

/// Something that is looked at while the drill runs.
#[derive(Debug, Serialize)]
struct Check {
    kind: CheckKind,
    /// The task's or service's name.
    name: String,
    /// The machine that it looks from; absent where the platform itself looks.
    from: Option<NodeId>,
    /// The machine that it looks at, where the scenario says so.
    at: Option<NodeId>,
    /// The script, command or address.
    what: String,
    every_seconds: f64,
}

/// Why it is looked at.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum CheckKind {
    /// A task is solved by it.
    Task,
    /// A service's availability counts.
    Service,
}

/// What all teams take together.
#[derive(Debug, Serialize)]
struct Totals {
    teams: u32,
    machines: u64,
    networks: u64,
    addresses: u64,
    memory_bytes: u64,
    processors: f64,
    processes: i64,
    checks_per_minute: f64,
}

impl Plan {
    pub(super) fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let definition = match faultless(&self.path, config, self.json, locale)? {
            Ok(definition) => definition,
            Err(code) => return Ok(code),
        };
        let example = Example::new(&definition, config, 1)?;
        let planned = Planned::new(&definition, &example, self.teams);
        if self.json {
            print_json(&planned)?;
        } else {
            planned.show(&mut out(), locale)?;
        }
        Ok(FINE)
    }
}

impl Planned {
    fn new(definition: &Definition, example: &Example, teams: u32) -> Self {
        let networks: Vec<Network> = definition
            .network_sizes()
            .into_iter()
            .map(|(name, machines)| Network {
                name,
                machines,
                addresses: 1 << (32 - u32::from(Subnet::prefix_for(machines))),
            })
            .collect();
        let nodes = example.plan.nodes.iter();
        let machines: Vec<Machine> = nodes
            .map(|node| Machine::new(node, definition, example))
            .collect();
        let checks = checks(&definition.scenario);
        Self {
            scenario: definition.scenario.id.to_string(),
            version: definition.scenario.version,
            images: machines
                .iter()
                .map(|machine| machine.image.clone())
                .collect(),
            totals: Totals::new(&networks, &machines, &checks, teams),
            networks,
            machines,
            checks,
        }
    }

    fn show(&self, out: &mut impl Write, locale: Locale) -> io::Result<()> {
        let say = |id: &str, values: &[(&str, Value<'_>)]| text(locale, id, values);
        let values = [
            ("scenario", self.scenario.as_str().into()),
            ("version", self.version.to_string().into()),
        ];
        writeln!(out, "{}", say("cli-plan-of", &values))?;
        writeln!(out, "\n{}", say("cli-plan-networks", &[]))?;
        for network in &self.networks {
            let values = [
                ("name", network.name.as_str().into()),
                ("machines", network.machines.into()),
                ("addresses", network.addresses.to_string().into()),
            ];
            writeln!(out, "  {}", say("cli-plan-network", &values))?;
        }
        writeln!(out, "\n{}", say("cli-plan-machines", &[]))?;
        for (index, machine) in self.machines.iter().enumerate() {
            machine.show(out, index + 1, locale)?;
        }
        writeln!(out, "\n{}", say("cli-plan-checks", &[]))?;
        for check in &self.checks {
            let every = Duration::from_secs_f64(check.every_seconds);
            let from = check.from.as_ref().map(NodeId::as_str);
            let values = [
                ("name", check.name.as_str().into()),
                (
                    "from",
                    from.map_or_else(|| say("cli-plan-platform", &[]), str::to_owned)
                        .into(),
                ),
                ("what", check.what.as_str().into()),
                ("every", length(locale, every).into()),
            ];
            writeln!(out, "  {}", say("cli-plan-check", &values))?;
        }
        let totals = &self.totals;
        let values = [
            ("teams", i64::from(totals.teams).into()),
            ("machines", totals.machines.to_string().into()),
            ("networks", totals.networks.to_string().into()),
            ("addresses", totals.addresses.to_string().into()),
            ("memory", memory(totals.memory_bytes).into()),
            ("processors", decimal(locale, totals.processors, 1).into()),
            (
                "checks",
                decimal(locale, totals.checks_per_minute, 1).into(),
            ),
        ];
        writeln!(out, "\n{}", say("cli-plan-totals", &values))
    }
}

impl Machine {
    fn new(node: &PlannedNode, definition: &Definition, example: &Example) -> Self {
        let networks = &example.plan.networks;
        let attachments = node.attachments.iter();
        let waits = node.depends_on.iter();
        let files = node.files.iter();
        Self {
            name: node.id.clone(),
            role: definition.scenario.node(&node.id).map(|node| node.role),
            image: node.image.clone(),
            networks: attachments
                .filter_map(|at| Some(networks.get(at.network)?.name.clone()))
                .collect(),
            memory_bytes: node.memory,
            processors: processors(node.nano_cpus),
            processes: node.pids,
            capabilities: node.capabilities.clone(),
            privilege_escalation: node.privilege_escalation,
            waits_for: waits
                .map(|on| Wait {
                    machine: on.node.clone(),
                    until: on.condition,
                })
                .collect(),
            files: files
                .map(|file| File {
                    path: file.path.clone(),
                    mode: format!("{:04o}", file.mode),
                    bytes: file.content.len(),
                })
                .collect(),
        }
    }

    fn show(&self, out: &mut impl Write, place: usize, locale: Locale) -> io::Result<()> {
        let values = [
            ("place", place.into()),
            ("name", self.name.as_str().into()),
            ("image", self.image.as_str().into()),
            ("networks", self.networks.join(", ").into()),
            ("memory", memory(self.memory_bytes).into()),
            ("processors", decimal(locale, self.processors, 2).into()),
            ("processes", self.processes.to_string().into()),
        ];
        writeln!(out, "  {}", text(locale, "cli-plan-machine", &values))?;
        if !self.waits_for.is_empty() {
            let waits = self.waits_for.iter();
            let names: Vec<&str> = waits.map(|on| on.machine.as_str()).collect();
            let values = [("names", names.join(", ").into())];
            writeln!(out, "     {}", text(locale, "cli-plan-waits", &values))?;
        }
        for file in &self.files {
            writeln!(out, "     {} ({}, {} B)", file.path, file.mode, file.bytes)?;
        }
        Ok(())
    }
}

impl Totals {
    fn new(networks: &[Network], machines: &[Machine], checks: &[Check], teams: u32) -> Self {
        let many = u64::from(teams);
        let sum = |one: &dyn Fn(&Machine) -> f64| machines.iter().map(one).sum::<f64>();
        let checks = checks.iter().map(|check| 60.0 / check.every_seconds);
        Self {
            teams,
            machines: machines.len() as u64 * many,
            networks: networks.len() as u64 * many,
            addresses: networks.iter().map(|it| it.addresses).sum::<u64>() * many,
            memory_bytes: machines.iter().map(|it| it.memory_bytes).sum::<u64>() * many,
            processors: sum(&|machine| machine.processors) * f64::from(teams),
            processes: machines.iter().map(|it| it.processes).sum::<i64>() * i64::from(teams),
            checks_per_minute: checks.sum::<f64>() * f64::from(teams),
        }
    }
}

/// What the platform looks at, in the author's order: tasks first, then services.
fn checks(scenario: &Scenario) -> Vec<Check> {
    let tasks = scenario.tasks.iter().filter_map(|task| {
        let Answer::Check(check) = &task.answer else {
            return None;
        };
        let (from, at, what) = match &check.place {
            CheckPlace::Platform { node, script, .. } => (None, Some(node.clone()), script.clone()),
            CheckPlace::Node { node, run } => (Some(node.clone()), None, run.join(" ")),
        };
        Some(Check {
            kind: CheckKind::Task,
            name: task.id.to_string(),
            from,
            at,
            what,
            every_seconds: check.every.as_secs_f64(),
        })
    });
    let services = scenario.services.iter().map(|service| {
        let http = &service.http;
        Check {
            kind: CheckKind::Service,
            name: service.id.to_string(),
            from: Some(service.from.clone()),
            at: Some(http.node.clone()),
            what: format!("http://{}:{}{}", http.node, http.port, http.path),
            every_seconds: service.every.as_secs_f64(),
        }
    });
    tasks.chain(services).collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "at most 64 × 10⁹, far below 2^52"
)]
fn processors(nano: i64) -> f64 {
    nano as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenarios::{Bundle, check};

    fn planned(teams: u32) -> Planned {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/web-defacement");
        let definition = check(Bundle::open(&folder).unwrap()).definition.unwrap();
        let example = Example::new(&definition, &Config::default(), 1).unwrap();
        Planned::new(&definition, &example, teams)
    }

    #[test]
    fn totals_grow_with_the_teams() {
        let (one, ten) = (planned(1).totals, planned(10).totals);
        assert_eq!((one.machines, one.networks), (5, 2));
        assert_eq!((ten.machines, ten.addresses), (50, one.addresses * 10));
        assert_eq!(ten.memory_bytes, one.memory_bytes * 10);
        assert!((ten.checks_per_minute - one.checks_per_minute * 10.0).abs() < 1e-6);
    }

    #[test]
    fn a_machine_stands_behind_what_it_waits_for() {
        let planned = planned(1);
        let place = |name: &str| {
            let mut machines = planned.machines.iter();
            machines.position(|it| it.name.as_str() == name)
        };
        assert!(place("log-collector") < place("portal"));
        assert!(planned.checks.iter().all(|check| check.every_seconds > 0.0));
        assert_eq!(planned.images.len(), 5);
        for locale in Locale::ALL {
            let mut out = Vec::new();
            planned.show(&mut out, locale).unwrap();
            let shown = String::from_utf8(out).unwrap();
            assert!(
                !shown.contains("cli-plan") && shown.contains("/opt/attack/campaign"),
                "{shown}"
            );
        }
    }
}
