//! `thaotruong scenario render`: what a given team would get, every value filled in as its environment would have it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    net::Ipv4Addr,
    path::PathBuf,
};

use clap::Args;
use serde::Serialize;

use super::{FINE, example::Example, faultless, print_json};
use crate::{
    cli::printed::out,
    config::Config,
    locales::{Locale, Value, text},
    scenarios::{
        Answer, Definition, Effect, LocalText, NodeId, PlannedNode, Scenario, TaskId, VariableName,
    },
};

/// What `scenario render` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 đã in · printed, 1 kịch bản có lỗi · the scenario has errors, 2 không thực hiện được · it could not be done"
)]
pub(in crate::cli) struct Render {
    /// Thư mục hoặc tên kịch bản · the scenario's folder or name
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Hạt giống: cùng số thì cùng giá trị · seed: the same number gives the same values
    #[arg(long, value_name = "N", default_value_t = 1)]
    team_seed: u64,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// One team's environment as it would be.
#[derive(Serialize)]
struct Rendered<'a> {
    /// Always true: no drill ever draws these values.
    example: bool,
    notice: String,
    scenario: &'a str,
    version: u32,
    team_seed: u64,
    locale: Locale,
    variables: BTreeMap<&'a VariableName, &'a str>,
    flags: BTreeMap<&'a TaskId, &'a str>,
    /// What tasks accept, values filled in.
    answers: BTreeMap<TaskId, Vec<String>>,
    networks: BTreeMap<&'a str, String>,
    nodes: Vec<Machine<'a>>,
    texts: Vec<Written>,
    files: Vec<File<'a>>,
}

/// A machine with the values of its Compose service.
#[derive(Serialize)]
struct Machine<'a> {
    node: &'a NodeId,
    addresses: Vec<Ipv4Addr>,
    image: &'a str,
    hostname: &'a str,
    user: Option<&'a str>,
    working_dir: Option<&'a str>,
    entrypoint: Option<&'a [String]>,
    command: Option<&'a [String]>,
    environment: BTreeMap<&'a str, &'a str>,
    healthcheck: Option<&'a [String]>,
}

/// A text of the scenario.
#[derive(Serialize)]
struct Written {
    /// Where it stands in `scenario.yaml`, such as `tasks/entry-point/text`.
    place: String,
    /// Whether values were filled in.
    templated: bool,
    text: String,
}

/// A file placed in a machine.
#[derive(Serialize)]
struct File<'a> {
    node: &'a NodeId,
    path: &'a str,
    from: &'a str,
    /// Permission bits in octal.
    mode: String,
    owner: Option<&'a str>,
    templated: bool,
    bytes: usize,
    /// What it holds, where that is text.
    text: Option<&'a str>,
}

impl Render {
    pub(super) fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let definition = match faultless(&self.path, config, self.json, locale)? {
            Ok(definition) => definition,
            Err(code) => return Ok(code),
        };
        let example = Example::new(&definition, config, self.team_seed)?;
        let rendered = Rendered::new(&definition, &example, self.team_seed, locale)?;
        if self.json {
            print_json(&rendered)?;
        } else {
            rendered.show(&mut out())?;
        }
        Ok(FINE)
    }
}

impl<'a> Rendered<'a> {
    fn new(
        definition: &'a Definition,
        example: &'a Example,
        team_seed: u64,
        locale: Locale,
    ) -> anyhow::Result<Self> {
        let scenario = &definition.scenario;
        let values = &example.values;
        let mut answers = BTreeMap::new();
        for task in &scenario.tasks {
            for way in task.ways() {
                if let Answer::Text(answer) = way.answer {
                    let accept = answer.accept.iter().map(|text| values.render(text));
                    answers.insert(way.flag, accept.collect::<Result<_, _>>()?);
                }
            }
        }
        let mut texts = Vec::new();
        for (place, text) in texts_of(scenario) {
            let written = text.get(locale);
            texts.push(Written {
                place,
                templated: written.contains("{{"),
                text: values.render(written)?,
            });
        }
        let networks = example.plan.networks.iter();
        Ok(Self {
            example: true,
            notice: text(locale, "cli-render-notice", &[]),
            scenario: scenario.id.as_str(),
            version: scenario.version,
            team_seed,
            locale,
            variables: values.draw().variables().collect(),
            flags: values.draw().flags().collect(),
            answers,
            networks: networks
                .map(|network| (network.name.as_str(), network.subnet.to_string()))
                .collect(),
            nodes: example.plan.nodes.iter().map(Machine::new).collect(),
            texts,
            files: files(definition, example),
        })
    }

