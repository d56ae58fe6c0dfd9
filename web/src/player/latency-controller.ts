/**
 * Keeps a live playhead a chosen distance behind the edge by small changes of speed.
 *
 * Pure: time and measurements come in, a speed or a jump comes out. It replaces hls.js's own catch-up, which
 * acts only with more than 1 s of buffer (never the case 1.5 s behind the edge) and adds a second of delay at
 * each stall that it never takes back.
 */
export interface LatencySample {
  nowMs: number;
  /** Seconds from the playhead to the live edge (the end of what the server could have published by now). */
  latencySeconds: number;
  /** What the playlist asks for: PART-HOLD-BACK, or HOLD-BACK without parts. */
  targetSeconds: number;
  /** Media ready to play ahead of the playhead. */
  bufferSeconds: number;
  /** How much the buffer shrinks between two deliveries: one part, or one segment without parts. */
  deliverySeconds: number;
}

export type LatencyAction = { kind: 'rate'; rate: number } | { kind: 'jump' };

export const latencyLimits = {
  // Speech stays natural and the browser's pitch correction inaudible within these.
  rateMin: 0.95,
  rateMax: 1.1,
  // Start catching up past the first, stop at the second: no flutter around the target.
  engageSeconds: 0.2,
  releaseSeconds: 0.04,
  // Later than this, 1.1x would take more than half a minute: a cut is kinder.
  jumpSeconds: 4,
  // A stall shows that the network needs more room; calm gives it back.
  stallMarginSeconds: 0.25,
  stallMarginSecondsMax: 1.5,
  calmMs: 20_000,
} as const;

const smoothing = 0.25;
// Half a second late asks for the full rateMax.
const rateGain = 0.2;

export class LatencyController {
  private smoothedErrorSeconds: number | null = null;
  private margin = 0;
  private calmSinceMs = 0;
  private rate = 1;

  /** Playback ran dry at `nowMs`. */
  onStall(nowMs: number): void {
    this.margin = Math.min(
      this.margin + latencyLimits.stallMarginSeconds,
      latencyLimits.stallMarginSecondsMax,
    );
    this.calmSinceMs = nowMs;
    this.reset();
  }

  /** The playhead jumped (seek, resume): earlier measurements say nothing any more. */
  reset(): void {
    this.smoothedErrorSeconds = null;
    this.rate = 1;
  }

  /** What recent stalls added to the aim. */
  get marginSeconds(): number {
    return this.margin;
  }

  /** What is aimed at now: the playlist's hold-back plus what recent stalls added. */
  targetSeconds(holdBackSeconds: number): number {
    return holdBackSeconds + this.margin;
  }

  update(sample: LatencySample): LatencyAction {
    this.forgive(sample.nowMs);
    const errorSeconds = sample.latencySeconds - this.targetSeconds(sample.targetSeconds);
    const before = this.smoothedErrorSeconds ?? errorSeconds;
    const smoothed = before + smoothing * (errorSeconds - before);
    this.smoothedErrorSeconds = smoothed;
    if (smoothed > latencyLimits.jumpSeconds) {
      this.reset();
      return { kind: 'jump' };
    }
    this.rate = this.chooseRate(smoothed, sample);
    return { kind: 'rate', rate: this.rate };
  }

  private chooseRate(errorSeconds: number, sample: LatencySample): number {
    const { rateMin, rateMax, engageSeconds, releaseSeconds } = latencyLimits;
    const threshold = this.rate === 1 ? engageSeconds : releaseSeconds;
    if (Math.abs(errorSeconds) <= threshold) return 1;
    if (errorSeconds > 0) {
      // A late playhead over a thin buffer is late because media is: hurrying would only stall it.
      const needed = Math.min(sample.deliverySeconds + 0.3, 0.6 * sample.targetSeconds);
      if (sample.bufferSeconds < needed) return 1;
    }
    const wanted = 1 + rateGain * errorSeconds;
    const stepped = Math.round(wanted * 50) / 50;
    const away = errorSeconds > 0 ? Math.max(stepped, 1.02) : Math.min(stepped, 0.98);
    return Math.min(rateMax, Math.max(rateMin, away));
  }

  private forgive(nowMs: number): void {
    if (this.margin === 0 || nowMs - this.calmSinceMs < latencyLimits.calmMs) return;
    this.margin = Math.max(0, this.margin - latencyLimits.stallMarginSeconds);
    this.calmSinceMs = nowMs;
  }
}
