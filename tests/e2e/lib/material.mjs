/**
 * Test films, encoded once and pushed without encoding afterwards. Each flashes white and beeps at
 * the same instant, about once a second; the time between the two is what a viewer would notice.
 */
import { existsSync, renameSync } from 'node:fs';
import { run } from './ffmpeg.mjs';
import { out_folder } from './paths.mjs';

/**
 * @typedef {object} Film
 * @property {string} rate        frames a second, as ffmpeg writes it
 * @property {number} flash_every frames between flashes
 * @property {string[]} [video]   encoder arguments; absent: no picture
 * @property {boolean} [audio]
 * @property {string} [filter]    after the picture is drawn
 */

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-b:v', '300k'];
const gop = (frames, ...more) => [...X264, '-g', String(frames), '-keyint_min', String(frames), '-sc_threshold', '0', ...more];

/** @type {Record<string, Film>} */
export const films = {
  gop30: { rate: '30', flash_every: 30, video: gop(30, '-bf', '0'), audio: true },
  // What OBS does when the keyframe interval is left at 0.
  gop250_b: { rate: '30', flash_every: 30, video: gop(250, '-bf', '3'), audio: true },
  rate_29_97: { rate: '30000/1001', flash_every: 30, video: gop(60, '-bf', '2'), audio: true },
  rate_5: { rate: '5', flash_every: 5, video: gop(10, '-bf', '0'), audio: true },
  rate_60: { rate: '60', flash_every: 60, video: gop(60, '-bf', '2'), audio: true },
  // Two of three frames at random, but every one that begins a flash.
  rate_variable: { rate: '30', flash_every: 30, video: gop(60, '-bf', '0', '-vsync', 'vfr'), audio: true, filter: "select='not(mod(n,30))+gt(random(7),0.35)'" },
  audio_only: { rate: '30', flash_every: 30, audio: true },
  video_only: { rate: '30', flash_every: 30, video: gop(30, '-bf', '2') },
};

const SIZE = '320x180';

/** Whether time t (or, given a frame number, its time) is inside a flash. */
function picture_filter({ rate, flash_every, filter }) {
  const flash = `drawbox=x=0:y=0:w=iw:h=ih:color=white:t=fill:enable='lt(mod(n\\,${flash_every})\\,${Math.max(1, Math.round(eval_rate(rate) / 10))})'`;
  return ['format=yuv420p', flash, ...(filter ? [filter] : [])].join(',');
}

function eval_rate(rate) {
  const [numerator, denominator = '1'] = rate.split('/');
  return Number(numerator) / Number(denominator);
}

/**
 * The file of a film, made if it is not there yet.
 * @param {keyof typeof films} name @param {number} seconds
 */
export async function film_file(name, seconds) {
  const film = films[name];
  const file = `${out_folder('films')}${name}-${seconds}s.flv`;
  if (existsSync(file)) return file;
  const period_s = film.flash_every / eval_rate(film.rate);
  const args = ['-hide_banner', '-nostdin', '-v', 'error', '-y'];
  if (film.video) args.push('-f', 'lavfi', '-i', `testsrc2=size=${SIZE}:rate=${film.rate},eq=brightness=-0.3`);
  if (film.audio) args.push('-f', 'lavfi', '-i', `aevalsrc='if(lt(mod(t,${period_s}),0.08),0.8*sin(2*PI*1000*t),0)':s=48000:c=stereo`);
  args.push('-t', String(seconds));
  if (film.video) args.push('-map', '0:v', '-vf', picture_filter(film), ...film.video);
  if (film.audio) args.push('-map', film.video ? '1:a' : '0:a', '-c:a', 'aac', '-b:a', '96k');
  // Files that run beside each other may make the same film: the last one's stays, and is the same.
  const part = `${file}.${process.pid}.part`;
  const { code, stderr } = await run('ffmpeg', [...args, '-f', 'flv', part]);
  if (code !== 0) throw new Error(`cannot make ${name}: ${stderr}`);
  renameSync(part, file);
  return file;
}
