/** Two nginx edges with the files of deploy/nginx in front of one shopcast, and viewers behind both. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Playlist } from '../conformance/lib/playlist.mjs';
import { EDGE_ADDRESS, EDGE_WORKERS, Edge } from './lib/edge.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { expect_conformance, read_playlist, until_media } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

const FILM_S = 90;
const VIEWERS = 50;
const FOLLOWED_S = 20;

/** @type {Shopcast} */ let server;
/** @type {Edge[]} */ let edges;
let publisher;
let channel;
let settings;

/** What stands on each shopcast here: any edge may hold all of its connections, a viewer only 16. */
const settings_of = (more = '') => `[server]\ntrusted_proxies = ["${EDGE_ADDRESS}"]\n[http]\nlisten = "127.0.0.1:0"\nconnections_per_address_max = 16\n${more}`;

function write_settings(name, text) {
  writeFileSync(`${settings}/${name}.toml`, text);
  return ['--config', `${settings}/${name}.toml`];
}

/** @param {string} film another one each time, or two streams would be the same bytes */
async function publish(film) {
  publisher = Publisher.of_file(await film_file(film, FILM_S), channel.publish_url, { loop: true });
  await server.until_state('shop', 'live');
}

/** The media playlist's path, once it has begun. */
async function media_path() {
  const url = await until_media(server.url('/live/shop/index.m3u8'), 4);
  return new URL(url).pathname;
}

const origin_requests = (route) => server.metric('shopcast_http_requests_total', `route="${route}"`);
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const directives = ({ msn, part }) => `?_HLS_msn=${msn}&_HLS_part=${part}`;

async function get(url, headers = {}) {
  const answer = await fetch(url, { headers });
  const body = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, body, at_ms: performance.now() };
}

async function playlist_of(url) {
  const answer = await get(url);
  assert.equal(answer.status, 200, `${url}: ${answer.body}`);
  return { ...answer, playlist: new Playlist(answer.body.toString()) };
}

/** Every name of a playlist: initialization sections, segments and parts. */
function names_of(playlist, base) {
  const names = playlist.segments.flatMap((segment) => [segment.map_uri, segment.uri, ...segment.parts.map((part) => part.uri)]);
  return [...new Set(names.filter((name) => name))].map((name) => new URL(name, base).pathname);
}

before(async () => {
  settings = mkdtempSync(join(tmpdir(), 'shopcast-edge-'));
  server = await Shopcast.start('edge', { args: [...write_settings('edge', settings_of()), '--rtmp', '127.0.0.1:0'] });
  channel = await server.create_channel('shop');
  await publish('gop30');
  edges = [await Edge.start('edge-a', server), await Edge.start('edge-b', server)];
});
after(async () => {
  await publisher?.vanish();
  for (const edge of edges ?? []) await edge.clear();
  await server?.clear();
  rmSync(settings, { recursive: true, force: true });
});

