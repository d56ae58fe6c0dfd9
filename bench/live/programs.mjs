/** The load programs, pinned to a core, and the server they talk to. */
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Shopcast } from '../../tests/e2e/lib/shopcast.mjs';
import { pin, start } from '../lib/processes.mjs';

/** A load program: it prints "ready" when its load is there, and "done" with its figures. */
class Load {
  /** @param {number} core @param {string} program @param {string[]} args @param {string} [input] */
  constructor(core, program, args, input = '') {
    this.child = start(core, program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin.end(input);
    /** @type {Record<string, any>} */
    this.said = {};
    const exited = new Promise((resolve) => { this.child.on('close', resolve); });
    const lines = createInterface({ input: this.child.stdout });
    const event = (name) => new Promise((resolve, reject) => {
      lines.on('line', (line) => { const said = JSON.parse(line); if (said.event === name) resolve(said); });
      exited.then((code) => reject(new Error(`${program.split('/').at(-1)} left with ${code} before it was ${name}`)));
    });
    this.ready = event('ready');
    this.done = event('done');
    for (const promise of [this.ready, this.done]) promise.catch(() => {});
  }
}

/**
 * @param {{bin: string, core: number}} where @param {string} address @param {string[]} channels
 * @param {'idle' | 'playlist' | 'bodies' | 'hint' | 'bare'} mode
 */
export function start_viewers({ bin, core }, address, channels, mode, viewers, seconds, stay_seconds = 0) {
  return new Load(core, join(bin, 'bench_live_viewers'), [address, channels.join(','), mode, String(viewers), String(seconds), String(stay_seconds)]);
}

/** @param {{bin: string, core: number}} where @param {string} address @param {string[]} keys */
export function start_publishers({ bin, core }, address, film, keys, seconds, stay_seconds = 0) {
  return new Load(core, join(bin, 'bench_live_publishers'), [address, 'live', film, String(seconds), String(stay_seconds)], `${keys.join('\n')}\n`);
}

/** The server that only holds and sends; `ready` says its port. */
export function start_bare({ bin, core }, answer_file) {
  return new Load(core, join(bin, 'bench_live_bare_hold'), [answer_file]);
}

const servers = new Set();

/** Stops what an error left running. */
export async function stop_servers() {
  for (const server of servers) await server.clear();
}

/** `shopcast serve` on one core with one network thread, its limits as they are shipped. */
export async function start_server(core) {
  const server = await Shopcast.start('bench-live', { args: ['--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0', '--threads', '1'] });
  pin(server.pid, core);
  servers.add(server);
  return server;
}

export async function stop_server(server) {
  servers.delete(server);
  await server.clear();
}

/** Creates channels over the server's own socket. @returns {Promise<{names: string[], keys: string[]}>} */
export async function create_channels(server, count) {
  const names = Array.from({ length: count }, (_, index) => `show-${index}`);
  const keys = [];
  for (const name of names) keys.push((await post(join(server.data_folder, 'admin.sock'), '/admin/v1/channels', { name })).stream_key);
  return { names, keys };
}

function post(socketPath, path, body) {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: 'POST', headers: { 'Content-Type': 'application/json' } }, async (answer) => {
      let text = '';
      for await (const piece of answer) text += piece;
      if (answer.statusCode === 201) resolve(JSON.parse(text));
      else reject(new Error(`${path}: ${answer.statusCode} ${text}`));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

/** KiB of memory a process has in RAM. */
export function rss_kib(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
}

/** KiB of live media: it lies in memfds, which a process's RSS does not count. */
export function memfd_kib(pid) {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).reduce((sum, name) => {
    try {
      const path = join(folder, name);
      return readlinkSync(path).startsWith('/memfd:') ? sum + statSync(path).blocks / 2 : sum;
    } catch {
      return sum; // closed meanwhile
    }
  }, 0);
}
