import { signal } from '@preact/signals';
import { serverClock } from '../../api/server-clock';
import { formatDuration } from '../../i18n';

/** Server time, ticking each second while a page counts down. */
export const serverNowMs = signal(serverClock.nowMs());

let readers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Keeps the clock ticking until the returned function is called. */
export function followClock(): () => void {
  if (readers++ === 0) {
    serverNowMs.value = serverClock.nowMs();
    timer = setInterval(() => (serverNowMs.value = serverClock.nowMs()), 1000);
  }
  return () => {
    if (--readers === 0) clearInterval(timer);
  };
}

/** What is left until `at`, rounded up: a countdown shows 0:01 during its last second. */
export const untilMs = (at: string, nowMs: number): number => Math.max(0, Date.parse(at) - nowMs) || 0;
export const formatLeft = (ms: number): string => formatDuration(Math.ceil(ms / 1000));
