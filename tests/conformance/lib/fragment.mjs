/** CMAF chunks (moof + mdat): every sample with its times, flags and bytes. */
import { Fields, children, find, find_all, parse_boxes } from './boxes.mjs';

/**
 * @typedef {object} Sample
 * @property {number} dts       ticks of the track's timescale
 * @property {number} cts       signed composition offset
 * @property {number} duration
 * @property {number} flags
 * @property {Buffer} bytes
 * @typedef {object} Run
 * @property {number} track_id
 * @property {number} base_time        tfdt
 * @property {number} tfdt_version
 * @property {number[]} trun_versions
 * @property {boolean} base_is_moof    default-base-is-moof is set and no base-data-offset given
 * @property {Sample[]} samples
 * @typedef {object} Chunk
 * @property {number} sequence         mfhd
 * @property {Run[]} runs
 * @property {number} payload_bytes    of mdat
 */

const TFHD = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20, base_is_moof: 0x20000 };
const TRUN = { offset: 0x1, first_flags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, cts: 0x800 };

/**
 * @param {Buffer} bytes a part or a segment
 * @param {import('./init_section.mjs').Track[]} tracks
 * @returns {{order: string[], chunks: Chunk[]}}
 */
export function parse_fragment(bytes, tracks) {
  const boxes = parse_boxes(bytes);
  const chunks = [];
  boxes.forEach((box, index) => {
    if (box.type !== 'moof') return;
    const mdat = boxes[index + 1];
    if (mdat?.type !== 'mdat') throw new Error('moof is not followed by mdat');
    const sequence = Fields.of_full_box(find(box, 'mfhd')).u32();
    const runs = find_all(box, 'traf').map((traf) => parse_run(traf, box, mdat, bytes, tracks));
    chunks.push({ sequence, runs, payload_bytes: mdat.body.length });
  });
  return { order: boxes.map((box) => box.type), chunks };
}

/** @returns {Run} */
function parse_run(traf, moof, mdat, bytes, tracks) {
  const head = parse_tfhd(find(traf, 'tfhd'));
  const track = tracks.find((each) => each.id === head.track_id);
  if (!track) throw new Error(`traf of track ${head.track_id}, which the header does not have`);
  const defaults = { ...(track.defaults ?? { duration: 0, size: 0, flags: 0 }), ...head.defaults };
  const tfdt = Fields.of_full_box(find(traf, 'tfdt'));
  const base_time = tfdt.time();
  const run = {
    track_id: head.track_id,
    base_time,
    tfdt_version: tfdt.version,
    trun_versions: [],
    base_is_moof: head.base_is_moof,
    samples: [],
  };
  const state = { dts: base_time, at: moof.start };
  for (const box of children(traf).filter((each) => each.type === 'trun')) {
    parse_trun(box, run, defaults, state, { moof, mdat, bytes });
  }
  return run;
}

function parse_tfhd(box) {
  const fields = Fields.of_full_box(box);
  const track_id = fields.u32();
  const defaults = {};
  if (fields.flags & TFHD.base) fields.skip(8);
  if (fields.flags & TFHD.description) fields.skip(4);
  if (fields.flags & TFHD.duration) defaults.duration = fields.u32();
  if (fields.flags & TFHD.size) defaults.size = fields.u32();
  if (fields.flags & TFHD.flags) defaults.flags = fields.u32();
  return { track_id, defaults, base_is_moof: (fields.flags & TFHD.base_is_moof) !== 0 && !(fields.flags & TFHD.base) };
}

function parse_trun(box, run, defaults, state, { moof, mdat, bytes }) {
  const fields = Fields.of_full_box(box);
  run.trun_versions.push(fields.version);
  const count = fields.u32();
  if (fields.flags & TRUN.offset) state.at = moof.start + fields.i32();
  const first_flags = fields.flags & TRUN.first_flags ? fields.u32() : null;
  for (let index = 0; index < count; index += 1) {
    const duration = fields.flags & TRUN.duration ? fields.u32() : defaults.duration;
    const size = fields.flags & TRUN.size ? fields.u32() : defaults.size;
    let flags = fields.flags & TRUN.flags ? fields.u32() : defaults.flags;
    if (index === 0 && first_flags !== null) flags = first_flags;
    let cts = 0;
    if (fields.flags & TRUN.cts) cts = fields.version === 0 ? fields.u32() : fields.i32();
    if (state.at < mdat.end - mdat.body.length || state.at + size > mdat.end) {
      throw new Error(`sample ${index} of track ${run.track_id} lies outside mdat`);
    }
    run.samples.push({ dts: state.dts, cts, duration, flags, bytes: bytes.subarray(state.at, state.at + size) });
    state.at += size;
    state.dts += duration;
  }
}

/** NAL unit types of one AVC sample; throws when the lengths do not fill it. */
export function nal_types(sample, length_size) {
  const types = [];
  let at = 0;
  while (at < sample.bytes.length) {
    if (at + length_size >= sample.bytes.length) throw new Error('NAL unit length does not fit the sample');
    const length = sample.bytes.readUIntBE(at, length_size);
    at += length_size;
    if (length === 0 || at + length > sample.bytes.length) throw new Error(`NAL unit of ${length} bytes does not fit the sample`);
    types.push(sample.bytes[at] & 0x1f);
    at += length;
  }
  return types;
}

const DEPENDS_ON_NONE = 2;

/** What ISO/IEC 14496-12, 8.8.3.1 packs into sample_flags. */
export function describe_flags(flags) {
  return { depends_on: (flags >>> 24) & 3, is_sync: ((flags >>> 16) & 1) === 0, independent: ((flags >>> 24) & 3) === DEPENDS_ON_NONE };
}
