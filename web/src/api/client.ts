import type { PlaybackFigures } from '../player/playback-report';
import { decodeAudience, decodeChannel, decodeChannels } from './decode';
import { ServerClock } from './server-clock';
import type { Audience, Channel } from './types';

/** Every call ends in one of three ways; nothing here throws. */
export type Answer<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'not-found' }
  | { kind: 'failed'; status: number | null };

const requestTimeoutMs = 8000;

export const serverClock = new ServerClock();

async function request<T>(
  path: string,
  decode: (value: unknown) => T | null,
  init: RequestInit,
): Promise<Answer<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), requestTimeoutMs);
  const sentAtMs = Date.now();
  try {
    const response = await fetch(path, { ...init, signal: abort.signal, credentials: 'same-origin' });
    serverClock.observe({
      sentAtMs,
      receivedAtMs: Date.now(),
      dateMs: Date.parse(response.headers.get('Date') ?? ''),
      ageSeconds: Number(response.headers.get('Age') ?? 0) || 0,
    });
    if (response.status === 404) return { kind: 'not-found' };
    if (!response.ok) return { kind: 'failed', status: response.status };
    const value = decode(await response.json());
    return value === null ? { kind: 'failed', status: response.status } : { kind: 'ok', value };
  } catch {
    return { kind: 'failed', status: null };
  } finally {
    clearTimeout(timer);
  }
}

// no-cache asks the server each time with If-None-Match: an unchanged list costs a 304 without a body.
const fresh: RequestInit = { cache: 'no-cache' };

export const fetchChannels = (): Promise<Answer<Channel[]>> => request('/api/v1/channels', decodeChannels, fresh);

export const fetchChannel = (name: string): Promise<Answer<Channel>> =>
  request(`/api/v1/channels/${encodeURIComponent(name)}`, decodeChannel, fresh);

export const reportViewer = (name: string, viewer: string, playback: PlaybackFigures): Promise<Answer<Audience>> =>
  request(`/api/v1/channels/${encodeURIComponent(name)}/viewers`, decodeAudience, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ viewer, playback }),
    keepalive: true,
  });
