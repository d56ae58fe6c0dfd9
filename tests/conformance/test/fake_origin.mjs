/**
 * A low-latency HLS origin in memory and in virtual time, which keeps every rule until a mutation
 * makes it break one. Not a model of shopcast: written from the specification, apart from it.
 */
import { gzipSync } from 'node:zlib';
import { PARTS, PART_MS, FakeStream, TARGET_DURATION } from './fake_stream.mjs';
import { VirtualTime } from './virtual_time.mjs';

const RENDITIONS = ['src', 'low'];
const LATENCY_MS = 4;
const TICK_MS = 25;
/** The stream is this old when a walk begins: long enough to have dropped segments. */
const AGE_MS = 80_000;
/** One parameter change leaves the window during a walk, one enters it. */
const EPOCH_STARTS = [11, 42];
const ADVANCE_PARTS = Math.ceil(3 / (PART_MS / 1000));
const HEADERS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Age, Date' };

/**
 * @typedef {import('./fake_stream.mjs').Twists} Twists
 * @typedef {{method: string, path: string, query: URLSearchParams, headers: Record<string, string>}} Request
 * @typedef {object} Mutation
 * @property {(request: Request, origin: FakeOrigin) => any} [before]   an answer instead of the right one
 * @property {(answer: any, request: Request, origin: FakeOrigin) => any} [after]
 * @property {(count: number, origin: FakeOrigin) => number} [count]  how many parts exist
 */

export class FakeOrigin {
  /** @param {Twists & Mutation} mutation */
  constructor(mutation = {}) {
    this.time = new VirtualTime(Date.UTC(2026, 0, 1));
    this.mutation = mutation;
    this.stream = new FakeStream(this.time.now_ms - AGE_MS, EPOCH_STARTS, mutation);
    this.url = 'http://fake/live/show/index.m3u8';
    this.held_ms = 0;
    this.held_since_ms = null;
    this.ended_count = null;
  }

  get walked_ms() {
    return this.time.now_ms - this.stream.started_ms - AGE_MS;
  }
  get count() {
    if (this.ended_count !== null) return this.ended_count;
    const now_ms = this.held_since_ms ?? this.time.now_ms;
    const count = Math.floor((now_ms - this.stream.started_ms - this.held_ms) / PART_MS);
    return this.mutation.count?.(count, this) ?? count;
  }

  /** As walk() wants it. */
  async stall() {
    this.held_since_ms = this.time.now_ms;
    return async () => {
      this.held_ms += this.time.now_ms - this.held_since_ms;
      this.held_since_ms = null;
    };
  }
  async end() {
    this.ended_count = this.count;
  }

  /** @returns {import('../lib/http_client.mjs').Client} */
  get client() {
    return {
      now_ms: () => this.time.now_ms,
      sleep: (ms) => this.time.until(this.time.now_ms + ms),
      close: () => {},
      request: (url, options) => this.#exchange(url, options),
    };
  }
  now_ms() {
    return this.time.now_ms;
  }

  async #exchange(url, { method = 'GET', headers = {}, timeout_ms = 30_000 } = {}) {
    const { pathname, searchParams } = new URL(url);
    const request = { method, path: pathname, query: searchParams, search: new URL(url).search, headers };
    const asked_ms = this.time.now_ms;
    await this.time.until(asked_ms + LATENCY_MS);
    const late = this.time.until(asked_ms + timeout_ms).then(() => ({ status: 0, headers: {}, body: Buffer.from('timeout') }));
    const answer = await Promise.race([this.#answer(request), late]);
    return { first_byte_ms: this.time.now_ms, ...answer, asked_ms, answered_ms: this.time.now_ms };
  }

  async #answer(request) {
    let answer = await this.mutation.before?.(request, this) ?? await this.#route(request);
    answer = negotiate(request, { ...answer, headers: { date: new Date(this.time.now_ms).toUTCString(), ...HEADERS, ...answer.headers } });
    return await this.mutation.after?.(answer, request, this) ?? answer;
  }

