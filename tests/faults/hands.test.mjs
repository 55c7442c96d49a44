// What somebody does on the engine by hand, past the program, while a drill runs.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fault } from "./support/fault.mjs";
import { Range, labs, until } from "./support/server.mjs";

let range;
let drill;
let environment;

before(async () => {
  range = await Range.create(labs(75));
  await range.start();
  drill = await range.drill();
  await range.ready(drill);
  await range.step(drill, "start");
  [{ id: environment }] = range.environments(drill);
});

after(() => range.destroy());

const machine = async (node) => (await range.engine.machines()).find((one) => one.node === node);

fault("a machine is removed by hand", "it is made again, the others are not touched, the journal tells once", async () => {
  const [alpha, beta] = [await machine("alpha"), await machine("beta")];
  await range.engine.remove(environment, "beta");
  await until("another machine", async () => (await machine("beta"))?.running && (await machine("beta")).id !== beta.id);
  assert.equal((await machine("alpha")).id, alpha.id);
  await range.ready(drill);
  await until("the journal to tell", async () => range.journal(drill, "machine_lost").length > 0);
  assert.equal(range.journal(drill, "machine_lost").length, 1);
});

fault("a machine's process is ended by hand", "it runs again, the others are not touched", async () => {
  const alpha = await machine("alpha");
  await range.engine.kill(environment, "beta");
  await until("it to be noticed", async () => !(await machine("beta"))?.running);
  await range.ready(drill);
  assert.equal((await machine("alpha")).id, alpha.id);
});

fault("somebody else's machine stands in the place of ours", "it is reported and never taken away, whatever becomes of the drill", async () => {
  const stranger = await range.unseen(() => range.engine.usurp(environment, "beta", "thaotruong/checker:1"));
  try {
    const reported = () => range.environments(drill)[0].reason.includes(stranger.name);
    await until("it to be reported", async () => reported());
    const console = await (await range.person("giangvien")).request(`/exercises/${drill}`);
    assert.ok(console.body.includes(stranger.name), "the console names it");
    assert.ok(await stranger.stands());
    await range.step(drill, "finish");
    await until("our own to be gone", async () => (await range.engine.machines()).length === 0);
    assert.ok(await stranger.stands());
  } finally {
    await stranger.leave();
  }
  await range.gone(drill);
  await range.empty();
});
