/** Encodes frames that say when they were drawn, live, and publishes them. */
import { draw_code } from './clock_code.mjs';
import { Publisher } from './ffmpeg.mjs';

const WIDTH = 320;
const HEIGHT = 180;

export class ClockPublisher {
  /** x264 as a careful broadcaster sets it for low latency. @param {string} url @param {{rate?: number}} [options] */
  constructor(url, { rate = 30 } = {}) {
    this.rate = rate;
    this.publisher = new Publisher([
      '-fflags', 'nobuffer', '-probesize', '32', '-f', 'rawvideo', '-pixel_format', 'gray', '-video_size', `${WIDTH}x${HEIGHT}`,
      '-framerate', String(rate), '-i', 'pipe:0', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000',
      '-map', '0:v', '-map', '1:a', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p',
      '-g', String(rate), '-keyint_min', String(rate), '-sc_threshold', '0', '-b:v', '1500k', '-c:a', 'aac', '-b:a', '96k', '-flush_packets', '1',
    ], url);
    this.started_ms = Date.now();
    this.frames = 0;
    this.picture = Buffer.alloc(WIDTH * HEIGHT);
    this.timer = setInterval(() => this.#draw_due(), 5);
  }

  /**
   * Draws what is due by now; a late frame carries the time at which it is really handed over. An
   * ffmpeg that takes none yet (it starts slowly on a busy machine) has none drawn in advance.
   */
  #draw_due() {
    const queued_max = 3 * this.picture.length;
    while (this.publisher.child.stdin.writableLength < queued_max && this.started_ms + (this.frames * 1000) / this.rate <= Date.now()) {
      draw_code(this.picture, WIDTH, HEIGHT, Date.now());
      this.publisher.child.stdin.write(Buffer.from(this.picture));
      this.frames += 1;
    }
  }

  /** Falls off the network. */
  async vanish() {
    clearInterval(this.timer);
    await this.publisher.vanish();
  }

  /** Its uplink is cut: the connection stands, nothing comes. */
  cut() {
    this.publisher.child.kill('SIGSTOP');
  }

  async stop() {
    clearInterval(this.timer);
    this.publisher.child.stdin.end();
    await this.publisher.stop();
  }
}
