/** The wire shapes of /api/v1/channels. Times are RFC 3339 strings, durations end in their unit. */

export type ChannelState = 'offline' | 'starting' | 'live' | 'reconnecting' | 'ended';

export interface VideoSummary {
  codec: string;
  width: number;
  height: number;
  frame_rate: number | null;
}

export interface AudioSummary {
  codec: string;
  sample_rate: number;
  channels: number;
}

export interface Stream {
  id: string;
  started_at: string;
  ended_at: string | null;
  video: VideoSummary | null;
  audio: AudioSummary | null;
}

export interface Channel {
  name: string;
  title: string;
  state: ChannelState;
  playback_url: string;
  viewers: number;
  /** A JPEG of the newest keyframe; another address for each new picture. */
  poster_url: string | null;
  stream: Stream | null;
}

export interface Audience {
  viewers: number;
  state: ChannelState;
}
