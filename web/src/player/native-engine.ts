import type { Engine, EngineEvents } from './engine';
import { Recovery } from './recovery';

/** Safari's extension: the PROGRAM-DATE-TIME of media time 0. */
interface DatedVideo extends HTMLVideoElement {
  getStartDate?(): Date;
}

/** The browser plays HLS by itself and keeps its own distance from the edge. */
export function createNativeEngine(video: DatedVideo, url: string, events: EngineEvents): Engine {
  const recovery = new Recovery();
  let reloadTimer: ReturnType<typeof setTimeout> | undefined;

  const onError = (): void => {
    events.onFault();
    events.onGone();
    const network = video.error?.code === MediaError.MEDIA_ERR_NETWORK;
    const { afterMs } = recovery.onFault(network ? 'network' : 'other', performance.now());
    clearTimeout(reloadTimer);
    reloadTimer = setTimeout(() => {
      video.src = url;
      video.load();
      video.play().catch(() => undefined);
    }, afterMs);
  };
  const onWaiting = (): void => events.onStall();
  const onPlaying = (): void => recovery.onHealthy(performance.now());

  video.addEventListener('error', onError);
  video.addEventListener('waiting', onWaiting);
  video.addEventListener('playing', onPlaying);
  video.src = url;

  return {
    kind: 'native',
    adjustable: false,
    position: () => null,
    tick: () => undefined,
    playingDateMs(): number | null {
      const startMs = video.getStartDate?.().getTime();
      return startMs !== undefined && Number.isFinite(startMs) ? startMs + video.currentTime * 1000 : null;
    },
    goLive(): void {
      const ranges = video.seekable;
      if (ranges.length > 0) video.currentTime = ranges.end(ranges.length - 1);
    },
    destroy(): void {
      clearTimeout(reloadTimer);
      video.removeEventListener('error', onError);
      video.removeEventListener('waiting', onWaiting);
      video.removeEventListener('playing', onPlaying);
      video.removeAttribute('src');
      video.load();
    },
  };
}
