/** A CMAF header (initialization section): its tracks and what the rules ask about them. */
import { Fields, find, find_all, parse_boxes } from './boxes.mjs';
import { audio_config_of, parse_audio_config, parse_avc_record, parse_sps } from './codecs.mjs';

/**
 * @typedef {object} Track
 * @property {number} id
 * @property {'video' | 'audio'} kind
 * @property {number} timescale
 * @property {string} entry       sample entry type
 * @property {string} codec
 * @property {number} width       of the sample entry; 0 for audio
 * @property {number} height
 * @property {{width: number, height: number} | null} sps
 * @property {number} length_size NAL unit length bytes
 * @property {number} sample_rate
 * @property {{duration: number, size: number, flags: number} | null} defaults from trex
 * @property {Record<string, number>} durations by box; live headers say 0
 * @property {number} samples     samples the header itself claims
 * @property {boolean} edits      has an edit list
 */

/** @param {Buffer} bytes */
export function parse_init(bytes) {
  const boxes = parse_boxes(bytes);
  const only = (type) => {
    const found = boxes.filter((box) => box.type === type);
    if (found.length !== 1) throw new Error(`${found.length} ${type} boxes, one expected`);
    return found[0];
  };
  const ftyp = new Fields(only('ftyp').body);
  const brands = [ftyp.type()];
  ftyp.skip(4);
  while (ftyp.left >= 4) brands.push(ftyp.type());
  const moov = only('moov');
  const defaults = new Map(find_all(moov, 'mvex/trex').map(parse_trex));
  const tracks = find_all(moov, 'trak').map((trak) => parse_track(trak, defaults));
  return {
    order: boxes.map((box) => box.type),
    brands,
    mvhd_duration: parse_mvhd(find(moov, 'mvhd')).duration,
    trex_ids: [...defaults.keys()],
    tracks,
    video: tracks.find((track) => track.kind === 'video') ?? null,
    audio: tracks.find((track) => track.kind === 'audio') ?? null,
    codecs: tracks.map((track) => track.codec).join(','),
  };
}

function parse_trex(box) {
  const fields = Fields.of_full_box(box);
  const id = fields.u32();
  fields.skip(4);
  return [id, { duration: fields.u32(), size: fields.u32(), flags: fields.u32() }];
}

function parse_mvhd(box) {
  const fields = Fields.of_full_box(box);
  fields.skip(fields.version === 1 ? 16 : 8);
  return { timescale: fields.u32(), duration: fields.time() };
}

/** @returns {Track} */
function parse_track(trak, defaults) {
  const tkhd = Fields.of_full_box(find(trak, 'tkhd'));
  tkhd.skip(tkhd.version === 1 ? 16 : 8);
  const id = tkhd.u32();
  tkhd.skip(4);
  const tkhd_duration = tkhd.time();
  const { timescale, duration: mdhd_duration } = parse_mvhd(find(trak, 'mdia/mdhd'));
  const handler = Fields.of_full_box(find(trak, 'mdia/hdlr')).skip(4).type();
  const stbl = find(trak, 'mdia/minf/stbl');
  const entry_box = parse_boxes(Fields.of_full_box(find(stbl, 'stsd')).skip(4).take(find(stbl, 'stsd').body.length - 8))[0];
  const entry = handler === 'vide' ? parse_video_entry(entry_box) : parse_audio_entry(entry_box);
  return {
    id,
    kind: handler === 'vide' ? 'video' : 'audio',
    timescale,
    entry: entry_box.type,
    ...entry,
    defaults: defaults.get(id) ?? null,
    durations: { tkhd: tkhd_duration, mdhd: mdhd_duration },
    samples: ['stts', 'stsc', 'stco'].reduce((sum, type) => sum + Fields.of_full_box(find(stbl, type)).u32(), 0),
    edits: find_all(trak, 'edts').length > 0,
  };
}

function parse_video_entry(box) {
  const fields = new Fields(box.body).skip(24);
  const width = fields.u16();
  const height = fields.u16();
  const inner = parse_boxes(box.body.subarray(78));
  const record = inner.find((each) => each.type === 'avcC');
  if (!record) throw new Error(`${box.type} has no avcC`);
  const avc = parse_avc_record(record.body);
  if (avc.sps.length === 0 || avc.pps.length === 0) throw new Error('avcC has no parameter sets');
  return { width, height, codec: avc.codec, length_size: avc.length_size, sps: parse_sps(avc.sps[0]), sample_rate: 0 };
}

function parse_audio_entry(box) {
  const inner = parse_boxes(box.body.subarray(28));
  const esds = inner.find((each) => each.type === 'esds');
  if (!esds) throw new Error(`${box.type} has no esds`);
  const config = parse_audio_config(audio_config_of(esds.body.subarray(4)));
  return { width: 0, height: 0, codec: config.codec, length_size: 0, sps: null, sample_rate: config.sample_rate };
}
