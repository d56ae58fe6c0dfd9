/**
 * What happens to encoders and servers, seen from a page that stays open: one stream, no reload, and
 * afterwards the delay it had before.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from '../lib/limited.mjs';
import { Tab, launch_browser } from './lib/browser.mjs';
import { ClockPublisher } from './lib/clock_publisher.mjs';
import { measure_delays, percentile } from './lib/delay.mjs';
import { media_playlist_url, read_playlist } from './lib/judge.mjs';
import { free_port } from './lib/ports.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { in_time, pause, until } from './lib/wait.mjs';

/** The promises. */
const BACK_WITHIN_MS = 10_000;
const DELAY_MS_MAX = 2500;
const DELAY_WITHIN_MS = 30_000;

let browser;
before(async () => { browser = await launch_browser(); });
after(async () => { await browser?.close(); });

/** A page that is watching, and what it must keep. */
class Viewer {
  static async open(server, name) {
    const viewer = new Viewer();
    viewer.tab = await Tab.open(browser, server.url(`/watch/${name}`));
    await viewer.tab.until_state('live');
    await viewer.tab.until_moving();
    await viewer.tab.page.evaluate(() => { window.never_reloaded = true; });
    viewer.stream = await viewer.tab.by_id('player').getAttribute('data-stream-id');
    return viewer;
  }

  /** New pictures on the page, of the same stream, without a reload; and how long that took. */
  async expect_back(since_ms, context, { same_stream = true } = {}) {
    await this.tab.until_moving();
    const took_ms = Date.now() - since_ms;
    context.diagnostic(`pictures again after ${took_ms} ms`);
    assert.ok(took_ms <= BACK_WITHIN_MS, `${took_ms} ms`);
    await this.tab.until_state('live');
    assert.equal(await this.tab.page.evaluate(() => window.never_reloaded), true);
    const stream = await this.tab.by_id('player').getAttribute('data-stream-id');
    assert.equal(stream === this.stream, same_stream, 'the stream');
  }

  /**
   * The clock in the picture says that the delay is what it was, soon enough; but for the room that
   * the player gave itself where this machine was too busy to decode (each such stall adds some).
   */
  async expect_delay(since_ms, context) {
    let words = '';
    await until('the delay of before', async () => {
      const { delays_ms } = await measure_delays(this.tab.page, { samples: 15, every_ms: 100 });
      const told = await this.tab.by_id('player').evaluate((player) => ({ ...player.dataset }));
      const margin_ms = Number(told.margin) * 1000;
      words = `delay ${percentile(delays_ms, 50)} ms, ${margin_ms} ms of it for stalls; the player says ${JSON.stringify(told)}`;
      return percentile(delays_ms, 50) - margin_ms <= DELAY_MS_MAX || Promise.reject(new Error(words));
    }, { timeout_ms: Math.max(1, since_ms + DELAY_WITHIN_MS - Date.now()) });
    context.diagnostic(`${words}, after ${Date.now() - since_ms} ms`);
  }
}

/** Every answer of a media playlist address while something happens: numbers never go back. */
class Numbers {
  constructor(media_url) {
    this.seen = [];
    this.stopped = false;
    this.done = (async () => {
      while (!this.stopped) {
        await fetch(media_url).then(async (answer) => {
          if (answer.status !== 200) return;
          const text = await answer.text();
          const number = (tag) => Number(new RegExp(`#EXT-X-${tag}:(\\d+)`).exec(text)?.[1] ?? 0);
          this.seen.push([number('MEDIA-SEQUENCE'), number('DISCONTINUITY-SEQUENCE')]);
        }).catch(() => {});
        await pause(200);
      }
    })();
  }

  stop() {
    this.stopped = true;
    return this.done;
  }

  async some_more() {
    const before = this.seen.length;
    await until('more playlists', () => this.seen.length > before + 2);
  }

  async expect_growing() {
    await this.some_more();
    await this.stop();
    for (let i = 1; i < this.seen.length; i += 1) {
      assert.ok(this.seen[i][0] >= this.seen[i - 1][0] && this.seen[i][1] >= this.seen[i - 1][1], `${this.seen[i - 1]} then ${this.seen[i]}`);
    }
  }
}

