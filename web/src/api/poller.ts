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

/** For the pages behind the sign-in, which are looked at now and then. */
export const staffTiming = (intervalMs: number): PollTiming => ({ intervalMs, hiddenIntervalMs: 30_000, backoffMaxMs: 30_000 });

/** Twice as long after each question in a row that was not answered, up to the bound. */
export const backoffMs = ({ intervalMs, backoffMaxMs }: Pick<PollTiming, 'intervalMs' | 'backoffMaxMs'>, failures: number): number =>
  Math.min(intervalMs * 2 ** Math.min(failures, 10), backoffMaxMs);

/** The wait before the next question after `failures` failed ones in a row. `jitter` is in [0, 1). */
export function nextDelayMs(timing: PollTiming, failures: number, hidden: boolean, jitter: number): number {
  const shownMs = backoffMs(timing, failures);
  const baseMs = hidden ? Math.max(shownMs, timing.hiddenIntervalMs) : shownMs;
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

/** The rhythm of a question that has a last answer: an order until it is paid, a purchase until it is decided. */
export interface Patience<T> {
  /** How long to wait after `asked` questions, of which the last was answered so; null: that was the last answer. */
  pauseMs(answer: T, asked: number): number | null;
  wait(ms: number): Promise<void>;
  /** Nobody waits for the answer any more. */
  over(): boolean;
}

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Asks until the last answer, and gives it; an answer that is `known` already stands for the first question's. */
export async function askUntil<T>(ask: () => Promise<T>, { pauseMs, wait, over }: Patience<T>, known?: T): Promise<T> {
  let answer = known ?? (await ask());
  for (let asked = 1; ; asked++) {
    const pause = over() ? null : pauseMs(answer, asked);
    if (pause === null) return answer;
    await wait(pause);
    if (over()) return answer;
    answer = await ask();
  }
}