describe('what an edge asks shopcast for', () => {
  test('a blocked playlist: once, however many wait and however they ask', async (t) => {
    const path = await media_path();
    const { playlist } = await playlist_of(server.url(path));
    const wanted = { msn: playlist.next.msn + 1, part: 0 };
    // Nothing else asks for playlists meanwhile.
    const before_count = await origin_requests('playlist');
    const spellings = [directives(wanted), `${directives(wanted)}&viewer=7`, `?_HLS_part=${wanted.part}&_HLS_msn=${wanted.msn}`];
    const encodings = ['gzip, deflate, br', 'identity', 'gzip', 'br;q=1, gzip;q=0.5'];
    const answers = await Promise.all(edges.flatMap((edge) => Array.from({ length: VIEWERS }, async (_, index) => {
      const encoding = encodings[index % encodings.length];
      const answer = await get(edge.url(path) + spellings[index % spellings.length], { 'accept-encoding': encoding });
      assert.equal(answer.headers.get('content-encoding'), encoding === 'identity' ? null : 'gzip');
      return answer;
    })));
    assert.equal(await origin_requests('playlist') - before_count, edges.length);
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
    assert.equal(new Set(answers.map((answer) => digest(answer.body))).size, 1, 'all are told the same');
    assert.ok(new Playlist(answers[0].body.toString()).edge >= wanted.msn * 10_000);
    const times = answers.map((answer) => answer.at_ms).sort((a, b) => a - b);
    const late_ms = Math.round(times.at(-1) - times[0]);
    // nginx looks at its lock twice a second.
    t.diagnostic(`the last of ${answers.length} heard of it ${late_ms} ms after the first`);
  });

  test('as many at once as it needs, where a stranger may hold few connections', async () => {
    const path = await media_path();
    const { playlist } = await playlist_of(server.url(path));
    const queries = Array.from({ length: 20 }, (_, index) =>
      `${directives({ msn: playlist.next.msn + 1, part: Math.floor(index / 2) })}${index % 2 ? '&_HLS_skip=YES' : ''}`);
    const [through, direct] = await Promise.all([edges[0], server].map((place) =>
      Promise.allSettled(queries.map(async (query) => (await get(place.url(path) + query)).status))));
    assert.deepEqual(through.map((answer) => answer.value), Array(20).fill(200));
    assert.ok(direct.some((answer) => answer.status === 'rejected'), 'without an edge there is a limit');
  });

  test('a viewer who leaves takes nothing from those who wait with him', async () => {
    const path = await media_path();
    const { playlist } = await playlist_of(server.url(path));
    const query = directives({ msn: playlist.next.msn + 1, part: 0 });
    const before_count = await origin_requests('playlist');
    const held_before = await server.metric('shopcast_live_held_requests');
    const leaving = new AbortController();
    const first = fetch(edges[0].url(path) + query, { signal: leaving.signal }).catch((error) => error.name);
    await until('the first is held', async () => await server.metric('shopcast_live_held_requests') > held_before);
    const others = Array.from({ length: 5 }, () => get(edges[0].url(path) + query));
    leaving.abort();
    assert.equal(await first, 'AbortError');
    assert.deepEqual((await Promise.all(others)).map((answer) => answer.status), Array(5).fill(200));
    assert.equal(await origin_requests('playlist') - before_count, 1);
  });

  test('media: once for ever, in any range, with any query', async () => {
    const path = await media_path();
    const { playlist } = await playlist_of(server.url(path));
    const names = names_of(playlist, server.url(path)).slice(-8);
    // One after another: sixteen connections are all that an address may have here.
    const own = [];
    for (const name of names) own.push(await get(server.url(name)));
    const before_count = await origin_requests('media');
    const asked = async () => await origin_requests('media') - before_count;
    let misses = 0;
    const crowd = async (edge) => {
      await Promise.all(names.flatMap((name, index) => Array.from({ length: 10 }, async (_, viewer) => {
        const answer = await get(edge.url(name) + (viewer % 2 ? `?viewer=${viewer}` : ''));
        assert.deepEqual([answer.status, digest(answer.body)], [200, digest(own[index].body)], name);
        if (answer.headers.get('x-cache') === 'MISS') misses += 1;
      })));
      const part = await get(edge.url(names[0]), { range: 'bytes=4-7' });
      assert.deepEqual([part.status, part.body], [206, own[0].body.subarray(4, 8)]);
      const beyond = await get(edge.url(names[0]), { range: 'bytes=99999999-' });
      assert.equal(beyond.status, 416);
      assert.match(beyond.headers.get('cache-control'), /no-store/);
    };
    for (const edge of edges) await crowd(edge);
    // A worker that looked for the name just before another one stored it asks as well (docs/operating/edges.md).
    const once = names.length * edges.length;
    const first = await asked();
    assert.ok(first >= once && first <= once * EDGE_WORKERS, `${first} requests for ${once} copies`);
    assert.equal(first, misses);
    for (const edge of edges) await crowd(edge);
    assert.equal(await asked(), first, 'what an edge has, it never asks for again');
  });

  test('posters: as media', async () => {
    const { poster_url } = JSON.parse((await get(edges[0].url('/api/v1/channels/shop'))).body);
    const before_count = await origin_requests('poster');
    const answers = [await get(edges[0].url(poster_url)), await get(edges[0].url(`${poster_url}?viewer=1`))];
    assert.deepEqual(answers.map(({ status, headers }) => [status, headers.get('x-cache')]), [[200, 'MISS'], [200, 'HIT']]);
    assert.equal(answers[1].headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(digest(answers[0].body), digest(answers[1].body));
    assert.equal(await origin_requests('poster') - before_count, 1);
    const next = poster_url.replace(/poster-.*/, 'poster-999999.jpg');
    for (const asked of [2, 3]) {
      const { status, headers } = await get(edges[0].url(next));
      assert.deepEqual([status, headers.get('cache-control')], [404, 'no-store']);
      assert.equal(await origin_requests('poster') - before_count, asked);
    }
  });

  test('pages and the API: every time', async () => {
    const before_count = await origin_requests('/api/v1/channels/:channel');
    for (let count = 0; count < 3; count += 1) {
      const answer = await get(edges[0].url('/api/v1/channels/shop'));
      assert.equal(answer.headers.get('x-cache'), null);
      assert.equal(JSON.parse(answer.body).state, 'live');
    }
    assert.equal(await origin_requests('/api/v1/channels/:channel') - before_count, 3);
    assert.deepEqual(await Promise.all(['/metrics', '/readyz', '/'].map(async (path) => (await get(edges[0].url(path))).status)), [404, 404, 200]);
  });
});

describe('what an edge says', () => {
  test('how long it may be kept and how old it is', async () => {
    const path = await media_path();
    const { playlist } = await playlist_of(edges[0].url(path));
    const [name] = names_of(playlist, edges[0].url(path)).slice(-1);
    const made = await get(edges[0].url(name));
    assert.equal(made.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    const made_ms = Date.parse(made.headers.get('date'));
    await until('two seconds pass', () => Date.now() > made_ms + 2000);
    const kept = await get(edges[0].url(name));
    assert.deepEqual([kept.headers.get('x-cache'), kept.headers.get('age')], ['HIT', null], 'nginx cannot count the age, so it tells none');
    assert.equal(digest(kept.body), digest(made.body));
    for (const [query, control] of [['', 'public, max-age=1'], [directives(playlist.next), 'public, max-age=24']]) {
      const { headers } = await playlist_of(edges[0].url(path) + query);
      assert.deepEqual([headers.get('cache-control'), headers.get('vary'), headers.get('age')], [control, 'Accept-Encoding', '0']);
      assert.ok(Math.abs(Date.now() - Date.parse(headers.get('date'))) < 5000, 'it is as young as it says');
      assert.equal(headers.get('access-control-allow-origin'), '*');
    }
  });

  test('a refusal or "not yet" is never what another hears', async () => {
    const path = await media_path();
    const { playlist } = await playlist_of(server.url(path));
    const query = directives(playlist.next);
    const twice = await get(`${edges[0].url(path)}${query}&_HLS_msn=${playlist.next.msn}`);
    assert.equal(twice.status, 400);
    assert.equal((await get(edges[0].url(path) + query)).status, 200);
    // A segment has just begun. The part after the hinted one is nobody's yet, and in a second all ask for it.
    const begun = await playlist_of(server.url(path) + directives({ msn: playlist.next.msn + 1, part: 0 }));
    const { msn, part } = begun.playlist.next;
    const name = `${path.replace('index.m3u8', '')}0-${msn}.${part + 1}.m4s`;
    const refused = await get(edges[0].url(name));
    assert.deepEqual([refused.status, refused.headers.get('cache-control')], [404, 'no-store']);
    await playlist_of(server.url(path) + directives({ msn, part: part + 1 }));
    assert.equal((await get(edges[0].url(name))).status, 200);
  });

  test('what hlscheck asks of a server', async () => {
    await media_path();
    // Kept for its second, which nginx counts in whole ones.
    await expect_conformance(edges[0].url('/live/shop/index.m3u8'), { seconds: 8, history_segments: 3, cache_keeps_s: 2 });
  });
});

/** Asks the edges in turn, as a balancer makes a viewer do; a cut connection is tried at the next. */
class RoundRobin {
  turn = 0;
  /** @type {{edge: Edge, at_ms: number, error: string}[]} */
  cut = [];

  async get(path) {
    for (let tries = 0; ; tries += 1) {
      const edge = edges[this.turn % edges.length];
      this.turn += 1;
      try {
        return await get(edge.url(path));
      } catch (error) {
        this.cut.push({ edge, at_ms: performance.now(), error: String(error.cause ?? error) });
        if (tries === edges.length) throw error;
      }
    }
  }
}

test('a viewer follows over both edges while one of them falls and comes back empty', async () => {
  const path = await media_path();
  const viewer = new RoundRobin();
  /** name -> digest */
  const seen = new Map();
  let { playlist } = await playlist_of(edges[0].url(path));
  const begun_ms = performance.now();
  let fallen = null;
  while (performance.now() - begun_ms < FOLLOWED_S * 1000) {
    const { next } = playlist;
    const answer = await viewer.get(path + directives(next));
    assert.equal(answer.status, 200, answer.body.toString());
    playlist = new Playlist(answer.body.toString());
    assert.ok(playlist.edge > next.msn * 10_000 + next.part || playlist.next.msn > next.msn, 'the part asked for is there');
    for (const name of names_of(playlist, edges[0].url(path)).slice(-4)) {
      const bytes = await viewer.get(name);
      assert.equal(bytes.status, 200, name);
      const one = digest(bytes.body);
      assert.equal(seen.get(name) ?? one, one, `${name} has two contents`);
      seen.set(name, one);
    }
    if (!fallen && performance.now() - begun_ms > FOLLOWED_S * 300) {
      fallen = { from_ms: performance.now(), to_ms: Infinity };
      fallen.back = edges[1].stop()
        .then(() => until('the viewer meets the edge that is down', () => viewer.cut.length > 1))
        .then(() => edges[1].begin())
        .then(() => { fallen.to_ms = performance.now(); });
    }
  }
  await fallen.back;
  assert.ok(seen.size > FOLLOWED_S, `${seen.size} names`);
  for (const { edge, at_ms, error } of viewer.cut) {
    assert.ok(edge === edges[1] && at_ms >= fallen.from_ms && at_ms <= fallen.to_ms + 100, `${edge.name} at ${at_ms - begun_ms} ms: ${error}`);
  }
  for (const [name, one] of [...seen].slice(-12)) {
    for (const edge of edges) assert.equal(digest((await get(edge.url(name))).body), one, `${name} at ${edge.name}`);
  }
});

test('no address ever serves two contents: a new stream, and a new shopcast, bring new names', async () => {
  const kept = new Map();
  const remember = async () => {
    const path = await media_path();
    const names = names_of((await playlist_of(edges[0].url(path))).playlist, edges[0].url(path));
    for (const name of names) {
      assert.ok(!kept.has(name), `${name} was there before`);
      const [own, one] = [await get(server.url(name)), await get(edges[0].url(name))];
      if (own.status === 404) continue; // it has just left the window
      assert.equal(digest(one.body), digest(own.body), name);
      kept.set(name, digest(one.body));
    }
  };
  await remember();
  await publisher.stop();
  await server.until_state('shop', 'ended');
  await publish('rate_29_97');
  await remember();
  await publisher.vanish();
  const { http, rtmp } = server;
  await server.stop();
  server = await Shopcast.start('edge-again', { args: [...write_settings('again', settings_of()), '--http', http, '--rtmp', rtmp], data_folder: server.data_folder });
  await publish('rate_60');
  await remember();
  assert.ok(kept.size > 30, `${kept.size} names`);
  for (const [name, one] of kept) {
    assert.equal(digest((await get(edges[0].url(name))).body), one, name);
    const own = await get(server.url(name));
    assert.ok(own.status === 404 || digest(own.body) === one, `${name} at shopcast`);
  }
});

test('through TCP proxies with the PROXY protocol, encoders and viewers keep their addresses', async () => {
  const args = write_settings('proxied', settings_of('proxy_protocol = true\n[rtmp]\nlisten = "127.0.0.1:0"\nproxy_protocol = true\n'));
  const proxied = await Shopcast.start('edge-proxied', { args });
  const edge = await Edge.start('edge-proxy', { rtmp: proxied.rtmp });
  const web = await Edge.start('edge-proxy-http', { rtmp: proxied.http });
  let encoder;
  try {
    proxied.origin = `http://127.0.0.1:${web.rtmp_port}`;
    const { publish_url } = await proxied.create_channel('behind');
    const through = new URL(publish_url);
    through.port = String(edge.rtmp_port);
    encoder = Publisher.of_file(await film_file('gop30', FILM_S), through.href, { loop: true });
    await proxied.until_state('behind', 'live');
    await until_media(proxied.url('/live/behind/index.m3u8'), 2);
    await assert.rejects(get(`http://${proxied.http}/`), 'not through the proxy');
    const refusal = await until('the refusal in the log', () => proxied.event('visitor.refused', { kind: 'proxy_header' }));
    assert.equal(refusal.address, '127.0.0.1');
    assert.match(refusal.why, /not in trusted_proxies/);
    await encoder.stop();
    const closed = await until('rtmp.closed', () => proxied.event('rtmp.closed'));
    assert.match(closed.peer, /^127\.0\.0\.1:/);
  } finally {
    await encoder?.vanish();
    await edge.clear();
    await web.clear();
    await proxied.clear();
  }
});
