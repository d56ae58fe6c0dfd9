/** Somebody who has never seen it opens the shop, goes live, and somebody else signs up on a phone and watches. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { PASSWORD, setup_path } from './lib/visitors.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
let browser;
/** @type {Tab} */
let owner;
/** @type {Tab} */
let viewer;
let publisher;
const address = {};

before(async () => {
  await film_file('gop30', 60);
  [server, browser] = await Promise.all([Shopcast.start('front_door'), launch_browser()]);
});
after(async () => {
  await publisher?.vanish();
  await browser?.close();
  await server?.clear();
});

describe('the front door', () => {
  test('an empty shop tells its owner how to begin', async () => {
    owner = await Tab.open(browser, server.url('/'));
    await owner.by_id('owner-guide').locator('code').waitFor();
    assert.match(await owner.by_id('owner-guide').textContent(), /shopcast setup-link/);
  });

  test('the setup link makes the first administrator', async () => {
    await owner.page.goto(server.url(setup_path(server)));
    await owner.by_id('setup-form').waitFor();
    assert.equal(new URL(owner.page.url()).hash, '', 'the token does not stay in the address bar');
    await owner.by_id('setup-form-submit').click();
    await owner.by_id('form-summary').waitFor();
    await owner.page.locator('[data-testid=form-summary]:focus').waitFor();
    await owner.fill({ login: 'Hana', display_name: 'Hana Kim', password: PASSWORD });
    await owner.by_id('setup-form-submit').click();
    await owner.by_id('studio').waitFor();
    await owner.screenshot('front-door-studio-empty');
  });

  test('a channel shows its key once, and the steps for the encoder', async () => {
    await owner.by_id('create-channel').click();
    await owner.fill({ title: 'Winter skin care hour' });
    await owner.by_id('create-form-submit').click();
    await owner.by_id('stream-key').waitFor();
    assert.match(owner.page.url(), /\/studio\/winter-skin-care-hour$/);
    assert.match(await owner.by_id('stream-key').textContent(), /^•+$/, 'hidden until it is asked for');
    await owner.by_id('connect').locator('button[aria-pressed]').click();
    address.key = await owner.by_id('stream-key').textContent();
    address.server = await owner.by_id('server-address').textContent();
    assert.match(address.server, /^rtmp:\/\/127\.0\.0\.1:\d+\/live$/);
    assert.match(await owner.by_id('obs-steps').textContent(), new RegExp(address.server));
    await owner.page.getByRole('tab', { name: 'ffmpeg' }).click();
    const command = await owner.by_id('command').textContent();
    assert.ok(command.includes(address.server) && !command.includes(address.key), 'the command shows the address, and hides the key');
    await owner.screenshot('front-door-connect');
  });

  test('the encoder connects, and the page shows how the stream runs', async () => {
    publisher = Publisher.of_file(await film_file('gop30', 60), `${address.server}/${address.key}`, { loop: true });
    await owner.page.waitForSelector('[data-testid=studio-channel] [data-testid=state][data-state=live]');
    await owner.page.waitForSelector('[data-series=bitrate] canvas');
    await until('a chart with points', async () => {
      const points = await owner.page.locator('[data-series=bitrate] .chart__canvas').getAttribute('data-points');
      return Number(points) >= 3;
    });
    assert.match(await owner.by_id('chart-frame_rate').textContent(), /now (29|30|31),/);
    assert.match(await owner.by_id('keyframes').textContent(), /1\.0 s/);
    await owner.by_id('advice').waitFor();
    await owner.by_id('preview').click();
    await owner.until_state('live');
    await owner.until_moving();
    await owner.screenshot('front-door-live');
  });

  test('a viewer in Korean signs up on a phone and watches', async () => {
    viewer = await Tab.open(browser, server.url('/'), { viewport: PHONE, phone: true, locale: 'ko-KR' });
    await viewer.by_id('channel-card').first().waitFor();
    await viewer.page.waitForSelector('[data-testid=poster][data-shown]');
    await viewer.by_id('channel-card').first().locator('a').click();
    await viewer.until_state('live');
    await viewer.by_id('log-in').tap();
    await viewer.page.getByRole('link', { name: '회원가입' }).tap();
    await viewer.fill({ login: 'yuna', display_name: '유나', password: PASSWORD });
    await viewer.by_id('signup-form-submit').tap();
    await viewer.until_state('live');
    assert.match(viewer.page.url(), /\/watch\/winter-skin-care-hour$/, 'back to where they came from');
    await viewer.until_moving();
    await viewer.by_id('menu').tap();
    assert.match(await viewer.by_id('menu-panel').textContent(), /유나/);
    assert.doesNotMatch(await viewer.by_id('menu-panel').textContent(), /스튜디오|운영/);
    await viewer.screenshot('front-door-viewer-phone');
  });

  test('the preview of the host is no viewer, the viewer is one', async () => {
    await until('one viewer', async () => (await server.channel('winter-skin-care-hour')).viewers === 1);
  });

  test('the host stops the stream: the viewer is told, and it is listed as past', async () => {
    await owner.by_id('stop-stream').click();
    await owner.by_id('confirm-action').click();
    await viewer.until_state('ended');
    await owner.by_id('past-stream').first().waitFor();
  });

  test('nothing was blocked, and nothing went wrong in the console', async () => {
    for (const tab of [owner, viewer]) {
      assert.deepEqual(await tab.violations(), []);
      assert.deepEqual(tab.complaints, []);
    }
    assert.equal(await server.metric('shopcast_csp_reports_total'), 0);
  });
});
