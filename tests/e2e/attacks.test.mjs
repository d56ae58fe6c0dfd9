/**
 * What strangers try on the open ports while a show is on: each attempt ends as it should, and at the
 * end of all the show has not noticed.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Publisher, decode_errors } from './lib/ffmpeg.mjs';
import { media_playlist_url, read_playlist } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { RtmpClient, TYPES } from './lib/rtmp_client.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { answered_status, connect } from './lib/stranger.mjs';
import { until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
let publisher;
let media_url;
before(async () => {
  server = await Shopcast.start('attacks');
  const channel = await server.create_channel('show');
  publisher = Publisher.of_file(await film_file('gop30', 90), channel.publish_url, { loop: true });
  await server.until_state('show', 'live');
  media_url = await media_playlist_url(server.url('/live/show/index.m3u8'));
});
after(async () => {
  await publisher?.vanish();
  await server?.clear();
});

const until_gone = (socket) => until('the server to hang up', () => socket.gone);

/** Sends bytes on a connection of their own and gives the status line's number; 0: hung up without. */
async function status_of(bytes) {
  const socket = await connect(server.http);
  socket.write(Buffer.from(bytes, 'latin1'));
  await until('an answer', () => socket.gone || socket.answer.includes('\r\n\r\n'));
  const status = answered_status(socket);
  // Whatever followed must not be answered as a request of its own, before the server hangs up.
  await until_gone(socket);
  assert.equal(socket.answer.match(/^HTTP\/1\.1 /gm)?.length ?? 0, status === 0 ? 0 : 1, socket.answer.slice(0, 300));
  socket.destroy();
  return status;
}

describe('HTTP', { concurrency: true }, () => {
  const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  const post = (headers, body) => `POST /api/v1/channels/show/viewers HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`;
  for (const [name, bytes] of Object.entries({
    'Content-Length beside Transfer-Encoding': post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
    'two different Content-Lengths': post(`Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n`, smuggled),
    'a list of Content-Lengths': post(`Content-Length: 0, ${smuggled.length}\r\n`, smuggled),
    'a signed Content-Length': post('Content-Length: +5\r\n', 'abcde'),
    'Transfer-Encoding with a tab before the colon': post('Transfer-Encoding\t: chunked\r\n', `0\r\n\r\n${smuggled}`),
    'chunked twice': post('Transfer-Encoding: chunked, chunked\r\n', `0\r\n\r\n${smuggled}`),
    'a chunk size with a sign': post('Transfer-Encoding: chunked\r\n', `-1\r\n${smuggled}`),
    'a chunk longer than it says': post('Transfer-Encoding: chunked\r\n', '2\r\nabcdef\r\n0\r\n\r\n'),
    'bare line feeds': 'GET / HTTP/1.1\nHost: x\n\n',
    'a folded header': 'GET / HTTP/1.1\r\nHost: x\r\nX-Long: a\r\n b\r\n\r\n',
    'a space before the first header': `GET / HTTP/1.1\r\n Host: x\r\nHost: y\r\n\r\n`,
    'two hosts': 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
    'a NUL in a header': 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n',
    'a carriage return in a header': 'GET / HTTP/1.1\r\nHost: x\r\nX: a\rGET /healthz HTTP/1.1\r\n\r\n',
  })) {
    test(`${name}: refused, and nothing of it is a second request`, async () => {
      const status = await status_of(bytes);
      assert.ok(status === 400 || status === 501, String(status));
    });
  }

  test('hundreds that dribble a request are cut, and others are served meanwhile', async () => {
    const slow = await Promise.all(Array.from({ length: 300 }, () => connect(server.http)));
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const dribble = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('X: y\r\n')), 500);
    try {
      const began_ms = Date.now();
      assert.equal((await fetch(server.url('/healthz'))).status, 200);
      assert.ok(Date.now() - began_ms < 2000);
      await until('all are cut', () => slow.every((socket) => socket.gone));
    } finally {
      clearInterval(dribble);
    }
  });

  test('names that do not exist, polled for ever, leave nothing behind', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
    const { hostname, port } = new URL(server.origin);
    const get = (path) => new Promise((done, failed) => {
      http.get({ hostname, port, path, agent }, (answer) => { answer.resume(); answer.on('end', () => done(answer.statusCode)); }).on('error', failed);
    });
    const poll = async (count, tag) => {
      const statuses = new Set();
      for (let i = 0; i < count; i += 16) {
        const wave = Array.from({ length: 16 }, (_, n) => {
          const name = `${tag}${i + n}${randomBytes(12).toString('hex')}`;
          const kinds = [`/live/${name}/index.m3u8`, `/live/s/${name}/src/index.m3u8?_HLS_msn=7`, `/live/s/${name}/src/0-7.m4s`, `/api/v1/channels/${name}`];
          return get(kinds[n % kinds.length]);
        });
        for (const status of await Promise.all(wave)) statuses.add(status);
      }
      return statuses;
    };
    await poll(4000, 'warm');
    const [lines, kib] = [(await (await fetch(server.url('/metrics'))).text()).split('\n').length, server.resident_kib()];
    assert.deepEqual([...await poll(20_000, 'cold')], [404]);
    agent.destroy();
    assert.equal((await (await fetch(server.url('/metrics'))).text()).split('\n').length, lines, 'no metric for a name');
    const grown = server.resident_kib() - kib;
    // The show's own window still fills meanwhile: 60 s of it are 4 MiB.
    assert.ok(grown < 8 * 1024, `${grown} KiB for 20,000 names`);
  });
});

