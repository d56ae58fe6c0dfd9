/** The multivariant playlist. */
import { Playlist } from '../lib/playlist.mjs';
import { float_of, integer_of, quoted_of } from '../lib/attributes.mjs';
import { each_playlist, each_segment, samples_of } from './each.mjs';
import { duration_of } from '../lib/playlist.mjs';

/** Each variant with what its media turned out to be. */
function* each_variant(seen, { playlist } = seen.multivariant_later ?? seen.multivariant) {
  for (const { tag, uri } of playlist.variants) {
    const rendition = seen.renditions.find((each) => each.url === new URL(uri, seen.url).href);
    const media = rendition && seen.media.get(rendition);
    yield { uri, attributes: tag.attributes ?? new Map(), rendition, segments: media?.segments ?? [] };
  }
}

/** The segments since the last change of parameters that the multivariant playlist can know of. */
function current_of(segments) {
  const last = segments.findLast((segment) => segment.uri !== null)?.discontinuity_sequence;
  return segments.filter((segment) => segment.discontinuity_sequence === last);
}

/** Bits per second of every complete segment. */
function segment_rates(segments) {
  return segments.filter((each) => each.bytes && each.duration > 0.5).map((each) => (each.bytes.length * 8) / duration_of(each));
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'multivariant-grammar', level: 'MUST', clause: '4.1, 4.2',
    says: 'The multivariant playlist keeps the grammar.',
    check(seen, tally) {
      const { playlist } = seen.multivariant;
      tally.expect(playlist.problems.length === 0, () => playlist.problems.join('; '));
      tally.expect(playlist.segments.length === 0, 'media segment tags in a multivariant playlist');
    },
  },
  {
    id: 'multivariant-bandwidth', level: 'MUST', clause: '4.4.6.2',
    says: 'Every variant has a BANDWIDTH, and AVERAGE-BANDWIDTH is not above it.',
    check(seen, tally) {
      for (const { uri, attributes } of each_variant(seen)) {
        const bandwidth = integer_of(attributes.get('BANDWIDTH'));
        tally.expect(bandwidth > 0, `${uri} has no BANDWIDTH`);
        if (!attributes.has('AVERAGE-BANDWIDTH')) continue;
        const average = integer_of(attributes.get('AVERAGE-BANDWIDTH'));
        tally.expect(average !== null && average <= bandwidth, `${uri}: AVERAGE-BANDWIDTH ${average} of BANDWIDTH ${bandwidth}`);
      }
    },
  },
  {
    id: 'multivariant-bandwidth-peak', level: 'SHOULD', clause: '4.4.6.2',
    says: 'BANDWIDTH is the peak segment bit rate: at most a quarter below what was measured.',
    check(seen, tally) {
      for (const { uri, attributes, segments } of each_variant(seen)) {
        const rates = segment_rates(segments);
        if (rates.length === 0) continue;
        const peak = Math.max(...rates);
        const told = integer_of(attributes.get('BANDWIDTH'));
        tally.expect(told * 1.25 >= peak, `${uri}: BANDWIDTH ${told}, a segment has ${Math.round(peak)}`);
      }
    },
  },
  {
    id: 'multivariant-codecs', level: 'MUST', clause: '6.2.4, 4.4.6.2; RFC 6381',
    says: 'CODECS names, as avcC and AudioSpecificConfig do, every format in any listed segment, and nothing that never was.',
    check(seen, tally) {
      for (const { uri, attributes, segments, rendition } of each_variant(seen)) {
        const told = quoted_of(attributes.get('CODECS'))?.split(',') ?? [];
        const codecs_of = (each) => each.flatMap((segment) => segment.init?.tracks.map((track) => track.codec) ?? []);
        const [ever, listed] = [codecs_of(segments), codecs_of(segments.filter((segment) => rendition.latest.segment(segment.msn)))];
        if (listed.length === 0) continue;
        const right = listed.every((codec) => told.includes(codec)) && told.every((codec) => ever.includes(codec));
        tally.expect(right, `${uri}: CODECS "${told}", the media is "${[...new Set(listed)]}"`);
      }
    },
  },
  {
    id: 'multivariant-resolution', level: 'SHOULD', clause: '4.4.6.2',
    says: 'RESOLUTION is there when there is a picture, and is its size.',
    check(seen, tally) {
      for (const { uri, attributes, segments } of each_variant(seen)) {
        const init = current_of(segments).find((segment) => segment.init)?.init;
        if (!init) continue;
        const told = attributes.get('RESOLUTION')?.raw;
        const real = init.video ? `${init.video.width}x${init.video.height}` : undefined;
        tally.expect(told === real, `${uri}: RESOLUTION ${told}, the media has ${real}`);
      }
    },
  },
  {
    id: 'multivariant-frame-rate', level: 'SHOULD', clause: '4.4.6.2',
    says: 'FRAME-RATE is there for video with a steady cadence, to within 2 %.',
    check(seen, tally) {
      for (const { uri, attributes, segments } of each_variant(seen)) {
        const rates = current_of(segments).filter((each) => each.fragment && each.init?.video && each.uri).flatMap((segment) => {
          const samples = samples_of(segment.fragment, segment.init.video);
          const ticks = samples.reduce((sum, sample) => sum + sample.duration, 0);
          const even = samples.every((sample) => Math.abs(sample.duration - ticks / samples.length) < ticks / samples.length / 20);
          return even && samples.length > 4 ? [(samples.length * segment.init.video.timescale) / ticks] : [];
        });
        if (rates.length === 0) continue;
        const real = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
        const told = float_of(attributes.get('FRAME-RATE'));
        tally.expect(told !== null && Math.abs(told - real) / real < 0.02, `${uri}: FRAME-RATE ${told}, measured ${real.toFixed(3)}`);
      }
    },
  },
  {
    id: 'multivariant-groups', level: 'MUST', clause: '4.4.6.2.1',
    says: 'Every rendition group a variant refers to exists.',
    check(seen, tally) {
      const groups = new Set(seen.multivariant.playlist.media.map((tag) => `${tag.attributes?.get('TYPE')?.raw} ${quoted_of(tag.attributes?.get('GROUP-ID'))}`));
      for (const { uri, attributes } of each_variant(seen)) {
        for (const type of ['AUDIO', 'VIDEO', 'SUBTITLES']) {
          const group = quoted_of(attributes.get(type));
          tally.expect(group === null || groups.has(`${type} ${group}`), `${uri} refers to ${type} group "${group}"`);
        }
      }
    },
  },
  {
    id: 'multivariant-constants', level: 'MUST', clause: '6.2.4 (target duration, server control)',
    says: 'All media playlists have the same target duration and EXT-X-SERVER-CONTROL.',
    check(seen, tally) {
      const said = new Map();
      for (const { rendition, playlist } of each_playlist(seen)) {
        const control = playlist.header.find((tag) => tag.name === 'EXT-X-SERVER-CONTROL')?.line;
        said.set(`TARGETDURATION ${playlist.target_duration}, ${control}`, rendition.url);
      }
      tally.expect(said.size === 1, () => `differ: ${[...said.keys()].join(' | ')}`);
    },
  },
  {
    id: 'multivariant-aligned', level: 'MUST', clause: '6.2.4 (matching timestamps)',
    says: 'Renditions cut their segments at the same times under the same numbers.',
    check(seen, tally) {
      const starts = new Map();
      for (const { rendition, segment } of each_segment(seen)) {
        if (segment.pdt_ms === null) continue;
        const first = starts.get(segment.msn);
        if (!first) starts.set(segment.msn, { rendition, segment });
        else if (first.rendition !== rendition) {
          const apart = Math.abs(first.segment.pdt_ms - segment.pdt_ms);
          tally.expect(apart <= 2, `segment ${segment.msn} starts ${apart} ms apart in ${rendition.url}`);
          tally.expect(first.segment.discontinuity_sequence === segment.discontinuity_sequence, `segment ${segment.msn}: discontinuity sequences differ`);
        }
      }
    },
  },
  {
    id: 'no-directives-in-uris', level: 'MUST', clause: '6.2.5; no per-viewer names (DESIGN decision 9)',
    says: 'No URI carries a delivery directive or a query.',
    check(seen, tally) {
      const other = [...seen.probes.values()].flatMap((probe) => (probe.answer ? [probe.answer.playlist] : []));
      for (const playlist of [...[...each_playlist(seen)].map((each) => each.playlist), ...other, new Playlist(seen.multivariant.response.body.toString())]) {
        const lines = playlist.text.split('\n').filter((line) => /URI="[^"]*\?|^[^#].*\?|_HLS_/.test(line));
        tally.expect(lines.length === 0, () => lines[0]);
      }
    },
  },
];
