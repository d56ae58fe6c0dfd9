/** Movie fragments: the boxes of parts and segments, and the times in them. */
import { ROUNDING_S, each_part, each_run, each_segment, samples_of, timing_track } from './each.mjs';

const LEADING_BOXES = new Set(['styp', 'sidx', 'prft', 'emsg', 'moof', 'mdat', 'free']);

/** Seconds from the first sample's decode time to the end of the last. */
function seconds_of(fragment, track) {
  return samples_of(fragment, track).reduce((sum, sample) => sum + sample.duration, 0) / track.timescale;
}

/** Whether all samples of these parts last nearly the same. */
function is_steady(parts, track) {
  const durations = parts.flatMap((part) => (part.fragment ? samples_of(part.fragment, track).map((sample) => sample.duration) : []));
  return Math.max(...durations) - Math.min(...durations) <= track.timescale / 200;
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'fragment-readable', level: 'MUST', clause: '3.1.2; ISO/IEC 14496-12, 8.8',
    says: 'Segments and parts are served, consist of moof and mdat, and can be read.',
    check(seen, tally) {
      for (const { rendition, segment } of each_segment(seen)) {
        for (const piece of [segment, ...segment.parts]) {
          const response = piece.uri === null ? null : rendition.resource(piece.uri);
          if (!response || piece.gap) continue;
          tally.expect(response.status === 200, `${piece.uri} gives ${response.status}`);
          if (response.status !== 200) continue;
          tally.expect(piece.fragment?.chunks.length > 0, `${piece.uri}: ${piece.error ?? 'no moof'}`);
          if (piece.fragment) tally.expect(piece.fragment.order.every((type) => LEADING_BOXES.has(type)), `${piece.uri} has ${piece.fragment.order}`);
        }
      }
    },
  },
  {
    id: 'fragment-concatenation', level: 'MUST', clause: '3.2; reference 6.2',
    says: 'A segment is the byte concatenation of its parts.',
    check(seen, tally) {
      for (const { segment } of each_segment(seen)) {
        if (!segment.bytes || segment.parts.length === 0 || segment.parts.some((part) => !part.bytes)) continue;
        tally.expect(segment.bytes.equals(Buffer.concat(segment.parts.map((part) => part.bytes))), `segment ${segment.msn}`);
      }
    },
  },
  {
    id: 'fragment-addressing', level: 'MUST', clause: 'CMAF 7.5.16; reference 6.3',
    says: 'tfhd sets default-base-is-moof and gives no base data offset.',
    check(seen, tally) {
      for (const { run, name } of each_run(seen)) tally.expect(run.base_is_moof, `part ${name}, track ${run.track_id}`);
    },
  },
  {
    id: 'fragment-decode-time', level: 'MUST', clause: 'ISO/IEC 14496-12, 8.8.12; reference 6.3',
    says: 'Every fragment has a tfdt of version 1 (64 bits), below 2^53.',
    check(seen, tally) {
      for (const { run, name } of each_run(seen)) {
        tally.expect(run.tfdt_version === 1 && Number.isSafeInteger(run.base_time), `part ${name}, track ${run.track_id}: version ${run.tfdt_version}, time ${run.base_time}`);
      }
    },
  },
  {
    id: 'fragment-continuity', level: 'MUST', clause: '6.2.1; CMAF 7.3.2.3; reference 6.13',
    says: 'Each track goes on exactly where it ended, unless a discontinuity is announced.',
    check(seen, tally) {
      const ends = new Map();
      for (const { rendition, segment, run, track, name } of each_run(seen)) {
        const key = `${rendition.url} ${track.kind}`;
        const end = ends.get(key);
        if (end && end.discontinuity === segment.discontinuity_sequence && segment.msn - end.msn <= 1) {
          tally.expect(end.time === run.base_time, `part ${name}, ${track.kind}: starts at ${run.base_time}, the last ended at ${end.time}`);
        }
        const last = run.samples.at(-1);
        if (last) ends.set(key, { time: last.dts + last.duration, msn: segment.msn, discontinuity: segment.discontinuity_sequence });
      }
    },
  },
  {
    id: 'fragment-sequence', level: 'MUST', clause: 'ISO/IEC 14496-12, 8.8.5',
    says: 'mfhd sequence numbers grow.',
    check(seen, tally) {
      let last = null;
      for (const { rendition, segment, chunk, name } of each_run(seen)) {
        const discontinuity = segment.discontinuity_sequence;
        if (last?.chunk === chunk) continue;
        if (last?.rendition === rendition && last.discontinuity === discontinuity) tally.expect(chunk.sequence > last.sequence, `part ${name}: ${chunk.sequence} after ${last.sequence}`);
        last = { rendition, chunk, sequence: chunk.sequence, discontinuity };
      }
    },
  },
  {
    id: 'fragment-composition', level: 'MUST', clause: 'ISO/IEC 14496-12, 8.8.8; reference 6.3',
    says: 'trun is of version 1 where composition offsets are used, and no picture is shown before time 0.',
    check(seen, tally) {
      for (const { run, track, name } of each_run(seen)) {
        if (track.kind !== 'video') continue;
        if (run.samples.some((sample) => sample.cts !== 0)) tally.expect(run.trun_versions.every((version) => version === 1), `part ${name}: trun version ${run.trun_versions}`);
        tally.expect(run.samples.every((sample) => sample.dts + sample.cts >= 0), `part ${name} has a negative time`);
      }
    },
  },
  {
    id: 'fragment-mdat-used', level: 'SHOULD', clause: 'ISO/IEC 14496-12, 8.1.1',
    says: 'The samples fill mdat: no byte of it is lost or read twice.',
    check(seen, tally) {
      const chunks = new Map();
      for (const { chunk, run, name } of each_run(seen)) {
        const sum = chunks.get(chunk)?.sum ?? 0;
        chunks.set(chunk, { name, sum: sum + run.samples.reduce((bytes, sample) => bytes + sample.bytes.length, 0) });
      }
      for (const [chunk, { name, sum }] of chunks) tally.expect(sum === chunk.payload_bytes, `part ${name}: ${sum} bytes of samples in ${chunk.payload_bytes}`);
    },
  },
  {
    id: 'part-duration-real', level: 'MUST', clause: '4.4.4.9',
    says: 'DURATION of a part is what its samples last; where frames come unevenly, each lies in the part it starts in.',
    check(seen, tally) {
      for (const { rendition, segment, part, index, name } of each_part(seen)) {
        const track = timing_track(segment.init);
        const samples = samples_of(part.fragment, track);
        const real = seconds_of(part.fragment, track);
        if (is_steady(segment.parts, track)) {
          tally.expect(Math.abs(real - part.duration) <= ROUNDING_S, `part ${name}: DURATION ${part.duration}, samples ${real.toFixed(5)}`);
          tally.expect(real <= rendition.latest.part_target + 1e-6, `part ${name}: ${real.toFixed(5)} of ${rendition.latest.part_target}`);
        } else if (samples.length > 0 && segment.parts.slice(0, index + 1).every((each) => each.fragment)) {
          // No frame may lie between 85 % and 100 % of PART-TARGET: then the part ends while one is shown.
          const listed = segment.parts.slice(0, index).reduce((sum, each) => sum + each.duration, 0);
          const start = samples_of(segment.parts[0].fragment, track)[0]?.dts ?? samples[0].dts;
          const [first, last] = [samples[0], samples.at(-1)].map((sample) => (sample.dts - start) / track.timescale);
          const fits = first >= listed - ROUNDING_S && last < listed + part.duration + ROUNDING_S;
          tally.expect(fits, `part ${name}: samples from ${first.toFixed(5)} to ${last.toFixed(5)}, listed ${listed.toFixed(5)} and ${part.duration} more`);
        }
      }
    },
  },
  {
    id: 'segment-duration-real', level: 'MUST', clause: '4.4.4.1',
    says: 'EXTINF is what the samples of the segment last.',
    check(seen, tally) {
      for (const { segment } of each_segment(seen)) {
        if (!segment.fragment || !segment.init) continue;
        const real = seconds_of(segment.fragment, timing_track(segment.init));
        tally.expect(Math.abs(real - segment.duration) <= ROUNDING_S, `segment ${segment.msn}: EXTINF ${segment.duration}, samples ${real.toFixed(5)}`);
      }
    },
  },
  {
    id: 'date-time-anchor', level: 'PROMISE', clause: 'reference 6.15',
    says: 'Program date-times follow the media\'s own clock from one anchor.',
    check(seen, tally) {
      const anchors = new Map();
      for (const { rendition, segment } of each_segment(seen)) {
        const track = segment.init && timing_track(segment.init);
        const first = track && segment.fragment && samples_of(segment.fragment, track)[0];
        if (!first || segment.pdt_ms === null) continue;
        const anchor = segment.pdt_ms - (first.dts * 1000) / track.timescale;
        const key = `${rendition.url} ${segment.discontinuity_sequence}`;
        if (!anchors.has(key)) anchors.set(key, anchor);
        tally.expect(Math.abs(anchors.get(key) - anchor) <= 2, `segment ${segment.msn} is ${(anchor - anchors.get(key)).toFixed(2)} ms off`);
      }
    },
  },
];
