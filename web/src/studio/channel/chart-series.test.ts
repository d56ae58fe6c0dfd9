import { describe, expect, it } from 'vitest';
import { minutesOf, rangeOf, seriesOf } from './chart-series';

const sample = (second: number, bitrate_bps = 2_000_000) => ({
  at: new Date(second * 1000).toISOString(),
  ...{ bitrate_bps, frame_rate: 30, keyframe_interval_ms: 1000, viewers: 5 },
});

describe('seriesOf', () => {
  it('gives seconds and values in the unit of the axis', () => {
    expect(seriesOf([sample(10), sample(12, 3_500_000)], 'bitrate')).toEqual([[10, 12], [2, 3.5]]);
    expect(seriesOf([sample(10)], 'keyframes')).toEqual([[10], [1]]);
  });

  it('breaks the line where nothing was measured', () => {
    expect(seriesOf([sample(10), sample(30)], 'viewers')).toEqual([[10, 13, 30], [5, null, 5]]);
  });

  it('leaves out what is no time or goes back', () => {
    expect(seriesOf([sample(10), sample(10), sample(8), { ...sample(12), at: 'never' }], 'viewers')).toEqual([[10], [5]]);
  });
});

describe('the chart in words', () => {
  it('tells the range', () => {
    expect(rangeOf([2, null, 4, 3])).toEqual({ least: 2, most: 4, mean: 3, last: 3 });
    expect(rangeOf([null])).toBeNull();
  });

  it('has one row a minute, the newest first', () => {
    const rows = minutesOf([sample(0), sample(58), sample(60), sample(118), sample(120)]);
    expect(rows.map(({ at }) => Date.parse(at) / 1000)).toEqual([120, 118, 58]);
  });
});
