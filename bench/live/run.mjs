/**
 * `./dev bench live`: the crowd. All viewers, publishers and servers are on this machine: the server and its yardstick take turns on one
 * core, the load has another.
 *   viewers     part closed -> last of N held playlist answers read, beside a loop that only sends; the same with bodies; CPU and memory
 *   servable    last byte of a part's closing frame written -> the part's first byte read
 *   publishers  CPU a publisher, beside nginx-rtmp with HLS fragments on
 *   --soak      the slope of memory while everybody comes and goes
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { machine } from '../lib/measure.mjs';
import { stop_all } from '../lib/processes.mjs';
import { make_film } from './film.mjs';
import { stop_servers } from './programs.mjs';
import { measure_publishers } from './publishing.mjs';
import { soak } from './soak.mjs';
import { measure_bodies, measure_quiet, measure_waves } from './viewers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const steps = ['quiet', 'waves', 'bodies', 'publishers'];
const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '5000' },
    publishers: { type: 'string', default: '200' },
    runs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: steps.join(',') },
    soak: { type: 'string' },
    'server-core': { type: 'string', default: '0' },
    'client-core': { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`./dev bench live [--viewers 5000] [--publishers 200] [--runs 5] [--seconds 10] [--only ${steps.join(',')}] [--server-core 0] [--client-core 1]
./dev bench live --soak MINUTES [--viewers 1000] [--publishers 20]
  --only STEP,STEP  some of the steps
  --soak MINUTES    the slope of memory instead: viewers stay for about 20 s, publishers for about 60 s`);
  process.exit(0);
}
const bin = join(root, 'build/release/bin');
const options = {
  viewers: Number(values.viewers), publishers: Number(values.publishers), runs: Number(values.runs), seconds: Number(values.seconds), bin,
  server_core: Number(values['server-core']), client_core: Number(values['client-core']), tools: join(root, 'build/tools'),
};
const targets = [];

function build() {
  console.log('Building the release, with the load programs ...');
  execFileSync('cmake', ['--preset', 'release', '-DSHOPCAST_BENCH=ON'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('ninja', ['-C', 'build/release', 'shopcast', 'bench_live_viewers', 'bench_live_bare_hold', 'bench_live_publishers'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** One figure with its target. */
function target(what, value, at_most, unit) {
  targets.push({ what, value, at_most, met: value <= at_most });
  console.log(`  ${what.padEnd(66)}${value.toFixed(2).padStart(9)} ${unit.padEnd(4)} target <= ${at_most}  ${value <= at_most ? 'met' : 'MISSED'}`);
}
const line = (what, words) => console.log(`  ${what.padEnd(66)}${words}`);
const ms = (value) => `${value.toFixed(1)} ms`;

function print_quiet({ servable, idle, errors }) {
  line(`closing frame written -> part read, ${servable.parts} parts: p50, max`, `${ms(servable.p50_ms)}, ${ms(servable.max_ms)}`);
  target('closing frame written -> part read, p99', servable.p99_ms, 20, 'ms');
  target('memory of an idle viewer (process RSS)', idle.kib_per_viewer, 16, 'KiB');
  target('errors while quiet', errors, 0, '');
}

function print_waves({ shopcast, bare, ratio, lowest, highest, answer_bytes }) {
  for (const [name, each] of [['shopcast', shopcast], ['bare loop', bare]]) {
    line(`${options.viewers} held playlists, ${name}: first byte to last byte, ${each.waves} parts`, `p50 ${ms(each.p50_ms)}, p99 ${ms(each.p99_ms)}, max ${ms(each.max_ms)}; ${each.us_per_answer.toFixed(2)} us CPU an answer`);
  }
  const { closed_to_first_ms: first, closed_to_last_ms: last } = shopcast;
  line('the same from the closing frame: first viewer, last viewer', `p50 ${ms(first.p50)}, ${ms(last.p50)}; p99 ${ms(first.p99)}, ${ms(last.p99)}`);
  line('server CPU, memory of a viewer', `${(shopcast.cpu_share * 100).toFixed(1)} % of a core, ${shopcast.kib_per_viewer.toFixed(1)} KiB`);
  target(`part closed -> last answer, p99, shopcast / bare loop (${lowest.toFixed(2)} to ${highest.toFixed(2)})`, ratio, 1.5, '');
  line('the same by medians; by CPU an answer', `${(shopcast.p50_ms / bare.p50_ms).toFixed(2)}; ${(shopcast.us_per_answer / bare.us_per_answer).toFixed(2)}`);
  line('answers asked for too late to be held, shopcast and bare loop', `${shopcast.late}, ${bare.late} (an answer has ${answer_bytes} bytes)`);
  target('errors of viewers', shopcast.errors + bare.errors, 0, '');
}

