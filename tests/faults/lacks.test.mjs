// What a drill needs is not there: an image, addresses.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fault } from "./support/fault.mjs";
import { Range, labs, until } from "./support/server.mjs";

let range;

before(async () => {
  // Room for four networks of two machines each; a probe before a launch needs two of them for a while.
  range = await Range.create(labs(77, "0.0/27"));
  await range.start();
});

after(() => range.destroy());

fault("an image is missing", "the launch is refused and names the image, nothing is made", async () => {
  const drill = await range.drill({ scenario: "no-image" });
  assert.equal(range.state(drill), "draft");
  const instructor = await range.person("giangvien");
  const { location } = await range.step(drill, "prepare");
  const console = await instructor.request(location);
  assert.match(console.body, /thaotruong\/nobody-has-this:1/);
  assert.deepEqual(range.environments(drill), []);
  await range.empty();
});

fault("addresses run out", "the team that gets none fails alone and says why; it is ready once there are some", async () => {
  const [first, second] = [await range.drill({ teams: 2 }), await range.drill({ teams: 3 })];
  await range.ready(first);
  await until("each of the others to be ready or to have failed", async () =>
    range.phases(second).every((phase) => ["ready", "failed"].includes(phase)));
  assert.deepEqual(range.phases(second).sort(), ["failed", "ready", "ready"]);
  const failed = range.environments(second).find((row) => row.phase === "failed");
  assert.equal(JSON.parse(failed.reason).message, "environment-no-range");
  const console = await (await range.person("giangvien")).request(`/exercises/${second}`);
  assert.match(console.body, /Không còn dải địa chỉ trống/);
  await range.finish(first);
  await range.step(second, `teams/${failed.team_id}/retry`);
  await range.ready(second);
  await range.finish(second);
  await range.empty();
});
