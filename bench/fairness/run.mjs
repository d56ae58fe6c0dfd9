/**
 * `./dev bench fairness`: what an honest buyer, viewer and encoder notice beside each attacker, who takes all that one
 * address or account can get. Attackers and honest clients share one core, the server has the other; a spinner in an
 * attacker's place says how much of that is the clients' own core.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Client } from '../../tests/e2e/lib/client.mjs';
import { Publisher } from '../../tests/e2e/lib/ffmpeg.mjs';
import { film_file } from '../../tests/e2e/lib/material.mjs';
import { media_playlist_url } from '../../tests/e2e/lib/judge.mjs';
import { ADDRESS, Shop, buyer } from '../../tests/e2e/lib/shop.mjs';
import { Shopcast } from '../../tests/e2e/lib/shopcast.mjs';
import { PASSWORD, create_account } from '../../tests/e2e/lib/visitors.mjs';
import { machine } from '../lib/measure.mjs';
import { pin } from '../lib/processes.mjs';

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

execFileSync('cmake', ['--preset', 'release'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
execFileSync('ninja', ['-C', 'build/release', 'shopcast'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
process.env.SHOPCAST_BIN ??= join(root, 'build/release/bin/shopcast');
execFileSync('taskset', ['-a', '-c', '-p', String(client_core), String(process.pid)], { stdio: 'ignore' });

const server = await Shopcast.start('bench-fairness', { settings: '[shop]\nfake_payment_ms = 100\n' });
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
  const channel = await server.create_channel('show');
  const publisher = Publisher.of_file(await film_file('gop30', 60), channel.publish_url, { loop: true });
  await server.until_state('show', 'live');
  const { publish_url } = await server.create_channel('late');
  const cookie = (client) => [...client.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  return {
    publisher, publish_url,
    honest: { origin: server.origin, cookie: cookie(honest), sku: skus.slice(1, 60), password: PASSWORD, address: ADDRESS,
      playlist: new URL(await media_playlist_url(server.url('/live/show/index.m3u8'))).pathname },
    attack: { http: server.http, rtmp: server.rtmp, cookie: cookie(thief), sku: skus[299], address: ADDRESS },
  };
}

const program = (file, ...args) => spawn(process.execPath, [join(root, 'bench/fairness', file), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

/** What is noticed while `name` goes on; nothing: a quiet server. */
async function beside(name) {
  const attacker = name === null ? null : program('attackers.mjs', name, JSON.stringify(place.attack));
  const gone = attacker && once(attacker, 'exit');
  await new Promise((resolve) => { setTimeout(resolve, 1500); });
  const honest = program('honest.mjs', options.seconds, JSON.stringify(place.honest));
  let said = '';
  honest.stdout.on('data', (piece) => { said += piece; });
  const closed = once(honest, 'close');
  const began_ms = Date.now();
  const encoder = Publisher.of_file(await film_file('gop30', 60), place.publish_url, { loop: true });
  const live_ms = await server.until_state('late', 'live', 20_000).then(() => Date.now() - began_ms, () => Infinity);
  await closed;
  await encoder.stop();
  if (attacker) {
    if (attacker.exitCode !== null) throw new Error(`${name} gave up`);
    attacker.kill('SIGKILL');
    await gone;
  }
  await server.until_state('late', 'ended').catch(() => {});
  return { live_ms, ...JSON.parse(said) };
}

const p99 = (numbers) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * 0.99))];
const summary = ({ took_ms, refused, live_ms }) => ({
  p99_ms: Object.fromEntries(Object.entries(took_ms).map(([kind, all]) => [kind, p99(all)])),
  asked: Object.values(took_ms).reduce((sum, all) => sum + all.length, 0),
  refused, live_ms,
});
const line = (name, { p99_ms, asked, refused, live_ms }) => `  ${name.padEnd(9)}${Object.entries(p99_ms).map(([kind, ms]) => `${kind} ${ms.toFixed(0)}`).join('  ')}  encoder live after ${(live_ms / 1000).toFixed(1)} s  `
  + `${asked} asked${Object.keys(refused).length ? `, refused: ${JSON.stringify(refused)}` : ', none refused'}`;

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
}

console.log(`\n${about.processor}, ${about.cores} cores, Linux ${about.kernel}; p99 in ms over ${options.seconds} s each\n`);
let is_met = true;
for (const name of options.only.split(',')) {
  const slow = Object.entries(found[name].p99_ms).filter(([kind, ms]) => ms > Math.max(times_quiet_max * found.quiet.p99_ms[kind], times_quiet_max * found.spinner.p99_ms[kind], noticed_ms));
  const is_fair = slow.length === 0 && Object.keys(found[name].refused).length === 0 && Number.isFinite(found[name].live_ms);
  is_met &&= is_fair;
  console.log(`  ${is_fair ? 'met   ' : 'missed'}  beside ${name}: ${is_fair ? 'nothing is noticed' : [...slow.map(([kind, ms]) => `${kind} ${ms.toFixed(0)} ms`), ...Object.keys(found[name].refused)].join(', ')}`);
}
mkdirSync(join(root, 'build/bench'), { recursive: true });
writeFileSync(join(root, 'build/bench/fairness.json'), JSON.stringify({ about, options, found }, null, 2));
process.exitCode = is_met ? 0 : 1;
