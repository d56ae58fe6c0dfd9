import { signal } from '@preact/signals';
import { get, remove, send, type Outcome } from '../api/call';
import { count, list, oneOf, optional, optionalText, record, text, type Of } from '../api/read';
import { readSummary } from '../staff/streams';

const channelShape = {
  name: text,
  title: text,
  shop: text,
  state: oneOf('offline', 'starting', 'live', 'reconnecting', 'ended'),
  viewers: count,
  playback_url: text,
  watch_url: text,
  poster_url: optionalText,
  created_at: text,
  server: record({ rtmp: optionalText, rtmps: optionalText }),
  key_changed_at: text,
  stream: optional(readSummary),
  last_problem: optional(record({ at: text, message: text })),
};
const readChannel = record(channelShape);
/** A channel as those see it who run it. */
export type StudioChannel = Of<typeof readChannel>;

const readKey = record({ stream_key: text });
export const readCreated = record({ name: text, stream_key: text });

const path = (name: string): string => `/api/v1/channels/${encodeURIComponent(name)}`;

export const fetchChannels = (shop: string): Promise<Outcome<StudioChannel[]>> =>
  get(`/api/v1/studio/channels?${new URLSearchParams({ shop })}`, (value) => record({ channels: list(readChannel) })(value).channels);
export const fetchChannel = (name: string): Promise<Outcome<StudioChannel>> =>
  get(`/api/v1/studio/channels/${encodeURIComponent(name)}`, readChannel);
export const renameChannel = (name: string, title: string): Promise<Outcome<unknown>> => send('PATCH', path(name), { title }, () => null);
export const deleteChannel = (name: string): Promise<Outcome<null>> => remove(path(name));
export const rotateKey = (name: string): Promise<Outcome<{ stream_key: string }>> => send('POST', `${path(name)}/key`, {}, readKey);

/** Keys the server has just given out: it keeps only their hashes, so they live as long as this page. */
export const freshKeys = signal<ReadonlyMap<string, string>>(new Map());

export function keepKey(name: string, key: string): void {
  freshKeys.value = new Map(freshKeys.peek()).set(name, key);
}

/** A name for the address of a channel out of its title; empty when the title has no Latin letters to make it of. */
export function nameOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

export const isName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(name);

/** An address of the server as an encoder on another machine can use it. */
export const reachable = (address: string): string =>
  address.replace(/^(rtmps?:\/\/)(0\.0\.0\.0|\[::\]|localhost|127\.0\.0\.1)(?=[:/])/, (_all, scheme: string) => scheme + location.hostname);
