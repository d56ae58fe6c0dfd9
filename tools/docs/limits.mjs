// Writes docs/operating/limits.md from the limits.hpp of every module: what is bounded, by how much,
// and what happens beyond. Usage: node tools/docs/limits.mjs
import { readFileSync, readdirSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const PAGE = 'docs/operating/limits.md';

const HEAD = `# What is bounded, and by how much

Every queue, list, body and wait of the server has a bound with a name, a reason and a word on what happens beyond it.
This page is made of them (\`node tools/docs/limits.mjs\`; a test holds it to the code). Those that an operator may change
stand in the settings (\`shopcast config\`).

A pot that many draw from has **shares**: what one address, account or shop may have of it, so that none keeps another
out. IPv6 addresses count by their /64. Shares are marked.
`;

const is_share = (name) => /_(per|of)_(address|account|viewer|shop|one|staff|email|deal)/.test(name);

/** @param {string} text of a limits.hpp @returns {{name: string, value: string, words: string}[]} */
export function limits_in(text) {
  const found = [];
  let words = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    const comment = /^\s*\/\/\/ ?(.*)$/.exec(lines[i]);
    if (comment) {
      words.push(comment[1]);
      continue;
    }
    if (/^\s*constexpr /.test(lines[i])) {
      let statement = lines[i].trim();
      while (!statement.includes(';')) statement += ` ${lines[i += 1].trim()}`;
      const [, name, value, behind] = /^constexpr [\w:<> ]*?\b(\w+) = (.*?);\s*(?:\/\/\/?<? ?(.*))?$/.exec(statement);
      found.push({ name, value, words: [...words, ...(behind ? [`(${behind})`] : [])].join(' ') });
    }
    words = [];
  }
  return found;
}

/** What a C++ value says to a reader: "16 * KiB" is "16 KiB", "75s" stays. */
const readable = (value) => value
  .replaceAll("'", ',')
  .replace(/std::chrono::(\w+)\((.*)\)/, (_, unit, count) => `${count} ${unit}`)
  .replace(/\* ([KMG]iB)/g, '$1')
  .replace(/std::int64_t\{(.*?)\}/g, '$1')
  .replace(/([\d,]+)(ms|s|min|h)\b/g, '$1 $2');

export function page() {
  const modules = readdirSync(join(root, 'src')).filter((each) => existsSync(join(root, 'src', each, 'limits.hpp'))).sort();
  const parts = modules.map((module) => {
    const rows = limits_in(readFileSync(join(root, 'src', module, 'limits.hpp'), 'utf8')).filter(({ words }) => words !== '');
    const cells = rows.map(({ name, value, words }) => `| \`${name}\`${is_share(name) ? ' (share)' : ''} | ${readable(value)} | ${words.replaceAll('|', '\\|')} |`);
    return `## ${module}\n\n| limit | is | why, and what happens beyond |\n|---|---|---|\n${cells.join('\n')}\n`;
  });
  return `${HEAD}\n${parts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(root, PAGE), page());
