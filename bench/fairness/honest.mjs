/**
 * A buyer, a viewer and somebody who signs in, for so many seconds: `node honest.mjs SECONDS '{"origin": ..., ...}'`
 * prints how long each kind of request took and what was refused, as JSON.
 */
import http from 'node:http';
import { randomUUID } from 'node:crypto';

const [, , seconds, told] = process.argv;
const { origin, cookie, sku, password, address, playlist } = JSON.parse(told);
const end = Date.now() + Number(seconds) * 1000;
/** Theirs is another address than the attackers'. */
const agent = new http.Agent({ keepAlive: true, localAddress: '127.0.0.2' });
/** @type {Record<string, number[]>} */
const took_ms = {};
/** @type {Record<string, number>} */
const refused = {};

async function ask(kind, method, path, body = undefined, headers = {}) {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const began = performance.now();
  const status = await new Promise((resolve) => {
    const request = http.request(new URL(path, origin), { agent, method, timeout: 15_000, headers: { origin, 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload), ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (piece) => { text += piece; });
      answer.on('end', () => resolve({ code: answer.statusCode, text }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer in 15 s')));
    request.on('error', (error) => resolve({ code: error.message, text: '' }));
    request.end(payload);
  });
  (took_ms[kind] ??= []).push(performance.now() - began);
  if (typeof status.code !== 'number' || status.code >= 400) {
    const why = `${kind} ${status.code}`;
    refused[why] = (refused[why] ?? 0) + 1;
  }
  return status;
}

async function repeat(every_ms, step) {
  for (let next = Date.now(); next < end; next += every_ms) {
    await new Promise((resolve) => { setTimeout(resolve, next - Date.now()); });
    if (Date.now() >= end) return;
    await step();
  }
}

const mine = { cookie };
await Promise.all([
  repeat(100, () => ask('cart', 'GET', '/api/v1/cart', undefined, mine)),
  repeat(150, () => ask('products', 'GET', '/api/v1/products?limit=20')),
  repeat(700, async () => {
    // Paid by the fake provider in a moment; a sku of its own has one open order at a time.
    const { code } = await ask('order', 'POST', '/api/v1/orders', { lines: [{ sku: sku[(sku.next = ((sku.next ?? 0) + 1) % sku.length)], quantity: 1 }], address }, { ...mine, 'idempotency-key': randomUUID() });
    if (code >= 400) refused[`order ${code}`] = (refused[`order ${code}`] ?? 0);
  }),
  repeat(1000, () => ask('sign in', 'POST', '/api/v1/session', { login: 'regular', password })),
  repeat(100, async () => {
    const { text } = await ask('playlist', 'GET', playlist);
    const part = [...text.matchAll(/#EXT-X-PART:[^\n]*URI="([^"]+)"/g)].at(-1)?.[1];
    if (part) await ask('part', 'GET', new URL(part, new URL(playlist, origin)).pathname);
  }),
]);
agent.destroy();
console.log(JSON.stringify({ took_ms, refused }));
