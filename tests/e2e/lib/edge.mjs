/**
 * nginx in front of shopcast, with the very files of deploy/nginx: only what they mark CHANGE, the
 * addresses and the cache's folder, is put in their place.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch_nginx, fetch_nginx_stream } from '../../../bench/lib/nginx.mjs';
import { until_listening } from '../../../bench/lib/processes.mjs';
import { ROOT, out_folder } from './paths.mjs';
import { free_port } from './ports.mjs';
import { in_time } from './wait.mjs';

const TOOLS = `${ROOT}build/tools`;
const DEPLOYED = `${ROOT}deploy/nginx`;
/** Where nginx connects from: so that a server can tell it from the test itself. */
export const EDGE_ADDRESS = '127.0.0.3';
/** More than one, as on any real edge: they share the cache and its locks. */
export const EDGE_WORKERS = 2;

/** A delivered file with values of the test's own, each of which stands in it exactly once. */
function with_values(file, values) {
  let text = readFileSync(`${DEPLOYED}/${file}`, 'utf8').replace(/^\s*#.*\n/gm, '');
  for (const [old, value] of Object.entries(values)) {
    const pieces = text.split(old);
    if (pieces.length !== 2) throw new Error(`${file} holds "${old}" ${pieces.length - 1} times`);
    text = pieces.join(value);
  }
  return text;
}

const temporary_paths = (folder) => ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');

export class Edge {
  /** Edges that a failing test left running. @type {Set<Edge>} */
  static #running = new Set();
  static { process.on('exit', () => Edge.#running.forEach((edge) => edge.#child.kill('SIGTERM'))); }

  #child;
  #closed;

  constructor(name, folder) {
    this.name = name;
    this.folder = folder;
  }

  /**
   * @param {string} name of its log
   * @param {{http?: string, rtmp?: string}} shopcast addresses of what it stands in front of
   */
  static async start(name, { http, rtmp }) {
    const edge = new Edge(name, mkdtempSync(join(tmpdir(), 'shopcast-edge-')));
    edge.port = await free_port();
    edge.rtmp_port = await free_port();
    edge.http = `127.0.0.1:${edge.port}`;
    edge.origin = `http://${edge.http}`;
    // What the files include as shopcast/..
    symlinkSync(`${DEPLOYED}/shopcast`, `${edge.folder}/shopcast`);
    const site = http && with_values('shopcast.conf', {
      '/var/cache/nginx/shopcast': `${edge.folder}/cache`, '127.0.0.1:8080': http, 'listen 80;': `listen ${edge.http};`, 'live.example.com': 'localhost',
    });
    const stream = rtmp && with_values('shopcast-rtmp.conf', { '127.0.0.1:1935': rtmp, 'listen 1935;': `listen 127.0.0.1:${edge.rtmp_port};` });
    writeFileSync(`${edge.folder}/nginx.conf`, `
${process.getuid() === 0 ? 'user root;' : ''}
${stream ? `load_module ${fetch_nginx_stream(TOOLS)};` : ''}
daemon off;
worker_processes ${EDGE_WORKERS};
pid ${edge.folder}/pid;
error_log ${out_folder('logs')}${name}.log warn;
events { worker_connections 1024; }
${site ? `http { access_log off; ${temporary_paths(edge.folder)} proxy_bind ${EDGE_ADDRESS};\n${site}\n}` : ''}
${stream ? `stream { proxy_bind ${EDGE_ADDRESS};\n${stream}\n}` : ''}
`);
    await edge.begin();
    return edge;
  }

  /** Starts it, with an empty cache. */
  async begin() {
    rmSync(`${this.folder}/cache`, { recursive: true, force: true });
    mkdirSync(`${this.folder}/cache`);
    this.#child = spawn(fetch_nginx(TOOLS), ['-p', this.folder, '-e', 'stderr', '-c', `${this.folder}/nginx.conf`], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#closed = once(this.#child, 'close');
    Edge.#running.add(this);
    await Promise.race([
      Promise.all([this.port, this.rtmp_port].map((port) => (this.#listens_on(port) ? until_listening(port) : null))),
      this.#closed.then(([code]) => { throw new Error(`nginx left with ${code}`); }),
    ]);
  }

  #listens_on(port) {
    return readFileSync(`${this.folder}/nginx.conf`, 'utf8').includes(`listen 127.0.0.1:${port};`);
  }

  /** Ends at once: connections are cut. */
  async stop() {
    this.#child.kill('SIGTERM');
    await in_time(`${this.name ?? 'nginx'} to end`, this.#closed);
    Edge.#running.delete(this);
  }

  async clear() {
    if (Edge.#running.has(this)) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  url(path) {
    return new URL(path, this.origin).href;
  }
}
