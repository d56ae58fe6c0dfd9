/** What strangers send over HTTP. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { media_playlist_url, read_playlist, until_media } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { event_of, until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
let publisher;
before(async () => {
  server = await Shopcast.start('http');
  const channel = await server.create_channel('open');
  publisher = Publisher.of_file(await film_file('gop30', 90), channel.publish_url, { loop: true });
  await server.until_state('open', 'live');
});
after(async () => {
  await publisher?.vanish();
  await server?.clear();
});

/** Sends bytes as they are and reads until the server closes, or the answer satisfies `enough`. */
async function raw(bytes, { enough = () => false } = {}) {
  const [host, port] = server.http.split(':');
  const socket = net.connect({ host, port: Number(port) });
  let answer = '';
  let closed = false;
  socket.on('data', (piece) => { answer += piece.toString('latin1'); });
  socket.on('error', () => {});
  socket.on('close', () => { closed = true; });
  await event_of('a connection', socket, 'connect');
  socket.write(bytes);
  await until('an answer', () => closed || enough(answer));
  socket.destroy();
  return answer;
}

const status_of = (answer) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const head_done = (answer) => answer.includes('\r\n\r\n');
const get = (target, headers = '') => raw(`GET ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`, { enough: head_done });

describe('requests that are refused', { concurrency: true }, () => {
  test('paths that climb give nothing of the machine', async () => {
    for (const target of ['/../../../../etc/passwd', '/assets/../../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2f..%2fetc/passwd',
      '/live/../../etc/passwd', '/live/s/x/src/..%2F..%2Fshopcast.db', '//etc/passwd', '/assets/%00', '/%c0%ae%c0%ae/etc/passwd']) {
      const answer = await get(target);
      assert.ok([400, 404].includes(status_of(answer)), `${target} gives ${status_of(answer)}`);
      assert.ok(!answer.includes('root:'), target);
    }
  });

  test('headers that are too large: 431', async () => {
    assert.equal(status_of(await get('/', `X-Large: ${'x'.repeat(40_000)}\r\n`)), 431);
    assert.equal(status_of(await get('/', Array.from({ length: 200 }, (_, index) => `X-${index}: y\r\n`).join(''))), 431);
  });

  test('a target that is too long', async () => {
    assert.ok([414, 431].includes(status_of(await get(`/${'a'.repeat(40_000)}`))));
  });

  test('a body that is too large: 413', async () => {
    const answer = await raw(`POST /api/v1/channels/open/viewers HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(70_000)}`, { enough: head_done });
    assert.equal(status_of(answer), 413);
  });

  test('what is no HTTP: 400 and the connection ends', async () => {
    for (const bytes of ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'GARBAGE\r\n\r\n', 'GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n']) {
      const answer = await raw(Buffer.from(bytes, 'latin1'));
      assert.ok(answer === '' || status_of(answer) === 400, JSON.stringify([bytes, answer.slice(0, 40)]));
    }
  });

  test('a viewer that is no viewer: 400', async () => {
    for (const body of ['', '{}', '{"viewer":"short"}', '{"viewer":1}', `{"viewer":"${'x'.repeat(65)}"}`, '[]', '{"viewer":"ünïcödé-ünïcödé"}']) {
      const answer = await fetch(server.url('/api/v1/channels/open/viewers'), { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      assert.equal(answer.status, 400, body);
      assert.match(answer.headers.get('content-type'), /problem\+json/);
    }
    assert.equal((await server.channel('open')).viewers, 0);
  });
});

describe('readers that are slow', () => {
  test('a reader that reads nothing is cut; the publisher and others are not', async () => {
    const [host, port] = server.http.split(':');
    const media_url = new URL(await until_media(server.url('/live/open/index.m3u8'), 20));
    const { complete } = await read_playlist(media_url.href);
    const target = new URL(complete.at(-1).uri, media_url).pathname;
    const socket = net.connect({ host, port: Number(port) });
    socket.on('error', () => {});
    await event_of('a connection', socket, 'connect');
    // Many answers asked for at once and none read: more than the kernel holds for us.
    socket.pause();
    const request = `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;
    socket.write(request.repeat(400));
    let closed = false;
    socket.on('close', () => { closed = true; });
    const before = (await read_playlist(media_url.href)).last_msn;
    await until('the cut', async () => {
      // Writing is how a client that does not read learns that it was cut.
      socket.write(request);
      return closed;
    }, { every_ms: 500 });
    const now = await read_playlist(await media_playlist_url(server.url('/live/open/index.m3u8')));
    assert.ok(now.last_msn > before, 'the stream goes on');
    assert.equal(publisher.errors, '');
  });

  test('a request that never ends is cut', async () => {
    const answer = await raw('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    assert.ok([0, 408].includes(status_of(answer)), answer.slice(0, 60));
  });
});
