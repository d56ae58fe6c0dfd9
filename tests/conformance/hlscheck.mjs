#!/usr/bin/env node
/**
 * Walks a running low-latency HLS server and tells which rules it keeps.
 *
 *   node tests/conformance/hlscheck.mjs URL [--seconds 20] [--failures]
 *
 * Exit status: 0 when no rule is broken, 1 when one is, 2 when the server could not be walked.
 */
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { check_all, summary, table } from './lib/check.mjs';
import { real_client } from './lib/http_client.mjs';
import { walk } from './lib/walk.mjs';
import { all_rules } from './rules/index.mjs';

export { all_rules, check_all, real_client, summary, table, walk };

/**
 * Walks and judges in one go.
 * @param {string} url @param {import('./lib/walk.mjs').WalkOptions} [options]
 */
export async function hlscheck(url, options = {}) {
  const client = real_client();
  try {
    const seen = await walk(client, url, options);
    return { seen, verdicts: check_all(seen, all_rules) };
  } finally {
    client.close();
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '20' }, failures: { type: 'boolean', default: false } },
  });
  const seconds = Number(values.seconds);
  if (positionals.length !== 1 || !(seconds > 0)) {
    console.error('usage: hlscheck.mjs URL [--seconds 20] [--failures]');
    return 2;
  }
  try {
    const { verdicts } = await hlscheck(positionals[0], { seconds });
    console.log(table(verdicts, { failures_only: values.failures }));
    return summary(verdicts).failed > 0 ? 1 : 0;
  } catch (error) {
    console.error(`hlscheck: ${error.message}`);
    return 2;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main();
