// Walks the page through its states on the mock server, in a real browser: a screenshot of each into a folder,
// the accessibility rules of axe on each, and every console message, page error and policy report as a finding.
//
//   npm run build && node dev/mock-server.mjs 8090 &
//   node dev/tour.mjs http://127.0.0.1:8090 /tmp/tour [only-names-containing]
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [base = 'http://127.0.0.1:8090', folder = '/tmp/shopcast-tour', only = ''] = process.argv.slice(2);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(folder, { recursive: true });

const mock = (path) => fetch(`${base}/mock/${path}`, { method: 'POST' });
const state = (name, to) => mock(`${name}?state=${to}`);
const shows = (phase) => (page) => page.waitForSelector(`[data-testid=player][data-state="${phase}"]`, { timeout: 20_000 });
const home = (to) => (page) => page.waitForSelector(`[data-testid=home][data-state="${to}"]`, { timeout: 20_000 });
const settle = (ms) => (page) => page.waitForTimeout(ms);

const reset = async () => {
  await mock('outage?on=0');
  await mock('fill');
};

const stops = [
  { name: 'home-live', path: '/', steps: [home('live'), settle(6000)] },
  { name: 'home-empty', path: '/', before: () => mock('idle'), steps: [home('empty')] },
  { name: 'home-none', path: '/', before: () => mock('clear'), steps: [home('empty')] },
  { name: 'home-error', path: '/', before: () => mock('outage?on=1'), steps: [home('error')] },
  { name: 'watch-live', path: '/watch/studio-1', steps: [shows('live'), settle(6000)] },
  { name: 'watch-starting', path: '/watch/hair-lab', steps: [shows('starting'), settle(500)] },
  { name: 'watch-offline', path: '/watch/nail-bar', steps: [shows('offline'), settle(500)] },
  {
    name: 'watch-ended',
    path: '/watch/studio-2',
    steps: [shows('live'), () => state('studio-2', 'ended'), shows('ended'), settle(500)],
  },
  {
    name: 'watch-paused',
    path: '/watch/studio-1',
    steps: [shows('live'), settle(1500), (page) => page.keyboard.press('k'), settle(800)],
  },
  { name: 'watch-unknown', path: '/watch/nobody', steps: [shows('not-found')] },
  { name: 'page-unknown', path: '/nowhere', steps: [settle(500)] },
];

const looks = [
  { name: 'phone-light', viewport: { width: 375, height: 812 }, scheme: 'light', locale: 'ko-KR', phone: true },
  { name: 'phone-dark', viewport: { width: 375, height: 812 }, scheme: 'dark', locale: 'en-US', phone: true },
  { name: 'desk-light', viewport: { width: 1440, height: 900 }, scheme: 'light', locale: 'en-US', phone: false },
  { name: 'desk-dark', viewport: { width: 1440, height: 900 }, scheme: 'dark', locale: 'ko-KR', phone: false },
];

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags });
let findings = 0;

for (const stop of stops) {
  for (const look of looks) {
    const name = `${stop.name}.${look.name}`;
    if (!name.includes(only)) continue;
    await reset();
    await stop.before?.();
    const context = await browser.newContext({
      viewport: look.viewport,
      colorScheme: look.scheme,
      locale: look.locale,
      hasTouch: look.phone,
      isMobile: look.phone,
      // axe is put in by the test, not by the page; the policy is exercised by everything else.
      bypassCSP: true,
    });
    const page = await context.newPage();
    const report = (text) => {
      findings += 1;
      console.log(`${name}: ${text}`);
    };
    const expected = /status of (404|503)/;
    page.on('pageerror', (error) => report(`error ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !expected.test(message.text())) report(`console ${message.text()}`);
    });
    await page.goto(base + stop.path);
    for (const step of stop.steps) await step(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.screenshot({ path: join(folder, `${name}.full.png`), fullPage: true });
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    for (const { id, help, nodes } of violations) report(`axe ${id}: ${help}: ${nodes.map((node) => node.target).join(' | ')}`);
    await context.close();
  }
}
await browser.close();
console.log(`${findings} findings; pictures in ${folder}`);
process.exitCode = findings === 0 ? 0 : 1;
