import { loadHlsEngine } from '../player/live-player';

/**
 * Takes stills of live channels, one at a time: a browser opens six connections to a server, and the show
 * somebody watches must not wait for a thumbnail.
 */
let last: Promise<unknown> = Promise.resolve();

/** Paints the newest frame of `url` into `canvas`; false when there was none in time. Only where hls.js runs. */
export function takeStill(url: string, canvas: HTMLCanvasElement, stopped: AbortSignal): Promise<boolean> {
  const turn = last.then(async () => {
    if (stopped.aborted || savesData()) return false;
    try {
      const engine = await loadHlsEngine();
      return engine.isSupported() && !stopped.aborted ? await engine.captureStill(url, canvas, stopped) : false;
    } catch {
      return false;
    }
  });
  last = turn;
  return turn;
}

function savesData(): boolean {
  const connection = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection;
  return connection?.saveData === true;
}
