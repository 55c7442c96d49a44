// The way to the engine is bad: it stands still, breaks, loses answers, refuses. A proxy of the test's own stands between
// the program and the engine, so that nobody else on the machine is disturbed.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { after, afterEach, before } from "node:test";
import { ENGINE } from "../engines/engine.mjs";
import { fault } from "./support/fault.mjs";
import { Proxy } from "./support/proxy.mjs";
import { Range, labs, until } from "./support/server.mjs";

/** How long an engine is away: long enough for every sweep, listing and limit on an answer to come by. */
const AWAY = 40_000;

/** Requests by engine, as their method and path. */
const ASKED = {
  docker: {
    make: [["POST", /\/networks\/create/], ["POST", /\/containers\/create/], ["POST", /-(alpha|beta)\/start/]],
    remove: ["DELETE", /\/networks\/[^/]+$/],
    // In one go it is tried ten times before the refusal is told.
    refusals: 12,
  },
  kubernetes: {
    make: [["POST", /\/namespaces(\?|$)/], ["POST", /\/networkpolicies(\?|$)/], ["POST", /\/pods(\?|$)/]],
    remove: ["DELETE", /\/api\/v1\/namespaces\/[^/]+(\?|$)/],
    refusals: 3,
  },
}[ENGINE];

let proxy;
let range;

before(async () => {
  proxy = await Proxy.start();
  range = await Range.create(labs(76), proxy.settings());
  await range.start();
});

after(async () => {
  await range.destroy();
  await proxy.stop();
});

afterEach(() => proxy.clear());

const ids = async () => (await range.engine.machines()).map((one) => one.id).sort();

/** Every page that somebody looks at meanwhile, as they are. */
async function pagesAnswer(drill) {
  for (const path of ["/", `/exercises/${drill}`, "/exercises", "/library"]) {
    const { status } = await (await range.person("giangvien")).request(path);
    assert.ok(status < 500, `${path}: ${status}`);
  }
}

fault("the engine stops answering while teams prepare", "pages answer, nothing is destroyed, all become ready, nothing twice", async () => {
  const drill = await range.drill({ teams: 2 });
  await until("something to be made", async () => (await range.engine.left()).length > 0);
  proxy.hold();
  await pagesAnswer(drill);
  await pause(AWAY);
  await pagesAnswer(drill);
  proxy.release();
  await range.ready(drill);
  await range.finish(drill);
  await range.empty();
});

fault("the engine is away while a drill runs", "pages answer, nothing is destroyed out of ignorance, machines are the same afterwards", async () => {
  const drill = await range.drill();
  await range.ready(drill);
  await range.step(drill, "start");
  const before = await ids();
  proxy.cut();
  await pause(AWAY);
  await pagesAnswer(drill);
  assert.deepEqual(range.phases(drill), ["ready"]);
  assert.deepEqual(await ids(), before);
  // Asked for while nobody can do it: it waits.
  await range.step(drill, "finish");
  assert.deepEqual(await ids(), before);
  proxy.mend();
  await range.gone(drill);
  await range.empty();
});

fault("the engine is away when the program starts", "it serves, destroys nothing, and goes on as soon as the engine is back", async () => {
  const drill = await range.drill();
  await range.ready(drill);
  const before = await ids();
  await range.stop();
  proxy.cut();
  await range.start();
  assert.ok(!range.isDead(), range.output);
  await pagesAnswer(drill);
  proxy.mend();
  await range.step(drill, "cancel");
  assert.ok(before.length > 0);
  await range.gone(drill);
  await range.empty();
});

fault("answers of the engine are lost", "what was asked for is done once", async () => {
  // Those of environments, not of the probe before them.
  const rules = ASKED.make.map(([method, path]) => {
    const body = path.test("/tt-1-alpha/start") ? undefined : range.installation;
    return proxy.rule(method, path, { lose: true, body }, 2);
  });
  const drill = await range.drill({ teams: 2 });
  await range.ready(drill);
  for (const rule of rules) assert.equal(rule.used, 2, `${rule.method} ${rule.path} was not asked`);
  await range.finish(drill);
  await range.empty();
});

fault("the engine refuses to take a network (namespace) away", "it is told and tried again until nothing is left", async () => {
  const drill = await range.drill();
  await range.ready(drill);
  const [method, path] = ASKED.remove;
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", code: 403, reason: "Forbidden", message: "not now" };
  const rule = proxy.rule(method, path, { answer: { status: 403, body } }, ASKED.refusals);
  await range.step(drill, "cancel");
  await until("a refusal to be told", async () => range.environments(drill).some((row) => row.reason.includes("not now")));
  await range.gone(drill);
  assert.equal(rule.used, ASKED.refusals);
  await range.empty();
});

fault("the engine says that it has too much to do (429)", "it is asked again after the time that it names, and no attempt is counted", async () => {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", code: 429, reason: "TooManyRequests", message: "slow down" };
  const answer = { status: 429, headers: { "retry-after": "1" }, body };
  const rules = ["GET", "POST"].map((method) => proxy.rule(method, /\/(namespaces|pods)/, { answer }, 4));
  const drill = await range.drill();
  await range.ready(drill);
  for (const rule of rules) assert.equal(rule.used, 4);
  assert.deepEqual(range.environments(drill).map((row) => row.attempts), [0]);
  await range.finish(drill);
  await range.empty();
}, { docker: "the Docker Engine does not throttle" });

fault("the stream of events ends, or has expired (410)", "everything is listed anew, nothing is destroyed, what is done by hand is noticed", async () => {
  const drill = await range.drill();
  await range.ready(drill);
  await range.step(drill, "start");
  const before = await ids();
  const expired = { kind: "Status", apiVersion: "v1", status: "Failure", code: 410, reason: "Expired", message: "too old resource version" };
  const rules = ENGINE === "docker" ? [] : [
    proxy.rule("GET", /watch=(true|1)/, { answer: { status: 200, body: { type: "ERROR", object: expired } } }),
    proxy.rule("GET", /watch=(true|1)/, { answer: { status: 410, body: expired } }),
  ];
  proxy.drop();
  await until("the stream to have been asked for again", async () => rules.every((rule) => rule.used > 0));
  assert.deepEqual(await ids(), before);
  const [{ id: environment }] = range.environments(drill);
  await range.engine.remove(environment, "beta");
  await until("another machine", async () => {
    const now = await ids();
    return now.length === before.length && now.join() !== before.join() && range.whole(drill);
  });
  await range.finish(drill);
  await range.empty();
});
