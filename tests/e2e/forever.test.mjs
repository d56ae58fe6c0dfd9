/** Nothing grows for ever: what comes also goes, from the disk and from memory. */
import assert from 'node:assert/strict';
import { test } from '../lib/limited.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { connect } from './lib/stranger.mjs';
import { SETTINGS, Visits } from './lib/visits.mjs';
import { until } from './lib/wait.mjs';

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

/** Connections, each with a body of which the last byte is missing. @returns {Promise<import('node:net').Socket[]>} */
function bodies(server, from, count, cookie) {
  const head = `POST /api/v1/shops/main/pictures HTTP/1.1\r\nHost: ${server.http}\r\nOrigin: ${server.origin}\r\nContent-Type: image/png\r\nCookie: ${cookie}\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`;
  const body = Buffer.alloc(BODY_BYTES - 1, 7);
  return Promise.all(Array.from({ length: count }, async () => {
    const socket = await connect(server.http, from);
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
    const before_kib = server.resident_kib();
    const sockets = (await Promise.all(Array.from({ length: 8 }, (_, i) => bodies(server, `127.0.9.${i + 1}`, 20, cookie)))).flat();
    await until('150 MiB in memory', () => server.resident_kib() - before_kib > 150 * 1024);
    for (const socket of sockets) socket.destroy();
    await until('the memory to fall back', () => server.resident_kib() - before_kib < 16 * 1024);
  } finally {
    await server.clear();
  }
});
