/**
 * `./dev bench fairness`: what an honest buyer, viewer and encoder notice beside each attacker, who takes all that one
 * address or account can get. Attackers and honest clients share one core, the server has the other; a spinner in an
 * attacker's place says how much of that is the clients' own core, and is printed beside each.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { make_certificate, write_tls_config } from '../../tests/e2e/lib/certificate.mjs';
import { Client } from '../../tests/e2e/lib/client.mjs';
import { Publisher } from '../../tests/e2e/lib/ffmpeg.mjs';
import { film_file } from '../../tests/e2e/lib/material.mjs';
import { media_playlist_url } from '../../tests/e2e/lib/judge.mjs';
import { ADDRESS, Shop, buyer } from '../../tests/e2e/lib/shop.mjs';
import { Shopcast } from '../../tests/e2e/lib/shopcast.mjs';
import { PASSWORD, create_account } from '../../tests/e2e/lib/visitors.mjs';
import { machine } from '../lib/measure.mjs';
import { cpu_us, pin } from '../lib/processes.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    only: { type: 'string', default: 'list,search,account,orders,guesses,bodies,reports,silence' },
    'server-core': { type: 'string', default: '0' },
    'client-core': { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log('./dev bench fairness [--seconds 15] [--only list,search,account,orders,guesses,bodies,reports,silence] [--server-core 0] [--client-core 1]');
  process.exit(0);
}
const client_core = Number(options['client-core']);
/** A slower answer is noticed. */
const noticed_ms = 100;
const times_quiet_max = 3;

