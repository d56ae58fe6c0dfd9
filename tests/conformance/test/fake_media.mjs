/** Writes CMAF headers and chunks for the fake origin: the smallest that are right. */

/** x264, High profile at level 3.0, 640x360. */
const AVC_RECORD = Buffer.from('0164001effe1001a6764001eacd940a02ff970110000030001000003003c0f162d9601000468ef8fcbfdf8f800', 'hex');
/** AAC LC, 48,000 Hz, two channels. */
const AUDIO_CONFIG = Buffer.from('1190', 'hex');

export const VIDEO = { id: 1, timescale: 90_000, width: 640, height: 360, codec: 'avc1.64001e' };
export const AUDIO = { id: 2, timescale: 48_000, codec: 'mp4a.40.2' };
export const SYNC = 0x02000000;
export const NOT_SYNC = 0x01010000;

export const u8 = (...values) => Buffer.from(values);
export const u16 = (value) => Buffer.from([value >> 8, value & 255]);
export function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** @param {string} type @param {...Buffer} content */
export function box(type, ...content) {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}
export function full_box(type, version, flags, ...content) {
  return box(type, u32((version << 24) | flags), ...content);
}

const MATRIX = Buffer.concat([0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map(u32));

/** @param {object} [twist] what a mutation changes */
export function write_init(twist = {}) {
  return Buffer.concat([
    box('ftyp', Buffer.from(twist.brand ?? 'iso6'), u32(0), Buffer.from(twist.brand ?? 'cmfc')),
    box('moov',
      full_box('mvhd', 0, 0, u32(0), u32(0), u32(1000), u32(twist.duration ?? 0), u32(0x10000), Buffer.alloc(12), MATRIX, Buffer.alloc(24), u32(3)),
      write_trak(VIDEO, 'vide', full_box('vmhd', 0, 1, Buffer.alloc(8)), avc1(twist), twist),
      write_trak({ ...AUDIO, timescale: twist.audio_timescale ?? AUDIO.timescale }, 'soun', full_box('smhd', 0, 0, u32(0)), mp4a(), twist),
      box('mvex', ...[VIDEO.id, ...(twist.lose_trex ? [] : [AUDIO.id])].map((id) => full_box('trex', 0, 0, u32(id), u32(1), u32(0), u32(0), u32(0))))),
  ]);
}

function write_trak(track, handler, media_header, entry, twist) {
  const edits = twist.edits ? [box('edts', full_box('elst', 0, 0, u32(1), u32(0), u32(0), u32(0x10000)))] : [];
  return box('trak',
    full_box('tkhd', 0, 7, u32(0), u32(0), u32(track.id), u32(0), u32(0), Buffer.alloc(16), MATRIX, u32((track.width ?? 0) << 16), u32((track.height ?? 0) << 16)),
    ...edits,
    box('mdia',
      full_box('mdhd', 0, 0, u32(0), u32(0), u32(track.timescale), u32(0), u32(0x55c40000)),
      full_box('hdlr', 0, 0, u32(0), Buffer.from(handler), Buffer.alloc(12), Buffer.from('\0')),
      box('minf', media_header,
        box('dinf', full_box('dref', 0, 0, u32(1), full_box('url ', 0, 1))),
        box('stbl', full_box('stsd', 0, 0, u32(1), entry),
          full_box('stts', 0, 0, u32(0)), full_box('stsc', 0, 0, u32(0)), full_box('stsz', 0, 0, u32(0), u32(0)), full_box('stco', 0, 0, u32(0))))));
}

function avc1(twist) {
  return box(twist.entry ?? 'avc1', Buffer.alloc(6), u16(1), Buffer.alloc(16), u16(twist.width ?? VIDEO.width), u16(VIDEO.height),
    u32(0x480000), u32(0x480000), u32(0), u16(1), Buffer.alloc(32), u16(24), u16(0xffff), box('avcC', AVC_RECORD));
}

function mp4a() {
  const specific = Buffer.concat([u8(5, AUDIO_CONFIG.length), AUDIO_CONFIG]);
  const config = Buffer.concat([u8(4, 13 + specific.length, 0x40, 0x15), Buffer.alloc(3), u32(0), u32(0), specific]);
  const descriptor = Buffer.concat([u8(3, 3 + config.length + 3), u16(2), u8(0), config, u8(6, 1, 2)]);
  return box('mp4a', Buffer.alloc(6), u16(1), Buffer.alloc(8), u16(2), u16(16), u32(0), u32(AUDIO.timescale << 16), full_box('esds', 0, 0, descriptor));
}

/** One video sample: a NAL unit of type 5 or 1 whose bytes depend on its number. */
export function video_sample(number, idr) {
  const unit = Buffer.alloc(idr ? 60 : 20, number & 255);
  unit[0] = idr ? 0x65 : 0x41;
  return { duration: 3000, flags: idr ? SYNC : NOT_SYNC, cts: number % 3 === 1 ? 3000 : 0, bytes: Buffer.concat([u32(unit.length), unit]) };
}

export function audio_sample(number) {
  return { duration: 1024, flags: SYNC, cts: 0, bytes: Buffer.alloc(12, number & 255) };
}

/**
 * @param {number} sequence
 * @param {{track_id: number, base_time: number, samples: any[]}[]} runs
 * @param {object} [twist]
 */
export function write_chunk(sequence, runs, twist = {}) {
  const sizes = runs.map((run) => run.samples.reduce((sum, sample) => sum + sample.bytes.length, 0));
  const build = (offsets) => box('moof', full_box('mfhd', 0, 0, u32(sequence)), ...runs.map((run, index) => box('traf',
    full_box('tfhd', 0, twist.tfhd_flags ?? 0x20000, u32(run.track_id)),
    full_box('tfdt', twist.tfdt_version ?? 1, 0, twist.tfdt_version === 0 ? u32(run.base_time) : u64(run.base_time)),
    full_box('trun', twist.trun_version ?? 1, 0xf01, u32(run.samples.length), u32(offsets[index]),
      ...run.samples.flatMap((sample) => [u32(sample.duration), u32(sample.bytes.length), u32(sample.flags), u32(sample.cts)])))));
  const head = build(runs.map(() => 0)).length + 8;
  const moof = build(runs.map((_, index) => head + sizes.slice(0, index).reduce((sum, size) => sum + size, 0)));
  return Buffer.concat([moof, box('mdat', ...runs.flatMap((run) => run.samples.map((sample) => sample.bytes)), Buffer.alloc(twist.waste ?? 0))]);
}
