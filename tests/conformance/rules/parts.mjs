/** Parts as the playlist lists them. */
import { duration_of } from '../lib/playlist.mjs';
import { each_playlist } from './each.mjs';

/** Every listed part with what the 85 % rule asks about its place. */
function* each_listed(seen) {
  for (const { playlist } of each_playlist(seen)) {
    for (const segment of playlist.segments) {
      for (const [index, part] of segment.parts.entries()) {
        const next = segment.parts[index + 1];
        yield { playlist, segment, part, index, next, last_of_parent: segment.uri !== null && !next, newest: segment.uri === null && !next };
      }
    }
  }
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'part-target', level: 'MUST', clause: '4.4.3.7; AVPlayer -12642',
    says: 'No part\'s DURATION is above PART-TARGET.',
    check(seen, tally) {
      for (const { playlist, segment, part, index } of each_listed(seen)) {
        tally.expect(part.duration <= playlist.part_target, `part ${segment.msn}.${index}: ${part.duration} of ${playlist.part_target}`);
      }
    },
  },
  {
    id: 'part-85-percent', level: 'MUST', clause: '4.4.4.9',
    says: 'A part has 85 % of PART-TARGET unless it is INDEPENDENT, a GAP, before a GAP, or the last of its segment.',
    check(seen, tally) {
      for (const { playlist, segment, part, index, next, last_of_parent, newest } of each_listed(seen)) {
        if (part.independent || part.gap || next?.gap || last_of_parent || newest) continue;
        tally.expect(part.duration >= 0.85 * playlist.part_target, `part ${segment.msn}.${index}: ${part.duration} of ${playlist.part_target}`);
      }
    },
  },
  {
    id: 'part-tags-first', level: 'MUST', clause: '4.4.4.9',
    says: 'Discontinuity, key, map and date-time of a segment stand before its first part.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        for (const segment of playlist.segments.filter((each) => each.parts.length > 0)) {
          tally.expect(segment.late_tags.length === 0, `segment ${segment.msn}: ${segment.late_tags[0]} after a part`);
        }
      }
    },
  },
  {
    id: 'parts-near-the-edge', level: 'MUST', clause: '4.4.4.9, 6.2.2',
    says: 'Parts are listed within three target durations of the end, and not much longer.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        let from_end_s = 0;
        for (const segment of playlist.segments.toReversed()) {
          const target = playlist.target_duration;
          const whole = segment.uri !== null && !segment.gap;
          if (whole && from_end_s + duration_of(segment) <= 3 * target) {
            tally.expect(segment.parts.length > 0, `segment ${segment.msn} ends ${from_end_s.toFixed(2)} s before the end and has no parts`);
          }
          // One more segment is kept by servers that drop the parts of whole segments.
          if (from_end_s > 4 * target) tally.expect(segment.parts.length === 0, `parts ${from_end_s.toFixed(2)} s before the end`);
          from_end_s += duration_of(segment);
        }
      }
    },
  },
];
