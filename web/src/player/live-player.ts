import { batch, computed, signal } from '@preact/signals';
import { serverClock } from '../api/server-clock';
import { firstPaint } from '../shared/first-paint';
import { nextTask } from '../shared/next-task';
import { bufferedEndAt } from './buffered';
import type { Engine } from './engine';
import { HoleJumper } from './hole-jumper';
import { LatencyController } from './latency-controller';
import { createNativeEngine } from './native-engine';
import type { Playback } from './phase';
import { recallSound, rememberSound } from './sound-preference';

export interface Source {
  streamId: string;
  url: string;
}

export interface PlayerEvents {
  /** The playlist is gone: ask the server what became of the channel. */
  onGone(): void;
  /** The playhead advanced since the last tick. */
  onAdvance(nowMs: number): void;
}

const tickMs = 250;
const stalledAfterMs = 1200;
const behindSeconds = 2.5;
const delaySmoothing = 0.25;

/** The hls.js engine is a chunk of its own; asking early overlaps its download with everything but the first words. */
export const loadHlsEngine = (): Promise<typeof import('./hls-engine')> => firstPaint.then(() => import('./hls-engine'));

/**
 * One video element showing one channel live: keeps it near the edge, brings it back, and says what it does.
 *
 * Lives as long as its element; `destroy` frees everything. All fields are signals that components read.
 */
export class LivePlayer {
  readonly playback = signal<Playback>('idle');
  readonly hasPlayed = signal(false);
  readonly muted = signal(true);
  readonly volume = signal(1);
  readonly delaySeconds = signal<number | null>(null);
  /** For what is written on the page: it is drawn anew when a digit changes, not at each tick. */
  readonly delayTenths = computed(() => (this.delaySeconds.value === null ? null : Math.round(this.delaySeconds.value * 10) / 10));
  readonly latencySeconds = signal<number | null>(null);
  /** How much farther than the playlist asks it stays behind the edge, for a network or a machine that made it stall. */
  readonly marginSeconds = signal(0);
  readonly behind = signal(false);
  readonly rate = signal(1);
  readonly streamId = signal<string | null>(null);
  readonly engineKind = signal<'hls' | 'native' | null>(null);

