import type { Outcome } from '../../api/call';
import type { Problem } from '../../api/problem';

/** One attempt with one key (api/call.ts, Creation). */
export interface Attempt<T> {
  send(body: unknown): Promise<Outcome<T>>;
}

interface Patience {
  wait(ms: number): Promise<void>;
  /** A try was in vain and another follows. */
  onRetry(): void;
  /** The buyer went away: nobody waits for the answer any more. */
  over(): boolean;
}

const pausesMs = [500, 1000, 2000, 4000];
const pauseMaxMs = 10_000;
const undecidedCodes: readonly string[] = ['busy', 'request_in_flight', 'server_error', 'internal'];

/** Whether the same request may bring another answer by itself: nothing was refused, nothing was promised. */
export const undecided = ({ status, code }: Problem): boolean => status === null || undecidedCodes.includes(code);

/** Sends the same body with the same key until the shop has decided, or five tries were in vain. */
export async function sendUntilDecided<T>(attempt: Attempt<T>, body: unknown, { wait, onRetry, over }: Patience): Promise<Outcome<T>> {
  for (const pauseMs of pausesMs) {
    const outcome = await attempt.send(body);
    if (outcome.ok || !undecided(outcome.problem) || over()) return outcome;
    onRetry();
    const toldMs = (outcome.problem.retryAfterSeconds ?? 0) * 1000;
    await wait(Math.min(Math.max(pauseMs, toldMs), pauseMaxMs));
    if (over()) return outcome;
  }
  return attempt.send(body);
}
