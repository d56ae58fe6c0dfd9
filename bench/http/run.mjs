/**
 * `./dev bench http`: server CPU per request, and rate, of
 *   small: a live media playlist (gzip, 1 to 2 KiB), beside nginx and a bare epoll loop that send the same bytes;
 *   large: a live media part of about 200 KB, beside nginx that has it in a tmpfs, and on a disk (in its page cache).
 * Every server runs on one core, wrk with 64 keep-alive connections on another; the servers take turns, and the medians are
 * compared. CPU time is user and system from /proc/PID/stat, less what packaging the live channel takes without any viewer.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { background_us_per_second, machine, measure, median } from '../lib/measure.mjs';
import { fetch_nginx, start_nginx } from '../lib/nginx.mjs';
import { start, stop_all, until_listening } from '../lib/processes.mjs';
import { Product } from './product.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    'server-core': { type: 'string', default: '0' },
    'client-core': { type: 'string', default: '1' },
    bin: { type: 'string', default: 'build/release/bin' },
    settle: { type: 'string', default: '65' },
    library: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`./dev bench http [--runs 5] [--seconds 4] [--server-core 0] [--client-core 1] [--settle 65] [--library]
  --settle SECONDS lets the live window fill, so that the playlist has its full size
  --library measures http::Server alone, with one route of each kind, in place of \`shopcast serve\``);
  process.exit(0);
}

const runs = Number(options.runs);
const seconds = Number(options.seconds);
const server_core = Number(options['server-core']);
const client_core = Number(options['client-core']);
const bin = join(root, options.bin);
const connections = 64;
const gzip = 'Accept-Encoding: gzip';
const ports = { bare: 18181, small: 18182, large_disk: 18183, large_memory: 18184, library: 18185 };

const targets = [
  { what: 'small', against: 'nginx', at_most: 0.75 },
  { what: 'small', against: 'bare epoll loop', at_most: 1.35 },
  { what: 'large', against: 'nginx, tmpfs', at_most: 1.0 },
  { what: 'large', against: 'nginx, disk', at_most: 1.0 },
];

function build() {
  if (options.bin !== 'build/release/bin') return;
  console.log('Building the release, with the yardsticks ...');
  execFileSync('cmake', ['--preset', 'release', '-DSHOPCAST_BENCH=ON'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('ninja', ['-C', 'build/release', 'shopcast', 'bench_http_bare_epoll', 'bench_http_library'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The body behind a URL, as it goes over the wire. */
function body_of(url) {
  return execFileSync('curl', ['-sf', '-H', gzip, url], { maxBuffer: 64 * 1024 * 1024 });
}

/** http::Server alone: the same interface as Product. */
async function start_library(folder) {
  const small = join(folder, 'library-small');
  const large = join(folder, 'library-large');
  const words = Array.from({ length: 40_000 }, () => Math.random().toString(36).slice(2, 7)).join('');
  writeFileSync(small, words.slice(0, 1024));
  writeFileSync(large, words.slice(0, 200_000));
  const child = start(server_core, join(bin, 'bench_http_library'), [`127.0.0.1:${ports.library}`, small, large]);
  await until_listening(ports.library);
  const base = `http://127.0.0.1:${ports.library}/live/s/aaaaaaaaaaaaaaaa/src/`;
  return { pid: child.pid, small_url: async () => `${base}index.m3u8`, large_url: async () => `${base}0-1.2.m4s`, stop: async () => {} };
}

/** One turn of every server with the bytes of this moment, in an order that moves on with each run. */
async function one_run(index, product, nginx, folder) {
  const common = { seconds, core: client_core, connections };
  const small_url = await product.small_url();
  const small_body = body_of(small_url);
  const bare_file = join(folder, `small-${index}`);
  writeFileSync(bare_file, small_body);
  writeFileSync(join(nginx.files, `small-${index}.m3u8`), small_body);
  const bare = start(server_core, join(bin, 'bench_http_bare_epoll'), [String(ports.bare), bare_file]);
  await until_listening(ports.bare);

  const turns = [
    ['small', 'shopcast', () => measure({ ...common, url: small_url, pid: product.pid, background: product.background, headers: [gzip] })],
    ['small', 'nginx', () => measure({ ...common, url: `http://127.0.0.1:${ports.small}/small-${index}.m3u8`, pid: nginx.pid, headers: [gzip] })],
    ['small', 'bare epoll loop', () => measure({ ...common, url: `http://127.0.0.1:${ports.bare}/`, pid: bare.pid, headers: [gzip] })],
  ];
  const out = [];
  const take = (what, server, sample) => {
    out.push({ run: index, what, server, ...sample });
    console.log(`  run ${index + 1}  ${what.padEnd(6)}${server.padEnd(17)}${sample.us_per_request.toFixed(2).padStart(8)} us CPU  ${Math.round(sample.per_second).toString().padStart(8)}/s  ${sample.bytes} bytes`);
  };
  for (let i = 0; i < turns.length; ++i) {
    const [what, server, turn] = turns[(i + index) % turns.length];
    take(what, server, turn());
  }
  bare.kill('SIGTERM');

  // A part lives as long as the window: both servers get the newest one now.
  const large_url = await product.large_url();
  const part = `part-${index}.m4s`;
  const part_body = body_of(large_url);
  for (const place of [nginx.files, nginx.memory]) writeFileSync(join(place, part), part_body);
  const large = [
    ['shopcast', () => measure({ ...common, url: large_url, pid: product.pid, background: product.background })],
    ['nginx, tmpfs', () => measure({ ...common, url: `http://127.0.0.1:${ports.large_memory}/${part}`, pid: nginx.pid })],
    ['nginx, disk', () => measure({ ...common, url: `http://127.0.0.1:${ports.large_disk}/${part}`, pid: nginx.pid })],
  ];
  for (let i = 0; i < large.length; ++i) {
    const [server, turn] = large[(i + index) % large.length];
    take('large', server, turn());
  }
  return out;
}

