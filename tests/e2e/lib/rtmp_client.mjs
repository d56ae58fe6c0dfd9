/**
 * A publisher that does on purpose what encoders do by accident: small chunks, odd chunk stream ids,
 * extended timestamps written two ways, commands in any order.
 */
import { once } from 'node:events';
import net from 'node:net';
import { decode_amf0, encode_amf0 } from './amf0.mjs';
import { client_echo, client_hello } from './rtmp_handshake.mjs';
import { event_of, in_time, until } from './wait.mjs';

const SET_CHUNK_SIZE = 1;
const USER_CONTROL = 4;
const AUDIO = 8;
const VIDEO = 9;
const DATA = 18;
const COMMAND = 20;
const AGGREGATE = 22;

/**
 * @typedef {object} Options
 * @property {'simple' | 'digest0' | 'digest1'} [handshake]
 * @property {number} [chunk_size]           what we announce and send
 * @property {boolean} [omit_extended]       type 3 chunks lack the extended timestamp, as old ffmpeg wrote them
 * @property {Partial<Record<number, number>>} [chunk_stream_ids] by message type
 * @property {number} [bytes_at_once]        cut the socket's writes into pieces of this size
 */

export class RtmpClient {
  /** Commands and statuses from the server, decoded. @type {any[][]} */
  commands = [];
  /** Messages of other types: {type, body}. */
  messages = [];
  closed = false;
  #transaction = 0;
  #in = { chunk_size: 128, streams: new Map(), bytes: Buffer.alloc(0), shaken: false };

  /** @param {net.Socket} socket @param {Options} options */
  constructor(socket, options) {
    this.socket = socket;
    this.options = options;
    this.chunk_size = 128;
  }

  /** @param {string} address host:port @param {Options} [options] */
  static async connect(address, options = {}) {
    const [host, port] = address.split(':');
    const socket = net.connect({ host, port: Number(port), noDelay: true });
    await event_of('a connection', socket, 'connect');
    const client = new RtmpClient(socket, options);
    socket.on('data', (piece) => client.#read(piece));
    socket.on('close', () => { client.closed = true; });
    socket.on('error', () => { client.closed = true; });
    await client.#shake_hands();
    return client;
  }

  async #shake_hands() {
    const kind = this.options.handshake ?? 'simple';
    const hello = client_hello(kind);
    await this.#write(hello.bytes);
    await until('S0, S1 and S2', () => this.#in.bytes.length >= 3073 || this.closed, { every_ms: 5 });
    if (this.#in.bytes.length < 3073) throw new Error('the server closed during the handshake');
    const echo = client_echo(kind, hello.block, this.#in.bytes.subarray(0, 3073));
    this.#in.bytes = this.#in.bytes.subarray(3073);
    this.#in.shaken = true;
    await this.#write(echo);
  }

  async #write(bytes) {
    const step = this.options.bytes_at_once ?? bytes.length;
    for (let at = 0; at < bytes.length; at += step) {
      if (this.closed) return;
      if (!this.socket.write(bytes.subarray(at, at + step))) await in_time('the server to read', Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]));
      if (this.options.bytes_at_once) await new Promise((done) => { setImmediate(done); });
    }
  }

  /**
   * One message, in chunks.
   * @param {number} type @param {Buffer} body @param {number} [timestamp] @param {number} [stream_id]
   */
  async send(type, body, timestamp = 0, stream_id = 0) {
    const id = this.options.chunk_stream_ids?.[type] ?? { [COMMAND]: 3, [AUDIO]: 4, [VIDEO]: 6, [DATA]: 5 }[type] ?? 2;
    const time = timestamp % 2 ** 32;
    const extended = time >= 0xffffff ? u32(time) : Buffer.alloc(0);
    const header = Buffer.alloc(11);
    header.writeUIntBE(Math.min(time, 0xffffff), 0, 3);
    header.writeUIntBE(body.length, 3, 3);
    header[6] = type;
    header.writeUInt32LE(stream_id, 7);
    const pieces = [basic_header(0, id), header, extended, body.subarray(0, this.chunk_size)];
    for (let at = this.chunk_size; at < body.length; at += this.chunk_size) {
      pieces.push(basic_header(3, id), this.options.omit_extended ? Buffer.alloc(0) : extended, body.subarray(at, at + this.chunk_size));
    }
    await this.#write(Buffer.concat(pieces));
    if (type === SET_CHUNK_SIZE) this.chunk_size = body.readUInt32BE(0);
  }

  set_chunk_size(size) {
    return this.send(SET_CHUNK_SIZE, u32(size));
  }

  /** A command whose answer is waited for. @returns {Promise<any[]>} its values after the name */
  async call(name, ...values) {
    this.#transaction += 1;
    const transaction = this.#transaction;
    await this.send(COMMAND, encode_amf0(name, transaction, ...values));
    const is_answer = (command) => (command[0] === '_result' || command[0] === '_error') && command[1] === transaction;
    await until(`the answer to ${name}`, () => this.closed || this.commands.some(is_answer));
    const answer = this.commands.find(is_answer);
    if (!answer) throw new Error(`the server closed the connection without an answer to ${name}`);
    return answer;
  }

