/**
 * Asks again and again: soon while all is well, ever more rarely while the server does not answer, rarely
 * while the tab is hidden, and at once when it is shown again.
 */
export interface PollTiming {
  intervalMs: number;
  hiddenIntervalMs: number;
  backoffMaxMs: number;
}

export const defaultTiming: PollTiming = { intervalMs: 2000, hiddenIntervalMs: 15_000, backoffMaxMs: 15_000 };

/** The wait before the next question after `failures` failed ones in a row. `jitter` is in [0, 1). */
export function nextDelayMs(timing: PollTiming, failures: number, hidden: boolean, jitter: number): number {
  const backoffMs = Math.min(timing.intervalMs * 2 ** Math.min(failures, 10), timing.backoffMaxMs);
  const baseMs = hidden ? Math.max(backoffMs, timing.hiddenIntervalMs) : backoffMs;
  // Pages that lost the server together must not come back together; and asking at varying sub-second
  // moments is what lets ServerClock see through whole-second Date headers.
  return baseMs * (0.85 + 0.3 * jitter);
}

export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private running = false;
  private inFlight = false;
  private againAtOnce = false;

  /** Shorter than the usual interval while something is about to happen; null for the usual one. */
  hurryMs: number | null = null;

  /** `ask` resolves to false when the server did not answer. */
  constructor(
    private readonly ask: () => Promise<boolean>,
    private readonly timing: PollTiming = defaultTiming,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    document.addEventListener('visibilitychange', this.onWake);
    addEventListener('online', this.onWake);
    void this.run();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.onWake);
    removeEventListener('online', this.onWake);
  }

  /** Something happened that the server knows more about. */
  now(): void {
    if (!this.running) return;
    if (this.inFlight) {
      this.againAtOnce = true;
      return;
    }
    clearTimeout(this.timer);
    void this.run();
  }

  private timingNow(): PollTiming {
    return this.hurryMs === null ? this.timing : { ...this.timing, intervalMs: this.hurryMs };
  }

  private readonly onWake = (): void => {
    if (!document.hidden) this.now();
  };

  private async run(): Promise<void> {
    this.inFlight = true;
    const answered = await this.ask();
    this.inFlight = false;
    if (!this.running) return;
    this.failures = answered ? 0 : this.failures + 1;
    const delayMs = this.againAtOnce ? 0 : nextDelayMs(this.timingNow(), this.failures, document.hidden, Math.random());
    this.againAtOnce = false;
    this.timer = setTimeout(() => void this.run(), delayMs);
  }
}
