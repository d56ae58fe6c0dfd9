/** Visits as shops have them, and what a server has left of them once their time is over. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './client.mjs';
import { PASSWORD } from './password.mjs';
import { ADDRESS, Shop, keyed, png } from './shop.mjs';
import { create_account } from './visitors.mjs';
import { until } from './wait.mjs';

/** Nobody pays; what has had its time is looked for each second; each visitor has an address of his own. */
export const SETTINGS = '[server]\ntrusted_proxies = ["127.0.0.1"]\n[shop]\nfake_payment_ms = 3600000\n[keep]\nsweep_every_s = 1\n';

/** Times that say how old a row is, by table. An account that is there for good is none of a visitor's. */
const AGES = {
  account: ['created_at_ms', 'last_seen_at_ms'], audit: ['at_ms'], known_place: ['last_used_at_ms'], orders: ['placed_at_ms'],
  reservation: ['resolved_at_ms'], webhook_event: ['at_ms'], picture: ['unused_since_ms'], stream: ['started_at_ms'],
  stream_order: ['placed_at_ms'], channel: ['removed_at_ms'], one_time_link: ['expires_at_ms'],
};
const YEARS_MS = 4 * 365 * 86_400_000;

const database = (server) => join(server.data_folder, 'shopcast.db');
const ask = (server, sql) => JSON.parse(execFileSync('sqlite3', ['-json', `file:${database(server)}?mode=ro`, sql], { encoding: 'utf8' }) || '[]');
const value = (server, sql) => Object.values(ask(server, sql)[0])[0];

/** The one who runs the shop, a product with a picture, and visitors who come and go. */
export class Visits {
  /** @param {import('./shopcast.mjs').Shopcast} server */
  constructor(server) {
    this.server = server;
    this.count = 0;
  }

  async open() {
    await create_account(this.server, 'host1', ['host']);
    this.host = new Client(this.server.origin);
    await this.host.sign_in('host1');
    this.shop = new Shop(this.host);
    this.product = await this.shop.product({ stock: 100_000 });
    this.sku = this.product.skus[0].sku;
  }

  /** From signing up to leaving for good. */
  async visitor() {
    const number = this.count += 1;
    const me = new Client(this.server.origin, { headers: { 'x-forwarded-for': `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}` } });
    const ok = (asked) => this.shop.ok(asked);
    const login = `visitor${number}`;
    await ok(me.sign_up(login));
    await ok(me.del('/api/v1/session'));
    await ok(me.sign_in(login));
    await ok(me.put('/api/v1/account/address', ADDRESS));
    const { id: token } = await ok(me.post('/api/v1/account/tokens', { name: 'phone', scopes: ['read'], password: PASSWORD }));
    await ok(me.del(`/api/v1/account/tokens/${token}`));
    await ok(me.post('/api/v1/cart/lines', { sku: this.sku, quantity: 2 }));
    const hold = await ok(me.post('/api/v1/holds', { sku: this.sku }, keyed()));
    await ok(me.del(`/api/v1/holds/${hold.id}`));
    const order = await ok(me.post('/api/v1/orders', { lines: [{ sku: this.sku, quantity: 1 }] }, keyed()));
    await ok(me.post(`/api/v1/orders/${order.id}/cancel`, undefined, keyed()));
    await ok(me.del('/api/v1/session'));
  }

  /** What somebody who runs a shop does in a quarter of an hour. */
  async shift() {
    const number = this.count += 1;
    const { ok, host, base } = { ok: (asked) => this.shop.ok(asked), host: this.host, base: this.shop.base };
    const picture = await ok(host.post(`${base}/pictures`, png(20, 20, [number & 255, (number >> 8) & 255, 9, 255]), { ...keyed(), 'content-type': 'image/png' }));
    const { version } = await ok(host.get(`${base}/products/${this.product.id}`));
    await ok(host.patch(`${base}/products/${this.product.id}`, { version, pictures: [picture.id] }));
    const name = `show-${number}`;
    await ok(host.post('/api/v1/channels', { name, title: 'A show' }));
    await ok(host.del(`/api/v1/channels/${name}`));
  }

  /** `visitors` of them, some at once, and a shift. */
  async round(visitors, at_once = 6) {
    for (let left = visitors; left > 0; left -= at_once) {
      await Promise.all(Array.from({ length: Math.min(left, at_once) }, () => this.visitor()));
    }
    await this.shift();
  }

  /** As if years had passed since all of it, and the sweeps after that. */
  async years_pass() {
    const { server } = this;
    await until('every payment to be settled', () => value(server, "SELECT COUNT(*) FROM payment WHERE state <> 'VOIDED'") === 0);
    const pictures = join(server.data_folder, 'pictures');
    // Before their rows: what was kept just now is not removed.
    for (const each of readdirSync(pictures)) utimesSync(join(pictures, each), 1, 1);
    const sql = Object.entries(AGES).map(([table, columns]) => {
      const which = table === 'account' ? " WHERE login LIKE 'visitor%'" : '';
      return `UPDATE ${table} SET ${columns.map((column) => `${column} = ${column} - ${YEARS_MS}`).join(', ')}${which};`;
    });
    execFileSync('sqlite3', [database(server)], { input: `.timeout 5000\nPRAGMA wal_autocheckpoint = 0;\nBEGIN IMMEDIATE;\n${sql.join('\n')}\nCOMMIT;\n` });
    await until('the old orders to go', () => value(server, 'SELECT COUNT(*) FROM orders') === 0);
    await until('the old holds to go', () => value(server, "SELECT COUNT(*) FROM reservation WHERE state <> 'HELD'") === 0);
    await until('the old accounts to go', () => value(server, 'SELECT COUNT(*) FROM account') === 1);
    await until('the old channels to go', () => value(server, 'SELECT COUNT(*) FROM channel') === 0);
    await until('the old pictures to go', () => readdirSync(pictures).length <= 1);
    await until('the old audit entries to go', () => value(server, 'SELECT COUNT(*) FROM audit') === 0);
  }

  /** What there is: rows of every table, files, names of metrics, KiB in memory and on the disk. */
  async left() {
    const { server } = this;
    const tables = ask(server, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'product_search%'");
    const rows = Object.fromEntries(tables.map(({ name }) => [name, value(server, `SELECT COUNT(*) FROM ${name}`)]));
    const files = readdirSync(server.data_folder, { recursive: true, encoding: 'utf8' }).filter((file) => !/-wal$|-shm$/.test(file));
    const text = await (await fetch(server.url('/metrics'))).text();
    const metrics = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(/ [^ ]*$/)[0]).sort();
    return { rows, files: files.length, metrics, database_kib: kib(database(server)), wal_kib: kib(`${database(server)}-wal`), rss_kib: server.resident_kib() };
  }
}

const kib = (file) => Math.ceil(statSync(file).size / 1024);
