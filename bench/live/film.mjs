/** The film all streams of `./dev bench live` carry: 300 kbit/s with sound, 30 fps, a keyframe each second. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** 16 s are 750 AAC frames and 480 pictures exactly, so that the film follows itself without a step. */
export function make_film(folder) {
  const file = join(folder, 'live-300k.flv');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30',
    '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', '17', '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0',
    '-b:v', '236k', '-minrate', '236k', '-maxrate', '236k', '-bufsize', '236k', '-x264-params', 'nal-hrd=cbr:force-cfr=1', '-g', '30', '-keyint_min', '30',
    '-sc_threshold', '0', '-frames:v', '480', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '64k', '-f', 'flv', `${file}.part`]);
  renameSync(`${file}.part`, file);
  return file;
}
