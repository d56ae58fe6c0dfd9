/** A browser, as far as the API sees one: its cookies, its headers. Or a program with a token. */
import https from 'node:https';
import http from 'node:http';
import { PASSWORD } from './password.mjs';

/** @typedef {{status: number, headers: Record<string, string>, body: any, cookies: string[]}} Answer */

export class Client {
  /** @type {Map<string, string>} */
  cookies = new Map();
  token = null;

  /**
   * @param {string} origin
   * @param {{contract?: import('./openapi.mjs').Contract, headers?: Record<string, string>, from?: string}} [options]
   *   contract: what every answer is checked against; headers: sent with every request; from: its own
   *   address, 127.0.0.1 where nothing else is said
   */
  constructor(origin, { contract, headers = {}, from } = {}) {
    this.origin = origin;
    this.contract = contract;
    this.headers = headers;
    this.from = from;
  }

  /** Another browser, or the same one at another address of the server. */
  fresh(options = {}) {
    return new Client(options.origin ?? this.origin, { contract: this.contract, headers: options.headers ?? {}, from: options.from ?? this.from });
  }

  /**
   * @param {string} method @param {string} path @param {any} [body]
   * @param {Record<string, string>} [headers] an empty value leaves that header out
   * @returns {Promise<Answer>}
   */
  async send(method, path, body, headers = {}) {
    const is_raw = typeof body === 'string' || Buffer.isBuffer(body);
    const payload = body === undefined ? '' : is_raw ? body : JSON.stringify(body);
    const all = { origin: this.origin, ...this.headers };
    if (this.token) {
      delete all.origin;
      all.authorization = `Bearer ${this.token}`;
    }
    if (payload !== '') all['content-type'] = 'application/json';
    if (method !== 'GET') all['content-length'] = String(Buffer.byteLength(payload));
    if (this.cookies.size > 0) all.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    Object.assign(all, headers);
    for (const name of Object.keys(all)) if (all[name] === '') delete all[name];
    const answer = await exchange(new URL(path, this.origin), method, all, payload, this.from);
    this.#keep(answer.cookies);
    const pathname = new URL(path, this.origin).pathname;
    this.contract?.check(method, pathname, answer.status, answer.headers['content-type'] ?? '', answer.body);
    return answer;
  }

  get(path, headers) { return this.send('GET', path, undefined, headers); }
  post(path, body = undefined, headers) { return this.send('POST', path, body, headers); }
  put(path, body = undefined, headers) { return this.send('PUT', path, body, headers); }
  patch(path, body, headers) { return this.send('PATCH', path, body, headers); }
  del(path, headers) { return this.send('DELETE', path, undefined, headers); }

  sign_in(login, password = PASSWORD, code) {
    return this.post('/api/v1/session', { login, password, ...(code ? { code } : {}) });
  }
  sign_up(login, more = {}) {
    return this.post('/api/v1/accounts', { login, password: PASSWORD, ...more });
  }

  #keep(set_cookies) {
    for (const line of set_cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** fetch forbids Cookie, Origin and Sec-Fetch-Site. @returns {Promise<Answer>} */
function exchange(url, method, headers, payload, from) {
  return new Promise((resolve, reject) => {
    const module = url.protocol === 'https:' ? https : http;
    const request = module.request(url, { method, headers, localAddress: from, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece) => { text += piece; });
      response.on('error', reject);
      response.on('end', () => {
        const is_json = /json/.test(response.headers['content-type'] ?? '');
        resolve({
          status: response.statusCode,
          headers: response.headers,
          cookies: response.headers['set-cookie'] ?? [],
          body: text === '' ? null : is_json ? JSON.parse(text) : text,
        });
      });
    });
    request.on('error', reject);
    request.setTimeout(30_000, () => request.destroy(new Error('no answer within 30 s')));
    request.end(payload);
  });
}
