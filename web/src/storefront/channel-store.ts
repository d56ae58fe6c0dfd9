import { batch, computed, signal } from '@preact/signals';
import { fetchChannels, type Channel } from '../api/channels';
import { Poller } from '../api/poller';

/** The list of channels, kept fresh while a page shows it. One for all pages, so that coming back shows it at once. */
export const channels = signal<Channel[] | null>(null);
/** The server did not answer the last question. */
export const unreachable = signal(false);

const onAir = (channel: Channel): boolean => channel.state === 'live' || channel.state === 'reconnecting';

/** Names of the shows on air, in the order in which they are shown. */
const places = signal<string[]>([]);

/**
 * Where the shows on air stand: most watched first when the page opens, and from then on each where it is. A card that
 * changed its place whenever a viewer comes would move away under the finger. Who goes on air later stands last.
 */
export function placesAfter(before: string[], list: Channel[]): string[] {
  const live = list.filter(onAir).sort((a, b) => b.viewers - a.viewers);
  const stay = before.filter((name) => live.some((channel) => channel.name === name));
  return [...stay, ...live.map(({ name }) => name).filter((name) => !stay.includes(name))];
}

export const liveChannels = computed(() => places.value.flatMap((name) => (channels.value ?? []).find((channel) => channel.name === name) ?? []));
export const soonChannels = computed(() => (channels.value ?? []).filter(({ state }) => state === 'starting'));
/** Ended a moment ago; the newest end first. */
export const endedChannels = computed(() =>
  (channels.value ?? [])
    .filter(({ state }) => state === 'ended')
    .sort((a, b) => (b.stream?.ended_at ?? '').localeCompare(a.stream?.ended_at ?? '')),
);
export const offAirChannels = computed(() => (channels.value ?? []).filter(({ state }) => state === 'offline'));

async function ask(): Promise<boolean> {
  const outcome = await fetchChannels();
  batch(() => {
    if (outcome.ok) {
      channels.value = outcome.value;
      places.value = placesAfter(places.peek(), outcome.value);
    }
    unreachable.value = !outcome.ok;
  });
  return outcome.ok;
}

const poller = new Poller(ask);
let readers = 0;

/** Keeps the list fresh until the returned function is called. */
export function followChannels(): () => void {
  if (readers++ === 0) {
    places.value = placesAfter([], channels.peek() ?? []);
    poller.start();
  }
  return () => {
    if (--readers === 0) poller.stop();
  };
}

export const askAgain = (): void => poller.now();
