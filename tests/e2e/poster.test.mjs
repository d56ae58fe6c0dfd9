/** Posters: what home shows of a live channel, and of one whose show is over. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from '../lib/limited.mjs';
import { Publisher, run } from './lib/ffmpeg.mjs';
import { media_playlist_url } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

const INTERVAL_MS = 10_000;

/** @type {Shopcast} */ let server;
let scratch;

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'shopcast-poster-'));
  server = await Shopcast.start('poster');
});
after(async () => {
  await server?.clear();
  rmSync(scratch, { recursive: true, force: true });
});

async function get(path, options = {}) {
  const answer = await fetch(server.url(path), options);
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** @param {string} [other_than] an earlier address */
const until_poster = (name, other_than) => until(`a poster of ${name}`, async () => {
  const { poster_url } = await server.channel(name);
  return poster_url !== null && poster_url !== other_than && poster_url;
}, { every_ms: 100 });

const number_of = (poster_url) => Number(/poster-(\d+)\.jpg$/.exec(poster_url)[1]);

/** The picture as ffprobe reads it. */
async function probe(jpeg) {
  const file = join(scratch, 'probed.jpg');
  writeFileSync(file, jpeg);
  const { stdout, stderr } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name,width,height,pix_fmt,color_range', '-of', 'json', file]);
  assert.equal(stderr, '');
  return JSON.parse(stdout).streams[0];
}

/** How like the poster is to the keyframe of its segment that is most like it: PSNR in dB. */
async function likeness(jpeg, channel, number) {
  const base = await media_playlist_url(server.url(`/live/${channel}/index.m3u8`));
  const [init, segment] = await Promise.all(['init-0.mp4', `0-${number}.m4s`].map(async (name) => {
    const answer = await get(new URL(name, base).pathname);
    assert.equal(answer.status, 200, name);
    return answer.body;
  }));
  const film = join(scratch, 'segment.mp4');
  const poster = join(scratch, 'poster.jpg');
  writeFileSync(film, Buffer.concat([init, segment]));
  writeFileSync(poster, jpeg);
  const graph = '[0:v]scale=out_range=pc:out_color_matrix=bt601,format=yuvj420p[film];[1:v]format=yuvj420p[poster];[film][poster]psnr=stats_file=-';
  const { stdout, stderr } = await run('ffmpeg', ['-v', 'error', '-nostdin', '-skip_frame', 'nokey', '-i', film, '-i', poster, '-lavfi', graph, '-f', 'null', '-']);
  const values = [...stdout.matchAll(/psnr_avg:([\d.]+|inf)/g)].map(([, value]) => Number(value.replace('inf', 'Infinity')));
  assert.ok(values.length > 0, stderr);
  return Math.max(...values);
}

test('a poster comes with the first keyframe, is renewed every 10 s, and the oldest go', { timeout: 120_000 }, async (t) => {
  const channel = await server.create_channel('show');
  assert.equal((await server.channel('show')).poster_url, null);
  // Not one of the films: their keyframes are white flashes, all alike.
  const publisher = new Publisher(['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p'], channel.publish_url);
  try {
    const begun_ms = performance.now();
    const addresses = [await until_poster('show')];
    t.diagnostic(`${Math.round(performance.now() - begun_ms)} ms from the encoder's start to the first poster`);
    const { stream } = await server.until_state('show', 'live');
    assert.match(addresses[0], new RegExp(`^/live/s/${stream.id}/poster-\\d+\\.jpg$`));
    const list = await server.json('/api/v1/channels');
    assert.equal(list.channels.find((each) => each.name === 'show').poster_url.slice(0, -6), addresses[0].slice(0, -6));

    const first = await get(addresses[0]);
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('content-type'), 'image/jpeg');
    assert.equal(first.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(first.headers.get('access-control-allow-origin'), '*');
    assert.deepEqual(await probe(first.body), { codec_name: 'mjpeg', width: 320, height: 180, pix_fmt: 'yuvj420p', color_range: 'pc' });
    await until('its segment is whole', async () => (await likeness(first.body, 'show', number_of(addresses[0]))) > 30);

    const head = await get(addresses[0], { method: 'HEAD' });
    assert.deepEqual([head.status, Number(head.headers.get('content-length')), head.body.length], [200, first.body.length, 0]);
    const etag = first.headers.get('etag');
    assert.equal((await get(addresses[0], { headers: { 'if-none-match': etag } })).status, 304);
    const part = await get(addresses[0], { headers: { range: 'bytes=0-1' } });
    assert.deepEqual([part.status, part.body.toString('hex')], [206, 'ffd8']);
    for (const name of ['poster-999999.jpg', `poster-0${number_of(addresses[0])}.jpg`, 'poster-.jpg', 'poster-1.png']) {
      const missing = await get(`/live/s/${stream.id}/${name}`);
      assert.deepEqual([missing.status, missing.headers.get('cache-control')], [404, 'no-store'], name);
    }

    const at_ms = [performance.now()];
    while (addresses.length < 4) {
      addresses.push(await until_poster('show', addresses.at(-1)));
      at_ms.push(performance.now());
    }
    const waits = at_ms.slice(2).map((at, i) => Math.round(at - at_ms[i + 1]));
    t.diagnostic(`${waits.join(' and ')} ms between posters`);
    for (const wait_ms of waits) assert.ok(wait_ms > INTERVAL_MS - 1500 && wait_ms < INTERVAL_MS + 4000, `${wait_ms} ms`);
    const numbers = addresses.map(number_of);
    assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b));
    const kept = await Promise.all(addresses.map((address) => get(address)));
    assert.deepEqual(kept.map(({ status }) => status), [404, 200, 200, 200]);
    assert.equal(new Set(kept.map(({ body }) => body.toString('hex'))).size, 4, 'each is another picture');
    assert.equal(await server.metric('shopcast_posters_total', 'result="failed"'), 0);
  } finally {
    await publisher.vanish();
  }
});

