import { get, nothing, send, type Outcome } from '../api/call';
import { count, list, oneOf, optional, optionalText, record, text, type Of } from '../api/read';

/** What the studio and operations both know about streams. */
const summaryShape = {
  id: text,
  channel: text,
  channel_title: text,
  shop: text,
  state: oneOf('ended', 'starting', 'live', 'reconnecting'),
  started_at: text,
  ended_at: optionalText,
  end_reason: optionalText,
  viewers: count,
  viewers_peak: count,
  encoder: optionalText,
  address: optionalText,
  video: optional(record({ codec: text, width: count, height: count, frame_rate: count })),
  audio: optional(record({ codec: text, sample_rate: count, channels: count })),
  bitrate_bps: count,
  keyframe_interval_ms: count,
  last_error: optionalText,
};
export const readSummary = record(summaryShape);
export type StreamSummary = Of<typeof readSummary>;

const readSample = record({ at: text, bitrate_bps: count, frame_rate: count, keyframe_interval_ms: count, viewers: count });
export type Sample = Of<typeof readSample>;

const readHealthItem = record({ code: text, message: text, advice: text });
export type HealthItem = Of<typeof readHealthItem>;

const readStream = record({ ...summaryShape, health: list(readHealthItem), history: list(readSample) });
export type Stream = Of<typeof readStream>;

export const fetchStream = (id: string): Promise<Outcome<Stream>> => get(`/api/v1/streams/${encodeURIComponent(id)}`, readStream);

/** Tells the encoder to stop; viewers see that the show has ended. */
export const stopStream = (id: string, reason: string): Promise<Outcome<null>> =>
  send('POST', `/api/v1/streams/${encodeURIComponent(id)}/stop`, reason === '' ? {} : { reason }, nothing);
