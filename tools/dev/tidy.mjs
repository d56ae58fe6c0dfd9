// clang-tidy on many files: those of a folder are read as one translation unit, because nearly all
// of its time goes into the headers that they share (src/shop: 15 s of CPU for 36 files, 125 s one
// by one). Usage: node tools/dev/tidy.mjs LIST BUILD-FOLDER
//
// Files that cannot stand in one unit, since names private to them clash, wait for the next one.
// Warnings of the compiler are left to the build, which makes them errors.
//
// A unit in which nothing was found is not looked at again while everything that it reads, how it is
// compiled, the checks and clang-tidy are the same: empty files named by that hash lie outside the
// checkout, for a month after they last served.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir, availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';

const [list, build] = process.argv.slice(2);
const units = resolve(build, 'tidy');
const known_good = `${process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`}/shopcast/tidy`;
const MONTH_MS = 30 * 86_400_000;
const sources = readFileSync(list, 'utf8').split('\n').filter((file) => /^src\/.*\.cpp$/.test(file) && !file.endsWith('_test.cpp'));
const commands = new Map(JSON.parse(readFileSync(`${build}/compile_commands.json`, 'utf8')).map((each) => [resolve(each.directory, each.file), each]));
const judge = execFileSync('clang-tidy-19', ['--version'], { encoding: 'utf8' }) + readFileSync('.clang-tidy', 'utf8');

function run(program, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => { output += piece; });
    child.on('error', fail);
    child.on('close', (code) => done({ code, output }));
  });
}

/** Writes the unit and how it is compiled: as its first file is. */
function write_unit(name, files) {
  const folder = `${units}/${name}`;
  const unit = `${folder}/unit.cpp`;
  const first = commands.get(resolve(files[0]));
  if (!first) throw new Error(`${build}/compile_commands.json does not know ${files[0]}: configure again`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(unit, files.map((file) => `#include "${resolve(file)}"  // NOLINT(bugprone-suspicious-include)\n`).join(''));
  const command = `${first.command.replace(/ -c .*$/, '').replace(/ -o \S+/, '')} -w -c ${unit}`;
  writeFileSync(`${folder}/compile_commands.json`, JSON.stringify([{ directory: first.directory, file: unit, command }]));
  return { folder, unit, directory: first.directory, command };
}

/** One hash for all that decides what clang-tidy says of a unit; the checkout's place does not. null: it does not compile. */
function hash_of({ folder, unit, command }) {
  const anywhere = (text) => text.replaceAll(resolve('.'), '.');
  const hash = createHash('sha256').update(judge).update(anywhere(command));
  if (!existsSync(`${folder}/read.d`)) return null;
  const read = readFileSync(`${folder}/read.d`, 'utf8').replace(/^.*?: /, '').split(/[\s\\]+/).filter((file) => file !== '' && file !== unit);
  for (const file of read) hash.update(`\n${anywhere(file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/** Splits them into those that can be read together and those that clash with them. */
async function split(name, files) {
  let together = files;
  for (;;) {
    const unit = write_unit(name, together);
    const { folder, command, directory } = unit;
    const { code, output } = await run('bash', ['-c', `${command} -fsyntax-only -ferror-limit=0 -MD -MF ${folder}/read.d`], { cwd: directory });
    if (code === 0 || together.length === 1) return { unit, later: files.filter((file) => !together.includes(file)) };
    const accused = new Set([...output.matchAll(/^(\S+?):\d+:\d+: (?:fatal )?error: /gm)].map((found) => found[1]));
    const left = together.filter((file) => !accused.has(resolve(file)));
    together = left.length > 0 && left.length < together.length ? left : together.slice(0, 1);
  }
}

/** @returns {Promise<boolean>} whether all is well; prints what is not */
async function tidy(folder, files) {
  let good = true;
  for (let [round, rest] = [1, files]; rest.length > 0; round += 1) {
    const name = `${folder.replaceAll('/', '-')}-${round}`;
    const { unit, later } = await split(name, rest);
    const hash = hash_of(unit);
    const mark = `${known_good}/${hash}`;
    if (hash !== null && existsSync(mark)) {
      utimesSync(mark, new Date(), new Date());
    } else {
      const { code, output } = await run('clang-tidy-19', ['--quiet', '-p', unit.folder, unit.unit]);
      if (code === 0) {
        writeFileSync(mark, '');
      } else {
        process.stdout.write(output.replace(/^(\d+ warnings? |Suppressed|Use -header-filter).*\n/gm, ''));
        good = false;
      }
    }
    rest = later;
  }
  return good;
}

mkdirSync(known_good, { recursive: true });
for (const mark of readdirSync(known_good).map((name) => `${known_good}/${name}`)) {
  if (statSync(mark).mtimeMs < Date.now() - MONTH_MS) rmSync(mark);
}
rmSync(units, { recursive: true, force: true });
console.log(`${sources.length} files`);
const folders = [...new Set(sources.map(dirname))].map((folder) => [folder, sources.filter((file) => dirname(file) === folder)]);
const waiting = folders.sort(([, a], [, b]) => a.length - b.length);
const results = await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  let good = true;
  for (let next = waiting.pop(); next; next = waiting.pop()) good = await tidy(...next) && good;
  return good;
}));
process.exit(results.every(Boolean) ? 0 : 1);
