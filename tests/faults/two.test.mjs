// Two orchestrators share a PostgreSQL database and an engine.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { after, before } from "node:test";
import { createInterface } from "node:readline";
import { fault } from "./support/fault.mjs";
import { NODES, Range, labs, minute, until } from "./support/server.mjs";

const POSTGRES = new URL("../postgres", import.meta.url).pathname;

let server;
let one;
let two;

before(async () => {
  // A throwaway server of the test's own, which goes with its input.
  server = spawn(POSTGRES, { stdio: ["pipe", "pipe", "inherit"] });
  const [url] = await new Promise((resolve) => createInterface(server.stdout).once("line", (line) => resolve([line])));
  execFileSync("psql", [url, "-Xqc", "create database drills"]);
  one = await Range.create(labs(79), { THAOTRUONG_DATABASE: url.replace("/postgres?", "/drills?") });
  await one.start();
  two = await one.beside();
  await two.start();
});

after(async () => {
  await two?.stop("SIGKILL");
  await one?.destroy();
  server.stdin.end();
});

/** No machine twice. */
async function once(range) {
  const names = (await range.engine.machines()).map((machine) => `${machine.environment} ${machine.node}`);
  assert.equal(new Set(names).size, names.length, `a node exists twice: ${names}`);
}

fault("two orchestrators get the same request", "one drill, one owner an environment, each step once", async () => {
  const drill = await one.drill({ teams: 2 });
  await Promise.all([one, two].flatMap((range) => [range.step(drill, "prepare"), range.step(drill, "prepare")]));
  await two.ready(drill);
  assert.equal(two.environments(drill).length, 2);
  const steps = (step) => Promise.all([one, two].map((range) => range.step(drill, step)));
  await steps("start");
  await steps("finish");
  for (const kind of ["preparing", "started", "finished"]) assert.equal(one.journal(drill, kind).length, 1, kind);
  await one.gone(drill);
  await one.empty();
});

fault("one of two orchestrators is killed while teams prepare", "the other takes over, no node twice, nothing is left", async () => {
  const drill = await one.drill({ teams: 3 });
  await until("something to be made", async () => (await one.engine.left()).length > 0);
  await one.stop("SIGKILL");
  await two.ready(drill);
  await once(two);
  assert.equal((await two.engine.machines()).length, 3 * NODES.length);
  await one.start();
  await once(two);
  await two.finish(drill);
  await two.empty();
});

fault("one of two orchestrators is killed while a drill waits for its hour", "the other begins it, once, with each machine once", async () => {
  await two.stop("SIGKILL");
  const hour = minute(60_000);
  // Only this one is there to make it its own.
  const drill = await one.scheduled(hour);
  await until("machines that wait", async () => one.state(drill) === "ready");
  await two.start();
  await one.stop("SIGKILL");
  await until("the drill to run", async () => two.state(drill) === "running");
  assert.ok(two.began(drill) >= hour, `it began ${hour - two.began(drill)} ms before its hour`);
  for (const kind of ["scheduled", "preparing", "started"]) assert.equal(two.journal(drill, kind).length, 1, kind);
  await two.ready(drill);
  await once(two);
  await one.start();
  await two.finish(drill);
  await two.empty();
});
