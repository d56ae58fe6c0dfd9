/** The product under measurement: a live channel, fed by ffmpeg, whose playlist and parts are fetched. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Shopcast } from '../../tests/e2e/lib/shopcast.mjs';
import { pin, start } from '../lib/processes.mjs';

const wanted_part_bytes = 200_000;

/** 3.2 Mbit/s with a keyframe every half second: each part of 500 ms has about 200 KB. */
function make_video(folder) {
  const file = join(folder, 'bench-3200k.flv');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30',
    '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', '20', '-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency',
    '-b:v', '3100k', '-minrate', '3100k', '-maxrate', '3100k', '-bufsize', '1550k', '-x264-params', 'nal-hrd=cbr:force-cfr=1', '-g', '15', '-keyint_min', '15',
    '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '96k', '-f', 'flv', file]);
  return file;
}

export class Product {
  /** @param {{server_core: number, other_core: number, videos: string, settle_seconds: number}} where */
  static async start({ server_core, other_core, videos, settle_seconds }) {
    const video = make_video(videos);
    const server = await Shopcast.start('bench-http', { args: ['--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0', '--threads', '1'] });
    pin(server.pid, server_core);
    const channel = await server.create_channel('bench');
    const encoder = start(other_core, 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', video, '-c', 'copy', '-f', 'flv', channel.publish_url]);
    await server.until_state('bench', 'live', 40_000);
    const product = new Product();
    product.server = server;
    product.encoder = encoder;
    product.pid = server.pid;
    await sleep(settle_seconds * 1000);
    return product;
  }

  /** The media playlist, which changes twice a second. */
  async small_url() {
    const multivariant = await (await fetch(this.server.url('/live/bench/index.m3u8'))).text();
    const uri = multivariant.split('\n').find((line) => line !== '' && !line.startsWith('#'));
    return new URL(uri, this.server.url('/live/bench/index.m3u8')).href;
  }

  /** The newest parts of the live edge, the one nearest to 200 KB. */
  async large_url() {
    const playlist_url = await this.small_url();
    const playlist = await (await fetch(playlist_url)).text();
    const uris = [...playlist.matchAll(/#EXT-X-PART:.*?URI="([^"]+)"/g)].map((match) => match[1]).slice(-6);
    const parts = [];
    for (const uri of uris) {
      const url = new URL(uri, playlist_url).href;
      const answer = await fetch(url, { method: 'HEAD' });
      parts.push({ url, bytes: Number(answer.headers.get('content-length')) });
    }
    const far = (part) => Math.abs(part.bytes - wanted_part_bytes);
    return parts.sort((a, b) => far(a) - far(b))[0].url;
  }

  async stop() {
    const gone = once(this.encoder, 'exit');
    this.encoder.kill('SIGINT');
    await gone;
    await this.server.clear();
  }
}
