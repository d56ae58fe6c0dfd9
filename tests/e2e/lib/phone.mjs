/** A phone: one connection of HTTP/2, as browsers keep with a server, from an address of its own. */
import http2 from 'node:http2';
import tls from 'node:tls';
import { event_of } from './wait.mjs';

/** @param {string} origin https://... @param {string} from an address of this machine's loopback @returns {Promise<http2.ClientHttp2Session>} */
export async function connect_h2(origin, from) {
  const { hostname, port } = new URL(origin);
  const secured = { host: hostname, port: Number(port), localAddress: from, ALPNProtocols: ['h2'], rejectUnauthorized: false };
  const session = http2.connect(origin, { createConnection: () => tls.connect(secured) });
  await event_of('an HTTP/2 connection', session, 'connect');
  session.on('error', () => {});
  return session;
}

export class Phone {
  #session;
  #origin;
  #cookie = '';
  is_cut = false;

  constructor(origin, session, token) {
    this.#origin = origin;
    this.#session = session;
    if (token) this.#cookie = `__Host-sid=${token}`;
    session.on('goaway', () => { this.is_cut = true; });
    session.on('close', () => { this.is_cut = true; });
  }

  /** @param {string} origin https://... @param {{from: string, token?: string}} who the address, and whose session it has */
  static async connect(origin, { from, token }) {
    return new Phone(origin, await connect_h2(origin, from), token);
  }

  leave() { this.#session.destroy(); }

  /**
   * @param {string} method @param {string} path @param {any} [body] @param {Record<string, string>} [headers]
   * @returns {Promise<{status: number, body: Buffer}>}
   */
  send(method, path, body, headers = {}) {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const stream = this.#session.request({
      ':method': method, ':path': path, origin: this.#origin,
      ...(this.#cookie && { cookie: this.#cookie }), ...(payload && { 'content-type': 'application/json' }), ...headers,
    });
    return new Promise((resolve, reject) => {
      const pieces = [];
      let status = 0;
      stream.on('response', (head) => {
        status = head[':status'];
        for (const line of head['set-cookie'] ?? []) if (line.startsWith('__Host-sid=')) [this.#cookie] = line.split(';');
      });
      stream.on('data', (piece) => pieces.push(piece));
      stream.on('end', () => resolve({ status, body: Buffer.concat(pieces) }));
      stream.on('error', reject);
      stream.on('close', () => reject(new Error(`${method} ${path} was cut off`)));
      stream.setTimeout(60_000, () => stream.close());
      if (method !== 'GET') stream.end(payload); // a GET is ended already
    });
  }
}
