/** Our page in Chromium: what viewers see. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from '../lib/limited.mjs';
import { difference, rebuild } from '../conformance/lib/delta.mjs';
import { Playlist } from '../conformance/lib/playlist.mjs';
import { PHONE, Tab, launch_browser } from './lib/browser.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { read_playlist, until_media } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

const FILM_S = 90;
/** Channels and their films; the first is old enough for delta updates when the pages open. */
const SHOWS = { studio: 'gop30', kitchen: 'rate_29_97', garden: 'gop250_b' };

/** @type {Shopcast} */
let server;
let browser;
const publishers = new Map();

async function publish(name, film) {
  const channel = await server.create_channel(name);
  publishers.set(name, Publisher.of_file(await film_file(film, FILM_S), channel.publish_url, { loop: true }));
  return channel;
}

before(async () => {
  for (const film of Object.values(SHOWS)) await film_file(film, FILM_S);
  [server, browser] = await Promise.all([Shopcast.start('browser'), launch_browser()]);
  for (const [name, film] of Object.entries(SHOWS)) await publish(name, film);
});
after(async () => {
  await browser?.close();
  await Promise.all([...publishers.values()].map((publisher) => publisher.vanish()));
  await server?.clear();
});

/** Nothing was blocked and nothing went wrong in the console; hls.js warns of what it then repairs. */
async function expect_no_complaints(...tabs) {
  for (const tab of tabs) {
    assert.deepEqual(await tab.violations(), [], tab.page.url());
    assert.deepEqual(tab.complaints, [], tab.page.url());
  }
  assert.equal(await server.metric('shopcast_csp_reports_total'), 0);
}

