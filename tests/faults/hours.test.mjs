// A drill that has an hour, over a program that dies all the time: what was made ahead is taken up by the next start, and
// the drill begins once, not before its hour, with every machine once.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { after, before } from "node:test";
import { fault } from "./support/fault.mjs";
import { NODES, Range, labs, minute, until } from "./support/server.mjs";

/** How long the program lives each time. */
const ALIVE = 4000;

let range;

before(async () => {
  range = await Range.create(labs(73));
  await range.start();
});

after(() => range.destroy());

fault("killed again and again until a drill's hour", "it begins by itself, once, not before, each machine once", async () => {
  const hour = minute(90_000);
  const drill = await range.scheduled(hour);
  await range.stop("SIGKILL");
  while (Date.now() < hour) {
    await range.start();
    await pause(ALIVE);
    await range.stop("SIGKILL");
  }
  await range.start();
  await until("the drill to run", async () => range.state(drill) === "running");
  assert.ok(range.began(drill) >= hour, `it began ${hour - range.began(drill)} ms before its hour`);
  for (const kind of ["scheduled", "preparing", "started"]) assert.equal(range.journal(drill, kind).length, 1, kind);
  await range.ready(drill);
  assert.equal((await range.engine.machines()).length, 2 * NODES.length);
  await range.finish(drill);
  await range.empty();
});

fault("machines taken away by hand while they wait for their hour", "the drill begins with all of them", async () => {
  const hour = minute(60_000);
  const drill = await range.scheduled(hour);
  await until("machines that wait", async () => range.state(drill) === "ready");
  const [first] = await range.engine.machines();
  await range.engine.remove(first.environment, first.node);
  await until("the drill to run", async () => range.state(drill) === "running");
  await range.ready(drill);
  await range.finish(drill);
  await range.empty();
});
