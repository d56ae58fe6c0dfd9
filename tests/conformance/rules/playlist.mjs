/** A media playlist by itself. */
import { float_of, integer_of, quoted_of, word_of } from '../lib/attributes.mjs';
import { duration_of } from '../lib/playlist.mjs';
import { ROUNDING_S, each_playlist } from './each.mjs';

const WINDOW_S = 60;
const WINDOW_TARGETS = 10;

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'playlist-grammar', level: 'MUST', clause: '4.1, 4.2, 4.4.4',
    says: 'Media playlists keep the grammar: #EXTM3U first, attributes well formed, EXTINF everywhere.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        tally.expect(playlist.problems.length === 0, () => playlist.problems.join('; '));
        tally.expect(!playlist.is_multivariant, 'multivariant tags in a media playlist');
      }
    },
  },
  {
    id: 'playlist-single-tags', level: 'MUST', clause: '4.4.3',
    says: 'Tags of the playlist as a whole are there at most once; the required ones are.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        for (const name of ['EXT-X-VERSION', 'EXT-X-TARGETDURATION', 'EXT-X-SERVER-CONTROL', 'EXT-X-PART-INF', 'EXT-X-MEDIA-SEQUENCE']) {
          const count = playlist.header.filter((tag) => tag.name === name).length;
          tally.expect(count === 1, `${count} ${name} tags`);
        }
        for (const name of ['EXT-X-DISCONTINUITY-SEQUENCE', 'EXT-X-INDEPENDENT-SEGMENTS', 'EXT-X-PLAYLIST-TYPE']) {
          tally.expect(playlist.header.filter((tag) => tag.name === name).length <= 1, `${name} is repeated`);
        }
      }
    },
  },
  {
    id: 'playlist-version', level: 'MUST', clause: '8',
    says: 'EXT-X-VERSION covers what is used: 6 for EXT-X-MAP, 9 for EXT-X-SKIP.',
    check(seen, tally) {
      for (const { playlist, update } of each_playlist(seen)) {
        tally.expect(playlist.version >= 6, `version ${playlist.version}`);
        if (update.delta?.playlist.skipped) tally.expect(update.delta.playlist.version >= 9, `delta of version ${update.delta.playlist.version}`);
      }
    },
  },
  {
    id: 'target-duration', level: 'MUST', clause: '4.4.3.1',
    says: 'No EXTINF, rounded, is above EXT-X-TARGETDURATION.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        for (const segment of playlist.complete) {
          tally.expect(Math.round(segment.duration) <= playlist.target_duration, `segment ${segment.msn}: EXTINF ${segment.duration} of ${playlist.target_duration}`);
        }
      }
    },
  },
  {
    id: 'segment-is-its-parts', level: 'MUST', clause: '3.2',
    says: 'EXTINF is the sum of the durations of the segment\'s parts.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        for (const segment of playlist.complete.filter((each) => each.parts.length > 0)) {
          const sum = segment.parts.reduce((total, part) => total + part.duration, 0);
          tally.expect(Math.abs(sum - segment.duration) <= ROUNDING_S * segment.parts.length, `segment ${segment.msn}: EXTINF ${segment.duration}, parts ${sum.toFixed(5)}`);
        }
      }
    },
  },
  {
    id: 'server-control', level: 'MUST', clause: '4.4.3.8',
    says: 'CAN-BLOCK-RELOAD=YES; PART-HOLD-BACK >= 2 parts; HOLD-BACK >= 3, CAN-SKIP-UNTIL >= 6 target durations.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        const control = playlist.server_control ?? new Map();
        const target = playlist.target_duration;
        tally.expect(word_of(control.get('CAN-BLOCK-RELOAD')) === 'YES', 'CAN-BLOCK-RELOAD is not YES');
        const hold = float_of(control.get('PART-HOLD-BACK'));
        tally.expect(hold >= 2 * playlist.part_target, `PART-HOLD-BACK ${hold} with parts of ${playlist.part_target}`);
        const skip = float_of(control.get('CAN-SKIP-UNTIL'));
        tally.expect(skip !== null && skip >= 6 * target, `CAN-SKIP-UNTIL ${skip} with target duration ${target}`);
        const back = control.has('HOLD-BACK') ? float_of(control.get('HOLD-BACK')) : 3 * target;
        tally.expect(back !== null && back >= 3 * target, `HOLD-BACK ${back} with target duration ${target}`);
      }
    },
  },
  {
    id: 'part-hold-back-recommended', level: 'SHOULD', clause: '4.4.3.8; validator -50102',
    says: 'PART-HOLD-BACK is at least three part targets.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        const hold = float_of(playlist.server_control?.get('PART-HOLD-BACK'));
        tally.expect(hold >= 3 * playlist.part_target - 1e-9, `PART-HOLD-BACK ${hold} with parts of ${playlist.part_target}`);
      }
    },
  },
  {
    id: 'live-window', level: 'MUST', clause: '6.2.2; promise: >= 60 s and 10 target durations',
    says: 'A playlist that has dropped segments still holds the promised window.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        if (playlist.media_sequence === 0) continue;
        const window = playlist.complete.reduce((sum, segment) => sum + duration_of(segment), 0);
        const wanted = Math.max(WINDOW_S, WINDOW_TARGETS * playlist.target_duration);
        tally.expect(window >= wanted - ROUNDING_S * playlist.complete.length, `${window.toFixed(2)} s from ${playlist.media_sequence} on`);
      }
    },
  },
  {
    id: 'no-playlist-type', level: 'MUST', clause: '4.4.3.5',
    says: 'A sliding live playlist has no EXT-X-PLAYLIST-TYPE.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        tally.expect(!playlist.header.some((tag) => tag.name === 'EXT-X-PLAYLIST-TYPE'), 'EXT-X-PLAYLIST-TYPE');
      }
    },
  },
  {
    id: 'program-date-time', level: 'PROMISE', clause: '4.4.4.6; reference 6.15',
    says: 'Every segment has a program date-time, and each follows the last by its EXTINF.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        let expected = null;
        for (const segment of playlist.segments) {
          tally.expect(segment.pdt_ms !== null, `segment ${segment.msn} has none`);
          // Rounded to milliseconds twice; a discontinuity may jump.
          if (expected !== null && !segment.discontinuity) {
            tally.expect(Math.abs(segment.pdt_ms - expected) <= 2, `segment ${segment.msn}: ${segment.pdt_ms - expected} ms off`);
          }
          expected = segment.pdt_ms + duration_of(segment) * 1000;
        }
      }
    },
  },
  {
    id: 'preload-hint', level: 'MUST', clause: '4.4.5.3; reference 6.16',
    says: 'A live playlist ends with exactly one TYPE=PART preload hint, for a part it does not list.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        const hints = playlist.hints.filter((tag) => word_of(tag.attributes?.get('TYPE')) === 'PART');
        if (playlist.ended) {
          tally.expect(playlist.hints.length === 0, 'a hint beside EXT-X-ENDLIST');
          continue;
        }
        tally.expect(hints.length === 1, `${hints.length} part hints`);
        const uri = quoted_of(hints[0]?.attributes?.get('URI'));
        tally.expect(uri !== null && !playlist.parts.some((part) => part.uri === uri), `the hint ${uri} is listed already`);
        const lines = playlist.text.trimEnd().split('\n');
        const last_media = lines.findLastIndex((line) => line.startsWith('#EXT-X-PART:') || !line.startsWith('#'));
        const at = lines.findIndex((line) => line.startsWith('#EXT-X-PRELOAD-HINT'));
        tally.expect(at > last_media, 'the hint stands before a part or a segment');
      }
    },
  },
  {
    id: 'rendition-reports', level: 'MUST', clause: '4.4.5.4; validator -50125',
    says: 'Every other media playlist is reported by a relative URI, LAST-MSN and LAST-PART.',
    check(seen, tally) {
      for (const { rendition, playlist } of each_playlist(seen)) {
        if (playlist.ended) continue;
        for (const other of seen.renditions.filter((each) => each !== rendition)) {
          const report = playlist.reports.find((tag) => rendition.resolve(quoted_of(tag.attributes?.get('URI')) ?? '') === other.url);
          tally.expect(report, `no report on ${other.url}`);
          if (!report) continue;
          tally.expect(!/^[a-z]+:/.test(quoted_of(report.attributes.get('URI'))), 'the URI is absolute');
          const msn = integer_of(report.attributes.get('LAST-MSN'));
          tally.expect(msn !== null && Math.abs(msn - playlist.last_msn) <= 1, `LAST-MSN ${msn} beside ${playlist.last_msn}`);
          tally.expect(integer_of(report.attributes.get('LAST-PART')) !== null, 'no LAST-PART');
        }
      }
    },
  },
  {
    id: 'map', level: 'MUST', clause: '4.4.4.5; reference 6.1',
    says: 'Every segment has an EXT-X-MAP in force, given anew after each discontinuity.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        for (const segment of playlist.segments) {
          tally.expect(segment.map_uri !== null, `segment ${segment.msn} has none`);
          if (segment.discontinuity) tally.expect(segment.has_map_tag, `segment ${segment.msn} starts a discontinuity without its own`);
        }
      }
    },
  },
  {
    id: 'unique-uris', level: 'PROMISE', clause: 'DESIGN decision 9',
    says: 'No URI stands twice in a playlist, and all are relative.',
    check(seen, tally) {
      for (const { playlist } of each_playlist(seen)) {
        const uris = [...playlist.parts.map((part) => part.uri), ...playlist.complete.map((segment) => segment.uri)];
        tally.expect(new Set(uris).size === uris.length, () => `${uris.find((uri, index) => uris.indexOf(uri) !== index)} stands twice`);
        tally.expect(uris.every((uri) => !/^([a-z]+:|\/)/.test(uri)), () => `${uris.find((uri) => /^([a-z]+:|\/)/.test(uri))} is not relative`);
      }
    },
  },
];
