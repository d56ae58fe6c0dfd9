// The player against a server that changes its mind: each story drives the mock server and waits for what the
// viewer must see. node dev/behaviour.mjs [base] [only-stories-containing]
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [base = 'http://127.0.0.1:8090', only = ''] = process.argv.slice(2);
const mock = async (path) => (await fetch(`${base}/mock/${path}`, { method: 'POST' })).json();
const patienceMs = 25_000;

const shows = (page, attributes) => {
  const selector = Object.entries(attributes).map(([name, value]) => `[data-${name}="${value}"]`).join('');
  return page.waitForSelector(`[data-testid=player]${selector}`, { timeout: patienceMs });
};
const attribute = (page, name) => page.getAttribute('[data-testid=player]', `data-${name}`);
const moves = async (page) => {
  const time = () => page.evaluate(() => document.querySelector('video').currentTime);
  const before = await time();
  await page.waitForTimeout(1000);
  assert.ok((await time()) > before + 0.5, 'the picture moves');
};
const delayBelow = (page, seconds) =>
  page.waitForFunction(
    (limit) => {
      const delay = document.querySelector('[data-testid=player]').dataset.delay;
      return delay !== '' && Number(delay) < limit;
    },
    seconds,
    { timeout: patienceMs },
  );

const stories = {
  'a show starts by itself': async (page) => {
    await page.goto(`${base}/watch/hair-lab`);
    await shows(page, { state: 'starting' });
    await mock('hair-lab?state=live');
    await shows(page, { state: 'live', playback: 'playing' });
    await moves(page);
  },
  'a show ends, the next one begins': async (page) => {
    await page.goto(`${base}/watch/studio-1`);
    await shows(page, { state: 'live', playback: 'playing' });
    const first = await attribute(page, 'stream-id');
    await mock('studio-1?state=ended');
    await shows(page, { state: 'ended' });
    await mock('studio-1?state=offline');
    await page.waitForTimeout(3000);
    assert.equal(await attribute(page, 'state'), 'ended', 'a page that saw the show keeps saying that it ended');
    await mock('studio-1?state=live');
    await shows(page, { state: 'live', playback: 'playing' });
    assert.notEqual(await attribute(page, 'stream-id'), first);
    await moves(page);
  },
  'a new stream replaces the old one at once': async (page) => {
    await page.goto(`${base}/watch/studio-1`);
    await shows(page, { state: 'live', playback: 'playing' });
    const { stream } = await mock('studio-1?new-stream=1');
    await shows(page, { state: 'live', playback: 'playing', 'stream-id': stream.id });
    await moves(page);
  },
  'the server disappears and returns': async (page) => {
    await page.goto(`${base}/watch/studio-1`);
    await shows(page, { state: 'live', playback: 'playing' });
    await mock('outage?on=1&media=1');
    await shows(page, { state: 'reconnecting' });
    await page.waitForTimeout(6000);
    await mock('outage?on=0');
    await shows(page, { state: 'live', playback: 'playing' });
    await delayBelow(page, 3);
  },
  'only the API disappears: the picture goes on': async (page) => {
    await page.goto(`${base}/watch/studio-1`);
    await shows(page, { state: 'live', playback: 'playing' });
    await mock('outage?on=1');
    await page.waitForTimeout(6000);
    assert.equal(await attribute(page, 'state'), 'live');
    await moves(page);
  },
  'a pause falls behind, one press is live again': async (page) => {
    await page.goto(`${base}/watch/studio-1`);
    await shows(page, { state: 'live', playback: 'playing' });
    await page.waitForTimeout(1000);
    await page.keyboard.press('k');
    await shows(page, { playback: 'paused' });
    await page.waitForTimeout(6000);
    await page.keyboard.press('k');
    await shows(page, { playback: 'playing' });
    await page.waitForTimeout(2000);
    assert.ok(Number(await attribute(page, 'delay')) > 5, 'who paused stays behind');
    await page.click('[data-testid=go-live]');
    await delayBelow(page, 2.5);
    await moves(page);
  },
  'sound': async (page) => {
    await page.goto(`${base}/watch/studio-1`);
    await shows(page, { state: 'live', playback: 'playing', muted: 'true' });
    await page.click('[data-testid=tap-for-sound]');
    await shows(page, { muted: 'false', playback: 'playing' });
    await page.waitForSelector('[data-testid=tap-for-sound]', { state: 'detached' });
    await page.keyboard.press('m');
    await shows(page, { muted: 'true' });
  },
  'a viewer is counted while the picture moves, and not in a pause': async (page) => {
    await page.goto(`${base}/watch/studio-1`);
    const { beats } = await mock('beats');
    await shows(page, { state: 'live', playback: 'playing' });
    await page.waitForTimeout(1500);
    assert.equal((await mock('beats')).beats, beats + 1);
    await page.waitForTimeout(15_000);
    assert.equal((await mock('beats')).beats, beats + 2);
    await page.keyboard.press('k');
    await page.waitForTimeout(16_000);
    assert.equal((await mock('beats')).beats, beats + 2);
  },
  'from home to a show and back': async (page) => {
    await page.goto(base);
    await page.click('[data-channel=studio-2] a');
    await shows(page, { state: 'live', playback: 'playing' });
    assert.equal(new URL(page.url()).pathname, '/watch/studio-2');
    await page.goBack();
    await page.waitForSelector('[data-testid=home][data-state=live]');
  },
};

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags });
let failed = 0;
for (const [name, story] of Object.entries(stories)) {
  if (!name.includes(only)) continue;
  await mock('outage?on=0');
  await mock('fill');
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  const startedMs = Date.now();
  try {
    await story(page);
    assert.deepEqual(errors, []);
    console.log(`ok    ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    const data = await page.evaluate(() => ({ ...document.querySelector('[data-testid=player]')?.dataset })).catch(() => ({}));
    console.log(`FAIL  ${name}: ${error.message.split('\n')[0]}\n      ${JSON.stringify(data)} ${errors.join('; ')}`);
  }
  await context.close();
}
await browser.close();
process.exitCode = failed === 0 ? 0 : 1;
