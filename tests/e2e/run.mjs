// Runs end-to-end files beside each other: most of their time they wait for a stream or a browser.
// Usage: node tests/e2e/run.mjs [--alone] [ARGUMENTS FOR node --test] FILE...
//
// `load` says how much of one core a file takes while it runs, in percent, as this program prints
// it; files start, the longest first, while what runs stays within what the machine has. --alone
// runs one at a time.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';

/** Files that are not here wait more than they work. @type {Record<string, {seconds: number, load: number}>} */
const measured = {
  accessible_pages: { seconds: 156, load: 30 },
  reconnect: { seconds: 113, load: 15 },
  browser: { seconds: 82, load: 25 },
  edge: { seconds: 78, load: 15 },
  http: { seconds: 63, load: 10 },
  streams: { seconds: 58, load: 30 },
  poster: { seconds: 56, load: 10 },
  front_door: { seconds: 50, load: 15 },
  stripe_shop: { seconds: 43, load: 10 },
  disk: { seconds: 32, load: 10 },
  carrier: { seconds: 30, load: 60 },
  fair_shares: { seconds: 25, load: 45 },
  staff_pages: { seconds: 32, load: 40 },
  api: { seconds: 29, load: 25 },
  matrix: { seconds: 28, load: 25 },
  tls: { seconds: 27, load: 15 },
  attacks: { seconds: 25, load: 15 },
  shop_pages: { seconds: 25, load: 30 },
  second_shop: { seconds: 40, load: 35 },
  account_pages: { seconds: 23, load: 40 },
  latency: { seconds: 19, load: 20 },
  rtmp: { seconds: 18, load: 25 },
  server: { seconds: 16, load: 20 },
  accounts: { seconds: 15, load: 25 },
  decoder: { seconds: 20, load: 15 },
  refusals: { seconds: 10, load: 40 },
  origins: { seconds: 10, load: 35 },
  ten_thousand: { seconds: 5, load: 100 },
  roles: { seconds: 1, load: 90 },
};
const UNKNOWN = { seconds: 10, load: 30 };
/** What is left is for what a machine does besides, and for the moment when all of them work at once. */
const CAPACITY = availableParallelism() * 60;
/** A file that takes longer hangs. */
const FILE_MS_MAX = 600_000;

const args = process.argv.slice(2);
const alone = args.includes('--alone');
const options = args.filter((each) => each.startsWith('--') && each !== '--alone');
const files = args.filter((each) => !each.startsWith('--'));
const need = (file) => measured[basename(file, '.test.mjs')] ?? UNKNOWN;

/** The processor time of bash's children, from the two lines that its `times` prints. */
function cpu_seconds(times) {
  return [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** Runs one file to its end and prints all that it said at once. @returns {Promise<number>} its status */
function run(file, port_base) {
  const started_ms = Date.now();
  const child = spawn('bash', ['-c', '"$@" <&-; status=$?; times >&3; exit $status', 'bash', process.execPath, '--test', '--test-reporter=spec', ...options, file], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true, env: { ...process.env, SHOPCAST_TEST_PORTS: String(port_base) },
  });
  let output = '';
  let times = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => { output += piece; });
  child.stdio[3].on('data', (piece) => { times += piece; });
  const end = () => { try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it is gone */ } };
  const timer = setTimeout(() => { output += `${file} did not end within ${FILE_MS_MAX / 1000} s\n`; end(); }, FILE_MS_MAX);
  process.once('exit', end);
  return new Promise((done) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', end);
      const seconds = (Date.now() - started_ms) / 1000;
      const cpu = cpu_seconds(times);
      console.log(`--- ${file}: ${seconds.toFixed(0)} s, ${cpu.toFixed(1)} s of CPU, load ${((cpu / seconds) * 100).toFixed(0)}\n${output}`);
      done(code ?? 1);
    });
  });
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
let used = 0;
let running = 0;
let status = 0;
/** Below those of outgoing connections, and hardly those of another run on this machine. */
let ports = 20_000 + (process.pid % 90) * 100;
const waiting = [...files].sort((a, b) => need(b).seconds - need(a).seconds);

await new Promise((done) => {
  const start_more = () => {
    if (waiting.length === 0 && running === 0) done();
    for (const file of [...waiting]) {
      const { load } = need(file);
      if (running > 0 && (alone || used + load > CAPACITY)) continue;
      waiting.splice(waiting.indexOf(file), 1);
      used += load;
      running += 1;
      ports += 100;
      run(file, ports).then((code) => {
        used -= load;
        running -= 1;
        if (code !== 0) status = 1;
        start_more();
      });
    }
  };
  start_more();
});
process.exit(status);
