/** What avcC, SPS and AudioSpecificConfig say: codec strings, picture size, sample rate. */

/** @param {Buffer} record AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) */
export function parse_avc_record(record) {
  if (record.length < 7 || record[0] !== 1) throw new Error('avcC: not version 1');
  const units = { sps: [], pps: [] };
  let at = 5;
  for (const kind of ['sps', 'pps']) {
    const count = kind === 'sps' ? record[at] & 0x1f : record[at];
    at += 1;
    for (let index = 0; index < count; index += 1) {
      const length = record.readUInt16BE(at);
      if (at + 2 + length > record.length) throw new Error(`avcC: ${kind} is truncated`);
      units[kind].push(record.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return {
    ...units,
    length_size: (record[4] & 3) + 1,
    codec: `avc1.${record.toString('hex', 1, 4)}`,
  };
}

class Bits {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  bit() {
    if (this.at >= this.bytes.length * 8) throw new RangeError('SPS ends early');
    const value = (this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1;
    this.at += 1;
    return value;
  }
  bits(count) {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit();
    return value;
  }
  ue() {
    let zeros = 0;
    while (this.bit() === 0) zeros += 1;
    return 2 ** zeros - 1 + this.bits(zeros);
  }
  se() {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

function skip_scaling_list(bits, size) {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index += 1) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** Picture size of a sequence parameter set (ITU-T H.264, 7.3.2.1.1). @param {Buffer} unit with its NAL header */
export function parse_sps(unit) {
  const rbsp = Buffer.from(unit.toString('latin1', 1).replaceAll('\0\0\x03', '\0\0'), 'latin1');
  const bits = new Bits(rbsp);
  const profile = bits.bits(8);
  bits.bits(16);
  bits.ue();
  let chroma = 1;
  if (HIGH_PROFILES.has(profile)) {
    chroma = bits.ue();
    if (chroma === 3) bits.bit();
    bits.ue();
    bits.ue();
    bits.bit();
    if (bits.bit()) {
      for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
        if (bits.bit()) skip_scaling_list(bits, list < 6 ? 16 : 64);
      }
    }
  }
  bits.ue();
  const order_type = bits.ue();
  if (order_type === 0) bits.ue();
  if (order_type === 1) {
    bits.bit();
    bits.se();
    bits.se();
    for (let left = bits.ue(); left > 0; left -= 1) bits.se();
  }
  bits.ue();
  bits.bit();
  const width_mbs = bits.ue() + 1;
  const height_units = bits.ue() + 1;
  const frames_only = bits.bit();
  if (!frames_only) bits.bit();
  bits.bit();
  const crop = bits.bit() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const step_x = chroma === 1 || chroma === 2 ? 2 : 1;
  const step_y = (chroma === 1 ? 2 : 1) * (2 - frames_only);
  return {
    width: width_mbs * 16 - step_x * (crop[0] + crop[1]),
    height: (2 - frames_only) * height_units * 16 - step_y * (crop[2] + crop[3]),
  };
}

const SAMPLE_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

/** @param {Buffer} config AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) */
export function parse_audio_config(config) {
  const bits = new Bits(config);
  let object_type = bits.bits(5);
  if (object_type === 31) object_type = 32 + bits.bits(6);
  const index = bits.bits(4);
  const sample_rate = index === 15 ? bits.bits(24) : SAMPLE_RATES[index];
  if (!sample_rate) throw new Error(`AudioSpecificConfig: sampling frequency index ${index}`);
  return { object_type, sample_rate, channels: bits.bits(4), codec: `mp4a.40.${object_type}` };
}

/** The AudioSpecificConfig inside an esds box's descriptors. @param {Buffer} body past version and flags */
export function audio_config_of(body) {
  let at = 0;
  const header = () => {
    const tag = body[at];
    at += 1;
    let length = 0;
    for (let more = true; more; at += 1) {
      length = length * 128 + (body[at] & 0x7f);
      more = (body[at] & 0x80) !== 0;
    }
    return { tag, length };
  };
  const expect = (tag) => {
    const found = header();
    if (found.tag !== tag) throw new Error(`esds: descriptor ${found.tag} instead of ${tag}`);
    return found.length;
  };
  expect(3);
  at += 3;
  expect(4);
  at += 13;
  const length = expect(5);
  if (at + length > body.length) throw new Error('esds: truncated');
  return body.subarray(at, at + length);
}
