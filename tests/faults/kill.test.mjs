// The program dies at every place that matters while teams prepare and while a drill ends; the next start takes up what
// was left: every node exists once, all become ready, and in the end nothing is left over.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Person, Range, docker, until } from "./server.mjs";

let range;
let instructor;

before(async () => {
  range = await Range.create("10.74.0.0/16");
});

after(async () => {
  await range.destroy();
});

const state = () => range.query("select id, state from exercise")[0];
const phases = () => range.query("select phase from environment").map((row) => row.phase);

/** Starts the program so that it dies at `point`, lets `act` bring it there, and sees it die. */
async function dieAt(point, act = async () => {}) {
  await range.start(point);
  if (!range.isDead()) await act().catch(() => {});
  await until(`death at ${point}`, async () => range.isDead());
  assert.match(range.output, new RegExp(`dying as told.*${point}`), `it died elsewhere:\n${range.output}`);
}

async function signIn() {
  instructor = new Person(range, "giangvien");
  await instructor.signIn();
}

async function prepare() {
  await signIn();
  await instructor.post(`/exercises/${state().id}/prepare`);
}

test("a drill survives the death of its server at every step", { timeout: 15 * 60_000 }, async (t) => {
  await range.start();
  await range.stop();

  await t.test("before intent: nothing was begun", async () => {
    await dieAt("before-intent", prepare);
    assert.equal(state().state, "draft");
    assert.deepEqual(phases(), []);
    assert.deepEqual(range.containers(), []);
  });

  await t.test("after intent: what was asked for is remembered", async () => {
    await dieAt("after-intent", prepare);
    assert.equal(state().state, "preparing");
    assert.ok(phases().length >= 3, "three teams prepare");
  });

  for (const point of ["after-network", "between-create-and-start", "before-ready"]) {
    await t.test(`${point}: taken up by the next start`, () => dieAt(point));
  }

  await t.test("every node exists once and all become ready", async () => {
    await range.start();
    await until("the exercise to be ready", async () => state().state === "ready");
    const nodes = docker(
      "ps", "--filter", `label=vn.thaotruong.owner=${range.installation()}`,
      "--format", '{{.Label "vn.thaotruong.environment"}} {{.Label "vn.thaotruong.node"}}',
    ).split("\n").sort();
    assert.equal(new Set(nodes).size, nodes.length, "a node exists twice");
    assert.equal(nodes.length, phases().length * 5);
    assert.equal(range.containers().length, nodes.length, "something that does not run was left");
  });

  await t.test("mid-destroy: the end is carried through", async () => {
    // Begun without the trap: the probe before a start takes its own machines away, which would spring it.
    await signIn();
    await instructor.post(`/exercises/${state().id}/start`);
    assert.equal(state().state, "running");
    await range.stop();
    await dieAt("mid-destroy", async () => {
      await signIn();
      await instructor.post(`/exercises/${state().id}/finish`);
    });
    assert.equal(state().state, "finished");
    await range.start();
    await until("all environments to be gone", async () => phases().every((phase) => phase === "gone"));
    assert.deepEqual(range.containers(), []);
    assert.deepEqual(range.networks(), []);
    await range.stop();
  });
});
