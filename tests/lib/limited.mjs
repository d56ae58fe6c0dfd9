/**
 * node:test with an end for everything: the runner has no limit for a single test, only one for a
 * whole file. Test files take their test, before and after from here; who needs longer says so in
 * its own options, as { timeout: 300_000 }.
 */
import * as node from 'node:test';

/** Several times what the slowest without a limit of its own takes on a busy machine. */
const TEST_MS = 120_000;
/** What stands before a suite may have to encode its films first. */
const HOOK_MS = 300_000;

// A suite is as long as its tests are.
export const { describe } = node;

/** @param {string} name @param {object | Function} options @param {Function} [work] */
export const test = (name, options, work) => (typeof options === 'function'
  ? node.test(name, { timeout: TEST_MS }, options)
  : node.test(name, { timeout: TEST_MS, ...options }, work));

/** What a file may need after its last test, to close what it has. */
const END_MS = 60_000;

// Something that a failed test left running would keep its file, and the suite, for ever.
node.after(() => {
  setTimeout(() => {
    console.error(`still at work ${END_MS / 1000} s after the last test: ${process.getActiveResourcesInfo().join(' ')}`);
    process.exit(1);
  }, END_MS).unref();
});

const limited = (hook) => (work, options) => hook(work, { timeout: HOOK_MS, ...options });
export const before = limited(node.before);
export const after = limited(node.after);
export const beforeEach = limited(node.beforeEach);
export const afterEach = limited(node.afterEach);
