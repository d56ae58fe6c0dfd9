import { describe, expect, it } from 'vitest';
import { decodeAudience, decodeChannel, decodeChannels } from './decode';

const live = {
  name: 'studio-1',
  title: 'Skin care hour',
  state: 'live',
  playback_url: '/live/studio-1/index.m3u8',
  viewers: 12,
  poster_url: '/live/s/abcd/poster-7.jpg',
  stream: {
    id: 'abcd',
    started_at: '2026-11-22T10:00:00Z',
    ended_at: null,
    video: { codec: 'avc1.64001f', width: 1920, height: 1080, frame_rate: 30 },
    audio: null,
  },
};

describe('decode', () => {
  it('reads a channel as the server writes it', () => {
    expect(decodeChannel(live)).toEqual(live);
  });

  it('survives fields and states of a later server', () => {
    const later = { ...live, state: 'rehearsal', shop: { id: 1 }, viewers: -3 };
    expect(decodeChannel(later)).toMatchObject({ state: 'offline', viewers: 0 });
  });

  it('keeps the good channels of a list', () => {
    expect(decodeChannels({ channels: [live, null, { title: 'nameless' }, 7] })).toHaveLength(1);
  });

  it.each([null, [], 'text', {}])('refuses %j as a list', (value) => {
    expect(decodeChannels(value)).toBeNull();
  });

  it('reads an audience', () => {
    expect(decodeAudience({ viewers: 3, state: 'live' })).toEqual({ viewers: 3, state: 'live' });
    expect(decodeAudience('3')).toBeNull();
  });
});
