/** Ways to break the rules on boxes and samples, by rule. */
import { NOT_SYNC, SYNC, u32, video_sample } from './fake_media.mjs';

/** Changes every sample of a kind of track. */
const each = (kind, change) => ({
  samples: (samples, { track }) => ((track.id === 1) === (kind === 'video') ? samples.map(change) : samples),
});
/** Changes the decode time of some fragments. */
const shift = (by, when) => ({ base_time: (time, about) => (when(about) ? time + by : time) });

function flip_last(bytes) {
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 1] ^= 1;
  return flipped;
}

/** @type {[rule: string, words: string, mutation: any, options?: any][]} */
export const media_mutations = [
  ['init-readable', 'cut short', { after: (answer, { path }) => (path.endsWith('.mp4') ? { ...answer, body: answer.body.subarray(0, -3) } : answer) }],
  ['init-brands', 'an old brand', { init: { brand: 'isom' } }],
  ['init-live', 'a duration', { init: { duration: 5000 } }],
  ['init-live', 'a track without trex', { init: { lose_trex: true } }],
  ['init-no-edits', 'an edit list', { init: { edits: true } }],
  ['init-timescale', 'sound in video ticks', { init: { audio_timescale: 90_000 } }],
  ['init-sample-entry', 'avc3', { init: { entry: 'avc3' } }],
  ['init-sample-entry', 'not the size of the SPS', { init: { width: 320 } }],
  ['immutable', 'bytes change', { after: (answer, { path }, origin) => (path.endsWith('.m4s') && answer.status === 200 && origin.walked_ms > 7000 ? { ...answer, body: flip_last(answer.body) } : answer) }],

  ['fragment-readable', 'mdat is cut short', { part: (bytes) => bytes.subarray(0, -1) }],
  ['fragment-readable', 'a listed part is missing', { before: ({ path }) => (path.endsWith('-41.2.m4s') ? { status: 404, headers: {}, body: Buffer.alloc(0) } : null) }],
  ['fragment-concatenation', 'the segment differs', { segment: flip_last }],
  ['fragment-addressing', 'offsets from the file\'s start', { chunk: { tfhd_flags: 0 } }],
  ['fragment-decode-time', '32 bits', { chunk: { tfdt_version: 0 } }],
  ['fragment-continuity', 'a tick is lost', shift(1, ({ part }) => part === 2)],
  ['fragment-continuity', 'sound starts again', shift(-1024, ({ msn, track }) => msn === 40 && track.id === 2)],
  ['fragment-sequence', 'always the same', { chunk: { sequence: 7 } }],
  ['fragment-composition', 'unsigned offsets', { chunk: { trun_version: 0 } }],
  ['fragment-composition', 'before time 0', each('video', (sample) => ({ ...sample, cts: -90_000_000 }))],
  ['fragment-mdat-used', 'bytes of nothing', { chunk: { waste: 4 } }],
  ['part-duration-real', 'DURATION is less', { playlist: (text) => text.replace(/DURATION=0\.50000(,URI="[^"]*\.1\.m4s")/g, 'DURATION=0.46000$1') }],
  ['part-duration-real', 'samples last longer than PART-TARGET', { playlist: (text) => text.replaceAll('DURATION=0.50000', 'DURATION=0.49900').replace('PART-TARGET=0.5', 'PART-TARGET=0.499') }],
  ['part-duration-real', 'uneven samples lie in another part than listed', {
    ...each('video', (sample, index) => ({ ...sample, duration: index === 14 ? 3000 : index % 2 ? 4500 : 1500 })),
    playlist: (text) => text.replace(/DURATION=0\.50000(,URI="[^"]*\.[01]\.m4s")/g, 'DURATION=0.46000$1'),
  }],
  ['segment-duration-real', 'EXTINF is less', { playlist: (text) => text.replaceAll('EXTINF:2.00000', 'EXTINF:1.98000') }],
  ['date-time-anchor', 'the clock of one segment', shift(9000, ({ msn }) => msn === 38)],

  ['sample-nal-units', 'a length too long', each('video', (sample) => ({ ...sample, bytes: Buffer.concat([u32(500), sample.bytes.subarray(4)]) }))],
  ['sample-nal-units', 'parameter sets in band', each('video', (sample) => ({ ...sample, bytes: Buffer.concat([u32(2), Buffer.from([0x67, 1]), sample.bytes]) }))],
  ['sample-flags', 'every picture a sync sample', each('video', (sample) => ({ ...sample, flags: SYNC }))],
  ['sample-flags', 'IDR pictures unmarked', each('video', (sample) => ({ ...sample, flags: NOT_SYNC }))],
  ['sample-flags-audio', 'sound that is no sync sample', each('audio', (sample) => ({ ...sample, flags: NOT_SYNC }))],
  ['sample-durations', 'a sample of no duration', each('video', (sample, index) => ({ ...sample, duration: index === 3 ? 0 : sample.duration }))],
  ['sample-durations', 'a sample of no bytes', each('audio', (sample, index) => ({ ...sample, bytes: index === 3 ? Buffer.alloc(0) : sample.bytes }))],
  ['sample-audio-steady', 'rounded milliseconds', each('audio', (sample, index) => ({ ...sample, duration: index % 2 ? 1008 : 1056 }))],
  ['part-independent', 'missing', { playlist: (text) => text.replace(/(\.2\.m4s"),INDEPENDENT=YES/g, '$1') }],
  ['part-independent', 'without an IDR picture', { playlist: (text) => text.replace(/(PART:[^\n]*\.1\.m4s")/g, '$1,INDEPENDENT=YES') }],
  ['independent-segments', 'one starts without', {
    samples: (samples, { msn, part, track }) => (track.id === 1 && part === 0 && msn === 41 ? [{ ...video_sample(0, false) }, ...samples.slice(1)] : samples),
  }],
  ['tracks-aligned', 'sound a second late', shift(48_000, ({ track }) => track.id === 2)],
];
