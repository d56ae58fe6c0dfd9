/** A carrier's address is hundreds of phones: a thousand behind one watch and buy, all at the same moment. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from '../lib/limited.mjs';
import { make_certificate, write_tls_config } from './lib/certificate.mjs';
import { Client } from './lib/client.mjs';
import { at_once, mint_buyers, order_of } from './lib/crowd.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { media_playlist_url } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { Phone } from './lib/phone.mjs';
import { ADDRESS, Shop, png } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { PASSWORD, create_account } from './lib/visitors.mjs';
import { until } from './lib/wait.mjs';

const PHONES = 1000;
/** Of those: they sign up in the crowd. A password's hash takes a twentieth of a second, so few. */
const NEW = 16;
const CARRIER = '127.0.0.80';

/** @type {Shopcast} */
let server;
let origin;
/** @type {Publisher} */
let publisher;
/** @type {Shop} */
let shop;
/** @type {string[]} */
let tokens;
before(async () => {
  const first = await Shopcast.start('carrier-first');
  const { data_folder } = first;
  await create_account(first, 'host1', ['host']);
  await first.stop();
  tokens = mint_buyers(data_folder, PHONES - NEW, { over_tls: true });
  await make_certificate(data_folder, 'carrier.test');
  server = await Shopcast.start('carrier', { args: ['--config', write_tls_config(data_folder, '[shop]\nfake_payment_ms = 20\n')], data_folder });
  origin = `https://${server.https}`;
  const host = new Client(server.origin);
  await host.sign_in('host1');
  shop = new Shop(host);
  const channel = await server.create_channel('show');
  publisher = Publisher.of_file(await film_file('gop30', 60), channel.publish_url, { loop: true });
  await server.until_state('show', 'live');
});
after(async () => {
  await publisher?.vanish();
  await server?.clear();
});

test('a thousand phones behind one address watch and buy: nobody is refused, and each has a thing', { timeout: 300_000 }, async () => {
  const sku = await shop.sku({ stock: PHONES, price: 30_000 });
  const pictures = [];
  for (const green of [10, 20, 30]) {
    const { body } = await shop.host.send('POST', '/api/v1/shops/main/pictures', png(640, 480, [200, green, 60, 255]), { 'content-type': 'image/png' });
    pictures.push(`/api/v1/pictures/${body.id}/480.jpg`);
  }
  const playlist = new URL(await media_playlist_url(server.url('/live/show/index.m3u8'))).pathname;
  /** What went otherwise than it should. @type {Map<string, number>} */
  const refused = new Map();
  const expect = async (asked, what, status) => {
    const answer = await asked.catch((error) => ({ status: error.message, body: Buffer.alloc(0) }));
    if (answer.status === status) return answer;
    const words = `${what}: ${answer.status} ${answer.body.toString().slice(0, 200)}`;
    refused.set(words, (refused.get(words) ?? 0) + 1);
    return null;
  };

  /** @type {Phone[]} */
  const phones = [];
  await at_once(64, Array.from({ length: PHONES }), async (_, i) => {
    phones[i] = await Phone.connect(origin, { from: CARRIER, token: tokens[i] });
  });

  const report = (phone, i) => expect(phone.send('POST', '/api/v1/channels/show/viewers', { viewer: `carrier-${String(i).padStart(16, '0')}`, playback: { stalls: 0 } }), 'report', 200);
  /** Three parts, each asked for before it exists. */
  const watch = async (phone, i) => {
    await report(phone, i);
    await expect(phone.send('GET', '/api/v1/channels/show'), 'channel', 200);
    await expect(phone.send('GET', '/live/show/index.m3u8'), 'variants', 200);
    let known = await expect(phone.send('GET', playlist), 'playlist', 200);
    for (let parts = 0; parts < 3 && known; parts += 1) {
      const [, uri, msn, part] = /TYPE=PART,URI="(\d+-(\d+)\.(\d+)\.m4s)"/.exec(known.body.toString()) ?? assert.fail(known.body.toString());
      known = await expect(phone.send('GET', `${playlist}?_HLS_msn=${msn}&_HLS_part=${part}`), 'held playlist', 200);
      await expect(phone.send('GET', new URL(uri, new URL(playlist, server.origin)).pathname), 'part', 200);
    }
  };
  /** Looks around, keeps one unit while the address is written, and orders it. @type {Set<number>} */
  const orders = new Set();
  const buy = async (phone, i) => {
    // As strangers, who share their address's part of everything.
    await expect(phone.send('GET', '/api/v1/products?limit=10', undefined, { cookie: '' }), 'products before signing in', 200);
    await Promise.all(pictures.map((path) => expect(phone.send('GET', path, undefined, { cookie: '' }), 'picture', 200)));
    if (tokens[i] === undefined) await expect(phone.send('POST', '/api/v1/accounts', { login: `new${i}`, password: PASSWORD }), 'sign-up', 201);
    await expect(phone.send('GET', '/api/v1/products?limit=20'), 'products', 200);
    await expect(phone.send('GET', '/api/v1/shops/main/stock'), 'stock', 200);
    await expect(phone.send('GET', '/api/v1/cart'), 'cart', 200);
    await expect(phone.send('POST', '/api/v1/holds', { sku }, { 'idempotency-key': randomUUID() }), 'hold', 201);
    await expect(phone.send('PUT', '/api/v1/account/address', ADDRESS), 'address', 200);
    const made = await expect(phone.send('POST', '/api/v1/orders', order_of(sku), { 'idempotency-key': randomUUID() }), 'order', 201);
    if (made) orders.add(JSON.parse(made.body.toString()).id);
    await expect(phone.send('GET', '/api/v1/orders'), 'orders', 200);
  };
  await Promise.all(phones.flatMap((phone, i) => [watch(phone, i), buy(phone, i)]));

  await Promise.all(phones.map(report)); // pages do so every 15 s
  assert.deepEqual([...refused], []);
  assert.equal(phones.filter(({ is_cut }) => is_cut).length, 0, 'no connection was closed');
  assert.equal(orders.size, PHONES);
  assert.equal((await server.channel('show')).viewers, PHONES);
  await until('all are paid', async () => (await shop.stock_of(sku)).sold === PHONES);
  assert.deepEqual(await shop.stock_of(sku), { on_hand: PHONES, available: 0, held: 0, sold: PHONES });
  const [paid] = JSON.parse(execFileSync('sqlite3', ['-json', `file:${join(server.data_folder, 'shopcast.db')}?mode=ro`,
    `SELECT count(*) AS orders, count(DISTINCT account) AS buyers FROM orders WHERE state = 'PAID'`], { encoding: 'utf8' }));
  assert.deepEqual(paid, { orders: PHONES, buyers: PHONES });
  for (const phone of phones) phone.leave();
});
