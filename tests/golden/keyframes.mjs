#!/usr/bin/env node
/**
 * Makes tests/golden/keyframes/*.txt with ffmpeg and x264: single H.264 keyframes whose quarters have
 * known colours, as an encoder would send them. Run it again only to add one; the files are what the
 * tests read.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const FOLDER = new URL('keyframes/', import.meta.url).pathname;
/** Top left, top right, bottom left, bottom right. */
const COLOURS = ['c82828', '28aa3c', '2846d2', 'bebebe'];

const tagged = (matrix) => ['-colorspace', matrix, '-color_primaries', 'bt709', '-color_trc', 'bt709'];
/** name -> picture size, matrix the colours are made with, pixel format, tags */
const KEYFRAMES = {
  hd_bt709: { size: [1280, 720], matrix: 'bt709', tags: tagged('bt709') },
  hd_untagged: { size: [1280, 720], matrix: 'bt709' },
  sd_bt601: { size: [320, 180], matrix: 'smpte170m', tags: tagged('smpte170m') },
  sd_untagged: { size: [320, 180], matrix: 'smpte170m' },
  full_range: { size: [320, 180], matrix: 'bt709', range: 'pc', format: 'yuvj420p', tags: tagged('bt709') },
  b_frames: { size: [640, 360], matrix: 'bt709', tags: tagged('bt709'), x264: 'keyint=250:bframes=3:b-pyramid=normal' },
  cropped: { size: [318, 182], matrix: 'bt709', tags: tagged('bt709') },
  odd_444: { size: [101, 75], matrix: 'bt709', format: 'yuv444p', tags: tagged('bt709') },
  ten_bit: { size: [320, 180], matrix: 'bt709', format: 'yuv420p10le', tags: tagged('bt709') },
  portrait: { size: [720, 1280], matrix: 'bt709', tags: tagged('bt709') },
  anamorphic: { size: [720, 576], matrix: 'smpte170m', tags: tagged('smpte170m'), shape: '64/45' },
  too_large: { size: [4096, 2432], matrix: 'bt709', tags: tagged('bt709') },
};

function encode({ size: [width, height], matrix, range = 'tv', format = 'yuv420p', tags = [], shape = '1', x264 = 'bframes=0' }) {
  const halves = [Math.floor(width / 2), Math.floor(height / 2)];
  const sizes = [[halves[0], halves[1]], [width - halves[0], halves[1]], [halves[0], height - halves[1]], [width - halves[0], height - halves[1]]];
  const quarters = COLOURS.map((colour, i) => `color=c=0x${colour}:s=${sizes[i].join('x')},format=gbrp[q${i}]`);
  const graph = `${quarters.join(';')};[q0][q1]hstack[a];[q2][q3]hstack[b];[a][b]vstack,` +
    `scale=out_color_matrix=${matrix}:out_range=${range},format=${format},setsar=${shape}`;
  const args = ['-v', 'error', '-filter_complex', graph, '-frames:v', '1', '-c:v', 'libx264', '-preset', 'slow', '-qp', '12', ...tags,
    '-color_range', range, '-x264-params', x264, '-bsf:v', 'filter_units=remove_types=6', '-f', 'h264', 'pipe:1'];
  const { status, stdout, stderr } = spawnSync('ffmpeg', args, { maxBuffer: 1 << 24 });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}

/** What lies between Annex B start codes. */
function nals_of(stream) {
  const starts = [];
  for (let at = stream.indexOf('000001', 0, 'hex'); at >= 0; at = stream.indexOf('000001', at + 3, 'hex')) starts.push(at);
  return starts.map((start, i) => {
    let end = starts[i + 1] ?? stream.length;
    while (i + 1 < starts.length && stream[end - 1] === 0) end -= 1;
    return stream.subarray(start + 3, end);
  });
}

const length = (bytes, size) => {
  const out = Buffer.alloc(size);
  out.writeUIntBE(bytes.length, 0, size);
  return out;
};

for (const [name, keyframe] of Object.entries(KEYFRAMES)) {
  const nals = nals_of(encode(keyframe));
  const of_type = (type) => nals.find((nal) => (nal[0] & 31) === type);
  const [sps, pps] = [of_type(7), of_type(8)];
  const record = Buffer.concat([Buffer.from([1, sps[1], sps[2], sps[3], 0xff, 0xe1]), length(sps, 2), sps, Buffer.from([1]), length(pps, 2), pps]);
  const pictures = nals.filter((nal) => (nal[0] & 31) === 5);
  const unit = Buffer.concat(pictures.flatMap((nal) => [length(nal, 4), nal]));
  writeFileSync(`${FOLDER}${name}.txt`, `record ${record.toString('hex')}\nunit ${unit.toString('hex')}\n`);
}
