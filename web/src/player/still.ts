import Hls from 'hls.js/light';

const captureMs = 6000;
const stillWidthMax = 960;

/** Loads just enough of a live playlist to paint one frame into `canvas`, then lets go of everything. */
export function captureStill(url: string, canvas: HTMLCanvasElement, stopped: AbortSignal): Promise<boolean> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  const hls = new Hls({
    debug: false,
    // A worker would cost more than the one segment it remuxes.
    enableWorker: false,
    lowLatencyMode: false,
    liveSyncDurationCount: 1,
    startLevel: 0,
    testBandwidth: false,
    maxBufferLength: 1,
    maxMaxBufferLength: 1,
    enableInterstitialPlayback: false,
  });
  return new Promise<boolean>((resolve) => {
    const finish = (taken: boolean): void => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', abandon);
      hls.destroy();
      resolve(taken);
    };
    const abandon = (): void => finish(false);
    const timer = setTimeout(abandon, captureMs);
    stopped.addEventListener('abort', abandon);
    hls.on(Hls.Events.ERROR, (_event, { fatal }) => {
      if (fatal) finish(false);
    });
    video.addEventListener('loadeddata', () => finish(paint(video, canvas)), { once: true });
    hls.loadSource(url);
    hls.attachMedia(video);
  });
}

function paint(video: HTMLVideoElement, canvas: HTMLCanvasElement): boolean {
  const { videoWidth, videoHeight } = video;
  const context = canvas.getContext('2d');
  if (!context || videoWidth === 0 || videoHeight === 0) return false;
  const scale = Math.min(1, stillWidthMax / videoWidth);
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return true;
}
