/**
 * Notices that hls.js stopped loading although the playlist offers more.
 *
 * hls.js 1.7 forgets the parts of the current segment when a back-buffer removal completes while one of them is
 * being appended (fragment-tracker.ts, detectEvictedFragments), and then loads nothing until that segment has left
 * the part list: two seconds of stall. hls-engine.ts removes old media only at quiet moments, which avoids the known
 * way there; this watches for the symptom, whatever its cause. Pure: time and positions come in.
 */
export interface LoadSample {
  nowMs: number;
  /** The end of what the playlist offers, and of what is buffered around the playhead; seconds of media time. */
  edgeSeconds: number;
  bufferedEndSeconds: number;
  /** Length of one part, or one segment without parts. */
  deliverySeconds: number;
}

const idleMs = 300;
const restMs = 3000;
// A request without an end event: let hls.js's own time limits decide before this does.
const loadingMsMax = 10_000;

export class LoadWatchdog {
  private loadingSinceMs: number | null = null;
  private behindSinceMs: number | null = null;
  private restUntilMs = -Infinity;

  onLoading(nowMs: number): void {
    this.loadingSinceMs = nowMs;
    this.behindSinceMs = null;
  }

  onLoadEnd(): void {
    this.loadingSinceMs = null;
    this.behindSinceMs = null;
  }

  /** True when loading should be started anew. Says so at most every 3 s. */
  isStuck({ nowMs, edgeSeconds, bufferedEndSeconds, deliverySeconds }: LoadSample): boolean {
    const loading = this.loadingSinceMs !== null && nowMs - this.loadingSinceMs < loadingMsMax;
    const behind = edgeSeconds - bufferedEndSeconds > 0.8 * deliverySeconds;
    if (loading || !behind) {
      this.behindSinceMs = null;
      return false;
    }
    this.behindSinceMs ??= nowMs;
    if (nowMs - this.behindSinceMs < idleMs || nowMs < this.restUntilMs) return false;
    this.restUntilMs = nowMs + restMs;
    this.behindSinceMs = null;
    return true;
  }
}
