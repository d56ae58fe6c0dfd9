/**
 * Somebody takes all that one address or one account can get, and everybody else is served as before.
 * Strangers come from addresses of their own (127.0.0.x); honest people from 127.0.0.1. Each attack
 * has a tenth of what once stopped the shop.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from '../lib/limited.mjs';
import { make_certificate, write_tls_config } from './lib/certificate.mjs';
import { Client } from './lib/client.mjs';
import { connect_h2 } from './lib/phone.mjs';
import { RtmpClient } from './lib/rtmp_client.mjs';
import { ADDRESS, Shop, buyer, keyed, png } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { answered_status, connect } from './lib/stranger.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';
import { until } from './lib/wait.mjs';

const MiB = 1024 * 1024;
/** @type {Shopcast} */
let server;
let folder;
/** @type {Client} */
let keeper;
/** @type {Shop} */
let shop;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shopcast-e2e-'));
  await make_certificate(folder, 'fair.test');
  server = await Shopcast.start('fair-shares', { args: ['--config', write_tls_config(folder, '[shop]\nfake_payment_ms = 3600000\n')] });
  await create_account(server, 'keeper', ['host']);
  keeper = new Client(server.origin);
  await keeper.sign_in('keeper');
  shop = new Shop(keeper);
});
after(async () => {
  await server?.clear();
  rmSync(folder, { recursive: true, force: true });
});

const resident_bytes = () => server.resident_kib() * 1024;

/**
 * Requests of one address, always so many under way on each connection of HTTP/2.
 * @param {string} from @param {{connections: number, at_once: number, path: () => string}} what
 */
async function flood(from, { connections, at_once, path }) {
  const found = { answered: 0, statuses: new Map(), stop: () => {} };
  const sessions = [];
  let is_over = false;
  found.stop = () => {
    is_over = true;
    for (const session of sessions) session.destroy();
  };
  for (let i = 0; i < connections; i += 1) {
    const session = await connect_h2(`https://${server.https}`, from);
    sessions.push(session);
    const ask = () => {
      if (is_over || session.destroyed) return;
      const stream = session.request({ ':path': path() });
      stream.on('response', ({ ':status': status }) => {
        found.answered += 1;
        found.statuses.set(status, (found.statuses.get(status) ?? 0) + 1);
      });
      stream.on('error', () => {});
      stream.on('close', () => setImmediate(ask));
      stream.resume();
    };
    for (let j = 0; j < at_once; j += 1) ask();
  }
  await until('the flood is answered', () => found.answered >= connections * at_once || Promise.reject(new Error(JSON.stringify([found.answered, ...found.statuses]))));
  return found;
}

/** What a quarter stays below: answers are read in batches, so that some counts say little. */
const quartile = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 4)];

test('one address asks for pages of the catalogue that nobody else wants: others wait behind a few of them', async () => {
  for (let i = 0; i < 100; i += 1) await shop.product({ en: `Lipstick ${i}`, ko: `립스틱 ${i}` });
  const honest = await buyer(new Client(server.origin), 'honest-reader');
  let count = 0;
  const word = (whose) => `/api/v1/products?limit=100&q=${whose}${(count += 1).toString(36)}`;
  const attack = await flood('127.0.0.66', { connections: 2, at_once: 100, path: () => word('stranger') });
  try {
    /** How many of the stranger's were answered while one of ours waited. @type {Record<string, number[]>} */
    const before_ours = {};
    const ask = async (kind, asked) => {
      const began = attack.answered;
      const { status, body } = await asked();
      assert.ok(status < 300, `${kind}: ${status} ${JSON.stringify(body)}`);
      (before_ours[kind] ??= []).push(attack.answered - began);
    };
    for (let round = 0; round < 20; round += 1) {
      await ask('search', () => new Client(server.origin).get(word('honest')));
      await ask('cart', () => honest.get('/api/v1/cart'));
      await ask('orders', () => honest.get('/api/v1/orders'));
      await ask('page', () => honest.get('/api/v1/products?limit=20'));
    }
    assert.equal((await honest.fresh().sign_in('honest-reader')).status, 200);
    // 200 of the stranger's are always under way: in one line, ours would stand behind all of them.
    for (const [kind, counts] of Object.entries(before_ours)) assert.ok(quartile(counts) < 100, `${kind}: ${counts}`);
    assert.deepEqual([...attack.statuses.keys()], [200], 'within its share, the stranger is served as well');
  } finally {
    attack.stop();
  }
});

