/** Waiting for conditions, so that no test sleeps a guessed time. */

/** @param {number} ms */
export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/**
 * Asks `look` again and again until it gives something true, and returns that. What it throws counts
 * as "not yet" and is told when time runs out.
 * @template T
 * @param {string} what          named in the error
 * @param {() => T | Promise<T>} look
 * @param {{timeout_ms?: number, every_ms?: number}} [options]
 * @returns {Promise<T>}
 */
export async function until(what, look, { timeout_ms = 20_000, every_ms = 50 } = {}) {
  const deadline_ms = Date.now() + timeout_ms;
  let last = null;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error.message;
    }
    if (Date.now() > deadline_ms) throw new Error(`waited ${timeout_ms} ms for: ${what} (last: ${last})`);
    await pause(every_ms);
  }
}
