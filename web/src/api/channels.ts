import { call, type Outcome } from './call';
import { count, fields, list, oneOf, optionalText, record, text, type Of, type Read } from './read';

/** /api/v1/channels as everybody may read it. Times are RFC 3339 strings, durations end in their unit. */

const readState = oneOf('offline', 'starting', 'live', 'reconnecting', 'ended');
export type ChannelState = ReturnType<typeof readState>;

/** A record, or null for what is none. */
const recordOrNull =
  <T>(read: Read<T>): Read<T | null> =>
  (value) =>
    typeof value === 'object' && value !== null ? read(value) : null;

const readVideo = record({ codec: text, width: count, height: count, frame_rate: (value) => count(value) || null });
export type VideoSummary = Of<typeof readVideo>;

const readAudio = record({ codec: text, sample_rate: count, channels: count });
export type AudioSummary = Of<typeof readAudio>;

const readStream = record({ id: text, started_at: text, ended_at: optionalText, video: recordOrNull(readVideo), audio: recordOrNull(readAudio) });
export type Stream = Of<typeof readStream>;

const readAsWritten = record({
  name: text,
  title: text,
  /** Whose products are sold beside it. */
  shop: text,
  state: readState,
  playback_url: text,
  viewers: count,
  /** A JPEG of the newest keyframe; another address for each new picture. */
  poster_url: optionalText,
  stream: (value): Stream | null => {
    const stream = readStream(value);
    return stream.id === '' ? null : stream;
  },
});
export type Channel = Of<typeof readAsWritten>;

export const readChannel: Read<Channel> = (value) => {
  const { name, title, playback_url, ...others } = readAsWritten(value);
  return { name, title: title || name, playback_url: playback_url || `/live/${name}/index.m3u8`, ...others };
};

const readAudience = record({ viewers: count, state: readState });
export type Audience = Of<typeof readAudience>;

/** What one viewer saw since the last report; the server adds everybody's up for its metrics. */
export interface PlaybackFigures {
  /** From loading the stream to its first moving picture; in the report after that picture only. */
  join_ms?: number;
  /** Times the picture stopped for more than a second without the viewer's wish. */
  stalls: number;
  stalled_ms: number;
  /** Behind the host, as measured now; absent while that is unknown. */
  delay_ms?: number;
}

const path = '/api/v1/channels';
const timeoutMs = 8000;
const hasName = (value: unknown): boolean => text(fields(value).name) !== '';

export const fetchChannels = (): Promise<Outcome<Channel[]>> =>
  call('GET', path, {
    read: (answer) => list(readChannel)(fields(answer).channels).filter(hasName),
    fits: (answer) => Array.isArray(fields(answer).channels),
    timeoutMs,
    cache: 'no-cache',
  });

export const fetchChannel = (name: string): Promise<Outcome<Channel>> =>
  call('GET', `${path}/${encodeURIComponent(name)}`, { read: readChannel, fits: hasName, timeoutMs, cache: 'no-cache' });

export const reportViewer = (name: string, viewer: string, playback: PlaybackFigures): Promise<Outcome<Audience>> =>
  call('POST', `${path}/${encodeURIComponent(name)}/viewers`, { read: readAudience, body: { viewer, playback }, timeoutMs, keepalive: true });