    fn show(&self, out: &mut impl Write) -> io::Result<()> {
        let say = |id: &str, values: &[(&str, Value<'_>)]| text(self.locale, id, values);
        writeln!(out, "{}", self.notice)?;
        let values = [
            ("scenario", self.scenario.into()),
            ("version", self.version.to_string().into()),
            ("seed", self.team_seed.to_string().into()),
        ];
        writeln!(out, "{}", say("cli-render-of", &values))?;
        let heading = |out: &mut dyn Write, id: &str| writeln!(out, "\n{}", say(id, &[]));
        heading(out, "cli-render-variables")?;
        for (name, value) in &self.variables {
            writeln!(out, "  {name} = {value}")?;
        }
        heading(out, "cli-render-flags")?;
        for (task, flag) in &self.flags {
            writeln!(out, "  {task} = {flag}")?;
        }
        heading(out, "cli-render-answers")?;
        for (task, accepted) in &self.answers {
            writeln!(out, "  {task} = {}", accepted.join(" | "))?;
        }
        heading(out, "cli-render-networks")?;
        for (name, subnet) in &self.networks {
            writeln!(out, "  {name} = {subnet}")?;
        }
        heading(out, "cli-render-machines")?;
        for machine in &self.nodes {
            machine.show(out)?;
        }
        heading(out, "cli-render-texts")?;
        for text in self.texts.iter().filter(|text| text.templated) {
            writeln!(out, "  {}", text.place)?;
            indented(out, &text.text)?;
        }
        heading(out, "cli-render-files")?;
        for file in &self.files {
            let File {
                node,
                path,
                from,
                mode,
                ..
            } = file;
            writeln!(out, "  {node}:{path} ({from}, {mode})")?;
            if let (true, Some(text)) = (file.templated, file.text) {
                indented(out, text)?;
            }
        }
        Ok(())
    }
}

impl<'a> Machine<'a> {
    fn new(node: &'a PlannedNode) -> Self {
        let environment = node.environment.iter();
        Self {
            node: &node.id,
            addresses: node.attachments.iter().map(|it| it.address).collect(),
            image: &node.image,
            hostname: &node.hostname,
            user: node.user.as_deref(),
            working_dir: node.working_dir.as_deref(),
            entrypoint: node.entrypoint.as_deref(),
            command: node.command.as_deref(),
            environment: environment
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
            healthcheck: node.healthcheck.as_ref().map(|check| check.test.as_slice()),
        }
    }

    fn show(&self, out: &mut impl Write) -> io::Result<()> {
        let addresses: Vec<_> = self.addresses.iter().map(ToString::to_string).collect();
        writeln!(out, "  {} = {}", self.node, addresses.join(", "))?;
        writeln!(out, "    image: {}", self.image)?;
        if self.hostname != self.node.as_str() {
            writeln!(out, "    hostname: {}", self.hostname)?;
        }
        let single = [("user", self.user), ("working_dir", self.working_dir)];
        for (key, value) in single {
            if let Some(value) = value {
                writeln!(out, "    {key}: {value}")?;
            }
        }
        let commands = [
            ("entrypoint", self.entrypoint),
            ("command", self.command),
            ("healthcheck", self.healthcheck),
        ];
        for (key, words) in commands {
            if let Some(words) = words {
                writeln!(out, "    {key}: {}", words.join(" "))?;
            }
        }
        for (name, value) in &self.environment {
            writeln!(out, "    {name}={value}")?;
        }
        Ok(())
    }
}

/// Every text that somebody reads, with its place.
fn texts_of(scenario: &Scenario) -> Vec<(String, &LocalText)> {
    let mut texts = vec![
        ("title".to_owned(), &scenario.title),
        ("summary".to_owned(), &scenario.summary),
    ];
    texts.extend(
        scenario
            .briefing
            .as_ref()
            .map(|text| ("briefing".to_owned(), text)),
    );
    for node in &scenario.nodes {
        let title = node.terminal.as_ref().and_then(|it| it.title.as_ref());
        texts.extend(title.map(|text| (format!("nodes/{}/terminal/title", node.id), text)));
        let web = node.web.as_ref().map(|web| &web.title);
        texts.extend(web.map(|text| (format!("nodes/{}/web/title", node.id), text)));
    }
    for objective in &scenario.objectives {
        texts.push((
            format!("objectives/{}/title", objective.id),
            &objective.title,
        ));
    }
    for task in &scenario.tasks {
        let place = format!("tasks/{}", task.id);
        texts.push((format!("{place}/title"), &task.title));
        texts.push((format!("{place}/text"), &task.text));
        for (index, hint) in task.hints.iter().enumerate() {
            texts.push((format!("{place}/hints/{}", index + 1), &hint.text));
        }
        if let Answer::Parts(parts) = &task.answer {
            let parts = parts.parts.iter();
            texts.extend(parts.map(|part| (format!("{place}/parts/{}", part.id), &part.title)));
        }
        if let Answer::Decision(decision) = &task.answer {
            for option in &decision.options {
                let place = format!("{place}/options/{}", option.id);
                let outcome = option.outcome.as_ref();
                texts.push((place.clone(), &option.text));
                texts.extend(outcome.map(|text| (format!("{place}/outcome"), text)));
            }
        }
        if let Answer::Report(report) = &task.answer {
            let rubric = report.rubric.iter();
            texts.extend(rubric.map(|line| (format!("{place}/rubric/{}", line.id), &line.title)));
        }
    }
    for service in &scenario.services {
        texts.push((format!("services/{}/title", service.id), &service.title));
    }
    for event in &scenario.timeline {
        let place = format!("timeline/{}", event.id);
        texts.extend(
            event
                .title
                .as_ref()
                .map(|text| (format!("{place}/title"), text)),
        );
        if let Effect::Message(inject) = &event.effect {
            texts.push((format!("{place}/message/from"), &inject.from));
            let subject = inject.subject.as_ref();
            texts.extend(subject.map(|text| (format!("{place}/message/subject"), text)));
            texts.push((format!("{place}/message/text"), &inject.text));
        }
    }
    texts
}

fn files<'a>(definition: &'a Definition, example: &'a Example) -> Vec<File<'a>> {
    let mut files = Vec::new();
    for file in &definition.scenario.files {
        let node = example.plan.node(&file.node);
        let planned = node.and_then(|node| node.files.iter().find(|it| it.path == file.path));
        if let Some(planned) = planned {
            files.push(File {
                node: &file.node,
                path: &file.path,
                from: &file.from,
                mode: format!("{:04o}", planned.mode),
                owner: planned.owner.as_deref(),
                templated: file.template,
                bytes: planned.content.len(),
                text: std::str::from_utf8(&planned.content).ok(),
            });
        }
    }
    files
}

fn indented(out: &mut impl Write, text: &str) -> io::Result<()> {
    text.lines()
        .try_for_each(|line| writeln!(out, "    {line}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenarios::{Bundle, check};

    fn shipped() -> Definition {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/web-defacement");
        check(Bundle::open(&folder).unwrap()).definition.unwrap()
    }

    fn json(seed: u64) -> serde_json::Value {
        let definition = shipped();
        let example = Example::new(&definition, &Config::default(), seed).unwrap();
        let rendered = Rendered::new(&definition, &example, seed, Locale::Vi).unwrap();
        serde_json::to_value(rendered).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_and_another_another() {
        let (one, again, other) = (json(1), json(1), json(2));
        assert_eq!(one, again);
        for key in ["flags", "variables", "answers", "networks"] {
            assert_ne!(one[key], other[key], "{key}");
        }
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        let rendered = json(7);
        assert_eq!(rendered["example"], true);
        let admin = rendered["variables"]["admin"].as_str().unwrap();
        let nodes = rendered["nodes"].as_array().unwrap();
        let portal = nodes.iter().find(|node| node["node"] == "portal").unwrap();
        assert_eq!(portal["environment"]["ADMIN_PASSWORD"], admin);
        let texts = rendered["texts"].as_array().unwrap();
        let briefing = texts
            .iter()
            .find(|text| text["place"] == "briefing")
            .unwrap();
        assert!(briefing["text"].as_str().unwrap().contains(admin));
        for text in texts.iter().chain(rendered["files"].as_array().unwrap()) {
            let filled = text["text"].as_str().unwrap();
            assert!(
                text["templated"] == false || !filled.contains("{{"),
                "{text}"
            );
        }
    }

    #[test]
    fn it_says_first_that_it_is_an_example() {
        let definition = shipped();
        let example = Example::new(&definition, &Config::default(), 1).unwrap();
        for locale in Locale::ALL {
            let rendered = Rendered::new(&definition, &example, 1, locale).unwrap();
            let mut out = Vec::new();
            rendered.show(&mut out).unwrap();
            let shown = String::from_utf8(out).unwrap();
            assert!(shown.starts_with(&text(locale, "cli-render-notice", &[])));
            assert!(!shown.contains("cli-render"), "{shown}");
        }
    }
}
