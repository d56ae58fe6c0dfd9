import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchChannel, fetchChannels, readChannel, reportViewer } from './channels';

const live = {
  name: 'studio-1',
  title: 'Skin care hour',
  shop: 'main',
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

const asked: RequestInit[] = [];
const answer = (body: unknown, status = 200): void =>
  void vi.stubGlobal('fetch', (_path: string, init: RequestInit) => {
    asked.push(init);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
afterEach(() => {
  asked.length = 0;
  vi.unstubAllGlobals();
});

describe('a channel', () => {
  it('is read as the server writes it', () => {
    expect(readChannel(live)).toEqual(live);
  });

  it('survives fields and states of a later server', () => {
    const later = { ...live, state: 'rehearsal', mood: { id: 1 }, viewers: -3 };
    expect(readChannel(later)).toMatchObject({ state: 'offline', viewers: 0 });
  });

  it('is called by its name, and plays at its usual address, where the server says neither', () => {
    const bare = { name: 'a', title: 'a', playback_url: '/live/a/index.m3u8', poster_url: null, stream: null };
    for (const stream of [undefined, null, {}]) expect(readChannel({ name: 'a', stream })).toMatchObject(bare);
    expect(readChannel({ ...live, stream: { ...live.stream, video: { width: 4, frame_rate: 0 } } }).stream?.video).toMatchObject({ frame_rate: null });
  });

  it('is asked for anew each time, and is not there where the server says 404', async () => {
    answer(live);
    expect(await fetchChannel('studio-1')).toEqual({ ok: true, value: live });
    expect(asked[0]).toMatchObject({ method: 'GET', cache: 'no-cache' });
    answer({}, 404);
    expect(await fetchChannel('nobody')).toMatchObject({ ok: false, problem: { status: 404 } });
  });

  it.each([null, [], 'text', {}])('is not %j', async (value) => {
    answer(value);
    expect(await fetchChannel('studio-1')).toMatchObject({ ok: false, problem: { code: 'unreadable' } });
  });
});

describe('the list of channels', () => {
  it('keeps the good ones', async () => {
    answer({ channels: [live, null, { title: 'nameless' }, 7] });
    expect(await fetchChannels()).toEqual({ ok: true, value: [live] });
  });

  it.each([null, [], 'text', {}])('is not %j, which would look like a shop without channels', async (value) => {
    answer(value);
    expect(await fetchChannels()).toMatchObject({ ok: false, problem: { code: 'unreadable' } });
  });
});

it('a report of a viewer outlives the page, and brings back how many watch', async () => {
  answer({ viewers: 3, state: 'live' });
  expect(await reportViewer('studio-1', 'v', { stalls: 0, stalled_ms: 0 })).toEqual({ ok: true, value: { viewers: 3, state: 'live' } });
  expect(asked[0]).toMatchObject({ method: 'POST', keepalive: true, body: '{"viewer":"v","playback":{"stalls":0,"stalled_ms":0}}' });
});
