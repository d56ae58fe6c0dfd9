// node tools/mutate/main.mjs MODULE [N] [SEED] | MODULE --only FILE:LINE:COLUMN:REPLACEMENT
// Are the unit tests of a module worth something? Changes one operator of its code at a time and
// looks whether they notice. It works in build/mutate, on a copy: stopping it breaks nothing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { change_of, mutants_of, mutated, name_of, shuffled } from './mutants.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const work = join(root, 'build/mutate');
const tree = join(work, 'tree');
const copied = ['CMakeLists.txt', 'CMakePresets.json', 'cmake', 'src', 'tests/golden', 'tests/simulation', 'fuzz/corpus'];

const fail = (what, next) => {
  console.error(`error: ${what}\n  next: ${next}`);
  process.exit(1);
};

function options() {
  const [module, ...rest] = process.argv.slice(2);
  if (!module || !existsSync(join(root, 'src', module))) {
    fail(`there is no module '${module ?? ''}'`, `./dev mutate MODULE [N] [SEED]; one of: ${readdirSync(join(root, 'src'),
      { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).join(' ')}`);
  }
  if (rest[0] === '--only') {
    const name = /^(?<path>[^:]+):(?<line>\d+):(?<column>\d+):(?<to>[^]*)$/.exec(rest[1] ?? '')?.groups;
    if (!name) fail(`'${rest[1] ?? ''}' names no mutant`, '--only FILE:LINE:COLUMN:REPLACEMENT, as a run prints it');
    return { module, only: rest[1] };
  }
  const numbers = rest.map(Number);
  if (numbers.length > 2 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    fail(`'${rest.join(' ')}' is not [N] [SEED]`, './dev mutate MODULE [N] [SEED]');
  }
  return { module, count: numbers[0] ?? 50, seed: numbers[1] ?? Math.floor(Math.random() * 1e6) };
}

const listed = (pattern) => spawnSync('git', ['ls-files', '-co', '--exclude-standard', '--', ...pattern],
  { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }).stdout.trim().split('\n').filter((path) => existsSync(join(root, path)));

// Brings the copy up to date; what has not changed keeps its time, so that ninja leaves it alone.
function copy_tree() {
  const wanted = new Set(listed(copied));
  for (const path of wanted) put(path, readFileSync(join(root, path)));
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name).slice(tree.length + 1);
    if (entry.isFile() && !wanted.has(path)) rmSync(join(tree, path));
  }
}

function put(path, content) {
  const to = join(tree, path);
  if (existsSync(to) && readFileSync(to).equals(Buffer.from(content))) return;
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, content);
}

// The dev preset without warnings, which would refuse mutants that the tests should find, without
// names for debuggers, and optimised: media's tests take 2 s then and 18 s without.
const configure = () => spawnSync('cmake', ['-S', tree, '-B', join(work, 'build'), '--preset', 'dev',
  '-DCMAKE_CXX_FLAGS=-w', '-DCMAKE_CXX_FLAGS_DEBUG=-O1 -g0'], { cwd: tree, encoding: 'utf8' });

function build(module, stdio = 'pipe') {
  const run = spawnSync('ninja', ['-C', join(work, 'build'), '-j', String(availableParallelism()), `${module}_test`],
    { encoding: 'utf8', stdio, maxBuffer: 1 << 28 });
  if (run.signal) process.exit(130);
  return run.status === 0;
}

// Runs the unit program until its first failure: {killed: nothing or by what, ms}.
function run_tests(module, ms_max) {
  return new Promise((resolve) => {
    const started = performance.now();
    let said = '';
    // A process group of its own, so that a hang goes with its children.
    // Nor may a loop that lost its end take all memory: more than 4 GiB is an end, too.
    const child = spawn('bash', ['-c', 'ulimit -v 4194304; exec "$@"', 'bash', join(work, 'build/bin', `${module}_test`), '--abort-after=1', '--no-colors=1'],
      { detached: true, cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => { try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it has ended */ } };
    const interrupted = () => { stop(); process.exit(130); };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    let is_hung = false;
    const limit = setTimeout(() => { is_hung = true; stop(); }, ms_max);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (some) => { said = (said + some).slice(-200_000); });
    child.on('close', (status, signal) => {
      clearTimeout(limit);
      stop();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      const test = [...said.matchAll(/^TEST CASE: +(.*)$/gm)].at(-1)?.[1];
      const by = is_hung ? `a hang of ${Math.round(ms_max / 1000)} s` : test ? `"${test}"` : `${signal ?? `status ${status}`}`;
      resolve({ killed: status === 0 && !is_hung ? undefined : by, ms: performance.now() - started, said });
    });
  });
}

