// Reports the tests of faults as a table: fault, invariant, engine, result. A reporter of node's own test runner.
import { ENGINE } from "../engines/engine.mjs";
import { BETWEEN } from "./support/fault.mjs";

const HEADS = ["fault", "must hold", "engine", "result"];

export default async function* table(events) {
  const rows = [];
  for await (const { type, data } of events) {
    if (!/^test:(pass|fail)$/.test(type) || !data.name.includes(BETWEEN)) continue;
    const [fault, invariant] = data.name.split(BETWEEN);
    const held = type === "test:pass" ? "held" : "NOT HELD";
    const result = typeof data.skip === "string" ? `cannot happen: ${data.skip}` : held;
    rows.push([fault, invariant, ENGINE, result]);
  }
  const widths = HEADS.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at].length)));
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |\n`;
  yield line(HEADS);
  yield line(widths.map((width) => "-".repeat(width)));
  for (const row of rows) yield line(row);
}
