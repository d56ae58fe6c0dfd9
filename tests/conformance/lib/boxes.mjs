/** ISO base media file format (ISO/IEC 14496-12): the box tree, and a cursor over a box's fields. */

/**
 * @typedef {object} Box
 * @property {string} type
 * @property {number} start  offset of the header in the file
 * @property {number} end    offset past the last byte
 * @property {Buffer} body   what follows size and type
 */

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf', 'edts', 'dinf']);

/**
 * The boxes that fill `bytes` exactly. Throws when one is truncated or bytes are left over.
 * @param {Buffer} bytes @param {number} [offset] what to add to start and end
 * @returns {Box[]}
 */
export function parse_boxes(bytes, offset = 0) {
  const boxes = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 8) throw new Error(`${bytes.length - at} bytes left over after the last box`);
    let size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    let header = 8;
    if (size === 1) {
      if (bytes.length - at < 16) throw new Error(`box ${type} is truncated`);
      size = Number(bytes.readBigUInt64BE(at + 8));
      header = 16;
    }
    if (size < header || at + size > bytes.length) throw new Error(`box ${type} of ${size} bytes does not fit`);
    boxes.push({ type, start: offset + at, end: offset + at + size, body: bytes.subarray(at + header, at + size) });
    at += size;
  }
  return boxes;
}

/** @param {Box} box @returns {Box[]} */
export function children(box) {
  if (!CONTAINERS.has(box.type)) throw new Error(`${box.type} is not a container`);
  return parse_boxes(box.body, box.end - box.body.length);
}

/**
 * The boxes at a path such as 'mdia/minf/stbl' below `box`; every match of every step.
 * @param {Box} box @param {string} path @returns {Box[]}
 */
export function find_all(box, path) {
  return path.split('/').reduce(
    (found, type) => found.flatMap((each) => children(each).filter((child) => child.type === type)), [box]);
}

/** @param {Box} box @param {string} path @returns {Box} the only match; throws unless there is just one */
export function find(box, path) {
  const found = find_all(box, path);
  if (found.length !== 1) throw new Error(`${found.length} boxes at ${box.type}/${path}, one expected`);
  return found[0];
}

/** A cursor that throws (RangeError) at the end of its bytes. */
export class Fields {
  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  /** A full box's version and flags. */
  static of_full_box(box) {
    const fields = new Fields(box.body);
    const word = fields.u32();
    fields.version = word >>> 24;
    fields.flags = word & 0xffffff;
    return fields;
  }
  skip(count) {
    if (this.at + count > this.bytes.length) throw new RangeError('skip past the end of a box');
    this.at += count;
    return this;
  }
  u8() {
    return this.bytes.readUInt8(this.#step(1));
  }
  u16() {
    return this.bytes.readUInt16BE(this.#step(2));
  }
  u32() {
    return this.bytes.readUInt32BE(this.#step(4));
  }
  i32() {
    return this.bytes.readInt32BE(this.#step(4));
  }
  /** As a Number: live time stamps stay far below 2^53. */
  u64() {
    return Number(this.bytes.readBigUInt64BE(this.#step(8)));
  }
  /** 64 bits in version 1 of a box, else 32. */
  time() {
    return this.version === 1 ? this.u64() : this.u32();
  }
  type() {
    const at = this.#step(4);
    return this.bytes.toString('latin1', at, at + 4);
  }
  take(count) {
    const at = this.#step(count);
    return this.bytes.subarray(at, at + count);
  }
  get left() {
    return this.bytes.length - this.at;
  }
  #step(count) {
    const at = this.at;
    this.at += count;
    return at;
  }
}