if (!process.env.SHOPCAST_BIN) {
  execFileSync('cmake', ['--preset', 'release'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('ninja', ['-C', 'build/release', 'shopcast'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  process.env.SHOPCAST_BIN = join(root, 'build/release/bin/shopcast');
}
execFileSync('taskset', ['-a', '-c', '-p', String(client_core), String(process.pid)], { stdio: 'ignore' });

const folder = mkdtempSync(join(tmpdir(), 'shopcast-fairness-'));
await make_certificate(folder, 'fairness.test'); // browsers speak HTTP/2 over TLS alone
const server = await Shopcast.start('bench-fairness', { args: ['--config', write_tls_config(folder, '[shop]\nfake_payment_ms = 100\n')] });
pin(server.pid, Number(options['server-core']));
const place = await prepare();

/** A shop of 300 products, a live channel, an honest account and one that is not. */
async function prepare() {
  await create_account(server, 'keeper', ['host']);
  await create_account(server, 'regular'); // who signs in all the time: that ends older sessions of one account
  const keeper = new Client(server.origin);
  await keeper.sign_in('keeper');
  const shop = new Shop(keeper);
  const skus = [];
  for (let i = 0; i < 300; i += 1) {
    const made = await shop.product({ stock: 1_000_000, en: `Lipstick ${i}`, ko: `립스틱 ${i}` }).catch(async () => {
      await new Promise((resolve) => { setTimeout(resolve, 1000); }); // even staff have a pace
      return shop.product({ stock: 1_000_000, en: `Lipstick ${i}`, ko: `립스틱 ${i}` });
    });
    skus.push(made.skus[0].sku);
  }
  const honest = await buyer(new Client(server.origin), 'honest');
  await honest.post('/api/v1/cart/lines', { sku: skus[0], quantity: 1 });
  const thief = await buyer(new Client(server.origin), 'thief');
  const thief_over_tls = new Client(`https://${server.https}`);
  await thief_over_tls.sign_in('thief');
  const channel = await server.create_channel('show');
  const publisher = Publisher.of_file(await film_file('gop30', 60), channel.publish_url, { loop: true });
  await server.until_state('show', 'live');
  const { publish_url } = await server.create_channel('late');
  const cookie = (client) => [...client.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  return {
    publisher, publish_url,
    honest: { origin: server.origin, cookie: cookie(honest), sku: skus.slice(1, 60), password: PASSWORD, address: ADDRESS,
      playlist: new URL(await media_playlist_url(server.url('/live/show/index.m3u8'))).pathname },
    attack: { http: server.http, https: server.https, rtmp: server.rtmp, cookie: cookie(thief), tls_cookie: cookie(thief_over_tls), sku: skus[299], address: ADDRESS, folder },
  };
}

/** In a process group of its own. */
const program = (file, ...args) => spawn(process.execPath, [join(root, 'bench/fairness', file), ...args], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
/** What the server spent, in cores. */
const cores_of = async (during) => {
  const [spent_us, began_ms] = [cpu_us(server.pid), Date.now()];
  await during;
  return (cpu_us(server.pid) - spent_us) / 1000 / (Date.now() - began_ms);
};

/** What is noticed while `name` goes on; nothing: a quiet server. */
async function beside(name) {
  const attacker = name === null ? null : program('attackers.mjs', name, JSON.stringify(place.attack));
  const gone = attacker && once(attacker, 'exit');
  await new Promise((resolve) => { setTimeout(resolve, 1500); });
  const honest = program('honest.mjs', options.seconds, JSON.stringify(place.honest));
  let said = '';
  honest.stdout.on('data', (piece) => { said += piece; });
  const closed = cores_of(once(honest, 'close'));
  const began_ms = Date.now();
  const encoder = Publisher.of_file(await film_file('gop30', 60), place.publish_url, { loop: true });
  const live_ms = await server.until_state('late', 'live', 20_000).then(() => Date.now() - began_ms, () => Infinity);
  const server_cores = await closed;
  await encoder.stop();
  if (attacker) {
    if (attacker.exitCode !== null) throw new Error(`${name} gave up`);
    process.kill(-attacker.pid, 'SIGKILL');
    await gone;
  }
  await server.until_state('late', 'ended').catch(() => {});
  return { live_ms, server_cores, ...JSON.parse(said) };
}

const p99 = (numbers) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * 0.99))];
const summary = ({ took_ms, refused, live_ms, server_cores }) => ({
  p99_ms: Object.fromEntries(Object.entries(took_ms).map(([kind, all]) => [kind, p99(all)])),
  asked: Object.values(took_ms).reduce((sum, all) => sum + all.length, 0),
  refused, live_ms, server_cores,
});
const line = (name, { p99_ms, asked, refused, live_ms, server_cores }) => `  ${name.padEnd(9)}${Object.entries(p99_ms).map(([kind, ms]) => `${kind} ${ms.toFixed(0)}`).join('  ')}  encoder live after ${(live_ms / 1000).toFixed(1)} s  `
  + `server ${server_cores.toFixed(2)} cores  ${asked} asked${Object.keys(refused).length ? `, refused: ${JSON.stringify(refused)}` : ', none refused'}`;

const about = machine();
const found = {};
try {
  for (const name of ['quiet', 'spinner', ...options.only.split(',')]) {
    found[name] = summary(await beside(name === 'quiet' ? null : name));
    console.log(line(name, found[name]));
  }
} finally {
  await place.publisher.vanish();
  await server.clear();
  rmSync(folder, { recursive: true, force: true });
}

console.log(`\n${about.processor}, ${about.cores} cores, Linux ${about.kernel}; load ${about.load_at_start.toFixed(1)} at the start, ${loadavg()[0].toFixed(1)} at the end; `
  + `p99 in ms over ${options.seconds} s each\n`);
let is_met = true;
for (const name of options.only.split(',')) {
  const { p99_ms, refused, live_ms } = found[name];
  const slow = Object.entries(p99_ms).filter(([kind, ms]) => ms > Math.max(times_quiet_max * found.quiet.p99_ms[kind], noticed_ms));
  const wrong = [...slow.map(([kind, ms]) => `${kind} ${ms.toFixed(0)} ms (quiet ${found.quiet.p99_ms[kind].toFixed(0)}, beside a spinner ${found.spinner.p99_ms[kind].toFixed(0)})`),
    ...Object.keys(refused), ...(Number.isFinite(live_ms) ? [] : ['the encoder did not come in'])];
  is_met &&= wrong.length === 0;
  console.log(`  ${wrong.length === 0 ? 'met   ' : 'missed'}  beside ${name}: ${wrong.length === 0 ? 'nothing is noticed' : wrong.join(', ')}`);
}
mkdirSync(join(root, 'build/bench'), { recursive: true });
writeFileSync(join(root, 'build/bench/fairness.json'), JSON.stringify({ about, options, found }, null, 2));
process.exitCode = is_met ? 0 : 1;
