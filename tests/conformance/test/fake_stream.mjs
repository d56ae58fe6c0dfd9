/**
 * A live stream that exists only as arithmetic: part n of it appears half a second after part n-1,
 * and its bytes and lines follow from its number. Mutations twist single pieces of it.
 *
 * 30 frames a second, parts of 15 frames, segments of four parts, an IDR picture every second; the
 * stream has parameter changes (new epochs, announced as discontinuities) at two segments.
 */
import { AUDIO, VIDEO, audio_sample, video_sample, write_chunk, write_init } from './fake_media.mjs';

export const PART_MS = 500;
export const PARTS = 4;
export const SEGMENT_MS = PART_MS * PARTS;
export const TARGET_DURATION = 4;
const PART_FRAMES = 15;
const WINDOW_SEGMENTS = 30;
const PARTS_KEPT_MS = 3 * TARGET_DURATION * 1000;
const SKIP_UNTIL_MS = 6 * TARGET_DURATION * 1000;

/**
 * @typedef {object} Twists
 * @property {(text: string, about: any) => string} [playlist]
 * @property {(text: string) => string} [multivariant]
 * @property {object} [init]
 * @property {object} [chunk]
 * @property {(samples: any[], about: any) => any[]} [samples]
 * @property {(time: number, about: any) => number} [base_time]
 * @property {(bytes: Buffer, about: any) => Buffer} [part]
 * @property {(bytes: Buffer, about: any) => Buffer} [segment]
 * @property {number} [window_segments]
 * @property {number} [skip_until_ms]
 * @property {number} [parts_kept_ms]
 */

export class FakeStream {
  /** @param {number} started_ms @param {number[]} epoch_starts segments that begin a new epoch @param {Twists} twists */
  constructor(started_ms, epoch_starts, twists) {
    this.started_ms = started_ms;
    this.epoch_starts = epoch_starts;
    this.twists = twists;
  }

  epoch_of(msn) {
    return this.epoch_starts.filter((start) => start <= msn).length;
  }
  part_uri(msn, part) {
    return `${this.epoch_of(msn)}-${msn}.${part}.m4s`;
  }
  segment_uri(msn) {
    return `${this.epoch_of(msn)}-${msn}.m4s`;
  }

  init_bytes() {
    return write_init(this.twists.init);
  }

  /** The parts of a segment that has `count` of them. */
  segment_bytes(msn, count) {
    const bytes = Buffer.concat(Array.from({ length: count }, (_, part) => this.part_bytes(msn, part)));
    return this.twists.segment?.(bytes, { msn }) ?? bytes;
  }

  part_bytes(msn, part) {
    const first_msn = this.epoch_starts.filter((start) => start <= msn).at(-1) ?? 0;
    const number = (msn - first_msn) * PARTS + part;
    const about = { msn, part };
    const frames = Array.from({ length: PART_FRAMES }, (_, index) => number * PART_FRAMES + index);
    const sound_until = (parts) => Math.ceil((parts * PART_MS * AUDIO.timescale) / 1000 / 1024);
    const from = sound_until(number);
    const sounds = Array.from({ length: sound_until(number + 1) - from }, (_, index) => from + index);
    const twist = (track, base_time, samples) => ({
      track_id: track.id,
      base_time: this.twists.base_time?.(base_time, { ...about, track }) ?? base_time,
      samples: this.twists.samples?.(samples, { ...about, track }) ?? samples,
    });
    const bytes = write_chunk(this.twists.chunk?.sequence ?? number + 1, [
      twist(VIDEO, frames[0] * 3000, frames.map((frame) => video_sample(frame, frame % 30 === 0))),
      twist(AUDIO, from * 1024, sounds.map(audio_sample)),
    ], this.twists.chunk);
    return this.twists.part?.(bytes, about) ?? bytes;
  }

  /**
   * The media playlist when `count` parts exist.
   * @param {{count: number, ended: boolean, skip: boolean, others: string[]}} state
   */
  playlist(state) {
    const whole = state.ended ? Math.ceil(state.count / PARTS) : Math.floor(state.count / PARTS);
    const first = Math.max(0, Math.floor(state.count / PARTS) - (this.twists.window_segments ?? WINDOW_SEGMENTS));
    const end_ms = state.count * PART_MS;
    let skipped = 0;
    while (state.skip && !state.ended && end_ms - (first + skipped + 1) * SEGMENT_MS >= (this.twists.skip_until_ms ?? SKIP_UNTIL_MS)) skipped += 1;
    const lines = [
      '#EXTM3U', `#EXT-X-VERSION:${skipped > 0 ? 9 : 6}`, `#EXT-X-TARGETDURATION:${TARGET_DURATION}`,
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24.0,HOLD-BACK=12.0,PART-HOLD-BACK=1.5',
      '#EXT-X-PART-INF:PART-TARGET=0.5', `#EXT-X-MEDIA-SEQUENCE:${first}`,
      `#EXT-X-DISCONTINUITY-SEQUENCE:${this.epoch_of(Math.max(0, first - 1))}`, '#EXT-X-INDEPENDENT-SEGMENTS',
    ];
    if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
    for (let msn = first + skipped; msn * PARTS < state.count; msn += 1) {
      lines.push(...this.#segment_lines(msn, Math.min(PARTS, state.count - msn * PARTS), msn < whole, end_ms, msn === first));
    }
    lines.push(...this.#tail(state));
    const text = `${lines.join('\n')}\n`;
    return this.twists.playlist?.(text, { ...state, whole, first, skipped }) ?? text;
  }

  #segment_lines(msn, count, whole, end_ms, first_listed) {
    const lines = [];
    const starts_epoch = this.epoch_starts.includes(msn);
    if (starts_epoch) lines.push('#EXT-X-DISCONTINUITY');
    if (starts_epoch || first_listed) lines.push(`#EXT-X-MAP:URI="init-${this.epoch_of(msn)}.mp4"`);
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(this.started_ms + msn * SEGMENT_MS).toISOString()}`);
    if (end_ms - msn * SEGMENT_MS <= (this.twists.parts_kept_ms ?? PARTS_KEPT_MS)) {
      for (let part = 0; part < count; part += 1) {
        const independent = part % 2 === 0 ? ',INDEPENDENT=YES' : '';
        lines.push(`#EXT-X-PART:DURATION=0.50000,URI="${this.part_uri(msn, part)}"${independent}`);
      }
    }
    if (whole) lines.push(`#EXTINF:${((count * PART_MS) / 1000).toFixed(5)},`, this.segment_uri(msn));
    return lines;
  }

  #tail({ count, ended, others }) {
    if (ended) return ['#EXT-X-ENDLIST'];
    const last = { msn: Math.floor((count - 1) / PARTS), part: (count - 1) % PARTS };
    const next = { msn: Math.floor(count / PARTS), part: count % PARTS };
    return [
      `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${this.part_uri(next.msn, next.part)}"`,
      ...others.map((name) => `#EXT-X-RENDITION-REPORT:URI="../${name}/index.m3u8",LAST-MSN=${last.msn},LAST-PART=${last.part}`),
    ];
  }

  multivariant(names) {
    const variant = (name) => [
      '#EXT-X-STREAM-INF:BANDWIDTH=40000,AVERAGE-BANDWIDTH=30000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=30.000',
      `../s/id/${name}/index.m3u8`,
    ];
    const text = `${['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS', ...names.flatMap(variant)].join('\n')}\n`;
    return this.twists.multivariant?.(text) ?? text;
  }
}
