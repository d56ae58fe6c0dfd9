/** Preload hints: requests for parts that do not exist yet. */
import { LATENESS_S } from './updates.mjs';

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'hint-waits', level: 'MUST', clause: '6.2.6 (4.4.5.3); reference 6.16',
    says: 'A request for the hinted part is held, then gives the whole part.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        const listed = new Set(rendition.playlists.flatMap((playlist) => playlist.parts.map((part) => part.uri)));
        for (const { hinted, full } of rendition.updates) {
          if (!hinted || !full || !listed.has(hinted.uri)) continue;
          const { status, headers, body } = hinted.response;
          tally.expect(status === 200 && body.length > 0, `${hinted.uri} gives ${status}`);
          if (headers['content-length']) tally.expect(Number(headers['content-length']) === body.length, `${hinted.uri}: Content-Length ${headers['content-length']}, ${body.length} bytes`);
        }
      }
    },
  },
  {
    id: 'hint-complete', level: 'MUST', clause: '3.2, 6.2.2',
    says: 'What the held request gave is what everybody gets later.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        const hinted = new Map(rendition.updates.flatMap((update) => (update.hinted?.response.status === 200 ? [[update.hinted.uri, update.hinted.response]] : [])));
        for (const { uri, response } of rendition.later) {
          if (hinted.has(uri) && response.status === 200) tally.expect(response.body.equals(hinted.get(uri).body), `${uri} was ${hinted.get(uri).body.length} bytes, now ${response.body.length}`);
        }
      }
    },
  },
  {
    id: 'hint-in-time', level: 'SHOULD', clause: '6.2.6',
    says: 'The hinted part comes when the playlist lists it, not later.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        for (const { hinted, full } of rendition.updates) {
          if (!hinted || !full || !full.playlist.parts.some((part) => part.uri === hinted.uri)) continue;
          const later_s = (hinted.response.answered_ms - full.response.answered_ms) / 1000;
          tally.expect_in_time(later_s < LATENESS_S, `${hinted.uri} came ${later_s.toFixed(3)} s after it was listed`);
        }
      }
    },
  },
  {
    id: 'hint-full-speed', level: 'MUST', clause: '6.2.6',
    says: 'No byte of a hinted part is sent before all of it can be: the body comes at once.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        const took_s = rendition.updates.flatMap(({ hinted }) => (hinted?.response.status === 200
          ? [(hinted.response.answered_ms - hinted.response.first_byte_ms) / 1000] : [])).sort((a, b) => a - b);
        if (took_s.length === 0) continue;
        // One may be held up by a busy machine; half of them are not.
        const median_s = took_s[took_s.length >> 1];
        tally.expect_in_time(median_s < 0.3 * rendition.latest.part_target, `half of the bodies take ${median_s.toFixed(3)} s`);
      }
    },
  },
  {
    id: 'unknown-names', level: 'MUST', clause: '6.2.2; reference 6.16, 6.21',
    says: 'What was never hinted nor listed is 404 at once.',
    check(seen, tally) {
      for (const { url, response } of seen.probes.get('unknown_names') ?? []) {
        tally.expect(response.status === 404 || response.status === 410, `${url} gives ${response.status}`);
        tally.expect_in_time(response.answered_ms - response.asked_ms < LATENESS_S * 1000, `${url}: after ${response.answered_ms - response.asked_ms} ms`);
      }
    },
  },
];