test('one address holds connections that say nothing: an encoder of another comes in', async () => {
  const { stream_key } = await server.create_channel('beside-silence');
  const silent = await Promise.all(Array.from({ length: 103 }, () => connect(server.rtmp, '127.0.0.67')));
  try {
    await until('those beyond its share are closed', () => silent.filter((each) => each.gone).length >= 103 - 64);
    const encoder = await RtmpClient.connect(server.rtmp, { chunk_size: 65_536 });
    await encoder.open();
    assert.equal((await encoder.publish(stream_key)).code, 'NetStream.Publish.Start');
    encoder.close();
  } finally {
    for (const socket of silent) socket.destroy();
  }
});

const picture_head = (length, cookie = '') => `POST /api/v1/shops/main/pictures HTTP/1.1\r\nHost: ${server.http}\r\nOrigin: ${server.origin}\r\n${cookie}`
  + `Content-Type: image/png\r\nContent-Length: ${length}\r\n\r\n`;

test('bodies of a mebibyte from strangers: refused by their heads, and none is held', async () => {
  const before_bytes = resident_bytes();
  const strangers = await Promise.all(Array.from({ length: 125 }, () => connect(server.http, '127.0.0.68')));
  for (const socket of strangers) {
    socket.write(picture_head(MiB));
    socket.write(Buffer.alloc(MiB / 8));
  }
  // None has sent its whole body, so none was waited for.
  await until('all are answered', () => strangers.every((each) => answered_status(each) !== 0));
  assert.deepEqual([...new Set(strangers.map(answered_status))], [401]);
  const grown = resident_bytes() - before_bytes;
  assert.ok(grown < 24 * MiB, `${(grown / MiB).toFixed(0)} MiB`);
  for (const socket of strangers) socket.destroy();
});

test('bodies of a mebibyte from somebody who may send them: his share of memory, and others have theirs', async () => {
  const cookie = `Cookie: ${[...keeper.cookies].map(([name, value]) => `${name}=${value}`).join('; ')}\r\n`;
  const before_bytes = resident_bytes();
  const many = await Promise.all(Array.from({ length: 40 }, () => connect(server.http, '127.0.0.69')));
  for (const socket of many) {
    socket.write(picture_head(MiB, cookie));
    socket.write(Buffer.alloc(MiB - 1)); // the last byte never comes
  }
  await until('what is beyond the share is refused', () => many.filter((each) => answered_status(each) === 503).length >= 40 - 24);
  const uploaded = await keeper.send('POST', '/api/v1/shops/main/pictures', png(64, 64, [200, 30, 60, 255]), { 'content-type': 'image/png' });
  assert.equal(uploaded.status, 201, JSON.stringify(uploaded.body));
  const grown = resident_bytes() - before_bytes;
  assert.ok(grown < 64 * MiB, `${(grown / MiB).toFixed(0)} MiB`);
  for (const socket of many) socket.destroy();
});

test('strangers use up all tries at an account: its owner signs in where he did before', async () => {
  await create_account(server, 'owner');
  const at_home = new Client(server.origin);
  assert.equal((await at_home.sign_in('owner')).status, 200);
  const guess = async (from) => {
    const statuses = [];
    for (let i = 0; i < 11; i += 1) statuses.push((await new Client(server.origin, { from }).sign_in('owner', `guess-number-${i}`)).status);
    return statuses;
  };
  const statuses = (await Promise.all(['127.0.0.71', '127.0.0.72', '127.0.0.73', '127.0.0.74'].map(guess))).flat();
  assert.deepEqual([...new Set(statuses)].sort(), [401, 429]);
  assert.equal((await new Client(server.origin, { from: '127.0.0.75' }).sign_in('owner')).status, 429, 'tries of strangers are used up');
  const elsewhere = at_home.fresh({ from: '127.0.0.76' });
  elsewhere.cookies = at_home.cookies;
  for (let i = 0; i < 3; i += 1) {
    assert.equal((await at_home.fresh().sign_in('owner')).status, 200, 'at his address');
    assert.equal((await elsewhere.sign_in('owner')).status, 200, 'in his browser, somewhere else');
  }
});