describe('RTMP', { concurrency: true }, () => {
  /** Connected and publishing; media of one's own may follow. */
  async function publishing(name) {
    const channel = await server.create_channel(name);
    const client = await RtmpClient.connect(server.rtmp, { chunk_size: 65_536 });
    await client.open();
    assert.equal((await client.publish(channel.stream_key)).code, 'NetStream.Publish.Start');
    return client;
  }

  test('noise is hung up on', async () => {
    for (let i = 0; i < 20; i += 1) {
      const socket = await connect(server.rtmp);
      socket.write(randomBytes(5000));
      await until_gone(socket);
    }
    const after_handshake = await RtmpClient.connect(server.rtmp);
    after_handshake.socket.write(randomBytes(200_000));
    await after_handshake.until_closed();
  });

  test('hundreds that begin a handshake and dribble are cut', async () => {
    // From an address of their own, whose share is spent: the tests beside this one go on.
    const slow = await Promise.all(Array.from({ length: 200 }, () => connect(server.rtmp, '127.0.0.66')));
    for (const socket of slow) socket.write(Buffer.from([3]));
    const dribble = setInterval(() => slow.forEach((socket) => socket.writable && socket.write(Buffer.from([0]))), 500);
    try {
      await until('all are cut', () => slow.every((socket) => socket.gone));
    } finally {
      clearInterval(dribble);
    }
  });

  test('a message of 16 MiB is refused before it is held, with and without a key', async () => {
    const before_kib = server.resident_kib();
    const stranger = await RtmpClient.connect(server.rtmp, { chunk_size: 65_536 });
    await stranger.set_chunk_size(65_536);
    stranger.send(TYPES.DATA, Buffer.alloc(0xffffff)).catch(() => {});
    await stranger.until_closed();
    const host = await publishing('large');
    host.media(TYPES.VIDEO, 0, Buffer.alloc(0xffffff, 0x17)).catch(() => {});
    await host.until_closed();
    assert.ok(server.resident_kib() - before_kib < 16 * 1024, `${server.resident_kib() - before_kib} KiB`);
  });

  test('commands that are no AMF, too deep or too many', async () => {
    const deep = Buffer.concat([Buffer.from([2, 0, 1, 0x78]), ...Array.from({ length: 1000 }, () => Buffer.from([3, 0, 1, 0x61]))]);
    const many = Buffer.concat([Buffer.from([2, 0, 1, 0x78]), Buffer.alloc(30_000, 5)]);
    for (const body of [randomBytes(300), Buffer.from([2, 0xff, 0xff, 0x61]), deep, many, Buffer.alloc(0)]) {
      const client = await RtmpClient.connect(server.rtmp, { chunk_size: 65_536 });
      await client.set_chunk_size(65_536);
      await client.send(TYPES.COMMAND, body);
      await client.until_closed();
    }
  });

  test('broken parameters and absurd times are dropped or refused, never carried', async () => {
    const client = await publishing('broken');
    const header = (...bytes) => Buffer.from([0x17, 0, 0, 0, 0, ...bytes]);
    for (const body of [header(), header(1), header(1, 0x64, 0, 0x1f, 0xff, 0xe1), header(1, 0x64, 0, 0x1f, 0xff, 0xe1, 0xff, 0xff, 0x67),
      header(1, 0x64, 0, 0x1f, 0xff, 0xff, 0, 0), Buffer.from([0x17]), Buffer.alloc(0), randomBytes(64)]) {
      await client.media(TYPES.VIDEO, 0, body);
    }
    for (const time of [0, 2 ** 32 - 1, 1, 2 ** 31, 0xffffff, 5]) {
      await client.media(TYPES.VIDEO, time, Buffer.from([0x17, 1, 0, 0, 0, 0, 0, 0, 1, 0x65]));
      await client.media(TYPES.AUDIO, time, Buffer.from([0xaf, 1, 0x21]));
    }
    // Messages are read in order: what is answered was behind all of that.
    await client.call('createStream', null).catch(() => assert.ok(client.closed));
    assert.notEqual((await server.channel('broken')).state, 'live');
    client.close();
  });
});

test('out of descriptors: waits, serves again, and the show goes on', async () => {
  const held = [];
  const few = await Shopcast.start('few-descriptors', { prefix: ['prlimit', '--nofile=64:64'] });
  try {
    for (let i = 0; i < 100; i += 1) held.push(await connect(few.http));
    await until('it says so', () => few.event('listener.out_of_descriptors'));
    for (const socket of held) socket.destroy();
    await until('it serves again', async () => (await fetch(few.url('/healthz'), { signal: AbortSignal.timeout(2000) })).status === 200);
  } finally {
    for (const socket of held) socket.destroy();
    await few.clear();
  }
});

test('after all of it the show is what it was', async () => {
  const playlist = await read_playlist(media_url);
  assert.equal(await decode_errors(server.url('/live/show/index.m3u8'), 5), '');
  assert.ok(!playlist.text.includes('#EXT-X-GAP') && !playlist.text.includes('#EXT-X-DISCONTINUITY\n'), 'no gap, no break');
  assert.equal(publisher.errors, '');
  assert.deepEqual(server.stray_lines, []);
  assert.ok(!server.events.some((event) => event.level === 'error'), JSON.stringify(server.events.find((event) => event.level === 'error')));
});