describe('the page', () => {
  test('the picture moves on three channels at once, muted and without a click', async () => {
    const names = Object.keys(SHOWS);
    await Promise.all(names.map((name) => server.until_state(name, 'live')));
    const tabs = await Promise.all(names.map((name) => Tab.open(browser, server.url(`/watch/${name}`))));
    await Promise.all(tabs.map(async (tab) => {
      await tab.until_state('live');
      await tab.until_moving(5);
      assert.equal(await tab.video((video) => video.muted), true);
      assert.equal(await tab.video((video) => video.playsInline), true);
    }));
    await tabs[0].screenshot('watch-desktop');
    await expect_no_complaints(...tabs);
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  test('a tap gives sound', async () => {
    const tab = await Tab.open(browser, server.url('/watch/studio'));
    await tab.until_state('live');
    await tab.by_id('tap-for-sound').click();
    await until('sound', () => tab.video((video) => !video.muted && !video.paused && video.volume > 0));
    await tab.by_id('tap-for-sound').waitFor({ state: 'detached' });
    await tab.until_moving();
    await expect_no_complaints(tab);
    await tab.close();
  });

  test('the home page shows the live channels and leads to them', async () => {
    const tab = await Tab.open(browser, server.url('/'));
    const card = (name) => tab.page.locator(`[data-testid="channel-card"][data-channel="${name}"]`);
    for (const name of Object.keys(SHOWS)) await card(name).waitFor();
    await tab.screenshot('home-desktop');
    await card('kitchen').locator('a').first().click();
    await tab.until_state('live');
    assert.match(tab.page.url(), /\/watch\/kitchen$/);
    await tab.until_moving();
    await tab.page.goBack();
    await card('studio').waitFor();
    await expect_no_complaints(tab);
    await tab.close();
  });

  test('it fits a phone', async () => {
    const tab = await Tab.open(browser, server.url('/'), { viewport: PHONE, phone: true });
    await tab.by_id('channel-card').first().waitFor();
    await tab.screenshot('home-phone');
    await tab.page.goto(server.url('/watch/garden'));
    await tab.until_state('live');
    await tab.until_moving();
    await tab.screenshot('watch-phone');
    const [page_width, button] = await Promise.all([
      tab.page.evaluate(() => document.documentElement.scrollWidth), tab.by_id('tap-for-sound').boundingBox(),
    ]);
    assert.ok(page_width <= PHONE.width, `${page_width} px wide`);
    assert.ok(button.height >= 40 && button.x >= 0 && button.x + button.width <= PHONE.width, JSON.stringify(button));
    await expect_no_complaints(tab);
    await tab.close();
  });

  test('three pages that play are three viewers, and leaving is noticed', async () => {
    await publish('crowd', 'gop30');
    await server.until_state('crowd', 'live');
    const viewers = async (count) => {
      const channel = await server.channel('crowd');
      return channel.viewers === count || Promise.reject(new Error(`there are ${channel.viewers}`));
    };
    const tabs = await Promise.all([1, 2, 3].map(() => Tab.open(browser, server.url('/watch/crowd'))));
    await Promise.all(tabs.map((tab) => tab.until_state('live')));
    await until('three viewers', () => viewers(3));
    await until('the count on the page', async () => await tabs[0].by_id('viewers').textContent() === '3');
    await tabs.pop().close();
    const joins = await server.metric('shopcast_playback_join_seconds_count');
    assert.ok(joins >= 3, `${joins} pages told how long the first picture took`);
    await until('one viewer less', () => viewers(2));
    // The delay is known a moment after the first picture, so it comes with the second report.
    await until('both that stay tell their delay', async () => await server.metric('shopcast_playback_delay_seconds_count') >= 2);
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  test('hls.js asks for delta updates that skip segments, and they rebuild to the full playlist', async () => {
    const media_url = await until_media(server.url('/live/studio/index.m3u8'), 32);
    const tab = await Tab.open(browser, server.url('/watch/studio'));
    const wrong = [];
    let known = null;
    let compared = 0;
    const compare = async (url, playlist) => {
      const rebuilt = playlist.skipped > 0 ? rebuild(playlist, known) : playlist;
      known = rebuilt;
      if (playlist.skipped === 0) return;
      assert.match(url.search, /_HLS_skip=YES/);
      url.searchParams.delete('_HLS_skip');
      const full = await read_playlist(url.href);
      // A part may have come between the two answers.
      if (rebuilt.hints[0]?.line !== full.hints[0]?.line) return;
      compared += 1;
      const differs = difference(rebuilt, full, playlist.skipped);
      if (differs) wrong.push(differs);
    };
    tab.page.on('response', async (response) => {
      if (!response.url().startsWith(media_url) || response.status() !== 200) return;
      const text = await response.text().catch(() => null);
      if (text) await compare(new URL(response.url()), new Playlist(text)).catch((error) => wrong.push(error.message));
    });
    await tab.until_state('live');
    await until('delta updates', () => compared >= 5);
    assert.deepEqual(wrong, []);
    await tab.until_moving();
    await expect_no_complaints(tab);
    await tab.close();
  });

  test('starts soon, live, ended, live again: while the page stays open', async () => {
    const channel = await server.create_channel('evening');
    const file = await film_file('gop30', FILM_S);
    const tab = await Tab.open(browser, server.url('/watch/evening'));
    await tab.until_state('offline');
    const first = Publisher.of_file(file, channel.publish_url);
    try {
      await tab.until_state('live');
      await tab.until_moving();
      await first.stop();
      await tab.until_state('ended');
      await tab.screenshot('ended-desktop');
      const second = Publisher.of_file(file, channel.publish_url);
      publishers.set('evening', second);
      await tab.until_state('live');
      await tab.until_moving();
      await expect_no_complaints(tab);
    } finally {
      await first.vanish();
      await tab.close();
    }
  });

  test('a channel that is not there is said to be so', async () => {
    const tab = await Tab.open(browser, server.url('/watch/nobody'));
    await tab.until_state('not-found');
    assert.deepEqual(await tab.violations(), []);
    await tab.close();
  });
});
