/** The clock in the picture survives the encoder, and misreadings are noticed. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { test } from '../lib/limited.mjs';
import { age_ms, code_bits, crc8, draw_code, read_blocks } from './lib/clock_code.mjs';
import { ClockPublisher } from './lib/clock_publisher.mjs';
import { run } from './lib/ffmpeg.mjs';
import { out_folder } from './lib/paths.mjs';
import { until } from './lib/wait.mjs';

const bytes_of = (bits) => bits.map((bit) => (bit ? 235 : 16));

test('a time becomes blocks and blocks the time', () => {
  const now_ms = Date.UTC(2026, 10, 22, 12, 0, 0, 123);
  const low = read_blocks(bytes_of(code_bits(now_ms)));
  assert.equal(age_ms(low, now_ms + 1500), 1500);
  assert.equal(age_ms(2 ** 32 - 5, 2 ** 32 * 7 + 10), 15, 'over the wrap of 32 bits');
  assert.equal(crc8(0x31323334), 0xc2, 'CRC-8 of "1234"');
});

test('no single wrong block goes unnoticed, nor does an empty picture', () => {
  const bits = code_bits(1_234_567_890);
  for (let index = 0; index < bits.length; index += 1) {
    const wrong = bits.map((bit, at) => (at === index ? 1 - bit : bit));
    assert.equal(read_blocks(bytes_of(wrong)), null, `block ${index}`);
  }
  assert.equal(read_blocks(new Array(48).fill(0)), null);
  assert.equal(read_blocks(new Array(48).fill(255)), null);
});

test('blocks are drawn where they are looked for', () => {
  const picture = Buffer.alloc(320 * 180);
  draw_code(picture, 320, 180, 987_654_321);
  assert.equal(read_blocks(block_centres(picture, 320, 180)), 987_654_321);
});

test('every frame of a live encode can be read, each later than the last', async () => {
  const file = `${out_folder('films')}clock.flv`;
  const began_ms = Date.now();
  const clock = new ClockPublisher(file);
  await until('two seconds of frames, all taken', () => clock.frames >= 60 && clock.publisher.child.stdin.writableLength === 0);
  await clock.stop();
  const raw = await run_raw(['-v', 'error', '-i', file, '-map', '0:v', '-pix_fmt', 'gray', '-f', 'rawvideo', '-']);
  rmSync(file);
  const size = 320 * 180;
  const times = Array.from({ length: raw.length / size }, (_, index) => read_blocks(block_centres(raw.subarray(index * size, (index + 1) * size), 320, 180)));
  assert.ok(times.length >= 58, `${times.length} frames`);
  assert.ok(times.every((time) => time !== null), 'a frame cannot be read');
  assert.ok(times.every((time, index) => index === 0 || time >= times[index - 1]), 'times go back');
  assert.ok(age_ms(times[0], began_ms) <= 0, 'drawn before the test began');
});

function block_centres(picture, width, height) {
  return Array.from({ length: 48 }, (_, index) => {
    const x = Math.floor(((index % 8) + 0.5) * (width / 8));
    const y = Math.floor((Math.floor(index / 8) + 0.5) * (height / 6));
    return picture[y * width + x];
  });
}

async function run_raw(args) {
  const file = `${out_folder('films')}clock.raw`;
  const { code, stderr } = await run('ffmpeg', ['-y', ...args.slice(0, -1), file]);
  assert.equal(code, 0, stderr);
  const bytes = readFileSync(file);
  rmSync(file);
  return bytes;
}