  async #route(request) {
    const { method, path } = request;
    if (method !== 'GET' && method !== 'HEAD') return problem(405, { allow: 'GET, HEAD' });
    if (path === '/live/show/index.m3u8') return playlist(this.stream.multivariant(RENDITIONS), 'max-age=1');
    const name = /^\/live\/s\/id\/(src|low)\/(.*)$/.exec(path);
    if (!name) return problem(404);
    if (name[2] === 'index.m3u8') return this.#media_playlist(request, name[1]);
    if (/^init-[012]\.mp4$/.test(name[2])) return media(this.stream.init_bytes());
    const piece = /^(\d+)-(\d+)(?:\.(\d+))?\.m4s$/.exec(name[2]);
    if (!piece || Number(piece[1]) !== this.stream.epoch_of(Number(piece[2]))) return problem(404);
    const [msn, part] = [Number(piece[2]), piece[3] === undefined ? null : Number(piece[3])];
    return part === null ? this.#segment(msn) : this.#part(msn, part);
  }

  #segment(msn) {
    const parts = Math.min(PARTS, this.count - msn * PARTS);
    return parts === PARTS || (parts > 0 && this.ended_count !== null) ? media(this.stream.segment_bytes(msn, parts)) : problem(404);
  }

  async #part(msn, part) {
    const number = msn * PARTS + part;
    const hinted = number === this.count && this.ended_count === null;
    if (part >= PARTS || (number >= this.count && !hinted)) return problem(404);
    if (hinted) await this.#wait_for(number);
    return number < this.count ? media(this.stream.part_bytes(msn, part)) : problem(404);
  }

  async #media_playlist({ query }, name) {
    const state = () => ({
      count: this.count, ended: this.ended_count !== null, skip: ['YES', 'v2'].includes(query.get('_HLS_skip')),
      others: RENDITIONS.filter((each) => each !== name), name,
    });
    const [msn, part] = ['_HLS_msn', '_HLS_part'].map((key) => query.get(key));
    if (msn === null && part === null) return playlist(this.stream.playlist(state()), 'max-age=1');
    if (this.ended_count === null) {
      if (![msn, part ?? '0'].every((each) => /^\d{1,15}$/.test(each ?? ''))) return problem(400);
      const wanted = wanted_number(Number(msn), part === null ? 0 : Number(part), this.count);
      if (Number(msn) > Math.floor((this.count - 1) / PARTS) + 2) return problem(400);
      if (part !== null && wanted >= this.count + ADVANCE_PARTS) return problem(400);
      if (!await this.#wait_for(wanted)) return problem(503, { 'retry-after': '1' });
    }
    return playlist(this.stream.playlist(state()), 'max-age=24');
  }

  async #wait_for(number) {
    const until_ms = this.time.now_ms + 3 * TARGET_DURATION * 1000;
    while (this.count <= number && this.ended_count === null) {
      if (this.time.now_ms >= until_ms) return false;
      await this.time.until(this.time.now_ms + TICK_MS);
    }
    return true;
  }
}

/** The number of the part that a request names; past the last of a finished segment, the next. */
function wanted_number(msn, part, count) {
  const finished = (msn + 1) * PARTS <= count;
  return finished && part >= PARTS ? (msn + 1) * PARTS : msn * PARTS + part;
}

function playlist(text, cache) {
  return { status: 200, headers: { 'content-type': 'application/vnd.apple.mpegurl', 'cache-control': `public, ${cache}`, vary: 'Accept-Encoding' }, body: Buffer.from(text) };
}

function media(body) {
  return { status: 200, headers: { 'content-type': 'video/mp4', 'cache-control': 'public, max-age=31536000, immutable', 'accept-ranges': 'bytes' }, body };
}

export function problem(status, headers = {}) {
  const body = Buffer.from(JSON.stringify({ status, code: 'some_code', detail: 'A sentence.' }));
  return { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers }, body };
}

/** What HTTP does to any answer: gzip, ranges, HEAD. */
function negotiate({ method, headers: sent }, answer) {
  let { status, body } = answer;
  const headers = { ...answer.headers };
  if (headers.vary && /\bgzip\b(?!;q=0)/.test(sent['accept-encoding'] ?? '')) {
    body = gzipSync(body);
    headers['content-encoding'] = 'gzip';
  }
  const range = status === 200 && headers['accept-ranges'] && /^bytes=(\d*)-(\d*)$/.exec(sent.range ?? '');
  if (range) {
    const from = range[1] === '' ? body.length - Number(range[2]) : Number(range[1]);
    const to = range[1] === '' || range[2] === '' ? body.length - 1 : Math.min(Number(range[2]), body.length - 1);
    status = from > to ? 416 : 206;
    headers['content-range'] = from > to ? `bytes */${body.length}` : `bytes ${from}-${to}/${body.length}`;
    if (from > to) headers['cache-control'] = 'no-store';
    body = from > to ? Buffer.alloc(0) : body.subarray(from, to + 1);
  }
  headers['content-length'] = String(body.length);
  return { ...answer, status, headers, body: method === 'HEAD' ? Buffer.alloc(0) : body };
}
