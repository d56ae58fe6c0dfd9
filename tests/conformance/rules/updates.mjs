/** What may change from one playlist to the next. */
import { quoted_of } from '../lib/attributes.mjs';
import { own_lines } from '../lib/delta.mjs';
import { duration_of } from '../lib/playlist.mjs';
import { each_pair } from './each.mjs';

/** Seconds that a loaded machine may add to a part's appearance. */
export const LATENESS_S = 1.5;

const CONSTANT_TAGS = ['EXT-X-TARGETDURATION', 'EXT-X-PART-INF', 'EXT-X-SERVER-CONTROL', 'EXT-X-INDEPENDENT-SEGMENTS'];

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'constants', level: 'MUST', clause: '6.2.1',
    says: 'Target duration, part target, server control and independence never change.',
    check(seen, tally) {
      for (const { one, two } of each_pair(seen)) {
        for (const name of CONSTANT_TAGS) {
          const [was, is] = [one, two].map((playlist) => playlist.header.find((tag) => tag.name === name)?.line);
          tally.expect(was === is, `${was} became ${is}`);
        }
      }
    },
  },
  {
    id: 'sequence-grows', level: 'MUST', clause: '6.2.2, 4.4.3.2',
    says: 'The media sequence number grows by the segments removed, and never shrinks.',
    check(seen, tally) {
      for (const { one, two } of each_pair(seen)) {
        const removed = one.complete.findIndex((segment) => segment.uri === two.complete[0]?.uri);
        tally.expect(two.media_sequence >= one.media_sequence, `${one.media_sequence} became ${two.media_sequence}`);
        if (removed >= 0) {
          tally.expect(two.media_sequence - one.media_sequence === removed, `${removed} segments removed, sequence ${one.media_sequence} to ${two.media_sequence}`);
        }
        tally.expect(two.edge >= one.edge, `the end moved back from ${one.edge} to ${two.edge}`);
      }
    },
  },
  {
    id: 'discontinuity-sequence', level: 'MUST', clause: '6.2.2, 4.4.3.3',
    says: 'A segment keeps its discontinuity sequence number when earlier ones are removed.',
    check(seen, tally) {
      for (const { one, two } of each_pair(seen)) {
        for (const segment of two.segments) {
          const before = one.segment(segment.msn);
          if (before) tally.expect(before.discontinuity_sequence === segment.discontinuity_sequence, `segment ${segment.msn}: ${before.discontinuity_sequence} became ${segment.discontinuity_sequence}`);
        }
      }
    },
  },
  {
    id: 'nothing-retroactive', level: 'MUST', clause: '6.2.1',
    says: 'What was published about a segment or a part stays as it was.',
    check(seen, tally) {
      for (const { one, two } of each_pair(seen)) {
        for (const before of one.segments) {
          const after = two.segment(before.msn);
          if (!after) {
            tally.expect(before.msn < two.media_sequence, `segment ${before.msn} vanished from the middle`);
            continue;
          }
          const was = [before.map_uri, ...own_lines(before)];
          const is = [after.map_uri, ...own_lines(after)];
          const same = before.uri === null ? was.every((line, index) => is[index] === line) : was.join('\n') === is.join('\n');
          tally.expect(same, `segment ${before.msn}: "${was.join(' | ')}" became "${is.join(' | ')}"`);
          if (after.parts.length === 0) continue;
          const kept = before.parts.every((part, index) => after.parts[index]?.line === part.line);
          tally.expect(before.parts.length === 0 ? before.uri === null || after.parts.length === 0 : kept, `the parts of segment ${before.msn} changed`);
          if (before.uri !== null) tally.expect(before.parts.length === after.parts.length, `segment ${before.msn} was whole and gained or lost a part`);
        }
      }
    },
  },
  {
    id: 'parts-not-withdrawn', level: 'MUST', clause: '6.2.1, 6.2.2',
    says: 'Parts leave the playlist only when more than three target durations from its end.',
    check(seen, tally) {
      for (const { one, two } of each_pair(seen)) {
        for (const before of one.segments.filter((segment) => segment.parts.length > 0)) {
          const after = two.segment(before.msn);
          if (!after || after.parts.length > 0) continue;
          const later = two.segments.filter((segment) => segment.msn > before.msn);
          const from_end_s = later.reduce((sum, segment) => sum + duration_of(segment), 0);
          // Removed together with their segment's start past the limit counts as well.
          tally.expect(from_end_s + duration_of(after) > 3 * two.target_duration, `parts of ${before.msn} left ${from_end_s.toFixed(2)} s before the end`);
        }
      }
    },
  },
  {
    id: 'hint-becomes-part', level: 'MUST', clause: '4.4.5.3, 6.2.2; reference 6.16',
    says: 'The part that comes next has the URI that was hinted.',
    check(seen, tally) {
      for (const { one, two } of each_pair(seen)) {
        const uri = quoted_of(one.hints[0]?.attributes?.get('URI'));
        const { msn, part } = one.next;
        const came = two.segment(msn)?.parts[part] ?? two.segment(msn + 1)?.parts[0];
        if (uri === null || !came || two.edge === one.edge) continue;
        const first_of_next = two.segment(msn + 1)?.parts[0]?.uri;
        tally.expect(uri === came.uri || (part > 0 && uri === first_of_next), `${uri} was hinted, ${came.uri} came`);
      }
    },
  },
  {
    id: 'part-cadence', level: 'MUST', clause: '6.2.1',
    says: 'A new part appears within one part target of the last (and what a busy machine adds).',
    check(seen, tally) {
      for (const { before, after, one, two } of each_pair(seen)) {
        if (one.ended || two.ended) continue;
        const apart_s = (after.full.response.answered_ms - before.full.response.answered_ms) / 1000;
        tally.expect_in_time(apart_s <= one.part_target + LATENESS_S, `${apart_s.toFixed(3)} s after ${one.next.msn}.${one.next.part}`);
      }
    },
  },
  {
    id: 'segment-cadence', level: 'MUST', clause: '6.2.1',
    says: 'A new segment appears within 1.5 target durations of the last (and what a busy machine adds).',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        let since = null;
        for (const update of rendition.updates.filter((each) => each.full)) {
          const { playlist, response } = update.full;
          if (playlist.ended) break;
          const waited_s = since === null ? 0 : (response.answered_ms - since.ms) / 1000;
          tally.expect_in_time(waited_s <= 1.5 * playlist.target_duration + LATENESS_S, `${waited_s.toFixed(1)} s after segment ${since?.msn}`);
          if (playlist.last_complete_msn !== since?.msn) since = { msn: playlist.last_complete_msn, ms: response.answered_ms };
        }
      }
    },
  },
  {
    id: 'removed-still-served', level: 'MUST', clause: '6.2.2 (Availability Duration)',
    says: 'A part is served for three target durations after it left, a segment until it appeared its own and a playlist\'s duration ago.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        const longest_s = Math.max(...rendition.playlists.map((playlist) => playlist.duration));
        const segments = new Map(rendition.playlists.flatMap((playlist) => playlist.complete.map((segment) => [segment.uri, segment])));
        for (const { uri, kind, removed_ms, response } of rendition.later) {
          if (removed_ms === Infinity || kind === 'init') continue;
          const segment = segments.get(uri);
          if (kind === 'segment' && segment.pdt_ms === null) continue;
          const until_ms = kind === 'part' ? removed_ms + 3000 * rendition.latest.target_duration
            : segment.pdt_ms + (2 * segment.duration + longest_s) * 1000;
          if (response.asked_ms < until_ms) tally.expect(response.status === 200, `${uri} gives ${response.status} ${((response.asked_ms - removed_ms) / 1000).toFixed(1)} s after it left`);
        }
      }
    },
  },
];
