/**
 * Requests a well-behaved player makes seldom or never: what must be refused, what must be answered
 * at once, and HTTP's own rules. Results lie in `seen.probes` by name; rules judge them.
 */
import { quoted_of } from './attributes.mjs';
import { answer_of } from './observation.mjs';

/**
 * @typedef {import('./observation.mjs').Observation} Observation
 * @typedef {import('./observation.mjs').Rendition} Rendition
 */

/**
 * How many parts past the end are too many for any server. The specification's Advance Part Limit
 * (6.2.5.2: three seconds) is a SHOULD, and hls.js without low latency asks for the last part of the
 * next segment, so a good server holds a little more.
 */
function parts_too_far({ part_target, target_duration }) {
  return 3 * Math.ceil(target_duration / part_target);
}

/** @param {Observation} seen @param {Rendition} rendition */
export async function run_probes(seen, rendition) {
  const fresh = async () => answer_of(await seen.fetch('playlist', rendition.url))?.playlist ?? rendition.latest;
  const ask = (query, blocking = false) => seen.fetch('playlist', `${rendition.url}?${query}`, { blocking });
  await refusals(seen, ask, fresh);
  await waits(seen, ask, fresh);
  await unknown_names(seen, rendition, fresh);
  await http_manners(seen, rendition, fresh);
}

/**
 * Asks relative to the live edge, again if the edge moved meanwhile, so that the answer belongs to
 * the edge it is judged by.
 */
async function at_steady_edge(fresh, ask) {
  for (let attempt = 0; ; attempt += 1) {
    const before = await fresh();
    const response = await ask(before);
    const after = await fresh();
    if (before.edge === after.edge || attempt === 5) return { before, response };
  }
}

async function refusals(seen, ask, fresh) {
  const malformed = [
    '_HLS_part=0', '_HLS_msn=abc', '_HLS_msn=-1', '_HLS_msn=1.5', '_HLS_msn=', '_HLS_msn=0x10',
    '_HLS_msn=99999999999999999999999',
  ];
  const { msn } = (await fresh()).next;
  malformed.push(`_HLS_msn=${msn}&_HLS_part=x`, `_HLS_msn=${msn}&_HLS_part=-1`);
  const answers = [];
  for (const query of malformed) answers.push({ query, response: await ask(query) });
  seen.probes.set('malformed', answers);
  // The server may be past the edge that a cache shows by as much as the cache keeps: and where that
  // ends the segment, its next part is the next segment's first, whatever its number.
  const kept = (target) => Math.ceil(seen.cache_keeps_s / target);
  seen.probes.set('far_msn', await at_steady_edge(fresh, (edge) =>
    ask(`_HLS_msn=${edge.last_msn + 3 + kept(edge.target_duration)}&_HLS_part=0`)));
  seen.probes.set('far_part', await at_steady_edge(fresh, (edge) =>
    ask(`_HLS_msn=${edge.next.msn + kept(edge.target_duration)}&_HLS_part=${edge.next.part + parts_too_far(edge) + kept(edge.part_target)}`)));
}

/** Waits for the moment at which a segment becomes whole and nothing of the next is there. */
async function at_segment_end(ask, fresh) {
  for (let tries = 0; tries < 40; tries += 1) {
    const { next } = await fresh();
    const answer = answer_of(await ask(`_HLS_msn=${next.msn}&_HLS_part=${next.part}`, true));
    if (answer?.playlist.next.part === 0) return;
  }
}

