/**
 * HTTP as the checker needs it: bodies as they came over the wire (gzip is not undone), and the
 * time each response took. The checker takes one of these as a parameter, so its tests bring an
 * origin of their own that lives in memory and in virtual time.
 */
import http from 'node:http';
import https from 'node:https';

/**
 * @typedef {object} Response
 * @property {number} status
 * @property {Record<string, string>} headers  names in lower case
 * @property {Buffer} body
 * @property {number} asked_ms     when the request went out
 * @property {number} first_byte_ms when the first byte of the body came
 * @property {number} answered_ms  when the last byte came
 * @typedef {{method?: string, headers?: Record<string, string>, timeout_ms?: number}} RequestOptions
 * @typedef {object} Client
 * @property {(url: string, options?: RequestOptions) => Promise<Response>} request  status 0 when nothing came in time
 * @property {() => number} now_ms
 * @property {(ms: number) => Promise<void>} sleep
 * @property {() => void} close
 */

/** @returns {Client} */
export function real_client() {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: Infinity }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: Infinity }),
  };
  return {
    now_ms: () => Date.now(),
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
    request: (url, options) => request(agents, url, options),
  };
}

function request(agents, url, { method = 'GET', headers = {}, timeout_ms = 30_000 } = {}) {
  const { protocol } = new URL(url);
  const asked_ms = Date.now();
  const send = protocol === 'https:' ? https.request : http.request;
  return new Promise((resolve) => {
    const failed = (error) => resolve({
      status: 0, headers: {}, body: Buffer.from(String(error.message)), asked_ms, first_byte_ms: Date.now(), answered_ms: Date.now(),
    });
    const outgoing = send(url, { method, headers, agent: agents[protocol] }, (incoming) => {
      const pieces = [];
      let first_byte_ms = null;
      incoming.on('data', (piece) => {
        first_byte_ms ??= Date.now();
        pieces.push(piece);
      });
      incoming.on('error', failed);
      incoming.on('end', () => resolve({
        status: incoming.statusCode ?? 0, headers: joined(incoming.headers), body: Buffer.concat(pieces),
        asked_ms, first_byte_ms: first_byte_ms ?? Date.now(), answered_ms: Date.now(),
      }));
    });
    outgoing.setTimeout(timeout_ms, () => outgoing.destroy(new Error(`no answer within ${timeout_ms} ms`)));
    outgoing.on('error', failed);
    outgoing.end();
  });
}

function joined(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
