/** Real encoders and real readers: ffmpeg and ffprobe. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { in_time } from './wait.mjs';

/**
 * Runs a program to its end.
 * @param {string} program @param {string[]} args
 * @returns {Promise<{code: number | null, stdout: string, stderr: string}>}
 */
export async function run(program, args, { timeout_ms = 120_000 } = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeout_ms, killSignal: 'SIGKILL' });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (piece) => { out.stdout += piece; });
  child.stderr.on('data', (piece) => { out.stderr += piece; });
  const [code] = await once(child, 'close');
  return { code, ...out };
}

/** An ffmpeg that publishes until it is stopped. */
export class Publisher {
  /** @param {string[]} input arguments up to the output @param {string} url rtmp://... */
  constructor(input, url) {
    this.errors = '';
    this.child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'warning', ...input, '-f', 'flv', url], { stdio: ['pipe', 'ignore', 'pipe'] });
    this.child.stdin.on('error', () => {});
    this.child.stderr.on('data', (piece) => { this.errors += piece; });
    this.closed = once(this.child, 'close').then(([code]) => code);
  }

  /** Pushes a file at its own speed without encoding. @param {string} file @param {string} url */
  static of_file(file, url, { loop = false } = {}) {
    return new Publisher([...(loop ? ['-stream_loop', '-1'] : []), '-re', '-i', file, '-c', 'copy', '-flvflags', 'no_duration_filesize'], url);
  }

  /** Holds its breath, as an encoder without uplink does; the returned function lets it go on. */
  async hold() {
    this.child.kill('SIGSTOP');
    return async () => { this.child.kill('SIGCONT'); };
  }

  /** Leaves as a user's Ctrl-C does: with FCUnpublish and deleteStream. */
  async stop() {
    this.child.kill('SIGCONT');
    this.child.kill('SIGINT');
    return in_time('ffmpeg to end', this.closed);
  }

  /** Falls off the network. */
  async vanish() {
    this.child.kill('SIGKILL');
    return this.closed;
  }
}

/**
 * Every packet of a playing stream as ffprobe reads it.
 * @returns {Promise<{type: string, pts: number, dts: number, duration: number, key: boolean}[]>}
 */
export async function probe_packets(url, seconds) {
  const { stdout, stderr, code } = await run('ffprobe', ['-v', 'error', '-read_intervals', `%+${seconds}`, '-show_entries',
    'packet=codec_type,pts_time,dts_time,duration_time,flags', '-of', 'json', url]);
  if (code !== 0) throw new Error(`ffprobe ${url}: ${stderr}`);
  return JSON.parse(stdout).packets.map((packet) => ({
    type: packet.codec_type, pts: Number(packet.pts_time), dts: Number(packet.dts_time),
    duration: Number(packet.duration_time), key: packet.flags.startsWith('K'),
  }));
}

/**
 * Decodes a stream and finds its flashes and beeps (see material.mjs).
 * @returns {Promise<{flashes: number[], beeps: number[], errors: string}>} seconds from the start
 */
export async function flashes_and_beeps(url, seconds) {
  const { stdout, stderr } = await run('ffmpeg', ['-hide_banner', '-nostdin', '-nostats', '-v', 'info', '-i', url, '-t', String(seconds),
    '-map', '0:v', '-vf', 'scale=32:18,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-', '-f', 'null', '-',
    '-map', '0:a', '-t', String(seconds), '-af', 'silencedetect=noise=-30dB:d=0.2', '-f', 'null', '-']);
  const flashes = [];
  let pts = null;
  let bright = true;
  for (const line of stdout.split('\n')) {
    pts = Number(/pts_time:([\d.]+)/.exec(line)?.[1] ?? pts);
    const average = /YAVG=([\d.]+)/.exec(line);
    if (!average) continue;
    const now = Number(average[1]) > 170;
    if (now && !bright) flashes.push(pts);
    bright = now;
  }
  const beeps = [...stderr.matchAll(/silence_end: ([\d.]+)/g)].map((match) => Number(match[1]));
  return { flashes, beeps, errors: stderr };
}

/**
 * ffmpeg's HLS reader gives its MP4 reader the same initialization section again after each playlist
 * (hls.c compares pointers of parsed sections, not their addresses), which then says so.
 */
const READER_QUIRK = /^.*Found duplicated MOOV Atom\. Skipped it\n/gm;

/** What a strict decode of a stream complains about; '' when nothing. */
export async function decode_errors(url, seconds) {
  const { stderr } = await run('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'repeat+warning', '-err_detect', 'explode', '-i', url, '-t', String(seconds), '-f', 'null', '-']);
  return stderr.replace(READER_QUIRK, '');
}