  private engine: Engine | null = null;
  private readonly latency = new LatencyController();
  private readonly holes = new HoleJumper();
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly listening = new AbortController();
  private wantsPlay = true;
  private refused = false;
  /** The viewer paused, so the lag is theirs: neither hurry nor jump until they ask for live. */
  private heldByViewer = false;
  private loadCount = 0;
  private lastTime = 0;
  private lastAdvanceMs = -Infinity;
  private smoothedDelay: number | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly events: PlayerEvents,
  ) {
    video.muted = !recallSound();
    this.muted.value = video.muted;
    const on = (type: string, act: () => void): void =>
      video.addEventListener(type, act, { signal: this.listening.signal });
    on('volumechange', () => this.onVolumeChange());
    on('playing', () => this.tick());
    on('pause', () => this.onPause());
    on('ended', () => this.tick());
    on('seeked', () => this.latency.reset());
    document.addEventListener('visibilitychange', () => this.onVisibility(), { signal: this.listening.signal });
    this.timer = setInterval(() => this.tick(), tickMs);
  }

  /** Shows `source`; a second call with the same stream changes nothing. */
  async load(source: Source): Promise<void> {
    if (this.streamId.peek() === source.streamId) return;
    this.unload();
    const load = ++this.loadCount;
    batch(() => {
      this.streamId.value = source.streamId;
      this.playback.value = 'loading';
    });
    this.wantsPlay = true;
    const events = {
      onFault: () => this.tick(),
      onGone: () => this.events.onGone(),
      onStall: () => this.latency.onStall(performance.now()),
    };
    let hls: Awaited<ReturnType<typeof loadHlsEngine>> | null = null;
    try {
      hls = await loadHlsEngine();
      await nextTask();
    } catch {
      // Offline while the chunk was wanted: forget the stream, so that the next poll loads again.
      if (load === this.loadCount) this.unload();
      return;
    }
    if (load !== this.loadCount) return;
    this.engine = hls.isSupported()
      ? hls.createHlsEngine(this.video, source.url, events)
      : createNativeEngine(this.video, source.url, events);
    this.engineKind.value = this.engine.kind;
    this.startPlaying();
  }

  unload(): void {
    this.loadCount += 1;
    this.engine?.destroy();
    this.engine = null;
    this.latency.reset();
    this.heldByViewer = false;
    this.smoothedDelay = null;
    this.lastAdvanceMs = -Infinity;
    this.lastTime = 0;
    batch(() => {
      this.streamId.value = null;
      this.playback.value = 'idle';
      this.hasPlayed.value = false;
      this.delaySeconds.value = null;
      this.latencySeconds.value = null;
      this.behind.value = false;
      this.rate.value = 1;
    });
  }

  togglePlay(): void {
    if (this.video.paused) this.play();
    else this.pause();
  }

  play(): void {
    this.wantsPlay = true;
    this.startPlaying();
  }

  pause(): void {
    this.wantsPlay = false;
    this.heldByViewer = true;
    this.video.pause();
    this.tick();
  }

  goLive(): void {
    this.heldByViewer = false;
    this.engine?.goLive();
    this.latency.reset();
    this.play();
  }

  toggleMute(): void {
    const muted = !this.video.muted;
    this.video.muted = muted;
    if (!muted && this.video.volume === 0) this.video.volume = 0.5;
    rememberSound(!muted);
  }

  setVolume(volume: number): void {
    this.video.volume = Math.min(1, Math.max(0, volume));
    this.video.muted = this.video.volume === 0;
    rememberSound(!this.video.muted);
  }

  destroy(): void {
    clearInterval(this.timer);
    this.listening.abort();
    this.unload();
  }

  private startPlaying(): void {
    if (!this.engine) return;
    this.refused = false;
    this.video.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      if (!this.video.muted) {
        // Sound needs a touch first; pictures do not.
        this.video.muted = true;
        this.startPlaying();
        return;
      }
      this.refused = true;
      this.tick();
    });
  }

  private onVolumeChange(): void {
    this.muted.value = this.video.muted;
    this.volume.value = this.video.volume;
  }

  private onPause(): void {
    // A pause from outside (headphones, media keys) is the viewer's; one in a hidden tab is the browser's.
    if (!document.hidden && !this.video.ended && this.engine && this.hasPlayed.peek()) {
      this.wantsPlay = false;
      this.heldByViewer = true;
    }
    this.tick();
  }

  private onVisibility(): void {
    if (document.hidden || !this.engine || !this.wantsPlay) return;
    if (this.video.paused && !this.video.ended) this.startPlaying();
    this.latency.reset();
  }

  private tick(): void {
    const nowMs = performance.now();
    const time = this.video.currentTime;
    const advanced = !this.video.paused && !this.video.seeking && Math.abs(time - this.lastTime) > 0.005;
    const first = this.lastTime === 0 && time > 0;
    this.lastTime = time;
    // The first change of currentTime is hls.js placing the playhead, not a picture.
    const shows = this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.hasPicture();
    const played = this.engine !== null && advanced && !first && shows;
    if (played) {
      this.lastAdvanceMs = nowMs;
      this.hasPlayed.value = true;
    }
    this.playback.value = this.playbackNow(nowMs);
    if (played) this.events.onAdvance(nowMs);
    this.engine?.tick(nowMs);
    this.leaveHole(nowMs, time);
    this.control(nowMs);
    this.measureDelay();
  }

  private leaveHole(nowMs: number, time: number): void {
    const { buffered, paused } = this.video;
    const ranges = Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)] as const);
    const wantsToMove = this.engine?.adjustable === true && this.wantsPlay && !paused;
    const target = this.holes.target({ nowMs, time, ranges, wantsToMove });
    if (target !== null) this.video.currentTime = target;
  }

  /** Sound alone moves the clock while a decoder waits for the first keyframe: that is not playing yet. */
  private hasPicture(): boolean {
    const soundOnly = this.video.videoWidth === 0;
    return soundOnly || this.hasPlayed.peek() || this.video.getVideoPlaybackQuality().totalVideoFrames > 0;
  }

  private playbackNow(nowMs: number): Playback {
    if (!this.engine) return this.streamId.peek() === null ? 'idle' : 'loading';
    if (this.video.ended) return 'finished';
    if (this.video.paused && this.refused) return 'blocked';
    if (this.video.paused && !this.wantsPlay) return 'paused';
    if (nowMs - this.lastAdvanceMs < stalledAfterMs) return 'playing';
    return this.hasPlayed.peek() ? 'stalled' : 'loading';
  }

  private control(nowMs: number): void {
    const position = this.engine?.position() ?? null;
    this.latencySeconds.value = position?.latencySeconds ?? null;
    if (!position || !this.engine?.adjustable || !this.hasPlayed.peek()) return;
    const lagSeconds = position.latencySeconds - this.latency.targetSeconds(position.targetSeconds);
    this.behind.value = lagSeconds > behindSeconds;
    this.marginSeconds.value = this.latency.marginSeconds;
    if (this.playback.peek() !== 'playing') return;
    if (lagSeconds < 1) this.heldByViewer = false;
    if (this.heldByViewer) {
      this.setRate(1);
      return;
    }
    const action = this.latency.update({ nowMs, ...position, bufferSeconds: this.bufferSeconds() });
    if (action.kind === 'jump') {
      this.setRate(1);
      this.engine.goLive();
    } else {
      this.setRate(action.rate);
    }
  }

  private setRate(rate: number): void {
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    this.rate.value = rate;
  }

  private bufferSeconds(): number {
    return bufferedEndAt(this.video.buffered, this.video.currentTime) - this.video.currentTime;
  }

  private measureDelay(): void {
    const dateMs = this.hasPlayed.peek() ? (this.engine?.playingDateMs() ?? null) : null;
    if (dateMs === null || this.playback.peek() !== 'playing') {
      if (this.playback.peek() !== 'paused') this.smoothedDelay = null;
      return;
    }
    // Dates follow the encoder's clock from one anchor and drift with it, by 0.2 s an hour with some; the distance
    // from the edge does not. The delay shown never claims less than that distance.
    const dated = (serverClock.nowMs() - dateMs) / 1000;
    const delay = Math.max(dated, this.latencySeconds.peek() ?? 0);
    const before = this.smoothedDelay;
    // A seek is a new delay at once; the rest is measuring noise.
    this.smoothedDelay = before === null || Math.abs(delay - before) > 1 ? delay : before + delaySmoothing * (delay - before);
    this.delaySeconds.value = Math.max(0, Math.round(this.smoothedDelay * 100) / 100);
  }
}
