// The program dies at every place that matters while teams prepare and while a drill ends; the next start takes up what
// was left: every node exists once, all become ready, and in the end nothing is left over.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { after, before } from "node:test";
import { fault } from "./support/fault.mjs";
import { NODES, Range, labs, until } from "./support/server.mjs";

/** How often the program is killed in a row, while teams prepare and while they end, and after how long each time. */
const KILLS = 8;
const ALIVE = 2000;

let range;
let drill;

before(async () => {
  range = await Range.create(labs(74));
  await range.start();
  [{ id: drill }] = range.query("select id from exercise");
  await range.allow(drill);
  await range.stop();
});

after(() => range.destroy());

const rows = async () => [await range.engine.machines(), range.phases(drill)];

/** Starts the program so that it dies at `point`, lets `act` bring it there, and sees it die. */
async function dieAt(point, act = async () => {}) {
  await range.start(point);
  if (!range.isDead()) await act().catch(() => {});
  await until(`death at ${point}`, async () => range.isDead());
  assert.match(range.output, new RegExp(`dying as told.*${point}`), `it died elsewhere:\n${range.output}`);
}

/** Kills the program again and again, from outside and wherever it may be. */
async function killOften() {
  for (let kill = 0; kill < KILLS; kill += 1) {
    await range.start();
    assert.ok(!range.isDead(), range.output);
    await pause(ALIVE);
    await range.stop("SIGKILL");
  }
}

/** No machine twice, and none of an environment that there is not. */
async function once() {
  const [machines] = await rows();
  const names = machines.map((one) => `${one.environment} ${one.node}`);
  assert.equal(new Set(names).size, names.length, `a node exists twice: ${names}`);
}

fault("killed before intent is written", "nothing was begun", async () => {
  await dieAt("before-intent", () => range.step(drill, "prepare"));
  assert.equal(range.state(drill), "draft");
  assert.deepEqual(await rows(), [[], []]);
});

fault("killed after intent is written", "what was asked for is remembered", async () => {
  await dieAt("after-intent", () => range.step(drill, "prepare"));
  assert.equal(range.state(drill), "preparing");
  assert.ok(range.phases(drill).length >= 3, "three teams prepare");
});

for (const [point, words] of [
  ["after-network", "after the network (namespace) is made"],
  ["between-create-and-start", "between creating and starting machines"],
  ["before-ready", "before an environment is told to be ready"],
]) {
  fault(`killed ${words}`, "no node twice", async () => {
    await dieAt(point);
    await once();
  });
}

fault("killed every 2 s while teams prepare", "no node twice; the next start makes all ready, each node once", async () => {
  await killOften();
  await once();
  await range.start();
  await range.ready(drill);
  assert.equal((await range.engine.machines()).length, range.phases(drill).length * NODES.length);
});

fault("killed in the middle of taking away", "the end is carried through, nothing is left", async () => {
  // Begun without the trap: the probe before a start takes its own machines away, which would spring it.
  await range.step(drill, "start");
  assert.equal(range.state(drill), "running");
  await range.stop();
  await dieAt("mid-destroy", () => range.step(drill, "finish"));
  assert.equal(range.state(drill), "finished");
  await range.start();
  await range.gone(drill);
  await range.empty();
});

fault("killed every 2 s while drills begin and end", "nothing twice, nothing left", async () => {
  const [one, two] = [await range.drill({ teams: 2 }), await range.drill({ teams: 1 })];
  await range.step(two, "cancel");
  await range.stop("SIGKILL");
  await killOften();
  await once();
  await range.start();
  await range.ready(one);
  await range.gone(two);
  await range.step(one, "cancel");
  await range.stop("SIGKILL");
  await killOften();
  await range.start();
  await range.gone(one);
  await range.empty();
});
