/**
 * Those who want everything, each from one address (127.0.0.66, and h2load, which can choose none, from
 * 127.0.0.1) and as fast as it goes, until their process group is killed:
 * `node attackers.mjs NAME '{"http": "127.0.0.1:1", "https": "127.0.0.1:2", "rtmp": "...", "cookie": "...", "folder": "..."}'`.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';

const [, , name, told] = process.argv;
const target = JSON.parse(told);
const origin = `http://${target.http}`;
const [host, port] = [target.http.split(':')[0], Number(target.http.split(':')[1])];
const from = { localAddress: '127.0.0.66' };
const agent = new http.Agent({ keepAlive: true, maxSockets: 64, ...from });

/** Streams of HTTP/2 on so many connections, in C because a script would be busy with itself. @param {number} connections @param {string[]} paths asked in turn @param {...string} headers */
function streams(connections, paths, ...headers) {
  const file = join(target.folder, `${name}.urls`);
  writeFileSync(file, paths.map((path) => `https://${target.https}${path}\n`).join(''));
  const options = ['--duration=3600', `--clients=${connections}`, '--max-concurrent-streams=100', `--input-file=${file}`, ...headers.map((line) => `--header=${line}`)];
  const start = () => {
    const child = spawn('h2load', options, { stdio: 'ignore' });
    child.on('error', (error) => { throw error; });
    child.on('exit', () => setTimeout(start, 10)); // whoever is cut off comes again
  };
  start();
}

/** Requests one after another on so many connections. @param {() => {method: string, path: string, body?: string, headers?: any}} next */
function requests(connections, next) {
  const one = () => {
    const { method, path, body = '', headers = {} } = next();
    const again = () => setImmediate(one);
    const request = http.request({ agent, host, port, method, path, headers: { origin, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers } }, (answer) => {
      answer.resume();
      answer.on('close', again);
    });
    request.on('error', () => setTimeout(one, 5));
    request.end(body);
  };
  for (let i = 0; i < connections; i += 1) one();
}

let count = 0;
const word = () => `w${(count += 1).toString(36)}`;
const viewer = () => `fairness-${(count += 1).toString().padStart(16, '0')}`;

const attacks = {
  /** One page of the catalogue, over and over. */
  list: () => streams(12, ['/api/v1/products?limit=100']),
  /** What nobody else asks for. */
  search: () => streams(12, Array.from({ length: 50_000 }, () => `/api/v1/products?limit=100&q=${word()}`)),
  /** Carts and orders of one account. */
  account: () => streams(12, ['/api/v1/cart', '/api/v1/orders'], `cookie: ${target.tls_cookie}`),
  /** Orders that are cancelled at once. */
  orders: () => requests(8, () => ({ method: 'POST', path: '/api/v1/orders', headers: { cookie: target.cookie }, body: JSON.stringify({ lines: [{ sku: target.sku, quantity: 20 }], address: target.address }) })),
  /** Passwords of somebody else. */
  guesses: () => requests(64, () => ({ method: 'POST', path: '/api/v1/session', body: JSON.stringify({ login: 'honest', password: word() }) })),
  /** A mebibyte each, from somebody who may not send one. */
  bodies: () => requests(64, () => ({ method: 'POST', path: '/api/v1/shops/main/pictures', headers: { 'content-type': 'image/png' }, body: 'x'.repeat(1 << 20) })),
  /** Viewers who are none. */
  reports: () => requests(64, () => ({ method: 'POST', path: '/api/v1/channels/show/viewers', body: JSON.stringify({ viewer: viewer(), playback: { stalls: 99 } }) })),
  /** Connections that say nothing: encoders' and browsers'. */
  silence: () => {
    const [rtmp_host, rtmp_port] = target.rtmp.split(':');
    const open = (to) => {
      const socket = connect({ ...to, ...from });
      socket.on('error', () => {});
      socket.on('close', () => setTimeout(() => open(to), 100));
    };
    for (let i = 0; i < 1100; i += 1) open({ host: rtmp_host, port: Number(rtmp_port) });
    for (let i = 0; i < 1100; i += 1) open({ host, port });
  },
  /** No attack: takes the processor that the attackers would. */
  spinner: () => {
    const spin = () => {
      const end = Date.now() + 50;
      while (Date.now() < end);
      setImmediate(spin);
    };
    spin();
  },
};

attacks[name]();
