/** Initialization sections: CMAF headers. */
import { each_init } from './each.mjs';

const BRANDS = ['iso6', 'iso7', 'iso8', 'iso9', 'cmfc', 'cmf2'];

function* each_good_init(seen) {
  for (const each of each_init(seen)) if (each.init) yield each;
}

/** @type {import('../lib/check.mjs').Rule[]} */
export const rules = [
  {
    id: 'init-readable', level: 'MUST', clause: '3.1.2; ISO/IEC 14496-12, 8.1-8.8',
    says: 'Every initialization section is ftyp and moov, and can be read.',
    check(seen, tally) {
      for (const { uri, init, error } of each_init(seen)) {
        tally.expect(init, `${uri}: ${error}`);
        if (init) tally.expect(init.order[0] === 'ftyp' && init.order.includes('moov') && !init.order.includes('mdat'), `${uri} is ${init.order}`);
      }
    },
  },
  {
    id: 'init-brands', level: 'MUST', clause: '3.1.2; CMAF 7.2',
    says: 'ftyp has a brand that allows movie fragments as HLS uses them (iso6 or later, cmfc).',
    check(seen, tally) {
      for (const { uri, init } of each_good_init(seen)) {
        tally.expect(init.brands.some((brand) => BRANDS.includes(brand)), `${uri}: ${init.brands}`);
      }
    },
  },
  {
    id: 'init-live', level: 'MUST', clause: '3.1.2; CMAF 7.3.1; reference 6.1',
    says: 'Durations are 0, the header has no samples, and mvex has a trex for every track.',
    check(seen, tally) {
      for (const { uri, init } of each_good_init(seen)) {
        tally.expect(init.mvhd_duration === 0, `${uri}: mvhd duration ${init.mvhd_duration}`);
        for (const track of init.tracks) {
          tally.expect(track.durations.tkhd === 0 && track.durations.mdhd === 0, `${uri}: track ${track.id} durations ${JSON.stringify(track.durations)}`);
          tally.expect(track.samples === 0, `${uri}: track ${track.id} has sample tables`);
          tally.expect(init.trex_ids.includes(track.id), `${uri}: track ${track.id} has no trex`);
        }
      }
    },
  },
  {
    id: 'init-no-edits', level: 'MUST', clause: 'reference 6.5',
    says: 'No track has an edit list: browsers disagree on them.',
    check(seen, tally) {
      for (const { uri, init } of each_good_init(seen)) {
        for (const track of init.tracks) tally.expect(!track.edits, `${uri}: track ${track.id}`);
      }
    },
  },
  {
    id: 'init-timescale', level: 'PROMISE', clause: 'reference 6.4',
    says: 'The audio timescale is the sample rate; video has at least 1,000 ticks a second.',
    check(seen, tally) {
      for (const { uri, init } of each_good_init(seen)) {
        for (const track of init.tracks) {
          const fits = track.kind === 'audio' ? track.timescale === track.sample_rate : track.timescale >= 1000;
          tally.expect(fits, `${uri}: ${track.kind} timescale ${track.timescale}`);
        }
      }
    },
  },
  {
    id: 'init-sample-entry', level: 'MUST', clause: 'ISO/IEC 14496-15, 5.4.2; 14496-14, 5.6',
    says: 'Sample entries are avc1 and mp4a, and the picture size is what the SPS says.',
    check(seen, tally) {
      for (const { uri, init } of each_good_init(seen)) {
        for (const track of init.tracks) {
          tally.expect(track.entry === (track.kind === 'video' ? 'avc1' : 'mp4a'), `${uri}: ${track.entry}`);
          if (track.sps) tally.expect(track.sps.width === track.width && track.sps.height === track.height, `${uri}: ${track.width}x${track.height}, SPS ${track.sps.width}x${track.sps.height}`);
        }
      }
    },
  },
  {
    id: 'immutable', level: 'PROMISE', clause: 'DESIGN decision 9; reference 6.1',
    says: 'A URL of media serves the same bytes whenever it is asked.',
    check(seen, tally) {
      for (const rendition of seen.renditions) {
        for (const { uri, response } of rendition.later) {
          const before = rendition.resource(uri);
          if (before?.status === 200 && response.status === 200) tally.expect(before.body.equals(response.body), `${uri} changed`);
        }
      }
    },
  },
];