test('one account takes tokens: no more than are one viewer\'s, and staff have theirs', async () => {
  const viewer = await buyer(new Client(server.origin), 'collector');
  const token = (client, i) => client.post('/api/v1/account/tokens', { name: `token ${i}`, scopes: ['read'], password: PASSWORD });
  const statuses = [];
  for (let i = 0; i < 7; i += 1) statuses.push((await token(viewer, i)).status);
  assert.deepEqual(statuses, [201, 201, 201, 201, 201, 409, 409]);
  for (let i = 0; i < 6; i += 1) assert.equal((await token(keeper, i)).status, 201);
});

test('one account orders and cancels, or holds and lets go, all units again and again: a few times', async () => {
  const sku = await shop.sku({ stock: 90 });
  const thief = await buyer(new Client(server.origin), 'thief');
  const all = await thief.post('/api/v1/orders', { lines: [{ sku, quantity: 90 }], address: ADDRESS }, keyed());
  assert.deepEqual([all.status, all.body.code], [409, 'limit_reached']);
  let orders = 0;
  for (; orders < 13; orders += 1) {
    const placed = await thief.post('/api/v1/orders', { lines: [{ sku, quantity: 20 }], address: ADDRESS }, keyed());
    if (placed.status !== 201) {
      assert.deepEqual([placed.status, placed.body.code], [429, 'cooling_down']);
      break;
    }
    assert.equal((await thief.post(`/api/v1/orders/${placed.body.id}/cancel`)).status, 200);
  }
  assert.equal(orders, 2);
  assert.equal((await thief.post('/api/v1/holds', { sku }, keyed())).body.code, 'cooling_down');

  const ditherer = await buyer(new Client(server.origin), 'ditherer');
  let holds = 0;
  for (; holds < 50; holds += 1) {
    const held = await ditherer.post('/api/v1/holds', { sku, quantity: 20 }, keyed());
    if (held.status !== 201) {
      assert.deepEqual([held.status, held.body.code], [429, 'cooling_down']);
      break;
    }
    assert.equal((await ditherer.del(`/api/v1/holds/${held.body.id}`)).status, 204);
  }
  assert.equal(holds, 12);
  // Who changes his mind three times, and then buys, is no thief.
  const honest = await buyer(new Client(server.origin), 'undecided');
  for (let i = 0; i < 3; i += 1) {
    const held = await honest.post('/api/v1/holds', { sku }, keyed());
    assert.equal(held.status, 201, JSON.stringify(held.body));
    assert.equal((await honest.del(`/api/v1/holds/${held.body.id}`)).status, 204);
  }
  assert.equal((await honest.post('/api/v1/orders', { lines: [{ sku, quantity: 1 }], address: ADDRESS }, keyed())).status, 201);
  assert.deepEqual(await shop.stock_of(sku), { on_hand: 90, available: 89, held: 1, sold: 0 });
});

test('one address sends thousands of names that nobody has: they cost what a digest costs', async () => {
  const from = '127.0.0.77';
  const name = (i) => `${i}-${'x'.repeat(7_900)}`;
  const before_bytes = resident_bytes();
  const statuses = new Map();
  const wave = async (first) => Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const { status } = await new Client(server.origin, { from }).sign_in(name(first + i), 'wrong-password');
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }));
  for (let first = 0; first < 3540; first += 20) await wave(first);
  const grown = resident_bytes() - before_bytes;
  assert.ok(grown < 16 * MiB, `${(grown / MiB).toFixed(0)} MiB`);
  assert.ok(statuses.get(429) > 3000, JSON.stringify([...statuses]));
  assert.equal((await new Client(server.origin).sign_in('keeper')).status, 200);
});
