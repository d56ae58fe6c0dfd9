/** What tests of selling have in common: a catalogue, buyers, and waiting for an order's state. */
import { randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { until } from './wait.mjs';

export const ADDRESS = { recipient: '김민수', phone: '010-1234-5678', postcode: '04524', line1: '서울 중구 세종대로 110', line2: '', note: '' };

/** A header that makes a request safe to repeat. @param {string} [key] */
export const keyed = (key = randomUUID()) => ({ 'idempotency-key': key });

export class Shop {
  /** @param {import('./client.mjs').Client} host signed in as somebody who runs the shop */
  constructor(host, shop = 'main') {
    this.host = host;
    this.base = `/api/v1/shops/${shop}`;
  }

  /** Throws what went wrong. */
  async ok(asked) {
    const answer = await asked;
    if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Category, product and skus. @param {{stock?: number, price?: number, skus?: any[], ko?: string, en?: string, category?: string}} [wanted] */
  async product({ stock = 10, price = 18_000, skus = null, ko = '벨벳 립스틱', en = 'Velvet lipstick', category = 'lips', ...more } = {}) {
    await this.ok(this.host.put(`${this.base}/categories/${category}`, { name: { ko: '립', en: 'Lips' }, place: 1 }));
    return this.ok(this.host.post(`${this.base}/products`, {
      name: { ko, en }, description: { ko: '설명', en: 'About it' }, category, skus: skus ?? [{ price, stock }], ...more,
    }, keyed()));
  }

  /** The number of a new sku. */
  async sku(wanted) {
    return (await this.product(wanted)).skus[0].sku;
  }

  async deal(sku, { price = 9_000, quantity = 5, lasts_ms = 600_000, start = true, ...more } = {}) {
    const ends_at = new Date(Date.now() + lasts_ms).toISOString();
    const starts_at = new Date(Date.now() + (start ? 0 : lasts_ms / 2)).toISOString();
    const made = await this.ok(this.host.post(`${this.base}/deals`, { sku, price, quantity, starts_at, ends_at, ...more }, keyed()));
    return start ? this.ok(this.host.post(`${this.base}/deals/${made.id}/start`)) : made;
  }

  coupon(code, more = {}) {
    const ends_at = new Date(Date.now() + 600_000).toISOString();
    return this.ok(this.host.post(`${this.base}/coupons`, { code, quota: 100, ends_at, ...more }, keyed()));
  }

  async stock_of(sku) {
    const { on_hand, available, held, sold } = await this.ok(this.host.get(`${this.base}/skus/${sku}/stock`));
    return { on_hand, available, held, sold };
  }

  /** What everybody sees of a sku, once it is like this. @param {number} sku @param {Record<string, any>} like */
  until_shown(sku, like) {
    return until(`sku ${sku} is shown as ${JSON.stringify(like)}`, async () => {
      const all = (await this.host.get(`${this.base}/stock`)).body;
      const one = all.skus.find((each) => each.sku === sku);
      const fits = one && Object.entries(like).every(([key, value]) => one[key] === value);
      return fits ? one : Promise.reject(new Error(JSON.stringify(one)));
    });
  }
}

/** A new account with an address. @param {import('./client.mjs').Client} client */
export async function buyer(client, login) {
  const made = await client.sign_up(login);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const saved = await client.put('/api/v1/account/address', ADDRESS);
  if (saved.status !== 200) throw new Error(JSON.stringify(saved.body));
  return client;
}

/** @param {import('./client.mjs').Client} client @param {number} id @param {string} state */
export function until_order(client, id, state) {
  return until(`order ${id} is ${state}`, async () => {
    const { body } = await client.get(`/api/v1/orders/${id}`);
    return body.state === state ? body : Promise.reject(new Error(`it is ${body.state}, its payment ${body.payment?.state}`));
  });
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
/** Of a PNG. @param {string} type @param {Buffer} data */
export function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const crc = body.reduce((c, byte) => CRC[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

/** A picture of one colour. @param {number[]} colour red, green, blue, alpha */
export function png(width, height, colour) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: width }, () => colour).flat())]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
