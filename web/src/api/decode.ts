import type { Audience, AudioSummary, Channel, ChannelState, Stream, VideoSummary } from './types';

/**
 * Reads API answers leniently: a later server may add fields and states, and a page that stays open over
 * an upgrade must keep working. What is missing gets a harmless value; what is not an object gives null.
 */
type Fields = Record<string, unknown>;

const states: readonly ChannelState[] = ['offline', 'starting', 'live', 'reconnecting', 'ended'];

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
const state = (value: unknown): ChannelState => states.find((known) => known === value) ?? 'offline';

function video(value: unknown): VideoSummary | null {
  const from = fields(value);
  if (!from) return null;
  const frame_rate = count(from.frame_rate);
  return {
    codec: text(from.codec),
    width: count(from.width),
    height: count(from.height),
    frame_rate: frame_rate > 0 ? frame_rate : null,
  };
}

function audio(value: unknown): AudioSummary | null {
  const from = fields(value);
  return from && { codec: text(from.codec), sample_rate: count(from.sample_rate), channels: count(from.channels) };
}

function stream(value: unknown): Stream | null {
  const from = fields(value);
  if (!from || text(from.id) === '') return null;
  return {
    id: text(from.id),
    started_at: text(from.started_at),
    ended_at: typeof from.ended_at === 'string' ? from.ended_at : null,
    video: video(from.video),
    audio: audio(from.audio),
  };
}

export function decodeChannel(value: unknown): Channel | null {
  const from = fields(value);
  const name = from ? text(from.name) : '';
  if (!from || name === '') return null;
  return {
    name,
    title: text(from.title) || name,
    state: state(from.state),
    playback_url: text(from.playback_url) || `/live/${name}/index.m3u8`,
    viewers: count(from.viewers),
    poster_url: typeof from.poster_url === 'string' ? from.poster_url : null,
    stream: stream(from.stream),
  };
}

export function decodeChannels(value: unknown): Channel[] | null {
  const list = fields(value)?.channels;
  if (!Array.isArray(list)) return null;
  return list.map(decodeChannel).filter((channel) => channel !== null);
}

export function decodeAudience(value: unknown): Audience | null {
  const from = fields(value);
  return from && { viewers: count(from.viewers), state: state(from.state) };
}
