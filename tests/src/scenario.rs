//! The smallest scenario that is whole: machines in one network, of which the first has a terminal and a drawn flag.

/// Its files, path and text. `service` gives what the Compose file says of a machine beside its network, in braces' style.
#[must_use]
pub fn machines(
    name: &str,
    machines: &[&str],
    service: impl Fn(&str) -> String,
) -> [(&'static str, String); 4] {
    let first = machines.first().copied().unwrap_or_default();
    let roles: Vec<String> = machines
        .iter()
        .map(|machine| {
            if *machine == first {
                format!("  {machine}: {{role: analyst, terminal: {{user: root}}}}\n")
            } else {
                format!("  {machine}: {{role: target}}\n")
            }
        })
        .collect();
    let services: Vec<String> = machines
        .iter()
        .map(|machine| format!("  {machine}: {{{}, networks: [lan]}}\n", service(machine)))
        .collect();
    let (roles, services) = (roles.concat(), services.concat());
    let scenario = format!(
        "scenario: {name}
version: 1
title: {{vi: Vài máy, en: A few machines}}
summary: {{vi: Vài máy., en: A few machines.}}
kind: simulation
level: basic
duration: 10m
environment: compose.yaml
nodes:
{roles}tasks:
  - {{id: way, title: {{vi: Cờ, en: Flag}}, text: {{vi: Tìm., en: Find.}}, points: 10, answer: {{flag: {{}}}}}}
files:
  - {{node: {first}, path: /srv/flag, from: files/flag, template: true}}
solution: solution.yaml
"
    );
    let solution = format!(
        "steps:
  - {{id: look, node: {first}, run: cat /srv/flag, capture: {{flag: '(TT\\{{[0-9a-f]+\\}})'}}, \
         solves: {{task: way, answer: '{{{{capture.flag}}}}'}}}}
"
    );
    [
        ("scenario.yaml", scenario),
        (
            "compose.yaml",
            format!("services:\n{services}networks: {{lan: }}\n"),
        ),
        ("solution.yaml", solution),
        ("files/flag", "{{flag.way}}\n".to_owned()),
    ]
}
