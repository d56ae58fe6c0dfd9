/** Nothing grows for ever: what comes also goes, from the disk and from memory. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from '../lib/limited.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { SETTINGS, Visits, rss_kib } from './lib/visits.mjs';
import { event_of, until } from './lib/wait.mjs';

test('what visits leave goes when its time is over, and the room is used again', { timeout: 300_000 }, async () => {
  const server = await Shopcast.start('forever', { settings: SETTINGS });
  try {
    const visits = new Visits(server);
    await visits.open();
    await visits.round(4);
    await visits.years_pass();
    const before = await visits.left();
    for (let round = 0; round < 2; round += 1) {
      await visits.round(8);
      await visits.years_pass();
    }
    const after = await visits.left();
    assert.deepEqual(after.rows, before.rows);
    assert.equal(after.files, before.files);
    assert.deepEqual(after.metrics, before.metrics);
    assert.ok(server.event('retention.removed', { what: 'unpaid orders' }));
    assert.equal(server.event('retention.failed'), null);
  } finally {
    await server.clear();
  }
});

const BODY_BYTES = 1024 * 1024;

/** Connections, each with a body of which the last byte is missing. @returns {Promise<net.Socket[]>} */
function bodies(server, from, count, cookie) {
  const [host, port] = server.http.split(':');
  const head = `POST /api/v1/shops/main/pictures HTTP/1.1\r\nHost: ${server.http}\r\nOrigin: ${server.origin}\r\nContent-Type: image/png\r\nCookie: ${cookie}\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`;
  const body = Buffer.alloc(BODY_BYTES - 1, 7);
  return Promise.all(Array.from({ length: count }, async () => {
    const socket = net.connect({ host, port: Number(port), localAddress: from });
    socket.on('error', () => {});
    await event_of('a connection', socket, 'connect');
    socket.write(head);
    await new Promise((sent) => { socket.write(body, sent); });
    return socket;
  }));
}

test('memory that a flood of bodies took falls back', { timeout: 180_000 }, async () => {
  const server = await Shopcast.start('memory');
  try {
    const visits = new Visits(server);
    await visits.open();
    const cookie = [...visits.host.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const before_kib = rss_kib(server.pid);
    const sockets = (await Promise.all(Array.from({ length: 8 }, (_, i) => bodies(server, `127.0.9.${i + 1}`, 20, cookie)))).flat();
    await until('150 MiB in memory', () => rss_kib(server.pid) - before_kib > 150 * 1024);
    for (const socket of sockets) socket.destroy();
    await until('the memory to fall back', () => rss_kib(server.pid) - before_kib < 16 * 1024);
  } finally {
    await server.clear();
  }
});
