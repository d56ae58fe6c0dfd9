/**
 * Knows the server's time from the Date headers of ordinary answers.
 *
 * A Date header has whole seconds, so one answer only says that the server's clock was somewhere in
 * [date, date + 1 s) between sending and receiving. Each answer is thus an interval for the skew (server minus
 * client); the intersection of many, taken at different sub-second moments, is narrow. Inside it the skew
 * nearest to zero is assumed: two machines with synchronised clocks then measure no skew at all.
 */
export interface ClockSample {
  sentAtMs: number;
  receivedAtMs: number;
  /** The Date header as epoch milliseconds. */
  dateMs: number;
  /** The Age header: seconds the answer lay in a cache. 0 without one. */
  ageSeconds: number;
}

interface Interval {
  lowMs: number;
  highMs: number;
}

// Forgets old evidence at this rate, so that a drifting clock (typically < 50 ppm) never empties the interval.
const wideningPerMs = 100e-6;

export class ServerClock {
  private interval: Interval | null = null;
  private observedAtMs = 0;

  observe({ sentAtMs, receivedAtMs, dateMs, ageSeconds }: ClockSample): void {
    if (!Number.isFinite(dateMs) || receivedAtMs < sentAtMs) return;
    const generatedMs = dateMs + ageSeconds * 1000;
    const uncertaintyMs = ageSeconds > 0 ? 2000 : 1000;
    const fresh = { lowMs: generatedMs - receivedAtMs, highMs: generatedMs + uncertaintyMs - sentAtMs };
    const known = this.widened(receivedAtMs);
    const lowMs = Math.max(fresh.lowMs, known?.lowMs ?? -Infinity);
    const highMs = Math.min(fresh.highMs, known?.highMs ?? Infinity);
    // No overlap: one of the two clocks was set. Only the new evidence counts.
    this.interval = lowMs <= highMs ? { lowMs, highMs } : fresh;
    this.observedAtMs = receivedAtMs;
  }

  /** Server time minus client time, in milliseconds; 0 until something was observed. */
  skewMs(): number {
    if (!this.interval) return 0;
    const { lowMs, highMs } = this.interval;
    if (lowMs > 0) return lowMs;
    return highMs < 0 ? highMs : 0;
  }

  nowMs(clientNowMs: number = Date.now()): number {
    return clientNowMs + this.skewMs();
  }

  private widened(atMs: number): Interval | null {
    if (!this.interval) return null;
    const slackMs = Math.max(0, atMs - this.observedAtMs) * wideningPerMs;
    return { lowMs: this.interval.lowMs - slackMs, highMs: this.interval.highMs + slackMs };
  }
}

/** The clock of the server that these pages come from. */
export const serverClock = new ServerClock();
