/**
 * `./dev bench shop`: the stock allocator on SQLite. Holds and complete orders (placed, and its capture reported) through
 * the desk and the writer's thread, beside the same orders with one transaction each, and beside PostgreSQL that makes the
 * same holds on one row for 64 clients. And the whole server, asked for holds over HTTP at a rate of the buyers' own.
 * Every measurement has a database of its own on the same disk; they take turns, and medians are compared. Rows and syncs
 * are counted, not estimated.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { machine, median } from '../lib/measure.mjs';
import { measure_http } from './http.mjs';
import { measure_postgresql } from './postgresql.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    'in-flight': { type: 'string', default: '1024' },
    rate: { type: 'string', default: '5000' },
    only: { type: 'string', default: 'holds,orders,single,postgresql,http' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log('./dev bench shop [--runs 5] [--seconds 4] [--in-flight 1024] [--rate 5000] [--only holds,orders,single,postgresql,http]');
  process.exit(0);
}
const runs = Number(options.runs);
const targets = [
  { what: 'holds', at_least: 25_000, unit: 'holds/s' },
  { what: 'orders', at_least: 10_000, unit: 'complete orders/s' },
];
const batching_at_least = 4;
const postgresql_at_least = 5;
const http_p99_ms_at_most = 50;

execFileSync('cmake', ['--preset', 'release', '-DSHOPCAST_BENCH=ON'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
execFileSync('ninja', ['-C', 'build/release', 'bench_shop_allocator', 'bench_shop_buyers', 'shopcast'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

// In the tree, not in /tmp: that may be memory, where a sync costs nothing.
const base = join(root, 'build/bench');
mkdirSync(base, { recursive: true });
const whats = options.only.split(',');
const samples = [];
const about = machine();
for (let run = 0; run < runs; ++run) {
  for (let i = 0; i < whats.length; ++i) {
    const what = whats[(i + run) % whats.length];
    const folder = mkdtempSync(join(base, 'shop-'));
    try {
      const sample = { run, what, load: loadavg()[0], ...await measure(what, folder) };
      samples.push(sample);
      console.log(`  run ${run + 1}  ${line(what, sample)}  load ${sample.load.toFixed(1)}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function measure(what, folder) {
  const bin = join(root, 'build/release/bin');
  const seconds = Number(options.seconds);
  if (what === 'http') return measure_http({ bin, folder, seconds, rate: Number(options.rate) });
  if (what === 'postgresql') return measure_postgresql({ folder, seconds });
  return JSON.parse(execFileSync(join(bin, 'bench_shop_allocator'), [what, options.seconds, options['in-flight'], folder], { encoding: 'utf8' }));
}

function line(what, s) {
  if (what === 'http') return `${what.padEnd(11)}${Math.round(s.per_second).toString().padStart(8)}/s offered ${options.rate}/s  p50 ${s.p50_ms.toFixed(1)} ms  p99 ${s.p99_ms.toFixed(1)} ms`;
  if (what === 'postgresql') return `${what.padEnd(11)}${Math.round(s.per_second).toString().padStart(8)}/s  mean ${s.mean_ms.toFixed(1)} ms`;
  return `${what.padEnd(11)}${Math.round(s.per_second).toString().padStart(8)}/s ${s.us_cpu.toFixed(1).padStart(7)} us CPU  `
    + `p50 ${s.p50_ms.toFixed(1)} ms  p99 ${s.p99_ms.toFixed(1)} ms  ${s.rows.toFixed(2)} rows  ${s.syncs.toFixed(4)} syncs each`;
}

const of = (what) => samples.filter((sample) => sample.what === what);
const numbers = (sample) => Object.keys(sample).filter((field) => typeof sample[field] === 'number');
const medians = Object.fromEntries(whats.map((what) => [what, Object.fromEntries(
  numbers(of(what)[0]).map((field) => [field, median(of(what).map((sample) => sample[field]))]))]));
/** Each run's two numbers stand beside one another; the median of their ratios. */
const ratio = (what, to) => median(of(what).map((sample) => sample.per_second / of(to).find((one) => one.run === sample.run).per_second));
const verdict = (is_met, said) => console.log(`  ${is_met ? 'met   ' : 'missed'}  ${said}`);

console.log(`\n${about.processor}, ${about.cores} cores, ${about.memory_gib} GiB, Linux ${about.kernel}; load ${about.load_at_start.toFixed(1)} at start`);
console.log(`medians of ${runs} interleaved runs of ${options.seconds} s, ${options['in-flight']} in flight; single = one transaction an order\n`);
for (const what of whats) console.log(`  ${line(what, medians[what])}`);
console.log('');
for (const { what, at_least, unit } of targets.filter(({ what }) => medians[what])) {
  verdict(medians[what].per_second >= at_least, `${Math.round(medians[what].per_second)} ${unit}, target ${at_least}`);
}
if (medians.orders && medians.single) {
  const batching = ratio('orders', 'single');
  verdict(batching >= batching_at_least, `${batching.toFixed(1)} x one transaction an order, target ${batching_at_least}`);
}
if (medians.holds && medians.postgresql) {
  const faster = ratio('holds', 'postgresql');
  verdict(faster >= postgresql_at_least, `${faster.toFixed(1)} x PostgreSQL, 64 clients on one row, target ${postgresql_at_least}`);
}
if (medians.http) {
  verdict(medians.http.p99_ms <= http_p99_ms_at_most, `p99 ${medians.http.p99_ms.toFixed(1)} ms over HTTP at ${options.rate}/s offered, target ${http_p99_ms_at_most}`);
}
writeFileSync(join(base, 'shop.json'), JSON.stringify({ about, options, samples, medians }, null, 2));
