// ./dev adds up what several test runners say in their closing lines; a wrong sum would hide failures.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../lib/limited.mjs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shell = (script) => execFileSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });

function counts(log, status) {
  const folder = mkdtempSync(join(tmpdir(), 'counts-'));
  try {
    writeFileSync(join(folder, 'log'), log);
    return shell(`source tools/dev/suites.sh; counts_of '${folder}/log' ${status}`).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const doctest = '[doctest] assertions: 90 | 88 passed | 2 failed |\n[doctest] test cases: 12 | 11 passed | 1 failed | 3 skipped\n';
for (const [what, log, status, expected] of [
  ['doctest', doctest, 1, '11 1'],
  ['doctest in colour', doctest.replace('11 passed', '\x1b[0;32m11 passed\x1b[0m'), 1, '11 1'],
  ['node', '\u2139 tests 9\n\u2139 pass 7\n\u2139 fail 1\n\u2139 cancelled 1\n\u2139 skipped 0\n', 1, '7 2'],
  ['node without a terminal', '1..2\n# tests 2\n# pass 2\n# fail 0\n', 0, '2 0'],
  ['Vitest', ' Test Files  2 passed (2)\n      Tests  1 failed | 14 passed (15)\n', 1, '14 1'],
  ['the plain line', 'words\n5 passed, 2 failed\n', 1, '5 2'],
  ['a quiet program', 'words\n', 0, '1 0'],
  ['a quiet program that fails', 'words\n', 3, '0 1'],
  ['a crash after all passed', doctest.replace('1 failed', '0 failed'), 139, '11 1'],
  ['two runners after one another', `${doctest}\u2139 pass 4\n\u2139 fail 0\n`, 1, '15 1'],
]) {
  test(`counts of ${what}`, () => assert.equal(counts(log, status), expected));
}

test('the sum is the last line, and an error when anything failed', () => {
  const run = spawnSync('bash', ['-c', `
    source tools/dev/common.sh; source tools/dev/suites.sh
    logs=$(mktemp -d)
    suite good true
    suite bad sh -c 'echo 3 passed, 1 failed; exit 1'
    close_with_counts`], { cwd: root, encoding: 'utf8' });
  assert.equal(run.status, 1);
  assert.equal(run.stdout.trim().split('\n').at(-1), '4 passed, 1 failed');
});

test('suites beside each other are all counted, and what hangs is stopped with all that it started', () => {
  const run = spawnSync('bash', ['-c', `
    set -euo pipefail
    source tools/dev/common.sh; source tools/dev/suites.sh
    logs=$(mktemp -d) suite_seconds_max=1
    sleep 60 & # not one of them: nobody waits for it
    other=$!
    for name in one two three; do beside suite $name true; done
    beside suite hangs bash -c 'sleep 4321.${process.pid} & echo 2 passed, 0 failed; sleep 1234.${process.pid}'
    end_besides
    kill $other
    ! pgrep -f '^sleep (4321|1234)[.]${process.pid}$' || echo it still runs
    close_with_counts`], { cwd: root, encoding: 'utf8', timeout: 30_000 });
  assert.equal(run.status, 1, run.stderr);
  assert.match(run.stdout, /did not end within 1 s/);
  assert.doesNotMatch(run.stdout, /still runs/);
  assert.equal(run.stdout.trim().split('\n').at(-1), '5 passed, 1 failed');
});

test('what a suite took is told beside its budget', () => {
  const told = shell(`source tools/dev/common.sh; source tools/dev/suites.sh
    logs=$(mktemp -d)
    printf 'wire\\t1\\t0\\t12345.0\\t1\\tx\\nasan-media\\t1\\t0\\t0.1\\t1\\tx\\n' >"$(results)"
    print_budgets`);
  assert.match(told, /^wire +12345\.0 +\d+ +1 +over its budget$/m);
  assert.match(told, /^asan-media +0\.1 +\d+ +1$/m);
});

test('no test at all is an error', () => {
  const run = spawnSync('bash', ['-c', 'source tools/dev/common.sh; source tools/dev/suites.sh; logs=$(mktemp -d); close_with_counts'],
    { cwd: root, encoding: 'utf8' });
  assert.equal(run.status, 1);
  assert.doesNotMatch(run.stdout, /passed/);
});

test('every package has a known group and a reason', () => {
  const lines = readFileSync(join(root, 'deploy/packages/debian.txt'), 'utf8').split('\n')
    .filter((line) => line && !line.startsWith('#'));
  for (const line of lines) assert.match(line, /^(build|node|demo|test|slow|check|bench|proof) +[a-z0-9.+-]+ +\w.+$/);
  const build = shell('source tools/dev/packages.sh; packages_of build').trim().split('\n');
  assert.ok(build.includes('clang-19'));
  assert.ok(!build.includes('chromium'), 'other groups are not installed along');
});

test("the demo's certificate names every address, and stays until they change", () => {
  const folder = mkdtempSync(join(tmpdir(), 'lan-'));
  const make = (addresses) => shell(`source tools/dev/common.sh; source tools/dev/demo.sh
    logs='${folder}/log'; make_lan_certificate '${folder}' '${addresses}'
    openssl x509 -in '${folder}/chain.pem' -noout -fingerprint -ext subjectAltName`);
  try {
    const first = make('192.0.2.7 2001:db8::7');
    assert.match(first, /DNS:localhost, IP Address:127\.0\.0\.1, IP Address:192\.0\.2\.7, IP Address:2001:DB8:0:0:0:0:0:7/);
    assert.equal(make('192.0.2.7 2001:db8::7'), first);
    assert.notEqual(make('192.0.2.8'), first);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('help names every command that ./dev has', () => {
  const script = readFileSync(join(root, 'dev'), 'utf8');
  const commands = [...script.matchAll(/^ {4}([a-z-]+)\) \w+_main/gm)].map((found) => found[1]);
  const help = execFileSync('./dev', ['help'], { cwd: root, encoding: 'utf8' });
  assert.ok(commands.length >= 12);
  for (const command of commands) assert.match(help, new RegExp(`^  ${command}\\b`, 'm'));
});

test('an unknown command says what to do', () => {
  const run = spawnSync('./dev', ['tset'], { cwd: root, encoding: 'utf8' });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /no command 'tset'[^]*next:/);
});

// A check that looks at nothing passes for ever: each is shown one bad file and one good one.
function check(script, source) {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  try {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/a.cpp'), source);
    writeFileSync(join(folder, 'list.txt'), 'src/a.cpp\n');
    for (const name of ['.clang-format', '.clang-tidy']) {
      writeFileSync(join(folder, name), readFileSync(join(root, name)));
    }
    writeFileSync(join(folder, 'compile_commands.json'), JSON.stringify([
      { directory: folder, file: 'src/a.cpp', command: 'clang++-19 -std=gnu++2b -c src/a.cpp' }]));
    return spawnSync('bash', ['-c', `source '${root}/tools/dev/checks.sh'; cd '${folder}'; ${script}`],
      { encoding: 'utf8', env: { ...process.env, HOME: folder } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the format check sees a badly formatted file', () => {
  assert.equal(check('check_format list.txt', 'int a = 1;\n').status, 0);
  const bad = check('check_format list.txt', 'int  a=1;\n');
  assert.equal(bad.status, 1);
  assert.match(bad.stderr, /clang-format-19 -i/);
});

test('clang-tidy sees a badly named function', () => {
  const good = check('check_tidy list.txt .', 'int the_answer() { return 42; }\n');
  assert.equal(good.status, 0, good.stdout);
  assert.match(good.stdout, /^1 files$/m);
  const bad = check('check_tidy list.txt .', 'int TheAnswer() { return 42; }\n');
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /readability-identifier-naming/);
});
