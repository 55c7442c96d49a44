// The same request comes many times, and a database comes back from a copy.

import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { fault } from "./support/fault.mjs";
import { Range, labs, until } from "./support/server.mjs";

/** How often a request is sent at once. */
const TIMES = 100;

let range;

before(async () => {
  range = await Range.create(labs(78));
  await range.start();
});

after(() => range.destroy());

/** Sends a request so often at once that no answer has come when the last is sent. The range takes from one person only
 * so many at a time, and of those that it takes nobody knows which: one more is sent until one of them was taken. */
async function often(act) {
  const answers = await Promise.all(Array.from({ length: TIMES }, act));
  while (answers.every(({ status }) => status === 429)) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    answers.push(await act());
  }
  return answers;
}

/** Keeps a copy of the database, or takes it back, while the program stands still. */
async function copied(from, to) {
  await range.stop();
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  await range.start();
}

fault("the same request 100 times", "one drill, one environment a team, each step once", async () => {
  const instructor = await range.person("giangvien");
  const form = await range.form({ teams: 2, scenario: "web-defacement" });
  const answers = await often(() => instructor.post("/exercises", form));
  const led = new Set(answers.map(({ location }) => location?.match(/exercises\/([0-9a-f-]{36})/)?.[1]).filter(Boolean));
  assert.equal(led.size, 1, `led to ${[...led]}`);
  const [drill] = led;
  await range.settled(drill);
  await range.allow(drill);
  const ask = (step) => often(() => instructor.post(`/exercises/${drill}/${step}`));
  await ask("prepare");
  await range.ready(drill);
  assert.equal(range.environments(drill).length, 2);
  await ask("start");
  await range.settled(drill);
  await ask("finish");
  for (const kind of ["preparing", "started", "finished"]) assert.equal(range.journal(drill, kind).length, 1, kind);
  await range.gone(drill);
  await range.empty();
});

fault("the database comes back from a copy", "what exists becomes what the copy says: made again or taken away, nothing twice", async () => {
  const copy = join(range.folder, "copy");
  await copied(range.data, copy);
  const unknown = await range.drill();
  await range.ready(unknown);
  await copied(copy, range.data);
  assert.deepEqual(range.query(`select id from exercise where id = '${unknown}'`), []);
  await range.empty();
  const drill = await range.drill();
  await range.ready(drill);
  await copied(range.data, copy);
  await range.finish(drill);
  await range.empty();
  await copied(copy, range.data);
  assert.equal(range.state(drill), "ready");
  await until("what the copy tells of to be there again", () => range.whole(drill));
  await range.finish(drill);
  await range.empty();
});
