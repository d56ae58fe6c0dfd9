/** Nothing grows for ever: what comes also goes, from the disk and from memory. */
import assert from 'node:assert/strict';
import { test } from '../lib/limited.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { SETTINGS, Visits } from './lib/visits.mjs';

test('what visits leave goes when its time is over, and the room is used again', { timeout: 300_000 }, async () => {
  const server = await Shopcast.start('forever', { settings: SETTINGS });
  try {
    const visits = new Visits(server);
    await visits.open();
    await visits.round(4);
    await visits.years_pass();
    const before = await visits.left();
    for (let round = 0; round < 2; round += 1) {
      await visits.round(8);
      await visits.years_pass();
    }
    const after = await visits.left();
    assert.deepEqual(after.rows, before.rows);
    assert.equal(after.files, before.files);
    assert.deepEqual(after.metrics, before.metrics);
    assert.ok(server.event('retention.removed', { what: 'unpaid orders' }));
    assert.equal(server.event('retention.failed'), null);
  } finally {
    await server.clear();
  }
});
