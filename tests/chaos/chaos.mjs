// Environments under random death: `node tests/chaos/chaos.mjs --environments 100 --minutes 10 [--kills N] [--seed N]`.
//
// A drill prepares that many environments; then the server, machines and networks are killed at random, by hand as a
// person or a fault would, until the time is over or so many are killed. What must hold afterwards: every environment is
// ready again with exactly its machines, its network, its addresses and the flags it had; nothing of strangers was
// touched; and when the drill is cancelled nothing is left over. The seed is printed and repeats the choices.

import { parseArgs } from "node:util";
import { Range, until } from "../faults/support/server.mjs";
import { NODES, Stranger, attempt, clear, flag, inspect, left, settings, workplace } from "./site.mjs";

const { values } = parseArgs({
  options: {
    environments: { type: "string", default: "100" },
    minutes: { type: "string", default: "10" },
    kills: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
    subnet: { type: "string", default: "10.76.0.0/16" },
  },
});
const wanted = Number(values.environments);
const most = Number(values.kills);
/** Environments read at once. */
const AT_ONCE = 4;

/** mulberry32: the same choices from the same seed. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = generator(Number(values.seed));
const pick = (list) => list[Math.floor(random() * list.length)];
const short = (environment) => environment.replaceAll("-", "").slice(24);
const machine = (environment) => `tt-${short(environment)}-${pick(NODES)}`;
const network = (environment) => `tt-${short(environment)}-0`;
const seconds = (since) => ((Date.now() - since) / 1000).toFixed(1);

const counts = new Map();
let range;
let stranger;
let folder;

/** What can be killed, and how often one way is chosen beside the others. */
const WAYS = [
  { what: "server killed (-9) and started", weight: 1, act: killServer },
  { what: "machine removed (rm -f)", weight: 6, act: (id) => attempt("rm", "-f", machine(id)) },
  { what: "machine killed (kill)", weight: 6, act: (id) => attempt("kill", machine(id)) },
  { what: "machine cut off its network (disconnect)", weight: 4, act: (id) => attempt("network", "disconnect", "-f", network(id), machine(id)) },
  { what: "network removed", weight: 3, act: removeNetwork },
];

async function killServer() {
  await range.stop("SIGKILL");
  await range.start();
  return true;
}

function removeNetwork(id) {
  for (const node of NODES) attempt("network", "disconnect", "-f", network(id), `tt-${short(id)}-${node}`);
  return attempt("network", "rm", network(id));
}

const installation = () => range.query("select value from setting where key = 'installation'")[0].value;
const rows = () => range.query("select id, phase, desired, incarnation, reason from environment order by id");

/** What is wrong, in words; empty where every environment is whole. */
async function wrong(ids) {
  const found = [];
  const known = rows();
  const missing = ids.filter((id) => !known.some((row) => row.id === id));
  if (missing.length || known.length !== ids.length) found.push(`${known.length} rows for ${ids.length} environments`);
  for (const row of known.filter((row) => row.phase !== "ready" || row.reason)) found.push(`${row.id} is ${row.phase} ${row.reason ?? ""}`);
  const { environments, networks } = await inspect(installation());
  for (const row of known) {
    const containers = environments.get(row.id) ?? [];
    const nodes = containers.map((it) => it.node).sort();
    if (nodes.join() !== NODES.join()) found.push(`${row.id} has [${nodes}]`);
    for (const it of containers) {
      if (!it.running) found.push(`${it.name} does not run`);
      if (it.life !== String(row.incarnation)) found.push(`${it.name} is of life ${it.life}`);
      if (it.networks.length !== 1 || it.networks[0].name !== network(row.id) || !it.networks[0].address) {
        found.push(`${it.name} is in ${JSON.stringify(it.networks)}`);
      }
    }
  }
  for (const id of environments.keys()) if (!ids.includes(id)) found.push(`${id} is nobody's`);
  if (networks.slice().sort().join() !== ids.map(network).sort().join()) found.push(`${networks.length} networks`);
  return found;
}