  /** connect, and createStream unless told otherwise. @param {string} app @param {object} [more] */
  async open(app = 'live', more = {}) {
    if (this.options.chunk_size) await this.set_chunk_size(this.options.chunk_size);
    const [name, , , info] = await this.call('connect', { app, type: 'nonprivate', flashVer: 'FMLE/3.0', tcUrl: `rtmp://127.0.0.1/${app}`, ...more });
    if (name !== '_result') return info;
    const [, , , stream_id] = await this.call('createStream', null);
    this.stream_id = stream_id;
    return info;
  }

  /** publish, and the onStatus that answers it. @param {string} key @returns {Promise<any>} */
  async publish(key) {
    const before = this.commands.length;
    await this.send(COMMAND, encode_amf0('publish', 0, null, key, 'live'), 0, this.stream_id);
    return until('onStatus', () => this.commands.slice(before).find((command) => command[0] === 'onStatus')?.[3]);
  }

  media(type, timestamp, body) {
    return this.send(type, body, timestamp, this.stream_id);
  }

  /** The last status of this level. */
  status(level) {
    return this.commands.findLast((command) => command[0] === 'onStatus' && command[3]?.level === level)?.[3] ?? null;
  }

  until_closed() {
    return until('the server closes', () => this.closed);
  }

  close() {
    this.socket.destroy();
  }

  #read(piece) {
    this.#in.bytes = Buffer.concat([this.#in.bytes, piece]);
    while (this.#in.shaken && this.#read_chunk());
  }

  /** Takes one chunk if it is there whole. */
  #read_chunk() {
    const { bytes, streams } = this.#in;
    if (bytes.length < 1) return false;
    const fmt = bytes[0] >> 6;
    const id = bytes[0] & 63;
    const stream = streams.get(id) ?? { body: Buffer.alloc(0), left: 0, length: 0, type: 0, extended: false };
    let at = 1;
    const need = [11, 7, 3, 0][fmt];
    if (bytes.length < at + need) return false;
    const head = { ...stream };
    if (fmt <= 2) head.extended = bytes.readUIntBE(at, 3) === 0xffffff;
    if (fmt <= 1) {
      head.length = bytes.readUIntBE(at + 3, 3);
      head.type = bytes[at + 6];
    }
    at += need + (head.extended ? 4 : 0);
    if (fmt <= 2 || head.left === 0) Object.assign(head, { body: Buffer.alloc(0), left: head.length });
    const take = Math.min(head.left, this.#in.chunk_size);
    if (bytes.length < at + take) return false;
    head.body = Buffer.concat([head.body, bytes.subarray(at, at + take)]);
    head.left -= take;
    streams.set(id, head);
    this.#in.bytes = bytes.subarray(at + take);
    if (head.left === 0) this.#message(head.type, head.body);
    return true;
  }

  #message(type, body) {
    if (type === SET_CHUNK_SIZE) this.#in.chunk_size = body.readUInt32BE(0);
    else if (type === COMMAND) this.commands.push(decode_amf0(body));
    else this.messages.push({ type, body });
  }
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Chunk basic header; ids from 64 on take two bytes, from 320 on three, low byte first. */
function basic_header(fmt, id) {
  if (id < 64) return Buffer.from([(fmt << 6) | id]);
  if (id < 320) return Buffer.from([fmt << 6, id - 64]);
  return Buffer.from([(fmt << 6) | 1, (id - 64) & 255, (id - 64) >> 8]);
}

/** @typedef {{type: number, timestamp: number, body: Buffer}} FlvTag */

/** The tags of an FLV file. @param {Buffer} file @returns {FlvTag[]} */
export function flv_tags(file) {
  const tags = [];
  let at = file.readUInt32BE(5) + 4;
  while (at + 11 <= file.length) {
    const size = file.readUIntBE(at + 1, 3);
    const timestamp = file.readUIntBE(at + 4, 3) + file[at + 7] * 2 ** 24;
    tags.push({ type: file[at], timestamp, body: file.subarray(at + 11, at + 11 + size) });
    at += 11 + size + 4;
  }
  return tags;
}

/** Several tags as one aggregate message (RTMP 1.0, 7.1.6). @param {FlvTag[]} tags */
export function aggregate_body(tags) {
  return Buffer.concat(tags.flatMap(({ type, timestamp, body }) => {
    const head = Buffer.alloc(11);
    head[0] = type;
    head.writeUIntBE(body.length, 1, 3);
    head.writeUIntBE(timestamp & 0xffffff, 4, 3);
    head[7] = (timestamp >>> 24) & 255;
    return [head, body, u32(body.length + 11)];
  }));
}

export const TYPES = { SET_CHUNK_SIZE, USER_CONTROL, AUDIO, VIDEO, DATA, COMMAND, AGGREGATE };
