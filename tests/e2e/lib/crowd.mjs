/** Thousands of buyers: their accounts and sessions are written into the database of a server that stands still. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { join } from 'node:path';
import { ADDRESS } from './shop.mjs';

/**
 * @param {string} data_folder of a server that does not run @param {number} count
 * @param {{over_tls?: boolean}} [options] whether the sessions are of browsers over TLS: others are not looked at there
 * @returns {string[]} a session token for each
 */
export function mint_buyers(data_folder, count, { over_tls = false } = {}) {
  const now_ms = Date.now();
  const tokens = Array.from({ length: count }, () => randomBytes(24).toString('base64url'));
  const rows = tokens.flatMap((token, i) => {
    const hash = createHash('sha256').update(token).digest('hex');
    return [
      `INSERT INTO account(id, login, display_name, language, password_hash, created_at_ms) VALUES ('crowd${i}', 'crowd${i}', 'Buyer ${i}', 'en', '!', ${now_ms});`,
      `INSERT INTO session VALUES (x'${hash}', 'crowd-session${i}', 'crowd${i}', ${Number(over_tls)}, ${now_ms}, ${now_ms}, ${now_ms + 86_400_000}, '127.0.0.1', 'crowd');`,
    ];
  });
  execFileSync('sqlite3', [join(data_folder, 'shopcast.db')], { input: `BEGIN;\n${rows.join('\n')}\nCOMMIT;\n` });
  return tokens;
}

/** Some connections for all of them, as an edge in front of the server keeps. */
export class Crowd {
  /** @type {http.Agent} */
  #agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

  /** @param {string} origin */
  constructor(origin) { this.origin = origin; }

  leave() { this.#agent.destroy(); }

  /**
   * One request of a buyer. Throws when the connection breaks.
   * @param {string} token @param {string} method @param {string} path @param {any} [body] @param {string} [key]
   * @param {{vanish?: boolean}} [options] vanish: hang up once it is sent, so that nobody hears the answer
   */
  send(token, method, path, body, key, { vanish = false } = {}) {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      cookie: `sid_plain=${token}`, origin: this.origin, 'content-length': Buffer.byteLength(payload),
      ...(payload !== '' && { 'content-type': 'application/json' }), ...(key !== undefined && { 'idempotency-key': key }),
    };
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(path, this.origin), { method, headers, agent: vanish ? undefined : this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => { text += piece; });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, body: text === '' ? null : JSON.parse(text) }));
      });
      request.on('error', reject);
      request.setTimeout(30_000, () => request.destroy(new Error('no answer within 30 s')));
      request.end(payload, vanish ? () => request.destroy(new Error('hung up')) : undefined);
    });
  }
}

/** An order of one unit, sent with its address. */
export const order_of = (sku, deal = null) => ({ lines: [{ sku, quantity: 1, ...(deal && { deal }) }], address: ADDRESS });

/** Does `work` for all, so many at a time. */
export async function at_once(many, all, work) {
  const waiting = [...all.entries()];
  await Promise.all(Array.from({ length: many }, async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await work(next[1], next[0]);
  }));
}
