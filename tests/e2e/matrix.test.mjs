/**
 * Every encoder that is installed (`./dev test --slow` installs four), and everything that happens to
 * encoders, watched by pages that came each way: the table at the end says what viewers saw.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Tab, launch_browser } from './lib/browser.mjs';
import { make_certificate, write_tls_config } from './lib/certificate.mjs';
import { EDGE_ADDRESS, Edge } from './lib/edge.mjs';
import { encoders } from './lib/encoders.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { pause, until } from './lib/wait.mjs';

const BACK_WITHIN_MS = 10_000;
/** OBS draws with the processor here and takes seconds to start. */
const START_MS = 30_000;

let server;
let edge;
let browser;
/** Page addresses by the way they come. */
let ways;
let folder;
const table = [];

before(async () => {
  await film_file('gop30', 90);
  folder = mkdtempSync(join(tmpdir(), 'shopcast-matrix-'));
  await make_certificate(folder, 'localhost');
  const settings = write_tls_config(folder, `[server]\ntrusted_proxies = ["${EDGE_ADDRESS}"]\n`);
  [server, browser] = await Promise.all([Shopcast.start('matrix', { args: ['--config', settings] }), launch_browser()]);
  edge = await Edge.start('matrix-edge', { http: server.http });
  ways = { plain: server.origin, 'TLS h2': `https://${server.https}`, edge: edge.origin };
});
after(async () => {
  const width = Math.max(...table.map((row) => row[0].length));
  for (const [encoder, event, seen] of table) console.log(`  ${encoder.padEnd(width)}  ${event.padEnd(16)} ${seen}`);
  await browser?.close();
  await edge?.stop();
  await server?.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** Pages that watch one channel, one for each way. */
class Pages {
  static async open(name) {
    const pages = new Pages();
    pages.tabs = await Promise.all(Object.entries(ways).map(async ([way, origin]) => {
      const tab = await Tab.open(browser, `${origin}/watch/${name}`, { untrusted: true });
      await tab.until_state('live');
      await tab.until_moving();
      await tab.page.evaluate(() => { window.never_reloaded = true; });
      return { way, tab, stream: await tab.by_id('player').getAttribute('data-stream-id') };
    }));
    return pages;
  }

  /** All pages: pictures again, by themselves. @returns {Promise<string>} what they saw */
  async back(since_ms, { same_stream }) {
    const seen = await Promise.all(this.tabs.map(async ({ way, tab, stream }) => {
      const stream_now = () => tab.by_id('player').getAttribute('data-stream-id');
      // The show before plays to its end first.
      if (!same_stream) await until('the next stream', async () => ![stream, ''].includes(await stream_now()));
      await tab.until_state('live');
      await tab.until_moving();
      const took_ms = Date.now() - since_ms;
      assert.equal(await tab.page.evaluate(() => window.never_reloaded), true, `${way}: not reloaded`);
      assert.equal(await stream_now() === stream, same_stream, `${way}: the stream`);
      assert.ok(took_ms <= BACK_WITHIN_MS, `${way}: ${took_ms} ms`);
      return `${way} ${(took_ms / 1000).toFixed(1)} s`;
    }));
    return `${same_stream ? 'same stream' : 'next stream'}, pictures after ${seen.join(', ')}`;
  }

  async ended(timeout_ms) {
    await Promise.all(this.tabs.map(({ tab }) => tab.until_state('ended', timeout_ms)));
    return 'ended on every page';
  }

  close() {
    return Promise.all(this.tabs.map(({ tab }) => tab.close()));
  }
}

/** What happens, and what pages must see. Each gives the encoder that publishes afterwards, if any. */
const events = {
  'uplink cut 4 s': async (kind, encoder, url, pages) => {
    encoder.cut();
    await pause(4000);
    encoder.resume();
    return [encoder, await pages.back(Date.now(), { same_stream: true })];
  },
  'killed': async (kind, encoder, url, pages) => {
    await encoder.vanish();
    await pause(2000);
    const next = await kind.start(url);
    const connected_ms = await next.publishing(server);
    return [next, await pages.back(connected_ms, { same_stream: true })];
  },
  'second publisher': async (kind, encoder, url, pages) => {
    const takeovers = await server.metric('shopcast_stream_takeovers_total');
    const second = await kind.start(url);
    const connected_ms = await second.publishing(server);
    const seen = await pages.back(connected_ms, { same_stream: true });
    await until('the first has lost its place', async () => await server.metric('shopcast_stream_takeovers_total') > takeovers);
    await encoder.vanish();
    return [second, seen];
  },
  'restarted': async (kind, encoder, url, pages) => {
    await encoder.stop();
    const next = await kind.start(url);
    const connected_ms = await next.publishing(server);
    return [next, await pages.back(connected_ms, { same_stream: !kind.says_goodbye })];
  },
  'stopped': async (kind, encoder, url, pages) => {
    await encoder.stop();
    return [null, await pages.ended(kind.says_goodbye ? 10_000 : 30_000)];
  },
};

for (const kind of encoders) {
  describe(kind.name, { skip: !kind.available() && 'it is not installed' }, () => {
    const name = kind.name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
    let url;
    let encoder;
    let pages;
    before(async () => {
      url = (await server.create_channel(name)).publish_url;
      encoder = await kind.start(url);
      await server.until_state(name, 'live', START_MS);
      pages = await Pages.open(name);
    });
    after(async () => {
      await pages?.close();
      await encoder?.vanish();
    });
    for (const [event, happen] of Object.entries(events)) {
      test(event, { timeout: 240_000 }, async () => {
        let seen = 'FAILED';
        try {
          [encoder, seen] = await happen(kind, encoder, url, pages);
          // Whatever plays now is what the next event must keep.
          for (const page of pages.tabs) page.stream = await page.tab.by_id('player').getAttribute('data-stream-id');
        } finally {
          table.push([kind.name, event, seen]);
        }
      });
    }
  });
}
