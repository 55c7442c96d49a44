// A drill that has an hour, over a program that dies all the time: what was made ahead is taken up by the next start, and
// the drill begins once, not before its hour, with every machine once.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { after, before } from "node:test";
import { fault } from "./support/fault.mjs";
import { NODES, Range, labs, until } from "./support/server.mjs";

const MINUTE = 60_000;
/** How long the program lives each time. */
const ALIVE = 4000;

let range;

before(async () => {
  range = await Range.create(labs(73));
  await range.start();
});

after(() => range.destroy());

/** The first full minute that is at least so far away: forms know no seconds. */
const soon = (ahead) => Math.ceil((Date.now() + ahead) / MINUTE) * MINUTE;

/** A moment as the clocks of the province show it, in the words of a form. */
const shown = (at) => new Date(at).toLocaleString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }).slice(0, 16).replace(" ", "T");

/** Lays out a drill of two teams for an hour; gives its id. */
async function scheduled(hour) {
  const form = await range.form({ teams: 2, scenario: "web-defacement" });
  for (const [name, value] of [["when", "later"], ["starts_at", shown(hour)], ["by_itself", "true"]]) form.append(name, value);
  const answer = await (await range.person("giangvien")).post("/exercises", form);
  assert.equal(answer.status, 303, answer.body);
  const [, drill] = answer.location.match(/exercises\/([0-9a-f-]{36})/);
  await range.allow(drill);
  return drill;
}

fault("killed again and again until a drill's hour", "it begins by itself, once, not before, each machine once", async () => {
  const hour = soon(90_000);
  const drill = await scheduled(hour);
  await range.stop("SIGKILL");
  while (Date.now() < hour) {
    await range.start();
    await pause(ALIVE);
    await range.stop("SIGKILL");
  }
  await range.start();
  await until("the drill to run", async () => range.state(drill) === "running");
  const [{ started_at }] = range.query(`select started_at from exercise where id = '${drill}'`);
  assert.ok(started_at >= hour * 1000, `it began ${hour * 1000 - started_at} µs before its hour`);
  for (const kind of ["scheduled", "preparing", "started"]) assert.equal(range.journal(drill, kind).length, 1, kind);
  await range.ready(drill);
  assert.equal((await range.engine.machines()).length, 2 * NODES.length);
  await range.finish(drill);
  await range.empty();
});

fault("machines taken away by hand while they wait for their hour", "the drill begins with all of them", async () => {
  const hour = soon(60_000);
  const drill = await scheduled(hour);
  await until("machines that wait", async () => range.state(drill) === "ready");
  const [first] = await range.engine.machines();
  await range.engine.remove(first.environment, first.node);
  await until("the drill to run", async () => range.state(drill) === "running");
  await range.ready(drill);
  await range.finish(drill);
  await range.empty();
});
