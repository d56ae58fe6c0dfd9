/** Rebuilds a full playlist from a delta update, as a client does (HLS specification, 6.3.7). */
import { Playlist } from './playlist.mjs';

/** A segment's lines but its parts and its EXT-X-MAP, which moves to whatever segment comes first. */
export function own_lines(segment) {
  return segment.lines.filter((line) => !line.startsWith('#EXT-X-PART:') && !line.startsWith('#EXT-X-MAP:'));
}

/**
 * The playlist that `delta` stands for, given an earlier full one.
 * Throws when a skipped segment is not in `earlier`.
 * @param {Playlist} delta @param {Playlist} earlier
 */
export function rebuild(delta, earlier) {
  const restored = [];
  let map_uri = null;
  for (let msn = delta.media_sequence; msn < delta.media_sequence + delta.skipped; msn += 1) {
    const segment = earlier.segment(msn);
    if (!segment || segment.uri === null) throw new Error(`segment ${msn} was skipped but never seen whole`);
    if (segment.map_uri !== map_uri) restored.push(`#EXT-X-MAP:URI="${segment.map_uri}"`);
    map_uri = segment.map_uri;
    restored.push(...own_lines(segment));
  }
  const header = delta.header.filter((tag) => tag.name !== 'EXT-X-SKIP').map((tag) => tag.line);
  const listed = delta.segments.flatMap((segment) => segment.lines);
  const tail = delta.tail.map((tag) => tag.line);
  return new Playlist(['#EXTM3U', ...header, ...restored, ...listed, ...tail, ''].join('\n'));
}

/**
 * What differs between two playlists that should say the same; EXT-X-VERSION may (a delta update
 * needs a higher one), and parts of the segments that a delta skipped are gone for the client.
 * @param {Playlist} rebuilt @param {Playlist} full @param {number} [skipped]
 * @returns {string | null}
 */
export function difference(rebuilt, full, skipped = 0) {
  const lines_of = (segment, index) => [
    `${segment.msn} of ${segment.map_uri}`,
    ...own_lines(segment),
    ...(index < skipped ? [] : segment.parts.map((part) => part.line)),
  ];
  const body = (playlist) => [
    ...playlist.header.filter((tag) => tag.name !== 'EXT-X-VERSION').map((tag) => tag.line),
    ...playlist.segments.flatMap(lines_of),
    ...playlist.tail.map((tag) => tag.line),
  ];
  const [one, two] = [body(rebuilt), body(full)];
  const at = one.findIndex((line, index) => line !== two[index]);
  if (at >= 0) return `"${one[at]}" instead of "${two[at] ?? 'the end'}"`;
  return one.length === two.length ? null : `"${two[one.length]}" is missing`;
}
