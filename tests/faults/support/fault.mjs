// One row of the table of faults: what goes wrong, and what must hold all the same.
import { test } from "node:test";
import { ENGINE } from "../../engines/engine.mjs";

/** Between the two in a test's name; the table is made of names. */
export const BETWEEN = " · ";

/**
 * @param {string} what goes wrong
 * @param {string} invariant what must hold
 * @param {() => Promise<void>} act makes it go wrong, and looks
 * @param {Record<string, string>} impossible by engine, why it cannot happen there
 */
export function fault(what, invariant, act, impossible = {}) {
  test([what, invariant].join(BETWEEN), { skip: impossible[ENGINE], timeout: 15 * 60_000 }, act);
}
