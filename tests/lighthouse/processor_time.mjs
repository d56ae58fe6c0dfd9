/** What a page costs by the processor's clock, which does not run while a thread waits for a core. */
import { Audit } from 'lighthouse';

const LONG_TASK_MS = 50;
// Where Lighthouse 12 gives a total blocking time 90 and 50 of 100 (core/audits/metrics/total-blocking-time.js).
const SCORING = { phone: { p10: 200, median: 600 }, desk: { p10: 150, median: 350 } };

/**
 * Total blocking time: of every task of the page's main thread after the first contentful paint, what is beyond
 * 50 ms of processor time, on a processor `slowdown` times slower.
 * @param {{traceEvents: any[]}} trace
 * @param {number} slowdown
 */
export function blocking_ms_of({ traceEvents }, slowdown) {
  const painted = traceEvents.filter(({ name }) => name === 'firstContentfulPaint').at(-1);
  if (!painted) throw new Error('the trace has no first contentful paint');
  const is_main = ({ name, pid, args }) => name === 'thread_name' && pid === painted.pid && args.name === 'CrRendererMain';
  const main = traceEvents.find(is_main).tid;
  return traceEvents
    .filter(({ ph, pid, tid, ts, name }) => ph === 'X' && pid === painted.pid && tid === main && ts >= painted.ts && name.endsWith('RunTask'))
    .reduce((sum, { tdur = 0 }) => sum + Math.max(0, (tdur / 1000) * slowdown - LONG_TASK_MS), 0);
}

/** Lighthouse's performance, 0 to 1, with another total blocking time. @param {'phone' | 'desk'} form */
export function performance_with(lhr, blocking_ms, form) {
  const metrics = lhr.categories.performance.auditRefs.filter(({ weight }) => weight > 0);
  const score_of = (id) => (id === 'total-blocking-time' ? Audit.computeLogNormalScore(SCORING[form], blocking_ms) : (lhr.audits[id].score ?? 0));
  const weights = metrics.reduce((sum, { weight }) => sum + weight, 0);
  return metrics.reduce((sum, { id, weight }) => sum + weight * score_of(id), 0) / weights;
}
