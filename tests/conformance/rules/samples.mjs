/** Samples: flags against what the bytes are, and the two tracks beside each other. */
import { describe_flags, nal_types } from '../lib/fragment.mjs';
import { each_part, each_playlist, each_run, each_segment, samples_of } from './each.mjs';

const IDR = 5;
const SPS = 7;
const PPS = 8;
/** Sound beside picture at a segment's start: an AAC frame, a frame of slow video, RTMP's milliseconds. */
const APART_S_MAX = 0.25;

function* each_video_sample(seen) {
  for (const { run, track, name } of each_run(seen)) {
    if (track.kind !== 'video') continue;
    for (const [index, sample] of run.samples.entries()) yield { sample, track, name: `${name} sample ${index}` };
  }
}

function is_idr(sample, track) {
  return nal_types(sample, track.length_size).includes(IDR);
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'sample-nal-units', level: 'MUST', clause: 'ISO/IEC 14496-15, 5.3.4.2',
    says: 'Length prefixes fill every video sample, and avc1 carries no parameter sets in band.',
    check(seen, tally) {
      for (const { sample, track, name } of each_video_sample(seen)) {
        let types = null;
        try {
          types = nal_types(sample, track.length_size);
        } catch (error) {
          tally.expect(false, `${name}: ${error.message}`);
        }
        if (types) tally.expect(!types.includes(SPS) && !types.includes(PPS), `${name} has NAL units ${types}`);
      }
    },
  },
  {
    id: 'sample-flags', level: 'MUST', clause: 'ISO/IEC 14496-12, 8.8.3.1; reference 6.3',
    says: 'IDR pictures, and only they, are marked as sync samples that depend on no other.',
    check(seen, tally) {
      for (const { sample, track, name } of each_video_sample(seen)) {
        const idr = is_idr(sample, track);
        const { is_sync, independent } = describe_flags(sample.flags);
        tally.expect(is_sync === idr && independent === idr, `${name}: flags ${sample.flags.toString(16)}, ${idr ? 'an' : 'no'} IDR picture`);
      }
    },
  },
  {
    id: 'sample-flags-audio', level: 'MUST', clause: 'ISO/IEC 14496-12, 8.8.3.1',
    says: 'Every audio sample is a sync sample.',
    check(seen, tally) {
      for (const { run, track, name } of each_run(seen)) {
        if (track.kind === 'audio') tally.expect(run.samples.every((sample) => describe_flags(sample.flags).is_sync), `part ${name}`);
      }
    },
  },
  {
    id: 'sample-durations', level: 'MUST', clause: 'ISO/IEC 14496-12, 8.8.8',
    says: 'Every sample lasts, and has bytes.',
    check(seen, tally) {
      for (const { run, track, name } of each_run(seen)) {
        tally.expect(run.samples.every((sample) => sample.duration > 0 && sample.bytes.length > 0), `part ${name}, ${track.kind}`);
      }
    },
  },
  {
    id: 'sample-audio-steady', level: 'PROMISE', clause: 'reference 5.21',
    says: 'Sound is rebuilt from the sample count: AAC frames last 1,024 samples, not rounded milliseconds.',
    check(seen, tally) {
      let odd = 0;
      let all = 0;
      for (const { run, track } of each_run(seen)) {
        if (track.kind !== 'audio') continue;
        all += run.samples.length;
        odd += run.samples.filter((sample) => sample.duration % 1024 !== 0).length;
      }
      // A clock that drifts is corrected now and then by a frame of another length.
      if (all > 0) tally.expect(odd <= all / 100, `${odd} of ${all} frames last otherwise`);
    },
  },
  {
    id: 'part-independent', level: 'MUST', clause: '4.4.4.9; reference 6.12',
    says: 'INDEPENDENT=YES is on every part with an IDR picture (sound alone: every part), on no other.',
    check(seen, tally) {
      for (const { segment, part, name } of each_part(seen)) {
        const { video } = segment.init;
        const real = video ? samples_of(part.fragment, video).some((sample) => is_idr(sample, video)) : true;
        tally.expect(part.independent === real, `part ${name}: INDEPENDENT ${part.independent ? 'without' : 'is missing with'} an IDR picture`);
      }
    },
  },
  {
    id: 'independent-segments', level: 'MUST', clause: '4.4.2.1',
    says: 'EXT-X-INDEPENDENT-SEGMENTS is given only when every segment starts with an IDR picture.',
    check(seen, tally) {
      const starts = new Map();
      for (const { rendition, segment } of each_segment(seen)) {
        const video = segment.init?.video;
        const piece = segment.fragment ?? segment.parts[0]?.fragment;
        const first = video && piece && samples_of(piece, video)[0];
        if (first) starts.set(`${rendition.url} ${segment.msn}`, is_idr(first, video));
      }
      for (const { rendition, playlist } of each_playlist(seen)) {
        if (!playlist.independent_segments) {
          tally.expect(true, '');
          continue;
        }
        const without = playlist.segments.find((segment) => starts.get(`${rendition.url} ${segment.msn}`) === false);
        tally.expect(!without, () => `segment ${without.msn} starts without`);
      }
    },
  },
  {
    id: 'tracks-aligned', level: 'MUST', clause: 'reference 6.6',
    says: 'Sound and picture of a segment start at the same time.',
    check(seen, tally) {
      for (const { segment } of each_segment(seen)) {
        const { video, audio } = segment.init ?? {};
        if (!video || !audio || !segment.fragment) continue;
        const picture = samples_of(segment.fragment, video)[0];
        const sound = samples_of(segment.fragment, audio)[0];
        tally.expect(picture && sound, `segment ${segment.msn} lacks ${picture ? 'sound' : 'a picture'}`);
        if (!picture || !sound) continue;
        const apart_s = sound.dts / audio.timescale - picture.dts / video.timescale;
        tally.expect(Math.abs(apart_s) <= APART_S_MAX, `segment ${segment.msn}: sound ${apart_s.toFixed(3)} s after the picture`);
      }
    },
  },
];
