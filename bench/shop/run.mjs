/**
 * `./dev bench shop`: the stock allocator on SQLite. Holds and complete orders (placed, and its capture reported) through
 * the desk and the writer's thread, beside the same orders with one transaction each. Every measurement has a database of
 * its own on the same disk; they take turns, and medians are compared. Rows and syncs are counted, not estimated.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { machine, median } from '../lib/measure.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    'in-flight': { type: 'string', default: '1024' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log('./dev bench shop [--runs 5] [--seconds 4] [--in-flight 1024]');
  process.exit(0);
}
const runs = Number(options.runs);
const targets = [
  { what: 'holds', at_least: 25_000, unit: 'holds/s' },
  { what: 'orders', at_least: 10_000, unit: 'complete orders/s' },
];
const ratio_at_least = 4;

execFileSync('cmake', ['--preset', 'release', '-DSHOPCAST_BENCH=ON'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
execFileSync('ninja', ['-C', 'build/release', 'bench_shop_allocator'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

// In the tree, not in /tmp: that may be memory, where a sync costs nothing.
const base = join(root, 'build/bench');
mkdirSync(base, { recursive: true });
const whats = ['holds', 'orders', 'single'];
const samples = [];
const about = machine();
for (let run = 0; run < runs; ++run) {
  for (let i = 0; i < whats.length; ++i) {
    const what = whats[(i + run) % whats.length];
    const folder = mkdtempSync(join(base, 'shop-'));
    try {
      const said = execFileSync(join(root, 'build/release/bin/bench_shop_allocator'), [what, options.seconds, options['in-flight'], folder], { encoding: 'utf8' });
      const sample = { run, what, load: loadavg()[0], ...JSON.parse(said) };
      samples.push(sample);
      console.log(`  run ${run + 1}  ${line(what, sample)}  load ${sample.load.toFixed(1)}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function line(what, s) {
  return `${what.padEnd(8)}${Math.round(s.per_second).toString().padStart(8)}/s ${s.us_cpu.toFixed(1).padStart(7)} us CPU  `
    + `p50 ${s.p50_ms.toFixed(1)} ms  p99 ${s.p99_ms.toFixed(1)} ms  ${s.rows.toFixed(2)} rows  ${s.syncs.toFixed(4)} syncs each`;
}

const of = (what) => samples.filter((sample) => sample.what === what);
const medians = Object.fromEntries(whats.map((what) => [what, Object.fromEntries(
  ['per_second', 'us_cpu', 'p50_ms', 'p99_ms', 'rows', 'syncs'].map((field) => [field, median(of(what).map((sample) => sample[field]))]))]));
const ratio = median(of('orders').map((sample) => sample.per_second / of('single').find((one) => one.run === sample.run).per_second));

console.log(`\n${about.processor}, ${about.cores} cores, ${about.memory_gib} GiB, Linux ${about.kernel}; load ${about.load_at_start.toFixed(1)} at start`);
console.log(`medians of ${runs} interleaved runs of ${options.seconds} s, ${options['in-flight']} in flight; single = one transaction an order\n`);
for (const what of whats) console.log(`  ${line(what, medians[what])}`);
console.log('');
for (const { what, at_least, unit } of targets) {
  console.log(`  ${medians[what].per_second >= at_least ? 'met   ' : 'missed'}  ${Math.round(medians[what].per_second)} ${unit}, target ${at_least}`);
}
console.log(`  ${ratio >= ratio_at_least ? 'met   ' : 'missed'}  ${ratio.toFixed(1)} x one transaction an order, target ${ratio_at_least}`);
writeFileSync(join(base, 'shop.json'), JSON.stringify({ about, options, samples, medians, ratio }, null, 2));
