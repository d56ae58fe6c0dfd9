/** Walks a running server as several careful clients at once, and returns what it saw. */
import { gunzipSync } from 'node:zlib';
import { quoted_of } from './attributes.mjs';
import { Observation, Rendition, answer_of, media_of } from './observation.mjs';
import { run_probes } from './probes.mjs';
import { observe_end, observe_stall } from './interruptions.mjs';

/**
 * @typedef {object} WalkOptions
 * @property {number} [seconds]           how long to follow the playlists
 * @property {number} [history_segments]  how many segments before the live edge to download first
 * @property {boolean} [probes]           whether to make the requests that players do not (default: yes)
 * @property {number} [cache_keeps_s]     how long a cache on the way may keep a plain playlist, by its own clock (default: none is there)
 * @property {() => Promise<() => Promise<void>>} [stall]  holds the encoder; gives what lets it go on
 * @property {() => Promise<void>} [end]  stops the encoder
 */

/**
 * @param {import('./http_client.mjs').Client} client
 * @param {string} url of the multivariant playlist @param {WalkOptions} [options]
 */
export async function walk(client, url, options = {}) {
  const { seconds = 20, history_segments = 20, probes = true } = options;
  const seen = new Observation(client, url, options.cache_keeps_s);
  const first = await seen.fetch('multivariant', url);
  seen.multivariant = answer_of(first);
  if (!seen.multivariant) throw new Error(`${url} answered ${first.status}: ${first.body.toString().slice(0, 200)}`);
  seen.renditions = rendition_uris(seen.multivariant.playlist).map((uri) => new Rendition(new URL(uri, url).href));
  if (seen.renditions.length === 0) throw new Error(`${url} names no media playlist`);
  for (const rendition of seen.renditions) await begin(seen, rendition, history_segments);
  const until_ms = client.now_ms() + seconds * 1000;
  await Promise.all([
    ...seen.renditions.map((rendition) => follow(seen, rendition, until_ms)),
    probes ? run_probes(seen, seen.renditions[0]) : null,
  ]);
  for (const rendition of seen.renditions) await look_back(seen, rendition);
  seen.multivariant_later = answer_of(await seen.fetch('multivariant', url));
  if (options.stall) await observe_stall(seen, options.stall);
  if (options.end) await observe_end(seen, options.end);
  seen.ended_ms = client.now_ms();
  seen.media = new Map(seen.renditions.map((rendition) => [rendition, media_of(rendition)]));
  return seen;
}

function rendition_uris(multivariant) {
  const media = multivariant.media.map((tag) => quoted_of(tag.attributes?.get('URI')));
  return [...new Set([...multivariant.variants.map((variant) => variant.uri), ...media.filter((uri) => uri !== null)])];
}

async function begin(seen, rendition, history_segments) {
  const response = await seen.fetch('playlist', rendition.url);
  const full = answer_of(response);
  if (!full) throw new Error(`${rendition.url} answered ${response.status}`);
  rendition.updates.push({ asked: null, full, delta: null, zipped: null, hinted: null, refused: [] });
  await download(seen, rendition, full.playlist.segments.slice(-history_segments));
}

/** Fetches what of these segments is not there yet: their initialization sections, parts, wholes. */
async function download(seen, rendition, segments) {
  const wanted = segments.flatMap((segment) => [
    { kind: 'init', uri: segment.map_uri },
    ...segment.parts.filter((part) => !part.gap).map((part) => ({ kind: 'part', uri: part.uri })),
    { kind: 'segment', uri: segment.gap ? null : segment.uri },
  ]);
  for (const { kind, uri } of wanted) {
    if (uri === null || rendition.resource(uri)) continue;
    rendition.resources.set(rendition.resolve(uri), await seen.fetch(kind, rendition.resolve(uri)));
  }
}

async function follow(seen, rendition, until_ms) {
  let failures = 0;
  while (seen.client.now_ms() < until_ms && !rendition.latest.ended && failures < 3) {
    const update = await turn(seen, rendition);
    rendition.updates.push(update);
    failures = update.full ? 0 : failures + 1;
    if (!update.full) await seen.client.sleep(500);
    else await download(seen, rendition, update.full.playlist.segments.slice(-3));
  }
}

/**
 * One turn: the next playlist four ways (plain, delta, gzip, and the hinted part), all asked for
 * before it exists, so that all four wait for the same moment.
 */
async function turn(seen, rendition) {
  const asked = rendition.latest.next;
  const url = `${rendition.url}?_HLS_msn=${asked.msn}&_HLS_part=${asked.part}`;
  const hint_uri = quoted_of(rendition.latest.hints[0]?.attributes?.get('URI'));
  const [full, delta, zipped, hinted] = await Promise.all([
    seen.fetch('playlist', url, { blocking: true }),
    seen.fetch('playlist', `${url}&_HLS_skip=YES`, { blocking: true }),
    seen.fetch('playlist', url, { blocking: true, headers: { 'accept-encoding': 'gzip' } }),
    hint_uri === null ? null : seen.fetch('part', rendition.resolve(hint_uri), { blocking: true }),
  ]);
  if (hinted?.status === 200) rendition.resources.set(rendition.resolve(hint_uri), hinted);
  return {
    asked,
    full: answer_of(full),
    delta: answer_of(delta),
    zipped: answer_of(unpacked(zipped)),
    hinted: hinted && { uri: hint_uri, response: hinted },
    refused: [full, delta, zipped].filter((response) => response.status !== 200),
  };
}

function unpacked(response) {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  try {
    return { ...response, body: gunzipSync(response.body) };
  } catch (error) {
    return { ...response, status: 0, body: Buffer.from(error.message) };
  }
}

/** Fetches again what a client that is late may still want, and what must never have changed. */
async function look_back(seen, rendition) {
  const removed_ms = new Map();
  const listed = new Map();
  for (const update of rendition.updates) {
    if (!update.full) continue;
    const now = new Map();
    for (const segment of update.full.playlist.segments) {
      if (segment.uri !== null) now.set(segment.uri, 'segment');
      for (const part of segment.parts) now.set(part.uri, 'part');
      if (segment.map_uri !== null) now.set(segment.map_uri, 'init');
    }
    for (const uri of listed.keys()) {
      if (!now.has(uri) && !removed_ms.has(uri)) removed_ms.set(uri, update.full.response.answered_ms);
    }
    now.forEach((kind, uri) => listed.set(uri, kind));
  }
  const gone = ['segment', 'part'].flatMap((wanted) => [...listed].filter(([uri, kind]) => kind === wanted && removed_ms.has(uri)).slice(-8));
  const kept = [...listed].filter(([uri, kind]) => !removed_ms.has(uri) && (kind === 'init' || rendition.resource(uri)));
  for (const [uri, kind] of [...gone, ...kept.slice(0, 3), ...kept.slice(-3)]) {
    const response = await seen.fetch(kind, rendition.resolve(uri));
    rendition.later.push({ uri, kind, removed_ms: removed_ms.get(uri) ?? Infinity, response });
  }
}
