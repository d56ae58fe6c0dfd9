/** Decides how to come back from a fatal player error. Pure: the engine carries it out. */
export type Fault = 'network' | 'media' | 'other';
export type Remedy = { kind: 'resume' | 'recover-media' | 'rebuild'; afterMs: number };

const mediaRepeatMs = 5000;
const calmMs = 30_000;
const resumesBeforeRebuild = 3;
const backoffMsMax = 8000;

export class Recovery {
  private failures = 0;
  private lastFaultAtMs = -Infinity;
  private lastMediaFaultAtMs = -Infinity;

  /** Pictures move again: the next fault starts from the mildest remedy. */
  onHealthy(nowMs: number): void {
    if (nowMs - this.lastFaultAtMs > calmMs) this.failures = 0;
  }

  onFault(fault: Fault, nowMs: number): Remedy {
    this.onHealthy(nowMs);
    this.lastFaultAtMs = nowMs;
    const afterMs = Math.min(500 * 2 ** this.failures, backoffMsMax);
    this.failures += 1;
    if (fault === 'media') {
      const repeated = nowMs - this.lastMediaFaultAtMs < mediaRepeatMs;
      this.lastMediaFaultAtMs = nowMs;
      return repeated ? { kind: 'rebuild', afterMs } : { kind: 'recover-media', afterMs: 0 };
    }
    if (fault === 'network' && this.failures <= resumesBeforeRebuild) return { kind: 'resume', afterMs };
    return { kind: 'rebuild', afterMs };
  }
}
