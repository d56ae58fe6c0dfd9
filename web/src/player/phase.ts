import type { ChannelState } from '../api/channels';

/** What the viewer is told. One word per situation; the player root carries it as data-state. */
export type Phase =
  | 'loading' // nothing known yet
  | 'not-found' // no such channel
  | 'unreachable' // the server does not answer and nothing plays
  | 'offline' // nobody is broadcasting
  | 'starting' // the encoder is connected, the first pictures are being prepared
  | 'connecting' // live; this page waits for its first frame
  | 'live' // pictures move, or wait only because the viewer paused
  | 'reconnecting' // live, interrupted
  | 'ended'; // the broadcast this page knew is over

/** What the video element does. */
export type Playback = 'idle' | 'loading' | 'playing' | 'paused' | 'blocked' | 'stalled' | 'finished';

export type Known = 'unknown' | 'unreachable' | 'not-found' | ChannelState;

export interface PhaseInput {
  /** The last thing the server said about the channel. */
  known: Known;
  playback: Playback;
  /** The loaded stream showed at least one frame. */
  hasPlayed: boolean;
  /** This page saw a stream of the channel end, and no other begin. */
  sawEnd: boolean;
}

/**
 * Pictures on the screen outweigh the server's word: its answer is up to a poll older (or newer) than the
 * delayed picture. So a show that the server calls ended is live until its last frame was shown.
 */
export function phaseOf({ known, playback, hasPlayed, sawEnd }: PhaseInput): Phase {
  if (known === 'not-found') return 'not-found';
  if (playback === 'playing') return 'live';
  if (playback === 'finished') return known === 'starting' ? 'starting' : 'ended';
  switch (known) {
    case 'unknown':
      return hasPlayed ? 'reconnecting' : 'loading';
    case 'unreachable':
      if (playback === 'paused') return 'live';
      return hasPlayed ? 'reconnecting' : 'unreachable';
    case 'live':
      if (playback === 'paused' || playback === 'blocked') return 'live';
      return hasPlayed ? 'reconnecting' : 'connecting';
    case 'reconnecting':
      return playback === 'paused' ? 'live' : 'reconnecting';
    case 'starting':
      return 'starting';
    case 'ended':
      return 'ended';
    case 'offline':
      return sawEnd ? 'ended' : 'offline';
  }
}
