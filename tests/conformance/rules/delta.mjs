/** Delta updates: `_HLS_skip`. */
import { float_of } from '../lib/attributes.mjs';
import { difference, rebuild } from '../lib/delta.mjs';
import { duration_of } from '../lib/playlist.mjs';

/** What tells one moment of a playlist from another, whatever its numbers say. */
function last_line(playlist) {
  return playlist.ended ? `${playlist.complete.at(-1)?.uri} ends` : playlist.hints[0]?.line;
}

/** Every delta answer with the full playlist of the same moment and an earlier full one. */
function* each_delta(seen) {
  for (const rendition of seen.renditions) {
    let earlier = null;
    for (const update of rendition.updates) {
      if (update.delta && update.full && earlier) {
        const { playlist: delta } = update.delta;
        const { playlist: full } = update.full;
        yield { delta, full, earlier, same_moment: last_line(delta) === last_line(full) };
      }
      earlier = update.full?.playlist ?? earlier;
    }
  }
}

/** Whether a playlist has segments past the skip boundary. */
function can_skip(playlist) {
  const until = float_of(playlist.server_control?.get('CAN-SKIP-UNTIL'));
  return until !== null && playlist.duration - duration_of(playlist.segments[0]) > until + playlist.target_duration;
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'delta-skips', level: 'PROMISE', clause: '6.2.5.1',
    says: 'A playlist longer than the skip boundary is answered with EXT-X-SKIP, as ?_HLS_skip=YES asks.',
    check(seen, tally) {
      for (const { delta, full, same_moment } of each_delta(seen)) {
        if (same_moment && can_skip(full)) tally.expect(delta.skipped > 0, `nothing skipped of ${full.duration.toFixed(1)} s`);
      }
      for (const name of ['delta_now', 'delta_v2_now']) {
        const probe = seen.probes.get(name);
        if (probe && can_skip(probe.before)) tally.expect(probe.answer?.playlist.skipped > 0, `${name}: status ${probe.response.status}, nothing skipped`);
      }
    },
  },
  {
    id: 'delta-rebuilds', level: 'MUST', clause: '6.3.7',
    says: 'A delta update with what the client knows makes the full playlist.',
    check(seen, tally) {
      for (const { delta, full, earlier, same_moment } of each_delta(seen)) {
        if (!same_moment) continue;
        try {
          const differs = difference(rebuild(delta, earlier), full, delta.skipped);
          tally.expect(differs === null, () => differs);
        } catch (error) {
          tally.expect(false, error.message);
        }
      }
    },
  },
  {
    id: 'delta-boundary', level: 'MUST', clause: '4.4.5.2, 6.2.5.1',
    says: 'Only segments before the skip boundary are skipped.',
    check(seen, tally) {
      for (const { delta, full, same_moment } of each_delta(seen)) {
        if (!same_moment || delta.skipped === 0) continue;
        const until = float_of(full.server_control.get('CAN-SKIP-UNTIL'));
        const listed_s = delta.segments.reduce((sum, segment) => sum + duration_of(segment), 0);
        tally.expect(listed_s >= until - 0.01, `${listed_s.toFixed(3)} s are left of ${until}`);
      }
    },
  },
  {
    id: 'delta-tag', level: 'MUST', clause: '4.4.5.2',
    says: 'EXT-X-SKIP says how many, and stands only in answers to _HLS_skip.',
    check(seen, tally) {
      for (const { delta, full, same_moment } of each_delta(seen)) {
        tally.expect(full.skipped === 0 && !full.header.some((tag) => tag.name === 'EXT-X-SKIP'), 'EXT-X-SKIP in a full playlist');
        const tags = delta.header.filter((tag) => tag.name === 'EXT-X-SKIP');
        tally.expect(tags.length <= 1 && (tags.length === 0 || delta.skipped > 0), 'EXT-X-SKIP without SKIPPED-SEGMENTS');
        if (same_moment) tally.expect(delta.last_msn === full.last_msn, `numbered up to ${delta.last_msn}, the full one to ${full.last_msn}`);
      }
    },
  },
];
