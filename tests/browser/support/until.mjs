// Waiting for a condition, never for the clock: what is awaited is asked again until it is there.
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds between two looks. */
const AGAIN = 100;

/**
 * Asks until the answer is truthy, and gives it. What a look throws counts as "not yet", and is told at the end.
 * @template T
 * @param {string} what in words, for whoever reads the failure
 * @param {() => Promise<T> | T} look
 */
export async function until(what, look, seconds = 60) {
  const end = performance.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
    await pause(AGAIN);
  }
}
