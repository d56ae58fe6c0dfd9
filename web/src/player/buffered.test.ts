import { describe, expect, it } from 'vitest';
import { bufferedEndAt } from './buffered';

const ranges = (...pairs: [number, number][]) => ({
  length: pairs.length,
  start: (index: number) => pairs[index]?.[0] ?? Number.NaN,
  end: (index: number) => pairs[index]?.[1] ?? Number.NaN,
});

describe('bufferedEndAt', () => {
  it.each([
    ['nothing buffered', ranges(), 5, 5],
    ['inside a range', ranges([0, 8]), 5, 8],
    ['just before a range', ranges([5.05, 8]), 5, 8],
    ['across a tiny hole', ranges([0, 6], [6.05, 9]), 5, 9],
    ['up to a real hole', ranges([0, 6], [7, 9]), 5, 6],
    ['after the last range', ranges([0, 4]), 5, 5],
  ])('%s', (_name, buffered, time, end) => {
    expect(bufferedEndAt(buffered, time)).toBe(end);
  });
});