function print_bodies(bodies) {
  line(`${options.viewers} viewers with bodies: first to last playlist answer`, `p50 ${ms(bodies.p50_ms)}, p99 ${ms(bodies.p99_ms)} (${bodies.waves} parts)`);
  line('server CPU; a viewer; sent', `${(bodies.cpu_share * 100).toFixed(1)} % of a core; ${bodies.us_per_viewer_second.toFixed(0)} us a second; ${bodies.mbit_per_s.toFixed(0)} Mbit/s`);
  line('memory of a viewer; parts fetched, of them late', `${bodies.kib_per_viewer.toFixed(1)} KiB; ${bodies.parts}, ${bodies.parts_late}`);
  target('errors of viewers with bodies', bodies.errors, 0, '');
}

function print_publishers({ shopcast, nginx, ratio, lowest, highest }) {
  for (const [name, each] of [['shopcast', shopcast], ['nginx-rtmp', nginx]]) {
    line(`${options.publishers} publishers, ${name}`, `${(each.us_per_publisher_second / 1e4).toFixed(3)} % of a core each, ${each.rss_kib_per_publisher.toFixed(0)} KiB RSS`);
  }
  target(`CPU a publisher, shopcast / nginx-rtmp (${lowest.toFixed(2)} to ${highest.toFixed(2)})`, ratio, 1, '');
  target('publishers that failed', shopcast.failures + nginx.failures, 0, '');
}

function print_soak({ minutes, is_warm, rss, allocated, live_media, errors, between_streams, viewers_left, streams_ended, rss_mib_at_end }) {
  line('RSS', `${rss.kib_per_hour.toFixed(0)} +- ${rss.error.toFixed(0)} KiB an hour (${rss_mib_at_end.toFixed(1)} MiB at the end)`);
  const hours = minutes / 60;
  line('allocated, of it', `${allocated.kib_per_hour.toFixed(0)} +- ${allocated.error.toFixed(0)} KiB an hour: ${(allocated.kib_per_hour / (streams_ended / hours)).toFixed(2)} KiB a stream, `
    + `${((allocated.kib_per_hour / (viewers_left / hours)) * 1024).toFixed(1)} bytes a viewer`);
  if (!is_warm) line('', 'too short: rings and histories were still filling (12 minutes)');
  line('live media in memfds', `${live_media.kib_per_hour.toFixed(0)} +- ${live_media.error.toFixed(0)} KiB an hour`);
  line('came and went', `${viewers_left} viewers, ${streams_ended} streams; ${between_streams} times a viewer found the channel between two streams`);
  target('errors', errors, 0, '');
}

async function measure_all(folder, memory) {
  if (values.soak) {
    const settings = { ...options, minutes: Number(values.soak), viewers: Math.min(options.viewers, 1000), publishers: Math.min(options.publishers, 20) };
    console.log(`Soaking for ${settings.minutes} minutes: ${settings.viewers} viewers and ${settings.publishers} publishers come and go ...`);
    return { soak: await soak(settings) };
  }
  const wanted = values.only.split(',');
  const measured = {};
  const step = async (name, words, run) => {
    if (!wanted.includes(name)) return;
    console.log(`${words} (load ${loadavg()[0].toFixed(1)}) ...`);
    measured[name] = await run();
  };
  await step('quiet', 'One viewer with a request held for each part, then idle connections', () => measure_quiet(options));
  await step('waves', `${options.viewers} viewers with held playlist requests`, () => measure_waves(options, folder));
  await step('bodies', `${options.viewers} viewers with bodies`, () => measure_bodies(options));
  await step('publishers', `${options.publishers} publishers`, () => measure_publishers(options, folder, memory));
  return measured;
}

async function main() {
  build();
  process.env.SHOPCAST_BIN ??= join(bin, 'shopcast');
  const about = machine();
  const folder = mkdtempSync(join(tmpdir(), 'shopcast-bench-'));
  const memory = mkdtempSync('/dev/shm/shopcast-bench-');
  try {
    options.film = make_film(join(root, 'build/bench/videos'));
    const measured = await measure_all(folder, memory);
    const load_at_end = loadavg()[0];
    console.log(`\n${about.processor}, ${about.cores} cores, ${about.memory_gib} GiB, Linux ${about.kernel}; load ${about.load_at_start.toFixed(1)} at start, ${load_at_end.toFixed(1)} at the end`);
    console.log(`shopcast serve --threads 1 on core ${options.server_core}, the load on core ${options.client_core}; one film of 300 kbit/s\n`);
    const printers = { quiet: print_quiet, waves: print_waves, bodies: print_bodies, publishers: print_publishers, soak: print_soak };
    for (const [name, result] of Object.entries(measured)) printers[name](result);
    // The benchmark itself keeps one core busy and a part of the other.
    if (about.load_at_start > 1.5) console.log('\n  Other programs were running: times are worth nothing, ratios little.');
    mkdirSync(join(root, 'build/bench'), { recursive: true });
    const file = join(root, `build/bench/live${values.soak ? '-soak' : ''}.json`);
    writeFileSync(file, `${JSON.stringify({ machine: { ...about, load_at_end }, options: values, ...measured, targets }, null, 2)}\n`);
    console.log(`\n  ${file}`);
    process.exitCode = targets.every(({ met }) => met) ? 0 : 1;
  } finally {
    await stop_servers();
    await stop_all();
    for (const each of [folder, memory]) rmSync(each, { recursive: true, force: true });
  }
}

await main();
