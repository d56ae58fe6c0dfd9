/**
 * Gets a playhead over a hole in the media that nobody else moves it over.
 *
 * An encoder that was away leaves a hole. hls.js jumps such holes, but not while the element seeks; and a seek that
 * lands in the last frames before the hole never completes in Chrome, which wants more than those. The picture then
 * stands for ever, with fresh media behind the hole. Pure: time and ranges come in.
 */
export interface HoleSample {
  nowMs: number;
  time: number;
  /** Buffered ranges, [start, end] in seconds, ascending. */
  ranges: readonly (readonly [number, number])[];
  /** False while the viewer has paused: then standing still is what is wanted. */
  wantsToMove: boolean;
}

const patienceMs = 2500;
/** Less than this behind a hole is not worth landing in: that is how one gets stuck. */
const landingSecondsMin = 0.5;
const landingOffsetSeconds = 0.05;

export class HoleJumper {
  private time = NaN;
  private sinceMs = 0;

  /** Where to put the playhead now; null: leave it. */
  target({ nowMs, time, ranges, wantsToMove }: HoleSample): number | null {
    if (!wantsToMove || Math.abs(time - this.time) > 0.005 || Number.isNaN(this.time)) {
      this.time = time;
      this.sinceMs = nowMs;
      return null;
    }
    if (nowMs - this.sinceMs < patienceMs) return null;
    const landing = ranges.find(([start, end]) => start > time && end - start >= landingSecondsMin);
    if (!landing) return null;
    this.sinceMs = nowMs;
    return landing[0] + landingOffsetSeconds;
  }
}