function summarize(samples) {
  const table = {};
  for (const what of ['small', 'large']) {
    for (const server of new Set(samples.filter((sample) => sample.what === what).map((sample) => sample.server))) {
      const own = samples.filter((sample) => sample.what === what && sample.server === server);
      const of = (field) => median(own.map((sample) => sample[field]));
      (table[what] ??= {})[server] = { us_per_request: of('us_per_request'), per_second: of('per_second'), bytes: of('bytes') };
    }
  }
  const ratios = targets.map((target) => {
    const each = samples.filter((sample) => sample.what === target.what && sample.server === 'shopcast').map((sample) => {
      const other = samples.find((one) => one.run === sample.run && one.what === target.what && one.server === target.against);
      return sample.us_per_request / other.us_per_request;
    });
    const ratio = median(each);
    return { ...target, ratio, lowest: Math.min(...each), highest: Math.max(...each), met: ratio <= target.at_most };
  });
  return { table, ratios };
}

function print(about, { table, ratios }, subject) {
  console.log(`\n${about.processor}, ${about.cores} cores, ${about.memory_gib} GiB, Linux ${about.kernel}; load ${about.load_at_start.toFixed(1)} at start`);
  console.log(`${subject}; medians of ${runs} interleaved runs of ${seconds} s; wrk, ${connections} keep-alive connections, loopback\n`);
  for (const [what, servers] of Object.entries(table)) {
    for (const [server, { us_per_request, per_second, bytes }] of Object.entries(servers)) {
      console.log(`  ${what.padEnd(6)}${server.padEnd(17)}${us_per_request.toFixed(2).padStart(8)} us CPU a request ${Math.round(per_second).toString().padStart(9)} requests/s  (${bytes} bytes)`);
    }
  }
  console.log('');
  for (const { what, against, ratio, lowest, highest, at_most, met } of ratios) {
    console.log(`  ${what.padEnd(6)}CPU, shopcast / ${against.padEnd(16)} ${ratio.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})  target <= ${at_most.toFixed(2)}  ${met ? 'met' : 'MISSED'}`);
  }
  if (about.load_at_start > 1) console.log('\n  Other programs were running: trust the ratios, not the rates.');
}

async function main() {
  build();
  process.env.SHOPCAST_BIN ??= join(bin, 'shopcast');
  const about = machine();
  const folder = mkdtempSync(join(tmpdir(), 'shopcast-bench-'));
  const memory = mkdtempSync('/dev/shm/shopcast-bench-');
  const videos = join(root, 'build/bench/videos');
  let product;
  try {
    const nginx = await start_nginx(fetch_nginx(join(root, 'build/tools')), folder, memory, server_core, ports);
    product = options.library ? await start_library(folder) : await Product.start({ server_core, other_core: client_core, videos, settle_seconds: Number(options.settle) });
    product.background = options.library ? 0 : await background_us_per_second(product.pid);
    if (!options.library) console.log(`The live channel itself takes ${(product.background / 1e4).toFixed(2)} % of a core; that is not counted below.`);
    const samples = [];
    for (let index = 0; index < runs; ++index) samples.push(...await one_run(index, product, nginx, folder));
    const summary = summarize(samples);
    const subject = options.library ? 'http::Server alone' : 'shopcast serve --threads 1, one live channel';
    print(about, summary, `${subject}; ${nginx.version}`);
    mkdirSync(join(root, 'build/bench'), { recursive: true });
    const file = join(root, `build/bench/http${options.library ? '-library' : ''}.json`);
    writeFileSync(file, `${JSON.stringify({ machine: about, runs, seconds, connections, subject, ...summary, samples }, null, 2)}\n`);
    console.log(`\n  ${file}`);
    process.exitCode = summary.ratios.every(({ met }) => met) ? 0 : 1;
  } finally {
    await product?.stop();
    await stop_all();
    for (const each of [folder, memory]) rmSync(each, { recursive: true, force: true });
  }
}

await main();
