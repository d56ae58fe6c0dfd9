/** Joins that hls.js plays across; a playhead may also stand this much before its first frame. */
const holeSeconds = 0.1;

/** The end of the media that plays on from `time` without a stop; `time` itself when there is none. */
export function bufferedEndAt(ranges: Pick<TimeRanges, 'length' | 'start' | 'end'>, time: number): number {
  let end = time;
  for (let i = 0; i < ranges.length; i++) {
    if (ranges.start(i) <= end + holeSeconds && ranges.end(i) > end) end = ranges.end(i);
  }
  return end;
}