test('long GOPs with B-frames and portrait films have posters, sound alone has none', async () => {
  const live = async (name, begin) => {
    const { publish_url } = await server.create_channel(name);
    return begin(publish_url);
  };
  const portrait = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=1080x1920:rate=10', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '20', '-pix_fmt', 'yuv420p'];
  const publishers = [
    await live('long', async (url) => Publisher.of_file(await film_file('gop250_b', 30), url)),
    await live('portrait', (url) => new Publisher(portrait, url)),
    await live('sound', async (url) => Publisher.of_file(await film_file('audio_only', 90), url)),
  ];
  try {
    assert.equal((await probe((await get(await until_poster('long'))).body)).width, 320);
    const { width, height } = await probe((await get(await until_poster('portrait'))).body);
    assert.deepEqual([width, height], [640, 1138]);
    const sound = await server.until_state('sound', 'live');
    assert.deepEqual([sound.stream.video, sound.poster_url], [null, null]);
  } finally {
    for (const publisher of publishers) await publisher.vanish();
  }
});

test('the last poster outlives the show and the server; its number never comes back', async () => {
  const { stream_key, publish_url } = await server.create_channel('kept');
  const file = await film_file('gop30', 90);
  const restart = async (signal) => {
    await server.stop(signal);
    server = await Shopcast.start('poster-again', { data_folder: server.data_folder });
  };
  const publish = () => Publisher.of_file(file, `rtmp://${server.rtmp}/live/${stream_key}`);
  let publisher = Publisher.of_file(file, publish_url);
  try {
    const first = await until_poster('kept');
    await publisher.stop();
    await server.until_state('kept', 'ended');
    const jpeg = (await get(first)).body;
    assert.equal((await server.channel('kept')).poster_url, first);
    await restart('SIGTERM');
    assert.deepEqual(((channel) => [channel.state, channel.poster_url])(await server.channel('kept')), ['offline', first]);
    assert.ok((await get(first)).body.equals(jpeg), 'the same bytes');

    // Killed in the middle of a show, which then goes on.
    publisher = publish();
    const second = await until_poster('kept', first);
    const third = await until_poster('kept', second);
    await restart('SIGKILL');
    await publisher.vanish();
    publisher = publish();
    const stream_of = (address) => address.split('/')[3];
    const next = await until('a poster of after the restart', async () => {
      const { poster_url } = await server.channel('kept');
      return poster_url !== null && number_of(poster_url) > number_of(third) && poster_url;
    });
    assert.equal(stream_of(next), stream_of(third), 'one stream');
    assert.notEqual(stream_of(next), stream_of(first));
  } finally {
    await publisher.vanish();
  }
});
