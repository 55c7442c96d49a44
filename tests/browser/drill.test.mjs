// A whole drill on real machines, as people hold it: an instructor, trainees of two teams, an HR officer and a leader, each
// in a browser of their own. What they see is compared with what the engine, the journal and the database's file say past
// the program. The steps stand in drill/, in the order in which they are taken.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, end } from "./drill/story.mjs";
import "./drill/launch.mjs";
import "./drill/investigate.mjs";
import "./drill/interruptions.mjs";
import "./drill/repair.mjs";
import "./drill/results.mjs";
import { Visitor } from "./support/visitor.mjs";

before(begin);
after(end);

test("no page had a fault", () => {
  assert.deepEqual(Visitor.findings, []);
});
