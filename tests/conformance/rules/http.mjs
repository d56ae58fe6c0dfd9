/** HTTP: headers, encodings, methods, ranges. */
import { gunzipSync } from 'node:zlib';
import { LATENESS_S } from './updates.mjs';

const MEDIA = new Set(['init', 'segment', 'part']);
const PLAYLIST_TYPES = ['application/vnd.apple.mpegurl', 'audio/mpegurl'];
const MEDIA_TYPES = ['video/mp4', 'audio/mp4', 'video/iso.segment'];

function* each_answer(seen, accept = () => true) {
  for (const exchange of seen.exchanges) {
    if (exchange.response.status > 0 && accept(exchange)) yield { ...exchange, name: `${exchange.method} ${exchange.url} (${exchange.response.status})` };
  }
}

const ok = ({ response }) => response.status === 200;
const is_media = ({ kind }) => MEDIA.has(kind);
const is_playlist = ({ kind }) => !MEDIA.has(kind);

function max_age(headers) {
  const found = /(?:^|[ ,])max-age=(\d+)/.exec(headers['cache-control'] ?? '');
  return found ? Number(found[1]) : null;
}

function media_type(headers) {
  return (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'http-answers', level: 'MUST', clause: '6.2.1',
    says: 'Every request gets an answer; none is 5xx unless the stream stalls.',
    check(seen, tally) {
      for (const { method, url, response } of seen.exchanges) {
        const bad = response.status === 0 || (response.status >= 500 && response.status !== 503);
        tally.expect(!bad, () => `${method} ${url}: ${response.status || response.body.toString()}`);
      }
    },
  },
  {
    id: 'http-cors', level: 'MUST', clause: 'reference 6.28',
    says: 'Every answer, errors too, allows any origin and exposes Age and Date.',
    check(seen, tally) {
      for (const { name, response } of each_answer(seen)) {
        tally.expect(response.headers['access-control-allow-origin'] === '*', `${name} allows "${response.headers['access-control-allow-origin']}"`);
        const exposed = (response.headers['access-control-expose-headers'] ?? '').toLowerCase().split(',').map((each) => each.trim());
        tally.expect(exposed.includes('age') && exposed.includes('date'), `${name} exposes "${exposed}"`);
      }
    },
  },
  {
    id: 'http-types', level: 'MUST', clause: '4, 3.1.2',
    says: 'Playlists and media have their media types.',
    check(seen, tally) {
      for (const exchange of each_answer(seen, (each) => ok(each) || each.response.status === 206)) {
        const type = media_type(exchange.response.headers);
        tally.expect((is_media(exchange) ? MEDIA_TYPES : PLAYLIST_TYPES).includes(type), `${exchange.name} is "${type}"`);
      }
    },
  },
  {
    id: 'http-date-age', level: 'MUST', clause: 'RFC 9110, 6.6.1; RFC 9111, 5.1; reference 6.22',
    says: 'Date is the time of the answer, and Age, where given, is honest.',
    check(seen, tally) {
      for (const { name, response, kind } of each_answer(seen)) {
        const date_ms = Date.parse(response.headers.date ?? '');
        const off_s = (response.answered_ms - date_ms) / 1000;
        const took_s = (response.answered_ms - response.asked_ms) / 1000;
        // A cache on the way gives a playlist with its Date as it was, for as long as that may be kept.
        const kept_s = seen.cache_keeps_s > 0 && is_playlist({ kind }) ? Math.max(seen.cache_keeps_s, max_age(response.headers)) : 0;
        tally.expect_in_time(off_s > -1.5 && off_s < took_s + kept_s + 1 + LATENESS_S, `${name}: Date "${response.headers.date}" is ${off_s.toFixed(1)} s off`);
        const { age } = response.headers;
        if (age !== undefined) tally.expect(/^\d+$/.test(age) && Number(age) <= 1, `${name}: Age "${age}" from the origin itself`);
      }
    },
  },
  {
    id: 'http-cache-media', level: 'PROMISE', clause: 'reference 6.25',
    says: 'Media may be kept for ever: max-age of a year, immutable.',
    check(seen, tally) {
      for (const { name, response } of each_answer(seen, (each) => ok(each) && is_media(each))) {
        const control = response.headers['cache-control'] ?? '';
        tally.expect(max_age(response.headers) >= 31_536_000 && /\bimmutable\b/.test(control) && !/no-store|private/.test(control), `${name}: "${control}"`);
      }
    },
  },
  {
    id: 'http-cache-playlist', level: 'PROMISE', clause: 'draft B.1; reference 6.25',
    says: 'A plain live playlist is kept at most a second, a blocked one at most six target durations.',
    check(seen, tally) {
      const target = seen.renditions[0].latest.target_duration;
      for (const exchange of each_answer(seen, (each) => ok(each) && is_playlist(each))) {
        const { headers } = exchange.response;
        const never = /no-cache|no-store/.test(headers['cache-control'] ?? '');
        const age = max_age(headers);
        const limit = exchange.url.includes('_HLS_msn=') ? 6 * target : 1;
        if (seen.end && exchange.response.answered_ms >= seen.end.plain?.response.asked_ms) continue;
        tally.expect(never || (age !== null && age <= limit), `${exchange.name}: "${headers['cache-control']}"`);
      }
    },
  },
  {
    id: 'http-cache-errors', level: 'MUST', clause: 'reference 6.25',
    says: 'An error is kept at most four target durations, and only if it says so.',
    check(seen, tally) {
      const target = seen.renditions[0].latest.target_duration;
      for (const { name, response } of each_answer(seen, (each) => each.response.status >= 400 && each.method !== 'POST')) {
        const control = response.headers['cache-control'] ?? '';
        const age = max_age(response.headers);
        tally.expect(/no-store|no-cache/.test(control) || (age !== null && age <= 4 * target), `${name}: "${control}"`);
      }
    },
  },
  {
    id: 'http-errors-tell', level: 'PROMISE', clause: 'RFC 9457',
    says: 'Errors say in JSON what is wrong: status, code, detail.',
    check(seen, tally) {
      for (const { name, response } of each_answer(seen, (each) => each.response.status >= 400 && each.method !== 'HEAD' && each.response.status !== 416)) {
        tally.expect(media_type(response.headers) === 'application/problem+json', `${name} is "${response.headers['content-type']}"`);
        let problem = {};
        try {
          problem = JSON.parse(response.body.toString());
        } catch { /* judged by its empty fields */ }
        tally.expect(problem.status === response.status && problem.code && problem.detail, () => `${name} says ${response.body.toString().slice(0, 120)}`);
      }
    },
  },
  {
    id: 'http-no-cookies', level: 'PROMISE', clause: 'DESIGN decision 9',
    says: 'Nothing sets a cookie or varies by one.',
    check(seen, tally) {
      for (const { name, response } of each_answer(seen)) {
        tally.expect(!response.headers['set-cookie'] && !/cookie/i.test(response.headers.vary ?? ''), name);
      }
    },
  },
  {
    id: 'http-gzip', level: 'SHOULD', clause: '6.2.1; reference 6.26',
    says: 'Playlists are gzipped for who accepts it, for nobody else, and Vary says so.',
    check(seen, tally) {
      for (const { coding, response } of seen.probes.get('encodings') ?? []) {
        const wanted = coding === 'gzip' || coding === 'br, gzip';
        const forbidden = coding === 'identity' || coding === 'gzip;q=0';
        const zipped = response.headers['content-encoding'] === 'gzip';
        tally.expect(!(wanted && !zipped) && !(forbidden && zipped), `"${coding}" gives "${response.headers['content-encoding'] ?? 'no coding'}"`);
        tally.expect(/accept-encoding/i.test(response.headers.vary ?? ''), `"${coding}": Vary "${response.headers.vary}"`);
        const text = zipped ? gunzipSync(response.body).toString() : response.body.toString();
        tally.expect(text.startsWith('#EXTM3U\n'), `"${coding}" does not unpack to a playlist`);
      }
    },
  },
  {
    id: 'http-gzip-equals-plain', level: 'MUST', clause: 'RFC 9110, 8.4',
    says: 'The gzipped playlist of a moment is the plain one.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        for (const { full, zipped } of rendition.updates) {
          if (full && zipped && full.playlist.edge === zipped.playlist.edge && full.playlist.ended === zipped.playlist.ended) tally.expect(full.playlist.text === zipped.playlist.text, `at ${full.playlist.next.msn}.${full.playlist.next.part}`);
        }
      }
    },
  },
  {
    id: 'http-head', level: 'MUST', clause: 'RFC 9110, 9.3.2',
    says: 'HEAD answers as GET does, without the body.',
    check(seen, tally) {
      for (const { kind, url, get, head } of seen.probes.get('head') ?? []) {
        tally.expect(head.status === get.status && head.body.length === 0, `${url}: ${head.status}, ${head.body.length} bytes`);
        tally.expect(head.headers['content-type'] === get.headers['content-type'], `${url}: types differ`);
        if (MEDIA.has(kind)) tally.expect(Number(head.headers['content-length']) === get.body.length, `${url}: Content-Length ${head.headers['content-length']} of ${get.body.length}`);
      }
    },
  },
  {
    id: 'http-ranges', level: 'PROMISE', clause: 'RFC 9110, 14',
    says: 'Single byte ranges of media are served; unsatisfiable ones are 416.',
    check(seen, tally) {
      for (const { url, range, from, to, whole, response } of seen.probes.get('ranges') ?? []) {
        const told = response.headers['content-range'];
        if (from === null) {
          tally.expect(response.status === 416 && told === `bytes */${whole.length}`, `${range} of ${url}: ${response.status} "${told}"`);
          continue;
        }
        const right = response.status === 206 && told === `bytes ${from}-${to}/${whole.length}` && response.body.equals(whole.subarray(from, to + 1));
        tally.expect(right, `${range} of ${url}: ${response.status} "${told}", ${response.body.length} bytes`);
      }
    },
  },
  {
    id: 'http-methods', level: 'MUST', clause: 'RFC 9110, 15.5.6',
    says: 'Other methods are 405 and Allow names the right ones.',
    check(seen, tally) {
      const response = seen.probes.get('post');
      if (!response) return;
      const allow = response.headers.allow ?? '';
      tally.expect(response.status === 405 && /\bGET\b/.test(allow) && /\bHEAD\b/.test(allow), `POST gives ${response.status}, Allow "${allow}"`);
    },
  },
];
