//! Teams that attack and teams that defend, variants dealt out to them, and exercises around a table.

use std::sync::Arc;

use thaotruong_tests::both_databases;

use super::{Bench, definition_of, kinds::Heard, output, read};
use crate::{
    clock::Clock as _,
    environments::{NodeRef, seed_from},
    exercises::{ExerciseError, ExerciseState, Removal, rehearsal::Rehearsal},
    ids::TeamId,
    journal::{Actor, Verdict},
    scenarios::{Cell, Definition, Draw, VariantId},
    store::{self, Database},
};

/// Both sides on two machines, in two variants.
const SCENARIO: &str = "\
scenario: sides
version: 1
title: {vi: Hai bên, en: Two sides}
summary: {vi: Hai bên., en: Two sides.}
kind: simulation
level: basic
duration: 90m
environment: compose.yaml
cells: {red: {briefing: {vi: Tấn công., en: Attack.}}}
variants:
  upload: {title: {vi: Tải tệp lên, en: Upload}}
  key: {title: {vi: Lộ khóa, en: Leaked key}}
phases:
  - {id: find, title: {vi: Tìm, en: Find}, duration: 30m}
  - {id: mend, title: {vi: Vá, en: Mend}, duration: 60m}
variables:
  way: {variant: {upload: tải lên, key: khóa}}
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: adversary, cell: red, terminal: {user: attacker}}
tasks:
  - id: way
    title: {vi: Lối vào, en: Way in}
    text: {vi: Lối nào?, en: Which way?}
    phase: find
    points: 30
    answer: {text: {accept: ['{{variable.way}}']}}
  - id: in
    cell: red
    title: {vi: Vào được, en: Inside}
    text: {vi: Cờ ở đâu?, en: Where is the flag?}
    points: 50
    answer: {flag: {}}
  - id: sealed
    title: {vi: Bịt lại, en: Sealed}
    text: {vi: Bịt lại., en: Seal it.}
    points: 20
    answer: {check: {from: desk, run: [/opt/sealed], every: 5s}}
timeline:
  - {id: E01, at: 0m, message: {to: red, channel: chat, from: {vi: A, en: A}, text: {vi: Bắt đầu., en: Go.}}}
  - {id: E02, at: 0m, action: {node: portal, run: [/opt/attack, first]}}
  - {id: E03, when: {solved: in}, message: {to: blue, channel: phone, from: {vi: B, en: B}, text: {vi: Có người vào., en: Somebody is in.}}}
credits:
  - {completion: incident-response, to: present_members, when: {points: 40}}
  - {completion: penetration-test, cell: red, to: present_members, when: {points: 40}}
files:
  - {node: desk, path: /srv/flag, from: files/flag, variants: [upload]}
solution: solution.yaml
";
const SOLUTION: &str = "\
steps:
  - {id: break-in, node: portal, run: id, capture: {flag: '(x)'}, solves: {task: in, answer: '{{capture.flag}}'}}
  - {id: upload, variants: [upload], solves: {task: way, answer: tải lên}}
  - {id: key, variants: [key], solves: {task: way, answer: khóa}}
  - {id: seal, node: desk, run: 'true', expect_check: sealed}
";
const TABLE: &str = "\
scenario: table
version: 1
title: {vi: Trên bàn, en: Around a table}
summary: {vi: Trên bàn., en: Around a table.}
kind: tabletop
level: basic
duration: 60m
tasks:
  - id: press
    title: {vi: Báo chí, en: Press}
    text: {vi: Ai phát ngôn?, en: Who speaks?}
    points: 10
    answer: {choice: {options: [{id: head, text: {vi: Người đứng đầu, en: The head}}, {id: staff, text: {vi: Chuyên viên, en: Staff}}], correct: head}}
  - id: speaker
    title: {vi: Phát ngôn, en: Speaker}
    text: {vi: Chức danh?, en: Which office?}
    points: 10
    answer: {text: {accept: [Chánh Văn phòng]}}
solution: solution.yaml
";
const AROUND: &str = "\
steps:
  - {id: press, solves: {task: press, answer: head}}
  - {id: speaker, solves: {task: speaker, answer: chánh văn phòng}}
";

fn sides() -> Definition {
    definition_of(SCENARIO, SOLUTION)
}

