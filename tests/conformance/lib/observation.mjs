/**
 * What a walk saw. Rules read it and never fetch anything themselves, so a rule can be tested by
 * breaking what is seen.
 */
import { parse_fragment } from './fragment.mjs';
import { parse_init } from './init_section.mjs';
import { Playlist } from './playlist.mjs';

/**
 * @typedef {import('./http_client.mjs').Client} Client
 * @typedef {import('./http_client.mjs').Response} Response
 * @typedef {'multivariant' | 'playlist' | 'init' | 'segment' | 'part' | 'error'} Kind
 * @typedef {{kind: Kind, url: string, method: string, sent: Record<string, string>, blocking: boolean, response: Response}} Exchange
 * @typedef {{response: Response, playlist: Playlist}} Answer
 * @typedef {object} Update                one turn of following a playlist
 * @property {{msn: number, part: number} | null} asked  null for the first, unblocked one
 * @property {Answer | null} full
 * @property {Answer | null} delta         the same with _HLS_skip=YES
 * @property {Answer | null} zipped        the same with gzip accepted, unpacked again
 * @property {{uri: string, response: Response} | null} hinted  what the last playlist's hint gave
 * @property {Response[]} refused          answers other than 200
 */

export class Rendition {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
    /** @type {Update[]} */
    this.updates = [];
    /** @type {Map<string, Response>} by absolute URL: initialization sections, segments, parts */
    this.resources = new Map();
    /** @type {{uri: string, kind: Kind, removed_ms: number, response: Response}[]} fetched again at the end */
    this.later = [];
  }
  /** @param {string} uri as in the playlist */
  resolve(uri) {
    return new URL(uri, this.url).href;
  }
  /** @param {string} uri as in the playlist */
  resource(uri) {
    return this.resources.get(this.resolve(uri)) ?? null;
  }
  /** Every full playlist seen, in order. @returns {Playlist[]} */
  get playlists() {
    return this.updates.flatMap((update) => (update.full ? [update.full.playlist] : []));
  }
  get latest() {
    return this.playlists.at(-1) ?? null;
  }
}

export class Observation {
  /** @param {Client} client @param {string} url of the multivariant playlist @param {number} [cache_keeps_s] see WalkOptions */
  constructor(client, url, cache_keeps_s = 0) {
    this.client = client;
    this.url = url;
    this.cache_keeps_s = cache_keeps_s;
    /** @type {Exchange[]} */
    this.exchanges = [];
    /** @type {Answer | null} */
    this.multivariant = null;
    /** @type {Answer | null} fetched again after the walk */
    this.multivariant_later = null;
    /** @type {Rendition[]} */
    this.renditions = [];
    /** @type {Map<string, any>} by name, see probes.mjs */
    this.probes = new Map();
    /** @type {{asked_ms: number, response: Response, part_seen: boolean} | null} */
    this.stalled = null;
    /** @type {{waiting: Response, plain: Answer, directed: Answer, hint: Response | null} | null} */
    this.end = null;
    this.ended_ms = 0;
  }

  /**
   * One request, remembered.
   * @param {Kind} kind @param {string} url
   * @param {import('./http_client.mjs').RequestOptions & {blocking?: boolean}} [options]
   */
  async fetch(kind, url, { blocking = false, ...options } = {}) {
    const response = await this.client.request(url, options);
    this.exchanges.push({ kind, url, method: options.method ?? 'GET', sent: options.headers ?? {}, blocking, response });
    return response;
  }
}

/** @param {Response} response @returns {Answer | null} */
export function answer_of(response) {
  return response.status === 200 ? { response, playlist: new Playlist(response.body.toString('utf8')) } : null;
}

/**
 * The media of a rendition in order, each piece parsed once. What cannot be parsed carries its
 * error in words.
 * @param {Rendition} rendition
 */
export function media_of(rendition) {
  const inits = new Map();
  const init_of = (uri) => {
    const response = uri === null ? null : rendition.resource(uri);
    if (response && !inits.has(uri)) inits.set(uri, attempt(() => parse_init(response.body)));
    return inits.get(uri) ?? {};
  };
  const segments = [];
  for (const segment of merge_segments(rendition.playlists)) {
    const init = init_of(segment.map_uri);
    const tracks = init.value?.tracks ?? [];
    const load = (uri) => {
      const response = uri === null ? null : rendition.resource(uri);
      if (response?.status !== 200) return { uri, bytes: null, fragment: null, error: null };
      const parsed = attempt(() => parse_fragment(response.body, tracks));
      return { uri, bytes: response.body, fragment: parsed.value ?? null, error: parsed.error ?? null };
    };
    const whole = load(segment.uri);
    const parts = segment.parts.map((part) => ({ ...part, ...load(part.uri) }));
    segments.push({ ...segment, ...whole, parts, init: init.value ?? null });
  }
  return { inits, segments };
}

/** The newest form of every segment seen, with all parts ever listed for it. */
function merge_segments(playlists) {
  const merged = new Map();
  for (const playlist of playlists) {
    for (const segment of playlist.segments) {
      const before = merged.get(segment.msn);
      const parts = before && before.parts.length > segment.parts.length ? before.parts : segment.parts;
      merged.set(segment.msn, { ...segment, parts });
    }
  }
  return [...merged.values()].sort((a, b) => a.msn - b.msn);
}

function attempt(work) {
  try {
    return { value: work() };
  } catch (error) {
    return { error: error.message };
  }
}
