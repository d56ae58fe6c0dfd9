/** AMF0, as much as RTMP commands need (amf0-file-format-specification). */

/** @param {...any} values numbers, strings, booleans, null, plain objects */
export function encode_amf0(...values) {
  return Buffer.concat(values.map(encode_value));
}

function encode_value(value) {
  if (value === null || value === undefined) return Buffer.from([5]);
  if (typeof value === 'boolean') return Buffer.from([1, value ? 1 : 0]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), encode_name(value)]);
  if (Array.isArray(value)) {
    const head = Buffer.from([10, 0, 0, 0, value.length]);
    return Buffer.concat([head, ...value.map(encode_value)]);
  }
  const properties = Object.entries(value).flatMap(([name, each]) => [encode_name(name), encode_value(each)]);
  return Buffer.concat([Buffer.from([3]), ...properties, Buffer.from([0, 0, 9])]);
}

function encode_name(name) {
  const bytes = Buffer.from(name);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

/** Every value in `bytes`. @param {Buffer} bytes @returns {any[]} */
export function decode_amf0(bytes) {
  const state = { bytes, at: 0 };
  const values = [];
  while (state.at < bytes.length) values.push(decode_value(state));
  return values;
}

function decode_value(state) {
  const { bytes } = state;
  const marker = bytes[state.at];
  state.at += 1;
  switch (marker) {
    case 0:
      state.at += 8;
      return bytes.readDoubleBE(state.at - 8);
    case 1:
      state.at += 1;
      return bytes[state.at - 1] !== 0;
    case 2:
      return decode_name(state);
    case 3:
      return decode_properties(state);
    case 5:
    case 6:
      return null;
    case 8:
      state.at += 4;
      return decode_properties(state);
    case 10: {
      const count = bytes.readUInt32BE(state.at);
      state.at += 4;
      return Array.from({ length: count }, () => decode_value(state));
    }
    default:
      throw new Error(`AMF0 marker ${marker} at ${state.at - 1}`);
  }
}

function decode_name(state) {
  const length = state.bytes.readUInt16BE(state.at);
  state.at += 2 + length;
  return state.bytes.toString('utf8', state.at - length, state.at);
}

function decode_properties(state) {
  const object = {};
  for (;;) {
    const name = decode_name(state);
    if (name === '' && state.bytes[state.at] === 9) {
      state.at += 1;
      return object;
    }
    object[name] = decode_value(state);
  }
}
