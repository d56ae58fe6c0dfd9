import { computed, signal } from '@preact/signals';
import { fetchChannels } from '../api/client';
import { Poller } from '../api/poller';
import type { Channel } from '../api/types';

/** The list of channels, kept fresh while a page shows it. One for all pages, so that coming back shows it at once. */
export const channels = signal<Channel[] | null>(null);
/** The server did not answer the last question. */
export const unreachable = signal(false);

const onAir = (channel: Channel): boolean => channel.state === 'live' || channel.state === 'reconnecting';

/** On air, most watched first; the order of equals is the server's, so cards do not swap places. */
export const liveChannels = computed(() =>
  (channels.value ?? []).filter(onAir).sort((a, b) => b.viewers - a.viewers),
);
export const soonChannels = computed(() => (channels.value ?? []).filter(({ state }) => state === 'starting'));
/** Ended a moment ago; the newest end first. */
export const endedChannels = computed(() =>
  (channels.value ?? [])
    .filter(({ state }) => state === 'ended')
    .sort((a, b) => (b.stream?.ended_at ?? '').localeCompare(a.stream?.ended_at ?? '')),
);
export const offAirChannels = computed(() => (channels.value ?? []).filter(({ state }) => state === 'offline'));

async function ask(): Promise<boolean> {
  const answer = await fetchChannels();
  if (answer.kind === 'ok') channels.value = answer.value;
  unreachable.value = answer.kind !== 'ok';
  return answer.kind === 'ok';
}

const poller = new Poller(ask);
let readers = 0;

/** Keeps the list fresh until the returned function is called. */
export function followChannels(): () => void {
  if (readers++ === 0) poller.start();
  return () => {
    if (--readers === 0) poller.stop();
  };
}

export const askAgain = (): void => poller.now();
