//! A small scenario to which a test adds what it is about.

use super::bundle;
use crate::{
    locales::Locale,
    scenarios::{Problem, check},
};

/// What is added to the small scenario, and what is otherwise in it.
#[derive(Default)]
pub struct Small<'a> {
    /// Keys at the margin.
    pub keys: &'a str,
    /// Tasks beside `note`, which asks for the flag in the server's `/srv/note`.
    pub tasks: &'a str,
    /// Steps beside the one that reads it.
    pub steps: &'a str,
    /// Words of any file and others in their place.
    pub changes: &'a [(&'a str, &'a str)],
}

const SCENARIO: &str = "scenario: small
version: 1
title: {vi: Kịch bản nhỏ, en: Small scenario}
summary: {vi: Một máy chủ., en: One server.}
kind: simulation
level: basic
duration: 60m
environment: compose.yaml
solution: solution.yaml
nodes:
  workstation: {role: analyst, terminal: {user: analyst}}
  server: {role: target, terminal: {user: admin}}
  checker: {role: checker}
files:
  - {node: server, path: /srv/note, from: files/note, template: true}
objectives:
  - {id: detect, title: {vi: Phát hiện, en: Detect}}
";
const TASKS: &str = "tasks:
  - id: note
    objective: detect
    title: {vi: Biên bản, en: The note}
    text: {vi: Tìm mã trong biên bản., en: Find the code in the note.}
    points: 50
    answer: {flag: {}}
";
const COMPOSE: &str = "services:
  workstation: {image: 'thaotruong/workstation:1', networks: [lab]}
  server: {image: 'thaotruong/portal:1', networks: [lab]}
  checker: {image: 'thaotruong/checker:1', networks: [lab]}
networks: {lab: {}}
";
const SOLUTION: &str = r#"steps:
  - id: read
    node: server
    run: cat /srv/note
    capture: {flag: '(TT\{[0-9a-f]{32}\})'}
    solves: {task: note, answer: "{{capture.flag}}"}
"#;

impl Small<'_> {
    /// What is told of it.
    pub fn problems(&self) -> Vec<Problem> {
        let files = [
            (
                "scenario.yaml",
                format!("{SCENARIO}{}{TASKS}{}", self.keys, self.tasks),
            ),
            ("compose.yaml", COMPOSE.to_owned()),
            ("solution.yaml", format!("{SOLUTION}{}", self.steps)),
            ("files/note", "{{flag.note}}\n".to_owned()),
        ];
        let mut used = vec![false; self.changes.len()];
        let files: Vec<(&str, Vec<u8>)> = files
            .into_iter()
            .map(|(path, mut text)| {
                for ((from, to), used) in self.changes.iter().zip(&mut used) {
                    *used |= text.contains(from);
                    text = text.replace(from, to);
                }
                (path, text.into_bytes())
            })
            .collect();
        assert!(used.iter().all(|used| *used), "{:?}", self.changes);
        check(bundle(files)).problems
    }

    /// What is told, each with the words that are marked.
    pub fn told(&self) -> Vec<(&'static str, String)> {
        let told = self.problems().into_iter().map(|it| {
            let view = it.view(Locale::En);
            let marked = view.excerpt.chars().skip(view.before).take(view.length);
            (it.message.id, marked.collect())
        });
        told.collect()
    }

    /// The messages alone.
    pub fn ids(&self) -> Vec<&'static str> {
        self.problems().iter().map(|it| it.message.id).collect()
    }
}
