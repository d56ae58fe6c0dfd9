/** The sold-out second: everybody presses Buy, some hang up, and the process is killed meanwhile. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Client } from './lib/client.mjs';
import { Crowd, at_once, mint_buyers, order_of } from './lib/crowd.mjs';
import { Shop } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { create_account } from './lib/visitors.mjs';
import { until } from './lib/wait.mjs';

const BUYERS = 10_000;
const SETTINGS = '[http]\nconnections_per_address_max = 2000\n[shop]\nfake_payment_ms = 20\n';

/** @type {Shopcast} */
let server;
let data_folder;
let tokens;
/** @type {Shop} */
let shop;

const rows = (sql) => JSON.parse(execFileSync('sqlite3', ['-json', `file:${join(data_folder, 'shopcast.db')}?mode=ro`, sql], { encoding: 'utf8' }) || '[]');

async function start(name) {
  server = await Shopcast.start(name, { settings: SETTINGS, data_folder });
  const host = new Client(server.origin);
  await host.sign_in('host1');
  shop = new Shop(host);
}

/** Sends until there is an answer that decides, with the same key, as pages do. */
async function until_decided(crowd, token, body, key) {
  return until('an answer that decides', async () => {
    const answer = await crowd().send(token, 'POST', '/api/v1/orders', body, key).catch(() => null);
    return answer && answer.status < 500 && answer.body?.code !== 'request_in_flight' ? answer : null;
  }, { every_ms: 20 });
}

/** Whatever the allocator believes, the rows of the database add up, and nobody has two. */
function check_books(sku, pool, sold) {
  const [stock] = rows(`SELECT on_hand, held, sold FROM stock WHERE pool = ${pool}`);
  assert.deepEqual([stock.held, stock.sold], [0, sold]);
  const [paid] = rows(`SELECT count(*) AS orders, coalesce(sum(quantity), 0) AS units, count(DISTINCT account) AS buyers FROM orders
    JOIN order_line ON order_line.order_id = orders.id WHERE sku = ${sku} AND orders.state = 'PAID'`);
  assert.deepEqual(paid, { orders: sold, units: sold, buyers: sold });
}

describe('ten thousand buyers', () => {
  before(async () => {
    server = await Shopcast.start('ten-thousand-first');
    data_folder = server.data_folder;
    await create_account(server, 'host1', ['host']);
    await server.stop();
    tokens = mint_buyers(data_folder, BUYERS);
    await start('ten-thousand');
  });
  after(() => server?.clear());

  test('100 units of a deal: 100 orders, each of another buyer, and every answer is true', { timeout: 300_000 }, async () => {
    const sku = await shop.sku({ stock: 150, price: 40_000 });
    const deal = await shop.deal(sku, { price: 30_000, quantity: 100, per_account_max: 1 });
    const crowd = new Crowd(server.origin);
    const answers = new Map();
    const codes = {};
    await at_once(256, tokens, async (token, i) => {
      const key = randomUUID();
      const body = order_of(sku, deal.id);
      // One of ten hangs up before the answer, and asks again as if nothing had happened.
      if (i % 10 === 0) await crowd.send(token, 'POST', '/api/v1/orders', body, key, { vanish: true }).catch(() => {});
      const answer = await until_decided(() => crowd, token, body, key);
      if (answer.status < 300) answers.set(i, answer.body.id);
      else codes[answer.body.code] = (codes[answer.body.code] ?? 0) + 1;
    });
    crowd.leave();
    assert.equal(answers.size, 100, JSON.stringify(codes));
    assert.equal(new Set(answers.values()).size, 100);
    assert.deepEqual(Object.keys(codes).filter((code) => !['sold_out', 'all_held'].includes(code)), []);
    await until('all are paid', async () => (await shop.stock_of(sku)).held === 0 && rows(`SELECT id FROM orders WHERE state = 'PAID'`).length === 100);
    check_books(sku, deal.id, 100);
    assert.deepEqual(await shop.stock_of(sku), { on_hand: 50, available: 50, held: 0, sold: 0 });
  });

  test('killed twice in the middle: every order that was acknowledged is there, once, and what is left sells out', { timeout: 300_000 }, async () => {
    const sku = await shop.sku({ stock: 400, price: 30_000 });
    const made = new Map();
    let decided = 0;
    let crowd = new Crowd(server.origin);
    const killer = (async () => {
      for (const [name, at] of [['ten-thousand-2', 40], ['ten-thousand-3', 150]]) {
        await until(`${at} orders are acknowledged`, () => made.size >= at, { every_ms: 2 });
        await server.stop('SIGKILL');
        await start(name);
        crowd.leave();
        crowd = new Crowd(server.origin);
      }
    })();
    await at_once(128, tokens.slice(0, 3_000), async (token, i) => {
      const body = order_of(sku);
      const key = randomUUID();
      const answer = await until_decided(() => crowd, token, body, key);
      if (answer.status < 300) made.set(i, answer.body.id);
      decided += 1;
    });
    await killer;
    crowd.leave();
    assert.equal(decided, 3_000);
    assert.equal(made.size, 400);
    await until('all are paid', () => rows(`SELECT id FROM orders JOIN order_line ON order_id = orders.id WHERE sku = ${sku} AND state = 'PAID'`).length === 400);
    check_books(sku, sku, 400);
    const kept = new Set(rows(`SELECT order_id FROM order_line WHERE sku = ${sku}`).map(({ order_id }) => order_id));
    for (const id of made.values()) assert.ok(kept.has(id), `order ${id} was acknowledged`);
  });
});
