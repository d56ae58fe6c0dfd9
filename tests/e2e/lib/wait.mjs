/** Waiting for conditions and events, so that no test sleeps a guessed time, and none waits for ever. */
import { once } from 'node:events';

/** Only what fails takes so long: nothing that a test waits for is lost on a machine that is busy elsewhere. */
export const PATIENCE_MS = 60_000;

/** @param {number} ms */
export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** @template T @param {Promise<T>} work @param {number} ms @param {string} [words] @returns {Promise<T>} what it gives in time */
async function within(work, ms, words = 'no answer') {
  let timer;
  const end = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(words)), ms); });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks `look` again and again until it gives something true, and returns that. What it throws counts
 * as "not yet" and is told when time runs out; so is that it did not answer.
 * @template T
 * @param {string} what          named in the error
 * @param {() => T | Promise<T>} look
 * @param {{timeout_ms?: number, every_ms?: number}} [options]
 * @returns {Promise<T>}
 */
export async function until(what, look, { timeout_ms = PATIENCE_MS, every_ms = 50 } = {}) {
  const deadline_ms = Date.now() + timeout_ms;
  let last = null;
  for (;;) {
    try {
      // A look that began in time may end a little later: it would be the last.
      const found = await within(Promise.resolve(look()), Math.max(deadline_ms - Date.now(), 0) + PATIENCE_MS);
      if (found) return found;
      last = found;
    } catch (error) {
      last = error.message;
    }
    if (Date.now() > deadline_ms) throw new Error(`waited ${timeout_ms} ms for: ${what} (last: ${last})`);
    await pause(every_ms);
  }
}

/**
 * What comes with an event, as node's once() gives it.
 * @param {string} what         named in the error
 * @param {import('node:events').EventEmitter} emitter @param {string} name
 * @param {{timeout_ms?: number}} [options]
 * @returns {Promise<any[]>}
 */
export function event_of(what, emitter, name, options) {
  return in_time(what, once(emitter, name), options);
}

/**
 * What a promise gives, which may never be kept.
 * @template T
 * @param {string} what         named in the error
 * @param {Promise<T>} promise
 * @param {{timeout_ms?: number}} [options]
 * @returns {Promise<T>}
 */
export function in_time(what, promise, { timeout_ms = PATIENCE_MS } = {}) {
  return within(promise, timeout_ms, `waited ${timeout_ms} ms for: ${what}`);
}
