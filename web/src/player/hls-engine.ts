import Hls, { type ErrorData, type HlsConfig } from 'hls.js/light';
import workerUrl from 'hls.js/dist/hls.worker.js?url';
import type { Engine, EngineEvents, LivePosition } from './engine';
import { Recovery, type Fault } from './recovery';

export { captureStill } from './still';

export const isSupported = (): boolean => Hls.isSupported();

const config: Partial<HlsConfig> = {
  debug: false,
  enableWorker: true,
  workerPath: workerUrl,
  lowLatencyMode: true,
  // The delay is ours to manage (latency-controller.ts): no rate from hls.js, no second added per stall.
  maxLiveSyncPlaybackRate: 1,
  liveSyncOnStallIncrease: 0,
  liveDurationInfinity: true,
  // One rendition: nothing to measure before the first fragment, nothing to switch to.
  startLevel: 0,
  testBandwidth: false,
  // The first media request leaves while the media source still opens.
  startFragPrefetch: true,
  backBufferLength: 10,
  maxBufferLength: 20,
  maxMaxBufferLength: 20,
  enableInterstitialPlayback: false,
  // Playlists and parts either come at once or the connection is gone: ask again soon.
  manifestLoadPolicy: policy(6000, 10_000, 2),
  playlistLoadPolicy: policy(13_000, 15_000, 2),
  fragLoadPolicy: policy(8000, 20_000, 3),
};

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
  let hls = build();
  let remedyTimer: ReturnType<typeof setTimeout> | undefined;

  function build(): Hls {
    const made = new Hls({ ...config });
    made.on(Hls.Events.ERROR, (_event, data) => onError(data));
    made.on(Hls.Events.FRAG_BUFFERED, () => recovery.onHealthy(performance.now()));
    made.loadSource(url);
    made.attachMedia(video);
    return made;
  }

  function onError(data: ErrorData): void {
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