async function flags(ids) {
  const read = new Map();
  const queue = [...ids];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let id = queue.pop(); id; id = queue.pop()) read.set(id, await flag(`tt-${short(id)}-portal`));
  }));
  return read;
}

async function addresses() {
  const { environments } = await inspect(installation());
  return new Map([...environments.values()].flat().map((it) => [it.name, it.networks[0]?.address]));
}

async function whole(ids, minutes) {
  let last = [];
  const began = Date.now();
  try {
    await until("every environment to be whole", async () => {
      last = await wrong(ids).catch((error) => [String(error.message ?? error)]);
      return last.length === 0;
    }, minutes);
  } catch (error) {
    throw new Error(`${error.message}:\n  ${last.slice(0, 30).join("\n  ")}\n${range.output.slice(-4000)}`);
  }
  return seconds(began);
}

async function main() {
  console.log(`seed ${values.seed}`);
  stranger = new Stranger();
  folder = workplace(wanted);
  range = await Range.create(values.subnet, settings(folder), folder);
  await range.start();
  const exercise = range.query("select id from exercise")[0].id;
  const steer = async (verb) => {
    const answer = await range.step(exercise, verb);
    if (answer.status !== 303) throw new Error(`${verb} answered ${answer.status}\n${answer.body.slice(0, 2000)}`);
  };

  let began = Date.now();
  // Refused where somebody's firewall is being changed at this moment: asked again.
  await until("the drill to be prepared", async () => {
    await steer("prepare");
    return rows().length === wanted;
  });
  const ids = rows().map((row) => row.id);
  await whole(ids, 15);
  const up = seconds(began);
  console.log(`${wanted} environments of ${NODES.length} machines ready after ${up} s`);
  const drawn = await flags(ids);
  const at = await addresses();
  if (new Set(drawn.values()).size !== wanted) throw new Error("two environments have the same flag");

  const end = Date.now() + Number(values.minutes) * 60_000;
  const hat = WAYS.flatMap((way) => Array(way.weight).fill(way));
  let kills = 0;
  began = Date.now();
  while (kills < most && Date.now() < end) {
    // Each way once, then by chance.
    const way = WAYS[kills] ?? pick(hat);
    const id = pick(ids);
    const pause = random() * 1000;
    if (await way.act(id)) {
      counts.set(way.what, (counts.get(way.what) ?? 0) + 1);
      kills += 1;
      if (kills % 50 === 0) console.log(`${kills} killed after ${seconds(began)} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  const killing = seconds(began);
  const converged = await whole(ids, 10);
  const after = await flags(ids);
  const lost = ids.filter((id) => after.get(id) !== drawn.get(id)).length;
  const moved = [...(await addresses())].filter(([name, address]) => at.get(name) !== address).length;
  const untouched = stranger.isUntouched();

  began = Date.now();
  await steer("cancel");
  await until("all to be gone", async () => rows().every((row) => row.phase === "gone"), 15);
  const down = seconds(began);
  const over = (await left(installation())).length;
  await range.stop();

  const table = [
    ["environments", `${wanted} of ${NODES.length} machines, ready after ${up} s`],
    ...[...counts].map(([what, count]) => [what, String(count)]),
    ["killed in all", `${kills} in ${killing} s`],
    ["time to converge after the last", `${converged} s`],
    ["lost (missing, or another flag)", String(lost)],
    ["machines at another address", String(moved)],
    ["a stranger's container and network", untouched ? "untouched" : "TOUCHED"],
    ["torn down in", `${down} s`],
    ["left over", String(over)],
  ];
  for (const [what, value] of table) console.log(`${what.padEnd(44)}${value}`);
  if (lost || moved || !untouched || over) throw new Error("it does not hold");
  console.log("held");
}

/** Takes away what is ours, however it ended. */
async function clean() {
  await range?.destroy();
  stranger?.remove();
  if (folder) clear(folder);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => clean().finally(() => process.exit(1)));
try {
  await main();
} catch (error) {
  console.error(`FAILED: ${error.message ?? error}`);
  process.exitCode = 1;
} finally {
  await clean();
}