describe('an encoder that', () => {
  let server;
  let channel;
  let encoder;
  let viewer;
  let numbers;
  const name = 'show';
  beforeEach(async (context) => {
    server = await Shopcast.start(`reconnect-${context.name.replaceAll(/[^a-z]+/g, '-').slice(0, 30)}`);
    channel = await server.create_channel(name);
    encoder = new ClockPublisher(channel.publish_url);
    await server.until_state(name, 'live');
    viewer = await Viewer.open(server, name);
  });
  afterEach(async () => {
    await numbers?.stop();
    await viewer?.tab.close();
    await encoder?.vanish();
    await server?.clear();
  });

  test('is killed and comes back 6 s later keeps its viewers', { timeout: 180_000 }, async (context) => {
    const media_url = await media_playlist_url(server.url(`/live/${name}/index.m3u8`));
    numbers = new Numbers(media_url);
    await numbers.some_more();
    await encoder.vanish();
    await server.until_state(name, 'reconnecting');
    await viewer.tab.until_state('reconnecting');
    await viewer.tab.screenshot('reconnecting-desktop');
    await pause(3000);
    const since_ms = Date.now();
    encoder = new ClockPublisher(channel.publish_url);
    await viewer.expect_back(since_ms, context);
    await viewer.expect_delay(since_ms, context);
    await numbers.expect_growing();
    const playlist = await read_playlist(media_url);
    assert.match(playlist.text, /#EXT-X-GAP/);
    assert.match(playlist.text, /#EXT-X-DISCONTINUITY\n/);
    assert.equal(await server.metric('shopcast_streams_resumed_total'), 1);
  });

  test('hangs, and its host starts it again, is replaced at once', { timeout: 180_000 }, async (context) => {
    encoder.cut();
    const hung = encoder;
    await pause(3000);
    const since_ms = Date.now();
    encoder = new ClockPublisher(channel.publish_url);
    await viewer.expect_back(since_ms, context);
    await viewer.expect_delay(since_ms, context);
    assert.equal(await server.metric('shopcast_stream_takeovers_total'), 1);
    await hung.vanish();
  });

  test('is joined by a second one gives way, and is told', { timeout: 180_000 }, async (context) => {
    const first = encoder;
    const since_ms = Date.now();
    encoder = new ClockPublisher(channel.publish_url);
    await until('the first is told', () => /took this channel over/.test(first.publisher.errors));
    await viewer.expect_back(since_ms, context);
    await viewer.expect_delay(since_ms, context);
    // ffmpeg does not reconnect by itself; this is what one that does would hear.
    const again = new ClockPublisher(channel.publish_url);
    await in_time('the third to be turned away', again.publisher.closed);
    assert.match(again.publisher.errors, /took this channel over/);
    await again.vanish();
    await first.vanish();
  });

  test('does not come back ends the show after the window', { timeout: 180_000 }, async () => {
    await encoder.vanish();
    await viewer.tab.until_state('ended');
    await server.until_state(name, 'ended');
    assert.equal(await server.metric('shopcast_live_streams'), 0);
  });

  test('stops ends the show at once, and its next show is another stream', { timeout: 180_000 }, async (context) => {
    await encoder.stop();
    await viewer.tab.until_state('ended');
    const since_ms = Date.now();
    encoder = new ClockPublisher(channel.publish_url);
    await viewer.expect_back(since_ms, context, { same_stream: false });
  });
});

describe('a server that restarts while live', () => {
  for (const signal of ['SIGKILL', 'SIGTERM']) {
    test(`by ${signal}: the page plays again by itself, numbers go on`, { timeout: 180_000 }, async (context) => {
      const args = ['--http', `127.0.0.1:${await free_port()}`, '--rtmp', `127.0.0.1:${await free_port()}`];
      let server = await Shopcast.start(`restart-${signal.toLowerCase()}-1`, { args });
      const channel = await server.create_channel('show');
      let encoder = new ClockPublisher(channel.publish_url);
      let viewer;
      let numbers;
      try {
        await server.until_state('show', 'live');
        viewer = await Viewer.open(server, 'show');
        await pause(5000);
        const media_url = await media_playlist_url(server.url('/live/show/index.m3u8'));
        const before_playlist = await read_playlist(media_url);
        const names = [...before_playlist.text.matchAll(/\d+-\d+(\.\d+)?\.m4s|init-\d+\.mp4/g)].map(([one]) => one);
        numbers = new Numbers(media_url);
        await numbers.some_more();
        await server.stop(signal);
        await encoder.vanish();

        const started_ms = Date.now();
        server = await Shopcast.start(`restart-${signal.toLowerCase()}-2`, { args, data_folder: server.data_folder });
        context.diagnostic(`serving again after ${Date.now() - started_ms} ms`);
        assert.equal((await server.channel('show')).state, 'reconnecting');
        await pause(3000);
        const since_ms = Date.now();
        encoder = new ClockPublisher(channel.publish_url);
        await viewer.expect_back(since_ms, context);
        await viewer.expect_delay(since_ms, context);
        await numbers.expect_growing();
        const after_playlist = await read_playlist(media_url);
        const again = [...after_playlist.text.matchAll(/\d+-\d+(\.\d+)?\.m4s|init-\d+\.mp4/g)].map(([one]) => one);
        assert.deepEqual(again.filter((one) => names.includes(one)), [], 'no address for a second content');
      } finally {
        await numbers?.stop();
        await viewer?.tab.close();
        await encoder.vanish();
        await server.clear();
      }
    });
  }
});
