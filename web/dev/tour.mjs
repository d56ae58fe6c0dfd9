// Walks the pages through their states on the mock server, in a real browser: a screenshot of each into a folder,
// the accessibility rules of axe on each, nothing wider than the screen, and every console message, page error and
// policy report as a finding. Both languages, phone and desk, light and dark.
//
//   npm run build && node dev/mock-server.mjs 8090 &
//   node dev/tour.mjs http://127.0.0.1:8090 /tmp/tour [names-matching] [pictures-matching]
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { stops } from './tour-stops.mjs';

const [base = 'http://127.0.0.1:8090', folder = '/tmp/shopcast-tour', only = '', pictured = ''] = process.argv.slice(2);
const shots = new RegExp(pictured);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(folder, { recursive: true });

const mock = (path) => fetch(`${base}/mock/${path}`, { method: 'POST' });

// One visit in each language; the screens and schemes are changed while the page stays open.
const places = [
  { tag: 'ko', locale: 'ko-KR', timezoneId: 'Asia/Seoul' },
  { tag: 'en', locale: 'en-US', timezoneId: 'Europe/London' },
];
const screens = { desk: { width: 1280, height: 800 }, phone: { width: 375, height: 812 }, small: { width: 320, height: 640 } };
const schemes = ['light', 'dark'];

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags });
let findings = 0;
let pictures = 0;

async function visit(stop, { tag, ...place }) {
  const name = `${stop.name}.${tag}`;
  await mock('outage?on=0');
  await mock('fill');
  await mock('people');
  for (const path of stop.before ?? []) await mock(path);
  // axe comes over the debugger, so the page's own policy stays in force.
  const context = await browser.newContext({ ...place, viewport: screens.desk, reducedMotion: 'reduce', colorScheme: 'light' });
  if (stop.as) await context.request.post(`${base}/api/v1/session`, { data: { login: stop.as, password: 'CloudWave!' } });
  const page = await context.newPage();
  const report = (text) => {
    findings += 1;
    console.log(`${name}: ${text}`);
  };
  const expected = /status of (400|401|403|404|503)/;
  page.on('pageerror', (error) => report(`error ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) report(`console ${message.text()}`);
  });
  try {
    await page.goto(base + stop.path);
    for (const step of stop.steps) await step(page, mock);
    await page.evaluate(axeSource);
    for (const [screen, size] of Object.entries(screens)) {
      await page.setViewportSize(size);
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        await look(page, `${stop.name}.${screen}-${tag}-${colorScheme}`, report);
      }
    }
  } catch (error) {
    report(`did not get there: ${error.message.split('\n')[0]}`);
    await page.screenshot({ path: join(folder, `${name}.failed.png`) }).catch(() => {});
  }
  await context.close();
}

async function look(page, name, report) {
  await page.waitForTimeout(120);
  const fullPage = !(await page.locator('dialog[open]').count());
  if (shots.test(name)) await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
  pictures += 1;
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) report(`${name} is ${wide} px wider than the screen`);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const { id, help, nodes } of violations) report(`${name} axe ${id}: ${help}: ${nodes.map((node) => node.target).join(' | ')}`);
}

for (const stop of stops) {
  for (const place of places) {
    if (`${stop.name}.${place.tag}`.match(only)) await visit(stop, place);
  }
}
await browser.close();
console.log(`${findings} findings in ${pictures} looks; pictures lie in ${folder}`);
process.exitCode = findings === 0 ? 0 : 1;