async function waits(seen, ask, fresh) {
  const timed = async (name, query, blocking = false) => {
    const before = await fresh();
    const response = await ask(query(before), blocking);
    seen.probes.set(name, { before, response, answer: answer_of(response) });
  };
  await timed('last_part', ({ next }) => (next.part > 0
    ? `_HLS_msn=${next.msn}&_HLS_part=${next.part - 1}` : `_HLS_msn=${next.msn - 1}&_HLS_part=0`));
  await timed('old_msn', ({ media_sequence }) => `_HLS_msn=${Math.max(0, media_sequence - 1)}&_HLS_part=0`);
  await timed('unknown_directive', () => '_HLS_nonsense=1');
  await timed('other_query', () => 'token=abc&x=%20');
  await timed('delta_now', () => '_HLS_skip=YES');
  await timed('delta_v2_now', () => '_HLS_skip=v2');
  await at_segment_end(ask, fresh);
  await timed('past_last_part', (edge) => {
    const whole = edge.complete.at(-1);
    return `_HLS_msn=${whole.msn}&_HLS_part=${whole.parts.length}`;
  }, true);
  await timed('msn_alone', ({ next }) => `_HLS_msn=${next.msn + (next.part > 0 ? 1 : 0)}`, true);
  await timed('msn_plus_two', (edge) => `_HLS_msn=${edge.last_complete_msn + 2}`, true);
  const { next } = await fresh();
  const query = `_HLS_msn=${next.msn}&_HLS_part=${next.part + 1}`;
  seen.probes.set('together', await Promise.all([ask(query, true), ask(query, true), ask(query, true)]));
}

async function unknown_names(seen, rendition, fresh) {
  const edge = await fresh();
  const hint = quoted_of(edge.hints[0]?.attributes?.get('URI')) ?? 'none.m4s';
  const renumbered = (uri, add) => uri.replace(/(\d+)(\D*)$/, (_, digits, rest) => `${Number(digits) + add}${rest}`);
  const segment = edge.complete.at(-1)?.uri ?? 'none.m4s';
  const names = [
    ['part', rendition.resolve(renumbered(hint.replace(/\.m4s$/, ''), 60) + (hint.endsWith('.m4s') ? '.m4s' : ''))],
    ['part', rendition.resolve(`x${hint.split('/').at(-1)}`)],
    ['segment', rendition.resolve(renumbered(segment.replace(/\.m4s$/, ''), 100_000) + (segment.endsWith('.m4s') ? '.m4s' : ''))],
    ['init', rendition.resolve('nothing.mp4')],
    ['playlist', new URL('../nothing/index.m3u8', rendition.url).href],
    ['multivariant', new URL('../no-such-channel-here/index.m3u8', seen.url).href],
  ];
  const answers = [];
  for (const [kind, url] of names) answers.push({ kind, url, response: await seen.fetch(kind, url, { timeout_ms: 15_000 }) });
  seen.probes.set('unknown_names', answers);
}

async function http_manners(seen, rendition, fresh) {
  const edge = await fresh();
  const segment = edge.complete.at(-1);
  const targets = [
    ['multivariant', seen.url], ['playlist', rendition.url], ['init', rendition.resolve(segment.map_uri)],
    ['segment', rendition.resolve(segment.uri)],
    ...segment.parts.slice(-1).map((part) => ['part', rendition.resolve(part.uri)]),
  ];
  const heads = [];
  for (const [kind, url] of targets) {
    heads.push({ kind, url, get: await seen.fetch(kind, url), head: await seen.fetch(kind, url, { method: 'HEAD' }) });
  }
  seen.probes.set('head', heads);
  const ranges = [];
  for (const [kind, url] of targets.slice(2)) {
    const whole = heads.find((each) => each.url === url).get.body;
    const half = whole.length >> 1;
    for (const [range, from, to] of [
      ['bytes=0-99', 0, 99], [`bytes=${half}-`, half, whole.length - 1], ['bytes=-50', whole.length - 50, whole.length - 1],
      [`bytes=${half}-${whole.length + 1000}`, half, whole.length - 1], [`bytes=${whole.length}-`, null, null],
    ]) {
      ranges.push({ kind, url, range, from, to, whole, response: await seen.fetch(kind, url, { headers: { range } }) });
    }
  }
  seen.probes.set('ranges', ranges);
  const encodings = [];
  for (const coding of ['gzip', 'identity', 'gzip;q=0', 'br, gzip', '*']) {
    encodings.push({ coding, response: await seen.fetch('playlist', rendition.url, { headers: { 'accept-encoding': coding } }) });
  }
  seen.probes.set('encodings', encodings);
  seen.probes.set('post', await seen.fetch('playlist', rendition.url, { method: 'POST' }));
}
