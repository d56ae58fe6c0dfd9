/**
 * A strict reader of multivariant and media playlists that keeps what the rules need: the lines of
 * every segment, the order of tags, and every departure from the grammar as a problem in words.
 */
import { float_of, integer_of, parse_attributes, quoted_of, word_of } from './attributes.mjs';

/**
 * @typedef {import('./attributes.mjs').AttributeValue} AttributeValue
 * @typedef {{name: string, value: string, line: string, attributes: Map<string, AttributeValue> | null}} Tag
 * @typedef {{uri: string, duration: number, independent: boolean, gap: boolean, line: string}} Part
 * @typedef {object} Segment
 * @property {number} msn
 * @property {string | null} uri        null while only parts are known
 * @property {number | null} duration   EXTINF
 * @property {Part[]} parts
 * @property {Tag[]} tags               all but EXT-X-PART and EXTINF, in order
 * @property {string[]} lines           every line, in order
 * @property {string | null} map_uri    the EXT-X-MAP in force
 * @property {number | null} pdt_ms
 * @property {boolean} discontinuity
 * @property {number} discontinuity_sequence
 * @property {boolean} gap
 */

const ATTRIBUTE_TAGS = new Set([
  'EXT-X-STREAM-INF', 'EXT-X-MEDIA', 'EXT-X-I-FRAME-STREAM-INF', 'EXT-X-SERVER-CONTROL', 'EXT-X-PART-INF',
  'EXT-X-PART', 'EXT-X-PRELOAD-HINT', 'EXT-X-RENDITION-REPORT', 'EXT-X-MAP', 'EXT-X-SKIP', 'EXT-X-START',
  'EXT-X-DATERANGE', 'EXT-X-DEFINE', 'EXT-X-KEY',
]);
const SEGMENT_TAGS = new Set([
  'EXTINF', 'EXT-X-BYTERANGE', 'EXT-X-DISCONTINUITY', 'EXT-X-KEY', 'EXT-X-MAP', 'EXT-X-PROGRAM-DATE-TIME',
  'EXT-X-GAP', 'EXT-X-BITRATE', 'EXT-X-PART',
]);
/** What a client must know before it plays a segment's first part (4.4.4.9). */
const APPLIES_TO_PARTS = new Set(['EXT-X-DISCONTINUITY', 'EXT-X-KEY', 'EXT-X-MAP', 'EXT-X-PROGRAM-DATE-TIME']);
const TAIL_TAGS = new Set(['EXT-X-PRELOAD-HINT', 'EXT-X-RENDITION-REPORT', 'EXT-X-ENDLIST']);
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export class Playlist {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    /** @type {string[]} departures from the grammar, in words */
    this.problems = [];
    /** @type {Tag[]} every tag of the playlist as a whole */
    this.header = [];
    /** @type {Tag[]} */
    this.tail = [];
    /** @type {Segment[]} complete segments and, last, one that has only parts */
    this.segments = [];
    /** @type {{tag: Tag, uri: string}[]} */
    this.variants = [];
    /** @type {Tag[]} */
    this.media = [];
    /** Segments that EXT-X-SKIP stands for. */
    this.skipped = 0;
    this.#read();
  }

  get is_multivariant() {
    return this.variants.length > 0 || this.media.length > 0;
  }
  get ended() {
    return this.tail.some((tag) => tag.name === 'EXT-X-ENDLIST');
  }
  get hints() {
    return this.tail.filter((tag) => tag.name === 'EXT-X-PRELOAD-HINT');
  }
  get reports() {
    return this.tail.filter((tag) => tag.name === 'EXT-X-RENDITION-REPORT');
  }
  get independent_segments() {
    return this.header.some((tag) => tag.name === 'EXT-X-INDEPENDENT-SEGMENTS');
  }
  get version() {
    return this.#header_integer('EXT-X-VERSION');
  }
  get target_duration() {
    return this.#header_integer('EXT-X-TARGETDURATION');
  }
  get part_target() {
    return float_of(this.header_attributes('EXT-X-PART-INF')?.get('PART-TARGET'));
  }
  get server_control() {
    return this.header_attributes('EXT-X-SERVER-CONTROL');
  }
  get media_sequence() {
    return this.#header_integer('EXT-X-MEDIA-SEQUENCE') ?? 0;
  }
  get discontinuity_sequence() {
    return this.#header_integer('EXT-X-DISCONTINUITY-SEQUENCE') ?? 0;
  }
  get complete() {
    return this.segments.filter((segment) => segment.uri !== null);
  }
  get parts() {
    return this.segments.flatMap((segment) => segment.parts);
  }
  /** Seconds of all segments listed, parts of the open one included. */
  get duration() {
    return this.segments.reduce((sum, segment) => sum + duration_of(segment), 0);
  }
  get last_msn() {
    return this.media_sequence + this.skipped + this.segments.length - 1;
  }
  /** The last complete segment's number, or media_sequence - 1. */
  get last_complete_msn() {
    return this.complete.at(-1)?.msn ?? this.media_sequence + this.skipped - 1;
  }
  /** What a client asks for next: {msn, part}. */
  get next() {
    const last = this.segments.at(-1);
    if (last && last.uri === null) return { msn: last.msn, part: last.parts.length };
    return { msn: this.last_msn + 1, part: 0 };
  }
  /** Where the playlist ends, comparable: the larger, the later. */
  get edge() {
    return this.next.msn * 10_000 + this.next.part;
  }

  /** @param {string} name */
  header_attributes(name) {
    return this.header.find((tag) => tag.name === name)?.attributes ?? null;
  }
  /** @param {number} msn */
  segment(msn) {
    return this.segments.find((segment) => segment.msn === msn) ?? null;
  }
  /** Whether part `part` of segment `msn`, or what follows it, is in the playlist. */
  has(msn, part) {
    return this.edge > msn * 10_000 + part;
  }

  #header_integer(name) {
    const tag = this.header.find((each) => each.name === name);
    return tag && /^[0-9]+$/.test(tag.value) ? Number(tag.value) : null;
  }

  #read() {
    if (!this.text.endsWith('\n')) this.problems.push('the last line has no end');
    const lines = this.text.replace(/\r?\n$/, '').split(/\r?\n/);
    if (lines[0] !== '#EXTM3U') this.problems.push('the first line is not #EXTM3U');
    /** @type {Tag | null} */
    let stream_inf = null;
    let pending = new_segment();
    for (const line of lines.slice(1)) {
      if (line === '' || (line.startsWith('#') && !line.startsWith('#EXT'))) continue;
      if (line !== line.trim()) this.problems.push(`white space around "${line}"`);
      if (!line.startsWith('#')) {
        if (stream_inf) this.variants.push({ tag: stream_inf, uri: line });
        else pending = this.#finish_segment(pending, line);
        stream_inf = null;
        continue;
      }
      const tag = this.#tag(line);
      if (tag.name === 'EXT-X-STREAM-INF') stream_inf = tag;
      else if (tag.name === 'EXT-X-MEDIA') this.media.push(tag);
      else if (SEGMENT_TAGS.has(tag.name)) this.#segment_tag(pending, tag);
      else if (TAIL_TAGS.has(tag.name)) this.tail.push(tag);
      else this.header.push(tag);
      if (tag.name === 'EXT-X-SKIP') {
        this.skipped = integer_of(tag.attributes?.get('SKIPPED-SEGMENTS')) ?? 0;
      }
    }
    if (pending.lines.length > 0) this.segments.push(pending);
    this.#number_segments();
  }

  /** @param {string} line @returns {Tag} */
  #tag(line) {
    const colon = line.indexOf(':');
    const name = line.slice(1, colon < 0 ? undefined : colon);
    const value = colon < 0 ? '' : line.slice(colon + 1);
    let attributes = null;
    if (ATTRIBUTE_TAGS.has(name)) {
      try {
        attributes = parse_attributes(value);
      } catch (error) {
        this.problems.push(`${name}: ${error.message}`);
      }
    }
    return { name, value, line, attributes };
  }

  /** @param {Segment} segment @param {Tag} tag */
  #segment_tag(segment, tag) {
    segment.lines.push(tag.line);
    if (tag.name === 'EXT-X-PART') {
      segment.parts.push(this.#part(tag));
      return;
    }
    if (tag.name === 'EXTINF') {
      const match = /^([0-9]+(?:\.[0-9]+)?),/.exec(tag.value);
      if (!match) this.problems.push(`"${tag.line}" is not EXTINF:<duration>,`);
      segment.duration = match ? Number(match[1]) : 0;
      return;
    }
    segment.tags.push(tag);
    if (segment.parts.length > 0 && APPLIES_TO_PARTS.has(tag.name)) segment.late_tags.push(tag.line);
    if (tag.name === 'EXT-X-DISCONTINUITY') segment.discontinuity = true;
    if (tag.name === 'EXT-X-GAP') segment.gap = true;
    if (tag.name === 'EXT-X-MAP') segment.map_uri = quoted_of(tag.attributes?.get('URI'));
    if (tag.name === 'EXT-X-PROGRAM-DATE-TIME') {
      if (!DATE_TIME.test(tag.value)) this.problems.push(`"${tag.value}" is not a UTC time in milliseconds`);
      segment.pdt_ms = Date.parse(tag.value);
    }
  }

  /** @param {Tag} tag @returns {Part} */
  #part(tag) {
    const attributes = tag.attributes ?? new Map();
    const uri = quoted_of(attributes.get('URI'));
    const duration = float_of(attributes.get('DURATION'));
    if (uri === null || duration === null) this.problems.push(`"${tag.line}" lacks URI or DURATION`);
    return {
      uri: uri ?? '',
      duration: duration ?? 0,
      independent: word_of(attributes.get('INDEPENDENT')) === 'YES',
      gap: word_of(attributes.get('GAP')) === 'YES',
      line: tag.line,
    };
  }

  #finish_segment(segment, uri) {
    segment.lines.push(uri);
    segment.uri = uri;
    if (segment.duration === null) this.problems.push(`segment ${uri} has no EXTINF`);
    this.segments.push(segment);
    return new_segment();
  }

  #number_segments() {
    let msn = this.media_sequence + this.skipped;
    let discontinuities = this.discontinuity_sequence;
    let map_uri = null;
    for (const segment of this.segments) {
      segment.msn = msn;
      msn += 1;
      if (segment.discontinuity) discontinuities += 1;
      segment.discontinuity_sequence = discontinuities;
      segment.has_map_tag = segment.map_uri !== null;
      map_uri = segment.map_uri ?? map_uri;
      segment.map_uri = map_uri;
    }
  }
}

function new_segment() {
  return {
    msn: -1, uri: null, duration: null, parts: [], tags: [], late_tags: [], lines: [], map_uri: null,
    has_map_tag: false, pdt_ms: null, discontinuity: false, discontinuity_sequence: 0, gap: false,
  };
}

/** @param {Segment} segment seconds, from EXTINF or else from its parts */
export function duration_of(segment) {
  return segment.duration ?? segment.parts.reduce((sum, part) => sum + part.duration, 0);
}
