// The journal, read from the database's file, and what follows from it: the chain of hashes, each team's points, who is
// credited. Written from the rules and not from the program's code, so that both can be compared.
import { createHash } from "node:crypto";

const GENESIS = "0".repeat(64);

/** Rows of an exercise, in order, with their payload read. */
export function journal(program, exercise) {
  const rows = program.rows(
    `select sequence, at, exercise_time, actor, coalesce(team_id, '') as team, kind, payload, previous, hash
     from journal where exercise_id = '${exercise}' order by sequence`,
  );
  return rows.map((row) => ({ ...row, event: JSON.parse(row.payload) }));
}

/** Follows the chain and gives the hash of its head; throws where a row does not follow from the one before. */
export function head(exercise, rows) {
  let previous = GENESIS;
  for (const [index, row] of rows.entries()) {
    if (row.sequence !== index + 1) throw new Error(`row ${index + 1} is missing`);
    const hash = createHash("sha256");
    const fields = [previous, exercise, row.sequence, row.at, row.exercise_time, row.actor, row.team, row.payload];
    for (const field of fields.map(String)) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(Buffer.byteLength(field)));
      hash.update(length).update(field);
    }
    if (row.previous !== previous || hash.digest("hex") !== row.hash) throw new Error(`row ${row.sequence} was changed`);
    previous = row.hash;
  }
  return previous;
}

/** What each team of `teams` has: points, their parts, solved tasks, members present, rank. */
export function scores(scenario, rows, teams) {
  const elapsed = rows.at(-1).exercise_time;
  const found = teams.map((team) => ({ team, ...score(scenario, rows.filter((row) => row.team === team), elapsed) }));
  const order = [...found].sort((a, b) => b.points - a.points || a.reached - b.reached);
  for (const [at, one] of order.entries()) {
    const above = order[at - 1];
    one.rank = above && above.points === one.points && above.reached === one.reached ? above.rank : at + 1;
  }
  return new Map(found.map((one) => [one.team, one]));
}

function score(scenario, rows, elapsed) {
  const ledger = [];
  const solved = new Set();
  const present = new Set();
  const delivered = new Map();
  const answered = new Set();
  const services = new Map();
  const grades = new Map();
  const book = (row, points, part) => ledger.push({ at: row.exercise_time, points, part });
  const solve = (row, task) => {
    if (!solved.has(task)) book(row, scenario.tasks.get(task).points, scenario.tasks.get(task).part);
    solved.add(task);
  };
  const regrade = (row, task, points) => {
    if (grades.has(task)) book(row, -grades.get(task), "report");
    grades.delete(task);
    solved.delete(task);
    if (points === undefined) return;
    book(row, points, "report");
    grades.set(task, points);
    solved.add(task);
  };
  for (const row of rows) {
    const { event } = row;
    if (row.kind === "present") present.add(event.person);
    if (row.kind === "submission" && event.verdict === "correct") solve(row, event.task);
    if (row.kind === "hint_taken") book(row, -event.cost, scenario.tasks.get(event.task).part);
    if (row.kind === "inject_delivered") delivered.set(event.event, row.exercise_time);
    if (row.kind === "report_filed") regrade(row, event.task);
    if (row.kind === "report_graded") regrade(row, event.task, sum(Object.values(event.points)));
    if (row.kind === "check_changed" && event.subject.task && event.state === "passing") solve(row, event.subject.task);
    if (row.kind === "check_changed" && event.subject.service) {
      const changes = services.get(event.subject.service) ?? [];
      services.set(event.subject.service, [...changes, { at: row.exercise_time, state: event.state }]);
    }
    const respond = scenario.responses.get(event.event);
    if (row.kind === "response_given" && respond && !answered.has(event.event)) {
      answered.add(event.event);
      if (row.exercise_time <= delivered.get(event.event) + respond.due) book(row, respond.points, "report");
    }
  }
  const availability = sum(
    [...services].map(([id, changes]) => {
      const served = sum(
        changes.map(({ at, state }, index) => (state === "passing" ? (changes[index + 1]?.at ?? elapsed) - at : 0)),
      );
      return Math.floor((Math.floor(served / 1e6) * scenario.services.get(id)) / 60);
    }),
  );
  const reached = ledger.findLast((row) => row.points > 0)?.at ?? Number.POSITIVE_INFINITY;
  const of = (part) => sum(ledger.filter((row) => row.part === part).map((row) => row.points));
  const parts = { detection: of("detection"), response: of("response"), report: of("report"), availability };
  return { points: sum(Object.values(parts)), parts, solved: solved.size, present, reached };
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}
