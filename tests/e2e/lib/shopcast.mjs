/** A shopcast server of a test's own: free ports, a fresh data folder, its log kept. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { out_folder, shopcast_program } from './paths.mjs';
import { PATIENCE_MS, in_time, until } from './wait.mjs';

/**
 * @typedef {{name: string, title: string, stream_key: string, publish_url: string, playback_url: string, watch_url: string}} Channel
 * @typedef {{code: number | null, signal: string | null, stdout: string, stderr: string}} Outcome
 */

/** Runs the program to its end. @param {string[]} args @returns {Promise<Outcome>} */
export async function run_shopcast(args, options = {}) {
  const child = spawn(shopcast_program(), args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000, killSignal: 'SIGKILL', ...options });
  const outcome = { stdout: '', stderr: '' };
  child.stdout.on('data', (piece) => { outcome.stdout += piece; });
  child.stderr.on('data', (piece) => { outcome.stderr += piece; });
  const [code, signal] = await once(child, 'close');
  return { code, signal, ...outcome };
}

export class Shopcast {
  #child;
  #log_file;
  #rest = '';
  #closed;

  /** Lines of the log, parsed. @type {Record<string, any>[]} */
  events = [];
  /** Lines that are not JSON objects; there should be none. @type {string[]} */
  stray_lines = [];
  raw_log = '';
  /** What it said to the person who started it. */
  printed = '';

  constructor(name, data_folder, args, prefix) {
    this.data_folder = data_folder;
    this.#log_file = createWriteStream(`${out_folder('logs')}${name}.log`);
    const [program, ...rest] = [...prefix, shopcast_program(), 'serve', '--data', data_folder, ...args];
    this.#child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], cwd: data_folder });
    this.#child.stdout.on('data', (piece) => { this.printed += piece; });
    this.#child.stderr.on('data', (piece) => this.#take(piece));
    this.#closed = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /**
   * Starts a server and waits until it serves.
   * @param {string} name of its log file
   * @param {{args?: string[], data_folder?: string, prefix?: string[], settings?: string}} [options]
   *   prefix: a program that starts it; settings: its shopcast.toml
   */
  static async start(name, { prefix = [], settings = null, args = ['--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0'], data_folder = mkdtempSync(join(tmpdir(), 'shopcast-e2e-')) } = {}) {
    if (settings !== null) writeFileSync(join(data_folder, 'shopcast.toml'), settings);
    const server = new Shopcast(name, data_folder, args, prefix);
    const exited = server.#closed.then(({ code }) => { throw new Error(`the server left with ${code}: ${server.raw_log}`); });
    exited.catch(() => {});
    const started = await Promise.race([exited, until('server.started', () => server.event('server.started'))]);
    server.http = started.http;
    server.rtmp = started.rtmp;
    server.https = started.https;
    server.rtmps = started.rtmps;
    server.origin = `http://${started.http}`;
    return server;
  }

  get pid() {
    return this.#child.pid;
  }

  #take(piece) {
    this.#log_file.write(piece);
    this.raw_log += piece;
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines.filter((each) => each !== '')) {
      try {
        this.events.push(JSON.parse(line));
      } catch {
        this.stray_lines.push(line);
      }
    }
  }

  /** The first event of a kind, with these fields. @param {string} name */
  event(name, fields = {}) {
    return this.events.find((event) => event.event === name && Object.entries(fields).every(([key, value]) => event[key] === value)) ?? null;
  }

  /** Asks over the server's socket, as an operator does. @param {...string} args @returns {Promise<any>} */
  async ask(...args) {
    const outcome = await run_shopcast([...args, '--data', this.data_folder, '--json']);
    if (outcome.code !== 0) throw new Error(`shopcast ${args.join(' ')}: ${outcome.stderr || outcome.stdout}`);
    return JSON.parse(outcome.stdout);
  }

  /** @param {string} name @param {string} [title] @returns {Promise<Channel>} */
  create_channel(name, title = `Show ${name}`) {
    return this.ask('channel', 'create', name, '--title', title);
  }

  url(path) {
    return new URL(path, this.origin).href;
  }

  /** @param {string} path */
  async json(path) {
    const answer = await fetch(this.url(path));
    return answer.json();
  }

  channel(name) {
    return this.json(`/api/v1/channels/${name}`);
  }

  /** Waits until a channel is in a state. @param {string} name @param {string} state */
  until_state(name, state, timeout_ms = PATIENCE_MS) {
    return until(`${name} is ${state}`, async () => {
      const channel = await this.channel(name);
      return channel.state === state ? channel : Promise.reject(new Error(`it is ${channel.state}`));
    }, { timeout_ms });
  }

  /** What it has in memory. */
  resident_kib() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]);
  }

  /**
   * One number of /metrics, all labels together that contain `label`; 0 when it is not there.
   * @param {string} name @param {string} [label] as route="media"
   */
  async metric(name, label = '') {
    const text = await (await fetch(this.url('/metrics'))).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`)).filter((line) => line.includes(label));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** SIGTERM, and how it ended. @returns {Promise<{code: number | null, signal: string | null}>} */
  async stop(signal = 'SIGTERM') {
    this.#child.kill(signal);
    const outcome = await in_time('the server to stop', this.#closed);
    this.#log_file.end();
    return outcome;
  }

  /** For the end of a test: stopped for certain, data folder gone. */
  async clear() {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.stop();
    clearTimeout(timer);
    rmSync(this.data_folder, { recursive: true, force: true });
  }
}
