/** Ways to break the rules on directives, hints and HTTP, by rule. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { problem } from './fake_origin.mjs';
import { PARTS } from './fake_stream.mjs';

/** Answers as if the directives had not been given. */
const ignore_directives = (when) => ({
  before: async (request, origin) => {
    if (!when(request, origin)) return;
    await origin.time.until(origin.time.now_ms + 200);
    ['_HLS_msn', '_HLS_part'].forEach((name) => request.query.delete(name));
  },
});
const refuse = (status, when) => ({ before: (request, origin) => (when(request, origin) ? problem(status) : null) });
/** Changes answers; undefined from `change` removes a header. */
const headers = (change, when = () => true) => ({
  after: (answer, request) => (when(answer, request) ? { ...answer, headers: without_undefined({ ...answer.headers, ...change }) } : answer),
});
const without_undefined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const on = (pattern) => (answer, { path }) => answer.status === 200 && pattern.test(path);
const status = (code) => (answer) => answer.status === code;

const number = (request, name) => (request.query.has(name) ? Number(request.query.get(name)) : null);
const whole = (origin) => Math.floor(origin.count / PARTS);
const later = async (origin, ms) => { await origin.time.until(origin.time.now_ms + ms); };

/** Answers a request for the part that is hinted at this moment. */
const hinted = (answer) => ({
  before: (request, origin) => {
    const piece = /-(\d+)\.(\d)\.m4s$/.exec(request.path);
    return piece && Number(piece[1]) * PARTS + Number(piece[2]) === origin.count ? answer(origin, Number(piece[1]), Number(piece[2])) : null;
  },
});
const part_answer = (body) => ({ status: 200, headers: { 'content-type': 'video/mp4', 'cache-control': 'public, max-age=31536000, immutable' }, body });

