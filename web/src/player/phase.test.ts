import { describe, expect, it } from 'vitest';
import { phaseOf, type PhaseInput } from './phase';

const input = (over: Partial<PhaseInput>): PhaseInput => ({
  known: 'unknown',
  playback: 'idle',
  hasPlayed: false,
  sawEnd: false,
  ...over,
});

describe('phaseOf', () => {
  it.each<[string, Partial<PhaseInput>, string]>([
    ['nothing known yet', {}, 'loading'],
    ['no such channel', { known: 'not-found' }, 'not-found'],
    ['off air', { known: 'offline' }, 'offline'],
    ['off air after a show seen here', { known: 'offline', sawEnd: true }, 'ended'],
    ['encoder connected', { known: 'starting' }, 'starting'],
    ['live, first frame awaited', { known: 'live', playback: 'loading' }, 'connecting'],
    ['live and moving', { known: 'live', playback: 'playing', hasPlayed: true }, 'live'],
    ['live, paused by the viewer', { known: 'live', playback: 'paused', hasPlayed: true }, 'live'],
    ['live, the browser wants a tap', { known: 'live', playback: 'blocked' }, 'live'],
    ['live, ran dry', { known: 'live', playback: 'stalled', hasPlayed: true }, 'reconnecting'],
    ['server says reconnecting, last frames play', { known: 'reconnecting', playback: 'playing', hasPlayed: true }, 'live'],
    ['server says reconnecting, ran dry', { known: 'reconnecting', playback: 'stalled', hasPlayed: true }, 'reconnecting'],
    ['ended, last frames play', { known: 'ended', playback: 'playing', hasPlayed: true }, 'live'],
    ['ended, last frame shown', { known: 'ended', playback: 'finished', hasPlayed: true }, 'ended'],
    ['media over before the server says so', { known: 'live', playback: 'finished', hasPlayed: true }, 'ended'],
    ['opened after the end', { known: 'ended' }, 'ended'],
    ['next show prepared', { known: 'starting', playback: 'finished', hasPlayed: true }, 'starting'],
    ['server away, picture moves', { known: 'unreachable', playback: 'playing', hasPlayed: true }, 'live'],
    ['server away, ran dry', { known: 'unreachable', playback: 'stalled', hasPlayed: true }, 'reconnecting'],
    ['server away from the start', { known: 'unreachable' }, 'unreachable'],
  ])('%s', (_name, over, phase) => {
    expect(phaseOf(input(over))).toBe(phase);
  });
});
