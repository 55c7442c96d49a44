// The place that is put under stress: a province with as many teams as wanted, a scenario of two machines, a stranger's
// things beside it, and what the engine itself says of all of them.

import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const docker = (...words) => execFileSync("docker", words, { encoding: "utf8" }).trim();
const CHECKOUT = new URL("../..", import.meta.url).pathname;
const IMAGE = "thaotruong/base:1";
export const NODES = ["desk", "portal"];

const SCENARIO = `
scenario: web-defacement
version: 1
title: {vi: Hai máy, en: Two machines}
summary: {vi: Hai máy., en: Two machines.}
kind: simulation
level: basic
duration: 10m
environment: compose.yaml
nodes:
  desk: {role: analyst, terminal: {user: root}}
  portal: {role: target}
tasks:
  - {id: way, title: {vi: Cờ, en: Flag}, text: {vi: Tìm., en: Find.}, points: 10, answer: {flag: {}}}
files:
  - {node: portal, path: /srv/flag, from: files/flag, template: true}
solution: solution.yaml
`;

const COMPOSE = `
services:
  desk: {image: '${IMAGE}', entrypoint: [sleep, infinity], networks: [lan], mem_limit: 32m}
  portal: {image: '${IMAGE}', entrypoint: [sleep, infinity], networks: [lan], mem_limit: 32m}
networks: {lan: }
`;

const SOLUTION = `
steps:
  - {id: look, node: desk, run: cat /srv/flag, capture: {flag: '(TT\\{[0-9a-f]+\\})'}, solves: {task: way, answer: '{{capture.flag}}'}}
`;

/** A working folder for the program whose demo is a drill of `teams` teams on the scenario of two machines. */
export function workplace(teams) {
  const folder = mkdtempSync(join(tmpdir(), "thaotruong-chaos-"));
  const scenario = join(folder, "scenarios/web-defacement");
  mkdirSync(join(scenario, "files"), { recursive: true });
  writeFileSync(join(scenario, "scenario.yaml"), SCENARIO);
  writeFileSync(join(scenario, "compose.yaml"), COMPOSE);
  writeFileSync(join(scenario, "solution.yaml"), SOLUTION);
  writeFileSync(join(scenario, "files/flag"), "{{flag.way}}\n");
  mkdirSync(join(folder, "deploy/demo"), { recursive: true });
  writeFileSync(join(folder, "deploy/demo/province.yaml"), province(teams));
  return folder;
}

/** What the program must be told there. */
export function settings(folder) {
  return { THAOTRUONG_SCENARIOS: join(folder, "scenarios"), THAOTRUONG_PLANS: join(CHECKOUT, "deploy/plans") };
}

/** A unit a team, each with one trainee; one instructor. JSON is YAML. */
function province(teams) {
  const unit = (code, name, person) => ({ code, name, kind: "department", level: "province", people: [{ name: person, position: "x" }] });
  const numbers = Array.from({ length: teams }, (_, index) => index + 1);
  return JSON.stringify({
    province: {
      code: "chaos", name: "Chaos", since: "2025-07-01",
      issuer: { superior: "x", body: "x", sign: "x", place: "x", authority: "x", position: "x", recipients: ["x"] },
    },
    units: [unit("white", "White", "Instructor"), ...numbers.map((n) => unit(`u${n}`, `Team ${n}`, `Trainee ${n}`))],
    accounts: [
      { username: "giangvien", roles: ["instructor"], person: "Instructor" },
      ...numbers.map((n) => ({ username: `trainee${n}`, roles: ["trainee"], person: `Trainee ${n}` })),
    ],
  });
}

/** Things of nobody we know: a name and labels like ours, and another installation's. They must stand as they are. */
export class Stranger {
  constructor() {
    this.owner = `vn.thaotruong.owner=${crypto.randomUUID()}`;
    this.name = `tt-${crypto.randomUUID().slice(0, 8)}-desk`;
    docker("network", "create", "--internal", "--label", this.owner, this.name);
    docker("run", "-d", "--name", this.name, "--network", this.name, "--label", this.owner, "--entrypoint", "sleep", IMAGE, "infinity");
    this.before = this.look();
  }

  look() {
    return docker("inspect", "--format", "{{.Id}} {{.State.Running}} {{.State.StartedAt}} {{len .NetworkSettings.Networks}}", this.name) +
      docker("network", "inspect", "--format", " {{.Id}} {{len .Containers}}", this.name);
  }

  isUntouched() {
    return this.look() === this.before;
  }

  remove() {
    docker("rm", "-f", "-v", this.name);
    docker("network", "rm", this.name);
  }
}

/** What the engine says of one installation, past the program: containers by environment, and networks. */
export async function inspect(installation) {
  const label = ["--filter", `label=vn.thaotruong.owner=${installation}`];
  const [ids, names] = await Promise.all([
    lines("ps", "-aq", "--filter", "label=vn.thaotruong.environment", ...label),
    lines("network", "ls", "--format", "{{.Name}}", ...label),
  ]);
  // One that goes between the two questions makes the second fail: asked again.
  const containers = ids.length ? JSON.parse((await run("docker", ["inspect", ...ids], { maxBuffer: 1 << 28 })).stdout) : [];
  const environments = new Map();
  for (const container of containers) {
    const labels = container.Config.Labels;
    const id = labels["vn.thaotruong.environment"];
    if (!environments.has(id)) environments.set(id, []);
    environments.get(id).push({
      id: container.Id,
      name: container.Name.slice(1),
      node: labels["vn.thaotruong.node"],
      life: labels["vn.thaotruong.incarnation"],
      running: container.State.Running && !container.State.Paused,
      networks: Object.entries(container.NetworkSettings.Networks).map(([name, at]) => ({ name, address: at.IPAddress })),
    });
  }
  return { environments, networks: names };
}

/** Everything that an installation has on the engine. */
export async function left(installation) {
  const label = ["--filter", `label=vn.thaotruong.owner=${installation}`];
  return [...(await lines("ps", "-aq", ...label)), ...(await lines("network", "ls", "-q", ...label))];
}

/** The flag in an environment's machine. */
export async function flag(container) {
  const { stdout } = await run("docker", ["exec", container, "cat", "/srv/flag"]);
  return stdout.trim();
}

async function lines(...words) {
  const { stdout } = await run("docker", words, { maxBuffer: 1 << 26 });
  return stdout.split("\n").filter(Boolean);
}

export function clear(folder) {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs a command of the engine; false where there was nothing to do it to. */
export function attempt(...words) {
  try {
    execFileSync("docker", words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
