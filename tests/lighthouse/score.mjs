/**
 * The scores Lighthouse gives to home and to a watch page of the real server with three channels on air, as a
 * phone and as a desk: the median of some runs. A benchmark: run it on a quiet machine.
 *
 *     npm ci --prefix tests && npm ci --prefix tests/lighthouse && node tests/lighthouse/score.mjs [ORIGIN]
 *
 * ORIGIN: a server that runs already, with a channel `studio`; otherwise one is started. RUNS: how many of each (3).
 *
 * Lighthouse takes how long each task of the page lasted, four times that for a phone. Where the same few cores
 * decode and draw the film in software, a task lasts three times the work it does, so the performance is also given
 * with the blocking time counted by the processor's clock (processor_time.mjs). Fails where a score of Lighthouse's
 * own is below 95.
 */
import { writeFileSync } from 'node:fs';
import lighthouse, { desktopConfig } from 'lighthouse';
import { median } from '../../bench/lib/measure.mjs';
import { Publisher } from '../e2e/lib/ffmpeg.mjs';
import { film_file } from '../e2e/lib/material.mjs';
import { out_folder } from '../e2e/lib/paths.mjs';
import { Shopcast } from '../e2e/lib/shopcast.mjs';
import { PlainBrowser } from './plain_browser.mjs';
import { blocking_ms_of, performance_with } from './processor_time.mjs';

const SCORE_MIN = 95;
const RUNS = Number(process.env.RUNS ?? 3);
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const FIGURES = ['first-contentful-paint', 'largest-contentful-paint', 'speed-index', 'total-blocking-time', 'cumulative-layout-shift'];

const percent = (score) => Math.round((score ?? 0) * 100);

const publishers = [];
let server = null;
let browser = null;
let failed = false;
try {
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
  browser = await PlainBrowser.start();
  for (const [page, path] of [['home', '/'], ['watch', '/watch/studio']]) {
    for (const form of ['desk', 'phone']) {
      const runs = [];
      for (let run = 1; run <= RUNS; ++run) {
        const flags = { port: browser.port, output: 'html', logLevel: 'error', onlyCategories: CATEGORIES };
        const { lhr, report, artifacts } = await lighthouse(new URL(path, origin).href, flags, form === 'desk' ? desktopConfig : undefined);
        writeFileSync(`${out_folder('lighthouse')}${page}-${form}-${run}.html`, report);
        const blocking_ms = blocking_ms_of(artifacts.Trace, lhr.configSettings.throttling.cpuSlowdownMultiplier);
        runs.push({ lhr, blocking_ms, performance: performance_with(lhr, blocking_ms, form) });
      }
      const scores = CATEGORIES.map((category) => [category, runs.map(({ lhr }) => percent(lhr.categories[category].score))]);
      const by_processor = runs.map(({ performance }) => percent(performance));
      failed ||= scores.some(([, each]) => median(each) < SCORE_MIN);
      console.log(`${page} ${form}: ${scores.map(([category, each]) => `${category} ${median(each)} (${each.join(' ')})`).join(', ')}`);
      console.log(`  by processor time: performance ${median(by_processor)} (${by_processor.join(' ')}), blocking ${Math.round(median(runs.map(({ blocking_ms }) => blocking_ms)))}`);
      console.log(`  ${FIGURES.map((id) => `${id} ${median(runs.map(({ lhr }) => lhr.audits[id].numericValue)).toFixed(id.endsWith('shift') ? 3 : 0)}`).join(', ')}`);
      console.log(`  machine index ${runs.map(({ lhr }) => Math.round(lhr.environment.benchmarkIndex)).join(' ')}`);
    }
  }
} finally {
  await browser?.stop();
  await Promise.all(publishers.map((publisher) => publisher.vanish()));
  await server?.clear();
}
process.exitCode = failed ? 1 : 0;
