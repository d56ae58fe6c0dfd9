/** Every rule holds on a right origin, and is seen to break on one that is wrong in just that way. */
import assert from 'node:assert/strict';
import { test } from '../../lib/limited.mjs';
import { check_all, table } from '../lib/check.mjs';
import { walk } from '../lib/walk.mjs';
import { all_rules } from '../rules/index.mjs';
import { FakeOrigin } from './fake_origin.mjs';
import { http_mutations } from './mutations_http.mjs';
import { media_mutations } from './mutations_media.mjs';
import { playlist_mutations } from './mutations_playlist.mjs';

const mutations = [...playlist_mutations, ...media_mutations, ...http_mutations];

async function walk_fake(mutation, { seconds = 8, stall = false, end = false } = {}) {
  const origin = new FakeOrigin(mutation);
  return origin.time.run(walk(origin.client, origin.url, {
    seconds, history_segments: 6, ...(stall && { stall: () => origin.stall() }), ...(end && { end: () => origin.end() }),
  }));
}

test('a right origin keeps every rule, and every rule finds something to judge', async () => {
  const verdicts = check_all(await walk_fake({}, { seconds: 14, stall: true, end: true }), all_rules);
  const bad = verdicts.filter((verdict) => verdict.failed > 0 || verdict.checked === 0);
  assert.equal(bad.length, 0, table(bad));
});

test('every rule has a mutation that breaks it', () => {
  const broken = new Set(mutations.map(([id]) => id));
  assert.deepEqual(all_rules.map((rule) => rule.id).filter((id) => !broken.has(id)), []);
  assert.equal(new Set(all_rules.map((rule) => rule.id)).size, all_rules.length, 'rule names are unique');
});

for (const [id, words, mutation, options] of mutations) {
  test(`${id}: ${words}`, async () => {
    const rule = all_rules.filter((each) => each.id === id);
    const [verdict] = check_all(await walk_fake(mutation, options), rule);
    assert.ok(verdict.failed > 0, `not caught: ${table([verdict])}`);
    assert.ok(!verdict.failures[0].startsWith('cannot be judged'), verdict.failures[0]);
  });
}
