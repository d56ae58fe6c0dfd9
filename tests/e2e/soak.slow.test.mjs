/** A day's visits at speed, show after show: disk and memory end where they began. */
import assert from 'node:assert/strict';
import { test } from '../lib/limited.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { SETTINGS, Visits } from './lib/visits.mjs';

const ROUNDS = 8;
const VISITORS = 100;
/**
 * What fills up once, and has a bound of its own: 8 MiB that say which keys were seen, a page at a time; 4,096 answers to
 * requests that may come again, some KiB each; the keys of throttles.
 */
const RSS_SLACK_KIB = 12 * 1024;

/** A channel with a show of some seconds, removed after it. */
async function show(server, visits, name) {
  const channel = await server.create_channel(name);
  const publisher = Publisher.of_file(await film_file('gop30', 90), channel.publish_url);
  await server.until_state(name, 'live');
  await visits.visitor();
  await publisher.stop();
  await server.until_state(name, 'ended');
  await visits.shop.ok(visits.host.del(`/api/v1/channels/${name}`));
}

test('a day of visits leaves nothing behind', { timeout: 900_000 }, async () => {
  const server = await Shopcast.start('soak', { settings: SETTINGS });
  try {
    const visits = new Visits(server);
    await visits.open();
    const seen = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await show(server, visits, `soak-${round}`);
      await visits.round(VISITORS);
      await visits.years_pass();
      const left = await visits.left();
      seen.push(left);
      console.log(`round ${round + 1}: ${visits.count} visits, RSS ${(left.rss_kib / 1024).toFixed(1)} MiB, database ${left.database_kib} KiB, log of it ${left.wal_kib} KiB, ${left.files} files, ${left.metrics.length} metrics`);
    }
    const [, first] = seen;  // the one before it filled what is filled once
    const last = seen.at(-1);
    assert.deepEqual(last.rows, first.rows);
    assert.equal(last.files, first.files);
    assert.deepEqual(last.metrics, first.metrics);
    assert.ok(last.database_kib <= first.database_kib * 1.1, `${first.database_kib} KiB grew to ${last.database_kib}`);
    assert.ok(last.wal_kib <= Math.max(first.wal_kib, 16 * 1024), `the log of the database has ${last.wal_kib} KiB`);
    assert.ok(last.rss_kib <= first.rss_kib + RSS_SLACK_KIB, `${first.rss_kib} KiB in memory grew to ${last.rss_kib}`);
  } finally {
    await server.clear();
  }
});
