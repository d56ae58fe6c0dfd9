import type { Sample } from '../../staff/streams';

/** What one chart shows: a number of each sample, in the unit of its axis. */
export type SeriesName = 'bitrate' | 'frame_rate' | 'keyframes' | 'viewers';

export const seriesNames: readonly SeriesName[] = ['bitrate', 'frame_rate', 'keyframes', 'viewers'];

const valueOf: Record<SeriesName, (sample: Sample) => number> = {
  bitrate: ({ bitrate_bps }) => bitrate_bps / 1_000_000,
  frame_rate: ({ frame_rate }) => frame_rate,
  keyframes: ({ keyframe_interval_ms }) => keyframe_interval_ms / 1000,
  viewers: ({ viewers }) => viewers,
};

// More than this between two samples is a time in which nothing was measured: the line breaks there.
const gapSeconds = 6;

/** Seconds since the epoch and values; null where the line breaks. */
export function seriesOf(history: readonly Sample[], name: SeriesName): [number[], (number | null)[]] {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const sample of history) {
    const at = Date.parse(sample.at) / 1000;
    const before = times.at(-1);
    if (!Number.isFinite(at) || (before !== undefined && at <= before)) continue;
    if (before !== undefined && at - before > gapSeconds) {
      times.push(before + gapSeconds / 2);
      values.push(null);
    }
    times.push(at);
    values.push(valueOf[name](sample));
  }
  return [times, values];
}

export interface Range {
  least: number;
  most: number;
  mean: number;
  last: number;
}

/** What the line says, in four numbers; null of an empty one. */
export function rangeOf(values: readonly (number | null)[]): Range | null {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return null;
  return {
    least: Math.min(...known),
    most: Math.max(...known),
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    last,
  };
}

/** One sample a minute, the newest first: the chart as a table. */
export function minutesOf(history: readonly Sample[]): Sample[] {
  const minutes = new Map<number, Sample>();
  for (const sample of history) minutes.set(Math.floor(Date.parse(sample.at) / 60_000), sample);
  return [...minutes.values()].reverse();
}
