/** Reads the clock code (clock_code.mjs) from the video element in a page. */
import { age_ms, read_blocks } from './clock_code.mjs';

/**
 * Takes samples of newly presented frames. A frame counts at the time at which the browser says it
 * is on the screen.
 * @param {import('playwright-core').Page} page @param {{samples: number, every_ms: number}} options
 * @returns {Promise<{delays_ms: number[], unreadable: number, shown_ms: number[]}>}
 */
export async function measure_delays(page, { samples, every_ms }) {
  const seen = await page.evaluate(collect_blocks, { samples, every_ms });
  const out = { delays_ms: [], shown_ms: [], unreadable: 0 };
  for (const { blocks, shown_ms } of seen) {
    const low = read_blocks(blocks);
    if (low === null) out.unreadable += 1;
    else {
      out.delays_ms.push(Math.round(age_ms(low, shown_ms)));
      out.shown_ms.push(shown_ms);
    }
  }
  return out;
}

/** Runs in the page: brightness in the middle of each block, and when the frame was shown. */
async function collect_blocks({ samples, every_ms }) {
  const video = document.querySelector('video');
  const canvas = document.createElement('canvas');
  // Four pixels for each block; the middle two are read.
  canvas.width = 32;
  canvas.height = 24;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const seen = [];
  let next_ms = 0;
  await new Promise((done) => {
    const on_frame = (now, frame) => {
      if (seen.length >= samples) return done();
      video.requestVideoFrameCallback(on_frame);
      if (now < next_ms) return undefined;
      next_ms = now + every_ms;
      context.drawImage(video, 0, 0, 32, 24);
      const shown_ms = Date.now() + frame.expectedDisplayTime - performance.now();
      const { data } = context.getImageData(0, 0, 32, 24);
      const blocks = Array.from({ length: 48 }, (_, index) => {
        const x = (index % 8) * 4 + 1;
        const y = Math.floor(index / 8) * 4 + 1;
        return [[0, 0], [1, 0], [0, 1], [1, 1]].reduce((sum, [dx, dy]) => sum + data[((y + dy) * 32 + x + dx) * 4 + 1] / 4, 0);
      });
      seen.push({ blocks, shown_ms });
      return undefined;
    };
    video.requestVideoFrameCallback(on_frame);
    // A picture that stands still has no more frames.
    setTimeout(done, samples * every_ms * 4 + 10_000);
  });
  return seen;
}

/** @param {number[]} values @param {number} percent nearest rank */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}
