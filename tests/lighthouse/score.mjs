/**
 * The scores Lighthouse gives to home and to a watch page of the real server with three channels on air, as a
 * phone and as a desk. Fails where one is below 95. Heavy, and a benchmark: run it on a quiet machine.
 *
 *     npm ci --prefix tests && npm ci --prefix tests/lighthouse && node tests/lighthouse/score.mjs [ORIGIN]
 *
 * ORIGIN: a server that runs already, with a channel `studio`; otherwise one is started.
 */
import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import lighthouse, { desktopConfig } from 'lighthouse';
import { Publisher } from '../e2e/lib/ffmpeg.mjs';
import { film_file } from '../e2e/lib/material.mjs';
import { out_folder } from '../e2e/lib/paths.mjs';
import { Shopcast } from '../e2e/lib/shopcast.mjs';

const SCORE_MIN = 95;
const DEBUG_PORT = 9333;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

const publishers = [];
let server = null;
let origin = process.argv[2];
if (!origin) {
  server = await Shopcast.start('lighthouse');
  for (const name of ['studio', 'kitchen', 'garden']) {
    const { publish_url } = await server.create_channel(name, `Evening in the ${name}`);
    publishers.push(Publisher.of_file(await film_file('gop30', 90), publish_url, { loop: true }));
    await server.until_state(name, 'live', 30_000);
  }
  origin = server.origin;
}
// Lighthouse drives a browser of its own choice over the debugging port.
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [`--remote-debugging-port=${DEBUG_PORT}`, '--no-sandbox'] });
let failed = false;
try {
  for (const [page, path] of [['home', '/'], ['watch', `/watch/${process.argv[3] ?? 'studio'}`]]) {
    for (const [form, config] of [['phone', undefined], ['desk', desktopConfig]]) {
      const { lhr, report } = await lighthouse(new URL(path, origin).href, { port: DEBUG_PORT, output: 'html', logLevel: 'error', onlyCategories: CATEGORIES }, config);
      const scores = CATEGORIES.map((category) => [category, Math.round((lhr.categories[category].score ?? 0) * 100)]);
      failed ||= scores.some(([, score]) => score < SCORE_MIN);
      writeFileSync(`${out_folder('lighthouse')}${page}-${form}.html`, report);
      // Lighthouse takes a machine of 1,500 to 2,000 for granted when it slows the phone down four times; it warns below 1,000.
      const speed = Math.round(lhr.environment.benchmarkIndex);
      console.log(`${page} ${form}: ${scores.map(([category, score]) => `${category} ${score}`).join(', ')} (machine ${speed})`);
      for (const warning of lhr.runWarnings) console.log(`  ${warning}`);
      const lost = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && ['numeric', 'binary', 'metricSavings'].includes(scoreDisplayMode));
      for (const { id, displayValue, score } of lost) console.log(`  ${id}: ${displayValue ?? score}`);
    }
  }
} finally {
  await browser.close();
  await Promise.all(publishers.map((publisher) => publisher.vanish()));
  await server?.clear();
}
process.exitCode = failed ? 1 : 0;
