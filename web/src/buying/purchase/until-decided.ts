import type { Outcome } from '../../api/call';
import { askUntil, type Patience } from '../../api/poller';
import type { Problem } from '../../api/problem';

/** One attempt with one key (api/call.ts, Creation). */
export interface Attempt<T> {
  send(body: unknown): Promise<Outcome<T>>;
}

interface Waiting extends Pick<Patience<unknown>, 'wait' | 'over'> {
  /** A try was in vain and another follows. */
  onRetry(): void;
}

const pausesMs = [500, 1000, 2000, 4000];
const pauseMaxMs = 10_000;
const undecidedCodes: readonly string[] = ['busy', 'request_in_flight', 'server_error', 'internal'];

/** Whether the same request may bring another answer by itself: nothing was refused, nothing was promised. */
export const undecided = ({ status, code }: Problem): boolean => status === null || undecidedCodes.includes(code);

/** Sends the same body with the same key until the shop has decided, or five tries were in vain. */
export function sendUntilDecided<T>(attempt: Attempt<T>, body: unknown, { wait, onRetry, over }: Waiting): Promise<Outcome<T>> {
  const pauseMs = (outcome: Outcome<T>, sent: number): number | null => {
    const ownMs = pausesMs[sent - 1];
    if (outcome.ok || !undecided(outcome.problem) || ownMs === undefined) return null;
    onRetry();
    const toldMs = (outcome.problem.retryAfterSeconds ?? 0) * 1000;
    return Math.min(Math.max(ownMs, toldMs), pauseMaxMs);
  };
  return askUntil(() => attempt.send(body), { pauseMs, wait, over });
}
