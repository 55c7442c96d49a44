// What the test takes from the scenario's own files: how it is solved, and what is worth how much. It reads only the few
// shapes of YAML that these files use, independently of the program.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./program.mjs";

/** How a task is answered, and the part of a team's points that it belongs to. */
const KIND = /^ {4}answer:(?: \{|\n {6})(\w+)/m;
const PARTS = { flag: "detection", text: "detection", check: "response", report: "report" };

export class Scenario {
  constructor(id) {
    const file = (name) => readFileSync(join(ROOT, "scenarios", id, name), "utf8");
    this.steps = steps(file("solution.yaml"));
    const text = file("scenario.yaml");
    const task = ({ id, text }) => [id, { points: number(text, /^ {4}points: (\d+)/m), part: PARTS[text.match(KIND)[1]] }];
    this.tasks = new Map(entries(part(text, "tasks")).map(task));
    const perMinute = /points_per_minute: (\d+)/;
    this.services = new Map(entries(part(text, "services")).map((one) => [one.id, number(one.text, perMinute)]));
    this.responses = new Map();
    for (const event of entries(part(text, "timeline"))) {
      const respond = event.text.match(/respond: \{due: (\d+)m, points: (\d+)\}/);
      if (respond) this.responses.set(event.id, { due: Number(respond[1]) * 60e6, points: Number(respond[2]) });
    }
    this.needed = number(part(text, "credits"), /points: (\d+)/);
  }

  /** What to type for a step, with what earlier steps found filled in. */
  typed(id, found = {}) {
    return this.step(id).run.replace(/\{\{capture\.(\w+)\}\}/g, (_, name) => found[name]);
  }

  /** What a step finds in what a terminal showed. */
  finds(id, shown) {
    const { name, pattern } = this.step(id).capture;
    const match = shown.match(pattern);
    if (!match) throw new Error(`step ${id} found no ${name} in:\n${shown}`);
    return { [name]: match[1] };
  }

  step(id) {
    const step = this.steps.get(id);
    if (!step) throw new Error(`the solution has no step ${id}`);
    return step;
  }
}

function steps(text) {
  const found = entries(text).map(({ id, text }) => {
    const run = text.match(/^ {4}run: \|\n((?: {6}.*\n|\n)+)/m)?.[1].replace(/^ {6}/gm, "").trim();
    const capture = text.match(/^ {4}capture: \{(\w+): '(.+)'\}/m);
    return [id, { run, capture: capture && { name: capture[1], pattern: new RegExp(capture[2]) } }];
  });
  return new Map(found);
}

/** The text of a top-level key. */
function part(text, key) {
  return text.match(new RegExp(`^${key}:\\n((?:[ #].*\\n|\\n)+)`, "m"))?.[1] ?? "";
}

/** The items of a list by their `id`. */
function entries(text) {
  const starts = [...text.matchAll(/^ {2}- (?:\{)?id: ([\w-]+)/gm)];
  return starts.map((start, at) => ({ id: start[1], text: text.slice(start.index, starts[at + 1]?.index) }));
}

function number(text, pattern) {
  return Number(text.match(pattern)?.[1] ?? 0);
}
