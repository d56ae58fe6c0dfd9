// A low-latency live playlist out of one ffmpeg process: fragments of its MP4 output are the parts, four make a segment.
// Enough of the protocol (blocking reload, preload hint, hold-backs, dates) for the player to behave as it will.
import { spawn } from 'node:child_process';

const partSeconds = 0.5;
const partsPerSegment = 4;
const segmentsMax = 30;
const boxHeaderBytes = 8;

export class MockLive {
  init = Buffer.alloc(0);
  segments = []; // { msn, atMs, parts: [Buffer] }
  ended = false;
  waiting = new Set();
  rest = Buffer.alloc(0);
  moof = null;
  startedMs = Infinity;
  parts = 0;

  constructor(inputs) {
    this.encoder = spawn('ffmpeg', [
      ...['-hide_banner', '-loglevel', 'error', ...inputs],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '30', '-pix_fmt', 'yuv420p'],
      ...['-c:a', 'aac', '-f', 'mp4', '-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
      ...['-frag_duration', String(partSeconds * 1e6), '-flush_packets', '1', 'pipe:1'],
    ], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.encoder.stdout.on('data', (bytes) => this.#read(bytes));
  }

  stop() {
    this.encoder.kill();
  }

  #read(bytes) {
    this.rest = Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= boxHeaderBytes) {
      const size = this.rest.readUInt32BE(0);
      if (this.rest.length < size) return;
      const type = this.rest.toString('latin1', 4, 8);
      const box = this.rest.subarray(0, size);
      this.rest = this.rest.subarray(size);
      if (type === 'ftyp' || type === 'moov') this.init = Buffer.concat([this.init, box]);
      else if (type === 'moof') this.moof = box;
      else if (type === 'mdat' && this.moof) this.#publish(Buffer.concat([this.moof, box]));
    }
  }

  #publish(part) {
    // ffmpeg's first pieces come in a burst or late: the earliest arrival says when the clock began.
    const beganMs = Date.now() - (this.parts + 1) * partSeconds * 1000;
    if (this.parts < 8) this.startedMs = Math.min(this.startedMs, beganMs);
    const msn = Math.floor(this.parts / partsPerSegment);
    if (this.parts % partsPerSegment === 0) {
      this.segments.push({ msn, atMs: this.startedMs + this.parts * partSeconds * 1000, parts: [] });
      if (this.segments.length > segmentsMax) this.segments.shift();
    }
    this.segments.at(-1).parts.push(part);
    this.parts += 1;
    for (const wake of [...this.waiting]) wake();
  }

  bytes(msn, part) {
    const segment = this.segments.find((one) => one.msn === msn);
    return part === null ? segment && Buffer.concat(segment.parts) : segment?.parts[part];
  }

  /** Resolves once part `part` of segment `msn` is there, or after 4 s. */
  async reached(msn, part) {
    const there = () => this.parts > msn * partsPerSegment + Math.max(part, 0);
    if (there()) return;
    await new Promise((resolve) => {
      const wake = () => {
        if (!there()) return;
        this.waiting.delete(wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(wake);
        resolve();
      }, 4000);
      this.waiting.add(wake);
    });
  }

  playlist(ended) {
    const lines = [
      '#EXTM3U',
      '#EXT-X-VERSION:9',
      '#EXT-X-TARGETDURATION:2',
      `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${3 * partSeconds},HOLD-BACK=6`,
      `#EXT-X-PART-INF:PART-TARGET=${partSeconds + 0.02}`,
      `#EXT-X-MEDIA-SEQUENCE:${this.segments[0]?.msn ?? 0}`,
      '#EXT-X-MAP:URI="init.mp4"',
    ];
    for (const { msn, atMs, parts } of this.segments) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(atMs).toISOString()}`);
      if (msn > this.segments.at(-1).msn - 3) {
        parts.forEach((_, index) =>
          lines.push(`#EXT-X-PART:DURATION=${partSeconds},URI="${msn}.${index}.m4s"${index % 2 === 0 ? ',INDEPENDENT=YES' : ''}`),
        );
      }
      if (parts.length === partsPerSegment) lines.push(`#EXTINF:${partsPerSegment * partSeconds},`, `${msn}.m4s`);
    }
    const next = `${Math.floor(this.parts / partsPerSegment)}.${this.parts % partsPerSegment}.m4s`;
    lines.push(ended ? '#EXT-X-ENDLIST' : `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${next}"`);
    return `${lines.join('\n')}\n`;
  }
}
