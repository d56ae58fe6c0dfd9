/**
 * Makes fuzz/corpus/still_jpegs: the pictures that src/picture/still_jpegs_test.cpp reads as well.
 * Each is 24 x 16, red in its left half and blue in its right one: as a camera held upright writes
 * it, as one held sideways does (EXIF orientation 6: turn it right to see it), as PNG with and
 * without a palette, with a right half that is transparent, and as WebP.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../fuzz/corpus/still_jpegs');
mkdirSync(folder, { recursive: true });

const halves = (right, more) => `color=c=0xc82828:s=12x16:d=1,format=rgba[a];color=c=${right}:s=12x16:d=1,format=rgba[b];[a][b]hstack${more}`;
function make(name, format, right, args, filter = '') {
  const file = join(folder, name);
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-filter_complex', halves(right, filter), '-frames:v', '1', ...args, '-f', format, file]);
  return file;
}

const BLUE = '0x2846d2@1';
make('png', 'image2pipe', BLUE, ['-c:v', 'png', '-pix_fmt', 'rgb24']);
make('png_palette', 'image2pipe', BLUE, ['-c:v', 'png'], ',split[x][y];[x]palettegen[p];[y][p]paletteuse');
make('png_transparent', 'image2pipe', '0x2846d2@0', ['-c:v', 'png', '-pix_fmt', 'rgba']);
make('webp', 'webp', BLUE, ['-quality', '95']);
const jpeg = readFileSync(make('jpeg', 'mjpeg', BLUE, ['-q:v', '2', '-pix_fmt', 'yuvj444p']));

// APP1 with one entry of one IFD (EXIF 2.32, 4.5 and 4.6.4).
const tiff = Buffer.from('4d4d002a00000008' + '0001' + '0112' + '0003' + '00000001' + '00060000' + '00000000', 'hex');
const app1 = Buffer.concat([Buffer.from([0xff, 0xe1, 0, tiff.length + 8]), Buffer.from('Exif\0\0', 'latin1'), tiff]);
writeFileSync(join(folder, 'jpeg_turned'), Buffer.concat([jpeg.subarray(0, 2), app1, jpeg.subarray(2)]));
