import type { PlaybackFigures } from '../api/channels';
import type { Playback } from './phase';

/** Watches one player's playback and keeps count between two reports. */
export class PlaybackReport {
  private before: Playback = 'idle';
  private loadedAtMs: number | null = null;
  private stalledAtMs: number | null = null;
  private joinMs: number | null = null;
  private stalls = 0;
  private stalledMs = 0;

  /** Call with every change of playback. */
  onPlayback(now: Playback, nowMs: number): void {
    if (now === this.before) return;
    if (now === 'loading' && this.before === 'idle') this.loadedAtMs = nowMs;
    if (now === 'playing' && this.loadedAtMs !== null) {
      this.joinMs = nowMs - this.loadedAtMs;
      this.loadedAtMs = null;
    }
    if (now === 'stalled') {
      this.stalls += 1;
      this.stalledAtMs = nowMs;
    } else if (this.stalledAtMs !== null) {
      if (now === 'playing') this.stalledMs += nowMs - this.stalledAtMs;
      this.stalledAtMs = null;
    }
    // A viewer who has to touch first, or goes away, is not waiting for us.
    if (now === 'idle' || now === 'blocked' || now === 'paused') this.loadedAtMs = null;
    this.before = now;
  }

  /** The figures since the last call, which are then forgotten. */
  take(delaySeconds: number | null): PlaybackFigures {
    const figures: PlaybackFigures = { stalls: this.stalls, stalled_ms: Math.round(this.stalledMs) };
    if (this.joinMs !== null) figures.join_ms = Math.round(this.joinMs);
    if (delaySeconds !== null) figures.delay_ms = Math.round(delaySeconds * 1000);
    this.joinMs = null;
    this.stalls = 0;
    this.stalledMs = 0;
    return figures;
  }
}
