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
        self, Answer, Cell, Definition, NodeId, PlannedNode, Task, TaskId, Values, VariableName,
        VariantId,
    },
};

/// Seeds that are tried until one draws a wanted variant: with eight of them nobody ever needs so many.
const MOST_SEEDS: u64 = 1_000;

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
    /// Biến thể: hạt giống đầu tiên, từ N trở đi, rút ra biến thể này · variant: the first seed from N on that draws it
    #[arg(long, value_name = "ID")]
    variant: Option<String>,
    /// Chỉ những gì bên này đọc và trả lời · only what this side reads and answers
    #[arg(long, value_name = "CELL", value_parser = ["blue", "red"])]
    cell: Option<String>,
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
    /// The form that the seed draws, where the scenario has several.
    variant: Option<&'a VariantId>,
    /// The side whose texts, flags and answers these are; all of them where absent.
    cell: Option<Cell>,
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
        let cell = self.cell.as_deref().and_then(Cell::named);
        if let Some(cell) = cell.filter(|cell| !definition.scenario.plays(*cell)) {
            let cell = cell.as_str().into();
            anyhow::bail!("{}", text(locale, "cli-render-no-cell", &[("cell", cell)]));
        }
        let (number, example) = self.example(&definition, config, locale)?;
        let rendered = Rendered::new(&definition, &example, (number, cell), locale)?;
        if self.json {
            print_json(&rendered)?;
        } else {
            rendered.show(&mut out())?;
        }
        Ok(FINE)
    }

    /// The environment that is asked for, and its number.
    fn example(
        &self,
        definition: &Definition,
        config: &Config,
        locale: Locale,
    ) -> anyhow::Result<(u64, Example)> {
        let first = self.team_seed;
        let Some(wanted) = &self.variant else {
            return Ok((first, Example::new(definition, config, first)?));
        };
        let variants = definition.scenario.variants.iter();
        let ids: Vec<&str> = variants.map(|variant| variant.id.as_str()).collect();
        if ids.contains(&wanted.as_str()) {
            for number in first..first.saturating_add(MOST_SEEDS) {
                let example = Example::new(definition, config, number)?;
                let drawn = example.values.draw().variant();
                if drawn.is_some_and(|drawn| drawn.as_str() == wanted) {
                    return Ok((number, example));
                }
            }
        }
        let values = [
            ("name", wanted.as_str().into()),
            ("names", ids.join(", ").into()),
        ];
        anyhow::bail!("{}", text(locale, "cli-render-no-variant", &values))
    }
}

impl<'a> Rendered<'a> {
    fn new(
        definition: &'a Definition,
        example: &'a Example,
        (team_seed, cell): (u64, Option<Cell>),
        locale: Locale,
    ) -> anyhow::Result<Self> {
        let scenario = &definition.scenario;
        let values = &example.values;
        let of_side = |task: &&Task| cell.is_none_or(|cell| task.cell == cell);
        let mut answers = BTreeMap::new();
        let mut flags = BTreeMap::new();
        for way in scenario.tasks.iter().filter(of_side).flat_map(Task::ways) {
            let drawn = values.draw().flag(&way.flag);
            if let Some((task, flag)) = values.draw().flags().find(|(task, _)| **task == way.flag) {
                flags.insert(task, flag);
            }
            let accepted = right(way.answer, values)?;
            if drawn.is_none() && !accepted.is_empty() {
                answers.insert(way.flag, accepted);
            }
        }
        let mut texts = Vec::new();
        for scenarios::Written {
            name: place,
            text,
            readers,
            ..
        } in scenarios::texts(scenario)
        {
            if cell.is_some_and(|cell| !readers.include(cell)) {
                continue;
            }
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
            variant: values.draw().variant(),
            cell,
            locale,
            variables: values.draw().variables().collect(),
            flags,
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
        if let Some(variant) = self.variant {
            let values = [("variant", variant.as_str().into())];
            writeln!(out, "{}", say("cli-render-variant", &values))?;
        }
        if let Some(cell) = self.cell {
            let values = [("cell", cell.as_str().into())];
            writeln!(out, "{}", say("cli-render-cell", &values))?;
        }
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

/// What an answer accepts, as somebody would give it: texts, a number, a pattern, options, a digest.
fn right(answer: &Answer, values: &Values) -> anyhow::Result<Vec<String>> {
    Ok(match answer {
        Answer::Text(answer) => {
            let accept = answer.accept.iter().map(|text| values.render(text));
            accept.collect::<Result<_, _>>()?
        }
        Answer::Number(answer) => vec![values.render(&answer.value)?],
        Answer::Pattern(answer) => vec![answer.regex.clone()],
        Answer::File(answer) => vec![answer.sha256.clone()],
        _ => {
            let selection = answer.selection();
            let right = selection.and_then(|(selection, taking)| selection.right(taking));
            right.into_iter().collect()
        }
    })
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
mod tests;