impl Bench {
    fn rehearsal(&self, heard: &Arc<Heard>) -> Rehearsal {
        Rehearsal {
            exercises: self.exercises.clone(),
            environments: self.environments.clone(),
            database: self.database.clone(),
            clock: Arc::clone(&self.clock),
            definition: Arc::new(self.definition.clone()),
            not_isolated: None,
            teams: 2,
            terminals: false,
            observer: Arc::<Heard>::clone(heard),
        }
    }

    async fn variant_of(&self, team: TeamId) -> Option<VariantId> {
        let mut connection = self.database.connection().await.unwrap();
        let seeds = store::environments::seeds_of_exercise(&mut connection, self.exercise).await;
        let seeds = seeds.unwrap();
        let (_, seed) = seeds.iter().rfind(|(of, _)| *of == team)?;
        Draw::variant_of(&self.definition.scenario, &seed_from(seed).unwrap())
    }
}

both_databases! {
    async fn attackers_use_the_defenders_machines_and_have_tasks_of_their_own(database: Database) {
        let bench = Bench::of_cells(database, sides(), [Cell::Blue, Cell::Red]).await;
        bench.engine.set_output(&["/opt/sealed"], output(1));
        bench.begin(true).await;
        let ([blue, red], [defender, attacker]) = (bench.teams, bench.people);
        let id = bench.exercise;
        let view = bench.exercises.view(id).await.unwrap();
        assert_eq!((view.host(red), view.cell(red), view.hosts().count()), (blue, Cell::Red, 1));
        assert_eq!(bench.environments.of_exercise(id).await.unwrap().len(), 1);
        let shared = bench.exercises.environment_of(id, red).await.unwrap();
        assert_eq!(bench.exercises.environment_of(id, blue).await.unwrap(), shared);
        let reset = bench.exercises.reset_team(id, red, Actor::Person(attacker)).await;
        assert!(matches!(reset, Err(ExerciseError::Missing(_))), "the machines are not theirs: {reset:?}");

        bench.until("the order to attack", async || bench.count("inject_delivered", red).await == 1).await;
        bench.until("the attack", async || bench.count("action_started", blue).await == 1).await;
        assert_eq!(bench.count("inject_delivered", blue).await + bench.count("action_started", red).await, 0);

        let other = bench.exercises.submit(id, red, attacker, "way", "khóa").await;
        assert!(matches!(other, Err(ExerciseError::Missing("task"))), "{other:?}");
        let mut connection = bench.database.connection().await.unwrap();
        let seeds = store::environments::seeds_of_exercise(&mut connection, id).await.unwrap();
        drop(connection);
        let draw = Draw::new(&bench.definition.scenario, &seed_from(&seeds[0].1).unwrap());
        let flag = draw.flag(&"in".into()).unwrap().to_owned();
        let stolen = bench.exercises.submit(id, blue, defender, "in", &flag).await;
        assert!(matches!(stolen, Err(ExerciseError::Missing("task"))), "{stolen:?}");
        let right = bench.exercises.submit(id, red, attacker, "in", &flag).await.unwrap();
        assert_eq!(right.verdict, Verdict::Correct);
        bench.until("the alarm", async || bench.count("inject_delivered", blue).await == 1).await;
        assert_eq!(bench.count("inject_delivered", red).await, 1);

        let view = bench.exercises.view(id).await.unwrap();
        let board = view.board(bench.clock.now());
        let places: Vec<_> = board.rows.iter().map(|row| (row.cell, row.rank, row.points)).collect();
        assert_eq!(places, [(Cell::Blue, 1, 0), (Cell::Red, 1, 50)]);
        assert_eq!((view.rules.possible(Cell::Blue), view.rules.possible(Cell::Red)), (50, 50));
        bench.tasks.drain().await;
    }

    async fn what_is_lost_on_the_machines_is_lost_to_both_sides(database: Database) {
        let bench = Bench::of_cells(database, sides(), [Cell::Blue, Cell::Red]).await;
        bench.begin(true).await;
        let ([blue, red], attacker) = (bench.teams, bench.people[1]);
        let guess = async || {
            let given = bench.exercises.submit(bench.exercise, red, attacker, "in", "TT{00}").await;
            given.unwrap().before
        };
        assert!(!guess().await);
        assert!(guess().await, "the same again is one answer");
        let by = Actor::Account(bench.organiser);
        bench.exercises.reset_team(bench.exercise, blue, by).await.unwrap();
        for team in [blue, red] {
            assert_eq!(bench.count("environment_reset", team).await, 1);
        }
        assert!(!guess().await, "what was wrong of the copy before may be right of this one");
        bench.until("fresh machines", async || bench.count("environment_ready", blue).await == 2).await;
        let environment = bench.environment(blue).await;
        bench.engine.remove_by_hand(&NodeRef { environment, node: "portal".into() });
        for team in [blue, red] {
            bench.until("the loss", async || bench.count("machine_lost", team).await == 1).await;
        }
        let removal = Removal::Asked { running: true };
        bench.exercises.release(bench.exercise, by, removal).await.unwrap();
        bench.exercises.renew(bench.exercise, bench.organiser).await.unwrap();
        for team in [blue, red] {
            assert_eq!(bench.count("environment_reset", team).await, 2);
        }
        bench.tasks.drain().await;
    }

    async fn neighbours_have_different_variants_and_fresh_machines_keep_theirs(database: Database) {
        let bench = Bench::of_cells(database, sides(), [Cell::Blue, Cell::Blue]).await;
        bench.begin(false).await;
        let [one, other] = bench.teams;
        let before = bench.variant_of(one).await;
        assert!(before.is_some());
        assert_ne!(before, bench.variant_of(other).await);
        for _ in 0..4 {
            let by = Actor::Account(bench.organiser);
            bench.exercises.reset_team(bench.exercise, one, by).await.unwrap();
            assert_eq!(bench.variant_of(one).await, before);
        }
    }

    async fn only_a_scenario_with_attackers_takes_some_and_somebody_must_defend(database: Database) {
        let bench = Bench::of_cells(database, sides(), [Cell::Blue, Cell::Red]).await;
        let cells = [(sides(), [Cell::Red, Cell::Red], "exercise-no-defenders"),
            (read(TABLE, "", AROUND), [Cell::Blue, Cell::Red], "exercise-no-attackers")];
        for (definition, cells, expected) in cells {
            let draft = bench.draft(cells);
            let refused = bench.exercises.create(draft, &definition).await;
            assert!(matches!(refused, Err(ExerciseError::Input { message, .. }) if message == expected), "{refused:?}");
        }
    }

    async fn a_rehearsal_holds_every_variant_with_both_sides(database: Database) {
        let bench = Bench::of_cells(database, sides(), [Cell::Blue, Cell::Red]).await;
        bench.conduct();
        bench.engine.set_output(&["/opt/sealed"], output(1));
        let heard = Arc::new(Heard::default());
        let rehearsal = bench.rehearsal(&heard);
        // Nothing prints a flag here: each variant ends at the attackers' first step, with its own finding.
        rehearsal.hold().await.unwrap();
        let found = heard.said();
        let failed = found.iter().filter(|it| it.contains("rehearsal-step-failed") && it.contains("break-in"));
        assert_eq!(failed.count(), 2, "{found:?}");
        bench.tasks.drain().await;
    }

    async fn an_exercise_around_a_table_has_no_machines(database: Database) {
        let table = read(TABLE, "", AROUND);
        let bench = Bench::of_cells(database, table, [Cell::Blue, Cell::Blue]).await;
        bench.begin(true).await;
        assert_eq!(bench.environments.of_exercise(bench.exercise).await.unwrap().len(), 0);
        let (team, person) = (bench.teams[0], bench.people[0]);
        for (task, answer) in [("press", "head"), ("speaker", "Chánh  văn phòng")] {
            let given = bench.exercises.submit(bench.exercise, team, person, task, answer).await.unwrap();
            assert_eq!(given.verdict, Verdict::Correct, "{task}");
        }
        let heard = Arc::new(Heard::default());
        let rehearsal = bench.rehearsal(&heard);
        assert!(rehearsal.hold().await.unwrap().is_empty(), "{:?}", heard.said());
        bench.exercises.finish(bench.exercise, Actor::Account(bench.organiser), false).await.unwrap();
        assert_eq!(bench.state().await, ExerciseState::Finished);
        bench.tasks.drain().await;
    }
}
