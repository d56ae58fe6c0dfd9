import Hls, { type ErrorData, type FragBufferedData, type HlsConfig, type LevelDetails } from 'hls.js/light';
import { nextTask } from '../shared/next-task';
import { bufferedEndAt } from './buffered';
import type { Engine, EngineEvents, LivePosition } from './engine';
import { LoadWatchdog } from './load-watchdog';
import { Recovery, type Fault } from './recovery';

export const isSupported = (): boolean => Hls.isSupported();

const config: Partial<HlsConfig> = {
  debug: false,
  // Parts are CMAF and pass through as they are: reading their boxes is less work than a message to a worker.
  enableWorker: false,
  lowLatencyMode: true,
  // The delay is ours to manage (latency-controller.ts): no rate from hls.js, no second added per stall.
  maxLiveSyncPlaybackRate: 1,
  liveSyncOnStallIncrease: 0,
  liveDurationInfinity: true,
  // One rendition: nothing to measure before the first fragment, nothing to switch to.
  startLevel: 0,
  testBandwidth: false,
  // Reading an answer and sending the next request are a task each.
  xhrSetup: nextTask,
  // The first media request leaves while the media source still opens.
  startFragPrefetch: true,
  // Removed by trim() below: hls.js would remove at any moment, even while a part is appended.
  backBufferLength: Infinity,
  maxBufferLength: 20,
  maxMaxBufferLength: 20,
  enableInterstitialPlayback: false,
  // Playlists and parts either come at once or the connection is gone: ask again soon.
  manifestLoadPolicy: policy(6000, 10_000, 2),
  playlistLoadPolicy: policy(13_000, 15_000, 2),
  fragLoadPolicy: policy(8000, 20_000, 3),
};

// Old media is dropped in large steps, seldom.
const backBufferSecondsMax = 40;
const backBufferSecondsKept = 15;
const restfulBufferSeconds = 8;

function policy(firstByteMs: number, totalMs: number, retries: number): HlsConfig['fragLoadPolicy'] {
  return {
    default: {
      maxTimeToFirstByteMs: firstByteMs,
      maxLoadTimeMs: totalMs,
      timeoutRetry: { maxNumRetry: retries, retryDelayMs: 0, maxRetryDelayMs: 0 },
      errorRetry: { maxNumRetry: retries, retryDelayMs: 300, maxRetryDelayMs: 2000 },
    },
  };
}

const faultOf = (data: ErrorData): Fault =>
  data.type === Hls.ErrorTypes.NETWORK_ERROR
    ? 'network'
    : data.type === Hls.ErrorTypes.MEDIA_ERROR
      ? 'media'
      : 'other';

export function createHlsEngine(video: HTMLVideoElement, url: string, events: EngineEvents): Engine {
  const recovery = new Recovery();
  const watchdog = new LoadWatchdog();
  let hls = build();
  let remedyTimer: ReturnType<typeof setTimeout> | undefined;

  function build(): Hls {
    const made = new Hls({ ...config });
    made.on(Hls.Events.ERROR, (_event, data) => onError(data));
    made.on(Hls.Events.FRAG_LOADING, () => watchdog.onLoading(performance.now()));
    made.on(Hls.Events.FRAG_BUFFERED, (_event, data) => onBuffered(data));
    made.loadSource(url);
    made.attachMedia(video);
    return made;
  }

  function onBuffered({ part, frag }: FragBufferedData): void {
    const nowMs = performance.now();
    recovery.onHealthy(nowMs);
    watchdog.onLoadEnd();
    fruitless = 0;
    // Quiet: this was the newest media there is, so no append follows for most of a part.
    const edge = hls.latestLevelDetails?.edge;
    if (edge !== undefined && (part ?? frag).end > edge - 0.05) trim();
  }

  function trim(): void {
    const { buffered, currentTime } = video;
    if (buffered.length === 0 || currentTime - buffered.start(0) < backBufferSecondsMax) return;
    const endOffset = currentTime - backBufferSecondsKept;
    hls.trigger(Hls.Events.BUFFER_FLUSHING, { startOffset: 0, endOffset, type: null });
  }

  let fruitless = 0;

  /** Tells hls.js again which parts it has: with one of them forgotten it asks for none after it. */
  function unstick(details: LevelDetails, bufferedEndSeconds: number): void {
    const forgotten = (details.partList ?? []).filter((part) => !part.loaded && part.end <= bufferedEndSeconds + 0.05);
    for (const part of forgotten) {
      const { start, end } = part;
      const audiovideo = { startPTS: start, endPTS: end, startDTS: start, endDTS: end };
      part.elementaryStreams = { ...part.elementaryStreams, audiovideo };
    }
    fruitless = forgotten.length === 0 ? fruitless + 1 : 0;
    if (fruitless > 1) hls.startLoad();
  }

  function onError(data: ErrorData): void {
    if (data.frag) watchdog.onLoadEnd();
    if (data.details === Hls.ErrorDetails.BUFFER_STALLED_ERROR) events.onStall();
    const status = data.response?.code;
    if (status === 404 || status === 410) events.onGone();
    if (!data.fatal) return;
    events.onFault();
    const remedy = recovery.onFault(faultOf(data), performance.now());
    clearTimeout(remedyTimer);
    remedyTimer = setTimeout(() => apply(remedy.kind), remedy.afterMs);
  }

  function apply(remedy: 'resume' | 'recover-media' | 'rebuild'): void {
    if (remedy === 'recover-media') {
      hls.recoverMediaError();
    } else if (remedy === 'resume' && hls.levels.length > 0) {
      hls.startLoad();
    } else if (remedy === 'resume') {
      hls.loadSource(url);
    } else {
      hls.destroy();
      hls = build();
    }
  }

  return {
    kind: 'hls',
    adjustable: true,
    position(): LivePosition | null {
      const details = hls.latestLevelDetails;
      if (!details?.live) return null;
      const holdBack = details.partHoldBack || details.holdBack || 3 * details.targetduration;
      return {
        latencySeconds: details.edge + details.age - video.currentTime,
        targetSeconds: holdBack,
        deliverySeconds: details.partTarget || details.targetduration,
      };
    },
    playingDateMs: () => hls.playingDate?.getTime() ?? null,
    tick(nowMs: number): void {
      const details = hls.latestLevelDetails;
      if (!details?.live || video.paused || video.seeking) return;
      const bufferedEndSeconds = bufferedEndAt(video.buffered, video.currentTime);
      // Far behind the edge hls.js rests by right: it has all it wants.
      if (bufferedEndSeconds - video.currentTime > restfulBufferSeconds) return;
      const stuck = watchdog.isStuck({
        nowMs,
        edgeSeconds: details.edge,
        bufferedEndSeconds,
        deliverySeconds: details.partTarget || details.targetduration,
      });
      if (stuck) unstick(details, bufferedEndSeconds);
    },
    goLive(): void {
      const live = hls.liveSyncPosition;
      if (live !== null && Number.isFinite(live)) video.currentTime = live;
    },
    destroy(): void {
      clearTimeout(remedyTimer);
      hls.destroy();
    },
  };
}