/** @type {[rule: string, words: string, mutation: any, options?: any][]} */
export const http_mutations = [
  ['delta-skips', 'asked in vain', { before: ({ query }) => { query.delete('_HLS_skip'); } }],
  ['delta-skips', 'v2 is not understood', { before: ({ query }) => { if (query.get('_HLS_skip') === 'v2') query.delete('_HLS_skip'); } }],

  ['block-until-part', 'answered at once', ignore_directives((request) => number(request, '_HLS_part') !== null && number(request, '_HLS_msn') !== null)],
  ['block-until-part', 'refused', refuse(404, (request) => number(request, '_HLS_part') === 3)],
  ['block-known-at-once', 'always held for the next', { before: async ({ query }, origin) => { if (query.has('_HLS_msn')) await later(origin, 2000); } }],
  ['block-old-msn', 'too old is refused', refuse(400, (request, origin) => number(request, '_HLS_msn') !== null && number(request, '_HLS_msn') < whole(origin) - 30)],
  ['block-past-last-part', 'refused', refuse(400, (request) => number(request, '_HLS_part') === PARTS)],
  ['block-past-last-part', 'not waited for', ignore_directives((request) => number(request, '_HLS_part') === PARTS)],
  ['block-msn-alone', 'not waited for', ignore_directives((request) => number(request, '_HLS_msn') !== null && number(request, '_HLS_part') === null)],
  ['block-msn-alone', 'two ahead is refused', refuse(400, (request, origin) => number(request, '_HLS_msn') > whole(origin) && number(request, '_HLS_part') === null)],
  ['block-shared', 'rendered for each', { after: (answer, { query, headers: sent }) => (query.has('_HLS_msn') && !sent['accept-encoding'] ? { ...answer, body: Buffer.concat([answer.body, Buffer.from(`# ${Math.random()}\n`)]) } : answer) }],
  ['refuse-malformed', 'a part without a segment', ignore_directives((request) => number(request, '_HLS_msn') === null && number(request, '_HLS_part') !== null)],
  ['refuse-malformed', 'read like strtol does', ignore_directives((request) => /_HLS_msn=(1\.5|0x|abc)/.test(request.search))],
  ['refuse-far-future', 'a segment is held', ignore_directives((request, origin) => number(request, '_HLS_msn') > whole(origin) + 2)],
  ['refuse-far-future', 'a part is held', ignore_directives((request) => number(request, '_HLS_part') > 5)],
  ['ignore-unknown-queries', 'refused', refuse(400, (request) => request.query.has('token') || request.query.has('_HLS_nonsense'))],
  ['stall-released', 'never', { before: async (request, origin) => { if (origin.held_since_ms !== null && request.query.has('_HLS_msn')) await later(origin, 20_000); } }, { stall: true }],
  ['stall-released', 'without Retry-After', headers({ 'retry-after': undefined }), { stall: true }],
  ['stall-released', 'with what was not asked for', ignore_directives((request, origin) => origin.held_since_ms !== null), { stall: true }],
  ['end-list', 'is missing', { playlist: (text) => text.replace('#EXT-X-ENDLIST\n', '') }, { end: true }],
  ['end-list', 'the last parts have no segment', { playlist: (text, { ended }) => (ended ? text.replace(/#EXTINF[^\n]*\n[^\n]*\n#EXT-X-ENDLIST/, '#EXT-X-ENDLIST') : text) }, { end: true }],
  ['end-ignores-directives', 'the future is refused', refuse(400, (request, origin) => origin.ended_count !== null && number(request, '_HLS_msn') > whole(origin)), { end: true }],
  ['end-ignores-directives', 'a delta update', { playlist: (text, { ended, skip }) => (ended && skip ? text.replace('#EXT-X-MEDIA-SEQ', '#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n#EXT-X-MEDIA-SEQ') : text) }, { end: true }],
  ['end-ignores-directives', 'a hinted part is promised for ever', { before: async ({ path }, origin) => { if (origin.ended_count !== null && /\.\d\.m4s$/.test(path)) await later(origin, 25_000); } }, { end: true }],

  ['hint-waits', 'not found yet', hinted(() => problem(404))],
  ['hint-complete', 'cut short', hinted(async (origin, msn, part) => { await later(origin, 500); return part_answer(origin.stream.part_bytes(msn, part).subarray(0, -5)); })],
  ['hint-full-speed', 'sent as it is made', hinted(async (origin, msn, part) => {
    const first_byte_ms = origin.time.now_ms;
    await later(origin, 450);
    return { ...part_answer(origin.stream.part_bytes(msn, part)), first_byte_ms };
  })],
  ['hint-in-time', 'three seconds late', hinted(async (origin, msn, part) => { await later(origin, 3500); return part_answer(origin.stream.part_bytes(msn, part)); })],
  ['unknown-names', 'found', { after: (answer) => (answer.status === 404 ? { ...answer, status: 200 } : answer) }],
  ['unknown-names', 'waited for', { after: async (answer, request, origin) => { if (answer.status === 404) await later(origin, 4000); } }],
  ['removed-still-served', 'gone at once', refuse(404, ({ path }, origin) => Number(/-(\d+)\.m4s$/.exec(path)?.[1] ?? Infinity) < whole(origin) - 30)],

  ['http-answers', 'falls over', refuse(500, ({ path }) => path.endsWith('.mp4'))],
  ['http-cors', 'not on errors', headers({ 'access-control-allow-origin': undefined }, status(400))],
  ['http-cors', 'Age is hidden', headers({ 'access-control-expose-headers': 'Date' })],
  ['http-types', 'bytes', headers({ 'content-type': 'application/octet-stream' }, on(/m4s$/))],
  ['http-types', 'text', headers({ 'content-type': 'text/plain' }, on(/m3u8$/))],
  ['http-date-age', 'an old Date', headers({ date: 'Thu, 01 Jan 2026 00:00:00 GMT' }, (answer, { query }) => query.has('_HLS_msn'))],
  ['http-date-age', 'an Age', headers({ age: '30' }, on(/m3u8$/))],
  ['http-cache-media', 'a minute', headers({ 'cache-control': 'public, max-age=60' }, on(/m4s$/))],
  ['http-cache-playlist', 'ten seconds', headers({ 'cache-control': 'public, max-age=10' }, (answer, { path, query }) => path.endsWith('m3u8') && !query.has('_HLS_msn'))],
  ['http-cache-errors', 'for ever', headers({ 'cache-control': 'public, max-age=31536000' }, status(404))],
  ['http-errors-tell', 'a page', headers({ 'content-type': 'text/html' }, status(404))],
  ['http-errors-tell', 'nothing', { after: (answer) => (answer.status === 400 ? { ...answer, body: Buffer.alloc(0) } : answer) }],
  ['http-no-cookies', 'a cookie', headers({ 'set-cookie': 'viewer=1' }, on(/m3u8$/))],
  ['http-gzip', 'never', { before: (request) => { request.headers = {}; } }],
  ['http-gzip', 'without Vary', headers({ vary: undefined })],
  ['http-gzip', 'for who refuses it', { after: (answer, { headers: sent }) => (sent['accept-encoding'] === 'identity' ? { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body: gzipSync(answer.body) } : answer) }],
  ['http-gzip-equals-plain', 'another playlist', { after: (answer) => (answer.headers['content-encoding'] ? { ...answer, body: gzipSync(Buffer.concat([gunzipSync(answer.body), Buffer.from('# x\n')])) } : answer) }],
  ['http-head', 'no length', { after: (answer, { method }) => (method === 'HEAD' ? { ...answer, headers: { ...answer.headers, 'content-length': '0' } } : answer) }],
  ['http-head', 'not found', { before: ({ method }) => (method === 'HEAD' ? problem(404) : null) }],
  ['http-ranges', 'ignored', { before: (request) => { request.headers = without_undefined({ ...request.headers, range: undefined }); } }],
  ['http-ranges', 'off by one', { after: (answer) => (answer.status === 206 ? { ...answer, body: answer.body.subarray(1) } : answer) }],
  ['http-methods', 'POST is GET', { before: (request) => { request.method = request.method === 'POST' ? 'GET' : request.method; } }],
  ['http-methods', 'no Allow', headers({ allow: undefined }, status(405))],
];
