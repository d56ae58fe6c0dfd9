// Turns an FLV file of H.264 and AAC into the packet list that src/media/live/oracle_test.cpp reads.
// Usage: node flv_to_packets.mjs in.flv out.packets width height rate channels
import { readFileSync, writeFileSync } from "node:fs";

const [input, output, width, height, rate, channels] = process.argv.slice(2);
const flv = readFileSync(input);

const u32 = (value) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
const u64 = (value) => {
  const out = Buffer.alloc(8);
  out.writeBigInt64BE(BigInt(value));
  return out;
};
const blob = (bytes) => Buffer.concat([u32(bytes.length), bytes]);

let avcRecord = Buffer.alloc(0);
let audioConfig = Buffer.alloc(0);
const packets = [];
let audioFrames = 0;
let audioStart;

let at = flv.readUInt32BE(5) + 4;
while (at + 11 <= flv.length) {
  const type = flv[at];
  const size = flv.readUIntBE(at + 1, 3);
  const time = flv.readUIntBE(at + 4, 3) + flv[at + 7] * 0x1000000;
  const body = flv.subarray(at + 11, at + 11 + size);
  at += 11 + size + 4;
  if (type === 9 && body[1] === 0) avcRecord = body.subarray(5);
  if (type === 9 && body[1] === 1) {
    const offset = (body.readUIntBE(2, 3) << 8) >> 8;
    const dts = time * 90;
    packets.push([0, body[0] >> 4 === 1 ? 1 : 0, dts, dts + offset * 90, body.subarray(5)]);
  }
  if (type === 8 && body[1] === 0) audioConfig = body.subarray(2);
  if (type === 8 && body[1] === 1) {
    audioStart ??= Math.round((time * Number(rate)) / 1000);
    const dts = audioStart + 1024 * audioFrames++;
    packets.push([1, 1, dts, dts, body.subarray(2)]);
  }
}

const parts = [u32(width), u32(height), blob(avcRecord), u32(rate), u32(channels), blob(audioConfig)];
for (const [kind, keyframe, dts, pts, payload] of packets) {
  parts.push(Buffer.from([kind, keyframe]), u64(dts), u64(pts), blob(payload));
}
writeFileSync(output, Buffer.concat(parts));