// -> what kills it, 'SURVIVED' or 'does not compile'.
async function try_mutant(module, mutant, text, ms_max) {
  put(mutant.path, mutated(text, mutant));
  try {
    if (!build(module)) return { outcome: 'does not compile' };
    const { killed } = await run_tests(module, ms_max);
    return killed ? { outcome: `killed by ${killed}`, is_killed: true } : { outcome: 'SURVIVED' };
  } finally {
    put(mutant.path, text);
  }
}

const show = (mutant, text) => {
  const line = text.split('\n')[mutant.line - 1];
  const end = mutant.from.includes('\n') ? line.length : mutant.column - 1 + mutant.from.length;
  console.log(`  ${mutant.path}:${mutant.line}\n  - ${line.trim()}\n  + ${
    (line.slice(0, mutant.column - 1) + mutant.to + line.slice(end)).trim()}`);
};

async function main() {
  const { module, only, count, seed } = options();
  mkdirSync(tree, { recursive: true });
  copy_tree();
  const texts = new Map(listed([`src/${module}/**/*.cpp`, `src/${module}/*.cpp`, `src/${module}/**/*.hpp`, `src/${module}/*.hpp`])
    .filter((path) => !/(_test\.cpp|\/testing\.hpp|_for_tests\.(cpp|hpp))$/.test(path))
    .toSorted().map((path) => [path, readFileSync(join(root, path), 'utf8')])
    .filter(([, text]) => !/^\/\/\/ For tests only/m.test(text)));
  const all = [...texts].flatMap(([path, text]) => mutants_of(path, text));
  const chosen = only ? all.filter((mutant) => name_of(mutant) === only) : shuffled(all, seed);
  if (only && chosen.length === 0) fail(`there is no mutant ${only}`, 'take a name that a run printed of the code as it is now');

  console.log(`==> Building ${module}_test as it is, in build/mutate`);
  const configured = configure();
  if (configured.status !== 0) fail(`cmake failed: ${configured.stderr}`, 'rm -r build/mutate and try again');
  if (!build(module, 'inherit')) fail(`${module}_test does not build`, `./dev build dev`);
  const whole = await run_tests(module, 600_000);
  if (whole.killed) fail(`${module}_test fails without any mutant: ${whole.killed}\n${whole.said}`, `./dev test ${module}`);
  const ms_max = Math.max(20_000, 5 * whole.ms);
  console.log(`==> ${only ? 'One mutant' : `${Math.min(count, all.length)} mutants of ${all.length}, seed ${seed}`}; the tests take ${
    (whole.ms / 1000).toFixed(1)} s`);

  const survivors = [];
  let tried = 0;
  for (const mutant of chosen) {
    if (tried === (only ? 1 : count)) break;
    const { outcome, is_killed } = await try_mutant(module, mutant, texts.get(mutant.path), ms_max);
    const is_tried = outcome !== 'does not compile';
    if (is_tried) tried++;
    if (is_tried && !is_killed) survivors.push(mutant);
    console.log(`${is_tried ? String(tried).padStart(3) : '  -'} ${mutant.path}:${mutant.line}  ${change_of(mutant)}  ${outcome}`);
  }
  if (survivors.length > 0) console.log('\nSurvivors:');
  for (const mutant of survivors) {
    show(mutant, texts.get(mutant.path));
    console.log(`  again: ./dev mutate ${module} --only '${name_of(mutant)}'\n`);
  }
  const killed = tried - survivors.length;
  console.log(`${killed} killed of ${tried} (${tried ? Math.round((100 * killed) / tried) : 0} %)`);
}

await main();
