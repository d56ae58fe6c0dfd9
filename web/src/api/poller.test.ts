import { describe, expect, it } from 'vitest';
import { defaultTiming, nextDelayMs } from './poller';

describe('nextDelayMs', () => {
  const middle = 0.5;
  it('asks every interval while answered', () => {
    expect(nextDelayMs(defaultTiming, 0, false, middle)).toBeCloseTo(2000);
  });

  it('backs off without answers, up to a bound', () => {
    const waits = [1, 2, 3, 4, 50].map((failures) => nextDelayMs(defaultTiming, failures, false, middle));
    expect(waits).toEqual([4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('asks rarely while hidden', () => {
    expect(nextDelayMs(defaultTiming, 0, true, middle)).toBe(15_000);
  });

  it('spreads pages out', () => {
    expect(nextDelayMs(defaultTiming, 0, false, 0)).toBeLessThan(nextDelayMs(defaultTiming, 0, false, 0.99));
  });
});
